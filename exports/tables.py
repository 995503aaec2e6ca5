"""The report as plain tables: what machines read, the same in every plain format.

Each table has a name, columns with a key that is never translated, and rows of typed
values. A blank is ``None`` and never 0: it means that nothing is known, and a column
``status`` beside it says why. Texts are in NFC without control characters; titles,
labels and descriptions are in the language in use when the tables were made.

Rows are made while they are read, so that a country of values needs no memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

from checklists.checklist import Basis, State
from checklists.comparison import Direction
from checklists.figures import amount, split_costs
from checklists.matrix import ReadinessClass
from checklists.task_plan import Status
from checklists.tasks import CostSummary
from criteria.language import N_, _, current
from criteria.rating import Rating
from criteria.values import NOT_KNOWN, to_json
from exports.plain_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from checklists.checklist import Answer, Checklist, Statement
    from checklists.comparison import Comparison
    from checklists.matrix import MatrixRow
    from checklists.report import Report
    from checklists.round import Round
    from checklists.tasks import Task
    from criteria.catalogue import Parameter
    from exports.made import Made, Progress

Value = str | int | bool | Decimal | date | None
"""What one cell holds; no floats, so that every format says exactly the same."""
Row = tuple[Value, ...]
ColumnType = Literal["string", "integer", "number", "boolean", "date"]

VERSION: Final = 1
"""Of the tables: it grows when a table or column is taken away or changes its meaning."""
PLACES: Final = 6
"""Decimals of an index; other numbers stand as they were stated."""
MORE: Final = "; "
"""Stands between several texts in one cell."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: Never translated.
        type: Of its values; any may be blank unless `is_needed`.
        label: What people call it.
        description: What it means, where the label does not say it.
        is_needed: Whether it is never blank.
        choices: The texts it may hold; empty for any.
        names: Table and column that hold each of its values.
    """

    key: str
    type: ColumnType
    label: str
    description: str = ""
    is_needed: bool = False
    choices: tuple[str, ...] = ()
    names: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """A table of a report.

    Attributes:
        name: Never translated; lower-case letters and underscores.
        title: What people call it.
        columns: From left to right.
        key: Keys of the columns that together name a row.
        make: Gives the rows from the first, each time it is called.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    make: Callable[[], Iterable[Row]] = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """Yield the rows, each as long as there are columns; an empty text is a blank."""
        for row in self.make():
            yield tuple(
                (plain_text(value) or None) if isinstance(value, str) else value for value in row
            )


def tables_of(report: Report, made: Made, *, progress: Progress | None = None) -> tuple[Table, ...]:
    """Return every table of a report.

    Args:
        report: What is reported.
        made: When and by what.
        progress: Is told of each commune whose values are read.
    """
    found = [
        _round_table(report, made),
        _communes_table(report),
        _criteria_table(report.round),
        _fields_table(report.round),
        _choices_table(report.round),
        _items_table(report.round),
        _ratings_table(report),
        _values_table(report, progress),
        _costs_table(report),
        _open_costs_table(report),
        _tasks_table(report),
        _evidence_table(report),
        _notes_table(report),
    ]
    if report.comparison is not None:
        found += [
            _class_changes_table(report.comparison),
            _rating_changes_table(report.comparison),
            _value_changes_table(report.comparison),
        ]
    return tuple(found)


def _commune() -> Column:
    return Column(
        "commune", "string", _("Commune code"), is_needed=True, names=("communes", "code")
    )


def _criterion() -> Column:
    return Column(
        "criterion", "string", _("Criterion code"), is_needed=True, names=("criteria", "code")
    )


def _number_in_cell(label: str) -> Column:
    return Column("number", "integer", label, is_needed=True)


def _rating(key: str, label: str, description: str = "", *, is_needed: bool = True) -> Column:
    words = "; ".join(f"{each.value}: {each.label}" for each in Rating)
    return Column(
        key,
        "string",
        label,
        f"{description} {words}".strip(),
        is_needed=is_needed,
        choices=tuple(each.value for each in Rating),
    )


