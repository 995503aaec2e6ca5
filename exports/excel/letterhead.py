"""The head of an official paper on top of a sheet: the State's form or the Party's.

Source: Decree 30/2020/NĐ-CP, Annex I (State); Guidance 05-HD/VPTW of 27/05/2026
(Party); both read in secondary sources.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Final

from exports.excel.styles import PLAIN, height, width_of
from exports.made import place_and_day

if TYPE_CHECKING:
    from checklists.round import Round
    from exports.excel.page import Page
    from exports.made import Made

_BODY: Final = PLAIN.but(size=12, across="center")
_RULE: Final = PLAIN.but(size=6, lines="top")
_RULE_HEIGHT: Final = 5
_ABOVE_A_RULE: Final = 2


def write_letterhead(page: Page, row: int, split: int, held: Round, made: Made) -> int:
    """Write the head of a paper.

    Args:
        page: A sheet.
        row: First row.
        split: The last column of the block on the left.
        held: Its profile says what stands in it.
        made: In which form, on which day.

    Returns:
        The first free row after it.
    """
    party, form = made.header == "party", made.form(held)
    left, right = (1, split), (split + 1, page.columns)

    def pair(at: int, first: tuple[str, bool, int], second: tuple[str, bool, int]) -> None:
        """Write text, boldness and size of the left and the right block."""
        texts = []
        for (text, bold, size), (start, end) in ((first, left), (second, right)):
            look = _BODY.but(bold=bold, size=size, down="top")
            page.band(at, start, end, text, look)
            texts.append((text, start, end, look))
        page.fit(at, texts)
        page.set_height(at, page.height(at, at + 1) + _ABOVE_A_RULE)

    motto = "" if form.motto is None else str(form.motto)
    upper = (str(form.parent_body), False, 12)
    lower = (str(form.issuing_body), True, 12)
    pair(row, upper, (str(form.national_title), True, 15 if party else 12))
    if party:
        # The rule under the Party's name is as long as the line; the next line goes below it.
        _rule(page, row + 1, right, str(form.national_title), 15)
        pair(row + 2, lower, ("", False, 12))
        pair(row + 3, ("*", False, 12), ("", False, 12))
        row += 4
    else:
        pair(row + 1, lower, (motto, True, 13))
        _rule(page, row + 2, left, "", 12)
        if motto:
            _rule(page, row + 2, right, motto, 13)
        row += 3
    dated = place_and_day(str(form.place), made.at.date())
    look = _BODY.but(size=13)
    page.band(row, *left, form.number_line(), look)
    page.band(row, *right, dated, look.but(italic=True))
    page.set_height(row, height(1, look))
    return row + 1


def _rule(page: Page, row: int, block: tuple[int, int], text: str, size: int) -> None:
    """Draw a line in the middle of a block, as long as ``text``, or else a third of it."""
    first, last = block
    whole = sum(page.widths[first - 1 : last])
    bold = PLAIN.but(size=size, bold=True)
    length = min(whole, width_of(text, bold)) if text else whole // 3

    def missed(ends: tuple[int, int]) -> int:
        """Return how far some columns are from the right place and length."""
        start, end = (sum(page.widths[first - 1 : column]) for column in (ends[0] - 1, ends[1]))
        return 2 * abs(start + end - whole) + abs(end - start - length)

    start, end = min(combinations_with_replacement(range(first, last + 1), 2), key=missed)
    for column in range(start, end + 1):
        page.put(row, column, None, _RULE)
    page.set_height(row, _RULE_HEIGHT)
