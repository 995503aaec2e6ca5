"""Signing a commune's checklist off, taking that back, and what was changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from audit.changes import changed, changed_cells, in_order, look_again
from audit.fold import fold
from audit.pen import Draft
from audit.record import Cell
from checklists.hand_in import PARAMETERS, critical, findings
from criteria.errors import ErrorCode, ReadinessError
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.changes import Changed
    from audit.desk import Desk
    from audit.record import StoredRecord
    from checklists.checklist import Review, SignOff

LONGEST_NAME: Final = 200
"""Letters of a name or office."""
_CELL: Final = Cell("sign_off", "verified")


def sign_off_draft(
    desk: Desk, commune: str, *, by: str, title: str, auditor_title: str = "", reason: str = ""
) -> Draft | None:
    """Draft that the commune's representative and the auditor of this machine sign.

    It names what both saw, and replaces this auditor's earlier sign-off, nobody else's.

    Args:
        desk: The round, open for writing.
        commune: Code.
        by: Name of who signs for the commune.
        title: Their office.
        auditor_title: Office of the auditor; empty for none.
        reason: Why it is signed though critical findings remain; kept in the record.

    Returns:
        ``None`` where the very same is signed already.

    Raises:
        ReadinessError: A name is missing or too long, something was changed meanwhile by
            another program, or critical findings remain and there is no reason.
    """
    by, title, auditor_title = map(_line, (by, title, auditor_title))
    if not (by and title):
        raise ReadinessError(ErrorCode.SIGN_OFF_NAMES, status=2)
    look_again(desk, commune)
    # What is signed, and how far the chains went then, come from one reading of the file.
    checklist, ledger = desk.checklist(commune), desk.ledger(commune)
    remaining = critical(findings(checklist))
    if remaining and not clean(reason):
        raise ReadinessError(
            ErrorCode.SIGN_OFF_NEEDS_REASON,
            commune=checklist.commune.name,
            code=commune,
            count=len(remaining),
        )
    author = desk.pen().author
    signed = {
        "by": by,
        "title": title,
        "auditor": author.name,
        "auditor_title": auditor_title,
        "seen": checklist.content,
    }
    own = _own(desk, commune)
    if [(head.record.reason, _signed_part(head.record.value)) for head in own] == [
        (clean(reason), signed)
    ]:
        return None
    return Draft(
        "sign_off",
        commune,
        _CELL.subject,
        {**signed, "records": ledger.chains},
        replaces=tuple(head.id for head in own),
        reason=clean(reason),
    )


def withdrawal_draft(desk: Desk, commune: str, *, reason: str) -> Draft:
    """Draft that the auditor of this machine takes their sign-off back.

    Raises:
        ReadinessError: There is no reason, or this auditor has not signed.
    """
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    desk.catch_up()
    own = _own(desk, commune)
    if not any(head.record.value for head in own):
        name = desk.round.by_code[commune].name
        raise ReadinessError(ErrorCode.SIGN_OFF_NONE, commune=name)
    return Draft(
        "sign_off",
        commune,
        _CELL.subject,
        None,
        replaces=tuple(head.id for head in own),
        reason=clean(reason),
    )


def _line(text: str) -> str:
    line = " ".join(clean(text).split())
    if len(line) > LONGEST_NAME:
        raise ReadinessError(ErrorCode.SIGN_OFF_LONG, status=2, text=line[:40], limit=LONGEST_NAME)
    return line


def _own(desk: Desk, commune: str) -> list[StoredRecord]:
    key = desk.pen().author.key
    return [
        head
        for head in desk.ledger(commune).heads.get(_CELL, [])
        if head.record.kind == "sign_off" and head.record.author.key == key
    ]


def _signed_part(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    return {name: held for name, held in value.items() if name != "records"}


def broadest(signed: Sequence[SignOff]) -> SignOff:
    """Return the sign-off that saw the most records; there is at least one."""
    return max(signed, key=lambda each: (sum(each.chains.values()), each.statement.id))


def changes_since(desk: Desk, commune: str, said: SignOff | Review) -> tuple[Changed, ...] | None:
    """Return what was changed after a sign-off or a review, in the order of the walk.

    What was seen then is put together again from the chains that are named there; it
    counts only if it gives the very digest that was signed or reviewed.

    Returns:
        ``None`` where it cannot be told, as when a chain was copied and continued twice.
    """
    entries, seals = desk.file.entries(commune), desk.file.seals(commune)
    chains = said.chains or {}
    seen = [each for each in entries if each.sequence <= chains.get(each.writer, 0)]
    for voids in (desk.office.voids, frozenset[str]()):
        before = fold(seen, desk.round.id, office=desk.round.office_keys, voids=voids, seals=seals)
        if before.content() == said.seen:
            break
    else:
        return None
    checklist, now = desk.checklist(commune), desk.ledger(commune)
    found = [changed(checklist, cell, before, now) for cell in changed_cells(before, now)]
    parts = (PARAMETERS, *checklist.round.catalogue.codes)
    return tuple(each for each in in_order(checklist, found) if each.part in parts)
