"""The readiness workbook of 95 communes against openpyxl writing the same cells unstyled.

``python -m benchmarks.excel [RUNS]``: each measurement is a process of its own that
builds its data first and then times one writing in CPU seconds; medians and their
ratio are printed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from checklists.matrix import Matrix

ROOT: Final = Path(__file__).resolve().parent.parent
VALUES: Final = "values.json"
AT_MOST: Final = 2
"""What the ratio should not exceed."""


def mixed_matrix() -> Matrix:
    """Return 95 communes, most of them strong, some weak, some blank."""
    from tests.factories import ALL_MET, make_matrix, make_round, with_values

    held = make_round()
    weak = with_values(pc_adequate=6, printers=1, citizen_pc=0, w_mbps=10, l_level="none")
    kinds = [ALL_MET, ALL_MET, with_values(n_backup="none", k_kiosks=0), weak, {}]
    return make_matrix(
        {each.code: kinds[at % len(kinds)] for at, each in enumerate(held.communes)}, held=held
    )


def write(matrix: Matrix, path: Path) -> None:
    """Write the workbook."""
    from checklists.report import Report
    from exports.excel.workbook import write_workbook
    from exports.made import Made

    write_workbook(Report(matrix), path, Made.of(datetime(2026, 12, 5, 7, tzinfo=UTC), "0"))


def save_values(folder: Path) -> None:
    """Save what stands in the cells of the workbook, row by row, for `time_floor`."""
    from openpyxl import load_workbook

    write(mixed_matrix(), folder / "ours.xlsx")
    sheets = [
        [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in load_workbook(folder / "ours.xlsx").worksheets
    ]
    (folder / VALUES).write_text(json.dumps(sheets), "utf-8")


def time_ours(folder: Path) -> float:
    """Return the CPU seconds that the workbook takes, from the matrix to the file."""
    import_module("exports.excel.workbook")
    matrix = mixed_matrix()
    start = time.process_time()
    write(matrix, folder / "ours.xlsx")
    return time.process_time() - start


def time_floor(folder: Path) -> float:
    """Return the CPU seconds that openpyxl takes for the same values and nothing else."""
    from openpyxl import Workbook

    sheets = json.loads((folder / VALUES).read_text("utf-8"))
    start = time.process_time()
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    workbook.save(folder / "floor.xlsx")
    return time.process_time() - start


WAYS: Final = {"floor": time_floor, "ours": time_ours}


def measure(folder: Path, runs: int) -> dict[str, float]:
    """Return the median of each way, the ways taking turns."""
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    for _run in range(runs):
        for way, times in found.items():
            done = subprocess.run(  # noqa: S603 # this file, in this Python
                [sys.executable, "-m", "benchmarks.excel", "--one", way, str(folder)],
                cwd=ROOT,
                capture_output=True,
                encoding="utf-8",
                check=True,
            )
            times.append(float(done.stdout))
    return {way: statistics.median(times) for way, times in found.items()}


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="?", type=int, default=9)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        way, folder = given.one
        print(WAYS[way](Path(folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        save_values(Path(temporary))
        medians = measure(Path(temporary), given.runs)
    floor, ours = medians["floor"], medians["ours"]
    print(f"openpyxl, the same values without styles  {floor * 1000:6.1f} ms")
    print(f"the readiness workbook                    {ours * 1000:6.1f} ms")
    print(f"ratio {ours / floor:.2f} (should be at most {AT_MOST})")


if __name__ == "__main__":
    main()
