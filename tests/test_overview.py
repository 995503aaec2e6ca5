"""All communes of a round: reading them, finding them, the table, the map, the matrix."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Static

from audit.cli.app import run
from audit.demo.history import History
from audit.desk import Desk
from audit.file import AuditFile
from audit.statements import state_values
from audit.tui import commune_list
from audit.tui.app import ReadinessApp
from audit.tui.commune_list import FILTERS, CommuneList
from audit.tui.loading import read_rest
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.matrix import MatrixScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.start import StartScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from audit.tui.widgets.tile_map import OUTSIDE, TileMap
from checklists.matrix import Matrix, build_matrix, rating_sign
from criteria import language
from criteria.rating import Outcome, Rating
from tests.factories import make_checklist, make_round
from tests.piloting import NASTY, SIZES, drive, press, settled, text_of, words_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from textual.pilot import Pilot

    from checklists.round import Round

IN_CONFLICT = {"26020", "26206", "26326"}
"""Communes of the made-up round on which two auditors differ."""
FIRST, SECOND = "25195", "25210"
"""First communes of the official list."""
FEW = {FIRST, SECOND, "25217", "25432", "26020", "26041", "26068", "26368", "26425", "26434"}
"""Enough communes for most of what is to be shown."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up round."""
    path = tmp_path_factory.mktemp("told") / "demo.audit"
    history = History()
    AuditFile.create(path, history.tell(), seals=history.seals()).close()
    return path


@pytest.fixture
def demo(told: Path, opened: Path, tmp_path: Path) -> Path:
    """The made-up round of one's own; the auditor is known and has stated nothing."""
    shutil.copytree(opened / "home", tmp_path / "home", dirs_exist_ok=True)
    path = tmp_path / "demo.audit"
    shutil.copy(told, path)
    return path


def with_round(desk: Desk, **changed: Any) -> Round:
    """Let the office amend the round that is on a desk."""
    held = replace(desk.round, **changed)
    desk.__dict__["_round_and_ledger"] = held, desk.office
    return held


@asynccontextmanager
async def overview(
    path: Path, size: tuple[int, int] = (80, 24), *, few: bool = True, **changed: Any
) -> AsyncIterator[tuple[ReadinessApp, Pilot[None], OverviewScreen]]:
    """Run the app with all communes of a file in front, or a few of them."""
    app = ReadinessApp(None)
    async with app.run_test(size=size, notifications=True) as pilot:
        desk = app.open_desk(path)
        communes = tuple(each for each in desk.round.communes if not few or each.code in FEW)
        with_round(desk, **{"communes": communes, **changed})
        screen = OverviewScreen(desk)
        await app.push_screen(screen)
        await settled(app, pilot)
        yield app, pilot, screen


def state(desk: Desk, code: str, values: Mapping[str, Any]) -> None:
    drafted = state_values(desk.round, desk.ledger(code), code, values, reason="Xem lại")
    assert desk.write(drafted.drafts)


def grid_of(app: ReadinessApp) -> Grid:
    return app.screen.query_one("#communes", Grid)


def map_of(app: ReadinessApp) -> TileMap:
    return app.screen.query_one("#map", TileMap)


def shown(app: ReadinessApp, where: str) -> str:
    return str(app.screen.query_one(where, Static).render())


# Reading


def test_names_stand_there_before_anything_is_read(demo: Path) -> None:
    async def scenario() -> None:
        app = ReadinessApp(None)
        async with app.run_test(size=(80, 24)) as pilot:
            desk = app.open_desk(demo)
            await app.push_screen(OverviewScreen(desk))
            while "Phường Bình Phước" not in text_of(app):
                await asyncio.sleep(0)

            assert desk.unread
            assert "Reading" in text_of(app)
            await settled(app, pilot)
            assert not desk.unread
            assert "Reading" not in text_of(app)

    drive(scenario)


