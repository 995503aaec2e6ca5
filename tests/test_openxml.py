"""A validator of Office Open XML finds nothing in what is written for Excel and Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from checklists.report import Report
from criteria.language import choose
from exports.excel.workbook import write_workbook
from exports.minutes.document import write_minutes
from tests.factories import ALL_MET, make_matrix, make_round
from tests.pages import MADE, compared

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def validator() -> Any:
    return pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")


def reports() -> dict[str, Report]:
    return {
        "mixed": compared(),
        "none": Report(make_matrix(held=make_round(communes=[]))),
        "met": Report(make_matrix({"26368": ALL_MET})),
        "hostile": Report(
            make_matrix(held=make_round(title="<r>=1+1</r> & ]]> \x00\u202e e\u0302"))
        ),
    }


@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_is_wrong_with_any_workbook(validator: Any, tmp_path: Path, language: str) -> None:
    try:
        choose(language)
        for name, report in reports().items():
            write_workbook(report, tmp_path / f"{name}.xlsx", MADE)
    finally:
        choose("en")

    for path in tmp_path.iterdir():
        found = validator.OpenXmlValidator().validate(path)
        assert found.is_valid, found.errors
        assert not found.errors


@pytest.mark.parametrize("bilingual", [False, True], ids=["one", "both"])
def test_nothing_is_wrong_with_any_minutes(
    validator: Any, tmp_path: Path, *, bilingual: bool
) -> None:
    for row in compared().matrix.rows:
        path = tmp_path / f"{row.commune.code}.docx"
        write_minutes(row, path, MADE, bilingual=bilingual)

        found = validator.OpenXmlValidator().validate(path)
        assert found.is_valid, found.errors
        assert not found.errors
