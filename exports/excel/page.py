"""One sheet being written: cells, merged bands, rows that fit their text, the page.

What users wrote stays text whatever it begins with; numbers stay numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from exports.excel.sheet import (
    EMPTY,
    USUAL_HEIGHT,
    count_content,
    formula_content,
    letters,
    number_content,
)
from exports.excel.styles import DIGIT, TYPEFACE, Look, colour, height, lines_needed
from exports.plain_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from exports.excel.sheet import Sheet
    from exports.excel.styles import Styles


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with what it comes to, for viewers that compute nothing.

    Attributes:
        text: With ``=``, in Excel's English form; never with text of users in it.
        value: What it comes to.
    """

    text: str
    value: str | int | Decimal


CellValue = str | int | Decimal | date | Formula | None
MOST_LETTERS: Final = 32_767
"""Excel's limit for one cell."""
_CUT: Final = "…"
_DAY_0: Final = date(1899, 12, 30)
"""The day from which Excel counts days; right from March 1900 on."""
_MILLIMETRES_IN_AN_INCH: Final = 25.4
_MOST_IN_A_FOOTER: Final = 80
_MOST_BREAKS: Final = 1023
"""Excel's limit for one sheet."""
_COMMENT: Final = Look(size=10)
_COMMENT_LINE: Final = 18
"""Pixels of a line in a comment."""
_COMMENT_EDGES: Final = 14
"""Pixels left and right of the text."""
_COMMENT_WIDTHS: Final = (240, 340, 460)
_MOST_COMMENT_LINES: Final = 20
"""A screen at a projector has room for as many."""
_MOST_IN_A_TIP: Final = 250
"""Excel's limit is 255."""

A4: Final = 9
A3: Final = 8
"""Numbers of paper sizes. Source: ECMA-376, paperSize."""


def safe_text(text: str) -> str:
    """Return ``text`` as NFC without what a workbook cannot hold, cut at Excel's limit."""
    kept = plain_text(text)
    # Excel counts UTF-16 units, of which one letter has at most two.
    if 2 * len(kept) <= MOST_LETTERS or len(kept.encode("utf-16-le")) <= 2 * MOST_LETTERS:
        return kept
    units = kept.encode("utf-16-le")[: 2 * (MOST_LETTERS - len(_CUT))]
    return units.decode("utf-16-le", "ignore") + _CUT


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


class Place(NamedTuple):
    """A cell of the workbook that others lead to."""

    sheet: str
    cell: str

    @property
    def reference(self) -> str:
        """The place as it stands in a link, or in a formula of another sheet."""
        return f"{in_quotes(self.sheet)}!{self.cell}"


@cache
def in_quotes(title: str) -> str:
    """Return the name of a sheet as it stands in a formula."""
    return "'" + title.replace("'", "''") + "'"


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return ``C5``, or ``$C$5`` where it is fixed, for a row and column from 1."""
    return f"${letters(column)}${row}" if fixed else f"{letters(column)}{row}"


def area_name(
    row: int, column: int, last_row: int, last_column: int, *, fixed_rows: bool = False
) -> str:
    """Return ``C5:D9``, or ``C$5:D$9``, for rows and columns from 1."""
    sign = "$" if fixed_rows else ""
    return f"{letters(column)}{sign}{row}:{letters(last_column)}{sign}{last_row}"


class _Texts(dict[str, str]):
    """Text as it was given -> what is in its cell on one sheet; made safe once."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet

    def __missing__(self, value: str) -> str:
        text = safe_text(value)
        held = self[value] = self._sheet.text_content(text) if text else EMPTY
        return held


