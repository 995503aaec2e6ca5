"""A file from outside is refused with a sentence, or all of it is known to be right."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import sys
import time
import unicodedata
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from audit import foreign, schema
from audit import vet as vetting
from audit.body import COMPOSED, read_body, read_plain
from audit.chain import Said, row_of
from audit.documents import MOST_BYTES
from audit.file import AuditFile, Blob, ChainEnd, Entry, entry_of
from audit.fold import round_id_of
from audit.package import Kind
from audit.pen import Draft
from audit.record import canonical, digest
from audit.seal import RECEIPT, CheckCode, Signer
from criteria.errors import ReadinessError
from criteria.language import choose
from tests.strangers import (
    AT,
    AUDITOR,
    COMMUNE,
    OFFICE,
    PHOTO,
    PHOTO_HASH,
    PHOTO_VALUE,
    ROUND,
    WRITER,
    answers,
    chain,
    editing,
    found,
    good_entries,
    hand_in,
    opening,
    outcome,
    rewritten,
    seals_of,
    traces,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_english() -> None:
    choose("en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a good hand-in is."""
    return hand_in(tmp_path / "Xã Mỹ #1 50%?.audit")


def changed_body(number: int, **changed: Any) -> Entry:
    """Return a record of the good file with other fields, at its place, under its new id."""
    held = good_entries()[number]
    body = json.dumps(
        {**json.loads(held.body), **changed},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return entry_of(body, held.commune, held.writer, held.sequence)


def with_last(entry: Entry) -> list[Entry]:
    return [*good_entries()[:-1], entry]


def test_a_hand_in_is_taken_without_a_remark(path: Path) -> None:
    entries = good_entries()

    vetted = outcome(path)

    assert not isinstance(vetted, str), vetted
    assert vetted.findings == ()
    assert vetted.entries == sorted(entries)
    assert sorted(vetted.seals) == sorted(seals_of(entries))
    assert (vetted.kind, vetted.round_id) == (Kind.HAND_IN, ROUND)
    assert vetted.hashes == {PHOTO_HASH: len(PHOTO)}
    assert vetted.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert vetted.check_code == CheckCode.of(digest(e.id for e in entries), [PHOTO_HASH])
    assert vetted.authors[AUDITOR.fingerprint] == "Trần Thị Bình"
    assert vetted.chains[COMMUNE] == {WRITER: 10}


def test_a_file_is_read_and_nothing_of_it_or_beside_it_changes(path: Path) -> None:
    path.chmod(0o444)
    before = traces(path.parent)

    outcome(path)

    assert traces(path.parent) == before


def test_large_files_are_read_from_a_copy_with_the_same_result(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = outcome(path)
    monkeypatch.setattr(foreign, "IN_MEMORY", 10)
    before = traces(path.parent)

    large = outcome(path)

    assert not isinstance(small, str)
    assert not isinstance(large, str)
    assert (large.entries, large.sha256, large.findings) == (
        small.entries,
        small.sha256,
        small.findings,
    )
    assert traces(path.parent) == before


# What is no sound SQLite file, or not ours.


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_NOT_AUDIT"),
        (b"SQLite format 3", "FILE_NOT_AUDIT"),
        (b"SQLite format 3\x00", "VET_CUT"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "VET_CUT"),
        (b"PK\x03\x04", "FILE_NOT_AUDIT"),
    ],
    ids=["empty", "half the magic", "the magic alone", "rubbish", "zip"],
)
def test_what_is_no_database_is_refused(data: bytes, code: str) -> None:
    assert outcome(data) == code


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("create table record (id)")

    assert outcome(path) == "FILE_NOT_AUDIT"


