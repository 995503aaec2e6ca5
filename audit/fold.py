"""Records -> the round and its checklists.

Folding is a function of the set of records alone: neither clocks nor the order of
arrival have a say. What a record replaces, what is void and what is in conflict is
worked out from the records themselves, each time anew.
"""

from __future__ import annotations

import gc
import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from audit.record import FORMAT, KINDS, Cell, Record, StoredRecord, canonical, record_id
from checklists.checklist import (
    Answer,
    Attachment,
    Basis,
    Checklist,
    Override,
    Review,
    SignOff,
    State,
    Statement,
)
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
_OF_OFFICE: Final = frozenset({"review", "void"})
"""Kinds of records about a commune that only the office can make."""


def round_id_of(maker_key: str, nonce: str) -> str:
    """Return the id of a round: nobody else can make a first record that fits it."""
    made = canonical({"maker": maker_key, "nonce": nonce})
    return "d" + hashlib.sha256(made.encode()).hexdigest()[:32]


@dataclass
class Ledger:
    """The records of one commune, or of the round itself, after folding.

    Attributes:
        heads: Cell -> records that nothing replaces, in the order of their ids.
        unreadable: What was kept but does not count, and why, in the order of the ids.
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
        return _digest_of(held.id for cell in cells for held in self.heads.get(cell, ()))

    def content(self) -> str:
        """Return what stands for all that is stated, but not for what is said about it."""
        return _digest_of(
            head.id for held in self.heads.values() for head in held if head.record.kind in _STATED
        )


def _digest_of(ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


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
    records, passed_over = _parse(entries)
    return _fold(records, passed_over, round_id, frozenset(office), voids)


def _parse(entries: Iterable[Entry]) -> tuple[dict[str, Record], dict[str, ErrorCode]]:
    """Return the records that can be interpreted by id, and why the others cannot."""
    records: dict[str, Record] = {}
    passed_over: dict[str, ErrorCode] = {}
    for entry in entries:
        try:
            record = Record.from_body(entry.body)
            is_itself = record_id(entry.body) == entry.id
        except ValueError:
            passed_over[entry.id] = ErrorCode.RECORD_UNREADABLE
            continue
        if not is_itself:
            passed_over[entry.id] = ErrorCode.VERIFY_ID
            continue
        if record.v > FORMAT or record.kind not in KINDS:
            passed_over[entry.id] = ErrorCode.RECORD_NEWER
        elif record.commune != entry.commune:
            passed_over[entry.id] = ErrorCode.RECORD_UNREADABLE
        else:
            records[entry.id] = record
    return records, passed_over


def _fold(
    records: dict[str, Record],
    passed_over: dict[str, ErrorCode],
    round_id: str,
    office: frozenset[str],
    voids: frozenset[str],
) -> Ledger:
    for id_, record in list(records.items()):
        if record.round != round_id:
            passed_over[id_] = ErrorCode.RECORD_OTHER_ROUND
        elif record.kind in _OF_OFFICE and record.author.key not in office:
            passed_over[id_] = ErrorCode.RECORD_NOT_OFFICE
        else:
            continue
        del records[id_]
    standing = voids | _standing_voids(records, voids)
    replaced = {
        target
        for id_, record in records.items()
        if record.replaces and id_ not in standing
        for target in record.replaces
        if (held := records.get(target)) is not None
        and held.subject == record.subject
        and held.basis == record.basis
        and held.kind == record.kind
    }
    heads: dict[Cell, list[StoredRecord]] = {}
    for id_ in sorted(records.keys() - replaced - standing):
        record = records[id_]
        if record.kind != "void":
            heads.setdefault(record.cell, []).append(StoredRecord(id_, record))
    unreadable = [Message(code, {"id": id_}) for id_, code in sorted(passed_over.items())]
    return Ledger(heads, unreadable, standing)


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
        with _no_search_for_circles():
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
    with _no_search_for_circles():
        held, office = read_round(file)
        ledgers = {
            code: fold(entries, held.id, office=held.office_keys, voids=office.voids)
            for code, entries in file.by_commune()
            if code
        }
    return Folded(held, office, ledgers)


@contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """Pause Python's search for circles of objects.

    Folding makes none, and looking for them would take a quarter of its time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_commune(file: AuditFile, held: Round, office: Ledger, code: str) -> Ledger:
    """Fold one commune only: what a command about one commune needs."""
    return fold(file.entries(code), held.id, office=held.office_keys, voids=office.voids)


