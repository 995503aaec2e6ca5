"""What differs between a round and its amended form -> drafts of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.pen import Draft
from audit.record import Cell, canonical
from checklists.round import check_fits

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.fold import Ledger
    from checklists.round import Round


def amended_drafts(
    office: Ledger, before: Round, after: Round, *, reason: str, stated: Collection[str] = ()
) -> list[Draft]:
    """Draft the records of the round that change; each replaces what stood there.

    Args:
        office: The ledger of the round itself.
        before: The round as it is.
        after: The round as it is to be; the same id, province and communes.
        reason: Kept in each record; may be empty.
        stated: Subjects of the round that are stated anew even if they stay as they are:
            that settles two amendments that did not know of each other.

    Raises:
        ReadinessError: The amended profile does not fit the amended edition.
    """
    check_fits(after.catalogue, after.profile)
    values: dict[str, Any] = {}
    if after.title != before.title or "round" in stated:
        # What else the first record says (its maker's nonce among it) must stay.
        values["round"] = {**_first(office, "round"), "title": after.title}
    if after.catalogue != before.catalogue or "catalogue" in stated:
        values["catalogue"] = after.catalogue.to_dict()
    if after.profile != before.profile or "profile" in stated:
        values["profile"] = after.profile.to_dict()
    if dict(after.clusters) != dict(before.clusters) or "clusters" in stated:
        values["clusters"] = dict(after.clusters)
    if dict(after.assignments) != dict(before.assignments):
        values["assignments"] = {name: list(codes) for name, codes in after.assignments.items()}
    return [
        Draft(
            "round",
            "",
            subject,
            value,
            replaces=office.ids(Cell(subject, "verified")),
            reason=reason,
        )
        for subject, value in values.items()
        if not _stands(office, subject, value)
    ]


def _stands(office: Ledger, subject: str, value: Any) -> bool:
    """Return whether a value, and no other, stands there."""
    heads = office.heads.get(Cell(subject, "verified"), [])
    return len(heads) == 1 and canonical(heads[0].record.value) == canonical(value)


def _first(office: Ledger, subject: str) -> Any:
    return office.heads[Cell(subject, "verified")][0].record.value
