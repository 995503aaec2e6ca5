"""The terminal app, driven by keys: what is on screen, and what is in the file afterwards."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import OptionList, Static

from audit.cli.app import run
from audit.desk import Desk
from audit.holding import hold
from audit.tui.app import ReadinessApp
from audit.tui.palette import PaletteScreen
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.help import HelpScreen
from audit.tui.screens.history import HistoryScreen
from audit.tui.screens.matrix import MatrixScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.start import StartScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.fields import FieldLine
from audit.tui.widgets.grid import Grid
from criteria import language

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

NASTY = "[/x] [b + x =1+1 [@click=app.quit]y[/] :x: \x1b[31m đạt " + "ờ" * 2000


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a settings folder and a fresh round, to be copied."""
    folder = tmp_path_factory.mktemp("opened")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(folder / "home"))
        language.choose("en")
        assert run(["whoami", "--name", "Trần Thị Bình", "--unit", "Sở KH&CN"]) == 0
        out = str(folder / "dot-1.audit")
        assert run(["round", "new", "--province", "75", "--title", "Đợt 1", "--out", out]) == 0
    return folder


@pytest.fixture
def file(opened: Path, tmp_path: Path) -> Path:
    """A fresh round of one's own; the auditor is known."""
    shutil.copytree(opened / "home", tmp_path / "home", dirs_exist_ok=True)
    path = tmp_path / "Đợt 1.audit"
    shutil.copy(opened / "dot-1.audit", path)
    return path


@asynccontextmanager
async def running(
    path: Path | None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ReadinessApp, Pilot[None]]]:
    app = ReadinessApp(path)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield app, pilot


def drive(scenario: Callable[[], Awaitable[None]]) -> None:
    language.choose("en")
    asyncio.run(scenario())  # type: ignore[arg-type]


async def open_commune(app: ReadinessApp, pilot: Pilot[None], words: str) -> ChecklistScreen:
    await pilot.press("f3", *words, "enter", "enter")
    await pilot.pause()
    assert isinstance(app.screen, ChecklistScreen)
    return app.screen


def values(path: Path, commune: str) -> dict[str, Any]:
    with Desk(path) as desk:
        checklist = desk.checklist(commune)
        return {key: checklist.answer(key).value for key in desk.round.catalogue.fields}


