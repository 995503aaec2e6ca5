"""How the figures of a round came here: what was taken in, when, and what vouches for it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final

from audit.batches import kept_batches
from audit.clock import moment_here
from audit.folders import showable
from audit.intake import INSIDE
from audit.quarantine import folder_of
from audit.record import Record, canonical
from checklists.custody import Custody, HandIn, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.batches import KeptBatch
    from audit.desk import Desk
    from audit.fold import Ledger
    from audit.seal import Seal
    from checklists.round import Close

_FOUND_BY_AUDITORS: Final = frozenset({"answer", "not_applicable"})
"""Kinds of statements of which `checklists.quality` counts how often two auditors agree."""
_MOST_REFUSED: Final = 1_000
"""Of the files put aside, those that are told."""
_MOST_BYTES: Final = 100_000
"""Of what lies beside a file that was put aside."""


def custody_of(desk: Desk) -> Custody:
    """Return how the figures of an open round came here.

    What was taken in and who vouches for it is told as it is now; of an earlier point in
    time that is shown, only the records count that are in its figures.
    """
    close = desk.as_of.close if desk.as_of is not None else None
    if desk.as_of is None:
        close = max(
            desk.round.closes.values(), key=lambda each: (each.closed_at, each.name), default=None
        )
    unsealed, forked = _chains(desk)
    return Custody(
        files=tuple(_hand_in(desk, each, close) for each in kept_batches(desk)),
        refused=tuple(_refused(desk)),
        unsealed=unsealed,
        forked=forked,
        absent=_absent(desk),
        settled=_settled(desk),
        closed_as=close.name if close is not None else "",
        closed_at=close.closed_at if close is not None else "",
    )


def file_name(source: str) -> str:
    """Return what a file was called, without its folders: they are nobody else's business."""
    first, *inner = showable(source).split(INSIDE)
    # A path of either system may stand there.
    names = [PurePosixPath(PureWindowsPath(first).name).name, *inner]
    return INSIDE.join(names)


def _hand_in(desk: Desk, kept: KeptBatch, close: Close | None) -> HandIn:
    came = moment_here(kept.batch.taken_at)
    closed = moment_here(close.closed_at) if close is not None else None
    is_late = came is not None and closed is not None and came > closed
    is_left_out = desk.as_of is not None and (
        is_late or (closed is None and came is not None and came.date() > desk.as_of.day)
    )
    undone = kept.undone
    return HandIn(
        name=file_name(kept.batch.source),
        made_by=showable(kept.report.made_by),
        taken_at=kept.batch.taken_at,
        records=kept.report.size,
        communes=kept.report.communes,
        warnings=tuple(dict.fromkeys(map(str, kept.report.warnings))),
        is_late=is_late,
        is_left_out=is_left_out,
        closed_as=close.name if is_late and close is not None else "",
        taken_back=f"{undone.author.name}: {undone.reason}" if undone is not None else "",
    )


