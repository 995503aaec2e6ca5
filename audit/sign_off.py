"""Signing a commune's checklist off, taking that back, and what was changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.fold import fold
from audit.pen import Draft
from audit.record import Cell, canonical
from checklists.hand_in import PARAMETERS, critical, findings
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import N_, _
from criteria.rating import Rating
from criteria.values import clean, from_json, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audit.desk import Desk
    from audit.file import Entry
    from audit.fold import Ledger
    from audit.record import StoredRecord
    from checklists.checklist import Checklist, SignOff

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
        ReadinessError: A name is missing or too long, or critical findings remain and
            there is no reason.
    """
    by, title, auditor_title = map(_line, (by, title, auditor_title))
    if not (by and title):
        raise ReadinessError(ErrorCode.SIGN_OFF_NAMES, status=2)
    checklist = desk.checklist(commune)
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
        {**signed, "records": _chains(desk.file.entries(commune))},
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


def _chains(entries: Iterable[Entry]) -> dict[str, int]:
    """Return how far each writer's chain goes."""
    ends: dict[str, int] = {}
    for entry in entries:
        ends[entry.writer] = max(entry.sequence, ends.get(entry.writer, 0))
    return ends


class Changed(NamedTuple):
    """Something that was stated after a sign-off.

    Attributes:
        part: Code of the criterion, or `checklists.hand_in.PARAMETERS`.
        field: Key of the field; empty for a note, evidence or a rating.
        words: What, by whom and why, in the language in use.
    """

    part: str
    field: str
    words: str


def broadest(signed: Sequence[SignOff]) -> SignOff:
    """Return the sign-off that saw the most records; there is at least one."""
    return max(signed, key=lambda each: (sum(each.chains.values()), each.statement.id))


def changes_since(desk: Desk, commune: str, signed: SignOff) -> tuple[Changed, ...] | None:
    """Return what was changed after a sign-off, in the order of the walk.

    What was signed is put together again from the chains that the sign-off names; it
    counts only if it gives the very digest that was signed.

    Returns:
        ``None`` where it cannot be told, as when a chain was copied and continued twice.
    """
    entries = desk.file.entries(commune)
    seen = [each for each in entries if each.sequence <= signed.chains.get(each.writer, 0)]
    for voids in (desk.office.voids, frozenset[str]()):
        before = fold(seen, desk.round.id, office=desk.round.office_keys, voids=voids)
        if before.content() == signed.seen:
            break
    else:
        return None
    checklist = desk.checklist(commune)
    found = list(_differences(checklist, before, desk.ledger(commune)))
    parts = (PARAMETERS, *checklist.round.catalogue.codes)
    fields = list(checklist.round.catalogue.fields)
    known = [each for each in found if each.part in parts]
    known.sort(
        key=lambda each: (
            parts.index(each.part),
            fields.index(each.field) if each.field else len(fields),
        )
    )
    return tuple(known)


def _differences(checklist: Checklist, before: Ledger, after: Ledger) -> Iterator[Changed]:
    for cell in dict.fromkeys((*before.heads, *after.heads)):
        if cell.subject == _CELL.subject or before.ids(cell) == after.ids(cell):
            continue
        earlier, later = before.heads.get(cell, []), after.heads.get(cell, [])
        new = [head for head in later if head not in earlier]
        yield _changed(checklist, cell, earlier, later, new)


def _changed(
    checklist: Checklist,
    cell: Cell,
    earlier: Sequence[StoredRecord],
    later: Sequence[StoredRecord],
    new: Sequence[StoredRecord],
) -> Changed:
    catalogue = checklist.round.catalogue
    field = catalogue.fields.get(cell.subject)
    code, _slash, rest = cell.subject.partition("/")
    if field is not None:
        part, key, label = catalogue.home.get(field.key, PARAMETERS), field.key, str(field.label)
        if cell.basis == "declared":
            label = _("{label} (declared)").format(label=label)
    else:
        kind = rest.partition("/")[0]
        part, key, label = code, "", _(_KINDS.get(kind, kind))
    texts = [
        "; ".join(dict.fromkeys(_shown(checklist, cell, head) for head in heads)) or "–"
        for heads in (earlier, later)
    ]
    same = sorted(canonical(head.record.value) for head in earlier)
    is_same = set(same) == {canonical(head.record.value) for head in later}
    what = _("stated again") if is_same else f"{texts[0]} → {texts[1]}"
    who = ", ".join(dict.fromkeys(head.record.author.name for head in new))
    reasons = "; ".join(dict.fromkeys(head.record.reason for head in new if head.record.reason))
    words = f"{label}: {what}"
    if who:
        words += f" ({who}{': ' + reasons if reasons else ''})"
    return Changed(part, key, words)


_KINDS: Final = {
    "note": N_("Note"),
    "evidence": N_("Evidence"),
    "not_applicable": N_("Does not apply"),
    "override": N_("Rating set by hand"),
}


def _shown(checklist: Checklist, cell: Cell, head: StoredRecord) -> str:
    """Return what a record says, as short as it can be said."""
    value = head.record.value
    field = checklist.round.catalogue.fields.get(cell.subject)
    if value is None:
        return "–"
    if field is not None:
        try:
            return write(field, from_json(field, value))
        except ValueError:
            return "?"
    match head.record.kind, value:
        case "not_applicable", True:
            return _("yes")
        case "override", {"rating": str(rating)} if rating in set(Rating):
            return Rating(rating).label
        case "evidence", {"name": str(name)}:
            return name
        case _, str(text):
            return text if len(text) <= 60 else text[:60] + "…"
    return "…"
