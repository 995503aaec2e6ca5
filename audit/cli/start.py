"""The command alone: the terminal app, or without a terminal the round last opened.

Kept apart and light: the start screen is painted before anything of a file is loaded.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from criteria.language import _

if TYPE_CHECKING:
    import click


def start(context: click.Context) -> None:
    """Start the terminal app; without a terminal show the round last opened.

    Where there is no round, say how to begin.
    """
    if sys.stdin.isatty() and sys.stdout.isatty():
        from audit.tui.app import ReadinessApp

        gc.enable()
        named = os.environ.get("READINESS_FILE")
        app = ReadinessApp(Path(named) if named else None)
        note_threads()
        app.run()
        if app.failure is not None:
            raise app.failure
        return
    from audit.desk import chosen_path
    from criteria.errors import ReadinessError

    try:
        exists = chosen_path(None).exists()
    except ReadinessError:
        exists = False
    if exists:
        from audit.cli.common import say_which_file
        from audit.cli.look import status

        say_which_file()
        context.invoke(status, as_of="", path=None, as_json=False)
    else:
        _say_how_to_begin()


def note_threads() -> None:
    """Have a thread that fails beside the app say so in the log, not across the screen."""
    import threading

    from audit.log import note_crash

    def noted(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            note_crash(failed.exc_value)

    threading.excepthook = noted


def _say_how_to_begin() -> None:
    from audit.cli.common import say

    say(_("Readiness of commune-level IT infrastructure"))
    say()
    say(_("No round is begun yet. To begin:"))
    # After `make run` the command is not on the path yet.
    here = Path(".venv/bin/readiness")
    program = str(here) if here.exists() and not shutil.which("readiness") else "readiness"
    for command, words in (
        ("readiness demo", _("a made-up round of 95 communes, to try things out")),
        ('readiness whoami --name "…" --unit "…" --title "…"', _("say who you are, once")),
        ("readiness round new --province 75 --out dot-1.audit", _("begin a round for Đồng Nai")),
        ("readiness --help", _("all commands")),
    ):
        say("  " + command.replace("readiness", program, 1))
        say(f"      {words}")
