"""The office's review in the app: what waits, comments, accepted or returned, slips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from audit.cli.app import run
from audit.desk import Desk
from audit.slips import communes_of_same_auditors
from audit.tui.commune_list import state_words
from audit.tui.screens.ask import Ask
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.conflicts import ConflictsScreen
from audit.tui.screens.give_out import GiveOut
from audit.tui.screens.help import HelpScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.pick_folder import PickFolder
from audit.tui.screens.review import ReviewScreen, ratings_line
from audit.tui.screens.review_commune import ReviewCommuneScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from checklists.checklist import State
from criteria import language
from criteria.errors import ReadinessError
from tests.piloting import (
    LONG_THANH,
    NASTY,
    SIZES,
    comes_up,
    drive,
    focused_key,
    open_commune,
    press,
    running,
    settled,
    text_of,
    words_of,
)
from tests.two_auditors import AN, BIEN_HOA, DUC, fill_as, sign_as, state_as

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from textual.pilot import Pilot
    from textual.screen import Screen

    from audit.tui.app import ReadinessApp
    from checklists.checklist import Checklist


@pytest.fixture
def handed_in(file: Path) -> Path:
    """Two signed checklists have arrived."""
    for code in (BIEN_HOA, LONG_THANH):
        fill_as(file, AN, code)
        sign_as(file, AN, code)
    return file


def front(app: ReadinessApp) -> Screen[Any]:
    return app.screen


async def open_review(app: ReadinessApp, pilot: Pilot[None]) -> ReviewScreen:
    await press(app, pilot, "ctrl+r")
    assert isinstance(app.screen, ReviewScreen)
    return app.screen


async def open_one(app: ReadinessApp, pilot: Pilot[None]) -> ReviewCommuneScreen:
    screen = await open_review(app, pilot)
    screen.query_one("#reviews", Grid).go_to(BIEN_HOA)
    await press(app, pilot, "enter")
    assert isinstance(app.screen, ReviewCommuneScreen)
    return app.screen


def go_to(screen: ReviewCommuneScreen, key: str) -> None:
    screen.query_one("#review-parts", Grid).go_to(key)


def checklist_of(path: Path, code: str = BIEN_HOA) -> Checklist:
    with Desk(path) as desk:
        return desk.checklist(code)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_what_waits_for_the_office_stands_first(handed_in: Path, size: tuple[int, int]) -> None:
    async def scenario() -> None:
        async with running(handed_in, size) as (app, pilot):
            screen = await open_review(app, pilot)
            shown = text_of(app)
            assert "waiting: 2" in shown
            assert shown.index("Signed (2)") < shown.index("Not begun (93)")
            assert "Draft" not in shown
            assert AN in shown
            assert screen.query_one("#reviews", Grid).row_key == BIEN_HOA
            assert "Signed by Lê Văn Xã (Phó Chủ tịch)" in words_of(app)
            await press(app, pilot, "f2")
            assert screen.query_one("#reviews", Grid).row_key == LONG_THANH

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_a_checklist_is_accepted_and_the_next_one_follows(
    handed_in: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(handed_in, size) as (app, pilot):
            screen = await open_one(app, pilot)
            assert "Signed by Lê Văn Xã" in words_of(app)
            await press(app, pilot, "f10", "enter")
            assert front(app) is screen
            assert "Accepted" in screen.heading()
            await press(app, pilot, "f2")
            assert isinstance(app.screen, ReviewCommuneScreen)
            assert LONG_THANH in app.screen.heading()
            await press(app, pilot, "f10", "enter", "f2")
            assert "No other checklist waits" in str(list(app._notifications)[-1].message)
            await press(app, pilot, "escape")
            assert "Accepted (2)" in text_of(app) or "waiting: 0" in text_of(app)

    drive(scenario)

    assert checklist_of(handed_in).state is State.ACCEPTED
    assert checklist_of(handed_in, LONG_THANH).state is State.ACCEPTED


def test_what_stands_against_accepting_is_said_and_needs_a_reason(handed_in: Path) -> None:
    state_as(handed_in, DUC, BIEN_HOA, pc_working=3)

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            await open_one(app, pilot)
            shown = words_of(app)
            assert "contradictions: 1" in shown
            assert "Contradictions are not settled: pc_working." in shown
            assert "Changed since it was signed (1)" in shown
            await press(app, pilot, "f10", "enter")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *"đã gọi xã", "enter")
            assert isinstance(app.screen, ReviewCommuneScreen)

    drive(scenario)

    (review,) = checklist_of(handed_in).reviews
    assert review.outcome is State.ACCEPTED
    assert review.statement.reason == "đã gọi xã"


def test_comments_are_written_on_criteria_and_go_with_the_return(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            go_to(screen, "part/EQ-01")
            await press(app, pilot, "f5", *"Đếm lại máy", "enter")
            go_to(screen, "part/parameters")
            await press(app, pilot, "f5", *"Số quầy?", "enter")
            assert "not returned yet: 2" in words_of(app)
            assert "✎ Số quầy?" in text_of(app)
            await press(app, pilot, "ctrl+r")
            assert "EQ-01, Parameters" in words_of(app)
            await press(app, pilot, *"xem lại", "enter")

            assert front(app) is screen
            assert "Returned, answered: 0/2" in screen.heading()
            assert "the office: Số quầy?" in words_of(app)

    drive(scenario)

    (review,) = checklist_of(handed_in).reviews
    assert review.outcome is State.RETURNED
    assert review.comments == {"EQ-01": "Đếm lại máy", "parameters": "Số quầy?"}
    assert review.statement.reason == "xem lại"


def test_comments_outlive_the_program_before_they_are_returned(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            go_to(screen, "part/EQ-01")
            await press(app, pilot, "f5", *"Đếm lại máy", "enter")
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            assert "not returned yet: 1" in words_of(app)
            go_to(screen, "part/EQ-01")
            await press(app, pilot, "f5", "ctrl+u", "enter")
            assert "not returned yet" not in words_of(app)

    drive(scenario)

    assert checklist_of(handed_in).state is State.SIGNED


def test_a_return_that_says_nothing_is_refused_in_words_of_the_screen(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            await open_one(app, pilot)
            await press(app, pilot, "ctrl+r", "enter")
            assert isinstance(app.screen, Ask)
            assert "Say what is to be mended" in words_of(app)
            assert "--comment" not in words_of(app)

    drive(scenario)


def test_what_was_asked_is_taken_back_with_an_empty_comment(handed_in: Path) -> None:
    language.choose("en")
    command = ["review", "return", BIEN_HOA, "--file", str(handed_in)]
    assert run([*command, "--comment", "EQ-01=Đếm lại", "--comment", "EQ-02=Chụp ảnh"]) == 0

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            go_to(screen, "part/EQ-01")
            await press(app, pilot, "f5")
            assert app.screen.query_one(Entry).value == "Đếm lại"
            await press(app, pilot, "ctrl+u", "enter", "ctrl+r", "enter")
            assert isinstance(app.screen, ReviewCommuneScreen)

    drive(scenario)

    assert checklist_of(handed_in).reviews[0].comments == {"EQ-02": "Chụp ảnh"}


def test_whoever_reviews_is_not_the_author(handed_in: Path) -> None:
    language.choose("en")
    said = ["answer", BIEN_HOA, "--file", str(handed_in), "w_mbps=90", "--reason", "Tự đo"]
    assert run(said) == 0

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            assert "Whoever reviews is not the author" in words_of(app)
            await press(app, pilot, "f10", "ctrl+r", "f5")
            assert front(app) is screen

    drive(scenario)


def test_only_the_office_reviews(handed_in: Path) -> None:
    for each in ("auditor.json", "auditor.key"):
        (handed_in.parent / "home" / each).unlink()
    language.choose("en")
    assert run(["whoami", "--name", DUC]) == 0

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            assert "Ctrl+R" not in text_of(app)
            await press(app, pilot, "ctrl+r")
            assert isinstance(app.screen, OverviewScreen)
            why = "Only the office of this round does this"
            assert why in str(list(app._notifications)[-1].message)
            await press(app, pilot, "ctrl+p", *"review")
            assert why in words_of(app)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, OverviewScreen)
            assert why in str(list(app._notifications)[-1].message)
            await press(app, pilot, "ctrl+p", *"xyzzy")
            assert "Nothing is called so here" in words_of(app)
            await press(app, pilot, "enter", "escape", "f1")
            assert isinstance(app.screen, HelpScreen)
            keys = [str(each.content) for each in app.screen.query(".help-key").results(Static)]
            assert "Ctrl+T" in keys
            assert "Ctrl+R" not in keys

    drive(scenario)


def test_enter_opens_the_checklist_at_the_place(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            go_to(screen, "part/VC-02")
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert focused_key(app).startswith("p_")
            await press(app, pilot, "escape")
            assert front(app) is screen

    drive(scenario)


def test_contradictions_of_the_commune_are_one_key_away(handed_in: Path) -> None:
    state_as(handed_in, DUC, BIEN_HOA, pc_working=3)

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            await press(app, pilot, "ctrl+g")
            assert isinstance(app.screen, ConflictsScreen)
            await press(app, pilot, "1", *"vì", "enter", "escape")
            assert front(app) is screen
            assert "contradictions: 0" in words_of(app)

    drive(scenario)


@pytest.mark.parametrize("key", ["f7", "f8"])
def test_a_slip_and_a_receipt_are_written_to_a_folder_with_a_check_code(
    handed_in: Path, tmp_path: Path, key: str
) -> None:
    language.choose("en")
    command = ["review", "return", BIEN_HOA, "--file", str(handed_in), "--reason", "Xem lại"]
    assert run(command) == 0
    out = tmp_path / "stick"
    out.mkdir()

    async def scenario() -> None:
        async with running(handed_in, (120, 40)) as (app, pilot):
            screen = await open_review(app, pilot)
            await press(app, pilot, key)
            assert isinstance(app.screen, PickFolder)
            await press(app, pilot, *str(out), "enter", "f10")
            assert isinstance(app.screen, GiveOut)
            shown = words_of(app)
            assert "Written and read back" in shown
            assert "Check code:" in shown
            await press(app, pilot, "enter")
            assert front(app) is screen

    drive(scenario)

    (path,) = out.iterdir()
    assert path.name.startswith("return-slip" if key == "f7" else "receipt")
    assert run(["check", str(path)]) == 0


def test_without_anything_returned_there_is_no_slip(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_review(app, pilot)
            await press(app, pilot, "f7")
            assert front(app) is screen
            assert "nothing to send back" in str(list(app._notifications)[-1].message)

    drive(scenario)


def test_search_and_filter(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_review(app, pilot)
            await press(app, pilot, "f3", *"long thanh", "enter")
            assert isinstance(app.screen, ReviewCommuneScreen)
            assert LONG_THANH in app.screen.heading()
            await press(app, pilot, "escape", "escape", "f4", "down", "enter")
            assert len(screen._shown) == 2
            await press(app, pilot, "escape")
            assert len(screen._shown) == 95
            await press(app, pilot, "f1")
            assert isinstance(app.screen, HelpScreen)

    drive(scenario)


def test_at_80_by_24_nothing_is_cut_within_a_word(handed_in: Path) -> None:
    language.choose("en")
    command = ["review", "return", BIEN_HOA, "--file", str(handed_in)]
    assert run([*command, "--comment", "EQ-01=Đếm lại", "--comment", "parameters=Hỏi lại"]) == 0
    state_as(handed_in, AN, BIEN_HOA, pc_working=60)

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_review(app, pilot)
            assert "Còn thiếu" in text_of(app)
            screen.query_one("#reviews", Grid).go_to(BIEN_HOA)
            await settled(app, pilot)
            strip = next(line for line in text_of(app).splitlines() if line[:4] == " EQ ")
            assert all(f" {group} " in strip for group in ("QS", "VC", "CN"))
            last = [*screen._desk.round.catalogue.codes][-1]
            outcome = screen._desk.checklist(BIEN_HOA).outcomes[last]
            assert strip.rstrip().endswith(outcome.rating.letter)
            await press(app, pilot, "escape")
            checklist = await open_commune(app, pilot, BIEN_HOA)
            head = text_of(app).splitlines()[0].strip()
            assert checklist.checklist.state is State.RETURNED
            assert head.endswith(state_words(checklist.checklist))

    drive(scenario, "vi")


def test_the_strip_of_ratings_fits_with_the_longest_signs(file: Path) -> None:
    with Desk(file) as desk:
        catalogue = desk.round.catalogue
    asked = {code: key for key, code in reversed(catalogue.home.items())}
    language.choose("en")
    answers = [f"{key}=?" for key in asked.values() if key in catalogue.fields]
    assert run(["answer", BIEN_HOA, "--file", str(file), *answers]) == 0
    language.choose("vi")
    with Desk(file) as desk:
        checklist = desk.checklist(BIEN_HOA)

    line = ratings_line(checklist, 78)

    assert line.cell_length <= 78
    assert line.plain.count("CDL") > 12
    assert ratings_line(checklist, 200).cell_length > 78


def test_the_auditor_sees_what_is_asked_and_whether_it_is_answered(handed_in: Path) -> None:
    language.choose("en")
    command = ["review", "return", BIEN_HOA, "--file", str(handed_in)]
    assert run([*command, "--comment", "EQ-01=Đếm lại", "--comment", "parameters=Hỏi lại"]) == 0

    async def scenario() -> None:
        async with running(handed_in, (120, 40)) as (app, pilot):
            screen = app.screen
            assert isinstance(screen, OverviewScreen)
            screen.go_to(BIEN_HOA)
            await settled(app, pilot)
            assert "Returned, answered: 0/2" in words_of(app)
            checklist = await open_commune(app, pilot, BIEN_HOA, "parameters")
            assert "The office: Hỏi lại" in words_of(app)
            assert "Returned, answered: 0/2" in checklist.heading()
            assert "↩ EQ-01" in text_of(app)
            await press(app, pilot, "escape")
            state_as(handed_in, AN, BIEN_HOA, pc_working=20)
            checklist = await open_commune(app, pilot, BIEN_HOA, "EQ-01")
            assert "(answered since)" in words_of(app)
            assert "↩ EQ-01" not in text_of(app)
            assert "answered: 1/2" in checklist.heading()

    drive(scenario)


def test_what_stays_on_the_command_line_is_found_by_typing(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in, (120, 40)) as (app, pilot):
            await press(app, pilot, "ctrl+p", *"close the round")
            assert "readiness round close --name" in words_of(app)
            await press(app, pilot, "enter")
            assert "readiness round close" in str(list(app._notifications)[-1].message)
            await press(app, pilot, "ctrl+p", *"assign")
            assert "readiness round assign --auditor" in words_of(app)

    drive(scenario)


def test_another_language_is_spoken_at_once(handed_in: Path) -> None:
    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            screen = await open_one(app, pilot)
            app.choose_language("vi")
            await settled(app, pilot)

            assert front(app) is screen
            assert "Đã ký" in text_of(app)

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_hostile_text_is_shown_as_text(handed_in: Path, size: tuple[int, int]) -> None:
    state_as(handed_in, NASTY[:100], BIEN_HOA, pc_working=3, reason=NASTY)
    language.choose("en")
    command = ["review", "return", BIEN_HOA, "--file", str(handed_in)]
    assert run([*command, "--comment", f"EQ-01={NASTY[:1500]}", "--reason", NASTY]) == 0

    async def scenario() -> None:
        async with running(handed_in, size) as (app, pilot):
            screen = await open_one(app, pilot)
            await press(app, pilot, "down", "end")
            go_to(screen, "part/EQ-01")
            await settled(app, pilot)
            assert await comes_up(app, pilot, "[/x] [b + x =1+1")
            assert "\x1b" not in str(screen.query_one("#standing", Static).render())
            await press(app, pilot, "f5", "escape", "f10", "escape", "escape")

    drive(scenario)


def test_what_was_asked_stands_on_top_with_what_was_stated_since(handed_in: Path) -> None:
    language.choose("en")
    command = ["review", "return", BIEN_HOA, "--file", str(handed_in)]
    assert run([*command, "--comment", "parameters=Hỏi lại", "--comment", "VC-02=Chụp ảnh"]) == 0
    state_as(handed_in, AN, BIEN_HOA, p_mics=7)
    sign_as(handed_in, AN, BIEN_HOA)

    async def scenario() -> None:
        async with running(handed_in, (120, 40)) as (app, pilot):
            screen = await open_one(app, pilot)
            shown = words_of(app)
            assert "What the office asked, and what came (2)" in shown
            assert "○ Parameters Hỏi lại nothing stated since" in shown
            assert shown.index("Chụp ảnh (answered since)") < shown.index("All criteria")
            assert " → " in shown
            assert f"({AN})" in shown
            assert "! no new evidence" in shown
            assert "Changed since it was signed" not in shown
            assert screen.query_one("#review-parts", Grid).row_key.startswith("asked/")

    drive(scenario)


def test_a_receipt_is_of_the_auditors_of_the_commune_at_hand(handed_in: Path) -> None:
    fill_as(handed_in, DUC, "26068")
    sign_as(handed_in, DUC, "26068")
    with Desk(handed_in) as desk:
        assert set(communes_of_same_auditors(desk, BIEN_HOA)) == {BIEN_HOA, LONG_THANH}
        assert communes_of_same_auditors(desk, "26068") == ["26068"]
        with pytest.raises(ReadinessError):
            communes_of_same_auditors(desk, "26071")

    async def scenario() -> None:
        async with running(handed_in, (120, 40)) as (app, pilot):
            screen = await open_review(app, pilot)
            screen.query_one("#reviews", Grid).go_to("26068")
            await press(app, pilot, "f8")
            assert isinstance(app.screen, PickFolder)
            with Desk(handed_in) as desk:
                assert desk.round.by_code["26068"].name in words_of(app)
                assert desk.round.by_code[BIEN_HOA].name not in app.screen._heading

    drive(scenario)


def test_the_key_bar_of_the_office_has_its_work(handed_in: Path) -> None:
    state_as(handed_in, DUC, BIEN_HOA, pc_working=3)

    async def scenario() -> None:
        async with running(handed_in) as (app, pilot):
            bar = text_of(app).splitlines()[-1]
            assert all(key in bar for key in ("Ctrl+O", "Ctrl+R", "Ctrl+G"))
            await press(app, pilot, "ctrl+g")
            assert "1-9 Take" in text_of(app).splitlines()[-1]

    drive(scenario)
