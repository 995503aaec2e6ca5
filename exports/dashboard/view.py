"""What the templates show: figures and texts, ready to be put where they belong."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from checklists.comparison import Direction
from checklists.figures import (
    Amount,
    Share,
    amount,
    interval,
    may_change,
    open_ratings,
    share_green,
    share_met,
    split_costs,
)
from checklists.matrix import ReadinessClass
from checklists.purchases import purchases
from checklists.quality import GOOD
from checklists.tasks import CostSummary, task_counts, tasks_by_person
from checklists.tiles import tile_places
from criteria.language import _, day, number, percent
from criteria.rating import Rating
from exports.dashboard.data import CLASSES, NOBODY, RATINGS, change_lines, tasks_in_order
from exports.dashboard.embed import shown
from exports.standing import price_standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from checklists.communes import Commune
    from checklists.declared import Tally
    from checklists.matrix import Matrix, MatrixRow
    from checklists.purchases import Purchase
    from checklists.quality import Quality
    from checklists.report import Report
    from checklists.tasks import Task, TaskCounts
    from checklists.trend import Trend

_DIRECTIONS = (Direction.BETTER, Direction.WORSE)
MOST_LATE = 20
"""Late tasks that stand at the top; the list below has them all."""
MOST_NAMED = 30
"""Communes that are named beside an indicator; of more the matrix tells."""


class Segment(NamedTuple):
    """A piece of a bar.

    Attributes:
        look: Name of its style.
        start: Where it begins, in percent of the bar.
        width: In percent of the bar.
    """

    look: str
    start: str
    width: str


def bar(pieces: Iterable[tuple[str, int]]) -> list[Segment]:
    """Return the pieces of a bar whose lengths are in proportion to counts."""
    held = [(look, amount_) for look, amount_ in pieces if amount_]
    whole, found, start = sum(amount_ for _look, amount_ in held), [], 0
    for look, amount_ in held:
        width = f"{Decimal(amount_ * 100) / whole:.3f}%"
        found.append(Segment(look, f"{Decimal(start * 100) / whole:.3f}%", width))
        start += amount_
    return found


class ClassFigure(NamedTuple):
    """How many communes have a class."""

    key: str
    label: str
    letter: str
    amount: str
    share: str
    doubtful: int
    meaning: str


class CriterionFigures(NamedTuple):
    """How communes stand by one criterion."""

    code: str
    short: str
    bar: list[Segment]
    counts: list[str]
    share: str
    once: str
    yearly: str
    cases: str


class GroupFigures(NamedTuple):
    """How the communes of a group stand."""

    name: str
    units: str
    bar: list[Segment]
    counts: list[str]
    share: str
    once: str
    yearly: str


class ItemFigures(NamedTuple):
    """What is needed of an item."""

    label: str
    unit: str
    quantity: str
    price: str
    once: str
    yearly: str
    standing: str


class CommuneFigures(NamedTuple):
    """What the remedies of a commune cost."""

    code: str
    name: str
    cluster: str
    once: str
    yearly: str
    cases: str


class IndicatorFigures(NamedTuple):
    """A figure about how far the others can be relied on, and where."""

    label: str
    amount: str
    share: str
    places: str
    communes: list[tuple[str, str]]


class Tile(NamedTuple):
    """A commune on the map."""

    code: str
    name: str
    short: str
    look: str
    sign: str
    words: str
    row: int
    column: int


class Cell(NamedTuple):
    """A rating in the matrix."""

    look: str
    sign: str


class Line(NamedTuple):
    """A commune in the matrix."""

    code: str
    name: str
    cluster: str
    cells: list[Cell]
    look: str
    standing: str
    met: str
    bounds: str


class ChangedCommune(NamedTuple):
    """What changed in a commune."""

    code: str
    name: str
    direction: str
    label: str
    lines: list[str]


def classes(matrix: Matrix, meanings: Mapping[ReadinessClass, str]) -> list[ClassFigure]:
    """Return how many communes have each class."""
    changeable = may_change(matrix)
    return [
        ClassFigure(
            each.value,
            each.label,
            each.letter,
            number(matrix.classes[each]),
            share_green(matrix.rows).words
            if each is ReadinessClass.GREEN
            else Share(matrix.classes[each], len(matrix.rows)).words,
            changeable[each],
            meanings[each],
        )
        for each in CLASSES
    ]


def criteria(report: Report) -> list[CriterionFigures]:
    """Return how communes stand by each criterion, the weakest first."""
    matrix = report.matrix
    parts = split_costs(report.costs, lambda held: held.criterion)
    return [
        _criterion(report, code, matrix.by_criterion[code], parts.get(code, CostSummary()))
        for code in matrix.by_weakness
    ]


def _criterion(
    report: Report, code: str, counts: Mapping[Rating, int], costs: CostSummary
) -> CriterionFigures:
    shown = (Rating.NOT_MET, Rating.PARTLY_MET, Rating.MET, Rating.NOT_APPLICABLE)
    return CriterionFigures(
        code,
        str(report.round.catalogue.criterion(code).short),
        bar((rating_look(each), counts[each]) for each in _IN_BARS),
        [*(number(counts[each]) for each in shown), number(open_ratings(counts))],
        share_met(counts).words,
        amount(costs, "once").words,
        amount(costs, "year").words,
        cases(costs),
    )


_IN_BARS = (
    Rating.NOT_MET,
    Rating.PARTLY_MET,
    Rating.MET,
    Rating.NOT_APPLICABLE,
    Rating.INSUFFICIENT,
    Rating.UNAUDITED,
)
"""Worst first; what is open last."""


def rating_look(rating: Rating) -> str:
    """Return the name of the style of a rating."""
    return f"r{RATINGS.index(rating)}"


def class_look(readiness: ReadinessClass) -> str:
    """Return the name of the style of a class."""
    return f"c{CLASSES.index(readiness)}"


def cases(costs: CostSummary) -> str:
    """Return how many cases of communes and criteria are not in the sums."""
    return number(len(costs.left_out)) if costs.left_out else "–"


def groups(report: Report) -> list[GroupFigures]:
    """Return how the communes of each group stand; last, all together."""
    matrix = report.matrix
    group_of = {row.commune.code: row.cluster for row in matrix.rows}
    parts = split_costs(report.costs, lambda held: group_of[held.commune])
    return [
        _group(name or "–", rows, parts.get(name, CostSummary()))
        for name, rows in matrix.groups.items()
    ]


def total(report: Report, name: str) -> GroupFigures:
    """Return how all communes stand together."""
    return _group(name, report.matrix.rows, report.costs)


def _group(name: str, rows: Sequence[MatrixRow], costs: CostSummary) -> GroupFigures:
    counts = Counter(row.readiness for row in rows)
    return GroupFigures(
        name,
        number(len(rows)),
        bar((class_look(each), counts[each]) for each in CLASSES),
        [number(counts[each]) for each in CLASSES],
        share_green(rows).words,
        amount(costs, "once").words,
        amount(costs, "year").words,
    )


def items(report: Report) -> list[ItemFigures]:
    """Return what is needed of each item: first what is paid once, then each year."""
    prices, sources = report.round.profile.prices, price_sources(report)
    found = []
    for each in purchases(report.costs, report.round.catalogue):
        price = prices.get(each.item.key)
        standing = price_standing(price.standing if price else "")
        if price:
            standing = f"{standing} ({sources.index(str(price.source)) + 1})"
        paid, nothing = Amount(each.amount, each.may_grow).words, Amount(Decimal(0)).words
        found.append(
            ItemFigures(
                str(each.item.label),
                str(each.item.unit),
                _quantity(each),
                number(price.million_vnd) if price else "?",
                paid if each.period == "once" else nothing,
                paid if each.period == "year" else nothing,
                standing,
            )
        )
    return found


def _quantity(needed: Purchase) -> str:
    if not needed.is_unsure:
        return number(needed.quantity)
    return f"≥ {number(needed.quantity)}" if needed.quantity else "?"


def price_sources(report: Report) -> list[str]:
    """Return each source of a price in use once; what was only estimated comes last."""
    held = report.round.profile.prices
    bought = purchases(report.costs, report.round.catalogue)
    prices = [price for each in bought if (price := held.get(each.item.key))]
    prices.sort(key=lambda each: each.standing == "project_default")
    return list(dict.fromkeys(str(price.source) for price in prices))


class DeclaredFigures(NamedTuple):
    """What communes declared met by one criterion, and what auditors found."""

    code: str
    short: str
    counts: list[str]
    share: str


def declared(report: Report) -> list[DeclaredFigures]:
    """Return what was declared met and what became of it, by criterion; none if nothing was."""
    held = report.declared
    if not held.rows:
        return []
    return [
        _declared(code, str(report.round.catalogue.criterion(code).short), tally)
        for code, tally in held.by_criterion.items()
    ]


def declared_total(report: Report, name: str) -> DeclaredFigures:
    """Return the same over all criteria."""
    return _declared("", name, report.declared.total)


def _declared(code: str, short: str, tally: Tally) -> DeclaredFigures:
    counts = (tally.declared_met, tally.verified, tally.stayed_met, tally.not_verified)
    share = "–" if tally.share is None else percent(tally.share)
    return DeclaredFigures(code, short, [number(each) for each in counts], share)


class LateTask(NamedTuple):
    """A task that is past its day."""

    days: str
    who: str
    key: str
    commune: str
    name: str
    code: str
    short: str
    by_when: str


class PersonFigures(NamedTuple):
    """How far the tasks of a person have come; the key is what the page's list knows them by."""

    name: str
    key: str
    counts: list[str]
    due: str


