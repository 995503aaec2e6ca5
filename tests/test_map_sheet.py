"""The map shows every commune once a map, in its colour and in letters, for any province."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from checklists.communes import communes_of
from checklists.group_rating import codes_by_group, group_rating
from checklists.matrix import ReadinessClass
from checklists.report import Report
from criteria.language import choose
from criteria.rating import Rating
from exports.excel import map_sheet, styles
from exports.excel.book import Book
from exports.excel.matrix_sheet import FIRST, keep_places, write_matrix
from exports.excel.matrix_sheet import title as matrix_title
from exports.excel.page import MOST_LETTERS
from exports.made import Made
from tests.factories import ALL_MET, make_checklist, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.communes import Commune
    from checklists.matrix import Matrix

WEAK = with_values(pc_adequate=2, w_mbps=12)
MADE = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1")


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def drawn(matrix: Matrix) -> Worksheet:
    """Write the map alone, and read it back."""
    book = Book(Report(matrix), MADE, [matrix_title(), map_sheet.title()])
    keep_places(book)
    map_sheet.write_map(book)
    return load_workbook(BytesIO(book.finished()))[map_sheet.title()]


def some_communes(*codes: str, each: int) -> list[Commune]:
    return [commune for code in codes for commune in communes_of(code)[:each]]


def tiles(sheet: Worksheet, text: str) -> list[Cell]:
    return [
        cell
        for row in sheet.iter_rows(min_row=9)
        for cell in row
        if cell.value == text and cell.hyperlink
    ]


def mixed() -> Matrix:
    held = make_round(communes=communes_of("75")[:4])
    first, second, third, _fourth = held.communes
    return make_matrix(
        held=held,
        checklists=[
            make_checklist(held, first, ALL_MET),
            make_checklist(held, second, WEAK),
            make_checklist(held, third, with_values(n_down=None)),
        ],
    )


def test_every_commune_has_a_tile_with_its_class_in_letters_and_colour() -> None:
    matrix = mixed()

    sheet = drawn(matrix)

    for row in matrix.rows:
        (tile,) = tiles(sheet, row.commune.short_name)
        below = sheet.cell(tile.row + 1, tile.column).value
        doubt = " ?" if row.doubtful else ""
        assert below == f"{row.readiness.letter}{doubt} {row.met}/{row.applicable}"
        assert tile.fill.fgColor.rgb == "FF" + styles.CLASS_FILLS[row.readiness]


def test_a_tile_leads_to_the_row_of_its_commune_in_the_matrix() -> None:
    matrix = mixed()

    sheet = drawn(matrix)

    for at, row in enumerate(matrix.rows):
        (tile,) = tiles(sheet, row.commune.short_name)
        assert tile.hyperlink is not None
        assert tile.hyperlink.location == f"'{matrix_title()}'!C{FIRST + at}"
        assert str(tile.hyperlink.tooltip).startswith(row.commune.name)


def test_each_group_has_a_small_map_with_the_worst_rating_of_each_commune() -> None:
    matrix = mixed()
    groups = codes_by_group(matrix.round.catalogue)

    sheet = drawn(matrix)

    shown = [cell.value for row in sheet.iter_rows(min_row=9) for cell in row if cell.hyperlink]
    for rating in Rating:
        expected = [
            row
            for row in matrix.rows
            for codes in groups.values()
            if group_rating(row, codes) is rating
        ]
        assert shown.count(rating.letter) == len(expected)
    assert len(shown) == len(matrix.rows) * (1 + len(groups))


def test_a_group_is_met_only_once_nothing_of_it_is_open() -> None:
    held = make_round(communes=communes_of("75")[:1])
    row = make_matrix(
        held=held, checklists=[make_checklist(held, None, with_values(k_kiosks=None))]
    ).rows[0]

    assert group_rating(row, ("QS-01", "QS-02")) is Rating.MET
    assert group_rating(row, ("QS-01", "QS-03")) is row.outcomes["QS-03"].rating
    assert not row.outcomes["QS-03"].rating.is_decided


def test_not_met_weighs_more_than_what_is_open() -> None:
    held = make_round(communes=communes_of("75")[:1])
    values = with_values(w_ubnd=False, w_party=False, n_down=None)
    row = make_matrix(held=held, checklists=[make_checklist(held, None, values)]).rows[0]

    assert row.outcomes["CN-01"].rating is Rating.NOT_MET
    assert group_rating(row, ("CN-01", "CN-02", "CN-03")) is Rating.NOT_MET


def test_counts_stand_above_the_maps() -> None:
    matrix = mixed()

    sheet = drawn(matrix)

    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    counted = [
        f"{each.letter} {matrix.classes[each]}" for each in ReadinessClass if matrix.classes[each]
    ]
    assert " · ".join(counted) in texts


def test_provinces_whose_tiles_would_overlap_stand_below_one_another() -> None:
    matrix = make_matrix(held=make_round(communes=some_communes("75", "48", "79", each=30)))

    sheet = drawn(matrix)

    names = list(dict.fromkeys(row.commune.province for row in matrix.rows))
    tops = {
        cell.value: cell.row for row in sheet.iter_rows() for cell in row if cell.value in names
    }
    assert list(tops) == names
    assert sorted(tops.values()) == list(tops.values())
    linked = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert len(linked) == 90 * 5
    assert [each.id for each in sheet.row_breaks.brk] == [tops[name] - 1 for name in names[1:]]


@pytest.mark.parametrize("code", ["01", "48", "75", "79"])
def test_a_province_is_printed_on_one_page(code: str) -> None:
    sheet = drawn(make_matrix(held=make_round(communes=communes_of(code))))

    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight in (None, 1)
    assert sheet.page_setup.orientation == "landscape"


def test_far_islands_stay_on_the_map_without_a_wide_sea() -> None:
    sheet = drawn(make_matrix(held=make_round(communes=communes_of("48"))))

    (island,) = tiles(sheet, "Hoàng Sa")

    columns = [cell.column or 0 for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    place = island.column or 0
    assert place - max(column for column in columns if column < place) <= 2 * 5


@pytest.mark.parametrize("name", ["=1+1", "<r>a</r>", "]]>&\"'", "_x0041_", "N" * 32_768])
def test_any_name_stays_text_in_tiles_tips_and_comments(name: str) -> None:
    named = replace(communes_of("75")[0], name=name)
    matrix = make_matrix({named.code: WEAK}, held=make_round(communes=[named]))

    book = Book(Report(matrix), MADE, [matrix_title(), map_sheet.title()])
    keep_places(book)
    map_sheet.write_map(book)
    write_matrix(book)
    read = load_workbook(BytesIO(book.finished()))

    shown = name if len(name) < MOST_LETTERS else name[: MOST_LETTERS - 1] + "…"
    (tile,) = tiles(read[map_sheet.title()], shown)
    assert tile.data_type == "s"
    assert tile.hyperlink is not None
    assert str(tile.hyperlink.tooltip).startswith(shown[:250])
    comments = [
        # As it stands in the file: openpyxl leaves the mark of an underscore as it is.
        cell.comment.text.replace("_x005F_", "_")
        for row in read[matrix_title()].iter_rows()
        for cell in row
        if cell.comment
    ]
    assert comments
    assert all(text.startswith(shown[:1000]) for text in comments)


def test_a_round_without_communes_says_so() -> None:
    sheet = drawn(make_matrix(held=make_round(communes=[])))

    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "The round has no communes." in texts
