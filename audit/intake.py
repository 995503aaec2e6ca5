"""What there is to take in: files, folders, zips and envelopes, each told by what is in it.

Names are shown and nothing else: a renamed file is still itself, and no name out of a zip
is ever used as a path.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import struct
import weakref
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

from audit import envelope
from audit.file import SUFFIX
from audit.folders import showable
from audit.foreign import BESIDE, HEAD, IN_MEMORY, MAGIC, MOST_BYTES, as_refusal, opened
from audit.quarantine import folder_of
from audit.temporary import new_folder
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST_FILES: Final = 50_000
"""Of a folder with all that is in it; a whole stick of photos has fewer."""
MOST_LEVELS: Final = 16
"""Folders in one another; Python 3.11 does not know a junction of Windows for a link."""
MOST_MEMBERS: Final = 5_000
"""Of a zip with all zips in it: as many communes as the country has, and photos with them."""
MOST_DIRECTORY: Final = 2_000_000
"""Bytes of a zip's table of contents, which Python reads before it can be asked."""
MOST_RATIO: Final = 100
"""Times its packed size; audit files shrink to a fifth."""
FREE_OF_RATIO: Final = IN_MEMORY
"""Bytes that may come out whatever their ratio."""
MOST_CONTAINERS: Final = 2
"""Zips and envelopes in one another."""
MOST_NAMES: Final = 5
"""Of other things, in a sentence."""
INSIDE: Final = " › "

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_END_OF_ZIP: Final = b"PK\x05\x06"
_ZIP64: Final = b"PK\x06\x07"
_LONGEST_COMMENT: Final = 65_535
_END_SIZE: Final = 22
_OURS: Final = (SUFFIX, ".age", ".zip")
"""Endings of what is told as refused, rather than passed over, where it is something else."""
_OF_SYSTEM: Final = frozenset(
    {
        ".ds_store",
        "thumbs.db",
        "desktop.ini",
        "autorun.inf",
        "__macosx",
        "system volume information",
    }
)
_QUARANTINE: Final = folder_of(Path("any")).suffix
_OFFICE: Final = "[Content_Types].xml"
_LOCKED: Final = 1
_UNPACKING: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What Python raises where a zip is not what it says it is."""
_CHUNK: Final = 2**20


@dataclass(frozen=True)
class Source:
    """One file that may be an audit file.

    Attributes:
        name: What people see: a path, or ``a.zip › b.audit``.
        path: Where it is, unless its bytes are held here.
        data: Its bytes.
        problem: Why it cannot be looked into; nothing else is given then.
        notes: What is to be said beside it.
        beside: Ending -> bytes of what SQLite left beside it in a zip.
        unpacked: Holds the file at ``path``, where that is a copy of ours.
        origin: The file on disk that it is or came in.
    """

    name: str
    path: Path | None
    data: bytes | None = field(default=None, repr=False)
    problem: ReadinessError | None = None
    notes: tuple[Message, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    unpacked: Unpacked | None = field(default=None, repr=False)
    origin: Path | None = None


def sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Yield what may be audit files, in the order given, folders by name.

    What was named but cannot be used is yielded with its problem. What merely lies
    beside audit files, as photos do, is told once, with the last of them. Take one after
    the other: what is packed is unpacked for as long as its source lives.

    Args:
        paths: Files, folders, zips and envelopes.
    """
    for path in paths:
        name = showable(str(path))
        try:
            is_folder = path.is_dir()
        except (OSError, ValueError):
            is_folder = False
        if is_folder:
            found, nothing = _of_folder(path, name), ErrorCode.FOLDER_NOTHING
        else:
            found, nothing = _of_file(path, name, is_named=True), ErrorCode.FILE_NOT_AUDIT
        yield from _with_others(found, Source(name, None), nothing)


class _Other(str):
    """The name of something that is no audit file."""

    __slots__ = ()


_Found = Source | _Other


