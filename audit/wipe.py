"""Wiping: what the program keeps on this machine, found by its names, and taken away.

Nothing is searched for and nothing is guessed: an audit file is one whose header says so,
all else has a name that only this program gives, in a folder that it uses. A link is never
followed. What is not ours is named, and stays.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from audit import demo, schema
from audit.documents import SUFFIXES
from audit.file import AuditFile
from audit.places import name_for
from audit.quarantine import COPY, folder_of
from audit.recent import recent_files, take_off
from audit.settings import home, load_settings, read_json, save_settings
from audit.temporary import PREFIX
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import N_, _
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAGIC: Final = b"SQLite format 3\x00"
_BESIDE: Final = ("-journal", "-wal", "-shm")
_HASH: Final = "[0-9a-f]{32}"
_IDENTITY: Final = ("auditor.json", "auditor.key")
_SETTINGS: Final = ("settings.json", "views.json", "recent.json")
_LOGS: Final = re.compile(r"readiness\.log(\.\d+)?")
_OLD_LOG: Final = "last-failure.txt"
"""What earlier versions wrote instead."""
_MEMORY: Final = {
    "writers": re.compile(rf"{_HASH}\.json"),
    "places": re.compile(rf"{_HASH}\.json"),
    "unsaved": re.compile(rf"{_HASH}\.json"),
    "open": re.compile(rf"{_HASH}\.lock"),
}
"""Folder of the user's own folder -> names in it, one for each audit file."""
_VIEWING: Final = "viewing"
_VIEWED: Final = re.compile(
    r"[0-9a-f]{8}( .*)?(" + "|".join(re.escape(each) for each in SUFFIXES.values()) + ")"
)
_BUILDING: Final = r"\.[0-9a-f]+\.tmp"
"""End of the name of what is written before it is moved into place; begins with a dot."""
_EXPORTING: Final = re.compile(r"\.readiness-[0-9a-f]{12}\.tmp")
_REFUSED: Final = re.compile(
    rf"[0-9a-f]{{64}}(\.json|\.txt|{re.escape(COPY)})|\.[0-9a-f]{{16}}\.tmp"
)
_LEFT_FOR: Final = 60 * 60
"""Seconds after which a temporary folder belongs to a program that was stopped."""
_MOST_BESIDE: Final = 2_000
"""Names of the folder of an audit file that are looked at for other audit files."""


class What(StrEnum):
    """What a file is to the person who wipes it."""

    AUDIT_FILE = "audit_file"
    BESIDE = "beside"
    REFUSED = "refused"
    LEFT_OVER = "left_over"
    UNSAVED = "unsaved"
    MEMORY = "memory"
    VIEWED = "viewed"
    DEMO = "demo"
    LOG = "log"
    SETTINGS = "settings"
    IDENTITY = "identity"
    KEY = "key"

    @property
    def label(self) -> str:
        """What it is in words, in the language in use."""
        return _(_LABELS[self])


_LABELS: Final = {
    What.AUDIT_FILE: N_("audit file: all that was recorded, with its photos"),
    What.BESIDE: N_("what SQLite keeps beside the audit file"),
    What.REFUSED: N_("copy of a file that was refused (quarantine)"),
    What.LEFT_OVER: N_("left over from a program that was stopped"),
    What.UNSAVED: N_("texts that were begun and not saved"),
    What.MEMORY: N_("where work was left, and what this machine wrote last"),
    What.VIEWED: N_("copy of a photo or file that was opened to look at"),
    What.DEMO: N_("the made-up round"),
    What.LOG: N_("log of the program"),
    What.SETTINGS: N_("settings and recent files"),
    What.IDENTITY: N_("your name, unit and title on this machine"),
    What.KEY: N_("your private key"),
}


class Scope(NamedTuple):
    """What is to be wiped."""

    file: Path | None = None
    """An audit file with all that belongs to it."""
    has_identity: bool = False
    """Who works on this machine, with the key."""
    has_rest: bool = False
    """All else in the user's own folder, and what stopped programs left."""


