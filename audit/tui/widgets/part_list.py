"""The list on the left of a checklist: parameters, the criteria in their groups, the hand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from checklists.checklist import State
from checklists.hand_in import PARAMETERS
from checklists.matrix import rating_sign
from criteria.language import _, count

if TYPE_CHECKING:
    from collections.abc import Collection

    from checklists.checklist import Checklist

ASKED = "↩"
"""Before what the office asks about and nobody has answered."""
HAND_IN = "hand_in"
"""Key of the last entry: what is missing, and the sign-off."""


def parts_of(checklist: Checklist) -> tuple[str, ...]:
    """Return the parts of a checklist in the order of the walk."""
    return (PARAMETERS, *checklist.round.catalogue.codes)


class PartList(Grid):
    """Each part with its rating and how much is missing in it."""

    def __init__(
        self,
        checklist: Checklist,
        keep: str,
        *,
        title_width: int,
        id: str | None = None,  # noqa: A002 - as Textual names it
    ) -> None:
        """Begin with a checklist; the arguments are those of `show`."""
        super().__init__(id=id)
        self.show(checklist, keep, title_width=title_width)

    def show(self, checklist: Checklist, keep: str, *, title_width: int) -> None:
        """Show a checklist.

        Args:
            checklist: What is known now.
            keep: Key of the part the cursor should stand on.
            title_width: How much room the names of the criteria have.
        """
        missing = len(checklist.missing_parameters)
        asked = {
            part
            for review in checklist.reviews
            for part in review.comments
            if review.outcome is State.RETURNED and part not in review.answered
        }
        title = _marked(PARAMETERS, _("Parameters"), asked)
        rows = [_row(PARAMETERS, " … " if missing else " ✓ ", "", title, missing)]
        catalogue = checklist.round.catalogue
        for group in catalogue.groups:
            heading = GridCell(f"{group.code} {group.title}")
            rows.append(GridRow("", (heading, heading, heading)))
            for criterion in catalogue.criteria:
                if criterion.group == group.code:
                    outcome = checklist.outcomes[criterion.code]
                    mark = rating_sign(
                        outcome, is_conflict=bool(checklist.conflicts_of(criterion.code))
                    )
                    rows.append(
                        _row(
                            criterion.code,
                            f"{mark:^4}",
                            RATING_STYLES[outcome.rating],
                            _marked(criterion.code, f"{criterion.code} {criterion.short}", asked),
                            checklist.progress_of(criterion.code).missing,
                        )
                    )
        rows.append(_row(HAND_IN, " → ", "", _("Before hand-in (F10)"), 0))
        columns = (
            Column("state", "", 4),
            Column("part", _("Criterion"), title_width),
            Column("missing", _("left"), 4, is_right=True),
        )
        self.fill(columns, rows, keep=keep)


def _marked(part: str, title: str, asked: Collection[str]) -> str:
    return f"{ASKED} {title}" if part in asked else title


def _row(key: str, mark: str, style: str, title: str, missing: int) -> GridRow:
    left = count(missing) if missing else ""
    return GridRow(key, (GridCell(mark, style), GridCell(title), GridCell(left)))