def _class(key: str, label: str) -> Column:
    return Column(
        key,
        "string",
        label,
        "; ".join(f"{each.value}: {each.label}" for each in ReadinessClass),
        is_needed=True,
        choices=tuple(each.value for each in ReadinessClass),
    )


def _direction() -> Column:
    return Column(
        "direction",
        "string",
        _("Direction"),
        "; ".join(f"{each.value}: {each.label}" for each in Direction),
        is_needed=True,
        choices=tuple(each.value for each in Direction),
    )


def _recorded_at() -> Column:
    return Column(
        "recorded_at",
        "string",
        _("Recorded at"),
        _("ISO 8601 with the offset from UTC; a claim of the clock of the machine."),
    )


def _million(key: str, label: str, description: str = "") -> Column:
    unit = _("Million VND; an estimate for planning, never a budget.")
    return Column(key, "number", label, f"{description} {unit}".strip())


def share(value: Decimal | None) -> Decimal | None:
    """Return a share of 1 with `PLACES` decimals, as every table gives it."""
    if value is None:
        return None
    return value.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_HALF_UP).normalize()


def _round_table(report: Report, made: Made) -> Table:
    held, about = report.round, report.round.catalogue.about
    columns = (
        Column("id", "string", _("Id of the round"), is_needed=True),
        Column("title", "string", _("Round")),
        Column("province_code", "string", _("Province code")),
        Column("province", "string", _("Province")),
        Column("opened_on", "date", _("Opened on")),
        Column("edition", "string", _("Edition of the criteria")),
        Column("edition_title", "string", _("Title of the criteria")),
        Column("official", "boolean", _("Whether the criteria are the official text")),
        Column("notice", "string", _("Notice on the criteria")),
        Column("made_at", "string", _("Made at"), _("ISO 8601 with the offset from UTC.")),
        Column("until", "string", _("Figures up to"), _("A day, or a moment within one.")),
        Column("as_of", "string", _("As of"), _("In words, where that is not now.")),
        Column("program", "string", _("Version of the program")),
        Column("language", "string", _("Language of the texts")),
    )
    row = (
        held.id,
        held.title,
        held.province_code,
        held.profile.province,
        held.opened_on,
        about.edition,
        str(about.title),
        about.official,
        str(about.notice),
        made.at.isoformat(timespec="seconds"),
        made.until.isoformat(timespec="seconds")
        if isinstance(made.until, datetime)
        else made.until.isoformat(),
        made.as_of,
        made.version,
        current(),
    )
    return Table("round", _("The round, and what it is judged by"), columns, ("id",), lambda: [row])


