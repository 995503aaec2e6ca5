"""A page of a view, as datasette asks for it, against one field of every body. CPU time.

Datasette gives up after a second by itself; the aim leaves half of that to a slower laptop.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit import views
from benchmarks.made_up import made_up_file
from benchmarks.measuring import Figure, medians

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORDS: Final = 20_000
TURNS: Final = 9
AT_MOST_SECONDS: Final = 0.5
PAGE: Final = "select * from {} limit 101"
FLOOR: Final = "select max(json_extract(body, '$.subject')) from record"


def measure() -> Iterator[Figure]:
    """Yield what a page of the dearest views costs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "province.audit"
        made_up_file(path, RECORDS)
        with closing(sqlite3.connect(path, isolation_level=None)) as inside:
            views.refresh(inside)

            def timed(sql: str) -> Callable[[], float]:
                def once() -> float:
                    start = time.process_time()
                    inside.execute(sql).fetchall()
                    return time.process_time() - start

                return once

            pages = {name: timed(PAGE.format(name)) for name in views.VIEWS}
            found = medians({**pages, "floor": timed(FLOOR)}, TURNS)
    floor = found.pop("floor")
    for took, name in sorted(((took, name) for name, took in found.items()), reverse=True)[:3]:
        what = f"a page of {name}, {RECORDS:,} records"
        yield Figure(what, took, "one field of each", floor, at_most_seconds=AT_MOST_SECONDS)
