"""All that was ever stated about a field of a commune: who, when, what, replaced or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from audit.history import history
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from criteria.catalogue import Parameter


class HistoryScreen(Dialog[None]):
    """The history of one field, the latest first."""

    ACTIONS = (Action("leave", "escape,enter,f4", N_("Back"), N_("Back to the checklist.")),)
    HELP_TEXT = N_("Nothing is ever deleted: a correction is a later statement.")
    COPIES = "VerticalScroll Static"
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
            yield self.keys_line()
        yield KeyBar()

    def _lines(self) -> Iterator[Content]:
        for event in history(self._desk, self._commune, self._field):
            reason = f" · {event.why}" if event.reason else ""
            yield Content.assemble(
                ("● " if event.stands else "  ", "bold"), event.words, (reason, "italic")
            )
