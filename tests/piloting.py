"""The terminal app driven by keys, without a terminal: what is on screen, what is in the file."""

from __future__ import annotations

import asyncio
import os
import pickle
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from audit.cli.app import run
from audit.demo import Demo, make_demo
from audit.desk import Desk
from audit.recent import take_off
from audit.settings import load_settings, save_settings
from audit.tui.app import ReadinessApp
from audit.tui.screens.checklist import ChecklistScreen
from audit.tui.widgets.fields import FieldLine
from criteria import language

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

NASTY = "[/x] [b + x =1+1 [@click=app.quit]y[/] :x: \x1b[31m đạt " + "ờ" * 2000
"""What a stranger may have typed or sent."""
SIZES = [(80, 24), (120, 40)]
LONG_THANH = "26368"


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a settings folder and a fresh round, to be copied."""
    folder = tmp_path_factory.mktemp("opened")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(folder / "home"))
        language.choose("en")
        assert run(["whoami", "--name", "Trần Thị Bình", "--unit", "Sở KH&CN"]) == 0
        out = str(folder / "dot-1.audit")
        assert run(["round", "new", "--province", "75", "--title", "Đợt 1", "--out", out]) == 0
        take_off(folder.resolve() / "dot-1.audit")
    return folder


@pytest.fixture
def file(opened: Path, tmp_path: Path) -> Path:
    """A fresh round of one's own; the auditor is known."""
    shutil.copytree(opened / "home", tmp_path / "home", dirs_exist_ok=True)
    path = tmp_path / "Đợt 1.audit"
    shutil.copy(opened / "dot-1.audit", path)
    # Else the file to go on with would be the one that all tests copy.
    save_settings(load_settings()._replace(last_file=str(path.resolve())))
    return path


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The made-up round of a province, made once for all workers; nobody writes to it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / "made-up.pickle"
    with FileLock(folder / "made-up.lock"), pytest.MonkeyPatch.context() as patch:
        if not kept.exists():
            patch.setenv("READINESS_HOME", str(folder / "made-up-home"))
            language.choose("vi")
            kept.write_bytes(pickle.dumps(make_demo(folder / "Đợt thử" / "số 1")))
    found = pickle.loads(kept.read_bytes())  # noqa: S301 # written above
    assert isinstance(found, Demo)
    return found


@asynccontextmanager
async def running(
    path: Path | None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ReadinessApp, Pilot[None]]]:
    """Run the app on a file until it has nothing left to do."""
    app = ReadinessApp(path)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(app, pilot)
        yield app, pilot


async def settled(app: ReadinessApp, pilot: Pilot[None]) -> None:
    """Wait until everything that was begun is done."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


def drive(scenario: Callable[[], Awaitable[None]], spoken: str = "en") -> None:
    """Run a scenario in a loop of its own."""
    language.choose(spoken)
    asyncio.run(scenario())  # type: ignore[arg-type] # an async function gives a coroutine


async def open_commune(
    app: ReadinessApp, pilot: Pilot[None], code: str = LONG_THANH, part: str = "", field: str = ""
) -> ChecklistScreen:
    """Open a commune's checklist."""
    app.open_commune(code, part, field)
    await settled(app, pilot)
    assert isinstance(app.screen, ChecklistScreen)
    return app.screen


async def press(app: ReadinessApp, pilot: Pilot[None], *keys: str) -> None:
    """Press keys and wait until all that follows is done."""
    await pilot.press(*keys)
    await settled(app, pilot)


def values(path: Path, commune: str = LONG_THANH) -> dict[str, Any]:
    """Return what a file holds of a commune: key -> verified value."""
    with Desk(path) as desk:
        checklist = desk.checklist(commune)
        return {key: checklist.answer(key).value for key in desk.round.catalogue.fields}


def text_of(app: ReadinessApp) -> str:
    """Return what is on screen, line by line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def words_of(app: ReadinessApp) -> str:
    """Return what is on screen as one line, however it was wrapped."""
    return " ".join(text_of(app).replace("│", " ").split())


async def comes_up(app: ReadinessApp, pilot: Pilot[None], words: str) -> bool:
    """Wait until words are on screen, as what is mounted late may be; return whether they are."""
    for _turn in range(200):
        if words in words_of(app):
            return True
        await pilot.pause()
    return False


def focused_key(app: ReadinessApp) -> str:
    """Return the key of the field at hand."""
    assert isinstance(app.focused, FieldLine)
    return app.focused.field.key
