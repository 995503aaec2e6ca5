"""The guides: their pictures are there, both languages say the same, their commands run."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from babel.messages.pofile import read_po

from audit.cli.app import Program, run
from audit.desk import Desk
from checklists.checklist import State
from checklists.profile import DEFAULT_PROFILE, load_profile
from criteria import language
from criteria.errors import ErrorCode
from criteria.lint import lint_file
from tests.factories import ALL_MET, as_typed
from tests.guides import DOCS, PAGES, ROOT, commands, page, shape, steps
from tests.laptops import COMMUNE, Laptop, office_of
from tools import house, troubles

if TYPE_CHECKING:
    from babel.messages.catalog import Message

AUDITORS = ("huong-dan-kiem-tra-vien.md", "auditor-guide.md")
OFFICE = ("huong-dan-van-phong.md", "office-guide.md")
TROUBLE = ("khi-gap-su-co.md", "when-something-goes-wrong.md")
CRITERIA = ("doi-tieu-chi.md", "changing-criteria.md")
DEVELOPERS = ("cho-nguoi-phat-trien.md", "for-developers.md")
START = ("README.vi.md", "README.md")
PAIRS = [
    START,
    AUDITORS,
    OFFICE,
    TROUBLE,
    CRITERIA,
    ("cach-doc-so-excel.md", "reading-the-workbook.md"),
    DEVELOPERS,
    ("dinh-dang-tep.md", "file-format.md"),
    ("quy-tac-gop.md", "merge-laws.md"),
]
WITHOUT_STEPS = [("cai-dat.md", "install.md"), ("SECURITY.vi.md", "SECURITY.md")]
"""Their commands are not those of a round; test_kit looks at those of installing."""
OTHER = "26041"
OF_OTHER_PROGRAMS = ("Sử dụng clipboard cho unicode",)
"""What a page quotes of UniKey."""
AN, BINH = "Nguyễn Văn An", "Trần Thị Bình"


def paths(text: str) -> list[str]:
    """Return the pages, pictures and folders that a page leads to."""
    return re.findall(r"\]\((?!https:|#)([^)#]+)(?:#[^)]*)?\)", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_every_picture_and_page_that_a_page_names_is_there(path: Path) -> None:
    for target in paths(path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_a_chapter_that_is_named_is_there(path: Path) -> None:
    for target, chapter in re.findall(r"\]\((?!https:)([^)#]*)#([^)]+)\)", path.read_text("utf-8")):
        text = (path.parent / target if target else path).read_text("utf-8")
        headings = re.findall("^#+ (.*)", text, re.MULTILINE)
        anchors = [re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings]

        assert chapter in anchors


def test_every_page_is_in_the_index_in_both_languages() -> None:
    listed = set(paths(page("docs/README.md")))

    assert {each.name for each in DOCS.glob("*.md")} - {"README.md"} <= listed


@pytest.mark.parametrize("pair", [*PAIRS, *WITHOUT_STEPS], ids=lambda pair: pair[1])
def test_both_languages_have_the_same_chapters_pictures_and_keys(pair: tuple[str, str]) -> None:
    vi, en = (page(name) for name in pair)

    heads = [[len(each) for each in re.findall("^#+", text, re.MULTILINE)] for text in (vi, en)]
    assert heads[0] == heads[1]
    assert re.findall(r"pictures/vi/(\S+)\)", vi) == re.findall(r"pictures/en/(\S+)\)", en)
    keys = r"\*\*((?:F\d+|Ctrl\+\w|Enter|Del))\*\*"
    assert sorted(re.findall(keys, vi)) == sorted(re.findall(keys, en))


def test_the_pictures_load_nothing_from_elsewhere() -> None:
    for drawing in (path.read_text("utf-8") for path in DOCS.rglob("*.svg")):
        assert "url(http" not in drawing
        assert "@import" not in drawing


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[1])
def test_both_languages_have_their_readers_do_the_same(pair: tuple[str, str]) -> None:
    vi, en = (
        [(shape(each.command), each.file, each.found, each.text) for each in steps(name)]
        for name in pair
    )

    assert vi == en


def test_every_page_with_commands_is_tried_below() -> None:
    tried = {*AUDITORS, *OFFICE, *TROUBLE, *CRITERIA, *START}
    theirs = {name for pair in WITHOUT_STEPS for name in pair}

    shown = {path.name for path in PAGES if re.search("^```\nreadiness", path.read_text(), re.M)}

    assert shown - theirs <= tried


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_every_command_in_the_text_is_one_of_the_program(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        return  # it speaks of the past, too
    for shown in re.findall(r"`readiness ([a-z][^`]*)`", path.read_text("utf-8")):
        held: click.Command = Program()
        context = click.Context(held)
        words = shown.split()
        while words and isinstance(held, click.Group):
            found = held.get_command(context, words.pop(0))
            assert found is not None, shown
            held = found
        known = {name for option in held.params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= known | {"--help"}, shown


@pytest.mark.parametrize("name", [*DEVELOPERS, "CONTRIBUTING.md", *START])
def test_every_module_and_folder_that_a_page_names_is_there(name: str) -> None:
    for shown in re.findall(
        r"`((?:audit|checklists|criteria|exports|tests|tools)/[^`*]*)`", page(name)
    ):
        assert [*ROOT.glob(shown.replace("VERSION", "*").rstrip("/"))], shown


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_every_target_of_make_is_there(path: Path) -> None:
    made = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    assert {*re.findall(r"`make ([a-z]+)", path.read_text("utf-8"))} <= {*made}


def test_the_first_steps_can_be_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo(tmp_path / "quay.jpg")
    monkeypatch.chdir(tmp_path)
    language.choose("en")

    for arguments in commands(START[0]):
        if arguments[0] != "demo":  # takes long, and test_demo runs it
            assert run(arguments) == (1 if arguments[0] == "missing" else 0), arguments

    assert Path("bao-cao.xlsx").is_file()


def photo(path: Path) -> None:
    """Put a picture there."""
    from PIL import Image

    Image.new("RGB", (640, 480), "white").save(path)


def test_every_command_of_the_auditors_guide_does_what_it_says(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(file)
    auditor = office.joined_by(AN)
    monkeypatch.chdir(file.parent)
    language.choose("en")
    sent = [""]
    for arguments in commands(AUDITORS[0]):
        command = arguments[0]
        for picture in (each for each in arguments if each.endswith(".jpg")):
            photo(Path(picture))
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


def test_every_command_of_the_offices_guide_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Laptop(tmp_path / "office", tmp_path / "dot-1.audit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("READINESS_HOME", str(office.home))
    language.choose("en")
    given = [each[-1] for each in commands(OFFICE[0]) if each[0] == "check"]
    inbox = Path(given[0])
    Path("it.csv").write_text(f"code\n{COMMUNE}\n{OTHER}\n26380\n", "utf-8")
    for arguments in commands(OFFICE[0]):
        if arguments[:2] == ["round", "new"]:
            arguments += ["--communes", "it.csv"]  # minutes of 95 communes take long
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
    assert len(list(Path("bien-ban").glob("*.docx"))) == 3
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
    binh.does(
        "answer",
        COMMUNE,
        "pc_working=14",
        "printers=4",
        "scanners=1",
        "scanners_adf=1",
        "counters=4",
        "staff_pasc=8",
    )
    binh.does("send", "--out", str(inbox / "nop-binh.zip"))
    (inbox / "hong.audit").write_bytes((inbox / "nop-an.audit").read_bytes()[:9000])


def test_what_to_do_in_trouble_can_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = introduced(tmp_path / "office", "Phạm Thu Hà")
    office.path = tmp_path / "dot-1.audit"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("READINESS_HOME", str(office.home))
    language.choose("en")
    office.does("round", "new", "--province", "75", "--out", "dot-1.audit")
    office.does("round", "assign", "--auditor", AN, "--communes", COMMUNE, "--out", "giao-an.audit")
    an = introduced(tmp_path / "an", AN)
    shutil.copy("giao-an.audit", an.path)
    an.does("answer", COMMUNE, "pc_working=12", "counters=5")
    an.does("send", "--out", "nop-an.audit")
    shutil.copytree(an.home, "nhan")
    shutil.copy("nop-an.audit", "nhan")
    office.does("merge", "nop-an.audit")
    office.does("roster", "add", "nop-an.audit")
    office.does("answer", COMMUNE, "pc_working=11")
    office.sign("--reason", "Còn thiếu")
    shutil.copy("dot-1.audit", "ban-sao.audit")
    office.does("answer", COMMUNE, "printers=3", "--file", "ban-sao.audit", "--reason", "Bản sao")

    for arguments in commands(TROUBLE[0]):
        if arguments[:2] == ["batch", "undo"]:
            batches = office.data(capsys, "batch", "list")
            arguments[2] = next(each["id"] for each in batches if each["source"] == "ban-sao.audit")
        if "--file" not in arguments:
            monkeypatch.setenv("READINESS_FILE", "dot-1.audit")
        finds = arguments == ["doctor"]  # what is wrong with the machine of who runs this
        assert run(arguments) in ((0, 1) if finds else (0,)), arguments

    with an.at(), Desk(Path("giao-an-lan-2.audit")) as desk:
        assert desk.checklist(COMMUNE).answer("counters").value == 5


def test_the_drawing_of_the_house_shows_modules_that_are_there() -> None:
    for box in house.BOXES:
        for each in re.split("[·|]", box.modules):
            name = each.strip().removesuffix(".py")
            folder = ROOT if "/" in name else ROOT / "[ace]*"
            assert [*ROOT.glob(f"{folder.relative_to(ROOT)}/{name}*")], each
    for spoken in ("vi", "en"):
        kept = DOCS / "pictures" / spoken / house.NAME
        assert kept.read_text("utf-8") == house.drawing(spoken), "run: make pictures"


@pytest.mark.parametrize("spoken", troubles.PAGES)
def test_the_pages_on_trouble_have_every_message_of_the_program(spoken: str) -> None:
    path, today = troubles.page(spoken)

    assert path.read_text("utf-8") == today, "run: make texts"
    codes = re.findall(r"^- .* `([a-z0-9_]+)`$", today, re.MULTILINE)
    assert sorted(codes) == sorted(each.name.lower() for each in ErrorCode)


def test_all_advice_is_about_messages_of_the_program_and_in_both_languages() -> None:
    known = troubles.data()

    assert {*known["advice"]} <= {each.name for each in ErrorCode}
    for text in (*known["advice"].values(), *(each["title"] for each in known["groups"])):
        assert {*text} == {"vi", "en"}
        assert all(each.strip() for each in text.values())


def test_an_edition_changed_as_the_page_says_is_sound_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    language.choose("en")
    Laptop(tmp_path / "home", tmp_path / "x").does("whoami", "--name", "Phạm Thu Hà")
    tables = (".toml", ".csv")
    for step in steps(CRITERIA[0]):
        if step.command:
            assert run(step.command) == 0, step.command
            continue
        step.edit()
        if step.file == "tieu-chi-75.toml" and "rule" not in step.text:
            tomllib.loads(Path(step.file).read_text("utf-8"))
        assert step.file.endswith(tables)

    told = capsys.readouterr()
    assert "3 communes, 17 criteria" in told.out
    assert lint_file(Path("tieu-chi-75.toml")) == []
    assert load_profile("75", Path("ho-so-75.toml")).classes.yellow_index == 80
    with Desk(Path("dot-1-2027.audit")) as desk:
        assert desk.round.catalogue.about.official
        assert desk.round.catalogue.criterion("EQ-05").group == "EQ"
        assert desk.round.profile.prices["printer"].million_vnd == 12.5
        assert desk.round.profile.switches["require_ipv6"] is True


def test_the_copy_of_the_profile_changes_nothing_until_a_mark_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    language.choose("en")

    assert run(["catalogue", "copy", "--profile", "--out", "p.toml"]) == 0
    assert run(["catalogue", "copy", "--profile", "--out", "p.toml"]) == 1, "it is there already"

    copied = Path("p.toml").read_text("utf-8")
    assert load_profile("75", Path("p.toml")) == load_profile("75")
    marked = re.sub(r"^#(?=[^# \n]| *\{)", "", copied, flags=re.MULTILINE)
    assert marked == DEFAULT_PROFILE.read_text("utf-8")


@pytest.mark.parametrize("pair", PAIRS[:5], ids=lambda pair: pair[1])
@pytest.mark.parametrize(("spoken", "number"), [("vi", 0), ("en", 1)])
def test_a_page_quotes_what_the_program_says(
    pair: tuple[str, str], spoken: str, number: int
) -> None:
    with (language.LOCALE_FOLDER / spoken / "LC_MESSAGES" / "readiness.po").open("rb") as file:
        said = {text for message in read_po(file) for text in texts_of(message, spoken)}
    own_words, _mark, _codes = page(pair[number]).partition(troubles.MARK)

    for quote in re.findall("“([^“”]+)”", own_words):
        words = re.sub(r"^[\w.-]+\.(toml|audit): ", "", " ".join(quote.split()))
        for part in filter(None, (each.strip(" .,") for each in words.split("…"))):
            assert any(part in text for text in said) or quote in OF_OTHER_PROGRAMS, quote


def texts_of(message: Message, spoken: str) -> list[str]:
    """Return what a message says in a language."""
    held = message.string if spoken == "vi" else message.id
    return [held] if isinstance(held, str) else [*(held or ())]
