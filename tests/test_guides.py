"""The guides: their pictures are there, both languages say the same, their commands run."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audit.cli.app import run
from audit.desk import Desk
from checklists.checklist import State
from criteria import language
from criteria.errors import ErrorCode
from tests.factories import ALL_MET, as_typed
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent.parent / "docs"
PAIRS = [
    ("huong-dan-kiem-tra-vien.md", "auditor-guide.md"),
    ("huong-dan-van-phong.md", "office-guide.md"),
    ("cach-doc-so-excel.md", "reading-the-workbook.md"),
]
GUIDES = [name for pair in PAIRS for name in pair]
PAGES = [*GUIDES, "file-format.md", "dinh-dang-tep.md"]
OTHER = "26041"
AN, BINH = "Nguyễn Văn An", "Trần Thị Bình"


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_and_page_that_a_guide_names_is_there(name: str) -> None:
    for target in re.findall(r"\]\((?!https:)([^)#]+)\)", (DOCS / name).read_text("utf-8")):
        assert (DOCS / target).is_file(), target


@pytest.mark.parametrize("pair", PAIRS)
def test_both_languages_have_the_same_chapters_pictures_and_keys(pair: tuple[str, str]) -> None:
    vi, en = ((DOCS / name).read_text("utf-8") for name in pair)

    assert len(re.findall("^## ", vi, re.MULTILINE)) == len(re.findall("^## ", en, re.MULTILINE))
    assert re.findall(r"pictures/vi/(\S+)\)", vi) == re.findall(r"pictures/en/(\S+)\)", en)
    keys = r"\*\*((?:F\d+|Ctrl\+\w|Enter|Del))\*\*"
    assert sorted(re.findall(keys, vi)) == sorted(re.findall(keys, en))


@pytest.mark.parametrize("name", GUIDES)
def test_the_pictures_load_nothing_from_elsewhere(name: str) -> None:
    for target in re.findall(r"\((pictures/[^)]+)\)", (DOCS / name).read_text("utf-8")):
        drawing = (DOCS / target).read_text("utf-8")
        assert "url(http" not in drawing
        assert "@import" not in drawing


def commands(name: str) -> Iterator[list[str]]:
    """Yield the commands of a guide, and write the tables it shows to where they are read."""
    text = (DOCS / name).read_text("utf-8")
    for table, block in re.findall(
        r"^```(?:csv (\S+))?\n(.*?)^```$", text, re.DOTALL | re.MULTILINE
    ):
        if table:
            Path(table).write_text(block, encoding="utf-8")
            continue
        for line in block.strip().splitlines():
            program, *arguments = shlex.split(line)
            assert program == "readiness"
            yield arguments


@pytest.mark.parametrize("name", PAIRS[0])
def test_every_command_of_the_auditors_guide_does_what_it_says(
    name: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    office = office_of(file)
    auditor = office.joined_by("Nguyễn Văn An")
    monkeypatch.chdir(file.parent)
    language.choose("en")
    sent = [""]
    for arguments in commands(name):
        command = arguments[0]
        for picture in (each for each in arguments if each.endswith(".jpg")):
            Image.new("RGB", (640, 480), "white").save(picture)
        if command == "sign-off":
            arguments += ["--reason", "chưa đủ"]  # the commune of this test has gaps
        if command == "merge":
            office.does("merge", sent[-1])
            office.does("review", "return", COMMUNE, "--comment", "EQ-02=Đếm lại")
            for back, what in zip(arguments[1:], ("slip", "receipt"), strict=True):
                office.does(what, COMMUNE, "--out", back)
        sent += arguments[-1:] if command == "send" else []

        assert auditor.run(*arguments) == (1 if command == "missing" else 0), arguments
    office.does("merge", sent[-1])
    assert office.checklist().state is State.RECEIVED
    assert auditor.checklist().state is State.SIGNED


@pytest.mark.parametrize("name", PAIRS[1])
def test_every_command_of_the_offices_guide_does_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Laptop(tmp_path / "office", tmp_path / "dot-1.audit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("READINESS_HOME", str(office.home))
    language.choose("en")
    given = [each[-1] for each in commands(name) if each[0] == "check"]
    inbox = Path(given[0])
    for arguments in commands(name):
        if arguments[:2] == ["roster", "add"] and len(arguments[2]) == 64:
            arguments[2] = introduced(tmp_path / "minh", "Lê Minh").public_key
        if arguments[0] == "check":
            hand_in_to(inbox, tmp_path / "giao")
        if arguments[:2] == ["batch", "undo"]:
            batches = office.data(capsys, "batch", "list")
            arguments[2] = next(each["id"] for each in batches if each["made_by"] == BINH)
        if "sao-luu/dot-1.audit" in arguments:
            Path("sao-luu").mkdir()
            shutil.copy("dot-1.audit", "sao-luu")

        refuses = str(inbox) in arguments  # one of the files there is spoilt
        assert run(arguments) == int(refuses), arguments
    assert len(list(Path("dot-1.quarantine").glob("*.refused"))) == 1
    for made in ("bao-cao.xlsx", "bao-cao.html", "so-lieu.zip", "nhiem-vu.xlsx"):
        assert Path(made).is_file()
    assert len(list(Path("bien-ban").glob("*.docx"))) == 95
    told = capsys.readouterr().out
    assert "Nguyễn Văn An" in told
    with Desk(office.path) as desk:
        assert desk.checklist(OTHER).state is State.ACCEPTED
        assert desk.checklist(COMMUNE).state is State.RETURNED
        assert not desk.checklist(COMMUNE).conflicts
        assert [known.is_revoked for known in desk.round.roster.values()].count(True) == 1
        assert len(desk.round.office_keys) == 2


def introduced(home: Path, name: str) -> Laptop:
    """Return the laptop of somebody who has said who they are; there is no file yet."""
    laptop = Laptop(home, home.with_suffix(".audit"))
    laptop.does("whoami", "--name", name)
    return laptop


def hand_in_to(inbox: Path, given: Path) -> None:
    """Have both auditors work on what they were given and hand it in; a third file is cut off."""
    inbox.mkdir()
    assert sorted(each.name for each in given.iterdir()) == sorted(
        ["giao-nguyen-van-an.audit", "giao-tran-thi-binh.audit", "them-binh.audit"]
    )
    an = introduced(given.parent / "an", AN)
    shutil.copy(given / "giao-nguyen-van-an.audit", an.path)
    an.does("answer", OTHER, *as_typed(ALL_MET))
    an.does("answer", COMMUNE, "pc_working=12", "printers=3")
    for code in (OTHER, COMMUNE):
        an.does(
            "sign-off", code, "--by", "Lê Văn Xã", "--title", "Chủ tịch", "--reason", "Còn thiếu"
        )
    an.does("send", "--out", str(inbox / "nop-an.audit"))
    binh = introduced(given.parent / "binh", BINH)
    shutil.copy(given / "giao-tran-thi-binh.audit", binh.path)
    binh.does("merge", str(given / "them-binh.audit"))
    binh.does("answer", COMMUNE, "pc_working=14", "printers=4", "scanners=2")
    binh.does("send", "--out", str(inbox / "nop-binh.zip"))
    (inbox / "hong.audit").write_bytes((inbox / "nop-an.audit").read_bytes()[:9000])


@pytest.mark.parametrize(("name", "spoken"), zip(PAIRS[1], ("vi", "en"), strict=True))
def test_the_guide_quotes_what_the_program_says(name: str, spoken: str) -> None:
    language.choose(spoken)
    said = [language._(code.value) for code in ErrorCode]
    rows = re.findall(r"^\| ([^|]*“[^|]*) \|", (DOCS / name).read_text("utf-8"), re.MULTILINE)

    quoted = [each.removesuffix(" …") for row in rows for each in re.findall("“([^”]+)”", row)]

    assert len(quoted) == 8
    assert [quote for quote in quoted if not any(quote in text for text in said)] == []


@pytest.mark.parametrize("pair", PAIRS)
def test_both_languages_show_the_same_commands(
    pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    vi, en = ([shape(each) for each in commands(name)] for name in pair)

    assert vi == en


def shape(arguments: list[str]) -> list[str]:
    """Return a command without the texts in it, which differ by language."""
    return [each for each in arguments if " " not in each and not each.endswith(".jpg")]