def _with_others(
    found: Iterator[_Found], container: Source, nothing: ErrorCode
) -> Iterator[Source]:
    """Yield the sources of a folder or zip; the last one tells what else was there."""
    others: list[str] = []
    held: Source | None = None
    for each in found:
        if isinstance(each, _Other):
            others.append(each)
            continue
        if held is not None:
            yield held
        held = each
    notes = _of_others(others)
    if held is None:
        problem = ReadinessError(nothing, path=container.name)
        problem.messages += notes
        yield replace(container, problem=problem)
    else:
        yield replace(held, notes=(*held.notes, *notes))


def _of_others(names: list[str]) -> tuple[Message, ...]:
    if not names:
        return ()
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return (Message(ErrorCode.INTAKE_OTHERS, {"names": shown, "all": len(names)}),)
    more = len(names) - MOST_NAMES
    context = {"names": shown, "count": more, "all": len(names)}
    return (Message(ErrorCode.INTAKE_OTHERS_MORE, context),)


def _of_folder(root: Path, shown: str) -> Iterator[_Found]:
    """Yield what is in a folder and the folders in it; links lead out of it and are not taken.

    Nor is what was refused before, unless its own folder is named: while files are taken in,
    more is put there, and what is found must not depend on how far that is.
    """
    waiting = [(root, 0)]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        folder, level = waiting.pop()
        name = showable(str(folder))
        try:
            place = folder.stat()
            if (place.st_dev, place.st_ino) in seen:
                continue
            if place.st_ino:  # some network drives of Windows have none
                seen.add((place.st_dev, place.st_ino))
            with os.scandir(folder) as listed:
                here = sorted(
                    (each for each in listed if not _is_quarantine(each)),
                    key=lambda each: each.name,
                )
        except OSError as error:
            reason = reason_of(error)
            yield _refused(name, ReadinessError(ErrorCode.VET_UNREADABLE, path=name, reason=reason))
            continue
        count += len(here)
        if count > MOST_FILES or level > MOST_LEVELS:
            yield _refused(shown, ReadinessError(ErrorCode.INTAKE_TOO_MANY, path=shown))
            return
        folders = []
        for each in here:
            path = Path(each.path)
            if each.name.casefold() in _OF_SYSTEM:
                continue
            if each.is_symlink():
                yield _Other(showable(each.name))
            elif each.is_dir(follow_symlinks=False):
                folders.append((path, level + 1))
            elif not _is_beside(path):
                yield from _of_file(path, showable(str(path)), is_named=False)
        waiting += reversed(folders)


def _is_quarantine(each: os.DirEntry[str]) -> bool:
    """Return whether copies of refused files lie there."""
    return each.name.endswith(_QUARANTINE) and each.is_dir(follow_symlinks=False)


def _is_beside(path: Path) -> bool:
    """Return whether this is what SQLite left beside a file, which is looked at with it."""
    ending = next((each for each in BESIDE if path.name.endswith(each)), None)
    return ending is not None and path.with_name(path.name.removesuffix(ending)).is_file()


def _of_file(path: Path, name: str, *, is_named: bool) -> Iterator[_Found]:
    """Yield what a file is, or what is packed in it."""
    other = _Other(showable(path.name))
    try:
        if not is_named and not stat.S_ISREG(path.lstat().st_mode):
            yield other
            return
        with opened(path, name) as held, as_refusal(name):
            head = held.read(HEAD)
    except (ReadinessError, OSError, ValueError) as error:
        yield _refused(name, _problem(error, name), path)
        return
    if head.startswith(MAGIC):
        yield Source(name, path, origin=path)
    elif head.startswith((*_ZIP, envelope.MAGIC)):
        yield from _unpacked(path, b"", name, _Whole(path), is_named=is_named, level=1)
    elif is_named or path.suffix.casefold() in _OURS:
        yield _refused(name, ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=name), path)
    else:
        yield other


def _problem(error: Exception, name: str) -> ReadinessError:
    if isinstance(error, ReadinessError):
        return error
    # A path that no system takes raises ValueError.
    reason = reason_of(error)
    return ReadinessError(ErrorCode.VET_UNREADABLE, path=name, reason=reason)


