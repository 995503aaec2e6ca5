"""Writing the files for leaders: which, to which folder, and where they lie then."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from audit.evidence import size_words
from audit.exporting import KINDS, MINUTES_OF_ONE, WORKBOOK, Order, write_exports
from audit.folders import is_on_stick, path_of, showable
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import AuditScreen
from audit.tui.screens.compared_with import (
    ComparedWith,
    choose_as_of,
    choose_compared_with,
    close_words,
)
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.tui.widgets.place_line import PlaceLine
from audit.tui.widgets.progress import progress_line
from criteria.errors import ReadinessError
from criteria.language import N_, _, count, current, ngettext, number, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.exporting import Kind, Outcome, Step
    from exports.made import Header

_HEADERS: Final[dict[Header, str]] = {"state": N_("State body"), "party": N_("Party body")}
_EVERY = 0.1
"""Seconds between two lines about how far it is."""
_last_folder: list[Path] = []
"""Where to was written last, while the program runs."""


class _StoppedError(Exception):
    """Whoever writes does not want to any more."""


class FilesToWrite(Grid):
    """What can be written; Space and Enter mark it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Mark"), show=False)]


class WrittenFiles(Grid):
    """What was written; Enter opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Open"))]


class ExportScreen(AuditScreen[None]):
    """Writes a workbook, a dashboard, minutes and plain data into a folder."""

    ACTIONS = (
        Action("export.leave", "escape", N_("Back"), N_("Stop the writing, or leave.")),
        Action(
            "export.done",
            "f10,ctrl+s",
            N_("Write"),
            N_("Write what is marked; nothing that is there is written over."),
            is_first=True,
        ),
        Action("export.mark", "space,insert", N_("Mark"), N_("Have it written, or not.")),
        Action(
            "export.place",
            "f6",
            N_("Where to"),
            N_("Choose a stick or folder to write to."),
            is_first=True,
        ),
        Action(
            "export.header",
            "f5",
            N_("State/Party"),
            N_("Write the head of the paper in the form of the State or of the Party."),
            is_first=True,
        ),
        Action(
            "export.compare",
            "f8",
            N_("Compare"),
            N_("Show in the files what changed since a close, or since another audit file."),
            is_first=True,
        ),
        Action(
            "export.as_of",
            "f4",
            N_("As of"),
            N_("Show the figures as they are now, or as the office closed the round."),
            is_first=True,
        ),
    )
    HELP_TEXT = N_(
        "Space marks what is to be written. Below stand the form of the paper, as of when the "
        "figures are, and the folder: F6 chooses a stick or folder. F10 writes; each file is "
        "there whole or not at all, under a name of its own. Files are written in the language "
        "of the program, which F9 changes."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#export-kinds"

    class Stepped(Message):
        """The writing has come a step further."""

        def __init__(self, step: Step) -> None:
            """Hold how far it is."""
            super().__init__()
            self.step = step

    class Ended(Message):
        """The writing has ended."""

        def __init__(
            self, outcomes: Sequence[Outcome], problem: str, *, on_stick: bool, is_stopped: bool
        ) -> None:
            """Hold what came of it.

            Args:
                outcomes: Of each file that was tried.
                problem: Why none was.
                on_stick: Whether they lie on something that was plugged in.
                is_stopped: Whether Escape ended it.
            """
            super().__init__()
            self.outcomes = tuple(outcomes)
            self.problem = problem
            self.on_stick = on_stick
            self.is_stopped = is_stopped

    def __init__(self, desk: Desk, commune: str = "", marked: Iterable[Kind] = (WORKBOOK,)) -> None:
        """Offer files to write.

        Args:
            desk: The round.
            commune: Code of the one whose minutes can be written alone; empty for none.
            marked: What is marked at first.
        """
        super().__init__()
        self._desk = desk
        self._commune = commune
        self._kinds = {kind.key: kind for kind in KINDS if commune or kind is not MINUTES_OF_ONE}
        self._marked = {kind.key for kind in marked}
        self._header: Header = "state"
        self._as_of = desk.as_of.name if desk.as_of is not None else ""
        self._compared_with = ComparedWith()
        self._is_writing = False
        self._path = ""
        self._told = Content("")
        self._stop = threading.Event()

    def heading(self) -> str:
        """Return the round and how much is marked."""
        return _("Export · {title} · marked: {count}").format(
            title=self._desk.round.title, count=count(len(self._marked))
        )

    def body(self) -> ComposeResult:
        """Lay out what can be written above how and where to."""
        yield FilesToWrite(id="export-kinds")
        yield Static(id="export-how")
        yield PlaceLine("export", _("Folder:"), self._path, self._desk.path.absolute().parent)
        with VerticalScroll(id="export-told", can_focus=False):
            yield Static(self._told)

    def on_mount(self) -> None:
        """Show what there is; look for a stick without waiting for it."""
        self.refill()
        self._place.begin(_last_folder)

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._show()
        self._grid.focus()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#export-kinds"):
            self._show()

    def on_unmount(self) -> None:
        """Have files that are being written left."""
        self._stop.set()

    def ready_to_leave(self) -> bool:
        """Say that files are being written; return whether none are."""
        if self._is_writing:
            self.readiness.say(_("The files are still being written; Esc stops that."))
        return not self._is_writing

    @property
    def _grid(self) -> FilesToWrite:
        return self.query_one("#export-kinds", FilesToWrite)

    @property
    def _place(self) -> PlaceLine:
        return self.query_one(PlaceLine)

    # What and how

    def _show(self) -> None:
        room = max(60, self.size.width) - 6
        what = min(34 + (room - 74) // 3, 60)
        columns = (
            Column("mark", "", 3),
            Column("what", _("What is written"), what),
            Column("help", "", room - what),
        )
        grid = self._grid
        grid.fill(columns, [self._row(kind) for kind in self._kinds.values()], keep=grid.row_key)
        self.show_heading()
        self._show_how()

    def _row(self, kind: Kind) -> GridRow:
        is_marked = kind.key in self._marked
        style = "bold" if is_marked else ""
        return GridRow(
            kind.key,
            (
                GridCell("[✓]" if is_marked else "[ ]", style),
                GridCell(self._label(kind), style),
                GridCell(kind.help_here),
            ),
        )

    def _label(self, kind: Kind) -> str:
        if kind is not MINUTES_OF_ONE:
            return kind.label_here
        commune = self._desk.round.by_code[self._commune]
        return _("Minutes of {commune}").format(commune=f"{commune.code} {commune.name}")

    def _show_how(self) -> None:
        as_of = close_words(self._as_of) if self._as_of else _("now")
        lines = [
            _("Head of the paper (F5): {form}").format(form=_(_HEADERS[self._header])),
            _("Figures as of (F4): {when}").format(when=as_of),
            _("Compared with (F8): {what}").format(what=self._compared_with.words),
        ]
        self.query_one("#export-how", Static).update(Content("\n".join(lines)))

    def action_export_mark(self) -> None:
        """Have what is under the cursor written, or not, and go on to the next."""
        key = self._grid.row_key
        if key:
            self._marked ^= {key}
            self._show()
            self._grid.action_move(1, 0)

    @on(Grid.Chosen, "#export-kinds")
    def _chosen(self) -> None:
        self.action_export_mark()

    def action_export_header(self) -> None:
        """Take the other form of the paper."""
        self._header = "party" if self._header == "state" else "state"
        self._show_how()

    def action_export_as_of(self) -> None:
        """Choose as of when the figures are."""

        def chosen(close: str) -> None:
            self._as_of = close
            self._show_how()

        choose_as_of(self.readiness, self._desk, self._as_of, chosen)

    def action_export_compare(self) -> None:
        """Choose what the figures are compared with."""

        def chosen(compared_with: ComparedWith) -> None:
            self._compared_with = compared_with
            self._show_how()

        choose_compared_with(self.readiness, self._desk, chosen, here=self._compared_with)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer earlier points in time only where there are some."""
        if action == "export_as_of":
            return self._desk.as_of is not None or bool(self._desk.round.closes)
        return super().check_action(action, parameters)

    # Where to

    @on(PlaceLine.Chosen)
    def _place_chosen(self, event: PlaceLine.Chosen) -> None:
        self._place.entry.propose(str(event.folder))

    def action_export_place(self) -> None:
        """Choose a folder."""
        self._place.choose(_("Write the files to which folder?"))

    @on(Input.Changed, "#export-path")
    def _typed(self, event: Input.Changed) -> None:
        self._path = event.value

    @on(Input.Submitted, "#export-path")
    def _submitted(self) -> None:
        self.action_export_done()

    # Writing

    def _tell(self, *lines: Content) -> None:
        self._told = Content("\n").join(lines)
        self.query_one("#export-told Static", Static).update(self._told)

    def action_export_done(self) -> None:
        """Write what is marked."""
        typed = self._place.path
        if self._is_writing:
            return
        if not self._marked:
            self._tell(Content.styled(_("Mark with Space what is to be written."), "$error"))
            self._grid.focus()
            return
        if not typed:
            self._tell(Content.styled(_("Say which folder, or choose with F6."), "$error"))
            self._place.entry.focus()
            return
        kinds = tuple(kind for key, kind in self._kinds.items() if key in self._marked)
        self._is_writing = True
        self._stop.clear()
        self._tell(Content(_("Beginning…")))
        order = Order(
            kinds,
            path_of(typed),
            self._header,
            self._commune,
            self._compared_with.path,
            self._compared_with.close,
        )
        self._write(order, self._as_of, current())

    @work(thread=True, group="exporting")
    def _write(self, order: Order, as_of: str, language: str) -> None:
        """Write the files, on a connection of its own."""
        from audit.desk import Desk

        told = 0.0

        def progress(step: Step) -> None:
            nonlocal told
            if self._stop.is_set():
                raise _StoppedError
            if monotonic() - told >= _EVERY:
                told = monotonic()
                self.post_message(self.Stepped(step))

        outcomes: list[Outcome] = []
        problem, is_stopped = "", False
        try:
            # The language may be changed while files are written; they stay in one.
            with speaking(language), Desk(self._desk.path, as_of=as_of, remember=False) as desk:
                for outcome in write_exports(desk, order, progress):
                    outcomes.append(outcome)
        except _StoppedError:
            is_stopped = True
        except ReadinessError as error:
            problem = str(error)
        on_stick = is_on_stick(order.folder)
        self.post_message(self.Ended(outcomes, problem, on_stick=on_stick, is_stopped=is_stopped))

    @on(Stepped)
    def _stepped(self, event: Stepped) -> None:
        if not self._is_writing:
            return
        step = event.step
        if self._stop.is_set():
            self._tell(Content(_("Stopping…")))
            return
        lines = [progress_line(step.words, step.done, step.total)]
        if step.of > 1:
            words = _("files: {done}/{all}").format(done=number(step.files), all=number(step.of))
            lines.append(progress_line(words, step.files, step.of))
        self._tell(*lines, Content(_("Esc stops; what is written by then stays.")))

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._is_writing = False
        written = [outcome for outcome in event.outcomes if not outcome.problem]
        if event.is_stopped:
            self._tell(*_stopped_lines(written))
            return
        if not written:
            problems = dict.fromkeys([event.problem, *(each.problem for each in event.outcomes)])
            self._tell(*(Content.styled(f"✗ {each}", "$error") for each in problems if each))
            return
        _last_folder[:] = [written[0].path.parent]
        self._tell()

        def looked(once_more: bool | None) -> None:
            if once_more:
                self._place.entry.focus()
            else:
                self.dismiss(None)

        labels = [self._label(each.kind) for each in event.outcomes]
        screen = ExportedScreen(event.outcomes, labels, on_stick=event.on_stick)
        self.app.push_screen(screen, looked)

    def action_export_leave(self) -> None:
        """Stop the writing, or leave."""
        if self._is_writing:
            self._stop.set()
            self._tell(Content(_("Stopping…")))
        elif self._place.entry.has_focus:
            self._grid.focus()
        else:
            self.dismiss(None)


