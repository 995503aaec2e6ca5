"""What is not judged by its values alone is listed, with who said so and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from checklists.communes import communes_of
from checklists.departures import Kind, departures_of
from checklists.report import Report
from criteria.language import choose
from criteria.rating import Rating
from exports.dashboard.page import page
from exports.excel.workbook import build_workbook
from exports.made import Made
from exports.tables import tables_of
from tests.factories import ALL_MET, make_checklist, make_matrix, make_round, with_values
from tests.pages import Page

MADE = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1.2.3")
HELD = make_round(communes=communes_of("75")[:3])
FIRST, SECOND, THIRD = HELD.communes
MATRIX = make_matrix(
    held=HELD,
    checklists=[
        make_checklist(HELD, FIRST, ALL_MET, not_applicable=["QS-02"]),
        make_checklist(HELD, SECOND, with_values(guide=False), overrides={"EQ-03": Rating.MET}),
        make_checklist(HELD, THIRD, ALL_MET),
    ],
)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def test_each_is_told_with_what_the_rules_give_and_what_a_person_set() -> None:
    found = departures_of(MATRIX)

    assert [(each.commune, each.criterion.code, each.kind) for each in found] == [
        (FIRST, "QS-02", Kind.NOT_APPLICABLE),
        (SECOND, "EQ-03", Kind.RERATED),
    ]
    assert found[0].change == "– → Not applicable"
    assert found[1].change == "Partly met → Met"
    assert all(each.reason and each.who for each in found)


def test_a_rating_by_hand_that_lapsed_is_told_as_to_be_confirmed() -> None:
    rated = make_checklist(HELD, FIRST, ALL_MET, overrides={"EQ-03": Rating.NOT_MET})
    lapsed = replace(rated, digests={"EQ-03": "other"})
    others = [make_checklist(HELD, each) for each in (SECOND, THIRD)]

    (found,) = departures_of(make_matrix(held=HELD, checklists=[lapsed, *others]))

    assert found.kind is Kind.TO_CONFIRM
    assert "to be confirmed" in found.words


def test_what_the_rules_themselves_leave_out_names_nobody() -> None:
    no_room = with_values(u_endpoint="none", p_endpoint="none")
    held = make_matrix({FIRST.code: no_room}, held=HELD)
    left_out = [
        code
        for code, outcome in held.rows[0].outcomes.items()
        if outcome.rating is Rating.NOT_APPLICABLE
    ]

    found = departures_of(held)

    assert [each.criterion.code for each in found] == left_out
    assert all(each.by is None and each.who == "the rules of the edition" for each in found)


def test_workbook_page_and_tables_list_them() -> None:
    report = Report(MATRIX)
    found = report.departures
    sheet = load_workbook(BytesIO(build_workbook(report, MADE)))["Data quality"]
    cells = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    (table,) = (each for each in tables_of(report, MADE) if each.name == "departures")
    data = Page(page(report, MADE)).data

    for each in found:
        assert any(
            {each.commune.code, each.change, each.who, each.reason} <= set(row)
            for row in cells
            if all(isinstance(value, (str, int, float)) for value in row)
        )
    assert [(row[0], row[1], row[4], row[5]) for row in table.rows()] == [
        (FIRST.code, "QS-02", None, "not_applicable"),
        (SECOND.code, "EQ-03", "partly_met", "met"),
    ]
    said = [[data["strings"][place] for place in each["departures"]] for each in data["communes"]]
    assert said == [[found[0].words], [found[1].words], []]