class Item(NamedTuple):
    """A file that is to be wiped."""

    path: Path
    """Without a link anywhere in it."""
    what: What
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Plan:
    """What would be wiped.

    Attributes:
        scope: What was asked for.
        items: In the order in which they go.
        folders: Taken away afterwards where they are empty, in this order.
        strangers: What lies in the program's own folders and is not the program's; it stays.
        others: Other audit files this machine knows of; they stay.
    """

    scope: Scope
    items: tuple[Item, ...]
    folders: tuple[Path, ...]
    strangers: tuple[Path, ...]
    others: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(item.size for item in self.items)


class Left(NamedTuple):
    """A file that is still there."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What came of wiping.

    Attributes:
        removed: Files that are gone.
        left: Files that are still there, and why.
    """

    removed: tuple[Item, ...]
    left: tuple[Left, ...]


def plan(scope: Scope) -> Plan:
    """Return what would be wiped; nothing is changed.

    Raises:
        ReadinessError: The file that was named is none of ours, or a link, or not there.
    """
    found = _Found()
    own = _own_folder()
    if scope.file is not None:
        _of_file(scope.file, own, found)
    if own is not None and scope.has_rest:
        _of_rest(own, found)
    if own is not None and scope.has_identity:
        for name, what in zip(_IDENTITY, (What.IDENTITY, What.KEY), strict=True):
            found.take(own / name, what)
            found.take_built(own, name)
    if own is not None and scope.has_rest:
        found.folders.append(own)
        found.strangers += _strangers(own, found)
    taken = {item.path for item in found.items}
    others = [path for path in _others(scope, own) if path not in taken]
    return Plan(
        scope,
        tuple(dict.fromkeys(found.items)),
        tuple(dict.fromkeys(found.folders)),
        tuple(dict.fromkeys(found.strangers)),
        tuple(dict.fromkeys(others)),
    )


def wipe(planned: Plan) -> Outcome:
    """Take away what was planned; what does not go stays, and is told.

    The audit file goes first: where it does not go, the key that could still hand it in
    stays as well.

    Raises:
        ReadinessError: The app or a command is using the file, or the app is open; nothing
            was changed.
    """
    own = _own_folder()
    _refuse_while_open(planned.scope, own)
    removed: list[Item] = []
    left: list[Left] = []
    keeps_file = False
    for item in planned.items:
        if keeps_file and item.what in (What.BESIDE, What.KEY, What.IDENTITY, What.UNSAVED):
            left.append(Left(item.path, _("kept, because the audit file is still there")))
            continue
        reason = _remove(item.path)
        if reason is None:
            removed.append(item)
            continue
        left.append(Left(item.path, reason))
        keeps_file = keeps_file or item.what is What.AUDIT_FILE
    for folder in planned.folders:
        with contextlib.suppress(OSError):
            if _is_itself(folder):
                folder.rmdir()
    if planned.scope.file is not None and not planned.scope.has_rest and not keeps_file:
        _forget(planned.scope.file)
    return Outcome(tuple(removed), tuple(left))


@dataclass
class _Found:
    """Gathers what is there."""

    items: list[Item] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    strangers: list[Path] = field(default_factory=list)

    def take(self, path: Path, what: What) -> bool:
        """Take a file, if there is one and it is no link; return whether that was so."""
        try:
            held = path.lstat()
        except OSError:
            return False
        if not stat.S_ISREG(held.st_mode):
            self.strangers.append(path)
            return False
        self.items.append(Item(path, what, held.st_size))
        return True

    def take_built(self, folder: Path, name: str) -> None:
        """Take what was being written under a temporary name when the program was stopped."""
        pattern = re.compile(rf"\.{re.escape(name)}{_BUILDING}(-journal)?")
        for path in _names(folder):
            if pattern.fullmatch(path.name):
                self.take(path, What.LEFT_OVER)

    def take_all(self, folder: Path, pattern: re.Pattern[str], what: What) -> None:
        """Take the files of a folder of ours whose names fit; others are strangers."""
        if not _is_itself(folder):
            if folder.is_symlink() or folder.exists():
                self.strangers.append(folder)
            return
        for path in _names(folder):
            is_built = re.fullmatch(rf"\..+\.json{_BUILDING}", path.name) is not None
            if is_built or pattern.fullmatch(path.name):
                self.take(path, What.LEFT_OVER if is_built else what)
            else:
                self.strangers.append(path)
        self.folders.append(folder)


