"""The files for leaders that the app writes in one go: what can be written, and how.

Each is made whole or not at all, and under a name that nothing in the folder has yet; one
that cannot be written does not stop the others.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from audit.folders import free_name
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import N_, _
from exports.safe_write import as_readiness_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audit.desk import Desk
    from checklists.report import Report
    from exports.made import Header, Made

    _Told = Callable[[str, int, int], None]
    """Is told what is being done, how much of it is done, and of how much."""

Result = TypeVar("Result")

_MOST_TITLE: Final = 40
"""Letters of a round's title in the name of a file."""


@dataclass(frozen=True)
class Kind:
    """Something that can be written.

    Attributes:
        key: What it is called in the program.
        label: What it is called for people; marked for translation where written.
        help: What is in it; marked likewise.
        stem: How the name of its file begins; marked likewise.
        suffix: Ending of the file; empty for a folder.
        of_all: Whether it is made from all communes of the round.
    """

    key: str
    label: str
    help: str
    stem: str
    suffix: str
    of_all: bool = True

    @property
    def label_here(self) -> str:
        """The label in the language in use."""
        return _(self.label)

    @property
    def help_here(self) -> str:
        """What is in it, in the language in use."""
        return _(self.help)


WORKBOOK: Final = Kind(
    "workbook",
    N_("Workbook for leaders"),
    N_("Excel: summary, matrix, map and costs"),
    N_("readiness workbook"),
    ".xlsx",
)
DASHBOARD: Final = Kind(
    "dashboard",
    N_("Dashboard"),
    N_("One page for any browser, offline"),
    N_("dashboard"),
    ".html",
)
MINUTES: Final = Kind(
    "minutes",
    N_("Minutes of all communes"),
    N_("A folder of Word documents"),
    N_("minutes of the communes"),
    "",
)
MINUTES_OF_ONE: Final = Kind(
    "minutes-of-one",
    N_("Minutes of one commune"),
    N_("Word, to be printed and signed"),
    N_("minutes of commune"),
    ".docx",
    of_all=False,
)
DATA: Final = Kind(
    "data",
    N_("Plain data"),
    N_("Tables for other programs, in one .zip"),
    N_("readiness data"),
    ".zip",
)
KINDS: Final = (WORKBOOK, DASHBOARD, MINUTES_OF_ONE, MINUTES, DATA)


@dataclass(frozen=True)
class Order:
    """What is to be written.

    Attributes:
        kinds: Which files.
        folder: Where to.
        header: Form of the paper.
        commune: Code of the commune for `MINUTES_OF_ONE`.
        previous: Another audit file that the figures are compared with.
        compared_with: Name of a close, of that file or else of the round, to compare with.
    """

    kinds: tuple[Kind, ...]
    folder: Path
    header: Header = "state"
    commune: str = ""
    previous: Path | None = None
    compared_with: str = ""


class Step(NamedTuple):
    """How far the writing is.

    Attributes:
        words: What is being done.
        done: How much of that.
        total: Of so much.
        files: How many files are done with.
        of: Of so many.
    """

    words: str
    done: int
    total: int
    files: int
    of: int


@dataclass(frozen=True)
class Outcome:
    """What came of one file.

    Attributes:
        kind: What it is.
        path: Where it lies, or would.
        size: Bytes; of a folder those of all files in it.
        files: How many files it is.
        problem: Why it was not written; empty where it was.
        lost: Of a folder, what is not in it and why, a sentence each.
    """

    kind: Kind
    path: Path
    size: int = 0
    files: int = 0
    problem: str = ""
    lost: tuple[str, ...] = ()


def stem_of(kind: Kind, desk: Desk, commune: str = "") -> str:
    """Return the name of a file without its ending, in the language in use.

    Only small Latin letters, digits and hyphens: accents do not survive every stick and
    mail program.
    """
    from audit.clock import now

    parts = [_(kind.stem)]
    if kind.of_all:
        parts.append(desk.round.title[:_MOST_TITLE])
    elif commune in desk.round.by_code:
        held = desk.round.by_code[commune]
        parts.append(f"{held.code} {held.name}"[:_MOST_TITLE])
    if desk.as_of is not None:
        close = desk.as_of.close
        parts.append(close.name[:_MOST_TITLE] if close else desk.as_of.day.isoformat())
    plain = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(parts))).strip("-")
    return f"{plain}-{now().date().isoformat()}"


