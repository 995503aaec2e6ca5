"""What only the office of a round may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from audit.desk import Desk


def needed_office(desk: Desk) -> None:
    """Refuse whoever may not speak for the office of a round.

    Raises:
        ReadinessError: The key of this machine is none of the office's.
    """
    if not desk.is_office:
        raise ReadinessError(ErrorCode.OFFICE_ONLY)
