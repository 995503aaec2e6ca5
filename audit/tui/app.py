"""The terminal app: starts, shows a calm sentence where something goes wrong."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from audit import log
from audit.tui.actions import Action, bindings
from audit.tui.hang_up import EndsWithTerminal
from audit.tui.harmless import Harmless
from audit.tui.palette import PaletteScreen
from audit.tui.saying import SaysOnce
from audit.tui.screens.base import AuditScreen, Dialog
from audit.tui.themes import THEMES
from criteria import language
from criteria.language import N_, _, count, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from filelock import BaseFileLock
    from textual.binding import BindingType
    from textual.filter import LineFilter

    from audit.desk import Desk
    from criteria.errors import ReadinessError


_SECONDS_SAID = 8
"""How long a sentence stays at the edge of the screen."""


class ReadinessApp(EndsWithTerminal, SaysOnce):
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
            "app.doctor",
            "",
            N_("This machine"),
            N_("Look at this machine: terminal, typing, clock, disk; to be copied as text."),
            is_shown=False,
        ),
        Action(
            "app.copy",
            "ctrl+c",
            N_("Copy"),
            N_("Copy what is at hand, or the list, as text to be pasted elsewhere."),
            is_shown=False,
        ),
        Action(
            "app.leave", "ctrl+q", N_("Quit"), N_("Leave the program; all is saved."), True, True
        ),
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

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
        self._went_wrong = "", 0.0
        """The last error that was said, and until when it is to be seen."""
        for theme in THEMES:
            self.register_theme(theme)
        from audit.settings import load_settings

        settings = load_settings()
        self.theme = settings.theme or THEMES[0].name
        if settings.animations == "none" or os.environ.get("READINESS_ANIMATIONS") == "none":
            # Else TEXTUAL_ANIMATIONS decides, which the library reads itself.
            self.animation_level = "none"
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
            self._note_progress(self.desk)
            self.desk.close()
            self.desk = None
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def _note_progress(self, desk: Desk) -> None:
        """Note how far the file is for the list of recent ones, if all of it was read."""
        from audit.recent import note_progress

        if desk.as_of is None and not desk.unread:
            done = sum(not row.checklist.progress.missing for row in desk.rows.values())
            note_progress(desk.path, done, len(desk.rows))

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

    def say(self, error: ReadinessError | str, *, is_warning: bool = True, kind: str = "") -> None:
        """Show a sentence at the edge of the screen; only an error outlasts the screen.

        Args:
            error: The sentence, or an error that holds it; user text in it stays text.
            is_warning: Whether something went wrong.
            kind: What it replaces where it is still shown; empty for nothing but itself.
        """
        is_error = not isinstance(error, str)
        if not isinstance(error, str):
            log.note("said", codes=log.codes_of(error))
            self._went_wrong = str(error), monotonic() + _SECONDS_SAID
        self.say_for(
            str(error), _SECONDS_SAID, is_warning=is_warning, kind=kind, is_lasting=is_error
        )

    def hush(self) -> None:
        """Take away what is said at the edge of the screen, but for the last error."""
        self.clear_notifications()
        words, until = self._went_wrong
        if (left := until - monotonic()) > 0:
            self.say_for(words, left, is_lasting=True)

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

    def choose_stillness(self, *, is_still: bool) -> None:
        """Have nothing move or blink from now on, or let it."""
        from audit.settings import load_settings, save_settings

        self.animation_level = "none" if is_still else "full"
        save_settings(load_settings()._replace(animations="none" if is_still else ""))

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

    def action_app_doctor(self) -> None:
        """Look at this machine."""
        from audit.tui.screens.doctor import DoctorScreen

        if not isinstance(self.screen, DoctorScreen):
            self.push_screen(DoctorScreen())

    def action_app_leave(self) -> None:
        """Leave the program, unless what is being typed would be lost."""
        if self._ready_to_leave():
            self.exit()

    def _ready_to_leave(self) -> bool:
        """Have every screen take what is being typed in it; say whether nothing is left."""
        screens = [each for each in self.screen_stack if isinstance(each, AuditScreen | Dialog)]
        return all(screen.ready_to_leave() for screen in screens if screen.is_mounted)

    def action_app_copy(self) -> None:
        """Copy what is at hand as text; where there is more than one thing, ask which."""
        from audit.tui.screens.choose import Choose

        screen = self.screen
        texts = dict(screen.copyable()) if isinstance(screen, AuditScreen | Dialog) else {}
        if selected := screen.get_selected_text():
            texts = {selected: selected}
        if not texts:
            # Elsewhere it ends a program.
            words = _("There is nothing to copy here. Press Ctrl+Q to leave the program.")
            self.say(words, is_warning=False)
        elif len(texts) == 1:
            self.copy(*texts.values())
        else:
            places = list(texts.values())

            def chosen(place: str | None) -> None:
                if place is not None:
                    self.copy(places[int(place)])

            options = {str(place): label for place, label in enumerate(texts)}
            self.push_screen(Choose(_("Copy what?"), options), chosen)

    def copy(self, text: str) -> None:
        """Copy a text; the same once more shows it, as not every terminal lets it be pasted."""
        from audit.tui.screens.copied import Copied

        if text == self.clipboard:
            self.push_screen(Copied(text))
            return
        self.copy_to_clipboard(text)
        words = ngettext("Copied: {count} line.", "Copied: {count} lines.", text.count("\n") + 1)
        told = words.format(count=count(text.count("\n") + 1))
        more = _("If pasting brings nothing, copy the same once more.")
        self.say(f"{told} {more}", is_warning=False)
