"""Cells that are XML at once: what XlsxWriter would check or count, we do."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from checklists.report import Report
from exports.excel import styles
from exports.excel.book import Book
from exports.excel.page import Formula, Page
from tests.factories import make_matrix, make_round
from tests.test_excel import MADE

if TYPE_CHECKING:
    from exports.excel.page import CellValue


def opened() -> tuple[Book, Page]:
    book = Book(Report(make_matrix(held=make_round(communes=[]))), MADE, ["S"])
    return book, book.page("S", (10, 10, 10))


def test_every_kind_of_value_is_read_back_as_it_was() -> None:
    book, page = opened()
    day, formula = date(2026, 12, 5), Formula('="a"&"<b>"', "a<b>")
    values: list[CellValue] = [
        "Bà Rịa & <b>",
        7,
        -3,
        Decimal("0.25"),
        Decimal("12345678.5"),
        formula,
        None,
    ]

    for row, value in enumerate(values, start=1):
        page.put(row, 1, value, styles.CELL)
    page.put(8, 1, day, styles.CELL.but(form="dd/mm/yyyy"))
    sheet = load_workbook(BytesIO(book.finished())).worksheets[0]

    found: list[Any] = [sheet.cell(row, 1).value for row in range(1, 9)]
    assert found[:5] == ["Bà Rịa & <b>", 7, -3, 0.25, 12345678.5]
    assert found[5:7] == ['="a"&"<b>"', None]
    assert found[7].date() == day


def test_what_is_put_later_stands() -> None:
    book, page = opened()

    page.put(2, 2, "later", styles.CELL)
    page.put(2, 1, "first", styles.CELL)
    page.put(2, 2, 5, styles.CELL)
    sheet = load_workbook(BytesIO(book.finished())).worksheets[0]

    assert [sheet.cell(2, column).value for column in (1, 2)] == ["first", 5]


def test_bands_that_overlap_are_refused_as_excel_would_not_open_the_file() -> None:
    _book, page = opened()
    page.band(1, 1, 2, "one", styles.CELL, rows=2)

    with pytest.raises(ValueError, match="B2"):
        page.band(2, 2, 3, "two", styles.CELL)


def test_the_file_says_how_many_cells_have_a_text() -> None:
    book, page = opened()
    for row in range(1, 6):
        page.put(row, 1, "same", styles.CELL)
        page.put(row, 2, f"other {row}", styles.CELL)
    page.put(1, 2, None, styles.CELL)

    with ZipFile(BytesIO(book.finished())) as packed:
        head = packed.read("xl/sharedStrings.xml")[:300].decode()

    assert re.findall('[cC]ount="([0-9]+)"', head) == ["9", "6"]
