"""The folder for temporary files: a sentence where it cannot be used, and nothing left in it."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX: Final = "readiness-"
_OLD: Final = 24 * 60 * 60
"""Seconds after which a folder belongs to a program that was stopped."""


def new_folder() -> Path:
    """Make a folder for temporary files; whoever asks for it removes it.

    Raises:
        ReadinessError: There is no place for one.
    """
    try:
        return Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError as error:
        reason = reason_of(error)
        raise ReadinessError(ErrorCode.TEMPORARY_FOLDER, reason=reason) from error


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder for temporary files that goes with the block.

    Raises:
        ReadinessError: There is no place for one.
    """
    folder = new_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_old() -> None:
    """Remove what was left by programs that were stopped more than a day ago."""
    try:
        left = [*Path(tempfile.gettempdir()).glob(f"{PREFIX}*")]
    except OSError:
        return
    for folder in left:
        try:
            held = folder.lstat()
        except OSError:
            continue
        if time.time() - held.st_mtime > _OLD and folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
