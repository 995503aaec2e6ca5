"""The clock of this machine: a claim that is written down and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))
"""The one zone of the country. Fixed, because Windows has no zone database."""

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the moment, to the second, in Vietnam's zone."""
    return datetime.now(VIETNAM).replace(microsecond=0)
