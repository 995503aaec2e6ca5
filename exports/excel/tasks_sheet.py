"""Sheet *Giao nhiệm vụ*: who does what by when; what is typed here can be read back.

`exports.excel.task_columns` says what the program that reads it back relies on.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from checklists.summary import counted_communes
from checklists.task_plan import DAY_KEYS, PLAN_KEYS, Status, plan_label
from checklists.tasks import task_counts
from criteria.language import _, count, day, ngettext
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.long_table import BASIS
from exports.excel.page import A3, Formula, area_name, cell_name
from exports.excel.task_columns import CLEAR, COLUMNS, COMMUNE, MARK, OVERDUE, Mark, head, sign
from exports.excel.task_columns import title as title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.tasks import Task
    from exports.excel.book import Book
    from exports.excel.page import CellValue, Page
    from exports.excel.styles import Look
    from exports.made import Made

WIDTHS: Final = {
    MARK: 4,
    "order": 5,
    COMMUNE: 7,
    "commune_name": 12,
    "criterion": 8,
    "criterion_name": 13,
    "rating": 8,
    "who": 14,
    "what": 62,
    "by_when": 10,
    "responsible": 13,
    "authority": 13,
    "result": 40,
    "status": 9,
    "done_on": 10,
    OVERDUE: 6,
    "note": 14,
    "remark": 12,
}
"""In digits of the default size."""
MARGINS: Final = (15, 10, 15, 15)
"""Left, right, top, bottom in millimetres."""
_ROW: Final = 15
_ENTRY: Final = "FFF6CC"
"""Ground of the cells in which somebody can type; almost white in a grey print."""
_DAY: Final = "dd/mm/yyyy"
_LATE: Final = '#,##0;-#,##0;""'
"""Nothing where nothing is late, so that what is late stands out."""
_SMALL: Final = styles.CELL.but(size=9)
_PLACE: Final = {
    MARK: styles.CODE.but(size=8),
    "order": styles.COUNT.but(size=10),
    COMMUNE: styles.CODE.but(size=10),
    "criterion": styles.CODE.but(size=10),
    OVERDUE: styles.CENTERED.but(size=10, form=_LATE, bold=True),
}
_TYPED: Final = _SMALL.but(fill=_ENTRY, locked=False)
_TYPED_DAY: Final = _TYPED.but(across="center", wrap=False, indent=0, form=_DAY)
_TYPED_NAME: Final = _TYPED.but(form=styles.TEXT)
_PROPOSED: Final = _TYPED.but(italic=True)
_RATINGS: Final = {
    rating: look.but(size=10, wrap=True) for rating, look in styles.RATING_LOOKS.items()
}
_FIRST: Final = 2
"""The first column that is seen."""
_TODAY: Final = (4, COLUMNS.index("remark") + 1)
"""Row and column of the day up to which what is late is counted."""


def write_tasks(book: Book) -> None:
    """Fill the sheet."""
    tasks, made = book.report.tasks, book.made
    page = book.page(title(), [WIDTHS[key] for key in COLUMNS])
    _keys(page, book.report.round.id)
    head_row = _introduction(page, book, tasks)
    first = _head(page, head_row)
    # Whoever opens the sheet should not have to look for what is late.
    late_first = sorted(tasks, key=lambda task: -task.overdue(made.last_day))
    seen: set[str] = set()
    for at, task in enumerate(late_first):
        _task(page, first + at, task, made)
        book.keep(("task", task.id), page.place(first + at, _column("criterion")))
        if task.who not in seen:
            seen.add(task.who)
            book.keep(("tasks of", task.who), page.place(first + at, _column("who")))
    last = first + len(tasks) - 1
    if tasks:
        _checks(book, page, first, last)
        page.filter(first - 1, 1, last, page.columns)
    else:
        page.band(first, _FIRST, page.columns, _("There is nothing to be done."), styles.CENTERED)
    page.codes_are_text([area_name(first, _column(COMMUNE), max(first, last), _column(COMMUNE))])
    page.freeze(first, _column("criterion") + 1)
    page.set_up(
        paper=A3,
        landscape=True,
        margins=MARGINS,
        foot=book.report.round.title,
        repeated=(head_row, first - 1),
        zoom=90,
    )


def _column(key: str) -> int:
    """Return the number of a column, from 1."""
    return COLUMNS.index(key) + 1


def _keys(page: Page, round_id: str) -> None:
    """Write the hidden row of keys, and hide the column of marks."""
    for at, key in enumerate(COLUMNS, start=1):
        page.put(1, at, sign(round_id) if key == MARK else key, _PLACE[MARK])
    page.hide_row(1)
    page.sheet.set_column(0, 0, WIDTHS[MARK], None, {"hidden": True})


def _introduction(page: Page, book: Book, tasks: Sequence[Task]) -> int:
    """Write what the table is; return the row of its head."""
    matrix, made = book.report.matrix, book.made
    page.paragraph(2, _("TASKS TO REMEDY THE SHORTFALLS"), styles.TITLE, first=_FIRST)
    today = made.last_day
    counts = task_counts(tasks, today)
    subtitle = ngettext(
        "{round}, {province}: {tasks} task in {communes}",
        "{round}, {province}: {tasks} tasks in {communes}",
        counts.all,
    ).format(
        round=matrix.round.title,
        province=matrix.round.profile.province,
        tasks=count(counts.all),
        communes=counted_communes(matrix, counts.communes),
    )
    page.paragraph(3, made.heading(subtitle), styles.SUBTITLE, first=_FIRST)
    told = _("Up to {day}: {counts}.").format(day=day(today), counts=counts.words)
    how = _(
        "Type in the light cells; what stands there in italics is proposed. Rows may be sorted and "
        "filtered. A task is done when its criterion is verified as met. The office reads this "
        "file back into the program."
    )
    # In few rows: what is frozen leaves little room for the tasks.
    page.paragraph(4, f"{told} {how}", BASIS, first=_FIRST, last=_column("status") - 1)
    # What is late is counted up to one day, here as on every other sheet; the office can move it.
    asked = _("Days overdue are counted up to:")
    look = styles.NOTE.but(across="right")
    page.band(4, _column("status"), _TODAY[1] - 1, asked, look)
    page.put(4, _TODAY[1], today, _TYPED_DAY)
    origin = f"{made.edition(matrix.round)} {made.made_line()}."
    page.paragraph(5, origin, BASIS, first=_FIRST)
    return 6


def _head(page: Page, row: int) -> int:
    """Write the head of the table; return the first row below it."""
    look = styles.HEAD.but(size=9)
    page.put(row, 1, None, look)
    page.band(row, _FIRST, _column("rating"), _("What falls short"), look)
    for key, text in CLEAR.items():
        page.put(row, _column(key), _(text), look.but(italic=True))
    page.band(row, _column("status"), page.columns, _("How far it has come"), look)
    texts = [(_(text), _column(key), _column(key), look) for key, text in CLEAR.items()]
    page.fit(row, texts, least=_ROW)
    texts = []
    for at, key in enumerate(COLUMNS, start=1):
        page.put(row + 1, at, head(key), styles.HEAD)
        page.put(row + 2, at, f"({at - 1})" if at >= _FIRST else None, styles.NUMBERS)
        if at >= _FIRST:
            texts.append((head(key), at, at, styles.HEAD))
    page.fit(row + 1, texts, least=2 * _ROW)
    return row + 3


def _task(page: Page, row: int, task: Task, made: Made) -> None:
    planned = {key: task.value(key) for key in PLAN_KEYS}
    shown: dict[str, CellValue] = {
        MARK: Mark.of(task, planned).text(),
        "order": task.order,
        COMMUNE: task.commune.code,
        "commune_name": task.commune.name,
        "criterion": task.criterion.code,
        "criterion_name": str(task.criterion.short),
        "rating": task.rating.label + ("*" if task.rated_by_person else ""),
        "remark": task.remark,
        OVERDUE: _overdue(row, task, made),
    }
    for key, held in planned.items():
        shown[key] = held.label if isinstance(held, Status) else held
    cells = [(shown[key], _look(task, key)) for key in COLUMNS]
    page.put_row(row, cells)
    texts = [
        (value, at, at, look)
        for at, (value, look) in enumerate(cells, start=1)
        if look.wrap and isinstance(value, str)
    ]
    page.fit(row, texts, least=_ROW)


def _look(task: Task, key: str) -> Look:
    if key == "rating":
        return _RATINGS[task.rating]
    if key in DAY_KEYS:
        return _TYPED_DAY
    if key == "who":
        return _TYPED_NAME
    if key in PLAN_KEYS:
        return _TYPED if task.plan.value(key) else _PROPOSED
    return _PLACE.get(key, _SMALL)


def _overdue(row: int, task: Task, made: Made) -> Formula | None:
    """Return how many days a task is late on the day that stands above the table."""
    if task.is_over:
        return None
    due = cell_name(row, _column("by_when"))
    until = cell_name(*_TODAY, fixed=True)
    status = cell_name(row, _column("status"))
    done = Status.DONE.label.replace('"', '""')
    formula = f'=IF(AND(ISNUMBER({due}),{status}<>"{done}"),MAX(0,{until}-{due}),0)'
    return Formula(formula, task.overdue(made.last_day))


def _checks(book: Book, page: Page, first: int, last: int) -> None:
    """Have Excel check what is typed, and mark what is late."""

    def area(key: str) -> str:
        return area_name(first, _column(key), last, _column(key))

    page.sheet.data_validation(
        area("status"),
        {
            "validate": "list",
            "source": [status.label for status in Status],
            "error_title": plan_label("status"),
            "error_message": _("Choose one of the list."),
        },
    )
    for key in sorted(DAY_KEYS):
        page.sheet.data_validation(
            area(key),
            {
                "validate": "date",
                "criteria": "between",
                "minimum": datetime(2000, 1, 1),  # noqa: DTZ001 - a day of the calendar
                "maximum": datetime(2100, 12, 31),  # noqa: DTZ001
                "error_title": plan_label(key),
                "error_message": _("Enter a day, like 05/12/2026."),
            },
        )
    late = book.workbook.add_format({"bg_color": f"#{styles.RATING_FILLS[Rating.NOT_MET]}"})
    page.sheet.conditional_format(
        area(OVERDUE), {"type": "cell", "criteria": ">", "value": 0, "format": late}
    )
