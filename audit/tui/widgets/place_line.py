"""The line that says where a file is to be written; a stick that is plugged in is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Label

from audit.folders import is_path_like, place_for_others
from audit.tui.widgets.entry import Entry
from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult


class PathEntry(Entry):
    """A line with a path proposed; another path typed or pasted behind it replaces it."""

    def __init__(self, proposed: str, **rest: Any) -> None:
        """Make a line with a path in it; the rest is as of `Entry`."""
        super().__init__(proposed, **rest)
        self._proposed = self.value

    def propose(self, text: str) -> None:
        """Put another path there, which is replaced in the same way."""
        self.value = text
        self._proposed = self.value
        self.cursor_position = len(self.value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in; a path begins where no other stands before it."""
        super().replace(text, start, end)
        typed = self.value.removeprefix(self._proposed)
        if typed != self.value and is_path_like(typed):
            self.value = typed
            self.cursor_position = len(typed)


class PlaceLine(Horizontal):
    """A path with what it is before it."""

    DEFAULT_CSS = """
    PlaceLine { height: 1; }
    PlaceLine > Label { width: auto; padding: 0 1; color: $accent; }
    PlaceLine > PathEntry { width: 1fr; }
    """

    class Chosen(Message):
        """It is known in which folder to write: proposed, or chosen by a person."""

        def __init__(self, folder: Path) -> None:
            """Hold the folder."""
            super().__init__()
            self.folder = folder

    class _Found(Chosen):
        pass

    def __init__(self, area: str, label: str, path: str, otherwise: Path | None = None) -> None:
        """Begin with a path.

        Args:
            area: Before the ids of the line and its parts.
            label: What the path is, in the language in use.
            path: As it was typed until now; empty for none.
            otherwise: A folder to propose where there is neither a stick nor one for documents.
        """
        super().__init__(id=f"{area}-line")
        self._area = area
        self._label = label
        self._first = path
        self._otherwise = otherwise

    def compose(self) -> ComposeResult:
        """Lay out the label before the path."""
        yield Label(Content(self._label), id=f"{self._area}-label")
        yield PathEntry(
            self._first,
            id=f"{self._area}-path",
            compact=True,
            placeholder=_("Looking for a stick…"),
        )

    @property
    def entry(self) -> PathEntry:
        """The line with the path."""
        return self.query_one(PathEntry)

    @property
    def path(self) -> str:
        """What was typed, without the signs that a system puts around a path."""
        return self.entry.value.strip().strip("'\"")

    def begin(self, last: Sequence[Path]) -> None:
        """Propose a folder, unless a path stands there: the last one, else that of a stick."""
        if last:
            self.post_message(self.Chosen(last[-1]))
        else:
            self._find()

    @work(thread=True, exclusive=True, group="place")
    def _find(self) -> None:
        # A drive may take its time to answer.
        self.post_message(self._Found(place_for_others(self._otherwise)))

    @on(_Found)
    def _found(self, event: _Found) -> None:
        event.stop()
        if not self.entry.value:
            self.post_message(self.Chosen(event.folder))

    def choose(self, heading: str) -> None:
        """Ask for a folder."""
        from audit.tui.screens.pick_folder import PickFolder

        def picked(paths: list[Path] | None) -> None:
            if paths:
                self.post_message(self.Chosen(paths[0]))

        self.app.push_screen(PickFolder(heading), picked)
