"""What the screen behind is for, and every key that works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from audit.tui.actions import Action, bindings, key_words
from audit.tui.screens.base import AuditScreen, Dialog
from audit.tui.widgets.key_bar import KeyBar
from audit.tui.widgets.legend import signs
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
        actions: tuple[Action, ...] = (
            *getattr(self._behind, "ACTIONS", ()),
            *self.readiness.ACTIONS,
        )
        if isinstance(behind := self._behind, AuditScreen):
            actions = tuple(each for each in actions if not behind.why_not(each.method))
        with Vertical(classes="box"):
            yield Label(Content(_("Help")), classes="box-heading")
            with VerticalScroll():
                if text:
                    yield Static(Content(_(text)), classes="box-note")
                for each in actions:
                    with Horizontal(classes="help-line"):
                        yield Static(Content(key_words(each.key)), classes="help-key")
                        yield Static(Content(each.help_here), classes="help-words")
                if getattr(self._behind, "HAS_SIGNS", False):
                    yield Label(Content(_("Signs")), classes="box-heading help-signs")
                    yield Static(Content("\n").join(signs()))
            yield self.keys_line()
        yield KeyBar()
