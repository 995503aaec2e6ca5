"""A sheet of XlsxWriter that keeps its cells as the XML that they become.

XlsxWriter keeps each cell as an object, and asks each what it is when the file is written:
most of the time and memory of a large workbook went there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

EMPTY: Final = "/>"
"""What is in a cell that has a look and nothing else."""
USUAL_HEIGHT: Final = 15
"""Points of a row whose height is not set."""
_MOST_LINKS: Final = 65_530
"""Excel's limit for one sheet."""
_SHARED: Final = ' t="s"><v>'
"""What comes before the number of a text."""
_TAKEN: Final = ("<r>", "</r>")
"""Text that begins and ends so XlsxWriter takes for its own marks of several looks."""
_ESCAPE: Final = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
"""The beginning of what Excel would take for an escaped letter, as in ``_x0041_``."""
_ENTWINED: Final = re.compile(r"_x[0-9a-fA-F]{4}_x[0-9a-fA-F]{4}_")
"""Two of them that share a line; XlsxWriter sees only the first."""


@cache
def letters(column: int) -> str:
    """Return ``A`` for 1, ``AB`` for 28."""
    name: str = xl_col_to_name(column - 1)
    return name


@lru_cache(maxsize=4_000)  # counts are mostly small
def count_content(value: int) -> str:
    """Return what is in the cell of a whole number."""
    return f"><v>{value:d}</v></c>"


def number_content(value: Decimal) -> str:
    """Return what is in the cell of a number."""
    return f"><v>{value:.16G}</v></c>"


def formula_content(formula: str, value: str | int | Decimal) -> str:
    """Return what is in the cell of a formula: itself, and what it comes to."""
    kind = ' t="str"' if isinstance(value, str) else ""
    shown = escape(value, quote=False) if isinstance(value, str) else f"{value:.16G}"
    return f"{kind}><f>{escape(formula.removeprefix('='), quote=False)}</f><v>{shown}</v></c>"


@cache
def _height(points: int) -> str:
    # Whole pixels, of which three points have four.
    return f' ht="{int(points * 4 / 3 + 0.5) * 0.75:g}" customHeight="1"'


class Sheet(Worksheet):  # type: ignore[misc] # it has no types
    """A sheet; rows and columns count from 1, as people see them."""

    first_footer = ""
    """Of the first page, which has no page number."""

    def __init__(self) -> None:
        """Make it empty."""
        super().__init__()
        self._cells: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self._heights: dict[int, tuple[int, bool]] = {}
        self._linked: dict[tuple[int, int], str] = {}
        self._in_bands: set[tuple[int, int]] = set()
        self._asked = 0
        self._packed = ""

    def put(self, row: int, column: int, style: int, content: str = EMPTY) -> None:
        """Put something into a cell, instead of what is there.

        Args:
            row: From 1.
            column: From 1.
            style: Number of its look.
            content: `EMPTY`, or what `text_content` and the like return.
        """
        self._cells[row][column] = f'<c r="{letters(column)}{row}" s="{style}"{content}'

    def put_row(self, row: int, first: int, cells: Iterable[tuple[int, str]]) -> None:
        """Put something into cells beside one another, as `put` does.

        Args:
            row: From 1.
            first: Column of the first, from 1.
            cells: Of each the number of its look, and what is in it.
        """
        held = self._cells[row]
        for column, (style, content) in enumerate(cells, start=first):
            held[column] = f'<c r="{letters(column)}{row}" s="{style}"{content}'

    def text_content(self, text: str) -> str:
        """Return what is in the cell of a text that a workbook can hold, and that is not empty."""
        is_taken = text.startswith(_TAKEN[0]) and text.endswith(_TAKEN[1])
        if is_taken or ("_x" in text and _ENTWINED.search(text)):
            plain = escape(_ESCAPE.sub("_x005F_", text), quote=False)
            return f' t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'
        self._asked += 1
        return f"{_SHARED}{self.str_table._get_shared_string_index(text)}</v></c>"

    def merge_cells(self, row: int, first: int, last_row: int, last: int, style: int) -> None:
        """Make one of a rectangle of cells that have nothing in them.

        Raises:
            ValueError: One of them is part of another rectangle: Excel would not open the file.
        """
        places = [(at, c) for at in range(row, last_row + 1) for c in range(first, last + 1)]
        if not self._in_bands.isdisjoint(places):
            raise ValueError(f"{letters(first)}{row} overlaps another band")
        self._in_bands.update(places)
        self.merge.append([row - 1, first - 1, last_row - 1, last - 1])
        for at in range(row, last_row + 1):
            self.put_row(at, first, [(style, EMPTY)] * (last + 1 - first))

    def link(self, row: int, column: int, reference: str, tip: str = "") -> None:
        """Lead from a cell to another place in the workbook, as far as Excel takes links."""
        if len(self._linked) < _MOST_LINKS:
            shown = f' tooltip="{self._escape_attributes(tip)}"' if tip else ""
            self._linked[row, column] = (
                f'<hyperlink ref="{letters(column)}{row}" '
                f'location="{self._escape_attributes(reference)}"{shown}/>'
            )

    def set_height(self, row: int, points: int, *, hidden: bool = False) -> None:
        """Set the height of a row."""
        self._heights[row] = (points, hidden)

    def pack(self) -> None:
        """Keep less of a sheet that is done; nothing can be put into it any more."""
        if self._packed:
            return
        cells = self._cells
        rows = sorted(cells.keys() | self._heights.keys())
        if rows:
            columns = set[int]().union(*cells.values()) or {1}
            self._check_dimensions(rows[0] - 1, min(columns) - 1)
            self._check_dimensions(rows[-1] - 1, max(columns) - 1)
        self._packed = "".join([self._row(row, cells.pop(row, {})) for row in rows])
        # XlsxWriter has counted a text each time that its number was asked for.
        self.str_table.count += self._packed.count(_SHARED) - self._asked
        self._in_bands.clear()
        if self.charts or self.has_comments:
            # XlsxWriter places them by the heights that it was told.
            for row, (points, hidden) in self._heights.items():
                self.set_row(row - 1, points, None, {"hidden": hidden})

    def _row(self, row: int, cells: dict[int, str]) -> str:
        points, hidden = self._heights.get(row, (USUAL_HEIGHT, False))
        start = f'<row r="{row}"'
        if points != USUAL_HEIGHT:
            start += _height(points)
        if hidden:
            start += ' hidden="1"'
        return f"{start}>{''.join([cells[column] for column in sorted(cells)])}</row>"

    def _write_dimension(self) -> None:
        self.pack()
        super()._write_dimension()

    def _write_rows(self) -> None:
        self.fh.write(self._packed)
        self._packed = ""

    def _write_hyperlinks(self) -> None:
        if self._linked:
            links = "".join([self._linked[place] for place in sorted(self._linked)])
            self.fh.write(f"<hyperlinks>{links}</hyperlinks>")
            self._linked.clear()

    def _write_header_footer(self) -> None:
        # XlsxWriter has no place for a first page that differs from the others.
        self._xml_start_tag("headerFooter", [("differentFirst", 1)])
        self._write_odd_header()
        self._write_odd_footer()
        self._xml_data_element("firstFooter", self.first_footer)
        self._xml_end_tag("headerFooter")
