"""Comments in the matrix: why a commune has its class, and why a criterion is not simply met.

Each comment is a drawing that is read before a sheet is shown. The 8,000 comments of a
matrix of the whole country were 5 MB of drawings, and LibreOffice computed 38 seconds to
open the file instead of 2; so there is a limit, and what they would say stands in *Xã
chưa đạt* in any case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.reading import class_words
from checklists.tasks import SHORT
from checklists.telling import not_stated, stated
from criteria.language import _
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checklists.matrix import MatrixRow
    from checklists.report import Report
    from checklists.tasks import Task

MOST: Final = 3_000
"""Comments in one sheet."""
_LISTED: Final = (Rating.NOT_MET, Rating.PARTLY_MET, Rating.INSUFFICIENT, Rating.UNAUDITED)


class Comments:
    """What the comments of a matrix say, as far as there is room for them."""

    def __init__(self, report: Report) -> None:
        """Find out which cells have something to say.

        Args:
            report: What is shown.
        """
        rows = report.matrix.rows
        self._tasks: Mapping[tuple[str, str], Task] = {}
        self._told = {
            row.commune.code: [code for code in row.outcomes if _has_reason(row, code)]
            for row in rows
        }
        self.on_classes = 0 < len(rows) <= MOST
        """Whether the cell of each class has one."""
        cells = sum(map(len, self._told.values()))
        self.on_ratings = 0 < cells <= MOST - len(rows)
        """Whether the cells of ratings have one."""
        if self.on_ratings:
            self._tasks = {(task.commune.code, task.criterion.code): task for task in report.tasks}

    def of(self, row: MatrixRow) -> dict[str, str]:
        """Return code of a criterion -> why a commune is rated so, where there is a comment."""
        if not self.on_ratings:
            return {}
        return {code: self._why(row, code) for code in self._told[row.commune.code]}

    def _why(self, row: MatrixRow, code: str) -> str:
        outcome, checklist = row.outcomes[code], row.checklist
        name = checklist.round.catalogue.criterion(code).short
        lines = [f"{row.commune.name} – {code} {name}", outcome.rating.in_words]
        lines += [f"- {told.text}" for told in stated(checklist, code)]
        lines += [f"- {check.message}" for check in outcome.failing]
        task = self._tasks.get((row.commune.code, code))
        if task is not None and outcome.rating in SHORT:
            # The last ones say who rated it so; that is told above.
            by_person = len(checklist.overrides.get(code, ())) if outcome.is_overridden else 0
            short = task.shortfalls[: len(task.shortfalls) - by_person]
            lines += [f"- {words}" for words in short]
        if not outcome.rating.is_decided:
            lines += [f"- {told.text}" for told in not_stated(checklist, code)]
        return "\n".join(lines)


def _has_reason(row: MatrixRow, code: str) -> bool:
    outcome = row.outcomes[code]
    return (
        outcome.rating in SHORT
        or outcome.rating is Rating.INSUFFICIENT
        or outcome.is_overridden
        or code in row.conflicted
        or (outcome.rating is Rating.NOT_APPLICABLE and code in row.checklist.not_applicable)
    )


def why_class(row: MatrixRow) -> str:
    """Return why a commune has its class, and which criteria keep it from a better one."""
    lines = [f"{row.commune.name} – {row.class_sign}", class_words(row)]
    for rating in _LISTED:
        codes = [code for code, outcome in row.outcomes.items() if outcome.rating is rating]
        if codes:
            lines.append(_("{rating}: {codes}").format(rating=rating.label, codes=", ".join(codes)))
    return "\n".join(lines)
