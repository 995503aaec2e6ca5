"""What somebody was writing when the program ended: offered again, and never a statement.

It lies in the user's own folder, not in the audit file, which holds only what was stated.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.places import name_for
from audit.settings import home, read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

WORTH_KEEPING: Final = 20
"""Letters; less is typed again as fast as it is read again."""
_MOST: Final = 50
"""Texts kept for an audit file; the oldest goes."""


class Unsaved(NamedTuple):
    """A text that is being written and not saved yet."""

    path: Path
    """The audit file."""
    subject: str
    """What it is about; no two texts of an audit file share it."""

    def kept(self) -> str:
        """Return what was written; empty where nothing was left unsaved."""
        text = read_json(self._file).get(self.subject)
        return text if isinstance(text, str) else ""

    def keep(self, text: str) -> None:
        """Keep what is written so far; a folder that cannot be written is no reason to stop."""
        held = read_json(self._file)
        if held.pop(self.subject, None) is None and not text:
            return
        if text:
            held[self.subject] = text
        while len(held) > _MOST:
            del held[next(iter(held))]
        self._write(held)

    def drop(self) -> None:
        """Forget it: it was saved, or is not wanted."""
        self.keep("")

    def _write(self, held: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            # A program that is killed loses nothing that was handed to the system.
            write_json(self._file, held, flush=False)

    @property
    def _file(self) -> Path:
        return home() / "unsaved" / name_for(self.path)
