"""Sheet *Tổng hợp*: what a leader reads first, on a page or two of A4."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from checklists.matrix import ReadinessClass
from checklists.summary import paste_sentence
from checklists.tasks import estimated_items
from criteria.language import _, count, ngettext, number, percent
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.figures import amounts, open_ratings, share, share_green, share_met
from exports.excel.flow import Flow
from exports.excel.letterhead import write_letterhead
from exports.excel.matrix_sheet import cluster_head
from exports.excel.page import A4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.matrix import Matrix, MatrixRow
    from exports.excel.book import Book
    from exports.excel.flow import Shown
    from exports.excel.page import Page

WIDTHS: Final = (4, 7, 23, 8, 7, 7, 7, 7, 8, 11, 11)
"""Of columns that carry tables of different shapes one under another."""
COLUMNS: Final = len(WIDTHS)
LETTERHEAD_SPLIT: Final = 5
"""Last column of the left block of the letterhead."""
WEAKEST_SHOWN: Final = 5
MARGINS: Final = (25, 15, 20, 20)
"""Left, right, top, bottom in millimetres."""
PAGE_HEIGHT: Final = sum(WIDTHS) * 7 * 72 // 96 * (297 - 20 - 20) // (210 - 25 - 15)
"""Points of rows on a page: fitted to the width of the paper, its shape sets the height."""

_NAME: Final = styles.CELL.but(size=10)


def title() -> str:
    """Return the name of the sheet."""
    return _("Summary")


class _Writer(Flow):
    """The sheet as it is written."""

    def __init__(self, book: Book, page: Page, row: int) -> None:
        super().__init__(page, row)
        self.matrix = book.report.matrix
        self.costs = book.report.costs
        self.made = book.made


def write_summary(book: Book) -> None:
    """Fill the sheet."""
    held, made = book.report.round, book.made
    page = book.page(title(), WIDTHS)
    writer = _Writer(book, page, write_letterhead(page, 1, LETTERHEAD_SPLIT, held, made))
    _title(writer)
    writer.section(_("Result, ready to paste into a report"))
    box = styles.CELL.but(size=13, fill="F7F9FC")
    writer.line(paste_sentence(writer.matrix, made.until, writer.costs, is_over=made.is_over), box)
    _classes(writer)
    _weakest(writer)
    heading, notes = _("How to read the figures"), _notes(writer)
    beside = page.height(1, writer.row) + writer.height_of_notes(notes) <= PAGE_HEIGHT
    blocks = [partial(_criteria, writer), partial(_groups, writer)]
    if beside:
        # Whoever reads the first page alone should read how far to trust it.
        writer.notes(heading, notes)
    else:
        blocks.append(partial(writer.notes, heading, notes))
    writer.lay_out(blocks, PAGE_HEIGHT)
    writer.line(made.made_line() + ".", styles.NOTE.but(across="right"))
    page.set_up(paper=A4, landscape=False, margins=MARGINS, foot=held.title, breaks=writer.breaks)


def _title(writer: _Writer) -> None:
    held = writer.matrix.round
    writer.gap()
    writer.gap()
    name = _("SUMMARY OF THE READINESS OF COMMUNE-LEVEL IT INFRASTRUCTURE")
    writer.line(name, styles.TITLE)
    subtitle = _("{round}, {province}").format(round=held.title, province=held.profile.province)
    writer.line(writer.made.heading(subtitle), styles.SUBTITLE)
    writer.line(writer.made.edition(held), styles.NOTE.but(across="center", size=11))


def _classes(writer: _Writer) -> None:
    matrix = writer.matrix
    thresholds = matrix.round.profile.classes
    meaning = {
        ReadinessClass.GREEN: _("every applicable criterion met, nothing open"),
        ReadinessClass.YELLOW: _(
            "no core criterion not met, readiness index at least {share}"
        ).format(share=number(thresholds.yellow_index) + "%"),
        ReadinessClass.RED: _("all others"),
        ReadinessClass.GREY: _(
            "more than {count} criteria not audited or with insufficient data"
        ).format(count=count(thresholds.grey_above)),
    }
    writer.section(_("Communes by class"))
    total = len(matrix.rows)
    doubtful = Counter(row.readiness for row in matrix.rows if row.doubtful)
    rows: list[list[Shown]] = [
        [
            (each.label, styles.CLASS_LOOKS[each]),
            matrix.classes[each],
            share(matrix.classes[each], total),
            doubtful[each],
            meaning[each],
        ]
        for each in ReadinessClass
    ]
    rows.append([_("Total"), total, share(total, total), sum(doubtful.values()), ""])
    writer.table(
        [
            (_("Class"), 3, styles.CELL),
            (_("Units"), 1, styles.COUNT),
            (_("Share"), 2, styles.PERCENT),
            (_("May change (?)"), 2, styles.COUNT),
            (_("When"), 3, _NAME),
        ],
        rows,
        total=True,
    )


def _weakest(writer: _Writer) -> None:
    matrix = writer.matrix
    writer.section(_("Weakest criteria"), _("unit of cost: million VND"))
    codes = matrix.weakest[:WEAKEST_SHOWN]
    if not codes:
        writer.line(_("No criterion is rated not met or partly met so far."), styles.PLAIN)
        return
    rows: list[list[Shown]] = []
    for place, code in enumerate(codes, start=1):
        counts = matrix.by_criterion[code]
        rows.append(
            [
                place,
                code,
                str(matrix.round.catalogue.criterion(code).short),
                counts[Rating.NOT_MET],
                counts[Rating.PARTLY_MET],
                counts[Rating.MET],
                counts[Rating.NOT_APPLICABLE],
                open_ratings(counts),
                share_met(counts),
                *amounts(writer.costs.of(criterion=code)),
            ]
        )
    writer.table(
        [
            (_("#"), 1, styles.COUNT),
            (_("Code"), 1, styles.CODE),
            (_("Criterion"), 1, _NAME),
            (Rating.NOT_MET.letter, 1, styles.COUNT),
            (Rating.PARTLY_MET.letter, 1, styles.COUNT),
            (Rating.MET.letter, 1, styles.COUNT),
            (Rating.NOT_APPLICABLE.letter, 1, styles.COUNT),
            (_("Not clear"), 1, styles.COUNT),
            (_("Share met"), 1, styles.PERCENT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
        ],
        rows,
    )
    writer.line(_letters(), styles.NOTE)


def _letters() -> str:
    return "; ".join(f"{rating.letter}: {rating.label}" for rating in Rating) + "."


def _criteria(writer: _Writer) -> None:
    matrix = writer.matrix
    writer.section(_("Criterion by criterion: number of communes"))
    writer.table(
        [
            (_("#"), 1, styles.COUNT),
            (_("Code"), 1, styles.CODE),
            (_("Criterion"), 1, _NAME),
            *[(rating.letter, 1, styles.COUNT) for rating in Rating],
            (_("Share met"), COLUMNS - 3 - len(Rating), styles.PERCENT),
        ],
        [
            [
                place,
                criterion.code,
                str(criterion.short),
                *[matrix.by_criterion[criterion.code][rating] for rating in Rating],
                share_met(matrix.by_criterion[criterion.code]),
            ]
            for place, criterion in enumerate(matrix.round.catalogue.criteria, start=1)
        ],
    )
    writer.line(_letters(), styles.NOTE)


def _groups(writer: _Writer) -> None:
    matrix = writer.matrix
    heading = cluster_head(matrix)
    by = {
        _("Former district"): _("By former district"),
        _("Cluster"): _("By cluster"),
    }
    section = by.get(heading, _("By cluster or former district"))
    writer.section(section, _("unit of cost: million VND"))
    groups = [(name or "–", held) for name, held in matrix.groups.items()]
    rows: list[list[Shown]] = [
        [place, name, *_group_figures(writer, held)]
        for place, (name, held) in enumerate(groups, start=1)
    ]
    rows.append(["", _("Total"), *_group_figures(writer, matrix.rows)])
    writer.table(
        [
            (_("#"), 1, styles.COUNT),
            (heading, 2, _NAME),
            (_("Units"), 1, styles.COUNT),
            *[(_colour(each), 1, styles.COUNT) for each in ReadinessClass],
            (_("Share green"), 1, styles.PERCENT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
        ],
        rows,
        total=True,
    )


def _colour(readiness: ReadinessClass) -> str:
    """Return the name of a class without what it means."""
    return readiness.label.split("–")[0].strip()


def _group_figures(writer: _Writer, rows: Sequence[MatrixRow]) -> list[Shown]:
    classes = Counter(row.readiness for row in rows)
    return [
        len(rows),
        *[classes[each] for each in ReadinessClass],
        share_green(rows),
        *amounts(writer.costs.of(communes={row.commune.code for row in rows})),
    ]


def _notes(writer: _Writer) -> list[str]:
    return [
        *_trust(writer.matrix),
        _(
            "Share met = communes that meet the criterion ÷ communes it applies to; share green = "
            "green communes ÷ all communes of the line. “≥”: it may rise, because something is "
            "open; “?”: all of it is open. No percentage is an average of other percentages."
        ),
        _(
            "Core criteria for the class yellow: {codes}. Only what auditors verified counts; what "
            "the communes declared themselves does not."
        ).format(codes=", ".join(writer.matrix.round.profile.core_criteria)),
        *_cost_notes(writer),
    ]


def _trust(matrix: Matrix) -> list[str]:
    """Say how many cells of the matrix are decided, open, overridden or in conflict."""
    ratings = [outcome.rating for row in matrix.rows for outcome in row.outcomes.values()]
    if not ratings:
        return []
    counts = Counter(ratings)
    decided = len(ratings) - open_ratings(counts)
    overridden = sum(o.is_overridden for row in matrix.rows for o in row.outcomes.values())
    conflicted = sum(len(row.conflicted) for row in matrix.rows)
    return [
        _(
            "Of {all} ratings (communes × criteria) {decided} ({share}) are decided, of these "
            "{not_applicable} not applicable; {insufficient} have insufficient data, {unaudited} "
            "are not audited. {overridden} were set by a person against the rules (*), "
            "{conflicted} rest on conflicting data (!)."
        ).format(
            all=number(len(ratings)),
            decided=number(decided),
            share=percent(Decimal(decided) / len(ratings)),
            insufficient=number(counts[Rating.INSUFFICIENT]),
            unaudited=number(counts[Rating.UNAUDITED]),
            not_applicable=number(counts[Rating.NOT_APPLICABLE]),
            overridden=number(overridden),
            conflicted=number(conflicted),
        )
    ]


def _cost_notes(writer: _Writer) -> list[str]:
    """Say what the costs are made of, and what is not in them."""
    matrix, costs = writer.matrix, writer.costs
    labels = {item.key: str(item.label) for item in matrix.round.catalogue.items}
    found = [
        _(
            "Costs are an expectation: what is missing × the unit price of the province's profile. "
            "What is paid once and what is paid each year are never added together."
        )
    ]
    left_out = len(costs.left_out)
    if left_out:
        found.append(
            ngettext(
                "A cost with “≥” or “?” leaves out what cannot be computed yet: {count} case "
                "(commune and criterion) in all.",
                "A cost with “≥” or “?” leaves out what cannot be computed yet: {count} cases "
                "(commune and criterion) in all.",
                left_out,
            ).format(count=count(left_out))
        )
    if costs.unpriced:
        found.append(
            _("The profile has no price for: {items}.").format(
                items="; ".join(labels[item] for item in costs.unpriced)
            )
        )
    estimated = estimated_items(matrix, costs)
    if estimated:
        needed = dict.fromkeys(entry.item for entry in costs.entries)
        found.append(
            _(
                "{count} of the {all} unit prices used are estimates of this software; replace "
                "them by local quotations before the figures leave the office."
            ).format(count=number(len(estimated)), all=number(len(needed)))
        )
    return found