def test_what_is_assigned_is_read_first_and_shown_bit_by_bit(demo: Path) -> None:
    async def scenario() -> None:
        with Desk(demo) as desk:
            mine = ("26446", "25402")
            with_round(desk, assignments={"Trần  thị BÌNH": mine})
            reading = asyncio.create_task(read_rest(desk, lambda: None))
            while len(desk.rows) < 2:
                await asyncio.sleep(0)
            assert set(desk.rows) == set(mine)

            await reading
            assert not desk.unread

    drive(scenario)


def test_what_is_stated_while_all_is_read_is_not_lost_from_view(demo: Path) -> None:
    async def scenario() -> None:
        with Desk(demo, write=True) as desk:
            reading = asyncio.create_task(read_rest(desk, lambda: None))
            while len(desk.rows) < 40:
                await asyncio.sleep(0)
            early, late = next(iter(desk.rows)), desk.unread[-1]
            for code in (early, late):
                state(desk, code, {"counters": 31})
            await reading

            assert desk.unread == [early]
            for code in (early, late):
                assert desk.row(code).checklist.answer("counters").value == 31

    drive(scenario)


def test_after_a_statement_only_its_commune_is_worked_out_again(demo: Path) -> None:
    with Desk(demo, write=True) as desk:
        before = {row.commune.code: row for row in desk.matrix().rows}
        state(desk, FIRST, {"counters": 31})
        after = {row.commune.code: row for row in desk.matrix().rows}

        assert {code for code in after if after[code] is not before[code]} == {FIRST}
        assert after[FIRST].checklist.answer("counters").value == 31


def test_the_matrix_of_a_desk_is_that_of_its_checklists(demo: Path) -> None:
    with Desk(demo) as desk:
        matrix = desk.matrix()
        checklists = [desk.checklist(each.code) for each in desk.round.communes]

        assert matrix == build_matrix(desk.round, checklists)


@pytest.mark.parametrize("way", ["escape", "ctrl+q", "f7"])
def test_leaving_while_all_is_still_read_does_no_harm(demo: Path, way: str) -> None:
    async def scenario() -> None:
        app = ReadinessApp(None)
        async with app.run_test(size=(80, 24)) as pilot:
            desk = app.open_desk(demo)
            await app.push_screen(OverviewScreen(desk))
            await pilot.press(way)
            if way == "escape":
                await settled(app, pilot)
                assert isinstance(app.screen, StartScreen)
                assert desk.unread
            elif way == "f7":
                await settled(app, pilot)
                assert not desk.unread
                assert app.screen.query_one("#matrix", Grid).row_key == FIRST

    drive(scenario)


def test_a_commune_opened_and_changed_while_all_is_read_shows_the_change(file: Path) -> None:
    async def scenario() -> None:
        app = ReadinessApp(None)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            desk = app.open_desk(file)
            await app.push_screen(OverviewScreen(desk))
            app.open_commune(SECOND)
            await settled(app, pilot)
            await press(app, pilot, "+", "enter", *"6", "enter")
            await press(app, pilot, "escape")

            assert isinstance(app.screen, OverviewScreen)
            assert "2/101" in next(line for line in text_of(app).splitlines() if SECOND in line)

    drive(scenario)


# Table


