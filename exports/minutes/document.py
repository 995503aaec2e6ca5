"""How the minutes look: two or three pages of A4 in the form of an official paper.

In both languages, the English words stand beside or below the Vietnamese ones where a
reader finds their way by them; what people wrote stays as they wrote it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from criteria.folding import fold
from criteria.language import current, speaking
from exports.made import PROGRAM
from exports.minutes.content import minutes_of
from exports.minutes.paper import WIDTH, Paper, Paragraph, Run
from exports.safe_write import write_safely

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.communes import Commune
    from checklists.matrix import MatrixRow
    from exports.made import Made
    from exports.minutes.paper import Cell
    from exports.minutes.parts import Head, Labelled, Minutes, Party, Row, Signature

LEFT: Final = {"state": 66, "party": 70}
"""Left block of the head of the paper, in millimetres."""
COLUMNS: Final = (9, 33, 22, WIDTH - 9 - 33 - 22)
"""Of the table, in millimetres."""
SIGNED: Final = (31, 68, WIDTH - 31 - 68)
"""Who gets the paper, and the two sides that sign it, in millimetres."""
_TABLE: Final = 10
_SMALL: Final = 11
_TINY: Final = 9
_LONG: Final = 1_500
"""Letters of a row that must be free to go over to the next page."""
_LONGEST_NAME: Final = 80
_ROOM_TO_SIGN: Final = 52
"""Points."""


def file_name(commune: Commune) -> str:
    """Return a name that every system takes: ``26368-phuong-long-thanh.docx``."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(commune.name)).strip("-")
    code = re.sub(r"[^0-9A-Za-z]+", "-", commune.code)
    return "-".join(part for part in (code, words[:_LONGEST_NAME].strip("-")) if part) + ".docx"


def write_minutes(row: MatrixRow, path: Path, made: Made, *, bilingual: bool = False) -> None:
    """Write the minutes of a commune as a Word document.

    Args:
        row: The commune, from the matrix.
        path: Where; a file that is there is replaced, whole or not at all.
        made: When, by what and in which form.
        bilingual: Vietnamese with English beside it; else all is in the language in use.

    Raises:
        ReadinessError: The file cannot be written.
    """
    write_safely(path, minutes_bytes(row, made, bilingual=bilingual))


def minutes_bytes(row: MatrixRow, made: Made, *, bilingual: bool = False) -> bytes:
    """Return the minutes of a commune as the bytes of a Word document."""
    english = None
    with speaking("vi" if bilingual else current()):
        minutes = minutes_of(row, made)
    if bilingual:
        with speaking("en"):
            english = minutes_of(row, made)
    paper = Paper(minutes.language)
    _Writer(paper, minutes, english or minutes, is_bilingual=bilingual).write()
    return paper.content(minutes.file_title, PROGRAM, made.version, made.at)


