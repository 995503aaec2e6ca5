"""A commune's checklist: its parts on the left, the one at hand with its fields on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from audit.places import Place, leave_place, remember_place, remembered_place
from audit.sitting import Change, Sitting
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import state_words
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.widgets.entry import one_line
from audit.tui.widgets.explanation import ExplanationPanel, explained
from audit.tui.widgets.field_list import FieldList, NextLine, fields_of
from audit.tui.widgets.fields import FieldLine, Held, TextLine
from audit.tui.widgets.grid import Grid
from audit.tui.widgets.part_list import HAND_IN, PartList, parts_of
from audit.tui.widgets.steady import update
from audit.unsaved import Unsaved
from checklists.checklist import State
from checklists.hand_in import PARAMETERS, part_of
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import N_, _, count
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from checklists.checklist import Checklist
    from criteria.catalogue import Bilingual
    from criteria.values import StatedValue

_RATED_ANEW = "rated_anew"
_OF_A_CRITERION = frozenset(
    f"checklist_{each}" for each in ("note", "evidence", "not_applicable", "override")
)
WIDE = 100
"""From how many letters a line on, the list shows the whole names of the criteria."""


class ChecklistScreen(AuditScreen[None]):
    """Walks through one commune; every field is saved when it is left."""

    ACTIONS = (
        Action("checklist.leave", "escape", N_("Back"), N_("Back to all communes; it is saved.")),
        Action(
            "checklist.open_field",
            "f2",
            N_("Next open"),
            N_("Go to the next field that is still missing."),
            is_first=True,
        ),
        Action(
            "checklist.hand_in",
            "f10,ctrl+s",
            N_("Hand in"),
            N_("See what is missing or doubtful, and have the checklist signed."),
            is_first=True,
        ),
        Action(
            "checklist.to_confirm",
            "ctrl+y",
            N_("Next to confirm"),
            N_("Go to the next field where something was declared or found the last time."),
            is_first=True,
        ),
        Action("checklist.note", "f5", N_("Note"), N_("Write a note on the criterion.")),
        Action("checklist.evidence", "f6", N_("Evidence"), N_("Attach and look at photos, files.")),
        Action("checklist.undo", "ctrl+z", N_("Undo"), N_("Put back what stood before.")),
        Action(
            "checklist.conflicts",
            "ctrl+g",
            N_("Contradiction"),
            N_("Compare the values that contradict one another; the office settles it there."),
        ),
        Action("checklist.history", "f4", N_("History"), N_("Who stated this field, and when.")),
        Action(
            "checklist.next",
            "ctrl+n,ctrl+down",
            N_("Next"),
            N_("Go to the next criterion."),
            is_first=True,
        ),
        Action(
            "checklist.previous",
            "ctrl+b,ctrl+up",
            N_("Previous"),
            N_("Go to the criterion before."),
            is_first=True,
        ),
        Action(
            "checklist.not_applicable",
            "f7",
            N_("N/A"),
            N_("State with a reason that the criterion does not apply, or take that back."),
        ),
        Action(
            "checklist.override",
            "f8",
            N_("Set rating"),
            N_("Set another rating than the rules give, with a reason."),
        ),
        Action(
            "checklist.find",
            "f3",
            N_("Find"),
            N_("Find a criterion or a field by typing part of its name."),
            is_shown=False,
        ),
        Action(
            "checklist.list",
            "ctrl+l",
            N_("List"),
            N_("Go to the list of criteria; Enter comes back."),
            is_shown=False,
        ),
        Action(
            "checklist.minutes",
            "",
            N_("Minutes of this commune"),
            N_("Write the minutes of this commune, to be printed and signed."),
            is_shown=False,
        ),
    )
    HELP_TEXT = N_(
        "Fill in the fields from top to bottom; Enter goes on. Numbers are typed, + and - count, "
        "a digit or the arrows choose, y or n is yes or no, ? means that it could not be found "
        "out, = takes over what the commune declared or the last round found, Del empties; until "
        "then that counts nowhere, and Ctrl+Y goes to the next such field. Each "
        "field is saved when you leave it. Below stands the rating and what decides it."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    AUTO_FOCUS = ""
    COPIES = "#part-title, #explanation, .notes"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = []  # type: ignore[misc]
    """The class for wide screens is set before anything is laid out, not afterwards."""

    def __init__(self, desk: Desk, commune: str, part: str = "", field: str = "") -> None:
        """Show a commune.

        Args:
            desk: The round.
            commune: Code.
            part: Code of a criterion to begin at; else where work was left.
            field: Key of a field of that part.
        """
        super().__init__()
        self._desk = desk
        self._sitting = Sitting(desk, commune)
        self._waiting: tuple[Checklist, set[tuple[str, str]]] | None = None
        place = remembered_place(desk.path, commune)
        if not part and place is not None:
            part, field = place.part, place.field
        known = parts_of(self.checklist)
        self._part = part if part in known else PARAMETERS
        self._field = field

    @property
    def checklist(self) -> Checklist:
        """What is known of the commune now."""
        return self._sitting.checklist

    @property
    def fields(self) -> FieldList:
        """The fields at hand."""
        return self.query_one(FieldList)

    @property
    def parts(self) -> PartList:
        """The list on the left."""
        return self.query_one(PartList)

    def heading(self) -> str:
        """Return the commune, its progress and state."""
        return next(self.headings())

    def headings(self) -> Iterator[str]:
        """Yield the same with what says least left out, bit by bit."""
        checklist, commune = self.checklist, self._sitting.commune
        progress = checklist.progress
        name = f"{commune.code} {commune.name}"
        filled = _("{code} {name} · {stated}/{asked} filled in").format(
            code=commune.code, name=commune.name, stated=progress.stated, asked=progress.asked
        )
        missing = _("{count} missing").format(count=count(progress.missing))
        missing = missing if progress.missing else ""
        is_draft = checklist.state is State.DRAFT
        state, label = ("", "") if is_draft else (state_words(checklist), checklist.state.label)
        mark = "" if self._desk.is_writable else _("for reading only")
        for parts in (
            (filled, missing, state, mark),
            (filled, state, mark),
            (name, missing, state, mark),
            (name, state, mark),
            (name, label, mark),
        ):
            yield " · ".join(filter(None, parts))

    def body(self) -> ComposeResult:
        """Lay out the list, the fields and the explanation, all as it will stand."""
        self.set_class(self.app.size.width >= WIDE, "-wide")
        checklist, part = self.checklist, self._part
        with Horizontal():
            yield PartList(checklist, part, title_width=self._title_width, id="parts")
            with Vertical(id="at-hand"):
                yield Static(self._title(), id="part-title")
                take = self._take if self._desk.is_writable else None
                yield FieldList(checklist, part, take, id="fields")
                yield Static(id="guidance")
                why = VerticalScroll(id="why", can_focus=False)
                why.display = part != PARAMETERS
                with why:
                    words = explained(checklist, part) if part != PARAMETERS else ""
                    yield ExplanationPanel(words, id="explanation")

    def on_mount(self) -> None:
        """Put the cursor where work was left."""
        self.fields.go_to(self._field)

    def refill(self) -> None:
        """Put the cursor where it was, after the language changed."""
        place = remembered_place(self._desk.path, self._sitting.commune.code)
        self.fields.go_to(place.field if place else "")

    def on_resize(self) -> None:
        """Use the room there is."""
        is_wide = self.size.width >= WIDE
        if is_wide is not self.has_class("-wide"):
            self.set_class(is_wide, "-wide")
            self.parts.show(self.checklist, self._part, title_width=self._title_width)

    async def _go(self, part: str, field: str = "", *, keep_focus: bool = False) -> None:
        """Show a part, and put the cursor on one of its fields unless it is to stay."""
        was_of_commune, self._part = self._part == PARAMETERS, part
        if was_of_commune is not (part == PARAMETERS):
            self.refresh_bindings()
        await self.fields.show_part(self.checklist, part)
        self._show_what_follows()
        self.parts.go_to(part)
        if not keep_focus:
            self.fields.go_to(field)

    @property
    def _title_width(self) -> int:
        return 34 if self.has_class("-wide") else 22

    def _title(self) -> Content:
        if self._part == PARAMETERS:
            return Content.styled(_("Parameters"), "bold")
        criterion = self._desk.round.catalogue.criterion(self._part)
        return Content.styled(f"{criterion.code} {criterion.title}", "bold")

    def _show_what_follows(self) -> None:
        """Show what the list, the title and the explanation say now."""
        checklist, part = self.checklist, self._part
        self.parts.show(checklist, part, title_width=self._title_width)
        update(self.query_one("#part-title", Static), self._title())
        self.query_one("#why").display = part != PARAMETERS
        if part != PARAMETERS:
            self.query_one("#explanation", ExplanationPanel).show(checklist, part)
        self.show_heading()

    def _refresh(self) -> None:
        self.fields.update_part(self.checklist)
        self._show_what_follows()

    def _do(self, action: Callable[[str], Change | None]) -> str | None:
        """State something; where a reason is needed, ask for it and state it then.

        Args:
            action: Called with the reason, at first an empty one.

        Returns:
            Why it is refused; ``None`` where it was stated or a reason is being asked for.
        """
        try:
            change = action("")
        except ReadinessError as error:
            reasons = self._desk.round.catalogue.phrases
            match error.messages[0].code:
                case ErrorCode.SIGNED_NEEDS_REASON:
                    heading = _("The checklist is signed. Why is it changed? (asked once a visit)")
                    self._ask_reason(heading, reasons.after_sign_off, action, self._refresh)
                case ErrorCode.CONFLICT_NEEDS_REASON:
                    heading = _("Why is this value right?")
                    self._ask_reason(heading, reasons.conflict, action, self._refresh)
                case ErrorCode.CHANGED_MEANWHILE:
                    self._refresh()
                    return str(error)
                case _other:
                    return str(error)
        else:
            self._show_change(change)
        return None

    def _ask_reason(
        self,
        heading: str,
        phrases: tuple[Bilingual, ...],
        action: Callable[[str], Change | None],
        left: Callable[[], None] | None = None,
        *,
        subject: str = "",
    ) -> None:
        """Ask for a reason and state something with it; the box stays where it is refused."""
        made: list[Change | None] = []

        def check(answers: dict[str, str]) -> str | None:
            try:
                made.append(action(answers["reason"]))
            except ReadinessError as error:
                return str(error)
            return None

        def closed(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._show_change(made[-1])
            elif left is not None:
                left()

        question = Question("reason", _("Reason"), is_needed=True, phrases=_texts(phrases))
        unsaved = self._unsaved(subject) if subject else None
        self.app.push_screen(Ask(heading, [question], check=check, unsaved=unsaved), closed)

    def _unsaved(self, subject: str) -> Unsaved:
        return Unsaved(self._desk.path, f"{self._sitting.commune.code}/{subject}")

    def _show_change(self, change: Change | None) -> None:
        """Show what came of a statement, and say which other criteria were rated anew."""
        self._refresh()
        if change is None:
            return
        moved = [
            f"{code}: {before.letter} → {after.letter}"
            for code, (before, after) in change.rated_anew.items()
            if code != self._part
        ]
        if moved:
            words = _("Rated anew: {list}").format(list=", ".join(moved))
            self.readiness.say(words, is_warning=False, kind=_RATED_ANEW)

    def _take(self, key: str, value: StatedValue | None, method: str) -> str | None:
        """State what a field was given; return why that is refused, if it is."""
        return self._do(lambda reason: self._sitting.state(key, value, reason, method=method))

    @on(FieldLine.Left)
    def _left(self, event: FieldLine.Left) -> None:
        self.fields.step(event.line, event.step)

    @on(TextLine.PhrasesWanted)
    def _phrases_wanted(self, event: TextLine.PhrasesWanted) -> None:
        from audit.tui.screens.choose import Choose

        line = event.line
        phrases = _texts(line.field.phrases)

        def chosen(place: str | None) -> None:
            line.focus()
            if place is not None:
                line.put(phrases[int(place)])

        if phrases:
            options = {str(number): phrase for number, phrase in enumerate(phrases)}
            self.app.push_screen(Choose(str(line.field.label), options), chosen)

    @on(NextLine.Chosen)
    async def _next_chosen(self) -> None:
        await self._step(1)

    def on_descendant_focus(self) -> None:
        """Remember where work is, so that it goes on there after a power cut."""
        self._guide()
        line = self.fields.at_hand
        if line is not None:
            remember_place(
                self._desk.path, Place(self._sitting.commune.code, self._part, line.field.key)
            )

    @on(FieldLine.Guided)
    def _guide(self) -> None:
        """Show what helps to fill the line at hand."""
        line = self.fields.at_hand
        guidance = line.guidance() if line is not None else ""
        update(self.query_one("#guidance", Static), Content(guidance))

    @on(Grid.Chosen, "#parts")
    async def _part_chosen(self, event: Grid.Chosen) -> None:
        if event.row == HAND_IN:
            self.action_checklist_hand_in()
        else:
            await self._go(event.row)

    @on(Grid.Moved, "#parts")
    async def _part_moved(self, event: Grid.Moved) -> None:
        row = self.parts.row_key  # where the cursor is by now; a held key runs ahead
        if self.parts.has_focus and row not in ("", HAND_IN, self._part):
            await self._go(row, keep_focus=True)

    async def _step(self, step: int) -> None:
        if not self.ready_to_leave():
            return
        parts = parts_of(self.checklist)
        place = parts.index(self._part) + step
        if place >= len(parts):
            self.action_checklist_hand_in()
        elif place >= 0:
            await self._go(parts[place])

    def ready_to_leave(self) -> bool:
        """Take what is being typed; return whether nothing is left, and nothing is asked."""
        line, in_front = self.fields.at_hand, self.app.screen
        return (line is None or line.take_typed()) and self.app.screen is in_front

    async def action_checklist_next(self) -> None:
        """Go to the next criterion."""
        await self._step(1)

    async def action_checklist_previous(self) -> None:
        """Go to the criterion before."""
        await self._step(-1)

    async def action_checklist_open_field(self) -> None:
        """Go to the next field that is still missing, from here on and round."""
        if not self.ready_to_leave():
            return
        checklist = self.checklist
        missing = {(PARAMETERS, key) for key in checklist.missing_parameters}
        for code in self._desk.round.catalogue.codes:
            missing |= {(code, key) for key in checklist.verified.missing(code)}
        if not missing:
            self.readiness.say(
                _("Nothing is missing in this commune. F10 leads on to the sign-off."),
                is_warning=False,
            )
            return
        await self._go_to_next(missing)

    async def action_checklist_to_confirm(self) -> None:
        """Go to the next field where something is proposed and nothing stated."""
        if not self.ready_to_leave():
            return
        waiting = self._to_confirm()
        if waiting:
            await self._go_to_next(waiting)
        else:
            self.readiness.say(_("Nothing is left to confirm here."), is_warning=False)

    def _to_confirm(self) -> set[tuple[str, str]]:
        """Return part and key of the fields where something is proposed and nothing stated."""
        checklist = self.checklist
        if self._waiting is None or self._waiting[0] is not checklist:
            # The key bar asks at every step; the checklist is another one after a statement.
            found = {
                (part, field.key)
                for part in parts_of(checklist)
                for field in fields_of(checklist, part)
                if Held.of(checklist, field.key).is_to_confirm
            }
            self._waiting = checklist, found
        return self._waiting[1]

    async def _go_to_next(self, wanted: set[tuple[str, str]]) -> None:
        """Go to the next of some fields, from here on and round."""
        line = self.fields.at_hand
        here = line.field.key if line is not None else ""
        catalogue = self._desk.round.catalogue
        every = [(PARAMETERS, parameter.key) for parameter in catalogue.parameters]
        every += [(code, key) for key, code in catalogue.home.items()]
        if (self._part, here) in every:
            place = every.index((self._part, here)) + 1
        else:
            place = next((n for n, (part, _key) in enumerate(every) if part == self._part), 0)
        part, key = next(each for each in every[place:] + every[:place] if each in wanted)
        if part == self._part:
            self.fields.go_to(key)
        else:
            await self._go(part, key)

    async def action_checklist_undo(self) -> None:
        """Put back what stood before the last statement."""
        line = self.fields.at_hand
        if isinstance(line, TextLine):
            if line.put_back():
                return
        elif line is not None and line.typed:
            line.drop_typed()
            return
        if not self._sitting.can_undo:
            self.readiness.say(_("There is nothing to undo."), is_warning=False)
            return

        def undo(reason: str) -> Change | None:
            change = self._sitting.undo(reason)
            if change is not None:
                self.call_later(self._show_undone, change)
            return change

        refused = self._do(undo)
        if refused is not None:
            self.readiness.say(refused)

    async def _show_undone(self, change: Change) -> None:
        # What changes must be seen to change.
        catalogue = self._desk.round.catalogue
        subject = change.subject.partition("/")[0]
        field = catalogue.fields.get(subject)
        part = catalogue.home.get(subject, PARAMETERS) if field is not None else subject
        await self._go(part, subject)
        label = field.label if field is not None else subject
        self.readiness.say(
            _("Undone: {label}").format(label=label), is_warning=False, kind="undone"
        )

    def action_checklist_history(self) -> None:
        """Show who stated the field at hand, and when."""
        from audit.tui.screens.history import HistoryScreen

        line = self.fields.at_hand
        if line is not None:
            self.app.push_screen(HistoryScreen(self._desk, self._sitting.commune.code, line.field))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer contradictions only where there are some."""
        if action == "checklist_to_confirm":
            return self._desk.is_writable and bool(self._to_confirm())
        if action == "checklist_conflicts":
            return bool(self.checklist.conflicts)
        return super().check_action(action, parameters)

    def hides(self, action: str) -> bool:
        """Return whether an action is about a criterion and none is at hand."""
        return (self._part == PARAMETERS and action in _OF_A_CRITERION) or super().hides(action)

    def action_checklist_conflicts(self) -> None:
        """Compare the values that contradict one another, the field at hand first."""
        from audit.tui.screens.conflicts import ConflictsScreen

        line = self.fields.at_hand
        key = line.field.key if line is not None else ""
        if not self.ready_to_leave():
            return
        conflicts = self.checklist.conflicts
        if key not in conflicts:
            catalogue = self._desk.round.catalogue
            here = (each for each in conflicts if part_of(catalogue, each) == self._part)
            key = next(here, "")

        async def closed(place: tuple[str, str] | None) -> None:
            self._sitting.has_seen()
            self._refresh()
            self.refresh_bindings()
            if place is not None:
                await self._go(*place)

        self.app.push_screen(ConflictsScreen(self._desk, self._sitting.commune.code, key), closed)

    def _criterion_at_hand(self) -> str:
        """Return the criterion that can be stated about; empty with a sentence where none can."""
        if not self._desk.is_writable:
            self.readiness.say(_("This file is shown for reading only."))
        elif self._part == PARAMETERS:
            self.readiness.say(
                _("Choose a criterion first; this is about the commune itself."), is_warning=False
            )
        elif self.ready_to_leave():
            return self._part
        return ""

    def action_checklist_evidence(self) -> None:
        """Attach and look at the evidence of the criterion at hand."""
        from audit.tui.screens.evidence import EvidenceScreen

        if self._part == PARAMETERS:
            self._criterion_at_hand()
        elif self.ready_to_leave():
            commune = self._sitting.commune.code
            self.app.push_screen(
                EvidenceScreen(self._desk, commune, self._part), lambda _result: self._refresh()
            )

    def action_checklist_note(self) -> None:
        """Write a note on the criterion at hand."""
        code = self._criterion_at_hand()
        if not code:
            return
        criterion = self._desk.round.catalogue.criterion(code)
        question = Question(
            "note",
            _("Your note"),
            self._sitting.own_note(code),
            phrases=_texts(criterion.phrases),
        )
        heading = _("Note on {code} {short}").format(code=code, short=criterion.short)
        questions = [question]
        if self._sitting.needs_reason:
            reasons = _texts(self._desk.round.catalogue.phrases.after_sign_off)
            questions.append(
                Question("reason", _("Why after the sign-off?"), is_needed=True, phrases=reasons)
            )
        made: list[Change] = []
        opened_with = one_line(question.value)

        def check(answers: dict[str, str]) -> str | None:
            if answers["note"] == opened_with:
                return None  # a note of several lines stays as it is
            try:
                made.append(self._sitting.note(code, answers["note"], answers.get("reason", "")))
            except ReadinessError as error:
                return str(error)
            return None

        def noted(_answers: dict[str, str] | None) -> None:
            if made:
                self._show_change(made[-1])

        unsaved = self._unsaved(f"{code}/note")
        self.app.push_screen(Ask(heading, questions, check=check, unsaved=unsaved), noted)

    def action_checklist_not_applicable(self) -> None:
        """State that the criterion does not apply, or take that back."""
        code = self._criterion_at_hand()
        if not code:
            return
        held = self.checklist.not_applicable.get(code)
        applies_not = not (held is not None and held.value is True)
        criterion = self._desk.round.catalogue.criterion(code)
        if applies_not and not criterion.may_be_not_applicable:
            words = _("{code} always applies. {note}")
            self.readiness.say(words.format(code=code, note=criterion.not_applicable_note))
            return
        heading = (
            _("Why does {code} not apply?")
            if applies_not
            else _("Why does {code} apply after all?")
        )
        self._ask_reason(
            heading.format(code=code),
            self._desk.round.catalogue.phrases.not_applicable,
            lambda reason: self._sitting.not_applicable(
                code, applies_not=applies_not, reason=reason
            ),
            subject=f"{code}/not_applicable/{applies_not}",
        )

    def action_checklist_override(self) -> None:
        """Set another rating than the rules give, with a reason, or take that back."""
        from audit.tui.screens.choose import Choose

        code = self._criterion_at_hand()
        if not code:
            return
        computed = self.checklist.outcomes[code].computed
        options = {
            rating.value: f"{rating.letter} {rating.label}"
            for rating in (Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET)
            if rating is not computed
        }
        if self.checklist.overrides.get(code):
            options["none"] = _("As the rules give")
        heading = _("Set the rating of {code}; the rules give: {rating}")

        def chosen(key: str | None) -> None:
            if key is not None:
                rating = None if key == "none" else Rating(key)
                self._ask_reason(
                    _("Why is {code} rated otherwise?").format(code=code),
                    self._desk.round.catalogue.phrases.override,
                    lambda reason: self._sitting.override(code, rating, reason),
                    subject=f"{code}/override/{key}",
                )

        self.app.push_screen(
            Choose(heading.format(code=code, rating=computed.label), options), chosen
        )

    def action_checklist_hand_in(self) -> None:
        """See what is missing or doubtful, and have the checklist signed."""
        from audit.tui.screens.hand_in import HandInScreen

        if not self.ready_to_leave():
            return

        async def jumped(place: tuple[str, str] | None) -> None:
            self._refresh()
            if place is not None:
                await self._go(*place)

        self.app.push_screen(HandInScreen(self._desk, self._sitting.commune.code), jumped)

    def action_checklist_minutes(self) -> None:
        """Write the minutes of the commune at hand."""
        from audit.exporting import MINUTES_OF_ONE
        from audit.tui.screens.export import ExportScreen

        if self.ready_to_leave():
            commune = self._sitting.commune.code
            self.app.push_screen(ExportScreen(self._desk, commune, (MINUTES_OF_ONE,)))

    def action_checklist_find(self) -> None:
        """Find a criterion or a field."""
        self.readiness.action_app_palette()

    def action_checklist_list(self) -> None:
        """Go to the list of criteria."""
        if self.ready_to_leave():
            self.parts.focus()

    async def go_to(self, part: str, field: str = "") -> None:
        """Go to a part and a field of it, as the palette asks."""
        if self.ready_to_leave():
            await self._go(part, field)

    def action_checklist_leave(self) -> None:
        """Back to all communes; what does not fit is said and stays, Escape again drops it."""
        if self.ready_to_leave():
            leave_place(self._desk.path)
            self.dismiss(None)


def _texts(phrases: tuple[Bilingual, ...]) -> tuple[str, ...]:
    return tuple(str(phrase) for phrase in phrases)
