"""Keys typed ahead of the program go where they were meant to go, and each is shown at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar

from textual import events
from textual.app import App
from textual.screen import Screen

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.message_pump import MessagePump

Result = TypeVar("Result")
_PATIENCE: Final = 0.1
"""Seconds for which nothing is drawn while it is not yet settled what a key has changed."""


class TypeAheadApp(App[None]):
    """An app in which each key finds what the key before it has left.

    Textual hands a key at once to what has the focus then. Enter moves the focus a
    little later: what is typed meanwhile on a slow machine, or comes with it in one
    burst, would still go into the field before.
    """

    def __init__(self) -> None:
        """Start with nothing typed."""
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._is_acting = False
        self._draws_from = 0.0

    @property
    def is_about_to_draw(self) -> bool:
        """Whether what a key changes is still to be settled, and is then drawn in one go.

        Textual draws no more than 60 times a second: what is drawn before all is settled
        holds up the rest by a sixtieth, several times as long as it takes to make.
        """
        return self._is_acting and time.monotonic() < self._draws_from

    def get_driver_class(self) -> type[Driver]:
        """Return what reads the keys: a byte that is no text must not end the program."""
        found = super().get_driver_class()
        if not hasattr(found, "run_input_thread"):
            return found

        class Forgiving(found):  # type: ignore[misc, valid-type] # known only at run time
            def run_input_thread(self) -> None:
                while not self.exit_event.is_set():
                    try:
                        super().run_input_thread()
                    except UnicodeDecodeError:
                        pass

        return Forgiving

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for each other; everything else goes its way."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            if not self._is_acting:
                self._is_acting = True
                self.run_worker(self._act(), name="typing")
        else:
            await super().on_event(event)

    async def _act(self) -> None:
        """Hand on one key after another."""
        self._draws_from = time.monotonic() + _PATIENCE
        try:
            while self._typed:
                await super().on_event(self._typed.popleft())
                await self._settle()
        finally:
            self._is_acting = False
            self.screen.check_idle()

    async def _settle(self) -> None:
        """Wait until all is done that a key has set off, from what has the focus upwards."""
        while True:
            pumps = (self.focused or self.screen).ancestors_with_self
            for pump in pumps:
                await _handled(pump)
            if not any(pump.message_queue_size for pump in pumps):
                return


async def _handled(pump: MessagePump) -> None:
    """Wait until a widget has handled what it was told so far."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()


class DrawsSettled(Screen[Result]):
    """A screen that waits with drawing until it is settled what a key has changed."""

    def on_idle(self, event: events.Idle) -> None:
        """Leave drawing for later where there is more to come."""
        if isinstance(self.app, TypeAheadApp) and self.app.is_about_to_draw:
            event.prevent_default()
