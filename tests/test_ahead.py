"""Vetting in a second process: the same comes of it, and it never outlives its work."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil
import pytest

from audit import ahead
from audit.ahead import Helper, Turn, vetted_ahead
from audit.file import AuditFile, Blob
from audit.intake import Source, sources
from audit.merge import MergeReport, merge
from audit.pen import Draft
from audit.quarantine import folder_of
from audit.vet import Vetted, vet
from benchmarks.made_up import made_up_file
from criteria.language import choose
from tests.histories import AUTHORS, SIGNERS, Machine, opening, places

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
HERE: Final = places()[0].code
PHOTO: Final = b"\xff\xd8 a photo"
AT: Final = datetime(2027, 2, 1, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(ahead.processors() < 2, reason="one processor starts no other")


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the office's working file: nothing but the round."""
    known = opening()
    path = tmp_path / "office.audit"
    AuditFile.create(path, known.entries, seals=known.seals, about={"kind": "working"}).close()
    return path


def hand_in(path: Path, number: int, *drafts: Draft, **more: Any) -> Path:
    """Make a hand-in of a few records, by one of several auditors."""
    which = number % len(AUTHORS)
    machine = Machine(AUTHORS[which], SIGNERS[which], f"w{number:032x}", opening())
    machine.write(*(drafts or [answer(number % 7), answer(number, "wifi")]))
    machine.seal()
    about = {"kind": "hand_in", "made_at": AT.isoformat(), "made_by": "Nguyễn Văn An"}
    known = machine.known
    AuditFile.create(path, known.entries, seals=known.seals, about=about, **more).close()
    return path


def answer(value: object, subject: str = "pcs") -> Draft:
    return Draft("answer", HERE, subject, value)


