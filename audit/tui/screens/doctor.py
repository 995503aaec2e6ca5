"""What is right and what is not about this machine, and a line to type as in the checklist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from audit.doctor import observe, of_typing
from audit.doctor_telling import as_lines, text_of
from audit.doctor_typing import SENTENCE, judge
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import AuditScreen
from audit.tui.widgets.entry import Entry
from criteria.language import N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.doctor_facts import Facts

_RULER: Final = "·" * len(SENTENCE)


class DoctorScreen(AuditScreen[None]):
    """What was found, topic by topic; the line to type stands above it."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "doctor.copy",
            "f10,ctrl+s",
            N_("Copy as text"),
            N_("Copy all that is shown as text, to be pasted into a message."),
            is_first=True,
        ),
        Action("doctor.down", "pagedown", N_("Read on"), N_("Read what follows."), False),
        Action("doctor.up", "pageup", N_("Read back"), N_("Read what came before."), False),
        Action("leave", "escape", N_("Back"), N_("Back to the screen.")),
    )
    HELP_TEXT = N_(
        "What was found on this machine, and what to do where something is not fine. There is no "
        "name, file name or value in it. Type the line at the top to see what the input method "
        "makes of it; the bars must stand below one another."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    CSS = """
    #doctor-ask { height: auto; padding: 0 1; }
    #doctor-typed { height: auto; padding: 0 1; background: $panel; }
    #doctor-found { height: 1fr; padding: 0 1; }
    #doctor-text { height: auto; }
    """

    class Found(Message):
        """All facts are there."""

        def __init__(self, facts: Facts) -> None:
            """Hold them."""
            super().__init__()
            self.facts = facts

    _facts: Facts | None = None

    def heading(self) -> str:
        """Return what stands in the first line."""
        return _("This machine")

    def body(self) -> ComposeResult:
        """Lay out the line to type above what was found."""
        yield Static(
            Content(_("Type this line, then press Enter:") + f"\n  {SENTENCE}│\n  {_RULER}│"),
            id="doctor-ask",
        )
        yield Entry(id="doctor-line", compact=True)
        yield Static(id="doctor-typed")
        with VerticalScroll(id="doctor-found"):
            yield Static(Content(_("Looking …")), id="doctor-text")

    def on_mount(self) -> None:
        """Begin at the line; look in a thread."""
        self.query_one("#doctor-line", Entry).focus()
        self.refill()

    def refill(self) -> None:
        """Look at the machine, again where the language was changed."""
        desk = self.readiness.desk
        self._look(desk.path if desk is not None else None)

    @work(thread=True, exclusive=True, group="doctor")
    def _look(self, path: Path | None) -> None:
        from audit.doctor_probes import chosen_file, facts, terminal

        size = self.app.size
        screen = replace(
            terminal(),
            is_terminal=True,
            columns=size.width,
            lines=size.height,
            erases_letters=None,
        )
        found = facts(path or chosen_file(), is_own=path is not None, screen=screen)
        self.post_message(self.Found(found))

    @on(Found)
    def _found(self, event: Found) -> None:
        typed = self._facts.typed if self._facts is not None else event.facts.typed
        self._facts = replace(event.facts, typed=typed)
        self._show()

    def _show(self) -> None:
        if self._facts is not None:
            lines = as_lines(observe(self._facts), min(80, self.size.width - 4))
            self.query_one("#doctor-text", Static).update(Content("\n".join(lines)))

    @on(Input.Submitted, "#doctor-line")
    def _typed(self, event: Input.Submitted) -> None:
        """Say what came of the line."""
        trouble = judge(event.value)
        said = of_typing(trouble)
        words = f"{said.sign.mark} {said.sign.word}  {said.found}"
        if said.advice:
            words += f"\n→ {said.advice}"
        self.query_one("#doctor-typed", Static).update(Content(words))
        if self._facts is not None:
            self._facts = replace(self._facts, typed=trouble)
            self._show()

    def action_doctor_copy(self) -> None:
        """Copy what is shown."""
        if self._facts is None:
            self.readiness.say(_("Not all is found yet; wait a moment."), is_warning=False)
            return
        self.app.copy_to_clipboard(text_of(observe(self._facts)))
        self.readiness.say(
            _(
                "Copied. If nothing can be pasted, this terminal does not allow it: run “readiness "
                "doctor” in a window and copy from there."
            ),
            is_warning=False,
        )

    def action_doctor_down(self) -> None:
        """Read on."""
        self.query_one("#doctor-found", VerticalScroll).scroll_page_down(animate=False)

    def action_doctor_up(self) -> None:
        """Read what stands above."""
        self.query_one("#doctor-found", VerticalScroll).scroll_page_up(animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
