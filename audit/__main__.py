"""Start of the program: choose the language, then hand over to the command line."""

from __future__ import annotations

import io
import os
import sys
from typing import Final

import audit
from criteria import language

_LANGUAGE_OPTION: Final = "--lang"


def chosen_language(arguments: list[str]) -> str:
    """Return the language: the option, else ``READINESS_LANG``, else what was remembered.

    Help texts are made when a command is loaded, so this comes before everything.
    """
    for place, argument in enumerate(arguments):
        if argument == _LANGUAGE_OPTION and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(_LANGUAGE_OPTION + "="):
            return argument.partition("=")[2]
    if os.environ.get("READINESS_LANG"):
        return os.environ["READINESS_LANG"]
    from audit.settings import load_settings

    return load_settings().language


def _as_typed(argument: str) -> str:
    """Return an argument as UTF-8, whatever the locale says; else as it came."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


def _nowhere() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace")


def _write(text: str) -> int:
    """Write a page; a reader that has gone away is no failure."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = _nowhere()
    except OSError:
        sys.stdout = _nowhere()
        return 1
    return 0


def main() -> int:
    """Run the program with the arguments it was started with; return the exit code."""
    arguments = [_as_typed(argument) for argument in sys.argv[1:]]
    # Where a stream was closed, what is written to it is lost, but the work is done.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows would otherwise not take Vietnamese letters.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if arguments == ["--version"]:
        return _write(f"readiness {audit.__version__}\n")
    language.choose(chosen_language(arguments))
    if arguments in (["--help"], ["-h"]):
        from audit.cli.overview import overview

        return _write(overview() + "\n")

    from audit.cli.app import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
