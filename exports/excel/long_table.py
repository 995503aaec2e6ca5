"""A sheet that is one long table: a head that stays in place and is printed on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from exports.excel import styles
from exports.excel.page import A4, area_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.excel.book import Book
    from exports.excel.page import CellValue, Page, Place
    from exports.excel.styles import Look

ROW: Final = 16
"""Least height of a row in points."""
MARGINS: Final = (20, 15, 20, 15)
"""Left, right, top, bottom in millimetres."""


class Column(NamedTuple):
    """One column of a table.

    Attributes:
        head: What stands above it.
        width: In digits of the default size.
        look: Of its cells.
    """

    head: str
    width: int
    look: Look = styles.CELL


class LongTable:
    """A table that is written row by row."""

    def __init__(self, page: Page, columns: Sequence[Column], top: int) -> None:
        """Write the head.

        Args:
            page: A sheet with the widths of these columns.
            columns: From the left.
            top: The row of the head; below it stand the numbers of the columns.
        """
        self.page = page
        self.columns = tuple(columns)
        self.head = top
        self.first = top + 2
        self.row = self.first
        texts = []
        for at, column in enumerate(self.columns, start=1):
            page.put(top, at, column.head, styles.HEAD)
            page.put(top + 1, at, f"({at})", styles.NUMBERS)
            texts.append((column.head, at, at, styles.HEAD))
        page.fit(top, texts, least=ROW * 2)
        page.set_height(top + 1, ROW - 2)

    def add(
        self,
        values: Sequence[CellValue],
        *,
        looks: Sequence[Look | None] = (),
        links: Sequence[Place | None] = (),
    ) -> int:
        """Write a row.

        Args:
            values: One a column.
            looks: Other looks than those of the columns, where not ``None``.
            links: Where the cells lead to, where not ``None``.

        Returns:
            Its number, from 1 on the sheet.
        """
        texts, row = [], self.row
        for at, (value, column) in enumerate(zip(values, self.columns, strict=True)):
            look = (looks[at] if at < len(looks) else None) or column.look
            to = links[at] if at < len(links) else None
            if to is not None:
                look = look.but(ink=styles.LINKED.ink, underline=True)
                self.page.link(row, at + 1, value, look, to)
            else:
                self.page.put(row, at + 1, value, look)
            if isinstance(value, str) and look.wrap and value:
                texts.append((value, at + 1, at + 1, look))
        self.page.fit(row, texts, least=ROW)
        self.row += 1
        return row

    @property
    def is_empty(self) -> bool:
        """Whether no row is written."""
        return self.row == self.first

    def finish(
        self, book: Book, *, frozen: int, paper: int = A4, codes: Sequence[int] = ()
    ) -> None:
        """Set up filter, frozen head and printed page.

        Args:
            book: That the sheet is of.
            frozen: The first column that moves.
            paper: `A4` or `A3`, across.
            codes: Columns of codes that look like numbers.
        """
        last = max(self.first, self.row - 1)
        self.page.freeze(self.first, frozen)
        if not self.is_empty:
            self.page.filter(self.head + 1, 1, last, len(self.columns))
        if codes:
            self.page.codes_are_text([area_name(self.first, c, last, c) for c in codes])
        self.page.set_up(
            paper=paper,
            landscape=True,
            margins=MARGINS,
            foot=book.report.round.title,
            repeated=(self.head, self.head + 1),
            zoom=100 if paper == A4 else 90,
        )


def introduce(page: Page, title: str, subtitle: str, notes: Sequence[str] = ()) -> int:
    """Write the title of a sheet and what is to be known about it; return the next free row."""
    page.paragraph(1, title, styles.TITLE)
    page.paragraph(2, subtitle, styles.NOTE.but(across="center", size=11))
    for row, note in enumerate(notes, start=3):
        page.paragraph(row, note, styles.NOTE)
    return 3 + len(notes)
