"""The nodes of a parsed rule, each of which evaluates itself with unknowns.

Values are exact decimals, truths, text (choice keys), days, or ``None`` for what
is not known. Truth follows Kleene: ``false and unknown`` is false, ``true or
unknown`` is true. Arithmetic with an unknown is unknown, and so are a division by
zero and a number beyond all measure. Hence a decided result holds whatever the
unknowns turn out to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Value = Decimal | bool | str | date | None
"""What a name or an expression stands for; ``None`` is unknown."""


class Scope(Protocol):
    """What a rule is evaluated in."""

    def value(self, key: str) -> Value:
        """Return the value of a parameter, measure, derived value or switch."""

    def possible(self, criterion: str) -> frozenset[str]:
        """Return every rating the criterion may have once all is known."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a rule.

    Attributes:
        column: Where it begins in the rule's text, from 1.
    """

    column: int

    def evaluate(self, scope: Scope) -> Value:
        """Return the value in ``scope``, ``None`` where it is unknown."""
        raise NotImplementedError

    def parts(self) -> Iterator[Node]:
        """Yield the nodes directly below this one, left to right."""
        for name in self.__slots__:  # each kind of node names its own fields there
            held = getattr(self, name)
            if isinstance(held, Node):
                yield held
            elif isinstance(held, tuple):
                for item in held:
                    if isinstance(item, Node):
                        yield item

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for part in self.parts():
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An exact number, as written."""

    number: Decimal

    def evaluate(self, scope: Scope) -> Value:
        """Return the number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text in quotes: the key of a choice or a code."""

    text: str

    def evaluate(self, scope: Scope) -> Value:
        """Return the text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """``true`` or ``false``."""

    truth: bool

    def evaluate(self, scope: Scope) -> Value:
        """Return the truth."""
        return self.truth


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A parameter, measure, derived value or switch."""

    key: str

    def evaluate(self, scope: Scope) -> Value:
        """Return what the scope holds under this name."""
        return scope.value(self.key)


@lru_cache(maxsize=4096)  # more than an edition has conditions
def names_in(node: Node) -> tuple[str, ...]:
    """Return the names that a rule reads, each once, from left to right."""
    return tuple(dict.fromkeys(part.key for part in node.walk() if isinstance(part, Name)))


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not x``."""

    item: Node

    def evaluate(self, scope: Scope) -> Value:
        """Return the opposite truth."""
        truth = self.item.evaluate(scope)
        return None if truth is None else not truth


@dataclass(frozen=True, slots=True)
class And(Node):
    """``x and y and …``."""

    items: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        """Return false if any item is, else unknown if any item is."""
        result: bool | None = True
        for item in self.items:
            truth = item.evaluate(scope)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result


@dataclass(frozen=True, slots=True)
class Or(Node):
    """``x or y or …``."""

    items: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        """Return true if any item is, else unknown if any item is."""
        result: bool | None = False
        for item in self.items:
            truth = item.evaluate(scope)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """``at_least(n, x, y, …)``: n or more of the conditions hold."""

    needed: int
    items: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        """Return the truth as soon as the unknown items cannot change it."""
        truths = [item.evaluate(scope) for item in self.items]
        holding = sum(truth is True for truth in truths)
        if holding >= self.needed:
            return True
        return None if holding + truths.count(None) >= self.needed else False


COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``x >= y`` and the like; both sides of one type."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        """Return whether the comparison holds, unknown where a side is."""
        left = self.left.evaluate(scope)
        if left is None:
            return None
        right = self.right.evaluate(scope)
        if right is None:
            return None
        return COMPARISONS[self.operator](left, right)


@dataclass(frozen=True, slots=True)
class In(Node):
    """``x in ('a', 'b')``."""

    item: Node
    options: tuple[Text, ...]

    def evaluate(self, scope: Scope) -> Value:
        """Return whether the item is one of the options, unknown where it is."""
        held = self.item.evaluate(scope)
        return None if held is None else any(held == option.text for option in self.options)


_EXACT: Final = Context(prec=60, Emax=60, traps=[])
"""Room for products of typed numbers and thresholds, and no exception at any size."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``x + y``, ``-``, ``*``, ``/``; the difference of two days is in days."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, scope: Scope) -> Value:
        """Return the number, unknown where a side is or the divisor is zero."""
        left = self.left.evaluate(scope)
        right = self.right.evaluate(scope)
        if left is None or right is None:
            return None
        if isinstance(left, date) and isinstance(right, date):
            return Decimal((left - right).days)
        if not isinstance(left, Decimal) or not isinstance(right, Decimal):
            return None
        match self.operator:
            case "+":
                found = _EXACT.add(left, right)
            case "-":
                found = _EXACT.subtract(left, right)
            case "*":
                found = _EXACT.multiply(left, right)
            case _:
                found = _EXACT.divide(left, right)
        return found if found.is_finite() else None


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-x``."""

    item: Node

    def evaluate(self, scope: Scope) -> Value:
        """Return the number with the other sign."""
        held = self.item.evaluate(scope)
        return _EXACT.minus(held) if isinstance(held, Decimal) else None


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """``x if condition else y``."""

    condition: Node
    then: Node
    otherwise: Node

    def evaluate(self, scope: Scope) -> Value:
        """Return the branch chosen; where that is unknown, what both agree on."""
        truth = self.condition.evaluate(scope)
        if truth is True:
            return self.then.evaluate(scope)
        other = self.otherwise.evaluate(scope)
        if truth is False:
            return other
        return other if other is not None and self.then.evaluate(scope) == other else None


def _ceil(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_CEILING)


def _floor(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_FLOOR)


def _least(*numbers: Decimal) -> Decimal:
    return min(numbers)


def _greatest(*numbers: Decimal) -> Decimal:
    return max(numbers)


FUNCTIONS: Final[dict[str, tuple[Callable[..., Decimal], int | None]]] = {
    "min": (_least, None),
    "max": (_greatest, None),
    "ceil": (_ceil, 1),
    "floor": (_floor, 1),
}
"""Name -> function, and how many numbers it takes (``None``: one or more)."""


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``max(x, y)`` and the other functions of numbers."""

    function: str
    arguments: tuple[Node, ...]

    def evaluate(self, scope: Scope) -> Value:
        """Return the number, unknown where an argument is."""
        held = [argument.evaluate(scope) for argument in self.arguments]
        if any(value is None for value in held):
            return None
        return FUNCTIONS[self.function][0](*held)


@dataclass(frozen=True, slots=True)
class Rated(Node):
    """``rated('VC-01', 'met', 'partly_met')``: a criterion has one of these ratings."""

    criterion: str
    ratings: tuple[str, ...]

    def evaluate(self, scope: Scope) -> Value:
        """Return the truth where all ratings still possible agree on it."""
        possible = scope.possible(self.criterion)
        if possible.issubset(self.ratings):
            return True
        return False if possible.isdisjoint(self.ratings) else None
