"""One key for each auditor, one writer for each file on each machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.desk import Desk
from audit.file import AuditFile, Entry
from audit.identity import auditor, needed_auditor, set_auditor, writer_for
from audit.pen import Draft, Pen, create_file
from audit.record import Author
from audit.seal import fingerprint
from audit.settings import home, load_settings, save_settings
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.laptops import COMMUNE, office_of

if TYPE_CHECKING:
    from pathlib import Path

ROUND = "d" + "0" * 32
AUTHOR = Author("k" + "1" * 32, "Nguyễn Văn An")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_LANG", "en")
    choose("en")


def fingerprint_of(path: Path) -> list[str]:
    with AuditFile.open(path) as held:
        return sorted(entry.id for entry in held.entries())


def draft(value: object = 1, commune: str = "26368") -> Draft:
    return Draft("answer", commune, "counters", value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a new audit file is, made on this machine."""
    at = tmp_path / "dot-1.audit"
    create_file(at, ROUND, AUTHOR, [draft("new", commune="")]).close()
    return at


def write(path: Path, *values: object) -> list[Entry]:
    """Append as a command does: open, write, close."""
    with AuditFile.open(path, write=True) as file:
        return Pen(file, ROUND, AUTHOR).write([draft(value) for value in values or (1,)])


def writers(path: Path) -> list[str]:
    """Return who wrote in a file."""
    with AuditFile.open(path) as file:
        return sorted({entry.writer for entry in file.entries()})


def assert_no_fork(path: Path) -> None:
    with AuditFile.open(path) as file:
        places = [(each.commune, each.writer, each.sequence) for each in file.entries()]
        assert len(set(places)) == len(places)


# The key


def test_the_first_who_says_a_name_gets_a_key_that_only_they_may_read() -> None:
    made = set_auditor("Nguyễn Văn An", "Sở KH&CN", "Chuyên viên")

    key = home() / "auditor.key"
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.read_text("ascii")))
    assert made.public_key == private.public_key().public_bytes_raw().hex()
    assert made.key == fingerprint(bytes.fromhex(made.public_key))
    assert auditor() == needed_auditor() == made
    assert made.author == Author(made.key, "Nguyễn Văn An")
    assert sorted(each.name for each in home().iterdir()) == ["auditor.json", "auditor.key"]
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_a_careless_umask_does_not_open_the_key_to_others() -> None:
    before = os.umask(0)
    try:
        set_auditor("An", None, None)
    finally:
        os.umask(before)

    assert stat.S_IMODE((home() / "auditor.key").stat().st_mode) == 0o600


def test_a_fingerprint_is_k_and_half_of_the_sha256_of_the_public_key() -> None:
    public = bytes(range(32))

    assert fingerprint(public) == "k" + hashlib.sha256(public).hexdigest()[:32]


def test_the_key_stays_when_name_unit_or_title_change() -> None:
    first = set_auditor("An", "Sở KH&CN", "Chuyên viên")
    private = (home() / "auditor.key").read_bytes()

    married = set_auditor("  Nguyễn Thị  An ", None, "")

    assert (married.key, married.public_key) == (first.key, first.public_key)
    assert (home() / "auditor.key").read_bytes() == private
    assert (married.unit, married.title) == ("Sở KH&CN", "")


def test_the_key_stays_when_the_rest_is_lost() -> None:
    first = set_auditor("An", None, None)
    (home() / "auditor.json").unlink()

    assert set_auditor("An", None, None).key == first.key


@pytest.mark.parametrize("name", [None, "", "  ", "\x00"])
def test_nobody_writes_without_a_name(name: str | None) -> None:
    with pytest.raises(ReadinessError) as caught:
        set_auditor(name, "Sở KH&CN", None)

    assert [message.code for message in caught.value.messages] == [ErrorCode.AUDITOR_UNKNOWN]
    assert caught.value.status == 2
    assert not home().exists()
    with pytest.raises(ReadinessError):
        needed_auditor()


@pytest.mark.parametrize("spoilt", ["", "no key", "00" * 31, "é"])
def test_a_spoilt_key_is_said_and_kept(spoilt: str) -> None:
    home().mkdir()
    (home() / "auditor.key").write_text(spoilt, "utf-8")

    with pytest.raises(ReadinessError) as caught:
        set_auditor("An", None, None)

    assert [message.code for message in caught.value.messages] == [ErrorCode.KEY_BROKEN]
    assert str(home() / "auditor.key") in str(caught.value)
    assert (home() / "auditor.key").read_text("utf-8") == spoilt


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"name": "An"}',
        '{"name": "An", "unit": "", "title": "", "key": "k1", "public_key": "00"}',
        '{"name": "An", "unit": "", "title": "", "key": "k1", "public_key": "not hex"}',
    ],
    ids=lambda text: text[:20],
)
def test_what_is_spoilt_about_the_auditor_is_asked_again(spoilt: str) -> None:
    first = set_auditor("An", None, None)
    (home() / "auditor.json").write_text(spoilt, "utf-8")

    assert auditor() is None
    assert set_auditor("An", None, None) == first


