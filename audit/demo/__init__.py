"""A made-up round of a whole province: to try the program, to test it, to show it.

All of it comes from a fixed seed and ``cast.toml``: the same records, ids and digest
on every machine, whatever its clock says. Nothing in it is true of any commune.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from audit import __version__
from audit.clock import VIETNAM
from audit.file import SUFFIX, AuditFile
from audit.fold import read_file
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import Entry

AUDIT_FILE: Final = "dong-nai-dot-1" + SUFFIX
WORKBOOK: Final = "ma-tran.xlsx"
_CLOSING: Final = time(17)


@dataclass(frozen=True)
class Demo:
    """What was made.

    Attributes:
        folder: Where it lies.
        audit_file: The round, merged: what the office and three auditors recorded.
        workbook: Its readiness matrix.
        communes: Communes of the round.
        records: Records in the file.
        conflicts: Cells on which two auditors differ.
        digest: SHA-256 over the ids of all records.
    """

    folder: Path
    audit_file: Path
    workbook: Path
    communes: int
    records: int
    conflicts: int
    digest: str


def demo_entries() -> list[Entry]:
    """Return every record of the made-up round, without touching the disk."""
    from audit.demo.history import History

    return History().tell()


def make_demo(folder: Path) -> Demo:
    """Make the made-up round and its matrix in a folder.

    Args:
        folder: Made if it is missing.

    Raises:
        ReadinessError: One of the files is there already, or the folder cannot be
            made or written; nothing was changed then.
    """
    audit_file, workbook = folder / AUDIT_FILE, folder / WORKBOOK
    made: list[Path] = []
    try:
        _make_folder(folder, (audit_file, workbook), made)
        return _make(folder, audit_file, workbook)
    except BaseException:
        for each in reversed(made):
            with contextlib.suppress(OSError):
                each.rmdir()
        raise


def _make_folder(folder: Path, wanted: tuple[Path, ...], made: list[Path]) -> None:
    """Make a folder in which none of the wanted files is yet; ``made`` lists what was made."""
    try:
        for path in wanted:
            if path.exists():
                raise ReadinessError(ErrorCode.FILE_EXISTS, path=path)
        for each in (*reversed(folder.parents), folder):
            if not each.exists():
                each.mkdir()
                made.append(each)
    except OSError as error:
        raise ReadinessError(
            ErrorCode.DEMO_FOLDER, path=folder, reason=error.strerror or error
        ) from error
    if not folder.is_dir():
        raise ReadinessError(ErrorCode.DEMO_NOT_FOLDER, path=folder, status=2)


def _make(folder: Path, audit_file: Path, workbook: Path) -> Demo:
    from audit.demo.history import History
    from checklists.matrix import build_matrix
    from exports.excel.workbook import write_workbook

    history = History()
    entries = history.tell()
    with AuditFile.create(audit_file, entries) as file:
        folded = read_file(file)
        digest = file.digest()
    try:
        write_workbook(
            build_matrix(folded.round, folded.checklists),
            workbook,
            # When the figures were put together is part of the story; no clock is asked.
            made_at=datetime.combine(history.cast.last_visit, _CLOSING, VIETNAM),
            version=__version__,
        )
    except BaseException:
        audit_file.unlink(missing_ok=True)
        raise
    return Demo(
        folder=folder,
        audit_file=audit_file,
        workbook=workbook,
        communes=len(folded.round.communes),
        records=len(entries),
        conflicts=sum(len(checklist.conflicts) for checklist in folded.checklists),
        digest=digest,
    )
