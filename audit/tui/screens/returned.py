"""What the office has returned: each comment a jump to the criterion, ticked once answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from audit.tui.actions import Action, bindings
from audit.tui.loading import REST, read_commune
from audit.tui.screens.base import AuditScreen
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from checklists.checklist import State
from checklists.hand_in import PARAMETERS
from criteria.errors import ReadinessError
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from checklists.checklist import Checklist, Review

_PART_WIDTH = 14


class ReturnedList(Grid):
    """The comments of the office; Enter goes to the criterion."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Go there"))]


class ReturnedScreen(AuditScreen[None]):
    """Walks through what the office asks to be mended."""

    ACTIONS = (
        Action("returned.leave", "escape", N_("Back"), N_("Back to where you came from.")),
        Action(
            "returned.next",
            "f2",
            N_("Next open"),
            N_("Go to the first comment that is not answered yet."),
        ),
        Action("returned.filter", "f4", N_("Open only"), N_("Show only what is open, or all.")),
    )
    HELP_TEXT = N_(
        "What the office asks about your communes. Enter goes to the criterion; a comment is "
        "ticked once something was stated there that the office had not seen. When all of a "
        "commune is answered, have it signed again with F10 and hand it in anew."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    COPIES = "#returned-here"
    AUTO_FOCUS = "#returned"

    def __init__(self, desk: Desk, codes: Sequence[str] = ()) -> None:
        """Show what was returned.

        Args:
            desk: The round.
            codes: Of the communes to look at; empty for all.
        """
        super().__init__()
        self._desk = desk
        self._codes = list(codes) or [each.code for each in desk.round.communes]
        self._is_reading = True
        self._open_only = False
        self._places: dict[str, tuple[str, str]] = {}
        self._comments: dict[str, str] = {}
        self._open = 0

    def heading(self) -> str:
        """Return how much is still to be answered."""
        return _("Returned by the office · {title} · open: {count}").format(
            title=self._desk.round.title, count=count(self._open)
        )

    def body(self) -> ComposeResult:
        """Lay out the comments, and the one under the cursor in full."""
        yield Static(id="returned-what")
        yield ReturnedList(id="returned")
        yield Static(id="returned-here")

    def on_mount(self) -> None:
        """Read the communes bit by bit."""
        self._show()
        self._read()

    def on_screen_resume(self) -> None:
        """Show what was answered meanwhile."""
        if not self._is_reading:
            self.readiness.catch_up()
            self._is_reading = True
            self._read()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._show()
        self._grid.focus()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#returned"):
            self._show()

    @property
    def _grid(self) -> ReturnedList:
        return self.query_one("#returned", ReturnedList)

    @work(exclusive=True, group="reading")
    async def _read(self) -> None:
        try:
            for code in self._codes:
                if code not in self._desk.rows:
                    read_commune(self._desk, code)
                    await asyncio.sleep(REST)
        except ReadinessError as error:
            self.readiness.say(error)
        self._is_reading = False
        self._show()

    def _returned(self) -> Iterator[tuple[Checklist, Review]]:
        for code in self._codes:
            if code in self._desk.rows:
                checklist = self._desk.checklist(code)
                for review in checklist.reviews:
                    if review.outcome is State.RETURNED:
                        yield checklist, review

    def _show(self) -> None:
        columns = (
            Column("part", _("Where"), _PART_WIDTH),
            Column("words", _("What the office asks"), max(40, self.size.width - _PART_WIDTH - 4)),
        )
        rows: list[GridRow] = []
        self._places, self._comments, self._open = {}, {}, 0
        found = [*self._returned()]
        for checklist, review in found:
            rows += self._rows_of(checklist, review)
        grid = self._grid
        grid.fill(columns, rows, keep=grid.row_key)
        self.show_heading()
        self.query_one("#returned-what", Static).update(self._what(len(found)))
        self._show_here()

    def _rows_of(self, checklist: Checklist, review: Review) -> Iterator[GridRow]:
        code = checklist.commune.code
        listed = []
        for part, text in self._comments_of(review):
            is_answered = part in review.answered
            self._open += not is_answered
            if is_answered and self._open_only:
                continue
            key = f"{code}/{part}"
            self._places[key] = code, part
            self._comments[key] = review.comment_words(part)
            name = _("Parameters") if part == PARAMETERS else part
            style = "dim" if is_answered else ""
            listed.append(
                GridRow(
                    key,
                    (
                        GridCell(f"{'✓' if is_answered else '○'} {name}", style),
                        GridCell(text, style),
                    ),
                )
            )
        title = f"{code} {checklist.commune.name} · {checklist.state_label}"
        if not self._open_only or listed:
            yield GridRow("", (GridCell(title), GridCell("")))
        if review.statement.reason and not self._open_only:
            # What concerns the whole commune leads to its beginning.
            key = f"{code}/"
            self._places[key] = code, ""
            self._comments[key] = review.words
            yield GridRow(key, (GridCell("· " + _("The whole")), GridCell(review.statement.reason)))
        yield from listed

    def _comments_of(self, review: Review) -> list[tuple[str, str]]:
        """Return part and comment, in the order of the walk through a commune."""
        order = (PARAMETERS, *self._desk.round.catalogue.codes)
        places = {part: place for place, part in enumerate(order)}
        return sorted(review.comments.items(), key=lambda each: places.get(each[0], len(places)))

    def _what(self, communes: int) -> Content:
        if self._is_reading and not communes:
            return Content(_("The communes are still being read."))
        if not communes:
            return Content.styled(
                _("The office asks nothing of these communes."),
                "$success",
            )
        if not self._open:
            return Content.styled(
                _("All is answered. Have each commune signed again (F10), then hand in anew."),
                "$success",
            )
        return Content(
            _(
                "Communes: {communes}. Enter goes to the criterion; what is answered is ticked."
            ).format(communes=count(communes))
        )

    @on(Grid.Moved, "#returned")
    def _show_here(self) -> None:
        """Show the comment under the cursor in full."""
        words = self._comments.get(self._grid.row_key, "")
        self.query_one("#returned-here", Static).update(Content(words))

    @on(Grid.Chosen, "#returned")
    def _chosen(self, event: Grid.Chosen) -> None:
        self._go(event.row)

    def _go(self, key: str) -> None:
        if key in self._places:
            code, part = self._places[key]
            self.readiness.open_commune(code, part)

    def action_returned_next(self) -> None:
        """Go to the first comment that is not answered yet."""
        for checklist, review in self._returned():
            for part, _text in self._comments_of(review):
                if part not in review.answered:
                    key = f"{checklist.commune.code}/{part}"
                    self._grid.go_to(key)
                    self._go(key)
                    return
        self.readiness.say(_("Nothing is left to answer."), is_warning=False)

    def action_returned_filter(self) -> None:
        """Show only what is open, or all."""
        self._open_only = not self._open_only
        self._show()

    def action_returned_leave(self) -> None:
        """Back to where one came from."""
        self.workers.cancel_group(self, "reading")
        self.dismiss(None)
