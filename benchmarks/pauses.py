"""How long the event loop of the terminal app is kept from doing anything else, at the longest.

``python -m benchmarks.pauses FILE`` opens a file as the first thing a fresh process does, and
prints, as JSON, each thing done and the seconds of its longest pause.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

COMMUNE = "26368"
"""Long Thành; a made-up file has answers for it."""


async def longest_pauses(file: Path) -> dict[str, float]:
    """Return, for each thing done, the longest time the loop did nothing else."""
    from audit.tui.app import ReadinessApp

    gaps: list[float] = []

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            gaps.append(now - last - 0.005)
            last = now

    found: dict[str, float] = {}
    app = ReadinessApp()
    async with app.run_test(size=(120, 40)) as pilot:
        beat = asyncio.create_task(tick())

        async def did(what: str) -> None:
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            found[what] = max(gaps)
            gaps.clear()

        await did("the start screen")
        await app.screen._open(file)  # type: ignore[attr-defined] # what Enter on it does
        await did("open a province")
        app.open_commune(COMMUNE, "EQ-01")
        await did("open a commune")
        await pilot.press("7", "enter", "8", "enter")
        await did("answer two fields")
        await pilot.press("f10")
        await did("what is left before hand-in")
        beat.cancel()
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(longest_pauses(Path(sys.argv[1])))))
