"""What lists share: search, filter and order, each remembered, and the row that stays at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.widgets import Input

from audit.settings import keep_view, kept_view
from audit.tui.loading import AT_ONCE, in_turns
from audit.tui.screens.base import AuditScreen, Result
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from criteria.errors import ReadinessError
from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from textual import events
    from textual.app import ComposeResult

    from audit.desk import Desk

ALL = "all"
"""Key of the filter that leaves nothing out."""


class ListScreen(AuditScreen[Result]):
    """A list, and below it what is at hand. A search looks beyond the filter.

    A screen says what it searches, what it can show, and fills the grid that `AUTO_FOCUS`
    names; its actions are
    called ``list.search``, ``list.filter``, ``list.sort`` and ``list.leave``.
    """

    VIEW: ClassVar[str]
    """By which name the filter and the order are remembered."""
    SEARCHES: ClassVar[str]
    """What stands in the empty search line; marked for translation, as the next two."""
    ASKS: ClassVar[str]
    """What is asked when a filter is chosen."""
    NOTHING: ClassVar[str] = N_("There is nothing to show here.")
    """What is said where nothing is left out and the list is empty all the same."""
    ORDERS: ClassVar[Mapping[str, str]] = {"": ""}
    """Key -> what it is called; the first is the usual one."""
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it
    """Widths are worked out here; restyling every widget for them would take a third."""

    def __init__(self, desk: Desk, first_filter: str = "") -> None:
        """Show a list as it was left.

        Args:
            desk: The round.
            first_filter: What is shown instead of what was chosen the last time.
        """
        super().__init__()
        self._desk = desk
        self._words = ""
        self._is_reading = False
        kept = kept_view(desk.round.id, self.VIEW)
        filter_, order = kept.get("filter", ""), kept.get("order", "")
        self._remembers = not first_filter
        self._first_filter = first_filter or ALL
        self._filter = first_filter or (filter_ if filter_ in self.filters() else ALL)
        self._order = order if order in self.orders() else ""

    # What a screen fills in

    def filters(self) -> Mapping[str, str]:
        """Return key -> label of what can be shown alone."""
        return {ALL: _("all")}

    def orders(self) -> Collection[str]:
        """Return the keys of the orders there are, the usual one first."""
        return self.ORDERS

    def fill(self, keep: str) -> None:
        """Fill the grid and the heading, with the cursor on the row ``keep`` if it is there."""

    async def show_here(self) -> None:
        """Show what is at hand."""

    def look(self, code: str) -> None:
        """Work out what the list needs of a commune, unless it is known as it stands."""

    def is_known(self, code: str) -> bool:
        """Return whether the commune was worked out before."""
        return True

    # Showing

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one(str(self.AUTO_FOCUS), Grid)

    @property
    def is_laid_out(self) -> bool:
        """Whether the list is there to be filled."""
        return self.is_attached and bool(self.query(str(self.AUTO_FOCUS)))

    def body(self) -> ComposeResult:
        """Lay out the search line where there is a search."""
        if self._words:
            yield self._search_line()

    async def on_screen_resume(self) -> None:
        """Show what was stated meanwhile, here or by another program."""
        if self.is_laid_out:
            self.readiness.catch_up()
            await self.catch_up()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_laid_out:
            self.fill(self.grid.row_key)

    async def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        await self.show_list()
        self.grid.focus()

    async def show_list(self, keep: str = "") -> None:
        """Show the list as it stands, and what is at hand."""
        if self.is_laid_out:
            self.fill(keep or self.grid.row_key)
            await self.show_here()

    async def catch_up(self) -> None:
        """Look up what was not, or was written to since: many communes bit by bit."""
        communes = self._desk.round.communes
        self._is_reading = sum(not self.is_known(each.code) for each in communes) > AT_ONCE
        self._read([each.code for each in communes])

    @work(exclusive=True, group="reading")
    async def _read(self, codes: list[str]) -> None:
        try:
            async for is_time_to_show in in_turns(codes, self.look):
                if is_time_to_show:
                    await self.show_list()
        except ReadinessError as error:
            self.readiness.say(error)
        self._is_reading = False
        await self.show_list()

    def nothing_words(self) -> str:
        """Return why the list is empty, and how to see all again."""
        if self._is_reading:
            return _("The communes are still being read.")
        if self._words.strip():
            return _("Nothing is found by these words. Esc ends the search.")
        if self._filter != ALL:
            words = _("The filter “{label}” leaves nothing to show. F4 shows all again.")
            return words.format(label=self.filters()[self._filter])
        return _(self.NOTHING)

    # Search

    @on(Input.Changed, "#search")
    async def _typed(self, event: Input.Changed) -> None:
        self._words = event.value
        await self.show_list()

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        self.take_found()

    def take_found(self) -> None:
        """Go on from the search line, with what was found."""
        self.grid.focus()

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the list while the search line has the focus."""
        steps = {"up": -1, "down": 1}
        if event.key in steps and isinstance(self.focused, Entry):
            event.stop()
            self.grid.action_move(steps[event.key], 0)

    def action_list_search(self) -> None:
        """Begin a search."""
        if not self.query("#search"):
            self.mount(self._search_line(), before=self.grid)
        self.query_one("#search", Entry).focus()

    def _search_line(self) -> Entry:
        return Entry(self._words, placeholder=_(self.SEARCHES), id="search", compact=True)

    # Filter and order

    def action_list_filter(self) -> None:
        """Choose what is shown."""
        from audit.tui.screens.choose import Choose

        async def chosen(key: str | None) -> None:
            if key is not None:
                self._filter = key
                self._remembers = True
                self.remember()
                await self.show_list()

        self.app.push_screen(Choose(_(self.ASKS), self.filters(), self._filter), chosen)

    async def action_list_sort(self) -> None:
        """Show the list in the next order."""
        orders = list(self.orders())
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self.remember()
        await self.show_list()

    def remember(self) -> None:
        """Remember what was chosen, for the next time this round is opened here."""
        view = {"filter": self._filter if self._remembers else "", "order": self._order}
        keep_view(self._desk.round.id, self.VIEW, view)

    async def action_list_leave(self) -> None:
        """Leave the search, or show all again, or else leave."""
        if self.query("#search"):
            await self.query("#search").remove()
            self._words = ""
            await self.show_list()
            self.grid.focus()
        elif self._filter not in (ALL, self._first_filter):
            self._filter = self._first_filter
            await self.show_list()
        else:
            self.workers.cancel_group(self, "reading")
            self.dismiss(None)
