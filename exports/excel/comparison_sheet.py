"""Sheet *So sánh đợt*: which ratings changed since an earlier round or close, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.comparison import Direction
from checklists.trend import change_sign, reasons
from criteria.language import _, moment_of
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.long_table import (
    Column,
    LongTable,
    Total,
    begin,
    criterion_head,
    headline,
    open_table,
)
from exports.excel.page import A3, A4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.comparison import CommuneChange
    from checklists.matrix import ReadinessClass
    from checklists.trend import CriterionTrend, Trend
    from exports.excel.book import Book
    from exports.excel.styles import Look

MARGINS: Final = (20, 15, 20, 15)
_BEFORE: Final = (5, 8, 20, 21, 21)
"""Widths of the columns before the criteria: number, code, commune, class before and now."""
_CRITERION: Final = 10
_WHY: Final = 62
_SENTENCES: Final = (84,)
_CHANGE: Final = styles.CENTERED.but(size=9, form=styles.TEXT)
_LOOKS: Final = {
    Direction.BETTER: _CHANGE.but(fill=styles.RATING_FILLS[Rating.MET]),
    Direction.WORSE: _CHANGE.but(fill=styles.RATING_FILLS[Rating.NOT_MET], bold=True),
    Direction.UNCHANGED: _CHANGE,
    Direction.NOT_COMPARABLE: _CHANGE.but(fill=styles.RATING_FILLS[Rating.NOT_APPLICABLE]),
}
_REASONS: Final = styles.CELL.but(size=9, down="top")


def title() -> str:
    """Return the name of the sheet."""
    return _("Comparison")


def write_comparison(book: Book) -> None:
    """Fill the sheet."""
    trend = book.report.trend
    if trend is None:
        _nothing(book)
    else:
        _changes(book, trend)


def _nothing(book: Book) -> None:
    """Say that nothing is compared, and how it can be."""
    held = book.report.round
    page = book.page(title(), _SENTENCES)
    closes = sorted(held.closes.values(), key=lambda each: (each.closed_at, each.name))
    listed = "; ".join(f"“{each.name}” ({moment_of(each.closed_at)})" for each in closes)
    notes = [
        _("These figures are not compared with earlier ones."),
        _(
            "When this file was made, no figures of an earlier round or point in time were "
            "chosen to compare with. The office can make it again with them."
        ),
    ]
    if listed:
        notes.append(_("Closes of this round: {list}.").format(list=listed))
    row = begin(book, page, _heading())
    headline(page, row + 1, notes)
    page.set_up(paper=A4, landscape=False, margins=MARGINS, foot=held.title)


def _heading() -> str:
    return _("WHAT CHANGED: CRITERIA OF COMMUNES, BEFORE AND NOW")


def _changes(book: Book, trend: Trend) -> None:
    columns = (
        Column(_("No."), _BEFORE[0], styles.COUNT),
        Column(_("Code"), _BEFORE[1], styles.CODE),
        Column(_("Commune, ward"), _BEFORE[2]),
        Column(_("Class before"), _BEFORE[3]),
        Column(_("Class now"), _BEFORE[4]),
        *(Column(criterion_head(each.criterion), _CRITERION, _CHANGE) for each in trend.criteria),
        Column(_("Why"), _WHY, _REASONS),
    )
    page = book.page(title(), [column.width for column in columns])
    table = open_table(
        book,
        page,
        _heading(),
        columns,
        said=trend.sentences,
        notes=[_legend()],
        totals=_totals(trend.criteria),
    )
    for place, change in enumerate(trend.communes, start=1):
        row = _row(book, table, place, change, trend.criteria)
        book.keep(("change", change.after.commune.code), page.place(row, 3))
    if table.is_empty:
        words = _("No rating and no class of a commune differs.")
        page.paragraph(table.row, words, styles.PLAIN.but(lines="all"))
    table.finish(book, frozen=4, paper=A3, codes=(2,))


def _legend() -> str:
    letters = "; ".join(f"{rating.letter}: {rating.label}" for rating in Rating)
    return _(
        "Listed are the communes of which a rating or the class differs, first those with "
        "something better (↑) or worse (↓). Without an arrow: not comparable, as it was or is open "
        "or not applicable. {letters}; *: set by a person against the rules."
    ).format(letters=letters)


def _totals(criteria: Sequence[CriterionTrend]) -> list[Total]:
    return [
        Total(_("Communes that met it before"), [*(each.met_before for each in criteria), ""]),
        Total(_("Communes that meet it now"), [*(each.met_after for each in criteria), ""]),
        Total(_("… of these not rated before"), [*(each.newly_met for each in criteria), ""]),
        *(
            Total(words, [*(each.count(direction) for each in criteria), ""])
            for words, direction in (
                (_("Better"), Direction.BETTER),
                (_("Worse"), Direction.WORSE),
                (_("Unchanged"), Direction.UNCHANGED),
                (_("Not comparable"), Direction.NOT_COMPARABLE),
            )
        ),
    ]


def _row(
    book: Book,
    table: LongTable,
    place: int,
    held: CommuneChange,
    criteria: Sequence[CriterionTrend],
) -> int:
    changed = {each.code: each for each in held.changed}
    shown = [changed.get(each.criterion.code) for each in criteria]
    looks: list[Look | None] = [
        None,
        None,
        None,
        _class_look(held.before.readiness),
        _class_look(held.after.readiness),
        *(_LOOKS[each.direction] if each is not None else None for each in shown),
    ]
    return table.add(
        [
            place,
            held.after.commune.code,
            held.after.commune.name,
            held.before.class_sign,
            held.after.class_sign,
            *(change_sign(each) if each is not None else "" for each in shown),
            "\n".join(reasons(held)),
        ],
        looks=looks,
        links=(None, None, book.find(("matrix", held.after.commune.code))),
    )


_CLASS_LOOKS: Final = {
    readiness: look.but(wrap=True, size=10) for readiness, look in styles.CLASS_LOOKS.items()
}


def _class_look(readiness: ReadinessClass) -> Look:
    return _CLASS_LOOKS[readiness]
