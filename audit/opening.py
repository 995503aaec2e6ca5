"""What opens a round: the records of the round itself, the same for every way to open one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.fold import ROUND_SUBJECTS
from audit.pen import Draft
from checklists.round import check_fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from checklists.communes import Commune
    from checklists.profile import Profile
    from criteria.catalogue import Catalogue


def opening_drafts(
    *,
    title: str,
    province_code: str,
    opened_on: date,
    nonce: str,
    catalogue: Catalogue,
    communes: Iterable[Commune],
    profile: Profile,
    clusters: Mapping[str, str],
    assignments: Mapping[str, Sequence[str]],
    office_keys: Sequence[str],
    previous: Mapping[str, Any] | None = None,
) -> list[Draft]:
    """Return the drafts that open a round, one for each cell of the round itself.

    Args:
        title: What the office calls it.
        province_code: Two digits.
        opened_on: Day the round is opened.
        nonce: What the id of the round was made with (`audit.fold.round_id_of`).
        catalogue: The edition in force.
        communes: In the order of the official list.
        profile: Of the province.
        clusters: Code of a commune -> audit cluster; may be empty.
        assignments: Name of an auditor -> codes of communes; may be empty.
        office_keys: Fingerprints that may amend the round, its maker's first.
        previous: What the round before found (`audit.last_round`), if there was one.

    Raises:
        ReadinessError: The profile speaks of what the edition does not have.
    """
    check_fits(catalogue, profile)
    values: dict[str, Any] = {
        "round": {
            "title": title,
            "province_code": province_code,
            "opened_on": opened_on.isoformat(),
            "nonce": nonce,
            "office_keys": list(office_keys),
        },
        "catalogue": catalogue.to_dict(),
        "communes": [commune.to_dict() for commune in communes],
        "profile": profile.to_dict(),
        "clusters": dict(clusters),
        "assignments": {name: list(codes) for name, codes in assignments.items()},
    }
    if previous is not None:
        values["previous"] = previous
    return [
        Draft("round", "", subject, values[subject])
        for subject in ROUND_SUBJECTS
        if subject in values
    ]