def read_round(file: AuditFile) -> tuple[Round, Ledger]:
    """Fold the round's own records.

    Raises:
        ReadinessError: The file holds no complete round, or more than one.
    """
    records, passed_over = _parse(file.entries(""))
    roots = [record for record in records.values() if _is_root(record)]
    if not roots:
        raise ReadinessError(ErrorCode.FILE_NO_ROUND, path=file.path, missing="round")
    round_id = roots[0].round
    if any(root.round != round_id for root in roots):
        raise ReadinessError(ErrorCode.FILE_TWO_ROUNDS, path=file.path)
    office_keys = _office_keys(roots)
    for id_, record in list(records.items()):
        if record.author.key not in office_keys:
            passed_over[id_] = ErrorCode.RECORD_NOT_OFFICE
            del records[id_]
    ledger = _fold(records, passed_over, round_id, frozenset(office_keys), frozenset())
    values: dict[str, Any] = {}
    for subject in ROUND_SUBJECTS:
        # Two amendments that did not know of each other: either may stand until the
        # office settles it, but every machine must take the same one.
        for head in ledger.heads.get(Cell(subject, "verified"), []):
            if head.record.kind == "round":
                values[subject] = head.record.value
                break
    for subject in _NEEDED:
        if subject not in values:
            raise ReadinessError(ErrorCode.FILE_NO_ROUND, path=file.path, missing=subject)
    try:
        return _round_from(round_id, values, office_keys), ledger
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadinessError(ErrorCode.FILE_DAMAGED, path=file.path) from error


def _is_root(record: Record) -> bool:
    """Return whether this record opened its round: nobody else's key fits the round's id."""
    if record.kind != "round" or record.subject != "round" or not isinstance(record.value, dict):
        return False
    nonce = record.value.get("nonce")
    return isinstance(nonce, str) and round_id_of(record.author.key, nonce) == record.round


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
        assignments={
            name: tuple(_text(code) for code in codes)
            for name, codes in (values.get("assignments") or {}).items()
        },
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


def checklist_from(held: Round, commune: Commune, ledger: Ledger) -> Checklist:
    """Return the checklist that a commune's ledger gives."""
    sorted_out = _Sorted(held.catalogue, ledger.unreadable)
    for cell, heads in ledger.heads.items():
        sorted_out.add(cell, heads)
    return Checklist(
        round=held,
        commune=commune,
        answers=sorted_out.answers,
        not_applicable=sorted_out.not_applicable,
        overrides=sorted_out.overrides,
        contested=frozenset(sorted_out.contested),
        notes={code: tuple(kept) for code, kept in sorted_out.notes.items()},
        evidence=sorted_out.attachments(),
        unreadable=tuple(sorted_out.unreadable),
        digests={code: criterion_digest(held, ledger, code) for code in sorted_out.overrides},
        sign_offs=tuple(sorted_out.sign_offs),
        reviews=tuple(sorted_out.reviews),
        content_from=ledger.content,
    )


