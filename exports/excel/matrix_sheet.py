"""Sheet *Ma trận*: every commune against every criterion, a letter and a fill in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checklists.matrix import ReadinessClass
from checklists.reading import group_head, index_notes, marks
from checklists.summary import counted_communes
from criteria.language import _, number
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.figures import share_met
from exports.excel.long_table import BASIS
from exports.excel.matrix_comments import Comments, why_class
from exports.excel.page import A3, Place, cell_name, page_breaks

if TYPE_CHECKING:
    from checklists.matrix import Matrix, MatrixRow
    from exports.excel.book import Book
    from exports.excel.page import CellValue, Page
    from exports.excel.styles import Look
    from exports.made import Made

BEFORE: Final = (5, 8, 18, 14)
"""Least widths of the columns before the criteria: number, code, commune, cluster."""
MOST_FOR_A_NAME: Final = 30
"""Greatest width of the columns for commune and cluster; a longer name is wrapped."""
CRITERION: Final = 8
"""Least width of the column of a criterion."""
AFTER: Final = (24, 9, 10, 9, 9)
"""Widths of those after: class, met, applicable, least and greatest index."""
HEAD: Final = 4
"""First row of the head of the table."""
FIRST: Final = HEAD + 4
"""Row of the first commune."""
_NAME: Final = styles.HEAD.but(size=9, bold=False)
_CODE: Final = styles.HEAD.but(form=styles.TEXT, wrap=False)
_CODE_LINKED: Final = _CODE.but(ink=styles.LINKED.ink, underline=True)
_CLUSTER: Final = styles.CELL.but(size=10)
_LEAST_HEAD: Final = 48
"""Points; a name of 30 letters wrapped in a narrow column needs that much."""
_ROW: Final = 17
MARGINS: Final = (20, 15, 20, 15)
"""Left, right, top, bottom in millimetres."""
_PRINTED: Final = (420 - 20 - 15, 297 - 20 - 15)
"""Width and height of what is printed on a page, in millimetres."""


def title() -> str:
    """Return the name of the sheet."""
    return _("Matrix")


def keep_places(book: Book) -> None:
    """Keep where communes and criteria will stand, for sheets that are filled before this one."""
    matrix, sheet = book.report.matrix, title()
    for row, each in enumerate(matrix.rows, start=FIRST):
        book.keep(("matrix", each.commune.code), Place(sheet, cell_name(row, 3)))
    for column, code in enumerate(matrix.round.catalogue.codes, start=len(BEFORE) + 1):
        book.keep(("matrix", code), Place(sheet, cell_name(HEAD + 1, column)))


def write_matrix(book: Book) -> None:
    """Fill the sheet."""
    matrix, made = book.report.matrix, book.made
    comments = Comments(book.report)
    codes = matrix.round.catalogue.codes
    names = [str(criterion.short) for criterion in matrix.round.catalogue.criteria]
    width = max(CRITERION, styles.width_for_words(names, _NAME))
    before = (*BEFORE[:2], *_widths_for_names(matrix))
    page = book.page(title(), (*before, *[width] * len(codes), *AFTER))
    _introduction(page, matrix, made)
    _head(book, page)
    head, first = HEAD, FIRST
    last = first + len(matrix.rows) - 1
    for place, row in enumerate(matrix.rows, start=1):
        at = first + place - 1
        _commune(page, at, place, row, book.find(("shortfalls", row.commune.code)))
        _comments(page, at, row, comments)
    after = _totals(page, matrix, last + 1)
    end = _legend(page, after + 1, has_comments=comments.on_classes)

    page.codes_are_text([f"B{first}:B{max(first, last)}"])
    page.freeze(first, 4)
    if matrix.rows:
        page.filter(first - 1, 1, last, page.columns)
    page.set_up(
        paper=A3,
        landscape=True,
        margins=MARGINS,
        foot=matrix.round.title,
        repeated=(head, first - 1),
        zoom=80,
        breaks=_breaks(page, head, first, last, end),
    )


def _widths_for_names(matrix: Matrix) -> list[int]:
    """Return the widths of the columns for commune and cluster, as their names need."""
    needed = (
        [styles.width_of(row.commune.name, styles.CELL) for row in matrix.rows],
        [styles.width_of(cluster, _CLUSTER) for cluster in matrix.groups],
    )
    return [
        min(MOST_FOR_A_NAME, max([least, *widths]))
        for least, widths in zip(BEFORE[2:], needed, strict=True)
    ]


def _introduction(page: Page, matrix: Matrix, made: Made) -> None:
    """Write what the table is, in the rows above its head."""
    held = matrix.round
    name = _("ANNEX I: READINESS MATRIX OF COMMUNE-LEVEL IT INFRASTRUCTURE")
    page.paragraph(1, name, styles.TITLE)
    annexed = _("(Attached to report {number} of …/…/……)").format(number=made.report_number(held))
    subtitle = _("{round}, {province}: {communes}, {criteria} criteria").format(
        round=held.title,
        province=held.profile.province,
        communes=counted_communes(matrix, len(matrix.rows)),
        criteria=len(held.catalogue.codes),
    )
    # All in one row: what is frozen leaves little room for the communes.
    origin = f"{annexed} {made.heading(subtitle)}. {made.edition(held)} {made.made_line()}."
    page.paragraph(2, origin, BASIS)
    signs = [f"{rating.letter}: {rating.label}" for rating in Rating]
    signs += [f"{sign} {meaning}" for sign, meaning in marks()]
    page.paragraph(3, _("Legend") + " – " + "; ".join(signs), styles.NOTE)


def _head(book: Book, page: Page) -> None:
    """Write the head of the table."""
    matrix, top = book.report.matrix, HEAD
    catalogue = matrix.round.catalogue
    before = [_("No."), _("Code"), _("Commune, ward"), group_head(matrix)]
    after = [_("Class"), _("Criteria met"), _("Applicable")]
    head = styles.HEAD
    for column, text in enumerate(before, start=1):
        page.band(top, column, column, text, head, rows=3)
    column = len(BEFORE) + 1
    runs: list[tuple[str, int]] = []
    titles = {group.code: str(group.title) for group in catalogue.groups}
    for criterion in catalogue.criteria:
        name = titles[criterion.group]
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + 1)
        else:
            runs.append((name, 1))
    for name, amount in runs:
        page.band(top, column, column + amount - 1, name, head)
        column += amount
    shorts = []
    for column, criterion in enumerate(catalogue.criteria, start=len(BEFORE) + 1):
        to = book.find(("criterion", criterion.code))
        page.link(top + 1, column, criterion.code, _CODE_LINKED if to else _CODE, to)
        page.put(top + 2, column, str(criterion.short), _NAME)
        shorts.append((str(criterion.short), column, column, _NAME))
    first = len(BEFORE) + len(catalogue.criteria) + 1
    for column, text in enumerate(after, start=first):
        page.band(top, column, column, text, head, rows=3)
    bounds = first + len(after)
    page.band(top, bounds, bounds + 1, _("Readiness index"), head, rows=2)
    page.put(top + 2, bounds, _("Least"), head.but(bold=False))
    page.put(top + 2, bounds + 1, _("Greatest"), head.but(bold=False))
    page.fit(
        top,
        [
            (name, len(BEFORE) + 1, len(BEFORE) + amount, head.but(wrap=True))
            for name, amount in runs
        ],
        least=_ROW,
    )
    page.set_height(top + 1, _ROW)
    page.fit(top + 2, shorts, least=_LEAST_HEAD)
    for each in range(1, page.columns + 1):
        page.put(top + 3, each, f"({each})", styles.NUMBERS)
    page.set_height(top + 3, _ROW - 2)


def _commune(page: Page, at: int, place: int, row: MatrixRow, to: Place | None) -> None:
    bounds = row.index
    cells: list[tuple[CellValue, Look]] = [
        (place, styles.COUNT),
        (row.commune.code, styles.CODE),
        (row.commune.name, styles.LINKED if to else styles.CELL),
        (row.cluster or "–", _CLUSTER),
        *[
            (row.sign(code), styles.RATING_LOOKS[outcome.rating])
            for code, outcome in row.outcomes.items()
        ],
        (row.class_sign, styles.CLASS_LOOKS[row.readiness]),
        (row.met, styles.COUNT),
        (row.applicable, styles.COUNT),
        (bounds.worst if bounds else "–", styles.PERCENT),
        (bounds.best if bounds else "–", styles.PERCENT),
    ]
    page.put_row(at, cells)
    if to is not None:
        page.lead(at, 3, row.commune.name, to)
    page.fit(
        at,
        [(row.commune.name, 3, 3, styles.CELL), (row.cluster, 4, 4, _CLUSTER)],
        least=_ROW,
    )


def _comments(page: Page, at: int, row: MatrixRow, comments: Comments) -> None:
    """Say beside the cells of a commune why it is rated and classed so."""
    told = comments.of(row)
    for column, code in enumerate(row.outcomes, start=len(BEFORE) + 1):
        if code in told:
            page.comment(at, column, told[code])
    if comments.on_classes:
        page.comment(at, len(BEFORE) + len(row.outcomes) + 1, why_class(row))


def _totals(page: Page, matrix: Matrix, top: int) -> int:
    """Write how many communes have each rating; return the first row after it."""
    bold = styles.CELL.but(bold=True)
    codes = matrix.round.catalogue.codes
    start = len(BEFORE) + 1
    for at, rating in enumerate(Rating, start=top):
        label = f"{rating.label} ({rating.letter})"
        page.band(at, 1, len(BEFORE), label, bold.but(fill=styles.RATING_FILLS[rating]))
        for column, code in enumerate(codes, start=start):
            page.put(at, column, matrix.by_criterion[code][rating], styles.COUNT)
        page.set_height(at, _ROW)
    share = top + len(Rating)
    page.band(share, 1, len(BEFORE), _("Share met, of the communes it applies to"), bold)
    for column, code in enumerate(codes, start=start):
        value, look = share_met(matrix.by_criterion[code])
        page.put(share, column, value, look.but(bold=True))
    page.set_height(share, _ROW)
    by_class = [
        f"{readiness.label}: {number(matrix.classes[readiness])}" for readiness in ReadinessClass
    ]
    total = _("Total") + ": " + counted_communes(matrix, len(matrix.rows))
    page.band(
        top,
        start + len(codes),
        page.columns,
        "\n".join([total, *by_class]),
        bold.but(indent=1),
        rows=len(Rating) + 1,
    )
    return share + 1


def _legend(page: Page, top: int, *, has_comments: bool) -> int:
    """Write what the letters and colours mean, each beside its own; return the row after it."""
    last = page.columns
    half = len(BEFORE)
    page.band(top, 1, half, _("Legend"), styles.SECTION)
    page.band(top, half + 2, last, _("How to read the figures"), styles.SECTION)
    rows: list[tuple[str, str, Look]] = [
        (rating.letter, rating.label, styles.RATING_LOOKS[rating]) for rating in Rating
    ]
    rows += [(sign, meaning, styles.CENTERED.but(form=styles.TEXT)) for sign, meaning in marks()]
    for at, (sign, meaning, look) in enumerate(rows, start=top + 1):
        page.put(at, 2, sign, look)
        page.band(at, 3, half, meaning, styles.PLAIN.but(indent=1))
        page.set_height(at, _ROW)
    for at, note in enumerate(index_notes(), start=top + 1):
        page.band(at, half + 2, last, note, styles.PLAIN)
        page.fit(at, [(note, half + 2, last, styles.PLAIN)], least=_ROW)
    return top + 1 + len(rows)


def _breaks(page: Page, head: int, first: int, last: int, end: int) -> list[int]:
    """Return the rows with which new pages begin, so that the totals are never torn apart."""
    width, height = _PRINTED
    # Fitted to the width of the paper; programs differ a little in how wide a column is.
    room = sum(page.widths) * 7 * 72 // 96 * height // width * 95 // 100
    heights = [page.height(row, row + 1) for row in range(first, last + 1)]
    found = page_breaks(
        heights,
        above=page.height(1, first),
        repeated=page.height(head, first),
        below=page.height(last + 1, end),
        room=room,
    )
    return [first + place for place in found]
