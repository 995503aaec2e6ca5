"""The looks of cells: one typeface, few sizes, fills that print well in grey.

A look is worked out once for a workbook and shared by all cells that have it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

from xlsxwriter.color import Color

from checklists.matrix import ReadinessClass
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter.workbook import Workbook

TYPEFACE: Final = "Times New Roman"
"""Source: Decree 30/2020/NĐ-CP, Annex I (read in secondary sources)."""

_LINES: Final = "808080"

GENERAL: Final = "General"
TEXT: Final = "@"
WHOLE: Final = "#,##0"
SHARE: Final = "0.0%"
SHARE_AT_LEAST: Final = '"≥"0.0%'
MILLION: Final = '#,##0.0_);-#,##0.0_);"–"_)'
AT_LEAST: Final = '"≥ "#,##0.0_);-#,##0.0_);"?"_)'
"""An amount to which something is still to be added; the cell stays a number."""


@dataclass(frozen=True, slots=True, eq=False)  # looked up once a cell: identity is quick
class Look:
    """How a cell looks.

    Attributes:
        size: Points.
        fill: Colour of the ground, RRGGBB; empty for none.
        lines: Which sides have a thin line: all, only the top, or none.
        form: Number format.
        ink: Colour of the letters, RRGGBB; empty for black.
        locked: Whether a protected sheet keeps readers from typing here.
        turned: Whether the text runs from the bottom to the top.
    """

    size: int = 11
    bold: bool = False
    italic: bool = False
    across: Literal["left", "center", "right"] = "left"
    down: Literal["top", "center", "bottom"] = "center"
    wrap: bool = True
    indent: int = 0
    fill: str = ""
    lines: Literal["all", "top", "none"] = "none"
    form: str = GENERAL
    ink: str = ""
    underline: bool = False
    locked: bool = True
    turned: bool = False

    def but(self, **changed: object) -> Look:
        """Return the same look with some things changed."""
        return _changed(self, **changed)


@lru_cache(maxsize=2_000)  # the same looks are asked for once a row
def _changed(look: Look, **changes: object) -> Look:
    return replace(look, **changes)  # type: ignore[arg-type] # names are checked at run time


_KEY: Final = attrgetter(*(field.name for field in fields(Look)))
PLAIN: Final = Look()
TITLE: Final = Look(size=13, bold=True, across="center")
SUBTITLE: Final = Look(size=12, bold=True, across="center")
SECTION: Final = Look(size=12, bold=True)
NOTE: Final = Look(size=10, italic=True)
STALE: Final = Look(size=11, bold=True, ink="9C0006", wrap=False)
"""What has to be noticed: a sentence that does not hold any more."""
CELL: Final = Look(lines="all", indent=1)
CENTERED: Final = CELL.but(across="center", wrap=False, indent=0)
CODE: Final = CENTERED.but(form=TEXT)
COUNT: Final = CENTERED.but(form=WHOLE)
PERCENT: Final = CENTERED.but(form=SHARE)
RISING: Final = CENTERED.but(size=10, form=SHARE_AT_LEAST)
AMOUNT: Final = CELL.but(across="right", wrap=False, form=MILLION, indent=0)
GROWING: Final = AMOUNT.but(form=AT_LEAST)
HEAD: Final = CELL.but(size=10, bold=True, across="center", fill="DCE3EC", indent=0)
LINKED: Final = CELL.but(ink="1F4E79", underline=True)
"""A cell that leads to another place."""
NUMBERS: Final = CENTERED.but(size=9, italic=True, form=TEXT)
"""The row of column numbers, (1) (2) (3), under the head of a table."""

RATING_FILLS: Final = {
    Rating.MET: "D9EFCB",
    Rating.PARTLY_MET: "FFCB45",
    Rating.NOT_MET: "F1948A",
    Rating.NOT_APPLICABLE: "D9D9D9",
    Rating.INSUFFICIENT: "D6E4F2",
    Rating.UNAUDITED: "FFFFFF",
}
"""From light to dark as it gets worse, so that a grey print keeps the order."""
CLASS_FILLS: Final = {
    ReadinessClass.GREEN: RATING_FILLS[Rating.MET],
    ReadinessClass.YELLOW: RATING_FILLS[Rating.PARTLY_MET],
    ReadinessClass.RED: RATING_FILLS[Rating.NOT_MET],
    ReadinessClass.GREY: RATING_FILLS[Rating.NOT_APPLICABLE],
}


RATING_LOOKS: Final = {
    rating: CENTERED.but(fill=fill, bold=rating is Rating.NOT_MET, form=TEXT)
    for rating, fill in RATING_FILLS.items()
}
"""Of a cell of the matrix; what is not met stands out in bold, too."""
CLASS_LOOKS: Final = {
    readiness: CELL.but(fill=fill, wrap=False, form=TEXT) for readiness, fill in CLASS_FILLS.items()
}
"""Of a cell that names a class."""


class Styles(dict[Look, int]):
    """Look -> its number in one workbook, worked out on first use.

    A dictionary, because it is asked once a cell.
    """

    def __init__(self, workbook: Workbook) -> None:
        """Take the workbook that the looks are for."""
        super().__init__()
        self._workbook = workbook
        self._made: dict[tuple[object, ...], int] = {}

    def __missing__(self, look: Look) -> int:
        """Return the number of a look, shared by all that are alike."""
        key = _KEY(look)
        held = self._made.get(key)
        if held is None:
            held = self._made[key] = self._number(look)
        self[look] = held
        return held

    def _number(self, look: Look) -> int:
        number: int = self._workbook.add_format(_properties(look))._get_xf_index()
        return number


def _properties(look: Look) -> dict[str, object]:
    found: dict[str, object] = {
        "font_name": TYPEFACE,
        "font_size": look.size,
        "bold": look.bold,
        "italic": look.italic,
        "align": look.across,
        "valign": {"center": "vcenter"}.get(look.down, look.down),
        "text_wrap": look.wrap,
        "indent": look.indent,
        "num_format": look.form,
        "locked": look.locked,
    }
    if look.turned:
        found["rotation"] = 90
    if look.ink:
        found["font_color"] = colour(look.ink)
    if look.underline:
        found["underline"] = 1
    if look.fill:
        found["bg_color"] = colour(look.fill)
    if look.lines == "all":
        found |= {"border": 1, "border_color": colour(_LINES)}
    elif look.lines == "top":
        found["top"] = 1
    return found


@cache
def colour(name: str) -> Color:
    """Return a colour for XlsxWriter, which reads names anew for each side of each look."""
    return Color(f"#{name}")


_LETTERS: Final = {
    200: "|'",
    250: " .,",
    280: "ijlt/:;",
    333: "frI()[]-!",
    390: "sJ",
    444: "ace",
    560: "FPS=+<>≥≤÷×",
    610: "ELTZ",
    670: "BCR",
    722: "ADGHKNOQUVXYw",
    780: "m&",
    830: "%",
    890: "M",
    944: "W",
}
_WIDTHS: Final = {letter: width for width, held in _LETTERS.items() for letter in held}
"""Widths of Times New Roman in thousandths of the size; what is not listed is 500."""
_WIDEST: Final = max(_LETTERS)


def lines_needed(text: str, width: int, look: Look = PLAIN) -> int:
    """Return how many lines a text takes when it is wrapped at words.

    Args:
        text: Lines of its own are kept.
        width: Of the column or merged columns, as a column's width is given.
        look: Size and boldness.
    """
    room, unit, surely = _room(width, look)
    if len(text) <= surely and "\n" not in text:
        return 1
    return _lines_needed(text, room, unit)


@lru_cache(maxsize=1_000)
def _room(width: int, look: Look) -> tuple[int, int, int]:
    """Return the room in a column, the size of letters, and how many of any fit in a line."""
    room = max(1, width * DIGIT - _padding(look)) * _PARTS_OF_A_PIXEL
    return room, _unit(look), room // (_WIDEST * _unit(look))


@lru_cache(maxsize=4_000)
def _lines_needed(text: str, room: int, unit: int) -> int:
    return sum([_wrapped(line, room, unit) for line in text.split("\n")])


DIGIT: Final = 7
"""Pixels of 1/96 inch in a unit of column width."""
_PARTS_OF_A_PIXEL: Final = 72 * 1000 * 100 // 96
"""Thousandths of a hundredth of a point, in which words are measured."""


def _unit(look: Look) -> int:
    """Return the size in hundredths of a point; bold letters are a little wider."""
    return look.size * (106 if look.bold else 100)


def _padding(look: Look) -> int:
    """Return the pixels of a cell that text cannot use; a step of indent is about 9."""
    return 5 + look.indent * 9


def _wrapped(line: str, room: int, unit: int) -> int:
    if len(line) * _WIDEST * unit <= room:
        return 1
    lines, used, gap = 1, 0, unit * _WIDTHS[" "]
    for word in line.split():
        length = unit * _word_width(word)
        space = gap if used else 0
        if used and used + space + length > room:
            lines, used, space = lines + 1, 0, 0
        used += space + length
        while used > room:
            lines, used = lines + 1, used - room
    return lines


@cache
def _word_width(word: str) -> int:
    """Return the width of a word in thousandths of its size."""
    plain = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return sum(_WIDTHS.get(c, 500) for c in plain if not unicodedata.combining(c))


def width_of(text: str, look: Look = PLAIN) -> int:
    """Return the least width of a column that takes a text in one line."""
    words = text.split()
    length = sum(_word_width(word) for word in words) + _WIDTHS[" "] * max(0, len(words) - 1)
    pixels = length * _unit(look) // _PARTS_OF_A_PIXEL + 1
    return -(-(pixels + _padding(look)) // DIGIT)


def width_for_words(texts: Iterable[str], look: Look = PLAIN) -> int:
    """Return the least width of a column that breaks none of the words in it."""
    words = [word for text in texts for word in text.replace("-", "- ").split()]
    return max((width_of(word, look) for word in words), default=1)


def height(lines: int, look: Look = PLAIN) -> int:
    """Return the height of a row in points for so many lines of a size."""
    return (lines * look.size * 13 + 10) // 10
