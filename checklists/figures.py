"""Figures with their doubt: a share or an amount that may still rise says ``≥``.

What is open is never counted as met, nor what is unknown as costing nothing; so a
figure is what is certain, and the sign in front of it says that more may come.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from checklists.matrix import ReadinessClass
from checklists.tasks import CostSummary
from criteria.language import _, count, number, percent
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checklists.matrix import Interval, Matrix, MatrixRow
    from checklists.tasks import CostEntry, OpenCost, Period


class Share(NamedTuple):
    """A share of a whole.

    Attributes:
        part: What surely belongs to it.
        whole: Of how many; of none there is no share.
        still_open: How many of the whole may come to belong to it.
    """

    part: int
    whole: int
    still_open: int = 0

    @property
    def value(self) -> Decimal | None:
        """From 0 to 1; ``None`` of nothing, and where all of it is open."""
        if not self.whole or self.still_open >= self.whole:
            return None
        return Decimal(self.part) / self.whole

    @property
    def words(self) -> str:
        """``64,2%``; ``≥64,2%`` where it may rise, ``?`` where all is open, else a dash."""
        if self.value is None:
            return "?" if self.whole else "–"
        return self.sign + percent(self.value)

    @property
    def sign(self) -> str:
        """``≥`` before a figure that may rise, in tables and short lines."""
        return "≥" if self.still_open else ""

    @property
    def counted(self) -> str:
        """``11/95``; ``≥11/95`` where it may rise."""
        return f"{self.sign}{number(self.part)}/{number(self.whole)}"

    @property
    def told(self) -> str:
        """How many belong to it, as a sentence has it: ``11``, or ``at least 11``."""
        amount = count(self.part)
        return (
            _("at least {count}").format(count=amount) if self.part and self.still_open else amount
        )

    @property
    def sure(self) -> str:
        """The share of what surely belongs to it, for a sentence that says how many."""
        return percent(Decimal(self.part) / self.whole) if self.whole else "–"


def open_ratings(counts: Mapping[Rating, int]) -> int:
    """Return how many of some ratings are not decided."""
    return counts[Rating.INSUFFICIENT] + counts[Rating.UNAUDITED]


def share_met(counts: Mapping[Rating, int]) -> Share:
    """Return the share of communes that meet a criterion, of those it applies to."""
    applicable = sum(counts.values()) - counts[Rating.NOT_APPLICABLE]
    return Share(counts[Rating.MET], applicable, open_ratings(counts))


def share_green(rows: Sequence[MatrixRow]) -> Share:
    """Return the share of green communes."""
    green = sum(row.readiness is ReadinessClass.GREEN for row in rows)
    unsure = sum(row.readiness is not ReadinessClass.GREEN and row.may_be_green for row in rows)
    return Share(green, len(rows), unsure)


def may_change(matrix: Matrix) -> Counter[ReadinessClass]:
    """Return class -> how many of its communes may still come to another one.

    A grey commune lacks the data to be classed: it may, while any criterion is open.
    """
    return Counter(
        row.readiness
        for row in matrix.rows
        if row.doubtful or (row.readiness is ReadinessClass.GREY and open_ratings(row.counts))
    )


class Amount(NamedTuple):
    """A sum of money.

    Attributes:
        value: Million VND, as far as known.
        may_grow: Whether something is left out of it.
    """

    value: Decimal
    may_grow: bool = False

    @property
    def words(self) -> str:
        """``1.234,5``; ``≥ 1.234,5`` where more may come; of nothing a dash, or ``?``."""
        if not self.value:
            return "?" if self.may_grow else "–"
        return ("≥ " if self.may_grow else "") + number(self.value, 1)

    @property
    def in_brief(self) -> str:
        """The same, a whole amount without decimals, as in the sentence of the summary."""
        if not self.value:
            return self.words
        return ("≥ " if self.may_grow else "") + million(self.value)


def million(amount: Decimal) -> str:
    """Write an amount in million VND: whole if it is, else with one decimal."""
    return number(amount, 0 if amount == amount.to_integral_value() else 1)


def amount(costs: CostSummary, period: Period) -> Amount:
    """Return what some costs come to once, or each year."""
    total = costs.total
    return Amount(total.once if period == "once" else total.yearly, costs.may_grow(period))


def split_costs(
    costs: CostSummary, key: Callable[[CostEntry | OpenCost], str]
) -> dict[str, CostSummary]:
    """Return the parts of some costs by a key, each computed once."""
    entries: dict[str, list[CostEntry]] = {}
    still_open: dict[str, list[OpenCost]] = {}
    for entry in costs.entries:
        entries.setdefault(key(entry), []).append(entry)
    for place in costs.open:
        still_open.setdefault(key(place), []).append(place)
    return {
        name: CostSummary(tuple(entries.get(name, ())), tuple(still_open.get(name, ())))
        for name in [*entries, *(name for name in still_open if name not in entries)]
    }


def interval(bounds: Interval | None) -> str:
    """Return an index as a percentage, or as worst–best while it is open."""
    if bounds is None:
        return "–"
    if bounds.is_settled:
        return percent(bounds.worst)
    return f"{percent(bounds.worst)}–{percent(bounds.best)}"