def test_a_file_that_was_not_copied_to_its_end_is_refused(path: Path) -> None:
    data = path.read_bytes()

    for size in (len(data) - 1, len(data) // 2, 4096, 150):
        assert outcome(data[:size]) == "VET_CUT"


def test_pages_of_one_moment_among_those_of_another_are_refused(path: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.audit"
    later.write_bytes(path.read_bytes())
    with AuditFile.open(later, write=True) as file, file.appending() as appender:
        appender.append(chain(answers(60), after=good_entries()))
    before, after = path.read_bytes(), later.read_bytes()

    refused = 0
    for page in range(0, len(after), 4096):
        mixed = after[:page] + before[page : page + 4096].ljust(4096, b"\0") + after[page + 4096 :]
        result = outcome(mixed)
        refused += isinstance(result, str)
        if not isinstance(result, str):
            assert set(good_entries()) <= set(result.entries)

    assert refused


def test_a_database_of_utf_16_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.audit"
    with closing(sqlite3.connect(path)) as other:
        other.execute("pragma encoding = 'UTF-16le'")
        for sql in (*schema.TABLES.values(), *schema.TRIGGERS.values()):
            other.execute(sql)
        other.execute(f"pragma application_id = {schema.APPLICATION_ID}")
        other.execute(f"pragma user_version = {schema.VERSION}")

    assert outcome(path) == "VET_ALTERED"


# What stands in place of our tables, or beside them.

ENDLESS = "with recursive r(n) as (select 1 union all select n + 1 from r) select "


@pytest.mark.parametrize(
    "sql",
    [
        "drop table record; create view record as "
        + ENDLESS
        + "'' as commune, '' as writer, n as sequence, '' as id, '' as body from r",
        "drop table record; create view record as select '' as commune, '' as writer, "
        "1 as sequence, '' as id, hex(zeroblob(400000000)) as body",
        "drop table record; create view record as select load_extension('x') as body",
        "drop table record; create virtual table record using fts5"
        "(commune, writer, sequence, id, body)",
        "drop table record; create table record (commune text not null, writer text not null, "
        "sequence integer not null, id text not null, "
        "body text generated always as (hex(zeroblob(400000000))))",
        "create trigger t after insert on meta begin delete from record; end",
        "create trigger t instead of insert on records begin select 1; end",
        "create table more (a)",
        "create view more as select 1",
        "create index i on record (body)",
        "create index i on meta (hex(zeroblob(length(key))))",
        "drop table seal",
        "drop table meta",
        "drop view records; create view records as " + ENDLESS + "n from r",
        "drop trigger if exists x; create trigger record_is_never_changed before update on record "
        "begin select 1; end",
    ],
    ids=range(15),
)
@pytest.mark.parametrize("version", [None, 99])
def test_what_is_not_our_table_is_refused_at_once(
    path: Path, sql: str, version: int | None
) -> None:
    with editing(path) as connection:
        connection.executescript(sql)
        if version is not None:
            connection.execute(f"pragma user_version = {version}")
    start = time.monotonic()

    result = outcome(path)

    assert time.monotonic() - start < 5
    if version is None or "table record" in sql or "view record" in sql.replace("records", ""):
        assert result in ("VET_ALTERED", "VET_DAMAGED", "VET_TOO_MUCH")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("primary key (commune, writer, sequence, id)", "primary key (id)"),
        ("body text not null", "body text not null check (length(hex(zeroblob(400000000))))"),
        ("body text not null", "body text not null collate nocase"),
        (") strict", ")       "),
    ],
)
def test_a_table_of_contents_that_was_edited_is_refused(path: Path, old: str, new: str) -> None:
    rewritten(path, "name = 'record'", old, new)

    assert outcome(path) in ("VET_ALTERED", "VET_DAMAGED")


def test_a_table_of_contents_full_of_names_is_refused(path: Path) -> None:
    with editing(path) as connection:
        for number in range(foreign.MOST_OBJECTS):
            connection.execute(f"create table t{number} (a)")

    assert outcome(path) == "VET_TOO_MUCH"


def test_a_file_without_the_guard_rails_and_views_is_taken(path: Path) -> None:
    with editing(path) as connection:
        connection.executescript("drop view heads; drop view records;")

    assert found(path) == []


def test_a_check_that_never_ends_is_stopped_by_the_clock(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "_SECONDS", -1000.0)
    monkeypatch.setattr(foreign, "_STEPS", 1)

    assert outcome(path) == "VET_TOO_SLOW"


def test_a_query_of_another_table_or_with_a_function_is_not_allowed(path: Path) -> None:
    with foreign.open_foreign("a", path, None) as opened:
        for sql in (
            "select id from batch",
            "select hex(id) from record",
            ENDLESS + "n from r",
            "select load_extension('x')",
            "attach ':memory:' as other",
            "pragma journal_mode = wal",
            "delete from record",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                opened._connection.execute(sql)


# Values that do not belong where they are.


@pytest.mark.parametrize(
    "sql",
    [
        "update record set body = cast(x'ff41' as text) where sequence = 3",
        "update record set commune = cast(x'ff' as text) where sequence = 3",
        "update record set sequence = 9000000000000000000 where sequence = 3",
        "update record set sequence = -1 where sequence = 3",
        "update record set sequence = 0 where sequence = 3",
        "update record set id = 'r' where sequence = 3",
        "update record set writer = 'other' where sequence = 3",
        "update record set commune = '00000' where sequence = 3",
        "update record set body = replace(body, 'field_2', 'field_3')",
        "update record set body = ' ' || body where sequence = 3",
        "update record set body = '' where sequence = 3",
        "update record set body = body || char(0) where sequence = 3",
        "delete from record",
        "update seal set signature = replace(signature, 'a', 'b')",
        "update seal set length = length - 1",
        "update seal set sealed_at = '2020-01-01'",
        "update seal set key = ''",
        "update seal set key = 'é'",
        "update seal set signature = 'x'",
        "update seal set last_id = (select id from record limit 1)",
        "insert into meta values ('x', hex(zeroblob(600)))",
    ],
)
def test_a_value_that_was_edited_is_refused(path: Path, sql: str) -> None:
    with editing(path) as connection:
        connection.execute(sql)

    assert isinstance(outcome(path), str)


@pytest.mark.parametrize(
    "sql",
    [
        "update record set sequence = 'abc' where sequence = 3",
        "update record set body = cast(body as blob) where sequence = 3",
        "update record set id = cast(id as blob) where sequence = 3",
        "update seal set length = 'many'",
        "update blob set bytes = 'text'",
        "update blob set size = x'00'",
    ],
)
def test_a_value_of_another_type_is_refused_or_means_the_same(path: Path, sql: str) -> None:
    rewritten(path, "name in ('record', 'seal', 'blob')", "strict", "      ")
    with editing(path) as connection:
        connection.execute(sql)
    rewritten(path, "name in ('record', 'seal', 'blob')", "      ", "strict")

    result = outcome(path)

    if not isinstance(result, str):
        assert result.entries == sorted(good_entries())


def test_the_words_of_damage_may_be_no_text_themselves(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b"CREATE TABLE record")
    data[at : at + 6] = b"\xff\xfe\xff\xfe\xff\xfe"

    assert isinstance(outcome(bytes(data)), str)


def test_more_rows_than_anybody_writes_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vetting, "MOST_RECORDS", 5)

    assert outcome(path) == "VET_TOO_MUCH"


