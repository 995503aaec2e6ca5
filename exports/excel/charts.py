"""Native charts: bars that read in colour on a projector and in grey on paper.

Each rating and class has the colour of its cells: from dark to light as it gets better. A
bar of ratings has a pattern, too, where a criterion does not count or is not decided, so
that a copy without colours still tells them apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from criteria.rating import Rating
from exports.excel.page import in_quotes
from exports.excel.styles import CLASS_FILLS, RATING_FILLS, TYPEFACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports.excel.book import Book
    from exports.excel.page import Page

_CELL: Final = re.compile("([A-Z]+)([0-9]+)")
_HIDE_ZERO: Final = "#,##0;;;"
_LEAST_LABELLED: Final = 0.03
"""A shorter part of a bar, as a share of the longest one, has no room for its figure."""
_FEW: Final = 10
_LINE: Final = {"color": "#595959", "width": 0.5}


class Paint(NamedTuple):
    """How a part of a bar looks.

    Attributes:
        ground: Colour, RRGGBB.
        pattern: XlsxWriter's name of a pattern; empty for none.
        lines: Colour of the pattern.
    """

    ground: str
    pattern: str = ""
    lines: str = ""


RATING_PAINTS: Final = {
    rating: Paint(RATING_FILLS[rating], *pattern)
    for rating, pattern in {
        Rating.NOT_MET: (),
        Rating.PARTLY_MET: (),
        Rating.INSUFFICIENT: ("wide_upward_diagonal", "A9C3DC"),
        Rating.UNAUDITED: (),
        Rating.NOT_APPLICABLE: ("percent_20", "A6A6A6"),
        Rating.MET: (),
    }.items()
}
"""In the order of a bar: what is worst stands at the axis, where lengths compare best."""
CLASS_PAINTS: Final = {each: Paint(fill) for each, fill in CLASS_FILLS.items()}


class Part(NamedTuple):
    """One part of each bar.

    Attributes:
        name: In the legend.
        paint: How it looks.
        cells: Where the figures stand, such as ``D5:D20``.
        values: The figures, from the first bar on.
    """

    name: str
    paint: Paint
    cells: str
    values: Sequence[int]


class Bars(NamedTuple):
    """Bars made of parts, and where their figures stand.

    Attributes:
        title: Above them; empty for none.
        unit: What is counted, at the axis; empty for no axes.
        names: Where the names of the bars stand, such as ``B5:B20``.
        labels: These names, from the first bar on.
        parts: From the axis outwards.
    """

    title: str
    unit: str
    names: str
    labels: Sequence[str]
    parts: Sequence[Part]


class Spot(NamedTuple):
    """Where a chart stands.

    Attributes:
        row: Upper row, from 1.
        column: Left column, from 1.
        width: Pixels.
        height: Pixels.
        bars: Share of the height above the bars, and of that of the bars themselves.
        left: Share of the width left of the bars, for their names.
    """

    row: int
    column: int
    width: int
    height: int
    bars: tuple[float, float]
    left: float


def draw_bars(book: Book, page: Page, bars: Bars, spot: Spot, description: str) -> None:
    """Draw bars that lie across, the first on top.

    Args:
        book: That the sheet is of.
        page: With the figures.
        bars: What is drawn.
        spot: Where.
        description: Of the chart, for readers who do not see it.
    """
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    sheet = in_quotes(page.title)
    longest = max(map(sum, zip(*(part.values for part in bars.parts), strict=True)), default=0)
    for part in bars.parts:
        chart.add_series(
            {
                # A name that is given as text is not looked up as a formula.
                "name": part.name,
                "categories": _fixed(sheet, bars.names),
                "categories_data": list(bars.labels),
                "values": _fixed(sheet, part.cells),
                "values_data": list(part.values),
                **_painted(part.paint),
                "data_labels": _labels(part, longest),
                "gap": 35,
            }
        )
    above, high = spot.bars
    chart.set_title(
        {"name": bars.title, "name_font": _font(12, bold=True), "overlay": False}
        if bars.title
        else {"none": True}
    )
    # XlsxWriter calls the axis of the names y where bars lie across.
    chart.set_y_axis(
        {
            "visible": bool(bars.unit),
            "reverse": True,
            "num_font": _font(10),
            "line": _LINE,
            "crossing": "max",
        }
    )
    chart.set_x_axis(
        {
            "visible": bool(bars.unit),
            "name": bars.unit,
            "name_font": _font(10, italic=True),
            "num_font": _font(9),
            "num_format": "#,##0",
            "min": 0,
            "max": max(1, longest),
            # Halves of communes are none.
            "major_unit": 1 if longest <= _FEW else None,
            "major_gridlines": {"visible": False},
            "line": _LINE,
        }
    )
    chart.set_legend({"position": "bottom", "font": _font(10)})
    width = 0.97 - spot.left
    chart.set_plotarea({"layout": {"x": spot.left, "y": above, "width": width, "height": high}})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_size({"width": spot.width, "height": spot.height})
    options = {"object_position": 1, "description": description}
    page.sheet.insert_chart(spot.row - 1, spot.column - 1, chart, options)


def _fixed(sheet: str, area: str) -> str:
    """Return cells of a sheet as charts refer to them."""
    return f"={sheet}!" + ":".join(_CELL.sub(r"$\1$\2", cell) for cell in area.split(":"))


def _font(size: int, *, bold: bool = False, italic: bool = False) -> dict[str, Any]:
    return {
        "name": TYPEFACE,
        "size": size,
        "bold": bold,
        "italic": italic,
        "color": "#000000",
    }


def _painted(paint: Paint) -> dict[str, Any]:
    if paint.pattern:
        pattern = {
            "pattern": paint.pattern,
            "fg_color": f"#{paint.lines}",
            "bg_color": f"#{paint.ground}",
        }
        return {"pattern": pattern, "border": _LINE}
    return {"fill": {"color": f"#{paint.ground}"}, "border": _LINE}


def _labels(part: Part, longest: int) -> dict[str, Any]:
    """Return where figures stand in a part: where there is room for them."""
    tight = [{"delete": value < longest * _LEAST_LABELLED} for value in part.values]
    font = _font(9)
    found: dict[str, Any] = {
        "value": True,
        "num_format": _HIDE_ZERO,
        "font": font,
        "position": "center",
    }
    if any(each["delete"] for each in tight):
        found["custom"] = [each if each["delete"] else None for each in tight]
    return found
