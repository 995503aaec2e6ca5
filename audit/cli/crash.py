"""What is kept of a failure that nobody foresaw, for whoever mends the program."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from audit import log

_LOG: Final = "last-failure.txt"


def keep(error: BaseException) -> Path:
    """Write a failure to the log and return where it is.

    The places in the code are kept, the values are not: they may be what an auditor wrote.
    Where the user's own folder cannot be written, the folder for temporary files is taken.
    """
    if log.note_crash(error):
        return log.path()
    try:
        path = Path(tempfile.gettempdir()) / _LOG
        path.write_text("\n".join(log.crash_lines(error)) + "\n", "utf-8")
    except OSError:
        return Path(_LOG)
    return path