def test_a_huge_value_is_refused_without_being_read(path: Path) -> None:
    with editing(path) as connection:
        connection.execute("update blob set bytes = zeroblob(300000000), size = 300000000")

    result = outcome(path)

    assert isinstance(result, str) or PHOTO_HASH not in result.hashes


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left"), "VET_NO_ROOM"),
        (OSError(errno.EIO, "Input/output error"), "VET_UNREADABLE"),
        (PermissionError(errno.EACCES, "Permission denied"), "VET_UNREADABLE"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "FILE_MISSING"),
        (sqlite3.OperationalError("database or disk is full"), "VET_NO_ROOM"),
        (sqlite3.DataError("string or blob too big"), "VET_TOO_MUCH"),
        (sqlite3.DatabaseError("not authorized"), "VET_DAMAGED"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), "VET_DAMAGED"),
        (OverflowError("too large"), "VET_DAMAGED"),
        (MemoryError(), "VET_TOO_MUCH"),
        (RecursionError(), "VET_TOO_MUCH"),
    ],
    ids=lambda held: held if isinstance(held, str) else type(held).__name__,
)
def test_whatever_goes_wrong_while_looking_is_a_refusal(error: Exception, code: str) -> None:
    with pytest.raises(ReadinessError) as refused, foreign.as_refusal("a.audit"):
        raise error

    assert refused.value.messages[0].code.name == code
    assert "a.audit" in str(refused.value)


# Bodies.


def body_of(**changed: Any) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(good_entries()[4].body)
    return {name: value for name, value in {**held, **changed}.items() if value != "absent"}


def compact(data: Any, **how: Any) -> str:
    return json.dumps(data, **{"ensure_ascii": False, "sort_keys": True, **how}).replace("\r", "")


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -5,
        10**30,
        "",
        "Tiếng Việt",
        'q"\\/\b\f\n\r\t\x01\x7f\u2028',
        "\n\u0303 after an escaped line",
        "\U0001f600",
        [],
        {},
        [1, {"b": None, "a": ["x"]}],
    ],
)
def test_every_value_that_the_program_writes_is_read(value: Any) -> None:
    (entry,) = chain([Draft("answer", COMMUNE, "x", value, raw="ping 1 ms")])

    assert read_body(entry.body, entry.body.encode())["previous"] == ""


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "1",
        '"x"',
        "{",
        "{}",
        "{" * 100_000,
        "[" * 100_000,
        json.dumps(body_of(), ensure_ascii=False, sort_keys=True),
        compact(body_of(), separators=(",", ":"), ensure_ascii=True).replace("EQ", "\\u0045Q"),
        compact(body_of(value=1.5), separators=(",", ":")),
        compact(body_of(value=1), separators=(",", ":")).replace('"value":1', '"value":1e2'),
        compact(body_of(value=1), separators=(",", ":")).replace('"value":1', '"value":-0'),
        compact(body_of(value=1), separators=(",", ":")).replace('"value":1', '"value":01'),
        compact(body_of(value=float("nan")), separators=(",", ":")),
        compact(body_of(value=float("inf")), separators=(",", ":")),
        compact(body_of(value=[1.0]), separators=(",", ":")),
        compact(body_of(value=1), separators=(",", ":")).replace(
            '"value":1', '"value":' + "9" * 1_000_000
        ),
        compact(body_of(value=1), separators=(",", ":")).replace('"value":1', '"value":"\\ud800"'),
        compact(body_of(value=1), separators=(",", ":")).replace('"v":1', '"v":1,"v":1'),
        compact(body_of(value=1), separators=(",", ":")).replace(
            '"value":1', '"value":1,"value":1'
        ),
        compact(body_of(value="e\u0302"), separators=(",", ":")),
        compact(body_of(value=["e\u0302"]), separators=(",", ":")),
        compact(body_of(value={"a": {"e\u0302": 1}}), separators=(",", ":")),
        compact(
            body_of(value="a" + "\u0301" * 100_000 + "\u0316" * 100_000), separators=(",", ":")
        ),
        compact(body_of(value={"b": 1, "a": 1}), separators=(",", ":"), sort_keys=False),
        compact(body_of(sequence=True), separators=(",", ":")),
        compact(body_of(sequence="3"), separators=(",", ":")),
        compact(body_of(sequence=0), separators=(",", ":")),
        compact(body_of(sequence=2**53), separators=(",", ":")),
        compact(body_of(v=0), separators=(",", ":")),
        compact(body_of(v="1"), separators=(",", ":")),
        compact(body_of(author="x"), separators=(",", ":")),
        compact(body_of(author={"key": 1, "name": ""}), separators=(",", ":")),
        compact(body_of(replaces="x"), separators=(",", ":")),
        compact(body_of(replaces=[1]), separators=(",", ":")),
        compact(body_of(subject=None), separators=(",", ":")),
        compact(body_of(reason="absent"), separators=(",", ":")),
        compact(body_of(raw=1), separators=(",", ":")),
        compact(body_of(round="absent"), separators=(",", ":")),
        compact(body_of(), separators=(",", ":")) + " ",
        compact(body_of(), separators=(",", ":")) + "{}",
        "\ufeff" + compact(body_of(), separators=(",", ":")),
    ],
    ids=range(44),
)
def test_a_body_that_no_record_has_is_refused_quickly(body: str) -> None:
    start = time.monotonic()

    with pytest.raises(ValueError, match=r"."):
        read_body(body, body.encode())

    assert time.monotonic() - start < 2


