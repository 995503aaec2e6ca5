"""What was typed in the workbook of tasks -> records, in one transaction.

A cell counts as typed where it is not what the workbook showed when it was written. A plan
that changed here since then is never overwritten unseen: entries that do not touch one
another are put together, of one entry changed on both sides the workbook's stands beside
the other as a contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from audit.planning import agreed_plan, has_task, plan_draft, plan_heads, task_cell
from audit.record import canonical
from audit.task_workbook import read_task_table
from checklists.matrix import Matrix
from checklists.task_plan import (
    DAY_KEYS,
    PLAN_KEYS,
    TaskPlan,
    plan_label,
    plausible_day,
    read_plan_value,
    write_plan_value,
)
from checklists.tasks import tasks_of
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import LANGUAGES, speaking
from exports.excel.task_columns import COMMUNE, CRITERION, MARK, Mark, cell_digest

if TYPE_CHECKING:
    from pathlib import Path

    from audit.desk import Desk
    from audit.pen import Draft
    from audit.record import StoredRecord
    from audit.task_workbook import RawCell, RawRow, TaskTable
    from checklists.task_plan import PlanValue
    from checklists.tasks import Task

Outcome = Literal["taken", "contradicts", "unchanged", "refused"]
_FIRST_DAY, _LAST_DAY = 36_526, 73_415
"""01/01/2000 and 31/12/2100 as Excel counts days."""
_CODE_LENGTH: Final = 5


@dataclass
class Row:
    """What came of one row.

    Attributes:
        number: From 1 on the sheet.
        task: `checklists.tasks.Task.id`; what the row says where it is none.
        outcome: ``contradicts`` is taken, too, beside what stands here.
        changed: Key of a plan -> what was typed.
        problems: Why it was refused.
    """

    number: int
    task: str
    outcome: Outcome
    changed: dict[str, PlanValue] = field(default_factory=dict)
    problems: tuple[Message, ...] = ()


@dataclass
class Imported:
    """What came of a workbook.

    Attributes:
        sheet: Name of the sheet that was read.
        rows: In the order of the sheet.
        is_dry_run: Whether nothing was written.
        missing: Keys of a plan whose columns the sheet does not have.
    """

    sheet: str
    rows: list[Row]
    is_dry_run: bool = False
    missing: tuple[str, ...] = ()

    @property
    def taken(self) -> list[Row]:
        """Rows that were taken, or would be."""
        return [row for row in self.rows if row.outcome in ("taken", "contradicts")]

    @property
    def refused(self) -> list[Row]:
        """Rows that were refused."""
        return [row for row in self.rows if row.outcome == "refused"]

    @property
    def unchanged(self) -> int:
        """How many rows say nothing new."""
        return sum(row.outcome == "unchanged" for row in self.rows)


def import_tasks(desk: Desk, path: Path, *, clear: bool = False, dry_run: bool = False) -> Imported:
    """Take in what was typed in a workbook.

    Args:
        desk: The round, open for writing unless nothing is to be written.
        path: The workbook.
        clear: Whether an emptied cell takes back what stood there; else its row is refused.
        dry_run: Whether to write nothing.

    Raises:
        ReadinessError: The workbook cannot be read, is of another round, or has no tasks.
    """
    table = read_task_table(path)
    if table.round_id not in ("", desk.round.id):
        raise ReadinessError(ErrorCode.TASK_OTHER_ROUND, path=path)
    reading = _Reading(desk, table, clear=clear)
    rows = [reading.row(raw) for raw in table.rows]
    report = Imported(table.sheet, rows, dry_run, table.missing)
    if not dry_run:
        desk.write(reading.drafts)
    return report


class _Reading:
    """The rows of a workbook being read."""

    def __init__(self, desk: Desk, table: TaskTable, *, clear: bool) -> None:
        self.drafts: list[Draft] = []
        self._desk = desk
        self._epoch = table.epoch
        self._clear = clear
        self._seen: dict[str, Row] = {}

    def row(self, raw: RawRow) -> Row:
        """Read one row; what it says is drafted."""
        task = f"{raw.text(COMMUNE)}/{raw.text(CRITERION)}"
        try:
            mark = Mark.read(raw.text(MARK))
            code, criterion = self._place(raw, mark)
            task = f"{code}/{criterion}"
            changed = self._changed(raw, mark, code, criterion)
            return self._settle(Row(raw.number, task, "unchanged", changed), mark, raw)
        except ReadinessError as error:
            return Row(raw.number, task, "refused", {}, error.messages)

    def _place(self, raw: RawRow, mark: Mark | None) -> tuple[str, str]:
        """Return the codes of the commune and the criterion of a row."""
        code, criterion = raw.text(COMMUNE), raw.text(CRITERION).upper()
        if code.isdecimal():
            code = code.zfill(_CODE_LENGTH)  # saved as a number
        if mark is not None:
            marked = mark.task.partition("/")
            shown = (code or marked[0], criterion or marked[2])
            if shown != (marked[0], marked[2]):
                raise ReadinessError(
                    ErrorCode.TASK_MIXED, shown=f"{shown[0]}/{shown[1]}", marked=mark.task
                )
            code, criterion = shown
        if not (code and criterion):
            raise ReadinessError(ErrorCode.TASK_WITHOUT_CODES)
        found = self._desk.commune(code).code
        return found, self._desk.round.catalogue.criterion(criterion).code

    def _changed(
        self, raw: RawRow, mark: Mark | None, code: str, criterion: str
    ) -> dict[str, PlanValue]:
        """Return what was typed in a row: key of a plan -> value."""
        here = self._tasks(code, criterion) if mark is None else []
        changed: dict[str, PlanValue] = {}
        problems: list[Message] = []
        for key in PLAN_KEYS:
            if key not in raw.cells:
                continue
            cell = raw.cells[key]
            try:
                value = self._value(key, cell)
                if mark is not None:
                    is_typed = cell_digest(value) != mark.shown[key]
                    if is_typed and not value:
                        is_typed = self._is_taken_back(key, cell, code, criterion, mark)
                else:
                    is_typed = bool(value) and _is_new(key, cell, value, here)
            except ReadinessError as error:
                problems += error.messages
                continue
            if is_typed:
                changed[key] = value
        if changed and raw.is_merged:
            problems.append(Message(ErrorCode.TASK_MERGED))
        if problems:
            raise ReadinessError.of(problems)
        return changed

    def _value(self, key: str, cell: RawCell) -> PlanValue:
        """Return the value of a cell; an empty text or ``None`` for blank."""
        try:
            if cell.is_error:
                raise ReadinessError(
                    ErrorCode.TASK_CELL_ERROR, name=plan_label(key), text=cell.text
                )
            if cell.lacks_value:
                raise ReadinessError(ErrorCode.TASK_FORMULA, name=plan_label(key))
            value = cell.value
            if key in DAY_KEYS:
                value = self._day(value)
                if isinstance(value, date):
                    return plausible_day(key, value)
            elif isinstance(value, bool) or not isinstance(value, str | int | float | None):
                raise ReadinessError(ErrorCode.TASK_CELL_TEXT, name=plan_label(key), text=cell.text)
            text = value if isinstance(value, str) else cell.text
            return read_plan_value(key, text)
        except ReadinessError as error:
            (problem,) = error.messages
            raise ReadinessError(ErrorCode.TASK_CELL, cell=cell.name, problem=problem) from error

    def _day(self, value: Any) -> Any:
        """Return a day as a day, however the cell holds it; anything else as it is."""
        from openpyxl.utils.datetime import from_excel

        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and _FIRST_DAY <= value <= _LAST_DAY:
            # The cell has lost its format: a day is the number of days since 1900.
            value = from_excel(value, self._epoch)
        return value.date() if isinstance(value, datetime) else value

    def _is_taken_back(
        self, key: str, cell: RawCell, code: str, criterion: str, mark: Mark
    ) -> bool:
        """Return whether an emptied cell takes something back; a proposal cannot be."""
        plan = self._plan_seen(code, criterion, mark)
        held = plan.value(key)
        if held and not self._clear:
            raise ReadinessError(
                ErrorCode.TASK_EMPTIED,
                name=plan_label(key),
                cell=cell.name,
                text=write_plan_value(held)[:100],
            )
        return bool(held)

    def _plan_seen(self, code: str, criterion: str, mark: Mark) -> TaskPlan:
        """Return what stood when the workbook was written, as far as it agreed."""
        if not mark.seen:
            return TaskPlan()
        heads = plan_heads(self._desk.ledger(code), criterion)
        if {head.id for head in heads} != set(mark.seen):
            stated = self._history(code, criterion)
            if not set(mark.seen) <= stated.keys():
                raise ReadinessError(ErrorCode.TASK_OTHER_FILE, task=mark.task)
            heads = [stated[id_] for id_ in mark.seen]
        return agreed_plan(heads)[0]

    def _history(self, code: str, criterion: str) -> dict[str, StoredRecord]:
        """Return all that was ever planned about a task and can be read, by id."""
        found = self._desk.statements(code, task_cell(criterion).subject)
        return {each.id: each for each in found if _is_readable(each)}

    def _settle(self, row: Row, mark: Mark | None, raw: RawRow) -> Row:
        """Draft what a row says."""
        if not row.changed:
            return row
        earlier = self._seen.setdefault(row.task, row)
        if earlier is not row:
            if earlier.changed == row.changed:
                return row
            raise ReadinessError(ErrorCode.TASK_TWICE, task=row.task, row=earlier.number)
        code, _slash, criterion = row.task.partition("/")
        heads = plan_heads(self._desk.ledger(code), criterion)
        now, disputed = agreed_plan(heads)
        standing = {head.id for head in heads}
        seen = frozenset(standing if mark is None else mark.seen)
        before = now if mark is None else self._plan_seen(code, criterion, mark)
        planned = before.but(row.changed)
        if (not disputed and now.but(row.changed) == now) or self._was_taken(
            code, criterion, planned, seen
        ):
            return row
        if not has_task(self._desk.checklist(code), criterion):
            raise ReadinessError(
                ErrorCode.TASK_NO_TASK,
                task=row.task,
                commune=code,
                criterion=criterion,
                rating=self._desk.row(code).outcomes[criterion].rating.label,
            )
        if disputed:
            raise ReadinessError(
                ErrorCode.TASK_CONFLICT, task=row.task, commune=code, criterion=criterion
            )
        row.outcome = "taken"
        if seen == standing or _is_apart(row.changed, before, now):
            planned = now.but(row.changed)
            seen = frozenset(self._desk.ledger(code).ids(task_cell(criterion)))
        else:
            row.outcome = "contradicts"
        self.drafts.append(
            plan_draft(code, criterion, planned, tuple(sorted(seen)), method="imported")
        )
        return row

    def _was_taken(
        self, code: str, criterion: str, planned: TaskPlan, seen: frozenset[str]
    ) -> bool:
        """Return whether this very plan was stated before over the same records."""
        form = canonical(planned.to_json())
        voids = self._desk.ledger(code).voids
        return any(
            frozenset(each.record.replaces) == seen and canonical(each.record.value) == form
            for each in self._history(code, criterion).values()
            if each.id not in voids
        )

    def _tasks(self, code: str, criterion: str) -> list[Task]:
        """Return a task as it stands here, once in each language; nothing where there is none."""
        found: list[Task] = []
        for language in LANGUAGES:
            with speaking(language):
                tasks = tasks_of(Matrix(self._desk.round, (self._desk.row(code),)))
            found += [task for task in tasks if task.criterion.code == criterion]
        return found


def _is_readable(held: StoredRecord) -> bool:
    if held.record.kind != "task":
        return False
    try:
        if held.record.value is not None:
            TaskPlan.from_json(held.record.value)
    except ValueError:
        return False
    return True


def _is_new(key: str, cell: RawCell, value: PlanValue, here: list[Task]) -> bool:
    """Return whether a cell of a row without a mark adds something to what stands here."""
    if cell_digest(value) in {cell_digest(task.value(key)) for task in here}:
        return False
    if any(task.plan.value(key) for task in here):
        raise ReadinessError(
            ErrorCode.TASK_UNMARKED,
            name=plan_label(key),
            cell=cell.name,
            text=write_plan_value(here[0].value(key))[:100],
        )
    return True


def _is_apart(changed: dict[str, PlanValue], before: TaskPlan, now: TaskPlan) -> bool:
    """Return whether nobody changed meanwhile what was changed in the workbook."""
    return all(now.value(key) in (before.value(key), value) for key, value in changed.items())
