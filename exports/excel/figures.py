"""Figures with their doubt: a share or an amount that may still rise says ``≥``.

What is open is never counted as met, nor what is unknown as costing nothing; so a
figure is what is certain, and the sign in front of it says that more may come.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from checklists.matrix import ReadinessClass
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.page import CellValue
from exports.excel.styles import Look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checklists.matrix import MatrixRow
    from checklists.tasks import CostSummary, Period

Figure = tuple[CellValue, Look]
"""What a cell holds, and how it looks."""


def share(part: int, whole: int, still_open: int = 0) -> Figure:
    """Return a share of a whole.

    Args:
        part: What surely belongs to it.
        whole: Of how many; of none there is no share.
        still_open: How many of the whole may come to belong to it.
    """
    if not whole:
        return "–", styles.PERCENT
    if still_open >= whole:
        return "?", styles.PERCENT
    value = Decimal(part) / whole
    return value, styles.RISING if still_open else styles.PERCENT


def open_ratings(counts: Mapping[Rating, int]) -> int:
    """Return how many of some ratings are not decided."""
    return counts[Rating.INSUFFICIENT] + counts[Rating.UNAUDITED]


def share_met(counts: Mapping[Rating, int]) -> Figure:
    """Return the share of communes that meet a criterion, of those it applies to."""
    applicable = sum(counts.values()) - counts[Rating.NOT_APPLICABLE]
    return share(counts[Rating.MET], applicable, open_ratings(counts))


def share_green(rows: Sequence[MatrixRow]) -> Figure:
    """Return the share of green communes."""
    green = sum(row.readiness is ReadinessClass.GREEN for row in rows)
    unsure = sum(row.readiness is not ReadinessClass.GREEN and row.may_be_green for row in rows)
    return share(green, len(rows), unsure)


def amounts(costs: CostSummary) -> tuple[Figure, Figure]:
    """Return what is paid once and what is paid each year, in million VND."""
    total = costs.total
    return _amount(costs, "once", total.once), _amount(costs, "year", total.yearly)


def _amount(costs: CostSummary, period: Period, amount: Decimal) -> Figure:
    return amount, styles.GROWING if costs.may_grow(period) else styles.AMOUNT
