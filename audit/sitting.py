"""Work on one commune: states things, says what was rated anew, takes things back.

A front end keeps a sitting while a commune's checklist is open. Everything is written
at once; what is kept here is only how to undo, and the reason for changing a signed
checklist, which is asked once a sitting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from audit.changes import changed, changed_cells, refuse_unseen, says_the_same
from audit.interpreting import criterion_cells
from audit.pen import Draft
from audit.record import Cell, Record
from audit.statements import (
    check_reason,
    state_not_applicable,
    state_note,
    state_override,
    state_values,
)
from audit.undoing import UNDO_REASON
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from audit.desk import Desk
    from audit.fold import Ledger
    from checklists.checklist import Checklist
    from criteria.rating import Rating
    from criteria.values import StatedValue


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
    before: Record | None
    can_go_back: bool


class Sitting:
    """One commune at hand. Every method that states raises where it is refused.

    Where a reason is needed and none was given, the error's code says so; the same is
    accepted with a reason. Where another program changed meanwhile what a statement is
    about, that is said once; the same once more is accepted.
    """

    def __init__(self, desk: Desk, commune: str) -> None:
        """Begin to work on the commune with this code."""
        self.desk = desk
        self.commune = desk.round.by_code[commune]
        self._steps: list[_Step] = []
        self._why_changed = ""
        self._signed_then: tuple[str, ...] = ()
        self._seen = desk.ledger(commune)
        self._unseen: dict[Cell, Ledger] = {}
        """Cells that were changed elsewhere, and what they held when they were seen."""

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

    def state(
        self, key: str, value: StatedValue | None, reason: str = "", *, method: str = "typed"
    ) -> Change:
        """State a field's value; ``None`` takes it back.

        Args:
            key: Of the field.
            value: Of its type.
            reason: Where one is needed.
            method: How it was found out; see `state_values`.
        """
        self._look_again()
        drafted = state_values(
            self.desk.round,
            self.desk.ledger(self.commune.code),
            self.commune.code,
            {key: value},
            method=method,
            reason=self._reason(reason, settles=self.checklist.answer(key).is_conflict),
        )
        if drafted.problems:
            raise ReadinessError.of(drafted.problems)
        return self._write(drafted.drafts)

    def note(self, code: str, text: str, reason: str = "") -> Change:
        """Note something on a criterion; an empty text takes the own note back."""
        self._look_again()
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
        self._look_again()
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
        self._look_again()
        draft = state_override(
            self.desk.round,
            self.desk.ledger(self.commune.code),
            self.commune.code,
            code,
            rating,
            reason=reason,
        )
        return self._write([draft])

    @property
    def needs_reason(self) -> bool:
        """Whether the next statement needs a reason that this sitting does not have yet."""
        return self.checklist.needs_reason and not self._reason("")

    @property
    def can_undo(self) -> bool:
        """Whether anything was stated in this sitting that is not undone."""
        return bool(self._steps)

    def undo(self, reason: str = "") -> Change | None:
        """Put back what stood before the last statement of this sitting.

        Returns:
            What was undone; ``None`` where there is nothing to undo.

        Raises:
            ReadinessError: Somebody stated the same anew meanwhile, a contradiction that
                was settled would come back, or the checklist is signed and there is no
                reason.
        """
        if not self._steps:
            return None
        self._look_again()
        step = self._steps[-1]
        why = self._reason(reason)
        ledger = self.desk.ledger(self.commune.code)
        cell = Cell(step.draft.subject, step.draft.basis)
        if step.id not in ledger.ids(cell) or not step.can_go_back:
            self._steps.pop()
            raise ReadinessError(ErrorCode.UNDO_TOO_LATE)
        check_reason(ledger, self.commune.code, cell.subject, why)
        before = step.before
        draft = Draft(
            step.draft.kind,
            step.draft.commune,
            step.draft.subject,
            before.value if before is not None else None,
            basis=step.draft.basis,
            method=before.method if before is not None else "typed",
            replaces=(step.id,),
            reason=why or UNDO_REASON,
            raw=before.raw if before is not None else "",
        )
        change = self._write([draft])
        put_back = self._steps.pop().id
        self._steps.pop()
        # What stands now is the earlier statement again, under a new id.
        self._steps = [
            each._replace(id=put_back) if each.id in step.draft.replaces else each
            for each in self._steps
        ]
        return change

    def _reason(self, given: str, *, settles: bool = False) -> str:
        """Return the reason for a statement: the one given, else that of this sitting.

        Args:
            given: By the auditor, for this statement.
            settles: Whether it settles a contradiction, which needs a reason of its own.
        """
        signed = tuple(sorted(each.statement.id for each in self.checklist.sign_offs))
        if signed != self._signed_then:
            # What was given for one sign-off says nothing about the next.
            self._why_changed, self._signed_then = "", signed
        if given:
            if self.checklist.needs_reason and not settles:
                self._why_changed = given
            return given
        return "" if settles or not self.checklist.needs_reason else self._why_changed

    def has_seen(self) -> None:
        """Take what stands now as seen: it was settled by the same person on another screen."""
        self._seen = self.desk.ledger(self.commune.code)
        self._unseen.clear()

    def _look_again(self) -> None:
        """Catch up with what was written elsewhere, and note what of it was not seen here."""
        self.desk.catch_up()
        self._note_unseen()

    def _note_unseen(self, *, but: Cell | None = None) -> None:
        now = self.desk.ledger(self.commune.code)
        for cell in changed_cells(self._seen, now):
            if cell != but and not says_the_same(cell, self._seen, now):
                self._unseen.setdefault(cell, self._seen)
        self._seen = now

    def _refuse_unseen(self, draft: Draft) -> None:
        """Say once what was changed elsewhere of what a statement is about."""
        cell = Cell(draft.subject, draft.basis)
        cells = [cell]
        if draft.kind == "override":
            cells += criterion_cells(self.desk.round, draft.subject.partition("/")[0])
        unseen = [(each, self._unseen.pop(each)) for each in cells if each in self._unseen]
        if draft.kind == "note" and unseen:
            # Notes of others stand beside one's own.
            seen = unseen[0][1].ids(cell)
            unseen = unseen if any(id_ not in seen for id_ in draft.replaces) else []
        refuse_unseen(changed(self.checklist, each, seen, self._seen) for each, seen in unseen)

    def _write(self, drafts: list[Draft]) -> Change:
        if not drafts:
            return Change("", {})
        (draft,) = drafts
        self._refuse_unseen(draft)
        earlier = {code: outcome.rating for code, outcome in self.checklist.outcomes.items()}
        ledger = self.desk.ledger(self.commune.code)
        heads = ledger.heads.get(Cell(draft.subject, draft.basis), [])
        replaced = [head for head in heads if head.id in draft.replaces]
        (entry,) = self.desk.write(drafts)
        self._note_unseen(but=Cell(draft.subject, draft.basis))
        before = replaced[0].record if replaced else None
        self._steps.append(_Step(draft, entry.id, before, len(replaced) < 2))
        return Change(
            draft.subject,
            {
                code: (earlier[code], outcome.rating)
                for code, outcome in self.checklist.outcomes.items()
                if outcome.rating is not earlier[code]
            },
        )
