"""What is to be seen on each of the files chosen: asked one after the other, or once for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask
from criteria.language import N_

if TYPE_CHECKING:
    from textual.binding import BindingType

FOR_REST = "for_rest"
"""Among the answers where they hold for the files that are left, too."""


class AskCaption(Ask):
    """Asks about one of several files."""

    ACTIONS = (
        *Ask.ACTIONS,
        Action(
            "ask.rest",
            "f2",
            N_("Same for the rest"),
            N_("Take this for all files that are left, too; an empty line leaves them without."),
            is_first=True,
        ),
    )
    KEYS = N_("Enter: on to the next file · F2: the same for the rest · Esc: leave the rest out")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def action_ask_rest(self) -> None:
        """Take what was typed for the files that are left, too."""
        answers = self.answers()
        if answers is not None:
            self._leave({**answers, FOR_REST: "yes"})
