"""Opening a SQLite file that somebody else made, without trusting anything in it.

The file itself is only read, once. A small one is taken into memory, a large one copied,
because files change under one's hands on sticks; what lies beside it (a journal that a
power cut left) is copied with it and rolled back there. The connection has limits on all
that a file could make it do, reads our tables by fixed queries and nothing else, and
stops when its time is over.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sqlite3
import stat
import time
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from audit import schema, views
from audit.file import refuse_journal, sqlite_uri
from audit.temporary import temporary_folder
from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

MAGIC: Final = b"SQLite format 3\x00"
HEAD: Final = 100
"""Bytes of the header of a SQLite file."""
IN_MEMORY: Final = 64_000_000
"""Bytes of a file that is taken into memory; the records of a whole province are 10 MB."""
MOST_BYTES: Final = 4_000_000_000
"""Of a file; what a stick's FAT32 can hold, and 10,000 photos."""
BESIDE: Final = ("-journal", "-wal")
"""What SQLite keeps beside a file that is being written."""
MOST_OBJECTS: Final = 200
"""Rows of the table of contents; ours has about twenty."""

MOST_LENGTH: Final = 17_000_000
"""Bytes of one value: a photo is at most 5 MB, the largest statement of a round 16."""
_LIMITS: Final = (
    (sqlite3.SQLITE_LIMIT_LENGTH, MOST_LENGTH),
    # Ours are short; these keep small what a statement in the file could ask for.
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000),
    (sqlite3.SQLITE_LIMIT_COLUMN, 64),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50),
    (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (sqlite3.SQLITE_LIMIT_FUNCTION_ARG, 8),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
    (sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 8),
    (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
)
_SETTINGS: Final = (
    "trusted_schema = off",
    "cell_size_check = on",
    "query_only = on",
    "mmap_size = 0",
)
_CONFIG: Final = (
    ("SQLITE_DBCONFIG_DEFENSIVE", True),
    ("SQLITE_DBCONFIG_TRUSTED_SCHEMA", False),
    ("SQLITE_DBCONFIG_ENABLE_VIEW", False),
    ("SQLITE_DBCONFIG_ENABLE_TRIGGER", False),
    ("SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE", True),
)
"""Known to Python from 3.12 on."""
_ASKED: Final = frozenset({"application_id", "user_version", "integrity_check", "table_xinfo"})
_CALLED: Final = frozenset({"count", "length"})
_READ: Final = frozenset({"sqlite_master", "record", "blob", "seal", "receipt", "meta"})
_STEPS: Final = 10_000
"""Of SQLite's machine between two looks at the clock: about a millisecond."""
_SECONDS: Final = 10.0
_BYTES_A_SECOND: Final = 2_000_000
"""Slower than any machine checks a file, so that only what was made to be slow is stopped."""

_UTF_8: Final = b"\x00\x00\x00\x01"
_IN_WAL_MODE: Final = b"\x02\x02"
_CHUNK: Final = 2**20


class Column(NamedTuple):
    """A column that a table must have to be read."""

    name: str
    type: str


COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "record": (
        Column("commune", "TEXT"),
        Column("writer", "TEXT"),
        Column("sequence", "INTEGER"),
        Column("id", "TEXT"),
        Column("body", "TEXT"),
    ),
    "blob": (
        Column("sha256", "TEXT"),
        Column("size", "INTEGER"),
        Column("media_type", "TEXT"),
        Column("bytes", "BLOB"),
    ),
    "seal": (
        Column("commune", "TEXT"),
        Column("writer", "TEXT"),
        Column("length", "INTEGER"),
        Column("last_id", "TEXT"),
        Column("key", "TEXT"),
        Column("signature", "TEXT"),
        Column("sealed_at", "TEXT"),
    ),
    "receipt": (
        Column("commune", "TEXT"),
        Column("writer", "TEXT"),
        Column("length", "INTEGER"),
        Column("last_id", "TEXT"),
        Column("key", "TEXT"),
        Column("signature", "TEXT"),
        Column("received_at", "TEXT"),
    ),
    "meta": (Column("key", "TEXT"), Column("value", "TEXT")),
}
"""What is read of a file, of whatever version."""


