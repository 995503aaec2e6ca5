"""The body of a record that somebody else wrote: its fields, their types, its one form.

Kept apart because pydantic takes a while to load, and only what comes from outside
needs it. What the fields mean is no concern here (`audit.fold`).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Annotated, Any, Final, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import to_json
from typing_extensions import TypedDict  # typing's own pydantic takes from 3.12 on

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
_BODIES: Final = TypeAdapter(list[Body]).validator
_NEWER: Final = TypeAdapter(Newer).validator
_BEGINNING: Final = b'{"author":'
_MOST_AT_ONCE: Final = 8_000_000
"""Bytes of records that are read in one go."""
_PLAIN: Final = frozenset({str, int, bool, type(None)})


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
        type(said.get("value")) in _PLAIN
        and to_json(said) == raw
        and (body.isascii() or unicodedata.is_normalized("NFC", body))
    ):
        # The fields come out sorted and as compact as they must be: this is the form.
        return said
    if not all(map(is_shallow, from_canonical(body).values())):
        raise ValueError(FORMAT)
    return said


def read_bodies(raws: Sequence[bytes]) -> list[dict[str, Any]] | None:
    """Return the fields of many records at once, which is twice as fast as one by one.

    Args:
        raws: As the file holds them.

    Returns:
        ``None`` where one look does not show that all of them are sound: `read_body` tells.
    """
    if sum(map(len, raws)) > _MOST_AT_ONCE or not all(r.startswith(_BEGINNING) for r in raws):
        return None
    together = b"[" + b",".join(raws) + b"]"
    found: list[dict[str, Any]]
    try:
        text = together.decode()
        found = _BODIES.validate_json(together)
    except ValueError:
        return None
    if (
        # With plain values nothing but a record can begin as each of them does, so that
        # none of them can hold a piece of its neighbour.
        len(found) != len(raws)
        or not {type(said["value"]) for said in found} <= _PLAIN
        or to_json(found) != together
        or not (text.isascii() or unicodedata.is_normalized("NFC", text))
    ):
        return None
    return found
