"""What only the office of a round may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.settings import home
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from audit.desk import Desk


def needed_office(desk: Desk, *, otherwise: ErrorCode = ErrorCode.OFFICE_ONLY) -> None:
    """Refuse whoever may not speak for the office of a round.

    Args:
        desk: The round.
        otherwise: What is said to whoever never had a key of the office.

    Raises:
        ReadinessError: The key of this machine is none of the office's.
    """
    if not desk.is_office:
        held = desk.auditor
        for key in held.former if held is not None else ():
            if key in desk.round.office_keys:
                raise ReadinessError(ErrorCode.OFFICE_KEY_LOST, former=key, home=home())
        raise ReadinessError(otherwise)
