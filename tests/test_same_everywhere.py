"""Every format says the same of every commune and criterion, cell by cell.

Each reader gets a report and a folder, writes one format, reads it back with a library of
its own and returns what it found in one neutral form. A further format needs a further
reader in `READERS`, nothing else; what a form does not show, its reader leaves out.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from checklists.matrix import ReadinessClass
from checklists.report import Report
from criteria.language import choose
from criteria.rating import Rating
from exports.made import Made
from exports.plain.csv_files import write_csv
from exports.plain.json_file import write_json
from exports.tables import share
from tests.factories import make_matrix, make_round
from tests.test_plain import mixed_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

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
    """

    lines: dict[str, Line]
    cells: dict[tuple[str, str], Cell]


def of_report(report: Report, _folder: Path) -> Said:
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
    )


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


READERS: Final[Mapping[str, Callable[[Report, Path], Said]]] = {"csv": of_csv, "json": of_json}


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
