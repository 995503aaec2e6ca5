"""Values of one commune -> the rating of each criterion.

`Assessment` evaluates an edition over the values that are known. It holds every
rating that is still possible, so that a decided rating stands whatever the blanks
turn out to be (as long as they pass the edition's own checks between fields).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from criteria.language import N_, _
from criteria.rules.tree import Choose, Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from criteria.catalogue import Catalogue, Check, CostLine, Evidence
    from criteria.rules.tree import Node, Value


class Rating(StrEnum):
    """What the values of one criterion add up to."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT = "insufficient"
    UNAUDITED = "unaudited"

    @property
    def letter(self) -> str:
        """A sign of one to three letters, in the language in use."""
        return _(_LETTERS[self])

    @property
    def label(self) -> str:
        """The rating in words, in the language in use."""
        return _(_LABELS[self])

    @property
    def in_words(self) -> str:
        """Letter and words: ``CĐ – Chưa đạt``; where the letter is but a dash, the words."""
        if self is Rating.UNAUDITED:
            return self.label
        return f"{self.letter} – {self.label}"

    @property
    def is_decided(self) -> bool:
        """Whether nothing is missing for it."""
        return self not in (Rating.INSUFFICIENT, Rating.UNAUDITED)


_LETTERS: Final = {
    Rating.MET: N_("M"),
    Rating.PARTLY_MET: N_("PM"),
    Rating.NOT_MET: N_("NM"),
    Rating.NOT_APPLICABLE: N_("N/A"),
    Rating.INSUFFICIENT: N_("ID"),
    Rating.UNAUDITED: N_("–"),
}
_LABELS: Final = {
    Rating.MET: N_("Met"),
    Rating.PARTLY_MET: N_("Partly met"),
    Rating.NOT_MET: N_("Not met"),
    Rating.NOT_APPLICABLE: N_("Not applicable"),
    Rating.INSUFFICIENT: N_("Insufficient data"),
    Rating.UNAUDITED: N_("Not audited"),
}

LARGEST_QUANTITY: Final = Decimal(10**9)
"""No office buys as many; a rule that gives more gives no quantity."""

