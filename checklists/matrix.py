"""Communes × criteria: ratings, classes, indexes with their doubt, and roll-ups.

While something is unknown, an index is an interval from the worst to the best that
can still come out; a class uses the worst and says so where the best differs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from criteria.language import N_, _
from criteria.rating import Outcome, Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checklists.checklist import Checklist
    from checklists.communes import Commune
    from checklists.profile import ClassThresholds
    from checklists.round import Round

HUNDRED: Final = Decimal(100)
WEIGHTS: Final = {
    Rating.MET: Decimal(1),
    Rating.PARTLY_MET: Decimal("0.5"),
    Rating.NOT_MET: Decimal(0),
}
"""What a rating adds to the readiness index; any other rating is not in it."""


class ReadinessClass(StrEnum):
    """Where a commune stands."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"

    @property
    def label(self) -> str:
        """The class in words, in the language in use."""
        return _(_CLASS_LABELS[self])

    @property
    def letter(self) -> str:
        """A short word that stands for the class where there is no colour."""
        return _(_CLASS_LETTERS[self])

    @property
    def colour(self) -> str:
        """The colour in a word, for a narrow column."""
        return _(_CLASS_COLOURS[self])


_CLASS_LABELS: Final = {
    ReadinessClass.GREEN: N_("Green – Met"),
    ReadinessClass.YELLOW: N_("Yellow – Mostly met"),
    ReadinessClass.RED: N_("Red – Not met"),
    ReadinessClass.GREY: N_("Grey – Insufficient data"),
}
_CLASS_LETTERS: Final = {
    # Never the letter of a rating: both stand in one row.
    ReadinessClass.GREEN: N_("GRN"),
    ReadinessClass.YELLOW: N_("YEL"),
    ReadinessClass.RED: N_("RED"),
    ReadinessClass.GREY: N_("GRY"),
}
_CLASS_COLOURS: Final = {
    ReadinessClass.GREEN: N_("Green"),
    ReadinessClass.YELLOW: N_("Yellow"),
    ReadinessClass.RED: N_("Red"),
    ReadinessClass.GREY: N_("Grey"),
}


