"""Recompute everything of an audit file from the file alone."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from audit.fold import SETTLED, Folded, read_file
from audit.record import Record, digest, from_canonical, record_id
from audit.seal import RECEIPT, SEAL, Sealed, chain_ends, is_valid
from criteria.errors import ErrorCode, Message, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.file import AuditFile, Entry
    from audit.seal import Seal
    from checklists.checklist import Checklist

    _Chains = Mapping[tuple[str, str], list[tuple[Entry, Record]]]


class Vouched(NamedTuple):
    """What vouches for the chains of a file.

    Attributes:
        seals: How many seals there are.
        receipts: How many receipts.
        sealed: How many chains are sealed to their end.
        received: How many chains the office has received to their end.
        keys: Fingerprint -> how many chains it has sealed.
    """

    seals: int
    receipts: int
    sealed: int
    received: int
    keys: Mapping[str, int]


@dataclass(frozen=True)
class Verification:
    """What came of recomputing a file.

    Attributes:
        records: How many there are.
        chains: How many chains of one writer and commune.
        digest: SHA-256 over the sorted ids of the records.
        faults: What must not be: damage, wrong ids, gaps.
        notes: What is worth knowing and loses nothing: forks, records of newer versions,
            what the office has not sealed.
        seals: What vouches for the chains.
        folded: The file's content; ``None`` where it holds no usable round.
    """

    records: int
    chains: int
    digest: str
    faults: tuple[Message, ...]
    notes: tuple[Message, ...]
    seals: Vouched
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
        except ValueError:
            notes.append(Message(ErrorCode.RECORD_UNREADABLE, {"id": entry.id}))
            continue
        place = (record.commune, record.writer, record.sequence)
        if place != (entry.commune, entry.writer, entry.sequence) or not _is_canonical(entry.body):
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
    vouched = _check_seals(file, chains, folded, faults)
    if folded is not None:
        notes += _unsealed(file, chains, folded)
    return Verification(
        len(ids),
        len(chains),
        digest(ids),
        tuple(faults),
        tuple(dict.fromkeys(notes)),
        vouched,
        folded,
    )


def _check_seals(
    file: AuditFile, chains: _Chains, folded: Folded | None, faults: list[Message]
) -> Vouched:
    """Check every seal and receipt: who signed it, and whether what it names is here."""
    places = {
        (*chain, entry.sequence, entry.id) for chain, held in chains.items() for entry, _r in held
    }
    ends = {
        (*chain, entry.sequence, entry.id)
        for chain, held in chain_ends(
            entry for held in chains.values() for entry, _r in held
        ).items()
        for entry in held
    }
    seals, receipts = file.seals(), file.receipts()
    for listed, what, is_false, is_elsewhere in (
        (seals, SEAL, ErrorCode.VERIFY_SEAL_FALSE, ErrorCode.VERIFY_SEAL_PLACE),
        (receipts, RECEIPT, ErrorCode.VERIFY_RECEIPT_FALSE, ErrorCode.VERIFY_RECEIPT_PLACE),
    ):
        for each in listed:
            context = {
                "writer": each.writer,
                "commune": each.commune or "–",
                "length": each.length,
                "key": each.fingerprint,
            }
            if folded is not None and not is_valid(each, folded.round.id, what):
                faults.append(Message(is_false, context))
            elif _place(each) not in places:
                faults.append(Message(is_elsewhere, context))
    office = folded.round.office_keys if folded is not None else ()
    by_key = {(each.fingerprint, each.commune, each.writer) for each in seals}
    return Vouched(
        len(seals),
        len(receipts),
        len({_place(each)[:2] for each in seals if _place(each) in ends}),
        len(
            {
                _place(each)[:2]
                for each in receipts
                if _place(each) in ends and each.fingerprint in office
            }
        ),
        dict(sorted(Counter(key for key, _commune, _writer in by_key).items())),
    )


def _place(seal: Seal) -> tuple[str, str, int, str]:
    return seal.commune, seal.writer, seal.length, seal.last_id


def _unsealed(file: AuditFile, chains: _Chains, folded: Folded) -> Iterator[Message]:
    """Yield what settles a conflict in the office's name without its seal, and so does not.

    Other statements of the office that it has not sealed are told by the fold.
    """
    office = frozenset(folded.round.office_keys)
    found = [
        (entry, record)
        for held in chains.values()
        for entry, record in held
        if record.author.key in office
        and len(record.replaces) > 1
        and record.kind in SETTLED
        and record.round == folded.round.id
    ]
    if not found:
        return
    previous = {entry.id: record.previous for held in chains.values() for entry, record in held}
    sealed = Sealed(file.seals(), previous)
    for entry, record in found:
        if not sealed.vouches(record.author.key, entry.id):
            context = {"id": entry.id, "key": record.subject.partition("/")[0]}
            yield Message(ErrorCode.RECORD_NOT_SEALED, context)


def _is_canonical(body: str) -> bool:
    try:
        from_canonical(body)
    except ValueError:
        return False
    return True


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
