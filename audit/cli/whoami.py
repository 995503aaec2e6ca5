"""``readiness whoami``: the auditor of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import emit, json_option, remember_language, say
from audit.identity import auditor, needed_auditor, set_auditor, write_private_key
from criteria.language import LANGUAGES, _, choose

if TYPE_CHECKING:
    from audit.identity import Auditor


@click.command(
    help=_(
        "Say or show who the auditor of this machine is.\n\n"
        "The name stands beside everything you state. A key is made the first time and stays in "
        "your own folder; only its public half ever leaves this machine."
    )
)
@click.option("--name", help=_("Your name, as it stands in the minutes."))
@click.option("--unit", help=_("Where you work."))
@click.option("--title", help=_("Your office."))
@click.option(
    "--language", type=click.Choice(LANGUAGES), help=_("Language of all texts from now on.")
)
@click.option(
    "--private-key",
    "out",
    type=click.Path(path_type=Path),
    help=_(
        "Write your private key to this new file, as ssh and age take it: as a copy to keep safe, "
        "or to open what was encrypted for you with stock age. Give it to nobody."
    ),
)
@json_option
def whoami(
    name: str | None,
    unit: str | None,
    title: str | None,
    language: str | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say or show who the auditor of this machine is."""
    if language:
        remember_language(language)
        choose(language)
    says_something = any(part is not None for part in (name, unit, title))
    if language and not says_something and auditor() is None:
        return
    held = set_auditor(name, unit, title) if says_something else needed_auditor()
    if out is not None:
        write_private_key(out)
    if as_json:
        emit(
            {
                "name": held.name,
                "unit": held.unit,
                "title": held.title,
                "key": held.key,
                "public_key": held.public_key,
                "former_keys": held.former,
            }
        )
    else:
        _say(held)


def _say(held: Auditor) -> None:
    say(_("Name: {name}").format(name=held.name))
    say(_("Where you work: {unit}").format(unit=held.unit or "–"))
    say(_("Title: {title}").format(title=held.title or "–"))
    say(_("Key: {key}").format(key=held.key))
    say(_("Public key: {key}").format(key=held.public_key))
    if held.former:
        say(_("Former keys: {keys}").format(keys=", ".join(held.former)))
