"""How far figures can be relied on is counted, not guessed; a blank is never a zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from checklists.checklist import (
    Answer,
    Attachment,
    Basis,
    Override,
    Review,
    SignOff,
    State,
    Statement,
)
from checklists.custody import Custody, HandIn
from checklists.quality import GOOD, INDICATORS, Agreement, quality_of
from checklists.task_plan import TaskPlan
from criteria.errors import ErrorCode, Message
from criteria.language import choose
from criteria.rating import Rating
from criteria.values import NOT_KNOWN
from tests.factories import (
    ALL_MET,
    RECORDED_AT,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    with_values,
)

if TYPE_CHECKING:
    from checklists.checklist import Checklist
    from checklists.matrix import Matrix
    from checklists.quality import CommuneQuality

PLACE, OTHER = commune("26368"), commune("26041")
HELD = make_round(communes=[PLACE, OTHER])


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def matrix(values: Any = None, **rest: Any) -> Matrix:
    """Return two communes, the second one blank."""
    return make_matrix(held=HELD, checklists=[make_checklist(HELD, PLACE, values, **rest)])


def first(held: Matrix, custody: Custody | None = None) -> CommuneQuality:
    return quality_of(held, custody).rows[0]


def said_by(checklist: Checklist, key: str, *heads: tuple[str, object]) -> Checklist:
    """Have several people state a field."""
    answers = checklist.answers[Basis.VERIFIED]
    assert isinstance(answers, dict)
    answers[key] = Answer(
        tuple(
            Statement(f"r{place:064}", value, name, RECORDED_AT, key=f"k-{name}")
            for place, (name, value) in enumerate(heads)
        )
    )
    return checklist


def test_what_nobody_stated_is_missing_and_not_a_zero() -> None:
    quality = quality_of(make_matrix(held=HELD))

    assert quality.coverage.stated == 0 < quality.coverage.asked
    assert quality.complete == 0
    assert quality.untouched == 2
    assert [len(row.unaudited) for row in quality.rows] == [16, 16]
    # Nothing was looked at, so nothing is to be shown either.
    assert quality.evidence == (0, 0)
    assert quality.agreement.share is None
    assert quality.sentence == "Nothing has been stated yet, so there is nothing to rely on."


def test_each_thing_that_weakens_a_figure_is_counted_apart() -> None:
    held = matrix(
        with_values(k_kiosks=None, n_down=[20, 150], l_level=NOT_KNOWN),
        not_applicable=["QS-01"],
        overrides={"VC-04": Rating.NOT_MET},
        unreadable=(Message(ErrorCode.RECORD_UNREADABLE, {"id": "r"}),),
    )

    row = first(held)

    assert row.coverage.missing == 1
    assert set(row.insufficient) == {"QS-03", "CN-02", "CN-03"}
    assert row.unaudited == ()
    assert row.not_applicable == ("QS-01",)
    assert row.overridden == ("VC-04",)
    assert row.not_known == ("l_level",)
    assert row.conflicts == ("n_down",)
    assert row.unreadable == 1
    assert row.open == 3
    assert not row.is_sound


def test_a_rating_by_hand_that_waits_to_be_confirmed_is_counted_and_does_not_stand() -> None:
    set_by = Statement("r1", Rating.NOT_MET, "An", RECORDED_AT, reason="Đã xem")
    lapsed = {"VC-04": (Override(set_by, Rating.NOT_MET, "seen before"),)}
    checklist = replace(
        make_checklist(HELD, PLACE, ALL_MET), overrides=lapsed, digests={"VC-04": "seen now"}
    )

    row = first(make_matrix(held=HELD, checklists=[checklist]))

    assert row.to_confirm == ("VC-04",)
    assert row.overridden == ()


def test_values_that_do_not_agree_are_counted_once_however_many_criteria_read_them() -> None:
    row = first(matrix(with_values(pc_working=3, pc_adequate=12)))

    assert len(row.failing) == len({check.rule for check in row.failing}) > 0


def test_evidence_is_wanted_where_something_was_looked_at() -> None:
    photo = Attachment(
        "a" * 64, "p.jpg", "Overview photo of the counter area", "image/jpeg", 9, None, "An", ""
    )
    bare = first(matrix({"pc_working": 14}))
    shown = first(matrix({"pc_working": 14}, evidence={"EQ-01": (photo,)}))

    assert 0 < bare.evidence.wanted < 10
    assert bare.evidence.held == 0
    assert shown.evidence.wanted == bare.evidence.wanted
    assert shown.evidence.held == 1


def test_two_people_agree_or_contradict_but_one_alone_does_neither() -> None:
    checklist = make_checklist(HELD, PLACE, ALL_MET)
    said_by(checklist, "scanners", ("An", Decimal(3)), ("Bình", Decimal(3)))
    said_by(checklist, "printers", ("An", Decimal(3)), ("Bình", Decimal(4)))
    said_by(checklist, "signers", ("An", Decimal(3)), ("An", Decimal(4)))
    held = make_matrix(held=HELD, checklists=[checklist])

    row = first(held, Custody(settled={PLACE.code: 2}))

    assert row.agreement == Agreement(same=1, differing=1, settled=2)
    assert row.agreement.share == Decimal(1) / 4
    assert row.conflicts == ("printers", "signers")


def test_plans_that_contradict_each_other_take_nothing_from_the_figures() -> None:
    plans = (TaskPlan(who="An"), TaskPlan(who="Bình"))
    heads = tuple(Statement(f"r{at}", plan, "An", "") for at, plan in enumerate(plans))
    checklist = make_checklist(HELD, PLACE, ALL_MET, plans={"EQ-01": Answer(heads)})

    row = first(make_matrix(held=HELD, checklists=[checklist]))

    assert checklist.conflicts == ("EQ-01/task",)
    assert row.conflicts == ()


def test_auditors_are_named_by_their_share_and_the_office_is_none_of_them() -> None:
    known = next(field.key for field in HELD.catalogue.parameters if field.known_to_office)
    checklist = make_checklist(HELD, PLACE, {})
    said_by(checklist, known, ("Sở", Decimal(3)))
    said_by(checklist, "scanners", ("An", Decimal(3)))
    said_by(checklist, "printers", ("Bình", Decimal(3)))
    said_by(checklist, "signers", ("Bình", Decimal(3)))

    row = first(make_matrix(held=HELD, checklists=[checklist]))

    assert row.auditors == ("Bình", "An")
    assert row.methods == {"typed": 4}


def test_custody_reaches_its_commune() -> None:
    custody = Custody(unsealed={PLACE.code: 3}, absent={PLACE.code: 1, "99999": 5})

    here, elsewhere = quality_of(matrix(ALL_MET), custody).rows

    assert (here.unsealed, here.absent) == (3, 1)
    assert (elsewhere.unsealed, elsewhere.absent) == (0, 0)


def test_indicators_say_how_many_of_how_many_and_where() -> None:
    quality = quality_of(matrix(with_values(k_kiosks=None)))

    found = {each.key: each for each in quality.indicators}

    assert tuple(found) == tuple(INDICATORS)
    assert set(found) >= GOOD
    assert found["rated"].value == 15
    assert found["rated"].of == 32
    assert found["insufficient"].communes == (PLACE,)
    assert found["unaudited"].share == Decimal(16) / 32
    assert found["conflicts"].share is None
    assert all(each.label for each in quality.indicators)


def test_the_paragraph_names_what_there_is_and_nothing_else() -> None:
    sentence = quality_of(matrix(ALL_MET)).sentence

    assert "complete: 1 of 2 wards." in sentence
    assert "Criteria not audited: 16." in sentence
    assert "Contradictions" not in sentence


@pytest.mark.parametrize(("seen", "signed"), [("", 1), ("what stood before", 0)])
def test_what_was_changed_after_signing_is_not_counted_as_signed_though_it_was_accepted(
    seen: str, signed: int
) -> None:
    said = Statement("r1", "x", "An", RECORDED_AT)
    checklist = replace(
        make_checklist(HELD, PLACE, ALL_MET),
        sign_offs=(SignOff(said, "Bà Lan", "Chủ tịch", "", seen),),
        reviews=(Review(said, State.ACCEPTED, seen=""),),
    )

    held = quality_of(make_matrix(held=HELD, checklists=[checklist]))

    assert checklist.state is State.ACCEPTED
    counted = {each.key: each.value for each in held.indicators}["signed"]
    assert (counted, held.rows[0].is_signed) == (signed, bool(signed))


def test_remarks_on_a_file_are_words_and_unknown_ones_are_told_as_others() -> None:
    plain = HandIn("a.audit", "An", RECORDED_AT, 4, warnings=("merge_conflict", "vet_more"))
    odd = HandIn(
        "b.audit",
        "An",
        RECORDED_AT,
        4,
        warnings=("vet_raw_copy", "of a later version", "and another"),
        is_late=True,
        closed_as="Chốt lần 1",
        taken_back="Vinh: nhầm",
    )

    assert plain.is_plain
    assert odd.remarks == (
        "late: after the close “Chốt lần 1”",
        "taken back by Vinh: nhầm",
        "raw copy of a working file, not a hand-in",
        "other remarks",
    )
    custody = Custody(files=(plain, odd))
    assert custody.late == custody.remarkable == (odd,)
    assert "has not been closed" in custody.about_late
