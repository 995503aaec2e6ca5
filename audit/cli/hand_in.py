"""``missing`` and ``sign-off``: what is left to do in a commune, and closing the visit."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import commune_argument, emit, file_option, json_option, say, talk
from audit.clock import now
from audit.clock_check import clock_findings
from audit.desk import Desk, chosen_path
from audit.identity import needed_auditor
from audit.sign_off import sign_off_draft, withdrawal_draft
from checklists.hand_in import PARAMETERS, Finding, Severity, critical, findings
from criteria.language import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.pen import Draft
    from checklists.checklist import Checklist


@click.command(
    help=_(
        "Show what is missing, contradictory or doubtful in a commune before it is handed in.\n\n"
        "Critical findings leave a rating open or contradict one another; then the exit code is 1. "
        "Warnings are what somebody may ask about later, doubtful clocks among them."
    )
)
@commune_argument
@file_option
@json_option
def missing(commune: str, path: Path | None, *, as_json: bool) -> int:
    """Show what is missing, contradictory or doubtful in a commune."""
    with Desk(chosen_path(path)) as desk:
        place = desk.commune(commune)
        checklist = desk.checklist(place.code)
        clock = clock_findings(desk.file.entries(place.code), checklist, now())
    found = findings(checklist)
    serious = critical(found)
    warnings = [each for each in found if each.severity is Severity.WARNING]
    if as_json:
        emit(
            {
                **_described(checklist),
                "critical": [_data(each) for each in serious],
                "warnings": [_data(each) for each in warnings],
                "clock": [_data(each) for each in clock],
            }
        )
    else:
        say(f"{place.code} · {place.name} · {checklist.state_label}")
        _tell(Severity.CRITICAL.label, serious)
        _tell(Severity.WARNING.label, warnings)
        _tell(_("Clocks"), clock)
        if not (found or clock):
            say(_("Nothing is missing, and nothing contradicts anything. Ready to be signed."))
    return 1 if serious else 0


def _tell(heading: str, found: Sequence[Finding]) -> None:
    if not found:
        return
    say()
    say(f"{heading}: {count(len(found))}")
    for each in found:
        part = _("Parameters") if each.part == PARAMETERS else each.part
        where = f"{part} {each.field}" if each.field else part
        say(f"  {where}: {each.words}")


def _described(checklist: Checklist) -> dict[str, Any]:
    place = checklist.commune
    return {"code": place.code, "name": place.name, "state": checklist.state}


def _data(finding: Finding) -> dict[str, str]:
    return {
        "kind": finding.kind,
        "part": finding.part,
        "field": finding.field,
        "text": finding.words,
    }


@click.command(
    name="sign-off",
    help=_(
        "Have a commune's checklist signed by its representative and you.\n\n"
        "Warnings do not stand in the way. Where critical findings remain (readiness missing "
        "COMMUNE), a reason is needed, which stays in the record: what could not be found out must "
        "not keep a visit open. Later changes need a reason and show as signed, changed since."
    ),
)
@commune_argument
@click.option("--by", default="", metavar=_("NAME"), help=_("Who signs for the commune."))
@click.option("--title", default="", help=_("Their office."))
@click.option(
    "--reason",
    default="",
    help=_("Why it is signed with critical findings, or why the sign-off is withdrawn."),
)
@click.option("--withdraw", is_flag=True, help=_("Take your sign-off back."))
@file_option
@json_option
def sign_off(
    commune: str,
    by: str,
    title: str,
    reason: str,
    path: Path | None,
    *,
    withdraw: bool,
    as_json: bool,
) -> None:
    """Have a commune's checklist signed by its representative and the auditor."""
    from audit.cli.commune_text import sign_off_data, state_lines

    with Desk(chosen_path(path), write=True) as desk:
        place = desk.commune(commune)
        if withdraw:
            draft: Draft | None = withdrawal_draft(desk, place.code, reason=reason)
        else:
            draft = sign_off_draft(
                desk,
                place.code,
                by=by,
                title=title,
                auditor_title=needed_auditor().title,
                reason=reason,
            )
        desk.write([draft] if draft is not None else [])
        checklist = desk.checklist(place.code)
    found = findings(checklist)
    serious = critical(found)
    if as_json:
        emit(
            {
                **_described(checklist),
                "written": draft is not None,
                "sign_offs": [sign_off_data(each) for each in checklist.sign_offs],
                "critical": len(serious),
                "warnings": len(found) - len(serious),
            }
        )
        return
    if draft is None:
        talk(_("The very same is signed already; nothing was written."))
    say(f"{place.code} · {place.name}")
    for line in state_lines(checklist):
        say(line)
    if found:
        talk(
            _("Critical: {critical}. Warnings: {warnings}. See: readiness missing {code}").format(
                critical=count(len(serious)),
                warnings=count(len(found) - len(serious)),
                code=place.code,
            )
        )
