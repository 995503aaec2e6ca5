"""What was just written is taken back as further records: nothing is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.batches import kept_batches, put_back, undo
from audit.conflicts import conflict_at, resolution_draft, side_at
from audit.desk import Desk
from audit.evidence import withdraw
from audit.planning import plan_heads, state_task
from audit.review import acceptance_draft
from audit.statements import state_evidence
from audit.undoing import UNDO_REASON, undo_in
from checklists.checklist import State
from checklists.conflicts import Matter
from criteria.errors import ErrorCode, ReadinessError
from tests.laptops import COMMUNE, office_of
from tests.piloting import LONG_THANH
from tests.two_auditors import AN, DUC, fill_as, sign_as, state_as

if TYPE_CHECKING:
    from pathlib import Path

SHA256 = "ab" * 32


def plan(desk: Desk, **changed: str) -> None:
    draft = state_task(desk.ledger(LONG_THANH), LONG_THANH, "EQ-01", changed, desk.pen().author)
    assert draft is not None
    with undo_in(desk, "tasks").noting("kế hoạch"):
        desk.write([draft])


def who(desk: Desk) -> list[str]:
    heads = plan_heads(desk.ledger(LONG_THANH), "EQ-01")
    return [head.record.value.get("who", "") for head in heads]


def test_plans_are_taken_back_one_after_the_other(file: Path) -> None:
    with Desk(file, write=True) as desk:
        plan(desk, who="Lê Văn Xã")
        plan(desk, who="Trần Thị Phường")
        before = desk.file.sizes()[LONG_THANH]

        assert undo_in(desk, "tasks").undo() == "kế hoạch"
        assert who(desk) == ["Lê Văn Xã"]
        undo_in(desk, "tasks").undo()
        assert who(desk) == []

        assert not undo_in(desk, "tasks")
        assert desk.file.sizes()[LONG_THANH] == before + 2


def test_a_settled_contradiction_comes_back_with_both_its_values(file: Path) -> None:
    state_as(file, AN, pc_adequate=3)
    state_as(file, DUC, pc_adequate=7)

    with Desk(file, write=True) as desk:
        conflict = conflict_at(desk, LONG_THANH, "pc_adequate")
        with undo_in(desk, "office").noting("mâu thuẫn"):
            chosen = side_at(conflict, "1")
            desk.write([resolution_draft(desk, conflict, chosen, reason="Đếm lại")])
        assert not desk.checklist(LONG_THANH).conflicts

        undo_in(desk, "office").undo()

        again = conflict_at(desk, LONG_THANH, "pc_adequate")
        assert again.ids == conflict.ids


def test_an_acceptance_is_taken_back_and_waits_again(file: Path) -> None:
    fill_as(file, AN)
    sign_as(file, AN)

    with Desk(file, write=True) as desk:
        before = desk.checklist(LONG_THANH).state
        with undo_in(desk, "office").noting("chấp nhận"):
            draft = acceptance_draft(desk, LONG_THANH, reason="Đủ")
            assert draft is not None
            desk.write([draft])
        assert desk.checklist(LONG_THANH).state is State.ACCEPTED

        undo_in(desk, "office").undo()

        assert desk.checklist(LONG_THANH).state is before


def test_removed_evidence_is_attached_again_under_its_caption(file: Path) -> None:
    with Desk(file, write=True) as desk:
        value = {"name": "a.jpg", "caption": "Phòng máy", "type": "image/jpeg", "size": 1}
        author, ledger = desk.pen().author, desk.ledger(LONG_THANH)
        draft = state_evidence(ledger, LONG_THANH, "EQ-01", SHA256, value, author)
        assert draft is not None
        desk.write([draft])
        with undo_in(desk, "evidence").noting("a.jpg"):
            withdraw(desk, LONG_THANH, "EQ-01", SHA256, reason="Nhầm")
        assert not desk.checklist(LONG_THANH).evidence.get("EQ-01")

        undo_in(desk, "evidence").undo()

        (piece,) = desk.checklist(LONG_THANH).evidence["EQ-01"]
        assert piece.caption == "Phòng máy"


def test_what_was_stated_anew_meanwhile_is_not_undone(file: Path) -> None:
    with Desk(file, write=True) as desk:
        plan(desk, who="Lê Văn Xã")
        with Desk(file, write=True) as other:
            draft = state_task(
                other.ledger(LONG_THANH), LONG_THANH, "EQ-01", {"who": "B"}, other.pen().author
            )
            assert draft is not None
            other.write([draft])

        with pytest.raises(ReadinessError) as caught:
            undo_in(desk, "tasks").undo()

        assert caught.value.messages[0].code is ErrorCode.UNDO_TOO_LATE
        assert who(desk) == ["B"]


def test_whoever_is_not_the_office_cannot_bring_a_contradiction_back(file: Path) -> None:
    office = office_of(file)
    auditor = office.joined_by("Lê Thị Cúc")
    state_as(auditor.path, AN, pc_adequate=3)
    state_as(auditor.path, DUC, pc_adequate=7)

    with auditor.at(), Desk(auditor.path, write=True) as desk:
        assert conflict_at(desk, LONG_THANH, "pc_adequate").matter is Matter.ANSWER
        with pytest.raises(ReadinessError):
            undo(desk, "b123", reason="x")
        with pytest.raises(ReadinessError):
            put_back(desk, "b123", reason="x")


def test_a_batch_that_was_taken_back_counts_again(file: Path) -> None:
    office = office_of(file)
    auditor = office.joined_by("Lê Thị Cúc")
    auditor.does("answer", COMMUNE, "pc_adequate=7")
    auditor.send(office)

    with office.at(), Desk(office.path, write=True) as desk:
        (kept,) = kept_batches(desk)
        done = undo(desk, kept.batch.id, reason="Nhầm tệp")
        assert desk.checklist(COMMUNE).answer("pc_adequate").value is None

        again = put_back(desk, kept.batch.id, reason=UNDO_REASON)

        assert again == done.records
        assert desk.checklist(COMMUNE).answer("pc_adequate").value == 7
        assert kept_batches(desk)[0].undone is None
        # And it can be taken back once more.
        undo(desk, kept.batch.id, reason="Vẫn nhầm")
        assert desk.checklist(COMMUNE).answer("pc_adequate").value is None
