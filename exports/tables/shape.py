"""What a table is: columns with a key that is never translated, rows of typed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

from exports.plain_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


Value = str | int | bool | Decimal | date | None
"""What one cell holds; no floats, so that every format says exactly the same."""
Row = tuple[Value, ...]
ColumnType = Literal["string", "integer", "number", "boolean", "date"]

VERSION: Final = 1
"""Of the tables: it grows when a table or column is taken away or changes its meaning."""
PLACES: Final = 6
"""Decimals of an index; other numbers stand as they were stated."""
MORE: Final = "; "
"""Stands between several texts in one cell."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: Never translated.
        type: Of its values; any may be blank unless `is_needed`.
        label: What people call it.
        description: What it means, where the label does not say it.
        is_needed: Whether it is never blank.
        choices: The texts it may hold; empty for any.
        names: Table and column that hold each of its values.
    """

    key: str
    type: ColumnType
    label: str
    description: str = ""
    is_needed: bool = False
    choices: tuple[str, ...] = ()
    names: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """A table of a report.

    Attributes:
        name: Never translated; lower-case letters and underscores.
        title: What people call it.
        columns: From left to right.
        key: Keys of the columns that together name a row.
        make: Gives the rows from the first, each time it is called.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    make: Callable[[], Iterable[Row]] = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """Yield the rows, each as long as there are columns; an empty text is a blank."""
        for row in self.make():
            yield tuple(
                (plain_text(value) or None) if isinstance(value, str) else value for value in row
            )


def share(value: Decimal | None) -> Decimal | None:
    """Return a share of 1 with `PLACES` decimals, as every table gives it."""
    if value is None:
        return None
    return value.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_HALF_UP).normalize()
