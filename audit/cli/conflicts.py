"""``conflicts`` and ``resolve``: what contradicts itself, and settling it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit import amounts
from audit.cli.answers import BASES, read_rating
from audit.cli.common import commune_argument, emit, file_option, json_option, say, talk
from audit.cli.commune_text import part_words
from audit.conflicts import Third, conflict_at, conflicts_of, resolution_draft, side_at
from audit.desk import Desk, chosen_path
from audit.review import return_draft
from checklists.checklist import Basis, method_words
from checklists.conflicts import Matter
from checklists.task_plan import TaskPlan
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import _, count, ngettext
from criteria.values import clean, read, to_json, with_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.pen import Draft
    from checklists.checklist import Checklist, Statement
    from checklists.conflicts import Conflict, Side
    from criteria.catalogue import Catalogue


@click.command(
    name="conflicts",
    help=_(
        "Show what people contradict each other about, side by side.\n\n"
        "Each value comes with who stated it, when and how, with what note and evidence, and with "
        "the rating that each criterion would get if it stood. The office settles them with: "
        "readiness resolve."
    ),
)
@click.argument("commune", metavar=_("[COMMUNE]"), required=False, default="")
@click.option(
    "--all",
    "with_agreements",
    is_flag=True,
    help=_("Also what several people stated alike, each without knowing of the others."),
)
@file_option
@json_option
def list_conflicts(
    commune: str, path: Path | None, *, with_agreements: bool, as_json: bool
) -> None:
    """Show what people contradict each other about, side by side."""
    with Desk(chosen_path(path)) as desk:
        codes = [desk.commune(commune).code] if commune else list(desk.round.by_code)
        found = [
            each
            for code in codes
            for each in conflicts_of(desk, code, with_agreements=with_agreements)
        ]
        data = [conflict_data(desk.checklist(each.commune.code), each) for each in found]
    if as_json:
        emit(data)
        return
    for each in found:
        for line in conflict_lines(each):
            say(line)
        say()
    open_ones = [each for each in found if not each.is_settled]
    if not open_ones:
        say(_("Nothing contradicts anything."))
        return
    communes = len({each.commune.code for each in open_ones})
    talk(
        ngettext(
            "{contradictions} in {communes} commune.",
            "{contradictions} in {communes} communes.",
            communes,
        ).format(contradictions=amounts.contradictions(len(open_ones)), communes=count(communes))
    )


def conflict_lines(conflict: Conflict) -> Iterator[str]:
    """Yield a conflict as text: its values side by side."""
    place = conflict.commune
    sign = "=" if conflict.is_settled else "!"
    basis = "" if conflict.basis is Basis.VERIFIED else f" --basis {conflict.basis}"
    yield f"{sign} {place.code} · {place.name} · {conflict.subject}{basis} – {conflict.label}"
    own = [] if conflict.part not in conflict.codes else [conflict.part]
    shown = tuple(dict.fromkeys((*own, *conflict.differing)))
    for side in conflict.sides:
        yield f"  {side.number}  {side.words} – {_who(side)}"
        if side.statement.reason:
            yield "     " + _("Reason") + f": {side.statement.reason}"
        for note in side.notes:
            yield "     " + _("Note: {text}").format(text=note)
        if side.evidence:
            yield "     " + _("Evidence: {count}").format(count=count(side.evidence))
        ratings = " · ".join(f"{code} {side.ratings[code].in_words}" for code in shown)
        if ratings:
            yield f"     → {ratings}"
    if not conflict.is_settled:
        yield f"  {conflict.bearing}"


def _who(side: Side) -> str:
    said = side.statement
    who = f"{said.author} ({side.unit})" if side.unit else said.author
    sealed = _("sealed") if side.is_sealed else _("not sealed")
    return f"{who}, {said.when}, {method_words(said.method)}, {sealed}"


def conflict_data(checklist: Checklist, conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as JSON data."""
    return {
        "commune": conflict.commune.code,
        "name": conflict.commune.name,
        "subject": conflict.subject,
        "basis": conflict.basis,
        "kind": conflict.matter,
        "part": conflict.part,
        "label": conflict.label,
        "agreement": conflict.is_settled,
        "criteria": list(conflict.codes),
        "deciding": list(conflict.deciding),
        "blocking": dict(conflict.blocking),
        "ratings": {
            code: checklist.assessment(conflict.basis).outcomes[code].rating
            for code in conflict.codes
        },
        "evidence": conflict.evidence,
        "notes": [{"author": note.author, "text": note.value} for note in conflict.notes],
        "values": [_side_data(conflict, side) for side in conflict.sides],
    }


