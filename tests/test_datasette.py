"""A working file opened in datasette shows in words what stands; no record depends on that."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from audit import views
from audit.desk import Desk
from audit.foreign import open_foreign
from checklists.checklist import Basis
from criteria.values import NOT_KNOWN
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.demo import Demo


@pytest.fixture(scope="module")
def province(made_up: Demo) -> Path:
    """Return the file of a made-up province; nobody writes to it."""
    return made_up.audit_file


def rows(path: Path, sql: str, *values: object) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as inside:
        inside.row_factory = sqlite3.Row
        return [dict(row) for row in inside.execute(sql, values)]


def names(path: Path) -> set[str]:
    return {row["name"] for row in rows(path, "select name from sqlite_schema where type = 'view'")}


# What they show


def test_answers_are_those_that_the_program_finds_standing(province: Path) -> None:
    shown = {
        (row["commune"], row["field"], row["basis"], row["id"])
        for row in rows(province, "select * from v_answers")
    }

    with Desk(province) as desk:
        stands = {
            (code, key, "tự khai" if basis is Basis.DECLARED else "xác minh", head.id)
            for code in desk.round.by_code
            for basis in Basis
            for key, answer in desk.checklist(code).answers.get(basis, {}).items()
            for head in answer.heads
        }
    assert shown == stands


def test_values_are_written_as_people_say_them(province: Path) -> None:
    shown = {
        (row["commune"], row["field"], row["id"]): row
        for row in rows(province, "select * from v_answers where basis = 'xác minh'")
    }

    with Desk(province) as desk:
        fields = desk.round.catalogue.fields
        for code, commune in desk.round.by_code.items():
            for key, answer in desk.checklist(code).answers[Basis.VERIFIED].items():
                for head in answer.heads:
                    row = shown[code, key, head.id]
                    assert (row["name"], row["label"]) == (commune.name, fields[key].label.vi)
                    assert (row["author"], row["recorded_at"]) == (head.author, head.recorded_at)
                    match fields[key].type:
                        case _ if head.value is NOT_KNOWN:
                            assert row["value"] == "chưa rõ"
                        case "int" | "num":
                            assert row["value"] == pytest.approx(float(head.value))
                        case "yesno":
                            assert row["value"] == ("có" if head.value else "không")
                        case "choice":
                            labels = {c.key: c.label.vi for c in fields[key].choices}
                            assert row["value"] == labels[head.value]
                        case _:
                            assert row["value"] == str(head.value)


def test_conflicts_are_those_of_the_program(province: Path) -> None:
    shown = {
        (row["commune"], row["subject"]) for row in rows(province, "select * from v_conflicts")
    }

    with Desk(province) as desk:
        held = {
            (code, subject)
            for code in desk.round.by_code
            for subject in desk.checklist(code).conflicts
        }
    assert shown == held != set()


@pytest.mark.parametrize("name", views.VIEWS)
def test_every_view_can_be_read(province: Path, name: str) -> None:
    found = rows(province, f"select * from {name} limit 101")  # noqa: S608 # a name of our own

    assert found


# When they are there


def test_a_file_has_them_once_it_is_worked_in_and_a_hand_in_has_none(file: Path) -> None:
    laptop = office_of(file)

    laptop.does("answer", COMMUNE, "counters=4")
    laptop.does("send", COMMUNE, "--out", str(file.with_name("handed-in.audit")))

    assert set(views.VIEWS) <= names(file)
    assert not names(file.with_name("handed-in.audit")) & set(views.VIEWS)


def test_a_view_that_says_something_else_is_made_anew_and_one_of_a_person_stays(file: Path) -> None:
    laptop = office_of(file)
    laptop.does("answer", COMMUNE, "counters=4")
    with closing(sqlite3.connect(file)) as other:
        other.executescript(
            "drop view v_history; drop view v_answers; create view v_answers as select 1;"
            "create view v_mine as select 2"
        )

    laptop.does("answer", COMMUNE, "counters=5")

    assert {*views.VIEWS, "v_mine"} <= names(file)
    (row,) = rows(file, "select * from v_answers where field = 'counters'")
    assert row["value"] == 5


def test_a_file_that_is_only_read_stays_as_it_is(file: Path) -> None:
    before = file.read_bytes()

    with Desk(file) as desk:
        desk.matrix()

    assert file.read_bytes() == before


def test_a_command_that_is_refused_leaves_every_byte_of_a_file(file: Path) -> None:
    before = file.read_bytes()
    laptop = office_of(file)

    assert laptop.run("answer", COMMUNE, "counters=many") != 0
    assert file.read_bytes() == before

    laptop.does("answer", COMMUNE, "counters=4")
    handed_in, other = file.with_name("handed-in.audit"), file.with_name("other.audit")
    laptop.does("send", COMMUNE, "--out", str(handed_in))
    sent = handed_in.read_bytes()
    assert Laptop(laptop.home, handed_in).run("answer", COMMUNE, "counters=many") != 0
    assert handed_in.read_bytes() == sent

    # Once it is worked in it is no hand-in any more.
    shutil.copy(handed_in, other)
    Laptop(laptop.home, other).does("answer", COMMUNE, "counters=5")
    assert set(views.VIEWS) <= names(other)


def test_a_hand_in_that_is_only_sealed_or_taken_into_gets_none(file: Path) -> None:
    laptop = office_of(file)
    laptop.does("answer", COMMUNE, "counters=4")
    handed_in = file.with_name("handed-in.audit")
    laptop.does("send", COMMUNE, "--out", str(handed_in))
    laptop.does("answer", COMMUNE, "counters=5")

    Laptop(laptop.home, handed_in).takes(file)

    assert not names(handed_in) & set(views.VIEWS)


def test_a_file_that_has_them_is_not_written_to_when_it_is_opened(file: Path) -> None:
    laptop = office_of(file)
    laptop.does("answer", COMMUNE, "counters=4")
    before = file.read_bytes()

    with laptop.at(), Desk(file, write=True):
        pass

    assert file.read_bytes() == before


def test_a_working_file_of_any_version_of_the_views_is_taken_in(file: Path) -> None:
    laptop = office_of(file)
    laptop.does("answer", COMMUNE, "counters=4")
    other = file.with_name("copy.audit")
    shutil.copy(file, other)
    with closing(sqlite3.connect(other)) as inside:
        inside.executescript(
            "drop view v_answers; create view v_answers as with recursive r(n) as "
            "(select 1 union all select n + 1 from r) select n from r"
        )

    with open_foreign("copy", other, None) as foreign:
        assert foreign.version
    laptop.takes(other)


# In datasette itself


def get(path: Path, view: str, **query: str) -> dict[str, Any]:
    """Return what datasette says of a view, with the settings it has by itself but one.

    Its limit of one second is for people who wait; what runs beside a test may take longer.
    """
    pytest.importorskip("datasette", reason="datasette is not installed")
    done = subprocess.run(  # noqa: S603 # this Python, and a file of our own
        [
            sys.executable,
            "-m",
            "datasette",
            *("--setting", "sql_time_limit_ms", "60000"),
            "--get",
            f"/{path.stem}/{view}.json?{urlencode({'_shape': 'objects', **query})}",
            str(path),
        ],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("view", ["v_answers", "v_conflicts", "v_progress", "v_batches"])
def test_datasette_shows_a_page_of_it(province: Path, view: str) -> None:
    found = get(province, view)

    assert found["is_view"]
    assert found["rows"]


def test_datasette_filters_and_sorts_it(province: Path) -> None:
    found = get(province, "v_answers", commune__exact="26368", _sort_desc="recorded_at")

    times = [row["recorded_at"] for row in found["rows"]]
    assert times == sorted(times, reverse=True)
    assert {row["name"] for row in found["rows"]} == {"Phường Long Thành"}
