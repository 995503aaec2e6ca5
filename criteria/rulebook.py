"""The rules of an edition, parsed once, and what each criterion reads and rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from criteria.rules.parse import parse
from criteria.rules.tree import Name, Node, Rated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from criteria.catalogue import Catalogue, Check, Criterion


class CriterionRules:
    """The parsed rules of one criterion."""

    def __init__(self, criterion: Criterion, parse: _Parse) -> None:
        """Parse every rule of ``criterion``."""
        rules = criterion.rules
        self.required = frozenset(m.key for m in criterion.measures if not m.optional)
        self.not_applicable = parse(rules.not_applicable)
        self.valid = parse(rules.valid)
        self.met = parse(rules.met)
        self.partly_met = parse(rules.partly_met)
        self.costs = tuple((line, parse(line.quantity)) for line in criterion.costs)
        self.evidence = tuple((line, parse(line.only_if or "true")) for line in criterion.evidence)

    @property
    def deciding(self) -> tuple[Node, Node, Node, Node]:
        """The rules that decide the rating, in order."""
        return self.not_applicable, self.valid, self.met, self.partly_met


class _Parse:
    """Parse each text once, however often it occurs."""

    def __init__(self) -> None:
        self._held: dict[str, Node] = {}

    def __call__(self, text: str) -> Node:
        node = self._held.get(text)
        if node is None:
            node = self._held[text] = parse(text)
        return node


def _by_tree(trees: Mapping[str, Node]) -> tuple[tuple[Node, frozenset[str]], ...]:
    found: dict[Node, set[str]] = {}
    for key, tree in trees.items():
        found.setdefault(tree, set()).add(key)
    return tuple((tree, frozenset(keys)) for tree, keys in found.items())


class Rulebook:
    """Every rule of an edition as a tree, and which values each criterion reads.

    Attributes:
        derived: Key -> tree.
        ask_if: Key of a measure -> tree, where it has one.
        asked_alike: Each tree of ``ask_if`` once, with the measures that are asked under it.
        otherwise: Key of a measure -> tree, where it has one.
        checks: Each check with its tree.
        criteria: Code -> parsed rules.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Parse the rules of a sound edition."""
        parse = _Parse()
        self._measures = {m.key: m for c in catalogue.criteria for m in c.measures}
        self.switches = {switch.key: switch for switch in catalogue.switches}
        self.derived = {item.key: parse(item.rule) for item in catalogue.derived}
        self.ask_if = {m.key: parse(m.ask_if) for m in self._measures.values() if m.ask_if}
        self.asked_alike = _by_tree(self.ask_if)
        self.otherwise = {m.key: parse(m.otherwise) for m in self._measures.values() if m.otherwise}
        self.checks = tuple((check, parse(check.rule)) for check in catalogue.checks)
        self.criteria = {c.code: CriterionRules(c, parse) for c in catalogue.criteria}
        self._reads: dict[str, frozenset[str]] = {}
        self._bearing: dict[str, tuple[tuple[Check, Node], ...]] = {}

    def reads(self, code: str) -> frozenset[str]:
        """Return the parameters and measures that decide a criterion's rating.

        Values read through derived values, ``ask_if`` and other criteria's ratings
        are included, and so are those of the checks that bear on them.
        """
        if code not in self._reads:
            read = self._closure(self.criteria[code].deciding)
            checks = [self._closure((tree,)) for _check, tree in self.bearing_checks(code)]
            self._reads[code] = read.union(*checks)
        return self._reads[code]

    def rests_on(self, code: str) -> frozenset[str]:
        """Return the criteria whose ratings a criterion reads, itself included."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                trees = list(self.criteria[each].deciding)
                trees += [tree for _check, tree in self.bearing_checks(each)]
                waiting += self._rated(trees)
        return frozenset(found)

    def _rated(self, trees: list[Node]) -> set[str]:
        """Return the criteria that trees name, through derived values and conditions."""
        reached: set[str] = set()
        waiting, seen = list(trees), set[str]()
        while waiting:
            for node in waiting.pop().walk():
                if isinstance(node, Rated):
                    reached.add(node.criterion)
                elif isinstance(node, Name) and node.key not in seen:
                    seen.add(node.key)
                    waiting += [
                        held[node.key]
                        for held in (self.derived, self.ask_if, self.otherwise)
                        if node.key in held
                    ]
        return reached

    def bearing_checks(self, code: str) -> tuple[tuple[Check, Node], ...]:
        """Return the checks that read a value which the criterion's own rules read.

        A value that only another criterion's rating brings in does not count: that
        criterion is insufficient then, and its rating unknown here.
        """
        if code not in self._bearing:
            own = self._closure(self.criteria[code].deciding, through_ratings=False)
            self._bearing[code] = tuple(
                (check, tree)
                for check, tree in self.checks
                if own & self._closure((tree,), through_ratings=False)
            )
        return self._bearing[code]

    def _closure(self, trees: tuple[Node, ...], *, through_ratings: bool = True) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(trees)
        seen: set[str] = set()
        while waiting:
            for node in waiting.pop().walk():
                match node:
                    case Name(key=key) if key not in seen:
                        seen.add(key)
                        if key in self.derived:
                            waiting.append(self.derived[key])
                        elif key not in self.switches:
                            found.add(key)
                            waiting.extend(
                                trees[key]
                                for trees in (self.ask_if, self.otherwise)
                                if key in trees
                            )
                    case Rated(criterion=code) if through_ratings and code not in seen:
                        seen.add(code)
                        waiting.extend(self.criteria[code].deciding)
                        waiting.extend(tree for _check, tree in self.bearing_checks(code))
        return frozenset(found)
