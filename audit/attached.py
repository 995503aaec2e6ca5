"""Taking in the bytes of what is attached, and taking away what was purged elsewhere.

Which bytes stay is a function of the records, seals and keys that are here, whatever the
order they came in: a purge that does not count yet waits until what makes it count has come.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.purging import attachers, hash_in, is_purge, may_purge
from audit.record import Record
from audit.seal import Sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from audit.file import Appender, AuditFile, Entry
    from checklists.round import Round

_ATTACHED: Final = re.compile(r'/evidence/([0-9a-f]{64})"')
_PURGED: Final = '"purged":true'


class _Purge(NamedTuple):
    """A record that says something was purged."""

    commune: str
    id: str
    record: Record


class Purging:
    """The purges that a working file knows of, while others are taken into it."""

    def __init__(self, file: AuditFile) -> None:
        """Hold the file; its records are read when the first file has been added."""
        self._file = file
        self._waiting: dict[str, list[_Purge]] | None = None
        self._attached: dict[str, set[str]] = {}
        self._office: frozenset[str] = frozenset()

    def forget(self) -> None:
        """Read again what a refused file may have added for a moment."""
        self._waiting = None

    def take_away(
        self, appender: Appender, held: Round, fresh: Sequence[Entry], sealed: Collection[str]
    ) -> list[str]:
        """Take away what counts as purged now.

        Args:
            appender: Of the file.
            held: The round, as it is with what was added.
            fresh: The records that were added, at least those about what is attached.
            sealed: Codes of communes of which seals were added.

        Returns:
            The hashes whose bytes were here.
        """
        office = frozenset(held.office_keys)
        if self._waiting is None:
            self._waiting, self._attached = {}, {}
            gone = {each for each, is_there in self._file.hashes().items() if not is_there}
            found = _purges(self._file.entries_with(_PURGED), held.id)
            touched = self._wait([each for each in found if hash_in(each.record) not in gone])
            self._look_for_attachers(touched, held.id)
        else:
            touched = self._touched(fresh, sealed, held.id)
        if office != self._office:
            self._office = office
            touched |= self._waiting.keys()
        counting = self._counting(touched)
        there = self._file.hashes() if counting else {}
        for sha256 in counting:
            appender.purge(sha256)
            del self._waiting[sha256]
        return [each for each in counting if there.get(each)]

    def _wait(self, found: Iterable[_Purge]) -> set[str]:
        """Remember purges; return the hashes that none was known of."""
        waiting = self._waiting if self._waiting is not None else {}
        new = set()
        for each in found:
            sha256 = hash_in(each.record)
            if sha256 not in waiting:
                new.add(sha256)
            waiting.setdefault(sha256, []).append(each)
        return new

    def _touched(self, fresh: Sequence[Entry], sealed: Collection[str], round_id: str) -> set[str]:
        """Return the hashes of which a purge may count since some records and seals came."""
        waiting = self._waiting if self._waiting is not None else {}
        found = [*_purges((each for each in fresh if _PURGED in each.body), round_id)]
        new = self._wait(found)
        self._look_for_attachers(new, round_id)
        touched = {hash_in(each.record) for each in found}
        if waiting:
            for sha256, keys in attachers(_about(fresh, waiting, round_id), waiting).items():
                self._attached.setdefault(sha256, set()).update(keys)
                touched.add(sha256)
        if sealed:
            touched |= {
                sha256
                for sha256, purges in waiting.items()
                if any(each.commune in sealed for each in purges)
            }
        return touched

    def _look_for_attachers(self, hashes: set[str], round_id: str) -> None:
        """Find who attached some pieces, in one pass over the file."""
        if hashes:
            text = f"/evidence/{next(iter(hashes))}" if len(hashes) == 1 else "/evidence/"
            about = _about(self._file.entries_with(text), hashes, round_id)
            self._attached.update(attachers(about, hashes))

    def _counting(self, hashes: Iterable[str]) -> list[str]:
        """Return those of some hashes that count as purged."""
        waiting = self._waiting if self._waiting is not None else {}
        entitled = sorted(
            (
                each
                for sha256 in hashes
                for each in waiting.get(sha256, ())
                if may_purge(each.record, self._attached, self._office)
            ),
            key=attrgetter("commune", "id"),
        )
        found = set()
        for commune, purges in groupby(entitled, attrgetter("commune")):
            vouched = self._vouched(commune)
            found |= {
                hash_in(each.record)
                for each in purges
                if vouched.vouches(each.record.author.key, each.id)
            }
        return sorted(found)

    def _vouched(self, commune: str) -> Sealed:
        previous = {}
        for entry in self._file.entries(commune):
            try:
                previous[entry.id] = Record.from_body(entry.body).previous
            except ValueError:
                continue
        return Sealed(self._file.seals(commune), previous)


def _purges(entries: Iterable[Entry], round_id: str) -> Iterator[_Purge]:
    """Yield the purges of a round among some records."""
    for entry, record in _read(entries, round_id):
        if is_purge(record):
            yield _Purge(entry.commune, entry.id, record)


def _about(entries: Iterable[Entry], hashes: Collection[str], round_id: str) -> Iterator[Record]:
    """Yield the records that speak of some pieces."""
    named = (e for e in entries if (m := _ATTACHED.search(e.body)) and m[1] in hashes)
    return (record for _entry, record in _read(named, round_id))


def _read(entries: Iterable[Entry], round_id: str) -> Iterator[tuple[Entry, Record]]:
    """Yield the records of a round that can be read, each at its place."""
    for entry in entries:
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        if record.round == round_id and record.commune == entry.commune:
            yield entry, record