@contextmanager
def as_refusal(name: str) -> Iterator[None]:
    """Turn whatever a file makes SQLite, Python or the system say into a refusal.

    Args:
        name: What sentences call the file.
    """
    try:
        yield
    except sqlite3.Error as error:
        words = str(error)
        if "interrupted" in words:
            raise ReadinessError(ErrorCode.VET_TOO_SLOW, path=name) from error
        if "too big" in words or "too large" in words:
            raise ReadinessError(ErrorCode.VET_TOO_MUCH, path=name) from error
        if "disk is full" in words:
            raise ReadinessError(ErrorCode.VET_NO_ROOM, path=name) from error
        raise ReadinessError(ErrorCode.VET_DAMAGED, path=name) from error
    except (UnicodeError, OverflowError) as error:
        # Python's own, from bytes that are no text; SQLite's words may hold such, too.
        raise ReadinessError(ErrorCode.VET_DAMAGED, path=name) from error
    except (MemoryError, RecursionError) as error:
        raise ReadinessError(ErrorCode.VET_TOO_MUCH, path=name) from error
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise ReadinessError(ErrorCode.FILE_MISSING, path=name) from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ReadinessError(ErrorCode.VET_NO_ROOM, path=name) from error
        reason = reason_of(error)
        raise ReadinessError(ErrorCode.VET_UNREADABLE, path=name, reason=reason) from error


@contextmanager
def opened(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open a file for reading; never waits for a pipe and never writes.

    Raises:
        ReadinessError: There is none, it cannot be read, or it is no ordinary file.
    """
    with as_refusal(name):
        if path.is_dir():  # which cannot be opened at all on Windows
            raise ReadinessError(ErrorCode.FILE_IS_FOLDER, path=name)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
        try:
            is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        except BaseException:
            os.close(handle)
            raise
        with os.fdopen(handle, "rb") as held:
            if not is_file:
                raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=name)
            yield held


class Foreign:
    """A stranger's file, open to be read. Use `open_foreign`."""

    def __init__(self, name: str, connection: sqlite3.Connection, size: int) -> None:
        """Put every limit on a connection before anything is asked."""
        self.name = name
        self.deadline = time.monotonic() + _SECONDS + size / _BYTES_A_SECOND
        self.version = 0
        self.sha256 = ""
        self.is_mended = False
        self._tables: set[str] = set()
        self._connection = connection
        for category, limit in _LIMITS:
            connection.setlimit(category, limit)
        if hasattr(connection, "setconfig"):
            for option, on in _CONFIG:
                connection.setconfig(getattr(sqlite3, option), on)
        for setting in _SETTINGS:
            connection.execute(f"pragma {setting}")
        connection.set_progress_handler(self._is_late, _STEPS)
        connection.set_authorizer(_may)

    def _is_late(self) -> bool:
        return time.monotonic() > self.deadline

    def rows(
        self, sql: str, types: Sequence[type | tuple[type, ...]], most: int
    ) -> list[tuple[Any, ...]]:
        """Return the rows of one of our queries.

        Args:
            sql: Names every column it reads.
            types: Of each of them.
            most: Rows that are too many.

        Raises:
            ReadinessError: There are more, or something is of another type.
        """
        found = self._connection.execute(f"{sql} limit {most + 1}").fetchall()
        if len(found) > most:
            raise ReadinessError(ErrorCode.VET_TOO_MUCH, path=self.name)
        for column, expected in zip(zip(*found, strict=True), types, strict=True) if found else ():
            allowed = expected if isinstance(expected, tuple) else (expected,)
            if not {*map(type, column)} <= {*allowed}:
                raise ReadinessError(ErrorCode.VET_ALTERED, path=self.name, name=_table_of(sql))
        return found

    def bytes_of(self, sha256: str) -> bytes | None:
        """Return what the file holds under a hash; it is not compared with it here."""
        # What was vetted may be read from for as long as it takes to take it in.
        self.deadline = max(self.deadline, time.monotonic() + _SECONDS)
        with as_refusal(self.name):
            row = self._connection.execute(
                "select bytes from blob not indexed where sha256 = ?", (sha256,)
            ).fetchone()
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def look(self) -> None:
        """Refuse what is no audit file, is damaged, or has something else in place of a table."""
        with as_refusal(self.name):
            (application,) = self._connection.execute("pragma application_id").fetchone()
            if application != schema.APPLICATION_ID:
                raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=self.name)
            (self.version,) = self._connection.execute("pragma user_version").fetchone()
            self._look_at_contents()
            # quick_check would let pass what was torn in the middle of a transaction.
            found = self._connection.execute("pragma integrity_check(1)").fetchall()
            if found != [("ok",)]:
                raise ReadinessError(ErrorCode.VET_DAMAGED, path=self.name)

    def has(self, table: str) -> bool:
        """Return whether a file of another version has a table at all."""
        return table in self._tables

    def _look_at_contents(self) -> None:
        held = self.rows(
            "select type, name, tbl_name, sql from sqlite_schema",
            (str, str, str, (str, type(None))),
            MOST_OBJECTS,
        )
        of_today = self.version == schema.VERSION
        self._tables = {name for type_, name, _table, _sql in held if type_ == "table"}
        for type_, name, table, sql in held:
            if of_today and not _is_ours(type_, name, table, sql):
                raise ReadinessError(ErrorCode.VET_ALTERED, path=self.name, name=name[:60])
        for name in COLUMNS:
            if name not in self._tables:
                if of_today or name == "record":
                    raise ReadinessError(ErrorCode.VET_ALTERED, path=self.name, name=name)
            elif not of_today:
                self._look_at_table(name, [sql for _type, of, _t, sql in held if of == name])

    def _look_at_table(self, name: str, made_by: list[str | None]) -> None:
        """Refuse a table of another version that cannot be read as one of this version can."""
        columns = {
            (column[1], str(column[2]).upper(), column[6])
            for column in self._connection.execute(f"pragma table_xinfo({name})")
        }
        is_plain = len(made_by) == 1 and _normal(made_by[0] or "").startswith("create table ")
        if not is_plain or not {(*column, 0) for column in COLUMNS[name]} <= columns:
            raise ReadinessError(ErrorCode.VET_ALTERED, path=self.name, name=name)


