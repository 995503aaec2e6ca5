"""Writing the files for leaders in the app: what, where to, and what came of it."""

from __future__ import annotations

import sys
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from audit.cli.app import run
from audit.clock import now
from audit.desk import Desk
from audit.exporting import DATA, KINDS, MINUTES, MINUTES_OF_ONE, Order, Step, write_exports
from audit.tui.screens import export
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.screens.compared_with import ComparedWith
from audit.tui.screens.export import ExportedScreen, ExportScreen, FilesToWrite, WrittenFiles
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.pick_folder import PickFolder
from audit.tui.widgets.place_line import PathEntry
from criteria import language
from criteria.language import _
from exports.minutes.document import file_name
from tests.factories import ALL_MET, as_typed
from tests.piloting import (
    LONG_THANH,
    NASTY,
    SIZES,
    drive,
    open_commune,
    press,
    running,
    settled,
    text_of,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from audit.exporting import Kind, Outcome
    from audit.tui.app import ReadinessApp

BEGINNINGS = {".xlsx": b"PK", ".html": b"<!", ".docx": b"PK", ".zip": b"PK"}


@pytest.fixture(autouse=True)
def _nothing_written_yet() -> Iterator[None]:
    export._last_folder.clear()
    yield
    export._last_folder.clear()


@pytest.fixture
def recorded(file: Path) -> Path:
    """A round with one commune filled in, closed once."""
    language.choose("en")
    today = now().date()
    whole = as_typed({**ALL_MET, "visit_date": today, "t_date": today})
    assert run(["answer", LONG_THANH, "--file", str(file), *whole]) == 0
    assert run(["round", "close", "--name", "Sơ kết", "--file", str(file)]) == 0
    return file


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "nơi [b]ghi"
    folder.mkdir()
    return folder


async def open_export(app: ReadinessApp, pilot: Pilot[None], folder: Path) -> ExportScreen:
    assert isinstance(app.screen, OverviewScreen)
    await press(app, pilot, "f12")
    assert isinstance(app.screen, ExportScreen)
    app.screen.query_one("#export-path", PathEntry).value = str(folder)
    return app.screen


async def mark_only(app: ReadinessApp, pilot: Pilot[None], *kinds: Kind) -> None:
    screen = app.screen
    assert isinstance(screen, ExportScreen)
    grid = screen.query_one(FilesToWrite)
    for kind in KINDS:
        if (kind in kinds) is not (kind.key in screen._marked):
            grid.go_to(kind.key)
            await press(app, pilot, "space")


def marked(app: ReadinessApp) -> int:
    return sum(line.startswith("[✓]") for line in text_of(app).splitlines())


def told(app: ReadinessApp) -> str:
    return str(app.screen.query_one("#export-told Static", Static).render())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def written(path: Path, order: Order) -> list[Outcome]:
    with Desk(path, remember=False) as desk:
        return list(write_exports(desk, order, lambda _step: None))


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_the_workbook_is_marked_and_all_that_can_be_written_is_listed(
    recorded: Path, out: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(recorded, size) as (app, pilot):
            await open_export(app, pilot, out)

            assert marked(app) == 1
            assert "[✓] Workbook for leaders" in words_of(app)
            for kind in KINDS:
                if kind is not MINUTES_OF_ONE:
                    assert kind.label_here in words_of(app)
            assert "State body" in words_of(app)
            assert "Figures as of (F4): now" in words_of(app)

    drive(scenario)


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_everything_is_written_under_names_of_the_language(
    recorded: Path, out: Path, spoken: str
) -> None:
    # Minutes of a whole province take a while; once is enough.
    kinds = KINDS if spoken == "vi" else tuple(kind for kind in KINDS if kind is not MINUTES)

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_export(app, pilot, out)
            await mark_only(app, pilot, *kinds)
            await press(app, pilot, "f10")

            assert isinstance(app.screen, ExportedScreen)
            assert text_of(app).count("✓") == len(kinds)

    drive(scenario, spoken)
    language.choose(spoken)
    assert len(names(out)) == len(kinds)
    for kind in kinds:
        begins = _(kind.stem).casefold()[:1]
        fitting = [path for path in out.iterdir() if path.suffix == kind.suffix]
        assert len(fitting) == 1, kind
        assert fitting[0].name.isascii()
        if begins.isascii():
            assert fitting[0].name.startswith(begins)
        if kind is MINUTES:
            with Desk(recorded, remember=False) as desk:
                assert len(names(fitting[0])) == len(desk.round.communes)
        else:
            assert fitting[0].read_bytes().startswith(BEGINNINGS[kind.suffix])


def test_what_is_there_is_never_written_over(recorded: Path, out: Path) -> None:
    order = Order((MINUTES_OF_ONE,), out, commune=LONG_THANH)

    first, second = written(recorded, order) + written(recorded, order)

    assert first.path != second.path
    assert second.path.stem == f"{first.path.stem}-2"
    assert first.size == first.path.stat().st_size > 0


def test_another_copy_goes_to_another_folder_with_all_that_was_chosen(
    recorded: Path, out: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            await mark_only(app, pilot, MINUTES_OF_ONE)
            await press(app, pilot, "f10")
            await press(app, pilot, "f6")
            assert app.screen is screen
            await press(app, pilot, "f6")
            assert isinstance(app.screen, PickFolder)
            await press(app, pilot, *str(stick), "enter")
            await press(app, pilot, "f10")
            assert marked(app) == 1
            await press(app, pilot, "f10")
            assert isinstance(app.screen, ExportedScreen)
            await press(app, pilot, "escape")
            assert isinstance(app.screen, OverviewScreen)
            await press(app, pilot, "f12")
            assert app.screen.query_one("#export-path", PathEntry).value == str(stick)

    drive(scenario)
    assert names(out) == names(stick)
    assert len(names(out)) == 1


def test_a_folder_that_is_not_there_is_said_and_everything_stays(recorded: Path, out: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            await mark_only(app, pilot, MINUTES_OF_ONE)
            out.rmdir()
            await press(app, pilot, "f10")

            assert app.screen is screen
            assert "there is no such folder" in told(app)
            assert str(out) in told(app)
            assert marked(app) == 1
            out.mkdir()
            await press(app, pilot, "f10")
            assert isinstance(app.screen, ExportedScreen)

    drive(scenario)


def test_one_file_that_fails_does_not_stop_the_others(
    recorded: Path, out: Path, tmp_path: Path
) -> None:
    no_audit_file = tmp_path / "x.audit"
    no_audit_file.write_text("no audit file")

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            screen._compared_with = ComparedWith(no_audit_file)
            await mark_only(app, pilot, MINUTES_OF_ONE, DATA)
            await press(app, pilot, "f10")

            assert isinstance(app.screen, ExportedScreen)
            assert "Written: 1; not written: 1" in words_of(app)
            app.screen.query_one(WrittenFiles).go_to(DATA.key)
            await settled(app, pilot)
            assert "x.audit" in words_of(app).replace(" ", "")

    drive(scenario)
    assert [name.rpartition(".")[2] for name in names(out)] == ["docx"]


def test_a_folder_that_vanishes_meanwhile_leaves_sentences_and_nothing_half(
    recorded: Path, out: Path
) -> None:
    def vanish(step: Step) -> None:
        if step.done == 3 and out.exists():
            out.rename(out.with_name("pulled out"))

    with Desk(recorded, remember=False) as desk:
        outcomes = list(write_exports(desk, Order((MINUTES, DATA), out), vanish))

    assert all(str(out) in outcome.problem for outcome in outcomes)
    assert len(outcomes) == 2


def test_minutes_that_cannot_be_written_do_not_stop_those_of_the_others(
    recorded: Path, out: Path
) -> None:
    in_the_way: list[str] = []

    def stand_in_the_way(step: Step) -> None:
        if step.done == 1 and not in_the_way:
            (folder,) = out.iterdir()
            with Desk(recorded, remember=False) as desk:
                third = desk.round.communes[2]
            in_the_way.append(f"{third.code} {third.name}")
            (folder / file_name(third)).write_text("of somebody else")

    with Desk(recorded, remember=False) as desk:
        (outcome,) = write_exports(desk, Order((MINUTES,), out), stand_in_the_way)
        communes = len(desk.round.communes)

    assert not outcome.problem
    assert outcome.files == communes - 1
    assert [each.partition(":")[0] for each in outcome.lost] == in_the_way


@pytest.mark.parametrize("kind", [MINUTES, DATA], ids=["folder", "file"])
def test_what_is_stopped_leaves_only_what_was_whole_before(
    recorded: Path, out: Path, kind: Kind
) -> None:
    class Stopped(Exception):  # noqa: N818 - as the screen's own
        pass

    def stop(step: Step) -> None:
        if step.files == 1 and step.done == 2:
            raise Stopped

    order = Order((MINUTES_OF_ONE, kind), out, commune=LONG_THANH)
    with Desk(recorded, remember=False) as desk:
        writing = write_exports(desk, order, stop)
        first = next(writing)
        with pytest.raises(Stopped):
            next(writing)

    assert names(out) == [first.path.name]


def test_escape_stops_the_writing(
    recorded: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    stepped = ExportScreen.post_message

    def wait_at_first_step(screen: ExportScreen, message: object) -> bool:
        if isinstance(message, ExportScreen.Stepped) and not begun.is_set():
            begun.set()
            go_on.wait()
        return stepped(screen, message)  # type: ignore[arg-type]

    monkeypatch.setattr(ExportScreen, "post_message", wait_at_first_step)

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            await mark_only(app, pilot, MINUTES)
            await pilot.press("f10")
            while not begun.is_set():
                await pilot.pause()
            await pilot.press("ctrl+q")
            assert app.is_running  # not while it is being written
            await pilot.press("escape")
            go_on.set()
            await settled(app, pilot)

            assert app.screen is screen
            assert "Stopped; no file was written" in told(app)

    drive(scenario)
    assert names(out) == []


def test_how_far_it_is_stands_there_for_the_file_and_for_all(recorded: Path, out: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            screen._is_writing = True
            screen.post_message(ExportScreen.Stepped(Step(NASTY, 1, 4, 3, 4)))
            await settled(app, pilot)
            assert "25%" in told(app)
            assert "75%  files: 3/4" in told(app)
            screen._is_writing = False

    drive(scenario)


def test_nothing_marked_and_no_folder_are_said(recorded: Path, out: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            await mark_only(app, pilot)
            await press(app, pilot, "f10")
            assert "Mark with Space" in told(app)
            await mark_only(app, pilot, DATA)
            screen.query_one("#export-path", PathEntry).value = " "
            await press(app, pilot, "f10")
            assert "which folder" in told(app)
            assert app.screen is screen

    drive(scenario)
    assert names(out) == []


def test_head_of_the_paper_close_and_comparison_are_in_the_file(recorded: Path, out: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_export(app, pilot, out)
            await mark_only(app, pilot, MINUTES_OF_ONE, DATA)
            await press(app, pilot, "f5")
            assert "Party body" in words_of(app)
            await press(app, pilot, "f4")
            await press(app, pilot, "down", "enter")
            assert "Figures as of (F4): the close “Sơ kết”" in words_of(app)
            await press(app, pilot, "f8")
            await press(app, pilot, "down", "enter")
            assert "Compared with (F8): the close “Sơ kết”" in words_of(app)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, ExportedScreen)

    drive(scenario)
    data, minutes = sorted(out.iterdir(), key=lambda path: path.suffix, reverse=True)
    assert "so-ket" in data.name
    assert "so-ket" in minutes.name
    with zipfile.ZipFile(minutes) as packed:
        assert "COMMUNIST PARTY" in packed.read("word/document.xml").decode()


def test_from_a_checklist_the_minutes_of_its_commune_are_marked(recorded: Path, out: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_commune(app, pilot)
            screen.action_checklist_minutes()
            await settled(app, pilot)

            assert isinstance(app.screen, ExportScreen)
            assert f"[✓] Minutes of {LONG_THANH} Phường Long Thành" in words_of(app)
            assert marked(app) == 1
            app.screen.query_one("#export-path", PathEntry).value = str(out)
            await press(app, pilot, "f10")
            await press(app, pilot, "escape")
            assert isinstance(app.screen, ChecklistScreen)

    drive(scenario)
    assert [name.startswith(f"minutes-of-commune-{LONG_THANH}-") for name in names(out)] == [True]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a program would open it")
def test_enter_says_where_it_lies_where_no_program_opens_it(
    recorded: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    async def scenario() -> None:
        async with running(recorded, (120, 40)) as (app, pilot):
            await open_export(app, pilot, out)
            await mark_only(app, pilot, MINUTES_OF_ONE)
            await press(app, pilot, "f10")
            await press(app, pilot, "enter")
            assert "No program of this machine opened it" in words_of(app)
            assert next(out.iterdir()).name in words_of(app).replace(" ", "")
            next(out.iterdir()).unlink()
            await press(app, pilot, "enter")
            assert "it is there no more" in words_of(app)

    drive(scenario)


def test_another_language_keeps_what_was_chosen(recorded: Path, out: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_export(app, pilot, out)
            await mark_only(app, pilot, DATA, MINUTES)
            app.choose_language("vi")
            await settled(app, pilot)

            assert marked(app) == 2
            assert screen.query_one("#export-path", PathEntry).value == str(out)

    drive(scenario)
