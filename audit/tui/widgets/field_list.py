"""The part of a checklist at hand: how to check it, its fields, its notes, and on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from audit.tui.widgets.fields import FieldLine, Held, Take, line_for
from audit.tui.widgets.part_list import HAND_IN, parts_of
from audit.tui.widgets.steady import update
from checklists.hand_in import PARAMETERS
from criteria.language import _, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.app import ComposeResult, RenderResult

    from checklists.checklist import Checklist
    from criteria.catalogue import Parameter


class NextLine(Widget, can_focus=True):
    """The last line of a part: what came out, and Enter to go on."""

    DEFAULT_CSS = """
    NextLine { height: auto; padding: 0 1; margin-top: 1; }
    NextLine:focus { background: $primary 30%; text-style: bold; }
    """

    class Chosen(Message):
        """The next part is wanted."""

    class Back(Message):
        """The line above is wanted."""

    def __init__(self) -> None:
        """Begin without words."""
        super().__init__(id="next-part")
        self._words = Content("")

    def show(self, words: Content) -> None:
        """Say what came out and what comes next."""
        if words.markup != self._words.markup:
            self._words = words
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Return the words."""
        return Content.assemble("▸ " if self.has_focus else "  ", self._words)

    def on_key(self, event: events.Key) -> None:
        """Go on, or back."""
        if event.key in ("enter", "down", "space"):
            event.stop()
            self.post_message(self.Chosen())
        elif event.key == "up":
            event.stop()
            self.post_message(self.Back())

    def on_click(self) -> None:
        """Go on."""
        self.post_message(self.Chosen())


class FieldList(VerticalScroll, can_focus=False):
    """The fields of one part, below how to check it and above its notes."""

    DEFAULT_CSS = """
    FieldList { scrollbar-size-vertical: 1; }
    FieldList .how { padding: 0 1 1 1; color: $text-muted; height: auto; }
    FieldList .notes { padding: 0 1; height: auto; }
    """

    def __init__(
        self,
        checklist: Checklist,
        part: str,
        take: Take | None,
        *,
        id: str | None = None,  # noqa: A002 - as Textual names it
    ) -> None:
        """Begin with a part.

        Args:
            checklist: What is known.
            part: Code of a criterion, or the parameters.
            take: What states a value; see `FieldLine`.
            id: As for any widget.
        """
        super().__init__(id=id)
        self._part = part
        self._take = take
        self._first = checklist

    def compose(self) -> ComposeResult:
        """Lay out the part it begins with."""
        yield from self._widgets(self._first)

    def _widgets(self, checklist: Checklist) -> Iterator[Widget]:
        yield Static(Content(_how(checklist, self._part)), classes="how")
        for field in fields_of(checklist, self._part):
            held = Held.of(checklist, field.key)
            yield line_for(field, held, self._take)
        yield Static(_notes(checklist, self._part), classes="notes")
        following = NextLine()
        following.show(_next_words(checklist, self._part))
        yield following

    @property
    def lines(self) -> list[FieldLine]:
        """The lines of the fields that are asked, from top to bottom."""
        return [line for line in self.query(FieldLine) if line.is_asked]

    @property
    def at_hand(self) -> FieldLine | None:
        """The line that has the focus."""
        focused = self.screen.focused
        while focused is not None and not isinstance(focused, FieldLine):
            parent = focused.parent
            focused = parent if isinstance(parent, Widget) else None
        return focused

    async def show_part(self, checklist: Checklist, part: str) -> None:
        """Show another part."""
        self._part = part
        with self.app.batch_update():
            await self.remove_children()
            await self.mount(*self._widgets(checklist))
        self.scroll_home(animate=False)

    def update_part(self, checklist: Checklist) -> None:
        """Show what is known now of the part that is shown."""
        for line in self.query(FieldLine):
            line.show(Held.of(checklist, line.field.key))
        update(self.query_one(".notes", Static), _notes(checklist, self._part))
        self.query_one(NextLine).show(_next_words(checklist, self._part))

    def go_to(self, field: str = "") -> None:
        """Put the cursor on a field; where none is named, on the first that is missing."""
        lines = self.lines
        named = next((line for line in lines if line.field.key == field), None)
        missing = next((line for line in lines if line.is_missing), None)
        line = named or missing or (lines[0] if lines else None)
        if line is not None:
            line.focus(scroll_visible=True)
            self.call_after_refresh(line.scroll_visible, animate=False)
        else:
            self.query_one(NextLine).focus()

    def step(self, line: FieldLine, step: int) -> None:
        """Go to the line after or before one; after the last field comes the way on."""
        lines = self.lines
        place = lines.index(line) + step if line in lines else 0
        if place >= len(lines):
            self.query_one(NextLine).focus()
        elif place >= 0:
            lines[place].focus()
            if place == 0:
                self.scroll_home(animate=False)

    def on_next_line_back(self) -> None:
        """Go from the last line back to the last field."""
        if self.lines:
            self.lines[-1].focus()


