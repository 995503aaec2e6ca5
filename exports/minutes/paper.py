"""A paper in the format of Word: paragraphs, tables, page numbers, properties.

python-docx holds the package together; paragraphs are made of its elements directly,
because its own way through a table takes longer than all the rest.
"""

from __future__ import annotations

import re
import zipfile
from copy import deepcopy
from datetime import UTC
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from docx import Document
from docx.enum.section import WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from exports.plain_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from docx.document import Document as DocumentType
    from docx.oxml.xmlchemy import BaseOxmlElement

FONT: Final = "Times New Roman"
MARGINS: Final = (30, 20, 20, 20)
"""Left, right, top, bottom in millimetres."""
WIDTH: Final = 210 - 30 - 20
"""Of what is written, in millimetres."""
LOCALES: Final = {"vi": "vi-VN", "en": "en-GB"}

_NONCHARACTERS: Final = re.compile("[\ufdd0-\ufdef]")
_LINE_BREAKS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MOST_IN_A_PROPERTY: Final = 255
_TWIPS: Final = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
_KEPT_STYLES: Final = frozenset({"Normal", "TableNormal", "DefaultParagraphFont", "NoList"})
_KEPT_PARTS: Final = frozenset(
    {
        RELATIONSHIP_TYPE.STYLES,
        RELATIONSHIP_TYPE.SETTINGS,
        RELATIONSHIP_TYPE.FONT_TABLE,
        RELATIONSHIP_TYPE.THEME,
    }
)

Align = Literal["left", "center", "both", "right"]


class Run(NamedTuple):
    """Letters of one look.

    Attributes:
        text: May hold line breaks.
        bold: Whether they are bold.
        italic: Whether they are italic.
        size: In points.
        language: For the spelling checker; that of the paper if empty.
    """

    text: str
    bold: bool = False
    italic: bool = False
    size: float = 13
    language: str = ""


class Paragraph(NamedTuple):
    """One paragraph.

    Attributes:
        runs: Its letters.
        align: Where its lines stand.
        before: Points above it.
        after: Points below it.
        indent: Millimetres on the left.
        hang: Millimetres by which its first line begins further left.
        keep: Whether it stays on the page of the next one.
        level: As a heading in the outline, from 1; 0 for none.
        rule: Length of a line drawn above it, in millimetres, in the middle of `within`.
        within: Millimetres.
    """

    runs: tuple[Run, ...]
    align: Align = "left"
    before: float = 0
    after: float = 0
    indent: float = 0
    hang: float = 0
    keep: bool = False
    level: int = 0
    rule: float = 0
    within: float = 0


Cell = tuple[Paragraph, ...]


def safe_text(text: str) -> str:
    """Return ``text`` as NFC without what a Word document cannot hold."""
    return plain_text(_NONCHARACTERS.sub("", _LINE_BREAKS.sub("\n", text)))


def _element(name: str, **attributes: str | float) -> BaseOxmlElement:
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)


def _run(run: Run) -> BaseOxmlElement:
    made = _element("r")
    look = _element("rPr")
    if run.bold:
        look.append(_element("b"))
    if run.italic:
        look.append(_element("i"))
    half_points = round(2 * run.size)
    look.append(_element("sz", val=half_points))
    look.append(_element("szCs", val=half_points))
    if run.language:
        look.append(_element("lang", val=LOCALES[run.language]))
    made.append(look)
    for at, line in enumerate(safe_text(run.text).split("\n")):
        if at:
            made.append(_element("br"))
        for column, part in enumerate(line.split("\t")):
            if column:
                made.append(_element("tab"))
            if part:
                written = _element("t")
                written.text = part
                written.set(qn("xml:space"), "preserve")
                made.append(written)
    return made


def paragraph_element(told: Paragraph) -> BaseOxmlElement:
    """Return a paragraph as an element; the order of its properties is that of the standard."""
    made = _element("p")
    look = _element("pPr")
    if told.keep:
        look.append(_element("keepNext"))
    if told.rule:
        borders = _element("pBdr")
        borders.append(_element("top", val="single", sz=6, space=0, color="000000"))
        look.append(borders)
    spacing = {"before": round(20 * told.before), "after": round(20 * told.after)}
    if told.rule:
        look.append(_element("spacing", **spacing, line=40, lineRule="exact"))
        side = max(0, _twips((told.within - told.rule) / 2))
        look.append(_element("ind", left=side, right=side))
    else:
        look.append(_element("spacing", **spacing))
        if told.indent or told.hang:
            look.append(_element("ind", left=_twips(told.indent), hanging=_twips(told.hang)))
    look.append(_element("jc", val=told.align))
    if told.level:
        look.append(_element("outlineLvl", val=told.level - 1))
    made.append(look)
    for run in told.runs:
        made.append(_run(run))
    return made


def _cell(content: Cell, width: int, *, across: int = 1, borders: bool) -> BaseOxmlElement:
    made = _element("tc")
    look = _element("tcPr")
    look.append(_element("tcW", w=width, type="dxa"))
    if across > 1:
        look.append(_element("gridSpan", val=across))
    if not borders:
        look.append(_element("vAlign", val="top"))
    made.append(look)
    for told in content or (Paragraph(()),):
        made.append(paragraph_element(told))
    return made


