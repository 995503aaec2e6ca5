"""What a person states -> drafts of records, with what each replaces.

The command line and the terminal app state things through these functions only, so
that both refuse, skip and replace alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.interpreting import criterion_digest, is_signed
from audit.pen import Draft
from audit.record import Cell, canonical
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.values import clean, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from audit.fold import Ledger
    from audit.record import Author, StoredRecord
    from checklists.round import Round
    from criteria.rating import Rating
    from criteria.values import StatedValue


@dataclass
class Drafted:
    """What came of stating several things at once.

    Attributes:
        drafts: To be written.
        unchanged: Keys that hold this value already.
        problems: What cannot be written, and why.
    """

    drafts: list[Draft] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)


def state_values(
    held: Round,
    ledger: Ledger,
    commune: str,
    values: Mapping[str, StatedValue | None],
    *,
    basis: str = "verified",
    method: str = "typed",
    reason: str = "",
) -> Drafted:
    """Draft the answers to several fields of one commune.

    Args:
        held: The round.
        ledger: What is stated so far.
        commune: Code.
        values: Key -> value of the field's type; ``None`` takes a value back.
        basis: Who vouches: ``verified`` or ``declared``.
        method: ``typed``, ``measured``, ``imported``, or ``confirmed`` where what was declared
            or found in the last round was taken over.
        reason: Needed where a field is in conflict, and where the checklist is signed. Over
            a conflict only the office's word settles it; anybody else's takes the place of
            what they stated themselves.
    """
    drafted = Drafted()
    signed = not reason and is_signed(ledger)
    for key, value in values.items():
        cell = Cell(key, basis)
        heads = ledger.heads.get(cell, [])
        stated = to_json(value)
        # By their one JSON form: to Python true is 1, to an auditor it is not.
        forms = {canonical(head.record.value) for head in heads}
        if forms <= {canonical(stated)} and (heads or stated is None):
            drafted.unchanged.append(key)
            continue
        if len(forms) > 1 and not reason:
            drafted.problems.append(
                Message(ErrorCode.CONFLICT_NEEDS_REASON, {"key": key, "commune": commune})
            )
            continue
        if signed:
            drafted.problems.append(_signed_message(commune, key))
            continue
        drafted.drafts.append(
            Draft(
                "answer",
                commune,
                key,
                stated,
                basis=basis,
                method=method,
                replaces=ledger.ids(cell),
                reason=reason,
            )
        )
    return drafted


def _signed_message(commune: str, key: str) -> Message:
    return Message(ErrorCode.SIGNED_NEEDS_REASON, {"key": key, "commune": commune})


def check_reason(ledger: Ledger, commune: str, subject: str, reason: str) -> None:
    """Refuse a statement about a signed checklist that does not say why.

    Raises:
        ReadinessError: It was signed, and there is no reason.
    """
    if not clean(reason) and is_signed(ledger):
        raise ReadinessError.of([_signed_message(commune, subject)], status=2)


def state_note(
    ledger: Ledger, commune: str, code: str, text: str, author: Author, *, reason: str = ""
) -> Draft | None:
    """Draft a note on a criterion; it replaces this author's earlier note, nobody else's.

    Returns:
        ``None`` where the note stands already.

    Raises:
        ReadinessError: The checklist is signed, and there is no reason.
    """
    subject = f"{code}/note"
    own = [
        head
        for head in ledger.heads.get(Cell(subject, "verified"), [])
        if head.record.author.key == author.key
    ]
    cleaned = clean(text) or None
    if [head.record.value for head in own] == [cleaned] or not (own or cleaned):
        return None
    check_reason(ledger, commune, subject, reason)
    return Draft(
        "note",
        commune,
        subject,
        cleaned,
        replaces=tuple(head.id for head in own),
        reason=clean(reason),
    )


def state_not_applicable(
    held: Round, ledger: Ledger, commune: str, code: str, *, applies_not: bool, reason: str
) -> Draft:
    """Draft that a criterion does not apply to a commune, or applies after all.

    Raises:
        ReadinessError: There is no reason, or the edition does not allow it.
    """
    criterion = held.catalogue.criterion(code)
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    if applies_not and not criterion.may_be_not_applicable:
        raise ReadinessError(
            ErrorCode.NOT_APPLICABLE_REFUSED, code=code, note=criterion.not_applicable_note
        )
    subject = f"{code}/not_applicable"
    return Draft(
        "not_applicable",
        commune,
        subject,
        True if applies_not else None,
        replaces=ledger.ids(Cell(subject, "verified")),
        reason=clean(reason),
    )


def state_override(
    held: Round, ledger: Ledger, commune: str, code: str, rating: Rating | None, *, reason: str
) -> Draft:
    """Draft another rating than the rules give, or take such a rating back.

    The draft names what the values were, so that it lapses when one of them changes.

    Raises:
        ReadinessError: There is no reason.
    """
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    held.catalogue.criterion(code)
    subject = f"{code}/override"
    value = None
    if rating is not None:
        value = {"rating": rating.value, "seen": criterion_digest(held, ledger, code)}
    return Draft(
        "override",
        commune,
        subject,
        value,
        replaces=ledger.ids(Cell(subject, "verified")),
        reason=clean(reason),
    )


def state_evidence(
    ledger: Ledger,
    commune: str,
    code: str,
    sha256: str,
    value: Mapping[str, Any],
    author: Author,
    *,
    reason: str = "",
) -> Draft | None:
    """Draft that something is attached to a criterion; it replaces this author's own word.

    Args:
        ledger: What is stated so far.
        commune: Code.
        code: Of the criterion.
        sha256: Of the bytes as they are kept.
        value: What the record holds of it: ``name``, ``caption`` and the rest.
        author: Who attaches it.
        reason: Needed where the checklist is signed.

    Returns:
        ``None`` where it is attached already and the caption says nothing new.

    Raises:
        ReadinessError: The checklist is signed, and there is no reason.
    """
    subject = f"{code}/evidence/{sha256}"
    heads = ledger.heads.get(Cell(subject, "verified"), [])
    own = [head for head in heads if head.record.author.key == author.key]
    captions = _captions(own)
    if not captions:
        # What another attached is there already, too.
        captions = _captions(heads)
        captions |= {""} if captions else set()
    if value["caption"] in captions:
        return None
    check_reason(ledger, commune, f"{code} “{value.get('name') or sha256[:8]}”", reason)
    return Draft(
        "evidence",
        commune,
        subject,
        dict(value),
        replaces=tuple(head.id for head in own),
        reason=clean(reason),
    )


def _captions(heads: Iterable[StoredRecord]) -> set[str]:
    """Return the captions of those records that say something is attached."""
    values = (head.record.value for head in heads)
    return {str(value.get("caption", "")) for value in values if isinstance(value, dict)}


def state_evidence_withdrawn(
    ledger: Ledger, commune: str, code: str, sha256: str, *, reason: str
) -> Draft:
    """Draft that something is no longer attached to a criterion, whoever attached it.

    Raises:
        ReadinessError: There is no reason.
    """
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    subject = f"{code}/evidence/{sha256}"
    return Draft(
        "evidence",
        commune,
        subject,
        None,
        replaces=ledger.ids(Cell(subject, "verified")),
        reason=clean(reason),
    )
