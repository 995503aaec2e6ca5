"""Drawing again only what has changed: a key should cost a few lines, not a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from textual.widgets import Static


def update(shown: Static, content: Content) -> None:
    """Show other words, unless they stand there already.

    Only where a widget is as high as its words can everything else have to move.
    """
    held = shown.content
    if not (isinstance(held, Content) and held.markup == content.markup):
        height = shown.styles.height
        shown.update(content, layout=height is None or height.is_auto)
