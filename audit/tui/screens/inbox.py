"""Taking in what others recorded: look at the files first, then take them in, or back again."""

from __future__ import annotations

import threading
from enum import Enum, auto
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from audit import amounts
from audit.file import SUFFIX
from audit.folders import paths_in, showable
from audit.merge import MERGED, NOTHING_NEW, REFUSED
from audit.package import ZIP, Kind
from audit.quarantine import folder_of
from audit.roster import Found, admission_drafts
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.screens.told import Told
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.progress import progress_line
from audit.undoing import UNDO_REASON, undo_in
from criteria.errors import ErrorCode, ReadinessError
from criteria.errors import Message as Sentence
from criteria.language import N_, _, count, moment_of, ngettext, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.batches import KeptBatch
    from audit.desk import Desk
    from audit.merge import FileReport, MergeReport, Progress

_AREA = "inbox"
_EVERY = 0.1
"""Seconds between two lines about how far it is."""
_SIGNS = {MERGED: ("+", "green"), NOTHING_NEW: ("=", "dim"), REFUSED: ("✗", "red")}
_SERIOUS = frozenset(
    {
        ErrorCode.VET_BLOB_FALSE,
        ErrorCode.VET_BLOB_LARGE,
        ErrorCode.VET_SEALED_BY_OTHER,
        ErrorCode.VET_WHILE_WRITTEN,
        ErrorCode.CHAIN_CUT_BACK,
        ErrorCode.KEY_REVOKED,
        ErrorCode.VERIFY_FORK,
        ErrorCode.VERIFY_GAP,
    }
)
"""What is said of a file that is not as its author has left it."""
_OTHERS = frozenset({ErrorCode.INTAKE_OTHERS, ErrorCode.INTAKE_OTHERS_MORE})
"""What is said of what merely lies beside audit files."""
_WRONG_CHOICE = frozenset(
    code.name.lower()
    for code in (ErrorCode.FOLDER_NOTHING, ErrorCode.FILE_NOT_AUDIT, ErrorCode.FILE_MISSING)
)
_WHY_BACK = (
    N_("The wrong file was taken in."),
    N_("The sender has handed in a corrected file."),
    N_("It cannot be made certain who made the file."),
)
"""Reasons to choose from instead of typing."""
_FILE, _BATCH = "file-", "batch-"
"""Before the number of a file, or the id of a batch, in the key of its row."""


class _Phase(Enum):
    """What the screen is at."""

    IDLE = auto()
    LOOKING = auto()
    LOOKED = auto()
    TAKING = auto()
    TAKEN = auto()

    @property
    def is_busy(self) -> bool:
        """Whether files are being read."""
        return self in (_Phase.LOOKING, _Phase.TAKING)


