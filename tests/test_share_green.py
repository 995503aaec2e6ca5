"""What may still rise says so wherever it stands: in tables ``≥``, in sentences ``at least``."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from audit.tui.commune_list import met_words
from checklists.communes import communes_of
from checklists.figures import may_change, share_green
from checklists.matrix import ReadinessClass
from checklists.report import Report
from checklists.summary import paste_sentence
from criteria.language import choose
from exports.dashboard.page import page
from exports.excel.workbook import build_workbook
from exports.made import Made
from exports.tables import tables_of
from tests.factories import ALL_MET, make_matrix, make_round, with_values
from tests.pages import Page

if TYPE_CHECKING:
    from checklists.matrix import Matrix

MADE = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1.2.3")
HELD = make_round(communes=communes_of("75")[:3])
CODES = [each.code for each in HELD.communes]


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def matrix(third: dict[str, Any] | None) -> Matrix:
    """One green, one not met, and a third."""
    values = {CODES[0]: ALL_MET, CODES[1]: with_values(guide=False)}
    return make_matrix(values | ({CODES[2]: third} if third is not None else {}), held=HELD)


OPEN = matrix(None)
CLOSED = matrix(with_values(guide=False))


def test_whoever_lacks_data_may_change_and_so_may_whoever_has_something_open() -> None:
    waiting = matrix(with_values(k_kiosks=None, n_down=None))

    assert may_change(OPEN) == {ReadinessClass.GREY: 1}
    assert may_change(CLOSED) == {}
    assert may_change(waiting).total() == 1
    assert ReadinessClass.GREY not in may_change(waiting)


@pytest.mark.parametrize(("held", "may_rise"), [(OPEN, True), (CLOSED, False)])
def test_the_share_of_green_says_the_same_everywhere(held: Matrix, may_rise: bool) -> None:
    report = Report(held)
    sign = "≥" if may_rise else ""
    shown = share_green(held.rows)
    workbook = load_workbook(BytesIO(build_workbook(report, MADE)))
    dashboard = Page(page(report, MADE))

    assert shown.words == f"{sign}33.3%"
    at_least = "at least 1/3 wards (33.3%)" if may_rise else ", 1/3 wards (33.3%)"
    assert at_least in paste_sentence(held, MADE.last_day)
    assert dashboard.texts("span", class_="share")[0] == shown.words
    assert met_words(held).startswith(f"{sign}1/3 ")
    for name in ("Summary", "One page"):
        formats = [
            cell.number_format
            for row in workbook[name].iter_rows()
            if "Green – Met" in [cell.value for cell in row]
            for cell in row
            if isinstance(cell.value, float)
        ]
        assert [form.startswith('"≥"') for form in formats] == [may_rise]
    total = next(
        row for row in workbook["Summary"].iter_rows(min_row=30) if row[1].value == "Total"
    )
    assert [
        c.number_format.startswith('"≥"') for c in total if c.value == pytest.approx(1 / 3)
    ] == [may_rise]


def test_plain_data_say_who_may_still_be_green() -> None:
    (communes,) = (each for each in tables_of(Report(OPEN), MADE) if each.name == "communes")
    place = [column.key for column in communes.columns].index("may_be_green")

    assert [row[place] for row in communes.rows()] == [True, False, True]
