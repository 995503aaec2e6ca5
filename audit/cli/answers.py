"""``answer``, ``declare``, ``not-applicable`` and ``override``: stating things."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import (
    commune_argument,
    criterion_argument,
    emit,
    file_option,
    json_option,
    say,
    talk,
)
from audit.desk import Desk, chosen_path
from audit.statements import (
    Drafted,
    state_not_applicable,
    state_note,
    state_override,
    state_values,
)
from checklists.checklist import Basis
from checklists.conflicts import conflicts
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.folding import fold
from criteria.language import _, count
from criteria.rating import Rating
from criteria.values import StatedValue, clean, from_json, read, with_key, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.fold import Ledger
    from audit.pen import Draft
    from audit.record import Author
    from checklists.checklist import Checklist
    from checklists.communes import Commune
    from checklists.conflicts import Conflict
    from criteria.catalogue import Catalogue

BASES = ("declared", "verified")


@click.command(
    help=_(
        "State values found in a commune.\n\n"
        "COMMUNE is a code or a name. Each value is NAME=VALUE, such as pc_working=12; NAME= takes "
        "a value back, NAME=? says that it could not be found out. What is right is saved, what is "
        "not is told, all at once."
    )
)
@commune_argument
@click.argument("values", nargs=-1, metavar=_("NAME=VALUE…"))
@click.option(
    "--basis",
    type=click.Choice(BASES),
    default="verified",
    help=_("Who vouches: declared by the commune, or verified by you."),
)
@click.option("--note", "notes", multiple=True, metavar=_("CRITERION=TEXT"), help=_("A note."))
@click.option(
    "--reason",
    default="",
    help=_("Why: needed where different values stand, and for every change after the sign-off."),
)
@file_option
@json_option
def answer(
    commune: str,
    values: tuple[str, ...],
    basis: str,
    notes: tuple[str, ...],
    reason: str,
    path: Path | None,
    *,
    as_json: bool,
) -> int:
    """State values found in a commune."""
    if not values and not notes:
        raise ReadinessError(ErrorCode.NOTHING_STATED, status=2)
    with Desk(chosen_path(path), write=True) as desk:
        held, place = desk.round, desk.commune(commune)
        before = desk.checklist(place.code)
        ledger = desk.ledger(place.code)
        read_values, problems = read_assignments(held.catalogue, values)
        drafted = state_values(
            held, ledger, place.code, read_values, basis=basis, reason=clean(reason)
        )
        drafted.problems[:0] = problems
        for text in notes:
            _add_note(
                drafted, held.catalogue, ledger, place.code, text, desk.pen().author, clean(reason)
            )
        desk.write(drafted.drafts)
        after = desk.checklist(place.code)
        if as_json:
            emit(_result(drafted, after, before, Basis(basis)))
        else:
            _tell(drafted, place, before, after, Basis(basis))
    return 1 if drafted.problems else 0


def read_assignments(
    catalogue: Catalogue, texts: tuple[str, ...]
) -> tuple[dict[str, StatedValue | None], list[Message]]:
    """Read ``NAME=VALUE`` texts.

    Returns:
        The values that are right, and a sentence for each that is not.
    """
    values: dict[str, StatedValue | None] = {}
    problems: list[Message] = []
    seen: set[str] = set()
    for text in texts:
        key, equals, typed = text.partition("=")
        key = key.strip()
        if not equals:
            problems.append(Message(ErrorCode.ASSIGNMENT_FORM, {"text": text}))
            continue
        field = catalogue.fields.get(key) or catalogue.fields.get(key.lower())
        if field is None:
            problems.append(unknown_field(catalogue, key))
            continue
        if field.key in seen:
            values.pop(field.key, None)
            problems.append(Message(ErrorCode.ASSIGNMENT_TWICE, {"key": field.key}))
            continue
        seen.add(field.key)
        try:
            values[field.key] = read(field, typed, name=with_key(field))
        except ReadinessError as error:
            problems += error.messages
    return values, problems


def unknown_field(catalogue: Catalogue, key: str) -> Message:
    """Return the sentence about a name that is no measure, with names that are near."""
    near = difflib.get_close_matches(key.lower(), catalogue.fields, n=3, cutoff=0.6)
    hint = " " + _("Did you mean: {names}?").format(names=", ".join(near)) if near else ""
    return Message(ErrorCode.FIELD_UNKNOWN, {"key": key, "near": hint})


def _add_note(
    drafted: Drafted,
    catalogue: Catalogue,
    ledger: Ledger,
    commune: str,
    text: str,
    author: Author,
    reason: str,
) -> None:
    code, equals, note = text.partition("=")
    if not equals:
        drafted.problems.append(Message(ErrorCode.NOTE_FORM, {"text": text}))
        return
    try:
        criterion = catalogue.criterion(code)
        draft = state_note(ledger, commune, criterion.code, note, author, reason=reason)
    except ReadinessError as error:
        drafted.problems += error.messages
        return
    if draft is None:
        drafted.unchanged.append(f"{criterion.code}/note")
    else:
        drafted.drafts.append(draft)


def _result(
    drafted: Drafted, after: Checklist, before: Checklist, basis: Basis
) -> dict[str, object]:
    earlier, later = before.assessment(basis).outcomes, after.assessment(basis).outcomes
    return {
        "saved": [draft.subject for draft in drafted.drafts],
        "unchanged": drafted.unchanged,
        "refused": [
            {"code": problem.code.name, "text": str(problem)} for problem in drafted.problems
        ],
        "warnings": _warnings(after, basis),
        "conflicts": [each.subject for each in _remaining(drafted.drafts, after)],
        "ratings": {
            code: {"before": earlier[code].rating, "after": later[code].rating}
            for code in later
            if later[code] != earlier[code]
        },
    }


def _warnings(checklist: Checklist, basis: Basis) -> list[str]:
    """Return what does not agree between fields of one basis, each once."""
    outcomes = checklist.assessment(basis).outcomes.values()
    return list(
        dict.fromkeys(str(check.message) for outcome in outcomes for check in outcome.failing)
    )


def _tell(
    drafted: Drafted, commune: Commune, before: Checklist, after: Checklist, basis: Basis
) -> None:
    catalogue = after.round.catalogue
    for draft in drafted.drafts:
        _tell_saved(draft, catalogue)
    _tell_remaining(drafted.drafts, after)
    if drafted.unchanged:
        talk(_("Already so: {names}").format(names=", ".join(drafted.unchanged)))
    for problem in drafted.problems:
        talk(_("Not saved: {problem}").format(problem=problem))
    for warning in _warnings(after, basis):
        talk(_("Look again: {warning}").format(warning=warning))
    for code, outcome in after.assessment(basis).outcomes.items():
        earlier = before.assessment(basis).outcomes[code]
        if outcome.rating is not earlier.rating:
            say(
                _("{code} {short}: {before} → {after}").format(
                    code=code,
                    short=catalogue.criterion(code).short,
                    before=earlier.rating.label,
                    after=outcome.rating.label,
                )
            )
    lapsed = set(after.lapsed_overrides) - set(before.lapsed_overrides)
    if lapsed:
        talk(
            _("Values changed: confirm the rating set by hand for {codes}.").format(
                codes=", ".join(sorted(lapsed))
            )
        )
    talk(
        _("{commune}: {count} values and notes saved; {missing} fields still missing.").format(
            commune=commune.name,
            count=count(len(drafted.drafts)),
            missing=count(after.progress.missing),
        )
    )


def _tell_saved(draft: Draft, catalogue: Catalogue) -> None:
    field = catalogue.fields.get(draft.subject)
    if field is None:
        say(_("Saved: note on {code}").format(code=draft.subject.partition("/")[0]))
        return
    say(
        _("Saved: {key} – {label}: {value}").format(
            key=draft.subject,
            label=field.label,
            value=write(field, from_json(field, draft.value)),
        )
    )


def _remaining(drafts: Sequence[Draft], after: Checklist) -> list[Conflict]:
    """Return what still contradicts itself of what was just stated."""
    stated = {(draft.subject, draft.basis) for draft in drafts}
    return [each for each in conflicts(after) if (each.subject, each.basis) in stated]


def _tell_remaining(drafts: Sequence[Draft], after: Checklist) -> None:
    for each in _remaining(drafts, after):
        sides = "; ".join(f"{side.words} ({side.statement.author})" for side in each.sides)
        talk(
            _(
                "{subject}: different values still stand: {values}. Yours replaces only what you "
                "stated yourself; between several people only the office settles."
            ).format(subject=each.subject, values=sides)
        )


@click.command(
    help=_(
        "Take in what communes declared, from a table.\n\n"
        "FILE is a CSV file with the columns code, measure and value (or mã, chỉ tiêu, giá trị), "
        "separated by commas, semicolons or tabs. Rows that are right are saved; the others are "
        "listed with their line."
    )
)
@click.argument("table", metavar=_("FILE"), type=click.Path(path_type=Path))
@click.option(
    "--reason", default="", help=_("Why; needed for communes whose checklist is signed already.")
)
@file_option
@json_option
def declare(table: Path, reason: str, path: Path | None, *, as_json: bool) -> int:
    """Take in what communes declared, from a table."""
    from audit.declarations import take_in

    with Desk(chosen_path(path), write=True) as desk:
        report = take_in(desk, table, reason=clean(reason))
    if as_json:
        emit(
            {
                "saved": report.saved,
                "unchanged": report.unchanged,
                "communes": report.communes,
                "warnings": report.warnings,
                "refused": [
                    {"line": line, "code": message.code.name, "text": str(message)}
                    for line, message in report.refused
                ],
            }
        )
    else:
        for line, message in report.refused:
            talk(_("line {line}").format(line=line) + f": {message}")
        for warning in report.warnings:
            talk(_("Look again: {warning}").format(warning=warning))
        say(
            _(
                "{saved} values of {communes} communes saved; {unchanged} were so already; "
                "{refused} rows refused."
            ).format(
                saved=count(report.saved),
                communes=count(report.communes),
                unchanged=count(report.unchanged),
                refused=count(len(report.refused)),
            )
        )
    return 1 if report.refused else 0


@click.command(
    name="not-applicable",
    help=_("State, with a reason, that a criterion does not apply to a commune."),
)
@commune_argument
@criterion_argument
@click.option("--reason", default="", help=_("Why; it is shown wherever the rating is."))
@click.option("--withdraw", is_flag=True, help=_("Take the statement back."))
@file_option
def not_applicable(
    commune: str, criterion: str, reason: str, path: Path | None, *, withdraw: bool
) -> None:
    """State that a criterion does not apply to a commune."""
    with Desk(chosen_path(path), write=True) as desk:
        place = desk.commune(commune)
        code = desk.round.catalogue.criterion(criterion).code
        before = desk.checklist(place.code)
        draft = state_not_applicable(
            desk.round,
            desk.ledger(place.code),
            place.code,
            code,
            applies_not=not withdraw,
            reason=reason,
        )
        desk.write([draft])
        after = desk.checklist(place.code)
        if not withdraw and any(
            before.answer(measure.key).is_stated
            for measure in desk.round.catalogue.criterion(code).measures
        ):
            talk(_("Look again: values are stated for {code} as well.").format(code=code))
        _tell_rating(after, code)
        _tell_remaining([draft], after)


@click.command(
    help=_(
        "Set another rating than the rules give, with a reason.\n\n"
        "RATING is met, partly_met or not_met (or Đ, MP, CĐ). The computed rating is kept and "
        "shown beside it. When a value changes later, the rating waits to be confirmed."
    )
)
@commune_argument
@criterion_argument
@click.argument("rating", metavar=_("RATING"), required=False, default="")
@click.option("--reason", default="", help=_("Why; it is shown wherever the rating is."))
@click.option("--withdraw", is_flag=True, help=_("Take the rating set by hand back."))
@file_option
def override(
    commune: str, criterion: str, rating: str, reason: str, path: Path | None, *, withdraw: bool
) -> None:
    """Set another rating than the rules give."""
    chosen = None if withdraw else read_rating(rating)
    with Desk(chosen_path(path), write=True) as desk:
        place = desk.commune(commune)
        code = desk.round.catalogue.criterion(criterion).code
        draft = state_override(
            desk.round, desk.ledger(place.code), place.code, code, chosen, reason=reason
        )
        desk.write([draft])
        _tell_rating(desk.checklist(place.code), code)
        _tell_remaining([draft], desk.checklist(place.code))


def read_rating(text: str) -> Rating:
    """Return the rating that a text names.

    Raises:
        ReadinessError: It names none that can be set by hand.
    """
    settable = (Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET)
    letters = {"Đ": Rating.MET, "MP": Rating.PARTLY_MET, "CĐ": Rating.NOT_MET}
    for each in settable:
        if text.strip().upper() in (each.letter, each.value.upper()) or fold(text) == fold(
            each.label
        ):
            return each
    if text.strip().upper() in letters:
        return letters[text.strip().upper()]
    known = ", ".join(f"{each.value} ({each.letter})" for each in settable)
    raise ReadinessError(ErrorCode.RATING_UNKNOWN, status=2, text=text, known=known)


def _tell_rating(checklist: Checklist, code: str) -> None:
    outcome = checklist.outcomes[code]
    text = f"{checklist.commune.name}, {code}: {outcome.rating.in_words}"
    if outcome.is_overridden:
        text += " " + _("(the rules give: {rating})").format(rating=outcome.computed.label)
    say(text)
