"""One sheet being written: cells, merged bands, rows that fit their text, the page.

What users wrote stays text whatever it begins with; numbers stay numbers.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.functions import Element, SubElement

from exports.excel.styles import TYPEFACE, Look, height, lines_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from exports.excel.styles import Styles

CellValue = str | int | Decimal | date | None
MOST_LETTERS: Final = 32_767
"""Excel's limit for one cell."""
_CUT: Final = "…"
_NOT_ALLOWED: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_MILLIMETRES_IN_AN_INCH: Final = Decimal("25.4")
_MOST_IN_A_FOOTER: Final = 80
_USUAL_HEIGHT: Final = 15
"""Points of a row whose height is not set."""

A4: Final = 9
A3: Final = 8
"""Numbers of paper sizes. Source: ECMA-376, paperSize."""


def safe_text(text: str) -> str:
    """Return ``text`` without what a workbook cannot hold, cut at Excel's limit."""
    kept = _NOT_ALLOWED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Excel counts UTF-16 units, of which one letter has at most two.
    if 2 * len(kept) <= MOST_LETTERS or len(kept.encode("utf-16-le")) <= 2 * MOST_LETTERS:
        return kept
    units = kept.encode("utf-16-le")[: 2 * (MOST_LETTERS - len(_CUT))]
    return units.decode("utf-16-le", "ignore") + _CUT


class _CodesAreText(ColBreak):
    """Tell Excel that text which looks like a number is meant so.

    openpyxl has no place for ``ignoredErrors``; column breaks, which no sheet here
    has, are written right before its place in the file.
    """

    def __init__(self, areas: Iterable[str]) -> None:
        super().__init__()
        self._areas = tuple(areas)

    def __bool__(self) -> bool:
        return bool(self._areas)

    def to_tree(self, *_args: Any, **_named: Any) -> Any:
        tree = Element("ignoredErrors")
        for area in self._areas:
            SubElement(tree, "ignoredError", {"sqref": area, "numberStoredAsText": "1"})
        return tree


