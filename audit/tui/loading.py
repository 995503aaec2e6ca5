"""Reads all communes of a round bit by bit, so that keys are answered meanwhile.

A commune takes a few milliseconds. A thread would hold up keys for longer: reading is
computing, Python lets two threads compute only in turns, and what both work out at the
same time one waits for. It would also need a connection of its own, and to tell what it
read from what was written meanwhile.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

from audit.memory import no_search_for_circles
from checklists.search import find

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from audit.desk import Desk

SHOWN_AFTER: Final = 0.3
"""Seconds for which communes are gathered before they are shown."""
AT_ONCE: Final = 3
"""So many communes are read again without a pause: less than a tenth of a second."""
REST: Final = 0.001
"""Seconds between two communes, in which everything that waits has its turn."""
_LONGEST: Final = 0.01
"""Seconds that may pass without a rest."""


async def read_rest(desk: Desk, show: Callable[[], None]) -> None:
    """Read every commune that is not read, with all worked out that a list shows of it.

    Args:
        desk: The round; the communes assigned to the auditor come first.
        show: Called now and then with more to show, and at the end.

    Raises:
        ReadinessError: The file cannot be read.
    """
    with no_search_for_circles(keep=True):
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


async def in_turns(codes: Iterable[str], look: Callable[[str], None]) -> AsyncIterator[bool]:
    """Do something with each of many communes, and let keys be answered in between.

    Args:
        codes: Of the communes.
        look: Called with each of them.

    Yields:
        Whether so much was done since the last time that it is worth showing.
    """
    shown = rested = monotonic()
    for code in codes:
        look(code)
        if monotonic() - rested < _LONGEST:
            continue
        is_worth_showing = monotonic() - shown >= SHOWN_AFTER
        yield is_worth_showing
        if is_worth_showing:
            shown = monotonic()
        await asyncio.sleep(REST)
        rested = monotonic()


def read_commune(desk: Desk, code: str) -> None:
    """Have everything about a commune worked out that is worked out when it is asked for."""
    row = desk.row(code)
    checklist = row.checklist
    _ = row.counts, checklist.progress, checklist.state, checklist.lapsed_overrides
    desk.is_own(code)
