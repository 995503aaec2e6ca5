"""What was reported done is on the disk, whatever happens to the process."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from audit.file import AuditFile, Entry
from audit.pen import Draft, create_file
from audit.record import Author, record_id

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
ROUND: Final = "d" + "0" * 32
KILLS: Final = 15
MOST_BEFORE_A_KILL: Final = 300

APPEND: Final = """
import os, sys
from pathlib import Path
from audit.file import AuditFile
from audit.pen import Draft, Pen
from audit.record import Author

path, round_id, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with AuditFile.open(path, write=True) as file:
    pen = Pen(file, round_id, Author("k" + "1" * 32, "Nguyễn Văn An"))
    os.write(1, b"ready\\n")
    for number in range(count):
        commune = ("26368", "26041", "26068")[number % 3]
        (entry,) = pen.write([Draft("answer", commune, "pc_working", number, reason="đếm lại")])
        os.write(1, entry.id.encode() + b"\\n")
"""
CREATE: Final = """
import os, sys
from pathlib import Path
from audit.pen import Draft, create_file
from audit.record import Author

drafts = [Draft("round", "", "round", number) for number in range(int(sys.argv[3]))]
os.write(1, b"ready\\n")
create_file(Path(sys.argv[1]), sys.argv[2], Author("k" + "1" * 32, "Sở"), drafts).close()
os.write(1, b"made\\n")
"""


def command(script: str, path: Path, count: int) -> list[str]:
    return [sys.executable, "-X", "utf8", "-c", script, str(path), ROUND, str(count)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    at = tmp_path / "dot-1.audit"
    create_file(at, ROUND, Author("k" + "0" * 32, "Sở"), [Draft("round", "", "round", 1)]).close()
    return at


def whole_chains(path: Path) -> dict[tuple[str, str], list[Entry]]:
    """Return the chains of a file that opens, is sound, and has no gap."""
    with AuditFile.open(path, write=True) as file:
        assert file.damage() == []
        entries = file.entries()
    chains: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        assert record_id(entry.body) == entry.id
        chains[entry.commune, entry.writer].append(entry)
    for chain in chains.values():
        assert [entry.sequence for entry in chain] == list(range(1, len(chain) + 1))
        before = ["", *(entry.id for entry in chain[:-1])]
        assert [json.loads(entry.body)["previous"] for entry in chain] == before
    return chains


def ids_of(chains: dict[tuple[str, str], list[Entry]]) -> set[str]:
    return {entry.id for chain in chains.values() for entry in chain}


def test_a_process_killed_at_any_moment_loses_nothing_it_reported(path: Path) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")  # noqa: T201 # shown when this fails
    dice = Random(seed)  # noqa: S311 # to repeat what failed
    reported: set[str] = set()

    for kill in range(KILLS):
        held_before = len(ids_of(whole_chains(path)))
        after = dice.randint(1, MOST_BEFORE_A_KILL)
        with subprocess.Popen(  # noqa: S603
            command(APPEND, path, 100_000), cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            lines = [process.stdout.readline() for _line in range(after)]
            process.kill()
            lines += process.stdout.readlines()
        new = {line.decode().strip() for line in lines if line.endswith(b"\n")}

        held = ids_of(whole_chains(path))
        reported |= new
        assert len(new) >= after
        assert reported <= held, f"kill {kill} after {after}"
        # At most the one that was on its way is there without having been reported.
        assert held_before + len(new) <= len(held) <= held_before + len(new) + 1

    subprocess.run(command(APPEND, path, 1), cwd=ROOT, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
    writers = {writer for commune, writer in whole_chains(path) if commune}
    assert len(writers) == 1
    assert [each.name for each in path.parent.iterdir() if each.is_file()] == [path.name]


# What the system was asked to do, in order


# Some systems lack some of them; the question mark says so.
CALLS: Final = (
    *("openat", "write", "pwrite64", "fsync", "fdatasync", "?ftruncate"),
    *("?unlink", "?unlinkat", "?rename", "?renameat", "?renameat2"),
)


@cache
def strace() -> str:
    """Return the tracer; skip where there is none, or tracing is not allowed."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run(  # noqa: S603
        [found, "-f", "-e", "trace=none", sys.executable, "-c", ""],
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("tracing is not allowed here")
    return found


def traced(
    script: str, path: Path, count: int, *options: str
) -> tuple[list[str], subprocess.CompletedProcess[bytes]]:
    """Run a script under strace; return the calls that touch the file, and how it ended."""
    log = path.with_name("trace")
    tracer = [strace(), "-f", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *options]
    done = subprocess.run(  # noqa: S603
        [*tracer, *command(script, path, count)], cwd=ROOT, capture_output=True, check=False
    )
    lines = [line.split(maxsplit=1)[1] for line in log.read_text("utf-8", "replace").splitlines()]
    log.unlink()
    return [line for line in lines if re.match(r"\w+\(", line)], done


