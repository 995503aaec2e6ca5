"""``readiness completion``: what the Tab key offers, and the script that teaches it to a shell.

What is offered comes from the round at hand: communes by any spelling, criteria, fields,
closes. It is looked up only while a shell asks; a command that runs knows nothing of it.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from audit.cli.app import COMPLETE
from audit.cli.overview import COMMANDS
from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from audit.desk import Desk

    Offer = Callable[[Desk, click.Context, str], Iterator[tuple[str, str]]]

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
_MOST_FOUND: Final = 20
_NEAR: Final = 0.7
"""Part of the best match's score; what is farther off is what a search may show, not a Tab."""

# On the first Tab several codes found by a name must not take the place of what was typed:
# bash inserts what all replies begin with. On the second, names are listed beside them.
_BASH: Final = """\
%(complete_func)s() {
    local IFS=$'\\n' cur="${COMP_WORDS[COMP_CWORD]}" line kind value help found=() shown=() other=
    COMPREPLY=()
    cur="${cur#[\\"\\']}"
    while read -r line; do
        IFS=$'\\t' read -r kind value help <<< "$line"
        case $kind in
            dir) compopt -o dirnames 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            plain)
                found+=("$value")
                shown+=("$value${help:+  ($help)}")
                [[ $value == "$cur"* ]] || other=1 ;;
        esac
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    if ((${#found[@]} < 2)); then
        COMPREPLY=("${found[@]}")
        [[ ${found[0]-} == *= ]] && compopt -o nospace 2>/dev/null
    elif [[ ${COMP_TYPE-9} == 63 || ${COMP_TYPE-9} == 33 ]]; then
        COMPREPLY=("${shown[@]}" ${other:+"$cur"})
    else
        COMPREPLY=("${found[@]}" ${other:+"$cur"})
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_ZSH_OFFERS: Final = '    if [ -n "$completions_with_descriptions" ]; then'
_ZSH_MENU: Final = """\
    if (( ${#completions_with_descriptions} > 1 )) &&
        [[ ${completions_with_descriptions[1]} != ${words[CURRENT]}* ]]; then
        compstate[insert]=menu
        compstate[list]=list
    fi
"""
"""In zsh the same: of several that do not begin with what was typed one is chosen with Tab."""

_POWERSHELL: Final = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $place = $words.Count
    if ($wordToComplete -ne '') { $place = $place - 1 }
    $encoding = [Console]::OutputEncoding
    $env:COMP_WORDS = $words -join "`n"
    $env:COMP_CWORD = $place
    $env:%(complete_var)s = 'powershell_complete'
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        & $words[0].Trim('"', "'") 2>$null | ForEach-Object {
            $kind, $value, $help = $_ -split "`t", 3
            if ($kind -eq 'plain') {
                $shown = $value
                $tip = $value
                if ($help) { $shown = "$value  $help"; $tip = $help }
                [System.Management.Automation.CompletionResult]::new(
                    $value, $shown, 'ParameterValue', $tip)
            }
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s -ErrorAction Ignore
    }
}
"""


def _line(item: CompletionItem) -> str:
    """Return what the two scripts above read: kind, value and what it means."""
    return "\t".join((item.type, item.value, " ".join((item.help or "").split())))


class _Bash(BashComplete):
    """bash, with names beside the codes that are listed."""

    source_template = _BASH

    def source(self) -> str:
        """Return the script, whichever bash is on this machine."""
        return self.source_template % self.source_vars()

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line for the script."""
        return _line(item)


class _Zsh(ZshComplete):
    """zsh, with a menu where a name was typed."""

    source_template = ZshComplete.source_template.replace(_ZSH_OFFERS, _ZSH_MENU + _ZSH_OFFERS)


class _PowerShell(ShellComplete):
    """PowerShell, of Windows or any other."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor, and the one it stands in."""
        # Between quotation marks as typed; a backslash is part of a path there.
        words = [word.strip("\"'") for word in os.environ["COMP_WORDS"].split("\n")]
        place = int(os.environ["COMP_CWORD"])
        return words[1:place], words[place] if place < len(words) else ""

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line for the script."""
        return _line(item)


def register() -> None:
    """Make known how each shell asks and is answered."""
    for shell in (_Bash, _Zsh, _PowerShell):
        add_completion_class(shell)


def complete_commands(incomplete: str) -> list[CompletionItem]:
    """Return the commands whose names begin so, without importing any of them."""
    return [
        CompletionItem(name, help=_(line))
        for name, (_where, line) in COMMANDS.items()
        if name.startswith(incomplete)
    ]


def teach(command: click.Command) -> None:
    """Give the parameters of a command, by their names, what Tab offers for them."""
    for parameter in command.params:
        offer = _OFFERS.get(parameter.name or "")
        if offer is not None and not isinstance(parameter.type, click.Path | click.Choice):
            # Only while a shell asks; the commands themselves stay as they are.
            parameter.shell_complete = partial(_offered, offer)  # type: ignore[method-assign]
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            teach(inner)


def _offered(offer: Offer, context: click.Context, incomplete: str) -> list[CompletionItem]:
    from audit.desk import Desk, chosen_path
    from criteria.errors import ReadinessError

    try:
        with Desk(chosen_path(context.params.get("path")), remember=False) as desk:
            found = offer(desk, context, incomplete)
            return [CompletionItem(value, help=text) for value, text in found]
    except (ReadinessError, OSError):
        # Nothing is said where a word is only being typed.
        return []


def _communes(desk: Desk, _context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    from checklists.search import Why, find

    # In a list with commas the last one is being typed.
    before, comma, typed = incomplete.rpartition(",")
    communes = desk.round.communes
    begun = [each for each in communes if each.code.startswith(typed)]
    for commune in begun:
        yield before + comma + commune.code, commune.name
    if begun:
        return
    found = find(typed, communes, _MOST_FOUND)
    # A former name is for whoever knows no other; a search shows more than a Tab should.
    current = [each for each in found if each.why is Why.NAME]
    near = current or found
    for each in near:
        if each.score >= near[0].score * _NEAR:
            former = f" ({each.matched})" if not current else ""
            yield before + comma + each.commune.code, each.commune.name + former


def _criteria(desk: Desk, _context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for criterion in desk.round.catalogue.criteria:
        if criterion.code.startswith(incomplete.upper()):
            yield criterion.code, str(criterion.short)


def _fields(desk: Desk, _context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for key, field in desk.round.catalogue.fields.items():
        if key.startswith(incomplete):
            yield key, str(field.label)


def _values(desk: Desk, context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for key, label in _fields(desk, context, incomplete):
        yield f"{key}=", label


def _closes(desk: Desk, _context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for name, close in desk.round.closes.items():
        if name.casefold().startswith(incomplete.casefold()):
            yield name, close.closed_at


def _ratings(_desk: Desk, _context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    from criteria.rating import Rating

    for rating in (Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET):
        if rating.value.startswith(incomplete):
            yield rating.value, rating.label


def _conflicts(desk: Desk, context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    commune = desk.commune(str(context.params.get("commune", "")))
    for subject in desk.checklist(commune.code).conflicts:
        if subject.startswith(incomplete):
            field = desk.round.catalogue.fields.get(subject)
            yield subject, str(field.label) if field else ""


def _batches(desk: Desk, _context: click.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    for batch in desk.file.batches():
        if batch.id.startswith(incomplete):
            yield batch.id, batch.source


_OFFERS: Final[dict[str, Offer]] = {
    "commune": _communes,
    "communes": _communes,
    "criterion": _criteria,
    "field": _fields,
    "values": _values,
    "as_of": _closes,
    "rating": _ratings,
    "subject": _conflicts,
    "ids": _batches,
}
"""Name of a parameter -> what is offered for it."""


@click.command(
    help=_(
        "Write the script by which a shell completes readiness at the Tab key.\n\n"
        "It completes commands, options, files, communes by code or any spelling of the name, "
        'criteria, fields and closes. bash: add eval "$(readiness completion bash)" to '
        "~/.bashrc; zsh: the same with zsh in ~/.zshrc, below compinit; fish: readiness completion "
        "fish > ~/.config/fish/completions/readiness.fish; PowerShell: add readiness completion "
        "powershell | Out-String | Invoke-Expression to $PROFILE."
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Write the script for a shell."""
    register()
    asking: Any = get_completion_class(shell)
    click.echo(asking(click.Group("readiness"), {}, "readiness", COMPLETE).source())