@pytest.fixture
def inbox(tmp_path: Path, office: Path, everything: Path) -> Path:
    """Return a folder with a bit of everything that can come, and the working file itself."""
    folder = tmp_path / "inbox"
    shutil.copytree(everything, folder)
    (folder / "12-itself.audit").hardlink_to(office)
    return folder


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bit of everything that can come, much of it plain."""
    folder = tmp_path_factory.mktemp("everything")
    for number in range(14):
        hand_in(folder / f"{number:02}.audit", number)
    shutil.copy(folder / "03.audit", folder / "04-again.dat")
    (folder / "05-none.audit").write_bytes(b"SQLite format 3\x00" + bytes(5000))
    changed = (folder / "06.audit").read_bytes().replace(b'"subject":"pcs"', b'"subject":"pcz"')
    (folder / "06-changed.audit").write_bytes(changed)
    sha = hashlib.sha256(PHOTO).hexdigest()
    named = {"name": "a.jpg", "media_type": "image/jpeg", "size": len(PHOTO)}
    evidence = Draft("evidence", HERE, f"A-01/evidence/{sha}", named)
    hand_in(folder / "07-photo.audit", 70, evidence, blobs=[Blob(sha, "image/jpeg", PHOTO)])
    hand_in(folder / "07-no-photo.audit", 71, evidence)
    with zipfile.ZipFile(folder / "08.zip", "w") as packed:
        packed.write(hand_in(tmp_path_factory.mktemp("in") / "a", 80), "packed.audit")
    shutil.copy(folder / "09.audit", folder / "09-journal.audit")
    (folder / "09-journal.audit-journal").write_bytes(bytes(600))
    made_up_file(folder / "10-other-round.audit", 10)
    (folder / "11-notes.txt").write_text("other", "utf-8")
    return folder


@pytest.fixture
def helpers(monkeypatch: pytest.MonkeyPatch) -> list[psutil.Process]:
    """Have a helper started for two files, and its answers waited for; return its processes."""
    found: list[psutil.Process] = []
    start = Helper.start

    def started() -> Helper | None:
        before = psutil.Process().children()
        helper = start()
        assert helper is not None
        helper.take()
        found.extend(each for each in psutil.Process().children() if each not in before)
        return helper

    monkeypatch.setattr(Helper, "start", started)
    monkeypatch.setattr(ahead, "LEAST", 2)
    return found


def taken_in(office: Path, inbox: Path, **options: Any) -> tuple[MergeReport, list[Any]]:
    """Return what comes of some files, and what is in the working file then; it stays as it is."""
    before = office.read_bytes()
    with AuditFile.open(office, write=True) as file:
        report = merge(file, sources([inbox]), clock=lambda: AT, **options)
        held = [file.entries(), file.seals(), file.receipts(), file.hashes(), file.digest()]
        held.append([(batch.source, batch.report) for batch in file.batches()])
    for each in report.files:
        each.batch = "" if each.batch else None  # drawn by lot
    office.write_bytes(before)
    return report, held


@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"require_known": True}])
def test_the_same_comes_of_files_with_a_helper_and_without(
    office: Path, inbox: Path, request: pytest.FixtureRequest, options: dict[str, Any]
) -> None:
    alone = taken_in(office, inbox, **options)

    helpers = request.getfixturevalue("helpers")
    together = taken_in(office, inbox, **options)

    assert together == alone
    assert len(alone[0].refused) >= 3
    assert len(helpers) == 1
    assert not helpers[0].is_running()


def test_what_is_found_ahead_is_what_would_be_found_and_only_of_files_that_are_plain(
    office: Path, inbox: Path, helpers: list[psutil.Process]
) -> None:
    with closing(vetted_ahead(sources([inbox]), office)) as turns:
        found = [(turn.source, turn.found) for turn in turns]

    known = [(source, vetted) for source, vetted in found if vetted is not None]
    assert len(known) >= 12
    for source, vetted in known:
        with vet(source) as here:
            for field in fields(Vetted):
                if field.name != "_foreign":
                    assert getattr(vetted, field.name) == getattr(here, field.name), field.name
            assert vetted.check_code == here.check_code
    assert {Path(source.name).name for source, vetted in found if vetted is None} >= {
        "05-none.audit",
        "06-changed.audit",
        "07-photo.audit",
        "08.zip › packed.audit",
        "09-journal.audit",
        "12-itself.audit",
    }


def test_a_helper_that_is_killed_in_the_middle_loses_nothing(
    office: Path, inbox: Path, request: pytest.FixtureRequest
) -> None:
    alone = taken_in(office, inbox)

    helpers = request.getfixturevalue("helpers")
    together = taken_in(office, inbox, progress=lambda _step: [each.kill() for each in helpers])

    assert together == alone
    assert len(helpers) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_helper_ends_with_the_merge_however_it_ends(
    office: Path, inbox: Path, helpers: list[psutil.Process], error: type[BaseException]
) -> None:
    def stop(_step: object) -> None:
        if helpers:
            raise error

    with pytest.raises(error):
        taken_in(office, inbox, progress=stop)

    assert not helpers[0].is_running()


def test_a_merge_that_is_stopped_takes_nothing_that_was_found_ahead(
    office: Path, inbox: Path, helpers: list[psutil.Process]
) -> None:
    steps: list[object] = []

    report, _held = taken_in(
        office, inbox, progress=steps.append, is_stopped=lambda: len(steps) == 5
    )

    assert len(report.files) == 5
    assert len(helpers) == 1


def test_as_many_files_are_found_ahead_whatever_is_put_into_quarantine_meanwhile(
    tmp_path: Path, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    office = office.rename(folder / office.name)
    aside = folder_of(office)
    aside.mkdir()
    hand_in(aside / "0.refused", 9)
    for number in range(3):
        hand_in(folder / f"{number}.audit", number)
    (folder / "bad.audit").write_bytes(b"SQLite format 3\x00" + bytes(5000))
    before = {each.name for each in aside.glob("*")}
    reports = []

    for processors in (1, 2):
        monkeypatch.setattr(ahead, "processors", lambda count=processors: count)
        reports.append(taken_in(office, folder, quarantine=aside))
        added = {each for each in aside.iterdir() if each.name not in before}
        assert len(added) == 3
        for each in added:
            each.unlink()

    assert reports[0] == reports[1]
    assert [Path(each.path).name for each in reports[0][0].files] == [
        "0.audit",
        "1.audit",
        "2.audit",
        "bad.audit",
        "office.audit",
    ]


def test_a_quarantine_folder_is_looked_into_only_where_it_is_named(
    tmp_path: Path, office: Path
) -> None:
    aside = folder_of(office)
    aside.mkdir()
    copy = hand_in(aside / "0.refused", 9)

    assert [each.path for each in sources([tmp_path])] == [office]
    assert [each.path for each in sources([aside])] == [copy]


GARBLED: Final = {
    "letters": b"x" * 5000,
    "no-pickle": (9).to_bytes(8, "big") + b"not found",
    "half": (9).to_bytes(8, "big") + b"not",
    "too-long": (10**12).to_bytes(8, "big") + b"not",
    "nothing": b"",
}


@pytest.mark.parametrize(
    ("rest", "is_alive"),
    [
        *((each, False) for each in GARBLED),
        # One that may yet go on is waited for.
        *((each, True) for each in ("letters", "no-pickle", "too-long")),
    ],
)
def test_a_helper_that_answers_nonsense_loses_no_file(
    office: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, rest: str, is_alive: bool
) -> None:
    alone = taken_in(office, inbox)
    answer = (5).to_bytes(8, "big") + b"ready" + GARBLED[rest]
    code = f"""
