"""Where communes lie on the tile map: every one has the same size, near its real place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checklists.communes import Commune

_ROW_OF_THE_REST: Final = 10
"""Communes in a row, at least, of those that have no tile of their own."""


class TilePlace(NamedTuple):
    """Where a commune lies on the map.

    Attributes:
        key: Its code.
        name: Without its kind.
        row: From 0 in the north.
        column: From 0 in the west.
    """

    key: str
    name: str
    row: int
    column: int


def tile_places(communes: Iterable[Commune]) -> list[TilePlace]:
    """Return where each commune lies.

    Communes whose tile is taken already follow in rows of their own at the end.
    """
    taken: dict[tuple[int, int], Commune] = {}
    left: list[Commune] = []
    for commune in communes:
        at = (commune.tile_row, commune.tile_column)
        if at in taken:
            left.append(commune)
        else:
            taken[at] = commune
    top = min((row for row, _column in taken), default=0)
    west = min((column for _row, column in taken), default=0)
    placed = [
        TilePlace(commune.code, commune.short_name, row - top, column - west)
        for (row, column), commune in taken.items()
    ]
    width = max(_ROW_OF_THE_REST, *(place.column + 1 for place in placed)) if left else 1
    after = max((place.row for place in placed), default=0) + 2
    return placed + [
        TilePlace(commune.code, commune.short_name, after + number // width, number % width)
        for number, commune in enumerate(left)
    ]