class Page:
    """A sheet, filled from the top."""

    def __init__(self, sheet: Sheet, styles: Styles, widths: Sequence[int]) -> None:
        """Set the widths of the columns.

        Args:
            sheet: Empty.
            styles: Of its workbook.
            widths: One a column, in digits of the default size.
        """
        self.sheet = sheet
        self.widths = tuple(widths)
        self._styles = styles
        self._heights: dict[int, int] = {}
        self._texts = _Texts(sheet)
        for column, width in enumerate(self.widths):
            sheet.set_column_pixels(column, column, width * DIGIT)

    @property
    def title(self) -> str:
        """Name of the sheet."""
        name: str = self.sheet.get_name()
        return name

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
        self.sheet.put(row, column, self._styles[look], self._content(value))

    def put_row(
        self,
        row: int,
        cells: Iterable[tuple[CellValue, Look]],
        *,
        first: int = 1,
    ) -> None:
        """Write cells beside one another, each with its look, as `put` does, but quicker.

        Args:
            row: From 1.
            cells: From the left.
            first: Column of the first.
        """
        styles, content = self._styles, self._content
        self.sheet.put_row(row, first, [(styles[look], content(value)) for value, look in cells])

    def _content(self, value: CellValue) -> str:
        if isinstance(value, str):
            return self._texts[value]
        if value is None:
            return EMPTY
        if isinstance(value, int):
            return count_content(value)
        if isinstance(value, Decimal):
            return number_content(value)
        if isinstance(value, Formula):
            return formula_content(value.text, value.value)
        return count_content((value - _DAY_0).days)

    def link(  # a cell, and where it leads
        self,
        row: int,
        column: int,
        value: CellValue,
        look: Look,
        to: Place | None,
        *,
        tip: str = "",
    ) -> None:
        """Write a cell that leads to another place of the workbook; nowhere without one.

        Args:
            row: From 1.
            column: From 1.
            value: As for `put`.
            look: How it looks.
            to: Where it leads.
            tip: Shows beside a pointer that rests on it.
        """
        self.put(row, column, value, look)
        if to is not None:
            self.lead(row, column, value, to, tip=tip)

    def lead(self, row: int, column: int, value: CellValue, to: Place, *, tip: str = "") -> None:
        """Lead from a cell that is written to another place; not from an empty one."""
        if self._content(value) != EMPTY:
            shown = safe_text(tip)[:_MOST_IN_A_TIP] if tip else ""
            self.sheet.link(row, column, to.reference, shown)

    def comment(self, row: int, column: int, text: str) -> None:
        """Add a comment that shows beside a cell, in a box that is as large as its text.

        Args:
            row: From 1.
            column: From 1.
            text: What it says; what a screen has no room for is cut off.
        """
        said, width, lines = _boxed(safe_text(text))
        options = {
            "author": "",
            "width": width,
            "height": lines * _COMMENT_LINE + 2 * _COMMENT_LINE // 3,
            "font_name": TYPEFACE,
            "font_size": _COMMENT.size,
            "color": colour("FFFFE8"),
        }
        self.sheet.write_comment(row - 1, column - 1, said, options)

    def place(self, row: int, column: int) -> Place:
        """Return a cell as what others lead to."""
        return Place(self.title, cell_name(row, column))

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
        if last > first or rows > 1:
            self.sheet.merge_cells(row, first, row + rows - 1, last, style)
        self.sheet.put(row, first, style, self._content(value))

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
        widths, tallest = self.widths, least
        for text, first, last, look in texts:
            width = widths[first - 1] if first == last else sum(widths[first - 1 : last])
            tallest = max(tallest, height(lines_needed(text, width, look), look))
        # Excel refuses rows higher than 409 points.
        self.set_height(row, min(409, tallest))

    def set_height(self, row: int, points: int) -> None:
        """Set the height of a row."""
        self._heights[row] = points
        self.sheet.set_height(row, points)

    def height(self, first: int, after: int) -> int:
        """Return the height of the rows from ``first`` up to ``after`` in points."""
        return sum(self._heights.get(row, USUAL_HEIGHT) for row in range(first, after))

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns left of a cell in place."""
        self.sheet.freeze_panes(row - 1, column - 1)

    def filter(self, row: int, first: int, last_row: int, last: int) -> None:
        """Let a reader filter a table: its head, first column, last row and last column."""
        self.sheet.autofilter(row - 1, first - 1, last_row - 1, last - 1)

    def hide_row(self, row: int) -> None:
        """Keep a row out of sight and off the paper."""
        self.sheet.set_height(row, USUAL_HEIGHT, hidden=True)

    def hide_column(self, column: int) -> None:
        """Keep a column out of sight and off the paper."""
        self.sheet.set_column_pixels(column - 1, column - 1, 0, None, {"hidden": True})

    def codes_are_text(self, areas: Iterable[str]) -> None:
        """Keep Excel from marking codes such as ``26068`` as mistakes."""
        self.sheet.ignore_errors({"number_stored_as_text": " ".join(areas)})

    def set_up(  # each is a setting of the page
        self,
        *,
        paper: int,
        landscape: bool,
        margins: tuple[int, int, int, int],
        foot: str,
        repeated: tuple[int, int] | None = None,
        zoom: int = 100,
        breaks: Sequence[int] = (),
    ) -> None:
        """Set up the printed page: as wide as the paper, as long as it needs to be.

        Args:
            paper: `A4` or `A3`.
            landscape: Whether the long side lies across.
            margins: Left, right, top, bottom in millimetres.
            foot: A short text for the foot of every page.
            repeated: First and last of the rows to repeat on every page.
            zoom: Of the view on the screen, in percent.
            breaks: Rows with which a new page begins.
        """
        sheet = self.sheet
        sheet.set_paper(paper)
        (sheet.set_landscape if landscape else sheet.set_portrait)()
        sheet.fit_to_pages(1, 0)
        left, right, top, bottom = (side / _MILLIMETRES_IN_AN_INCH for side in margins)
        sheet.set_margins(left, right, top, bottom)
        sheet.center_horizontally()
        if repeated is not None:
            sheet.repeat_rows(repeated[0] - 1, repeated[1] - 1)
        sheet.set_h_pagebreaks([row - 1 for row in breaks][:_MOST_BREAKS])
        # Source: Decree 30/2020/NĐ-CP, Annex I: each annex counts its own pages, at the top,
        # but not on its first one.
        sheet.set_start_page(1)
        margin = {"margin": min(top, bottom) / 2}
        sheet.first_footer = f'&L&"{TYPEFACE},Italic"&9{_footer_text(foot)}'
        sheet.set_header(f'&C&"{TYPEFACE},Regular"&13&P', margin)
        sheet.set_footer(sheet.first_footer, margin)
        sheet.set_zoom(zoom)
        sheet.hide_gridlines(2)


def _boxed(text: str) -> tuple[str, int, int]:
    """Return what stands in a comment, the width of its box in pixels, and its lines."""
    for width in _COMMENT_WIDTHS:
        lines = lines_needed(text, (width - _COMMENT_EDGES) // DIGIT, _COMMENT)
        if lines <= _MOST_COMMENT_LINES:
            return text, width, lines
    width, kept, lines = _COMMENT_WIDTHS[-1], "", 0
    # Users may write lines of any length: those are shortened before they are measured.
    for line in (each[: width * _MOST_COMMENT_LINES // DIGIT] for each in text.split("\n")):
        needed = lines_needed(line, (width - _COMMENT_EDGES) // DIGIT, _COMMENT)
        if lines + needed >= _MOST_COMMENT_LINES:
            room = (_MOST_COMMENT_LINES - lines - 1) * width // DIGIT
            kept += line[:room]
            break
        kept, lines = f"{kept}{line}\n", lines + needed
    return kept.rstrip() + _CUT, width, _MOST_COMMENT_LINES


def _footer_text(text: str) -> str:
    short = " ".join(safe_text(text).split())
    if len(short) > _MOST_IN_A_FOOTER:
        short = short[: _MOST_IN_A_FOOTER - 1] + _CUT
    # A digit right after the size would be taken for a part of it.
    return " " + short.replace("&", "&&")
