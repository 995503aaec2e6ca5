"""Boxes that ask for one or a few texts; what was typed stays until it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.entry import Entry, joined
from audit.tui.widgets.key_bar import KeyBar
from audit.tui.widgets.place_line import PathEntry
from audit.unsaved import WORTH_KEEPING, Unsaved
from criteria.language import N_, _
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

_SECONDS = 1
"""How often what is being written is kept at most; an old disk must not slow the keys."""


@dataclass(frozen=True)
class Question:
    """One line to fill in.

    Attributes:
        key: What the answer is called.
        label: What is asked.
        value: What stands there at first.
        is_needed: Whether it must not stay empty.
        phrases: Sentences to choose from instead of typing.
        is_path: Whether it is a path: another one typed behind ``value`` replaces it.
    """

    key: str
    label: str
    value: str = ""
    is_needed: bool = False
    phrases: tuple[str, ...] = ()
    is_path: bool = False


class Ask(Dialog[dict[str, str]]):
    """Asks for a few texts at once; Enter goes on to the next, and at the last is done."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("ask.done", "f10,ctrl+s", N_("Done"), N_("Take what was typed."), is_first=True),
        Action("leave", "escape", N_("Back"), N_("Leave without changing anything.")),
    )
    HELP_TEXT = N_(
        "Fill in the lines. Enter goes on; after the last line it is done. Where sentences are "
        "listed below a line, the arrow down goes to them and Enter takes one over."
    )
    KEYS = N_("Enter: on · F10: done · Esc: leave without it")
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(
        self,
        heading: str,
        questions: list[Question],
        note: str = "",
        *,
        check: Callable[[dict[str, str]], str | None] | None = None,
        unsaved: Unsaved | None = None,
    ) -> None:
        """Ask for texts.

        Args:
            heading: What it is about.
            questions: From top to bottom.
            note: A sentence below the heading.
            check: Told the answers before the box closes; returns a sentence where they
                cannot be taken. The box then stays open with all that was typed.
            unsaved: Where the first line is kept while it is written, for a text too long
                to lose.
        """
        super().__init__()
        self._heading = heading
        self._questions = questions
        self._note = note
        self._check = check
        self._refused: list[str] = []
        self._opened_with: list[str] = []
        self._unsaved = unsaved
        self._left_unsaved = unsaved.kept() if unsaved is not None else ""
        self._written = self._left_unsaved
        self._keeping: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out one line below another."""
        with Vertical(classes="box"):
            yield Label(Content(self._heading), classes="box-heading")
            with VerticalScroll(can_focus=False, classes="box-lines"):
                # What is long goes out of sight here, not the line of keys below.
                if self._note:
                    yield Label(Content(self._note), classes="box-note")
                if self._left_unsaved:
                    words = _("This was written and never saved. F10 saves it, Escape drops it.")
                    yield Label(Content(words), classes="box-note")
                for question in self._questions:
                    if question.label:
                        mark = " (*)" if question.is_needed else ""
                        yield Label(Content(question.label + mark))
                    yield (PathEntry if question.is_path else Entry)(
                        question.value,
                        id=f"ask-{question.key}",
                        # Several boxes with borders would not fit a small terminal.
                        compact=len(self._questions) > 1,
                    )
                    if question.is_needed:
                        empty = Label(id=f"empty-{question.key}", classes="ask-empty")
                        empty.display = False
                        yield empty
                    if question.phrases:
                        yield OptionList(
                            *(Option(Content(phrase)) for phrase in question.phrases),
                            id=f"phrases-{question.key}",
                            classes="phrases",
                            markup=False,
                        )
            yield Label(id="ask-refused")
            yield self.keys_line()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the first line that is empty."""
        entries = list(self.query(Entry))
        self._opened_with = [entry.value for entry in entries]
        if self._left_unsaved:
            entries[0].value = self._left_unsaved
            entries[0].cursor_position = len(entries[0].value)
        first = next((entry for entry in entries if not entry.value), entries[0])
        # Nothing is laid out yet: Textual would scroll past what stands above.
        first.focus(scroll_visible=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Have what a line asks stand in sight above it, and above the first one the note."""
        if isinstance(event.widget, Entry):
            # After Textual has scrolled to the line, which knows nothing of its label.
            self.call_after_refresh(self._show_whole, event.widget)

    def _show_whole(self, entry: Entry) -> None:
        before = [*takewhile(lambda each: each is not entry, self.query(".box-lines > *"))]
        if any(isinstance(each, Entry) for each in before):
            labels = [each for each in before if each.display and isinstance(each, Label)]
            before = [*reversed(labels)]
        for each in (*before[:1], entry):
            each.scroll_visible(animate=False)

    def on_key(self, event: events.Key) -> None:
        """Walk between the lines and the sentences below them with the arrows."""
        focused = self.focused
        if isinstance(focused, Entry) and event.key in ("down", "up"):
            event.stop()
            stops = [
                widget
                for widget in self.query("Entry, OptionList")
                if event.key == "down" or isinstance(widget, Entry)
            ]
            place = stops.index(focused) + (1 if event.key == "down" else -1)
            if 0 <= place < len(stops):
                target = stops[place]
                target.focus()
                if isinstance(target, OptionList):
                    target.highlighted = 0
        elif isinstance(focused, OptionList) and event.key == "up" and not focused.highlighted:
            event.stop()
            self._entry_of(focused).focus()

    def _entry_of(self, phrases: OptionList) -> Entry:
        key = (phrases.id or "").removeprefix("phrases-")
        return self.query_one(f"#ask-{key}", Entry)

    @on(OptionList.OptionSelected)
    def _take_over(self, event: OptionList.OptionSelected) -> None:
        """Put a sentence behind what is typed already."""
        entry = self._entry_of(event.option_list)
        entry.value = joined(entry.value, str(event.option.prompt))
        entry.cursor_position = len(entry.value)
        entry.focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        values = [entry.value for entry in self.query(Entry)]
        self._written = values[0]
        # A key that was pressed before the refusal may be reported after it.
        if values != self._refused:
            self._tell("")
        if self._unsaved is not None and self._keeping is None:
            self._keep()
            self._keeping = self.set_timer(_SECONDS, self._keep_again)

    def _keep_again(self) -> None:
        self._keeping = None
        self._keep()

    def _keep(self) -> None:
        """Keep what is being written, unless it is soon typed again."""
        is_long = len(self._written) >= WORTH_KEEPING
        text = self._written if is_long and self._written != self._opened_with[0] else ""
        if self._unsaved is not None and text != self._left_unsaved:
            self._left_unsaved = text
            self._unsaved.keep(text)

    def on_unmount(self) -> None:
        """Keep the last letters, too, where the window is closed over them."""
        self._keep()

    def _leave(self, answers: dict[str, str] | None) -> None:
        if self._unsaved is not None:
            self._unsaved.drop()
            self._unsaved = None  # a key that is reported late must not bring it back
        self.dismiss(answers)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        entries = list(self.query(Entry))
        place = entries.index(event.input)  # type: ignore[arg-type] # all of them are entries
        if place + 1 < len(entries):
            entries[place + 1].focus()
        else:
            self.action_ask_done()

    def action_ask_done(self) -> None:
        """Take what was typed; where that cannot be, say why and keep it."""
        answers = self.answers()
        if answers is not None:
            self._leave(answers)

    def answers(self) -> dict[str, str] | None:
        """Return what was typed; say why it cannot be taken where it cannot."""
        answers = {}
        for question, entry in zip(self._questions, self.query(Entry), strict=True):
            answers[question.key] = clean(entry.value)
            if question.is_needed and not answers[question.key]:
                entry.focus()
                self._refuse(_("This line must not stay empty."), at=question.key)
                return None
        refused = self._check(answers) if self._check is not None else None
        if refused is not None:
            self._refuse(refused)
            return None
        return answers

    def ready_to_leave(self) -> bool:
        """Say that something was typed, once; return whether nothing would be lost."""
        values = [entry.value for entry in self.query(Entry)]
        if values in (self._opened_with, self._refused):
            return True
        self._refuse(_("Not taken yet: F10 takes it, Escape drops it."))
        return False

    def action_leave(self) -> None:
        """Leave without changing anything; what was typed is dropped at the second time."""
        if self.ready_to_leave():
            self._leave(None)

    def _refuse(self, sentence: str, at: str = "") -> None:
        self._refused = [entry.value for entry in self.query(Entry)]
        self._tell(sentence, at)

    def _tell(self, sentence: str, at: str = "") -> None:
        """Say something below the box's lines, or directly below the one it is about."""
        for label in self.query(".ask-empty").results(Label):
            label.display = label.id == f"empty-{at}"
            label.update(Content(sentence))
        self.query_one("#ask-refused", Label).update(Content("" if at else sentence))
