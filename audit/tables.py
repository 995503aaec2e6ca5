"""CSV tables from outside, as Excel writes them: any separator, UTF-8 or UTF-16."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES: Final = 20_000_000


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the heads of a table and its rows, each with its line (from 1).

    Commas, semicolons and tabs are understood; empty rows are passed over; a short row
    is filled with empty cells. A row with more cells than heads stays longer: most often
    a decimal comma has cut a number in two.

    Raises:
        ReadinessError: The file cannot be read, is empty, or is no table.
    """
    text = _text(path)
    if text.startswith("sep=") and len(text) > 5:
        # Excel writes the separator there for itself.
        text = text.partition("\n")[2]
    try:
        # Strict, or a quotation mark left open would swallow the rest of the table.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        numbered = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ReadinessError(ErrorCode.TABLE_BROKEN, path=path) from error
    filled = [(line, row) for line, row in numbered if any(cell.strip() for cell in row)]
    if not filled:
        raise ReadinessError(ErrorCode.TABLE_EMPTY, path=path)
    heads = [head.strip() for head in filled[0][1]]
    width = len(heads)
    return heads, [(line, _filled(row, width)) for line, row in filled[1:]]


def _filled(row: list[str], width: int) -> list[str]:
    """Return a row with at least ``width`` cells, and more only where they hold something."""
    while len(row) > width and not row[-1].strip():
        row.pop()
    return row + [""] * (width - len(row))


def _text(path: Path) -> str:
    try:
        if not path.is_file() and path.exists():
            raise ReadinessError(ErrorCode.DATA_MISSING, path=path)
        if path.stat().st_size > MOST_BYTES:
            raise ReadinessError(ErrorCode.TABLE_TOO_LARGE, path=path, most=MOST_BYTES // 1_000_000)
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ReadinessError(ErrorCode.DATA_MISSING, path=path) from error
    except OSError as error:
        raise ReadinessError(
            ErrorCode.DATA_UNREADABLE, path=path, reason=reason_of(error)
        ) from error
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadinessError(ErrorCode.DATA_NOT_UTF8, path=path) from error


def _delimiter(text: str) -> str:
    """Excel on a Vietnamese PC separates by semicolons, elsewhere by commas."""
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)
