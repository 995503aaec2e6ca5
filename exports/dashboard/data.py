"""What the script of the page reads: every commune with why it is rated as it is.

Most texts occur many times, as communes are judged by the same conditions: each stands
once in a list, and is named by its place in it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from checklists.figures import amount, interval, split_costs
from checklists.matrix import ReadinessClass
from checklists.reading import class_words
from checklists.tasks import CostSummary
from checklists.telling import Kind, tell
from checklists.trend import change_sign, reasons
from criteria.folding import fold
from criteria.language import _, count, current, day, ngettext, number, percent
from criteria.rating import Rating
from criteria.values import with_unit
from exports.dashboard.embed import shown
from exports.dashboard.texts import script_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.comparison import CommuneChange
    from checklists.declared import Tally
    from checklists.departures import Departure
    from checklists.matrix import MatrixRow
    from checklists.report import Report
    from checklists.tasks import CostEntry, Task
    from exports.made import Progress

KINDS: Final = tuple(Kind)
RATINGS: Final = tuple(Rating)
CLASSES: Final = tuple(ReadinessClass)
NOBODY: Final = "–"
"""Stands for the person where nobody answers for a task yet."""
LEVEL: Final = 16
"""A line is two numbers: its kind plus this times its level, and the place of its text."""


class _Texts:
    """A list of texts, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def __getitem__(self, text: str) -> int:
        return self._places.setdefault(shown(text), len(self._places))

    def listed(self) -> list[str]:
        return list(self._places)


def page_data(report: Report, today: date, progress: Progress | None = None) -> dict[str, Any]:
    """Return what the script reads, as JSON data.

    Args:
        report: What is shown.
        today: The day up to which days late are counted.
        progress: Is told how many communes are told of.
    """
    matrix, catalogue = report.matrix, report.round.catalogue
    texts = _Texts()
    clusters = {name: at for at, name in enumerate(matrix.groups)}
    by_commune = split_costs(report.costs, lambda held: held.commune)
    changes = {
        held.after.commune.code: held
        for held in (report.trend.communes if report.trend is not None else ())
    }
    places = {task.id: at for at, task in enumerate(tasks_in_order(report.tasks))}
    tasks: dict[str, list[Task]] = {}
    for task in report.tasks:
        tasks.setdefault(task.commune.code, []).append(task)
    departures: dict[str, list[Departure]] = {}
    for departure in report.departures:
        departures.setdefault(departure.commune.code, []).append(departure)
    declared = {held.commune.code: held.tally for held in report.declared.rows}
    communes = []
    for done, row in enumerate(matrix.rows, start=1):
        code = row.commune.code
        data = _commune(row, by_commune.get(code, CostSummary()), texts)
        data["cluster"] = clusters[row.cluster]
        data["tasks"] = [
            task_cells(task, places[task.id], today, texts) for task in tasks.get(code, ())
        ]
        data["departures"] = [texts[each.words] for each in departures.get(code, ())]
        if code in declared:
            data["declared"] = texts[declared_words(declared[code])]
        if code in changes:
            data["changes"] = [texts[line] for line in change_lines(changes[code])]
        communes.append(data)
        if progress is not None:
            progress(done, len(matrix.rows))
    return {
        "language": current(),
        "texts": script_texts(),
        "ratings": [
            {"key": each.value, "letter": each.letter, "label": each.label} for each in RATINGS
        ],
        "classes": [
            {"key": each.value, "letter": each.letter, "label": each.label} for each in CLASSES
        ],
        "kinds": [each.value for each in KINDS],
        "criteria": [
            {
                "code": criterion.code,
                "short": shown(str(criterion.short)),
                "title": shown(str(criterion.title)),
                "rule": shown(str(criterion.rule_words)),
                "remedy": shown(str(criterion.remedy)),
            }
            for criterion in catalogue.criteria
        ],
        "clusters": [shown(name) or "–" for name in clusters],
        "compared_with": shown(report.compared_with),
        "strings": texts.listed(),
        "communes": communes,
    }


