"""Criteria stand from the weakest on, with who falls short and what is missing most often."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from checklists.communes import communes_of
from checklists.report import Report
from checklists.tasks import most_lacking
from criteria.language import choose
from criteria.rating import Rating
from exports.excel import criteria_sheet, summary_sheet
from exports.excel.book import Book
from exports.excel.criteria_sheet import MOST_NAMES, RATINGS
from exports.made import Made
from tests.factories import ALL_MET, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.matrix import Matrix

MADE = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1")
WEAK = with_values(pc_adequate=2, citizen_pc=0, w_mbps=12)
WORSE = with_values(pc_adequate=2)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def file_of(matrix: Matrix) -> bytes:
    book = Book(Report(matrix), MADE, [summary_sheet.title(), criteria_sheet.title()])
    criteria_sheet.write_criteria(book)
    summary_sheet.write_summary(book)
    return book.finished()


def written(matrix: Matrix) -> Worksheet:
    """Write the sheet, and read it back."""
    return load_workbook(BytesIO(file_of(matrix)))[criteria_sheet.title()]


def some(amount: int = 6) -> Matrix:
    held = make_round(communes=communes_of("75")[:amount])
    kinds = [WEAK, WORSE, ALL_MET, {}]
    return make_matrix(
        {each.code: kinds[at % len(kinds)] for at, each in enumerate(held.communes)}, held=held
    )


def codes_in(sheet: Worksheet, *, table: int) -> list[tuple[int, str]]:
    """Return row and code of each line of the first or second table."""
    heads = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == "Code"]
    found, row = [], heads[table - 1] + 1
    while "-" in str(sheet.cell(row, 2).value):
        found.append((row, str(sheet.cell(row, 2).value)))
        row += 1
    return found


def test_criteria_stand_from_the_weakest_on_with_their_counts() -> None:
    matrix = some()

    sheet = written(matrix)

    lines = codes_in(sheet, table=1)
    assert tuple(code for _row, code in lines) == matrix.by_weakness
    for row, code in lines:
        counts = [sheet.cell(row, 4 + at).value for at in range(len(RATINGS))]
        assert counts == [matrix.by_criterion[code][rating] for rating in RATINGS]


def test_most_not_met_come_first_then_partly_met_then_open() -> None:
    matrix = some()

    keys = [
        (
            -matrix.by_criterion[code][Rating.NOT_MET],
            -matrix.by_criterion[code][Rating.PARTLY_MET],
        )
        for code in matrix.by_weakness
    ]

    assert keys == sorted(keys)
    assert set(matrix.by_weakness) == set(matrix.round.catalogue.codes)
    assert matrix.by_weakness[: len(matrix.weakest)] == matrix.weakest


def test_communes_that_fall_short_are_named() -> None:
    matrix = some()

    sheet = written(matrix)

    for row, code in codes_in(sheet, table=2):
        names = [
            each.commune.short_name
            for each in matrix.rows
            if each.outcomes[code].rating is Rating.NOT_MET
        ]
        expected = f"{len(names)}: " + ", ".join(names) if names else "–"
        assert sheet.cell(row, 4).value == expected


def test_a_long_list_of_names_is_cut_and_says_so() -> None:
    held = make_round(communes=communes_of("75"))
    matrix = make_matrix({each.code: WORSE for each in held.communes}, held=held)

    sheet = written(matrix)

    (row, _code), *_rest = codes_in(sheet, table=2)
    shown = str(sheet.cell(row, 4).value) + str(sheet.cell(row, 10).value)
    assert shown.count(", ") == MOST_NAMES - 1
    assert f"and {95 - MOST_NAMES} more (see the matrix)" in shown


def test_what_is_missing_most_often_comes_first_with_its_number() -> None:
    matrix = some(8)
    report = Report(matrix)

    found = most_lacking(report.tasks)

    assert found["EQ-01"][0][1] == 4
    for things in found.values():
        amounts = [amount for _subject, amount in things]
        assert amounts == sorted(amounts, reverse=True)
    sheet = written(matrix)
    row = next(row for row, code in codes_in(sheet, table=2) if code == "EQ-01")
    subject, amount = found["EQ-01"][0]
    assert str(sheet.cell(row, 14).value).split("\n")[0] == f"{subject} ({amount})"


def test_what_is_missing_is_named_alike_for_every_commune() -> None:
    held = make_round(communes=communes_of("75")[:2])
    first, second = held.communes
    matrix = make_matrix(
        {first.code: with_values(pc_adequate=2), second.code: with_values(pc_adequate=5)},
        held=held,
    )

    tasks = Report(matrix).tasks

    assert tasks[0].shortfalls != tasks[1].shortfalls
    assert tasks[0].lacks == tasks[1].lacks


def test_the_bars_rest_on_the_figures_of_the_table() -> None:
    matrix = some()

    with ZipFile(BytesIO(file_of(matrix))) as archive:
        charts = [
            archive.read(name).decode()
            for name in sorted(archive.namelist())
            if name.startswith("xl/charts/chart")
        ]

    assert len(charts) == 2
    by_criterion = next(chart for chart in charts if "Number of communes" in chart)
    lines = codes_in(written(matrix), table=1)
    first, last = lines[0][0], lines[-1][0]
    for at, rating in enumerate(RATINGS):
        column = "DEFGHI"[at]
        assert f"!${column}${first}:${column}${last}</c:f>" in by_criterion
        assert rating.in_words in by_criterion
    assert "Communes by rating, criterion by criterion" in by_criterion
    # Values stand in the chart itself, too, for viewers that look nothing up.
    assert by_criterion.count("<c:numCache>") == len(RATINGS)


def test_the_summary_has_a_bar_of_classes_and_leads_to_the_criteria() -> None:
    matrix = some()

    sheet = load_workbook(BytesIO(file_of(matrix)))[summary_sheet.title()]

    assert len(sheet._charts) == 1  # type: ignore[attr-defined] # a sheet of cells
    code = matrix.weakest[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == code)
    assert cell.hyperlink is not None
    assert str(cell.hyperlink.location).startswith(f"'{criteria_sheet.title()}'!B")


@pytest.mark.parametrize("amount", [0, 1, 95])
def test_without_answers_nothing_is_said_to_be_weak(amount: int) -> None:
    matrix = make_matrix(held=make_round(communes=communes_of("75")[:amount]))

    sheet = written(matrix)

    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "No criterion is rated not met or partly met so far." in texts
