"""An audit file is whole or refused with a sentence, and an append is all or nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from audit import file as audit_file
from audit import schema
from audit.file import AuditFile, ChainEnd, Entry, entry_of, sqlite_uri
from audit.record import digest
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUND = "d" + "0" * 32
WRITER = "w" + "1" * 32
BIG = 100_000
"""Bytes of an entry that needs pages of its own."""


def entry(
    number: int, *, commune: str = "26368", writer: str = WRITER, text: str = "", size: int = 0
) -> Entry:
    """Return the entry at a place of a chain; what it says does not matter to a file."""
    body = json.dumps({"value": text or number, "filler": "x" * size}, ensure_ascii=False)
    return entry_of(body, commune, writer, number)


def entries(count: int, *, commune: str = "26368", writer: str = WRITER) -> list[Entry]:
    return [entry(number, commune=commune, writer=writer) for number in range(1, count + 1)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where an audit file with three records is."""
    at = tmp_path / "dot-1.audit"
    AuditFile.create(at, entries(3)).close()
    return at


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for another program."""
    monkeypatch.setattr(audit_file, "WAIT_SECONDS", 0.0)


@contextmanager
def refused(code: ErrorCode, path: Path) -> Iterator[None]:
    """Expect a sentence that names the file."""
    with pytest.raises(ReadinessError) as caught:
        yield
    assert [message.code for message in caught.value.messages] == [code]
    assert str(path) in str(caught.value)


def use(path: Path) -> None:
    """Do all that reads a file."""
    with AuditFile.open(path) as file:
        file.entries()
        list(file.by_commune())
        file.digest()
        file.damage()
        file.chain_end("26368", WRITER)
        file.holds("r", "26368", WRITER, 1)


def append(path: Path, *new: Entry) -> None:
    with AuditFile.open(path, write=True) as file, file.appending() as appender:
        appender.append(new)


# Create, append, read


def test_a_new_file_holds_what_it_was_made_with(tmp_path: Path) -> None:
    made = entries(3)

    with AuditFile.create(tmp_path / "new.audit", iter(made)) as file:
        assert file.entries() == made
        assert file.is_writable
        assert file.damage() == []

    assert [each.name for each in tmp_path.iterdir()] == ["new.audit"]


def test_what_was_appended_is_there_after_opening_again(path: Path) -> None:
    append(path, entry(4), entry(1, commune=""))

    with AuditFile.open(path) as file:
        assert file.entries("26368") == entries(4)
        assert file.entries("") == [entry(1, commune="")]
        assert file.entries("00001") == []
        assert file.digest() == digest(each.id for each in file.entries())
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_each_commune_comes_once_with_all_its_records(path: Path) -> None:
    append(path, *entries(2, commune="26041"), *entries(2, writer="w" + "2" * 32))

    with AuditFile.open(path) as file:
        held = dict(file.by_commune())

        assert {code: len(of) for code, of in held.items()} == {"26041": 2, "26368": 5}
        assert [each for code in sorted(held) for each in held[code]] == file.entries()


def test_a_chain_ends_at_its_last_place_and_of_a_fork_at_the_greater_id(path: Path) -> None:
    fork = [entry(4, text="one"), entry(4, text="other")]

    append(path, *fork)

    with AuditFile.open(path) as file:
        assert file.chain_end("26368", WRITER) == ChainEnd(4, max(each.id for each in fork))
        assert file.chain_end("26368", "w") is None
        assert file.chain_end("26041", WRITER) is None
        assert all(file.holds(each.id, "26368", WRITER, 4) for each in fork)
        assert not file.holds(fork[0].id, "26368", WRITER, 3)


def test_two_who_write_at_once_both_succeed_and_no_place_is_taken_twice(path: Path) -> None:
    def write() -> None:
        with AuditFile.open(path, write=True) as file:
            for _time in range(25):
                with file.appending() as appender:
                    end = appender.chain_end("26368", WRITER)
                    assert end is not None
                    appender.append([entry(end.sequence + 1)])

    threads = [threading.Thread(target=write) for _writer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with AuditFile.open(path) as file:
        assert [each.sequence for each in file.entries()] == list(range(1, 54))


# All or nothing


def test_a_record_that_is_there_already_takes_the_whole_append_with_it(path: Path) -> None:
    with refused(ErrorCode.FILE_TROUBLE, path):
        append(path, entry(4), entry(1))

    with AuditFile.open(path) as file:
        assert file.entries() == entries(3)


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, ValueError, SystemExit])
def test_what_stops_in_the_middle_leaves_the_file_as_it_was(
    path: Path, stopped: type[BaseException]
) -> None:
    before = path.read_bytes()

    def break_off() -> None:
        with AuditFile.open(path, write=True) as file, file.appending() as appender:
            appender.append([entry(4)])
            raise stopped

    with pytest.raises(stopped):
        break_off()

    assert path.read_bytes() == before
    append(path, entry(4))


def test_a_file_opened_for_reading_takes_nothing(path: Path) -> None:
    with (
        AuditFile.open(path) as file,
        refused(ErrorCode.FILE_READ_ONLY, path),
        file.appending() as appender,
    ):
        appender.append([entry(4)])


def broken_entries() -> Iterator[Entry]:
    yield entry(1)
    raise ValueError


def twice_the_same() -> Iterator[Entry]:
    yield entry(1)
    yield entry(1)


@pytest.mark.parametrize("source", [broken_entries, twice_the_same])
def test_a_file_that_cannot_be_made_leaves_nothing_behind(
    tmp_path: Path, source: Callable[[], Iterator[Entry]]
) -> None:
    with pytest.raises((ValueError, ReadinessError)):
        AuditFile.create(tmp_path / "new.audit", source())

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()

    with refused(ErrorCode.FILE_EXISTS, path):
        AuditFile.create(path, entries(1))

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    at = tmp_path / "new.audit"

    def slowly() -> Iterator[Entry]:
        yield entry(1)
        at.write_text("somebody else's", "utf-8")

    with refused(ErrorCode.FILE_EXISTS, at):
        AuditFile.create(at, slowly())

    assert at.read_text("utf-8") == "somebody else's"
    assert list(tmp_path.iterdir()) == [at]


def test_a_file_is_not_made_where_there_is_no_folder(tmp_path: Path) -> None:
    at = tmp_path / "no" / "such" / "new.audit"

    with refused(ErrorCode.FILE_FOLDER_MISSING, at):
        AuditFile.create(at, entries(1))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows calls such a file missing")
def test_a_name_the_system_does_not_take_is_refused(tmp_path: Path) -> None:
    at = tmp_path / ("x" * 300 + ".audit")

    with refused(ErrorCode.FILE_TROUBLE, at):
        AuditFile.open(at)
    with refused(ErrorCode.FILE_TROUBLE, at):
        AuditFile.create(at, entries(1))

    assert list(tmp_path.iterdir()) == []


# What is no audit file


def test_a_missing_file_is_refused_and_none_is_made(tmp_path: Path) -> None:
    for at in (tmp_path / "none.audit", tmp_path / "no" / "folder" / "none.audit"):
        for write in (False, True):
            with refused(ErrorCode.FILE_MISSING, at):
                AuditFile.open(at, write=write)

    assert list(tmp_path.iterdir()) == []


def test_a_file_cannot_be_below_a_file(path: Path) -> None:
    with refused(ErrorCode.FILE_MISSING, path / "below.audit"):
        AuditFile.open(path / "below.audit")
    with refused(ErrorCode.FILE_FOLDER_MISSING, path / "below.audit"):
        AuditFile.create(path / "below.audit", [])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with refused(ErrorCode.FILE_IS_FOLDER, tmp_path):
        AuditFile.open(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"SQLite", b"Kh\xc3\xb4ng ph\xe1\xba\xa3i", b"\x00" * 5000, b"PK\x03\x04"]
)
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    at = tmp_path / "thu.audit"
    at.write_bytes(content)

    for write in (False, True):
        with refused(ErrorCode.FILE_NOT_AUDIT, at):
            AuditFile.open(at, write=write)

    assert at.read_bytes() == content
    assert list(tmp_path.iterdir()) == [at]


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    at = tmp_path / "other.audit"
    with closing(sqlite3.connect(at)) as other:
        other.execute("create table record (x)")
    before = at.read_bytes()

    for write in (False, True):
        with refused(ErrorCode.FILE_NOT_AUDIT, at):
            AuditFile.open(at, write=write)

    assert at.read_bytes() == before


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"pragma user_version = {schema.VERSION + 1}")
    before = path.read_bytes()

    for write in (False, True):
        with refused(ErrorCode.FILE_NEWER, path):
            AuditFile.open(path, write=write)

    assert path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    at = tmp_path / "pipe.audit"
    os.mkfifo(at)

    with refused(ErrorCode.FILE_NOT_AUDIT, at):
        AuditFile.open(at)


# Damage


@pytest.mark.parametrize("missing", [1, 100, 4095, 4096, 50_000, 100_000])
def test_a_copy_that_was_broken_off_is_refused(path: Path, missing: int) -> None:
    append(path, *(entry(number, size=3_000) for number in range(4, 40)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-missing])

    for write in (False, True):
        with refused(ErrorCode.FILE_DAMAGED, path):
            AuditFile.open(path, write=write)

    path.write_bytes(whole)
    use(path)


@pytest.mark.parametrize("length", [16, 50, 99, 100, 101, 4000, 4096])
def test_a_stub_of_a_file_is_refused(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])

    with refused(ErrorCode.FILE_DAMAGED, path):
        AuditFile.open(path)


def test_whatever_bytes_are_exchanged_there_is_a_sentence_and_no_traceback(path: Path) -> None:
    append(path, *(entry(number, size=300) for number in range(4, 100)))
    whole = path.read_bytes()
    dice = Random(1)  # noqa: S311 # the same bytes each time

    said = set()
    for _time in range(150):
        spoilt = bytearray(whole)
        for _byte in range(dice.choice([1, 3, 30])):
            page = 4096 * dice.randrange(len(whole) // 4096)
            place = dice.choice([dice.randrange(100), page + dice.randrange(100)])
            spoilt[place] = dice.randrange(256)
        path.write_bytes(spoilt)
        try:
            use(path)
        except ReadinessError as error:
            said |= {message.code for message in error.messages}

    assert ErrorCode.FILE_DAMAGED in said


@pytest.mark.parametrize("spoilt", ["body", "id", "commune", "writer"])
def test_a_value_that_is_no_text_is_damage(path: Path, spoilt: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("drop trigger record_is_never_changed")
        other.execute(f"update record set {spoilt} = cast(x'ff41' as text) where sequence = 2")  # noqa: S608
        other.commit()

    with refused(ErrorCode.FILE_DAMAGED, path), AuditFile.open(path) as file:
        file.entries()
        file.digest()


# Other programs, disks and rights


def test_a_file_that_another_program_holds_is_refused(path: Path, impatient: None) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("begin exclusive")

        for write in (False, True):
            with refused(ErrorCode.FILE_BUSY, path):
                AuditFile.open(path, write=write)


def test_an_append_that_another_program_holds_up_changes_nothing(
    path: Path, impatient: None
) -> None:
    with AuditFile.open(path, write=True) as file, closing(sqlite3.connect(path)) as other:
        other.execute("begin immediate")
        with refused(ErrorCode.FILE_BUSY, path), file.appending() as appender:
            appender.append([entry(4)])
        other.rollback()

        assert file.entries() == entries(3)
        with file.appending() as appender:
            appender.append([entry(4)])
        assert file.entries() == entries(4)


def test_an_append_that_cannot_be_finished_is_taken_back(path: Path, impatient: None) -> None:
    with AuditFile.open(path, write=True) as file, closing(sqlite3.connect(path)) as reader:
        reader.execute("begin")
        reader.execute("select * from record").fetchone()
        with refused(ErrorCode.FILE_BUSY, path), file.appending() as appender:
            appender.append([entry(4)])
        reader.rollback()

        assert file.entries() == entries(3)


def test_an_append_to_a_full_disk_changes_nothing(path: Path) -> None:
    with AuditFile.open(path, write=True) as file:
        (pages,) = file._connection.execute("pragma page_count").fetchone()
        file._connection.execute(f"pragma max_page_count = {pages}")
        with refused(ErrorCode.FILE_DISK_FULL, path), file.appending() as appender:
            appender.append([entry(4)])
            appender.append([entry(5, size=BIG)])

        assert file.entries() == entries(3)
        assert file.damage() == []


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Lay a small disk in memory over a folder; only root may, and not everywhere."""
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        pytest.skip("needs root on Linux to lay a small disk over a folder")
    command = [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607


def test_a_disk_that_is_really_full_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    with mounted(tmp_path, "size=512k"):
        at = tmp_path / "dot-1.audit"
        AuditFile.create(at, entries(3)).close()
        with refused(ErrorCode.FILE_DISK_FULL, at):
            append(at, entry(4), entry(5, size=1_000_000))
        with refused(ErrorCode.FILE_DISK_FULL, tmp_path / "two.audit"):
            AuditFile.create(tmp_path / "two.audit", [entry(1, size=1_000_000)])

        assert list(tmp_path.iterdir()) == [at]
        with AuditFile.open(at) as file:
            assert file.entries() == entries(3)
            assert file.damage() == []
        append(at, entry(4))


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Make a file and its folder read-only: by its rights, or for root by the disk."""
    if sys.platform == "win32":
        pytest.skip("rights of folders are another matter on Windows")
    if os.geteuid() == 0:
        content = path.read_bytes() if path.exists() else None
        with mounted(path.parent, "size=1m"):
            if content is not None:
                path.write_bytes(content)
            command = ["mount", "-o", "remount,ro", str(path.parent)]
            subprocess.run(command, check=True)  # noqa: S603
            yield
        return
    if path.exists():
        path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        yield
    finally:
        path.parent.chmod(0o755)


def test_a_read_only_file_can_be_read_and_not_written(path: Path) -> None:
    with read_only(path):
        with AuditFile.open(path) as file:
            assert file.entries() == entries(3)
            assert file.damage() == []
        with refused(ErrorCode.FILE_READ_ONLY, path):
            AuditFile.open(path, write=True)


def test_no_file_is_made_in_a_read_only_folder(tmp_path: Path) -> None:
    at = tmp_path / "new.audit"

    with read_only(at):
        with refused(ErrorCode.FILE_READ_ONLY, at):
            AuditFile.create(at, entries(1))

        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may read it all the same"
)
def test_a_file_one_may_not_read_is_refused(path: Path) -> None:
    path.chmod(0)

    with refused(ErrorCode.FILE_CANNOT_OPEN, path):
        AuditFile.open(path)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "đợt 1 – xã Hiệp Hòa.audit",
        "a#b?mode=memory&c.audit",
        "100%25.audit",
        'it\'s "quoted"; drop table record.audit',
        "file:x.audit",
        ":memory:",
        "-.audit",
        "no ending",
        "‮ngược.audit",
        pytest.param(
            os.fsdecode(b"not-utf8-\xff.audit"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names"),
        ),
    ],
)
def test_any_name_the_system_takes_is_a_name_for_a_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "thư mục #1 100% ?"
    folder.mkdir()
    if sys.platform == "win32" and set('<>:"|?*') & set(name + folder.name):
        pytest.skip("Windows has no such names")

    AuditFile.create(folder / name, entries(1)).close()
    append(folder / name, entry(2))

    assert [each.name for each in folder.iterdir()] == [name]
    with AuditFile.open(folder / name) as file:
        assert file.entries() == entries(2)


def test_a_relative_path_is_one_from_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)

    append(Path(path.name), entry(4))

    with AuditFile.open(path) as file:
        assert file.entries() == entries(4)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/a b/c#1.audit"), "file:///a%20b/c%231.audit?mode=ro"),
        (PureWindowsPath("D:/Đợt/1.audit"), "file:///D:/%C4%90%E1%BB%A3t/1.audit?mode=ro"),
        (PureWindowsPath("//may-chu/chung/1.audit"), "file:////may-chu/chung/1.audit?mode=ro"),
    ],
    ids=["Linux", "drive", "share"],
)
def test_sqlite_is_given_every_kind_of_path_in_its_own_form(
    path: PurePosixPath | PureWindowsPath, uri: str
) -> None:
    assert sqlite_uri(path, "ro") == uri


# The inside


def test_the_inside_is_what_the_schema_says(path: Path) -> None:
    with closing(sqlite3.connect(path)) as inside:
        held = {
            kind: {
                name
                for (name,) in inside.execute(
                    "select name from sqlite_master where type = ?", [kind]
                )
            }
            for kind in ("table", "trigger", "view")
        }
        strict = {
            name
            for name, is_strict in inside.execute("select name, strict from pragma_table_list")
            if is_strict
        }

        assert held["table"] == {*schema.TABLES, "_sqlite_migrations"}
        assert held["trigger"] == set(schema.TRIGGERS)
        assert held["view"] == set(schema.VIEWS)
        assert strict == set(schema.TABLES)
        assert inside.execute("pragma application_id").fetchone() == (schema.APPLICATION_ID,)
        assert inside.execute("pragma user_version").fetchone() == (schema.VERSION,)
        assert inside.execute("pragma journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize(
    "statement", ["update record set body = 'x'", "delete from record", "update record set id = id"]
)
def test_another_tool_cannot_change_a_record_by_a_slip(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(statement)


@pytest.mark.parametrize(
    "statements",
    [
        "create trigger t before insert on record begin select raise(ignore); end",
        "create trigger t after insert on meta begin select 1; end",
        "drop trigger record_is_never_changed; create trigger record_is_never_changed"
        " before insert on record begin select raise(ignore); end",
        "alter table record rename to hidden; create view record as select * from hidden",
        "alter table record add column more text",
    ],
)
def test_a_file_in_which_something_else_acts_is_refused(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript(statements)

    for write in (False, True):
        with refused(ErrorCode.FILE_ALTERED, path):
            AuditFile.open(path, write=write)


def test_what_another_tool_adds_beside_the_records_does_no_harm(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript("create table notes (x); drop trigger record_is_never_changed")

    append(path, entry(4))


def test_a_forged_end_of_a_chain_does_not_stop_its_writer(path: Path) -> None:
    append(path, entry(2**62))

    with AuditFile.open(path) as file:
        end = file.chain_end("26368", WRITER)

    assert end is not None
    assert end.sequence == 3


def test_people_can_read_the_records_in_another_tool(tmp_path: Path) -> None:
    at = tmp_path / "dot-1.audit"
    said: list[dict[str, Any]] = [
        {"kind": "answer", "subject": "counters", "basis": "verified", "value": 4, "replaces": []},
        {"kind": "answer", "subject": "counters", "basis": "verified", "value": 6, "replaces": []},
        {"kind": "answer", "subject": "scanners", "basis": "verified", "value": 1, "replaces": []},
        {"kind": "void", "subject": "void", "basis": "verified", "replaces": []},
    ]
    chain: list[Entry] = []
    for number, content in enumerate(said, 1):
        if number == 2:
            content["replaces"] = [chain[0].id]
        if number == 4:
            content["value"] = {"records": [chain[2].id]}
        body = json.dumps({**content, "author": {"key": "k", "name": "Trần Thị Bình"}})
        chain.append(entry_of(body, "26368", WRITER, number))
    AuditFile.create(at, chain).close()

    with closing(sqlite3.connect(at)) as other:
        rows = other.execute("select commune, subject, value, author from records").fetchall()
        heads = other.execute("select value from heads where kind = 'answer'").fetchall()

    assert rows[0] == ("26368", "counters", 4, "Trần Thị Bình")
    assert len(rows) == 4
    assert heads == [(6,)]


def test_an_older_file_is_brought_up_to_date_when_it_is_opened_for_writing(tmp_path: Path) -> None:
    at = tmp_path / "old.audit"
    with closing(sqlite3.connect(at)) as old:
        old.execute(f"pragma application_id = {schema.APPLICATION_ID}")

    with AuditFile.open(at, write=True) as file:
        assert file.entries() == []
        assert file.damage() == []

    append(at, entry(1))
    with closing(sqlite3.connect(at)) as inside:
        assert inside.execute("pragma user_version").fetchone() == (schema.VERSION,)


def test_a_write_ahead_log_that_another_tool_turned_on_is_turned_off_again(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("pragma journal_mode = wal")
        use(path)

    append(path, entry(4))

    assert list(path.parent.iterdir()) == [path]
    with AuditFile.open(path) as file:
        assert file.entries() == entries(4)


def test_a_journal_that_names_another_file_is_not_followed(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    name = str(victim).encode()
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(
        b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
        + bytes(504)
        + (2**30 // 4096 + 1).to_bytes(4, "big")
        + name
        + len(name).to_bytes(4, "big")
        + (sum(name) & 0xFFFFFFFF).to_bytes(4, "big")
        + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    )

    with pytest.raises(ReadinessError) as caught:
        AuditFile.open(path, write=True)

    assert [message.code for message in caught.value.messages] == [ErrorCode.VET_JOURNAL]
    assert victim.read_text() == "precious"
