"""Columns that several tables have, and the sums of costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checklists.comparison import Direction
from checklists.figures import amount
from checklists.matrix import ReadinessClass
from criteria.language import _
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from checklists.checklist import State
    from checklists.task_plan import Status
    from checklists.tasks import CostSummary

from exports.tables.shape import Column


def commune_column() -> Column:
    """Return the column of a commune's code."""
    return Column(
        "commune", "string", _("Commune code"), is_needed=True, names=("communes", "code")
    )


def criterion_column() -> Column:
    """Return the column of a criterion's code."""
    return Column(
        "criterion", "string", _("Criterion code"), is_needed=True, names=("criteria", "code")
    )


def number_in_cell_column(label: str) -> Column:
    """Return the column that tells rows of one cell apart, from 1."""
    return Column("number", "integer", label, is_needed=True)


def choice_column(
    key: str,
    label: str,
    choices: Iterable[Rating | ReadinessClass | Direction | State | Status],
    description: str = "",
    *,
    is_needed: bool = False,
) -> Column:
    """Return a column that holds one of a few codes; its description says what each means."""
    listed = [*choices]
    words = "; ".join(f"{each.value}: {each.label}" for each in listed)
    return Column(
        key,
        "string",
        label,
        f"{description} {words}".strip(),
        is_needed=is_needed,
        choices=tuple(each.value for each in listed),
    )


def rating_column(key: str, label: str, description: str = "", *, is_needed: bool = True) -> Column:
    """Return a column of ratings."""
    return choice_column(key, label, Rating, description, is_needed=is_needed)


def class_column(key: str, label: str) -> Column:
    """Return a column of classes."""
    return choice_column(key, label, ReadinessClass, is_needed=True)


def direction_column() -> Column:
    """Return the column of the direction of a change."""
    return choice_column("direction", _("Direction"), Direction, is_needed=True)


def recorded_at_column() -> Column:
    """Return the column of when something was recorded."""
    return Column(
        "recorded_at",
        "string",
        _("Recorded at"),
        _("ISO 8601 with the offset from UTC; a claim of the clock of the machine."),
    )


def million_column(key: str, label: str, description: str = "") -> Column:
    """Return a column of money."""
    unit = _("Million VND; an estimate for planning, never a budget.")
    return Column(key, "number", label, f"{description} {unit}".strip())


def sums(costs: CostSummary) -> tuple[Decimal | None, Decimal | None]:
    """Return what is paid once and each year; blank where nothing of it is known.

    Of what nothing can be said yet there is no sum, not one of 0.
    """
    once, yearly = amount(costs, "once"), amount(costs, "year")
    return (
        once.value if once.value or not once.may_grow else None,
        yearly.value if yearly.value or not yearly.may_grow else None,
    )
