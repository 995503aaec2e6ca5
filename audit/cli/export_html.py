"""``readiness export html``: the dashboard, one page that any browser opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from audit.cli.export_options import export_options, ready, target_of, tell_written, told
from criteria.language import _

if TYPE_CHECKING:
    from audit.cli.export_options import Asked


@click.command(
    help=_(
        "Write the dashboard: one page for any browser, without a network.\n\n"
        "Summary, map, matrix, the page of every commune, costs and, with --previous or "
        "--compared-with, what changed. It loads nothing from anywhere and can be sent as it is."
    )
)
@export_options(_("The page to write."))
def html(asked: Asked) -> None:
    """Write the dashboard as one page of HTML."""
    from exports.dashboard.page import write_dashboard

    target = target_of(asked.out, ".html")
    held = ready(asked)
    progress = told(_("Writing communes"), quiet=asked.as_json)
    write_dashboard(held.report, target, held.made, progress=progress)
    tell_written(asked, held, [target])
