"""What the screen behind is for, and every key that works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from audit.tui.actions import Action, bindings, key_words
from audit.tui.screens.base import Dialog
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_, _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen


class HelpScreen(Dialog[None]):
    """Help for the screen behind it."""

    ACTIONS = (Action("leave", "escape,f1,enter", N_("Back"), N_("Back to the screen.")),)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, behind: Screen[Any]) -> None:
        """Explain the screen ``behind``."""
        super().__init__()
        self._behind = behind

    def compose(self) -> ComposeResult:
        """Lay out the text above the keys."""
        text = getattr(self._behind, "HELP_TEXT", "")
        actions = (*getattr(self._behind, "ACTIONS", ()), *self.readiness.ACTIONS)
        lines = [
            Content.assemble((f"{key_words(each.key):>10}", "bold $accent"), f"  {each.help_here}")
            for each in actions
        ]
        with Vertical(classes="box"):
            yield Label(Content(_("Help")), classes="box-heading")
            with VerticalScroll():
                if text:
                    yield Static(Content(_(text)), classes="box-note")
                yield Static(Content("\n").join(lines))
        yield KeyBar()
