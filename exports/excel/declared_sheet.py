"""Sheet *Tự khai và xác minh*: what communes declared, beside what auditors found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.declared import Verdict, declared_sentence
from criteria.language import _, ngettext
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
    from collections.abc import Callable, Sequence

    from checklists.declared import Declared, DeclaredRow, Pair, Tally
    from exports.excel.book import Book
    from exports.excel.figures import Figure
    from exports.excel.page import CellValue

MARGINS: Final = (20, 15, 20, 15)
_PAIR: Final = styles.CENTERED.but(size=9, form=styles.TEXT)
_LOOKS: Final = {
    Verdict.CONFIRMED: _PAIR,
    Verdict.LOWER: _PAIR.but(fill=styles.RATING_FILLS[Rating.NOT_MET], bold=True),
    Verdict.HIGHER: _PAIR.but(fill=styles.RATING_FILLS[Rating.MET]),
    Verdict.NOT_VERIFIED: _PAIR.but(fill=styles.RATING_FILLS[Rating.INSUFFICIENT]),
    Verdict.NOT_APPLICABLE: _PAIR.but(fill=styles.RATING_FILLS[Rating.NOT_APPLICABLE]),
    Verdict.NOT_DECLARED: _PAIR,
}


def title() -> str:
    """Return the name of the sheet."""
    return _("Declared and verified")


def write_declared(book: Book) -> None:
    """Fill the sheet."""
    declared = book.report.declared
    if declared.rows:
        _table(book, declared)
    else:
        _nothing(book)


def _heading() -> str:
    return _("DECLARED BY THE COMMUNES, AND VERIFIED BY THE AUDITORS")


def _nothing(book: Book) -> None:
    held = book.report.round
    page = book.page(title(), (84,))
    row = begin(book, page, _heading())
    words = declared_sentence(book.report.declared, book.report.matrix)
    headline(page, row + 1, [words])
    page.set_up(paper=A4, landscape=False, margins=MARGINS, foot=held.title)


def _table(book: Book, declared: Declared) -> None:
    criteria = book.report.round.catalogue.criteria
    shown = [each for each in criteria if _is_declared(declared, each.code)]
    silent = [each.code for each in criteria if each not in shown]
    columns = (
        Column(_("No."), 5, styles.COUNT),
        Column(_("Code"), 8, styles.CODE),
        Column(_("Commune, ward"), 22),
        Column(_("Declared met"), 9, styles.COUNT),
        Column(_("Verified"), 9, styles.COUNT),
        Column(_("Still met"), 9, styles.COUNT),
        Column(_("Share still met"), 9, styles.PERCENT),
        Column(_("Not verified yet"), 9, styles.COUNT),
        *(Column(criterion_head(each), 10, _PAIR) for each in shown),
    )
    page = book.page(title(), [column.width for column in columns])
    codes = [each.code for each in shown]
    table = open_table(
        book,
        page,
        _heading(),
        columns,
        said=[declared_sentence(declared, book.report.matrix)],
        notes=[_legend(), _silent(silent)],
        totals=_totals(declared, codes),
    )
    for place, row in enumerate(declared.rows, start=1):
        at = _row(book, table, place, row, codes)
        book.keep(("declared", row.commune.code), page.place(at, 3))
    table.finish(book, frozen=4, paper=A3, codes=(2,))


def _legend() -> str:
    letters = "; ".join(f"{rating.letter}: {rating.label}" for rating in Rating)
    return _(
        "In a cell: declared → verified; with “=” both say the same, “?” not verified yet; blank: "
        "nothing was declared that gives a rating. {letters}."
    ).format(letters=letters)


def _is_declared(declared: Declared, code: str) -> bool:
    """Return whether any commune declared something that gives a rating."""
    return any(row.pairs[code].verdict is not Verdict.NOT_DECLARED for row in declared.rows)


def _silent(codes: list[str]) -> str:
    """Say which criteria have no column, and why; empty where each has one."""
    if not codes:
        return ""
    return ngettext(
        "Without a column, as no commune declared anything that gives a rating: {codes}.",
        "Without columns, as no commune declared anything that gives a rating: {codes}.",
        len(codes),
    ).format(codes=", ".join(codes))


def _totals(declared: Declared, codes: Sequence[str]) -> list[Total]:
    """Return the sums in the head: each over all where its column is, and by criterion."""

    def row(label: str, figure: Callable[[Tally], CellValue | Figure], column: int) -> Total:
        over_all: list[CellValue | Figure] = [""] * 5
        if column >= 0:
            over_all[column] = figure(declared.total)
        by_criterion = [figure(tally) for tally in map(declared.by_criterion.__getitem__, codes)]
        return Total(label, [*over_all, *by_criterion])

    return [
        row(_("Declared met"), lambda tally: tally.declared_met, 0),
        row(_("of these verified"), lambda tally: tally.verified, 1),
        row(_("still met"), lambda tally: tally.stayed_met, 2),
        row(_("Share still met"), _share, 3),
        row(_("found partly met"), lambda tally: tally.became(Rating.PARTLY_MET), -1),
        row(_("found not met"), lambda tally: tally.became(Rating.NOT_MET), -1),
        row(_("not verified yet"), lambda tally: tally.not_verified, 4),
    ]


def _share(tally: Tally) -> Figure:
    share = tally.share
    return ("–" if share is None else share), styles.PERCENT


def _row(book: Book, table: LongTable, place: int, row: DeclaredRow, codes: Sequence[str]) -> int:
    tally = row.tally
    pairs = [row.pairs[code] for code in codes]
    share = tally.share
    return table.add(
        [
            place,
            row.commune.code,
            row.commune.name,
            tally.declared_met,
            tally.verified,
            tally.stayed_met,
            "–" if share is None else share,
            tally.not_verified,
            *map(pair_sign, pairs),
        ],
        looks=[*[None] * 8, *(_LOOKS[pair.verdict] for pair in pairs)],
        links=(None, None, book.find(("matrix", row.commune.code))),
    )


def pair_sign(pair: Pair) -> str:
    """Return ``Đ→CĐ ↓``: what was declared and what was found; ``Đ =`` where it stood."""
    verdict = pair.verdict
    if verdict is Verdict.NOT_DECLARED:
        return ""
    if verdict is Verdict.CONFIRMED:
        return f"{pair.declared.letter} ="
    if verdict is Verdict.NOT_VERIFIED:
        return f"{pair.declared.letter}→?"
    return f"{pair.declared.letter}→{pair.verified.letter} {verdict.sign}".rstrip()
