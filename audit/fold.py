"""Records -> the heads of each commune, and the round.

Folding is a function of the set of records alone: neither clocks nor the order of
arrival have a say. What a record replaces, what is void and what is in conflict is
worked out from the records themselves, each time anew.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.interpreting import STATED, checklist_from
from audit.memory import no_search_for_circles
from audit.purging import without_effect
from audit.record import (
    FORMAT,
    KINDS,
    OFFICE_KINDS,
    Cell,
    Record,
    StoredRecord,
    canonical,
    record_id,
)
from audit.seal import Sealed
from checklists.communes import Commune
from checklists.profile import Profile
from checklists.round import Close, KnownAuditor, Round
from criteria.catalogue import Catalogue
from criteria.errors import ErrorCode, Message, ReadinessError

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Container,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from audit.as_of import AsOf
    from audit.file import AuditFile, Entry
    from audit.seal import Seal
    from checklists.checklist import Checklist

ROUND_SUBJECTS: Final = (
    "round",
    "catalogue",
    "communes",
    "profile",
    "clusters",
    "assignments",
    "previous",
)
"""Cells of the round itself; each is one statement of the office."""
_NEEDED: Final = ("round", "catalogue", "communes", "profile")
ROSTER: Final = "roster/"
"""Before the fingerprint of a key: the cell in which the office says whose it is."""
CLOSE: Final = "close/"
"""Before its name: the cell of a close, which lists the last id of every chain."""
_SHORT: Final = 6
SETTLED: Final = frozenset({"answer", "not_applicable", "override", "task"})
"""Kinds of which different values contradict each other."""


def round_id_of(maker_key: str, nonce: str) -> str:
    """Return the id of a round: nobody else can make a first record that fits it."""
    made = canonical({"maker": maker_key, "nonce": nonce})
    return "d" + hashlib.sha256(made.encode()).hexdigest()[:32]


def short_id(round_id: str) -> str:
    """Return what tells rounds of the same title apart for people."""
    return round_id[:_SHORT]


def opens_round(subject: str, value: Any, key: str, round_id: str) -> bool:
    """Return whether a statement of the round opened it: nobody else's key fits its id.

    Args:
        subject: Of the record, whose kind is ``round``.
        value: Of the record.
        key: Fingerprint of its author.
        round_id: Of the round it speaks of.
    """
    nonce = value.get("nonce") if isinstance(value, dict) else None
    return subject == "round" and isinstance(nonce, str) and round_id_of(key, nonce) == round_id


@dataclass
class Ledger:
    """The records of one commune, or of the round itself, after folding.

    Attributes:
        heads: Cell -> records that nothing replaces, in the order of their ids.
        unreadable: What was kept but does not count, and why, in the order of the ids.
        voids: Ids named by void records that stand.
        chains: Writer -> place of the last record of theirs that was folded.
        received: Writer -> place up to which the office has confirmed their records.
        size: Of what was folded, as `audit.file.AuditFile.sizes` counts it.
        shown: Ids of the records that count as of an earlier point in time; ``None`` where
            all do.
        is_divided: Whether a chain divides, as far as it is shown: a copy was written to.
    """

    heads: dict[Cell, list[StoredRecord]]
    unreadable: list[Message] = field(default_factory=list)
    voids: frozenset[str] = frozenset()
    chains: dict[str, int] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    size: int = field(default=0, compare=False)
    shown: frozenset[str] | None = None
    is_divided: bool = False

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
        return _digest_of(held.id for cell in cells for held in self.heads.get(cell, ()))

    def content(self) -> str:
        """Return what stands for all that is stated, but not for what is said about it."""
        return _digest_of(
            head.id for held in self.heads.values() for head in held if head.record.kind in STATED
        )


def _digest_of(ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def fold(
    entries: Sequence[Entry],
    round_id: str,
    *,
    office: Sequence[str] = (),
    voids: frozenset[str] = frozenset(),
    seals: Sequence[Seal] | None = None,
    receipts: Sequence[Seal] = (),
    as_of: AsOf | None = None,
    gone: Callable[[], Container[str]] = frozenset,
) -> Ledger:
    """Fold the records of one commune, or of the round itself.

    Args:
        entries: In any order.
        round_id: Records of another round are kept and passed over.
        office: Fingerprints of the keys that may review, make void, and settle what
            others contradict each other about.
        voids: Ids that the round's own void records name.
        seals: Of these chains; what is stated with a key of the office counts only where
            that key has sealed it. ``None`` where nothing else could have stated it.
        receipts: Of these chains; only those of the office count.
        as_of: An earlier point in time; ``None`` for now.
        gone: Returns the hashes whose bytes were taken away in this very file.
    """
    parsed = _parse(entries)
    authority = parsed.authority(office, seals)
    given, shown = receipts, None
    if as_of is not None:
        code = entries[0].commune if entries else ""
        parsed = parsed.as_of(as_of, code, authority, receipts)
        given, shown = as_of.received(receipts), frozenset({*parsed.records, *parsed.passed_over})
    parsed.pass_over_purges(round_id, authority.office, seals, gone)
    ledger = _fold(parsed.records, parsed.passed_over, round_id, authority, voids)
    ledger.shown, ledger.is_divided = shown, _divides(entries, shown)
    keys = frozenset(office)
    for receipt in given:
        if receipt.fingerprint in keys:
            held = ledger.received.get(receipt.writer, 0)
            ledger.received[receipt.writer] = max(held, receipt.length)
    return _counted(ledger, entries, [*(seals or ()), *receipts])


def _divides(entries: Sequence[Entry], shown: frozenset[str] | None) -> bool:
    """Return whether two records hold the same place of a chain of which some are shown."""
    places = {entry.id: (entry.writer, entry.sequence) for entry in entries}
    if len({*places.values()}) == len(places):  # nearly always
        return False
    often = Counter(places.values())
    divided = {writer for (writer, _sequence), times in often.items() if times > 1}
    return any(
        writer in divided and (shown is None or id_ in shown)
        for id_, (writer, _sequence) in places.items()
    )


def _counted(ledger: Ledger, entries: Sequence[Entry], vouched: Iterable[Seal]) -> Ledger:
    """Note in a ledger which records it was folded from."""
    ledger.size = len(entries) + sum(each.length for each in vouched)
    for entry in entries:
        ledger.chains[entry.writer] = max(entry.sequence, ledger.chains.get(entry.writer, 0))
    return ledger


class _Authority(NamedTuple):
    """Who may review, make void, and settle what others contradict each other about."""

    office: frozenset[str]
    """Fingerprints of the office's keys."""
    sealed: Sealed | None
    """What they vouch for; ``None`` where their name is enough."""

    def covers(self, id_: str, record: Record) -> bool:
        """Return whether a record was stated with a key of the office."""
        key = record.author.key
        return key in self.office and (self.sealed is None or self.sealed.vouches(key, id_))


