"""A commune's checklist as lines of text and as data: values, ratings and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checklists.checklist import Basis, method_words
from checklists.figures import interval
from checklists.hand_in import PARAMETERS
from checklists.matrix import build_matrix
from checklists.reading import class_words
from criteria.language import _, count
from criteria.rating import Rating
from criteria.rules.explain import explain, lines
from criteria.values import to_json, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checklists.checklist import Answer, Checklist, Review, SignOff, Statement
    from criteria.catalogue import Parameter
    from criteria.rules.explain import Condition


def as_lines(checklist: Checklist, codes: Sequence[str], *, in_full: bool) -> Iterator[str]:
    """Yield a commune's checklist as text.

    Args:
        checklist: What is known of the commune.
        codes: Criteria to show, in this order.
        in_full: Whether every value comes with who stated it, when and how.
    """
    catalogue = checklist.round.catalogue
    yield from _head(checklist)
    yield ""
    yield _("Parameters")
    for parameter in catalogue.parameters:
        answer = checklist.answer(parameter.key)
        if answer.is_stated or not parameter.known_to_office:
            yield from _value(parameter, answer, checklist, in_full=in_full)
    group = ""
    for code in codes:
        criterion = catalogue.criterion(code)
        if criterion.group != group:
            group = criterion.group
            title = next(each.title for each in catalogue.groups if each.code == group)
            yield ""
            yield f"{group} · {title}"
        yield ""
        yield from _criterion(checklist, code, in_full=in_full)


def _head(checklist: Checklist) -> Iterator[str]:
    held = checklist.round
    about = held.catalogue.about
    from dataclasses import replace

    alone = replace(held, communes=(checklist.commune,))
    (row,) = build_matrix(alone, [checklist]).rows
    yield f"{checklist.commune.code} · {checklist.commune.name} · {held.title}"
    yield f"{about.title} ({about.edition}) – {about.notice}"
    yield _("{readiness} · {met} of {applicable} criteria met · index {index}").format(
        readiness=row.class_sign, met=row.met, applicable=row.applicable, index=interval(row.index)
    )
    yield "  " + class_words(row)
    yield from state_lines(checklist)
    missing = checklist.progress.missing
    if missing:
        yield _("{missing} of {asked} fields still missing").format(
            missing=count(missing), asked=count(checklist.progress.asked)
        )
    if checklist.conflicts:
        yield _("Contradictions: {subjects}").format(subjects=", ".join(checklist.conflicts))
    for message in checklist.unreadable:
        yield str(message)


def state_lines(checklist: Checklist) -> Iterator[str]:
    """Yield how far a checklist has come, who signed it and what the office said."""
    yield _("State: {state}").format(state=checklist.state_label)
    for signed in checklist.sign_offs:
        yield "  " + signed.words
    for review in checklist.reviews:
        yield "  " + review.words
        for part in review.comments:
            yield f"    {part_words(part)}: {review.comment_words(part)}"


def part_words(part: str) -> str:
    """Return what people call a part of a checklist: the code, or the parameters."""
    return _("Parameters") if part == PARAMETERS else part


def _criterion(checklist: Checklist, code: str, *, in_full: bool) -> Iterator[str]:
    catalogue = checklist.round.catalogue
    criterion = catalogue.criterion(code)
    outcome = checklist.outcomes[code]
    yield f"{code} {criterion.short}: {outcome.rating.in_words}"
    if in_full:
        yield f"  {criterion.title}"
        yield "  " + _("Check on site: {text}").format(text=criterion.how)
        yield f"  {criterion.rule_words}"
    for review in checklist.reviews:
        if code in review.comments:
            words = _("The office: {comment}").format(comment=review.comment_words(code))
            yield f"  ! {words}"
    yield from _stated_ratings(checklist, code)
    declared = checklist.declared.outcomes[code].rating
    if declared is not Rating.UNAUDITED:
        yield "  " + _("Declared by the commune: {rating}").format(rating=declared.label)
    for measure in criterion.measures:
        answer = checklist.answer(measure.key)
        if in_full or answer.is_stated:
            yield from _value(measure, answer, checklist, in_full=in_full)
    explanation = explain(checklist.verified, code)
    for message in explanation.failing:
        yield "  ! " + message
    if outcome.rating is not Rating.NOT_APPLICABLE:
        yield "  " + _("To be met:")
        yield from _conditions(explanation.met)
        if in_full:
            yield "  " + _("To be partly met:")
            yield from _conditions(explanation.partly_met)
            if explanation.valid.text != _("always"):
                yield "  " + _("Data are valid if:")
                yield from _conditions(explanation.valid)
    if outcome.rating in (Rating.NOT_MET, Rating.PARTLY_MET):
        for shortfall in explanation.shortfalls:
            yield "  " + _("Missing: {shortfall}").format(shortfall=shortfall.words())
    missing = checklist.verified.missing(code)
    if missing and not outcome.rating.is_decided:
        labels = (f"{key} ({catalogue.fields[key].label})" for key in missing)
        yield "  " + _("Not stated yet: {fields}").format(fields=", ".join(labels))
    for note in checklist.notes.get(code, ()):
        yield "  " + _("Note by {author}: {text}").format(author=note.author, text=note.value)
    yield from _evidence(checklist, code, in_full=in_full)
    if in_full:
        for source in criterion.sources:
            yield "  " + _("Source: {text}").format(text=source.text)


def _evidence(checklist: Checklist, code: str, *, in_full: bool) -> Iterator[str]:
    from audit.cli.evidence import attachment_line

    for piece in checklist.evidence.get(code, ()):
        yield "  " + _("Evidence: {piece}").format(piece=attachment_line(piece))
    if not in_full or not checklist.missing_evidence(code):
        return
    lines_wanted = checklist.wanted_evidence(code)
    for wanted in lines_wanted:
        if wanted.unnamed:
            yield "  " + _("Evidence wanted: {text} ({held} of {wanted})").format(
                text=wanted.line.text, held=wanted.held, wanted=wanted.line.at_least
            )
    others = sum(wanted.other for wanted in lines_wanted)
    if others:
        yield "  " + _("Evidence counted under another caption: {count}").format(
            count=count(others)
        )


def _stated_ratings(checklist: Checklist, code: str) -> Iterator[str]:
    outcome = checklist.outcomes[code]
    applies_not = checklist.not_applicable.get(code)
    for statement in applies_not.heads if applies_not else ():
        if statement.value is True:
            yield "  " + _("Does not apply: {reason} ({who})").format(
                reason=statement.reason, who=_who(statement)
            )
    for override in checklist.overrides.get(code, ()):
        text = _("Set by hand: {rating}, because {reason} ({who}); the rules give: {computed}")
        yield "  " + text.format(
            rating=override.rating.label,
            reason=override.statement.reason,
            who=_who(override.statement),
            computed=outcome.computed.label,
        )
        if code in checklist.lapsed_overrides:
            yield "  ! " + _("Values changed since; the rating set by hand is to be confirmed.")


def _value(
    field: Parameter, answer: Answer, checklist: Checklist, *, in_full: bool
) -> Iterator[str]:
    declared = checklist.answer(field.key, Basis.DECLARED)
    text = f"{field.label}: {write(field, answer.value)}"
    if not checklist.verified.is_asked(field.key):
        text = f"{field.label}: " + _("not asked")
    if answer.is_conflict:
        text = f"{field.label}: " + _("contradiction")
    if declared.value is not None and declared.value != answer.value:
        text += " · " + _("declared: {value}").format(value=write(field, declared.value))
    last = checklist.last(field.key)
    if last is not None and last != answer.value:
        text += " · " + _("last round: {value}").format(value=write(field, last))
    yield f"  {field.key:<14} {text}"
    if in_full or answer.is_conflict:
        for head in answer.heads:
            yield f"{'':17}{write(field, head.value)} – {_who(head)}"


def _who(statement: Statement) -> str:
    return f"{statement.author}, {statement.when}, {method_words(statement.method)}"


def _conditions(condition: Condition) -> Iterator[str]:
    for line in lines(condition, 2):
        yield f"{'  ' * line.level}{line.sign} {line.text}"


def as_data(checklist: Checklist, codes: Sequence[str]) -> dict[str, Any]:
    """Return a commune's checklist as JSON data."""
    catalogue = checklist.round.catalogue
    return {
        "code": checklist.commune.code,
        "name": checklist.commune.name,
        "round": checklist.round.title,
        "state": checklist.state,
        "sign_offs": [sign_off_data(signed) for signed in checklist.sign_offs],
        "reviews": [review_data(review) for review in checklist.reviews],
        "missing": checklist.progress.missing,
        "conflicts": checklist.conflicts,
        "parameters": {
            parameter.key: _field_data(checklist, parameter.key)
            for parameter in catalogue.parameters
        },
        "criteria": {code: _criterion_data(checklist, code) for code in codes},
    }


