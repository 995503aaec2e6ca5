"""``show``, ``status`` and ``matrix``: looking at what is known."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import (
    as_of_option,
    commune_argument,
    emit,
    file_option,
    json_option,
    say,
    table,
    talk,
)
from audit.desk import Desk, chosen_path
from checklists.checklist import State, states_in_words
from checklists.figures import interval, share_green
from criteria.errors import ReadinessError
from criteria.language import _, count

if TYPE_CHECKING:
    from checklists.matrix import Matrix, MatrixRow, ReadinessClass


@click.command(
    help=_(
        "Show a commune: values, ratings and why.\n\n"
        "Without --criterion all criteria with the conditions that decide them; with it also every "
        "value with who stated it, when and how."
    )
)
@commune_argument
@click.option("--criterion", metavar=_("CRITERION"), help=_("Only this criterion, in full."))
@as_of_option
@file_option
@json_option
def show(
    commune: str, criterion: str | None, as_of: str, path: Path | None, *, as_json: bool
) -> None:
    """Show a commune: values, ratings and why."""
    from audit.cli.commune_text import as_data, as_lines

    with Desk(chosen_path(path), as_of=as_of) as desk:
        checklist = desk.checklist(desk.commune(commune).code)
        tell_unreceived(desk)
    codes: tuple[str, ...] = checklist.round.catalogue.codes
    if criterion:
        codes = (checklist.round.catalogue.criterion(criterion).code,)
    if as_json:
        emit({**as_data(checklist, codes), **as_of_data(desk)})
        return
    if desk.as_of is not None:
        say(heading(desk))
    for line in as_lines(checklist, codes, in_full=criterion is not None):
        say(line)


@click.command(
    help=_(
        "Show all that was ever stated about a field of a commune.\n\n"
        "FIELD is the name of a parameter or measure, such as pc_working. The latest comes first; "
        "● marks what stands."
    )
)
@commune_argument
@click.argument("field", metavar=_("FIELD"))
@file_option
@json_option
def history(commune: str, field: str, path: Path | None, *, as_json: bool) -> None:
    """Show all that was ever stated about a field of a commune."""
    from audit.cli.answers import unknown_field
    from audit.history import history as history_of

    with Desk(chosen_path(path)) as desk:
        catalogue = desk.round.catalogue
        held = catalogue.fields.get(field) or catalogue.fields.get(field.lower())
        if held is None:
            raise ReadinessError.of([unknown_field(catalogue, field)], status=2)
        events = history_of(desk, desk.commune(commune).code, held)
    if as_json:
        emit([event._asdict() for event in events])
        return
    say(str(held.label))
    for event in events:
        say(("● " if event.stands else "  ") + event.words)
        if event.reason:
            say("    " + _("Reason") + f": {event.why}")
    if not events:
        say(_("Nothing was stated yet."))


def heading(desk: Desk) -> str:
    """Return what stands above all that is shown of a round."""
    held = desk.round
    text = f"{held.title} · {held.profile.province}"
    return text if desk.as_of is None else f"{text} · {desk.as_of.words}"


def tell_unreceived(desk: Desk) -> None:
    """Say why all is blank as of a day by which the office had confirmed nothing."""
    if desk.as_of is None or desk.as_of.close is not None:
        return
    receipts = [each for each in desk.file.receipts() if each.fingerprint in desk.round.office_keys]
    if not desk.as_of.received(receipts):
        talk(
            _(
                "No receipt of the office is as old: only what the office stated itself is shown "
                "as of that day."
            )
        )


def as_of_data(desk: Desk) -> dict[str, Any]:
    """Return as of when something is shown, as data; nothing where it is now."""
    return {} if desk.as_of is None else {"as_of": desk.as_of.data}


@click.command(help=_("Show the round, its progress and what needs attention."))
@as_of_option
@file_option
@json_option
def status(as_of: str, path: Path | None, *, as_json: bool) -> None:
    """Show the round, its progress and what needs attention."""
    from audit.custody import divided

    with Desk(chosen_path(path), as_of=as_of) as desk:
        held = desk.matrix()
        tell_unreceived(desk)
        divides = divided(desk)
    counts = _progress(held)
    conflicted = [row for row in held.rows if row.checklist.conflicts]
    lapsed = [row for row in held.rows if row.checklist.lapsed_overrides]
    failing = [
        row for row in held.rows if any(outcome.failing for outcome in row.outcomes.values())
    ]
    unreadable = [row for row in held.rows if row.checklist.unreadable]
    forked = [row for row in held.rows if row.commune.code in divides]
    signed = [row for row in held.rows if row.checklist.sign_offs]
    changed = [row for row in held.rows if row.checklist.state in _CHANGED]
    returned = [row for row in held.rows if row.checklist.state is State.RETURNED]
    if as_json:
        emit(
            {
                "path": str(desk.path),
                "round": {"id": held.round.id, "title": held.round.title},
                **as_of_data(desk),
                "communes": len(held.rows),
                "progress": counts,
                "classes": {each.value: held.classes[each] for each in _classes()},
                "fully_met": held.fully_met,
                "may_yet_meet": share_green(held.rows).still_open,
                "conflicts": {row.commune.code: row.checklist.conflicts for row in conflicted},
                "overrides_to_confirm": {
                    row.commune.code: row.checklist.lapsed_overrides for row in lapsed
                },
                "disagreeing": [row.commune.code for row in failing],
                "unreadable": [row.commune.code for row in unreadable],
                "forked": divides,
                "returned": {
                    row.commune.code: {
                        part: {"text": text, "answered": part in review.answered}
                        for review in row.checklist.reviews
                        for part, text in review.comments.items()
                    }
                    for row in returned
                },
                "states": {row.commune.code: row.checklist.state for row in held.rows},
                "signed_by": {
                    row.commune.code: [each.by for each in row.checklist.sign_offs]
                    for row in signed
                },
            }
        )
        return
    about = held.round.catalogue.about
    say(f"{heading(desk)} · {desk.path}")
    say(f"{about.title} ({about.edition})")
    say(str(about.notice))
    say()
    say(
        _(
            "Progress: {done} of {all} communes complete, {begun} begun, {untouched} not begun"
        ).format(
            done=count(counts["complete"]),
            all=count(len(held.rows)),
            begun=count(counts["begun"]),
            untouched=count(counts["untouched"]),
        )
    )
    say(
        _("Classes: {list}").format(
            list=" · ".join(f"{each.label}: {_counted(held, each)}" for each in _classes())
        )
    )
    if any(row.checklist.state is not State.DRAFT for row in held.rows):
        states = states_in_words(
            (row.checklist.state, row.checklist.progress.stated) for row in held.rows
        )
        say(
            _("Sign-off: {list}").format(
                list=" · ".join(f"{label}: {count(often)}" for label, often in states.items())
            )
        )
    for rows, words in (
        (conflicted, _("Communes with contradictions to settle")),
        (failing, _("Communes whose values do not agree with one another")),
        (lapsed, _("Communes with a rating set by hand to confirm")),
        (unreadable, _("Communes with records that cannot be interpreted")),
        (forked, _("Communes of which a chain of records divides")),
        (changed, _("Communes changed after they were signed or accepted")),
        (returned, _("Communes returned by the office")),
        (signed, _("Communes signed")),
    ):
        if rows:
            say()
            say(f"{words}: {count(len(rows))}")
            for row in rows[:10]:
                more = _subjects(row) if rows is conflicted else ""
                more = _signed_by(row) if rows is signed or rows is changed else more
                more = _asked(row) if rows is returned else more
                say(f"  {row.commune.code} {row.commune.name}{more}")
            if len(rows) > 10:
                say("  " + _("and {count} more communes").format(count=count(len(rows) - 10)))


_CHANGED = (State.CHANGED, State.ACCEPTED_CHANGED)


def _asked(row: MatrixRow) -> str:
    """Return what the office asks about a commune, and what of it was answered since."""
    from audit.cli.commune_text import part_words

    comments = [
        f"{part_words(part)}: {review.comment_words(part)}"
        for review in row.checklist.reviews
        for part in review.comments
    ]
    return ": " + "; ".join(comments) if comments else ""


def _subjects(row: MatrixRow) -> str:
    return f": {', '.join(row.checklist.conflicts)}"


def _signed_by(row: MatrixRow) -> str:
    names = (f"{each.by}, {each.statement.author}" for each in row.checklist.sign_offs)
    return ": " + "; ".join(names)


def _classes() -> list[ReadinessClass]:
    from checklists.matrix import ReadinessClass

    return list(ReadinessClass)


def _counted(held: Matrix, readiness: ReadinessClass) -> str:
    """Return how many communes have a class; ``≥`` where more may come to meet everything."""
    is_green = readiness is _classes()[0]
    return (share_green(held.rows).sign if is_green else "") + count(held.classes[readiness])


def _progress(held: Matrix) -> dict[str, int]:
    complete = sum(not row.checklist.progress.missing for row in held.rows)
    untouched = sum(not row.checklist.progress.stated for row in held.rows)
    return {
        "complete": complete,
        "begun": len(held.rows) - complete - untouched,
        "untouched": untouched,
    }


@click.command(help=_("Show the matrix of communes and criteria, as text or JSON."))
@click.option(
    "--class",
    "wanted",
    type=click.Choice(["green", "yellow", "red", "grey"]),
    help=_("Only communes of this class: green, yellow, red, grey."),
)
@as_of_option
@file_option
@json_option
def matrix(wanted: str | None, as_of: str, path: Path | None, *, as_json: bool) -> None:
    """Show the matrix of communes and criteria."""
    with Desk(chosen_path(path), as_of=as_of) as desk:
        held = desk.matrix()
        tell_unreceived(desk)
    rows = [row for row in held.rows if not wanted or row.readiness.value == wanted]
    if as_json:
        emit({**_matrix_data(held, rows), **as_of_data(desk)})
        return
    codes = held.round.catalogue.codes
    lines: list[list[str]] = [
        [_("Code"), _("Commune"), *codes, _("Class"), _("Met"), _("Index")],
    ]
    lines += [
        [
            row.commune.code,
            row.commune.name,
            *(row.sign(code) for code in codes),
            row.class_sign,
            f"{row.met}/{row.applicable}",
            interval(row.index),
        ]
        for row in rows
    ]
    say(heading(desk))
    say(str(held.round.catalogue.about.notice))
    for line in table(lines):
        say(line)
    say(legend())


def legend() -> str:
    """Return what the letters and signs of the matrix mean, in one line."""
    from criteria.rating import Rating

    letters = " · ".join(f"{rating.letter} {rating.label}" for rating in Rating)
    return letters + " · " + _("* set by hand · ! contradiction · ? class may still change")


def _matrix_data(held: Matrix, rows: list[MatrixRow]) -> dict[str, Any]:
    about = held.round.catalogue.about
    return {
        "round": {"id": held.round.id, "title": held.round.title},
        "catalogue": {
            "code": about.code,
            "edition": about.edition,
            "official": about.official,
            "notice": str(about.notice),
        },
        "communes": [
            {
                "code": row.commune.code,
                "name": row.commune.name,
                "kind": row.commune.kind,
                "cluster": row.cluster,
                "ratings": {code: outcome.rating for code, outcome in row.outcomes.items()},
                "overridden": [c for c, outcome in row.outcomes.items() if outcome.is_overridden],
                "class": row.readiness,
                "doubtful": row.doubtful,
                "met": row.met,
                "applicable": row.applicable,
                "index": [row.index.worst, row.index.best] if row.index else None,
                "conflicts": len(row.checklist.conflicts),
            }
            for row in rows
        ],
    }
