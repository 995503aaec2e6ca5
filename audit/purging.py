"""Whose word takes the bytes of something attached away for good.

That cannot be undone, so a mere name in a record is not enough: it is whoever attached
the same, or the office, and their key has sealed it. Nothing that comes later takes such a
word back, so that the order in which records, seals and keys arrive makes no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping

    from audit.record import Record
    from audit.seal import Sealed


def is_purge(record: Record) -> bool:
    """Return whether a record says that the bytes of a piece of evidence were taken away."""
    return (
        record.kind == "evidence"
        and isinstance(record.value, dict)
        and record.value.get("purged") is True
    )


def hash_in(record: Record) -> str:
    """Return the hash of what a record about evidence speaks of."""
    return record.subject.rpartition("/")[2]


def attachers(records: Iterable[Record], hashes: Container[str]) -> dict[str, set[str]]:
    """Return hash -> keys of those who ever attached it.

    Args:
        records: Of one round.
        hashes: Those to look for.
    """
    found: dict[str, set[str]] = {}
    for record in records:
        if (
            record.kind == "evidence"
            and isinstance(record.value, dict)
            and not is_purge(record)
            and hash_in(record) in hashes
        ):
            found.setdefault(hash_in(record), set()).add(record.author.key)
    return found


def may_purge(
    record: Record, attached: Mapping[str, Collection[str]], office: Collection[str]
) -> bool:
    """Return whether a purge names a key that may do so.

    Args:
        record: For which `is_purge` holds.
        attached: Hash -> keys of those who ever attached it.
        office: Fingerprints of the office's keys.
    """
    key = record.author.key
    return key in office or key in attached.get(hash_in(record), ())


def without_effect(
    records: Mapping[str, Record],
    *,
    office: Collection[str],
    sealed: Callable[[Collection[str]], Sealed | None],
    gone: Callable[[], Container[str]],
) -> set[str]:
    """Return the ids of the purges that only say so.

    Args:
        records: Of one commune and one round, by id.
        office: Fingerprints of the office's keys.
        sealed: Returns what some keys vouch for; ``None`` where their names are enough.
        gone: Returns the hashes whose bytes were taken away in this very file: for these the
            word of whoever did so needs no seal. Asked only where it matters.
    """
    purges = {id_: record for id_, record in records.items() if is_purge(record)}
    if not purges:
        return set()
    attached = attachers(records.values(), {*map(hash_in, purges.values())})
    entitled = {id_: each for id_, each in purges.items() if may_purge(each, attached, office)}
    vouched = sealed({record.author.key for record in entitled.values()})
    proven = {
        id_
        for id_, record in entitled.items()
        if vouched is None or vouched.vouches(record.author.key, id_)
    }
    taken_away = {hash_in(purges[id_]) for id_ in proven}
    only_said = purges.keys() - proven
    if not only_said:
        return set()
    here = gone()
    return {
        id_
        for id_ in only_said
        if hash_in(purges[id_]) in taken_away or hash_in(purges[id_]) not in here
    }
