"""What every screen has: a title line, its actions, a help text, the key bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding
from textual.content import Content
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from audit.tui.type_ahead import DrawsSettled
from audit.tui.widgets.key_bar import KeyBar
from audit.tui.widgets.steady import update
from criteria.language import N_, _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from audit.tui.actions import Action
    from audit.tui.app import ReadinessApp

Result = TypeVar("Result")


class AuditScreen(DrawsSettled[Result]):
    """A screen of the app."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    """What can be done here; `bindings(ACTIONS)` are its keys."""
    HELP_TEXT: ClassVar[str] = ""
    """What the screen is for, for an auditor; marked for translation where written."""
    HAS_SIGNS: ClassVar[bool] = False
    """Whether letters and marks stand here for ratings; help says what they mean."""

    # Else each step from field to field would draw the whole screen again.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @property
    def readiness(self) -> ReadinessApp:
        """The app."""
        return self.app  # type: ignore[return-value] # there is one app only

    def heading(self) -> str:
        """Return what stands in the first line."""
        return _("Commune readiness")

    def compose(self) -> ComposeResult:
        """Lay out the heading, the body and the key bar."""
        yield Static(Content(self.heading()), id="heading")
        yield from self.body()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Return what stands between the heading and the key bar."""
        yield from ()

    def ready_to_leave(self) -> bool:
        """Take what is being typed; return whether nothing would be lost by leaving."""
        return True

    def show_heading(self) -> None:
        """Write the heading again."""
        update(self.query_one("#heading", Static), Content(self.heading()))


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
    ]

    @property
    def readiness(self) -> ReadinessApp:
        """The app."""
        return self.app  # type: ignore[return-value] # there is one app only

    def keys_line(self) -> Label:
        """Return the line that says which keys leave the box."""
        return Label(Content(_(self.KEYS)), classes="box-keys")

    def ready_to_leave(self) -> bool:
        """Return whether nothing that was typed would be lost by leaving."""
        return True

    def action_leave(self) -> None:
        """Leave without a result."""
        self.dismiss(None)
