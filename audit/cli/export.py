"""``readiness export``: files for leaders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from audit.cli.export_docx import docx
from audit.cli.export_html import html
from audit.cli.export_options import export_options, ready, target_of, tell_written, told
from audit.cli.export_plain import csv, json
from criteria.language import _

if TYPE_CHECKING:
    from audit.cli.export_options import Asked


@click.group(help=_("Write files for leaders."))
def export() -> None:
    """Write files for leaders."""


@export.command(
    help=_(
        "Write the Excel workbook: summary, one page to print, matrix, map, criteria, shortfalls, "
        "costs, tasks, what changed, what was declared, data quality and an annex.\n\n"
        "What is typed in the sheet of tasks is read back by “readiness tasks import”. What has "
        "changed is shown with --previous or --compared-with."
    )
)
@export_options(_("The workbook to write."))
def xlsx(asked: Asked) -> None:
    """Write the Excel workbook."""
    from exports.excel.workbook import write_workbook
    from exports.worked_in import refuse_to_lose_work

    target = target_of(asked.out, ".xlsx")
    refuse_to_lose_work(target)
    held = ready(asked)
    progress = told(_("Writing sheets"), quiet=asked.as_json)
    write_workbook(held.report, target, held.made, progress=progress)
    tell_written(asked, held, [target])


export.add_command(docx)
export.add_command(html)
export.add_command(csv)
export.add_command(json)
