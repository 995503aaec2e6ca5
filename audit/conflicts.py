"""Looking up what contradicts itself in a commune, and settling it for the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from audit.interpreting import criterion_digest
from audit.pen import Draft
from audit.record import Cell, Record
from audit.review import needed_reviewer
from audit.seal import Sealed
from checklists.checklist import Basis
from checklists.conflicts import Matter, conflicts
from criteria.errors import ErrorCode, ReadinessError
from criteria.rating import Rating
from criteria.values import clean, to_json

if TYPE_CHECKING:
    from audit.desk import Desk
    from checklists.conflicts import Conflict, Side

LEAST_DIGITS: Final = 8
"""Of a record's id, the letter in front included."""


def conflicts_of(desk: Desk, code: str, *, with_agreements: bool = False) -> tuple[Conflict, ...]:
    """Return what stands against one another in a commune.

    Args:
        desk: The round.
        code: Of the commune.
        with_agreements: Whether cells of which all heads say the same are listed too.
    """
    found = conflicts(desk.checklist(code), with_agreements=with_agreements)
    if not found:
        return ()
    vouched = _vouched(desk, code)
    return tuple(
        each._replace(
            sides=tuple(
                side._replace(is_sealed=side.statement.id in vouched) for side in each.sides
            )
        )
        for each in found
    )


def _vouched(desk: Desk, code: str) -> frozenset[str]:
    """Return the ids of the records that the keys of their authors have sealed."""
    previous: dict[str, str] = {}
    keys: dict[str, str] = {}
    for entry in desk.file.entries(code):
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        previous[entry.id], keys[entry.id] = record.previous, record.author.key
    sealed = Sealed(desk.file.seals(code), previous)
    return frozenset(id_ for id_, key in keys.items() if sealed.vouches(key, id_))


def conflict_at(desk: Desk, code: str, subject: str, basis: Basis = Basis.VERIFIED) -> Conflict:
    """Return what stands against one another in one cell.

    Args:
        desk: The round.
        code: Of the commune.
        subject: As a record names it, in whatever case.
        basis: Who vouches for the values.

    Raises:
        ReadinessError: Nothing contradicts there; what does is listed.
    """
    found = conflicts_of(desk, code)
    wanted = clean(subject).casefold()
    for each in found:
        if each.subject.casefold() == wanted and each.basis is basis:
            return each
    known = ", ".join(
        each.subject if each.basis is Basis.VERIFIED else f"{each.subject} ({each.basis})"
        for each in found
    )
    raise ReadinessError(
        ErrorCode.RESOLVE_NOTHING,
        subject=subject,
        commune=desk.round.by_code[code].name,
        known=known or "–",
    )


def side_at(conflict: Conflict, text: str) -> Side:
    """Return one side of a conflict.

    Args:
        conflict: What stands against one another.
        text: Number of the side, or the beginning of its record's id: a number counts
            otherwise once another value has arrived.

    Raises:
        ReadinessError: There is no such side.
    """
    wanted = text.strip()
    for side in conflict.sides:
        if wanted == str(side.number) or (
            len(wanted) >= LEAST_DIGITS and side.statement.id.startswith(wanted.lower())
        ):
            return side
    raise _no_such_side(conflict, text)


def _no_such_side(conflict: Conflict, text: str) -> ReadinessError:
    known = "; ".join(f"{side.number} {side.words}" for side in conflict.sides)
    return ReadinessError(ErrorCode.RESOLVE_TAKE, status=2, text=text, known=known)


@dataclass(frozen=True)
class Third:
    """A value that none of the sides stated.

    Attributes:
        value: Of the field; `True` for not applicable, ``None`` for applies; a `Rating`, or
            ``None`` for as the rules give it. A review and a task have no such value.
    """

    value: Any


def resolution_draft(desk: Desk, conflict: Conflict, chosen: Side | Third, *, reason: str) -> Draft:
    """Draft that the office settles a conflict, in place of everything that stands there.

    Args:
        desk: The round, open for writing.
        conflict: As it was seen.
        chosen: One of its sides, or another value.
        reason: Kept in the record.

    Raises:
        ReadinessError: Who works here is not the office, there is no reason, something else
            stands there by now, or the value does not fit.
    """
    code, subject = conflict.commune.code, conflict.subject
    if conflict.matter is Matter.REVIEW:
        needed_reviewer(desk, code)
    elif not desk.is_office:
        raise ReadinessError(ErrorCode.RESOLVE_OFFICE_ONLY, command=_own_way(conflict))
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    _look_again(desk, conflict)
    return Draft(
        conflict.matter,
        code,
        subject,
        _value(desk, conflict, chosen),
        basis=conflict.basis,
        replaces=desk.ledger(code).ids(Cell(subject, conflict.basis)),
        reason=clean(reason),
    )


def _own_way(conflict: Conflict) -> str:
    """Return the command by which somebody corrects what they stated themselves."""
    code = conflict.commune.code
    match conflict.matter:
        case Matter.NOT_APPLICABLE:
            return f"not-applicable {code} {conflict.part} [--withdraw] --reason …"
        case Matter.OVERRIDE:
            return f"override {code} {conflict.part} … --reason …"
        case Matter.TASK:
            return f"tasks set {code} {conflict.part} … --reason …"
    return f"answer {code} {conflict.subject}=… --reason …"


def _look_again(desk: Desk, conflict: Conflict) -> None:
    """Refuse to settle what another program has added to since it was seen."""
    if not desk.catch_up():
        return
    code, subject = conflict.commune.code, conflict.subject
    for each in conflicts(desk.checklist(code)):
        if (each.subject, each.basis) == (subject, conflict.basis) and each.ids == conflict.ids:
            return
    raise ReadinessError(
        ErrorCode.RESOLVE_CHANGED, subject=subject, commune=conflict.commune.name, code=code
    )


def _value(desk: Desk, conflict: Conflict, chosen: Side | Third) -> Any:
    """Return what the record that settles a conflict holds."""
    code = conflict.commune.code
    value = chosen.value if isinstance(chosen, Third) else chosen.statement.value
    match conflict.matter:
        case Matter.ANSWER:
            return to_json(value)
        case Matter.NOT_APPLICABLE:
            return True if value is True else None
        case Matter.OVERRIDE if value is None:
            return None
        case Matter.OVERRIDE:
            seen = criterion_digest(desk.round, desk.ledger(code), conflict.part)
            return {"rating": Rating(value).value, "seen": seen}
    if isinstance(chosen, Third):
        raise _no_such_side(conflict, str(chosen.value))
    heads = desk.ledger(code).heads[Cell(conflict.subject, conflict.basis)]
    return next(head.record.value for head in heads if head.id == chosen.statement.id)
