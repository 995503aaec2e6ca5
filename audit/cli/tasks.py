"""``readiness tasks``: what is to be done about shortfalls, by whom and by when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import (
    commune_argument,
    criterion_argument,
    emit,
    file_option,
    json_option,
    say,
    table,
    talk,
)
from audit.clock import now
from audit.desk import Desk, chosen_path
from checklists.task_plan import PLAN_KEYS, Status, plan_label, read_plan_value
from checklists.tasks import tasks_of
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import N_, _, count, day, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from audit.task_import import Imported, Row
    from checklists.task_plan import PlanValue
    from checklists.tasks import Task

_OPTIONS = {
    "who": ("--who", N_("Person in charge.")),
    "what": ("--what", N_("The work, in place of what is proposed.")),
    "by_when": ("--by", N_("Day it is due, like 05/12/2026.")),
    "responsible": ("--unit", N_("Unit in charge, in place of what is proposed.")),
    "authority": ("--authority", N_("Who decides, in place of what is proposed.")),
    "result": ("--result", N_("What shows that it is done, in place of what is proposed.")),
    "status": ("--status", N_("How far it has come: not_started, on_track, at_risk, late, done.")),
    "done_on": ("--done-on", N_("Day it was reported as done.")),
    "note": ("--note", N_("Anything else.")),
}
"""Key of a plan -> option, and what it is for."""


@click.group(help=_("List what is to be done, plan it, and read plans back from the workbook."))
def tasks() -> None:
    """List what is to be done, plan it, and read plans back from the workbook."""


@tasks.command(
    name="list",
    help=_(
        "List the tasks: one for each criterion that a commune does not or only partly meet.\n\n"
        "A task is done when its criterion is verified as met, whatever was reported. Days late "
        "are counted up to today. Without COMMUNE all communes are listed."
    ),
)
@click.argument("communes", nargs=-1, metavar=_("[COMMUNE]…"))
@click.option("--overdue", is_flag=True, help=_("Only those that are late."))
@click.option(
    "--status",
    "statuses",
    type=click.Choice([each.value for each in Status]),
    multiple=True,
    help=_("Only those that have come so far; may be given several times."),
)
@file_option
@json_option
def list_(
    communes: tuple[str, ...],
    statuses: tuple[str, ...],
    path: Path | None,
    *,
    overdue: bool,
    as_json: bool,
) -> None:
    """List the tasks."""
    today = now().date()
    with Desk(chosen_path(path)) as desk:
        wanted = {desk.commune(text).code for text in communes} or set(desk.round.by_code)
        found = [
            task
            for task in tasks_of(desk.matrix())
            if task.commune.code in wanted
            and (not overdue or task.overdue(today))
            and (not statuses or task.status in statuses)
        ]
    if as_json:
        emit([task_data(task, today) for task in found])
        return
    if not found:
        say(_("There are no such tasks."))
        return
    for line in _lines(found, today):
        say(line)
    late = sum(task.overdue(today) > 0 for task in found)
    done = sum(task.is_fulfilled for task in found)
    talk(
        _("Tasks: {tasks}; verified as met: {done}; late: {late}.").format(
            tasks=count(len(found)), done=count(done), late=count(late)
        )
    )


def _lines(found: Sequence[Task], today: date) -> Iterable[str]:
    rows = [(_("Task"), _("Commune"), _("Who"), _("Due on"), _("Status"), _("Days late"))]
    rows += [
        (
            task.id,
            task.commune.name,
            task.who or "–",
            day(task.by_when) if task.by_when else "–",
            task.status.label if task.status else "!",
            number(task.overdue(today)) if task.overdue(today) else "",
        )
        for task in found
    ]
    lines = list(table(rows))
    yield lines[0]
    for line, task in zip(lines[1:], found, strict=True):
        yield line
        yield f"       {task.what}"
        if task.remark:
            yield f"       ! {task.remark}"


def task_data(task: Task, today: date) -> dict[str, Any]:
    """Return a task as JSON data."""
    return {
        "task": task.id,
        "commune": task.commune.code,
        "name": task.commune.name,
        "criterion": task.criterion.code,
        "rating": task.rating,
        **{key: task.value(key) or None for key in PLAN_KEYS},
        "typed": task.plan.to_json() or {},
        "disputed": task.disputed,
        "fulfilled": task.is_fulfilled,
        "days_late": task.overdue(today),
        "once": task.cost.total.once,
        "yearly": task.cost.total.yearly,
    }


def _plan_options(command: Any) -> Any:
    for key, (option, text) in reversed(_OPTIONS.items()):
        command = click.option(option, key, default=None, help=_(text))(command)
    return command


@tasks.command(
    name="set",
    help=_(
        "Plan a task: who does it, by when, how far it has come.\n\n"
        "What is not given stays as it is; an empty text takes it back, and what is proposed "
        'stands there again: --unit "".'
    ),
)
@commune_argument
@criterion_argument
@_plan_options
@click.option("--reason", default="", help=_("Why; needed where different plans stand."))
@file_option
@json_option
def set_(
    commune: str,
    criterion: str,
    reason: str,
    path: Path | None,
    *,
    as_json: bool,
    **typed: str | None,
) -> int:
    """Plan a task."""
    from audit.planning import has_task, state_task

    given = {key: text for key, text in typed.items() if text is not None}
    if not given:
        raise ReadinessError(ErrorCode.TASKS_NOTHING, status=2)
    changed: dict[str, PlanValue] = {}
    problems: list[Message] = []
    for key, text in given.items():
        try:
            changed[key] = read_plan_value(key, text)
        except ReadinessError as error:
            problems += error.messages
    if problems:
        raise ReadinessError.of(problems)
    with Desk(chosen_path(path), write=True) as desk:
        code = desk.commune(commune).code
        wanted = desk.round.catalogue.criterion(criterion).code
        if not has_task(desk.checklist(code), wanted):
            raise ReadinessError(
                ErrorCode.TASK_NO_TASK,
                task=f"{code}/{wanted}",
                commune=code,
                criterion=wanted,
                rating=desk.row(code).outcomes[wanted].rating.label,
            )
        author = desk.pen().author
        draft = state_task(desk.ledger(code), code, wanted, changed, author, reason=reason)
        desk.write([draft] if draft is not None else [])
        found = [task for task in tasks_of(desk.matrix()) if task.id == f"{code}/{wanted}"]
    today = now().date()
    if as_json:
        held = task_data(found[0], today) if found else None
        emit({"written": draft is not None, "task": held})
        return 0
    if draft is None:
        talk(_("The very same was said already; nothing was written."))
    for line in _lines(found, today) if found else ():
        say(line)
    return 0


@tasks.command(
    name="import",
    help=_(
        "Read back what was typed on the sheet with the tasks of an exported workbook.\n\n"
        "Only what was changed in the workbook counts. Rows may be sorted, filtered, left out, and "
        "columns moved or hidden. Where the plan changed here since the export, entries that do "
        "not touch one another are put together; where both changed the same entry, the "
        "workbook's becomes a contradiction for the office to settle, and overwrites nothing. "
        "Rows that are wrong are listed; the others are taken, all at once."
    ),
)
@click.argument("workbook", metavar=_("FILE.xlsx"), type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be taken; write nothing."))
@click.option(
    "--clear", is_flag=True, help=_("Cells that were emptied take back what stood in them.")
)
@file_option
@json_option
def import_(workbook: Path, path: Path | None, *, dry_run: bool, clear: bool, as_json: bool) -> int:
    """Read back what was typed in an exported workbook."""
    from audit.task_import import import_tasks

    with Desk(chosen_path(path), write=not dry_run) as desk:
        report = import_tasks(desk, workbook, clear=clear, dry_run=dry_run)
    if as_json:
        emit(_import_data(report))
    else:
        _tell(report)
    return 1 if report.refused else 0


def _import_data(report: Imported) -> dict[str, Any]:
    return {
        "sheet": report.sheet,
        "dry_run": report.is_dry_run,
        "taken": len(report.taken),
        "contradicting": sum(row.outcome == "contradicts" for row in report.rows),
        "unchanged": report.unchanged,
        "refused": len(report.refused),
        "missing_columns": list(report.missing),
        "rows": [_row_data(row) for row in report.rows if row.outcome != "unchanged"],
    }


def _row_data(row: Row) -> dict[str, Any]:
    return {
        "row": row.number,
        "task": row.task,
        "outcome": row.outcome,
        "changed": {key: value or None for key, value in row.changed.items()},
        "problems": [{"code": each.code.name, "text": str(each)} for each in row.problems],
    }


def _tell(report: Imported) -> None:
    if report.missing:
        names = ", ".join(f"“{plan_label(key)}”" for key in report.missing)
        talk(
            _("The sheet “{sheet}” has no column {names}; nothing was read of it.").format(
                sheet=report.sheet, names=names
            )
        )
    for row in report.rows:
        where = _("row {row}").format(row=row.number)
        for message in row.problems:
            talk(f"{where}: {message}")
        if row.outcome == "contradicts":
            commune, _slash, criterion = row.task.partition("/")
            talk(
                f"{where}: "
                + _(
                    "{task}: planned otherwise here meanwhile. Both plans stand; settle them with: "
                    "readiness resolve {commune} {criterion}/task"
                ).format(task=row.task, commune=commune, criterion=criterion)
            )
    words = _(
        "{taken} tasks taken, of which {contradicting} contradict what stands here; {unchanged} "
        "rows unchanged; {refused} refused."
    )
    if report.is_dry_run:
        words = _(
            "Nothing was written. {taken} tasks would be taken, of which {contradicting} "
            "contradict what stands here; {unchanged} rows unchanged; {refused} refused."
        )
    say(
        words.format(
            taken=count(len(report.taken)),
            contradicting=count(sum(row.outcome == "contradicts" for row in report.rows)),
            unchanged=count(report.unchanged),
            refused=count(len(report.refused)),
        )
    )
