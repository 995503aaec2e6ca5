"""A failure that nobody foresaw ends the app without its words on the screen.

What Textual would show then holds the values of the moment, which may be anything an
auditor wrote. The terminal is given back as it was; whoever started the app says the one
sentence (`ReadinessApp.failure`), and the places in the code go to the log.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from textual.worker import WorkerFailed

from audit import log
from audit.tui.type_ahead import TypeAheadApp

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen


class CalmApp(TypeAheadApp):
    """An app that notes what it does, and ends calmly."""

    @property
    def failure(self) -> BaseException | None:
        """What ended the app, if anything did; of a worker, what happened in it."""
        failed = self._exception
        return failed.error if isinstance(failed, WorkerFailed) else failed

    def on_load(self) -> None:
        """Note each screen by its class, and what fails where nobody waits for it."""
        self.screen_change_signal.subscribe(self, _note_screen, immediate=True)
        asyncio.get_running_loop().set_exception_handler(_note_task)

    def _fatal_error(self) -> None:
        if os.environ.get("READINESS_DEBUG"):
            super()._fatal_error()
        else:
            self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End the app; what would be shown may hold values.

        Args:
            renderables: Shown only where the one who mends the program asks for it.
        """
        if os.environ.get("READINESS_DEBUG"):
            super().panic(*renderables)
        else:
            self._close_messages_no_wait()


def _note_screen(screen: Screen[Any]) -> None:
    log.note("screen", name=type(screen).__name__)


def _note_task(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.note_crash(error)
