"""Search for a case in which a criterion gets a certain rating.

Used by lint: a rule for which no met case exists on the limits of its values is
most likely the wrong way round. The search takes the conditions one by one, tries
the values at which each changes, and goes back where two contradict each other. It
gives the same answer on every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

from criteria.rating import Assessment, Rating
from criteria.rules.tree import (
    And,
    AtLeast,
    Choose,
    Name,
    Node,
    Not,
    Number,
    Or,
    Rated,
    Truth,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from criteria.catalogue import Catalogue, Parameter

_A_DAY: Final = date(2026, 12, 1)
_MOST_TRIALS: Final = 20_000
_MOST_STEPS: Final = 300
"""Enough for the shipped edition a hundred times over; a lint must end."""

Values = dict[str, Value]
Goal = tuple[Node, bool]


def find_case(
    catalogue: Catalogue,
    code: str,
    rating: Rating,
    switches: Mapping[str, bool] | None = None,
) -> Values | None:
    """Return values for which a criterion has a rating, or ``None`` if none is found.

    Args:
        catalogue: A sound edition.
        code: The criterion.
        rating: Met, partly met, not met or not applicable.
        switches: As for `Assessment`.
    """
    search = _Search(catalogue, switches or {})
    for values in search.solve(search.goals(code, rating), {}):
        if search.assess(values).outcome(code).rating is rating:
            return values
    return None


@dataclass
class _Search:
    catalogue: Catalogue
    switches: Mapping[str, bool]
    trials: int = 0

    def assess(self, values: Values) -> Assessment:
        return Assessment(self.catalogue, values, switches=self.switches)

    def goals(self, code: str, rating: Rating) -> list[Goal]:
        """Return what must be true and false for a rating."""
        rules = self.catalogue.rulebook.criteria[code]
        if rating is Rating.NOT_APPLICABLE:
            return [(rules.not_applicable, True)]
        goals: list[Goal] = [(rules.met, rating is Rating.MET)]
        if rating is not Rating.MET:
            goals.append((rules.partly_met, rating is Rating.PARTLY_MET))
        checks = [(tree, True) for _check, tree in self.catalogue.rulebook.bearing_checks(code)]
        return [*goals, (rules.valid, True), (rules.not_applicable, False), *checks]

    def solve(self, goals: list[Goal], values: Values, steps: int = 0) -> Iterator[Values]:
        """Yield every way found to reach all goals from what is chosen already."""
        self.trials += 1
        if steps > _MOST_STEPS:
            return
        if not goals:
            yield values
            return
        (node, truth), rest = goals[0], goals[1:]
        for step in self.ways(node, truth):
            if step is None:
                for chosen in self.choices(node, truth, values, steps):
                    yield from self.solve(rest, chosen, steps + 1)
            else:
                yield from self.solve([*step, *rest], values, steps + 1)
            if self.trials > _MOST_TRIALS:
                return

    def ways(self, node: Node, truth: bool) -> Iterator[list[Goal] | None]:
        """Yield the sets of smaller goals that each reach a goal; ``None`` for a leaf."""
        book = self.catalogue.rulebook
        match node:
            case Truth(truth=fixed):
                if fixed is truth:
                    yield []
            case Not(item=item):
                yield [(item, not truth)]
            case And(items=items) | Or(items=items) if isinstance(node, And) is truth:
                yield [(item, truth) for item in items]
            case And(items=items) | Or(items=items):
                for item in items:
                    yield [(item, truth)]
            case AtLeast(needed=needed, items=items):
                enough = needed if truth else len(items) - needed + 1
                for chosen in combinations(items, enough):
                    yield [(item, truth) for item in chosen]
            case Choose(condition=condition, then=then, otherwise=otherwise):
                yield [(condition, True), (then, truth)]
                yield [(condition, False), (otherwise, truth)]
            case Name(key=key) if key in book.derived:
                yield [(book.derived[key], truth)]
            case Rated(criterion=code, ratings=ratings):
                for rating in (Rating.MET, Rating.NOT_MET, Rating.PARTLY_MET):
                    if (rating in ratings) is truth:
                        yield self.goals(code, rating)
            case _:
                yield None

    def choices(self, node: Node, truth: bool, values: Values, steps: int) -> Iterator[Values]:
        """Yield values for the names of one comparison that make it as it should be."""
        names = sorted(self.read_by(node))
        open_names = [name for name in names if name not in values]
        constants = self.constants(node)
        fields = self.catalogue.fields
        tables = [candidates(fields[name], constants) for name in open_names]
        for chosen in product(*tables):
            self.trials += 1
            if self.trials > _MOST_TRIALS:
                return
            found = {**values, **dict(zip(open_names, chosen, strict=True))}
            assessment = self.assess(found)
            if node.evaluate(assessment) is truth:
                yield found
                continue
            # It may be so only because an earlier answer keeps a value from being asked.
            book = self.catalogue.rulebook
            unasked: list[Goal] = [
                (book.ask_if[name], True)
                for name in names
                if name in book.ask_if and book.ask_if[name].evaluate(assessment) is not True
            ]
            opened = next(self.solve(unasked, found, steps + 1), None) if unasked else None
            if opened is not None and node.evaluate(self.assess(opened)) is truth:
                yield opened

    def read_by(self, node: Node) -> set[str]:
        """Return the fields a comparison reads, through derived values."""
        found: set[str] = set()
        for part in node.walk():
            if isinstance(part, Name):
                if part.key in self.catalogue.rulebook.derived:
                    found |= self.read_by(self.catalogue.rulebook.derived[part.key])
                elif part.key in self.catalogue.fields:
                    found.add(part.key)
        return found

    def constants(self, node: Node) -> set[Decimal]:
        """Return the numbers a comparison is about, through derived values."""
        found: set[Decimal] = set()
        for part in node.walk():
            if isinstance(part, Number):
                found.add(part.number)
            elif isinstance(part, Name) and part.key in self.catalogue.rulebook.derived:
                found |= self.constants(self.catalogue.rulebook.derived[part.key])
        return found


def candidates(field: Parameter, constants: set[Decimal]) -> list[Value]:
    """Return values of a field on both sides of each number, smallest first.

    Args:
        field: The parameter or measure.
        constants: Numbers at which a comparison may change.

    Returns:
        Values that the field accepts; at least one.
    """
    match field.type:
        case "yesno":
            return [True, False]
        case "choice":
            return [choice.key for choice in field.choices]
        case "date":
            return [_A_DAY - timedelta(days=days) for days in (0, 1, 30, 31, 400)]
        case "text":
            return ["x"]
    limits = {limit for limit in (field.min, field.max) if limit is not None}
    numbers = {Decimal(0), Decimal(1), Decimal(1_000_000)} | constants | limits
    numbers |= {number + 1 for number in numbers} | {number - 1 for number in numbers}
    return list[Value](
        sorted(
            number
            for number in numbers
            if (field.min is None or number >= field.min)
            and (field.max is None or number <= field.max)
            and (field.type == "num" or number == number.to_integral_value())
        )
    )
