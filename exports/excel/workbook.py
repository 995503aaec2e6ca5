"""The readiness workbook: the sheets in their order, written whole to one file."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from openpyxl import Workbook

from criteria.language import _, current
from exports.excel import matrix_sheet, summary_sheet
from exports.excel.made import PROGRAM, Made
from exports.excel.page import safe_text
from exports.excel.styles import Styles
from exports.safe_write import as_readiness_error, write_safely

if TYPE_CHECKING:
    from datetime import date

    from checklists.matrix import Matrix
    from exports.excel.letterhead import Header

_MOST_IN_A_PROPERTY = 255


def write_workbook(  # what a workbook says of itself
    matrix: Matrix,
    path: Path,
    *,
    header: Header = "state",
    made_at: datetime,
    version: str,
    until: date | datetime | None = None,
    as_of: str = "",
) -> None:
    """Write the workbook in the language in use.

    Args:
        matrix: What to show.
        path: Where; a file that is there is replaced, whole or not at all.
        header: Form of the paper: the State's or the Party's.
        made_at: Now, with the zone of the reader; shown as local time.
        version: Of the program.
        until: Last day that is in the figures, or the moment at which they end; the day of
            `made_at` if not given.
        as_of: As of when, in words, where that is not now.

    Raises:
        ReadinessError: The file cannot be written.
    """
    made = Made(
        header=header,
        at=made_at,
        version=version,
        until=until or made_at.date(),
        foot=matrix.round.title,
        as_of=as_of,
    )
    workbook = build_workbook(matrix, made)
    content = BytesIO()
    try:
        # openpyxl builds the sheets in files of its own in the folder for temporary files.
        workbook.save(content)
    except OSError as error:
        raise as_readiness_error(Path(gettempdir()) / path.name, error) from error
    write_safely(path, content.getvalue())


def build_workbook(matrix: Matrix, made: Made) -> Workbook:
    """Return the workbook before it is written: the same matrix gives the same cells."""
    workbook = Workbook()
    styles = Styles(workbook)
    summary = workbook.worksheets[0]
    summary.title = summary_sheet.title()
    summary_sheet.write_summary(summary, styles, matrix, made)
    sheet = workbook.create_sheet(matrix_sheet.title())
    matrix_sheet.write_matrix(sheet, styles, matrix, made)

    about = workbook.properties
    subject = _("Readiness of commune-level IT infrastructure")
    about.title = safe_text(f"{subject} – {matrix.round.title}")[:_MOST_IN_A_PROPERTY]
    about.subject = subject
    about.creator = PROGRAM
    about.version = made.version
    about.language = "vi-VN" if current() == "vi" else "en"
    about.created = _without_zone(made.at)
    return workbook


def _without_zone(at: datetime) -> datetime:
    """Return UTC without its mark, as the properties of a workbook are written."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
