"""What to look at before a checklist is handed in: what is missing, wrong or doubtful.

Critical is what leaves a rating open or what contradicts itself; a warning is what
somebody may ask about later. Each finding names the field to go to.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from checklists.checklist import Basis, Checklist, State
from criteria.errors import ErrorCode
from criteria.language import N_, _, count, ngettext
from criteria.rating import Rating
from criteria.rules.explain import explain
from criteria.rules.tree import Name
from criteria.values import NOT_KNOWN, doubt, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checklists.checklist import Answer
    from criteria.catalogue import Catalogue, Criterion, Parameter

PARAMETERS: Final = "parameters"
"""The part of a checklist that is no criterion: it comes first."""
_WITHOUT_EFFECT: Final = frozenset(
    {
        ErrorCode.RECORD_NOT_OFFICE,
        ErrorCode.RECORD_OTHER_ROUND,
        ErrorCode.RECORD_PURGE_NOT_OWN,
    }
)
"""Why a record does not count though nothing about the commune is lost with it."""


class Severity(StrEnum):
    """How much a finding matters."""

    CRITICAL = "critical"
    WARNING = "warning"

    @property
    def label(self) -> str:
        """What stands above such findings, in the language in use."""
        return _(_LABELS[self])


_LABELS: Final = {
    Severity.CRITICAL: N_("Critical, to be mended"),
    Severity.WARNING: N_("To look at again"),
}


class Finding(NamedTuple):
    """One thing to look at before hand-in.

    Attributes:
        kind: What it is, for programs: ``returned``, ``missing``, ``conflict``, ``disagree``,
            ``unreadable``, ``insufficient``, ``not_known``, ``override_lapsed``,
            ``override_contested``, ``override_evidence``, ``evidence``,
            ``not_applicable_answers``, ``declared``, ``unusual``, ``optional``; of the
            clock ``clock_…``.
        severity: How much it matters.
        part: Code of the criterion, or `PARAMETERS`.
        field: Key of the field to go to; empty for the part as a whole.
        words: A sentence, in the language in use.
    """

    kind: str
    severity: Severity
    part: str
    field: str
    words: str


def findings(checklist: Checklist) -> tuple[Finding, ...]:
    """Return everything to look at, in the order in which a checklist is walked through."""
    catalogue = checklist.round.catalogue
    found = [
        *_returned(checklist),
        *_unreadable(checklist),
        *_conflicts(checklist),
        *_missing(checklist),
        *_disagreements(checklist),
        *_fields(checklist),
        *_optional(checklist),
    ]
    for criterion in catalogue.criteria:
        found += _criterion(checklist, criterion)
    parts = {part: place for place, part in enumerate((PARAMETERS, *catalogue.codes))}
    fields = {key: place for place, key in enumerate(catalogue.fields)}
    # What the office asks about a part comes first there, what concerns all of it last.
    last = {"returned": -1}
    return tuple(
        sorted(
            found,
            key=lambda each: (
                parts[each.part],
                fields.get(each.field, last.get(each.kind, len(fields))),
            ),
        )
    )


def critical(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the critical ones of some findings."""
    return tuple(each for each in found if each.severity is Severity.CRITICAL)


def _returned(checklist: Checklist) -> Iterator[Finding]:
    """Yield what the office asks about each part; it matters until something is stated there."""
    for review in checklist.reviews:
        if review.outcome is not State.RETURNED:
            continue
        for part in review.comments:
            is_answered = part in review.answered
            yield Finding(
                "returned",
                Severity.WARNING if is_answered else Severity.CRITICAL,
                part_of(checklist.round.catalogue, part),
                "",
                _("The office: {comment}").format(comment=review.comment_words(part)),
            )


def _unreadable(checklist: Checklist) -> Iterator[Finding]:
    fields = checklist.round.catalogue.fields
    for message in checklist.unreadable:
        key = str(message.context.get("key", ""))
        severity = Severity.WARNING if message.code in _WITHOUT_EFFECT else Severity.CRITICAL
        yield Finding(
            "unreadable",
            severity,
            part_of(checklist.round.catalogue, key),
            key if key in fields else "",
            str(message),
        )