def test_one_enter_opens_what_was_searched_for(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, _screen):
            await press(app, pilot, "f3", *"bien hoa", "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert "Biên Hòa" in app.screen.heading()

            await press(app, pilot, "escape")
            assert isinstance(app.screen, OverviewScreen)
            assert grid_of(app).row_key == "26041" or "Biên Hòa" in shown(app, "#detail")
            assert app.screen.query_one("#search", Entry).value == ""
            assert app.focused is grid_of(app)

    drive(scenario)


def test_search_finds_by_code_name_and_former_name(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, _screen):
            for words in ("26368", "long thanh", "LONG THÀNH", "Lộc An", "binh son cu"):
                await press(app, pilot, "f3", *words)
                assert grid_of(app).row_key == "26368", words
                assert ("formerly Xã" in text_of(app)) == (words in ("Lộc An", "binh son cu"))
                assert app.focused is app.screen.query_one("#search", Entry)
                await press(app, pilot, "escape")

    drive(scenario)


def test_arrows_choose_among_what_is_found_while_the_line_keeps_the_focus(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, _screen):
            await press(app, pilot, "f3", *"dong")
            first = grid_of(app).row_key
            await press(app, pilot, "down", "enter")

            assert isinstance(app.screen, ChecklistScreen)
            assert first not in app.screen.heading()

    drive(scenario)


def test_escape_shows_all_again_and_then_leaves_and_says_where_all_is_saved(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, _screen):
            await press(app, pilot, "f4", "down", "down", "enter")
            assert "unfinished" in shown(app, "#filter")
            await press(app, pilot, "f3", *"bien hoa", "escape")
            assert "unfinished" in shown(app, "#filter")
            await press(app, pilot, "escape")
            assert isinstance(app.screen, OverviewScreen)
            assert "all" in shown(app, "#filter")
            await press(app, pilot, "escape")
            assert isinstance(app.screen, StartScreen)
            told = "".join(words_of(app).split())
            assert "Allissavedin" + "".join(str(file).split()) in told

    drive(scenario)


def test_what_is_not_found_says_what_to_do_and_escape_shows_all_again(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, _screen):
            await press(app, pilot, "down", "f3", *"zzzz [/x]", "enter")
            assert isinstance(app.screen, OverviewScreen)
            assert "No commune is called “zzzz [/x]”" in words_of(app)

            await press(app, pilot, "escape")
            assert "No commune is called" not in words_of(app)
            assert grid_of(app).row_key == SECOND

    drive(scenario)


def test_what_is_searched_for_stays_when_the_language_changes(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file, few=False) as (app, pilot, screen):
            await press(app, pilot, "f3", *"long thanh")
            found = screen._shown
            app.choose_language("vi")
            await settled(app, pilot)
            assert screen.query_one("#search", Entry).value == "long thanh"
            assert screen._shown == found
            await press(app, pilot, "escape", "f7")
            matrix = app.screen
            assert isinstance(matrix, MatrixScreen)
            await press(app, pilot, "f3", *"long thanh")
            app.choose_language("en")
            await settled(app, pilot)
            assert matrix.query_one("#search", Entry).value == "long thanh"
            assert matrix._shown == len(found)
            await press(app, pilot, "escape")
            assert isinstance(app.screen, MatrixScreen)
            assert matrix._shown > len(found)

    drive(scenario)


def test_each_filter_shows_what_it_says_or_what_to_do(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, few=False) as (app, pilot, _screen):
            desk = app.desk
            assert desk is not None
            for key, held in list(FILTERS.items())[1:]:
                await press(app, pilot, "f4")
                assert isinstance(app.screen, Choose)
                await press(app, pilot, "down", "enter")

                fitting = {code for code, row in desk.rows.items() if held.fits(desk, row)}
                assert key != "conflict" or fitting == IN_CONFLICT
                assert f"{len(fitting)}/95" in shown(app, "#filter")
                if fitting:
                    assert grid_of(app).row_key in fitting
                else:
                    assert " ".join(held.nothing.split()) in words_of(app)

    drive(scenario)


def test_an_auditor_sees_first_what_is_assigned_to_them(file: Path) -> None:
    async def scenario() -> None:
        assigned = {"Trần Thị Bình": ("26041", "26368"), "Ai khác": (FIRST,)}
        async with overview(file, assignments=assigned) as (app, pilot, _screen):
            assert f"assigned to you 2/{len(FEW)}" in shown(app, "#filter")
            assert FIRST not in text_of(app)

            await press(app, pilot, "f3", *FIRST)
            assert "found outside the filter: 1" in shown(app, "#filter")
            assert grid_of(app).row_key == FIRST

    drive(scenario)


def test_without_assignments_mine_is_where_i_stated_something(file: Path) -> None:
    with Desk(file, write=True) as desk:
        state(desk, "26368", {"counters": 6})
        desk.matrix()
        listed = CommuneList(desk)
        listed.filter = "mine"

        assert listed.codes() == ["26368"]


def test_the_next_thing_to_do_is_mine_and_unfinished(file: Path) -> None:
    async def scenario() -> None:
        assigned = {"Trần Thị Bình": ("26041", "26368")}
        async with overview(file, assignments=assigned) as (app, pilot, _screen):
            await press(app, pilot, "f4", "up", "enter")
            assert f"all {len(FEW)}/{len(FEW)}" in shown(app, "#filter")
            for code in ("26368", "26041", "26368"):
                await press(app, pilot, "f2")
                assert grid_of(app).row_key == code
            await press(app, pilot, "f3", *"zzzz", "f2")
            assert grid_of(app).row_key == "26041"
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ChecklistScreen)

    drive(scenario)


