"""As of when: which records a file is read with, to show an earlier point in time.

Two such points can be named. A close lists where every chain ended when the office closed
the round: it means exactly what the file held then, whatever was merged since. A day means
what the office had received by its end: of every chain what one of its receipts covers,
and what the office itself had stated by then.

Who may speak for the office is not looked at as of that time: a seal that arrived later
proves what was so before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.clock import moment_here, now
from audit.record import Record, record_id
from checklists.round import Close
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import _, day, moment_of
from criteria.values import read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from audit.file import Entry
    from audit.seal import Seal
    from checklists.round import Round


@dataclass(frozen=True)
class AsOf:
    """A point in time of a round: a close, or the end of a day.

    Attributes:
        close: Of the round; ``None`` for a day.
        day: In Vietnam; of a close the day it is of, as the office's clock said.
    """

    close: Close | None
    day: date

    @property
    def words(self) -> str:
        """The point in time for a heading, in the language in use."""
        if self.close is None:
            return _("as received by the end of {day}").format(day=day(self.day))
        return _("as of the close “{name}” ({moment})").format(
            name=self.close.name, moment=moment_of(self.close.closed_at)
        )

    @property
    def name(self) -> str:
        """What `named` finds it by."""
        return self.close.name if self.close is not None else self.day.isoformat()

    @property
    def until(self) -> date | datetime:
        """The last day that is in the figures; of a close the moment."""
        moment = moment_here(self.close.closed_at) if self.close is not None else None
        return moment or self.day

    @property
    def data(self) -> dict[str, Any]:
        """The point in time as data."""
        if self.close is None:
            return {"day": self.day}
        return {"close": self.close.name, "closed_at": self.close.closed_at}

    def received(self, receipts: Iterable[Seal]) -> list[Seal]:
        """Return the receipts that were given by then, as their clocks claim."""
        return [each for each in receipts if self._has_come(each.at)]

    def ids(
        self,
        commune: str,
        records: Mapping[str, Record],
        previous: Mapping[str, str],
        *,
        office: Container[str],
        receipts: Iterable[Seal],
        speaks: Callable[[str, Record], bool],
    ) -> frozenset[str]:
        """Return the ids of the records of one commune that count.

        Args:
            commune: Code; empty for the round's own records.
            records: Id -> record, for those that can be interpreted.
            previous: Id of every record at hand -> id of the record before it.
            office: Fingerprints of the office's keys.
            receipts: Of the commune's chains.
            speaks: Id and record -> whether the office stated it and has sealed it.
        """
        if self.close is not None:
            ends = [id_ for ids in self.close.chains.get(commune, {}).values() for id_ in ids]
            return _back_from(ends, previous, frozenset(self.close.missing))
        by_receipt = _back_from(
            [each.last_id for each in self.received(receipts) if each.fingerprint in office],
            previous,
        )
        return by_receipt | {
            id_
            for id_, record in records.items()
            if speaks(id_, record) and self._has_come(record.recorded_at)
        }

    def _has_come(self, at: str) -> bool:
        """Return whether a moment was there by then; what is no moment never was."""
        moment = moment_here(at)
        if moment is None:
            return False
        closed = moment_here(self.close.closed_at) if self.close is not None else None
        if closed is not None:
            return moment <= closed
        return moment.date() <= self.day


def _back_from(
    ends: Iterable[str], previous: Mapping[str, str], stops: Container[str] = ()
) -> frozenset[str]:
    """Return some records and all before them, as far as they are at hand."""
    found: set[str] = set()
    for end in ends:
        id_ = end
        while id_ in previous and id_ not in found and id_ not in stops:
            found.add(id_)
            id_ = previous[id_]
    return frozenset(found)


def close_of(entries: Sequence[Entry], name: str = "", closed_at: str = "") -> Close:
    """Return the close that holds all of some records, and nothing that comes later.

    Listed is every record that no other one of its chain continues: more than one where a
    chain divides, or where records in its middle are missing. What is missing is listed,
    too, so that it stays out when it arrives later.

    Args:
        entries: All records of a file.
        name: Of the close.
        closed_at: ISO text with offset.
    """
    continued = {(entry.commune, _previous(entry)) for entry in entries}
    named_before = {id_ for _commune, id_ in continued}
    chains: dict[str, dict[str, list[str]]] = {}
    for entry in entries:
        if (entry.commune, entry.id) not in continued:
            chains.setdefault(entry.commune, {}).setdefault(entry.writer, []).append(entry.id)
    return Close(
        name,
        closed_at,
        {
            commune: {writer: tuple(sorted(ids)) for writer, ids in sorted(writers.items())}
            for commune, writers in sorted(chains.items())
        },
        tuple(sorted(named_before - {entry.id for entry in entries} - {""})),
    )


def _previous(entry: Entry) -> str:
    """Return what a record continues; nothing where it cannot be read."""
    try:
        return Record.from_body(entry.body).previous if _is_itself(entry) else ""
    except ValueError:
        return ""


def _is_itself(entry: Entry) -> bool:
    return record_id(entry.body) == entry.id


def named(held: Round, text: str) -> AsOf:
    """Return the point in time that somebody names.

    Args:
        held: The round as it is now.
        text: Name of one of its closes, or a day as ``20/11/2026`` or ``2026-11-20``.

    Raises:
        ReadinessError: There is no such close, and it is no day or one that has not come.
    """
    close = find_close(held, text)
    if close is not None:
        moment = moment_here(close.closed_at)
        return AsOf(close, moment.date() if moment else held.opened_on)
    try:
        when = read_day(text, "")
    except ReadinessError as error:
        known = ", ".join(f"“{name}”" for name in held.closes) or "–"
        raise ReadinessError(ErrorCode.AS_OF_UNKNOWN, status=2, text=text, known=known) from error
    today = now().date()
    if when > today:
        raise ReadinessError(ErrorCode.AS_OF_FUTURE, status=2, day=day(when), today=day(today))
    return AsOf(None, when)


def find_close(held: Round, name: str) -> Close | None:
    """Return the close with a name, however its letters are written."""
    found = held.closes.get(name)
    if found is not None:
        return found
    alike = [close for each, close in held.closes.items() if fold(each) == fold(name)]
    return alike[0] if len(alike) == 1 else None
