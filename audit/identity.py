"""Who works on this machine: the auditor, their key, and the writers of their files.

All of it lies in the user's own folder, never in an audit file: the private key
never travels, and a writer belongs to one file on one machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from audit.record import Author
from audit.seal import Signer, fingerprint
from audit.settings import home, read_json, write_json
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import AuditFile, Entry
    from audit.own import OwnChains

_AUDITOR: Final = "auditor.json"
_KEY: Final = "auditor.key"
_WRITERS: Final = "writers"


@dataclass(frozen=True)
class Auditor:
    """The person who uses this machine.

    Attributes:
        name: As it stands in the minutes.
        unit: Where they work.
        title: Their office.
        key: Fingerprint of the public key.
        public_key: The Ed25519 public key, 64 hexadecimal digits.
    """

    name: str
    unit: str
    title: str
    key: str
    public_key: str

    @property
    def author(self) -> Author:
        """As records name them."""
        return Author(self.key, self.name)


def auditor() -> Auditor | None:
    """Return the auditor of this machine; ``None`` if nobody has said yet, or it is spoilt."""
    held = read_json(home() / _AUDITOR)
    try:
        said = Auditor(**{name: str(held[name]) for name in Auditor.__dataclass_fields__})
        is_sound = fingerprint(bytes.fromhex(said.public_key)) == said.key
    except (KeyError, ValueError):
        return None
    return said if is_sound else None


def needed_auditor() -> Auditor:
    """Return the auditor of this machine.

    Raises:
        ReadinessError: Nobody has said who they are.
    """
    found = auditor()
    if found is None:
        raise ReadinessError(ErrorCode.AUDITOR_UNKNOWN, status=2)
    return found


def set_auditor(name: str | None, unit: str | None, title: str | None) -> Auditor:
    """Remember who uses this machine; the key is made the first time and stays.

    Args:
        name: ``None`` keeps what was said before, here and below.
        unit: Where they work.
        title: Their office.

    Raises:
        ReadinessError: There is no name yet, the folder cannot be written, or the key
            that is there cannot be read.
    """
    from criteria.values import clean

    held = auditor()
    said = {
        "name": clean(name or "") or (held.name if held else ""),
        "unit": clean(unit) if unit is not None else (held.unit if held else ""),
        "title": clean(title) if title is not None else (held.title if held else ""),
    }
    if not said["name"]:
        raise ReadinessError(ErrorCode.AUDITOR_UNKNOWN, status=2)
    try:
        public = bytes.fromhex(held.public_key) if held else _make_key()
        made = Auditor(**said, key=fingerprint(public), public_key=public.hex())
        write_json(home() / _AUDITOR, asdict(made))
    except OSError as error:
        raise ReadinessError(
            ErrorCode.HOME_NOT_WRITABLE, path=home(), reason=error.strerror or error
        ) from error
    except ValueError as error:
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=home() / _KEY) from error
    return made


def _make_key() -> bytes:
    """Return the public half of the auditor's Ed25519 key, made now if there is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = home() / _KEY
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    if path.exists():
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii")))
    else:
        private = Ed25519PrivateKey.generate()
        _write_privately(path, private.private_bytes_raw().hex().encode())
    return private.public_key().public_bytes_raw()


def own_chains(round_id: str) -> OwnChains | None:
    """Return what knows the records this machine wrote; ``None`` where it has no key yet."""
    from audit.own import OwnChains

    try:
        key = bytes.fromhex((home() / _KEY).read_text("ascii"))
    except (OSError, ValueError):
        return None
    return OwnChains(hashlib.sha256(b"readiness own chains" + key).digest(), round_id)


def _write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; on Windows the user's folder is private."""
    building = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as held:
        held.write(content)
        held.flush()
        os.fsync(held.fileno())
    building.replace(path)


def signer() -> Signer:
    """Return what seals in the name of this machine's auditor.

    Raises:
        ReadinessError: Nobody has said who they are, or the key is not theirs any more.
    """
    held, path = needed_auditor(), home() / _KEY
    try:
        found = Signer(bytes.fromhex(path.read_text("ascii")))
    except (OSError, ValueError) as error:
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=path) from error
    if not found.may_speak_for(held.author):
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=path)
    return found


def write_private_key(out: Path) -> None:
    """Write the private key of this machine's auditor to a new file that only they may read.

    Raises:
        ReadinessError: There is a file already, it cannot be written, or there is no key.
    """
    from audit.envelope import ssh_private_key
    from audit.file import as_sentences

    content = ssh_private_key(signer().private_bytes())
    if out.exists():
        raise ReadinessError(ErrorCode.FILE_EXISTS, path=out)
    with as_sentences(out):
        _write_privately(out, content)


def new_writer() -> str:
    """Return ``w`` and 128 random bits."""
    return "w" + secrets.token_hex(16)


@dataclass(frozen=True)
class WriterMark:
    """The last record a writer wrote, as its machine remembers it."""

    writer: str
    path: str
    commune: str
    sequence: int
    id: str


def writer_for(file: AuditFile) -> str:
    """Return the writer that may continue its chains in this file.

    A file that is unknown here, has been moved or is behind what its writer wrote
    (a copy, a restored backup) gets a new writer, so that no two records of one
    writer can hold the same place unnoticed.
    """
    path = str(file.path.resolve())
    mark = _mark(path)
    if mark is not None and file.holds(mark.id, mark.commune, mark.writer, mark.sequence):
        return mark.writer
    return new_writer()


def last_written(path: Path) -> str:
    """Return the id of the last record this machine wrote to a file; empty for none known."""
    mark = _mark(str(path.resolve()))
    return mark.id if mark is not None else ""


def remember_writer(path: Path, last: Entry) -> None:
    """Remember the last record written to a file.

    Raises nothing: if it cannot be kept, the next run merely starts a new writer.
    """
    resolved = str(path.resolve())
    mark = WriterMark(last.writer, resolved, last.commune, last.sequence, last.id)
    with contextlib.suppress(OSError):
        write_json(_mark_path(resolved), asdict(mark), flush=False)


def _mark_path(resolved: str) -> Path:
    name = hashlib.sha256(resolved.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return home() / _WRITERS / f"{name}.json"


def _mark(resolved: str) -> WriterMark | None:
    held = read_json(_mark_path(resolved))
    try:
        mark = WriterMark(**{name: held[name] for name in WriterMark.__dataclass_fields__})
    except KeyError:
        return None
    texts = (mark.writer, mark.path, mark.commune, mark.id)
    is_sound = all(isinstance(text, str) for text in texts) and isinstance(mark.sequence, int)
    return mark if is_sound and mark.path == resolved and mark.sequence < 2**63 else None
