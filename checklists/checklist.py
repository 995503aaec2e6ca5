"""One commune in one round, as far as it is known.

What people stated is held as it was stated, with who, when and how; ratings,
progress and what is missing are derived from it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from criteria.folding import fold
from criteria.language import N_, _, moment_of
from criteria.rating import Assessment, Outcome, Rating
from criteria.values import NOT_KNOWN, StatedValue, from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from checklists.communes import Commune
    from checklists.round import Round
    from checklists.task_plan import TaskPlan
    from criteria.catalogue import Evidence
    from criteria.errors import Message
    from criteria.rules.tree import Value


class Basis(StrEnum):
    """Who vouches for a value; a rating reads one basis only."""

    DECLARED = "declared"
    VERIFIED = "verified"


METHODS: Final = {
    "typed": N_("typed"),
    "measured": N_("measured"),
    "imported": N_("imported"),
    "confirmed": N_("taken over and confirmed"),
}
"""How something was found out -> the same in words."""


def method_words(method: str) -> str:
    """Return how something was found out, in the language in use."""
    return _(METHODS[method]) if method in METHODS else method


class Statement(NamedTuple):
    """What one person stated about one cell, and is replaced by no later statement.

    Attributes:
        id: Of the record.
        value: Typed; ``None`` where the value was taken back.
        author: Name of who stated it.
        recorded_at: ISO text with offset; a claim of the machine's clock.
        method: ``typed``, ``measured`` or ``imported``.
        reason: Given where one is needed.
        key: Fingerprint of the author's key.
    """

    id: str
    value: Any
    author: str
    recorded_at: str
    method: str = "typed"
    reason: str = ""
    key: str = ""

    @property
    def when(self) -> str:
        """The time as people write it; as it was recorded where that cannot be read."""
        return moment_of(self.recorded_at)


def side_by_side(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return what several people said of one cell, by person: the same order everywhere.

    By name, so that in every cell of a commune An comes before Bình, then by time.
    """
    return tuple(
        sorted(
            statements, key=lambda said: (fold(said.author), said.key, said.recorded_at, said.id)
        )
    )


class Answer(NamedTuple):
    """The statements about one cell that nobody has replaced.

    Attributes:
        heads: In the order of `side_by_side`; several are an agreement or a conflict.
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


class Attachment(NamedTuple):
    """Something attached to a criterion as evidence; several people may have attached it.

    Attributes:
        sha256: Of the bytes as they are kept.
        name: Of the file it was picked as; empty where it was purged, and so below.
        caption: What it shows; captions of several people side by side.
        media_type: ``image/jpeg``, ``application/pdf``.
        size: Bytes as they are kept.
        taken_at: ISO text; a claim of the camera.
        author: Who attached it, or purged it.
        recorded_at: ISO text with offset; a claim of the machine's clock.
        reason: Why it was purged.
        is_purged: Whether its bytes were taken away for good.
        keys: Fingerprints of those who attached it.
    """

    sha256: str
    name: str
    caption: str
    media_type: str
    size: int
    taken_at: str | None
    author: str
    recorded_at: str
    reason: str = ""
    is_purged: bool = False
    keys: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether it is a photo or a picture of a screen."""
        return self.media_type.startswith("image/")


class Wanted(NamedTuple):
    """A line of what an edition wants as evidence, and how much of it is there.

    Attributes:
        line: What is wanted.
        held: Pieces whose caption names the line.
        other: Pieces whose caption names no line, counted here for their kind alone.
    """

    line: Evidence
    held: int
    other: int = 0

    @property
    def unnamed(self) -> int:
        """How many pieces no caption names as being of this line."""
        return max(0, self.line.at_least - self.held)

    @property
    def missing(self) -> int:
        """How many pieces are still wanted after those counted for their kind."""
        return max(0, self.line.at_least - self.held - self.other)


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


class State(StrEnum):
    """How far a checklist has come on its way to the office and back; always derived."""

    DRAFT = "draft"
    SIGNED = "signed"
    CHANGED = "changed"
    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ACCEPTED_CHANGED = "accepted_changed"

    @property
    def label(self) -> str:
        """The state in words, in the language in use."""
        return _(_STATE_LABELS[self])

    def label_of(self, stated: int) -> str:
        """Return the state in words; a draft in which nothing is stated is not begun.

        Args:
            stated: How many fields of the checklist are filled in.
        """
        return self.label if stated or self is not State.DRAFT else _("Not begun")


_STATE_LABELS = {
    State.DRAFT: N_("Draft"),
    State.SIGNED: N_("Signed"),
    State.CHANGED: N_("Signed, changed since"),
    State.RECEIVED: N_("Received"),
    State.RETURNED: N_("Returned"),
    State.ACCEPTED: N_("Accepted"),
    State.ACCEPTED_CHANGED: N_("Accepted, changed since"),
}


