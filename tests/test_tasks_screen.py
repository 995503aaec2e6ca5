"""Tasks in the app: found, filtered, planned with keys alone; nothing is overwritten unseen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from audit.desk import Desk
from audit.pen import Draft
from audit.tui.screens.ask import Ask
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.tasks import TasksScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from checklists.task_plan import Status, TaskPlan
from tests.piloting import (
    LONG_THANH,
    NASTY,
    SIZES,
    comes_up,
    drive,
    press,
    running,
    text_of,
    words_of,
)
from tests.two_auditors import AN, BIEN_HOA, fill_as, pen_of

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from audit.tui.app import ReadinessApp

EQ_01 = f"{LONG_THANH}/EQ-01"


@pytest.fixture
def short(file: Path) -> Path:
    """Two communes fall short of something."""
    fill_as(file, AN, LONG_THANH, pc_adequate=2, guide=False)
    fill_as(file, AN, BIEN_HOA, n_backup="none")
    return file


async def open_tasks(app: ReadinessApp, pilot: Pilot[None]) -> TasksScreen:
    await press(app, pilot, "ctrl+k")
    assert isinstance(app.screen, TasksScreen)
    return app.screen


def grid(screen: TasksScreen) -> Grid:
    return screen.query_one("#tasks", Grid)


def plan_of(path: Path, code: str = "EQ-01") -> TaskPlan | None:
    with Desk(path) as desk:
        plans = desk.checklist(LONG_THANH).plans
        value = plans[code].value if code in plans else None
    return value  # type: ignore[return-value]


def say_as(path: Path, name: str, **values: str) -> None:
    with Desk(path, write=True) as desk:
        pen_of(desk, name).write([Draft("task", LONG_THANH, "EQ-01/task", values)])


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_every_shortfall_is_there_with_what_is_proposed(short: Path, size: tuple[int, int]) -> None:
    async def scenario() -> None:
        async with running(short, size) as (app, pilot):
            screen = await open_tasks(app, pilot)
            assert "all 3/3" in text_of(app)
            grid(screen).go_to(EQ_01)
            await pilot.pause()
            assert "(proposed)" in words_of(app)
            await press(app, pilot, "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)


def test_the_first_line_of_the_form_stands_below_what_it_asks_on_a_small_screen(
    short: Path,
) -> None:
    async def scenario() -> None:
        async with running(short, (80, 24)) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await press(app, pilot, "enter")
            assert "Person in charge" in text_of(app)
            await press(app, pilot, *["down"] * 7)
            assert "Person in charge" not in text_of(app)
            await press(app, pilot, *["up"] * 7)
            assert "Person in charge" in text_of(app)

    drive(scenario)


def test_a_task_is_planned_with_keys_alone(short: Path) -> None:
    async def scenario() -> None:
        async with running(short, (120, 40)) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, Ask)
            for key, text in {"who": "Lê Văn Xã", "by_when": "mai", "status": "late"}.items():
                app.screen.query_one(f"#ask-{key}", Entry).value = text
            await press(app, pilot, "f10")
            assert "“mai” is not a day" in words_of(app)
            app.screen.query_one("#ask-by_when", Entry).value = "01/12/2001"
            await press(app, pilot, "f10")
            assert isinstance(app.screen, TasksScreen)
            assert "late: 01" in text_of(app) or "late: 1" in text_of(app)
            assert "Lê Văn Xã" in text_of(app)

    drive(scenario)

    assert plan_of(short) == TaskPlan(
        who="Lê Văn Xã", by_when=date(2001, 12, 1), status=Status.LATE
    )


def test_nothing_typed_writes_nothing(short: Path) -> None:
    async def scenario() -> None:
        async with running(short, (120, 40)) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await press(app, pilot, "enter", "f10")
            assert isinstance(app.screen, TasksScreen)

    drive(scenario)

    assert plan_of(short) is None


def test_what_is_left_alone_keeps_the_very_text_that_it_had(short: Path) -> None:
    note, what = "line1\nline2\twide", "a\u200bb  c"
    say_as(short, AN, note=note, what=what)

    async def scenario() -> None:
        async with running(short, (120, 40)) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await press(app, pilot, "enter", "f10")
            assert isinstance(app.screen, TasksScreen)
            untouched.append(plan_of(short))
            await press(app, pilot, "enter")
            app.screen.query_one("#ask-who", Entry).value = "Lê Văn Xã"
            await press(app, pilot, "f10")
            assert isinstance(app.screen, TasksScreen)

    untouched: list[TaskPlan | None] = []
    drive(scenario)

    assert untouched == [TaskPlan(what=what, note=note)]
    assert plan_of(short) == TaskPlan(who="Lê Văn Xã", what=what, note=note)


def test_how_far_it_has_come_is_one_choice(short: Path) -> None:
    async def scenario() -> None:
        async with running(short) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await press(app, pilot, "f8")
            assert isinstance(app.screen, Choose)
            await press(app, pilot, "down", "down", "enter")
            assert isinstance(app.screen, TasksScreen)

    drive(scenario)

    assert plan_of(short) == TaskPlan(status=Status.AT_RISK)


def test_tasks_are_searched_filtered_and_sorted(short: Path) -> None:
    async def scenario() -> None:
        async with running(short) as (app, pilot):
            screen = await open_tasks(app, pilot)
            await press(app, pilot, "f3", *"26041")
            assert "1/3" in text_of(app)
            await press(app, pilot, "escape", "f4")
            assert isinstance(app.screen, Choose)
            await press(app, pilot, *"eq-01", "enter")
            assert "EQ-01" in text_of(app)
            assert "1/3" in text_of(app)
            await press(app, pilot, "escape", "f5")
            assert "by the day they are due" in text_of(app)
            await press(app, pilot, "f5")
            assert grid(screen).row_key
            await press(app, pilot, "f2")
            await press(app, pilot, "ctrl+o")
            assert isinstance(app.screen, ChecklistScreen)

    drive(scenario)


def test_a_plan_of_another_program_is_not_overwritten_unseen(short: Path) -> None:
    async def scenario() -> None:
        async with running(short, (120, 40)) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await press(app, pilot, "enter")
            say_as(short, AN, who="Trần Thị Bình")
            app.screen.query_one("#ask-who", Entry).value = "Lê Văn Xã"
            await press(app, pilot, "f10")
            assert isinstance(app.screen, Ask)
            assert "Another plan stands here by now" in words_of(app)
            await press(app, pilot, "escape")
            assert isinstance(app.screen, TasksScreen)
            assert "Trần Thị Bình" in text_of(app)

    drive(scenario)

    assert plan_of(short) == TaskPlan(who="Trần Thị Bình")


def test_different_plans_are_marked_and_settled_with_a_reason(short: Path) -> None:
    say_as(short, AN, who="Trần Thị Bình")
    say_as(short, "Ai đó", who="Lê Văn Xã")

    async def scenario() -> None:
        async with running(short, (120, 60)) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await pilot.pause()
            assert "Different plans stand here" in words_of(app)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, Ask)
            app.screen.query_one("#ask-who", Entry).value = "Phạm Thu Hà"
            app.screen.query_one("#ask-reason", Entry).value = "Phân công lại"
            await press(app, pilot, "f10")
            assert isinstance(app.screen, TasksScreen)

    drive(scenario)

    assert plan_of(short) == TaskPlan(who="Phạm Thu Hà")


def test_a_contradiction_of_plans_is_shown_among_the_others(short: Path) -> None:
    say_as(short, AN, who="Trần Thị Bình")
    say_as(short, "Ai đó", who="Lê Văn Xã")

    async def scenario() -> None:
        async with running(short, (120, 40)) as (app, pilot):
            await press(app, pilot, "ctrl+g")
            assert "Task" in text_of(app)
            assert await comes_up(app, pilot, "Person in charge: Lê Văn Xã")
            await press(app, pilot, "1")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *"vi vay", "f10")

    drive(scenario)

    assert plan_of(short) in (TaskPlan(who="Trần Thị Bình"), TaskPlan(who="Lê Văn Xã"))


def test_whatever_was_typed_is_shown_as_it_is(short: Path) -> None:
    say_as(short, AN, who=" ".join(NASTY.replace("\x1b", " ").split()))

    async def scenario() -> None:
        async with running(short) as (app, pilot):
            screen = await open_tasks(app, pilot)
            grid(screen).go_to(EQ_01)
            await pilot.pause()
            assert "[/x]" in text_of(app)
            await press(app, pilot, "f1")

    drive(scenario)


def test_a_round_without_tasks_says_so(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_tasks(app, pilot)
            assert "There is no task: nothing that is verified falls short" in words_of(app)
            await press(app, pilot, "enter", "f2", "f8", "ctrl+o")
            assert isinstance(app.screen, TasksScreen)

    drive(scenario)
