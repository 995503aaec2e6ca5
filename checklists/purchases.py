"""What must be bought, item by item: how many, for how many communes, at which price."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from checklists.tasks import CostEntry, CostSummary, Period
    from criteria.catalogue import Catalogue, Item


PERIODS: Final[tuple[Period, ...]] = ("once", "year")


class Purchase(NamedTuple):
    """One item that several shortfalls need, paid for in one way.

    Attributes:
        item: The item of the edition.
        period: Whether it is paid once or each year.
        quantity: How many, as far as known.
        is_unsure: Whether more may be needed than is known.
        unit_price: Million VND; ``None`` where the profile has no price.
        communes: How many communes need it.
    """

    item: Item
    period: Period
    quantity: Decimal
    is_unsure: bool
    unit_price: Decimal | None
    communes: int

    @property
    def amount(self) -> Decimal:
        """Million VND, as far as known."""
        return self.quantity * (self.unit_price or 0)

    @property
    def may_grow(self) -> bool:
        """Whether something is left out of the amount."""
        return self.is_unsure or self.unit_price is None


def purchases(costs: CostSummary, catalogue: Catalogue) -> tuple[Purchase, ...]:
    """Return what some costs are made of.

    More of an item may be needed while a criterion is open that could need it.

    Args:
        costs: The costs.
        catalogue: The edition; items that cost the same are in its order.

    Returns:
        What is paid once, then what is paid each year; what costs most stands first.
    """
    if not costs.entries:
        return ()
    still_open = open_items(costs, catalogue)
    found: dict[tuple[Period, str], list[CostEntry]] = {}
    for entry in costs.entries:
        found.setdefault((entry.period, entry.item), []).append(entry)
    bought = [
        Purchase(
            item,
            period,
            sum((entry.quantity for entry in held if entry.quantity is not None), Decimal(0)),
            (period, item.key) in still_open or any(entry.quantity is None for entry in held),
            held[0].unit_price,
            len({entry.commune for entry in held}),
        )
        for item in catalogue.items
        for period in PERIODS
        if (held := found.get((period, item.key)))
    ]
    bought.sort(key=lambda each: (PERIODS.index(each.period), -each.amount))
    return tuple(bought)


def open_items(costs: CostSummary, catalogue: Catalogue) -> frozenset[tuple[Period, str]]:
    """Return what may still be needed, nobody knows how many: period and key of each item."""
    if not costs.open:
        return frozenset()
    return frozenset(
        (line.period, line.item)
        for code in {place.criterion for place in costs.open}
        for line in catalogue.criterion(code).costs
    )
