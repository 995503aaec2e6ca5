"""The table that scrolls: what it draws, where its cursor goes, what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows, fitted, whole_words
from tests.piloting import NASTY, drive, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = [Column("name", "Name", 12), *(Column(f"c{n}", f"C{n}", 5) for n in range(20))]


class GridApp(App[None]):
    """An app that is nothing but a grid."""

    def __init__(self, *, by_cell: bool = False) -> None:
        super().__init__()
        self.grid = Grid(fixed=1, by_cell=by_cell)
        self.moves: list[tuple[str, str]] = []
        self.chosen: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.grid

    def on_grid_moved(self, event: Grid.Moved) -> None:
        self.moves.append((event.row, event.column))

    def on_grid_chosen(self, event: Grid.Chosen) -> None:
        self.chosen.append((event.row, event.column))


def row(key: str, text: str = "") -> GridRow:
    return GridRow(key, (GridCell(text or key), *(GridCell("x") for _n in range(20))))


def heading(text: str) -> GridRow:
    return GridRow("", (GridCell(text),) * 21)


def run(
    rows: Sequence[GridRow] | LazyRows, *keys: str, by_cell: bool = False
) -> tuple[GridApp, str]:
    """Fill a grid, press keys, and return the app with what is on its screen."""
    app = GridApp(by_cell=by_cell)
    shown = ""

    async def scenario() -> None:
        nonlocal shown
        async with app.run_test(size=(40, 10)) as pilot:
            app.grid.fill(COLUMNS, rows)
            app.grid.focus()
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
            shown = text_of(app)  # type: ignore[arg-type] # any app has a screen

    drive(scenario)
    return app, shown


def test_only_the_rows_on_screen_are_made() -> None:
    made: list[int] = []

    def make(place: int) -> GridRow:
        made.append(place)
        return row(f"k{place}")

    app, shown = run(LazyRows([f"k{n}" for n in range(3321)], make), "down", "up")

    assert "k0" in shown
    assert len(made) == len(set(made)) <= 10
    assert app.grid.row_key == "k0"


def test_the_last_row_is_as_near_as_the_first() -> None:
    app, shown = run([row(f"k{n}") for n in range(3321)], "ctrl+end")

    assert app.grid.row_key == "k3320"
    assert "k3320" in shown
    assert "Name" in shown.splitlines()[0]


def test_the_cursor_passes_over_headings_and_shows_the_one_above_the_first_row() -> None:
    rows = [heading("One"), row("a"), heading("Two"), row("b")]

    app, shown = run(rows, "down", "up", "up")

    assert app.grid.row_key == "a"
    assert "One" in shown
    assert app.moves[:2] == [("b", "name"), ("a", "name")]


def test_pages_and_ends_by_row() -> None:
    rows = [row(f"k{n}") for n in range(50)]

    assert run(rows, "pagedown")[0].grid.row_key == "k8"
    assert run(rows, "pagedown", "pageup")[0].grid.row_key == "k0"
    assert run(rows, "end")[0].grid.row_key == "k49"
    assert run(rows, "end", "home")[0].grid.row_key == "k0"


def test_pages_and_ends_by_cell() -> None:
    rows = [row(f"k{n}") for n in range(50)]

    app, shown = run(rows, "end", by_cell=True)
    assert (app.grid.row_key, app.grid.column_key) == ("k0", "c19")
    assert "C19" in shown
    assert "k0" in shown, "the first column stays in place"
    app, _shown = run(rows, "end", "ctrl+end", "home", by_cell=True)
    assert (app.grid.row_key, app.grid.column_key) == ("k49", "name")


def test_enter_chooses_the_cell_under_the_cursor() -> None:
    app, _shown = run([row("a"), row("b")], "down", "right", "enter", by_cell=True)

    assert app.chosen == [("b", "c0")]


def test_filling_again_keeps_the_cursor_on_its_row() -> None:
    app = GridApp()

    async def scenario() -> None:
        async with app.run_test(size=(40, 10)) as pilot:
            app.grid.fill(COLUMNS, [row("a"), row("b"), row("c")], keep="b")
            await pilot.pause()
            assert app.grid.row_key == "b"
            app.grid.fill(COLUMNS, [row("c"), row("b")], keep=app.grid.row_key)
            assert app.grid.row_key == "b"
            app.grid.fill(COLUMNS, [row("c")], keep="b")
            assert app.grid.row_key == "c"
            app.grid.fill(COLUMNS, [])
            assert app.grid.row_key == ""
            await pilot.press("down", "enter", "end", "pagedown", "ctrl+end")
            assert app.grid.row_key == ""

    drive(scenario)


def test_moving_draws_two_lines_only() -> None:
    drawn: list[int] = []

    class Counting(Grid):
        def render_line(self, y: int):  # type: ignore[no-untyped-def]
            drawn.append(y)
            return super().render_line(y)

    app = GridApp()
    app.grid = Counting(fixed=1)

    async def scenario() -> None:
        async with app.run_test(size=(40, 10)) as pilot:
            app.grid.fill(COLUMNS, [row(f"k{n}") for n in range(50)])
            app.grid.focus()
            await pilot.pause()
            await pilot.press("down")
            await pilot.pause()
            drawn.clear()
            await pilot.press("down")
            await pilot.pause()

    drive(scenario)

    assert sorted(set(drawn)) == [2, 3]


@pytest.mark.parametrize(
    "text",
    [NASTY, "Cafe\u0301 " * 4, "Đồng Nai", "漢字漢字漢字", "a\tb\nc", "\u202eabc", ""],
    ids=["hostile", "apart", "plain", "wide", "control", "turned", "empty"],
)
def test_cells_stay_aligned_whatever_is_written_in_them(text: str) -> None:
    for width in (1, 5, 12):
        assert cell_len(fitted(text, width)) == width
        assert cell_len(fitted(text, width, is_right=True)) == width
        assert fitted(text, width).isprintable()


def test_hostile_text_is_drawn_as_text() -> None:
    _app, shown = run([row("a", "[/x] [b + x"), row("b", "o\u0302\u0300 xa\u0303")])

    assert "[/x] [b + x" in shown
    assert "ồ xã" in shown


def test_what_is_cut_says_so() -> None:
    assert fitted("Phường Bình Phước", 10) == "Phường Bì…"
    assert fitted("MP     ", 4) == "MP  "


def test_a_line_that_is_cut_ends_in_a_whole_word() -> None:
    assert whole_words("đạt 0/16 · còn thiếu 3 trường", 40) == "đạt 0/16 · còn thiếu 3 trường"
    assert whole_words("đạt 0/16 · còn thiếu 3 trường", 18) == "đạt 0/16 · còn …"
    assert whole_words("đạt 0/16 · còn thiếu 3 trường", 13) == "đạt 0/16 …"
    assert cell_len(whole_words("ờ" * 50, 10)) == 10
    assert whole_words("", 0) == ""
