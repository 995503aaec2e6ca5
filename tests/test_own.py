"""A machine seals what it wrote itself, whatever names stand in what others wrote."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from audit.cli.app import run
from audit.clock import now
from audit.desk import Desk
from audit.file import AuditFile, ChainEnd
from audit.fold import read_round
from audit.identity import auditor, own_chains, signer
from audit.package import Kind, write_package
from audit.pen import Draft, continue_chains
from audit.record import Author, Record
from audit.seal import Sealed, Signer
from tests.piloting import LONG_THANH, file, opened, values

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import Entry

__all__ = ["file", "opened"]
STRANGER = Signer(bytes(range(32)))


@pytest.fixture
def answered(file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A round of the office's with one answer."""
    monkeypatch.setenv("READINESS_FILE", str(file))
    assert run(["answer", LONG_THANH, "counters=5"]) == 0
    return file


def office() -> Author:
    who = auditor()
    assert who is not None
    return who.author


def round_of(path: Path) -> str:
    with AuditFile.open(path) as held:
        return Record.from_body(held.entries("")[0].body).round


def forged(path: Path, draft: Draft, writer: str, end: ChainEnd | None = None) -> Entry:
    """Return a record that a stranger writes in the office's name."""
    (entry,) = continue_chains(
        [draft], round_of(path), office(), writer, now, lambda _commune, _writer: end
    )
    return entry


def add(path: Path, *entries: Entry) -> None:
    with AuditFile.open(path, write=True) as held, held.appending() as appender:
        appender.append(entries)


def ends(path: Path, commune: str) -> dict[str, Entry]:
    with AuditFile.open(path) as held:
        return {entry.writer: entry for entry in held.entries(commune)}


def vouched(path: Path, commune: str) -> Sealed:
    with AuditFile.open(path) as held:
        previous = {
            entry.id: Record.from_body(entry.body).previous for entry in held.entries(commune)
        }
        return Sealed(held.seals(commune), previous)


def hand_out(path: Path, out: Path) -> None:
    with Desk(path, write=True) as desk:
        write_package(
            desk.file,
            out,
            Kind.HAND_IN,
            [LONG_THANH],
            round_id=desk.round.id,
            signer=signer(),
            made_by="",
        )


def more_keys(path: Path) -> Draft:
    with AuditFile.open(path) as held:
        about = next(
            record.value
            for entry in held.entries("")
            if (record := Record.from_body(entry.body)).subject == "round"
        )
    keys = [*about["office_keys"], STRANGER.fingerprint]
    return Draft("round", "", "round", {**about, "office_keys": keys})


def test_a_new_chain_in_the_offices_name_is_never_sealed_by_it(
    answered: Path, tmp_path: Path
) -> None:
    bad = forged(answered, more_keys(answered), "w" + "e" * 32)
    add(answered, bad)

    hand_out(answered, tmp_path / "n.audit")
    assert run(["round", "amend", "--title", "Đợt 1 (sửa)"]) == 0

    assert not vouched(answered, "").is_sealed(bad.id)
    with AuditFile.open(answered) as held:
        assert STRANGER.fingerprint not in read_round(held)[0].office_keys


@pytest.mark.parametrize("commune", ["", LONG_THANH])
def test_what_somebody_wrote_behind_the_offices_own_records_is_never_sealed_by_it(
    answered: Path, tmp_path: Path, commune: str
) -> None:
    ((writer, last),) = ends(answered, commune).items()
    draft = more_keys(answered) if not commune else Draft("answer", commune, "scanners", 99)
    bad = forged(answered, draft, writer, ChainEnd(last.sequence, last.id))
    add(answered, bad)

    assert run(["round", "amend", "--title", "Đợt 1 (sửa)"]) == 0
    assert run(["answer", LONG_THANH, "pc_working=3"]) == 0
    hand_out(answered, tmp_path / "n.audit")

    for path in (answered, tmp_path / "n.audit"):
        held = vouched(path, commune)
        assert not held.is_sealed(bad.id)
        # What it wrote itself is, before and after.
        assert held.is_sealed(last.id)
        fresh = [each for each in ends(path, commune).values() if each.writer != writer]
        assert fresh
        assert all(held.is_sealed(each.id) for each in fresh)
    with AuditFile.open(answered) as file_:
        found, _office = read_round(file_)
    assert found.title == "Đợt 1 (sửa)"
    assert STRANGER.fingerprint not in found.office_keys


def test_a_mark_made_with_another_key_is_worth_nothing(answered: Path) -> None:
    ((writer, last),) = ends(answered, LONG_THANH).items()
    chains = own_chains(round_of(answered))
    assert chains is not None
    with AuditFile.open(answered, write=True) as held:
        mark = held.own_mark(LONG_THANH, writer)
        assert mark is not None
        assert chains.end(held, LONG_THANH, writer) == ChainEnd(last.sequence, last.id)
        with held.appending() as appender:
            appender.mark_own([mark._replace(id="r" + "0" * 64)])

        assert chains.end(held, LONG_THANH, writer) is None
        assert not chains.may_continue(held, LONG_THANH, writer)


def test_marks_never_leave_the_working_file(answered: Path, tmp_path: Path) -> None:
    hand_out(answered, tmp_path / "n.audit")

    ((writer, _last),) = ends(answered, LONG_THANH).items()
    with AuditFile.open(tmp_path / "n.audit") as held:
        assert held.own_mark(LONG_THANH, writer) is None


def test_one_goes_on_with_ones_own_chain_from_day_to_day(answered: Path) -> None:
    for number in range(3):
        assert run(["answer", LONG_THANH, f"pc_working={number + 1}"]) == 0

    assert len(ends(answered, LONG_THANH)) == 1
    assert values(answered)["pc_working"] == 3


def test_a_file_that_another_program_made_without_a_place_for_marks_gets_one(
    answered: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(answered) as held:
        held.execute("drop table own")
    held.close()

    assert run(["answer", LONG_THANH, "pc_working=4"]) == 0

    assert values(answered)["pc_working"] == 4
    hand_out(answered, tmp_path / "n.audit")
    assert run(["check", str(tmp_path / "n.audit")]) == 0
