"""Sheet *Tổng hợp*: what a leader reads first, on a page or two of A4."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from checklists.figures import may_change, split_costs
from checklists.matrix import ReadinessClass
from checklists.reading import (
    class_meanings,
    core_note,
    group_head,
    groups_heading,
    letters_key,
    share_note,
    trust_note,
)
from checklists.summary import cost_notes, counted_communes, paste_sentence
from checklists.tasks import CostSummary
from criteria.language import _
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.charts import CLASS_PAINTS, Bars, Part, Spot, draw_bars
from exports.excel.figures import (
    amounts,
    class_places,
    class_rows,
    open_ratings,
    share,
    share_green,
    share_met,
    stale_note,
)
from exports.excel.flow import NOTE, Flow
from exports.excel.letterhead import write_letterhead
from exports.excel.page import A4, area_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.matrix import Matrix, MatrixRow
    from exports.excel.book import Book
    from exports.excel.flow import Shown
    from exports.excel.page import Page

WIDTHS: Final = (4, 7, 25, 8, 8, 8, 8, 8, 9, 12, 12)
"""Of columns that carry tables of different shapes one under another."""
COLUMNS: Final = len(WIDTHS)
LETTERHEAD_SPLIT: Final = 5
"""Last column of the left block of the letterhead."""
WEAKEST_SHOWN: Final = 5
GREEN_SHOWN: Final = 30
"""More names are not read; the matrix and the map have them all."""
MARGINS: Final = (25, 15, 20, 20)
"""Left, right, top, bottom in millimetres."""
PAGE_HEIGHT: Final = sum(WIDTHS) * 7 * 72 // 96 * (297 - 20 - 20) // (210 - 25 - 15)
"""Points of rows on a page: fitted to the width of the paper, its shape sets the height."""

_CLASS_BAR: Final = 44
"""Points of the row with the bar of classes."""
_NAME: Final = styles.CELL.but(size=10)


def title() -> str:
    """Return the name of the sheet."""
    return _("Summary")


class _Writer(Flow):
    """The sheet as it is written."""

    def __init__(self, book: Book, page: Page, row: int) -> None:
        super().__init__(page, row)
        self.book = book
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
    # Whoever pastes the result should have read how far it may be relied on.
    if (stale := stale_note(writer.costs, book.computed)) is not None:
        page.band(writer.row, 1, page.columns, stale, styles.STALE)
        writer.row += 1
    if verdict := book.report.reliance.verdict:
        writer.line(verdict, styles.NOTE.but(bold=True))
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
    meaning = class_meanings(matrix.round)
    writer.section(_("Communes by class"))
    total = len(matrix.rows)
    rows = [
        [*row, meaning[each]] for each, row in zip(ReadinessClass, class_rows(matrix), strict=True)
    ]
    rows.append([_("Total"), total, share(total, total), may_change(matrix).total(), ""])
    head = writer.table(
        [
            (_("Class"), 3, styles.CELL),
            (_("Units"), 1, styles.COUNT),
            (_("Share"), 2, styles.PERCENT),
            (_("May change"), 2, styles.COUNT),
            (_("When"), 3, _NAME),
        ],
        rows,
        total=True,
        links=class_places(writer.book),
    )
    if total:
        _class_chart(writer, head)
    if green := _green_ones(matrix):
        writer.line(green, styles.PLAIN)


def _green_ones(matrix: Matrix) -> str:
    """Name the green communes, which no other sheet lists; empty where there are none."""
    found = [row for row in matrix.rows if row.readiness is ReadinessClass.GREEN]
    if not found:
        return ""
    names = ", ".join(row.commune.name for row in found[:GREEN_SHOWN])
    rest = len(found) - GREEN_SHOWN
    if rest > 0:
        names = _("{names} and {communes} more").format(
            names=names, communes=counted_communes(matrix, rest)
        )
    colour = ReadinessClass.GREEN.colour
    return _("Communes of class {colour}: {names}.").format(colour=colour, names=names)


def _class_chart(writer: _Writer, head: int) -> None:
    """Draw the classes as one bar, in a row of its own below their table."""
    counts, page = writer.matrix.classes, writer.page
    bars = Bars(
        title="",
        unit="",
        names=area_name(head, 4, head, 4),
        labels=[_("Units")],
        parts=[
            Part(each.label, CLASS_PAINTS[each], area_name(row, 4, row, 4), [counts[each]])
            for row, each in enumerate(ReadinessClass, start=head + 1)
        ],
    )
    page.set_height(writer.row, _CLASS_BAR)
    spot = Spot(
        row=writer.row,
        column=1,
        width=sum(WIDTHS) * styles.DIGIT,
        height=(_CLASS_BAR - 2) * 96 // 72,
        bars=(0.06, 0.46),
        left=0.03,
    )
    draw_bars(writer.book, page, bars, spot, _("A bar: the units of each class."))
    writer.row += 1


def _weakest(writer: _Writer) -> None:
    matrix = writer.matrix
    writer.section(_("Weakest criteria, by communes not met"), _("unit of cost: million VND"))
    codes, computed = matrix.weakest[:WEAKEST_SHOWN], writer.book.computed
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
                *amounts(writer.costs.of(criterion=code), computed, "criterion", code),
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
        links=[writer.book.find(("criterion", code)) for code in codes],
        link_in=1,
    )
    writer.line(letters_key(), styles.NOTE)


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
        links=[writer.book.find(("criterion", code)) for code in matrix.round.catalogue.codes],
        link_in=1,
    )
    writer.line(letters_key(has_costs=False), styles.NOTE)


def _groups(writer: _Writer) -> None:
    matrix = writer.matrix
    writer.section(groups_heading(matrix), _("unit of cost: million VND"))
    group_of = {row.commune.code: row.cluster for row in matrix.rows}
    costs = split_costs(writer.costs, lambda held: group_of[held.commune])
    computed, none = writer.book.computed, CostSummary()
    rows: list[list[Shown]] = [
        [
            place,
            name or "–",
            *_group_figures(held),
            *amounts(costs.get(name, none), computed, "group", name),
        ]
        for place, (name, held) in enumerate(matrix.groups.items(), start=1)
    ]
    total = amounts(writer.costs, computed)
    rows.append(["", _("Total"), *_group_figures(matrix.rows), *total])
    firsts = [held[0].commune.code for held in matrix.groups.values()]
    writer.table(
        [
            (_("#"), 1, styles.COUNT),
            (group_head(matrix), 2, _NAME),
            (_("Units"), 1, styles.COUNT),
            *[(each.colour, 1, styles.COUNT) for each in ReadinessClass],
            (_("Share green"), 1, styles.PERCENT),
            (_("Cost once"), 1, styles.AMOUNT),
            (_("Cost a year"), 1, styles.AMOUNT),
        ],
        rows,
        total=True,
        links=[writer.book.find(("matrix", code)) for code in firsts],
        link_in=1,
    )
    # Below the amounts they are about, so that the first page has room for the other notes.
    for note in cost_notes(matrix, writer.costs):
        writer.line(f"- {note}", NOTE)


def _group_figures(rows: Sequence[MatrixRow]) -> list[Shown]:
    classes = Counter(row.readiness for row in rows)
    return [
        len(rows),
        *[classes[each] for each in ReadinessClass],
        share_green(rows),
    ]


def _notes(writer: _Writer) -> list[str]:
    notes = [
        trust_note(writer.matrix),
        share_note(),
        core_note(writer.matrix.round),
    ]
    return [note for note in notes if note]