def plain_bodies() -> list[str]:
    """Return records of one chain that one glance is enough for."""
    values: tuple[Any, ...] = (True, 0, -5, "", "Tiếng Việt", "\x7f\u2028", "[1,2]", None)
    return [
        compact(body_of(value=value, sequence=place, **more), separators=(",", ":"))
        for place, value in enumerate(values, 1)
        for more in ({}, {"raw": "ping"}, {"replaces": ["ra"]}, {"replaces": ["ra", "rb"]})
    ]


def test_one_glance_at_a_chain_finds_what_a_look_at_each_record_finds() -> None:
    raws = [body.encode() for body in plain_bodies()]
    read = [read_body(raw.decode(), raw) for raw in raws]

    seen = read_plain(COMMUNE, WRITER, raws)

    assert seen is not None
    assert seen.said == Said.of(map(row_of, read))
    assert [*seen.previous] == [said["previous"] for said in read]
    assert [*seen.sequences] == [str(said["sequence"]) for said in read]
    assert seen.rounds == {ROUND}
    assert seen.authors == {AUDITOR.fingerprint: "Trần Thị Bình"}
    assert read_plain("00001", WRITER, raws) is None


def test_one_glance_never_takes_what_a_look_at_each_record_refuses() -> None:
    dice = Random(4)  # noqa: S311 # the same each time
    raws = [body.encode() for body in plain_bodies()]
    pieces = [b"", b'"', b",", b"\\", b"\n", b"\x00", b"0", b"-", b"1", b"{", b"}", b"[", b"]"]
    pieces += [b'""', b'"a":1,', b'","', b"\xff", b"\xcc\x82", b"e\xcc\x82", b" ", b".5", b"null"]
    taken = 0
    for _turn in range(20_000):
        raw = dice.choice(raws)
        at = dice.randrange(len(raw) + 1)
        altered = raw[:at] + dice.choice(pieces) + raw[at + dice.randrange(3) :]
        seen = read_plain(COMMUNE, WRITER, [raws[0], altered, raws[1]])
        if seen is not None:
            taken += 1
            read = row_of(read_body(altered.decode(), altered))
            assert tuple(column[1] for column in seen.said) == read

    assert taken > 1000


def test_no_text_of_letters_taken_for_composed_could_be_composed_further() -> None:
    pieces = [unicodedata.decomposition(chr(code)) for code in range(sys.maxunicode + 1)]
    joining = {
        chr(int(code, 16)) for each in pieces if "<" not in each for code in each.split()[1:]
    }
    joining |= {*map(chr, range(0x1160, 0x1200))}  # parts of Hangul, which no table lists

    for letter in COMPOSED:
        assert unicodedata.normalize("NFC", letter) == letter
        assert unicodedata.combining(letter) == 0
        assert letter not in joining


def test_one_glance_refuses_records_that_are_whole_only_together() -> None:
    first, second = (body.encode() for body in plain_bodies()[:2])

    assert read_plain(COMMUNE, WRITER, [first + b"\n" + second]) is None
    assert read_plain(COMMUNE, WRITER, [first[:50], first[50:]]) is None
    assert read_plain(COMMUNE, WRITER, [first[:50], first[51:] + b"\n" + second, second]) is None
    assert read_plain(COMMUNE, WRITER, [b"x", first + second]) is None


