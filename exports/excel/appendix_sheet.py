"""Sheet *Phụ lục*: by what the figures were judged, in words, with the source of each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.matrix import ReadinessClass
from checklists.reading import class_meanings, core_note
from criteria.language import _, day
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.flow import NOTE, Flow
from exports.excel.long_table import begin
from exports.excel.page import A4
from exports.standing import price_standing, standing_words

if TYPE_CHECKING:
    from criteria.catalogue import Criterion
    from exports.excel.book import Book
    from exports.excel.flow import Shown

WIDTHS: Final = (5, 8, 28, 12, 14, 48, 46)
"""Of columns that carry tables of different shapes one under another."""
MARGINS: Final = (20, 15, 20, 15)
"""Left, right, top, bottom in millimetres."""
_TEXT: Final = styles.CELL.but(size=10, down="top")
_CODE: Final = styles.CODE.but(down="top", bold=True)
_PLACE: Final = styles.COUNT.but(down="top")
_NOTICE: Final = styles.CELL.but(size=12, bold=True, fill="F7F9FC")


def title() -> str:
    """Return the name of the sheet."""
    return _("Annex")


def write_appendix(book: Book) -> None:
    """Fill the sheet."""
    held = book.report.round
    page = book.page(title(), WIDTHS)
    flow = Flow(page, begin(book, page, _("ANNEX II: BASIS OF THE ASSESSMENT")))
    flow.gap()
    flow.line(_notice(book), _NOTICE)
    _criteria(book, flow)
    _classes(book, flow)
    _switches(book, flow)
    _prices(book, flow)
    page.set_up(paper=A4, landscape=True, margins=MARGINS, foot=held.title)


def _notice(book: Book) -> str:
    """Say whether this is an official text; nobody may take a draft for one."""
    about = book.report.round.catalogue.about
    return "\n".join(
        (
            f"{str(about.notice).rstrip('.')}.",
            _("{title}, edition {edition}, in force from {day}. {source}").format(
                title=about.title,
                edition=about.edition,
                day=day(about.effective_from),
                source=about.source,
            ),
        )
    )


def _criteria(book: Book, flow: Flow) -> None:
    catalogue = book.report.round.catalogue
    flow.section(_("Criteria, and when they are met"))
    rows: list[list[Shown]] = [
        [
            place,
            criterion.code,
            str(criterion.title),
            _evidence(criterion),
            _rules(criterion),
            _sources(criterion),
        ]
        for place, criterion in enumerate(catalogue.criteria, start=1)
    ]
    head = flow.table(
        [
            (_("No."), 1, _PLACE),
            (_("Code"), 1, _CODE),
            (_("Criterion"), 1, _TEXT),
            (_("Evidence"), 2, _TEXT),
            (_("Rules in words"), 1, _TEXT),
            (_("Source of each figure, and how well founded"), 1, _TEXT),
        ],
        rows,
    )
    for at, criterion in enumerate(catalogue.criteria, start=head + 1):
        book.keep(("criterion in words", criterion.code), flow.page.place(at, 2))


def _rules(criterion: Criterion) -> str:
    """Return the rules in words, each rating on a line of its own."""
    words = str(criterion.rule_words)
    for rating in (Rating.PARTLY_MET, Rating.NOT_MET):
        words = words.replace(f". {rating.label}: ", f".\n{rating.label}: ")
    return f"{words}\n{criterion.not_applicable_note}"


def _evidence(criterion: Criterion) -> str:
    return "\n".join(f"- {line.text}" for line in criterion.evidence)


def _sources(criterion: Criterion) -> str:
    return "\n".join(
        f"- [{standing_words(source.standing)}] {source.text}" for source in criterion.sources
    )


def _classes(book: Book, flow: Flow) -> None:
    held = book.report.round
    meanings = class_meanings(held)
    flow.section(_("Ratings, index and classes"))
    half = Rating.PARTLY_MET.label
    notes = [
        "; ".join(f"{rating.letter}: {rating.label}" for rating in Rating) + ".",
        _(
            "Readiness index = (number met + half of the number “{partly}”) ÷ number applicable. "
            "While something is open, it lies between a least and a greatest value."
        ).format(partly=half),
        *(f"{each.label}: {meanings[each]}." for each in ReadinessClass),
        _("Grey comes before the other classes."),
        core_note(held),
        _("Core criteria and thresholds stand in the province's profile and may be changed there."),
    ]
    for note in notes:
        flow.line(f"- {note}", NOTE)


def _switches(book: Book, flow: Flow) -> None:
    held = book.report.round
    if not held.catalogue.switches:
        return
    flow.section(_("Switches of the province's profile"))
    words = {True: _("on"), False: _("off")}
    flow.table(
        [
            (_("No."), 1, _PLACE),
            (_("Switch"), 5, _TEXT),
            (_("Set to (usual setting)"), 1, _TEXT),
        ],
        [
            [
                place,
                str(switch.label),
                _("{set} (usually {default})").format(
                    set=words[held.switches[switch.key]], default=words[switch.default]
                ),
            ]
            for place, switch in enumerate(held.catalogue.switches, start=1)
        ],
    )


def _prices(book: Book, flow: Flow) -> None:
    held = book.report.round
    if not held.catalogue.items:
        return
    flow.section(_("Unit prices of the province's profile"), _("unit: million VND"))
    rows: list[list[Shown]] = []
    for place, item in enumerate(held.catalogue.items, start=1):
        price = held.profile.prices.get(item.key)
        rows.append(
            [
                place,
                str(item.label),
                price.million_vnd if price is not None else _("no price"),
                str(item.unit),
                str(price.source) if price is not None else "–",
                price_standing(price.standing if price is not None else ""),
            ]
        )
    amount = styles.AMOUNT.but(down="top")
    flow.table(
        [
            (_("No."), 1, _PLACE),
            (_("Item"), 2, _TEXT),
            (_("Price of one"), 1, amount),
            (_("Unit"), 1, _TEXT),
            (_("Source"), 1, _TEXT),
            (_("How well founded"), 1, _TEXT),
        ],
        rows,
    )
