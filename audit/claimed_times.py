"""What the clocks of other machines claim in the records that come in.

A clock with a dead battery says 2009. Nothing is decided by it; whoever merges is told.
"""

from __future__ import annotations

from itertools import chain, pairwise, repeat
from operator import gt, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.clock import VIETNAM, moment_from
from audit.clock_check import AHEAD, BACKWARDS, BEFORE_ROUND
from criteria.errors import ErrorCode, Message
from criteria.language import day, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from audit.chain import Chain

_WHEN: Final = itemgetter(0)
_LENGTH: Final = len("2026-12-05T09:30:00+07:00")
_ZONE: Final = -len("+07:00")


class _Claim(NamedTuple):
    when: datetime
    author: str
    chain: Chain


def about_clocks(chains: Sequence[Chain], opened_on: date, at: datetime) -> Iterator[Message]:
    """Say where the machines' clocks claim what cannot be; nothing is decided by it.

    Args:
        chains: The records, but for the round's own.
        opened_on: Day the round was opened.
        at: What this machine's clock shows.
    """
    said = [each.said for each in chains if each.said is not None]
    times = [*chain.from_iterable(each.recorded_at for each in said)]
    if _is_plain(times, opened_on, at):
        return
    authors = chain.from_iterable(each.author for each in said)
    of = chain.from_iterable(repeat(each, len(each)) for each in chains if each.said is not None)
    claims = [
        _Claim(when, author, of_chain)
        for text, author, of_chain in zip(times, authors, of, strict=True)
        if (when := moment_from(text)) is not None
    ]
    if not claims:
        return
    earliest, first, _chain = min(claims, key=_WHEN)
    latest, last, _chain = max(claims, key=_WHEN)
    if opened_on - earliest.astimezone(VIETNAM).date() > BEFORE_ROUND:
        opened = day(opened_on)
        context = {"author": first, "moment": moment(earliest), "day": opened}
        yield Message(ErrorCode.CLOCK_EARLY, context)
    if latest > at + AHEAD:
        context = {"author": last, "moment": moment(latest), "now": moment(at)}
        yield Message(ErrorCode.CLOCK_LATE, context)
    before, after = max(
        ((earlier, later) for earlier, later in pairwise(claims) if earlier.chain is later.chain),
        default=(claims[0], claims[0]),
        key=lambda pair: pair[0].when - pair[1].when,
    )
    if before.when - after.when > BACKWARDS:
        context = {
            "author": after.author,
            "before": moment(before.when),
            "after": moment(after.when),
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
