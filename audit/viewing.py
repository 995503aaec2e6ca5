"""Kept evidence outside the audit file: shown in the system's own viewer, or extracted.

What is opened is named after what its bytes are, never after what a record says of it:
a file that came from a stranger must not run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from audit.documents import SUFFIXES, kept_type
from audit.settings import home
from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of
from exports.safe_write import as_readiness_error, write_safely

if TYPE_CHECKING:
    from audit.file import AuditFile
    from checklists.checklist import Attachment

_MOST_STEM: Final = 60
_SHOWN_DIGITS: Final = 8
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def open_in_viewer(file: AuditFile, piece: Attachment) -> Path:
    """Show a piece of evidence in the system's viewer.

    Returns:
        Where the copy lies that is shown; `empty_viewing` takes it away.

    Raises:
        ReadinessError: It is not there, not what was attached, or nothing shows it.
    """
    data = bytes_of(file, piece)
    folder = _viewing()
    path = folder / _file_name(piece, data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        _remove(path)
        path.write_bytes(data)
        path.chmod(0o400)
    except OSError as error:
        raise ReadinessError(
            ErrorCode.HOME_NOT_WRITABLE, path=folder, reason=reason_of(error)
        ) from error
    if not _show(path):
        raise ReadinessError(ErrorCode.EVIDENCE_NO_VIEWER, path=path)
    return path


def open_written(path: Path) -> None:
    """Open a file or folder that this program wrote, with the program the system has for it.

    Args:
        path: Where; its ending is one of ours, as a stranger's could start anything.

    Raises:
        ReadinessError: It is there no more, or nothing opens it.
    """
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise ReadinessError(ErrorCode.EXPORT_GONE, path=path) from error
    if not _show(target):
        raise ReadinessError(ErrorCode.EXPORT_NO_PROGRAM, path=target)


def bytes_of(file: AuditFile, piece: Attachment) -> bytes:
    """Return the bytes of a piece of evidence, as they were attached.

    Raises:
        ReadinessError: They were purged, are not in this file, or are not what was attached.
    """
    name = piece.name or piece.sha256[:_SHOWN_DIGITS]
    held = file.blob(piece.sha256)
    if piece.is_purged or (held is not None and held.data is None):
        raise ReadinessError(ErrorCode.EVIDENCE_IS_PURGED, path=name)
    if held is None or held.data is None:
        raise ReadinessError(ErrorCode.EVIDENCE_GONE, path=name)
    if hashlib.sha256(held.data).hexdigest() != piece.sha256 or kept_type(held.data) is None:
        raise ReadinessError(ErrorCode.EVIDENCE_ALTERED, path=name)
    return held.data


def extract(file: AuditFile, piece: Attachment, folder: Path, label: str) -> Path:
    """Write a piece of evidence into a folder; nothing there is overwritten.

    Args:
        file: Where it is kept.
        piece: What to write.
        folder: Made if it is missing.
        label: Stands first in the name: code of the commune and of the criterion.

    Returns:
        Where it is; the same file again where it was extracted before.

    Raises:
        ReadinessError: The bytes are not there, or the folder cannot be written.
    """
    data = bytes_of(file, piece)
    plain = PurePath(f"{_plain(label)} {_file_name(piece, data)}")
    path = folder / plain
    try:
        folder.mkdir(parents=True, exist_ok=True)
        again = 1
        while path.exists() and path.read_bytes() != data:
            again += 1
            path = folder / f"{plain.stem} ({again}){plain.suffix}"
        is_there = path.exists()
    except OSError as error:
        raise as_readiness_error(path, error) from error
    if not is_there:
        write_safely(path, data)
    return path


def _file_name(piece: Attachment, data: bytes) -> str:
    """Return a name that no system reads as anything but a name."""
    stem = _plain(PurePath(piece.name).stem)[:_MOST_STEM].strip()
    suffix = SUFFIXES[kept_type(data) or "text/plain"]
    return " ".join(filter(None, (piece.sha256[:_SHOWN_DIGITS], stem))) + suffix


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c if c.isalnum() or c in "-_() " else "_" for c in composed)
    return f"_{kept}" if _RESERVED.fullmatch(kept) else kept


def _viewing() -> Path:
    return home() / "viewing"


def _show(path: Path) -> bool:
    """Hand a file to the system's viewer; return whether there is one."""
    if sys.platform == "win32":
        try:
            os.startfile(path)  # noqa: S606 - the ending is one of ours, see `_file_name`
        except OSError:
            return False
        return True
    if sys.platform == "darwin":
        viewer = shutil.which("open")
    elif os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        viewer = shutil.which("xdg-open")
    else:
        # Without a desktop it would start a program in this very terminal.
        viewer = None
    if viewer is None:
        return False
    nowhere = subprocess.DEVNULL
    try:
        running = subprocess.Popen(  # noqa: S603 - no shell; the name is one of ours
            [viewer, str(path)],
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=True,
        )
    except OSError:
        return False
    # Somebody must take note of its end.
    threading.Thread(target=running.wait, name=path.name, daemon=True).start()
    return True


def forget(sha256: str) -> None:
    """Take away the copies of one piece that were opened in the viewer."""
    for path in _held(f"{sha256[:_SHOWN_DIGITS]}*"):
        _remove(path)


def empty_viewing() -> None:
    """Take away all copies that were opened; what a viewer holds open goes the next time."""
    for path in _held("*"):
        _remove(path)


def _held(pattern: str) -> list[Path]:
    try:
        return list(_viewing().glob(pattern))
    except (OSError, ReadinessError):
        return []


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.exists():
            # Windows does not take away what is marked read-only.
            path.chmod(0o600)
            path.unlink()
