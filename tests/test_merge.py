"""Taking in files: whole or not at all, one bad file stops no other, and all of it is told."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from audit import merge as merging
from audit.batches import BatchReport
from audit.cli import app
from audit.file import AuditFile, Blob
from audit.fold import read_file
from audit.intake import sources
from audit.merge import MERGED, NOTHING_NEW, REFUSED, MergeReport, merge
from audit.pen import Draft
from audit.quarantine import folder_of
from audit.record import Author
from audit.seal import RECEIPT, Signer, is_valid
from audit.verify import verify
from criteria.errors import ErrorCode
from criteria.language import choose
from tests.histories import (
    AUTHORS,
    MAKER,
    OFFICE,
    ROUND,
    SIGNERS,
    START,
    Known,
    Machine,
    opening,
    places,
)
from tests.laptops import COMMUNE, office_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checklists.checklist import Checklist

ROOT: Final = Path(__file__).resolve().parent.parent
HERE: Final = places()[0].code
THERE: Final = places()[1].code
LATER: Final = "2027-01-01T08:00:00+07:00"


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the office's working file: nothing but the round."""
    return write(tmp_path / "office.audit", opening(), kind="working")


def auditor(number: int = 0, **changed: Any) -> Machine:
    made = Machine(AUTHORS[number], SIGNERS[number], f"w{number}".ljust(33, "0"), opening())
    return replace(made, **changed)


def said(value: object, *replaces: str, subject: str = "pcs", commune: str = HERE) -> Draft:
    return Draft("answer", commune, subject, value, replaces=replaces, reason="r" * len(replaces))


def ids(machine: Machine, subject: str = "pcs") -> list[str]:
    """Return the ids of what a machine knows about a field, in the order of the chains."""
    found = sorted(machine.known.entries)
    return [each.id for each in found if f'"subject":"{subject}"' in each.body]


def write(
    path: Path, known: Known, *, blobs: Sequence[Blob] = (), kind: str = "hand_in", at: str = LATER
) -> Path:
    about = {"kind": kind, "made_at": at, "made_by": "Nguyễn Văn An"}
    AuditFile.create(path, known.entries, seals=known.seals, blobs=blobs, about=about).close()
    return path


def handed_in(path: Path, machine: Machine, **more: Any) -> Path:
    machine.seal()
    return write(path, machine.known, **more)


def take_in(path: Path, *files: Path, **options: Any) -> MergeReport:
    with AuditFile.open(path, write=True) as file:
        return merge(file, sources(files), **options)


def codes(report: MergeReport, place: int = 0) -> list[str]:
    return [message.code.name for message in report.files[place].warnings]


def is_sound(path: Path) -> bool:
    with AuditFile.open(path) as file:
        return verify(file).is_sound


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Files


