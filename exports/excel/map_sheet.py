"""Sheet *Bản đồ*: communes as tiles near their real places, by class and by group of criteria.

The grid is fine: a tile of the large map takes several cells, one of a small map takes
one, so that maps of any province stand beside or below one another.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from checklists.group_rating import codes_by_group, group_rating
from checklists.matrix import ReadinessClass
from checklists.summary import counted_communes
from checklists.tiles import tile_places
from criteria.language import _, number, percent
from criteria.rating import Rating
from exports.excel import styles
from exports.excel.page import A3

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checklists.matrix import Matrix, MatrixRow
    from checklists.tiles import TilePlace
    from exports.excel.book import Book
    from exports.excel.page import Page, Place
    from exports.excel.styles import Look

COLUMN: Final = 4
"""Width of a column of the grid in digits."""
ROW: Final = 17
"""Height of a row of the grid in points."""
_TILE_COLUMNS: Final = (3, 4, 5)
"""How wide a tile of the large map may be: long names need wider ones, or more lines."""
_MOST_LINES: Final = 2
"""Lines of a name in a tile."""
_LEAST_COLUMNS: Final = 48
"""The legend needs as many."""
_LEAST_SMALL: Final = 9
"""Columns that the heading of a small map needs."""
_HEAD_ROWS: Final = 14
"""At most as many rows stand above the first maps, in the height of those of the grid."""
_HEADING: Final = 2
"""Rows above a map: its name, how many communes have what."""
MARGINS: Final = (15, 15, 15, 15)
"""Left, right, top, bottom in millimetres."""
_WIDE, _HIGH = 420 - 15 - 15, 297 - 15 - 15
_POINTS: Final = COLUMN * styles.DIGIT * 72 / 96
"""Width of a column of the grid in points."""

_NAME: Final = styles.CENTERED.but(size=9, wrap=True, form=styles.TEXT)
_LETTER: Final = styles.CENTERED.but(size=8, form=styles.TEXT)
_TILES: Final = {
    readiness: _NAME.but(fill=fill, bold=readiness is ReadinessClass.RED)
    for readiness, fill in styles.CLASS_FILLS.items()
}
_SMALL_TILES: Final = {
    rating: _LETTER.but(fill=fill, bold=rating is Rating.NOT_MET)
    for rating, fill in styles.RATING_FILLS.items()
}
_LONGEST: Final = _NAME.but(bold=True)
_HEAD: Final = styles.PLAIN.but(bold=True, wrap=False)
_COUNTS: Final = styles.PLAIN.but(size=9, wrap=False)
_MEANING: Final = styles.PLAIN.but(size=10, indent=1, wrap=False)


def title() -> str:
    """Return the name of the sheet."""
    return _("Map")


class _Size(NamedTuple):
    """Columns and rows of the grid."""

    columns: int
    rows: int

    @property
    def scale(self) -> float:
        """How small it is printed on one page, where 1 is the smallest print."""
        return max(self.columns * _POINTS / _WIDE, self.rows * ROW / _HIGH)


class _Layout(NamedTuple):
    """Where the maps of a province stand.

    Attributes:
        size: Of all together.
        tile: Of a tile of the large map; its last row holds the class.
        small: Of a small map with its heading.
        in_a_row: How many small maps stand beside one another.
        first: Column and row of the first small map, from 0.
    """

    size: _Size
    tile: _Size
    small: _Size
    in_a_row: int
    first: _Size


class _Province(NamedTuple):
    """What is drawn of one province.

    Attributes:
        name: Of the province.
        rows: Its communes.
        tiles: Where each lies, in the same order or another.
        layout: Where the maps stand.
    """

    name: str
    rows: tuple[MatrixRow, ...]
    tiles: tuple[TilePlace, ...]
    layout: _Layout


def write_map(book: Book) -> None:
    """Fill the sheet."""
    matrix = book.report.matrix
    groups = codes_by_group(matrix.round.catalogue)
    provinces = _provinces(matrix, len(groups))
    columns = max([_LEAST_COLUMNS, *(each.layout.size.columns for each in provinces)])
    if len(provinces) > 1:
        # As wide as the highest needs, so that none is torn apart when it is printed.
        highest = max(each.layout.size.rows for each in provinces) + _HEAD_ROWS
        columns = max(columns, int(highest * ROW * _WIDE / _HIGH / _POINTS) + 1)
    page = book.page(title(), [COLUMN] * columns)
    row = _introduction(book, page)
    breaks = []
    for each in provinces:
        if len(provinces) > 1:
            if each is not provinces[0]:
                breaks.append(row)
            page.paragraph(row, each.name, styles.SECTION)
            row += 1
        _draw(book, page, row, each, groups)
        row += each.layout.size.rows + 1
    if not provinces:
        page.paragraph(row, _("The round has no communes."), styles.PLAIN)
    page.set_up(
        paper=A3,
        landscape=True,
        margins=MARGINS,
        foot=matrix.round.title,
        zoom=85,
        breaks=breaks,
    )
    if len(provinces) <= 1:
        page.sheet.fit_to_pages(1, 1)


def _introduction(book: Book, page: Page) -> int:
    """Write what is shown, and what letters and fills mean; return the first row of the maps."""
    matrix, made = book.report.matrix, book.made
    held = matrix.round
    page.paragraph(1, _("MAP OF THE READINESS OF COMMUNES"), styles.TITLE)
    subtitle = _("{round}, {province}: {communes}, {criteria} criteria").format(
        round=held.title,
        province=held.profile.province,
        communes=counted_communes(matrix, len(matrix.rows)),
        criteria=len(held.catalogue.codes),
    )
    page.paragraph(2, made.heading(subtitle), styles.SUBTITLE)
    note = styles.NOTE.but(across="center")
    page.paragraph(3, f"{made.edition(held)} {made.made_line()}.", note)
    about = _(
        "Each tile is a commune, near its real place; all are of one size. Large map: class, and "
        "criteria met of those applicable. Small maps: the worst rating known among the criteria "
        "of a group. Click a tile to see its row in the matrix."
    )
    page.paragraph(4, about, note)
    total = len(matrix.rows)
    classes: list[tuple[str, str, Look]] = []
    for readiness in ReadinessClass:
        held_by = matrix.classes[readiness]
        words = f"{readiness.label}: {number(held_by)}"
        if total:
            words += f" ({percent(Decimal(held_by) / total)})"
        classes.append((readiness.letter, words, _TILES[readiness]))
    ratings = [(rating.letter, rating.label, _SMALL_TILES[rating]) for rating in Rating]
    _legend(page, 6, classes, 3)
    _legend(page, 7, ratings, 2)
    page.set_height(5, ROW // 3)
    page.set_height(8, ROW // 3)
    return 9


def _legend(page: Page, row: int, entries: Sequence[tuple[str, str, Look]], width: int) -> None:
    """Write signs, each beside what it means, over the width that every sheet has."""
    room = _LEAST_COLUMNS // len(entries)
    shift = (page.columns - room * len(entries)) // 2
    for at, (sign, meaning, look) in enumerate(entries):
        first = shift + at * room + 1
        page.band(row, first, first + width - 1, sign, look)
        page.band(row, first + width, first + room - 1, meaning, _MEANING)
    page.set_height(row, ROW + 3)


def _provinces(matrix: Matrix, groups: int) -> list[_Province]:
    """Return the provinces of the round, in its order: their tiles would overlap on one map."""
    found: dict[str, list[MatrixRow]] = {}
    for row in matrix.rows:
        found.setdefault(row.commune.province_code, []).append(row)
    return [_province(tuple(rows), groups) for rows in found.values()]


def _province(rows: tuple[MatrixRow, ...], groups: int) -> _Province:
    tiles = _drawn_together(tile_places(row.commune for row in rows))
    extent = _Size(
        max(tile.column for tile in tiles) + 1,
        max(tile.row for tile in tiles) + 1,
    )
    names = [tile.name for tile in tiles]
    layouts = [
        layout
        for columns in _TILE_COLUMNS
        for layout in _layouts(extent, _Size(columns, _lines(names, columns) + 1), groups)
    ]
    # What lets everything be printed largest.
    best = min(layouts, key=lambda layout: layout.size.scale)
    return _Province(rows[0].commune.province, rows, tiles, best)


def _drawn_together(tiles: Sequence[TilePlace]) -> tuple[TilePlace, ...]:
    """Return tiles without wide empty belts, as between a coast and an island."""

    def shifted(used: Iterable[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        last = -1
        for each in sorted(set(used)):
            before = found.get(last, -1)
            found[each] = before + min(2, each - last)
            last = each
        return found

    down = shifted(tile.row for tile in tiles)
    across = shifted(tile.column for tile in tiles)
    return tuple(tile._replace(row=down[tile.row], column=across[tile.column]) for tile in tiles)


def _lines(names: Iterable[str], columns: int) -> int:
    """Return how many lines the longest name takes in a tile of so many columns."""
    width = COLUMN * columns
    return max(min(_MOST_LINES, styles.lines_needed(name, width, _LONGEST)) for name in names)


def _large_columns(columns: int, tile: _Size) -> int:
    """Return the width of a large map of so many tiles; its heading needs room, too."""
    return max(columns * tile.columns, 2 * _LEAST_SMALL)


def _layouts(extent: _Size, tile: _Size, maps: int) -> list[_Layout]:
    """Return how the small maps can stand beside or below the large one."""
    small = _Size(max(extent.columns, _LEAST_SMALL), extent.rows + _HEADING)
    large = _Size(_large_columns(extent.columns, tile), extent.rows * tile.rows + _HEADING)
    found = []
    for in_a_row in range(1, maps + 1):
        beside = -(-maps // in_a_row)
        block = _Size(in_a_row * (small.columns + 1) - 1, beside * (small.rows + 1) - 1)
        right = _Size(large.columns + 1 + block.columns, max(large.rows, block.rows))
        below = _Size(max(large.columns, block.columns), large.rows + 1 + block.rows)
        found.append(_Layout(right, tile, small, in_a_row, _Size(large.columns + 1, 0)))
        found.append(_Layout(below, tile, small, in_a_row, _Size(0, large.rows + 1)))
    return found


def _draw(
    book: Book, page: Page, top: int, held: _Province, groups: dict[str, tuple[str, ...]]
) -> None:
    """Draw the maps of a province from a row on, in the middle of the page."""
    layout = held.layout
    left = (page.columns - layout.size.columns) // 2 + 1
    for row in range(top, top + layout.size.rows + 1):
        page.set_height(row, ROW)
    places = {row.commune.code: book.find(("matrix", row.commune.code)) for row in held.rows}
    _large(page, _Size(left, top), held, places)
    for at, (group, codes) in enumerate(groups.items()):
        down, across = divmod(at, layout.in_a_row)
        corner = _Size(
            left + layout.first.columns + across * (layout.small.columns + 1),
            top + layout.first.rows + down * (layout.small.rows + 1),
        )
        _small(page, corner, held, (_group_title(book, group), codes), places)


def _group_title(book: Book, code: str) -> str:
    groups = book.report.round.catalogue.groups
    return next((str(group.title) for group in groups if group.code == code), code)


def _large(page: Page, corner: _Size, held: _Province, places: dict[str, Place | None]) -> None:
    rows = {row.commune.code: row for row in held.rows}
    counts = Counter(row.readiness for row in held.rows)
    words = _counted((each.letter, counts[each]) for each in ReadinessClass)
    size = held.layout.tile
    columns = _large_columns(max(tile.column for tile in held.tiles) + 1, size)
    _heading(page, corner, columns, _("By class"), words)
    for tile in held.tiles:
        row = rows[tile.key]
        at = corner.rows + _HEADING + tile.row * size.rows
        first = corner.columns + tile.column * size.columns
        last, below = first + size.columns - 1, at + size.rows - 1
        sign = row.readiness.letter + (" ?" if row.doubtful else "")
        look = _TILES[row.readiness]
        # Name and sign in cells of their own: LibreOffice breaks no lines in a link.
        page.band(at, first, last, None, look, rows=size.rows - 1)
        tip = f"{row.commune.name}: {row.class_sign}"
        page.link(at, first, tile.name, look, places[tile.key], tip=tip)
        words = f"{sign} {row.met}/{row.applicable}"
        page.band(below, first, last, words, look)


def _small(
    page: Page,
    corner: _Size,
    held: _Province,
    group: tuple[str, tuple[str, ...]],
    places: dict[str, Place | None],
) -> None:
    name, codes = group
    rows = {row.commune.code: row for row in held.rows}
    ratings = {code: group_rating(row, codes) for code, row in rows.items()}
    counts = Counter(ratings.values())
    words = _counted((each.letter, counts[each]) for each in Rating)
    _heading(page, corner, held.layout.small.columns, name, words)
    for tile in held.tiles:
        rating = ratings[tile.key]
        look = _SMALL_TILES[rating]
        at, column = corner.rows + _HEADING + tile.row, corner.columns + tile.column
        signs = ", ".join(f"{code} {rows[tile.key].sign(code)}" for code in codes)
        tip = f"{rows[tile.key].commune.name}: {signs}"
        page.link(at, column, rating.letter, look, places[tile.key], tip=tip)


def _heading(page: Page, corner: _Size, columns: int, name: str, counts: str) -> None:
    last = corner.columns + columns - 1
    page.band(corner.rows, corner.columns, last, name, _HEAD)
    page.band(corner.rows + 1, corner.columns, last, counts, _COUNTS)


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    """Return ``ĐỎ 12 · XÁM 3``: what there is, and of how many."""
    return " · ".join(f"{sign} {number(amount)}" for sign, amount in counts if amount)