def _chains(desk: Desk) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return how many records of each commune no key vouches for, and where chains divide.

    Records that do not count as of the point in time that is shown are left out.
    Seals were checked when they came in. As each record names the one before it, what lies
    before a sealed place of a chain that does not divide is sealed with it.
    """
    seals: dict[tuple[str, str], list[Seal]] = defaultdict(list)
    for seal in desk.file.seals():
        seals[seal.commune, seal.writer].append(seal)
    unsealed: Counter[str] = Counter()
    forked: list[str] = []
    for commune in desk.round.by_code:
        chains: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for writer, sequence, id_ in desk.file.places(commune):
            chains[writer].append((sequence, id_))
        shown = desk.ledger(commune).shown
        for writer, places in chains.items():
            vouched = seals.get((commune, writer), [])
            if len({sequence for sequence, _id in places}) == len(places):
                held = set(places)
                up_to = max((s.length for s in vouched if s[2:4] in held), default=0)
                unsealed[commune] += sum(
                    sequence > up_to and (shown is None or id_ in shown) for sequence, id_ in places
                )
            else:
                unsealed[commune] += _unsealed_of_fork(desk, commune, writer, vouched)
                if shown is None or any(id_ in shown for _sequence, id_ in places):
                    forked.append(commune)
    return {code: often for code, often in unsealed.items() if often}, tuple(dict.fromkeys(forked))


def divided(desk: Desk) -> tuple[str, ...]:
    """Return the codes of communes of which a chain of records divides, as far as it is shown.

    Whatever shows the state of a round asks this; it takes one look at the file.
    """
    found = []
    for commune, ids in desk.file.forks().items():
        if commune in desk.round.by_code:
            shown = desk.ledger(commune).shown
            if shown is None or not shown.isdisjoint(ids):
                found.append(commune)
    return tuple(code for code in desk.round.by_code if code in found)


def _unsealed_of_fork(desk: Desk, commune: str, writer: str, seals: list[Seal]) -> int:
    from audit.seal import Sealed

    previous = {}
    for entry in desk.file.entries(commune):
        if entry.writer == writer:
            try:
                previous[entry.id] = Record.from_body(entry.body).previous
            except ValueError:
                previous[entry.id] = ""
    sealed, shown = Sealed(seals, previous), desk.ledger(commune).shown
    return sum(not sealed.is_sealed(id_) for id_ in previous if shown is None or id_ in shown)


def _absent(desk: Desk) -> dict[str, int]:
    """Return how many photos and files records name whose bytes never came here."""
    here = desk.file.hashes()
    found = {}
    for commune in desk.round.by_code:
        pieces = desk.checklist(commune).evidence.values()
        missing = {
            piece.sha256
            for held in pieces
            for piece in held
            if not piece.is_purged and piece.sha256 not in here
        }
        if missing:
            found[commune] = len(missing)
    return found


def _settled(desk: Desk) -> dict[str, int]:
    """Return how many contradictions the office has settled, of those that stand so."""
    found = {}
    for commune in desk.round.by_code:
        often = _settled_in(desk, commune, desk.ledger(commune))
        if often:
            found[commune] = often
    return found


def _settled_in(desk: Desk, commune: str, ledger: Ledger) -> int:
    settling = [
        head.record
        for heads in ledger.heads.values()
        for head in heads
        if len(head.record.replaces) > 1
        and head.record.kind in _FOUND_BY_AUDITORS
        and head.record.basis == "verified"
        and head.record.author.key in desk.round.office_keys
    ]
    if not settling:
        return 0
    wanted = {id_ for record in settling for id_ in record.replaces}
    said = {}
    for entry in desk.file.entries(commune):
        if entry.id in wanted:
            try:
                record = Record.from_body(entry.body)
            except ValueError:
                continue
            said[entry.id] = (record.author.key, canonical(record.value))
    return sum(_is_between_two([said[i] for i in r.replaces if i in said]) for r in settling)


def _is_between_two(said: list[tuple[str, str]]) -> bool:
    return len({key for key, _value in said}) > 1 and len({value for _key, value in said}) > 1


def _refused(desk: Desk) -> Iterator[Refused]:
    """Yield the files that were put aside beside this one, in the order in which they came."""
    folder = folder_of(desk.path)
    found = []
    try:
        paths = sorted(folder.glob("*.json"))[:_MOST_REFUSED]
    except OSError:
        return
    for path in paths:
        try:
            if path.stat().st_size > _MOST_BYTES:
                continue
            said = json.loads(path.read_text(encoding="utf-8"))
            source, name = str(said["source"]), file_name(str(said["source"]))
            reason = showable(str(said["reason"])).replace(showable(source), name)
            found.append(Refused(name, str(said["taken_at"]), reason))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Whoever tidied up there has taken the telling away, too.
            continue
    yield from sorted(found, key=lambda each: (each.came_at, each.name))
