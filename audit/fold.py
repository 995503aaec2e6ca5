"""Records -> the round and its checklists.

Folding is a function of the set of records alone: neither clocks nor the order of
arrival have a say. What a record replaces, what is void and what is in conflict is
worked out from the records themselves, each time anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from audit.record import FORMAT, KINDS, Cell, Record, StoredRecord, canonical
from checklists.checklist import Answer, Basis, Checklist, Override, Statement
from checklists.communes import Commune
from checklists.profile import Profile
from checklists.round import Round
from criteria.catalogue import Catalogue
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.rating import Rating
from criteria.values import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from audit.file import AuditFile, Entry

ROUND_SUBJECTS: Final = ("round", "catalogue", "communes", "profile", "clusters", "assignments")
"""Cells of the round itself; each is one statement of the office."""
_NEEDED: Final = ("round", "catalogue", "communes", "profile")


def round_id_of(maker_key: str, nonce: str) -> str:
    """Return the id of a round: nobody else can make a first record that fits it."""
    made = canonical({"maker": maker_key, "nonce": nonce})
    return "d" + hashlib.sha256(made.encode()).hexdigest()[:32]


@dataclass
class Ledger:
    """The records of one commune, or of the round itself, after folding.

    Attributes:
        heads: Cell -> records that nothing replaces, in the order of their ids.
        unreadable: What was kept but could not be interpreted.
        voids: Ids named by void records that stand.
    """

    heads: dict[Cell, list[StoredRecord]]
    unreadable: list[Message] = field(default_factory=list)
    voids: frozenset[str] = frozenset()

    def of_kind(self, kind: str) -> Iterator[tuple[Cell, list[StoredRecord]]]:
        """Yield the cells whose heads are of one kind."""
        for cell, held in self.heads.items():
            if held[0].record.kind == kind:
                yield cell, held

    def ids(self, cell: Cell) -> tuple[str, ...]:
        """Return the ids of a cell's heads: what a newer record of the cell replaces."""
        return tuple(held.id for held in self.heads.get(cell, ()))

    def digest(self, cells: Iterable[Cell]) -> str:
        """Return what stands for the heads of some cells; it changes when one of them does."""
        ids = sorted(held.id for cell in cells for held in self.heads.get(cell, ()))
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def fold(
    entries: Sequence[Entry],
    round_id: str,
    *,
    office: Sequence[str] = (),
    voids: frozenset[str] = frozenset(),
) -> Ledger:
    """Fold the records of one commune, or of the round itself.

    Args:
        entries: In any order.
        round_id: Records of another round are kept and passed over.
        office: Keys whose void records count.
        voids: Ids that the round's own void records name.
    """
    records: dict[str, Record] = {}
    unreadable: list[Message] = []
    for entry in entries:
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            unreadable.append(Message(ErrorCode.RECORD_UNREADABLE, {"id": entry.id}))
            continue
        if record.v > FORMAT or record.kind not in KINDS:
            unreadable.append(Message(ErrorCode.RECORD_NEWER, {"id": entry.id}))
        elif record.round != round_id:
            unreadable.append(Message(ErrorCode.RECORD_OTHER_ROUND, {"id": entry.id}))
        elif record.commune != entry.commune:
            unreadable.append(Message(ErrorCode.RECORD_UNREADABLE, {"id": entry.id}))
        else:
            records[entry.id] = record
    standing = voids | _standing_voids(records, frozenset(office), voids)
    replaced = {
        target
        for id_, record in records.items()
        if record.replaces and id_ not in standing
        for target in record.replaces
        if (held := records.get(target)) is not None
        and held.subject == record.subject
        and held.basis == record.basis
    }
    heads: dict[Cell, list[StoredRecord]] = {}
    for id_ in sorted(records.keys() - replaced - standing):
        record = records[id_]
        if record.kind != "void":
            heads.setdefault(record.cell, []).append(StoredRecord(id_, record))
    return Ledger(heads, unreadable, standing)


