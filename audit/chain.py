"""Records that came from outside: chain by chain, and each chain by columns.

Of nearly all of them it is asked only whether they are here and what they stand in place of.
Columns answer that for a whole chain at once; an `Entry` is made of those that somebody reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from audit.file import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence


_T = TypeVar("_T")
Row = tuple[int, str, str, str, str, bool, str, str]


class Said(NamedTuple):
    """What the records of a chain say, but for their values and texts: a column each.

    A record of a later format may say its place only; then what it says else is empty.
    """

    v: Sequence[int]
    kind: Sequence[str]
    subject: Sequence[str]
    basis: Sequence[str]
    replaces: Sequence[str]
    """Id of the record it takes the place of; empty where there is none."""
    is_odd: Sequence[bool]
    """Whether it names more than one such record, or one by no id."""
    author: Sequence[str]
    """Name."""
    recorded_at: Sequence[str]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Return it from what `row_of` found in each record."""
        return cls(*zip(*rows, strict=True))


def row_of(said: Mapping[str, Any]) -> Row:
    """Return what one record says, from the fields that `audit.body.read_body` found."""
    replaces = said.get("replaces", [])
    return (
        said["v"],
        said.get("kind", ""),
        said.get("subject", ""),
        said.get("basis", ""),
        replaces[0] if replaces else "",
        len(replaces) > 1 or replaces == [""],
        said["author"]["name"] if "author" in said else "",
        said.get("recorded_at", ""),
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """Records of one writer about one commune, in the order of their places; perhaps none.

    Attributes:
        commune: Code; empty for the round itself.
        writer: Of the chain.
        sequences: Their places.
        ids: Their ids, recomputed.
        bodies: Canonical, in UTF-8, and so as they go into the file.
        said: What they say; ``None`` for those of the round itself.
    """

    commune: str
    writer: str
    sequences: Sequence[int]
    ids: Sequence[str]
    bodies: Sequence[bytes]
    said: Said | None

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.ids)

    def last(self) -> Chain:
        """Return the last of them."""
        return self.only([*repeat(False, len(self) - 1), True])

    @property
    def is_undivided(self) -> bool:
        """Whether no two of them hold one place."""
        return len({*self.sequences}) == len(self.sequences)

    def entries(self) -> Iterator[Entry]:
        """Yield them one by one."""
        return map(
            Entry,
            repeat(self.commune),
            repeat(self.writer),
            self.sequences,
            self.ids,
            map(bytes.decode, self.bodies),
        )

    def rows(self) -> Iterator[tuple[str, str, int, str, bytearray]]:
        """Yield them as they go into the file."""
        return zip(
            repeat(self.commune),
            repeat(self.writer),
            self.sequences,
            self.ids,
            # For bytes, unlike these, Python's sqlite3 looks each time how to adapt them.
            map(bytearray, self.bodies),
        )

    def only(self, wanted: Sequence[bool]) -> Chain:
        """Return those that are wanted.

        Args:
            wanted: For each of them, whether it is.
        """
        if all(wanted):
            return self

        def kept(column: Iterable[_T]) -> tuple[_T, ...]:
            return tuple(compress(column, wanted))

        return Chain(
            self.commune,
            self.writer,
            kept(self.sequences),
            kept(self.ids),
            kept(self.bodies),
            self.said and Said._make(map(kept, self.said)),
        )

    def without(self, held: Collection[tuple[int, str]]) -> Chain:
        """Return those that are not among some, which are named by sequence and id."""
        if not held:
            return self
        return self.only([each not in held for each in zip(self.sequences, self.ids, strict=True)])
