"""Small boxes that ask for one or a few texts, or for a yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_
from criteria.values import clean

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

_ACTIONS = (
    Action("ask.done", "ctrl+s,f10", N_("Done"), N_("Take what was typed."), is_first=True),
    Action("leave", "escape", N_("Back"), N_("Leave without changing anything.")),
)


@dataclass(frozen=True)
class Question:
    """One line to fill in.

    Attributes:
        key: What the answer is called.
        label: What is asked.
        value: What stands there at first.
        is_needed: Whether it must not stay empty.
    """

    key: str
    label: str
    value: str = ""
    is_needed: bool = False


class Ask(Dialog[dict[str, str]]):
    """Asks for a few texts at once; Enter goes on to the next, and at the last is done."""

    ACTIONS = _ACTIONS
    HELP_TEXT = N_("Fill in the lines. Enter goes on; after the last line it is done.")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, heading: str, questions: list[Question], note: str = "") -> None:
        """Ask for texts.

        Args:
            heading: What it is about.
            questions: From top to bottom.
            note: A sentence below the heading.
        """
        super().__init__()
        self._heading = heading
        self._questions = questions
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out one line below another."""
        with Vertical(classes="box"):
            yield Label(Content(self._heading), classes="box-heading")
            if self._note:
                yield Label(Content(self._note), classes="box-note")
            for question in self._questions:
                yield Label(Content(question.label))
                yield Entry(question.value, id=f"ask-{question.key}")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the first line that is empty."""
        entries = list(self.query(Entry))
        next((entry for entry in entries if not entry.value), entries[0]).focus()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        entries = list(self.query(Entry))
        place = entries.index(event.input)  # type: ignore[arg-type] # all of them are entries
        if place + 1 < len(entries):
            entries[place + 1].focus()
        else:
            self.action_ask_done()

    def action_ask_done(self) -> None:
        """Take what was typed, unless a needed line is empty."""
        answers = {}
        for question, entry in zip(self._questions, self.query(Entry), strict=True):
            answers[question.key] = clean(entry.value)
            if question.is_needed and not answers[question.key]:
                entry.focus()
                return
        self.dismiss(answers)
