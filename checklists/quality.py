"""How far the figures of a round can be relied on (*chất lượng dữ liệu*).

Nothing here is a rating. It counts what is stated of what is asked, what is open, what
rests on a person's word, on values that contradict each other, or on evidence that is not
there; for each commune, and over all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from checklists.checklist import (
    METHODS,
    Basis,
    Progress,
    State,
    method_words,
    states_in_words,
)
from checklists.custody import Custody
from checklists.summary import counted_communes
from criteria.language import N_, _, count, number, percent
from criteria.rating import Rating
from criteria.values import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from checklists.checklist import Answer, Checklist, Statement
    from checklists.communes import Commune
    from checklists.matrix import Matrix, MatrixRow
    from criteria.catalogue import Check

NOT_AS_SIGNED: Final = frozenset(
    {State.DRAFT, State.CHANGED, State.ACCEPTED_CHANGED, State.RETURNED}
)
"""States in which nobody vouches with a signature for what stands there now."""


class Evidence(NamedTuple):
    """Photos and files that the edition wants for criteria that were looked at.

    Attributes:
        wanted: How many pieces.
        missing: How many of them are not there.
    """

    wanted: int
    missing: int

    @property
    def held(self) -> int:
        """How many of the wanted pieces are there."""
        return self.wanted - self.missing

    def __add__(self, other: object) -> Evidence:
        """Return both together."""
        if not isinstance(other, Evidence):
            return NotImplemented
        return Evidence(self.wanted + other.wanted, self.missing + other.missing)


class Agreement(NamedTuple):
    """What two people stated about the same, without knowing of each other.

    Attributes:
        same: How often they said the same.
        differing: How often they contradict each other still.
        settled: How often the office settled a contradiction.
    """

    same: int = 0
    differing: int = 0
    settled: int = 0

    @property
    def all(self) -> int:
        """How often two people stated something about the same."""
        return self.same + self.differing + self.settled

    @property
    def share(self) -> Decimal | None:
        """How often they said the same, 0 to 1; ``None`` where nothing was stated twice."""
        return Decimal(self.same) / self.all if self.all else None

    def __add__(self, other: object) -> Agreement:
        """Return both together."""
        if not isinstance(other, Agreement):
            return NotImplemented
        return Agreement(*(mine + its for mine, its in zip(self, other, strict=True)))


@dataclass(frozen=True)
class CommuneQuality:
    """How far the figures of one commune can be relied on.

    Attributes:
        commune: The commune.
        state: How far its checklist has come.
        is_signed: Whether what stands there now was signed and is not returned; one that was
            accepted without that is not.
        coverage: Required fields stated, of those asked.
        insufficient: Codes of criteria that cannot be rated for want of data.
        unaudited: Codes of criteria that nobody has looked at.
        not_applicable: Codes of criteria that do not apply.
        overridden: Codes of criteria whose rating a person set against the rules.
        to_confirm: Codes whose rating by hand waits to be confirmed.
        not_known: Keys of fields whose value was stated as not known.
        conflicts: What is in conflict, but for plans of tasks: no figure rests on those.
        failing: Checks between fields that do not agree.
        unreadable: How many records say nothing this edition understands.
        evidence: Photos and files.
        methods: How a value was found out -> how many values.
        auditors: Names of those whose statements stand, in order of their share; whoever
            only filled in what the office knows is none of them.
        agreement: Between two auditors.
        unsealed: Records that no key vouches for.
        absent: Photos or files that are named but not in the file.
        is_forked: Whether a chain of records divides: a copy was written to, or restored.
    """

    commune: Commune
    state: State
    is_signed: bool
    coverage: Progress
    insufficient: tuple[str, ...]
    unaudited: tuple[str, ...]
    not_applicable: tuple[str, ...]
    overridden: tuple[str, ...]
    to_confirm: tuple[str, ...]
    not_known: tuple[str, ...]
    conflicts: tuple[str, ...]
    failing: tuple[Check, ...]
    unreadable: int
    evidence: Evidence
    methods: Counter[str]
    auditors: tuple[str, ...]
    agreement: Agreement
    unsealed: int = 0
    absent: int = 0
    is_forked: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every required field is stated."""
        return self.coverage.asked > 0 and not self.coverage.missing

    @property
    def open(self) -> int:
        """How many criteria are not rated."""
        return len(self.insufficient) + len(self.unaudited)

    @property
    def is_sound(self) -> bool:
        """Whether all is stated, signed and settled, and all wanted evidence is there."""
        return not (
            self.coverage.missing
            or self.open
            or self.to_confirm
            or self.conflicts
            or self.failing
            or self.unreadable
            or self.evidence.missing
            or self.unsealed
            or self.absent
            or self.is_forked
            or not self.is_signed
        )