def test_nothing_is_written_under_a_key_that_cannot_be_used(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office_of(file)
    key = an.home / "auditor.key"
    good, before = key.read_bytes(), fingerprint_of(file)
    key.write_text("junk")

    refused = an.run("answer", COMMUNE, "counters=7")

    assert refused == 1
    assert "the auditor's key cannot be read" in capsys.readouterr().err
    assert fingerprint_of(file) == before
    key.write_bytes(good)
    an.does("answer", COMMUNE, "counters=7")
    an.does("send", COMMUNE, "--out", str(file.with_name("sent.audit")))


def test_a_key_that_breaks_while_a_file_is_open_writes_nothing_either(file: Path) -> None:
    an = office_of(file)
    with an.at(), Desk(file, write=True) as desk:
        (an.home / "auditor.key").write_text("junk")

        with pytest.raises(ReadinessError) as caught:
            desk.write([draft()])

        assert [each.code for each in caught.value.messages] == [ErrorCode.KEY_BROKEN]


@pytest.mark.parametrize("asked", [["whoami", "--name", "An"], ["answer", COMMUNE, "counters=8"]])
def test_where_the_key_is_gone_a_new_one_is_made_and_said(
    file: Path, capsys: pytest.CaptureFixture[str], asked: list[str]
) -> None:
    an = office_of(file)
    an.does("answer", COMMUNE, "counters=7")
    former = an.key
    (an.home / "auditor.key").rename(an.home / "away.key")
    capsys.readouterr()

    an.does(*asked)

    said = capsys.readouterr().err
    assert an.key != former
    assert an.key in said
    assert "Tell the office this new key" in said
    an.does("whoami")
    assert former in capsys.readouterr().out


def test_what_a_former_key_stated_is_named_when_it_cannot_be_sealed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office_of(file)
    an.does("answer", COMMUNE, "counters=7")
    former = an.key
    (an.home / "auditor.key").rename(an.home / "away.key")
    out = file.with_name("sent.audit")

    assert an.run("send", "--out", str(out)) == 1

    said = capsys.readouterr().err
    assert f"{COMMUNE}: what you recorded there earlier was made with your former key" in said
    assert former in said
    assert not out.exists()


def test_an_office_that_lost_its_key_is_told_what_it_can_do_itself(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = office_of(file)
    former = office.key
    (office.home / "auditor.key").rename(office.home / "away.key")
    office.does("whoami", "--name", "Sở")

    assert "put the copy from your backup back" in capsys.readouterr().err
    assert office.run("roster", "add", "00" * 32, "--name", "An") == 1
    said = capsys.readouterr().err
    assert f"Its key {former} was yours" in said
    assert str(office.home) in said


def test_a_former_key_that_is_put_back_holds_again(file: Path) -> None:
    an = office_of(file)
    an.does("answer", COMMUNE, "counters=7")
    former, key = an.key, an.home / "auditor.key"
    good = key.read_bytes()
    key.unlink()
    an.does("whoami", "--name", "An")

    key.write_bytes(good)

    assert an.key == former
    an.does("send", "--out", str(file.with_name("sent.audit")))


def test_the_key_of_somebody_else_is_not_taken_over(file: Path) -> None:
    an = office_of(file)
    (an.home / "auditor.key").write_text("11" * 32)

    assert an.run("whoami", "--name", "An") == 1
    assert an.run("answer", COMMUNE, "counters=7") == 1


def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the user's folder where there can be none, even for root."""
    (tmp_path / "a file").write_bytes(b"")
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "a file" / "home"))


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_home(tmp_path, monkeypatch)

    with pytest.raises(ReadinessError) as caught:
        set_auditor("An", None, None)

    assert [message.code for message in caught.value.messages] == [ErrorCode.HOME_NOT_WRITABLE]


# Writers


def test_a_file_keeps_its_writer_from_one_command_to_the_next(path: Path) -> None:
    write(path, 1, 2)
    entries = write(path, 3)

    assert writers(path) == [entries[0].writer]
    assert entries[0].sequence == 3


def test_a_chain_names_the_record_before_it(path: Path) -> None:
    first, second = write(path, 1, 2)
    (third,) = write(path, 3)

    said = [json.loads(entry.body)["previous"] for entry in (first, second, third)]
    assert said == ["", first.id, second.id]


def test_each_commune_has_a_chain_of_its_own(path: Path) -> None:
    with AuditFile.open(path, write=True) as file:
        entries = Pen(file, ROUND, AUTHOR).write(
            [draft(commune="26368"), draft(commune="26041"), draft(commune="26368")]
        )

    assert [entry.sequence for entry in entries] == [1, 1, 2]


def test_nothing_to_write_writes_nothing(path: Path) -> None:
    before = path.read_bytes()

    with AuditFile.open(path, write=True) as file:
        assert Pen(file, ROUND, AUTHOR).write([]) == []

    assert path.read_bytes() == before


