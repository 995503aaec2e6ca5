"""What the system refuses is said in the language in use, and names what is the matter."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from audit.tables import read_rows
from criteria.errors import ReadinessError
from criteria.language import speaking
from criteria.system import reason_of

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = [
    *(errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EROFS, errno.EISDIR),
    *(errno.ENOTDIR, errno.EEXIST, errno.EIO, errno.EBUSY, errno.ENAMETOOLONG, errno.ELOOP),
]


@pytest.mark.parametrize("number", KNOWN, ids=lambda number: errno.errorcode[number])
def test_what_is_met_often_is_said_in_both_languages(number: int) -> None:
    error = OSError(number, "System words", "a.csv")

    with speaking("en"):
        english = reason_of(error)
    with speaking("vi"):
        vietnamese = reason_of(error)

    assert "System words" not in (english, vietnamese)
    assert english.isascii()
    assert not vietnamese.isascii()


def test_a_name_for_an_error_that_is_not_known_stays_the_systems() -> None:
    assert reason_of(OSError(errno.EPIPE, "Broken pipe")) == "Broken pipe"
    assert reason_of(OSError("said without a number")) == "said without a number"


def test_windows_calls_a_file_in_use_a_lack_of_rights() -> None:
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    setattr(error, "winerror", 32)  # noqa: B010 # only Windows knows it

    with speaking("en"):
        assert reason_of(error) == "another program is using it"


def test_what_may_hold_pieces_of_a_file_is_not_repeated() -> None:
    bad = UnicodeDecodeError("utf-8", b"secret\xff", 6, 7, "invalid start byte")
    with speaking("en"):
        assert reason_of(bad) == "the system does not take the letters of this name"
        assert (
            reason_of(ValueError("embedded null byte in 'a\0b'"))
            == "the system does not take this name or request"
        )
    assert reason_of(RuntimeError("File '\x1b[2J' is encrypted")) == "RuntimeError"


def test_a_sentence_has_no_foreign_part(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("no folder", encoding="utf-8")

    with speaking("vi"), pytest.raises(ReadinessError) as caught:
        read_rows(tmp_path / "a" / "b.csv")

    with speaking("vi"):
        assert "Not a directory" not in str(caught.value)
        assert "một phần của đường dẫn là tệp" in str(caught.value)
