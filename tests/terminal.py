"""The program in a real terminal: a pseudo-terminal outside, a screen of `pyte` to look at.

What is sent goes out in one write, as an input method sends it; what comes back is
read until what is waited for stands on the screen. Nothing ever sleeps.
"""

from __future__ import annotations

import codecs
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import pytest

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal here", allow_module_level=True)

import fcntl
import termios

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 30.0
"""Seconds until what is waited for counts as never coming."""

ENTER: Final = "\r"
ESCAPE: Final = "\x1b"
TAB: Final = "\t"
UP, DOWN, RIGHT, LEFT = (f"\x1b[{letter}" for letter in "ABCD")
HOME, END, DELETE = "\x1b[H", "\x1b[F", "\x1b[3~"
PAGE_UP, PAGE_DOWN = "\x1b[5~", "\x1b[6~"
CTRL_LEFT, CTRL_RIGHT = "\x1b[1;5D", "\x1b[1;5C"
SHIFT_LEFT, SHIFT_RIGHT = "\x1b[1;2D", "\x1b[1;2C"
BACKSPACE: Final = "\x7f"
CTRL_H: Final = "\x08"
"""Backspace as other terminals and some input methods send it."""
F1, F2, F3, F4 = (f"\x1bO{letter}" for letter in "PQRS")
F5, F6, F7, F8, F9, F10 = (f"\x1b[{number}~" for number in (15, 17, 18, 19, 20, 21))


def ctrl(letter: str) -> str:
    """Return what Ctrl and a letter send."""
    return chr(ord(letter.upper()) - 64)


def pasted(text: str) -> str:
    """Return what a terminal sends for a pasted text."""
    return f"\x1b[200~{text}\x1b[201~"


# What pyte would draw as text; and a sequence of which the end has not been read yet.
_UNKNOWN: Final = re.compile(r"\x1b\[[<=>][0-9;]*[A-Za-z]")
_UNFINISHED: Final = re.compile(r"\x1b(?:\[[0-9;?<=>$ ]*)?\Z")