def fields_of(checklist: Checklist, part: str) -> list[Parameter]:
    """Return the fields an auditor fills in a part."""
    catalogue = checklist.round.catalogue
    if part == PARAMETERS:
        return [field for field in catalogue.parameters if not field.known_to_office]
    return list(catalogue.criterion(part).measures)


def _how(checklist: Checklist, part: str) -> str:
    if part == PARAMETERS:
        notice = checklist.round.catalogue.about.notice
        return _("Ask for these first; ratings use them.") + f" {notice}."
    return str(checklist.round.catalogue.criterion(part).how)


def _notes(checklist: Checklist, part: str) -> Content:
    return Content("\n").join(list(_besides(checklist, part)))


def _besides(checklist: Checklist, part: str) -> Iterator[Content]:
    """Yield what stands beside the fields: evidence, notes, comments of the office."""
    if part != PARAMETERS:
        yield from _of_criterion(checklist, part)
    for review in checklist.reviews:
        if part in review.comments:
            words = _("The office: {comment}").format(comment=review.comment_words(part))
            yield Content.styled(words, "bold $warning")


def _of_criterion(checklist: Checklist, part: str) -> Iterator[Content]:
    attached = [piece for piece in checklist.evidence.get(part, ()) if not piece.is_purged]
    lacking = checklist.missing_evidence(part)
    if attached or lacking:
        words = _("Evidence: {count} attached").format(count=count(len(attached)))
        if lacking:
            words += ", " + _("{count} still wanted").format(count=count(lacking))
        yield Content.styled(words + " (F6)", "$warning" if lacking else "")
    for piece in attached:
        yield Content(f"  ▫ {piece.caption or piece.name}")
    held = checklist.not_applicable.get(part)
    for statement in held.heads if held is not None else ():
        if statement.value:
            words = _("Does not apply: {reason} ({author})")
            yield Content(words.format(reason=statement.reason, author=statement.author))
    for override in checklist.overrides.get(part, ()):
        words = _("Rating set by hand: {rating} – {reason} ({author})")
        yield Content(
            words.format(
                rating=override.rating.label,
                reason=override.statement.reason,
                author=override.statement.author,
            )
        )
    for note in checklist.notes.get(part, ()):
        yield Content.styled(f"✎ {note.author}: {note.value}", "italic")


def _next_words(checklist: Checklist, part: str) -> Content:
    """Return what came out of a part, and what Enter leads to."""
    parts = (*parts_of(checklist), HAND_IN)
    following = parts[parts.index(part) + 1]
    if following == HAND_IN:
        where = _("before hand-in")
    else:
        criterion = checklist.round.catalogue.criterion(following)
        where = f"{following} {criterion.short}"
    if part == PARAMETERS:
        missing = len(checklist.missing_parameters)
    else:
        missing = checklist.progress_of(part).missing
    state = _("{count} still missing").format(count=count(missing)) if missing else _("complete")
    return Content.assemble(
        Content.styled(f"{state} · ", "" if missing else "$success"),
        _("Enter: on to {where}").format(where=where),
    )
