"""What the office sends back: slips that are answered, receipts that prove what arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.desk import Desk
from audit.file import AuditFile
from audit.identity import signer
from audit.package import Kind
from audit.pen import Draft, Pen
from audit.record import Author
from audit.seal import RECEIPT, is_valid, seals_of
from audit.slips import fresh_receipts
from checklists.checklist import State
from criteria.language import choose
from tests.factories import ALL_MET, as_typed
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "26041"


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


@pytest.fixture
def an(office: Laptop) -> Laptop:
    """An auditor who has filled and signed the commune and handed it in."""
    laptop = office.joined_by("Nguyễn Văn An")
    laptop.does("answer", COMMUNE, *as_typed(ALL_MET))
    laptop.does("answer", OTHER, "counters=4")
    laptop.sign()
    laptop.send(office)
    return laptop


def held_in(path: Path) -> tuple[str, set[str]]:
    """Return what a file says it is for, and of which communes it holds records."""
    with AuditFile.open(path) as file:
        return file.about()["kind"], {entry.commune for entry in file.entries()}


# Slips


def test_a_slip_brings_back_what_was_returned_and_the_answer_closes_the_circle(
    office: Laptop, an: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=Thiếu ảnh")
    out = tmp_path / "phieu tra.audit"
    office.does("slip", "--out", str(out))
    assert "Return slip" in capsys.readouterr().out
    assert held_in(out) == (Kind.SLIP, {"", COMMUNE})

    an.takes(out)

    assert an.checklist().state is State.RETURNED
    assert dict(an.checklist().reviews[0].comments) == {"EQ-01": "Thiếu ảnh"}
    an.does("answer", COMMUNE, "--note", "EQ-01=Ảnh đã có", "--reason", "Phiếu trả")
    an.sign()
    an.send(office)
    assert office.checklist().state is State.RECEIVED


def test_nobody_works_in_a_slip_or_a_receipt_itself(
    office: Laptop, an: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=Thiếu ảnh")
    slip, receipt = tmp_path / "slip.audit", tmp_path / "receipt.audit"
    office.does("slip", "--out", str(slip))
    office.does("receipt", "--out", str(receipt))
    before = slip.read_bytes(), receipt.read_bytes()
    capsys.readouterr()

    for each in (slip, receipt):
        assert Laptop(an.home, each).run("answer", COMMUNE, "counters=4") == 1
        assert "nobody works in it" in capsys.readouterr().err
    assert (slip.read_bytes(), receipt.read_bytes()) == before
    # It may be read, and taken in.
    assert Laptop(an.home, slip).run("status") == 0
    assert an.takes(slip).outcome == "merged"


def test_the_same_slip_twice_brings_nothing_new(office: Laptop, an: Laptop, tmp_path: Path) -> None:
    office.does("review", "return", COMMUNE, "--reason", "Xem lại")
    out = tmp_path / "1.zip"
    office.does("slip", COMMUNE, "--out", str(out))

    assert an.takes(out).outcome == "merged"
    assert an.takes(out).outcome == "nothing_new"


def test_a_slip_can_tell_of_an_acceptance_too(office: Laptop, an: Laptop, tmp_path: Path) -> None:
    office.does("review", "accept", COMMUNE)

    office.does("slip", COMMUNE, "--out", str(tmp_path / "1.audit"))
    an.takes(tmp_path / "1.audit")

    assert an.checklist().state is State.ACCEPTED


def test_there_is_no_slip_without_a_review(
    office: Laptop, an: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.run("slip", "--out", str(tmp_path / "1.audit")) == 1
    assert office.run("slip", COMMUNE, "--out", str(tmp_path / "1.audit")) == 1
    assert an.run("slip", COMMUNE, "--out", str(tmp_path / "1.audit")) == 1

    told = capsys.readouterr().err
    assert "No checklist is returned" in told
    assert "has not reviewed it yet" in told
    assert "Only the office" in told
    assert not (tmp_path / "1.audit").exists()


def test_what_was_signed_again_is_not_sent_back_by_itself(
    office: Laptop, an: Laptop, tmp_path: Path
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A")
    an.takes(office.path)
    an.does("answer", COMMUNE, "pc_working=15", "--reason", "Phiếu trả")
    an.sign()
    an.send(office)

    assert office.run("slip", "--out", str(tmp_path / "1.audit")) == 1


# Receipts


def test_a_receipt_tells_the_auditor_what_has_arrived(
    office: Laptop, an: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert an.checklist().state is State.SIGNED
    out = tmp_path / "bien nhan.audit"

    made = office.data(capsys, "receipt", "--out", str(out))

    assert made["communes"] == [COMMUNE]
    assert held_in(out) == (Kind.RECEIPT, {"", COMMUNE})
    an.takes(out)
    assert an.checklist().state is State.RECEIVED
    an.does("answer", COMMUNE, "pc_working=15", "--reason", "Đếm lại")
    an.sign()
    assert an.checklist().state is State.SIGNED


def test_what_merge_did_not_confirm_is_confirmed_when_the_receipt_is_written(
    office: Laptop, an: Laptop, tmp_path: Path
) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        third = Author("k" + "3" * 32, "Ba")
        pen = Pen(desk.file, desk.round.id, third, writer="w" + "3" * 32)
        pen.write([Draft("answer", OTHER, "counters", 3)])
        assert desk.file.receipts(OTHER) == []

    office.does("receipt", OTHER, "--out", str(tmp_path / "1.audit"))
    office.does("receipt", OTHER, "--out", str(tmp_path / "2.audit"))

    with AuditFile.open(tmp_path / "2.audit") as file:
        (receipt,) = file.receipts(OTHER)
        with office.at(), Desk(office.path) as desk:
            assert is_valid(receipt, desk.round.id, RECEIPT)
    assert (receipt.writer, receipt.length) == ("w" + "3" * 32, 1)


def test_a_chain_with_a_gap_has_not_arrived(office: Laptop) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        third = Author("k" + "3" * 32, "Ba")
        pen = Pen(desk.file, desk.round.id, third, writer="w" + "3" * 32)
        first, second = pen.write(
            [Draft("answer", OTHER, "counters", 3), Draft("answer", OTHER, "scanners", 3)]
        )
        whole = fresh_receipts(desk, OTHER)
    cut = office.path.with_name("cut.audit")
    with AuditFile.open(office.path) as file:
        entries = [each for each in file.entries() if each != first]
        AuditFile.create(cut, entries, seals=file.seals()).close()

    with office.at(), Desk(cut, write=True) as desk:
        assert second in desk.file.entries(OTHER)
        assert [each.length for each in whole] == [2]
        assert fresh_receipts(desk, OTHER) == []


def test_only_the_office_writes_receipts_and_only_of_what_it_holds(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")

    assert office.run("receipt", "--out", str(tmp_path / "1.audit")) == 1
    assert an.run("receipt", COMMUNE, "--out", str(tmp_path / "1.audit")) == 1

    told = capsys.readouterr().err
    assert "nothing to confirm" in told
    assert "Only the office" in told


def test_a_receipt_that_somebody_else_signed_counts_for_nothing(office: Laptop, an: Laptop) -> None:
    with an.at(), Desk(an.path, write=True) as desk:
        entries = desk.file.entries(COMMUNE)
        own = seals_of(signer(), desk.round.id, entries, "2026-12-05T09:30:00+07:00", RECEIPT)
        with desk.file.appending() as appender:
            appender.add_receipts(own)

    assert an.checklist().state is State.SIGNED
