"""Small audit files as they come from outside, and ways to spoil them."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from audit.file import AuditFile, Blob, ChainEnd, Entry
from audit.fold import round_id_of
from audit.intake import Source
from audit.package import Kind
from audit.pen import Draft, continue_chains
from audit.record import Author
from audit.seal import Seal, Signer, chain_ends
from audit.vet import vet
from criteria.errors import ReadinessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from audit.vet import Vetted

COMMUNE: Final = "26368"
OFFICE: Final = Signer(bytes(range(32)))
AUDITOR: Final = Signer(bytes(range(1, 33)))
NONCE: Final = "0" * 32
ROUND: Final = round_id_of(OFFICE.fingerprint, NONCE)
OFFICE_WRITER: Final = "w" + "0" * 32
WRITER: Final = "w" + "1" * 32
AT: Final = "2026-12-05T17:00:00+07:00"
PHOTO: Final = b"\xff\xd8\xff\xe0 a photo \x00" + bytes(range(256)) * 8
PHOTO_HASH: Final = hashlib.sha256(PHOTO).hexdigest()
PHOTO_VALUE: Final = {
    "name": "máy.jpg",
    "caption": "",
    "media_type": "image/jpeg",
    "size": len(PHOTO),
    "taken_at": None,
    "original": "f" * 64,
}


def chain(
    drafts: Sequence[Draft],
    *,
    signer: Signer = AUDITOR,
    writer: str = WRITER,
    after: Sequence[Entry] = (),
    round_id: str = ROUND,
    name: str = "Trần Thị Bình",
) -> list[Entry]:
    """Return records that continue their chains, one a second."""
    moment = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    ends = {key: ChainEnd(held[0].sequence, held[0].id) for key, held in chain_ends(after).items()}
    return continue_chains(
        drafts,
        round_id,
        Author(signer.fingerprint, name),
        writer,
        clock,
        lambda commune, of: ends.get((commune, of)),
    )


def opening(round_id: str = ROUND, nonce: str = NONCE, signer: Signer = OFFICE) -> list[Entry]:
    """Return the records of the round itself, with less in them than a real round has."""
    drafts = [
        Draft("round", "", "round", {"title": "Đợt 1", "nonce": nonce, "office_keys": []}),
        Draft("round", "", "communes", [{"code": COMMUNE, "name": "Phường Long Thành"}]),
    ]
    return chain(drafts, signer=signer, writer=OFFICE_WRITER, round_id=round_id, name="Sở KH&CN")


def answers(count: int = 8) -> list[Draft]:
    """Return what an auditor states: answers, a note with every kind of sign, a photo."""
    return [
        *(Draft("answer", COMMUNE, f"field_{number}", number) for number in range(count)),
        Draft("note", COMMUNE, "EQ-01/note", 'Máy cũ, "chậm"\n\t\\ ổn [b]'),
        Draft("evidence", COMMUNE, f"EQ-01/evidence/{PHOTO_HASH}", PHOTO_VALUE),
    ]


def good_entries() -> list[Entry]:
    """Return the records of a round and of one commune."""
    return [*opening(), *chain(answers())]


def seals_of(
    entries: Sequence[Entry], signer: Signer = AUDITOR, what: str = "seal", round_id: str = ROUND
) -> list[Seal]:
    """Return the seal of each chain, the round's own by the office."""
    return [
        (signer if commune else OFFICE).seal(
            round_id, commune, writer, ChainEnd(held[0].sequence, held[0].id), AT, what
        )
        for (commune, writer), held in chain_ends(entries).items()
    ]


def hand_in(
    path: Path,
    entries: Sequence[Entry] | None = None,
    *,
    seals: Sequence[Seal] | None = None,
    receipts: Sequence[Seal] = (),
    blobs: Sequence[Blob] = (Blob(PHOTO_HASH, "image/jpeg", PHOTO),),
    kind: str = Kind.HAND_IN,
) -> Path:
    """Make a file as the program hands it in."""
    held = good_entries() if entries is None else entries
    AuditFile.create(
        path,
        held,
        seals=seals_of(held) if seals is None else seals,
        receipts=receipts,
        blobs=blobs,
        about={"kind": kind, "made_at": AT, "made_by": "Trần Thị Bình", "program": "0.3.0"},
    ).close()
    return path


@contextmanager
def editing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file as somebody with another tool does, without its guard rails."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in ("record_is_never_changed", "record_is_never_deleted"):
            connection.execute(f"drop trigger if exists {name}")
        yield connection


def rewritten(path: Path, sql: str, old: str, new: str) -> None:
    """Change the table of contents itself."""
    with editing(path) as connection:
        connection.execute("pragma writable_schema = on")
        connection.execute(
            f"update sqlite_schema set sql = replace(sql, ?, ?) where {sql}",  # noqa: S608
            (old, new),
        )


def outcome(source: Path | bytes | Source) -> str | Vetted:
    """Return what vetting says: the code of the refusal, or what the file holds.

    Raises:
        AssertionError: Something of it cannot be told as a sentence.
    """
    if isinstance(source, bytes):
        source = Source("a.audit", None, source)
    elif not isinstance(source, Source):
        source = Source(str(source), source)
    try:
        with vet(source) as vetted:
            for blob in vetted.blobs(vetted.hashes):
                assert blob.data is not None
                assert hashlib.sha256(blob.data).hexdigest() == blob.sha256
            assert all(str(message) for message in vetted.findings)
            return vetted
    except ReadinessError as error:
        return error.messages[0].code.name if str(error) else ""


def found(source: Any) -> list[str]:
    """Return the codes of what is remarked about a file that is taken."""
    vetted = outcome(source)
    assert not isinstance(vetted, str), vetted
    return [message.code.name for message in vetted.findings]


def traces(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return name -> time of change and bytes of everything in a folder."""
    return {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.iterdir()
        if path.is_file()
    }
