"""What is said at the edge of the screen: each sentence once, and gone with its screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.notifications import Notification, Notify

from audit.tui.calm import CalmApp

if TYPE_CHECKING:
    from textual.screen import Screen


@dataclass
class Said(Notification):
    """A sentence that is shown for a while.

    Attributes:
        kind: Of several of one kind only the last is shown; empty for a sentence of its own.
        place: The screen it was said on; ``None`` for the one in front when it is shown.
        is_lasting: Whether it stays where another screen comes.
    """

    kind: str = ""
    place: Screen[Any] | None = None
    is_lasting: bool = False


class SaysOnce(CalmApp):
    """An app whose sentences do not pile up."""

    def say_for(
        self,
        words: str,
        seconds: float,
        *,
        is_warning: bool = True,
        kind: str = "",
        is_lasting: bool = False,
    ) -> None:
        """Show a sentence; see `Said`."""
        said = Said(
            words,
            severity="warning" if is_warning else "information",
            timeout=seconds,
            kind=kind,
            place=self.screen if kind else None,
            is_lasting=is_lasting,
        )
        self.post_message(Notify(said))

    def on_load(self) -> None:
        """Take away what was said on a screen once another is in front."""
        self.screen_change_signal.subscribe(self, self._forget_others, immediate=True)

    def _on_notify(self, event: Notify) -> None:
        """Make room for a sentence; Textual shows it then."""
        fresh = event.notification
        if not isinstance(fresh, Said):
            return
        if fresh.place not in (None, self.screen):
            event.prevent_default()  # its screen was left meanwhile
            return
        fresh.place = self.screen
        for each in [*self._notifications]:
            is_of_kind = isinstance(each, Said) and bool(fresh.kind) and each.kind == fresh.kind
            if is_of_kind or each.message == fresh.message:
                del self._notifications[each]

    def _forget_others(self, front: Screen[Any]) -> None:
        for each in [*self._notifications]:
            if isinstance(each, Said) and each.place is not front and not each.is_lasting:
                del self._notifications[each]
        for screen in self.screen_stack:
            if screen is not front:
                # A box shows what is behind it; what still counts is shown in front.
                screen.query("ToastHolder").remove()
