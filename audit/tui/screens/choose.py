"""A box with a list to choose one thing from, by its number; a long one is shortened by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.entry import Entry, types
from audit.tui.widgets.key_bar import KeyBar
from criteria.folding import fold
from criteria.language import N_, _, count

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
    HELP_TEXT = N_("Choose with the arrows, or by the number of a line, and press Enter.")
    KEYS = N_("Enter: choose · Esc: back, nothing is changed")
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
            yield Label(id="choose-told")
            yield self.keys_line()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at what stands now."""
        self._tell("")
        self._fill("")
        listed = self.query_one(OptionList)
        if self._chosen in self._options:
            listed.highlighted = listed.get_option_index(self._chosen)
        entry = self.query(Entry)
        (entry.first() if entry else listed).focus()

    @property
    def _is_numbered(self) -> bool:
        """Whether a digit is the number of a line; in a long list it is part of a name."""
        return len(self._options) < _LONG

    def _fill(self, words: str) -> None:
        folded = fold(words).split()
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(
            Option(Content(f"{place} {text}" if self._is_numbered else text), id=key)
            for place, (key, text) in enumerate(self._options.items(), 1)
            if all(word in fold(text) or word in _run_together(text) for word in folded)
        )
        if listed.option_count:
            listed.highlighted = 0

    @on(Input.Changed, "#choose-words")
    def _typed(self, event: Input.Changed) -> None:
        if event.value or self.query_one(OptionList).option_count < len(self._options):
            self._fill(event.value)

    def on_key(self, event: events.Key) -> None:
        """Go to a line by its number; let the arrows move while the line to type in is at hand."""
        listed = self.query_one(OptionList)
        if self._is_numbered:
            self._go_by(event)
            return
        if isinstance(self.focused, Entry) and event.key in ("down", "up"):
            event.stop()
            if event.key == "down":
                listed.action_cursor_down()
            else:
                listed.action_cursor_up()

    def _go_by(self, event: events.Key) -> None:
        """Go to the line whose number was typed; say what can be typed where there is none."""
        if not types(event) or event.key == "space":
            return
        event.stop()
        character = event.character or ""
        listed = self.query_one(OptionList)
        if character.isdecimal() and 1 <= int(character) <= listed.option_count:
            listed.highlighted = int(character) - 1
            self._tell("")
            return
        # Enter must not take a line that was not meant.
        listed.highlighted = None
        words = _("No line is chosen: press an arrow, or a number from 1 to {last}; then Enter.")
        self._tell(words.format(last=count(listed.option_count)))

    def _tell(self, sentence: str) -> None:
        told = self.query_one("#choose-told", Label)
        told.display = bool(sentence)
        told.update(Content(sentence))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_list.highlighted is not None:
            self._tell("")

    @on(Input.Submitted, "#choose-words")
    def _submitted(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)


class ChooseLanguage(Choose):
    """Asks at the first use for the language; to leave it is to go on in the one shown."""

    ACTIONS = (Action("leave", "escape", N_("Go on"), N_("Go on in the language shown.")),)
    KEYS = N_("Enter: choose · Esc: go on in English")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]


def _run_together(text: str) -> str:
    """Return a text as somebody types it who leaves out what stands between letters: ``eq01``."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