def _conflicts(checklist: Checklist) -> Iterator[Finding]:
    fields = checklist.round.catalogue.fields
    for subject in checklist.own_conflicts:
        code, slash, kind = subject.partition("/")
        if subject in fields:
            field = fields[subject]
            words = _("{label}: different values stand here: {values}").format(
                label=field.label, values=_heads(field, checklist.answer(subject))
            )
            yield Finding(
                "conflict",
                Severity.CRITICAL,
                part_of(checklist.round.catalogue, subject),
                subject,
                words,
            )
        elif not slash:
            words = _("The office said two different things about this checklist; ask it.")
            yield Finding("conflict", Severity.CRITICAL, PARAMETERS, "", words)
        elif kind == "not_applicable":
            words = _("One person stated that this does not apply, another that it does.")
            yield Finding("conflict", Severity.CRITICAL, code, "", words)
        elif code in checklist.contested:
            words = _("One person set the rating by hand, another took that back.")
            yield Finding("override_contested", Severity.CRITICAL, code, "", words)
        else:
            ratings = "; ".join(
                f"{each.rating.label} ({each.statement.author})"
                for each in checklist.overrides[code]
            )
            words = _("Different ratings were set by hand: {ratings}").format(ratings=ratings)
            yield Finding("conflict", Severity.CRITICAL, code, "", words)


def _heads(field: Parameter, answer: Answer) -> str:
    return "; ".join(f"{write(field, head.value)} ({head.author})" for head in answer.heads)


def _missing(checklist: Checklist) -> Iterator[Finding]:
    for key in _missing_keys(checklist):
        words = _("Not stated yet: {label}").format(
            label=checklist.round.catalogue.fields[key].label
        )
        yield Finding(
            "missing", Severity.CRITICAL, part_of(checklist.round.catalogue, key), key, words
        )


def _missing_keys(checklist: Checklist) -> list[str]:
    keys = list(checklist.missing_parameters)
    for code in _applicable(checklist):
        keys += checklist.verified.missing(code)
    return keys


def _disagreements(checklist: Checklist) -> Iterator[Finding]:
    """Yield each check between fields that fails, once, at the first field it reads."""
    catalogue = checklist.round.catalogue
    failing = {
        check.rule: check
        for code in _applicable(checklist)
        for check in checklist.outcomes[code].failing
    }
    for check, tree in catalogue.rulebook.checks:
        if check.rule in failing:
            read = (node.key for node in tree.walk() if isinstance(node, Name))
            key = next((key for key in read if key in catalogue.fields), "")
            bears_on = next(
                code for code in _applicable(checklist) if check in checklist.outcomes[code].failing
            )
            part = part_of(checklist.round.catalogue, key) if key else bears_on
            yield Finding("disagree", Severity.CRITICAL, part, key, str(check.message))


def _fields(checklist: Checklist) -> Iterator[Finding]:
    """Yield what is doubtful about single fields that are stated."""
    applicable = {PARAMETERS, *_applicable(checklist)}
    for key, field in checklist.round.catalogue.fields.items():
        part = part_of(checklist.round.catalogue, key)
        if part not in applicable or not _is_asked(checklist, field):
            continue
        verified = checklist.answer(key).value
        declared = checklist.answer(key, Basis.DECLARED).value
        if verified is NOT_KNOWN:
            words = _("Could not be found out: {label}").format(label=field.label)
            yield Finding("not_known", Severity.WARNING, part, key, words)
        elif None not in (verified, declared) and declared not in (verified, NOT_KNOWN):
            words = _("{label}: the commune declared {declared}, verified is {verified}").format(
                label=field.label, declared=write(field, declared), verified=write(field, verified)
            )
            yield Finding("declared", Severity.WARNING, part, key, words)
        if question := doubt(field, verified):
            words = _("{label}: {value} {question}").format(
                label=field.label, value=write(field, verified), question=question
            )
            yield Finding("unusual", Severity.WARNING, part, key, words)


