"""``readiness demo``: a made-up round to try things out."""

from __future__ import annotations

from pathlib import Path

import click

from audit.cli.common import emit, json_option, say, talk
from audit.desk import remember_file
from criteria.language import _, count


@click.command(
    help=_(
        "Make a made-up round of 95 communes in a folder: the audit file, what the auditors handed "
        "in, and the Excel matrix.\n\n"
        "Three auditors, blanks, contradictions, reviews and a close; the same every time. Nothing "
        "in it is about a real office."
    )
)
@click.argument("folder", metavar=_("[FOLDER]"), type=click.Path(path_type=Path), required=False)
@json_option
def demo(folder: Path | None, *, as_json: bool) -> None:
    """Make a made-up round to try things out."""
    from audit.demo import make_demo

    made = make_demo(folder or Path("readiness-demo"))
    remember_file(made.audit_file)
    if as_json:
        emit(
            {
                "audit_file": str(made.audit_file),
                "earlier": str(made.earlier),
                "handed_in": [str(path) for path in made.handed_in],
                "workbook": str(made.workbook),
                "page": str(made.page),
                "communes": made.communes,
                "records": made.records,
                "conflicts": made.conflicts,
                "digest": made.digest,
            }
        )
        return
    say(str(made.audit_file))
    say(str(made.earlier))
    say(str(made.workbook))
    say(str(made.page))
    for path in made.handed_in:
        say(str(path))
    talk(
        _(
            "{communes} communes, {records} records, {conflicts} contradictions; all made up."
        ).format(
            communes=count(made.communes),
            records=count(made.records),
            conflicts=count(made.conflicts),
        )
    )
    talk(_("Next: readiness status, readiness matrix, readiness show 26368"))
    talk(
        _("One hand-in came late and is not merged yet: readiness merge {path}").format(
            path=made.handed_in[-1]
        )
    )
