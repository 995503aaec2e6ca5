"""What leaders read: the workbook, the page, the minutes, for a province and for the country.

The floor of the workbook is XlsxWriter writing the same cells without a look. Each
measurement is a process of its own that builds its data first and then times one
writing in CPU seconds; memory is the greatest that the process held, data included.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.measuring import Figure, medians

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checklists.report import Report
    from exports.made import Made

ROOT: Final = Path(__file__).resolve().parent.parent
CELLS: Final = "cells.json"
TURNS: Final = 5
AT_MOST: Final = 2
AT_MOST_MEGABYTES: Final = 300


def report_of(communes: str) -> Report:
    """Return a report of communes, most of them strong, some weak, some blank.

    Args:
        communes: ``province`` for 95 of them, ``country`` for all 3,321.
    """
    from checklists.communes import all_communes
    from checklists.report import Report
    from tests.factories import ALL_MET, make_matrix, make_round, with_values

    held = make_round() if communes == "province" else make_round(communes=all_communes())
    weak = with_values(pc_adequate=6, printers=1, citizen_pc=0, w_mbps=10, l_level="none")
    kinds = [ALL_MET, ALL_MET, with_values(n_backup="none", k_kiosks=0), weak, {}]
    stated = {each.code: kinds[at % len(kinds)] for at, each in enumerate(held.communes)}
    return Report(make_matrix(stated, held=held))


def _made() -> Made:
    from exports.made import Made

    return Made.of(datetime(2026, 12, 5, 7, tzinfo=UTC), "0")


def _workbook(report: Report, folder: Path) -> None:
    from exports.excel.workbook import write_workbook

    write_workbook(report, folder / "ours.xlsx", _made())


def _page(report: Report, folder: Path) -> None:
    from exports.dashboard.page import write_dashboard

    write_dashboard(report, folder / "ours.html", _made())


def _minutes(report: Report, folder: Path) -> None:
    from exports.minutes.document import file_name, write_minutes

    for row in report.matrix.rows:
        write_minutes(row, folder / file_name(row.commune), _made())


WAYS: Final[dict[str, Callable[[Report, Path], None]]] = {
    "workbook": _workbook,
    "page": _page,
    "minutes": _minutes,
}


def _time_ours(way: str, communes: str, folder: Path) -> float:
    report = report_of(communes)
    small = folder / "warm-up"
    small.mkdir(exist_ok=True)
    WAYS[way](report_of_one(report), small)
    # What the report works out when it is first asked belongs to the writing.
    gc.disable()  # as commands do
    start = time.process_time()
    WAYS[way](report, folder)
    return time.process_time() - start


def report_of_one(report: Report) -> Report:
    """Return a report of the first commune, for the modules to be loaded."""
    from checklists.matrix import Matrix
    from checklists.report import Report

    return Report(Matrix(report.round, report.matrix.rows[:1]))


def _time_floor(folder: Path) -> float:
    """Return the CPU seconds that XlsxWriter takes for the same cells and nothing else."""
    from xlsxwriter import Workbook

    sheets = json.loads((folder / CELLS).read_text("utf-8"))
    gc.disable()  # as commands do
    start = time.process_time()
    workbook = Workbook(str(folder / "floor.xlsx"), {"in_memory": True})
    for cells in sheets:
        sheet = workbook.add_worksheet()
        for row, column, value in cells:
            if value is None:
                sheet.write_blank(row, column, None)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write_number(row, column, value)
    workbook.close()
    return time.process_time() - start


def _save_cells(communes: str, folder: Path) -> None:
    """Save what stands in the cells of the workbook, for the floor."""
    from openpyxl import load_workbook

    _workbook(report_of(communes), folder)
    book = load_workbook(folder / "ours.xlsx", data_only=True)
    sheets = [
        [
            (down, across, _plain(cell.value))
            for down, row in enumerate(sheet.iter_rows())
            for across, cell in enumerate(row)
            if cell.has_style or cell.value is not None
        ]
        for sheet in book.worksheets
    ]
    (folder / CELLS).write_text(json.dumps(sheets), "utf-8")


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _run(*words: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 # this file, in this Python
        [sys.executable, "-m", "benchmarks.exports", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure() -> Iterator[Figure]:
    """Yield what each export costs."""
    for communes, count, turns in (("province", 95, TURNS), ("country", 3_321, 1)):
        with tempfile.TemporaryDirectory() as temporary:
            yield from _measure(communes, count, turns, temporary)


def _measure(communes: str, count: int, turns: int, folder: str) -> Iterator[Figure]:
    _run("cells", communes, folder)
    memory: dict[str, float] = {}

    def timed(*words: str) -> Callable[[], float]:
        def run() -> float:
            found = _run(*words, communes, folder)
            memory[words[0]] = found["megabytes"]
            return found["seconds"]

        return run

    # A page of minutes for each commune of the country is nobody's wish.
    ways = [way for way in WAYS if way != "minutes" or communes == "province"]
    names = ["floor", *ways]
    found = medians({name: timed(name) for name in names}, turns)
    floor = ("XlsxWriter, the same cells without looks", found["floor"])
    for way in ways:
        what = f"{way}, {count:,} communes; {memory[way]:.0f} MB of memory"
        aim = AT_MOST if way == "workbook" else None
        if way == "workbook" and communes == "country" and memory[way] > AT_MOST_MEGABYTES:
            aim = 0  # too much memory is a missed aim as well
        yield Figure(what, found[way], *floor, aim)


def main() -> None:
    """Do one measurement: a way, which communes, a folder."""
    way, communes, folder = sys.argv[1:]
    if way == "cells":
        _save_cells(communes, Path(folder))
        took = 0.0
    elif way == "floor":
        took = _time_floor(Path(folder))
    else:
        took = _time_ours(way, communes, Path(folder))
    peak = 0.0
    try:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    except ImportError:
        pass
    print(json.dumps({"seconds": took, "megabytes": peak}))


if __name__ == "__main__":
    main()
