"""A box that tells something at length, to be read and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType


class Told(Dialog[None]):
    """Shows lines of text."""

    ACTIONS = (Action("leave", "escape,enter", N_("Back"), N_("Close this box.")),)
    COPIES = "VerticalScroll Static"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, heading: str, lines: Sequence[Content]) -> None:
        """Show something.

        Args:
            heading: What it is about.
            lines: From top to bottom.
        """
        super().__init__()
        self._heading = heading
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        with Vertical(classes="box"):
            yield Label(Content(self._heading), classes="box-heading")
            with VerticalScroll():
                yield Static(Content("\n").join(self._lines))
            yield self.keys_line()
        yield KeyBar()