def text_of(app: ReadinessApp) -> str:
    """Return what is on screen, line by line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def focused_key(app: ReadinessApp) -> str:
    assert isinstance(app.focused, FieldLine)
    return app.focused.field.key


def test_the_first_use_asks_once_who_the_auditor_is() -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            await pilot.press(*"Lê An", "enter", *"Sở", "enter", "enter")
            await pilot.pause()

            assert isinstance(app.screen, StartScreen)

        async with running(None) as (app, _pilot):
            assert isinstance(app.screen, StartScreen)
            assert isinstance(app.focused, OptionList)

    drive(scenario)


def test_what_is_typed_is_in_the_file_when_the_line_is_left(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, "26368")
            assert focused_key(app) == "visit_date"
            await pilot.press("+", "enter", *"6", "enter", *"12", "enter")
            await pilot.press(*"50", "enter", *"80,5", "enter", "-", "enter")
            await pilot.pause()

    drive(scenario)

    held = values(file, "26368")
    assert (held["counters"], held["staff_pasc"], held["staff_total"]) == (6, 12, 50)
    assert str(held["visits_day"]) == "80.5"
    assert held["same_building"] is False
    assert held["visit_date"] is not None


def test_a_rating_moves_while_values_are_stated(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, "26368")
            await pilot.press("down", "down", *"12", "enter", "ctrl+n")
            await pilot.pause()
            await pilot.press(*"12", "enter", *"9", "enter")
            await pilot.pause()

            assert screen.checklist.outcomes["EQ-01"].rating == "partly_met"
            assert "short (now 9" in " ".join(text_of(app).split())
            await pilot.press("up", "+", "+", "+")
            await pilot.pause()
            assert screen.checklist.outcomes["EQ-01"].rating == "met"

    drive(scenario)

    assert values(file, "26368")["pc_adequate"] == 12


def test_what_does_not_fit_is_said_and_not_saved(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, "26368")
            await pilot.press("down", *"1.234", "enter")
            await pilot.pause()

            assert focused_key(app) == "counters"
            assert "1,234" in text_of(app)
            await pilot.press("escape", *"0", "enter")
            await pilot.pause()
            assert "too low" in text_of(app)

    drive(scenario)

    assert values(file, "26368")["counters"] is None


def test_choices_are_picked_by_number_or_walked_through(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, "26368")
            app.open_commune("26368", "VC-01")
            await pilot.pause()
            await pilot.pause()
            await pilot.press("3")
            await pilot.pause()
            assert isinstance(app.screen, ChecklistScreen)
            assert app.screen.checklist.answer("u_endpoint").value == "none"
            assert app.screen.checklist.outcomes["VC-01"].rating == "not_met"
            await pilot.press("left")
            await pilot.pause()
            assert app.screen.checklist.answer("u_endpoint").value == "pc_sw"
            await pilot.press("question_mark")
            await pilot.pause()
            assert app.screen.checklist.outcomes["VC-01"].rating == "insufficient"

    drive(scenario)


def test_undo_and_history(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, "26368")
            await pilot.press("down", *"6", "enter", "up", *"7", "enter", "up", "ctrl+z")
            await pilot.pause()
            assert isinstance(app.screen, ChecklistScreen)
            assert app.screen.checklist.answer("counters").value == 6
            await pilot.press("f4")
            await pilot.pause()

            assert isinstance(app.screen, HistoryScreen)
            shown = text_of(app)
            assert shown.count("Trần Thị Bình") == 3

    drive(scenario)


def test_the_next_open_field_is_one_key_away(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, "26368")
            seen = [focused_key(app)]
            for _step in range(8):
                await pilot.press("f2")
                await pilot.pause()
                seen.append(focused_key(app))

            assert len(set(seen)) == len(seen)
            assert "pc_working" in seen

    drive(scenario)


def test_work_goes_on_where_it_was_left(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, "26368")
            app.open_commune("26368", "EQ-02")
            await pilot.pause()
            await pilot.pause()
            await pilot.press(*"3", "enter")
            await pilot.pause()
            left_at = focused_key(app)

        async with running(file) as (app, pilot):
            await open_commune(app, pilot, "26368")

            assert focused_key(app) == left_at

    drive(scenario)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "large"])
def test_hostile_text_is_shown_as_text_everywhere(file: Path, size: tuple[int, int]) -> None:
    language.choose("en")
    assert run(["answer", "26368", "--file", str(file), "--note", f"EQ-01={NASTY}"]) == 0
    assert run(["round", "amend", "--file", str(file), "--title", NASTY[:200]]) == 0

    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            assert isinstance(app.screen, OverviewScreen)
            await pilot.press("f3", *"[/x] [b", "enter")
            await pilot.press("f7")
            await pilot.pause()
            assert isinstance(app.screen, MatrixScreen)
            await pilot.press("escape")
            await pilot.pause()
            app.open_commune("26368", "EQ-01")
            await pilot.pause()
            await pilot.pause()
            assert "[/x]" in text_of(app)
            await pilot.press("ctrl+p", *"[/y] x", "escape")
            await pilot.pause()

    drive(scenario)


def test_the_palette_finds_communes_and_criteria_without_marks(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await pilot.press("ctrl+p", *"bien hoa", "enter")
            await pilot.pause()
            await pilot.pause()
            assert isinstance(app.screen, ChecklistScreen)
            assert "Biên Hòa" in app.screen.heading()
            await pilot.press("ctrl+p", *"may quet", "enter")
            await pilot.pause()
            await pilot.pause()
            assert not isinstance(app.screen, PaletteScreen)
            assert "Biên Hòa" in app.screen.heading()
            assert focused_key(app) == "scanners"

    drive(scenario)


def test_the_language_changes_at_once_on_every_screen(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            assert "Search" in text_of(app)
            app.choose_language("vi")
            await pilot.pause()
            await pilot.pause()

            assert "Tìm" in text_of(app)
            assert "Search" not in text_of(app)

    drive(scenario)


def test_a_second_copy_of_the_app_opens_the_file_for_reading_only(file: Path) -> None:
    async def scenario() -> None:
        first = hold(file)
        assert first is not None
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, "26368")
            await pilot.press("down", *"6", "enter")
            await pilot.pause()

            assert app.desk is not None
            assert not app.desk.is_writable
        first.release()

    drive(scenario)

    assert values(file, "26368")["counters"] is None


def test_the_matrix_explains_each_cell_and_opens_it(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await pilot.press("f7")
            await pilot.pause()
            await pilot.press("right", "right")
            await pilot.pause()
            assert "EQ-02" in str(app.screen.query_one("#cell", Static).render())
            await pilot.press("f5", "enter")
            await pilot.pause()
            await pilot.pause()
            assert isinstance(app.screen, ChecklistScreen)
            assert focused_key(app) == "scanners"

    drive(scenario)


def test_filters_and_groups_leave_the_cursor_where_it_was(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            grid = app.screen.query_one("#communes", Grid)
            await pilot.press("down", "down", "f5")
            await pilot.pause()
            assert grid.row_key == "25217"
            await pilot.press("f5", "f4", "pagedown", "end", "home")
            await pilot.pause()
            assert grid.row_key == "25195"

    drive(scenario)


@pytest.mark.parametrize("key", ["f1", "f9", "ctrl+p"])
def test_help_settings_and_palette_open_everywhere_and_escape_leaves(file: Path, key: str) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            for _screen in range(2):
                behind = app.screen
                await pilot.press(key)
                await pilot.pause()
                assert app.screen is not behind
                if key == "f1":
                    assert isinstance(app.screen, HelpScreen)
                await pilot.press("escape")
                await pilot.pause()
                assert app.screen is behind
                await open_commune(app, pilot, "26368") if _screen == 0 else None

    drive(scenario)


BURSTS = [
    ("Telex, letter by letter", ["c", "h", "a", "backspace", "ắ", "c"], "chắc"),
    (
        "UniKey rewrites a syllable",
        [*"duoc", *["backspace"] * 3, *"ược", "home", "delete", "đ"],
        "được",
    ),
    ("single combining marks", ["e", "\u0302", "\u0323"], "ệ"),
    ("Backspace takes a letter, not a mark", [*"Ho", "\u0302", "\u0300", "backspace"], "H"),
]


@pytest.mark.parametrize(("keys", "typed"), [b[1:] for b in BURSTS], ids=[b[0] for b in BURSTS])
def test_vietnamese_typing_loses_nothing(file: Path, keys: list[str], typed: str) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            entry = app.screen.query_one("#search", Entry)
            entry.focus()
            await pilot.pause()
            for key in keys:
                # The pilot has no key for a mark alone; a terminal sends it as a character.
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            await pilot.pause()
            await pilot.pause()

            assert entry.value == typed

    drive(scenario)


def test_what_is_pasted_is_composed(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            entry = app.screen.query_one("#search", Entry)
            entry.focus()
            await pilot.pause()
            entry.post_message(events.Paste("Hồ Chí\nMinh".encode().decode()))
            entry.post_message(events.Paste("e\u0302\u0323"))
            await pilot.pause()

            assert entry.value == "Hồ Chí Minhệ"

    drive(scenario)
