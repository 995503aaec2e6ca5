"""What changed between two rounds or points in time, and what cannot be compared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from checklists.comparison import Direction, class_direction, compare, rating_direction
from checklists.matrix import ReadinessClass
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import (
    ALL_MET,
    as_typed,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    with_values,
)
from tests.laptops import COMMUNE, Laptop, office_of
from tests.small_edition import small_edition

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.comparison import Comparison, CriterionChange
    from checklists.matrix import Matrix

PLACE = commune(COMMUNE)
OTHER = commune("26041")
HELD = make_round(communes=[PLACE])


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def one(values: Any = None, **rest: Any) -> Matrix:
    return make_matrix(held=HELD, checklists=[make_checklist(HELD, PLACE, values, **rest)])


def change(found: Comparison, code: str) -> CriterionChange:
    (held,) = found.communes
    return next(each for each in held.criteria if each.code == code)


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (Rating.NOT_MET, Rating.PARTLY_MET, Direction.BETTER),
        (Rating.MET, Rating.PARTLY_MET, Direction.WORSE),
        (Rating.MET, Rating.MET, Direction.UNCHANGED),
        (Rating.UNAUDITED, Rating.UNAUDITED, Direction.NOT_COMPARABLE),
        (Rating.UNAUDITED, Rating.MET, Direction.NOT_COMPARABLE),
        (Rating.NOT_MET, Rating.INSUFFICIENT, Direction.NOT_COMPARABLE),
        (Rating.NOT_APPLICABLE, Rating.MET, Direction.NOT_COMPARABLE),
        (Rating.NOT_APPLICABLE, Rating.NOT_APPLICABLE, Direction.UNCHANGED),
    ],
)
def test_only_decided_ratings_are_better_or_worse(
    before: Rating, after: Rating, direction: Direction
) -> None:
    assert rating_direction(before, after) is direction


def test_grey_is_neither_better_nor_worse_than_a_colour() -> None:
    grey, red, green = ReadinessClass.GREY, ReadinessClass.RED, ReadinessClass.GREEN

    assert class_direction(red, green) is Direction.BETTER
    assert class_direction(green, red) is Direction.WORSE
    assert class_direction(grey, grey) is Direction.UNCHANGED
    assert class_direction(grey, green) is Direction.NOT_COMPARABLE


def test_a_rating_that_differs_names_the_values_that_do() -> None:
    found = compare(one(ALL_MET), one(with_values(pc_adequate=9, u_seats=21)))

    changed = change(found, "EQ-01")
    assert changed.direction is Direction.WORSE
    assert [(each.key, each.before, each.after) for each in changed.values] == [
        ("pc_adequate", "12 computers", "9 computers")
    ]
    assert changed.why == (f"{changed.values[0].label}: 12 computers → 9 computers",)
    # What changed without moving the rating is no change of it.
    (held,) = found.changed
    assert [each.code for each in held.changed] == ["EQ-01"]
    assert found.counts[Direction.WORSE] == 1
    assert found.counts[Direction.UNCHANGED] == len(HELD.catalogue.codes) - 1
    assert (held.before.readiness, held.after.readiness) == (
        ReadinessClass.GREEN,
        ReadinessClass.YELLOW,
    )
    assert held.after.index is not None
    assert held.after.index.worst == Decimal("15.5") / 16


def test_a_value_that_changes_no_rating_is_told_all_the_same() -> None:
    found = compare(one(ALL_MET), one(with_values(scanners=4)))

    (held,) = found.changed
    assert held.changed == ()
    (value,) = held.other_values
    assert (value.key, value.before, value.after) == ("scanners", "3 scanners", "4 scanners")


def test_the_same_changes_nothing() -> None:
    found = compare(one(ALL_MET), one(ALL_MET))

    assert found.changed == ()
    assert found.counts == {Direction.UNCHANGED: len(HELD.catalogue.codes)}


def test_a_contradiction_is_told_with_both_values() -> None:
    found = compare(one(ALL_MET), one(with_values(pc_adequate=[12, 1])))

    changed = change(found, "EQ-01")
    assert changed.after.rating is Rating.INSUFFICIENT
    assert changed.direction is Direction.NOT_COMPARABLE
    assert changed.values[0].after == "12 computers ≠ 1 computer"


def test_a_rating_set_by_hand_is_a_reason_even_where_it_is_the_same() -> None:
    found = compare(
        one(with_values(pc_adequate=9)),
        one(with_values(pc_adequate=9), overrides={"EQ-01": Rating.MET}),
    )

    changed = change(found, "EQ-01")
    assert changed.direction is Direction.BETTER
    assert changed.why == ("set by hand",)


def test_criteria_and_rules_of_one_edition_only_are_told() -> None:
    profile = HELD.profile.model_copy(update={"core_criteria": (), "switches": {}})
    editions = [
        small_edition({"A-1": {"met": "pcs >= 5"}, "A-2": {"met": "guide"}, "A-3": {}}),
        small_edition({"A-1": {"met": "pcs >= 9"}, "A-2": {"met": "guide"}, "A-4": {}}),
    ]
    before, after = (
        make_round(communes=[PLACE], catalogue=each, profile=profile) for each in editions
    )

    found = compare(
        *(
            make_matrix(
                held=held, checklists=[make_checklist(held, PLACE, {"pcs": 7, "guide": True})]
            )
            for held in (before, after)
        )
    )

    assert found.criteria_gone == ("A-3",)
    assert found.criteria_new == ("A-4",)
    assert found.rules_changed == ("A-1",)
    assert {each.code for each in found.communes[0].criteria} == {"A-1", "A-2"}
    assert change(found, "A-1").direction is Direction.WORSE
    assert change(found, "A-1").why == ("judged otherwise: a rule, switch or check differs",)


def test_communes_of_one_round_only_are_told() -> None:
    before, after = make_round(communes=[PLACE]), make_round(communes=[OTHER])

    found = compare(make_matrix(held=before), make_matrix(held=after))

    assert found.communes == ()
    assert found.communes_gone == (PLACE.code,)
    assert found.communes_new == (OTHER.code,)


# The command


@pytest.fixture
def office(file: Path) -> Laptop:
    laptop = office_of(file)
    laptop.does("answer", COMMUNE, *as_typed(ALL_MET))
    laptop.does("round", "close", "--name", "Chốt 1")
    laptop.does("answer", COMMUNE, "pc_adequate=9")
    laptop.does("round", "close", "--name", "Chốt 2")
    return laptop


def test_one_round_is_compared_with_a_close_of_itself(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    found = office.data(capsys, "compare", str(office.path), "--from", "Chốt 1")

    (held,) = found["communes"]
    assert (held["code"], held["before"]["class"], held["after"]["class"]) == (
        COMMUNE,
        "green",
        "yellow",
    )
    (criterion,) = held["criteria"]
    assert (criterion["code"], criterion["direction"]) == ("EQ-01", "worse")
    assert found["before"]["as_of"]["close"] == "Chốt 1"
    assert found["after"]["as_of"] is None
    assert found["ratings"]["worse"] == 1


def test_two_points_in_time_and_two_files_are_compared(
    office: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.audit"
    copy.write_bytes(office.path.read_bytes())
    office.does("answer", COMMUNE, "pc_adequate=12")

    closes = office.data(capsys, "compare", "--from", "Chốt 1", "--to", "Chốt 2")
    files = office.data(capsys, "compare", str(copy), str(office.path))
    back = office.data(capsys, "compare", "--from", "Chốt 1")

    assert [each["direction"] for each in closes["communes"][0]["criteria"]] == ["worse"]
    assert [each["direction"] for each in files["communes"][0]["criteria"]] == ["better"]
    assert back["communes"] == []


def test_the_comparison_is_told_in_words(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    office.does("compare", "--from", "Chốt 1")

    said = capsys.readouterr().out
    assert "as of the close “Chốt 1”" in said
    assert "EQ-01 M → PM (worse)" in said
    assert "12 computers → 9 computers" in said


@pytest.mark.parametrize("arguments", [(), ("a", "b", "c"), ("a", "b", "--from", "x"), ("a",)])
def test_what_is_to_be_compared_must_be_said(office: Laptop, arguments: tuple[str, ...]) -> None:
    assert office.run("compare", *arguments) == 2
