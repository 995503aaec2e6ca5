"""What stands in a cell of a CSV file, and how it is read back.

A CSV file is for programs, but people double-click it. A spreadsheet then runs every
cell that begins with ``= + - @`` as a formula, quoted or not; and nothing in the format
can tell it not to. A text that is left alone is dangerous in the hands of whoever gets
the file; a text with something put before it is no longer what was written. So both
sides are served by a rule that loses nothing: before such a sign, at the beginning of a
text or after a semicolon (which Excel takes for the separator where the comma is the
decimal sign), stands one apostrophe more than was written. `from_cell` takes it away,
the data package says so, and the JSON document holds every text as it was written.

Numbers are columns of their own and have no apostrophe; a negative number is harmless.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from exports.tables import ColumnType, Value

_RUNS: Final = re.compile(r"(^|;)('*\s*[=+\-@＝＋－＠])")  # wide signs run, too
_GUARDED: Final = re.compile(r"(^|;)'('*\s*[=+\-@＝＋－＠])")


def to_cell(value: Value) -> str:
    """Return what stands for a value in a CSV file; nothing for a blank."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return _RUNS.sub(r"\1'\2", value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
    return str(value)


def from_cell(text: str, kind: ColumnType) -> Value:
    """Return the value that stands in a cell.

    Args:
        text: The cell, quotes of the format already taken away.
        kind: Type of its column.

    Raises:
        ValueError: It is no value of that type.
    """
    if not text:
        return None
    match kind:
        case "integer":
            return int(text)
        case "number":
            return Decimal(text)
        case "boolean":
            return {"true": True, "false": False}[text]
        case "date":
            return date.fromisoformat(text)
    return _GUARDED.sub(r"\1\2", text)
