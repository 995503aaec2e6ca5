"""The parts that the minutes of a commune have, from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Head(NamedTuple):
    """The head of the paper.

    Attributes:
        upper: Body above the one that issues.
        issuing: Body that issues.
        national: Name of the State, or of the Party.
        motto: Line below it; empty in the Party's form.
        number: Line with the number.
        place_and_day: With dots for the day where nothing is signed.
        is_party: Whether it is the Party's form.
    """

    upper: str
    issuing: str
    national: str
    motto: str
    number: str
    place_and_day: str
    is_party: bool


class Labelled(NamedTuple):
    """A text after what it is called."""

    label: str
    text: str


class Party(NamedTuple):
    """One of the two sides.

    Attributes:
        heading: Who they are.
        people: Name, then office or unit; a line with dots where nobody is known.
    """

    heading: str
    people: tuple[str, ...]


class Row(NamedTuple):
    """What was found on one criterion.

    Attributes:
        code: Of the criterion.
        title: Its short title.
        sign: Letter of the rating with its marks; empty where it was not audited.
        rating: The rating in words.
        declared: What the commune declared, where that is another rating; may be empty.
        values: What was found, in short.
        remarks: What falls short and why, and what people said about it.
    """

    code: str
    title: str
    sign: str
    rating: str
    declared: str
    values: str
    remarks: tuple[Labelled, ...]


class Signature(NamedTuple):
    """Where one side signs.

    Attributes:
        heading: Whom it is for.
        hint: What to do there.
        names: Of those who signed.
    """

    heading: str
    hint: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Minutes:
    """What the paper says, from top to bottom, in one language.

    Attributes:
        language: ``vi`` or ``en``.
        head: Of the paper.
        title: What kind of paper it is.
        subject: What it is about.
        occasion: The round, and as of when.
        facts: When, where, by which criteria, how far it has come.
        warning_label: Before each of `warnings`.
        warnings: What whoever signs must know first.
        parties_heading: Above `parties`.
        parties: The auditors, the commune.
        result_heading: Above `result`.
        result: Sentences.
        rows_heading: Above the table.
        parameters: What the rules rest on besides; its text is empty where nothing is known.
        columns: Heads of the table.
        rows: One a criterion.
        legend: What the marks mean that occur; may be empty.
        requests_heading: Above `requests`.
        requests_lead: Who is asked.
        requests: One for each criterion that falls short.
        requests_end: Line for what the office has not set; may be empty.
        evidence_heading: Above `evidence`.
        evidence: One line a piece.
        evidence_missing: What is wanted still; may be empty.
        closing: Last sentence.
        signatures: On the left the commune's, on the right the auditors'.
        recipients: Who gets the paper; its label stands above.
        foot: By what it was made, of which state of the record.
        file_title: For the properties of the document.
    """

    language: str
    head: Head
    title: str
    subject: str
    occasion: str
    facts: tuple[Labelled, ...]
    warning_label: str
    warnings: tuple[str, ...]
    parties_heading: str
    parties: tuple[Party, ...]
    result_heading: str
    result: tuple[str, ...]
    rows_heading: str
    parameters: Labelled
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: str
    requests_heading: str
    requests_lead: str
    requests: tuple[Labelled, ...]
    requests_end: str
    evidence_heading: str
    evidence: tuple[Labelled, ...]
    evidence_missing: str
    closing: str
    signatures: tuple[Signature, Signature]
    recipients: tuple[str, ...]
    foot: str
    file_title: str
