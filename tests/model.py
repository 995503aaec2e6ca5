"""A second opinion on what a set of records means, as plainly as it can be said.

Written from the definitions (docs/merge-laws.md), not from the program: every question is
answered anew from all records, without an index and without a shortcut. It knows the bytes
of the records and what was sealed, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTRADICTING = frozenset({"answer", "not_applicable", "override", "task"})
OF_THE_OFFICE = frozenset({"round", "review", "void"})

Cell = tuple[str, str, str]
"""Commune, subject and basis."""


class Sealing(NamedTuple):
    """A key has sealed a chain up to a record."""

    key: str
    last_id: str


class Model:
    """What some records and seals mean."""

    def __init__(
        self, bodies: Iterable[str], sealings: Iterable[Sealing], office: Iterable[str]
    ) -> None:
        self.records: dict[str, Any] = {}
        for body in bodies:
            self.records["r" + hashlib.sha256(body.encode()).hexdigest()] = json.loads(body)
        self.sealings = frozenset(sealings)
        self.office = frozenset(office)

    @property
    def digest(self) -> str:
        """What stands for the set."""
        lines = "".join(f"{id_}\n" for id_ in sorted(self.records))
        return hashlib.sha256(lines.encode()).hexdigest()

    def is_said_by_office(self, id_: str) -> bool:
        """Its author's key is the office's, and that key sealed it or a later one of its chain."""
        key = self.records[id_]["author"]["key"]
        if key not in self.office:
            return False
        for sealing in self.sealings:
            at = sealing.last_id
            while sealing.key == key and at in self.records:
                if at == id_:
                    return True
                at = self.records[at]["previous"]
        return False

    def counts(self, id_: str) -> bool:
        """What only the office can say counts only where the office said it."""
        return self.records[id_]["kind"] not in OF_THE_OFFICE or self.is_said_by_office(id_)

    def is_void(self, id_: str) -> bool:
        """A void record that counts and is not void itself names it, in its commune or for all."""
        commune = self.records[id_]["commune"]
        return any(
            record["kind"] == "void"
            and record["commune"] in ("", commune)
            and id_ in record["value"]["records"]
            and self.counts(other)
            and not self.is_void(other)
            for other, record in self.records.items()
        )

    def replaced_by(self, id_: str) -> set[str]:
        """What a record takes the place of: of what it names and stands, the same cell and kind.

        What differs between several people only the office settles; anybody else takes
        back what is their own.
        """
        record = self.records[id_]
        named = {
            each
            for each in record["replaces"]
            if each in self.records
            and _about(self.records[each]) == _about(record)
            and not self.is_void(each)
        }
        values = {_written(self.records[each]["value"]) for each in named}
        if record["kind"] in CONTRADICTING and len(values) > 1 and not self.is_said_by_office(id_):
            own = record["author"]["key"]
            return {each for each in named if self.records[each]["author"]["key"] == own}
        return named

    def heads(self) -> dict[Cell, set[str]]:
        """What counts, is not void, and that nothing which counts and is not void replaces."""
        standing = {each for each in self.records if self.counts(each) and not self.is_void(each)}
        replaced = {gone for each in standing for gone in self.replaced_by(each)}
        found: dict[Cell, set[str]] = {}
        for each in standing - replaced:
            record = self.records[each]
            if record["kind"] != "void":
                found.setdefault(_about(record)[:3], set()).add(each)
        return found

    def conflicts(self) -> dict[Cell, set[str]]:
        """Cells of which different values stand."""
        return {
            cell: heads
            for cell, heads in self.heads().items()
            if len({_written(self.records[each]["value"]) for each in heads}) > 1
            and all(self.records[each]["kind"] in CONTRADICTING for each in heads)
        }


def _about(record: Any) -> tuple[str, str, str, str]:
    return record["commune"], record["subject"], record["basis"], record["kind"]


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
