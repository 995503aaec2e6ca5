"""Packages: what is handed out of an audit file, and how it gets safely onto a stick.

A hand-in, an assignment, a return slip and a receipt are the same: a new audit file that
holds a selection of records, whole communes each, with what vouches for them. The working
file itself is never handed out: it may be written to at that moment, and it holds more.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from audit import __version__
from audit.clock import Clock, now
from audit.file import SUFFIX, AuditFile, ChainEnd, as_sentences, flush_folder
from audit.identity import own_chains
from audit.record import Record, digest
from audit.seal import CheckCode, Signer, chain_ends
from audit.temporary import remove_old, temporary_folder
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from audit.file import Blob, Entry
    from audit.seal import Seal

Own = Callable[[str, str], ChainEnd | None]
ZIP: Final = ".zip"
_CHUNK: Final = 2**20


class Kind(StrEnum):
    """What a file was made for. It says so itself, and nothing relies on it."""

    WORKING = "working"
    HAND_IN = "hand_in"
    ASSIGNMENT = "assignment"
    SLIP = "slip"
    RECEIPT = "receipt"

    @property
    def label(self) -> str:
        """The kind in words, in the language in use."""
        return _(_LABELS[self])


_LABELS: Final = {
    Kind.WORKING: N_("Working file"),
    Kind.HAND_IN: N_("Hand-in"),
    Kind.ASSIGNMENT: N_("Assignment"),
    Kind.SLIP: N_("Return slip"),
    Kind.RECEIPT: N_("Receipt"),
}


class Stage(StrEnum):
    """What is being done while a file is made."""

    GATHERING = "gathering"
    CHECKING = "checking"
    COPYING = "copying"

    @property
    def label(self) -> str:
        """The stage in words, in the language in use."""
        return _(_STAGE_LABELS[self])


_STAGE_LABELS: Final = {
    Stage.GATHERING: N_("Gathering what goes into the file"),
    Stage.CHECKING: N_("Checking the file as its receiver will"),
    Stage.COPYING: N_("Copying it to its place, and reading it back there"),
}


class Step(NamedTuple):
    """How far the making of a file is."""

    stage: Stage
    done: int
    """Photos gathered, or bytes copied and read back."""
    all: int
    """Of so many; 0 where it is not known."""


class Package(NamedTuple):
    """What was handed out."""

    path: Path
    kind: Kind
    communes: tuple[str, ...]
    records: int
    seals: int
    """How many chains are sealed."""
    unsealed: int
    """How many chains of others travel without a seal."""
    attached: int
    """How many photos and files."""
    size: int
    """Bytes of the file."""
    sha256: str
    """Of the file."""
    check_code: CheckCode


def write_package(
    file: AuditFile,
    out: Path,
    kind: Kind,
    communes: Sequence[str],
    *,
    round_id: str,
    signer: Signer | None,
    made_by: str,
    clock: Clock = now,
    encrypt: Callable[[bytes], bytes] | None = None,
    own: Own | None = None,
    progress: Callable[[Step], None] = lambda _step: None,
) -> Package:
    """Write a new file with some communes of an audit file, and put it safely in its place.

    It is built on this machine, checked as any stranger's file is, copied, flushed, read
    back and compared before it gets its name: a stick that is pulled out or worn leaves
    no half file under that name.

    Args:
        file: Where the records come from; where it is open for writing, it keeps the new
            seals as well.
        out: Where to; a ``.zip`` holds the file for chat programs.
        kind: What it is for. Only a hand-in takes photos and files along.
        communes: Codes; the round's own records always go with them.
        round_id: Of the file's round.
        signer: Seals the chains of its own author; ``None`` seals nothing.
        made_by: Name of who hands it out.
        clock: Where the claimed time comes from.
        encrypt: Turns the finished bytes into those that are written.
        own: Commune and writer -> up to where the signer wrote that chain; where none is
            given, this machine's marks tell.
        progress: Told now and then how far it is; what it raises stops it.

    Raises:
        ReadinessError: It cannot be made or written; nothing is left at ``out``.
    """
    own = own or _own_of(file, round_id)
    at = clock().isoformat()
    wanted = ("", *dict.fromkeys(communes))
    entries = [entry for code in wanted for entry in file.entries(code)]
    held_ends = chain_ends(entries)
    fresh = _fresh(signer, round_id, held_ends, own, at) if signer is not None else []
    if fresh and file.is_writable:
        with file.appending() as appender:
            appender.add_seals(fresh)
    forked = {chain for chain, held in held_ends.items() if len(held) > 1}
    seals = _longest([*(seal for code in wanted for seal in file.seals(code)), *fresh], forked)
    receipts = _longest([each for code in wanted for each in file.receipts(code)], forked)
    hashes = _attached(entries) if kind is Kind.HAND_IN else frozenset()
    about = {"kind": kind, "made_at": at, "made_by": made_by, "program": __version__}
    kept: list[str] = []

    def blobs() -> Iterator[Blob]:
        for done, sha256 in enumerate(sorted(hashes)):
            progress(Step(Stage.GATHERING, done, len(hashes)))
            blob = file.blob(sha256)
            if blob is not None:
                kept.extend([sha256] if blob.data is not None else [])
                yield blob

    look_at_place(out)
    progress(Step(Stage.GATHERING, 0, len(hashes)))
    remove_old()
    with temporary_folder() as folder:
        with as_sentences(out):
            built = folder / (out.name.removesuffix(out.suffix) + SUFFIX)
            AuditFile.create(
                built, entries, seals=seals, receipts=receipts, blobs=blobs(), about=about
            ).close()
        progress(Step(Stage.CHECKING, 0, 0))
        _check(built, entries)
        with as_sentences(out):
            ready = _zipped(built) if out.suffix.casefold() == ZIP else built
            if encrypt is not None:
                sealed = ready.with_name(ready.name + ".age")
                sealed.write_bytes(encrypt(ready.read_bytes()))
                ready = sealed
            size, sha256 = ready.stat().st_size, _put(ready, out, progress)
    ends = {chain: {each.id for each in held} for chain, held in held_ends.items()}
    vouched = {(seal.commune, seal.writer) for seal in seals if _is_end(seal, ends)}
    return Package(
        path=out,
        kind=kind,
        communes=wanted[1:],
        records=len(entries),
        seals=len(vouched),
        unsealed=len(ends) - len(vouched),
        attached=len(kept),
        size=size,
        sha256=sha256,
        check_code=CheckCode.of(digest(entry.id for entry in entries), kept),
    )


def _fresh(
    signer: Signer, round_id: str, chains: Iterable[tuple[str, str]], own: Own, at: str
) -> list[Seal]:
    """Return seals of what this machine wrote; whose name a record bears proves nothing."""
    ends = ((chain, own(*chain)) for chain in sorted(chains))
    return [signer.seal(round_id, *chain, end, at) for chain, end in ends if end is not None]


def _own_of(file: AuditFile, round_id: str) -> Own:
    """Return what knows up to where this machine wrote the chains of a file."""
    held = own_chains(round_id)
    if held is None:
        return lambda _commune, _writer: None
    return partial(held.end, file)


def _is_end(seal: Seal, ends: dict[tuple[str, str], set[str]]) -> bool:
    return seal.last_id in ends.get((seal.commune, seal.writer), ())


def _longest(seals: Iterable[Seal], forked: Container[tuple[str, str]]) -> list[Seal]:
    """Return, of each chain and key, the seal that reaches furthest; all, where it forks."""
    found: dict[tuple[str, str, str, str], Seal] = {}
    for seal in seals:
        branch = seal.last_id if (seal.commune, seal.writer) in forked else ""
        place = (seal.commune, seal.writer, seal.key, branch)
        if place not in found or seal.length > found[place].length:
            found[place] = seal
    return [*found.values()]


def _attached(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the hashes of what the records say is attached."""
    hashes = set()
    for entry in entries:
        if '"kind":"evidence"' in entry.body:
            try:
                subject = Record.from_body(entry.body).subject
            except ValueError:
                continue
            hashes.add(subject.rpartition("/")[2])
    return frozenset(hashes)


