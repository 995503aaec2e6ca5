"""The terminal app: starts, shows a calm sentence where something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from audit.tui.actions import Action, bindings
from audit.tui.harmless import Harmless
from audit.tui.palette import PaletteScreen
from audit.tui.screens.base import AuditScreen, Dialog
from audit.tui.themes import THEMES
from audit.tui.type_ahead import TypeAheadApp
from criteria import language
from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from filelock import BaseFileLock
    from textual.filter import LineFilter

    from audit.desk import Desk
    from criteria.errors import ReadinessError


class ReadinessApp(TypeAheadApp):
    """Walks an auditor through a commune."""

    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual has it
    ENABLE_COMMAND_PALETTE = False
    """The palette of Textual minds accents and speaks English; ours does neither."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "app.help", "f1", N_("Help"), N_("Say what this screen is for and which keys work.")
        ),
        Action(
            "app.palette",
            "ctrl+p",
            N_("Find"),
            N_("Find a commune, criterion, field or action by typing, with or without marks."),
            is_first=True,
        ),
        Action(
            "app.settings",
            "f9",
            N_("Settings"),
            N_("Choose the language and the colours."),
            is_shown=False,
        ),
        Action(
            "app.leave", "ctrl+q", N_("Quit"), N_("Leave the program; all is saved."), True, True
        ),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(self, path: Path | None = None) -> None:
        """Start without a file.

        Args:
            path: The audit file to open at once; ``None`` shows the start screen.
        """
        super().__init__()
        self._path = path
        self._harmless = Harmless()
        self.desk: Desk | None = None
        self._hold: BaseFileLock | None = None
        for theme in THEMES:
            self.register_theme(theme)
        from audit.settings import load_settings

        self.theme = load_settings().theme or THEMES[0].name
        self.title = _("Commune readiness")

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what goes over every line before it is written."""
        return [*super().get_line_filters(), self._harmless]

    def on_mount(self) -> None:
        """Show the start screen; it paints before any file is opened."""
        from audit.tui.screens.start import StartScreen

        self.push_screen(StartScreen(self._path))

    def open_desk(self, path: Path, *, only_look: bool = False, as_of: str = "") -> Desk:
        """Open an audit file and keep it until another is opened.

        Where another copy of the program has it open, it is opened for reading only.

        Args:
            path: Where it is.
            only_look: Whether it is opened for reading only, and not gone on with later.
            as_of: Name of a close as of which it is shown, for reading only.

        Raises:
            ReadinessError: The file cannot be used.
        """
        from audit.desk import Desk
        from audit.holding import hold

        self.close_desk()
        if only_look or as_of:
            self.desk = Desk(path, as_of=as_of, remember=False)
            return self.desk
        self._hold = hold(path)
        self.desk = Desk(path, write=self._hold is not None and Desk.can_write(path))
        return self.desk

    def catch_up(self, *, with_round: bool = False) -> bool:
        """Notice what another program wrote to the file; see `Desk.catch_up`."""
        from criteria.errors import ReadinessError

        try:
            return self.desk is not None and self.desk.catch_up(with_round=with_round)
        except ReadinessError as error:
            self.say(error)
            return False

    def close_desk(self) -> None:
        """Close the file that is open, if any."""
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def on_unmount(self) -> None:
        """Close the file; what was taken out of it to be looked at goes."""
        from audit.viewing import empty_viewing

        self.close_desk()
        empty_viewing()

    def resume(self) -> None:
        """Open the commune that was at hand when the program ended, if there was one."""
        from audit.places import remembered_place

        place = remembered_place(self.desk.path) if self.desk is not None else None
        if self.desk is not None and place is not None and place.commune in self.desk.round.by_code:
            self.open_commune(place.commune)

    def open_commune(self, code: str, part: str = "", field: str = "") -> None:
        """Open a commune's checklist, at a criterion and a field if they are named."""
        from audit.tui.screens.checklist import ChecklistScreen
        from audit.tui.screens.overview import OverviewScreen

        if self.desk is not None and self._ready_to_leave():
            if isinstance(self.screen, ChecklistScreen):
                self.pop_screen()
            for screen in self.screen_stack:
                # So that the way back leads to this commune.
                if isinstance(screen, OverviewScreen) and screen.is_mounted:
                    screen.go_to(code)
            self.catch_up()
            self.push_screen(ChecklistScreen(self.desk, code, part, field))

    async def open_part(self, part: str, field: str = "") -> None:
        """Open a criterion, or a field of it, of the commune in front or left last."""
        from audit.places import last_place
        from audit.tui.screens.checklist import ChecklistScreen

        if self.desk is None:
            return
        if isinstance(self.screen, ChecklistScreen):
            await self.screen.go_to(part, field)
            return
        place = last_place(self.desk.path)
        if place is None or place.commune not in self.desk.round.by_code:
            self.say(_("Open a commune first; this is found in its checklist."), is_warning=False)
        else:
            self.open_commune(place.commune, part, field)

    def say(self, error: ReadinessError | str, *, is_warning: bool = True) -> None:
        """Show a sentence at the edge of the screen.

        Args:
            error: The sentence, or an error that holds it; user text in it stays text.
            is_warning: Whether something went wrong.
        """
        self.notify(
            str(error), severity="warning" if is_warning else "information", markup=False, timeout=8
        )

    def choose_language(self, chosen: str) -> None:
        """Speak another language from now on, on every screen that is open."""
        from audit.settings import load_settings, save_settings

        if not self._ready_to_leave():
            return
        language.choose(chosen)
        save_settings(load_settings()._replace(language=chosen))
        self.title = _("Commune readiness")
        for screen in self.screen_stack:
            screen.refresh(recompose=True)
            # A screen fills what it composed when it is mounted; it is mounted only once.
            if filling := getattr(screen, "refill", None):
                screen.call_after_refresh(filling)

    def choose_theme(self, name: str) -> None:
        """Use other colours from now on."""
        from audit.settings import load_settings, save_settings

        self.theme = name
        save_settings(load_settings()._replace(theme=name))

    def action_app_help(self) -> None:
        """Say what the screen in front is for and which keys work."""
        from audit.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_app_palette(self) -> None:
        """Find a commune, a criterion or an action."""
        if not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen(self.screen))

    def action_app_settings(self) -> None:
        """Choose the language and the colours."""
        from audit.tui.screens.settings import SettingsScreen

        if not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen())

    def action_app_leave(self) -> None:
        """Leave the program, unless what is being typed would be lost."""
        if self._ready_to_leave():
            self.exit()

    def _ready_to_leave(self) -> bool:
        """Have every screen take what is being typed in it; say whether nothing is left."""
        screens = [each for each in self.screen_stack if isinstance(each, AuditScreen | Dialog)]
        return all(screen.ready_to_leave() for screen in screens if screen.is_mounted)

    def action_help_quit(self) -> None:
        """Say how to leave; Ctrl+C copies and must not end the program."""
        self.say(_("Press Ctrl+Q to leave the program."), is_warning=False)
