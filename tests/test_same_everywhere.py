"""Every format says the same of every commune and criterion, cell by cell.

Each reader gets a report and a folder, writes one format, reads it back with a library of
its own and returns what it found in one neutral form. A further format needs a further
reader in `READERS`, nothing else; what a form does not show, its reader leaves out.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from openpyxl import load_workbook

from checklists.figures import amount
from checklists.matrix import IN_CONFLICT, OVERRIDDEN, ReadinessClass
from checklists.report import Report
from checklists.tasks import costs_of
from criteria.language import choose
from criteria.rating import Rating
from exports.dashboard.page import write_dashboard
from exports.excel import costs_by_commune_sheet, matrix_sheet, styles
from exports.excel.workbook import write_workbook
from exports.made import Made
from exports.plain.csv_files import write_csv
from exports.plain.json_file import write_json
from exports.tables import share
from tests.factories import make_matrix, make_round
from tests.pages import Page
from tests.test_plain import mixed_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.tasks import CostSummary

MADE: Final = Made.of(datetime(2026, 12, 5, 7, 5, tzinfo=UTC), "1.2.3")


class Cell(NamedTuple):
    """One criterion of one commune, as it stands in a format.

    Attributes:
        letter: Of its rating, in the language in use.
        is_overridden: Whether it is marked as set by a person.
        is_conflict: Whether it is marked as resting on contradicting data.
    """

    letter: str
    is_overridden: bool
    is_conflict: bool


class Line(NamedTuple):
    """One commune, as it stands in a format.

    Attributes:
        name: With its kind.
        readiness: The class in words.
        doubtful: Whether the class may change.
        met: How many criteria are met.
        applicable: How many count.
        worst: Readiness index at worst, with six decimals; ``None`` where there is none.
        best: The same at best.
    """

    name: str
    readiness: str
    doubtful: bool
    met: int
    applicable: int
    worst: Decimal | None
    best: Decimal | None


class Said(NamedTuple):
    """What a format says.

    Attributes:
        lines: Code of a commune -> what stands of it, in the order of the format.
        cells: Code of a commune, code of a criterion -> what stands there.
        costs: Code of a commune -> what is paid once and each year, in million VND with one
            decimal; ``None`` where nothing of it is known. Communes of which neither is
            known are left out.
    """

    lines: dict[str, Line]
    cells: dict[tuple[str, str], Cell]
    costs: dict[str, tuple[Decimal | None, Decimal | None]]


def with_one_decimal(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def known(
    costs: Mapping[str, tuple[Decimal | None, Decimal | None]],
) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Return the costs of which anything is known."""
    return {code: held for code, held in costs.items() if held != (None, None)}


def _paid(costs: CostSummary) -> tuple[Decimal | None, Decimal | None]:
    once, yearly = amount(costs, "once"), amount(costs, "year")
    return (
        None if not once.value and once.may_grow else with_one_decimal(once.value),
        None if not yearly.value and yearly.may_grow else with_one_decimal(yearly.value),
    )


def of_report(report: Report, _folder: Path | None = None) -> Said:
    """Return what the report itself says."""
    rows = report.matrix.rows
    return Said(
        {
            row.commune.code: Line(
                row.commune.name,
                row.readiness.label,
                row.doubtful,
                row.met,
                row.applicable,
                share(row.index.worst if row.index else None),
                share(row.index.best if row.index else None),
            )
            for row in rows
        },
        {
            (row.commune.code, code): Cell(
                outcome.rating.letter, outcome.is_overridden, code in row.conflicted
            )
            for row in rows
            for code, outcome in row.outcomes.items()
        },
        known({row.commune.code: _paid(costs_of(row.checklist)) for row in rows}),
    )


def of_tables(communes: list[dict[str, Any]], ratings: list[dict[str, Any]]) -> Said:
    """Return what two plain tables say, their values typed."""
    return Said(
        {
            row["code"]: Line(
                row["name"],
                ReadinessClass(row["class"]).label,
                row["doubtful"],
                row["met"],
                row["applicable"],
                row["index_worst"],
                row["index_best"],
            )
            for row in communes
        },
        {
            (row["commune"], row["criterion"]): Cell(
                row["letter"], row["overridden"], row["conflict"]
            )
            for row in ratings
        },
        known(
            {
                row["code"]: (_rounded(row["cost_once"]), _rounded(row["cost_yearly"]))
                for row in communes
            }
        ),
    )


