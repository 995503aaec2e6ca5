"""Where a commune is not judged by its values alone: what does not apply, what people re-rated.

A green commune with some of these is green for other reasons than its neighbour, so
that whoever reads the result can see each of them, with who said so and why.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from criteria.language import N_, _, moment_of
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.checklist import Statement
    from checklists.communes import Commune
    from checklists.matrix import Matrix, MatrixRow
    from criteria.catalogue import Criterion


class Kind(StrEnum):
    """What was stated."""

    NOT_APPLICABLE = "not_applicable"
    RERATED = "rerated"
    TO_CONFIRM = "to_confirm"
    """A rating by hand that does not stand any more: values changed since."""

    @property
    def label(self) -> str:
        """The kind in words, in the language in use."""
        return _(_LABELS[self])


_LABELS: Final = {
    Kind.NOT_APPLICABLE: N_("Not applicable"),
    Kind.RERATED: N_("Rated by a person"),
    Kind.TO_CONFIRM: N_("Rated by a person, to be confirmed"),
}


class Departure(NamedTuple):
    """A criterion of a commune that is not judged by its values alone.

    Attributes:
        commune: The commune.
        criterion: The criterion.
        kind: What was stated.
        computed: What the rules give; ``None`` where they are not asked.
        set_to: What a person set instead.
        by: Who stated it; ``None`` where the rules themselves say that it does not apply.
    """

    commune: Commune
    criterion: Criterion
    kind: Kind
    computed: Rating | None
    set_to: Rating
    by: Statement | None

    @property
    def who(self) -> str:
        """Who said so, and when; in the language in use."""
        if self.by is None:
            return _("the rules of the edition")
        return f"{self.by.author}, {moment_of(self.by.recorded_at)}"

    @property
    def reason(self) -> str:
        """Why, as it was stated."""
        return self.by.reason if self.by is not None else ""

    @property
    def change(self) -> str:
        """``Not met → Met``; what the rules give, and what stands instead."""
        before = self.computed.label if self.computed is not None else "–"
        return f"{before} → {self.set_to.label}"

    @property
    def words(self) -> str:
        """All of it in a line without the commune; in the language in use."""
        text = f"{self.criterion.code}: {self.change} ({self.who})"
        if self.kind is Kind.TO_CONFIRM:
            text += f" – {self.kind.label}"
        return f"{text}: {self.reason}" if self.reason else text


def departures_of(matrix: Matrix) -> tuple[Departure, ...]:
    """Return each of them, by commune in the order of the round, then by criterion."""
    return tuple(each for row in matrix.rows for each in departures_in(row))


def departures_in(row: MatrixRow) -> Iterator[Departure]:
    """Yield those of one commune."""
    checklist = row.checklist
    for criterion in checklist.round.catalogue.criteria:
        code = criterion.code
        outcome = row.outcomes[code]
        stated = checklist.not_applicable.get(code)
        said = [head for head in stated.heads if head.value is True] if stated else []
        for head in said:
            yield Departure(
                row.commune, criterion, Kind.NOT_APPLICABLE, None, Rating.NOT_APPLICABLE, head
            )
        if outcome.computed is Rating.NOT_APPLICABLE and not said:
            yield Departure(
                row.commune, criterion, Kind.NOT_APPLICABLE, None, Rating.NOT_APPLICABLE, None
            )
        lapsed = code in checklist.lapsed_overrides
        for override in checklist.overrides.get(code, ()):
            kind = Kind.TO_CONFIRM if lapsed else Kind.RERATED
            yield Departure(
                row.commune, criterion, kind, outcome.computed, override.rating, override.statement
            )
