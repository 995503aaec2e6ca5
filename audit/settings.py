"""The user's own folder, and what the program remembers between runs.

Kept apart and light: it is read at every start, even for ``--help``.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS: Final = "settings.json"
VIEWS: Final = "views.json"
MOST_ROUNDS: Final = 50
"""Of so many rounds it is remembered how their lists were shown."""


def home() -> Path:
    """Return the folder for this user's settings and key; it may not exist yet.

    ``READINESS_HOME`` chooses another one, for a portable copy on a stick.

    Raises:
        ReadinessError: The system knows no folder of this user.
    """
    found = _found_home()
    if found is None:
        from criteria.errors import ErrorCode, ReadinessError

        raise ReadinessError(ErrorCode.HOME_UNKNOWN)
    return found


def _found_home() -> Path | None:
    chosen = os.environ.get("READINESS_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    try:
        return user_data_path("readiness", appauthor=False)
    except RuntimeError:  # neither HOME nor an entry among the users
        return None


class Settings(NamedTuple):
    """What the program remembers; nothing here is needed to read a file."""

    language: str = ""
    """``vi`` or ``en``; empty where nobody chose."""
    last_file: str = ""
    """Path of the audit file last opened."""
    theme: str = ""
    """Colours of the terminal app; empty where nobody chose."""
    animations: str = ""
    """``none`` where nothing is to move or blink; empty where nobody chose."""


def load_settings() -> Settings:
    """Return the settings; the defaults where there are none or they cannot be read."""
    folder = _found_home()
    held = read_json(folder / _SETTINGS) if folder else {}
    return Settings(*(str(held.get(name, "")) for name in Settings._fields))


def save_settings(settings: Settings) -> None:
    """Remember the settings; a folder that cannot be written is no reason to stop."""
    if settings != load_settings():
        with contextlib.suppress(OSError):
            write_json(home() / _SETTINGS, settings._asdict())


def kept_view(round_id: str, screen: str) -> dict[str, str]:
    """Return how a list was shown the last time; empty where nobody chose.

    Args:
        round_id: Of the round, so that it goes along wherever its file is moved to.
        screen: What the list is called.
    """
    folder = _found_home()
    views = read_json(folder / VIEWS) if folder else {}
    of_round = views.get(round_id)
    held = of_round.get(screen) if isinstance(of_round, dict) else None
    return {key: str(value) for key, value in held.items()} if isinstance(held, dict) else {}


def keep_view(round_id: str, screen: str, view: Mapping[str, str]) -> None:
    """Remember how a list is shown; a folder that cannot be written is no reason to stop."""
    kept = {key: value for key, value in view.items() if value}
    folder = _found_home()
    if folder is None or kept == kept_view(round_id, screen):
        return
    views = read_json(folder / VIEWS)
    of_round = views.pop(round_id, None)
    # The round worked on last stands last; what was not looked at for long goes.
    views[round_id] = {**(of_round if isinstance(of_round, dict) else {}), screen: kept}
    with contextlib.suppress(OSError):
        write_json(folder / VIEWS, dict([*views.items()][-MOST_ROUNDS:]))


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; an empty one where it cannot be read."""
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def write_json(path: Path, data: dict[str, Any], *, flush: bool = True) -> None:
    """Write a JSON file under a temporary name, then move it into place.

    Raises:
        OSError: The folder cannot be written.
    """
    if not path.parent.is_dir():
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with building.open("wb") as held:
            # In plain ASCII: the name of a file may hold what is no text at all.
            held.write(json.dumps(data).encode("ascii"))
            if flush:
                held.flush()
                os.fsync(held.fileno())
        building.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            building.unlink(missing_ok=True)
        raise
