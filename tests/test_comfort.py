"""Everyday comfort: lists as they were left, recent files, copying, nothing that must move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList, TextArea

from audit.cli.app import run
from audit.desk import Desk, remember_file
from audit.recent import (
    MOST_FILES,
    Recent,
    note_opened,
    note_progress,
    put_back,
    recent_files,
    take_off,
)
from audit.settings import MOST_ROUNDS, keep_view, kept_view
from audit.tui.screens.ask import Ask
from audit.tui.screens.choose import Choose
from audit.tui.screens.conflicts import ConflictsScreen
from audit.tui.screens.copied import Copied
from audit.tui.screens.matrix import MatrixScreen
from audit.tui.screens.overview import MAP, OverviewScreen
from audit.tui.screens.review_commune import ReviewCommuneScreen
from audit.tui.screens.settings import SettingsScreen
from audit.tui.screens.start import StartScreen
from audit.tui.screens.tasks import TasksScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from checklists.checklist import State
from criteria import language
from tests.piloting import (
    LONG_THANH,
    comes_up,
    drive,
    focused_key,
    open_commune,
    press,
    running,
    text_of,
    values,
    words_of,
)
from tests.two_auditors import AN, DUC, fill_as, sign_as, state_as

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 5)


# Lists as they were left


def test_a_view_is_kept_for_its_round_and_its_screen_alone() -> None:
    keep_view("r1", "tasks", {"filter": "mine", "order": ""})

    assert kept_view("r1", "tasks") == {"filter": "mine"}
    assert kept_view("r1", "review") == {}
    assert kept_view("r2", "tasks") == {}


def test_of_many_rounds_the_one_worked_on_longest_ago_is_forgotten() -> None:
    for number in range(MOST_ROUNDS + 1):
        keep_view(f"r{number}", "tasks", {"filter": "mine"})

    assert kept_view("r0", "tasks") == {}
    assert kept_view(f"r{MOST_ROUNDS}", "tasks") == {"filter": "mine"}


def test_communes_are_shown_the_next_time_as_they_were_left(file: Path) -> None:
    async def leave() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "f4", "end", "enter", "f5", "f6")

    async def come_back() -> None:
        async with running(file) as (app, pilot):
            screen = app.screen
            assert isinstance(screen, OverviewScreen)
            assert screen._view == MAP
            assert await comes_up(app, pilot, "Filter: not begun 95/95 · by former district")
            # Escape shows all again for now; what was chosen is still remembered.
            await press(app, pilot, "escape")
            assert "Filter: all" in words_of(app)

    drive(leave)
    drive(come_back)
    drive(come_back)


def test_a_remembered_filter_that_leaves_nothing_says_so_and_how_to_see_all(file: Path) -> None:
    fill_as(file, AN, LONG_THANH, pc_adequate=2)
    with Desk(file) as desk:
        keep_view(desk.round.id, "tasks", {"filter": "done", "order": "criterion"})

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "ctrl+k")
            assert isinstance(app.screen, TasksScreen)
            assert "The filter “Completed” leaves nothing to show. F4 shows all again." in words_of(
                app
            )
            assert "by criterion" in words_of(app)
            await press(app, pilot, "f4", *"all", "enter")
            assert "EQ-01" in words_of(app)

    drive(scenario)

    with Desk(file) as desk:
        assert kept_view(desk.round.id, "tasks")["filter"] == "all"


def test_a_choice_that_is_no_more_is_passed_over(file: Path) -> None:
    with Desk(file) as desk:
        keep_view(desk.round.id, "communes", {"filter": "?", "grouping": "?", "view": "?"})
        keep_view(desk.round.id, "matrix", {"filter": "?", "order": "-?"})

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            assert "Filter: all 95/95" in words_of(app)
            await press(app, pilot, "f7")
            assert isinstance(app.screen, MatrixScreen)
            assert "Filter: all 95/95" in words_of(app)
            assert "sorted" not in words_of(app)

    drive(scenario)


# Recent files


def test_the_file_opened_last_stands_first_with_how_far_it_was(tmp_path: Path) -> None:
    first, second = tmp_path / "a.audit", tmp_path / "b.audit"
    note_opened(first, "Đợt 1", TODAY)
    note_progress(first, 12, 95)
    note_opened(second, "Đợt 2", TODAY)

    assert [each.path for each in recent_files()] == [second, first]
    assert recent_files()[1] == Recent(first, "Đợt 1", TODAY, 12, 95)


def test_a_file_taken_off_comes_back_where_it_stood(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.audit" for number in range(3)]
    for path in paths:
        note_opened(path, "", TODAY)
    held = recent_files()

    take_off(paths[1])
    assert [each.path for each in recent_files()] == [paths[2], paths[0]]

    put_back(held[1], 1)
    assert recent_files() == held


def test_only_so_many_files_are_remembered(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 3):
        note_opened(tmp_path / f"{number}.audit", "", TODAY)

    assert len(recent_files()) == MOST_FILES


def test_the_start_screen_lists_other_files_and_marks_the_missing_ones(
    file: Path, tmp_path: Path
) -> None:
    note_opened(tmp_path / "mất.audit", "Đợt 0", TODAY)
    note_progress(tmp_path / "mất.audit", 12, 95)
    language.choose("en")
    remember_file(file)

    async def scenario() -> None:
        async with running(None, (120, 40)) as (app, pilot):
            assert isinstance(app.screen, StartScreen)
            assert "✗ not there · mất.audit · 12/95 · 05/11/2026 · Đợt 0" in words_of(app)
            await press(app, pilot, "down", "enter")
            assert "Del takes it off this list" in words_of(app)
            await press(app, pilot, "delete")
            assert "mất.audit" not in [each.path.name for each in recent_files()]
            await press(app, pilot, "ctrl+z")
            assert "mất.audit" in [each.path.name for each in recent_files()]

    drive(scenario)


def test_a_command_says_which_of_several_files_it_uses(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in recent_files():
        take_off(each.path)
    language.choose("en")
    remember_file(file)
    assert run(["status"]) == 0
    assert "Used here" not in capsys.readouterr().err

    other = tmp_path / "other.audit"
    other.write_bytes(file.read_bytes())
    assert run(["answer", LONG_THANH, "pc_working=3", "--file", str(other)]) == 0
    assert "Used here" not in capsys.readouterr().err
    assert run(["status"]) == 0
    assert f"Used here: {other} – the file opened last." in capsys.readouterr().err

    monkeypatch.setenv("READINESS_FILE", str(file))
    assert run(["status"]) == 0
    assert "Used here" not in capsys.readouterr().err


# Copying


def test_a_list_is_pasted_into_a_sheet_as_it_is_read() -> None:
    grid = Grid()
    grid._columns = (Column("a", "Xã", 5), Column("b", "Đạt", 5))
    grid._rows = LazyRows.of(
        [
            GridRow("", (GridCell("Cụm 1"), GridCell("Cụm 1"))),
            GridRow("x", (GridCell(" Long\tThành "), GridCell("3/16"))),
            GridRow("y", (GridCell("=1+1"), GridCell("-5"))),
        ]
    )

    assert grid.as_text() == "Xã\tĐạt\nCụm 1\nLong Thành\t3∕16\n'=1+1\t-5"


def test_one_key_copies_and_the_same_once_more_shows_the_text(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.tui.screens.copied.own_folder", lambda _otherwise: tmp_path)
    fill_as(file, AN, LONG_THANH, pc_adequate=2)

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await press(app, pilot, "ctrl+c")
            assert isinstance(app.screen, Choose)
            assert "How the round stands, in one sentence" in words_of(app)
            await press(app, pilot, "end", "enter")
            assert "communes and wards" in app.clipboard
            await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, "ctrl+l", "ctrl+c", "enter")
            assert "EQ-01" in app.clipboard
            assert "Missing: " in app.clipboard
            held = app.clipboard
            await press(app, pilot, "ctrl+c", "enter")
            assert isinstance(app.screen, Copied)
            assert app.screen.query_one(TextArea).text == held
            await press(app, pilot, "f10")
            assert (tmp_path / "readiness.txt").read_text("utf-8-sig") == held + "\n"

    drive(scenario)


def test_where_there_is_nothing_to_copy_the_key_does_not_end_the_program(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "f9", "ctrl+c")
            assert isinstance(app.screen, SettingsScreen)
            assert "There is nothing to copy here" in words_of(app)

    drive(scenario)


# What the last round found


def test_what_was_found_the_last_time_counts_only_once_it_is_confirmed(
    file: Path, tmp_path: Path
) -> None:
    language.choose("en")
    last = str(file)
    stated = ("counters=6", "u_serial=SN 01")
    assert run(["answer", LONG_THANH, "--file", last, *stated]) == 0
    path = tmp_path / "dot-2.audit"
    begin = ("round", "new", "--province", "75", "--out", str(path), "--previous", last)
    assert run([*begin]) == 0

    async def scenario() -> None:
        async with running(path, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot)
            stood = screen.checklist.progress.stated
            await press(app, pilot, "ctrl+y")
            assert focused_key(app) == "counters"
            assert "last round: 6" in words_of(app)
            assert screen.checklist.progress.stated == stood
            assert screen.checklist.answer("counters").value is None
            await press(app, pilot, "=")
            (head,) = screen.checklist.answer("counters").heads
            assert (head.value, head.method) == (6, "confirmed")
            await press(app, pilot, "ctrl+y")
            assert isinstance(app.focused, Entry)
            await press(app, pilot, "=", "down")
            await press(app, pilot, "ctrl+z", "ctrl+y", "=")
            assert screen.check_action("checklist_to_confirm", ()) is False

    drive(scenario)

    assert values(path)["u_serial"] == "SN 01"


# Nothing that must move


def test_nothing_moves_or_blinks_where_that_is_chosen(file: Path) -> None:
    async def choose() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "f9", "end", "enter")
            assert "● Nothing moves or blinks" in text_of(app)

    async def look() -> None:
        async with running(file) as (app, _pilot):
            assert app.animation_level == "none"
            assert not app.screen.query_one("#search", Entry).cursor_blink

    drive(choose)
    drive(look)


def test_the_environment_can_say_that_nothing_moves(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READINESS_ANIMATIONS", "none")

    async def scenario() -> None:
        async with running(file) as (app, _pilot):
            assert app.animation_level == "none"

    drive(scenario)


def test_without_colours_the_letters_and_the_cursor_say_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_as(file, AN, LONG_THANH, pc_adequate=2)
    monkeypatch.setenv("NO_COLOR", "1")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="EQ-01")
            shown = text_of(app)
            assert "✗" in shown
            assert "▸" in shown
            ways = app.screen.query(OptionList)
            assert not ways

    drive(scenario)


@pytest.mark.parametrize("spoken", ["vi", "en"])
def test_every_head_of_the_tasks_is_whole_on_a_small_screen(file: Path, spoken: str) -> None:
    fill_as(file, AN, LONG_THANH, pc_adequate=2, guide=False)

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "ctrl+k")
            head = text_of(app).splitlines()[1]
            assert "Late by" in head or "Quá hạn" in head

    drive(scenario, spoken)


# Undo


def test_a_plan_is_taken_back_with_the_key_that_undoes_everywhere(file: Path) -> None:
    fill_as(file, AN, LONG_THANH, pc_adequate=2)

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await press(app, pilot, "ctrl+k", "enter")
            app.screen.query_one("#ask-who", Entry).value = "Lê Văn Xã"
            await press(app, pilot, "f10")
            assert "Lê Văn Xã" in text_of(app)
            await press(app, pilot, "ctrl+z")
            assert "Lê Văn Xã" not in text_of(app)
            assert "Undone" in words_of(app)
            assert app.screen.check_action("tasks_undo", ()) is False

    drive(scenario)


def test_what_was_settled_contradicts_itself_again_after_undo(file: Path) -> None:
    state_as(file, AN, pc_adequate=3)
    state_as(file, DUC, pc_adequate=7)

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await press(app, pilot, "ctrl+g", "1", *"Dem lai", "f10")
            assert isinstance(app.screen, ConflictsScreen)
            assert not app.screen._shown
            await press(app, pilot, "ctrl+z")
            assert len(app.screen._shown) == 1

    drive(scenario)


def test_an_acceptance_waits_again_after_undo(file: Path) -> None:
    fill_as(file, AN)
    sign_as(file, AN)

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await press(app, pilot, "ctrl+r", "enter")
            screen = app.screen
            assert isinstance(screen, ReviewCommuneScreen)
            before = screen.checklist.state
            await press(app, pilot, "f10")
            box = app.screen
            assert isinstance(box, Ask)
            for entry in box.query(Entry):
                entry.value = "Đủ"
            await press(app, pilot, "f10")
            assert screen.checklist.state is State.ACCEPTED
            await press(app, pilot, "ctrl+z")
            assert screen.checklist.state is before

    drive(scenario)