def _rounded(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else with_one_decimal(Decimal(value))


_BY_TYPE: Final[Mapping[str, Callable[[str], Any]]] = {
    "integer": int,
    "number": Decimal,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "string": str,
}


def of_csv(report: Report, folder: Path) -> Said:
    """Return what the CSV files say, read by their description alone."""
    write_csv(report, folder / "csv", MADE)
    package = json.loads((folder / "csv" / "datapackage.json").read_text("utf-8"))

    def rows(name: str) -> Iterator[dict[str, Any]]:
        (resource,) = (each for each in package["resources"] if each["name"] == name)
        types = {each["name"]: each["type"] for each in resource["schema"]["fields"]}
        with (folder / "csv" / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield {
                    key: _BY_TYPE[types[key]](text) if text else None for key, text in row.items()
                }

    return of_tables([*rows("communes")], [*rows("ratings")])


def of_json(report: Report, folder: Path) -> Said:
    """Return what the JSON document says."""
    write_json(report, folder / "report.json", MADE)
    text = (folder / "report.json").read_text("utf-8")
    tables = json.loads(text, parse_float=Decimal)["tables"]
    held = {table["name"]: table["rows"] for table in tables}
    return of_tables(held["communes"], held["ratings"])


def of_signs(signs: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], Cell]:
    """Return what letters with their marks say, as ``CĐ*!``."""
    return {
        place: Cell(sign.rstrip(OVERRIDDEN + IN_CONFLICT), OVERRIDDEN in sign, IN_CONFLICT in sign)
        for place, sign in signs.items()
    }


def of_workbook(report: Report, folder: Path) -> Said:
    """Return what the workbook shows in a viewer that computes nothing."""
    write_workbook(report, folder / "report.xlsx", MADE)
    book = load_workbook(folder / "report.xlsx", data_only=True)
    sheet = book[matrix_sheet.title()]
    left = len(matrix_sheet.BEFORE) + 1
    right = sheet.max_column + 1 - len(matrix_sheet.AFTER)
    head = matrix_sheet.HEAD + 1
    codes = [str(sheet.cell(head, column).value) for column in range(left, right)]
    lines: dict[str, Line] = {}
    signs: dict[tuple[str, str], str] = {}
    for row in _rows_of_communes(sheet, matrix_sheet.FIRST):
        _number, code, name, _cluster, *letters = row[: right - 1]
        standing, met, applicable, worst, best = row[right - 1 :]
        lines[code] = Line(
            name,
            standing.removesuffix(" ?"),
            standing.endswith(" ?"),
            met,
            applicable,
            _share_in_cell(worst),
            _share_in_cell(best),
        )
        signs |= {(code, criterion): sign for criterion, sign in zip(codes, letters, strict=True)}
    return Said(lines, of_signs(signs), known(_costs_in_workbook(book)))


def _rows_of_communes(sheet: Worksheet, first: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table of communes from its first; they are numbered from 1."""
    for place, row in enumerate(sheet.iter_rows(min_row=first, values_only=True), start=1):
        if row[0] != place:
            return
        yield row


def _share_in_cell(value: float | str) -> Decimal | None:
    return None if value == "–" else share(Decimal(str(value)))


def _costs_in_workbook(book: Workbook) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Return the costs of communes; where nothing is to be bought there is no table."""
    sheet = book[costs_by_commune_sheet.title()]
    numbers = (at for at in range(1, sheet.max_row) if sheet.cell(at, 1).value == "(1)")
    top = next(numbers, sheet.max_row) + 1
    found = {}
    for at, row in enumerate(_rows_of_communes(sheet, top), start=top):
        once, yearly = (sheet.cell(at, sheet.max_column - back) for back in (1, 0))
        found[row[1]] = (_cost_in_cell(once), _cost_in_cell(yearly))
    return found


def _cost_in_cell(cell: Any) -> Decimal | None:
    """Return an amount; one that may grow is shown as unknown while it is 0."""
    value = with_one_decimal(Decimal(str(cell.value)))
    return None if not value and cell.number_format == styles.GROWING.form else value


def of_page(report: Report, folder: Path) -> Said:
    """Return what the dashboard says: its data, and the letters as its table shows them."""
    write_dashboard(report, folder / "report.html", MADE)
    page = Page((folder / "report.html").read_text("utf-8"))
    data = page.data
    lines = {
        each["code"]: Line(
            each["name"],
            data["classes"][each["class"]]["label"],
            bool(each["doubtful"]),
            each["met"],
            each["applicable"],
            *(_share_in_cell(bound) for bound in each["index"] or ("–", "–")),
        )
        for each in data["communes"]
    }
    codes = [each["code"] for each in data["criteria"]]
    cells = {
        (each["code"], code): Cell(
            data["ratings"][int(rating)]["letter"], bool(int(marks) & 1), bool(int(marks) & 2)
        )
        for each in data["communes"]
        for code, rating, marks in zip(codes, each["ratings"], each["marks"], strict=True)
    }
    assert of_signs(_signs_in_page(page, codes)) == cells
    strings = data["strings"]
    costs = {
        each["code"]: (
            _cost_in_words(strings[each["once"]]),
            _cost_in_words(strings[each["yearly"]]),
        )
        for each in data["communes"]
    }
    return Said(lines, cells, known(costs))


def _signs_in_page(page: Page, codes: list[str]) -> dict[tuple[str, str], str]:
    """Return the letters of the table, which is read without the script, too."""
    held = iter(page.elements)
    found: dict[tuple[str, str], str] = {}
    for tag, attributes, _texts in held:
        if tag == "tr" and "data-code" in attributes:
            cells = [next(held) for _place in range(len(codes) + 3)]
            for code, (_tag, _attributes, texts) in zip(codes, cells[3:], strict=True):
                found[attributes["data-code"], code] = "".join(texts)
    return found


def _cost_in_words(words: str) -> Decimal | None:
    """Return an amount as people write it, whichever way they write thousands and decimals."""
    if words in ("–", "?"):
        return with_one_decimal(Decimal(0)) if words == "–" else None
    digits = "".join(letter for letter in words if letter.isdigit())
    return Decimal(digits).scaleb(-1)


READERS: Final[Mapping[str, Callable[[Report, Path], Said]]] = {
    "csv": of_csv,
    "json": of_json,
    "xlsx": of_workbook,
    "html": of_page,
}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("reader", READERS)
def test_a_format_says_what_the_report_says(reader: str, language: str, tmp_path: Path) -> None:
    report = Report(mixed_matrix())
    try:
        choose(language)

        said, ours = READERS[reader](report, tmp_path), of_report(report, tmp_path)
    finally:
        choose("en")

    assert list(said.lines) == list(ours.lines)
    for code, line in ours.lines.items():
        assert said.lines[code] == line
    assert said.cells.keys() == ours.cells.keys()
    for place, cell in ours.cells.items():
        assert said.cells[place] == cell, place
    assert said.costs == ours.costs


@pytest.mark.parametrize("reader", READERS)
def test_a_round_without_communes_or_answers_is_empty_or_blank_everywhere(
    reader: str, tmp_path: Path
) -> None:
    for name, held in (("none", make_round(communes=[])), ("blank", make_round())):
        report = Report(make_matrix(held=held))
        (tmp_path / name).mkdir()

        said = READERS[reader](report, tmp_path / name)

        assert said == of_report(report, tmp_path)


def test_the_mixed_round_shows_every_rating_and_mark() -> None:
    matrix = mixed_matrix()
    shown = {outcome.rating for row in matrix.rows for outcome in row.outcomes.values()}

    assert shown == set(Rating)
    assert any(row.conflicted for row in matrix.rows)
    assert any(outcome.is_overridden for row in matrix.rows for outcome in row.outcomes.values())
    assert any(row.doubtful for row in matrix.rows)


def test_the_mixed_round_has_costs_known_in_part() -> None:
    costs = of_report(Report(mixed_matrix())).costs

    assert len(costs) < len(mixed_matrix().rows)
    assert any(None in held for held in costs.values())
    assert any(held[0] and held[1] for held in costs.values())
