"""Python's memory while very much is read.

What is read of an audit file holds no circles of objects, and Python's searches for them
would take a quarter of the time.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGE: Final = 30_000_000
"""Bytes; from 32 MiB on it would not be noticed."""


@contextmanager
def no_search_for_circles(*, keep: bool = False) -> Iterator[None]:
    """Keep Python from searching for circles of objects.

    Args:
        keep: Whether what is there at the end is never to be searched, either, until
            `let_go`: one search through a province would hold up a key.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if keep:
            gc.freeze()
        if was_on:
            gc.enable()


def keep_for_reuse() -> None:
    """Have freed memory kept, where much is taken and freed again and again.

    Linux's allocator hands it back to the system at once and asks for it anew, unless it
    has seen a large piece freed; from then on it keeps up to twice as much. Nothing is
    written into the piece, and other systems do not mind.
    """
    bytes(_LARGE)


def let_go() -> None:
    """Let what was kept be given back."""
    gc.unfreeze()