@dataclass(frozen=True)
class Interval:
    """The worst and the best that a share can still come to, both from 0 to 1."""

    worst: Decimal
    best: Decimal

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open about it."""
        return self.worst == self.best


def index(outcomes: Iterable[Outcome]) -> Interval | None:
    """Return the readiness index: (met + ½ partly met) ÷ applicable.

    Args:
        outcomes: Of one commune's criteria.

    Returns:
        Worst and best bound; ``None`` where no criterion may be applicable.
    """
    options = [[WEIGHTS.get(rating) for rating in outcome.possible] for outcome in outcomes]
    return _bounds(options)


def met_share(outcomes: Iterable[Outcome]) -> Interval | None:
    """Return the share of met criteria among the applicable ones, worst and best."""
    options = [
        [
            None if rating is Rating.NOT_APPLICABLE else Decimal(rating is Rating.MET)
            for rating in outcome.possible
        ]
        for outcome in outcomes
    ]
    return _bounds(options)


def _bounds(options: Sequence[Sequence[Decimal | None]]) -> Interval | None:
    if all(len(entry) == 1 for entry in options):
        weights = [weight for (weight,) in options if weight is not None]
        return Interval(*[sum(weights, Decimal(0)) / len(weights)] * 2) if weights else None
    worst = _extreme(options, best=False)
    best = _extreme(options, best=True)
    if worst is None or best is None:
        return None
    return Interval(worst, best)


def _extreme(options: Sequence[Sequence[Decimal | None]], *, best: bool) -> Decimal | None:
    """Return the least or greatest mean, where each entry may also leave the mean.

    Each step chooses, for every entry, what helps against the mean so far; the mean
    only moves one way, so a few steps end it (Dinkelbach's method for a ratio).
    """
    sign = 1 if best else -1
    ratio: Decimal | None = None
    for _step in range(len(options) + 2):
        total, count = Decimal(0), 0
        for entry in options:
            weights = [weight for weight in entry if weight is not None]
            if not weights:
                continue
            chosen = max(weights) if best else min(weights)
            leaves = None in entry and ratio is not None and sign * (chosen - ratio) <= 0
            if None in entry and ratio is None:
                leaves = False
            if not leaves:
                total += chosen
                count += 1
        if count == 0:
            return ratio
        found = total / count
        if ratio is not None and sign * (found - ratio) <= 0:
            return ratio
        ratio = found
    return ratio


def classify(
    outcomes: dict[str, Outcome], core: Sequence[str], thresholds: ClassThresholds
) -> tuple[ReadinessClass, bool]:
    """Return the class of a commune, and whether the best case would be another.

    Args:
        outcomes: Code -> outcome.
        core: Codes of the criteria that must not be unmet for yellow.
        thresholds: From the profile.
    """
    open_codes = [code for code, outcome in outcomes.items() if not outcome.rating.is_decided]
    applicable = [o for o in outcomes.values() if o.rating is not Rating.NOT_APPLICABLE]
    if len(open_codes) > thresholds.grey_above or not applicable:
        return ReadinessClass.GREY, False
    bounds = index(outcomes.values())
    if bounds is None:
        return ReadinessClass.GREY, False
    decided = [outcome for outcome in applicable if outcome.rating.is_decided]
    all_met = all(outcome.rating is Rating.MET for outcome in decided)
    core_met = not any(outcomes[code].rating is Rating.NOT_MET for code in core if code in outcomes)
    core_may_fail = any(code in open_codes for code in core)
    core_may_hold = core_met and all(
        outcomes[code].possible != frozenset({Rating.NOT_MET}) for code in core if code in outcomes
    )
    yellow = thresholds.yellow_index / HUNDRED

    if all_met and not open_codes:
        worst = ReadinessClass.GREEN
    elif core_met and not core_may_fail and bounds.worst >= yellow:
        worst = ReadinessClass.YELLOW
    else:
        worst = ReadinessClass.RED
    may_be_met = all(
        outcomes[code].possible & {Rating.MET, Rating.NOT_APPLICABLE} for code in open_codes
    )
    if all_met and may_be_met:
        best = ReadinessClass.GREEN
    elif core_may_hold and bounds.best >= yellow:
        best = ReadinessClass.YELLOW
    else:
        best = ReadinessClass.RED
    return worst, worst is not best


OVERRIDDEN: Final = "*"
"""Stands behind the letter of a rating that a person set against the rules."""
IN_CONFLICT: Final = "!"
"""Stands behind the letter of a rating that rests on conflicting data."""


def rating_sign(outcome: Outcome, *, is_conflict: bool) -> str:
    """Return the letter of a rating with its marks, as it stands everywhere."""
    return (
        outcome.rating.letter
        + (OVERRIDDEN if outcome.is_overridden else "")
        + (IN_CONFLICT if is_conflict else "")
    )


@dataclass(frozen=True)
class MatrixRow:
    """One commune of the matrix.

    Attributes:
        commune: The commune.
        cluster: Audit cluster, or former district.
        outcomes: Code -> verified outcome, in the order of the edition.
        conflicted: Codes of criteria with a conflict among what decides them.
        readiness: The class.
        doubtful: Whether the best case would be another class.
        index: Readiness index, worst and best; ``None`` where nothing is applicable.
        checklist: What it was computed from.
    """

    commune: Commune
    cluster: str
    outcomes: dict[str, Outcome]
    conflicted: frozenset[str]
    readiness: ReadinessClass
    doubtful: bool
    index: Interval | None
    checklist: Checklist

    @cached_property
    def counts(self) -> Counter[Rating]:
        """Rating -> how many criteria have it."""
        return Counter(outcome.rating for outcome in self.outcomes.values())

    @property
    def met(self) -> int:
        """How many criteria are met."""
        return self.counts[Rating.MET]

    @property
    def applicable(self) -> int:
        """How many criteria count: all but those not applicable."""
        return len(self.outcomes) - self.counts[Rating.NOT_APPLICABLE]

    @property
    def may_be_green(self) -> bool:
        """Whether every criterion may still turn out met or not applicable."""
        met = {Rating.MET, Rating.NOT_APPLICABLE}
        return all(outcome.possible & met for outcome in self.outcomes.values())

    def sign(self, code: str) -> str:
        """Return the letter of a rating, marked where a person set it or values conflict."""
        return rating_sign(self.outcomes[code], is_conflict=code in self.conflicted)

    @property
    def class_sign(self) -> str:
        """The class in words, with ``?`` where the best case would be another."""
        return self.readiness.label + (" ?" if self.doubtful else "")


@dataclass(frozen=True)
class Matrix:
    """Ratings of all communes of a round.

    Attributes:
        round: The round.
        rows: One a commune, in the order of the round.
    """

    round: Round
    rows: tuple[MatrixRow, ...]

    @cached_property
    def classes(self) -> Counter[ReadinessClass]:
        """Class -> how many communes have it."""
        return Counter(row.readiness for row in self.rows)

    @cached_property
    def by_criterion(self) -> dict[str, Counter[Rating]]:
        """Code -> rating -> how many communes have it."""
        return {
            code: Counter(row.outcomes[code].rating for row in self.rows)
            for code in self.round.catalogue.codes
        }

    @cached_property
    def by_weakness(self) -> tuple[str, ...]:
        """Codes of all criteria: most communes not met first, then partly met, then open."""
        counts = self.by_criterion
        return tuple(
            sorted(
                self.round.catalogue.codes,
                key=lambda code: (
                    -counts[code][Rating.NOT_MET],
                    -counts[code][Rating.PARTLY_MET],
                    -counts[code][Rating.INSUFFICIENT] - counts[code][Rating.UNAUDITED],
                ),
            )
        )

    @property
    def weakest(self) -> tuple[str, ...]:
        """Codes by weakness, without the criteria that no commune falls short on."""
        counts = self.by_criterion
        return tuple(
            code
            for code in self.by_weakness
            if counts[code][Rating.NOT_MET] or counts[code][Rating.PARTLY_MET]
        )

    @property
    def fully_met(self) -> int:
        """How many communes are green: every applicable criterion met, nothing open."""
        return self.classes[ReadinessClass.GREEN]

    @cached_property
    def fully_met_with_exceptions(self) -> int:
        """How many of the green ones have a criterion not applicable or overridden."""
        return sum(
            row.readiness is ReadinessClass.GREEN
            and any(
                outcome.rating is Rating.NOT_APPLICABLE or outcome.is_overridden
                for outcome in row.outcomes.values()
            )
            for row in self.rows
        )

    @cached_property
    def groups(self) -> dict[str, tuple[MatrixRow, ...]]:
        """Cluster -> its rows, in the order in which clusters first occur."""
        found: dict[str, list[MatrixRow]] = {}
        for row in self.rows:
            found.setdefault(row.cluster, []).append(row)
        return {cluster: tuple(rows) for cluster, rows in found.items()}


def build_row(checklist: Checklist) -> MatrixRow:
    """Return the row of one commune."""
    held, commune, outcomes = checklist.round, checklist.commune, checklist.outcomes
    readiness, doubtful = classify(outcomes, held.profile.core_criteria, held.profile.classes)
    conflicted = (
        frozenset(code for code in outcomes if checklist.conflicts_of(code))
        if checklist.own_conflicts
        else frozenset[str]()
    )
    return MatrixRow(
        commune,
        held.cluster(commune),
        outcomes,
        conflicted,
        readiness,
        doubtful,
        index(outcomes.values()),
        checklist,
    )


def build_matrix(held: Round, checklists: Iterable[Checklist]) -> Matrix:
    """Return the matrix of a round.

    Args:
        held: The round.
        checklists: One for each commune of the round, in any order.
    """
    by_code = {checklist.commune.code: checklist for checklist in checklists}
    return Matrix(held, tuple(build_row(by_code[commune.code]) for commune in held.communes))