class Terminal:
    """A program in a terminal of its own. Use it in a ``with``."""

    def __init__(
        self,
        arguments: Sequence[str] = ("-m", "audit"),
        *,
        home: Path,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start Python in a new terminal.

        Args:
            arguments: Of Python.
            home: The user's own folder, also the one the program is started in.
            size: Columns and lines.
            environment: What it finds besides; English is spoken if nothing else is said.
        """
        self.screen = pyte.Screen(*size)
        self.raw = bytearray()
        """All that the program has written."""
        self.is_open = True
        self._lines: dict[int, str] = {}
        self._stream = pyte.Stream(self.screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        home.mkdir(parents=True, exist_ok=True)
        self._terminal, program_end = os.openpty()
        self._name = os.ttyname(program_end)
        self._set_size(*size)
        inherited = ("PATH", "HOME", "VIRTUAL_ENV", "SYSTEMROOT")
        try:
            self.process = subprocess.Popen(  # noqa: S603 # this Python
                [sys.executable, *arguments],
                stdin=program_end,
                stdout=program_end,
                stderr=program_end,
                cwd=home,
                start_new_session=True,
                env={
                    **{name: os.environ[name] for name in inherited if name in os.environ},
                    "PYTHONPATH": str(ROOT),
                    "LANG": "C.UTF-8",
                    "TERM": "xterm-256color",
                    "COLORTERM": "truecolor",
                    "READINESS_HOME": str(home),
                    "READINESS_LANG": "en",
                    **(environment or {}),
                },
            )
        finally:
            os.close(program_end)

    def __enter__(self) -> Self:
        """Return the terminal."""
        return self

    def __exit__(self, *_details: object) -> None:
        """End the program and close the terminal."""
        self.kill()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the terminal; nothing happens if it is closed."""
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1

    def kill(self) -> None:
        """End the program as a power cut does; nothing happens if it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal another size, as pulling at its window does."""
        self.screen.resize(lines, columns)
        self._set_size(columns, lines)
        # The system tells only programs whose controlling terminal this is.
        self.process.send_signal(signal.SIGWINCH)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("4H", lines, columns, 0, 0))

    def send(self, keys: str | bytes) -> None:
        """Type: everything in one write."""
        data = keys.encode() if isinstance(keys, str) else keys
        sent = os.write(self._terminal, data)
        if sent != len(data):
            raise OSError(f"only {sent} of {len(data)} bytes were taken at once")

    def type(self, pieces: Iterable[str | bytes]) -> None:
        """Type piece by piece: the program reads each by itself."""
        deadline = time.monotonic() + PATIENCE
        for piece in pieces:
            self.send(piece)
            while self._unread and self.is_open and time.monotonic() < deadline:
                self.read(0.001)

    @property
    def _unread(self) -> bool:
        """Whether the program has not read all that was typed."""
        end = os.open(self._name, os.O_RDWR | os.O_NOCTTY)
        try:
            return any(fcntl.ioctl(end, termios.FIONREAD, bytes(4)))
        finally:
            os.close(end)

    def read(self, seconds: float) -> bool:
        """Read once what the program has written; return whether something came in time."""
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._terminal, 65_536)
        except OSError:  # the program has closed its end
            data = b""
        self._take_in(data)
        return True

    def _take_in(self, data: bytes) -> None:
        """Draw what the program has written."""
        self.is_open = bool(data)
        self.raw += data
        text = self._held + self._decode(data)
        cut = unfinished.start() if (unfinished := _UNFINISHED.search(text)) else len(text)
        self._held = text[cut:]
        self._stream.feed(_UNKNOWN.sub("", text[:cut]))

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Read until something holds.

        Args:
            holds: Asked after each reading.
            what: What is waited for, in words.

        Raises:
            AssertionError: It did not come, or the program ended; shows the screen.
        """
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if not self.is_open or not self.read(deadline - time.monotonic()):
                why = "in time" if self.is_open else "before the program ended"
                raise AssertionError(f"{what} did not come {why}. On the screen:\n{self.text}")

    def wait_for(self, *texts: str) -> None:
        """Read until all these texts stand on the screen."""
        self.wait_until(lambda: all(text in self.text for text in texts), repr(texts))

    def wait_gone(self, text: str) -> None:
        """Read until a text stands no longer on the screen."""
        self.wait_until(lambda: text not in self.text, f"the going of {text!r}")

    def wait_end(self) -> int:
        """Read until the program has ended; return its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.is_open:
            if not self.read(deadline - time.monotonic()):
                raise AssertionError(f"the program did not end. On the screen:\n{self.text}")
        return self.process.wait()

    def time_of(self, keys: str | bytes, quiet: float = 0.2) -> float:
        """Return how many seconds after some keys the last byte came.

        Args:
            keys: Sent in one write.
            quiet: Seconds of silence after which nothing more is awaited.
        """
        chunks: list[bytes] = []
        start = last = time.perf_counter()
        self.send(keys)
        while select.select([self._terminal], [], [], quiet if chunks else quiet + 1)[0]:
            chunks.append(os.read(self._terminal, 65_536))
            last = time.perf_counter()
        self._take_in(b"".join(chunks))
        return last - start

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line, without the spaces on the right."""
        if self.screen.dirty:
            width = range(self.screen.columns)
            for row in self.screen.dirty:
                cells = self.screen.buffer[row]
                # Wide letters take two cells, of which the second shows nothing.
                self._lines[row] = "".join([cells[column].data for column in width]).rstrip()
            self.screen.dirty.clear()
        return [self._lines[row] for row in range(self.screen.lines)]

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.lines)

    def line_with(self, text: str) -> str:
        """Return the first line on the screen with a text in it; empty if there is none."""
        return next((line for line in self.lines if text in line), "")

    def colours_of(self, text: str) -> tuple[str, str]:
        """Return the colours, letters and background, in which a text on the screen begins."""
        for row, line in enumerate(self.screen.display):
            if text in line:
                # Wide letters take two cells, of which the second shows nothing.
                at = line.index(text)
                cell = self.screen.buffer[row][at]
                return (cell.bg, cell.fg) if cell.reverse else (cell.fg, cell.bg)
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")


def on_file(
    file: Path, size: tuple[int, int] = (120, 40), environment: Mapping[str, str] | None = None
) -> Terminal:
    """Return a terminal in which the app opens a file; the user's folder lies beside it."""
    named = {"READINESS_FILE": str(file), **(environment or {})}
    return Terminal(home=file.parent / "home", size=size, environment=named)
