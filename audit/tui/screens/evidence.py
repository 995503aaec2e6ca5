"""The evidence of a criterion: what is wanted, what is attached, and what must not be seen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from audit.evidence import (
    LEAST_DIGITS,
    attach,
    caption_anew,
    captions,
    prepare,
    purge,
    removed,
    removed_words,
    size_words,
    withdraw,
)
from audit.folders import paths_in, showable
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.undoing import undo_in
from criteria.errors import ReadinessError
from criteria.language import N_, _, count, moment_of, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.evidence import Piece
    from audit.undoing import Undo
    from checklists.checklist import Attachment, Checklist

_WHY_REMOVED = (
    N_("Attached to the wrong criterion"),
    N_("Blurred, not to be read"),
    N_("Replaced by a better photo"),
)
_WHY_PURGED = (
    N_("A citizen can be recognised"),
    N_("Personal data can be read"),
    N_("A password or an address can be read"),
)


class AttachedList(Grid):
    """What is attached; Enter shows it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Open"))]


class EvidenceScreen(AuditScreen[None]):
    """Attaches photos and files to a criterion of a commune, and shows them."""

    ACTIONS = (
        Action(
            "evidence.attach",
            "f6,insert",
            N_("Attach"),
            N_("Choose photos and files. They can be pasted or dragged in, too."),
        ),
        Action("evidence.caption", "f5", N_("Caption"), N_("Say what the photo or file shows.")),
        Action(
            "evidence.remove",
            "delete",
            N_("Remove"),
            N_("Take back that it belongs here; its bytes stay in the file."),
        ),
        Action(
            "evidence.purge",
            "f8",
            N_("Purge"),
            N_("Take the bytes out of the file for good, with a reason."),
        ),
        Action(
            "evidence.removed",
            "f4",
            N_("Removed"),
            N_("Show what was removed but whose bytes are still in the file, or hide it."),
        ),
        Action(
            "evidence.undo",
            "ctrl+z",
            N_("Undo"),
            N_("Take back what was attached, removed or said last; a purge stays."),
        ),
        Action("evidence.leave", "escape", N_("Back"), N_("Back to the criterion.")),
    )
    HELP_TEXT = N_(
        "Above stands what is wanted as evidence and what must not be seen on a photo. What has "
        "one of these texts as its caption is ticked there; anything else lessens the number "
        "still wanted and ticks none. F6 chooses photos and files; dragging them into the window "
        "works, too. Photos are turned upright, made smaller and freed of what the camera added. "
        "Enter opens what is attached. What should never have been photographed is purged with "
        "F8; F4 shows what was removed and can still be purged."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    COPIES = "#attached-here"
    COPIES_BESIDES = "#wanted"

    class Prepared(Message):
        """A file is ready to be attached, or cannot be."""

        def __init__(self, path: Path, piece: Piece | None, problem: str) -> None:
            """Hold what came of it.

            Args:
                path: As it was picked.
                piece: Ready to be attached.
                problem: Why it cannot be.
            """
            super().__init__()
            self.path = path
            self.piece = piece
            self.problem = problem

    def __init__(self, desk: Desk, commune: str, code: str) -> None:
        """Show the evidence of a criterion of a commune."""
        super().__init__()
        self._desk = desk
        self._commune = desk.round.by_code[commune]
        self._criterion = desk.round.catalogue.criterion(code)
        self._why = ""
        self._waiting: list[tuple[Path, str]] = []
        self._begun = 0
        self._counts: Counter[str] = Counter()
        self._refused: list[str] = []
        self._shows_removed = False
        self._removed: dict[str, Attachment] = {}

    @property
    def checklist(self) -> Checklist:
        """What is known of the commune now."""
        return self._desk.checklist(self._commune.code)

    @property
    def _pieces(self) -> dict[str, Attachment]:
        held = self.checklist.evidence.get(self._criterion.code, ())
        return {piece.sha256: piece for piece in held}

    def heading(self) -> str:
        """Return the criterion and the commune."""
        return _("{code} {short} · evidence · {commune}").format(
            code=self._criterion.code,
            short=self._criterion.short,
            commune=f"{self._commune.code} {self._commune.name}",
        )

    def body(self) -> ComposeResult:
        """Lay out what is wanted, what is attached, and what came of the last attaching."""
        yield Static(id="wanted")
        yield AttachedList(id="attached")
        yield Static(id="attached-here")
        with VerticalScroll(id="attached-told", can_focus=False):
            yield Static()

    def on_mount(self) -> None:
        """Show what there is."""
        self.refill()

    def on_screen_resume(self) -> None:
        """Show what another program attached meanwhile."""
        if self.readiness.catch_up():
            self._show()

    def refill(self) -> None:
        """Show everything, in the language in use."""
        self.show_heading()
        self._show()
        self._attached.focus()

    @property
    def _attached(self) -> AttachedList:
        return self.query_one("#attached", AttachedList)

    def _show(self) -> None:
        self.query_one("#wanted", Static).update(Content("\n").join(self._wanted_lines()))
        width = max(40, self.size.width)
        rest = (
            Column("size", _("Size"), 7, is_right=True),
            Column("taken", _("Taken"), 16),
            Column("who", _("By"), 14 if width < 100 else 24),
        )
        room = width - sum(column.width + 1 for column in rest) - 6
        name = room * 2 // 5
        columns = (
            Column("kind", "", 3),
            Column("name", _("Name"), name),
            Column("caption", _("Caption"), room - name),
            *rest,
        )
        rows = [_row(piece) for piece in self._pieces.values()]
        gone = removed(self._desk, self._commune.code).get(self._criterion.code, ())
        self._removed = {piece.sha256: piece for piece in gone}
        if gone:
            words = _("Removed, bytes still in the file: {count}").format(count=count(len(gone)))
            if not self._shows_removed:
                words += " · " + _("F4 shows it")
            rows.append(GridRow("", (GridCell(words),) * len(columns)))
            if self._shows_removed:
                rows += [_removed_row(piece) for piece in gone]
        self._attached.fill(columns, rows, keep=self._attached.row_key)
        self.refresh_bindings()
        self._show_here()

    def _wanted_lines(self) -> Iterator[Content]:
        kinds = {"photo": _("photo"), "file": _("file"), "either": _("photo or file")}
        lines = self.checklist.wanted_evidence(self._criterion.code)
        for wanted in lines:
            sign, style = ("○", "$warning") if wanted.unnamed else ("✓", "$success")
            if wanted.line.at_least:
                held = f"{wanted.held}/{wanted.line.at_least}"
            else:
                sign, style, held = "·", "", str(wanted.held)
            yield Content.assemble(
                (f" {sign} {held} ", style),
                str(wanted.line.text),
                (f" ({kinds[wanted.line.kind]})", "dim"),
            )
        others = sum(wanted.other for wanted in lines)
        if others:
            missing = sum(wanted.missing for wanted in lines)
            words = _(
                "Counted under another caption: {others}; still wanted: {missing}. "
                "F5 gives one of these captions."
            ).format(others=count(others), missing=count(missing))
            yield Content.styled(f" + {words}", "$warning" if missing else "$success")
        if self._criterion.no_photo is not None:
            text = _("When taking photos: {text}").format(text=self._criterion.no_photo)
            yield Content.styled(f" ! {text}", "bold $warning")

    def _show_here(self) -> None:
        """Show in full what the cursor is on."""
        piece = self._pieces.get(self._attached.row_key)
        gone = self._removed.get(self._attached.row_key)
        if gone is not None:
            words = (gone.caption, showable(gone.name), removed_words(gone), _("F8 purges it"))
            text = Content.styled(" · ".join(filter(None, words)), "$warning")
        elif piece is None:
            text = Content(
                _("Nothing is attached yet. F6 chooses photos and files; or drag them in here.")
                if self._desk.is_writable
                else _("Nothing is attached.")
            )
        elif piece.is_purged:
            text = Content.styled(_purged_words(piece), "$warning")
        else:
            text = Content(
                " · ".join(
                    filter(
                        None,
                        (
                            piece.caption or _("no caption"),
                            showable(piece.name),
                            _("attached by {author}, {moment}").format(
                                author=piece.author,
                                moment=showable(moment_of(piece.recorded_at)),
                            ),
                            piece.sha256[:LEAST_DIGITS],
                        ),
                    )
                )
            )
        self.query_one("#attached-here", Static).update(text)

    def _tell(self, *lines: Content | str) -> None:
        """Show below the list what came of something; nothing takes it away."""
        told = self.query_one("#attached-told", VerticalScroll)
        told.query_one(Static).update(
            Content("\n").join(Content(each) if isinstance(each, str) else each for each in lines)
        )
        told.can_focus = len(lines) > 4

    @on(Grid.Moved, "#attached")
    def _moved(self) -> None:
        self._show_here()

    def on_resize(self) -> None:
        """Give the names the room there is."""
        self.call_after_refresh(self._show)

    def on_paste(self, event: events.Paste) -> None:
        """Attach what is dragged in; terminals paste its path."""
        event.stop()
        paths = paths_in(event.text.replace("\r", "\n"))
        if paths:
            self._ask_caption(paths)
        else:
            self.readiness.say(_("What was pasted is not the path of a file."))

    def _may_write(self) -> bool:
        if not self._desk.is_writable:
            self.readiness.say(_("This file is shown for reading only."))
        return self._desk.is_writable

    def _ask(
        self,
        heading: str,
        questions: list[Question],
        then: Callable[[dict[str, str]], None],
        note: str = "",
        *,
        box: type[Ask] = Ask,
        left: Callable[[], None] | None = None,
    ) -> None:
        """Ask; on a signed checklist also why it is changed."""
        if self.checklist.needs_reason and all(each.key != "reason" for each in questions):
            questions = [
                *questions,
                Question(
                    "reason",
                    _("Why after the sign-off?"),
                    self._why,
                    is_needed=True,
                    phrases=tuple(map(str, self._desk.round.catalogue.phrases.after_sign_off)),
                ),
            ]

        def said(answers: dict[str, str] | None) -> None:
            if answers is None:
                if left is not None:
                    left()
                return
            self._why = answers.get("reason", self._why)
            try:
                then(answers)
            except ReadinessError as error:
                self._tell(Content.styled(f"✗ {error}", "$error"))
            self._show()

        self.app.push_screen(box(heading, questions, note), said)

    def action_evidence_attach(self) -> None:
        """Choose photos and files."""
        from audit.tui.screens.pick_file import PickFile

        def picked(paths: list[Path] | None) -> None:
            if paths:
                self._ask_caption(paths)

        if self._may_write():
            heading = _("Attach to {code} {short}").format(
                code=self._criterion.code, short=self._criterion.short
            )
            self.app.push_screen(PickFile(heading), picked)

    def _ask_caption(self, paths: list[Path], captioned: Sequence[tuple[Path, str]] = ()) -> None:
        """Ask what each of the files shows, then attach them.

        Args:
            paths: Of the files to ask about.
            captioned: Those asked about already, each with its caption.
        """
        from audit.tui.screens.captions import FOR_REST, AskCaption

        if not self._may_write():
            return
        wanted = sorted(
            self.checklist.wanted_evidence(self._criterion.code), key=lambda each: not each.unnamed
        )
        path, *rest = paths
        heading = _("Attach {name}")
        if captioned or rest:
            heading = _("Attach {name}, {number} of {count}")
        heading = heading.format(
            name=showable(path.name), number=len(captioned) + 1, count=len(captioned) + len(paths)
        )
        phrases = tuple(str(each.line.text) for each in wanted)
        question = Question("caption", _("What is to be seen (may stay empty)"), phrases=phrases)

        def said(answers: dict[str, str]) -> None:
            caption = answers["caption"]
            done = [*captioned, (path, caption)]
            if rest and FOR_REST not in answers:
                self._ask_caption(rest, done)
            else:
                self._attach_all([*done, *((each, caption) for each in rest)])

        def left() -> None:
            if captioned:
                self._attach_all(captioned)
                self._say_stopped(len(paths))

        self._ask(heading, [question], said, box=AskCaption if rest else Ask, left=left)

    def _attach_all(self, captioned: Sequence[tuple[Path, str]]) -> None:
        """Attach files one after the other, behind those that wait already."""
        is_idle = not self._waiting
        self._waiting += captioned
        if is_idle:
            self._begun, self._counts, self._refused = 0, Counter(), []
            self._prepare_next()

    def _say_stopped(self, files: int) -> None:
        words = ngettext(
            "Stopped: {count} file was not attached.",
            "Stopped: {count} files were not attached.",
            files,
        )
        self.readiness.say(words.format(count=count(files)))

    def _prepare_next(self) -> None:
        if not self._waiting:
            self._tell_done()
            return
        path, _caption = self._waiting[0]
        self._begun += 1
        self._tell(
            _("Preparing {number} of {count}: {name}… (Esc stops)").format(
                number=self._begun,
                count=self._begun + len(self._waiting) - 1,
                name=showable(path.name),
            )
        )
        self._prepare(path)

    @work(thread=True, group="preparing")
    def _prepare(self, path: Path) -> None:
        """Read a file and make a picture small; up to a second on an old laptop."""
        piece, problem = None, ""
        try:
            piece = prepare(path, keep_place=self._desk.round.profile.keep_photo_place)
        except ReadinessError as error:
            problem = str(error)
        self.post_message(self.Prepared(path, piece, problem))

    @on(Prepared)
    def _prepared(self, event: Prepared) -> None:
        """Write what is ready, one file after the other, so that each is safe at once."""
        if not self._waiting or event.path != self._waiting[0][0]:  # stopped meanwhile
            return
        _path, caption = self._waiting.pop(0)
        if event.piece is None:
            self._refused.append(event.problem)
        else:
            try:
                with self._undo.noting(showable(event.piece.name)):
                    done = attach(
                        self._desk,
                        self._commune.code,
                        self._criterion.code,
                        event.piece,
                        caption,
                        reason=self._why if self.checklist.needs_reason else "",
                    )
                self._counts["back" if done.is_restored else "new" if done.is_new else ""] += 1
            except ReadinessError as error:
                self._refused.append(str(error))
        self._show()
        self._prepare_next()

    def _tell_done(self) -> None:
        lines: list[Content | str] = []
        for kind, words in (
            ("new", _("Attached and saved: {count}.")),
            ("back", _("There already without their bytes, which are back: {count}.")),
            ("", _("There already: {count}.")),
        ):
            if self._counts[kind]:
                lines.append(words.format(count=count(self._counts[kind])))
        lines += [Content.styled(f"✗ {problem}", "$error") for problem in self._refused]
        self._tell(*lines)

    @on(Grid.Chosen, "#attached")
    def _open(self) -> None:
        """Show a copy in the system's viewer."""
        from audit.viewing import open_in_viewer

        key = self._attached.row_key
        piece = self._pieces.get(key) or self._removed.get(key)
        if piece is None:
            return
        try:
            open_in_viewer(self._desk.file, piece)
        except ReadinessError as error:
            self._tell(Content.styled(str(error), "$warning"))
        else:
            self._tell(
                _("Opened in the viewer of this machine: {name}").format(name=showable(piece.name))
            )

    def _piece_here(self) -> Attachment | None:
        """Return what the cursor is on and can still be changed."""
        piece = self._pieces.get(self._attached.row_key)
        if self._attached.row_key in self._removed:
            self._tell(_("This was removed. F8 purges it; F6 attaches it again from its file."))
        if piece is None or not self._may_write():
            return None
        if piece.is_purged:
            self._tell(_purged_words(piece))
            return None
        return piece

    def action_evidence_caption(self) -> None:
        """Say what it shows."""
        piece = self._piece_here()
        if piece is None:
            return
        sha256 = piece.sha256
        phrases = tuple(
            str(each.line.text) for each in self.checklist.wanted_evidence(self._criterion.code)
        )
        said_so_far = captions(self._desk, self._commune.code, self._criterion.code, sha256)
        question = Question("caption", _("What is to be seen"), said_so_far.own, phrases=phrases)
        others = "; ".join(f"“{caption}” ({author})" for author, caption in said_so_far.others)

        def said(answers: dict[str, str]) -> None:
            with self._undo.noting(showable(piece.name)):
                caption_anew(
                    self._desk,
                    self._commune.code,
                    self._criterion.code,
                    sha256,
                    answers["caption"],
                    reason=answers.get("reason", ""),
                    may_clear=True,
                )

        note = _("Others say, and it stays: {captions}").format(captions=showable(others))
        self._ask(showable(piece.name), [question], said, note if others else "")

    def action_evidence_remove(self) -> None:
        """Take back that it belongs here."""
        piece = self._piece_here()
        if piece is None:
            return
        sha256 = piece.sha256

        def said(answers: dict[str, str]) -> None:
            with self._undo.noting(showable(piece.name)):
                withdraw(
                    self._desk,
                    self._commune.code,
                    self._criterion.code,
                    sha256,
                    reason=answers["reason"],
                )
            self._tell(_("Removed: {name}").format(name=showable(piece.name)))

        self._ask(
            _("Remove {name}?").format(name=showable(piece.name)),
            [_why(_WHY_REMOVED)],
            said,
            _(
                "It is shown here no longer, and its bytes stay in the file. To take them out "
                "for good, leave this and press F8 instead."
            ),
        )

    def action_evidence_purge(self) -> None:
        """Take the bytes out of the file for good, also of what was removed before."""
        gone = self._removed.get(self._attached.row_key)
        piece = gone or self._piece_here()
        if piece is None or (gone is not None and not self._may_write()):
            return
        sha256 = piece.sha256

        def said(answers: dict[str, str]) -> None:
            done = purge(self._desk, sha256, reason=answers["reason"])
            places = ", ".join(f"{commune} {code}" for commune, code in done.places)
            self._tell(
                _("Purged. It was attached to: {places}").format(places=places),
                _("Other copies of the audit file, and the camera, still hold it."),
            )

        self._ask(
            _("Purge {name} for good?").format(name=showable(piece.name)),
            [_why(_WHY_PURGED)],
            said,
            _(
                "Its bytes leave this file wherever it is attached, and nothing brings them back. "
                "Name, caption and hash stay. Escape leaves everything as it is."
            ),
        )

    def action_evidence_removed(self) -> None:
        """Show what was removed and can still be purged, or hide it."""
        self._shows_removed = not self._shows_removed
        self._show()
        if self._shows_removed:
            self._attached.go_to(next(iter(self._removed), ""))

    @property
    def _undo(self) -> Undo:
        return undo_in(self._desk, self._area)

    @property
    def _area(self) -> str:
        return f"evidence/{self._commune.code}/{self._criterion.code}"

    def action_evidence_undo(self) -> None:
        """Take back what was attached, removed or said last."""
        if self.undo_in(self._area):
            self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what was removed only where there is something."""
        if action == "evidence_undo":
            return bool(self._undo)
        if action == "evidence_removed":
            return bool(self._removed)
        return super().check_action(action, parameters)

    def action_evidence_leave(self) -> None:
        """Back to the criterion; what still waits to be attached is stopped first."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._tell_done()
            self._say_stopped(len(waiting))
            return
        self.dismiss(None)


def _row(piece: Attachment) -> GridRow:
    if piece.is_purged:
        nothing = GridCell("")
        who = GridCell(showable(piece.author))
        name = GridCell(_("purged"), "bold")
        reason = GridCell(showable(piece.reason))
        return GridRow(piece.sha256, (GridCell(" ✗ "), name, reason, nothing, nothing, who))
    return GridRow(
        piece.sha256,
        (
            GridCell(_("IMG") if piece.is_picture else _("DOC")),
            GridCell(showable(piece.name)),
            GridCell(showable(piece.caption)),
            GridCell(size_words(piece.size)),
            GridCell(_taken(piece)),
            GridCell(showable(piece.author)),
        ),
    )


def _removed_row(piece: Attachment) -> GridRow:
    cells = (
        GridCell(" – "),
        GridCell(showable(piece.name), "dim"),
        GridCell(showable(piece.caption), "dim"),
        GridCell(size_words(piece.size), "dim"),
        GridCell(_taken(piece), "dim"),
        GridCell(showable(piece.author), "dim"),
    )
    return GridRow(piece.sha256, cells)


def _taken(piece: Attachment) -> str:
    return showable(moment_of(piece.taken_at)) if piece.taken_at else ""


def _why(phrases: tuple[str, ...]) -> Question:
    return Question("reason", _("Why"), is_needed=True, phrases=tuple(_(each) for each in phrases))


def _purged_words(piece: Attachment) -> str:
    return _("Purged by {author}, {moment}: {reason}").format(
        author=piece.author,
        moment=showable(moment_of(piece.recorded_at)),
        reason=piece.reason,
    )
