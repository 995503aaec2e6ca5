"""How to read the figures: what letters, marks and classes mean, how far to trust them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from checklists.figures import Share, interval, open_ratings
from checklists.matrix import IN_CONFLICT, OVERRIDDEN, ReadinessClass
from criteria.language import N_, _, count, number
from criteria.rating import Rating

if TYPE_CHECKING:
    from checklists.matrix import Matrix, MatrixRow
    from checklists.round import Round

_GROUPS: Final = {
    "none": (N_("Former district"), N_("By former district")),
    "all": (N_("Cluster"), N_("By cluster")),
    "some": (N_("Cluster or former district"), N_("By cluster or former district")),
}
"""How communes are grouped -> what a group is called, and the heading of a table of them."""
_GOOD_ENOUGH = (Rating.MET, Rating.PARTLY_MET, Rating.NOT_APPLICABLE)


def group_head(matrix: Matrix) -> str:
    """Return what the groups of communes are called in this round."""
    return _(_GROUPS[_grouping(matrix)][0])


def groups_heading(matrix: Matrix) -> str:
    """Return the heading of a table by these groups."""
    return _(_GROUPS[_grouping(matrix)][1])


def _grouping(matrix: Matrix) -> str:
    """Return whether communes are grouped as the office says: ``none``, ``all`` or ``some``."""
    given = sum(bool(matrix.round.clusters.get(row.commune.code)) for row in matrix.rows)
    if given == 0:
        return "none"
    return "all" if given == len(matrix.rows) else "some"


def marks() -> list[tuple[str, str]]:
    """Return the marks beside letters and classes, and what they mean."""
    return [
        (OVERRIDDEN, _("set by a person against the rules")),
        (IN_CONFLICT, _("conflicting data, not settled yet")),
        ("?", _("the class may change once the data are complete")),
    ]


def class_meanings(held: Round) -> dict[ReadinessClass, str]:
    """Return when a commune is of a class."""
    thresholds = held.profile.classes
    return {
        ReadinessClass.GREEN: _("every applicable criterion met, nothing open"),
        ReadinessClass.YELLOW: _(
            "every core criterion decided and none not met, readiness index at least {share}"
        ).format(share=number(thresholds.yellow_index) + "%"),
        ReadinessClass.RED: _("all others"),
        ReadinessClass.GREY: _(
            "more than {count} criteria not audited or with insufficient data"
        ).format(count=count(thresholds.grey_above)),
    }


def class_words(row: MatrixRow) -> str:
    """Return why a commune has its class, in one line."""
    thresholds = row.checklist.round.profile.classes
    text = {
        ReadinessClass.GREEN: _("Every applicable criterion is met."),
        ReadinessClass.YELLOW: _(
            "No core criterion is unmet and the index, {index}, is at least {share}."
        ),
        ReadinessClass.GREY: _("More than {count} criteria are not audited or lack data."),
        ReadinessClass.RED: _why_red(row),
    }[row.readiness].format(
        share=number(thresholds.yellow_index) + "%",
        count=count(thresholds.grey_above),
        index=interval(row.index),
    )
    if row.doubtful:
        text += " " + _("With what is still open the class may turn out better (?).")
    return text


def _why_red(row: MatrixRow) -> str:
    """Return why a commune is red; with placeholders for its index and the threshold."""
    core = {
        code: row.outcomes[code].rating
        for code in row.checklist.round.profile.core_criteria
        if code in row.outcomes and row.outcomes[code].rating not in _GOOD_ENOUGH
    }
    unmet = [code for code, rating in core.items() if rating.is_decided]
    still_open = [code for code, rating in core.items() if not rating.is_decided]
    found = [
        words.format(codes=", ".join(codes))
        for words, codes in (
            (_("Core criteria not met: {codes}."), unmet),
            (_("Core criteria still open: {codes}."), still_open),
        )
        if codes
    ]
    if found:
        return " ".join(found)
    if row.index is not None and row.index.is_settled:
        return _("The index, {index}, is below {share}.")
    return _("The index, {index}, may still be below {share}.")


def letters_key(*, has_costs: bool = True) -> str:
    """Say what the letters of ratings mean, and the dash that stands among sums of money."""
    letters = "; ".join(f"{rating.letter}: {rating.label}" for rating in Rating)
    if not has_costs:
        return f"{letters}."
    return _("{letters}. Costs “–”: none.").format(letters=letters)


def index_notes() -> list[str]:
    """Say what the index is made of, and what counts."""
    return [
        _(
            "Readiness index = (met + half of partly met) ÷ applicable criteria. While something "
            "is open, the least and the greatest value it can still take are shown; an open "
            "criterion counts as the ratings count that what is known of it still allows."
        ),
        _(
            "The class follows the least value. Only what auditors verified counts; what the "
            "communes declared themselves does not."
        ),
        _(
            "A criterion that is not applicable leaves the count of applicable ones; one with "
            "insufficient data or not audited yet stays in it and is not counted as met."
        ),
    ]


def share_note() -> str:
    """Say what shares are of, and what the signs before them mean."""
    return _(
        "Share met = communes that meet the criterion ÷ communes it applies to; share green = "
        "green communes ÷ all communes of the line. “≥”: it may rise, because something is "
        "open; “?”: all of it is open. No percentage is an average of other percentages."
    )


def core_note(held: Round) -> str:
    """Say which criteria are core."""
    return _(
        "Core criteria for the class yellow: {codes}. Only what auditors verified counts; what "
        "the communes declared themselves does not."
    ).format(codes=", ".join(held.profile.core_criteria))


class Trust(NamedTuple):
    """How many ratings, of communes and criteria, are how sure.

    Attributes:
        decided: Of all ratings.
        not_applicable: Of those decided.
        insufficient: For want of data.
        unaudited: Nothing is stated.
        overridden: Set by a person against the rules.
        conflicted: Resting on data that contradict one another.
    """

    decided: Share
    not_applicable: int
    insufficient: int
    unaudited: int
    overridden: int
    conflicted: int


def trust(matrix: Matrix) -> Trust:
    """Return how many cells of the matrix are decided, open, overridden or in conflict."""
    counts = sum(matrix.by_criterion.values(), Counter[Rating]())
    total = counts.total()
    return Trust(
        Share(total - open_ratings(counts), total),
        counts[Rating.NOT_APPLICABLE],
        counts[Rating.INSUFFICIENT],
        counts[Rating.UNAUDITED],
        sum(o.is_overridden for row in matrix.rows for o in row.outcomes.values()),
        sum(len(row.conflicted) for row in matrix.rows),
    )


def trust_note(matrix: Matrix) -> str:
    """Say how many cells of the matrix are decided, open, overridden or in conflict."""
    held = trust(matrix)
    if not held.decided.whole:
        return ""
    return _(
        "Of {all} ratings (communes × criteria) {decided} ({share}) are decided, of these "
        "{not_applicable} not applicable; {insufficient} have insufficient data, {unaudited} "
        "are not audited. {overridden} were set by a person against the rules (*), "
        "{conflicted} rest on conflicting data (!)."
    ).format(
        all=count(held.decided.whole),
        decided=count(held.decided.part),
        share=held.decided.words,
        insufficient=count(held.insufficient),
        unaudited=count(held.unaudited),
        not_applicable=count(held.not_applicable),
        overridden=count(held.overridden),
        conflicted=count(held.conflicted),
    )
