"""What must be bought and what is missing, in the workbook: figures, formulas, links."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from checklists.communes import communes_of
from checklists.figures import amount
from checklists.purchases import purchases
from checklists.report import Report
from criteria.language import choose
from exports.excel import (
    costs_by_commune_sheet,
    costs_sheet,
    one_page_sheet,
    shortfalls_sheet,
    styles,
    summary_sheet,
)
from exports.excel.workbook import build_workbook
from exports.made import Made
from tests.factories import ALL_MET, commune, make_checklist, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.matrix import Matrix

MADE = Made.of(datetime(2026, 12, 5, 14, 5, tzinfo=timezone(timedelta(hours=7))), "1")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(autouse=True)
def _in_english() -> None:
    choose("en")


def weak_matrix() -> Matrix:
    """Seven communes that lack things, one of which nobody knows how many; one that is met."""
    held = make_round(communes=communes_of("75")[:8])
    kinds = [
        ALL_MET,
        with_values(pc_adequate=2, n_backup="none", w_mbps=12),
        with_values(k_kiosks=0, printers=0),
        with_values(staff_pasc=None, pc_adequate=3),
        with_values(l_level="none", citizen_pc=0),
        with_values(visits_day=None, pc_adequate=2, citizen_pc=0),
    ]
    return make_matrix(
        held=held,
        checklists=[
            make_checklist(held, each, kinds[at % len(kinds)])
            for at, each in enumerate(held.communes)
        ],
    )


def opened(matrix: Matrix, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(build_workbook(Report(matrix), MADE)), data_only=values)


def rows_of(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_each_item_stands_with_how_many_the_province_needs() -> None:
    matrix = weak_matrix()
    report = Report(matrix)
    sheet = opened(matrix, values=True)[costs_sheet.title()]

    bought = purchases(report.costs, matrix.round.catalogue)
    shown = {row[1]: row for row in rows_of(sheet)[8 : 8 + len(bought)]}

    assert bought
    for each in bought:
        row = shown[str(each.item.label)]
        assert row[4] == each.quantity
        assert row[5] == pytest.approx(float(each.unit_price or 0))
        assert row[6 if each.period == "once" else 7] == pytest.approx(float(each.amount))


def test_the_totals_are_those_of_the_report_on_every_sheet() -> None:
    matrix = weak_matrix()
    costs = Report(matrix).costs
    book = opened(matrix, values=True)

    total = next(r for r in rows_of(book[costs_sheet.title()]) if r[1] == "Total")
    by_commune = next(r for r in rows_of(book[costs_by_commune_sheet.title()]) if r[0] == "Total")

    expected = [float(costs.total.once), float(costs.total.yearly)]
    assert total[6:8] == pytest.approx(expected)
    assert by_commune[-2:] == pytest.approx(expected)


def test_what_is_not_known_yet_is_never_a_nought() -> None:
    matrix = weak_matrix()
    costs = Report(matrix).costs
    book = opened(matrix)

    assert amount(costs, "once").may_grow
    sheet = book[costs_sheet.title()]
    total = next(r for r in range(1, 60) if sheet.cell(r, 2).value == "Total")
    assert sheet.cell(total, 7).number_format.startswith('"≥ "')


def test_how_many_are_needed_is_a_number_even_where_more_may_be() -> None:
    held = make_round(communes=communes_of("75")[:1])
    values = with_values(visits_day=None, pc_adequate=2, citizen_pc=0)
    matrix = make_matrix(held=held, checklists=[make_checklist(held, values=values)])
    bought = purchases(Report(matrix).costs, held.catalogue)
    sheet = opened(matrix)[costs_by_commune_sheet.title()]

    at = next(at for at, each in enumerate(bought) if each.item.key == "desktop_computer")
    assert bought[at].is_unsure
    assert bought[at].quantity > 0
    row = next(r for r in range(1, 40) if sheet.cell(r, 2).value == held.communes[0].code)
    cell = sheet.cell(row, len(costs_by_commune_sheet.BEFORE) + 1 + at)
    # A text such as “≥ 1” would count for nothing in the formulas that rest on it.
    assert cell.value == bought[at].quantity
    assert cell.number_format == costs_sheet.AT_LEAST.form


def test_a_price_that_is_changed_changes_every_amount(tmp_path: Path) -> None:
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed")
    matrix = weak_matrix()
    costs = Report(matrix).costs
    as_written = opened(matrix, values=True)
    book = opened(matrix)
    bought = purchases(costs, matrix.round.catalogue)

    (tmp_path / "in").mkdir()
    book.save(tmp_path / "in" / "same.xlsx")
    for at, each in enumerate(bought):
        price: Any = book[costs_sheet.title()].cell(9 + at, 6)
        price.value = 2 * float(each.unit_price or 0)
    book.save(tmp_path / "in" / "doubled.xlsx")
    same, doubled = recomputed(tmp_path, "same.xlsx", "doubled.xlsx")

    formulas = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                formulas += 1
                ours = as_written[sheet.title][cell.coordinate].value
                theirs = same[sheet.title][cell.coordinate].value
                if isinstance(ours, int | float):
                    assert theirs == pytest.approx(ours), (sheet.title, cell.coordinate)
                else:
                    assert (theirs or "") == (ours or ""), (sheet.title, cell.coordinate)
    assert formulas > 50
    total = next(r for r in range(1, 60) if book[costs_sheet.title()].cell(r, 2).value == "Total")
    for name in (summary_sheet.title(), one_page_sheet.title()):
        assert "price was changed" not in words(same[name])
        assert "price was changed" in words(doubled[name])
    for column, expected in ((7, costs.total.once), (8, costs.total.yearly)):
        shown = doubled[costs_sheet.title()].cell(total, column).value
        assert shown == pytest.approx(float(2 * expected))
    # What a leader prints follows, too: no amount in a table is a number of its own.
    page = one_page_sheet.title()
    amounts = [
        cell
        for row in book[page].iter_rows()
        for cell in row
        if cell.number_format in (styles.AMOUNT.form, styles.GROWING.form)
        and cell.value not in (None, 0)
    ]
    assert len(amounts) > 10
    for cell in amounts:
        assert cell.data_type == "f", cell.coordinate
        before = same[page][cell.coordinate].value
        assert doubled[page][cell.coordinate].value == pytest.approx(2 * before), cell.coordinate


def words(sheet: Any) -> str:
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def recomputed(folder: Path, *names: str) -> list[Workbook]:
    """Return workbooks as LibreOffice computes them: openpyxl drops what formulas came to."""
    subprocess.run(  # noqa: S603 # LibreOffice, on files made here
        [
            str(OFFICE),
            f"-env:UserInstallation={(folder / 'office').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(folder),
            *(str(folder / "in" / name) for name in names),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return [load_workbook(folder / name, data_only=True) for name in names]


def test_where_nothing_is_to_be_bought_a_sentence_says_so() -> None:
    held = make_round(communes=[commune()])
    met = opened(make_matrix({"26368": ALL_MET}, held=held))
    blank = opened(make_matrix(held=held))

    assert any("Nothing must be bought" in str(row) for row in rows_of(met[costs_sheet.title()]))
    assert any("cannot be computed yet" in str(row) for row in rows_of(blank[costs_sheet.title()]))


def test_every_commune_that_is_not_green_says_what_it_lacks() -> None:
    matrix = weak_matrix()
    report = Report(matrix)
    sheet = opened(matrix)[shortfalls_sheet.title()]

    lines = [row for row in rows_of(sheet) if isinstance(row[0], int)]

    codes = {row[1] for row in lines}
    assert codes == {r.commune.code for r in matrix.rows if r.readiness.value != "green"}
    for task in report.tasks:
        line = next(r for r in lines if (r[1], r[5]) == (task.commune.code, task.criterion.code))
        assert line[8] == "; ".join(task.shortfalls)
        assert line[7] == task.rating.letter


def test_criteria_that_cannot_be_judged_yet_stand_in_one_line() -> None:
    held = make_round(communes=[commune()])
    sheet = opened(make_matrix(held=held))[shortfalls_sheet.title()]

    lines = [row for row in rows_of(sheet) if isinstance(row[0], int)]

    assert [row[8] for row in lines] == ["Not audited: all 16 criteria"]


def test_purchases_add_up_to_the_costs() -> None:
    matrix = weak_matrix()
    costs = Report(matrix).costs

    bought = purchases(costs, matrix.round.catalogue)

    for period, total in (("once", costs.total.once), ("year", costs.total.yearly)):
        own = [each.amount for each in bought if each.period == period]
        assert sum(own, Decimal(0)) == total


def test_what_costs_most_stands_first() -> None:
    matrix = weak_matrix()
    bought = purchases(Report(matrix).costs, matrix.round.catalogue)

    for period in ("once", "year"):
        amounts = [each.amount for each in bought if each.period == period]
        assert amounts == sorted(amounts, reverse=True)
    assert [each.period for each in bought] == sorted(each.period for each in bought)


def test_where_a_price_comes_from_is_said_below_the_table() -> None:
    matrix = weak_matrix()
    prices = matrix.round.profile.prices
    bought = purchases(Report(matrix).costs, matrix.round.catalogue)
    rows = rows_of(opened(matrix)[costs_sheet.title()])

    shown = {row[1]: row[8] for row in rows[8 : 8 + len(bought)]}
    notes = [row[0] for row in rows if isinstance(row[0], str)]
    for each in bought:
        price = prices[each.item.key]
        stands = shown[str(each.item.label)]
        if price.standing == "project_default":
            assert stands == "estimate"
            assert str(price.source) not in " ".join(notes)
        else:
            number = stands.rstrip(")").split(" (")[1]
            assert f"({number}) {price.source}." in notes
    assert any(note.startswith("“Estimate”: ") for note in notes)
    assert any(note.startswith("(1) ") for note in notes)
