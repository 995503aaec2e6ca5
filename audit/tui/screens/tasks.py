"""What is to be done in the communes of a round, by whom and by when; planned here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from audit.clock import now
from audit.desk import as_named
from audit.planning import plan_heads, state_task
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.listing import ALL, ListScreen
from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.entry import one_line
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.steady import update
from audit.undoing import undo_in
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

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.fold import Ledger
    from checklists.task_plan import PlanValue
    from checklists.tasks import Task

_AREA: Final = "tasks"
_MINE, _LATE, _NOBODY = "mine", "overdue", "nobody"
_SIX: Final = ("what", "who", "by_when", "responsible", "authority", "result")


class TaskList(Grid):
    """The tasks; Enter plans one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Plan"))]


class TasksScreen(ListScreen[None]):
    """All tasks of the round, and the one at hand in full; Enter plans it."""

    ACTIONS = (
        Action(
            "tasks.next", "f2", N_("Next"), N_("Go to the next task that is late or has nobody.")
        ),
        Action(
            "list.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search by commune, criterion, person, unit or work."),
        ),
        Action(
            "list.filter",
            "f4",
            N_("Filter"),
            N_("Show only some tasks: yours, late ones, of one status or criterion."),
        ),
        Action("list.sort", "f5", N_("Sort"), N_("Show them in another order.")),
        Action("tasks.status", "f8", N_("Status"), N_("Say how far the task has come.")),
        Action(
            "tasks.undo",
            "ctrl+z",
            N_("Undo"),
            N_("Take back the plan that was made last."),
        ),
        Action(
            "tasks.checklist",
            "ctrl+o",
            N_("Checklist"),
            N_("Open the checklist at the criterion of the task."),
        ),
        Action("list.leave", "escape", N_("Back"), N_("Back to all communes.")),
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
    COPIES = "#task-here"
    VIEW = "tasks"
    SEARCHES = N_("Search: commune, criterion, person, work")
    ASKS = N_("Show which tasks?")
    NOTHING = N_("There is no task: nothing that is verified falls short.")
    ORDERS: ClassVar[Mapping[str, str]] = {
        "": N_("in the order of the communes"),
        "by_when": N_("by the day they are due"),
        "criterion": N_("by criterion"),
    }

    def __init__(self, desk: Desk) -> None:
        """Show the tasks of a round."""
        super().__init__(desk)
        self._held: dict[str, tuple[Ledger, tuple[Task, ...]]] = {}
        self._shown: dict[str, Task] = {}

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
                label=self.filters()[self._filter],
                shown=number(len(self._shown)),
                all=number(len(every)) + ("…" if self._is_reading else ""),
            ),
            _("late: {count}").format(count=count(late)),
        ]
        if self._order:
            parts.append(_(self.ORDERS[self._order]))
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out the list, and below it the task at hand."""
        yield from super().body()
        yield TaskList(id="tasks")
        yield Static(id="task-here")

    async def on_mount(self) -> None:
        """Show what is there; communes that are not read yet follow bit by bit."""
        await self.show_list()
        await self.catch_up()

    async def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._held.clear()
        await self.catch_up()
        await super().refill()

    # Reading

    def is_known(self, code: str) -> bool:
        """Return whether the tasks of the commune were worked out before."""
        return code in self._held

    def look(self, code: str) -> None:
        """Work out the tasks of a commune, unless it stands as it was looked up."""
        ledger = self._desk.ledger(code)
        held = self._held.get(code)
        if held is None or held[0] is not ledger:
            row = self._desk.row(code)
            self._held[code] = ledger, tasks_of(Matrix(self._desk.round, (row,)))

    # Showing

    @property
    def _at_hand(self) -> Task | None:
        return self._shown.get(self.grid.row_key)

    def _every(self) -> list[Task]:
        held = (self._held.get(each.code) for each in self._desk.round.communes)
        return [task for _ledger, tasks in filter(None, held) for task in tasks]

    def filters(self) -> Mapping[str, str]:
        """Return what can be shown alone: by person, lateness, status or criterion."""
        return {
            ALL: _("all"),
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

    def fill(self, keep: str) -> None:
        """Fill the list."""
        found = self._found()
        self._shown = {task.id: task for task in found}
        where = max((cell_len(task.commune.name) for task in found), default=0)
        where = max(8, min(where, self.size.width // 4))
        status = max(cell_len(each.label) for each in Status)
        # On a narrow screen the longest one is cut; what is at hand stands below in full.
        status = max(8, min(status, max(14, self.size.width // 5 - 4)))
        rest = max(12, self.size.width - where - 6 - 3 - 10 - status - 7 - 8)
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
        self.grid.fill(columns, rows, keep=keep)
        self.show_heading()
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

    async def show_here(self) -> None:
        """Show the task at hand in full."""
        task = self._at_hand
        here = self.query_one("#task-here", Static)
        if task is None:
            update(here, Content(self.nothing_words()))
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
    async def _moved(self) -> None:
        await self.show_here()
        self.refresh_bindings()

    def action_tasks_next(self) -> None:
        """Go to the next task that is late or has nobody."""
        keys = list(self._shown)
        here = keys.index(self.grid.row_key) if self.grid.row_key in keys else -1
        for key in (*keys[here + 1 :], *keys[: here + 1]):
            task = self._shown[key]
            if not task.is_over and (not task.who or task.overdue(self._today)):
                self.grid.go_to(key)
                self.grid.focus()
                return
        self.readiness.say(_("No task here is late or without a person."), is_warning=False)

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
            phrases = tuple(map(str, self._desk.round.catalogue.phrases.conflict))
            questions.append(Question("reason", _("Reason"), is_needed=True, phrases=phrases))
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

        async def chosen(key: str | None) -> None:
            if key is None:
                return
            refused = self._plan(task, {"status": Status(key)}, "")
            if refused:
                self.readiness.say(refused)
            await self._show_planned({} if refused is None else None)

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
            with undo_in(self._desk, _AREA).noting(f"{task.commune.name} · {criterion}"):
                self._desk.write([draft] if draft is not None else [])
        except ReadinessError as error:
            return str(error)
        return None

    async def _show_planned(self, answers: dict[str, str] | None) -> None:
        """Show what stands now."""
        task = self._at_hand
        if task is not None:
            self.look(task.commune.code)
        await self.show_list()
        if answers is not None:
            self.readiness.say(_("Saved."), is_warning=False)

    async def action_tasks_undo(self) -> None:
        """Take back the plan that was made last."""
        if self.undo_in(_AREA):
            for code in self._held:
                self.look(code)
            await self.show_list()

    def action_tasks_checklist(self) -> None:
        """Open the checklist at the criterion of the task."""
        task = self._at_hand
        if task is not None:
            self.readiness.open_commune(task.commune.code, task.criterion.code)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action in ("tasks_status", "tasks_checklist"):
            task = self._at_hand if self.is_laid_out else None
            return task is not None and (action == "tasks_checklist" or self._desk.is_writable)
        if action == "tasks_undo":
            return bool(undo_in(self._desk, _AREA))
        return super().check_action(action, parameters)


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
