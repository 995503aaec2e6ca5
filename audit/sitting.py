"""Work on one commune: states things, says what was rated anew, takes things back.

A front end keeps a sitting while a commune's checklist is open. Everything is written
at once; what is kept here is only how to undo, and the reason for changing a signed
checklist, which is asked once a sitting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.pen import Draft
from audit.record import Cell
from audit.statements import state_not_applicable, state_note, state_override, state_values
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from audit.desk import Desk
    from checklists.checklist import Checklist
    from criteria.rating import Rating
    from criteria.values import StatedValue

UNDO_REASON: Final = "hoàn tác (undo)"
"""Kept in the record, so it must not depend on the language of the screen."""


class Change(NamedTuple):
    """What came of a statement.

    Attributes:
        subject: What it was about: a field's key, ``EQ-01/note``, …; empty for nothing.
        rated_anew: Code -> rating before and after, for criteria whose rating moved.
    """

    subject: str
    rated_anew: dict[str, tuple[Rating, Rating]]


class _Step(NamedTuple):
    draft: Draft
    id: str
    before: object
    can_go_back: bool


class Sitting:
    """One commune at hand. Every method that states raises where it is refused.

    Where a reason is needed and none was given, the error's code says so; the same is
    accepted with a reason.
    """

    def __init__(self, desk: Desk, commune: str) -> None:
        """Begin to work on the commune with this code."""
        self.desk = desk
        self.commune = desk.round.by_code[commune]
        self._steps: list[_Step] = []
        self._why_changed = ""

    @property
    def checklist(self) -> Checklist:
        """What is known of the commune now."""
        return self.desk.checklist(self.commune.code)

    def own_note(self, code: str) -> str:
        """Return what this auditor noted on a criterion."""
        author = self.desk.pen().author
        held = self.desk.ledger(self.commune.code).heads.get(Cell(f"{code}/note", "verified"), [])
        return next(
            (str(h.record.value or "") for h in held if h.record.author.key == author.key), ""
        )

    def state(self, key: str, value: StatedValue | None, reason: str = "") -> Change:
        """State a field's value; ``None`` takes it back."""
        drafted = state_values(
            self.desk.round,
            self.desk.ledger(self.commune.code),
            self.commune.code,
            {key: value},
            reason=self._reason(reason),
        )
        if drafted.problems:
            raise ReadinessError.of(drafted.problems)
        return self._write(drafted.drafts)

    def note(self, code: str, text: str, reason: str = "") -> Change:
        """Note something on a criterion; an empty text takes the own note back."""
        draft = state_note(
            self.desk.ledger(self.commune.code),
            self.commune.code,
            code,
            text,
            self.desk.pen().author,
            reason=self._reason(reason),
        )
        return self._write([draft] if draft is not None else [])

    def not_applicable(self, code: str, *, applies_not: bool, reason: str) -> Change:
        """State that a criterion does not apply, or applies after all."""
        draft = state_not_applicable(
            self.desk.round,
            self.desk.ledger(self.commune.code),
            self.commune.code,
            code,
            applies_not=applies_not,
            reason=reason,
        )
        return self._write([draft])

    def override(self, code: str, rating: Rating | None, reason: str) -> Change:
        """Set another rating than the rules give; ``None`` takes it back."""
        draft = state_override(
            self.desk.round,
            self.desk.ledger(self.commune.code),
            self.commune.code,
            code,
            rating,
            reason=reason,
        )
        return self._write([draft])

    def undo(self) -> Change | None:
        """Put back what stood before the last statement of this sitting.

        Returns:
            What was undone; ``None`` where there is nothing to undo.

        Raises:
            ReadinessError: Somebody stated the same anew meanwhile, or a contradiction
                that was settled would come back.
        """
        if not self._steps:
            return None
        step = self._steps.pop()
        cell = Cell(step.draft.subject, step.draft.basis)
        if step.id not in self.desk.ledger(self.commune.code).ids(cell) or not step.can_go_back:
            raise ReadinessError(ErrorCode.UNDO_TOO_LATE)
        draft = Draft(
            step.draft.kind,
            step.draft.commune,
            step.draft.subject,
            step.before,
            basis=step.draft.basis,
            replaces=(step.id,),
            reason=self._why_changed or UNDO_REASON,
        )
        change = self._write([draft])
        put_back = self._steps.pop().id
        # What stands now is the earlier statement again, under a new id.
        self._steps = [
            each._replace(id=put_back) if each.id in step.draft.replaces else each
            for each in self._steps
        ]
        return change

    def _reason(self, given: str) -> str:
        """Return the reason for a statement: the one given, else that of this sitting."""
        if given:
            if self.checklist.needs_reason:
                self._why_changed = given
            return given
        return self._why_changed if self.checklist.needs_reason else ""

    def _write(self, drafts: list[Draft]) -> Change:
        if not drafts:
            return Change("", {})
        (draft,) = drafts
        earlier = {code: outcome.rating for code, outcome in self.checklist.outcomes.items()}
        ledger = self.desk.ledger(self.commune.code)
        heads = ledger.heads.get(Cell(draft.subject, draft.basis), [])
        replaced = [head for head in heads if head.id in draft.replaces]
        (entry,) = self.desk.write(drafts)
        before = replaced[0].record.value if replaced else None
        self._steps.append(_Step(draft, entry.id, before, len(replaced) < 2))
        return Change(
            draft.subject,
            {
                code: (earlier[code], outcome.rating)
                for code, outcome in self.checklist.outcomes.items()
                if outcome.rating is not earlier[code]
            },
        )
