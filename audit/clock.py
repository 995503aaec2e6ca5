"""The clock of this machine: a claim that is written down and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))
"""The one zone of the country. Fixed, because Windows has no zone database."""

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the moment, to the second, in Vietnam's zone."""
    return datetime.now(VIETNAM).replace(microsecond=0)


def moment_from(text: str) -> datetime | None:
    """Return ISO text as a moment; ``None`` where it is none or names no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    # At both ends of the calendar another zone would lie outside of it.
    is_sound = found.tzinfo is not None and MINYEAR < found.year < MAXYEAR
    return found if is_sound else None


def moment_here(text: str) -> datetime | None:
    """Return ISO text as a moment of Vietnam's clocks; ``None`` where it is none."""
    found = moment_from(text)
    return found.astimezone(VIETNAM) if found is not None else None
