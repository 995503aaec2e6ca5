"""Copies of refused files, with a sentence each, for whoever asks the sender about them."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING, Any, Final

from criteria.errors import ErrorCode, Message
from criteria.language import _, moment_of
from criteria.system import reason_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.intake import Source
    from criteria.errors import ReadinessError

MOST_BYTES: Final = 500_000_000
"""Of a copy; what is larger no audit file is, and is only told."""
COPY: Final = ".refused"
"""Ending of a copy: nothing opens it by accident."""
_CHUNK: Final = 2**20


def folder_of(path: Path) -> Path:
    """Return where refused files lie: a folder beside the audit file."""
    return path.with_name(f"{path.stem}.quarantine")


def put_aside(folder: Path, source: Source, error: ReadinessError, at: str) -> Message | None:
    """Copy a refused file into a folder, unless the same bytes are there already.

    The copy is called after its SHA-256; beside it lie a ``.json`` and, for people, a
    ``.txt`` that say what it was called, when it came and why it was refused.

    Args:
        folder: Made where it is missing.
        source: What was refused.
        error: Why.
        at: ISO text with offset.

    Returns:
        What went wrong, if it could not be copied; that stops nothing.
    """
    # Of what is packed the package is kept: one of a few bytes may hold thousands.
    path = source.origin or source.path
    data = source.data if path is None else None
    if data is None and (path is None or not path.is_file()):
        return None
    building = folder / f".{secrets.token_hex(8)}.tmp"
    try:
        folder.mkdir(exist_ok=True)
        size = len(data) if data is not None else _size(path)
        if size > MOST_BYTES:
            return Message(ErrorCode.QUARANTINE_TOO_LARGE, {"folder": folder})
        sha256 = _copy(data, path, building)
        copy = folder / f"{sha256}{COPY}"
        if copy.exists():
            return None
        said: dict[str, Any] = {
            "source": source.name,
            "code": error.messages[0].code.name.lower(),
            "reason": str(error),
            "sha256": sha256,
            "taken_at": at,
        }
        text = json.dumps(said, ensure_ascii=False, indent=2)
        copy.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
        lines = (
            _("Refused: {name}").format(name=source.name),
            _("Came: {moment}").format(moment=moment_of(at)),
            _("Why: {reason}").format(reason=error),
            _("The copy beside this text: {name}").format(name=copy.name),
        )
        # The mark in front tells Notepad that this is UTF-8; its old form knows \r\n only.
        copy.with_suffix(".txt").write_text(
            "".join(f"{line}\n" for line in lines), encoding="utf-8-sig", newline="\r\n"
        )
        building.replace(copy)
    except OSError as problem:
        reason = reason_of(problem)
        return Message(ErrorCode.QUARANTINE_FAILED, {"folder": folder, "reason": reason})
    finally:
        _forget(building)
    return None


def _size(path: Path | None) -> int:
    return path.stat().st_size if path is not None else 0


def _copy(data: bytes | None, path: Path | None, target: Path) -> str:
    """Write a copy; return its SHA-256."""
    total = hashlib.sha256()
    with target.open("xb") as copy:
        if data is not None:
            total.update(data)
            copy.write(data)
        elif path is not None:
            with path.open("rb") as held:
                while chunk := held.read(_CHUNK):
                    total.update(chunk)
                    copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return total.hexdigest()


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        pass
