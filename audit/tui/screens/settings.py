"""The language, the colours, whether anything moves; all change at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.themes import THEME_LABELS
from audit.tui.widgets.key_bar import KeyBar
from criteria import language
from criteria.language import LANGUAGE_NAMES, N_, _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


_STILL = "still"


class SettingsScreen(Dialog[None]):
    """Choose the language and the colours."""

    ACTIONS = (Action("leave", "escape,f9", N_("Back"), N_("Back to the screen.")),)
    HELP_TEXT = N_("Choose with the arrows and press Enter; it changes at once and is remembered.")
    KEYS = N_("Enter: choose · Esc: back")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def compose(self) -> ComposeResult:
        """Lay out the choices."""
        with Vertical(classes="box"):
            yield Label(Content(_("Settings")), classes="box-heading")
            yield OptionList(
                *(
                    Option(
                        Content(self._mark(code == language.current()) + name), id=f"lang-{code}"
                    )
                    for code, name in LANGUAGE_NAMES.items()
                ),
                *(
                    Option(Content(self._mark(name == self.app.theme) + _(label)), id=name)
                    for name, label in THEME_LABELS.items()
                ),
                Option(
                    Content(
                        self._mark(self.app.animation_level == "none")
                        + _("Nothing moves or blinks")
                    ),
                    id=_STILL,
                ),
                id="choices",
                markup=False,
            )
            yield Static(
                Content(
                    _(
                        "Larger letters: Ctrl and + in Windows Terminal, Ctrl, Shift and + in most "
                        "Linux terminals."
                    )
                ),
                classes="box-note",
            )
            yield self.keys_line()
        yield KeyBar()

    _at = 0
    """Where the cursor is; kept while all is laid out anew in the other language."""

    @staticmethod
    def _mark(is_chosen: bool) -> str:
        return "● " if is_chosen else "○ "

    def on_mount(self) -> None:
        """Begin at the first choice."""
        choices = self.query_one("#choices", OptionList)
        choices.highlighted = self._at
        choices.focus()

    @on(OptionList.OptionSelected, "#choices")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        chosen = event.option_id or ""
        self._at = event.option_index
        if chosen.startswith("lang-"):
            self.readiness.choose_language(chosen.removeprefix("lang-"))
        elif chosen == _STILL:
            self.readiness.choose_stillness(is_still=self.app.animation_level != "none")
            self.refresh(recompose=True)
        else:
            self.readiness.choose_theme(chosen)
            self.refresh(recompose=True)
        self.call_after_refresh(self.on_mount)
