"""What is to be done in the communes of a round, by whom and by when; planned here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static

from audit.clock import now
from audit.desk import as_named
from audit.planning import plan_heads, state_task
from audit.tui.actions import Action, bindings
from audit.tui.loading import AT_ONCE, in_turns
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.entry import Entry, one_line
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.steady import update
from checklists.matrix import Matrix
from checklists.task_plan import (
    PLAN_KEYS,
    Status,
    plan_label,
    read_plan_value,
    write_plan_value,
)
from checklists.tasks import tasks_of
from criteria.errors import ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, count, day, number
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.fold import Ledger
    from checklists.task_plan import PlanValue
    from checklists.tasks import Task

_ALL, _MINE, _LATE, _NOBODY = "all", "mine", "overdue", "nobody"
_ORDERS: Final = {
    "": N_("in the order of the communes"),
    "by_when": N_("by the day they are due"),
    "criterion": N_("by criterion"),
}
_SIX: Final = ("what", "who", "by_when", "responsible", "authority", "result")


class TaskList(Grid):
    """The tasks; Enter plans one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Plan"))]


class TasksScreen(AuditScreen[None]):
    """All tasks of the round, and the one at hand in full; Enter plans it."""

    ACTIONS = (
        Action(
            "tasks.next", "f2", N_("Next"), N_("Go to the next task that is late or has nobody.")
        ),
        Action(
            "tasks.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search by commune, criterion, person, unit or work."),
        ),
        Action(
            "tasks.filter",
            "f4",
            N_("Filter"),
            N_("Show only some tasks: yours, late ones, of one status or criterion."),
        ),
        Action("tasks.sort", "f5", N_("Sort"), N_("Show them in another order.")),
        Action("tasks.status", "f8", N_("Status"), N_("Say how far the task has come.")),
        Action(
            "tasks.checklist",
            "ctrl+o",
            N_("Checklist"),
            N_("Open the checklist at the criterion of the task."),
        ),
        Action("tasks.leave", "escape", N_("Back"), N_("Back to all communes.")),
    )
    HELP_TEXT = N_(
        "A task for each criterion that a commune does not or only partly meet. Work, unit, who "
        "decides and result are proposed; whatever you type takes their place, and an emptied line "
        "brings the proposal back. A task is done when its criterion is verified as met, whatever "
        "was reported. Enter plans the task at hand, F8 says how far it has come."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#tasks"
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it

    def __init__(self, desk: Desk) -> None:
        """Show the tasks of a round."""
        super().__init__()
        self._desk = desk
        self._filter = _ALL
        self._order = ""
        self._words = ""
        self._held: dict[str, tuple[Ledger, tuple[Task, ...]]] = {}
        self._shown: dict[str, Task] = {}
        self._is_reading = False

    @property
    def _today(self) -> date:
        return now().date()

    def heading(self) -> str:
        """Return which tasks are shown, and how many are late."""
        every = self._every()
        late = sum(task.overdue(self._today) > 0 for task in every)
        parts = [
            _("Tasks"),
            _("{label} {shown}/{all}").format(
                label=self._filters()[self._filter],
                shown=number(len(self._shown)),
                all=number(len(every)) + ("…" if self._is_reading else ""),
            ),
            _("late: {count}").format(count=count(late)),
        ]
        if self._order:
            parts.append(_(_ORDERS[self._order]))
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out the list, and below it the task at hand."""
        if self._words:
            yield self._search_line()
        yield TaskList(id="tasks")
        yield Static(id="task-here")

    def on_mount(self) -> None:
        """Show what is there; communes that are not read yet follow bit by bit."""
        self._show()
        self._catch_up()

    def on_screen_resume(self) -> None:
        """Show what was stated meanwhile, here or by another program."""
        if self.query("#tasks"):
            self.readiness.catch_up()
            self._catch_up()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#tasks"):
            self._show()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._held.clear()
        self._show()
        self._catch_up()
        self._grid.focus()

    # Reading

    def _look(self, code: str) -> None:
        """Work out the tasks of a commune, unless it stands as it was looked up."""
        ledger = self._desk.ledger(code)
        held = self._held.get(code)
        if held is None or held[0] is not ledger:
            row = self._desk.row(code)
            self._held[code] = ledger, tasks_of(Matrix(self._desk.round, (row,)))

    def _catch_up(self) -> None:
        communes = self._desk.round.communes
        self._is_reading = sum(each.code not in self._held for each in communes) > AT_ONCE
        self._read()

    @work(exclusive=True, group="reading")
    async def _read(self) -> None:
        codes = [each.code for each in self._desk.round.communes]
        try:
            async for is_time_to_show in in_turns(codes, self._look):
                if is_time_to_show:
                    self._show()
        except ReadinessError as error:
            self.readiness.say(error)
        self._is_reading = False
        self._show()

    # Showing

    @property
    def _grid(self) -> Grid:
        return self.query_one("#tasks", Grid)

    @property
    def _at_hand(self) -> Task | None:
        return self._shown.get(self._grid.row_key)

    def _every(self) -> list[Task]:
        held = (self._held.get(each.code) for each in self._desk.round.communes)
        return [task for _ledger, tasks in filter(None, held) for task in tasks]

    def _filters(self) -> dict[str, str]:
        return {
            _ALL: _("all"),
            _MINE: _("yours"),
            _LATE: _("late ones"),
            _NOBODY: _("without a person"),
            **{each.value: each.label for each in Status},
            **{
                each.code: f"{each.code} {each.short}"
                for each in self._desk.round.catalogue.criteria
            },
        }

    def _fits(self, task: Task) -> bool:
        match self._filter:
            case "all":
                return True
            case "mine":
                return self._is_mine(task)
            case "overdue":
                return task.overdue(self._today) > 0
            case "nobody":
                return not task.who and not task.is_over
        return self._filter in (task.status, task.criterion.code)

    def _is_mine(self, task: Task) -> bool:
        """Return whether whoever works here is in charge, or audits the commune."""
        auditor = self._desk.auditor
        name = as_named(auditor.name) if auditor is not None else ""
        return task.commune.code in self._desk.assigned or bool(name and name in as_named(task.who))

    def _found(self) -> list[Task]:
        """Return the tasks to show, in the order in which to show them."""
        words = fold(self._words).split()
        found = [
            task
            for task in self._every()
            if (all(word in _searched(task) for word in words) if words else self._fits(task))
        ]
        if self._order == "by_when":
            found.sort(key=lambda task: (task.is_over, task.by_when is None, task.by_when or 0))
        elif self._order == "criterion":
            places = {code: at for at, code in enumerate(self._desk.round.catalogue.codes)}
            found.sort(key=lambda task: places[task.criterion.code])
        return found

    def _show(self, keep: str = "") -> None:
        """Show the list as it stands, and the task at hand."""
        if not self.is_attached or not self.query("#tasks"):
            return
        keep = keep or self._grid.row_key
        found = self._found()
        self._shown = {task.id: task for task in found}
        where = max((cell_len(task.commune.name) for task in found), default=0)
        where = max(8, min(where, self.size.width // 4))
        status = max(cell_len(each.label) for each in Status)
        status = max(8, min(status, self.size.width // 5))
        rest = max(20, self.size.width - where - 6 - 3 - 10 - status - 7 - 8)
        columns = (
            Column("commune", _("Commune"), where),
            Column("criterion", _("Where"), 6),
            Column("rating", "", 3),
            Column("who", _("Who"), rest),
            Column("by_when", _("Due"), 10),
            Column("status", _("Status"), status),
            Column("late", _("Late by"), 7, is_right=True),
        )
        rows = LazyRows([task.id for task in found], lambda at: self._row(found[at]))
        self._grid.fill(columns, rows, keep=keep)
        self.show_heading()
        self._show_here()
        self.refresh_bindings()

    def _row(self, task: Task) -> GridRow:
        late = task.overdue(self._today)
        who = task.who or "–"
        if task.disputed:
            who = f"! {who}"
        return GridRow(
            task.id,
            (
                GridCell(task.commune.name),
                GridCell(task.criterion.code),
                GridCell(f"{task.rating.letter:^3}", RATING_STYLES[task.rating]),
                GridCell(one_line(who)),
                GridCell(day(task.by_when) if task.by_when else "–"),
                GridCell(task.status.label if task.status else "!"),
                GridCell(number(late) if late else ""),
            ),
        )

    def _show_here(self) -> None:
        """Show the task at hand in full."""
        task = self._at_hand
        here = self.query_one("#task-here", Static)
        if task is None:
            words = _("There is no such task. Esc ends the search; F4 chooses another filter.")
            if self._is_reading:
                words = _("The communes are still being read.")
            update(here, Content(words))
            return
        where = f"{task.commune.code} {task.commune.name} · {task.criterion.code} "
        lines: list[Content] = [
            Content.assemble(
                where, (str(task.criterion.short), "bold"), f" · {task.rating.in_words}"
            )
        ]
        if task.remark:
            lines.append(Content.styled(task.remark, "$warning"))
        for key in (*_SIX, "note"):
            text = one_line(write_plan_value(task.value(key)))
            if not text and key == "note":
                continue
            proposed = "" if not text or task.plan.value(key) else " " + _("(proposed)")
            lines.append(
                Content.assemble((f"{plan_label(key)}: ", "bold"), (text or "–") + proposed)
            )
        update(here, Content("\n").join(lines))

    @on(Grid.Moved, "#tasks")
    def _moved(self) -> None:
        self._show_here()
        self.refresh_bindings()

    def action_tasks_next(self) -> None:
        """Go to the next task that is late or has nobody."""
        keys = list(self._shown)
        here = keys.index(self._grid.row_key) if self._grid.row_key in keys else -1
        for key in (*keys[here + 1 :], *keys[: here + 1]):
            task = self._shown[key]
            if not task.is_over and (not task.who or task.overdue(self._today)):
                self._grid.go_to(key)
                self._grid.focus()
                return
        self.readiness.say(_("No task here is late or without a person."), is_warning=False)

    # Search, filter, order

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        self._words = event.value
        self._show()

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        self._grid.focus()

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the list while the search line has the focus."""
        steps = {"up": -1, "down": 1}
        if event.key in steps and isinstance(self.focused, Entry):
            event.stop()
            self._grid.action_move(steps[event.key], 0)

    def action_tasks_search(self) -> None:
        """Begin a search."""
        if not self.query("#search"):
            self.mount(self._search_line(), before="#tasks")
        self.query_one("#search", Entry).focus()

    def _search_line(self) -> Entry:
        placeholder = _("Search: commune, criterion, person, work")
        return Entry(self._words, placeholder=placeholder, id="search", compact=True)

    def action_tasks_filter(self) -> None:
        """Choose which tasks are shown."""
        from audit.tui.screens.choose import Choose

        def chosen(key: str | None) -> None:
            if key is not None:
                self._filter = key
                self._show()

        self.app.push_screen(Choose(_("Show which tasks?"), self._filters(), self._filter), chosen)

    def action_tasks_sort(self) -> None:
        """Show them in the next order."""
        orders = list(_ORDERS)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self._show()

    # Planning

    @on(Grid.Chosen, "#tasks")
    def _chosen(self) -> None:
        task = self._at_hand
        if task is None or not self._may_plan():
            return
        questions = [_question(task, key) for key in PLAN_KEYS]
        # A line shows less than a plan may hold, such as no line breaks; whoever leaves it
        # alone must not lose them.
        shown = {each.key: clean(one_line(each.value)) for each in questions}
        if task.disputed:
            questions.append(Question("reason", _("Reason"), is_needed=True))
        heading = f"{task.commune.name} · {task.criterion.code} {task.criterion.short}"
        note = task.remark or _("An empty line stays as it is proposed.")

        def check(answers: dict[str, str]) -> str | None:
            try:
                typed = {
                    key: read_plan_value(key, answers[key])
                    for key in PLAN_KEYS
                    if answers[key] != shown[key]
                }
            except ReadinessError as error:
                return str(error)
            changed = {
                key: value
                for key, value in typed.items()
                if (value or None) != (task.plan.value(key) or None)
            }
            return self._plan(task, changed, answers.get("reason", ""))

        self.app.push_screen(Ask(heading, questions, note, check=check), self._show_planned)

    def action_tasks_status(self) -> None:
        """Say how far the task at hand has come."""
        from audit.tui.screens.choose import Choose

        task = self._at_hand
        if task is None or not self._may_plan():
            return
        if task.disputed:
            self._chosen()
            return

        def chosen(key: str | None) -> None:
            if key is None:
                return
            refused = self._plan(task, {"status": Status(key)}, "")
            if refused:
                self.readiness.say(refused)
            self._show_planned({} if refused is None else None)

        options = {each.value: each.label for each in Status}
        heading = f"{task.commune.name} · {task.criterion.code} {task.criterion.short}"
        self.app.push_screen(Choose(heading, options, task.plan.status or ""), chosen)

    def _may_plan(self) -> bool:
        if not self._desk.is_writable:
            self.readiness.say(_("This file is shown for reading only."))
        return self._desk.is_writable

    def _plan(self, task: Task, changed: Mapping[str, PlanValue], reason: str) -> str | None:
        """Write what was typed; return a sentence where that cannot be."""
        code, criterion = task.commune.code, task.criterion.code
        try:
            self._desk.catch_up()
            ledger = self._desk.ledger(code)
            if {head.id for head in plan_heads(ledger, criterion)} != set(task.heads):
                return _("Another plan stands here by now. Press Escape and look again.")
            author = self._desk.pen().author
            draft = state_task(ledger, code, criterion, changed, author, reason=reason)
            self._desk.write([draft] if draft is not None else [])
        except ReadinessError as error:
            return str(error)
        return None

    def _show_planned(self, answers: dict[str, str] | None) -> None:
        """Show what stands now."""
        task = self._at_hand
        if task is not None:
            self._look(task.commune.code)
        self._show()
        if answers is not None:
            self.readiness.say(_("Saved."), is_warning=False)

    def action_tasks_checklist(self) -> None:
        """Open the checklist at the criterion of the task."""
        task = self._at_hand
        if task is not None:
            self.readiness.open_commune(task.commune.code, task.criterion.code)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action in ("tasks_status", "tasks_checklist"):
            task = self._at_hand if self.is_attached and self.query("#tasks") else None
            return task is not None and (action == "tasks_checklist" or self._desk.is_writable)
        return super().check_action(action, parameters)

    def action_tasks_leave(self) -> None:
        """Leave the search, or show all again, or else leave."""
        if self.query("#search"):
            self.query("#search").remove()
            self._words = ""
            self._show()
            self._grid.focus()
        elif self._filter != _ALL:
            self._filter = _ALL
            self._show()
        else:
            self.workers.cancel_group(self, "reading")
            self.dismiss(None)


def _question(task: Task, key: str) -> Question:
    """Ask for something a plan holds; what is proposed stands beside its name."""
    label = plan_label(key)
    proposed = one_line(write_plan_value(task.proposal.value(key)))
    if key == "status":
        proposed = " / ".join(each.label for each in Status)
    if proposed:
        label = _("{label} (proposed: {text})").format(label=label, text=proposed)
        if key == "status":
            label = f"{plan_label(key)} ({proposed})"
    return Question(key, label, write_plan_value(task.plan.value(key)))


def _searched(task: Task) -> str:
    """Return what a search looks through, folded."""
    return fold(
        " ".join(
            (
                task.id,
                task.commune.name,
                str(task.criterion.short),
                task.who,
                task.what,
                task.responsible,
                task.note,
            )
        )
    )
