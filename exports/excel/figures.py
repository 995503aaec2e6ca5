"""Figures with their doubt as cells: a share or an amount that may still rise says ``≥``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from checklists.figures import Share, amount, open_ratings
from checklists.figures import share_green as share_green_of
from checklists.figures import share_met as share_met_of
from checklists.matrix import ReadinessClass
from exports.excel import styles
from exports.excel.page import CellValue, Formula
from exports.excel.styles import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from checklists.figures import Amount
    from checklists.matrix import Matrix, MatrixRow
    from checklists.tasks import CostSummary, Period
    from criteria.rating import Rating
    from exports.excel.flow import Shown

    Computed = Callable[[Hashable], str]

Figure = tuple[CellValue, Look]
"""What a cell holds, and how it looks."""

_PERIODS: Final[tuple[Period, ...]] = ("once", "year")

__all__ = [
    "Figure",
    "amounts",
    "class_rows",
    "money",
    "open_ratings",
    "share",
    "share_green",
    "share_met",
]


def share(part: int, whole: int, still_open: int = 0) -> Figure:
    """Return a share of a whole.

    Args:
        part: What surely belongs to it.
        whole: Of how many; of none there is no share.
        still_open: How many of the whole may come to belong to it.
    """
    return _shown(Share(part, whole, still_open))


def _shown(held: Share) -> Figure:
    if held.value is None:
        return held.words, styles.PERCENT
    return held.value, styles.RISING if held.still_open else styles.PERCENT


def share_met(counts: Mapping[Rating, int]) -> Figure:
    """Return the share of communes that meet a criterion, of those it applies to."""
    return _shown(share_met_of(counts))


def share_green(rows: Sequence[MatrixRow]) -> Figure:
    """Return the share of green communes."""
    return _shown(share_green_of(rows))


def class_rows(matrix: Matrix) -> list[list[Shown]]:
    """Return a row for each class: its name, how many communes, their share, how many may leave."""
    total = len(matrix.rows)
    doubtful = Counter(row.readiness for row in matrix.rows if row.doubtful)
    return [
        [
            (each.label, styles.CLASS_LOOKS[each]),
            matrix.classes[each],
            share_green(matrix.rows)
            if each is ReadinessClass.GREEN
            else share(matrix.classes[each], total),
            doubtful[each],
        ]
        for each in ReadinessClass
    ]


def amounts(costs: CostSummary, computed: Computed | None = None, *key: Hashable) -> list[Figure]:
    """Return what is paid once and what is paid each year, in million VND.

    Args:
        costs: The costs.
        computed: Gives how the amount of a key is computed in the workbook, if it is.
        key: What the costs are of, such as ``"criterion", "EQ-01"``.
    """
    found = []
    for period in _PERIODS:
        held = amount(costs, period)
        value, look = money(held)
        text = computed(("cost", period, *key)) if computed is not None else ""
        found.append((Formula(f"={text}", held.value) if text else value, look))
    return found


def money(held: Amount) -> Figure:
    """Return an amount in million VND."""
    return held.value, styles.GROWING if held.may_grow else styles.AMOUNT