class _Sorted:
    """The statements about one commune, sorted by what they are about."""

    def __init__(self, catalogue: Catalogue, unreadable: Iterable[Message]) -> None:
        self._catalogue = catalogue
        self._fields = catalogue.fields
        self.answers: dict[Basis, dict[str, Answer]] = {basis: {} for basis in Basis}
        self._of_basis = {basis.value: held for basis, held in self.answers.items()}
        self.not_applicable: dict[str, Answer] = {}
        self.overrides: dict[str, tuple[Override, ...]] = {}
        self.contested: set[str] = set()
        self.notes: dict[str, list[Statement]] = {}
        self.evidence: dict[tuple[str, str], list[StoredRecord]] = {}
        self.sign_offs: list[SignOff] = []
        self.reviews: list[Review] = []
        self.unreadable = list(unreadable)

    def add(self, cell: Cell, heads: Sequence[StoredRecord]) -> None:
        """Take in the heads of one cell; the subject says which kind belongs there."""
        subject, basis = cell
        kind, code, detail = "answer", subject, ""
        if "/" in subject:
            code, _slash, part = subject.partition("/")
            kind, _slash, detail = part.partition("/")
        elif subject in _ABOUT:
            kind = subject
        if len(heads) > 1 or heads[0].record.kind != kind:
            self._refuse(
                ErrorCode.RECORD_UNREADABLE,
                [h for h in heads if h.record.kind != kind and h.record.kind in _STATED],
            )
            heads = [head for head in heads if head.record.kind == kind]
        if not heads:
            return
        if basis not in self._of_basis:
            self._refuse(ErrorCode.RECORD_UNREADABLE, heads)
        elif kind == "answer":
            self._answer(code, self._of_basis[basis], heads)
        elif kind == "note":
            texts = [statement_of(head) for head in heads if isinstance(head.record.value, str)]
            if texts:
                self.notes.setdefault(code, []).extend(texts)
        elif kind == "evidence":
            self._evidence(code, detail, heads)
        elif code in self._catalogue.codes and basis == Basis.VERIFIED:
            if kind == "not_applicable":
                self._not_applicable(code, heads)
            elif kind == "override":
                self._override(code, heads)
        elif subject in _ABOUT and basis == Basis.VERIFIED:
            self._about(heads)

    def _answer(self, code: str, answers: dict[str, Answer], heads: Sequence[StoredRecord]) -> None:
        asked = self._fields.get(code)
        if asked is None:
            self._refuse(ErrorCode.RECORD_FIELD_UNKNOWN, heads, key=code)
            return
        statements = []
        for head in heads:
            try:
                statements.append(statement_of(head, from_json(asked, head.record.value)))
            except ValueError:
                self._refuse(ErrorCode.RECORD_VALUE, [head], key=code)
        if statements:
            answers[code] = Answer(tuple(statements))

    def _not_applicable(self, code: str, heads: Sequence[StoredRecord]) -> None:
        if self._catalogue.criterion(code).may_be_not_applicable:
            self.not_applicable[code] = Answer(tuple(map(statement_of, heads)))
        else:
            stated = [head for head in heads if head.record.value]
            self._refuse(ErrorCode.RECORD_VALUE, stated, key=code)

    def _override(self, code: str, heads: Sequence[StoredRecord]) -> None:
        made = tuple(override for head in heads if (override := _override_of(head)) is not None)
        if made:
            self.overrides[code] = made
            if len(made) < len(heads):
                self.contested.add(code)

    def _evidence(self, code: str, sha256: str, heads: Sequence[StoredRecord]) -> None:
        stated = [head for head in heads if head.record.value is not None]
        if not _SHA256.fullmatch(sha256) or code not in self._catalogue.codes:
            self._refuse(ErrorCode.RECORD_UNREADABLE, stated)
            return
        pieces = [head for head in stated if isinstance(head.record.value, dict)]
        if pieces:
            self.evidence.setdefault((code, sha256), []).extend(pieces)
        self._refuse(
            ErrorCode.RECORD_VALUE, [head for head in stated if head not in pieces], key=code
        )

    def attachments(self) -> dict[str, tuple[Attachment, ...]]:
        """Return code -> what was attached; what was purged once is purged everywhere."""
        purges = {
            sha256: head
            for (_code, sha256), heads in self.evidence.items()
            for head in sorted(heads, reverse=True)
            if is_purge(head.record)
        }
        found: dict[str, list[Attachment]] = {}
        for (code, sha256), heads in self.evidence.items():
            found.setdefault(code, []).append(
                _attachment(sha256, sorted(heads), purges.get(sha256))
            )
        return {
            code: tuple(sorted(pieces, key=lambda piece: (piece.recorded_at, piece.sha256)))
            for code, pieces in found.items()
        }

    def _about(self, heads: Sequence[StoredRecord]) -> None:
        for head in heads:
            about = sign_off_of(head) or review_of(head)
            if isinstance(about, SignOff):
                self.sign_offs.append(about)
            elif about is not None:
                self.reviews.append(about)
            elif head.record.value is not None:
                self._refuse(ErrorCode.RECORD_VALUE, [head], key=head.record.subject)

    def _refuse(self, why: ErrorCode, heads: Iterable[StoredRecord], **context: str) -> None:
        self.unreadable += [Message(why, {"id": head.id, **context}) for head in heads]


