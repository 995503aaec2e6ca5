"""All that was stated about a field of a commune: a correction is a later statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from audit.undoing import reason_words
from criteria.language import _, moment_of
from criteria.values import from_json, write

if TYPE_CHECKING:
    from audit.desk import Desk
    from criteria.catalogue import Parameter


class Event(NamedTuple):
    """One statement about a field.

    Attributes:
        stands: Whether nothing has replaced it.
        value: As stated, in words.
        basis: ``declared`` or ``verified``.
        author: Name of who stated it.
        recorded_at: ISO text with offset; a claim of the machine's clock.
        method: ``typed``, ``measured`` or ``imported``.
        reason: Empty where none was given.
    """

    stands: bool
    value: str
    basis: str
    author: str
    recorded_at: str
    method: str
    reason: str

    @property
    def why(self) -> str:
        """The reason as it is shown, in the language in use."""
        return reason_words(self.reason)

    @property
    def words(self) -> str:
        """The statement in one line, in the language in use."""
        when = moment_of(self.recorded_at)
        basis = _("declared") if self.basis == "declared" else _("verified")
        return f"{self.value} · {basis} · {self.author} · {when}"


def history(desk: Desk, commune: str, field: Parameter) -> list[Event]:
    """Return what was stated about a field, the latest first.

    The place in a chain comes before the clock, which is only a claim.
    """
    heads = {
        head.id
        for cell, held in desk.ledger(commune).heads.items()
        if cell.subject == field.key
        for head in held
    }
    stated = sorted(
        desk.statements(commune, field.key),
        key=lambda each: (each.record.sequence, each.record.recorded_at, each.id),
        reverse=True,
    )
    events = []
    for each in stated:
        record = each.record
        try:
            value = write(field, from_json(field, record.value))
        except ValueError:
            value = "?"
        events.append(
            Event(
                each.id in heads,
                value,
                record.basis,
                record.author.name,
                record.recorded_at,
                record.method,
                record.reason,
            )
        )
    return events
