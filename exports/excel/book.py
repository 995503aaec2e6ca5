"""The workbook being written: its sheets, the looks they share, and where things stand."""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import TYPE_CHECKING, Final

from exports.excel.package import WorkbookOfParts
from exports.excel.page import Page, Place
from exports.excel.sheet import Sheet
from exports.excel.styles import PLAIN, TYPEFACE, Styles

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from checklists.report import Report
    from exports.made import Made

_OPTIONS: Final = {
    # Its own files in a folder for temporary ones could fill another disk.
    "in_memory": True,
    "default_format_properties": {"font_name": TYPEFACE, "font_size": PLAIN.size},
}


class Book:
    """A workbook being written.

    XlsxWriter writes it, not openpyxl: it stores beside each formula what it comes to, so that
    a phone's preview shows every figure, writes the same bytes each time, and is faster.
    """

    def __init__(self, report: Report, made: Made, titles: Iterable[str]) -> None:
        """Make the sheets, empty and in their order.

        Args:
            report: What is shown.
            made: When, by what, in which form.
            titles: Names of the sheets; they may be filled in any order.
        """
        self.report = report
        self.made = made
        self._content = BytesIO()
        # XlsxWriter writes into what it is given.
        self.workbook = WorkbookOfParts(self._content, deepcopy(_OPTIONS))
        self.styles = Styles(self.workbook)
        self._sheets = {title: self.workbook.add_worksheet(title, Sheet) for title in titles}
        self._places: dict[Hashable, Place] = {}
        self._formulas: dict[Hashable, str] = {}

    def page(self, title: str, widths: Sequence[int]) -> Page:
        """Return the sheet of that name, to be filled.

        Args:
            title: One of those given.
            widths: Of its columns, in digits of the default size.
        """
        return Page(self._sheets[title], self.styles, widths)

    def done(self, title: str) -> None:
        """Take note that a sheet is full: it takes less memory then."""
        self._sheets[title].pack()

    def keep(self, key: Hashable, place: Place) -> None:
        """Keep where something stands, for sheets that are filled later to lead there."""
        self._places[key] = place

    def find(self, key: Hashable) -> Place | None:
        """Return where something stands; ``None`` where no sheet filled so far shows it."""
        return self._places.get(key)

    def compute(self, key: Hashable, text: str) -> None:
        """Keep how a figure is computed: a formula without ``=``, fit for any sheet."""
        self._formulas[key] = text

    def computed(self, key: Hashable) -> str:
        """Return how a figure is computed; empty where no sheet filled so far computes it."""
        return self._formulas.get(key, "")

    def finished(self) -> bytes:
        """Return the whole file."""
        self.workbook.close()
        return self._content.getvalue()
