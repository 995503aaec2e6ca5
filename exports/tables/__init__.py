"""The report as plain tables: what machines read, the same in every plain format.

Each table has a name, columns with a key that is never translated, and rows of typed
values. A blank is ``None`` and never 0: it means that nothing is known, and a column
``status`` beside it says why. Texts are in NFC without control characters; titles,
labels and descriptions are in the language in use when the tables were made.

Rows are made while they are read, so that a country of values needs no memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.tables.catalogue import (
    choices_table,
    criteria_table,
    fields_table,
    items_table,
    round_table,
)
from exports.tables.changes import class_changes_table, rating_changes_table, value_changes_table
from exports.tables.shape import MORE, PLACES, VERSION, Column, ColumnType, Row, Table, Value, share
from exports.tables.standing import (
    communes_table,
    costs_table,
    open_costs_table,
    ratings_table,
    tasks_table,
)
from exports.tables.stated import (
    STATUSES,
    departures_table,
    evidence_table,
    notes_table,
    values_table,
)

__all__ = [
    "MORE",
    "PLACES",
    "STATUSES",
    "VERSION",
    "Column",
    "ColumnType",
    "Row",
    "Table",
    "Value",
    "share",
    "tables_of",
]

if TYPE_CHECKING:
    from checklists.report import Report
    from exports.made import Made, Progress


def tables_of(report: Report, made: Made, *, progress: Progress | None = None) -> tuple[Table, ...]:
    """Return every table of a report.

    Args:
        report: What is reported.
        made: When and by what.
        progress: Is told of each commune whose values are read.
    """
    found = [
        round_table(report, made),
        communes_table(report),
        criteria_table(report.round),
        fields_table(report.round),
        choices_table(report.round),
        items_table(report.round),
        ratings_table(report),
        values_table(report, progress),
        costs_table(report),
        open_costs_table(report),
        tasks_table(report),
        departures_table(report),
        evidence_table(report),
        notes_table(report),
    ]
    if report.comparison is not None:
        found += [
            class_changes_table(report.comparison),
            rating_changes_table(report.comparison),
            value_changes_table(report.comparison),
        ]
    return tuple(found)
