"""A line to type in that keeps Vietnamese letters whole."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingsMap, BindingType
from textual.widgets import Input
from textual.widgets.input import Selection

if TYPE_CHECKING:
    from typing import Any

    from textual import events

_JOINER: Final = "\u200d"
"""Makes one picture of two; the only sign that nobody sees which is part of a text."""
_SKINS: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) == "So"


def _leans(sign: str) -> bool:
    """Return whether a sign belongs to the one before it."""
    return sign == _JOINER or sign in _SKINS or unicodedata.category(sign)[0] == "M"


def _is_inside(text: str, at: int) -> bool:
    """Return whether a place in a text is within a letter."""
    if not 0 < at < len(text):
        return False
    return _leans(text[at]) or (text[at - 1] == _JOINER and _is_picture(text[at]))


def _back(text: str, at: int) -> int:
    """Return where the letter begins that a place is in or at."""
    while _is_inside(text, at):
        at -= 1
    return at


def _on(text: str, at: int) -> int:
    """Return where the letter ends that a place is in."""
    while _is_inside(text, at):
        at += 1
    return at


def one_line(text: str, before: str = "") -> str:
    """Return a text as it can stand in a line.

    Composed (NFC), every kind of space a plain one, several lines joined by a space,
    without control characters and signs that nobody sees, without marks that have no
    letter to stand on.

    Args:
        text: Anything.
        before: What stands before it in the line; returned with it.
    """
    whole = before + text
    is_composed = text.isprintable() and unicodedata.is_normalized("NFC", whole)
    if is_composed and not _leans(whole[:1] or " "):
        return whole
    lines = text.splitlines()
    if lines != [text]:
        text = " ".join(line for line in lines if line.strip())
    signs = list(before)
    for sign in text:
        if sign.isspace():
            signs.append(" ")
        elif sign == _JOINER:
            # Terminals hide a plain letter that is joined to another one.
            if signs and (_is_picture(signs[-1]) or signs[-1] in _SKINS or signs[-1] == "\ufe0f"):
                signs.append(sign)
        elif sign.isprintable() and (signs or not _leans(sign)):
            signs.append(sign)
    return unicodedata.normalize("NFC", "".join(signs))


def joined(held: str, phrase: str) -> str:
    """Return a phrase behind what is written already, as another sentence or part of one."""
    held = held.rstrip()
    if not held or held[-1] in ".!?…;:,–-(":
        return f"{held} {phrase}".lstrip()
    is_sentence = phrase[:1].isupper() and phrase.rstrip()[-1:] in (".", "!", "?", "…")
    return f"{held}. {phrase}" if is_sentence else f"{held}; {phrase}"


def types(event: events.Key) -> bool:
    """Return whether a key puts a sign into a line.

    Unlike `events.Key.is_printable` this counts what nobody sees: an input method that
    first sends an empty sign takes it back by one Backspace more.
    """
    sign = event.character or ""
    return event.is_printable or sign == _JOINER or (sign >= "\u00a0" and sign.isspace())


class Entry(Input):
    """An input whose text is in NFC at every moment.

    Input methods send Backspace and letters in one burst, some keyboards send a letter
    and its mark apart, and what is pasted may be decomposed. Composing at once keeps one
    letter one character, so that Backspace removes a letter and never only its mark;
    where no composed form exists, the letter and its marks go together.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+h", "delete_left", show=False),
        Binding("ctrl+backspace,alt+backspace", "delete_left_word", show=False),
    ]
    _EDITS: ClassVar[BindingsMap] = BindingsMap([*BINDINGS, *Input.BINDINGS])

    def __init__(self, value: str = "", *, select_on_focus: bool = False, **rest: Any) -> None:
        """Make a line to type in.

        Args:
            value: What stands in it at first; the cursor stands behind it.
            select_on_focus: Whether the first letter typed replaces what stands there.
            rest: As of `Input`.
        """
        super().__init__(value, select_on_focus=select_on_focus, **rest)

    def on_mount(self) -> None:
        """Have the cursor stand still where nothing is to move."""
        self.cursor_blink = self.app.animation_level != "none"

    def validate_value(self, value: str) -> str:
        """Return the text as the line holds it, wherever it comes from."""
        return one_line(value)

    def validate_selection(self, selection: Selection) -> Selection:
        """Return the selection within the text; it never ends within a letter."""
        start, end = super().validate_selection(selection)
        return Selection(_on(self.value, start), _on(self.value, end))

    async def _on_key(self, event: events.Key) -> None:
        """Edit at once, in the order of the keys.

        As bindings, Backspace and its like would run only after the letters that came
        with it in one burst: an input method that rewrites a syllable would double it.
        """
        for binding in self._EDITS.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                self._restart_blink()
                event.stop()
                event.prevent_default()
                return
        if types(event) and not event.is_printable:
            event.stop()
            self.replace(event.character or "", *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        """Insert what is pasted as one line."""
        event.prevent_default()
        event.stop()
        self.replace(event.text, *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in place of whole letters; every change of the line is made here.

        Args:
            text: What to insert, composed with the letter before it.
            start: From where; within a letter, from its beginning.
            end: To where; within a letter, to its end.
        """
        start, end = sorted((max(0, start), min(len(self.value), end)))
        before = one_line(text, self.value[: _back(self.value, start)])
        whole = one_line(self.value[_on(self.value, end) :], before)
        if self.max_length and len(whole) > max(self.max_length, len(self.value)):
            self.restricted()
            return
        self.value = whole
        self.cursor_position = len(before)

    def action_cursor_left(self, select: bool = False) -> None:
        """Go one letter to the left.

        Args:
            select: Whether to select it.
        """
        start, end = self.selection
        if select or start == end:
            target = _back(self.value, max(0, end - 1))
            self.selection = Selection(start if select else target, target)
        else:
            self.cursor_position = min(start, end)
