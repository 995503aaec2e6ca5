"""Sheet *Kinh phí theo xã*: how many of each item each commune needs, and what that costs."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from checklists.figures import split_costs
from checklists.purchases import open_items, purchases
from checklists.reading import group_head
from checklists.tasks import CostSummary
from criteria.language import _
from exports.excel import costs_sheet, styles
from exports.excel.costs_sheet import AT_LEAST, PERIODS, QUANTITY
from exports.excel.figures import amounts
from exports.excel.long_table import MARGINS, ROW, begin_low, lead_below
from exports.excel.page import A3, Formula, area_name, in_quotes

if TYPE_CHECKING:
    from checklists.matrix import MatrixRow
    from checklists.purchases import Purchase
    from checklists.tasks import Period
    from exports.excel.book import Book
    from exports.excel.page import CellValue, Page
    from exports.excel.styles import Look

BEFORE: Final = (5, 8, 24, 20, 4)
"""Widths of number, code, commune, cluster and, out of sight, the number of the cluster."""
_NAME_LINE: Final = Decimal("2.25")
"""Width of a line of the name of an item that is turned on its side, in digits."""
_LEAST_LINES: Final = 3
AMOUNT: Final = 13
_GROUP: Final = len(BEFORE)
_FIRST_ITEM: Final = len(BEFORE) + 1
_NAME: Final = styles.HEAD.but(size=9, bold=False, turned=True)
_NAME_HEIGHT: Final = 86
"""Points; the names of items, turned on their side, in three lines or, the longest, more."""
_CLUSTER: Final = styles.CELL.but(size=10)
_UNIT: Final = styles.CENTERED.but(size=9, italic=True)
_PRICE: Final = styles.CENTERED.but(size=9, form="#,##0.###")
_LABEL: Final = styles.CELL.but(bold=True, across="right")
_TOTAL: Final = QUANTITY.but(bold=True)
_TOTAL_AT_LEAST: Final = AT_LEAST.but(bold=True)


def title() -> str:
    """Return the name of the sheet."""
    return _("Costs by commune")


def write_costs_by_commune(book: Book) -> None:
    """Fill the sheet; keep where its sums stand, for the sheets before it."""
    report, held = book.report, book.report.round
    bought = purchases(report.costs, held.catalogue)
    widths = [_width(str(each.item.label)) for each in bought]
    page = book.page(title(), (*BEFORE, *widths, AMOUNT, AMOUNT))
    page.hide_column(_GROUP)
    note = _(
        "How many each commune still needs; an empty cell: none; “?”: not known yet how many. "
        "Amounts in million VND, at the unit prices of the sheet “{sheet}”."
    ).format(sheet=costs_sheet.title())
    heading = _("EXPECTED COST OF EACH COMMUNE")
    top = begin_low(book, page, heading, leads=bool(bought))
    if bought:
        table = _Table(book, page, bought, top)
        table.write_head()
        table.write_communes()
        table.write_totals()
        table.write_prices()
        page.paragraph(table.prices + 1, note, styles.NOTE)
        lead_below(page, table.last + 1)
    else:
        page.paragraph(top, costs_sheet.nothing_to_buy(report.costs), styles.PLAIN)
    page.set_up(
        paper=A3,
        landscape=True,
        margins=MARGINS,
        foot=held.title,
        repeated=(top, top + 1) if bought else None,
        zoom=90,
    )


def _width(name: str) -> int:
    """Return the width of the column of an item, whose name stands turned on its side."""
    lines = styles.lines_needed(name, _NAME_HEIGHT * 96 // 72 // styles.DIGIT, _NAME)
    return math.ceil(max(_LEAST_LINES, lines) * _NAME_LINE)


class _Table:
    """Communes × items, with what that comes to."""

    def __init__(self, book: Book, page: Page, bought: tuple[Purchase, ...], top: int) -> None:
        self.book, self.page, self.bought, self.top = book, page, bought, top
        self.first = top + 2
        self.last = self.first + len(book.report.matrix.rows) - 1
        # Below the sums: what is frozen above the rows leaves room for few lines.
        self.prices = self.last + 3
        self.end = _FIRST_ITEM + len(bought)
        self._keys = [(each.period, each.item.key) for each in bought]
        self._columns = {
            period: [at for at, each in enumerate(bought, _FIRST_ITEM) if each.period == period]
            for period in PERIODS
        }

    def write_head(self) -> None:
        """Write the names of the items, and the numbers of the columns."""
        page, top = self.page, self.top
        before = [_("No."), _("Code"), _("Commune, ward"), group_head(self.book.report.matrix)]
        for column, name in enumerate([*before, ""], start=1):
            page.put(top, column, name, styles.HEAD)
        for column, each in enumerate(self.bought, start=_FIRST_ITEM):
            page.put(top, column, str(each.item.label), _NAME)
        for column, name in enumerate((_("Cost once"), _("Cost a year")), start=self.end):
            page.put(top, column, name, styles.HEAD)
        for column in range(1, page.columns + 1):
            shown = "" if column == _GROUP else f"({column - (column > _GROUP)})"
            page.put(top + 1, column, shown, styles.NUMBERS)
        page.set_height(top, _NAME_HEIGHT)
        page.set_height(top + 1, ROW - 1)

    def write_prices(self) -> None:
        """Write units and prices of the items, on which the amounts rest, below the sums."""
        page, units = self.page, self.prices - 1
        for row, label in ((units, _("Unit")), (self.prices, _("Unit price"))):
            page.band(row, 1, _GROUP, label, _LABEL)
            page.set_height(row, ROW)
        for at, each in enumerate(self.bought):
            column, price = _FIRST_ITEM + at, costs_sheet.price_place(at).reference
            page.put(units, column, str(each.item.unit), _UNIT)
            page.put(self.prices, column, Formula(f"={price}", each.unit_price or 0), _PRICE)
        for column in (self.end, self.end + 1):
            page.put(units, column, _("million VND"), _UNIT)
            page.put(self.prices, column, None, _PRICE)

    def write_communes(self) -> None:
        """Write a row for each commune."""
        page, matrix = self.page, self.book.report.matrix
        groups = {name: number for number, name in enumerate(matrix.groups, start=1)}
        by_commune = split_costs(self.book.report.costs, lambda held: held.commune)
        nothing = CostSummary()
        for at, row in enumerate(matrix.rows, start=self.first):
            costs = by_commune.get(row.commune.code, nothing)
            self._commune(at, row, groups[row.cluster], costs)
        page.freeze(self.first, 4)
        page.filter(self.first - 1, 1, self.last, page.columns)
        page.codes_are_text([area_name(self.first, 2, self.last, 2)])

    def _commune(self, at: int, row: MatrixRow, group: int, costs: CostSummary) -> None:
        page, name = self.page, row.commune.name
        cells: list[tuple[CellValue, Look]] = [
            (at - self.first + 1, styles.COUNT),
            (row.commune.code, styles.CODE),
            (name, styles.CELL),
            (row.cluster or "–", _CLUSTER),
            (group, styles.COUNT),
        ]
        catalogue = self.book.report.round.catalogue
        needed = {(p.period, p.item.key): p for p in purchases(costs, catalogue)}
        still_open = open_items(costs, catalogue)
        for key in self._keys:
            own = needed.get(key)
            if own is None:
                # With none known so far its look shows a question mark, and sums it as none.
                cells.append((0 if key in still_open else None, AT_LEAST))
            else:
                cells.append((own.quantity, AT_LEAST if own.is_unsure else QUANTITY))
        for period, (value, look) in zip(PERIODS, amounts(costs), strict=True):
            place = page.place(at, len(cells) + 1)
            self.book.compute(("cost", period, "commune", row.commune.code), place.reference)
            cells.append((self._paid(period, at, value), look))
        page.put_row(at, cells)
        if to := self.book.find(("matrix", row.commune.code)):
            page.lead(at, 3, name, to)
        texts = [(name, 3, 3, styles.CELL), (row.cluster, 4, 4, _CLUSTER)]
        page.fit(at, texts, least=ROW)

    def _paid(self, period: Period, row: int, value: CellValue) -> CellValue:
        """Return quantities × prices of what is paid for in this way."""
        columns = self._columns[period]
        if not columns or not isinstance(value, Decimal):
            return value
        quantities = area_name(row, columns[0], row, columns[-1])
        prices = area_name(self.prices, columns[0], self.prices, columns[-1], fixed_rows=True)
        return Formula(f"=SUMPRODUCT({quantities},{prices})", value)

    def write_totals(self) -> None:
        """Write the sums of all communes; keep where they stand and how groups are summed."""
        page, book, row = self.page, self.book, self.last + 1
        page.band(row, 1, _GROUP, _("Total"), _LABEL)
        for column, each in enumerate(self.bought, start=_FIRST_ITEM):
            total = Formula(f"=SUM({self._column(column)})", each.quantity)
            page.put(row, column, total, _TOTAL_AT_LEAST if each.is_unsure else _TOTAL)
            book.keep(("quantity", each.item.key, each.period), page.place(row, column))
        numbers = self._elsewhere(_GROUP)
        for column, (period, (value, look)) in enumerate(
            zip(PERIODS, amounts(book.report.costs), strict=True), start=self.end
        ):
            text = f"=SUM({self._column(column)})"
            shown = Formula(text, value) if isinstance(value, Decimal) else value
            page.put(row, column, shown, look.but(bold=True))
            for at, name in enumerate(book.report.matrix.groups, start=1):
                summed = f"SUMIF({numbers},{at},{self._elsewhere(column)})"
                book.compute(("cost", period, "group", name), summed)
        page.set_height(row, ROW)

    def _column(self, column: int) -> str:
        return area_name(self.first, column, self.last, column)

    def _elsewhere(self, column: int) -> str:
        """Return a column of the table as it stands in a formula of another sheet."""
        area = area_name(self.first, column, self.last, column, fixed_rows=True)
        return f"{in_quotes(self.page.title)}!{area}"
