"""Seals and receipts: what a key vouches for, chain by chain, and the check code of a hand-in.

A seal says that a chain (the records of one writer about one commune in one round) has a
length and a last id. As each record names the one before it, that fixes all of them, so
any selection of communes stays checkable by itself. A receipt is the same, said by the
office: the chain has arrived up to there. Both lie outside the set of records, because
they differ by the way a file has travelled.

What is signed is the UTF-8 of a canonical JSON object, so that any tool that knows
Ed25519 can check it: see `signed_bytes`.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from audit.record import Record, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from audit.file import Entry
    from audit.record import Author

SEAL: Final = "seal"
RECEIPT: Final = "receipt"
_GROUPS: Final = 5
_DIGITS: Final = 4


class Seal(NamedTuple):
    """What one key says of one chain: its length and last record."""

    commune: str
    writer: str
    length: int
    """Sequence of the last record."""
    last_id: str
    key: str
    """The Ed25519 public key, 64 hexadecimal digits."""
    signature: str
    """128 hexadecimal digits."""
    at: str
    """When, as the machine's clock claims: ISO text with offset."""

    @property
    def fingerprint(self) -> str:
        """The key as records name it; what is no key has none."""
        return _fingerprint_of(self.key)


class Signer:
    """Someone who seals: an Ed25519 key."""

    def __init__(self, private_key: bytes) -> None:
        """Hold a private key, 32 bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._private = Ed25519PrivateKey.from_private_bytes(private_key)
        self.public_key = self._private.public_key().public_bytes_raw().hex()
        self.fingerprint = fingerprint(bytes.fromhex(self.public_key))

    def seal(
        self,
        round_id: str,
        commune: str,
        writer: str,
        end: tuple[int, str],
        at: str,
        what: str = SEAL,
    ) -> Seal:
        """Return a seal, or a receipt, of a chain up to its end: sequence and id."""
        sequence, last_id = end
        unsigned = Seal(commune, writer, sequence, last_id, self.public_key, "", at)
        signature = self._private.sign(signed_bytes(what, round_id, unsigned))
        return unsigned._replace(signature=signature.hex())

    def private_bytes(self) -> bytes:
        """Return the private key, 32 bytes."""
        return self._private.private_bytes_raw()

    def may_speak_for(self, author: Author) -> bool:
        """Return whether this is the key of an author."""
        return author.key == self.fingerprint


@lru_cache(maxsize=1024)
def _fingerprint_of(key: str) -> str:
    """Return the fingerprint of a key in digits; few keys seal very many chains."""
    try:
        return fingerprint(bytes.fromhex(key))
    except ValueError:
        return ""


def fingerprint(public_key: bytes) -> str:
    """Return ``k`` and the first 32 digits of the SHA-256 of a public key."""
    return "k" + hashlib.sha256(public_key).hexdigest()[:32]


def signed_bytes(what: str, round_id: str, seal: Seal) -> bytes:
    """Return what is signed.

    Args:
        what: `SEAL` or `RECEIPT`.
        round_id: Of the round the chain belongs to.
        seal: Its signature is not part of it.
    """
    said = {
        "at": seal.at,
        "commune": seal.commune,
        "key": seal.key,
        "last_id": seal.last_id,
        "length": seal.length,
        "round": round_id,
        "v": 1,
        "what": what,
        "writer": seal.writer,
    }
    return canonical(said).encode()


def is_valid(seal: Seal, round_id: str, what: str = SEAL) -> bool:
    """Return whether the key of a seal, or of a receipt, has signed it."""
    from cryptography.exceptions import InvalidSignature

    try:
        _public_key(seal.key).verify(
            bytes.fromhex(seal.signature), signed_bytes(what, round_id, seal)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1024)
def _public_key(key: str) -> Ed25519PublicKey:
    """Return a key that is given in digits; few keys seal very many chains."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))


class Sealed:
    """Which records of one commune, or of the round itself, which keys vouch for."""

    def __init__(self, seals: Iterable[Seal], previous: Mapping[str, str]) -> None:
        """Walk every sealed chain from its end.

        Args:
            seals: Their signatures are believed: they were checked at the door.
            previous: Id of each record at hand -> id of the record before it.
        """
        self._covered: dict[str, set[str]] = {}
        for seal in seals:
            covered = self._covered.setdefault(seal.fingerprint, set())
            id_ = seal.last_id
            while id_ in previous and id_ not in covered:
                covered.add(id_)
                id_ = previous[id_]

    def vouches(self, key: str, id_: str) -> bool:
        """Return whether a key, named by its fingerprint, vouches for a record."""
        return id_ in self._covered.get(key, ())

    def is_sealed(self, id_: str) -> bool:
        """Return whether any key vouches for a record."""
        return any(id_ in covered for covered in self._covered.values())


def chain_ends(entries: Iterable[Entry]) -> dict[tuple[str, str], list[Entry]]:
    """Return (commune, writer) -> the records of that chain that no other continues.

    There is one, unless the chain forked; then each branch has its own, however long.
    """
    chains: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        chains.setdefault((entry.commune, entry.writer), []).append(entry)
    return {chain: _ends(held) for chain, held in chains.items()}


def _ends(chain: Sequence[Entry]) -> list[Entry]:
    if len({entry.sequence for entry in chain}) == len(chain):
        return [max(chain, key=attrgetter("sequence"))]
    continued = {_previous(entry) for entry in chain}
    return [entry for entry in chain if entry.id not in continued]


def _previous(entry: Entry) -> str:
    try:
        return Record.from_body(entry.body).previous
    except ValueError:
        return ""


def seals_of(
    signer: Signer, round_id: str, entries: Sequence[Entry], at: str, what: str = SEAL
) -> list[Seal]:
    """Return a seal, or a receipt, of the end of every chain that some records belong to.

    Args:
        signer: Whose key vouches for them.
        round_id: Of the round.
        entries: Whole chains, in any order.
        at: ISO text with offset.
        what: `SEAL` or `RECEIPT`.
    """
    return [
        signer.seal(round_id, commune, writer, (end.sequence, end.id), at, what)
        for (commune, writer), ends in sorted(chain_ends(entries).items())
        for end in ends
    ]


class CheckCode(NamedTuple):
    """A short number that two people compare over the phone."""

    groups: tuple[str, ...]

    @classmethod
    def of(cls, digest: str, hashes: Iterable[str]) -> Self:
        """Return the code of a file.

        It stands for the records and what is attached to them, and so stays the same
        however the file is named, packed or copied: five groups of four digits, the
        SHA-256 over both as a number.

        Args:
            digest: Of the records.
            hashes: Of the blobs whose bytes are in the file.
        """
        total = hashlib.sha256("\n".join([digest, *sorted(hashes)]).encode()).digest()
        number = int.from_bytes(total, "big") % 10 ** (_GROUPS * _DIGITS)
        text = f"{number:0{_GROUPS * _DIGITS}d}"
        return cls(tuple(text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)))

    def __str__(self) -> str:
        """Return the groups with spaces between them."""
        return " ".join(self.groups)
