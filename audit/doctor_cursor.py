"""How far the cursor of a terminal goes for a word: the terminal itself is asked.

A terminal that draws a letter wider than the program thinks moves everything behind it.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
import unicodedata
from typing import TYPE_CHECKING, Final

from audit.doctor_facts import Width

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD: Final = "Nguyễn Huệ đường"
"""What is measured: each letter fills one cell."""
PATIENCE: Final = 0.5
"""Seconds for an answer; a terminal on this machine takes a thousandth."""

_ASK: Final = "\x1b[6n"
_ANSWER: Final = re.compile(rb"\x1b\[\d+;(\d+)R")
_ERASE: Final = "\r\x1b[K"


def measure() -> Width | None:
    """Return how wide the terminal draws a word; ``None`` where there is none to ask."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    words = WORD, unicodedata.normalize("NFD", WORD)
    return Width(len(WORD), *_cells_of(words))


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    class _Screen(ctypes.Structure):
        """CONSOLE_SCREEN_BUFFER_INFO of Windows."""

        _fields_ = (
            ("size", wintypes._COORD),
            ("cursor", wintypes._COORD),
            ("attributes", wintypes.WORD),
            ("window", wintypes.SMALL_RECT),
            ("largest", wintypes._COORD),
        )

    def _cells_of(words: tuple[str, str]) -> tuple[int | None, int | None]:
        """Return the cells of two words; the console is asked where its cursor is."""
        console = ctypes.windll.kernel32
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(sys.stdout.fileno()))

        def column() -> int | None:
            found = _Screen()
            if not console.GetConsoleScreenBufferInfo(handle, ctypes.byref(found)):
                return None
            return int(found.cursor.X)

        cells = []
        for word in words:
            sys.stdout.write(f"\r{word}")
            sys.stdout.flush()
            cells.append(column())
            sys.stdout.write("\r" + " " * (2 * len(word)) + "\r")
            sys.stdout.flush()
        return cells[0], cells[1]

else:
    import select
    import termios

    @contextlib.contextmanager
    def _quietly(handle: int) -> Iterator[None]:
        """Have the terminal hand on each byte unseen; afterwards it is as it was."""
        before = termios.tcgetattr(handle)
        quiet = termios.tcgetattr(handle)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 0, 0
        try:
            termios.tcsetattr(handle, termios.TCSADRAIN, quiet)
            yield
        finally:
            # What came too late is dropped: it would stand in the next line typed.
            termios.tcsetattr(handle, termios.TCSAFLUSH, before)

    def _cells_of(words: tuple[str, str]) -> tuple[int | None, int | None]:
        """Return the cells of two words; the terminal is asked by a control sequence."""
        handle = sys.stdin.fileno()
        try:
            if _is_in_background(handle):
                return None, None
            with _quietly(handle):
                composed = _cells(handle, words[0])
                return composed, None if composed is None else _cells(handle, words[1])
        except (OSError, termios.error):
            return None, None

    def _is_in_background(handle: int) -> bool:
        """Return whether the program would be stopped for asking."""
        try:
            return os.tcgetpgrp(handle) != os.getpgrp()
        except OSError:  # no terminal that controls programs
            return False

    def _cells(handle: int, word: str) -> int | None:
        sys.stdout.write(f"\r{word}{_ASK}")
        sys.stdout.flush()
        read, end = b"", time.monotonic() + PATIENCE
        found = None
        while found is None and (left := end - time.monotonic()) > 0:
            if not select.select([handle], [], [], left)[0]:
                break
            piece = os.read(handle, 1024)
            if not piece:
                break
            read += piece
            found = _ANSWER.search(read)
        sys.stdout.write(_ERASE)
        sys.stdout.flush()
        return int(found[1]) - 1 if found else None
