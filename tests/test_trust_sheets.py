"""The sheets that say what changed, what was declared and how far to trust the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from checklists.comparison import compare
from checklists.custody import Custody, HandIn, Refused
from checklists.reading import class_meanings, core_note
from checklists.report import Report
from checklists.round import Close
from criteria.language import choose
from criteria.rating import Rating
from exports.excel import (
    appendix_sheet,
    comparison_sheet,
    declared_sheet,
    quality_sheet,
    styles,
)
from exports.excel.workbook import build_workbook
from exports.made import Made
from tests.factories import (
    ALL_MET,
    RECORDED_AT,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    with_values,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.matrix import Matrix
    from checklists.round import Round

MADE = Made.of(datetime(2026, 12, 5, 14, 5, tzinfo=timezone(timedelta(hours=7))), "1.2.3")
PLACES = [commune(code) for code in ("26368", "26041", "26377")]
HELD = make_round(communes=PLACES)
OURS = (comparison_sheet, declared_sheet, quality_sheet, appendix_sheet)
HOSTILE = ("=1+1", "<b>{{7*7}}</b>", "x" * 40_000, "a\u202eb\x07c", "Hoa\u0300", "]]>", "@SUM(A1)")


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def matrix(*values: Any, held: Round = HELD, **rest: Any) -> Matrix:
    return make_matrix(
        held=held,
        checklists=[
            make_checklist(held, place, each, **rest)
            for place, each in zip(held.communes, values, strict=False)
        ],
    )


def written(report: Report, module: Any) -> Worksheet:
    book = load_workbook(BytesIO(build_workbook(report, MADE)))
    sheet: Worksheet = book[module.title()]
    return sheet


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def row_of(sheet: Worksheet, value: object, column: int = 0) -> list[Any]:
    return next(row for row in rows(sheet) if row[column] == value)


def texts(sheet: Worksheet) -> str:
    return "\n".join(str(v) for row in rows(sheet) for v in row if v is not None)


BEFORE = matrix(with_values(pc_adequate=2), ALL_MET, None)
AFTER = matrix(ALL_MET, with_values(n_backup="none"), ALL_MET)


def compared() -> Report:
    """Compare in the language in use: reasons are texts."""
    return Report(AFTER, compare(BEFORE, AFTER), "Đợt 1")


# What changed


def test_what_changed_is_shown_for_each_commune_and_criterion_with_the_reason() -> None:
    sheet = written(compared(), comparison_sheet)

    better, worse, new = (row_of(sheet, place.code, 1) for place in PLACES)
    assert "NM→M ↑" in better
    assert "M→PM ↓" in worse
    assert new.count("new: M") == 16
    assert better[-1].startswith("EQ-01: ")
    assert new[-1] == "Newly audited: all criteria"
    assert "Now met: 1 ward in EQ-01." in texts(sheet)
    head = row_of(sheet, "Communes that meet it now")
    assert [value for value in head if isinstance(value, int)].count(3) == 15


def test_the_head_with_its_sums_stays_in_place_and_is_printed_on_every_page() -> None:
    for report, module in (
        (compared(), comparison_sheet),
        (Report(matrix(ALL_MET, declared=ALL_MET)), declared_sheet),
        (Report(AFTER), quality_sheet),
    ):
        sheet = written(report, module)

        first = next(row for row in range(1, 60) if sheet.cell(row, 2).value == PLACES[0].code)
        assert sheet.freeze_panes == f"D{first}"
        assert str(sheet.print_title_rows).endswith(f"${first - 1}")
        assert sheet.auto_filter.ref.startswith(f"A{first - 1}:")
        assert sheet.page_setup.paperSize == 8
        assert sheet.oddHeader is not None
        assert "&P" in str(sheet.oddHeader.center.text)


def test_without_a_comparison_the_sheet_says_how_to_get_one() -> None:
    closes = {"Chốt lần 1": Close("Chốt lần 1", RECORDED_AT, {})}
    sheet = written(Report(matrix(ALL_MET, held=replace(HELD, closes=closes))), comparison_sheet)

    said = texts(sheet)
    assert "not compared" in said
    assert "can make it again" in said
    assert "“Chốt lần 1” (09:30 05/12/2026)" in said


def test_where_nothing_changed_that_is_said() -> None:
    sheet = written(Report(AFTER, compare(AFTER, AFTER), "Đợt 1"), comparison_sheet)

    assert "No rating and no class of a commune differs." in texts(sheet)


# Declared and verified


def test_declared_and_verified_stand_in_one_cell_and_the_share_is_a_number() -> None:
    held = matrix(with_values(pc_adequate=2, k_kiosks=None), None, declared=ALL_MET)
    sheet = written(Report(held), declared_sheet)

    row = row_of(sheet, PLACES[0].code, 1)
    assert row[3:8] == [16, 15, 14, pytest.approx(14 / 15), 1]
    assert "M→NM ↓" in row
    assert "M→?" in row
    assert row.count("M =") == 14
    unverified = row_of(sheet, PLACES[1].code, 1)
    assert unverified[3:8] == [16, 0, 0, "–", 16]
    assert row_of(sheet, "Share still met")[6] == pytest.approx(14 / 15)
    assert "2 wards declared; 1 declared nothing." in texts(sheet)


def test_a_criterion_that_no_commune_declared_has_no_column_and_is_named_below() -> None:
    declared = {key: value for key, value in ALL_MET.items() if key != "pc_adequate"}
    sheet = written(Report(matrix(ALL_MET, None, declared=declared)), declared_sheet)

    heads = [str(head).split("\n")[0] for head in row_of(sheet, "No.")]

    assert "EQ-01" not in heads
    assert "EQ-02" in heads
    assert "no commune declared anything that gives a rating: EQ-01." in texts(sheet)
    assert len(row_of(sheet, "of these verified")) == len(heads)


def test_a_round_without_declarations_says_so() -> None:
    assert "No commune has declared anything" in texts(written(Report(AFTER), declared_sheet))


# How far the figures can be relied on


def test_each_commune_says_what_is_to_be_mended() -> None:
    held = matrix(with_values(k_kiosks=None, n_down=[20, 150]), ALL_MET, None)
    sheet = written(Report(held), quality_sheet)
    heads = row_of(sheet, "No.")

    def figure(place: int, head: str) -> Any:
        return row_of(sheet, PLACES[place].code, 1)[heads.index(head)]

    assert figure(0, "Criteria: not enough data") == 2
    assert figure(0, "Contra-dictions (!)") == 1
    assert figure(1, "Coverage") == 1
    assert figure(2, "Coverage") == 0
    assert figure(2, "Criteria: not audited") == 16
    assert row_of(sheet, "Over all communes")[heads.index("Criteria: not audited")] == 16
    marked = next(
        cell
        for line in sheet.iter_rows()
        for cell in line
        if cell.value == 2 and line[1].value == PLACES[0].code
    )
    # The column means what the page means by the same name: what is missing, of what is wanted.
    missing = heads.index("Pieces of evidence missing")
    total = Report(held).quality.evidence
    assert row_of(sheet, "Over all communes")[missing : missing + 2] == [
        total.missing,
        total.wanted,
    ]
    assert row_of(sheet, "Share")[missing] == total.missing / total.wanted
    assert marked.font.bold
    assert marked.fill.fgColor.rgb == "FF" + styles.RATING_FILLS[Rating.PARTLY_MET]


def test_what_is_found_in_no_commune_has_no_column_and_is_named_below() -> None:
    sheet = written(Report(matrix(with_values(k_kiosks=None), ALL_MET, ALL_MET)), quality_sheet)
    heads = row_of(sheet, "No.")

    (said,) = (line for line in texts(sheet).splitlines() if line.startswith("Found in no"))

    assert "Contra-dictions (!)" not in heads
    assert "Contradictions (!)" in said
    assert "Criteria: not enough data" in heads
    assert "Criteria: not enough data" not in said
    assert "Auditors" in heads
    for line in ("Over all communes", "Share"):
        assert len(row_of(sheet, line)) == len(heads)
    assert row_of(sheet, "Over all communes")[heads.index("Criteria: not enough data")] == 1


def test_files_are_listed_with_who_brought_them_and_what_is_to_be_known() -> None:
    custody = Custody(
        files=(
            HandIn("nop.audit", "An", RECORDED_AT, 12, ("26368", "99999")),
            HandIn(
                "muon.audit",
                "Bình",
                RECORDED_AT,
                3,
                warnings=("vet_unsealed",),
                is_late=True,
                closed_as="Chốt lần 1",
            ),
        ),
        refused=(Refused("hong.audit", RECORDED_AT, "hong.audit: damaged"),),
        unsealed={PLACES[1].code: 3},
        forked=(PLACES[0].code,),
        closed_as="Chốt lần 1",
        closed_at=RECORDED_AT,
    )
    sheet = written(Report(AFTER, custody=custody), quality_sheet)

    said = texts(sheet)
    assert "Files taken in: 2; with remarks: 1; late: 1; refused: 1." in said
    assert "after the close “Chốt lần 1”" in said
    listed = row_of(sheet, "muon.audit", 1)
    assert "late: after the close “Chốt lần 1”; holds records that are not sealed" in listed
    assert 12 in row_of(sheet, "nop.audit", 1)
    assert "refused: hong.audit: damaged" in said
    assert 3 in row_of(sheet, PLACES[1].code, 1)
    heads = row_of(sheet, "No.")
    divides = heads.index("Chains of records that divide")
    assert [row_of(sheet, place.code, 1)[divides] for place in PLACES] == [1, 0, 0]
    assert row_of(sheet, "Over all communes")[divides] == 1


# The annex


def test_the_annex_says_that_the_criteria_are_a_draft_and_where_each_figure_comes_from() -> None:
    report = Report(AFTER)
    sheet = written(report, appendix_sheet)
    catalogue, profile = HELD.catalogue, HELD.profile

    said = texts(sheet)
    assert str(catalogue.about.notice).rstrip(".") in said
    for criterion in catalogue.criteria:
        assert str(criterion.title) in said
        for source in criterion.sources:
            assert str(source.text) in said
    assert "[default of this project]" in said
    for switch in catalogue.switches:
        assert str(switch.label) in said
    for item in catalogue.items:
        price = profile.prices[item.key]
        row = next(row for row in rows(sheet) if row[1] == str(item.label))
        assert float(price.million_vnd) in row
        assert str(price.source) in row


def test_the_annex_says_of_classes_what_the_summary_says() -> None:
    said = texts(written(Report(AFTER), appendix_sheet))

    for readiness, meaning in class_meanings(HELD).items():
        assert f"{readiness.label}: {meaning}." in said
    assert core_note(HELD) in said


def test_an_edition_without_switches_items_and_prices_has_an_annex_too() -> None:
    catalogue = HELD.catalogue.model_copy(update={"switches": (), "items": ()})
    profile = HELD.profile.model_copy(update={"prices": {}})
    held = replace(HELD, catalogue=catalogue, profile=profile)

    said = texts(written(Report(matrix(None, held=held)), appendix_sheet))

    assert "EQ-01" in said


# All of them


@pytest.mark.parametrize("module", OURS)
@pytest.mark.parametrize("communes", [0, 1])
def test_nothing_and_one_commune_give_a_whole_sheet(module: Any, communes: int) -> None:
    held = make_round(communes=PLACES[:communes])
    report = Report(make_matrix(held=held))

    sheet = written(report, module)

    assert sheet.max_row > 3
    assert not sheet.sheet_view.showGridLines


def test_what_people_wrote_stays_text_everywhere() -> None:
    for text in HOSTILE:
        place = replace(PLACES[0], name=text)
        held = replace(make_round(communes=[place], title=text), closes={})
        before = matrix(with_values(pc_adequate=2), held=held, declared=ALL_MET)
        after = matrix(ALL_MET, held=held, declared=ALL_MET, overrides={"VC-04": Rating.NOT_MET})
        custody = Custody(
            files=(HandIn(text, text, text, 1, (place.code,), (text,), taken_back=text),),
            refused=(Refused(text, text, text),),
            closed_as=text,
            closed_at=text,
        )
        report = Report(after, compare(before, after), text, custody)

        book = load_workbook(BytesIO(build_workbook(report, MADE)))

        for module in OURS:
            for line in book[module.title()].iter_rows():
                assert all(cell.data_type in ("s", "n", "d") for cell in line), text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_same_report_gives_the_same_bytes_in_either_language(language: str) -> None:
    choose(language)

    first = build_workbook(compared(), MADE)

    assert build_workbook(compared(), MADE) == first
