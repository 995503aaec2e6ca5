"""What an earlier round found, for a new one to start from: read from its audit file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from audit.file import AuditFile
from audit.fold import read_file
from checklists.checklist import Basis
from criteria.errors import ErrorCode, ReadinessError
from criteria.values import NOT_KNOWN, from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.checklist import Checklist
    from checklists.round import Round
    from criteria.catalogue import Catalogue
    from criteria.values import StatedValue


class LastRound(NamedTuple):
    """What a new round takes from the one before.

    Attributes:
        carried: What the record `previous` of the new round holds: the title and id of
            the old one, and by commune and key the values verified then.
        clusters: Code -> audit cluster.
        known: Code -> key -> value, for what only the office states.
    """

    carried: dict[str, Any]
    clusters: dict[str, str]
    known: dict[str, dict[str, StatedValue | None]]


def read_last_round(path: Path, held: Round) -> LastRound:
    """Read what an earlier round's audit file says about the communes of a new round.

    Values in conflict, not known, or of another type in the new edition stay behind.
    The file is read only.

    Args:
        path: The earlier round's audit file.
        held: The new round.

    Raises:
        ReadinessError: The file cannot be used, or is of this very round or another
            province.
    """
    with AuditFile.open(path) as file:
        before = read_file(file)
    refuse_same_round(path, before.round, held)
    refuse_other_province(path, before.round, held)
    found = {
        each.commune.code: _values(each, held.catalogue)
        for each in before.checklists
        if each.commune.code in held.by_code
    }
    carried = {
        "title": before.round.title,
        "round": before.round.id,
        "values": {
            code: {key: to_json(value) for key, value in values.items()}
            for code, values in found.items()
            if values
        },
    }
    office = {each.key for each in held.catalogue.parameters if each.known_to_office}
    known = {
        code: {key: value for key, value in values.items() if key in office}
        for code, values in found.items()
    }
    clusters = {code: name for code, name in before.round.clusters.items() if code in held.by_code}
    return LastRound(carried, clusters, known)


def refuse_same_round(path: Path, before: Round, held: Round) -> None:
    """Refuse a file of the very round for which the one before it is wanted.

    Raises:
        ReadinessError: It is one.
    """
    if before.id == held.id:
        raise ReadinessError(ErrorCode.PREVIOUS_SAME_ROUND, path=path)


def refuse_other_province(path: Path, before: Round, held: Round) -> None:
    """Refuse a file of another province.

    Raises:
        ReadinessError: It is one.
    """
    if before.province_code != held.province_code:
        raise ReadinessError(
            ErrorCode.PREVIOUS_OTHER_PROVINCE,
            path=path,
            text=before.province_code,
            code=held.province_code,
        )


def _values(checklist: Checklist, newer: Catalogue) -> dict[str, StatedValue | None]:
    """Return the verified values that mean the same in the newer edition."""
    found: dict[str, StatedValue | None] = {}
    older = checklist.round.catalogue.fields
    for key, answer in checklist.answers.get(Basis.VERIFIED, {}).items():
        value, field = answer.value, newer.fields.get(key)
        if value is None or value is NOT_KNOWN or field is None or field.type != older[key].type:
            continue
        try:
            found[key] = from_json(field, to_json(value))
        except ValueError:
            continue  # outside the newer edition's limits or choices
    return found
