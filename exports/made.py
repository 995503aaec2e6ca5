"""When, by what and in which form something is made for leaders; the lines that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Self

from criteria.language import _, current, moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from checklists.profile import Letterhead
    from checklists.round import Round

    Progress = Callable[[int, int], None]
    """Is told how much of long work is done, and of how much."""

Header = Literal["state", "party"]
"""Form of an official paper: the State's or the Party's."""
PROGRAM: Final = "commune-readiness"


@dataclass(frozen=True)
class Made:
    """The making of a workbook, of minutes, of a page.

    Attributes:
        header: Form of the paper.
        at: Local time.
        version: Of the program.
        until: Last day that is in the figures; a moment where they end within a day.
        as_of: As of when, in words, where that is not now.
    """

    header: Header
    at: datetime
    version: str
    until: date | datetime
    as_of: str = ""

    @classmethod
    def of(
        cls,
        at: datetime,
        version: str,
        *,
        header: Header = "state",
        until: date | datetime | None = None,
        as_of: str = "",
    ) -> Self:
        """Return the making at that moment; without another end the figures go up to its day."""
        return cls(header, at, version, until or at.date(), as_of)

    @property
    def is_over(self) -> bool:
        """Whether the last day in the figures is in them whole, and had ended."""
        return not isinstance(self.until, datetime) and self.until < self.at.date()

    @property
    def last_day(self) -> date:
        """The day up to which days late are counted."""
        return self.until.date() if isinstance(self.until, datetime) else self.until

    def day_of(self, text: str) -> date | None:
        """Return the day of a moment given as ISO text, here; ``None`` where it is none.

        A machine in another time zone may have had another day.
        """
        try:
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None and self.at.tzinfo is not None:
                found = found.astimezone(self.at.tzinfo)
        except (ValueError, OverflowError):
            return None
        return found.date()

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

    def form(self, held: Round) -> Letterhead:
        """Return what stands in the head of a paper of this form."""
        return held.profile.party_form if self.header == "party" else held.profile.state_form

    def report_number(self, held: Round) -> str:
        """Return the number of the report as it is written inside a sentence."""
        line = self.form(held).number_line().replace(":", "", 1)
        return line[:1].lower() + line[1:]


def place_and_day(place: str, day: date) -> str:
    """Return ``Đồng Nai, ngày 05 tháng 12 năm 2026``.

    Days under 10 and the months 1 and 2 take a zero in Vietnamese, the months 3 to 9
    do not. Source: Decree 30/2020/NĐ-CP, Annex I (read in secondary sources).
    """
    padded = day.month <= 2 or current() != "vi"
    return _("{place}, {day}/{month}/{year}").format(
        place=place,
        day=f"{day.day:02}",
        month=f"{day.month:02}" if padded else str(day.month),
        year=day.year,
    )
