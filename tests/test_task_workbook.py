"""What the office types in the workbook comes back exactly, and nothing else does."""

from __future__ import annotations

import json
import os
import re
import zipfile
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from xlsxwriter import Workbook as XlsxBook

from audit.cli.app import run
from audit.desk import Desk
from audit.task_import import import_tasks
from audit.task_parts import read_book
from audit.task_workbook import MOST_COLUMNS, read_task_table
from checklists.report import Report
from checklists.task_plan import DAY_KEYS, PLAN_KEYS, Status, TaskPlan
from checklists.tasks import tasks_of
from criteria import language
from criteria.errors import ErrorCode, ReadinessError
from criteria.values import clean
from exports.excel import tasks_sheet
from exports.excel.book import Book
from exports.excel.page import safe_text
from exports.excel.sheet import Sheet
from exports.excel.task_columns import COLUMNS, Mark, cell_digest, head
from exports.made import Made
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from checklists.tasks import Task

DAY = datetime(2026, 12, 5)  # noqa: DTZ001 - as openpyxl takes it
MADE = Made.of(datetime(2026, 12, 5, 14, 5, tzinfo=timezone(timedelta(hours=7))), "1")
SHORT = ("pc_working=2", "pc_adequate=2", "scanners=0", "guide=no", "counters=6", "staff_pasc=12")
EQ_01 = f"{COMMUNE}/EQ-01"
OTHER = f"{COMMUNE}/EQ-02"


@pytest.fixture
def office(file: Path) -> Laptop:
    """The office's laptop; in its round one commune falls short."""
    language.choose("en")
    held = office_of(file)
    held.does("answer", COMMUNE, *SHORT)
    return held


def export(office: Laptop, path: Path) -> Path:
    """Write a workbook that has the sheet of tasks, and another before it."""
    with office.at(), Desk(office.path) as desk:
        book = Book(Report(desk.matrix()), MADE, ["Other", tasks_sheet.title()])
        book.workbook.set_properties({"created": MADE.at.replace(tzinfo=None)})
        tasks_sheet.write_tasks(book)
    path.write_bytes(book.finished())
    return path


