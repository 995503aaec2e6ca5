"""Sheet *Xã chưa đạt*: what each commune that is not green lacks, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.matrix import ReadinessClass
from checklists.reading import class_words, group_head
from checklists.summary import counted_communes
from checklists.tasks import SHORT
from criteria.language import _, count, ngettext
from exports.excel import styles
from exports.excel.long_table import Column, LongTable, begin
from exports.excel.page import A3

if TYPE_CHECKING:
    from checklists.matrix import MatrixRow
    from checklists.tasks import Task
    from exports.excel.book import Book
    from exports.excel.page import Place
    from exports.excel.styles import Look

_NAME, _CLASS, _RATING = 2, 4, 7
"""Places of columns, from 0."""
_SMALL: Final = styles.CELL.but(size=10)
_FIRST: Final = styles.CELL.but(bold=True, size=10)
_REPEATED: Final = styles.CELL.but(ink="808080", size=10, wrap=False)
"""What stands in the line above, too; every line has it, so that each can be filtered."""
_CLASS_LOOKS: Final = {each: look.but(size=10) for each, look in styles.CLASS_LOOKS.items()}


def title() -> str:
    """Return the name of the sheet."""
    return _("Communes falling short")


def write_shortfalls(book: Book) -> None:
    """Fill the sheet."""
    report = book.report
    columns = [
        Column(_("No."), 4, styles.COUNT.but(size=10)),
        Column(_("Code"), 7, styles.CODE.but(size=10)),
        Column(_("Commune, ward"), 19, _REPEATED),
        Column(group_head(report.matrix), 16, _REPEATED.but(size=9)),
        Column(_("Class"), 8, _REPEATED),
        Column(_("Criterion"), 7, styles.CODE.but(size=10)),
        Column(_("Name of the criterion"), 20, _SMALL.but(size=9)),
        Column(_("Rating"), 7, styles.CENTERED),
        Column(_("What is missing"), 88, _SMALL),
        Column(_("Why the class"), 30, _SMALL.but(size=9)),
    ]
    page = book.page(title(), [column.width for column in columns])
    short = [row for row in report.matrix.rows if row.readiness is not ReadinessClass.GREEN]
    heading = _("COMMUNES THAT FALL SHORT, AND WHAT THEY LACK")
    top = begin(book, page, heading, [_introduction(book, short)])
    table = LongTable(page, columns, top)
    tasks: dict[str, list[Task]] = {}
    for task in report.tasks:
        if task.rating in SHORT:
            tasks.setdefault(task.commune.code, []).append(task)
    for place, row in enumerate(short, start=1):
        _commune(book, table, place, row, tasks.get(row.commune.code, []))
    if table.is_empty:
        page.paragraph(table.row, _nothing(book), styles.PLAIN)
    table.finish(book, frozen=4, paper=A3, codes=[2])


def _introduction(book: Book, short: list[MatrixRow]) -> str:
    matrix = book.report.matrix
    classes = "; ".join(
        f"{each.label} {count(matrix.classes[each])}"
        for each in ReadinessClass
        if each is not ReadinessClass.GREEN and matrix.classes[each]
    )
    return _(
        "{short} of {all} are not green ({classes}). A line for each criterion that is not met or "
        "partly met; criteria that cannot be judged yet stand together in one line."
    ).format(
        short=count(len(short)),
        all=counted_communes(matrix, len(matrix.rows)),
        classes=classes or "–",
    )


def _nothing(book: Book) -> str:
    if book.report.matrix.rows:
        return _("Every commune meets every criterion that applies to it.")
    return _("The round has no communes.")


def _commune(book: Book, table: LongTable, place: int, row: MatrixRow, tasks: list[Task]) -> None:
    commune = row.commune
    to_matrix = book.find(("matrix", commune.code))
    lines = [
        (
            task.criterion.code,
            str(task.criterion.short),
            row.sign(task.criterion.code),
            styles.RATING_LOOKS[task.rating],
            "; ".join(task.shortfalls) or task.remedy,
        )
        for task in tasks
    ]
    waiting = _open(row)
    if waiting:
        lines.append(("", "", "", styles.CENTERED, waiting))
    for at, (code, name, sign, look, missing) in enumerate(lines):
        values = (
            place,
            commune.code,
            commune.name,
            row.cluster or "–",
            row.readiness.colour + (" ?" if row.doubtful else ""),
            code,
            name,
            sign,
            missing,
            class_words(row) if at == 0 else "",
        )
        first = at == 0
        looks: list[Look | None] = [None] * len(values)
        if first:
            looks[_NAME], looks[_CLASS] = _FIRST, _CLASS_LOOKS[row.readiness]
        looks[_RATING] = look
        links: list[Place | None] = [None] * len(values)
        links[_NAME] = to_matrix if first else None
        written = table.add(values, looks=looks, links=links)
        if first:
            book.keep(("shortfalls", commune.code), table.page.place(written, 3))
        if code:
            book.keep(("shortfalls", commune.code, code), table.page.place(written, 9))


def _open(row: MatrixRow) -> str:
    """Return which criteria of a commune cannot be judged yet, and why."""
    texts = []
    by_word: dict[str, list[str]] = {}
    for code, outcome in row.outcomes.items():
        if not outcome.rating.is_decided:
            word = _("Conflicting data") if code in row.conflicted else outcome.rating.label
            by_word.setdefault(word, []).append(code)
    for word, codes in by_word.items():
        if len(codes) == len(row.outcomes):
            texts.append(
                ngettext(
                    "{word}: the one criterion", "{word}: all {count} criteria", len(codes)
                ).format(word=word, count=count(len(codes)))
            )
        else:
            texts.append(f"{word}: {', '.join(codes)}")
    return "; ".join(texts)