def _criterion_data(checklist: Checklist, code: str) -> dict[str, Any]:
    criterion = checklist.round.catalogue.criterion(code)
    outcome = checklist.outcomes[code]
    explanation = explain(checklist.verified, code)
    return {
        "rating": outcome.rating,
        "computed": outcome.computed,
        "declared": checklist.declared.outcomes[code].rating,
        "possible": sorted(outcome.possible),
        "values": {
            measure.key: _field_data(checklist, measure.key) for measure in criterion.measures
        },
        "declared_values": {
            measure.key: _answer_data(checklist.answer(measure.key, Basis.DECLARED))
            for measure in criterion.measures
            if checklist.answer(measure.key, Basis.DECLARED).is_stated
        },
        "met_if": _condition_data(explanation.met),
        "shortfalls": [
            {
                "text": shortfall.words(),
                "measure": shortfall.gap.key if shortfall.gap else None,
                "quantity": shortfall.gap.quantity if shortfall.gap else None,
            }
            for shortfall in explanation.shortfalls
        ],
        "warnings": explanation.failing,
        "missing": checklist.verified.missing(code),
        "comments": [
            {
                "text": review.comments[code],
                "outcome": review.outcome,
                "answered": code in review.answered,
            }
            for review in checklist.reviews
            if code in review.comments
        ],
        "notes": [_statement_data(note) for note in checklist.notes.get(code, ())],
        "evidence": [piece._asdict() for piece in checklist.evidence.get(code, ())],
        "missing_evidence": checklist.missing_evidence(code),
        "not_applicable": [
            _statement_data(head)
            for head in (
                checklist.not_applicable[code].heads if code in checklist.not_applicable else ()
            )
        ],
        "overrides": [
            {**_statement_data(held.statement), "value": held.rating}
            for held in checklist.overrides.get(code, ())
        ],
    }


