"""The folder for temporary files: what is said where it cannot be used, and what is left in it."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import pytest

from audit.cli.crash import keep
from audit.temporary import remove_old, temporary_folder
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.strangers import hand_in, outcome

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_english() -> None:
    choose("en")


def test_where_no_temporary_folder_can_be_made_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    with pytest.raises(ReadinessError, match="set the variable TMPDIR"), temporary_folder():
        pass


def test_a_file_with_a_journal_cannot_be_looked_into_without_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hand_in(tmp_path / "a.audit")
    (tmp_path / "a.audit-wal").write_bytes(b"x" * 200)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    assert outcome(path) == ErrorCode.TEMPORARY_FOLDER.name


def test_only_what_was_left_more_than_a_day_ago_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("readiness-old", "readiness-new", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "copy").write_bytes(b"x")
    for name in ("readiness-old", "other"):
        os.utime(tmp_path / name, (0, 0))

    remove_old()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "readiness-new"]


def test_a_failure_is_told_even_where_nothing_can_be_kept_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "gettempdir", nowhere)

    assert keep(ValueError()).name == "last-failure.txt"
