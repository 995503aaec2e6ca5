"""Which files may be attached, told by what is in them; and what to say of the others.

Documents are kept byte for byte. What could run when somebody opens it is refused: it
would travel to the office inside the audit file.
"""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath
from typing import Final

from audit.pictures import is_heif
from criteria.errors import ErrorCode, ReadinessError

MOST_BYTES: Final = 5_000_000
"""Of a document; about thirty pages scanned at 150 dots an inch."""
HEAD: Final = 512
"""Bytes that tell what a file is."""

SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/plain": ".txt",
}
"""Media type -> ending under which a kept file is opened; none of them runs anything."""
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_TEXT_ENDINGS: Final = frozenset({".txt", ".csv", ".log"})
_MOST_PARTS: Final = 5_000
"""Entries of a DOCX or XLSX; a report with a thousand pictures has fewer."""
_MOST_TYPES: Final = 1_000_000
"""Bytes of the list of parts in a DOCX or XLSX."""

_PROGRAMS: Final = (
    b"\x7fELF",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
_ARCHIVES: Final = (
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
)
_FILMS: Final = (b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba", b"FLV\x01", b"0&\xb2u\x8ef\xcf\x11")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What Python raises where a packed file is not what it says it is."""


def refuse_by_head(head: bytes, name: str) -> None:
    """Refuse what is known from its first bytes, before more of it is read.

    Args:
        head: The first `HEAD` bytes, or all of a shorter file.
        name: What sentences call the file.

    Raises:
        ReadinessError: It is a program, an archive, a film, or of a form that must be
            saved as another first.
    """
    if is_heif(head):
        code = ErrorCode.PICTURE_HEIC
    elif head.startswith(_PROGRAMS) or (head[:2] == b"MZ" and 0 in head[:64]):
        code = ErrorCode.EVIDENCE_PROGRAM
    elif head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        code = ErrorCode.EVIDENCE_ARCHIVE
    elif head.startswith(_FILMS) or head[4:8] == b"ftyp" or _is_riff(head):
        code = ErrorCode.EVIDENCE_FILM
    elif head.startswith(_OLD_OFFICE):
        code = ErrorCode.EVIDENCE_OLD_OFFICE
    else:
        return
    raise ReadinessError(code, path=name)


def _is_riff(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WAVE")


def media_type_of(data: bytes, name: str) -> str:
    """Return the media type of a document, one of `SUFFIXES`.

    Args:
        data: All of the file; no picture.
        name: Its name: of texts it tells a list from a script.

    Raises:
        ReadinessError: It is no document that can be kept.
    """
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(_ZIP):
        return _office_type(data, name)
    return _text_type(data, name)


def kept_type(data: bytes) -> str | None:
    """Return the media type of bytes that were kept; ``None`` if they are nothing we keep.

    What is opened on a laptop is named after this, never after what a record says.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    try:
        refuse_by_head(data[:HEAD], "")
        return media_type_of(data, "any.txt")
    except ReadinessError:
        return None


def _office_type(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = {part.casefold() for part in packed.namelist()}
            if len(parts) > _MOST_PARTS or "[content_types].xml" not in parts:
                raise ReadinessError(ErrorCode.EVIDENCE_ARCHIVE, path=name)
            with packed.open("[Content_Types].xml") as listed:
                types = listed.read(_MOST_TYPES).lower()
    except _BROKEN as error:
        raise ReadinessError(ErrorCode.EVIDENCE_BROKEN, path=name) from error
    if b"macroenabled" in types or any("vbaproject" in part for part in parts):
        raise ReadinessError(ErrorCode.EVIDENCE_MACROS, path=name)
    if "word/document.xml" in parts:
        return _WORD
    if "xl/workbook.xml" in parts:
        return _EXCEL
    raise ReadinessError(ErrorCode.EVIDENCE_ARCHIVE, path=name)


def _text_type(data: bytes, name: str) -> str:
    if PurePath(name).suffix.casefold() not in _TEXT_ENDINGS:
        raise ReadinessError(ErrorCode.EVIDENCE_UNKNOWN, path=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_other_letters = data.startswith(_UTF_16) or 0 not in data
        code = ErrorCode.EVIDENCE_LETTERS if is_other_letters else ErrorCode.EVIDENCE_UNKNOWN
        raise ReadinessError(code, path=name) from error
    if any(c not in "\t\n\r\f" and unicodedata.category(c) == "Cc" for c in set(text)):
        raise ReadinessError(ErrorCode.EVIDENCE_UNKNOWN, path=name)
    return "text/plain"
