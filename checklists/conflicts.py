"""What people contradict each other about, and what each value would come to.

A cell whose heads say different things is a conflict, until a person settles it. A cell
whose heads say the same is an agreement: two people found out the same by themselves.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from checklists.checklist import Answer, Basis, Override, side_by_side
from checklists.hand_in import PARAMETERS, part_of
from checklists.task_plan import plan_words
from criteria.language import _, count, ngettext
from criteria.rating import Rating
from criteria.values import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checklists.checklist import Checklist, Statement
    from checklists.communes import Commune


class Matter(StrEnum):
    """What a conflict is about; the kind of its records."""

    ANSWER = "answer"
    NOT_APPLICABLE = "not_applicable"
    OVERRIDE = "override"
    REVIEW = "review"
    TASK = "task"


class Side(NamedTuple):
    """One of the statements that stand against one another.

    Attributes:
        number: From 1, by person: the same on every machine, and the same for the same two
            people in every cell.
        statement: Who, when, how and why; its value is that of the field, `True` or
            ``None`` of not applicable, a `Rating` or ``None`` of an override, an outcome
            of a review, a `checklists.task_plan.TaskPlan` or ``None`` of a task.
        words: The value as people write it.
        unit: Where its author works, as far as the office has said.
        notes: What its author noted on the criterion.
        evidence: How many photos and files its author attached to the criterion.
        ratings: Code -> rating it would get if this value stood; empty for a review
            and for a task.
        is_sealed: Whether its author's key vouches for it, as far as that was looked up.
    """

    number: int
    statement: Statement
    words: str
    unit: str
    notes: tuple[str, ...]
    evidence: int
    ratings: Mapping[str, Rating]
    is_sealed: bool = False


class Conflict(NamedTuple):
    """A cell with several heads.

    Attributes:
        commune: Where.
        subject: ``pc_working``, ``EQ-01/not_applicable``, ``EQ-01/override``,
            ``EQ-01/task``, ``review``.
        basis: Who vouches for the values.
        matter: What it is about.
        part: Code of the criterion it belongs to, or `checklists.hand_in.PARAMETERS`.
        label: What people call it, in the language in use.
        sides: At least two.
        is_settled: Whether all sides say the same.
        codes: Criteria whose rating may hang on it, that of its part first.
        notes: All that is noted on the criterion.
        evidence: How many photos and files are attached to the criterion.
        blocking: Code of a criterion that is not rated while this stands, whichever of its
            sides is right -> how many other contradictions have to be settled too.
    """

    commune: Commune
    subject: str
    basis: Basis
    matter: Matter
    part: str
    label: str
    sides: tuple[Side, ...]
    is_settled: bool
    codes: tuple[str, ...]
    notes: tuple[Statement, ...]
    evidence: int
    blocking: Mapping[str, int]

    @property
    def differing(self) -> tuple[str, ...]:
        """Codes of the criteria that one side alone would rate otherwise than another."""
        return tuple(
            code for code in self.codes if len({side.ratings[code] for side in self.sides}) > 1
        )

    @property
    def deciding(self) -> tuple[str, ...]:
        """Codes of the criteria of whose rating it decides, alone or together with others."""
        differing = self.differing
        return tuple(code for code in self.codes if code in differing or code in self.blocking)

    @property
    def bearing(self) -> str:
        """What it decides, in the language in use."""
        parts = []
        if self.differing:
            parts.append(_("decides: {codes}").format(codes=", ".join(self.differing)))
        alone = [code for code in self.blocking if self.sides[0].ratings[code].is_decided]
        if alone:
            words = _("blocks {codes} until it is settled")
            parts.append(words.format(codes=", ".join(alone)))
        rest = {code: others for code, others in self.blocking.items() if code not in alone}
        for others in sorted({*rest.values()}, reverse=True):
            words = (
                ngettext(
                    "blocks {codes}, together with {count} other",
                    "blocks {codes}, together with {count} others",
                    others,
                )
                if others
                else _("blocks {codes}, together with what is not stated yet")
            )
            codes = ", ".join(code for code, held in rest.items() if held == others)
            parts.append(words.format(codes=codes, count=count(others)))
        if parts:
            return " · ".join(parts)
        if self.matter is Matter.REVIEW:
            return _("decides no rating, but how far the checklist has come")
        if self.matter is Matter.TASK:
            return _("decides no rating, but who does what by when")
        return _("decides no rating")

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the records that stand against one another."""
        return frozenset(side.statement.id for side in self.sides)


