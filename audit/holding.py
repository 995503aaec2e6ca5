"""One terminal app at a time writes to an audit file on this machine.

Two of them on one file would each show for hours values that the other has replaced.
The mark is a lock of the operating system in the user's own folder: it falls with the
program, however that ends, and nothing is left beside the audit file.

Commands neither need nor take the mark, so that a photo can be attached while the app is
open. Each reads the heads it replaces and appends in one transaction, the place in the
chain being looked up within it; a statement made in between is not replaced but stands
beside the new one. The app notices what a command wrote (`audit.desk.Desk.catch_up`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from audit.settings import home
from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

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
            ErrorCode.HOME_NOT_WRITABLE, path=home(), reason=reason_of(error)
        ) from error
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    lock = FileLock(folder / f"{name[:32]}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock
