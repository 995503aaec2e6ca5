"""Handing in: which communes, where to, and the check code that is read over the phone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Digits, Input, Static

from audit.clock import now
from audit.evidence import size_words
from audit.file import SUFFIX
from audit.folders import free_name, is_on_stick, path_of, showable
from audit.package import ZIP
from audit.sending import of_former_key
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import as_many_as_fit
from audit.tui.loading import AT_ONCE, read_commune, read_rest
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.tui.widgets.place_line import PlaceLine
from audit.tui.widgets.progress import progress_line
from checklists.checklist import State
from criteria.errors import ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, count, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.package import Package, Step
    from checklists.checklist import Checklist

AGE = ".age"
"""Ending of what is encrypted."""
_SIGNED = frozenset({State.SIGNED, State.RECEIVED, State.ACCEPTED})
"""States in which what goes along is as it was signed."""
_MOST_NAME = 60
_EVERY = 0.1
"""Seconds between two lines about how far it is."""
_last_folder: list[Path] = []
"""Where to was sent last, while the program runs."""


class _StoppedError(Exception):
    """Whoever sends does not want to any more."""


@dataclass(frozen=True)
class Sent:
    """A hand-in, and what is to be said with it.

    Attributes:
        package: What was made.
        communes: Code and name of each.
        unsigned: The same, of those not signed as they stand.
        is_on_stick: Whether it lies on something that was plugged in.
    """

    package: Package
    communes: tuple[str, ...]
    unsigned: tuple[str, ...]
    is_on_stick: bool


class CommunesToSend(Grid):
    """The communes of which some go along; Space and Enter mark them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Mark"), show=False)]


