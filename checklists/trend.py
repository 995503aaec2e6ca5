"""What changed between two matrices, as leaders read it: criterion by criterion, in words.

Only what was decided both times is better or worse. What was open before and is rated now
is newly rated: no progress of the commune, but of the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from checklists.comparison import Direction
from checklists.figures import share_green
from checklists.matrix import ReadinessClass
from checklists.summary import counted_communes
from criteria.language import _, count, ngettext
from criteria.rating import Rating

if TYPE_CHECKING:
    from checklists.communes import Commune
    from checklists.comparison import CommuneChange, Comparison, CriterionChange
    from criteria.catalogue import Criterion

MOST_VALUES: Final = 3
"""Values that are told of one criterion; the others are counted."""
MOST_NAMES: Final = 12
"""Communes that are named of those that rose or fell a class; the others are counted."""


@dataclass(frozen=True)
class CriterionTrend:
    """What changed in one criterion.

    Attributes:
        criterion: As the later edition has it.
        changes: One a commune that both matrices have, with the commune.
    """

    criterion: Criterion
    changes: tuple[tuple[Commune, CriterionChange], ...]

    def count(self, direction: Direction) -> int:
        """Return how many communes went that way."""
        return sum(change.direction is direction for _commune, change in self.changes)

    @cached_property
    def met_before(self) -> int:
        """How many of these communes met it before."""
        return sum(change.before.rating is Rating.MET for _commune, change in self.changes)

    @cached_property
    def met_after(self) -> int:
        """How many meet it now."""
        return sum(change.after.rating is Rating.MET for _commune, change in self.changes)

    @cached_property
    def newly_met(self) -> int:
        """How many of those that meet it now were not rated before."""
        return sum(
            is_newly_rated(change) and change.after.rating is Rating.MET
            for _commune, change in self.changes
        )

    @cached_property
    def became_met(self) -> tuple[Commune, ...]:
        """The communes that were worse before and meet it now."""
        return tuple(
            commune
            for commune, change in self.changes
            if change.direction is Direction.BETTER and change.after.rating is Rating.MET
        )

    @cached_property
    def no_longer_met(self) -> tuple[Commune, ...]:
        """The communes that met it before and are worse now."""
        return tuple(
            commune
            for commune, change in self.changes
            if change.direction is Direction.WORSE and change.before.rating is Rating.MET
        )

    @cached_property
    def newly_rated(self) -> int:
        """How many communes were not rated before and are now."""
        return sum(is_newly_rated(change) for _commune, change in self.changes)


def _has_gone(held: CommuneChange) -> bool:
    """Return whether something of a commune is better or worse than before."""
    gone = (Direction.BETTER, Direction.WORSE)
    return held.direction in gone or any(each.direction in gone for each in held.changed)


def is_newly_rated(change: CriterionChange) -> bool:
    """Return whether a criterion was open before and is decided now."""
    return change.after.rating.is_decided and not change.before.rating.is_decided


@dataclass(frozen=True)
class Trend:
    """What changed, criterion by criterion.

    Attributes:
        comparison: All that changed.
        compared_with: What the earlier matrix is, in words.
        criteria: Those that both editions have, in the order of the later one.
    """

    comparison: Comparison
    compared_with: str
    criteria: tuple[CriterionTrend, ...]

    @cached_property
    def communes(self) -> tuple[CommuneChange, ...]:
        """The communes of which a rating or the class differs.

        First come those of which something is better or worse, then the others, each in
        the order of the round.
        """
        found = [
            held
            for held in self.comparison.communes
            if held.changed
            or held.before.readiness is not held.after.readiness
            or held.before.doubtful != held.after.doubtful
        ]
        return tuple(sorted(found, key=lambda held: not _has_gone(held)))

    @property
    def newly_rated(self) -> int:
        """How many ratings were open before and are decided now."""
        return sum(each.newly_rated for each in self.criteria)

    @property
    def headlines(self) -> tuple[str, ...]:
        """How ratings and classes moved, in sentences; in the language in use."""
        before, after = self.comparison.before, self.comparison.after
        counts = self.comparison.counts
        return (
            _(
                "Compared with {what}. Of {all} ratings, better: {better}; worse: {worse}; "
                "unchanged: {unchanged}; newly rated: {new}; not comparable, most of them not "
                "decided: {other}."
            ).format(
                what=self.compared_with,
                all=count(counts.total()),
                better=count(counts[Direction.BETTER]),
                worse=count(counts[Direction.WORSE]),
                unchanged=count(counts[Direction.UNCHANGED]),
                new=count(self.newly_rated),
                other=count(counts[Direction.NOT_COMPARABLE] - self.newly_rated),
            ),
            _("Communes that meet every criterion: {before} before, {after} now").format(
                before=share_green(before.rows).counted,
                after=share_green(after.rows).counted,
            )
            + self._newly_seen
            + "."
            + self._classed_twice,
            *self._moved,
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a leader reads first; in the language in use."""
        found, after = [*self.headlines], self.comparison.after
        up = [(each, each.became_met) for each in self.criteria if each.became_met]
        down = [(each, each.no_longer_met) for each in self.criteria if each.no_longer_met]
        for held, words in (
            (up, _("Now met: {list}.")),
            (down, _("No longer met: {list}.")),
        ):
            if held:
                held.sort(key=lambda pair: -len(pair[1]))
                listed = "; ".join(
                    _("{communes} in {code}").format(
                        communes=counted_communes(after, len(communes)), code=each.criterion.code
                    )
                    for each, communes in held
                )
                found.append(words.format(list=listed))
        return (*found, *self._reservations)

    @property
    def _moved(self) -> list[str]:
        """Say which communes rose or fell a class; what could not be classed is neither."""
        after, found = self.comparison.after, []
        for direction, words in (
            (Direction.BETTER, _("In a better class now: {communes} ({names}).")),
            (Direction.WORSE, _("In a worse class now: {communes} ({names}).")),
        ):
            moved = [each for each in self.comparison.communes if each.direction is direction]
            names = [each.after.commune.name for each in moved[:MOST_NAMES]]
            if len(moved) > MOST_NAMES:
                names.append(_("and {count} more").format(count=count(len(moved) - MOST_NAMES)))
            if moved:
                communes = counted_communes(after, len(moved))
                found.append(words.format(communes=communes, names=", ".join(names)))
        return [" ".join(found)] if found else []

    @property
    def _classed_twice(self) -> str:
        """How many were green before and are now, of those that could be classed both times."""
        both = [
            (held.before.readiness, held.after.readiness)
            for held in self.comparison.communes
            if ReadinessClass.GREY not in (held.before.readiness, held.after.readiness)
        ]
        rows = {len(self.comparison.before.rows), len(self.comparison.after.rows)}
        if not both or {len(both)} == rows:
            return ""
        words = ngettext(
            "Of the {count} classed both times: {before} before, {after} now.",
            "Of the {count} classed both times: {before} before, {after} now.",
            len(both),
        )
        return " " + words.format(
            count=count(len(both)),
            before=count(sum(before is ReadinessClass.GREEN for before, _after in both)),
            after=count(sum(after is ReadinessClass.GREEN for _before, after in both)),
        )

    @property
    def _newly_seen(self) -> str:
        """How many communes are green now that could not be classed before."""
        newly = sum(
            held.after.readiness is ReadinessClass.GREEN
            and held.before.readiness is ReadinessClass.GREY
            for held in self.comparison.communes
        )
        if not newly:
            return ""
        words = ngettext(
            " (of these {count} that could not be classed before)",
            " (of these {count} that could not be classed before)",
            newly,
        )
        return words.format(count=count(newly))

    @property
    def _reservations(self) -> list[str]:
        """What makes the two hard to compare."""
        held = self.comparison
        return [
            f"{words}: {', '.join(codes)}."
            for codes, words in (
                (held.rules_changed, _("Criteria judged by other rules")),
                (held.criteria_gone, _("Criteria only in the earlier edition")),
                (held.criteria_new, _("Criteria only in the later edition")),
                (held.communes_gone, _("Communes only in the earlier round")),
                (held.communes_new, _("Communes only in the later round")),
            )
            if codes
        ]


