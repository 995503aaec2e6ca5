"""A box to enter a value that none of several contradicting statements holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.fields import FieldLine, Held, TextLine, line_for
from audit.tui.widgets.key_bar import KeyBar
from audit.tui.widgets.steady import update
from checklists.checklist import Answer, Statement
from criteria.language import N_, _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from checklists.checklist import Checklist
    from criteria.catalogue import Parameter
    from criteria.values import StatedValue


class OtherValue(Dialog["StatedValue | None"]):
    """Returns the value that was entered with the field's own line; nothing is written."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("other.done", "f10,ctrl+s", N_("Done"), N_("Go on with this value."), is_first=True),
        Action("leave", "escape", N_("Back"), N_("Leave without changing anything.")),
    )
    HELP_TEXT = N_(
        "Enter the value as in the checklist; Enter goes on to the reason. Nothing is saved "
        "before the reason is given."
    )
    KEYS = N_("Enter: on to the reason · Esc: leave without it")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, checklist: Checklist, field: Parameter, note: str = "") -> None:
        """Ask for a value of a field.

        Args:
            checklist: Proposes what was declared or found last.
            field: The parameter or measure.
            note: A sentence below the label.
        """
        super().__init__()
        # It is asked for even where the rules would pass over it: two people answered it.
        self._held = Held.of(checklist, field.key)._replace(answer=Answer(()), is_asked=True)
        self._field = field
        self._note = note
        self._value: StatedValue | None = None

    def compose(self) -> ComposeResult:
        """Lay out the field's line with what helps to fill it."""
        with Vertical(classes="box"):
            yield Label(Content(str(self._field.label)), classes="box-heading")
            if self._note:
                yield Label(Content(self._note), classes="box-note")
            with VerticalScroll(can_focus=False, classes="box-lines"):
                yield line_for(self._field, self._held, self._take)
            yield Static(id="other-guidance")
            yield Label(id="ask-refused")
            yield self.keys_line()
        yield KeyBar()

    @property
    def _line(self) -> FieldLine:
        return self.query_one(FieldLine)

    def on_mount(self) -> None:
        """Put the cursor into the line."""
        self._line.focus()
        self._guide()

    @on(FieldLine.Guided)
    def _guide(self) -> None:
        update(self.query_one("#other-guidance", Static), Content(self._line.guidance()))

    def _take(self, _key: str, value: StatedValue | None, _method: str) -> str | None:
        self._value = value
        stated = () if value is None else (Statement("", value, "", ""),)
        self._held = self._held._replace(answer=Answer(stated))
        self._line.show(self._held)
        self._refuse("")
        return None

    @on(TextLine.PhrasesWanted)
    def _phrases_wanted(self, event: TextLine.PhrasesWanted) -> None:
        from audit.tui.screens.choose import Choose

        line = event.line
        phrases = [str(phrase) for phrase in line.field.phrases]

        def chosen(place: str | None) -> None:
            line.focus()
            if place is not None:
                line.put(phrases[int(place)])

        if phrases:
            options = {str(number): phrase for number, phrase in enumerate(phrases)}
            self.app.push_screen(Choose(str(line.field.label), options), chosen)

    @on(FieldLine.Left)
    def _left(self, event: FieldLine.Left) -> None:
        if event.step > 0:
            self.action_other_done()

    def action_other_done(self) -> None:
        """Go on with the value, if there is one."""
        if not self._line.take_typed():
            return
        if self._value is None:
            self._refuse(_("Enter a value first, or press Escape to leave."))
            self._line.focus()
        else:
            self.dismiss(self._value)

    def _refuse(self, sentence: str) -> None:
        self.query_one("#ask-refused", Label).update(Content(sentence))
