"""Folders and drives of this machine, and paths as people paste and drag them.

Where to look for a file begins with what was just plugged in. The names in a folder may
be anything at all; they are only ever shown after `showable`.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from audit.clock import VIETNAM
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, moment
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLUGGED_IN: Final = ("/media/", "/run/media/", "/mnt/")
"""Where Linux mounts what was plugged in."""
_PATH_LIKE: Final = re.compile(r"""["']?(file://|~|/|\\\\|[A-Za-z]:[\\/])""")
_DRIVE: Final = re.compile(r"/[A-Za-z]:")
_HIDDEN: Final = 0x2
"""Mark of Windows on files that it does not show."""

_KINDS: Final = {
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"), N_("photo")
    ),
    **dict.fromkeys((".heic", ".heif", ".avif"), "HEIC"),
    ".pdf": "PDF",
    ".docx": "Word",
    ".xlsx": "Excel",
    **dict.fromkeys((".txt", ".csv", ".log"), N_("text")),
    ".audit": N_("audit file"),
}


def showable(text: str) -> str:
    """Return a name as it can be shown: nothing that steers a terminal or is no text."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


class Spot(NamedTuple):
    """A place to begin to look."""

    label: str
    path: Path


class Item(NamedTuple):
    """A file or folder in a folder."""

    path: Path
    is_folder: bool
    size: int
    """Bytes."""
    changed: float
    """Seconds since 1970; what the file says."""

    @property
    def folded(self) -> str:
        """The name as it is compared with what is typed."""
        return fold(self.path.name)

    @property
    def kind(self) -> str:
        """What it is, as its name says, in the language in use."""
        if self.is_folder:
            return _("folder")
        found = _KINDS.get(self.path.suffix.casefold())
        return _(found) if found else ""

    @property
    def changed_words(self) -> str:
        """When it was changed last; empty where what it says is no moment."""
        try:
            return moment(datetime.fromtimestamp(self.changed, UTC).astimezone(VIETNAM))
        except (OSError, OverflowError, ValueError):
            return ""


def spots() -> list[Spot]:
    """Return where to begin: what is plugged in, the user's folders, the whole machine."""
    from platformdirs import (
        user_desktop_path,
        user_documents_path,
        user_downloads_path,
        user_pictures_path,
    )

    drives = list(_drives())
    found = [
        Spot(_("Plugged in: {name}").format(name=name), path)
        for name, path, is_new in drives
        if is_new
    ]
    for label, where in (
        (_("Pictures"), user_pictures_path),
        (_("Downloads"), user_downloads_path),
        (_("Desktop"), user_desktop_path),
        (_("Documents"), user_documents_path),
        (_("Your own folder"), Path.home),
    ):
        try:
            path = where()
            if path.is_dir():
                found.append(Spot(label, path))
        except (OSError, RuntimeError):
            continue
    found += [
        Spot(_("Drive {name}").format(name=name), path)
        for name, path, is_new in drives
        if not is_new
    ]
    return list({spot.path: spot for spot in reversed(found)}.values())[::-1]


def plugged_in() -> list[Path]:
    """Return the sticks and other drives that were plugged in; may wait for a slow one."""
    return [path for _name, path, is_new in _drives() if is_new]


def is_on_stick(path: Path) -> bool:
    """Return whether a file or folder lies on something that was plugged in."""
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError):
        return False
    return any(drive in (resolved, *resolved.parents) for drive in plugged_in())


def place_for_others(otherwise: Path | None = None) -> Path:
    """Return where a file for somebody else is best put: a stick that can be written, if any.

    Args:
        otherwise: A folder that the user knows, where there is neither a stick nor one for
            documents.
    """
    sticks = (each for each in plugged_in() if each.is_dir() and os.access(each, os.W_OK))
    return next(sticks, None) or own_folder(otherwise)


def own_folder(otherwise: Path | None = None) -> Path:
    """Return where a user looks for documents; ``otherwise`` where there is no such folder."""
    from platformdirs import user_documents_path

    folder = user_documents_path()
    if folder.is_dir():
        return folder
    if otherwise is not None and otherwise.is_dir() and os.access(otherwise, os.W_OK):
        return otherwise
    return Path.home()


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """Return a path in a folder where nothing is yet: ``stem``, else ``stem-2`` and so on."""
    number, path = 1, folder / (stem + suffix)
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


