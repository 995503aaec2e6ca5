"""Taking in a province of hand-ins against the least that could do it. Wall time.

The floor is the ``sqlite3`` command line, which attaches each file and inserts its rows
without looking at them. Ours checks all of it: pages, ids, chains, seals, every field of
every record, what contradicts what.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.made_up import made_up_hand_ins
from benchmarks.measuring import Figure, medians

if TYPE_CHECKING:
    from collections.abc import Iterator

HAND_INS: Final = 95
"""One a commune of the province."""
RECORDS: Final = 16_000
MANY: Final = 3_321
"""As many as the country has communes; here several auditors share the fields of one."""
MANY_RECORDS: Final = 530_000
TURNS: Final = 5
AT_MOST: Final = 2.5
AT_MOST_AGAIN: Final = 1.0
AT_MOST_SECONDS: Final = 20
AT_MOST_MEGABYTES: Final = 500

ONE_MERGE: Final = """
import json, sys, time
from pathlib import Path
from audit.file import AuditFile
from audit.fold import read_round
from audit.intake import sources
from audit.memory import no_search_for_circles
from audit.merge import merge

with no_search_for_circles(), AuditFile.open(Path(sys.argv[1]), write=True) as file:
    read_round(file)
    start = time.perf_counter()
    report = merge(file, sources([Path(sys.argv[2])]))
    took = time.perf_counter() - start
peak = 0
try:
    import resource
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):  # it has one child at most
        peak += resource.getrusage(whose).ru_maxrss // 1024
except ImportError:
    pass
print(json.dumps({"seconds": took, "records": report.records_new, "megabytes": peak}))
"""
"""Takes in a folder in a process of its own; prints how long it took.

The round was read before, as by any command and by the app; taking in reads it once more.
"""


def measure() -> Iterator[Figure]:
    """Yield what it costs to take in the hand-ins of a province, and of very many."""
    # Not in the system's folder for temporary files, which may lie in memory.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as temporary:
        folder = Path(temporary)
        yield from _of_province(folder)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as temporary:
        yield _of_many(Path(temporary))


def _of_province(folder: Path) -> Iterator[Figure]:
    office = made_up_hand_ins(folder, RECORDS, HAND_INS)
    taken = folder / "taken.audit"
    by_hand = folder / "by-hand.audit"
    program = shutil.which("sqlite3")

    def first() -> float:
        shutil.copy(office, taken)
        return _merged(taken, folder / "in")["seconds"]

    def floor() -> float:
        shutil.copy(office, by_hand)
        start = time.perf_counter()
        subprocess.run(  # noqa: S603
            [str(program), str(by_hand)], input=_script(folder / "in"), check=True, text=True
        )
        return time.perf_counter() - start

    ways = {"first": first, "again": lambda: _merged(taken, folder / "in")["seconds"]}
    if program is not None:
        ways["floor"] = floor
    else:
        print("sqlite3 is not installed: no floor for a merge.", file=sys.stderr)
    found = medians(ways, TURNS)
    what = f"take in {HAND_INS} hand-ins, {RECORDS:,} records"
    if program is not None:
        yield Figure(what, found["first"], "attach, insert: sqlite3", found["floor"], AT_MOST)
    yield Figure(
        "take them in again", found["again"], "the first time", found["first"], AT_MOST_AGAIN
    )


def _of_many(folder: Path) -> Figure:
    office = made_up_hand_ins(folder, MANY_RECORDS, MANY)
    read = 0.0
    for path in (folder / "in").iterdir():
        start = time.perf_counter()
        path.read_bytes()
        read += time.perf_counter() - start
    found = _merged(office, folder / "in")
    what = f"take in {MANY:,} hand-ins, {MANY_RECORDS:,} records"
    what += f"; {found['megabytes']:.0f} MB of memory"
    # Too much memory is a missed aim as well.
    aim = AT_MOST_SECONDS if found["megabytes"] <= AT_MOST_MEGABYTES else 0
    return Figure(what, found["seconds"], "read their bytes", read, at_most_seconds=aim)


def _merged(path: Path, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-c", ONE_MERGE, str(path), str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _script(folder: Path) -> str:
    """Return what the command line is told: all rows of all files, as they are."""
    return "".join(
        f"attach '{path}' as other; "  # noqa: S608 # our own files
        "insert or ignore into record select * from other.record; "
        "insert or ignore into seal select * from other.seal; "
        "detach other;\n"
        for path in sorted(folder.iterdir())
    )