def states_in_words(held: Iterable[tuple[State, int]]) -> dict[str, int]:
    """Return how many checklists have come how far: state in words -> how many.

    Args:
        held: Of each checklist its state, and how many of its fields are filled in.
    """
    often = Counter((state, bool(stated) or state is not State.DRAFT) for state, stated in held)
    return {
        state.label_of(is_begun): often[state, is_begun]
        for state in State
        for is_begun in (False, True)
        if often[state, is_begun]
    }


@dataclass(frozen=True, slots=True)
class SignOff:
    """What the commune's representative and an auditor signed.

    Attributes:
        statement: Of the auditor; its reason says why it was signed with gaps.
        by: Name of who signed for the commune.
        title: Their office.
        auditor_title: Office of the auditor.
        seen: Digest of what the checklist held then.
        chains: Writer -> how many of its records were there then.
        is_received: Whether the office has confirmed that it arrived.
    """

    statement: Statement
    by: str
    title: str
    auditor_title: str
    seen: str
    chains: Mapping[str, int] = field(default_factory=dict)
    is_received: bool = False

    @property
    def words(self) -> str:
        """Who signed, and when; in the language in use."""
        who = self.statement
        auditor = f"{who.author} ({self.auditor_title})" if self.auditor_title else who.author
        text = _("Signed by {by} ({title}) and {auditor} at {moment}").format(
            by=self.by, title=self.title, auditor=auditor, moment=who.when
        )
        return f"{text} – {who.reason}" if who.reason else text


