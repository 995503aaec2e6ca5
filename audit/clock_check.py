"""What the clocks of the machines claimed about one commune, and where that is doubtful.

A clock with a dead battery says 2009. Nothing is decided by it: these are sentences for
the auditor, who can put the clock right or note the right day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.clock import VIETNAM
from audit.record import Record
from checklists.checklist import Basis
from checklists.hand_in import PARAMETERS, Finding, Severity
from criteria.language import _, count, day, moment, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.file import Entry
    from checklists.checklist import Checklist

VISIT_DATE: Final = "visit_date"
"""How editions call the day of the visit; one without it is not checked for that."""
BEFORE_ROUND: Final = timedelta(days=1)
"""How long before its round was opened a record may claim to be."""
BACKWARDS: Final = timedelta(minutes=5)
"""How far a clock may be put back: less is an ordinary correction over the network."""
AHEAD: Final = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""
LONG_AHEAD: Final = timedelta(hours=1)
"""Beyond this a record is not from a clock that is merely a little fast."""
FAR_FROM_VISIT: Final = timedelta(days=3)
"""How far from the visit the nearest day of work on the checklist may be."""


class _Claim(NamedTuple):
    when: datetime
    sequence: int
    writer: str
    author: str
    is_visit: bool
    """Whether it says what an auditor found, so that it was made at or near the visit."""


def clock_findings(
    entries: Iterable[Entry], checklist: Checklist, now: datetime
) -> tuple[Finding, ...]:
    """Return what is doubtful about the times of a commune's records; all are warnings.

    Args:
        entries: The commune's records, in any order.
        checklist: What they fold to.
        now: Aware; what this machine's clock says.
    """
    claims, unreadable = _claims(entries, checklist.round.id)
    claims.sort()
    found = [*_outside(claims, checklist.round.opened_on, now)]
    found += _backwards(claims)
    found += _far_from_visit(claims, checklist)
    if unreadable:
        words = ngettext(
            "{count} record bears a time that cannot be read.",
            "{count} records bear times that cannot be read.",
            unreadable,
        )
        found.append(_warning("clock_unreadable", words.format(count=count(unreadable))))
    return tuple(found)


def _warning(kind: str, words: str, field: str = "") -> Finding:
    return Finding(kind, Severity.WARNING, PARAMETERS, field, words)


def _claims(entries: Iterable[Entry], round_id: str) -> tuple[list[_Claim], int]:
    claims, unreadable = [], 0
    for entry in entries:
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue  # said elsewhere
        if record.round != round_id:
            continue
        try:
            when = datetime.fromisoformat(record.recorded_at)
            if when.tzinfo is None:
                raise ValueError(record.recorded_at)  # nobody can say which moment it was
            when = when.astimezone(VIETNAM)
        except (ValueError, OverflowError):
            unreadable += 1
            continue
        is_visit = (
            record.kind == "answer"
            and record.basis == Basis.VERIFIED
            and record.method != "imported"
        )
        claims.append(_Claim(when, record.sequence, record.writer, record.author.name, is_visit))
    return claims, unreadable


def _outside(claims: list[_Claim], opened_on: date, now: datetime) -> Iterator[Finding]:
    """Yield what lies before the round or after now."""
    early = [each for each in claims if opened_on - each.when.date() > BEFORE_ROUND]
    if early:
        words = ngettext(
            "{count} record claims to be from before the round was opened on {day}: the earliest "
            "is of {moment}, by {author}. Was that machine's clock wrong?",
            "{count} records claim to be from before the round was opened on {day}: the earliest "
            "is of {moment}, by {author}. Was that machine's clock wrong?",
            len(early),
        )
        yield _warning(
            "clock_early",
            words.format(
                count=count(len(early)),
                day=day(opened_on),
                moment=moment(early[0].when),
                author=early[0].author,
            ),
        )
    late = [each for each in claims if each.when > now + AHEAD]
    if not late:
        return
    latest = late[-1]
    if latest.when > now + LONG_AHEAD:
        kind = "clock_late"
        words = _(
            "A record by {author} claims to be of {moment}, but this machine's clock shows {now}. "
            "One of the two clocks is wrong; look at this one first."
        )
    else:
        kind = "clock_behind"
        words = _(
            "This machine's clock shows {now}; the latest record, by {author}, is of {moment}. "
            "The clock may be slow."
        )
    yield _warning(
        kind,
        words.format(
            author=latest.author,
            moment=moment(latest.when),
            now=moment(now.astimezone(VIETNAM)),
        ),
    )


def _backwards(claims: list[_Claim]) -> Iterator[Finding]:
    """Yield one finding for each chain along which time runs backwards, at its largest step."""
    chains: dict[str, list[_Claim]] = defaultdict(list)
    for claim in claims:
        chains[claim.writer].append(claim)
    for writer in sorted(chains):
        chain = sorted(chains[writer], key=lambda each: each.sequence)
        steps = [(before.when - after.when, before, after) for before, after in pairwise(chain)]
        if not steps:
            continue
        back, before, after = max(steps, key=itemgetter(0))
        if back > BACKWARDS:
            words = _(
                "The clock of {author}'s machine went back: after {before} it showed {after}."
            )
            yield _warning(
                "clock_backwards",
                words.format(
                    author=after.author, before=moment(before.when), after=moment(after.when)
                ),
            )


def _far_from_visit(claims: list[_Claim], checklist: Checklist) -> Iterator[Finding]:
    visit = checklist.answer(VISIT_DATE).value
    days = {each.when.date() for each in claims if each.is_visit}
    if not isinstance(visit, date) or not days:
        return
    nearest = min(days, key=lambda each: (abs(each - visit), each))
    if abs(nearest - visit) > FAR_FROM_VISIT:
        words = _(
            "The visit is dated {visit}, but the nearest day on which something was recorded is "
            "{nearest}. Is the date right, and was the clock?"
        )
        yield _warning(
            "clock_visit", words.format(visit=day(visit), nearest=day(nearest)), VISIT_DATE
        )
