"""Python's memory while very much is read.

What is read of an audit file holds no circles of objects, and Python's searches for them
would take a quarter of the time.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def let_go() -> None:
    """Let what was kept be given back."""
    gc.unfreeze()
