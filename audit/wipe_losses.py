"""What would be lost with an audit file and a key: what is nowhere else, as far as is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from audit.desk import Desk, chosen_path
from audit.identity import auditor
from audit.record import Record
from audit.seal import chain_ends
from audit.settings import read_json
from audit.wipe import What
from criteria.errors import ReadinessError

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import Entry
    from audit.wipe import Plan


class Named(NamedTuple):
    """A commune."""

    code: str
    name: str


class Losses(NamedTuple):
    """What would be gone for good, as far as this machine knows."""

    problem: str = ""
    """Why the audit file could not be looked into; then nothing below is known of it."""
    is_office: bool = False
    """Whether it is the office's own file, made or worked on with the key of this machine."""
    records: int = 0
    """Of the office's file."""
    taken_in: int = 0
    """Files that the office's file took in."""
    unsent: tuple[Named, ...] = ()
    """Communes with something that was not handed in since it was stated."""
    unconfirmed: tuple[Named, ...] = ()
    """Communes that were handed in, and no receipt is here."""
    photos: int = 0
    """Photos and files that may be nowhere else."""
    photo_bytes: int = 0
    unsaved: int = 0
    """Texts that were begun and not saved."""
    key: str = ""
    """Fingerprint of the key that goes."""
    is_office_key: bool = False
    """Whether that key speaks for the office in this round."""


def losses(planned: Plan) -> Losses:
    """Return what would be lost with a plan."""
    found = Losses()
    path = planned.scope.file
    if path is not None and any(item.what is What.AUDIT_FILE for item in planned.items):
        found = _of_file(path)
    texts = [read_json(item.path) for item in planned.items if item.what is What.UNSAVED]
    found = found._replace(unsaved=sum(map(len, texts)))
    if not any(item.what is What.KEY for item in planned.items):
        return found._replace(is_office_key=False)
    who = auditor()
    speaks = found.is_office_key or (who is not None and _speaks_for_office(who.key))
    return found._replace(key=who.key if who is not None else "?", is_office_key=speaks)


def _speaks_for_office(key: str) -> bool:
    """Return whether a key is the office's in the round worked on last."""
    try:
        with Desk(chosen_path(), remember=False) as desk:
            return key in desk.round.office_keys
    except ReadinessError:
        return False


def _of_file(path: Path) -> Losses:
    try:
        with Desk(path, remember=False) as desk:
            return _of_desk(desk)
    except ReadinessError as error:
        return Losses(problem=str(error))


def _of_desk(desk: Desk) -> Losses:
    who = desk.auditor
    # What was stated under a key they had before is theirs as well.
    keys = frozenset([who.key, *who.former] if who is not None else ())
    if keys & {*desk.round.office_keys}:
        return Losses(
            is_office=True,
            is_office_key=who is not None and who.key in desk.round.office_keys,
            records=sum(len(desk.file.places(code)) for code in desk.round.by_code),
            taken_in=len(desk.file.batches()),
        )
    unsent: list[Named] = []
    unconfirmed: list[Named] = []
    hashes: set[str] = set()
    for commune in desk.round.communes:
        is_sent, is_received = _came(desk, commune.code, keys)
        if is_sent and is_received:
            continue
        (unconfirmed if is_sent else unsent).append(Named(commune.code, commune.name))
        for pieces in desk.checklist(commune.code).evidence.values():
            hashes |= {
                each.sha256 for each in pieces if not each.is_purged and _is_own(each.keys, keys)
            }
    sizes = [len(blob.data) for blob in map(desk.file.blob, hashes) if blob and blob.data]
    return Losses(
        unsent=tuple(unsent),
        unconfirmed=tuple(unconfirmed),
        photos=len(sizes),
        photo_bytes=sum(sizes),
    )


def _is_own(authors: tuple[str, ...], keys: frozenset[str]) -> bool:
    """Return whether something is of who works here; of anybody where nobody says who does."""
    return not keys or not keys.isdisjoint(authors)


def _came(desk: Desk, code: str, keys: frozenset[str]) -> tuple[bool, bool]:
    """Return whether all that was stated here of a commune was handed in, and has arrived."""
    office = desk.round.office_keys
    own: list[Entry] = []
    authors: dict[tuple[str, str], str] = {}
    for entry in desk.file.entries(code):
        try:
            author = Record.from_body(entry.body).author.key
        except ValueError:
            continue
        if author in keys or (not keys and author not in office):
            own.append(entry)
            authors[entry.commune, entry.writer] = author
    received = desk.ledger(code).received
    sealed = {(seal.writer, seal.last_id, seal.fingerprint) for seal in desk.file.seals(code)}
    is_sent = is_received = True
    for chain, ends in chain_ends(own).items():
        for end in ends:
            # Handing in is what seals a chain.
            is_sent = is_sent and (end.writer, end.id, authors[chain]) in sealed
            is_received = is_received and received.get(end.writer, 0) >= end.sequence
    return is_sent, is_received
