"""The map of tiles: where tiles lie, what stands on them, where the arrows lead."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from audit.tui.widgets.tile_map import (
    CURSOR,
    OUTSIDE,
    Tile,
    TileLayout,
    TileMap,
    short_name,
)
from checklists.communes import all_communes, communes_of
from checklists.tiles import TilePlace, tile_places
from tests.factories import commune
from tests.piloting import NASTY, drive, text_of

DONG_NAI = tile_places(communes_of("75"))


def tiles(picture: str) -> list[TilePlace]:
    """Return a tile for each letter of a picture; dots are holes."""
    return [
        TilePlace(letter, letter, row, column)
        for row, line in enumerate(picture.split())
        for column, letter in enumerate(line)
        if letter != "."
    ]


def walked(picture: str, start: str, steps: str) -> str:
    """Return the letters that steps (``<>^v``) lead to, one after another."""
    layout, here, aim, found = TileLayout(tiles(picture)), start, 0, ""
    aim = layout.by_key[here].column
    for step in steps:
        if step in "<>":
            place = layout.sideways(here, 1 if step == ">" else -1)
            aim = place.column if place else aim
        else:
            place = layout.up_or_down(here, 1 if step == "v" else -1, aim)
        here = place.key if place else here
        found += here
    return found


def test_arrows_lead_over_holes() -> None:
    assert walked("a..b ..... c...d", "a", ">v<^") == "bdca"


def test_at_the_end_of_a_row_the_nearest_tile_further_out_is_next() -> None:
    assert walked("a.. bc. ..d", "a", ">>") == "cd"
    assert walked("..a .b. c..", "a", "<<") == "bc"


def test_going_down_comes_back_to_the_column_it_started_in() -> None:
    assert walked("..a b.. ..c", "a", "vv") == "bc"


def test_at_the_edge_an_arrow_stays() -> None:
    assert walked("ab", "a", "<^v") == "aaa"


def everywhere(places: list[TilePlace]) -> set[str]:
    """Return every tile that arrows can lead to from the first one."""
    layout = TileLayout(places)
    found, waiting = set[str](), [places[0].key]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found.add(here)
        column = layout.by_key[here].column
        nexts = [layout.sideways(here, step) for step in (1, -1)]
        nexts += [layout.up_or_down(here, step, column) for step in (1, -1)]
        waiting += [place.key for place in nexts if place is not None]
    return found


@given(
    st.sets(
        st.tuples(st.integers(0, 8), st.integers(0, 8)),
        min_size=1,
        max_size=len(string.ascii_letters),
    )
)
def test_arrows_lead_to_every_tile_from_anywhere(places: set[tuple[int, int]]) -> None:
    made = [
        TilePlace(letter, letter, row, column)
        for letter, (row, column) in zip(string.ascii_letters, sorted(places), strict=False)
    ]

    for start in range(len(made)):
        turned = made[start:] + made[:start]
        assert everywhere(turned) == {place.key for place in made}


def test_every_commune_of_the_province_has_a_tile_of_its_own_and_can_be_reached() -> None:
    layout = TileLayout(DONG_NAI)

    assert len(layout.by_key) == 95
    assert (layout.height, layout.width) == (16, 10)
    assert everywhere(DONG_NAI) == set(layout.by_key)


def test_communes_without_a_tile_of_their_own_follow_at_the_end() -> None:
    first = commune("26368")
    others = [replace(first, code=f"9999{n}", name=f"Xã {n}") for n in range(3)]

    placed = tile_places([first, *others])

    assert placed[0] == TilePlace("26368", "Long Thành", 0, 0)
    assert {place.row for place in placed[1:]} == {2}
    assert len(TileLayout(placed).by_key) == 4


def test_all_communes_of_the_country_on_one_map_are_all_there() -> None:
    assert len(TileLayout(tile_places(all_communes())).by_key) == 3321


@pytest.mark.parametrize(
    ("name", "room", "short"),
    [
        ("Long Thành", 10, "Long Thành"),
        ("Long Thành", 9, "L.Thành"),
        ("Long Thành", 6, "LThành"),
        ("Long Thành", 4, "LThà"),
        ("Nam Cát Tiên", 8, "N.C.Tiên"),
        ("Đăk Ơ", 4, "Đ.Ơ"),
        ("Ho\u0302\u0300 Nai", 6, "Hồ Nai"),
        ("Bình", 3, "Bìn"),
        ("", 3, ""),
        ("Long Thành", 0, ""),
    ],
)
def test_a_name_loses_first_what_says_least(name: str, room: int, short: str) -> None:
    assert short_name(name, room) == short


@pytest.mark.parametrize("room", [4, 5, 6, 7, 8])
def test_names_of_tiles_near_each_other_differ(room: int) -> None:
    layout = TileLayout(DONG_NAI)

    names = layout.short_names(room)

    for key, place in layout.by_key.items():
        assert cell_len(names[key]) <= room
        for other, there in layout.by_key.items():
            if abs(place.row - there.row) <= 1 and abs(place.column - there.column) <= 1:
                assert (names[key] == names[other]) is (key == other)


def test_of_two_names_the_one_with_the_longer_initial_shows_it() -> None:
    places = [TilePlace("a", "Trị An", 0, 0), TilePlace("b", "Tân An", 0, 1)]

    assert TileLayout(places).short_names(5) == {"a": "Tr.An", "b": "T.An"}
    assert TileLayout(places).short_names(4) == {"a": "TrAn", "b": "T.An"}
    far = [places[0], TilePlace("b", "Tân An", 9, 9)]
    assert TileLayout(far).short_names(5) == {"a": "T.An", "b": "T.An"}
    same = [places[0], TilePlace("b", "Trị An", 0, 1)]
    assert set(TileLayout(same).short_names(3).values()) <= {"TAn", "TrA"}


class MapApp(App[None]):
    """An app that is nothing but a map."""

    def __init__(self) -> None:
        super().__init__()
        self.map = TileMap()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.map

    def on_tile_map_moved(self, event: TileMap.Moved) -> None:
        self.said.append(event.key)

    def on_tile_map_chosen(self, event: TileMap.Chosen) -> None:
        self.said.append(f"chosen {event.key}")


def run(
    places: list[TilePlace], *keys: str, size: tuple[int, int] = (80, 16)
) -> tuple[MapApp, str]:
    """Show a map, press keys, and return the app with what is on its screen."""
    app, shown = MapApp(), ""
    outside = {places[1].key} if len(places) > 1 else set[str]()

    async def scenario() -> None:
        nonlocal shown
        async with app.run_test(size=size) as pilot:
            app.map.fill(
                places,
                lambda key: Tile("GREEN", "GR", "black on green", "81%", key in outside),
                keep=places[0].key if places else "",
            )
            app.map.focus()
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
            shown = text_of(app)  # type: ignore[arg-type] # any app has a screen

    drive(scenario)
    return app, shown


def test_the_whole_province_fits_in_sixteen_lines_with_sign_and_name() -> None:
    app, shown = run(DONG_NAI)

    names = {place.key: place.name for place in DONG_NAI}
    assert shown.count("GR ") == 94
    assert "GR LThà" in shown
    assert f"GR {short_name(names[app.map.key], 4)}{CURSOR}" in shown
    assert not app.map.has_full_signs


def test_larger_screens_show_more_on_a_tile() -> None:
    _app, shown = run(DONG_NAI, size=(120, 32))
    assert "Long Thành" in shown
    assert "GREEN" in shown
    assert "81%" not in shown

    _app, shown = run(DONG_NAI, size=(120, 48))
    assert shown.count("81%") == 94


def test_a_map_larger_than_the_screen_scrolls_to_the_cursor() -> None:
    places = tiles("a" + "." * 150 + "b " + ". " * 90 + "c")

    app, shown = run(places, "right", size=(40, 10))
    assert app.map.key == "b"
    assert CURSOR in shown
    app, shown = run(places, "ctrl+end", size=(40, 10))
    assert app.map.key == "c"
    assert CURSOR in shown


def test_keys_walk_and_enter_chooses() -> None:
    app, _shown = run(tiles("ab cd"), "right", "down", "left", "enter", "ctrl+end", "home")

    assert app.said == ["b", "d", "c", "chosen c", "d", "c"]


def test_what_the_filter_leaves_out_is_marked_without_colour() -> None:
    _app, shown = run(tiles("ab"), size=(60, 1))

    assert f"{OUTSIDE} b" in shown
    assert "GREEN b" not in shown


def test_an_empty_map_takes_every_key() -> None:
    app, _shown = run([], "down", "left", "enter", "pagedown", "end", "ctrl+end")

    assert app.map.key == ""
    assert app.said == []


@pytest.mark.parametrize("width", [1, 3, 4, 7])
def test_hostile_names_stay_in_their_tile(width: int) -> None:
    assert cell_len(short_name(NASTY, width)) <= max(width, 1)

    hostile = [
        TilePlace("a", NASTY, 0, 0),
        TilePlace("b", "[/x]", 0, 1),
        TilePlace("c", "漢字" * 9, 1, 0),
    ]
    _app, shown = run(hostile, size=(40, 2))

    assert "[/x]" in shown
    assert all(cell_len(line) <= 40 for line in shown.splitlines())
