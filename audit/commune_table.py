"""The office's table of communes: which are audited, in which cluster, what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit.tables import read_rows
from checklists.search import resolve
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.folding import fold
from criteria.values import StatedValue, clean, read, with_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from checklists.communes import Commune
    from criteria.catalogue import Catalogue

_CODE: Final = {"code", "ma", "ma xa", "ma don vi", "commune", "xa", "xa phuong"}
_CLUSTER: Final = {"cluster", "cum", "cum kiem tra"}


@dataclass(frozen=True)
class CommuneTable:
    """What the office's table says.

    Attributes:
        communes: Those of the table, in the order of the official list.
        clusters: Code -> cluster.
        values: Code -> key of a parameter -> value known to the office.
    """

    communes: tuple[Commune, ...]
    clusters: dict[str, str]
    values: dict[str, dict[str, StatedValue | None]]


def read_commune_table(path: Path, catalogue: Catalogue, listed: Sequence[Commune]) -> CommuneTable:
    """Read the table.

    Args:
        path: A CSV file.
        catalogue: Its parameters may be columns, by key or by label.
        listed: The communes the round may have.

    Raises:
        ReadinessError: It cannot be read, or any row is wrong; all of them are said.
    """
    heads, rows = read_rows(path)
    folded = [fold(head) for head in heads]
    code_at = next((place for place, head in enumerate(folded) if head in _CODE), None)
    cluster_at = next((place for place, head in enumerate(folded) if head in _CLUSTER), None)
    if code_at is None:
        raise ReadinessError(
            ErrorCode.TABLE_COLUMN, path=path, column="code", found=", ".join(heads)[:200]
        )
    labels = {
        fold(text): p for p in catalogue.parameters for text in (p.key, p.label.vi, p.label.en)
    }
    fields = {place: labels[head] for place, head in enumerate(folded) if head in labels}
    clusters: dict[str, str] = {}
    values: dict[str, dict[str, StatedValue | None]] = {}
    problems: list[Message] = []
    for line, row in rows:
        try:
            if len(row) > len(heads):
                raise ReadinessError(ErrorCode.TABLE_CELLS, extra=row[-1])
            commune = resolve(row[code_at], listed)
            if commune.code in values:
                raise ReadinessError(ErrorCode.TABLE_COMMUNE_TWICE, name=commune.name)
            stated = {
                field.key: read(field, row[place], name=with_key(field))
                for place, field in fields.items()
                if row[place].strip()
            }
        except ReadinessError as error:
            problems += [
                Message(ErrorCode.TABLE_ROW, {"path": path, "line": line, "problem": message})
                for message in error.messages
            ]
            continue
        values[commune.code] = stated
        if cluster_at is not None and clean(row[cluster_at]):
            clusters[commune.code] = clean(row[cluster_at])
    if problems:
        raise ReadinessError.of(problems)
    if not values:
        raise ReadinessError(ErrorCode.TABLE_EMPTY, path=path)
    return CommuneTable(
        tuple(commune for commune in listed if commune.code in values), clusters, values
    )
