"""What the heads of a commune's records say -> its checklist.

Whatever a record holds may have been written by anyone: what fits neither its place nor
the edition is listed as unreadable and says nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from audit.purging import is_purge
from audit.record import Cell, StoredRecord
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
    side_by_side,
)
from checklists.hand_in import part_of
from checklists.task_plan import TaskPlan
from criteria.errors import ErrorCode, Message
from criteria.rating import Rating
from criteria.values import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from audit.fold import Ledger
    from checklists.communes import Commune
    from checklists.round import Round
    from criteria.catalogue import Catalogue

STATED: Final = frozenset({"answer", "note", "not_applicable", "override", "evidence"})
"""Kinds that state something about a commune; the others are about its checklist."""
_READ: Final = STATED | {"task"}
"""Kinds that belong to one field or criterion each."""
_ABOUT: Final = frozenset({"sign_off", "review"})
"""Kinds about the whole checklist; each is the subject of its one cell, too."""
_SHA256: Final = re.compile("[0-9a-f]{64}")


def checklist_from(held: Round, commune: Commune, ledger: Ledger) -> Checklist:
    """Return the checklist that a commune's ledger gives."""
    sorted_out = _Sorted(held.catalogue, ledger.unreadable, ledger.received)
    for cell, heads in ledger.heads.items():
        sorted_out.add(cell, heads)
    reviews = (_with_answers(review, held.catalogue, ledger) for review in sorted_out.reviews)
    return Checklist(
        round=held,
        commune=commune,
        answers=sorted_out.answers,
        not_applicable=sorted_out.not_applicable,
        overrides=sorted_out.overrides,
        contested=sorted_out.contested,
        notes={code: tuple(kept) for code, kept in sorted_out.notes.items()},
        evidence=sorted_out.attachments(),
        plans=sorted_out.plans,
        unreadable=tuple(sorted_out.unreadable),
        digests={code: criterion_digest(held, ledger, code) for code in sorted_out.overrides},
        sign_offs=tuple(sorted_out.sign_offs),
        reviews=tuple(reviews),
        is_divided=ledger.is_divided,
        content_from=ledger.content,
    )


class _Sorted:
    """The statements about one commune, sorted by what they are about."""

    def __init__(
        self, catalogue: Catalogue, unreadable: Iterable[Message], received: Mapping[str, int]
    ) -> None:
        self._catalogue = catalogue
        self._received = received
        self._fields = catalogue.fields
        self.answers: dict[Basis, dict[str, Answer]] = {basis: {} for basis in Basis}
        self._of_basis = {basis.value: held for basis, held in self.answers.items()}
        self.not_applicable: dict[str, Answer] = {}
        self.overrides: dict[str, tuple[Override, ...]] = {}
        self.contested: dict[str, tuple[Statement, ...]] = {}
        self.notes: dict[str, list[Statement]] = {}
        self.evidence: dict[tuple[str, str], list[StoredRecord]] = {}
        self.plans: dict[str, Answer] = {}
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
                [h for h in heads if h.record.kind != kind and h.record.kind in _READ],
                key=code,
            )
            heads = [head for head in heads if head.record.kind == kind]
        if not heads:
            return
        if basis not in self._of_basis:
            self._refuse(ErrorCode.RECORD_UNREADABLE, heads, key=code)
        elif kind == "answer":
            self._answer(code, self._of_basis[basis], heads)
        elif kind == "note":
            texts = [statement_of(head) for head in heads if isinstance(head.record.value, str)]
            if texts:
                self.notes.setdefault(code, []).extend(_ordered(texts))
        elif kind == "evidence":
            self._evidence(code, detail, heads)
        elif kind == "task":
            self._plan(code, heads, fits=not detail and basis == Basis.VERIFIED)
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
            answers[code] = Answer(_ordered(statements))

    def _not_applicable(self, code: str, heads: Sequence[StoredRecord]) -> None:
        if self._catalogue.criterion(code).may_be_not_applicable:
            self.not_applicable[code] = Answer(_ordered([statement_of(head) for head in heads]))
        else:
            stated = [head for head in heads if head.record.value]
            self._refuse(ErrorCode.RECORD_VALUE, stated, key=code)

    def _override(self, code: str, heads: Sequence[StoredRecord]) -> None:
        made = {head.id: override for head in heads if (override := _override_of(head)) is not None}
        if made:
            self.overrides[code] = tuple(made.values())
            others = tuple(statement_of(head) for head in heads if head.id not in made)
            if others:
                self.contested[code] = others

    def _plan(self, code: str, heads: Sequence[StoredRecord], *, fits: bool) -> None:
        if not fits or code not in self._catalogue.codes:
            self._refuse(ErrorCode.RECORD_UNREADABLE, heads, key=code)
            return
        statements = []
        for head in heads:
            try:
                statements.append(plan_of(head))
            except ValueError:
                self._refuse(ErrorCode.RECORD_VALUE, [head], key=code)
        if statements:
            self.plans[code] = Answer(_ordered(statements))

    def _evidence(self, code: str, sha256: str, heads: Sequence[StoredRecord]) -> None:
        stated = [head for head in heads if head.record.value is not None]
        if not _SHA256.fullmatch(sha256) or code not in self._catalogue.codes:
            self._refuse(ErrorCode.RECORD_UNREADABLE, stated, key=code)
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
            found.setdefault(code, []).append(attachment(sha256, sorted(heads), purges.get(sha256)))
        return {
            code: tuple(sorted(pieces, key=lambda piece: (piece.recorded_at, piece.sha256)))
            for code, pieces in found.items()
        }

    def _about(self, heads: Sequence[StoredRecord]) -> None:
        for head in heads:
            about = sign_off_of(head) or review_of(head)
            if isinstance(about, SignOff):
                arrived = self._received.get(head.record.writer, 0) >= head.record.sequence
                self.sign_offs.append(replace(about, is_received=arrived))
            elif about is not None:
                self.reviews.append(about)
            elif head.record.value is not None:
                self._refuse(ErrorCode.RECORD_VALUE, [head], key=head.record.subject)

    def _refuse(self, why: ErrorCode, heads: Iterable[StoredRecord], *, key: str) -> None:
        """List records that say nothing; the key is what they are about."""
        self.unreadable += [Message(why, {"id": head.id, "key": key}) for head in heads]