def _communes_table(report: Report) -> Table:
    worst = _("(met + ½ partly met) ÷ applicable, from 0 to 1; while something is open, at worst.")
    best = _("The same at best; equal to the worst where nothing is open.")
    columns = (
        Column("code", "string", _("Commune code"), is_needed=True),
        Column("name", "string", _("Commune"), is_needed=True),
        Column("kind", "string", _("Kind of unit")),
        Column("former_district", "string", _("Former district")),
        Column("cluster", "string", _("Cluster")),
        Column("latitude", "number", _("Latitude")),
        Column("longitude", "number", _("Longitude")),
        Column("tile_row", "integer", _("Row on the tile map")),
        Column("tile_column", "integer", _("Column on the tile map")),
        _class("class", _("Class")),
        Column(
            "doubtful",
            "boolean",
            _("Class may change"),
            _("Whether the best case would be another class."),
            is_needed=True,
        ),
        *(
            Column(rating.value, "integer", rating.label, _("How many criteria."), is_needed=True)
            for rating in Rating
        ),
        Column(
            "applicable",
            "integer",
            _("Applicable"),
            _("All criteria but those not applicable."),
            is_needed=True,
        ),
        Column("index_worst", "number", _("Index, at worst"), worst),
        Column("index_best", "number", _("Index, at best"), best),
        Column(
            "state",
            "string",
            _("State"),
            "; ".join(f"{each.value}: {each.label}" for each in State),
            is_needed=True,
            choices=tuple(each.value for each in State),
        ),
        Column("fields_asked", "integer", _("Fields asked"), is_needed=True),
        Column("fields_stated", "integer", _("Fields stated"), is_needed=True),
        Column("conflicts", "integer", _("Contradictions not settled"), is_needed=True),
        _million("cost_once", _("Cost, once"), _("As far as it can be computed.")),
        _million("cost_yearly", _("Cost, each year"), _("As far as it can be computed.")),
        Column(
            "cost_complete",
            "boolean",
            _("Cost complete"),
            _("Whether nothing is left out of the cost."),
            is_needed=True,
        ),
    )

    def rows() -> Iterator[Row]:
        by_commune = split_costs(report.costs, lambda held: held.commune)
        nothing = CostSummary()
        for row in report.matrix.rows:
            commune, checklist = row.commune, row.checklist
            progress = checklist.progress
            costs = by_commune.get(commune.code, nothing)
            yield (
                commune.code,
                commune.name,
                commune.kind,
                commune.former_district,
                row.cluster,
                commune.latitude,
                commune.longitude,
                commune.tile_row,
                commune.tile_column,
                row.readiness.value,
                row.doubtful,
                *(row.counts[rating] for rating in Rating),
                row.applicable,
                share(row.index.worst if row.index else None),
                share(row.index.best if row.index else None),
                checklist.state.value,
                progress.asked,
                progress.stated,
                len(checklist.conflicts),
                *_sums(costs),
                costs.is_complete,
            )

    return Table("communes", _("Communes and where they stand"), columns, ("code",), rows)


def _sums(costs: CostSummary) -> tuple[Decimal | None, Decimal | None]:
    """Return what is paid once and each year; blank where nothing of it is known.

    Of what nothing can be said yet there is no sum, not one of 0.
    """
    once, yearly = amount(costs, "once"), amount(costs, "year")
    return (
        once.value if once.value or not once.may_grow else None,
        yearly.value if yearly.value or not yearly.may_grow else None,
    )


def _criteria_table(held: Round) -> Table:
    columns = (
        Column("code", "string", _("Criterion code"), is_needed=True),
        Column("group", "string", _("Group code"), is_needed=True),
        Column("group_title", "string", _("Group of criteria")),
        Column("short", "string", _("Short title")),
        Column("title", "string", _("Title")),
        Column("rule", "string", _("Rule in words")),
        Column("remedy", "string", _("Remedy")),
        Column(
            "core",
            "boolean",
            _("Core"),
            _("Whether it must not be unmet for yellow."),
            is_needed=True,
        ),
        Column("may_be_not_applicable", "boolean", _("May be not applicable"), is_needed=True),
        Column("sources", "string", _("Sources")),
    )
    groups = {group.code: str(group.title) for group in held.catalogue.groups}
    rows = [
        (
            each.code,
            each.group,
            groups.get(each.group, ""),
            str(each.short),
            str(each.title),
            str(each.rule_words),
            str(each.remedy),
            each.code in held.profile.core_criteria,
            each.may_be_not_applicable,
            MORE.join(str(source.text) for source in each.sources),
        )
        for each in held.catalogue.criteria
    ]
    return Table("criteria", _("Criteria"), columns, ("code",), lambda: rows)


_TYPES: Final = ("int", "num", "yesno", "choice", "date", "text")


