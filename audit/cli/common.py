"""What commands share: options, completion, and how data and talk are written."""

from __future__ import annotations

import json
import os
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.settings import load_settings, save_settings
from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def _say_which(
    context: click.Context, _parameter: click.Parameter, path: Path | None
) -> Path | None:
    if path is None and not context.resilient_parsing:
        say_which_file()
    return path


def say_which_file() -> None:
    """Say which audit file is used, where nobody named one and several were opened lately."""
    from audit.recent import recent_files

    last = load_settings().last_file
    if os.environ.get("READINESS_FILE") or not last:
        return
    others = [each for each in recent_files() if each.path != Path(last) and each.is_there]
    if others:
        words = _("Used here: {path} – the file opened last. Another one: --file PATH.")
        talk(words.format(path=last))


class PathHere(click.Path):
    """A path as the system takes it, whatever the locale says.

    Arguments are read as UTF-8; where the locale knows no accents, the system could not
    be asked for a name with them.
    """

    def __init__(self) -> None:
        """Take any path."""
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path."""
        return super().convert(path_here(os.fspath(value)), param, ctx)


def path_here(text: str) -> str:
    """Return a path in the form in which this system can be asked for it."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return os.fsdecode(text.encode("utf-8", "surrogateescape"))
    return text


def file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--file`` to a command."""
    return click.option(
        "--file",
        "path",
        type=PathHere(),
        callback=_say_which,
        metavar=_("PATH"),
        help=_("The audit file; READINESS_FILE does the same. Else the one last opened."),
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help=_("Write the data as JSON."))(
        command
    )


def as_of_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as-of`` to a command."""
    return click.option(
        "--as-of",
        "as_of",
        default="",
        metavar=_("CLOSE|DATE"),
        help=_(
            "As of a close of the round, by its name; or of a day like 20/11/2026: what the office "
            "had received by its end."
        ),
    )(command)


def commune_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument COMMUNE; what Tab offers for it stands in `audit.cli.completion`."""
    return click.argument("commune", metavar=_("COMMUNE"))(command)


def criterion_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument CRITERION; what Tab offers for it stands in `audit.cli.completion`."""
    return click.argument("criterion", metavar=_("CRITERION"))(command)


def remember_language(language: str) -> None:
    """Remember the language for the next start."""
    save_settings(load_settings()._replace(language=language))


def harmless(text: str) -> str:
    """Return a text without signs that would steer the terminal or turn its direction."""
    if text.isprintable():
        return text
    text = _accented(text)
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "�" for c in text
    )


def _accented(text: str) -> str:
    """Return a text in which bytes of a path stand as the letters they are of."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text


def say(text: str = "") -> None:
    """Write a line of data."""
    click.echo(harmless(text))


def talk(text: str) -> None:
    """Write a line to the person, apart from the data."""
    click.echo(harmless(text), err=True)


def emit(data: Any) -> None:
    """Write data as JSON."""
    click.echo(_accented(json.dumps(data, ensure_ascii=False, indent=2, default=_plain)))


def _plain(held: object) -> Any:
    if isinstance(held, Decimal):
        return int(held) if held == held.to_integral_value() else float(held)
    if isinstance(held, date | datetime):
        return held.isoformat()
    if isinstance(held, Enum):
        return held.value
    return str(held)


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose columns stand below one another."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
