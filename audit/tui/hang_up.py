"""A terminal that is gone for good ends the program, which would else read its end for ever.

Most terminals send a signal when their window is closed, and that ends the program. A broken
connection, or a terminal that is not the program's own, sends none: every read then finds the
end of the input, again and again, and a processor runs hot until the machine is shut down.
"""

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING, Final

from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS: Final = 2.0
"""Between two looks; each takes a few microseconds."""


def is_gone(descriptor: int) -> bool:
    """Return whether a terminal has been closed at its other end.

    Args:
        descriptor: Of the input; nothing is read from it.
    """
    poll: Callable[[], select.poll] | None = getattr(select, "poll", None)
    if poll is None:  # Windows, where the console takes its programs with it
        return False
    asked = poll()
    asked.register(descriptor, select.POLLHUP)
    return any(event & (select.POLLHUP | select.POLLERR) for _file, event in asked.poll(0))


class EndsWithTerminal(App[None]):
    """An app that ends when its terminal does; what was typed is kept as when power fails."""

    def on_load(self) -> None:
        """Begin to look."""
        if not self.is_headless and sys.__stdin__ is not None and sys.__stdin__.isatty():
            self.set_interval(_SECONDS, self._look)

    def _look(self) -> None:
        stdin = sys.__stdin__
        if stdin is not None and is_gone(stdin.fileno()):
            self.exit()
