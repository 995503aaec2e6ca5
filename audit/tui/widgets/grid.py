"""A table of many cells that scrolls at once: heads and first columns stay in place.

Made on Textual's line API: only the lines on screen are drawn, so that thousands of
rows open as fast as a few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from criteria.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid.

    Attributes:
        key: What messages name it by.
        title: Its head; shown as it is, never as markup.
        width: In cells of the terminal.
        is_right: Whether its cells stand to the right, as numbers do.
    """

    key: str
    title: str
    width: int
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """What stands in a cell.

    Attributes:
        text: Shown as it is, never as markup.
        style: A rich style for it; empty for none.
    """

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a grid: its key and one cell a column. A heading has no key."""

    key: str
    cells: tuple[GridCell, ...]

    @property
    def is_heading(self) -> bool:
        """Whether the row only says what follows; the cursor passes over it."""
        return not self.key


class Grid(ScrollView, can_focus=True):
    """A table with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--head",
        "grid--cursor",
        "grid--line",
        "grid--heading",
    }
    DEFAULT_CSS = """
    Grid { background: $surface; color: $foreground; }
    Grid > .grid--head { background: $panel; color: $foreground; text-style: bold; }
    Grid > .grid--heading { color: $accent; text-style: bold; }
    Grid > .grid--line { background: $boost; }
    Grid > .grid--cursor { background: $primary; color: $background; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", show=False),
        Binding("down", "move(1, 0)", show=False),
        Binding("left", "move(0, -1)", show=False),
        Binding("right", "move(0, 1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter", "choose", N_("Choose")),
    ]

    cursor_row: reactive[int] = reactive(0)
    """Place of the cursor among the rows, from 0."""
    cursor_column: reactive[int] = reactive(0)
    """Place of the cursor among the columns, from 0."""

    class Moved(Message):
        """The cursor stands on another cell."""

        def __init__(self, grid: Grid, row: str, column: str) -> None:
            """Name the row and the column by their keys."""
            super().__init__()
            self.grid = grid
            self.row = row
            self.column = column

        @property
        def control(self) -> Grid:
            """The grid."""
            return self.grid

    class Chosen(Moved):
        """A cell was chosen with Enter or a second click."""

    class HeadChosen(Message):
        """The head of a column was clicked."""

        def __init__(self, grid: Grid, column: str) -> None:
            """Name the column by its key."""
            super().__init__()
            self.grid = grid
            self.column = column

        @property
        def control(self) -> Grid:
            """The grid."""
            return self.grid

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - as Textual names it
        fixed: int = 0,
        by_cell: bool = False,
    ) -> None:
        """Make an empty grid.

        Args:
            id: As for any widget.
            fixed: How many first columns stay in place when it scrolls sideways.
            by_cell: Whether the cursor stands on a cell, rather than on a row.
        """
        super().__init__(id=id)
        self._fixed = fixed
        self._by_cell = by_cell
        self._columns: tuple[Column, ...] = ()
        self._rows: tuple[GridRow, ...] = ()

    @property
    def row_key(self) -> str:
        """Key of the row the cursor is on; empty where there is none."""
        return self._rows[self.cursor_row].key if self._rows else ""

    @property
    def column_key(self) -> str:
        """Key of the column the cursor is on; empty where there is none."""
        return self._columns[self.cursor_column].key if self._columns else ""

    def fill(self, columns: Sequence[Column], rows: Sequence[GridRow], keep: str = "") -> None:
        """Show other columns and rows.

        Args:
            columns: From left to right.
            rows: From top to bottom; each with one cell a column.
            keep: Key of the row the cursor should stand on, if it is still there.
        """
        self._columns, self._rows = tuple(columns), tuple(rows)
        width = sum(column.width + 1 for column in self._columns)
        self.virtual_size = Size(width, len(self._rows) + 1)
        self.cursor_column = max(0, min(self.cursor_column, len(self._columns) - 1))
        places = [place for place, row in enumerate(self._rows) if not row.is_heading]
        kept = next((p for p in places if self._rows[p].key == keep), None) if keep else None
        self.set_reactive(Grid.cursor_row, kept if kept is not None else (places or [0])[0])
        self._show_cursor()
        self.refresh()

    def place_of(self, row: str) -> int | None:
        """Return the place of the row with this key."""
        return next((p for p, held in enumerate(self._rows) if held.key == row), None)

    def go_to(self, row: str, column: str = "") -> None:
        """Put the cursor on a row, and on a column if one is named."""
        place = self.place_of(row)
        if place is not None:
            self.cursor_row = place
        for number, held in enumerate(self._columns):
            if held.key == column:
                self.cursor_column = number

    def watch_cursor_row(self) -> None:
        """Bring the cursor into view."""
        self._moved()

    def watch_cursor_column(self) -> None:
        """Bring the cursor into view."""
        self._moved()

    def _moved(self) -> None:
        if self._rows:
            self._show_cursor()
            self.refresh()
            self.post_message(self.Moved(self, self.row_key, self.column_key))

    def _show_cursor(self) -> None:
        left = sum(column.width + 1 for column in self._columns[: self.cursor_column])
        fixed = sum(column.width + 1 for column in self._columns[: self._fixed])
        width = self._columns[self.cursor_column].width + 1 if self._columns else 1
        if not self._by_cell or self.cursor_column < self._fixed:
            left, width = int(self.scroll_x) + fixed, 1
        # The head and the fixed columns cover what is behind them.
        region = Region(left - fixed, self.cursor_row, width + fixed, 2)
        self.scroll_to_region(region, animate=False, force=True)

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor; it passes over headings."""
        if columns:
            place = self.cursor_column + columns
            if self._by_cell and 0 <= place < len(self._columns):
                self.cursor_column = place
            return
        self._step_to(self.cursor_row + rows, rows)

    def _step_to(self, place: int, direction: int) -> None:
        while 0 <= place < len(self._rows):
            if not self._rows[place].is_heading:
                self.cursor_row = place
                return
            place += direction

    def action_page(self, direction: int) -> None:
        """Move the cursor a screen up or down."""
        step = max(1, self.size.height - 2)
        place = min(max(0, self.cursor_row + direction * step), len(self._rows) - 1)
        self._step_to(place, 1 if direction < 0 else -1)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self._step_to(0, 1)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self._step_to(len(self._rows) - 1, -1)

    def action_choose(self) -> None:
        """Say that the cell under the cursor was chosen."""
        if self.row_key:
            self.post_message(self.Chosen(self, self.row_key, self.column_key))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell clicked; choose it at the second click."""
        column = self._column_at(event.x)
        if event.y == 0:
            if column is not None:
                self.post_message(self.HeadChosen(self, self._columns[column].key))
            return
        place = event.y - 1 + int(self.scroll_y)
        if not 0 <= place < len(self._rows) or self._rows[place].is_heading:
            return
        again = place == self.cursor_row and (not self._by_cell or column == self.cursor_column)
        self.cursor_row = place
        if column is not None and self._by_cell:
            self.cursor_column = column
        if again:
            self.action_choose()

    def _column_at(self, x: int) -> int | None:
        left = 0
        fixed = sum(column.width + 1 for column in self._columns[: self._fixed])
        x = x if x < fixed else x + int(self.scroll_x)
        for number, column in enumerate(self._columns):
            left += column.width + 1
            if x < left:
                return number
        return None

    def render_line(self, y: int) -> Strip:
        """Return one line: the head, or a row."""
        if y == 0:
            head = self.get_component_rich_style("grid--head")
            cells = tuple(GridCell(column.title) for column in self._columns)
            return self._line(cells, head, None)
        place = y - 1 + int(self.scroll_y)
        if place >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        row = self._rows[place]
        if row.is_heading:
            style = self.rich_style + self.get_component_rich_style("grid--heading")
            text = set_cell_size(_one_line(row.cells[0].text), self.size.width)
            return Strip([Segment(text, style)], self.size.width)
        base = self.rich_style
        if place % 2:
            base += self.get_component_rich_style("grid--line")
        return self._line(row.cells, base, place)

    def _line(self, cells: Sequence[GridCell], base: Style, place: int | None) -> Strip:
        cursor = self.get_component_rich_style("grid--cursor")
        has_cursor = place == self.cursor_row and place is not None
        fixed: list[Segment] = []
        moving: list[Segment] = []
        for number, (column, cell) in enumerate(zip(self._columns, cells, strict=True)):
            style = base + Style.parse(cell.style) if cell.style else base
            if has_cursor and (not self._by_cell or number == self.cursor_column):
                style = base + cursor
            text = _one_line(cell.text)
            if column.is_right:
                text = text.rjust(column.width)
            part = fixed if number < self._fixed else moving
            part.append(Segment(set_cell_size(text, column.width) + " ", style))
        kept = Strip(fixed)
        width = max(0, self.size.width - kept.cell_length)
        start = int(self.scroll_x)
        scrolled = Strip(moving).crop_extend(start, start + width, base)
        return Strip.join([kept, scrolled]).crop(0, self.size.width)


def _one_line(text: str) -> str:
    """Return a text that fills one line only, whatever somebody wrote."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
