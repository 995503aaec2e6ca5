"""What changed since a close, and the round as it was then, in the app."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from audit.cli.app import run
from audit.clock import now
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.compare import ChangedCommunes, CompareScreen
from audit.tui.screens.compared_with import ComparedWith
from audit.tui.screens.export import ExportScreen
from audit.tui.screens.overview import OverviewScreen
from criteria import language
from tests.factories import ALL_MET, as_typed
from tests.piloting import (
    LONG_THANH,
    SIZES,
    drive,
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


@pytest.fixture
def changed(file: Path) -> Path:
    """A round in which one commune was changed after the close."""
    language.choose("en")
    today = now().date()
    whole = as_typed({**ALL_MET, "visit_date": today, "t_date": today})
    assert run(["answer", LONG_THANH, "--file", str(file), *whole]) == 0
    assert run(["round", "close", "--name", "Sơ kết", "--file", str(file)]) == 0
    assert run(["answer", LONG_THANH, "--file", str(file), "scanners=0"]) == 0
    return file


async def compare_with_close(app: ReadinessApp, pilot: Pilot[None]) -> CompareScreen:
    assert isinstance(app.screen, OverviewScreen)
    app.screen.action_overview_compare()
    await settled(app, pilot)
    assert isinstance(app.screen, Choose)
    await press(app, pilot, "enter")
    assert isinstance(app.screen, CompareScreen)
    return app.screen


def what(app: ReadinessApp) -> str:
    return str(app.screen.query_one("#changes-what", Static).render())


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_what_changed_since_a_close_stands_there_with_its_reason(
    changed: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(changed, size) as (app, pilot):
            screen = await compare_with_close(app, pilot)

            assert "Communes that changed: 1" in what(app)
            assert list(screen.query_one(ChangedCommunes)._rows.keys) == [LONG_THANH]
            assert "−1" in text_of(app)
            assert "EQ-02" in words_of(app)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ChecklistScreen)

    drive(scenario)


def test_another_file_is_compared_and_one_that_is_none_is_said(
    changed: Path, tmp_path: Path
) -> None:
    same, none = tmp_path / "same.audit", tmp_path / "none.audit"
    shutil.copy(changed, same)
    none.write_text("no audit file")

    async def scenario() -> None:
        async with running(changed) as (app, pilot):
            assert app.desk is not None
            app.push_screen(CompareScreen(app.desk, ComparedWith(same)))
            await settled(app, pilot)
            assert "No rating, class, index or value differs" in what(app)
            await press(app, pilot, "escape")
            app.push_screen(CompareScreen(app.desk, ComparedWith(none)))
            await settled(app, pilot)
            assert "none.audit" in what(app)
            app.choose_language("vi")
            await settled(app, pilot)
            assert "none.audit" in what(app)

    drive(scenario)


def test_the_round_is_shown_as_it_was_closed_for_reading_only_and_then_as_it_is(
    changed: Path,
) -> None:
    async def scenario() -> None:
        async with running(changed, (160, 40)) as (app, pilot):

            async def look(*keys: str) -> OverviewScreen:
                assert isinstance(app.screen, OverviewScreen)
                app.screen.action_overview_as_of()
                await settled(app, pilot)
                await press(app, pilot, *keys)
                assert isinstance(app.screen, OverviewScreen)
                assert app.desk is app.screen._desk
                return app.screen

            then = await look("down", "enter")
            assert text_of(app).lstrip().startswith("As of the close “Sơ kết”")
            assert "for reading only" in words_of(app)
            assert then._desk.checklist(LONG_THANH).answer("scanners").value != 0
            await press(app, pilot, "f12")
            assert isinstance(app.screen, ExportScreen)
            assert "the close “Sơ kết”" in words_of(app)
            await press(app, pilot, "escape")

            again = await look("up", "enter")
            assert again._desk.is_writable
            assert "As of the close" not in words_of(app)
            assert again._desk.checklist(LONG_THANH).answer("scanners").value == 0

    drive(scenario)
