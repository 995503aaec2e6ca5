"""The audit file: the only door to SQLite.

A working file is one file, whole whenever nothing is being written (rollback
journal, full flushes), because people copy files by hand. Every append is one
transaction that is on the disk before it is reported done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sqlite3
from contextlib import contextmanager
from itertools import chain, groupby
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from audit import schema, views
from audit.record import digest, record_id
from audit.seal import Seal
from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path, PurePath

    from audit.own import Mark

SUFFIX: Final = ".audit"
WAIT_SECONDS: Final = 5.0
"""How long to wait for another program to finish writing."""
_ROOMY: Final = 65_536
"""KiB of pages in memory while files are taken in."""
_ORDINARY: Final = 2_000
"""KiB, as SQLite has it."""
_AT_ONCE: Final = 50
"""Records that are added with one statement; each size has a statement of its own."""
_MAGIC: Final = b"SQLite format 3\x00"
_JOURNAL_MAGIC: Final = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
_HEAD: Final = 100
"""Bytes of the header of a SQLite file."""
_SIGNS_OF_DAMAGE: Final = (
    "decode to UTF-8",
    "malformed",
    "no such column",
    "no such table",
    "unsupported file format",
)


class Entry(NamedTuple):
    """A record as the file holds it: its place in a chain, its id and its bytes."""

    commune: str
    writer: str
    sequence: int
    id: str
    body: str


class Blob(NamedTuple):
    """The bytes of something attached, as the file holds them."""

    sha256: str
    media_type: str
    data: bytes | None
    """``None`` where they were purged."""


class Batch(NamedTuple):
    """What was taken in with one file."""

    id: str
    source: str
    """The file's name as people saw it."""
    taken_at: str
    """ISO text with offset."""
    report: str
    """JSON (`audit.batches`)."""


class ChainEnd(NamedTuple):
    """The last record of a chain."""

    sequence: int
    id: str


