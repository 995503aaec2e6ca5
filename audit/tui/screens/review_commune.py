"""The office's look at one checklist: what stands out, comments, accepted or returned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from audit.package import Kind
from audit.review import (
    LONGEST_COMMENT,
    acceptance_draft,
    needed_reviewer,
    return_draft,
    why_not_accepted,
)
from audit.sign_off import broadest, changes_since
from audit.tui.actions import Action, bindings
from audit.tui.commune_list import state_words
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.base import AuditScreen
from audit.tui.screens.review import ratings_line, who_said
from audit.tui.themes import RATING_STYLES
from audit.tui.widgets.entry import one_line
from audit.tui.widgets.grid import Column, Grid, GridCell, GridRow
from audit.tui.widgets.part_list import parts_of
from audit.tui.widgets.steady import update
from audit.undoing import undo_in
from audit.unsaved import Unsaved
from checklists.checklist import State
from checklists.hand_in import PARAMETERS, Severity, findings
from checklists.matrix import rating_sign
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import N_, _, count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from audit.changes import Changed
    from audit.desk import Desk
    from audit.pen import Draft
    from checklists.checklist import Checklist, Review
    from checklists.hand_in import Finding

_PART_WIDTH = 12
_MARKS = {Severity.CRITICAL: "✗", Severity.WARNING: "!"}


_TO_MEND = (
    N_("Attach the evidence that is still wanted."),
    N_("Say in the note how the value was found out."),
    N_("Check the number again on site; it differs much from that of similar communes."),
    N_("The values of this criterion disagree with each other; correct them or say why."),
)
_OF_THE_WHOLE = (
    N_("Correct what is commented on, and hand in again."),
    N_("Complete what is missing, and have it signed again."),
)
_WHY_ACCEPTED = (
    N_("What is missing cannot be found out in this round."),
    N_("It was agreed with the commune and noted in the minutes."),
)
"""Sentences to choose from instead of typing."""


class PartsToReview(Grid):
    """What stands out, and all criteria; Enter opens the checklist there."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Checklist"))]


