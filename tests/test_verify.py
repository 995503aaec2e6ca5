"""Verifying a file checks what vouches for it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audit.desk import Desk
from audit.file import AuditFile
from audit.identity import signer
from audit.pen import Draft
from audit.record import Cell
from audit.seal import RECEIPT, SEAL, seals_of
from audit.verify import verify
from criteria.errors import ErrorCode
from criteria.language import choose
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.verify import Verification

AT = "2026-12-05T09:30:00+07:00"


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    """The office, with a hand-in that it has received."""
    laptop = office_of(file)
    an = laptop.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, "counters=6", "scanners=2")
    an.send(laptop)
    return laptop


def verified(path: Path) -> Verification:
    with AuditFile.open(path) as file:
        return verify(file)


def rebuilt(office: Laptop, **changed: Any) -> Path:
    """Return a copy of the office's file with other records, seals or receipts."""
    path = office.path.with_name("rebuilt.audit")
    with AuditFile.open(office.path) as file:
        held: dict[str, Any] = {
            "entries": file.entries(),
            "seals": file.seals(),
            "receipts": file.receipts(),
        }
    for name, change in changed.items():
        held[name] = change(held[name])
    AuditFile.create(path, held.pop("entries"), **held).close()
    return path


def test_a_file_with_seals_and_receipts_is_sound_and_says_what_vouches_for_it(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    found = office.data(capsys, "verify")

    assert (found["sound"], found["faults"], found["notes"]) == (True, [], [])
    seals = found["seals"]
    assert (seals["seals"], seals["receipts"]) == (2, 1)
    assert (seals["sealed"], seals["received"]) == (2, 1)
    assert {each["standing"]: each["chains"] for each in seals["keys"]} == {
        "office": 1,
        "unknown": 1,
    }
    office.does("verify")
    assert "Sealed to the end: 2 chains; received by the office: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("seals", ErrorCode.VERIFY_SEAL_FALSE),
        ("receipts", ErrorCode.VERIFY_RECEIPT_FALSE),
    ],
)
def test_a_signature_that_does_not_fit_is_a_fault(
    office: Laptop, table: str, code: ErrorCode
) -> None:
    path = rebuilt(
        office,
        **{
            table: lambda held: [
                each._replace(at=AT) if each.commune == COMMUNE else each for each in held
            ]
        },
    )

    assert [each.code for each in verified(path).faults] == [code]


@pytest.mark.parametrize("what", [SEAL, RECEIPT])
def test_what_is_vouched_for_and_not_in_the_file_is_a_fault(office: Laptop, what: str) -> None:
    path = rebuilt(
        office,
        entries=lambda held: [
            each for each in held if (each.commune, each.sequence) != (COMMUNE, 2)
        ],
        **{
            "receipts" if what == SEAL else "seals": lambda held: [
                each for each in held if each.commune != COMMUNE
            ]
        },
    )

    (fault,) = verified(path).faults

    codes = {SEAL: ErrorCode.VERIFY_SEAL_PLACE, RECEIPT: ErrorCode.VERIFY_RECEIPT_PLACE}
    assert fault.code is codes[what]
    assert COMMUNE in str(fault)


def test_a_shorter_seal_beside_the_longer_one_is_no_fault(office: Laptop) -> None:
    with office.at(), Desk(office.path) as desk:
        first = [each for each in desk.file.entries(COMMUNE) if each.sequence == 1]
        shorter = seals_of(signer(), desk.round.id, first, AT, SEAL)

    assert verified(rebuilt(office, seals=lambda held: [*held, *shorter])).is_sound


def test_a_settlement_that_the_office_has_not_sealed_is_told(office: Laptop) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        ids = desk.ledger(COMMUNE).ids(Cell("counters", "verified"))
        draft = Draft("answer", COMMUNE, "counters", 7, replaces=(*ids, "r" + "0" * 64), reason="x")
        desk.pen().write([draft])

    found = verified(office.path)

    assert found.is_sound
    assert [each.code for each in found.notes] == [ErrorCode.RECORD_NOT_SEALED]
    office.does("send", COMMUNE, "--out", str(office.path.with_name("sent.audit")))
    assert verified(office.path).notes == ()  # handing in seals


def test_a_review_that_the_office_has_not_sealed_is_told(office: Laptop) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        value = {"outcome": "accepted", "seen": "x", "comments": {}}
        desk.pen().write([Draft("review", COMMUNE, "review", value)])

    assert [each.code for each in verified(office.path).notes] == [ErrorCode.RECORD_NOT_SEALED]