class _Parsed(NamedTuple):
    """What a bundle of entries holds."""

    records: dict[str, Record]
    """Those that can be interpreted, by id."""
    passed_over: dict[str, Message]
    """Why the others cannot."""
    previous: dict[str, str]
    """Id of every record that can be read -> id of the one before it in its chain."""

    def authority(self, office: Iterable[str], seals: Sequence[Seal] | None) -> _Authority:
        """Return who may speak for the office here."""
        keys = frozenset(office)
        if seals is not None:
            of_office = [seal for seal in seals if seal.fingerprint in keys]
            return _Authority(keys, Sealed(of_office, self.previous))
        return _Authority(keys, None)

    def as_of(
        self, when: AsOf, commune: str, authority: _Authority, receipts: Iterable[Seal]
    ) -> _Parsed:
        """Return what of it counts as of an earlier point in time."""
        ids = when.ids(
            commune,
            self.records,
            self.previous,
            office=authority.office,
            receipts=receipts,
            speaks=authority.covers,
        )
        return self._replace(
            records={id_: record for id_, record in self.records.items() if id_ in ids},
            passed_over={id_: why for id_, why in self.passed_over.items() if id_ in ids},
        )

    def pass_over_purges(
        self,
        round_id: str,
        office: frozenset[str],
        seals: Sequence[Seal] | None,
        gone: Callable[[], Container[str]],
    ) -> None:
        """Pass over what says that something was purged by whom it does not belong to."""

        def sealed(keys: Collection[str]) -> Sealed | None:
            if seals is None:
                return None
            return Sealed((seal for seal in seals if seal.fingerprint in keys), self.previous)

        held = {
            id_: record
            for id_, record in self.records.items()
            if record.kind == "evidence" and record.round == round_id
        }
        for id_ in without_effect(held, office=office, sealed=sealed, gone=gone):
            record = self.records.pop(id_)
            self.passed_over[id_] = _not_counted(ErrorCode.RECORD_PURGE_NOT_OWN, id_, record)