def _stopped_lines(written: Sequence[Outcome]) -> list[Content]:
    if not written:
        return [Content.styled(_("Stopped; no file was written."), "$error")]
    lines = [Content.styled(_("Stopped. Before that, these were written whole:"), "$warning")]
    return lines + [Content(f"✓ {showable(str(each.path))}") for each in written]


class ExportedScreen(AuditScreen[bool]):
    """What was written, and where; left with whether another copy is wanted."""

    ACTIONS = (
        Action("exported.done", "escape,f10,ctrl+s", N_("Done"), N_("Go back; all is done.")),
        Action(
            "exported.again",
            "f6",
            N_("Another copy"),
            N_("Write to another folder, too, or something else."),
        ),
    )
    HELP_TEXT = N_(
        "The files lie in the folder that was chosen. Enter opens the one under the cursor with "
        "the program this machine has for it. What could not be written has a cross; below "
        "stands why."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#exported"
    COPIES = "#exported-here Static"

    def __init__(
        self, outcomes: Sequence[Outcome], labels: Sequence[str], *, on_stick: bool
    ) -> None:
        """Show what was written.

        Args:
            outcomes: Of all files, at least one of them written.
            labels: What each of them is.
            on_stick: Whether they lie on something that was plugged in.
        """
        super().__init__()
        self._outcomes = {each.kind.key: each for each in outcomes}
        self._labels = tuple(labels)
        self._on_stick = on_stick
        self._told = Content("")

    def heading(self) -> str:
        """Return how many of the files are written."""
        failed = sum(bool(each.problem) for each in self._outcomes.values())
        if failed:
            return _("Written: {done}; not written: {failed}").format(
                done=count(len(self._outcomes) - failed), failed=count(failed)
            )
        words = ngettext(
            "{count} export is written", "{count} exports are written", len(self._outcomes)
        )
        return words.format(count=count(len(self._outcomes)))

    def body(self) -> ComposeResult:
        """Lay out the files above where the one under the cursor lies."""
        yield Static(id="exported-where")
        yield WrittenFiles(id="exported")
        with VerticalScroll(id="exported-here", can_focus=False):
            yield Static()
        yield Static(self._told, id="exported-told")

    def on_mount(self) -> None:
        """Show the files."""
        self.refill()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._show()
        self._grid.focus()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#exported"):
            self._show()

    @property
    def _grid(self) -> WrittenFiles:
        return self.query_one("#exported", WrittenFiles)

    def _show(self) -> None:
        room = max(60, self.size.width) - 18
        name = room * 3 // 5
        columns = (
            Column("sign", "", 2),
            Column("name", _("File"), name),
            Column("what", _("What"), room - name),
            Column("size", _("Size"), 10, is_right=True),
        )
        rows = [
            GridRow(
                key,
                (
                    GridCell("✗ " if each.problem else "✓ ", "bold"),
                    GridCell(_("not written") if each.problem else each.path.name),
                    GridCell(label),
                    GridCell("" if each.problem else size_words(each.size)),
                ),
            )
            for (key, each), label in zip(self._outcomes.items(), self._labels, strict=True)
        ]
        self._grid.fill(columns, rows, keep=self._grid.row_key)
        self._show_where()
        self._show_here()

    def _show_where(self) -> None:
        folder = next(each.path.parent for each in self._outcomes.values())
        lines = [Content(_("Folder: {path}").format(path=showable(str(folder))))]
        if self._on_stick:
            lines.append(Content(_("Now have the system eject the stick before you pull it out.")))
        self.query_one("#exported-where", Static).update(Content("\n").join(lines))

    def _show_here(self) -> None:
        here = self._outcomes.get(self._grid.row_key)
        if here is None:
            return
        if here.problem:
            told = Content.styled(f"✗ {here.problem}", "$error")
        else:
            words = showable(str(here.path))
            if here.files > 1:
                words += " · " + _("files: {count}").format(count=count(here.files))
            told = Content(words)
            if here.lost:
                words = _("Not written: {count}. {first}")
                words = words.format(count=count(len(here.lost)), first=here.lost[0])
                told = Content("\n").join([told, Content.styled(words, "$error")])
        self.query_one("#exported-here Static", Static).update(told)

    @on(Grid.Moved, "#exported")
    def _moved(self) -> None:
        self._show_here()

    def _tell(self, told: Content) -> None:
        self._told = told
        self.query_one("#exported-told", Static).update(told)

    @on(Grid.Chosen, "#exported")
    def _open(self) -> None:
        """Open the file with the system's program."""
        from audit.viewing import open_written

        here = self._outcomes.get(self._grid.row_key)
        if here is None or here.problem:
            return
        try:
            open_written(here.path)
        except ReadinessError as error:
            self._tell(Content.styled(str(error), "$warning"))
        else:
            words = _("Opened with the program of this machine: {name}")
            self._tell(Content(words.format(name=showable(here.path.name))))

    def action_exported_done(self) -> None:
        """Go back."""
        self.dismiss(False)

    def action_exported_again(self) -> None:
        """Go back to what can be written."""
        self.dismiss(True)
