"""Handing out: what goes into a package, and that it gets whole onto a stick or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from audit.cli.app import run
from audit.desk import Desk
from audit.file import AuditFile
from audit.identity import signer
from audit.intake import Source, sources
from audit.package import Kind, write_package
from audit.record import Record
from audit.seal import is_valid
from audit.vet import vet
from criteria.errors import ErrorCode, ReadinessError
from tests.piloting import LONG_THANH, file, opened

if TYPE_CHECKING:
    from pathlib import Path

    from audit.package import Package

__all__ = ["file", "opened"]
BIEN_HOA = "26068"


@pytest.fixture
def answered(file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A round with answers in two communes, chosen for every command."""
    monkeypatch.setenv("READINESS_FILE", str(file))
    assert run(["answer", LONG_THANH, "counters=5", "pc_working=10"]) == 0
    assert run(["answer", BIEN_HOA, "counters=7"]) == 0
    return file


def send(path: Path, out: Path, *communes: str, kind: Kind = Kind.HAND_IN) -> Package:
    with Desk(path, write=True) as desk:
        return write_package(
            desk.file,
            out,
            kind,
            communes or (LONG_THANH,),
            round_id=desk.round.id,
            signer=signer(),
            made_by="Trần Thị Bình",
        )


def communes_in(path: Path) -> set[str]:
    with AuditFile.open(path) as held:
        return set(held.sizes())


def left_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_package_holds_whole_communes_with_the_round_and_nothing_else(
    answered: Path, tmp_path: Path
) -> None:
    out = tmp_path / "Nộp.audit"

    made = send(answered, out)

    assert communes_in(out) == {"", LONG_THANH}
    with AuditFile.open(out) as held, AuditFile.open(answered) as working:
        assert held.entries(LONG_THANH) == working.entries(LONG_THANH)
        assert held.entries("") == working.entries("")
        assert held.about()["kind"] == "hand_in"
        assert made.records == len(held.entries())
    assert made.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()


def test_every_chain_of_ones_own_is_sealed_and_the_working_file_keeps_the_seals(
    answered: Path, tmp_path: Path
) -> None:
    out = tmp_path / "n.audit"

    made = send(answered, out, LONG_THANH, BIEN_HOA)

    with AuditFile.open(out) as held, AuditFile.open(answered) as working:
        seals = held.seals()
        round_id = Record.from_body(held.entries("")[0].body).round
        ends = {entry.commune: entry.id for entry in held.entries()}
        assert {*seals} <= {*working.seals()}
    assert all(is_valid(seal, round_id) for seal in seals)
    assert {seal.commune: seal.last_id for seal in seals} == ends
    assert (made.seals, made.unsealed) == (3, 0)


def test_what_others_stated_goes_along_unsealed_and_that_is_said(
    answered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "another home"))
    assert run(["whoami", "--name", "Lê Văn Cường"]) == 0

    made = send(answered, tmp_path / "n.audit")

    with AuditFile.open(tmp_path / "n.audit") as held:
        assert [seal.commune for seal in held.seals()] == [""]  # the round's maker did
    assert (made.seals, made.unsealed) == (1, 1)


def test_the_check_code_is_the_same_however_the_file_is_packed_and_named(
    answered: Path, tmp_path: Path
) -> None:
    plain = send(answered, tmp_path / "n.audit")
    packed = send(answered, tmp_path / "n.zip")
    renamed = tmp_path / "ten (1).bin"
    shutil.copy(packed.path, renamed)

    assert plain.check_code == packed.check_code
    assert zipfile.ZipFile(packed.path).namelist() == ["n.audit"]
    with zipfile.ZipFile(renamed) as held:
        held.extractall(tmp_path / "out")
    with vet(Source("n", tmp_path / "out" / "n.audit", None, None)) as vetted:
        assert vetted.check_code == plain.check_code


def test_a_longer_chain_gets_another_code_and_seal(answered: Path, tmp_path: Path) -> None:
    before = send(answered, tmp_path / "1.audit")
    assert run(["answer", LONG_THANH, "scanners=2"]) == 0

    after = send(answered, tmp_path / "2.audit")

    assert before.check_code != after.check_code
    with AuditFile.open(tmp_path / "2.audit") as held:
        assert len(held.seals(LONG_THANH)) == 1


@pytest.mark.parametrize("kind", [Kind.SLIP, Kind.RECEIPT, Kind.ASSIGNMENT])
def test_photos_travel_with_a_hand_in_only(answered: Path, tmp_path: Path, kind: Kind) -> None:
    note = tmp_path / "bb.txt"
    note.write_text("biên bản", "utf-8")
    assert run(["attach", LONG_THANH, "EQ-01", str(note)]) == 0

    assert send(answered, tmp_path / "1.audit").attached == 1
    assert send(answered, tmp_path / "2.audit", kind=kind).attached == 0

    with AuditFile.open(tmp_path / "1.audit") as held:
        assert [blob.data for blob in held.blobs()] == ["biên bản".encode()]
    with AuditFile.open(tmp_path / "2.audit") as held:
        assert [*held.blobs()] == []


