"""What the minutes say of each criterion: values, what falls short and why, what people said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checklists.matrix import IN_CONFLICT, OVERRIDDEN
from checklists.reading import marks
from checklists.tasks import SHORT
from criteria.language import _
from criteria.rating import Rating
from criteria.rules.explain import shortfalls_of
from criteria.values import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checklists.checklist import Checklist
    from checklists.hand_in import Finding
    from checklists.matrix import MatrixRow
    from criteria.catalogue import Criterion, Parameter
    from criteria.rules.explain import Shortfall

from exports.minutes.parts import Labelled, Row


def values_of(checklist: Checklist, fields: Iterable[Parameter], told: frozenset[str]) -> str:
    """Return what was found, in short: numbers one by one, yes and no taken together."""
    listed: list[str] = []
    yes_no: dict[str, list[str]] = {}
    for field in fields:
        answer = checklist.answer(field.key)
        if not answer.is_stated or field.key in told:
            continue
        if answer.is_conflict:
            values = " / ".join(write(field, head.value) for head in answer.heads)
            text = _("{label}: contradiction ({values})")
            listed.append(text.format(label=field.label, values=values))
        elif field.type == "yesno":
            yes_no.setdefault(write(field, answer.value), []).append(str(field.label))
        else:
            listed.append(f"{field.label}: {write(field, answer.value)}")
    listed += [f"{', '.join(labels)}: {value}" for value, labels in yes_no.items()]
    return "; ".join(listed) + "." if listed else ""


def row_of(row: MatrixRow, criterion: Criterion, found: Sequence[Finding]) -> Row:
    """Return what was found on one criterion."""
    checklist, code = row.checklist, criterion.code
    outcome = row.outcomes[code]
    declared = checklist.declared.outcomes[code].rating
    shortfalls = shortfalls_of(checklist.verified, code) if outcome.computed in SHORT else ()
    asked = [
        measure
        for measure in criterion.measures
        if not (measure.optional or measure.for_record) and checklist.verified.is_asked(measure.key)
    ]
    told = frozenset(_told(shortfalls)) if outcome.rating in SHORT else frozenset[str]()
    return Row(
        code=code,
        title=str(criterion.short),
        sign="" if outcome.rating is Rating.UNAUDITED else row.sign(code),
        rating=outcome.rating.label,
        declared=(
            _("declared: {value}").format(value=declared.letter)
            if declared.is_decided and declared is not outcome.rating
            else ""
        ),
        values=values_of(checklist, asked, told),
        remarks=tuple(_remarks(row, criterion, shortfalls, found)),
    )


def _told(shortfalls: Iterable[Shortfall]) -> Iterator[str]:
    """Yield the keys of values that a shortfall names itself."""
    for each in shortfalls:
        for way in each.options:
            yield from _told(way)
        if each.gap is not None:
            yield each.gap.key
        elif not each.options and len(each.condition.reads) == 1:
            yield each.condition.reads[0].key


def _remarks(
    row: MatrixRow, criterion: Criterion, shortfalls: Sequence[Shortfall], found: Sequence[Finding]
) -> Iterator[Labelled]:
    checklist, code = row.checklist, criterion.code
    outcome = row.outcomes[code]
    if outcome.rating in SHORT and shortfalls:
        yield Labelled(_("Short"), "; ".join(each.words() for each in shortfalls) + ".")
    if outcome.rating is Rating.INSUFFICIENT:
        yield from _open(checklist, code, found)
    yield from _applies_not(checklist, criterion)
    for override in checklist.overrides.get(code, ()):
        text = _("{rating}, because {reason} ({author}); the rules give: {computed}").format(
            rating=override.rating.label,
            reason=override.statement.reason,
            author=override.statement.author,
            computed=outcome.computed.label,
        )
        if code in checklist.lapsed_overrides:
            text += " – " + _("to be confirmed, values changed since")
        yield Labelled(_("Rated by hand"), text)
    for note in checklist.notes.get(code, ()):
        yield Labelled(_("Note ({author})").format(author=note.author), str(note.value))


def _open(checklist: Checklist, code: str, found: Sequence[Finding]) -> Iterator[Labelled]:
    """Yield why a rating is open."""
    fields = checklist.round.catalogue.fields
    missing = [str(fields[key].label) for key in checklist.verified.missing(code)]
    if missing:
        yield Labelled(_("Not stated yet"), ", ".join(missing))
    for each in found:
        if each.part == code and each.kind in ("insufficient", "disagree"):
            yield Labelled(_("Cannot be rated"), each.words)


def _applies_not(checklist: Checklist, criterion: Criterion) -> Iterator[Labelled]:
    answer = checklist.not_applicable.get(criterion.code)
    stated = [head for head in answer.heads if head.value is True] if answer is not None else []
    for head in stated:
        text = f"{head.reason} ({head.author})" if head.reason else head.author
        yield Labelled(_("Does not apply"), text)
    if not stated and checklist.outcomes[criterion.code].rating is Rating.NOT_APPLICABLE:
        yield Labelled(_("Does not apply"), str(criterion.not_applicable_note))


def legend_of(row: MatrixRow) -> str:
    """Return what the marks mean that this paper shows."""
    shown = {
        OVERRIDDEN: any(outcome.is_overridden for outcome in row.outcomes.values()),
        IN_CONFLICT: bool(row.conflicted),
    }
    return "; ".join(f"{mark} {meaning}" for mark, meaning in marks() if shown.get(mark))
