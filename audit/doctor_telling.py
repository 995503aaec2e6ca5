"""How what was found on a machine is told: as text to be pasted, and as data."""

from __future__ import annotations

import textwrap
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from criteria.language import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence


class Sign(StrEnum):
    """How a finding is to be taken."""

    FINE = "fine"
    LOOK = "look"
    MEND = "mend"
    SKIPPED = "skipped"

    @property
    def mark(self) -> str:
        """One sign, for who looks quickly."""
        return {"fine": "✓", "look": "!", "mend": "✗", "skipped": "–"}[self]

    @property
    def word(self) -> str:
        """The same as a word, in the language in use."""
        return {
            "fine": _("fine"),
            "look": _("look"),
            "mend": _("mend"),
            "skipped": _("not checked"),
        }[self]


class Topic(StrEnum):
    """What a finding is about; in the order in which they are shown."""

    PROGRAM = "program"
    TERMINAL = "terminal"
    LETTERS = "letters"
    CLOCK = "clock"
    DISK = "disk"
    RIGHTS = "rights"
    FILE = "file"
    LANGUAGE = "language"
    LOG = "log"
    NETWORK = "network"

    @property
    def label(self) -> str:
        """What it is called, in the language in use."""
        return {
            "program": _("Program"),
            "terminal": _("Terminal"),
            "letters": _("Vietnamese letters"),
            "clock": _("Clock"),
            "disk": _("Disk"),
            "rights": _("Rights"),
            "file": _("Audit file"),
            "language": _("Language"),
            "log": _("Log"),
            "network": _("Network"),
        }[self]


class Observation(NamedTuple):
    """One line of what was found."""

    topic: Topic
    code: str
    """Stable, for programs and for support."""
    sign: Sign
    found: str
    advice: str = ""
    """What to do; only where something is not fine."""


def summary(found: Sequence[Observation]) -> str:
    """Return how much is to be mended and looked at, as one sentence."""
    mend = sum(each.sign is Sign.MEND for each in found)
    look = sum(each.sign is Sign.LOOK for each in found)
    if mend:
        return _("To be mended: {mend}. To be looked at: {look}.").format(
            mend=count(mend), look=count(look)
        )
    if look:
        return _("Nothing is to be mended. To be looked at: {look}.").format(look=count(look))
    return _("All is fine.")


def needs_mending(found: Sequence[Observation]) -> bool:
    """Return whether something is to be mended."""
    return any(each.sign is Sign.MEND for each in found)


def as_lines(found: Sequence[Observation], width: int = 80) -> list[str]:
    """Return what was found as plain text.

    Args:
        found: By topic.
        width: Most letters of a line.
    """
    lines = []
    for topic, of_topic in groupby(found, key=lambda each: each.topic):
        lines.append(topic.label)
        for each in of_topic:
            sign = f"  {each.sign.mark} {each.sign.word:<{_word_width()}} "
            lines += _wrapped(each.found, sign, width)
            if each.advice:
                lines += _wrapped(each.advice, " " * 6 + "→ ", width)
    return [*lines, "", *_wrapped(summary(found), "", width)]


def text_of(found: Sequence[Observation]) -> str:
    """Return what was found as one text, to be pasted."""
    return "\n".join(as_lines(found)) + "\n"


def _word_width() -> int:
    return max(len(sign.word) for sign in Sign)


def _wrapped(text: str, before: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=before,
        subsequent_indent=" " * len(before),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_data(found: Sequence[Observation]) -> dict[str, object]:
    """Return what was found as data."""
    return {
        "observations": [each._asdict() for each in found],
        "mend": sum(each.sign is Sign.MEND for each in found),
        "look": sum(each.sign is Sign.LOOK for each in found),
    }
