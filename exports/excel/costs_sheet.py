"""Sheet *Kinh phí*: what must be bought, at prices that can be changed in the sheet.

Unit prices stand in cells of their own, and every amount of the workbook is a formula
that rests on them. What is paid once and what is paid each year are never added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.figures import amount, split_costs
from checklists.purchases import purchases
from checklists.reading import group_head, groups_heading
from checklists.summary import cost_notes, funding_note
from checklists.tasks import CostSummary
from criteria.language import _
from exports.excel import appendix_sheet, styles
from exports.excel.figures import amounts, money
from exports.excel.flow import Flow
from exports.excel.long_table import begin
from exports.excel.page import A4, Formula, Place, area_name, cell_name, in_quotes
from exports.standing import price_standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.profile import Price
    from checklists.purchases import Purchase
    from checklists.tasks import Period
    from exports.excel.book import Book
    from exports.excel.figures import Figure
    from exports.excel.flow import Shown

WIDTHS: Final = (5, 9, 28, 9, 10, 11, 13, 13, 13)
MARGINS: Final = (20, 15, 20, 20)
"""Left, right, top, bottom in millimetres."""
PAGE_HEIGHT: Final = sum(WIDTHS) * 7 * 72 // 96 * (297 - 20 - 20) // (210 - 20 - 15)
"""Points of rows on a page: fitted to the width of the paper, its shape sets the height."""
QUANTITY: Final = styles.CENTERED.but(form="#,##0.##")
AT_LEAST: Final = styles.CENTERED.but(form='"≥ "#,##0.##;;"?"')
"""How many there are of something of which more may be needed."""
_FIRST_ITEM: Final = 9
"""The row of the first item: fixed, so that other sheets know where each price stands."""
_QUANTITY_COLUMN, _PRICE_COLUMN = 5, 6
PERIODS: Final[dict[Period, int]] = {"once": 7, "year": 8}
"""How something is paid for -> the column of what it comes to."""
_PRICE: Final = styles.AMOUNT.but(fill="FFF6CC", form="#,##0.0##_);-#,##0.0##_);0_)")
_NO_PRICE: Final = _PRICE.but(form=styles.GENERAL)
_SAME_PRICE: Final = _PRICE.but(fill="")
_NAME: Final = styles.CELL.but(size=10)
_SMALL: Final = styles.CELL.but(size=9)
_FOOTNOTE: Final = styles.PLAIN.but(size=9)
_NOTHING: Final[Figure] = ("", styles.AMOUNT)


def title() -> str:
    """Return the name of the sheet."""
    return _("Costs")


def price_place(at: int) -> Place:
    """Return where the price of a purchase stands, by its place among all purchases."""
    return Place(title(), cell_name(_FIRST_ITEM + at, _PRICE_COLUMN, fixed=True))


def nothing_to_buy(costs: CostSummary) -> str:
    """Return why nothing is listed."""
    if costs.open:
        return _("What must be bought cannot be computed yet: too much is still open.")
    return _("Nothing must be bought: no shortfall has a cost.")


def write_costs(book: Book) -> None:
    """Fill the sheet; keep how its amounts are computed, for the sheets before it."""
    report, held = book.report, book.report.round
    page = book.page(title(), WIDTHS)
    note = _(
        "Unit: million VND. The unit prices on yellow ground can be changed here; every amount in "
        "this workbook follows, except those inside sentences."
    )
    heading = _("EXPECTED COST OF THE REMEDIES")
    funding = funding_note(report.matrix, report.costs)
    flow = Flow(page, begin(book, page, heading, [each for each in (note, funding) if each]))
    bought = purchases(report.costs, held.catalogue)
    if bought:
        _by_item(book, flow, bought)
        flow.lay_out(
            [lambda: _by_criterion(book, flow, bought), lambda: _by_group(book, flow)], PAGE_HEIGHT
        )
    else:
        flow.line(nothing_to_buy(report.costs), styles.PLAIN)
    notes = [each for each in cost_notes(report.matrix, report.costs) if each != funding]
    flow.notes(_("How to read the figures"), notes)
    page.set_up(paper=A4, landscape=False, margins=MARGINS, foot=held.title, breaks=flow.breaks)


def _by_item(book: Book, flow: Flow, bought: tuple[Purchase, ...]) -> None:
    flow.section(_("What must be bought"), _("million VND"))
    flow.row = _FIRST_ITEM - 1
    prices = book.report.round.profile.prices
    priced = [price for each in bought if (price := prices.get(each.item.key))]
    found = [price for price in priced if price.standing != "project_default"]
    sources = list(dict.fromkeys(str(price.source) for price in found))
    rows: list[list[Shown]] = [_item(book, at, each, sources) for at, each in enumerate(bought)]
    last = _FIRST_ITEM + len(bought) - 1
    totals: list[Figure] = []
    for period, column in PERIODS.items():
        held = amount(book.report.costs, period)
        area = area_name(_FIRST_ITEM, column, last, column)
        totals.append((Formula(f"=SUM({area})", held.value), money(held)[1]))
        book.compute(("cost", period), flow.page.place(last + 1, column).reference)
    rows.append(["", _("Total"), "", "", "", *totals, ""])
    flow.table(
        [
            (_("#"), 1, styles.COUNT),
            (_("Item"), 2, _NAME),
            (_("Unit"), 1, styles.CENTERED),
            (_("Quantity"), 1, QUANTITY),
            (_("Unit price"), 1, styles.AMOUNT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
            (_("Source of price"), 1, _SMALL),
        ],
        rows,
        total=True,
    )
    for number, source in enumerate(sources, start=1):
        flow.line(f"({number}) {source.rstrip('.')}.", _FOOTNOTE)
    if len(found) < len(priced):
        words = _(
            "“Estimate”: a figure of this program without a source; put a quotation or a price "
            "paid before in its place. What each was estimated for: sheet “{sheet}”."
        )
        flow.line(words.format(sheet=appendix_sheet.title()), _FOOTNOTE)


def _item(book: Book, at: int, each: Purchase, sources: Sequence[str]) -> list[Shown]:
    price = book.report.round.profile.prices.get(each.item.key)
    total = book.find(("quantity", each.item.key, each.period))
    quantity = Formula(f"={total.reference}", each.quantity) if total else each.quantity
    return [
        at + 1,
        str(each.item.label),
        str(each.item.unit),
        (quantity, AT_LEAST if each.is_unsure else QUANTITY),
        (each.unit_price, _PRICE if price else _NO_PRICE),
        *_amounts(each, _FIRST_ITEM + at),
        _source(price, sources),
    ]


def _source(price: Price | None, sources: Sequence[str]) -> str:
    """Return how well a price is founded, and the number of its source below the table."""
    words = price_standing(price.standing if price else "")
    if price is None or str(price.source) not in sources:
        return words
    return f"{words} ({sources.index(str(price.source)) + 1})"


def _amounts(each: Purchase, row: int) -> list[Shown]:
    """Return quantity × price in the column of how it is paid for, nothing in the other."""
    text = f"={cell_name(row, _QUANTITY_COLUMN)}*{cell_name(row, _PRICE_COLUMN)}"
    look = styles.GROWING if each.may_grow else styles.AMOUNT
    return [
        (Formula(text, each.amount), look) if period == each.period else _NOTHING
        for period in PERIODS
    ]


def _by_criterion(book: Book, flow: Flow, bought: tuple[Purchase, ...]) -> None:
    report, catalogue = book.report, book.report.round.catalogue
    flow.section(_("By criterion"), _("million VND"))
    places = {(each.item.key, each.period): at for at, each in enumerate(bought)}
    by_criterion = split_costs(report.costs, lambda held: held.criterion)
    first = flow.row + 1
    rows: list[list[Shown]] = []
    for criterion in catalogue.criteria:
        own = by_criterion.get(criterion.code)
        start = first + len(rows)
        for each in purchases(own, catalogue) if own else ():
            row = first + len(rows)
            cell = price_place(places[each.item.key, each.period]).cell
            rows.append(
                [
                    len(rows) + 1,
                    criterion.code,
                    str(each.item.label),
                    str(each.item.unit),
                    (each.quantity, AT_LEAST if each.is_unsure else QUANTITY),
                    (Formula(f"={cell}", each.unit_price or 0), _SAME_PRICE),
                    *_amounts(each, row),
                    each.communes,
                ]
            )
        for period, column in PERIODS.items():
            if first + len(rows) > start:
                area = area_name(start, column, first + len(rows) - 1, column)
                summed = f"SUM({in_quotes(title())}!{area})"
                book.compute(("cost", period, "criterion", criterion.code), summed)
    flow.table(
        [
            (_("#"), 1, styles.COUNT),
            (_("Criterion"), 1, styles.CODE),
            (_("Item"), 1, _NAME),
            (_("Unit"), 1, styles.CENTERED),
            (_("Quantity"), 1, QUANTITY),
            (_("Unit price"), 1, styles.AMOUNT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
            (_("Communes that need it"), 1, styles.COUNT),
        ],
        rows,
    )


def _by_group(book: Book, flow: Flow) -> None:
    matrix = book.report.matrix
    heading = group_head(matrix)
    flow.section(groups_heading(matrix), _("million VND"))
    groups = {row.commune.code: row.cluster for row in matrix.rows}
    by_group = split_costs(book.report.costs, lambda held: groups[held.commune])
    rows: list[list[Shown]] = []
    for place, (name, held) in enumerate(matrix.groups.items(), start=1):
        costs = by_group.get(name, CostSummary())
        rows.append(
            [
                place,
                name or "–",
                len(held),
                len({entry.commune for entry in costs.entries}),
                len(costs.left_out),
                *amounts(costs, book.computed, "group", name),
            ]
        )
    everything = book.report.costs
    rows.append(
        [
            "",
            _("Total"),
            len(matrix.rows),
            len({entry.commune for entry in everything.entries}),
            len(everything.left_out),
            *amounts(everything, book.computed),
        ]
    )
    flow.table(
        [
            (_("#"), 1, styles.COUNT),
            (heading, 3, _NAME),
            (_("Units"), 1, styles.COUNT),
            (_("With costs"), 1, styles.COUNT),
            (_("Not computed"), 1, styles.COUNT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
        ],
        rows,
        total=True,
    )