class CommuneTasks(NamedTuple):
    """How far the tasks of a commune have come."""

    code: str
    name: str
    counts: list[str]


def late_tasks(report: Report, today: date) -> list[LateTask]:
    """Return what is past its day, what is late the longest first; the page's list has all."""
    late = [task for task in tasks_in_order(report.tasks) if task.overdue(today)]
    return [
        LateTask(
            number(task.overdue(today)),
            task.who or _("nobody yet"),
            shown(task.who) or NOBODY,
            task.commune.code,
            task.commune.name,
            task.criterion.code,
            str(task.criterion.short),
            day(task.by_when) if task.by_when is not None else "–",
        )
        for task in late[:MOST_LATE]
    ]


def tasks_by_commune(report: Report, today: date) -> list[CommuneTasks]:
    """Return how far the tasks of each commune have come, where there are any."""
    held: dict[str, list[Task]] = {}
    for task in report.tasks:
        held.setdefault(task.commune.code, []).append(task)
    return [
        CommuneTasks(code, tasks[0].commune.name, _counted(task_counts(tasks, today)))
        for code, tasks in held.items()
    ]


def person_figures(report: Report, today: date) -> list[PersonFigures]:
    """Return who answers for how many tasks, where anybody does."""
    held = tasks_by_person(report.tasks, today)
    if not any(each.who for each in held):
        return []
    return [
        PersonFigures(
            each.who or _("nobody yet"),
            shown(each.who) or NOBODY,
            _counted(each.counts)[:-2],
            day(each.due) if each.due else "–",
        )
        for each in held
    ]


