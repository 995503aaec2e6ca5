"""Photos and files as evidence: attached by hash, withdrawn, and purged for good.

A record says what is attached to which criterion; the bytes lie beside the records under
their SHA-256, once however often they are attached. Purging takes the bytes away and
leaves the hash, so that nothing brings them back.
"""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.changes import look_again
from audit.documents import HEAD, MOST_BYTES, media_type_of, refuse_by_head
from audit.file import Blob
from audit.fold import purged_here
from audit.folders import showable
from audit.interpreting import attachment
from audit.pen import Draft
from audit.pictures import (
    MOST_READ,
    is_picture,
    prepare_picture,
    refuse_false_picture,
)
from audit.purging import is_purge
from audit.record import BASES, Cell, Record, StoredRecord
from audit.statements import state_evidence, state_evidence_withdrawn
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, moment_of, number
from criteria.system import reason_of
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from audit.desk import Desk
    from audit.file import AuditFile
    from checklists.checklist import Attachment

LEAST_DIGITS: Final = 8
"""Of a hash that a person types."""
MOST_CAPTION: Final = 300
_MOST_NAME: Final = 120
_SUBJECT: Final = re.compile(r"([^/]+)/evidence/([0-9a-f]{64})")


@dataclass(frozen=True)
class Piece:
    """A file that is ready to be attached.

    Attributes:
        sha256: Of the bytes to be kept, 64 hexadecimal digits.
        data: The bytes to be kept.
        media_type: One of `audit.documents.SUFFIXES`.
        name: Of the file it was picked as, as it can be shown.
        taken_at: ISO text, a claim of the camera.
        original: SHA-256 of the file as it was picked.
    """

    sha256: str
    data: bytes
    media_type: str
    name: str
    taken_at: str | None
    original: str

    def value(self, caption: str) -> dict[str, Any]:
        """Return what a record holds of it."""
        return {
            "name": self.name,
            "caption": caption,
            "media_type": self.media_type,
            "size": len(self.data),
            "taken_at": self.taken_at,
            "original": self.original,
        }


class Attached(NamedTuple):
    """What came of attaching a piece.

    Attributes:
        sha256: Of the bytes as they are kept.
        is_new: Whether something was stated; else it was there already.
        is_restored: Whether it was attached already without its bytes, and they are back.
    """

    sha256: str
    is_new: bool
    is_restored: bool = False


class Purged(NamedTuple):
    """What was purged.

    Attributes:
        sha256: Of the bytes that went.
        places: Code of a commune and of a criterion, wherever it was ever attached.
    """

    sha256: str
    places: tuple[tuple[str, str], ...]


def prepare(path: Path, *, keep_place: bool = False) -> Piece:
    """Read a file and make it ready to be attached; a picture takes up to a second.

    Args:
        path: Where it is.
        keep_place: Whether a photo may say where it was taken.

    Raises:
        ReadinessError: It cannot be read, or is of a kind that is not kept.
    """
    shown = showable(str(path))
    data = _read(path, shown)
    original = hashlib.sha256(data).hexdigest()
    name = _name_of(path.name) or original[:LEAST_DIGITS]
    if is_picture(data[:HEAD]):
        picture = prepare_picture(data, shown, keep_place=keep_place)
        sha256 = hashlib.sha256(picture.data).hexdigest()
        return Piece(sha256, picture.data, picture.media_type, name, picture.taken_at, original)
    return Piece(original, data, media_type_of(data, shown), name, None, original)


