"""How far a result may be relied on: a verdict in one sentence, and what it rests on.

Figures are final once the office has accepted every checklist, every rating is decided, and
nothing contradicts itself or waits for a person's word; until then they are provisional, and
the verdict says what is left. Evidence that is missing is told and weighed by the office: it
accepts a checklist with or without. Nothing here changes a rating.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from checklists.checklist import State
from checklists.figures import Share
from checklists.matrix import ReadinessClass
from checklists.summary import counted_communes
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.declared import Declared
    from checklists.quality import Quality

LABELS: Final = {
    "rated": N_("Ratings decided"),
    "signed": N_("Checklists signed as they stand, not returned"),
    "accepted": N_("Checklists accepted by the office"),
    "green_accepted": N_("Green communes accepted by the office"),
    "evidence": N_("Pieces of evidence that are there"),
    "measured": N_("Values measured or tested"),
    "confirmed": N_("Declared met, and found met"),
    "conflicts": N_("Contradictions not settled"),
    "overridden": N_("Ratings set by hand"),
    "unsealed": N_("Records that are not sealed"),
    "absent": N_("Photos or files named but not in the file"),
    "forked": N_("Communes of which a chain of records divides"),
    "late": N_("Files taken in after the close"),
    "refused": N_("Files refused"),
}
"""Key of a measure -> what it counts, in the order in which they are told."""
_WORTH_KNOWING: Final = frozenset({"measured", "overridden"})
"""Keys of what is worth knowing, and no fault."""
_IF_ANY: Final = frozenset({"absent", "forked", "late", "refused"})
"""Keys of what is told only where there is any."""


class Measure(NamedTuple):
    """One thing that trust rests on.

    Attributes:
        key: One of `LABELS`.
        value: How many.
        of: Of how many; ``None`` where it is a count of what had better not be.
    """

    key: str
    value: int
    of: int | None = None

    @property
    def label(self) -> str:
        """What is counted, in the language in use."""
        return _(LABELS[self.key])

    @property
    def share(self) -> Share | None:
        """The value as a share."""
        return None if self.of is None else Share(self.value, self.of)

    @property
    def is_short(self) -> bool:
        """Whether it keeps the figures from being relied on in full."""
        if self.key in _WORTH_KNOWING:
            return False
        return self.value > 0 if self.of is None else self.value < self.of

    @property
    def words(self) -> str:
        """``54/95 (56,8%)``, or a count."""
        share = self.share
        return count(self.value) if share is None else f"{share.counted} ({share.words})"


@dataclass(frozen=True)
class Reliance:
    """How far the result of a round may be relied on.

    Attributes:
        verdict: A sentence in the language in use; empty while nothing is stated, for then
            there is no result to rely on.
        measures: What it rests on; none while nothing is stated.
    """

    verdict: str = ""
    measures: tuple[Measure, ...] = ()


def reliance_of(quality: Quality, declared: Declared) -> Reliance:
    """Return how far a result may be relied on.

    Args:
        quality: Of its figures.
        declared: What communes declared, beside what was found.
    """
    if not quality.coverage.stated:
        return Reliance()
    measures = tuple(
        each
        for each in _measures(quality, declared)
        if (each.value or each.key not in _IF_ANY) and each.of != 0
    )
    return Reliance(_verdict(quality), measures)


def _measures(quality: Quality, declared: Declared) -> Iterator[Measure]:
    by_key = {each.key: each for each in quality.indicators}
    rows, custody = quality.matrix.rows, quality.custody
    green = [row for row in rows if row.readiness is ReadinessClass.GREEN]
    yield Measure("rated", by_key["rated"].value, by_key["rated"].of)
    yield Measure("signed", by_key["signed"].value, len(rows))
    yield Measure("accepted", quality.states[State.ACCEPTED], len(rows))
    accepted = sum(row.checklist.state is State.ACCEPTED for row in green)
    yield Measure("green_accepted", accepted, len(green))
    yield Measure("evidence", quality.evidence.held, quality.evidence.wanted)
    yield Measure("measured", quality.methods["measured"], quality.methods.total())
    yield Measure("confirmed", declared.total.stayed_met, declared.total.verified)
    for key in ("conflicts", "overridden", "unsealed", "absent", "forked"):
        yield Measure(key, by_key[key].value)
    yield Measure("late", len(custody.late))
    yield Measure("refused", len(custody.refused))


def _verdict(quality: Quality) -> str:
    left, besides = [*_left(quality)], [*_besides(quality)]
    if left:
        verdict = _("The figures are provisional: {list}.").format(list="; ".join(left))
    else:
        verdict = _(
            "The figures are final: the office has accepted every checklist, every rating is "
            "decided, and nothing contradicts itself."
        )
    if besides:
        verdict += " " + _("To be known besides: {list}.").format(list="; ".join(besides))
    return verdict


def _left(quality: Quality) -> Iterator[str]:
    """Yield what keeps the figures from being final."""
    by_key = {each.key: each for each in quality.indicators}
    waiting = [row for row in quality.rows if row.state is not State.ACCEPTED]
    if waiting:
        returned = sum(row.state is State.RETURNED for row in waiting)
        unsigned = sum(not row.is_signed for row in waiting) - returned
        words = _("checklists of {communes} not accepted by the office")
        text = words.format(communes=counted_communes(quality.matrix, len(waiting)))
        parts = [
            part.format(count=count(amount))
            for part, amount in (
                (_("not signed as they stand: {count}"), unsigned),
                (_("returned: {count}"), returned),
                (_("signed and waiting for review: {count}"), len(waiting) - unsigned - returned),
            )
            if amount
        ]
        yield f"{text} ({'; '.join(parts)})" if parts else text
    rated = by_key["rated"]
    if rated.of and rated.value < rated.of:
        words = _("{left} of {all} ratings not decided")
        yield words.format(left=count(rated.of - rated.value), all=count(rated.of))
    for key, words in (
        ("conflicts", _("contradictions not settled: {count}")),
        ("to_confirm", _("ratings by hand to be confirmed: {count}")),
        ("failing", _("values that do not agree with one another: {count}")),
    ):
        if by_key[key].value:
            yield words.format(count=count(by_key[key].value))


def _besides(quality: Quality) -> Iterator[str]:
    """Yield what the office has to weigh, although it keeps no figure from being final."""
    by_key = {each.key: each for each in quality.indicators}
    if quality.evidence.missing:
        words = _("{left} of {all} wanted pieces of evidence are missing")
        yield words.format(left=count(quality.evidence.missing), all=count(quality.evidence.wanted))
    custody = quality.custody
    for value, words in (
        (by_key["unsealed"].value, _("records not sealed: {count}")),
        (by_key["absent"].value, _("photos or files not here: {count}")),
        (by_key["forked"].value, _("communes of which a chain of records divides: {count}")),
        (len(custody.late), _("files taken in after the close: {count}")),
        (len(custody.refused), _("files refused: {count}")),
    ):
        if value:
            yield words.format(count=count(value))
