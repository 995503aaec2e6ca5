"""``readiness communes``: search the official list, or the communes of the round."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import Final

import click

from audit.cli.common import (
    emit,
    file_option,
    json_option,
    say,
    table,
    talk,
)
from audit.desk import chosen_path
from audit.file import AuditFile
from checklists.communes import Commune, all_communes, communes_of
from checklists.query import resolve_province
from checklists.search import find
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _

_MOST_FOUND: Final = 20
"""By words; without words all are listed."""


@click.command(
    help=_(
        "Search communes by name, code or old name.\n\n"
        "With or without marks, with or without xã or phường, by code, by the name of a former "
        "commune or district. Without words: all communes of the round or province. Without a "
        "round: all communes of the country."
    )
)
@click.argument("words", nargs=-1, metavar=_("[WORDS]…"))
@click.option("--province", metavar=_("CODE"), help=_("Search in this province, such as 75."))
@click.option("--limit", type=click.IntRange(1, 5000), help=_("How many at most."))
@file_option
@json_option
def communes(
    words: tuple[str, ...],
    province: str | None,
    limit: int | None,
    path: Path | None,
    *,
    as_json: bool,
) -> None:
    """Search communes by name, code or old name."""
    searched = _searched(province, path)
    most = limit or _MOST_FOUND
    if words:
        text = " ".join(words)
        found = [(each.commune, str(each.why)) for each in find(text, searched, most)]
        if not found:
            raise ReadinessError(ErrorCode.SEARCH_EMPTY, text=text)
    else:
        found = [(commune, "") for commune in searched[:limit]]
    if as_json:
        emit(
            [
                {**commune.to_dict(), "province": commune.province, "why": why}
                for commune, why in found
            ]
        )
        return
    rows = [
        (commune.code, commune.name, commune.former_district, commune.province)
        for commune, _why in found
    ]
    head = (_("Code"), _("Commune"), _("Former district"), _("Province"))
    for line in table([head, *rows]):
        say(line)
    if words and len(found) == most:
        talk(_("Only the best {limit} are shown; give more words or --limit.").format(limit=most))


def _searched(province: str | None, path: Path | None) -> tuple[Commune, ...]:
    if province:
        return communes_of(resolve_province(province).code)
    try:
        chosen = chosen_path(path)
    except ReadinessError:
        return all_communes()
    if path is None and not chosen.exists():
        return all_communes()
    from audit.fold import read_round

    with AuditFile.open(chosen) as file:
        return read_round(file)[0].communes