def _read(path: Path, shown: str) -> bytes:
    """Return the bytes of a file, having refused by its first ones what is not kept."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ReadinessError(ErrorCode.EVIDENCE_FOLDER, path=shown)
        if not stat.S_ISREG(mode):
            raise ReadinessError(ErrorCode.EVIDENCE_UNKNOWN, path=shown)
        with path.open("rb") as held:
            head = held.read(HEAD)
            if not head:
                raise ReadinessError(ErrorCode.EVIDENCE_EMPTY, path=shown)
            refuse_by_head(head, shown)
            refuse_false_picture(head, shown)
            most = MOST_READ if is_picture(head) else MOST_BYTES
            size = path.stat().st_size
            rest = held.read(most + 1 - len(head)) if size <= most else b""
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReadinessError(ErrorCode.FILE_MISSING, path=shown) from error
    except (OSError, ValueError) as error:
        reason = reason_of(error)
        raise ReadinessError(ErrorCode.EVIDENCE_UNREADABLE, path=shown, reason=reason) from error
    if max(size, len(head) + len(rest)) > most:
        is_photo = most == MOST_READ
        raise ReadinessError(
            ErrorCode.PICTURE_TOO_LARGE if is_photo else ErrorCode.EVIDENCE_TOO_LARGE,
            path=shown,
            size=size_words(size),
            most=size_words(most),
        )
    return head + rest


def _name_of(name: str) -> str:
    """Return the name of a file as a record holds it: one line of plain text."""
    plain = "".join(" " if c.isspace() else c for c in name if unicodedata.category(c) != "Cf")
    return clean(plain)[:_MOST_NAME].strip()


def size_words(size: int) -> str:
    """Return a size in bytes for people: ``310 KB``, ``2,4 MB``."""
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)) if size else 0)} KB"
    tenths = round(size / 100_000)
    return f"{number(Decimal(tenths) / 10 if tenths % 10 else tenths // 10)} MB"


def attach(
    desk: Desk, commune: str, code: str, piece: Piece, caption: str = "", *, reason: str = ""
) -> Attached:
    """Attach a piece to a criterion of a commune, or give what is attached a new caption.

    Where it is attached already but the file lacks its bytes, they are put back.

    Args:
        desk: Open for writing.
        commune: Code.
        code: Of the criterion.
        piece: What to attach.
        caption: What it shows; empty leaves the caption of what is attached already.
        reason: Needed where the checklist is signed.

    Raises:
        ReadinessError: It was purged before, the checklist is signed and there is no
            reason, or the file cannot be written.
    """
    desk.catch_up()
    if _is_purged(desk, commune, piece):
        raise ReadinessError(ErrorCode.EVIDENCE_PURGED, path=piece.name)
    caption = _caption(caption)
    there = _attached_as(desk, commune, code, piece)
    blob = Blob(piece.sha256, piece.media_type, piece.data)
    if there is not None:
        is_new = caption_anew(desk, commune, code, there, caption, reason=reason)
        is_lost = there not in desk.file.hashes()
        if is_lost:
            desk.write([], blobs=[blob])
        return Attached(there, is_new, is_lost)
    draft = state_evidence(
        desk.ledger(commune),
        commune,
        code,
        piece.sha256,
        piece.value(caption),
        desk.pen().author,
        reason=reason,
    )
    if draft is not None:
        desk.write([draft], blobs=[blob])
    return Attached(piece.sha256, draft is not None)


def _is_purged(desk: Desk, commune: str, piece: Piece) -> bool:
    """Return whether a piece was purged; reads the records only where something was."""
    hashes = {piece.sha256, piece.original}
    gone = purged_here(desk.file) | {
        sha256
        for _code, sha256, values in _attached(desk, commune)
        if any(value.get("purged") is True for value in values)
    }
    return not gone.isdisjoint(hashes) or any(
        sha256 in gone and isinstance(record.value, dict) and record.value.get("original") in hashes
        for sha256, _code, record in (_evidence_records(desk.file, piece.original) if gone else ())
    )


def _attached_as(desk: Desk, commune: str, code: str, piece: Piece) -> str | None:
    """Return under which hash the same file is attached already.

    A picture may have been made smaller by another version, or be picked again from what
    was extracted. Where the bytes of all those are missing, only the very same can stand
    for them.
    """
    found = [
        sha256
        for at, sha256, values in _attached(desk, commune)
        if at == code
        and (
            sha256 in (piece.sha256, piece.original)
            or piece.original in {value.get("original") for value in values}
        )
    ]
    held = desk.file.hashes() if found else {}
    there = next((sha256 for sha256 in found if sha256 in held), None)
    return there or (piece.sha256 if piece.sha256 in found else None)


def _attached(desk: Desk, commune: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield code, hash and what is said of it, for all that is attached in a commune."""
    for cell, heads in desk.ledger(commune).heads.items():
        place = _SUBJECT.fullmatch(cell.subject)
        values = [head.record.value for head in heads if isinstance(head.record.value, dict)]
        if place is not None and values:
            yield place[1], place[2], values


def _caption(text: str) -> str:
    return " ".join(clean(text).split())[:MOST_CAPTION]


