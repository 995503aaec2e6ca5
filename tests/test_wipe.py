"""After the round everything the program keeps is listed, told what it is worth, and taken away."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
import tempfile
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from audit import wipe
from audit.cli.app import run
from audit.holding import hold
from audit.identity import auditor
from audit.places import Place, remember_place
from audit.recent import recent_files
from audit.settings import home, keep_view, load_settings
from audit.unsaved import Unsaved
from audit.wipe import Scope, plan
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.laptops import COMMUNE, Laptop, office_of

ALL = ("wipe", "--all", "--yes")


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose("en")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


@pytest.fixture
def laptop(office: Laptop, tmp_path: Path) -> Laptop:
    """An auditor's, with one commune answered."""
    held = office.joined_by("Trần Thị Bình")
    (tmp_path / "work").mkdir()
    held.path = held.path.rename(tmp_path / "work" / "Đợt 1.audit")
    held.does("answer", COMMUNE, "pc_working=12")
    return held


def there(laptop: Laptop) -> set[str]:
    """Return the names of all files in the folders of the program, but for locks."""
    folders = (laptop.path.parent, laptop.home)
    return {each.name for folder in folders for each in folder.rglob("*") if each.is_file()}


def test_all_that_the_program_keeps_goes_and_its_folder_with_it(laptop: Laptop) -> None:
    with laptop.at():
        # Everything that puts something into the user's own folder.
        remember_place(laptop.path, Place(COMMUNE, "EQ-01", "pc_working"))
        Unsaved(laptop.path, "EQ-01/note").keep("Máy in ở quầy 3 hỏng, đã báo từ tháng trước")
        mark = hold(laptop.path)
        assert mark is not None
        mark.release()
        keep_view("d" * 33, "overview", {"sort": "class"})
        (home() / "last-failure.txt").write_text("readiness 1", "utf-8")
    laptop.path.with_name(f".{laptop.path.name}.0a1b2c3d.tmp").write_bytes(b"half")
    quarantine = laptop.path.with_name(f"{laptop.path.stem}.quarantine")
    quarantine.mkdir()
    for name in ("0" * 64 + ".refused", "0" * 64 + ".json", "0" * 64 + ".txt"):
        (quarantine / name).write_text("{}", "utf-8")

    laptop.does(*ALL)

    assert not laptop.home.exists()
    assert [*laptop.path.parent.iterdir()] == []


def test_every_name_that_is_written_into_the_users_folder_is_known() -> None:
    known = {*wipe._SETTINGS, *wipe._IDENTITY, *wipe._MEMORY, wipe._VIEWING, "demo"}
    found = set()
    for path in Path(wipe.__file__).parent.rglob("*.py"):
        source = path.read_text("utf-8")
        constants = dict(re.findall(r'^(_[A-Z]+): Final = "(.+)"$', source, re.MULTILINE))
        named = re.findall(r'\bhome\(\) / ("[\w.-]+"|_[A-Z]+)', source)
        if path.name == "settings.py":
            named += re.findall(r"\bfolder / (_[A-Z]+)\b", source)
        found |= {constants.get(name, name.strip('"')) for name in named}

    assert {"settings.json", "auditor.key", "writers", "unsaved"} <= found
    assert {name for name in found - known if not wipe._LOGS.fullmatch(name)} == set()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the rights of the profile")
def test_the_users_folder_is_made_for_nobody_else() -> None:
    assert run(["whoami", "--name", "Trần Thị Bình"]) == 0

    assert home().stat().st_mode & 0o077 == 0
    assert (home() / "auditor.key").stat().st_mode & 0o077 == 0


def test_what_is_not_ours_stays_and_is_named(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = [
        laptop.home / "ảnh gia đình.jpg",
        laptop.home / "places" / "notes.txt",
        laptop.path.with_name("báo cáo.xlsx"),
        laptop.path.with_name("Đợt 1.quarantine") / "thư.docx",
    ]
    for path in theirs:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"theirs")

    data = laptop.data(capsys, *ALL)

    assert all(path.read_bytes() == b"theirs" for path in theirs)
    assert {*data["not_ours"]} == {str(path) for path in theirs if path.suffix != ".xlsx"}
    assert there(laptop) == {path.name for path in theirs}


