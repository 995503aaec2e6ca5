"""The last line of each screen: the keys that work here, in the language in use."""

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

    def _line(self) -> Content:
        """Return the line; how to leave and how to get help come first and always fit."""
        entries: dict[str, tuple[str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in entries:
                entries[binding.action] = key_words(binding.key), _(binding.description)
        parts: list[Content] = []
        room = self.size.width
        for key, label in sorted(entries.values(), key=lambda entry: entry[0] not in _FIRST):
            room -= cell_len(key) + cell_len(label) + 3
            if room < 0:
                break
            parts.append(Content.assemble((f" {key} ", "$accent bold"), f"{label} "))
        return Content("").join(parts)
