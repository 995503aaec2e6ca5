"""Before hand-in, in the app: what is left, each a jump, then the sign-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList, Static

from audit.cli.app import run
from audit.clock import now
from audit.desk import Desk
from audit.holding import hold
from audit.tui.screens.ask import Ask
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.hand_in import HandInScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from checklists.checklist import State
from criteria import language
from tests.factories import ALL_MET, as_typed
from tests.piloting import (
    LONG_THANH,
    NASTY,
    SIZES,
    drive,
    focused_key,
    open_commune,
    press,
    running,
    settled,
    text_of,
    words_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from audit.tui.app import ReadinessApp


def state(path: Path, *values: str) -> None:
    language.choose("en")
    assert run(["answer", LONG_THANH, "--file", str(path), *values]) == 0


def fill(path: Path, *but: str, **changed: object) -> None:
    """State today what meets every criterion, but for some fields."""
    today = now().date()
    values = {**ALL_MET, "visit_date": today, "t_date": today, **changed}
    state(path, *as_typed({key: value for key, value in values.items() if key not in but}))


async def open_hand_in(app: ReadinessApp, pilot: Pilot[None]) -> HandInScreen:
    await open_commune(app, pilot)
    await press(app, pilot, "f10")
    assert isinstance(app.screen, HandInScreen)
    return app.screen


async def answer(app: ReadinessApp, pilot: Pilot[None], **answers: str) -> None:
    """Fill in the box that asks, and be done."""
    assert isinstance(app.screen, Ask)
    for key, text in answers.items():
        app.screen.query_one(f"#ask-{key}", Entry).value = text
    await press(app, pilot, "f10")


def keys_of(screen: HandInScreen) -> list[str]:
    return [key for key in screen.query_one("#findings", Grid)._rows.keys if key]


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_critical_findings_stand_first_and_enter_goes_to_the_field(
    file: Path, size: tuple[int, int]
) -> None:
    fill(file, "printers", "visits_day")

    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            await open_hand_in(app, pilot)
            shown = text_of(app)
            assert shown.index("Critical, to be mended (2)") < shown.index("To look at again")
            assert "critical: 2" in shown
            await press(app, pilot, "down", "enter")

            assert isinstance(app.screen, ChecklistScreen)
            assert focused_key(app) == "printers"

    drive(scenario)


@pytest.mark.parametrize("spoken", ["en", "vi"])
def test_the_keys_of_the_sign_off_are_seen_however_much_it_asks(file: Path, spoken: str) -> None:
    fill(file, "printers")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, Ask)
            box = app.screen.query_one(".box").region
            for _step in range(5):
                keys = app.screen.query_one(".box-keys").region
                assert keys.bottom < box.bottom <= app.size.height - 1
                assert app.focused is not None
                assert app.focused.region.bottom <= keys.y
                await press(app, pilot, "enter")
                box = app.screen.query_one(".box").region

    drive(scenario, spoken)


def test_the_finding_under_the_cursor_is_shown_in_full(file: Path) -> None:
    fill(file)

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_hand_in(app, pilot)
            await press(app, pilot, "end")

            words = str(screen.query_one("#finding", Static).render())
            assert words in screen._words.values()
            assert words in words_of(app)

    drive(scenario)


def test_what_is_copied_is_the_finding_under_the_cursor(file: Path) -> None:
    fill(file, "printers", "visits_day")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_hand_in(app, pilot)
            await press(app, pilot, "end")
            grid = screen.query_one("#findings", Grid)
            assert grid.row_key == keys_of(screen)[-1]
            here = str(screen.query_one("#finding", Static).content)
            await press(app, pilot, "ctrl+c")
            assert isinstance(app.screen, Choose)
            first = next(iter(app.screen.query_one(OptionList).options))
            assert here in str(first.prompt)
            await press(app, pilot, "home", "enter")

            assert app.clipboard.strip() == here

    drive(scenario)


def test_f2_goes_to_what_matters_most(file: Path) -> None:
    fill(file, "scanners")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f2")

            assert isinstance(app.screen, ChecklistScreen)
            assert focused_key(app) == "scanners"

    drive(scenario)


def test_f4_shows_only_what_is_critical(file: Path) -> None:
    fill(file, "scanners")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_hand_in(app, pilot)
            every = len(keys_of(screen))
            await press(app, pilot, "f4")
            assert len(keys_of(screen)) == 1
            await press(app, pilot, "f4")
            assert len(keys_of(screen)) == every

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_a_whole_commune_is_signed_with_two_names(file: Path, size: tuple[int, int]) -> None:
    fill(file)

    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            await open_hand_in(app, pilot)
            assert "Nothing critical is left" in words_of(app)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, Ask)
            assert not app.screen.query("#ask-reason")
            await press(app, pilot, *"Lê Văn Xã", "enter", *"Chủ tịch", "enter")
            await press(app, pilot, *"Chuyên viên", "enter")

            assert isinstance(app.screen, HandInScreen)
            assert "Signed by Lê Văn Xã (Chủ tịch) and Trần Thị Bình (Chuyên viên)" in words_of(app)
            assert "· Signed ·" in app.screen.heading()

    drive(scenario)

    with Desk(file) as desk:
        assert desk.checklist(LONG_THANH).state is State.SIGNED


def test_with_critical_findings_the_reason_is_asked_and_needed(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f10")
            await answer(app, pilot, by="Lê Văn Xã", title="Chủ tịch")
            assert isinstance(app.screen, Ask)
            assert "must not stay empty" in words_of(app)
            await answer(app, pilot, reason="Mất điện cả ngày")

            assert isinstance(app.screen, HandInScreen)
            assert "Mất điện cả ngày" in words_of(app)

    drive(scenario)

    with Desk(file) as desk:
        (held,) = desk.checklist(LONG_THANH).sign_offs
        assert held.statement.reason == "Mất điện cả ngày"


def test_the_line_being_typed_at_80_by_24_is_in_view(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f10", "down", "down", "down", *"vì")

            assert app.focused is not None
            assert app.focused.id == "ask-reason"
            assert "vì" in text_of(app)

    drive(scenario)


def test_a_name_that_is_too_long_is_said_and_what_was_typed_stays(file: Path) -> None:
    fill(file)

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f10")
            await answer(app, pilot, by="L" * 300, title="Chủ tịch")

            assert isinstance(app.screen, Ask)
            assert "too long" in words_of(app)
            assert app.screen.query_one("#ask-title", Entry).value == "Chủ tịch"
            await press(app, pilot, "escape")
            assert isinstance(app.screen, HandInScreen)

    drive(scenario)

    with Desk(file) as desk:
        assert desk.checklist(LONG_THANH).state is State.DRAFT


def test_what_was_changed_since_is_listed_and_signing_again_asks_for_nothing_anew(
    file: Path,
) -> None:
    fill(file)
    sign = ["sign-off", LONG_THANH, "--file", str(file), "--by", "Lê", "--title", "Chủ tịch"]
    assert run(sign) == 0
    state(file, "pc_working=15", "--reason", "Đếm lại")

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_hand_in(app, pilot)
            shown = text_of(app)
            assert "Signed, changed since" in shown
            assert "Changed since it was signed (1)" in shown
            assert "14 computers → 15 computers (Trần Thị Bình: Đếm lại)" in shown
            await press(app, pilot, "f10", "f10")

            assert isinstance(app.screen, HandInScreen)
            assert "Changed since" not in text_of(app)

    drive(scenario)

    with Desk(file) as desk:
        assert desk.checklist(LONG_THANH).state is State.SIGNED


def test_a_sign_off_is_withdrawn_with_a_reason(file: Path) -> None:
    fill(file)
    sign = ["sign-off", LONG_THANH, "--file", str(file), "--by", "Lê", "--title", "Chủ tịch"]

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_hand_in(app, pilot)
            await press(app, pilot, "f8")
            assert app.screen is screen  # nothing is signed yet

        assert run(sign) == 0
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f8", "enter")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *"nhầm", "enter")

            assert isinstance(app.screen, HandInScreen)
            assert "Signed by" not in words_of(app)

    drive(scenario)

    with Desk(file) as desk:
        assert desk.checklist(LONG_THANH).state is State.DRAFT


def test_only_who_signed_can_withdraw(file: Path) -> None:
    fill(file)
    sign = ["sign-off", LONG_THANH, "--file", str(file), "--by", "Lê", "--title", "Chủ tịch"]
    assert run(sign) == 0
    home = file.parent / "home"
    for name in ("auditor.json", "auditor.key"):
        (home / name).unlink()
    assert run(["whoami", "--name", "Nguyễn Văn An"]) == 0

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "f8")
            await answer(app, pilot, reason="không đồng ý")

            assert isinstance(app.screen, Ask)
            assert "you have not signed" in words_of(app)

    drive(scenario)


def test_in_a_file_for_reading_only_nothing_can_be_signed(file: Path) -> None:
    async def scenario() -> None:
        first = hold(file)
        assert first is not None
        async with running(file) as (app, pilot):
            screen = await open_hand_in(app, pilot)
            await press(app, pilot, "f10", "f8")

            assert app.screen is screen
            assert "for reading only" in screen.heading()
        first.release()

    drive(scenario)


def test_a_doubtful_clock_is_said_before_the_sign_off(file: Path) -> None:
    fill(file, visit_date="2030-01-01", t_date="2029-12-30")

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "end")

            assert "Clocks (1)" in text_of(app)
            assert "The visit is dated 01/01/2030" in words_of(app)
            await press(app, pilot, "enter")
            assert focused_key(app) == "visit_date"

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_hostile_text_is_shown_as_text(file: Path, size: tuple[int, int]) -> None:
    language.choose("en")
    name = NASTY[:150]
    sign = ["sign-off", LONG_THANH, "--file", str(file), "--by", name, "--title", name]
    assert run([*sign, "--reason", NASTY]) == 0
    state(file, "--note", f"EQ-01={NASTY}", "--reason", NASTY)

    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            await open_hand_in(app, pilot)
            assert "[/x] [b + x =1+1" in words_of(app)
            await press(app, pilot, "end", "home", "f10")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "escape")

    drive(scenario)


def test_another_language_is_spoken_at_once(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_hand_in(app, pilot)
            before = len(keys_of(screen))
            app.choose_language("vi")
            await settled(app, pilot)

            assert len(keys_of(screen)) == before
            assert "Số quầy giao dịch" in text_of(app)

    drive(scenario)


def test_escape_goes_back_to_the_checklist(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_hand_in(app, pilot)
            await press(app, pilot, "escape")

            assert isinstance(app.screen, ChecklistScreen)

    drive(scenario)
