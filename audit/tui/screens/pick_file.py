"""Choosing files, as in a plain file manager; a path can be typed, pasted or dragged in, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from audit.evidence import size_words
from audit.folders import Item, is_path_like, items_in, paths_in, showable, spots, up_from
from audit.tui.actions import Action, bindings
from audit.tui.screens.base import Dialog
from audit.tui.widgets.entry import Entry, types
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.key_bar import KeyBar
from criteria.errors import ErrorCode, ReadinessError
from criteria.errors import Message as Sentence
from criteria.folding import fold
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.folders import Spot

_UP = "up"
"""Key of the row that leads to the folder above; the others have the number of their item."""
_last_folders: dict[tuple[str, ...], Path] = {}
"""Endings wanted -> folder where files with them were found last, while the program runs."""


class PathLine(Entry):
    """The line on top: part of a name, or a path; what is dragged in arrives as a paste."""

    class Dragged(Message):
        """Paths were pasted or dragged in."""

        def __init__(self, paths: list[Path]) -> None:
            """Hold the paths; at least one."""
            super().__init__()
            self.paths = paths

    def _on_paste(self, event: events.Paste) -> None:
        """Take paths as such, anything else as text."""
        paths = paths_in(event.text.replace("\r", "\n"))
        if paths:
            event.prevent_default()
            event.stop()
            self.post_message(self.Dragged(paths))
        else:
            super()._on_paste(event)


class FileList(Grid):
    """The files of a folder; letters typed here stand in the line on top."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.pick_up", show=False),
        Binding("right", "choose", show=False),
    ]

    def __init__(self, line: PathLine) -> None:
        """Make an empty list; letters go into ``line``."""
        super().__init__(id="pick-files")
        self._typing = line

    async def _on_key(self, event: events.Key) -> None:
        """Edit the line at once and keep the focus.

        Input methods send Backspace and letters in one burst; if the focus moved between
        them, they would arrive out of order.
        """
        typed = self._typing.value
        if event.key in ("backspace", "ctrl+h") and typed:
            self._typing.cursor_position = len(typed)
            self._typing.action_delete_left()
        elif types(event) and (typed or event.character != " "):
            # Names hold spaces: a space begins none, and marks only where none is typed.
            self._typing.cursor_position = len(typed)
            self._typing.insert_text_at_cursor(event.character or "")
        else:
            return
        event.stop()
        event.prevent_default()

    def action_choose(self) -> None:
        """Say so also where nothing is listed yet: a path that is typed needs no list."""
        self.post_message(self.Chosen(self, self.row_key, self.column_key))


