"""What strangers wrote stays text on the screen: no sign of it reaches the terminal as an order."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_JOINER: Final = "\u200d"
_STEERING: Final = ("Cc", "Cf", "Cs")
"""Control characters, signs that turn the direction, halves of a letter."""


def harmless(text: str) -> str:
    """Return a text without signs that would steer the terminal; it fills as many cells."""
    if text.isprintable():
        return text
    return "".join(
        "\ufffd" * cell_len(sign)
        if sign != _JOINER and unicodedata.category(sign) in _STEERING
        else sign
        for sign in text
    )


class Harmless(LineFilter):
    """Goes over each line before it is written, so that no widget can forget to."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line, in the same colours."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(harmless(text), style, control) for text, style, control in segments]