@contextmanager
def as_sentences(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into sentences for whoever holds the file."""
    try:
        yield
    except sqlite3.Error as error:
        words = str(error)
        if "locked" in words or "busy" in words:
            code = ErrorCode.FILE_BUSY
        elif "full" in words:
            code = ErrorCode.FILE_DISK_FULL
        elif "readonly" in words:
            code = ErrorCode.FILE_READ_ONLY
        elif "not a database" in words:
            code = ErrorCode.FILE_NOT_AUDIT
        elif any(sign in words for sign in _SIGNS_OF_DAMAGE):
            code = ErrorCode.FILE_DAMAGED
        elif "unable to open" in words:
            code = ErrorCode.FILE_CANNOT_OPEN
        else:
            raise ReadinessError(ErrorCode.FILE_TROUBLE, path=path, reason=words) from error
        raise ReadinessError(code, path=path) from error
    except UnicodeDecodeError as error:
        # What SQLite says of a damaged file may hold pieces of it.
        raise ReadinessError(ErrorCode.FILE_DAMAGED, path=path) from error
    except PermissionError as error:
        raise ReadinessError(ErrorCode.FILE_READ_ONLY, path=path) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ReadinessError(ErrorCode.FILE_DISK_FULL, path=path) from error
        if error.errno == errno.EROFS:
            raise ReadinessError(ErrorCode.FILE_READ_ONLY, path=path) from error
        raise ReadinessError(ErrorCode.FILE_TROUBLE, path=path, reason=reason_of(error)) from error


def sqlite_uri(path: PurePath, mode: str) -> str:
    """Return what SQLite calls a file.

    Args:
        path: Absolute.
        mode: ``ro`` or ``rw``; neither makes a file.
    """
    # A raw path with # or ? in it would be cut there, and the mode with it.
    uri = path.as_uri()
    if not uri.startswith("file:///"):
        # SQLite takes no name of a server there; a share's path begins with it instead.
        uri = "file:////" + uri.removeprefix("file://")
    return f"{uri}?mode={mode}"


class AuditFile:
    """An open audit file. Use `open` or `create`, and close it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writable: bool) -> None:
        """Hold an open connection; callers use `open` and `create`."""
        self.path = path
        self.is_writable = writable
        self._connection = connection
        self._has_views = False

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open an existing audit file.

        Args:
            path: Where it is.
            write: Whether records will be appended.

        Raises:
            ReadinessError: There is none, it is no audit file, it is from a newer
                version, it cannot be read, or (for writing) not written.
        """
        with as_sentences(path):
            if path.is_dir():
                raise ReadinessError(ErrorCode.FILE_IS_FOLDER, path=path)
            if path.exists() and not path.is_file():
                raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=path)
            try:
                with path.open("rb") as held:
                    head = held.read(_HEAD)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise ReadinessError(ErrorCode.FILE_MISSING, path=path) from error
            except PermissionError as error:
                raise ReadinessError(ErrorCode.FILE_CANNOT_OPEN, path=path) from error
            if not head.startswith(_MAGIC):
                raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=path)
            if _is_cut(path, head):
                raise ReadinessError(ErrorCode.FILE_DAMAGED, path=path)
            writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
            if write and not writable:
                raise ReadinessError(ErrorCode.FILE_READ_ONLY, path=path)
            journal = path.with_name(path.name + "-journal")
            if journal.exists():
                refuse_journal(journal, path.stat().st_size, path)
            # Reading needs to write too where a power cut left a journal to roll back.
            connection = _connect(path, "rw" if writable else "ro")
            try:
                opened = cls(path, connection, writable=write)
                opened._look(upgrade=write)
                if write:
                    # Another tool may have turned on the write-ahead log: a second file.
                    connection.execute("pragma journal_mode = delete")
            except BaseException:
                connection.close()
                raise
            if not write:
                connection.execute("pragma query_only = on")
        return opened

    def _look(self, *, upgrade: bool) -> None:
        """Refuse what is not an audit file of a version this program knows."""
        (application,) = self._connection.execute("pragma application_id").fetchone()
        (version,) = self._connection.execute("pragma user_version").fetchone()
        if application != schema.APPLICATION_ID:
            raise ReadinessError(ErrorCode.FILE_NOT_AUDIT, path=self.path)
        if version > schema.VERSION:
            raise ReadinessError(
                ErrorCode.FILE_NEWER, path=self.path, version=version, known=schema.VERSION
            )
        if version < schema.VERSION and upgrade:
            schema.migrate(self._connection)
        self._look_at_schema()
        self._connection.execute("select 1 from record limit 1").fetchone()

    def _look_at_schema(self) -> None:
        """Refuse a file in which something else acts when records are read or written.

        A trigger would swallow what is written, a view would stand in for the records.
        """
        known = {
            name: " ".join(sql.split()).lower()
            for name, sql in {
                "record": schema.TABLES["record"],
                "blob": schema.TABLES["blob"],
                **schema.TRIGGERS,
            }.items()
        }
        held = self._connection.execute(
            "select name, sql from sqlite_schema where type in ('table', 'view', 'trigger') "
            "and (tbl_name in ('record', 'blob') or name in ('record', 'blob') "
            "or type = 'trigger')"
        )
        for name, sql in held:
            # SQLite keeps a statement as it was given, but for the case of its first words.
            if known.get(name) != " ".join(str(sql).split()).lower():
                raise ReadinessError(ErrorCode.FILE_ALTERED, path=self.path, name=name)

    @classmethod
    def create(
        cls,
        path: Path,
        entries: Iterable[Entry],
        *,
        seals: Iterable[Seal] = (),
        receipts: Iterable[Seal] = (),
        blobs: Iterable[Blob] = (),
        about: Mapping[str, str] = MappingProxyType({}),
        own: Iterable[Mark] = (),
        check: Callable[[Path], None] | None = None,
    ) -> Self:
        """Make a new audit file that holds ``entries``, all of it or nothing.

        It is built under a temporary name, flushed, and then moved into place.

        Args:
            path: Where it is to be.
            entries: Its records.
            seals: Of their chains.
            receipts: Of their chains.
            blobs: What is attached.
            about: What the file says of itself; a claim that nobody relies on.
            own: Marks of the chains that this machine begins with them.
            check: Called with the file under its temporary name, before it is moved;
                what it raises leaves nothing behind.

        Raises:
            ReadinessError: There is a file already, or it cannot be written here.
        """
        building = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        with as_sentences(path):
            if path.exists():
                raise ReadinessError(ErrorCode.FILE_EXISTS, path=path)
            if not path.parent.is_dir():
                raise ReadinessError(ErrorCode.FILE_FOLDER_MISSING, path=path, folder=path.parent)
            try:
                building.touch(exist_ok=False)
                connection = _connect(building, "rw")
                try:
                    schema.migrate(connection)
                    with cls(path, connection, writable=True)._writing() as writing:
                        appender = Appender(writing)
                        appender.append(entries)
                        appender.add_seals(seals)
                        appender.add_receipts(receipts)
                        appender.keep(blobs)
                        appender.say(about)
                        appender.mark_own(own)
                finally:
                    connection.close()
                if check is not None:
                    check(building)
                if path.exists():
                    raise ReadinessError(ErrorCode.FILE_EXISTS, path=path)
                building.replace(path)
            finally:
                building.unlink(missing_ok=True)
                building.with_name(building.name + "-journal").unlink(missing_ok=True)
        flush_folder(path.parent)
        return cls.open(path, write=True)

    def refresh_views(self) -> None:
        """Give a working file the views that people read it by in another tool.

        A file that was made to be handed on gets none. Nothing depends on them, so one that
        cannot take them now stays as it is.
        """
        with contextlib.suppress(sqlite3.Error):
            sql = "select 1 from meta where key = 'kind' and value <> 'working'"
            if self._connection.execute(sql).fetchone() is None:
                views.refresh(self._connection)
                self._has_views = True

    def close(self) -> None:
        """Close the file; nothing waits to be written."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the file itself."""
        return self

    def __exit__(self, *_details: object) -> None:
        """Close the file."""
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Commit the block as one unit that is on the disk, or nothing of it."""
        if not self.is_writable:
            raise ReadinessError(ErrorCode.FILE_READ_ONLY, path=self.path)
        with as_sentences(self.path):
            self._connection.execute("begin immediate")
            try:
                yield self._connection
                self._connection.execute("commit")
            except BaseException:
                # A full disk may have rolled back already.
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("rollback")
                raise

    @contextmanager
    def appending(self) -> Iterator[Appender]:
        """Append records that continue their chains, all of them or none.

        No other program can write between reading the end of a chain and appending. A file
        gets its views with what is first added to it, so that one in which nothing could be
        done keeps its bytes.
        """
        with self._writing() as connection:
            appender = Appender(connection)
            yield appender
        if appender.has_written and not self._has_views:
            self.refresh_views()

    def entries(self, commune: str | None = None) -> list[Entry]:
        """Return the records of one commune, or of the whole file, in the order of the table.

        Args:
            commune: Code; empty for the records of the round itself; ``None`` for all.
        """
        with as_sentences(self.path):
            sql = "select commune, writer, sequence, id, body from record"
            if commune is None:
                rows = self._connection.execute(sql)
            else:
                rows = self._connection.execute(sql + " where commune = ?", (commune,))
            return self._sound([*map(Entry._make, rows)])

    def entries_with(self, text: str) -> list[Entry]:
        """Return the records, of whatever commune, whose bytes hold a piece of text."""
        with as_sentences(self.path):
            rows = self._connection.execute(
                "select commune, writer, sequence, id, body from record where instr(body, ?) > 0",
                (text,),
            )
            return self._sound([*map(Entry._make, rows)])

    def newest_day_by_others(self, key: str) -> str:
        """Return the last day that records of others claim, as ``2026-12-05``; empty for none.

        It is read off the bytes, not checked: good for doubting a clock, for nothing else.

        Args:
            key: Fingerprint of whoever works here.
        """
        with as_sentences(self.path):
            row = self._connection.execute(
                "select max(substr(body, instr(body, :name) + length(:name), 10)) from record"
                " where instr(body, :name) > 0 and instr(body, :own) = 0",
                {"name": '"recorded_at":"', "own": f'"key":"{key}"'},
            ).fetchone()
        return str(row[0] or "")

    def by_commune(self) -> Iterator[tuple[str, list[Entry]]]:
        """Yield each commune's code with its records, in one pass over the table."""
        with as_sentences(self.path):
            rows = self._connection.execute(
                "select commune, writer, sequence, id, body from record order by commune"
            )
            for code, held in groupby(map(Entry._make, rows), key=itemgetter(0)):
                yield code, self._sound([*held])

    def _sound(self, entries: list[Entry]) -> list[Entry]:
        """Refuse values of a type that only damage can have put there."""
        for place, kind in enumerate((str, str, int, str, str)):
            if not {*map(type, map(itemgetter(place), entries))} <= {kind}:
                raise ReadinessError(ErrorCode.FILE_DAMAGED, path=self.path)
        return entries

    def places(self, commune: str) -> list[tuple[str, int, str]]:
        """Return writer, sequence and id of every record of one commune."""
        sql = "select writer, sequence, id from record where commune = ?"
        with as_sentences(self.path):
            return self._connection.execute(sql, (commune,)).fetchall()

    def forks(self) -> dict[str, set[str]]:
        """Return code of a commune -> ids of the records of its chains that divide."""
        sql = (
            "select commune, id from record where (commune, writer) in (select commune, writer "
            "from record group by commune, writer, sequence having count(*) > 1)"
        )
        found: dict[str, set[str]] = {}
        with as_sentences(self.path):
            for commune, id_ in self._connection.execute(sql):
                found.setdefault(commune, set()).add(id_)
        return found

    def chain(self, commune: str, writer: str) -> set[tuple[int, str]]:
        """Return sequence and id of every record of one chain."""
        sql = "select sequence, id from record where commune = ? and writer = ?"
        with as_sentences(self.path):
            return {*self._connection.execute(sql, (commune, writer))}

    def counts(self) -> dict[str, int]:
        """Return code of a commune -> how many records of it there are."""
        sql = "select commune, count(*) from record group by commune"
        with as_sentences(self.path):
            return dict(self._connection.execute(sql).fetchall())

    def batches(self) -> list[Batch]:
        """Return what was taken in, in the order in which it was."""
        with as_sentences(self.path):
            return [
                *map(
                    Batch._make,
                    self._connection.execute(
                        "select id, source, taken_at, report from batch order by taken_at, rowid"
                    ),
                )
            ]

    @contextmanager
    def roomy(self) -> Iterator[None]:
        """Keep more pages in memory within the block, as taking in many files needs."""
        with as_sentences(self.path):
            self._connection.execute(f"pragma cache_size = -{_ROOMY}")
        try:
            yield
        finally:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute(f"pragma cache_size = -{_ORDINARY}")

    def chain_end(self, commune: str, writer: str) -> ChainEnd | None:
        """Return the last record of a chain."""
        with as_sentences(self.path):
            return Appender(self._connection).chain_end(commune, writer)

    def own_mark(self, commune: str, writer: str) -> Mark | None:
        """Return where a chain ended when some machine wrote to it here; see `audit.own`."""
        with as_sentences(self.path):
            return Appender(self._connection).own_mark(commune, writer)

    def tips(self, commune: str, writer: str) -> list[ChainEnd]:
        """Return what stands at the two highest places of a chain, the highest first."""
        with as_sentences(self.path):
            return Appender(self._connection).tips(commune, writer)

    def holds(self, entry_id: str, commune: str, writer: str, sequence: int) -> bool:
        """Return whether the file holds this very record at this place."""
        with as_sentences(self.path):
            row = self._connection.execute(
                "select 1 from record where commune = ? and writer = ? and sequence = ? and id = ?",
                (commune, writer, sequence, entry_id),
            ).fetchone()
        return row is not None

    def version(self) -> int:
        """Return a number that is another one once another connection has written here."""
        with as_sentences(self.path):
            (version,) = self._connection.execute("pragma data_version").fetchone()
        return int(version)

    def sizes(self) -> dict[str, int]:
        """Return code of a commune -> a number that is another one once something is added.

        That is how many records it has and how much is sealed and received of them; the
        round's own stand under the empty code.
        """
        with as_sentences(self.path):
            return dict(
                self._connection.execute(
                    "select commune, cast(total(n) as integer) from ("
                    "select commune, count(*) as n from record group by commune "
                    "union all select commune, total(length) from seal group by commune "
                    "union all select commune, total(length) from receipt group by commune"
                    ") group by commune"
                )
            )

    def digest(self) -> str:
        """Return the SHA-256 over the sorted ids of all records."""
        with as_sentences(self.path):
            ids = [each for (each,) in self._connection.execute("select id from record")]
        if not {*map(type, ids)} <= {str}:
            raise ReadinessError(ErrorCode.FILE_DAMAGED, path=self.path)
        return digest(ids)

    def seals(self, commune: str | None = None) -> list[Seal]:
        """Return the seals of one commune's chains, or of all.

        Args:
            commune: Code; empty for the round's own; ``None`` for all.
        """
        return self._vouched("seal", "sealed_at", commune)

    def receipts(self, commune: str | None = None) -> list[Seal]:
        """Return the receipts of one commune's chains, or of all; as `seals`."""
        return self._vouched("receipt", "received_at", commune)

    def _vouched(self, table: str, moment: str, commune: str | None) -> list[Seal]:
        sql = (
            f"select commune, writer, length, last_id, key, signature, {moment} "  # noqa: S608
            f"from {table}"
        )
        with as_sentences(self.path):
            if commune is None:
                rows = self._connection.execute(sql)
            else:
                rows = self._connection.execute(sql + " where commune = ?", (commune,))
            return [*map(Seal._make, rows)]

    def about(self) -> dict[str, str]:
        """Return what the file says of itself."""
        with as_sentences(self.path):
            return dict(self._connection.execute("select key, value from meta"))

    def blob(self, sha256: str) -> Blob | None:
        """Return what the file holds under a hash; ``None`` if it was never there."""
        with as_sentences(self.path):
            row = self._connection.execute(
                "select sha256, media_type, bytes from blob where sha256 = ?", (sha256,)
            ).fetchone()
            return None if row is None else Blob._make(row)

    def blobs(self) -> Iterator[Blob]:
        """Yield all that the file holds under hashes, one after the other."""
        with as_sentences(self.path):
            for row in self._connection.execute(
                "select sha256, media_type, bytes from blob order by sha256"
            ):
                yield Blob._make(row)

    def hashes(self) -> dict[str, bool]:
        """Return hash -> whether the bytes are there, for all that was ever attached here."""
        with as_sentences(self.path):
            return dict(
                self._connection.execute(
                    "select sha256, bytes is not null from blob order by sha256"
                )
            )

    def damage(self) -> list[str]:
        """Return what SQLite's integrity check finds; empty for a sound file."""
        with as_sentences(self.path):
            found = [row[0] for row in self._connection.execute("pragma integrity_check(20)")]
        return [] if found == ["ok"] else found