def conflicts(checklist: Checklist, *, with_agreements: bool = False) -> tuple[Conflict, ...]:
    """Return what stands against one another, in the order of the walk.

    Args:
        checklist: Of one commune.
        with_agreements: Whether cells of which all heads say the same are listed too.
    """
    return tuple(
        _conflict(checklist, case)
        for case in _cases(checklist)
        if with_agreements or not case.is_settled
    )


class _Case(NamedTuple):
    """A cell with several heads, before it is looked at."""

    matter: Matter
    subject: str
    basis: Basis
    heads: tuple[Statement, ...]
    is_settled: bool


def _cases(checklist: Checklist) -> Iterator[_Case]:
    catalogue = checklist.round.catalogue
    parts = (PARAMETERS, *catalogue.codes)
    reviews = checklist.reviews
    if len(reviews) > 1:
        said = side_by_side(each.statement._replace(value=each.outcome) for each in reviews)
        is_settled = "review" not in checklist.conflicts
        yield _Case(Matter.REVIEW, "review", Basis.VERIFIED, said, is_settled)
    for part in parts:
        yield from _answers(checklist, part)
        if part == PARAMETERS:
            continue
        applies_not = checklist.not_applicable.get(part, Answer(()))
        if len(applies_not.heads) > 1:
            subject, is_settled = f"{part}/not_applicable", not applies_not.is_conflict
            yield _Case(
                Matter.NOT_APPLICABLE, subject, Basis.VERIFIED, applies_not.heads, is_settled
            )
        set_by_hand = [
            each.statement._replace(value=each.rating) for each in checklist.overrides.get(part, ())
        ]
        taken_back = [each._replace(value=None) for each in checklist.contested.get(part, ())]
        heads = side_by_side((*set_by_hand, *taken_back))
        if len(heads) > 1:
            subject, is_settled = f"{part}/override", len({each.value for each in heads}) == 1
            yield _Case(Matter.OVERRIDE, subject, Basis.VERIFIED, heads, is_settled)
        plans = checklist.plans.get(part, Answer(()))
        if len(plans.heads) > 1:
            subject, is_settled = f"{part}/task", not plans.is_conflict
            yield _Case(Matter.TASK, subject, Basis.VERIFIED, plans.heads, is_settled)


def _answers(checklist: Checklist, part: str) -> Iterator[_Case]:
    catalogue = checklist.round.catalogue
    for basis in Basis:
        held = checklist.answers.get(basis, {})
        for key in catalogue.fields:
            if key in held and len(held[key].heads) > 1 and part_of(catalogue, key) == part:
                is_settled = not held[key].is_conflict
                yield _Case(Matter.ANSWER, key, basis, held[key].heads, is_settled)


def _conflict(checklist: Checklist, case: _Case) -> Conflict:
    catalogue = checklist.round.catalogue
    part = part_of(catalogue, case.subject)
    codes = _codes(checklist, case, part)
    pieces = [each for each in checklist.evidence.get(part, ()) if not each.is_purged]
    notes = checklist.notes.get(part, ())
    roster = checklist.round.roster
    sides = []
    for number, head in enumerate(case.heads, 1):
        known = roster.get(head.key)
        sides.append(
            Side(
                number=number,
                statement=head,
                words=_words(checklist, case, head),
                unit=known.unit if known is not None else "",
                notes=tuple(str(note.value) for note in notes if note.key == head.key),
                evidence=sum(head.key in piece.keys for piece in pieces),
                ratings=_ratings(checklist, case, head, codes),
            )
        )
    conflict = Conflict(
        commune=checklist.commune,
        subject=case.subject,
        basis=case.basis,
        matter=case.matter,
        part=part,
        label=_label(checklist, case, part),
        sides=tuple(sides),
        is_settled=case.is_settled,
        codes=codes,
        notes=notes,
        evidence=len(pieces),
        blocking={},
    )
    return conflict._replace(blocking=_blocking(checklist, case, conflict))