def caption_anew(
    desk: Desk,
    commune: str,
    code: str,
    sha256: str,
    caption: str,
    *,
    reason: str = "",
    may_clear: bool = False,
) -> bool:
    """Give what is attached another caption.

    Args:
        desk: Open for writing.
        commune: Code.
        code: Of the criterion.
        sha256: Of what is attached there.
        caption: The new one.
        reason: Needed where the checklist is signed.
        may_clear: Whether an empty caption takes the old one away.

    Returns:
        Whether something was written.

    Raises:
        ReadinessError: It is not attached, the checklist is signed and there is no
            reason, or the file cannot be written.
    """
    look_again(desk, commune, [_cell(code, sha256)])
    author = desk.pen().author
    caption = _caption(caption)
    values = [
        head.record.value
        for head in sorted(
            _captioned(desk, commune, code, sha256),
            key=lambda head: head.record.author.key != author.key,
        )
    ]
    if not values:
        raise ReadinessError(ErrorCode.EVIDENCE_NOT_ATTACHED, path=sha256[:LEAST_DIGITS], code=code)
    if not (caption or may_clear):
        return False
    draft = state_evidence(
        desk.ledger(commune),
        commune,
        code,
        sha256,
        {**values[0], "caption": caption},
        author,
        reason=reason,
    )
    if draft is not None:
        desk.write([draft])
    return draft is not None


class Captions(NamedTuple):
    """What several people say one piece shows.

    Attributes:
        own: Of the auditor of this machine; where they said nothing, the only one there is.
        others: Name of an author and caption, for those that ``own`` is not.
    """

    own: str
    others: tuple[tuple[str, str], ...]


def captions(desk: Desk, commune: str, code: str, sha256: str) -> Captions:
    """Return what is said of something attached to a criterion of a commune."""
    key = desk.pen().author.key
    own: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for head in _captioned(desk, commune, code, sha256):
        caption = head.record.value.get("caption")
        said = head.record.author.name, caption if isinstance(caption, str) else ""
        (own if head.record.author.key == key else others).append(said)
    others = [said for said in others if said[1]]
    if own:
        return Captions(own[-1][1], tuple(others))
    if len({caption for _author, caption in others}) == 1:
        return Captions(others[0][1], ())
    return Captions("", tuple(others))


def _captioned(desk: Desk, commune: str, code: str, sha256: str) -> list[StoredRecord]:
    """Return the records that say something is attached, and what it shows."""
    heads = desk.ledger(commune).heads.get(_cell(code, sha256), [])
    return [
        head for head in heads if isinstance(head.record.value, dict) and not is_purge(head.record)
    ]


def _cell(code: str, sha256: str) -> Cell:
    return Cell(f"{code}/evidence/{sha256}", "verified")


def removed(desk: Desk, commune: str) -> dict[str, tuple[Attachment, ...]]:
    """Return what was attached in a commune and is no longer, but whose bytes are here yet.

    What is still attached to another criterion of the commune is left out: it can be
    purged there.

    Returns:
        Code -> pieces, as they were attached last; author, time and reason are of their
        removal, and empty where the office declared the record void.
    """
    held = desk.file.hashes()
    attached = {
        piece.sha256 for pieces in desk.checklist(commune).evidence.values() for piece in pieces
    }
    last: dict[tuple[str, str], Record] = {}
    for entry in desk.file.entries(commune):
        if "/evidence/" not in entry.body:
            continue
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        place = _SUBJECT.fullmatch(record.subject)
        if (
            place is None
            or (record.kind, record.round) != ("evidence", desk.round.id)
            or place[1] not in desk.round.catalogue.codes
            or not isinstance(record.value, dict)
            or is_purge(record)
            or place[2] in attached
            or not held.get(place[2])
        ):
            continue
        earlier = last.get((place[1], place[2]))
        if earlier is None or earlier.recorded_at <= record.recorded_at:
            last[place[1], place[2]] = record
    found: dict[str, list[Attachment]] = {}
    for (code, sha256), record in sorted(last.items()):
        heads = desk.ledger(commune).heads.get(_cell(code, sha256), [])
        by = heads[-1].record if heads else None
        found.setdefault(code, []).append(
            attachment(sha256, [StoredRecord("", record)])._replace(
                author=by.author.name if by else "",
                recorded_at=by.recorded_at if by else "",
                reason=by.reason if by else "",
            )
        )
    return {code: tuple(pieces) for code, pieces in found.items()}


