"""Communes by criteria as a heat map: the same letters and colours as in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.content import Content
from textual.widgets import Static

from audit.tui.actions import Action, bindings
from audit.tui.commune_list import class_letters, interval_words, standing, why
from audit.tui.loading import AT_ONCE, read_commune
from audit.tui.screens.listing import ALL, ListScreen
from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.legend import in_lines, marks, rating_entry
from audit.tui.widgets.steady import update
from checklists.matrix import ReadinessClass
from checklists.search import find
from criteria.language import N_, _, number
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from typing import Any

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from checklists.matrix import MatrixRow

_WORST_FIRST = (
    Rating.NOT_MET,
    Rating.PARTLY_MET,
    Rating.INSUFFICIENT,
    Rating.UNAUDITED,
    Rating.MET,
    Rating.NOT_APPLICABLE,
)
_WORST_CLASS_FIRST = (
    ReadinessClass.RED,
    ReadinessClass.YELLOW,
    ReadinessClass.GREY,
    ReadinessClass.GREEN,
)
_CONFLICT, _REVERSED = "conflict", "-"
_LOOK_AGAIN_SECONDS = 0.3
"""How often to look for communes that were being read when the screen opened."""


class MatrixScreen(ListScreen[None]):
    """All communes by all criteria; the line below says what the cell under the cursor is."""

    ACTIONS = (
        Action(
            "list.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search communes as you type; Enter opens the first."),
        ),
        Action(
            "list.filter", "f4", N_("Filter"), N_("Show only the communes of one class, or all.")
        ),
        Action(
            "list.sort",
            "f5",
            N_("Sort"),
            N_("Sort by the column under the cursor, then the other way round, then not."),
        ),
        Action("list.leave", "escape", N_("Back"), N_("Back to all communes.")),
    )
    HELP_TEXT = N_(
        "One row a commune, one column a criterion. The line below explains the cell; Enter opens "
        "the commune at that criterion. F5 sorts by the column under the cursor, the worst first."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#matrix"
    VIEW = "matrix"
    SEARCHES = N_("Search: name, code, former name")
    ASKS = N_("Show which communes?")

    def __init__(self, desk: Desk) -> None:
        """Show the communes of the round that are read by now, and the others as they come."""
        super().__init__(desk)
        self._is_behind = False
        self._amount_read = 0
        self._shown = 0

    def heading(self) -> str:
        """Return what is shown."""
        held = self._desk.round
        parts = [_("Matrix"), held.title]
        if not held.catalogue.about.official:
            parts.append(_("provisional criteria"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out the grid, and below it what explains it.

        Opening is to be quick: the line to search in comes with the first search.
        """
        self._grid = Grid(id="matrix", fixed=1, by_cell=True)
        self._fill_grid()
        yield from super().body()
        yield self._grid
        yield Static(self._below(), id="below")

    def on_mount(self) -> None:
        """Look again for what is still being read."""
        if self._desk.unread:
            self.set_interval(_LOOK_AGAIN_SECONDS, self._look_again)

    def on_resize(self) -> None:
        """Wrap anew what explains the letters."""
        if self.query("#below"):
            update(self.query_one("#below", Static), self._below())

    async def _look_again(self) -> None:
        if len(self._desk.rows) != self._amount_read:
            await self.show_list()

    def on_screen_suspend(self) -> None:
        """Expect that something is stated on the screens in front."""
        self._is_behind = True

    async def on_screen_resume(self) -> None:
        """Show what was stated meanwhile, here or by another program."""
        if self._is_behind:
            self._is_behind = False
            await super().on_screen_resume()

    async def catch_up(self) -> None:
        """Read what is not read: a few at once, many bit by bit."""
        unread = self._desk.unread
        if len(unread) > AT_ONCE:
            self._read(unread)
        else:
            for code in unread:
                self.look(code)
        await self.show_list()

    def look(self, code: str) -> None:
        """Read a commune."""
        read_commune(self._desk, code)

    def _rows(self) -> list[MatrixRow]:
        """Return the rows to show: filtered and sorted, or the best found first."""
        known = self._desk.rows
        communes = self._desk.round.communes
        words = self._words.strip()
        codes = (
            [each.commune.code for each in find(words, communes, limit=len(communes))]
            if words
            else [each.code for each in communes]
        )
        rows = [row for code in codes if (row := known.get(code)) and self._fits(row)]
        if self._order and not words:
            rows.sort(key=self._sort_key(), reverse=self._is_reversed)
        return rows

    def _fits(self, row: MatrixRow) -> bool:
        if self._filter == _CONFLICT:
            return bool(row.conflicted)
        return self._filter in (ALL, row.readiness.value)

    @property
    def _sorted_by(self) -> str:
        return self._order.removeprefix(_REVERSED)

    @property
    def _is_reversed(self) -> bool:
        return self._order.startswith(_REVERSED)

    def orders(self) -> Collection[str]:
        """Return every column to sort by, either way."""
        columns = ("commune", *self._desk.round.catalogue.codes, "class", "met", "index")
        return ("", *columns, *(_REVERSED + each for each in columns))

    def _sort_key(self) -> Callable[[MatrixRow], Any]:
        """Return what to sort by: the worst first, names as in a dictionary."""
        match self._sorted_by:
            case "commune":
                from checklists.communes import sort_key

                return lambda row: sort_key(row.commune.short_name)
            case "class":
                return lambda row: _WORST_CLASS_FIRST.index(row.readiness)
            case "met":
                return lambda row: row.met
            case "index":
                return lambda row: row.index.worst if row.index else -1
        code = self._sorted_by
        return lambda row: _WORST_FIRST.index(row.outcomes[code].rating)

    def fill(self, keep: str) -> None:
        """Fill the grid; what was searched for is wanted, whatever was at hand."""
        self._fill_grid("" if self._words.strip() else keep)

    def _fill_grid(self, keep: str = "") -> None:
        rows = self._rows()
        self._amount_read = len(self._desk.rows)
        names = max((cell_len(each.name) for each in self._desk.round.communes), default=0)
        columns = [
            Column("commune", _("Commune"), max(12, min(names, 22))),
            *(Column(code, code, 5) for code in self._desk.round.catalogue.codes),
            Column("class", _("Class"), 8),
            Column("met", _("Met"), 6, is_right=True),
            Column("index", _("Index"), 7, is_right=True),
        ]
        lines = LazyRows([row.commune.code for row in rows], lambda place: _line(rows[place]))
        self._grid.fill(columns, lines, keep)
        self._shown = len(rows)

    def _choice(self) -> str:
        """Return which communes are shown in which order."""
        text = _("Filter: {label} {shown}/{all}").format(
            label=self.filters()[self._filter],
            shown=number(self._shown),
            all=number(len(self._desk.round.communes)),
        )
        if self._sorted_by:
            heads = {"commune": _("Commune"), "class": _("Class"), "met": _("Met")}
            heads["index"] = _("Index")
            order = heads.get(self._sorted_by, self._sorted_by)
            text += " · " + _("sorted by {column}").format(column=order)
            text += " ▲" if self._is_reversed else " ▼"
        return text

    def filters(self) -> Mapping[str, str]:
        """Return what can be shown alone: one class, or what is in contradiction."""
        return {
            ALL: _("all"),
            **{each.value: each.label for each in ReadinessClass},
            _CONFLICT: _("in contradiction"),
        }

    @on(Grid.Moved, "#matrix")
    async def _moved(self) -> None:
        await self.show_here()

    @on(Grid.HeadChosen, "#matrix")
    async def _head_chosen(self, event: Grid.HeadChosen) -> None:
        await self._sort_by(event.column)

    async def show_here(self) -> None:
        """Explain the cell under the cursor."""
        update(self.query_one("#below", Static), self._below())

    def _below(self) -> Content:
        """Return why the cell under the cursor is as it is, what is shown, what letters mean."""
        row = self._desk.rows.get(self._grid.row_key)
        if row is not None and self._grid.column_key in row.outcomes:
            text = f"{row.commune.name} · {why(row, self._grid.column_key)}"
        elif row is not None:
            text = f"{row.commune.code} {row.commune.name} · {standing(row)}"
        elif self._desk.unread:
            text = _("The communes are still being read.")
        else:
            # Here a search keeps to what the filter shows.
            text = _("No commune is shown. Esc ends the search; F4 chooses another filter.")
        legend = in_lines([*map(rating_entry, Rating), *marks()], self.app.size.width - 2)
        return Content.assemble(text, "\n", (self._choice(), "$accent"), "\n", legend)

    @on(Grid.Chosen, "#matrix")
    def _chosen(self, event: Grid.Chosen) -> None:
        part = event.column if event.column in self._desk.round.catalogue.codes else ""
        self.readiness.open_commune(event.row, part)

    def copyable(self) -> Iterator[tuple[str, str]]:
        """Yield why the cell under the cursor is as it is, and the list."""
        here = self._below().plain.splitlines()[0]
        yield here, here
        yield from super().copyable()

    def take_found(self) -> None:
        """Open what was found."""
        self.grid.action_choose()

    async def _sort_by(self, column: str) -> None:
        """Sort by a column; at the second time the other way round, at the third not at all."""
        turn = ("", column, _REVERSED + column)
        here = turn.index(self._order) if self._order in turn else 0
        self._order = turn[(here + 1) % len(turn)]
        self.remember()
        self.fill("" if self._order else self.grid.row_key)
        await self.show_here()

    async def action_list_sort(self) -> None:
        """Sort by the column under the cursor, or go back to the official order."""
        await self._sort_by(self.grid.column_key)


def _line(row: MatrixRow) -> GridRow:
    return GridRow(
        row.commune.code,
        (
            GridCell(row.commune.name),
            *(
                GridCell(f"{row.sign(code):^5}", RATING_STYLES[outcome.rating])
                for code, outcome in row.outcomes.items()
            ),
            GridCell(f" {class_letters(row):<7}", CLASS_STYLES[row.readiness]),
            GridCell(f"{row.met}/{row.applicable}"),
            GridCell(interval_words(row.index)),
        ),
    )