def test_a_draft_that_has_no_exact_form_takes_nothing_with_it(path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(ValueError, match="no canonical form"):
        write(path, 1, 2.5)

    assert path.read_bytes() == before


def test_the_same_file_by_another_way_is_the_same_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path)
    monkeypatch.chdir(path.parent)

    write(path.relative_to(path.parent))
    if sys.platform != "win32":
        (path.parent / "link.audit").symlink_to(path)
        write(path.parent / "link.audit")

    assert len(writers(path)) == 1


def test_a_copy_gets_a_new_writer_and_the_original_goes_on(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.audit"
    write(path)
    shutil.copy(path, copy)

    write(copy)
    write(path)

    assert len(writers(path)) == 1
    assert len(writers(copy)) == 2
    assert_no_fork(copy)


def test_a_moved_file_gets_a_new_writer(path: Path, tmp_path: Path) -> None:
    write(path)
    moved = path.rename(tmp_path / "moved.audit")

    write(moved)

    assert len(writers(moved)) == 2


def test_a_file_that_came_from_another_machine_gets_a_new_writer(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path)
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "another home"))

    write(path)

    assert len(writers(path)) == 2
    assert_no_fork(path)


def test_a_restored_backup_gets_a_new_writer(path: Path, tmp_path: Path) -> None:
    write(path, 1, 2)
    backup = shutil.copy(path, tmp_path / "backup")
    write(path, 3)
    shutil.copy(backup, path)

    (entry,) = write(path, 4)

    assert len(writers(path)) == 2
    assert entry.sequence == 1


def test_another_file_put_in_its_place_gets_a_new_writer(path: Path, tmp_path: Path) -> None:
    write(path)
    other = tmp_path / "other.audit"
    create_file(other, ROUND, AUTHOR, [draft("other", commune="")]).close()
    shutil.copy(other, path)

    write(path)

    assert len(writers(path)) == 2


def test_a_file_that_came_back_with_more_in_it_keeps_its_writer(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "away.audit"
    write(path)
    shutil.copy(path, away)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("READINESS_HOME", str(tmp_path / "another home"))
        write(away)
    shutil.copy(away, path)

    (entry,) = write(path)

    assert entry.sequence == 2
    assert len(writers(path)) == 2
    assert_no_fork(path)


def test_two_who_opened_the_file_at_once_continue_one_chain(path: Path) -> None:
    write(path)
    with AuditFile.open(path, write=True) as one, AuditFile.open(path, write=True) as other:
        pens = [Pen(one, ROUND, AUTHOR), Pen(other, ROUND, AUTHOR)]
        sequences = [pens[turn % 2].write([draft(turn)])[0].sequence for turn in range(6)]

    assert sequences == [2, 3, 4, 5, 6, 7]
    assert_no_fork(path)


def test_where_the_writer_cannot_be_remembered_the_record_is_kept_all_the_same(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_home(tmp_path, monkeypatch)

    (first,) = write(path, 1)
    (second,) = write(path, 2)

    assert first.writer != second.writer
    assert (first.sequence, second.sequence) == (1, 1)
    with AuditFile.open(path) as file:
        assert {first, second} <= set(file.entries())


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "[]",
        "{}",
        '"sequence": 1}',
        '{"sequence": "1"}',
        '{"sequence": [1]}',
        '{"sequence": 99999999999999999999999}',
        '{"writer": {"a": 1}}',
        '{"id": null}',
        '{"commune": 26368}',
        '{"path": "elsewhere"}',
    ],
)
def test_a_spoilt_memory_starts_a_new_writer(path: Path, spoilt: str) -> None:
    write(path)
    (mark,) = (home() / "writers").iterdir()
    held = json.loads(mark.read_text("utf-8"))
    try:
        changed = json.dumps({**held, **json.loads(spoilt)} if spoilt != "{}" else {})
    except (TypeError, ValueError):
        changed = spoilt
    mark.write_text(changed, "utf-8")

    with AuditFile.open(path) as file:
        assert writer_for(file) != held["writer"]
    write(path)
    assert_no_fork(path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names")
def test_a_file_whose_name_is_no_text_keeps_its_writer(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"d\xff.audit")
    create_file(path, ROUND, AUTHOR, [draft("new", commune="")]).close()

    write(path)
    write(path)
    save_settings(load_settings()._replace(last_file=str(path)))

    assert len(writers(path)) == 1
    assert load_settings().last_file == str(path)


def test_nothing_of_the_key_is_ever_in_an_audit_file(tmp_path: Path) -> None:
    made = set_auditor("An", None, None)
    private = (home() / "auditor.key").read_text("ascii")
    path = tmp_path / "dot-1.audit"

    create_file(path, ROUND, made.author, [draft(commune="")]).close()
    with AuditFile.open(path, write=True) as file:
        Pen(file, ROUND, made.author).write([draft()])

    assert private.encode() not in path.read_bytes()
    assert bytes.fromhex(private) not in path.read_bytes()
