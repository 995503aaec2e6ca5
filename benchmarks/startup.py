"""``readiness --version`` and ``--help`` against a Python that does nothing. Wall time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.measuring import Figure, medians

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
TURNS: Final = 25
AT_MOST: Final = 5


def _run(arguments: list[str], home: str) -> Callable[[], float]:
    # Without its compiled modules Python would compile all of them at each start.
    environment = {**os.environ, "READINESS_HOME": home}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def once() -> float:
        start = time.perf_counter()
        subprocess.run(  # noqa: S603 # this Python
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - start

    return once


def measure() -> Iterator[Figure]:
    """Yield what the first look at the program costs."""
    with tempfile.TemporaryDirectory() as home:
        found = medians(
            {
                "floor": _run(["-c", "pass"], home),
                "--version": _run(["-m", "audit", "--version"], home),
                "--help": _run(["-m", "audit", "--help"], home),
            },
            TURNS,
        )
    for option in ("--version", "--help"):
        yield Figure(
            f"readiness {option}", found[option], "python -c pass", found["floor"], AT_MOST
        )
