"""What commands share: options, completion, and how data and talk are written."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.desk import chosen_path
from audit.file import AuditFile
from audit.settings import load_settings, save_settings
from criteria.errors import ReadinessError
from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checklists.round import Round


def file_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--file`` to a command."""
    return click.option(
        "--file",
        "path",
        type=click.Path(path_type=Path),
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
    """Add the argument COMMUNE, completed with the codes of the round."""
    return click.argument("commune", metavar=_("COMMUNE"), shell_complete=_complete_commune)(
        command
    )


def criterion_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument CRITERION, completed with the codes of the edition."""
    return click.argument("criterion", metavar=_("CRITERION"), shell_complete=_complete_criterion)(
        command
    )


def remember_language(language: str) -> None:
    """Remember the language for the next start."""
    save_settings(load_settings()._replace(language=language))


def harmless(text: str) -> str:
    """Return a text without signs that would steer the terminal or turn its direction."""
    if text.isprintable():
        return text
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "�" for c in text
    )


def say(text: str = "") -> None:
    """Write a line of data."""
    click.echo(harmless(text))


def talk(text: str) -> None:
    """Write a line to the person, apart from the data."""
    click.echo(harmless(text), err=True)


def emit(data: Any) -> None:
    """Write data as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


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


def _complete_commune(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    held = _round_for_completion(context)
    return [
        click.shell_completion.CompletionItem(commune.code, help=commune.name)
        for commune in (held.communes if held else ())
        if commune.code.startswith(incomplete)
    ]


def _complete_criterion(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    held = _round_for_completion(context)
    return [
        click.shell_completion.CompletionItem(criterion.code, help=str(criterion.short))
        for criterion in (held.catalogue.criteria if held else ())
        if criterion.code.startswith(incomplete.upper())
    ]


def complete_field(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """Complete the name of a measure or parameter, up to its equals sign."""
    held = _round_for_completion(context)
    return [
        click.shell_completion.CompletionItem(f"{key}=", help=str(field.label))
        for key, field in (held.catalogue.fields if held else {}).items()
        if key.startswith(incomplete)
    ]


def _round_for_completion(context: click.Context) -> Round | None:
    """Return the round of the chosen file; nothing is said where there is none."""
    from audit.fold import read_round

    try:
        with AuditFile.open(chosen_path(context.params.get("path"))) as file:
            return read_round(file)[0]
    except ReadinessError:
        return None
