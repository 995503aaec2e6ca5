"""The office says whose keys they are, and who else speaks for it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from audit.desk import Desk
from audit.file import AuditFile
from audit.fold import read_round
from audit.record import Record
from audit.roster import LONGEST_NAME
from criteria.language import choose
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


def test_a_key_is_listed_under_the_name_the_office_gives_it(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")

    office.does("roster", "add", an.public_key, "--name", " Nguyễn  Văn An ", "--unit", "Đội 1")
    listed = office.data(capsys, "roster", "list")

    assert [(each["key"], each["standing"]) for each in listed] == [
        (office.key, "office"),
        (an.key, "known"),
    ]
    assert (listed[1]["name"], listed[1]["unit"]) == ("Nguyễn Văn An", "Đội 1")
    with Desk(office.path) as desk:
        assert desk.round.roster[an.key].name == "Nguyễn Văn An"


def test_a_fingerprint_does_as_well_and_the_same_twice_writes_nothing(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")
    add = ("roster", "add", an.key, "--name", "An")

    assert office.data(capsys, *add)["written"] is True
    assert office.data(capsys, *add)["written"] is False


def test_the_key_that_sealed_a_file_is_listed_with_the_name_in_its_records(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, "counters=6")
    an.does("send", "--out", str(tmp_path / "an.zip"))

    said = office.data(capsys, "roster", "add", str(tmp_path / "an.zip"))

    assert (said["key"], said["name"], said["standing"]) == (an.key, "Nguyễn Văn An", "known")
    capsys.readouterr()
    assert office.run("roster", "add", str(tmp_path / "an.zip")) == 1
    assert "no key that is unknown here" in capsys.readouterr().err


def test_of_several_unknown_keys_in_a_file_one_has_to_be_named(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an, binh = office.joined_by("Nguyễn Văn An"), office.joined_by("Lê Thị Bông")
    for laptop in (an, binh):
        laptop.does("answer", COMMUNE, "counters=6")
    binh.send(an)
    an.does("send", COMMUNE, "--out", str(tmp_path / "an.audit"))

    assert office.run("roster", "add", str(tmp_path / "an.audit")) == 1

    told = capsys.readouterr().err
    assert f"{an.key} (Nguyễn Văn An)" in told
    assert f"{binh.key} (Lê Thị Bông)" in told


def test_who_has_stated_something_is_listed_as_unknown(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, "counters=6")
    an.send(office)

    listed = office.data(capsys, "roster", "list")

    assert [(each["name"], each["standing"], each["communes"]) for each in listed] == [
        ("Trần Thị Bình", "office", 0),
        ("Nguyễn Văn An", "unknown", 1),
    ]
    office.does("roster", "list")
    assert "unknown" in capsys.readouterr().out


def test_a_key_is_revoked_by_name_with_a_reason_and_admitted_again_only_with_one(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")
    office.does("roster", "add", an.key, "--name", "Nguyễn Văn An", "--unit", "Đội 1")

    assert office.run("roster", "revoke", "nguyen van an") == 2
    office.does("roster", "revoke", "nguyen van an", "--reason", "Mất máy")
    with Desk(office.path) as desk:
        assert desk.round.roster[an.key].is_revoked
        assert desk.round.roster[an.key].unit == "Đội 1"
    assert office.data(capsys, "roster", "revoke", an.key, "--reason", "x")["written"] is False

    assert office.run("roster", "add", an.key) == 2
    assert "was revoked" in capsys.readouterr().err
    office.does("roster", "add", an.key, "--reason", "Tìm lại được máy")
    with Desk(office.path) as desk:
        assert not desk.round.roster[an.key].is_revoked


def test_what_revoking_a_key_comes_to_is_told_as_it_is() -> None:
    # A page of help is in the language in which its command was loaded.
    command = [sys.executable, "-m", "audit", "--lang", "en", "roster", "revoke", "--help"]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603

    said = " ".join(done.stdout.split())
    assert "from now on a warning stands beside whatever it has sealed" in said
    assert "readiness merge --require-known refuses such files" in said


def test_a_key_nobody_has_listed_can_be_revoked_too(office: Laptop) -> None:
    an = office.joined_by("Nguyễn Văn An")

    office.does("roster", "revoke", an.key, "--reason", "Mất máy")

    with Desk(office.path) as desk:
        assert desk.round.roster[an.key].is_revoked


def test_only_the_office_says_whose_keys_they_are(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")

    assert an.run("roster", "add", an.key, "--office") == 1
    assert an.run("roster", "revoke", "Trần Thị Bình", "--reason", "x") == 1

    assert "Only the office" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "no such file"], "neither a key"),
        (["add", "k" + "0" * 32], "Whose key"),
        (["add", "k" + "0" * 32, "--name", "A" * (LONGEST_NAME + 1)], "too long"),
        (["revoke", "Nobody", "--reason", "x"], "no key goes by that name"),
    ],
)
def test_what_cannot_be_said_of_a_key_is_refused(
    office: Laptop, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert office.run("roster", *arguments) in (1, 2)

    assert said in capsys.readouterr().err


def test_of_two_who_go_by_one_name_the_key_is_asked_for(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    for digit in "12":
        office.does("roster", "add", "k" + digit * 32, "--name", "Nguyễn Văn An")

    assert office.run("roster", "revoke", "Nguyễn Văn An", "--reason", "x") == 1

    assert "several keys" in capsys.readouterr().err


def test_a_key_of_the_office_cannot_be_revoked(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.run("roster", "revoke", office.key, "--reason", "x") == 1

    assert "a key of the office itself" in capsys.readouterr().err


# A further key of the office


def test_who_opened_the_round_adds_another_key_of_the_office_and_nothing_else_changes(
    office: Laptop,
) -> None:
    with AuditFile.open(office.path) as file:
        before, _ledger = read_round(file)
    colleague = office.joined_by("Phạm Thu Hà")

    office.does("roster", "add", colleague.public_key, "--office", "--name", "Phạm Thu Hà")

    with AuditFile.open(office.path) as file:
        after, ledger = read_round(file)
        bodies = [json.loads(each.body) for each in file.entries("")]
    abouts = [body["value"] for body in bodies if body["subject"] == "round"]
    assert after.office_keys == (office.key, colleague.key)
    assert (after.id, after.title, after.communes) == (before.id, before.title, before.communes)
    assert ledger.unreadable == []
    assert after.roster[colleague.key].name == "Phạm Thu Hà"
    assert len(abouts) == 2
    assert len({about["nonce"] for about in abouts}) == 1


def test_the_colleague_speaks_for_the_office_from_then_on_but_adds_no_key(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    colleague = office.joined_by("Phạm Thu Hà")
    office.does("roster", "add", colleague.key, "--office", "--name", "Phạm Thu Hà")
    office.does("round", "amend", "--title", "Đợt 1 (sửa)")
    later = office.joined_by("Nguyễn Văn An")

    with colleague.at():
        colleague.path.write_bytes(office.path.read_bytes())
    colleague.does("round", "amend", "--title", "Đợt 1 năm 2026")
    assert colleague.run("roster", "add", later.key, "--office", "--name", "An") == 1
    assert "Only Trần Thị Bình" in capsys.readouterr().err
    colleague.does("roster", "add", later.key, "--name", "An")

    with AuditFile.open(colleague.path) as file:
        held, ledger = read_round(file)
        said = [Record.from_body(each.body).author.key for each in file.entries("")]
    assert held.title == "Đợt 1 năm 2026"
    assert held.office_keys == (office.key, colleague.key)
    assert ledger.unreadable == []
    assert colleague.key in said


def test_a_second_key_is_kept_when_the_colleague_had_amended_the_title(office: Laptop) -> None:
    colleague, third = office.joined_by("Phạm Thu Hà"), office.joined_by("Lê Văn Ba")
    office.does("roster", "add", colleague.key, "--office", "--name", "Hà")
    colleague.path.write_bytes(office.path.read_bytes())
    colleague.does("round", "amend", "--title", "Đợt mới")
    office.takes(colleague.path)

    office.does("roster", "add", third.key, "--office", "--name", "Ba")

    with Desk(office.path) as desk:
        assert desk.round.office_keys == (office.key, colleague.key, third.key)
        assert desk.round.title == "Đợt mới"
