"""The values that contradict one another: side by side, or one below another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Grid as Tiles
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.entry import one_line
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events

    from checklists.conflicts import Conflict, Side

_MOST_LETTERS = 500
"""Of a note or reason; the whole of it stands in the checklist."""
_WIDE = 100
"""From how many letters a line on, values stand beside one another."""
_MOST_COLUMNS = 3
_METHODS = {
    "typed": N_("typed in"),
    "measured": N_("measured"),
    "imported": N_("imported"),
    "confirmed": N_("taken over and confirmed"),
}


class SideCard(Static, can_focus=True):
    """One of the values, with all that speaks for it; Enter takes it."""

    DEFAULT_CSS = """
    SideCard { height: auto; padding: 0 1; }
    SideCard:focus { background: $primary 30%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", N_("Take"))]

    class Taken(Message):
        """This value is to be taken."""

        def __init__(self, number: int) -> None:
            """Name the side by its number."""
            super().__init__()
            self.number = number

    def __init__(self, conflict: Conflict, side: Side, *, can_be_taken: bool) -> None:
        """Show one side of a conflict."""
        super().__init__()
        self._conflict = conflict
        self._side = side
        self.number = side.number
        self.can_focus = can_be_taken

    def show(self, *, is_wide: bool) -> None:
        """Show it beside others, or across the whole screen."""
        lines = _lines(self._conflict, self._side, is_wide=is_wide)
        self.update(Content("\n").join(lines))

    def action_take(self) -> None:
        """Say that this value is to be taken."""
        self.post_message(self.Taken(self.number))


class Sides(VerticalScroll, can_focus=False):
    """The sides of one conflict; as many beside one another as there is room for."""

    DEFAULT_CSS = """
    Sides { scrollbar-size-vertical: 1; }
    Sides Grid { height: auto; grid-gutter: 1 1; grid-rows: auto; }
    Sides .besides { padding: 1 1 0 1; height: auto; color: $text-muted; }
    """

    _columns = 0
    _sides = 0

    async def show(self, conflict: Conflict | None, *, can_be_taken: bool) -> None:
        """Show another conflict, or none."""
        with self.app.batch_update():
            await self.remove_children()
            if conflict is None:
                return
            cards = [SideCard(conflict, s, can_be_taken=can_be_taken) for s in conflict.sides]
            self._sides = len(cards)
            tiles = Tiles(*cards)
            await self.mount(tiles)
            words = "\n".join(_besides(conflict))
            if words:
                await self.mount(Static(Content(words), classes="besides"))
            # A change of size while they were mounted has laid out nothing.
            self._columns = 0
            self._lay_out()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Use the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        is_wide = self.app.size.width >= _WIDE
        columns = min(_MOST_COLUMNS, self._sides) if is_wide else 1
        if columns != self._columns:
            self._columns = columns
            for tiles in self.query(Tiles):
                tiles.styles.grid_size_columns = columns
            for card in self.query(SideCard):
                card.show(is_wide=is_wide)

    @property
    def has_cursor(self) -> bool:
        """Whether the cursor is on one of the values."""
        return any(card.has_focus for card in self.query(SideCard))

    def enter(self) -> None:
        """Put the cursor on the first value."""
        cards = self.query(SideCard)
        if cards and cards.first().can_focus:
            cards.first().focus()

    def on_key(self, event: events.Key) -> None:
        """Walk between the values with the arrows."""
        steps = {"left": -1, "up": -self._columns, "right": 1, "down": self._columns}
        cards = list(self.query(SideCard))
        here = next((place for place, card in enumerate(cards) if card.has_focus), None)
        if event.key not in steps or here is None:
            return
        there = here + steps[event.key]
        if 0 <= there < len(cards):
            event.stop()
            cards[there].focus()


def _lines(conflict: Conflict, side: Side, *, is_wide: bool) -> Iterator[Content]:
    said = side.statement
    value = Content.assemble(
        Content.styled(f" {side.number} ", "reverse bold"),
        " ",
        Content.styled(_short(side.words), "bold $accent"),
    )
    ratings = _ratings(conflict, side)
    if is_wide or ratings is None:
        yield value
        if ratings is not None:
            yield ratings
    else:
        yield Content.assemble(value, "   ", ratings)
    method = _METHODS.get(said.method, "")
    meta = [
        [said.author, side.unit],
        [said.when],
        [_(method) if method else "", _("sealed") if side.is_sealed else _("not sealed")],
    ]
    if conflict.part in conflict.codes:
        meta[-1].append(_("evidence: {count}").format(count=count(side.evidence)))
    # Across the whole screen it fits into one line.
    for line in meta if is_wide else [[each for parts in meta for each in parts]]:
        yield Content(_short(" · ".join(filter(None, line))))
    if said.reason:
        yield Content(_("Reason: {reason}").format(reason=_short(said.reason)))
    for note in side.notes:
        yield Content.styled(f"✎ {_short(note)}", "italic")


def _ratings(conflict: Conflict, side: Side) -> Content | None:
    """Return what the criteria would be rated with this value."""
    own = [code for code in conflict.codes[:1] if code == conflict.part]
    codes = list(dict.fromkeys((*own, *conflict.differing)))
    if not codes:
        return None
    parts: list[Content] = []
    for code in codes:
        rating = side.ratings[code]
        letter = Content.styled(f" {rating.letter} ", RATING_STYLES[rating])
        words = f" {rating.label}" if len(codes) == 1 else ""
        parts.append(Content.assemble(f"{code} ", letter, words))
    return Content("  ").join(parts)


def _besides(conflict: Conflict) -> Iterator[str]:
    """Yield what others noted on the criterion."""
    keys = {side.statement.key for side in conflict.sides}
    for note in conflict.notes:
        if note.key not in keys:
            yield f"✎ {_short(note.author)}: {_short(str(note.value))}"


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _MOST_LETTERS else line[:_MOST_LETTERS] + "…"