def is_audit_file(path: Path) -> bool:
    """Return whether the header of a file, which is no link, says that it is an audit file."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as held:
            head = held.read(72)
    except OSError:
        return False
    return head.startswith(_MAGIC) and head[68:] == schema.APPLICATION_ID.to_bytes(4, "big")


def _of_file(path: Path, own: Path | None, found: _Found) -> None:
    """Find an audit file, what lies beside it, and what is remembered about it."""
    if path.is_symlink():
        raise ReadinessError(ErrorCode.WIPE_LINK, path=path)
    if path.is_dir():
        raise ReadinessError(ErrorCode.FILE_IS_FOLDER, path=path)
    real = path.resolve()
    is_there = real.exists()
    if is_there and not is_audit_file(real):
        raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=path)
    found.take(real, What.AUDIT_FILE)
    for ending in _BESIDE if is_there or real.suffix == ".audit" else ():
        found.take(real.with_name(real.name + ending), What.BESIDE)
    found.take_built(real.parent, real.name)
    for each in _names(real.parent):
        if _EXPORTING.fullmatch(each.name):
            found.take(each, What.LEFT_OVER)
    found.take_all(folder_of(real), _REFUSED, What.REFUSED)
    if not found.items:
        raise ReadinessError(ErrorCode.FILE_MISSING, path=path)
    if own is not None:
        name = Path(name_for(real))
        for folder in _MEMORY:
            ending = ".lock" if folder == "open" else ".json"
            what = What.UNSAVED if folder == "unsaved" else What.MEMORY
            if _is_itself(own / folder):
                found.take(own / folder / name.with_suffix(ending), what)


def _of_rest(own: Path, found: _Found) -> None:
    """Find all that the program keeps in the user's own folder, but for who they are."""
    for folder, pattern in _MEMORY.items():
        what = What.UNSAVED if folder == "unsaved" else What.MEMORY
        found.take_all(own / folder, pattern, what)
    found.take_all(own / _VIEWING, _VIEWED, What.VIEWED)
    _of_demo(own / "demo", found)
    for path in _names(own):
        if path.name == _OLD_LOG or _LOGS.fullmatch(path.name):
            found.take(path, What.LOG)
    for path in _left_in_temporary():
        found.take(path, What.LEFT_OVER)
        found.folders.append(path.parent)
    for name in _SETTINGS:
        found.take(own / name, What.SETTINGS)
        found.take_built(own, name)


def _of_demo(folder: Path, found: _Found) -> None:
    """Find the made-up round that the app has made; what was exported beside it stays."""
    if not _is_itself(folder):
        return
    handed_in = folder / demo.HANDED_IN
    known = {folder / demo.WORKBOOK, folder / demo.PAGE}
    inside = [*_names(folder), *(_names(handed_in) if _is_itself(handed_in) else ())]
    for path in inside:
        beside = [path.name.removesuffix(end) for end in _BESIDE if path.name.endswith(end)]
        if path in known or is_audit_file(path) or beside == [demo.AUDIT_FILE]:
            found.take(path, What.DEMO)
        elif path.name == f"{Path(demo.AUDIT_FILE).stem}.quarantine":
            found.take_all(path, _REFUSED, What.REFUSED)
        elif path != handed_in:
            found.strangers.append(path)
    found.folders += [handed_in, folder]


