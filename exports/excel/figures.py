"""Figures with their doubt as cells: a share or an amount that may still rise says ``≥``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.figures import Share, amount, may_change, open_ratings
from checklists.figures import share_green as share_green_of
from checklists.figures import share_met as share_met_of
from checklists.matrix import ReadinessClass
from criteria.language import _
from exports.excel import styles
from exports.excel.page import CellValue, Formula
from exports.excel.styles import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from checklists.figures import Amount
    from checklists.matrix import Matrix, MatrixRow
    from checklists.tasks import CostSummary, Period
    from criteria.rating import Rating
    from exports.excel.book import Book
    from exports.excel.flow import Shown
    from exports.excel.page import Place

    Computed = Callable[[Hashable], str]

Figure = tuple[CellValue, Look]
"""What a cell holds, and how it looks."""

_PERIODS: Final[tuple[Period, ...]] = ("once", "year")

__all__ = [
    "Figure",
    "amounts",
    "class_places",
    "class_rows",
    "money",
    "open_ratings",
    "share",
    "share_green",
    "share_met",
    "stale_note",
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
    changeable = may_change(matrix)
    return [
        [
            (each.label, styles.CLASS_LOOKS[each]),
            matrix.classes[each],
            share_green(matrix.rows)
            if each is ReadinessClass.GREEN
            else share(matrix.classes[each], total),
            changeable[each],
        ]
        for each in ReadinessClass
    ]


def class_places(book: Book) -> list[Place | None]:
    """Return for each class where a commune of it is listed first; ``None`` where none has it.

    What a commune falls short of stands on the sheet of those that do; the green ones have
    their row of the matrix.
    """
    found: dict[ReadinessClass, Place | None] = {}
    for row in book.report.matrix.rows:
        code = row.commune.code
        if row.readiness not in found:
            found[row.readiness] = book.find(("shortfalls", code)) or book.find(("matrix", code))
    return [found.get(each) for each in ReadinessClass]


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


def stale_note(costs: CostSummary, computed: Computed) -> Formula | None:
    """Return a cell that says so once a price was changed: sentences keep the old sums.

    Args:
        costs: What the sentences were made of.
        computed: Gives how the sums are computed in the workbook.

    Returns:
        Empty until then; ``None`` where the workbook computes no sums.
    """
    same = [
        f"ABS({text}-{held})<0.0005"
        for period, held in (("once", costs.total.once), ("year", costs.total.yearly))
        if (text := computed(("cost", period)))
    ]
    if not same:
        return None
    words = _("A unit price was changed: sentences still tell the costs as they were before.")
    quoted = words.replace('"', '""')
    return Formula(f'=IF(AND({",".join(same)}),"","{quoted}")', "")


def money(held: Amount) -> Figure:
    """Return an amount in million VND."""
    return held.value, styles.GROWING if held.may_grow else styles.AMOUNT