@dataclass(frozen=True, slots=True)
class Review:
    """What the office says of a checklist that was handed in.

    Attributes:
        statement: Of the office.
        outcome: `State.RECEIVED`, `State.RETURNED` or `State.ACCEPTED`.
        seen: Digest of what the checklist held then.
        comments: Part of the checklist -> what the office asks or says about it.
        writer: Whose record it is.
        sequence: Its place in that chain.
        chains: Writer -> how many of its records were there then; ``None`` if it says not.
        answered: Parts with a comment about which something was stated that the office had
            not seen.
    """

    statement: Statement
    outcome: State
    seen: str
    comments: Mapping[str, str] = field(default_factory=dict)
    writer: str = ""
    sequence: int = 0
    chains: Mapping[str, int] | None = None
    answered: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """What the office said, when and why; in the language in use."""
        said = self.statement
        text = _("{outcome} by {author} at {moment}").format(
            outcome=self.outcome.label, author=said.author, moment=said.when
        )
        return f"{text} – {said.reason}" if said.reason else text

    def comment_words(self, part: str) -> str:
        """Return what it says of a part of the checklist, and whether that was answered."""
        text = self.comments[part]
        if part in self.answered:
            return _("{comment} (answered since)").format(comment=text)
        return text


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
        contested: Code of an override that somebody set -> statements that took it back.
        evidence: Code -> what was attached, purged pieces too.
        plans: Code -> what the office typed about the task, each a
            `checklists.task_plan.TaskPlan`.
        unreadable: Records that were kept but say nothing this edition understands.
        digests: Code -> digest of the statements its rating reads, for overrides.
        sign_offs: Of several people, side by side, in the order of their ids.
        reviews: Of the office; more than one only where it said two things at once.
        is_divided: Whether a chain of records divides: a copy was written to, or restored.
        content_from: Gives `content`.
    """

    round: Round
    commune: Commune
    answers: Mapping[Basis, Mapping[str, Answer]] = field(default_factory=dict)
    not_applicable: Mapping[str, Answer] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)
    contested: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)
    plans: Mapping[str, Answer] = field(default_factory=dict)
    unreadable: tuple[Message, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    sign_offs: tuple[SignOff, ...] = ()
    reviews: tuple[Review, ...] = ()
    is_divided: bool = False
    content_from: Callable[[], str] = field(default=str, compare=False, repr=False)

    @cached_property
    def content(self) -> str:
        """Digest of all that is stated: it changes with every statement.

        Sign-offs, reviews and tasks are about the checklist, not part of it.
        """
        return self.content_from()

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

    def plan_heads(self, code: str) -> tuple[TaskPlan | None, ...]:
        """Return what stands about the task of a criterion; ``None`` where it was taken back."""
        return tuple(head.value for head in self.plans[code].heads) if code in self.plans else ()

    @cached_property
    def conflicts(self) -> tuple[str, ...]:
        """What is in conflict: keys of verified fields, and codes of criteria."""
        plans = [f"{code}/task" for code, answer in self.plans.items() if answer.is_conflict]
        return (*self.own_conflicts, *plans)

    @cached_property
    def own_conflicts(self) -> tuple[str, ...]:
        """What is in conflict but for the plans of tasks, which are not part of the checklist."""
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
        reviews = ["review"] if self._has_disputed_review else []
        return (*fields, *statements, *overrides, *reviews)

    @property
    def _has_disputed_review(self) -> bool:
        return len({(review.outcome, review.seen) for review in self.reviews}) > 1

    @cached_property
    def state(self) -> State:
        """How far the checklist has come.

        It follows from what each sign-off and review saw, never from a clock. Where the
        office said two things at once, only the sign-offs count until it settles them.
        """
        signed = self.sign_offs
        review = self.reviews[0] if self.reviews and not self._has_disputed_review else None
        if review is not None:
            is_as_seen = review.seen == self.content
            if review.outcome is State.ACCEPTED:
                return State.ACCEPTED if is_as_seen else State.ACCEPTED_CHANGED
            if is_as_seen:
                return review.outcome
            if review.outcome is State.RETURNED:
                # Only what was signed after the return signs it again.
                signed = tuple(
                    each
                    for each in signed
                    if each.seen == self.content
                    or (
                        each.seen != review.seen
                        and each.chains.get(review.writer, 0) >= review.sequence > 0
                    )
                )
                if not signed:
                    return State.RETURNED
        standing = [each for each in signed if each.seen == self.content]
        if standing:
            is_received = any(each.is_received for each in standing)
            return State.RECEIVED if is_received else State.SIGNED
        return State.CHANGED if signed or review is not None else State.DRAFT

    @property
    def state_label(self) -> str:
        """How far the checklist has come, in words."""
        return self.state.label_of(self.progress.stated)

    @property
    def is_signed_as_it_stands(self) -> bool:
        """Whether a sign-off saw what stands there now; an acceptance is no signature."""
        return any(each.seen == self.content for each in self.sign_offs)

    @property
    def needs_reason(self) -> bool:
        """Whether it was signed or reviewed, so that every change needs a reason."""
        return bool(self.sign_offs or self.reviews)

    def last(self, key: str) -> StatedValue | None:
        """Return the value of a field in the round before; ``None`` for none that fits."""
        held = self.round.previous.get(self.commune.code, {}).get(key)
        asked = self.round.catalogue.fields.get(key)
        if held is None or asked is None:
            return None
        try:
            return from_json(asked, held)
        except ValueError:
            return None

    def conflicts_of(self, code: str) -> tuple[str, ...]:
        """Return what is in conflict among all that decides one criterion."""
        if not self.own_conflicts:
            return ()
        read = self.round.catalogue.rulebook.reads(code)
        own = {measure.key for measure in self.round.catalogue.criterion(code).measures}
        return tuple(
            subject
            for subject in self.own_conflicts
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
        return Progress(*self.verified.filled(code))

    @cached_property
    def progress(self) -> Progress:
        """How far the whole checklist is filled, parameters included."""
        asked = len(self._asked_parameters)
        stated = asked - len(self.missing_parameters)
        for code, outcome in self.outcomes.items():
            if outcome.rating is not Rating.NOT_APPLICABLE:
                here, wanted = self.verified.filled(code)
                stated, asked = stated + here, asked + wanted
        return Progress(stated, asked)

    def missing_evidence(self, code: str) -> int:
        """Return how many pieces of evidence a criterion still lacks."""
        return sum(wanted.missing for wanted in self.wanted_evidence(code))

    def wanted_evidence(self, code: str) -> tuple[Wanted, ...]:
        """Return what a criterion wants as evidence, and how much of each line is there.

        Only what there is to show is wanted. A piece counts for the line that its caption
        names, if it is of the kind wanted there: a photo is no document. One whose caption
        names none is proof of no line in particular; it lessens what is still wanted of its
        kind. What was purged does not count.
        """
        lines = self.verified.wanted_evidence(code)
        pieces = self.evidence.get(code, ())
        if not pieces:
            return tuple(Wanted(line, 0) for line in lines)
        every = self.round.catalogue.criterion(code).evidence
        wanted = [at for at, line in enumerate(every) if line in lines]
        held, other = [0] * len(every), [0] * len(every)
        free = []
        for piece in pieces:
            if piece.is_purged:
                continue
            named = _named(piece, every, wanted)
            if named is None:
                free.append(piece)
            elif _fits(piece, every[named]):
                held[named] += 1
        # A line that takes either kind is left to those that fit no other.
        wanted.sort(key=lambda at: every[at].kind == "either")
        for piece in free:
            for at in wanted:
                if held[at] + other[at] < every[at].at_least and _fits(piece, every[at]):
                    other[at] += 1
                    break
        return tuple(Wanted(every[at], held[at], other[at]) for at in sorted(wanted))


def _fits(piece: Attachment, line: Evidence) -> bool:
    return line.kind == "either" or (line.kind == "photo") is piece.is_picture


def _named(piece: Attachment, lines: Sequence[Evidence], wanted: Sequence[int]) -> int | None:
    """Return the place of the line that a caption names, at its beginning if possible.

    Of several the longest text is meant; of the same text, what is wanted and of its kind.
    """
    said = piece.caption.casefold()
    found = [
        (said.startswith(text), len(text), at in wanted, _fits(piece, line), -at)
        for at, line in enumerate(lines)
        for text in (line.text.vi.casefold(), line.text.en.casefold())
        if text in said
    ]
    return -max(found)[-1] if found else None
