"""What changed between two matrices: two rounds, or one round at two points in time.

Only decided ratings are better or worse than one another. What was blank, unclear or not
applicable before or after has changed, but cannot be compared.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from checklists.matrix import WEIGHTS, ReadinessClass
from criteria.language import N_, _
from criteria.values import to_json, write

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from checklists.checklist import Checklist
    from checklists.matrix import Matrix, MatrixRow
    from criteria.rating import Outcome, Rating


class Direction(StrEnum):
    """How a later rating or class stands to an earlier one."""

    BETTER = "better"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    NOT_COMPARABLE = "not_comparable"

    @property
    def label(self) -> str:
        """The direction in words, in the language in use."""
        return _(_LABELS[self])


_LABELS: Final = {
    Direction.BETTER: N_("better"),
    Direction.WORSE: N_("worse"),
    Direction.UNCHANGED: N_("unchanged"),
    Direction.NOT_COMPARABLE: N_("not comparable"),
}
_CLASS_ORDER: Final = (ReadinessClass.RED, ReadinessClass.YELLOW, ReadinessClass.GREEN)


def rating_direction(before: Rating, after: Rating) -> Direction:
    """Return how a rating stands to an earlier one; what is open can be compared with nothing."""
    if not (before.is_decided and after.is_decided):
        return Direction.NOT_COMPARABLE
    if before is after:
        return Direction.UNCHANGED
    if before not in WEIGHTS or after not in WEIGHTS:
        return Direction.NOT_COMPARABLE
    return Direction.BETTER if WEIGHTS[after] > WEIGHTS[before] else Direction.WORSE


def class_direction(before: ReadinessClass, after: ReadinessClass) -> Direction:
    """Return how a class stands to an earlier one; grey is neither good nor bad."""
    if before is after:
        return Direction.UNCHANGED
    if before not in _CLASS_ORDER or after not in _CLASS_ORDER:
        return Direction.NOT_COMPARABLE
    is_better = _CLASS_ORDER.index(after) > _CLASS_ORDER.index(before)
    return Direction.BETTER if is_better else Direction.WORSE


class ValueChange(NamedTuple):
    """A value, before and after, as people write it."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class CriterionChange:
    """One criterion of one commune, before and after.

    Attributes:
        code: Of the criterion.
        before: Its outcome.
        after: The same, later.
        values: Those that differ among all that the rating reads.
    """

    code: str
    before: Outcome
    after: Outcome
    values: tuple[ValueChange, ...]

    @property
    def direction(self) -> Direction:
        """How the later rating stands to the earlier one."""
        return rating_direction(self.before.rating, self.after.rating)

    @property
    def is_changed(self) -> bool:
        """Whether the rating differs, or who set it."""
        return (
            self.before.rating is not self.after.rating
            or self.before.is_overridden != self.after.is_overridden
        )

    @property
    def why(self) -> tuple[str, ...]:
        """Why the rating differs, each reason in a few words, in the language in use."""
        found = [f"{each.label}: {each.before} → {each.after}" for each in self.values]
        if self.before.is_overridden != self.after.is_overridden:
            is_set = self.after.is_overridden
            found.append(_("set by hand") if is_set else _("no longer set by hand"))
        # What reads the same values and says something else is judged otherwise.
        return tuple(found) or (_("judged otherwise: a rule, switch or check differs"),)


@dataclass(frozen=True)
class CommuneChange:
    """One commune, before and after.

    Attributes:
        before: Its row of the earlier matrix.
        after: Of the later one.
        criteria: Those that both editions have, in the order of the later one.
        values: All that differ, whether a rating reads them or not.
    """

    before: MatrixRow
    after: MatrixRow
    criteria: tuple[CriterionChange, ...]
    values: tuple[ValueChange, ...] = ()

    @property
    def direction(self) -> Direction:
        """How the later class stands to the earlier one."""
        return class_direction(self.before.readiness, self.after.readiness)

    @cached_property
    def changed(self) -> tuple[CriterionChange, ...]:
        """The criteria whose rating differs."""
        return tuple(each for each in self.criteria if each.is_changed)

    @property
    def other_values(self) -> tuple[ValueChange, ...]:
        """The values that differ and have changed no rating."""
        told = {value.key for each in self.changed for value in each.values}
        return tuple(each for each in self.values if each.key not in told)

    @property
    def is_changed(self) -> bool:
        """Whether a value, a rating, the class or the index differs."""
        return bool(
            self.values
            or self.changed
            or self.before.readiness is not self.after.readiness
            or self.before.doubtful != self.after.doubtful
            or self.before.index != self.after.index
        )


