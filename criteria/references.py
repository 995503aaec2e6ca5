"""What each name of an edition refers to: circles, rules that reach too far, what is sound.

Used by lint, on an edition of which some rules may be wrong: only the rules that can
be read are looked at, and nothing here needs the rest to be right.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from criteria.catalogue import Catalogue, Measure, Rules
from criteria.rules.tree import Name, Node, Rated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from criteria.toml_file import Where

DEEPEST: Final = 100
LARGEST: Final = 5_000
"""Nodes below one another, and in all, of a rule with everything it refers to.

An edition may come from a stranger's file: no rule of it may exhaust the stack, nor
the time and the room that its explanation takes.
"""

_FIXED: Final = Rules(not_applicable="false", valid="true", met="false", partly_met="false")


def named(*trees: Node) -> set[str]:
    """Return the names that rules read."""
    return {node.key for tree in trees for node in tree.walk() if isinstance(node, Name)}


def rated(*trees: Node) -> set[str]:
    """Return the criteria whose rating rules read."""
    return {node.criterion for tree in trees for node in tree.walk() if isinstance(node, Rated)}


class References:
    """What derived values, measures and criteria refer to.

    Attributes:
        places: Name of a derived value or measure, or code of a criterion -> its path.
    """

    def __init__(self, catalogue: Catalogue, trees: Mapping[Where, Node]) -> None:
        """Read the rules of ``trees``: path of a rule -> its tree."""
        self._catalogue = catalogue
        self._trees = trees
        self.places: dict[str, Where] = {}
        self._rules: dict[str, list[Node]] = {}
        for index, derived in enumerate(catalogue.derived):
            self._add(derived.key, ("derived", index), "rule")
        for index, criterion in enumerate(catalogue.criteria):
            here: Where = ("criteria", index)
            for place, measure in enumerate(criterion.measures):
                self._add(measure.key, (*here, "measures", place), "ask_if", "otherwise")
        for index, criterion in enumerate(catalogue.criteria):
            here = ("criteria", index)
            self._add(criterion.code, here)
            self._add(criterion.code, (*here, "rules"), *Rules.model_fields)
        self._add_checks()
        self._needs = {name: named(*held) | rated(*held) for name, held in self._rules.items()}

    def _add(self, name: str, where: Where, *parts: str) -> None:
        self.places.setdefault(name, where)
        held = self._rules.setdefault(name, [])
        held += [self._trees[(*where, part)] for part in parts if (*where, part) in self._trees]

    def _add_checks(self) -> None:
        """Let each criterion read the checks that bear on it, as a rating does."""
        reach = {code: self._fields_of(self._rules[code]) for code in self._catalogue.codes}
        for index, _check in enumerate(self._catalogue.checks):
            tree = self._trees.get(("checks", index, "rule"))
            if tree is not None:
                read = self._fields_of([tree])
                for code, own in reach.items():
                    if own & read:
                        self._rules[code].append(tree)

    def _fields_of(self, trees: list[Node]) -> set[str]:
        found: set[str] = set()
        waiting = list(trees)
        while waiting:
            fresh = named(waiting.pop()) - found
            found |= fresh
            for name in fresh:
                waiting += self._rules.get(name, ())
        return found & self._catalogue.fields.keys()

    def circles(self) -> list[list[str]]:
        """Return the circles in which names refer to one another, each from its first place."""
        needs = dict(self._needs)
        found: list[list[str]] = []
        while True:
            try:
                TopologicalSorter(needs).prepare()
            except CycleError as error:
                circle: list[str] = error.args[1][:0:-1]
                first = next(name for name in self.places if name in circle)
                start = circle.index(first)
                found.append([*circle[start:], *circle[:start]])
                needs[first] = set()  # what else goes round is found without it
            else:
                return found

    def tangled(self) -> list[Where]:
        """Return the paths of rules that are too deep or too large; there are no circles."""
        depths: dict[str, int] = {}
        sizes: dict[str, int] = {}
        known: dict[int, tuple[int, int]] = {}

        def extent(node: Node) -> tuple[int, int]:
            if isinstance(node, Name):
                return 2 + depths.get(node.key, 0), 1 + sizes.get(node.key, 0)
            if isinstance(node, Rated):
                return 3 + depths.get(node.criterion, 0), 1
            inner = [extent(part) for part in node.parts()]
            deepest = max((depth for depth, _size in inner), default=0)
            return 1 + deepest, 1 + sum(size for _depth, size in inner)

        def extent_of(tree: Node) -> tuple[int, int]:
            # Several names read one tree, and all that it refers to is known by then.
            if id(tree) not in known:
                known[id(tree)] = extent(tree)
            return known[id(tree)]

        for name in TopologicalSorter(self._needs).static_order():
            extents = [*map(extent_of, self._rules.get(name, ()))]
            # What is too large itself is said once, not again wherever it is read.
            depths[name] = max((depth for depth, _size in extents if depth <= DEEPEST), default=0)
            sizes[name] = max((size for _depth, size in extents if size <= LARGEST), default=0)
        found = []
        for where, tree in self._trees.items():
            depth, size = extent_of(tree)
            if depth > DEEPEST or size > LARGEST:
                found.append(where)
        return found

    def resting_on(self, names: Iterable[str]) -> set[str]:
        """Return ``names`` and all that refer to one of them, however far."""
        readers: dict[str, set[str]] = {}
        for name, needed in self._needs.items():
            for each in needed:
                readers.setdefault(each, set()).add(name)
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += readers.get(name, ())
        return found

    def reduced(self, unsound: set[str], bad_checks: Set[str | int]) -> Catalogue:
        """Return the edition without the rules of some names, so that the rest can be rated.

        Args:
            unsound: Names and codes, with all that rest on them.
            bad_checks: Places of the checks to leave out.
        """
        held = self._catalogue

        def asked(measure: Measure) -> Measure:
            if measure.key not in unsound:
                return measure
            return measure.model_copy(update={"ask_if": None, "otherwise": None})

        return held.model_copy(
            update={
                "derived": tuple(each for each in held.derived if each.key not in unsound),
                "checks": tuple(
                    each
                    for index, each in enumerate(held.checks)
                    if index not in bad_checks
                    and not unsound & named(self._trees["checks", index, "rule"])
                ),
                "criteria": tuple(
                    each.model_copy(
                        update={
                            "measures": tuple(asked(measure) for measure in each.measures),
                            "rules": _FIXED if each.code in unsound else each.rules,
                            "costs": (),
                            "evidence": (),
                        }
                    )
                    for each in held.criteria
                ),
            }
        )
