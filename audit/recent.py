"""The audit files opened lately on this machine: what each is, when, and how far it was.

Only for finding them again; whoever has the files needs none of this.
"""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.settings import home, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable

_RECENT: Final = "recent.json"
MOST_FILES: Final = 20


class Recent(NamedTuple):
    """An audit file that was opened."""

    path: Path
    title: str = ""
    """Of the round."""
    opened: date | None = None
    """The last day on which it was."""
    done: int = 0
    """How many communes were complete when they were counted last."""
    all: int = 0
    """How many communes it has; 0 where they were never counted."""

    @property
    def is_there(self) -> bool:
        """Whether the file is where it was."""
        try:
            return self.path.is_file()
        except (OSError, ValueError):
            return False


def recent_files() -> list[Recent]:
    """Return the files opened lately, the last one first."""
    try:
        held = read_json(home() / _RECENT).get("files")
    except OSError:
        return []
    entries = held if isinstance(held, list) else []
    return [found for each in entries if (found := _read(each)) is not None]


def note_opened(path: Path, title: str, today: date) -> None:
    """Note that a file was opened."""
    path = path.resolve()
    others = recent_files()
    held = next((each for each in others if each.path == path), Recent(path))
    others = [each for each in others if each.path != path]
    _keep([held._replace(title=title or held.title, opened=today), *others])


def note_progress(path: Path, done: int, every: int) -> None:
    """Note how far a file is, where it is among those opened."""
    path = path.resolve()
    _keep(
        each._replace(done=done, all=every) if each.path == path else each
        for each in recent_files()
    )


def take_off(path: Path) -> None:
    """Take a file off the list; the file itself stays as it is."""
    _keep(each for each in recent_files() if each.path != path)


def put_back(taken_off: Recent, place: int) -> None:
    """Put a file on the list again where it stood."""
    others = [each for each in recent_files() if each.path != taken_off.path]
    _keep([*others[:place], taken_off, *others[place:]])


def _keep(files: Iterable[Recent]) -> None:
    """Keep the list, unless it is kept so; a folder that cannot be written is no reason to stop."""
    kept = [*files][:MOST_FILES]
    if kept == recent_files():
        return
    entries = [
        {
            "path": str(each.path),
            "title": each.title,
            "opened": each.opened.isoformat() if each.opened else "",
            "done": each.done,
            "all": each.all,
        }
        for each in kept
    ]
    with contextlib.suppress(OSError):
        write_json(home() / _RECENT, {"files": entries}, flush=False)


def _read(entry: object) -> Recent | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str) or not entry["path"]:
        return None
    opened = None
    with contextlib.suppress(TypeError, ValueError):
        opened = date.fromisoformat(entry.get("opened", ""))
    done, every = (entry.get(key) if type(entry.get(key)) is int else 0 for key in ("done", "all"))
    return Recent(Path(entry["path"]), str(entry.get("title", "")), opened, done or 0, every or 0)