@pytest.mark.parametrize("depth", [40, 150, 500, 5_000, 100_000])
def test_a_value_nested_too_deep_is_refused(depth: int) -> None:
    for left, right in (("[", "]"), ('{"a":', "}")):
        body = compact(body_of(value=1), separators=(",", ":")).replace(
            '"value":1', f'"value":{left * depth}1{right * depth}'
        )
        with pytest.raises(ValueError, match=r"."):
            read_body(body, body.encode())


def test_a_body_larger_than_anybody_writes_is_refused(tmp_path: Path) -> None:
    long = changed_body(-1, value="x" * (vetting.MOST_BODY + 1))

    assert outcome(hand_in(tmp_path / "a.audit", with_last(long))) == "VET_TOO_MUCH"


def test_values_of_more_parts_than_memory_holds_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vetting, "read_body", None)
    monkeypatch.setattr(vetting, "read_plain", None)
    of_commune = entry_of(canonical({"value": [[]] * vetting.MOST_PARTS}), COMMUNE, WRITER, 1)
    of_round = entry_of(canonical({"value": [[]] * vetting.MOST_ROUND_PARTS}), "", WRITER, 1)

    for number, entry in enumerate((of_commune, of_round)):
        path = hand_in(tmp_path / f"{number}.audit", [entry], seals=[], blobs=[])
        assert outcome(path) == "VET_TOO_MUCH"


def test_of_what_is_stated_only_what_merging_needs_is_kept(tmp_path: Path) -> None:
    large = Draft("note", COMMUNE, "EQ-01/note", ["x" * 1000] * 100)

    for number, drafts in enumerate((answers(), [*answers(), large])):
        vetted = outcome(hand_in(tmp_path / f"{number}.audit", [*opening(), *chain(drafts)]))
        assert not isinstance(vetted, str)
        said = [chain.said for chain in vetted.records if chain.said is not None]
        assert sum(len(each.v) for each in said) == len(drafts)
        assert not {"value", "raw", "reason"} & {*Said._fields}
        assert "x" * 1000 not in repr(said)


def test_what_is_remembered_of_rounds_is_limited_in_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vetting, "_REMEMBERED", {})
    monkeypatch.setattr(vetting, "_MOST_REMEMBERED", 20_000)
    drafts = [Draft("note", "", "x", "y" * size) for size in (6_000, 6_000, 6_000, 30_000)]

    outcome(hand_in(tmp_path / "a.audit", [*opening(), *chain(drafts)], seals=[]))

    assert 0 < sum(len(held.raw) for held in vetting._REMEMBERED.values()) < 10_000


def test_more_records_of_one_commune_than_any_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hand_in(tmp_path / "a.audit")
    monkeypatch.setattr(vetting, "MOST_OF_COMMUNE", 9)

    assert outcome(path) == "VET_TOO_MUCH"


def test_a_field_of_a_later_version_is_kept(tmp_path: Path) -> None:
    entries = with_last(changed_body(-1, zone="Asia/Ho_Chi_Minh"))

    vetted = outcome(hand_in(tmp_path / "a.audit", entries))

    assert not isinstance(vetted, str), vetted
    assert vetted.entries == sorted(entries)


def test_records_of_a_later_format_and_of_unknown_kinds_are_kept_and_told(tmp_path: Path) -> None:
    later = changed_body(-1, v=2, subject=["a list now"], author="absent")
    path = hand_in(tmp_path / "a.audit", with_last(later))

    vetted = outcome(path)

    assert not isinstance(vetted, str), vetted
    assert later in vetted.entries
    assert "VET_RECORDS_NEWER" in [message.code.name for message in vetted.findings]
    assert found(hand_in(tmp_path / "b.audit", with_last(changed_body(-1, kind="poem")))) == [
        "VET_KIND",
        "VET_BLOB_UNNAMED",
    ]


def test_a_file_of_a_newer_version_is_kept_as_long_as_its_tables_can_be_read(path: Path) -> None:
    with editing(path) as connection:
        connection.executescript(
            "pragma user_version = 2; create table more (a); "
            "alter table blob add column thumbnail blob; drop table batch;"
        )

    assert found(path) == ["VET_NEWER"]
    with editing(path) as connection:
        connection.execute("alter table record rename column body to text")
    assert outcome(path) == "VET_ALTERED"


def test_a_file_of_an_older_version_may_lack_what_that_version_had_not(path: Path) -> None:
    with editing(path) as connection:
        connection.executescript(
            "pragma user_version = 0; drop table receipt; drop table seal; drop table meta;"
        )

    assert found(path) == ["VET_RAW_COPY", "VET_OLDER"]


# Rounds and chains.


def test_records_of_two_rounds_are_refused(tmp_path: Path) -> None:
    other = round_id_of(OFFICE.fingerprint, "1" * 32)
    stray = chain(answers(1), writer="w" + "2" * 32, round_id=other)
    entries = [*good_entries(), *stray]

    assert outcome(hand_in(tmp_path / "a.audit", entries, seals=[])) == "FILE_TWO_ROUNDS"


