"""What the office typed about a task: who, by when, how far it has come.

A plan holds only what was typed. What is proposed from the edition and the shortfalls
stands where nothing was, and is never stored, so that it follows the figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, day, in_all_languages
from criteria.values import MOST_TEXT, clean, read_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Status(StrEnum):
    """How far a task has come, as the office says.

    Source of the three in the middle: the terms of provincial reporting rules on
    Resolution 57-NQ/TW (read in secondary sources).
    """

    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    LATE = "late"
    DONE = "done"

    @property
    def label(self) -> str:
        """The status in words, in the language in use."""
        return _(_STATUS_LABELS[self])


_STATUS_LABELS: Final = {
    Status.NOT_STARTED: N_("Not started"),
    Status.ON_TRACK: N_("On track"),
    Status.AT_RISK: N_("At risk of being late"),
    Status.LATE: N_("Late"),
    Status.DONE: N_("Completed"),
}

PlanValue = str | date | Status | None
"""What a plan holds of one thing; an empty text or ``None`` where nothing was typed."""


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """What the office typed about a task, empty where it typed nothing.

    Attributes:
        who: Person in charge.
        what: The work.
        by_when: Day it is due.
        responsible: Unit that leads, and those that help.
        authority: Who decides.
        result: What shows that it is done.
        status: How far it has come.
        done_on: Day it was reported as done.
        note: Anything else.
    """

    who: str = ""
    what: str = ""
    by_when: date | None = None
    responsible: str = ""
    authority: str = ""
    result: str = ""
    status: Status | None = None
    done_on: date | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return self == TaskPlan()

    def value(self, key: str) -> PlanValue:
        """Return what it holds under one of `PLAN_KEYS`."""
        held: PlanValue = getattr(self, key)
        return held

    def but(self, changed: Mapping[str, PlanValue]) -> Self:
        """Return the same plan with some things changed; keys are of `PLAN_KEYS`."""
        return replace(self, **changed)  # type: ignore[arg-type] # each of its key's type

    def to_json(self) -> dict[str, str] | None:
        """Return what a record holds: only what was typed; ``None`` for nothing."""
        held = {key: self.value(key) for key in PLAN_KEYS}
        return {
            key: value.isoformat() if isinstance(value, date) else str(value)
            for key, value in held.items()
            if value
        } or None

    @classmethod
    def from_json(cls, held: Any) -> Self:
        """Read what a record holds, checked as if it were typed.

        Raises:
            ValueError: It is no plan, or holds something that this version does not know.
        """
        if not isinstance(held, dict) or not held or not held.keys() <= set(PLAN_KEYS):
            raise ValueError(held)
        return cls(**{key: _from_json(key, value) for key, value in held.items()})


PLAN_KEYS: Final = tuple(field.name for field in fields(TaskPlan))
"""Names of what a plan holds, in the order in which it is read."""
DAY_KEYS: Final = frozenset({"by_when", "done_on"})
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS: Final = range(2000, 2101)
_LABELS: Final = {
    "who": N_("Person in charge"),
    "what": N_("Work to be done"),
    "by_when": N_("Due on"),
    "responsible": N_("Unit in charge"),
    "authority": N_("Who decides"),
    "result": N_("Result"),
    "status": N_("Status"),
    "done_on": N_("Done on"),
    "note": N_("Note"),
}


def plan_label(key: str) -> str:
    """Return what people call something that a plan holds, in the language in use."""
    return _(_LABELS[key])


def plan_labels(key: str) -> tuple[str, ...]:
    """Return what people call it, in every language."""
    return in_all_languages(_LABELS[key])


def _from_json(key: str, held: Any) -> Any:
    if isinstance(held, str):
        if key == "status":
            return Status(held)
        if key in DAY_KEYS:
            if _ISO_DAY.fullmatch(held) and int(held[:4]) in _YEARS:
                return date.fromisoformat(held)
        elif 0 < len(held) <= MOST_TEXT and held == clean(held):
            return held
    raise ValueError(held)


def read_plan_value(key: str, text: str) -> PlanValue:
    """Read what a person typed.

    Args:
        key: One of `PLAN_KEYS`.
        text: As typed; empty takes it back.

    Raises:
        ReadinessError: It does not fit; the sentence says how to write it.
    """
    typed = clean(text)
    if any("\ud800" <= c <= "\udfff" for c in text) or (text.strip() and not typed):
        raise ReadinessError(ErrorCode.VALUE_UNREADABLE, name=plan_label(key))
    if key == "status":
        return _read_status(typed) if typed else None
    if key in DAY_KEYS:
        return plausible_day(key, read_day(typed, plan_label(key))) if typed else None
    if len(typed) > MOST_TEXT:
        raise ReadinessError(
            ErrorCode.VALUE_TOO_LONG, name=plan_label(key), length=len(typed), limit=MOST_TEXT
        )
    return typed


def plausible_day(key: str, value: date) -> date:
    """Return a day that a plan may name.

    Raises:
        ReadinessError: It is out of this century, as after a slip of the hand.
    """
    if value.year not in _YEARS:
        raise ReadinessError(ErrorCode.TASK_DAY, name=plan_label(key), day=day(value))
    return value


def _read_status(typed: str) -> Status:
    folded = fold(typed)
    for status in Status:
        if folded in {fold(status), *map(fold, in_all_languages(_STATUS_LABELS[status]))}:
            return status
    known = ", ".join(f"{status.label} ({status})" for status in Status)
    raise ReadinessError(ErrorCode.VALUE_CHOICE, name=plan_label("status"), text=typed, known=known)


def write_plan_value(value: PlanValue) -> str:
    """Return something a plan holds as people write it; empty for nothing."""
    if isinstance(value, Status):
        return value.label
    return day(value) if isinstance(value, date) else value or ""


def plan_words(plan: TaskPlan | None) -> str:
    """Return a plan in one line, in the language in use."""
    held = plan or TaskPlan()
    words = [
        f"{plan_label(key)}: {write_plan_value(held.value(key))}"
        for key in PLAN_KEYS
        if held.value(key)
    ]
    return " · ".join(words) or _("nothing planned")


def agreed(plans: Iterable[TaskPlan | None]) -> tuple[TaskPlan, tuple[str, ...]]:
    """Return what several plans of one task agree on, and the keys on which they do not."""
    held = [plan or TaskPlan() for plan in plans]
    if not held:
        return TaskPlan(), ()
    disputed = tuple(key for key in PLAN_KEYS if len({plan.value(key) for plan in held}) > 1)
    empty = TaskPlan()
    return held[0].but({key: empty.value(key) for key in disputed}), disputed
