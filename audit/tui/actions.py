"""One declaration of an action gives its key, key bar entry, palette entry and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Action:
    """Something a person can do on a screen.

    Attributes:
        id: ``area.verb``; the screen's method is ``action_area_verb``.
        key: The key or keys, separated by commas. Function keys and Ctrl with a letter:
            single letters are typing keys for Vietnamese input methods. Empty for what is
            only found by typing.
        label: One or two words for the key bar; marked for translation where written.
        help: One sentence for help and the palette; marked likewise.
        is_shown: Whether the key bar has room for it.
        is_first: Whether the key works wherever the focus is.
    """

    id: str
    key: str
    label: str
    help: str
    is_shown: bool = True
    is_first: bool = False

    @property
    def method(self) -> str:
        """Name of the action as Textual calls it."""
        return self.id.replace(".", "_")

    @property
    def label_here(self) -> str:
        """The label in the language in use."""
        return _(self.label)

    @property
    def help_here(self) -> str:
        """The help sentence in the language in use."""
        return _(self.help)


def bindings(actions: Iterable[Action]) -> list[Binding]:
    """Return Textual's bindings; their texts are translated where they are shown."""
    return [
        Binding(
            action.key,
            action.method,
            action.label,
            id=action.id,
            tooltip=action.help,
            show=action.is_shown,
            priority=action.is_first,
        )
        for action in actions
        if action.key
    ]


_KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": N_("Space"),
    "backspace": N_("Backspace"),
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "plus": "+",
    "minus": "-",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "delete": "Del",
}


def key_words(key: str) -> str:
    """Return a key as it stands on the keyboard, ``F1``, ``Ctrl+P``, or as people call it."""
    first = key.split(",")[0]
    if first in _KEY_NAMES:
        return _(_KEY_NAMES[first])
    return "+".join(part.upper() if len(part) < 3 else part.title() for part in first.split("+"))
