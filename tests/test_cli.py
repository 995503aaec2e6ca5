"""The command line, in this process: what is said, what is saved, which code is returned."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from audit.cli.overview import COMMANDS
from criteria import language

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Said:
    """What a command returned and wrote."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run_command(*arguments: object) -> Said:
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    language.choose("en")
    return run_command


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a settings folder and a fresh round, to be copied."""
    folder = tmp_path_factory.mktemp("opened")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(folder / "home"))
        language.choose("en")
        assert run(["whoami", "--name", "Trần Thị Bình", "--unit", "Sở KH&CN"]) == 0
        new = ["round", "new", "--province", "75", "--title", "Đợt 1"]
        assert run([*new, "--out", str(folder / "dot-1.audit")]) == 0
    return folder


@pytest.fixture
def file(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh round of one's own, chosen by READINESS_FILE."""
    shutil.copytree(opened / "home", tmp_path / "home", dirs_exist_ok=True)
    path = tmp_path / "Đợt 1 #1.audit"
    shutil.copy(opened / "dot-1.audit", path)
    monkeypatch.setenv("READINESS_FILE", str(path))
    return path


def test_an_answer_saves_what_is_right_and_tells_everything_that_is_wrong(
    call: Callable[..., Said], file: Path
) -> None:
    said = call(
        *("answer", "26368", "pc_working=12", "pc_adequate=9", "staff_pasc=12", "scanners=1.234"),
        *("printers=-1", "cashless=gold", "org_cert=maybe", "t_date=31/02/2026", "pc_wrking=3"),
        *("u_seats", "counters=4", "counters=5"),
    )

    assert said.status == 1
    for words in (
        "1,234",
        "1.234",
        "printers",
        "gold",
        "maybe",
        "31/02/2026",
        "pc_working?",
        "NAME=",
    ):
        assert words in said.err
    assert "counters” is given twice" in said.err
    shown = call("show", "26368", "--json").data
    assert shown["parameters"]["counters"]["value"] is None
    assert shown["criteria"]["EQ-01"]["values"]["pc_working"]["value"] == 12
    assert shown["criteria"]["EQ-01"]["rating"] == "partly_met"
    assert shown["criteria"]["EQ-02"]["values"]["scanners"]["value"] is None


def test_a_comma_and_a_point_are_the_same_number(call: Callable[..., Said], file: Path) -> None:
    call("answer", "Long Thành", "visits_day=12,5")

    said = call("answer", "Long Thành", "visits_day=12.50")

    assert said.status == 0
    assert "Already so: visits_day" in said.err


def test_checks_between_fields_save_and_warn(call: Callable[..., Said], file: Path) -> None:
    said = call("answer", "26368", "staff_pasc=5", "pc_working=3", "pc_adequate=9")

    assert said.status == 0
    assert "Look again" in said.err
    shown = call("show", "26368", "--json").data
    assert shown["criteria"]["EQ-01"]["values"]["pc_adequate"]["value"] == 9
    assert shown["criteria"]["EQ-01"]["rating"] == "insufficient"


def test_not_known_and_taken_back_are_not_zero(call: Callable[..., Said], file: Path) -> None:
    call("answer", "26368", "staff_pasc=5", "pc_working=3", "pc_adequate=3")
    call("answer", "26368", "pc_adequate=?", "pc_working=")

    eq01 = call("show", "26368", "--json").data["criteria"]["EQ-01"]

    assert eq01["values"]["pc_adequate"]["value"] == {"unknown": True}
    assert eq01["values"]["pc_working"]["value"] is None
    assert eq01["rating"] == "insufficient"


def test_declared_values_never_fill_what_was_not_verified(
    call: Callable[..., Said], file: Path
) -> None:
    values = ("staff_pasc=5", "pc_working=9", "pc_adequate=9")
    call("answer", "26368", *values, "--basis", "declared")

    eq01 = call("show", "26368", "--json").data["criteria"]["EQ-01"]

    assert eq01["declared"] == "met"
    assert eq01["rating"] == "unaudited"


