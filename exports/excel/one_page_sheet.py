"""Sheet *Tóm tắt 1 trang*: what a leader takes along, on one page of A4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.figures import Amount, open_ratings, split_costs
from checklists.purchases import purchases
from checklists.reading import letters_key
from checklists.summary import (
    cost_sentence,
    counted_communes,
    estimate_note,
    funding_note,
    furthest_behind,
    paste_sentence,
)
from checklists.tasks import CostSummary, task_counts, tasks_by_person
from criteria.language import _, count, day, ngettext, number
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.figures import amounts, class_places, class_rows, share_met, stale_note
from exports.excel.flow import Flow
from exports.excel.long_table import begin
from exports.excel.page import A4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.matrix import MatrixRow
    from checklists.tasks import PersonTasks
    from exports.excel.book import Book
    from exports.excel.flow import Shown

WIDTHS: Final = (4, 7, 24, 8, 8, 11, 12, 13, 11, 9)
MARGINS: Final = (15, 12, 14, 14)
"""Left, right, top, bottom in millimetres."""
WEAKEST: Final = 5
BEHIND: Final = 5
PEOPLE: Final = 8
PURCHASES: Final = {"once": 5, "year": 2}
_SAID: Final = styles.CELL.but(size=12, fill="F7F9FC")
_SMALL: Final = styles.CELL.but(size=10)
_COUNT: Final = styles.COUNT.but(size=10)
_AMOUNT: Final = styles.CENTERED.but(size=10, form=styles.TEXT)
_SHORT: Final = _AMOUNT.but(bold=True, fill=styles.RATING_FILLS[Rating.PARTLY_MET])
"""Of what keeps the figures from being relied on in full."""


def title() -> str:
    """Return the name of the sheet."""
    return _("One page")


def write_one_page(book: Book) -> None:
    """Fill the sheet."""
    report, made = book.report, book.made
    matrix = report.matrix
    page = book.page(title(), WIDTHS)
    row = begin(book, page, _("READINESS OF IT INFRASTRUCTURE ON ONE PAGE"))
    flow = Flow(page, row)
    flow.line(paste_sentence(matrix, made.until, report.costs, is_over=made.is_over), _SAID)
    if (stale := stale_note(report.costs, book.computed)) is not None:
        page.band(flow.row, 1, page.columns, stale, styles.STALE)
        flow.row += 1
    if matrix.rows:
        _classes(book, flow)
        _weakest(book, flow)
        _behind(book, flow)
        _people(book, flow)
    _reliance(book, flow)
    notes = _notes(book)
    if notes:
        has_trend = report.trend is not None
        flow.section(_("Cost, and what changed") if has_trend else _("Cost"))
    for text in notes:
        flow.line(f"- {text}", styles.PLAIN.but(size=11))
    page.set_up(paper=A4, landscape=False, margins=MARGINS, foot=report.round.title)
    page.sheet.fit_to_pages(1, 1)


def _classes(book: Book, flow: Flow) -> None:
    flow.section(_("Communes by class"))
    rows = class_rows(book.report.matrix)
    flow.table(
        [
            (_("Class"), 3, styles.CELL),
            (_("Units"), 2, styles.COUNT),
            (_("Share"), 2, styles.PERCENT),
            (_("May change"), 3, styles.COUNT),
        ],
        rows,
        links=class_places(book),
    )


def _weakest(book: Book, flow: Flow) -> None:
    report = book.report
    matrix = report.matrix
    codes = matrix.weakest[:WEAKEST]
    if not codes:
        return
    flow.section(_("Weakest criteria, by communes not met"), _("unit of cost: million VND"))
    rows: list[list[Shown]] = []
    for place, code in enumerate(codes, start=1):
        counts = matrix.by_criterion[code]
        costs = report.costs.of(criterion=code)
        rows.append(
            [
                place,
                code,
                str(matrix.round.catalogue.criterion(code).short),
                counts[Rating.NOT_MET],
                counts[Rating.PARTLY_MET],
                counts[Rating.MET],
                open_ratings(counts),
                share_met(counts),
                *amounts(costs, book.computed, "criterion", code),
            ]
        )
    flow.table(
        [
            (_("#"), 1, _COUNT),
            (_("Code"), 1, styles.CODE.but(size=10)),
            (_("Criterion"), 1, _SMALL),
            (Rating.NOT_MET.letter, 1, _COUNT),
            (Rating.PARTLY_MET.letter, 1, _COUNT),
            (Rating.MET.letter, 1, _COUNT),
            (_("Not clear"), 1, _COUNT),
            (_("Share met"), 1, styles.PERCENT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
        ],
        rows,
        links=[book.find(("criterion", code)) for code in codes],
        link_in=1,
    )
    flow.line(letters_key(), styles.NOTE)


def _behind(book: Book, flow: Flow) -> None:
    report = book.report
    behind = furthest_behind(report.matrix, BEHIND)
    if not behind:
        return
    heading = ngettext(
        "The commune that falls short most",
        "The {count} communes that fall short most",
        len(behind),
    ).format(count=count(len(behind)))
    flow.section(heading, _("unit of cost: million VND"))
    costs = split_costs(report.costs, lambda held: held.commune)
    rows: list[list[Shown]] = []
    for place, row in enumerate(behind, start=1):
        own = costs.get(row.commune.code, CostSummary())
        rows.append(
            [
                place,
                row.commune.code,
                row.commune.name,
                (
                    row.readiness.colour + (" ?" if row.doubtful else ""),
                    styles.CLASS_LOOKS[row.readiness].but(size=10),
                ),
                f"{row.met}/{row.applicable}",
                _codes(row),
                *amounts(own, book.computed, "commune", row.commune.code),
            ]
        )
    flow.table(
        [
            (_("#"), 1, _COUNT),
            (_("Code"), 1, styles.CODE.but(size=10)),
            (_("Commune, ward"), 1, _SMALL),
            (_("Class"), 1, _SMALL),
            (_("Met"), 1, styles.CENTERED.but(size=10, form=styles.TEXT)),
            (_("Criteria not met"), 3, _SMALL.but(size=9)),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
        ],
        rows,
        links=[book.find(("shortfalls", row.commune.code)) for row in behind],
        link_in=2,
    )


def _codes(row: MatrixRow) -> str:
    """Return the criteria a commune does not meet; where there are none, those partly met."""
    for rating in (Rating.NOT_MET, Rating.PARTLY_MET):
        codes = [code for code, outcome in row.outcomes.items() if outcome.rating is rating]
        if codes:
            # A code is not to be divided at the end of a line.
            text = ", ".join(code.replace("-", "\N{NON-BREAKING HYPHEN}") for code in codes)
            return text if rating is Rating.NOT_MET else f"{rating.letter}: {text}"
    return "–"


def _people(book: Book, flow: Flow) -> None:
    """Write who answers for how many tasks, and how late they are."""
    report, today = book.report, book.made.last_day
    if not report.tasks:
        return
    flow.section(_("Tasks by person in charge"))
    counts = task_counts(report.tasks, today)
    told = ngettext("{tasks} task in {communes}", "{tasks} tasks in {communes}", counts.all).format(
        tasks=count(counts.all), communes=counted_communes(report.matrix, counts.communes)
    )
    until = _("Up to {day}: {counts}.").format(day=day(today), counts=counts.words)
    flow.line(f"{told}. {until}", styles.PLAIN.but(size=11))
    everybody = tasks_by_person(report.tasks, today)
    people = [each for each in everybody if each.who]
    if not people:
        return
    shown, others = people[:PEOPLE], people[PEOPLE:]
    rows = [_person(place, each.who, [each]) for place, each in enumerate(shown, start=1)]
    links = [book.find(("tasks of", each.who)) for each in shown]
    if others:
        words = ngettext("{count} other person", "{count} other people", len(others))
        rows.append(_person("", words.format(count=count(len(others))), others))
        links.append(book.find(("tasks of", others[0].who)))
    if nobody := [each for each in everybody if not each.who]:
        rows.append(_person("", _("Without a person"), nobody))
        links.append(book.find(("tasks of", "")))
    rows.append(_person("", _("Total"), everybody))
    flow.table(
        [
            (_("#"), 1, _COUNT),
            (_("Person in charge"), 2, _SMALL),
            (_("Number of tasks"), 1, _COUNT),
            (_("Verified as met"), 1, _COUNT),
            (_("Reported as done"), 2, _COUNT),
            (_("Overdue"), 1, _COUNT),
            (_("Due next"), 2, styles.CENTERED.but(size=10, form=styles.TEXT)),
        ],
        rows,
        total=True,
        links=links,
        link_in=1,
    )


def _person(place: int | str, who: str, held: Sequence[PersonTasks]) -> list[Shown]:
    """Return a row of the table: what one or several people answer for."""
    due = min((each.due for each in held if each.due), default=None)
    return [
        place,
        who,
        sum(each.counts.all for each in held),
        sum(each.counts.done for each in held),
        sum(each.counts.reported for each in held),
        sum(each.counts.late for each in held),
        day(due) if due else "–",
    ]


def _reliance(book: Book, flow: Flow) -> None:
    """Write how far the figures may be relied on: the verdict, and what it rests on."""
    report = book.report
    flow.section(_("How far the figures can be trusted"))
    reliance = report.reliance
    flow.line(reliance.verdict or report.quality.sentence, styles.PLAIN.but(size=11, bold=True))
    cells: list[Shown] = [
        shown
        for each in reliance.measures
        for shown in (each.label, (each.words, _SHORT if each.is_short else _AMOUNT))
    ]
    cells += [""] * (len(cells) % 4)
    if cells:
        flow.table(
            [
                (_("What is counted"), 3, _SMALL),
                (_("How many"), 2, _AMOUNT),
                (_("What is counted"), 3, _SMALL),
                (_("How many"), 2, _AMOUNT),
            ],
            [cells[at : at + 4] for at in range(0, len(cells), 4)],
        )
    flow.line(report.quality.custody.sentence, styles.NOTE)


def _notes(book: Book) -> list[str]:
    report = book.report
    notes = [
        cost_sentence(report.costs),
        _largest(book),
        funding_note(report.matrix, report.costs),
        estimate_note(report.matrix, report.costs),
    ]
    if report.trend is not None:
        notes += report.trend.headlines
    return [note for note in notes if note]


def _largest(book: Book) -> str:
    """Name what costs most of what is to be bought, with how many."""
    bought = purchases(book.report.costs, book.report.round.catalogue)
    found = []
    for period, words in (
        ("once", _("What costs most once (quantity, million VND): {list}.")),
        ("year", _("What costs most each year (quantity, million VND): {list}.")),
    ):
        held = [each for each in bought if each.period == period and each.amount]
        listed = "; ".join(
            _("{item} {quantity} ({amount})").format(
                item=each.item.label,
                quantity=number(each.quantity),
                amount=Amount(each.amount, each.may_grow).in_brief,
            )
            for each in held[: PURCHASES[period]]
        )
        if listed:
            found.append(words.format(list=listed))
    return " ".join(found)
