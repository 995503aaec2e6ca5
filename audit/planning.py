"""What the office plans about a task -> a draft of a record, with what it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.interpreting import plan_of
from audit.pen import Draft
from audit.record import Cell
from checklists.task_plan import TaskPlan, agreed
from criteria.errors import ErrorCode, ReadinessError
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.fold import Ledger
    from audit.record import Author, StoredRecord
    from checklists.checklist import Checklist
    from checklists.task_plan import PlanValue


def task_cell(code: str) -> Cell:
    """Return the cell of the task of a criterion."""
    return Cell(f"{code}/task", "verified")


def plan_heads(ledger: Ledger, code: str) -> list[StoredRecord]:
    """Return what stands about the task of a criterion, as far as it can be read."""
    return list(_readable(ledger.heads.get(task_cell(code), ())))


def _readable(heads: Iterable[StoredRecord]) -> Iterable[StoredRecord]:
    for head in heads:
        if head.record.kind == "task":
            try:
                plan_of(head)
            except ValueError:
                continue
            yield head


def agreed_plan(heads: Iterable[StoredRecord]) -> tuple[TaskPlan, tuple[str, ...]]:
    """Return what some readable records of a task agree on, and the keys they do not."""
    return agreed(plan_of(head).value for head in heads)


def state_task(
    ledger: Ledger,
    commune: str,
    code: str,
    changed: Mapping[str, PlanValue],
    author: Author,
    *,
    reason: str = "",
) -> Draft | None:
    """Draft what is planned about a task; what is not given stays as it is.

    A task is about the checklist, not part of it: no signature is broken by planning.

    Args:
        ledger: What is stated so far.
        commune: Code.
        code: Of the criterion.
        changed: Key of a plan -> what was typed; empty takes it back.
        author: Who plans; where different plans stand, their own is gone on with.
        reason: Needed where different plans stand: only the office's word settles them;
            anybody else's takes the place of what they stated themselves.

    Returns:
        ``None`` where all of it is planned so already.

    Raises:
        ReadinessError: Different plans stand, and there is no reason.
    """
    heads = plan_heads(ledger, code)
    plan, disputed = agreed_plan(heads)
    if disputed:
        if not clean(reason):
            raise ReadinessError(
                ErrorCode.CONFLICT_NEEDS_REASON, status=2, key=f"{code}/task", commune=commune
            )
        own = [head for head in heads if head.record.author.key == author.key]
        if len(own) == 1:
            plan, _none = agreed_plan(own)
    planned = plan.but(changed)
    if planned == plan and not disputed:
        return None
    return plan_draft(commune, code, planned, ledger.ids(task_cell(code)), reason=reason)


def plan_draft(
    commune: str,
    code: str,
    plan: TaskPlan,
    replaces: tuple[str, ...],
    *,
    method: str = "typed",
    reason: str = "",
) -> Draft:
    """Draft a whole plan in place of some records."""
    return Draft(
        "task",
        commune,
        task_cell(code).subject,
        plan.to_json(),
        method=method,
        replaces=replaces,
        reason=clean(reason),
    )


def has_task(checklist: Checklist, code: str) -> bool:
    """Return whether there is something to plan: a shortfall, or a plan that stands."""
    from checklists.tasks import SHORT

    return checklist.outcomes[code].rating in SHORT or any(checklist.plan_heads(code))
