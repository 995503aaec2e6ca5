"""A sheet of headings, sentences and small tables, one under another, on upright pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exports.excel import styles
from exports.excel.figures import Figure
from exports.excel.page import CellValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from exports.excel.page import Page, Place
    from exports.excel.styles import Look

Column = tuple[str, int, "Look"]
"""Head of a column of a table, how many columns of the sheet it takes, look of its cells."""
Shown = CellValue | Figure
"""What stands in a table: a value in the look of its column, or one with a look of its own."""

ROW: Final = 15
"""Least height of a row of a table in points."""
GAP: Final = 7
NOTE: Final = styles.PLAIN.but(size=10)
_NUMERALS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Flow:
    """A sheet, and the next free row in it."""

    def __init__(self, page: Page, row: int = 1) -> None:
        """Begin at a row of a sheet."""
        self.page = page
        self.row = row
        self.breaks: list[int] = []
        self._section = 0

    def line(self, text: str, look: Look) -> None:
        """Write a sentence over the whole width."""
        self.page.paragraph(self.row, text, look)
        self.row += 1

    def gap(self) -> None:
        """Leave a little room."""
        self.page.set_height(self.row, GAP)
        self.row += 1

    def section(self, text: str, unit: str = "") -> None:
        """Write a heading with its number; with the unit of the figures at the right."""
        self.gap()
        numeral = _NUMERALS[self._section]
        self._section += 1
        columns = self.page.columns
        last = columns - min(4, columns // 3) if unit else columns
        self.page.paragraph(self.row, f"{numeral}. {text}", styles.SECTION, last=last)
        if unit:
            look = styles.NOTE.but(across="right", down="bottom", wrap=False)
            self.page.band(self.row, last + 1, columns, unit, look)
        self.row += 1

    def notes(self, heading: str, notes: Iterable[str]) -> None:
        """Write a section of sentences."""
        self.section(heading)
        for note in notes:
            self.line(f"- {note}", NOTE)

    def height_of_notes(self, notes: Iterable[str]) -> int:
        """Return the height that a section of sentences will have."""
        width = sum(self.page.widths)
        heights = [styles.height(styles.lines_needed(f"- {n}", width, NOTE), NOTE) for n in notes]
        return sum(heights) + GAP + styles.height(1, styles.SECTION)

    def lay_out(self, blocks: Iterable[Callable[[], None]], page_height: int) -> None:
        """Write blocks one after another, each on a new page unless it fits below the last."""
        top = 1
        for block in blocks:
            first = self.row
            block()
            if first > top and self.page.height(top, self.row) > page_height:
                self.breaks.append(first)
                top = first

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Shown]],
        *,
        total: bool = False,
        links: Sequence[Place | None] = (),
        link_in: int = 0,
    ) -> int:
        """Write a table with its head.

        Args:
            columns: Their widths add up to the columns of the sheet.
            rows: One entry a column.
            total: Whether the last row is a sum, in bold.
            links: Where a cell of each row leads to.
            link_in: In which column that cell stands, from 0.

        Returns:
            The row of the head.
        """
        head, held = self.row, list(rows)
        self._row([(text, width, styles.HEAD) for text, width, _look in columns])
        for at, row in enumerate(held):
            cells = []
            for shown, (_text, width, usual) in zip(row, columns, strict=True):
                value, look = shown if isinstance(shown, tuple) else (shown, usual)
                is_sum = total and at == len(held) - 1
                cells.append((value, width, look.but(bold=True) if is_sum else look))
            to = links[at] if at < len(links) else None
            self._row(cells, to, link_in)
        return head

    def _row(
        self,
        cells: Sequence[tuple[CellValue, int, Look]],
        to: Place | None = None,
        link_in: int = 0,
    ) -> None:
        column, texts = 1, []
        for at, (value, width, look) in enumerate(cells):
            last = column + width - 1
            if to is not None and at == link_in:
                look = look.but(ink=styles.LINKED.ink, underline=True)
            self.page.band(self.row, column, last, value, look)
            if to is not None and at == link_in:
                self.page.link(self.row, column, value, look, to)
            if isinstance(value, str) and look.wrap:
                texts.append((value, column, last, look))
            column += width
        self.page.fit(self.row, texts, least=ROW)
        self.row += 1
