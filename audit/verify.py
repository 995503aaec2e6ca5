"""Recompute everything of an audit file from the file alone."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.fold import Folded, read_file
from audit.record import Record, canonical, digest, record_id
from criteria.errors import ErrorCode, Message, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.file import AuditFile, Entry
    from checklists.checklist import Checklist


@dataclass(frozen=True)
class Verification:
    """What came of recomputing a file.

    Attributes:
        records: How many there are.
        chains: How many chains of one writer and commune.
        digest: SHA-256 over the sorted ids of the records.
        faults: What must not be: damage, wrong ids, gaps.
        notes: What is worth knowing and loses nothing: forks, records of newer versions.
        folded: The file's content; ``None`` where it holds no usable round.
    """

    records: int
    chains: int
    digest: str
    faults: tuple[Message, ...]
    notes: tuple[Message, ...]
    folded: Folded | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(file: AuditFile) -> Verification:
    """Check the pages of the file, every id, every chain, and that all can be rated.

    Raises:
        ReadinessError: The file is too damaged to be read at all.
    """
    faults = [Message(ErrorCode.VERIFY_PAGES, {"found": found}) for found in file.damage()]
    notes: list[Message] = []
    chains: dict[tuple[str, str], list[tuple[Entry, Record]]] = defaultdict(list)
    ids: list[str] = []
    for entry in file.entries():
        ids.append(entry.id)
        if record_id(entry.body) != entry.id:
            faults.append(Message(ErrorCode.VERIFY_ID, {"id": entry.id}))
            continue
        try:
            record = Record.from_body(entry.body)
            is_canonical = canonical(json.loads(entry.body)) == entry.body
        except ValueError:
            notes.append(Message(ErrorCode.RECORD_UNREADABLE, {"id": entry.id}))
            continue
        place = (record.commune, record.writer, record.sequence)
        if place != (entry.commune, entry.writer, entry.sequence) or not is_canonical:
            faults.append(Message(ErrorCode.VERIFY_PLACE, {"id": entry.id}))
            continue
        chains[entry.commune, entry.writer].append((entry, record))
    for held in chains.values():
        _check_chain(held, faults, notes)
    attached = _check_blobs(file, faults)
    folded = None
    try:
        folded = read_file(file)
        for checklist in folded.checklists:
            notes += checklist.unreadable
            # Rating every criterion is the proof that the file explains itself.
            _ = checklist.outcomes, checklist.declared.outcomes
            notes += _missing_blobs(checklist, attached)
        notes += folded.office.unreadable
        notes += [Message(ErrorCode.VERIFY_STRAY, {"code": code}) for code in folded.strays]
    except ReadinessError as error:
        faults += error.messages
    return Verification(
        len(ids), len(chains), digest(ids), tuple(faults), tuple(dict.fromkeys(notes)), folded
    )


def _check_blobs(file: AuditFile, faults: list[Message]) -> frozenset[str]:
    """Return the hashes of all that is attached here, having compared what is there with them."""
    for blob in file.blobs():
        if blob.data is not None and hashlib.sha256(blob.data).hexdigest() != blob.sha256:
            faults.append(Message(ErrorCode.VERIFY_BLOB, {"sha256": blob.sha256}))
    return frozenset(file.hashes())


def _missing_blobs(checklist: Checklist, held: frozenset[str]) -> Iterator[Message]:
    for code, pieces in checklist.evidence.items():
        for piece in pieces:
            if piece.sha256 not in held and not piece.is_purged:
                yield Message(
                    ErrorCode.VERIFY_BLOB_MISSING,
                    {
                        "name": piece.name,
                        "code": code,
                        "commune": checklist.commune.code,
                        "author": piece.author,
                    },
                )


def _check_chain(
    held: list[tuple[Entry, Record]], faults: list[Message], notes: list[Message]
) -> None:
    """Look for gaps, wrong links and forks in the chain of one writer and commune."""
    by_place: dict[int, list[tuple[Entry, Record]]] = defaultdict(list)
    for entry, record in held:
        by_place[entry.sequence].append((entry, record))
    before: set[str] = {""}
    expected = 1
    for sequence in sorted(by_place):
        here = by_place[sequence]
        context = {
            "writer": here[0][0].writer,
            "commune": here[0][0].commune or "–",
            "sequence": sequence,
        }
        if sequence != expected:
            faults.append(Message(ErrorCode.VERIFY_GAP, {**context, "expected": expected}))
            before = {record.previous for _entry, record in here}
        if any(record.previous not in before for _entry, record in here):
            faults.append(Message(ErrorCode.VERIFY_LINK, context))
        if len(here) > 1 and len(before) == 1:
            notes.append(Message(ErrorCode.VERIFY_FORK, context))
        before = {entry.id for entry, _record in here}
        expected = sequence + 1
