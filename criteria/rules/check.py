"""Find in a parsed rule what would make it meaningless: unknown names, mixed types.

A rule that passes can be evaluated with any values of the declared types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, Message
from criteria.language import N_
from criteria.rules.tree import (
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choose,
    Compare,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Rated,
    Text,
    Truth,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a name or an expression.

    Attributes:
        name: ``number``, ``truth``, ``text``, ``date``, ``choice``, or ``unknown``
            after a problem that has been reported already.
        choices: The keys of a choice.
    """

    name: str
    choices: tuple[str, ...] = ()


NUMBER: Final = Kind("number")
TRUTH: Final = Kind("truth")
TEXT: Final = Kind("text")
DATE: Final = Kind("date")
UNKNOWN: Final = Kind("unknown")

KIND_WORDS: Final = {
    "number": N_("a number"),
    "truth": N_("a yes/no"),
    "text": N_("a text"),
    "date": N_("a day"),
    "choice": N_("a choice"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a rule, and where it begins (column from 1)."""

    column: int
    message: Message


@dataclass
class _Checker:
    names: Mapping[str, Kind]
    criteria: Set[str]
    ratings: Set[str]
    problems: list[Problem]

    def report(self, node: Node, code: ErrorCode, /, **context: object) -> Kind:
        self.problems.append(Problem(node.column, Message(code, context)))
        return UNKNOWN

    def expect(self, node: Node, wanted: Kind) -> None:
        self.require(node, self.kind(node), wanted)

    def require(self, node: Node, found: Kind, wanted: Kind) -> None:
        if found.name not in (wanted.name, "unknown"):
            self.report(
                node, ErrorCode.RULE_TYPE, found=Word(found.name), expected=Word(wanted.name)
            )

    def same(self, left: Node, right: Node) -> Kind:
        """Report two sides that cannot be compared; return their common type."""
        first, second = self.kind(left), self.kind(right)
        if "unknown" in (first.name, second.name):
            return UNKNOWN
        for one, other, literal in ((first, second, right), (second, first, left)):
            if one.name == "choice" and isinstance(literal, Text):
                self.option(literal, one)
                return one
            if one.name == "choice" and other.name == "choice":
                return one
        if first.name != second.name:
            return self.report(
                right, ErrorCode.RULE_TYPE, found=Word(second.name), expected=Word(first.name)
            )
        return first

    def option(self, literal: Text, choice: Kind) -> None:
        if literal.text not in choice.choices:
            self.report(
                literal,
                ErrorCode.RULE_CHOICE,
                text=literal.text,
                known=", ".join(choice.choices),
            )

    def kind(self, node: Node) -> Kind:
        match node:
            case Number():
                return NUMBER
            case Text():
                return TEXT
            case Truth():
                return TRUTH
            case Name(key=key):
                if key not in self.names:
                    return self.report(node, ErrorCode.RULE_UNKNOWN_NAME, name=key)
                return self.names[key]
            case Not(item=item):
                self.expect(item, TRUTH)
                return TRUTH
            case And(items=items) | Or(items=items) | AtLeast(items=items):
                for item in items:
                    self.expect(item, TRUTH)
                return TRUTH
            case Compare():
                return self.compare(node)
            case In(item=item, options=options):
                found = self.kind(item)
                if found.name == "choice":
                    for option in options:
                        self.option(option, found)
                elif found.name not in ("text", "unknown"):
                    self.report(
                        item, ErrorCode.RULE_TYPE, found=Word(found.name), expected=Word("choice")
                    )
                return TRUTH
            case Arithmetic(operator=operator, left=left, right=right):
                first, second = self.kind(left), self.kind(right)
                wanted = DATE if operator == "-" and first == DATE else NUMBER
                self.require(left, first, wanted)
                self.require(right, second, wanted)
                return NUMBER
            case Negative(item=item):
                self.expect(item, NUMBER)
                return NUMBER
            case Call(arguments=arguments):
                for argument in arguments:
                    self.expect(argument, NUMBER)
                return NUMBER
            case Choose(condition=condition, then=then, otherwise=otherwise):
                self.expect(condition, TRUTH)
                return self.same(then, otherwise)
            case Rated(criterion=criterion, ratings=ratings):
                if criterion not in self.criteria:
                    self.report(node, ErrorCode.RULE_UNKNOWN_CRITERION, code=criterion)
                for rating in ratings:
                    if rating not in self.ratings:
                        self.report(
                            node,
                            ErrorCode.RULE_UNKNOWN_RATING,
                            rating=rating,
                            known=", ".join(sorted(self.ratings)),
                        )
                return TRUTH
        raise TypeError(node)

    def compare(self, node: Compare) -> Kind:
        common = self.same(node.left, node.right)
        ordered = node.operator not in ("==", "!=")
        if ordered and common.name in ("truth", "text", "choice"):
            self.report(node, ErrorCode.RULE_NO_ORDER, kind=Word(common.name))
        return TRUTH


class Word(str):
    """The name of a kind, shown in the language in use when a message is read."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return the kind in words."""
        from criteria.language import _

        return _(KIND_WORDS[str(self)])


def check(
    node: Node,
    wanted: Kind,
    *,
    names: Mapping[str, Kind],
    criteria: Set[str],
    ratings: Set[str],
) -> list[Problem]:
    """Return everything that is wrong in a rule.

    Args:
        node: The parsed rule.
        wanted: The type the whole must have.
        names: Every name a rule may read, with its type.
        criteria: The codes ``rated`` may name.
        ratings: The ratings ``rated`` may name.
    """
    checker = _Checker(names, criteria, ratings, [])
    found = checker.kind(node)
    fits = wanted.name in (found.name, "unknown") or found.name == "unknown"
    literal_choice = wanted.name == "choice" and isinstance(node, Text)
    if literal_choice and isinstance(node, Text):
        checker.option(node, wanted)
    elif not fits and not (wanted.name == "text" and found.name == "choice"):
        checker.report(
            node, ErrorCode.RULE_TYPE, found=Word(found.name), expected=Word(wanted.name)
        )
    return checker.problems


def kind_of(node: Node, names: Mapping[str, Kind]) -> Kind:
    """Return the type of an expression; ``unknown`` where it has none."""
    return _Checker(names, frozenset(), frozenset(), []).kind(node)
