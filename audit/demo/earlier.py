"""The round before the made-up one: a few communes, so that there is something to compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from audit.demo.history import MORNING, OPENING, PROVINCE, Scribe
from audit.demo.places import office_knows
from audit.demo.values import find
from audit.file import AuditFile
from audit.fold import round_id_of
from audit.opening import opening_drafts
from audit.pen import Draft
from audit.seal import seals_of
from criteria.values import to_json

if TYPE_CHECKING:
    from pathlib import Path

    from audit.demo.history import History

NONCE: Final = "readiness-demo-0"


def make_earlier(history: History, path: Path) -> None:
    """Write the audit file of the round before.

    Raises:
        ReadinessError: It cannot be written.
    """
    cast, before = history.cast, history.cast.before
    office = cast.office
    round_id = round_id_of(office.author.key, NONCE)
    scribe = Scribe(office, round_id)
    scribe.sit_down(before.opened_on, OPENING, (0, 1))
    for draft in opening_drafts(
        title=before.title,
        province_code=PROVINCE,
        opened_on=before.opened_on,
        nonce=NONCE,
        catalogue=history.catalogue,
        communes=history.communes,
        profile=history.profile,
        clusters={},
        assignments={},
        office_keys=[office.author.key],
    ):
        scribe.write(draft)
    communes = {commune.code: commune for commune in history.communes}
    day = before.opened_on
    for code in before.visited:
        day += timedelta(days=1 if day.weekday() < 4 else 7 - day.weekday())
        scribe.sit_down(day, MORNING)
        held = history.place(code)
        place = replace(
            held, level=held.level + before.better.get(code, -before.worse), visit_date=day
        )
        for key, known in office_knows(communes[code], place).items():
            scribe.write(Draft("answer", code, key, to_json(known), method="imported"))
        grades = {each: place.grade(each, ease) for each, ease in cast.ease.items()}
        for key, value in find(history.catalogue, place, grades, {}).values.items():
            if not history.catalogue.fields[key].known_to_office:
                scribe.write(Draft("answer", code, key, to_json(value)))
    at = scribe.now.isoformat()
    seals = seals_of(office.signer, round_id, scribe.entries, at)
    AuditFile.create(path, scribe.entries, seals=seals).close()