def after_ready(calls: Sequence[str]) -> int:
    """Return where in the trace the script said that it begins."""
    return next((at for at, call in enumerate(calls) if '"ready\\n"' in call), len(calls)) + 1


def place(calls: Sequence[str], pattern: str, *, last: bool = False) -> int:
    """Return where in the trace a call is."""
    found = [at for at, call in enumerate(calls) if re.match(pattern, call)]
    assert found, (pattern, calls)
    return found[-1 if last else 0]


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a tool of Linux")
def test_an_append_is_flushed_before_it_is_reported(path: Path) -> None:
    calls, done = traced(APPEND, path, 1)
    calls = calls[after_ready(calls) :]

    assert done.returncode == 0
    flush = r"f(data)?sync\(\d+<[^>]*"
    journal_flushed = place(calls, flush + r"dot-1\.audit-journal>")
    file_written = place(calls, r"pwrite64\(\d+<[^>]*dot-1\.audit>")
    last_written = place(calls, r"pwrite64\(\d+<[^>]*dot-1\.audit>", last=True)
    file_flushed = place(calls, flush + r"dot-1\.audit>", last=True)
    journal_gone = place(calls, r'unlink(at)?\(.*"[^"]*dot-1\.audit-journal"')
    reported = place(calls, r'write\(1<[^>]*>, "r[0-9a-f]{4}')
    assert journal_flushed < file_written <= last_written < file_flushed < journal_gone < reported


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a tool of Linux")
def test_a_new_file_is_flushed_before_it_gets_its_name_and_then_its_folder(tmp_path: Path) -> None:
    calls, done = traced(CREATE, tmp_path / "new.audit", 3)
    calls = calls[after_ready(calls) :]

    assert done.returncode == 0
    written = place(calls, r"pwrite64\(\d+<[^>]*\.new\.audit\.[^>]*\.tmp>", last=True)
    flushed = place(calls, r"f(data)?sync\(\d+<[^>]*\.new\.audit\.[^>]*\.tmp>", last=True)
    named = place(calls, r'rename[a-z0-9]*\(.*"[^"]*new\.audit"')
    folder_flushed = place(calls, rf"fsync\(\d+<{re.escape(str(tmp_path))}>", last=True)
    reported = place(calls, r'write\(1<[^>]*>, "made')
    assert written < flushed < named < folder_flushed < reported


def kill_points(calls: Sequence[str]) -> list[tuple[str, int]]:
    """Return each call that changes what is on the disk: its name, and the how-manieth it is."""
    begin = after_ready(calls)
    counts: dict[str, int] = defaultdict(int)
    points = []
    for at, call in enumerate(calls):
        name = call.partition("(")[0]
        counts[name] += 1
        if at >= begin and name not in ("openat", "write"):
            points.append((name, counts[name]))
    return points


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a tool of Linux")
def test_an_append_killed_at_any_call_to_the_system_is_there_whole_or_not_at_all(
    path: Path,
) -> None:
    before = path.read_bytes()
    calls, _done = traced(APPEND, path, 1)
    added = 0

    for name, number in kill_points(calls):
        path.write_bytes(before)
        held_before = ids_of(whole_chains(path))
        _calls, done = traced(APPEND, path, 1, "-e", f"inject={name}:signal=SIGKILL:when={number}")

        held = ids_of(whole_chains(path))
        reported = {line for line in done.stdout.decode().split() if line.startswith("r")} - {
            "ready"
        }
        assert done.returncode != 0, (name, number)
        assert held_before | reported <= held
        assert len(held) <= len(held_before) + 1
        added += len(held) - len(held_before)

    assert added > 0  # some points were late enough


@pytest.mark.skipif(sys.platform != "linux", reason="strace is a tool of Linux")
def test_a_new_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new.audit"
    calls, _done = traced(CREATE, path, 3)
    points = [
        (name, number)
        for name, number in kill_points(calls)
        if name.startswith(("rename", "unlink", "fsync"))
        or (name == "fdatasync" and number % 4 == 0)
    ]
    made = 0

    for name, number in points:
        path.unlink(missing_ok=True)
        _calls, done = traced(CREATE, path, 3, "-e", f"inject={name}:signal=SIGKILL:when={number}")

        assert done.returncode != 0, (name, number)
        if path.exists():
            made += 1
            assert len(ids_of(whole_chains(path))) == 3
        else:
            assert b"made" not in done.stdout

    assert 0 < made < len(points)
