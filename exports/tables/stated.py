"""What people stated, as tables: values, evidence, notes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from checklists.checklist import Basis
from checklists.departures import Kind
from criteria.language import N_, _
from criteria.values import NOT_KNOWN, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.checklist import Answer, Checklist, Statement
    from checklists.report import Report
    from criteria.catalogue import Parameter
    from exports.made import Progress

from exports.tables.columns import (
    commune_column,
    criterion_column,
    number_in_cell_column,
    rating_column,
    recorded_at_column,
)
from exports.tables.shape import MORE, Column, Row, Table, Value

STATUSES: Final = {
    "known": N_("a value is known"),
    "not_known": N_("it was asked and could not be found out"),
    "conflict": N_("people stated different things, one a row"),
    "missing": N_("nothing is stated yet"),
    "not_asked": N_("it is not asked after the other answers"),
}


def values_table(report: Report, progress: Progress | None) -> Table:
    """Return values as they were stated."""
    columns = (
        commune_column(),
        Column("basis", "string", _("Basis"), is_needed=True, choices=tuple(Basis)),
        Column("key", "string", _("Field key"), is_needed=True, names=("fields", "key")),
        number_in_cell_column(_("1, or the place among statements that contradict one another")),
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
        recorded_at_column(),
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


def evidence_table(report: Report) -> Table:
    """Return photos and files."""
    columns = (
        commune_column(),
        criterion_column(),
        Column("sha256", "string", _("Fingerprint of the file"), is_needed=True),
        Column("name", "string", _("File name")),
        Column("caption", "string", _("Caption")),
        Column("media_type", "string", _("Kind of file")),
        Column("size", "integer", _("Bytes")),
        Column("taken_at", "string", _("Taken at"), _("A claim of the camera.")),
        Column("author", "string", _("Attached by"), _("Or purged by.")),
        recorded_at_column(),
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


def notes_table(report: Report) -> Table:
    """Return notes."""
    columns = (
        commune_column(),
        criterion_column(),
        number_in_cell_column(_("Place among the notes")),
        Column("text", "string", _("Note")),
        Column("author", "string", _("Written by")),
        recorded_at_column(),
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


def departures_table(report: Report) -> Table:
    """Return the criteria that do not apply, and those that people rated against the rules."""
    columns = (
        commune_column(),
        criterion_column(),
        number_in_cell_column(_("Place among the statements about the criterion")),
        Column(
            "kind",
            "string",
            _("What was stated"),
            "; ".join(f"{each.value}: {each.label}" for each in Kind),
            is_needed=True,
            choices=tuple(Kind),
        ),
        rating_column(
            "computed",
            _("Computed rating"),
            _("What the rules give; blank where they are not asked."),
            is_needed=False,
        ),
        rating_column("set_to", _("Set to")),
        Column("author", "string", _("Stated by"), _("Blank where the rules say so.")),
        recorded_at_column(),
        Column("reason", "string", _("Reason")),
    )

    def rows() -> Iterator[Row]:
        place, number = ("", ""), 0
        for each in report.departures:
            number = number + 1 if place == (each.commune.code, each.criterion.code) else 1
            place = (each.commune.code, each.criterion.code)
            yield (
                *place,
                number,
                each.kind.value,
                each.computed.value if each.computed is not None else None,
                each.set_to.value,
                each.by.author if each.by is not None else None,
                each.by.recorded_at if each.by is not None else None,
                each.reason,
            )

    return Table(
        "departures",
        _("Criteria not applicable or rated by a person"),
        columns,
        ("commune", "criterion", "number"),
        rows,
    )
