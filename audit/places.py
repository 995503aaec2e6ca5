"""Where work was left in each audit file, so that it goes on there after a power cut."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from audit.settings import home, read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

_MOST_COMMUNES = 500
"""Of how many communes a place is remembered; an auditor visits far fewer."""


class Place(NamedTuple):
    """A field of a commune."""

    commune: str
    part: str
    """Code of a criterion, or the parameters."""
    field: str


def remember_place(path: Path, place: Place) -> None:
    """Remember where work is; a folder that cannot be written is no reason to stop."""
    held = read_json(_file_for(path))
    places = _places(held)
    places.pop(place.commune, None)
    places[place.commune] = [place.part, place.field]
    while len(places) > _MOST_COMMUNES:
        del places[next(iter(places))]
    _keep(path, {"at": place.commune, "places": places})


def leave_place(path: Path) -> None:
    """Remember that no commune is at hand any more; the places in each of them stay."""
    held = read_json(_file_for(path))
    if held.get("at"):
        _keep(path, {"at": "", "places": _places(held)})


def remembered_place(path: Path, commune: str = "") -> Place | None:
    """Return where work was left.

    Args:
        path: The audit file.
        commune: In this commune; empty for the commune that was at hand at the end.

    Returns:
        ``None`` where it is not known, or the commune at hand was left in good order.
    """
    held = read_json(_file_for(path))
    code = commune or held.get("at")
    match _places(held).get(str(code)):
        case [str(part), str(field)]:
            return Place(str(code), part, field)
    return None


def last_place(path: Path) -> Place | None:
    """Return the place in the commune that was at hand last, whether or not it was left."""
    places = _places(read_json(_file_for(path)))
    return remembered_place(path, next(reversed(places))) if places else None


def _places(held: dict[str, Any]) -> dict[str, Any]:
    places = held.get("places")
    return places if isinstance(places, dict) else {}


def _keep(path: Path, data: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        write_json(_file_for(path), data, flush=False)


def _file_for(path: Path) -> Path:
    return home() / "places" / name_for(path)


def name_for(path: Path) -> str:
    """Return the name of the file in which something is remembered about an audit file."""
    digest = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return f"{digest[:32]}.json"
