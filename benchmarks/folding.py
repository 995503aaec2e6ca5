"""A whole province from its records to its matrix, against reading them at all. CPU time.

95 communes, each rated by every criterion of the shipped edition. The floors are one
scan of the table in SQLite, and `json.loads` of every body.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.file import AuditFile
from audit.fold import read_file
from benchmarks.made_up import made_up_file
from benchmarks.measuring import Figure, medians
from checklists.matrix import build_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES: Final = ((20_000, 9), (530_000, 1))
"""How many records, and how often to measure."""
AT_MOST: Final = 4
"""Times `json.loads`: 0.5 s for 20,000 records where that takes 125 ms."""


def _timed(do: Callable[[Path], None], path: Path) -> Callable[[], float]:
    def once() -> float:
        # As a command does (`audit.cli.app.run`), and for the floors alike.
        gc.disable()
        try:
            start = time.process_time()
            do(path)
            return time.process_time() - start
        finally:
            gc.enable()

    return once


def _scan(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("select sum(length(body)) from record").fetchone()


def _parse(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        for (body,) in file.execute("select body from record"):
            json.loads(body)


def _fold_and_rate(path: Path) -> None:
    with AuditFile.open(path) as file:
        folded = read_file(file)
    build_matrix(folded.round, folded.checklists)


def measure() -> Iterator[Figure]:
    """Yield what it costs to fold and rate a province of two sizes."""
    with tempfile.TemporaryDirectory() as folder:
        for records, turns in SIZES:
            path = Path(folder) / f"{records}.audit"
            made_up_file(path, records)
            found = medians(
                {
                    "scan": _timed(_scan, path),
                    "parse": _timed(_parse, path),
                    "ours": _timed(_fold_and_rate, path),
                },
                turns,
            )
            what = f"fold and rate {records:,} records"
            least = ("json.loads of every body", found["parse"])
            yield Figure(what, found["ours"], *least, AT_MOST)
            yield Figure(what, found["ours"], "scan in SQLite", found["scan"])
