"""Searching the communes of the whole country against a plain scan of their names. CPU time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from benchmarks.measuring import Figure, medians
from checklists.communes import all_communes
from checklists.search import Finder
from criteria.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TURNS: Final = 15
AT_MOST_SECONDS: Final = 0.05
QUERIES: Final = (
    *("bien hoa", "Long Thành", "Nhơn Trạch", "Hiệp Hòa cũ", "phường trấn biên", "26368", "xa"),
    *("nguyen", "Hoà Bình", "dak", "dong nai", "thanh", "trang bomm", "s", "khong co o dau ca"),
)
"""What people type: without marks, old names, codes, one letter, misspelt, and nowhere."""


def measure() -> Iterator[Figure]:
    """Yield the slowest and the median query, each against its own scan."""
    communes = all_communes()
    start = time.process_time()
    finder = Finder(communes)
    index = time.process_time() - start
    names = [fold(commune.name) for commune in communes]

    def ours(query: str) -> Callable[[], float]:
        def once() -> float:
            start = time.process_time()
            finder.find(query)
            return time.process_time() - start

        return once

    def scan(query: str) -> Callable[[], float]:
        def once() -> float:
            start = time.process_time()
            wanted = fold(query)
            [name for name in names if wanted in name]
            return time.process_time() - start

        return once

    found = []
    for query in QUERIES:
        taken = medians({"ours": ours(query), "floor": scan(query)}, TURNS)
        found.append((taken["ours"], taken["floor"], query))
    found.sort()
    least = "substring in every name"
    count = f"{len(communes):,} names"
    for which, (took, floor, query) in (("median", found[len(found) // 2]), ("slowest", found[-1])):
        what = f"find “{query}” in {count}, the {which}"
        yield Figure(what, took, least, floor, at_most_seconds=AT_MOST_SECONDS)
    yield Figure(f"index {count}, once", index, least, found[-1][1])
