"""``readiness doctor``: what is right and what is not about this machine."""

from __future__ import annotations

import sys

import click

from audit.cli.common import emit, json_option, say, talk
from audit.doctor import observe
from audit.doctor_telling import as_data, as_lines, needs_mending
from audit.doctor_typing import SENTENCE, Trouble, judge
from criteria.language import _

_MOST_LINES = 200
"""Of the log, as a message can hold them."""


@click.command(
    help=_(
        "Look at this machine: terminal, letters, clock, disk, rights, versions.\n\n"
        "Each line says what was found, and what to do where something is not fine. There is no "
        "name, file name or value in it: it can be pasted into a message. In a terminal a line "
        "is typed to see what the input method makes of it. No network is used."
    )
)
@click.option("--no-typing", is_flag=True, help=_("Do not ask for the line to type."))
@click.option("--log", "shows_log", is_flag=True, help=_("Show the last lines of the log instead."))
@json_option
def doctor(*, no_typing: bool, shows_log: bool, as_json: bool) -> int:
    """Look at this machine."""
    if shows_log:
        return _show_log(as_json=as_json)
    from audit.doctor_cursor import measure
    from audit.doctor_probes import chosen_file, facts

    width = None if as_json else measure()
    typed = Trouble.SKIPPED if no_typing or as_json else _typed()
    by_option = any(each == "--lang" or each.startswith("--lang=") for each in sys.argv[1:])
    found = observe(
        facts(chosen_file(), chosen_by="option" if by_option else "", width=width, typed=typed)
    )
    if as_json:
        emit(as_data(found))
    else:
        for line in as_lines(found):
            say(line)
    return int(needs_mending(found))


def _typed() -> Trouble:
    """Have the line typed where somebody sits at a terminal; return what came of it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Trouble.SKIPPED
    talk(_("Type this line with your input method, then press Enter; Enter alone skips it:"))
    talk(f"  {SENTENCE}")
    sys.stderr.write("> ")
    sys.stderr.flush()
    # As bytes: what is no UTF-8 says which code table it is.
    arrived = sys.stdin.buffer.readline()
    talk("")
    return judge(arrived)


def _show_log(*, as_json: bool) -> int:
    from audit import log
    from audit.doctor_probes import shown

    try:
        lines = log.tail(_MOST_LINES)
    except OSError:
        lines = []
    if as_json:
        emit({"path": shown(log.path()), "lines": lines})
        return 0
    for line in lines:
        say(line)
    if not lines:
        talk(_("There is no log yet."))
    return 0
