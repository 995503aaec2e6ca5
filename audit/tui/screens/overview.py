"""All communes of the round: how far each is, how it stands, what needs attention."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Input, Static

from audit.memory import let_go
from audit.office import needed_office
from audit.settings import keep_view, kept_view
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import (
    FILTERS,
    GROUPINGS,
    CommuneList,
    met_words,
    short_of,
    standing,
    why,
)
from audit.tui.loading import AT_ONCE, read_commune, read_rest
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import CLASS_STYLES
from audit.tui.widgets.commune_map import BY_CLASS, CommuneMap
from audit.tui.widgets.commune_table import CommuneTable
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid, whole_words
from audit.tui.widgets.steady import update
from audit.tui.widgets.tile_map import TileMap
from checklists.checklist import State
from checklists.matrix import Matrix, ReadinessClass
from criteria.errors import ReadinessError
from criteria.language import N_, _, count, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.tui.screens.compared_with import ComparedWith

TABLE, MAP, BOTH = "table", "map", "both"
WIDE_ENOUGH_FOR_BOTH = 120
_ASSIGN = N_(
    "On the command line: “readiness round assign --auditor NAME --communes CODES --out FILE”."
)
_CLOSE = N_("On the command line: “readiness round close --name NAME”.")


class OverviewScreen(AuditScreen[None]):
    """The round at a glance, as a table, a map or both; Enter opens a commune."""

    ACTIONS = (
        Action(
            "overview.inbox",
            "ctrl+o",
            N_("Take in"),
            N_("Take in files from others: hand-ins, slips, assignments; or take them back."),
        ),
        Action(
            "overview.review",
            "ctrl+r",
            N_("Review"),
            N_("Accept or return the checklists that were handed in."),
        ),
        Action(
            "overview.conflicts",
            "ctrl+g",
            N_("Contradictions"),
            N_("Show everything people contradict one another about, and settle it."),
        ),
        Action(
            "overview.send",
            "f10,ctrl+s",
            N_("Send"),
            N_("Make one sealed file of several communes for the office."),
        ),
        Action(
            "overview.returned",
            "ctrl+t",
            N_("Returned"),
            N_("See what the office has returned, and go to each comment."),
        ),
        Action(
            "overview.next",
            "f2",
            N_("Next"),
            N_("Go to the next commune that is yours and unfinished."),
            is_first=True,
        ),
        Action(
            "overview.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search communes as you type; Enter opens the first."),
        ),
        Action(
            "overview.filter", "f4", N_("Filter"), N_("Show only some communes: yours, unfinished…")
        ),
        Action("overview.matrix", "f7", N_("Matrix"), N_("Show all communes by all criteria.")),
        Action(
            "overview.view", "f6", N_("Map"), N_("Show a table, a map, or on wide screens both.")
        ),
        Action(
            "overview.group", "f5", N_("Group"), N_("Group by cluster or former district, or not.")
        ),
        Action(
            "overview.colour",
            "f8",
            N_("Colour by"),
            N_("Choose what the map shows: the class, or one criterion."),
        ),
        Action(
            "overview.assign",
            "",
            N_("Assign communes"),
            _ASSIGN,
            is_shown=False,
        ),
        Action(
            "overview.close_round",
            "",
            N_("Close the round"),
            _CLOSE,
            is_shown=False,
        ),
        Action(
            "overview.tasks",
            "ctrl+k",
            N_("Tasks"),
            N_("See what is to be done where something falls short, and plan who does it by when."),
            is_shown=False,
        ),
        Action(
            "overview.export",
            "f12",
            N_("Export…"),
            N_("Write files for leaders: workbook, dashboard, minutes, plain data."),
            is_shown=False,
        ),
        Action(
            "overview.compare",
            "",
            N_("Compare"),
            N_("See what changed since a close, or since another audit file."),
            is_shown=False,
        ),
        Action(
            "overview.as_of",
            "",
            N_("As of an earlier time"),
            N_("Show everything as it stood when the office closed the round, or as it is now."),
            is_shown=False,
        ),
        Action("overview.leave", "escape", N_("Back"), N_("Show all again; then close the file.")),
    )
    HELP_TEXT = N_(
        "Every commune of the round. Type a name after F3, with or without marks, a code or a "
        "former name; Enter opens the first one found, the arrows choose another. F6 shows the "
        "communes on a map: arrows walk it, Enter opens. F2 goes to what is still to be done."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#communes"
    COPIES = "#detail"
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it
    """Widths are worked out here; restyling every widget for them would take a third."""

    def __init__(self, desk: Desk) -> None:
        """Show the round on ``desk``; its communes are read once the screen is painted."""
        super().__init__()
        self._desk = desk
        self._list = CommuneList(desk)
        kept = kept_view(desk.round.id, "communes")
        self._list.choose(kept.get("filter", ""), kept.get("grouping", ""))
        view, colour = kept.get("view", ""), kept.get("colour", "")
        self._view = view if view in (MAP, BOTH) else TABLE
        self._colour = colour if colour in desk.round.catalogue.codes else BY_CLASS
        self._is_reading = False
        self._is_behind = False
        self._cursor = ""
        self._before_search = ""
        self._shown: frozenset[str] = frozenset()
        self._drawn_for = Size(0, 0)
        self._table_width = 0

    def heading(self) -> str:
        """Return the round and the province."""
        held = self._desk.round
        parts = [held.title, held.profile.province]
        if not held.catalogue.about.official:
            parts.append(_("provisional criteria"))
        # What nobody must overlook stands in front: the end may be cut off.
        if not self._desk.is_writable:
            parts.insert(0, _("for reading only"))
        if self._desk.as_of is not None:
            parts.insert(0, self._desk.as_of.words)
        if parts[0] != held.title:
            parts[0] = parts[0][:1].upper() + parts[0][1:]
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out totals, the search line, table and map, and the line on the cursor."""
        yield Static(id="totals")
        with Horizontal(id="search-line"):
            yield Entry(
                self._list.words,
                placeholder=_("Search: name, code, former name (F3)"),
                id="search",
                compact=True,
            )
            yield Static(id="filter")
        with Horizontal(id="views"):
            with Vertical(id="table-side"):
                yield Static(id="nothing")
                yield CommuneTable(self._desk, self._list, id="communes")
            with Vertical(id="map-side"):
                yield CommuneMap(self._desk, id="map")
                yield Static(id="legend")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Show the names at once, with the cursor where work was left; then read."""
        from audit.places import remembered_place

        place = remembered_place(self._desk.path)
        self._cursor = place.commune if place else ""
        self._catch_up()
        self.refill()

    def refill(self) -> None:
        """Fill what was composed anew, and give the focus to what is in front."""
        self._map.colour = self._colour
        self._map.lay_out(self._cursor)
        self._arrange()
        self.show_all()
        self._front.focus()

    def on_unmount(self) -> None:
        """Forget the round."""
        let_go()

    def on_screen_suspend(self) -> None:
        """Expect that something is stated on the screens in front."""
        self._is_behind = True

    def on_screen_resume(self) -> None:
        """Show what was stated meanwhile, here or by another program."""
        if not self._is_behind:
            return
        self._is_behind = False
        held = self._desk.round
        self.readiness.catch_up(with_round=True)
        self._catch_up()
        if self._desk.round is held:
            self.show_all()
        else:
            self.show_heading()
            self.refill()
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.size != self._drawn_for:
            self._arrange()
            self.show_all()

    # Reading

    def _catch_up(self) -> None:
        """Read what is not read, or was written to since: a few at once, many bit by bit."""
        unread = self._desk.unread
        if self._is_reading:
            unread = [code for code in unread if code == self._cursor]
        if len(unread) > AT_ONCE:
            self._is_reading = True
            self._read()
            return
        try:
            for code in unread:
                read_commune(self._desk, code)
        except ReadinessError as error:
            self.readiness.say(error)

    @work(exclusive=True, group="reading")
    async def _read(self) -> None:
        try:
            await read_rest(self._desk, self.show_all)
        except ReadinessError as error:
            self._is_reading = False
            self.readiness.say(error)
        else:
            self._is_reading = False
            self._catch_up()
        self.show_all()
        self.refresh_bindings()

    # Showing

    @property
    def _shows_table(self) -> bool:
        return self._view != MAP

    @property
    def _shows_map(self) -> bool:
        return self._view == MAP or (self._view == BOTH and self._has_room_for_both)

    @property
    def _has_room_for_both(self) -> bool:
        return self.size.width >= WIDE_ENOUGH_FOR_BOTH

    @property
    def _table(self) -> CommuneTable:
        return self.query_one("#communes", CommuneTable)

    @property
    def _map(self) -> CommuneMap:
        return self.query_one("#map", CommuneMap)

    @property
    def _front(self) -> Grid | TileMap:
        """What the arrow keys move in: the table, or the map where there is no table."""
        if self._shows_map and (self._map.has_focus or not self._shows_table):
            return self._map
        return self._table

    def _arrange(self) -> None:
        """Give table and map their room."""
        table = self.query_one("#table-side")
        table.display = self._shows_table
        self.query_one("#map-side").display = self._shows_map
        self._table_width = self.size.width
        if self._shows_map:
            least = self._map.least_width(self.size.height - 8)
            self._table_width -= min(max(least, self.size.width // 2), 2 * least)
        table.styles.width = self._table_width
        self.refresh_bindings()

    def show_all(self) -> None:
        """Show the communes as they stand now."""
        self._drawn_for = self.size
        self._show_table()
        self._map.refresh()
        update(self.query_one("#totals", Static), self._totals())
        self._show_legend()
        self._show_detail()

    def _totals(self) -> Content:
        """Return how the province stands, or how far it is read."""
        rows = self._desk.rows
        every = len(self._desk.round.communes)
        if self._is_reading:
            text = _("Reading… {done}/{all} communes").format(
                done=number(len(rows)), all=number(every)
            )
            # As high as what follows, so that the table does not jump.
            return Content(text if self._shows_map else text + "\n")
        matrix = Matrix(
            self._desk.round,
            tuple(rows[each.code] for each in self._desk.round.communes if each.code in rows),
        )
        if self._shows_map and self._colour == BY_CLASS:
            # The legend counts the classes.
            return Content(met_words(matrix))
        parts: list[Content | str] = []
        for each in ReadinessClass:
            words = f" {each.label}" if self.size.width >= WIDE_ENOUGH_FOR_BOTH else ""
            parts.append(Content.styled(f" {each.letter} ", CLASS_STYLES[each]))
            parts.append(f"{words} {count(matrix.classes[each])} ")
        done = sum(not row.checklist.progress.missing for row in matrix.rows)
        conflicts = sum(bool(row.checklist.conflicts) for row in matrix.rows)
        parts.append(
            "· " + _("complete: {done}/{all}").format(done=number(done), all=number(every))
        )
        if conflicts:
            parts.append(" · " + _("contradictions: {count}").format(count=count(conflicts)))
        if not self._shows_map:
            parts.append("\n" + met_words(matrix))
        return Content.assemble(*parts)

    def _show_table(self) -> None:
        self._shown = self._table.show(self._table_width, self._cursor)
        self._map.listed = self._shown
        if self._shows_table and self._table.row_key:
            self._cursor = self._table.row_key
        nothing = self.query_one("#nothing", Static)
        nothing.display = not self._shown and not self._is_reading
        if nothing.display:
            update(nothing, Content(self._list.nothing()))
        self._show_filter()

    def _show_filter(self) -> None:
        shown, every = len(self._shown), len(self._desk.round.communes)
        label = _(FILTERS[self._list.filter].label)
        if self._list.filter == "mine" and self._desk.assigned:
            label = _("assigned to you")
        if self._list.words.strip():
            found = (
                _("found outside the filter: {count}")
                if self._list.is_beyond_filter
                else _("found: {count}")
            )
            text = found.format(count=number(shown))
        else:
            text = _("Filter: {label} {shown}/{all}").format(
                label=label, shown=number(shown), all=number(every)
            )
        if self._list.grouping:
            text += " · " + _(GROUPINGS[self._list.grouping])
        update(self.query_one("#filter", Static), Content(text))

    @on(TileMap.Fitted)
    def _show_legend(self) -> None:
        room = self.size.width - 2 - (self._table_width if self._shows_table else 0)
        update(self.query_one("#legend", Static), self._map.legend(room))

    # The commune under the cursor

    def copyable(self) -> Iterator[tuple[str, str]]:
        """Yield the result of the commune at hand, the sentence on the round, and the list."""
        from audit.clock import now
        from checklists.summary import paste_sentence

        yield from super().copyable()
        if not self._desk.unread:
            at = self._desk.as_of.day if self._desk.as_of is not None else now()
            words = paste_sentence(self._desk.matrix(), at)
            yield _("How the round stands, in one sentence"), words

    def _show_detail(self) -> None:
        """Say in two lines how the commune under the cursor stands."""
        code = self._cursor
        commune = self._desk.round.by_code.get(code)
        row = self._desk.rows.get(code)
        if commune is None or not (self._shown or self._shows_map):
            lines = ["", ""]
        elif row is None:
            lines = [f"{code} {commune.name}", ""]
        else:
            of_criterion = self._shows_map and self._colour in row.outcomes
            name, room = f"{code} {commune.name} · ", self.size.width - 2
            lines = [
                whole_words(name + standing(row, room - cell_len(name)), room),
                whole_words(why(row, self._colour) if of_criterion else short_of(row), room),
            ]
        update(self.query_one("#detail", Static), Content("\n".join(lines)))

    @on(Grid.Moved, "#communes")
    def _moved_in_table(self, event: Grid.Moved) -> None:
        if event.row and self._front is event.grid:
            self._cursor = event.row
            self._map.go_to(event.row)
            self._show_detail()

    @on(TileMap.Moved, "#map")
    def _moved_on_map(self, event: TileMap.Moved) -> None:
        if self._front is event.tile_map:
            self._cursor = event.key
            self._table.go_to(event.key)
            self._show_detail()

    def go_to(self, code: str) -> None:
        """Put the cursor on a commune, and show all where it would not be seen."""
        if code not in self._desk.round.by_code:
            return
        if code in self._desk.unread:
            # What is not read fits no filter; what cannot be read is said where it is opened.
            with contextlib.suppress(ReadinessError):
                read_commune(self._desk, code)
        if not self._list.fits(code):
            self._list.filter = "all"
        self._cursor = code
        self._map.go_to(code)
        self.show_all()

    def _open(self, code: str) -> None:
        search = self.query_one("#search", Entry)
        self._cursor = self._before_search = code
        if search.value:
            # What was searched for is found; who comes back sees all again.
            search.value = ""
            self._front.focus()
        self.readiness.open_commune(code)

    @on(Grid.Chosen, "#communes")
    def _chosen_in_table(self, event: Grid.Chosen) -> None:
        self._open(event.row)

    @on(TileMap.Chosen, "#map")
    def _chosen_on_map(self, event: TileMap.Chosen) -> None:
        self._open(event.key)

    # Search

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        was_searching = bool(self._list.words.strip())
        self._list.words = event.value
        if event.value.strip():
            if not was_searching:
                self._before_search = self._cursor
            self._cursor = next(iter(self._list.codes()), "")
        elif was_searching and self._before_search:
            self._cursor = self._before_search
        self._map.go_to(self._cursor)
        self.show_all()

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        if self._list.words.strip() and self._cursor in self._shown:
            self._open(self._cursor)

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the table or the map while the search line has the focus."""
        if not self.query_one("#search", Entry).has_focus:
            return
        front = self._front
        steps = {
            "up": lambda: self._walk(-1),
            "down": lambda: self._walk(1),
            "pageup": lambda: front.action_page(-1),
            "pagedown": lambda: front.action_page(1),
        }
        if event.key in steps:
            event.stop()
            steps[event.key]()

    def _walk(self, rows: int) -> None:
        front = self._front
        if isinstance(front, Grid):
            front.action_move(rows, 0)
        else:
            front.action_walk(rows, 0)

    def action_overview_search(self) -> None:
        """Begin a search."""
        self.query_one("#search", Entry).focus()

    # Other actions

    def _remember(self, **chosen: str) -> None:
        """Remember how the communes are shown, for the next time this round is opened here."""
        round_id = self._desk.round.id
        keep_view(round_id, "communes", {**kept_view(round_id, "communes"), **chosen})

    def action_overview_next(self) -> None:
        """Go to the next commune that is the auditor's and unfinished."""
        search = self.query_one("#search", Entry)
        if search.value:
            search.value = ""
            self._list.words = ""
        code = self._list.next_open(self._cursor)
        if not code:
            self.readiness.say(
                _("The communes are still being read.")
                if self._is_reading
                else _("Nothing is left to do: every commune is complete."),
                is_warning=False,
            )
            return
        self.go_to(code)
        self._front.focus()

    def action_overview_filter(self) -> None:
        """Choose which communes are shown."""
        from audit.tui.screens.choose import Choose

        def chosen(key: str | None) -> None:
            if key is not None:
                self._list.filter = key
                self._remember(filter=key)
                self.show_all()

        # Half-read counts would be wrong ones.
        counts = {} if self._is_reading else self._list.counts()
        options = {
            key: _(held.label) + (f" ({number(counts[key])})" if counts else "")
            for key, held in FILTERS.items()
        }
        self.app.push_screen(Choose(_("Show which communes?"), options, self._list.filter), chosen)

    def action_overview_group(self) -> None:
        """Group the communes by cluster or former district, or show the official order."""
        self._list.next_grouping()
        self._remember(grouping=self._list.grouping)
        self.show_all()

    def action_overview_view(self) -> None:
        """Go on from the table to the map, to both where there is room, and back."""
        views = (TABLE, MAP, BOTH) if self._has_room_for_both else (TABLE, MAP)
        here = views.index(self._view) if self._view in views else 0
        self._view = views[(here + 1) % len(views)]
        self._remember(view=self._view)
        self._arrange()
        self._map.go_to(self._cursor)
        self.show_all()
        if not self.query_one("#search", Entry).has_focus:
            self._front.focus()

    def action_overview_matrix(self) -> None:
        """Show all communes by all criteria."""
        from audit.tui.screens.matrix import MatrixScreen

        self.readiness.catch_up()
        self._catch_up()
        self.app.push_screen(MatrixScreen(self._desk))

    def action_overview_send(self) -> None:
        """Make a file for the office."""
        from audit.tui.screens.send import SendScreen

        self.readiness.catch_up()
        self.app.push_screen(SendScreen(self._desk))

    def action_overview_inbox(self) -> None:
        """Take in files from others."""
        from audit.tui.screens.inbox import InboxScreen

        self.app.push_screen(InboxScreen(self._desk))

    def action_overview_returned(self) -> None:
        """See what the office has returned."""
        from audit.tui.screens.returned import ReturnedScreen

        self.readiness.catch_up()
        self.app.push_screen(ReturnedScreen(self._desk))

    def stop_reading(self) -> None:
        """Leave the rest unread until this screen is in front again."""
        self.workers.cancel_group(self, "reading")
        self._is_reading = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is: colours on a map, what was returned to those it concerns."""
        match action:
            case "overview_colour":
                return self._shows_map
            case "overview_returned":
                states = (row.checklist.state for row in self._desk.rows.values())
                return not self._desk.is_office and State.RETURNED in states
            case "overview_as_of":
                return self._desk.as_of is not None or bool(self._desk.round.closes)
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str:
        """Return why the office's work is nothing for this person, or what there is none of."""
        match action:
            case "overview_review" | "overview_assign" | "overview_close_round":
                if self._desk.is_office:
                    return ""
                if not self._desk.is_writable:
                    return _("This file is shown for reading only.")
                try:
                    needed_office(self._desk)
                except ReadinessError as error:
                    return str(error)
            case "overview_conflicts":
                if any(row.checklist.conflicts for row in self._desk.rows.values()):
                    return ""
                if self._is_reading:
                    return _("The communes are still being read.")
                return _("Nothing contradicts anything.")
        return ""

    def action_overview_colour(self) -> None:
        """Choose what the tiles show."""
        from audit.tui.screens.choose import Choose

        def chosen(key: str | None) -> None:
            if key is not None:
                self._colour = self._map.colour = key
                self._remember(colour=key)
                self.show_all()

        criteria = {
            each.code: f"{each.code} {each.short}" for each in self._desk.round.catalogue.criteria
        }
        self.app.push_screen(
            Choose(
                _("What should the map show?"),
                {BY_CLASS: _("The class of each commune"), **criteria},
                self._colour,
            ),
            chosen,
        )

    def action_overview_review(self) -> None:
        """Accept or return what was handed in."""
        from audit.tui.screens.review import ReviewScreen

        if self.declines("overview_review"):
            return
        self.readiness.catch_up()
        self._catch_up()
        self.app.push_screen(ReviewScreen(self._desk))

    def action_overview_conflicts(self) -> None:
        """Show everything people contradict one another about."""
        from audit.tui.screens.conflicts import ConflictsScreen

        if self.declines("overview_conflicts"):
            return
        self.readiness.catch_up()
        self._catch_up()
        self.app.push_screen(ConflictsScreen(self._desk))

    def action_overview_tasks(self) -> None:
        """See what is to be done, and plan it."""
        from audit.tui.screens.tasks import TasksScreen

        self.readiness.catch_up()
        self._catch_up()
        self.app.push_screen(TasksScreen(self._desk))

    def action_overview_assign(self) -> None:
        """Say how to give communes to auditors."""
        if self.declines("overview_assign"):
            return
        self.readiness.say(_(_ASSIGN), is_warning=False)

    def action_overview_close_round(self) -> None:
        """Say how to close the round under a name."""
        if self.declines("overview_close_round"):
            return
        self.readiness.say(_(_CLOSE), is_warning=False)

    def action_overview_export(self) -> None:
        """Write files for leaders."""
        from audit.tui.screens.export import ExportScreen

        self.readiness.catch_up()
        self.app.push_screen(ExportScreen(self._desk, self._cursor))

    def action_overview_compare(self) -> None:
        """See what changed since a close, or since another audit file."""
        from audit.tui.screens.compare import CompareScreen
        from audit.tui.screens.compared_with import choose_compared_with

        def chosen(compared_with: ComparedWith) -> None:
            self.app.push_screen(CompareScreen(self._desk, compared_with))

        self.readiness.catch_up()
        choose_compared_with(self.readiness, self._desk, chosen)

    def action_overview_as_of(self) -> None:
        """Show everything as of a close, for reading only; or as it is now."""
        from audit.tui.screens.compared_with import choose_as_of

        held = self._desk.as_of
        choose_as_of(self.readiness, self._desk, held.name if held else "", self._open_as_of)

    def _open_as_of(self, close: str) -> None:
        held = self._desk.as_of
        if close == (held.name if held else ""):
            return
        self.workers.cancel_group(self, "reading")
        try:
            desk = self.readiness.open_desk(self._desk.path, as_of=close)
        except ReadinessError as error:
            self.readiness.say(error)
            self.dismiss(None)
            return
        self.app.switch_screen(OverviewScreen(desk))

    def action_overview_leave(self) -> None:
        """Leave the search, or show what a filter left out, or else close the file."""
        search = self.query_one("#search", Entry)
        if search.value or search.has_focus:
            search.value = ""
            self._front.focus()
            return
        if self._list.widen():
            self.show_all()
            return
        self.workers.cancel_group(self, "reading")
        self.readiness.close_desk()
        self.dismiss(None)