def _fields_table(held: Round) -> Table:
    columns = (
        Column("key", "string", _("Field key"), is_needed=True),
        Column(
            "criterion",
            "string",
            _("Criterion code"),
            _("Blank for what is asked of the commune itself."),
            names=("criteria", "code"),
        ),
        Column("type", "string", _("Type"), is_needed=True, choices=_TYPES),
        Column("label", "string", _("What is asked")),
        Column("unit", "string", _("Unit")),
        Column("min", "number", _("Least")),
        Column("max", "number", _("Most")),
        Column("optional", "boolean", _("Optional"), is_needed=True),
        Column(
            "for_record", "boolean", _("For the record"), _("No rule reads it."), is_needed=True
        ),
        Column("known_to_office", "boolean", _("Filled by the office"), is_needed=True),
    )
    home = held.catalogue.home
    rows = [
        (
            key,
            home.get(key),
            each.type,
            str(each.label),
            str(each.unit) if each.unit else None,
            each.min,
            each.max,
            each.optional,
            each.for_record,
            each.known_to_office,
        )
        for key, each in held.catalogue.fields.items()
    ]
    return Table("fields", _("Fields that are asked"), columns, ("key",), lambda: rows)


def _choices_table(held: Round) -> Table:
    columns = (
        Column("field", "string", _("Field key"), is_needed=True, names=("fields", "key")),
        Column("key", "string", _("Choice key"), is_needed=True),
        Column("label", "string", _("Choice")),
    )
    rows = [
        (key, choice.key, str(choice.label))
        for key, each in held.catalogue.fields.items()
        for choice in each.choices
    ]
    return Table("choices", _("What can be chosen"), columns, ("field", "key"), lambda: rows)


def _items_table(held: Round) -> Table:
    columns = (
        Column("key", "string", _("Item key"), is_needed=True),
        Column("label", "string", _("Item")),
        Column("unit", "string", _("Unit")),
        _million("unit_price", _("Unit price")),
        Column(
            "standing",
            "string",
            _("Standing of the price"),
            choices=("official", "secondary", "project_default"),
        ),
        Column("source", "string", _("Source of the price")),
    )
    prices = held.profile.prices
    rows = [
        (
            item.key,
            str(item.label),
            str(item.unit),
            price.million_vnd if price else None,
            price.standing if price else None,
            str(price.source) if price else None,
        )
        for item in held.catalogue.items
        for price in [prices.get(item.key)]
    ]
    return Table("items", _("What is to be bought, and prices"), columns, ("key",), lambda: rows)


def _ratings_table(report: Report) -> Table:
    columns = (
        _commune(),
        _criterion(),
        _rating("rating", _("Rating"), _("What counts.")),
        Column("letter", "string", _("Letter"), _("In the language of the texts."), is_needed=True),
        _rating("computed", _("Computed rating"), _("What the rules give.")),
        Column("overridden", "boolean", _("Rated by a person"), is_needed=True),
        Column("conflict", "boolean", _("Contradicting data"), is_needed=True),
        Column("possible", "string", _("Ratings still possible"), is_needed=True),
        _rating(
            "declared",
            _("Rating on what was declared"),
            _("Blank where nothing was declared."),
            is_needed=False,
        ),
        Column("shortfalls", "string", _("What is missing")),
        Column("checks", "string", _("What does not agree")),
        Column("reason", "string", _("Reason"), _("Of a person's rating.")),
    )

    def rows() -> Iterator[Row]:
        missing = {
            (task.commune.code, task.criterion.code): task.shortfalls for task in report.tasks
        }
        for row in report.matrix.rows:
            declared = (
                row.checklist.declared.outcomes if row.checklist.answers.get(Basis.DECLARED) else {}
            )
            for code, outcome in row.outcomes.items():
                yield (
                    row.commune.code,
                    code,
                    outcome.rating.value,
                    outcome.rating.letter,
                    outcome.computed.value,
                    outcome.is_overridden,
                    code in row.conflicted,
                    MORE.join(each.value for each in Rating if each in outcome.possible),
                    declared[code].rating.value if declared else None,
                    MORE.join(missing.get((row.commune.code, code), ())),
                    MORE.join(str(check.message) for check in outcome.failing),
                    _reasons(row, code),
                )

    return Table(
        "ratings", _("Ratings by commune and criterion"), columns, ("commune", "criterion"), rows
    )


