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
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.system import reason_of

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import AuditFile, Entry
    from audit.own import OwnChains

_AUDITOR: Final = "auditor.json"
_KEY: Final = "auditor.key"
_WRITERS: Final = "writers"
_SAID: Final = ("name", "unit", "title", "key", "public_key")
_news: list[Message] = []
"""What is to be told about the key of this machine; see `key_news`."""


@dataclass(frozen=True)
class Auditor:
    """The person who uses this machine.

    Attributes:
        name: As it stands in the minutes.
        unit: Where they work.
        title: Their office.
        key: Fingerprint of the public key.
        public_key: The Ed25519 public key, 64 hexadecimal digits.
        former: Fingerprints of the keys they had here before, the newest last.
    """

    name: str
    unit: str
    title: str
    key: str
    public_key: str
    former: tuple[str, ...] = ()

    @property
    def author(self) -> Author:
        """As records name them."""
        return Author(self.key, self.name)


def auditor() -> Auditor | None:
    """Return the auditor of this machine; ``None`` if nobody has said yet, or it is spoilt."""
    held = read_json(home() / _AUDITOR)
    former = held.get("former")
    try:
        said = Auditor(
            **{name: str(held[name]) for name in _SAID},
            former=(*map(str, former),) if isinstance(former, list) else (),
        )
        is_sound = fingerprint(bytes.fromhex(said.public_key)) == said.key
    except (KeyError, ValueError):
        return None
    return said if is_sound else None


def needed_auditor() -> Auditor:
    """Return the auditor of this machine, whose key can be used.

    Where the key is gone, a new one is made for them; `key_news` says so then.

    Raises:
        ReadinessError: Nobody has said who they are, or the key that is there is not theirs
            or cannot be read.
    """
    return _with_key()[0]


def signer() -> Signer:
    """Return what seals in the name of this machine's auditor; as `needed_auditor`."""
    return _with_key()[1]


def _with_key() -> tuple[Auditor, Signer]:
    held = auditor()
    if held is None:
        raise ReadinessError(ErrorCode.AUDITOR_UNKNOWN, status=2)
    key = _key_here()
    if key is None or key.fingerprint in held.former:
        held, key = _as_auditor(held.name, held.unit, held.title, held, key)
    if not key.may_speak_for(held.author):
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=home() / _KEY)
    return held, key


def key_of(held: Auditor, folder: Path) -> Signer:
    """Return the key of an auditor, which still has to lie on this machine.

    Args:
        held: The auditor.
        folder: Their own, in which it lies.

    Raises:
        ReadinessError: It does not, or cannot be read.
    """
    key = _key_here(folder)
    if key is None or not key.may_speak_for(held.author):
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=folder / _KEY)
    return key


def has_sound_key() -> bool | None:
    """Return whether the key here is that of the auditor; ``None`` where there is neither."""
    held = auditor()
    try:
        key = _key_here()
    except ReadinessError:
        return False
    if key is None:
        return None if held is None else False
    return held is None or key.fingerprint in (held.key, *held.former)


def key_news() -> list[Message]:
    """Return what is to be told about the key of this machine, once."""
    told = [*_news]
    _news.clear()
    return told


def set_auditor(name: str | None, unit: str | None, title: str | None) -> Auditor:
    """Remember who uses this machine; the key is made the first time and stays.

    Where the key is gone, a new one is made; `key_news` says so then.

    Args:
        name: ``None`` keeps what was said before, here and below.
        unit: Where they work.
        title: Their office.

    Raises:
        ReadinessError: There is no name yet, the folder cannot be written, or the key
            that is there cannot be read or is not that of the auditor.
    """
    from criteria.values import clean

    held = auditor()
    called = clean(name or "") or (held.name if held else "")
    if not called:
        raise ReadinessError(ErrorCode.AUDITOR_UNKNOWN, status=2)
    return _as_auditor(
        called,
        clean(unit) if unit is not None else (held.unit if held else ""),
        clean(title) if title is not None else (held.title if held else ""),
        held,
        _key_here(),
    )[0]


def _as_auditor(
    name: str, unit: str, title: str, held: Auditor | None, key: Signer | None
) -> tuple[Auditor, Signer]:
    """Remember who works here under the key that is there, or under a new one.

    Args:
        name: Of the auditor.
        unit: Where they work.
        title: Their office.
        held: What was remembered until now.
        key: What lies on this machine; ``None`` where a key is to be made.
    """
    if held is not None and key is not None and key.fingerprint not in (held.key, *held.former):
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=home() / _KEY)
    try:
        is_lost = key is None and held is not None
        if key is None:
            key = _make_key()
        former = [each for each in _keys_of(held) if each != key.fingerprint]
        made = Auditor(name, unit, title, key.fingerprint, key.public_key, (*former,))
        write_json(home() / _AUDITOR, asdict(made))
    except OSError as error:
        raise ReadinessError(
            ErrorCode.HOME_NOT_WRITABLE, path=home(), reason=reason_of(error)
        ) from error
    if is_lost and held is not None:
        _news.append(
            Message(ErrorCode.KEY_NEW, {"name": name, "key": made.key, "former": held.key})
        )
    return made, key


def _keys_of(held: Auditor | None) -> tuple[str, ...]:
    return (*held.former, held.key) if held is not None else ()


def _key_here(folder: Path | None = None) -> Signer | None:
    """Return the key that lies in the auditor's own folder; ``None`` for none.

    Raises:
        ReadinessError: What lies there cannot be read, or is no key.
    """
    path = (folder or home()) / _KEY
    try:
        return Signer(bytes.fromhex(path.read_text("ascii")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ReadinessError(ErrorCode.KEY_BROKEN, path=path) from error


def _make_key() -> Signer:
    """Return the auditor's Ed25519 key, made now."""
    path = home() / _KEY
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    made = secrets.token_bytes(32)
    _write_privately(path, made.hex().encode())
    return Signer(made)


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
