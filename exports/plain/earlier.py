"""Whether files that are to be replaced are of an earlier export, or somebody's own."""

from __future__ import annotations

import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from criteria.errors import ErrorCode, ReadinessError
from exports.made import PROGRAM
from exports.plain.package import DESCRIPTION
from exports.safe_write import as_readiness_error

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MOST: Final = 4_000_000
"""Bytes; no description of ours is as long."""


def refuse_to_replace_in_folder(folder: Path, names: Iterable[str]) -> None:
    """Refuse files that are in the way and that no earlier export lists as its own.

    Args:
        folder: Where to write; it need not be there.
        names: Of the files.

    Raises:
        ReadinessError: There is such a file, or the folder cannot be read.
    """
    try:
        there = [name for name in names if _is_there(folder / name)]
        ours = _listed_in(folder / DESCRIPTION) if there else set()
    except OSError as error:
        raise as_readiness_error(folder, error) from error
    for name in there:
        if name not in ours:
            raise ReadinessError(ErrorCode.WRITE_OVER_OWN_FILE, status=2, path=folder / name)


def refuse_to_replace_zip(path: Path) -> None:
    """Refuse a file that is in the way and is no zip of an earlier export.

    Raises:
        ReadinessError: It is none.
    """
    try:
        if not path.is_file():
            return
        with zipfile.ZipFile(path) as book, book.open(DESCRIPTION) as member:
            is_ours = bool(_listed(member.read(_MOST)))
    except (KeyError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        is_ours = False
    except OSError as error:
        raise as_readiness_error(path, error) from error
    if not is_ours:
        raise ReadinessError(ErrorCode.WRITE_OVER_OWN_ZIP, status=2, path=path)


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _listed_in(path: Path) -> set[str]:
    """Return the names of an export's files, its description with them; none where it is none."""
    if not path.is_file():
        return set()
    with path.open("rb") as file:
        return _listed(file.read(_MOST))


def _listed(content: bytes) -> set[str]:
    try:
        held: Any = json.loads(content)
        if not held["contributors"][0]["title"].startswith(PROGRAM):
            return set()
        return {DESCRIPTION, *(each["path"] for each in held["resources"])}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return set()
