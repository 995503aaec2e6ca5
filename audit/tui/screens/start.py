"""The first screen: go on with a file, open another, begin a round, try one out."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual import on, work
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from audit.recent import Recent, note_progress, put_back, recent_files, take_off
from audit.settings import load_settings
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import AuditScreen
from criteria.errors import ReadinessError
from criteria.language import LANGUAGE_NAMES, N_, _, count, day, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.arrivals import Arrival


_MOST_RECENT = 4
"""So many files stand on the start screen of a small terminal, beside the last one."""
_LEAST_FOLDER = 8
_RECENT = "recent-"
_FROM_OFFICE = ("slip", "receipt", "assignment")
"""Kinds of files that only the office makes."""


class StartScreen(AuditScreen[None]):
    """Where a day begins. It paints before it opens a file or loads anything slow."""

    ACTIONS = (
        Action("start.open", "ctrl+o", N_("Open"), N_("Open an audit file.")),
        Action(
            "start.take_off",
            "delete",
            N_("Take off"),
            N_("Take the file off this list; the file itself stays as it is."),
        ),
        Action("start.undo", "ctrl+z", N_("Undo"), N_("Put it on the list again.")),
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
        self._is_back = False
        """Whether a file was open until now; where all lies is said to who comes back from it."""
        self._has_begun = False
        self._recent: list[Recent] = []
        """The files opened lately, but for the one to go on with."""
        self._taken_off: list[tuple[Recent, int]] = []
        self._about: Callable[[], str] = str
        """Says what is known of the file to go on with, in the language in use."""

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
        yield OptionList(id="ways", markup=False)
        yield Static(id="about-last")

    def _options(self) -> list[Option]:
        options = []
        last = _last_file()
        if last is not None:
            options.append(
                Option(Content(_("Go on with {file}").format(file=last.name)), id="last")
            )
        self._recent = [each for each in recent_files() if each.path != last][:_MOST_RECENT]
        return [
            *options,
            *(
                Option(Content(_line(each, self.app.size.width - 10)), id=f"{_RECENT}{place}")
                for place, each in enumerate(self._recent)
            ),
            Option(Content(_("Open an audit file…")), id="open"),
            Option(Content(_("Begin a round for a province…")), id="new"),
            Option(Content(_("Try out a made-up round")), id="demo"),
            Option(Content(_("Who am I?")), id="whoami"),
            Option(Content(_("Settings")), id="settings"),
            Option(Content(_("Quit")), id="quit"),
        ]

    def on_mount(self) -> None:
        """Fill the list; ask once who the auditor is."""
        self.refill()
        # The app takes up what it is told only when it has started; until then "after a
        # refresh" would come before anything is painted.
        self.app.call_later(self.call_after_refresh, self._begin)

    def refill(self) -> None:
        """Show the ways in, with the cursor on the first."""
        ways = self.query_one("#ways", OptionList)
        ways.clear_options()
        ways.add_options(self._options())
        ways.highlighted = 0
        self._show_about()
        if self.is_current:
            ways.focus()

    def on_screen_resume(self) -> None:
        """Show the file that was open until now as the last one."""
        if self._has_begun:
            self.refill()
            self._is_back = True
            self._show_last(str)
            self._look_at_last()

    async def _begin(self) -> None:
        """Go on once the screen is painted: what follows loads slower parts."""
        from audit.identity import auditor

        self._has_begun = True
        if auditor() is None:
            self._ask_language()
        elif self._open_at_once is not None:
            self._look_at(self._open_at_once)
        else:
            self._look_at_last()

    @work(thread=True, exclusive=True, group="last", exit_on_error=False)
    def _look_at_last(self) -> None:
        """Say how far the last file is; it may be large, so the screen does not wait for it."""
        path = _last_file()
        if path is None:
            return
        from audit.file import AuditFile
        from audit.fold import read_commune, read_round
        from audit.interpreting import checklist_from

        worker = get_current_worker()
        done = begun = 0
        try:
            with AuditFile.open(path) as file:
                held, office = read_round(file)
                for commune in held.communes:
                    # Whoever opens the file meanwhile must not have to wait for this.
                    if worker.is_cancelled:
                        return
                    ledger = read_commune(file, held, office, commune.code)
                    progress = checklist_from(held, commune, ledger).progress
                    done += not progress.missing
                    begun += bool(progress.missing and progress.stated)
        except ReadinessError as error:
            self.app.call_from_thread(self._show_last, error.__str__)
            return
        note_progress(path, done, len(held.communes))

        def words() -> str:
            return _(
                "{title} · {province}: {done} of {all} communes complete, {begun} begun"
            ).format(
                title=held.title,
                province=held.profile.province,
                done=count(done),
                all=count(len(held.communes)),
                begun=count(begun),
            )

        self.app.call_from_thread(self._show_last, words)

    def _show_last(self, about: Callable[[], str]) -> None:
        self._about = about
        if self.is_mounted:
            self._show_about()

    def _show_about(self) -> None:
        """Say what is known of the recent file under the cursor, else of the last one."""
        here = self._recent_here
        saved = _saved_words() if self._is_back else ""
        words = f"{self._about()}\n{saved}".strip() if here is None else _about(here)
        self.query_one("#about-last", Static).update(Content(words))

    @property
    def _recent_here(self) -> Recent | None:
        ways = self.query_one("#ways", OptionList)
        if ways.highlighted is None:
            return None
        id_ = ways.get_option_at_index(ways.highlighted).id or ""
        return self._recent[int(id_.removeprefix(_RECENT))] if id_.startswith(_RECENT) else None

    @on(OptionList.OptionHighlighted, "#ways")
    def _highlighted(self) -> None:
        self._show_about()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to take off what can be."""
        if action == "start_take_off":
            return self.is_attached and bool(self.query("#ways")) and bool(self._recent_here)
        if action == "start_undo":
            return bool(self._taken_off)
        return super().check_action(action, parameters)

    def action_start_take_off(self) -> None:
        """Take the file under the cursor off the list."""
        here = self._recent_here
        if here is not None:
            place = [each.path for each in recent_files()].index(here.path)
            self._taken_off.append((here, place))
            take_off(here.path)
            self._list_anew()
            self.readiness.say(
                _("Taken off this list; the file itself stays. Ctrl+Z puts it back."),
                is_warning=False,
            )

    def action_start_undo(self) -> None:
        """Put what was taken off on the list again."""
        if self._taken_off:
            put_back(*self._taken_off.pop())
            self._list_anew()

    def _list_anew(self) -> None:
        ways = self.query_one("#ways", OptionList)
        at = ways.highlighted or 0
        self.refill()
        ways.highlighted = min(at, ways.option_count - 1)

    @on(OptionList.OptionSelected, "#ways")
    async def _chosen(self, event: OptionList.OptionSelected) -> None:
        here = self._recent_here
        if here is not None:
            if here.is_there:
                await self._open(here.path)
            else:
                self.readiness.say(_about(here))
            return
        match event.option_id:
            case "last":
                if (path := _last_file()) is not None:
                    await self._open(path)
                else:
                    self._say_gone()
            case "open":
                self.action_start_open()
            case "new":
                self._ask_province()
            case "demo":
                self._make_demo()
            case "whoami":
                self._ask_who()
            case "settings":
                self.readiness.action_app_settings()
            case "quit":
                self.readiness.exit()

    def _say_gone(self) -> None:
        """Say that the file to go on with is gone, and go to it among the others, if it is."""
        last = load_settings().last_file
        self.refill()
        if not last:
            return
        path = Path(last)
        for place, each in enumerate(self._recent):
            if each.path == path:
                ways = self.query_one("#ways", OptionList)
                ways.highlighted = ways.get_option_index(f"{_RECENT}{place}")
                break
        self.readiness.say(_about(Recent(path)))

    async def _open(
        self, path: Path, taking: Arrival | None = None, *, only_look: bool = False
    ) -> None:
        """Open a file; keys that come meanwhile are for what it shows.

        Args:
            path: Of the file.
            taking: What came and is to be taken into it.
            only_look: Whether nothing is to be stated in it.
        """
        await asyncio.to_thread(load_screens, path)
        from audit.tui.screens.overview import OverviewScreen

        self.workers.cancel_group(self, "last")
        try:
            desk = self.readiness.open_desk(path, only_look=only_look)
        except ReadinessError as error:
            self.readiness.say(error)
            return
        self._tell_of_key()
        if not desk.is_writable and not only_look:
            self.readiness.say(
                _(
                    "This file is open in another copy of the program, or cannot be written. It is "
                    "shown for reading only."
                )
            )
        self.app.push_screen(OverviewScreen(desk))
        if taking is not None:
            from audit.tui.screens.inbox import InboxScreen

            # What the office sends is taken in as it is; what others bring is looked at first.
            at_once = taking.kind in _FROM_OFFICE and not taking.is_several
            self.app.push_screen(InboxScreen(desk, [taking.path], at_once=at_once))
        else:
            self.call_later(self.readiness.resume)

    def _tell_of_key(self) -> None:
        """Say where a new key had to be made: the office has to know it."""
        from audit.identity import key_news

        for message in key_news():
            self.readiness.say(str(message))

    def action_start_open(self) -> None:
        """Ask for an audit file, a working file or one that came from somebody else."""
        from audit.file import SUFFIX
        from audit.package import ZIP
        from audit.tui.screens.pick_file import PickFile

        def picked(paths: list[Path] | None) -> None:
            if paths:
                self._look_at(paths[0])

        self.app.push_screen(
            PickFile(_("Open an audit file"), suffixes=(SUFFIX, ZIP, ".age"), many=False), picked
        )

    @work(thread=True, exclusive=True, group="arrival")
    def _look_at(self, path: Path) -> None:
        """Find out what a file is; what came from somebody else is not worked on itself."""
        from audit.arrivals import look_at

        worker = get_current_worker()
        try:
            arrival = look_at(path)
        except ReadinessError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.readiness.say, error)
            return
        if worker.is_cancelled:
            return
        if arrival is None:
            # mypy takes the coroutine for the result.
            self.app.call_from_thread(self._open, path)  # type: ignore[arg-type]
        else:
            self.app.call_from_thread(self._ask_about, arrival)

    def _ask_about(self, arrival: Arrival) -> None:
        """Ask what is to be done with a file that came, unless that is clear."""
        from audit.folders import showable
        from audit.package import Kind
        from audit.tui.screens.choose import Choose

        is_for_auditor = arrival.kind in (Kind.SLIP, Kind.RECEIPT)
        can_begin = arrival.kind in (Kind.ASSIGNMENT, Kind.WORKING) and not arrival.is_several
        options = {}
        if arrival.working is not None:
            options["take"] = _("Take it into {file}").format(file=showable(arrival.working.name))
        if can_begin:
            options["begin"] = (
                _("Work in this very file")
                if arrival.is_plain
                else _("Make a working file of it on this machine…")
            )
        if arrival.working is None or not is_for_auditor:
            options["other"] = _("Choose the working file to take it into…")
        if arrival.is_plain and arrival.kind is not Kind.ASSIGNMENT:
            options["look"] = _("Only look at it")

        async def chosen(key: str | None) -> None:
            match key:
                case "take" if arrival.working is not None:
                    await self._open(arrival.working, arrival)
                case "begin" if arrival.is_plain:
                    await self._open(arrival.path)
                case "begin":
                    self._ask_working_file(arrival)
                case "other":
                    self._ask_which(arrival)
                case "look":
                    await self._open(arrival.path, only_look=True)

        if can_begin and arrival.working is None:
            # The first file of a round on this machine: there is nothing to choose.
            self.app.call_later(chosen, "begin")
        elif is_for_auditor and arrival.working is not None:
            self.app.call_later(chosen, "take")
        else:
            heading = _("{file}: {kind}").format(
                file=showable(arrival.path.name), kind=arrival.kind.label
            )
            if arrival.made_by:
                words = _("{file}: {kind} by {name}")
                heading = words.format(
                    file=showable(arrival.path.name),
                    kind=arrival.kind.label,
                    name=showable(arrival.made_by),
                )
            self.app.push_screen(Choose(heading, options), chosen)

    def _ask_which(self, arrival: Arrival) -> None:
        """Ask for the working file that something is for."""
        from audit.file import SUFFIX
        from audit.tui.screens.pick_file import PickFile

        async def picked(paths: list[Path] | None) -> None:
            if paths:
                await self._open(paths[0], arrival)

        self.app.push_screen(
            PickFile(_("Take it into which working file?"), suffixes=(SUFFIX,), many=False), picked
        )

    def _ask_working_file(self, arrival: Arrival, path: str = "") -> None:
        """Ask where the working file is to lie that is made from what came.

        Args:
            arrival: What came.
            path: What was answered before, if it could not be made there.
        """
        from audit.arrivals import proposed_path
        from audit.folders import path_of
        from audit.package import look_at_place
        from audit.tui.screens.ask import Ask, Question

        def out(answers: dict[str, str]) -> Path:
            return path_of(answers["path"].strip("'\""))

        def check(answers: dict[str, str]) -> str | None:
            try:
                look_at_place(out(answers))
            except ReadinessError as error:
                return str(error)
            return None

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._make_working_file(arrival, out(answers))

        proposed = path or str(proposed_path(arrival))
        self.app.push_screen(
            Ask(
                _("Make a working file"),
                [Question("path", _("The file to make"), proposed, is_needed=True, is_path=True)],
                _(
                    "What came is packed, or lies on a stick that may be pulled out. You work in a "
                    "file of your own on this machine."
                ),
                check=check,
            ),
            said,
        )

    @work(thread=True, exclusive=True, group="arrival")
    def _make_working_file(self, arrival: Arrival, out: Path) -> None:
        from audit.arrivals import make_working_file

        try:
            make_working_file(arrival.path, out)
        except ReadinessError as error:
            self.app.call_from_thread(self.readiness.say, error)
            self.app.call_from_thread(self._ask_working_file, arrival, str(out))
            return
        # mypy takes the coroutine for the result.
        self.app.call_from_thread(self._open, out)  # type: ignore[arg-type]

    def action_start_language(self) -> None:
        """Speak the other language."""
        from criteria import language

        others = [each for each in LANGUAGE_NAMES if each != language.current()]
        self.readiness.choose_language(others[0])

    def _ask_language(self) -> None:
        """Ask at the first use which language to speak, then who the auditor is."""
        from audit.tui.screens.choose import ChooseLanguage
        from criteria import language

        def chosen(code: str | None) -> None:
            if code is not None:
                self.readiness.choose_language(code)
            self.call_later(self._ask_who)

        if load_settings().language:
            self._ask_who()
        else:
            self.app.push_screen(
                ChooseLanguage("Ngôn ngữ / Language", LANGUAGE_NAMES, language.current()), chosen
            )

    def _ask_who(self) -> None:
        """Ask who the auditor is; kept for all files of this machine."""
        from audit.identity import auditor, set_auditor
        from audit.tui.screens.ask import Ask, Question

        held = auditor()

        def check(answers: dict[str, str]) -> str | None:
            try:
                set_auditor(answers["name"], answers["unit"], answers["title"])
            except ReadinessError as error:
                return str(error)
            return None

        def said(_answers: dict[str, str] | None) -> None:
            self._tell_of_key()
            if self._open_at_once is not None and auditor() is not None:
                path, self._open_at_once = self._open_at_once, None
                self._look_at(path)

        self.app.push_screen(
            Ask(
                _("Who are you?"),
                [
                    Question("name", _("Your name"), held.name if held else "", is_needed=True),
                    Question("unit", _("Where you work"), held.unit if held else ""),
                    Question("title", _("Your office"), held.title if held else ""),
                ],
                _("Asked once. Your name stands beside everything you state."),
                check=check,
            ),
            said,
        )

    def _ask_province(self) -> None:
        """Ask for the province of a new round."""
        from audit.tui.screens.choose import Choose
        from checklists.communes import provinces

        def chosen(code: str | None) -> None:
            if code is not None:
                self._ask_round(code)

        options = {each.code: f"{each.code} {each.name}" for each in provinces()}
        self.app.push_screen(Choose(_("For which province?"), options, "75"), chosen)

    def _ask_round(self, province: str) -> None:
        """Ask what a new round is called and where its file is to be."""
        from audit.beginning import open_round
        from audit.folders import path_of
        from audit.tui.screens.ask import Ask, Question

        made: list[Path] = []

        def check(answers: dict[str, str]) -> str | None:
            try:
                path = path_of(answers["path"].strip("'\""))
                made.append(open_round(province, path, answers["title"])[1])
            except ReadinessError as error:
                return str(error)
            return None

        async def said(_answers: dict[str, str] | None) -> None:
            if made:
                await self._open(made[-1])

        self.app.push_screen(
            Ask(
                _("Begin a round"),
                [
                    Question("title", _("What the round is called"), _("Round 1")),
                    Question(
                        "path",
                        _("The file to make"),
                        str(_new_file()),
                        is_needed=True,
                        is_path=True,
                    ),
                ],
                check=check,
            ),
            said,
        )

    @work(thread=True, exclusive=True, group="demo", exit_on_error=False)
    def _make_demo(self) -> None:
        """Make the made-up round beside the user's files; it takes a few seconds."""
        from audit.demo import make_demo
        from audit.settings import home

        folder = home() / "demo"
        found = sorted(folder.glob("*.audit"))
        if not found:
            self.app.call_from_thread(
                self._show_last, lambda: _("Making the round; it takes a few seconds…")
            )
        try:
            path = found[0] if found else make_demo(folder).audit_file
        except ReadinessError as error:
            self.app.call_from_thread(self.readiness.say, error)
            return
        # mypy takes the coroutine for the result.
        self.app.call_from_thread(self._open, path)  # type: ignore[arg-type]


