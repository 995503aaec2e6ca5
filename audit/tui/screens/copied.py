"""What was copied, where the terminal keeps it from being pasted: to be marked, or as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, Static, TextArea

from audit.folders import free_name, own_folder, showable
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.key_bar import KeyBar
from criteria.language import N_, _
from criteria.system import reason_of

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class Copied(Dialog[None]):
    """Shows a text that was copied."""

    ACTIONS = (
        Action(
            "copied.write",
            "f10,ctrl+s",
            N_("Write a file"),
            N_("Write the text into a new file among your documents."),
            is_first=True,
        ),
        Action("leave", "escape", N_("Back"), N_("Close this box.")),
    )
    HELP_TEXT = N_(
        "Not every terminal lets a program copy. Mark the text with the mouse while Shift is held "
        "down, and copy it as this terminal does; or have it written into a file with F10."
    )
    KEYS = N_("Shift and the mouse: mark · F10: write it into a file · Esc: back")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, text: str) -> None:
        """Show a text."""
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(classes="box"):
            yield Label(Content(_("Copied text")), classes="box-heading")
            yield TextArea(self._text, read_only=True, id="copied-text")
            yield Static(id="copied-told")
            yield self.keys_line()
        yield KeyBar()

    def action_copied_write(self) -> None:
        """Write the text into a new file."""
        desk = self.readiness.desk
        beside = desk.path.absolute().parent if desk is not None else None
        path = free_name(own_folder(beside), "readiness", ".txt")
        try:
            # With a mark in front, as old programs take it for another encoding else.
            with path.open("x", encoding="utf-8-sig") as file:
                file.write(self._text + "\n")
        except OSError as error:
            words = _("{path} cannot be written: {why}").format(
                path=showable(str(path)), why=reason_of(error)
            )
        else:
            words = _("Written: {path}").format(path=showable(str(path)))
        self.query_one("#copied-told", Static).update(Content(words))