class Indicator(NamedTuple):
    """One figure about all communes, and the communes it is about.

    Attributes:
        key: Stable name, for data.
        value: How many.
        of: Of how many; ``None`` where it is no share of anything.
        communes: Where, in the order of the round.
    """

    key: str
    value: int
    of: int | None
    communes: tuple[Commune, ...]

    @property
    def label(self) -> str:
        """What is counted, in the language in use."""
        return _(INDICATORS[self.key])

    @property
    def share(self) -> Decimal | None:
        """The share, 0 to 1."""
        return Decimal(self.value) / self.of if self.of else None


INDICATORS: Final = {
    "stated": N_("Required fields stated"),
    "complete": N_("Communes with every field stated"),
    "signed": N_("Communes signed as they stand"),
    "rated": N_("Criteria rated"),
    "insufficient": N_("Criteria without enough data"),
    "unaudited": N_("Criteria not audited"),
    "not_known": N_("Values stated as not known"),
    "overridden": N_("Ratings set by hand"),
    "to_confirm": N_("Ratings by hand to be confirmed"),
    "not_applicable": N_("Criteria not applicable"),
    "evidence_missing": N_("Pieces of evidence missing"),
    "conflicts": N_("Contradictions not settled"),
    "failing": N_("Values that do not agree with one another"),
    "unreadable": N_("Records that cannot be interpreted"),
    "unsealed": N_("Records that are not sealed"),
    "absent": N_("Photos or files named but not in the file"),
    "forked": N_("Communes of which a chain of records divides"),
}
"""Key of an indicator -> what it counts, in the order in which they are told."""
GOOD: Final = frozenset({"stated", "complete", "signed", "rated"})
"""Keys of the indicators of which more is better."""