_STATED: Final = frozenset({"answer", "note", "not_applicable", "override", "evidence"})
"""Kinds that state something about a commune; the others are about its checklist."""
_ABOUT: Final = frozenset({"sign_off", "review"})
"""Kinds about the whole checklist; each is the subject of its one cell, too."""


_SHA256: Final = re.compile("[0-9a-f]{64}")


def is_purge(record: Record) -> bool:
    """Return whether a record says that the bytes of a piece of evidence were taken away."""
    return (
        record.kind == "evidence"
        and isinstance(record.value, dict)
        and record.value.get("purged") is True
    )


def _attachment(
    sha256: str, heads: Sequence[StoredRecord], purge: StoredRecord | None
) -> Attachment:
    """Return what several people may have attached as one piece.

    Args:
        sha256: Of its bytes.
        heads: At least one, in the order of their ids.
        purge: The record that took its bytes away, if one did.
    """
    if purge is not None:
        by = purge.record
        return Attachment(
            *(sha256, "", "", "", 0, None, by.author.name, by.recorded_at, by.reason, True)
        )
    first = heads[0].record
    captions = (_short(head.record.value.get("caption")) for head in heads)
    authors = (head.record.author.name for head in heads)
    size = first.value.get("size")
    return Attachment(
        sha256,
        _short(first.value.get("name")),
        " / ".join(dict.fromkeys(text for text in captions if text)),
        _short(first.value.get("media_type")),
        size if type(size) is int and 0 <= size < 2**53 else 0,
        _short(first.value.get("taken_at")) or None,
        ", ".join(dict.fromkeys(authors)),
        first.recorded_at,
    )


def _short(held: object) -> str:
    """Return a text of a record's value; whoever wrote it may have written anything."""
    return held[:500] if isinstance(held, str) else ""


def criterion_digest(held: Round, ledger: Ledger, code: str) -> str:
    """Return what stands for all that a criterion's rating reads; an override names it.

    That is every value, whether the criterion applies, and the same and the overrides of
    the criteria whose ratings it reads; its own override is not part of it.
    """
    book = held.catalogue.rulebook
    subjects = set(book.reads(code))
    for each in book.rests_on(code):
        subjects.add(f"{each}/not_applicable")
        if each != code:
            subjects.add(f"{each}/override")
    return ledger.digest([Cell(subject, "verified") for subject in subjects])


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
        rating, seen = Rating(value["rating"]), value["seen"]
    except (KeyError, ValueError):
        return None
    if not rating.is_decided or not isinstance(seen, str):
        return None
    return Override(statement_of(head), rating, seen)


def sign_off_of(head: StoredRecord) -> SignOff | None:
    """Return what a sign-off says; ``None`` where it was taken back or cannot be read."""
    value = head.record.value
    if head.record.kind != "sign_off" or not isinstance(value, dict):
        return None
    by, title, auditor_title, seen = (
        value.get(name) for name in ("by", "title", "auditor_title", "seen")
    )
    chains = value.get("records", {})
    if (
        isinstance(by, str)
        and isinstance(title, str)
        and isinstance(auditor_title, str)
        and isinstance(seen, str)
        and isinstance(chains, dict)
        and all(type(length) is int for length in chains.values())
    ):
        return SignOff(statement_of(head), by, title, auditor_title, seen, chains)
    return None


def review_of(head: StoredRecord) -> Review | None:
    """Return what the office said; ``None`` where it was taken back or cannot be read."""
    record = head.record
    value = record.value
    if record.kind != "review" or not isinstance(value, dict):
        return None
    outcome, seen, comments = value.get("outcome"), value.get("seen"), value.get("comments", {})
    if (
        outcome in _OUTCOMES
        and isinstance(seen, str)
        and isinstance(comments, dict)
        and all(isinstance(text, str) for text in comments.values())
    ):
        return Review(
            statement_of(head), State(outcome), seen, comments, record.writer, record.sequence
        )
    return None


_OUTCOMES: Final = (State.RECEIVED, State.RETURNED, State.ACCEPTED)


def is_signed(ledger: Ledger) -> bool:
    """Return whether a checklist was signed or reviewed, so that changes need a reason."""
    return any(
        sign_off_of(head) or review_of(head)
        for subject in _ABOUT
        for head in ledger.heads.get(Cell(subject, "verified"), ())
    )
