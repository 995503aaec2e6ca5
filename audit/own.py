"""Which records this machine wrote itself: it seals these, and nothing else.

Anybody can write a record in somebody else's name, at the end of somebody else's chain,
and have it merged there. Were it sealed together with what its victim states next, the
name would be proved by the victim's own key. So each write leaves a mark beside the
records: the end of the chain, and a code over it that only this machine's key makes.
Marks never leave the working file.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, NamedTuple

from audit.file import ChainEnd

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from audit.file import Entry

    class Marked(Protocol):
        """A file, or a transaction in it."""

        def own_mark(self, commune: str, writer: str) -> Mark | None:
            """Return the mark of a chain."""

        def tips(self, commune: str, writer: str) -> list[ChainEnd]:
            """Return what stands at the two highest places of a chain."""


class Mark(NamedTuple):
    """Where a chain ended when this machine wrote to it last."""

    commune: str
    writer: str
    sequence: int
    id: str
    code: str
    """Made with this machine's key; 64 hexadecimal digits."""


class OwnChains:
    """The chains of one machine in one round."""

    def __init__(self, secret: bytes, round_id: str) -> None:
        """Hold what the codes are made with.

        Args:
            secret: See `audit.identity.own_secret`.
            round_id: Of the round.
        """
        self._secret = secret
        self._round_id = round_id

    def marks(self, entries: Iterable[Entry]) -> list[Mark]:
        """Return the marks of the chains that these entries were just added to."""
        ends = {(entry.commune, entry.writer): entry for entry in entries}
        return [
            Mark(*chain, entry.sequence, entry.id, self._code(*chain, entry.sequence, entry.id))
            for chain, entry in ends.items()
        ]

    def end(self, file: Marked, commune: str, writer: str) -> ChainEnd | None:
        """Return up to where a chain is this machine's own; ``None`` where it is not."""
        mark = file.own_mark(commune, writer)
        if mark is None or not hmac.compare_digest(mark.code, self._code(*mark[:4])):
            return None
        return ChainEnd(mark.sequence, mark.id)

    def may_continue(self, file: Marked, commune: str, writer: str) -> bool:
        """Return whether nothing but this machine's own stands at the end of a chain."""
        tips = file.tips(commune, writer)
        if not tips:
            return True
        last, *others = tips
        return last == self.end(file, commune, writer) and all(
            other.sequence < last.sequence for other in others
        )

    def _code(self, commune: str, writer: str, sequence: int, id_: str) -> str:
        said = "\n".join((self._round_id, commune, writer, str(sequence), id_))
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()
