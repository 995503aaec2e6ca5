"""One commune in one round, as far as it is known.

What people stated is held as it was stated, with who, when and how; ratings,
progress and what is missing are derived from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from criteria.rating import Assessment, Outcome, Rating
from criteria.values import NOT_KNOWN, StatedValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checklists.communes import Commune
    from checklists.round import Round
    from criteria.errors import Message
    from criteria.rules.tree import Value


class Basis(StrEnum):
    """Who vouches for a value; a rating reads one basis only."""

    DECLARED = "declared"
    VERIFIED = "verified"


class Statement(NamedTuple):
    """What one person stated about one cell, and is replaced by no later statement.

    Attributes:
        id: Of the record.
        value: Typed; ``None`` where the value was taken back.
        author: Name of who stated it.
        recorded_at: ISO text with offset; a claim of the machine's clock.
        method: ``typed``, ``measured`` or ``imported``.
        reason: Given where one is needed.
    """

    id: str
    value: Any
    author: str
    recorded_at: str
    method: str = "typed"
    reason: str = ""


class Answer(NamedTuple):
    """The statements about one cell that nobody has replaced.

    Attributes:
        heads: In the order of their ids; several are an agreement or a conflict.
    """

    heads: tuple[Statement, ...]

    @property
    def value(self) -> StatedValue | None:
        """The value all heads agree on; ``None`` if there is none."""
        heads = self.heads
        if not heads or (len(heads) > 1 and self.is_conflict):
            return None
        value: StatedValue | None = heads[0].value
        return value

    @property
    def is_conflict(self) -> bool:
        """Whether two heads say different things."""
        heads = self.heads
        return len(heads) > 1 and any(head.value != heads[0].value for head in heads[1:])

    @property
    def is_stated(self) -> bool:
        """Whether anything is stated, a conflict or "not known" included."""
        heads = self.heads
        if len(heads) == 1:  # nearly always
            return heads[0].value is not None
        return any(head.value is not None for head in heads)


@dataclass(frozen=True, slots=True)
class Override:
    """A rating that a person set against the rules.

    Attributes:
        statement: Who, when and why.
        rating: What was set.
        seen: Digest of what the criterion's values were then.
    """

    statement: Statement
    rating: Rating
    seen: str


@dataclass(frozen=True)
class Progress:
    """How far a checklist, or a criterion, is filled. Only what is asked counts.

    Attributes:
        stated: Required fields that are stated.
        asked: Required fields that are asked.
    """

    stated: int
    asked: int

    @property
    def missing(self) -> int:
        """Required fields still open."""
        return self.asked - self.stated

    def __add__(self, other: Progress) -> Progress:
        """Return both together."""
        return Progress(self.stated + other.stated, self.asked + other.asked)


@dataclass(frozen=True)
class Checklist:
    """What is known of one commune in one round.

    Attributes:
        round: The round, with its catalogue.
        commune: The commune.
        answers: Basis -> key of a parameter or measure -> what was stated.
        not_applicable: Code -> statements that the criterion does not apply.
        overrides: Code -> statements of another rating than the rules give.
        notes: Code -> notes, side by side.
        contested: Codes whose override one person took back while another set it.
        evidence: Code -> SHA-256 of what was attached.
        unreadable: Records that were kept but say nothing this edition understands.
        digests: Code -> digest of the statements its rating reads, for overrides.
    """

    round: Round
    commune: Commune
    answers: Mapping[Basis, Mapping[str, Answer]] = field(default_factory=dict)
    not_applicable: Mapping[str, Answer] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()
    notes: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unreadable: tuple[Message, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)

    def answer(self, key: str, basis: Basis = Basis.VERIFIED) -> Answer:
        """Return what was stated about a parameter or measure; an empty answer for nothing."""
        return self.answers.get(basis, {}).get(key) or Answer(())

    @cached_property
    def verified(self) -> Assessment:
        """The ratings on what auditors verified."""
        return self._assess(Basis.VERIFIED)

    @cached_property
    def declared(self) -> Assessment:
        """The ratings on what the commune declared."""
        return self._assess(Basis.DECLARED)

    def assessment(self, basis: Basis) -> Assessment:
        """Return the ratings on one basis."""
        return self.verified if basis is Basis.VERIFIED else self.declared

    def _assess(self, basis: Basis) -> Assessment:
        held = self.answers.get(basis, {})
        values: dict[str, Value] = {}
        for key, answer in held.items():
            value = answer.value
            if value is not None and value is not NOT_KNOWN:
                values[key] = value
        verified = basis is Basis.VERIFIED
        return Assessment(
            self.round.catalogue,
            values,
            switches=self.round.switches,
            not_applicable=self._not_applicable_codes if verified else frozenset(),
            overrides=self.standing_overrides if verified else {},
            stated={key for key, answer in held.items() if answer.is_stated},
            disputed={key for key, answer in held.items() if answer.is_conflict},
        )

    @cached_property
    def _not_applicable_codes(self) -> frozenset[str]:
        # A record made by hand must not make the denominator smaller than the edition allows.
        return frozenset(
            code
            for code, answer in self.not_applicable.items()
            if answer.value is True and self.round.catalogue.criterion(code).may_be_not_applicable
        )

    @cached_property
    def standing_overrides(self) -> dict[str, Rating]:
        """Code -> overriding rating, where all agree and what it was set on still stands."""
        return {
            code: held[0].rating
            for code, held in self.overrides.items()
            if code not in self.contested
            and len({override.rating for override in held}) == 1
            and all(override.seen == self.digests.get(code) for override in held)
        }

    @cached_property
    def lapsed_overrides(self) -> tuple[str, ...]:
        """Codes whose override waits to be confirmed, because values changed since."""
        return tuple(
            code
            for code, held in self.overrides.items()
            if held and any(override.seen != self.digests.get(code) for override in held)
        )

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Code -> verified outcome."""
        return self.verified.outcomes

    @cached_property
    def conflicts(self) -> tuple[str, ...]:
        """What is in conflict: keys of verified fields, and codes of criteria."""
        fields = [
            key
            for key, answer in self.answers.get(Basis.VERIFIED, {}).items()
            if answer.is_conflict
        ]
        statements = [
            f"{code}/not_applicable"
            for code, answer in self.not_applicable.items()
            if answer.is_conflict
        ]
        overrides = [
            f"{code}/override"
            for code, held in self.overrides.items()
            if code in self.contested or len({override.rating for override in held}) > 1
        ]
        return (*fields, *statements, *overrides)

    def conflicts_of(self, code: str) -> tuple[str, ...]:
        """Return what is in conflict among all that decides one criterion."""
        read = self.round.catalogue.rulebook.reads(code)
        own = {measure.key for measure in self.round.catalogue.criterion(code).measures}
        return tuple(
            subject
            for subject in self.conflicts
            if subject in read or subject in own or subject.split("/")[0] == code
        )

    @cached_property
    def missing_parameters(self) -> tuple[str, ...]:
        """Keys of parameters an auditor must still state."""
        return tuple(
            parameter.key
            for parameter in self._asked_parameters
            if not self.answer(parameter.key).is_stated
        )

    @property
    def _asked_parameters(self) -> list[Any]:
        return [
            parameter
            for parameter in self.round.catalogue.parameters
            if not parameter.optional and not parameter.known_to_office
        ]

    def progress_of(self, code: str) -> Progress:
        """Return how far one criterion is filled."""
        if self.outcomes[code].rating is Rating.NOT_APPLICABLE:
            return Progress(0, 0)
        missing = set(self.verified.missing(code))
        asked = missing | {
            measure.key
            for measure in self.round.catalogue.criterion(code).measures
            if not measure.optional and self.verified.is_asked(measure.key)
        }
        return Progress(len(asked) - len(missing), len(asked))

    @cached_property
    def progress(self) -> Progress:
        """How far the whole checklist is filled, parameters included."""
        asked = len(self._asked_parameters)
        whole = Progress(asked - len(self.missing_parameters), asked)
        for code in self.round.catalogue.codes:
            whole += self.progress_of(code)
        return whole

    def missing_evidence(self, code: str) -> int:
        """Return how many pieces of evidence a criterion still lacks."""
        if self.outcomes[code].rating is Rating.NOT_APPLICABLE:
            return 0
        wanted = sum(line.at_least for line in self.round.catalogue.criterion(code).evidence)
        return max(0, wanted - len(self.evidence.get(code, ())))
