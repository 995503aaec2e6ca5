"""What the office says of a checklist that was handed in: accepted, or returned.

Whoever reviews is not the author: who stated values in a commune or signed there leaves
it to another person of the office. To take in what communes declared, to state what only
the office knows, and to settle a conflict between others is no authorship.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.changes import look_again
from audit.office import needed_office
from audit.pen import Draft
from audit.record import Cell, Record
from checklists.checklist import State
from checklists.hand_in import PARAMETERS
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, count, ngettext
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.desk import Desk
    from checklists.checklist import Checklist
    from criteria.catalogue import Catalogue

LONGEST_COMMENT: Final = 2_000
"""Letters."""
_CELL: Final = Cell("review", "verified")
_OF_AN_AUTHOR: Final = frozenset({"answer", "not_applicable", "override", "sign_off"})
"""Kinds by which somebody becomes the author of a checklist."""


def acceptance_draft(
    desk: Desk, commune: str, *, comments: Mapping[str, str] | None = None, reason: str = ""
) -> Draft | None:
    """Draft that the office accepts a checklist as it stands.

    Args:
        desk: The round, open for writing.
        commune: Code.
        comments: Part -> what is said about it.
        reason: Why it is accepted though something contradicts itself or is missing there,
            or what stands there was not signed; kept in the record.

    Returns:
        ``None`` where the very same is accepted already.

    Raises:
        ReadinessError: Who works here may not review it, or there has to be a reason.
    """
    needed_reviewer(desk, commune)
    look_again(desk, commune)
    checklist = desk.checklist(commune)
    why = why_not_accepted(checklist)
    if why and not clean(reason):
        raise ReadinessError(
            ErrorCode.REVIEW_NEEDS_REASON, commune=checklist.commune.name, why=" ".join(why)
        )
    said = _cleaned(desk.round.catalogue, comments or {})
    return _draft(desk, commune, State.ACCEPTED, {p: t for p, t in said.items() if t}, reason)


def why_not_accepted(checklist: Checklist) -> list[str]:
    """Return what stands against accepting a checklist, in sentences.

    Nothing in it may contradict itself or be missing, and what stands there must be signed
    as it is.
    """
    found = []
    subjects = [each for each in checklist.own_conflicts if each != _CELL.subject]
    if subjects:
        words = _("Contradictions are not settled: {subjects}.")
        found.append(words.format(subjects=", ".join(subjects)))
    if not checklist.sign_offs:
        found.append(_("Nobody has signed it."))
    elif not checklist.is_signed_as_it_stands:
        found.append(_("It was changed after it was signed."))
    if missing := checklist.progress.missing:
        words = ngettext("One field is empty.", "{count} fields are empty.", missing)
        found.append(words.format(count=count(missing)))
    return found


def return_draft(
    desk: Desk, commune: str, *, comments: Mapping[str, str] | None = None, reason: str = ""
) -> Draft | None:
    """Draft that the office returns a checklist to be mended.

    What it asked before, and nobody has answered yet, it goes on asking.

    Args:
        desk: The round, open for writing.
        commune: Code.
        comments: Part -> what is to be mended; an empty text takes a comment back.
        reason: What concerns the whole; kept in the record.

    Returns:
        ``None`` where the very same is returned already.

    Raises:
        ReadinessError: Who works here may not review it, or nothing says what to mend.
    """
    needed_reviewer(desk, commune)
    look_again(desk, commune)
    said = _cleaned(desk.round.catalogue, comments or {})
    asked = {**_still_asked(desk.checklist(commune)), **said}
    asked = {part: text for part, text in asked.items() if text}
    if not (asked or clean(reason)):
        raise ReadinessError(ErrorCode.REVIEW_SAYS_NOTHING, status=2)
    return _draft(desk, commune, State.RETURNED, asked, reason)


def _still_asked(checklist: Checklist) -> dict[str, str]:
    """Return part -> comment of the return that stands, where nothing was stated since."""
    parts = (PARAMETERS, *checklist.round.catalogue.codes)
    return {
        part: text
        for review in checklist.reviews
        if review.outcome is State.RETURNED
        for part, text in review.comments.items()
        if part in parts and part not in review.answered
    }


def _draft(
    desk: Desk, commune: str, outcome: State, said: dict[str, str], reason: str
) -> Draft | None:
    checklist, ledger = desk.checklist(commune), desk.ledger(commune)
    stands = [
        (each.outcome, each.seen, dict(each.comments), each.statement.reason)
        for each in checklist.reviews
    ]
    if stands == [(outcome, checklist.content, said, clean(reason))]:
        return None
    return Draft(
        "review",
        commune,
        _CELL.subject,
        {
            "outcome": outcome.value,
            "seen": checklist.content,
            "comments": said,
            "records": ledger.chains,
        },
        replaces=ledger.ids(_CELL),
        reason=clean(reason),
    )


def _cleaned(catalogue: Catalogue, comments: Mapping[str, str]) -> dict[str, str]:
    """Return part -> comment; an empty one takes back what was said before."""
    said = {_part_named(catalogue, part): clean(text) for part, text in comments.items()}
    for part, text in said.items():
        if len(text) > LONGEST_COMMENT:
            raise ReadinessError(
                ErrorCode.COMMENT_LONG, status=2, part=part, limit=count(LONGEST_COMMENT)
            )
    return said


def _part_named(catalogue: Catalogue, text: str) -> str:
    """Return the part of a checklist that a text names: a criterion's code, or the parameters.

    Raises:
        ReadinessError: There is no such criterion.
    """
    if text.strip().casefold() == PARAMETERS:
        return PARAMETERS
    return catalogue.criterion(text).code


def needed_reviewer(desk: Desk, commune: str) -> None:
    """Refuse whoever may not review a checklist.

    Raises:
        ReadinessError: The key of this machine is none of the office's, or its holder
            stated something in the commune.
    """
    needed_office(desk)
    subjects = own_subjects(desk, commune)
    if subjects:
        shown = ", ".join(subjects[:_MOST_TOLD]) + (" …" if len(subjects) > _MOST_TOLD else "")
        name = desk.round.by_code[commune].name
        raise ReadinessError(ErrorCode.REVIEW_OWN, commune=name, subjects=shown)


_MOST_TOLD: Final = 5


def own_subjects(desk: Desk, commune: str) -> list[str]:
    """Return what stands in a commune of which the person at this machine is the author."""
    key = desk.auditor.key if desk.auditor else ""
    by_office = {p.key for p in desk.round.catalogue.parameters if p.known_to_office}
    heads = [
        head
        for held in desk.ledger(commune).heads.values()
        for head in held
        if head.record.author.key == key
        and head.record.kind in _OF_AN_AUTHOR
        and head.record.value is not None
        and head.record.method != "imported"
        and head.record.subject not in by_office
    ]
    if not heads:
        return []
    settled = _settled_by(desk, commune, key)
    return sorted({head.record.subject for head in heads if head.id not in settled})


def _settled_by(desk: Desk, commune: str, key: str) -> frozenset[str]:
    """Return the ids of the records by which somebody settled a conflict.

    That is what replaces several statements, and what corrects such a settlement.
    """
    own: dict[str, Record] = {}
    for entry in desk.file.entries(commune):
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        if record.author.key == key and record.kind != "sign_off":
            own[entry.id] = record
    settled: set[str] = set()
    # In the order of the chain, as a correction comes after what it corrects.
    for id_, record in sorted(own.items(), key=lambda each: each[1].sequence):
        if len(record.replaces) > 1 or (record.replaces and settled.issuperset(record.replaces)):
            settled.add(id_)
    return frozenset(settled)