def _parse(entries: Iterable[Entry]) -> _Parsed:
    """Sort out which records can be interpreted."""
    records: dict[str, Record] = {}
    passed_over: dict[str, Message] = {}
    previous: dict[str, str] = {}
    for entry in entries:
        try:
            record = Record.from_body(entry.body)
            is_itself = record_id(entry.body) == entry.id
        except ValueError:
            passed_over[entry.id] = Message(ErrorCode.RECORD_UNREADABLE, {"id": entry.id})
            continue
        if not is_itself:
            passed_over[entry.id] = Message(ErrorCode.VERIFY_ID, {"id": entry.id})
            continue
        previous[entry.id] = record.previous
        if record.v > FORMAT or record.kind not in KINDS:
            passed_over[entry.id] = _not_counted(ErrorCode.RECORD_NEWER, entry.id, record)
        elif record.commune != entry.commune:
            passed_over[entry.id] = _not_counted(ErrorCode.RECORD_UNREADABLE, entry.id, record)
        else:
            records[entry.id] = record
    return _Parsed(records, passed_over, previous)


def _not_counted(why: ErrorCode, id_: str, record: Record) -> Message:
    """Return why a record does not count, with the key of what it is about."""
    return Message(why, {"id": id_, "key": record.subject.partition("/")[0]})


def _fold(
    records: dict[str, Record],
    passed_over: dict[str, Message],
    round_id: str,
    authority: _Authority,
    voids: frozenset[str],
) -> Ledger:
    for id_, record in list(records.items()):
        if record.round != round_id:
            passed_over[id_] = _not_counted(ErrorCode.RECORD_OTHER_ROUND, id_, record)
        elif record.kind in OFFICE_KINDS and not authority.covers(id_, record):
            passed_over[id_] = _not_counted(_why_not(record, authority), id_, record)
        else:
            continue
        del records[id_]
    standing = voids | _standing_voids(records, voids)
    replaced: set[str] = set()
    for id_, record in records.items():
        if record.replaces and id_ not in standing:
            replaced.update(_replaced_by(id_, record, records, standing, authority))
    heads: dict[Cell, list[StoredRecord]] = {}
    for id_ in sorted(records.keys() - replaced - standing):
        record = records[id_]
        if record.kind != "void":
            heads.setdefault(record.cell, []).append(StoredRecord(id_, record))
    unreadable = [passed_over[id_] for id_ in sorted(passed_over)]
    return Ledger(heads, unreadable, standing)


def _why_not(record: Record, authority: _Authority) -> ErrorCode:
    is_office = record.author.key in authority.office
    return ErrorCode.RECORD_NOT_SEALED if is_office else ErrorCode.RECORD_NOT_OFFICE


def _replaced_by(
    id_: str,
    record: Record,
    records: Mapping[str, Record],
    voids: frozenset[str],
    authority: _Authority,
) -> list[str]:
    """Return the ids of what a record replaces.

    Only the office settles what several people contradict each other about; anybody else
    takes back their own part in it.
    """
    found = [
        target
        for target in record.replaces
        if target not in voids
        and (held := records.get(target)) is not None
        and held.subject == record.subject
        and held.basis == record.basis
        and held.kind == record.kind
    ]
    if (
        len(found) > 1
        and record.kind in SETTLED
        and len({canonical(records[target].value) for target in found}) > 1
        and not authority.covers(id_, record)
    ):
        return [target for target in found if records[target].author.key == record.author.key]
    return found