def trend_of(comparison: Comparison, compared_with: str = "") -> Trend:
    """Return what changed, criterion by criterion.

    Args:
        comparison: All that changed.
        compared_with: What the earlier matrix is, in words; its round's title if not given.
    """
    changes: dict[str, list[tuple[Commune, CriterionChange]]] = {}
    for held in comparison.communes:
        for each in held.criteria:
            changes.setdefault(each.code, []).append((held.after.commune, each))
    gone = comparison.before.round.catalogue.codes
    return Trend(
        comparison,
        compared_with or comparison.before.round.title,
        tuple(
            CriterionTrend(criterion, tuple(changes.get(criterion.code, ())))
            for criterion in comparison.after.round.catalogue.criteria
            if criterion.code in gone
        ),
    )


def change_sign(change: CriterionChange) -> str:
    """Return ``CĐ→Đ ↑``: a rating before and after, and which way it went.

    What nobody had looked at before is told as new.
    """
    star = "*" if change.after.is_overridden else ""
    if change.before.rating is Rating.UNAUDITED and change.after.rating is not Rating.UNAUDITED:
        return _("new: {letter}").format(letter=change.after.rating.letter) + star
    arrow = {Direction.BETTER: " ↑", Direction.WORSE: " ↓"}.get(change.direction, "")
    return f"{change.before.rating.letter}→{change.after.rating.letter}{star}{arrow}"


def reasons(held: CommuneChange) -> tuple[str, ...]:
    """Return why the ratings of a commune changed, a line each; in the language in use.

    What nobody had looked at before says so only: all its values are new.
    """
    new = [
        each.code
        for each in held.changed
        if each.before.rating is Rating.UNAUDITED is not each.after.rating
    ]
    found = [f"{each.code}: {_why(each)}" for each in held.changed if each.code not in new]
    if new and len(new) == len(held.after.outcomes):
        found.append(_("Newly audited: all criteria"))
    elif new:
        found.append(_("Newly audited: {list}").format(list=", ".join(new)))
    return tuple(found)


def _why(change: CriterionChange) -> str:
    told = change.why
    shown = "; ".join(told[:MOST_VALUES])
    if len(told) > MOST_VALUES:
        more = _("and {count} more").format(count=count(len(told) - MOST_VALUES))
        shown = f"{shown}; {more}"
    return shown
