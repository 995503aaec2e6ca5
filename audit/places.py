"""Where work was left in each audit file, so that it goes on there after a power cut."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from audit.settings import home, read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path


class Place(NamedTuple):
    """A field of a commune."""

    commune: str
    part: str
    """Code of a criterion, or the parameters."""
    field: str


def remember_place(path: Path, place: Place) -> None:
    """Remember where work is; a folder that cannot be written is no reason to stop."""
    with contextlib.suppress(OSError):
        write_json(_file_for(path), place._asdict(), flush=False)


def remembered_place(path: Path) -> Place | None:
    """Return where work was left in an audit file; ``None`` if it is not known."""
    held = read_json(_file_for(path))
    try:
        return Place(str(held["commune"]), str(held["part"]), str(held["field"]))
    except KeyError:
        return None


def _file_for(path: Path) -> Path:
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return home() / "places" / f"{name[:32]}.json"
