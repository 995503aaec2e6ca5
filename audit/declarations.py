"""A table of what communes declared -> records; rows that are wrong are told, not taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from audit.statements import state_values
from audit.tables import read_rows
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.folding import fold
from criteria.values import StatedValue, read, with_key

if TYPE_CHECKING:
    from pathlib import Path

    from audit.desk import Desk

_HEADS: Final = {
    "code": {"code", "ma", "ma xa", "ma don vi", "commune"},
    "measure": {"measure", "chi tieu", "ma chi tieu", "key"},
    "value": {"value", "gia tri"},
}
"""Column -> what its head may say, without marks."""


@dataclass
class Taken:
    """What came of a table.

    Attributes:
        saved: Values written.
        unchanged: Values that were so already.
        communes: How many communes they belong to.
        refused: Line of the table (from 1) and why, for each row that was not taken.
        warnings: Commune and what does not agree between its declared values.
    """

    saved: int = 0
    unchanged: int = 0
    communes: int = 0
    refused: list[tuple[int, Message]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def take_in(desk: Desk, path: Path, *, reason: str = "") -> Taken:
    """Write what a table declares, in one transaction. An empty cell declares nothing.

    Args:
        desk: The round, open for writing.
        path: The table.
        reason: Kept in each record; needed where a checklist is signed.

    Raises:
        ReadinessError: The table cannot be read, or lacks a column.
    """
    taken = Taken()
    values: dict[str, dict[str, StatedValue | None]] = defaultdict(dict)
    lines: dict[tuple[str, str], int] = {}
    for line, row in read_table(path):
        if isinstance(row, Message):
            taken.refused.append((line, row))
            continue
        code, measure, text = row
        try:
            commune = desk.commune(code)
            known = desk.round.catalogue.fields.get(measure.strip().lower())
            if known is None:
                raise ReadinessError(ErrorCode.FIELD_UNKNOWN, key=measure, near="")
            value = read(known, text, name=with_key(known))
        except ReadinessError as error:
            taken.refused += [(line, message) for message in error.messages]
            continue
        earlier = lines.setdefault((commune.code, known.key), line)
        if earlier != line and values[commune.code][known.key] != value:
            taken.refused.append(
                (line, Message(ErrorCode.TABLE_TWICE, {"key": known.key, "line": earlier}))
            )
            continue
        values[commune.code][known.key] = value
    drafts = []
    for commune_code, stated in values.items():
        drafted = state_values(
            desk.round,
            desk.ledger(commune_code),
            commune_code,
            stated,
            basis="declared",
            method="imported",
            reason=reason,
        )
        drafts += drafted.drafts
        taken.unchanged += len(drafted.unchanged)
        taken.refused += [
            (lines[commune_code, key], message)
            for key, message in ((str(m.context["key"]), m) for m in drafted.problems)
        ]
    desk.write(drafts)
    taken.saved = len(drafts)
    taken.communes = len({draft.commune for draft in drafts})
    for code in dict.fromkeys(draft.commune for draft in drafts):
        outcomes = desk.checklist(code).declared.outcomes.values()
        failing = dict.fromkeys(str(c.message) for outcome in outcomes for c in outcome.failing)
        taken.warnings += [f"{desk.round.by_code[code].name}: {words}" for words in failing]
    taken.refused.sort(key=lambda pair: pair[0])
    return taken


def read_table(path: Path) -> list[tuple[int, tuple[str, str, str] | Message]]:
    """Return the rows of a table as (line, (code, measure, value)), or what is wrong.

    Raises:
        ReadinessError: The file cannot be read, or a column is missing.
    """
    heads, rows = read_rows(path)
    folded = [fold(head) for head in heads]
    places: list[int] = []
    for column, spellings in _HEADS.items():
        found = [place for place, head in enumerate(folded) if head in spellings]
        if not found:
            raise ReadinessError(
                ErrorCode.TABLE_COLUMN, path=path, column=column, found=", ".join(heads)[:200]
            )
        places.append(found[0])
    code, measure, value = places
    return [
        (line, Message(ErrorCode.TABLE_CELLS, {"extra": row[-1]}))
        if len(row) > len(heads)
        else (line, (row[code].strip(), row[measure].strip(), row[value]))
        for line, row in rows
        if row[value].strip() or len(row) > len(heads)
    ]