def _refused(name: str, problem: ReadinessError, origin: Path | None = None) -> Source:
    return Source(name, None, problem=problem, origin=origin)


class _Whole:
    """A file on disk with all that is packed in it, however deep."""

    def __init__(self, origin: Path) -> None:
        self.origin: Final = origin
        self._left = MOST_BYTES
        self._members_left = MOST_MEMBERS

    def list(self, members: Sequence[zipfile.ZipInfo], name: str) -> None:
        """Refuse more members than one zip may have, or one that is listed more than once."""
        self._members_left -= len(members)
        places = {member.header_offset for member in members}
        if self._members_left < 0 or len(places) < len(members):
            raise ReadinessError(ErrorCode.ZIP_TOO_MUCH, path=name)

    def spend(self, size: int, name: str) -> None:
        """Refuse to unpack more out of one file than the largest audit file holds."""
        self._left -= size
        if self._left < 0:
            raise ReadinessError(ErrorCode.ZIP_TOO_MUCH, path=name)


def _unpacked(
    path: Path | None, data: bytes, name: str, whole: _Whole, *, is_named: bool, level: int
) -> Iterator[_Found]:
    """Yield what is in a zip or an envelope, of which ``level`` lie in one another."""
    try:
        if level > MOST_CONTAINERS:
            raise ReadinessError(ErrorCode.ZIP_TOO_DEEP, path=name)
        with opened(path, name) if path is not None else io.BytesIO(data) as held:
            size = held.seek(0, os.SEEK_END)
            if size > MOST_BYTES:
                raise ReadinessError(ErrorCode.VET_TOO_LARGE, path=name)
            held.seek(0)
            is_envelope = held.read(len(envelope.MAGIC)) == envelope.MAGIC
            held.seek(0)
            if is_envelope:
                yield from _of_envelope(held, size, name, whole, level=level)
            else:
                yield from _of_zip(held, name, whole, is_named=is_named, level=level)
    except ReadinessError as error:
        yield _refused(name, error, whole.origin)


class Unpacked:
    """A large file that was unpacked; it goes with this object."""

    def __init__(self) -> None:
        """Make a folder for it."""
        folder = new_folder()
        self.remove: Final = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path: Final = folder / "unpacked"


@contextmanager
def _room(size: int) -> Iterator[tuple[Unpacked | None, BinaryIO]]:
    """Yield where something can be unpacked to: memory, or a file if it is large."""
    if size <= IN_MEMORY:
        yield None, io.BytesIO()
        return
    unpacked = Unpacked()
    try:
        with unpacked.path.open("xb") as target:
            yield unpacked, target
    except BaseException:
        unpacked.remove()
        raise


def _of_envelope(
    held: BinaryIO, size: int, name: str, whole: _Whole, *, level: int
) -> Iterator[_Found]:
    with as_refusal(name), _room(size) as (unpacked, target):
        envelope.decrypt(held, target, name)
        data = _held_by(target)
    yield from _of_content(data, unpacked, name, whole, level=level)


def _held_by(target: BinaryIO) -> bytes:
    return target.getvalue() if isinstance(target, io.BytesIO) else b""


def _of_content(
    data: bytes,
    unpacked: Unpacked | None,
    name: str,
    whole: _Whole,
    *,
    level: int,
    beside: Mapping[str, bytes] | None = None,
) -> Iterator[_Found]:
    """Yield what was unpacked, or what is packed in that."""
    path = unpacked.path if unpacked is not None else None
    head = data[:HEAD]
    if path is not None:
        with path.open("rb") as held:
            head = held.read(HEAD)
    if head.startswith(MAGIC):
        yield Source(name, path, data, beside=beside or {}, unpacked=unpacked, origin=whole.origin)
    elif head.startswith((*_ZIP, envelope.MAGIC)):
        yield from _unpacked(path, data, name, whole, is_named=False, level=level + 1)
    else:
        yield _refused(name, ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=name), whole.origin)


@contextmanager
def _unzipping(name: str) -> Iterator[None]:
    """Turn whatever a zip makes Python say into a refusal."""
    try:
        with as_refusal(name):
            yield
    except _UNPACKING as error:
        raise ReadinessError(ErrorCode.ZIP_BROKEN, path=name) from error


