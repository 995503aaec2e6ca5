"""What the minutes of a commune say, in the language in use; nothing here knows of Word.

Form: Decree 30/2020/NĐ-CP, Annex III, minutes (State); Guidance 05-HD/VPTW of
27/05/2026 (Party); both read in secondary sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from checklists.checklist import Basis, State
from checklists.figures import interval
from checklists.hand_in import PARAMETERS, findings
from checklists.matrix import IN_CONFLICT, OVERRIDDEN, Matrix
from checklists.reading import class_words, marks
from checklists.tasks import SHORT, tasks_of
from criteria.language import _, count, current, day, ngettext
from criteria.rating import Rating
from criteria.rules.explain import shortfalls_of
from criteria.values import write
from exports.made import place_and_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checklists.checklist import Answer, Attachment, Checklist, Statement
    from checklists.hand_in import Finding
    from checklists.matrix import MatrixRow
    from checklists.profile import Letterhead
    from checklists.tasks import Task
    from criteria.catalogue import Criterion, Parameter
    from criteria.rules.explain import Shortfall
    from exports.made import Made

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


class Head(NamedTuple):
    """The head of the paper.

    Attributes:
        upper: Body above the one that issues.
        issuing: Body that issues.
        national: Name of the State, or of the Party.
        motto: Line below it; empty in the Party's form.
        number: Line with the number.
        place_and_day: With dots for the day where nothing is signed.
        is_party: Whether it is the Party's form.
    """

    upper: str
    issuing: str
    national: str
    motto: str
    number: str
    place_and_day: str
    is_party: bool


class Labelled(NamedTuple):
    """A text after what it is called."""

    label: str
    text: str


class Party(NamedTuple):
    """One of the two sides.

    Attributes:
        heading: Who they are.
        people: Name, then office or unit; a line with dots where nobody is known.
    """

    heading: str
    people: tuple[str, ...]


class Row(NamedTuple):
    """What was found on one criterion.

    Attributes:
        code: Of the criterion.
        title: Its short title.
        sign: Letter of the rating with its marks; empty where it was not audited.
        rating: The rating in words.
        declared: What the commune declared, where that is another rating; may be empty.
        values: What was found, in short.
        remarks: What falls short and why, and what people said about it.
    """

    code: str
    title: str
    sign: str
    rating: str
    declared: str
    values: str
    remarks: tuple[Labelled, ...]


class Signature(NamedTuple):
    """Where one side signs.

    Attributes:
        heading: Whom it is for.
        hint: What to do there.
        names: Of those who signed.
    """

    heading: str
    hint: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Minutes:
    """What the paper says, from top to bottom, in one language.

    Attributes:
        language: ``vi`` or ``en``.
        head: Of the paper.
        title: What kind of paper it is.
        subject: What it is about.
        occasion: The round, and as of when.
        facts: When, where, by which criteria, how far it has come.
        warning_label: Before each of `warnings`.
        warnings: What whoever signs must know first.
        parties_heading: Above `parties`.
        parties: The auditors, the commune.
        result_heading: Above `result`.
        result: Sentences.
        rows_heading: Above the table.
        parameters: What the rules rest on besides; its text is empty where nothing is known.
        columns: Heads of the table.
        rows: One a criterion.
        legend: What the marks mean that occur; may be empty.
        requests_heading: Above `requests`.
        requests_lead: Who is asked.
        requests: One for each criterion that falls short.
        requests_end: Line for what the office has not set; may be empty.
        evidence_heading: Above `evidence`.
        evidence: One line a piece.
        evidence_missing: What is wanted still; may be empty.
        closing: Last sentence.
        signatures: On the left the commune's, on the right the auditors'.
        recipients: Who gets the paper; its label stands above.
        foot: By what it was made, of which state of the record.
        file_title: For the properties of the document.
    """

    language: str
    head: Head
    title: str
    subject: str
    occasion: str
    facts: tuple[Labelled, ...]
    warning_label: str
    warnings: tuple[str, ...]
    parties_heading: str
    parties: tuple[Party, ...]
    result_heading: str
    result: tuple[str, ...]
    rows_heading: str
    parameters: Labelled
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: str
    requests_heading: str
    requests_lead: str
    requests: tuple[Labelled, ...]
    requests_end: str
    evidence_heading: str
    evidence: tuple[Labelled, ...]
    evidence_missing: str
    closing: str
    signatures: tuple[Signature, Signature]
    recipients: tuple[str, ...]
    foot: str
    file_title: str


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
        commune=_in_running_text(checklist.commune.name)
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
                _("For {commune}").format(commune=_in_running_text(checklist.commune.name)),
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
        rows=tuple(_row(row, criterion, found) for criterion in checklist.round.catalogue.criteria),
        legend=_legend(row),
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
        file_title=f"{_('Minutes')} – {subject} – {checklist.round.title}",
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
    days = [signed for each in checklist.sign_offs if (signed := _day(each.statement))]
    if days:
        return place_and_day(place, max(days))
    return _("{place}, {day}/{month}/{year}").format(
        place=place, day=_SHORT_DOTS, month=_SHORT_DOTS, year=made.at.year
    )


def _day(statement: Statement) -> date | None:
    try:
        return datetime.fromisoformat(statement.recorded_at).date()
    except ValueError:
        return None


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
        Labelled(_("Place"), f"{commune.name}, {_in_running_text(commune.province)}"),
        Labelled(_("Judged by"), _criteria(checklist)),
        Labelled(_("State of the checklist"), _state(checklist)),
    )


def _in_running_text(name: str) -> str:
    """Return ``thành phố Đồng Nai`` for ``Thành phố Đồng Nai``, as after another word."""
    return name[:1].lower() + name[1:] if current() == "vi" else name


def _criteria(checklist: Checklist) -> str:
    about = checklist.round.catalogue.about
    return _("{title} (edition {edition}). {notice}.").format(
        title=about.title, edition=about.edition, notice=str(about.notice).rstrip(".")
    )


def _state(checklist: Checklist) -> str:
    progress = checklist.progress
    words = _("{state}; {stated} of {asked} fields stated.").format(
        state=checklist.state.label, stated=count(progress.stated), asked=count(progress.asked)
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
    return _values(
        checklist,
        [
            parameter
            for parameter in checklist.round.catalogue.parameters
            if not (parameter.known_to_office or parameter.for_record)
            and parameter.type not in ("date", "text")
        ],
        frozenset(),
    )


def _values(checklist: Checklist, fields: Iterable[Parameter], told: frozenset[str]) -> str:
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


def _row(row: MatrixRow, criterion: Criterion, found: Sequence[Finding]) -> Row:
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
        values=_values(checklist, asked, told),
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


def _legend(row: MatrixRow) -> str:
    """Return what the marks mean that this paper shows."""
    shown = {
        OVERRIDDEN: any(outcome.is_overridden for outcome in row.outcomes.values()),
        IN_CONFLICT: bool(row.conflicted),
    }
    return "; ".join(f"{mark} {meaning}" for mark, meaning in marks() if shown.get(mark))


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
