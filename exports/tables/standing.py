"""Where communes stand, as tables: classes, ratings, and what costs and tasks follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checklists.checklist import Basis, State
from checklists.figures import split_costs
from checklists.task_plan import Status
from checklists.tasks import CostSummary
from criteria.language import _
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.matrix import MatrixRow
    from checklists.report import Report
    from checklists.tasks import Task

from exports.tables.columns import (
    choice_column,
    class_column,
    commune_column,
    criterion_column,
    million_column,
    number_in_cell_column,
    rating_column,
    sums,
)
from exports.tables.shape import MORE, Column, Row, Table, share


def communes_table(report: Report) -> Table:
    """Return communes and where they stand."""
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
        class_column("class", _("Class")),
        Column(
            "doubtful",
            "boolean",
            _("Class may change"),
            _("Whether the best case would be another class."),
            is_needed=True,
        ),
        Column(
            "may_be_green",
            "boolean",
            _("May be green"),
            _("Whether every criterion may still turn out met or not applicable; green ones too."),
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
        choice_column("state", _("State"), State, is_needed=True),
        Column("fields_asked", "integer", _("Fields asked"), is_needed=True),
        Column("fields_stated", "integer", _("Fields stated"), is_needed=True),
        Column("conflicts", "integer", _("Contradictions not settled"), is_needed=True),
        million_column("cost_once", _("Cost, once"), _("As far as it can be computed.")),
        million_column("cost_yearly", _("Cost, each year"), _("As far as it can be computed.")),
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
                row.may_be_green,
                *(row.counts[rating] for rating in Rating),
                row.applicable,
                share(row.index.worst if row.index else None),
                share(row.index.best if row.index else None),
                checklist.state.value,
                progress.asked,
                progress.stated,
                len(checklist.conflicts),
                *sums(costs),
                costs.is_complete,
            )

    return Table("communes", _("Communes and where they stand"), columns, ("code",), rows)


def ratings_table(report: Report) -> Table:
    """Return ratings by commune and criterion."""
    columns = (
        commune_column(),
        criterion_column(),
        rating_column("rating", _("Rating"), _("What counts.")),
        Column("letter", "string", _("Letter"), _("In the language of the texts."), is_needed=True),
        rating_column("computed", _("Computed rating"), _("What the rules give.")),
        Column("overridden", "boolean", _("Rated by a person"), is_needed=True),
        Column("conflict", "boolean", _("Contradicting data"), is_needed=True),
        Column("possible", "string", _("Ratings still possible"), is_needed=True),
        rating_column(
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


def costs_table(report: Report) -> Table:
    """Return what the shortfalls may cost."""
    columns = (
        commune_column(),
        criterion_column(),
        number_in_cell_column(_("Place among the items of the criterion")),
        Column("item", "string", _("Item key"), is_needed=True, names=("items", "key")),
        Column("period", "string", _("Paid"), is_needed=True, choices=("once", "year")),
        Column(
            "quantity",
            "number",
            _("Quantity"),
            _("Blank while a value it depends on is not known."),
        ),
        million_column("unit_price", _("Unit price"), _("Blank where the profile has none.")),
        million_column("amount", _("Amount"), _("Blank while quantity or price is not known.")),
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


def open_costs_table(report: Report) -> Table:
    """Return what may still cost money, nobody knows how much."""
    columns = (
        commune_column(),
        criterion_column(),
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


def tasks_table(report: Report) -> Table:
    """Return what is to be done."""
    columns = (
        commune_column(),
        criterion_column(),
        rating_column("rating", _("Rating")),
        Column("rated_by_person", "boolean", _("Rated by a person"), is_needed=True),
        Column("work", "string", _("Work")),
        Column("result", "string", _("Result")),
        Column("responsible", "string", _("Unit that leads")),
        Column("authority", "string", _("Who decides")),
        Column("who", "string", _("Person responsible")),
        Column("by_when", "date", _("Due on")),
        choice_column("status", _("Status"), Status),
        Column("done_on", "date", _("Done on")),
        million_column("cost_once", _("Cost, once"), _("As far as it can be computed.")),
        million_column("cost_yearly", _("Cost, each year"), _("As far as it can be computed.")),
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
        *sums(task.cost),
        task.cost.is_complete,
    )
