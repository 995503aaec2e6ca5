"""``readiness quality``: how far the figures can be relied on."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import as_of_option, emit, file_option, json_option, say, table
from audit.cli.export_options import told
from audit.cli.look import as_of_data, heading, tell_unreceived
from audit.desk import Desk, chosen_path
from criteria.language import _, count, moment_of, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.custody import Custody
    from checklists.declared import Tally
    from checklists.quality import CommuneQuality, Indicator
    from checklists.report import Report

_MOST_NAMED = 5
"""Communes in a line."""


@click.command(
    help=_(
        "Show how far the figures can be relied on: what is stated of what is asked, what is "
        "open, set by hand or contradicts itself, which evidence is missing, how much of what "
        "was declared stood, and which files came when.\n\n"
        "The workbook has the same on its sheet on data quality, commune by commune."
    )
)
@as_of_option
@file_option
@json_option
def quality(as_of: str, path: Path | None, *, as_json: bool) -> None:
    """Show how far the figures can be relied on."""
    from audit.reporting import report_of

    with Desk(chosen_path(path), as_of=as_of) as desk:
        report = report_of(desk, progress=told(_("Reading communes"), quiet=as_json))
        tell_unreceived(desk)
        if as_json:
            emit({**_data(report), **as_of_data(desk)})
            return
        say(heading(desk))
    for line in _lines(report):
        say(line)


def _lines(report: Report) -> Iterator[str]:
    from checklists.declared import declared_sentence

    held = report.quality
    yield held.sentence
    if held.about_people:
        yield held.about_people
    yield declared_sentence(report.declared, report.matrix)
    yield held.custody.sentence
    yield ""
    rows = [(_("What is counted"), _("How many"), _("Share"), _("Commune"))]
    rows += [_indicator(each) for each in held.indicators]
    yield from table(rows)
    if held.custody.remarkable or held.custody.refused:
        yield ""
        yield from _files(held.custody)


def _indicator(each: Indicator) -> tuple[str, str, str, str]:
    named = [commune.code for commune in each.communes[:_MOST_NAMED]]
    if len(each.communes) > _MOST_NAMED:
        named.append(_("and {count} more").format(count=count(len(each.communes) - _MOST_NAMED)))
    value = count(each.value)
    if each.of is not None:
        value += f"/{count(each.of)}"
    share = each.share
    return each.label, value, "–" if share is None else percent(share), ", ".join(named)


def _files(custody: Custody) -> Iterator[str]:
    """Yield what is to be known about files; of those without a remark nothing."""
    for each in custody.remarkable:
        yield f"{each.name} ({moment_of(each.taken_at)}): {'; '.join(each.remarks)}"
    for refused in custody.refused:
        reason = _("refused: {reason}").format(reason=refused.reason)
        yield f"{refused.name} ({moment_of(refused.came_at)}): {reason}"


def _data(report: Report) -> dict[str, Any]:
    held, declared = report.quality, report.declared
    return {
        "round": {"id": report.round.id, "title": report.round.title},
        "indicators": {
            each.key: {
                "value": each.value,
                "of": each.of,
                "communes": [commune.code for commune in each.communes],
            }
            for each in held.indicators
        },
        "methods": dict(held.methods),
        "states": {state.value: often for state, often in held.states.items()},
        "agreement": held.agreement._asdict(),
        "declared": {
            "communes": [row.commune.code for row in declared.rows],
            **_tally(declared.total),
            "criteria": {code: _tally(tally) for code, tally in declared.by_criterion.items()},
        },
        "communes": [_commune(row) for row in held.rows],
        "custody": _custody(held.custody),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "declared_met": tally.declared_met,
        "verified": tally.verified,
        "still_met": tally.stayed_met,
        "not_verified": tally.not_verified,
    }


def _commune(row: CommuneQuality) -> dict[str, Any]:
    return {
        "code": row.commune.code,
        "name": row.commune.name,
        "state": row.state,
        "stated": row.coverage.stated,
        "asked": row.coverage.asked,
        "insufficient": row.insufficient,
        "unaudited": row.unaudited,
        "not_applicable": row.not_applicable,
        "overridden": row.overridden,
        "to_confirm": row.to_confirm,
        "not_known": row.not_known,
        "conflicts": row.conflicts,
        "failing": [str(check.message) for check in row.failing],
        "unreadable": row.unreadable,
        "evidence_wanted": row.evidence.wanted,
        "evidence_missing": row.evidence.missing,
        "methods": dict(row.methods),
        "auditors": row.auditors,
        "agreement": row.agreement._asdict(),
        "unsealed": row.unsealed,
        "absent": row.absent,
        "forked": row.is_forked,
        "is_sound": row.is_sound,
    }


def _custody(custody: Custody) -> dict[str, Any]:
    return {
        "closed_as": custody.closed_as,
        "closed_at": custody.closed_at,
        "forked": custody.forked,
        "settled": dict(custody.settled),
        "files": [
            {
                "name": each.name,
                "made_by": each.made_by,
                "taken_at": each.taken_at,
                "records": each.records,
                "communes": each.communes,
                "warnings": each.warnings,
                "late": each.is_late,
                "left_out": each.is_left_out,
                "taken_back": each.taken_back,
            }
            for each in custody.files
        ],
        "refused": [
            {"name": each.name, "came_at": each.came_at, "reason": each.reason}
            for each in custody.refused
        ],
    }
