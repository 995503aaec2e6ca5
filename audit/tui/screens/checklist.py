"""A commune's checklist: criteria on the left, the one at hand with its fields on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from audit.places import Place, remember_place, remembered_place
from audit.statements import state_not_applicable, state_note, state_override, state_values
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.explanation import ExplanationPanel
from audit.tui.widgets.fields import FieldLine, TextLine, line_for
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from checklists.checklist import Basis
from criteria.errors import ReadinessError
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.desk import Desk
    from audit.pen import Draft
    from checklists.checklist import Checklist
    from criteria.catalogue import Parameter
    from criteria.rating import Rating
    from criteria.values import StatedValue

PARAMETERS = "parameters"
"""Key of the first entry of the list, which is no criterion."""


class ChecklistScreen(AuditScreen[None]):
    """Walks through one commune; every field is saved when it is left."""

    ACTIONS = (
        Action(
            "checklist.open_field",
            "f2",
            N_("Next open"),
            N_("Go to the next field that is still missing."),
            is_first=True,
        ),
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
            "checklist.declared", "f3", N_("Confirm"), N_("Take the declared value as verified.")
        ),
        Action("checklist.undo", "ctrl+z", N_("Undo"), N_("Put the value before back.")),
        Action("checklist.history", "f4", N_("History"), N_("Who stated this field, and when.")),
        Action("checklist.note", "f6", N_("Note"), N_("Write a note on the criterion.")),
        Action(
            "checklist.not_applicable",
            "f7",
            N_("N/A"),
            N_("State with a reason that the criterion does not apply, or take that back."),
            is_shown=False,
        ),
        Action(
            "checklist.override",
            "f8",
            N_("Set rating"),
            N_("Set another rating than the rules give, with a reason."),
            is_shown=False,
        ),
        Action("checklist.leave", "escape", N_("Back"), N_("Back to all communes; it is saved.")),
    )
    HELP_TEXT = N_(
        "Fill in the fields from top to bottom; Enter goes on. Numbers are typed, + and - count, "
        "arrows or a digit choose, ? means that it could not be found out. Each field is saved "
        "when you leave it. Tab goes to the list of criteria and back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, desk: Desk, commune: str, part: str = "") -> None:
        """Show a commune.

        Args:
            desk: The round.
            commune: Code.
            part: Code of a criterion to begin at; else where work was left.
        """
        super().__init__()
        self._desk = desk
        self._commune = desk.round.by_code[commune]
        self._catalogue = desk.round.catalogue
        self._undo: list[tuple[str, StatedValue | None]] = []
        place = remembered_place(desk.path)
        if place is None or place.commune != commune:
            place = Place(commune, PARAMETERS, "")
        self._part = part or place.part
        self._resume_at = "" if part else place.field
        if self._part not in (PARAMETERS, *self._catalogue.codes):
            self._part = PARAMETERS

    @property
    def checklist(self) -> Checklist:
        """What is known of the commune now."""
        return self._desk.checklist(self._commune.code)

    def heading(self) -> str:
        """Return the commune, its progress and class."""
        progress = self.checklist.progress
        return _("{code} {name} · {stated}/{asked} filled in · {missing} missing").format(
            code=self._commune.code,
            name=self._commune.name,
            stated=progress.stated,
            asked=progress.asked,
            missing=count(progress.missing),
        )

    def body(self) -> ComposeResult:
        """Lay out the list, the fields and the explanation."""
        with Horizontal():
            yield Grid(id="parts")
            with Vertical(id="at-hand"):
                yield Static(id="part-title")
                yield VerticalScroll(id="fields", can_focus=False)
                with VerticalScroll(id="why", can_focus=False):
                    yield ExplanationPanel(id="explanation")

    async def on_mount(self) -> None:
        """Show the part where work was left."""
        self._fill_list()
        self.query_one("#parts", Grid).go_to(self._part)
        await self._show_part(self._resume_at)

    def _fill_list(self) -> None:
        width = 22 if self.size.width < 100 else 34
        rows = [
            GridRow(
                PARAMETERS,
                (
                    GridCell(" ✓ " if not self.checklist.missing_parameters else " … "),
                    GridCell(_("Parameters")),
                    GridCell(_left_over(len(self.checklist.missing_parameters))),
                ),
            )
        ]
        for group in self._catalogue.groups:
            heading = GridCell(f"{group.code} {group.title}")
            rows.append(GridRow("", (heading, heading, heading)))
            for criterion in self._catalogue.criteria:
                if criterion.group != group.code:
                    continue
                outcome = self.checklist.outcomes[criterion.code]
                mark = outcome.rating.letter + ("*" if outcome.is_overridden else "")
                mark += "!" if self.checklist.conflicts_of(criterion.code) else ""
                rows.append(
                    GridRow(
                        criterion.code,
                        (
                            GridCell(f"{mark:^4}", RATING_STYLES[outcome.rating]),
                            GridCell(f"{criterion.code} {criterion.short}"),
                            GridCell(
                                _left_over(self.checklist.progress_of(criterion.code).missing)
                            ),
                        ),
                    )
                )
        columns = (
            Column("state", "", 4),
            Column("part", _("Criterion"), width),
            Column("missing", _("left"), 4, is_right=True),
        )
        self.query_one("#parts", Grid).fill(columns, rows, keep=self._part)

    def _fields_at_hand(self) -> list[Parameter]:
        if self._part == PARAMETERS:
            return [p for p in self._catalogue.parameters if not p.known_to_office]
        return list(self._catalogue.criterion(self._part).measures)

    async def _show_part(self, field: str = "") -> None:
        """Show the fields of the part at hand, and put the cursor on one of them."""
        scroll = self.query_one("#fields", VerticalScroll)
        lines = [
            line_for(
                held,
                self.checklist.answer(held.key),
                self.checklist.answer(held.key, Basis.DECLARED),
                is_asked=self.checklist.verified.is_asked(held.key),
                is_writable=self._desk.is_writable,
            )
            for held in self._fields_at_hand()
        ]
        with self.app.batch_update():
            await scroll.remove_children()
            await scroll.mount_all(lines)
            self._show_title()
            self._show_why()
        asked = [line for line in lines if line.is_asked]
        wanted = next((line for line in asked if line.field.key == field), None)
        if wanted is None and asked:
            missing = (line for line in asked if line.is_missing)
            wanted = next(missing, asked[0])
        if wanted is not None:
            wanted.focus()

    def _show_title(self) -> None:
        if self._part == PARAMETERS:
            text = Content.assemble(
                (_("Parameters"), "bold"),
                "\n",
                (_("Ask for these first; ratings use them."), "dim"),
            )
        else:
            criterion = self._catalogue.criterion(self._part)
            parts: list[Content | str | tuple[str, str]] = [
                (f"{criterion.code} {criterion.title}", "bold"),
                "\n",
                (str(criterion.how), "dim"),
            ]
            text = Content.assemble(*parts)
        self.query_one("#part-title", Static).update(text)

    def _show_why(self) -> None:
        panel = self.query_one("#explanation", ExplanationPanel)
        if self._part == PARAMETERS:
            panel.update(Content(self._desk.round.catalogue.about.notice.__str__()))
        else:
            panel.show(self.checklist, self._part)

    def _refresh_lines(self) -> None:
        """Show what every field at hand holds now, and what follows from it."""
        for line in self.query(FieldLine):
            line.show_answer(
                self.checklist.answer(line.field.key),
                self.checklist.answer(line.field.key, Basis.DECLARED),
                is_asked=self.checklist.verified.is_asked(line.field.key),
            )
        self._fill_list()
        self._show_title()
        self._show_why()
        self.show_heading()

    def _write(self, drafts: list[Draft]) -> bool:
        """Append records; say why where that is refused."""
        try:
            self._desk.write(drafts)
        except ReadinessError as error:
            self.readiness.say(error)
            return False
        return True

    def _state(self, key: str, value: StatedValue | None, reason: str = "") -> None:
        """State a value; a field in conflict asks why this one is right."""
        before = self.checklist.answer(key).value
        ratings = {code: o.rating for code, o in self.checklist.outcomes.items()}
        drafted = state_values(
            self._desk.round,
            self._desk.ledger(self._commune.code),
            self._commune.code,
            {key: value},
            reason=reason,
        )
        if drafted.problems and not reason:
            self._ask_reason(
                _("Why is this value right?"), lambda why: self._state(key, value, why)
            )
            return
        if drafted.drafts and self._write(drafted.drafts):
            self._undo.append((key, before))
            self._refresh_lines()
            self._say_changes(ratings)

    def _say_changes(self, before: dict[str, Rating]) -> None:
        """Say which other criteria were rated anew."""
        changed = [
            f"{code}: {before[code].letter} → {outcome.rating.letter}"
            for code, outcome in self.checklist.outcomes.items()
            if outcome.rating is not before[code] and code != self._part
        ]
        if changed:
            self.readiness.say(
                _("Rated anew: {list}").format(list=", ".join(changed)), is_warning=False
            )

    def _ask_reason(self, heading: str, then: object) -> None:
        def said(answers: dict[str, str] | None) -> None:
            if answers and callable(then):
                then(answers["reason"])

        self.app.push_screen(Ask(heading, [Question("reason", _("Reason"), is_needed=True)]), said)

    @on(FieldLine.Stated)
    def _stated(self, event: FieldLine.Stated) -> None:
        self._state(event.line.field.key, event.value)

    @on(TextLine.Wanted)
    def _text_wanted(self, event: TextLine.Wanted) -> None:
        field = event.line.field
        held = self.checklist.answer(field.key).value

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._state(field.key, answers["text"] or None)

        self.app.push_screen(
            Ask(str(field.label), [Question("text", "", held if isinstance(held, str) else "")]),
            said,
        )

    @on(FieldLine.Left)
    async def _left(self, event: FieldLine.Left) -> None:
        """Go on to the next line, and after the last one to the next criterion."""
        lines = [line for line in self.query(FieldLine) if line.is_asked]
        if event.line not in lines:
            return
        place = lines.index(event.line) + event.step
        if 0 <= place < len(lines):
            lines[place].focus()
        elif place >= len(lines):
            await self.action_checklist_next()

    def on_descendant_focus(self) -> None:
        """Remember where work is, so that it goes on there after a power cut."""
        line = self.focused
        if isinstance(line, FieldLine):
            line.scroll_visible(animate=False)
            remember_place(self._desk.path, Place(self._commune.code, self._part, line.field.key))

    @on(Grid.Chosen, "#parts")
    async def _part_chosen(self, event: Grid.Chosen) -> None:
        self._part = event.row
        await self._show_part()

    @on(Grid.Moved, "#parts")
    async def _part_moved(self, event: Grid.Moved) -> None:
        if event.grid.has_focus and event.row and event.row != self._part:
            self._part = event.row
            await self._show_part()
            event.grid.focus()

    async def _go(self, part: str, field: str = "") -> None:
        self._part = part
        self.query_one("#parts", Grid).go_to(part)
        await self._show_part(field)

    async def action_checklist_next(self) -> None:
        """Go to the next criterion."""
        parts = (PARAMETERS, *self._catalogue.codes)
        place = parts.index(self._part) + 1
        if place < len(parts):
            await self._go(parts[place])

    async def action_checklist_previous(self) -> None:
        """Go to the criterion before."""
        parts = (PARAMETERS, *self._catalogue.codes)
        place = parts.index(self._part) - 1
        if place >= 0:
            await self._go(parts[place])

    async def action_checklist_open_field(self) -> None:
        """Go to the next field that is still missing, from here on and round."""
        line = self.focused
        if isinstance(line, FieldLine) and not line.take_typed():
            return
        here = line.field.key if isinstance(line, FieldLine) else ""
        order = [(PARAMETERS, key) for key in self.checklist.missing_parameters]
        for code in self._catalogue.codes:
            order += [(code, key) for key in self.checklist.verified.missing(code)]
        if not order:
            self.readiness.say(_("Nothing is missing in this commune."), is_warning=False)
            return
        every = [(PARAMETERS, p.key) for p in self._catalogue.parameters]
        every += [(self._catalogue.home[m], m) for m in self._catalogue.home]
        places = {place: number for number, place in enumerate(every)}
        now = places.get((self._part, here), -1)
        later = [place for place in order if places[place] > now]
        part, key = (later or order)[0]
        await self._go(part, key)

    def action_checklist_declared(self) -> None:
        """Take the declared value as verified."""
        line = self.focused
        if isinstance(line, FieldLine) and line.declared.value is not None:
            line.state(line.declared.value)

    async def action_checklist_undo(self) -> None:
        """Put the value before the last statement back."""
        line = self.focused
        if isinstance(line, FieldLine) and line.typed:
            line.typed = ""
            line.problem = ""
            return
        if not self._undo:
            self.readiness.say(_("There is nothing to undo."), is_warning=False)
            return
        key, value = self._undo.pop()
        self._state(key, value, reason=_("undone"))
        self._undo.pop()
        # What changes must be seen to change.
        await self._go(self._catalogue.home.get(key, PARAMETERS), key)
        label = self._catalogue.fields[key].label
        self.readiness.say(_("Undone: {label}").format(label=label), is_warning=False)

    def action_checklist_history(self) -> None:
        """Show who stated the field at hand, and when."""
        from audit.tui.screens.history import HistoryScreen

        line = self.focused
        if isinstance(line, FieldLine):
            self.app.push_screen(HistoryScreen(self._desk, self._commune.code, line.field))

    def action_checklist_note(self) -> None:
        """Write a note on the criterion at hand."""
        if self._part == PARAMETERS or not self._desk.is_writable:
            return
        author = self._desk.pen().author
        own = [
            str(note.value)
            for note in self.checklist.notes.get(self._part, ())
            if note.author == author.name
        ]

        def said(answers: dict[str, str] | None) -> None:
            if answers is None:
                return
            draft = state_note(
                self._desk.ledger(self._commune.code),
                self._commune.code,
                self._part,
                answers["note"],
                author,
            )
            if draft is not None and self._write([draft]):
                self._refresh_lines()

        criterion = self._catalogue.criterion(self._part)
        self.app.push_screen(
            Ask(
                _("Note on {code} {short}").format(code=criterion.code, short=criterion.short),
                [Question("note", _("Your note"), own[0] if own else "")],
            ),
            said,
        )

    def action_checklist_not_applicable(self) -> None:
        """State that the criterion does not apply, or take that back."""
        if self._part == PARAMETERS or not self._desk.is_writable:
            return
        code = self._part
        held = self.checklist.not_applicable.get(code)
        applies_not = not (held is not None and held.value is True)
        criterion = self._catalogue.criterion(code)
        if applies_not and not criterion.may_be_not_applicable:
            self.readiness.say(
                _("{code} always applies. {note}").format(
                    code=code, note=criterion.not_applicable_note
                )
            )
            return

        def stated(reason: str) -> None:
            try:
                draft = state_not_applicable(
                    self._desk.round,
                    self._desk.ledger(self._commune.code),
                    self._commune.code,
                    code,
                    applies_not=applies_not,
                    reason=reason,
                )
            except ReadinessError as error:
                self.readiness.say(error)
                return
            if self._write([draft]):
                self._refresh_lines()

        heading = (
            _("Why does {code} not apply?")
            if applies_not
            else _("Why does {code} apply after all?")
        )
        self._ask_reason(heading.format(code=code), stated)

    def action_checklist_override(self) -> None:
        """Set another rating than the rules give."""
        if self._part == PARAMETERS or not self._desk.is_writable:
            return
        from audit.tui.screens.set_rating import SetRating

        code = self._part

        def chosen(found: tuple[Rating | None, str] | None) -> None:
            if found is None:
                return
            rating, reason = found
            draft = state_override(
                self._desk.round,
                self._desk.ledger(self._commune.code),
                self._commune.code,
                code,
                rating,
                reason=reason,
            )
            if self._write([draft]):
                self._refresh_lines()

        self.app.push_screen(SetRating(self.checklist, code), chosen)

    def action_checklist_leave(self) -> None:
        """Back to all communes."""
        line = self.focused
        if isinstance(line, FieldLine) and not line.take_typed():
            line.typed = ""
        self.dismiss(None)


def _left_over(missing: int) -> str:
    return str(missing) if missing else ""
