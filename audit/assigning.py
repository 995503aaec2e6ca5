"""Giving out work: which auditor goes to which commune, and a file for each of them.

An assignment is a statement of the office and a filter on the screen, never a lock:
whoever finds something in a commune may state it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.amending import amended_drafts
from audit.desk import as_named
from audit.file import SUFFIX
from audit.identity import needed_auditor, signer
from audit.office import needed_office
from audit.package import Kind, write_package
from audit.tables import read_rows
from checklists.search import resolve
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.folding import fold
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from audit.desk import Desk
    from audit.package import Package
    from checklists.round import Round

_CODE: Final = {"code", "ma", "ma xa", "ma don vi", "commune", "xa", "xa phuong"}
_AUDITOR: Final = {"auditor", "kiem tra vien", "nguoi kiem tra", "can bo kiem tra"}


class Moved(NamedTuple):
    """A commune that goes from some auditors to another."""

    commune: str
    before: tuple[str, ...]
    after: str


class Assigned(NamedTuple):
    """Who is to go where, and what that changes.

    Attributes:
        assignments: Name of an auditor -> codes.
        added: Name -> codes that are new to this auditor.
        moved: Those of them that others give up.
    """

    assignments: dict[str, tuple[str, ...]]
    added: dict[str, tuple[str, ...]]
    moved: tuple[Moved, ...]


def assigned(
    before: Mapping[str, Sequence[str]],
    wanted: Mapping[str, Sequence[str]],
    *,
    is_shared: bool = False,
) -> Assigned:
    """Return the assignments after some communes were given out.

    Args:
        before: Name of an auditor -> codes.
        wanted: The same, for what is given out now; a name is known in any writing.
        is_shared: Whether those who have a commune keep it, too.
    """
    after = {name: dict.fromkeys(codes) for name, codes in before.items()}
    added: dict[str, tuple[str, ...]] = {}
    moved: list[Moved] = []
    taken: set[str] = set()
    for written, codes in wanted.items():
        name = known_name(after, written)
        held = after.setdefault(name, {})
        added[name] = tuple(code for code in dict.fromkeys(codes) if code not in held)
        for code in codes:
            others = tuple(each for each in after if each != name and code in after[each])
            # What was given out just now, to two of them, is meant for both.
            if others and not is_shared and code not in taken:
                moved.append(Moved(code, others, name))
                for other in others:
                    del after[other][code]
            held[code] = None
        taken.update(codes)
    kept = {name: tuple(codes) for name, codes in after.items() if codes}
    return Assigned(kept, {name: codes for name, codes in added.items() if codes}, tuple(moved))


def known_name(assignments: Iterable[str], written: str) -> str:
    """Return a person's name as the round writes it; else as it is written here."""
    alike = (name for name in assignments if as_named(name) == as_named(written))
    return next(alike, " ".join(clean(written).split()))


def communes_of_cluster(held: Round, name: str) -> list[str]:
    """Return the codes of an audit cluster, or of a former district.

    Raises:
        ReadinessError: There is no such cluster; those there are are said.
    """
    codes = [each.code for each in held.communes if fold(held.cluster(each)) == fold(name)]
    if not codes:
        known = ", ".join(dict.fromkeys(held.cluster(each) for each in held.communes))
        raise ReadinessError(ErrorCode.CLUSTER_UNKNOWN, status=2, name=name, known=known)
    return codes


def read_assignments(path: Path, held: Round, auditor: str = "") -> dict[str, list[str]]:
    """Read a table of who goes where.

    Args:
        path: A CSV file with a column of communes, and one of auditors unless all rows
            are for one of them.
        held: The round.
        auditor: Only rows for this one; without a column of auditors, all rows.

    Raises:
        ReadinessError: It cannot be read, or any row is wrong; all of them are said.
    """
    heads, rows = read_rows(path)
    folded = [fold(head) for head in heads]
    code_at = next((place for place, head in enumerate(folded) if head in _CODE), None)
    name_at = next((place for place, head in enumerate(folded) if head in _AUDITOR), None)
    for place, column in ((code_at, "code"), (name_at, "auditor")):
        if place is None and not (column == "auditor" and auditor):
            raise ReadinessError(
                ErrorCode.TABLE_COLUMN, path=path, column=column, found=", ".join(heads)[:200]
            )
    found: dict[str, list[str]] = {}
    problems: list[Message] = []
    for line, row in rows:
        written = clean(row[name_at]) if name_at is not None else auditor
        if not written or (auditor and as_named(written) != as_named(auditor)):
            continue
        codes = found.setdefault(known_name([*held.assignments, *found], written), [])
        try:
            commune = resolve(row[code_at or 0], held.communes)
            if commune.code in codes:
                raise ReadinessError(ErrorCode.TABLE_COMMUNE_TWICE, name=commune.name)
        except ReadinessError as error:
            problems += [
                Message(ErrorCode.TABLE_ROW, {"path": path, "line": line, "problem": message})
                for message in error.messages
            ]
            continue
        codes.append(commune.code)
    if problems:
        raise ReadinessError.of(problems)
    if not any(found.values()):
        raise ReadinessError(ErrorCode.TABLE_EMPTY, path=path)
    return found


def record_assignments(desk: Desk, change: Assigned, *, reason: str = "") -> bool:
    """State in the round who goes where; return whether anything differs.

    Raises:
        ReadinessError: Whoever works here may not speak for the office.
    """
    needed_office(desk)
    before = desk.round
    after = replace(before, assignments=change.assignments)
    drafts = amended_drafts(desk.office, before, after, reason=clean(reason))
    desk.write(drafts)
    return bool(drafts)


def write_assignment(desk: Desk, auditor: str, out: Path) -> Package:
    """Write the file with which an auditor begins, or which is merged into theirs.

    Args:
        desk: The round, open for writing, after the assignment was stated.
        auditor: Name.
        out: The file to make.

    Raises:
        ReadinessError: Nothing is assigned to the auditor, or it cannot be written.
    """
    name = known_name(desk.round.assignments, auditor)
    codes = [code for code in desk.round.assignments.get(name, ()) if code in desk.round.by_code]
    if not codes:
        raise ReadinessError(ErrorCode.ASSIGN_NOBODY, name=name, status=2)
    return write_package(
        desk.file,
        out,
        Kind.ASSIGNMENT,
        codes,
        round_id=desk.round.id,
        signer=signer(),
        made_by=needed_auditor().name,
    )


def file_names(names: Collection[str]) -> dict[str, str]:
    """Return name of an auditor -> name of the file for them, which any system takes."""
    found: dict[str, str] = {}
    for name in names:
        plain = fold(name).replace(" ", "-")
        stem = "giao-" + ("".join(c for c in plain if c.isascii())[:80] or "kiem-tra-vien")
        number, chosen = 1, stem
        while chosen + SUFFIX in found.values():
            number += 1
            chosen = f"{stem}-{number}"
        found[name] = chosen + SUFFIX
    return found
