"""A text: typed into a line that opens below the label; phrases can be chosen instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from audit.tui.widgets.entry import Entry, joined
from audit.tui.widgets.fields.line import FieldLine
from criteria.language import _
from criteria.values import MOST_TEXT

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class TextLine(FieldLine, can_focus=False):
    """A text; the line to type in shows while the field is at hand."""

    DEFAULT_CSS = """
    TextLine Entry { display: none; height: 1; margin: 1 0 0 3; padding: 0; border: none; }
    TextLine Entry:focus { border: none; padding: 0; }
    TextLine.-editing { height: 2; }
    TextLine.-editing Entry { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "phrases", show=False),
    ]

    class PhrasesWanted(Message):
        """One of the field's phrases is to be chosen."""

        def __init__(self, line: TextLine) -> None:
            """Hold the line."""
            super().__init__()
            self.line = line

    _opened_with = ""

    def compose(self) -> ComposeResult:
        """Lay out the line to type in below the label."""
        yield Entry(max_length=MOST_TEXT)

    @property
    def entry(self) -> Entry:
        """The line to type in."""
        return self.query_one(Entry)

    def hint(self) -> str:
        """Return how to fill the line."""
        words = _("Type the text; Enter goes on.")
        # Not within an f-string: those that gather the texts do not look in there.
        phrases = _("Ctrl+T: phrases")
        return f"{words} {phrases}" if self.field.phrases else words

    def guidance(self) -> str:
        """Return how to fill the line; below it there is no room to say that it cannot be."""
        if self._take is None:
            return _("This file is shown for reading only.")
        return super().guidance()

    def value_words(self) -> str:
        """Return what stands in the line; nothing while it is typed below."""
        return "" if self.has_class("-editing") else super().value_words()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Open the line to type in."""
        held = self.held.answer.value
        if not self.is_asked:
            return self
        if not self.has_class("-editing"):
            self.add_class("-editing")
            self.entry.value = held if isinstance(held, str) else ""
            self._opened_with = self.entry.value
            self.entry.cursor_position = len(self.entry.value)
        self.entry.focus(scroll_visible)
        self.redraw()
        # It opens only now, perhaps below what can be seen.
        self.call_after_refresh(self.scroll_visible, animate=False)
        return self

    def put_back(self) -> bool:
        """Undo what was typed since the line was opened; return whether there was any."""
        if not self.has_class("-editing") or self.entry.value == self._opened_with:
            return False
        self.entry.value = self._opened_with
        self.entry.cursor_position = len(self.entry.value)
        return True

    def on_click(self) -> None:
        """Open the line to type in."""
        self.focus()

    def on_descendant_blur(self) -> None:
        """Take what was typed when the line is left."""
        self.take_typed()

    def take_typed(self) -> bool:
        """Take what stands in the line to type in."""
        if not self.has_class("-editing"):
            return True
        # A text with several lines stands here as one; left alone, it stays as it is.
        if self.entry.value != self._opened_with:
            if not self.entry.value:
                if not self.state(None):
                    return False
            else:
                self.typed = self.entry.value
                if not super().take_typed():
                    self.typed = ""
                    return False
        self.remove_class("-editing")
        self.redraw()
        return True

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        if self.take_typed():
            self.post_message(self.Left(self, 1))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._take is None and event.value != self._opened_with:
            # A text that cannot be kept must not be written to its end.
            self.put_back()
        elif event.value == "=" and not self._opened_with and self.take_proposed():
            held = self.held.answer.value
            self.entry.value = self._opened_with = held if isinstance(held, str) else ""
            self.entry.cursor_position = len(self.entry.value)

    def on_key(self, event: events.Key) -> None:
        """Leave the line with the arrows; all else is typed below."""
        if event.key in ("down", "up"):
            super().on_key(event)

    def action_phrases(self) -> None:
        """Choose from the field's phrases."""
        self.post_message(self.PhrasesWanted(self))

    def put(self, text: str) -> None:
        """Put a text behind what is typed already."""
        self.entry.value = joined(self.entry.value, text)
        self.entry.cursor_position = len(self.entry.value)