def test_where_nothing_is_left_to_do_it_says_so(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, screen):
            for code, row in list(screen._desk.rows.items()):
                whole = make_checklist(screen._desk.round, row.commune)
                whole.__dict__["progress"] = replace(row.checklist.progress, stated=0, asked=0)
                screen._desk._rows[code] = replace(row, checklist=whole)
            await press(app, pilot, "f2")

            assert "Nothing is left to do" in text_of(app)

    drive(scenario)


def test_groups_say_how_many_and_how_they_stand(demo: Path) -> None:
    async def scenario() -> None:
        clusters = {FIRST: "Cụm [/x] 1", "26368": "Cụm [/x] 1", SECOND: "Cụm 2"}
        async with overview(demo, (120, 40), clusters=clusters) as (app, pilot, _screen):
            await press(app, pilot, "down", "f5")
            lines = text_of(app).splitlines()
            assert any("Cụm [/x] 1 (2) · complete: 2" in line for line in lines)
            assert any(f"Without a cluster ({len(FEW) - 3})" in line for line in lines)
            assert grid_of(app).row_key == SECOND

            await press(app, pilot, "f5")
            assert any("Thành phố Đồng Xoài (2)" in line for line in text_of(app).splitlines())
            assert "by former district" in shown(app, "#filter")
            await press(app, pilot, "f5")
            assert "(2)" not in text_of(app)
            assert grid_of(app).row_key == SECOND

    drive(scenario)


def test_totals_count_communes_that_meet_all_and_say_how_far_to_trust_it(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, few=False) as (app, _pilot, _screen):
            text = words_of(app)
            assert "GRN 11 YEL 31 RED 41 GRY 12 · complete: 75/95 · contradictions: 3" in text
            assert "11/95 communes and wards meet 16/16 criteria (2 with some" in text

    drive(scenario)


def test_what_needs_attention_is_cut_between_words_only() -> None:
    parts = ["3 contradictions", "values disagree", "2 not met"]

    assert commune_list.as_many_as_fit(parts, 60) == ", ".join(parts)
    assert commune_list.as_many_as_fit(parts, 36) == "3 contradictions, values disagree +1"
    assert commune_list.as_many_as_fit(parts, 20) == "3 contradictions +2"
    assert commune_list.as_many_as_fit([], 20) == ""


def test_what_says_least_of_a_commune_goes_first_where_there_is_little_room(demo: Path) -> None:
    language.choose("vi")
    with Desk(demo) as desk:
        rows = [desk.row(code) for code in FEW]

    for row in rows:
        whole = commune_list.standing(row)
        assert commune_list.standing(row, len(whole)) == whole
        shorter = commune_list.standing(row, len(whole) - 1)
        assert f"{row.met}/{row.applicable}" in shorter
        assert shorter.endswith(whole.rpartition(" · ")[2])

    async def scenario() -> None:
        async with overview(demo) as (app, pilot, screen):
            for code in FEW:
                screen.go_to(code)
                await settled(app, pilot)
                line = shown(app, "#detail").splitlines()[0]
                assert "…" not in line
                assert line.endswith(commune_list.standing(desk.rows[code]).rpartition(" · ")[2])

    drive(scenario, "vi")


def test_work_goes_on_at_the_commune_that_was_left(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, screen):
            await press(app, pilot, "end", "enter", "escape")
            last = screen._desk.round.communes[-1].code
            assert grid_of(app).row_key == last
            screen.go_to("26368")
            assert grid_of(app).row_key == "26368"

    drive(scenario)