def test_a_file_without_any_record_is_refused(tmp_path: Path) -> None:
    assert outcome(hand_in(tmp_path / "a.audit", [])) == "VET_EMPTY"


def test_a_commune_without_its_round_is_told(tmp_path: Path) -> None:
    assert "VET_NO_ROUND" in found(hand_in(tmp_path / "a.audit", chain(answers())))


def test_only_the_key_that_fits_the_round_opens_it(tmp_path: Path) -> None:
    entries = [*opening(signer=AUDITOR), *chain(answers())]

    assert "VET_NO_ROUND" in found(hand_in(tmp_path / "a.audit", entries, seals=[]))


@pytest.mark.parametrize("missing", [2, 5])
def test_a_chain_with_a_gap_is_refused_and_says_what_to_do(tmp_path: Path, missing: int) -> None:
    entries = good_entries()
    del entries[missing]
    path = hand_in(tmp_path / "a.audit", entries)

    assert outcome(path) == "VET_GAP"
    with pytest.raises(Exception, match="send it again with “readiness send”"):
        outcome_raised(path)


def test_what_two_files_hold_that_are_taken_is_taken_together(tmp_path: Path) -> None:
    first = chain(answers()[:1])
    behind = [changed_body(3, previous="r" + "0" * 64)]

    hand_in(tmp_path / "a.audit", [*opening(), *first])
    hand_in(tmp_path / "b.audit", [*opening(), *behind])

    assert not isinstance(outcome(tmp_path / "a.audit"), str)
    assert outcome(tmp_path / "b.audit") == "VET_GAP"


def test_a_record_that_continues_another_one_is_refused(tmp_path: Path) -> None:
    entries = good_entries()
    entries[6] = changed_body(6, previous="r" + "0" * 64)

    assert outcome(hand_in(tmp_path / "a.audit", entries)) == "VET_LINK"


def test_a_chain_that_begins_after_something_is_refused(tmp_path: Path) -> None:
    entries = [*opening(), changed_body(2, previous="r" + "0" * 64)]

    assert outcome(hand_in(tmp_path / "a.audit", entries)) == "VET_LINK"


def test_a_fork_is_told_once_and_both_branches_are_taken(tmp_path: Path) -> None:
    trunk = chain(answers(4))
    branches = [
        chain([Draft("answer", COMMUNE, "x", f"{side}{n}") for n in range(3)], after=trunk)
        for side in "ab"
    ]
    entries = [*opening(), *trunk, *branches[0], *branches[1]]
    path = hand_in(tmp_path / "a.audit", entries)

    vetted = outcome(path)

    assert found(path) == ["VERIFY_FORK"]
    assert not isinstance(vetted, str)
    assert len(vetted.entries) == len(entries)


# Seals and receipts.


def test_what_was_cut_off_after_sealing_is_counted(tmp_path: Path) -> None:
    entries = good_entries()
    path = hand_in(tmp_path / "a.audit", entries[:-3], seals=seals_of(entries))

    with pytest.raises(Exception, match=r"records of 26368 are missing: 3 of 10 that were sealed"):
        outcome_raised(path)
    assert outcome(path) == "VET_SEAL_BEYOND"


def outcome_raised(path: Path) -> None:
    from audit.intake import Source

    with vetting.vet(Source(path.name, path)):
        pass


def test_a_sealed_record_that_was_exchanged_is_refused(tmp_path: Path) -> None:
    entries = good_entries()
    other = with_last(changed_body(-1, value={**PHOTO_VALUE, "caption": "another"}))

    assert outcome(hand_in(tmp_path / "a.audit", other, seals=seals_of(entries))) == (
        "VET_SEAL_OTHER"
    )


def test_a_seal_of_another_round_or_kind_is_false(tmp_path: Path) -> None:
    entries = good_entries()

    for seals in (seals_of(entries, round_id="d" + "1" * 32), seals_of(entries, what=RECEIPT)):
        path = tmp_path / f"{seals[0].signature[:8]}.audit"
        assert outcome(hand_in(path, entries, seals=seals)) == "VET_SEAL_FALSE"


def test_seals_of_those_who_stated_nothing_there_are_counted_and_not_taken(
    tmp_path: Path,
) -> None:
    entries = good_entries()
    strangers = [Signer(bytes([number]) * 32) for number in range(40, 60)]
    other = [seal for each in (OFFICE, *strangers) for seal in seals_of(entries, each)[1:]]

    vetted = outcome(hand_in(tmp_path / "a.audit", entries, seals=[*seals_of(entries), *other]))

    assert not isinstance(vetted, str)
    assert [str(message) for message in vetted.findings] == [
        "Seals by keys that stated nothing in the chain, and that are not taken in: 21."
    ]
    assert sorted(vetted.seals) == sorted(seals_of(entries))


