"""Comments in the matrix say why a commune falls short, in boxes as large as their text."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from checklists.communes import communes_of
from checklists.report import Report
from checklists.tasks import SHORT
from criteria.language import choose
from criteria.rating import Rating
from exports.excel import matrix_comments, matrix_sheet, shortfalls_sheet, styles
from exports.excel.book import Book
from exports.excel.matrix_comments import Comments, why_class
from exports.excel.matrix_sheet import BEFORE, FIRST
from exports.excel.sheet import Sheet
from exports.made import Made
from tests.factories import ALL_MET, make_checklist, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.matrix import Matrix

MADE = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1")


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def mixed() -> Matrix:
    held = make_round(communes=communes_of("75")[:6])
    first, second, third, fourth, fifth, sixth = held.communes
    return make_matrix(
        held=held,
        checklists=[
            make_checklist(held, first, ALL_MET, not_applicable=["QS-02"]),
            make_checklist(held, second, with_values(pc_adequate=2, w_mbps=12)),
            make_checklist(held, third, with_values(k_kiosks=None)),
            make_checklist(held, fourth, with_values(n_down=[20, 150])),
            make_checklist(held, fifth, ALL_MET, overrides={"VC-04": Rating.NOT_MET}),
            make_checklist(held, sixth),
        ],
    )


def written(matrix: Matrix) -> Worksheet:
    """Write the matrix, and read it back."""
    book = Book(Report(matrix), MADE, [matrix_sheet.title(), shortfalls_sheet.title()])
    shortfalls_sheet.write_shortfalls(book)
    matrix_sheet.write_matrix(book)
    return load_workbook(BytesIO(book.finished()))[matrix_sheet.title()]


def comment(sheet: Worksheet, matrix: Matrix, place: int, code: str) -> str:
    column = len(BEFORE) + 1 + matrix.round.catalogue.codes.index(code)
    held = sheet.cell(FIRST + place, column).comment
    return held.text if held else ""


def test_a_cell_that_falls_short_says_what_is_missing() -> None:
    matrix = mixed()
    tasks = [task for task in Report(matrix).tasks if task.rating in SHORT]

    sheet = written(matrix)

    places = {row.commune.code: at for at, row in enumerate(matrix.rows)}
    assert tasks
    for task in tasks:
        said = comment(sheet, matrix, places[task.commune.code], task.criterion.code)
        assert said.startswith(f"{task.commune.name} – {task.criterion.code}")
        assert task.rating.in_words in said
        if not task.rated_by_person:
            assert all(f"- {words}" in said for words in task.shortfalls)


def test_who_set_a_rating_and_why_is_said_once() -> None:
    matrix = mixed()

    said = comment(written(matrix), matrix, 4, "VC-04")

    assert said.count("Đoàn đã xem lại tại chỗ") == 1
    assert "Trần Thị Bình" in said


def test_what_is_missing_what_contradicts_itself_and_what_does_not_apply_is_said() -> None:
    matrix = mixed()
    sheet = written(matrix)
    fields = matrix.round.catalogue.fields

    assert str(fields["k_kiosks"].label) in comment(sheet, matrix, 2, "QS-03")
    assert str(fields["n_down"].label) in comment(sheet, matrix, 3, "CN-02")
    assert "Contradictions" in comment(sheet, matrix, 3, "CN-02")
    assert "Không tổ chức bộ phận một cửa" in comment(sheet, matrix, 0, "QS-02")


def test_cells_that_are_met_or_not_audited_say_nothing() -> None:
    matrix = mixed()
    sheet = written(matrix)

    assert comment(sheet, matrix, 0, "EQ-01") == ""
    assert comment(sheet, matrix, 5, "EQ-01") == ""


def test_every_class_says_why() -> None:
    matrix = mixed()
    sheet = written(matrix)
    column = len(BEFORE) + len(matrix.round.catalogue.codes) + 1

    for at, row in enumerate(matrix.rows):
        held = sheet.cell(FIRST + at, column).comment
        assert held is not None
        assert held.text == why_class(row)
        assert row.class_sign in held.text


def test_too_many_comments_are_left_out_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report(mixed())
    rows = report.matrix.rows

    monkeypatch.setattr(matrix_comments, "MOST", len(rows))
    classes_only = Comments(report)
    monkeypatch.setattr(matrix_comments, "MOST", len(rows) - 1)
    none = Comments(report)

    assert (classes_only.on_classes, classes_only.on_ratings) == (True, False)
    assert (none.on_classes, none.on_ratings) == (False, False)
    assert classes_only.of(rows[1]) == {}


def test_the_name_of_a_commune_leads_to_what_it_lacks() -> None:
    matrix = mixed()
    sheet = written(matrix)

    weak, green = sheet.cell(FIRST + 1, 3), sheet.cell(FIRST, 3)

    assert weak.hyperlink is not None
    assert str(weak.hyperlink.location).startswith(f"'{shortfalls_sheet.title()}'!")
    assert green.hyperlink is None


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("aW đẫ\n😀"), min_size=1, max_size=20_000))
def test_a_box_is_large_enough_for_its_text_and_fits_a_screen(text: str) -> None:
    book = Book(Report(make_matrix(held=make_round(communes=[]))), MADE, ["S"])
    page = book.page("S", (10,))
    boxes: list[tuple[str, dict[str, int]]] = []

    class Kept(Sheet):
        def write_comment(self, *args: object) -> None:
            boxes.append((str(args[2]), args[3]))  # type: ignore[arg-type] # as page gives it

    page.sheet.__class__ = Kept
    page.comment(1, 1, text)

    ((said, box),) = boxes
    assert box["width"] <= 460
    assert box["height"] <= 400
    lines = styles.lines_needed(said, box["width"] // styles.DIGIT, styles.PLAIN.but(size=10))
    assert lines * 17 <= box["height"]