def _of_zip(
    held: BinaryIO, name: str, whole: _Whole, *, is_named: bool, level: int
) -> Iterator[_Found]:
    with _unzipping(name):
        _refuse_large_directory(held, name)
        packed = zipfile.ZipFile(held)
    with packed:
        members = [member for member in packed.infolist() if not member.filename.endswith("/")]
        if not is_named and any(member.filename == _OFFICE for member in members):
            yield _Other(Path(name.rpartition(INSIDE)[2]).name)
            return
        _refuse_bomb(members, name)
        whole.list(members, name)
        yield from _with_others(
            _members(packed, members, name, whole, level=level),
            Source(name, None, origin=whole.origin),
            ErrorCode.ZIP_NOTHING,
        )


def _refuse_large_directory(held: BinaryIO, name: str) -> None:
    """Refuse a zip whose table of contents alone would fill the memory."""
    size = held.seek(0, os.SEEK_END)
    held.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = held.read()
    end = tail.rfind(_END_OF_ZIP)
    if end < 0 or len(tail) < end + _END_SIZE:
        raise ReadinessError(ErrorCode.ZIP_BROKEN, path=name)
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    # The form for more than 65,535 members or 4 GB has its own table elsewhere.
    if directory > MOST_DIRECTORY or tail[max(0, end - 20) : end].startswith(_ZIP64):
        raise ReadinessError(ErrorCode.ZIP_TOO_MUCH, path=name)


def _refuse_bomb(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Refuse a zip of which more would come out than any zip of audit files holds.

    What it says of its sizes is enough: Python unpacks no more than that.
    """
    if members and all(member.flag_bits & _LOCKED for member in members):
        raise ReadinessError(ErrorCode.ZIP_ENCRYPTED, path=name)
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if size > MOST_BYTES or size > max(FREE_OF_RATIO, packed * MOST_RATIO):
        raise ReadinessError(ErrorCode.ZIP_TOO_MUCH, path=name)


def _members(
    packed: zipfile.ZipFile,
    members: Sequence[zipfile.ZipInfo],
    name: str,
    whole: _Whole,
    *,
    level: int,
) -> Iterator[_Found]:
    """Yield what each file in a zip is."""
    by_name = {member.filename: member for member in members}
    for member in members:
        parts = PurePosixPath(member.filename).parts
        file_name = showable(parts[-1] if parts else member.filename)
        is_of_system = any(part.casefold() in _OF_SYSTEM for part in parts)
        if is_of_system or any(
            member.filename.removesuffix(ending) in by_name
            for ending in BESIDE
            if member.filename.endswith(ending)
        ):
            continue
        shown = name + INSIDE + showable(member.filename)
        is_ours = PurePosixPath(file_name).suffix.casefold() in _OURS
        try:
            with _unzipping(shown):
                if member.flag_bits & _LOCKED:
                    raise ReadinessError(ErrorCode.ZIP_ENCRYPTED, path=shown)
                with packed.open(member) as held:
                    head = held.read(HEAD)
                if not is_ours and not head.startswith((MAGIC, *_ZIP, envelope.MAGIC)):
                    yield _Other(file_name)
                    continue
                whole.spend(member.file_size, shown)
                data, unpacked = _unzipped(packed, member)
                beside = {
                    ending: _unzipped(packed, by_name[member.filename + ending])[0]
                    for ending in BESIDE
                    if member.filename + ending in by_name and unpacked is None
                }
        except ReadinessError as error:
            yield _refused(shown, error, whole.origin) if is_ours else _Other(file_name)
            continue
        yield from _of_content(data, unpacked, shown, whole, level=level, beside=beside)


def _unzipped(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[bytes, Unpacked | None]:
    """Return the bytes of a member, or the file it was unpacked to if it is large."""
    with packed.open(member) as held, _room(member.file_size) as (unpacked, target):
        shutil.copyfileobj(held, target, _CHUNK)
        return _held_by(target), unpacked