def _drives() -> Iterator[tuple[str, Path, bool]]:
    """Yield name, path and whether it was plugged in, for the drives of this machine."""
    import psutil

    try:
        held = psutil.disk_partitions(all=sys.platform != "win32")
    except OSError:
        held = []
    for each in held:
        path = Path(each.mountpoint)
        if sys.platform == "win32":
            # A card reader without a card is a drive without a file system.
            if each.fstype:
                yield each.device, path, "removable" in each.opts
        elif f"{path}/".startswith(_PLUGGED_IN):
            yield path.name, path, True
    if sys.platform != "win32":
        yield "/", Path("/"), False


def items_in(folder: Path, suffixes: Sequence[str] = ()) -> list[Item]:
    """Return what is in a folder: folders by name, then files, the newest first.

    Args:
        folder: Where to look.
        suffixes: Endings of the files wanted, in small letters; none for all.

    Raises:
        ReadinessError: It cannot be read.
    """
    folders: list[Item] = []
    files: list[Item] = []
    try:
        with os.scandir(folder) as listed:
            for entry in listed:
                item = _item(entry, suffixes)
                if item is not None:
                    (folders if item.is_folder else files).append(item)
    except OSError as error:
        raise ReadinessError(
            ErrorCode.FOLDER_UNREADABLE,
            path=showable(str(folder)),
            reason=reason_of(error),
        ) from error
    folders.sort(key=lambda item: (item.folded, item.path.name))
    files.sort(key=lambda item: (-item.changed, item.path.name))
    return folders + files


def _item(entry: os.DirEntry[str], suffixes: Sequence[str]) -> Item | None:
    """Return a file or folder that people would look for."""
    if entry.name.startswith((".", "$")):
        return None
    try:
        is_folder = entry.is_dir()
        if not is_folder and suffixes and not entry.name.casefold().endswith(tuple(suffixes)):
            return None
        held = entry.stat()
    except OSError:  # a link to nothing, a card that is failing
        return None
    is_hidden = getattr(held, "st_file_attributes", 0) & _HIDDEN
    if is_hidden or not (is_folder or stat.S_ISREG(held.st_mode)):
        return None
    return Item(Path(entry.path), is_folder, held.st_size, held.st_mtime)


def is_path_like(text: str) -> bool:
    """Return whether a text is meant as a path rather than as part of a name."""
    return _PATH_LIKE.match(text.strip()) is not None


def paths_in(text: str) -> list[Path]:
    """Return the paths in a text as terminals and file managers give them.

    One or several, one a line or one behind the other; in quotation marks, with escaped
    spaces, or as ``file://`` addresses. Text that is no path gives none.
    """
    found: list[Path] = []
    for line in text.replace("\0", "").splitlines():
        if is_path_like(line):
            found += _paths_of(line.strip())
    return list(dict.fromkeys(found))


def _paths_of(line: str) -> list[Path]:
    if _is_there(line):
        return [Path(line).expanduser()]
    if os.name == "nt":
        parts = [quoted or plain for quoted, plain in re.findall(r'"([^"]+)"|(\S+)', line)]
    else:
        try:
            parts = shlex.split(line)
        except ValueError:  # a quotation mark without its partner
            parts = [line.strip("'\"")]
    if len(parts) > 1 and not all(is_path_like(part) for part in parts):
        # Spaces that nobody escaped.
        parts = [line.strip("'\"")]
    return [path_of(part) for part in parts if part]


def path_of(text: str) -> Path:
    """Return the path that a person typed or dragged in; as it stands where it makes no sense."""
    try:
        return Path(_from_address(text)).expanduser()
    except (RuntimeError, ValueError):  # no such user; no such address
        return Path(text)


def _is_there(line: str) -> bool:
    try:
        return not line.startswith("file:") and Path(line).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False


def _from_address(text: str) -> str:
    """Return the path that a ``file://`` address names; any other text as it is."""
    if not text.startswith("file://"):
        return text
    address = urlsplit(text.replace("?", "%3F").replace("#", "%23"))
    path = unquote(address.path)
    if address.netloc not in ("", "localhost"):
        return f"//{address.netloc}{path}"
    return path[1:] if _DRIVE.match(path) else path


def up_from(folder: Path) -> Path | None:
    """Return the folder above; ``None`` where there is none."""
    return None if folder.parent == folder else folder.parent
