"""Work on one commune: what is stated, taken back, and asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from audit.desk import Desk
from audit.pen import Draft
from audit.sign_off import sign_off_draft
from audit.sitting import Sitting
from audit.undoing import UNDO_REASON
from criteria.errors import ErrorCode, ReadinessError
from criteria.rating import Rating
from tests.piloting import LONG_THANH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sitting(file: Path) -> Iterator[Sitting]:
    with Desk(file, write=True) as desk:
        yield Sitting(desk, LONG_THANH)


def test_a_statement_tells_which_ratings_it_moved(sitting: Sitting) -> None:
    sitting.state("pc_working", _number(12))
    sitting.state("pc_adequate", _number(12))

    change = sitting.state("staff_pasc", _number(12))

    assert change.subject == "staff_pasc"
    assert change.rated_anew["EQ-01"] == (Rating.INSUFFICIENT, Rating.MET)


def test_stating_the_same_again_writes_nothing(sitting: Sitting) -> None:
    sitting.state("counters", _number(6))

    assert sitting.state("counters", _number(6)).subject == ""
    assert len(sitting.desk.statements(LONG_THANH, "counters")) == 1


def test_undo_goes_back_step_by_step_and_keeps_every_record(sitting: Sitting) -> None:
    for value in (6, 7, 8):
        sitting.state("counters", _number(value))

    seen = []
    while sitting.undo() is not None:
        seen.append(sitting.checklist.answer("counters").value)

    assert seen == [7, 6, None]
    records = sitting.desk.statements(LONG_THANH, "counters")
    assert len(records) == 6
    assert sum(each.record.reason == UNDO_REASON for each in records) == 3


def test_undo_leaves_alone_what_somebody_else_stated_since(sitting: Sitting) -> None:
    sitting.state("counters", _number(6))
    ids = [each.id for each in sitting.desk.statements(LONG_THANH, "counters")]
    sitting.desk.write([Draft("answer", LONG_THANH, "counters", 9, replaces=tuple(ids))])

    with pytest.raises(ReadinessError) as caught:
        sitting.undo()

    assert caught.value.messages[0].code is ErrorCode.UNDO_TOO_LATE
    assert sitting.checklist.answer("counters").value == 9


def test_a_contradiction_that_was_settled_does_not_come_back(sitting: Sitting) -> None:
    for value in (12, 14):  # neither replaces the other
        sitting.desk.write([Draft("answer", LONG_THANH, "pc_working", value)])
    sitting = Sitting(sitting.desk, LONG_THANH)
    with pytest.raises(ReadinessError) as caught:
        sitting.state("pc_working", _number(14))
    assert caught.value.messages[0].code is ErrorCode.CONFLICT_NEEDS_REASON
    sitting.state("pc_working", _number(14), "đếm lại")

    with pytest.raises(ReadinessError) as caught:
        sitting.undo()

    assert caught.value.messages[0].code is ErrorCode.UNDO_TOO_LATE
    assert sitting.checklist.answer("pc_working").value == 14


def test_notes_and_ratings_set_by_hand_are_undone_too(sitting: Sitting) -> None:
    sitting.note("EQ-01", "một")
    sitting.note("EQ-01", "hai")
    sitting.override("EQ-01", Rating.MET, "vì")

    sitting.undo()
    sitting.undo()

    assert sitting.own_note("EQ-01") == "một"
    assert not sitting.checklist.standing_overrides


def _number(value: int) -> Decimal:

    return Decimal(value)


def test_a_reason_serves_for_one_sign_off_and_settles_nothing(sitting: Sitting) -> None:
    desk = sitting.desk
    for value in (12, 14):  # neither replaces the other
        desk.write([Draft("answer", LONG_THANH, "pc_working", value)])
    _sign(desk)
    sitting.state("counters", _number(6), "gõ nhầm")

    sitting.state("staff_pasc", _number(12))
    with pytest.raises(ReadinessError) as settled:
        sitting.state("pc_working", _number(14))
    _sign(desk)
    with pytest.raises(ReadinessError) as again:
        sitting.state("counters", _number(7))

    assert settled.value.messages[0].code is not ErrorCode.UNDO_TOO_LATE
    assert again.value.messages[0].code is ErrorCode.SIGNED_NEEDS_REASON


def test_undo_of_what_was_signed_needs_a_reason(sitting: Sitting) -> None:
    sitting.state("counters", _number(6))
    _sign(sitting.desk)

    with pytest.raises(ReadinessError) as caught:
        sitting.undo()

    assert caught.value.messages[0].code is ErrorCode.SIGNED_NEEDS_REASON
    assert sitting.undo("đếm lại") is not None
    assert not sitting.checklist.answer("counters").is_stated


def _sign(desk: Desk) -> None:
    draft = sign_off_draft(desk, LONG_THANH, by="Lê An", title="Phó Chủ tịch", reason="chưa đủ")
    assert draft is not None
    desk.write([draft])