def _counted(counts: TaskCounts) -> list[str]:
    return [number(each) for each in (counts.all, *counts[2:])]


def communes(report: Report) -> list[CommuneFigures]:
    """Return what the remedies of each commune cost, where there is anything."""
    parts = split_costs(report.costs, lambda held: held.commune)
    return [
        CommuneFigures(
            row.commune.code,
            row.commune.name,
            row.cluster or "–",
            amount(costs, "once").words,
            amount(costs, "year").words,
            cases(costs),
        )
        for row in report.matrix.rows
        if (costs := parts.get(row.commune.code)) is not None
    ]


def maps(matrix: Matrix) -> list[tuple[str, list[Tile]]]:
    """Return the tiles of each province, row by row; with its name where there are several."""
    provinces: dict[tuple[str, str], list[Commune]] = {}
    for row in matrix.rows:
        key = row.commune.province_code, row.commune.province
        provinces.setdefault(key, []).append(row.commune)
    rows = {row.commune.code: row for row in matrix.rows}
    named = len(provinces) > 1
    return [
        (name if named else "", _tiles(held, rows)) for (_code, name), held in provinces.items()
    ]


def _tiles(held: Sequence[Commune], rows: Mapping[str, MatrixRow]) -> list[Tile]:
    found = []
    for place in sorted(tile_places(held), key=lambda each: (each.row, each.column)):
        row = rows[place.key]
        found.append(
            Tile(
                place.key,
                row.commune.name,
                place.name,
                class_look(row.readiness),
                row.readiness.letter + ("?" if row.doubtful else ""),
                row.class_sign,
                place.row + 1,
                place.column + 1,
            )
        )
    return found


