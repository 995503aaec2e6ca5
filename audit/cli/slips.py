"""``slip`` and ``receipt``: what the office sends back to its auditors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import emit, file_option, json_option, talk
from audit.cli.send import package_data, tell_package
from audit.desk import Desk, chosen_path
from audit.slips import received_communes, returned_communes, write_receipt, write_slip
from criteria.language import _

if TYPE_CHECKING:
    from audit.package import Package


@click.command(
    help=_(
        "Write a return slip: what the office said of checklists, for their auditors.\n\n"
        "Without communes, all that are returned and not signed again. The auditor takes it in "
        "with readiness merge, sees each comment at its criterion, mends it, has it signed again "
        "and hands it in."
    )
)
@click.argument("communes", nargs=-1, metavar=_("[COMMUNE]..."))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("The file to make."))
@file_option
@json_option
def slip(communes: tuple[str, ...], out: Path, path: Path | None, *, as_json: bool) -> None:
    """Write a return slip."""
    with Desk(chosen_path(path), write=True) as desk:
        codes = [desk.commune(each).code for each in communes] or returned_communes(desk)
        package = write_slip(desk, codes, out)
    _tell(package, as_json=as_json)
    if not as_json:
        talk(_("The auditor takes it in with: readiness merge {name}").format(name=out.name))


@click.command(
    help=_(
        "Write a receipt: the office's sealed word on what it holds of each commune.\n\n"
        "It holds all records, seals and receipts of these communes, and no photos or files: give "
        "it only to whom may read them. "
        "Without communes, all about which others have stated something. The auditor takes it in "
        "with readiness merge; from then on a file that lacks what was received is told as cut "
        "back."
    )
)
@click.argument("communes", nargs=-1, metavar=_("[COMMUNE]..."))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("The file to make."))
@file_option
@json_option
def receipt(communes: tuple[str, ...], out: Path, path: Path | None, *, as_json: bool) -> None:
    """Write a receipt."""
    with Desk(chosen_path(path), write=True) as desk:
        codes = [desk.commune(each).code for each in communes] or received_communes(desk)
        package = write_receipt(desk, codes, out)
    _tell(package, as_json=as_json)


def _tell(package: Package, *, as_json: bool) -> None:
    if as_json:
        emit(package_data(package))
    else:
        tell_package(package)
