"""The table of tasks in a workbook from outside -> raw rows.

Whoever sent the workbook may have put anything into it: it is measured before it is
unpacked, read without formulas, links and macros, and whatever cannot be read is refused.
"""

from __future__ import annotations

import errno
import re
import stat
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checklists.task_plan import PLAN_KEYS
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.system import reason_of
from exports.excel.task_columns import (
    COLUMNS,
    COMMUNE,
    CRITERION,
    MARK,
    Mark,
    head,
    heads,
    round_of,
    titles,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from audit.task_parts import Cell, SavedBook, SavedSheet

MOST_BYTES: Final = 100_000_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 60
_TOP: Final = 60
"""Rows among which the head of the table is looked for."""
_BROKEN: Final = (
    # What zipfile, the XML parser and openpyxl raise for files that are none.
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""How a container begins in which Excel puts a workbook with a password, and its entry in it."""
_NUMBERS: Final = re.compile(r"\(\d+\)")
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")


class RawCell(NamedTuple):
    """A cell as it was saved.

    Attributes:
        name: ``K12``.
        value: Text, number, day or moment; ``None`` for blank.
        is_error: Whether it holds an error such as ``#N/A``.
        lacks_value: Whether it holds a formula without what it comes to.
    """

    name: str
    value: Any
    is_error: bool = False
    lacks_value: bool = False

    @property
    def text(self) -> str:
        """What it holds as text; whole numbers without a decimal point."""
        if self.lacks_value:
            return "="
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return "" if self.value is None else str(self.value).strip()


class RawRow(NamedTuple):
    """A row of the table.

    Attributes:
        number: From 1 on the sheet.
        cells: Key of a column -> its cell, for the columns that are there.
        is_merged: Whether cells in it are merged.
    """

    number: int
    cells: Mapping[str, RawCell]
    is_merged: bool

    def text(self, key: str) -> str:
        """Return what a cell holds as text; empty where the column is not there."""
        return self.cells[key].text if key in self.cells else ""


class TaskTable(NamedTuple):
    """The table of tasks as it was saved.

    Attributes:
        sheet: Name of the sheet.
        round_id: Of the round it was made of; empty where it does not say.
        rows: Those that are of tasks, or that somebody typed in.
        epoch: Day from which the workbook counts days.
        missing: Keys of a plan whose columns are not there.
    """

    sheet: str
    round_id: str
    rows: tuple[RawRow, ...]
    epoch: Any
    missing: tuple[str, ...]


def read_task_table(path: Path) -> TaskTable:
    """Read the table of tasks out of a workbook.

    Raises:
        ReadinessError: The file cannot be read, is too large, or has no such table.
    """
    data = _bytes(path)
    with _readable(path):
        from audit.task_parts import TooLargeError, read_book

        try:
            return _table(path, read_book(data))
        except TooLargeError as error:
            raise ReadinessError(ErrorCode.TASK_TOO_LARGE, path=path) from error


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it passes over, in words that help nobody here.
            warnings.simplefilter("ignore")
            yield
    except ReadinessError:
        raise
    except _BROKEN as error:
        raise ReadinessError(ErrorCode.TASK_BROKEN, path=path) from error


def _bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise ReadinessError(ErrorCode.TASK_IS_FOLDER, path=path)
        if not stat.S_ISREG(found.st_mode):
            raise ReadinessError(ErrorCode.TASK_NOT_FILE, path=path)
        if found.st_size > MOST_BYTES:
            raise ReadinessError(ErrorCode.TASK_TOO_LARGE, path=path)
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReadinessError(ErrorCode.DATA_MISSING, path=path) from error
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link to itself
            raise ReadinessError(ErrorCode.TASK_NOT_FILE, path=path) from error
        raise ReadinessError(
            ErrorCode.DATA_UNREADABLE, path=path, reason=reason_of(error)
        ) from error
    if _is_locked(data):
        raise ReadinessError(ErrorCode.TASK_LOCKED, path=path)
    return data


def _is_locked(data: bytes) -> bool:
    """Return whether a password is needed to open a workbook."""
    if data.startswith(_OLE):
        return _ENCRYPTED in data
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return any(member.flag_bits & 1 for member in packed.infolist())
    except _BROKEN:
        return False


def _table(path: Path, book: SavedBook) -> TaskTable:
    tops = [(sheet, list(sheet.rows(_TOP))) for sheet in book.sheets]
    marked = [
        (sheet, top, at, round_id)
        for sheet, top in tops
        for at, (_number, row) in enumerate(top)
        for round_id in _signs_in(row)
    ]
    _only_one(path, [sheet for sheet, *_rest in marked])
    for sheet, top, at, round_id in marked:
        columns = _columns_by_key(path, sheet.title, top[at][1])
        _add_by_head(columns, [row for _number, row in top[at + 1 :]])
        return _filled(path, book, sheet, columns, top[at][0], round_id)
    # The hidden row is gone: what stands above the columns says what they are.
    headed = [
        (sheet, number, columns)
        for sheet, top in tops
        for number, row in top
        for columns in [_columns_by_head(path, sheet.title, row)]
        if {COMMUNE, CRITERION} <= columns.keys() and columns.keys() & set(PLAN_KEYS)
    ]
    named = [each for each in headed if fold(each[0].title) in titles()]
    _only_one(path, [sheet for sheet, *_rest in named or headed])
    for sheet, number, columns in named or headed:
        return _filled(path, book, sheet, columns, number, "")
    found = ", ".join(f"“{sheet.title}”" for sheet in book.sheets)
    raise ReadinessError(ErrorCode.TASK_NO_SHEET, path=path, found=found[:500] or "–")


def _only_one(path: Path, sheets: Iterable[SavedSheet]) -> None:
    """Refuse several sheets with tasks: nobody can say which of them counts."""
    names = list(dict.fromkeys(f"“{sheet.title}”" for sheet in sheets))
    if len(names) > 1:
        raise ReadinessError(ErrorCode.TASK_SHEETS, path=path, found=", ".join(names)[:500])


def _sign_in(cell: Cell) -> str | None:
    return round_of(cell.value) if isinstance(cell.value, str) else None


def _signs_in(row: Sequence[Cell]) -> list[str]:
    """Return the id of the round that a row of keys names, if it is one."""
    return [found for cell in row if (found := _sign_in(cell)) is not None][:1]


def _columns_by_key(path: Path, sheet: str, row: Sequence[Cell]) -> dict[str, int]:
    found = [
        (MARK if _sign_in(cell) is not None else str(cell.value).strip().lower(), at)
        for at, cell in enumerate(row)
        if isinstance(cell.value, str)
    ]
    return _each_once(path, sheet, [(key, at) for key, at in found if key in COLUMNS])


def _add_by_head(columns: dict[str, int], below: Sequence[Sequence[Cell]]) -> None:
    """Add the columns whose hidden key is gone, but not what stands above them.

    The head of the table is the row in which most of the columns have their head.
    """
    heads_of = [_heads_in(row) for row in below]
    for key, at in max(heads_of, key=len, default=[]):
        if key not in columns and at not in columns.values():
            columns[key] = at


def _heads_in(row: Sequence[Cell]) -> list[tuple[str, int]]:
    known = {text: key for key in COLUMNS for text in heads(key)}
    folded = [fold(cell.value) if isinstance(cell.value, str) else "" for cell in row]
    return [(known[text], at) for at, text in enumerate(folded) if text in known]


def _columns_by_head(path: Path, sheet: str, row: Sequence[Cell]) -> dict[str, int]:
    found = _heads_in(row)
    if not {COMMUNE, CRITERION} <= {key for key, _at in found}:
        return {}
    return _each_once(path, sheet, found)


def _each_once(path: Path, sheet: str, found: Iterable[tuple[str, int]]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for key, at in found:
        if key in columns:
            raise ReadinessError(
                ErrorCode.TASK_COLUMN_TWICE, path=path, name=head(key), sheet=sheet
            )
        columns[key] = at
    return columns


def _filled(
    path: Path,
    book: SavedBook,
    sheet: SavedSheet,
    columns: Mapping[str, int],
    top: int,
    round_id: str,
) -> TaskTable:
    """Return the rows below the head that say something."""
    if MARK not in columns:
        for key in (COMMUNE, CRITERION):
            if key not in columns:
                known = ", ".join(head(each) for each in columns)
                raise ReadinessError(
                    ErrorCode.TABLE_COLUMN, path=path, column=head(key), found=known
                )
    merged = _merged_rows(sheet, columns)
    rows: list[RawRow] = []
    for number, row in sheet.rows(MOST_ROWS):
        if number <= top:
            continue
        cells = {key: RawCell(f"{_letters(at)}{number}", *row[at]) for key, at in columns.items()}
        raw = RawRow(number, cells, number in merged)
        if not rows and round_id and not _begins(raw):
            continue  # titles and heads stand between the keys and the first task
        if _is_of_task(raw) or (rows and _is_typed_in(raw)):
            rows.append(raw)
    missing = tuple(key for key in PLAN_KEYS if key not in columns)
    return TaskTable(sheet.title, round_id, tuple(rows), book.epoch, missing)


def _begins(row: RawRow) -> bool:
    return row.text(COMMUNE).isdecimal() or Mark.read(row.text(MARK)) is not None


def _is_of_task(row: RawRow) -> bool:
    if Mark.read(row.text(MARK)) is not None:
        return True
    code = row.text(COMMUNE)
    return bool(code and row.text(CRITERION)) and not (
        _NUMBERS.fullmatch(code) or fold(code) in heads(COMMUNE)
    )


def _is_typed_in(row: RawRow) -> bool:
    is_head = any(_NUMBERS.fullmatch(row.text(key)) for key in row.cells)
    return not is_head and any(row.text(key) for key in PLAN_KEYS)


def _merged_rows(sheet: SavedSheet, columns: Mapping[str, int]) -> frozenset[int]:
    """Return the rows in which cells are merged that somebody can have typed in.

    Only the end of the sheet tells it.
    """
    content = sheet.content()
    after = content[content.rfind(b"sheetData>") :]
    typed = {at for key, at in columns.items() if key in PLAN_KEYS}
    found: set[int] = set()
    for area in _MERGED.finditer(after):
        first, low, last, high = area.groups()
        if typed.isdisjoint(range(_place(first), _place(last) + 1)):
            continue
        found.update(range(int(low), min(int(high), MOST_ROWS) + 1))
    return frozenset(found)


def _letters(at: int) -> str:
    """Return ``K`` for the eleventh column, counted from 0."""
    before, last = divmod(at, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _place(letters: bytes) -> int:
    """Return the column that letters name, counted from 0, up to one beyond all that is read."""
    found = 0
    for letter in letters[:4]:
        found = found * 26 + letter - ord("A") + 1
    return min(found, MOST_COLUMNS + 1) - 1
