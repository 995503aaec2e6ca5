"""The last line of each screen: the keys that work here, in the language in use.

There is seldom room for all. A screen declares its actions in the order in which they are
needed; what the widget that has the focus does by itself, and what works everywhere, come
after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from audit.tui.actions import key_words
from criteria.language import _

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.screen import Screen

_FIRST = ("Esc", "F1")


class KeyBar(Widget):
    """Shows the keys of the focused widget, the screen and the app, as many as fit."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        background: $panel;
        color: $foreground;
    }
    """

    _shown = ""

    def on_mount(self) -> None:
        """Draw again whenever the keys that work change."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        if self._line().markup != self._shown:
            self.refresh()

    def render(self) -> RenderResult:
        """Return the line."""
        line = self._line()
        self._shown = line.markup
        return line

    def _is_hidden(self, action: str) -> bool:
        hides = getattr(self.screen, "hides", None)
        return hides is not None and bool(hides(action))

    def _line(self) -> Content:
        """Return the line; how to leave and how to get help come first and always fit."""
        entries: dict[str, tuple[int, str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            key = binding.key_display or key_words(binding.key)
            # Of several keys for one action, the one that people know.
            if not (binding.show and active.enabled) or self._is_hidden(binding.action):
                continue
            if key in _FIRST or binding.action not in entries:
                place = _FIRST.index(key) if key in _FIRST else len(_FIRST)
                if place == len(_FIRST) and active.node is not self.screen:
                    place += 2 if active.node is self.app else 1
                entries[binding.action] = place, key, _(binding.description)
        parts: list[Content] = []
        room = self.size.width + 1  # the last space need not be seen
        for _place, key, label in sorted(entries.values(), key=lambda entry: entry[0]):
            needed = cell_len(key) + cell_len(label) + 3
            if needed > room:
                continue  # a shorter one may still fit
            room -= needed
            parts.append(Content.assemble((f" {key} ", "$accent bold"), f"{label} "))
        return Content("").join(parts).rstrip()