def _left_in_temporary() -> Iterator[Path]:
    """Yield files in temporary folders of this user that no program is using any more."""
    try:
        folders = [*Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*")]
    except OSError:
        return
    for folder in folders:
        try:
            held = folder.lstat()
        except OSError:
            continue
        is_ours = not hasattr(os, "getuid") or held.st_uid == os.getuid()
        is_named = re.fullmatch(re.escape(PREFIX) + "[a-z0-9_]{8}", folder.name)
        if not (is_ours and is_named and stat.S_ISDIR(held.st_mode) and _is_itself(folder)):
            continue
        if time.time() - held.st_mtime > _LEFT_FOR:
            yield from _names(folder)


def _strangers(own: Path, found: _Found) -> Iterator[Path]:
    """Yield what lies in the user's own folder and is none of ours."""
    ours = {item.path for item in found.items} | {*found.folders} | {own / "demo"}
    ours |= {own / name for name in _IDENTITY}
    for path in _names(own):
        if path not in ours:
            yield path


def _others(scope: Scope, own: Path | None) -> Iterator[Path]:
    """Yield audit files that stay: those beside the one that goes, and those worked on."""
    if scope.file is not None:
        for path in _names(scope.file.resolve().parent)[:_MOST_BESIDE]:
            if is_audit_file(path):
                yield path
    if own is not None and scope.has_rest:
        marks = (read_json(path).get("path") for path in _names(own / "writers"))
        named = [Path(path) for path in marks if isinstance(path, str)]
        yield from filter(is_audit_file, [*named, *(each.path for each in recent_files())])


def _own_folder() -> Path | None:
    """Return the user's own folder, if there is one, without a link in it."""
    try:
        return home().resolve(strict=True)
    except (OSError, RuntimeError, ReadinessError):
        return None


def _is_itself(folder: Path) -> bool:
    """Return whether a folder is there, and neither a link nor reached through one."""
    try:
        return folder.is_dir() and folder.resolve(strict=True) == folder
    except (OSError, RuntimeError):
        return False


def _names(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _remove(path: Path) -> str | None:
    """Take a file away; return why it could not be."""
    try:
        if not _is_itself(path.parent) or not stat.S_ISREG(path.lstat().st_mode):
            return _("it is not what it was a moment ago")
        if os.name == "nt":
            # Windows does not take away what is marked read-only.
            path.chmod(0o600)
        path.unlink()
    except FileNotFoundError:
        return None
    except OSError as error:
        return reason_of(error)
    return None


def _refuse_while_open(scope: Scope, own: Path | None) -> None:
    """Refuse to wipe what another program is working with."""
    if own is not None:
        held = _names(own / "open") if scope.has_identity or scope.has_rest else []
        if scope.file is not None:
            held.append((own / "open" / name_for(scope.file)).with_suffix(".lock"))
        if _is_any_held(held):
            raise ReadinessError(ErrorCode.WIPE_APP_OPEN)
    if scope.file is not None and is_audit_file(scope.file):
        try:
            with AuditFile.open(scope.file, write=True) as file, file.appending():
                pass
        except ReadinessError as error:
            # One that is damaged, or that nobody may write to, is wiped all the same.
            if error.messages[0].code is ErrorCode.FILE_BUSY:
                raise


def _is_any_held(locks: Iterable[Path]) -> bool:
    """Return whether an app that is running has marked one of these."""
    from filelock import FileLock, Timeout

    for path in locks:
        if path.suffix != ".lock" or not path.is_file() or path.is_symlink():
            continue
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            continue
        lock.release()
    return False


def _forget(path: Path) -> None:
    """Take an audit file out of the settings and the files opened lately."""
    held, real = load_settings(), path.resolve()
    if held.last_file and Path(held.last_file) == real:
        save_settings(held._replace(last_file=""))
    take_off(real)