def _reasons(row: MatrixRow, code: str) -> str:
    """Return why a person set a rating that stands."""
    if not row.outcomes[code].is_overridden:
        return ""
    said = (each.statement.reason for each in row.checklist.overrides.get(code, ()))
    return MORE.join(dict.fromkeys(reason for reason in said if reason))


STATUSES: Final = {
    "known": N_("a value is known"),
    "not_known": N_("it was asked and could not be found out"),
    "conflict": N_("people stated different things, one a row"),
    "missing": N_("nothing is stated yet"),
    "not_asked": N_("it is not asked after the other answers"),
}
"""What a value's ``status`` means."""


def _values_table(report: Report, progress: Progress | None) -> Table:
    columns = (
        _commune(),
        Column("basis", "string", _("Basis"), is_needed=True, choices=tuple(Basis)),
        Column("key", "string", _("Field key"), is_needed=True, names=("fields", "key")),
        _number_in_cell(_("1, or the place among statements that contradict one another")),
        Column(
            "status",
            "string",
            _("Status"),
            "; ".join(f"{key}: {_(words)}" for key, words in STATUSES.items()),
            is_needed=True,
            choices=tuple(STATUSES),
        ),
        Column(
            "value",
            "string",
            _("Value"),
            _("Digits with a decimal point, true or false, the key of a choice, a day, a text."),
        ),
        Column("amount", "number", _("Value as a number"), _("Of fields that hold numbers.")),
        Column("unit", "string", _("Unit")),
        Column("author", "string", _("Stated by")),
        _recorded_at(),
        Column("method", "string", _("Method")),
        Column("reason", "string", _("Reason")),
    )

    def rows() -> Iterator[Row]:
        whole = report.matrix.rows
        units = {
            key: str(each.unit) if each.unit else None
            for key, each in report.round.catalogue.fields.items()
        }
        for done, row in enumerate(whole, 1):
            for basis in Basis:
                yield from _values_of(row.checklist, basis, units)
            if progress is not None:
                progress(done, len(whole))

    return Table(
        "values",
        _("Values as they were stated"),
        columns,
        ("commune", "basis", "key", "number"),
        rows,
    )


def _values_of(checklist: Checklist, basis: Basis, units: dict[str, str | None]) -> Iterator[Row]:
    """Yield the values of a commune: all fields verified, and those that were declared."""
    commune = checklist.commune.code
    assessment = checklist.verified if basis is Basis.VERIFIED else None
    for key, asked in checklist.round.catalogue.fields.items():
        answer = checklist.answer(key, basis)
        place = (commune, basis.value, key)
        if answer.is_conflict:
            for number, head in enumerate(answer.heads, 1):
                yield (*place, number, "conflict", *_said(head, units[key]), *_by((head,)))
        elif answer.heads:
            status = _status(answer) or ("missing" if _is_asked(checklist, asked) else "not_asked")
            yield (*place, 1, status, *_said(answer.heads[0], units[key]), *_by(answer.heads))
        elif assessment is not None:
            status = "missing" if _is_asked(checklist, asked) else "not_asked"
            yield (*place, 1, status, None, None, units[key], None, None, None, None)


def _status(answer: Answer) -> str:
    if answer.value is NOT_KNOWN:
        return "not_known"
    return "" if answer.value is None else "known"


def _is_asked(checklist: Checklist, asked: Parameter) -> bool:
    return checklist.verified.is_asked(asked.key)


