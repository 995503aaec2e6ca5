"""What leaders read: the workbook, the page, the minutes, for a province and for the country.

The floor of the workbook is XlsxWriter writing the same cells without a look, through the
methods that everybody uses: as many sheets, each text and number, each formula with what it
comes to. Links, comments and merged rectangles are no cells, and it is not charged with
them, although they are no looks either; nor with charts, widths and pages. A cell that has a
look and nothing else is nothing without its look.

A formula costs XlsxWriter 30 times as much as a number: it looks through each for 29
functions that would need a mark. The few hundred of a province are a third of its floor. So
the workbook stands beside a lower floor, too, in which a formula is no more than what it
comes to; and beside a higher one that writes links, comments and merged cells as well, which
is what readers get besides looks.

The workbook is charged with all that it takes from the ratings to the file, and the aim is
held against that. How much of it is working out figures, which no library does, shows in a
row of its own: there they are known before the clock starts.

Each measurement is a process of its own that builds its data, does the same once for a single
commune or cell, so that modules are loaded, and then times one writing in CPU seconds; memory
is the greatest that the process held, data included.
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
"""What stands on each sheet; rows and columns from 0."""
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
DERIVED: Final = "derived"
"""The workbook, all that it tells being worked out before."""
FLOORS: Final = {
    "floor": "XlsxWriter, the same cells without looks",
    "values": "… formulas as values",
    "full": "… with links, comments, merged cells",
}


def _time_ours(way: str, communes: str, folder: Path) -> float:
    is_derived = way == DERIVED
    way = "workbook" if is_derived else way
    report = _derived(report_of(communes)) if is_derived else report_of(communes)
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


def _derived(report: Report) -> Report:
    """Return a report that has worked out all that it tells beside the ratings."""
    _all = report.costs, report.tasks, report.quality, report.declared, report.trend
    return report


def _time_floor(folder: Path, kind: str) -> float:
    """Return the CPU seconds that XlsxWriter takes for the same cells and nothing else.

    Args:
        folder: With what `_save_cells` saved.
        kind: One of `FLOORS`.
    """
    sheets = json.loads((folder / CELLS).read_text("utf-8"))
    if kind == "values":
        for held in sheets:
            held["cells"] = [
                (row, column, value[1] if isinstance(value, list) else value)
                for row, column, value in held["cells"]
            ]
    is_full = kind == "full"
    warm_up = {"cells": [(0, 0, 1), (0, 1, "1"), (0, 2, ["=A1", 1])]}
    _floor([warm_up], folder / "warm-up.xlsx", is_full=False)
    gc.disable()  # as commands do
    start = time.process_time()
    _floor(sheets, folder / "floor.xlsx", is_full=is_full)
    return time.process_time() - start


def _floor(sheets: list[dict[str, Any]], path: Path, *, is_full: bool) -> None:
    from xlsxwriter import Workbook

    workbook = Workbook(str(path), {"in_memory": True})
    for held in sheets:
        sheet = workbook.add_worksheet()
        if is_full:
            for area in held["merged"]:
                sheet.merge_range(*area, "")
        for row, column, value in held["cells"]:
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif isinstance(value, list):
                sheet.write_formula(row, column, value[0], None, value[1])
            else:
                sheet.write_number(row, column, value)
        if is_full:
            for row, column, location, shown in held["links"]:
                sheet.write_url(row, column, f"internal:{location}", None, shown)
            for row, column, text in held["comments"]:
                sheet.write_comment(row, column, text)
    workbook.close()


def _save_cells(communes: str, folder: Path) -> None:
    """Save what stands in the workbook, for the floors."""
    from openpyxl import load_workbook

    _workbook(report_of(communes), folder)
    shown = load_workbook(folder / "ours.xlsx", data_only=True)
    typed = load_workbook(folder / "ours.xlsx")
    sheets = [_sheet(*both) for both in zip(shown.worksheets, typed.worksheets, strict=True)]
    (folder / CELLS).write_text(json.dumps(sheets), "utf-8")


def _sheet(shown: Any, typed: Any) -> dict[str, Any]:
    """Return what stands on a sheet, of which one copy has values and one formulas."""
    cells, links, comments = [], [], []
    for row in typed.iter_rows():
        for cell in row:
            at = cell.row - 1, cell.column - 1
            value = _plain(shown.cell(cell.row, cell.column).value)
            if cell.data_type == "f":
                # A formula that comes to an empty text is read back as nothing.
                cells.append((*at, [cell.value, "" if value is None else value]))
            elif value is not None:
                cells.append((*at, value))
            if cell.hyperlink is not None:
                links.append((*at, cell.hyperlink.location, value))
            if cell.comment is not None:
                comments.append((*at, cell.comment.text))
    merged = [
        (area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
        for area in typed.merged_cells.ranges
    ]
    return {"cells": cells, "links": links, "comments": comments, "merged": merged}


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
    names = [*FLOORS, DERIVED, *ways]
    found = medians({name: timed(name) for name in names}, turns)
    floor = (FLOORS["floor"], found["floor"])
    for way in ways:
        what = f"{way}, {count:,} communes; {memory[way]:.0f} MB of memory"
        aim = AT_MOST if way == "workbook" else None
        if way == "workbook" and communes == "country" and memory[way] > AT_MOST_MEGABYTES:
            aim = 0  # too much memory is a missed aim as well
        yield Figure(what, found[way], *floor, aim)
        if way == "workbook":
            yield Figure("… its figures known before", found[DERIVED], *floor)
            for lower_or_higher in ("values", "full"):
                other = FLOORS[lower_or_higher], found[lower_or_higher]
                yield Figure(f"… workbook, {count:,} communes", found[way], *other)


def main() -> None:
    """Do one measurement: a way, which communes, a folder."""
    way, communes, folder = sys.argv[1:]
    if way == "cells":
        _save_cells(communes, Path(folder))
        took = 0.0
    elif way in FLOORS:
        took = _time_floor(Path(folder), way)
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
