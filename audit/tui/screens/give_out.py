"""Writing a return slip or a receipt: where to, then the file and its check code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Static

from audit.clock import now
from audit.evidence import size_words
from audit.file import SUFFIX
from audit.folders import free_name, is_on_stick, showable
from audit.package import Kind
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import as_many_as_fit
from audit.tui.screens.base import Dialog
from audit.tui.widgets.key_bar import KeyBar
from criteria.errors import ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.package import Package
    from audit.tui.app import ReadinessApp

_STEMS = {Kind.SLIP: N_("return slip"), Kind.RECEIPT: N_("receipt")}
_MOST_NAME = 40


def give_out(app: ReadinessApp, desk: Desk, kind: Kind, codes: Sequence[str]) -> None:
    """Ask for a folder, and write a return slip or a receipt there."""
    from audit.tui.screens.pick_folder import PickFolder

    def picked(paths: list[Path] | None) -> None:
        if paths:
            app.push_screen(GiveOut(desk, kind, codes, paths[0]))

    heading = (
        _("Write the return slip to which folder?")
        if kind is Kind.SLIP
        else _("Write the receipt of communes: {communes} – to which folder?").format(
            communes=as_many_as_fit([desk.round.by_code[code].name for code in codes], 60)
        )
    )
    app.push_screen(PickFolder(heading), picked)


class GiveOut(Dialog[None]):
    """Writes the file, then shows where it lies, and its check code."""

    ACTIONS = (Action("leave", "escape,enter,f10", N_("Done"), N_("Back to the screen.")),)
    HELP_TEXT = N_(
        "The file goes back to the auditors, by stick, mail or chat; they merge it into theirs. "
        "It holds no photos. Whoever receives it sees the same check code."
    )
    KEYS = N_("Enter: done")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    class Ended(Message):
        """The writing has ended."""

        def __init__(self, package: Package | None, problem: str) -> None:
            """Hold what was made, or why nothing was."""
            super().__init__()
            self.package = package
            self.problem = problem

    def __init__(self, desk: Desk, kind: Kind, codes: Sequence[str], folder: Path) -> None:
        """Write a file.

        Args:
            desk: The round.
            kind: `Kind.SLIP` or `Kind.RECEIPT`.
            codes: Of the communes it is about.
            folder: Where to.
        """
        super().__init__()
        self._desk = desk
        self._kind = kind
        self._codes = tuple(codes)
        self._folder = folder
        self._is_writing = True

    def compose(self) -> ComposeResult:
        """Lay out what came of it."""
        with Vertical(classes="box"):
            yield Label(Content(self._kind.label), classes="box-heading")
            with VerticalScroll():
                yield Static(Content(_("The file is being written…")), id="given-out")
            yield self.keys_line()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to write."""
        self._write(self._stem())

    def _stem(self) -> str:
        parts = [_(_STEMS[self._kind])]
        if len(self._codes) == 1:
            parts.append(self._desk.round.by_code[self._codes[0]].short_name[:_MOST_NAME])
        plain = fold(" ".join(parts)).replace(" ", "-")
        plain = "".join(sign for sign in plain if sign.isalnum() or sign == "-")
        return f"{plain}-{now().date().isoformat()}"

    @work(thread=True, group="giving-out")
    def _write(self, stem: str) -> None:
        """Write the file, on a connection of its own."""
        from audit.desk import Desk
        from audit.slips import write_receipt, write_slip

        write = write_slip if self._kind is Kind.SLIP else write_receipt
        package, problem = None, ""
        try:
            out = free_name(self._folder, stem, SUFFIX)
            with Desk(self._desk.path, write=True) as desk:
                package = write(desk, self._codes, out)
        except (ReadinessError, OSError) as error:
            problem = str(error)
        self.post_message(self.Ended(package, problem))

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._is_writing = False
        # Receipts are kept in the working file, too.
        self.readiness.catch_up()
        words = (
            _told(self._desk, event.package)
            if event.package is not None
            else Content.styled(event.problem, "$error")
        )
        self.query_one("#given-out", Static).update(words)

    def ready_to_leave(self) -> bool:
        """Say that the file is being written; return whether nothing is."""
        if self._is_writing:
            self.readiness.say(_("The file is still being written."))
        return not self._is_writing

    def action_leave(self) -> None:
        """Leave, once it is written."""
        if self.ready_to_leave():
            self.dismiss(None)


def _told(desk: Desk, package: Package) -> Content:
    names = [f"{code} {desk.round.by_code[code].name}" for code in package.communes]
    lines = [
        Content.assemble(
            ("✓ ", "bold $success"),
            _("Written and read back: {path}").format(path=showable(str(package.path))),
        ),
        Content(
            "  "
            + " · ".join(
                (
                    size_words(package.size),
                    _("communes: {count}").format(count=count(len(names))),
                    _("records: {count}").format(count=count(package.records)),
                )
            )
        ),
        Content("  " + as_many_as_fit(names, 200)),
        Content.assemble(
            "\n", (_("Check code: {code}").format(code=package.check_code), "bold $accent")
        ),
    ]
    if is_on_stick(package.path):
        lines.append(Content(_("Now have the system eject the stick before you pull it out.")))
    return Content("\n").join(lines)
