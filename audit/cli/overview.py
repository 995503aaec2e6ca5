"""The commands and the page that lists them.

The page is what ``readiness --help`` shows. It is made without click, whose import
alone would double the time until it appears.
"""

from __future__ import annotations

import textwrap

from criteria.language import N_, _

COMMANDS = {
    "whoami": ("audit.cli.whoami:whoami", N_("Say or show who the auditor of this machine is.")),
    "demo": ("audit.cli.demo:demo", N_("Make a made-up round of 95 communes to try things out.")),
    "round": ("audit.cli.rounds:rounds", N_("Begin a round, amend it, give it out, close it.")),
    "communes": ("audit.cli.communes:communes", N_("Search communes by name, code or old name.")),
    "answer": ("audit.cli.answers:answer", N_("State values found in a commune.")),
    "declare": ("audit.cli.answers:declare", N_("Take in what communes declared, from a table.")),
    "not-applicable": (
        "audit.cli.answers:not_applicable",
        N_("State that a criterion does not apply to a commune."),
    ),
    "override": ("audit.cli.answers:override", N_("Set another rating than the rules give.")),
    "attach": (
        "audit.cli.evidence:attach",
        N_("Attach photos and files to a criterion of a commune."),
    ),
    "evidence": ("audit.cli.evidence:evidence", N_("List what is attached, or take it out.")),
    "purge": (
        "audit.cli.evidence:purge",
        N_("Take a photo or file out of the audit file for good."),
    ),
    "missing": (
        "audit.cli.hand_in:missing",
        N_("Show what is missing or doubtful in a commune before it is handed in."),
    ),
    "sign-off": (
        "audit.cli.hand_in:sign_off",
        N_("Have a commune's checklist signed by its representative and you."),
    ),
    "send": ("audit.cli.send:send", N_("Hand in communes as a new, sealed file.")),
    "check": (
        "audit.cli.check:check",
        N_("Say what a file is, whether it is whole, and who sealed it."),
    ),
    "conflicts": (
        "audit.cli.conflicts:list_conflicts",
        N_("Show what people contradict each other about."),
    ),
    "resolve": ("audit.cli.conflicts:resolve", N_("Settle a contradiction, for the office.")),
    "review": (
        "audit.cli.review:review",
        N_("Accept checklists that were handed in, or return them."),
    ),
    "slip": ("audit.cli.slips:slip", N_("Write a return slip for the auditors.")),
    "receipt": ("audit.cli.slips:receipt", N_("Write a receipt for what has arrived.")),
    "roster": ("audit.cli.roster:roster", N_("List, add or revoke the keys of auditors.")),
    "merge": (
        "audit.cli.merge:merge",
        N_("Take in files that others handed in: files, folders, zips."),
    ),
    "batch": (
        "audit.cli.merge:batch",
        N_("Show who brought what and when, or take a batch back."),
    ),
    "show": ("audit.cli.look:show", N_("Show a commune: values, ratings and why.")),
    "history": (
        "audit.cli.look:history",
        N_("Show all that was ever stated about a field of a commune."),
    ),
    "status": ("audit.cli.look:status", N_("Show the round, its progress, what needs attention.")),
    "matrix": ("audit.cli.look:matrix", N_("Show the matrix of communes and criteria.")),
    "quality": (
        "audit.cli.quality:quality",
        N_("Show how far the figures can be relied on."),
    ),
    "compare": (
        "audit.cli.compare:compare",
        N_("Show what changed between two rounds or two points in time."),
    ),
    "tasks": (
        "audit.cli.tasks:tasks",
        N_("List what is to be done, plan it, read plans back from the workbook."),
    ),
    "export": ("audit.cli.export:export", N_("Write files for leaders.")),
    "verify": ("audit.cli.verify:verify", N_("Recompute everything of a file.")),
    "doctor": (
        "audit.cli.doctor:doctor",
        N_("Look at this machine: what is right, what is not, what to do."),
    ),
    "catalogue": (
        "audit.cli.catalogue:catalogue",
        N_("Show an edition of the criteria, copy it or check it."),
    ),
    "wipe": (
        "audit.cli.wipe:wipe",
        N_("Delete what the program keeps on this machine, after the round."),
    ),
    "completion": (
        "audit.cli.completion:completion",
        N_("Write the script by which a shell completes at the Tab key."),
    ),
}
"""Name -> where it is, and one line about it. The order is that of a day's work."""

_WIDTH = 80
_COLUMN = 18


def overview() -> str:
    """Return the help page of the program, in the language in use."""
    rows = [(name, _(line)) for name, (_where, line) in COMMANDS.items()]
    options = [
        ("--lang vi|en", _("Language of all texts; READINESS_LANG does the same.")),
        ("--version", _("Show the version.")),
        ("-h, --help", _("Show this page; after a command: its own page.")),
    ]
    parts = [
        _("Usage: readiness [OPTIONS] COMMAND [ARGUMENTS]…"),
        "",
        *_paragraph(_("Audit how ready the IT infrastructure of a province's communes is.")),
        "",
        *_paragraph(
            _("The criteria shipped with the program are a project default, not an official text.")
        ),
        "",
        *_paragraph(
            _("Without a command: the terminal app; without a terminal, the round last opened.")
        ),
        "",
        _("Commands:"),
        *_list(rows),
        "",
        _("Options:"),
        *_list(options),
    ]
    return "\n".join(parts)


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH - 2, initial_indent="  ", subsequent_indent="  ")


def _list(rows: list[tuple[str, str]]) -> list[str]:
    lines = []
    for name, text in rows:
        lines += textwrap.wrap(
            text,
            _WIDTH,
            initial_indent=f"  {name:<{_COLUMN - 2}}",
            subsequent_indent=" " * _COLUMN,
        )
    return lines
