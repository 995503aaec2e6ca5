"""The communes of a round as a table: class, progress, figures, what needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from audit.tui.commune_list import (
    as_many_as_fit,
    attention,
    class_letters,
    group_heading,
    interval_words,
)
from audit.tui.themes import CLASS_STYLES
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from checklists.checklist import State
from criteria.language import _

if TYPE_CHECKING:
    from audit.desk import Desk
    from audit.tui.commune_list import CommuneList

ROOM_FOR_FIGURES: Final = 66
"""From how many cells on the table shows what is met and the index, too."""
ROOM_FOR_STATE: Final = 100
"""From how many cells on it has a column for how far each checklist has come."""
_WIDEST_NAME: Final = 34
_NARROWEST_NAME: Final = 14
_BESIDE_THE_NAME: Final = 30
"""Cells that class, progress and attention need at least."""


class CommuneTable(Grid):
    """The communes of a list, each in a line."""

    def __init__(self, desk: Desk, listed: CommuneList, *, id: str) -> None:  # noqa: A002
        """Show what is listed of the round on a desk."""
        super().__init__(id=id, fixed=1)
        self._desk = desk
        self._list = listed
        self._entries: list[tuple[str, str]] = []
        self._column_keys: list[str] = []
        self._attention_room = 0

    def show(self, room: int, cursor: str) -> frozenset[str]:
        """Show the communes as they stand now.

        Args:
            room: Cells from left to right.
            cursor: Code of the commune the cursor should stand on, if it is shown.

        Returns:
            The codes of the communes shown.
        """
        self._entries = []
        for group in self._list.groups():
            if group.name:
                rows = [self._desk.rows.get(code) for code in group.codes]
                self._entries.append(("", group_heading(group.name, rows)))
            self._entries += [(code, "") for code in group.codes]
        columns = self._columns_for(room)
        self._column_keys = [column.key for column in columns]
        self._attention_room = columns[-1].width
        codes = [code for code, _heading in self._entries]
        self.fill(columns, LazyRows(codes, self._row_at), cursor)
        return frozenset(codes) - {""}

    def _columns_for(self, room: int) -> list[Column]:
        communes = self._desk.round.communes
        names = max((cell_len(f"{each.code} {each.name}") for each in communes), default=0)
        most = max(_NARROWEST_NAME, room - _BESIDE_THE_NAME)
        columns = [
            Column("commune", _("Commune"), min(names, most, _WIDEST_NAME)),
            Column("class", _("Class"), 8),
            Column("done", _("Filled"), 7, is_right=True),
        ]
        if room >= ROOM_FOR_FIGURES:
            columns.append(Column("met", _("Met"), 5, is_right=True))
            columns.append(Column("index", _("Index"), 7, is_right=True))
        if room >= ROOM_FOR_STATE:
            columns.append(Column("state", " " + _("State"), 24))
        left = room - sum(column.width + 1 for column in columns) - 2
        columns.append(Column("attention", " " + _("Attention"), max(6, left)))
        return columns

    def _row_at(self, place: int) -> GridRow:
        code, heading = self._entries[place]
        if not code:
            return GridRow("", (GridCell(heading),) * len(self._column_keys))
        name = GridCell(f"{code} {self._desk.round.by_code[code].name}")
        row = self._desk.rows.get(code)
        if row is None:
            return GridRow(code, (name, *(GridCell("…") for _key in self._column_keys[1:])))
        progress, state = row.checklist.progress, row.checklist.state
        noted = attention(row, with_state="state" not in self._column_keys)
        if code in self._list.former_names:
            noted.insert(0, _("formerly {name}").format(name=self._list.former_names[code]))
        cells = {
            "commune": name,
            "class": GridCell(f" {class_letters(row):<7}", CLASS_STYLES[row.readiness]),
            "done": GridCell(f"{progress.stated}/{progress.asked}"),
            "met": GridCell(f"{row.met}/{row.applicable}"),
            "index": GridCell(interval_words(row.index)),
            "state": GridCell("" if state is State.DRAFT else f" {state.label}"),
            "attention": GridCell(" " + as_many_as_fit(noted, self._attention_room - 1)),
        }
        return GridRow(code, tuple(cells[key] for key in self._column_keys))
