"""Plain data say what the report says: typed, exact, harmless, and sound to other programs."""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import unicodedata
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.checklist import Answer, Attachment
from checklists.communes import communes_of
from checklists.comparison import compare
from checklists.report import Report
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.rating import Rating
from criteria.values import NOT_KNOWN
from exports.made import Made
from exports.plain.csv_cells import from_cell, to_cell
from exports.plain.csv_files import write_csv
from exports.plain.json_file import pieces, write_json
from exports.plain.package import DESCRIPTION
from exports.plain_text import plain_text
from exports.safe_write import write_set_safely
from exports.tables import Table, Value, tables_of
from tests.factories import ALL_MET, make_checklist, make_matrix, make_round, statement, with_values
from tests.laptops import office_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checklists.matrix import Matrix

MADE = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1.2.3")
RUNS = re.compile(r"\s*[=+\-@]")
HOSTILE = (
    "=1+1",
    "@SUM(A1)",
    "+84 251 3822 xxx",
    "- Thiếu máy quét\n- Hỏng cửa",
    "'=1",
    "\"; =cmd|' /C calc'!A0;\"",
    " \t=1",
    "＝1",
    "<script>alert(1)</script>",
    "{{7*7}} ]]> \u202e\u2028",
    "a,b;c\r\nd\re",
    "e\u0302\u0301",
    "\x00\x07\x85",
    "\ufeffx",
    "ữ" * 40_000,
    "26368",
    "true",
    " ",
)


def _frictionless() -> Any:
    return pytest.importorskip("frictionless", reason="frictionless is not installed")


def hostile_report(text: str) -> Report:
    """Return a report with a text wherever a person can write one."""
    held = make_round(communes=communes_of("75")[:2], title=text)
    checklist = make_checklist(
        held,
        values=with_values(pc_adequate=2),
        overrides={"VC-04": Rating.NOT_MET},
        notes={"EQ-01": (statement(text, text, text),)},
        evidence={
            "EQ-01": (
                Attachment("a" * 64, text, text, "image/jpeg", 5, text, text, "2026-12-05", text),
            )
        },
    )
    return Report(make_matrix(held=held, checklists=[checklist]))


def mixed_matrix() -> Matrix:
    """Seven communes: met, weak, partly blank, not known, in conflict, overridden, blank."""
    held = make_round(communes=communes_of("75")[:7])
    first, second, third, fourth, fifth, sixth, seventh = held.communes
    return make_matrix(
        held=held,
        checklists=[
            make_checklist(held, first, ALL_MET, not_applicable=["QS-02"]),
            make_checklist(
                held,
                second,
                with_values(pc_adequate=2, n_backup="none", w_mbps=12, w_down_h="26.7"),
                declared=ALL_MET,
            ),
            make_checklist(held, third, with_values(k_kiosks=None)),
            make_checklist(held, fourth, with_values(n_down=NOT_KNOWN, printers=0)),
            make_checklist(held, fifth, with_values(n_down=[20, 150])),
            make_checklist(held, sixth, ALL_MET, overrides={"VC-04": Rating.NOT_MET}),
            make_checklist(held, seventh),
        ],
    )


def compared() -> Report:
    matrix = mixed_matrix()
    before = make_matrix(held=matrix.round)
    return Report(matrix, compare(before, matrix))


