"""Reads all communes of a round bit by bit, so that keys are answered meanwhile.

A commune takes a few milliseconds. A thread would hold up keys for longer: reading is
computing, Python lets two threads compute only in turns, and what both work out at the
same time one waits for. It would also need a connection of its own, and to tell what it
read from what was written meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

from checklists.search import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.desk import Desk

SHOWN_AFTER: Final = 0.3
"""Seconds for which communes are gathered before they are shown."""
REST: Final = 0.001
"""Seconds between two communes, in which everything that waits has its turn."""


async def read_rest(desk: Desk, show: Callable[[], None]) -> None:
    """Read every commune that is not read, with all worked out that a list shows of it.

    Args:
        desk: The round; the communes assigned to the auditor come first.
        show: Called now and then with more to show, and at the end.

    Raises:
        ReadinessError: The file cannot be read.
    """
    with _no_search_for_circles():
        shown = monotonic()
        for code in sorted(desk.unread, key=lambda code: code not in desk.assigned):
            read_commune(desk, code)
            await asyncio.sleep(REST)
            if monotonic() - shown >= SHOWN_AFTER:
                show()
                await asyncio.sleep(REST)
                shown = monotonic()
        # The first letter of a search would wait for the index of names.
        await asyncio.to_thread(find, "xa", desk.round.communes)
    show()


@contextmanager
def _no_search_for_circles() -> Iterator[None]:
    """Keep Python from searching what is read for circles of objects, now and later.

    There are none, and one search through a province would hold up a key.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def let_go() -> None:
    """Let what was read be given back; to be called when the round is left."""
    gc.unfreeze()


def read_commune(desk: Desk, code: str) -> None:
    """Have everything about a commune worked out that is worked out when it is asked for."""
    row = desk.row(code)
    checklist = row.checklist
    _ = row.counts, checklist.progress, checklist.state, checklist.lapsed_overrides
    desk.is_own(code)