def test_what_is_sealed_only_by_another_author_of_the_chain_is_told(tmp_path: Path) -> None:
    entries = good_entries()
    entries += chain([Draft("answer", COMMUNE, "x", 1)], signer=OFFICE, after=entries)

    by_one = hand_in(tmp_path / "a.audit", entries, seals=seals_of(entries, OFFICE))
    both = [*seals_of(entries, OFFICE), *seals_of(entries)[1:]]

    assert found(by_one) == ["VET_SEALED_BY_OTHER"]
    assert found(hand_in(tmp_path / "b.audit", entries, seals=both)) == []


def test_what_came_after_the_seal_is_counted(tmp_path: Path) -> None:
    entries = good_entries()

    path = hand_in(tmp_path / "a.audit", entries, seals=seals_of(entries[:-2]))

    vetted = outcome(path)
    assert not isinstance(vetted, str)
    assert [str(message) for message in vetted.findings] == ["Records that are not sealed: 2."]


def test_a_receipt_of_what_is_not_in_the_file_is_refused(tmp_path: Path) -> None:
    entries = good_entries()
    other = with_last(changed_body(-1, value={**PHOTO_VALUE, "caption": "another"}))
    receipts = [
        OFFICE.seal(ROUND, COMMUNE, WRITER, ChainEnd(10, entries[-1].id), AT, RECEIPT),
    ]

    whole = hand_in(tmp_path / "a.audit", entries, receipts=receipts)
    cut = hand_in(tmp_path / "b.audit", entries[:-3], receipts=receipts)
    without = hand_in(tmp_path / "c.audit", opening(), receipts=receipts, blobs=[])
    exchanged = hand_in(tmp_path / "d.audit", other, receipts=receipts)

    assert found(whole) == []
    assert [outcome(path) for path in (cut, without)] == ["VET_SEAL_BEYOND"] * 2
    assert outcome(exchanged) == "VET_SEAL_OTHER"


# Photos and files.


def test_a_photo_that_is_another_one_is_told_and_not_taken(path: Path) -> None:
    with editing(path) as connection:
        connection.execute("update blob set bytes = x'00'")

    vetted = outcome(path)

    assert not isinstance(vetted, str)
    assert [message.code.name for message in vetted.findings] == ["VET_BLOB_FALSE"]
    assert vetted.hashes == {}
    assert [*vetted.blobs([PHOTO_HASH])] == []


def test_a_photo_that_no_record_names_is_not_taken(tmp_path: Path) -> None:
    data = b"unasked"
    blob = Blob(hashlib.sha256(data).hexdigest(), "image/jpeg", data)
    path = hand_in(tmp_path / "a.audit", [*opening(), *chain(answers()[:4])], blobs=[blob])

    assert found(path) == ["VET_BLOB_UNNAMED"]


def test_a_photo_that_is_missing_or_too_large_is_told(tmp_path: Path) -> None:
    data = bytes(MOST_BYTES + 1)
    sha256 = hashlib.sha256(data).hexdigest()
    drafts = [Draft("evidence", COMMUNE, f"EQ-01/evidence/{sha256}", PHOTO_VALUE)]

    large = hand_in(
        tmp_path / "a.audit",
        [*opening(), *chain(drafts)],
        blobs=[Blob(sha256, "image/jpeg", data)],
    )
    missing = hand_in(tmp_path / "b.audit", blobs=[])

    assert found(large) == ["VET_BLOB_LARGE"]
    assert found(missing) == ["VET_BLOB_MISSING"]


@pytest.mark.parametrize("kind", ["assignment", "slip", "receipt"])
def test_a_file_that_by_nature_brings_no_photos_lacks_none(tmp_path: Path, kind: str) -> None:
    sent = hand_in(tmp_path / "a.audit", blobs=[], kind=kind)

    assert found(sent) == []


def test_what_was_purged_is_named_with_what_it_was_made_from(tmp_path: Path) -> None:
    stated = good_entries()
    purge = Draft(
        "evidence", COMMUNE, f"EQ-01/evidence/{PHOTO_HASH}", {"purged": True}, reason="nhầm"
    )

    vetted = outcome(
        hand_in(tmp_path / "a.audit", [*stated, *chain([purge], after=stated)], blobs=[])
    )

    assert not isinstance(vetted, str)
    assert vetted.purged == {PHOTO_HASH, PHOTO_VALUE["original"]}
    assert vetted.findings == ()


# Working files that were copied by hand.


def test_a_raw_copy_of_a_working_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.audit"
    AuditFile.create(path, good_entries()).close()

    assert "VET_RAW_COPY" in found(path)


def test_a_copy_in_wal_mode_is_read_without_a_trace(path: Path) -> None:
    with editing(path) as connection:
        connection.execute("pragma journal_mode = wal")
    before = traces(path.parent)

    assert found(path) == []
    assert traces(path.parent) == before


