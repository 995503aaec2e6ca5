"""What people contradict one another about in a round; the office settles it here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from audit.conflicts import Third, conflicts_of, resolution_draft
from audit.review import return_draft
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.listing import ALL, ListScreen
from audit.tui.widgets.entry import Entry, one_line
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow, LazyRows
from audit.tui.widgets.part_list import ASKED
from audit.tui.widgets.sides import SideCard, Sides
from audit.tui.widgets.steady import update
from audit.undoing import undo_in
from audit.unsaved import Unsaved
from checklists.checklist import State
from checklists.conflicts import Matter
from checklists.hand_in import PARAMETERS
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, count, number
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.fold import Ledger
    from checklists.conflicts import Conflict, Side

AREA = "office"
"""What the office settles and reviews is taken back together, the last first."""
_HERE, _DECIDING, _OPEN = "here", "deciding", "open"


class ConflictList(Grid):
    """The contradictions; Enter goes to the values, or to the checklist."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Open"))]


class ConflictsScreen(ListScreen[tuple[str, str] | None]):
    """All contradictions, and the one at hand with its values side by side.

    It is left with a part and a field to go to where it was opened from a checklist.
    """

    ACTIONS = (
        Action(
            "conflicts.next",
            "f2",
            N_("Next"),
            N_("Go to the next contradiction that decides a rating and is not sent back."),
        ),
        Action(
            "conflicts.other",
            "f8",
            N_("Other value"),
            N_("Settle it with a value that none of them stated, with a reason."),
        ),
        Action(
            "conflicts.send_back",
            "ctrl+r",
            N_("Send back"),
            N_("Return the checklist with a comment, so that it is looked at again on site."),
        ),
        Action(
            "conflicts.undo",
            "ctrl+z",
            N_("Undo"),
            N_("Take back what was settled or sent back last."),
        ),
        Action("conflicts.evidence", "f6", N_("Evidence"), N_("Look at photos and files.")),
        Action(
            "conflicts.checklist",
            "ctrl+o",
            N_("Checklist"),
            N_("Open the checklist at this place."),
        ),
        Action("list.filter", "f4", N_("Filter"), N_("Show only some contradictions.")),
        Action(
            "list.search",
            "f3,ctrl+f",
            N_("Search"),
            N_("Search by commune, field, criterion or person."),
        ),
        Action("list.sort", "f5", N_("Sort"), N_("Show them in another order.")),
        Action("list.leave", "escape", N_("Back"), N_("Back to the list, then to where you were.")),
    )
    HELP_TEXT = N_(
        "Values that did not know of one another contradict each other until the office settles "
        "it. Below stands the one at hand, each value with who stated it, when and how, what they "
        "noted, and what the criterion would be rated with it. A digit takes the value with that "
        "number; Enter goes to the values, where the arrows choose and Enter takes. Everything "
        "asks for a reason, which is kept."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS[:1]),
        # Stands in the key bar for all digits.
        Binding("1", "take(1)", N_("Take"), key_display="1-9"),
        *bindings(ACTIONS[1:]),
    ]
    AUTO_FOCUS = "#conflicts"
    VIEW = "conflicts"
    SEARCHES = N_("Search: commune, field, criterion, person")
    ASKS = N_("Show which contradictions?")
    ORDERS: ClassVar[Mapping[str, str]] = {
        "": N_("in the order of the communes"),
        "criterion": N_("by criterion"),
        "deciding": N_("those that decide a rating first"),
    }

    def __init__(self, desk: Desk, commune: str = "", subject: str = "") -> None:
        """Show the contradictions of a round.

        Args:
            desk: The round.
            commune: Code of the commune to begin with; only its contradictions are shown
                until F4 shows all.
            subject: What to begin with in that commune.
        """
        self._commune = commune
        super().__init__(desk, _HERE if commune else "")
        self._held: dict[str, tuple[Ledger, tuple[Conflict, ...]]] = {}
        self._shown: dict[str, Conflict] = {}
        self._wanted = ""
        self._sides_of: Conflict | None = None
        if commune:
            self.look(commune)
            here = self._held[commune][1]
            self._wanted = next((_key(each) for each in here if each.subject == subject), "")

    def heading(self) -> str:
        """Return which contradictions are shown, and how many there are."""
        every = sum(len(found) for _ledger, found in self._held.values())
        parts = [
            _("Contradictions"),
            _("{label} {shown}/{all}").format(
                label=self.filters()[self._filter],
                shown=number(len(self._shown)),
                all=number(every) + ("…" if self._is_reading else ""),
            ),
        ]
        if self._order:
            parts.append(_(self.ORDERS[self._order]))
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out the list, and below it the one at hand."""
        yield from super().body()
        yield ConflictList(id="conflicts")
        yield Static(id="conflict")
        yield Sides(id="sides")
        yield Static(id="conflict-told")

    async def on_mount(self) -> None:
        """Show what is there; communes that are not read yet follow bit by bit."""
        await self.show_list(self._wanted)
        await self.catch_up()

    async def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._held.clear()
        await self.catch_up()
        await super().refill()

    # Reading

    def is_known(self, code: str) -> bool:
        """Return whether the commune was looked up before."""
        return code in self._held

    def look(self, code: str) -> None:
        """Look a commune up, unless it stands as it was looked up."""
        ledger = self._desk.ledger(code)
        held = self._held.get(code)
        if held is None or held[0] is not ledger:
            self._held[code] = ledger, conflicts_of(self._desk, code)

    # Showing

    @property
    def _sides(self) -> Sides:
        return self.query_one("#sides", Sides)

    def filters(self) -> Mapping[str, str]:
        """Return what can be shown alone: by commune, weight or matter."""
        here = self._desk.round.by_code.get(self._commune)
        return {
            **({_HERE: here.name} if here is not None else {}),
            ALL: _("all"),
            _DECIDING: _("that decide a rating"),
            _OPEN: _("not sent back yet"),
            Matter.ANSWER: _("of values"),
            Matter.NOT_APPLICABLE: _("of what does not apply"),
            Matter.OVERRIDE: _("of ratings set by hand"),
            Matter.REVIEW: _("of reviews"),
            Matter.TASK: _("of tasks"),
        }

    def _fits(self, conflict: Conflict) -> bool:
        match self._filter:
            case "all":
                return True
            case "here":
                return conflict.commune.code == self._commune
            case "deciding":
                return bool(conflict.deciding)
            case "open":
                return not self._sent_back(conflict)
        return conflict.matter == self._filter

    def _sent_back(self, conflict: Conflict) -> str:
        """Return what the office asked about it and nobody answered; empty for nothing."""
        for review in self._desk.checklist(conflict.commune.code).reviews:
            if review.outcome is State.RETURNED and conflict.part not in review.answered:
                return review.comments.get(conflict.part, "")
        return ""

    def _found(self) -> list[Conflict]:
        """Return the contradictions to show, in the order in which to show them."""
        codes = self._desk.round.catalogue.codes
        places = {code: place for place, code in enumerate((PARAMETERS, *codes))}
        held = (self._held.get(each.code) for each in self._desk.round.communes)
        found = [each for _ledger, conflicts in filter(None, held) for each in conflicts]
        words = fold(self._words).split()
        found = [
            each
            for each in found
            if (all(word in _searched(each) for word in words) if words else self._fits(each))
        ]
        if self._order == "criterion":
            found.sort(key=lambda each: places.get(each.part, 0))
        elif self._order == "deciding":
            found.sort(key=lambda each: not each.deciding)
        return found

    def fill(self, keep: str) -> None:
        """Fill the list."""
        found = self._found()
        self._shown = {_key(each): each for each in found}
        where = max((cell_len(each.commune.name) for each in found), default=0)
        where = max(8, min(where, self.size.width // 4))
        decides = max((len(each.deciding) for each in found), default=0)
        decides = 10 if decides < 2 else 16
        what = max(20, self.size.width - where - 6 - 7 - decides - 6)
        columns = (
            Column("commune", _("Commune"), where),
            Column("part", _("Where"), 6),
            Column("what", _("What"), what),
            Column("values", _("Values"), 7, is_right=True),
            Column("decides", _("Decides"), decides),
        )
        keys = [_key(each) for each in found]
        self.grid.fill(columns, LazyRows(keys, lambda place: self._row(found[place])), keep=keep)
        self.show_heading()
        self.refresh_bindings()

    def _row(self, conflict: Conflict) -> GridRow:
        part = _("Param.") if conflict.part == PARAMETERS else conflict.part
        mark = f"{ASKED} " if self._sent_back(conflict) else ""
        deciding = conflict.deciding
        more = f" +{len(deciding) - 2}" if len(deciding) > 2 else ""
        return GridRow(
            _key(conflict),
            (
                GridCell(conflict.commune.name),
                GridCell(part),
                GridCell(mark + conflict.label),
                GridCell(count(len(conflict.sides))),
                GridCell(", ".join(deciding[:2]) + more if deciding else "–"),
            ),
        )

    @property
    def _at_hand(self) -> Conflict | None:
        return self._shown.get(self.grid.row_key)

    async def show_here(self) -> None:
        """Show the values of the one at hand."""
        conflict = self._at_hand
        title, told = self._title(conflict), self._told()
        update(self.query_one("#conflict", Static), title)
        update(self.query_one("#conflict-told", Static), told)
        self.query_one("#conflict-told").display = bool(told.plain)
        if conflict == self._sides_of and (conflict is None or self._sides.query(SideCard)):
            return
        had_cursor = self._sides.has_cursor
        self._sides_of = conflict
        await self._sides.show(conflict, can_be_taken=self._desk.is_office)
        if had_cursor:
            self._sides.enter()
        if self.focused is None:
            self.grid.focus()

    def _title(self, conflict: Conflict | None) -> Content:
        if conflict is None:
            if self._is_reading or self._words.strip() or self._filter != ALL:
                return Content(self.nothing_words())
            return Content.styled(_("Nothing contradicts anything."), "$success")
        where = f"{conflict.commune.code} {conflict.commune.name}"
        if conflict.part in self._desk.round.catalogue.codes:
            criterion = self._desk.round.catalogue.criterion(conflict.part)
            where += f" · {criterion.code} {criterion.short}"
        elif conflict.matter is not Matter.REVIEW:
            where += " · " + _("Parameters")
        parts: list[Content | str] = [
            where,
            "\n",
            Content.styled(conflict.label, "bold"),
            f" · {conflict.bearing}",
        ]
        asked = self._sent_back(conflict)
        if asked:
            words = _("sent back: {comment}").format(comment=one_line(asked))
            parts += ["\n", Content.styled(f"{ASKED} {words}", "$warning")]
        return Content.assemble(*parts)

    def copyable(self) -> Iterator[tuple[str, str]]:
        """Yield the contradiction at hand with who said what, and the list."""
        conflict = self._at_hand
        if conflict is not None:
            lines = [
                self._title(conflict).plain,
                *(
                    f"{side.number}. {one_line(side.words)} – "
                    f"{one_line(side.statement.author)}, {side.statement.when}"
                    for side in conflict.sides
                ),
            ]
            yield conflict.label, "\n".join(lines)
        yield from super().copyable()

    def _told(self) -> Content:
        if self._desk.is_office:
            return Content("")
        if not self._desk.is_writable:
            return Content.styled(_("This file is shown for reading only."), "$warning")
        return Content.styled(
            _(
                "Only the office of the round settles contradictions. What you stated yourself you "
                "can correct in the checklist: Enter goes there."
            ),
            "$warning",
        )

    @on(Grid.Moved, "#conflicts")
    async def _moved(self) -> None:
        await self.show_here()
        self.refresh_bindings()

    @on(Grid.Chosen, "#conflicts")
    def _chosen(self) -> None:
        if self._desk.is_office:
            self._sides.enter()
        else:
            self.action_conflicts_checklist()

    def on_key(self, event: events.Key) -> None:
        """Take the value with a digit."""
        if event.character and event.character.isdecimal() and not isinstance(self.focused, Entry):
            event.stop()
            self._take(int(event.character))

    # Settling

    @on(SideCard.Taken)
    def _taken(self, event: SideCard.Taken) -> None:
        self._take(event.number)

    def action_take(self, number_: int) -> None:
        """Take the value with a number."""
        self._take(number_)

    def _take(self, number_: int) -> None:
        conflict = self._at_hand
        if conflict is None:
            return
        side = next((each for each in conflict.sides if each.number == number_), None)
        if side is not None and self._may_settle():
            heading = _("Take “{value}” of {author}: why is it right?")
            self._settle(
                conflict,
                side,
                heading.format(value=one_line(side.words), author=one_line(side.statement.author)),
            )

    def _may_settle(self) -> bool:
        if not self._desk.is_office:
            self.readiness.say(self._told().plain)
        return self._desk.is_office

    def _settle(self, conflict: Conflict, chosen: Side | Third, heading: str) -> None:
        """Ask why, and settle it."""
        code = conflict.commune.code
        before = {c: outcome.rating for c, outcome in self._desk.checklist(code).outcomes.items()}
        phrases = tuple(str(each) for each in self._desk.round.catalogue.phrases.conflict)

        def settle(reason: str) -> None:
            draft = resolution_draft(self._desk, conflict, chosen, reason=reason)
            self._desk.write([draft])

        def done() -> None:
            after = self._desk.checklist(code).outcomes
            moved = [
                f"{c}: {held.letter} → {after[c].rating.letter}"
                for c, held in before.items()
                if after[c].rating is not held
            ]
            words = _("Settled: {label}").format(label=conflict.label)
            self.readiness.say(" · ".join((words, *moved)), is_warning=False)

        place = f"{conflict.commune.name} · {conflict.label}"
        question = Question("reason", _("Reason"), is_needed=True, phrases=phrases)
        self._ask(conflict, heading, place, question, settle, done)

    def _ask(
        self,
        conflict: Conflict,
        heading: str,
        note: str,
        question: Question,
        action: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:
        """Ask one thing and do something with it; the box stays where that is refused."""
        code = conflict.commune.code

        label = f"{conflict.commune.name} · {conflict.label}"

        def check(answers: dict[str, str]) -> str | None:
            try:
                with undo_in(self._desk, AREA).noting(label):
                    action(answers[question.key])
            except ReadinessError as error:
                if error.messages[0].code is ErrorCode.RESOLVE_CHANGED:
                    return _("Other values stand there by now. Press Escape and look again.")
                return str(error)
            return None

        async def closed(answers: dict[str, str] | None) -> None:
            following = _key(conflict) if answers is None else self._following(conflict)
            self.look(code)
            await self.show_list(keep=following)
            if answers is not None:
                done()

        unsaved = Unsaved(self._desk.path, f"{code}/{conflict.subject}/{question.key}")
        self.app.push_screen(Ask(heading, [question], note, check=check, unsaved=unsaved), closed)

    def _following(self, conflict: Conflict) -> str:
        """Return the key of the one after a conflict; the one before it where it is the last."""
        keys = list(self._shown)
        place = keys.index(_key(conflict))
        return (keys[place + 1 :] or keys[:place][-1:] or [""])[0]

    def action_conflicts_other(self) -> None:
        """Settle it with a value that none of them stated."""
        conflict = self._at_hand
        if conflict is None or not self._may_settle():
            return
        match conflict.matter:
            case Matter.ANSWER:
                self._enter_value(conflict)
            case Matter.OVERRIDE:
                self._choose_rating(conflict)
            case _other:
                self.readiness.say(
                    _("There is no other value here: take one of those that stand there."),
                    is_warning=False,
                )

    def _enter_value(self, conflict: Conflict) -> None:
        from audit.tui.screens.other_value import OtherValue
        from criteria.values import write

        field = self._desk.round.catalogue.fields[conflict.subject]

        def entered(value: object) -> None:
            if value is not None:
                heading = _("Settle it with “{value}”: why is it right?")
                words = one_line(write(field, value))  # type: ignore[arg-type] # of the field
                self._settle(conflict, Third(value), heading.format(value=words))

        note = "; ".join(
            f"{one_line(side.words)} ({one_line(side.statement.author)})" for side in conflict.sides
        )
        checklist = self._desk.checklist(conflict.commune.code)
        self.app.push_screen(OtherValue(checklist, field, note), entered)

    def _choose_rating(self, conflict: Conflict) -> None:
        from audit.tui.screens.choose import Choose

        stated = {side.statement.value for side in conflict.sides}
        options: dict[str, str] = {
            rating.value: f"{rating.letter} {rating.label}"
            for rating in (Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET)
            if rating not in stated
        }
        if None not in stated:
            options["none"] = _("As the rules give")

        def chosen(key: str | None) -> None:
            if key is not None:
                heading = _("Settle it with “{value}”: why is it right?")
                value = None if key == "none" else Rating(key)
                self._settle(conflict, Third(value), heading.format(value=options[key]))

        self.app.push_screen(Choose(conflict.label, options), chosen)

    def action_conflicts_send_back(self) -> None:
        """Return the checklist with a comment on what is to be looked at again."""
        conflict = self._at_hand
        if conflict is None or not self._may_settle():
            return
        code, part = conflict.commune.code, conflict.part

        def send_back(comment: str) -> None:
            draft = return_draft(self._desk, code, comments={part: comment})
            self._desk.write([draft] if draft is not None else [])

        values = " / ".join(
            f"{one_line(side.words)} ({one_line(side.statement.author)})" for side in conflict.sides
        )
        phrases = (
            _("{label}: {values}. Please look at it again on site.").format(
                label=conflict.label, values=values
            ),
            _("{label}: {values}. Please agree on one value and attach evidence.").format(
                label=conflict.label, values=values
            ),
        )
        question = Question(
            "comment",
            _("What is to be looked at again"),
            one_line(self._sent_back(conflict)),
            is_needed=True,
            phrases=phrases,
        )
        self._ask(
            conflict,
            _("Send {commune} back").format(commune=conflict.commune.name),
            _("The comment goes to the auditors with the return slip (Ctrl+R on all communes)."),
            question,
            send_back,
            lambda: self.readiness.say(_("Sent back."), is_warning=False),
        )

    async def action_conflicts_undo(self) -> None:
        """Take back what was settled or sent back last: what it replaced stands again."""
        if self.undo_in(AREA):
            for code in self._held:
                self.look(code)
            await self.show_list()

    # Going elsewhere

    def action_conflicts_next(self) -> None:
        """Go to the next one that decides a rating and is not sent back."""
        keys = list(self._shown)
        if not keys:
            return
        place = keys.index(self.grid.row_key) + 1
        for key in (*keys[place:], *keys[:place]):
            if self._shown[key].deciding and not self._sent_back(self._shown[key]):
                self.grid.go_to(key)
                return
        self.readiness.say(
            _("None of these decides a rating and waits to be settled."), is_warning=False
        )

    def action_conflicts_evidence(self) -> None:
        """Look at the evidence of the criterion."""
        from audit.tui.screens.evidence import EvidenceScreen

        conflict = self._at_hand
        if conflict is not None and conflict.part != PARAMETERS:
            code = conflict.commune.code
            self.app.push_screen(EvidenceScreen(self._desk, code, conflict.part))

    def action_conflicts_checklist(self) -> None:
        """Open the checklist at this place."""
        conflict = self._at_hand
        if conflict is None:
            return
        field = conflict.subject if conflict.matter is Matter.ANSWER else ""
        if conflict.commune.code == self._commune:
            self.dismiss((conflict.part, field))
        else:
            self.readiness.open_commune(conflict.commune.code, conflict.part, field)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        conflict = self._at_hand if self.is_laid_out else None
        if action == "take":
            return self._desk.is_office and conflict is not None
        if action == "conflicts_other":
            return conflict is not None and (
                not self._desk.is_office or conflict.matter in (Matter.ANSWER, Matter.OVERRIDE)
            )
        if action == "conflicts_send_back":
            return conflict is not None and (
                not self._desk.is_office or conflict.matter not in (Matter.REVIEW, Matter.TASK)
            )
        if action == "conflicts_undo":
            return bool(undo_in(self._desk, AREA))
        if action == "conflicts_evidence":
            return conflict is not None and conflict.part != PARAMETERS
        if action == "conflicts_checklist":
            return conflict is not None
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str:
        """Return why whoever is not the office settles nothing."""
        is_settling = action in ("conflicts_other", "conflicts_send_back")
        return self._told().plain if is_settling else ""

    async def action_list_leave(self) -> None:
        """Back to the list, or out of the search, or else to the screen before."""
        if self._sides.has_cursor:
            self.grid.focus()
        else:
            await super().action_list_leave()


def _key(conflict: Conflict) -> str:
    return f"{conflict.commune.code}/{conflict.basis}/{conflict.subject}"


def _searched(conflict: Conflict) -> str:
    """Return what a search looks through, folded."""
    return fold(
        " ".join(
            (
                conflict.commune.code,
                conflict.commune.name,
                conflict.part,
                conflict.label,
                conflict.subject,
                *(side.statement.author for side in conflict.sides),
                *(side.words for side in conflict.sides),
            )
        )
    )
