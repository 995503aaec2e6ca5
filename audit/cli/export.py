"""``readiness export``: files for leaders."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

import audit
from audit.cli.common import as_of_option, emit, file_option, json_option, say
from audit.cli.look import as_of_data, tell_unreceived
from audit.clock import now
from audit.desk import Desk, chosen_path
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _


@click.group(help=_("Write files for leaders."))
def export() -> None:
    """Write files for leaders."""


@export.command(
    help=_("Write the readiness matrix as an Excel workbook: a summary and the matrix.")
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=_("The workbook to write.")
)
@click.option(
    "--header",
    type=click.Choice(["state", "party"]),
    default="state",
    help=_("Form of the head: State body or Party body."),
)
@as_of_option
@file_option
@json_option
def xlsx(
    out: Path, header: Literal["state", "party"], as_of: str, path: Path | None, *, as_json: bool
) -> None:
    """Write the readiness matrix as an Excel workbook."""
    from exports.excel.workbook import write_workbook

    if not out.name:
        raise ReadinessError(ErrorCode.WRITE_IS_FOLDER, status=2, path=out)
    target = out if out.suffix else out.with_suffix(".xlsx")
    if target.suffix.lower() != ".xlsx":
        raise ReadinessError(ErrorCode.WRITE_ENDING, status=2, path=target, ending=".xlsx")
    with Desk(chosen_path(path), as_of=as_of) as desk:
        matrix = desk.matrix()
        tell_unreceived(desk)
    write_workbook(
        matrix,
        target,
        header=header,
        made_at=now(),
        version=audit.__version__,
        until=desk.as_of.until if desk.as_of is not None else None,
        as_of=desk.as_of.words if desk.as_of is not None else "",
    )
    if as_json:
        emit({"path": str(target), "communes": len(matrix.rows), **as_of_data(desk)})
    else:
        say(str(target))
