"""The body of a record that somebody else wrote: its fields, their types, its one form.

Kept apart because pydantic takes a while to load, and only what comes from outside
needs it. What the fields mean is no concern here (`audit.fold`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import to_json
from typing_extensions import TypedDict  # typing's own pydantic takes from 3.12 on

from audit.chain import Said
from audit.record import FORMAT, from_canonical, is_shallow

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRICT: Final = ConfigDict(strict=True, extra="ignore", cache_strings="keys")
"""What is ignored is still in the bytes, and has to be in their canonical form."""
_Place = Annotated[int, Field(ge=1, lt=2**53)]
"""No chain is longer, and no program that reads JSON takes it for another number."""
_Version = Annotated[int, Field(ge=1, lt=2**53)]


@with_config(_STRICT)
class _Author(TypedDict):
    key: str
    name: str


@with_config(_STRICT)
class Body(TypedDict):
    """A record; the fields in the order of the canonical form, which `read_body` relies on."""

    author: _Author
    basis: str
    commune: str
    kind: str
    method: str
    previous: str
    raw: NotRequired[str]
    reason: str
    recorded_at: str
    replaces: list[str]
    round: str
    sequence: _Place
    subject: str
    v: _Version
    value: Any
    writer: str


@with_config(_STRICT)
class Newer(TypedDict):
    """A record of a later format: its place in a chain, which no format changes."""

    commune: str
    previous: str
    round: str
    sequence: _Place
    v: _Version
    writer: str


_BODY: Final = TypeAdapter(Body).validator
_NEWER: Final = TypeAdapter(Newer).validator
_VALUES: Final = frozenset({str, int, bool, type(None)})
"""Types of values that hold no others."""

_MOST_AT_ONCE: Final = 8_000_000
"""Bytes of records that are read in one go."""
_ASCII: Final = bytes(set(range(32, 128)) - set(b"\\"))
"""All of ASCII but what is never plain: without control characters and escapes a text ends
at the next quotation mark."""
COMPOSED: Final = frozenset(
    chr(code)
    for first, last in ((0x80, 0x2FF), (0x1E00, 0x1EFF), (0x2002, 0x206F), (0x20A0, 0x20BF))
    for code in range(first, last + 1)
)
"""Letters, Vietnamese ones among them, and signs of which any text is in NFC: none has
another form, and none joins what stands before it."""
_TEXT: Final = '"[^"]*+"'
_KEPT: Final = '"([^"]*+)"'
_PLAIN: Final = re.compile(
    rf'^{{"author":{{"key":{_KEPT},"name":{_KEPT}}},"basis":{_KEPT},"commune":{_KEPT},'
    rf'"kind":{_KEPT},"method":{_TEXT},"previous":{_KEPT},(?:"raw":{_TEXT},)?"reason":{_TEXT},'
    rf'"recorded_at":{_KEPT},"replaces":\[(?:"([^"]++)"((?:,{_TEXT})*+))?+\],"round":{_KEPT},'
    rf'"sequence":([1-9][0-9]{{0,14}}+),"subject":{_KEPT},"v":{FORMAT},'
    rf'"value":(?:{_TEXT}|0|-?[1-9][0-9]{{0,17}}+|true|false|null),"writer":{_KEPT}}}$',
    re.MULTILINE,
)
"""A line that is a record as nearly all are, in its one form. The groups are `_Columns`."""


_Column = tuple[str, ...]


class _Columns(NamedTuple):
    key: _Column
    name: _Column
    basis: _Column
    commune: _Column
    kind: _Column
    previous: _Column
    recorded_at: _Column
    replaces: _Column
    others: _Column
    """Which it takes the place of as well."""
    round: _Column
    sequence: _Column
    subject: _Column
    writer: _Column


class Plain(NamedTuple):
    """Records of one chain, all of them plain."""

    said: Said
    previous: Sequence[str]
    sequences: Sequence[str]
    """As digits."""
    rounds: set[str]
    authors: dict[str, str]
    """Fingerprint of a key -> name."""


def read_body(body: str, raw: bytes) -> dict[str, Any]:
    """Return the fields of a record; of one of a later format perhaps its place only.

    Args:
        body: As the file holds it.
        raw: The same in UTF-8.

    Raises:
        ValueError: It is no record, or not in the canonical form.
    """
    said: dict[str, Any]
    try:
        said = _BODY.validate_json(raw)
    except ValidationError:
        said = _NEWER.validate_json(raw)
        if said["v"] <= FORMAT:
            raise
    if (
        type(said.get("value")) in _VALUES
        and to_json(said) == raw
        and (body.isascii() or unicodedata.is_normalized("NFC", body))
    ):
        # The fields come out sorted and as compact as they must be: this is the form.
        return said
    if not all(map(is_shallow, from_canonical(body).values())):
        raise ValueError(FORMAT)
    return said


def read_plain(commune: str, writer: str, raws: Sequence[bytes]) -> Plain | None:
    """Read a whole chain at a glance, which is many times as fast as one record by one.

    A line that fits has the fields of a record, all of them, sorted and compact, and no
    value in it could be written in another way: this is the canonical form.

    Args:
        commune: Of the chain.
        writer: Of the chain.
        raws: The records, as the file holds them.

    Returns:
        ``None`` where that does not show that all are sound: `read_body` tells.
    """
    if sum(map(len, raws)) > _MOST_AT_ONCE:
        return None
    together = b"\n".join(raws)
    rest = together.translate(None, _ASCII).split(b"\n")
    try:
        text = together.decode()
        # Nearly all lines have the same few, as the author's name is in each of them.
        letters = {*b"".join({*rest}).decode()}
    except ValueError:
        return None
    if len(rest) != len(raws) or any(letter < " " or letter == "\\" for letter in letters):
        return None
    if not letters <= COMPOSED and not unicodedata.is_normalized("NFC", text):
        return None
    # As many as there are lines, each from the beginning of one to the end of one.
    found = _PLAIN.findall(text)
    if len(found) != len(raws):
        return None
    held = _Columns(*zip(*found, strict=True))
    if {*held.commune} != {commune} or {*held.writer} != {writer}:
        return None
    return Plain(
        said=Said(
            v=(FORMAT,) * len(raws),
            kind=held.kind,
            subject=held.subject,
            basis=held.basis,
            replaces=held.replaces,
            is_odd=(*map(bool, held.others),),
            author=held.name,
            recorded_at=held.recorded_at,
        ),
        previous=held.previous,
        sequences=held.sequence,
        rounds={*held.round},
        authors=dict(zip(held.key, held.name, strict=True)),
    )