def _standing_voids(
    records: Mapping[str, Record], office: frozenset[str], outer: frozenset[str]
) -> frozenset[str]:
    """Return the ids named by void records that count and are not void themselves.

    A record's id is a hash over the ids it names, so void records cannot name one
    another in a circle: settling those that no other names first always ends.
    """
    named = {
        id_: frozenset(_named_by(record))
        for id_, record in records.items()
        if record.kind == "void" and record.author.key in office and id_ not in outer
    }
    standing: set[str] = set()
    waiting = dict(named)
    while waiting:
        targets = frozenset().union(*waiting.values())
        free = [id_ for id_ in waiting if id_ not in targets]
        if not free:
            break
        for id_ in free:
            names = waiting.pop(id_)
            if id_ not in standing:
                standing |= names
    return frozenset(standing)


def _named_by(record: Record) -> list[str]:
    named = record.value.get("records") if isinstance(record.value, dict) else None
    return [id_ for id_ in named if isinstance(id_, str)] if isinstance(named, list) else []


@dataclass(frozen=True)
class Folded:
    """A whole audit file, folded.

    Attributes:
        round: The round.
        office: The ledger of the round itself.
        ledgers: Code of a commune -> its ledger, for communes that have records.
    """

    round: Round
    office: Ledger
    ledgers: Mapping[str, Ledger]

    @cached_property
    def checklists(self) -> tuple[Checklist, ...]:
        """One checklist a commune, in the order of the round."""
        return tuple(
            checklist_from(self.round, commune, self.ledgers.get(commune.code) or Ledger({}))
            for commune in self.round.communes
        )

    @property
    def strays(self) -> tuple[str, ...]:
        """Codes that have records but are not in the round."""
        known = self.round.by_code
        return tuple(code for code in self.ledgers if code not in known)


def read_file(file: AuditFile) -> Folded:
    """Fold all of a file.

    Raises:
        ReadinessError: The file holds no complete round.
    """
    held, office = read_round(file)
    ledgers = {
        code: fold(entries, held.id, office=held.office_keys, voids=office.voids)
        for code, entries in file.by_commune()
        if code
    }
    return Folded(held, office, ledgers)


def read_commune(file: AuditFile, held: Round, office: Ledger, code: str) -> Ledger:
    """Fold one commune only: what a command about one commune needs."""
    return fold(file.entries(code), held.id, office=held.office_keys, voids=office.voids)


def read_round(file: AuditFile) -> tuple[Round, Ledger]:
    """Fold the round's own records.

    Raises:
        ReadinessError: The file holds no complete round, or more than one.
    """
    entries = file.entries("")
    roots = [root for entry in entries if (root := _root(entry)) is not None]
    if not roots:
        raise ReadinessError(ErrorCode.FILE_NO_ROUND, path=file.path, missing="round")
    ids = {root.round for root in roots}
    if len(ids) > 1:
        raise ReadinessError(ErrorCode.FILE_TWO_ROUNDS, path=file.path)
    office_keys = _office_keys(roots)
    trusted = [entry for entry in entries if _author_key(entry) in office_keys]
    ledger = fold(trusted, roots[0].round, office=office_keys)
    values: dict[str, Any] = {}
    for subject in ROUND_SUBJECTS:
        heads = ledger.heads.get(Cell(subject, "verified"), [])
        if heads:
            # Two amendments that did not know of each other: either may stand until the
            # office settles it, but every machine must take the same one.
            values[subject] = heads[0].record.value
    for subject in _NEEDED:
        if subject not in values:
            raise ReadinessError(ErrorCode.FILE_NO_ROUND, path=file.path, missing=subject)
    try:
        return _round_from(roots[0].round, values, office_keys), ledger
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadinessError(ErrorCode.FILE_DAMAGED, path=file.path) from error


def _root(entry: Entry) -> Record | None:
    """Return the record that opened the round, if this is one."""
    try:
        record = Record.from_body(entry.body)
    except ValueError:
        return None
    if record.kind != "round" or record.subject != "round" or not isinstance(record.value, dict):
        return None
    nonce = record.value.get("nonce")
    if not isinstance(nonce, str) or round_id_of(record.author.key, nonce) != record.round:
        return None
    return record


