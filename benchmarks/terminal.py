"""The terminal app through a real pseudo-terminal, against Textual with nothing in it.

From the key to the last byte that it makes the program write. How long the event loop is
kept from doing anything else is measured in `benchmarks.pauses`.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.made_up import made_up_file
from benchmarks.measuring import Figure, medians
from checklists.communes import all_communes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.terminal import Terminal

TURNS: Final = 11
COMMUNE: Final = "26368"
"""Long Thành; a made-up file has answers for it."""
_RECORDS: Final = 14_500
_EVERYWHERE: Final = 33_210
"""Ten records for each commune of the country."""
_EMPTY: Final = """
from textual.app import App
from textual.screen import Screen
from textual.widgets import Input, Label
class Empty(App[None]):
    BINDINGS = [("f2", "more", ""), ("escape", "less", "")]
    def compose(self):
        yield Label("ready to begin")
        yield Input()
    def action_more(self):
        self.push_screen(Screen())
    def action_less(self):
        self.pop_screen()
Empty().run()
"""


def measure() -> Iterator[Figure]:
    """Yield what the app costs: its first paint, its keys, its screens, its longest pauses."""
    from tests.terminal import Terminal

    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        folder = Path(name)
        _prepare(folder)
        yield from _first_paint(folder)
        empty = opened.enter_context(Terminal(("-c", _EMPTY), home=folder / "empty"))
        empty.wait_for("ready to begin")
        ours = opened.enter_context(_opened(folder / "dot-1.audit"))
        yield from _keys(ours, empty)
        yield from _screens(ours, empty)
        yield from _whole_country(folder, ours)
    yield from _pauses()


def _prepare(folder: Path) -> None:
    """Make the files and a user's folder in which the auditor is known."""
    os.environ["READINESS_HOME"] = str(folder / "home")
    from audit.identity import set_auditor

    set_auditor("Trần Thị Bình", "Sở Khoa học và Công nghệ", "")
    made_up_file(folder / "dot-1.audit", _RECORDS)
    made_up_file(folder / "ca-nuoc.audit", _EVERYWHERE, communes=all_communes())


def _opened(file: Path) -> Terminal:
    """Return the app with all communes of a file read and shown."""
    from tests.terminal import on_file

    terminal = on_file(file)
    try:
        terminal.wait_until(
            lambda: "Reading" not in terminal.text and "Attention" in terminal.text, "all communes"
        )
    except BaseException:
        terminal.kill()
        raise
    return terminal


def _first_paint(folder: Path) -> Iterator[Figure]:
    from tests.terminal import Terminal

    def painted(arguments: tuple[str, ...], words: str) -> Callable[[], float]:
        def once() -> float:
            start = time.perf_counter()
            with Terminal(arguments, home=folder / "home") as terminal:
                terminal.wait_for(words)
                return time.perf_counter() - start

        return once

    found = medians(
        {
            "ours": painted(("-m", "audit"), "Who am I?"),
            "floor": painted(("-c", _EMPTY), "ready to begin"),
        },
        TURNS,
    )
    yield Figure("first paint", found["ours"], "an empty Textual app", found["floor"], 1.6)


def _keys(ours: Terminal, empty: Terminal) -> Iterator[Figure]:
    """Yield what a key costs on each screen, against a letter typed into an empty line."""
    from tests.terminal import DOWN, ESCAPE, F3, F6, F7, LEFT, RIGHT, UP

    def back_and_forth(forth: str, back: str) -> Callable[[], float]:
        def once() -> float:
            return statistics.mean((ours.time_of(forth), ours.time_of(back)))

        return once

    digits = itertools.cycle("78")

    def answered() -> float:
        # Another value each time, else nothing is written; and the step to the next field.
        took = ours.time_of(next(digits)) + ours.time_of("\r")
        ours.time_of(UP)
        return took / 2

    floor = {"floor": lambda: empty.time_of("a")}
    for what, way, there, leave in (
        ("move in all communes", back_and_forth(DOWN, UP), "", ""),
        ("move on the map", back_and_forth(LEFT, RIGHT), F6, F6 + F6),
        ("move in the matrix", back_and_forth(DOWN, UP), F7, ESCAPE),
        ("move from field to field", back_and_forth(DOWN, UP), F3 + COMMUNE + "\r", ESCAPE),
        ("answer a field", answered, F3 + COMMUNE + "\r" + DOWN, ESCAPE),
    ):
        _type(ours, there)
        found = medians({"ours": way, **floor}, TURNS)
        _type(ours, leave)
        yield Figure(what, found["ours"], "type a letter into a line", found["floor"], 5)


def _type(terminal: Terminal, keys: str) -> None:
    """Press keys that lead somewhere, and wait until all is quiet."""
    if keys:
        # Shorter than the blinking of a cursor, which never is quiet.
        terminal.time_of(keys, quiet=0.4)


def _screens(ours: Terminal, empty: Terminal) -> Iterator[Figure]:
    """Yield what opening a screen costs, against pushing an empty one."""
    from tests.terminal import ESCAPE, F2, F7

    def opening(terminal: Terminal, key: str) -> Callable[[], float]:
        def once() -> float:
            took = terminal.time_of(key)
            _type(terminal, ESCAPE)
            return took

        return once

    ways = {
        "commune": opening(ours, "\r"),
        "matrix": opening(ours, F7),
        "floor": opening(empty, F2),
    }
    found = medians(ways, TURNS)
    floor = ("push an empty screen", found["floor"])
    yield Figure("open a commune", found["commune"], *floor, 10)
    yield Figure("open the matrix, 95 × 16", found["matrix"], *floor, 6)


def _whole_country(folder: Path, ours: Terminal) -> Iterator[Figure]:
    from tests.terminal import ESCAPE, F7

    with _opened(folder / "ca-nuoc.audit") as everywhere:

        def opening(terminal: Terminal) -> Callable[[], float]:
            def once() -> float:
                took = terminal.time_of(F7)
                _type(terminal, ESCAPE)
                return took

            return once

        found = medians({"ours": opening(everywhere), "floor": opening(ours)}, TURNS)
    yield Figure(
        "open the matrix, 3,321 × 16", found["ours"], "the matrix, 95 × 16", found["floor"], 2
    )


def _pauses() -> Iterator[Figure]:
    """Yield how long the event loop was kept busy at the longest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder)
        # In a process of its own: opening the first file loads half of the program.
        told = subprocess.run(  # noqa: S603 # this Python
            [sys.executable, "-m", "benchmarks.pauses", folder / "dot-1.audit"],
            check=True,
            capture_output=True,
        ).stdout
    for what, seconds in json.loads(told).items():
        yield Figure(f"longest pause: {what}", seconds, "a tick", 0.005, at_most_seconds=0.1)
