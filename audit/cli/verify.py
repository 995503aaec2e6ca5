"""``readiness verify``: recompute everything of a file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import emit, file_option, json_option, say, talk
from audit.desk import chosen_path
from audit.file import AuditFile
from audit.roster import standing
from audit.verify import verify as recompute
from criteria.language import _, count

if TYPE_CHECKING:
    from audit.verify import Verification


@click.command(
    help=_(
        "Recompute everything of a file: its pages, every id, every chain, every rating.\n\n"
        "Two files with the same digest hold the same records."
    )
)
@file_option
@json_option
def verify(path: Path | None, *, as_json: bool) -> int:
    """Recompute everything of a file."""
    with AuditFile.open(chosen_path(path)) as file:
        found = recompute(file)
        shown = file.path
    if as_json:
        emit(
            {
                "path": str(shown),
                "sound": found.is_sound,
                "records": found.records,
                "chains": found.chains,
                "digest": found.digest,
                "seals": {
                    **found.seals._asdict(),
                    "keys": [_key_data(found, key) for key in found.seals.keys],
                },
                "faults": [{"code": each.code.name, "text": str(each)} for each in found.faults],
                "notes": [{"code": each.code.name, "text": str(each)} for each in found.notes],
            }
        )
    else:
        for message in found.faults:
            talk(f"✗ {message}")
        for message in found.notes:
            talk(f"• {message}")
        say(
            _("{path}: {records} records in {chains} chains").format(
                path=shown, records=count(found.records), chains=count(found.chains)
            )
        )
        say(
            _("Sealed to the end: {sealed} chains; received by the office: {received}").format(
                sealed=count(found.seals.sealed), received=count(found.seals.received)
            )
        )
        say(_("Digest: {digest}").format(digest=found.digest))
        say(_("The file is sound.") if found.is_sound else _("The file is NOT sound; see above."))
    return 0 if found.is_sound else 1


def _key_data(found: Verification, key: str) -> dict[str, Any]:
    held = found.folded.round if found.folded is not None else None
    known = held.roster.get(key) if held is not None else None
    return {
        "key": key,
        "name": known.name if known is not None else "",
        "standing": standing(held, key) if held is not None else "unknown",
        "chains": found.seals.keys[key],
    }
