"""Lines whose value is typed into the line itself: numbers and days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from audit.clock import now
from audit.tui.widgets.entry import types
from audit.tui.widgets.fields.line import FieldLine
from criteria.language import _

if TYPE_CHECKING:
    from textual import events


class _TypedLine(FieldLine):
    """Takes digits and a few signs; + and − move the value while nothing is typed."""

    SIGNS: ClassVar[str] = ""
    """What may be typed besides digits."""
    _passed_over = 0
    """Letters behind the digits, that cannot stand here; an input method takes them back."""
    _is_told = False
    """Whether it was said what can be typed, since the line was come to."""

    def on_key(self, event: events.Key) -> None:
        """Take what can be part of the value, and the keys that move it."""
        if self.refuses(event):
            return
        character = event.character or ""
        if event.key in ("backspace", "ctrl+h"):
            event.stop()
            if self._passed_over:
                self._passed_over -= 1
            else:
                self.typed = self.typed[:-1]
            self._retype()
        elif event.key == "escape" and self.problem:
            # What fits is taken when the line is left; only what was refused is dropped.
            event.stop()
            self.drop_typed()
        elif character in ("+", "-") and not self.typed and self.moves(character):
            event.stop()
            self.move(1 if character == "+" else -1)
        elif character and (character.isdecimal() or character in self.SIGNS):
            event.stop()
            # What was refused is typed anew, not added to; Backspace mends it instead.
            self.typed = character if self.problem else self.typed + character
            self._passed_over = 0
            self._retype()
        else:
            self._passed_over += types(event)
            if types(event) and character not in "?=" and not self._is_told:
                self._is_told = True
                self.post_message(self.Guided(self))
            super().on_key(event)

    def on_focus(self) -> None:
        """Help as at first."""
        self._is_told = False

    def guidance(self) -> str:
        """Return what helps to fill the line; once something else was typed, what can be."""
        return self.only() if self._is_told else super().guidance()

    def only(self) -> str:
        """Return what can be typed here."""
        raise NotImplementedError

    def _retype(self) -> None:
        self.problem = ""
        self.remove_class("-refused")

    def moves(self, sign: str) -> bool:
        """Return whether a sign moves the value rather than being typed."""
        return True

    def move(self, step: int) -> None:
        """Move the value up or down."""
        raise NotImplementedError


class NumberLine(_TypedLine):
    """A whole number or a number: digits are typed, + and − count whole ones."""

    SIGNS = ",.-"

    def hint(self) -> str:
        """Return how to fill the line."""
        if self.field.type == "int":
            return _("Type a number; + and - count; ? not known; Del empties.")
        return _("Type a number such as 12,5; ? not known; Del empties.")

    def only(self) -> str:
        """Return what can be typed here."""
        if self.field.type == "int":
            return _("Only digits here; ? if it is not known; Enter goes on.")
        return _("Only digits and a decimal comma here; ? if it is not known; Enter goes on.")

    def moves(self, sign: str) -> bool:
        """Return whether a sign counts; − may begin a number below zero.

        In an empty line it begins one always: -3 must be refused, not be taken for 3.
        """
        if self.field.type != "int":
            return False
        is_empty = not isinstance(self.held.answer.value, Decimal)
        return sign == "+" or (not is_empty and (self.field.min is None or self.field.min >= 0))

    def move(self, step: int) -> None:
        """Count up or down, from nothing to 1; never out of the field's range."""
        held = self.held.answer.value
        value = held + step if isinstance(held, Decimal) else Decimal(max(step, 0))
        low, high = self.field.min, self.field.max
        if (low is None or value >= low) and (high is None or value <= high):
            self.state(value)


class DateLine(_TypedLine):
    """A day: typed as 05/12/2026 or 05122026, or + for today and then day by day."""

    SIGNS = "/-."

    def hint(self) -> str:
        """Return how to fill the line."""
        return _("Type a day such as 05/12/2026; + is today, then + and - move by a day.")

    def only(self) -> str:
        """Return what can be typed here."""
        return _("Only a day here, such as 05/12/2026; ? if it is not known; Enter goes on.")

    def move(self, step: int) -> None:
        """Move by a day; from nothing to today."""
        held = self.held.answer.value
        try:
            self.state(held + timedelta(days=step) if isinstance(held, date) else now().date())
        except OverflowError:
            return
