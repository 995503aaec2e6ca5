"""One program at a time writes to an audit file on this machine.

Two copies of the program on one file would each show values the other has replaced.
The mark is a lock of the operating system in the user's own folder: it falls with the
program, however that ends, and nothing is left beside the audit file.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from audit.settings import home
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock


def hold(path: Path) -> BaseFileLock | None:
    """Mark an audit file as open in this program.

    Returns:
        The mark, to be released; ``None`` where another program holds it.

    Raises:
        ReadinessError: The user's own folder cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = home() / "open"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadinessError(
            ErrorCode.HOME_NOT_WRITABLE, path=home(), reason=error.strerror or error
        ) from error
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    lock = FileLock(folder / f"{name[:32]}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock
