"""The first screen: go on with a file, open another, begin a round, try one out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from audit.settings import load_settings
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from criteria.errors import ReadinessError
from criteria.language import LANGUAGES, N_, _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


class StartScreen(AuditScreen[None]):
    """Where a day begins."""

    ACTIONS = (
        Action("start.open", "ctrl+o", N_("Open"), N_("Open an audit file by its path.")),
        Action("start.language", "f8", N_("Tiếng Việt / English"), N_("Change the language.")),
    )
    HELP_TEXT = N_(
        "Choose with the arrow keys and press Enter. Everything you state later is saved at once; "
        "there is no Save."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, path: Path | None) -> None:
        """Show the ways in.

        Args:
            path: A file to open at once.
        """
        super().__init__()
        self._open_at_once = path

    def body(self) -> ComposeResult:
        """Lay out what the program is and the list of ways in."""
        yield Static(
            Content(
                _(
                    "Walks you through the criteria of each commune, keeps what you find on this "
                    "laptop, and explains every rating. No network is needed."
                )
            ),
            id="intro",
        )
        yield OptionList(*self._options(), id="ways", markup=False)
        yield Static(id="about-last")

    def _options(self) -> list[Option]:
        last = load_settings().last_file
        options = []
        if last and Path(last).exists():
            options.append(
                Option(Content(_("Go on with {file}").format(file=Path(last).name)), id="last")
            )
        return [
            *options,
            Option(Content(_("Open an audit file…")), id="open"),
            Option(Content(_("Begin a round for a province…")), id="new"),
            Option(Content(_("Try out a made-up round")), id="demo"),
            Option(Content(_("Who am I?")), id="whoami"),
            Option(Content(_("Settings")), id="settings"),
            Option(Content(_("Quit")), id="quit"),
        ]

    def on_mount(self) -> None:
        """Put the cursor on the first way; ask once who the auditor is."""
        ways = self.query_one("#ways", OptionList)
        ways.highlighted = 0
        ways.focus()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Go on once the screen is painted: what follows loads slower parts."""
        from audit.identity import auditor

        if auditor() is None:
            self._ask_who()
        elif self._open_at_once is not None:
            self._open(self._open_at_once)

    @on(OptionList.OptionSelected, "#ways")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        match event.option_id:
            case "last":
                self._open(Path(load_settings().last_file))
            case "open":
                self.action_start_open()
            case "new":
                self._ask_round()
            case "demo":
                self._make_demo()
            case "whoami":
                self._ask_who()
            case "settings":
                self.readiness.action_app_settings()
            case "quit":
                self.readiness.exit()

    def _open(self, path: Path) -> None:
        from audit.tui.screens.overview import OverviewScreen

        try:
            desk = self.readiness.open_desk(path)
        except ReadinessError as error:
            self.readiness.say(error)
            return
        if not desk.is_writable:
            self.readiness.say(
                _(
                    "This file is open in another copy of the program, or cannot be written. It is "
                    "shown for reading only."
                )
            )
        self.app.push_screen(OverviewScreen(desk))

    def action_start_open(self) -> None:
        """Ask for the path of an audit file."""

        def opened(answers: dict[str, str] | None) -> None:
            if answers:
                self._open(Path(answers["path"].strip("'\"")).expanduser())

        self.app.push_screen(
            Ask(
                _("Open an audit file"),
                [
                    Question(
                        "path", _("Path of the file (it can be dragged in here)"), is_needed=True
                    )
                ],
            ),
            opened,
        )

    def action_start_language(self) -> None:
        """Speak the other language."""
        from criteria import language

        others = [each for each in LANGUAGES if each != language.current()]
        self.readiness.choose_language(others[0])

    def _ask_who(self) -> None:
        """Ask who the auditor is; kept for all files of this machine."""
        from audit.identity import auditor, set_auditor

        held = auditor()

        def said(answers: dict[str, str] | None) -> None:
            if answers:
                try:
                    set_auditor(answers["name"], answers["unit"], answers["title"])
                except ReadinessError as error:
                    self.readiness.say(error)
            if self._open_at_once is not None and auditor() is not None:
                path, self._open_at_once = self._open_at_once, None
                self._open(path)

        self.app.push_screen(
            Ask(
                _("Who are you?"),
                [
                    Question("name", _("Your name"), held.name if held else "", is_needed=True),
                    Question("unit", _("Where you work"), held.unit if held else ""),
                    Question("title", _("Your office"), held.title if held else ""),
                ],
                _("Asked once. Your name stands beside everything you state."),
            ),
            said,
        )

    def _ask_round(self) -> None:
        """Ask for the province and the file of a new round."""

        def said(answers: dict[str, str] | None) -> None:
            if not answers:
                return
            from audit.beginning import open_round

            try:
                _round, path = open_round(
                    answers["province"], Path(answers["path"]).expanduser(), answers["title"]
                )
            except ReadinessError as error:
                self.readiness.say(error)
                return
            self._open(path)

        self.app.push_screen(
            Ask(
                _("Begin a round"),
                [
                    Question("province", _("Province: code or name"), "75", is_needed=True),
                    Question("title", _("What the round is called")),
                    Question("path", _("The file to make"), "dot-1.audit", is_needed=True),
                ],
            ),
            said,
        )

    @work(thread=True, exit_on_error=False)
    def _make_demo(self) -> None:
        """Make the made-up round beside the user's files; it takes a few seconds."""
        from audit.demo import make_demo
        from audit.settings import home

        folder = home() / "demo"
        self.app.call_from_thread(
            self.readiness.say, _("Making the round; a few seconds…"), is_warning=False
        )
        found = sorted(folder.glob("*.audit"))
        try:
            path = found[0] if found else make_demo(folder).audit_file
        except ReadinessError as error:
            self.app.call_from_thread(self.readiness.say, error)
            return
        self.app.call_from_thread(self._open, path)
