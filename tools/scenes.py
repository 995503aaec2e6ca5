"""Scenes of the running app: for the snapshots in tests and for the pictures of the guides."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta, timezone
from io import StringIO
from typing import TYPE_CHECKING, Final

from criteria import language

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from audit.demo import Demo
    from audit.tui.app import ReadinessApp

    Scene = Callable[[ReadinessApp, Pilot[None]], Awaitable[None]]

COMMUNE: Final = "26368"
OFFICE_HOME: Final = "office"
AFTER_THE_CLOSE: Final = (
    ("25222", "pc_adequate=6", "scanners=2", "scanners_adf=1", "printers=2"),
    ("25225", "pc_working=1", "printers=0"),
    ("25294", "scanners=4", "scanners_adf=2", "printers=4"),
    ("25308", "scanners=5", "scanners_adf=1", "printers=5"),
)
"""Found on a second visit, after the office has closed the round."""


def prepare(folder: Path, made: Demo | None = None) -> Path:
    """Make the made-up round in a folder, and a settings folder in which an auditor is known.

    ``READINESS_HOME`` is set to it: nothing of the person who runs this is read or changed.

    Args:
        folder: Where both will be.
        made: The made-up round where it is made already, to be copied.

    Returns:
        The audit file.
    """
    os.environ["READINESS_HOME"] = str(folder / "home")
    from audit.demo import make_demo
    from audit.desk import remember_file
    from audit.identity import set_auditor
    from audit.settings import load_settings, save_settings

    language.choose("vi")
    set_auditor("Trần Thị Bình", "Sở Khoa học và Công nghệ", "Chuyên viên")
    if made is None:
        path = make_demo(folder).audit_file
    else:
        shutil.copytree(made.folder, folder, dirs_exist_ok=True)
        path = folder / made.audit_file.relative_to(made.folder)
    _attach(path)
    remember_file(path)
    save_settings(load_settings()._replace(language="vi"))
    return path


def prepare_office(folder: Path, path: Path) -> None:
    """Make another settings folder, ``office``, in which the office of the round is known.

    Args:
        folder: As in `prepare`, whose ``READINESS_HOME`` stands again afterwards.
        path: The audit file.
    """
    before = os.environ["READINESS_HOME"]
    os.environ["READINESS_HOME"] = str(folder / OFFICE_HOME)
    from audit.cli.app import run
    from audit.demo.cast import load_cast
    from audit.desk import remember_file
    from audit.identity import set_auditor
    from audit.settings import load_settings, save_settings

    office = load_cast().office
    (folder / OFFICE_HOME).mkdir()
    (folder / OFFICE_HOME / "auditor.key").write_text(office.signer.private_bytes().hex())
    set_auditor(office.name, office.unit, None)
    remember_file(path)
    save_settings(load_settings()._replace(language="vi"))
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for stated in AFTER_THE_CLOSE:
            run(["answer", *stated, "--file", str(path), "--reason", "Kiểm tra lại"])
    os.environ["READINESS_HOME"] = before


def _attach(path: Path) -> None:
    """Attach two made-up pieces of evidence, at a time that is the same in every run."""
    from audit.file import AuditFile, Blob
    from audit.fold import read_round
    from audit.identity import needed_auditor
    from audit.pen import Draft, Pen

    moment = datetime(2026, 11, 20, 9, 40, tzinfo=timezone(timedelta(hours=7)))
    pieces = (
        ("IMG_0412.jpg", "Ảnh từng máy kèm tem sê-ri", "image/jpeg", "2026-11-20T09:31:05"),
        ("quet-thu.pdf", "Tệp PDF quét thử", "application/pdf", None),
    )
    drafts, blobs = [], []
    for name, caption, kind, taken in pieces:
        data = name.encode() * 9_000
        sha256 = hashlib.sha256(data).hexdigest()
        value = {"name": name, "caption": caption, "media_type": kind, "size": len(data)}
        value |= {"taken_at": taken, "original": sha256}
        drafts.append(Draft("evidence", COMMUNE, f"EQ-02/evidence/{sha256}", value))
        blobs.append(Blob(sha256, kind, data))
    with AuditFile.open(path, write=True) as file:
        held, _ledger = read_round(file)
        author = needed_auditor().author
        pen = Pen(file, held.id, author, writer="w" + "0" * 32, clock=lambda: moment)
        pen.write(drafts, blobs=blobs)


async def settle(app: ReadinessApp, pilot: Pilot[None]) -> None:
    """Wait until everything that was begun is done."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


