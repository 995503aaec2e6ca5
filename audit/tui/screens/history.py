"""All that was ever stated about a field of a commune: who, when, what, replaced or not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_, _, moment
from criteria.values import from_json, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.record import StoredRecord
    from criteria.catalogue import Parameter


class HistoryScreen(Dialog[None]):
    """The history of one field, the latest first."""

    ACTIONS = (Action("leave", "escape,enter,f4", N_("Back"), N_("Back to the checklist.")),)
    HELP_TEXT = N_("Nothing is ever deleted: a correction is a later statement.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, desk: Desk, commune: str, field: Parameter) -> None:
        """Show the history of a field of a commune."""
        super().__init__()
        self._desk = desk
        self._commune = commune
        self._field = field

    def compose(self) -> ComposeResult:
        """Lay out one statement below another."""
        with Vertical(classes="box"):
            yield Label(Content(str(self._field.label)), classes="box-heading")
            with VerticalScroll():
                lines = list(self._lines())
                yield Static(Content("\n").join(lines or [Content(_("Nothing was stated yet."))]))
        yield KeyBar()

    def _lines(self) -> Iterator[Content]:
        heads = set()
        for cell, held in self._desk.ledger(self._commune).heads.items():
            if cell.subject == self._field.key:
                heads |= {head.id for head in held}
        stated = self._desk.statements(self._commune, self._field.key)
        for each in sorted(stated, key=_when, reverse=True):
            record = each.record
            try:
                value = write(self._field, from_json(self._field, record.value))
            except ValueError:
                value = "?"
            basis = _("declared") if record.basis == "declared" else _("verified")
            parts: list[Content | str | tuple[str, str]] = [
                ("● " if each.id in heads else "  ", "bold"),
                f"{value} · {basis} · {record.author.name} · {_moment(record.recorded_at)}",
            ]
            if record.reason:
                parts.append((f" · {record.reason}", "italic"))
            yield Content.assemble(*parts)


def _when(each: StoredRecord) -> tuple[int, str]:
    # The place in the chain first: clocks are only claims.
    return each.record.sequence, each.record.recorded_at


def _moment(text: str) -> str:
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return text
