"""``readiness roster``: the keys of auditors and of the office."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types

import click

from audit.cli.common import emit, file_option, json_option, say, table, talk
from audit.desk import Desk, chosen_path
from audit.roster import admission_drafts, found_key, revocation_draft, standing
from audit.roster import roster as listed
from criteria.language import N_, _, count

_STANDINGS = {
    "office": N_("office"),
    "known": N_("known"),
    "unknown": N_("unknown"),
    "revoked": N_("revoked"),
}


@click.group(help=_("List the keys of auditors and of the office, add one or revoke one."))
def roster() -> None:
    """List the keys of auditors and of the office, add one or revoke one."""


@roster.command(
    help=_(
        "Say whose key it is.\n\n"
        "KEY is the public key or fingerprint that readiness whoami shows on the auditor's "
        "machine; or give a FILE that was received, for the key that has sealed it. Compare the "
        "fingerprint over the phone first. With --office the key may review, settle and amend as "
        "this one; only who opened the round can say so."
    )
)
@click.argument("key", metavar=_("KEY|FILE"))
@click.option("--name", default="", help=_("Whose it is; else as it stands in their records."))
@click.option("--unit", default="", help=_("Where they work."))
@click.option("--office", "as_office", is_flag=True, help=_("It is a key of the office."))
@click.option("--reason", default="", help=_("Why; needed to admit a revoked key again."))
@file_option
@json_option
def add(
    key: str,
    name: str,
    unit: str,
    reason: str,
    path: Path | None,
    *,
    as_office: bool,
    as_json: bool,
) -> None:
    """Say whose key it is."""
    with Desk(chosen_path(path), write=True) as desk:
        found = found_key(desk, key)
        drafts = admission_drafts(
            desk, found, name=name, unit=unit, reason=reason, as_office=as_office
        )
        desk.write(drafts)
        _tell(desk, found.key, is_written=bool(drafts), as_json=as_json)


@roster.command(
    help=_(
        "Revoke a key: from now on a warning stands beside whatever it has sealed.\n\n"
        "readiness merge --require-known refuses such files. What was taken in before stays; "
        "readiness batch undo takes that back."
    )
)
@click.argument("key", metavar=_("KEY|NAME"))
@click.option("--reason", default="", help=_("Why; it stays on record."))
@file_option
@json_option
def revoke(key: str, reason: str, path: Path | None, *, as_json: bool) -> None:
    """Revoke a key."""
    with Desk(chosen_path(path), write=True) as desk:
        fingerprint, draft = revocation_draft(desk, key, reason=reason)
        desk.write([draft] if draft is not None else [])
        _tell(desk, fingerprint, is_written=draft is not None, as_json=as_json)


def _tell(desk: Desk, key: str, *, is_written: bool, as_json: bool) -> None:
    known = desk.round.roster.get(key)
    name = known.name if known else ""
    unit = known.unit if known else ""
    what = standing(desk.round, key)
    if as_json:
        emit({"key": key, "name": name, "unit": unit, "standing": what, "written": is_written})
        return
    if not is_written:
        talk(_("The very same was said already; nothing was written."))
    who = f"{name}, {unit}" if unit else name
    say(f"{key} · {who} · {_(_STANDINGS[what])}")


@roster.command(
    name="list",
    help=_("List the keys: the office's, known and revoked ones, and unknown ones in the file."),
)
@file_option
@json_option
def list_(path: Path | None, *, as_json: bool) -> None:
    """List the keys."""
    with Desk(chosen_path(path)) as desk:
        found = listed(desk)
    if as_json:
        emit([each._asdict() for each in found])
        return
    rows = [(_("Key"), _("Name"), _("Where they work"), _("State"), _("Number of communes"))]
    rows += [
        (each.key, each.name, each.unit, _(_STANDINGS[each.standing]), count(each.communes))
        for each in found
    ]
    for line in table(rows):
        say(line)
