"""``readiness round close`` and ``round closes``: points in time that stay."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import emit, file_option, json_option, say, talk
from audit.closing import Open, close_draft, still_open
from audit.desk import Desk, chosen_path
from audit.fold import CLOSE
from audit.record import Cell
from criteria.language import _, count, moment_of

if TYPE_CHECKING:
    from checklists.round import Close, Round


@click.command(
    help=_(
        "Close the round under a name: what is held now can be shown later as it is now.\n\n"
        "Nothing is locked; what comes later is a change since. Then: readiness matrix --as-of "
        "NAME, readiness compare --from NAME."
    )
)
@click.option("--name", required=True, help=_("Such as “Chốt lần 1”."))
@click.option("--reason", default="", help=_("Why; it stays in the file."))
@file_option
@json_option
def close(name: str, reason: str, path: Path | None, *, as_json: bool) -> None:
    """Close the round under a name."""
    with Desk(chosen_path(path), write=True) as desk:
        draft = close_draft(desk, name, reason=reason)
        found = still_open([desk.checklist(each.code) for each in desk.round.communes])
        desk.write([draft])
        held, made = desk.round, desk.round.closes[draft.subject.removeprefix(CLOSE)]
    if as_json:
        emit({**_data(made), "open": found._asdict()})
        return
    say(
        _("Closed as “{name}” at {moment}: {communes} communes.").format(
            name=made.name,
            moment=moment_of(made.closed_at),
            communes=count(len(held.communes)),
        )
    )
    _tell_open(held, found)


def _tell_open(held: Round, found: Open) -> None:
    for codes, words in (
        (found.unfinished, _("Not complete")),
        (found.in_conflict, _("With contradictions to settle")),
        (found.unreceived, _("Not received as signed, or changed since")),
    ):
        if codes:
            names = ", ".join(f"{code} {held.by_code[code].name}" for code in codes[:5])
            more = " …" if len(codes) > 5 else ""
            talk(f"{words}: {count(len(codes))} ({names}{more})")


@click.command(help=_("List the closes of the round: name, time, by whom and why."))
@file_option
@json_option
def closes(path: Path | None, *, as_json: bool) -> None:
    """List the closes of the round."""
    with Desk(chosen_path(path)) as desk:
        held = sorted(desk.round.closes.values(), key=lambda each: (each.closed_at, each.name))
        records = {
            each.name: desk.office.heads[Cell(CLOSE + each.name, "verified")][0].record
            for each in held
        }
    if as_json:
        emit(
            [
                {**_data(each), "by": record.author.name, "reason": record.reason}
                for each, record in zip(held, records.values(), strict=True)
            ]
        )
        return
    for each in held:
        record = records[each.name]
        line = f"{each.name} · {moment_of(each.closed_at)} · {record.author.name}"
        say(line + (f" · {record.reason}" if record.reason else ""))
    if not held:
        talk(_("This round has no close yet: readiness round close --name “…”"))


def _data(made: Close) -> dict[str, Any]:
    return {
        "name": made.name,
        "closed_at": made.closed_at,
        "communes": sum(bool(code) for code in made.chains),
    }
