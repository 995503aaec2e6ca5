"""A table of many cells that scrolls at once: heads and first columns stay in place.

Made on Textual's line API: only the lines on screen are made and drawn, so that
thousands of rows open as fast as a few.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from criteria.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


@dataclass(frozen=True, slots=True)
class LazyRows:
    """Rows of which only the keys are known beforehand.

    Attributes:
        keys: From top to bottom; empty for a heading.
        make: Place of a row -> the row. Called when the row is drawn, once.
    """

    keys: Sequence[str]
    make: Callable[[int], GridRow]
    _made: dict[int, GridRow] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[GridRow]) -> LazyRows:
        """Return rows that are made already."""
        return cls([row.key for row in rows], rows.__getitem__)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.keys)

    def __getitem__(self, place: int) -> GridRow:
        """Return the row at a place."""
        row = self._made.get(place)
        if row is None:
            row = self._made[place] = self.make(place)
        return row


class Grid(ScrollView, can_focus=True):
    """A table with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--head",
        "grid--cursor",
        "grid--line",
        "grid--heading",
        "grid--here",
    }
    DEFAULT_CSS = """
    Grid { background: $surface; color: $foreground; scrollbar-size: 1 1; }
    Grid > .grid--head { background: $panel; color: $foreground; text-style: bold; }
    Grid > .grid--heading { color: $accent; text-style: bold; }
    Grid > .grid--line { background: $boost; }
    Grid > .grid--here { text-style: bold underline; }
    Grid > .grid--cursor { background: $primary; color: $background; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", show=False),
        Binding("down", "move(1, 0)", show=False),
        Binding("left", "move(0, -1)", show=False),
        Binding("right", "move(0, 1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "home", show=False),
        Binding("end", "end", show=False),
        Binding("ctrl+home", "first", show=False),
        Binding("ctrl+end", "last", show=False),
        Binding("enter", "choose", N_("Choose")),
    ]

    # Drawing is left to what moved: two lines, unless the grid scrolls.
    cursor_row: reactive[int] = reactive(0, repaint=False)
    """Place of the cursor among the rows, from 0."""
    cursor_column: reactive[int] = reactive(0, repaint=False)
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
        self._lefts: tuple[int, ...] = (0,)
        self._rows = LazyRows((), lambda _place: GridRow("", ()))
        self._places: dict[str, int] = {}
        self._styles_of: dict[tuple[Style, str], Style] = {}

    @property
    def row_key(self) -> str:
        """Key of the row the cursor is on; empty where there is none."""
        return self._rows.keys[self.cursor_row] if self._rows.keys else ""

    @property
    def column_key(self) -> str:
        """Key of the column the cursor is on; empty where there is none."""
        return self._columns[self.cursor_column].key if self._columns else ""

    def fill(
        self, columns: Sequence[Column], rows: Sequence[GridRow] | LazyRows, keep: str = ""
    ) -> None:
        """Show other columns and rows.

        Args:
            columns: From left to right.
            rows: From top to bottom; each with one cell a column.
            keep: Key of the row the cursor should stand on, if it is still there.
        """
        before = self._columns, self._rows, self.scroll_offset, self.cursor_row
        self._columns = tuple(columns)
        self._rows = rows if isinstance(rows, LazyRows) else LazyRows.of(rows)
        # Where a key occurs twice, the first counts.
        self._places = {key: place for place, key in reversed([*enumerate(self._rows.keys)]) if key}
        lefts = [0]
        for column in self._columns:
            lefts.append(lefts[-1] + column.width + 1)
        self._lefts = tuple(lefts)
        self.virtual_size = Size(lefts[-1], len(self._rows) + 1)
        last = max(0, len(self._columns) - 1)
        self.set_reactive(Grid.cursor_column, min(self.cursor_column, last))
        kept = self._places.get(keep)
        if kept is None:
            kept = next((place for place, key in enumerate(self._rows.keys) if key), 0)
        self.set_reactive(Grid.cursor_row, kept)
        self._show_cursor()
        self._redraw(*before)

    def _redraw(
        self, columns: tuple[Column, ...], rows: LazyRows, offset: Offset, cursor: int
    ) -> None:
        """Draw again what differs from what stood there before, if most of it still stands."""
        if (self._columns, self.scroll_offset) != (columns, offset) or [*rows.keys] != [
            *self._rows.keys
        ]:
            self.refresh()
            return
        places = range(int(offset.y), min(int(offset.y) + self.size.height, len(rows)))
        changed = {place for place in places if rows[place] != self._rows[place]}
        if cursor != self.cursor_row:
            changed |= {cursor, self.cursor_row}
        if changed:
            lines = (place + 1 - int(offset.y) for place in changed)
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines if y > 0))

    def as_text(self) -> str:
        """Return all of it with tabs between the columns, to be pasted into a sheet."""
        heads = [column.title.strip() for column in self._columns]
        lines = ["\t".join(heads)] if any(heads) else []
        for place in range(len(self._rows)):
            row = self._rows[place]
            cells = row.cells[:1] if row.is_heading else row.cells
            lines.append("\t".join(_for_a_sheet(cell.text) for cell in cells))
        return "\n".join(lines)

    def place_of(self, row: str) -> int | None:
        """Return the place of the row with this key."""
        return self._places.get(row)

    def go_to(self, row: str, column: str = "") -> None:
        """Put the cursor on a row, and on a column if one is named."""
        place = self.place_of(row)
        if place is not None:
            self.cursor_row = place
        for number, held in enumerate(self._columns):
            if held.key == column:
                self.cursor_column = number

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._show_cursor()

    def watch_cursor_row(self, before: int, now: int) -> None:
        """Bring the cursor into view."""
        self._moved(before, now)

    def watch_cursor_column(self) -> None:
        """Bring the cursor into view."""
        self._moved(-1, self.cursor_row)

    def _moved(self, *places: int) -> None:
        if not self._rows.keys:
            return
        before = self.scroll_offset
        self._show_cursor()
        if before == self.scroll_offset:
            lines = [place + 1 - before.y for place in places] + [0] * self._by_cell
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines if y >= 0))
        self.post_message(self.Moved(self, self.row_key, self.column_key))

    def _show_cursor(self) -> None:
        if not self.size.height:
            return
        fixed = self._lefts[min(self._fixed, len(self._columns))]
        if not self._by_cell or self.cursor_column < self._fixed:
            left, width = int(self.scroll_x) + fixed, 1
        else:
            left = self._lefts[self.cursor_column]
            width = self._lefts[self.cursor_column + 1] - left
        top = self.cursor_row
        while top and not self._rows.keys[top - 1] and self.cursor_row - top < 2:
            top -= 1
        # The head and the fixed columns cover what is behind them.
        region = Region(left - fixed, top, width + fixed, self.cursor_row - top + 2)
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
            if self._rows.keys[place]:
                self.cursor_row = place
                return
            place += direction

    def action_page(self, direction: int) -> None:
        """Move the cursor a screen up or down."""
        step = max(1, self.size.height - 2)
        place = min(max(0, self.cursor_row + direction * step), len(self._rows) - 1)
        self._step_to(place, 1 if direction < 0 else -1)

    def action_home(self) -> None:
        """Move the cursor to the first column, or to the first row."""
        if self._by_cell:
            self.cursor_column = 0
        else:
            self.action_first()

    def action_end(self) -> None:
        """Move the cursor to the last column, or to the last row."""
        if self._by_cell:
            self.cursor_column = max(0, len(self._columns) - 1)
        else:
            self.action_last()

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
        if not 0 <= place < len(self._rows) or not self._rows.keys[place]:
            return
        again = place == self.cursor_row and (not self._by_cell or column == self.cursor_column)
        self.cursor_row = place
        if column is not None and self._by_cell:
            self.cursor_column = column
        if again:
            self.action_choose()

    def _column_at(self, x: int) -> int | None:
        x = x if x < self._lefts[min(self._fixed, len(self._columns))] else x + int(self.scroll_x)
        return next((n for n, right in enumerate(self._lefts[1:]) if x < right), None)

    def render_line(self, y: int) -> Strip:
        """Return one line: the head, or a row."""
        base = self.rich_style
        if y == 0:
            head = self.get_component_rich_style("grid--head")
            return self._line(tuple(GridCell(c.title) for c in self._columns), head, None)
        place = y - 1 + int(self.scroll_y)
        if place >= len(self._rows):
            return Strip.blank(self.size.width, base)
        row = self._rows[place]
        if row.is_heading:
            style = base + self.get_component_rich_style("grid--heading")
            return Strip([Segment(fitted(row.cells[0].text, self.size.width), style)])
        if place % 2:
            base += self.get_component_rich_style("grid--line")
        return self._line(row.cells, base, place)

    def _line(self, cells: Sequence[GridCell], base: Style, place: int | None) -> Strip:
        fixed = min(self._fixed, len(self._columns))
        kept = Strip(self._segments(cells, base, place, range(fixed)))
        width = max(0, self.size.width - kept.cell_length)
        # Only the columns that are in view are drawn.
        start = self._lefts[fixed] + int(self.scroll_x)
        first = min(max(fixed, bisect_right(self._lefts, start) - 1), len(self._columns))
        last = min(len(self._columns), bisect_left(self._lefts, start + width))
        moving = Strip(self._segments(cells, base, place, range(first, last)))
        start -= self._lefts[first]
        scrolled = moving.crop_extend(start, start + width, base)
        return Strip.join([kept, scrolled]).crop(0, self.size.width)

    def _segments(
        self, cells: Sequence[GridCell], base: Style, place: int | None, columns: range
    ) -> list[Segment]:
        """Return some cells of a line, each with the gap behind it."""
        found = []
        has_cursor = place == self.cursor_row
        gap = base
        if has_cursor and not self._by_cell:
            gap = base + self.get_component_rich_style("grid--cursor")
        for number in columns:
            column, cell = self._columns[number], cells[number]
            is_here = number == self.cursor_column
            if has_cursor and (is_here or not self._by_cell):
                style = base + self.get_component_rich_style("grid--cursor")
            else:
                style = self._style_of(base, cell.style) if cell.style else base
                if self._by_cell and (
                    (has_cursor and number < self._fixed) or (place is None and is_here)
                ):
                    style += self.get_component_rich_style("grid--here", partial=True)
            text = fitted(cell.text, column.width, column.is_right)
            if style is gap:
                found.append(Segment(text + " ", style))
            else:
                found += (Segment(text, style), Segment(" ", gap))
        return found

    def _style_of(self, base: Style, style: str) -> Style:
        held = self._styles_of.get((base, style))
        if held is None:
            held = self._styles_of[base, style] = base + Style.parse(style)
        return held


def one_line(text: str) -> str:
    """Return a text that fills one line only, composed, whatever somebody wrote."""
    if text.isascii():
        if text.isprintable():
            return text
    else:
        text = unicodedata.normalize("NFC", text)
    return "".join(letter if letter.isprintable() else " " for letter in text)


_NUMBER: Final = re.compile(r"[+-][\d.,]+%?")


def _for_a_sheet(text: str) -> str:
    """Return a cell as a spreadsheet takes it for what it says: no formula, and no day."""
    text = " ".join(text.split())
    if text[:1] in ("=", "+", "-", "@") and not _NUMBER.fullmatch(text):
        return f"'{text}"
    done, slash, every = text.partition("/")
    # “3/16” would become the sixteenth of March.
    return f"{done}∕{every}" if slash and done.isdigit() and every.isdigit() else text


@lru_cache(maxsize=4096)
def fitted(text: str, width: int, is_right: bool = False) -> str:
    """Return a text that fills exactly so many cells; what is cut ends in an ellipsis."""
    text = one_line(text)
    free = width - (len(text) if text.isascii() else cell_len(text))
    if free < 0:
        if text.rstrip() != text:
            return fitted(text.rstrip(), width, is_right)
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, width)
    return " " * free + text if is_right else text + " " * free


def whole_words(text: str, room: int) -> str:
    """Return a text as it is, or as many whole words as fit so many cells and an ellipsis."""
    text = one_line(text)
    if cell_len(text) <= room:
        return text
    words = text.split(" ")
    while len(words) > 1 and cell_len(" ".join(words)) + 2 > room:
        del words[-1]
    shown = " ".join(words).rstrip(" ·,;:")
    return f"{shown} …" if cell_len(shown) + 2 <= room else fitted(text, max(0, room)).rstrip()
