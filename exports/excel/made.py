"""When, by what and in which form a workbook is made; the lines that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from criteria.language import _, moment

if TYPE_CHECKING:
    from datetime import date

    from checklists.round import Round
    from exports.excel.letterhead import Header

PROGRAM: Final = "commune-readiness"


@dataclass(frozen=True)
class Made:
    """The making of a workbook.

    Attributes:
        header: Form of the paper.
        at: Local time.
        version: Of the program.
        until: Last day that is in the figures; a moment where they end within a day.
        foot: For the foot of every page.
        as_of: As of when, in words, where that is not now.
    """

    header: Header
    at: datetime
    version: str
    until: date | datetime
    foot: str
    as_of: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the last day in the figures is in them whole, and had ended."""
        return not isinstance(self.until, datetime) and self.until < self.at.date()

    def made_line(self) -> str:
        """Return when and by what it was made."""
        return _("Made at {moment} by {program} {version}").format(
            moment=moment(self.at), program=PROGRAM, version=self.version
        )

    def heading(self, subtitle: str) -> str:
        """Return what stands under a title, with as of when the figures are."""
        return f"{subtitle} – {self.as_of}" if self.as_of else subtitle

    def edition(self, held: Round) -> str:
        """Return which edition of the criteria the figures are judged by, and its notice."""
        about = held.catalogue.about
        return _("Criteria: {title} (edition {edition}). {notice}.").format(
            title=about.title, edition=about.edition, notice=str(about.notice).rstrip(".")
        )

    def report_number(self, held: Round) -> str:
        """Return the number of the report as it is written inside a sentence."""
        party = self.header == "party"
        form = held.profile.party_form if party else held.profile.state_form
        line = form.number_line().replace(":", "", 1)
        return line[:1].lower() + line[1:]