def _blocking(checklist: Checklist, case: _Case, conflict: Conflict) -> dict[str, int]:
    """Return the criteria that a value keeps open, although it alone does not decide them."""
    if case.matter is not Matter.ANSWER or case.is_settled:
        return {}
    assessment = checklist.assessment(case.basis)
    found = {}
    for code in conflict.codes:
        # What nobody has looked at yet waits for more than this.
        is_audited = assessment.outcome(code).rating is not Rating.UNAUDITED
        if is_audited and code not in conflict.differing:
            open_ = assessment.keeps_open(code)
            if case.subject in open_:
                is_alone = conflict.sides[0].ratings[code].is_decided
                found[code] = 0 if is_alone else len(open_ & assessment.disputed) - 1
    return found


def _label(checklist: Checklist, case: _Case, part: str) -> str:
    catalogue = checklist.round.catalogue
    match case.matter:
        case Matter.REVIEW:
            return _("What the office said of the checklist")
        case Matter.ANSWER:
            label = str(catalogue.fields[case.subject].label)
            if case.basis is Basis.DECLARED:
                return _("{label} (declared)").format(label=label)
            return label
        case Matter.NOT_APPLICABLE:
            return f"{catalogue.criterion(part).short}: " + _("Does not apply")
        case Matter.OVERRIDE:
            return f"{catalogue.criterion(part).short}: " + _("Rating set by hand")
        case Matter.TASK:
            return f"{catalogue.criterion(part).short}: " + _("Task")


def _words(checklist: Checklist, case: _Case, head: Statement) -> str:
    if case.matter is Matter.ANSWER:
        return write(checklist.round.catalogue.fields[case.subject], head.value)
    if case.matter is Matter.NOT_APPLICABLE:
        return _("does not apply") if head.value is True else _("applies")
    if case.matter is Matter.OVERRIDE:
        return head.value.label if head.value is not None else _("as the rules give it")
    if case.matter is Matter.TASK:
        return plan_words(head.value)
    review = next(each for each in checklist.reviews if each.statement.id == head.id)
    comments = (f"{part}: {text}" for part, text in review.comments.items())
    return " · ".join((review.outcome.label, *comments))


def _codes(checklist: Checklist, case: _Case, part: str) -> tuple[str, ...]:
    """Return the criteria whose rating may hang on a cell, the one it belongs to first."""
    if case.matter in (Matter.REVIEW, Matter.TASK):
        return ()
    catalogue = checklist.round.catalogue
    book = catalogue.rulebook
    hanging = (
        code
        for code in catalogue.codes
        if case.subject in book.reads(code)
        or (case.matter is not Matter.ANSWER and part in book.rests_on(code))
    )
    own = (part,) if part != PARAMETERS else ()
    return tuple(dict.fromkeys((*own, *hanging)))


def _ratings(
    checklist: Checklist, case: _Case, head: Statement, codes: Sequence[str]
) -> dict[str, Rating]:
    """Return what each criterion would be rated if one of the heads stood alone."""
    if not codes:
        return {}
    alone = Answer((head,))
    changed: dict[str, Any] = {}
    # An override does not outlive a change of what it was set on; its own cell is not that.
    kept = {} if case.matter is not Matter.OVERRIDE else {case.subject.partition("/")[0]}
    changed["digests"] = {
        code: seen for code, seen in checklist.digests.items() if code not in codes or code in kept
    }
    if case.matter is Matter.ANSWER:
        held = {**checklist.answers.get(case.basis, {}), case.subject: alone}
        changed["answers"] = {**checklist.answers, case.basis: held}
    elif case.matter is Matter.NOT_APPLICABLE:
        part = case.subject.partition("/")[0]
        changed["not_applicable"] = {**checklist.not_applicable, part: alone}
    elif case.matter is Matter.OVERRIDE:
        part = case.subject.partition("/")[0]
        seen = checklist.digests.get(part, "")
        stands = (Override(head, head.value, seen),) if head.value is not None else ()
        changed["overrides"] = {**checklist.overrides, part: stands}
        changed["digests"][part] = seen
        changed["contested"] = {c: h for c, h in checklist.contested.items() if c != part}
    outcomes = replace(checklist, **changed).assessment(case.basis).outcomes
    return {code: outcomes[code].rating for code in codes}
