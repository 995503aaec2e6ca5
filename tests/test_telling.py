"""Figures with their doubt, and why a criterion is rated as it is, told line by line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.checklist import Attachment
from checklists.communes import communes_of
from checklists.figures import Amount, Share, amount, interval, split_costs
from checklists.matrix import Interval
from checklists.reading import class_words, group_head, trust
from checklists.report import Report
from checklists.tasks import Money
from checklists.telling import Kind, tell
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import (
    ALL_MET,
    RECORDED_AT,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    statement,
    with_values,
)
from tests.pages import mixed_matrix

if TYPE_CHECKING:
    from checklists.checklist import Checklist

PLACE = commune()
HELD = make_round(communes=[PLACE])


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def told(checklist: Checklist, code: str, kind: Kind) -> list[str]:
    return [line.text for line in tell(checklist, code) if line.kind is kind]


# Figures


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(61, 95), "64.2%"),
        (Share(61, 95, 3), "≥64.2%"),
        (Share(0, 95), "0.0%"),
        (Share(0, 95, 95), "?"),
        (Share(0, 0), "–"),
    ],
)
def test_a_share_says_its_doubt(share: Share, words: str) -> None:
    assert share.words == words


@pytest.mark.parametrize(
    ("held", "words", "in_brief"),
    [
        (Amount(Decimal(3245)), "3,245.0", "3,245"),
        (Amount(Decimal("698.4"), may_grow=True), "≥ 698.4", "≥ 698.4"),
        (Amount(Decimal(0)), "–", "–"),
        (Amount(Decimal(0), may_grow=True), "?", "?"),
    ],
)
def test_an_amount_says_its_doubt_and_nothing_is_not_unknown(
    held: Amount, words: str, in_brief: str
) -> None:
    assert (held.words, held.in_brief) == (words, in_brief)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_a_share_lies_between_nothing_and_all(part: int, rest: int, still_open: int) -> None:
    value = Share(part, part + rest, still_open).value

    assert value is None or 0 <= value <= 1


def test_an_index_is_one_number_or_two() -> None:
    assert interval(Interval(Decimal("0.5"), Decimal("0.5"))) == "50.0%"
    assert interval(Interval(Decimal("0.5"), Decimal("0.75"))) == "50.0%–75.0%"
    assert interval(None) == "–"


def test_the_parts_of_costs_are_together_what_they_are() -> None:
    costs = Report(mixed_matrix()).costs

    for parts in (
        split_costs(costs, lambda held: held.commune),
        split_costs(costs, lambda held: held.criterion),
    ):
        assert sum((part.total for part in parts.values()), Money()) == costs.total
        assert sum(len(part.left_out) for part in parts.values()) == len(costs.left_out)
        assert any(amount(part, "once").may_grow for part in parts.values())


def test_trust_counts_every_rating_once() -> None:
    matrix = mixed_matrix()

    held = trust(matrix)

    assert held.decided.whole == 6 * 16
    assert held.decided.part + held.insufficient + held.unaudited == 6 * 16
    assert held.overridden == 1
    assert held.conflicted >= 1


def test_groups_are_called_what_they_are() -> None:
    places = communes_of("75")[:2]
    given_ = [{}, {places[0].code: "Cụm 1"}, {each.code: "Cụm 1" for each in places}]

    heads = [
        group_head(make_matrix(held=make_round(communes=places, clusters=clusters)))
        for clusters in given_
    ]

    assert heads == ["Former district", "Cluster or former district", "Cluster"]


def test_every_class_says_why() -> None:
    for row in mixed_matrix().rows:
        assert class_words(row)


# Why


def test_what_is_short_is_told_with_its_quantity() -> None:
    checklist = make_checklist(HELD, PLACE, with_values(pc_adequate=2))

    assert "10" in told(checklist, "EQ-01", Kind.MISSING)[0]
    assert told(checklist, "EQ-01", Kind.FAILS)
    assert told(checklist, "EQ-01", Kind.HEAD) == ["To be met:", "To be partly met:"]


def test_what_is_met_tells_its_conditions_alone() -> None:
    kinds = {line.kind for line in tell(make_checklist(HELD, PLACE, ALL_MET), "CN-02")}

    assert kinds == {Kind.HEAD, Kind.HOLDS}


def test_a_blank_is_open_and_named() -> None:
    checklist = make_checklist(HELD, PLACE, with_values(n_down=None))

    assert told(checklist, "CN-02", Kind.OPEN)
    assert told(checklist, "CN-02", Kind.MISSING)[0].startswith("Not stated yet: ")


def test_what_people_set_comes_with_their_reason() -> None:
    checklist = make_checklist(
        HELD, PLACE, ALL_MET, not_applicable=["QS-02"], overrides={"VC-04": Rating.NOT_MET}
    )

    assert "Không tổ chức bộ phận một cửa" in told(checklist, "QS-02", Kind.STATED)[0]
    assert not told(checklist, "QS-02", Kind.HEAD)
    (overridden,) = told(checklist, "VC-04", Kind.STATED)
    assert "Đoàn đã xem lại tại chỗ" in overridden
    assert overridden.endswith("the rules give: Met")


def test_a_contradiction_is_named_by_its_field() -> None:
    checklist = make_checklist(HELD, PLACE, with_values(n_down=[20, 150]))

    assert any("Contradictions: " in text for text in told(checklist, "CN-02", Kind.WARNING))


def test_notes_declarations_and_captions_are_told_without_digests() -> None:
    photo = Attachment(
        "ab" * 32, "IMG_1.jpg", "Quầy số 1", "image/jpeg", 9, None, "Bình", RECORDED_AT
    )
    purged = photo._replace(is_purged=True, reason="có mặt người dân")
    checklist = make_checklist(
        HELD,
        PLACE,
        ALL_MET,
        declared=ALL_MET,
        notes={"EQ-01": (statement("Máy mới"),)},
        evidence={"EQ-01": (photo, purged)},
    )

    assert told(checklist, "EQ-01", Kind.NOTE) == ["Note by Trần Thị Bình: Máy mới"]
    assert told(checklist, "EQ-01", Kind.DECLARED) == ["Declared by the commune: Met"]
    seen, gone = told(checklist, "EQ-01", Kind.EVIDENCE)
    assert "Quầy số 1" in seen
    assert "có mặt người dân" in gone
    assert "abab" not in seen + gone
