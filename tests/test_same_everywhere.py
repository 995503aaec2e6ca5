"""Every format says the same of every commune and criterion, cell by cell.

Each reader gets a report and a folder, writes one format, reads it back with a library of
its own and returns what it found in one neutral form. A further format needs a further
reader in `READERS`, nothing else; what a form does not show, its reader leaves out.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from openpyxl import load_workbook

from checklists.checklist import Answer
from checklists.figures import amount
from checklists.matrix import IN_CONFLICT, OVERRIDDEN, ReadinessClass, build_matrix
from checklists.report import Report
from checklists.task_plan import Status, TaskPlan
from checklists.tasks import costs_of
from criteria.language import choose
from criteria.rating import Rating
from criteria.values import NOT_KNOWN
from exports.dashboard.page import write_dashboard
from exports.excel import costs_by_commune_sheet, matrix_sheet, styles, task_columns
from exports.excel.workbook import write_workbook
from exports.made import Made
from exports.plain.csv_files import write_csv
from exports.plain.json_file import write_json
from exports.tables import share
from tests.factories import make_matrix, make_round, statement
from tests.pages import Page
from tests.test_plain import mixed_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.matrix import Matrix
    from checklists.tasks import CostSummary, Task

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


class Job(NamedTuple):
    """One task, as it stands in a format; what a format does not show is `LEFT_OUT`.

    Attributes:
        who: Person in charge; empty where nobody is named.
        by_when: Day it is due.
        status: In words; the page adds how late it is.
        rating: In words, with the mark of a person's.
        what: The work.
        responsible: Unit that leads.
        authority: Who decides.
        result: What shows that it is done.
    """

    who: str
    by_when: date | None
    status: str
    rating: str
    what: str
    responsible: str
    authority: str
    result: str


LEFT_OUT: Final = "(not shown)"
Values = dict[tuple[str, str, str], list[tuple[str, str | None]]]
"""Commune, basis and key -> status and value of each statement that stands, as text."""


class Said(NamedTuple):
    """What a format says.

    Attributes:
        lines: Code of a commune -> what stands of it, in the order of the format.
        cells: Code of a commune, code of a criterion -> what stands there.
        costs: Code of a commune -> what is paid once and each year, in million VND with one
            decimal; ``None`` where nothing of it is known. Communes of which neither is
            known are left out.
        tasks: Code of a commune, code of a criterion -> the task.
        values: What was stated; ``None`` where a format shows no raw values.
    """

    lines: dict[str, Line]
    cells: dict[tuple[str, str], Cell]
    costs: dict[str, tuple[Decimal | None, Decimal | None]]
    tasks: dict[tuple[str, str], Job]
    values: Values | None


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
        {(task.commune.code, task.criterion.code): _job(task) for task in report.tasks},
        dict(_stated(report)),
    )


def _job(task: Task) -> Job:
    return Job(
        task.who,
        task.by_when,
        task.status.label if task.status is not None else "",
        task.rating.label + ("*" if task.rated_by_person else ""),
        task.what,
        task.responsible,
        task.authority,
        task.result,
    )


def _stated(
    report: Report,
) -> Iterator[tuple[tuple[str, str, str], list[tuple[str, str | None]]]]:
    """Yield every value that stands, as a person stated it; and what is missing still."""
    for row in report.matrix.rows:
        for basis, answers in row.checklist.answers.items():
            for key, answer in answers.items():
                heads = answer.heads if answer.is_conflict else answer.heads[:1]
                place = (row.commune.code, basis.value, key)
                yield place, [(_standing(answer), _text(head.value)) for head in heads]


def _standing(answer: Answer) -> str:
    if answer.is_conflict:
        return "conflict"
    return "not_known" if answer.value is NOT_KNOWN else "known"


def _text(value: object) -> str | None:
    if value is NOT_KNOWN:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def of_tables(
    communes: list[dict[str, Any]],
    ratings: list[dict[str, Any]],
    tasks: list[dict[str, Any]],
    values: list[dict[str, Any]],
) -> Said:
    """Return what plain tables say, their values typed."""
    held: Values = {}
    for row in values:
        if row["status"] not in ("missing", "not_asked"):
            place = (row["commune"], row["basis"], row["key"])
            held.setdefault(place, []).append((row["status"], row["value"]))
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
        {
            (row["commune"], row["criterion"]): Job(
                row["who"] or "",
                date.fromisoformat(row["by_when"]) if row["by_when"] else None,
                Status(row["status"]).label,
                Rating(row["rating"]).label + ("*" if row["rated_by_person"] else ""),
                row["work"],
                row["responsible"],
                row["authority"],
                row["result"],
            )
            for row in tasks
        },
        held,
    )


def _rounded(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else with_one_decimal(Decimal(value))


_BY_TYPE: Final[Mapping[str, Callable[[str], Any]]] = {
    "integer": int,
    "number": Decimal,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "string": str,
    "date": str,
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

    names = ("communes", "ratings", "tasks", "values")
    return of_tables(*([*rows(name)] for name in names))


def of_json(report: Report, folder: Path) -> Said:
    """Return what the JSON document says."""
    write_json(report, folder / "report.json", MADE)
    text = (folder / "report.json").read_text("utf-8")
    tables = json.loads(text, parse_float=Decimal)["tables"]
    held = {table["name"]: table["rows"] for table in tables}
    return of_tables(*(held[name] for name in ("communes", "ratings", "tasks", "values")))


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
    return Said(
        lines, of_signs(signs), known(_costs_in_workbook(book)), _tasks_in_workbook(book), None
    )


def _tasks_in_workbook(book: Workbook) -> dict[tuple[str, str], Job]:
    """Return the tasks of their sheet, whose first row names its columns."""
    keys, *rows = book[task_columns.title()].iter_rows(values_only=True)
    place = {str(key): at for at, key in enumerate(keys)}
    found = {}
    for row in rows:
        if not isinstance(row[place["order"]], int):
            continue
        day = row[place["by_when"]]
        assert day is None or isinstance(day, datetime)
        texts = [
            str(row[place[key]] or "")
            for key in ("status", "rating", "what", "responsible", "authority", "result")
        ]
        found[str(row[place["commune"]]), str(row[place["criterion"]])] = Job(
            str(row[place["who"]] or ""), day.date() if day is not None else None, *texts
        )
    return found


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
    tasks = {
        (each["code"], strings[code]): Job(
            "" if strings[who] == "–" else strings[who],
            None if strings[day] == "–" else datetime.strptime(strings[day], "%d/%m/%Y").date(),  # noqa: DTZ007
            strings[status].partition(";")[0].partition(".")[0],
            *[LEFT_OUT] * 5,
        )
        for each in data["communes"]
        for code, _work, who, day, status, _late, _place in each["tasks"]
    }
    return Said(lines, cells, known(costs), tasks, None)


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


def with_plan(matrix: Matrix) -> Matrix:
    """Return a matrix in which the office has planned one of the tasks."""
    plan = TaskPlan(
        who="Ông Nguyễn Văn A",
        what="Mua 02 máy tính.",
        by_when=date(2026, 12, 20),
        status=Status.AT_RISK,
    )
    planned = Answer((statement(plan),))
    return build_matrix(
        matrix.round,
        (
            replace(row.checklist, plans={"EQ-01": planned}) if place == 1 else row.checklist
            for place, row in enumerate(matrix.rows)
        ),
    )


READERS: Final[Mapping[str, Callable[[Report, Path], Said]]] = {
    "csv": of_csv,
    "json": of_json,
    "xlsx": of_workbook,
    "html": of_page,
}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("reader", READERS)
def test_a_format_says_what_the_report_says(reader: str, language: str, tmp_path: Path) -> None:
    report = Report(with_plan(mixed_matrix()))
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
    assert said.tasks.keys() == ours.tasks.keys()
    for place, job in ours.tasks.items():
        shown = said.tasks[place]
        pairs = zip(shown, job, strict=True)
        assert [pair for pair in pairs if pair[0] not in (LEFT_OUT, pair[1])] == [], place
    if said.values is not None:
        assert said.values == ours.values


@pytest.mark.parametrize("reader", READERS)
def test_a_round_without_communes_or_answers_is_empty_or_blank_everywhere(
    reader: str, tmp_path: Path
) -> None:
    for name, held in (("none", make_round(communes=[])), ("blank", make_round())):
        report = Report(make_matrix(held=held))
        (tmp_path / name).mkdir()

        said = READERS[reader](report, tmp_path / name)

        ours = of_report(report, tmp_path)
        assert said == (ours if said.values is not None else ours._replace(values=None))


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