def _ordered(statements: list[Statement]) -> tuple[Statement, ...]:
    return side_by_side(statements) if len(statements) > 1 else tuple(statements)


def attachment(
    sha256: str, heads: Sequence[StoredRecord], purge: StoredRecord | None = None
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
        keys=tuple(dict.fromkeys(head.record.author.key for head in heads)),
    )


def _short(held: object) -> str:
    """Return a text of a record's value; whoever wrote it may have written anything."""
    return held[:500] if isinstance(held, str) else ""


def criterion_digest(held: Round, ledger: Ledger, code: str) -> str:
    """Return what stands for all that a criterion's rating reads; an override names it."""
    return ledger.digest(criterion_cells(held, code))


def criterion_cells(held: Round, code: str) -> list[Cell]:
    """Return the cells that a criterion's rating reads.

    That is every value, whether the criterion applies, and the same and the overrides of
    the criteria whose ratings it reads; its own override is not part of it.
    """
    book = held.catalogue.rulebook
    subjects = set(book.reads(code))
    for each in book.rests_on(code):
        subjects.add(f"{each}/not_applicable")
        if each != code:
            subjects.add(f"{each}/override")
    return [Cell(subject, "verified") for subject in subjects]


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
        record.author.key,
    )


def plan_of(head: StoredRecord) -> Statement:
    """Return what was typed about a task; its value is ``None`` where it was taken back.

    Raises:
        ValueError: It cannot be read.
    """
    value = head.record.value
    return statement_of(head, None if value is None else TaskPlan.from_json(value))


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
        and _is_chains(chains)
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
    chains = value.get("records")
    if (
        outcome in _OUTCOMES
        and isinstance(seen, str)
        and isinstance(comments, dict)
        and all(isinstance(text, str) for text in comments.values())
        and (chains is None or _is_chains(chains))
    ):
        return Review(
            statement_of(head),
            State(outcome),
            seen,
            comments,
            record.writer,
            record.sequence,
            chains,
        )
    return None


def _with_answers(review: Review, catalogue: Catalogue, ledger: Ledger) -> Review:
    """Return a review that knows which of its comments were answered.

    That is told by the chains it names, never by a clock: a statement that it had not seen
    is one that came after it, or arrived after it.
    """
    if review.chains is None or not review.comments:
        return review
    answered = frozenset(
        part_of(catalogue, cell.subject)
        for cell, heads in ledger.heads.items()
        for head in heads
        if head.record.kind in STATED
        and head.record.sequence > review.chains.get(head.record.writer, 0)
    )
    return replace(review, answered=answered & review.comments.keys())


def _is_chains(held: object) -> bool:
    return isinstance(held, dict) and all(type(length) is int for length in held.values())


_OUTCOMES: Final = (State.RECEIVED, State.RETURNED, State.ACCEPTED)


def is_signed(ledger: Ledger) -> bool:
    """Return whether a checklist was signed or reviewed, so that changes need a reason."""
    return any(
        sign_off_of(head) or review_of(head)
        for subject in _ABOUT
        for head in ledger.heads.get(Cell(subject, "verified"), ())
    )
