"""Choosing a folder to save to; sticks that are plugged in stand first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from audit.folders import is_path_like, paths_in
from audit.tui.actions import Action, bindings
from audit.tui.screens.pick_file import PickFile
from criteria.language import N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from textual.binding import BindingType

_NO_FILES = "/"
"""An ending that no file has: only folders are listed."""


class PickFolder(PickFile):
    """Returns the folder that was chosen, as the only one of a list."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "pick.done",
            "f10,ctrl+s",
            N_("This folder"),
            N_("Take the folder that is open; among the places to begin, the one on the cursor."),
            is_first=True,
        ),
        Action("pick.up", "backspace", N_("Up"), N_("Go to the folder above.")),
        Action("leave", "escape", N_("Back"), N_("Leave without choosing.")),
    )
    HELP_TEXT = N_(
        "Walk with the arrows; Enter opens a folder, Backspace or ← goes to the folder above, F10 "
        "takes the folder that is open. Sticks that are plugged in stand first. A path can be "
        "typed, pasted, or dragged in."
    )
    KEYS = N_("Enter: open · F10: take the open folder · Esc: leave as it is")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, heading: str) -> None:
        """Ask for a folder.

        Args:
            heading: What it is for.
        """
        super().__init__(heading, suffixes=(_NO_FILES,), many=False)

    def action_pick_done(self) -> None:
        """Take the folder that is open."""
        item = self._item_here()
        if is_path_like(self._line.value):
            self._take(paths_in(self._line.value))
        elif self._folder is not None:
            self._done([self._folder])
        elif item is not None:
            self._done([item.path])

    def _done(self, paths: list[Path]) -> None:
        try:
            is_folder = paths[0].is_dir()
        except (OSError, ValueError):
            is_folder = False
        if is_folder:
            super()._done(paths)
        else:
            self._tell(_("This is no folder."))