def _side_data(conflict: Conflict, side: Side) -> dict[str, Any]:
    said: Statement = side.statement
    value = to_json(said.value) if conflict.matter is Matter.ANSWER else said.value
    if isinstance(value, TaskPlan):
        value = value.to_json()
    return {
        "number": side.number,
        "id": said.id,
        "value": value,
        "text": side.words,
        "author": said.author,
        "key": said.key,
        "unit": side.unit,
        "recorded_at": said.recorded_at,
        "method": said.method,
        "reason": said.reason,
        "sealed": side.is_sealed,
        "notes": list(side.notes),
        "evidence": side.evidence,
        "ratings": dict(side.ratings),
    }


@click.command(
    help=_(
        "Settle a contradiction, for the office, with a reason that stays in the record.\n\n"
        "SUBJECT is what readiness conflicts shows: pc_working, EQ-01/override, EQ-01/task, "
        "review. Take one of the values by its number or the beginning of its id, enter another "
        "one, or return the checklist so that it is audited again. What arrives later and "
        "contradicts opens it again."
    )
)
@commune_argument
@click.argument("subject", metavar=_("SUBJECT"))
@click.option("--take", metavar=_("NUMBER|ID"), help=_("The value that is right."))
@click.option("--value", "third", metavar=_("VALUE"), help=_("Another value, which is right."))
@click.option(
    "--send-back",
    is_flag=True,
    help=_("Return the checklist instead; the reason becomes the comment on the criterion."),
)
@click.option(
    "--basis",
    type=click.Choice(BASES),
    default="verified",
    help=_("Whose values: declared by the commune, or verified by auditors."),
)
@click.option("--reason", default="", help=_("Why this one is right."))
@file_option
@json_option
def resolve(
    commune: str,
    subject: str,
    take: str | None,
    third: str | None,
    basis: str,
    reason: str,
    path: Path | None,
    *,
    send_back: bool,
    as_json: bool,
) -> None:
    """Settle a contradiction, for the office, with a reason."""
    if (take is not None) + (third is not None) + send_back != 1:
        raise ReadinessError(ErrorCode.RESOLVE_USAGE, status=2)
    with Desk(chosen_path(path), write=True) as desk:
        code = desk.commune(commune).code
        conflict = conflict_at(desk, code, subject, Basis(basis))
        before = desk.checklist(code)
        draft: Draft | None
        value = ""
        if send_back:
            if not clean(reason):
                raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
            asked = f"{conflict.label}: {clean(reason)}"
            draft = return_draft(desk, code, comments={conflict.part: asked})
        else:
            chosen: Side | Third
            if take is not None:
                chosen = side_at(conflict, take)
                value = chosen.words
            else:
                value = clean(third or "")
                chosen = Third(read_third(desk.round.catalogue, conflict, value))
            draft = resolution_draft(desk, conflict, chosen, reason=reason)
        desk.write([draft] if draft is not None else [])
        after = desk.checklist(code)
    outcomes = {
        each: (before.assessment(conflict.basis).outcomes[each].rating, outcome.rating)
        for each, outcome in after.assessment(conflict.basis).outcomes.items()
    }
    changed = {each: pair for each, pair in outcomes.items() if pair[0] is not pair[1]}
    if as_json:
        emit(
            {
                "commune": code,
                "subject": conflict.subject,
                "basis": conflict.basis,
                "written": draft is not None,
                "state": after.state,
                "conflicts": after.conflicts,
                "ratings": {
                    each: {"before": earlier, "after": later}
                    for each, (earlier, later) in changed.items()
                },
            }
        )
        return
    place = conflict.commune
    if send_back:
        say(
            _("{commune}: returned, with a comment on {part}.").format(
                commune=place.name, part=part_words(conflict.part)
            )
        )
        return
    say(
        _("{commune}, {label}: settled as {value}.").format(
            commune=place.name, label=conflict.label, value=value or "–"
        )
    )
    for each, (earlier, later) in changed.items():
        say(f"{each}: {earlier.label} → {later.label}")
    if after.conflicts:
        talk(_("Contradictions: {subjects}").format(subjects=", ".join(after.conflicts)))


def read_third(catalogue: Catalogue, conflict: Conflict, text: str) -> Any:
    """Return a value that none of the sides stated.

    Raises:
        ReadinessError: It does not fit what the conflict is about.
    """
    match conflict.matter:
        case Matter.ANSWER:
            field = catalogue.fields[conflict.subject]
            return read(field, text, name=with_key(field))
        case Matter.NOT_APPLICABLE:
            answers = {"yes": True, "co": True, "no": None, "khong": None}
            typed = fold(clean(text))
            if typed in answers:
                return answers[typed]
            raise ReadinessError(
                ErrorCode.RESOLVE_VALUE, status=2, text=text, known=_("yes") + ", " + _("no")
            )
        case Matter.OVERRIDE:
            return read_rating(text) if clean(text) else None
    raise ReadinessError(ErrorCode.RESOLVE_VALUE, status=2, text=text, known="--take")