def test_one_bad_file_stops_no_other_and_is_put_aside(tmp_path: Path, office: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    an, binh = auditor(), auditor(1)
    an.write(said(4))
    binh.write(said(5, commune=THERE))
    handed_in(inbox / "1.audit", an)
    (inbox / "2.audit").write_bytes(b"SQLite format 3\x00" + bytes(5000))
    handed_in(inbox / "3.audit", binh)
    shutil.copy(inbox / "2.audit", inbox / "4.audit")

    report = take_in(office, inbox, quarantine=folder_of(office))

    assert [each.outcome for each in report.files] == [MERGED, REFUSED, MERGED, REFUSED]
    assert report.files[1].code
    assert str(inbox / "2.audit") in report.files[1].reason
    assert report.records_new == 2
    aside = tmp_path / "office.quarantine"
    (copy,) = aside.glob("*.refused")
    assert copy.read_bytes() == (inbox / "2.audit").read_bytes()
    told = json.loads(copy.with_suffix(".json").read_text("utf-8"))
    assert told["sha256"] == copy.stem == fingerprint(copy)
    assert told["source"] == str(inbox / "2.audit")
    assert told["code"] == report.files[1].code
    assert {"reason", "taken_at"} <= told.keys()
    text = copy.with_suffix(".txt").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in text
    lines = text.decode("utf-8-sig").splitlines()
    assert f"Refused: {inbox / '2.audit'}" in lines
    assert f"Why: {told['reason']}" in lines
    assert len(list(aside.iterdir())) == 3
    assert is_sound(office)


def test_of_a_zip_full_of_refused_files_one_copy_is_put_aside(tmp_path: Path, office: Path) -> None:
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as target:
        for number in range(20):
            target.writestr(f"{number}.audit", b"SQLite format 3\x00" + bytes([number]) * 500)

    report = take_in(office, packed, quarantine=folder_of(office))

    assert [each.outcome for each in report.files] == [REFUSED] * 20
    (copy,) = (tmp_path / "office.quarantine").glob("*.refused")
    assert copy.read_bytes() == packed.read_bytes()


def of_strangers(folder: Path, count: int) -> list[Path]:
    """Return hand-ins, each with one record by somebody else."""
    files = []
    for number in range(count):
        signer = Signer(bytes([number + 100]) * 32)
        author, writer = Author(signer.fingerprint, f"Người {number}"), f"w{number:032x}"
        machine = auditor(author=author, signer=signer, writer=writer)
        machine.write(said(4))
        files.append(handed_in(folder / f"{number}.audit", machine))
    return files


def test_reviews_that_contradict_each_other_are_counted_at_once(
    tmp_path: Path, office: Path
) -> None:
    files = []
    for number, outcome in enumerate(("accepted", "returned")):
        machine = auditor(author=OFFICE, signer=MAKER, writer=f"w{number:032x}")
        value = {"outcome": outcome, "seen": "0" * 64, "comments": {}, "records": {}}
        machine.write(Draft("review", HERE, "review", value, reason="r"))
        files.append(handed_in(tmp_path / f"{number}.audit", machine))

    report = take_in(office, *files)

    assert report.conflicts == take_in(office, files[0]).conflicts == 1
    assert "MERGE_CONFLICT" in codes(report, 1)


def test_every_receipt_is_kept_in_whatever_order_the_files_come(
    tmp_path: Path, office: Path
) -> None:
    machine = auditor()
    machine.write(said(4))
    machine.seal()
    (chain,) = [seal for seal in machine.known.seals if seal.commune == HERE]
    end = (chain.length, chain.last_id)
    stranger = Signer(bytes([99]) * 32)
    receipt = stranger.seal(ROUND, HERE, chain.writer, end, LATER, RECEIPT)
    plain, received = tmp_path / "a.audit", tmp_path / "b.audit"
    for path, receipts in ((plain, []), (received, [receipt])):
        known = machine.known
        AuditFile.create(path, known.entries, seals=known.seals, receipts=receipts).close()

    for number, files in enumerate(permutations((plain, received))):
        target = tmp_path / f"office{number}.audit"
        shutil.copy(office, target)
        take_in(target, *files)
        with AuditFile.open(target) as file:
            assert file.receipts() == [receipt]


def test_of_very_many_remarks_of_one_sort_the_rest_are_counted(
    tmp_path: Path, office: Path
) -> None:
    together = tmp_path / "all.audit"
    shutil.copy(office, together)
    take_in(together, *of_strangers(tmp_path, 30))

    report = take_in(office, together, signer=MAKER)

    assert codes(report).count("KEY_UNKNOWN") == 20
    assert "… and 10 more such remarks." in [str(each) for each in report.files[0].warnings]


@pytest.mark.parametrize("limit", ["MOST_RECORDS", "MOST_OF_COMMUNE", "MOST_SEALS"])
def test_what_would_be_too_much_together_is_refused_by_the_file(
    tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    files = of_strangers(tmp_path, 20)
    monkeypatch.setattr(merging, limit, 12)

    report = take_in(office, *files)

    outcomes = [each.outcome for each in report.files]
    assert outcomes == sorted(outcomes)
    assert outcomes[0] == MERGED
    assert {each.code for each in report.refused} == {"merge_too_much"}
    assert is_sound(office)


def test_the_same_files_again_change_nothing(tmp_path: Path, office: Path) -> None:
    an = auditor()
    an.write(said(4))
    sent = handed_in(tmp_path / "an.audit", an)
    first = take_in(office, sent)
    before = fingerprint(office)
    renamed = shutil.copy(sent, tmp_path / "ten (1).zip")

    report = take_in(office, sent, Path(renamed))

    assert [each.outcome for each in report.files] == [NOTHING_NEW, NOTHING_NEW]
    assert (report.records_new, report.files[0].records_known) == (0, 7)
    assert "MERGE_SAME_FILE" in codes(report, 0)
    assert "MERGE_SAME_FILE" in codes(report, 1)
    assert report.digest == first.digest
    assert fingerprint(office) == before


def test_a_dry_run_tells_all_of_it_and_changes_nothing(tmp_path: Path, office: Path) -> None:
    an, binh = auditor(), auditor(1)
    an.write(said(4))
    binh.write(said(5))
    files = [handed_in(tmp_path / "an.audit", an), handed_in(tmp_path / "binh.audit", binh)]
    (tmp_path / "bad.audit").write_text("bad")
    before = fingerprint(office)

    dry = take_in(
        office, *files, tmp_path / "bad.audit", dry_run=True, quarantine=folder_of(office)
    )

    assert fingerprint(office) == before
    assert not folder_of(office).exists()
    wet = take_in(office, *files, tmp_path / "bad.audit")
    assert (dry.digest, dry.conflicts, dry.records_new) == (wet.digest, 1, 2)
    assert [each.outcome for each in dry.files] == [each.outcome for each in wet.files]
    assert [codes(dry, n) for n in range(3)] == [codes(wet, n) for n in range(3)]


def test_a_file_of_another_round_is_refused(tmp_path: Path, office: Path) -> None:
    from benchmarks.made_up import made_up_file

    made_up_file(tmp_path / "other.audit", 10)
    before = fingerprint(office)

    report = take_in(office, tmp_path / "other.audit")

    assert [each.code for each in report.refused] == ["merge_other_round"]
    assert f"({ROUND[:6]})" in report.files[0].reason
    assert fingerprint(office) == before


def test_amendments_of_the_round_come_along_and_count_with_their_seal(
    tmp_path: Path, office: Path
) -> None:
    maker = Machine(OFFICE, MAKER, "w" + "0" * 32, opening())
    clusters = next(e.id for e in opening().entries if '"subject":"clusters"' in e.body)
    maker.write(Draft("round", "", "clusters", {HERE: "Cụm 1"}, replaces=(clusters,)))
    liar = auditor(author=OFFICE)
    liar.write(Draft("round", "", "clusters", {HERE: "Cụm 9"}, replaces=(clusters,)))

    report = take_in(
        office,
        write(tmp_path / "amended.audit", maker.known),
        write(tmp_path / "forged.audit", liar.known),
    )

    assert [each.outcome for each in report.files] == [MERGED, MERGED]
    with AuditFile.open(office) as file:
        assert read_file(file).round.clusters == {HERE: "Cụm 1"}


# What is told


def test_what_contradicts_is_told_with_the_file_that_brought_it(
    tmp_path: Path, office: Path
) -> None:
    an, binh = auditor(), auditor(1)
    an.write(said(4), said(9, subject="good"))
    binh.write(said(5), said(9, subject="good"))

    report = take_in(
        office, handed_in(tmp_path / "an.audit", an), handed_in(tmp_path / "binh.audit", binh)
    )

    assert "MERGE_CONFLICT" not in codes(report, 0)
    told = {message.code.name: message.context for message in report.files[1].warnings}
    assert told["MERGE_CONFLICT"]["subjects"] == "pcs"
    assert told["MERGE_AGREEMENT"]["subjects"] == "good"
    assert report.conflicts == 1


def test_a_late_file_opens_again_what_the_office_had_settled(tmp_path: Path, office: Path) -> None:
    an, binh, late = auditor(), auditor(1), auditor(1, writer="w" + "9" * 32)
    an.write(said(4))
    binh.write(said(5))
    late.write(said(6))
    take_in(office, handed_in(tmp_path / "a.audit", an), handed_in(tmp_path / "b.audit", binh))
    maker = Machine(OFFICE, MAKER, "w" + "a" * 32, an.known.with_(binh.known))
    maker.write(said(4, *ids(maker)))
    settled = take_in(office, write(tmp_path / "settled.audit", maker.known))
    assert settled.conflicts == 0

    report = take_in(office, handed_in(tmp_path / "late.audit", late))

    assert report.conflicts == 1
    assert "MERGE_REOPENED" in codes(report)
    assert "MERGE_CONFLICT" not in codes(report)


def test_a_cloned_file_is_a_fork_and_both_sides_stay(tmp_path: Path, office: Path) -> None:
    an = auditor()
    an.write(said(4))
    clone = replace(an)
    an.write(said(5, *ids(an)))
    clone.write(said(6, *ids(clone)))
    take_in(office, handed_in(tmp_path / "an.audit", an))

    report = take_in(office, handed_in(tmp_path / "clone.audit", clone))

    assert report.records_new == 1
    assert codes(report).count("VERIFY_FORK") == 1
    assert report.conflicts == 1
    assert is_sound(office)


@pytest.mark.parametrize(("years", "code"), [(-17, "CLOCK_EARLY"), (40, "CLOCK_LATE")])
def test_a_clock_that_is_years_off_is_told_and_decides_nothing(
    tmp_path: Path, office: Path, years: int, code: str
) -> None:
    an = auditor(years_off=years)
    an.write(said(4))

    report = take_in(
        office, handed_in(tmp_path / "an.audit", an), clock=lambda: START + timedelta(days=9)
    )

    assert [each for each in codes(report) if each.startswith("CLOCK")] == [code]
    assert report.files[0].outcome == MERGED


def test_a_clock_that_went_back_is_told(tmp_path: Path, office: Path) -> None:
    an = auditor(written=600)
    an.write(said(4))
    an.written = 0
    an.write(said(5, *ids(an)))

    report = take_in(
        office, handed_in(tmp_path / "an.audit", an), clock=lambda: START + timedelta(days=9)
    )

    assert "CLOCK_BACKWARDS" in codes(report)


# Keys and receipts


def with_roster(*revoked: bool) -> Known:
    """Return the round with an auditor in its roster: revoked or not, one after the other."""
    maker = Machine(OFFICE, MAKER, "w" + "0" * 32, opening())
    cell = f"roster/{AUTHORS[0].key}"
    before: tuple[str, ...] = ()
    for is_revoked in revoked:
        value = {"name": AUTHORS[0].name, "unit": "", "revoked": is_revoked}
        maker.write(Draft("round", "", cell, value, replaces=before))
        before = (ids(maker, cell)[-1],)
    return maker.known


@pytest.mark.parametrize(
    ("roster", "warning", "is_refused"),
    [((), "KEY_UNKNOWN", True), ((False,), None, False), ((False, True), "KEY_REVOKED", True)],
)
def test_unknown_and_revoked_keys_are_told_and_refused_where_they_must_be_known(
    tmp_path: Path, roster: tuple[bool, ...], warning: str | None, is_refused: bool
) -> None:
    path = write(tmp_path / "office.audit", with_roster(*roster), kind="working")
    an = auditor()
    an.write(said(4))
    sent = handed_in(tmp_path / "an.audit", an)

    strict = take_in(path, sent, require_known=True, dry_run=True)
    at_auditor = take_in(path, sent, dry_run=True)
    lenient = take_in(path, sent, signer=MAKER)

    assert [each.code for each in strict.refused] == (["merge_key_needed"] if is_refused else [])
    assert [each for each in codes(lenient) if each.startswith("KEY")] == (
        [warning] if warning else []
    )
    # Only the office can do something about a key it does not know.
    assert "KEY_UNKNOWN" not in codes(at_auditor)
    assert lenient.files[0].outcome == MERGED


def test_a_chain_that_nobody_sealed_is_refused_where_keys_must_be_known(tmp_path: Path) -> None:
    path = write(tmp_path / "office.audit", with_roster(False), kind="working")
    an = auditor()
    an.write(said(4))
    an.seal()
    an.write(said(5, *ids(an)))

    report = take_in(path, write(tmp_path / "an.audit", an.known), require_known=True)

    assert [each.code for each in report.refused] == ["merge_key_needed"]


def receipts(path: Path) -> dict[tuple[str, str], int]:
    with AuditFile.open(path) as file:
        held = file.receipts()
    assert all(is_valid(each, ROUND, RECEIPT) for each in held)
    return {(each.commune, each.writer): each.length for each in held}


def test_the_office_confirms_every_chain_that_came_even_where_nothing_is_new(
    tmp_path: Path, office: Path
) -> None:
    an = auditor()
    an.write(said(4), said(5, commune=THERE))
    sent = handed_in(tmp_path / "an.audit", an)
    take_in(office, sent, signer=SIGNERS[1])
    assert receipts(office) == {}

    report = take_in(office, sent, signer=MAKER)

    assert report.files[0].outcome == NOTHING_NEW
    assert receipts(office) == {(HERE, an.writer): 1, (THERE, an.writer): 1}
    before = fingerprint(office)
    take_in(office, sent, signer=MAKER)
    assert fingerprint(office) == before


def test_what_lacks_what_was_received_is_cut_back_and_what_is_older_is_just_known(
    tmp_path: Path, office: Path
) -> None:
    an = auditor()
    an.write(said(4))
    early = an.known
    older = handed_in(tmp_path / "older.audit", an, at="2026-12-01T08:00:00+07:00")
    an.write(said(5, *ids(an)))
    take_in(
        office,
        handed_in(tmp_path / "an.audit", an),
        signer=MAKER,
        clock=lambda: START + timedelta(days=3),
    )
    restored = handed_in(tmp_path / "restored.audit", auditor(known=early), at=LATER)

    report = take_in(office, older, restored)

    assert [each.outcome for each in report.files] == [NOTHING_NEW, NOTHING_NEW]
    assert "CHAIN_CUT_BACK" not in codes(report, 0)
    assert "CHAIN_CUT_BACK" in codes(report, 1)


# Photos

PHOTO: Final = b"\xff\xd8\xff photo"
SHA: Final = hashlib.sha256(PHOTO).hexdigest()
JPEG: Final = Blob(SHA, "image/jpeg", PHOTO)


def attached(value: Any) -> Draft:
    return Draft("evidence", HERE, f"A-01/evidence/{SHA}", value, reason="r")


def bytes_here(path: Path) -> bytes | None:
    with AuditFile.open(path) as file:
        held = file.blob(SHA)
    return None if held is None else held.data


def test_photos_come_along_and_late_ones_are_made_up_for(tmp_path: Path, office: Path) -> None:
    an = auditor()
    an.write(attached({"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}))
    without = handed_in(tmp_path / "without.audit", an)
    with_bytes = handed_in(tmp_path / "with.audit", an, blobs=[JPEG])

    first = take_in(office, without)
    assert bytes_here(office) is None
    second = take_in(office, with_bytes)

    assert bytes_here(office) == PHOTO
    assert first.files[0].attached_new == 0
    assert (second.files[0].attached_new, second.files[0].outcome) == (1, MERGED)
    assert is_sound(office)


def test_what_its_author_purged_goes_here_too_and_does_not_come_back(
    tmp_path: Path, office: Path
) -> None:
    an = auditor()
    an.write(attached({"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}))
    sent = handed_in(tmp_path / "an.audit", an, blobs=[JPEG])
    take_in(office, sent)
    an.write(attached({"purged": True}))

    report = take_in(office, handed_in(tmp_path / "purged.audit", an))

    assert report.files[0].purged == (SHA,)
    assert bytes_here(office) is None
    assert PHOTO not in office.read_bytes()
    again = shutil.copy(sent, tmp_path / "again.audit")
    take_in(office, Path(again))
    assert bytes_here(office) is None


def test_bytes_stay_away_too_where_the_purge_came_first(tmp_path: Path, office: Path) -> None:
    an = auditor()
    an.write(attached({"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}))
    sent = handed_in(tmp_path / "an.audit", an, blobs=[JPEG])
    an.write(attached({"purged": True}))
    take_in(office, handed_in(tmp_path / "purged.audit", an))

    take_in(office, sent)

    assert bytes_here(office) is None


@pytest.mark.parametrize("is_forged", [True, False])
def test_a_stranger_takes_no_photo_away(tmp_path: Path, office: Path, is_forged: bool) -> None:
    an = auditor()
    an.write(attached({"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}))
    sent = handed_in(tmp_path / "an.audit", an, blobs=[JPEG])
    stranger = auditor(1, author=AUTHORS[0]) if is_forged else auditor(1)
    stranger.write(attached({"purged": True}))
    lying = handed_in(tmp_path / "lying.audit", stranger)

    take_in(office, sent, lying)

    assert bytes_here(office) == PHOTO
    (piece,) = shown(office).evidence["A-01"]
    assert not piece.is_purged
    assert [each.code for each in shown(office).unreadable] == [ErrorCode.RECORD_PURGE_NOT_OWN]


def shown(path: Path) -> Checklist:
    with AuditFile.open(path) as file:
        return next(each for each in read_file(file).checklists if each.commune.code == HERE)


def with_photo(folder: Path) -> Path:
    an = auditor()
    an.write(attached({"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}))
    return handed_in(folder / "photo.audit", an, blobs=[JPEG])


def purged_by_a_second_office(folder: Path) -> list[Path]:
    colleague = auditor(1)
    colleague.write(attached({"purged": True}))
    maker = Machine(OFFICE, MAKER, "w" + "a" * 32, opening())
    (root,) = (each for each in opening().entries if '"subject":"round"' in each.body)
    about = {**json.loads(root.body)["value"], "office_keys": [OFFICE.key, AUTHORS[1].key]}
    maker.write(Draft("round", "", "round", about, replaces=(root.id,), reason="r"))
    purged = handed_in(folder / "purged.audit", colleague)
    return [with_photo(folder), purged, handed_in(folder / "admitted.audit", maker)]


def purged_and_sealed_later(folder: Path) -> list[Path]:
    photo = with_photo(folder)
    an = auditor()
    an.write(attached({"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}))
    an.write(attached({"purged": True}))
    unsealed = write(folder / "unsealed.audit", an.known, kind="working")
    return [photo, unsealed, handed_in(folder / "sealed.audit", an)]


def purged_by_who_attached_it_elsewhere(folder: Path) -> list[Path]:
    binh = auditor(1)
    value = {"name": "b.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}
    binh.write(replace(attached(value), commune=THERE))
    elsewhere = handed_in(folder / "elsewhere.audit", binh)
    also = auditor(1, writer="w9".ljust(33, "0"))
    also.write(attached({"purged": True}))
    return [with_photo(folder), elsewhere, handed_in(folder / "purged.audit", also)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    "made",
    [
        purged_by_a_second_office,
        purged_and_sealed_later,
        purged_by_who_attached_it_elsewhere,
    ],
)
def test_bytes_go_alike_in_whatever_order_files_come(
    tmp_path: Path,
    office: Path,
    made: Callable[[Path], list[Path]],
    order: tuple[int, ...],
) -> None:
    files = made(tmp_path)

    for place in order:
        take_in(office, files[place])

    assert bytes_here(office) is None
    (piece,) = shown(office).evidence["A-01"]
    assert piece.is_purged
    with AuditFile.open(office) as file:
        assert file.hashes() == {SHA: False}
    at_once = write(tmp_path / "at-once.audit", opening(), kind="working")
    take_in(at_once, *(files[place] for place in order))
    assert bytes_here(at_once) is None


# Interruptions


def test_what_stops_a_merge_leaves_nothing_of_its_group(
    tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = hand_ins(tmp_path, 5)
    monkeypatch.setattr("audit.merge.GROUP_FILES", 2)
    count = 0

    def stop(_progress: object) -> None:
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(office, *files, progress=stop)

    assert whole_files(office, files) == 2
    assert take_in(office, *files).records_new == 9
    assert whole_files(office, files) == 5


def hand_ins(folder: Path, count: int) -> list[Path]:
    """Make files of three records each."""
    made = []
    for number in range(count):
        one = auditor(writer="w" + f"{number:032x}")
        one.write(*(said(number + value) for value in range(3)))
        made.append(handed_in(folder / f"in-{number}.audit", one))
    return made


def whole_files(path: Path, files: Sequence[Path]) -> int:
    """Return how many files are in, having looked that none is in half."""
    with AuditFile.open(path, write=True) as file:
        assert file.damage() == []
        held = {entry.id for entry in file.entries()}
        batches = len(file.batches())
    count = 0
    for each in files:
        with AuditFile.open(each) as one:
            found = {entry.id for entry in one.entries() if entry.commune}
        assert found <= held or found.isdisjoint(held)
        count += found <= held
    assert batches == count
    return count


RUN: Final = """
import os, sys
from pathlib import Path
import audit.merge
from audit.file import AuditFile
from audit.intake import sources
from criteria.errors import ReadinessError

audit.merge.GROUP_FILES = int(sys.argv[2])
if len(sys.argv) > 4:
    import resource
    most = int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    with AuditFile.open(Path(sys.argv[1]), write=True) as file:
        audit.merge.merge(
            file,
            sources([Path(sys.argv[3])]),
            progress=lambda done: os.write(1, f"{done.done}\\n".encode()),
        )
except ReadinessError as error:
    os.write(2, str(error).encode())
    sys.exit(1)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows kills otherwise")
@pytest.mark.parametrize("lines", [1, 2, 4, 6, 7, 9, 12])
def test_a_killed_merge_leaves_whole_files_only_and_is_gone_on_with(
    tmp_path: Path, office: Path, lines: int
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    files = hand_ins(inbox, 12)
    complete = shutil.copy(office, tmp_path / "complete.audit")
    wanted = take_in(Path(complete), inbox).digest

    command = [sys.executable, "-X", "utf8", "-c", RUN, str(office), "3", str(inbox)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:  # noqa: S603
        assert process.stdout is not None
        for _line in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)

    assert whole_files(office, files) >= (lines - 1) // 3 * 3
    assert take_in(office, inbox).digest == wanted
    assert is_sound(office)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing_half(
    tmp_path: Path, office: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    files = hand_ins(inbox, 40)
    most = str(office.stat().st_size + 8192)

    command = [sys.executable, "-X", "utf8", "-c", RUN, str(office), "5", str(inbox), most]
    done = subprocess.run(command, capture_output=True, cwd=ROOT)  # noqa: S603

    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert str(office) in done.stderr.decode()
    assert whole_files(office, files) < 40
    assert take_in(office, inbox).records_new > 0
    assert whole_files(office, files) == 40


# Batches and the command line


class Said(NamedTuple):
    """What a command returned and wrote."""

    exit_code: int
    stdout: str
    stderr: str


def run(*words: object, at: Path | None = None) -> Said:
    path = ("--file", str(at)) if at is not None else ()
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = app.run([*map(str, words), *path])
    return Said(status, out.getvalue(), err.getvalue())


def as_json(*words: object, at: Path) -> Any:
    return json.loads(run(*words, "--json", at=at).stdout)


@pytest.fixture
def round_file(tmp_path: Path) -> Path:
    """Return the file of a real round that this machine has opened."""
    assert run("whoami", "--name", "Sở KH&CN").exit_code == 0
    path = tmp_path / "dot-1.audit"
    assert run("round", "new", "--province", "75", "--out", path).exit_code == 0
    return path


@pytest.fixture
def from_field(tmp_path: Path, round_file: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes a hand-in on an auditor's own machine."""
    home = os.environ["READINESS_HOME"]
    count = 0

    def make(name: str, *values: str, commune: str = "26368", file: Path | None = None) -> Path:
        nonlocal count
        count += 1
        monkeypatch.setenv("READINESS_HOME", str(tmp_path / f"home-{name}"))
        own = file or tmp_path / f"{name}-{count}.audit"
        if file is None:
            shutil.copy(round_file, own)
        assert run("whoami", "--name", name).exit_code == 0
        assert run("answer", commune, *values, at=own).exit_code == 0
        out = tmp_path / f"{name}-{count}-handed-in.audit"
        assert run("send", commune, "--out", out, at=own).exit_code == 0
        monkeypatch.setenv("READINESS_HOME", home)
        return out

    return make


def test_the_data_of_a_merge_are_as_described(
    tmp_path: Path, round_file: Path, from_field: Any
) -> None:
    sent = from_field("An", "counters=4")
    (tmp_path / "bad.audit").write_text("bad")

    result = run("merge", sent, tmp_path / "bad.audit", "--json", at=round_file)

    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert data.keys() == {"files", "records_new", "conflicts", "digest"}
    merged, refused = data["files"]
    wanted = {"path", "outcome", "reason", "code", "records_new", "records_known", "warnings"}
    assert wanted <= merged.keys()
    assert (merged["outcome"], merged["records_new"]) == ("merged", 1)
    assert (refused["outcome"], refused["code"]) == ("refused", "file_not_audit")
    assert (data["records_new"], data["conflicts"]) == (1, 0)
    assert data["digest"] == as_json("verify", at=round_file)["digest"]
    assert run("merge", sent, at=round_file).exit_code == 0


def test_the_check_code_is_the_same_on_both_ends(round_file: Path, from_field: Any) -> None:
    sent = from_field("An", "counters=4")

    merged = as_json("merge", sent, at=round_file)["files"][0]

    shown = run("check", sent, "--json")
    assert merged["check_code"] in shown.stdout


def test_a_batch_is_taken_back_without_what_others_brought(
    round_file: Path, from_field: Any, tmp_path: Path
) -> None:
    first = from_field("An", "counters=4")
    own = tmp_path / "An-1.audit"
    second = from_field("An", "staff_total=20", file=own)
    wrong = from_field("Binh", "counters=9")
    as_json("merge", first, at=round_file)
    data = as_json("merge", wrong, second, at=round_file)
    bad, good = (each["batch"] for each in data["files"])

    undone = as_json("batch", "undo", bad, "--reason", "nhầm xã", at=round_file)
    also = as_json("batch", "undo", good, "--reason", "nhầm", at=round_file)

    assert (undone["batch"], undone["records"]) == (bad, 1)
    assert (undone["communes"], undone["void"]) == (["26368"], {"26368": 1})
    assert also["records"] == 1
    shown = as_json("show", "26368", at=round_file)
    assert shown["conflicts"] == []
    listed = as_json("batch", "list", at=round_file)
    assert [each["undone"] is not None for each in listed] == [False, True, True]
    refused = run("batch", "undo", bad, "--reason", "nữa", at=round_file)
    assert refused.exit_code == 1
    again = as_json("merge", wrong, at=round_file)
    assert (again["records_new"], again["conflicts"]) == (0, 0)
    told = {each["code"]: each["text"] for each in again["files"][0]["warnings"]}
    assert bad in told["merge_taken_back"]
    assert "nhầm xã" in told["merge_taken_back"]
    assert "states them again" in told["merge_taken_back"]
    assert as_json("verify", at=round_file)["sound"]


def test_a_dry_run_shows_what_would_become_void_and_changes_nothing(
    round_file: Path, from_field: Any
) -> None:
    batch = as_json("merge", from_field("An", "counters=4"), at=round_file)["files"][0]["batch"]
    before = as_json("verify", at=round_file)["digest"]

    result = run("batch", "undo", batch, "--dry-run", at=round_file)

    assert result.exit_code == 0
    assert "1 records would become void" in result.stdout
    assert "counters" in result.stdout
    assert as_json("verify", at=round_file)["digest"] == before


def test_taking_a_batch_back_tells_which_checklists_it_changed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = office_of(file)
    an = office.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, "counters=4")
    batch = an.send(office).batch or ""
    office.does("review", "accept", COMMUNE, "--reason", "x")
    capsys.readouterr()

    office.does("batch", "undo", batch, "--reason", "nhầm")

    assert "Accepted → Accepted, changed since" in capsys.readouterr().out


def test_what_several_batches_brought_is_taken_back_with_all_of_them(
    round_file: Path, from_field: Any, tmp_path: Path
) -> None:
    first = from_field("An", "counters=4")
    second = tmp_path / "again.audit"
    shutil.copy(first, second)
    with sqlite3.connect(second) as connection:
        connection.execute("update meta set value = 'x' where key = 'program'")
    connection.close()
    one, two = (
        as_json("merge", each, at=round_file)["files"][0]["batch"] for each in (first, second)
    )

    alone = run("batch", "undo", one, "--reason", "nhầm", at=round_file)
    together = run("batch", "undo", one, two, "--reason", "nhầm", at=round_file)

    assert alone.exit_code == 1
    assert f"{two} ({second}" in alone.stderr
    assert f"readiness batch undo {one} {two}" in alone.stderr
    assert together.exit_code == 0
    listed = as_json("batch", "list", at=round_file)
    assert [each["undone"] is not None for each in listed] == [True, True]


def test_only_the_office_takes_a_batch_back(
    round_file: Path, from_field: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    batch = as_json("merge", from_field("An", "counters=4"), at=round_file)["files"][0]["batch"]
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "home-An"))

    result = run("batch", "undo", batch, "--reason", "nhầm", at=round_file)

    assert result.exit_code == 1
    assert len(as_json("batch", "list", at=round_file)) == 1


def test_nothing_is_taken_back_without_a_reason_or_without_such_a_batch(round_file: Path) -> None:
    assert run("batch", "undo", "b0000000", at=round_file).exit_code == 2
    assert run("batch", "undo", "b0000000", "--reason", "x", at=round_file).exit_code == 1


def test_a_file_that_the_app_has_open_is_not_merged_into(round_file: Path, from_field: Any) -> None:
    from audit.holding import hold

    sent = from_field("An", "counters=4")
    held = hold(round_file)
    assert held is not None

    result = run("merge", sent, at=round_file)

    held.release()
    assert result.exit_code == 1
    assert str(round_file) in result.stderr
    assert "open in the app" in result.stderr


def test_what_a_batch_held_of_thousands_of_forks_is_looked_up_once() -> None:
    class Counted(list[list[Any]]):
        times = 0

        def __iter__(self) -> Iterator[list[Any]]:
            self.times += 1
            return super().__iter__()

    divided = Counted([["w1", place, f"r{place}"] for place in range(1, 100)])
    report = BatchReport(holds={HERE: {"w1": 200}}, divided={HERE: divided})

    held = [report.has(HERE, ("w1", place, f"r{place}"), ()) for place in range(1, 201)]
    others = [report.has(HERE, ("w1", place, "r0"), {"r0"}) for place in (1, 99, 100, 201)]

    assert all(held)
    assert others == [False, False, False, False]
    assert divided.times == 1
    assert json.loads(report.to_json())["divided"] == {HERE: divided}
    assert '"_at"' not in report.to_json()


def test_what_a_fork_brought_is_taken_back_by_its_ids(tmp_path: Path, office: Path) -> None:
    an = auditor()
    an.write(said(4))
    clone = replace(an)
    an.write(said(5, *ids(an)))
    clone.write(said(6, *ids(clone)))
    take_in(office, handed_in(tmp_path / "an.audit", an))
    take_in(office, handed_in(tmp_path / "clone.audit", clone))

    with AuditFile.open(office) as file:
        first, second = map(BatchReport.of, file.batches())

    (forked,) = (e for e in clone.known.entries if e not in an.known.entries)
    (plain,) = (e for e in an.known.entries if e not in clone.known.entries)
    by_id = {forked.id}
    assert second.new_ids == {HERE: [[*forked[1:4]]]}
    assert second.has(HERE, forked[1:4], by_id)
    assert not second.has(HERE, plain[1:4], by_id)
    assert first.has(HERE, plain[1:4], by_id)
    assert not first.has(HERE, forked[1:4], by_id)
