"""The readiness workbook: the sheets in their order, written whole to one file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from criteria.language import _, current
from exports.excel import (
    appendix_sheet,
    comparison_sheet,
    costs_by_commune_sheet,
    costs_sheet,
    criteria_sheet,
    declared_sheet,
    map_sheet,
    matrix_sheet,
    one_page_sheet,
    quality_sheet,
    shortfalls_sheet,
    summary_sheet,
    tasks_sheet,
)
from exports.excel.book import Book
from exports.excel.page import safe_text
from exports.made import PROGRAM
from exports.safe_write import write_safely

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checklists.report import Report
    from exports.made import Made, Progress

_MOST_IN_A_PROPERTY: Final = 255


class SheetOf(NamedTuple):
    """One sheet of the workbook.

    Attributes:
        title: Its name in the language in use.
        write: Fills it.
    """

    title: Callable[[], str]
    write: Callable[[Book], None]


SHEETS: Final = (
    SheetOf(summary_sheet.title, summary_sheet.write_summary),
    SheetOf(one_page_sheet.title, one_page_sheet.write_one_page),
    SheetOf(matrix_sheet.title, matrix_sheet.write_matrix),
    SheetOf(map_sheet.title, map_sheet.write_map),
    SheetOf(criteria_sheet.title, criteria_sheet.write_criteria),
    SheetOf(shortfalls_sheet.title, shortfalls_sheet.write_shortfalls),
    SheetOf(costs_sheet.title, costs_sheet.write_costs),
    SheetOf(costs_by_commune_sheet.title, costs_by_commune_sheet.write_costs_by_commune),
    SheetOf(tasks_sheet.title, tasks_sheet.write_tasks),
    SheetOf(comparison_sheet.title, comparison_sheet.write_comparison),
    SheetOf(declared_sheet.title, declared_sheet.write_declared),
    SheetOf(quality_sheet.title, quality_sheet.write_quality),
    SheetOf(appendix_sheet.title, appendix_sheet.write_appendix),
)
"""In the order in which a reader meets them. The last are filled first: what stands before
leads to what stands behind."""


def write_workbook(
    report: Report, path: Path, made: Made, *, progress: Progress | None = None
) -> None:
    """Write the workbook in the language in use.

    Args:
        report: What to show.
        path: Where; a file that is there is replaced, whole or not at all.
        made: When, by what, in which form.
        progress: Is told how many sheets are done, and of how many.

    Raises:
        ReadinessError: The file cannot be written.
    """
    write_safely(path, build_workbook(report, made, progress=progress))


def build_workbook(report: Report, made: Made, *, progress: Progress | None = None) -> bytes:
    """Return the workbook as a file: the same report and making give the same bytes."""
    book = Book(report, made, [sheet.title() for sheet in SHEETS])
    # Sheets behind the matrix lead back to it, and are filled before it.
    matrix_sheet.keep_places(book)
    steps = len(SHEETS) + 1
    for done, sheet in enumerate(reversed(SHEETS)):
        if progress is not None:
            progress(done, steps)
        sheet.write(book)
        book.done(sheet.title())
    _say_what_it_is(book)
    content = book.finished()
    if progress is not None:
        progress(steps, steps)
    return content


def _say_what_it_is(book: Book) -> None:
    subject = _("Readiness of commune-level IT infrastructure")
    title = safe_text(f"{subject} – {book.report.round.title}")[:_MOST_IN_A_PROPERTY]
    book.workbook.set_properties(
        {
            "title": title,
            "subject": subject,
            "author": PROGRAM,
            "comments": book.made.made_line(),
            "language": "vi-VN" if current() == "vi" else "en",
            "created": _without_zone(book.made.at),
        }
    )


def _without_zone(at: datetime) -> datetime:
    """Return UTC without its mark, as the properties of a workbook are written."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
