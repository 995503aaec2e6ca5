"""Before hand-in: what is missing or doubtful in a commune, then the sign-off."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Static

from audit.clock import now
from audit.clock_check import clock_findings
from audit.identity import auditor
from audit.sign_off import broadest, changes_since, sign_off_draft, withdrawal_draft
from audit.tui.actions import Action, bindings
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from checklists.checklist import State
from checklists.hand_in import PARAMETERS, Severity, critical, findings
from criteria.errors import ReadinessError
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.changes import Changed
    from audit.desk import Desk
    from audit.pen import Draft
    from checklists.checklist import Checklist
    from checklists.hand_in import Finding

_PART_WIDTH = 12
_MARKS = {Severity.CRITICAL: "✗", Severity.WARNING: "!"}


_WHY_SIGNED = (
    N_("What is missing cannot be found out today; it is noted."),
    N_("The commune confirms the values as they stand."),
    N_("The evidence will be handed in later."),
)
"""Reasons to choose from instead of typing."""


class HandInScreen(AuditScreen[tuple[str, str] | None]):
    """What to look at before the visit ends; it is left with the place to go to."""

    ACTIONS = (
        Action(
            "hand_in.next",
            "f2",
            N_("Mend"),
            N_("Go to the field of the first critical finding, else of the first warning."),
        ),
        Action("hand_in.filter", "f4", N_("Critical"), N_("Show only what is critical, or all.")),
        Action(
            "hand_in.sign",
            "f10,ctrl+s",
            N_("Sign"),
            N_("Have the commune's representative and yourself sign."),
        ),
        Action(
            "hand_in.withdraw", "f8", N_("Withdraw"), N_("Take your sign-off back, with a reason.")
        ),
        Action(
            "hand_in.send",
            "f6",
            N_("Send"),
            N_("Make one sealed file of this and other communes for the office."),
        ),
        Action("hand_in.leave", "escape", N_("Back"), N_("Back to the checklist.")),
    )
    HELP_TEXT = N_(
        "What is missing, contradictory or doubtful in this commune, critical findings first. "
        "Enter goes to the field. When you are done, F10 has the commune's representative and you "
        "sign. Warnings do not stand in the way; where critical findings remain, say why."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    COPIES = "#finding"
    COPIES_BESIDES = "#standing"

    def __init__(self, desk: Desk, commune: str) -> None:
        """Show what is left to do in a commune.

        Args:
            desk: The round.
            commune: Code.
        """
        super().__init__()
        self._desk = desk
        self._commune = desk.round.by_code[commune]
        self._only_critical = False
        self._places: dict[str, tuple[str, str]] = {}
        self._words: dict[str, str] = {}
        self._look()

    @property
    def checklist(self) -> Checklist:
        """What is known of the commune now."""
        return self._desk.checklist(self._commune.code)

    def _look(self) -> None:
        """Look at the checklist again."""
        checklist = self.checklist
        self._findings = findings(checklist)
        self._critical = critical(self._findings)
        self._clock = clock_findings(self._desk.file.entries(self._commune.code), checklist, now())
        self._changed: Sequence[Changed] | None = ()
        if checklist.sign_offs and checklist.state in (State.CHANGED, State.ACCEPTED_CHANGED):
            self._changed = changes_since(
                self._desk, self._commune.code, broadest(checklist.sign_offs)
            )

    @property
    def _warnings(self) -> list[Finding]:
        return [each for each in self._findings if each.severity is Severity.WARNING]

    def heading(self) -> str:
        """Return the commune, its state and how much there is to look at."""
        mark = "" if self._desk.is_writable else " · " + _("for reading only")
        return (
            _("{code} {name} · {state} · critical: {critical} · warnings: {warnings}").format(
                code=self._commune.code,
                name=self._commune.name,
                state=self.checklist.state_label,
                critical=len(self._critical),
                warnings=len(self._warnings) + len(self._clock),
            )
            + mark
        )

    def body(self) -> ComposeResult:
        """Lay out the state, the findings and the one under the cursor in full."""
        yield Static(id="standing")
        yield Grid(id="findings")
        yield Static(id="finding")

    def on_screen_resume(self) -> None:
        """Show how things stand now."""
        self.readiness.catch_up()
        self.refill()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#findings"):
            self._fill()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._look()
        self._fill()
        self.query_one("#findings", Grid).focus()

    def _fill(self) -> None:
        self.show_heading()
        self.query_one("#standing", Static).update(self._standing())
        self._places = {}
        self._words = {}
        rows = [
            *self._section(Severity.CRITICAL.label, self._critical, Severity.CRITICAL),
            *self._section(_("Changed since it was signed"), self._changed or (), None),
        ]
        if not self._only_critical:
            rows += self._section(Severity.WARNING.label, self._warnings, Severity.WARNING)
            rows += self._section(_("Clocks"), self._clock, Severity.WARNING)
        columns = (
            Column("part", _("Where"), _PART_WIDTH),
            Column("words", _("What"), max(40, self.size.width - _PART_WIDTH - 4)),
        )
        grid = self.query_one("#findings", Grid)
        grid.fill(columns, rows, keep=grid.row_key)
        self._explain()
        self.refresh_bindings()

    def _section(
        self,
        title: str,
        found: Sequence[Finding] | Sequence[Changed],
        severity: Severity | None,
    ) -> Iterator[GridRow]:
        if not found:
            return
        heading = GridCell(f"{title} ({count(len(found))})")
        yield GridRow("", (heading, heading))
        mark = _MARKS[severity] if severity else "~"
        for each in found:
            key = str(len(self._places))
            self._places[key] = each.part, each.field
            self._words[key] = each.words
            part = _("Parameters") if each.part == PARAMETERS else each.part
            yield GridRow(key, (GridCell(f"{mark} {part}"), GridCell(each.words)))

    def _standing(self) -> Content:
        """Return who signed what, and what to do now."""
        checklist = self.checklist
        lines: list[Content] = [Content(each.words) for each in checklist.sign_offs]
        for review in checklist.reviews:
            # What it asks is among the findings, where one can go to it.
            comments = (
                f"{part}: {text}"
                for part, text in review.comments.items()
                if review.outcome is not State.RETURNED
            )
            lines.append(Content(" · ".join((review.words, *comments))))
        if self._changed is None:
            lines.append(Content(_("What was changed since cannot be told from the records.")))
        if not (self._findings or self._clock):
            lines.append(
                Content.styled(
                    _("Nothing is missing, and nothing contradicts anything. Well done."),
                    "$success",
                )
            )
        elif not self._critical:
            lines.append(Content.styled(_("Nothing critical is left."), "$success"))
        if checklist.state is State.DRAFT and self._desk.is_writable:
            lines.append(
                Content(_("F10: have it signed."))
                if not self._critical
                else Content(_("F10: have it signed all the same, with a reason."))
            )
        elif self._changed or self._changed is None:
            lines.append(Content(_("It is to be signed again: F10.")))
        elif checklist.state is State.SIGNED:
            lines.append(Content(_("Now it can be handed in: F6, or later with other communes.")))
        return Content("\n").join(lines)

    @on(Grid.Moved, "#findings")
    def _explain(self) -> None:
        """Show the finding under the cursor in full."""
        key = self.query_one("#findings", Grid).row_key
        self.query_one("#finding", Static).update(Content(self._words.get(key, "")))

    @on(Grid.Chosen, "#findings")
    def _chosen(self, event: Grid.Chosen) -> None:
        self.dismiss(self._places[event.row])

    def action_hand_in_next(self) -> None:
        """Go to what matters most."""
        found = (*self._critical, *self._warnings, *self._clock)
        if found:
            self.dismiss((found[0].part, found[0].field))
        else:
            self.readiness.say(_("There is nothing left to mend."), is_warning=False)

    def action_hand_in_filter(self) -> None:
        """Show only what is critical, or all."""
        self._only_critical = not self._only_critical
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "hand_in_sign":
            return self._desk.is_writable
        if action == "hand_in_send":
            return bool(self.checklist.sign_offs)
        if action == "hand_in_withdraw":
            return self._desk.is_writable and bool(self.checklist.sign_offs)
        return super().check_action(action, parameters)

    def action_hand_in_sign(self) -> None:
        """Have the commune's representative and the auditor sign."""
        who = auditor()
        earlier = broadest(self.checklist.sign_offs) if self.checklist.sign_offs else None
        questions = [
            Question(
                "by", _("Who signs for the commune?"), earlier.by if earlier else "", is_needed=True
            ),
            Question("title", _("Their office"), earlier.title if earlier else "", is_needed=True),
            Question(
                "auditor_title",
                _("Your own office, {name}").format(name=who.name if who else ""),
                (earlier.auditor_title if earlier else "") or (who.title if who else ""),
            ),
        ]
        note = _(
            "A signature stays in the record for good. It can be withdrawn with a reason, which "
            "stays there, too."
        )
        if self._critical:
            note += "\n" + _(
                "Critical findings remain: {count}. It can be signed all the same; the reason "
                "stays in the record."
            ).format(count=count(len(self._critical)))
            phrases = tuple(_(each) for each in _WHY_SIGNED)
            question = Question("reason", _("Why all the same?"), is_needed=True, phrases=phrases)
            questions.append(question)

        def refused(answers: dict[str, str]) -> str | None:
            try:
                self._sign_off(answers)
            except ReadinessError as error:
                return str(error)
            return None

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._write(self._sign_off(answers))

        self.app.push_screen(Ask(_("Sign-off"), questions, note, check=refused), said)

    def _sign_off(self, answers: dict[str, str]) -> Draft | None:
        return sign_off_draft(
            self._desk,
            self._commune.code,
            by=answers["by"],
            title=answers["title"],
            auditor_title=answers["auditor_title"],
            reason=answers.get("reason", ""),
        )

    def action_hand_in_withdraw(self) -> None:
        """Take the own sign-off back."""

        def refused(answers: dict[str, str]) -> str | None:
            try:
                withdrawal_draft(self._desk, self._commune.code, reason=answers["reason"])
            except ReadinessError as error:
                return str(error)
            return None

        def said(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._write(
                    withdrawal_draft(self._desk, self._commune.code, reason=answers["reason"])
                )

        self.app.push_screen(
            Ask(
                _("Withdraw your sign-off"),
                [
                    Question(
                        "reason",
                        _("Reason"),
                        is_needed=True,
                        phrases=tuple(map(str, self._desk.round.catalogue.phrases.after_sign_off)),
                    )
                ],
                check=refused,
            ),
            said,
        )

    def _write(self, draft: Draft | None) -> None:
        try:
            self._desk.write([draft] if draft is not None else [])
        except ReadinessError as error:
            self.readiness.say(error)
        self.refill()

    def action_hand_in_send(self) -> None:
        """Make a file for the office."""
        from audit.tui.screens.send import SendScreen

        self.app.push_screen(SendScreen(self._desk, self._commune.code))

    def action_hand_in_leave(self) -> None:
        """Back to the checklist."""
        self.dismiss(None)
