"""Communes by criteria as a heat map: the same letters and colours as in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Static

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from criteria.language import N_, _, count, percent
from criteria.rating import Rating

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from checklists.matrix import Matrix, MatrixRow

_WORST_FIRST = (
    Rating.NOT_MET,
    Rating.PARTLY_MET,
    Rating.INSUFFICIENT,
    Rating.UNAUDITED,
    Rating.MET,
    Rating.NOT_APPLICABLE,
)
_CLASS_ORDER = ("green", "yellow", "red", "grey")


class MatrixScreen(AuditScreen[None]):
    """All communes by all criteria; the line below says what the cell under the cursor is."""

    ACTIONS = (
        Action(
            "matrix.sort", "f5", N_("Sort"), N_("Sort by the column under the cursor, or back.")
        ),
        Action("matrix.filter", "f4", N_("Class"), N_("Show only the communes of one class.")),
        Action("matrix.leave", "escape", N_("Back"), N_("Back to all communes.")),
    )
    HELP_TEXT = N_(
        "One row a commune, one column a criterion. The line below explains the cell; Enter opens "
        "the commune at that criterion."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, desk: Desk, matrix: Matrix) -> None:
        """Show a matrix."""
        super().__init__()
        self._desk = desk
        self._matrix = matrix
        self._sorted_by = ""
        self._class = ""

    def heading(self) -> str:
        """Return what is shown."""
        return _("Matrix") + f" · {self._matrix.round.title}"

    def body(self) -> ComposeResult:
        """Lay out the grid, the legend and the line that explains."""
        yield Grid(id="matrix", fixed=1, by_cell=True)
        yield Static(id="cell")
        yield Static(self._legend(), id="legend")

    def _legend(self) -> Content:
        parts: list[Content | str] = []
        for rating in Rating:
            parts.append(Content.styled(f" {rating.letter} ", RATING_STYLES[rating]))
            parts.append(f" {rating.label}  ")
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        """Fill the grid."""
        self._fill()
        self.query_one("#matrix", Grid).focus()

    def on_screen_resume(self) -> None:
        """Show what was stated meanwhile."""
        self._matrix = self._desk.matrix()
        self._fill()

    def _fill(self) -> None:
        codes = self._matrix.round.catalogue.codes
        columns = [
            Column("commune", _("Commune"), 24),
            *(Column(code, code, 5) for code in codes),
            Column("class", _("Class"), 8),
            Column("met", _("Met"), 6, is_right=True),
            Column("index", _("Index"), 7, is_right=True),
        ]
        rows = [r for r in self._matrix.rows if not self._class or r.readiness == self._class]
        if self._sorted_by:
            rows = sorted(rows, key=self._order)
        grid = self.query_one("#matrix", Grid)
        grid.fill(columns, [self._line(row) for row in rows], keep=grid.row_key)
        self._explain()

    def _order(self, row: MatrixRow) -> tuple[object, ...]:
        match self._sorted_by:
            case "commune":
                from checklists.communes import sort_key

                return (sort_key(row.commune.short_name),)
            case "class":
                return (_CLASS_ORDER.index(row.readiness.value),)
            case "met":
                return (row.met,)
            case "index":
                return (row.index.worst if row.index else -1,)
        return (_WORST_FIRST.index(row.outcomes[self._sorted_by].rating),)

    def _line(self, row: MatrixRow) -> GridRow:
        cells = [GridCell(f"{row.commune.code} {row.commune.name}")]
        for code, outcome in row.outcomes.items():
            mark = outcome.rating.letter + ("*" if outcome.is_overridden else "")
            mark += "!" if code in row.conflicted else ""
            cells.append(GridCell(f"{mark:^5}", RATING_STYLES[outcome.rating]))
        sign = row.readiness.letter + ("?" if row.doubtful else "")
        cells += [
            GridCell(f" {sign:<5}", CLASS_STYLES[row.readiness]),
            GridCell(f"{row.met}/{row.applicable}"),
            GridCell(percent(row.index.worst, 0) if row.index else "–"),
        ]
        return GridRow(row.commune.code, tuple(cells))

    @on(Grid.Moved, "#matrix")
    def _moved(self) -> None:
        self._explain()

    @on(Grid.HeadChosen, "#matrix")
    def _head_chosen(self, event: Grid.HeadChosen) -> None:
        self._sort_by(event.column)

    def _explain(self) -> None:
        """Say in one or two lines why the cell under the cursor is as it is."""
        grid = self.query_one("#matrix", Grid)
        row = next((r for r in self._matrix.rows if r.commune.code == grid.row_key), None)
        if row is None:
            self.query_one("#cell", Static).update("")
            return
        text = row.commune.name
        code = grid.column_key
        if code in row.outcomes:
            from criteria.rules.explain import explain

            rating = row.outcomes[code].rating
            criterion = self._matrix.round.catalogue.criterion(code)
            text += f" · {code} {criterion.short}: {rating.label}"
            missing = explain(row.checklist.verified, code).shortfalls
            if missing and rating in (Rating.NOT_MET, Rating.PARTLY_MET):
                text += " · " + "; ".join(shortfall.words() for shortfall in missing)
        else:
            text += f" · {row.class_sign} · " + _("{missing} fields missing").format(
                missing=count(row.checklist.progress.missing)
            )
        self.query_one("#cell", Static).update(Content(text))

    @on(Grid.Chosen, "#matrix")
    def _chosen(self, event: Grid.Chosen) -> None:
        from audit.tui.screens.checklist import ChecklistScreen

        part = event.column if event.column in self._matrix.round.catalogue.codes else ""
        self.app.push_screen(ChecklistScreen(self._desk, event.row, part))

    def _sort_by(self, column: str) -> None:
        self._sorted_by = "" if self._sorted_by == column else column
        self._fill()

    def action_matrix_sort(self) -> None:
        """Sort by the column under the cursor, or go back to the official order."""
        self._sort_by(self.query_one("#matrix", Grid).column_key)

    def action_matrix_filter(self) -> None:
        """Go on to the next class."""
        keys = ("", *_CLASS_ORDER)
        self._class = keys[(keys.index(self._class) + 1) % len(keys)]
        self._fill()

    def action_matrix_leave(self) -> None:
        """Back to all communes."""
        self.dismiss(None)
