"""``readiness check`` tells anyone what a file is, in words and for machines."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from audit.cli.app import run
from criteria.language import choose
from tests.laptops import office_of
from tests.strangers import (
    AUDITOR,
    COMMUNE,
    PHOTO_HASH,
    ROUND,
    editing,
    good_entries,
    hand_in,
    outcome,
    seals_of,
    traces,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_english() -> None:
    choose("en")


def test_a_hand_in_is_described_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(tmp_path / "a.audit")
    vetted = outcome(path)
    assert not isinstance(vetted, str)
    before = traces(tmp_path)

    assert run(["check", str(path)]) == 0

    said = capsys.readouterr().out
    for words in (
        str(path),
        "Hand-in, made by Trần Thị Bình, 17:00 05/12/2026, as it says itself",
        "Round: Đợt 1",
        "Communes (1): 26368 Phường Long Thành",
        "12 records",
        "One photo or file, 2 KB",
        f"Sealed by Trần Thị Bình ({AUDITOR.fingerprint}), 17:00 05/12/2026: 26368",
        f"Check code: {vetted.check_code}",
        "Whole: nothing in it is changed, and nothing is missing.",
    ):
        assert words in said
    assert traces(tmp_path) == before


def test_what_may_be_missing_is_told_with_the_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(tmp_path / "a.audit", good_entries()[:-3], kind="working", blobs=[])

    assert run(["check", str(path)]) == 0

    said = capsys.readouterr().out
    assert "something may be missing" in said
    assert "• This is a raw copy of a working file" in said
    assert "Whole:" not in said


def test_a_photo_that_was_changed_is_called_so_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    false, without = hand_in(tmp_path / "a.audit"), hand_in(tmp_path / "b.audit", blobs=[])
    with editing(false) as connection:
        connection.execute("update blob set bytes = x'00'")

    assert run(["check", str(false), str(without)]) == 0

    first, second = capsys.readouterr().out.split(str(without))
    assert "Nothing in it is changed" not in first
    assert "a photo or file in it was changed or damaged" in first
    assert "• 26368 EQ-01 “máy.jpg”: what is in this file is not what was attached" in first
    assert "not in this file (1): 26368 EQ-01 “máy.jpg”." in second


def test_a_refused_file_is_a_sentence_and_the_others_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = good_entries()
    cut = hand_in(tmp_path / "cut.audit", entries[:-2], seals=seals_of(entries))
    good = hand_in(tmp_path / "good.audit")

    assert run(["check", str(cut), str(good)]) == 1

    said = capsys.readouterr()
    assert "✗" in said.err
    assert "records of 26368 are missing: 2 of 10" in said.err
    assert "Whole:" in said.out


def test_machines_get_codes_that_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(tmp_path / "good.audit")
    (tmp_path / "zip.zip").write_bytes(b"PK\x03\x04")

    assert run(["check", str(tmp_path), "--json"]) == 1

    good, bad = json.loads(capsys.readouterr().out)["files"]
    assert (good["outcome"], good["kind"], good["whole"]) == ("sound", "hand_in", True)
    assert (good["round"], good["communes"], good["records"]) == (ROUND, [COMMUNE], 12)
    assert list(good["attached"]) == [PHOTO_HASH]
    assert good["seals"][1]["key"] == AUDITOR.fingerprint
    assert good["warnings"] == []
    assert (bad["outcome"], bad["code"]) == ("refused", "zip_broken")


def test_words_out_of_a_file_do_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(tmp_path / "a.audit")
    with editing(path) as connection:
        connection.execute("update meta set value = '\x1b[2J[/x] bad' where key = 'made_by'")

    assert run(["check", str(path)]) == 0

    assert "\x1b" not in capsys.readouterr().out


def test_an_assignment_says_which_communes_it_gives_to_whom(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, out = office_of(file), tmp_path / "giao.audit"
    office.does(
        *("round", "assign", "--auditor", "Nguyễn Văn An"),
        *("--communes", COMMUNE, "--out", str(out)),
    )
    capsys.readouterr()

    office.does("check", str(out))

    said = capsys.readouterr().out
    assert "Assigned to Nguyễn Văn An (1): 26368 Phường Long Thành" in said
    assert "No commune" not in said


def test_ones_own_working_file_is_no_raw_copy_but_a_copy_of_it_is(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, copy = office_of(file), tmp_path / "copy.audit"
    office.does("answer", COMMUNE, "counters=4")
    shutil.copy(file, copy)
    capsys.readouterr()

    office.does("check", str(file))
    own = capsys.readouterr().out
    office.does("check", str(copy))
    copied = capsys.readouterr().out

    assert "the working file of this machine itself" in own
    assert "raw copy" not in own
    assert "raw copy" in copied