def load_screens(path: Path) -> None:
    """Load what every round needs; a third of a second that a key should not wait for."""
    import audit.pen
    import audit.tui.screens.checklist
    import audit.tui.screens.overview  # noqa: F401
    from audit.file import AuditFile
    from audit.fold import read_round

    # Whoever opens the file says what is wrong with it; here its edition is read and kept.
    with contextlib.suppress(ReadinessError), AuditFile.open(path) as file:
        read_round(file)


def _line(recent: Recent, room: int) -> str:
    """Return a recent file in one line: the round, the file, how far, where."""
    from audit.folders import showable

    # A cross, so that colour alone does not say it.
    parts = [] if recent.is_there else ["✗ " + _("not there")]
    parts += [recent.path.name]
    if recent.all:
        parts.append(f"{number(recent.done)}/{number(recent.all)}")
    if recent.opened is not None:
        parts.append(day(recent.opened))
    if recent.title and recent.title != recent.path.stem:
        parts.append(recent.title)
    words = showable(" · ".join(parts))
    if cell_len(words) > room:
        words = set_cell_size(words, room - 1) + "…"
    left = room - cell_len(words) - 3
    folder = showable(str(recent.path.parent))
    if left < _LEAST_FOLDER:
        return words
    if cell_len(folder) > left:
        # The end of a path says most.
        folder = "…" + folder[-(left - 1) :]
    return f"{words} · {folder}"


def _about(recent: Recent) -> str:
    """Return in a few lines what is known of a recent file."""
    from audit.folders import showable

    path = showable(str(recent.path))
    if not recent.is_there:
        return _(
            "{path} is not there: moved, or on a stick that is not plugged in. Del takes it off "
            "this list."
        ).format(path=path)
    parts = [showable(recent.title)] if recent.title else []
    if recent.opened is not None:
        parts.append(_("opened {day}").format(day=day(recent.opened)))
    if recent.all:
        parts.append(
            _("complete then: {done}/{all}").format(
                done=number(recent.done), all=number(recent.all)
            )
        )
    return f"{' · '.join(parts)}\n{path}"


def _last_file() -> Path | None:
    """Return the audit file last opened, if it is still there."""
    last = load_settings().last_file
    try:
        return Path(last) if last and Path(last).is_file() else None
    except (OSError, ValueError):
        return None


def _saved_words() -> str:
    """Return where the audit file last opened is."""
    from audit.folders import showable

    last = _last_file()
    return _("All is saved in {path}").format(path=showable(str(last))) if last else ""


def _new_file() -> Path:
    """Return a path for a new round where a user looks for documents."""
    from audit.folders import own_folder

    folder = own_folder()
    number = 1
    while (folder / f"dot-{number}.audit").exists():
        number += 1
    return folder / f"dot-{number}.audit"
