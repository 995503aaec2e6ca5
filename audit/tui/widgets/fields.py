"""A line for each kind of field: shows what is stated, takes what is typed or chosen.

Numbers and days are typed into the line itself, choices are walked through with the
arrows or picked by their number; only texts need an input with a cursor. What does
not fit the field is said at once and stays to be corrected; it is never saved.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from criteria.errors import ReadinessError
from criteria.language import _, day
from criteria.values import NOT_KNOWN, StatedValue, read, write

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult

    from checklists.checklist import Answer
    from criteria.catalogue import Parameter

LABEL_SHARE = 0.52
"""How much of the line the label may take."""


class FieldLine(Widget, can_focus=True):
    """A field of a commune: its label, its value, and what was declared."""

    DEFAULT_CSS = """
    FieldLine { height: auto; min-height: 1; padding: 0 1; }
    FieldLine:focus { background: $primary 30%; text-style: bold; }
    FieldLine.-unasked { color: $text-muted; }
    FieldLine.-refused { background: $error 30%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "clear", show=False),
        Binding("question_mark", "not_known", show=False),
    ]

    typed: reactive[str] = reactive("", layout=True)
    """What is being typed and is not taken yet."""
    problem: reactive[str] = reactive("", layout=True)
    """Why what was typed was not taken."""

    class Stated(Message):
        """A value was stated; it fits the field."""

        def __init__(self, line: FieldLine, value: StatedValue | None) -> None:
            """Hold the line and the value; ``None`` takes the value back."""
            super().__init__()
            self.line = line
            self.value = value

        @property
        def control(self) -> FieldLine:
            """The line."""
            return self.line

    class Left(Message):
        """The line is done with; the next one is wanted."""

        def __init__(self, line: FieldLine, step: int) -> None:
            """Hold the line, and 1 for the next or -1 for the one before."""
            super().__init__()
            self.line = line
            self.step = step

    def __init__(
        self,
        field: Parameter,
        answer: Answer,
        declared: Answer,
        *,
        is_asked: bool = True,
        is_writable: bool = True,
    ) -> None:
        """Show a field.

        Args:
            field: The parameter or measure.
            answer: What is verified so far.
            declared: What the commune declared.
            is_asked: Whether it makes sense after the other answers.
            is_writable: Whether anything can be stated.
        """
        super().__init__(id=f"field-{field.key}")
        self.field = field
        self.answer = answer
        self.declared = declared
        self.is_writable = is_writable
        self.set_asked(is_asked)

    def set_asked(self, is_asked: bool) -> None:
        """Show whether the field makes sense after the other answers."""
        self.is_asked = is_asked
        self.can_focus = is_asked
        self.set_class(not is_asked, "-unasked")

    def show_answer(self, answer: Answer, declared: Answer, *, is_asked: bool) -> None:
        """Show what is stated now."""
        self.answer = answer
        self.declared = declared
        self.set_asked(is_asked)
        self.refresh(layout=True)

    def state(self, value: StatedValue | None) -> None:
        """Say that a value was stated, unless it stands already."""
        self.typed = ""
        self.problem = ""
        self.remove_class("-refused")
        if self.is_writable and (self.answer.is_conflict or value != self._held()):
            self.post_message(self.Stated(self, value))

    @property
    def is_missing(self) -> bool:
        """Whether something must still be stated here."""
        return self.is_asked and not self.field.optional and not self.answer.is_stated

    def _held(self) -> StatedValue | None:
        return self.answer.value

    def take_typed(self) -> bool:
        """Take what was typed if it fits; say why if not.

        Returns:
            Whether nothing is left in the line.
        """
        if not self.typed:
            return True
        try:
            value = read(self.field, self.typed)
        except ReadinessError as error:
            self.problem = str(error)
            self.add_class("-refused")
            return False
        self.state(value)
        return True

    def action_clear(self) -> None:
        """Take the value back."""
        self.state(None)

    def action_not_known(self) -> None:
        """State that it could not be found out."""
        self.state(NOT_KNOWN)

    def on_blur(self) -> None:
        """Take what was typed when the line is left."""
        self.take_typed()

    def on_key(self, event: events.Key) -> None:
        """Go to the next or previous line."""
        if event.key in ("enter", "down"):
            event.stop()
            if self.take_typed():
                self.post_message(self.Left(self, 1))
        elif event.key == "up":
            event.stop()
            if self.take_typed():
                self.post_message(self.Left(self, -1))

    def value_words(self) -> str:
        """Return what stands in the line now."""
        if self.typed:
            return self.typed + "▏"
        if not self.is_asked:
            return _("not asked")
        if self.answer.is_conflict:
            return _("contradiction")
        if not self.answer.is_stated:
            return "…"
        return write(self.field, self.answer.value)

    def hint(self) -> str:
        """Return how to fill the line, shown while it has the focus."""
        return ""

    def render(self) -> RenderResult:
        """Return the line, and below it why something was not taken."""
        width = max(20, self.content_size.width)
        space = int(width * LABEL_SHARE)
        label = str(self.field.label)
        mark = "▸ " if self.has_focus else "  "
        sign = "*" if self.is_missing else " "
        parts: list[Content | str] = [mark, sign]
        if cell_len(label) > space:
            parts.append(label + "\n   ")
            indent = 3
        else:
            parts.append(label)
            indent = 3 + cell_len(label)
        pad = max(1, 4 + space - indent)
        style = "bold $accent" if self.answer.is_stated or self.typed else "dim"
        parts += [" " * pad, Content.styled(self.value_words(), style)]
        if self.declared.value is not None and self.declared.value != self.answer.value:
            words = _("declared: {value}").format(value=write(self.field, self.declared.value))
            parts.append(Content.styled(f"  ({words})", "italic"))
        if self.problem:
            parts.append(Content.styled("\n   " + self.problem, "$error"))
        elif self.has_focus and self.hint():
            parts.append(Content.styled("\n   " + self.hint(), "dim"))
        return Content.assemble(*parts)