_APPLICABLE: Final = frozenset({Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rating of one criterion.

    Attributes:
        rating: What counts: the override where there is one, else `computed`.
        computed: What the rules give.
        possible: Every rating it may have once all is known; one if decided.
        failing: The checks between fields that do not agree and bear on it.
    """

    rating: Rating
    computed: Rating
    possible: frozenset[Rating]
    failing: tuple[Check, ...] = ()

    @property
    def is_overridden(self) -> bool:
        """Whether a person's rating stands instead of the computed one."""
        return self.rating is not self.computed


@dataclass(frozen=True, slots=True)
class Cost:
    """What one cost line comes to for one commune.

    Attributes:
        criterion: Code of the criterion that falls short.
        line: The item and whether it is paid once or each year.
        quantity: How many; ``None`` while a value it needs is unknown.
    """

    criterion: str
    line: CostLine
    quantity: Decimal | None


@cache
def _shared(possible: frozenset[Rating]) -> frozenset[Rating]:
    """Return the one that all communes share: thousands of equal sets take many megabytes."""
    return possible


class Assessment:
    """The ratings of one commune on one basis. It is the scope its rules read."""

    def __init__(
        self,
        catalogue: Catalogue,
        values: Mapping[str, Value],
        *,
        switches: Mapping[str, bool] | None = None,
        not_applicable: Set[str] = frozenset(),
        overrides: Mapping[str, Rating] | None = None,
        stated: Set[str] | None = None,
        disputed: Set[str] = frozenset(),
    ) -> None:
        """Hold what is known.

        Args:
            catalogue: The edition.
            values: Key of a parameter or measure -> its value, of the declared type.
                What is absent or ``None`` is unknown.
            switches: What the profile sets; the edition's default stands otherwise.
            not_applicable: Codes that a person has stated do not apply.
            overrides: Code -> the rating that a person set against the rules.
            stated: Keys about which anything was stated, even in conflict or as not
                known; the keys of `values` if not given.
            disputed: Keys about which people stated different things.
        """
        self.catalogue = catalogue
        self._book = catalogue.rulebook
        self._given = values
        self._switches = switches or {}
        self.stated_not_applicable = not_applicable
        self._overrides = overrides or {}
        self.disputed = disputed
        self._stated = (
            stated if stated is not None else {k for k, v in values.items() if v is not None}
        )
        self._values: dict[str, Value] = {}
        self._outcomes: dict[str, Outcome] = {}

    def value(self, key: str) -> Value:
        """Return the value that rules read under ``key``; ``None`` if unknown."""
        try:
            return self._values[key]
        except KeyError:
            pass
        held = self._values[key] = self._read(key)
        return held

    def _read(self, key: str) -> Value:
        book = self._book
        if key in book.derived:
            return book.derived[key].evaluate(self)
        if key in book.switches:
            return self._switches.get(key, book.switches[key].default)
        given = self._given.get(key)
        if key not in book.ask_if:
            return given
        asked = book.ask_if[key].evaluate(self)
        if asked is True:
            return given
        otherwise = book.otherwise[key].evaluate(self) if key in book.otherwise else None
        if asked is False:
            return otherwise
        # Whether it counts is open: known only if both answers would agree.
        return given if given is not None and given == otherwise else None

    def is_asked(self, key: str) -> bool:
        """Return whether a measure makes sense after the other answers."""
        return key not in self.not_asked

    @cached_property
    def not_asked(self) -> frozenset[str]:
        """Keys of the measures that make no sense after the other answers."""
        alike = self._book.asked_alike
        return frozenset[str]().union(
            *[keys for asked, keys in alike if asked.evaluate(self) is False]
        )

    def is_not_known(self, key: str) -> bool:
        """Return whether a person stated that a value could not be found out."""
        return key in self._stated and key not in self.disputed and self._given.get(key) is None

    def possible(self, criterion: str) -> frozenset[str]:
        """Return every rating the criterion may have once all is known."""
        return self.outcome(criterion).possible

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """Code -> outcome, for every criterion of the edition."""
        return {code: self.outcome(code) for code in self.catalogue.codes}

    def outcome(self, code: str) -> Outcome:
        """Return the outcome of one criterion."""
        held = self._outcomes.get(code)
        if held is None:
            held = self._outcomes[code] = self._rate(code)
        return held

    def _rate(self, code: str) -> Outcome:
        rules = self._book.criteria[code]
        failing = tuple(
            check for check, tree in self._book.bearing_checks(code) if tree.evaluate(self) is False
        )
        applies_not = code in self.stated_not_applicable or rules.not_applicable.evaluate(self)
        if applies_not is True:
            possible: frozenset[Rating] = frozenset({Rating.NOT_APPLICABLE})
        else:
            found = set() if applies_not is False else {Rating.NOT_APPLICABLE}
            if failing or rules.valid.evaluate(self) is not True:
                found |= _APPLICABLE
            else:
                met = rules.met.evaluate(self)
                if met is not False:
                    found.add(Rating.MET)
                if met is not True:
                    partly = rules.partly_met.evaluate(self)
                    if partly is not False:
                        found.add(Rating.PARTLY_MET)
                    if partly is not True:
                        found.add(Rating.NOT_MET)
            possible = _shared(frozenset(found))
        if len(possible) == 1:
            (computed,) = possible
        elif any(m.key in self._stated for m in self.catalogue.criterion(code).measures):
            computed = Rating.INSUFFICIENT
        else:
            computed = Rating.UNAUDITED
        rating = self._overrides.get(code, computed)
        if not rating.is_decided:
            rating = computed  # nobody can set a rating to open
        if rating is not computed:
            possible = frozenset({rating})
        return Outcome(rating, computed, possible, failing)

    def missing(self, code: str) -> tuple[str, ...]:
        """Return the keys of measures that must still be stated.

        Those are the measures that are asked, not optional and not stated; and the
        optional ones that alone keep the rating open, as when a switch of the profile
        makes one of them decide.
        """
        open_names = self.required(code).difference(self._stated)
        if not open_names:
            if self.outcome(code).computed.is_decided:
                return ()
            deciding = self._book.criteria[code].deciding
            names = set[str]().union(*map(self._open_names, deciding))
            open_names = frozenset(names).difference(self._stated, self.not_asked)
        measures = self.catalogue.criterion(code).measures
        return tuple(measure.key for measure in measures if measure.key in open_names)

    def filled(self, code: str) -> tuple[int, int]:
        """Return how many of the measures that must be stated are, and how many there are."""
        asked = self.required(code)
        if asked <= self._stated and self.outcome(code).computed.is_decided:
            return len(asked), len(asked)  # `missing` would return nothing
        missing = self.missing(code)
        asked = asked.union(missing)
        return len(asked) - len(missing), len(asked)

    def required(self, code: str) -> frozenset[str]:
        """Return the keys of measures that are asked and not optional, stated or not."""
        return self._book.criteria[code].required.difference(self.not_asked)

    def keeps_open(self, code: str) -> frozenset[str]:
        """Return the keys without a value that help to keep a criterion from being rated.

        Those of other criteria that its rules read and of conditions under which a
        measure is asked are among them; none where the rating is decided.
        """
        if self.outcome(code).rating.is_decided:
            return frozenset()
        found: set[str] = set()
        for each in self._book.rests_on(code):
            rules, outcome = self._book.criteria[each], self.outcome(each)
            if not outcome.rating.is_decided:
                found |= set().union(*map(self._open_names, rules.deciding))
        for key in [key for key in found if key in self._book.ask_if]:
            for tree in (self._book.ask_if[key], self._book.otherwise.get(key)):
                found |= self._open_names(tree) if tree is not None else set()
        return frozenset(found)

    def _open_names(self, node: Node) -> set[str]:
        """Return the blank names that keep a rule from being decided."""
        if node.evaluate(self) is not None:
            return set()
        match node:
            case Choose(condition=condition, then=then, otherwise=otherwise):
                chosen = condition.evaluate(self)
                if chosen is not None:
                    return self._open_names(then if chosen else otherwise)
            case Name(key=key):
                tree = self._book.derived.get(key)
                return {key} if tree is None else self._open_names(tree)
        return set().union(*map(self._open_names, node.parts()))

    def wanted_evidence(self, code: str) -> tuple[Evidence, ...]:
        """Return the evidence that a criterion calls for, as far as there is anything to show.

        Evidence of which it is still open whether there is anything to show is wanted;
        of a criterion that does not apply, nothing is.
        """
        if self.outcome(code).rating is Rating.NOT_APPLICABLE:
            return ()
        lines = self._book.criteria[code].evidence
        return tuple([line for line, only_if in lines if only_if.evaluate(self) is not False])

    def costs(self, code: str) -> tuple[Cost, ...]:
        """Return what is to be bought for a criterion that is not or partly met."""
        if self.outcome(code).rating not in (Rating.PARTLY_MET, Rating.NOT_MET):
            return ()
        found = []
        for line, tree in self._book.criteria[code].costs:
            quantity = tree.evaluate(self)
            if not isinstance(quantity, Decimal) or quantity >= LARGEST_QUANTITY:
                found.append(Cost(code, line, None))
            elif quantity > 0:
                found.append(Cost(code, line, quantity))
        return tuple(found)
