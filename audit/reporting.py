"""What is reported of an open round: its matrix, and what changed since an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checklists.report import Report

if TYPE_CHECKING:
    from pathlib import Path

    from audit.as_of import AsOf
    from audit.desk import Desk
    from audit.file import AuditFile
    from checklists.matrix import Matrix
    from exports.made import Header, Made, Progress


class Earlier(NamedTuple):
    """A matrix of a file, now or at an earlier point in time.

    Attributes:
        matrix: Ratings of all communes then.
        as_of: As of when; ``None`` for now.
    """

    matrix: Matrix
    as_of: AsOf | None

    @property
    def words(self) -> str:
        """Which round it is of, as of when and by which edition; in the language in use."""
        held = self.matrix.round
        when = f", {self.as_of.words}" if self.as_of is not None else ""
        return f"{held.title}{when} ({held.catalogue.about.edition})"


def report_of(
    desk: Desk,
    *,
    previous: Path | None = None,
    compared_with: str = "",
    takes_copies: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Return what is reported of a round.

    Args:
        desk: With the round, open.
        previous: Another audit file that the figures are compared with, such as that of
            the round before.
        compared_with: Name of a close of that round, or a day; of the round itself where
            no other file is named. Nothing is compared where neither is given.
        takes_copies: Whether ``previous`` may be an older copy of this round although no
            point in time is named, as where somebody compares two files.
        progress: Is told how many communes are read.

    Raises:
        ReadinessError: A file cannot be used, the other one is of this very round or of
            another province, or there is no such close or day.
    """
    from audit.custody import custody_of
    from checklists.comparison import compare

    earlier = _earlier(desk, previous, compared_with, takes_copies=takes_copies)
    matrix = _matrix(desk, progress)
    return Report(
        matrix,
        compare(earlier.matrix, matrix) if earlier is not None else None,
        earlier.words if earlier is not None else "",
        custody_of(desk),
    )


def made_of(desk: Desk, header: Header = "state") -> Made:
    """Return when, by what and in which form something is made now, and as of when.

    Args:
        desk: With the round, as of the point in time that is shown.
        header: Form of the paper.
    """
    import audit
    from audit.clock import now
    from exports.made import Made

    as_of = desk.as_of
    return Made.of(
        now(),
        audit.__version__,
        header=header,
        until=as_of.until if as_of is not None else None,
        as_of=as_of.words if as_of is not None else "",
    )


def _matrix(desk: Desk, progress: Progress | None) -> Matrix:
    communes = desk.round.communes
    for done, commune in enumerate(communes, 1):
        desk.row(commune.code)
        if progress is not None:
            progress(done, len(communes))
    return desk.matrix()


def _earlier(
    desk: Desk, previous: Path | None, compared_with: str, *, takes_copies: bool
) -> Earlier | None:
    from audit.file import AuditFile
    from audit.fold import read_round
    from audit.last_round import refuse_other_province, refuse_same_round

    if previous is not None:
        with AuditFile.open(previous) as file:
            before = read_round(file)[0]
            refuse_other_province(previous, before, desk.round)
            if not (compared_with or takes_copies):
                refuse_same_round(previous, before, desk.round)
            return read_earlier(file, compared_with)
    return read_earlier(desk.file, compared_with) if compared_with else None


def read_earlier(file: AuditFile, when: str) -> Earlier:
    """Return the matrix of a file as of a close or a day; as of now where none is named.

    Raises:
        ReadinessError: The file holds no complete round, or did not hold it then, or
            there is no such close or day.
    """
    from audit.as_of import named
    from audit.fold import read_file, read_round
    from checklists.matrix import build_matrix

    as_of = named(read_round(file)[0], when) if when else None
    folded = read_file(file, as_of=as_of)
    return Earlier(build_matrix(folded.round, folded.checklists), as_of)