@dataclass(frozen=True)
class Comparison:
    """What changed between two matrices.

    Attributes:
        before: The earlier one.
        after: The later one.
        communes: Those that both have, in the order of the later one.
    """

    before: Matrix
    after: Matrix
    communes: tuple[CommuneChange, ...]

    @cached_property
    def counts(self) -> Counter[Direction]:
        """Direction -> how many ratings of communes and criteria went that way."""
        return Counter(each.direction for held in self.communes for each in held.criteria)

    @cached_property
    def classes(self) -> Counter[Direction]:
        """Direction -> how many communes went that way by class."""
        return Counter(held.direction for held in self.communes)

    @property
    def changed(self) -> tuple[CommuneChange, ...]:
        """The communes of which anything differs."""
        return tuple(held for held in self.communes if held.is_changed)

    @property
    def criteria_gone(self) -> tuple[str, ...]:
        """Codes that only the earlier edition has."""
        later = self.after.round.catalogue.codes
        return tuple(code for code in self.before.round.catalogue.codes if code not in later)

    @property
    def criteria_new(self) -> tuple[str, ...]:
        """Codes that only the later edition has."""
        earlier = self.before.round.catalogue.codes
        return tuple(code for code in self.after.round.catalogue.codes if code not in earlier)

    @property
    def rules_changed(self) -> tuple[str, ...]:
        """Codes of criteria that the two editions judge by other rules."""
        earlier, later = self.before.round.catalogue, self.after.round.catalogue
        if earlier == later:
            return ()
        return tuple(
            code
            for code in later.codes
            if code in earlier.codes
            and earlier.criterion(code).rules != later.criterion(code).rules
        )

    @property
    def communes_gone(self) -> tuple[str, ...]:
        """Codes of communes that only the earlier matrix has."""
        later = self.after.round.by_code
        return tuple(row.commune.code for row in self.before.rows if row.commune.code not in later)

    @property
    def communes_new(self) -> tuple[str, ...]:
        """Codes of communes that only the later matrix has."""
        earlier = self.before.round.by_code
        return tuple(row.commune.code for row in self.after.rows if row.commune.code not in earlier)


def compare(before: Matrix, after: Matrix) -> Comparison:
    """Return what changed from one matrix to another."""
    earlier = {row.commune.code: row for row in before.rows}
    return Comparison(
        before,
        after,
        tuple(
            _commune_change(earlier[row.commune.code], row)
            for row in after.rows
            if row.commune.code in earlier
        ),
    )


def _commune_change(before: MatrixRow, after: MatrixRow) -> CommuneChange:
    earlier, later = before.checklist.round.catalogue, after.checklist.round.catalogue
    values = _value_changes(before.checklist, after.checklist)
    return CommuneChange(
        before,
        after,
        tuple(
            CriterionChange(
                code,
                before.outcomes[code],
                outcome,
                _read_by(values, earlier.rulebook.reads(code) | later.rulebook.reads(code)),
            )
            for code, outcome in after.outcomes.items()
            if code in before.outcomes
        ),
        values,
    )


def _read_by(values: Iterable[ValueChange], keys: Container[str]) -> tuple[ValueChange, ...]:
    return tuple(each for each in values if each.key in keys)


def _value_changes(before: Checklist, after: Checklist) -> tuple[ValueChange, ...]:
    """Return the values that differ."""
    fields = {**before.round.catalogue.fields, **after.round.catalogue.fields}
    return tuple(
        ValueChange(key, str(field.label), _shown(before, key), _shown(after, key))
        for key, field in fields.items()
        if _said(before, key) != _said(after, key)
    )


def _said(checklist: Checklist, key: str) -> list[Any]:
    """Return the different values that stand there, in a form that can be compared."""
    heads = checklist.answer(key).heads
    said = [to_json(head.value) for head in heads if head.value is not None]
    return sorted({repr(each) for each in said})


def _shown(checklist: Checklist, key: str) -> str:
    """Return the values that stand there, as people write them."""
    field = checklist.round.catalogue.fields.get(key)
    heads = checklist.answer(key).heads
    if field is None:
        return "–"
    said = dict.fromkeys(write(field, head.value) for head in heads if head.value is not None)
    return " ≠ ".join(said) or "–"
