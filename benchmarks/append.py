"""One field saved durably against 4 KiB written and flushed in the same folder. Wall time."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.clock import now
from audit.file import AuditFile
from audit.pen import Draft, Pen, continue_chains, create_file
from audit.record import Author
from benchmarks.measuring import Figure, medians

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TURNS: Final = 500
AT_MOST: Final = 8
ROUND: Final = "d" + "0" * 32
AUTHOR: Final = Author("k" + "1" * 32, "Nguyễn Văn An")
COMMUNE: Final = "26368"
_PAGE: Final = bytes(4096)


def _timed(do: Callable[[], object]) -> Callable[[], float]:
    def once() -> float:
        start = time.perf_counter()
        do()
        return time.perf_counter() - start

    return once


def measure() -> Iterator[Figure]:
    """Yield what it costs to save one field."""
    before = os.environ.get("READINESS_HOME")
    # Not in the system's folder for temporary files, which may lie in memory.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as temporary:
        folder = Path(temporary)
        os.environ["READINESS_HOME"] = str(folder / "home")
        try:
            yield from _measure(folder)
        finally:
            os.environ.pop("READINESS_HOME")
            if before is not None:
                os.environ["READINESS_HOME"] = before


def _measure(folder: Path) -> Iterator[Figure]:
    first = Draft("round", "", "round", 1)
    field = Draft("answer", COMMUNE, "pc_working", 12)
    create_file(folder / "pen.audit", ROUND, AUTHOR, [first]).close()
    create_file(folder / "file.audit", ROUND, AUTHOR, [first]).close()
    with (
        AuditFile.open(folder / "pen.audit", write=True) as by_pen,
        AuditFile.open(folder / "file.audit", write=True) as by_hand,
        (folder / "floor").open("wb", buffering=0) as plain,
    ):
        pen = Pen(by_pen, ROUND, AUTHOR)

        def floor() -> None:
            plain.write(_PAGE)
            os.fsync(plain.fileno())

        def append() -> None:
            with by_hand.appending() as appender:
                appender.append(
                    continue_chains([field], ROUND, AUTHOR, "w1", now, appender.chain_end)
                )

        found = medians(
            {
                "floor": _timed(floor),
                "append": _timed(append),
                "write": _timed(lambda: pen.write([field])),
            },
            TURNS,
        )
    least = ("write 4 KiB, fsync", found["floor"])
    yield Figure("append one record to the file", found["append"], *least, AT_MOST)
    yield Figure("the same, and remember its writer", found["write"], *least, AT_MOST)
