"""What differs between a round and its amended form -> drafts of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.pen import Draft
from audit.record import Cell, canonical
from checklists.round import check_fits

if TYPE_CHECKING:
    from audit.fold import Ledger
    from checklists.round import Round


def amended_drafts(office: Ledger, before: Round, after: Round, *, reason: str) -> list[Draft]:
    """Draft the records of the round that change; each replaces what stood there.

    Args:
        office: The ledger of the round itself.
        before: The round as it is.
        after: The round as it is to be; the same id, province and communes.
        reason: Kept in each record; may be empty.

    Raises:
        ReadinessError: The amended profile does not fit the amended edition.
    """
    check_fits(after.catalogue, after.profile)
    values: dict[str, Any] = {}
    if after.title != before.title:
        # What else the first record says (its maker's nonce among it) must stay.
        values["round"] = {**_held(office, "round"), "title": after.title}
    if after.catalogue != before.catalogue:
        values["catalogue"] = after.catalogue.to_dict()
    if after.profile != before.profile:
        values["profile"] = after.profile.to_dict()
    if dict(after.clusters) != dict(before.clusters):
        values["clusters"] = dict(after.clusters)
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
        if canonical(value) != canonical(_held(office, subject))
    ]


def _held(office: Ledger, subject: str) -> Any:
    heads = office.heads.get(Cell(subject, "verified"))
    return heads[0].record.value if heads else {}