def _condition_data(condition: Condition) -> dict[str, Any]:
    data: dict[str, Any] = {"text": condition.text, "truth": condition.truth}
    if condition.is_waived:
        data["waived"] = True
    if condition.reads:
        data["reads"] = {reading.key: to_json(reading.value) for reading in condition.reads}
    if condition.given:
        data["given"] = {reading.key: to_json(reading.value) for reading in condition.given}
    if condition.parts:
        data["joined"] = condition.joined
        data["parts"] = [_condition_data(part) for part in condition.parts]
    return data


def sign_off_data(signed: SignOff) -> dict[str, Any]:
    """Return a sign-off as JSON data."""
    said = {"by": signed.by, "title": signed.title, "auditor_title": signed.auditor_title}
    return {**_statement_data(signed.statement), "value": said}


def review_data(review: Review) -> dict[str, Any]:
    """Return what the office said as JSON data."""
    return {
        **_statement_data(review.statement),
        "value": review.outcome,
        "comments": dict(review.comments),
        "answered": sorted(review.answered),
    }


def _field_data(checklist: Checklist, key: str) -> dict[str, Any]:
    data = _answer_data(checklist.answer(key))
    last = checklist.last(key)
    return data if last is None else {**data, "last": to_json(last)}


def _answer_data(answer: Answer) -> dict[str, Any]:
    return {
        "value": to_json(answer.value),
        "conflict": answer.is_conflict,
        "statements": [
            {**_statement_data(head), "value": to_json(head.value)} for head in answer.heads
        ],
    }


def _statement_data(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "value": statement.value,
        "author": statement.author,
        "recorded_at": statement.recorded_at,
        "method": statement.method,
        "reason": statement.reason,
        "key": statement.key,
    }
