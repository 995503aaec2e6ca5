"""Import batches: who brought what and when, and taking a batch back.

A batch is noted for every file that is taken in. It says which places of which chains the
file holds and which of them were new, so that taking it back declares void exactly what
only it has brought. Where a chain divides, one place holds several records; there the
ids stand beside the places.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from audit.pen import Draft
from audit.record import Record
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import moment_of
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from audit.chain import Chain
    from audit.desk import Desk
    from audit.file import AuditFile, Batch
    from audit.vet import Vetted
    from checklists.checklist import State

MOST_IDS: Final = 500
"""Of one void record: it must not be larger than others take in."""
LEAST_LETTERS: Final = 4
"""Of a batch's id that a person types."""

Place = tuple[str, int, str]
"""Writer, sequence and id of a record."""
Held = dict[str, set[tuple[int, str]]]
"""Writer -> sequence and id of what is here, for chains of one commune."""

_SEQUENCE: Final = itemgetter(0)


@dataclass
class BatchReport:
    """What a file brought, as its batch keeps it.

    Attributes:
        sha256: Of the file as it came.
        kind: What it said it was; a claim, as the next three are.
        made_by: Who made it.
        made_at: When.
        program: Version of the program that made it.
        check_code: To compare over the phone.
        holds: Code of a commune -> writer -> place of the last record in the file.
        new: Code of a commune -> writer -> first and last of each run of places that the
            file brought.
        new_ids: Code of a commune -> writer, place and id of what it brought to places
            that another record holds.
        divided: Code of a commune -> writer, place and id of what the file holds at places
            that several records hold.
        warnings: Codes of what was said about it.
    """

    sha256: str = ""
    kind: str = ""
    made_by: str = ""
    made_at: str = ""
    program: str = ""
    check_code: str = ""
    holds: dict[str, dict[str, int]] = field(default_factory=dict)
    new: dict[str, dict[str, list[list[int]]]] = field(default_factory=dict)
    new_ids: dict[str, list[list[Any]]] = field(default_factory=dict)
    divided: dict[str, list[list[Any]]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _at: dict[str, dict[tuple[str, int], set[str]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_file(cls, vetted: Vetted) -> Self:
        """Return what is known of a file before it is taken in."""
        about = vetted.about
        return cls(
            sha256=vetted.sha256,
            kind=str(vetted.kind),
            made_by=about.get("made_by", ""),
            made_at=about.get("made_at", ""),
            program=about.get("program", ""),
            check_code=str(vetted.check_code),
            holds=vetted.chains,
        )

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Read what a batch keeps; what cannot be read is empty."""
        try:
            held = json.loads(batch.report)
            return cls(**{name: held[name] for name in cls.__dataclass_fields__ if name in held})
        except (ValueError, TypeError):
            return cls()

    def to_json(self) -> str:
        """Return it as a batch keeps it."""
        held = {name: value for name, value in vars(self).items() if name != "_at"}
        return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def size(self) -> int:
        """How many records it brought."""
        return sum(
            last - first + 1
            for writers in self.new.values()
            for runs in writers.values()
            for first, last in runs
        ) + sum(map(len, self.new_ids.values()))

    @property
    def communes(self) -> tuple[str, ...]:
        """Codes of the communes of which it brought something."""
        return tuple(sorted({*self.new, *self.new_ids} - {""}))

    def add(
        self, commune: str, held: Held, chains: Sequence[Chain], new: Sequence[Chain]
    ) -> list[Place]:
        """Note what the file brings about one commune.

        Args:
            commune: Code.
            held: What is here already.
            chains: What the file holds.
            new: What of it is not here yet.

        Returns:
            What is new at places that another record holds.
        """
        beside: list[Place] = []
        runs: dict[str, list[list[int]]] = {}
        for chain in new:
            writer = chain.writer
            if writer not in held and [*chain.sequences] == [*range(1, len(chain) + 1)]:
                runs[writer] = [[1, len(chain)]]
                continue
            taken = {sequence for sequence, _id in held.get(writer, ())}
            for sequence, id_ in zip(chain.sequences, chain.ids, strict=True):
                if sequence in taken:
                    beside.append((writer, sequence, id_))
                    continue
                taken.add(sequence)
                of_writer = runs.setdefault(writer, [])
                if of_writer and of_writer[-1][1] == sequence - 1:
                    of_writer[-1][1] = sequence
                else:
                    of_writer.append([sequence, sequence])
        if runs:
            self.new[commune] = runs
        if beside:
            self.new_ids[commune] = [[*place] for place in beside]
        divided = [
            [*place] for chain in chains for place in _divided(chain, held.get(chain.writer, set()))
        ]
        if divided:
            self.divided[commune] = divided
            self._at.pop(commune, None)
        return beside

    def brought(self, commune: str, places: Iterable[Place]) -> bool:
        """Return whether the file brought one of some records."""
        named = {tuple(each) for each in self.new_ids.get(commune, ())}
        return any(place in named or self.ran_over(commune, place) for place in places)

    def ran_over(self, commune: str, place: Place) -> bool:
        """Return whether the file brought the first record that came to a place."""
        runs = self.new.get(commune, {}).get(place[0], ())
        return any(first <= place[1] <= last for first, last in runs)

    def has(self, commune: str, place: Place, by_id: Container[str]) -> bool:
        """Return whether the file held a record.

        Args:
            commune: Code.
            place: Of the record.
            by_id: Ids that any batch brought to places which another record held. Where a
                chain divided only after this file was taken in, it had the other one.
        """
        writer, sequence, id_ = place
        here = self._divided_at(commune).get((writer, sequence))
        if here:
            return id_ in here
        return sequence <= self.holds.get(commune, {}).get(writer, 0) and id_ not in by_id

    def _divided_at(self, commune: str) -> dict[tuple[str, int], set[str]]:
        """Return writer and place -> ids, of what stands in `divided`; there may be thousands."""
        if commune not in self._at:
            found = self._at[commune] = {}
            for writer, sequence, id_ in self.divided.get(commune, ()):
                found.setdefault((writer, sequence), set()).add(id_)
        return self._at[commune]


def _divided(chain: Chain, held: set[tuple[int, str]]) -> list[Place]:
    """Return what a file holds of a chain at places that several records hold."""
    if not held and chain.is_undivided:
        return []
    places = held.union(zip(chain.sequences, chain.ids, strict=True))
    if len({*map(_SEQUENCE, places)}) == len(places):
        return []
    held_by = Counter(sequence for sequence, _id in places)
    return [
        (chain.writer, sequence, id_)
        for sequence, id_ in zip(chain.sequences, chain.ids, strict=True)
        if held_by[sequence] > 1
    ]


class KeptBatch(NamedTuple):
    """A batch with what it keeps, and whether it was taken back."""

    batch: Batch
    report: BatchReport
    undone: Record | None
    """The void record that took it back; ``None`` where it stands."""


class TakenBack(NamedTuple):
    """What took a batch back."""

    record: Record
    """The last void record that names the batch; who, when and why."""
    ids: frozenset[str]
    """Of all that is void with it."""
    by: frozenset[tuple[str, str]] = frozenset()
    """Commune and id of every void record that says so."""


class Undone(NamedTuple):
    """What taking batches back came to."""

    batch: Batch
    """The one that was named first."""
    named: dict[str, list[str]]
    """Code of a commune -> ids of the records that are void now."""
    states: dict[str, tuple[State, State]]
    """Code -> how far a checklist had come, and has now, where that differs."""

    @property
    def records(self) -> int:
        """How many records are void now."""
        return sum(map(len, self.named.values()))

    @property
    def communes(self) -> tuple[str, ...]:
        """Codes of the communes of which something is void now."""
        return tuple(filter(None, self.named))


def kept_batches(desk: Desk) -> list[KeptBatch]:
    """Return all batches, in the order in which they were taken in."""
    undone = taken_back(desk.file, lambda code: _voids(desk, code))
    return [
        KeptBatch(
            batch,
            BatchReport.of(batch),
            undone[batch.id].record if batch.id in undone else None,
        )
        for batch in desk.file.batches()
    ]


def _voids(desk: Desk, commune: str) -> frozenset[str]:
    return (desk.ledger(commune) if commune else desk.office).voids


def undo(
    desk: Desk, id_: str, *, reason: str, together: Sequence[str] = (), dry_run: bool = False
) -> Undone:
    """Take a batch back: declare void what it alone has brought.

    What another batch that stands has brought too, or what was here before, stays.

    Args:
        desk: Of the office, open for writing.
        id_: Of the batch, or enough of its beginning.
        reason: Why; a dry run needs none.
        together: Ids of others that are taken back with it, as they brought the same.
        dry_run: Whether nothing is written.

    Raises:
        ReadinessError: There is no such batch or no reason, it was taken back before, it
            brought nothing of its own, or this is not the office's machine.
    """
    if not clean(reason) and not dry_run:
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    if not desk.is_office:
        raise ReadinessError(ErrorCode.BATCH_NOT_OFFICE)
    desk.catch_up()
    kept = kept_batches(desk)
    chosen = [_chosen(kept, each) for each in dict.fromkeys((id_, *together))]
    for each in chosen:
        if each.undone is not None:
            raise ReadinessError(
                ErrorCode.BATCH_UNDONE,
                id=each.batch.id,
                author=each.undone.author.name,
                reason=each.undone.reason,
            )
    others = [each for each in kept if each.undone is None and each not in chosen]
    found = {each.batch.id: _only_in(desk, each, kept, others) for each in chosen}
    named = {
        code: [*dict.fromkeys(id_ for ids in found.values() for id_ in ids.get(code, ()))]
        for code in dict.fromkeys(code for ids in found.values() for code in ids)
    }
    if not named:
        raise _nothing_left(desk, chosen, kept, others)
    known = [code for code in named if code in desk.round.by_code]
    before = {code: desk.checklist(code).state for code in known}
    if not dry_run:
        desk.write(
            [
                Draft(
                    "void",
                    commune,
                    "void",
                    {"records": ids[at : at + MOST_IDS], "batch": batch},
                    reason=clean(reason),
                )
                for batch, held in found.items()
                for commune, ids in held.items()
                for at in range(0, len(ids), MOST_IDS)
            ]
        )
    states = {code: (before[code], desk.checklist(code).state) for code in known}
    moved = {code: held for code, held in states.items() if held[0] is not held[1]}
    return Undone(chosen[0].batch, named, moved)


def put_back(desk: Desk, id_: str, *, reason: str) -> int:
    """Have a batch that was taken back count again: what took it back is declared void.

    Args:
        desk: Of the office, open for writing.
        id_: Of the batch, or enough of its beginning.
        reason: Why; kept in the record.

    Returns:
        How many records count again.

    Raises:
        ReadinessError: There is no such batch or no reason, it was not taken back, or this
            is not the office's machine.
    """
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    if not desk.is_office:
        raise ReadinessError(ErrorCode.BATCH_NOT_OFFICE)
    desk.catch_up()
    chosen = _chosen(kept_batches(desk), id_)
    undone = taken_back(desk.file, lambda code: _voids(desk, code)).get(chosen.batch.id)
    if undone is None:
        raise ReadinessError(ErrorCode.BATCH_NOTHING, id=chosen.batch.id)
    desk.write(
        [
            Draft("void", commune, "void", {"records": [void]}, reason=clean(reason))
            for commune, void in sorted(undone.by)
        ]
    )
    return len(undone.ids)


def _nothing_left(
    desk: Desk, chosen: Sequence[KeptBatch], kept: Sequence[KeptBatch], others: Sequence[KeptBatch]
) -> ReadinessError:
    """Return why nothing is left to take back: others brought the same, or it is void."""
    ids = " ".join(each.batch.id for each in chosen)
    mine = [_only_in(desk, each, kept, ()) for each in chosen]
    wanted = {id_ for held in mine for each in held.values() for id_ in each}
    holding = [
        each
        for each in others
        if any(not wanted.isdisjoint(held) for held in _only_in(desk, each, kept, ()).values())
    ]
    if not holding:
        return ReadinessError(ErrorCode.BATCH_NOTHING, id=ids)
    return ReadinessError(
        ErrorCode.BATCH_SHARED,
        id=ids,
        others="; ".join(
            f"{each.batch.id} ({each.batch.source}, {moment_of(each.batch.taken_at)})"
            for each in reversed(holding)
        ),
        command=" ".join(
            ("readiness batch undo", ids, *(each.batch.id for each in reversed(holding)))
        ),
    )


def _chosen(kept: Sequence[KeptBatch], id_: str) -> KeptBatch:
    found = [each for each in kept if each.batch.id.startswith(id_)]
    if len(id_) < LEAST_LETTERS or len(found) != 1:
        raise ReadinessError(ErrorCode.BATCH_UNKNOWN, text=id_)
    return found[0]


def taken_back(file: AuditFile, voids_of: Callable[[str], frozenset[str]]) -> dict[str, TakenBack]:
    """Return id of a batch -> what took it back, for those that are.

    Args:
        file: The working file.
        voids_of: Gives the ids that are void in a commune, or in the round itself; a void
            record without the office's seal, or itself void, has no effect.
    """
    found: dict[str, TakenBack] = {}
    for entry in file.entries_with('"batch":"b'):
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        value = record.value
        if record.kind != "void" or not isinstance(value, dict) or entry.commune != record.commune:
            continue
        batch, ids = value.get("batch"), value.get("records")
        if isinstance(batch, str) and isinstance(ids, list) and ids:
            void = voids_of(record.commune)
            if all(isinstance(each, str) and each in void for each in ids):
                held = found.get(batch, TakenBack(record, frozenset()))
                said = record.commune, entry.id
                found[batch] = TakenBack(record, held.ids.union(ids), held.by.union({said}))
    return found


def _only_in(
    desk: Desk, chosen: KeptBatch, kept: Sequence[KeptBatch], others: Sequence[KeptBatch]
) -> dict[str, list[str]]:
    """Return code of a commune -> ids of what came with this batch and none of the others."""
    found: dict[str, list[str]] = {}
    for commune in chosen.report.holds:
        by_id = {
            id_ for each in kept for _writer, _place, id_ in each.report.new_ids.get(commune, ())
        }
        void = _voids(desk, commune)
        ids = [
            place[2]
            for place in desk.file.places(commune)
            if place[2] not in void
            and chosen.report.has(commune, place, by_id)
            and _came(kept, commune, place, by_id)
            and not any(each.report.has(commune, place, by_id) for each in others)
        ]
        if ids:
            found[commune] = ids
    return found


def _came(kept: Sequence[KeptBatch], commune: str, place: Place, by_id: Container[str]) -> bool:
    """Return whether a record came with a batch at all, rather than being stated here."""
    if place[2] in by_id:
        return True
    return any(each.report.ran_over(commune, place) for each in kept)
