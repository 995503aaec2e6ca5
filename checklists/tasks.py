"""Shortfalls -> what is to be done about them, by whom, and what it may cost.

Sums are estimates (*dự kiến*) for planning, never a budget (*dự toán*): quantities
come from the edition's cost lines, prices from the profile. What cannot be computed
yet is listed beside the sums and never counted as nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from checklists.communes import in_running_text
from checklists.task_plan import Status, TaskPlan, agreed, plan_label
from criteria.language import _, count
from criteria.rating import Rating
from criteria.rules.explain import shortfalls_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date

    from checklists.checklist import Checklist
    from checklists.communes import Commune
    from checklists.matrix import Matrix
    from checklists.task_plan import PlanValue
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

    @cached_property
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

    The six entries follow the custom of Vietnamese task tables: people, work, time,
    responsibility, authority and result. What the office typed stands; elsewhere work,
    responsibility, authority and result are proposed. Proposals are in the language that
    was in use when the task was made.

    Attributes:
        order: From 1, in the list of all tasks of the round.
        commune: The commune.
        criterion: The criterion.
        rating: As verified now: partly met or not met; any other where there is a plan.
        remedy: What the edition advises.
        shortfalls: What is missing, one text each; last, where a person's rating
            stands against the rules, who set it and why.
        proposal: What is proposed.
        plan: What the office typed, as far as all that stands agrees.
        cost: Of this commune and criterion.
        disputed: Keys of a plan about which different plans stand; they are empty here.
        heads: Ids of the records that stand, in order.
        rated_by_person: Whether a person's rating stands instead of the computed one.
        lacks: What is short, each once, without how much.
    """

    order: int
    commune: Commune
    criterion: Criterion
    rating: Rating
    remedy: str
    shortfalls: tuple[str, ...]
    proposal: TaskPlan
    plan: TaskPlan
    cost: CostSummary
    disputed: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rated_by_person: bool = False
    lacks: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A short name of the task, the same in every file: ``26368/EQ-01``."""
        return f"{self.commune.code}/{self.criterion.code}"

    def value(self, key: str) -> PlanValue:
        """Return what stands under one of `checklists.task_plan.PLAN_KEYS`.

        A task whose criterion is verified as met is done, whatever was typed; one of which
        nothing was typed has not been started.
        """
        if key == "status" and self.is_fulfilled:
            return Status.DONE
        if key in self.disputed:
            return TaskPlan().value(key)
        return self.plan.value(key) or self.proposal.value(key)

    def _text(self, key: str) -> str:
        return str(self.value(key))

    @property
    def who(self) -> str:
        """Person in charge; empty until the office names one."""
        return self._text("who")

    @property
    def what(self) -> str:
        """The work in words: as typed, else the remedy, then what is missing."""
        return self._text("what")

    @property
    def by_when(self) -> date | None:
        """Day it is due; ``None`` until the office sets it."""
        return None if "by_when" in self.disputed else self.plan.by_when

    @property
    def responsible(self) -> str:
        """Unit that leads."""
        return self._text("responsible")

    @property
    def authority(self) -> str:
        """Who decides."""
        return self._text("authority")

    @property
    def result(self) -> str:
        """What shows that it is done."""
        return self._text("result")

    @property
    def status(self) -> Status | None:
        """How far it has come; ``None`` where different plans stand about that."""
        held = self.value("status")
        return held if isinstance(held, Status) else None

    @property
    def done_on(self) -> date | None:
        """Day it was reported as done."""
        return None if "done_on" in self.disputed else self.plan.done_on

    @property
    def note(self) -> str:
        """Anything else that the office typed."""
        return self._text("note")

    @property
    def is_fulfilled(self) -> bool:
        """Whether it is really done: the criterion is verified as met."""
        return self.rating is Rating.MET

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do: it is fulfilled, or the criterion does not apply."""
        return self.is_fulfilled or self.rating is Rating.NOT_APPLICABLE

    @property
    def is_only_reported(self) -> bool:
        """Whether it was reported as done and is not verified yet."""
        return self.status is Status.DONE and not self.is_over

    @property
    def is_to_do(self) -> bool:
        """Whether whoever answers for it has still to do it."""
        return not self.is_over and not self.is_only_reported

    def overdue(self, today: date) -> int:
        """Return how many days it is late on a day; 0 where it is over, or has no day yet.

        What was reported as done waits for the auditor, and is not late.
        """
        if not self.is_to_do or self.by_when is None:
            return 0
        return max(0, (today - self.by_when).days)

    @property
    def remark(self) -> str:
        """What is to be noticed about it, in the language in use; mostly empty."""
        words = []
        if self.disputed:
            keys = ", ".join(map(plan_label, self.disputed))
            words.append(_("Different plans stand here: {entries}").format(entries=keys))
        if self.is_fulfilled:
            words.append(_("The criterion is verified as met"))
        elif self.rating is Rating.NOT_APPLICABLE:
            words.append(_("The criterion does not apply any more"))
        elif self.rating not in SHORT:
            words.append(_("The rating of the criterion is open"))
        if self.is_only_reported:
            words.append(_("Reported as done, not verified yet"))
        return ". ".join(words)


