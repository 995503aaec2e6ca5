"""Whether somebody has worked in a workbook or minutes since they were written.

People type tasks into the workbook and names into the minutes. Both are zips, and whatever
saves one anew marks its members otherwise than we do: Excel, Word and LibreOffice give them
no rights, and write all of them.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from criteria.errors import ErrorCode, ReadinessError
from exports.safe_write import as_readiness_error

if TYPE_CHECKING:
    from pathlib import Path

_OURS: Final = 0o600 << 16
"""The rights that Python's zipfile gives a member."""


def refuse_to_lose_work(path: Path) -> None:
    """Refuse a file that is in the way and is not as an export wrote it.

    Raises:
        ReadinessError: Somebody worked in it, it is another file, or it cannot be read.
    """
    try:
        if not path.is_file():
            return
        with zipfile.ZipFile(path) as held:
            is_ours = all(member.external_attr == _OURS for member in held.infolist())
    except (ValueError, NotImplementedError, zipfile.BadZipFile):
        is_ours = False
    except OSError as error:
        raise as_readiness_error(path, error) from error
    if not is_ours:
        raise ReadinessError(ErrorCode.WRITE_OVER_WORK, status=2, path=path)