class _Writer:
    """Writes minutes to a paper; the English ones beside them where both are wanted."""

    def __init__(
        self, paper: Paper, minutes: Minutes, english: Minutes, *, is_bilingual: bool
    ) -> None:
        self.paper = paper
        self.minutes = minutes
        self.english = english
        self.is_bilingual = is_bilingual

    def write(self) -> None:
        """Write all from top to bottom."""
        minutes, english = self.minutes, self.english
        self._head(minutes.head, english.head)
        self._title()
        when, *facts = map(self._fact, minutes.facts, english.facts)
        self.paper.write(_body(*when, Run(". "), *facts[0]), *(_body(*runs) for runs in facts[1:]))
        self._warnings()
        self._heading(minutes.parties_heading, english.parties_heading)
        for party, told_party in zip(minutes.parties, english.parties, strict=True):
            self._party(party, told_party)
        self._heading(minutes.result_heading, english.result_heading)
        for sentence, told_sentence in zip(minutes.result, english.result, strict=True):
            self.paper.write(_body(Run(sentence)), *self._below(told_sentence))
        self._heading(minutes.rows_heading, english.rows_heading)
        self._table()
        self._requests()
        self._evidence()
        self._end()

    def _beside(self, text: str, size: float) -> tuple[Run, ...]:
        """Return the English words that stand behind Vietnamese ones."""
        if not self.is_bilingual or not text:
            return ()
        return (Run(f" / {text}", italic=True, size=size, language="en"),)

    def _below(self, text: str, size: float = _SMALL) -> tuple[Paragraph, ...]:
        """Return the English words that stand below Vietnamese ones."""
        if not self.is_bilingual or not text:
            return ()
        run = Run(text, italic=True, size=size, language="en")
        return (Paragraph((run,), align="both", after=2),)

    def _heading(self, text: str, english: str) -> None:
        _number, _dot, words = english.partition(". ")
        self.paper.write(
            Paragraph(
                (Run(text, bold=True), *self._beside(words, 12)),
                before=6,
                after=2,
                keep=True,
                level=1,
            )
        )

    def _head(self, head: Head, english: Head) -> None:
        size = 14 if head.is_party else 13
        width = LEFT["party" if head.is_party else "state"]
        right = WIDTH - width

        def center(text: str, points: float, *, bold: bool = False) -> Paragraph:
            return Paragraph((Run(text, bold=bold, size=points),), align="center")

        def small(text: str) -> Cell:
            if not self.is_bilingual:
                return ()
            run = Run(text, italic=True, size=_TINY, language="en")
            return (Paragraph((run,), align="center"),)

        left: list[Paragraph] = [center(head.upper, 12), center(head.issuing, 12, bold=True)]
        if head.is_party:
            left.append(center("*", 12))
            other = [center(head.national, 15, bold=True)]
            other += [_rule(min(right, 2.9 * len(head.national)), right)]
            other += small(english.national)
        else:
            left.append(_rule(width / 3, width))
            other = [center(head.national, 12, bold=True), center(head.motto, 13, bold=True)]
            other += [_rule(min(right, 2.3 * len(head.motto)), right)]
            other += small(f"{english.national} – {english.motto}")
        left += small(f"{english.upper} – {english.issuing}")
        number = Paragraph((Run(head.number, size=size),), align="center", before=4)
        dated = Paragraph(
            (Run(head.place_and_day, italic=True, size=size),), align="center", before=4
        )
        self.paper.table(
            (width, right), ((tuple(left), tuple(other)), ((number,), (dated,))), borders=False
        )

    def _title(self) -> None:
        minutes, english = self.minutes, self.english
        size = 15 if minutes.head.is_party else 14
        lines = [
            Paragraph(
                (Run(minutes.title, bold=True, size=size), *self._beside(english.title, 12)),
                align="center",
                before=10,
            ),
            Paragraph((Run(minutes.subject, bold=True, size=13),), align="center"),
        ]
        if self.is_bilingual:
            run = Run(english.subject, italic=True, size=_SMALL, language="en")
            lines.append(Paragraph((run,), align="center"))
        lines.append(Paragraph((Run(minutes.occasion, size=13),), align="center"))
        lines.append(_rule(WIDTH / 5, WIDTH))
        self.paper.write(*lines)

    def _fact(self, fact: Labelled, english: Labelled) -> tuple[Run, ...]:
        label = (Run(fact.label, bold=True), *self._beside(english.label, 12))
        return (*label, Run(f": {fact.text}"))

    def _warnings(self) -> None:
        minutes, english = self.minutes, self.english
        if not minutes.warnings:
            return
        cell: list[Paragraph] = []
        for text, told in zip(minutes.warnings, english.warnings, strict=True):
            label = Run(f"{minutes.warning_label}: ", bold=True, size=12)
            cell.append(Paragraph((label, Run(text, size=12)), align="both"))
            cell += self._below(told, 10)
        # Framed, because colour is lost in print.
        self.paper.table(
            (WIDTH,), ((tuple(cell),),), may_split=lambda _row: _letters((tuple(cell),)) > _LONG
        )

    def _party(self, party: Party, english: Party) -> None:
        heading = (Run(party.heading), *self._beside(english.heading, 12), Run(":"))
        if len(party.people) == 1:
            self.paper.write(_body(*heading, Run(f" {party.people[0]}"))._replace(align="left"))
            return
        self.paper.write(_body(*heading, keep=True))
        for person in party.people:
            self.paper.write(
                Paragraph((Run(f"- {person}"),), align="left", indent=8, hang=3, after=1)
            )

    def _table(self) -> None:
        minutes, english = self.minutes, self.english
        if minutes.parameters.text:
            self.paper.write(
                Paragraph(
                    (
                        Run(minutes.parameters.label, bold=True, size=_SMALL),
                        *self._beside(english.parameters.label, 10),
                        Run(f": {minutes.parameters.text}", size=_SMALL),
                    ),
                    align="both",
                    after=3,
                )
            )
        head = [
            (
                Paragraph((Run(text, bold=True, size=_TABLE),), align="center"),
                *self._in_cell(told, "center"),
            )
            for text, told in zip(minutes.columns, english.columns, strict=True)
        ]
        cells = [
            self._row(number, row, told)
            for number, (row, told) in enumerate(
                zip(minutes.rows, english.rows, strict=True), start=1
            )
        ]
        self.paper.table(
            COLUMNS,
            (head, *cells),
            heads=1,
            may_split=lambda at: at > 0 and _letters(cells[at - 1]) > _LONG,
        )
        if minutes.legend:
            self.paper.write(Paragraph((Run(minutes.legend, italic=True, size=10),), before=2))

    def _in_cell(self, text: str, align: str = "left") -> Cell:
        if not self.is_bilingual:
            return ()
        run = Run(text, italic=True, size=_TINY, language="en")
        return (Paragraph((run,), align="center" if align == "center" else "left"),)

    def _row(self, number: int, row: Row, english: Row) -> tuple[Cell, ...]:
        title = Paragraph(
            (Run(f"{row.code} ", bold=True, size=_TABLE), Run(row.title, size=_TABLE))
        )
        sign = (Run(f"{row.sign} – ", bold=True, size=_TABLE),) if row.sign else ()
        rating = Paragraph((*sign, Run(row.rating, size=_TABLE)), align="center")
        declared = (
            (Paragraph((Run(row.declared, italic=True, size=_TINY),), align="center"),)
            if row.declared
            else ()
        )
        found: list[Paragraph] = []
        if row.values:
            found.append(Paragraph((Run(row.values, size=10),)))
        for remark, told in zip(row.remarks, english.remarks, strict=True):
            label = (Run(remark.label, bold=True, size=10), *self._beside(told.label, _TINY))
            found.append(Paragraph((*label, Run(f": {remark.text}", size=10))))
        return (
            (Paragraph((Run(str(number), size=_TABLE),), align="center"),),
            (title, *self._in_cell(english.title)),
            (rating, *self._in_cell(english.rating, "center"), *declared),
            tuple(found),
        )

    def _requests(self) -> None:
        minutes, english = self.minutes, self.english
        if not minutes.requests_heading:
            return
        self._heading(minutes.requests_heading, english.requests_heading)
        self.paper.write(
            _body(Run(minutes.requests_lead), keep=True), *self._below(english.requests_lead)
        )
        for number, request in enumerate(minutes.requests, start=1):
            self.paper.write(
                Paragraph(
                    (
                        Run(f"{number}. ", size=12),
                        Run(f"{request.label}: ", bold=True, size=12),
                        Run(request.text, size=12),
                    ),
                    align="both",
                    indent=6,
                    hang=6,
                    after=1,
                )
            )
        if minutes.requests_end:
            self.paper.write(_body(Run(minutes.requests_end)))

    def _evidence(self) -> None:
        minutes, english = self.minutes, self.english
        if not minutes.evidence_heading:
            return
        self._heading(minutes.evidence_heading, english.evidence_heading)
        for number, piece in enumerate(minutes.evidence, start=1):
            self.paper.write(
                Paragraph(
                    (
                        Run(f"{number}. ", size=_SMALL),
                        Run(f"{piece.label}: ", bold=True, size=_SMALL),
                        Run(piece.text, size=_SMALL),
                    ),
                    indent=6,
                    hang=6,
                )
            )
        if minutes.evidence_missing:
            self.paper.write(
                Paragraph((Run(minutes.evidence_missing, size=_SMALL),), align="both", before=2)
            )

    def _end(self) -> None:
        minutes, english = self.minutes, self.english
        self.paper.write(
            Paragraph((Run(minutes.closing),), align="both", before=6, after=4, keep=True)
        )
        below = self._below(english.closing)
        self.paper.write(*(each._replace(keep=True) for each in below))
        signatures = zip(minutes.signatures, english.signatures, strict=True)
        blocks = tuple(self._signature(each, told) for each, told in signatures)
        head, *lines = minutes.recipients
        recipients = (
            Paragraph((Run(head, bold=True, italic=True, size=12),)),
            *(Paragraph((Run(line, size=11),)) for line in lines),
        )
        self.paper.table(SIGNED, ((recipients, *blocks),), borders=False)
        self.paper.foot(minutes.foot)

    def _signature(self, signature: Signature, english: Signature) -> Cell:
        made = [Paragraph((Run(signature.heading, bold=True, size=12),), align="center")]
        made += self._in_cell(english.heading, "center")
        made.append(Paragraph((Run(signature.hint, italic=True, size=12),), align="center"))
        for name in signature.names or ("",):
            made.append(Paragraph((Run(name, bold=True),), align="center", before=_ROOM_TO_SIGN))
        return tuple(made)


def _body(*runs: Run, keep: bool = False) -> Paragraph:
    return Paragraph(runs, align="both", after=2, keep=keep)


def _rule(length: float, within: float) -> Paragraph:
    return Paragraph((Run("", size=1),), before=2, rule=length, within=within, after=2)


def _letters(cells: tuple[Cell, ...]) -> int:
    return sum(len(run.text) for cell in cells for told in cell for run in told.runs)
