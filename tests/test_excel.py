"""The workbook says what the matrix says, in text, numbers and looks, and is written whole."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from checklists.checklist import Answer
from checklists.communes import communes_of
from checklists.comparison import compare
from checklists.matrix import ReadinessClass
from checklists.report import Report
from checklists.summary import paste_sentence
from checklists.task_plan import TaskPlan
from criteria.catalogue import Catalogue, load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.book import Book
from exports.excel.matrix_sheet import AFTER, BEFORE
from exports.excel.page import MOST_LETTERS, page_breaks, safe_text
from exports.excel.styles import Look, lines_needed
from exports.excel.workbook import build_workbook, write_workbook
from exports.made import Made, place_and_day
from exports.safe_write import write_safely
from tests.factories import (
    ALL_MET,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    statement,
    with_values,
)
from tests.pages import mixed_matrix

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.matrix import Matrix

MADE_AT = datetime(2026, 12, 5, 14, 5, tzinfo=timezone(timedelta(hours=7)))
MADE = Made.of(MADE_AT, "1")
HOSTILE = ("=1+1", "#N/A", "@SUM(A1)", "+1", "-1", "26368", "=cmd|' /C calc'!A0", "TRUE")


def written(matrix: Matrix, folder: Path, *, header: str = "state") -> Workbook:
    """Write the workbook and open it again."""
    path = folder / "Ma trận.xlsx"
    made = Made.of(MADE_AT, "1.2.3", header=header)  # type: ignore[arg-type]
    write_workbook(Report(matrix), path, made)
    return load_workbook(path)


def first_row(sheet: Worksheet) -> int:
    """Return the row of the first commune."""
    return next(row for row in range(1, 40) if sheet.cell(row, 1).value == "(1)") + 1


def texts(sheet: Worksheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def cells(book: Workbook) -> list[Any]:
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


def book_sheets(matrix: Matrix, folder: Path) -> list[Any]:
    return list(written(matrix, folder).worksheets)


def row_of(sheet: Worksheet, text: str, column: int = 1) -> int:
    return next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, column).value == text)


def leads_to(cell: Any) -> tuple[str, str]:
    """Return the sheet and the cell to which a cell leads."""
    sheet, place = str(cell.hyperlink.location).split("!")
    return sheet.strip("'"), place


# The matrix


def test_every_commune_and_criterion_has_its_letter(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[2]

    top, left = first_row(sheet), len(BEFORE) + 1
    for at, row in enumerate(matrix.rows):
        for column, outcome in enumerate(row.outcomes.values(), start=left):
            cell = sheet.cell(top + at, column)
            assert str(cell.value).rstrip("*!") == outcome.rating.letter
            assert cell.fill.fgColor.rgb == "FF" + styles.RATING_FILLS[outcome.rating]


def test_what_a_person_set_and_what_conflicts_is_marked(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[2]
    column = {code: len(BEFORE) + 1 + at for at, code in enumerate(matrix.round.catalogue.codes)}
    top = first_row(sheet)

    assert sheet.cell(top + 4, column["VC-04"]).value == Rating.NOT_MET.letter + "*"
    assert sheet.cell(top + 3, column["CN-02"]).value == Rating.INSUFFICIENT.letter + "!"
    doubtful = sheet.cell(top + 3, column["CN-04"] + 1).value
    assert doubtful == ReadinessClass.RED.label + " ?"


def test_codes_are_text_and_figures_are_numbers(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[2]
    top, last = first_row(sheet), len(BEFORE) + len(matrix.round.catalogue.codes) + len(AFTER)

    assert sheet.cell(top, 2).value == "25195"
    assert sheet.cell(top, 2).number_format == "@"
    assert [sheet.cell(top, column).value for column in range(last - 3, last + 1)] == [15, 15, 1, 1]
    assert sheet.cell(top, last).number_format == "0.0%"
    assert sheet.cell(top + 5, last - 1).value == 0
    assert sheet.cell(top + 5, last).value == 1


def test_the_totals_count_every_commune_once(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[2]
    top = first_row(sheet) + len(matrix.rows)

    for column in range(len(BEFORE) + 1, len(BEFORE) + 17):
        counts = [sheet.cell(top + at, column).value for at in range(len(Rating))]
        assert sum(int(str(each)) for each in counts) == len(matrix.rows)


def test_a_share_is_over_what_it_applies_to_and_says_when_it_may_rise(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[2]
    row = first_row(sheet) + len(matrix.rows) + len(Rating)
    column = len(BEFORE) + 1 + matrix.round.catalogue.codes.index("QS-02")

    share = sheet.cell(row, column)

    assert share.value == pytest.approx(4 / 5)
    assert share.number_format == '"≥"0.0%'


def test_nothing_known_is_no_share_of_nought(tmp_path: Path) -> None:
    matrix = make_matrix(held=make_round(communes=communes_of("75")[:3]))
    sheet = written(matrix, tmp_path).worksheets[2]

    assert sheet.cell(first_row(sheet) + 3 + len(Rating), len(BEFORE) + 1).value == "?"


def test_the_matrix_prints_on_a3_with_its_head_on_every_page(tmp_path: Path) -> None:
    sheet = written(make_matrix(), tmp_path).worksheets[2]
    top = first_row(sheet)

    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "8"
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${top - 4}:${top - 1}"
    assert sheet.freeze_panes == f"D{top}"
    assert sheet.auto_filter.ref == f"A{top - 1}:Y{top + 94}"


def test_excel_is_told_that_codes_are_meant_as_text(tmp_path: Path) -> None:
    written(mixed_matrix(), tmp_path)

    with ZipFile(tmp_path / "Ma trận.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet3.xml").decode()

    assert '<ignoredError sqref="B8:B13" numberStoredAsText="1"/>' in sheet


def test_the_head_names_groups_criteria_and_columns(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[2]
    top = first_row(sheet)

    groups = [str(group.title) for group in matrix.round.catalogue.groups]
    assert [sheet.cell(top - 4, column).value for column in (5, 9, 13, 17)] == groups
    assert [sheet.cell(top - 3, column).value for column in (5, 20)] == ["EQ-01", "CN-04"]
    assert [sheet.cell(top - 1, column).value for column in (1, 25)] == ["(1)", "(25)"]


def test_another_edition_makes_other_columns(tmp_path: Path) -> None:
    whole = load_edition()
    small = Catalogue(
        **{
            **{name: getattr(whole, name) for name in Catalogue.model_fields},
            "groups": whole.groups[:1],
            "criteria": whole.criteria[:3],
        }
    )
    held = make_round(catalogue=small, communes=communes_of("75")[:2])
    matrix = make_matrix({held.communes[0].code: stated_of(small)}, held=held)
    book = written(matrix, tmp_path)

    assert "3/3" in paste_sentence(matrix, MADE_AT.date())
    assert book.worksheets[2].max_column == len(BEFORE) + 3 + len(AFTER)


def stated_of(catalogue: Catalogue) -> dict[str, object]:
    return {key: value for key, value in ALL_MET.items() if key in catalogue.fields}


def test_clusters_of_the_round_stand_in_place_of_the_former_district(tmp_path: Path) -> None:
    communes = communes_of("75")[:2]
    held = make_round(communes=communes, clusters=dict.fromkeys([c.code for c in communes], "C1"))
    sheet = written(make_matrix(held=held), tmp_path).worksheets[2]

    assert sheet.cell(first_row(sheet) - 4, 4).value == "Cụm"
    assert sheet.cell(first_row(sheet), 4).value == "C1"


# The summary


def test_the_summary_holds_the_sentence_and_the_notice_of_the_edition(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    book = written(matrix, tmp_path)

    assert paste_sentence(matrix, MADE_AT.date(), is_over=False) in texts(book.worksheets[0])
    notice = str(matrix.round.catalogue.about.notice)
    for sheet in book.worksheets:
        together = "\n".join(texts(sheet))
        assert notice in together
        assert matrix.round.title in together
        assert "14:05 05/12/2026" in together
        assert "1.2.3" in together


def test_the_summary_counts_classes_criteria_and_districts(tmp_path: Path) -> None:
    matrix = mixed_matrix()
    sheet = written(matrix, tmp_path).worksheets[0]

    for readiness in ReadinessClass:
        row = row_of(sheet, readiness.label)
        assert sheet.cell(row, 4).value == matrix.classes[readiness]
        # Green may rise while something is open; that is said wherever its share stands.
        may_rise = readiness is ReadinessClass.GREEN
        assert sheet.cell(row, 5).number_format == ('"≥"0.0%' if may_rise else "0.0%")
    total = row_of(sheet, "Tổng cộng", 2)
    assert sheet.cell(total, 4).value == len(matrix.rows)
    assert str(sheet.cell(total, 10).value).startswith("=")
    computed = load_workbook(tmp_path / "Ma trận.xlsx", data_only=True).worksheets[0]
    assert computed.cell(total, 10).value == 10 * 20 + 6
    assert sheet.cell(total, 10).number_format.startswith('"≥ "')
    rows = [r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 2).value == "CN-01"]
    assert [sheet.cell(rows[-1], column).value for column in range(4, 10)] == [4, 0, 1, 0, 0, 1]


def test_each_class_leads_to_a_commune_of_it_and_the_green_ones_are_named(
    tmp_path: Path,
) -> None:
    matrix = mixed_matrix()
    book = written(matrix, tmp_path)

    for sheet in book.worksheets[:2]:
        for readiness in ReadinessClass:
            link = sheet.cell(row_of(sheet, readiness.label), 1).hyperlink
            first = next((r for r in matrix.rows if r.readiness is readiness), None)
            if first is None:
                assert link is None
                continue
            place, at = leads_to(sheet.cell(row_of(sheet, readiness.label), 1))
            is_green = readiness is ReadinessClass.GREEN
            assert place == ("Ma trận" if is_green else "Xã chưa đạt")
            assert book[place][at].value == first.commune.name
    green = [row.commune.name for row in matrix.rows if row.readiness is ReadinessClass.GREEN]
    assert any(", ".join(green) in text for text in texts(book.worksheets[0]))


def test_of_very_many_green_communes_the_first_are_named(tmp_path: Path) -> None:
    held = make_round()
    matrix = make_matrix({each.code: ALL_MET for each in held.communes}, held=held)

    said = next(t for t in texts(written(matrix, tmp_path).worksheets[0]) if t.count("Phường") > 5)

    assert said.count(", Phường") + said.count(", Xã") == 29
    assert "65" in said


def test_tasks_by_person_sum_to_all_tasks_and_lead_to_those_of_each() -> None:
    choose("en")
    held = make_round(communes=communes_of("75")[:12])
    names = [f"Người {at:02}" if at % 6 else "" for at in range(12)]
    checklists = [
        make_checklist(
            held,
            each,
            with_values(pc_adequate=2, n_backup="none"),
            plans={"EQ-01": Answer((statement(TaskPlan(who=who)),))} if who else {},
        )
        for each, who in zip(held.communes, names, strict=True)
    ]
    report = Report(make_matrix(held=held, checklists=checklists))
    book = load_workbook(BytesIO(build_workbook(report, MADE)))
    sheet = book.worksheets[1]

    head = row_of(sheet, "Person in charge", 2)
    total = next(r for r in range(head, head + 20) if sheet.cell(r, 2).value == "Total")

    figures = [int(str(sheet.cell(row, 4).value)) for row in range(head + 1, total + 1)]
    assert figures[:-3] == [1] * 8
    assert figures[-3] == 2
    assert sum(figures[:-1]) == figures[-1] == len(report.tasks)
    for row in range(head + 1, head + 9):
        place, at = leads_to(sheet.cell(row, 2))
        assert book[place][at].value == sheet.cell(row, 2).value


def test_the_forms_of_the_state_and_of_the_party_differ(tmp_path: Path) -> None:
    matrix = mixed_matrix()

    state = texts(written(matrix, tmp_path).worksheets[0])
    party = texts(written(matrix, tmp_path, header="party").worksheets[0])

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in state
    assert "Độc lập - Tự do - Hạnh phúc" in state
    assert "Số: ……/BC-SKHCN" in state
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in party
    assert "*" in party
    assert "Số ……-BC/BCĐ" in party
    assert "Độc lập - Tự do - Hạnh phúc" not in party


@pytest.mark.parametrize(
    ("day", "vietnamese"),
    [
        ((2026, 2, 5), "Đồng Nai, ngày 05 tháng 02 năm 2026"),
        ((2026, 3, 15), "Đồng Nai, ngày 15 tháng 3 năm 2026"),
        ((2026, 12, 5), "Đồng Nai, ngày 05 tháng 12 năm 2026"),
    ],
)
def test_a_day_is_written_as_official_papers_do(day: tuple[int, int, int], vietnamese: str) -> None:
    assert place_and_day("Đồng Nai", datetime(*day, tzinfo=UTC).date()) == vietnamese


def test_no_word_speaks_of_a_budget(tmp_path: Path) -> None:
    book = written(mixed_matrix(), tmp_path)

    together = "\n".join(text for sheet in book.worksheets for text in texts(sheet)).lower()

    assert "dự kiến" in together
    assert "dự toán" not in together


# Both sheets


def test_english_is_complete(tmp_path: Path) -> None:
    choose("en")
    matrix = mixed_matrix()
    book = written(matrix, tmp_path)

    assert book.sheetnames[:2] == ["Summary", "One page"]
    own = [matrix.round.title, *(row.commune.name for row in matrix.rows), *matrix.groups]
    own += [row.commune.short_name for row in matrix.rows]
    own += [
        text
        for row in matrix.rows
        for held in row.checklist.overrides.values()
        for each in held
        for text in (each.statement.author, each.statement.reason)
    ]
    own += [each.reason for each in Report(matrix).departures]
    # Sources bear the names of papers and newspapers.
    own += [str(price.source) for price in matrix.round.profile.prices.values()]
    own += [str(s.text) for each in matrix.round.catalogue.criteria for s in each.sources]
    for text in (text for sheet in book.worksheets for text in texts(sheet)):
        for name in (
            *own,
            "Thành phố Đồng Nai",
            "ĐỒNG NAI",
            "Đồng Nai",
            "Đà Nẵng",
            "Thanh Niên",
            "Lao Động",
        ):
            text = text.replace(name, "")
        text = re.sub(r"\d+/\S+", "", text)  # the number of a decree is its name
        assert text.isascii() or not set(text.lower()) & set("ăâđêôơưạảấầệộợự"), text


def test_vietnamese_sheets_have_vietnamese_names(tmp_path: Path) -> None:
    names = written(mixed_matrix(), tmp_path).sheetnames
    assert (names[0], names[2]) == ("Tổng hợp", "Ma trận")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_user_wrote_stays_text(tmp_path: Path, text: str) -> None:
    communes = communes_of("75")[:1]
    held = make_round(communes=communes, title=text, clusters={communes[0].code: text})

    sheet = written(make_matrix(held=held), tmp_path).worksheets[2]

    cell = sheet.cell(first_row(sheet), 4)
    assert cell.value == text
    assert cell.data_type == "s"


def test_no_cell_is_a_formula_or_an_error(tmp_path: Path) -> None:
    book = written(make_matrix(held=make_round(title="=1+1")), tmp_path)

    kinds = {cell.data_type for cell in cells(book)}

    assert kinds <= {"s", "n", "d"}


@given(st.text(max_size=200))
@example("e\x00\u0301")
def test_any_text_can_be_held(text: str) -> None:
    kept = safe_text(text)

    assert kept == safe_text(kept)
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in kept)
    kept.encode("utf-8")


MARKS = st.sampled_from(["<r>", "</r>", "<t>", "_x0041_", "&amp;", "=1", "#N/A", " ", "'", "{=A1}"])


@settings(max_examples=60)
@given(st.lists(st.lists(st.one_of(st.text(max_size=12), MARKS), max_size=4).map("".join)))
@example(
    ["<r>a</r>", "<r></r>", "_x0041_", "=1+1", "#N/A", "http://a.vn", "a\u0302", " a ", "TRUE"]
)
def test_any_text_in_a_cell_is_read_back_as_text(written_texts: list[str]) -> None:
    book = Book(Report(make_matrix(held=make_round(communes=[commune()]))), MADE, ["S"])
    page = book.page("S", (10, 10))
    for row, text in enumerate(written_texts, start=1):
        page.put(row, 1, text, styles.CELL)
        page.link(row, 2, text, styles.CELL, page.place(1, 1))

    sheet = load_workbook(BytesIO(book.finished())).worksheets[0]

    for row, text in enumerate(written_texts, start=1):
        shown = "".join(
            letter
            for letter in text.replace("\r\n", "\n").replace("\r", "\n")
            if letter in "\n\t"
            or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in "\ufffe\uffff")
        )
        kept = unicodedata.normalize("NFC", shown)
        for cell in (sheet.cell(row, 1), sheet.cell(row, 2)):
            assert (cell.value or "") == kept
            assert cell.data_type == "s" or not kept


def test_control_characters_and_endless_texts_do_not_break_the_file(tmp_path: Path) -> None:
    communes = communes_of("75")[:1]
    title = "Đợt\x00 1\x1f\n" + "rất dài 😀 " * 6000
    held = make_round(communes=communes, title=title, clusters={communes[0].code: "a\x0bb"})

    sheet = written(make_matrix(held=held), tmp_path).worksheets[2]

    assert sheet.cell(first_row(sheet), 4).value == "ab"
    assert len(safe_text(title).encode("utf-16-le")) == 2 * MOST_LETTERS
    assert safe_text(title).endswith("…")
    assert max(d.height or 0 for d in sheet.row_dimensions.values()) <= 409


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_stays_in_place_leaves_a_projector_room_for_rows(language: str) -> None:
    choose(language)
    held = make_round()
    kinds = [ALL_MET, with_values(pc_adequate=2, n_backup="none", w_mbps=12, l_level="none"), {}]
    before, after = (
        make_matrix(
            held=held,
            checklists=[
                make_checklist(held, each, kinds[(at + later) % 3], declared=ALL_MET)
                for at, each in enumerate(held.communes)
            ],
        )
        for later in (0, 1)
    )
    report = Report(after, compare(before, after), "Đợt trước")

    book = load_workbook(BytesIO(build_workbook(report, MADE)))

    frozen = {sheet.title: pixels_frozen(sheet) for sheet in book.worksheets if sheet.freeze_panes}
    assert len(frozen) == 7
    assert {title: high for title, high in frozen.items() if high > 200} == {}


def pixels_frozen(sheet: Worksheet) -> float:
    """Return how much of a screen the rows take that stay in place, as the sheet is zoomed."""
    rows = range(1, int(re.sub("[A-Z]", "", str(sheet.freeze_panes))))
    heights = [sheet.row_dimensions[row] for row in rows]
    points = sum(each.height or 15 for each in heights if not each.hidden)
    return float(points * 96 / 72 * (sheet.sheet_view.zoomScale or 100) / 100)


def test_every_cell_is_in_times_new_roman(tmp_path: Path) -> None:
    book = written(mixed_matrix(), tmp_path)

    faces = {cell.font.name for cell in cells(book)}

    assert faces == {"Times New Roman"}


def test_a_text_has_room_in_its_row(tmp_path: Path) -> None:
    sheet = written(mixed_matrix(), tmp_path).worksheets[0]

    row = next(r for r in range(1, 30) if str(sheet.cell(r, 1).value).startswith("Tính đến"))

    assert sheet.cell(row, 1).alignment.wrap_text
    assert (sheet.row_dimensions[row].height or 0) >= 2 * 13


def test_the_same_report_gives_the_same_bytes() -> None:
    first, second = (build_workbook(Report(mixed_matrix()), MADE) for _ in range(2))

    assert first == second


def test_the_properties_name_the_program_and_no_person_or_folder(tmp_path: Path) -> None:
    about = written(mixed_matrix(), tmp_path).properties

    assert about.creator == "commune-readiness"
    assert about.lastModifiedBy == "commune-readiness"
    assert "Đợt 1 năm 2026" in str(about.title)
    assert about.created == datetime(2026, 12, 5, 7, 5)  # noqa: DTZ001 # a property has no zone
    with ZipFile(tmp_path / "Ma trận.xlsx") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert str(tmp_path).encode() not in everything


def test_pages_are_counted_at_the_top_but_not_on_the_first(tmp_path: Path) -> None:
    for sheet in book_sheets(mixed_matrix(), tmp_path):
        assert sheet.HeaderFooter.differentFirst
        assert "&P" in str(sheet.oddHeader.center.text)
        assert not sheet.firstHeader.center.text


def test_an_ampersand_in_a_title_is_no_code_in_the_foot(tmp_path: Path) -> None:
    held = make_round(communes=[commune()], title="Đợt 1 & P")
    sheet = book_sheets(make_matrix(held=held), tmp_path)[0]

    assert "&&" in str(sheet.oddFooter.left.text)


# Colours


def grey(colour: str) -> float:
    """Return how light a colour is in a print without colours, 0 to 255."""
    red, green, blue = bytes.fromhex(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_a_print_without_colours_keeps_the_order_from_met_to_not_met() -> None:
    met, partly, not_met = (
        grey(styles.RATING_FILLS[each]) for each in (Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET)
    )

    assert met - partly > 20
    assert partly - not_met > 20


def test_charts_have_the_colours_of_the_cells(tmp_path: Path) -> None:
    written(mixed_matrix(), tmp_path)

    with ZipFile(tmp_path / "Ma trận.xlsx") as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if "charts/chart" in n]

    series = [each for chart in charts for each in re.findall("<c:ser>.*?</c:ser>", chart, re.S)]
    painted = {
        re.search("<c:v>(.*?)</c:v>", each)[1]: re.findall('srgbClr val="(\\w+)"', each)  # type: ignore[index]
        for each in series
    }
    for rating in Rating:
        assert styles.RATING_FILLS[rating] in painted[rating.in_words]
    for readiness in ReadinessClass:
        assert styles.CLASS_FILLS[readiness] == painted[readiness.label][0]


# Breaking pages and lines


@given(
    st.lists(st.integers(15, 40), min_size=1, max_size=120),
    st.integers(50, 250),
    st.integers(50, 120),
    st.integers(50, 300),
)
def test_no_page_is_fuller_than_the_paper(
    heights: list[int], above: int, repeated: int, below: int
) -> None:
    breaks = page_breaks(heights, above=above, repeated=repeated, below=below, room=700)

    edges = [0, *breaks, len(heights)]
    for at, (first, after) in enumerate(pairwise(edges)):
        assert first < after
        rest = below if after == len(heights) else 0
        head = above if at == 0 else repeated
        assert head + sum(heights[first:after]) + rest <= 700 or after - first == 1


def test_lines_are_counted_at_words() -> None:
    assert lines_needed("Máy tính công chức", 40) == 1
    assert lines_needed("Máy tính công chức", 9, Look(size=9)) == 2
    assert lines_needed("a\nb", 40) == 2
    assert lines_needed("x" * 400, 10) > 10
    assert lines_needed("", 1) == 1


# Putting the file in its place


def refused(path: Path, content: bytes = b"new") -> ErrorCode:
    with pytest.raises(ReadinessError) as caught:
        write_safely(path, content)
    assert str(path) in str(caught.value)
    return caught.value.messages[0].code


def test_a_file_that_is_there_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "Ma trận.xlsx"
    path.write_bytes(b"a longer content than the new one")

    write_safely(path, b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path / "none" / "a.xlsx") is ErrorCode.WRITE_FOLDER_MISSING


def test_a_file_in_place_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert refused(tmp_path / "file" / "a.xlsx") is ErrorCode.WRITE_FOLDER_MISSING


def test_a_folder_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path) is ErrorCode.WRITE_IS_FOLDER


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_cannot_be_is_said(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name) is ErrorCode.WRITE_BAD_NAME
    assert list(tmp_path.iterdir()) == []


def test_a_file_marked_read_only_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    path.chmod(stat.S_IREAD)

    assert refused(path) is ErrorCode.WRITE_READ_ONLY
    assert path.read_bytes() == b"old"
    path.chmod(stat.S_IREAD | stat.S_IWRITE)


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="this user may write everywhere",
)
def test_a_folder_that_takes_no_files_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    try:
        assert refused(tmp_path / "a.xlsx") is ErrorCode.WRITE_NOT_ALLOWED
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ErrorCode.WRITE_DISK_FULL),
        (errno.EROFS, ErrorCode.WRITE_NOT_ALLOWED),
        (errno.EIO, ErrorCode.WRITE_FAILED),
    ],
    ids=["full", "read-only", "pulled out"],
)
def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: ErrorCode
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)

    assert refused(path) is code
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_held_by_another_program_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def held(_self: Path, _target: Path) -> Path:
        raise PermissionError(errno.EACCES, "The process cannot access the file")

    monkeypatch.setattr(Path, "replace", held)

    assert refused(path) is ErrorCode.WRITE_OPEN_ELSEWHERE
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.xlsx").write_bytes(b"old")
    link = tmp_path / "link.xlsx"
    link.symlink_to("real.xlsx")

    write_safely(link, b"new")

    assert link.is_symlink()
    assert (tmp_path / "real.xlsx").read_bytes() == b"new"


def test_a_workbook_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.xlsx"

    with pytest.raises(ReadinessError):
        write_workbook(Report(mixed_matrix()), path, MADE)

    assert list(tmp_path.iterdir()) == []
