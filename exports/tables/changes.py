"""What changed since an earlier round, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.comparison import Comparison

from exports.tables.columns import (
    class_column,
    commune_column,
    criterion_column,
    direction_column,
    rating_column,
)
from exports.tables.shape import MORE, Column, Row, Table, share


def class_changes_table(comparison: Comparison) -> Table:
    """Return classes before and after."""
    columns = (
        commune_column(),
        class_column("class_before", _("Class before")),
        class_column("class_after", _("Class after")),
        direction_column(),
        Column("index_worst_before", "number", _("Index before, at worst")),
        Column("index_worst_after", "number", _("Index after, at worst")),
    )
    rows = [
        (
            each.after.commune.code,
            each.before.readiness.value,
            each.after.readiness.value,
            each.direction.value,
            share(each.before.index.worst if each.before.index else None),
            share(each.after.index.worst if each.after.index else None),
        )
        for each in comparison.communes
    ]
    return Table(
        "class_changes", _("Classes before and after"), columns, ("commune",), lambda: rows
    )


def rating_changes_table(comparison: Comparison) -> Table:
    """Return ratings that changed, and why."""
    columns = (
        commune_column(),
        criterion_column(),
        rating_column("before", _("Rating before")),
        rating_column("after", _("Rating after")),
        direction_column(),
        Column("why", "string", _("Why")),
    )

    def rows() -> Iterator[Row]:
        for each in comparison.communes:
            for change in each.changed:
                yield (
                    each.after.commune.code,
                    change.code,
                    change.before.rating.value,
                    change.after.rating.value,
                    change.direction.value,
                    MORE.join(change.why),
                )

    return Table(
        "rating_changes", _("Ratings that changed"), columns, ("commune", "criterion"), rows
    )


def value_changes_table(comparison: Comparison) -> Table:
    """Return values that changed."""
    columns = (
        commune_column(),
        Column("key", "string", _("Field key"), is_needed=True),
        Column("label", "string", _("What is asked")),
        Column("before", "string", _("Before"), _("As people write it.")),
        Column("after", "string", _("After"), _("As people write it.")),
    )

    def rows() -> Iterator[Row]:
        for each in comparison.communes:
            for change in each.values:
                yield each.after.commune.code, *change

    return Table("value_changes", _("Values that changed"), columns, ("commune", "key"), rows)
