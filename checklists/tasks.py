"""Shortfalls -> what is to be done about them, by whom, and what it may cost.

Sums are estimates (*dự kiến*) for planning, never a budget (*dự toán*): quantities
come from the edition's cost lines, prices from the profile. What cannot be computed
yet is listed beside the sums and never counted as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from criteria.language import _, current
from criteria.rating import Rating
from criteria.rules.explain import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from datetime import date

    from checklists.checklist import Checklist
    from checklists.communes import Commune
    from checklists.matrix import Matrix
    from criteria.catalogue import Criterion

SHORT: Final = frozenset({Rating.PARTLY_MET, Rating.NOT_MET})
"""The ratings that leave something to be done."""

Period = Literal["once", "year"]
CommuneCriterion = tuple[str, str]
"""Code of a commune, code of a criterion."""


@dataclass(frozen=True, slots=True)
class Money:
    """What is paid once, and what is paid each year; never added to one another.

    Attributes:
        once: Million VND.
        yearly: Million VND a year.
    """

    once: Decimal = Decimal(0)
    yearly: Decimal = Decimal(0)

    def __add__(self, other: Money) -> Money:
        """Return both together, each kind for itself."""
        return Money(self.once + other.once, self.yearly + other.yearly)


@dataclass(frozen=True, slots=True)
class CostEntry:
    """One item that one commune needs for one criterion.

    Attributes:
        commune: Code.
        criterion: Code.
        item: Key of the item in the edition.
        period: Whether it is paid once or each year.
        quantity: How many; ``None`` while a value it depends on is unknown.
        unit_price: Million VND; ``None`` where the profile has no price.
    """

    commune: str
    criterion: str
    item: str
    period: Period
    quantity: Decimal | None
    unit_price: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        """Million VND; ``None`` while quantity or price is unknown."""
        if self.quantity is None or self.unit_price is None:
            return None
        return self.quantity * self.unit_price

    @property
    def money(self) -> Money:
        """The amount under its period; nothing while it is unknown."""
        amount = self.amount or Decimal(0)
        return Money(once=amount) if self.period == "once" else Money(yearly=amount)


@dataclass(frozen=True, slots=True)
class OpenCost:
    """A criterion of a commune that may still cost money, nobody knows how much.

    Attributes:
        commune: Code.
        criterion: Code.
        periods: How its items are paid for.
    """

    commune: str
    criterion: str
    periods: frozenset[Period]


@dataclass(frozen=True)
class CostSummary:
    """What shortfalls come to, and what is not in it yet.

    Attributes:
        entries: Every item needed, whether it can be computed or not.
        open: Criteria that may still cost money and have no entry: those whose
            rating is open, and those rated short by a person against the rules.
    """

    entries: tuple[CostEntry, ...] = ()
    open: tuple[OpenCost, ...] = ()

    def __add__(self, other: CostSummary) -> CostSummary:
        """Return both together."""
        return CostSummary(self.entries + other.entries, self.open + other.open)

    @property
    def total(self) -> Money:
        """What can be computed so far."""
        return sum((entry.money for entry in self.entries), Money())

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left out of the total."""
        return not self.open and all(entry.amount is not None for entry in self.entries)

    def may_grow(self, period: Period) -> bool:
        """Return whether something paid once, or each year, is left out of the total."""
        return any(period in place.periods for place in self.open) or any(
            entry.period == period and entry.amount is None for entry in self.entries
        )

    @property
    def unknown_quantities(self) -> tuple[CostEntry, ...]:
        """Items of which nobody can say yet how many are needed."""
        return tuple(entry for entry in self.entries if entry.quantity is None)

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Keys of needed items that the profile has no price for, in order."""
        return tuple(
            dict.fromkeys(entry.item for entry in self.entries if entry.unit_price is None)
        )

    @property
    def left_out(self) -> tuple[CommuneCriterion, ...]:
        """Where something is not in the total, in order, each once."""
        unknown = [
            (entry.commune, entry.criterion) for entry in self.entries if entry.amount is None
        ]
        undecided = [(place.commune, place.criterion) for place in self.open]
        return tuple(dict.fromkeys([*unknown, *undecided]))

    @property
    def by_criterion(self) -> dict[str, Money]:
        """Code of a criterion -> money, as far as known; only where there are entries."""
        return self._by(lambda entry: entry.criterion)

    @property
    def by_item(self) -> dict[str, Money]:
        """Key of an item -> money, as far as known; only where there are entries."""
        return self._by(lambda entry: entry.item)

    @property
    def by_commune(self) -> dict[str, Money]:
        """Code of a commune -> money, as far as known; only where there are entries."""
        return self._by(lambda entry: entry.commune)

    @property
    def quantities(self) -> dict[str, Decimal]:
        """Key of an item -> how many are needed, as far as known."""
        found: dict[str, Decimal] = {}
        for entry in self.entries:
            found[entry.item] = found.get(entry.item, Decimal(0)) + (entry.quantity or 0)
        return found

    def of(
        self, *, communes: Container[str] | None = None, criterion: str | None = None
    ) -> CostSummary:
        """Return the part of some communes, of one criterion, or of both together."""

        def belongs(held: CostEntry | OpenCost) -> bool:
            return (communes is None or held.commune in communes) and (
                criterion is None or held.criterion == criterion
            )

        return CostSummary(
            tuple(entry for entry in self.entries if belongs(entry)),
            tuple(place for place in self.open if belongs(place)),
        )

    def _by(self, key: Callable[[CostEntry], str]) -> dict[str, Money]:
        found: dict[str, Money] = {}
        for entry in self.entries:
            found[key(entry)] = found.get(key(entry), Money()) + entry.money
        return found


def costs_of(checklist: Checklist) -> CostSummary:
    """Return what the verified shortfalls of one commune come to."""
    entries: list[CostEntry] = []
    still_open: list[OpenCost] = []
    assessment = checklist.verified
    prices = checklist.round.profile.prices
    commune = checklist.commune.code
    for criterion in checklist.round.catalogue.criteria:
        if not criterion.costs:
            continue
        outcome = checklist.outcomes[criterion.code]
        costs = assessment.costs(criterion.code)
        entries += [
            CostEntry(
                commune,
                criterion.code,
                cost.line.item,
                cost.line.period,
                cost.quantity,
                prices[cost.line.item].million_vnd if cost.line.item in prices else None,
            )
            for cost in costs
        ]
        if outcome.rating.is_decided:
            # Nothing in the values says what a person missed who rated against them.
            is_open = not costs and outcome.rating in SHORT and outcome.computed not in SHORT
        else:
            is_open = bool(outcome.possible & SHORT)
        if is_open:
            periods = frozenset(line.period for line in criterion.costs)
            still_open.append(OpenCost(commune, criterion.code, periods))
    return CostSummary(tuple(entries), tuple(still_open))


def total_costs(checklists: Iterable[Checklist]) -> CostSummary:
    """Return what the verified shortfalls of several communes come to."""
    entries: list[CostEntry] = []
    still_open: list[OpenCost] = []
    for checklist in checklists:
        found = costs_of(checklist)
        entries += found.entries
        still_open += found.open
    return CostSummary(tuple(entries), tuple(still_open))


def estimated_items(matrix: Matrix, costs: CostSummary) -> tuple[str, ...]:
    """Return the keys of needed items whose price is only an estimate of this project."""
    prices = matrix.round.profile.prices
    return tuple(
        item
        for item in dict.fromkeys(entry.item for entry in costs.entries)
        if item in prices and prices[item].standing == "project_default"
    )


@dataclass(frozen=True)
class Task:
    """What is to be done where a commune falls short of a criterion.

    Who and by when are for the office to fill; unit and authority are proposed. The
    six entries follow the custom of Vietnamese task tables: people, work, time,
    responsibility, authority and result. Texts are in the language that was in use
    when the task was made.

    Attributes:
        commune: The commune.
        criterion: The criterion.
        rating: Partly met or not met.
        remedy: What the edition advises.
        shortfalls: What is missing, one text each; last, where a person's rating
            stands against the rules, who set it and why.
        responsible: Unit that leads.
        authority: Who decides.
        result: What shows that it is done.
        cost: Of this commune and criterion.
        who: Person responsible; blank until the office fills it.
        by_when: Day it is due; ``None`` until the office sets it.
        rated_by_person: Whether a person's rating stands instead of the computed one.
    """

    commune: Commune
    criterion: Criterion
    rating: Rating
    remedy: str
    shortfalls: tuple[str, ...]
    responsible: str
    authority: str
    result: str
    cost: CostSummary
    who: str = ""
    by_when: date | None = None
    rated_by_person: bool = False

    @property
    def what(self) -> str:
        """The work in words: the remedy, then what is missing."""
        if not self.shortfalls:
            return self.remedy
        return _("{remedy} Missing: {list}.").format(
            remedy=self.remedy, list="; ".join(self.shortfalls)
        )


def tasks_of(matrix: Matrix) -> tuple[Task, ...]:
    """Return a task for each commune and criterion that is not or only partly met.

    Communes are in the order of the round, criteria in the order of the edition.
    """
    found: list[Task] = []
    for row in matrix.rows:
        short = [c for c in matrix.round.catalogue.criteria if row.outcomes[c.code].rating in SHORT]
        costs = costs_of(row.checklist) if short else CostSummary()
        found += [_task(row.checklist, criterion, costs) for criterion in short]
    return tuple(found)


def _task(checklist: Checklist, criterion: Criterion, costs: CostSummary) -> Task:
    code, outcome = criterion.code, checklist.outcomes[criterion.code]
    commune = checklist.commune
    cost = costs.of(criterion=code)
    committee = _("People's Committee of {place}")
    if cost.entries or cost.open:
        # Money for equipment is granted to the communes by the province.
        authority = committee.format(place=_in_running_text(commune.province))
    else:
        authority = _("Chair of the People's Committee of {place}").format(
            place=_in_running_text(commune.name)
        )
    missing = [part.words() for part in explain(checklist.verified, code).shortfalls]
    if outcome.is_overridden:
        missing += [
            _("rated “{rating}” by {name}: {reason}").format(
                rating=override.rating.label,
                name=override.statement.author,
                reason=override.statement.reason,
            )
            for override in checklist.overrides.get(code, ())
        ]
    evidence = "; ".join(str(line.text) for line in criterion.evidence)
    return Task(
        commune=commune,
        criterion=criterion,
        rating=outcome.rating,
        remedy=str(criterion.remedy),
        shortfalls=tuple(missing),
        responsible=committee.format(place=_in_running_text(commune.name)),
        authority=authority,
        result=_("{code} verified as met; evidence: {evidence}").format(
            code=code, evidence=evidence
        ),
        cost=cost,
        rated_by_person=outcome.is_overridden,
    )


def _in_running_text(name: str) -> str:
    """Return ``phường Long Thành`` for ``Phường Long Thành``, as after another word."""
    return name[:1].lower() + name[1:] if current() == "vi" else name
