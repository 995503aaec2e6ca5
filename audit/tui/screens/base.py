"""What every screen has: a title line, its actions, a help text, the key bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from audit.tui.type_ahead import DrawsSettled
from audit.tui.widgets.grid import Grid, whole_words
from audit.tui.widgets.key_bar import KeyBar
from audit.tui.widgets.steady import update
from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.widget import Widget

    from audit.tui.actions import Action
    from audit.tui.app import ReadinessApp

Result = TypeVar("Result")


def words_in(screen: Screen[Any], selector: str) -> str:
    """Return the words of the parts of a screen that a selector names, as plain text."""
    found = screen.query(selector).results(Static) if selector else ()
    held = (each.content for each in found if each.display)
    words = (each.plain if isinstance(each, Content) else str(each) for each in held)
    return "\n".join(each.strip() for each in words if each.strip())


class AuditScreen(DrawsSettled[Result]):
    """A screen of the app."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    """What can be done here; `bindings(ACTIONS)` are its keys."""
    HELP_TEXT: ClassVar[str] = ""
    """What the screen is for, for an auditor; marked for translation where written."""
    HAS_SIGNS: ClassVar[bool] = False
    """Whether letters and marks stand here for ratings; help says what they mean."""

    COPIES: ClassVar[str] = ""
    """What of the screen says what is at hand, as a selector; Ctrl+C copies its words."""
    COPIES_BESIDES: ClassVar[str] = ""
    """What of it says how the whole stands, likewise."""

    # Else each step from field to field would draw the whole screen again.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @property
    def readiness(self) -> ReadinessApp:
        """The app."""
        return self.app  # type: ignore[return-value] # there is one app only

    def heading(self) -> str:
        """Return what stands in the first line."""
        return _("Commune readiness")

    def headings(self) -> Iterator[str]:
        """Yield what stands in the first line, then shorter ones for where it does not fit."""
        yield self.heading()

    def _heading_that_fits(self) -> Content:
        room, text = self.app.size.width - 2, ""
        for text in self.headings():
            if cell_len(text) <= room:
                break
        return Content(whole_words(text, room))

    def compose(self) -> ComposeResult:
        """Lay out the heading, the body and the key bar."""
        yield Static(self._heading_that_fits(), id="heading")
        yield from self.body()
        yield KeyBar()

    def on_resize(self) -> None:
        """Have the first line fill the room there is."""
        if self.query("#heading"):
            self.show_heading()

    def body(self) -> ComposeResult:
        """Return what stands between the heading and the key bar."""
        yield from ()

    def ready_to_leave(self) -> bool:
        """Take what is being typed; return whether nothing would be lost by leaving."""
        return True

    def why_not(self, action: str) -> str:
        """Return why an action is nothing for this person or this file; empty where it is.

        Such an action stands in no key bar and in no help; asked for all the same, it says why.

        Args:
            action: As Textual calls it, such as ``overview_review``.
        """
        return ""

    def hides(self, action: str) -> bool:
        """Return whether an action has no place in the key bar, as it would only be declined."""
        return bool(self.why_not(action))

    def declines(self, action: str) -> bool:
        """Say why an action is not for this person, where it is not; return whether it is not."""
        words = self.why_not(action)
        if words:
            self.readiness.say(words, is_warning=False)
        return bool(words)

    def undo_in(self, area: str) -> bool:
        """Take back what was written last in an area, and say what; return whether it was."""
        from audit.undoing import undo_in
        from criteria.errors import ReadinessError

        desk = self.readiness.desk
        held = undo_in(desk, area) if desk is not None else None
        if not held:
            self.readiness.say(_("There is nothing to undo."), is_warning=False)
            return False
        try:
            words = _("Undone: {label}").format(label=held.undo())
        except ReadinessError as error:
            self.readiness.say(error)
            return False
        self.readiness.say(words, is_warning=False, kind="undone")
        return True

    def copyable(self) -> Iterator[tuple[str, str]]:
        """Yield what is worth pasting elsewhere: what it is called, and the text."""
        here = words_in(self, self.COPIES)
        if here:
            yield _("What is at hand: {words}").format(words=here.splitlines()[0]), here
        whole = words_in(self, self.COPIES_BESIDES)
        if whole:
            words = self.heading()
            yield _("How it stands: {words}").format(words=words), f"{words}\n{whole}"
        for grid in self.query("*").results(Grid):
            if grid.display:
                yield _("The whole list, for a spreadsheet"), grid.as_text()

    def show_heading(self) -> None:
        """Write the heading again."""
        update(self.query_one("#heading", Static), self._heading_that_fits())


class Dialog(DrawsSettled[Result], ModalScreen[Result]):
    """A box over a screen; Escape leaves it without a result."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    HELP_TEXT: ClassVar[str] = ""
    KEYS: ClassVar[str] = N_("Esc: back")
    """Which keys leave the box; its last line."""
    BINDINGS: ClassVar[list[BindingType]] = [
        # The keys of the app do not reach through a box that lies over a screen.
        Binding("f1", "app.app_help", N_("Help")),
        Binding("ctrl+q", "app.app_leave", N_("Quit"), show=False),
        Binding("ctrl+c", "app.app_copy", N_("Copy"), show=False),
    ]
    COPIES: ClassVar[str] = ""
    """What of the box can be copied, as a selector."""

    @property
    def readiness(self) -> ReadinessApp:
        """The app."""
        return self.app  # type: ignore[return-value] # there is one app only

    def on_mount(self) -> None:
        """Have nothing lie over the box that was said before it, but what went wrong."""
        self.readiness.hush()

    def copyable(self) -> Iterator[tuple[str, str]]:
        """Yield what is worth pasting elsewhere: what it is called, and the text."""
        here = words_in(self, self.COPIES)
        if here:
            yield here.splitlines()[0], here

    def keys_line(self) -> Label:
        """Return the line that says which keys leave the box."""
        return Label(Content(_(self.KEYS)), classes="box-keys")

    def ready_to_leave(self) -> bool:
        """Return whether nothing that was typed would be lost by leaving."""
        return True

    def action_leave(self) -> None:
        """Leave without a result."""
        self.dismiss(None)
