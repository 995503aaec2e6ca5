"""Which contradictions taking in files makes or opens again, at little cost.

Where auditors have shared the fields of a commune, one look at what is new shows that it
contradicts nothing. Any other commune is folded once before it changes, and once at the end.
"""

from __future__ import annotations

from collections import Counter
from itertools import compress
from operator import and_
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.fold import fold
from audit.interpreting import checklist_from
from audit.record import FORMAT, Cell, Record, canonical
from criteria.errors import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from audit.batches import Place
    from audit.chain import Chain
    from audit.file import AuditFile, Entry
    from audit.fold import Ledger
    from audit.record import StoredRecord
    from checklists.round import Round


class News(NamedTuple):
    """What is new about one commune."""

    commune: str
    subjects: dict[str, list[Place]]
    """Key of a field or code of a criterion -> places of the records that stand there."""


class _State(NamedTuple):
    conflicts: dict[str, list[Place]]
    settled: frozenset[str]
    """Of these, what the office or an author had settled before."""
    agreed: dict[str, list[Place]]
    """What several people found alike, without knowing of each other."""


_CONTRADICTING: Final = frozenset({"answer", "not_applicable", "override", "review", "task"})
_Cell = tuple[str, str]
"""Subject and basis."""
_NOTHING: Final = _State({}, frozenset(), {})


class _Heads:
    """The heads of a commune, while it is so plain that one look at new records gives them.

    That is as long as no record is void, or takes the place of more than one or of what
    is no head: then every cell has one head. Else only folding can tell.
    """

    def __init__(self) -> None:
        self._heads: dict[_Cell, tuple[str, str]] = {}
        """Cell -> kind and id of the record that stands there."""

    def add(self, chains: Iterable[Chain]) -> bool:
        """Add records; return whether there still is one head a cell."""
        stated: dict[str, tuple[_Cell, str]] = {}
        replaced: dict[str, tuple[_Cell, str]] = {}
        for chain in chains:
            said = chain.said
            if said is None or max(said.v) > FORMAT or any(said.is_odd) or "void" in said.kind:
                return False
            cells = [*zip(zip(said.subject, said.basis, strict=True), said.kind, strict=True)]
            counted = [kind in _CONTRADICTING for kind in said.kind]
            stated.update(compress(zip(chain.ids, cells, strict=True), counted))
            correcting = map(and_, counted, map(bool, said.replaces))
            replaced.update(compress(zip(said.replaces, cells, strict=True), correcting))
        heads = self._heads
        for id_, (cell, kind) in replaced.items():
            if id_ in stated:
                if stated.pop(id_) != (cell, kind):
                    return False
            elif heads.pop(cell, None) != (kind, id_):
                return False
        before = len(heads)
        heads.update((cell, (kind, id_)) for id_, (cell, kind) in stated.items())
        return len(heads) == before + len(stated)