def _said(head: Statement, unit: str | None) -> tuple[Value, Value, Value]:
    """Return a value as text, as a number where it is one, and its unit."""
    value = head.value
    if value is None or value is NOT_KNOWN:
        return None, None, unit
    if isinstance(value, bool):
        return "true" if value else "false", None, unit
    return str(to_json(value)), value if isinstance(value, Decimal) else None, unit


def _by(heads: tuple[Statement, ...]) -> tuple[Value, Value, Value, Value]:
    """Return who stated the same thing, and when, how and why the last of them did."""
    last = max(heads, key=lambda head: head.recorded_at)
    authors = MORE.join(dict.fromkeys(head.author for head in heads))
    return authors, last.recorded_at, last.method, last.reason


def _costs_table(report: Report) -> Table:
    columns = (
        _commune(),
        _criterion(),
        _number_in_cell(_("Place among the items of the criterion")),
        Column("item", "string", _("Item key"), is_needed=True, names=("items", "key")),
        Column("period", "string", _("Paid"), is_needed=True, choices=("once", "year")),
        Column(
            "quantity",
            "number",
            _("Quantity"),
            _("Blank while a value it depends on is not known."),
        ),
        _million("unit_price", _("Unit price"), _("Blank where the profile has none.")),
        _million("amount", _("Amount"), _("Blank while quantity or price is not known.")),
    )

    def rows() -> Iterator[Row]:
        place, number = ("", ""), 0
        for entry in report.costs.entries:
            number = number + 1 if place == (entry.commune, entry.criterion) else 1
            place = (entry.commune, entry.criterion)
            yield (
                *place,
                number,
                entry.item,
                entry.period,
                entry.quantity,
                entry.unit_price,
                entry.amount,
            )

    return Table(
        "costs",
        _("What the shortfalls may cost"),
        columns,
        ("commune", "criterion", "number"),
        rows,
    )


def _open_costs_table(report: Report) -> Table:
    columns = (
        _commune(),
        _criterion(),
        Column("once", "boolean", _("May cost once"), is_needed=True),
        Column("yearly", "boolean", _("May cost each year"), is_needed=True),
    )

    def rows() -> Iterator[Row]:
        for each in report.costs.open:
            yield each.commune, each.criterion, "once" in each.periods, "year" in each.periods

    return Table(
        "open_costs",
        _("What may still cost money, nobody knows how much"),
        columns,
        ("commune", "criterion"),
        rows,
    )


def _tasks_table(report: Report) -> Table:
    columns = (
        _commune(),
        _criterion(),
        _rating("rating", _("Rating")),
        Column("rated_by_person", "boolean", _("Rated by a person"), is_needed=True),
        Column("work", "string", _("Work")),
        Column("result", "string", _("Result")),
        Column("responsible", "string", _("Unit that leads")),
        Column("authority", "string", _("Who decides")),
        Column("who", "string", _("Person responsible")),
        Column("by_when", "date", _("Due on")),
        Column(
            "status",
            "string",
            _("Status"),
            "; ".join(f"{each.value}: {each.label}" for each in Status),
            choices=tuple(each.value for each in Status),
        ),
        Column("done_on", "date", _("Done on")),
        _million("cost_once", _("Cost, once"), _("As far as it can be computed.")),
        _million("cost_yearly", _("Cost, each year"), _("As far as it can be computed.")),
        Column("cost_complete", "boolean", _("Cost complete"), is_needed=True),
    )

    def rows() -> Iterator[Row]:
        return map(_task_row, report.tasks)

    return Table("tasks", _("What is to be done"), columns, ("commune", "criterion"), rows)


def _task_row(task: Task) -> Row:
    return (
        task.commune.code,
        task.criterion.code,
        task.rating.value,
        task.rated_by_person,
        task.what,
        task.result,
        task.responsible,
        task.authority,
        task.who,
        task.by_when,
        task.status.value if task.status is not None else None,
        task.done_on,
        *_sums(task.cost),
        task.cost.is_complete,
    )