class FilesList(Grid):
    """Files and batches; Enter tells all about one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Details"))]


class InboxScreen(AuditScreen[None]):
    """Takes in files from others, and takes them back."""

    ACTIONS = (
        Action("inbox.leave", "escape", N_("Back"), N_("Stop after this file, or leave.")),
        Action(
            "inbox.choose",
            "f6,insert,ctrl+o",
            N_("Choose files"),
            N_("Choose files or folders. They can be pasted or dragged in, too."),
        ),
        Action(
            "inbox.take",
            "f10,ctrl+s",
            N_("Take in"),
            N_("Take in all files listed; those that are refused stay out."),
        ),
        Action(
            "inbox.returned",
            "f2",
            N_("Returned"),
            N_("Go to what the office has returned."),
        ),
        Action(
            "inbox.admit",
            "f5",
            N_("Know sender"),
            N_("Enter the key that has sealed the file among those the office knows."),
        ),
        Action(
            "inbox.undo",
            "f8,delete",
            N_("Take back"),
            N_("Take a batch back: what it alone has brought counts no more."),
        ),
        Action(
            "inbox.put_back",
            "ctrl+z",
            N_("Put back"),
            N_("Have the batch under the cursor count again, or take back the sender entered."),
        ),
        Action(
            "inbox.known",
            "f4",
            N_("Known only"),
            N_("Refuse what is not sealed by an auditor whom the office knows, or take all."),
            is_shown=False,
        ),
    )
    HELP_TEXT = N_(
        "Choose files with F6 or drag them in: hand-ins, folders, zips. First each one is only "
        "looked at: + brings something new, = brings nothing new, ✗ is refused; ! stands where "
        "there is a remark, !! and “check” where something is wrong with the file, such as a "
        "damaged photo. Enter tells all about it. Compare the check code with "
        "whoever sent it, then F10 takes all in. A batch that was taken in wrongly is taken back "
        "with F8."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#inbox-files"
    COPIES = "#inbox-here Static"

    class Stepped(Message):
        """One more file was looked at."""

    class Ended(Message):
        """Looking, or taking in, has ended."""

        def __init__(self, report: MergeReport | None, problem: str, *, stopped: bool) -> None:
            """Hold what came of it.

            Args:
                report: Of all files that were looked at.
                problem: What stopped it.
                stopped: Whether the user did.
            """
            super().__init__()
            self.report = report
            self.problem = problem
            self.stopped = stopped

    class Listed(Message):
        """What was taken in until now has been read."""

        def __init__(self, batches: list[KeptBatch], said: str, problem: str) -> None:
            """Hold the batches.

            Args:
                batches: The latest first.
                said: What was done to one of them.
                problem: Why they cannot be read, or what was to be done cannot.
            """
            super().__init__()
            self.batches = batches
            self.said = said
            self.problem = problem

    def __init__(self, desk: Desk, paths: Sequence[Path] = (), *, at_once: bool = False) -> None:
        """Offer to take files in.

        Args:
            desk: The round.
            paths: Files and folders to look at first.
            at_once: Whether they are taken in without being shown first.
        """
        super().__init__()
        self._desk = desk
        self._paths = list(paths)
        self._at_once = at_once
        self._phase = _Phase.IDLE
        self._require_known = False
        self._reports: list[FileReport] = []
        self._looked_at = 0
        self._outcome: MergeReport | None = None
        self._batches: list[KeptBatch] = []
        self._told: Content | None = None
        self._stop = threading.Event()

    def heading(self) -> str:
        """Return the round, and how many files are listed."""
        parts = [_("Take in files"), self._desk.round.title]
        if self._require_known:
            parts.append(_("from known auditors only"))
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out what is to be done, the files, and the one under the cursor."""
        yield Static(id="inbox-what")
        yield FilesList(id="inbox-files")
        with VerticalScroll(id="inbox-here", can_focus=False):
            yield Static()

    def on_mount(self) -> None:
        """Begin with the files that were named."""
        self.refill()
        self._list_batches()
        if self._paths:
            self._begin(taking=self._at_once)

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self.show_heading()
        self._show()
        self._grid.focus()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#inbox-files"):
            self._show()

    def on_unmount(self) -> None:
        """Have no more files taken in."""
        self._stop.set()

    def ready_to_leave(self) -> bool:
        """Say that files are being read; return whether none are."""
        if self._phase.is_busy:
            self.readiness.say(_("Files are still being read; Esc stops that."))
        return not self._phase.is_busy

    @property
    def _grid(self) -> FilesList:
        return self.query_one("#inbox-files", FilesList)

    # Showing

    def _show(self, keep: str = "") -> None:
        kind, new = 14, 14
        room = max(40, self.size.width)
        who = room // 4
        columns = (
            Column("sign", "", 3),
            Column("name", _("File"), room - kind - new - who - 9),
            Column("who", _("From"), who),
            Column("kind", _("What"), kind),
            Column("new", _("New"), new, is_right=True),
        )
        keys = [f"{_FILE}{place}" for place in range(len(self._reports))]
        batches = {f"{_BATCH}{each.batch.id}": each for each in self._batches}
        if batches:
            keys += ["", *batches]
        reports, blank = self._reports, GridCell("")
        title = GridCell(_("Taken in until now ({count})").format(count=count(len(batches))))

        def make(place: int) -> GridRow:
            key = keys[place]
            if not key:
                return GridRow("", (title, *[blank] * 4))
            if key in batches:
                return self._batch_row(key, batches[key])
            return self._file_row(key, reports[int(key.removeprefix(_FILE))])

        grid = self._grid
        grid.fill(columns, LazyRows(keys, make), keep=keep or grid.row_key)
        self.query_one("#inbox-what", Static).update(self._what())
        self._show_here()
        self.refresh_bindings()

    def _file_row(self, key: str, report: FileReport) -> GridRow:
        sign, style = _SIGNS[report.outcome]
        new = number(report.records_new) if report.records_new else "–"
        marks = ""
        if report.outcome == REFUSED:
            new = _("refused")
        elif any(each.code in _SERIOUS for each in report.warnings):
            marks, style = "!!", "bold yellow"
            new = _("{new} · check").format(new=new)
        elif self._warnings(report):
            marks = "!"
        return GridRow(
            key,
            (
                GridCell(sign + marks, style),
                GridCell(showable(_short_name(report.path))),
                GridCell(showable(report.made_by)),
                GridCell(_kind_words(report.kind)),
                GridCell(new, style if marks == "!!" else ""),
            ),
        )

    def _batch_row(self, key: str, kept: KeptBatch) -> GridRow:
        report = kept.report
        is_undone = kept.undone is not None
        return GridRow(
            key,
            (
                GridCell("↶" if is_undone else "✓"),
                GridCell(showable(_short_name(kept.batch.source)), "dim" if is_undone else ""),
                GridCell(showable(str(report.made_by))),
                GridCell(showable(moment_of(kept.batch.taken_at))),
                GridCell(_("taken back") if is_undone else number(report.size)),
            ),
        )

    def _what(self) -> Content:
        """Return in one or two lines what there is to do."""
        if self._told is not None:
            return self._told
        if not self._desk.is_writable:
            return Content(_("This file is shown for reading only."))
        match self._phase:
            case _Phase.LOOKING:
                words = _("Looking at the files: {done}… (Esc stops)").format(
                    done=number(len(self._reports))
                )
                return progress_line(words, 0, 0)
            case _Phase.TAKING:
                words = _("Taking in {done} of {all}… (Esc stops after this file)").format(
                    done=number(len(self._reports)), all=number(self._looked_at)
                )
                return progress_line(words, len(self._reports), self._looked_at)
            case _Phase.LOOKED:
                return self._summary(
                    _("Only looked at yet. F10 takes in, with something new: {count}")
                )
            case _Phase.TAKEN:
                return self._summary(_("Taken in, with something new: {count}"))
        return Content(_("F6 chooses files and folders; or drag them into this window."))

    def _summary(self, words: str) -> Content:
        reports = self._reports
        new = sum(report.outcome == MERGED for report in reports)
        told = words.format(count=count(new)) if new else _("Nothing in these files is new here")
        parts: list[str | tuple[str, str]] = [(told, "bold")]
        same = sum(report.outcome == NOTHING_NEW for report in reports)
        refused = sum(report.outcome == REFUSED for report in reports)
        if same:
            parts.append(" · " + _("nothing new: {count}").format(count=count(same)))
        if refused:
            told = _("refused: {count}").format(count=count(refused))
            parts.append((f" · {told}", "bold $error"))
        serious = sum(
            report.outcome != REFUSED and any(each.code in _SERIOUS for each in report.warnings)
            for report in reports
        )
        if serious:
            told = _("to check: {count}").format(count=count(serious))
            parts.append((f" · {told}", "bold $warning"))
        others = sum(
            int(str(each.context["all"]))
            for report in reports
            for each in report.warnings
            if each.code in _OTHERS
        )
        if others:
            told = ngettext(
                "not looked at: {count} other file", "not looked at: {count} other files", others
            )
            parts.append(" · " + told.format(count=count(others)))
        if self._outcome is not None and self._outcome.records_new:
            parts.append(
                " · " + _("new records: {count}").format(count=count(self._outcome.records_new))
            )
        if self._outcome is not None and self._outcome.conflicts:
            told = _("contradictions: {count}").format(count=count(self._outcome.conflicts))
            parts.append((f" · {told}", "$warning"))
        return Content.assemble(*parts)

    @property
    def _report_here(self) -> FileReport | None:
        key = self._grid.row_key
        return self._reports[int(key.removeprefix(_FILE))] if key.startswith(_FILE) else None

    @property
    def _batch_here(self) -> KeptBatch | None:
        id_ = self._grid.row_key.removeprefix(_BATCH)
        return next((each for each in self._batches if each.batch.id == id_), None)

    @on(Grid.Moved, "#inbox-files")
    def _show_here(self) -> None:
        """Say the most important of what the cursor is on."""
        report, kept = self._report_here, self._batch_here
        if report is not None:
            lines = list(self._about_file(report))[1:4]
        elif kept is not None:
            lines = list(self._about_batch(kept))[1:4]
        else:
            lines = []
        self.query_one("#inbox-here Static", Static).update(Content("\n").join(lines))
        self.refresh_bindings()

    def _about_file(self, report: FileReport) -> Iterator[Content]:
        yield Content(showable(report.path))
        if report.outcome == REFUSED:
            for sentence in report.reason.splitlines():
                yield Content.styled(f"✗ {sentence}", "$error")
        if report.check_code:
            yield Content.assemble(
                _("Check code"), " ", (report.check_code, "bold"), self._said_to_be(report)
            )
        if report.outcome != REFUSED:
            yield Content(self._counts(report))
        for warning in self._warnings(report):
            yield Content.styled(f"! {warning}", "$warning")
        if report.communes:
            yield Content(_("Communes: {names}").format(names=self._names(report.communes)))
        if report.outcome == REFUSED and self._phase is _Phase.TAKEN:
            where = showable(str(folder_of(self._desk.path)))
            yield Content(_("A copy lies here, for questions: {path}").format(path=where))

    def _small_print(self, report: FileReport) -> Iterator[Content]:
        for each in report.warnings:
            if each.code in _OTHERS:
                yield Content.styled(str(each), "dim")
        if report.sha256:
            yield Content.styled(f"SHA-256: {report.sha256}", "dim")
        if report.code:
            yield Content.styled(f"({report.code})", "dim")

    def _warnings(self, report: FileReport) -> list[Sentence]:
        """Return what is to be said of a file; only the office minds whose keys are known."""
        return [
            each
            for each in report.warnings
            if each.code not in _OTHERS
            and (self._desk.is_office or each.code is not ErrorCode.KEY_UNKNOWN)
        ]

    @property
    def _unknown_here(self) -> Found | None:
        """The first unknown key that has sealed the file under the cursor."""
        report = self._report_here
        for each in self._warnings(report) if report is not None else ():
            if each.code is ErrorCode.KEY_UNKNOWN:
                return Found(str(each.context["key"]), str(each.context["name"]))
        return None

    def _said_to_be(self, report: FileReport) -> str:
        words = _kind_words(report.kind)
        if report.made_by:
            words = _("{kind} by {name}").format(kind=words, name=showable(report.made_by))
        return f" · {words}"

    def _counts(self, report: FileReport) -> str:
        parts = [
            _("new records: {count}").format(count=count(report.records_new)),
            _("known: {count}").format(count=count(report.records_known)),
        ]
        for words, held in (
            (_("new seals: {count}"), report.seals_new),
            (_("new receipts: {count}"), report.receipts_new),
            (_("new photos and files: {count}"), report.attached_new),
            (_("purged: {count}"), len(report.purged)),
        ):
            if held:
                parts.append(words.format(count=count(held)))
        return " · ".join(parts)

    def _names(self, codes: Sequence[str]) -> str:
        known = self._desk.round.by_code
        return ", ".join(
            f"{code} {known[code].name}" if code in known else showable(code) for code in codes
        )

    def _about_batch(self, kept: KeptBatch) -> Iterator[Content]:
        batch, report = kept.batch, kept.report
        yield Content(showable(batch.source))
        yield Content(
            _("{kind} by {name}, taken in {moment}").format(
                kind=_kind_words(str(report.kind)),
                name=showable(str(report.made_by)) or "–",
                moment=moment_of(batch.taken_at),
            )
        )
        yield Content.assemble(
            _("Check code"),
            " ",
            (str(report.check_code), "bold"),
            " · ",
            _("new records: {count}").format(count=count(report.size)),
        )
        if kept.undone is not None:
            words = _("Taken back by {name}, {moment}: {reason}").format(
                name=kept.undone.author.name,
                moment=moment_of(kept.undone.recorded_at),
                reason=kept.undone.reason,
            )
            yield Content.styled(words, "$warning")
        if report.communes:
            yield Content(_("Communes: {names}").format(names=self._names(report.communes)))
        yield Content.styled(_("Batch: {id}").format(id=batch.id), "dim")
        yield Content.styled(f"SHA-256: {report.sha256}", "dim")

    @on(Grid.Chosen, "#inbox-files")
    def _tell_all(self) -> None:
        report, kept = self._report_here, self._batch_here
        if report is not None:
            heading = _short_name(report.path)
            lines = [*self._about_file(report), *self._small_print(report)]
        elif kept is not None:
            heading, lines = _short_name(kept.batch.source), [*self._about_batch(kept)]
        else:
            return
        self.app.push_screen(Told(showable(heading), lines))

    # Choosing

    def on_paste(self, event: events.Paste) -> None:
        """Look at what is dragged in; terminals paste its path."""
        event.stop()
        paths = paths_in(event.text.replace("\r", "\n"))
        if not paths:
            self.readiness.say(_("What was pasted is not the path of a file."))
        elif self._may_begin():
            self._look_at(paths)

    def _may_begin(self) -> bool:
        if not self._desk.is_writable:
            self.readiness.say(_("This file is shown for reading only."))
        elif self._phase.is_busy:
            self.readiness.say(_("Files are still being read; Esc stops that."))
        else:
            return True
        return False

    def action_inbox_choose(self) -> None:
        """Choose files and folders."""
        from audit.tui.screens.pick_file import PickFile

        def picked(paths: list[Path] | None) -> None:
            if paths:
                self._look_at(paths)

        if self._may_begin():
            self.app.push_screen(
                PickFile(
                    _("Take in which files or folders?"),
                    suffixes=(SUFFIX, ZIP, ".age"),
                    with_folders=True,
                ),
                picked,
            )

    def _look_at(self, paths: Sequence[Path]) -> None:
        """Look at more files; those that wait already stay, but for what was no file of ours."""
        wrong = {each.path for each in self._reports if each.code in _WRONG_CHOICE}
        waiting = [
            path
            for path in (self._paths if self._phase is _Phase.LOOKED else [])
            if showable(str(path)) not in wrong
        ]
        self._paths = list(dict.fromkeys((*waiting, *paths)))
        self._begin(taking=False)

    def action_inbox_known(self) -> None:
        """Refuse what no known auditor has sealed, or take all."""
        if self._may_begin():
            self._require_known = not self._require_known
            self.show_heading()
            if self._phase is _Phase.LOOKED:
                self._begin(taking=False)

    def action_inbox_take(self) -> None:
        """Take in what was looked at."""
        if self._phase is _Phase.LOOKED and self._may_begin():
            self._begin(taking=True)

    # Reading

    def _begin(self, *, taking: bool) -> None:
        from audit.tui.screens.overview import OverviewScreen

        if not self._desk.is_writable:
            self._show()
            return
        for screen in self.app.screen_stack:
            if isinstance(screen, OverviewScreen):
                # Else it would hold up the writing, and the writing the keys.
                screen.stop_reading()
        self._looked_at = len(self._reports)
        self._reports, self._outcome, self._told = [], None, None
        self._phase = _Phase.TAKING if taking else _Phase.LOOKING
        self._stop.clear()
        self._show()
        self._read(list(self._paths), taking=taking)

    @work(thread=True, group="reading")
    def _read(self, paths: Sequence[Path], *, taking: bool) -> None:
        """Look at files, or take them in, on a connection of its own."""
        from audit.file import AuditFile
        from audit.identity import signer
        from audit.intake import sources
        from audit.merge import merge

        reports, told = self._reports, 0.0

        def progress(step: Progress) -> None:
            nonlocal told
            reports.append(step.report)
            if monotonic() - told >= _EVERY:
                told = monotonic()
                self.post_message(self.Stepped())

        report, problem = None, ""
        try:
            with AuditFile.open(self._desk.path, write=True) as file:
                report = merge(
                    file,
                    sources(paths),
                    dry_run=not taking,
                    require_known=self._require_known,
                    signer=signer() if self._desk.is_office else None,
                    quarantine=folder_of(self._desk.path),
                    progress=progress,
                    is_stopped=self._stop.is_set,
                )
        except ReadinessError as error:
            problem = str(error)
        self.post_message(self.Ended(report, problem, stopped=self._stop.is_set()))

    @on(Stepped)
    def _stepped(self) -> None:
        if self._phase.is_busy:
            self._show()

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        is_taken = self._phase is _Phase.TAKING
        self._outcome = event.report
        if event.report is not None:
            self._reports = event.report.files
        self._phase = _Phase.TAKEN if is_taken else _Phase.LOOKED
        if event.problem:
            self._told = Content.styled(event.problem, "$error")
        elif event.stopped and is_taken:
            words = _("Stopped. Taken in before that: {files}; the rest can follow later.")
            self._told = Content(words.format(files=amounts.files(len(self._reports))))
        elif event.stopped:
            self._phase = _Phase.IDLE
            self._reports, self._paths = [], []
            self._told = Content(_("Stopped. Nothing was taken in."))
        if is_taken:
            self._paths = []
            self.readiness.catch_up()
            self._list_batches()
        self._show(keep=f"{_FILE}0")
        if is_taken and self._at_once:
            self._at_once = False
            self._go_on()

    def _go_on(self) -> None:
        """Show at once what a slip asks; there is nothing else to do here."""
        from audit.tui.screens.returned import ReturnedScreen

        codes = self._returned_codes()
        if codes and all(each.kind == Kind.SLIP for each in self._reports):
            words = _("The slip was taken into {file}.")
            self.readiness.say(words.format(file=showable(self._desk.path.name)), is_warning=False)
            self.app.switch_screen(ReturnedScreen(self._desk, codes))

    # What the office has returned

    def _returned_codes(self) -> list[str]:
        """Return the communes of a slip or receipt that was taken in."""
        if self._phase is not _Phase.TAKEN or self._desk.is_office:
            return []
        return [
            code
            for report in self._reports
            if report.kind in (Kind.SLIP, Kind.RECEIPT) and report.outcome != REFUSED
            for code in report.communes
            if code in self._desk.round.by_code
        ]

    def action_inbox_returned(self) -> None:
        """Go to what the office has returned."""
        from audit.tui.screens.returned import ReturnedScreen

        self.app.push_screen(ReturnedScreen(self._desk, self._returned_codes()))

    # Batches

    @work(thread=True, exclusive=True, group="batches")
    def _list_batches(self, undone: str = "", reason: str = "", *, restored: str = "") -> None:
        """Read what was taken in until now; take one back, or put one back, if it is named."""
        from audit.batches import kept_batches, put_back, undo
        from audit.desk import Desk

        batches: list[KeptBatch] = []
        said = problem = ""
        try:
            with Desk(self._desk.path, write=bool(undone or restored)) as desk:
                if restored:
                    counting = put_back(desk, restored, reason=UNDO_REASON)
                    said = _("Put back: {count} records count again.").format(count=count(counting))
                if undone:
                    try:
                        done = undo(desk, undone, reason=reason)
                        said = _("Taken back: {count} records count no more.").format(
                            count=count(done.records)
                        )
                        for code, (before, _after) in done.states.items():
                            said += "\n" + _(
                                "{code} {name}: {before} → {after}. Look at it again."
                            ).format(
                                code=code,
                                name=desk.round.by_code[code].name,
                                before=before.label,
                                after=desk.checklist(code).state_label,
                            )
                    except ReadinessError as error:
                        problem = str(error)
                batches = kept_batches(desk)[::-1]
        except ReadinessError as error:
            problem = str(error)
        self.post_message(self.Listed(batches, said, problem))

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        self._batches = event.batches
        if event.problem:
            self._told = Content.styled(event.problem, "$error")
        elif event.said:
            self._told = Content.styled(event.said, "bold")
            self.readiness.catch_up()
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        if action == "inbox_take":
            return self._phase is _Phase.LOOKED and bool(self._paths)
        if action == "inbox_returned":
            return bool(self._returned_codes())
        has_list = self.is_attached and bool(self.query("#inbox-files"))
        if action == "inbox_admit":
            return has_list and self._desk.is_office and self._unknown_here is not None
        if action == "inbox_undo":
            kept = self._batch_here if has_list else None
            return self._desk.is_office and kept is not None and kept.undone is None
        if action == "inbox_put_back":
            kept = self._batch_here if has_list else None
            is_undone = kept is not None and kept.undone is not None
            return self._desk.is_office and (is_undone or bool(undo_in(self._desk, _AREA)))
        return super().check_action(action, parameters)

    def action_inbox_admit(self) -> None:
        """Enter the unknown key of the file under the cursor among the known ones."""
        found = self._unknown_here
        if found is None or not self._may_begin():
            return

        def check(answers: dict[str, str]) -> str | None:
            try:
                drafts = admission_drafts(self._desk, found, **answers, as_office=False)
                with undo_in(self._desk, _AREA).noting(found.name):
                    self._desk.write(drafts)
            except ReadinessError as error:
                return str(error)
            return None

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                for report in self._reports:
                    report.warnings = [
                        each
                        for each in report.warnings
                        if each.code is not ErrorCode.KEY_UNKNOWN
                        or each.context["key"] != found.key
                    ]
                self._show()

        self.app.push_screen(
            Ask(
                _("Know a sender"),
                [
                    Question("name", _("Name"), found.name, is_needed=True),
                    Question("unit", _("Where they work")),
                ],
                _(
                    "Have them read you their key, which “readiness whoami” shows, and compare it "
                    "with this one: {key}"
                ).format(key=found.key),
                check=check,
            ),
            said,
        )

    def action_inbox_undo(self) -> None:
        """Take the batch under the cursor back."""
        kept = self._batch_here
        if kept is None or not self._may_begin():
            return
        note = _(
            "What only “{source}” has brought counts no more then: at most {count} records. They "
            "stay in the file, and so does the reason. Ctrl+Z on the batch puts it back."
        ).format(count=count(kept.report.size), source=showable(_short_name(kept.batch.source)))

        phrases = tuple(_(each) for each in _WHY_BACK)
        question = Question("reason", _("Why?"), is_needed=True, phrases=phrases)

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._list_batches(kept.batch.id, answers["reason"])

        self.app.push_screen(
            Ask(_("Take a batch back"), [question], note),
            said,
        )

    def action_inbox_put_back(self) -> None:
        """Have the batch under the cursor count again, or take back the sender entered."""
        kept = self._batch_here
        if not self._may_begin():
            return
        if kept is not None and kept.undone is not None:
            self._list_batches(restored=kept.batch.id)
        elif self.undo_in(_AREA) and self._phase is _Phase.LOOKED:
            self._begin(taking=False)

    def action_inbox_leave(self) -> None:
        """Stop after the file at hand, or leave."""
        if self._phase.is_busy:
            self._stop.set()
            self._told = Content(_("Stopping after this file…"))
            self._show()
        else:
            self.dismiss(None)


def _short_name(path: str) -> str:
    """Return the last part of a file's name; with what it was packed in."""
    return path.replace("\\", "/").rpartition("/")[2] or path


def _kind_words(kind: str) -> str:
    """Return what a file says it is, in words; nothing for what no file of ours says."""
    return Kind(kind).label if kind in [*Kind] else ""