class ConflictWatch:
    """What contradicts each other in a working file, before and after."""

    def __init__(self, file: AuditFile, held: Round, office: Ledger) -> None:
        """Hold the file; nothing is read yet."""
        self._file = file
        self._round = held
        self._office = office
        self._before: dict[str, _State] = {}
        self._now: dict[str, _State] = {}
        self._plain: dict[str, _Heads] = {}

    def change_round(self, held: Round, office: Ledger) -> None:
        """Go on with the round as it was amended; that may change every commune."""
        if (held.office_keys, office.voids) != (self._round.office_keys, self._office.voids):
            self.forget()
        self._round, self._office = held, office

    def before(self, commune: str, *, is_empty: bool) -> None:
        """Note what stands in a commune before something is added."""
        if commune not in self._round.by_code or commune in self._before:
            return
        self._before[commune] = _NOTHING if is_empty else self._at(commune)
        if is_empty and not self._office.voids:
            self._plain[commune] = _Heads()

    def after(
        self,
        commune: str,
        chains: Sequence[Chain],
        new: Sequence[Chain],
        here: int,
    ) -> None:
        """Note what stands after a file was added.

        Args:
            commune: Code.
            chains: What the file holds about it.
            new: What of that was not here.
            here: How many records are here now.
        """
        if commune not in self._round.by_code:
            return
        heads = self._plain.pop(commune, None)
        if heads is None and sum(map(len, chains)) == here and not self._office.voids:
            heads, new = _Heads(), chains
        if heads is not None and heads.add(new):
            self._plain[commune] = heads
            self._now[commune] = _NOTHING
        else:
            self._now.pop(commune, None)

    def knows(self, commune: str) -> bool:
        """Return whether it is known what stands in a commune now."""
        return commune in self._now

    def forget(self) -> None:
        """Look again at everything, as after a file that is refused after all."""
        self._now.clear()
        self._plain.clear()

    def total(self) -> int:
        """Return how many contradictions the round has now."""
        return sum(len(self._at(commune.code).conflicts) for commune in self._round.communes)

    def news(self) -> Iterator[tuple[ErrorCode, News]]:
        """Yield what is new, for communes of which something came."""
        for commune, before in sorted(self._before.items()):
            now = self._at(commune)
            new = {
                subject: places
                for subject, places in now.conflicts.items()
                if subject not in before.conflicts
            }
            for code, found in (
                (ErrorCode.MERGE_REOPENED, {s: p for s, p in new.items() if s in now.settled}),
                (ErrorCode.MERGE_CONFLICT, {s: p for s, p in new.items() if s not in now.settled}),
                (
                    ErrorCode.MERGE_AGREEMENT,
                    {s: p for s, p in now.agreed.items() if s not in before.agreed},
                ),
            ):
                if found:
                    yield code, News(commune, found)

    def _at(self, commune: str) -> _State:
        if commune not in self._now:
            self._now[commune] = self._look(commune)
        return self._now[commune]

    def _look(self, commune: str) -> _State:
        entries = self._file.entries(commune)
        return self._state(commune, entries, {}) if entries else _NOTHING

    def _state(self, commune: str, entries: Sequence[Entry], read: Mapping[str, Record]) -> _State:
        ledger = fold(
            entries,
            self._round.id,
            office=self._round.office_keys,
            voids=self._office.voids,
            seals=self._file.seals(commune),
        )
        several = {cell: heads for cell, heads in ledger.heads.items() if len(heads) > 1}
        if not several:
            return _NOTHING
        checklist = checklist_from(self._round, self._round.by_code[commune], ledger)
        conflicts = {
            subject: [
                _place(head) for cell in _cells(subject) for head in ledger.heads.get(cell, ())
            ]
            for subject in checklist.conflicts
        }
        agreed = {
            cell.subject: [*map(_place, heads)]
            for cell, heads in several.items()
            if cell.basis == "verified" and _agree(heads)
        }
        return _State(conflicts, _settled(conflicts, entries) if conflicts else frozenset(), agreed)


def _cells(subject: str) -> tuple[Cell, ...]:
    """Return the cells in which a contradiction about a field or criterion can stand."""
    names = (subject, f"{subject}/not_applicable", f"{subject}/override")
    return tuple(Cell(name, "verified") for name in names)


def _place(head: StoredRecord) -> Place:
    return head.record.writer, head.record.sequence, head.id


def _agree(heads: Sequence[StoredRecord]) -> bool:
    authors = Counter(head.record.author.key for head in heads)
    return (
        len(authors) > 1
        and all(head.record.kind == "answer" for head in heads)
        and len({canonical(head.record.value) for head in heads}) == 1
    )


def _settled(conflicts: Mapping[str, object], entries: Sequence[Entry]) -> frozenset[str]:
    """Return in which of some subjects a record took the place of several."""
    subjects = {cell.subject: subject for subject in conflicts for cell in _cells(subject)}
    found = set()
    for entry in entries:
        if '"replaces":["' not in entry.body:
            continue
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        if len(record.replaces) > 1 and record.subject in subjects:
            found.add(subjects[record.subject])
    return frozenset(found)
