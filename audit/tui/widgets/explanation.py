"""Why a criterion is rated as it is, kept up to date while values are stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.steady import update
from criteria.language import _
from criteria.rating import Rating
from criteria.rules.explain import explain, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.checklist import Checklist

_STYLES = {True: "$success", False: "$error", None: "$warning"}


class ExplanationPanel(Static):
    """The rating with each condition ticked, crossed or open, and what is missing."""

    DEFAULT_CSS = """
    ExplanationPanel { height: auto; padding: 0 1; }
    """

    def show(self, checklist: Checklist, code: str) -> None:
        """Explain one criterion of a checklist."""
        update(self, explained(checklist, code))


def explained(checklist: Checklist, code: str) -> Content:
    """Return why a criterion is rated as it is."""
    return Content("\n").join(_lines(checklist, code))


def _lines(checklist: Checklist, code: str) -> Iterator[Content]:
    outcome = checklist.outcomes[code]
    letter = Content.styled(
        f" {outcome.rating.letter} ", RATING_STYLES[outcome.rating] or "reverse"
    )
    title: list[Content | str] = [letter, f" {outcome.rating.label}"]
    if outcome.is_overridden:
        title.append(" · " + _("the rules give: {rating}").format(rating=outcome.computed.label))
    declared = checklist.declared.outcomes[code].rating
    if declared is not Rating.UNAUDITED:
        title.append(" · " + _("declared: {value}").format(value=declared.label))
    yield Content.assemble(*title)
    explanation = explain(checklist.verified, code)
    for message in explanation.failing:
        yield Content.styled(f"! {message}", "$warning")
    if outcome.rating in (Rating.NOT_MET, Rating.PARTLY_MET):
        for shortfall in explanation.shortfalls:
            yield Content.styled(
                _("Missing: {shortfall}").format(shortfall=shortfall.words()), "bold $error"
            )
    if outcome.rating is not Rating.NOT_APPLICABLE:
        for line in lines(explanation.met):
            style = "" if line.says_nothing else _STYLES[line.truth]
            pad = "  " * line.level
            yield Content.assemble(pad, Content.styled(line.sign, style), f" {line.text}")
