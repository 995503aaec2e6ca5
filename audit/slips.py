"""What the office sends back: return slips, and receipts for what has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.clock import now
from audit.identity import needed_auditor, signer
from audit.office import needed_office
from audit.package import Kind, write_package
from audit.seal import RECEIPT, seals_of
from checklists.checklist import State
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from audit.desk import Desk
    from audit.file import Entry
    from audit.package import Package
    from audit.seal import Seal


def returned_communes(desk: Desk) -> list[str]:
    """Return the codes of the communes whose checklist is returned and not signed again.

    Raises:
        ReadinessError: There is none.
    """
    codes = [
        commune.code
        for commune in desk.round.communes
        if desk.checklist(commune.code).state is State.RETURNED
    ]
    if not codes:
        raise ReadinessError(ErrorCode.SLIP_NOTHING)
    return codes


def write_slip(desk: Desk, codes: Sequence[str], out: Path) -> Package:
    """Write what the office said of some checklists, for their auditors to take in.

    Raises:
        ReadinessError: Who works here is not the office, one was not reviewed yet, or the
            file cannot be made or written.
    """
    needed_office(desk)
    for code in codes:
        checklist = desk.checklist(code)
        if not checklist.reviews:
            raise ReadinessError(ErrorCode.SLIP_NOT_REVIEWED, commune=checklist.commune.name)
    return _write(desk, codes, out, Kind.SLIP)


def received_communes(desk: Desk) -> list[str]:
    """Return the codes of the communes about which others than this office have stated something.

    Raises:
        ReadinessError: There is none.
    """
    codes = [each.code for each in desk.round.communes if _said_by_others(desk, each.code)]
    if not codes:
        raise ReadinessError(ErrorCode.RECEIPT_NOTHING)
    return codes


def communes_of_same_auditors(desk: Desk, code: str) -> list[str]:
    """Return the communes about which the auditors of one have stated something.

    Its auditors are those who signed there, or else all who stated something there; what
    people of this office stated is left out.

    Args:
        desk: The round.
        code: Of the commune.

    Returns:
        Codes in the order of the round.

    Raises:
        ReadinessError: Nobody but the office has stated anything there.
    """
    said = _said_by_others(desk, code)
    keys = {key for key, kind in said if kind == "sign_off"} or {key for key, _kind in said}
    if not keys:
        raise ReadinessError(ErrorCode.RECEIPT_NOTHING)
    return [
        each.code
        for each in desk.round.communes
        if any(key in keys for key, _kind in _said_by_others(desk, each.code))
    ]


def _said_by_others(desk: Desk, code: str) -> set[tuple[str, str]]:
    """Return author key and kind of what others than this office have stated."""
    office = set(desk.round.office_keys)
    return {
        (head.record.author.key, head.record.kind)
        for heads in desk.ledger(code).heads.values()
        for head in heads
        if head.record.author.key not in office
    }


def write_receipt(desk: Desk, codes: Sequence[str], out: Path) -> Package:
    """Write proof that the office holds what it holds of some communes.

    Raises:
        ReadinessError: Who works here is not the office, or the file cannot be made or
            written.
    """
    needed_office(desk)
    fresh = [receipt for code in codes for receipt in fresh_receipts(desk, code)]
    if fresh:
        with desk.file.appending() as appender:
            appender.add_receipts(fresh)
        desk.forget(codes)
    return _write(desk, codes, out, Kind.RECEIPT)


def fresh_receipts(desk: Desk, code: str) -> list[Seal]:
    """Return receipts for the chains of a commune that have none as long yet.

    A chain of which a record is missing is not confirmed: it has not arrived.
    """
    chains: dict[str, list[Entry]] = {}
    for entry in desk.file.entries(code):
        chains.setdefault(entry.writer, []).append(entry)
    whole = [entry for chain in chains.values() if _is_whole(chain) for entry in chain]
    key = signer()
    held = {
        (each.writer, each.length, each.last_id)
        for each in desk.file.receipts(code)
        if each.fingerprint == key.fingerprint
    }
    receipts = seals_of(key, desk.round.id, whole, now().isoformat(), RECEIPT)
    return [each for each in receipts if (each.writer, each.length, each.last_id) not in held]


def _is_whole(chain: Sequence[Entry]) -> bool:
    places = {entry.sequence for entry in chain}
    return places == set(range(1, max(places) + 1))


def _write(desk: Desk, codes: Sequence[str], out: Path, kind: Kind) -> Package:
    return write_package(
        desk.file,
        out,
        kind,
        codes,
        round_id=desk.round.id,
        signer=signer(),
        made_by=needed_auditor().name,
    )