async def _started(app: ReadinessApp, pilot: Pilot[None]) -> None:
    """Wait until the start screen tells how far the last file is: it stays behind dialogs."""
    from textual.widgets import Static

    while not str(app.screen.query_one("#about-last", Static).content):
        await settle(app, pilot)


async def _press(app: ReadinessApp, pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(app, pilot)


async def _checklist(app: ReadinessApp, pilot: Pilot[None], part: str, field: str = "") -> None:
    await _press(app, pilot, "enter")
    app.open_commune(COMMUNE, part, field)
    await settle(app, pilot)


async def _start(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await settle(app, pilot)


async def _communes(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter")


async def _search(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "f3", *"long thanh")


async def _map(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "f6")


async def _matrix(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "f7", "right", "down")


async def _parameters(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _checklist(app, pilot, "parameters", "staff_pasc")


async def _criterion(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _checklist(app, pilot, "EQ-01", "pc_adequate")


async def _note(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _checklist(app, pilot, "EQ-01", "pc_adequate")
    await _press(app, pilot, "f5", "down")


async def _evidence(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _checklist(app, pilot, "EQ-02", "scanners")
    await _press(app, pilot, "f6")


async def _hand_in(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _checklist(app, pilot, "EQ-01", "pc_adequate")
    await _press(app, pilot, "f10")


async def _help(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _checklist(app, pilot, "EQ-01", "pc_adequate")
    await _press(app, pilot, "f1")


async def _find(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "ctrl+p", *"bien hoa")


async def _settings(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "f9")


async def _inbox(app: ReadinessApp, pilot: Pilot[None]) -> None:
    from audit.demo import HANDED_IN
    from audit.tui.screens.inbox import InboxScreen

    await _press(app, pilot, "enter")
    if app.desk is not None:
        handed_in = (app.desk.path.parent / HANDED_IN).iterdir()
        late = max(handed_in, key=lambda each: each.stem[-5:])  # a name ends with its day
        app.push_screen(InboxScreen(app.desk, [late]))
    await settle(app, pilot)
    await _press(app, pilot, "down")


async def _conflicts(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "ctrl+g", "enter")


async def _review(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "ctrl+r")


async def _review_commune(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "ctrl+r", "enter")


async def _tasks(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "ctrl+k")


async def _export(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "f12")


async def _compare(app: ReadinessApp, pilot: Pilot[None]) -> None:
    await _press(app, pilot, "enter", "ctrl+p", *"so sanh")
    await _press(app, pilot, "enter", "enter")


OF_THE_OFFICE: Final[dict[str, Scene]] = {
    "inbox": _inbox,
    "conflicts": _conflicts,
    "review": _review,
    "review-commune": _review_commune,
    "tasks": _tasks,
    "export": _export,
    "compare": _compare,
}
"""What only makes sense where the office of the round sits: `prepare_office`."""

SCENES: Final[dict[str, Scene]] = {
    "start": _start,
    "communes": _communes,
    "search": _search,
    "map": _map,
    "matrix": _matrix,
    "parameters": _parameters,
    "criterion": _criterion,
    "note": _note,
    "evidence": _evidence,
    "hand-in": _hand_in,
    "help": _help,
    "find": _find,
    "settings": _settings,
    **OF_THE_OFFICE,
}
"""Name -> how to get there from the start screen."""


async def show(
    scene: str,
    size: tuple[int, int],
    spoken: str,
    look: Callable[[ReadinessApp], None],
    then: Sequence[tuple[int, int]] = (),
) -> None:
    """Run a scene and look at it.

    Args:
        scene: One of `SCENES`.
        size: Columns and lines.
        spoken: Language.
        look: Called with the app when everything stands.
        then: Sizes that the window is given afterwards, to look at it again in each.
    """
    from audit.settings import VIEWS, home
    from audit.tui.app import ReadinessApp

    # How lists were shown in another scene would be remembered here.
    (home() / VIEWS).unlink(missing_ok=True)
    language.choose(spoken)
    app = ReadinessApp()
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await _started(app, pilot)
        await SCENES[scene](app, pilot)
        look(app)
        for each in then:
            await pilot.resize_terminal(*each)
            await settle(app, pilot)
            look(app)
