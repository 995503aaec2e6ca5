"""Vetting: what a file from outside holds, once nothing in it had to be trusted.

A file is refused with a sentence, or all of it is known: every id recomputed, every
chain and seal checked, every photo compared with its hash. What is odd but loses and
falsifies nothing is a finding. Nothing in a file is ever run, attached or interpreted.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit import schema
from audit.body import read_body, read_plain
from audit.chain import Chain, Row, Said, row_of
from audit.documents import MOST_BYTES as MOST_BLOB
from audit.file import Blob
from audit.fold import opens_round
from audit.foreign import as_refusal, open_foreign
from audit.package import Kind
from audit.record import FORMAT, KINDS, digest
from audit.seal import RECEIPT, SEAL, CheckCode, Seal, chain_ends, is_valid
from criteria.errors import ErrorCode, Message, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from audit.file import Entry
    from audit.foreign import Foreign
    from audit.intake import Source

MOST_RECORDS: Final = 1_000_000
"""Of one file; a whole province has about 20,000, the whole country 530,000."""
MOST_OF_COMMUNE: Final = 50_000
"""Records of one commune, or of the round itself; the largest commune has about a thousand."""
MOST_SEALS: Final = 50_000
"""Each costs a tenth of a millisecond; 3,321 communes with several writers need 20,000."""
MOST_BLOBS: Final = 100_000
"""Of one file; three photos for each criterion of each commune of a province are 5,000."""
MOST_ABOUT: Final = 100
"""Rows of what a file says of itself; there are four."""
MOST_BODY: Final = 1_000_000
"""Bytes of a record about a commune; the raw output of a probe is a few thousand."""
MOST_ROUND_BODY: Final = 16_000_000
"""Bytes of a record of the round itself: the last round's values of the whole country are 8."""
MOST_PARTS: Final = 20_000
"""Lists, objects and commas of a record about a commune: once it is read, each part of a value
takes fifty times its text. Taking back what a whole file brought names some thousands."""
MOST_ROUND_PARTS: Final = 1_000_000
"""Of a record of the round itself: the last round's values of the whole country are 530,000."""
MOST_TEXT: Final = 1_000
"""Letters of any other text; a name or a moment has far fewer."""
MOST_FINDINGS: Final = 100
"""More help nobody; the rest are counted."""

_RECORD_TYPES: Final = (str, str, int, str, bytes)
_SEAL_TYPES: Final = (str, str, int, str, str, str, str)
_COMMUNE: Final = itemgetter(0)
_CHAIN: Final = itemgetter(0, 1)
_WRITER: Final = re.compile("w[0-9a-f]{32}")
_MOST_CODE: Final = 16
"""Letters of a commune's code; there are five."""
_MOST_NAME: Final = 80
"""Letters of a file's name in a finding."""
_MOST_PIECES: Final = 6
"""Photos and files that one finding names."""
_SUBJECT: Final = re.compile("[^/]+/evidence/([0-9a-f]{64})")
_SIMPLE: Final = KINDS - {"evidence", "round"}
"""Kinds that mean nothing for the file as a whole."""
_WITH_BLOBS: Final = (Kind.WORKING, Kind.HAND_IN)
"""Kinds of files that bring photos and files along; see `audit.package.write_package`."""
_MOST_REMEMBERED: Final = 100_000_000
"""Bytes of memory; a province's round takes one, that of the whole country fifty."""
_PART_SIZE: Final = 64
"""Bytes of memory that a part of a value takes."""