class Edited:
    """A workbook in which somebody works."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self.sheet: Worksheet = self.book.worksheets[-1]

    def row(self, task: str) -> int:
        return next(
            row
            for row in range(1, self.sheet.max_row + 1)
            if str(self.sheet.cell(row, 1).value).startswith(task + " ")
        )

    def column(self, key: str) -> int:
        return COLUMNS.index(key) + 1

    def type(self, task: str, **values: Any) -> Edited:
        for key, value in values.items():
            self.sheet.cell(self.row(task), self.column(key)).value = value
        return self

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


def tasks_here(office: Laptop) -> dict[str, Task]:
    with office.at(), Desk(office.path) as desk:
        return {task.id: task for task in tasks_of(desk.matrix())}


def plans(office: Laptop) -> dict[str, TaskPlan]:
    return {id_: task.plan for id_, task in tasks_here(office).items() if not task.plan.is_empty}


def take(office: Laptop, path: Path, **options: bool) -> Any:
    with office.at(), Desk(office.path, write=True) as desk:
        return import_tasks(desk, path, **options)


def digest(office: Laptop) -> str:
    with office.at(), Desk(office.path) as desk:
        return desk.file.digest()


def outcomes(report: Any) -> list[str]:
    return [row.outcome for row in report.rows if row.outcome != "unchanged"]


def codes(report: Any) -> list[ErrorCode]:
    return [problem.code for row in report.rows for problem in row.problems]


# What comes back


def test_a_workbook_in_which_nobody_typed_changes_nothing(office: Laptop, tmp_path: Path) -> None:
    report = take(office, export(office, tmp_path / "a.xlsx"))

    assert len(report.rows) == report.unchanged == len(tasks_here(office)) > 1
    assert plans(office) == {}


def test_what_was_typed_is_planned_and_only_that(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    Edited(path).type(EQ_01, who="Lê Văn Xã", by_when=DAY, status="on track", note="Gấp").save()

    report = take(office, path)

    assert outcomes(report) == ["taken"]
    assert plans(office) == {
        EQ_01: TaskPlan(who="Lê Văn Xã", by_when=DAY.date(), status=Status.ON_TRACK, note="Gấp")
    }
    with Desk(office.path) as desk:
        (head,) = desk.checklist(COMMUNE).plans["EQ-01"].heads
    assert head.method == "imported"


def test_taking_a_workbook_in_again_changes_nothing(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    Edited(path).type(EQ_01, who="Lê Văn Xã", what="Mua 10 máy").save()
    take(office, path)
    before = digest(office)

    again = take(office, path)

    assert again.unchanged == len(again.rows)
    assert digest(office) == before


def test_nothing_is_written_on_a_dry_run(office: Laptop, tmp_path: Path) -> None:
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, who="Lê Văn Xã").save()

    report = take(office, path, dry_run=True)

    assert (outcomes(report), plans(office)) == (["taken"], {})


@pytest.mark.parametrize(
    "typed",
    ["05/12/2026", "5.12.2026", "2026-12-05", DAY, date(2026, 12, 5), 46361],
    ids=str,
)
def test_a_day_may_be_typed_in_many_ways(office: Laptop, tmp_path: Path, typed: Any) -> None:
    path = export(office, tmp_path / "a.xlsx")
    edited = Edited(path).type(EQ_01, by_when=typed)
    if typed == 46361:
        edited.sheet.cell(edited.row(EQ_01), edited.column("by_when")).number_format = "General"

    take(office, edited.save())

    assert plans(office)[EQ_01].by_when == date(2026, 12, 5)


@pytest.mark.parametrize("typed", ["CHẬM TIẾN ĐỘ", "chậm tiến độ", "Late", "late", " LATE "])
def test_a_status_may_be_typed_in_any_case_and_language(
    office: Laptop, tmp_path: Path, typed: str
) -> None:
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, status=typed).save()

    take(office, path)

    assert plans(office)[EQ_01].status is Status.LATE


def test_the_language_of_the_workbook_does_not_matter(office: Laptop, tmp_path: Path) -> None:
    language.choose("vi")
    path = export(office, tmp_path / "a.xlsx")
    language.choose("en")

    report = take(office, path)

    assert report.unchanged == len(report.rows) > 0


def test_rows_may_be_sorted_hidden_and_left_out(office: Laptop, tmp_path: Path) -> None:
    edited = Edited(export(office, tmp_path / "a.xlsx"))
    sheet, first = edited.sheet, edited.row(EQ_01)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]
    rows[0][edited.column("who") - 1] = "Lê Văn Xã"
    for at, values in enumerate(reversed(rows[:-1]), start=first):
        for column, value in enumerate(values, start=1):
            sheet.cell(at, column).value = value
        sheet.row_dimensions[at].hidden = at % 2 == 0
    sheet.delete_rows(first + len(rows) - 1)

    report = take(office, edited.save())

    assert outcomes(report) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}


def moved(path: Path, order: Sequence[str], *, with_keys: bool = True) -> Path:
    """Write the table anew with its columns in another order, on another sheet."""
    edited = Edited(path)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Của tôi"
    for row in range(1 if with_keys else 7, edited.sheet.max_row + 1):
        for at, key in enumerate(order, start=1):
            value = edited.sheet.cell(row, edited.column(key)).value
            sheet.cell(row, at).value = None if str(value).startswith("=") else value
    book.save(path)
    return path


def test_columns_may_be_moved_and_deleted(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    Edited(path).type(EQ_01, who="Lê Văn Xã", note="Gấp").save()
    kept = [key for key in COLUMNS if key not in ("note", "order", "overdue")]

    report = take(office, moved(path, kept[::-1]))

    assert outcomes(report) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}


def test_without_the_hidden_row_the_heads_of_the_columns_do(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    Edited(path).type(EQ_01, who="Lê Văn Xã").save()

    report = take(office, moved(path, COLUMNS[::-1], with_keys=False))

    assert outcomes(report) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}


def test_what_was_proposed_in_another_language_is_not_taken_for_typed(
    office: Laptop, tmp_path: Path
) -> None:
    path = export(office, tmp_path / "a.xlsx")
    kept = [key for key in COLUMNS if key != "mark"]
    moved(path, kept, with_keys=False)
    language.choose("vi")

    report = take(office, path)

    assert len(report.rows) == report.unchanged > 1


def test_a_row_without_its_mark_adds_and_changes_nothing(office: Laptop, tmp_path: Path) -> None:
    office.does("tasks", "set", COMMUNE, "EQ-01", "--who", "Trần Thị Bình")
    path = export(office, tmp_path / "a.xlsx")
    unmarked = [key for key in COLUMNS if key != "mark"]
    edited = Edited(path).type(EQ_01, note="Gấp")
    moved(edited.save(), unmarked, with_keys=False)

    report = take(office, path)

    assert outcomes(report) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(who="Trần Thị Bình", note="Gấp")}

    edited = Edited(path)
    row = next(r for r in range(1, 99) if edited.sheet.cell(r, 2).value == COMMUNE)
    edited.sheet.cell(row, unmarked.index("who") + 1).value = "Lê Văn Xã"
    report = take(office, edited.save())

    assert codes(report) == [ErrorCode.TASK_UNMARKED]


# What stands here meanwhile


def test_entries_that_do_not_touch_one_another_are_put_together(
    office: Laptop, tmp_path: Path
) -> None:
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, who="Lê Văn Xã").save()
    office.does("tasks", "set", COMMUNE, "EQ-01", "--status", "at_risk")

    report = take(office, path)

    assert outcomes(report) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã", status=Status.AT_RISK)}
    assert outcomes(take(office, path)) == []


def test_an_old_workbook_never_overwrites_what_was_planned_since(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, who="Lê Văn Xã").save()
    office.does("tasks", "set", COMMUNE, "EQ-01", "--who", "Trần Thị Bình")

    assert outcomes(take(office, path)) == ["contradicts"]
    assert outcomes(take(office, path)) == []
    assert office.checklist().conflicts == ("EQ-01/task",)
    assert office.checklist().conflicts_of("EQ-01") == ()
    assert tasks_here(office)[EQ_01].disputed == ("who",)
    assert tasks_here(office)[EQ_01].who == ""

    (conflict,) = office.data(capsys, "conflicts", COMMUNE)
    assert {side["text"] for side in conflict["values"]} == {
        "Person in charge: Trần Thị Bình",
        "Person in charge: Lê Văn Xã",
    }
    number = next(s["number"] for s in conflict["values"] if s["value"]["who"] == "Lê Văn Xã")
    office.does(
        *("resolve", COMMUNE, "EQ-01/task", "--take", str(number), "--reason", "Phân công lại")
    )
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}
    assert outcomes(take(office, path)) == []
    assert office.checklist().conflicts == ()


def test_a_row_of_a_contradiction_is_left_to_whoever_settles_it(
    office: Laptop, tmp_path: Path
) -> None:
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, who="Lê Văn Xã").save()
    office.does("tasks", "set", COMMUNE, "EQ-01", "--who", "Trần Thị Bình")
    take(office, path)
    newer = Edited(export(office, tmp_path / "b.xlsx")).type(EQ_01, note="Gấp").save()

    assert codes(take(office, newer)) == [ErrorCode.TASK_CONFLICT]


def test_an_emptied_cell_takes_back_what_stood_there_only_when_told(
    office: Laptop, tmp_path: Path
) -> None:
    office.does("tasks", "set", COMMUNE, "EQ-01", "--who", "Trần Thị Bình", "--note", "Gấp")
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, who=None, what="").save()

    assert codes(take(office, path)) == [ErrorCode.TASK_EMPTIED]
    assert outcomes(take(office, path, clear=True)) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(note="Gấp")}
    assert outcomes(take(office, path, clear=True)) == []


def test_a_workbook_of_a_colleague_whose_plans_are_not_here_is_refused(
    office: Laptop, tmp_path: Path
) -> None:
    colleague = office.joined_by("Phạm Thu Hà")
    colleague.does("tasks", "set", COMMUNE, "EQ-01", "--who", "Trần Thị Bình")
    path = Edited(export(colleague, tmp_path / "a.xlsx")).type(EQ_01, who="Lê Văn Xã").save()

    assert codes(take(office, path)) == [ErrorCode.TASK_OTHER_FILE]

    colleague.send(office)
    assert outcomes(take(office, path)) == ["taken"]
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}


def test_a_shortfall_that_was_made_good_has_no_task_to_plan(office: Laptop, tmp_path: Path) -> None:
    path = Edited(export(office, tmp_path / "a.xlsx")).type(EQ_01, who="Lê Văn Xã").save()
    office.does("answer", COMMUNE, "pc_working=14", "pc_adequate=12")

    assert codes(take(office, path)) == [ErrorCode.TASK_NO_TASK]


# What is wrong


def test_a_workbook_of_another_round_is_refused(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    other = tmp_path / "other.audit"
    office.does("round", "new", "--province", "75", "--title", "Đợt 2", "--out", str(other))

    with pytest.raises(ReadinessError) as refused, Desk(other, write=True) as desk:
        import_tasks(desk, path)

    assert refused.value.messages[0].code is ErrorCode.TASK_OTHER_ROUND


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ({"by_when": "cuối năm"}, ErrorCode.TASK_CELL, "Due on: “cuối năm” is not a day"),
        ({"by_when": "31/02/2026"}, ErrorCode.TASK_CELL, "is not a day"),
        ({"by_when": 12}, ErrorCode.TASK_CELL, "12/01/1900 cannot be right"),
        ({"done_on": True}, ErrorCode.TASK_CELL, "is not a day"),
        ({"status": "sắp xong"}, ErrorCode.TASK_CELL, "Status"),
        ({"who": DAY}, ErrorCode.TASK_CELL, "Type it as text"),
        ({"who": "#N/A"}, ErrorCode.TASK_CELL, "the error #N/A"),
        ({"note": "x" * 4001}, ErrorCode.TASK_CELL, "4001"),
        ({"commune": "99999"}, ErrorCode.TASK_MIXED, "99999/EQ-02"),
        ({"criterion": "EQ-01"}, ErrorCode.TASK_MIXED, "EQ-01"),
        ({"mark": None, "commune": "99999"}, ErrorCode.SEARCH_EMPTY, "99999"),
        ({"mark": None, "criterion": "EQ-99"}, ErrorCode.CRITERION_UNKNOWN, "EQ-99"),
        ({"mark": None, "commune": None, "who": "A"}, ErrorCode.TASK_WITHOUT_CODES, "missing"),
    ],
)
def test_a_wrong_row_is_told_and_the_others_are_taken(
    office: Laptop, tmp_path: Path, typed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    edited = Edited(export(office, tmp_path / "a.xlsx"))
    row = edited.row(OTHER)
    edited.type(EQ_01, who="Lê Văn Xã")
    for key, value in typed.items():
        cell = edited.sheet.cell(row, edited.column(key))
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "dd/mm/yyyy"

    report = take(office, edited.save())

    (refused,) = report.refused
    assert refused.number == row
    assert refused.problems[0].code is code or words in str(refused.problems[0])
    assert words in str(refused.problems[0])
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}


def test_a_row_that_is_there_twice_counts_once(office: Laptop, tmp_path: Path) -> None:
    edited = Edited(export(office, tmp_path / "a.xlsx"))
    edited.type(EQ_01, who="Lê Văn Xã")
    first, last = edited.row(EQ_01), edited.sheet.max_row + 1
    for key in COLUMNS:
        column = edited.column(key)
        edited.sheet.cell(last, column).value = edited.sheet.cell(first, column).value
        edited.sheet.cell(last + 1, column).value = edited.sheet.cell(first, column).value
    edited.sheet.cell(last + 1, edited.column("who")).value = "Trần Thị Bình"

    report = take(office, edited.save())

    assert [(row.number, row.outcome) for row in report.rows if row.task == EQ_01] == [
        (first, "taken"),
        (last, "unchanged"),
        (last + 1, "refused"),
    ]
    assert codes(report) == [ErrorCode.TASK_TWICE]


def test_merged_cells_are_told_where_something_was_typed(office: Laptop, tmp_path: Path) -> None:
    edited = Edited(export(office, tmp_path / "a.xlsx"))
    row, column = edited.row(EQ_01), get_column_letter(edited.column("who"))
    edited.type(EQ_01, who="Lê Văn Xã")
    edited.sheet.merge_cells(f"{column}{row}:{column}{row + 1}")

    report = take(office, edited.save())

    assert codes(report) == [ErrorCode.TASK_MERGED]
    assert report.refused[0].number == row


def test_a_copied_column_is_refused(office: Laptop, tmp_path: Path) -> None:
    edited = Edited(export(office, tmp_path / "a.xlsx"))
    edited.sheet.cell(1, len(COLUMNS) + 1).value = "who"

    with pytest.raises(ReadinessError, match="twice"):
        take(office, edited.save())


def test_a_formula_without_its_value_is_told(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    edited = Edited(path).type(EQ_01, who="=A1").type(OTHER, who="Lê Văn Xã")

    report = take(office, edited.save())

    assert outcomes(report) == ["refused", "taken"]
    assert "holds a formula without its value" in str(report.rows[0].problems[0])


def test_a_formula_counts_by_its_value(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    cell = f"H{Edited(path).row(EQ_01)}"

    def compute(name: str, content: bytes) -> bytes:
        formula = b'<c r="%s" t="str"><f>1</f><v>L\xc3\xaa_x005F_x0041_</v></c>' % cell.encode()
        return re.sub(rb'<c r="%s"[^>]*/>' % cell.encode(), formula, content)

    path.write_bytes(repacked(path.read_bytes(), compute))

    take(office, path)

    assert plans(office) == {EQ_01: TaskPlan(who="Lê_x0041_")}


@pytest.mark.parametrize("with_keys", [True, False])
def test_tasks_on_two_sheets_are_refused_and_both_are_named(
    office: Laptop, tmp_path: Path, *, with_keys: bool
) -> None:
    edited = Edited(moved(export(office, tmp_path / "a.xlsx"), COLUMNS, with_keys=with_keys))
    edited.book.copy_worksheet(edited.sheet).title = "Bản sao"

    with pytest.raises(ReadinessError) as refused:
        take(office, edited.save())

    assert refused.value.messages[0].code is ErrorCode.TASK_SHEETS
    assert "“Của tôi”, “Bản sao”" in str(refused.value)


def test_a_column_without_its_key_is_known_by_its_head(office: Laptop, tmp_path: Path) -> None:
    path = export(office, tmp_path / "a.xlsx")
    edited = Edited(path).type(EQ_01, who="Lê Văn Xã")
    edited.sheet.cell(1, edited.column("who")).value = None

    report = take(office, edited.save())

    assert report.missing == ()
    assert plans(office) == {EQ_01: TaskPlan(who="Lê Văn Xã")}


def test_a_column_without_key_and_head_is_told(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(office, tmp_path / "a.xlsx")
    edited = Edited(path).type(EQ_01, who="Lê Văn Xã")
    for column in edited.sheet.iter_cols(edited.column("note"), edited.column("note")):
        for each in column:
            if each.value in ("note", head("note")):
                each.value = None
    edited.save()
    capsys.readouterr()

    office.does("tasks", "import", str(path))

    assert "has no column “Note”" in capsys.readouterr().err


escapes = st.lists(
    st.sampled_from(["_x005F_", "_x0041_", "_x005F", "x0041_", "_", "x005F_", "a", "<r>", "</r>"])
    | st.text(max_size=3),
    min_size=1,
).map("".join)


@settings(max_examples=100)
@given(st.lists(escapes.map(safe_text).filter(bool), min_size=1, max_size=20))
def test_any_text_is_read_as_it_was_exported(texts: list[str]) -> None:
    packed = BytesIO()
    book = XlsxBook(packed, {"in_memory": True})
    sheet = book.add_worksheet("a", Sheet)
    for row, text in enumerate(texts, start=1):
        sheet.put(row, 1, 0, sheet.text_content(text))
    sheet.pack()
    book.close()

    (saved,) = read_book(packed.getvalue()).sheets

    assert [row[0].value for _number, row in saved.rows(100)] == texts


def test_a_workbook_without_tasks_is_told_with_its_sheets(office: Laptop, tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("Sổ tay")
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(ReadinessError, match="Sổ tay"):
        take(office, tmp_path / "a.xlsx")


# The command


def test_the_command_tells_what_came_of_it_and_fails_where_a_row_was_refused(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = Edited(export(office, tmp_path / "a.xlsx"))
    edited.type(EQ_01, who="Lê Văn Xã").type(OTHER, by_when="mai").save()
    row = edited.row(OTHER)
    capsys.readouterr()

    assert office.run("tasks", "import", str(edited.path)) == 1

    said = capsys.readouterr()
    assert f"row {row}: cell J{row}: Due on: “mai” is not a day" in said.err
    assert "1 tasks taken" in said.out
    data = office.data(capsys, "tasks", "import", str(edited.path), "--dry-run")
    assert (data["taken"], data["refused"], data["dry_run"]) == (0, 1, True)
    assert data["rows"][0]["problems"][0]["code"] == "TASK_CELL"


# Every edit comes back

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40).filter(
    lambda text: bool(clean(text)) or not text.strip()
) | st.sampled_from(["=1+1", "#N/A", "_x0041_", "<b>", "ế" * 3, "a\nb", "12", "1,5", "TRUE"])
edits = st.fixed_dictionaries(
    {},
    optional={
        "who": texts,
        "what": texts,
        "responsible": texts,
        "result": texts,
        "note": texts,
        "by_when": st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        "done_on": st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        "status": st.sampled_from([*Status]),
    },
)


@pytest.fixture(scope="module")
def short_round(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """The laptop of an office whose round has tasks; it is only read."""
    folder = tmp_path_factory.mktemp("tasks")
    held = Laptop(folder / "home", folder / "a.audit")
    language.choose("en")
    held.does("whoami", "--name", "Trần Thị Bình")
    held.does("round", "new", "--province", "75", "--title", "Đợt 1", "--out", str(held.path))
    held.does("answer", COMMUNE, *SHORT)
    export(held, folder / "a.xlsx")
    return held


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits)
def test_whatever_is_typed_comes_back(
    short_round: Laptop, tmp_path: Path, typed: dict[str, Any]
) -> None:
    language.choose("en")
    edited = Edited(short_round.path.with_name("a.xlsx"))
    edited.path = tmp_path / "edited.xlsx"
    row, wanted = edited.row(EQ_01), {}
    for key, value in typed.items():
        cell: Any = edited.sheet.cell(row, edited.column(key))
        if isinstance(value, str) and key != "status":
            # As Excel saves it; openpyxl would not escape it.
            saved = re.sub("_(?=x[0-9a-fA-F]{4}_)", "_x005F_", safe_text(value).replace("\r", ""))
            cell._value, cell.data_type = saved, "s"
            value = clean(safe_text(value))
        else:
            cell.value = value.label if isinstance(value, Status) else value
        if value and value != Status.NOT_STARTED:
            wanted[key] = value

    with short_round.at(), Desk(short_round.path) as desk:
        report = import_tasks(desk, edited.save(), dry_run=True)

    (found,) = (each for each in report.rows if each.task == EQ_01)
    assert not found.problems
    assert found.changed == wanted
    assert report.unchanged == len(report.rows) - bool(wanted)


# Hostile files


@pytest.fixture(scope="module")
def workbook(short_round: Laptop) -> bytes:
    return short_round.path.with_name("a.xlsx").read_bytes()


def repacked(workbook: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def refusal(path: Path, data: bytes) -> ErrorCode | None:
    path.write_bytes(data)
    try:
        read_task_table(path)
    except ReadinessError as error:
        return error.messages[0].code
    return None


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"\xd0\xcf\x11\xe0", b"x"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path / "a.xlsx", data) is ErrorCode.TASK_BROKEN


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    loop = tmp_path / "loop.xlsx"
    loop.symlink_to(loop)
    told = {
        tmp_path: ErrorCode.TASK_IS_FOLDER,
        tmp_path / "none.xlsx": ErrorCode.DATA_MISSING,
        loop: ErrorCode.TASK_NOT_FILE,
    }
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo.xlsx")
        told[tmp_path / "fifo.xlsx"] = ErrorCode.TASK_NOT_FILE

    for path, code in told.items():
        with pytest.raises(ReadinessError) as refused:
            read_task_table(path)
        assert refused.value.messages[0].code is code


def test_a_workbook_with_a_password_is_told(tmp_path: Path, workbook: bytes) -> None:
    container = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16")
    flagged = bytearray(workbook)
    flagged[workbook.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(tmp_path / "a.xlsx", container) is ErrorCode.TASK_LOCKED
    assert refusal(tmp_path / "a.xlsx", bytes(flagged)) is ErrorCode.TASK_LOCKED


@pytest.mark.parametrize(
    ("part", "before", "filling"),
    [
        ("xl/worksheets/sheet2.xml", b"<sheetData>", b'<row r="1">' + b"<c/>" * 7_000_000),
        ("xl/worksheets/sheet2.xml", b"<sheetData>", b'<row r="1">' + b"<c/>" * 20_000 + b"</row>"),
        ("xl/sharedStrings.xml", b"<si>", b"<si/>" * 1_100_000),
        ("xl/styles.xml", b"<xf ", b"<xf/>" * 200_000),
        ("docProps/core.xml", b"</cp:coreProperties>", b"<a/>" * 300_000),
        ("[Content_Types].xml", b"</Types>", b"<a/>" * 30_000),
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", b"<a/>" * 30_000),
    ],
)
def test_what_is_packed_small_and_read_large_is_refused(
    tmp_path: Path, workbook: bytes, part: str, before: bytes, filling: bytes
) -> None:
    def fill(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        at = content.index(before) + (len(before) if before == b"<sheetData>" else 0)
        return content[:at] + filling + content[at:]

    bomb = repacked(workbook, fill)

    assert refusal(tmp_path / "a.xlsx", bomb) is ErrorCode.TASK_TOO_LARGE


def test_a_bomb_is_measured_before_it_is_unpacked(tmp_path: Path, workbook: bytes) -> None:
    bomb = repacked(
        workbook,
        lambda name, content: bytes(20_000_000) if name.endswith("styles.xml") else content,
    )

    assert refusal(tmp_path / "a.xlsx", bomb) is ErrorCode.TASK_TOO_LARGE


def test_entities_are_never_expanded(tmp_path: Path, workbook: bytes) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    laughs += b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (c + 1, c, c, c, c) for c in range(97, 120)
    )

    def with_entities(name: str, content: bytes) -> bytes:
        if not name.endswith("sharedStrings.xml"):
            return content
        head, _end, rest = content.partition(b"?>")
        return head + b"?>" + laughs + b"]>" + rest.replace(b"</t>", b"&x;</t>", 1)

    assert refusal(tmp_path / "a.xlsx", repacked(workbook, with_entities)) is ErrorCode.TASK_BROKEN


def test_a_sheet_that_says_it_is_endless_is_read_as_far_as_it_goes(
    tmp_path: Path, workbook: bytes
) -> None:
    def endless(name: str, content: bytes) -> bytes:
        if "sheet2.xml" not in name:
            return content
        content = content.replace(b"<dimension ref=", b'<dimension ref="A1:XFD1048576" x=', 1)
        far = b'<row r="99999999999"><c r="XFD99999999999"><v>1</v></c></row></sheetData>'
        return content.replace(b"</sheetData>", far)

    data = repacked(workbook, endless)

    assert refusal(tmp_path / "a.xlsx", data) in (None, ErrorCode.TASK_BROKEN)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_broken_workbook_is_told_and_never_a_crash(
    tmp_path: Path, short_round: Laptop, data: st.DataObject
) -> None:
    workbook = short_round.path.with_name("a.xlsx").read_bytes()
    with zipfile.ZipFile(BytesIO(workbook)) as packed:
        names = packed.namelist()
    spoilt = data.draw(st.sampled_from(names))
    cut = data.draw(st.integers(0, 100))
    swap = data.draw(
        st.sampled_from(
            [(b'"1"', b'"-1"'), (b"<v>", b"<v>9"), (b'r="', b'r="Z'), (b's="', b's="9')]
        )
        | st.tuples(st.binary(min_size=1, max_size=2), st.binary(max_size=2))
    )

    def spoil(name: str, content: bytes) -> bytes | None:
        if name != spoilt:
            return content
        if cut == 0:
            return None
        return content.replace(*swap) if cut % 2 else content[: len(content) * cut // 100]

    code = refusal(tmp_path / "a.xlsx", repacked(workbook, spoil))

    assert code in (None, *(each for each in ErrorCode if each.name.startswith("TA")))


# The sheet itself


def test_the_sheet_shows_each_task_with_its_days_late_as_it_is_made(
    office: Laptop, tmp_path: Path
) -> None:
    office.does("tasks", "set", COMMUNE, "EQ-01", "--by", "01/12/2026", "--status", "late")

    *_others, last = tasks_here(office)
    office.does("tasks", "set", *last.split("/"), "--by", "30/11/2026")

    path = export(office, tmp_path / "a.xlsx")

    shown = Edited(path)
    row, column = shown.row(EQ_01), shown.column("overdue")
    # What is latest stands on top, whatever its number.
    assert min(tasks_here(office), key=shown.row) == last
    assert load_workbook(path, data_only=True).worksheets[-1].cell(row, column).value == 4
    due, status = (f"{get_column_letter(shown.column(key))}{row}" for key in ("by_when", "status"))
    day = f"${get_column_letter(shown.column('remark'))}$4"
    assert shown.sheet.cell(row, column).value == (
        f'=IF(AND(ISNUMBER({due}),{status}<>"Completed"),MAX(0,{day}-{due}),0)'
    )
    # What is late is counted up to one day, which whoever reads it may move.
    assert shown.sheet[day.replace("$", "")].value == datetime(2026, 12, 5)  # noqa: DTZ001 - a day
    assert not shown.sheet[day.replace("$", "")].protection.locked
    assert shown.sheet.row_dimensions[1].hidden
    assert shown.sheet.column_dimensions["A"].hidden
    assert len(COLUMNS) < MOST_COLUMNS
    assert [shown.sheet.cell(1, at).value for at in range(2, len(COLUMNS) + 1)] == [*COLUMNS[1:]]
    checks = {str(each.sqref).split(":")[0] for each in shown.sheet.data_validations.dataValidation}
    first = min(shown.row(task) for task in tasks_here(office))
    assert checks == {
        f"{get_column_letter(shown.column(key))}{first}" for key in ("status", *DAY_KEYS)
    }


def test_a_round_without_shortfalls_has_a_sheet_that_says_so(file: Path, tmp_path: Path) -> None:
    language.choose("en")
    office = office_of(file)

    path = export(office, tmp_path / "a.xlsx")

    texts = [cell.value for row in Edited(path).sheet.iter_rows() for cell in row]
    assert "There is nothing to be done." in texts
    assert take(office, path).rows == []


def test_the_same_round_gives_the_same_bytes(office: Laptop, tmp_path: Path) -> None:
    one, two = export(office, tmp_path / "a.xlsx"), export(office, tmp_path / "b.xlsx")

    assert one.read_bytes() == two.read_bytes()


@given(st.sampled_from(PLAN_KEYS), texts)
def test_a_digest_does_not_tell_spaces_and_unseen_signs_apart(key: str, text: str) -> None:
    assert cell_digest(clean(text)) == cell_digest(" \u200b" + clean(text) + "\n") or not clean(
        text
    )
    assert key in PLAN_KEYS


def test_a_mark_is_read_back_and_nothing_else_is(office: Laptop) -> None:
    office.does("tasks", "set", COMMUNE, "EQ-01", "--who", "A")
    for task in tasks_here(office).values():
        mark = Mark.of(task)
        assert Mark.read(mark.text()) == mark
        for broken in ("", mark.text()[:-1] + "g", mark.text() + " x", mark.task):
            assert Mark.read(broken) is None


def test_no_two_columns_have_the_same_head() -> None:
    language.choose("en")

    assert len({head(key) for key in COLUMNS}) == len(COLUMNS)
    assert json.dumps(COLUMNS)
    assert run(["tasks", "--help"]) == 0