class Appender:
    """Appends within one transaction of an `AuditFile`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Hold the connection whose transaction is open."""
        self._connection = connection
        self._before = connection.total_changes

    @property
    def has_written(self) -> bool:
        """Whether anything was added, changed or taken away, and not undone."""
        return self._connection.total_changes > self._before

    def chain_end(self, commune: str, writer: str) -> ChainEnd | None:
        """Return the last record of a chain; of a fork the one with the greater id."""
        row = self._connection.execute(
            "select sequence, id from record where commune = ? and writer = ? "
            # No chain is as long; a forged end must not stop its writer.
            "and sequence < 9007199254740992 "
            "order by sequence desc, id desc limit 1",
            (commune, writer),
        ).fetchone()
        return None if row is None else ChainEnd(*row)

    def tips(self, commune: str, writer: str) -> list[ChainEnd]:
        """Return what stands at the two highest places of a chain, the highest first."""
        rows = self._connection.execute(
            "select sequence, id from record where commune = ? and writer = ? "
            "order by sequence desc, id desc limit 2",
            (commune, writer),
        )
        return [*map(ChainEnd._make, rows)]

    def own_mark(self, commune: str, writer: str) -> Mark | None:
        """Return where a chain ended when some machine wrote to it here; see `audit.own`."""
        from audit.own import Mark

        if not self.has_marks():
            return None
        row = self._connection.execute(
            "select commune, writer, sequence, id, code from own where commune = ? and writer = ?",
            (commune, writer),
        ).fetchone()
        return None if row is None else Mark._make(row)

    def has_marks(self) -> bool:
        """Return whether there is a place for marks."""
        sql = "select 1 from sqlite_schema where type = 'table' and name = 'own'"
        return self._connection.execute(sql).fetchone() is not None

    def mark_own(self, marks: Iterable[Mark]) -> None:
        """Note where chains end now that this machine has written to them."""
        if not self.has_marks():
            # Another program that made the file has nothing to note there.
            self._connection.execute(schema.TABLES["own"])
        self._connection.executemany(
            "insert into own (commune, writer, sequence, id, code) values (?, ?, ?, ?, ?) "
            "on conflict (commune, writer) do update set "
            "sequence = excluded.sequence, id = excluded.id, code = excluded.code",
            marks,
        )

    def append(self, entries: Iterable[Entry]) -> None:
        """Add records; a record that is there already is refused by the table's key."""
        _insert(self._connection, entries)

    def take_in(self, rows: Iterable[tuple[str, str, int, str, bytearray]]) -> int:
        """Add records, of which some may be there already; return how many were not.

        Args:
            rows: As `Entry`, but the body in UTF-8.
        """
        fields = [*chain.from_iterable(rows)]
        # Several with one statement take a quarter less time than one by one; a body that
        # need not be text for Python takes a third less.
        size = len(Entry._fields)
        rest = len(fields) // size % _AT_ONCE
        whole = len(fields) - rest * size
        return sum(
            self._connection.executemany(
                "insert into record (commune, writer, sequence, id, body) values "  # noqa: S608
                + ", ".join(["(?, ?, ?, ?, cast(? as text))"] * count)
                + " on conflict do nothing",
                (fields[at : at + count * size] for at in range(start, end, count * size)),
            ).rowcount
            for count, start, end in ((_AT_ONCE, 0, whole), (rest, whole, len(fields)))
            if start < end
        )

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Undo what the block did, and only that, where it raises."""
        before = self._connection.total_changes
        self._connection.execute("savepoint block")
        try:
            yield
        except BaseException:
            self._before += self._connection.total_changes - before
            # A full disk may have rolled back everything already.
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("rollback to block")
                self._connection.execute("release block")
            raise
        self._connection.execute("release block")

    def note(self, batch: Batch) -> None:
        """Keep what was taken in with one file."""
        self._connection.execute(
            "insert into batch (id, source, taken_at, report) values (?, ?, ?, ?)", batch
        )

    def add_seals(self, seals: Iterable[Seal]) -> int:
        """Add seals; one that is there already stays. Return how many were not."""
        return self._vouch("seal", "sealed_at", seals)

    def add_receipts(self, receipts: Iterable[Seal]) -> int:
        """Add receipts; one that is there already stays. Return how many were not."""
        return self._vouch("receipt", "received_at", receipts)

    def _vouch(self, table: str, moment: str, seals: Iterable[Seal]) -> int:
        # Of two that say the same the earlier one stays, so that order does not matter.
        return self._connection.executemany(
            f"insert into {table} "  # noqa: S608 # one of two names
            f"(commune, writer, length, last_id, key, signature, {moment}) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict (commune, writer, length, last_id, key) "
            f"do update set signature = excluded.signature, {moment} = excluded.{moment} "
            f"where (excluded.{moment}, excluded.signature) < ({moment}, signature)",
            seals,
        ).rowcount

    def seal_anew(self, seals: Iterable[Seal]) -> None:
        """Add seals of chains that are all one's own; they replace those of their beginnings."""
        seals = [*seals]
        self._connection.executemany(
            "delete from seal where commune = ? and writer = ? and key = ? and length < ?",
            [(each.commune, each.writer, each.key, each.length) for each in seals],
        )
        self.add_seals(seals)

    def say(self, about: Mapping[str, str]) -> None:
        """Note what the file says of itself."""
        self._connection.executemany(
            "insert into meta (key, value) values (?, ?) "
            "on conflict (key) do update set value = excluded.value",
            about.items(),
        )

    def is_worked_on(self) -> None:
        """Have the file say that it is a working file now, whatever it was made for."""
        # Who made the package it began with has nothing to do with what is written now.
        self._connection.execute(
            "delete from meta where key = 'made_by' and exists "
            "(select 1 from meta where key = 'kind' and value <> 'working')"
        )
        self._connection.execute(
            "update meta set value = 'working' where key = 'kind' and value <> 'working'"
        )

    def keep(self, blobs: Iterable[Blob]) -> int:
        """Add bytes under their hashes; what is there stays, and what was purged stays away.

        Returns:
            How many were not there.
        """
        return self._connection.executemany(
            "insert into blob (sha256, size, media_type, bytes) values (?, ?, ?, ?) "
            "on conflict (sha256) do nothing",
            ((each.sha256, len(each.data or b""), each.media_type, each.data) for each in blobs),
        ).rowcount

    def purge(self, sha256: str) -> None:
        """Take bytes away for good; their hash stays and keeps them away."""
        # Else SQLite would only mark their pages as free.
        self._connection.execute("pragma secure_delete = on")
        self._connection.execute(
            "insert into blob (sha256, size, media_type, bytes) values (?, 0, '', null) "
            "on conflict (sha256) do update set bytes = null",
            (sha256,),
        )


