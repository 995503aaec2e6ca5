"""Three sets of colours: dark, light and high contrast; and the colours of ratings.

A colour never stands alone: the letter of the rating stands beside it.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

from checklists.matrix import ReadinessClass
from criteria.language import N_
from criteria.rating import Rating

THEMES: Final = (
    Theme(
        name="readiness-dark",
        primary="#5fafff",
        secondary="#87afd7",
        accent="#ffd75f",
        foreground="#e4e4e4",
        background="#121212",
        surface="#1c1c1c",
        panel="#303030",
        boost="#262626",
        success="#5faf5f",
        warning="#ffaf00",
        error="#ff5f5f",
        dark=True,
    ),
    Theme(
        name="readiness-light",
        primary="#005f87",
        secondary="#5f5f87",
        accent="#875f00",
        foreground="#1c1c1c",
        background="#ffffff",
        surface="#fafafa",
        panel="#e4e4e4",
        boost="#f0f0f0",
        success="#008700",
        warning="#af5f00",
        error="#af0000",
        dark=False,
    ),
    Theme(
        name="readiness-contrast",
        primary="#ffff00",
        secondary="#ffffff",
        accent="#ffff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        boost="#000000",
        success="#00ff00",
        warning="#ffff00",
        error="#ff0000",
        dark=True,
    ),
)
THEME_LABELS: Final = {
    "readiness-dark": N_("Dark"),
    "readiness-light": N_("Light"),
    "readiness-contrast": N_("High contrast"),
}

_GREEN: Final = "bold #000000 on #5fd75f"
_YELLOW: Final = "bold #000000 on #ffd75f"
_RED: Final = "bold #ffffff on #af0000"
_GREY: Final = "#000000 on #afafaf"
_BLUE: Final = "bold #000000 on #8787ff"

RATING_STYLES: Final = {
    Rating.MET: _GREEN,
    Rating.PARTLY_MET: _YELLOW,
    Rating.NOT_MET: _RED,
    Rating.NOT_APPLICABLE: _GREY,
    Rating.INSUFFICIENT: _BLUE,
    Rating.UNAUDITED: "",
}
"""Style of a rating's letter, in the hues of the workbook.

Each is nearest to another of the sixteen colours that every terminal has, and none to
the cursor's. The names of those colours would be drawn as each library sees fit.
"""

CLASS_STYLES: Final = {
    ReadinessClass.GREEN: _GREEN,
    ReadinessClass.YELLOW: _YELLOW,
    ReadinessClass.RED: _RED,
    ReadinessClass.GREY: _GREY,
}