def lines(matrix: Matrix) -> list[Line]:
    """Return the rows of the matrix."""
    looks = {rating: rating_look(rating) for rating in Rating}
    return [
        Line(
            row.commune.code,
            row.commune.name,
            row.cluster or "–",
            [Cell(looks[outcome.rating], row.sign(code)) for code, outcome in row.outcomes.items()],
            class_look(row.readiness),
            row.class_sign,
            f"{row.met}/{row.applicable}",
            interval(row.index),
        )
        for row in matrix.rows
    ]


def heads(matrix: Matrix) -> list[tuple[str, int]]:
    """Return the groups of criteria as they stand above the matrix, with their columns."""
    titles = {group.code: str(group.title) for group in matrix.round.catalogue.groups}
    runs: list[tuple[str, int]] = []
    for criterion in matrix.round.catalogue.criteria:
        name = titles[criterion.group]
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + 1)
        else:
            runs.append((name, 1))
    return runs


def totals(matrix: Matrix) -> list[tuple[str, list[str]]]:
    """Return how many communes have each rating, and the share met, by criterion."""
    codes = matrix.round.catalogue.codes
    return [
        (each.in_words, [number(matrix.by_criterion[code][each]) for code in codes])
        for each in RATINGS
    ]


def shares(matrix: Matrix) -> list[str]:
    """Return the share of communes that meet each criterion."""
    return [share_met(matrix.by_criterion[code]).words for code in matrix.round.catalogue.codes]


def changed_criteria(trend: Trend) -> list[tuple[str, str, list[str]]]:
    """Return code, name and what changed, for each criterion of both editions."""
    return [
        (
            each.criterion.code,
            str(each.criterion.short),
            [
                number(figure)
                for figure in (
                    each.met_before,
                    each.met_after,
                    *(each.count(way) for way in _DIRECTIONS),
                    each.newly_rated,
                )
            ],
        )
        for each in trend.criteria
    ]


def changed_communes(trend: Trend) -> list[ChangedCommune]:
    """Return what changed, commune by commune."""
    return [
        ChangedCommune(
            held.after.commune.code,
            held.after.commune.name,
            held.direction.value,
            _("class {change}").format(change=held.direction.label),
            change_lines(held),
        )
        for held in trend.communes
    ]


def indicators(quality: Quality) -> list[IndicatorFigures]:
    """Return what says how far the figures can be relied on, as far as there is any of it."""
    return [
        IndicatorFigures(
            each.label,
            number(each.value) + ("" if each.of is None else f"/{number(each.of)}"),
            "" if each.share is None else percent(each.share),
            number(len(each.communes)) if each.communes else "–",
            [(place.code, place.name) for place in each.communes]
            if each.key not in GOOD and len(each.communes) <= MOST_NAMED
            else [],
        )
        for each in quality.indicators
        if each.value or each.key in GOOD
    ]


class Brief(NamedTuple):
    """How far the figures can be trusted, in one line."""

    verdict: str
    measures: list[tuple[str, str]]


def in_brief(report: Report) -> Brief:
    """Return the verdict without its reasons, and the two figures that weigh most."""
    held = report.reliance
    # Reasons follow a colon in every language; while nothing is stated there is no verdict.
    verdict = held.verdict.partition(":")[0] or report.quality.sentence
    weighty = [each for each in held.measures if each.key in ("rated", "accepted")]
    return Brief(verdict, [(each.label, each.words) for each in weighty])
