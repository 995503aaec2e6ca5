"""One pass over the communes of a province, with all it is judged by inside.

A round carries its catalogue, its list of communes and its profile, so that every
figure can be recomputed from it alone, years later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from criteria.errors import ErrorCode, Message, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from checklists.communes import Commune
    from checklists.profile import Profile
    from criteria.catalogue import Catalogue


class KnownAuditor(NamedTuple):
    """Whose key it is, as the office says.

    Attributes:
        key: Fingerprint.
        name: Of the auditor.
        unit: Where they work.
        is_revoked: Whether nothing that is sealed with the key is to be taken in any more.
    """

    key: str
    name: str
    unit: str = ""
    is_revoked: bool = False

    @classmethod
    def from_dict(cls, key: str, held: Mapping[str, Any]) -> Self | None:
        """Read what a record holds; ``None`` where it cannot be read."""
        name, unit, is_revoked = held.get("name"), held.get("unit", ""), held.get("revoked", False)
        if not (isinstance(name, str) and isinstance(unit, str) and isinstance(is_revoked, bool)):
            return None
        return cls(key, name, unit, is_revoked)

    def to_dict(self) -> dict[str, Any]:
        """Return it as a record holds it."""
        return {"name": self.name, "unit": self.unit, "revoked": self.is_revoked}


class Close(NamedTuple):
    """A named point in time: what the office held when it closed the round.

    Attributes:
        name: Such as ``Chốt lần 1``.
        closed_at: ISO text with offset.
        chains: Code of a commune -> writer -> ids of the last records; the round's own
            under the empty code; several after a fork, or where records are missing.
        missing: Ids of records that others continue, and that the office did not hold.
    """

    name: str
    closed_at: str
    chains: Mapping[str, Mapping[str, tuple[str, ...]]]
    missing: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, name: str, closed_at: str, held: Mapping[str, Any]) -> Self | None:
        """Read what a record holds; ``None`` where it cannot be read."""
        try:
            chains = {
                commune: {writer: tuple(ids) for writer, ids in writers.items()}
                for commune, writers in held["chains"].items()
            }
            missing = tuple(held.get("missing", ()))
        except (KeyError, TypeError, AttributeError):
            return None
        listed = (id_ for writers in chains.values() for ids in writers.values() for id_ in ids)
        is_text = all(isinstance(id_, str) for id_ in (*listed, *missing))
        return cls(name, closed_at, chains, missing) if is_text else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as a record holds it; its name and time stand in the record itself."""
        chains = {
            commune: {writer: list(ids) for writer, ids in writers.items()}
            for commune, writers in self.chains.items()
        }
        missing = {"missing": list(self.missing)} if self.missing else {}
        return {"chains": chains, **missing}


@dataclass(frozen=True)
class Round:
    """What every checklist of a round shares.

    Attributes:
        id: Made once when the round is opened; text.
        title: What the office calls it, such as ``Đợt 1 năm 2026``.
        province_code: Two digits, text.
        opened_on: Day the round was opened.
        catalogue: The edition in force.
        communes: In the order of the official list.
        profile: What differs between provinces.
        clusters: Code of a commune -> audit cluster; absent where none was given.
        assignments: Name of an auditor -> codes of communes; a filter, never a lock.
        office_keys: Fingerprints that may amend the round; its maker's first.
        previous: Code of a commune -> key -> value of the round before, as a record
            holds it; empty where there was none.
        previous_title: What the round before was called.
        roster: Fingerprint -> whose key it is.
        closes: Name -> what the office held when it closed the round under that name.
    """

    id: str
    title: str
    province_code: str
    opened_on: date
    catalogue: Catalogue
    communes: tuple[Commune, ...]
    profile: Profile
    clusters: Mapping[str, str] = field(default_factory=dict)
    assignments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    office_keys: tuple[str, ...] = ()
    previous: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    previous_title: str = ""
    roster: Mapping[str, KnownAuditor] = field(default_factory=dict)
    closes: Mapping[str, Close] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Commune]:
        """Code -> commune."""
        return {commune.code: commune for commune in self.communes}

    @cached_property
    def switches(self) -> dict[str, bool]:
        """Switch -> what the profile sets, else the edition's default."""
        return {
            switch.key: self.profile.switches.get(switch.key, switch.default)
            for switch in self.catalogue.switches
        }

    def cluster(self, commune: Commune) -> str:
        """Return the audit cluster of a commune; its former district where none was given."""
        return self.clusters.get(commune.code) or commune.former_district


def frozen_differences(before: Catalogue, after: Catalogue) -> tuple[Message, ...]:
    """Return what a newer edition changes that records already rely on.

    Within a round a measure keeps its key and type, a choice its keys, and a
    criterion its code: else what was recorded would change its meaning.
    """
    found: list[Message] = []
    for key, held in before.fields.items():
        newer = after.fields.get(key)
        if newer is None:
            found.append(Message(ErrorCode.ROUND_FIELD_GONE, {"key": key}))
        elif newer.type != held.type:
            found.append(
                Message(
                    ErrorCode.ROUND_FIELD_TYPE,
                    {"key": key, "before": held.type, "after": newer.type},
                )
            )
        else:
            lost = {c.key for c in held.choices} - {c.key for c in newer.choices}
            found += [
                Message(ErrorCode.ROUND_CHOICE_GONE, {"key": key, "choice": choice})
                for choice in sorted(lost)
            ]
    found += [
        Message(ErrorCode.ROUND_CRITERION_GONE, {"code": code})
        for code in before.codes
        if code not in after.codes
    ]
    return tuple(found)


def check_fits(catalogue: Catalogue, profile: Profile) -> None:
    """Refuse a profile that speaks of criteria or switches the edition does not have.

    Raises:
        ReadinessError: With every such name.
    """
    switches = {switch.key for switch in catalogue.switches}
    problems = [
        Message(ErrorCode.PROFILE_SWITCH_UNKNOWN, {"key": key})
        for key in profile.switches
        if key not in switches
    ]
    problems += [
        Message(ErrorCode.PROFILE_CORE_UNKNOWN, {"code": code})
        for code in profile.core_criteria
        if code not in catalogue.codes
    ]
    if problems:
        raise ReadinessError.of(problems)
