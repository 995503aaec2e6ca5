"""The tables as CSV files in a folder or a zip, with a data package beside them.

UTF-8 with a byte order mark, for without one Excel shows broken Vietnamese; commas,
lines ended by CR LF, quotes doubled (RFC 4180). In a folder all files are finished before the
first is moved to its place; the description comes last and names the hash of each, so that
what was torn half-way is noticed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, ReadinessError
from exports.plain.csv_cells import to_cell
from exports.plain.earlier import refuse_to_replace_in_folder, refuse_to_replace_zip
from exports.plain.package import DESCRIPTION, Written, description, file_name
from exports.safe_write import as_readiness_error, write_safely, write_set_safely
from exports.tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from checklists.report import Report
    from exports.made import Made, Progress
    from exports.tables import Table

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
ZIP: Final = ".zip"
_ROWS_AT_ONCE: Final = 2_000
_EARLIEST: Final = 1980
"""A zip knows no year before it."""


def write_csv(
    report: Report, path: Path, made: Made, *, progress: Progress | None = None
) -> tuple[str, ...]:
    """Write the tables of a report.

    Args:
        report: What is reported.
        path: A folder, which is made where only it is missing; or a file ending in ``.zip``.
            What an earlier export wrote there is replaced, and nothing else.
        made: When and by what.
        progress: Is told of each commune whose values are written.

    Returns:
        The names of the files, the description last.

    Raises:
        ReadinessError: They cannot be written, and it says why and what to do.
    """
    tables = tables_of(report, made, progress=progress)
    if path.suffix.lower() == ZIP:
        refuse_to_replace_zip(path)
        return _write_zip(report, path, made, tables)
    refuse_to_replace_in_folder(path, [*map(file_name, tables), DESCRIPTION])
    _make_folder(path)
    files: list[Written] = []

    def contents() -> Iterator[tuple[str, bytes | Iterator[bytes]]]:
        for table in tables:
            told = _Told(table)
            yield file_name(table), told.pieces()
            files.append(told.written)
        yield DESCRIPTION, description(report.round, made, files)

    write_set_safely(path, contents())
    return (*(file.name for file in files), DESCRIPTION)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise ReadinessError(
            ErrorCode.WRITE_FOLDER_MISSING, path=path, folder=path.parent, status=2
        ) from error
    except FileExistsError as error:
        raise ReadinessError(ErrorCode.WRITE_FILE_NOT_FOLDER, path=path, status=2) from error
    except OSError as error:
        raise as_readiness_error(path, error) from error


def _write_zip(
    report: Report, path: Path, made: Made, tables: tuple[Table, ...]
) -> tuple[str, ...]:
    packed = io.BytesIO()
    files = []
    at = made.at.timetuple()[:6] if made.at.year >= _EARLIEST else (_EARLIEST, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(packed, "w") as book:
        for table in tables:
            told = _Told(table)
            with book.open(_member(file_name(table), at), "w", force_zip64=True) as member:
                for piece in told.pieces():
                    member.write(piece)
            files.append(told.written)
        book.writestr(_member(DESCRIPTION, at), description(report.round, made, files))
    write_safely(path, packed.getvalue())
    return (*(file.name for file in files), DESCRIPTION)


def _member(name: str, at: tuple[int, ...]) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (at[0], at[1], at[2], at[3], at[4], at[5]))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3  # the same bytes on every system
    member.external_attr = 0o644 << 16
    return member


class _Told:
    """The bytes of a table's file, and what is to be said of them once they are written."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._size = 0
        self._hash = hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        """Yield the file, some thousand rows at once."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        text.write(BOM)
        writer.writerow([column.key for column in self._table.columns])
        for number, row in enumerate(self._table.rows(), 1):
            writer.writerow(map(to_cell, row))
            if number % _ROWS_AT_ONCE == 0:
                yield self._noted(text)
        yield self._noted(text)

    def _noted(self, text: io.StringIO) -> bytes:
        piece = text.getvalue().encode()
        text.seek(0)
        text.truncate()
        self._size += len(piece)
        self._hash.update(piece)
        return piece

    @property
    def written(self) -> Written:
        """What the description says of the file; after all pieces were taken."""
        return Written(self._table, self._size, self._hash.hexdigest())
