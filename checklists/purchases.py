"""What must be bought, item by item: how many, for how many communes, at which price."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.tasks import CostEntry, CostSummary, Period
    from criteria.catalogue import Item


class Purchase(NamedTuple):
    """One item that several shortfalls need, paid for in one way.

    Attributes:
        item: The item of the edition.
        period: Whether it is paid once or each year.
        quantity: How many, as far as known.
        is_unsure: Whether some shortfall needs it and nobody knows how many.
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


def purchases(costs: CostSummary, items: Sequence[Item]) -> tuple[Purchase, ...]:
    """Return what some costs are made of.

    Args:
        costs: The costs.
        items: Of the edition, in its order.

    Returns:
        What is paid once, then what is paid each year.
    """
    found: dict[tuple[Period, str], list[CostEntry]] = {}
    for entry in costs.entries:
        found.setdefault((entry.period, entry.item), []).append(entry)
    periods: tuple[Period, ...] = ("once", "year")
    return tuple(
        Purchase(
            item,
            period,
            sum((entry.quantity for entry in held if entry.quantity is not None), Decimal(0)),
            any(entry.quantity is None for entry in held),
            held[0].unit_price,
            len({entry.commune for entry in held}),
        )
        for period in periods
        for item in items
        if (held := found.get((period, item.key)))
    )
