"""A line to type in that keeps Vietnamese letters whole."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events


class Entry(Input):
    """An input whose text is in NFC at every moment.

    Input methods send Backspace and letters in one burst, some keyboards send a letter
    and its mark apart, and what is pasted may be decomposed. Composing at once keeps one
    letter one character, so that Backspace removes a letter and never only its mark.
    """

    async def _on_key(self, event: events.Key) -> None:
        """Edit at once, in the order of the keys.

        As bindings, Backspace and its like would run only after the letters that came
        with it in one burst: an input method that rewrites a syllable would double it.
        """
        edits = {
            "backspace": self.action_delete_left,
            "ctrl+h": self.action_delete_left,
            "delete": self.action_delete_right,
            "left": self.action_cursor_left,
            "right": self.action_cursor_right,
            "home": self.action_home,
            "end": self.action_end,
        }
        if event.key in edits:
            event.stop()
            event.prevent_default()
            edits[event.key]()
            return
        await super()._on_key(event)

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert text where the cursor is, composed with the letter before it."""
        before, after = self.value[: self.cursor_position], self.value[self.cursor_position :]
        clean = "".join(
            letter for letter in text if letter.isprintable() or unicodedata.combining(letter)
        )
        composed = unicodedata.normalize("NFC", before + clean)
        if self.max_length and len(composed) + len(after) > self.max_length:
            return
        self.value = composed + after
        self.cursor_position = len(composed)

    def _on_paste(self, event: events.Paste) -> None:
        """Insert what is pasted as one line, composed."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(event.text.split("\n")).strip("\r"))
