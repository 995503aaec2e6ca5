"""The command ``readiness`` and its commands, loaded only when called."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sys
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import Final

import click

import audit
from audit.cli.overview import COMMANDS, overview
from criteria.language import LANGUAGES, _

COMPLETE: Final = "_READINESS_COMPLETE"
"""Set by the script of a shell that asks what may come next."""


class Exit(IntEnum):
    """Exit codes; scripts rely on them."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    INTERRUPTED = 130


def _speak(command: click.Command) -> None:
    """Give a command's page the words that click has in English only."""
    command.options_metavar = _("[OPTIONS]")
    command.short_help = (command.help or "").partition("\n")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.metavar:
            if isinstance(parameter.type, click.Path):
                parameter.metavar = _("PATH")
            elif isinstance(parameter.type, click.IntRange):
                parameter.metavar = _("NUMBER")
            elif not isinstance(parameter.type, click.Choice):
                parameter.metavar = _("TEXT")
    if isinstance(command, click.Group):
        command.subcommand_metavar = _("COMMAND [ARGUMENTS]…")
        for inner in command.commands.values():
            _speak(inner)


class Program(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _colon, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        _speak(command)
        if COMPLETE in os.environ:
            from audit.cli.completion import teach

            teach(command)
        return command

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """Return the commands and options that begin so, without importing any command."""
        from audit.cli.completion import complete_commands

        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*complete_commands(incomplete), *options]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands after the program's name where a refusal says how it is called."""
        return [_("[OPTIONS]"), _("COMMAND [ARGUMENTS]…")]

    def get_help(self, ctx: click.Context) -> str:
        """Return the overview without importing any command."""
        return overview()


def _program() -> click.Group:
    @click.group(
        cls=Program,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
    )
    @click.version_option(audit.__version__, prog_name="readiness", message="%(prog)s %(version)s")
    @click.pass_context
    def program(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            from audit.cli.start import start

            start(context)

    return program


def run(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code: 0 done, 1 the data are refused, 2 wrong usage, 130 interrupted.
    """
    if COMPLETE in os.environ:  # the shell asks at each Tab
        from audit.cli.completion import register

        register()
        return _run(arguments)
    from audit.log import begin

    end = begin(_called(arguments))
    code = _run(arguments)
    end(code)
    return code


def _called(arguments: list[str]) -> str:
    """Return the command that is called, without what is given to it; ``app`` for none."""
    named = next((each for each in arguments if each in COMMANDS), None)
    if named is None:
        return "unknown" if any(each not in (*LANGUAGES, "--lang") for each in arguments) else "app"
    return named


def _run(arguments: list[str]) -> int:
    # What a command makes dies with it; looking for circles among thousands of records
    # would take a quarter of the time. The terminal app, which lives long, turns it on.
    looks_for_circles = gc.isenabled()
    gc.disable()
    try:
        returned = _program().main(args=arguments, prog_name="readiness", standalone_mode=False)
        sys.stdout.flush()
        return returned if isinstance(returned, int) else Exit.DONE
    except click.ClickException as error:
        from audit.log import note

        note("usage", type=type(error).__name__)
        error.show()
        return Exit.USAGE
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not complain at exit.
        silence()
        return Exit.DONE
    except (click.Abort, KeyboardInterrupt, Exception) as error:
        return _explain(error)
    finally:
        _tell_of_key()
        if looks_for_circles:
            gc.enable()


def _tell_of_key() -> None:
    """Say what became of the auditor's key meanwhile; a command that needed none loaded nothing."""
    identity = sys.modules.get("audit.identity")
    if identity is not None:
        from audit.cli.common import talk

        for message in identity.key_news():
            talk(str(message))


def silence() -> None:
    """Send what is still to be written nowhere: nobody reads it, and Python would complain."""
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end


def _explain(error: BaseException) -> int:
    """Write what went wrong as a sentence; return the exit code.

    Kept apart from `run`, so that a start without errors does not load the sentences.
    """
    from criteria.errors import ErrorCode, Message, ReadinessError

    if isinstance(error, ReadinessError):
        from audit.cli.common import harmless
        from audit.log import codes_of, note

        note("refused", codes=codes_of(error), code=error.status)
        click.echo(harmless(str(error)), err=True)
        return error.status
    if isinstance(error, click.Abort | KeyboardInterrupt):
        click.echo(str(Message(ErrorCode.INTERRUPTED)), err=True)
        return Exit.INTERRUPTED
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EBADF, errno.EIO):
        # What is read and written goes through doors with sentences of their own.
        with contextlib.suppress(OSError):
            click.echo(str(Message(ErrorCode.OUTPUT_LOST)), err=True)
        silence()
        return Exit.REFUSED
    if os.environ.get("READINESS_DEBUG"):
        raise error
    from audit.cli.crash import keep

    click.echo(_in_lines(str(Message(ErrorCode.CRASH, {"path": keep(error)}))), err=True)
    return Exit.REFUSED


def _in_lines(text: str) -> str:
    """Return a long sentence in lines that end between words, where somebody reads it."""
    if not sys.stderr.isatty():
        return text
    import shutil
    import textwrap

    width = min(80, shutil.get_terminal_size().columns)
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
