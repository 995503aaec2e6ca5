"""A sheet that is one long table: a head that stays in place and is printed on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from criteria.language import _
from exports.excel import styles
from exports.excel.page import A4, area_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from criteria.catalogue import Criterion
    from exports.excel.book import Book
    from exports.excel.figures import Figure
    from exports.excel.page import CellValue, Page, Place
    from exports.excel.styles import Look

ROW: Final = 16
"""Least height of a row in points."""
MOST_FROZEN: Final = 160
"""Points of the rows that stay in place: about 190 of the 768 lines of a projector at 90%."""
_NUMBERS: Final = ROW - 2
_GAP: Final = 6
_BASIS: Final = 2
"""The row that says of what round the table is."""
_SIDE: Final = 3
"""Columns, number, code and name, that stay in place at the left."""
_SAID: Final = styles.PLAIN.but(size=12)
BASIS: Final = styles.NOTE.but(across="center", size=9)
"""Of the row that says of what round a long table is, and by what it was judged."""
_LEADING: Final = styles.PLAIN.but(size=10, ink=styles.LINKED.ink, underline=True)
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


class Total(NamedTuple):
    """A row of sums, which stands below the table.

    Attributes:
        label: What is summed.
        values: Of the columns after the label; a value in the look of a number, or one with
            a look of its own.
    """

    label: str
    values: Sequence[CellValue | Figure]


class LongTable:
    """A table that is written row by row."""

    def __init__(
        self,
        page: Page,
        columns: Sequence[Column],
        top: int,
        totals: Sequence[Total] = (),
        below: Sequence[tuple[str, Look]] = (),
    ) -> None:
        """Write the head.

        Args:
            page: A sheet with the widths of these columns.
            columns: From the left.
            top: The row of the head; below it stand the numbers of the columns.
            totals: Sums that follow the last row.
            below: Sentences that follow the sums.
        """
        self.page = page
        self.columns = tuple(columns)
        self._looks = [column.look for column in self.columns]
        self._totals, self._below = tuple(totals), tuple(below)
        self.head = top
        self.numbers = top + 1
        self.first = self.numbers + 1
        self.row = self.first
        for at, column in enumerate(self.columns, start=1):
            page.put(top, at, column.head, styles.HEAD)
            page.put(self.numbers, at, f"({at})", styles.NUMBERS)
        page.set_height(top, head_height(self.columns))
        page.set_height(self.numbers, _NUMBERS)

    def _sum(self, row: int, total: Total) -> None:
        columns = len(self.columns)
        labelled = columns - len(total.values)
        look = styles.CELL.but(bold=True, fill=styles.HEAD.fill)
        self.page.band(row, 1, labelled, total.label, look)
        for at, shown in enumerate(total.values, start=labelled + 1):
            value, usual = shown if isinstance(shown, tuple) else (shown, styles.COUNT)
            self.page.put(row, at, value, usual.but(bold=True, fill=look.fill))
        self.page.fit(row, [(total.label, 1, labelled, look)], least=ROW)

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
        row, used = self.row, list(self._looks)
        for at, look in enumerate(looks):
            if look is not None:
                used[at] = look
        for at, to in enumerate(links):
            if to is not None:
                used[at] = used[at].but(ink=styles.LINKED.ink, underline=True)
        cells = list(zip(values, used, strict=True))
        self.page.put_row(row, cells)
        for at, to in enumerate(links):
            if to is not None:
                self.page.lead(row, at + 1, cells[at][0], to)
        texts = [
            (value, at, at, look)
            for at, (value, look) in enumerate(cells, start=1)
            if look.wrap and value and isinstance(value, str)
        ]
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
        """Write what follows the last row; set up filter, frozen head and printed page.

        Args:
            book: That the sheet is of.
            frozen: The first column that moves.
            paper: `A4` or `A3`, across.
            codes: Columns of codes that look like numbers.
        """
        last = max(self.first, self.row - 1)
        self.page.freeze(self.first, frozen)
        if not self.is_empty:
            self.page.filter(self.numbers, 1, last, len(self.columns))
        if codes:
            self.page.codes_are_text([area_name(self.first, c, last, c) for c in codes])
        self._write_below(last + 1)
        self.page.set_up(
            paper=paper,
            landscape=True,
            margins=MARGINS,
            foot=book.report.round.title,
            repeated=(self.head, self.numbers),
            zoom=100 if paper == A4 else 90,
        )

    def _write_below(self, row: int) -> None:
        if not self._totals and not self._below:
            return
        # An empty row keeps programs from taking the sums for rows to be sorted and filtered.
        self.page.set_height(row, _GAP)
        row += 1
        lead_below(self.page, row)
        for total in self._totals:
            self._sum(row, total)
            row += 1
        for text, look in self._below:
            self.page.paragraph(row, text, look)
            row += 1
        self.row = row


def head_height(columns: Iterable[Column]) -> int:
    """Return the height in points of the head of a table."""
    look = styles.HEAD
    lines = max(styles.lines_needed(column.head, column.width, look) for column in columns)
    return max(ROW * 2, styles.height(lines, look))


def criterion_head(criterion: Criterion) -> str:
    """Return what stands above the column of a criterion: its code and what it is about."""
    return f"{criterion.code}\n{criterion.short}"


def headline(page: Page, row: int, sentences: Iterable[str]) -> None:
    """Write what a leader reads first, a row each."""
    for at, text in enumerate(filter(None, sentences), start=row):
        page.paragraph(at, text, _SAID)


def begin(book: Book, page: Page, title: str, notes: Sequence[str] = ()) -> int:
    """Write what every sheet says of itself, and what is to be known about this one.

    Args:
        book: That the sheet is of.
        page: The sheet, empty.
        title: What it shows.
        notes: Sentences.

    Returns:
        The next free row.
    """
    held, made = book.report.round, book.made
    subtitle = _("{round}, {province}").format(round=held.title, province=held.profile.province)
    page.paragraph(1, title, styles.TITLE)
    page.paragraph(2, made.heading(subtitle), styles.SUBTITLE)
    origin = f"{made.edition(held)} {made.made_line()}."
    page.paragraph(3, origin, styles.NOTE.but(across="center"))
    for row, note in enumerate(notes, start=4):
        page.paragraph(row, note, styles.NOTE)
    return 4 + len(notes)


def begin_low(book: Book, page: Page, title: str, *, leads: bool = False) -> int:
    """Write what every sheet says of itself, in two rows: what is frozen leaves little room.

    Args:
        book: That the sheet is of.
        page: The sheet, empty.
        title: What it shows.
        leads: Whether something, in the columns that stay in place, leads to the sums and notes
            below a table; `lead_below` says where they are.

    Returns:
        The next free row.
    """
    held, made = book.report.round, book.made
    subtitle = _("{round}, {province}").format(round=held.title, province=held.profile.province)
    page.paragraph(1, title, styles.TITLE)
    origin = f"{made.heading(subtitle)}. {made.edition(held)} {made.made_line()}."
    if leads:
        page.band(_BASIS, 1, _SIDE, _where_sums_are(), _LEADING)
    first = _SIDE + 1 if leads else 1
    page.paragraph(_BASIS, origin, BASIS, first=first)
    return _BASIS + 1


def lead_below(page: Page, row: int) -> None:
    """Lead from the head of a sheet to the row with which sums and notes begin."""
    page.lead(_BASIS, 1, _where_sums_are(), page.place(row, 1))


def open_table(
    book: Book,
    page: Page,
    title: str,
    columns: Sequence[Column],
    *,
    said: Iterable[str],
    notes: Iterable[str] = (),
    totals: Sequence[Total] = (),
) -> LongTable:
    """Begin a sheet that is one long table, of which little stays in place while one scrolls.

    Args:
        book: That the sheet is of.
        page: The sheet, empty, with the widths of the columns.
        title: What it shows.
        columns: From the left.
        said: What a leader reads first: above the table as far as there is room, the rest below.
        notes: How to read the table; they stand below it.
        totals: Sums; they stand below it, too.
    """
    row = begin_low(book, page, title, leads=True)
    room = MOST_FROZEN - page.height(1, row) - head_height(columns) - _NUMBERS
    below: list[tuple[str, Look]] = []
    for text in filter(None, said):
        needed = styles.height(styles.lines_needed(text, sum(page.widths), _SAID), _SAID)
        if below or needed > room:
            below.append((text, _SAID))
        else:
            page.paragraph(row, text, _SAID)
            row, room = row + 1, room - needed
    below += [(text, styles.NOTE) for text in notes if text]
    return LongTable(page, columns, row, totals, below)


def _where_sums_are() -> str:
    return _("Sums and notes: below the table")
