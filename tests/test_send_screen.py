"""Handing in, in the app: what goes along, where to, and the check code for the telephone."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Digits, Static

from audit.cli.app import run
from audit.clock import now
from audit.desk import Desk
from audit.intake import sources
from audit.package import Stage, Step
from audit.tui.screens import send
from audit.tui.screens.ask import Ask
from audit.tui.screens.hand_in import HandInScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.pick_folder import PickFolder
from audit.tui.screens.send import CommunesToSend, SendScreen, SentScreen
from audit.tui.widgets.place_line import PathEntry
from audit.vet import vet
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
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from audit.tui.app import ReadinessApp
    from audit.vet import Vetted

TRAN_BIEN = "26041"
BIEN_HOA = "26068"


@pytest.fixture(autouse=True)
def _nothing_sent_yet() -> Iterator[None]:
    send._last_folder.clear()
    yield
    send._last_folder.clear()


@pytest.fixture
def recorded(file: Path) -> Path:
    """A round in which one commune is signed, one is complete and one is begun."""
    language.choose("en")
    today = now().date()
    whole = as_typed({**ALL_MET, "visit_date": today, "t_date": today})
    for code in (LONG_THANH, TRAN_BIEN):
        assert run(["answer", code, "--file", str(file), *whole]) == 0
    assert run(["answer", BIEN_HOA, "--file", str(file), "counters=3"]) == 0
    signed = ["sign-off", LONG_THANH, "--by", "Lê Văn Xã", "--title", "Chủ tịch"]
    assert run([*signed, "--file", str(file)]) == 0
    return file


async def open_send(app: ReadinessApp, pilot: Pilot[None], out: Path | None = None) -> SendScreen:
    assert isinstance(app.screen, OverviewScreen)
    await press(app, pilot, "f10")
    assert isinstance(app.screen, SendScreen)
    if out is not None:
        path_line(app).value = str(out)
    return app.screen


def path_line(app: ReadinessApp) -> PathEntry:
    return app.screen.query_one("#send-path", PathEntry)


def marked(app: ReadinessApp) -> list[str]:
    return [line[4:9] for line in text_of(app).splitlines() if line.startswith("[✓]")]


def told(app: ReadinessApp) -> str:
    return str(app.screen.query_one("#send-told Static", Static).render())


def looked_at(path: Path) -> Vetted:
    with vet(next(sources([path]))) as vetted:
        return vetted


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_what_is_signed_is_marked_and_each_state_and_gap_is_shown(
    recorded: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(recorded, size) as (app, pilot):
            await open_send(app, pilot)

            assert marked(app) == [LONG_THANH]
            lines = {line[4:9]: line for line in text_of(app).splitlines() if line[:1] == "["}
            assert set(lines) == {LONG_THANH, TRAN_BIEN, BIEN_HOA}
            assert "Signed" in lines[LONG_THANH]
            assert "Draft" in lines[BIEN_HOA]
            assert "100" in lines[BIEN_HOA]

    drive(scenario)


def test_the_file_is_written_and_its_check_code_is_the_one_its_receiver_sees(
    recorded: Path, tmp_path: Path
) -> None:
    out = tmp_path / "nộp.audit"

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_send(app, pilot, out)
            await press(app, pilot, "f10")

            assert isinstance(app.screen, SentScreen)
            code = str(looked_at(out).check_code)
            assert app.screen.query_one(Digits).value == code
            assert code in words_of(app)
            assert str(out) in words_of(app).replace(" ", "")
            assert "Phường Long Thành" in words_of(app)
            await press(app, pilot, "enter")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)
    vetted = looked_at(out)
    assert {entry.commune for entry in vetted.entries} == {"", LONG_THANH}
    assert vetted.findings == ()


def test_what_is_not_signed_goes_along_only_when_marked_and_is_named(
    recorded: Path, tmp_path: Path
) -> None:
    out = tmp_path / "n.audit"

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_send(app, pilot, out)
            screen.query_one(CommunesToSend).go_to(BIEN_HOA)
            await press(app, pilot, "space")
            assert set(marked(app)) == {LONG_THANH, BIEN_HOA}
            assert "not signed as they stand: 1" in words_of(app)
            await press(app, pilot, "f10")

            assert "Not signed, or changed since: 26068" in words_of(app)

    drive(scenario)
    assert {entry.commune for entry in looked_at(out).entries} == {"", LONG_THANH, BIEN_HOA}


def test_the_name_tells_who_and_when_and_f5_packs_it(recorded: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_send(app, pilot)
            await press(app, pilot, "f6")
            assert isinstance(app.screen, PickFolder)
            await press(app, pilot, *str(tmp_path), "enter")
            await press(app, pilot, "f10")
            name = f"hand-in-tran-thi-binh-{now().date().isoformat()}"
            assert path_line(app).value == str(tmp_path / f"{name}.audit")

            await press(app, pilot, "f5")
            assert path_line(app).value == str(tmp_path / f"{name}.zip")
            await press(app, pilot, "f10")
            assert isinstance(app.screen, SentScreen)
            assert (tmp_path / f"{name}.zip").read_bytes().startswith(b"PK")

    drive(scenario)


def test_another_copy_has_the_same_code_and_a_name_of_its_own(
    recorded: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_send(app, pilot)
            path_line(app).value = str(tmp_path)
            await press(app, pilot, "f10")  # a folder: the file gets its name there
            await press(app, pilot, "f10")
            first = app.screen.query_one(Digits).value
            await press(app, pilot, "f6")
            assert isinstance(app.screen, SendScreen)
            await press(app, pilot, "f10")

            assert app.screen.query_one(Digits).value == first

    drive(scenario)
    assert len(list(tmp_path.glob("hand-in-*.audit"))) == 2


def test_what_cannot_be_written_is_said_and_all_that_was_chosen_stays(
    recorded: Path, tmp_path: Path
) -> None:
    out = tmp_path / "[b]x" / "[@click=app.quit] n.audit"

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_send(app, pilot, out)
            screen.query_one(CommunesToSend).go_to(TRAN_BIEN)
            await press(app, pilot, "space", "f10")

            assert app.screen is screen
            assert "there is no folder" in told(app)
            assert str(out.parent) in told(app)
            assert path_line(app).value == str(out)
            assert set(marked(app)) == {LONG_THANH, TRAN_BIEN}

            out.parent.mkdir()
            await press(app, pilot, "f10")
            assert isinstance(app.screen, SentScreen)
            # Where a path is broken depends on how long the folder's name is.
            assert "[@click=app.quit]n.audit" in words_of(app).replace(" ", "")

    drive(scenario)


def test_a_file_that_is_there_is_never_written_over(recorded: Path, tmp_path: Path) -> None:
    out = tmp_path / "n.audit"
    out.write_text("of somebody else")

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_send(app, pilot, out)
            await press(app, pilot, "f10")

            assert app.screen is screen
            assert str(out) in told(app)

    drive(scenario)
    assert out.read_text() == "of somebody else"


def test_nothing_marked_is_nothing_to_write(recorded: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_send(app, pilot, tmp_path / "n.audit")
            screen.query_one(CommunesToSend).go_to(LONG_THANH)
            await press(app, pilot, "space", "f10")

            assert app.screen is screen
            assert "Mark at least one" in told(app)

    drive(scenario)
    assert not (tmp_path / "n.audit").exists()


def test_escape_stops_the_writing_and_leaves_nothing_behind(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "n.audit"
    begun, go_on = threading.Event(), threading.Event()
    stepped = SendScreen.post_message

    def wait_at_first_step(screen: SendScreen, message: object) -> bool:
        if isinstance(message, SendScreen.Stepped) and not begun.is_set():
            begun.set()
            go_on.wait()
        return stepped(screen, message)  # type: ignore[arg-type]

    monkeypatch.setattr(SendScreen, "post_message", wait_at_first_step)

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_send(app, pilot, out)
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
    assert not out.exists()
    assert [each.name for each in tmp_path.glob(".*")] == []


def test_how_far_it_is_stands_there_in_words(recorded: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            screen = await open_send(app, pilot)
            screen._is_writing = True
            screen.post_message(SendScreen.Stepped(Step(Stage.COPYING, 1, 4)))
            await settled(app, pilot)
            assert "25%" in told(app)
            assert Stage.COPYING.label in told(app)
            screen._is_writing = False

    drive(scenario)


def test_an_impossible_key_to_encrypt_for_is_refused_in_its_box(recorded: Path) -> None:
    pytest.importorskip("pyrage")

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_send(app, pilot)
            await press(app, pilot, "f8", *"[b]no key", "f10")

            assert isinstance(app.screen, Ask)
            assert "[b]no key" in words_of(app)

    drive(scenario)


def test_an_encrypted_file_is_named_so_and_is_no_open_audit_file(
    recorded: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyrage")
    out = tmp_path / "n.audit"
    with Desk(recorded, write=True) as desk:
        assert desk.auditor is not None
        key = desk.auditor.public_key

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_send(app, pilot, out)
            await press(app, pilot, "f8", *key, "f10")
            assert path_line(app).value == f"{out}.age"
            await press(app, pilot, "f10")
            assert isinstance(app.screen, SentScreen)

    drive(scenario)
    assert (tmp_path / "n.audit.age").read_bytes().startswith(b"age-encryption.org")


def test_after_the_sign_off_the_commune_at_hand_goes_along(recorded: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            app.open_commune(LONG_THANH)
            await settled(app, pilot)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, HandInScreen)
            assert "F6" in words_of(app)
            await press(app, pilot, "f6")

            assert isinstance(app.screen, SendScreen)
            assert marked(app) == [LONG_THANH]

    drive(scenario)


def test_what_nobody_signed_cannot_be_sent_from_its_hand_in(recorded: Path) -> None:
    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            app.open_commune(BIEN_HOA)
            await settled(app, pilot)
            await press(app, pilot, "f10", "f6")

            assert isinstance(app.screen, HandInScreen)

    drive(scenario)


def test_who_stated_nothing_yet_is_told_so(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_send(app, pilot)
            assert "Nothing of yours is in this file yet" in words_of(app)
            await press(app, pilot, "f4")
            assert "No commune is marked" in words_of(app)
            assert BIEN_HOA in app.screen.query_one(CommunesToSend)._rows.keys

    drive(scenario)


def test_another_language_keeps_what_was_marked_and_typed(recorded: Path, tmp_path: Path) -> None:
    out = tmp_path / "n.audit"

    async def scenario() -> None:
        async with running(recorded) as (app, pilot):
            await open_send(app, pilot, out)
            await settled(app, pilot)
            app.choose_language("vi")
            await settled(app, pilot)

            assert marked(app) == [LONG_THANH]
            assert path_line(app).value == str(out)

    drive(scenario)