def page_breaks(
    heights: Sequence[int], *, above: int, repeated: int, below: int, room: int
) -> list[int]:
    """Return the places of rows with which new pages begin, the pages being alike in height.

    Args:
        heights: Of the rows of a table.
        above: Height of what stands above them, on the first page alone.
        repeated: Height of the head on the other pages.
        below: Height of what stays together with the last row.
        room: Height of a page.
    """

    def filled(limit: int) -> list[int]:
        breaks, used = [], above
        for place, tall in enumerate(heights):
            needed = tall + (below if place == len(heights) - 1 else 0)
            if place and used + needed > limit:
                breaks.append(place)
                used = repeated
            used += tall
        return breaks

    found = filled(room)
    for limit in range(room, room // 3, -10):
        closer = filled(limit)
        if len(closer) > len(found):
            break
        found = closer
    return found


class Page:
    """A sheet, filled from the top."""

    def __init__(self, sheet: Worksheet, styles: Styles, widths: Sequence[int]) -> None:
        """Set the widths of the columns.

        Args:
            sheet: Empty.
            styles: Of its workbook.
            widths: One a column, in digits of the default size.
        """
        self.sheet = sheet
        self.widths = tuple(widths)
        self._styles = styles
        for column, width in enumerate(self.widths, start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return len(self.widths)

    def put(self, row: int, column: int, value: CellValue, look: Look) -> None:
        """Write one cell.

        Args:
            row: From 1.
            column: From 1.
            value: Text is never read as a formula, an error or a number.
            look: How it looks.
        """
        cell: Any = self.sheet.cell(row, column)
        if isinstance(value, str) and value:
            # Through cell.value openpyxl takes "=1+1" for a formula and "#N/A" for an error.
            cell._value, cell.data_type = safe_text(value), "s"
        elif value not in (None, ""):
            cell.value = value
        cell._style = self._styles[look]

    def band(  # a rectangle has four sides
        self,
        row: int,
        first: int,
        last: int,
        value: CellValue,
        look: Look,
        *,
        rows: int = 1,
    ) -> None:
        """Write a value into a rectangle of cells that count as one.

        Args:
            row: Upper row.
            first: Left column.
            last: Right column.
            value: As for `put`.
            look: Of the whole, lines around every side included.
            rows: How many rows it is high.
        """
        style = self._styles[look]
        # Only what has lines or a ground shows in cells that are covered.
        for down in range(row, row + rows) if look.fill or look.lines != "none" else ():
            for column in range(first, last + 1):
                cell: Any = self.sheet.cell(down, column)
                cell._style = style
        self.put(row, first, value, look)
        if last > first or rows > 1:
            # Sheet.merge_cells would draw lines again, cell by cell, and merged_cells.add
            # would compare each area with all others.
            area = CellRange(min_col=first, min_row=row, max_col=last, max_row=row + rows - 1)
            self.sheet.merged_cells.ranges.add(area)

    def paragraph(self, row: int, value: str, look: Look, *, first: int = 1, last: int = 0) -> None:
        """Write a text over several columns, in a row high enough for it.

        Args:
            row: The row.
            value: The text.
            look: How it looks.
            first: Left column.
            last: Right column; 0 is the last one of the sheet.
        """
        last = last or self.columns
        self.band(row, first, last, value, look)
        self.fit(row, [(value, first, last, look)])

    def fit(self, row: int, texts: Iterable[tuple[str, int, int, Look]], least: int = 0) -> None:
        """Make a row high enough for its texts: each with first and last column and look."""
        needed = [
            height(lines_needed(text, sum(self.widths[first - 1 : last]), look), look)
            for text, first, last, look in texts
        ]
        # Excel refuses rows higher than 409 points.
        self.sheet.row_dimensions[row].height = min(409, max([least, *needed]))

    def height(self, first: int, after: int) -> int:
        """Return the height of the rows from ``first`` up to ``after`` in points."""
        rows = self.sheet.row_dimensions
        return sum(int(rows[row].height or _USUAL_HEIGHT) for row in range(first, after))

    def codes_are_text(self, areas: Iterable[str]) -> None:
        """Keep Excel from marking codes such as ``26068`` as mistakes."""
        self.sheet.col_breaks = _CodesAreText(areas)

    def set_up(  # each is a setting of the page
        self,
        *,
        paper: int,
        landscape: bool,
        margins: tuple[int, int, int, int],
        foot: str,
        repeated: str = "",
        zoom: int = 100,
        breaks: Sequence[int] = (),
    ) -> None:
        """Set up the printed page: as wide as the paper, as long as it needs to be.

        Args:
            paper: `A4` or `A3`.
            landscape: Whether the long side lies across.
            margins: Left, right, top, bottom in millimetres.
            foot: A short text for the foot of every page.
            repeated: Rows to repeat on every page, such as ``5:8``.
            zoom: Of the view on the screen, in percent.
            breaks: Rows with which a new page begins.
        """
        sheet = self.sheet
        sheet.page_setup.paperSize = paper
        sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        left, right, top, bottom = (
            float(Decimal(side) / _MILLIMETRES_IN_AN_INCH) for side in margins
        )
        sheet.page_margins.left, sheet.page_margins.right = left, right
        sheet.page_margins.top, sheet.page_margins.bottom = top, bottom
        sheet.page_margins.header = sheet.page_margins.footer = min(top, bottom) / 2
        sheet.print_options.horizontalCentered = True
        if repeated:
            sheet.print_title_rows = repeated
        for row in breaks:
            sheet.row_breaks.append(Break(id=row - 1))
        # Source: Decree 30/2020/NĐ-CP, Annex I: each annex counts its own pages.
        sheet.page_setup.firstPageNumber = 1
        sheet.page_setup.useFirstPageNumber = True
        sheet.sheet_view.zoomScale = zoom
        sheet.sheet_view.showGridLines = False
        # Source: Decree 30/2020/NĐ-CP, Annex I: page number at the top, not on the first page.
        head = HeaderFooterItem()
        head.center.text, head.center.font, head.center.size = "&P", f"{TYPEFACE},Regular", 13
        feet = HeaderFooterItem()
        feet.left.text, feet.left.font, feet.left.size = _footer_text(foot), f"{TYPEFACE},Italic", 9
        sheet.HeaderFooter = HeaderFooter(
            differentFirst=True, oddHeader=head, oddFooter=feet, firstFooter=feet
        )


def _footer_text(text: str) -> str:
    short = " ".join(safe_text(text).split())
    if len(short) > _MOST_IN_A_FOOTER:
        short = short[: _MOST_IN_A_FOOTER - 1] + _CUT
    return short.replace("&", "&&")