def in_the_middle(path: Path, mode: str, **copied: Path) -> None:
    """Copy a file, and what lies beside it, while another program writes to it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writing:
        writing.execute(f"pragma journal_mode = {mode}")
        writing.execute("pragma cache_size = 2")
        writing.execute("begin immediate")
        writing.executemany(
            "insert into record values (?, ?, ?, ?, ?)",
            chain(answers(200), writer="w" + "5" * 32),
        )
        if mode == "wal":
            writing.execute("commit")
        for name, to in copied.items():
            source = path if name == "main" else path.with_name(f"{path.name}-{name}")
            to.write_bytes(source.read_bytes())
        if mode != "wal":
            writing.execute("rollback")


def test_a_copy_taken_in_a_transaction_is_brought_back_by_its_journal(
    path: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    in_the_middle(path, "delete", main=stick / "a", journal=stick / "a-journal")
    before = traces(stick)

    vetted = outcome(stick / "a")

    assert not isinstance(vetted, str), vetted
    assert [message.code.name for message in vetted.findings] == ["VET_WHILE_WRITTEN"]
    assert vetted.entries == sorted(good_entries())
    assert traces(stick) == before


def test_a_copy_taken_in_a_transaction_without_its_journal_is_refused(
    path: Path, tmp_path: Path
) -> None:
    in_the_middle(path, "delete", main=tmp_path / "copy")

    assert outcome(tmp_path / "copy") in ("VET_CUT", "VET_DAMAGED")


def test_a_copy_with_its_write_ahead_log_holds_what_is_in_the_log(
    path: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    in_the_middle(path, "wal", main=stick / "a", wal=stick / "a-wal")
    before = traces(stick)

    vetted = outcome(stick / "a")

    assert not isinstance(vetted, str), vetted
    assert vetted.findings[0].code.name == "VET_WHILE_WRITTEN"
    assert len(vetted.entries) == len(good_entries()) + 202
    assert traces(stick) == before


def test_a_journal_cannot_delete_a_file_of_ours(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    stick = tmp_path / "stick"
    stick.mkdir()
    in_the_middle(path, "delete", main=stick / "a", journal=stick / "a-journal")
    name = str(victim).encode()
    total = sum(name) & 0xFFFFFFFF
    with (stick / "a-journal").open("ab") as journal:
        journal.write((2**30 // 4096 + 1).to_bytes(4, "big") + name)
        journal.write(len(name).to_bytes(4, "big") + total.to_bytes(4, "big"))
        journal.write(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")

    assert outcome(stick / "a") == "VET_JOURNAL"
    assert victim.exists()


def test_a_journal_cannot_make_our_copy_grow(path: Path, tmp_path: Path) -> None:
    journal = path.with_name(path.name + "-journal")
    in_the_middle(path, "delete", main=tmp_path / "x", journal=tmp_path / "y")
    head = bytearray((tmp_path / "y").read_bytes())
    head[16:20] = (2**30).to_bytes(4, "big")
    journal.write_bytes(head)

    assert outcome(path) == "VET_JOURNAL"


@pytest.mark.parametrize("ending", ["-journal", "-wal"])
def test_rubbish_beside_a_file_does_no_harm(path: Path, ending: str) -> None:
    dice = Random(1)  # noqa: S311
    for size in (1, 30, 600, 9000):
        path.with_name(path.name + ending).write_bytes(dice.randbytes(size))
        before = traces(path.parent)

        result = outcome(path)

        assert isinstance(result, str) or result.entries == sorted(good_entries())
        assert traces(path.parent) == before


# Whatever happens to a good file.


def mutations(good: bytes, dice: Random) -> Callable[[], bytes]:
    """Return what spoils a file in one way or another."""
    pages = len(good) // 4096

    def flip() -> bytes:
        data = bytearray(good)
        for _ in range(dice.choice((1, 1, 1, 2, 8, 64))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        return bytes(data)

    def header() -> bytes:
        data = bytearray(good)
        page = dice.randrange(pages) * 4096
        for _ in range(dice.choice((1, 3))):
            data[page + dice.randrange(120)] = dice.randrange(256)
        return bytes(data)

    def cut() -> bytes:
        return good[: dice.randrange(len(good))]

    def swap() -> bytes:
        one, two = (dice.randrange(pages) * 4096 for _ in range(2))
        data = bytearray(good)
        data[one : one + 4096], data[two : two + 4096] = (
            good[two : two + 4096],
            good[one : one + 4096],
        )
        return bytes(data)

    def zeros() -> bytes:
        at = dice.randrange(len(good))
        size = dice.choice((16, 512, 4096))
        return (good[:at] + bytes(size) + good[at + size :])[: len(good)]

    def more() -> bytes:
        return good + dice.randbytes(dice.randrange(5000))

    ways = (flip, flip, header, cut, swap, zeros, more)
    return lambda: dice.choice(ways)()


def test_thousands_of_spoilt_copies_are_refused_or_hold_what_was_written(path: Path) -> None:
    good = path.read_bytes()
    spoil = mutations(good, Random(4))  # noqa: S311
    written = {entry.id for entry in good_entries()}
    taken = 0

    for _ in range(2_000):
        result = outcome(spoil())
        if not isinstance(result, str):
            taken += 1
            assert {entry.id for entry in result.entries} == written
            assert set(result.hashes) <= {PHOTO_HASH}

    assert 0 < taken < 1_900