class NumberLine(FieldLine):
    """A whole number or a number: digits are typed, + and − count."""

    def hint(self) -> str:
        """Return how to fill the line."""
        if self.field.type == "int":
            return _("Type a number; + and - count; ? not known; Del empties.")
        return _("Type a number such as 12,5; ? not known; Del empties.")

    def on_key(self, event: events.Key) -> None:
        """Take digits and the keys that count."""
        character = event.character or ""
        if event.key == "backspace":
            event.stop()
            self.typed = self.typed[:-1]
        elif event.key == "escape" and self.typed:
            event.stop()
            self.typed = ""
            self.problem = ""
        elif character in ("+", "-") and self._counts(character):
            event.stop()
            self._count(1 if character == "+" else -1)
        elif character and (character.isdigit() or character in ",.-"):
            event.stop()
            self.problem = ""
            self.typed += character
        else:
            super().on_key(event)

    def _counts(self, character: str) -> bool:
        if self.typed or self.field.type != "int":
            return False
        return character == "+" or self.field.min is None or self.field.min >= 0

    def _count(self, step: int) -> None:
        held = self.answer.value
        start = held if isinstance(held, Decimal) else None
        value = Decimal(step) if start is None else start + step
        if start is None and step < 0:
            value = Decimal(0)
        low, high = self.field.min, self.field.max
        if (low is None or value >= low) and (high is None or value <= high):
            self.state(value)


class DateLine(FieldLine):
    """A day: typed as 05/12/2026, or + for today and then day by day."""

    def hint(self) -> str:
        """Return how to fill the line."""
        return _("Type a day such as 05/12/2026; + is today, then + and - move by a day.")

    def on_key(self, event: events.Key) -> None:
        """Take digits and signs of a date, and the keys that move by a day."""
        character = event.character or ""
        if event.key == "backspace":
            event.stop()
            self.typed = self.typed[:-1]
        elif event.key == "escape" and self.typed:
            event.stop()
            self.typed = ""
            self.problem = ""
        elif character in ("+", "-") and not self.typed:
            event.stop()
            held = self.answer.value
            if isinstance(held, date):
                self.state(held + timedelta(days=1 if character == "+" else -1))
            else:
                from audit.clock import now

                self.state(now().date())
        elif character and (character.isdigit() or character in "/-."):
            event.stop()
            self.problem = ""
            self.typed += character
        else:
            super().on_key(event)

    def value_words(self) -> str:
        """Return the day with its day of the week left out: papers write it so."""
        if isinstance(self.answer.value, date) and not self.typed and self.is_asked:
            return day(self.answer.value)
        return super().value_words()


class ChoiceLine(FieldLine):
    """A choice or yes/no: walked through with the arrows, or picked by its number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
    ]

    def options(self) -> list[tuple[StatedValue, str]]:
        """Return what can be chosen: the value and its words."""
        if self.field.type == "yesno":
            return [(True, _("yes")), (False, _("no"))]
        return [(choice.key, str(choice.label)) for choice in self.field.choices]

    def hint(self) -> str:
        """Return the choices with their numbers."""
        listed = "  ".join(
            f"{place} {words}" for place, (_v, words) in enumerate(self.options(), 1)
        )
        return listed + "  " + _("? not known")

    def action_step(self, step: int) -> None:
        """Choose the next or previous option."""
        values = [value for value, _words in self.options()]
        held = self.answer.value
        place = values.index(held) + step if held in values else (0 if step > 0 else -1)
        self.state(values[place % len(values)])

    def on_key(self, event: events.Key) -> None:
        """Pick an option by its number; + is yes and - is no."""
        values = [value for value, _words in self.options()]
        character = event.character or ""
        picked: StatedValue | None = None
        if character.isdigit() and 1 <= int(character) <= len(values):
            picked = values[int(character) - 1]
        elif self.field.type == "yesno" and character in ("+", "-"):
            picked = character == "+"
        if picked is not None:
            event.stop()
            self.state(picked)
            return
        super().on_key(event)


class TextLine(FieldLine):
    """A text: Enter opens a box to type it in."""

    class Wanted(Message):
        """The text is to be typed."""

        def __init__(self, line: TextLine) -> None:
            """Hold the line."""
            super().__init__()
            self.line = line

    def hint(self) -> str:
        """Return how to fill the line."""
        return _("Space opens a line to type in; Del empties.")

    def on_key(self, event: events.Key) -> None:
        """Open the box to type in."""
        if event.key == "space":
            event.stop()
            self.post_message(self.Wanted(self))
            return
        super().on_key(event)


def line_for(
    field: Parameter, answer: Answer, declared: Answer, *, is_asked: bool, is_writable: bool
) -> FieldLine:
    """Return the line that fits a field's type."""
    kinds: dict[str, type[FieldLine]] = {
        "int": NumberLine,
        "num": NumberLine,
        "yesno": ChoiceLine,
        "choice": ChoiceLine,
        "date": DateLine,
        "text": TextLine,
    }
    return kinds[field.type](field, answer, declared, is_asked=is_asked, is_writable=is_writable)
