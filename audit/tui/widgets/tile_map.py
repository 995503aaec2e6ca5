"""The communes of a province as tiles, each near its real place; arrow keys walk them.

Every commune has the same size, so that a small ward is as visible as a large commune.
Made on Textual's line API: only the lines on screen are drawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from audit.tui.widgets.grid import fitted, one_line
from criteria.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events

    from checklists.tiles import TilePlace

NARROWEST = 8
"""Cells of a tile with sign and name in one line, a gap included."""
NARROWEST_STACKED = 6
"""Cells of a tile with the sign below the name, a gap included."""
WIDEST = 18
HIGHEST = 3
CURSOR = "◄"
"""Stands behind the tile under the cursor, so that colour alone does not say it."""
OUTSIDE = "·"
"""Stands for the sign of a commune that the filter leaves out."""

_INITIAL = re.compile(r"(?i:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr)?")
"""Letters that write one sound at the beginning of a Vietnamese syllable."""

_NEAR = 2
"""So many rows or columns apart two tiles are taken for one another."""


class Tile(NamedTuple):
    """What a tile shows besides the name.

    Attributes:
        sign: The class or rating in letters.
        short: The same in two letters or a little more, for narrow tiles.
        style: A rich style for it; empty for none.
        note: A third line, where tiles are high enough.
        is_outside: Whether the filter leaves it out.
    """

    sign: str
    short: str
    style: str = ""
    note: str = ""
    is_outside: bool = False


def short_name(name: str, room: int) -> str:
    """Return a name in so many letters: ``Long Thành``, ``L.Thành``, ``LThành``, ``LThà``.

    The last syllable says most in Vietnamese names; those before it lose all but their
    first letter.
    """
    name = one_line(name)
    words = name.split()
    if cell_len(name) <= room or not words:
        return name
    first = [word[0] for word in words[:-1]]
    dotted = "".join(f"{letter}." for letter in first) + words[-1]
    if cell_len(dotted) <= room:
        return dotted
    return ("".join(first) + words[-1])[: max(0, room)]


def _ways(name: str, room: int) -> dict[str, int]:
    """Return how a name can be written in so many letters -> how much worse it reads."""
    words = one_line(name).split()
    found = {short_name(name, room): 0}
    if len(words) < 2 or cell_len(" ".join(words)) <= room:
        return found
    *before, last = words
    heads = [[_INITIAL.match(word)[0] or word[:1] for word in before]]  # type: ignore[index]
    heads += [[word[:letters] for word in before] for letters in (2, 3)]
    texts = ["".join(head + dot for head in each) + last for each in heads for dot in (".", "")]
    # Where there is no room for the last syllable, its end gives way.
    texts += [("".join(each) + last)[: max(0, room)] for each in heads]
    for worse, text in enumerate(texts, 1):
        if cell_len(text) <= room:
            found.setdefault(text, worse)
    return found


def _least_worse(ways: dict[str, int]) -> int:
    """Return how much worse than the best way the next one reads."""
    return min((worse for worse in ways.values() if worse), default=99)


class TileLayout:
    """Where tiles lie, and which is next in a direction."""

    def __init__(self, places: Iterable[TilePlace]) -> None:
        """Hold the tiles; of two at one place or of one key the first counts."""
        self.by_key: dict[str, TilePlace] = {}
        held: dict[int, dict[int, TilePlace]] = {}
        for place in places:
            row = held.setdefault(place.row, {})
            if place.key not in self.by_key and place.column not in row:
                self.by_key[place.key] = row[place.column] = place
        self.rows = {
            number: [held[number][column] for column in sorted(held[number])]
            for number in sorted(held)
            if held[number]
        }
        self.height = max(self.rows, default=-1) + 1
        self.width = max((place.column for place in self.by_key.values()), default=-1) + 1

    def short_names(self, room: int) -> dict[str, str]:
        """Return key -> name in so many letters; tiles near each other differ where they can."""
        held = {key: short_name(place.name, room) for key, place in self.by_key.items()}
        at = {(place.row, place.column): key for key, place in self.by_key.items()}
        alike: dict[str, dict[str, dict[str, int]]] = {}
        for key, short in held.items():
            alike.setdefault(short, {})[key] = {}
        for group in (each for each in alike.values() if len(each) > 1):
            for key in group:
                group[key] = _ways(self.by_key[key].name, room)
            # Whose next way reads best gives way first.
            for key in sorted(group, key=lambda key: (_least_worse(group[key]), key)):
                place = self.by_key[key]
                near = {
                    held[other]
                    for row in range(place.row - _NEAR, place.row + _NEAR + 1)
                    for column in range(place.column - _NEAR, place.column + _NEAR + 1)
                    if (other := at.get((row, column), key)) != key
                }
                free = [way for way in group[key] if way not in near]
                held[key] = min(free, key=group[key].__getitem__, default=held[key])
        return held

    def sideways(self, key: str, step: int) -> TilePlace | None:
        """Return the next tile to the right (1) or to the left (-1).

        That is the next in the row over any hole; at the end of the row the nearest of
        all that lie further out.
        """
        here = self.by_key[key]
        further = [
            place for place in self.by_key.values() if (place.column - here.column) * step > 0
        ]
        return min(
            further,
            key=lambda place: (
                place.row != here.row,
                abs(place.row - here.row) + abs(place.column - here.column),
                abs(place.row - here.row),
                place.row,
            ),
            default=None,
        )

    def up_or_down(self, key: str, step: int, aim: int) -> TilePlace | None:
        """Return the tile nearest to the column ``aim`` in the next row that has tiles."""
        here = self.by_key[key]
        further = [row for row in self.rows if (row - here.row) * step > 0]
        if not further:
            return None
        nearest = min(further, key=lambda row: abs(row - here.row))
        return min(self.rows[nearest], key=lambda place: (abs(place.column - aim), place.column))


class TileMap(ScrollView, can_focus=True):
    """A map of tiles with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tile-map--cursor", "tile-map--outside"}
    DEFAULT_CSS = """
    TileMap { background: $surface; color: $foreground; scrollbar-size: 1 1; }
    TileMap > .tile-map--cursor { background: $primary; color: $background; text-style: bold; }
    TileMap > .tile-map--outside { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "walk(-1, 0)", show=False),
        Binding("down", "walk(1, 0)", show=False),
        Binding("left", "walk(0, -1)", show=False),
        Binding("right", "walk(0, 1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("ctrl+home", "corner(-1)", show=False),
        Binding("ctrl+end", "corner(1)", show=False),
        Binding("enter", "choose", N_("Choose")),
    ]

    class Moved(Message):
        """The cursor stands on another tile."""

        def __init__(self, tile_map: TileMap, key: str) -> None:
            """Name the tile by its key."""
            super().__init__()
            self.tile_map = tile_map
            self.key = key

        @property
        def control(self) -> TileMap:
            """The map."""
            return self.tile_map

    class Chosen(Moved):
        """A tile was chosen with Enter or a second click."""

    class Fitted(Message):
        """The tiles have another size."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual names it
        """Make an empty map."""
        super().__init__(id=id)
        self._layout_of = TileLayout(())
        self._look: Callable[[str], Tile] = lambda _key: Tile("", "")
        self._key = ""
        self._aim = 0
        self._tile = Size(NARROWEST, 1)
        self._short: dict[int, dict[str, str]] = {}
        """Room -> key of a tile -> its name in so many letters."""

    @property
    def key(self) -> str:
        """Key of the tile under the cursor; empty where there is none."""
        return self._key

    @property
    def has_full_signs(self) -> bool:
        """Whether the tiles have room for signs in full."""
        return self._tile.height > 1 or self._tile.width >= NARROWEST + 4

    def fill(
        self, places: Sequence[TilePlace], look: Callable[[str], Tile], keep: str = ""
    ) -> None:
        """Show other tiles.

        Args:
            places: Where they lie.
            look: Key -> what the tile shows; called whenever it is drawn.
            keep: Key of the tile the cursor should stand on, if it is still there.
        """
        self._layout_of = TileLayout(places)
        self._short = {}
        self._look = look
        known = self._layout_of.by_key
        first = next((row[0].key for row in self._layout_of.rows.values()), "")
        self._key = keep if keep in known else self._key if self._key in known else first
        self._aim = known[self._key].column if self._key else 0
        self._measure()
        self.refresh()

    def go_to(self, key: str) -> None:
        """Put the cursor on a tile."""
        if key in self._layout_of.by_key:
            self._aim = self._layout_of.by_key[key].column
            self._move_to(key)

    def on_resize(self) -> None:
        """Choose how large tiles are, and keep the cursor in view."""
        self._measure()
        self.refresh()

    def least_width(self, height: int) -> int:
        """Return how many cells the whole map needs from left to right.

        Args:
            height: Lines there are for it.
        """
        stacked = self._layout_of.height * 2 <= height
        return self._layout_of.width * (NARROWEST_STACKED if stacked else NARROWEST)

    def _measure(self) -> None:
        """Fit the tiles to the room there is; what does not fit is scrolled to."""
        rows, columns = self._layout_of.height, self._layout_of.width
        room = self.outer_size
        if not rows or not room.height:
            return
        height = max(1, min(room.height // rows, HIGHEST))
        bar = 1 if rows * height > room.height else 0
        least = NARROWEST if height == 1 else NARROWEST_STACKED
        width = max(least, min((room.width - bar) // columns, WIDEST))
        if self._tile != (width, height):
            self._tile = Size(width, height)
            self.post_message(self.Fitted())
        self.virtual_size = Size(columns * width, rows * height)
        self._show_cursor()

    def _region_of(self, key: str) -> Region:
        place, tile = self._layout_of.by_key[key], self._tile
        return Region(place.column * tile.width, place.row * tile.height, *tile)

    def _show_cursor(self) -> None:
        if self._key and self.size.height:
            self.scroll_to_region(self._region_of(self._key), animate=False, force=True)

    def _move_to(self, key: str) -> None:
        if key == self._key:
            return
        before, self._key = self._key, key
        self._show_cursor()
        left, top = self.scroll_offset
        self.refresh(*(self._region_of(each).translate((-left, -top)) for each in (before, key)))
        self.post_message(self.Moved(self, key))

    def action_walk(self, rows: int, columns: int) -> None:
        """Move the cursor to the nearest tile in a direction."""
        if not self._key:
            return
        if rows:
            found = self._layout_of.up_or_down(self._key, rows, self._aim)
        else:
            found = self._layout_of.sideways(self._key, columns)
            self._aim = found.column if found else self._aim
        if found is not None:
            self._move_to(found.key)

    def action_page(self, direction: int) -> None:
        """Move the cursor as many rows as are on screen."""
        for _row in range(max(1, self.size.height // self._tile.height - 1)):
            self.action_walk(direction, 0)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or last tile of its row."""
        if self._key:
            row = self._layout_of.rows[self._layout_of.by_key[self._key].row]
            self.go_to(row[0 if direction < 0 else -1].key)

    def action_corner(self, direction: int) -> None:
        """Move the cursor to the first or last tile of all."""
        rows = [*self._layout_of.rows.values()]
        if rows:
            self.go_to((rows[0][0] if direction < 0 else rows[-1][-1]).key)

    def action_choose(self) -> None:
        """Say that the tile under the cursor was chosen."""
        if self._key:
            self.post_message(self.Chosen(self, self._key))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the tile clicked; choose it at the second click."""
        column = (event.x + int(self.scroll_x)) // self._tile.width
        row = (event.y + int(self.scroll_y)) // self._tile.height
        for place in self._layout_of.rows.get(row, ()):
            if place.column == column and place.key == self._key:
                self.action_choose()
            elif place.column == column:
                self.go_to(place.key)

    def render_line(self, y: int) -> Strip:
        """Return one line of the map."""
        base = self.rich_style
        row, within = divmod(y + int(self.scroll_y), self._tile.height)
        segments: list[Segment] = []
        at = 0
        for place in self._layout_of.rows.get(row, ()):
            left = place.column * self._tile.width
            segments.append(Segment(" " * (left - at), base))
            segments += self._piece(place, within, base)
            at = left + self._tile.width
        start = int(self.scroll_x)
        return Strip(segments).crop_extend(start, start + self.size.width, base)

    def _name_of(self, place: TilePlace, room: int) -> str:
        """Return a name in so many letters; see `TileLayout.short_names`."""
        if room not in self._short:
            self._short[room] = self._layout_of.short_names(room)
        return self._short[room][place.key]

    def _piece(self, place: TilePlace, within: int, base: Style) -> list[Segment]:
        """Return one line of a tile, the gap behind it included."""
        tile = self._look(place.key)
        room = self._tile.width - 1
        sign = tile.sign if self.has_full_signs else tile.short
        style = base + Style.parse(tile.style) if tile.style else base
        if tile.is_outside:
            sign = OUTSIDE
            style = base + self.get_component_rich_style("tile-map--outside", partial=True)
        if place.key == self._key:
            style = base + self.get_component_rich_style("tile-map--cursor")
        if self._tile.height == 1:
            text = f"{sign} {self._name_of(place, room - cell_len(sign) - 1)}"
        else:
            note = "" if tile.is_outside else tile.note
            text = (self._name_of(place, room), sign, note)[within]
        mark = CURSOR if place.key == self._key and within == 0 else " "
        return [Segment(fitted(text, room), style), Segment(mark, base)]
