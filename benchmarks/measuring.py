"""What every benchmark needs: medians taken in turns, and a figure with its floor."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Figure(NamedTuple):
    """What something costs, and the least it could cost on the same machine in the same run."""

    what: str
    seconds: float
    floor_is: str
    """What the floor does."""
    floor: float
    """Seconds."""
    at_most: float | None = None
    """Aim: how many times the floor it may cost."""
    at_most_seconds: float | None = None
    """Aim: how many seconds it may cost."""

    @property
    def ratio(self) -> float:
        """How many times the floor it costs."""
        return self.seconds / self.floor

    @property
    def aim(self) -> str:
        """What it should not exceed, in words."""
        aims = []
        if self.at_most is not None:
            aims.append(f"{self.at_most:g} ×")
        if self.at_most_seconds is not None:
            aims.append(_seconds(self.at_most_seconds))
        return "≤ " + ", ".join(aims) if aims else ""

    @property
    def is_kept(self) -> bool:
        """Whether the aim is kept."""
        return (self.at_most is None or self.ratio <= self.at_most) and (
            self.at_most_seconds is None or self.seconds <= self.at_most_seconds
        )

    def cells(self) -> tuple[str, ...]:
        """Return the figure as a row of a table."""
        kept = ("" if not self.aim else "yes" if self.is_kept else "NO",)
        times = (_seconds(self.seconds), self.floor_is, _seconds(self.floor))
        return (self.what, *times, f"{self.ratio:.2f}", self.aim, *kept)


HEADINGS = ("what", "costs", "floor", "floor costs", "ratio", "aim", "kept")


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def medians(ways: Mapping[str, Callable[[], float]], turns: int) -> dict[str, float]:
    """Return the median of each way, the ways taking turns so that noise meets them alike.

    Args:
        ways: Name -> what does it once and returns the seconds it took.
        turns: How often each is done; once more before, to warm up.
    """
    held: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns + 1):
        for name, way in ways.items():
            took = way()
            if turn:
                held[name].append(took)
    return {name: statistics.median(times) for name, times in held.items()}
