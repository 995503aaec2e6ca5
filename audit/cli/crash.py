"""What is kept of a failure that nobody foresaw, for whoever mends the program."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path
from typing import Final

import audit
from audit.settings import home
from criteria.errors import ReadinessError

_LOG: Final = "last-failure.txt"


def _folders() -> list[Path]:
    found = []
    for where in (home, tempfile.gettempdir):
        try:
            found.append(Path(where()))
        except (ReadinessError, OSError):
            continue
    return found


def keep(error: BaseException) -> Path:
    """Write a failure to a file and return its path.

    The lines of code are kept, the values are not: they may be what an auditor wrote.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f"readiness {audit.__version__}, Python {sys.version.split()[0]}, {sys.platform}",
        type(error).__name__,
        *(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    for folder in _folders():
        path = folder / _LOG
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines) + "\n", "utf-8")
        except OSError:
            continue
        return path
    return Path(_LOG)