@dataclass(frozen=True)
class Vetted:
    """What a file holds. Use `vet`; it can be read as long as the block lasts.

    Attributes:
        name: As people see it.
        sha256: Of its bytes as they came.
        kind: What it says it was made for; a claim.
        about: What it says of itself; claims.
        round_id: Of the one round that all its records belong to.
        records: Every one, canonical, its id recomputed; the chains in the order of the table.
        seals: Valid, of records that are in the file, by keys that stated something there.
        receipts: Valid, and of records that are in the file.
        hashes: Hash of what is attached and whose bytes are there and fit -> their size.
        purged: Hashes whose bytes were taken away, here or according to a record.
        missing: Hashes of what is attached and whose bytes should be there, and are not.
        chains: Code of a commune -> writer -> place of the last record.
        authors: Fingerprint of a key -> the name that goes with it in the records.
        findings: What whoever takes it in should know.
    """

    name: str
    sha256: str
    kind: Kind
    about: Mapping[str, str]
    round_id: str
    records: list[Chain] = field(repr=False)
    seals: list[Seal]
    receipts: list[Seal]
    hashes: dict[str, int]
    purged: frozenset[str]
    missing: frozenset[str]
    chains: dict[str, dict[str, int]]
    authors: Mapping[str, str]
    findings: tuple[Message, ...]
    _media_types: Mapping[str, str] = field(repr=False)
    _foreign: Foreign | None = field(repr=False)

    def blobs(self, wanted: Container[str]) -> Iterator[Blob]:
        """Yield what is attached, one after the other, each compared with its hash.

        Args:
            wanted: Hashes; others are not read.

        Raises:
            ReadinessError: What was there a moment ago cannot be read any more.
        """
        for sha256 in self.hashes:
            if sha256 in wanted:
                data = self._foreign.bytes_of(sha256) if self._foreign is not None else None
                if data is None or hashlib.sha256(data).hexdigest() != sha256:
                    raise ReadinessError(ErrorCode.VET_DAMAGED, path=self.name)
                yield Blob(sha256, self._media_types[sha256], data)

    def without_file(self) -> Vetted:
        """Return it for when the block is over; nothing that is attached can be read of it.

        Its check code is known, so that whoever gets it from another process need not make it.
        """
        closed = replace(self, _foreign=None)
        _ = closed.check_code
        return closed

    @cached_property
    def entries(self) -> list[Entry]:
        """Every record, in the order of the table."""
        return [entry for chain in self.records for entry in chain.entries()]

    def ids(self) -> Iterator[str]:
        """Yield the id of every record."""
        return (id_ for chain in self.records for id_ in chain.ids)

    def ends(self) -> Iterator[Entry]:
        """Yield the records that no other of their chain continues."""
        for chain in self.records:
            held = chain.last() if chain.is_undivided else chain
            for ends in chain_ends(held.entries()).values():
                yield from ends

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the sorted ids of all records."""
        return digest(self.ids())

    @cached_property
    def check_code(self) -> CheckCode:
        """The number that was read out or printed where the file was made."""
        return CheckCode.of(self.digest, self.hashes)


@contextmanager
def vet(source: Source) -> Iterator[Vetted]:
    """Check a file from outside, and hold it open.

    Args:
        source: What `audit.intake.sources` found.

    Raises:
        ReadinessError: It is refused; nothing of it may be taken in.
    """
    if source.problem is not None:
        raise source.problem
    with open_foreign(
        source.name, source.path, source.data, source.beside, is_own=source.unpacked is not None
    ) as foreign:
        with as_refusal(source.name):
            vetted = _Vetting(foreign).done(source.notes)
        yield vetted


_Body = dict[str, Any]


class _Remembered(NamedTuple):
    """A record whose id was recomputed."""

    raw: bytes
    said: _Body
    size: int
    """Bytes of memory, at a guess."""


class _Vetting:
    """Reads one file from beginning to end."""

    def __init__(self, foreign: Foreign) -> None:
        self._foreign = foreign
        self._name = foreign.name
        self._findings: list[Message] = []
        self._rounds: set[str] = set()
        self._has_root = False
        self._newer = 0
        self._unknown: dict[str, int] = {}
        self._named: dict[str, str] = {}
        self._purged: set[str] = set()
        self._missing: frozenset[str] = frozenset()
        self._originals: dict[str, set[str]] = {}
        self._authors: dict[str, str] = {}
        self._stating: dict[tuple[str, str], frozenset[str]] = {}
        self._ends: dict[tuple[str, str], int] = {}
        self._unattributed: set[tuple[str, str]] = set()

    def done(self, notes: Sequence[Message]) -> Vetted:
        """Return what the file holds."""
        about = self._about()
        kind = Kind(about["kind"]) if about.get("kind") in [*Kind] else Kind.WORKING
        self._tell_of_whole(kind, notes)
        records = self._records()
        round_id = self._round_id()
        seals = self._seals("seal", "sealed_at", SEAL, round_id)
        receipts = self._seals("receipt", "received_at", RECEIPT, round_id)
        self._refuse_without_place([*seals, *receipts], records)
        seals = self._by_those_who_stated(seals)
        if kind is not Kind.WORKING:
            self._tell_of_unsealed(records, seals)
        hashes, media_types = self._blobs(kind)
        return Vetted(
            name=self._name,
            sha256=self._foreign.sha256,
            kind=kind,
            about=about,
            round_id=round_id,
            records=records,
            seals=seals,
            receipts=receipts,
            hashes=hashes,
            purged=frozenset(self._purged),
            missing=self._missing,
            chains=self._chains(),
            authors=self._authors,
            findings=self._told(),
            _media_types=media_types,
            _foreign=self._foreign,
        )

    def _chains(self) -> dict[str, dict[str, int]]:
        chains: dict[str, dict[str, int]] = {}
        for (commune, writer), length in self._ends.items():
            chains.setdefault(commune, {})[writer] = length
        return chains

    def _refuse(self, code: ErrorCode, **context: object) -> ReadinessError:
        return ReadinessError(code, status=1, path=self._name, **context)

    def _find(self, code: ErrorCode, **context: object) -> None:
        self._findings.append(Message(code, context))

    def _told(self) -> tuple[Message, ...]:
        rest = len(self._findings) - MOST_FINDINGS
        if rest <= 0:
            return tuple(self._findings)
        more = Message(ErrorCode.VET_MORE, {"count": rest})
        return (*self._findings[:MOST_FINDINGS], more)

    def _about(self) -> dict[str, str]:
        if not self._foreign.has("meta"):
            return {}
        rows = self._foreign.rows("select key, value from meta not indexed", (str, str), MOST_ABOUT)
        if any(len(text) > MOST_TEXT for row in rows for text in row):
            raise self._refuse(ErrorCode.VET_TOO_MUCH)
        return dict(rows)

    def _tell_of_whole(self, kind: Kind, notes: Sequence[Message]) -> None:
        """Note what is to be said of the file as a whole."""
        self._findings += notes
        if self._foreign.is_mended:
            self._find(ErrorCode.VET_WHILE_WRITTEN)
        if kind is Kind.WORKING:
            self._find(ErrorCode.VET_RAW_COPY)
        if self._foreign.version > schema.VERSION:
            self._find(ErrorCode.VET_NEWER)
        elif self._foreign.version < schema.VERSION:
            self._find(ErrorCode.VET_OLDER)

    def _records(self) -> list[Chain]:
        rows = self._foreign.rows(
            # As bytes, because the ids are made from them.
            "select commune, writer, sequence, id, cast(body as blob) from record not indexed",
            _RECORD_TYPES,
            MOST_RECORDS,
        )
        if (
            len(rows) > MOST_OF_COMMUNE
            and max(Counter(map(_COMMUNE, rows)).values()) > MOST_OF_COMMUNE
        ):
            raise self._refuse(ErrorCode.VET_TOO_MUCH)
        rows.sort()  # by their places; a table of another version may have another order
        return [
            self._chain(commune, writer, [*chain])
            for (commune, writer), chain in groupby(rows, _CHAIN)
        ]

    def _chain(self, commune: str, writer: str, rows: Sequence[tuple[Any, ...]]) -> Chain:
        """Return the records of a chain, each of which has to continue the one before it."""
        shown = commune or "–"
        if not _WRITER.fullmatch(writer) or len(commune) > _MOST_CODE or not commune.isascii():
            raise self._refuse(ErrorCode.VET_ALTERED, name="record")
        _communes, _writers, sequences, ids, raws = zip(*rows, strict=True)
        if commune and (plain := self._plain(commune, writer, sequences, ids, raws)) is not None:
            return Chain(commune, writer, sequences, ids, raws, plain)
        found: list[Row] = []
        authors: dict[str, str] = {}
        before, here = {""}, {""}
        place = 0
        for sequence, id_, raw in zip(sequences, ids, raws, strict=True):
            said = self._said(commune, sequence, id_, raw)
            if (said["sequence"], said["writer"], said["commune"]) != (sequence, writer, commune):
                raise self._refuse(ErrorCode.VET_PLACE, commune=shown, sequence=sequence)
            if sequence == place:
                if len(before) == 1:
                    self._find(
                        ErrorCode.VERIFY_FORK, writer=writer, commune=shown, sequence=sequence
                    )
                here.add(id_)
            elif sequence == place + 1:
                before, here, place = here, {id_}, sequence
            else:
                # Any two files that are taken have to be one that is taken, too.
                raise self._refuse(
                    ErrorCode.VET_GAP, commune=shown, expected=place + 1, sequence=sequence
                )
            if said["previous"] not in before:
                raise self._refuse(ErrorCode.VET_LINK, commune=shown, sequence=sequence)
            self._rounds.add(said["round"])
            if said["v"] != FORMAT or said["kind"] not in _SIMPLE:
                self._note(said)
            if (author := said.get("author")) is not None:
                authors[author["key"]] = author["name"]
            else:
                self._unattributed.add((commune, writer))
            if commune:
                # Else `audit.merge` would have to read the body again.
                found.append(row_of(said))
        self._authors.update(authors)
        self._stating[commune, writer] = frozenset(authors)
        self._ends[commune, writer] = place
        return Chain(commune, writer, sequences, ids, raws, Said.of(found) if commune else None)

    def _plain(
        self,
        commune: str,
        writer: str,
        sequences: Sequence[int],
        ids: Sequence[str],
        raws: Sequence[bytes],
    ) -> Said | None:
        """Take up a chain at once where all of it is as it nearly always is.

        Returns:
            What it says; ``None`` where it is not, and one record after the other tells.
        """
        if (
            max(map(len, raws)) > MOST_PARTS
            or sequences != (*range(1, len(raws) + 1),)
            or ["r" + each.hexdigest() for each in map(hashlib.sha256, raws)] != [*ids]
            or (chain := read_plain(commune, writer, raws)) is None
            or not _SIMPLE.issuperset(chain.said.kind)
            or chain.sequences != (*map(str, sequences),)
            or chain.previous != ("", *ids[:-1])
        ):
            return None
        self._rounds |= chain.rounds
        self._authors.update(chain.authors)
        self._stating[commune, writer] = frozenset(chain.authors)
        self._ends[commune, writer] = len(raws)
        return chain.said

    def _said(self, commune: str, sequence: int, id_: str, raw: bytes) -> _Body:
        """Return what a record says, having recomputed its id."""
        if not commune and (held := _REMEMBERED.get(id_)) is not None and held.raw == raw:
            return held.said
        parts = raw.count(b"[") + raw.count(b"{") + raw.count(b",")
        most, most_parts = (
            (MOST_BODY, MOST_PARTS) if commune else (MOST_ROUND_BODY, MOST_ROUND_PARTS)
        )
        if len(raw) > most or parts > most_parts:
            raise self._refuse(ErrorCode.VET_TOO_MUCH)
        if "r" + hashlib.sha256(raw).hexdigest() != id_:
            raise self._refuse(ErrorCode.VET_CHANGED, id=id_[:MOST_TEXT], commune=commune or "–")
        try:
            said = read_body(raw.decode(), raw)
        except ValueError as error:
            raise self._refuse(
                ErrorCode.VET_RECORD, commune=commune or "–", sequence=sequence
            ) from error
        if not commune:
            _remember(id_, _Remembered(raw, said, len(raw) + parts * _PART_SIZE))
        return said

    def _note(self, said: _Body) -> None:
        """Note what a record means for the file as a whole."""
        kind = said.get("kind")
        if kind == "evidence":
            self._evidence(said)
        elif kind == "round":
            self._has_root = self._has_root or opens_round(
                said["subject"], said["value"], said["author"]["key"], said["round"]
            )
        elif kind not in KINDS and said["v"] <= FORMAT:
            self._unknown[str(kind)] = self._unknown.get(str(kind), 0) + 1
        if said["v"] > FORMAT:
            self._newer += 1

    def _evidence(self, said: _Body) -> None:
        """Note what a record says is attached."""
        place = _SUBJECT.fullmatch(said["subject"])
        if place is None:
            return
        sha256, value = place[1], said["value"]
        name = value.get("name") if isinstance(value, dict) else None
        if isinstance(name, str) or sha256 not in self._named:
            code = said["subject"].partition("/")[0]
            file = f"“{name[:_MOST_NAME]}”" if isinstance(name, str) else f"{sha256[:12]}…"
            self._named[sha256] = f"{said['commune']} {code[:_MOST_CODE]} {file}"
        if isinstance(value, dict):
            if value.get("purged") is True:
                self._purged.add(sha256)
            if isinstance(original := value.get("original"), str):
                self._originals.setdefault(sha256, set()).add(original)

    def _round_id(self) -> str:
        if not self._rounds:
            raise self._refuse(ErrorCode.VET_EMPTY)
        if len(self._rounds) > 1:
            raise self._refuse(ErrorCode.FILE_TWO_ROUNDS)
        (round_id,) = self._rounds
        if len(round_id) > MOST_TEXT:
            raise self._refuse(ErrorCode.VET_TOO_MUCH)
        if not self._has_root:
            self._find(ErrorCode.VET_NO_ROUND)
        if self._newer:
            self._find(ErrorCode.VET_RECORDS_NEWER, count=self._newer)
        for kind, count in sorted(self._unknown.items()):
            self._find(ErrorCode.VET_KIND, kind=kind[:40], count=count)
        return round_id

    def _seals(self, table: str, moment: str, what: str, round_id: str) -> list[Seal]:
        """Return the seals or receipts, having refused a file with a false one."""
        if not self._foreign.has(table):
            return []
        rows = self._foreign.rows(
            f"select commune, writer, length, last_id, key, signature, {moment} "  # noqa: S608
            f"from {table} not indexed",
            _SEAL_TYPES,
            MOST_SEALS,
        )
        seals = [*map(Seal._make, sorted(rows))]
        for seal in seals:
            if any(len(text) > MOST_TEXT for text in seal if isinstance(text, str)):
                raise self._refuse(ErrorCode.VET_TOO_MUCH)
            if not _is_valid(seal, round_id, what):
                raise self._refuse(ErrorCode.VET_SEAL_FALSE, commune=seal.commune or "–")
        return seals

    def _refuse_without_place(self, seals: Sequence[Seal], records: Sequence[Chain]) -> None:
        """Refuse a file that lacks what was sealed, or what the office has received."""
        sealed = {seal.last_id for seal in seals}
        places = {
            id_: (chain.commune, chain.writer, sequence)
            for chain in records
            for sequence, id_ in zip(chain.sequences, chain.ids, strict=True)
            if id_ in sealed
        }
        for seal in seals:
            commune, writer, length, *_rest = seal
            if places.get(seal.last_id) != (commune, writer, length):
                shown = commune or "–"
                missing = length - self._ends.get((commune, writer), 0)
                if missing <= 0:
                    raise self._refuse(ErrorCode.VET_SEAL_OTHER, commune=shown, length=length)
                raise self._refuse(
                    ErrorCode.VET_SEAL_BEYOND, commune=shown, missing=missing, length=length
                )

    def _by_those_who_stated(self, seals: Sequence[Seal]) -> list[Seal]:
        """Return the seals by keys that stated something in the chain; tell of the rest."""
        taken: list[Seal] = []
        sealing: dict[tuple[str, str], set[str]] = {}
        for seal in seals:
            chain, key = (seal.commune, seal.writer), seal.fingerprint
            if key in self._stating[chain] or chain in self._unattributed:
                taken.append(seal)
                sealing.setdefault(chain, set()).add(key)
        if len(taken) < len(seals):
            self._find(ErrorCode.VET_SEAL_STRANGE, count=len(seals) - len(taken))
        for chain, keys in sealing.items():
            for key in sorted(self._stating[chain] - keys):
                self._find(
                    ErrorCode.VET_SEALED_BY_OTHER,
                    commune=chain[0] or "–",
                    author=self._authors[key][:MOST_TEXT],
                    sealed_by=", ".join(
                        self._authors.get(each, each)[:MOST_TEXT] for each in sorted(keys)[:3]
                    ),
                )
        return taken

    def _tell_of_unsealed(self, records: Sequence[Chain], seals: Sequence[Seal]) -> None:
        sealed: dict[tuple[str, str], int] = {}
        for seal in seals:
            chain = seal.commune, seal.writer
            sealed[chain] = max(seal.length, sealed.get(chain, 0))
        if sealed == self._ends:
            return
        count = sum(
            sequence > sealed.get((chain.commune, chain.writer), 0)
            for chain in records
            for sequence in chain.sequences
        )
        self._find(ErrorCode.VET_UNSEALED, count=count)

    def _blobs(self, kind: Kind) -> tuple[dict[str, int], dict[str, str]]:
        """Return size and media type of what is attached, each compared with its hash."""
        hashes: dict[str, int] = {}
        media_types: dict[str, str] = {}
        known: set[str] = set()
        unnamed = 0
        rows: list[tuple[Any, ...]] = []
        if self._foreign.has("blob"):
            rows = self._foreign.rows(
                "select sha256, media_type, length(bytes) from blob not indexed",
                (str, str, (int, type(None))),
                MOST_BLOBS,
            )
        for sha256, media_type, size in sorted(rows, key=itemgetter(0)):
            if sha256 not in self._named:
                unnamed += 1
                continue
            known.add(sha256)
            if size is None:
                self._purged.add(sha256)
            elif size > MOST_BLOB or len(media_type) > MOST_TEXT:
                self._find(ErrorCode.VET_BLOB_LARGE, piece=self._named[sha256], sha256=sha256)
            elif not self._fits(sha256):
                self._find(ErrorCode.VET_BLOB_FALSE, piece=self._named[sha256], sha256=sha256)
            else:
                hashes[sha256] = size
                media_types[sha256] = media_type
        if unnamed:
            self._find(ErrorCode.VET_BLOB_UNNAMED, count=unnamed)
        for sha256 in [*self._purged]:
            self._purged |= self._originals.get(sha256, set())
        if kind in _WITH_BLOBS:
            self._missing = frozenset(self._named.keys() - known - self._purged)
        if self._missing:
            pieces = sorted(self._named[each] for each in self._missing)
            more = "…" if len(pieces) > _MOST_PIECES else ""
            self._find(
                ErrorCode.VET_BLOB_MISSING,
                count=len(self._missing),
                pieces=", ".join(pieces[:_MOST_PIECES]) + more,
            )
        return hashes, media_types

    def _fits(self, sha256: str) -> bool:
        data = self._foreign.bytes_of(sha256)
        return data is not None and hashlib.sha256(data).hexdigest() == sha256


_REMEMBERED: Final[dict[str, _Remembered]] = {}
"""Id -> record of a round, which 95 files bring 95 times: once it was looked into, it
need only be compared."""


def _remember(id_: str, record: _Remembered) -> None:
    if record.size > _MOST_REMEMBERED:
        return
    if record.size + sum(held.size for held in _REMEMBERED.values()) > _MOST_REMEMBERED:
        _REMEMBERED.clear()
    _REMEMBERED[id_] = record


@lru_cache(maxsize=4096)
def _is_valid(seal: Seal, round_id: str, what: str) -> bool:
    """Return whether a seal is valid; the round's own come with every file."""
    return is_valid(seal, round_id, what)