def _standing_voids(records: Mapping[str, Record], outer: frozenset[str]) -> frozenset[str]:
    """Return the ids named by void records that are not void themselves.

    A record's id is a hash over the ids it names, so void records cannot name one
    another in a circle: settling those that no other names first always ends.
    """
    named = {
        id_: frozenset(_named_by(record))
        for id_, record in records.items()
        if record.kind == "void" and id_ not in outer
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
        with no_search_for_circles():
            return tuple(
                checklist_from(self.round, commune, self.ledgers.get(commune.code) or Ledger({}))
                for commune in self.round.communes
            )

    @property
    def strays(self) -> tuple[str, ...]:
        """Codes that have records but are not in the round."""
        known = self.round.by_code
        return tuple(code for code in self.ledgers if code not in known)


def read_file(file: AuditFile, *, as_of: AsOf | None = None) -> Folded:
    """Fold all of a file.

    Args:
        file: Open.
        as_of: An earlier point in time; ``None`` for now.

    Raises:
        ReadinessError: The file holds no complete round, or did not hold it then.
    """
    with no_search_for_circles():
        held, office = read_round(file, as_of=as_of)
        seals, receipts = _by_commune(file.seals()), _by_commune(file.receipts())
        gone = cache(lambda: purged_here(file))
        ledgers = {
            code: fold(
                entries,
                held.id,
                office=held.office_keys,
                voids=office.voids,
                seals=seals.get(code, ()),
                receipts=receipts.get(code, ()),
                as_of=as_of,
                gone=gone,
            )
            for code, entries in file.by_commune()
            if code
        }
    return Folded(held, office, ledgers)


def read_commune(
    file: AuditFile, held: Round, office: Ledger, code: str, *, as_of: AsOf | None = None
) -> Ledger:
    """Fold one commune only: what a command about one commune needs."""
    return fold(
        file.entries(code),
        held.id,
        office=held.office_keys,
        voids=office.voids,
        seals=file.seals(code),
        receipts=file.receipts(code),
        as_of=as_of,
        gone=lambda: purged_here(file),
    )


def purged_here(file: AuditFile) -> frozenset[str]:
    """Return the hashes whose bytes were taken away in a file."""
    return frozenset(each for each, is_there in file.hashes().items() if not is_there)


def _by_commune(seals: Iterable[Seal]) -> dict[str, list[Seal]]:
    found: dict[str, list[Seal]] = {}
    for seal in seals:
        found.setdefault(seal.commune, []).append(seal)
    return found


def read_round(file: AuditFile, *, as_of: AsOf | None = None) -> tuple[Round, Ledger]:
    """Fold the round's own records.

    Args:
        file: Open.
        as_of: An earlier point in time; ``None`` for now.

    Raises:
        ReadinessError: The file holds no complete round, or more than one, or did not
            hold it then.
    """
    entries = file.entries("")
    parsed = _parse(entries)
    records, passed_over = parsed.records, parsed.passed_over
    seals = file.seals("")
    roots = {id_: record for id_, record in records.items() if _is_root(record)}
    makers = {root.author.key for root in roots.values()}
    sealed = Sealed((each for each in seals if each.fingerprint in makers), parsed.previous)
    if not roots:
        raise ReadinessError(ErrorCode.FILE_NO_ROUND, path=file.path, missing="round")
    if len({root.round for root in roots.values()}) > 1:
        raise ReadinessError(ErrorCode.FILE_TWO_ROUNDS, path=file.path)
    # What its maker has not sealed anybody may have written in the maker's name.
    roots = {id_: root for id_, root in roots.items() if sealed.vouches(root.author.key, id_)}
    if not roots:
        raise ReadinessError(ErrorCode.ROUND_NOT_SEALED, path=file.path)
    round_id = next(iter(roots.values())).round
    office_keys = _office_keys([*roots.values()])
    authority = parsed.authority(office_keys, seals)
    receipts = file.receipts("")
    if as_of is not None:
        records, passed_over, _all = parsed.as_of(as_of, "", authority, receipts)
    for id_, record in list(records.items()):
        if not authority.covers(id_, record):
            passed_over[id_] = _not_counted(_why_not(record, authority), id_, record)
            del records[id_]
    ledger = _fold(records, passed_over, round_id, authority, frozenset())
    _counted(ledger, entries, [*seals, *receipts])
    values: dict[str, Any] = {}
    for subject in ROUND_SUBJECTS:
        # Two amendments that did not know of each other: either may stand until the
        # office settles it, but every machine must take the same one.
        for head in ledger.heads.get(Cell(subject, "verified"), []):
            if head.record.kind == "round":
                values[subject] = head.record.value
                break
    for subject in _NEEDED:
        if subject not in values and as_of is not None:
            raise ReadinessError(ErrorCode.AS_OF_TOO_EARLY, when=as_of.words)
        if subject not in values:
            raise ReadinessError(ErrorCode.FILE_NO_ROUND, path=file.path, missing=subject)
    try:
        return replace(_round_from(round_id, values, office_keys), **_lists(ledger)), ledger
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadinessError(ErrorCode.FILE_DAMAGED, path=file.path) from error


def _lists(ledger: Ledger) -> dict[str, Any]:
    """Return the assignments, known auditors and closes of a round.

    Of two statements that did not know of each other the first counts, as above; but a
    key that is revoked in one of them is revoked, and the assignments of both stand: they
    lock nothing. What cannot be read of a list is passed over.
    """
    assignments: dict[str, dict[str, None]] = {}
    for head in ledger.heads.get(Cell("assignments", "verified"), ()):
        if head.record.kind == "round":
            for auditor, codes in (head.record.value or {}).items():
                assignments.setdefault(auditor, {}).update(dict.fromkeys(map(_text, codes)))
    roster: dict[str, KnownAuditor] = {}
    closes: dict[str, Close] = {}
    for cell, heads in ledger.heads.items():
        kind, _slash, name = cell.subject.partition("/")
        for head in heads:
            value = head.record.value
            if head.record.kind != "round" or not isinstance(value, dict):
                continue
            if f"{kind}/" == ROSTER:
                known = KnownAuditor.from_dict(name, value)
                if known is not None and (name not in roster or known.is_revoked):
                    roster[name] = known
            elif f"{kind}/" == CLOSE and name not in closes:
                close = Close.from_dict(name, head.record.recorded_at, value)
                if close is not None:
                    closes[name] = close
    return {
        "assignments": {name: tuple(codes) for name, codes in assignments.items()},
        "roster": roster,
        "closes": closes,
    }


def _is_root(record: Record) -> bool:
    return record.kind == "round" and opens_round(
        record.subject, record.value, record.author.key, record.round
    )


def _office_keys(roots: Sequence[Record]) -> tuple[str, ...]:
    keys = [roots[0].author.key]
    for root in roots:
        listed = root.value.get("office_keys", [])
        if isinstance(listed, list):
            keys += [key for key in listed if isinstance(key, str)]
    return tuple(dict.fromkeys(keys))


def _round_from(round_id: str, values: Mapping[str, Any], office_keys: tuple[str, ...]) -> Round:
    about = values["round"]
    communes = tuple(Commune.from_dict(each) for each in values["communes"])
    if not communes or len({commune.code for commune in communes}) < len(communes):
        raise ValueError(len(communes))  # none, or one of them twice
    return Round(
        id=round_id,
        title=_text(about["title"]),
        province_code=_text(about["province_code"]),
        opened_on=date.fromisoformat(about["opened_on"]),
        catalogue=Catalogue.from_dict(values["catalogue"]),
        communes=communes,
        profile=Profile.from_dict(values["profile"]),
        clusters={code: _text(name) for code, name in (values.get("clusters") or {}).items()},
        office_keys=office_keys,
        **_previous(values.get("previous"), communes),
    )


def _previous(held: Any, communes: Iterable[Commune]) -> dict[str, Any]:
    """Return what a round carries of the round before it; nothing where there was none."""
    if held is None:
        return {}
    known = {commune.code for commune in communes}
    values = {code: each for code, each in held["values"].items() if code in known}
    if not all(isinstance(each, dict) for each in values.values()):
        raise TypeError(values)
    return {"previous": values, "previous_title": _text(held["title"])}


def _text(held: object) -> str:
    if not isinstance(held, str):
        raise TypeError(held)
    return held
