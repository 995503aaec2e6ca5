"""What is in a file tells what it is; no name, link, zip or envelope leads anywhere else."""

from __future__ import annotations

import io
import os
import struct
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audit import envelope, foreign, intake
from audit.identity import auditor, set_auditor
from audit.intake import Source, sources
from criteria.errors import ReadinessError
from criteria.language import choose
from tests.strangers import OFFICE, editing, good_entries, hand_in, outcome, traces

if TYPE_CHECKING:
    from collections.abc import Iterable

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="only where there are such files")


@pytest.fixture(autouse=True)
def _in_english() -> None:
    choose("en")


@pytest.fixture
def good(tmp_path: Path) -> bytes:
    """Return the bytes of a good hand-in."""
    return hand_in(tmp_path / "good.audit").read_bytes()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Return an empty folder."""
    path = tmp_path / "stick"
    path.mkdir()
    return path


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return held.getvalue()


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def results(*paths: Path) -> list[tuple[str, str]]:
    """Return name and outcome of each source, from after the last separator of a path."""
    found = []
    for source in sources(paths):
        result = outcome(source)
        name = source.name if intake.INSIDE in source.name else Path(source.name).name
        found.append((name, result if isinstance(result, str) else "good"))
    return found


def notes(*paths: Path) -> list[str]:
    return [str(note) for source in sources(paths) for note in source.notes]


def told(*paths: Path) -> list[str]:
    return [str(source.problem) for source in sources(paths) if source.problem]


@pytest.mark.parametrize("name", ["a (1).zip", "photo.jpg", "a", "Xã Mỹ #1 50%?.txt"])
def test_a_renamed_file_is_still_itself(stick: Path, good: bytes, name: str) -> None:
    for data in (good, zipped([("x.bin", good)])):
        path = write(stick / name, data)

        assert [result for _name, result in results(path)] == ["good"]
        assert [result for _name, result in results(stick)] == ["good"]


def test_a_folder_is_looked_through_by_name_with_all_below(stick: Path, good: bytes) -> None:
    (stick / "b" / "c").mkdir(parents=True)
    write(stick / "z.audit", good)
    write(stick / "b" / "c" / "a.audit", good)
    write(stick / "b" / "b.zip", zipped([("q/k.audit", good)]))

    names = [source.name for source in sources([stick])]

    assert names == [
        str(stick / "z.audit"),
        str(stick / "b" / "b.zip") + " › q/k.audit",
        str(stick / "b" / "c" / "a.audit"),
    ]
    assert [result for _name, result in results(stick)] == ["good"] * 3


def test_other_things_in_a_folder_are_told_once(stick: Path, good: bytes) -> None:
    for number in range(8):
        write(stick / f"IMG_{number}.jpg", b"\xff\xd8\xff")
    write(stick / "report.docx", zipped([("[Content_Types].xml", b"<x/>")]))
    write(stick / "Thumbs.db", b"x")
    write(stick / "a.audit", good)

    (note,) = notes(stick)

    assert note.endswith("IMG_0.jpg, IMG_1.jpg, IMG_2.jpg, IMG_3.jpg, IMG_4.jpg and 4 more")
    assert results(stick) == [("a.audit", "good")]


def test_what_is_called_an_audit_file_but_is_none_is_refused_in_a_folder_too(stick: Path) -> None:
    write(stick / "empty.audit", b"")
    write(stick / "half.zip", b"PK\x03\x04")
    write(stick / "half.age", b"age")

    assert results(stick) == [
        ("empty.audit", "FILE_NOT_AUDIT"),
        ("half.age", "FILE_NOT_AUDIT"),
        ("half.zip", "ZIP_BROKEN"),
    ]


def test_a_folder_or_zip_without_any_audit_file_says_so(stick: Path) -> None:
    write(stick / "a.txt", b"hello")
    path = write(stick.parent / "a.zip", zipped([("a.txt", b"hello")]))

    assert results(stick) == [("stick", "FOLDER_NOTHING")]
    assert results(path) == [("a.zip", "ZIP_NOTHING")]
    assert "a.txt" in told(stick)[0]
    assert "a.txt" in told(path)[0]


@pytest.mark.parametrize("name", ["missing.audit", "a\0b", "x" * 300, ""])
def test_a_name_that_leads_nowhere_is_refused(stick: Path, name: str) -> None:
    ((_name, result),) = results(stick / name)

    assert result in ("FILE_MISSING", "VET_UNREADABLE", "FOLDER_NOTHING")


@UNIX
def test_links_pipes_and_loops_of_folders_lead_nowhere(
    stick: Path, tmp_path: Path, good: bytes
) -> None:
    write(stick / "a.audit", good)
    write(tmp_path / "outside.audit", good)
    (stick / "loop").symlink_to(stick)
    (stick / "out.audit").symlink_to(tmp_path / "outside.audit")
    (stick / "broken").symlink_to(tmp_path / "nothing")
    os.mkfifo(stick / "pipe.audit")

    assert results(stick) == [("a.audit", "good")]
    assert results(stick / "pipe.audit") == [("pipe.audit", "FILE_NOT_AUDIT")]
    assert results(stick / "out.audit") == [("out.audit", "good")]
    assert results(Path(os.devnull)) == [("null", "FILE_NOT_AUDIT")]


@UNIX
def test_an_unreadable_file_or_folder_stops_nothing_else(
    stick: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.audit", "b.audit"):
        write(stick / name, good)
    (stick / "c").mkdir()
    real = os.open

    def refusing(path: str | Path, flags: int, *rest: int) -> int:
        if str(path).endswith("a.audit"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refusing)

    assert results(stick) == [("a.audit", "VET_UNREADABLE"), ("b.audit", "good")]


def test_too_many_files_or_folders_in_folders_are_not_looked_through(
    stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = stick.joinpath(*"abcdefghijklmnopqrstuvwxyz")
    deep.mkdir(parents=True)
    assert results(stick) == [("stick", "INTAKE_TOO_MANY")]

    monkeypatch.setattr(intake, "MOST_FILES", 10)
    for number in range(11):
        write(stick / str(number), b"")
    assert results(stick) == [("stick", "INTAKE_TOO_MANY")]


def test_what_sqlite_left_beside_a_file_is_no_file_of_its_own(stick: Path, good: bytes) -> None:
    write(stick / "a.audit", good)
    write(stick / "a.audit-journal", bytes(600))

    assert [name for name, _result in results(stick)] == ["a.audit"]
    path = write(
        stick.parent / "a.zip", zipped([("a.audit", good), ("a.audit-journal", bytes(600))])
    )
    (source,) = sources([path])
    assert source.beside == {"-journal": bytes(600)}
    result = outcome(source)
    assert not isinstance(result, str)
    assert result.findings[0].code.name == "VET_WHILE_WRITTEN"


# Zips.


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.audit",
        "/etc/evil.audit",
        "C:\\Windows\\evil.audit",
        "CON.audit",
        "NUL",
        "aux.audit:stream",
        "a\nb\x1b[31m.audit",
        "\u202etidua.audit",
        "x" * 3000,
        ".",
        "..",
    ],
)
def test_a_name_in_a_zip_is_never_a_path(stick: Path, good: bytes, name: str) -> None:
    path = write(stick / "a.zip", zipped([(name, good)]))
    before = traces(stick), traces(stick.parent)

    (source,) = sources([path])

    assert source.path is None
    assert source.name.isprintable()
    assert not isinstance(outcome(source), str)
    assert (traces(stick), traces(stick.parent)) == before


def test_photos_in_a_zip_are_told_once(stick: Path, good: bytes) -> None:
    members = [("a.audit", good), *((f"DCIM/{n}.jpg", b"\xff\xd8") for n in range(3))]
    path = write(stick / "a.zip", zipped(members))

    assert notes(path) == [
        "In the same place, no audit files and not taken in: 0.jpg, 1.jpg, 2.jpg"
    ]
    (source,) = sources([path])
    result = outcome(source)
    assert not isinstance(result, str)
    assert [message.code.name for message in result.findings] == ["INTAKE_OTHERS"]


def test_a_zip_in_a_zip_is_looked_into_but_no_further(stick: Path, good: bytes) -> None:
    inner = zipped([("c.audit", good)])
    twice = zipped([("b.zip", inner), ("a.audit", good)])
    path = write(stick / "a.zip", twice)

    assert results(path) == [
        (f"{path} › b.zip › c.audit", "good"),
        (f"{path} › a.audit", "good"),
    ]
    thrice = write(stick / "t.zip", zipped([("x.zip", twice)]))
    assert [result for _name, result in results(thrice)] == ["ZIP_TOO_DEEP", "good"]


def test_one_bad_member_does_not_stop_the_others(stick: Path, good: bytes) -> None:
    data = bytearray(zipped([("a.audit", good), ("b.audit", good)], zipfile.ZIP_STORED))
    data[data.index(b"CREATE TABLE record")] ^= 1

    path = write(stick / "a.zip", bytes(data))

    assert [result for _name, result in results(path)] == ["ZIP_BROKEN", "good"]


def bombs(good: bytes) -> dict[str, bytes]:
    zeros = bytes(3_000_000)
    lying = bytearray(zipped([("a.audit", good + zeros)]))
    at = lying.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = struct.pack("<I", 4096)
    huge = bytearray(zipped([("a.audit", good)]))
    at = huge.rindex(b"PK\x01\x02") + 24
    huge[at : at + 4] = struct.pack("<I", 0xFFFFFFF0)
    wide = bytearray(zipped([("a.audit", good)]))
    at = wide.rindex(b"PK\x05\x06") + 12
    wide[at : at + 4] = struct.pack("<I", 0x7FFFFFFF)
    return {
        "zeros": zipped([("a.audit", good + zeros)]),
        "many zeros": zipped([(f"{n}.bin", zeros) for n in range(3)]),
        "many files": zipped([(f"{n}.txt", b"") for n in range(intake.MOST_MEMBERS + 1)]),
        "lying size": bytes(lying),
        "huge size": bytes(huge),
        "wide directory": bytes(wide),
    }


def test_zips_that_are_made_to_be_too_much_are_refused_quickly(
    stick: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "FREE_OF_RATIO", 1_000_000)
    for name, data in bombs(good).items():
        path = write(stick / f"{name}.zip", data)
        start = time.monotonic()

        ((_name, result),) = results(path)

        assert result in ("ZIP_TOO_MUCH", "ZIP_BROKEN", "VET_CUT"), name
        assert time.monotonic() - start < 5, name


def test_zips_in_a_zip_cannot_hold_more_than_one_file_may(
    stick: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zipped([("c.audit", good)])
    path = write(stick / "a.zip", zipped([(f"{n}.zip", inner) for n in range(4)]))
    monkeypatch.setattr(intake, "MOST_BYTES", len(good) + 3 * len(inner))

    assert [result for _name, result in results(path)] == ["good", *["ZIP_TOO_MUCH"] * 3]


def test_a_member_that_is_listed_twice_is_refused_with_its_zip(stick: Path, good: bytes) -> None:
    data = zipped([("a.audit", good)])
    end = data.rfind(b"PK\x05\x06")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    listed, count = data[start:end], 50
    counts = count.to_bytes(2, "little") * 2
    size = (len(listed) * count).to_bytes(4, "little")
    again = data[:start] + listed * count
    again += data[end : end + 8] + counts + size + data[end + 16 :]

    assert [code for _name, code in results(write(stick / "a.zip", again))] == ["ZIP_TOO_MUCH"]


def test_zips_in_a_zip_hold_no_more_files_together_than_one(
    stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_MEMBERS", 8)
    inner = zipped([(f"{number}.audit", b"x") for number in range(4)])
    outer = zipped([("1.zip", inner), ("2.zip", inner)])

    found = [code for _name, code in results(write(stick / "a.zip", outer))]

    assert found == [*["FILE_NOT_AUDIT"] * 4, "ZIP_TOO_MUCH"]


def test_a_zip_with_a_password_says_so(stick: Path, good: bytes) -> None:
    data = bytearray(zipped([("a.audit", good)]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    path = write(stick / "a.zip", bytes(data))

    assert results(path) == [("a.zip", "ZIP_ENCRYPTED")]


def test_a_zip_packed_in_a_way_python_does_not_know_is_refused(stick: Path, good: bytes) -> None:
    data = bytearray(zipped([("a.audit", good)]))
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(mark) + place] = 9
    path = write(stick / "a.zip", bytes(data))

    assert results(path) == [(f"{path} › a.audit", "ZIP_BROKEN")]


def test_every_beginning_of_a_zip_and_every_byte_spoilt_in_it_is_a_sentence(
    stick: Path, good: bytes
) -> None:
    data = zipped([("a.audit", good), ("b.txt", b"x")])
    written = sorted(good_entries())
    spoilt = [data[:size] for size in range(0, len(data), 297)]
    for at in (*range(60), *range(len(data) - 200, len(data))):
        for value in (0, 255):
            changed = bytearray(data)
            changed[at] = value
            spoilt.append(bytes(changed))

    for each in spoilt:
        for source in sources([write(stick / "a.zip", each)]):
            result = outcome(source)
            assert isinstance(result, str) or result.entries == written


def test_a_large_member_is_unpacked_to_a_folder_that_goes_with_it(
    stick: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(stick / "a.zip", zipped([("a.audit", good)]))
    monkeypatch.setattr(intake, "IN_MEMORY", 10)
    monkeypatch.setattr(foreign, "IN_MEMORY", 10)

    (source,) = sources([path])

    unpacked = source.path
    assert unpacked is not None
    assert not isinstance(outcome(source), str)
    del source
    assert not unpacked.parent.exists()


# Envelopes.


@pytest.fixture
def own_key() -> str:
    """Make the key of this machine's auditor; return its public half."""
    set_auditor("Sở KH&CN", "", "")
    held = auditor()
    assert held is not None
    return held.public_key