class ReviewCommuneScreen(AuditScreen[str | None]):
    """Reviews one checklist; it is left with the code of another one to go on with."""

    ACTIONS = (
        Action(
            "review.accept",
            "f10,ctrl+s",
            N_("Accept"),
            N_("Accept the checklist as it stands."),
            is_first=True,
        ),
        Action(
            "review.comment",
            "f5",
            N_("Comment"),
            N_("Write what is to be mended at the criterion under the cursor."),
        ),
        Action(
            "review.return",
            "ctrl+r",
            N_("Return"),
            N_("Return the checklist with the comments that were written."),
        ),
        Action("review.next", "f2", N_("Next"), N_("Review the next checklist that waits.")),
        Action(
            "review.conflicts",
            "ctrl+g",
            N_("Contradictions"),
            N_("Show what contradicts itself in this commune, and settle it."),
        ),
        Action("review.evidence", "f6", N_("Evidence"), N_("Look at photos and files.")),
        Action(
            "review.slip",
            "f7",
            N_("Return slip"),
            N_("Write the file for the auditors of this commune."),
        ),
        Action(
            "review.receipt",
            "f8",
            N_("Receipt"),
            N_("Write a file that proves what has arrived of this commune."),
        ),
        Action(
            "review.undo",
            "ctrl+z",
            N_("Undo"),
            N_("Take back what was accepted, returned or settled last."),
        ),
        Action("review.leave", "escape", N_("Back"), N_("Back to all checklists.")),
    )
    HELP_TEXT = N_(
        "What the office asked and what was stated since, what stands out in this checklist, "
        "and all criteria. F5 writes a comment on the "
        "criterion under the cursor, as many as are needed; Ctrl+R returns the checklist with all "
        "of them, F10 accepts it. Enter opens the checklist at that place. After a return, F7 "
        "writes the return slip for the auditors."
    )
    HAS_SIGNS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    COPIES = "#finding"
    COPIES_BESIDES = "#standing"
    AUTO_FOCUS = "#review-parts"

    def __init__(self, desk: Desk, commune: str, following: Callable[[str], str]) -> None:
        """Review a checklist.

        Args:
            desk: The round.
            commune: Code.
            following: Code -> that of the next checklist that waits; empty for none.
        """
        super().__init__()
        self._desk = desk
        self._commune = desk.round.by_code[commune]
        self._following = following
        self._kept = Unsaved(desk.path, f"{commune}/review/comments")
        self._comments = _comments_in(self._kept.kept(), parts_of(self.checklist))
        self._places: dict[str, tuple[str, str]] = {}
        self._words: dict[str, str] = {}
        self._look()

    @property
    def checklist(self) -> Checklist:
        """What is known of the commune now."""
        return self._desk.checklist(self._commune.code)

    def _look(self) -> None:
        """Look at the checklist again."""
        code, checklist = self._commune.code, self.checklist
        self._ledger = self._desk.ledger(code)
        self._findings = findings(checklist)
        self._changed: Sequence[Changed] | None = ()
        signed = checklist.sign_offs
        if signed and all(each.seen != checklist.content for each in signed):
            self._changed = changes_since(self._desk, code, broadest(signed))
        self._since = [
            (review, changes_since(self._desk, code, review))
            for review in checklist.reviews
            if review.comments
        ]
        self._why_not = ""
        if self._desk.is_writable:
            try:
                needed_reviewer(self._desk, code)
            except ReadinessError as error:
                self._why_not = str(error)

    def heading(self) -> str:
        """Return the commune and its state."""
        parts = [
            _("Review"),
            f"{self._commune.code} {self._commune.name}",
            state_words(self.checklist),
        ]
        if not self._desk.is_writable:
            parts.append(_("for reading only"))
        return " · ".join(parts)

    def body(self) -> ComposeResult:
        """Lay out how it stands, what stands out, and the line at hand in full."""
        yield Static(id="standing")
        yield PartsToReview(id="review-parts")
        yield Static(id="finding")

    def on_mount(self) -> None:
        """Show how things stand."""
        self._fill()

    def on_screen_resume(self) -> None:
        """Show how things stand now."""
        if self.query("#review-parts"):
            self.readiness.catch_up()
            if self._desk.ledger(self._commune.code) is not self._ledger:
                self._look()
                self._fill()

    def on_resize(self) -> None:
        """Use the room there is."""
        if self.is_attached and self.query("#review-parts"):
            self._fill()

    def refill(self) -> None:
        """Fill what was composed anew, as after a change of language."""
        self._look()
        self._fill()
        self._grid.focus()

    @property
    def _grid(self) -> Grid:
        return self.query_one("#review-parts", Grid)

    # Showing

    def _fill(self) -> None:
        self.show_heading()
        update(self.query_one("#standing", Static), self._standing())
        self._places, self._words = {}, {}
        grouped = {
            each: [found for found in self._findings if found.severity is each] for each in Severity
        }
        rows = [
            *self._asked_and_stated(),
            *self._section(_("Changed since it was signed"), self._changed or (), "~"),
            *self._section(
                Severity.CRITICAL.label, grouped[Severity.CRITICAL], _MARKS[Severity.CRITICAL]
            ),
            *self._criteria(),
            *self._section(
                Severity.WARNING.label, grouped[Severity.WARNING], _MARKS[Severity.WARNING]
            ),
        ]
        columns = (
            Column("part", _("Where"), _PART_WIDTH),
            Column("words", _("What"), max(40, self.size.width - _PART_WIDTH - 4)),
        )
        self._grid.fill(columns, rows, keep=self._grid.row_key)
        self._explain()
        self.refresh_bindings()

    def _asked_and_stated(self) -> Iterator[GridRow]:
        """Yield each comment of the office with what was stated there since."""
        asked = sum(len(review.comments) for review, _changes in self._since)
        if not asked:
            return
        words = _("What the office asked, and what came")
        heading = GridCell(f"{words} ({count(asked)})")
        yield GridRow("", (heading, heading))
        for review, changes in self._since:
            for part in parts_of(self.checklist):
                if part in review.comments:
                    yield from self._answered(review, part, changes)

    def _answered(
        self, review: Review, part: str, changes: Sequence[Changed] | None
    ) -> Iterator[GridRow]:
        is_answered = part in review.answered
        name = _("Parameters") if part == PARAMETERS else part
        key = f"asked/{review.statement.id}/{part}"
        sign = "✓" if is_answered else "○"
        yield self._row(key, part, "", f"{sign} {name}", one_line(review.comment_words(part)))
        if changes is None:
            words = _("What was changed since cannot be told from the records.")
            yield self._row(f"{key}/since", part, "", "", f"  {words}")
            return
        here = [each for each in changes if each.part == part]
        for place, each in enumerate(here):
            yield self._row(f"{key}/{place}", part, each.field, "", f"  → {each.words}")
        if not here:
            yield self._row(f"{key}/since", part, "", "", "  " + _("nothing stated since"))
        elif part != PARAMETERS and not any(each.has_evidence for each in here):
            yield self._row(f"{key}/since", part, "", "", "  ! " + _("no new evidence"))

    def _section(
        self, title: str, found: Sequence[Finding] | Sequence[Changed], mark: str
    ) -> Iterator[GridRow]:
        if not found:
            return
        heading = GridCell(f"{title} ({count(len(found))})")
        yield GridRow("", (heading, heading))
        seen: dict[str, int] = {}
        for each in found:
            # What one looks at stays under the cursor when lines above it go.
            seen[each.words] = seen.get(each.words, 0) + 1
            key = f"{title}/{each.part}/{each.field}/{each.words}/{seen[each.words]}"
            part = _("Parameters") if each.part == PARAMETERS else each.part
            yield self._row(key, each.part, each.field, f"{mark} {part}", each.words)

    def _row(
        self, key: str, part: str, field: str, where: str, words: str, style: str = ""
    ) -> GridRow:
        self._places[key] = part, field
        self._words[key] = words
        written = self._written(part) if key == f"part/{part}" else ""
        cell = GridCell(f"✎ {written}", "italic") if written else GridCell(words)
        return GridRow(key, (GridCell(where, style), cell))

    def _criteria(self) -> Iterator[GridRow]:
        """Yield all parts with their ratings, and what is said to the auditors about them."""
        checklist, catalogue = self.checklist, self._desk.round.catalogue
        heading = GridCell(_("All criteria"))
        yield GridRow("", (heading, heading))
        asked = {
            part: review.comment_words(part)
            for review in checklist.reviews
            for part in review.comments
        }
        for part in parts_of(checklist):
            if part == PARAMETERS:
                where, style, name = _("Parameters"), "", ""
            else:
                outcome = checklist.outcomes[part]
                conflicts = bool(checklist.conflicts_of(part))
                sign = rating_sign(outcome, is_conflict=conflicts)
                where, style = f"{part} {sign}", RATING_STYLES[outcome.rating]
                criterion = catalogue.criterion(part)
                name = f"{criterion.short}: {outcome.rating.label}"
            said = _("the office: {comment}").format(comment=asked[part]) if part in asked else ""
            words = " · ".join(filter(None, (name, said))) or _("no remark")
            yield self._row(f"part/{part}", part, "", where, words, style)

    def _standing(self) -> Content:
        """Return who signed, how it is rated, and what stands against accepting it."""
        checklist = self.checklist
        progress = checklist.progress
        critical = sum(each.severity is Severity.CRITICAL for each in self._findings)
        counts = [
            _("complete")
            if not progress.missing
            else _("{missing} of {asked} fields missing").format(
                missing=count(progress.missing), asked=progress.asked
            ),
            _("contradictions: {count}").format(count=count(len(checklist.conflicts))),
            _("critical: {count}").format(count=count(critical)),
            _("warnings: {count}").format(count=count(len(self._findings) - critical)),
        ]
        if self._changed:
            counts.append(_("changed since: {count}").format(count=count(len(self._changed))))
        lines = [
            *(Content(one_line(words)) for words in who_said(checklist)),
            ratings_line(checklist, self.size.width - 2),
            Content(" · ".join(counts)),
        ]
        if self._changed is None:
            lines.append(Content(_("What was changed since cannot be told from the records.")))
        if self._why_not:
            lines.append(Content.styled(self._why_not, "$warning"))
        elif self._comments:
            words = _("Comments written and not returned yet: {count}. Ctrl+R returns them.")
            lines.append(Content.styled(words.format(count=count(len(self._comments))), "$accent"))
        elif why := " ".join(why_not_accepted(checklist)):
            lines.append(Content.styled(why, "$warning"))
        return Content("\n").join(lines)

    @on(Grid.Moved, "#review-parts")
    def _explain(self) -> None:
        """Show the line under the cursor in full, with the comment on its criterion."""
        key = self._grid.row_key
        lines = [Content(self._words.get(key, ""))]
        part, _field = self._places.get(key, ("", ""))
        written = self._written(part)
        if written:
            words = _("Your comment: {comment}").format(comment=written)
            lines.append(Content.styled(f"✎ {words}", "italic $accent"))
        update(self.query_one("#finding", Static), Content("\n").join(lines))

    @on(Grid.Chosen, "#review-parts")
    def _chosen(self, event: Grid.Chosen) -> None:
        self.readiness.open_commune(self._commune.code, *self._places[event.row])

    # Reviewing

    def _may_review(self) -> bool:
        if not self._desk.is_writable:
            self.readiness.say(_("This file is shown for reading only."))
        elif self._why_not:
            self.readiness.say(self._why_not)
        else:
            return True
        return False

    def action_review_comment(self) -> None:
        """Write a comment on the part under the cursor; an empty one takes it away."""
        part, _field = self._places.get(self._grid.row_key, ("", ""))
        if not part or not self._may_review():
            return
        title = _("Parameters")
        if part != PARAMETERS:
            criterion = self._desk.round.catalogue.criterion(part)
            title = f"{criterion.code} {criterion.short}"
        here = self._words.get(self._grid.row_key, "")
        phrases = tuple(_(each) for each in _TO_MEND)
        if here and not self._grid.row_key.startswith(("part/", "asked/")):
            phrases = (one_line(here), *phrases)

        def check(answers: dict[str, str]) -> str | None:
            if len(answers["comment"]) <= LONGEST_COMMENT:
                return None
            limit = count(LONGEST_COMMENT)
            return str(ReadinessError(ErrorCode.COMMENT_LONG, part=title, limit=limit))

        def said(answers: dict[str, str] | None) -> None:
            if answers is None:
                return
            asked = one_line(self._asked(part))
            if answers["comment"] == asked:
                self._comments.pop(part, None)
            else:
                # An empty one takes back what was asked before.
                self._comments[part] = answers["comment"]
            self._keep()
            self._fill()

        question = Question(
            "comment",
            _("What is to be mended (empty takes the comment away)"),
            one_line(self._comments.get(part, self._asked(part))),
            phrases=phrases,
        )
        heading = _("Comment on {title}").format(title=title)
        unsaved = Unsaved(self._desk.path, f"{self._commune.code}/review/{part}")
        self.app.push_screen(Ask(heading, [question], check=check, unsaved=unsaved), said)

    def _written(self, part: str) -> str:
        """Return the comment that was written on a part and is not returned yet."""
        if part in self._comments and not self._comments[part]:
            return _("(what was asked is taken back)")
        return self._comments.get(part, "")

    def _asked(self, part: str) -> str:
        """Return what a return that stands asks about a part and nobody answered."""
        for review in self.checklist.reviews:
            if review.outcome is State.RETURNED and part not in review.answered:
                return review.comments.get(part, "")
        return ""

    def _keep(self) -> None:
        """Keep the comments where a power cut leaves them; they are no statement yet."""
        text = json.dumps(self._comments, ensure_ascii=False) if self._comments else ""
        self._kept.keep(text)

    def action_review_accept(self) -> None:
        """Accept the checklist as it stands."""
        if not self._may_review():
            return
        why = " ".join(why_not_accepted(self.checklist))
        question = (
            Question(
                "reason",
                _("Why is it accepted all the same?"),
                is_needed=True,
                phrases=tuple(_(each) for each in _WHY_ACCEPTED),
            )
            if why
            else Question("reason", _("Remark (may stay empty)"))
        )
        self._decide(
            _("Accept {commune}").format(commune=self._commune.name),
            " ".join(filter(None, (why, self._going_along()))),
            question,
            lambda reason: acceptance_draft(
                self._desk, self._commune.code, comments=self._comments, reason=reason
            ),
            _("Accepted: {commune}"),
        )

    def action_review_return(self) -> None:
        """Return the checklist with the comments that were written."""
        if not self._may_review():
            return
        self._decide(
            _("Return {commune}").format(commune=self._commune.name),
            self._going_along()
            or _("No comment is written; F5 writes one on the criterion under the cursor."),
            Question(
                "reason",
                _("What concerns the whole (may stay empty)"),
                phrases=tuple(_(each) for each in _OF_THE_WHOLE),
            ),
            lambda reason: return_draft(
                self._desk, self._commune.code, comments=self._comments, reason=reason
            ),
            _("Returned: {commune}. F7 writes the return slip."),
        )

    def _going_along(self) -> str:
        if not self._comments:
            return ""
        words = _("Your comments go along: {parts}.")
        parts = (_("Parameters") if part == PARAMETERS else part for part in self._comments)
        return words.format(parts=", ".join(parts))

    def _decide(
        self,
        heading: str,
        note: str,
        question: Question,
        draft: Callable[[str], Draft | None],
        done: str,
    ) -> None:
        """Ask for what is said with it, and write it; the box stays where that is refused."""

        def check(answers: dict[str, str]) -> str | None:
            try:
                made = draft(answers[question.key])
                with undo_in(self._desk, "office").noting(heading):
                    self._desk.write([made] if made is not None else [])
            except ReadinessError as error:
                if error.messages[0].code is ErrorCode.REVIEW_SAYS_NOTHING:
                    return _("Say what is to be mended: here, or with F5 on a criterion.")
                return str(error)
            return None

        def closed(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self._comments = {}
                self._keep()
                self.readiness.say(done.format(commune=self._commune.name), is_warning=False)
            self._look()
            self._fill()

        unsaved = Unsaved(self._desk.path, f"{self._commune.code}/review/{heading}")
        self.app.push_screen(Ask(heading, [question], note, check=check, unsaved=unsaved), closed)

    def action_review_undo(self) -> None:
        """Take back what was accepted, returned or settled last."""
        if self.undo_in("office"):
            self._look()
            self._fill()

    # Going elsewhere

    def action_review_next(self) -> None:
        """Review the next checklist that waits."""
        code = self._following(self._commune.code)
        if code:
            self.dismiss(code)
        else:
            self.readiness.say(_("No other checklist waits for the office."), is_warning=False)

    def action_review_conflicts(self) -> None:
        """Show what contradicts itself in this commune."""
        from audit.tui.screens.conflicts import ConflictsScreen

        def jumped(place: tuple[str, str] | None) -> None:
            if place is not None:
                self.readiness.open_commune(self._commune.code, *place)

        self.app.push_screen(ConflictsScreen(self._desk, self._commune.code), jumped)

    def action_review_evidence(self) -> None:
        """Look at the evidence of the criterion under the cursor."""
        from audit.tui.screens.evidence import EvidenceScreen

        part, _field = self._places.get(self._grid.row_key, ("", ""))
        if part in self._desk.round.catalogue.codes:
            self.app.push_screen(EvidenceScreen(self._desk, self._commune.code, part))
        else:
            self.readiness.say(
                _("Choose a criterion first; this is about the commune itself."), is_warning=False
            )

    def action_review_slip(self) -> None:
        """Write the return slip of this commune."""
        self._give_out(Kind.SLIP)

    def action_review_receipt(self) -> None:
        """Write the receipt of this commune."""
        self._give_out(Kind.RECEIPT)

    def _give_out(self, kind: Kind) -> None:
        from audit.tui.screens.give_out import give_out

        give_out(self.readiness, self._desk, kind, [self._commune.code])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        match action:
            case "review_accept" | "review_return" | "review_comment":
                return self._desk.is_office
            case "review_receipt":
                return self._desk.is_office
            case "review_slip":
                return self._desk.is_office and bool(self.checklist.reviews)
            case "review_undo":
                return bool(undo_in(self._desk, "office"))
            case "review_conflicts":
                return bool(self.checklist.conflicts)
        return super().check_action(action, parameters)

    def action_review_leave(self) -> None:
        """Back to all checklists; comments that were written are kept."""
        self.dismiss(None)


def _comments_in(text: str, parts: Sequence[str]) -> dict[str, str]:
    """Return the comments that were kept; whatever else is there counts for nothing."""
    try:
        held = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(held, dict):
        return {}
    return {part: words for part, words in held.items() if part in parts and isinstance(words, str)}
