"""How far long work is, as one line of text: a bar of letters that needs no colour."""

from __future__ import annotations

from textual.content import Content

from criteria.language import number

_WIDTH = 24


def progress_line(words: str, done: int, total: int) -> Content:
    """Return a line such as ``█████░░░░░  50%  words``.

    Args:
        words: What is being done; shown as it is.
        done: How much of it is done.
        total: Of so much; 0 where that is not known, and only the words are shown.
    """
    if total <= 0:
        return Content(f"… {words}")
    share = min(done, total)
    full = share * _WIDTH // total
    return Content.assemble(
        ("█" * full, "$success"),
        "░" * (_WIDTH - full),
        f" {number(share * 100 // total):>3}%  ",
        words,
    )