def test_an_envelope_for_us_is_opened_whatever_is_in_it(
    stick: Path, good: bytes, own_key: str
) -> None:
    encrypt = envelope.encrypting([OFFICE.public_key, own_key])
    plain = write(stick / "a.age", encrypt(good))
    packed = write(stick / "b.age", encrypt(zipped([("x.audit", good)])))
    inside = write(stick / "c.zip", zipped([("x.age", encrypt(good))]))

    assert [result for _name, result in results(plain, packed, inside)] == ["good"] * 3
    assert [result for _name, result in results(stick)] == ["good"] * 3


def test_a_large_envelope_is_opened_in_a_folder(
    stick: Path, good: bytes, own_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(stick / "a.age", envelope.encrypting([own_key])(good))
    monkeypatch.setattr(intake, "IN_MEMORY", 10)

    assert results(path) == [("a.age", "good")]


def test_an_envelope_that_cannot_be_opened_says_why(
    stick: Path, good: bytes, own_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = envelope.encrypting([own_key])(good)
    other = write(stick / "a.age", envelope.encrypting([OFFICE.public_key])(good))
    cut = write(stick / "b.age", data[:-1])
    spoilt = write(stick / "c.age", data[:300] + bytes([data[300] ^ 1]) + data[301:])
    text = write(stick / "d.age", envelope.encrypting([own_key])(b"hello"))

    assert [result for _name, result in results(other, cut, spoilt, text)] == [
        "ENVELOPE_NOT_FOR_US",
        "ENVELOPE_BROKEN",
        "ENVELOPE_BROKEN",
        "FILE_NOT_AUDIT",
    ]
    monkeypatch.setitem(sys.modules, "pyrage", None)
    assert results(other) == [("a.age", "ENVELOPE_NO_PROGRAM")]


def test_a_key_to_encrypt_for_is_taken_in_every_form_and_else_refused() -> None:
    import pyrage

    native = pyrage.x25519.Identity.generate()
    data = envelope.encrypting(
        [str(native.to_public()), envelope.ssh_public_key(OFFICE.public_key)]
    )(b"hello")
    ssh = pyrage.ssh.Identity.from_buffer(envelope.ssh_private_key(bytes(range(32))))

    assert pyrage.decrypt(data, [native]) == pyrage.decrypt(data, [ssh]) == b"hello"
    for text in ("", "age1x", "0" * 63, "k" + "0" * 32, "ssh-ed25519 AAAA", "ssh-rsa AAAA"):
        with pytest.raises(ReadinessError) as refused:
            envelope.encrypting([text])
        assert refused.value.messages[0].code.name == "ENVELOPE_KEY"


def test_nothing_is_left_in_the_folder_for_temporary_files(
    stick: Path, tmp_path: Path, good: bytes, own_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(intake, "IN_MEMORY", 10)
    monkeypatch.setattr(foreign, "IN_MEMORY", 10)
    write(stick / "a.audit", good)
    write(stick / "b.zip", zipped([("a.audit", good), ("b.audit", good[:5000])]))
    write(stick / "c.age", envelope.encrypting([own_key])(good)[:-1])
    with editing(stick / "a.audit") as connection:
        connection.execute("update seal set signature = 'x'")

    assert len(results(stick)) == 4
    assert list(folder.iterdir()) == []


def test_a_source_is_what_its_name_says(stick: Path, good: bytes) -> None:
    path = write(stick / "a.zip", zipped([("a.audit", good)]))

    (source,) = sources([path])

    assert source == Source(f"{path} › a.audit", None, good, origin=path)