class PickFile(Dialog["list[Path]"]):
    """Chooses one file or several."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "pick.done",
            "f10,ctrl+s",
            N_("Take"),
            N_("Take the files that are marked, or the one under the cursor."),
            is_first=True,
        ),
        Action(
            "pick.mark", "space,insert", N_("Mark"), N_("Mark the file, to take several at once.")
        ),
        Action("pick.up", "backspace", N_("Up"), N_("Go to the folder above.")),
        Action("leave", "escape", N_("Back"), N_("Leave without choosing.")),
    )
    HELP_TEXT = N_(
        "Walk with the arrows; Enter opens a folder or takes a file, Backspace or ← goes to the "
        "folder above, Space or Insert marks several. Typing part of a name, spaces and all, shows "
        "only what fits; Insert marks then, too. A path can be typed, pasted, or dragged in from "
        "the file manager. Where whole folders can be taken, stand on the line of the folder, "
        "without opening it, and press F10."
    )
    KEYS = N_("Enter: open or take · Esc: leave without choosing")
    FOLDER_KEYS = N_("Enter: open or take · F10 on a folder's line: all in it · Esc: leave")
    """Which keys leave the box where whole folders can be taken."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    class Listed(Message):
        """A folder was read, or could not be."""

        def __init__(
            self, folder: Path | None, items: list[tuple[str, Item]], problem: str, come_from: str
        ) -> None:
            """Hold what is in it.

            Args:
                folder: ``None`` for the places to begin.
                items: Each with its name as it is compared or, of a place, as it is shown.
                problem: Why it could not be read.
                come_from: Name of the folder that the cursor should stand on.
            """
            super().__init__()
            self.folder = folder
            self.items = items
            self.problem = problem
            self.come_from = come_from

    def __init__(
        self,
        heading: str,
        *,
        suffixes: Sequence[str] = (),
        many: bool = True,
        with_folders: bool = False,
    ) -> None:
        """Ask for files.

        Args:
            heading: What they are for.
            suffixes: Endings of the files wanted, in small letters; none for all.
            many: Whether several can be taken at once.
            with_folders: Whether whole folders can be marked and taken, too.
        """
        super().__init__()
        self._heading = heading
        self._suffixes = tuple(suffixes)
        self._many = many
        self._with_folders = with_folders
        self._folder: Path | None = None
        self._wanted: Path | None = None
        self._items: list[tuple[str, Item]] = []
        self._marked: dict[Path, None] = {}
        self._is_reading = False
        self._is_chosen = False
        """Whether Enter was pressed before the folder was read."""

    def compose(self) -> ComposeResult:
        """Lay out the line, the folder and what is in it."""
        with Vertical(classes="box", id="pick-box"):
            yield Label(Content(self._heading), classes="box-heading")
            line = PathLine(
                id="pick-line",
                compact=True,
                placeholder=_("Part of a name, or a path; drag a file in here"),
            )
            yield line
            yield Static(id="pick-folder")
            yield FileList(line)
            yield Static(id="pick-told")
            yield self.keys_line()
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin where files were found last; else at the places to begin."""
        self._files.focus()
        self._go(_last_folders.get(self._suffixes))

    def keys_line(self) -> Label:
        """Return the line that says which keys leave the box."""
        return Label(
            Content(_(self.FOLDER_KEYS if self._with_folders else self.KEYS)), classes="box-keys"
        )

    @property
    def _line(self) -> PathLine:
        return self.query_one("#pick-line", PathLine)

    @property
    def _files(self) -> FileList:
        return self.query_one("#pick-files", FileList)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer marking only where several files can be taken."""
        return self._many if action == "pick_mark" else super().check_action(action, parameters)

    def _go(self, folder: Path | None, come_from: str = "") -> None:
        self._wanted = folder
        self._is_reading, self._is_chosen = True, False
        # Not once it is read: what is typed meanwhile is meant for what comes.
        self._line.value = ""
        self._read(folder, come_from)

    @work(thread=True, exclusive=True, group="listing")
    def _read(self, folder: Path | None, come_from: str) -> None:
        """Read a folder; a failing stick or a network drive may take its time."""
        items: list[tuple[str, Item]] = []
        problem = ""
        if folder is None:
            items = [_as_item(spot) for spot in spots()]
        else:
            try:
                items = [(item.folded, item) for item in items_in(folder, self._suffixes)]
            except ReadinessError as error:
                problem = str(error)
        self.post_message(self.Listed(folder, items, problem, come_from))

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        if event.folder != self._wanted:
            return
        self._is_reading = False
        if event.problem and self._folder != event.folder:
            self._tell(event.problem)
            if not self._items:
                self._go(None)
            return
        self._folder, self._items = event.folder, event.items
        self._tell(event.problem)
        self._show(event.come_from)
        if self._is_chosen and not event.problem:
            self._files.action_choose()

    def _show(self, come_from: str = "") -> None:
        """Show the folder, and of what is in it all that fits what is typed."""
        shown = _("Where to look") if self._folder is None else showable(str(self._folder))
        room = max(20, self.size.width - 10)
        shown = shown if len(shown) <= room else f"…{shown[-room:]}"
        self.query_one("#pick-folder", Static).update(Content.styled(shown, "bold"))
        typed = self._line.value
        words = [] if is_path_like(typed) else fold(typed).split()
        fitting = [
            number
            for number, (name, _item) in enumerate(self._items)
            if all(word in (name if self._folder else fold(name)) for word in words)
        ]
        keys = [str(number) for number in fitting]
        if self._folder is not None and not words:
            keys.insert(0, _UP)
        keep = next(
            (str(n) for n in fitting if come_from and self._items[n][1].path.name == come_from), ""
        )
        if not keep and len(keys) > 1 and keys[0] == _UP:
            keep = keys[1]
        self._files.fill(self._columns(), LazyRows(keys, lambda at: self._row(keys[at])), keep)

    def _columns(self) -> tuple[Column, ...]:
        room = max(20, self._files.size.width or self.size.width - 8)
        rest = (Column("kind", _("Kind"), 7), Column("size", _("Size"), 8, is_right=True))
        date = Column("changed", _("Changed"), 16)
        used = 3 + sum(column.width + 1 for column in (*rest, date))
        return (Column("mark", "", 2), Column("name", _("Name"), room - used - 1), *rest, date)

    def _row(self, key: str) -> GridRow:
        nothing = GridCell("")
        if key == _UP:
            return GridRow(key, (GridCell("↑"), GridCell(".."), nothing, nothing, nothing))
        name, item = self._items[int(key)]
        shown = showable(item.path.name) if self._folder is not None else name
        mark = "✓" if item.path in self._marked else "▸" if item.is_folder else ""
        style = "bold" if item.path in self._marked else ""
        return GridRow(
            key,
            (
                GridCell(mark, style),
                GridCell(shown, style),
                GridCell(item.kind),
                nothing if item.is_folder else GridCell(size_words(item.size)),
                GridCell(item.changed_words if self._folder is not None else ""),
            ),
        )

    def _tell(self, problem: str = "") -> None:
        """Say what is wrong, else how many files are marked."""
        told = Content.styled(problem, "$error")
        if not problem and self._marked:
            marked = _("{count} marked") if self._with_folders else _("{count} files marked")
            told = Content(marked.format(count=count(len(self._marked))))
        self.query_one("#pick-told", Static).update(told)

    def on_resize(self) -> None:
        """Give the names the room there is."""
        if self._items:
            self.call_after_refresh(self._show, self._name_here())

    def _item_here(self) -> Item | None:
        key = self._files.row_key
        return self._items[int(key)][1] if key.isdigit() else None

    def _name_here(self) -> str:
        item = self._item_here()
        return item.path.name if item is not None else ""

    def on_key(self, event: events.Key) -> None:
        """Let the arrows lead from the line to the list."""
        if self.focused is self._line and event.key in ("down", "pagedown"):
            event.stop()
            self.set_focus(self._files)

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted while the list has the focus."""
        event.stop()
        self._line.cursor_position = len(self._line.value)
        self._line._on_paste(event)

    @on(Input.Changed, "#pick-line")
    def _typed(self) -> None:
        self._tell()
        self._show()

    @on(Input.Submitted, "#pick-line")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._files.action_choose()

    @on(PathLine.Dragged)
    def _dragged(self, event: PathLine.Dragged) -> None:
        event.stop()
        self._take(event.paths)

    def _take(self, paths: list[Path]) -> None:
        """Go into the folder named, or take the files."""
        if len(paths) == 1:
            path = paths[0]
            try:
                is_folder, is_there = path.is_dir(), path.exists()
            except (OSError, ValueError):
                is_folder = is_there = False
            if is_folder:
                self._line.value = ""
                self.set_focus(self._files)
                self._go(path)
                return
            if not is_there:
                self._tell(str(Sentence(ErrorCode.FILE_MISSING, {"path": showable(str(path))})))
                return
        self._done(paths if self._many else paths[:1])

    @on(Grid.Chosen, "#pick-files")
    def _chosen(self, event: Grid.Chosen) -> None:
        event.stop()
        item = self._item_here()
        if is_path_like(self._line.value):
            self._take(paths_in(self._line.value))
        elif self._is_reading:
            self._is_chosen = True
        elif event.row == _UP:
            self.action_pick_up()
        elif item is not None and item.is_folder:
            self._go(item.path)
            self.set_focus(self._files)
        elif item is not None:
            self._done(list(self._marked) or [item.path])

    def _done(self, paths: list[Path]) -> None:
        if self._folder is not None:
            _last_folders[self._suffixes] = self._folder
        self.dismiss(paths)

    def action_pick_done(self) -> None:
        """Take what is marked, or the file under the cursor, or the path that is typed."""
        item = self._item_here()
        if self._marked:
            self._done(list(self._marked))
        elif is_path_like(self._line.value):
            self._take(paths_in(self._line.value))
        elif item is not None and self._is_taken(item):
            self._done([item.path])
        elif self._with_folders:
            self._tell(_("F10 takes what the cursor is on: go to the line of a file or folder."))

    def _is_taken(self, item: Item) -> bool:
        """Return whether this can be marked and taken."""
        return self._with_folders or not item.is_folder

    def action_pick_mark(self) -> None:
        """Mark the file under the cursor, or take its mark away, and go on to the next."""
        item = self._item_here()
        if item is None or not self._is_taken(item):
            return
        if item.path in self._marked:
            del self._marked[item.path]
        else:
            self._marked[item.path] = None
        self._tell()
        self._show(item.path.name)
        self._files.action_move(1, 0)

    def action_pick_up(self) -> None:
        """Go to the folder above."""
        if self._folder is not None:
            self._go(up_from(self._folder), self._folder.name)


def _as_item(spot: Spot) -> tuple[str, Item]:
    return spot.label, Item(spot.path, True, 0, 0)
