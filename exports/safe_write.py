"""Put a finished file in its place, whole or not at all.

The bytes go to a temporary name in the same folder, are flushed to the disk and
moved over the target in one step: whoever opens the target sees the old file or the
new one, never half of either, and nothing is left behind when something goes wrong.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_RIGHT: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BAD_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})
_PAUSES: Final = (0.05, 0.1, 0.2, 0.4) if os.name == "nt" else ()
"""Seconds to wait between tries: on Windows a virus scanner holds a new file for a moment."""


def write_safely(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Make ``content`` the content of the file at ``path``.

    Args:
        path: Where; its folder must exist. A file that is there is replaced.
        content: The whole file, or its pieces one after another.

    Raises:
        ReadinessError: It cannot be written, and says why and what to do. What was
            at ``path`` is as it was, and nothing else is left in the folder.
    """
    target = _checked(path)
    temporary = target.with_name(f".readiness-{secrets.token_hex(6)}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise as_readiness_error(path, error) from error
        try:
            _move(temporary, target)
        except PermissionError as error:
            # The folder takes new files, so it is the file there that is held.
            raise ReadinessError(ErrorCode.WRITE_OPEN_ELSEWHERE, path=path) from error
        except OSError as error:
            raise as_readiness_error(path, error) from error
    finally:
        _forget(temporary)
    _flush_folder(target.parent)


def as_readiness_error(path: Path, error: OSError) -> ReadinessError:
    """Return what a person can do about an error met on the way to writing ``path``."""
    if error.errno in _FULL:
        return ReadinessError(ErrorCode.WRITE_DISK_FULL, path=path)
    if error.errno in _NO_RIGHT:
        return ReadinessError(ErrorCode.WRITE_NOT_ALLOWED, path=path, folder=path.parent)
    if error.errno in _BAD_NAME:
        return ReadinessError(ErrorCode.WRITE_BAD_NAME, path=path, status=2)
    return ReadinessError(ErrorCode.WRITE_FAILED, path=path, reason=error.strerror or error)


def _checked(path: Path) -> Path:
    """Return the file that is meant, a link followed; refuse at once what cannot work."""
    try:
        target = path.resolve() if path.is_symlink() else path
        if not target.parent.is_dir():
            raise ReadinessError(
                ErrorCode.WRITE_FOLDER_MISSING, path=path, folder=target.parent, status=2
            )
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target
    except OSError as error:
        raise as_readiness_error(path, error) from error
    except (ValueError, RuntimeError) as error:  # a zero byte in the path, a link to itself
        raise ReadinessError(ErrorCode.WRITE_BAD_NAME, path=path, status=2) from error
    if stat.S_ISDIR(mode):
        raise ReadinessError(ErrorCode.WRITE_IS_FOLDER, path=path, status=2)
    if _is_database(target):
        # A slip of the hand must not put a report in the place of an audit file.
        raise ReadinessError(ErrorCode.WRITE_OVER_AUDIT, path=path, status=2)
    if not mode & stat.S_IWRITE:
        # Only Windows would refuse by itself; the mark means the same everywhere.
        raise ReadinessError(ErrorCode.WRITE_READ_ONLY, path=path)
    return target


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(15) == b"SQLite format 3"
    except OSError:
        return False


def _move(temporary: Path, target: Path) -> None:
    for pause in _PAUSES:
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    temporary.replace(target)


def _forget(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError:
        pass


def _flush_folder(folder: Path) -> None:
    """Make the new name itself last; Windows and some network folders cannot."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
