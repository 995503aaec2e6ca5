"""What came from somebody else: what it is, and what it is to be taken into.

Nobody works on a package itself: an assignment becomes a working file on this machine, a
slip or receipt is merged into the working file of its round.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.file import SUFFIX, AuditFile
from audit.fold import read_round
from audit.folders import free_name, is_on_stick, own_folder
from audit.intake import sources
from audit.package import Kind
from audit.settings import load_settings
from audit.vet import vet
from criteria.errors import ReadinessError

if TYPE_CHECKING:
    from audit.intake import Source

_WORKED_ON: Final = frozenset({Kind.WORKING, Kind.ASSIGNMENT})
"""Kinds of files in which people state something."""


class Arrival(NamedTuple):
    """A file from outside.

    Attributes:
        path: Where it lies.
        kind: What it says it is.
        made_by: Who it says made it.
        round_id: Of its round; empty where it holds several files.
        is_several: Whether several files lie in it.
        is_plain: Whether it can be opened as it is: not packed, and where it can stay.
        working: The working file of its round, where this machine knows one.
    """

    path: Path
    kind: Kind
    made_by: str
    round_id: str
    is_several: bool
    is_plain: bool
    working: Path | None


def look_at(path: Path) -> Arrival | None:
    """Return what a file is; ``None`` for a working file, which is opened as it is.

    Anything else is vetted first.

    Raises:
        ReadinessError: It is no audit file, or it is refused.
    """
    found = sources([path])
    source = next(found)
    is_packed = source.problem is not None or source.path != path
    if not is_packed and _kind_of(path) is Kind.WORKING:
        return None
    with vet(source) as vetted:
        is_several = next(found, None) is not None
        is_plain = not is_packed and os.access(path, os.W_OK) and not is_on_stick(path)
        return Arrival(
            path=path,
            kind=vetted.kind,
            made_by=vetted.about.get("made_by", ""),
            round_id=vetted.round_id,
            is_several=is_several,
            is_plain=is_plain,
            working=working_file(vetted.round_id, but=path),
        )


def _kind_of(path: Path) -> Kind | None:
    """Return what a file says it is; ``None`` where it cannot be read without care."""
    try:
        with AuditFile.open(path) as file:
            said = file.about().get("kind", Kind.WORKING)
    except ReadinessError:
        return None
    return Kind(said) if said in [*Kind] else Kind.WORKING


def working_file(round_id: str, *, but: Path) -> Path | None:
    """Return the file last opened, if it is one of this round in which somebody works.

    Args:
        round_id: Of the round.
        but: A file that does not count.
    """
    last = load_settings().last_file
    if not last or Path(last) == but.absolute():
        return None
    try:
        return Path(last) if is_of_round(Path(last), round_id) else None
    except ReadinessError:
        return None


def is_of_round(path: Path, round_id: str) -> bool:
    """Return whether a file is one of a round in which somebody works.

    Raises:
        ReadinessError: It cannot be read.
    """
    if _kind_of(path) not in _WORKED_ON:
        return False
    with AuditFile.open(path) as file:
        return read_round(file)[0].id == round_id


def proposed_path(arrival: Arrival) -> Path:
    """Return where a working file made from an arrival would best lie."""
    return free_name(own_folder(), arrival.path.stem, SUFFIX)


def make_working_file(path: Path, out: Path) -> None:
    """Make a working file that holds all that came with a file.

    Args:
        path: The file that came, packed or not; with several files in it, the first counts.
        out: The file to make.

    Raises:
        ReadinessError: It is refused, or the new file cannot be made.
    """
    source: Source = next(sources([path]))
    with (
        vet(source) as vetted,
        AuditFile.create(
            out,
            vetted.entries,
            seals=vetted.seals,
            receipts=vetted.receipts,
            blobs=vetted.blobs(vetted.hashes),
            about={"kind": Kind.WORKING},
        ) as file,
    ):
        file.refresh_views()
