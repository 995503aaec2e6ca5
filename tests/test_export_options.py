"""What every export is asked, and what is said of the figures on the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import load_workbook

from audit.cli.app import run
from audit.cli.export_options import target_of, told
from audit.clock import now
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose, day
from exports.excel import comparison_sheet
from tests.factories import ALL_MET, as_typed
from tests.laptops import COMMUNE, Laptop, office_of

ROOT: Final = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    """Return the office: it has closed the round, and corrected a value since."""
    laptop = office_of(file)
    laptop.does("answer", COMMUNE, *as_typed({**ALL_MET, "pc_adequate": 2}))
    laptop.does("round", "close", "--name", "Chốt lần 1")
    laptop.does("answer", COMMUNE, "pc_adequate=12")
    return laptop


def changes(path: Path) -> list[Any]:
    """Return what the workbook says of the commune's change; nothing where it says none."""
    rows = load_workbook(path)[comparison_sheet.title()].iter_rows(values_only=True)
    return [value for line in rows if line[1:2] == (COMMUNE,) for value in line]


def test_a_workbook_shows_what_changed_since_a_close(office: Laptop, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"

    office.does("export", "xlsx", "--out", str(out), "--compared-with", "chốt lần 1")

    assert "NM→M ↑" in changes(out)


def test_a_workbook_shows_what_changed_since_another_file(office: Laptop, tmp_path: Path) -> None:
    before, out = tmp_path / "before.audit", tmp_path / "b.xlsx"
    office.does("round", "new", "--province", "75", "--out", str(before))
    Laptop(office.home, before).does("answer", COMMUNE, *as_typed({**ALL_MET, "pc_adequate": 12}))
    office.does("answer", COMMUNE, "n_backup=none")

    office.does("export", "xlsx", "--out", str(out), "--previous", str(before))

    assert "M→PM ↓" in changes(out)
    # Whoever asks for no comparison gets none.
    office.does("export", "xlsx", "--out", str(out))
    assert changes(out) == []


def test_a_missing_earlier_file_or_close_is_refused_and_writes_nothing(
    office: Laptop, tmp_path: Path
) -> None:
    out = tmp_path / "c.xlsx"

    assert office.run("export", "xlsx", "--out", str(out), "--previous", "nowhere.audit") == 1
    assert office.run("export", "xlsx", "--out", str(out), "--compared-with", "Chốt 9") == 2

    assert not out.exists()


def test_an_earlier_file_is_of_another_round_of_this_province(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, copy, elsewhere = (tmp_path / name for name in ("o.xlsx", "copy.audit", "79.audit"))
    shutil.copy(office.path, copy)
    office.does("round", "new", "--province", "79", "--out", str(elsewhere))
    capsys.readouterr()

    for same in (office.path, copy):
        assert office.run("export", "xlsx", "--out", str(out), "--previous", str(same)) == 1
        assert "this is a file of the same round" in capsys.readouterr().err
    for when in ("", "Chốt lần 1"):
        options = ("--previous", str(elsewhere), "--compared-with", when)
        assert office.run("export", "xlsx", "--out", str(out), *options) == 1
        assert "a round of province 79" in capsys.readouterr().err
    assert not out.exists()

    # A point in time of this round can be named in an older copy of it, too.
    options = ("--previous", str(copy), "--compared-with", "Chốt lần 1")
    office.does("export", "xlsx", "--out", str(out), *options)
    assert "NM→M ↑" in changes(out)
    office.does("compare", str(copy), str(office.path))


def test_a_day_that_has_not_come_is_refused(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    today = now().date()
    tomorrow = today + timedelta(days=1)

    assert office.run("matrix", "--as-of", day(tomorrow)) == 2
    assert f"{day(tomorrow)} has not come yet" in capsys.readouterr().err
    assert office.run("compare", "--from", "Chốt lần 1", "--to", tomorrow.isoformat()) == 2
    office.does("matrix", "--as-of", day(today))


def test_json_says_what_was_written_as_of_when(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "d"

    said = office.data(
        capsys, "export", "xlsx", "--out", str(out), "--as-of", "Chốt lần 1", "--lang", "en"
    )

    assert said["path"] == str(out.with_suffix(".xlsx"))
    assert said["communes"] == 95
    assert said["as_of"]["close"] == "Chốt lần 1"


def test_a_target_takes_its_ending_and_no_other(tmp_path: Path) -> None:
    assert target_of(tmp_path / "báo cáo", ".xlsx").name == "báo cáo.xlsx"
    assert target_of(tmp_path / "B.XLSX", ".xlsx").name == "B.XLSX"

    for wrong in (
        "-",
        ".xlsx",
        "CON",
        "nul.xlsx",
        "lpt1 .tong-hop.xlsx",
        "a:b?.xlsx",
        "a.",
        "a.xlsx ",
    ):
        assert refused(tmp_path / wrong) is ErrorCode.WRITE_BAD_NAME, wrong
    for folder in ("", ".", "..", str(tmp_path), f"{tmp_path}/"):
        assert refused(type(tmp_path)(folder)) is ErrorCode.WRITE_IS_FOLDER, folder
    assert refused(tmp_path / "a.docx") is ErrorCode.WRITE_ENDING
    assert target_of(tmp_path / "Contract.xlsx", ".xlsx").name == "Contract.xlsx"


def refused(out: Path) -> ErrorCode:
    """Return why a target is refused."""
    with pytest.raises(ReadinessError) as caught:
        target_of(out, ".xlsx")
    assert caught.value.status == 2
    return caught.value.messages[0].code


def test_an_export_to_nowhere_is_wrong_usage(
    office: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())

    for kind in ("csv", "xlsx", "json", "html"):
        assert office.run("export", kind, "--out", "") == 2
    assert office.run("export", "docx", COMMUNE, "--out", " ") == 2
    assert office.run("export", "csv", "--out", "aux") == 2

    assert sorted(tmp_path.iterdir()) == before


def test_tables_never_take_the_place_of_files_of_ones_own(office: Laptop, tmp_path: Path) -> None:
    folder, packed = tmp_path / "tables", tmp_path / "tables.zip"
    folder.mkdir()
    own = folder / "communes.csv"
    own.write_text("mine")
    packed.write_bytes(b"PK mine")

    assert office.run("export", "csv", "--out", str(folder)) == 2
    assert office.run("export", "csv", "--out", str(packed)) == 2
    (folder / "datapackage.json").write_text('{"resources": [{"path": "communes.csv"}]}')
    assert office.run("export", "csv", "--out", str(folder)) == 2

    assert own.read_text() == "mine"
    assert packed.read_bytes() == b"PK mine"
    assert len(list(folder.iterdir())) == 2


def test_tables_take_the_place_of_an_earlier_export(office: Laptop, tmp_path: Path) -> None:
    targets = (tmp_path / "tables", tmp_path / "tables.zip")

    for target in targets:
        office.does("export", "csv", "--out", str(target))
        (tmp_path / "tables" / "mine.txt").write_text("mine")
        office.does("export", "csv", "--out", str(target))

    assert (tmp_path / "tables" / "mine.txt").read_text() == "mine"


def test_progress_is_shown_on_a_terminal_only_and_wiped_away_in_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told("Reading") is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert told("Reading", quiet=True) is None
    monkeypatch.setattr("audit.cli.export_options._SOON", -1)
    show = told("Reading")
    assert show is not None

    show(1, 2)
    begun = capsys.readouterr().err
    show(2, 2)

    assert "Reading: 1 of 2" in begun
    assert capsys.readouterr().err.strip() == ""


def test_how_far_figures_can_be_relied_on_is_told_in_words(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    office.does("quality")

    said = capsys.readouterr().out
    assert "complete: 1 of 95 communes and wards." in said
    assert "No commune has declared anything" in said
    assert "No file of an auditor has been taken in." in said
    line = next(line for line in said.splitlines() if line.startswith("Criteria not audited"))
    assert "1,504/1,520" in line
    assert "and 89 more" in line


def test_how_far_figures_can_be_relied_on_is_told_as_data(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    auditor = office.joined_by("Trần Thị Bình")
    auditor.does("answer", COMMUNE, "pc_adequate=12", "scanners=9", "--reason", "đã đếm")
    auditor.send(office)

    said = office.data(capsys, "quality")

    row = next(row for row in said["communes"] if row["code"] == COMMUNE)
    assert row["stated"] == row["asked"]
    # The auditor's key vouches for what came; the office's own is sealed when it is sent.
    assert row["unsealed"] == len(ALL_MET) + 1
    assert len(said["indicators"]["unaudited"]["communes"]) == 94
    (came,) = said["custody"]["files"]
    assert came["made_by"] == "Trần Thị Bình"
    assert came["records"] == 1
    assert said["custody"]["closed_as"] == "Chốt lần 1"
    json.dumps(said)


def test_a_name_with_accents_is_a_name_where_the_locale_knows_none(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from audit.cli.common import harmless, path_here; "
        "name = bytes.fromhex(sys.argv[1]).decode(); path = Path(path_here(name)); "
        "path.write_text('x'); sys.stdout.buffer.write(harmless(str(path)).encode())"
    )
    wanted = tmp_path / "Báo cáo đợt 1.txt"
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    # Given, as Python itself fails in such a locale where its .pth files name accents.
    bare["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))

    done = subprocess.run(  # noqa: S603 - this Python, on the script above
        [sys.executable, "-S", "-c", script, str(wanted).encode().hex()],
        cwd=ROOT,
        env=os.environ | bare,
        capture_output=True,
        check=True,
    )

    assert wanted.read_text() == "x"
    assert done.stdout.decode() == str(wanted)


def test_the_help_of_the_workbook_names_the_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "xlsx", "--help"]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert "readiness tasks import" in said
