"""What letters and colours mean: each sign beside its words, never torn apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.part_list import ASKED
from audit.tui.widgets.tile_map import OUTSIDE
from checklists.matrix import IN_CONFLICT, OVERRIDDEN, ReadinessClass
from criteria.language import _
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Sequence


def entry(sign: str, style: str, words: str) -> Content:
    """Return a sign in its colours with what it means."""
    return Content.assemble(Content.styled(f" {sign} ", style), f" {words}")


def rating_entry(rating: Rating, amount: str = "") -> Content:
    """Return a rating's letter with its words, and how many there are."""
    return entry(rating.letter, RATING_STYLES[rating], f"{rating.label} {amount}".rstrip())


def marks(*, is_overridden: bool = True, is_conflict: bool = True) -> list[Content]:
    """Return what the marks behind a letter mean, those that are wanted."""
    found = []
    if is_overridden:
        found.append(Content(f"{OVERRIDDEN} " + _("set by hand")))
    if is_conflict:
        found.append(Content(f"{IN_CONFLICT} " + _("in contradiction")))
    return found


def signs() -> list[Content]:
    """Return everything that stands for something in lists, on maps and in checklists."""
    classes = [entry(each.letter, CLASS_STYLES[each], each.label) for each in ReadinessClass]
    missing = Content.assemble(Content.styled("*", "bold"), " " + _("field still to be filled in"))
    asked = Content.assemble(Content.styled(ASKED, "bold"), " " + _("the office asks about it"))
    open_class = Content("? " + _("behind a class: it may still change once the data are complete"))
    outside = Content(f"{OUTSIDE} " + _("on the map: left out by the filter"))
    return [*map(rating_entry, Rating), *marks(), *classes, open_class, missing, asked, outside]


def in_lines(entries: Sequence[Content], room: int) -> Content:
    """Return entries side by side, in as many lines of so many cells as they need."""
    lines: list[list[Content]] = [[]]
    left = room
    for each in entries:
        if lines[-1] and each.cell_length > left:
            lines.append([])
            left = room
        lines[-1].append(each)
        left -= each.cell_length + 2
    return Content("\n").join(Content("  ").join(line) for line in lines)
