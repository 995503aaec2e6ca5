"""A line for each kind of field: shows what is stated, takes what is typed or chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.tui.widgets.fields.choice import ChoiceLine
from audit.tui.widgets.fields.line import FieldLine, Held, Take
from audit.tui.widgets.fields.text import TextLine
from audit.tui.widgets.fields.typed import DateLine, NumberLine

if TYPE_CHECKING:
    from criteria.catalogue import Parameter

__all__ = [
    "ChoiceLine",
    "DateLine",
    "FieldLine",
    "Held",
    "NumberLine",
    "Take",
    "TextLine",
    "line_for",
]

_KINDS: dict[str, type[FieldLine]] = {
    "int": NumberLine,
    "num": NumberLine,
    "yesno": ChoiceLine,
    "choice": ChoiceLine,
    "date": DateLine,
    "text": TextLine,
}


def line_for(field: Parameter, held: Held, take: Take | None) -> FieldLine:
    """Return the line that fits a field's type; see `FieldLine` for the arguments."""
    return _KINDS[field.type](field, held, take)