def test_a_table_of_declarations_is_taken_in_row_by_row(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    table = tmp_path / "tự khai.csv"
    rows = ["Mã;Chỉ tiêu;Giá trị", "26368;pc_working;12", "99999;pc_working;1", "26041;nope;1"]
    rows += ["26041;pc_working;nhiều", "", "26041;visits_day;80,5", "26368;pc_working;12"]
    table.write_text("\n".join(rows), "utf-16")

    said = call("declare", table, "--json")

    assert said.status == 1
    assert (said.data["saved"], said.data["communes"]) == (2, 2)
    assert [row["line"] for row in said.data["refused"]] == [3, 4, 5]
    again = call("declare", table, "--json").data
    assert (again["saved"], again["unchanged"]) == (0, 2)


def test_not_applicable_needs_a_reason_and_leaves_the_denominator(
    call: Callable[..., Said], file: Path
) -> None:
    assert call("not-applicable", "26368", "QS-01").status == 2

    said = call("not-applicable", "26368", "qs-01", "--reason", "Không có quầy")

    assert said.status == 0
    (row,) = [r for r in call("matrix", "--json").data["communes"] if r["code"] == "26368"]
    assert row["ratings"]["QS-01"] == "not_applicable"
    assert row["applicable"] == 15
    call("not-applicable", "26368", "QS-01", "--withdraw", "--reason", "nhầm xã")
    (row,) = [r for r in call("matrix", "--json").data["communes"] if r["code"] == "26368"]
    assert row["applicable"] == 16


def test_not_applicable_is_refused_where_the_edition_says_always(
    call: Callable[..., Said], file: Path
) -> None:
    said = call("not-applicable", "26368", "VC-03", "--reason", "không có phòng họp")

    assert said.status == 1
    assert "VC-03 always applies" in said.err


def test_an_override_stands_beside_the_computed_rating_until_a_value_changes(
    call: Callable[..., Said], file: Path
) -> None:
    call("answer", "26368", "staff_pasc=5", "pc_working=5", "pc_adequate=4")
    assert call("override", "26368", "EQ-01", "Đ").status == 2
    assert call("override", "26368", "EQ-01", "gold", "--reason", "x").status == 2

    said = call("override", "26368", "EQ-01", "met", "--reason", "Máy đang bảo hành")

    assert "Partly met" in said.out
    eq01 = call("show", "26368", "--json").data["criteria"]["EQ-01"]
    assert (eq01["rating"], eq01["computed"]) == ("met", "partly_met")
    later = call("answer", "26368", "pc_adequate=3")
    assert "confirm" in later.err
    eq01 = call("show", "26368", "--json").data["criteria"]["EQ-01"]
    assert (eq01["rating"], eq01["computed"]) == ("partly_met", "partly_met")
    assert "26368" in call("status", "--json").data["overrides_to_confirm"]


def test_notes_stand_and_are_shown(call: Callable[..., Said], file: Path) -> None:
    said = call("answer", "26368", "--note", "EQ-01=[/red] =1+1 máy hỏng", "--note", "nothing")

    assert said.status == 1
    assert "[/red] =1+1 máy hỏng" in call("show", "26368").out


def test_every_value_is_shown_with_who_when_and_how(call: Callable[..., Said], file: Path) -> None:
    call("answer", "26368", "pc_working=12")

    shown = call("show", "26368", "--criterion", "eq-01").out

    assert "Trần Thị Bình" in shown
    assert "typed" in shown


def test_the_matrix_says_what_it_is_judged_by(call: Callable[..., Said], file: Path) -> None:
    data = call("matrix", "--json").data

    assert len(data["communes"]) == 95
    assert len(data["communes"][0]["ratings"]) == 16
    assert data["catalogue"]["official"] is False
    assert data["communes"][0]["index"] == [0, 1]
    assert "not an official" in call("matrix").out


def test_of_all_communes_of_a_province_so_many_are_shown_as_are_wanted(
    call: Callable[..., Said],
) -> None:
    assert len(call("communes", "--province", "79", "--json").data) == 168
    assert len(call("communes", "--province", "79", "--limit", "5", "--json").data) == 5


def test_looking_something_up_in_another_round_changes_nothing_of_where_work_goes_on(
    call: Callable[..., Said], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("READINESS_FILE")
    other = file.with_name("dot-2.audit")
    call("round", "new", "--province", "75", "--title", "Đợt 2", "--out", str(other))

    call("status", "--file", str(file))

    assert call("status", "--json").data["round"]["title"] == "Đợt 2"
    call("answer", "26368", "pc_working=3", "--file", str(file))
    assert call("status", "--json").data["round"]["title"] != "Đợt 2"


def test_verify_recomputes_and_finds_a_changed_record(
    call: Callable[..., Said], file: Path
) -> None:
    call("answer", "26368", "pc_working=12")
    before = call("verify", "--json").data
    assert before["sound"]

    with sqlite3.connect(file) as connection:
        connection.execute("drop trigger record_is_never_changed")
        connection.execute(
            "update record set body = replace(body, '\"value\":12', '\"value\":13') "
            "where commune = '26368'"
        )
    connection.close()
    said = call("verify", "--json")

    assert said.status == 1
    assert [fault["code"] for fault in said.data["faults"]] == ["VERIFY_ID"]


def test_a_round_is_amended_by_its_office_only(
    call: Callable[..., Said], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = call("round", "amend", "--title", "Đợt 1 sửa", "--price", "printer=12,5")
    assert said.status == 0
    assert call("status", "--json").data["round"]["title"] == "Đợt 1 sửa"
    assert call("round", "amend", "--title", "Đợt 1 sửa").err.startswith("Nothing differs")
    assert call("round", "amend", "--price", "gold=1").status == 2
    assert call("round", "amend", "--switch", "require_ipv6=yes").status == 0
    assert call("verify").status == 0

    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "someone else"))
    call("whoami", "--name", "Người khác")

    assert call("round", "amend", "--title", "x").status == 1


def test_a_newer_edition_must_keep_what_was_recorded(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    shipped = (ROOT / "criteria" / "editions" / "default-2026.toml").read_text("utf-8")
    newer = tmp_path / "mới.toml"
    newer.write_text(shipped.replace("pc_over5y", "pc_old"), "utf-8")

    said = call("round", "amend", "--catalogue", newer)

    assert said.status == 1
    assert "pc_over5y" in said.err


def test_what_the_defaults_gave_is_told_in_words_and_how_much_of_a_section_it_is(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "75.toml"
    profile.write_text('province = "75"\n[classes]\nyellow_index = 80\n', "utf-8")

    said = call(
        *("round", "new", "--province", "75", "--out", tmp_path / "x.audit"),
        *("--profile", profile),
    )

    assert "core criteria; " in said.err
    assert "thresholds of the classes (1 of 2)" in said.err
    assert "yellow_index" not in said.err
    assert "core_criteria" not in said.err


def test_a_round_takes_communes_clusters_and_known_values_from_a_table(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    table = tmp_path / "xã.csv"
    table.write_text("mã,cụm,population\n26368,Cụm 2,120000\n25195,Cụm 1,90000\n", "utf-8-sig")
    out = tmp_path / "hai xã.audit"

    said = call("round", "new", "--province", "Đồng Nai", "--out", out, "--communes", table)

    assert said.status == 0
    rows = call("matrix", "--file", out, "--json").data["communes"]
    assert [(row["code"], row["cluster"]) for row in rows] == [
        ("25195", "Cụm 1"),
        ("26368", "Cụm 2"),
    ]
    shown = call("show", "26368", "--file", out, "--json").data
    assert shown["parameters"]["population"]["value"] == 120000


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("tên,cụm\nA,B\n", "code"),
        ("mã,cụm\n11111,x\nabc,y\n", "line 3"),
        ("mã,cụm\n26368,x\n26368,y\n", "twice"),
        ("mã,population\n26368,nhiều\n", "population"),
        ("", "empty"),
    ],
)
def test_a_wrong_table_of_communes_makes_no_round(
    call: Callable[..., Said], file: Path, tmp_path: Path, rows: str, words: str
) -> None:
    table = tmp_path / "xã.csv"
    table.write_text(rows, "utf-8")
    out = tmp_path / "x.audit"

    said = call("round", "new", "--province", "75", "--out", out, "--communes", table)

    assert said.status == 1
    assert words in said.err
    assert not out.exists()


BAD_INPUT = [
    ("show", "99999"),
    ("show", "26368", "--criterion", "XX-99"),
    ("answer", "26368"),
    ("answer", "nowhere at all", "pc_working=1"),
    ("not-applicable", "26368", "XX-01", "--reason", "x"),
    ("override", "26368", "XX-01", "met", "--reason", "x"),
    ("declare", "no-such.csv"),
    ("communes", "zzzzqqqq"),
    ("communes", "--province", "00"),
    ("round", "new", "--province", "75", "--out", "no such folder/x.audit"),
    ("round", "new", "--province", "Atlantis", "--out", "x.audit"),
    ("round", "new", "--province", "75", "--out", "x.audit", "--catalogue", "none.toml"),
    ("round", "new", "--province", "75", "--out", "x.audit", "--profile", "none.toml"),
    ("catalogue", "lint", "none.toml"),
    ("catalogue", "show", "--criterion", "XX-01"),
    ("export", "xlsx", "--out", "no such folder/x.xlsx"),
    ("status", "--file", "no-such.audit"),
    ("status", "--file", "."),
    ("verify", "--file", "pyproject.toml"),
    ("matrix", "--nonsense"),
    ("matrix", "--class", "purple"),
    ("nonsense",),
    ("export",),
    ("round", "new"),
]


@pytest.mark.parametrize("arguments", BAD_INPUT, ids=" ".join)
@pytest.mark.parametrize("language_", ["vi", "en"])
def test_bad_input_gives_a_sentence_and_changes_nothing(
    call: Callable[..., Said],
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    language_: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("not an audit file", "utf-8")
    before = file.read_bytes()
    names = sorted(path.name for path in tmp_path.iterdir())
    language.choose(language_)

    said = call(*arguments)

    assert said.status in (1, 2)
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert not said.out.startswith("{")
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_without_an_auditor_nothing_is_written(
    call: Callable[..., Said], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "empty"))

    said = call("answer", "26368", "pc_working=1")

    assert said.status == 2
    assert "whoami" in said.err


def test_an_unforeseen_failure_is_one_calm_sentence(
    call: Callable[..., Said], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("READINESS_DEBUG", raising=False)
    monkeypatch.setattr("audit.fold.read_round", lambda _file: 1 / 0)

    said = call("status")

    assert said.status == 1
    assert "What was saved before is safe" in said.err
    assert "ZeroDivisionError" not in said.err


def test_without_a_command_the_way_in_is_shown(call: Callable[..., Said]) -> None:
    said = call()

    assert said.status == 0
    assert "readiness demo" in said.out


def every_command() -> list[tuple[str, ...]]:
    groups = {"round": ("new", "amend"), "export": ("xlsx",), "catalogue": ("lint", "show", "copy")}
    listed: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        listed.append((name,))
        listed += [(name, part) for part in groups.get(name, ())]
    return listed


@pytest.mark.parametrize("language_", ["vi", "en"])
def test_every_help_page_is_in_the_language_chosen(language_: str) -> None:
    script = (
        "import sys, io, contextlib\n"
        "from criteria import language\n"
        f"language.choose({language_!r})\n"
        "from audit.cli.app import run\n"
        f"for words in {every_command()!r}:\n"
        "    held = io.StringIO()\n"
        "    with contextlib.redirect_stdout(held):\n"
        "        assert run([*words, '--help']) == 0, words\n"
        "    print('=====', *words)\n"
        "    print(held.getvalue())\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    english = ("Usage:", "Show this", "Options:", "COMMUNE", "The audit file")
    vietnamese = ("Cách dùng", "Tùy chọn", "Tệp kiểm tra")
    for page in done.stdout.split("=====")[1:]:
        if language_ == "vi":
            assert not [words for words in english if words in page]
        else:
            assert not [words for words in vietnamese if words in page]
            assert "Usage:" in page


def test_shell_completion_offers_codes_of_the_round(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audit"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={
            **os.environ,
            "READINESS_FILE": str(file),
            "_READINESS_COMPLETE": "bash_complete",
            "COMP_WORDS": "readiness show 2636",
            "COMP_CWORD": "2",
        },
    )

    assert "26368" in done.stdout


def test_an_override_lapses_when_the_criterion_is_said_not_to_apply(
    call: Callable[..., Said], file: Path
) -> None:
    call("override", "26368", "QS-01", "met", "--reason", "đã lắp")

    call("not-applicable", "26368", "QS-01", "--reason", "không có quầy")

    assert call("status", "--json").data["overrides_to_confirm"] == {"26368": ["QS-01"]}


def test_an_override_lapses_when_a_rating_it_rests_on_is_overridden(
    call: Callable[..., Said], file: Path
) -> None:
    call("answer", "26368", "p_shared=yes")
    call("override", "26368", "VC-02", "met", "--reason", "phòng mới")

    call("override", "26368", "VC-01", "not_met", "--reason", "hỏng")

    assert call("status", "--json").data["overrides_to_confirm"] == {"26368": ["VC-02"]}


def test_a_table_that_would_settle_a_contradiction_needs_a_reason(
    call: Callable[..., Said], file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.audit"
    shutil.copy(file, other)
    call("answer", "26368", "counters=6")
    call("answer", "26368", "counters=7", "--file", other)
    with sqlite3.connect(other) as source, sqlite3.connect(file) as target:
        rows = source.execute("select * from record where commune = '26368'").fetchall()
        target.executemany("insert into record values (?, ?, ?, ?, ?)", rows)
    source.close()
    target.close()
    table = tmp_path / "xã.csv"
    table.write_text("mã,counters\n26368,8\n", "utf-8")
    office = ("round", "amend", "--file", file, "--communes", table)

    said = call(*office)

    assert said.status == 1
    assert "counters" in said.err
    assert call(*office, "--reason", "đã đếm lại").status == 0
    assert call("show", "26368", "--json", "--file", file).data["conflicts"] == []


def test_declared_values_that_disagree_are_told_too(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    values = ("staff_pasc=5", "pc_working=12", "pc_adequate=15")

    said = call("answer", "26368", *values, "--basis", "declared")

    assert "Look again" in said.err
    assert "EQ-01" in said.out
    table = tmp_path / "t.csv"
    table.write_text("code,measure,value\n26041,pc_working,1\n26041,pc_adequate,2\n", "utf-8")
    assert len(call("declare", table, "--json").data["warnings"]) == 1


def test_an_edition_with_absurd_quantities_still_makes_a_workbook(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    shipped = (ROOT / "criteria" / "editions" / "default-2026.toml").read_text("utf-8")
    absurd = tmp_path / "lạ.toml"
    many = "999999999999999 * 999999999999999 * 1000"
    absurd.write_text(
        shipped.replace('quantity = "max(0, staff_pasc - pc_adequate)"', f'quantity = "{many}"'),
        "utf-8",
    )
    assert many in absurd.read_text("utf-8")
    assert call("round", "amend", "--catalogue", absurd).status == 0
    call("answer", "26368", "staff_pasc=5", "pc_working=5", "pc_adequate=1")

    said = call("export", "xlsx", "--out", tmp_path / "m.xlsx")

    assert said.status == 0


def test_a_province_is_searched_by_code_or_name(call: Callable[..., Said], file: Path) -> None:
    by_name = call("communes", "long thanh", "--province", "Đồng Nai", "--json").data

    assert by_name == call("communes", "long thanh", "--province", "75", "--json").data
    assert by_name[0]["code"] == "26368"


def test_a_workbook_never_takes_the_place_of_an_audit_file(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    disguised = tmp_path / "trap.xlsx"
    shutil.copy(file, disguised)
    before = file.read_bytes()

    assert call("export", "xlsx", "--out", file).status == 2
    assert call("export", "xlsx", "--out", disguised).status == 2
    assert call("export", "xlsx", "--out", ".").status == 2

    assert file.read_bytes() == before
    assert disguised.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "create trigger t before insert on record begin select raise(ignore); end",
        "create trigger t after insert on record begin delete from blob; end",
        "alter table record rename to held; create view record as select * from held",
    ],
)
def test_a_file_in_which_something_else_acts_is_not_opened(
    call: Callable[..., Said], file: Path, sql: str
) -> None:
    with sqlite3.connect(file) as connection:
        connection.executescript(sql)
    connection.close()

    said = call("answer", "26368", "pc_working=5")

    assert said.status == 1
    assert "altered" in said.err


def test_a_row_cut_by_its_decimal_comma_is_refused(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    rows = ["code,measure,value", "26368,t_loss,12,5", '26368,t_rtt,"12,5"', "26368,t_jit,"]
    table.write_text("\n".join(rows), "utf-8")

    said = call("declare", table, "--json").data

    assert (said["saved"], [row["line"] for row in said["refused"]]) == (1, [2])


def test_a_stranger_s_text_does_not_steer_the_terminal(
    call: Callable[..., Said], file: Path
) -> None:
    call("whoami", "--name", "Trần \x1b[31mĐỏ\u202e")

    said = call("answer", "26368", "pc_working=5", "--reason", "\x1b[2J vì thế")

    assert said.status == 0
    shown = call("show", "26368", "--criterion", "EQ-01")
    assert "\x1b" not in shown.out + shown.err
    assert "\u202e" not in shown.out


@pytest.mark.parametrize("text", ["\u200b", "\x01", " \ufeff "])
def test_what_nobody_sees_is_no_reason(call: Callable[..., Said], file: Path, text: str) -> None:
    assert call("override", "26368", "EQ-01", "met", "--reason", text).status == 2
    assert call("not-applicable", "26368", "QS-01", "--reason", text).status == 2


def test_one_is_not_yes(call: Callable[..., Said], file: Path) -> None:
    from audit.desk import Desk
    from audit.pen import Draft

    with Desk(file, write=True) as desk:
        desk.write([Draft("answer", "26368", "u_speaker", 1)])

    said = call("answer", "26368", "u_speaker=yes", "--json")

    assert said.data["saved"] == ["u_speaker"] or said.data["refused"]
    assert said.data["unchanged"] == []


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["status"], ["communes"]])
@pytest.mark.parametrize("stdout", ["closed", "full"])
def test_a_lost_output_is_no_failure_of_the_program(
    file: Path, arguments: list[str], stdout: str
) -> None:
    full = Path("/dev/full")
    if stdout == "full" and not full.exists():
        pytest.skip("this system has no /dev/full")
    redirect = ">&-" if stdout == "closed" else ">/dev/full"
    words = " ".join([f"'{sys.executable}' -m audit", *arguments, redirect])
    done = subprocess.run(
        ["/bin/sh", "-c", words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
        env={**os.environ, "READINESS_FILE": str(file)},
    )

    assert "Traceback" not in done.stderr
    assert "last-failure" not in done.stderr


def test_a_user_without_a_home_is_told_what_to_do(file: Path) -> None:
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can become a user without a home")
    script = (
        "import os, sys; os.setgid(54321); os.setuid(54321)\n"
        "from audit.__main__ import main\n"
        "sys.argv = ['readiness', 'whoami']\n"
        "sys.exit(main())\n"
    )
    hidden = ("HOME", "READINESS_HOME", "XDG_DATA_HOME")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={key: value for key, value in os.environ.items() if key not in hidden},
    )
    if "PermissionError" in done.stderr or "No module named" in done.stderr:
        pytest.skip("this Python lies where only root may read")

    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


def test_history_tells_all_that_was_stated_about_a_field(
    file: Path, call: Callable[..., Said]
) -> None:
    for value in (6, 7):
        assert call("answer", "26368", f"counters={value}", "--file", file).status == 0

    said = call("history", "26368", "counters", "--file", file, "--json")

    assert [(each["value"], each["stands"]) for each in said.data] == [
        ("7 counters", True),
        ("6 counters", False),
    ]
    assert "● 7 counters" in call("history", "26368", "COUNTERS", "--file", file).out
    refused = call("history", "26368", "counter", "--file", file)
    assert refused.status == 2
    assert "counters" in refused.err


def test_an_unknown_command_is_refused_without_english_words_in_vietnamese(
    call: Callable[..., Said],
) -> None:
    language.choose("vi")

    said = call("assign")

    assert said.status == 2
    assert "OPTIONS" not in said.err
    assert "LỆNH [ĐỐI-SỐ]…" in said.err
