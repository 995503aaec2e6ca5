"""Read a page of HTML as a browser does: its texts, elements and data."""

from __future__ import annotations

import json
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from checklists.communes import communes_of
from checklists.comparison import compare
from checklists.report import Report
from criteria.rating import Rating
from exports.made import Made
from tests.factories import ALL_MET, make_checklist, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from checklists.matrix import Matrix

MADE: Final = Made.of(datetime(2026, 12, 5, 9, 30), "1.2.3")  # noqa: DTZ001 - local, as shown
VOID: Final = frozenset({"meta", "input", "col", "rect", "br", "link", "img"})


class Page(HTMLParser):
    """Elements with what they hold."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held: list[str] = []
        self.elements.append((tag, {name: value or "" for name, value in attrs}, held))
        if tag not in VOID:
            self._open.append((tag, held))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _tag, held in self._open:
            held.append(data)

    def texts(self, tag: str, **wanted: str) -> list[str]:
        """Return the texts of elements with these attributes."""
        return [
            "".join(held)
            for name, attributes, held in self.elements
            if name == tag
            and all(
                value in attributes.get(key.rstrip("_"), "").split()
                for key, value in wanted.items()
            )
        ]

    def attributes(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all elements of a kind."""
        return [attributes for name, attributes, _held in self.elements if name == tag]

    @property
    def data(self) -> Any:
        """What the script of the page reads."""
        (text,) = self.texts("script", id="data")
        return json.loads(text)


def mixed_matrix() -> Matrix:
    """Six communes: all met, weak, partly blank, in conflict, overridden, blank."""
    held = make_round(communes=communes_of("75")[:6])
    first, second, third, fourth, fifth, sixth = held.communes
    return make_matrix(
        held=held,
        checklists=[
            make_checklist(held, first, ALL_MET, not_applicable=["QS-02"]),
            make_checklist(held, second, with_values(pc_adequate=2, n_backup="none", w_mbps=12)),
            make_checklist(held, third, with_values(k_kiosks=None)),
            make_checklist(held, fourth, with_values(n_down=[20, 150])),
            make_checklist(held, fifth, ALL_MET, overrides={"VC-04": Rating.NOT_MET}),
            make_checklist(held, sixth),
        ],
    )


def compared() -> Report:
    """Return what changed since a matrix in which the first commune was worse."""
    later = mixed_matrix()
    first = later.round.communes[0]
    earlier = make_matrix({first.code: with_values(pc_adequate=2)}, held=later.round)
    return Report(later, compare(earlier, later), "Đợt trước")
