"""Find a commune, a criterion or an action by typing, with or without marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from audit.tui.actions import Action, bindings, key_words
from audit.tui.screens.base import AuditScreen, Dialog
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.key_bar import KeyBar
from checklists.hand_in import PARAMETERS
from criteria.folding import fold
from criteria.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen

    from checklists.search import Found

_MOST = 30


@dataclass(frozen=True)
class _Hit:
    id: str
    words: str
    searched: str
    labels: tuple[str, ...] = ()
    """Of an action: what it is called, folded."""


class PaletteScreen(Dialog[None]):
    """A line to type in above what it finds."""

    ACTIONS = (Action("leave", "escape", N_("Back"), N_("Back to the screen.")),)
    HELP_TEXT = N_("Type part of a name; Enter opens what stands first, the arrows choose another.")
    KEYS = N_("Enter: open · Esc: back")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, behind: Screen[Any]) -> None:
        """Find for the screen ``behind``."""
        super().__init__()
        self._behind = behind

    def compose(self) -> ComposeResult:
        """Lay out the line above the list."""
        with Vertical(classes="box"):
            yield Entry(placeholder=_("A commune, a criterion or an action"), id="query")
            yield OptionList(id="found", markup=False)
            yield self.keys_line()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the actions at first."""
        self._show("")
        self.query_one("#query", Entry).focus()

    def _hits(self, typed: str) -> Iterator[_Hit]:
        behind = self._behind
        for action in (*getattr(self._behind, "ACTIONS", ()), *self.readiness.ACTIONS):
            if action.id == "app.palette":
                continue
            owner: Any = (
                self._behind if hasattr(self._behind, f"action_{action.method}") else self.app
            )
            if owner.check_action(action.method, ()) is not True:
                continue  # it cannot be done now
            words = action.help_here
            if isinstance(behind, AuditScreen) and owner is behind:
                words = behind.why_not(action.method) or words
            text = f"{action.label_here} – {words}"
            if action.key:
                text += f"  [{key_words(action.key)}]"
            searched = fold(f"{action.label_here} {action.help_here} {action.label} {action.help}")
            labels = fold(action.label_here), fold(action.label)
            yield _Hit(f"action-{action.method}", text, searched, labels)
        desk = self.readiness.desk
        if desk is None or not typed:
            return
        catalogue = desk.round.catalogue
        for criterion in catalogue.criteria:
            yield _Hit(
                f"part-{criterion.code}/",
                f"{criterion.code} {criterion.title}",
                fold(f"{criterion.code} {criterion.title.vi} {criterion.title.en}"),
            )
        for key, field in catalogue.fields.items():
            if not field.known_to_office:
                part = catalogue.home.get(key, PARAMETERS)
                yield _Hit(
                    f"part-{part}/{key}",
                    f"{field.label}  ({part if key in catalogue.home else _('Parameters')})",
                    fold(f"{field.label.vi} {field.label.en} {key}"),
                )

    def _show(self, words: str) -> None:
        folded = fold(words).split()
        hits = [hit for hit in self._hits(words) if all(word in hit.searched for word in folded)]
        called = " ".join(folded)
        first = [hit for hit in hits if any(label.startswith(called) for label in hit.labels)]
        options, before = (
            [Option(Content(hit.words), id=hit.id) for hit in listed]
            for listed in ([hit for hit in hits if hit not in first], first)
        )
        desk = self.readiness.desk
        if desk is not None and words.strip():
            from checklists.search import find

            found = [
                Option(
                    Content(_commune_words(each)),
                    id=f"commune-{each.commune.code}",
                )
                for each in find(words, desk.round.communes, limit=_MOST)
            ]
            options = [*found, *options]
        options = [*before, *options]
        listed = self.query_one("#found", OptionList)
        listed.clear_options()
        listed.add_options(options[:_MOST])
        if not options:
            nothing = Content(_("Nothing is called so here. Type less of it; Esc goes back."))
            listed.add_option(Option(nothing, disabled=True))
        else:
            listed.highlighted = 0

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_key(self, event: events.Key) -> None:
        """Let the arrows move in the list while the line keeps the focus."""
        listed = self.query_one("#found", OptionList)
        if event.key == "down":
            event.stop()
            listed.action_cursor_down()
        elif event.key == "up":
            event.stop()
            listed.action_cursor_up()

    @on(Input.Submitted, "#query")
    def _submitted(self) -> None:
        listed = self.query_one("#found", OptionList)
        if listed.highlighted is not None:
            self._go(listed.get_option_at_index(listed.highlighted).id or "")

    @on(OptionList.OptionSelected, "#found")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._go(event.option_id or "")

    def _go(self, chosen: str) -> None:
        kind, _dash, name = chosen.partition("-")
        app, behind = self.readiness, self._behind
        self.dismiss(None)
        if kind == "action":
            owner: Any = behind if hasattr(behind, f"action_{name}") else app
            app.call_later(getattr(owner, f"action_{name}"))
        elif kind == "commune":
            app.call_later(app.open_commune, name)
        elif kind == "part":
            part, _slash, field = name.partition("/")
            app.call_later(app.open_part, part, field)


def _commune_words(found: Found) -> str:
    """Return a commune found, with the former name it was found by."""
    from checklists.search import Why

    words = f"{found.commune.code} {found.commune.name}"
    former = found.why in (Why.FORMER_COMMUNE, Why.FORMER_DISTRICT)
    return f"{words} ({found.matched})" if former else words