def read_csv(path: Path, table: Table) -> list[tuple[Value, ...]]:
    """Return the rows of a table as its CSV file holds them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        keys, *rows = csv.reader(file, strict=True)
    assert keys == [column.key for column in table.columns]
    return [
        tuple(from_cell(cell, column.type) for cell, column in zip(row, table.columns, strict=True))
        for row in rows
    ]


def read_json(report: Report) -> dict[str, Any]:
    """Return the document, its numbers exact."""
    text = b"".join(pieces(report, MADE)).decode()
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def as_json(row: tuple[Value, ...]) -> list[Any]:
    return [each.isoformat() if isinstance(each, date) else each for each in row]


def table(report: Report, name: str) -> Table:
    return next(each for each in tables_of(report, MADE) if each.name == name)


def rows_of(report: Report, name: str) -> list[dict[str, Value]]:
    held = table(report, name)
    keys = [column.key for column in held.columns]
    return [dict(zip(keys, row, strict=True)) for row in held.rows()]


# What the tables say


def test_every_value_has_the_type_of_its_column_and_every_row_its_key() -> None:
    kinds = {"string": str, "integer": int, "number": Decimal, "boolean": bool, "date": date}

    for held in tables_of(compared(), MADE):
        rows = list(held.rows())
        places = [at for at, column in enumerate(held.columns) if column.key in held.key]
        assert len({tuple(row[at] for at in places) for row in rows}) == len(rows), held.name
        for row in rows:
            for value, column in zip(row, held.columns, strict=True):
                if value is None:
                    assert not column.is_needed, (held.name, column.key)
                else:
                    assert type(value) is kinds[column.type], (held.name, column.key, value)
                    assert not column.choices or value in column.choices
                    assert value != ""


def test_a_column_that_names_another_table_holds_only_what_stands_there() -> None:
    report = compared()
    held = {each.name: each for each in tables_of(report, MADE)}

    for each in held.values():
        for column in each.columns:
            if column.names is None:
                continue
            of, key = column.names
            there = {row[key] for row in rows_of(report, of)}
            here = {row[column.key] for row in rows_of(report, each.name)} - {None}
            assert here <= there, (each.name, column.key)


def test_blank_not_known_conflict_not_asked_and_zero_are_five_things() -> None:
    report = Report(mixed_matrix())
    third, fourth, fifth = (row.commune.code for row in report.matrix.rows[2:5])
    said = {
        (row["commune"], row["key"], row["number"]): (row["status"], row["value"], row["amount"])
        for row in rows_of(report, "values")
        if row["basis"] == "verified"
    }

    assert said[third, "k_kiosks", 1] == ("missing", None, None)
    assert said[fourth, "n_down", 1] == ("not_known", None, None)
    assert said[fourth, "printers", 1] == ("known", "0", Decimal(0))
    assert said[fifth, "n_down", 1] == ("conflict", "20", Decimal(20))
    assert said[fifth, "n_down", 2] == ("conflict", "150", Decimal(150))
    second = report.matrix.rows[1].commune.code
    assert said[second, "w_down_h", 1] == ("known", "26.7", Decimal("26.7"))
    assert said[second, "citizen_net", 1] == ("known", "true", None)
    statuses = {status for status, _value, _amount in said.values()}
    assert "not_asked" in statuses


def test_people_who_agree_are_one_value_with_all_their_names() -> None:
    held = make_round(communes=communes_of("75")[:1])
    checklist = make_checklist(held)
    heads = (statement(Decimal(4), "Bình"), statement(Decimal(4), "An"))
    checklist.answers["verified"]["counters"] = Answer(heads)  # type: ignore[index]

    rows = rows_of(Report(make_matrix(held=held, checklists=[checklist])), "values")

    (row,) = [row for row in rows if row["key"] == "counters"]
    assert (row["status"], row["author"], row["number"]) == ("known", "Bình; An", 1)


def test_an_index_that_is_open_is_an_interval_and_one_of_nothing_is_blank() -> None:
    rows = rows_of(Report(mixed_matrix()), "communes")

    assert rows[0]["index_worst"] == rows[0]["index_best"] == Decimal(1)
    assert rows[4]["index_worst"] < rows[4]["index_best"]  # type: ignore[operator]
    assert (rows[6]["index_worst"], rows[6]["index_best"]) == (Decimal(0), Decimal(1))


def test_a_cost_of_which_nothing_is_known_is_blank_and_one_of_nothing_is_0() -> None:
    rows = rows_of(Report(mixed_matrix()), "communes")

    assert (rows[0]["cost_once"], rows[0]["cost_complete"]) == (Decimal(0), True)
    assert (rows[6]["cost_once"], rows[6]["cost_complete"]) == (None, False)


def test_what_is_open_of_one_kind_of_payment_leaves_the_other_known() -> None:
    report = Report(mixed_matrix())
    still_open = rows_of(report, "open_costs")
    only_once = {row["commune"] for row in still_open if row["once"]} - {
        row["commune"] for row in still_open if row["yearly"]
    }

    rows = [row for row in rows_of(report, "communes") if row["code"] in only_once]

    assert rows
    assert {row["cost_yearly"] for row in rows} == {Decimal(0)}
    assert not any(row["cost_complete"] for row in rows)


def test_the_rating_on_what_was_declared_stands_only_where_something_was() -> None:
    rows = rows_of(Report(mixed_matrix()), "ratings")
    second = mixed_matrix().rows[1].commune.code

    assert {row["declared"] is not None for row in rows if row["commune"] == second} == {True}
    assert {row["declared"] for row in rows if row["commune"] != second} == {None}


def test_keys_stay_and_labels_change_with_the_language() -> None:
    report = compared()
    english = tables_of(report, MADE)
    try:
        choose("vi")
        vietnamese = tables_of(report, MADE)
    finally:
        choose("en")

    for one, other in zip(english, vietnamese, strict=True):
        assert one.name == other.name
        assert [column.key for column in one.columns] == [column.key for column in other.columns]


# The files


@pytest.mark.parametrize("is_zip", [False, True])
def test_csv_holds_what_the_tables_hold(tmp_path: Path, *, is_zip: bool) -> None:
    report = compared()
    out = tmp_path / ("bảng.zip" if is_zip else "bảng")

    names = write_csv(report, out, MADE)

    if is_zip:
        folder = tmp_path / "unpacked"
        with zipfile.ZipFile(out) as packed:
            assert packed.testzip() is None
            packed.extractall(folder)
    else:
        folder = out
    assert {each.name for each in folder.iterdir()} == set(names)
    for held in tables_of(report, MADE):
        data = (folder / f"{held.name}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\r\n")
        assert read_csv(folder / f"{held.name}.csv", held) == list(held.rows())


def test_json_holds_what_the_tables_hold() -> None:
    report = compared()

    document = read_json(report)

    assert (document["format"], document["version"]) == ("commune-readiness-tables", 1)
    for held, said in zip(tables_of(report, MADE), document["tables"], strict=True):
        assert said["name"] == held.name
        keys = [column["key"] for column in said["columns"]]
        assert [list(row) for row in said["rows"]] == [keys] * len(said["rows"])
        assert [list(row.values()) for row in said["rows"]] == [*map(as_json, held.rows())]


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_csv(compared(), tmp_path / f"{name}.zip", MADE)
        write_json(compared(), tmp_path / f"{name}.json", MADE)

    for ending in ("zip", "json"):
        one, two = (tmp_path / f"{name}.{ending}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("kind", ["mixed", "blank", "hostile", "none"])
def test_frictionless_accepts_the_package(tmp_path: Path, kind: str, language: str) -> None:
    frictionless = _frictionless()
    kinds: dict[str, Callable[[], Report]] = {
        "mixed": compared,
        "blank": lambda: Report(make_matrix(held=make_round(communes=communes_of("75")[:1]))),
        "hostile": lambda: hostile_report("\n".join(HOSTILE)),
        "none": lambda: Report(make_matrix(held=make_round(communes=[]))),
    }
    report = kinds[kind]()
    try:
        choose(language)
        write_csv(report, tmp_path / "out", MADE)
    finally:
        choose("en")

    found = frictionless.Package(str(tmp_path / "out" / DESCRIPTION)).validate()

    assert found.valid, found.flatten(["name", "type", "message"])[:5]


def test_frictionless_notices_a_file_that_was_torn_or_changed(tmp_path: Path) -> None:
    frictionless = _frictionless()
    write_csv(compared(), tmp_path / "out", MADE)
    path = tmp_path / "out" / "ratings.csv"
    path.write_bytes(path.read_bytes().replace(b"not_met", b"met", 1))

    found = frictionless.Package(str(tmp_path / "out" / DESCRIPTION)).validate()

    assert not found.valid


# What people wrote


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_people_wrote_comes_back_and_never_runs(text: str, tmp_path: Path) -> None:
    report = hostile_report(text)
    write_csv(report, tmp_path / "out", MADE)

    for held in tables_of(report, MADE):
        path = tmp_path / "out" / f"{held.name}.csv"
        assert read_csv(path, held) == list(held.rows())
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            for cell, column in zip(row, held.columns, strict=True):
                runs = any(map(RUNS.match, cell.split(";")))
                assert column.type != "string" or not runs, cell
    (note,) = rows_of(report, "notes")
    assert note["text"] == (plain_text(text) or None)
    (said,) = [each for each in read_json(report)["tables"] if each["name"] == "notes"]
    assert said["rows"][0]["text"] == note["text"]


@given(st.text())
def test_any_text_comes_back_in_nfc(text: str) -> None:
    kept = plain_text(text)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow(["x", to_cell(kept)])

    ((_x, cell),) = csv.reader(io.StringIO(written.getvalue().encode().decode(), newline=""))

    assert (from_cell(cell, "string") or "") == kept
    assert not any(map(RUNS.match, cell.split(";")))
    assert kept == unicodedata.normalize("NFC", kept)
    hidden = [c for c in kept if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not hidden


@given(st.integers(-(10**21), 10**21))
def test_any_number_comes_back_exactly(millionths: int) -> None:
    value = Decimal(millionths).scaleb(-6)

    assert from_cell(to_cell(value), "number") == value
    assert json.loads(to_cell(value), parse_float=Decimal, parse_int=Decimal) == value


# Where they are written


def test_a_folder_is_made_but_not_the_folder_around_it(tmp_path: Path) -> None:
    report = compared()

    with pytest.raises(ReadinessError) as caught:
        write_csv(report, tmp_path / "a" / "b", MADE)

    assert caught.value.messages[0].code is ErrorCode.WRITE_FOLDER_MISSING
    assert list(tmp_path.iterdir()) == []


def contents_of(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_files_that_belong_together_are_replaced_together(tmp_path: Path) -> None:
    write_set_safely(tmp_path, [("a", b"1"), ("last", b"1")])

    write_set_safely(tmp_path, [("a", b"2"), ("b", b"2"), ("last", b"2")])

    assert contents_of(tmp_path) == {"a": b"2", "b": b"2", "last": b"2"}


def test_a_full_disk_leaves_the_earlier_files_as_they_were(tmp_path: Path) -> None:
    def torn() -> Iterator[tuple[str, bytes | Iterator[bytes]]]:
        yield "a", b"2"
        yield "last", pieces_until_full()

    def pieces_until_full() -> Iterator[bytes]:
        yield b"2"
        raise OSError(errno.ENOSPC, "No space left on device")

    write_set_safely(tmp_path, [("a", b"1"), ("last", b"1")])

    with pytest.raises(ReadinessError) as refused:
        write_set_safely(tmp_path, torn())

    assert refused.value.messages[0].code is ErrorCode.WRITE_DISK_FULL
    assert contents_of(tmp_path) == {"a": b"1", "last": b"1"}


def test_what_was_moved_is_put_back_where_a_later_file_cannot_be(tmp_path: Path) -> None:
    def losing() -> Iterator[tuple[str, bytes]]:
        yield "a", b"2"
        yield "b", b"2"
        (lost,) = tmp_path.glob(".*/b")
        lost.unlink()
        yield "last", b"2"

    write_set_safely(tmp_path, [("a", b"1"), ("last", b"1")])

    with pytest.raises(ReadinessError):
        write_set_safely(tmp_path, losing())

    assert contents_of(tmp_path) == {"a": b"1", "last": b"1"}


def test_a_file_that_stands_in_place_of_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious")

    with pytest.raises(ReadinessError) as caught:
        write_csv(compared(), tmp_path / "out", MADE)

    assert caught.value.messages[0].code is ErrorCode.WRITE_FILE_NOT_FOLDER
    assert (tmp_path / "out").read_text() == "precious"


def test_progress_goes_over_all_communes(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    write_json(compared(), tmp_path / "t.json", MADE, progress=lambda *at: told.append(at))

    assert told == [(done, 7) for done in range(1, 8)]


# The commands


def test_the_commands_write_what_they_name(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = office_of(file)
    office.does("answer", "26368", "counters=4")

    packed = office.data(capsys, "export", "csv", "--out", str(tmp_path / "a.zip"))
    folder = office.data(capsys, "export", "csv", "--out", str(tmp_path / "a"))
    document = office.data(capsys, "export", "json", "--out", str(tmp_path / "b"))

    assert packed["path"] == str(tmp_path / "a.zip")
    assert {Path(each).name for each in folder["paths"]} == {
        each.name for each in (tmp_path / "a").iterdir()
    }
    assert document["path"] == str(tmp_path / "b.json")
    assert document["communes"] == 95
    (values,) = [
        each["rows"]
        for each in json.loads((tmp_path / "b.json").read_text("utf-8"))["tables"]
        if each["name"] == "values"
    ]
    assert ("26368", "counters", 4) in [(r["commune"], r["key"], r["amount"]) for r in values]


def test_a_json_document_has_its_own_ending(file: Path, tmp_path: Path) -> None:
    assert office_of(file).run("export", "json", "--out", str(tmp_path / "a.csv")) == 2
    assert not (tmp_path / "a.csv").exists()
