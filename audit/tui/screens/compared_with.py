"""Choosing as of when a round is shown, and what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from audit.file import SUFFIX
from audit.folders import showable
from criteria.language import _, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from audit.desk import Desk
    from audit.tui.app import ReadinessApp

_NOTHING: Final = "nothing"
_OTHER_FILE: Final = "file"
_CLOSE: Final = "close "
"""Begins the key of a close where one is chosen; its name may be anything."""


class ComparedWith(NamedTuple):
    """What a round is compared with; with nothing where neither is named.

    Attributes:
        path: Another audit file.
        close: Name of a close of the round.
    """

    path: Path | None = None
    close: str = ""

    @property
    def words(self) -> str:
        """What it is, in the language in use."""
        if self.path is not None:
            return showable(self.path.name)
        return close_words(self.close) if self.close else _("nothing")


def close_words(name: str) -> str:
    """Return the name of a close as part of a sentence."""
    return _("the close “{name}”").format(name=name)


def _closes(desk: Desk) -> dict[str, str]:
    """Return what to choose a close by: key -> words, the last one first."""
    from audit.fold import read_round

    # As of a close, that close itself is not in the round yet.
    held = desk.round if desk.as_of is None else read_round(desk.file)[0]
    closes = sorted(held.closes.values(), key=lambda close: close.closed_at, reverse=True)
    return {
        _CLOSE + close.name: _("The close “{name}” ({moment})").format(
            name=close.name, moment=showable(moment_of(close.closed_at))
        )
        for close in closes
    }


def _close_of(key: str) -> str:
    """Return the name of the close that a key stands for; empty for another key."""
    return key.removeprefix(_CLOSE) if key.startswith(_CLOSE) else ""


def choose_as_of(app: ReadinessApp, desk: Desk, here: str, then: Callable[[str], None]) -> None:
    """Ask as of when the round is shown.

    Args:
        app: Asks.
        desk: The round.
        here: Name of the close that stands now; empty for now.
        then: Is told the name of the close that was chosen; empty for now.
    """
    from audit.tui.screens.choose import Choose

    def chosen(key: str | None) -> None:
        if key is not None:
            then(_close_of(key))

    options = {_NOTHING: _("As everything stands now"), **_closes(desk)}
    now = _CLOSE + here if here else _NOTHING
    app.push_screen(Choose(_("Figures as of when?"), options, now), chosen)


def choose_compared_with(
    app: ReadinessApp,
    desk: Desk,
    then: Callable[[ComparedWith], None],
    *,
    here: ComparedWith | None = None,
) -> None:
    """Ask what the round is compared with.

    Args:
        app: Asks.
        desk: The round.
        then: Is told what was chosen.
        here: What stands now, where nothing can be chosen, too.
    """
    from audit.tui.screens.choose import Choose
    from audit.tui.screens.pick_file import PickFile

    def picked(paths: list[Path] | None) -> None:
        if paths:
            then(ComparedWith(paths[0]))

    def chosen(key: str | None) -> None:
        if key == _OTHER_FILE:
            heading = _("Compare with which audit file?")
            app.push_screen(PickFile(heading, suffixes=(SUFFIX,), many=False), picked)
        elif key is not None:
            then(ComparedWith(close=_close_of(key)))

    options = {
        **({_NOTHING: _("With nothing")} if here is not None else {}),
        **_closes(desk),
        _OTHER_FILE: _("With another audit file, such as that of the round before…"),
    }
    now = ""
    if here is not None:
        now = _OTHER_FILE if here.path else _CLOSE + here.close if here.close else _NOTHING
    app.push_screen(Choose(_("Compare the figures with what?"), options, now), chosen)
