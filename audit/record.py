"""The record: one immutable statement by a person or a probe, and its canonical form.

A record's id is the SHA-256 of its canonical JSON. Nothing about a record is ever
changed; a correction is a later record that names what it replaces.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple, Never

FORMAT: Final = 1
"""Version of the record format this program writes and interprets."""

KINDS: Final = frozenset(
    {
        "answer",
        "note",
        "not_applicable",
        "override",
        "evidence",
        "sign_off",
        "task",
        "review",
        "round",
        "void",
    }
)
OFFICE_KINDS: Final = frozenset({"review", "round", "void"})
"""Kinds that count only where the office states them."""
METHODS: Final = frozenset({"typed", "measured", "imported", "confirmed"})
BASES: Final = frozenset({"declared", "verified"})
MOST_LEVELS: Final = 32
"""How deep the lists and objects of a value may lie in one another."""


class Cell(NamedTuple):
    """What a record speaks about, within its round and commune."""

    subject: str
    """``pc_working``, ``EQ-01/note``, ``EQ-01/evidence/<sha256>``, ``catalogue``."""
    basis: str
    """``declared`` or ``verified``."""


class Author(NamedTuple):
    """Who states something."""

    key: str
    """Fingerprint of the author's public key."""
    name: str
    """As shown to people."""


class Record(NamedTuple):
    """One statement, as it is read back from its canonical bytes."""

    kind: str
    round: str
    """Id of the round."""
    commune: str
    """Five-digit code; empty for what concerns the whole round."""
    subject: str
    basis: str
    value: Any
    """JSON without floats; ``None`` takes the value back."""
    method: str
    replaces: tuple[str, ...]
    """Ids of the heads of this cell that the author saw."""
    reason: str
    writer: str
    sequence: int
    """Place in the chain of this writer for this round and commune, from 1."""
    previous: str
    """Id of the record before it in the chain; empty for the first."""
    author: Author
    recorded_at: str
    """ISO text with offset; a claim of the machine's clock, never a judge."""
    raw: str = ""
    """Raw output of a probe."""
    v: int = FORMAT

    @property
    def cell(self) -> Cell:
        """What the record speaks about."""
        return Cell(self.subject, self.basis)

    def body(self) -> str:
        """Return the canonical JSON: sorted keys, no spaces, NFC text, no floats.

        Raises:
            ValueError: The value holds a float or something that is not JSON.
        """
        data = self._asdict()
        data["author"] = self.author._asdict()
        data["replaces"] = sorted(self.replaces)
        if not self.raw:
            del data["raw"]
        return canonical(data)

    @classmethod
    def from_body(cls, body: str) -> Record:
        """Read a record back from its canonical JSON.

        Fields that only a newer version knows are passed over; they stay in the body.

        Raises:
            ValueError: The body lacks a field or holds one of the wrong type.
        """
        try:
            data = _read(body)
            texts = _TEXTS(data)
            kind, round_, commune, subject, basis, method, reason, writer, previous, moment = texts
            author = Author(*_AUTHOR(data["author"]))
            raw = data.get("raw", "")
            replaces, value = data["replaces"], data["value"]
            sequence, version = data["sequence"], data["v"]
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise ValueError(_NO_RECORD) from error
        if (
            type(replaces) is not list
            or set(map(type, (*texts, *author, raw, *replaces))) != _TEXT
            or type(sequence) is not int
            or sequence < 1
            or type(version) is not int
            or (type(value) in (dict, list) and not is_shallow(value))
        ):
            raise ValueError(_NO_RECORD)
        return cls(
            kind,
            round_,
            commune,
            subject,
            basis,
            value,
            method,
            tuple(replaces),
            reason,
            writer,
            sequence,
            previous,
            author,
            moment,
            raw,
            version,
        )


_TEXTS: Final = itemgetter(
    "kind",
    "round",
    "commune",
    "subject",
    "basis",
    "method",
    "reason",
    "writer",
    "previous",
    "recorded_at",
)
_AUTHOR: Final = itemgetter("key", "name")
_TEXT: Final = {str}
_NO_RECORD: Final = "not a record"


def _read(body: str) -> Any:
    """Return the JSON of a body, having refused what no canonical form can hold."""
    data, end = _DECODER.raw_decode(body)
    if end != len(body):
        raise ValueError(end)
    if "\\u" in body:
        # Half of a surrogate pair can be written as an escape; it is no text.
        json.dumps(data, ensure_ascii=False).encode()
    return data


def _no_float(text: str) -> Never:
    raise ValueError(text)


_DECODER: Final = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)


def is_shallow(value: Any) -> bool:
    """Return whether lists and objects lie in one another no deeper than `MOST_LEVELS`."""
    level = [value]
    for _level in range(MOST_LEVELS):
        level = [
            item
            for held in level
            if isinstance(held, dict | list)
            for item in (held.values() if isinstance(held, dict) else held)
        ]
        if not level:
            return True
    return False


_NO_FORM: Final = "no canonical form"


def canonical(data: Any) -> str:
    """Return the one JSON text that stands for ``data``.

    Raises:
        ValueError: There is a float, a key that is no text or is there twice, half of a
            surrogate pair, or no JSON at all.
    """
    try:
        text = json.dumps(_exact(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        text.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise ValueError(_NO_FORM) from error
    return text


def from_canonical(body: str) -> Any:
    """Return what a canonical JSON text says.

    Raises:
        ValueError: It is no JSON, or not in its canonical form.
    """
    try:
        data = _read(body)
        is_canonical = _ENCODER.encode(data) == body and (
            # Pieces of composed text are composed; the other way round it need not be.
            unicodedata.is_normalized("NFC", body) or _is_composed(data)
        )
    except RecursionError as error:
        raise ValueError(_NO_FORM) from error
    if not is_canonical:
        raise ValueError(_NO_FORM)
    return data


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _is_composed(held: Any) -> bool:
    """Return whether all text is in NFC.

    It is not composed in order to compare: a text made to be slow would take hours.
    """
    if isinstance(held, str):
        return unicodedata.is_normalized("NFC", held)
    if isinstance(held, dict):
        return all(map(_is_composed, held)) and all(map(_is_composed, held.values()))
    return not isinstance(held, list) or all(map(_is_composed, held))


def _exact(held: Any) -> Any:
    """Return ``held`` with all text in NFC, having refused what has no exact form."""
    if isinstance(held, str):
        return unicodedata.normalize("NFC", held)
    if held is None or isinstance(held, bool | int):
        return held
    if isinstance(held, Mapping):
        if not all(isinstance(key, str) for key in held):
            raise ValueError(_NO_FORM)
        exact = {unicodedata.normalize("NFC", key): _exact(value) for key, value in held.items()}
        if len(exact) != len(held):
            raise ValueError(_NO_FORM)
        return exact
    if isinstance(held, list | tuple):
        return [_exact(item) for item in held]
    raise ValueError(_NO_FORM)


def record_id(body: str) -> str:
    """Return the id of a record: ``r`` and the SHA-256 of its canonical bytes."""
    return "r" + hashlib.sha256(body.encode()).hexdigest()


class StoredRecord(NamedTuple):
    """A record with its id, as a file holds it."""

    id: str
    record: Record


def digest(ids: Any) -> str:
    """Return the SHA-256 over sorted record ids: equal sets of records, equal digest.

    Args:
        ids: Any iterable of record ids.
    """
    return hashlib.sha256("\n".join([*sorted(ids), ""]).encode()).hexdigest()
