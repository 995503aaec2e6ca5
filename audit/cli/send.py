"""``send``: hand in what was recorded, as a new file that is sealed and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit import amounts
from audit.cli.common import emit, file_option, json_option, say, talk
from audit.desk import Desk, chosen_path
from audit.evidence import size_words
from audit.sending import hand_in, of_former_key, office_public_keys, own_communes
from checklists.checklist import State
from criteria.language import _, count, ngettext

if TYPE_CHECKING:
    from audit.package import Package

_SIGNED = frozenset({State.SIGNED, State.RECEIVED, State.ACCEPTED})


@click.command(
    help=_(
        "Hand in communes as a new file, sealed with your key: to a stick, by mail or chat.\n\n"
        "Without communes, all in which something of yours stands. A name that ends in .zip packs "
        "the file for chat programs. The check code is read to the office over the phone: the "
        "office sees the same one for the same file, whatever it is called there."
    )
)
@click.argument("communes", nargs=-1, metavar=_("[COMMUNE]..."))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("The file to make."))
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    metavar=_("KEY"),
    help=_(
        "Encrypt it for the holder of this public key: 64 digits as in whoami, ssh-ed25519 … or "
        "age1…; may be given several times."
    ),
)
@click.option(
    "--encrypt",
    is_flag=True,
    help=_("Encrypt it for the office that opened the round; readiness merge opens it there."),
)
@file_option
@json_option
def send(
    communes: tuple[str, ...],
    out: Path,
    recipients: tuple[str, ...],
    path: Path | None,
    *,
    encrypt: bool,
    as_json: bool,
) -> None:
    """Hand in communes as a new, sealed file."""
    with Desk(chosen_path(path), write=True) as desk:
        codes = [desk.commune(each).code for each in communes] or own_communes(desk)
        if encrypt:
            recipients += office_public_keys(desk)
        package = hand_in(desk, codes, out, recipients)
        unsigned = [code for code in codes if desk.checklist(code).state not in _SIGNED]
        former = None if communes else of_former_key(desk, codes)
    if former is not None:
        talk(str(former))
    if as_json:
        emit(package_data(package))
        return
    tell_package(package)
    if unsigned:
        talk(_("Not signed, or changed since: {communes}.").format(communes=", ".join(unsigned)))


def package_data(package: Package) -> dict[str, Any]:
    """Return a package as data."""
    return {
        **package._asdict(),
        "path": str(package.path),
        "communes": list(package.communes),
        "check_code": str(package.check_code),
    }


def tell_package(package: Package) -> None:
    """Say what was made, and its check code."""
    say(
        ngettext(
            "{path}: {kind}, {communes} commune, {records}, {attached}.",
            "{path}: {kind}, {communes} communes, {records}, {attached}.",
            len(package.communes),
        ).format(
            path=package.path,
            kind=package.kind.label,
            communes=count(len(package.communes)),
            records=amounts.records(package.records),
            attached=amounts.attached(package.attached),
        )
        + f" {size_words(package.size)}"
    )
    say(_("Check code: {code}").format(code=package.check_code))
    if package.unsealed:
        talk(
            ngettext(
                "{count} chain of others goes along without its seal.",
                "{count} chains of others go along without their seal.",
                package.unsealed,
            ).format(count=count(package.unsealed))
        )