def _office_keys(roots: Sequence[Record]) -> tuple[str, ...]:
    keys = [roots[0].author.key]
    for root in roots:
        listed = root.value.get("office_keys", [])
        if isinstance(listed, list):
            keys += [key for key in listed if isinstance(key, str)]
    return tuple(dict.fromkeys(keys))


def _author_key(entry: Entry) -> str:
    try:
        key = json.loads(entry.body)["author"]["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return key if isinstance(key, str) else ""


def _round_from(round_id: str, values: Mapping[str, Any], office_keys: tuple[str, ...]) -> Round:
    about = values["round"]
    return Round(
        id=round_id,
        title=about["title"],
        province_code=about["province_code"],
        opened_on=date.fromisoformat(about["opened_on"]),
        catalogue=Catalogue.from_dict(values["catalogue"]),
        communes=tuple(Commune.from_dict(each) for each in values["communes"]),
        profile=Profile.from_dict(values["profile"]),
        clusters=values.get("clusters") or {},
        assignments={
            name: tuple(codes) for name, codes in (values.get("assignments") or {}).items()
        },
        office_keys=office_keys,
    )


def checklist_from(held: Round, commune: Commune, ledger: Ledger) -> Checklist:
    """Return the checklist that a commune's ledger gives."""
    catalogue = held.catalogue
    answers: dict[Basis, dict[str, Answer]] = {basis: {} for basis in Basis}
    not_applicable: dict[str, Answer] = {}
    overrides: dict[str, tuple[Override, ...]] = {}
    notes: dict[str, tuple[Statement, ...]] = {}
    evidence: dict[str, list[str]] = {}
    unreadable = list(ledger.unreadable)
    for cell, heads in ledger.heads.items():
        code, _slash, part = cell.subject.partition("/")
        if not part and code in catalogue.fields:
            statements = []
            for head in heads:
                try:
                    value = from_json(catalogue.fields[code], head.record.value)
                except ValueError:
                    unreadable.append(Message(ErrorCode.RECORD_VALUE, {"id": head.id, "key": code}))
                    continue
                statements.append(statement_of(head, value))
            if statements and cell.basis in answers:
                answers[Basis(cell.basis)][code] = Answer(tuple(statements))
        elif part == "not_applicable" and code in catalogue.codes:
            not_applicable[code] = Answer(tuple(statement_of(head) for head in heads))
        elif part == "override" and code in catalogue.codes:
            found = tuple(made for head in heads if (made := _override_of(head)) is not None)
            if found:
                overrides[code] = found
        elif part == "note":
            kept = tuple(statement_of(head) for head in heads if isinstance(head.record.value, str))
            if kept:
                notes[code] = kept
        elif part.startswith("evidence/") and any(head.record.value for head in heads):
            evidence.setdefault(code, []).append(part.removeprefix("evidence/"))
        elif not part and heads[0].record.kind == "answer":
            unreadable.append(
                Message(ErrorCode.RECORD_FIELD_UNKNOWN, {"id": heads[0].id, "key": code})
            )
    return Checklist(
        round=held,
        commune=commune,
        answers=answers,
        not_applicable=not_applicable,
        overrides=overrides,
        notes=notes,
        evidence={code: tuple(sorted(hashes)) for code, hashes in evidence.items()},
        unreadable=tuple(unreadable),
        digests={code: criterion_digest(held, ledger, code) for code in overrides},
    )


def criterion_digest(held: Round, ledger: Ledger, code: str) -> str:
    """Return what stands for all that a criterion's rating reads; an override names it."""
    read = held.catalogue.rulebook.reads(code)
    return ledger.digest([Cell(key, "verified") for key in read])


def statement_of(head: StoredRecord, value: Any = None) -> Statement:
    """Return a head as a checklist holds it.

    Args:
        head: The record.
        value: Its typed value; the record's own where none is given.
    """
    record = head.record
    return Statement(
        head.id,
        record.value if value is None else value,
        record.author.name,
        record.recorded_at,
        record.method,
        record.reason,
    )


def _override_of(head: StoredRecord) -> Override | None:
    value = head.record.value
    if not isinstance(value, dict):
        return None
    try:
        return Override(statement_of(head), Rating(value["rating"]), str(value["seen"]))
    except (KeyError, ValueError):
        return None
