"""A choice, picked by its number, or yes/no, picked by its letter; or walked through."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from audit.tui.widgets.entry import types
from audit.tui.widgets.fields.line import FieldLine
from criteria.language import _

if TYPE_CHECKING:
    from textual import events

    from criteria.values import StatedValue

_YES_NO_LETTERS = {"c": True, "y": True, "+": True, "k": False, "n": False, "-": False}
"""có, yes; không, no: in either language, whatever the screen speaks."""


class ChoiceLine(FieldLine):
    """A choice or yes/no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
    ]
    _is_told = False
    """Whether it was said which letters say yes and no, since the line was come to."""

    def options(self) -> list[tuple[StatedValue, str]]:
        """Return what can be chosen: the value and its words."""
        if self.field.type == "yesno":
            return [(True, _("yes")), (False, _("no"))]
        return [(choice.key, str(choice.label)) for choice in self.field.choices]

    def hint(self) -> str:
        """Return the choices with their numbers or letters."""
        if self.field.type == "yesno":
            return _("y yes  n no  ? not known")
        listed = "  ".join(
            f"{place} {words}" for place, (_v, words) in enumerate(self.options(), 1)
        )
        return listed + "  " + _("? not known")

    def guidance(self) -> str:
        """Return the choices first: what explains them may be cut where there is little room."""
        if self._is_told:
            return _(
                "Here y or n, the arrows or Space choose; ? if it is not known; Enter goes on."
            )
        help_text = str(self.field.help) if self.field.help is not None else ""
        return "  ".join(filter(None, [self.hint(), help_text]))

    def action_step(self, step: int) -> None:
        """Choose the next or previous option."""
        values = [value for value, _words in self.options()]
        held = self.held.answer.value
        place = values.index(held) + step if held in values else (0 if step > 0 else -1)
        self.state(values[place % len(values)])

    def on_focus(self) -> None:
        """Help as at first."""
        self._is_told = False

    def on_key(self, event: events.Key) -> None:
        """Pick an option by its number; yes or no by a letter: a digit there is a slip."""
        if self.refuses(event):
            return
        values = [value for value, _words in self.options()]
        character = (event.character or "").lower()
        picked: StatedValue | None = None
        if self.field.type == "yesno":
            picked = _YES_NO_LETTERS.get(character)
            if picked is None and types(event) and character not in "?= " and not self._is_told:
                self._is_told = True
                self.post_message(self.Guided(self))
        elif character.isdecimal() and 1 <= int(character) <= len(values):
            picked = values[int(character) - 1]
        if picked is not None:
            event.stop()
            self.state(picked)
            return
        super().on_key(event)
