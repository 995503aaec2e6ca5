"""Why a criterion is rated as it is, kept up to date while values are stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from audit.tui.themes import RATING_STYLES
from criteria.language import _
from criteria.rating import Rating
from criteria.rules.explain import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.checklist import Checklist
    from criteria.rules.explain import Condition

_TICKS = {True: ("✓", "$success"), False: ("✗", "$error"), None: ("?", "$warning")}


class ExplanationPanel(Static):
    """The rating with each condition ticked, crossed or open, and what is missing."""

    DEFAULT_CSS = """
    ExplanationPanel { height: auto; padding: 0 1; }
    """

    def show(self, checklist: Checklist, code: str) -> None:
        """Explain one criterion of a checklist."""
        self.update(Content("\n").join(_lines(checklist, code)))


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
    for note in checklist.notes.get(code, ()):
        yield Content.styled(f"✎ {note.author}: {note.value}", "italic")
    explanation = explain(checklist.verified, code)
    for message in explanation.failing:
        yield Content.styled(f"! {message}", "$warning")
    if outcome.rating in (Rating.NOT_MET, Rating.PARTLY_MET):
        for shortfall in explanation.shortfalls:
            yield Content.styled(
                _("Missing: {shortfall}").format(shortfall=shortfall.words()), "bold $error"
            )
    if outcome.rating is not Rating.NOT_APPLICABLE:
        yield from _conditions(explanation.met, 0)


def _conditions(condition: Condition, level: int) -> Iterator[Content]:
    """Yield a condition with its tick, and those it is made of below it."""
    sign, style = _TICKS[condition.truth]
    pad = "  " * level
    if condition.joined == "leaf":
        words = "; ".join(reading.words for reading in condition.reads)
        text = f" {condition.text}" + (f" [{words}]" if words else "")
        yield Content.assemble(pad, Content.styled(sign, style), text)
        return
    if condition.joined == "all":
        if len(condition.parts) == 1:
            yield Content.assemble(pad, Content.styled(sign, style), f" {condition.text}")
            level += 1
        for part in condition.telling:
            yield from _conditions(part, level)
        return
    words = {
        "any": _("one of these is enough:"),
        "not": _("this must not be so:"),
        "at_least": _("at least {needed} of these:").format(needed=condition.needed),
    }[condition.joined]
    yield Content.assemble(pad, Content.styled(sign, style), f" {words}")
    for part in condition.parts:
        yield from _conditions(part, level + 1)