def _commune(row: MatrixRow, costs: CostSummary, texts: _Texts) -> dict[str, Any]:
    checklist, commune = row.checklist, row.commune
    labels = {item.key: item for item in checklist.round.catalogue.items}

    def cost(entry: CostEntry) -> list[Any]:
        item = labels[entry.item]
        quantity = "?" if entry.quantity is None else with_unit(number(entry.quantity), item.unit)
        price = "?" if entry.unit_price is None else number(entry.unit_price)
        sum_ = "?" if entry.amount is None else number(entry.amount, 1)
        shown_texts = [entry.criterion, str(item.label), quantity, price, sum_]
        return [texts[each] for each in shown_texts] + [int(entry.period == "year")]

    return {
        "code": commune.code,
        "name": shown(commune.name),
        "short": shown(commune.short_name),
        "found": fold(f"{commune.code} {commune.name} {row.cluster}"),
        "class": CLASSES.index(row.readiness),
        "doubtful": int(row.doubtful),
        "met": row.met,
        "applicable": row.applicable,
        "index": [float(row.index.worst), float(row.index.best)] if row.index else None,
        "index_words": texts[interval(row.index)],
        "why": texts[class_words(row)],
        "facts": [texts[line] for line in _facts(row)],
        "ratings": "".join(str(RATINGS.index(outcome.rating)) for outcome in row.outcomes.values()),
        "marks": "".join(
            str(int(outcome.is_overridden) + 2 * int(code in row.conflicted))
            for code, outcome in row.outcomes.items()
        ),
        "stories": [_story(row, code, texts) for code in row.outcomes],
        "costs": [cost(entry) for entry in costs.entries],
        "once": texts[amount(costs, "once").words],
        "yearly": texts[amount(costs, "year").words],
    }


def tasks_in_order(tasks: Sequence[Task]) -> list[Task]:
    """Return tasks as an office asks after them: by day where there is still something to do.

    So what is late the longest comes first.
    """
    return sorted(tasks, key=lambda each: (not each.is_to_do, each.by_when or date.max))


def task_cells(task: Task, place: int, today: date, texts: _Texts) -> list[int]:
    """Return what is told of a task.

    Args:
        task: The task.
        place: Its place among all tasks, see `tasks_in_order`.
        today: The day up to which days late are counted.
        texts: Takes the texts.

    Returns:
        Places of the texts: criterion, work, person, day, status; then days late and place.
    """
    status, late = task_status(task, today)
    shown_texts = [
        task.criterion.code,
        # What is missing stands with the criterion.
        task.plan.what or task.remedy,
        task.who or NOBODY,
        day(task.by_when) if task.by_when is not None else "–",
        status,
    ]
    return [*(texts[each] for each in shown_texts), late, place]


def task_status(task: Task, today: date) -> tuple[str, int]:
    """Return how far a task has come, in words, and how many days it is late."""
    late = task.overdue(today)
    status = task.status.label if task.status is not None else "?"
    if late:
        words = ngettext("{count} day late", "{count} days late", late)
        status = f"{status}; {words.format(count=count(late))}"
    return (f"{status}. {task.remark}" if task.remark else status), late


def declared_words(tally: Tally) -> str:
    """Return what a commune declared and what became of it, in a line."""
    words = _(
        "Declared met: {declared}; of these verified {verified}, still met {stayed}; not verified "
        "yet {open}"
    ).format(
        declared=count(tally.declared_met),
        verified=count(tally.verified),
        stayed=count(tally.stayed_met),
        open=count(tally.not_verified),
    )
    return words if tally.share is None else f"{words} ({percent(tally.share)})"


def _story(row: MatrixRow, code: str, texts: _Texts) -> list[int]:
    return [
        number_
        for line in tell(row.checklist, code)
        for number_ in (KINDS.index(line.kind) + LEVEL * line.level, texts[line.text])
    ]


def _facts(row: MatrixRow) -> list[str]:
    checklist = row.checklist
    found = [_("State: {state}").format(state=checklist.state_label)]
    found += [signed.words for signed in checklist.sign_offs]
    found += [review.words for review in checklist.reviews]
    progress = checklist.progress
    if progress.missing:
        found.append(
            _("{missing} of {asked} fields still missing").format(
                missing=count(progress.missing), asked=count(progress.asked)
            )
        )
    return found


def change_lines(held: CommuneChange) -> list[str]:
    """Return what changed in a commune, line by line: class and index, ratings, and why."""
    before, after = held.before, held.after
    lines = []
    if before.class_sign != after.class_sign:
        lines.append(f"{before.class_sign} → {after.class_sign}")
    if before.index != after.index:
        words = _("index {index}").format(index=interval(before.index))
        lines.append(f"{words} → {interval(after.index)}")
    # What nobody had looked at before is told in one line with the reasons.
    known = [each for each in held.changed if each.before.rating is not Rating.UNAUDITED]
    if known:
        lines.append("; ".join(f"{each.code} {change_sign(each)}" for each in known))
    return [*lines, *reasons(held)]