def test_what_is_there_is_not_overwritten_and_a_folder_that_is_missing_is_told(
    answered: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "n.audit"
    taken.write_text("mine")

    for out, code in [
        (taken, ErrorCode.FILE_EXISTS),
        (tmp_path / "none" / "n.audit", ErrorCode.FILE_FOLDER_MISSING),
    ]:
        with pytest.raises(ReadinessError) as caught:
            send(answered, out)
        assert [message.code for message in caught.value.messages] == [code]

    assert taken.read_text() == "mine"


def test_a_stick_that_gives_back_other_bytes_gets_no_file(
    answered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    fsync = os.fsync

    def worn(handle: int) -> None:
        # What lies on the stick afterwards is not what was written.
        fsync(handle)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.pwrite(handle, b"\x00worn\x00", 4096)

    monkeypatch.setattr(os, "fsync", worn)

    with pytest.raises(ReadinessError) as caught:
        send(answered, stick / "n.audit")

    assert [message.code for message in caught.value.messages] == [ErrorCode.PACKAGE_DIFFERS]
    assert left_in(stick) == set()


FULL = """
import resource, signal, sys
from audit.cli.app import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(run(["send", "--out", sys.argv[2]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("limit", [4096, 100_000])
def test_a_full_disk_gets_a_sentence_and_leaves_nothing(
    answered: Path, tmp_path: Path, limit: int
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    done = subprocess.run(  # noqa: S603 # this Python
        [sys.executable, "-c", FULL, str(limit), str(stick / "n.audit")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert left_in(stick) == set()


KILLED = """
import os, pathlib, signal, sys
from audit import package
from audit.cli.app import run
doors = [os.fsync, os.replace, pathlib.Path.replace, package.zipfile.ZipFile.write]
at = int(sys.argv[1])
count = 0
def counted(real):
    def call(*arguments, **options):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    return call
os.fsync = counted(os.fsync)
pathlib.Path.replace = counted(pathlib.Path.replace)
package.zipfile.ZipFile.write = counted(package.zipfile.ZipFile.write)
sys.exit(run(["send", "--out", sys.argv[2]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_whenever_the_power_goes_there_is_a_whole_package_or_none(
    answered: Path, tmp_path: Path
) -> None:
    for at in range(1, 12):
        out = tmp_path / f"{at}.zip"
        code = subprocess.run(  # noqa: S603 # this Python
            [sys.executable, "-c", KILLED, str(at), str(out)], capture_output=True, check=False
        ).returncode
        if out.exists():
            with zipfile.ZipFile(out) as held:
                assert held.testzip() is None
        if code == 0:
            break
        assert code == -signal.SIGKILL
        with AuditFile.open(answered) as held:
            assert held.damage() == []
    else:
        raise AssertionError("it never came to an end")
    assert at > 2


def test_nothing_of_ones_own_is_told(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "home-2"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(other))
        assert run(["whoami", "--name", "Lê Văn Cường"]) == 0

        assert run(["send", "--file", str(file), "--out", str(tmp_path / "n.audit")]) == 1

    assert not (tmp_path / "n.audit").exists()


def test_a_hand_in_for_the_office_alone_is_opened_by_it_and_by_stock_age(
    answered: Path, tmp_path: Path
) -> None:
    out, key = tmp_path / "n.audit.age", tmp_path / "key"

    assert run(["send", LONG_THANH, "--encrypt", "--out", str(out)]) == 0
    assert run(["whoami", "--private-key", str(key)]) == 0

    assert b"SQLite" not in out.read_bytes()
    (source,) = sources([out])
    with vet(source) as vetted:
        assert vetted.entries
    assert sys.platform == "win32" or stat.S_IMODE(key.stat().st_mode) == 0o600
    if shutil.which("age") is None:
        pytest.skip("there is no age here; the rest holds")
    opened = tmp_path / "opened.audit"
    command = ["age", "-d", "-i", str(key), "-o", str(opened), str(out)]
    assert subprocess.run(command, check=False).returncode == 0  # noqa: S603
    assert communes_in(opened) == {"", LONG_THANH}


def test_a_private_key_is_never_written_over_a_file(answered: Path, tmp_path: Path) -> None:
    there = tmp_path / "key"
    there.write_text("mine")

    assert run(["whoami", "--private-key", str(there)]) == 1

    assert there.read_text() == "mine"
