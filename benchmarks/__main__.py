"""Run the benchmarks: ``python -m benchmarks [NAME …]``; without a name, all of them.

Each costs what it costs on this machine at this moment; only the ratio to a floor
measured in the same run can be compared with another run.
"""

from __future__ import annotations

import platform
import sqlite3
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from benchmarks.measuring import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES: Final = ("startup", "append", "folding", "merging", "search", "views", "exports", "terminal")


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a Markdown table that reads well as text."""
    held = list(rows)
    widths = [max(len(row[column]) for row in held) for column in range(len(HEADINGS))]
    held.insert(1, tuple("-" * width for width in widths))
    for row in held:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    """Print the figures of the benchmarks named; return how many aims are missed."""
    names = sys.argv[1:] or list(NAMES)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. Known: {', '.join(NAMES)}.")
        return 2
    figures = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        figures += list(import_module(f"benchmarks.{name}").measure())
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.machine()}\n"
    )
    for line in _table([HEADINGS, *(figure.cells() for figure in figures)]):
        print(line)
    return int(any(not figure.is_kept for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
