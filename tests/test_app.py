"""The terminal app as a whole: the way in, help, palette, language, what strangers typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import OptionList

from audit.cli.app import run
from audit.desk import Desk
from audit.holding import hold
from audit.tui.actions import key_words
from audit.tui.app import ReadinessApp
from audit.tui.palette import PaletteScreen
from audit.tui.screens.ask import Ask
from audit.tui.screens.base import AuditScreen, Dialog
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.choose import Choose
from audit.tui.screens.help import HelpScreen
from audit.tui.screens.matrix import MatrixScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.start import StartScreen
from audit.tui.widgets.entry import Entry
from criteria import language
from criteria.errors import ErrorCode, ReadinessError
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
    values,
    words_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_use_asks_once_for_the_language_and_who_the_auditor_is() -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            assert isinstance(app.screen, Choose)
            assert "Esc: go on in English" in words_of(app)
            await press(app, pilot, "up", "enter")
            assert isinstance(app.screen, Ask)
            assert "Họ và tên" in text_of(app)
            await press(app, pilot, *"Lê An", "enter", *"Sở", "enter", "enter")

            assert isinstance(app.screen, StartScreen)

        async with running(None) as (app, _pilot):
            assert isinstance(app.screen, StartScreen)
            assert isinstance(app.focused, OptionList)

    drive(scenario)


def test_the_first_use_may_be_left_and_asks_again() -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            await press(app, pilot, "escape", "escape")
            assert isinstance(app.screen, StartScreen)
        async with running(None) as (app, pilot):
            assert isinstance(app.screen, Choose)

    drive(scenario)


def test_the_start_screen_says_how_far_the_last_file_is(file: Path) -> None:
    language.choose("en")
    assert run(["status", "--file", str(file)]) == 0

    async def scenario() -> None:
        async with running(None) as (app, _pilot):
            assert "Đợt 1" in words_of(app)
            assert "0 of 95 communes complete" in words_of(app)

    drive(scenario)


def test_what_is_said_of_the_last_file_changes_with_the_language(file: Path) -> None:
    language.choose("en")
    assert run(["status", "--file", str(file)]) == 0

    async def scenario() -> None:
        async with running(None) as (app, pilot):
            assert "0 of 95 communes complete" in words_of(app)
            await press(app, pilot, "f8")

            assert "communes complete" not in words_of(app)
            assert "/95" in words_of(app)

    drive(scenario)


def test_going_on_with_a_file_that_is_gone_says_so(file: Path) -> None:
    language.choose("en")
    assert run(["status", "--file", str(file)]) == 0

    async def scenario() -> None:
        async with running(None) as (app, pilot):
            file.rename(file.with_name("moved.audit"))
            await press(app, pilot, "enter")

            assert "not plugged in" in words_of(app)
            assert "✗ not there" in words_of(app)
            await press(app, pilot, "delete")
            assert "✗ not there" not in words_of(app)

    drive(scenario)


def test_a_box_opens_without_what_was_said_before_it_but_an_error(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            app.say("All is well.", is_warning=False)
            app.say(ReadinessError(ErrorCode.UNDO_TOO_LATE))
            await settled(app, pilot)
            assert "All is well." in words_of(app)
            await press(app, pilot, "f1")

            assert "All is well." not in words_of(app)
            assert "cannot be undone" in words_of(app)
            behind = app.screen_stack[-2]
            assert not behind.query("ToastHolder")
            await press(app, pilot, "escape")
            assert "All is well." not in words_of(app)
            assert "cannot be undone" in words_of(app)

    drive(scenario)


def test_a_round_that_is_refused_keeps_what_was_typed(file: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            ways = app.screen.query_one("#ways", OptionList)
            ways.highlighted = ways.get_option_index("new")
            await press(app, pilot, "enter")
            assert isinstance(app.screen, Choose)
            await press(app, pilot, *"dong nai", "enter")
            path = app.screen.query_one("#ask-path", Entry)
            path.value = str(file)
            await press(app, pilot, "f10")

            assert isinstance(app.screen, Ask)
            assert "already" in words_of(app)
            assert path.value == str(file)
            path.value = str(tmp_path / "dot-2.audit")
            await press(app, pilot, "f10")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)

    with Desk(tmp_path / "dot-2.audit") as desk:
        assert len(desk.round.communes) == 95


@pytest.mark.parametrize("typed", ["/a/b.audit", "~/b.audit", "D:\\b.audit"])
def test_a_path_typed_behind_the_one_that_is_proposed_replaces_it(file: Path, typed: str) -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            ways = app.screen.query_one("#ways", OptionList)
            ways.highlighted = ways.get_option_index("new")
            await press(app, pilot, "enter", *"dong nai", "enter")
            path = app.screen.query_one("#ask-path", Entry)
            path.focus()
            await press(app, pilot, "end", *typed)
            assert path.value == typed

            await press(app, pilot, "x", "home", "/")
            assert path.value == f"/{typed}x"

    drive(scenario)


def test_a_path_that_is_proposed_can_be_mended(file: Path) -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            ways = app.screen.query_one("#ways", OptionList)
            ways.highlighted = ways.get_option_index("new")
            await press(app, pilot, "enter", *"dong nai", "enter")
            path = app.screen.query_one("#ask-path", Entry)
            proposed = path.value
            path.focus()
            await press(app, pilot, "end", *["backspace"] * 6, *"-an.audit")
            assert path.value == proposed.removesuffix(".audit") + "-an.audit"

    drive(scenario)


def test_a_key_that_cannot_be_used_is_said_before_anything_is_typed(file: Path) -> None:
    key = file.parent / "home" / "auditor.key"
    key.write_text("junk")

    async def broken() -> None:
        async with running(file) as (app, _pilot):
            assert "the auditor's key cannot be read" in list(app._notifications)[-1].message
            assert app.desk is None

    async def gone() -> None:
        async with running(file) as (app, _pilot):
            told = [each.message for each in app._notifications]
            assert any("Tell the office this new key" in each for each in told)
            assert app.desk is not None
            assert app.desk.is_writable

    drive(broken)
    key.unlink()
    drive(gone)


def test_work_goes_on_where_it_was_left(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="EQ-02")
            await press(app, pilot, *"3", "enter")
            left_at = focused_key(app)

        language.choose("en")
        async with running(None) as (app, pilot):
            await press(app, pilot, "enter")  # go on with the last file

            assert focused_key(app) == left_at
            await press(app, pilot, "escape")
            assert isinstance(app.screen, OverviewScreen)

        async with running(file) as (app, pilot):
            # Left in good order: all communes first; each commune still knows its place.
            assert isinstance(app.screen, OverviewScreen)
            await open_commune(app, pilot)
            assert focused_key(app) == left_at

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_hostile_text_is_shown_as_text_everywhere(file: Path, size: tuple[int, int]) -> None:
    language.choose("en")
    assert run(["answer", LONG_THANH, "--file", str(file), "--note", f"EQ-01={NASTY}"]) == 0
    assert run(["round", "amend", "--file", str(file), "--title", NASTY[:200]]) == 0

    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            assert isinstance(app.screen, OverviewScreen)
            await press(app, pilot, "f3", *"[/x] [b", "escape")
            await press(app, pilot, "f7")
            assert isinstance(app.screen, MatrixScreen)
            await press(app, pilot, "escape")
            await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, "ctrl+p", *"[/y] x", "escape")
            await press(app, pilot, "f5")
            assert "[/x]" in text_of(app)

    drive(scenario)


def test_the_palette_finds_communes_criteria_and_fields_without_marks(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "ctrl+p", *"bien hoa", "enter")
            assert isinstance(app.screen, ChecklistScreen)
            assert "Biên Hòa" in app.screen.heading()
            await press(app, pilot, "ctrl+p", *"may quet, may in", "enter")
            assert not isinstance(app.screen, PaletteScreen)
            assert "Biên Hòa" in app.screen.heading()
            assert focused_key(app) == "scanners"
            await press(app, pilot, "f3", *"sao chup", "down", "enter")
            assert focused_key(app) == "copier"

    drive(scenario)


@pytest.mark.parametrize("part", ["", "EQ-01"], ids=["all communes", "a criterion"])
def test_the_language_changes_at_once_on_every_screen(file: Path, part: str) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            if part:
                await open_commune(app, pilot, part=part)
            assert "Back" in text_of(app)
            app.choose_language("vi")
            await settled(app, pilot)

            assert "Quay lại" in text_of(app)
            assert "Back" not in text_of(app)
            assert ("Số máy tính đang hoạt động" if part else "Phường Bình Phước") in text_of(app)

    drive(scenario)


def test_a_second_copy_of_the_app_opens_the_file_for_reading_only(file: Path) -> None:
    async def scenario() -> None:
        first = hold(file)
        assert first is not None
        async with running(file, (120, 40)) as (app, pilot):
            assert "reading only" in words_of(app)
            await open_commune(app, pilot)
            await press(app, pilot, "down", *"6", "enter")

            assert "reading only" in words_of(app)
            assert app.desk is not None
            assert not app.desk.is_writable
        first.release()

    drive(scenario)

    assert values(file)["counters"] is None


@pytest.mark.parametrize("key", ["f1", "f9", "ctrl+p"])
def test_help_settings_and_palette_open_everywhere_and_escape_leaves(file: Path, key: str) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            for _screen in range(2):
                behind = app.screen
                await press(app, pilot, key)
                assert app.screen is not behind
                if key == "f1":
                    assert isinstance(app.screen, HelpScreen)
                else:
                    await press(app, pilot, "f1")
                    assert isinstance(app.screen, HelpScreen)
                    await press(app, pilot, "escape")
                await press(app, pilot, "escape")
                assert app.screen is behind
                if _screen == 0:
                    await open_commune(app, pilot)

    drive(scenario)


def test_help_keeps_its_keys_apart_from_its_words_and_explains_the_letters(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            for screen in range(2):
                if screen:
                    await open_commune(app, pilot)
                await press(app, pilot, "f1")
                last = list(app.screen.query(".help-line"))[-1]
                key, words = last.children
                assert key.region.right <= words.region.x
                await press(app, pilot, "end")
                assert "Partly met" in words_of(app)
                assert "field still to be filled in" in words_of(app)
                await press(app, pilot, "escape")

    drive(scenario)


def test_every_box_says_which_key_leaves_it(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            for keys in (["f1"], ["f9"], ["ctrl+p"], ["f4"]):
                await press(app, pilot, *keys)
                (line,) = app.screen.query(".box-keys")
                assert "Esc" in str(line.render())
                assert line.region.height
                assert app.screen.region.contains_region(line.region)
                await press(app, pilot, "escape")
            await open_commune(app, pilot, part="EQ-01")
            for keys in (["f5"], ["f4"], ["f8", "enter"]):
                await press(app, pilot, *keys)
                (line,) = app.screen.query(".box-keys")
                assert "Esc" in str(line.render())
                assert app.screen.region.contains_region(line.region)
                await press(app, pilot, "escape")

    drive(scenario)


@pytest.mark.parametrize("spoken", ["en", "vi"])
def test_the_keys_needed_most_stand_in_the_key_bar_of_a_small_window(
    file: Path, spoken: str
) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            bars = {}
            for name, keys in {
                "overview": [],
                "matrix": ["f7"],
                "checklist": ["escape", "enter", "ctrl+n"],
                "note": ["f5"],
                "evidence": ["escape", "f6"],
                "files": ["f6"],
                "hand in": ["escape", "escape", "f10"],
            }.items():
                await press(app, pilot, *keys)
                bars[name] = text_of(app).splitlines()[-1]

            wanted = {
                "overview": "Ctrl+O Ctrl+R F10 F2",
                "matrix": "F3 F4 F5",
                "checklist": "F2 F10 F5 F6",
                "note": "F10",
                "evidence": "F6 F5 Del",
                "files": "F10",
                "hand in": "F2 F10",
            }
            for name, needed in wanted.items():
                assert bars[name].startswith(" Esc "), name
                for key in ("F1", *needed.split()):
                    assert f" {key} " in bars[name], (name, key)
            assert f" {key_words('space')} " in bars["files"]

    drive(scenario, spoken)


def test_the_names_of_keys_are_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.tui.actions._", {"Space": "Phím cách"}.get)

    assert key_words("space") == "Phím cách"


def test_the_colours_change_at_once_and_are_remembered(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "f9", "end", "up", "enter", "escape")
            assert app.theme == "readiness-contrast"
        async with running(file) as (app, pilot):
            assert app.theme == "readiness-contrast"

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
            await settled(app, pilot)

            assert entry.value == typed

    drive(scenario)


def test_every_action_has_one_key_and_says_what_it_does() -> None:
    def below(kind: type[Any]) -> list[type[Any]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in below(sub))]

    screens: list[Any] = [ReadinessApp, *below(AuditScreen), *below(Dialog)]
    for screen in screens:
        actions = screen.ACTIONS
        keys = [key for action in actions if action.key for key in action.key.split(",")]
        assert len(keys) == len(set(keys)), screen
        for action in actions:
            assert action.label, (screen, action)
            assert action.help.endswith((".", "…")), (screen, action)
            owner = screen if hasattr(screen, f"action_{action.method}") else ReadinessApp
            assert hasattr(owner, f"action_{action.method}"), (screen, action)