# Map


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_the_map_is_walked_with_arrows_and_opened_with_enter(
    demo: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with overview(demo, size) as (app, pilot, _screen):
            await press(app, pilot, "f6")
            assert app.focused is map_of(app)
            assert map_of(app).key == FIRST
            await press(app, pilot, "left")
            code = map_of(app).key
            assert code != FIRST
            assert code in shown(app, "#detail")

            await press(app, pilot, "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert code in app.screen.heading()
            await press(app, pilot, "escape")
            assert map_of(app).key == code
            assert app.focused is map_of(app)

    drive(scenario)


def test_the_map_shows_one_criterion_with_its_reason(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, (120, 40), few=False) as (app, pilot, screen):
            await press(app, pilot, "f6", "f8", *"eq-02", "enter")
            rows = screen._desk.rows
            not_met = [c for c, r in rows.items() if r.outcomes["EQ-02"].rating is Rating.NOT_MET]
            assert f"NM  Not met {len(not_met)}" in shown(app, "#legend")

            screen.go_to(not_met[0])
            await pilot.pause()
            assert "EQ-02" in shown(app, "#detail")
            assert "Not met" in shown(app, "#detail")

    drive(scenario)


def test_table_and_map_stand_side_by_side_where_there_is_room(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, (120, 40)) as (app, pilot, _screen):
            await press(app, pilot, "f6", "f6", "tab", "tab")
            grid_of(app).focus()
            await press(app, pilot, "down", "down")
            assert map_of(app).key == grid_of(app).row_key
            map_of(app).focus()
            await press(app, pilot, "left")
            assert map_of(app).key == grid_of(app).row_key
            assert map_of(app).key in shown(app, "#detail")

            await press(app, pilot, "f6")
            assert not map_of(app).parent.display  # type: ignore[union-attr]
            assert app.focused is grid_of(app)

    drive(scenario)


def test_search_and_filter_work_on_the_map_too(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo) as (app, pilot, _screen):
            await press(app, pilot, "f6", "f3", *"bien hoa")
            assert "Biên Hòa" in shown(app, "#detail")
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert "Biên Hòa" in app.screen.heading()

            await press(app, pilot, "escape", "f4", *["down"] * 4, "enter")
            outside = len(FEW) - len(FEW & IN_CONFLICT)
            assert sum(line.count("· ") for line in text_of(app).splitlines()[3:19]) == outside
            assert f"{OUTSIDE} left out by the filter" in shown(app, "#legend")

    drive(scenario)


def test_colours_are_offered_only_where_there_is_a_map(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file) as (app, pilot, screen):
            await press(app, pilot, "f8")
            assert app.screen is screen
            await press(app, pilot, "f6", "f8")
            assert isinstance(app.screen, Choose)

    drive(scenario)


# Matrix


def test_cells_say_why_and_open_the_commune_there(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, (120, 40), few=False) as (app, pilot, screen):
            await press(app, pilot, "f7")
            matrix = app.screen.query_one("#matrix", Grid)
            code = next(
                c
                for c, row in screen._desk.rows.items()
                if row.outcomes["EQ-01"].rating is Rating.NOT_MET
            )
            matrix.go_to(code, "EQ-01")
            await pilot.pause()
            assert "EQ-01" in shown(app, "#below")
            assert "Not met" in shown(app, "#below")

            await press(app, pilot, "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert app.screen._part == "EQ-01"
            await press(app, pilot, "escape")
            assert isinstance(app.screen, MatrixScreen)
            assert (matrix.row_key, matrix.column_key) == (code, "EQ-01")

    drive(scenario)


def test_a_statement_made_from_the_matrix_is_in_it_afterwards(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file, (120, 40)) as (app, pilot, screen):
            await press(app, pilot, "f7")
            before = screen._desk.rows[FIRST]
            state(screen._desk, FIRST, {"pc_working": 1})
            await press(app, pilot, "enter", "escape")

            assert isinstance(app.screen, MatrixScreen)
            assert screen._desk.rows[FIRST] is not before
            assert "ID" in next(line for line in text_of(app).splitlines() if "Bình Phước" in line)

    drive(scenario)


def test_any_column_sorts_down_then_up_then_not_at_all(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, (120, 40), few=False) as (app, pilot, _screen):
            await press(app, pilot, "f7")
            matrix = app.screen.query_one("#matrix", Grid)
            for column in ("commune", "EQ-01", "class", "met", "index"):
                tops = []
                for _time in range(3):
                    matrix.go_to(FIRST, column)
                    await press(app, pilot, "f5", "ctrl+home")
                    tops.append(matrix.row_key)

                assert tops[2] == FIRST
                assert tops[0] != tops[1]
                assert "sorted" not in shown(app, "#below")

    drive(scenario)


def test_the_matrix_is_searched_and_filtered(demo: Path) -> None:
    async def scenario() -> None:
        async with overview(demo, few=False) as (app, pilot, _screen):
            await press(app, pilot, "f7", "f4", "down", "enter")
            assert "11/95" in shown(app, "#below")
            await press(app, pilot, "ctrl+f", *"xuan loc")
            assert "No commune is shown" in shown(app, "#below")
            await press(app, pilot, "enter", "escape", "f4", "up", "enter")
            await press(app, pilot, "f3", *"xuan loc", "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert "Xuân Lộc" in app.screen.heading()
            await press(app, pilot, "escape", "escape", "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)


def test_every_rating_has_its_marks_from_one_place() -> None:
    def outcome(rating: Rating, computed: Rating) -> Outcome:
        return Outcome(rating, computed, frozenset({rating}))

    language.choose("en")
    assert rating_sign(outcome(Rating.MET, Rating.MET), is_conflict=False) == "M"
    assert rating_sign(outcome(Rating.MET, Rating.NOT_MET), is_conflict=False) == "M*"
    assert rating_sign(outcome(Rating.NOT_MET, Rating.NOT_MET), is_conflict=True) == "NM!"
    held = make_round()
    row = build_matrix(held, [make_checklist(held, each) for each in held.communes]).rows[0]
    assert row.sign("EQ-01") == "–"


# All together


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_hostile_names_are_shown_as_text_everywhere(file: Path, size: tuple[int, int]) -> None:
    language.choose("en")
    assert run(["round", "amend", "--file", str(file), "--title", NASTY[:200]]) == 0

    async def scenario() -> None:
        with Desk(file) as desk:
            communes = tuple(
                replace(each, name=f"Xã {NASTY}"[:300], former_district="[/x] [b")
                for each in desk.round.communes[:20]
            )
        clusters = {each.code: "[/x] [b + x" for each in communes}
        async with overview(file, size, communes=communes, clusters=clusters) as (app, pilot, _s):
            assert "[/x]" in text_of(app)
            await press(app, pilot, "f5", "f3", *"[/x] [b", "escape", "f6", "down", "right")
            assert "[/x]" in text_of(app)
            await press(app, pilot, "f8", "down", "enter", "f6", "f7", "right", "f5", "f3", *"[/")
            await press(app, pilot, "escape", "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)], ids=["tiny", "small", "huge"])
def test_every_view_works_at_every_size(demo: Path, size: tuple[int, int]) -> None:
    async def scenario() -> None:
        async with overview(demo, size) as (app, pilot, _screen):
            for _view in range(3):
                await press(app, pilot, "f6", "down", "right", "pagedown", "f5")
                assert app.screen.query_one("#detail").region.bottom == size[1] - 1
            await pilot.resize_terminal(size[1] * 2, size[0] // 2)
            await settled(app, pilot)
            await press(app, pilot, "f7", "right", "end", "ctrl+end", "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)


def test_a_round_without_clusters_assignments_or_records_opens(file: Path) -> None:
    async def scenario() -> None:
        async with overview(file, assignments={}, clusters={}) as (app, pilot, screen):
            assert f"all {len(FEW)}/{len(FEW)}" in shown(app, "#filter")
            await press(app, pilot, "f5")
            assert "by former district" in shown(app, "#filter")
            matrix = Matrix(screen._desk.round, tuple(screen._desk.rows.values()))
            assert f"0/{len(FEW)}" in commune_list.met_words(matrix)

    drive(scenario)
