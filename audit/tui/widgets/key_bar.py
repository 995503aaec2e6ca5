"""The last line of each screen: the keys that work here, in the language in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from audit.tui.actions import key_words
from criteria.language import _

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.screen import Screen


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

    def on_mount(self) -> None:
        """Draw again whenever the keys that work change."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> RenderResult:
        """Return the line."""
        parts: list[Content] = []
        width = 0
        shown: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in shown:
                continue
            shown.add(binding.action)
            key, label = key_words(binding.key), _(binding.description)
            width += len(key) + len(label) + 3
            if width > self.size.width:
                break
            parts.append(Content.assemble((f" {key} ", "$accent bold"), f"{label} "))
        return Content("").join(parts)