import sys
sys.stdout.buffer.write({answer!r})
sys.stdout.flush()
{"sys.stdin.read()" if is_alive else ""}
"""
    started: list[Helper] = []

    def start() -> Helper:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        helper = Helper(process)
        helper.take()
        started.append(helper)
        return helper

    monkeypatch.setattr(Helper, "start", start)
    monkeypatch.setattr(ahead, "LEAST", 2)
    together = taken_in(office, inbox)

    assert together == alone
    assert len(started) == 1


def test_no_helper_is_left_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    before = psutil.Process().children()
    monkeypatch.setattr(threading.Thread, "start", refuse)

    assert Helper.start() is None
    assert psutil.Process().children() == before


def test_few_files_start_no_helper(
    office: Path, inbox: Path, helpers: list[psutil.Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "LEAST", 200)

    with closing(vetted_ahead(sources([inbox]), office)) as turns:
        assert all(turn.found is None for turn in turns)

    assert helpers == []


def test_few_files_are_taken_ahead_and_none_after_one_that_is_packed(
    tmp_path: Path, office: Path, helpers: list[psutil.Process]
) -> None:
    plain = hand_in(tmp_path / "plain.audit", 1)
    data = plain.read_bytes()
    asked: list[Source] = []

    def many() -> Iterator[Source]:
        for number in range(100):
            is_packed = number % 40 == 39
            source = Source(f"{number}", None, data) if is_packed else Source(f"{number}", plain)
            asked.append(source)
            yield source

    def names(turns: Iterator[Turn]) -> Iterator[str]:
        for number, turn in enumerate(turns):
            assert len(asked) - number <= ahead.NEAR + 1
            assert sum(each.data is not None for each in asked[number:]) <= 1
            yield turn.source.name

    with closing(vetted_ahead(many(), office)) as turns:
        assert [*names(turns)] == [f"{number}" for number in range(100)]


RUN: Final = """
import sys
from contextlib import closing
from pathlib import Path
import psutil
from audit import ahead
from audit.file import AuditFile
from audit.intake import sources
from audit.merge import merge

ahead.LEAST = 2
office, inbox, is_whole = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "merge"
if is_whole:
    with AuditFile.open(office, write=True) as file:
        print(len(merge(file, sources([inbox] * 9)).files))
else:
    with closing(ahead.vetted_ahead(sources([inbox]), office)) as turns:
        next(turns)
        print(*(each.pid for each in psutil.Process().children()), flush=True)
        sys.stdin.read()
"""


def command(office: Path, inbox: Path, what: str) -> list[str]:
    return [sys.executable, "-P", "-c", RUN, str(office), str(inbox), what]


ENVIRONMENT: Final = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_the_helper_ends_when_the_program_is_killed(office: Path, inbox: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        command(office, inbox, "wait"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
        assert process.stdout is not None
        helpers = [psutil.Process(int(each)) for each in process.stdout.readline().split()]
        process.kill()
        process.wait()

    _gone, left = psutil.wait_procs(helpers, timeout=20)
    assert len(helpers) == 1
    assert left == []


def test_the_helper_is_started_as_this_python_was(office: Path, inbox: Path) -> None:
    run = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{RUN}"
    flags = ["-I", "-B", "-X", "utf8"]

    with subprocess.Popen(  # noqa: S603
        [sys.executable, *flags, "-c", run, str(office), str(inbox), "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        (helper,) = process.stdout.readline().split()
        shown = psutil.Process(int(helper)).cmdline()
        process.communicate()

    assert shown[1:6] == [*flags, "-c"]


def test_the_helper_writes_nothing_and_runs_nothing_that_lies_in_the_folder(
    tmp_path: Path, office: Path, inbox: Path
) -> None:
    stick = tmp_path / "stick"
    (stick / "audit").mkdir(parents=True)
    for name in ("pickle.py", "marshal.py", "audit/__init__.py", "sitecustomize.py"):
        (stick / name).write_text("open('was-run', 'w').close()", "utf-8")

    done = subprocess.run(  # noqa: S603
        command(office, inbox, "merge"),
        capture_output=True,
        cwd=stick,
        env=ENVIRONMENT,
        check=True,
        text=True,
    )

    assert int(done.stdout) > 20
    assert done.stderr == ""
    assert not (stick / "was-run").exists()