def _optional(checklist: Checklist) -> Iterator[Finding]:
    """Yield one line a part about what need not be stated and is not."""
    catalogue = checklist.round.catalogue
    missing = set(_missing_keys(checklist))
    parts: dict[str, tuple[Parameter, ...]] = {PARAMETERS: catalogue.parameters}
    parts.update((code, catalogue.criterion(code).measures) for code in _applicable(checklist))
    for part, fields in parts.items():
        left = [
            field
            for field in fields
            if field.optional
            and field.key not in missing
            and _is_asked(checklist, field)
            and not checklist.answer(field.key).is_stated
        ]
        if left:
            words = _("Left open, though not required: {labels}").format(
                labels=", ".join(str(field.label) for field in left)
            )
            yield Finding("optional", Severity.WARNING, part, left[0].key, words)


def _criterion(checklist: Checklist, criterion: Criterion) -> Iterator[Finding]:
    """Yield what is doubtful about a criterion as a whole."""
    code = criterion.code
    outcome = checklist.outcomes[code]
    if _is_open_for_no_other_reason(checklist, code):
        yield Finding("insufficient", Severity.CRITICAL, code, "", _why_open(checklist, code))
    applies_not = checklist.not_applicable.get(code)
    if applies_not is not None and applies_not.value is True:
        stated = [m for m in criterion.measures if checklist.answer(m.key).is_stated]
        if stated:
            words = _("Stated not to apply, yet there are answers: {labels}").format(
                labels=", ".join(str(measure.label) for measure in stated)
            )
            yield Finding("not_applicable_answers", Severity.WARNING, code, stated[0].key, words)
    if code in checklist.lapsed_overrides:
        words = _("Values changed since; the rating set by hand is to be confirmed.")
        yield Finding("override_lapsed", Severity.WARNING, code, "", words)
    if outcome.rating is Rating.NOT_APPLICABLE:
        return
    missing = checklist.missing_evidence(code)
    if missing:
        wanted = checklist.wanted_evidence(code)
        words = ngettext(
            "{count} photo or file is missing as evidence: {texts}",
            "{count} photos or files are missing as evidence: {texts}",
            missing,
        ).format(
            count=count(missing),
            texts="; ".join(str(each.line.text) for each in wanted if each.unnamed),
        )
        others = sum(each.other for each in wanted)
        if others:
            words += " · " + _("attached under another caption: {count}").format(
                count=count(others)
            )
        yield Finding("evidence", Severity.WARNING, code, "", words)
    shown = [each for each in checklist.evidence.get(code, ()) if not each.is_purged]
    if code in checklist.standing_overrides and not shown:
        words = _("The rating was set by hand without any evidence attached.")
        yield Finding("override_evidence", Severity.WARNING, code, "", words)


def _is_open_for_no_other_reason(checklist: Checklist, code: str) -> bool:
    """Return whether a rating is open though no other critical finding says why."""
    outcome = checklist.outcomes[code]
    if outcome.rating.is_decided or outcome.failing or checklist.conflicts_of(code):
        return False
    return checklist.round.catalogue.rulebook.reads(code).isdisjoint(_missing_keys(checklist))


def _why_open(checklist: Checklist, code: str) -> str:
    catalogue = checklist.round.catalogue
    read = catalogue.rulebook.reads(code)
    unknown = [
        str(field.label)
        for key, field in catalogue.fields.items()
        if key in read and checklist.answer(key).value is NOT_KNOWN
    ]
    if unknown:
        return _("Cannot be rated while this is not known: {labels}").format(
            labels=", ".join(unknown)
        )
    return _("Cannot be rated with these answers. Needed: {text}").format(
        text=explain(checklist.verified, code).valid.text
    )


def _applicable(checklist: Checklist) -> list[str]:
    return [
        code
        for code, outcome in checklist.outcomes.items()
        if outcome.rating is not Rating.NOT_APPLICABLE
    ]


def _is_asked(checklist: Checklist, field: Parameter) -> bool:
    return not field.known_to_office and checklist.verified.is_asked(field.key)


def part_of(catalogue: Catalogue, subject: str) -> str:
    """Return where a subject belongs: the code of a criterion, or `PARAMETERS`."""
    key = subject.partition("/")[0]
    return key if key in catalogue.codes else catalogue.home.get(key, PARAMETERS)
