"""Open a round for a province: from a few answers to a new audit file."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.clock import now
from audit.commune_table import read_commune_table
from audit.file import SUFFIX
from audit.fold import Ledger, round_id_of
from audit.identity import needed_auditor, signer
from audit.last_round import read_last_round
from audit.opening import opening_drafts
from audit.pen import create_file
from audit.statements import state_values
from checklists.communes import communes_of
from checklists.profile import load_profile
from checklists.query import resolve_province
from checklists.round import Round
from criteria.catalogue import DEFAULT_EDITION, load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, day
from criteria.values import clean

if TYPE_CHECKING:
    from pathlib import Path


def open_round(
    province: str,
    out: Path,
    title: str = "",
    *,
    edition: Path | None = None,
    profile: Path | None = None,
    communes: Path | None = None,
    previous: Path | None = None,
) -> tuple[Round, Path]:
    """Make the audit file of a new round.

    Args:
        province: Code or name.
        out: The file to make; an ending is added where it has none.
        title: What the round is called; the day of opening where it is empty.
        edition: Another edition of the criteria than the shipped one.
        profile: The office's own profile.
        communes: The office's table of the communes to audit.
        previous: The audit file of the round before, for its values and clusters.

    Returns:
        The round and the path of its file.

    Raises:
        ReadinessError: Anything of it cannot be used; nothing was written.
    """
    if not out.name:
        raise ReadinessError(ErrorCode.FILE_IS_FOLDER, path=out)
    maker = needed_auditor()
    place = resolve_province(province)
    catalogue = load_edition(edition or DEFAULT_EDITION)
    listed = communes_of(place.code)
    known = read_commune_table(communes, catalogue, listed) if communes else None
    nonce = secrets.token_hex(16)
    today = now().date()
    held = Round(
        id=round_id_of(maker.key, nonce),
        title=clean(title) or _("Readiness round {day}").format(day=day(today)),
        province_code=place.code,
        opened_on=today,
        catalogue=catalogue,
        communes=known.communes if known else listed,
        profile=load_profile(place.code, profile),
        clusters=known.clusters if known else {},
        office_keys=(maker.key,),
    )
    before = read_last_round(previous, held) if previous else None
    if before is not None:
        held = replace(
            held,
            clusters={**before.clusters, **held.clusters},
            previous=before.carried["values"],
            previous_title=before.carried["title"],
        )
    drafts = opening_drafts(
        title=held.title,
        province_code=held.province_code,
        opened_on=held.opened_on,
        nonce=nonce,
        catalogue=held.catalogue,
        communes=held.communes,
        profile=held.profile,
        clusters=held.clusters,
        assignments={},
        office_keys=held.office_keys,
        previous=before.carried if before else None,
    )
    for code in held.by_code:
        values = {
            **(before.known.get(code, {}) if before else {}),
            **(known.values.get(code, {}) if known else {}),
        }
        drafts += state_values(held, Ledger({}), code, values, method="imported").drafts
    path = out if out.suffix else out.with_suffix(SUFFIX)
    create_file(path, held.id, maker.author, drafts, signer=signer()).close()
    return held, path
