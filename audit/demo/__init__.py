"""A made-up round of a whole province: to try the program, to test it, to show it.

All of it comes from a fixed seed and ``cast.toml``: the same records, ids and digest
on every machine, whatever its clock says. Nothing in it is true of any commune.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from audit import __version__
from audit.desk import Desk
from audit.file import SUFFIX
from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import Entry

AUDIT_FILE: Final = "dong-nai-dot-1" + SUFFIX
EARLIER: Final = "dong-nai-dot-truoc" + SUFFIX
WORKBOOK: Final = "bao-cao.xlsx"
PAGE: Final = "bao-cao.html"
HANDED_IN: Final = "tep-nop"
"""Folder of the files that the auditors handed in."""


@dataclass(frozen=True)
class Demo:
    """What was made.

    Attributes:
        folder: Where it lies.
        audit_file: The round, merged: what the office and three auditors recorded.
        earlier: The round before, smaller; the workbook and the page compare with it.
        handed_in: What the auditors handed in; the last one, late, is not merged.
        workbook: What a leader reads.
        page: The same for a browser.
        communes: Communes of the round.
        records: Records in the file.
        conflicts: Cells on which two auditors differ.
        digest: SHA-256 over the ids of all records.
    """

    folder: Path
    audit_file: Path
    earlier: Path
    handed_in: tuple[Path, ...]
    workbook: Path
    page: Path
    communes: int
    records: int
    conflicts: int
    digest: str


def demo_entries() -> list[Entry]:
    """Return every record that the office holds in the end, without touching the disk."""
    from audit.demo.history import History

    return History().tell()


def make_demo(folder: Path) -> Demo:
    """Make the made-up round, what was handed in, and what leaders read in a folder.

    Args:
        folder: Made if it is missing.

    Raises:
        ReadinessError: One of the files is there already, or the folder cannot be
            made or written; nothing was changed then.
    """
    files = [folder / name for name in (AUDIT_FILE, EARLIER, WORKBOOK, PAGE)]
    handed_in = folder / HANDED_IN
    made: list[Path] = []
    try:
        _make_folders(handed_in, (*files, handed_in), made)
        return _make(folder, handed_in)
    except BaseException:
        if handed_in in made:
            # Nothing of it was there before.
            for each in (*handed_in.iterdir(), *files):
                each.unlink(missing_ok=True)
        for each in reversed(made):
            with contextlib.suppress(OSError):
                each.rmdir()
        raise


def _make_folders(last: Path, wanted: tuple[Path, ...], made: list[Path]) -> None:
    """Make a folder in a folder in which nothing wanted is yet; ``made`` lists what was made."""
    folder = last.parent
    try:
        for path in wanted:
            if path.exists():
                raise ReadinessError(ErrorCode.FILE_EXISTS, path=path)
        if folder.exists() and not folder.is_dir():
            raise ReadinessError(ErrorCode.DEMO_NOT_FOLDER, path=folder, status=2)
        for each in (*reversed(last.parents), last):
            if not each.exists():
                each.mkdir()
                made.append(each)
    except OSError as error:
        raise ReadinessError(ErrorCode.DEMO_FOLDER, path=folder, reason=reason_of(error)) from error


def _make(folder: Path, handed_in: Path) -> Demo:
    from audit.demo.earlier import make_earlier
    from audit.demo.exchange import Exchange
    from audit.demo.history import History
    from audit.reporting import report_of
    from exports.dashboard.page import write_dashboard
    from exports.excel.workbook import write_workbook
    from exports.made import Made

    audit_file, workbook, page = (folder / name for name in (AUDIT_FILE, WORKBOOK, PAGE))
    earlier = folder / EARLIER
    history = History()
    history.tell()
    make_earlier(history, earlier)
    sent = Exchange(history, audit_file, handed_in).play()
    with Desk(audit_file, remember=False) as desk:
        report = report_of(desk, previous=earlier)
        records, digest = len(desk.file.entries()), desk.file.digest()
    # When the figures were put together is part of the story; no clock is asked.
    made = Made.of(history.closed_at, __version__)
    write_workbook(report, workbook, made)
    write_dashboard(report, page, made, workbook=WORKBOOK)
    return Demo(
        folder=folder,
        audit_file=audit_file,
        earlier=earlier,
        handed_in=sent,
        workbook=workbook,
        page=page,
        communes=len(report.matrix.rows),
        records=records,
        conflicts=sum(len(row.checklist.conflicts) for row in report.matrix.rows),
        digest=digest,
    )
