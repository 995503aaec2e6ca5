"""How a commune stands on a group of criteria: the worst that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from criteria.rating import Rating

if TYPE_CHECKING:
    from checklists.matrix import MatrixRow
    from criteria.catalogue import Catalogue

_FROM_WORST: Final = (
    Rating.NOT_MET,
    Rating.PARTLY_MET,
    Rating.INSUFFICIENT,
    Rating.UNAUDITED,
    Rating.MET,
    Rating.NOT_APPLICABLE,
)
"""What is open stands between short and met: a group is met once all of it is."""


def codes_by_group(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return code of a group -> codes of its criteria, both in the order of the edition."""
    found: dict[str, list[str]] = {group.code: [] for group in catalogue.groups}
    for criterion in catalogue.criteria:
        found.setdefault(criterion.group, []).append(criterion.code)
    return {group: tuple(codes) for group, codes in found.items() if codes}


def group_rating(row: MatrixRow, codes: tuple[str, ...]) -> Rating:
    """Return the worst rating that a commune has on some criteria.

    Args:
        row: The commune.
        codes: Of the criteria, at least one.
    """
    return min((row.outcomes[code].rating for code in codes), key=_FROM_WORST.index)
