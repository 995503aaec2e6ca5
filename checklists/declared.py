"""What communes declared, beside what auditors found there.

The share of declared "met" that stayed "met" says how far a list of self-declarations can
be relied on. Only what an auditor has decided counts towards it; what nobody has verified
yet is listed beside it, and is neither confirmed nor refuted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from checklists.checklist import Basis
from checklists.matrix import WEIGHTS
from checklists.summary import counted_communes
from criteria.language import N_, _, count, percent
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checklists.communes import Commune
    from checklists.matrix import Matrix, MatrixRow


class Verdict(StrEnum):
    """What became of a declared rating when an auditor looked."""

    CONFIRMED = "confirmed"
    LOWER = "lower"
    HIGHER = "higher"
    NOT_VERIFIED = "not_verified"
    NOT_APPLICABLE = "not_applicable"
    NOT_DECLARED = "not_declared"

    @property
    def label(self) -> str:
        """The verdict in words, in the language in use."""
        return _(_LABELS[self])

    @property
    def sign(self) -> str:
        """A sign that reads in black and white."""
        return _SIGNS[self]


_LABELS = {
    Verdict.CONFIRMED: N_("confirmed"),
    Verdict.LOWER: N_("found lower than declared"),
    Verdict.HIGHER: N_("found higher than declared"),
    Verdict.NOT_VERIFIED: N_("declared, not verified yet"),
    Verdict.NOT_APPLICABLE: N_("does not apply"),
    Verdict.NOT_DECLARED: N_("nothing declared that gives a rating"),
}
_SIGNS = {
    Verdict.CONFIRMED: "=",
    Verdict.LOWER: "↓",
    Verdict.HIGHER: "↑",
    Verdict.NOT_VERIFIED: "?",
    Verdict.NOT_APPLICABLE: "",
    Verdict.NOT_DECLARED: "",
}


class Pair(NamedTuple):
    """The rating of one criterion of one commune, as declared and as verified."""

    declared: Rating
    verified: Rating

    @property
    def verdict(self) -> Verdict:
        """What became of what was declared."""
        if self.declared not in WEIGHTS:
            return Verdict.NOT_DECLARED
        if self.verified is Rating.NOT_APPLICABLE:
            return Verdict.NOT_APPLICABLE
        if self.verified not in WEIGHTS:
            return Verdict.NOT_VERIFIED
        if self.verified is self.declared:
            return Verdict.CONFIRMED
        is_lower = WEIGHTS[self.verified] < WEIGHTS[self.declared]
        return Verdict.LOWER if is_lower else Verdict.HIGHER


@dataclass(frozen=True)
class Tally:
    """How often what was declared stood.

    Attributes:
        pairs: Declared and verified rating -> how often they stand beside one another.
    """

    pairs: Counter[Pair]

    def became(self, verified: Rating) -> int:
        """Return how many of those declared met were found so."""
        return self.pairs[Pair(Rating.MET, verified)]

    @property
    def declared_met(self) -> int:
        """How many were declared met."""
        return sum(map(self.became, Rating))

    @property
    def stayed_met(self) -> int:
        """How many of those declared met an auditor found met."""
        return self.became(Rating.MET)

    @property
    def verified(self) -> int:
        """How many of those declared met an auditor has decided: met, partly or not met."""
        return sum(map(self.became, WEIGHTS))

    @property
    def not_verified(self) -> int:
        """How many of those declared met nobody could decide yet."""
        return self.became(Rating.INSUFFICIENT) + self.became(Rating.UNAUDITED)

    @property
    def share(self) -> Decimal | None:
        """The share of declared "met" that stayed so, 0 to 1; ``None`` where none was verified."""
        return Decimal(self.stayed_met) / self.verified if self.verified else None

    def count(self, verdict: Verdict) -> int:
        """Return how many declared ratings, whatever they were, had a verdict."""
        return sum(often for pair, often in self.pairs.items() if pair.verdict is verdict)


@dataclass(frozen=True)
class DeclaredRow:
    """What one commune declared.

    Attributes:
        commune: The commune.
        pairs: Code -> declared and verified rating, in the order of the edition.
    """

    commune: Commune
    pairs: Mapping[str, Pair]

    @cached_property
    def tally(self) -> Tally:
        """How often it stood."""
        return Tally(Counter(self.pairs.values()))


@dataclass(frozen=True)
class Declared:
    """What all communes declared, beside what was found.

    Attributes:
        rows: Of the communes that declared anything, in the order of the round.
        silent: Those that declared nothing.
        codes: Of all criteria, in the order of the edition.
    """

    rows: tuple[DeclaredRow, ...]
    silent: tuple[Commune, ...]
    codes: tuple[str, ...]

    @cached_property
    def total(self) -> Tally:
        """Over all communes and criteria."""
        return Tally(Counter(pair for row in self.rows for pair in row.pairs.values()))

    @cached_property
    def by_criterion(self) -> dict[str, Tally]:
        """Code -> how often what was declared of it stood."""
        return {code: Tally(Counter(row.pairs[code] for row in self.rows)) for code in self.codes}


def declared_of(matrix: Matrix) -> Declared:
    """Return what the communes of a matrix declared, beside what was found."""
    rows, silent = [], []
    for row in matrix.rows:
        answers = row.checklist.answers.get(Basis.DECLARED, {})
        if any(answer.is_stated for answer in answers.values()):
            rows.append(_row(row))
        else:
            silent.append(row.commune)
    return Declared(tuple(rows), tuple(silent), matrix.round.catalogue.codes)


def _row(row: MatrixRow) -> DeclaredRow:
    declared = row.checklist.declared.outcomes
    return DeclaredRow(
        row.commune,
        {
            code: Pair(declared[code].rating, outcome.rating)
            for code, outcome in row.outcomes.items()
        },
    )


def declared_sentence(declared: Declared, matrix: Matrix) -> str:
    """Return what a leader asks: how much of what was declared stood; in the language in use."""
    if not declared.rows:
        return _("No commune has declared anything in this round, so there is nothing to compare.")
    total = declared.total
    found = [
        _("{communes} declared; {silent} declared nothing.").format(
            communes=counted_communes(matrix, len(declared.rows)),
            silent=count(len(declared.silent)),
        )
    ]
    if total.share is None:
        found.append(
            _(
                "They declared {declared} criteria met, of which none could be verified so far."
            ).format(declared=count(total.declared_met))
        )
    else:
        found.append(
            _(
                "They declared {declared} criteria met. Of {verified} that auditors verified, "
                "{stayed} ({share}) are met, {partly} partly met, {not_met} not met; {open} are "
                "not verified yet, {not_applicable} do not apply."
            ).format(
                declared=count(total.declared_met),
                verified=count(total.verified),
                stayed=count(total.stayed_met),
                share=percent(total.share),
                partly=count(total.became(Rating.PARTLY_MET)),
                not_met=count(total.became(Rating.NOT_MET)),
                open=count(total.not_verified),
                not_applicable=count(total.became(Rating.NOT_APPLICABLE)),
            )
        )
    return " ".join(found)
