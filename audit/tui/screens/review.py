"""The checklists by how far they have come: those that wait for the office stand first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from audit.package import Kind
from audit.sign_off import broadest
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import class_letters, standing, state_words
from audit.tui.loading import AT_ONCE, read_commune
from audit.tui.screens.listing import ALL, ListScreen
from audit.tui.themes import CLASS_STYLES, RATING_STYLES
from audit.tui.widgets.entry import one_line
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.tui.widgets.steady import update
from audit.undoing import undo_in
from checklists.checklist import State
from checklists.matrix import rating_sign
from checklists.search import find
from criteria.errors import ReadinessError
from criteria.language import N_, _, count, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from checklists.checklist import Checklist
    from checklists.matrix import MatrixRow

WAITING: Final = (State.SIGNED, State.RECEIVED, State.CHANGED, State.ACCEPTED_CHANGED)
"""States in which a checklist waits for the office."""
_ORDER: Final = (*WAITING, State.RETURNED, State.DRAFT, State.ACCEPTED)
_WAITING = "waiting"
_NOT_BEGUN = "not_begun"


class CommunesToReview(Grid):
    """The communes by state; Enter opens the review of one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Review"))]


class ReviewScreen(ListScreen[None]):
    """All checklists of the round by state; Enter reviews one."""

    ACTIONS = (
        Action("review.next", "f2", N_("Next"), N_("Go to the next checklist that waits for you.")),
        Action(
            "list.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search communes as you type; Enter reviews the first."),
        ),
        Action("list.filter", "f4", N_("Filter"), N_("Show only the checklists of one state.")),
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
        Action(
            "review.undo",
            "ctrl+z",
            N_("Undo"),
            N_("Take back what was accepted, returned or settled last."),
        ),
        Action("list.leave", "escape", N_("Back"), N_("Back to all communes.")),
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
    COPIES = "#review-here"
    VIEW = "review"
    SEARCHES = N_("Search: name, code, former name")
    ASKS = N_("Show which checklists?")

    def __init__(self, desk: Desk, commune: str = "") -> None:
        """Show the checklists of a round.

        Args:
            desk: The round.
            commune: Code of the commune to begin at; else the first that waits.
        """
        super().__init__(desk)
        self._cursor = commune
        self._shown: list[str] = []

    def heading(self) -> str:
        """Return how many wait, and what is shown."""
        rows = self._desk.rows.values()
        waiting = sum(row.checklist.state in WAITING for row in rows)
        parts = [
            _("Review"),
            _("waiting: {count}").format(count=count(waiting)),
            _("{label} {shown}/{all}").format(
                label=self.filters()[self._filter],
                shown=number(len(self._shown)),
                all=number(len(self._desk.round.communes)),
            ),
        ]
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out the list, and below it the checklist at hand."""
        yield from super().body()
        yield CommunesToReview(id="reviews")
        yield Static(id="review-here")

    async def on_mount(self) -> None:
        """Show what is read; the rest follows bit by bit."""
        await self.show_list()
        await self.catch_up()

    async def catch_up(self) -> None:
        """Read what is not read: a few at once, many bit by bit."""
        unread = self._desk.unread
        if len(unread) > AT_ONCE:
            self._is_reading = True
            self._read(unread)
        else:
            for code in unread:
                self.look(code)
            await self.show_list()

    def look(self, code: str) -> None:
        """Read a commune."""
        read_commune(self._desk, code)

    def filters(self) -> Mapping[str, str]:
        """Return what can be shown alone: what waits, or one state."""
        return {
            ALL: _("all"),
            _WAITING: _("waiting for the office"),
            **{each.value: each.label for each in _ORDER},
            _NOT_BEGUN: State.DRAFT.label_of(0),
        }

    def _fits(self, group: str) -> bool:
        return self._filter in (ALL, group) or (self._filter == _WAITING and group in WAITING)

    def fill(self, keep: str) -> None:
        """Fill the list; after a search the cursor is on what was found first."""
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
            # What nobody has touched is nobody's draft, and says least.
            for group in (*_ORDER, _NOT_BEGUN):
                held = [code for code in codes if _group_of(rows[code].checklist) == group]
                if held and self._fits(group):
                    label = rows[held[0]].checklist.state_label
                    heading = GridCell(f"{label} ({count(len(held))})")
                    lines.append(GridRow("", (heading,) * 5))
                    lines += [_line(rows[code]) for code in held]
        self._shown = [line.key for line in lines if line.key]
        names = max((cell_len(each.name) for each in communes), default=0)
        names = max(12, min(names, self.size.width // 4))
        heads = (_("Missing"), _("Contradictions"), _("Class"))
        missing, conflicts, class_ = (max(8, cell_len(head)) for head in heads)
        room = max(20, self.size.width - names - missing - conflicts - class_ - 6)
        columns = (
            Column("commune", _("Commune"), names),
            Column("who", _("By whom"), room),
            Column("missing", heads[0], missing, is_right=True),
            Column("conflicts", heads[1], conflicts, is_right=True),
            Column("class", heads[2], class_),
        )
        self.grid.fill(columns, lines, keep="" if words else self._cursor or keep)
        self.show_heading()
        self.refresh_bindings()

    async def show_here(self) -> None:
        """Show the checklist at hand."""
        row = self._desk.rows.get(self.grid.row_key)
        if row is None:
            update(self.query_one("#review-here", Static), Content(self.nothing_words()))
            return
        checklist = row.checklist
        name = f"{row.commune.code} {row.commune.name} · "
        room = self.size.width - 5 - cell_len(name + state_words(checklist))
        lines = [
            Content.assemble(
                name,
                (state_words(checklist), "bold"),
                f" · {standing(row, room)}",
            ),
            ratings_line(checklist, self.size.width - 2),
            *(Content(one_line(words)) for words in who_said(checklist)),
        ]
        update(self.query_one("#review-here", Static), Content("\n").join(lines))

    @on(Grid.Moved, "#reviews")
    async def _moved(self, event: Grid.Moved) -> None:
        if event.row:
            self._cursor = event.row
        await self.show_here()

    @on(Grid.Chosen, "#reviews")
    def _chosen(self, event: Grid.Chosen) -> None:
        self._open(event.row)

    def _open(self, code: str) -> None:
        from audit.tui.screens.review_commune import ReviewCommuneScreen

        self._cursor = code

        async def closed(following: str | None) -> None:
            await self.show_list()
            if following:
                self.grid.go_to(following)
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
        code = self.following(self.grid.row_key)
        if code:
            self.grid.go_to(code)
            self.grid.focus()
        else:
            self.readiness.say(_("No other checklist waits for the office."), is_warning=False)

    def take_found(self) -> None:
        """Review what was found."""
        self.grid.action_choose()

    async def action_review_undo(self) -> None:
        """Take back what was accepted, returned or settled last."""
        if self.undo_in("office"):
            await self.catch_up()
            await self.show_list()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer files only to whom may make them."""
        if action in ("review_slip", "review_receipt"):
            return self._desk.is_office
        if action == "review_undo":
            return bool(undo_in(self._desk, "office"))
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

        if not self.grid.row_key:
            return
        try:
            codes = communes_of_same_auditors(self._desk, self.grid.row_key)
        except ReadinessError as error:
            self.readiness.say(error)
        else:
            give_out(self.readiness, self._desk, Kind.RECEIPT, codes)


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


def _group_of(checklist: Checklist) -> str:
    is_begun = checklist.state is not State.DRAFT or checklist.progress.stated
    return checklist.state if is_begun else _NOT_BEGUN


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


def ratings_line(checklist: Checklist, room: int) -> Content:
    """Return the letters of all criteria, group by group; closer together where room is short."""
    line = _ratings(checklist, " {sign} ")
    return line if line.cell_length <= room else _ratings(checklist, "{sign}")


def _ratings(checklist: Checklist, form: str) -> Content:
    catalogue = checklist.round.catalogue
    groups: list[Content] = []
    for group in catalogue.groups:
        signs = [Content(group.code)]
        for criterion in catalogue.criteria:
            if criterion.group == group.code:
                outcome = checklist.outcomes[criterion.code]
                conflicts = bool(checklist.conflicts_of(criterion.code))
                sign = form.format(sign=rating_sign(outcome, is_conflict=conflicts))
                signs.append(Content.styled(sign, RATING_STYLES[outcome.rating]))
        groups.append(Content(" ").join(signs))
    return Content("  ").join(groups) if form == "{sign}" else Content(" ").join(groups)
