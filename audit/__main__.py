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


def main() -> int:
    """Run the program with the arguments it was started with; return the exit code."""
    arguments = sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows would otherwise not take Vietnamese letters.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if arguments == ["--version"]:
        sys.stdout.write(f"readiness {audit.__version__}\n")
        return 0
    language.choose(chosen_language(arguments))
    if arguments in (["--help"], ["-h"]):
        from audit.cli.overview import overview

        sys.stdout.write(overview() + "\n")
        return 0

    from audit.cli.app import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
