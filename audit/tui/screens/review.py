"""The checklists by how far they have come: those that wait for the office stand first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static

from audit.package import Kind
from audit.sign_off import broadest
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import class_letters, standing, state_words
from audit.tui.loading import AT_ONCE, in_turns, read_commune
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.entry import Entry, one_line
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.tui.widgets.steady import update
from checklists.checklist import State
from checklists.matrix import rating_sign
from checklists.search import find
from criteria.errors import ReadinessError
from criteria.language import N_, _, count, number

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from checklists.checklist import Checklist
    from checklists.matrix import MatrixRow

WAITING: Final = (State.SIGNED, State.RECEIVED, State.CHANGED, State.ACCEPTED_CHANGED)
"""States in which a checklist waits for the office."""
_ORDER: Final = (*WAITING, State.RETURNED, State.DRAFT, State.ACCEPTED)
_ALL, _WAITING = "all", "waiting"


class CommunesToReview(Grid):
    """The communes by state; Enter opens the review of one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Review"))]


class ReviewScreen(AuditScreen[None]):
    """All checklists of the round by state; Enter reviews one."""

    ACTIONS = (
        Action("review.next", "f2", N_("Next"), N_("Go to the next checklist that waits for you.")),
        Action(
            "review.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search communes as you type; Enter reviews the first."),
        ),
        Action("review.filter", "f4", N_("Filter"), N_("Show only the checklists of one state.")),
        Action(
            "review.slip",
            "f7",
            N_("Return slip"),
            N_("Write one file with all returned checklists, for their auditors."),
        ),
        Action(
            "review.receipt",
            "f8",
            N_("Receipt"),
            N_("Write a file that proves what has arrived of the auditors of this commune."),
        ),
        Action("review.leave", "escape", N_("Back"), N_("Back to all communes.")),
    )
    HELP_TEXT = N_(
        "Every checklist by how far it has come; what is signed or received waits for the office "
        "and stands first. Enter opens one: there it is accepted, or returned with comments. "
        "Whoever reviews is not the author: where you stated something yourself, another person "
        "of the office has to do it."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = "#reviews"
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it

    def __init__(self, desk: Desk, commune: str = "") -> None:
        """Show the checklists of a round.

        Args:
            desk: The round.
            commune: Code of the commune to begin at; else the first that waits.
        """
        super().__init__()
        self._desk = desk
        self._cursor = commune
        self._filter = _ALL
        self._words = ""
        self._shown: list[str] = []
        self._is_reading = False

    def heading(self) -> str:
        """Return how many wait, and what is shown."""
        rows = self._desk.rows.values()
        waiting = sum(row.checklist.state in WAITING for row in rows)
        parts = [
            _("Review"),
            _("waiting: {count}").format(count=count(waiting)),
            _("{label} {shown}/{all}").format(
                label=self._filters()[self._filter],
                shown=number(len(self._shown)),
                all=number(len(self._desk.round.communes)),
            ),
        ]
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out the list, and below it the checklist at hand."""
        if self._words:
            yield self._search_line()
        yield CommunesToReview(id="reviews")
        yield Static(id="review-here")

    def on_mount(self) -> None:
        """Show what is read; the rest follows bit by bit."""
        self._show()
        self._catch_up()

    def on_screen_resume(self) -> None:
        """Show what was stated meanwhile, here or by another program."""
        if self.query("#reviews"):
            self.readiness.catch_up()
            self._catch_up()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#reviews"):
            self._show()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._show()
        self._grid.focus()

    def _catch_up(self) -> None:
        unread = self._desk.unread
        if len(unread) > AT_ONCE:
            self._is_reading = True
            self._read()
        else:
            for code in unread:
                read_commune(self._desk, code)
            self._show()

    @work(exclusive=True, group="reading")
    async def _read(self) -> None:
        """Read bit by bit what is not read yet."""
        try:
            async for is_time_to_show in in_turns(
                self._desk.unread, lambda code: read_commune(self._desk, code)
            ):
                if is_time_to_show:
                    self._show()
        except ReadinessError as error:
            self.readiness.say(error)
        self._is_reading = False
        self._show()

    @property
    def _grid(self) -> Grid:
        return self.query_one("#reviews", Grid)

    def _filters(self) -> dict[str, str]:
        return {
            _ALL: _("all"),
            _WAITING: _("waiting for the office"),
            **{each.value: each.label for each in _ORDER},
        }

    def _fits(self, state: State) -> bool:
        return self._filter in (_ALL, state.value) or (
            self._filter == _WAITING and state in WAITING
        )

    def _show(self) -> None:
        """Show the checklists as they stand now."""
        rows = self._desk.rows
        communes = self._desk.round.communes
        words = self._words.strip()
        found = (
            [each.commune.code for each in find(words, communes, limit=len(communes))]
            if words
            else [each.code for each in communes]
        )
        codes = [code for code in found if code in rows]
        lines: list[GridRow] = []
        if words:
            lines = [_line(rows[code]) for code in codes]
        else:
            for state in _ORDER:
                held = [code for code in codes if rows[code].checklist.state is state]
                if held and self._fits(state):
                    heading = GridCell(f"{state.label} ({count(len(held))})")
                    lines.append(GridRow("", (heading,) * 5))
                    lines += [_line(rows[code]) for code in held]
        self._shown = [line.key for line in lines if line.key]
        names = max((cell_len(each.name) for each in communes), default=0)
        names = max(12, min(names, self.size.width // 4))
        room = max(20, self.size.width - names - 8 - 14 - 8 - 6)
        columns = (
            Column("commune", _("Commune"), names),
            Column("who", _("By whom"), room),
            Column("missing", _("Missing"), 8, is_right=True),
            Column("conflicts", _("Contradictions"), 14, is_right=True),
            Column("class", _("Class"), 8),
        )
        keep = self._cursor if not words else ""
        self._grid.fill(columns, lines, keep=keep)
        self.show_heading()
        self._show_here()
        self.refresh_bindings()

    def _show_here(self) -> None:
        row = self._desk.rows.get(self._grid.row_key)
        if row is None:
            words = (
                _("The communes are still being read.")
                if self._is_reading
                else _("No commune is shown. Esc ends the search; F4 chooses another filter.")
            )
            update(self.query_one("#review-here", Static), Content(words))
            return
        checklist = row.checklist
        lines = [
            Content.assemble(
                f"{row.commune.code} {row.commune.name} · ",
                (state_words(checklist), "bold"),
                f" · {standing(row)}",
            ),
            ratings_line(checklist),
            *(Content(one_line(words)) for words in who_said(checklist)),
        ]
        update(self.query_one("#review-here", Static), Content("\n").join(lines))

    @on(Grid.Moved, "#reviews")
    def _moved(self, event: Grid.Moved) -> None:
        if event.row:
            self._cursor = event.row
        self._show_here()

    @on(Grid.Chosen, "#reviews")
    def _chosen(self, event: Grid.Chosen) -> None:
        self._open(event.row)

    def _open(self, code: str) -> None:
        from audit.tui.screens.review_commune import ReviewCommuneScreen

        self._cursor = code

        def closed(following: str | None) -> None:
            self._show()
            if following:
                self._grid.go_to(following)
                self._open(following)

        self.app.push_screen(ReviewCommuneScreen(self._desk, code, self.following), closed)

    def following(self, code: str) -> str:
        """Return the next checklist that waits, round and round; empty for none but this."""
        codes = [
            each
            for each in self._shown
            if each == code or self._desk.row(each).checklist.state in WAITING
        ]
        if code not in codes:
            return codes[0] if codes else ""
        place = codes.index(code)
        return next(iter((*codes[place + 1 :], *codes[:place])), "")

    def action_review_next(self) -> None:
        """Go to the next checklist that waits."""
        code = self.following(self._grid.row_key)
        if code:
            self._grid.go_to(code)
            self._grid.focus()
        else:
            self.readiness.say(_("No other checklist waits for the office."), is_warning=False)

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        self._words = event.value
        self._show()

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        self._grid.action_choose()

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the list while the search line has the focus."""
        steps = {"up": -1, "down": 1}
        if event.key in steps and isinstance(self.focused, Entry):
            event.stop()
            self._grid.action_move(steps[event.key], 0)

    def action_review_search(self) -> None:
        """Begin a search."""
        if not self.query("#search"):
            self.mount(self._search_line(), before="#reviews")
        self.query_one("#search", Entry).focus()

    def _search_line(self) -> Entry:
        placeholder = _("Search: name, code, former name")
        return Entry(self._words, placeholder=placeholder, id="search", compact=True)

    def action_review_filter(self) -> None:
        """Choose which checklists are shown."""
        from audit.tui.screens.choose import Choose

        def chosen(key: str | None) -> None:
            if key is not None:
                self._filter = key
                self._show()

        self.app.push_screen(
            Choose(_("Show which checklists?"), self._filters(), self._filter), chosen
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer files only to whom may make them."""
        if action in ("review_slip", "review_receipt"):
            return self._desk.is_office
        return super().check_action(action, parameters)

    def action_review_slip(self) -> None:
        """Write one file with all returned checklists."""
        from audit.slips import returned_communes
        from audit.tui.screens.give_out import give_out

        try:
            codes = returned_communes(self._desk)
        except ReadinessError as error:
            self.readiness.say(error)
        else:
            give_out(self.readiness, self._desk, Kind.SLIP, codes)

    def action_review_receipt(self) -> None:
        """Write a file that proves what has arrived of the auditors of the commune at hand."""
        from audit.slips import communes_of_same_auditors
        from audit.tui.screens.give_out import give_out

        if not self._grid.row_key:
            return
        try:
            codes = communes_of_same_auditors(self._desk, self._grid.row_key)
        except ReadinessError as error:
            self.readiness.say(error)
        else:
            give_out(self.readiness, self._desk, Kind.RECEIPT, codes)

    def action_review_leave(self) -> None:
        """Leave the search, or show all again, or else leave."""
        if self.query("#search"):
            self.query("#search").remove()
            self._words = ""
            self._show()
            self._grid.focus()
        elif self._filter != _ALL:
            self._filter = _ALL
            self._show()
        else:
            self.workers.cancel_group(self, "reading")
            self.dismiss(None)


def _line(row: MatrixRow) -> GridRow:
    checklist = row.checklist
    missing, conflicts = checklist.progress.missing, len(checklist.conflicts)
    return GridRow(
        row.commune.code,
        (
            GridCell(row.commune.name),
            GridCell(_who(checklist)),
            GridCell(count(missing) if missing else "–"),
            GridCell(count(conflicts) if conflicts else "–"),
            GridCell(f" {class_letters(row):<7}", CLASS_STYLES[row.readiness]),
        ),
    )


def _who(checklist: Checklist) -> str:
    """Return who said last how far the checklist has come, and when."""
    if checklist.state in WAITING and checklist.sign_offs:
        said = broadest(checklist.sign_offs).statement
    elif checklist.reviews:
        said = checklist.reviews[0].statement
    else:
        return "–"
    return f"{said.author} · {said.when}"


def who_said(checklist: Checklist) -> list[str]:
    """Return who signed, and what the office said; what counts now comes first."""
    signed = checklist.sign_offs
    last = broadest(signed) if signed else None
    signs = [each.words for each in sorted(signed, key=lambda each: each is not last)]
    said = [review.words for review in checklist.reviews]
    return [*signs, *said] if checklist.state in WAITING else [*said, *signs]


def ratings_line(checklist: Checklist) -> Content:
    """Return the letters of all criteria, group by group."""
    catalogue = checklist.round.catalogue
    parts: list[Content | str] = []
    for group in catalogue.groups:
        parts.append(f"{group.code} ")
        for criterion in catalogue.criteria:
            if criterion.group == group.code:
                outcome = checklist.outcomes[criterion.code]
                conflicts = bool(checklist.conflicts_of(criterion.code))
                sign = rating_sign(outcome, is_conflict=conflicts)
                parts += [Content.styled(f" {sign} ", RATING_STYLES[outcome.rating]), " "]
        parts.append(" ")
    return Content.assemble(*parts)
