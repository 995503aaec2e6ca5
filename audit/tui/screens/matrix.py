"""Communes by criteria as a heat map: the same letters and colours as in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.content import Content
from textual.widgets import Input, Static

from audit.tui.actions import Action, bindings
from audit.tui.commune_list import class_letters, interval_words, standing, why
from audit.tui.loading import AT_ONCE, read_rest
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.legend import in_lines, marks, rating_entry
from audit.tui.widgets.steady import update
from checklists.matrix import ReadinessClass
from checklists.search import find
from criteria.errors import ReadinessError
from criteria.language import N_, _, number
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from textual import events
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
_ALL, _CONFLICT = "", "conflict"
_LOOK_AGAIN_SECONDS = 0.3
"""How often to look for communes that were being read when the screen opened."""


class MatrixScreen(AuditScreen[None]):
    """All communes by all criteria; the line below says what the cell under the cursor is."""

    ACTIONS = (
        Action(
            "matrix.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search communes as you type; Enter opens the first."),
        ),
        Action(
            "matrix.filter", "f4", N_("Filter"), N_("Show only the communes of one class, or all.")
        ),
        Action(
            "matrix.sort",
            "f5",
            N_("Sort"),
            N_("Sort by the column under the cursor, then the other way round, then not."),
        ),
        Action("matrix.leave", "escape", N_("Back"), N_("Back to all communes.")),
    )
    HELP_TEXT = N_(
        "One row a commune, one column a criterion. The line below explains the cell; Enter opens "
        "the commune at that criterion. F5 sorts by the column under the cursor, the worst first."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#matrix"
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it
    """Widths are worked out here; restyling every widget for them would take a third."""

    def __init__(self, desk: Desk) -> None:
        """Show the communes of the round that are read by now, and the others as they come."""
        super().__init__()
        self._desk = desk
        self._sorted_by = ""
        self._is_reversed = False
        self._filter = _ALL
        self._words = ""
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
        if self._words:
            yield self._search_line()
        yield self._grid
        yield Static(self._below(), id="below")

    def on_mount(self) -> None:
        """Look again for what is still being read."""
        if self._desk.unread:
            self.set_interval(_LOOK_AGAIN_SECONDS, self._look_again)

    def on_resize(self) -> None:
        """Use the room there is."""
        self._explain()

    def refill(self) -> None:
        """Give the focus to what was composed anew."""
        self._grid.focus()

    def _look_again(self) -> None:
        if len(self._desk.rows) != self._amount_read:
            self._fill()

    def on_screen_suspend(self) -> None:
        """Expect that something is stated on the screens in front."""
        self._is_behind = True

    def on_screen_resume(self) -> None:
        """Show what was stated meanwhile, here or by another program."""
        if self._is_behind:
            self._is_behind = False
            self.readiness.catch_up()
            unread = self._desk.unread
            if len(unread) <= AT_ONCE:
                for code in unread:
                    self._desk.row(code)
            else:
                self._read()
            self._fill()

    @work(exclusive=True, group="reading")
    async def _read(self) -> None:
        """Read bit by bit what another program wrote to."""
        try:
            await read_rest(self._desk, self._fill)
        except ReadinessError as error:
            self.readiness.say(error)

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
        if self._sorted_by and not words:
            rows.sort(key=self._order(), reverse=self._is_reversed)
        return rows

    def _fits(self, row: MatrixRow) -> bool:
        if self._filter == _CONFLICT:
            return bool(row.conflicted)
        return self._filter in (_ALL, row.readiness.value)

    def _order(self) -> Callable[[MatrixRow], Any]:
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

    def _fill(self, *, keep: bool = True) -> None:
        self._fill_grid(keep=keep)
        self._explain()

    def _fill_grid(self, *, keep: bool = True) -> None:
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
        # What was searched for, or comes first now, is what is wanted.
        is_kept = keep and not self._words.strip()
        self._grid.fill(columns, lines, self._grid.row_key if is_kept else "")
        self._shown = len(rows)

    def _choice(self) -> str:
        """Return which communes are shown in which order."""
        text = _("Filter: {label} {shown}/{all}").format(
            label=self._filters()[self._filter],
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

    def _filters(self) -> dict[str, str]:
        return {
            _ALL: _("all"),
            **{each.value: each.label for each in ReadinessClass},
            _CONFLICT: _("in contradiction"),
        }

    @on(Grid.Moved, "#matrix")
    def _moved(self) -> None:
        self._explain()

    @on(Grid.HeadChosen, "#matrix")
    def _head_chosen(self, event: Grid.HeadChosen) -> None:
        self._sort_by(event.column)

    def _explain(self) -> None:
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
            text = _("No commune is shown. Esc ends the search; F4 chooses another filter.")
        legend = in_lines([*map(rating_entry, Rating), *marks()], self.app.size.width - 2)
        return Content.assemble(text, "\n", (self._choice(), "$accent"), "\n", legend)

    @on(Grid.Chosen, "#matrix")
    def _chosen(self, event: Grid.Chosen) -> None:
        part = event.column if event.column in self._desk.round.catalogue.codes else ""
        self.readiness.open_commune(event.row, part)

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._words = event.value
        self._fill()

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        self._grid.action_choose()

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the grid while the search line has the focus."""
        steps = {"up": -1, "down": 1}
        if event.key in steps and isinstance(self.focused, Entry):
            event.stop()
            self._grid.action_move(steps[event.key], 0)

    def action_matrix_search(self) -> None:
        """Begin a search."""
        if not self.query(Entry):
            self.mount(self._search_line(), before="#matrix")
        self.query_one("#search", Entry).focus()

    def _search_line(self) -> Entry:
        placeholder = _("Search: name, code, former name")
        return Entry(self._words, placeholder=placeholder, id="search", compact=True)

    def _sort_by(self, column: str) -> None:
        """Sort by a column; at the second time the other way round, at the third not at all."""
        if self._sorted_by != column:
            self._sorted_by, self._is_reversed = column, False
        elif not self._is_reversed:
            self._is_reversed = True
        else:
            self._sorted_by, self._is_reversed = "", False
        self._fill(keep=not self._sorted_by)

    def action_matrix_sort(self) -> None:
        """Sort by the column under the cursor, or go back to the official order."""
        self._sort_by(self._grid.column_key)

    def action_matrix_filter(self) -> None:
        """Choose the class to show."""
        from audit.tui.screens.choose import Choose

        def chosen(key: str | None) -> None:
            if key is not None:
                self._filter = key.removeprefix("-")
                self._fill()

        self.app.push_screen(
            # An option must have a key.
            Choose(
                _("Show which communes?"),
                {f"-{key}": label for key, label in self._filters().items()},
                f"-{self._filter}",
            ),
            chosen,
        )

    def action_matrix_leave(self) -> None:
        """Leave the search, or go back to all communes."""
        if self.query(Entry):
            self.query(Entry).remove()
            self._words = ""
            self._fill()
            self._grid.focus()
            return
        self.dismiss(None)


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
