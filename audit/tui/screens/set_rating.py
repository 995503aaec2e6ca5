"""A box to set another rating than the rules give, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_, _
from criteria.rating import Rating
from criteria.values import clean

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from checklists.checklist import Checklist

_SETTABLE = (Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET)


class SetRating(Dialog[tuple[Rating | None, str]]):
    """Asks for a rating and its reason; ``None`` as rating takes an earlier one back."""

    ACTIONS = (
        Action("set_rating.done", "ctrl+s,f10", N_("Done"), N_("Set the rating."), is_first=True),
        Action("leave", "escape", N_("Back"), N_("Leave without changing anything.")),
    )
    HELP_TEXT = N_(
        "Choose the rating with the arrows, then give the reason. The computed rating is kept and "
        "shown beside it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, checklist: Checklist, code: str) -> None:
        """Ask for the rating of one criterion."""
        super().__init__()
        self._computed = checklist.outcomes[code].computed
        self._code = code
        self._is_set = bool(checklist.overrides.get(code))

    def compose(self) -> ComposeResult:
        """Lay out the ratings above the reason."""
        with Vertical(classes="box"):
            heading = _("Set the rating of {code}; the rules give: {rating}")
            yield Label(
                Content(heading.format(code=self._code, rating=self._computed.label)),
                classes="box-heading",
            )
            options = [Option(Content(f"{r.letter} {r.label}"), id=r.value) for r in _SETTABLE]
            if self._is_set:
                options.append(Option(Content(_("As the rules give")), id="none"))
            yield OptionList(*options, id="ratings", markup=False)
            yield Label(Content(_("Reason")))
            yield Entry(id="reason")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the ratings."""
        ratings = self.query_one("#ratings", OptionList)
        ratings.highlighted = 0
        ratings.focus()

    @on(OptionList.OptionSelected, "#ratings")
    def _go_to_reason(self) -> None:
        self.query_one("#reason", Entry).focus()

    @on(Input.Submitted, "#reason")
    def action_set_rating_done(self) -> None:
        """Set the rating, unless the reason is empty."""
        reason = self.query_one("#reason", Entry)
        ratings = self.query_one("#ratings", OptionList)
        if not clean(reason.value) or ratings.highlighted is None:
            reason.focus()
            return
        chosen = ratings.get_option_at_index(ratings.highlighted).id
        rating = None if chosen in (None, "none") else Rating(chosen)
        self.dismiss((rating, clean(reason.value)))
