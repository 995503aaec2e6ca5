"""What changed between two matrices, in sentences: for the command line and the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checklists.comparison import Direction
from checklists.figures import interval
from criteria.language import _, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.comparison import CommuneChange, Comparison, CriterionChange


def summary_lines(found: Comparison) -> Iterator[str]:
    """Yield what changed in all, a line each: editions, communes, ratings, classes."""
    for codes, words in (
        (found.criteria_gone, _("Criteria only in the earlier edition")),
        (found.criteria_new, _("Criteria only in the later edition")),
        (found.rules_changed, _("Criteria judged by other rules")),
        (found.communes_gone, _("Communes only in the earlier round")),
        (found.communes_new, _("Communes only in the later round")),
    ):
        if codes:
            yield f"{words}: {', '.join(codes)}"
    for counts, words in (
        (found.counts, _("Ratings")),
        (found.classes, _("Classes")),
    ):
        yield f"{words}: " + " · ".join(f"{each.label} {count(counts[each])}" for each in Direction)


def index_change(held: CommuneChange) -> str:
    """Return the index of a commune before and after; one where it is the same."""
    before, after = held.before, held.after
    if before.index == after.index:
        return interval(after.index)
    return f"{interval(before.index)} → {interval(after.index)}"


def commune_line(held: CommuneChange) -> str:
    """Return a commune with its class and its index, before and after."""
    before, after = held.before.class_sign, held.after.class_sign
    place = held.after.commune
    classes = after if before == after else f"{before} → {after}"
    return " · ".join((f"{place.code} {place.name}", classes, index_change(held)))


def change_lines(held: CommuneChange) -> Iterator[str]:
    """Yield what changed in a commune: ratings and why, then values that change none."""
    for each in held.changed:
        yield _criterion_line(each)
    if held.other_values:
        yield _("Values that change no rating:")
    for value in held.other_values:
        yield f"  {value.label}: {value.before} → {value.after}"


def _criterion_line(each: CriterionChange) -> str:
    signs = f"{each.before.rating.letter} → {each.after.rating.letter}"
    return f"{each.code} {signs} ({each.direction.label}): " + "; ".join(each.why)
