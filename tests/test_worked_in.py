"""What somebody typed into an exported file is never written over."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from docx import Document
from openpyxl import load_workbook

from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from exports.worked_in import refuse_to_lose_work
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


def saved_by_an_office_program(path: Path) -> None:
    """Mark the members of a file as Excel, Word and LibreOffice do."""
    with zipfile.ZipFile(path) as old:
        held = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in held.items():
            new.writestr(zipfile.ZipInfo(name), content)
        for member in new.infolist():
            member.external_attr = 0


def code_of(path: Path) -> ErrorCode | None:
    try:
        refuse_to_lose_work(path)
    except ReadinessError as error:
        return error.messages[0].code
    return None


def test_a_workbook_is_written_again_until_somebody_works_in_it(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nhiệm vụ.xlsx"
    office.does("export", "xlsx", "--out", str(path))
    office.does("export", "xlsx", "--out", str(path))

    book = load_workbook(path)
    book.worksheets[0]["A1"] = "typed"
    book.save(path)
    saved_by_an_office_program(path)
    before = path.read_bytes()
    capsys.readouterr()

    assert office.run("export", "xlsx", "--out", str(path)) == 2
    assert path.read_bytes() == before
    assert "somebody worked in it" in capsys.readouterr().err


def test_minutes_that_somebody_worked_in_stay_and_the_others_are_written(
    office: Laptop, tmp_path: Path
) -> None:
    folder = tmp_path / "biên bản"
    office.does("export", "docx", "--all", "--out", str(folder))
    mine, *others = sorted(folder.glob("*.docx"))
    paper = Document(str(mine))
    paper.add_paragraph("typed")
    paper.save(str(mine))
    saved_by_an_office_program(mine)
    before = mine.read_bytes()
    for other in others:
        other.unlink()

    assert office.run("export", "docx", "--all", "--out", str(folder)) == 1

    assert mine.read_bytes() == before
    assert all(other.exists() for other in others)


def test_a_file_of_another_kind_is_nobodys_to_replace(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert code_of(path) is None

    path.write_text("my own notes", encoding="utf-8")
    assert code_of(path) is ErrorCode.WRITE_OVER_WORK

    path.write_bytes(b"")
    assert code_of(path) is ErrorCode.WRITE_OVER_WORK


def test_one_commune_is_refused_with_the_reason(office: Laptop, tmp_path: Path) -> None:
    path = tmp_path / "biên bản.docx"
    path.write_bytes(b"PK\x03\x04 cut off")

    assert office.run("export", "docx", COMMUNE, "--out", str(path)) == 2

    assert path.read_bytes() == b"PK\x03\x04 cut off"
