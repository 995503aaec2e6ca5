"""What the clocks of other machines claim in the records that come in.

A clock with a dead battery says 2009. Nothing is decided by it; whoever merges is told.
"""

from __future__ import annotations

from itertools import pairwise
from operator import gt, itemgetter
from typing import TYPE_CHECKING, Final

from audit.clock import VIETNAM, moment_from
from audit.clock_check import AHEAD, BACKWARDS, BEFORE_ROUND
from criteria.errors import ErrorCode, Message
from criteria.language import day, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from audit.body import Said

_WHEN: Final = itemgetter(0)
_LENGTH: Final = len("2026-12-05T09:30:00+07:00")
_ZONE: Final = -len("+07:00")


def about_clocks(records: Sequence[Said], opened_on: date, at: datetime) -> Iterator[Message]:
    """Say where the machines' clocks claim what cannot be; nothing is decided by it.

    Args:
        records: What they say, in the order of their places.
        opened_on: Day the round was opened.
        at: What this machine's clock shows.
    """
    if _is_plain([said.recorded_at for said in records], opened_on, at):
        return
    claims = [
        (when, said) for said in records if (when := moment_from(said.recorded_at)) is not None
    ]
    if not claims:
        return
    earliest, first = min(claims, key=_WHEN)
    latest, last = max(claims, key=_WHEN)
    if opened_on - earliest.astimezone(VIETNAM).date() > BEFORE_ROUND:
        opened = day(opened_on)
        context = {"author": first.author, "moment": moment(earliest), "day": opened}
        yield Message(ErrorCode.CLOCK_EARLY, context)
    if latest > at + AHEAD:
        context = {"author": last.author, "moment": moment(latest), "now": moment(at)}
        yield Message(ErrorCode.CLOCK_LATE, context)
    before, (after, last) = max(
        (
            (earlier, later)
            for earlier, later in pairwise(claims)
            if earlier[1].writer == later[1].writer and earlier[1].commune == later[1].commune
        ),
        default=(claims[0], claims[0]),
        key=lambda pair: pair[0][0] - pair[1][0],
    )
    if before[0] - after > BACKWARDS:
        context = {
            "author": last.author,
            "before": moment(before[0]),
            "after": moment(after),
        }
        yield Message(ErrorCode.CLOCK_BACKWARDS, context)


def _is_plain(times: Sequence[str], opened_on: date, at: datetime) -> bool:
    """Return whether one look shows that nothing is odd, as in nearly every file.

    Texts of one zone and one length are in the order of their moments.
    """
    if not times:
        return True
    if {*map(len, times)} != {_LENGTH} or len({text[_ZONE:] for text in times}) > 1:
        return False
    first, last = moment_from(min(times)), moment_from(max(times))
    return (
        first is not None
        and last is not None
        and first.astimezone(VIETNAM).date() >= opened_on
        and last <= at
        and not any(map(gt, times, times[1:]))
    )