def write_exports(desk: Desk, order: Order, progress: Callable[[Step], None]) -> Iterator[Outcome]:
    """Write files for leaders, in the language in use.

    Args:
        desk: With the round; as of an earlier point in time where it is opened so.
        order: What to write.
        progress: Is told how far it is. What it raises stops the writing: files that were
            yielded are whole, of others nothing is there.

    Yields:
        What came of each file, as soon as it is known.

    Raises:
        ReadinessError: There is no such folder.
    """
    if not _is_folder(order.folder):
        raise ReadinessError(ErrorCode.EXPORT_FOLDER_MISSING, folder=order.folder)
    source = _Source(desk, order)
    for number, kind in enumerate(order.kinds):

        def told(words: str, done: int, total: int, number: int = number) -> None:
            progress(Step(words, done, total, number, len(order.kinds)))

        told(kind.label_here, 0, 0)
        name = stem_of(kind, desk, order.commune)
        path = order.folder / (name + kind.suffix)
        try:
            path = _free(order.folder, name, kind.suffix)
            source.lost.clear()
            files = _WRITERS[kind.key](source, path, told)
            outcome = Outcome(kind, path, _size(path), files, lost=tuple(source.lost))
        except ReadinessError as error:
            outcome = Outcome(kind, path, problem=str(error))
        yield outcome


class _Source:
    """What the files are written from; the report is worked out once for all of them."""

    def __init__(self, desk: Desk, order: Order) -> None:
        self.desk = desk
        self.order = order
        self.lost: list[str] = []
        self._report: Report | None = None

    def report(self, told: _Told) -> Report:
        """Return what is reported.

        Raises:
            ReadinessError: A file cannot be used, or there is no such close.
        """
        from audit.reporting import report_of

        if self._report is None:
            self._report = report_of(
                self.desk,
                previous=self.order.previous,
                compared_with=self.order.compared_with,
                progress=partial(told, _("Reading communes")),
            )
        return self._report

    @cached_property
    def made(self) -> Made:
        """When, by what and in which form."""
        from audit.reporting import made_of

        return made_of(self.desk, self.order.header)


def _write_workbook(source: _Source, path: Path, told: _Told) -> int:
    from exports.excel.workbook import write_workbook

    report = source.report(told)
    write_workbook(report, path, source.made, progress=partial(told, WORKBOOK.label_here))
    return 1


def _write_dashboard(source: _Source, path: Path, told: _Told) -> int:
    from exports.dashboard.page import write_dashboard

    report = source.report(told)
    write_dashboard(report, path, source.made, progress=partial(told, DASHBOARD.label_here))
    return 1


def _write_data(source: _Source, path: Path, told: _Told) -> int:
    from exports.plain.csv_files import write_csv

    report = source.report(told)
    write_csv(report, path, source.made, progress=partial(told, DATA.label_here))
    return 1


def _write_minutes_of_one(source: _Source, path: Path, told: _Told) -> int:
    from exports.minutes.document import write_minutes

    write_minutes(source.desk.row(source.order.commune), path, source.made)
    told(MINUTES_OF_ONE.label_here, 1, 1)
    return 1


def _write_minutes(source: _Source, path: Path, told: _Told) -> int:
    """Write the minutes of all communes; their folder gets its name once all are in it.

    As on the command line, one that cannot be written does not stop the others.
    """
    from exports.minutes.document import file_name, minutes_bytes

    communes = source.desk.round.communes
    temporary = path.with_name(f".readiness-{secrets.token_hex(6)}.tmp")
    try:
        _in_place(path, temporary.mkdir)
        for done, commune in enumerate(communes, 1):
            try:
                content = minutes_bytes(source.desk.row(commune.code), source.made)
                _in_place(path, partial(_write_durably, temporary / file_name(commune), content))
            except ReadinessError as error:
                if len(source.lost) + 1 == len(communes):
                    raise
                place = f"{commune.code} {commune.name}"
                source.lost.append(_("{commune}: {reason}").format(commune=place, reason=error))
            told(MINUTES.label_here, done, len(communes))
        _in_place(path, partial(temporary.rename, path))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return len(communes) - len(source.lost)


_WRITERS: Final = {
    WORKBOOK.key: _write_workbook,
    DASHBOARD.key: _write_dashboard,
    MINUTES.key: _write_minutes,
    MINUTES_OF_ONE.key: _write_minutes_of_one,
    DATA.key: _write_data,
}


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _in_place(path: Path, do: Callable[[], Result]) -> Result:
    """Do something with files; what goes wrong is said of the path that people know.

    Raises:
        ReadinessError: It went wrong.
    """
    try:
        return do()
    except OSError as error:
        raise as_readiness_error(path, error) from error


def _free(folder: Path, stem: str, suffix: str) -> Path:
    return _in_place(folder / (stem + suffix), partial(free_name, folder, stem, suffix))


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""

    def added_up() -> int:
        files = path.iterdir() if path.is_dir() else [path]
        return sum(each.stat().st_size for each in files)

    return _in_place(path, added_up)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