class SendScreen(AuditScreen[None]):
    """Makes one sealed file of what was recorded, for the office."""

    ACTIONS = (
        Action("send.leave", "escape", N_("Back"), N_("Stop the writing, or leave.")),
        Action(
            "send.done",
            "f10,ctrl+s",
            N_("Write"),
            N_("Write the file; the working file stays as it is."),
            is_first=True,
        ),
        Action("send.mark", "space,insert", N_("Mark"), N_("Have the commune go along, or not.")),
        Action(
            "send.place",
            "f6",
            N_("Where to"),
            N_("Choose a stick or folder to write to."),
            is_first=True,
        ),
        Action(
            "send.packed",
            "f5",
            N_(".audit/.zip"),
            N_("Make a .zip, which chat programs take, or a plain .audit file."),
            is_first=True,
        ),
        Action(
            "send.filter",
            "f4",
            N_("Mine/all"),
            N_("List only the communes that are yours, or all of the round."),
            is_first=True,
        ),
        Action(
            "send.encrypt",
            "f8",
            N_("Encrypt"),
            N_("Encrypt the file with a public key of the office, or do not."),
            is_shown=False,
            is_first=True,
        ),
    )
    HELP_TEXT = N_(
        "The marked communes go into one new, sealed file for the office; those of yours that are "
        "signed are marked. Space marks another one. Below stands the file to be written: F6 "
        "chooses a stick or folder, F5 packs it as .zip for chat programs. F10 writes it, reads it "
        "back and shows a check code, which you read to the office over the phone."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#send-communes"

    class Stepped(Message):
        """The writing has come a step further."""

        def __init__(self, step: Step) -> None:
            """Hold how far it is."""
            super().__init__()
            self.step = step

    class Ended(Message):
        """The writing has ended."""

        def __init__(self, sent: Sent | None, problem: str) -> None:
            """Hold what came of it.

            Args:
                sent: What was made.
                problem: Why nothing was.
            """
            super().__init__()
            self.sent = sent
            self.problem = problem

    def __init__(self, desk: Desk, commune: str = "") -> None:
        """Offer to hand in.

        Args:
            desk: The round.
            commune: Code of one that goes along in any case; empty for none.
        """
        super().__init__()
        self._desk = desk
        self._wanted = commune
        self._marked: dict[str, None] = {}
        self._seen: set[str] = set()
        self._shows_all = False
        self._is_reading = False
        self._is_writing = False
        self._is_packed = False
        self._recipient = ""
        self._path = ""
        words = _("What the office has taken in cannot be called back; hand in again to mend it.")
        self._told = Content.styled(words, "$text-muted")
        self._stop = threading.Event()

    def heading(self) -> str:
        """Return the round and how much is marked."""
        return _("Hand in to the office · {title} · marked: {count}").format(
            title=self._desk.round.title, count=count(len(self._marked))
        )

    def body(self) -> ComposeResult:
        """Lay out the communes above the file to be written."""
        yield Static(id="send-what")
        yield CommunesToSend(id="send-communes")
        yield PlaceLine("send", _("File:"), self._path)
        with VerticalScroll(id="send-told", can_focus=False):
            yield Static(self._told)

    def on_mount(self) -> None:
        """Show the communes; look for a stick without waiting for it."""
        self.refill()
        self._place.begin(_last_folder)
        if len(self._desk.unread) > AT_ONCE:
            self._is_reading = True
            self._read()
        else:
            for code in self._desk.unread:
                read_commune(self._desk, code)
        self._show()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._show()
        self._grid.focus()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#send-communes"):
            self._show()

    def on_unmount(self) -> None:
        """Have a file that is being written left."""
        self._stop.set()

    def ready_to_leave(self) -> bool:
        """Say that the file is being written; return whether nothing is."""
        if self._is_writing:
            self.readiness.say(_("The file is still being written; Esc stops that."))
        return not self._is_writing

    @property
    def _grid(self) -> CommunesToSend:
        return self.query_one("#send-communes", CommunesToSend)

    @property
    def _place(self) -> PlaceLine:
        return self.query_one(PlaceLine)

    # The communes

    @work(exclusive=True, group="reading")
    async def _read(self) -> None:
        try:
            await read_rest(self._desk, self._show)
        except ReadinessError as error:
            self._tell(Content.styled(str(error), "$error"))
        self._is_reading = False
        self._show()

    def _codes(self) -> list[str]:
        """Return the communes to list: those of the auditor that are read, or all that are."""
        rows = self._desk.rows
        return [
            each.code
            for each in self._desk.round.communes
            if each.code in rows and (self._shows_all or self._is_mine(each.code))
        ]

    def _is_mine(self, code: str) -> bool:
        return code in self._desk.assigned or self._desk.is_own(code)

    def _mark_signed(self, codes: Sequence[str]) -> None:
        """Mark what is ready to go when it is seen first; later the marks are the user's."""
        for code in codes:
            if code in self._seen or not self._is_mine(code):
                continue
            self._seen.add(code)
            if code == self._wanted or self._desk.checklist(code).state is State.SIGNED:
                self._marked[code] = None

    def _show(self) -> None:
        codes = self._codes()
        self._mark_signed(codes)
        state = 24
        room = max(30, self.size.width) - state - 20
        columns = (
            Column("mark", "", 3),
            Column("commune", _("Commune"), room),
            Column("state", _("State"), state),
            Column("missing", _("Missing"), 12, is_right=True),
        )
        grid = self._grid
        grid.fill(columns, [self._row(code) for code in codes], keep=grid.row_key or self._wanted)
        self.show_heading()
        self.query_one("#send-what", Static).update(self._what(codes))

    def _row(self, code: str) -> GridRow:
        checklist = self._desk.checklist(code)
        is_marked = code in self._marked
        missing = checklist.progress.missing
        style = "bold" if is_marked else ""
        return GridRow(
            code,
            (
                GridCell("[✓]" if is_marked else "[ ]", style),
                GridCell(f"{code} {checklist.commune.name}", style),
                GridCell(checklist.state_label),
                GridCell(count(missing) if missing else "–"),
            ),
        )

    def _what(self, codes: Sequence[str]) -> Content:
        if self._is_reading and not codes:
            return Content(_("The communes are still being read."))
        if not codes:
            if (former := of_former_key(self._desk)) is not None:
                return Content.styled(str(former), "$warning")
            return Content(
                _("Nothing of yours is in this file yet. F4 lists all communes of the round.")
            )
        unsigned = [
            code for code in self._marked if self._desk.checklist(code).state not in _SIGNED
        ]
        if not self._marked:
            return Content(_("No commune is marked. Space marks the one under the cursor."))
        if unsigned:
            words = _("Marked, but not signed as they stand: {count}. They go along as drafts.")
            return Content.styled(words.format(count=count(len(unsigned))), "$warning")
        return Content(
            _("What is marked goes into one new, sealed file; your working file stays as it is.")
        )

    def action_send_mark(self) -> None:
        """Mark the commune under the cursor, or take its mark away, and go on to the next."""
        code = self._grid.row_key
        if code:
            if code in self._marked:
                del self._marked[code]
            else:
                self._marked[code] = None
            self._show()
            self._grid.action_move(1, 0)

    @on(Grid.Chosen, "#send-communes")
    def _chosen(self) -> None:
        self.action_send_mark()

    def action_send_filter(self) -> None:
        """List only one's own communes, or all."""
        self._shows_all = not self._shows_all
        self._show()
        self._grid.focus()

    # Where to

    @on(PlaceLine.Chosen)
    def _place_chosen(self, event: PlaceLine.Chosen) -> None:
        self._propose(event.folder)

    def _propose(self, folder: Path) -> None:
        """Propose a file in a folder."""
        auditor = self._desk.auditor
        plain = fold(auditor.name if auditor else "").replace(" ", "-")[:_MOST_NAME]
        # A word of the user's language; accents do not survive every stick and mail program.
        stem = "-".join(filter(None, (fold(_("hand-in")).replace(" ", "-"), plain)))
        stem += f"-{now().date().isoformat()}"
        try:
            path = free_name(folder, stem, self._suffix)
        except OSError:
            path = folder / (stem + self._suffix)
        self._place.entry.propose(str(path))

    @property
    def _suffix(self) -> str:
        return (ZIP if self._is_packed else SUFFIX) + (AGE if self._recipient else "")

    def _change_suffix(self) -> None:
        """Give the file the ending that fits what it will be, wherever it is to lie."""
        held = self._place.entry.value
        for suffix in (SUFFIX + AGE, ZIP + AGE, SUFFIX, ZIP):
            if held.casefold().endswith(suffix):
                held = held[: -len(suffix)]
                break
        self._place.entry.propose(held + self._suffix if held else "")

    def action_send_place(self) -> None:
        """Choose a folder; the name of the file stays."""
        self._place.choose(_("Write the file to which folder?"))

    def action_send_packed(self) -> None:
        """Make a .zip, or a plain file."""
        self._is_packed = not self._is_packed
        self._change_suffix()

    def action_send_encrypt(self) -> None:
        """Ask for whom the file is encrypted; an empty line leaves it open."""
        from audit.envelope import encrypting

        def check(answers: dict[str, str]) -> str | None:
            if answers["key"]:
                try:
                    encrypting([answers["key"]])
                except ReadinessError as error:
                    return str(error)
            return None

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._recipient = answers["key"]
                self._change_suffix()

        self.app.push_screen(
            Ask(
                _("Encrypt the file"),
                [Question("key", _("Public key of the office"), self._recipient)],
                _(
                    "Only whoever has the private key can open it then: 64 digits, age1… or "
                    "ssh-ed25519 …, as the office gave it to you. An empty line does not encrypt."
                ),
                check=check,
            ),
            said,
        )

    # Writing

    def _tell(self, *lines: Content) -> None:
        self._told = Content("\n").join(lines)
        self.query_one("#send-told Static", Static).update(self._told)

    @on(Input.Changed, "#send-path")
    def _typed(self, event: Input.Changed) -> None:
        self._path = event.value

    @on(Input.Submitted, "#send-path")
    def _submitted(self) -> None:
        self.action_send_done()

    def action_send_done(self) -> None:
        """Write the file."""
        typed = self._place.path
        if self._is_writing:
            return
        if not self._marked:
            self._tell(Content.styled(_("Mark at least one commune with Space."), "$error"))
            self._grid.focus()
            return
        if not typed:
            self._tell(Content.styled(_("Say which file to write, or choose with F6."), "$error"))
            self._place.entry.focus()
            return
        out = path_of(typed)
        if _is_folder(out):
            self._propose(out)
            self._tell(Content(_("The file gets this name in that folder. F10 writes it.")))
            return
        self._is_writing = True
        self._stop.clear()
        self._tell(Content(_("Beginning…")))
        codes = [each.code for each in self._desk.round.communes if each.code in self._marked]
        self._write(codes, out, self._recipient)

    @work(thread=True, group="sending")
    def _write(self, codes: Sequence[str], out: Path, recipient: str) -> None:
        """Write the file, on a connection of its own."""
        from audit.desk import Desk
        from audit.sending import hand_in

        told = 0.0

        def progress(step: Step) -> None:
            nonlocal told
            if self._stop.is_set():
                raise _StoppedError
            if monotonic() - told >= _EVERY:
                told = monotonic()
                self.post_message(self.Stepped(step))

        sent, problem = None, ""
        try:
            with Desk(self._desk.path, write=self._desk.is_writable) as desk:
                package = hand_in(
                    desk, codes, out, [recipient] if recipient else [], progress=progress
                )
                checklists = [desk.checklist(code) for code in codes]
            sent = Sent(
                package,
                _named(checklists),
                _named(each for each in checklists if each.state not in _SIGNED),
                is_on_stick(out),
            )
        except _StoppedError:
            problem = _("Stopped; no file was written.")
        except ReadinessError as error:
            problem = str(error)
        self.post_message(self.Ended(sent, problem))

    @on(Stepped)
    def _stepped(self, event: Stepped) -> None:
        if self._is_writing:
            step = event.step
            words = _("{what}… (Esc stops)").format(what=step.stage.label)
            self._tell(progress_line(words, step.done, step.all))

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._is_writing = False
        if event.sent is None:
            self._tell(Content.styled(event.problem, "$error"))
            return
        _last_folder[:] = [event.sent.package.path.parent]
        self._tell()

        def looked(once_more: bool | None) -> None:
            if once_more:
                self._propose(_last_folder[-1])
                self._place.entry.focus()
            else:
                self.dismiss(None)

        self.app.push_screen(SentScreen(event.sent), looked)

    def action_send_leave(self) -> None:
        """Stop the writing, or leave."""
        if self._is_writing:
            self._stop.set()
        elif self._place.entry.has_focus:
            self._grid.focus()
        else:
            self.workers.cancel_group(self, "reading")
            self.dismiss(None)


def _named(checklists: Iterable[Checklist]) -> tuple[str, ...]:
    return tuple(f"{each.commune.code} {each.commune.name}" for each in checklists)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


class SentScreen(AuditScreen[bool]):
    """What was handed in, and its check code; left with whether another copy is wanted."""

    ACTIONS = (
        Action("sent.done", "escape,f10,enter,ctrl+s", N_("Done"), N_("Go back; all is done.")),
        Action(
            "sent.again",
            "f6",
            N_("Another copy"),
            N_("Write the same to another place, too; its check code is the same."),
        ),
    )
    HELP_TEXT = N_(
        "The file was written, read back and compared. Call the office and read the check code to "
        "them, group by group: they see the same one if the file has arrived as it is, whatever it "
        "is called there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#sent"
    COPIES = ".sent-lines"

    def __init__(self, sent: Sent) -> None:
        """Show a hand-in."""
        super().__init__()
        self._sent = sent

    def heading(self) -> str:
        """Return that it is done."""
        return _("The file is ready to be handed in")

    def body(self) -> ComposeResult:
        """Lay out where it lies, the code in large digits, and what to do now."""
        with VerticalScroll(id="sent"):
            yield Static(self._where(), classes="sent-lines")
            yield Static(Content.styled(_("Check code"), "bold $accent"), classes="sent-heading")
            yield Digits(str(self._sent.package.check_code), id="sent-code")
            yield Static(self._then(), classes="sent-lines")

    def _where(self) -> Content:
        package = self._sent.package
        what = [
            size_words(package.size),
            _("communes: {count}").format(count=count(len(package.communes))),
            _("records: {count}").format(count=count(package.records)),
            _("photos and files: {count}").format(count=count(package.attached)),
        ]
        return Content("\n").join(
            [
                Content.assemble(
                    ("✓ ", "bold $success"),
                    _("Written and read back: {path}").format(path=showable(str(package.path))),
                ),
                Content("  " + " · ".join(what)),
                Content("  " + as_many_as_fit(self._sent.communes, self.app.size.width * 2 - 12)),
            ]
        )

    def _then(self) -> Content:
        package = self._sent.package
        lines = [
            Content.styled(str(package.check_code), "bold"),
            Content(_("Read it to the office over the phone; it must see the same one.")),
        ]
        if self._sent.unsigned:
            words = _("Not signed, or changed since: {communes}.").format(
                communes=", ".join(self._sent.unsigned)
            )
            lines.append(Content.styled(f"! {words}", "$warning"))
        if package.unsealed:
            words = ngettext(
                "{count} chain of others goes along without its seal.",
                "{count} chains of others go along without their seal.",
                package.unsealed,
            ).format(count=count(package.unsealed))
            lines.append(Content(f"! {words}"))
        if self._sent.is_on_stick:
            lines.append(Content(_("Now have the system eject the stick before you pull it out.")))
        return Content("\n").join(lines)

    def action_sent_done(self) -> None:
        """Go back."""
        self.dismiss(False)

    def action_sent_again(self) -> None:
        """Write the same to another place, too."""
        self.dismiss(True)