def removed_words(piece: Attachment) -> str:
    """Return who removed a piece, when and why, in the language in use."""
    if not piece.author:
        return _("declared void by the office")
    return _("removed by {author}, {moment}: {reason}").format(
        author=piece.author, moment=moment_of(piece.recorded_at), reason=piece.reason
    )


def withdraw(desk: Desk, commune: str, code: str, digits: str, *, reason: str) -> str:
    """State that something is no longer attached to a criterion; its bytes stay.

    Args:
        desk: Open for writing.
        commune: Code.
        code: Of the criterion.
        digits: Of its hash, the first eight or more.
        reason: Why.

    Returns:
        The hash.

    Raises:
        ReadinessError: There is no reason, nothing like it is attached, or the file
            cannot be written.
    """
    seen = desk.checklist(commune).evidence.get(code, ())
    look_again(desk, commune, [_cell(code, each.sha256) for each in seen])
    pieces = desk.checklist(commune).evidence.get(code, ())
    typed = _hash_typed(digits)
    fitting = [
        each.sha256 for each in pieces if each.sha256.startswith(typed) and not each.is_purged
    ]
    if not fitting:
        raise ReadinessError(ErrorCode.EVIDENCE_NOT_ATTACHED, path=typed, code=code)
    sha256 = _only(fitting, typed)
    desk.write(
        [state_evidence_withdrawn(desk.ledger(commune), commune, code, sha256, reason=reason)]
    )
    return sha256


def purge(desk: Desk, digits: str, *, reason: str) -> Purged:
    """Take the bytes of something attached away for good, wherever it is attached.

    Each cell it was ever attached in gets a record that says so; the hash stays, and
    nothing brings the bytes back.

    Args:
        desk: Open for writing.
        digits: Of its hash, the first eight or more.
        reason: Why.

    Raises:
        ReadinessError: There is no reason, no such hash, it was purged before, or the
            file cannot be written.
    """
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    desk.catch_up()
    typed = _hash_typed(digits)
    held = desk.file.hashes()
    records = list(_evidence_records(desk.file, f"/evidence/{typed}"))
    known = {sha256 for sha256, _code, _record in records}
    known |= {each for each in held if each.startswith(typed)}
    sha256 = _only(known, typed)
    cells = {
        (record.commune, code, record.cell)
        for each, code, record in records
        if each == sha256 and record.round == desk.round.id and record.basis in BASES
    }
    drafts = []
    for commune, _code, cell in sorted(cells):
        heads = desk.ledger(commune).heads.get(cell, [])
        if not any(is_purge(head.record) for head in heads):
            drafts.append(
                Draft(
                    "evidence",
                    commune,
                    cell.subject,
                    {"purged": True},
                    basis=cell.basis,
                    replaces=tuple(head.id for head in heads),
                    reason=clean(reason),
                )
            )
    if not drafts and not held.get(sha256):
        raise ReadinessError(ErrorCode.EVIDENCE_PURGED_ALREADY, sha256=sha256[:LEAST_DIGITS])
    desk.write(drafts, purged=[sha256])
    # A copy may have been opened in the viewer.
    from audit.viewing import forget

    forget(sha256)
    return Purged(
        sha256, tuple(dict.fromkeys((commune, code) for commune, code, _ in sorted(cells)))
    )


def _evidence_records(file: AuditFile, text: str) -> Iterator[tuple[str, str, Record]]:
    """Yield hash, code and record of what was said about evidence in records with a text."""
    for entry in file.entries_with(text):
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        place = _SUBJECT.fullmatch(record.subject)
        if record.kind == "evidence" and place is not None:
            yield place[2], place[1], record


def _hash_typed(text: str) -> str:
    typed = text.strip().rstrip("….").casefold()
    if not re.fullmatch(f"[0-9a-f]{{{LEAST_DIGITS},64}}", typed):
        raise ReadinessError(
            ErrorCode.HASH_FORM, status=2, text=showable(text)[:80], least=LEAST_DIGITS
        )
    return typed


def _only(hashes: Iterable[str], typed: str) -> str:
    """Return the one hash that fits what was typed."""
    found = sorted(set(hashes))
    if not found:
        raise ReadinessError(ErrorCode.HASH_UNKNOWN, text=typed)
    if len(found) > 1:
        known = ", ".join(each[: len(typed) + LEAST_DIGITS] for each in found[:5])
        raise ReadinessError(ErrorCode.HASH_AMBIGUOUS, text=typed, known=known)
    return found[0]
