"""What the minutes of a commune say, in the language in use; nothing here knows of Word.

Form: Decree 30/2020/NĐ-CP, Annex III, minutes (State); Guidance 05-HD/VPTW of
27/05/2026 (Party); both read in secondary sources.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from checklists.checklist import Basis, State
from checklists.figures import interval
from checklists.hand_in import PARAMETERS, findings
from checklists.matrix import Matrix
from checklists.reading import class_words
from checklists.tasks import SHORT, tasks_of
from criteria.language import _, count, current, day, ngettext
from criteria.rating import Rating
from exports.made import place_and_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checklists.checklist import Answer, Attachment, Checklist, Statement
    from checklists.hand_in import Finding
    from checklists.matrix import MatrixRow
    from checklists.profile import Letterhead
    from checklists.tasks import Task
    from exports.made import Made

from checklists.communes import in_running_text
from exports.minutes.findings import legend_of, row_of, values_of
from exports.minutes.parts import Head, Labelled, Minutes, Party, Signature

DOTS: Final = "…" * 11
"""Where somebody writes with a pen."""


_SHORT_DOTS: Final = "……"


_SHORT_HASH: Final = 12


_MOST_LISTED: Final = 8
"""Criteria that lack evidence; more of them are counted."""


_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII")


_AGAINST: Final = frozenset(
    {"conflict", "override_contested", "override_lapsed", "disagree", "unreadable"}
)
"""Kinds of findings that whoever signs is warned of."""


def minutes_of(row: MatrixRow, made: Made) -> Minutes:
    """Return what the minutes of a commune say, in the language in use."""
    checklist = row.checklist
    found = findings(checklist)
    tasks = [task for task in tasks_of(Matrix(checklist.round, (row,))) if task.rating in SHORT]
    evidence = tuple(_evidence(checklist))
    headings = [_("Those present"), _("Overall result"), _("Results by criterion")]
    # A part without anything in it has no heading.
    headings += [_("Shortfalls and requests")] if tasks else []
    missing = _evidence_missing(checklist)
    headings += [_("Evidence")] if evidence or missing else []
    numbered = [f"{_ROMAN[at]}. {heading}" for at, heading in enumerate(headings)]
    subject = _("Audit of the readiness of the IT infrastructure of {commune}").format(
        commune=in_running_text(checklist.commune.name)
    )
    return Minutes(
        language=current(),
        head=_head(checklist, made),
        title=_("MINUTES"),
        subject=subject,
        occasion=made.heading(checklist.round.title),
        facts=_facts(checklist, made),
        warning_label=_("Take notice"),
        warnings=tuple(_warnings(checklist, found)),
        parties_heading=numbered[0],
        parties=(
            Party(_("The auditors"), _auditors(checklist) or (_blank_person(),)),
            Party(
                _("For {commune}").format(commune=in_running_text(checklist.commune.name)),
                _representatives(checklist) or (_blank_person(),),
            ),
        ),
        result_heading=numbered[1],
        result=tuple(_result(row)),
        rows_heading=numbered[2],
        parameters=Labelled(_("Basis of the rules"), _parameters(checklist)),
        columns=(
            _("No."),
            _("Criterion"),
            _("Rating"),
            _("What was found; what falls short and why"),
        ),
        rows=tuple(row_of(row, each, found) for each in checklist.round.catalogue.criteria),
        legend=legend_of(row),
        requests_heading=numbered[3] if tasks else "",
        requests_lead=_requests_lead(tasks),
        requests=tuple(_request(task, tasks) for task in tasks),
        requests_end=_requests_end(tasks),
        evidence_heading=numbered[-1] if evidence or missing else "",
        evidence=evidence,
        evidence_missing=missing,
        closing=_(
            "These minutes are made in {copies} copies; the parties have read them and sign below."
        ).format(copies=_SHORT_DOTS),
        signatures=_signatures(checklist),
        recipients=(_("Copies to:"), _("- Those present;"), _("- Files.")),
        foot=_foot(checklist, made),
        file_title=" – ".join((_("Minutes"), subject, checklist.round.title)),
    )


def is_empty(checklist: Checklist) -> bool:
    """Return whether an auditor stated, noted or attached nothing at all."""
    return not (
        any(answer.is_stated for answer in _verified(checklist))
        or any(answer.is_stated for answer in checklist.not_applicable.values())
        or any(checklist.overrides.values())
        or any(checklist.notes.values())
        or any(checklist.evidence.values())
    )


def _verified(checklist: Checklist) -> list[Answer]:
    """Return the verified answers but for what the office fills in for all communes."""
    fields = checklist.round.catalogue.fields
    return [
        answer
        for key, answer in checklist.answers.get(Basis.VERIFIED, {}).items()
        if key not in fields or not fields[key].known_to_office
    ]


def _head(checklist: Checklist, made: Made) -> Head:
    form = made.form(checklist.round)
    return Head(
        upper=str(form.parent_body),
        issuing=str(form.issuing_body),
        national=str(form.national_title),
        motto="" if form.motto is None else str(form.motto),
        number=_number_line(form),
        place_and_day=_place_and_day(str(form.place), checklist, made),
        is_party=made.header == "party",
    )


def _number_line(form: Letterhead) -> str:
    """Return the line with the number: as of a report, with the letters of minutes.

    Source of BC and BB: Decree 30/2020/NĐ-CP, Annex III (read in secondary sources).
    """
    line = re.sub(r"\bBC\b", "BB", str(form.report_number))
    return line.replace("{suffix}", form.number_suffix).replace("{number}", _SHORT_DOTS)


def _place_and_day(place: str, checklist: Checklist, made: Made) -> str:
    """Return place and day of the last sign-off; with dots for a pen where nobody signed."""
    days = [
        signed
        for each in checklist.sign_offs
        if (signed := made.day_of(each.statement.recorded_at)) is not None
    ]
    if days:
        return place_and_day(place, max(days))
    return _("{place}, {day}/{month}/{year}").format(
        place=place, day=_SHORT_DOTS, month=_SHORT_DOTS, year=made.at.year
    )


def _facts(checklist: Checklist, made: Made) -> tuple[Labelled, ...]:
    commune = checklist.commune
    asked = next(
        (each for each in checklist.round.catalogue.parameters if each.type == "date"), None
    )
    visited = checklist.answer(asked.key).value if asked is not None else None
    when = (
        day(visited) if isinstance(visited, date) else f"{_SHORT_DOTS}/{_SHORT_DOTS}/{made.at.year}"
    )
    return (
        Labelled(_("Time"), when),
        Labelled(_("Place"), f"{commune.name}, {in_running_text(commune.province)}"),
        Labelled(_("Judged by"), _criteria(checklist)),
        Labelled(_("State of the checklist"), _state(checklist)),
    )


def _criteria(checklist: Checklist) -> str:
    about = checklist.round.catalogue.about
    return _("{title} (edition {edition}). {notice}.").format(
        title=about.title, edition=about.edition, notice=str(about.notice).rstrip(".")
    )


def _state(checklist: Checklist) -> str:
    progress = checklist.progress
    words = _("{state}; {stated} of {asked} fields stated.").format(
        state=checklist.state_label, stated=count(progress.stated), asked=count(progress.asked)
    )
    signed = [each.words.rstrip(".") + "." for each in checklist.sign_offs]
    return " ".join((words, *(signed or [_("Not signed yet.")])))


def _warnings(checklist: Checklist, found: Sequence[Finding]) -> Iterator[str]:
    """Yield what must be known before this paper is relied on."""
    if is_empty(checklist):
        yield _("Nothing was audited here: no value, note or evidence of an auditor is recorded.")
    if checklist.state in (State.CHANGED, State.ACCEPTED_CHANGED):
        yield _(
            "The data were changed after the sign-off: these minutes are not what was signed then, "
            "and have to be signed again."
        )
    for each in found:
        if each.kind in _AGAINST:
            place = "" if each.part == PARAMETERS else f"{each.part}: "
            yield f"{place}{each.words}"


def _auditors(checklist: Checklist) -> tuple[str, ...]:
    """Return who stated values here, with office and unit as far as they are known.

    Those of the office settle contradictions from afar; they were present only if they
    signed, or if nobody else stated anything.
    """
    held = checklist.round
    titles = {_who(each.statement): each.auditor_title for each in checklist.sign_offs}
    everybody = dict.fromkeys([*titles, *map(_who, _stated(checklist))])
    away = [who for who in everybody if who[0] in held.office_keys and who not in titles]
    present = [who for who in everybody if who not in away] or list(everybody)
    lines = []
    for key, name in present:
        known = held.roster.get(key)
        about = [titles.get((key, name), ""), known.unit if known is not None else ""]
        lines.append(", ".join(part for part in (name, *about) if part))
    return tuple(dict.fromkeys(lines))


def _who(statement: Statement) -> tuple[str, str]:
    return statement.key, statement.author


def _stated(checklist: Checklist) -> Iterator[Statement]:
    for answer in (*_verified(checklist), *checklist.not_applicable.values()):
        yield from (head for head in answer.heads if head.value is not None)
    for overrides in checklist.overrides.values():
        yield from (each.statement for each in overrides)


def _representatives(checklist: Checklist) -> tuple[str, ...]:
    people = (
        ", ".join(part for part in (each.by, each.title) if part) for each in checklist.sign_offs
    )
    return tuple(dict.fromkeys(people))


def _blank_person() -> str:
    return _("Name: {dots} Office: {dots}").format(dots=_SHORT_DOTS * 4)


_COUNTED: Final = (
    Rating.PARTLY_MET,
    Rating.NOT_MET,
    Rating.NOT_APPLICABLE,
    Rating.INSUFFICIENT,
    Rating.UNAUDITED,
)


def _result(row: MatrixRow) -> Iterator[str]:
    yield _("Class: {readiness}. {why}").format(readiness=row.class_sign, why=class_words(row))
    others = [
        f"{rating.label[:1].lower()}{rating.label[1:]}: {count(row.counts[rating])}"
        for rating in _COUNTED
        if row.counts[rating]
    ]
    yield _("Met: {met} of {applicable} applicable criteria{others}. Index: {index}.").format(
        met=count(row.met),
        applicable=count(row.applicable),
        others="".join(f"; {each}" for each in others),
        index=interval(row.index),
    )


def _parameters(checklist: Checklist) -> str:
    """Return the values of the commune itself that rules may rest on."""
    return values_of(
        checklist,
        [
            parameter
            for parameter in checklist.round.catalogue.parameters
            if not (parameter.known_to_office or parameter.for_record)
            and parameter.type not in ("date", "text")
        ],
        frozenset(),
    )


def _unit(task: Task) -> str:
    """Return who is to lead; as proposed where different units were named."""
    return task.responsible or task.proposal.responsible


def _requests_lead(tasks: Sequence[Task]) -> str:
    units = {_unit(task) for task in tasks}
    if not tasks:
        return ""
    if len(units) == 1:
        return _("{unit} is asked to have done:").format(unit=_unit(tasks[0]))
    return _("The units named are asked to have done:")


def _request(task: Task, tasks: Sequence[Task]) -> Labelled:
    # What is missing stands in the table above.
    parts = [task.plan.what or task.remedy]
    if len({_unit(each) for each in tasks}) > 1:
        parts.append(_("unit in charge: {unit}").format(unit=_unit(task)))
    if task.who:
        parts.append(_("person in charge: {name}").format(name=task.who))
    if task.by_when is not None:
        parts.append(_("due on {day}").format(day=day(task.by_when)))
    text = " – ".join(part.rstrip(". ") for part in parts) + "."
    return Labelled(task.criterion.code, text)


def _requests_end(tasks: Sequence[Task]) -> str:
    undated = sum(task.by_when is None for task in tasks)
    if not undated:
        return ""
    if undated == len(tasks):
        return _("To be finished by: {dots}").format(dots=DOTS)
    return _("The others to be finished by: {dots}").format(dots=DOTS)


def _evidence(checklist: Checklist) -> Iterator[Labelled]:
    for code in checklist.round.catalogue.codes:
        for piece in checklist.evidence.get(code, ()):
            yield Labelled(code, _piece(piece))


def _piece(piece: Attachment) -> str:
    digest = piece.sha256[:_SHORT_HASH]
    if piece.is_purged:
        return _("removed for good by {author}: {reason} – SHA-256 {digest}…").format(
            author=piece.author, reason=piece.reason, digest=digest
        )
    words = [piece.caption or piece.name or _("without a caption")]
    if piece.caption and piece.name:
        words.append(piece.name)
    try:
        taken = datetime.fromisoformat(piece.taken_at or piece.recorded_at)
    except ValueError:
        pass
    else:
        words.append(day(taken))
    return ", ".join((*words, _("SHA-256 {digest}…").format(digest=digest)))


def _evidence_missing(checklist: Checklist) -> str:
    """Return which criteria lack evidence; what was not audited has nothing to show."""
    lacking = {
        code: checklist.missing_evidence(code)
        for code, outcome in checklist.outcomes.items()
        if outcome.rating not in (Rating.UNAUDITED, Rating.NOT_APPLICABLE)
    }
    whole = sum(lacking.values())
    if not whole:
        return ""
    text = ngettext(
        "{count} photo or file that the criteria ask for is not attached",
        "{count} photos or files that the criteria ask for are not attached",
        whole,
    ).format(count=count(whole))
    listed = [f"{code} ({count(missing)})" for code, missing in lacking.items() if missing]
    if len(listed) > _MOST_LISTED:
        return _("{text}, for {count} criteria.").format(text=text, count=count(len(listed)))
    return f"{text}: {', '.join(listed)}."


def _signatures(checklist: Checklist) -> tuple[Signature, Signature]:
    hint = _("(Signature and full name)")
    return (
        Signature(
            _("FOR {commune}").format(commune=checklist.commune.name.upper()),
            _("(Signature, full name, seal)"),
            tuple(dict.fromkeys(each.by for each in checklist.sign_offs)),
        ),
        Signature(
            _("FOR THE AUDITORS"),
            hint,
            tuple(dict.fromkeys(each.statement.author for each in checklist.sign_offs)),
        ),
    )


def _foot(checklist: Checklist, made: Made) -> str:
    parts = [f"{checklist.commune.code} {checklist.commune.name}", made.made_line()]
    if checklist.content:
        parts.append(
            _("state of the record {digest}").format(digest=checklist.content[:_SHORT_HASH])
        )
    return " · ".join(parts)
