"""A box with a list to choose one thing from; typing part of a name shortens the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.key_bar import KeyBar
from criteria.folding import fold
from criteria.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

_LONG = 9
"""From how many options on there is a line to type in."""


class Choose(Dialog[str]):
    """Returns the key of what was chosen; ``None`` for nothing."""

    ACTIONS = (Action("leave", "escape", N_("Back"), N_("Leave without changing anything.")),)
    HELP_TEXT = N_("Choose with the arrows and press Enter.")
    KEYS = N_("Enter: choose · Esc: leave as it is")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, heading: str, options: Mapping[str, str], chosen: str = "") -> None:
        """Offer options.

        Args:
            heading: What is chosen.
            options: Key -> words, from top to bottom.
            chosen: Key of the option that stands now.
        """
        super().__init__()
        self._heading = heading
        self._options = dict(options)
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the list, below a line to type in where it is long."""
        with Vertical(classes="box"):
            yield Label(Content(self._heading), classes="box-heading")
            if len(self._options) >= _LONG:
                yield Entry(id="choose-words")
            yield OptionList(id="choose-options", markup=False)
            yield self.keys_line()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at what stands now."""
        self._fill("")
        listed = self.query_one(OptionList)
        if self._chosen in self._options:
            listed.highlighted = listed.get_option_index(self._chosen)
        entry = self.query(Entry)
        (entry.first() if entry else listed).focus()

    def _fill(self, words: str) -> None:
        folded = fold(words).split()
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(
            Option(Content(text), id=key)
            for key, text in self._options.items()
            if all(word in fold(text) or word in _run_together(text) for word in folded)
        )
        if listed.option_count:
            listed.highlighted = 0

    @on(Input.Changed, "#choose-words")
    def _typed(self, event: Input.Changed) -> None:
        if event.value or self.query_one(OptionList).option_count < len(self._options):
            self._fill(event.value)

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the list while the line keeps the focus."""
        listed = self.query_one(OptionList)
        if isinstance(self.focused, Entry) and event.key in ("down", "up"):
            event.stop()
            if event.key == "down":
                listed.action_cursor_down()
            else:
                listed.action_cursor_up()

    @on(Input.Submitted, "#choose-words")
    def _submitted(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


def _run_together(text: str) -> str:
    """Return a text as somebody types it who leaves out what stands between letters: ``eq01``."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
