"""What is reported of a round: its matrix, and all that follows from it, worked out once.

Every export is made from one of these, so that all of them say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from checklists.declared import declared_of
from checklists.departures import departures_of
from checklists.figures import split_costs
from checklists.quality import quality_of
from checklists.reliance import reliance_of
from checklists.tasks import tasks_of, total_costs
from checklists.trend import trend_of

if TYPE_CHECKING:
    from checklists.comparison import Comparison
    from checklists.custody import Custody
    from checklists.declared import Declared
    from checklists.departures import Departure
    from checklists.matrix import Matrix
    from checklists.quality import Quality
    from checklists.reliance import Reliance
    from checklists.round import Round
    from checklists.tasks import CostSummary, Task
    from checklists.trend import Trend


@dataclass(frozen=True)
class Report:
    """What is reported of a round.

    Attributes:
        matrix: Ratings of all communes.
        comparison: What changed since an earlier matrix, where one was given.
        compared_with: What that matrix is, in words.
        custody: How the figures came to the office; ``None`` where that is not known.
    """

    matrix: Matrix
    comparison: Comparison | None = None
    compared_with: str = ""
    custody: Custody | None = None

    @property
    def round(self) -> Round:
        """The round."""
        return self.matrix.round

    @cached_property
    def costs(self) -> CostSummary:
        """What all shortfalls may cost."""
        return total_costs(row.checklist for row in self.matrix.rows)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """What is to be done, by commune in the order of the round, then by criterion."""
        return tasks_of(self.matrix, split_costs(self.costs, lambda held: held.commune))

    @cached_property
    def quality(self) -> Quality:
        """How far the figures can be relied on."""
        return quality_of(self.matrix, self.custody)

    @cached_property
    def declared(self) -> Declared:
        """What communes declared, beside what auditors found."""
        return declared_of(self.matrix)

    @cached_property
    def departures(self) -> tuple[Departure, ...]:
        """Criteria that do not apply, and those that people rated against the rules."""
        return departures_of(self.matrix)

    @cached_property
    def trend(self) -> Trend | None:
        """What changed, criterion by criterion; ``None`` where nothing is compared."""
        if self.comparison is None:
            return None
        return trend_of(self.comparison, self.compared_with)

    @cached_property
    def reliance(self) -> Reliance:
        """How far the result may be relied on."""
        return reliance_of(self.quality, self.declared)
