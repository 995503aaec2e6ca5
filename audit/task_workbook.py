"""The table of tasks in a workbook from outside -> raw rows.

Whoever sent the workbook may have put anything into it: it is measured before it is
unpacked, read without formulas, links and macros, and whatever cannot be read is refused.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checklists.task_plan import PLAN_KEYS
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
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

    from openpyxl import Workbook

MOST_BYTES: Final = 100_000_000
MOST_MEMBERS: Final = 5_000
MOST_UNPACKED: Final = 1_000_000_000
MOST_OF_ANY_PART: Final = 250_000_000
MOST_OF_PARTS: Final = {
    "sharedstrings.xml": 100_000_000,
    "styles.xml": 16_000_000,
    "workbook.xml": 8_000_000,
}
"""A province of 3,321 communes stays far below each; these parts are read whole."""
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 60
MOST_SHEETS: Final = 100
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
_NUMBERS: Final = re.compile(r"\(\d+\)")
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")


class RawCell(NamedTuple):
    """A cell as it was saved.

    Attributes:
        name: ``K12``.
        value: Text, number, day or moment; ``None`` for blank.
        is_error: Whether it holds an error such as ``#N/A``.
    """

    name: str
    value: Any
    is_error: bool = False

    @property
    def text(self) -> str:
        """What it holds as text; whole numbers without a decimal point."""
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
    """

    sheet: str
    round_id: str
    rows: tuple[RawRow, ...]
    epoch: Any


def read_task_table(path: Path) -> TaskTable:
    """Read the table of tasks out of a workbook.

    Raises:
        ReadinessError: The file cannot be read, is too large, or has no such table.
    """
    data = _bytes(path)
    with _readable(path):
        _measure(path, data)
        from openpyxl import load_workbook

        workbook = load_workbook(
            BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
        try:
            return _table(path, data, workbook)
        finally:
            workbook.close()


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
        if not path.is_file():
            raise ReadinessError(ErrorCode.DATA_MISSING, path=path)
        if path.stat().st_size > MOST_BYTES:
            raise ReadinessError(ErrorCode.TASK_TOO_LARGE, path=path)
        return path.read_bytes()
    except OSError as error:
        raise ReadinessError(
            ErrorCode.DATA_UNREADABLE, path=path, reason=error.strerror or error
        ) from error


def _measure(path: Path, data: bytes) -> None:
    """Refuse what would not fit into memory once it is unpacked.

    Python unpacks no more of a member than its entry says.
    """
    with zipfile.ZipFile(BytesIO(data)) as packed:
        members = packed.infolist()
    sizes = [(each.filename.rpartition("/")[2].lower(), each.file_size) for each in members]
    if (
        len(members) > MOST_MEMBERS
        or sum(size for _name, size in sizes) > MOST_UNPACKED
        or any(size > MOST_OF_PARTS.get(name, MOST_OF_ANY_PART) for name, size in sizes)
    ):
        raise ReadinessError(ErrorCode.TASK_TOO_LARGE, path=path)


def _table(path: Path, data: bytes, workbook: Workbook) -> TaskTable:
    sheets: list[Any] = workbook.worksheets[:MOST_SHEETS]
    tops = [(sheet, list(_rows(sheet, _TOP))) for sheet in sheets]
    for sheet, top in tops:
        for at, row in enumerate(top):
            round_id = next((r for c in row if (r := _sign_in(c)) is not None), None)
            if round_id is not None:
                columns = _columns_by_key(path, sheet.title, row)
                return _filled(path, data, workbook, sheet, columns, at + 1, round_id)
    # The hidden row is gone: what stands above the columns says what they are.
    for sheet, top in sorted(tops, key=lambda each: fold(each[0].title) not in titles()):
        for at, row in enumerate(top):
            columns = _columns_by_head(path, sheet.title, row)
            if {COMMUNE, CRITERION} <= columns.keys() and columns.keys() & set(PLAN_KEYS):
                return _filled(path, data, workbook, sheet, columns, at + 1, "")
    found = ", ".join(f"“{sheet.title}”" for sheet in sheets)
    raise ReadinessError(ErrorCode.TASK_NO_SHEET, path=path, found=found[:500] or "–")


def _rows(sheet: Any, most: int) -> Iterable[Sequence[Any]]:
    """Yield the rows of a sheet; what it says of its own size is not believed."""
    sheet.reset_dimensions()
    rows: Iterable[Sequence[Any]] = sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS)
    return rows


def _sign_in(cell: Any) -> str | None:
    return round_of(cell.value) if isinstance(cell.value, str) else None


def _columns_by_key(path: Path, sheet: str, row: Sequence[Any]) -> dict[str, int]:
    found = [
        (MARK if _sign_in(cell) is not None else str(cell.value).strip().lower(), at)
        for at, cell in enumerate(row)
        if isinstance(cell.value, str)
    ]
    return _each_once(path, sheet, [(key, at) for key, at in found if key in COLUMNS])


def _columns_by_head(path: Path, sheet: str, row: Sequence[Any]) -> dict[str, int]:
    folded = [fold(cell.value) if isinstance(cell.value, str) else "" for cell in row]
    known = {text: key for key in COLUMNS for text in heads(key)}
    found = [(known[text], at) for at, text in enumerate(folded) if text in known]
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
    data: bytes,
    workbook: Workbook,
    sheet: Any,
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
    merged = _merged_rows(data, sheet, columns)
    rows: list[RawRow] = []
    for number, row in enumerate(_rows(sheet, MOST_ROWS), start=1):
        if number <= top:
            continue
        cells = {
            key: RawCell(f"{_letters(at)}{number}", cell.value, cell.data_type == "e")
            for key, at in columns.items()
            for cell in row[at : at + 1]
        }
        raw = RawRow(number, cells, number in merged)
        if not rows and round_id and not _begins(raw):
            continue  # titles and heads stand between the keys and the first task
        if _is_of_task(raw) or (rows and _is_typed_in(raw)):
            rows.append(raw)
    return TaskTable(str(sheet.title), round_id, tuple(rows), workbook.epoch)


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


def _merged_rows(data: bytes, sheet: Any, columns: Mapping[str, int]) -> frozenset[int]:
    """Return the rows in which cells are merged that somebody can have typed in.

    openpyxl does not tell where it reads without loading all of a sheet.
    """
    with zipfile.ZipFile(BytesIO(data)) as packed:
        content = packed.read(sheet._worksheet_path)
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
