"""What differs between two states of a commune's records, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.interpreting import STATED
from audit.record import canonical
from checklists.hand_in import PARAMETERS
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import N_, _
from criteria.rating import Rating
from criteria.values import from_json, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.desk import Desk
    from audit.fold import Ledger
    from audit.record import Cell, StoredRecord
    from checklists.checklist import Checklist


class Changed(NamedTuple):
    """Something that was stated anew.

    Attributes:
        part: Code of the criterion, or `checklists.hand_in.PARAMETERS`.
        field: Key of the field; empty for a note, evidence or a rating.
        words: What, by whom and why, in the language in use.
        has_evidence: Whether a photo or file has come with it.
    """

    part: str
    field: str
    words: str
    has_evidence: bool = False


def look_again(desk: Desk, commune: str, cells: Iterable[Cell] | None = None) -> None:
    """Catch up with what other programs wrote, unless that changes what is at hand.

    Called again, it says nothing: whoever was told has seen it.

    Args:
        desk: The round.
        commune: Code.
        cells: What is at hand; all that is stated in the commune if not given.

    Raises:
        ReadinessError: Something at hand was changed, or the file cannot be read.
    """
    seen = desk.ledger(commune)
    if not desk.catch_up():
        return
    now = desk.ledger(commune)
    at_hand = None if cells is None else set(cells)
    checklist = desk.checklist(commune)
    found = [
        changed(checklist, cell, seen, now)
        for cell in changed_cells(seen, now)
        if at_hand is None or cell in at_hand
    ]
    refuse_unseen(in_order(checklist, found))


def refuse_unseen(found: Iterable[Changed]) -> None:
    """Say what was changed without being seen here.

    Raises:
        ReadinessError: There is something.
    """
    words = [each.words for each in found]
    if words:
        what = "; ".join(words[:_MOST_TOLD]) + (" …" if len(words) > _MOST_TOLD else "")
        raise ReadinessError(ErrorCode.CHANGED_MEANWHILE, what=what)


_MOST_TOLD: Final = 3


def in_order(checklist: Checklist, found: Iterable[Changed]) -> list[Changed]:
    """Return what was changed in the order of the walk; what the edition knows not, last."""
    catalogue = checklist.round.catalogue
    parts = {part: place for place, part in enumerate((PARAMETERS, *catalogue.codes))}
    fields = {key: place for place, key in enumerate(catalogue.fields)}
    return sorted(
        found,
        key=lambda each: (
            parts.get(each.part, len(parts)),
            fields.get(each.field, len(fields)),
            each.words,
        ),
    )


def changed_cells(before: Ledger, after: Ledger) -> Iterator[Cell]:
    """Yield the cells of which other records stand now; sign-offs and reviews left out."""
    for cell in dict.fromkeys((*before.heads, *after.heads)):
        if before.ids(cell) != after.ids(cell):
            heads = (*before.heads.get(cell, ()), *after.heads.get(cell, ()))
            if any(head.record.kind in STATED for head in heads):
                yield cell


def changed(checklist: Checklist, cell: Cell, before: Ledger, after: Ledger) -> Changed:
    """Return what became of one cell.

    Args:
        checklist: Of the commune; names its fields.
        cell: Of which other records stand now.
        before: The ledger of the commune then.
        after: The same now.
    """
    earlier, later = before.heads.get(cell, []), after.heads.get(cell, [])
    new = [head for head in later if head not in earlier]
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
    is_same = says_the_same(cell, before, after)
    what = _("stated again") if is_same else f"{texts[0]} → {texts[1]}"
    who = ", ".join(dict.fromkeys(head.record.author.name for head in new))
    reasons = "; ".join(dict.fromkeys(head.record.reason for head in new if head.record.reason))
    words = f"{label}: {what}"
    if who:
        words += f" ({who}{': ' + reasons if reasons else ''})"
    return Changed(part, key, words, any(map(_is_attached, new)))


def _is_attached(head: StoredRecord) -> bool:
    value = head.record.value
    return head.record.kind == "evidence" and isinstance(value, dict) and not value.get("purged")


def says_the_same(cell: Cell, before: Ledger, after: Ledger) -> bool:
    """Return whether a cell holds the same values, whoever stated them."""
    earlier, later = (
        {canonical(head.record.value) for head in held.heads.get(cell, ())}
        for held in (before, after)
    )
    return earlier == later


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
        case "evidence", {"purged": True}:
            return _("purged")
        case "evidence", {"name": str(name), "caption": str(caption)} if caption:
            return f"{name} – {caption}"
        case "evidence", {"name": str(name)}:
            return name
        case _, str(text):
            return text if len(text) <= 60 else text[:60] + "…"
    return "…"
