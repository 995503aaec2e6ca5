"""Contradictions in the app: side by side, and settled by the office with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from audit.cli.app import run
from audit.desk import Desk
from audit.holding import hold
from audit.tui.screens.ask import Ask
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.conflicts import ConflictsScreen
from audit.tui.screens.evidence import EvidenceScreen
from audit.tui.screens.help import HelpScreen
from audit.tui.screens.other_value import OtherValue
from audit.tui.screens.overview import OverviewScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from audit.tui.widgets.sides import SideCard
from checklists.checklist import State
from criteria import language
from criteria.rating import Rating
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
    values,
    words_of,
)
from tests.two_auditors import AN, BIEN_HOA, DUC, NAM, fill_as, say_as, state_as

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from textual.pilot import Pilot
    from textual.screen import Screen

    from audit.tui.app import ReadinessApp
    from checklists.conflicts import Side


@pytest.fixture
def contradicted(file: Path) -> Path:
    """Three auditors differ on two fields of one commune, two on one of another."""
    fill_as(file, AN)
    say_as(file, AN, "note", "EQ-01/note", "Hai máy ở kho chưa lắp.")
    state_as(file, DUC, u_speaker=False, reason="Nghe lại tại chỗ")
    state_as(file, DUC, pc_adequate=3)
    state_as(file, NAM, pc_adequate=7)
    state_as(file, AN, BIEN_HOA, counters=6)
    state_as(file, DUC, BIEN_HOA, counters=8)
    return file


def front(app: ReadinessApp) -> Screen[Any]:
    return app.screen


async def open_conflicts(app: ReadinessApp, pilot: Pilot[None]) -> ConflictsScreen:
    await press(app, pilot, "ctrl+g")
    assert isinstance(app.screen, ConflictsScreen)
    return app.screen


def listed(screen: ConflictsScreen) -> list[str]:
    """Return commune/subject of what is listed."""
    keys = screen.query_one("#conflicts", Grid)._rows.keys
    return [key.replace("/verified", "") for key in keys]


def at_hand(screen: ConflictsScreen) -> str:
    return screen.query_one("#conflicts", Grid).row_key.replace("/verified", "")


def sides(screen: ConflictsScreen) -> tuple[Side, ...]:
    assert screen._at_hand is not None
    return screen._at_hand.sides


def become(path: Path, name: str) -> None:
    """Have another auditor work at this machine."""
    for each in ("auditor.json", "auditor.key"):
        (path.parent / "home" / each).unlink()
    language.choose("en")
    assert run(["whoami", "--name", name]) == 0


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_all_contradictions_of_the_round_are_listed_and_the_one_at_hand_is_compared(
    contradicted: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(contradicted, size) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            assert listed(screen) == [
                f"{BIEN_HOA}/counters",
                f"{LONG_THANH}/pc_adequate",
                f"{LONG_THANH}/u_speaker",
            ]
            await press(app, pilot, "down")
            shown = words_of(app)
            for words in (AN, DUC, NAM, "12 computers", "3 computers", "Not met", "Met"):
                assert words in shown
            assert "Hai máy ở kho chưa lắp." in shown
            assert "typed in" in shown
            assert "not sealed" in shown
            assert "evidence: 0" in shown
            assert "decides: EQ-01" in shown
            lines = text_of(app).splitlines()
            is_beside = any("12 computers" in line and "3 computers" in line for line in lines)
            assert is_beside is (size[0] >= 100)

    drive(scenario)


def test_a_digit_takes_that_value_with_a_reason_and_the_next_one_is_at_hand(
    contradicted: Path,
) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "down")
            wanted = next(side for side in sides(screen) if side.statement.author == NAM)
            await press(app, pilot, str(wanted.number))
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "enter")
            assert "must not stay empty" in words_of(app)
            await press(app, pilot, "down", "enter", "f10")

            assert front(app) is screen
            assert at_hand(screen) == f"{LONG_THANH}/u_speaker"
            assert "Settled: Computers that meet" in str(list(app._notifications)[-1].message)

    drive(scenario)

    assert values(contradicted)["pc_adequate"] == 7
    with Desk(contradicted) as desk:
        (head,) = desk.checklist(LONG_THANH).answer("pc_adequate").heads
        assert head.reason == "Checked again on site: this value is right."


def test_the_cursor_goes_to_the_values_and_enter_takes_the_one_it_is_on(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted, (120, 40)) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "enter")
            assert isinstance(app.focused, SideCard)
            await press(app, pilot, "right")
            assert app.focused.number == 2
            value = sides(screen)[1].statement.value
            await press(app, pilot, "escape")
            assert isinstance(app.focused, Grid)
            await press(app, pilot, "enter", "right", "enter", *"đã gọi lại", "enter")

            assert front(app) is screen
            # The next one is compared, with the cursor on its values again.
            assert at_hand(screen) == f"{LONG_THANH}/pc_adequate"
            assert isinstance(app.focused, SideCard)
            assert values(contradicted, BIEN_HOA)["counters"] == value

    drive(scenario)


def test_another_value_is_entered_as_in_the_checklist(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "f8")
            assert isinstance(app.screen, OtherValue)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, OtherValue)
            assert "Enter a value first" in words_of(app)
            await press(app, pilot, *"1,5", "enter")
            assert isinstance(app.screen, OtherValue)  # refused, and said why
            await press(app, pilot, "7", "enter")
            assert isinstance(app.screen, Ask)
            assert "Settle it with “7" in words_of(app)
            await press(app, pilot, *"đếm tại chỗ", "enter")

            assert front(app) is screen

    drive(scenario)

    assert values(contradicted, BIEN_HOA)["counters"] == 7


def test_leaving_the_box_with_another_value_changes_nothing(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "f8", "7", "f10")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "escape")
            assert front(app) is screen
            assert at_hand(screen) == f"{BIEN_HOA}/counters"

    drive(scenario)

    assert values(contradicted, BIEN_HOA)["counters"] is None


def test_a_choice_is_made_with_the_arrows(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            await open_conflicts(app, pilot)
            await press(app, pilot, "end", "f8", "c", "enter")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *"nghe rõ", "enter")

    drive(scenario)

    assert values(contradicted)["u_speaker"] is True


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_it_is_sent_back_with_a_comment_and_marked_so(
    contradicted: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(contradicted, size) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "down", "ctrl+r")
            assert isinstance(app.screen, Ask)
            # The first of the phrases names the values.
            await press(app, pilot, "down", "enter", "f10")

            assert front(app) is screen
            assert at_hand(screen) == f"{LONG_THANH}/u_speaker"
            assert "↩ Computers that meet" in text_of(app)
            await press(app, pilot, "up")
            assert "sent back: Computers that meet" in words_of(app)
            # F2 passes over what is sent back.
            await press(app, pilot, "home", "f2")
            assert at_hand(screen) == f"{LONG_THANH}/u_speaker"

    drive(scenario)

    with Desk(contradicted) as desk:
        checklist = desk.checklist(LONG_THANH)
        assert checklist.state is State.RETURNED
        assert NAM in checklist.reviews[0].comments["EQ-01"]
        assert checklist.answer("pc_adequate").is_conflict


def test_a_second_comment_on_a_criterion_goes_on_from_the_first(contradicted: Path) -> None:
    state_as(contradicted, DUC, pc_working=11)

    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            await open_conflicts(app, pilot)
            await press(app, pilot, "down", "ctrl+r", *"đếm lại", "enter")
            await press(app, pilot, "ctrl+r")
            assert isinstance(app.screen, Ask)
            assert app.screen.query_one(Entry).value == "đếm lại"
            await press(app, pilot, "escape")

    drive(scenario)


def test_what_does_not_apply_and_ratings_by_hand_are_settled_too(file: Path) -> None:
    fill_as(file, AN)
    say_as(file, AN, "not_applicable", "QS-01/not_applicable", True, "Ít người")
    say_as(file, DUC, "not_applicable", "QS-01/not_applicable", None, "Có hàng chờ")
    say_as(file, AN, "override", "EQ-02/override", "not_met", "Máy hỏng")
    say_as(file, DUC, "override", "EQ-02/override", "partly_met", "Một máy hỏng")

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            assert listed(screen) == [
                f"{LONG_THANH}/EQ-02/override",
                f"{LONG_THANH}/QS-01/not_applicable",
            ]
            assert "Partly met" in text_of(app)
            await press(app, pilot, "f8")
            assert isinstance(app.screen, Choose)
            await press(app, pilot, "end", "enter", *"theo quy tắc", "enter")
            assert front(app) is screen
            assert at_hand(screen) == f"{LONG_THANH}/QS-01/not_applicable"
            # Of two there is no third.
            await press(app, pilot, "f8")
            assert front(app) is screen
            applies = next(s for s in sides(screen) if s.statement.value is None)
            await press(app, pilot, str(applies.number), *"có hàng chờ", "enter")
            assert "Nothing contradicts anything." in text_of(app)

    drive(scenario)

    with Desk(file) as desk:
        outcomes = desk.checklist(LONG_THANH).outcomes
        assert outcomes["EQ-02"].rating is Rating.MET
        assert outcomes["QS-01"].rating is Rating.MET


def test_who_is_not_the_office_is_told_so_and_led_to_the_checklist(contradicted: Path) -> None:
    become(contradicted, DUC)

    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            assert "Only the office of the round settles contradictions" in words_of(app)
            await press(app, pilot, "down", "1", "f8")
            assert front(app) is screen
            app.clear_notifications()
            await press(app, pilot, "ctrl+r")
            assert front(app) is screen
            assert "Only the office" in str(list(app._notifications)[-1].message)
            assert "Ctrl+R" not in text_of(app)
            await press(app, pilot, "enter")

            assert isinstance(app.screen, ChecklistScreen)
            assert focused_key(app) == "pc_adequate"

    drive(scenario)


def test_in_a_file_for_reading_only_nothing_is_settled(contradicted: Path) -> None:
    async def scenario() -> None:
        first = hold(contradicted)
        assert first is not None
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "1", "f8", "ctrl+r")

            assert front(app) is screen
            assert "for reading only" in text_of(app)
        first.release()

    drive(scenario)


def test_what_arrives_meanwhile_is_not_settled_unseen(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "1", *"vì")
            state_as(contradicted, NAM, BIEN_HOA, counters=9)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, Ask)
            assert "Other values stand there by now" in words_of(app)
            await press(app, pilot, "escape")

            assert front(app) is screen
            assert len(sides(screen)) == 3
            assert "9" in words_of(app)

    drive(scenario)

    assert values(contradicted, BIEN_HOA)["counters"] is None


def test_a_search_finds_communes_fields_and_people(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "f3", *"dieu hoang nam")
            assert listed(screen) == [f"{LONG_THANH}/pc_adequate"]
            await press(app, pilot, "enter")
            assert isinstance(app.focused, Grid)
            await press(app, pilot, "escape", "f3", *"loa gì đó")
            assert listed(screen) == []
            assert "Nothing is found by these words" in words_of(app)
            await press(app, pilot, "escape")
            assert len(listed(screen)) == 3

    drive(scenario)


def test_filters_and_orders(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "f5")
            assert listed(screen)[0] == f"{BIEN_HOA}/counters"
            await press(app, pilot, "f5")
            assert listed(screen)[-1] == f"{BIEN_HOA}/counters"
            await press(app, pilot, "f4", "down", "enter")
            assert f"{BIEN_HOA}/counters" not in listed(screen)
            assert "that decide a rating 2/3" in text_of(app)

    drive(scenario)


def test_the_checklist_leads_to_the_contradiction_of_the_field_at_hand(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, part="VC-01", field="u_speaker")
            assert "Contradiction" in text_of(app)
            screen = await open_conflicts(app, pilot)
            # Only this commune's, with the field at hand.
            assert listed(screen) == [f"{LONG_THANH}/pc_adequate", f"{LONG_THANH}/u_speaker"]
            assert at_hand(screen) == f"{LONG_THANH}/u_speaker"
            await press(app, pilot, "up", "ctrl+o")

            assert isinstance(app.screen, ChecklistScreen)
            assert focused_key(app) == "pc_adequate"

    drive(scenario)


def test_what_one_has_just_settled_is_no_news_to_the_checklist(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            checklist = await open_commune(app, pilot, part="EQ-01", field="pc_adequate")
            await press(app, pilot, "ctrl+g", "1", *"counted", "f10", "escape")
            assert front(app) is checklist
            checklist.fields.go_to("pc_adequate")
            await press(app, pilot, *"2", "enter")
            assert "Changed meanwhile" not in words_of(app)

        assert values(contradicted)["pc_adequate"] == 2

    drive(scenario)


def test_a_checklist_without_contradictions_does_not_offer_any(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            assert "Ctrl+G" not in text_of(app)
            await press(app, pilot, "ctrl+g")
            assert isinstance(app.screen, OverviewScreen)
            assert "Nothing contradicts anything." in words_of(app)
            screen = await open_commune(app, pilot)
            await press(app, pilot, "ctrl+g")
            assert front(app) is screen

    drive(scenario)


def test_evidence_and_help_are_at_hand(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            await press(app, pilot, "f6")
            assert front(app) is screen  # parameters have none
            await press(app, pilot, "down", "f6")
            assert isinstance(app.screen, EvidenceScreen)
            await press(app, pilot, "escape", "f1")
            assert isinstance(app.screen, HelpScreen)
            await press(app, pilot, "escape", "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)


def test_another_language_is_spoken_at_once(contradicted: Path) -> None:
    async def scenario() -> None:
        async with running(contradicted) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            app.choose_language("vi")
            await settled(app, pilot)

            assert len(listed(screen)) == 3
            assert "Số quầy giao dịch" in text_of(app)

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_hostile_text_is_shown_as_text(file: Path, size: tuple[int, int]) -> None:
    name = NASTY[:100]
    state_as(file, name, pc_working=3, reason=NASTY)
    say_as(file, name, "note", "EQ-01/note", NASTY)
    state_as(file, DUC, pc_working=4)

    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            screen = await open_conflicts(app, pilot)
            assert await comes_up(app, pilot, "[/x] [b + x =1+1")
            number = next(s.number for s in sides(screen) if s.statement.author == name)
            await press(app, pilot, str(number))
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "escape", "f8", "escape", "ctrl+r", "down", "enter", "f10")
            assert front(app) is screen
            assert "\x1b" not in str(screen.query_one("#conflict", Static).render())

    drive(scenario)
