"""Taking back what was just written, as further records: nothing is ever deleted.

What replaced one earlier record is stated again as it stood. What settled several, or is
the office's word, is declared void by the office, which brings back what it replaced.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from audit.pen import Draft
from audit.record import OFFICE_KINDS, Cell
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.desk import Desk, Written

UNDO_REASON: Final = "hoàn tác"
"""Kept in the record, so it must not depend on the language of the screen."""
_UNDO_REASONS: Final = (UNDO_REASON, "hoàn tác (undo)")
"""As it was written by earlier versions, too."""
_NOTHING: Final[dict[str, Any]] = {"task": {}}
"""What a record holds where nothing is stated any more, but for those that hold null."""


def reason_words(reason: str) -> str:
    """Return the reason of a record as it is shown; that of an undo in the language in use."""
    return _("undone") if reason in _UNDO_REASONS else reason


class Undo:
    """What was written in one area of the program since the file was opened."""

    def __init__(self, desk: Desk) -> None:
        """Begin with nothing."""
        self._desk = desk
        self._steps: list[tuple[str, list[Written]]] = []

    def __bool__(self) -> bool:
        """Return whether there is something to take back."""
        return bool(self._steps)

    @contextmanager
    def noting(self, label: str) -> Iterator[None]:
        """Note what is written in a block as one step.

        Args:
            label: What is said when it is taken back.
        """
        with self._desk.noting() as written:
            yield
        if written:
            self._steps.append((label, written))

    def undo(self) -> str:
        """Take the last step back.

        Returns:
            Its label.

        Raises:
            ReadinessError: The same was stated anew meanwhile, or only the office can bring
                back what stood before.
        """
        label, written = self._steps.pop()
        self._desk.catch_up()
        taken_back = [*reversed(written)]
        drafts = [self._back(each) for each in taken_back]
        entries = self._desk.write(drafts)
        # What stands now is the earlier statement again, under a new id unless it was void.
        now = {
            id_: entry.id
            for each, draft, entry in zip(taken_back, drafts, entries, strict=True)
            if draft.kind != "void"
            for id_ in each.draft.replaces
        }
        self._steps = [
            (said, [each._replace(id=now.get(each.id, each.id)) for each in held])
            for said, held in self._steps
        ]
        return label

    def _back(self, written: Written) -> Draft:
        draft, id_, replaced = written
        ledger = self._desk.ledger(draft.commune) if draft.commune else self._desk.office
        if id_ not in ledger.ids(Cell(draft.subject, draft.basis)):
            raise ReadinessError(ErrorCode.UNDO_TOO_LATE)
        if draft.kind in OFFICE_KINDS or len(replaced) > 1:
            if not self._desk.is_office:
                raise ReadinessError(ErrorCode.UNDO_TOO_LATE)
            return Draft("void", draft.commune, "void", {"records": [id_]}, reason=UNDO_REASON)
        before = replaced[0].record if replaced else None
        return Draft(
            draft.kind,
            draft.commune,
            draft.subject,
            before.value if before is not None else _NOTHING.get(draft.kind),
            basis=draft.basis,
            method=before.method if before is not None else "typed",
            replaces=(id_,),
            reason=UNDO_REASON,
            raw=before.raw if before is not None else "",
        )


def undo_in(desk: Desk, area: str) -> Undo:
    """Return what can be taken back in an area, as long as the file is open."""
    held = desk.undos.get(area)
    if held is None:
        held = desk.undos[area] = Undo(desk)
    return held
