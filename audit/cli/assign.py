"""``readiness round assign``: say which auditor goes where, and write the file for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.assigning import (
    Assigned,
    assigned,
    communes_of_cluster,
    file_names,
    known_name,
    read_assignments,
    record_assignments,
    write_assignment,
)
from audit.cli.common import emit, file_option, json_option, talk
from audit.cli.send import package_data, tell_package
from audit.desk import Desk, as_named, chosen_path
from audit.file import as_sentences
from audit.office import needed_office
from audit.package import look_at_place
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import _, count
from criteria.values import clean

if TYPE_CHECKING:
    from audit.package import Package


@click.command(
    help=_(
        "Give out communes to an auditor, and write the file the auditor begins with.\n\n"
        "The communes are added to those the auditor has; what another auditor had moves, unless "
        "--shared. An assignment locks nothing. Without communes, the file is written anew for all "
        "that is assigned already. An auditor who is at work merges it: readiness merge FILE."
    )
)
@click.option("--auditor", default="", metavar=_("NAME"), help=_("Name of the auditor."))
@click.option(
    "--communes",
    multiple=True,
    metavar="26068,26041,…",
    help=_("Codes or names, separated by commas."),
)
@click.option(
    "--cluster",
    "clusters",
    multiple=True,
    metavar=_("CLUSTER"),
    help=_("All communes of an audit cluster or former district."),
)
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    help=_("A CSV table with code and auditor; with --auditor only the rows for this one."),
)
@click.option("--shared", is_flag=True, help=_("Whoever has a commune already keeps it, too."))
@click.option("--all", "to_all", is_flag=True, help=_("Write one file for each auditor."))
@click.option("--reason", default="", help=_("Why; it stays in the file."))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help=_("The file to make; with --all the folder."),
)
@file_option
@json_option
def assign(
    auditor: str,
    communes: tuple[str, ...],
    clusters: tuple[str, ...],
    table: Path | None,
    reason: str,
    out: Path,
    path: Path | None,
    *,
    shared: bool,
    to_all: bool,
    as_json: bool,
) -> None:
    """Give out communes to an auditor, and write the file the auditor begins with."""
    auditor = clean(auditor)
    if bool(auditor) == to_all or (to_all and (communes or clusters)):
        raise ReadinessError(ErrorCode.ASSIGN_WHO, status=2)
    with Desk(chosen_path(path), write=True) as desk:
        needed_office(desk)
        wanted = read_assignments(table, desk.round, auditor) if table is not None else {}
        if auditor:
            in_table = [code for each in wanted.values() for code in each]
            listed = [*_listed(desk, communes), *_clustered(desk, clusters)]
            wanted = {auditor: list(dict.fromkeys([*listed, *in_table]))}
        change = assigned(desk.round.assignments, wanted, is_shared=shared)
        names = [*change.assignments] if to_all else [known_name(change.assignments, auditor)]
        places = _places(change, names, out, to_all=to_all)
        is_new = record_assignments(desk, change, reason=reason)
        packages: dict[str, Package] = {}
        for name, place in places.items():
            if to_all:
                talk(f"{count(len(packages) + 1)}/{count(len(places))} {name}")
            packages[name] = write_assignment(desk, name, place)
        known = desk.round.by_code
        unknown = _unknown(desk, names)
    if as_json:
        emit(
            {
                "assignments": change.assignments,
                "added": change.added,
                "moved": [each._asdict() for each in change.moved],
                "files": {name: package_data(package) for name, package in packages.items()},
            }
        )
        return
    for name, added in change.added.items():
        talk(_("{name}: communes added: {count}.").format(name=name, count=count(len(added))))
    for moved in change.moved:
        talk(
            _("{commune}: from {before} to {after}.").format(
                commune=f"{moved.commune} {known[moved.commune].name}",
                before=", ".join(moved.before),
                after=moved.after,
            )
        )
    if not is_new:
        talk(_("Nothing was assigned anew."))
    for package in packages.values():
        tell_package(package)
    for name in unknown:
        talk(_("{name} is not in the roster of known auditors.").format(name=name))


def _listed(desk: Desk, communes: tuple[str, ...]) -> list[str]:
    """Return the codes of communes written with commas between them."""
    found: list[str] = []
    problems: list[Message] = []
    for text in ",".join(communes).replace(";", ",").split(","):
        if text.strip():
            try:
                found.append(desk.commune(text.strip()).code)
            except ReadinessError as error:
                problems += error.messages
    if problems:
        raise ReadinessError.of(problems, status=2)
    return found


def _clustered(desk: Desk, clusters: tuple[str, ...]) -> list[str]:
    return [code for name in clusters for code in communes_of_cluster(desk.round, name)]


def _places(change: Assigned, names: list[str], out: Path, *, to_all: bool) -> dict[str, Path]:
    """Return name -> file to make, having looked that each can be made.

    Raises:
        ReadinessError: There is something already, no such folder, or nothing to give.
    """
    if not to_all:
        if names[0] not in change.assignments:
            raise ReadinessError(ErrorCode.ASSIGN_NOBODY, name=names[0], status=2)
        look_at_place(out)
        return {names[0]: out}
    if not names:
        raise ReadinessError(ErrorCode.ASSIGN_NONE, status=2)
    with as_sentences(out):
        if out.exists() and not out.is_dir():
            raise ReadinessError(ErrorCode.FILE_EXISTS, path=out)
        out.mkdir(parents=True, exist_ok=True)
    places = {name: out / file for name, file in file_names(names).items()}
    for place in places.values():
        look_at_place(place)
    return places


def _unknown(desk: Desk, names: list[str]) -> list[str]:
    """Return the names that no key in the roster goes with, where there is a roster."""
    known = {as_named(each.name) for each in desk.round.roster.values()}
    return [name for name in names if known and as_named(name) not in known]
