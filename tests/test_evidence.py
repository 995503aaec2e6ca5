"""Photos and files: attached whole or not at all, by hash, and purged for good."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import unicodedata
import zipfile
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from audit import viewing
from audit.cli.app import run
from audit.desk import Desk
from audit.evidence import (
    attach,
    caption_anew,
    captions,
    prepare,
    purge,
    removed,
    removed_words,
    size_words,
    withdraw,
)
from audit.file import AuditFile, Blob
from audit.identity import set_auditor
from audit.pen import Draft
from audit.record import Record
from audit.verify import verify
from checklists.checklist import Attachment
from criteria import language
from criteria.errors import ErrorCode, ReadinessError
from tests.factories import make_checklist, make_round, with_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMUNE, OTHER = "26368", "26041"
CODE = "EQ-01"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a settings folder and a fresh round, to be copied."""
    folder = tmp_path_factory.mktemp("opened")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(folder / "home"))
        language.choose("en")
        assert run(["whoami", "--name", "Trần Thị Bình", "--unit", "Sở KH&CN"]) == 0
        new = ["round", "new", "--province", "75", "--title", "Đợt 1"]
        assert run([*new, "--out", str(folder / "dot-1.audit")]) == 0
    return folder


@pytest.fixture
def file(opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh round of one's own, chosen by READINESS_FILE; English is spoken."""
    shutil.copytree(opened / "home", tmp_path / "home", dirs_exist_ok=True)
    path = tmp_path / "Đợt 1.audit"
    shutil.copy(opened / "dot-1.audit", path)
    monkeypatch.setenv("READINESS_FILE", str(path))
    language.choose("en")
    return path


@pytest.fixture
def desk(file: Path) -> Iterator[Desk]:
    with Desk(file, write=True) as held:
        yield held


@dataclass
class Said:
    """What a command returned and wrote."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], file: Path) -> Callable[..., Said]:
    assert file.exists()

    def run_command(*arguments: object) -> Said:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    return run_command


def photo(path: Path, seed: int = 0, size: tuple[int, int] = (320, 240), **options: Any) -> Path:
    """Write a photo of its own; the same seed gives the same one."""
    dots = Random(seed).randbytes(size[0] * size[1] * 3)  # noqa: S311 - nothing secret
    Image.frombytes("RGB", size, dots).save(path, "JPEG", **options)
    return path


def packed_office(*parts: str, types: str = "") -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        for part in parts:
            packed.writestr(part, "<x/>")
    return held.getvalue()


WORD = packed_office("word/document.xml")
EXCEL = packed_office("xl/workbook.xml")
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def records_of(path: Path, commune: str = COMMUNE) -> list[Record]:
    with AuditFile.open(path) as held:
        entries = sorted(held.entries(commune), key=lambda entry: entry.sequence)
        return [Record.from_body(entry.body) for entry in entries]


def blobs_of(path: Path) -> dict[str, bytes | None]:
    with AuditFile.open(path) as held:
        return {blob.sha256: blob.data for blob in held.blobs()}


def attached(path: Path, code: str = CODE, commune: str = COMMUNE) -> tuple[Attachment, ...]:
    with Desk(path) as held:
        return held.checklist(commune).evidence.get(code, ())


def code_of(error: pytest.ExceptionInfo[ReadinessError]) -> ErrorCode:
    return error.value.messages[0].code


# Attaching


def test_what_is_attached_is_in_the_file_with_a_record_that_names_it(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x8769] = {0x9003: "2026:12:05 09:31:22", 0x9011: "+07:00"}
    picked = photo(tmp_path / "IMG_0001.JPG", exif=exif)

    said = call("attach", COMMUNE, CODE, picked, "--caption", "  Quầy\nsố 1 ", "--json")

    (held,) = said.data["attached"]
    (record,) = records_of(file)
    (data,) = blobs_of(file).values()
    assert data is not None
    assert said.status == 0
    assert record.kind == "evidence"
    assert record.subject == f"{CODE}/evidence/{hashlib.sha256(data).hexdigest()}"
    assert record.value == {
        "name": "IMG_0001.JPG",
        "caption": "Quầy số 1",
        "media_type": "image/jpeg",
        "size": len(data),
        "taken_at": "2026-12-05T09:31:22+07:00",
        "original": hashlib.sha256(picked.read_bytes()).hexdigest(),
    }
    assert held["sha256"] == hashlib.sha256(data).hexdigest()
    assert said.data["missing_evidence"] == 2


def test_a_document_is_kept_byte_for_byte(file: Path, desk: Desk, tmp_path: Path) -> None:
    documents = {
        "bảng kê.csv": "stt;sê-ri\n1;ABC\n".encode(),
        "biên bản.docx": WORD,
        "ds.xlsx": EXCEL,
        "nhật ký.LOG": b"\xef\xbb\xbf10:00 l\xe1\xbb\x97i\r\n",
        "quét.pdf": PDF,
    }
    for name, data in documents.items():
        (tmp_path / name).write_bytes(data)
        attach(desk, COMMUNE, CODE, prepare(tmp_path / name))

    assert set(blobs_of(file).values()) == set(documents.values())
    assert {piece.name for piece in attached(file)} == set(documents)
    assert {piece.media_type.rpartition(".")[2] for piece in attached(file)} == {
        *("document", "sheet", "application/pdf", "text/plain")
    }


def test_the_same_bytes_lie_in_the_file_once(desk: Desk, file: Path, tmp_path: Path) -> None:
    picked = photo(tmp_path / "a.jpg")
    piece = prepare(picked)

    places = [(COMMUNE, CODE), (COMMUNE, "EQ-02"), (OTHER, CODE)]
    done = [attach(desk, commune, code, piece) for commune, code in places]

    assert [each.is_new for each in done] == [True] * 3
    assert len(blobs_of(file)) == 1
    assert [len(attached(file, code, commune)) for commune, code in places] == [1, 1, 1]


def test_what_is_there_already_is_not_written_again(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    picked = photo(tmp_path / "a.jpg")
    call("attach", COMMUNE, CODE, picked, "--caption", "Quầy")
    before = records_of(file)

    again = call("attach", COMMUNE, CODE, picked, picked)
    same = call("attach", COMMUNE, CODE, photo(tmp_path / "b.jpg"), "--caption", "Quầy")

    assert "Already there" in again.out
    assert "Already there" in same.out
    assert records_of(file) == before


def test_what_was_extracted_and_picked_again_is_there_already(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg", size=(2000, 1500)))
    attach(desk, COMMUNE, CODE, piece)
    (tmp_path / "b.jpg").write_bytes(piece.data)

    done = attach(desk, COMMUNE, CODE, prepare(tmp_path / "b.jpg"))

    assert (done.sha256, done.is_new) == (piece.sha256, False)
    assert len(blobs_of(file)) == 1


def test_a_new_caption_replaces_the_own_one_and_keeps_the_rest(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece, "Quầy")

    written = [
        attach(desk, COMMUNE, CODE, piece, "Quầy số 2").is_new,
        caption_anew(desk, COMMUNE, CODE, piece.sha256, ""),
        caption_anew(desk, COMMUNE, CODE, piece.sha256, "Quầy số 2"),
        caption_anew(desk, COMMUNE, CODE, piece.sha256, "", may_clear=True),
    ]

    first, second, third = records_of(file)
    assert written == [True, False, False, True]
    assert [record.value["caption"] for record in (first, second, third)] == [
        *("Quầy", "Quầy số 2", "")
    ]
    assert {**second.value, "caption": ""} == third.value
    assert len(second.replaces) == len(third.replaces) == 1
    assert [piece.caption for piece in attached(file)] == [""]


def as_another(path: Path, name: str) -> Desk:
    """Open a file as another person, on another machine."""
    os.environ["READINESS_HOME"] = str(path.parent / name)
    set_auditor(name, "", "")
    return Desk(path, write=True)


def lose_bytes(path: Path) -> None:
    """Take all bytes out of a file, as in a copy that was made of the records only."""
    with closing(sqlite3.connect(path)) as meddling:
        meddling.execute("delete from blob")
        meddling.commit()


def test_bytes_that_are_missing_come_back_when_the_same_is_attached_again(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    call("attach", COMMUNE, CODE, photo(tmp_path / "a.jpg"), "--caption", "Quầy")
    before, held = records_of(file), blobs_of(file)
    lose_bytes(file)

    said = call("attach", COMMUNE, CODE, tmp_path / "a.jpg")

    assert "Already there without its bytes; they are back: a.jpg" in said.out
    assert blobs_of(file) == held
    assert records_of(file) == before
    again = call("attach", COMMUNE, CODE, tmp_path / "a.jpg", "--json").data["attached"]
    assert [(each["is_new"], each["is_restored"]) for each in again] == [(False, False)]


def test_bytes_come_back_with_a_new_caption_too(desk: Desk, file: Path, tmp_path: Path) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    lose_bytes(file)

    assert attach(desk, COMMUNE, CODE, piece, "Quầy") == (piece.sha256, True, True)

    assert blobs_of(file) == {piece.sha256: piece.data}


def test_where_other_bytes_are_missing_what_is_picked_is_attached_beside_them(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg", size=(2000, 1500)))
    smaller = replace(piece, sha256=hashlib.sha256(PDF).hexdigest(), data=PDF)
    attach(desk, COMMUNE, CODE, smaller)
    lose_bytes(file)

    done = attach(desk, COMMUNE, CODE, piece)

    assert done == (piece.sha256, True, False)
    assert list(blobs_of(file)) == [piece.sha256]
    assert attach(desk, COMMUNE, CODE, piece) == (piece.sha256, False, False)


def test_what_was_purged_does_not_come_back_as_missing_bytes_do(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    call("attach", COMMUNE, CODE, photo(tmp_path / "a.jpg"))
    (sha256,) = blobs_of(file)
    call("purge", sha256, "--reason", "Có người dân")
    lose_bytes(file)

    said = call("attach", COMMUNE, CODE, tmp_path / "a.jpg")

    assert said.status == 1
    assert "attached before and purged" in said.err
    assert blobs_of(file) == {}


def test_each_auditor_starts_from_the_caption_that_is_their_own(
    file: Path, desk: Desk, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece, "Quầy một cửa")

    with as_another(file, "Lê An") as other:
        assert captions(other, COMMUNE, CODE, piece.sha256) == ("Quầy một cửa", ())
        attach(other, COMMUNE, CODE, piece, "Quầy số 1")
        assert captions(other, COMMUNE, CODE, piece.sha256) == (
            "Quầy số 1",
            (("Trần Thị Bình", "Quầy một cửa"),),
        )
    with as_another(file, "Vũ Cường") as third:
        own, others = captions(third, COMMUNE, CODE, piece.sha256)
        assert own == ""
        assert {*others} == {("Trần Thị Bình", "Quầy một cửa"), ("Lê An", "Quầy số 1")}
    desk.catch_up()
    assert captions(desk, COMMUNE, CODE, piece.sha256) == (
        "Quầy một cửa",
        (("Lê An", "Quầy số 1"),),
    )


# What was removed


def test_what_was_removed_is_listed_until_it_is_purged(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    call("attach", COMMUNE, CODE, photo(tmp_path / "a.jpg"), "--caption", "Căn cước")
    call("attach", COMMUNE, CODE, photo(tmp_path / "b.jpg", 1))
    sha256 = next(piece.sha256 for piece in attached(file) if piece.name == "a.jpg")
    call("attach", COMMUNE, CODE, "--remove", sha256, "--reason", "Thấy giấy tờ")

    listed = call("evidence", COMMUNE)
    of_another = call("evidence", COMMUNE, "EQ-02")
    data = call("evidence", COMMUNE, CODE, "--json").data

    _attached, heading, line = listed.out.splitlines()
    assert heading.startswith("Removed, but their bytes are still in the file")
    assert line.startswith(f"{CODE}  {sha256[:8]}  a.jpg")
    assert "Căn cước · removed by Trần Thị Bình" in line
    assert line.endswith(": Thấy giấy tờ")
    assert of_another.out == ""
    assert [each["sha256"] for each in data["removed"]] == [sha256]
    assert [each["name"] for each in data["evidence"]] == ["b.jpg"]
    assert call("purge", sha256[:8], "--reason", "Thấy giấy tờ").status == 0
    assert "Removed, but" not in call("evidence", COMMUNE).out


def test_what_is_attached_elsewhere_in_the_commune_or_lost_its_bytes_is_not_listed_as_removed(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    moved, gone = prepare(photo(tmp_path / "a.jpg")), prepare(photo(tmp_path / "b.jpg", 1))
    for piece in (moved, gone):
        attach(desk, COMMUNE, CODE, piece)
        withdraw(desk, COMMUNE, CODE, piece.sha256, reason="Nhầm")
    attach(desk, COMMUNE, "EQ-02", moved)

    assert [piece.name for piece in removed(desk, COMMUNE)[CODE]] == ["b.jpg"]
    assert removed(desk, OTHER) == {}
    lose_bytes(file)
    assert removed(desk, COMMUNE) == {}


def test_what_the_office_declared_void_is_listed_as_removed(desk: Desk, tmp_path: Path) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    (entry,) = desk.file.entries(COMMUNE)

    desk.write([Draft("void", COMMUNE, "void", {"records": [entry.id]}, reason="Nhầm xã")])

    (held,) = removed(desk, COMMUNE)[CODE]
    assert (held.sha256, held.author) == (piece.sha256, "")
    assert removed_words(held) == "declared void by the office"


def test_a_piece_that_another_captioned_meanwhile_is_not_removed_unseen(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    assert len(desk.checklist(COMMUNE).evidence[CODE]) == 1
    with as_another(file, "Lê An") as other:
        attach(other, COMMUNE, CODE, piece, "Của tôi")

    with pytest.raises(ReadinessError) as caught:
        withdraw(desk, COMMUNE, CODE, piece.sha256, reason="Mờ")

    assert code_of(caught) is ErrorCode.CHANGED_MEANWHILE
    assert "a.jpg – Của tôi" in str(caught.value)
    withdraw(desk, COMMUNE, CODE, piece.sha256, reason="Mờ")
    assert attached(file) == ()


def test_what_several_people_say_of_one_piece_stands_side_by_side(
    file: Path, desk: Desk, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece, "Quầy một cửa")

    with as_another(file, "Lê An") as other:
        assert not attach(other, COMMUNE, CODE, piece).is_new
        assert attach(other, COMMUNE, CODE, piece, "Quầy số 1").is_new

    (held,) = attached(file)
    assert {*held.caption.split(" / ")} == {"Quầy một cửa", "Quầy số 1"}
    assert {*held.author.split(", ")} == {"Trần Thị Bình", "Lê An"}
    assert all(not record.replaces for record in records_of(file))


def test_what_is_withdrawn_counts_no_more_but_its_bytes_stay(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    call("attach", COMMUNE, CODE, photo(tmp_path / "a.jpg"))
    (held,) = attached(file)

    silent = call("attach", COMMUNE, CODE, "--remove", held.sha256[:8])
    done = call("attach", COMMUNE, CODE, "--remove", held.sha256[:8].upper(), "--reason", "Nhầm xã")

    assert (silent.status, done.status) == (2, 0)
    assert attached(file) == ()
    assert records_of(file)[-1].value is None
    assert records_of(file)[-1].reason == "Nhầm xã"
    assert list(blobs_of(file)) == [held.sha256]
    back = call("attach", COMMUNE, CODE, tmp_path / "a.jpg")
    assert back.status == 0
    assert [piece.sha256 for piece in attached(file)] == [held.sha256]


def test_what_another_attached_without_my_knowing_is_not_withdrawn(
    file: Path, desk: Desk, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    elsewhere = tmp_path / "copy.audit"
    shutil.copy(file, elsewhere)
    with as_another(elsewhere, "Lê An") as other:
        attach(other, COMMUNE, CODE, piece, "Của tôi")
        late = [entry for entry in other.file.entries(COMMUNE) if "Của tôi" in entry.body]
    withdraw(desk, COMMUNE, CODE, piece.sha256, reason="Mờ")

    with desk.file.appending() as appender:
        appender.append(late)

    assert [each.author for each in attached(file)] == ["Lê An"]


def test_bytes_and_record_are_written_together_or_not_at_all(
    file: Path, desk: Desk, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(file)) as meddling:
        meddling.execute(
            "create trigger t before insert on blob begin select raise(abort, 'no'); end"
        )

    with pytest.raises(ReadinessError):
        attach(desk, COMMUNE, CODE, prepare(photo(tmp_path / "a.jpg")))

    assert desk.file.entries(COMMUNE) == []
    assert list(desk.file.blobs()) == []


ATTACH_ALL = """
import sys
from pathlib import Path
from audit.desk import Desk
from audit.evidence import attach, prepare
with Desk(Path(sys.argv[1]), write=True) as desk:
    for named in sys.argv[2:]:
        attach(desk, "26368", "EQ-01", prepare(Path(named)))
        print(named, flush=True)
"""


@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_program_killed_while_it_attaches_leaves_whole_pieces_only(
    file: Path, tmp_path: Path, after: int
) -> None:
    picked = [photo(tmp_path / f"{number}.jpg", number, (640, 480)) for number in range(9)]
    attaching = subprocess.Popen(
        [sys.executable, "-c", ATTACH_ALL, str(file), *map(str, picked)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
    )
    assert attaching.stdout is not None
    for _line in range(after):
        attaching.stdout.readline()
    attaching.kill()
    attaching.communicate()

    pieces = attached(file)

    assert len(pieces) >= after
    assert {piece.sha256 for piece in pieces} == set(blobs_of(file))
    with AuditFile.open(file) as held:
        found = verify(held)
    assert found.is_sound
    assert found.notes == ()


def test_a_signed_checklist_asks_why_something_is_attached(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    signed = call("sign-off", COMMUNE, "--by", "Lê Thị Hoa", "--title", "Chủ tịch", "--reason", "x")
    assert signed.status == 0

    silent = call("attach", COMMUNE, CODE, photo(tmp_path / "a.jpg"))
    said = call("attach", COMMUNE, CODE, tmp_path / "a.jpg", "--reason", "Bổ sung")

    assert (silent.status, said.status) == (2, 0)
    assert silent.err.startswith(f"{CODE} “a.jpg”: the checklist of")
    assert records_of(file)[-1].reason == "Bổ sung"


def test_the_place_of_a_photo_is_kept_only_where_the_round_wants_it(
    opened: Path, call: Callable[..., Said], tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (10.0, 57.0, 3.0), 3: "E", 4: (106.0, 50.0, 2.0)}
    picked = photo(tmp_path / "a.jpg", exif=exif)
    profile = tmp_path / "profile.toml"
    profile.write_text("keep_photo_place = true\n", "utf-8")
    wanting = tmp_path / "wanting.audit"
    call("round", "new", "--province", "75", "--profile", profile, "--out", wanting)

    kept = []
    for path in (tmp_path / "Đợt 1.audit", wanting):
        call("attach", COMMUNE, CODE, picked, "--file", path)
        (data,) = blobs_of(path).values()
        assert data is not None
        kept.append(dict(Image.open(BytesIO(data)).getexif().get_ifd(0x8825)))

    assert kept[0] == {}
    assert kept[1] == exif[0x8825]


# What is refused

REFUSED = {
    "a.heic": (b"\0\0\0\x18ftypheic", ErrorCode.PICTURE_HEIC),
    "cắt.jpg": (b"\xff\xd8\xff\xe0" + bytes(100), ErrorCode.PICTURE_BROKEN),
    "không phải ảnh.jpg": (bytes(100), ErrorCode.PICTURE_NONE),
    "lớn mà hỏng.JPG": (bytes(8_000_000), ErrorCode.PICTURE_NONE),
    "đổi tên.jpg": (b"\0\0\0\x18ftypheic", ErrorCode.PICTURE_HEIC),
    "trang web.png": (b"\n<!DOCTYPE html><html>", ErrorCode.PICTURE_OTHER_FORM),
    "psd.jpg": (b"8BPS\0\1", ErrorCode.PICTURE_OTHER_FORM),
    "chương trình.jpg": (b"MZ\x90\0" + bytes(100), ErrorCode.EVIDENCE_PROGRAM),
    "script.txt": (b"#!/bin/sh\n", ErrorCode.EVIDENCE_PROGRAM),
    "lối tắt.pdf": (b"L\0\0\0\x01\x14\x02\0\0\0", ErrorCode.EVIDENCE_PROGRAM),
    "nén.zip": (packed_office("a.txt")[30:] + b"", ErrorCode.EVIDENCE_UNKNOWN),
    "ảnh.zip": (packed_office("a.jpg"), ErrorCode.EVIDENCE_ARCHIVE),
    "a.rar": (b"Rar!\x1a\x07\0", ErrorCode.EVIDENCE_ARCHIVE),
    "a.tar": (bytes(257) + b"ustar" + bytes(250), ErrorCode.EVIDENCE_ARCHIVE),
    "phim.mp4": (b"\0\0\0\x18ftypisom", ErrorCode.EVIDENCE_FILM),
    "phim.avi": (b"RIFF\0\0\0\0AVI ", ErrorCode.EVIDENCE_FILM),
    "cũ.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ErrorCode.EVIDENCE_OLD_OFFICE),
    "macro.docx": (
        packed_office("word/document.xml", "word/vbaProject.bin"),
        ErrorCode.EVIDENCE_MACROS,
    ),
    "macro.xlsx": (
        packed_office("xl/workbook.xml", types="application/vnd.ms-excel.sheet.macroEnabled"),
        ErrorCode.EVIDENCE_MACROS,
    ),
    "đứt.docx": (WORD[: len(WORD) // 2], ErrorCode.EVIDENCE_BROKEN),
    "rỗng.pdf": (b"", ErrorCode.EVIDENCE_EMPTY),
    "trang.html": (b"<html></html>", ErrorCode.EVIDENCE_UNKNOWN),
    "lệnh.bat": (b"@echo off\r\n", ErrorCode.EVIDENCE_UNKNOWN),
    "utf16.txt": ("Máy số 1".encode("utf-16"), ErrorCode.EVIDENCE_LETTERS),
    "tcvn3.csv": (b"M\xb8y s\xe8 1", ErrorCode.EVIDENCE_LETTERS),
    "bytes.txt": (b"abc\0def", ErrorCode.EVIDENCE_UNKNOWN),
    "bytes.log": (bytes(range(128, 256)) + bytes(10), ErrorCode.EVIDENCE_UNKNOWN),
    "lớn.pdf": (PDF + bytes(5_000_000), ErrorCode.EVIDENCE_TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_gets_a_sentence_that_says_what_to_do(
    name: str, tmp_path: Path
) -> None:
    data, code = REFUSED[name]
    (tmp_path / name).write_bytes(data)

    with pytest.raises(ReadinessError) as caught:
        prepare(tmp_path / name)

    assert code_of(caught) is code
    assert name in unicodedata.normalize("NFC", str(caught.value))


def test_a_picture_that_is_another_form_is_told_which(tmp_path: Path) -> None:
    language.choose("en")
    (tmp_path / "web.jpg").write_bytes(b"<html></html>")
    (tmp_path / "phone.jpg").write_bytes(b"\0\0\0\x18ftypheic")

    told = []
    for name in ("web.jpg", "phone.jpg"):
        with pytest.raises(ReadinessError) as caught:
            prepare(tmp_path / name)
        told.append(str(caught.value))

    assert "it really is HTML" in told[0]
    assert "this photo is HEIC, HEIF or AVIF, whatever its name ends with" in told[1]


def test_a_document_named_as_a_picture_is_kept_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "quét.jpg").write_bytes(PDF)

    assert prepare(tmp_path / "quét.jpg").media_type == "application/pdf"


def test_what_is_no_file_gets_a_sentence(tmp_path: Path) -> None:
    codes = {}
    for name in ("missing.jpg", "a\0b", "."):
        with pytest.raises(ReadinessError) as caught:
            prepare(tmp_path / name)
        codes[name] = code_of(caught)

    assert codes == {
        "missing.jpg": ErrorCode.FILE_MISSING,
        "a\0b": ErrorCode.EVIDENCE_UNREADABLE,
        ".": ErrorCode.EVIDENCE_FOLDER,
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_file_that_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ReadinessError) as caught:
            prepare(path)
        assert code_of(caught) is ErrorCode.EVIDENCE_UNKNOWN


def test_a_picture_too_large_to_be_read_is_not_read(tmp_path: Path) -> None:
    language.choose("en")
    picked = photo(tmp_path / "a.jpg")
    os.truncate(picked, 2**34)

    with pytest.raises(ReadinessError) as caught:
        prepare(picked)

    assert code_of(caught) is ErrorCode.PICTURE_TOO_LARGE
    assert "17,179.9 MB" in str(caught.value)


def test_one_bad_photo_never_stops_the_others(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    picked = [photo(tmp_path / "a.jpg"), tmp_path / "bad.jpg", photo(tmp_path / "c.jpg", 1)]

    said = call("attach", COMMUNE, CODE, *picked, tmp_path / "none.jpg", "--json")

    assert said.status == 1
    assert [each["code"] for each in said.data["refused"]] == ["PICTURE_BROKEN", "FILE_MISSING"]
    assert {piece.name for piece in attached(file)} == {"a.jpg", "c.jpg"}


def test_signs_for_several_files_are_understood_where_the_shell_does_not(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    for number in range(3):
        photo(tmp_path / f"IMG_{number}.JPG", number)

    assert call("attach", COMMUNE, CODE, tmp_path / "IMG_*.JPG").status == 0

    assert len(attached(file)) == 3


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (unicodedata.normalize("NFD", "Ảnh quầy.jpg"), "Ảnh quầy.jpg"),
        ("a\u202egpj.exe.jpg", "agpj.exe.jpg"),
        ("a\x1b[31m\nb.jpg", "a [31m b.jpg"),
        ("[b + x =1+1.jpg", "[b + x =1+1.jpg"),
    ],
    ids=["decomposed", "turned", "control", "markup"],
)
def test_the_name_of_a_file_becomes_one_line_of_plain_text(
    name: str, kept: str, tmp_path: Path
) -> None:
    assert prepare(photo(tmp_path / name)).name == kept


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_no_reason_to_stop(tmp_path: Path) -> None:
    named = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jpg")
    photo(Path(named))

    piece = prepare(Path(named))

    assert piece.name == ".jpg"
    json.dumps(piece.value("")).encode()


def test_either_files_or_what_to_remove_must_be_named(
    call: Callable[..., Said], tmp_path: Path
) -> None:
    assert call("attach", COMMUNE, CODE).status == 2
    assert call("attach", COMMUNE, CODE, tmp_path / "a", "--remove", "0" * 8).status == 2
    assert call("attach", COMMUNE, CODE, "--remove", "0" * 8, "--reason", "x").status == 1
    assert call("attach", COMMUNE, CODE, "--remove", "xyz", "--reason", "x").status == 2


# Purging


def pieces_of(data: bytes) -> list[bytes]:
    """Return samples from behind the tables that all JPEGs of one size share."""
    return [data[at : at + 24] for at in range(1_000, len(data) - 24, 1_000)]


def test_what_is_purged_is_gone_from_the_bytes_of_the_file(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    picked = photo(tmp_path / "a.jpg", size=(1000, 800))
    other = photo(tmp_path / "b.jpg", 1)
    for commune, code in ((COMMUNE, CODE), (COMMUNE, "EQ-02"), (OTHER, CODE)):
        call("attach", commune, code, picked, other, "--caption", "Quầy")
    data = prepare(picked).data
    assert all(piece in file.read_bytes() for piece in pieces_of(data))
    sha256 = hashlib.sha256(data).hexdigest()

    silent = call("purge", sha256[:10])
    said = call("purge", sha256[:10], "--reason", "Lộ mặt công dân", "--json")

    assert (silent.status, said.status) == (2, 0)
    assert said.data["purged"] == sha256
    assert said.data["places"] == [
        {"commune": OTHER, "criterion": CODE},
        {"commune": COMMUNE, "criterion": CODE},
        {"commune": COMMUNE, "criterion": "EQ-02"},
    ]
    whole = file.read_bytes()
    assert not any(piece in whole for piece in pieces_of(data))
    assert blobs_of(file)[sha256] is None
    kept = prepare(other)
    assert blobs_of(file)[kept.sha256] == kept.data
    with closing(sqlite3.connect(file)) as looking:
        row = looking.execute("select size from blob where sha256 = ?", (sha256,)).fetchone()
    assert row == (len(data),)
    with AuditFile.open(file) as held:
        assert verify(held).is_sound


def test_a_purged_piece_says_who_and_why_and_counts_no_more(
    call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    call("attach", COMMUNE, CODE, photo(tmp_path / "a.jpg"), "--caption", "Quầy")
    before = call("show", COMMUNE, "--criterion", CODE, "--json").data["criteria"][CODE]
    (held,) = attached(file)

    call("purge", held.sha256, "--reason", "Lộ mặt công dân")

    (purged,) = attached(file)
    after = call("show", COMMUNE, "--criterion", CODE, "--json").data["criteria"][CODE]
    assert purged.is_purged
    assert (purged.author, purged.reason) == ("Trần Thị Bình", "Lộ mặt công dân")
    assert (purged.name, purged.caption) == ("", "")
    assert records_of(file)[-1].value == {"purged": True}
    assert (before["missing_evidence"], after["missing_evidence"]) == (2, 3)
    shown = call("show", COMMUNE).out
    assert "purged by Trần Thị Bình: Lộ mặt công dân" in shown


def test_nothing_brings_back_what_was_purged(desk: Desk, file: Path, tmp_path: Path) -> None:
    picked = photo(tmp_path / "a.jpg", size=(2000, 1500))
    piece = prepare(picked)
    attach(desk, COMMUNE, CODE, piece)
    purge(desk, piece.sha256, reason="Lộ mặt")
    (tmp_path / "kept.jpg").write_bytes(piece.data)

    for again in (picked, tmp_path / "kept.jpg"):
        for commune, code in ((COMMUNE, CODE), (OTHER, "EQ-02")):
            with pytest.raises(ReadinessError) as caught:
                attach(desk, commune, code, prepare(again))
            assert code_of(caught) is ErrorCode.EVIDENCE_PURGED
    with desk.file.appending() as appender:
        appender.keep([Blob(piece.sha256, piece.media_type, piece.data)])

    assert blobs_of(file) == {piece.sha256: None}


def test_a_purge_holds_wherever_a_copy_was_attached_meanwhile(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    elsewhere = tmp_path / "copy.audit"
    shutil.copy(file, elsewhere)
    with as_another(elsewhere, "Lê An") as other:
        attach(other, COMMUNE, CODE, piece, "Của tôi")
        attach(other, COMMUNE, "EQ-02", piece)
        late = [entry for entry in other.file.entries(COMMUNE) if "Lê An" in entry.body]
    purge(desk, piece.sha256, reason="Lộ mặt")

    with desk.file.appending() as appender:
        appender.append(late)

    assert [each.is_purged for each in attached(file)] == [True]
    assert [each.is_purged for each in attached(file, "EQ-02")] == [True]
    with Desk(file, write=True) as later:
        done = purge(later, piece.sha256, reason="Lộ mặt")
        assert (COMMUNE, "EQ-02") in done.places
        with pytest.raises(ReadinessError) as caught:
            purge(later, piece.sha256, reason="Lộ mặt")
    assert code_of(caught) is ErrorCode.EVIDENCE_PURGED_ALREADY


def test_a_purge_by_somebody_else_is_told_but_hides_and_hinders_nothing(
    desk: Desk, call: Callable[..., Said], file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    elsewhere = tmp_path / "copy.audit"
    shutil.copy(file, elsewhere)
    with as_another(elsewhere, "Lê An") as other:
        purge(other, piece.sha256, reason="Phá")
        assert [each.is_purged for each in attached(elsewhere)] == [True]
        late = [entry for entry in other.file.entries(COMMUNE) if "Lê An" in entry.body]
    show = ("show", COMMUNE, "--criterion", CODE, "--json")
    before = call(*show).data["criteria"][CODE]["missing_evidence"]

    with desk.file.appending() as appender:
        appender.append(late)

    assert [each.is_purged for each in attached(file)] == [False]
    assert call(*show).data["criteria"][CODE]["missing_evidence"] == before
    assert "neither whoever attached it nor the office has sealed that" in call("show", COMMUNE).out
    with Desk(file, write=True) as later:
        assert not attach(later, COMMUNE, CODE, piece).is_new
        withdraw(later, COMMUNE, CODE, piece.sha256, reason="Nhầm")
        assert attach(later, COMMUNE, CODE, piece).is_new


def test_the_office_seals_what_it_purges(desk: Desk, tmp_path: Path) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)

    purge(desk, piece.sha256, reason="Lộ mặt")

    assert desk.auditor is not None
    ends = [(seal.fingerprint, seal.last_id) for seal in desk.file.seals(COMMUNE)]
    assert ends == [(desk.auditor.key, desk.file.entries(COMMUNE)[-1].id)]


def test_a_purge_that_was_replaced_later_still_holds(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    purge(desk, piece.sha256, reason="Lộ mặt")
    (purged,) = (entry for entry in desk.file.entries(COMMUNE) if '"purged":true' in entry.body)

    from audit.pen import Draft

    subject = f"{CODE}/evidence/{piece.sha256}"
    value = piece.value("")
    desk.write([Draft("evidence", COMMUNE, subject, value, replaces=(purged.id,))])

    with pytest.raises(ReadinessError) as caught:
        attach(desk, OTHER, CODE, piece)
    assert code_of(caught) is ErrorCode.EVIDENCE_PURGED
    assert blobs_of(file) == {piece.sha256: None}


def test_what_was_withdrawn_can_be_purged_too(desk: Desk, file: Path, tmp_path: Path) -> None:
    piece = prepare(photo(tmp_path / "a.jpg"))
    attach(desk, COMMUNE, CODE, piece)
    withdraw(desk, COMMUNE, CODE, piece.sha256, reason="Nhầm")

    done = purge(desk, piece.sha256[:8], reason="Lộ mặt")

    assert done.places == ((COMMUNE, CODE),)
    assert blobs_of(file) == {piece.sha256: None}


def test_which_hash_is_meant_must_be_clear(desk: Desk, tmp_path: Path) -> None:
    blobs = [Blob("ab12cd34" + digit * 56, "text/plain", b"x") for digit in "01"]
    with desk.file.appending() as appender:
        appender.keep(blobs)

    codes = []
    for typed in ("ab12cd3", "không", "../../etc", "ab12cd34", "ffffffff", "a" * 65):
        with pytest.raises(ReadinessError) as caught:
            purge(desk, typed, reason="x")
        codes.append(code_of(caught))

    form = ErrorCode.HASH_FORM
    assert codes == [form, form, form, ErrorCode.HASH_AMBIGUOUS, ErrorCode.HASH_UNKNOWN, form]
    assert purge(desk, "ab12cd340", reason="x").sha256 == blobs[0].sha256


# What the edition wants


def piece_of(number: int, kind: str = "image/jpeg", caption: str = "", **more: Any) -> Attachment:
    sha256 = f"{number:064x}"
    return Attachment(sha256, "a", caption, kind, 1, None, "Lê An", "2026-12-05", **more)


def test_pictures_and_files_count_for_the_lines_that_want_them() -> None:
    held = make_round()
    lines = held.catalogue.criterion(CODE).evidence
    assert [line.kind for line in lines] == ["photo", "either", "photo"]

    def counts(*pieces: Attachment) -> tuple[list[int], int]:
        checklist = make_checklist(held, values=with_values(), evidence={CODE: pieces})
        assert checklist.missing_evidence(CODE) == sum(
            wanted.missing for wanted in checklist.wanted_evidence(CODE)
        )
        held_by_line = [wanted.held for wanted in checklist.wanted_evidence(CODE)]
        return held_by_line, checklist.missing_evidence(CODE)

    pdf = piece_of(9, "application/pdf")
    assert counts() == ([0, 0, 0], 3)
    assert counts(piece_of(1)) == ([0, 0, 0], 2)
    assert counts(pdf) == ([0, 0, 0], 2)
    assert counts(piece_of(1), pdf, piece_of(2)) == ([0, 0, 0], 0)
    assert counts(piece_of(1), piece_of(2), piece_of(3)) == ([0, 0, 0], 0)
    assert counts(piece_of(1, caption=f"{lines[2].text.vi} 2")) == ([0, 0, 1], 2)
    assert counts(piece_of(1), piece_of(2, caption=lines[0].text.en)) == ([1, 0, 0], 1)
    assert counts(pdf._replace(caption=lines[2].text.en)) == ([0, 0, 0], 3)
    assert counts(piece_of(1, is_purged=True), pdf) == ([0, 0, 0], 2)


def test_what_does_not_apply_wants_no_evidence() -> None:
    checklist = make_checklist(make_round(), values=with_values(), not_applicable=["QS-01"])

    assert checklist.missing_evidence("QS-01") == 0
    assert checklist.missing_evidence(CODE) == 3


# Hostile and damaged files


def test_a_file_in_which_something_acts_when_bytes_are_written_is_refused(file: Path) -> None:
    with closing(sqlite3.connect(file)) as meddling:
        meddling.execute("drop table blob")
        meddling.execute("create view blob as select id as sha256, body as bytes from record")

    with pytest.raises(ReadinessError) as caught:
        AuditFile.open(file)

    assert code_of(caught) is ErrorCode.FILE_ALTERED


def test_bytes_that_were_changed_are_a_fault_and_are_not_shown(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    attach(desk, COMMUNE, CODE, prepare(photo(tmp_path / "a.jpg")))
    (held,) = attached(file)
    with closing(sqlite3.connect(file)) as meddling, meddling:
        meddling.execute("update blob set bytes = x'ffd8ff00'")

    found = verify(desk.file)
    with pytest.raises(ReadinessError) as caught:
        viewing.bytes_of(desk.file, held)

    assert [message.code for message in found.faults] == [ErrorCode.VERIFY_BLOB]
    assert code_of(caught) is ErrorCode.EVIDENCE_ALTERED


def test_bytes_that_are_not_there_are_told(desk: Desk, file: Path, tmp_path: Path) -> None:
    attach(desk, COMMUNE, CODE, prepare(photo(tmp_path / "a.jpg")))
    (held,) = attached(file)
    with closing(sqlite3.connect(file)) as meddling, meddling:
        meddling.execute("delete from blob")

    found = verify(desk.file)
    with pytest.raises(ReadinessError) as caught:
        viewing.bytes_of(desk.file, held)

    assert found.is_sound
    assert [message.code for message in found.notes] == [ErrorCode.VERIFY_BLOB_MISSING]
    assert code_of(caught) is ErrorCode.EVIDENCE_GONE


@pytest.mark.parametrize("data", [b"MZ\x90\0" + bytes(99), b"#!/bin/sh\nrm", b"PK\x03\x04zip"])
def test_what_a_stranger_put_into_a_file_is_never_handed_to_the_system(
    data: bytes, desk: Desk, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    with desk.file.appending() as appender:
        appender.keep([Blob(sha256, "image/jpeg", data)])
    piece = piece_of(0)._replace(sha256=sha256, name="ảnh.jpg")

    with pytest.raises(ReadinessError) as shown:
        viewing.open_in_viewer(desk.file, piece)
    with pytest.raises(ReadinessError) as extracted:
        viewing.extract(desk.file, piece, tmp_path / "out", "")

    assert {code_of(shown), code_of(extracted)} == {ErrorCode.EVIDENCE_ALTERED}
    assert not (tmp_path / "out").exists()


# Out of the file again


def test_what_is_attached_is_listed_and_extracted_under_harmless_names(
    call: Callable[..., Said], desk: Desk, tmp_path: Path
) -> None:
    names = ["../../ảnh.jpg", "con.jpg", "=1+1|x'.csv", ".jpg", "x" * 300 + ".jpg", "ảnh.exe"]
    for number, name in enumerate(names):
        picked = photo(tmp_path / "picked.jpg", number)
        if name.endswith(".csv"):
            picked = tmp_path / "picked.csv"
            picked.write_text("1;2", "utf-8")
        piece = prepare(picked)
        attach(desk, COMMUNE, CODE, replace(piece, name=name))
    out = tmp_path / "ra" / "ngoài"

    said = call("evidence", COMMUNE, CODE, "--extract", out, "--json")
    again = call("evidence", COMMUNE, "--extract", out)
    listed = call("evidence", COMMUNE)

    paths = [Path(each["path"]) for each in said.data["evidence"]]
    assert len(set(paths)) == len(names)
    assert {path.parent for path in paths} == {out}
    assert {path.suffix for path in paths} == {".jpg", ".txt"}
    assert all(path.name.startswith(f"{COMMUNE} {CODE} ") for path in paths)
    assert not any(set(path.name) & set("=|'/\\:*?<>\"") for path in paths)
    assert [
        hashlib.sha256(path.read_bytes()).hexdigest()[:8] == each["sha256"][:8]
        for path, each in zip(paths, said.data["evidence"], strict=True)
    ] == [True] * len(names)
    assert again.status == 0
    assert len(list(out.iterdir())) == len(names)
    assert len(listed.out.splitlines()) == len(names)
    assert "\x1b" not in listed.out


def test_what_lies_in_the_folder_already_is_not_overwritten(
    call: Callable[..., Said], desk: Desk, tmp_path: Path
) -> None:
    attach(desk, COMMUNE, CODE, prepare(photo(tmp_path / "a.jpg")))
    first = Path(
        call("evidence", COMMUNE, "--extract", tmp_path, "--json").data["evidence"][0]["path"]
    )
    first.write_bytes(b"mine")

    second = call("evidence", COMMUNE, "--extract", tmp_path, "--json").data["evidence"][0]["path"]

    assert first.read_bytes() == b"mine"
    assert Path(second) != first


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A viewer that notes what it was given."""
    if os.name == "nt":
        pytest.skip("Windows has a viewer of its own")
    noted = tmp_path / "noted"
    tool = tmp_path / "bin" / "xdg-open"
    tool.parent.mkdir()
    tool.write_text(
        f"#!/bin/sh\nprintf '%s|%s' \"$#\" \"$1\" > '{noted}.part'\nmv '{noted}.part' '{noted}'\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":9")
    return noted


def test_the_viewer_gets_a_read_only_copy_that_is_taken_away_again(
    desk: Desk, file: Path, tmp_path: Path, viewer: Path
) -> None:
    name = "$(touch x) ảnh.jpg"
    piece = prepare(photo(tmp_path / name))
    attach(desk, COMMUNE, CODE, piece)
    (held,) = attached(file)

    shown = viewing.open_in_viewer(desk.file, held)
    again = viewing.open_in_viewer(desk.file, held)

    assert shown == again
    assert shown.read_bytes() == piece.data
    assert stat.S_IMODE(shown.stat().st_mode) == 0o400
    for waiting in threading.enumerate():
        if waiting.name == shown.name:
            waiting.join(60)
    assert viewer.read_text("utf-8") == f"1|{shown}"
    viewing.empty_viewing()
    assert list(shown.parent.iterdir()) == []


def test_purging_takes_the_copy_of_the_viewer_too(
    desk: Desk, file: Path, tmp_path: Path, viewer: Path
) -> None:
    for number in range(2):
        attach(desk, COMMUNE, CODE, prepare(photo(tmp_path / f"{number}.jpg", number)))
    first, second = (viewing.open_in_viewer(desk.file, held) for held in attached(file))

    purge(desk, first.name[:8], reason="Lộ mặt")

    assert not first.exists()
    assert second.exists()


def test_without_a_viewer_it_is_said_where_the_copy_lies(
    desk: Desk, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name == "nt":
        pytest.skip("Windows has a viewer of its own")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    attach(desk, COMMUNE, CODE, prepare(photo(tmp_path / "a.jpg")))
    (held,) = attached(file)

    with pytest.raises(ReadinessError) as caught:
        viewing.open_in_viewer(desk.file, held)

    assert code_of(caught) is ErrorCode.EVIDENCE_NO_VIEWER
    assert str(next((tmp_path / "home" / "viewing").iterdir())) in str(caught.value)


def test_a_size_is_written_as_people_do() -> None:
    language.choose("en")
    assert [size_words(size) for size in (0, 14, 1_499, 310_400, 2_449_000)] == [
        *("0 KB", "1 KB", "1 KB", "310 KB", "2.4 MB")
    ]
    language.choose("vi")
    assert size_words(2_449_000) == "2,4 MB"
