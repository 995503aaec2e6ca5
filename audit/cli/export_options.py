"""What the commands of ``readiness export`` share: their options, and what they write from."""

from __future__ import annotations

import functools
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from audit.cli.common import PathHere, as_of_option, emit, file_option, json_option, say
from audit.cli.look import as_of_data, tell_unreceived
from audit.desk import Desk, chosen_path
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import LANGUAGES, _, count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from checklists.report import Report
    from exports.made import Header, Made, Progress

_SOON: Final = 0.5
"""Seconds; what takes less needs no progress."""
_WIDTH: Final = 78


class OutPath(PathHere):
    """What to write; never nothing, which would be the current folder."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path.

        Raises:
            ReadinessError: Nothing is named.
        """
        if not os.fspath(value).strip():
            raise ReadinessError(ErrorCode.WRITE_NO_NAME, status=2)
        return super().convert(value, param, ctx)


class Asked(NamedTuple):
    """What every command of the group is asked.

    Attributes:
        out: What to write.
        header: Form of the paper.
        as_of: Name of a close, or a day; empty for now.
        previous: Another audit file to compare with.
        compared_with: Name of a close or a day to compare with.
        path: Of the audit file, where it is named.
        as_json: Whether data are written instead of words.
    """

    out: Path
    header: Header
    as_of: str
    previous: Path | None
    compared_with: str
    path: Path | None
    as_json: bool


class Ready(NamedTuple):
    """All that a file is written from.

    Attributes:
        report: What is reported.
        made: When, by what and in which form.
        data: As of when it is, as data.
    """

    report: Report
    made: Made
    data: dict[str, Any]


def export_options(out_help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add what all commands of the group are asked; they take it as their ``asked``.

    Args:
        out_help: What ``--out`` names.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def asking(**given: Any) -> Any:
            asked = Asked(**{name: given.pop(name) for name in Asked._fields})
            return command(asked=asked, **given)

        options = (
            click.option("--out", required=True, type=OutPath(), help=out_help),
            click.option(
                "--header",
                type=click.Choice(["state", "party"]),
                default="state",
                help=_("Form of the head: State body or Party body."),
            ),
            click.option(
                "--previous",
                type=PathHere(),
                metavar=_("FILE"),
                help=_("Audit file of the round before: what changed since is shown."),
            ),
            click.option(
                "--compared-with",
                default="",
                metavar=_("CLOSE|DATE"),
                help=_(
                    "Show what changed since a close or a day of this round; with --previous, of "
                    "that one."
                ),
            ),
            as_of_option,
            file_option,
            # It is read before everything, as help texts are made when a command is loaded.
            click.option(
                "--lang",
                type=click.Choice(LANGUAGES),
                expose_value=False,
                help=_("Language of what is written."),
            ),
            json_option,
        )
        wrapped: Callable[..., Any] = asking
        for option in reversed(options):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def target_of(out: Path, ending: str) -> Path:
    """Return the file to write, with its ending where none was given.

    Raises:
        ReadinessError: It names a folder, has another ending or nothing before it, or a
            name that not every system takes.
    """
    from exports.safe_write import refuse_bad_name

    if not out.name or out.name == ".." or _is_folder(out):
        raise ReadinessError(ErrorCode.WRITE_IS_FOLDER, status=2, path=out)
    if out.name.lower() in ("-", ending):
        raise ReadinessError(ErrorCode.WRITE_BAD_NAME, status=2, path=out)
    refuse_bad_name(out)
    target = out if out.suffix else out.with_suffix(ending)
    if target.suffix.lower() != ending:
        raise ReadinessError(ErrorCode.WRITE_ENDING, status=2, path=target, ending=ending)
    return target


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False  # a name that the system does not take; that is said when it is written


def ready(asked: Asked) -> Ready:
    """Open the round and work out what is written; progress is told if it takes long.

    Raises:
        ReadinessError: A file cannot be used, or there is no such close or day.
    """
    from audit.reporting import made_of, report_of

    with Desk(chosen_path(asked.path), as_of=asked.as_of) as desk:
        report = report_of(
            desk,
            previous=asked.previous,
            compared_with=asked.compared_with,
            progress=told(_("Reading communes"), quiet=asked.as_json),
        )
        tell_unreceived(desk)
        return Ready(report, made_of(desk, asked.header), as_of_data(desk))


def told(words: str, *, quiet: bool = False) -> Progress | None:
    """Return what shows progress on a terminal once work takes long; ``None`` elsewhere.

    Args:
        words: What is being done.
        quiet: Whether nothing is to be shown.
    """
    if quiet or not sys.stderr.isatty():
        return None
    begun = time.monotonic()
    is_shown = False

    def show(done: int, total: int) -> None:
        nonlocal is_shown
        if done >= total:
            if is_shown:
                click.echo(f"\r{'':<{_WIDTH}}\r", err=True, nl=False)
        elif time.monotonic() - begun > _SOON:
            is_shown = True
            line = _("{words}: {done} of {total}").format(
                words=words, done=count(done), total=count(total)
            )
            click.echo(f"\r{line:<{_WIDTH}}", err=True, nl=False)

    return show


def tell_written(asked: Asked, ready_: Ready, paths: Sequence[Path], **more: Any) -> None:
    """Say what was written.

    Args:
        asked: The options.
        ready_: What it was written from.
        paths: Of the files; with ``--json`` a single one stands as ``path``.
        more: Further data for ``--json``.
    """
    if not asked.as_json:
        for path in paths:
            say(str(path))
        return
    named: dict[str, Any] = (
        {"path": str(paths[0])} if len(paths) == 1 else {"paths": [str(path) for path in paths]}
    )
    emit({**named, "communes": len(ready_.report.matrix.rows), **more, **ready_.data})
