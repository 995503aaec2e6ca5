"""Put a finished file in its place, whole or not at all.

The bytes go to a temporary name in the same folder, are flushed to the disk and
moved over the target in one step: whoever opens the target sees the old file or the
new one, never half of either, and nothing is left behind when something goes wrong.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_RIGHT: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BAD_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})
_PAUSES: Final = (0.05, 0.1, 0.2, 0.4) if os.name == "nt" else ()
"""Seconds to wait between tries: on Windows a virus scanner holds a new file for a moment."""

_REFUSED: Final = re.compile(
    r'.*[<>:"/\\|?*\x00-\x1f].*|.*[. ]|'
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?",
    re.IGNORECASE | re.DOTALL,
)
"""Names that Windows does not take, or takes for something else.

Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
"""


def refuse_bad_name(path: Path) -> None:
    """Refuse a name for something new that would not be one on every system.

    Raises:
        ReadinessError: It has signs in it, or stands for a device, or ends in a dot or a
            space, so that Windows would refuse or change it.
    """
    if _REFUSED.fullmatch(path.name):
        raise ReadinessError(ErrorCode.WRITE_BAD_NAME, status=2, path=path)


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
    temporary = target.with_name(_temporary_name())
    try:
        _fill(path, temporary, content)
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


def write_set_safely(folder: Path, files: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> None:
    """Put files that belong together into a folder, all of them or none.

    All are finished before the first is moved to its place. The last one, which describes the
    others, goes first and comes last: where the power fails in between, the set has none.

    Args:
        folder: Where; it must exist. Files that are there under the same names are replaced.
        files: The name of each and its content, asked for one after another.

    Raises:
        ReadinessError: They cannot be written, and it says why and what to do. What was in the
            folder is as it was.
    """
    waiting, replaced = folder / _temporary_name(), folder / _temporary_name()
    try:
        try:
            waiting.mkdir()
            replaced.mkdir()
        except OSError as error:
            raise as_readiness_error(folder, error) from error
        names: list[str] = []
        for name, content in files:
            _checked(folder / name)
            _fill(folder / name, waiting / name, content)
            names.append(name)
        _put_in_place(folder, names, waiting, replaced)
        shutil.rmtree(replaced, ignore_errors=True)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
        with suppress(OSError):
            replaced.rmdir()  # empty, unless what it holds could not be put back
    _flush_folder(folder)


def _put_in_place(folder: Path, names: Sequence[str], waiting: Path, replaced: Path) -> None:
    """Move finished files to their places, and what is there out of the way; or nothing."""
    *others, last = names
    moves = [(folder / last, replaced / last)]
    for name in others:
        moves += [(folder / name, replaced / name), (waiting / name, folder / name)]
    moves.append((waiting / last, folder / last))
    done: list[tuple[Path, Path]] = []
    path = folder
    try:
        for source, target in moves:
            path = folder / source.name
            if source.parent == folder and not os.path.lexists(source):
                continue
            _move(source, target)
            done.append((source, target))
    except PermissionError as error:
        raise ReadinessError(ErrorCode.WRITE_OPEN_ELSEWHERE, path=path) from error
    except OSError as error:
        raise as_readiness_error(path, error) from error
    finally:
        if (waiting / last) not in {source for source, _target in done}:
            for source, target in reversed(done):
                with suppress(OSError):
                    _move(target, source)


def as_readiness_error(path: Path, error: OSError) -> ReadinessError:
    """Return what a person can do about an error met on the way to writing ``path``."""
    if error.errno in _FULL:
        return ReadinessError(ErrorCode.WRITE_DISK_FULL, path=path)
    if error.errno in _NO_RIGHT:
        return ReadinessError(ErrorCode.WRITE_NOT_ALLOWED, path=path, folder=path.parent)
    if error.errno in _BAD_NAME:
        return ReadinessError(ErrorCode.WRITE_BAD_NAME, path=path, status=2)
    return ReadinessError(ErrorCode.WRITE_FAILED, path=path, reason=reason_of(error))


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


def _temporary_name() -> str:
    return f".readiness-{secrets.token_hex(6)}.tmp"


def _fill(path: Path, temporary: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file that is to be moved to ``path``, and flush it to the disk."""
    try:
        with temporary.open("xb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise as_readiness_error(path, error) from error


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