@dataclass(frozen=True)
class Quality:
    """How far the figures of a round can be relied on.

    Attributes:
        matrix: Whose figures.
        rows: One a commune, in the order of the round.
        custody: How the figures came to the office.
    """

    matrix: Matrix
    rows: tuple[CommuneQuality, ...]
    custody: Custody

    @cached_property
    def coverage(self) -> Progress:
        """Required fields stated, of those asked, over all communes."""
        return sum((row.coverage for row in self.rows), Progress(0, 0))

    @cached_property
    def evidence(self) -> Evidence:
        """Photos and files over all communes."""
        total = Evidence(0, 0)
        for row in self.rows:
            total += row.evidence
        return total

    @cached_property
    def agreement(self) -> Agreement:
        """Between two auditors, over all communes."""
        total = Agreement()
        for row in self.rows:
            total += row.agreement
        return total

    @cached_property
    def methods(self) -> Counter[str]:
        """How a value was found out -> how many values, over all communes."""
        total: Counter[str] = Counter()
        for row in self.rows:
            total.update(row.methods)
        return total

    @cached_property
    def states(self) -> Counter[State]:
        """How far checklists have come -> how many."""
        return Counter(row.state for row in self.rows)

    @cached_property
    def complete(self) -> int:
        """How many communes have every required field stated."""
        return sum(row.is_complete for row in self.rows)

    @cached_property
    def untouched(self) -> int:
        """How many communes have nothing stated."""
        return sum(not row.coverage.stated for row in self.rows)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """What a reader asks first."""
        cells = len(self.rows) * len(self.matrix.round.catalogue.codes)
        rated = cells - sum(row.open for row in self.rows)
        return (
            Indicator("stated", self.coverage.stated, self.coverage.asked, ()),
            self._where("complete", lambda row: row.is_complete),
            self._where("signed", lambda row: row.is_signed),
            Indicator("rated", rated, cells, ()),
            self._sum("insufficient", lambda row: len(row.insufficient), cells),
            self._sum("unaudited", lambda row: len(row.unaudited), cells),
            self._sum("not_known", lambda row: len(row.not_known), self.methods.total()),
            self._sum("overridden", lambda row: len(row.overridden), cells),
            self._sum("to_confirm", lambda row: len(row.to_confirm)),
            self._sum("not_applicable", lambda row: len(row.not_applicable), cells),
            self._sum("evidence_missing", lambda row: row.evidence.missing, self.evidence.wanted),
            self._sum("conflicts", lambda row: len(row.conflicts)),
            self._sum("failing", lambda row: len(row.failing)),
            self._sum("unreadable", lambda row: row.unreadable),
            self._sum("unsealed", lambda row: row.unsealed),
            self._sum("absent", lambda row: row.absent),
            self._sum("forked", lambda row: int(row.is_forked)),
        )

    @property
    def sentence(self) -> str:
        """What can be said of all of it in one paragraph; in the language in use."""
        if not self.coverage.stated:
            return _("Nothing has been stated yet, so there is nothing to rely on.")
        parts = [
            _("{share} of the required fields are stated; complete: {complete} of {all}.").format(
                share=percent(Decimal(self.coverage.stated) / self.coverage.asked),
                complete=count(self.complete),
                all=counted_communes(self.matrix, len(self.rows)),
            )
        ]
        parts += [
            f"{each.label}: {count(each.value)}."
            for each in self.indicators
            if each.key in _SAID and each.value
        ]
        if self.evidence.wanted:
            parts.append(
                _("Evidence there: {held} of {wanted} pieces.").format(
                    held=count(self.evidence.held), wanted=count(self.evidence.wanted)
                )
            )
        return " ".join(parts)

    @property
    def about_people(self) -> str:
        """How values were found and how often two people agree; in the language in use."""
        found = []
        if self.methods:
            found.append(
                _("How values were found: {list}.").format(
                    list="; ".join(
                        f"{method_words(method)} {number(self.methods[method])}"
                        for method in dict.fromkeys([*METHODS, *sorted(self.methods)])
                        if self.methods[method]
                    )
                )
            )
        often = states_in_words((row.state, row.coverage.stated) for row in self.rows)
        states = "; ".join(f"{label} {count(number_)}" for label, number_ in often.items())
        if states:
            found.append(_("Checklists: {list}.").format(list=states))
        agreement = self.agreement
        if agreement.share is not None:
            found.append(
                _(
                    "Two auditors stated the same thing without knowing of each other {all} times: "
                    "alike {same} ({share}), settled by the office {settled}, still contradicting "
                    "{differing}."
                ).format(
                    all=count(agreement.all),
                    same=count(agreement.same),
                    share=percent(agreement.share),
                    settled=count(agreement.settled),
                    differing=count(agreement.differing),
                )
            )
        return " ".join(found)

    def _where(self, key: str, holds: Callable[[CommuneQuality], bool]) -> Indicator:
        communes = tuple(row.commune for row in self.rows if holds(row))
        return Indicator(key, len(communes), len(self.rows), communes)

    def _sum(
        self, key: str, size: Callable[[CommuneQuality], int], of: int | None = None
    ) -> Indicator:
        sizes = [(row.commune, size(row)) for row in self.rows]
        where = tuple(commune for commune, value in sizes if value)
        return Indicator(key, sum(value for _commune, value in sizes), of, where)


_SAID: Final = frozenset(
    {"insufficient", "unaudited", "overridden", "to_confirm", "conflicts", "failing", "forked"}
)
"""Keys of the indicators that the paragraph names where there are any."""


def quality_of(matrix: Matrix, custody: Custody | None = None) -> Quality:
    """Return how far the figures of a matrix can be relied on.

    Args:
        matrix: The figures.
        custody: How they came to the office, where that is known.
    """
    held = custody or Custody()
    return Quality(matrix, tuple(_of_commune(row, held) for row in matrix.rows), held)


