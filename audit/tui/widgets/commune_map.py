"""The communes of a round on a map of tiles, coloured by class or by one criterion."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from textual.content import Content

from audit.tui.commune_list import class_letters, interval_words
from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.legend import entry, in_lines, marks, rating_entry
from audit.tui.widgets.tile_map import OUTSIDE, Tile, TileMap
from checklists.matrix import ReadinessClass
from checklists.tiles import tile_places
from criteria.language import N_, _, count
from criteria.rating import Rating

if TYPE_CHECKING:
    from audit.desk import Desk

BY_CLASS: Final = "class"
"""What tiles show at first; else it is the code of a criterion."""
_SHORT_CLASSES: Final = {
    # For narrow tiles; never the letter of a rating.
    ReadinessClass.GREEN: N_("GR"),
    ReadinessClass.YELLOW: N_("YE"),
    ReadinessClass.RED: N_("RE"),
    ReadinessClass.GREY: N_("GY"),
}


class CommuneMap(TileMap):
    """A tile for each commune of the round.

    Attributes:
        colour: `BY_CLASS`, or the code of the criterion that is shown.
        listed: Codes of the communes that the list shows; the others are dimmed.
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # noqa: A002 - as Textual names it
        """Show the round on a desk."""
        super().__init__(id=id)
        self._desk = desk
        self.colour = BY_CLASS
        self.listed: frozenset[str] = frozenset()

    def lay_out(self, cursor: str) -> None:
        """Put the tiles in their places, and the cursor on a commune."""
        self.fill(tile_places(self._desk.round.communes), self._tile_of, keep=cursor)

    def _tile_of(self, code: str) -> Tile:
        row = self._desk.rows.get(code)
        is_outside = code not in self.listed
        if row is None:
            return Tile("…", "…", is_outside=is_outside)
        index = interval_words(row.index)
        if self.colour in row.outcomes:
            sign = row.sign(self.colour)
            style = RATING_STYLES[row.outcomes[self.colour].rating]
            return Tile(sign, sign, style, index, is_outside)
        short = _(_SHORT_CLASSES[row.readiness]) + ("?" if row.doubtful else "")
        return Tile(class_letters(row), short, CLASS_STYLES[row.readiness], index, is_outside)

    def legend(self, room: int) -> Content:
        """Return what the signs mean, and how many there are of each, in lines so wide."""
        rows = self._desk.rows.values()
        if self.colour == BY_CLASS:
            classes = Counter(row.readiness for row in rows)
            entries = [
                entry(
                    each.letter if self.has_full_signs else _(_SHORT_CLASSES[each]),
                    CLASS_STYLES[each],
                    f"{each.label} {count(classes[each])}",
                )
                for each in ReadinessClass
            ]
            return in_lines([*entries, *self._outside()], room)
        outcomes = [row.outcomes[self.colour] for row in rows]
        ratings = Counter(outcome.rating for outcome in outcomes)
        criterion = self._desk.round.catalogue.criterion(self.colour)
        return in_lines(
            [
                Content(f"{criterion.code} {criterion.short}:"),
                *(rating_entry(each, count(ratings[each])) for each in Rating if ratings[each]),
                *marks(
                    is_overridden=any(outcome.is_overridden for outcome in outcomes),
                    is_conflict=any(self.colour in row.conflicted for row in rows),
                ),
                *self._outside(),
            ],
            room,
        )

    def _outside(self) -> list[Content]:
        """Return what stands for the communes that are left out, where there are any."""
        if all(commune.code in self.listed for commune in self._desk.round.communes):
            return []
        return [Content(f"{OUTSIDE} " + _("left out by the filter"))]
