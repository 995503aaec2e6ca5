"""``readiness export csv`` and ``readiness export json``: plain data for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from audit.cli.export_options import export_options, ready, target_of, tell_written, told
from criteria.language import _

if TYPE_CHECKING:
    from audit.cli.export_options import Asked


@click.command(
    help=_(
        "Write plain tables as CSV files, with a description for programs.\n\n"
        "One file a table, in UTF-8, and a Frictionless datapackage.json that says what stands "
        "in each column. In texts, an apostrophe stands before = + - @, so that no spreadsheet "
        "runs them."
    )
)
@export_options(_("The folder to write into; or a file ending in .zip."))
def csv(asked: Asked) -> None:
    """Write the tables as CSV files."""
    from exports.plain.csv_files import ZIP, write_csv
    from exports.safe_write import refuse_bad_name

    if not asked.out.is_dir():
        refuse_bad_name(asked.out)
    held = ready(asked)
    progress = told(_("Writing communes"), quiet=asked.as_json)
    names = write_csv(held.report, asked.out, held.made, progress=progress)
    is_packed = asked.out.suffix.lower() == ZIP
    paths = [asked.out] if is_packed else [asked.out / name for name in names]
    tell_written(asked, held, paths)


@click.command(
    help=_(
        "Write plain tables as one JSON document.\n\n"
        "The same tables as export csv, with every text as it was written."
    )
)
@export_options(_("The file to write."))
def json(asked: Asked) -> None:
    """Write the tables as one JSON document."""
    from exports.plain.json_file import write_json

    target = target_of(asked.out, ".json")
    held = ready(asked)
    progress = told(_("Writing communes"), quiet=asked.as_json)
    write_json(held.report, target, held.made, progress=progress)
    tell_written(asked, held, [target])