def _of_commune(row: MatrixRow, custody: Custody) -> CommuneQuality:
    checklist, code = row.checklist, row.commune.code
    said = _Said(checklist)
    return CommuneQuality(
        commune=row.commune,
        state=checklist.state,
        is_signed=checklist.is_signed_as_it_stands and checklist.state not in NOT_AS_SIGNED,
        coverage=checklist.progress,
        insufficient=_rated(row, Rating.INSUFFICIENT),
        unaudited=_rated(row, Rating.UNAUDITED),
        not_applicable=_rated(row, Rating.NOT_APPLICABLE),
        overridden=tuple([c for c, outcome in row.outcomes.items() if outcome.is_overridden]),
        to_confirm=checklist.lapsed_overrides,
        not_known=tuple(said.not_known),
        conflicts=checklist.own_conflicts,
        failing=tuple(
            {
                check.rule: check for outcome in row.outcomes.values() for check in outcome.failing
            }.values()
        ),
        unreadable=len(checklist.unreadable),
        evidence=_evidence(row),
        methods=Counter(said.methods),
        auditors=said.auditors,
        agreement=said.agreement._replace(settled=custody.settled.get(code, 0)),
        unsealed=custody.unsealed.get(code, 0),
        absent=custody.absent.get(code, 0),
        is_forked=code in custody.forked,
    )


def _rated(row: MatrixRow, rating: Rating) -> tuple[str, ...]:
    return tuple([code for code, outcome in row.outcomes.items() if outcome.rating is rating])


def _evidence(row: MatrixRow) -> Evidence:
    """Return what is wanted where something was stated that it would show."""
    checklist, wanted, missing = row.checklist, 0, 0
    for code, outcome in row.outcomes.items():
        if outcome.rating is Rating.UNAUDITED:
            continue
        if checklist.evidence.get(code):
            for each in checklist.wanted_evidence(code):
                wanted += each.line.at_least
                missing += each.missing
        else:  # nothing to be matched with what is wanted: all of it is missing
            lacking = sum([line.at_least for line in checklist.verified.wanted_evidence(code)])
            wanted, missing = wanted + lacking, missing + lacking
    return Evidence(wanted, missing)


class _Said:
    """Who stated the verified values of a commune, and how; gone through once.

    Attributes:
        methods: How each value was found out.
        not_known: Keys of fields whose value was stated as not known.
        agreement: Between two people about the same.
    """

    def __init__(self, checklist: Checklist) -> None:
        asked = checklist.round.catalogue.asked_of_auditors
        self.methods: list[str] = []
        self.not_known: list[str] = []
        self._by: list[tuple[str, str]] = []
        several: list[Answer] = []
        for key, answer in checklist.answers.get(Basis.VERIFIED, {}).items():
            heads = answer.heads
            if len(heads) == 1:  # nearly always
                value = heads[0].value
                stated: tuple[Statement, ...] = heads if value is not None else ()
            else:
                value = answer.value
                stated = tuple([head for head in heads if head.value is not None])
                several.append(answer)
            if not stated:
                continue
            self.methods.append(heads[0].method)
            if value is NOT_KNOWN:
                self.not_known.append(key)
            if key in asked:
                for head in stated:
                    self._by.append((head.key or head.author, head.author))
        self.agreement = _agreement([*several, *checklist.not_applicable.values()])

    @property
    def auditors(self) -> tuple[str, ...]:
        """Names of those whose statements stand, whose are most first.

        Only what an auditor is asked counts, not what the office knows.
        """
        often = sorted(Counter(self._by).items(), key=lambda held: (-held[1], held[0]))
        return tuple(dict.fromkeys([name for (_key, name), _often in often]))


def _agreement(answers: Iterable[Answer]) -> Agreement:
    """Return how often two people agree among what still stands side by side."""
    same = differing = 0
    for answer in answers:
        if len(answer.heads) > 1 and len({_person(head) for head in answer.heads}) > 1:
            if answer.is_conflict:
                differing += 1
            else:
                same += 1
    return Agreement(same, differing)


def _person(head: Statement) -> str:
    return head.key or head.author
