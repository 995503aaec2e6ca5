"""What the lines of all fields share: label, value, what is known besides, the keys.

What does not fit the field is said at once and stays to be corrected; it is never saved.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from audit.tui.widgets.entry import types
from checklists.checklist import Answer, Basis
from criteria.errors import ReadinessError
from criteria.language import _
from criteria.values import NOT_KNOWN, StatedValue, doubt, read, with_unit, write

if TYPE_CHECKING:
    from textual import events
    from textual.app import RenderResult
    from textual.geometry import Size

    from checklists.checklist import Checklist
    from criteria.catalogue import Parameter

LABEL_SHARE = 0.55
"""How much of the line the label may take."""


Take = Callable[[str, "StatedValue | None", str], "str | None"]
"""Key of a field, its value, ``None`` for taken back, and how it was found out -> why it was
refused, if it was."""


class Held(NamedTuple):
    """What is known of a field.

    Attributes:
        answer: What is verified so far.
        declared: What the commune declared.
        last: What the last round found; ``None`` where there was none.
        is_asked: Whether the field makes sense after the other answers.
    """

    answer: Answer
    declared: Answer
    last: StatedValue | None
    is_asked: bool

    @classmethod
    def of(cls, checklist: Checklist, key: str) -> Held:
        """Return what a checklist holds of a field."""
        return cls(
            checklist.answer(key),
            checklist.answer(key, Basis.DECLARED),
            checklist.last(key),
            checklist.verified.is_asked(key),
        )

    @property
    def proposed(self) -> StatedValue | None:
        """What one key takes as verified: what was declared, else what was found last."""
        return self.declared.value if self.declared.value is not None else self.last

    @property
    def is_to_confirm(self) -> bool:
        """Whether something is proposed and nothing stated yet."""
        return self.is_asked and not self.answer.is_stated and self.proposed is not None


class FieldLine(Widget, can_focus=True):
    """A field of a commune: its label, its value, and what was declared."""

    DEFAULT_CSS = """
    FieldLine { height: auto; min-height: 1; padding: 0 1; }
    FieldLine:focus, FieldLine.-editing { background: $primary 30%; text-style: bold; }
    FieldLine.-unasked { color: $text-muted; }
    FieldLine.-refused { background: $error 30%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "clear", show=False),
        Binding("question_mark", "not_known", show=False),
    ]

    typed: reactive[str] = reactive("", repaint=False)
    """What is being typed and is not taken yet."""
    problem: reactive[str] = reactive("", repaint=False)
    """Why what was typed was not taken."""

    class Left(Message):
        """The line is done with; another one is wanted."""

        def __init__(self, line: FieldLine, step: int) -> None:
            """Hold the line, and 1 for the next or -1 for the one before."""
            super().__init__()
            self.line = line
            self.step = step

    class Guided(Message):
        """What helps to fill the line has changed."""

        def __init__(self, line: FieldLine) -> None:
            """Hold the line."""
            super().__init__()
            self.line = line

    def __init__(self, field: Parameter, held: Held, take: Take | None) -> None:
        """Show a field.

        Args:
            field: The parameter or measure.
            held: What is known of it.
            take: Called at once with each value that fits; ``None`` where nothing can be
                stated. A message would be overtaken by whatever leaves the screen.
        """
        super().__init__(id=f"field-{field.key}")
        self.field = field
        self._take = take
        self.held = held
        self._height = -1
        self._take_in(held)

    def _take_in(self, held: Held) -> None:
        self.held = held
        self.can_focus = held.is_asked
        self.set_class(not held.is_asked, "-unasked")

    def show(self, held: Held) -> None:
        """Show what is stated now."""
        if held != self.held:
            self._take_in(held)
            self.redraw()

    def watch_typed(self) -> None:
        """Show what is being typed."""
        self.redraw()

    def watch_problem(self) -> None:
        """Show why something was not taken."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the line again; all below it moves only where its height changes."""
        height = self._drawn(self.content_size.width).plain.count("\n")
        self.refresh(layout=height != self._height)
        self._height = height

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the field takes at a width; it is asked before it is drawn."""
        self._height = self._drawn(width).plain.count("\n")
        return self._height + 1

    @property
    def is_asked(self) -> bool:
        """Whether the field makes sense after the other answers."""
        return self.held.is_asked

    @property
    def is_missing(self) -> bool:
        """Whether something must still be stated here."""
        return self.is_asked and not self.field.optional and not self.held.answer.is_stated

    @property
    def is_to_confirm(self) -> bool:
        """Whether something is proposed and nothing stated: it counts only once it is taken."""
        return self.held.is_to_confirm

    def state(self, value: StatedValue | None, method: str = "typed") -> bool:
        """State a value, unless it stands already; what was typed stays where it is refused.

        Args:
            value: Of the field's type.
            method: How it was found out.

        Returns:
            Whether it was taken.
        """
        answer = self.held.answer
        problem = None
        if self._take is None:
            self.say_only_read()
            return True
        if answer.is_conflict or value != answer.value:
            problem = self._take(self.field.key, value, method)
        if problem is None:
            self.drop_typed()
            return True
        self.problem = problem
        self.add_class("-refused")
        return False

    def say_only_read(self) -> None:
        """Say that nothing can be stated here, and forget what was typed."""
        self.drop_typed()
        self.problem = _("This file is shown for reading only.")

    def refuses(self, event: events.Key) -> bool:
        """Take the keys that would state something where nothing can be; return whether it did."""
        if self._take is not None or not types(event):
            return False
        event.stop()
        event.prevent_default()
        self.say_only_read()
        return True

    def drop_typed(self) -> None:
        """Forget what was typed."""
        self.typed = ""
        self.problem = ""
        self.remove_class("-refused")

    def take_typed(self) -> bool:
        """Take what was typed if it fits; say why if not.

        Returns:
            Whether nothing is left in the line.
        """
        if not self.typed:
            self.drop_typed()
            return True
        try:
            value = read(self.field, self.typed)
        except ReadinessError as error:
            self.problem = str(error)
            self.add_class("-refused")
            return False
        return self.state(value)

    def take_proposed(self) -> bool:
        """Take what was declared, or found last, as verified.

        Returns:
            Whether there was something to take.
        """
        if self.held.proposed is None:
            return False
        self.state(self.held.proposed, "confirmed")
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
        """Go to the next or previous line, or take what was declared."""
        # Textual calls this again after a subclass that called it; what was refused at
        # first would be taken then.
        event.prevent_default()
        if event.character == "=":
            event.stop()
            self.take_proposed()
        elif event.key in ("enter", "down"):
            event.stop()
            if self.take_typed():
                self.post_message(self.Left(self, 1))
        elif event.key == "up":
            event.stop()
            if self.take_typed():
                self.post_message(self.Left(self, -1))

    def value_words(self) -> str:
        """Return what stands in the line now."""
        unit = self.field.unit
        if self.typed:
            return with_unit(self.typed + "▏", unit)
        answer = self.held.answer
        if not self.is_asked:
            return _("not asked")
        if answer.is_conflict:
            return _("contradiction")
        if not answer.is_stated:
            return with_unit("…", unit)
        return write(self.field, answer.value)

    def hint(self) -> str:
        """Return how to fill the line."""
        return ""

    def guidance(self) -> str:
        """Return what helps to fill the line, shown elsewhere while it has the focus."""
        parts = [str(self.field.help)] if self.field.help is not None else []
        parts.append(self.hint())
        if self.held.proposed is not None and self.known_besides():
            parts.append(_("= takes it over"))
        return "  ".join(filter(None, parts))

    def known_besides(self) -> str:
        """Return what else is known, where it differs from what is verified."""
        parts = []
        answer = self.held.answer
        if answer.is_conflict:
            parts += [f"{write(self.field, head.value)} ({head.author})" for head in answer.heads]
        for words, value in (
            (_("declared: {value}"), self.held.declared.value),
            (_("last round: {value}"), self.held.last),
        ):
            if value is not None and value != self.held.answer.value:
                parts.append(words.format(value=write(self.field, value)))
        return "; ".join(parts)

    def render(self) -> RenderResult:
        """Return the line, and below it what else is known and why something was not taken."""
        return self._drawn(self.content_size.width)

    def _drawn(self, width: int) -> Content:
        width = max(20, width)
        column = int(width * LABEL_SHARE)
        mark = "▸" if self.has_focus or self.has_class("-editing") else " "
        sign = "*" if self.is_missing else " "
        label = textwrap.wrap(str(self.field.label), width - 3) or [""]
        words = self.value_words()
        style = "bold $accent" if self.held.answer.is_stated or self.typed else "dim"
        used = 2 + cell_len(label[-1])
        fits = max(used + 1, column) + cell_len(words) <= width
        pad = " " * max(1, column - used) if fits else "\n" + " " * 4
        parts: list[Content | str] = [mark, sign, "\n  ".join(label), pad]
        parts.append(Content.styled(words, style))
        below: list[tuple[str, str]] = []
        besides = self.known_besides()
        if besides:
            below.append((f"({besides})", "italic"))
        if question := doubt(self.field, self.held.answer.value):
            below.append((question, "$warning"))
        if self.problem:
            below.append((self.problem, "$error"))
        for text, look in below:
            for line in textwrap.wrap(text, width - 4):
                parts.append(Content.styled(f"\n    {line}", look))
        return Content.assemble(*parts)