def test_a_file_of_another_program_is_never_taken(office: Laptop, tmp_path: Path) -> None:
    for name, content in (("a.audit", b"not ours"), ("b.audit", b"")):
        (tmp_path / name).write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "c.audit")) as other:
        other.execute("create table record (a)")

    codes = [office.run("wipe", "--file", str(tmp_path / f"{x}.audit"), "--yes") for x in "abc"]

    assert codes == [1, 1, 1]
    assert (tmp_path / "a.audit").read_bytes() == b"not ours"
    assert (tmp_path / "c.audit").stat().st_size > 0


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no links")
def test_links_are_not_followed(laptop: Laptop, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = elsewhere / ("0" * 32 + ".json")
    kept.write_text("{}", "utf-8")
    try:
        (tmp_path / "link.audit").symlink_to(laptop.path)
        (laptop.home / "places").symlink_to(elsewhere)
        (laptop.home / "viewing").mkdir()
        (laptop.home / "viewing" / "01234567 a.jpg").symlink_to(kept)
        laptop.path.with_name("Đợt 1.quarantine").symlink_to(elsewhere)
    except OSError:
        pytest.skip("this user may not make links")

    assert laptop.run("wipe", "--file", str(tmp_path / "link.audit"), "--yes") == 1
    laptop.does(*ALL)

    assert kept.read_text("utf-8") == "{}"
    assert not laptop.path.exists()
    assert (laptop.home / "places").is_symlink()


def test_a_folder_that_becomes_a_link_while_one_is_asked_is_not_followed(
    laptop: Laptop, tmp_path: Path
) -> None:
    kept = tmp_path / "elsewhere" / laptop.path.name
    with laptop.at():
        planned = plan(Scope(laptop.path))
        laptop.path.parent.rename(kept.parent)
        try:
            laptop.path.parent.symlink_to(kept.parent)
        except OSError:
            pytest.skip("this user may not make links")

        outcome = wipe.wipe(planned)

    assert kept.exists()
    assert laptop.path in [left.path for left in outcome.left]


def test_a_look_changes_nothing(laptop: Laptop) -> None:
    before = there(laptop)
    content = laptop.path.read_bytes()

    laptop.does("wipe", "--all", "--dry-run")

    assert there(laptop) == before
    assert laptop.path.read_bytes() == content


def test_without_a_choice_everything_is_listed_and_nothing_goes(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    before = there(laptop)

    code = laptop.run("wipe", "--yes")

    said = capsys.readouterr()
    assert code == 2
    assert str(laptop.path) in said.out
    assert "--identity for your name and key" in said.err
    assert there(laptop) == before


def test_without_a_terminal_nobody_is_asked_and_nothing_goes(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert laptop.run("wipe", "--all") == 2

    assert "this is no terminal" in capsys.readouterr().err
    assert laptop.path.exists()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "code"),
    [("DELETE", 0), ("xóa", 0), ("XOÁ ", 0), ("xoa", 0), ("", 1), ("yes", 1), ("delet", 1)],
)
def test_only_the_word_in_either_language_deletes(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{typed}\n"))

    assert laptop.run("wipe", "--file", str(laptop.path)) == code

    assert laptop.path.exists() == bool(code)


def test_one_file_goes_with_what_is_remembered_of_it_and_the_rest_stays(laptop: Laptop) -> None:
    other = laptop.path.with_name("Đợt 2.audit")
    other.write_bytes(laptop.path.read_bytes())
    with laptop.at():
        remember_place(other, Place(COMMUNE, "EQ-01", "pc_working"))
        remember_place(laptop.path, Place(COMMUNE, "EQ-01", "pc_working"))

    laptop.does("wipe", "--file", str(laptop.path), "--yes")

    with laptop.at():
        assert auditor() is not None
        assert load_settings().last_file == ""
        assert recent_files() == []
    assert other.exists()
    assert len([*(laptop.home / "places").iterdir()]) == 1
    assert [*(laptop.home / "writers").iterdir()] == []


def test_the_identity_goes_alone(laptop: Laptop) -> None:
    laptop.does("wipe", "--identity", "--yes")

    with laptop.at():
        assert auditor() is None
    assert laptop.path.exists()
    assert not (laptop.home / "auditor.key").exists()
    assert (laptop.home / "settings.json").exists()


def lost(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> Any:
    return laptop.data(capsys, "wipe", "--all", "--dry-run")["lost"]


def test_what_was_not_handed_in_or_has_no_receipt_is_told(
    laptop: Laptop, office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "biên bản.txt"
    photo.write_text("Biên bản kiểm kê", "utf-8")
    laptop.does("attach", COMMUNE, "EQ-01", str(photo))
    at_first = lost(laptop, capsys)
    handed_in = tmp_path / "nop.audit"
    laptop.does("send", COMMUNE, "--out", str(handed_in))
    sent = lost(laptop, capsys)
    office.takes(handed_in)
    office.does("receipt", COMMUNE, "--out", str(tmp_path / "bien-nhan.audit"))
    laptop.takes(tmp_path / "bien-nhan.audit")
    confirmed = lost(laptop, capsys)
    laptop.does("answer", COMMUNE, "printers=2")
    changed = lost(laptop, capsys)

    assert (at_first["unsent"], at_first["unconfirmed"]) == ([COMMUNE], [])
    assert (at_first["photos"], at_first["photo_bytes"]) == (1, len("Biên bản kiểm kê".encode()))
    assert (sent["unsent"], sent["unconfirmed"], sent["photos"]) == ([], [COMMUNE], 1)
    assert (confirmed["unsent"], confirmed["unconfirmed"], confirmed["photos"]) == ([], [], 0)
    assert changed["unsent"] == [COMMUNE]
    assert at_first["key"] == laptop.key
    assert not at_first["is_office_key"]


def test_what_was_stated_under_a_former_key_counts_as_ones_own(
    laptop: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "biên bản.txt"
    photo.write_text("Biên bản kiểm kê", "utf-8")
    laptop.does("attach", COMMUNE, "EQ-01", str(photo))
    (laptop.home / "auditor.key").unlink()
    laptop.does("whoami", "--name", "Trần Thị Bình")

    said = lost(laptop, capsys)

    assert (said["unsent"], said["photos"]) == ([COMMUNE], 1)


def test_many_files_in_one_folder_are_counted_and_a_few_are_named(
    laptop: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "temporary" / "readiness-abcdefgh"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number:03}.jpg").write_bytes(b"x")
    os.utime(folder, (1, 1))
    capsys.readouterr()

    laptop.does("wipe", "--all", "--dry-run")

    said = capsys.readouterr().out
    assert "200 files, among them readiness-abcdefgh" in said
    assert said.count(".jpg") == 3


def test_the_office_is_told_that_its_file_is_the_round(
    laptop: Laptop, office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    laptop.send(office)

    said = lost(office, capsys)

    assert said["is_office"]
    assert said["is_office_key"]
    assert (said["records"], said["taken_in"]) == (1, 1)


def test_a_key_of_the_office_is_told_even_where_only_it_goes(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("status")

    said = office.data(capsys, "wipe", "--identity", "--dry-run")

    assert said["lost"]["is_office_key"]


def test_a_damaged_file_goes_and_says_that_nobody_knows_what_it_held(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    content = laptop.path.read_bytes()
    laptop.path.write_bytes(content[: len(content) // 2])

    data = laptop.data(capsys, *ALL)

    assert "damaged" in data["lost"]["problem"]
    assert not laptop.path.exists()


def test_while_the_app_is_open_nothing_goes(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    before = there(laptop)
    with laptop.at():
        mark = hold(laptop.path)
        assert mark is not None
        codes = [
            laptop.run("wipe", *what, "--yes")
            for what in (("--all",), ("--identity",), ("--file", str(laptop.path)))
        ]
        mark.release()

    assert codes == [1, 1, 1]
    assert "The app is still open" in capsys.readouterr().err
    assert there(laptop) >= before


def test_while_a_command_is_writing_nothing_goes(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.file.WAIT_SECONDS", 0.0)
    with closing(sqlite3.connect(laptop.path, isolation_level=None)) as other, laptop.at():
        other.execute("begin immediate")

        with pytest.raises(ReadinessError) as refused:
            wipe.wipe(plan(Scope(laptop.path)))

    assert refused.value.messages[0].code is ErrorCode.FILE_BUSY
    assert laptop.path.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may do anything")
def test_what_does_not_go_is_told_and_keeps_the_key(laptop: Laptop) -> None:
    laptop.path.parent.chmod(0o500)
    try:
        code = laptop.run(*ALL)
    finally:
        laptop.path.parent.chmod(0o700)

    assert code == 1
    assert laptop.path.exists()
    assert (laptop.home / "auditor.key").exists()


def test_where_the_audit_file_does_not_go_the_key_stays_and_both_are_told(
    laptop: Laptop,
) -> None:
    with laptop.at():
        planned = plan(Scope(laptop.path, has_identity=True))
        # What stands there now is no file any more: it cannot be taken away as one.
        laptop.path.unlink()
        laptop.path.mkdir()

        outcome = wipe.wipe(planned)

    left = {each.path.name: each.reason for each in outcome.left}
    assert left[laptop.path.name] == "it is not what it was a moment ago"
    assert left["auditor.key"] == "kept, because the audit file is still there"
    assert (laptop.home / "auditor.key").exists()


def test_only_old_temporary_folders_of_this_program_go(laptop: Laptop, tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    for name in ("readiness-abcd1234", "readiness-abcd5678", "readiness-of-my-own", "other"):
        (folder / name).mkdir()
        (folder / name / "1.audit").write_bytes(b"x")
    for name in ("readiness-abcd1234", "readiness-of-my-own", "other"):
        os.utime(folder / name, (0, 0))

    laptop.does(*ALL)

    left = sorted(path.name for path in folder.iterdir())
    assert left == ["other", "readiness-abcd5678", "readiness-of-my-own"]


def test_the_made_up_round_of_the_app_goes_and_what_was_exported_beside_it_stays(
    laptop: Laptop,
) -> None:
    folder = laptop.home / "demo"
    (folder / "tep-nop").mkdir(parents=True)
    for name in ("dong-nai-dot-1.audit", "tep-nop/1.audit"):
        (folder / name).write_bytes(laptop.path.read_bytes())
    for name in ("bao-cao.xlsx", "của tôi.xlsx"):
        (folder / name).write_bytes(b"x")

    laptop.does(*ALL)

    assert there(laptop) == {"của tôi.xlsx"}


def test_other_audit_files_are_named_and_stay(
    laptop: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = laptop.path.with_name("nop.audit")
    laptop.does("send", COMMUNE, "--out", str(beside))
    worked_on = tmp_path / "Đợt 0.audit"
    worked_on.write_bytes(laptop.path.read_bytes())
    laptop.does("answer", COMMUNE, "printers=2", "--file", str(worked_on))
    laptop.does("status")

    data = laptop.data(capsys, *ALL)

    assert set(data["other_audit_files"]) == {str(beside), str(worked_on)}
    assert beside.exists()
    assert worked_on.exists()


def test_the_list_says_what_cannot_be_removed(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    laptop.does("wipe", "--all", "--dry-run")

    said = " ".join(capsys.readouterr().out.split())
    for words in ("sticks", "lies in the office", "exported", "not overwritten", "BitLocker"):
        assert words in said


def test_where_nothing_is_kept_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [run(["wipe", what, "--yes"]) for what in ("--identity", "--all")]

    assert codes == [0, 0]
    assert capsys.readouterr().out.count("keeps nothing here") == 2
    assert not home().exists()


def test_data_are_json_whatever_the_choice(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    laptop.does("wipe", "--file", str(laptop.path), "--yes", "--json")

    data = json.loads(capsys.readouterr().out)
    assert str(laptop.path) in data["removed"]
    assert data["left"] == []
    assert [item["what"] for item in data["items"]] == ["audit_file", "memory"]
