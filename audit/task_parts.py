"""The sheets of a workbook from outside, cell by cell, in little memory.

Of the parts of the file only those are unpacked that say what is in the cells, and each is
measured first: a few bytes can be packed so that they fill the memory once they are read.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import (
    DATA_TAG,
    FORMULA_TAG,
    INLINE_STRING,
    ROW_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from audit.task_workbook import MOST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from typing import IO

MOST_MEMBERS: Final = 5_000
MOST_UNPACKED: Final = 500_000_000
MOST_STRINGS: Final = 1_000_000
MOST_SHEETS: Final = 100
_MOST_IN_A_ROW: Final = 16_384
"""Excel knows no more columns."""
_FORMULA: Final = "f"
_TEXT: Final = f"{{{SHEET_MAIN_NS}}}t"
_RUN: Final = f"{{{SHEET_MAIN_NS}}}r"
_STRING: Final = f"{{{SHEET_MAIN_NS}}}si"
_ESCAPED: Final = re.compile(r"_x([0-9a-fA-F]{4})_")


class _Limit(NamedTuple):
    """How much a part may be: bytes, signs that begin a tag, and signs that give a value."""

    size: int
    tags: int
    equals: int


# A round of 3,321 communes with 52,808 tasks has a sheet of 40 MB and 3.2 million tags.
_ROOMY: Final = _Limit(100_000_000, 6_000_000, 8_000_000)
_STYLES: Final = _Limit(4_000_000, 100_000, 400_000)
_SMALL: Final = _Limit(1_000_000, 20_000, 100_000)


class TooLargeError(Exception):
    """A part is larger than that of any workbook that this program makes."""


class Cell(NamedTuple):
    """A cell.

    Attributes:
        value: Text, number, day or moment; ``None`` for blank.
        is_error: Whether it holds an error such as ``#N/A``.
        lacks_value: Whether it holds a formula without what it comes to.
    """

    value: Any = None
    is_error: bool = False
    lacks_value: bool = False


_BLANK: Final = Cell()


class SavedSheet:
    """A sheet as it was saved."""

    def __init__(self, reader: _Reader, title: str, part: str) -> None:
        """Keep where it is; nothing is read yet."""
        self.title = title
        self._reader = reader
        self._part = part

    def rows(self, most: int) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield the rows that are there up to number ``most``, each with its number."""
        workbook: Any = self._reader.wb
        with self._reader.archive.open(self._part) as source:
            parser = _Parser(
                source,
                self._reader.shared_strings,
                data_only=True,
                epoch=workbook.epoch,
                date_formats=workbook._date_formats,
                timedelta_formats=workbook._timedelta_formats,
            )
            for number, cells in parser.parse():
                if number > most:
                    break
                row = [_BLANK] * MOST_COLUMNS
                for cell in cells:
                    if 1 <= cell["column"] <= MOST_COLUMNS:
                        kind = cell["data_type"]
                        row[cell["column"] - 1] = Cell(cell["value"], kind == "e", kind == _FORMULA)
                yield number, row

    def content(self) -> bytes:
        """Return the part of the sheet as it is in the file."""
        content: bytes = self._reader.archive.read(self._part)
        return content


class SavedBook(NamedTuple):
    """A workbook as it was saved.

    Attributes:
        sheets: In their order; charts are none.
        epoch: Day from which it counts days.
    """

    sheets: tuple[SavedSheet, ...]
    epoch: Any


def read_book(data: bytes) -> SavedBook:
    """Read what sheets a workbook has.

    Raises:
        TooLargeError: Some part is larger than any that this program makes.
    """
    reader = _Reader(BytesIO(data))
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    sheets = tuple(
        SavedSheet(reader, str(sheet.name), rel.target)
        for sheet, rel in reader.parser.find_sheets()
        if rel.target in reader.valid_files and "chartsheet" not in rel.Type
    )[:MOST_SHEETS]
    reader.archive.roomy.update(sheet._part for sheet in sheets)
    return SavedBook(sheets, reader.wb.epoch)


def unescaped(text: str) -> str:
    """Return a text of a part as it is shown: ``_x0041_`` is an A.

    Source: ECMA-376 part 1, 22.9.2.19 ST_Xstring.
    """
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class _Archive(zipfile.ZipFile):
    """A packed workbook that gives out no part before it is measured."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.roomy: set[str] = set()
        members = self.infolist()
        if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
            raise TooLargeError
        for member in members:
            # These are not read; whoever filled them up meant no good.
            if member.filename.startswith("docProps/") and member.file_size > _SMALL.size:
                raise TooLargeError

    def open(self, name: Any, *args: Any, **options: Any) -> Any:
        member = self.getinfo(name) if isinstance(name, str) else name
        limit = _ROOMY if member.filename in self.roomy else _SMALL
        if member.filename == "xl/styles.xml":
            limit = _STYLES
        # Python unpacks no more of a member than its entry says.
        if member.file_size > limit.size:
            raise TooLargeError
        with super().open(member, *args, **options) as packed:
            content = packed.read()
        if content.count(b"<") > limit.tags or content.count(b"=") > limit.equals:
            raise TooLargeError
        return BytesIO(content)


class _Reader(ExcelReader):
    """openpyxl's reader, its parts measured, its texts as they are shown."""

    archive: _Archive

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, read_only=True, keep_vba=False, data_only=True, keep_links=False)
        self.archive = _Archive(file)

    def read_strings(self) -> None:
        """Read the texts that cells point to."""
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        name = part.PartName[1:]
        self.archive.roomy.add(name)
        with self.archive.open(name) as source:
            for _event, node in iterparse(source):
                if node.tag == _STRING:
                    self.shared_strings.append(_content(node))
                    node.clear()
                    if len(self.shared_strings) > MOST_STRINGS:
                        raise TooLargeError
        self.archive.roomy.discard(name)


class _Parser(WorkSheetParser):
    """openpyxl's parser of a sheet, for its rows alone."""

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]], None, None]:
        """Yield the number of each row and its cells."""
        for _event, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                if len(element) > _MOST_IN_A_ROW:
                    raise TooLargeError
                yield self.parse_row(element)
                element.clear()
            elif element.tag == DATA_TAG:
                return

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Return a cell; a formula without what it comes to has the type of a formula."""
        kind = element.get("t")
        inline = element.find(INLINE_STRING) if kind == "inlineStr" else None
        if inline is not None:
            element.remove(inline)
        cell: dict[str, Any] = super().parse_cell(element)
        if inline is not None:
            cell["value"] = _content(inline)
        elif cell["value"] is None:
            # A formula that comes to an empty text has a value: that text.
            if kind != "str" and element.find(FORMULA_TAG) is not None:
                cell["data_type"] = _FORMULA
        elif kind == "str":
            cell["value"] = unescaped(cell["value"])
        return cell


def _content(node: Any) -> str:
    """Return the text of a string, whose runs may have several looks."""
    runs = [node.findtext(_TEXT), *(run.findtext(_TEXT) for run in node.iterfind(_RUN))]
    return "".join(unescaped(run) for run in runs if run)