def _table_of(sql: str) -> str:
    return sql.partition(" from ")[2].partition(" ")[0]


def _may(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
    """Allow our own queries and nothing else."""
    allowed = (
        action == sqlite3.SQLITE_SELECT
        or (action == sqlite3.SQLITE_READ and first in _READ)
        or (action == sqlite3.SQLITE_PRAGMA and first in _ASKED)
        or (action == sqlite3.SQLITE_FUNCTION and second in _CALLED)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _normal(sql: str) -> str:
    # SQLite keeps a statement as it was given, but for the case of its first words.
    return " ".join(sql.split()).lower()


_OURS: Final = {
    **{("table", name): _normal(sql) for name, sql in schema.TABLES.items()},
    **{("trigger", name): _normal(sql) for name, sql in schema.TRIGGERS.items()},
    **{("view", name): _normal(sql) for name, sql in schema.VIEWS.items()},
}
_MIGRATIONS: Final = "_sqlite_migrations"
"""Where sqlite-utils notes which steps of the schema were done; never read here."""


@lru_cache(maxsize=256)
def _is_ours(type_: str, name: str, table: str, sql: str | None) -> bool:
    if sql is None:
        return type_ == "index" and name.startswith("sqlite_autoindex_")
    if table == _MIGRATIONS and type_ in ("table", "index"):
        plain = _normal(sql)
        return plain.startswith(("create table ", "create unique index ", "create index "))
    if type_ == "view" and name.startswith(views.PREFIX):
        # For people's eyes in a working file, whatever it says: no view is ever read here.
        return True
    return _OURS.get((type_, name)) == _normal(sql)


@contextmanager
def open_foreign(
    name: str,
    path: Path | None,
    data: bytes | None,
    beside: Mapping[str, bytes] | None = None,
    *,
    is_own: bool = False,
) -> Iterator[Foreign]:
    """Open a stranger's file; it stays as it is, and nothing is made beside it.

    Args:
        name: What sentences call it.
        path: Where it is.
        data: Its bytes, where there is no path.
        beside: Ending (`BESIDE`) -> bytes of what SQLite left beside it, with ``data``.
        is_own: Whether the file at ``path`` is a copy that nobody else can change.

    Raises:
        ReadinessError: It is no audit file, or not a sound one.
    """
    with contextlib.ExitStack() as stack:
        with as_refusal(name):
            taken = _Taken(stack, name)
            if path is not None:
                taken.take_file(path, is_own=is_own)
            else:
                taken.take_bytes(data or b"", beside or {})
            foreign = Foreign(name, stack.enter_context(closing(taken.connect())), taken.size)
        foreign.sha256, foreign.is_mended = taken.sha256, taken.is_mended
        foreign.look()
        yield foreign


class _Taken:
    """The bytes of a file, where nobody can change them any more."""

    def __init__(self, stack: contextlib.ExitStack, name: str) -> None:
        self._stack = stack
        self._name = name
        self._data = b""
        self._copy: Path | None = None
        self._is_in_wal_mode = False
        self.size = 0
        self.sha256 = ""
        self.is_mended = False

    def take_bytes(self, data: bytes, beside: Mapping[str, bytes]) -> None:
        self.size, self.sha256 = len(data), hashlib.sha256(data).hexdigest()
        self._look_at_head(data[:HEAD], is_whole=any(beside.values()))
        if not any(beside.values()):
            self._data = data
            return
        copy = self._folder() / "copy"
        copy.write_bytes(data)
        for ending, held in beside.items():
            copy.with_name(copy.name + ending).write_bytes(held)
        self._mend(copy)

    def take_file(self, path: Path, *, is_own: bool) -> None:
        beside = [] if is_own else [each for each in map(_beside(path), BESIDE) if _is_full(each)]
        with opened(path, self._name) as held:
            self.size = os.fstat(held.fileno()).st_size
            if self.size > MOST_BYTES:
                raise ReadinessError(ErrorCode.VET_TOO_LARGE, path=self._name)
            if self.size <= IN_MEMORY and not beside:
                self.take_bytes(held.read(self.size), {})
                return
            self._look_at_head(held.read(HEAD), is_whole=bool(beside))
            held.seek(0)
            if is_own:
                self.sha256 = _sha256(held)
                self._copy = path
                return
            copy = self._folder() / "copy"
            self.sha256 = _copied(held, copy, self._name)
        for each in beside:
            with opened(each, self._name) as held:
                _copied(held, copy.with_name(copy.name + each.name[len(path.name) :]), self._name)
        if beside:
            self._mend(copy)
        self._copy = copy

    def _folder(self) -> Path:
        return self._stack.enter_context(temporary_folder())

    def _look_at_head(self, head: bytes, *, is_whole: bool) -> None:
        """Refuse what is plain from the header alone.

        Args:
            head: Of the file.
            is_whole: Whether a part that is missing here may be in a journal.
        """
        if not head.startswith(MAGIC):
            raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=self._name)
        if not is_whole and _is_cut(head, self.size):
            raise ReadinessError(ErrorCode.VET_CUT, path=self._name)
        if head[56:60] not in (_UTF_8, bytes(4)):
            raise ReadinessError(ErrorCode.VET_ALTERED, path=self._name, name="UTF-16")

    def _mend(self, copy: Path) -> None:
        """Let SQLite bring a copy into the state that was last completed."""
        self.is_mended = True
        journal = copy.with_name(copy.name + "-journal")
        if _is_full(journal):
            refuse_journal(journal, self.size, self._name)
            uri = sqlite_uri(copy.absolute(), "rw")
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as mending:
                mending.execute("pragma user_version").fetchone()
        self._is_in_wal_mode = _is_full(copy.with_name(copy.name + "-wal"))
        self._copy = copy

    def connect(self) -> sqlite3.Connection:
        """Return a connection to what was taken; nothing was asked of it yet."""
        if self._copy is not None:
            uri = sqlite_uri(self._copy.absolute(), "ro")
            # What is in a write-ahead log can be read only where the log is looked for.
            uri += "" if self._is_in_wal_mode else "&immutable=1"
            return sqlite3.connect(uri, uri=True, isolation_level=None)
        data = self._data
        if data[18:20] == _IN_WAL_MODE:
            # Else SQLite would look for a log that memory does not have.
            data = data[:18] + b"\x01\x01" + data[20:]
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.deserialize(data)
        except BaseException:
            connection.close()
            raise
        self._data = b""
        return connection


def _is_cut(head: bytes, size: int) -> bool:
    """Return whether the end of a file is missing, as after a copy that was broken off.

    SQLite itself takes a page that is there in part for one that ends in zeros.
    """
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    counts = head[24:28] == head[92:96]  # else an old SQLite wrote it, and left no count
    return len(head) < HEAD or (counts and size < pages * (page if page > 1 else 65_536))


def _beside(path: Path) -> Callable[[str], Path]:
    return lambda ending: path.with_name(path.name + ending)


def _is_full(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _copied(held: BinaryIO, copy: Path, name: str) -> str:
    """Copy what is open; return its SHA-256."""
    total, size = hashlib.sha256(), 0
    with copy.open("xb") as target:
        while chunk := held.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:  # it grows while it is read
                raise ReadinessError(ErrorCode.VET_TOO_LARGE, path=name)
            total.update(chunk)
            target.write(chunk)
    return total.hexdigest()


def _sha256(held: BinaryIO) -> str:
    total = hashlib.sha256()
    while chunk := held.read(_CHUNK):
        total.update(chunk)
    return total.hexdigest()
