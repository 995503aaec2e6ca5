"""Sheet *Theo tiêu chí*: the criteria from the weakest on, who falls short, and on what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.figures import split_costs
from checklists.reading import letters_key
from checklists.tasks import CostSummary, most_lacking
from criteria.language import _, count, ngettext
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.charts import RATING_PAINTS, Bars, Part, Spot, draw_bars
from exports.excel.figures import amounts, share_met
from exports.excel.flow import Flow
from exports.excel.long_table import begin
from exports.excel.page import A3, area_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.excel.book import Book
    from exports.excel.flow import Column, Shown
    from exports.excel.page import Page

RATINGS: Final = tuple(RATING_PAINTS)
"""In the order of columns and of the parts of a bar: from not met to met."""
_BEFORE: Final = (5, 9, 30)
"""Widths of number, code, criterion."""
_FIGURES: Final = (7, 7, 7, 7, 7, 7, 10, 12, 12)
"""Widths of the ratings, share met, cost once and a year."""
_BESIDE: Final = (26, 46)
"""Widths of the columns beside the table, where the chart stands."""
WIDTHS: Final = (*_BEFORE, *_FIGURES, *_BESIDE)
MARGINS: Final = (20, 15, 20, 15)
"""Left, right, top, bottom in millimetres."""
MOST_NAMES: Final = 30
"""More names of communes in one cell are not read; the matrix has them all."""
MOST_LACKS: Final = 4
_BAR: Final = 22
"""Points of a row with a bar beside it."""
_TITLE: Final = 30
"""Points of the head of the table, beside which the title of the chart stands."""
_LEGEND: Final = 84
"""Points below the bars: axis and legend."""
_NAME: Final = styles.CELL.but(size=10)
_TEXT: Final = styles.CELL.but(size=10, down="top")


def title() -> str:
    """Return the name of the sheet."""
    return _("By criterion")


def write_criteria(book: Book) -> None:
    """Fill the sheet."""
    page = book.page(title(), WIDTHS)
    flow = Flow(page, begin(book, page, _("CRITERIA, WEAKEST FIRST")))
    codes = book.report.matrix.by_weakness
    _counts(book, flow, codes)
    head = _who_and_what(book, flow)
    page.set_up(
        paper=A3,
        landscape=True,
        margins=MARGINS,
        foot=book.report.round.title,
        repeated=(head, head) if head else None,
        zoom=90,
    )


def _counts(book: Book, flow: Flow, codes: Sequence[str]) -> None:
    """Write how many communes have which rating, as figures and as bars."""
    matrix, catalogue = book.report.matrix, book.report.round.catalogue
    flow.section(_("Number of communes by rating"), _("unit of cost: million VND"))
    costs = split_costs(book.report.costs, lambda held: held.criterion)
    rows: list[list[Shown]] = []
    for place, code in enumerate(codes, start=1):
        counts = matrix.by_criterion[code]
        own = costs.get(code, CostSummary())
        rows.append(
            [
                place,
                code,
                str(catalogue.criterion(code).short),
                *[(counts[rating], _look(rating, counts[rating])) for rating in RATINGS],
                share_met(counts),
                *amounts(own, book.computed, "criterion", code),
            ]
        )
    columns: list[Column] = [
        (_("#"), 1, styles.COUNT),
        (_("Code"), 1, styles.CODE),
        (_("Criterion"), 1, _NAME),
        *[(rating.letter, 1, styles.COUNT) for rating in RATINGS],
        (_("Share met"), 1, styles.PERCENT),
        (_("Cost once"), 1, styles.AMOUNT),
        (_("Cost a year"), 1, styles.AMOUNT),
    ]
    places = [book.find(("matrix", code)) for code in codes]
    head = flow.table(columns, rows, links=places, link_in=1)
    page = flow.page
    page.set_height(head, max(_TITLE, page.height(head, head + 1)))
    for row, code in enumerate(codes, start=head + 1):
        page.set_height(row, max(_BAR, page.height(row, row + 1)))
        book.keep(("criterion", code), page.place(row, 2))
    _chart(book, page, (head, flow.row - 1), codes)
    letters = letters_key() + " " + _("Weakest first: most communes not met, then partly met.")
    page.paragraph(flow.row, letters, styles.NOTE, last=len(_BEFORE) + len(_FIGURES))
    page.set_height(flow.row, max(_LEGEND, page.height(flow.row, flow.row + 1)))
    flow.row += 1


def _look(rating: Rating, amount: int) -> styles.Look:
    """Return the look of a count: filled where there is something to see."""
    return _FILLED[rating] if amount and rating is not Rating.MET else styles.COUNT


_FILLED: Final = {
    rating: styles.COUNT.but(fill=fill, bold=rating is Rating.NOT_MET)
    for rating, fill in styles.RATING_FILLS.items()
}


def _chart(book: Book, page: Page, rows: tuple[int, int], codes: Sequence[str]) -> None:
    """Draw the bars beside the table, each beside its own row."""
    head, last = rows
    if last == head:
        return
    counts = book.report.matrix.by_criterion
    above, high = page.height(head, head + 1), page.height(head + 1, last + 1)
    whole = above + high + _LEGEND
    column = len(_BEFORE) + len(_FIGURES) + 1
    bars = Bars(
        title=_("Communes by rating, criterion by criterion"),
        unit=_("Number of communes"),
        names=area_name(head + 1, 2, last, 2),
        labels=codes,
        parts=[
            Part(
                rating.in_words,
                RATING_PAINTS[rating],
                area_name(head + 1, at, last, at),
                [counts[code][rating] for code in codes],
            )
            for at, rating in enumerate(RATINGS, start=len(_BEFORE) + 1)
        ],
    )
    spot = Spot(
        row=head,
        column=column,
        width=sum(_BESIDE) * styles.DIGIT,
        # A little less, so that no line of it falls on the next page.
        height=(whole - 4) * 96 // 72,
        bars=(above / (whole - 4), high / (whole - 4)),
        left=0.11,
    )
    draw_bars(book, page, bars, spot, _("Bars: the figures of the table beside it."))


def _who_and_what(book: Book, flow: Flow) -> int:
    """Write who falls short of each criterion, and on what.

    Returns:
        The row of the head; 0 where nobody falls short.
    """
    matrix, catalogue = book.report.matrix, book.report.round.catalogue
    codes = matrix.weakest
    flow.section(_("Who falls short, and what is missing most often"))
    if not codes:
        flow.line(_("No criterion is rated not met or partly met so far."), styles.PLAIN)
        return 0
    lacking = most_lacking(book.report.tasks)
    rows: list[list[Shown]] = []
    for place, code in enumerate(codes, start=1):
        by_rating: dict[Rating, list[str]] = {}
        for row in matrix.rows:
            by_rating.setdefault(row.outcomes[code].rating, []).append(row.commune.short_name)
        rows.append(
            [
                place,
                code,
                str(catalogue.criterion(code).title),
                _names(by_rating.get(Rating.NOT_MET, [])),
                _names(by_rating.get(Rating.PARTLY_MET, [])),
                _lacks(lacking.get(code, [])),
            ]
        )
    columns: list[Column] = [
        (_("#"), 1, styles.COUNT.but(down="top")),
        (_("Code"), 1, styles.CODE.but(down="top")),
        (_("Criterion"), 1, _TEXT),
        (_("Communes not met"), 6, _TEXT),
        (_("Communes partly met"), len(_FIGURES) - 6 + 1, _TEXT),
        (_("Most often missing (communes)"), 1, _TEXT),
    ]
    places = [book.find(("matrix", code)) for code in codes]
    head = flow.table(columns, rows, links=places, link_in=1)
    for at, code in enumerate(codes, start=head + 1):
        book.keep(("criterion", code), flow.page.place(at, 2))
    others = [code for code in matrix.by_weakness if code not in codes]
    if others:
        text = _("No commune is rated not met or partly met so far on: {codes}.")
        flow.line(text.format(codes=", ".join(others)), styles.NOTE)
    return head


def _names(names: Sequence[str]) -> str:
    """Return how many communes there are, and their names as far as they are read."""
    if not names:
        return "–"
    text = f"{count(len(names))}: " + ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    if more <= 0:
        return text
    return text + ngettext(
        " and {count} more (see the matrix)", " and {count} more (see the matrix)", more
    ).format(count=count(more))


def _lacks(found: Sequence[tuple[str, int]]) -> str:
    """Return what is missing most often, each in a line with the number of communes."""
    if not found:
        return "–"
    lines = [f"{subject} ({count(amount)})" for subject, amount in found[:MOST_LACKS]]
    more = len(found) - MOST_LACKS
    if more > 0:
        lines.append(
            ngettext("… and {count} other thing", "… and {count} other things", more).format(
                count=count(more)
            )
        )
    return "\n".join(lines)