def _insert(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    connection.executemany(
        "insert into record (commune, writer, sequence, id, body) values (?, ?, ?, ?, ?)", entries
    )


def _is_cut(path: Path, head: bytes) -> bool:
    """Return whether the end of a file is missing, as after a copy that was broken off.

    SQLite itself takes a page that is there in part for one that ends in zeros. While
    there is a journal the file is being written, or waits to be mended by it.
    """
    if path.with_name(path.name + "-journal").exists():
        return False
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    counts = head[24:28] == head[92:96]  # else an old SQLite wrote it, and left no count
    return len(head) < _HEAD or (
        counts and path.stat().st_size < pages * (page if page > 1 else 65_536)
    )


def refuse_journal(journal: Path, size: int, name: str | Path) -> None:
    """Refuse a journal that would do more than put back pages of its own file.

    One that names a further journal makes SQLite delete the file of that name; one that
    says how large the file once was can make it grow to any size.

    Args:
        journal: The journal; it is there.
        size: Bytes of the file.
        name: Of the file, as people know it.

    Raises:
        ReadinessError: It would.
    """
    with journal.open("rb") as held:
        head = held.read(28)
        length = held.seek(0, os.SEEK_END)
        held.seek(max(0, length - len(_JOURNAL_MAGIC)))
        names_another = held.read() == _JOURNAL_MAGIC
    room = size + length
    pages, page = int.from_bytes(head[16:20], "big"), int.from_bytes(head[24:28], "big")
    if names_another or pages * page > room:
        raise ReadinessError(ErrorCode.VET_JOURNAL, path=name)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        sqlite_uri(path.absolute(), mode), uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )
    try:
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma recursive_triggers = on")
        connection.execute("pragma synchronous = full")
    except BaseException:
        connection.close()
        raise
    return connection


def flush_folder(folder: Path) -> None:
    """Flush a folder, so that a new name in it survives a power cut.

    Windows and some network drives cannot; there, as in SQLite itself, it is left.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def entry_of(body: str, commune: str, writer: str, sequence: int) -> Entry:
    """Return the entry for a canonical body, with its id."""
    return Entry(commune, writer, sequence, record_id(body), body)
