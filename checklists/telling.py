"""Why a criterion of a commune is rated as it is, told line by line.

What the conditions are, which of them hold, what is missing, what people noted and
attached: each line is a text in the language in use, of a kind that says how to show it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from checklists.checklist import method_words
from criteria.language import _, moment_of
from criteria.rating import Rating
from criteria.rules.explain import Explainer, lines, shortfalls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.checklist import Attachment, Checklist, Statement
    from criteria.rules.explain import Condition


class Kind(StrEnum):
    """What a line is, in the order in which lines of a criterion stand."""

    STATED = "stated"
    """A rating that a person set, or that the criterion does not apply, with the reason."""
    WARNING = "warning"
    """What does not agree, or waits to be confirmed."""
    MISSING = "missing"
    """What is short for the criterion to be met, or not stated yet."""
    HEAD = "head"
    """What the conditions below it are for."""
    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"
    WAIVED = "waived"
    """A condition that holds because the province does not require it."""
    DECLARED = "declared"
    NOTE = "note"
    EVIDENCE = "evidence"


class Told(NamedTuple):
    """One line.

    Attributes:
        kind: What it is.
        text: In the language in use.
        level: How far a condition stands in, from 0.
    """

    kind: Kind
    text: str
    level: int = 0


_OF_TRUTH = {True: Kind.HOLDS, False: Kind.FAILS, None: Kind.OPEN}


def tell(checklist: Checklist, code: str) -> Iterator[Told]:
    """Yield why a criterion is rated as it is, on what auditors verified."""
    outcome = checklist.outcomes[code]
    # Only what is told is explained: that is half of it, and takes most of the time.
    explainer = Explainer(checklist.verified)
    rules = checklist.round.catalogue.rulebook.criteria[code]
    yield from stated(checklist, code)
    for check in outcome.failing:
        yield Told(Kind.WARNING, str(check.message))
    for review in checklist.reviews:
        if code in review.comments:
            words = _("The office: {comment}").format(comment=review.comment_words(code))
            yield Told(Kind.WARNING, words)
    is_short = outcome.rating in (Rating.NOT_MET, Rating.PARTLY_MET)
    met = explainer.condition(rules.met)
    if is_short:
        for shortfall in shortfalls(met):
            text = _("Missing: {shortfall}").format(shortfall=shortfall.words())
            yield Told(Kind.MISSING, text)
    if not outcome.rating.is_decided:
        yield from not_stated(checklist, code)
    if outcome.rating is not Rating.NOT_APPLICABLE:
        yield Told(Kind.HEAD, _("To be met:"))
        yield from _conditions(met)
        if is_short:
            yield Told(Kind.HEAD, _("To be partly met:"))
            yield from _conditions(explainer.condition(rules.partly_met))
    declared = checklist.declared.outcomes[code].rating
    if declared is not Rating.UNAUDITED:
        words = _("Declared by the commune: {rating}").format(rating=declared.label)
        yield Told(Kind.DECLARED, words)
    for note in checklist.notes.get(code, ()):
        words = _("Note by {author}: {text}").format(author=note.author, text=note.value)
        yield Told(Kind.NOTE, words)
    for piece in checklist.evidence.get(code, ()):
        words = _("Evidence: {piece}").format(piece=evidence_words(piece))
        yield Told(Kind.EVIDENCE, words)


def stated(checklist: Checklist, code: str) -> Iterator[Told]:
    """Yield what people set about a criterion, why, and what contradicts itself."""
    applies_not = checklist.not_applicable.get(code)
    for statement in applies_not.heads if applies_not else ():
        if statement.value is True:
            words = _("Does not apply: {reason} ({who})").format(
                reason=statement.reason, who=who_words(statement)
            )
            yield Told(Kind.STATED, words)
    computed = checklist.outcomes[code].computed
    for override in checklist.overrides.get(code, ()):
        text = _("Set by hand: {rating}, because {reason} ({who}); the rules give: {computed}")
        words = text.format(
            rating=override.rating.label,
            reason=override.statement.reason,
            who=who_words(override.statement),
            computed=computed.label,
        )
        yield Told(Kind.STATED, words)
    if code in checklist.lapsed_overrides:
        words = _("Values changed since; the rating set by hand is to be confirmed.")
        yield Told(Kind.WARNING, words)
    disputed = checklist.conflicts_of(code)
    if disputed:
        fields = checklist.round.catalogue.fields
        labels = (str(fields[key].label) if key in fields else key for key in disputed)
        words = _("Contradictions: {subjects}").format(subjects="; ".join(labels))
        yield Told(Kind.WARNING, words)


def not_stated(checklist: Checklist, code: str) -> Iterator[Told]:
    """Yield what must still be stated before a criterion can be rated."""
    missing = checklist.verified.missing(code)
    if missing:
        fields = checklist.round.catalogue.fields
        labels = "; ".join(str(fields[key].label) for key in missing)
        yield Told(Kind.MISSING, _("Not stated yet: {fields}").format(fields=labels))


def _conditions(condition: Condition) -> Iterator[Told]:
    for line in lines(condition):
        kind = Kind.WAIVED if line.says_nothing else _OF_TRUTH[line.truth]
        yield Told(kind, line.text, line.level)


def who_words(statement: Statement) -> str:
    """Return who stated something, when and how."""
    return f"{statement.author}, {statement.when}, {method_words(statement.method)}"


def evidence_words(piece: Attachment) -> str:
    """Return what a piece of evidence shows, or why it was taken away; without its digest."""
    if piece.is_purged:
        return _("purged by {author}: {reason}").format(author=piece.author, reason=piece.reason)
    attached = _("attached by {author}, {moment}").format(
        author=piece.author, moment=moment_of(piece.recorded_at)
    )
    return f"{piece.caption or piece.name} · {attached}"