class Paper:
    """A paper that is written from top to bottom."""

    def __init__(self, language: str) -> None:
        """Begin an empty paper of A4."""
        self._document: DocumentType = Document(BytesIO(_blank(language)))
        body = self._document.element.body
        self._end = body[-1]  # page size and margins stand last
        self._language = language

    def write(self, *told: Paragraph) -> None:
        """Write paragraphs."""
        for each in told:
            self._end.addprevious(paragraph_element(each))

    def table(
        self,
        widths: Sequence[float],
        rows: Iterable[Sequence[Cell]],
        *,
        heads: int = 0,
        borders: bool = True,
        may_split: Callable[[int], bool] = lambda _row: False,
    ) -> None:
        """Write a table.

        Args:
            widths: Of its columns, in millimetres.
            rows: Cells; each as many as there are columns.
            heads: How many rows are repeated on every page.
            borders: Whether lines are drawn around the cells.
            may_split: Whether a row, counted from 0, may go over to the next page.
        """
        columns = [_twips(width) for width in widths]
        made = _element("tbl")
        look = _element("tblPr")
        look.append(_element("tblW", w=sum(columns), type="dxa"))
        if borders:
            lines = _element("tblBorders")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
                lines.append(_element(side, val="single", sz=4, space=0, color="000000"))
            look.append(lines)
        look.append(_element("tblLayout", type="fixed"))
        margins = _element("tblCellMar")
        for side in ("left", "right"):
            margins.append(_element(side, w=_twips(1.2 if borders else 0), type="dxa"))
        look.append(margins)
        made.append(look)
        grid = _element("tblGrid")
        for column in columns:
            grid.append(_element("gridCol", w=column))
        made.append(grid)
        for at, cells in enumerate(rows):
            row = _element("tr")
            about = _element("trPr")
            if not may_split(at):
                about.append(_element("cantSplit"))
            if at < heads:
                about.append(_element("tblHeader"))
            if len(about):
                row.append(about)
            for content, column in zip(cells, columns, strict=True):
                row.append(_cell(content, column, borders=borders))
            made.append(row)
        self._end.addprevious(made)

    def foot(self, text: str) -> None:
        """Write a small line at the foot of every page."""
        section = self._document.sections[0]
        for footer in (section.footer, section.first_page_footer):
            holder = footer._element
            for old in list(holder):
                holder.remove(old)
            holder.append(paragraph_element(Paragraph((Run(text, size=8),), align="center")))

    def content(self, title: str, creator: str, version: str, at: datetime) -> bytes:
        """Return the file: the same paper gives the same bytes.

        Args:
            title: For the properties.
            creator: Name of the program.
            version: Of the program.
            at: When it was made; with a zone.
        """
        about = self._document.core_properties
        about.title = safe_text(title)[:_MOST_IN_A_PROPERTY]
        about.author = about.last_modified_by = creator
        about.version = version
        about.language = LOCALES[self._language]
        about.comments = about.keywords = about.subject = about.category = ""
        about.revision = 1
        about.created = about.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        saved = BytesIO()
        self._document.save(saved)
        return _repacked(saved, at)


def _repacked(saved: BytesIO, at: datetime) -> bytes:
    """Return a package whose members all bear the time at which it was made."""
    made = BytesIO()
    # A zip knows no year before 1980 and only even seconds.
    stamp = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second // 2 * 2)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, stamp)
            member.create_system = 0  # the same on every machine
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return made.getvalue()


@cache
def _blank(language: str) -> bytes:
    """Return an empty paper; making it takes longer than writing one."""
    document = Document()
    for holder, kept in ((document.part, _KEPT_PARTS), (document.part.package, _OUTER_PARTS)):
        for key, relation in list(holder.rels.items()):
            if relation.reltype not in kept:
                holder.rels.pop(key)
    _plain_styles(document, language)
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = map(
        Mm, MARGINS
    )
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    _number_pages(section.header._element)
    first = section.first_page_header._element
    for old in list(first):
        first.remove(old)
    first.append(paragraph_element(Paragraph(())))
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


_OUTER_PARTS: Final = frozenset(
    {
        RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
        RELATIONSHIP_TYPE.CORE_PROPERTIES,
        RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    }
)


def _plain_styles(document: DocumentType, language: str) -> None:
    """Leave one style, in the font of official papers; whatever else came with the template."""
    styles = document.styles.element
    for style in list(styles):
        if style.tag != qn("w:docDefaults") and style.get(qn("w:styleId")) not in _KEPT_STYLES:
            styles.remove(style)
    fonts = _element("rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)
    look = _element("rPr")
    look.append(fonts)
    look.append(_element("sz", val=26))
    look.append(_element("szCs", val=26))
    look.append(_element("lang", val=LOCALES[language], eastAsia=LOCALES[language], bidi="ar-SA"))
    defaults = _element("docDefaults")
    for name, held in (("rPrDefault", look), ("pPrDefault", _element("pPr"))):
        holder = _element(name)
        holder.append(held)
        defaults.append(holder)
    for old in styles.findall(qn("w:docDefaults")):
        styles.remove(old)
    styles.insert(0, defaults)
    normal = document.styles["Normal"].element
    for old in normal.findall(qn("w:rPr")) + normal.findall(qn("w:pPr")):
        normal.remove(old)
    normal.append(deepcopy(look))


def _number_pages(header: BaseOxmlElement) -> None:
    """Put the number of the page in the middle of a header."""
    for old in list(header):
        header.remove(old)
    line = paragraph_element(Paragraph((), align="center"))
    for part in ("begin", "PAGE", "separate", "2", "end"):
        run = _run(Run("", size=13))
        if part == "PAGE":
            code = _element("instrText")
            code.text = " PAGE "
            code.set(qn("xml:space"), "preserve")
            run.append(code)
        elif part == "2":
            shown = _element("t")
            shown.text = part
            run.append(shown)
        else:
            run.append(_element("fldChar", fldCharType=part))
        line.append(run)
    header.append(line)
