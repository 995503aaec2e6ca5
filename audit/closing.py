"""Closing a round under a name (*chốt số liệu*), and what was still open then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.as_of import close_of, find_close
from audit.fold import CLOSE
from audit.office import needed_office
from audit.pen import Draft
from audit.record import Cell
from checklists.checklist import State
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import moment_of
from criteria.values import clean, read_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from audit.desk import Desk
    from checklists.checklist import Checklist

LONGEST_NAME: Final = 100
"""Letters of the name of a close."""
_RECEIVED: Final = (State.RECEIVED, State.ACCEPTED)


class Open(NamedTuple):
    """What is not settled; codes of communes.

    Attributes:
        unfinished: Something is not stated yet.
        in_conflict: Statements contradict each other.
        unreceived: The checklist was not received as it was signed, or was changed since.
    """

    unfinished: tuple[str, ...]
    in_conflict: tuple[str, ...]
    unreceived: tuple[str, ...]


def still_open(checklists: Iterable[Checklist]) -> Open:
    """Return what is not settled in some checklists."""
    held = [*checklists]
    return Open(
        tuple(each.commune.code for each in held if each.progress.missing),
        tuple(each.commune.code for each in held if each.conflicts),
        tuple(each.commune.code for each in held if each.state not in _RECEIVED),
    )


def close_draft(desk: Desk, name: str, *, reason: str = "") -> Draft:
    """Draft the close of a round as it is now.

    Raises:
        ReadinessError: Whoever works here may not speak for the office, or the name is
            used, too long, or could be taken for a day.
    """
    needed_office(desk)
    called = " ".join(clean(name).split())
    if not called or _is_day(called):
        raise ReadinessError(ErrorCode.CLOSE_NAME_WRONG, status=2, name=called)
    if len(called) > LONGEST_NAME:
        raise ReadinessError(ErrorCode.CLOSE_NAME_LONG, status=2, limit=LONGEST_NAME)
    used = find_close(desk.round, called)
    if used is not None:
        raise ReadinessError(
            ErrorCode.CLOSE_NAME_USED, name=used.name, moment=moment_of(used.closed_at)
        )
    subject = CLOSE + called
    return Draft(
        "round",
        "",
        subject,
        close_of(desk.file.entries()).to_dict(),
        replaces=desk.office.ids(Cell(subject, "verified")),
        reason=clean(reason),
    )


def _is_day(text: str) -> bool:
    try:
        read_day(text, "")
    except ReadinessError:
        return False
    return True
