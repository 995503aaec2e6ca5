"""Opened and printed by LibreOffice, the workbook has the pages a reader expects."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from checklists.report import Report
from exports.excel import workbook
from exports.excel.workbook import write_workbook
from exports.made import Made
from tests.factories import ALL_MET, commune, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.matrix import Matrix

MADE_AT = datetime(2026, 12, 5, 14, 5, tzinfo=timezone(timedelta(hours=7)))
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
A4_UPRIGHT, A3_ACROSS = (210, 297), (420, 297)

pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


def mixed_matrix() -> Matrix:
    held = make_round()
    weak = with_values(pc_adequate=2, n_backup="none", citizen_pc=0, w_mbps=None)
    kinds = [ALL_MET, ALL_MET, with_values(guide=False), weak, {}]
    return make_matrix(
        {each.code: kinds[at % len(kinds)] for at, each in enumerate(held.communes)}, held=held
    )


def printed(matrix: Matrix, folder: Path) -> list[tuple[int, int]]:
    """Return width and height in millimetres of each page that LibreOffice prints."""
    path = folder / "Ma trận.xlsx"
    write_workbook(Report(matrix), path, Made.of(MADE_AT, "1"))
    subprocess.run(  # noqa: S603 # LibreOffice, on a file made here
        [
            str(OFFICE),
            f"-env:UserInstallation={(folder / 'office').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    content = (folder / "Ma trận.pdf").read_bytes()
    boxes = re.findall(rb"/Type/Page/.*?/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", content, re.DOTALL)
    return [(round(float(w) * 25.4 / 72), round(float(h) * 25.4 / 72)) for w, h in boxes]


@pytest.fixture(autouse=True)
def _only_summary_and_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEETS", [workbook.SHEETS[0], workbook.SHEETS[2]])


def test_a_province_takes_two_pages_of_summary_and_three_of_matrix(tmp_path: Path) -> None:
    assert printed(mixed_matrix(), tmp_path) == [A4_UPRIGHT] * 2 + [A3_ACROSS] * 3


def test_a_single_commune_wastes_no_page(tmp_path: Path) -> None:
    matrix = make_matrix({"26368": ALL_MET}, held=make_round(communes=[commune()]))

    assert printed(matrix, tmp_path) == [A4_UPRIGHT] * 2 + [A3_ACROSS]