def tasks_of(matrix: Matrix, costs: Mapping[str, CostSummary] | None = None) -> tuple[Task, ...]:
    """Return a task for each commune and criterion that is not or only partly met.

    Where the office has planned something, the task stays whatever became of the
    criterion. Communes are in the order of the round, criteria in the order of the edition.

    Args:
        matrix: The matrix.
        costs: Code of a commune -> its costs, if they are computed already.
    """
    found: list[Task] = []
    for row in matrix.rows:
        checklist = row.checklist
        wanted = [
            criterion
            for criterion in matrix.round.catalogue.criteria
            if row.outcomes[criterion.code].rating in SHORT
            or any(checklist.plan_heads(criterion.code))
        ]
        if not wanted:
            continue
        own = costs_of(checklist) if costs is None else costs.get(row.commune.code, CostSummary())
        for criterion in wanted:
            found.append(_task(len(found) + 1, checklist, criterion, own))
    return tuple(found)


class TaskCounts(NamedTuple):
    """How far tasks have come on a day.

    Attributes:
        all: How many there are.
        communes: In how many communes.
        done: Whose criterion is verified as met.
        reported: Reported as done, and not verified yet.
        late: Past their day.
        nobody: Not over, and without a person in charge.
        never: Not over, and without a day.
    """

    all: int
    communes: int
    done: int
    reported: int
    late: int
    nobody: int
    never: int

    @property
    def words(self) -> str:
        """The last five, in the language in use."""
        return _(
            "verified as met {done}; reported as done, not verified {reported}; late {late}; "
            "without a person {nobody}; without a day {never}"
        ).format(
            done=count(self.done),
            reported=count(self.reported),
            late=count(self.late),
            nobody=count(self.nobody),
            never=count(self.never),
        )


def task_counts(tasks: Sequence[Task], today: date) -> TaskCounts:
    """Return how far tasks have come on a day."""
    return TaskCounts(
        all=len(tasks),
        communes=len({task.commune.code for task in tasks}),
        done=sum(task.is_fulfilled for task in tasks),
        reported=sum(task.is_only_reported for task in tasks),
        late=sum(task.overdue(today) > 0 for task in tasks),
        nobody=sum(not task.who and not task.is_over for task in tasks),
        never=sum(task.by_when is None and not task.is_over for task in tasks),
    )


class PersonTasks(NamedTuple):
    """What one person answers for.

    Attributes:
        who: Name; empty for the tasks that nobody answers for yet.
        counts: How far they have come.
        due: The day that comes next, or has gone by, of what is still to be done.
    """

    who: str
    counts: TaskCounts
    due: date | None


def tasks_by_person(tasks: Iterable[Task], today: date) -> list[PersonTasks]:
    """Return who answers for what: most late first, then most to do; nobody's tasks come last."""
    held: dict[str, list[Task]] = {}
    for task in tasks:
        held.setdefault(task.who, []).append(task)
    found = [
        PersonTasks(
            who,
            task_counts(own, today),
            min((task.by_when for task in own if task.by_when and task.is_to_do), default=None),
        )
        for who, own in held.items()
    ]
    return sorted(
        found,
        key=lambda each: (
            not each.who,
            -each.counts.late,
            -sum(task.is_to_do for task in held[each.who]),
            each.who,
        ),
    )


def most_lacking(tasks: Iterable[Task]) -> dict[str, list[tuple[str, int]]]:
    """Return code of a criterion -> what is short, of how many communes, most often first."""
    found: dict[str, Counter[str]] = {}
    for task in tasks:
        if task.rating in SHORT:
            found.setdefault(task.criterion.code, Counter()).update(task.lacks)
    return {code: counts.most_common() for code, counts in found.items()}


def _task(order: int, checklist: Checklist, criterion: Criterion, costs: CostSummary) -> Task:
    code, outcome = criterion.code, checklist.outcomes[criterion.code]
    is_short = outcome.rating in SHORT
    lacking = shortfalls_of(checklist.verified, code) if is_short else ()
    missing = [part.words() for part in lacking]
    if is_short and outcome.is_overridden:
        missing += [
            _("rated “{rating}” by {name}: {reason}").format(
                rating=override.rating.label,
                name=override.statement.author,
                reason=override.statement.reason,
            )
            for override in checklist.overrides.get(code, ())
        ]
    cost = costs.of(criterion=code)
    heads = checklist.plans[code].heads if code in checklist.plans else ()
    plan, disputed = agreed(checklist.plan_heads(code))
    return Task(
        order=order,
        commune=checklist.commune,
        criterion=criterion,
        rating=outcome.rating,
        remedy=str(criterion.remedy),
        shortfalls=tuple(missing),
        lacks=tuple(dict.fromkeys(part.subject for part in lacking)),
        proposal=_proposal(checklist.commune, criterion, missing, cost),
        plan=plan,
        cost=cost,
        disputed=disputed,
        heads=tuple(head.id for head in heads),
        rated_by_person=outcome.is_overridden,
    )


def _proposal(
    commune: Commune, criterion: Criterion, missing: Sequence[str], cost: CostSummary
) -> TaskPlan:
    """Return what is proposed where the office typed nothing."""
    what = str(criterion.remedy)
    if missing:
        what = _("{remedy} Missing: {list}.").format(remedy=what, list="; ".join(missing))
    committee = _("People's Committee of {place}")
    if cost.entries or cost.open:
        # Money for equipment is granted to the communes by the province.
        authority = committee.format(place=in_running_text(commune.province))
    else:
        authority = _("Chair of the People's Committee of {place}").format(
            place=in_running_text(commune.name)
        )
    evidence = "; ".join(str(line.text) for line in criterion.evidence)
    return TaskPlan(
        what=what,
        responsible=committee.format(place=in_running_text(commune.name)),
        authority=authority,
        result=_("{code} verified as met; evidence: {evidence}").format(
            code=criterion.code, evidence=evidence
        ),
        status=Status.NOT_STARTED,
    )
