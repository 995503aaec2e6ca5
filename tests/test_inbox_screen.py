"""Taking in, in the app: look first, take in or back; and the auditor's slips and assignments."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from textual import events
from textual.widgets import OptionList, Static

from audit import arrivals
from audit.assigning import Assigned, record_assignments, write_assignment
from audit.cli.app import run
from audit.desk import Desk
from audit.evidence import attach, prepare
from audit.file import AuditFile
from audit.identity import signer
from audit.intake import sources
from audit.merge import merge
from audit.package import Kind
from audit.quarantine import folder_of
from audit.review import return_draft
from audit.sending import hand_in
from audit.settings import load_settings
from audit.slips import write_slip
from audit.tui.screens.ask import Ask
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.inbox import FilesList, InboxScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.pick_file import PickFile
from audit.tui.screens.returned import ReturnedList, ReturnedScreen
from audit.tui.screens.start import StartScreen
from audit.tui.screens.told import Told
from audit.tui.widgets.entry import Entry
from criteria import language
from tests.piloting import (
    LONG_THANH,
    SIZES,
    drive,
    press,
    running,
    settled,
    text_of,
    values,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from audit.tui.app import ReadinessApp

BIEN_HOA = "26068"
HOSTILE = "[b]x[ nộp [@click=app.quit] \x1b[31m.audit"


class Two:
    """The office, on whose machine a test begins, and an auditor with a copy of the round."""

    def __init__(self, office: Path, folder: Path, be: Callable[[str], None]) -> None:
        self.office = office
        self.auditor = folder / "cuong.audit"
        self.folder = folder
        self._be = be

    def as_office(self) -> None:
        self._be("home")

    def as_auditor(self) -> None:
        self._be("auditor")

    def hand_in(self, name: str, *codes: str) -> Path:
        """Hand in, as the auditor."""
        self.as_auditor()
        out = self.folder / name
        with Desk(self.auditor, write=True) as desk:
            hand_in(desk, codes or (LONG_THANH,), out)
        self.as_office()
        return out

    def slip(self, *parts: str) -> Path:
        """Take in what the auditor handed in, and return it."""
        sent = self.hand_in("n.audit")
        with Desk(self.office, write=True) as desk:
            merge(desk.file, sources([sent]), signer=signer())
            draft = return_draft(
                desk, LONG_THANH, comments={part: f"Đo lại {part} [/x] [b]" for part in parts}
            )
            assert draft is not None
            desk.write([draft])
            write_slip(desk, [LONG_THANH], self.folder / "phiếu.audit")
        return self.folder / "phiếu.audit"

    def assignment(self, *codes: str) -> Path:
        """Give communes to the auditor."""
        with Desk(self.office, write=True) as desk:
            given = {"Lê Văn Cường": codes}
            record_assignments(desk, Assigned(given, given, ()))
            write_assignment(desk, "Lê Văn Cường", self.folder / "giao.audit")
        return self.folder / "giao.audit"


@pytest.fixture
def two(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    language.choose("en")

    def be(who: str) -> None:
        monkeypatch.setenv("READINESS_HOME", str(tmp_path / who))

    found = Two(file, tmp_path, be)
    found.as_auditor()
    shutil.copy(file, found.auditor)
    assert run(["whoami", "--name", "Lê Văn Cường"]) == 0
    answers = ["counters=5", "pc_working=10"]
    assert run(["answer", LONG_THANH, *answers, "--file", str(found.auditor)]) == 0
    assert run(["answer", BIEN_HOA, "counters=7", "--file", str(found.auditor)]) == 0
    found.as_office()
    return found


async def open_inbox(app: ReadinessApp, pilot: Pilot[None], *paths: Path) -> InboxScreen:
    await press(app, pilot, "ctrl+o")
    assert isinstance(app.screen, InboxScreen)
    if paths:
        await drag(app, pilot, *paths)
    return app.screen


async def drag(app: ReadinessApp, pilot: Pilot[None], *paths: Path) -> None:
    app.post_message(events.Paste("\n".join(map(str, paths))))
    await settled(app, pilot)
    await settled(app, pilot)


def keys(app: ReadinessApp) -> list[str]:
    return [key for key in app.screen.query_one(FilesList)._rows.keys if key]


def screen_lines(app: ReadinessApp) -> list[str]:
    assert isinstance(app.screen, Told)
    return [str(line) for line in app.screen._lines]


def what(app: ReadinessApp) -> str:
    return str(app.screen.query_one("#inbox-what", Static).render())


def digest(path: Path) -> str:
    with AuditFile.open(path) as file:
        return file.digest()


# The office


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_files_are_only_looked_at_until_they_are_taken_in(two: Two, size: tuple[int, int]) -> None:
    sent = two.hand_in("n.audit")
    before = digest(two.office)

    async def scenario() -> None:
        async with running(two.office, size) as (app, pilot):
            screen = await open_inbox(app, pilot, sent)
            report = screen._reports[0]
            assert digest(two.office) == before
            assert "Only looked at yet" in what(app)
            line = next(each for each in text_of(app).splitlines() if "n.audit" in each)
            assert line.startswith("+")
            assert "Hand-in" in line
            assert "Lê Văn Cường" in line
            assert report.check_code in words_of(app)

            await press(app, pilot, "f10")
            assert digest(two.office) != before
            assert "Taken in" in what(app)
            assert "Taken in until now (1)" in words_of(app)

    drive(scenario)
    assert values(two.office)["counters"] == 5


def test_what_was_taken_in_stands_on_the_overview_at_once(two: Two) -> None:
    sent = two.hand_in("n.audit")

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            assert app.desk is not None
            assert app.desk.checklist(LONG_THANH).progress.stated == 0
            await open_inbox(app, pilot, sent)
            await press(app, pilot, "f10", "escape")

            assert isinstance(app.screen, OverviewScreen)
            assert app.desk.rows[LONG_THANH].checklist.progress.stated == 2

    drive(scenario)


def test_a_folder_and_a_zip_show_every_file_in_them(two: Two) -> None:
    box = two.folder / "box"
    box.mkdir()
    two.hand_in("box/a.audit")
    two.hand_in("box/b.zip", BIEN_HOA)

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot)
            await press(app, pilot, "f6")
            assert isinstance(app.screen, PickFile)
            await press(app, pilot, *str(two.folder), "enter")
            await press(app, pilot, *"box", "f10")

            assert isinstance(app.screen, InboxScreen)
            shown = text_of(app)
            assert "a.audit" in shown
            assert "b.zip › b.audit" in shown

    drive(scenario)


def test_a_refused_file_stops_nothing_and_says_why_and_where_it_lies(two: Two) -> None:
    sent = two.hand_in("n.audit")
    bad = two.folder / HOSTILE.replace("\x1b", "")
    bad.write_bytes(b"SQLite format 3\0" + b"x" * 3000)

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            inbox = await open_inbox(app, pilot, bad, sent)
            assert "refused: 1" in what(app)
            assert not folder_of(two.office).exists()
            await press(app, pilot, "f10")
            assert "refused: 1" in what(app)
            await press(app, pilot, "home", "enter")

            assert isinstance(app.screen, Told)
            shown = words_of(app)
            assert "[b]x[ nộp [@click=app.quit]" in shown
            assert (
                folder_of(two.office).name in shown.replace(" ", "")
                or folder_of(two.office).name in shown
            )
            assert "Code: " not in shown
            assert screen_lines(app)[-1] == f"({inbox._reports[0].code})"

    drive(scenario)
    assert values(two.office)["counters"] == 5
    assert len([*folder_of(two.office).glob("*.refused")]) == 1


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_a_file_with_a_damaged_photo_does_not_look_like_a_good_one(
    two: Two, size: tuple[int, int]
) -> None:
    good = two.hand_in("good.audit")
    two.as_auditor()
    photo = two.folder / "photo.png"
    Image.new("RGB", (64, 48)).save(photo)
    with Desk(two.auditor, write=True) as desk:
        attach(desk, BIEN_HOA, "EQ-01", prepare(photo))
    bad = two.hand_in("bad.audit", BIEN_HOA)
    with closing(sqlite3.connect(bad)) as held, held:
        held.execute("update blob set bytes = x'00'")

    async def scenario() -> None:
        async with running(two.office, size) as (app, pilot):
            await open_inbox(app, pilot, good, bad)
            lines = {
                name: next(line for line in text_of(app).splitlines() if name in line)
                for name in ("good.audit", "bad.audit")
            }
            assert not lines["good.audit"].startswith("+!!")
            assert "check" not in lines["good.audit"]
            assert lines["bad.audit"].startswith("+!!")
            assert "· check" in lines["bad.audit"]
            assert "to check: 1" in what(app)

    drive(scenario)


def test_what_lies_beside_audit_files_is_told_once_and_is_no_remark_on_one(two: Two) -> None:
    box = two.folder / "box"
    box.mkdir()
    two.hand_in("box/a.audit")
    for name in ("readme.txt", "list.docx"):
        (box / name).write_text("x")

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot, box)
            assert "not looked at: 2 other files" in what(app)
            assert "readme.txt" not in words_of(app)
            await press(app, pilot, "enter")
            assert "list.docx, readme.txt" in words_of(app)

    drive(scenario)


def test_how_to_take_a_whole_folder_stands_in_the_box_and_f10_elsewhere_says_so(
    two: Two,
) -> None:
    box = two.folder / "box"
    box.mkdir()

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot)
            await press(app, pilot, "f6")
            assert "F10 on a folder's line: all in it" in words_of(app)
            await press(app, pilot, *str(box), "enter")
            await press(app, pilot, "f10")

            assert isinstance(app.screen, PickFile)
            assert "go to the line of a file or folder" in words_of(app)

    drive(scenario)


def test_the_line_of_a_wrong_folder_goes_with_the_next_choice(two: Two) -> None:
    sent = two.hand_in("n.audit")
    wrong = two.folder / "wrong"
    wrong.mkdir()

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot, wrong)
            assert "refused: 1" in what(app)
            assert "folder_nothing" not in text_of(app)
            await drag(app, pilot, sent)
            assert len(keys(app)) == 1
            assert "refused" not in what(app)

    drive(scenario)


def test_a_hostile_name_in_a_zip_stays_text(two: Two) -> None:
    sent = two.hand_in("n.audit")
    packed = two.folder / "z.zip"
    with zipfile.ZipFile(packed, "w") as held:
        held.write(sent, HOSTILE)

    async def scenario() -> None:
        async with running(two.office, (120, 40)) as (app, pilot):
            await open_inbox(app, pilot, packed)
            assert "[@click=app.quit]" in text_of(app)
            assert "\x1b" not in text_of(app)
            await press(app, pilot, "f10", "home", "enter")
            assert isinstance(app.screen, Told)
            assert "\x1b" not in text_of(app)

    drive(scenario)


def test_the_same_file_again_brings_nothing_new(two: Two) -> None:
    sent = two.hand_in("n.audit")

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot, sent)
            await press(app, pilot, "f10")
            await drag(app, pilot, sent)

            assert "Nothing in these files is new" in what(app)

    drive(scenario)


def test_files_that_follow_join_those_that_wait(two: Two) -> None:
    first, second = two.hand_in("a.audit"), two.hand_in("b.audit", BIEN_HOA)

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot, first)
            await drag(app, pilot, second)

            assert len(keys(app)) == 2

    drive(scenario)


def test_a_batch_is_taken_back_with_a_reason(two: Two) -> None:
    sent = two.hand_in("n.audit")

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            screen = await open_inbox(app, pilot, sent)
            await press(app, pilot, "f10")
            screen.query_one(FilesList).go_to(keys(app)[-1])
            await press(app, pilot, "f8")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, Ask)  # it needs a reason
            await press(app, pilot, *"Nhầm tệp", "f10")

            assert "Taken back" in what(app)
            assert "taken back" in text_of(app)
            await press(app, pilot, "f8")
            assert app.screen_stack[-1] is screen  # there is nothing to take back any more

    drive(scenario)
    assert values(two.office)["counters"] is None


def test_only_the_office_takes_a_batch_back(two: Two) -> None:
    sent = two.hand_in("n.audit", BIEN_HOA)
    with Desk(two.office, write=True) as desk:
        merge(desk.file, sources([sent]))
    two.as_auditor()

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            screen = await open_inbox(app, pilot)
            screen.query_one(FilesList).go_to(keys(app)[-1])
            await press(app, pilot, "f8")

            assert app.screen is screen

    drive(scenario)


def test_escape_stops_between_two_files_and_what_was_taken_in_stays_whole(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two.hand_in("a.audit"), two.hand_in("b.audit", BIEN_HOA)
    begun, go_on = threading.Event(), threading.Event()
    post = InboxScreen.post_message

    def wait_after_first(screen: InboxScreen, message: object) -> bool:
        is_taking = screen._phase.name == "TAKING"
        if isinstance(message, InboxScreen.Stepped) and is_taking and not begun.is_set():
            begun.set()
            go_on.wait()
        return post(screen, message)  # type: ignore[arg-type]

    monkeypatch.setattr(InboxScreen, "post_message", wait_after_first)

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot, first, second)
            await pilot.press("f10")
            while not begun.is_set():
                await pilot.pause()
            await pilot.press("ctrl+q")
            assert app.is_running  # not while files are taken in
            await pilot.press("escape")
            go_on.set()
            await settled(app, pilot)

            assert "Stopped" in what(app)
            await press(app, pilot, "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)
    assert values(two.office)["counters"] == 5
    assert values(two.office, BIEN_HOA)["counters"] is None


def test_unknown_auditors_are_refused_where_only_known_ones_are_wanted(two: Two) -> None:
    sent = two.hand_in("n.audit")

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await open_inbox(app, pilot, sent)
            await press(app, pilot, "f4")

            assert "refused: 1" in what(app)
            assert "known auditors only" in text_of(app)

    drive(scenario)


def test_an_unknown_sender_is_made_known_after_the_key_was_compared(two: Two) -> None:
    sent = two.hand_in("n.audit")

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            screen = await open_inbox(app, pilot, sent)
            assert "does not know" in words_of(app)
            await press(app, pilot, "f5")
            await press(app, pilot, "f10")

            assert app.screen_stack[-1] is screen
            assert "does not know" not in words_of(app)
            await press(app, pilot, "f4")
            assert "refused" not in what(app)

    drive(scenario)
    with Desk(two.office) as desk:
        assert [each.name for each in desk.round.roster.values()] == ["Lê Văn Cường"]


def test_an_auditor_is_not_told_whom_the_office_knows(two: Two) -> None:
    slip = two.slip("EQ-01")
    two.as_auditor()

    async def scenario() -> None:
        async with running(two.auditor) as (app, pilot):
            await open_inbox(app, pilot, slip)
            assert "does not know" not in words_of(app)

    drive(scenario)


def test_a_file_that_is_read_only_takes_nothing_in(two: Two) -> None:
    sent = two.hand_in("n.audit")
    before = digest(two.office)

    async def scenario() -> None:
        async with running(None) as (app, pilot):
            start = app.screen
            assert isinstance(start, StartScreen)
            await start._open(two.office, only_look=True)
            await settled(app, pilot)
            await open_inbox(app, pilot, sent)

            assert "for reading only" in text_of(app)
            assert keys(app) == []

    drive(scenario)
    assert digest(two.office) == before


# The auditor


def test_a_slip_is_merged_and_each_comment_is_a_jump(two: Two) -> None:
    slip = two.slip("EQ-01", "CN-02")
    two.as_auditor()

    async def scenario() -> None:
        async with running(two.auditor) as (app, pilot):
            await press(app, pilot, "escape")
            assert isinstance(app.screen, StartScreen)
            app.screen._look_at(slip)
            await settled(app, pilot)
            await settled(app, pilot)

            assert isinstance(app.screen, ReturnedScreen)
            shown = text_of(app)
            assert shown.index("○ EQ-01") < shown.index("○ CN-02")
            assert "Đo lại EQ-01 [/x] [b]" in shown
            await press(app, pilot, "f2")
            assert isinstance(app.screen, ChecklistScreen)
            assert app.screen._part == "EQ-01"

    drive(scenario)
    assert load_settings().last_file == str(two.auditor)


def test_what_is_answered_is_ticked_and_all_answered_is_said(two: Two) -> None:
    slip = two.slip("EQ-01")
    two.as_auditor()
    with Desk(two.auditor, write=True) as desk:
        merge(desk.file, sources([slip]))

    async def scenario() -> None:
        async with running(two.auditor) as (app, pilot):
            await press(app, pilot, "ctrl+t")
            assert isinstance(app.screen, ReturnedScreen)
            assert "○ EQ-01" in text_of(app)
            language.choose("en")
            again = ["answer", LONG_THANH, "pc_working=12", "--reason", "Đếm lại"]
            assert run([*again, "--file", str(two.auditor)]) == 0
            await press(app, pilot, "enter")
            await press(app, pilot, "escape")

            assert isinstance(app.screen, ReturnedScreen)
            assert "✓ EQ-01" in text_of(app)
            assert "All is answered" in words_of(app)
            await press(app, pilot, "f4")
            assert [key for key in app.screen.query_one(ReturnedList)._rows.keys if key] == []

    drive(scenario)


def test_a_slip_for_an_unknown_round_asks_for_its_working_file(two: Two) -> None:
    slip = two.slip("EQ-01")
    two.as_auditor()

    async def scenario() -> None:
        # Nothing was opened on this machine yet.
        (two.folder / "auditor" / "settings.json").unlink(missing_ok=True)
        async with running(None) as (app, pilot):
            assert isinstance(app.screen, StartScreen)
            app.screen._look_at(slip)
            await settled(app, pilot)
            assert isinstance(app.screen, Choose)
            assert "Return slip by Trần Thị Bình" in words_of(app)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, PickFile)
            await press(app, pilot, *str(two.auditor), "enter")
            await settled(app, pilot)

            assert isinstance(app.screen, ReturnedScreen)

    drive(scenario)


def test_a_slip_of_another_round_is_refused_and_changes_nothing(two: Two, tmp_path: Path) -> None:
    slip = two.slip("EQ-01")
    two.as_auditor()
    other = tmp_path / "khác.audit"
    assert run(["round", "new", "--province", "75", "--out", str(other)]) == 0
    before = digest(other)

    async def scenario() -> None:
        async with running(other) as (app, pilot):
            await open_inbox(app, pilot, slip)
            await press(app, pilot, "f10")
            assert "refused: 1" in what(app)

    drive(scenario)
    assert digest(other) == before


def test_an_assignment_on_a_stick_is_never_worked_on_itself(
    two: Two, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = two.assignment(LONG_THANH)
    before = given.read_bytes()
    two.as_auditor()
    monkeypatch.setattr(arrivals, "is_on_stick", lambda path: path == given)
    out = tmp_path / "của tôi.audit"

    async def scenario() -> None:
        (two.folder / "auditor" / "settings.json").unlink(missing_ok=True)
        async with running(None) as (app, pilot):
            assert isinstance(app.screen, StartScreen)
            app.screen._look_at(given)
            await settled(app, pilot)
            assert isinstance(app.screen, Ask)
            app.screen.query_one("#ask-path", Entry).value = str(two.office)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, Ask)  # there is a file already
            app.screen.query_one("#ask-path", Entry).value = str(out)
            await press(app, pilot, "f10")
            await settled(app, pilot)

            assert isinstance(app.screen, OverviewScreen)
            assert app.desk is not None
            assert app.desk.path == out
            assert app.desk.assigned == {LONG_THANH}

    drive(scenario)
    assert given.read_bytes() == before
    assert digest(out) == digest(given)
    with AuditFile.open(out) as file:
        assert file.about()["kind"] == Kind.WORKING


def test_a_packed_assignment_becomes_a_working_file_with_all_that_is_in_it(
    two: Two, tmp_path: Path
) -> None:
    given = two.assignment(LONG_THANH)
    packed, out = tmp_path / "giao.zip", tmp_path / "của tôi.audit"
    with zipfile.ZipFile(packed, "w") as held:
        held.write(given, "../x.audit")
    two.as_auditor()

    arrival = arrivals.look_at(packed)
    arrivals.make_working_file(packed, out)

    assert arrival is not None
    assert arrival.kind is Kind.ASSIGNMENT
    assert arrival.made_by == "Trần Thị Bình"
    assert not arrival.is_plain
    assert digest(out) == digest(given)
    with AuditFile.open(out) as made, AuditFile.open(given) as came:
        assert {*made.seals()} == {*came.seals()}
    assert arrivals.look_at(out) is None  # from now on it is opened as it is


def test_a_working_file_is_no_arrival_whatever_it_is_called(two: Two) -> None:
    renamed = two.folder / "[b]x.zip"
    shutil.copy(two.auditor, renamed)

    assert arrivals.look_at(renamed) is None


def test_a_later_assignment_is_taken_into_the_file_one_works_in(two: Two) -> None:
    given = two.assignment(BIEN_HOA)
    two.as_auditor()

    async def scenario() -> None:
        async with running(two.auditor) as (app, pilot):
            await press(app, pilot, "escape")
            assert isinstance(app.screen, StartScreen)
            app.screen._look_at(given)
            await settled(app, pilot)
            assert isinstance(app.screen, Choose)
            await press(app, pilot, "enter")
            await settled(app, pilot)
            assert isinstance(app.screen, InboxScreen)
            await press(app, pilot, "escape")

            assert isinstance(app.screen, OverviewScreen)
            assert app.desk is not None
            assert app.desk.path == two.auditor
            assert app.desk.assigned == {BIEN_HOA}

    drive(scenario)


def test_a_hand_in_is_looked_at_without_being_worked_on(two: Two) -> None:
    sent = two.hand_in("n.audit")
    assert run(["status", "--file", str(two.office)]) == 0

    async def scenario() -> None:
        async with running(two.office) as (app, pilot):
            await press(app, pilot, "escape")
            assert isinstance(app.screen, StartScreen)
            app.screen._look_at(sent)
            await settled(app, pilot)
            assert isinstance(app.screen, Choose)
            options = app.screen.query_one(OptionList)
            options.highlighted = options.get_option_index("look")
            await press(app, pilot, "enter")
            await settled(app, pilot)

            assert isinstance(app.screen, OverviewScreen)
            assert "For reading only" in text_of(app)

    drive(scenario)
    assert load_settings().last_file == str(two.office)


def test_what_is_no_audit_file_is_said_where_it_was_chosen(two: Two) -> None:
    bad = two.folder / "[b]x.audit"
    bad.write_text("hello")

    async def scenario() -> None:
        async with running(None) as (app, pilot):
            assert isinstance(app.screen, StartScreen)
            app.screen._look_at(bad)
            await settled(app, pilot)

            assert isinstance(app.screen, StartScreen)
            assert "is not an audit file" in words_of(app).replace("▌ ", "")

    drive(scenario)
