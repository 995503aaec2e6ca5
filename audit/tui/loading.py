"""Reads all communes of a round in a thread, so that keys are answered meanwhile.

The thread has a connection of its own, because a connection belongs to its thread; and
it reads commune by commune, because a long read would keep a statement from being saved.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from audit.desk import has_statement_of
from audit.file import AuditFile
from audit.fold import checklist_from, read_commune
from checklists.matrix import build_row
from checklists.search import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.desk import Reading
    from checklists.matrix import MatrixRow

Batch = list[tuple["MatrixRow", bool]]
"""Rows, each with whether the auditor of this machine stated something there."""

BATCH_SECONDS: Final = 0.15
"""How long communes are gathered before they are shown."""


def read_communes(reading: Reading, is_cancelled: Callable[[], bool]) -> Iterator[Batch]:
    """Yield the rows of all communes in batches, with all worked out that a screen shows.

    Args:
        reading: What to read.
        is_cancelled: Asked before each commune; where it says so, reading ends.

    Raises:
        ReadinessError: The file cannot be read.
    """
    # Makes the index of names, which the first letter of a search would wait for.
    find("xa", reading.round.communes)
    batch: Batch = []
    until = monotonic() + BATCH_SECONDS
    with AuditFile.open(reading.path) as file:
        for code in reading.codes:
            if is_cancelled():
                return
            ledger = read_commune(file, reading.round, reading.office, code)
            commune = reading.round.by_code[code]
            row = build_row(checklist_from(reading.round, commune, ledger))
            work_out(row)
            batch.append((row, has_statement_of(ledger, reading.key)))
            if monotonic() >= until:
                yield batch
                batch = []
                until = monotonic() + BATCH_SECONDS
    yield batch


def work_out(row: MatrixRow) -> None:
    """Have everything computed that is computed when it is first asked for."""
    checklist = row.checklist
    _ = row.counts, checklist.progress, checklist.state, checklist.lapsed_overrides
