"""All communes of the round: how far each is, how it stands, what needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import CLASS_STYLES
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from checklists.matrix import Matrix, MatrixRow, ReadinessClass
from checklists.search import find
from criteria.language import N_, _, count, percent
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk

FILTERS: dict[str, tuple[str, Callable[[MatrixRow], bool]]] = {
    "all": (N_("all"), lambda _row: True),
    "unfinished": (N_("unfinished"), lambda row: row.checklist.progress.missing > 0),
    "not_met": (N_("not met"), lambda row: row.counts[Rating.NOT_MET] > 0),
    "conflict": (N_("in contradiction"), lambda row: bool(row.checklist.conflicts)),
    "untouched": (N_("not begun"), lambda row: row.checklist.progress.stated == 0),
}
"""Key -> label and what belongs to it."""


class OverviewScreen(AuditScreen[None]):
    """The round at a glance; Enter opens a commune."""

    ACTIONS = (
        Action("overview.search", "f3", N_("Search"), N_("Search communes as you type.")),
        Action("overview.filter", "f4", N_("Filter"), N_("Show only some communes: next filter.")),
        Action("overview.group", "f5", N_("Group"), N_("Group by cluster, or not.")),
        Action("overview.matrix", "f7", N_("Matrix"), N_("Show all communes by all criteria.")),
        Action("overview.leave", "escape", N_("Back"), N_("Close the file; all is saved.")),
    )
    HELP_TEXT = N_(
        "Every commune of the round. Type a name after F3, with or without marks; Enter opens the "
        "commune under the cursor."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, desk: Desk) -> None:
        """Show the round on ``desk``."""
        super().__init__()
        self._desk = desk
        self._matrix: Matrix = desk.matrix()
        self._filter = "all"
        self._is_grouped = False

    def heading(self) -> str:
        """Return the round and the province."""
        held = self._desk.round
        mark = "" if self._desk.is_writable else " · " + _("for reading only")
        return f"{held.title} · {held.profile.province}{mark}"

    def body(self) -> ComposeResult:
        """Lay out totals, search line and the table."""
        yield Static(id="totals")
        with Horizontal(id="search-line"):
            yield Entry(placeholder=_("Search: name, code, former name (F3)"), id="search")
            yield Static(id="filter")
        yield Grid(id="communes", fixed=1)

    def on_mount(self) -> None:
        """Fill the table and put the cursor in it."""
        self._fill()
        self.query_one("#communes", Grid).focus()

    def on_screen_resume(self) -> None:
        """Show what was stated meanwhile."""
        self._matrix = self._desk.matrix()
        self._fill()

    def _totals(self) -> Content:
        parts: list[Content | str] = []
        for each in ReadinessClass:
            parts.append(Content.styled(f" {each.letter} ", CLASS_STYLES[each]))
            parts.append(f" {each.label}: {count(self._matrix.classes[each])}   ")
        done = sum(not row.checklist.progress.missing for row in self._matrix.rows)
        parts.append(_("complete: {done}/{all}").format(done=done, all=len(self._matrix.rows)))
        return Content.assemble(*parts)

    def _rows(self) -> list[MatrixRow]:
        words = self.query_one("#search", Entry).value.strip()
        rows = [row for row in self._matrix.rows if FILTERS[self._filter][1](row)]
        if not words:
            return rows
        found = find(words, self._desk.round.communes, limit=len(self._matrix.rows))
        order = {each.commune.code: place for place, each in enumerate(found)}
        return sorted(
            (row for row in rows if row.commune.code in order),
            key=lambda row: order[row.commune.code],
        )

    def _fill(self) -> None:
        grid = self.query_one("#communes", Grid)
        rows = self._rows()
        wide = self.size.width >= 100
        columns = [
            Column("commune", _("Commune"), 26),
            Column("class", _("Class"), 8),
            Column("done", _("Filled"), 9, is_right=True),
            Column("met", _("Met"), 6, is_right=True),
            Column("index", _("Index"), 13, is_right=True),
            Column("attention", _("Attention"), 40 if wide else 12),
        ]
        lines: list[GridRow] = []
        if self._is_grouped:
            clusters = dict.fromkeys(row.cluster for row in rows)
            for cluster in clusters:
                members = [row for row in rows if row.cluster == cluster]
                title = f"{cluster} ({len(members)})"
                lines.append(GridRow("", tuple(GridCell(title) for _column in columns)))
                lines += [self._line(row) for row in members]
        else:
            lines = [self._line(row) for row in rows]
        grid.fill(columns, lines, keep=grid.row_key)
        self.query_one("#totals", Static).update(self._totals())
        label = _(FILTERS[self._filter][0])
        self.query_one("#filter", Static).update(
            Content(_("Filter: {label} ({count})").format(label=label, count=len(rows)))
        )

    def _line(self, row: MatrixRow) -> GridRow:
        progress = row.checklist.progress
        bounds = row.index
        shown = "–"
        if bounds is not None:
            shown = percent(bounds.worst, 0)
            if not bounds.is_settled:
                shown += f"–{percent(bounds.best, 0)}"
        mark = row.readiness.letter + ("?" if row.doubtful else "")
        return GridRow(
            row.commune.code,
            (
                GridCell(f"{row.commune.code} {row.commune.name}"),
                GridCell(f" {mark:<5}", CLASS_STYLES[row.readiness]),
                GridCell(f"{progress.stated}/{progress.asked}"),
                GridCell(f"{row.met}/{row.applicable}"),
                GridCell(shown),
                GridCell(_attention(row)),
            ),
        )

    @on(Input.Changed, "#search")
    def _searched(self) -> None:
        self._fill()

    @on(Input.Submitted, "#search")
    def _found(self) -> None:
        self.query_one("#communes", Grid).focus()

    @on(Grid.Chosen, "#communes")
    def _opened(self, event: Grid.Chosen) -> None:
        from audit.tui.screens.checklist import ChecklistScreen

        self.app.push_screen(ChecklistScreen(self._desk, event.row))

    def action_overview_search(self) -> None:
        """Begin a new search."""
        search = self.query_one("#search", Entry)
        search.value = ""
        search.focus()

    def action_overview_filter(self) -> None:
        """Go on to the next filter."""
        keys = list(FILTERS)
        self._filter = keys[(keys.index(self._filter) + 1) % len(keys)]
        self._fill()

    def action_overview_group(self) -> None:
        """Group the communes by cluster, or show them in the official order."""
        self._is_grouped = not self._is_grouped
        self._fill()

    def action_overview_matrix(self) -> None:
        """Show all communes by all criteria."""
        from audit.tui.screens.matrix import MatrixScreen

        self.app.push_screen(MatrixScreen(self._desk, self._matrix))

    def action_overview_leave(self) -> None:
        """Leave the search, or close the file."""
        search = self.query_one("#search", Entry)
        if search.value:
            search.value = ""
            self.query_one("#communes", Grid).focus()
            return
        self.readiness.close_desk()
        self.dismiss(None)


def _attention(row: MatrixRow) -> str:
    """Return what needs attention in a commune, in a few words."""
    found = []
    if row.checklist.conflicts:
        found.append(_("{count} contradictions").format(count=count(len(row.checklist.conflicts))))
    if any(outcome.failing for outcome in row.outcomes.values()):
        found.append(_("values disagree"))
    if row.checklist.lapsed_overrides:
        found.append(_("rating to confirm"))
    not_met = row.counts[Rating.NOT_MET]
    if not_met:
        found.append(_("{count} not met").format(count=count(not_met)))
    return ", ".join(found)