def _evidence_table(report: Report) -> Table:
    columns = (
        _commune(),
        _criterion(),
        Column("sha256", "string", _("Fingerprint of the file"), is_needed=True),
        Column("name", "string", _("File name")),
        Column("caption", "string", _("Caption")),
        Column("media_type", "string", _("Kind of file")),
        Column("size", "integer", _("Bytes")),
        Column("taken_at", "string", _("Taken at"), _("A claim of the camera.")),
        Column("author", "string", _("Attached by"), _("Or purged by.")),
        _recorded_at(),
        Column("purged", "boolean", _("Purged"), is_needed=True),
        Column("reason", "string", _("Reason"), _("Why it was purged.")),
    )

    def rows() -> Iterator[Row]:
        for row in report.matrix.rows:
            for code, pieces in row.checklist.evidence.items():
                for piece in pieces:
                    yield (
                        row.commune.code,
                        code,
                        piece.sha256,
                        piece.name,
                        piece.caption,
                        piece.media_type,
                        None if piece.is_purged else piece.size,
                        piece.taken_at,
                        piece.author,
                        piece.recorded_at,
                        piece.is_purged,
                        piece.reason,
                    )

    return Table("evidence", _("Evidence"), columns, ("commune", "criterion", "sha256"), rows)


def _notes_table(report: Report) -> Table:
    columns = (
        _commune(),
        _criterion(),
        _number_in_cell(_("Place among the notes")),
        Column("text", "string", _("Note")),
        Column("author", "string", _("Written by")),
        _recorded_at(),
    )

    def rows() -> Iterator[Row]:
        for row in report.matrix.rows:
            for code, notes in row.checklist.notes.items():
                for number, note in enumerate(notes, 1):
                    yield (
                        row.commune.code,
                        code,
                        number,
                        None if note.value is None else str(note.value),
                        note.author,
                        note.recorded_at,
                    )

    return Table("notes", _("Notes"), columns, ("commune", "criterion", "number"), rows)


def _class_changes_table(comparison: Comparison) -> Table:
    columns = (
        _commune(),
        _class("class_before", _("Class before")),
        _class("class_after", _("Class after")),
        _direction(),
        Column("index_worst_before", "number", _("Index before, at worst")),
        Column("index_worst_after", "number", _("Index after, at worst")),
    )
    rows = [
        (
            each.after.commune.code,
            each.before.readiness.value,
            each.after.readiness.value,
            each.direction.value,
            share(each.before.index.worst if each.before.index else None),
            share(each.after.index.worst if each.after.index else None),
        )
        for each in comparison.communes
    ]
    return Table(
        "class_changes", _("Classes before and after"), columns, ("commune",), lambda: rows
    )


def _rating_changes_table(comparison: Comparison) -> Table:
    columns = (
        _commune(),
        _criterion(),
        _rating("before", _("Rating before")),
        _rating("after", _("Rating after")),
        _direction(),
        Column("why", "string", _("Why")),
    )

    def rows() -> Iterator[Row]:
        for each in comparison.communes:
            for change in each.changed:
                yield (
                    each.after.commune.code,
                    change.code,
                    change.before.rating.value,
                    change.after.rating.value,
                    change.direction.value,
                    MORE.join(change.why),
                )

    return Table(
        "rating_changes", _("Ratings that changed"), columns, ("commune", "criterion"), rows
    )


def _value_changes_table(comparison: Comparison) -> Table:
    columns = (
        _commune(),
        Column("key", "string", _("Field key"), is_needed=True),
        Column("label", "string", _("What is asked")),
        Column("before", "string", _("Before"), _("As people write it.")),
        Column("after", "string", _("After"), _("As people write it.")),
    )

    def rows() -> Iterator[Row]:
        for each in comparison.communes:
            for change in each.values:
                yield each.after.commune.code, *change

    return Table("value_changes", _("Values that changed"), columns, ("commune", "key"), rows)
