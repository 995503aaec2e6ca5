"""Sheet *Chất lượng dữ liệu*: how far the figures can be relied on, and how they came here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.departures import Kind
from criteria.language import _, count, moment_of, ngettext
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.figures import share
from exports.excel.long_table import Column, LongTable, Total, open_table
from exports.excel.page import A3

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checklists.custody import Custody
    from checklists.quality import CommuneQuality, Quality
    from exports.excel.book import Book
    from exports.excel.figures import Figure
    from exports.excel.page import CellValue, Page
    from exports.excel.styles import Look

_NONE: Final = styles.COUNT.but(form='#,##0;-#,##0;"–"')
"""A count of what had better not be; where there is none, the 0 shows as a dash."""
_SOME: Final = _NONE.but(bold=True, fill=styles.RATING_FILLS[Rating.PARTLY_MET])
_SHARE: Final = styles.PERCENT.but(size=10)
_PART: Final = _SHARE.but(bold=True, fill=_SOME.fill)
_SMALL: Final = styles.CELL.but(size=10)
_NAMES: Final = styles.CELL.but(size=9)
_SOUND: Final = styles.CENTERED.but(form=styles.TEXT)
_COUNTED: Final = (
    "insufficient",
    "unaudited",
    "not_known",
    "overridden",
    "to_confirm",
    "not_applicable",
)
_DOUBTED: Final = ("conflicts", "failing", "unreadable", "unsealed", "absent", "forked")
_NEUTRAL: Final = frozenset({"not_applicable", "overridden", "not_known"})
"""Keys of indicators that are worth knowing, and no fault."""


def title() -> str:
    """Return the name of the sheet."""
    return _("Data quality")


def write_quality(book: Book) -> None:
    """Fill the sheet."""
    quality = book.report.quality
    every = _columns()
    left_out = _empty_columns(quality)
    shown = [at for at in range(len(every)) if at not in left_out]
    columns = [every[at] for at in shown]
    page = book.page(title(), [column.width for column in columns])
    book.keep("quality", page.place(1, 1))
    custody = quality.custody
    came = custody.sentence
    if custody.files or custody.refused:
        came += " " + _("They are listed below the table.")
    if book.report.departures:
        came += " " + ngettext(
            "Below the table: {count} criterion not applicable or rated by a person, with the "
            "reason.",
            "Below the table: {count} criteria not applicable or rated by a person, with the "
            "reasons.",
            len(book.report.departures),
        ).format(count=count(len(book.report.departures)))
    verdict = book.report.reliance.verdict
    said = [f"{verdict} {quality.sentence}".strip(), quality.about_people, came]
    table = open_table(
        book,
        page,
        _("DATA QUALITY: HOW FAR TO TRUST THE FIGURES"),
        columns,
        said=said,
        notes=[_legend(), _nothing_found(quality, left_out)],
        totals=_totals(quality, shown),
    )
    for place, row in enumerate(quality.rows, start=1):
        at = _row(book, table, place, row, shown)
        book.keep(("quality", row.commune.code), page.place(at, 3))
    table.finish(book, frozen=4, paper=A3, codes=(2,))
    last = _departures(book, page, table.row + 1)
    _files(page, last + 2, quality.custody, {row.commune.code for row in quality.rows})


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("No."), 5, styles.COUNT),
        Column(_("Code"), 8, styles.CODE),
        Column(_("Commune, ward"), 21),
        Column(_("State of the checklist"), 14, _SMALL),
        Column(_("Fields stated"), 8, styles.COUNT),
        Column(_("of asked"), 8, styles.COUNT),
        Column(_("Coverage"), 9, _SHARE),
        Column(_("Criteria: not enough data"), 9, _NONE),
        Column(_("Criteria: not audited"), 9, _NONE),
        Column(_("Values not known"), 8, _NONE),
        Column(_("Set by hand (*)"), 8, _NONE),
        Column(_("By hand, to be confirmed"), 10, _NONE),
        Column(_("Not applicable"), 9, _NONE),
        Column(_("Pieces of evidence missing"), 9, _NONE),
        Column(_("of wanted"), 9, styles.COUNT),
        Column(_("Contra-dictions (!)"), 9, _NONE),
        Column(_("Values that disagree"), 9, _NONE),
        Column(_("Records not readable"), 9, _NONE),
        Column(_("Records not sealed"), 9, _NONE),
        Column(_("Photos, files not here"), 9, _NONE),
        Column(_("Chains of records that divide"), 9, _NONE),
        Column(_("Values stated"), 8, styles.COUNT),
        Column(_("of these measured"), 9, _NONE),
        Column(_("Nothing to mend"), 8, _SOUND),
        Column(_("Auditors"), 25, _NAMES),
    )


_FIRST_COUNTED: Final = 7
_FIRST_DOUBTED: Final = _FIRST_COUNTED + len(_COUNTED) + 2
_EVIDENCE: Final = (_FIRST_DOUBTED - 2, _FIRST_DOUBTED - 1)
_MEASURED: Final = _FIRST_DOUBTED + len(_DOUBTED) + 1
"""Places of columns, from 0."""


def _empty_columns(quality: Quality) -> tuple[int, ...]:
    """Return the places of columns in which nothing would stand for any commune, from 0."""
    by_key = {each.key: each.value for each in quality.indicators}
    counts = dict(enumerate((by_key[key] for key in _COUNTED), start=_FIRST_COUNTED))
    counts |= dict.fromkeys(_EVIDENCE, quality.evidence.wanted)
    counts |= enumerate((by_key[key] for key in _DOUBTED), start=_FIRST_DOUBTED)
    counts[_MEASURED] = quality.methods["measured"]
    counts[_MEASURED + 1] = sum(row.is_sound for row in quality.rows)
    return tuple(at for at, held in counts.items() if not held)


def _nothing_found(quality: Quality, left_out: Sequence[int]) -> str:
    """Say which columns are not there because nothing was found; empty where all are."""
    if not left_out or not quality.rows:
        return ""
    columns = _columns()
    # A head says where a word may be divided at the end of a line; a sentence need not.
    heads = "; ".join(columns[at].head.replace("-", "") for at in left_out if at != _EVIDENCE[1])
    return _("Found in no commune, and therefore without a column: {columns}.").format(
        columns=heads
    )


def _totals(quality: Quality, shown: Sequence[int]) -> list[Total]:
    by_key = {each.key: each for each in quality.indicators}
    values = quality.methods.total()
    sound = sum(row.is_sound for row in quality.rows)

    def sums() -> list[CellValue | Figure]:
        return [
            quality.coverage.stated,
            quality.coverage.asked,
            _part(quality.coverage.stated, quality.coverage.asked),
            *((by_key[key].value, _NONE) for key in _COUNTED),
            (quality.evidence.missing, _NONE),
            quality.evidence.wanted,
            *((by_key[key].value, _NONE) for key in _DOUBTED),
            values,
            (quality.methods["measured"], _NONE),
            sound,
            "",
        ]

    def where() -> list[CellValue | Figure]:
        nowhere: CellValue = ""
        return [
            by_key["complete"].value,
            nowhere,
            _part(by_key["complete"].value, len(quality.rows)),
            *((len(by_key[key].communes), _NONE) for key in _COUNTED),
            (len(by_key["evidence_missing"].communes), _NONE),
            sum(bool(row.evidence.wanted) for row in quality.rows),
            *((len(by_key[key].communes), _NONE) for key in _DOUBTED),
            sum(bool(row.methods) for row in quality.rows),
            (sum(bool(row.methods["measured"]) for row in quality.rows), _NONE),
            sound,
            "",
        ]

    def shares() -> list[CellValue | Figure]:
        return [
            "",
            "",
            "",
            *(_part(by_key[key].value, by_key[key].of) for key in _COUNTED),
            _part(quality.evidence.missing, quality.evidence.wanted),
            "",
            *([""] * len(_DOUBTED)),
            "",
            _part(quality.methods["measured"], values),
            _part(sound, len(quality.rows)),
            "",
        ]

    labelled = len(_columns()) - len(sums())
    return [
        Total(label, [figures[at - labelled] for at in shown if at >= labelled])
        for label, figures in (
            (_("Over all communes"), sums()),
            (_("Share"), shares()),
            (_("In communes (fields: with all of them)"), where()),
        )
    ]


def _part(part: int, whole: int | None) -> Figure:
    """Return a share; a dash where it is no share of anything."""
    value, _look = share(part, whole or 0)
    return value, _SHARE


def _row(
    book: Book, table: LongTable, place: int, row: CommuneQuality, shown: Sequence[int]
) -> int:
    counted = {
        "insufficient": len(row.insufficient),
        "unaudited": len(row.unaudited),
        "not_known": len(row.not_known),
        "overridden": len(row.overridden),
        "to_confirm": len(row.to_confirm),
        "not_applicable": len(row.not_applicable),
    }
    doubted = {
        "conflicts": len(row.conflicts),
        "failing": len(row.failing),
        "unreadable": row.unreadable,
        "unsealed": row.unsealed,
        "absent": row.absent,
        "forked": int(row.is_forked),
    }
    covered, _look = _part(row.coverage.stated, row.coverage.asked)
    values: list[CellValue] = [
        place,
        row.commune.code,
        row.commune.name,
        row.state.label_of(row.coverage.stated),
        row.coverage.stated,
        row.coverage.asked,
        covered,
        *counted.values(),
        row.evidence.missing,
        row.evidence.wanted,
        *doubted.values(),
        row.methods.total(),
        row.methods["measured"],
        "✓" if row.is_sound else "",
        ", ".join(row.auditors),
    ]
    is_short = row.evidence.missing > 0
    looks: list[Look | None] = [
        *[None] * 4,
        None,
        None,
        _PART if row.coverage.missing else None,
        *_marked(counted.items()),
        _SOME if is_short else None,
        None,
        *_marked(doubted.items()),
        *[None] * 4,
    ]
    to_matrix = book.find(("matrix", row.commune.code))
    return table.add(
        [values[at] for at in shown],
        looks=[looks[at] for at in shown],
        links=(None, None, to_matrix),
    )


def _marked(counts: Iterable[tuple[str, int]]) -> list[Look | None]:
    return [_SOME if value and key not in _NEUTRAL else None for key, value in counts]


def _legend() -> str:
    return _(
        "A blank is not a zero: what is not stated is missing in “Fields stated”, and its "
        "criterion is not rated. On a dark ground in bold: to be mended. Evidence is wanted only "
        "for criteria that were looked at. Not sealed: no auditor's key vouches for the record. "
        "A chain of records divides where a copy was written to, or an older copy restored."
    )


def _departures(book: Book, page: Page, row: int) -> int:
    """Write what is not judged by its values alone; return the last row."""
    page.paragraph(row, _("Criteria not applicable or rated by a person"), styles.SECTION)
    row += 1
    found = book.report.departures
    if not found:
        page.paragraph(row, _("None so far."), styles.PLAIN)
        return row
    spans = _spans(page, (5, 8, 21, 30, 34, 28))
    heads = (
        _("No."),
        _("Code"),
        _("Commune, ward"),
        _("Criterion"),
        _("By the rules → set to"),
        _("Who"),
        _("Reason"),
    )
    _line(page, row, spans, [(head, styles.HEAD) for head in heads])
    for place, each in enumerate(found, start=1):
        row += 1
        is_open = each.kind is Kind.TO_CONFIRM
        change = f"{each.change} ({each.kind.label})" if is_open else each.change
        _line(
            page,
            row,
            spans,
            [
                (place, styles.COUNT),
                (each.commune.code, styles.CODE),
                (each.commune.name, _SMALL),
                (f"{each.criterion.code} {each.criterion.short}", _SMALL),
                (change, _SMALL.but(bold=is_open)),
                (each.who, _SMALL),
                (each.reason or "–", _SMALL),
            ],
        )
    return row


def _files(page: Page, row: int, custody: Custody, known: set[str]) -> None:
    """Write what was taken in and what was refused below the table."""
    page.paragraph(row, _("Files taken in and refused"), styles.SECTION)
    row += 1
    if not custody.files and not custody.refused:
        page.paragraph(row, _("None so far."), styles.PLAIN)
        return
    spans = _spans(page, (5, 46, 30, 18, 10, 10))
    heads = (
        _("No."),
        _("File"),
        _("From"),
        _("Taken in"),
        _("New records"),
        _("Communes"),
        _("Remarks"),
    )
    _line(page, row, spans, [(head, styles.HEAD) for head in heads])
    for place, each in enumerate(custody.files, start=1):
        row += 1
        remarks = "; ".join(each.remarks)
        _line(
            page,
            row,
            spans,
            [
                (place, styles.COUNT),
                (each.name, _SMALL),
                (each.made_by or "–", _SMALL),
                (moment_of(each.taken_at), _SOUND),
                (each.records, styles.COUNT),
                (sum(code in known for code in each.communes), styles.COUNT),
                (remarks or "–", _SMALL.but(bold=bool(remarks))),
            ],
        )
    for refused in custody.refused:
        row += 1
        reason = _("refused: {reason}").format(reason=refused.reason)
        _line(
            page,
            row,
            spans,
            [
                ("", styles.COUNT),
                (refused.name, _SMALL),
                ("–", _SMALL),
                (moment_of(refused.came_at), _SOUND),
                ("–", styles.COUNT),
                ("–", styles.COUNT),
                (reason, _SMALL.but(bold=True)),
            ],
        )


def _spans(page: Page, widths: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and last column of fields, each as wide as wanted; the last takes the rest.

    Args:
        page: With columns of its own widths, some of which may not be there.
        widths: Wanted, of all fields but the last, in digits of the default size.
    """
    found, first, spare = [], 1, len(widths)
    for wanted in widths:
        last, width = first, page.widths[first - 1]
        # Each field that follows needs a column, too.
        while width < wanted and last < page.columns - spare:
            last += 1
            width += page.widths[last - 1]
        found.append((first, last))
        first, spare = last + 1, spare - 1
    return [*found, (first, page.columns)]


def _line(
    page: Page, row: int, spans: Sequence[tuple[int, int]], cells: Sequence[tuple[CellValue, Look]]
) -> None:
    texts = []
    for (first, last), (value, look) in zip(spans, cells, strict=True):
        page.band(row, first, last, value, look)
        if isinstance(value, str) and look.wrap:
            texts.append((value, first, last, look))
    page.fit(row, texts, least=16)
