"""What changed since a close, or since the round before: commune by commune."""

from __future__ import annotations

import threading
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from audit.comparing import change_lines, index_change, summary_lines
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import AuditScreen
from audit.tui.screens.compared_with import choose_compared_with
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.tui.widgets.progress import progress_line
from checklists.comparison import Direction
from criteria.errors import ReadinessError
from criteria.language import N_, _, count, number

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.tui.screens.compared_with import ComparedWith
    from checklists.comparison import CommuneChange
    from checklists.matrix import MatrixRow
    from checklists.report import Report

_EVERY: Final = 0.1
"""Seconds between two lines about how far it is."""


class _StoppedError(Exception):
    """Whoever compares does not want to any more."""


class ChangedCommunes(Grid):
    """The communes of which anything differs; Enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Open"))]


class CompareScreen(AuditScreen[None]):
    """Lists the communes that changed, and what changed in the one under the cursor."""

    ACTIONS = (
        Action("compare.leave", "escape", N_("Back"), N_("Back to all communes.")),
        Action(
            "compare.other",
            "f4",
            N_("Compare with"),
            N_("Compare with another close, or with another audit file."),
        ),
    )
    HELP_TEXT = N_(
        "Every commune of which a value, a rating, the class or the index differs. Below stands "
        "what changed in the one under the cursor, and why; Enter opens its checklist. Only "
        "decided ratings are better or worse; a blank is neither."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    COPIES = "#changes-here Static"
    COPIES_BESIDES = "#changes-what"
    AUTO_FOCUS = "#changes"

    class Stepped(Message):
        """Some more communes are read."""

        def __init__(self, done: int, total: int) -> None:
            """Hold how many, and of how many."""
            super().__init__()
            self.done = done
            self.total = total

    class Compared(Message):
        """It is known what changed, or why that cannot be known."""

        def __init__(self, report: Report | None, problem: str) -> None:
            """Hold what came of it."""
            super().__init__()
            self.report = report
            self.problem = problem

    def __init__(self, desk: Desk, compared_with: ComparedWith) -> None:
        """Compare a round.

        Args:
            desk: The round.
            compared_with: A close of it, or another file.
        """
        super().__init__()
        self._desk = desk
        self._compared_with = compared_with
        self._report: Report | None = None
        self._told = Content("")
        self._stop = threading.Event()

    def heading(self) -> str:
        """Return what is compared with what."""
        return _("What changed · {title} · since: {earlier}").format(
            title=self._desk.round.title, earlier=self._compared_with.words
        )

    def body(self) -> ComposeResult:
        """Lay out what changed in all, the communes, and the one under the cursor."""
        yield Static(self._told, id="changes-what")
        yield ChangedCommunes(id="changes")
        with VerticalScroll(id="changes-here", can_focus=False):
            yield Static()

    def on_mount(self) -> None:
        """Begin to compare."""
        self._begin()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._show()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#changes"):
            self._show()

    def on_unmount(self) -> None:
        """Have what is still being read left."""
        self._stop.set()

    # Comparing

    def _begin(self) -> None:
        self._stop.set()
        self._stop = threading.Event()
        self._report = None
        self._show()
        self._tell(Content(_("Beginning…")))
        self._compare(self._compared_with, self._stop)

    @work(thread=True, group="comparing")
    def _compare(self, compared_with: ComparedWith, stop: threading.Event) -> None:
        """Read both, on connections of their own."""
        from audit.desk import Desk
        from audit.reporting import report_of

        told = 0.0
        as_of = self._desk.as_of.name if self._desk.as_of is not None else ""

        def progress(done: int, total: int) -> None:
            nonlocal told
            if stop.is_set():
                raise _StoppedError
            if monotonic() - told >= _EVERY:
                told = monotonic()
                self.post_message(self.Stepped(done, total))

        report, problem = None, ""
        try:
            with Desk(self._desk.path, as_of=as_of, remember=False) as desk:
                report = report_of(
                    desk,
                    previous=compared_with.path,
                    compared_with=compared_with.close,
                    takes_copies=True,
                    progress=progress,
                )
        except _StoppedError:
            return
        except ReadinessError as error:
            problem = str(error)
        if not stop.is_set():
            self.post_message(self.Compared(report, problem))

    @on(Stepped)
    def _stepped(self, event: Stepped) -> None:
        if self._report is None:
            self._tell(progress_line(_("Reading communes"), event.done, event.total))

    @on(Compared)
    def _compared(self, event: Compared) -> None:
        self._report = event.report
        if event.problem:
            self._tell(Content.styled(f"✗ {event.problem}", "$error"))
        else:
            self._show()

    # Showing

    def _tell(self, told: Content) -> None:
        self._told = told
        self.query_one("#changes-what", Static).update(told)

    @property
    def _changed(self) -> dict[str, CommuneChange]:
        if self._report is None or self._report.comparison is None:
            return {}
        return {held.after.commune.code: held for held in self._report.comparison.changed}

    def _show(self) -> None:
        self.show_heading()
        if self._report is not None and self._report.comparison is not None:
            lines = list(summary_lines(self._report.comparison))
            changed = count(len(self._changed))
            if self._changed:
                words = _("Communes that changed: {count} (+ better, − worse, ~ not comparable)")
                lines.append(words.format(count=changed))
            else:
                lines.append(_("No rating, class, index or value differs."))
            self._tell(Content("\n".join(lines)))
        rest = (
            Column("class", _("Class"), 11),
            Column("index", _("Index"), 26),
            Column("criteria", _("Criteria"), 12),
        )
        room = max(60, self.size.width) - sum(column.width + 1 for column in rest) - 2
        columns = (Column("commune", _("Commune"), room), *rest)
        grid = self.query_one("#changes", ChangedCommunes)
        grid.fill(columns, [_row(held) for held in self._changed.values()], keep=grid.row_key)
        self._show_here()

    def _show_here(self) -> None:
        held = self._changed.get(self.query_one("#changes", ChangedCommunes).row_key)
        lines = list(change_lines(held)) if held is not None else []
        here = self.query_one("#changes-here", VerticalScroll)
        here.query_one(Static).update(Content("\n".join(lines)))
        here.scroll_home(animate=False)
        here.can_focus = len(lines) > 1

    @on(Grid.Moved, "#changes")
    def _moved(self) -> None:
        self._show_here()

    @on(Grid.Chosen, "#changes")
    def _open(self, event: Grid.Chosen) -> None:
        """Open the checklist, at the first criterion that changed."""
        held = self._changed[event.row]
        part = held.changed[0].code if held.changed else ""
        self.readiness.open_commune(event.row, part)

    def action_compare_other(self) -> None:
        """Compare with something else."""

        def chosen(compared_with: ComparedWith) -> None:
            self._compared_with = compared_with
            self._begin()

        choose_compared_with(self.readiness, self._desk, chosen)

    def action_compare_leave(self) -> None:
        """Go back; what is still being read is left."""
        self.dismiss(None)


def _row(held: CommuneChange) -> GridRow:
    place = held.after.commune
    before, after = _class_letters(held.before), _class_letters(held.after)
    return GridRow(
        place.code,
        (
            GridCell(f"{place.code} {place.name}"),
            GridCell(after if before == after else f"{before} → {after}"),
            GridCell(index_change(held)),
            GridCell(_ways(held)),
        ),
    )


def _class_letters(row: MatrixRow) -> str:
    return row.readiness.letter + ("?" if row.doubtful else "")


def _ways(held: CommuneChange) -> str:
    """Return how many criteria went which way: ``+3 −1 ~2``."""
    ways = Counter(each.direction for each in held.changed)
    signs = {Direction.BETTER: "+", Direction.WORSE: "−", Direction.NOT_COMPARABLE: "~"}
    return " ".join(f"{sign}{number(ways[way])}" for way, sign in signs.items() if ways[way])