def _check(path: Path, entries: Sequence[Entry]) -> None:
    """Look at the new file as its receiver will."""
    from audit.intake import Source
    from audit.vet import vet

    with vet(Source(str(path), path, None, None)) as vetted:
        if digest(each.id for each in vetted.entries) != digest(each.id for each in entries):
            raise ReadinessError(ErrorCode.PACKAGE_DIFFERS, path=path)


def look_at_place(out: Path) -> None:
    """Refuse a place that cannot work before anything is made.

    Raises:
        ReadinessError: There is something already, or no such folder.
    """
    with as_sentences(out):
        if out.exists():
            raise ReadinessError(ErrorCode.FILE_EXISTS, path=out)
        if not out.parent.is_dir():
            raise ReadinessError(ErrorCode.FILE_FOLDER_MISSING, path=out, folder=out.parent)


def _zipped(built: Path) -> Path:
    """Pack a file for programs that take no others."""
    packed = built.with_suffix(ZIP)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as held:
        held.write(built, built.name)
    return packed


def _put(ready: Path, out: Path, progress: Callable[[Step], None]) -> str:
    """Copy a finished file to where it is wanted; return the SHA-256 that was read back there."""
    # What is copied is read back: twice its bytes.
    done, size = 0, 2 * ready.stat().st_size
    building = out.with_name(f".{out.name}.{secrets.token_hex(4)}.tmp")
    try:
        sent = hashlib.sha256()
        with ready.open("rb") as source, building.open("xb") as target:
            while chunk := source.read(_CHUNK):
                progress(Step(Stage.COPYING, done, size))
                sent.update(chunk)
                target.write(chunk)
                done += len(chunk)
            target.flush()
            os.fsync(target.fileno())
            if hasattr(os, "posix_fadvise"):
                # Else what is read back would come from memory, not from the stick.
                os.posix_fadvise(target.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        read_back = hashlib.sha256()
        with building.open("rb") as target:
            while chunk := target.read(_CHUNK):
                progress(Step(Stage.COPYING, done, size))
                read_back.update(chunk)
                done += len(chunk)
        arrived = read_back.hexdigest()
        if arrived != sent.hexdigest():
            raise ReadinessError(ErrorCode.PACKAGE_DIFFERS, path=out)
        if out.exists():
            raise ReadinessError(ErrorCode.FILE_EXISTS, path=out)
        building.replace(out)
    finally:
        # A stick that was pulled out cannot be tidied either.
        try:
            building.unlink(missing_ok=True)
        except OSError:
            pass
    flush_folder(out.parent)
    return arrived
