"""The tables as one JSON document.

Keys are never translated; titles, labels and texts are in the language in use. Each row
is an object, so that a reader needs no place of a column. Numbers are JSON numbers with
all their digits: a reader that makes binary fractions of them keeps 15 digits, more than
any figure here has that was found on site, and one that reads decimals loses none. Days
and moments are ISO text; a blank is ``null``.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from criteria.language import current
from exports.made import PROGRAM
from exports.plain_text import plain_text
from exports.safe_write import write_safely
from exports.tables import VERSION, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checklists.report import Report
    from exports.made import Made, Progress
    from exports.tables import Column, Table, Value

FORMAT: Final = "commune-readiness-tables"
_ROWS_AT_ONCE: Final = 2_000
_TEXT: Final = json.JSONEncoder(ensure_ascii=False).encode


def write_json(report: Report, path: Path, made: Made, *, progress: Progress | None = None) -> None:
    """Write the tables of a report.

    Args:
        report: What is reported.
        path: The file to write; one that is there is replaced.
        made: When and by what.
        progress: Is told of each commune whose values are written.

    Raises:
        ReadinessError: It cannot be written, and says why and what to do.
    """
    write_safely(path, pieces(report, made, progress=progress))


def pieces(report: Report, made: Made, *, progress: Progress | None = None) -> Iterator[bytes]:
    """Yield the document, some thousand rows at once."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "language": current(),
        "title": plain_text(report.round.title),
        "notice": plain_text(made.edition(report.round)),
        "made_at": made.at.isoformat(timespec="seconds"),
        "made_by": f"{PROGRAM} {made.version}",
    }
    yield (json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "tables": [').encode()
    for place, table in enumerate(tables_of(report, made, progress=progress)):
        yield (",\n" if place else "\n").encode()
        yield from _table(table)
    yield b"\n ]\n}\n"


def _table(table: Table) -> Iterator[bytes]:
    about = {
        "name": table.name,
        "title": table.title,
        "key": list(table.key),
        "columns": [_column(column) for column in table.columns],
    }
    yield ("  " + json.dumps(about, ensure_ascii=False)[:-1] + ', "rows": [').encode()
    names = [f"{_TEXT(column.key)}: " for column in table.columns]
    lines: list[str] = []
    before = "\n"
    for row in table.rows():
        cells = [name + _cell(value) for name, value in zip(names, row, strict=True)]
        lines.append("   {" + ", ".join(cells) + "}")
        if len(lines) == _ROWS_AT_ONCE:
            yield (before + ",\n".join(lines)).encode()
            lines, before = [], ",\n"
    if lines:
        yield (before + ",\n".join(lines)).encode()
    yield b"]}"


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"key": column.key, "type": column.type, "label": column.label}
    if column.description:
        found["description"] = column.description
    return found


def _cell(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _TEXT(value)
        case Decimal():
            return f"{value:f}"
        case date():
            return f'"{value.isoformat()}"'
    return str(value)
