"""Merging is set union: no order, grouping or repetition matters, and nothing is lost.

Most laws are tried on the records alone, against `tests.model`; a few go through real
files and `audit.merge`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import reduce
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from audit.file import AuditFile
from audit.fold import fold, read_file
from audit.intake import sources
from audit.merge import MERGED, NOTHING_NEW, merge
from audit.record import digest
from audit.verify import verify
from tests.histories import (
    OFFICE,
    ROUND,
    Known,
    Step,
    model_of,
    opening,
    places,
    play,
    state,
    steps,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from audit.fold import Folded, Ledger

laws = settings(max_examples=60, derandomize=True, deadline=None, database=None)
through_files = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
seeds = st.integers(0, 2**16)

Heads = dict[tuple[str, str, str], set[str]]


def ledgers(known: Known, dice: Random | None = None) -> dict[str, Ledger]:
    """Return what the program folds from what is known, the records in any order."""
    found = {}
    entries = sorted(known.entries)
    if dice is not None:
        dice.shuffle(entries)
    office = fold([e for e in entries if not e.commune], ROUND, office=[OFFICE.key])
    for place in places():
        found[place.code] = fold(
            [entry for entry in entries if entry.commune == place.code],
            ROUND,
            office=[OFFICE.key],
            voids=office.voids,
            seals=[seal for seal in known.seals if seal.commune == place.code],
        )
    return found


def heads(folded: dict[str, Ledger]) -> Heads:
    return {
        (code, *cell): {head.id for head in held}
        for code, ledger in folded.items()
        for cell, held in ledger.heads.items()
    }


def by_model(known: Known) -> Heads:
    return {cell: ids for cell, ids in model_of(known).heads().items() if cell[0]}


def union(parts: Iterable[Known]) -> Known:
    return reduce(Known.with_, parts)


@laws
@given(steps, seeds)
def test_heads_are_those_of_the_second_opinion_at_every_machine(
    history: list[Step], seed: int
) -> None:
    played = play(history)

    for known in (*(machine.known for machine in played.machines), played.everything):
        dice = Random(seed)  # noqa: S311 # to repeat what failed
        assert heads(ledgers(known, dice)) == by_model(known)


@laws
@given(steps, seeds)
def test_any_order_and_grouping_gives_the_same_and_loses_nothing(
    history: list[Step], seed: int
) -> None:
    played = play(history)
    parts = played.parts
    dice = Random(seed)  # noqa: S311 # to repeat what failed

    shuffled = [*parts, *dice.choices(parts, k=2)]
    dice.shuffle(shuffled)
    cut = dice.randint(0, len(shuffled))
    through_another = union([union([opening(), *shuffled[:cut]]), *shuffled[cut:]])

    assert through_another == played.everything
    assert model_of(through_another).digest == digest(e.id for e in played.everything.entries)
    assert all(part.entries <= through_another.entries for part in parts)


@laws
@given(steps)
def test_no_head_goes_but_by_what_has_seen_it_or_by_the_office(history: list[Step]) -> None:
    played = play(history)
    after = model_of(played.everything)
    standing = {id_ for ids in after.heads().values() for id_ in ids}

    for part in played.parts:
        for ids in model_of(part).heads().values():
            for gone in ids - standing:
                named_by = [
                    other
                    for other, record in after.records.items()
                    if gone in record["replaces"] and not after.is_void(other)
                ]
                assert named_by or after.is_void(gone) or not after.counts(gone)


@laws
@given(steps)
def test_a_conflict_goes_only_where_the_office_or_its_own_authors_settled_it(
    history: list[Step],
) -> None:
    played = play(history)
    after = model_of(played.everything)

    for part in played.parts:
        for cell, ids in model_of(part).conflicts().items():
            gone = ids - after.heads().get(cell, set())
            for id_ in gone:
                own = after.records[id_]["author"]["key"]
                replacing = [
                    (other, record)
                    for other, record in after.records.items()
                    if id_ in after.replaced_by(other) and not after.is_void(other)
                ]
                assert after.is_void(id_) or any(
                    after.is_said_by_office(other)
                    or record["author"]["key"] == own
                    or len(set(record["replaces"]) & ids) == 1
                    for other, record in replacing
                )


@laws
@given(steps)
def test_a_late_file_changes_exactly_what_it_speaks_of(history: list[Step]) -> None:
    played = play(history)
    parts = played.parts

    for late in parts:
        others = union([opening(), *(part for part in parts if part is not late)])
        before, after = heads(ledgers(others)), heads(ledgers(others.with_(late)))
        new = late.entries - others.entries
        touched = set()
        if late.seals - others.seals:
            continue  # a seal may lend effect to what was known before
        for entry in new:
            said = json.loads(entry.body)
            touched.add((said["commune"], said["subject"], said["basis"]))
            for named in said["value"]["records"] if said["kind"] == "void" else ():
                touched |= cells_of(named, others.with_(late))
        changed = {cell for cell in before | after if before.get(cell) != after.get(cell)}
        assert changed <= touched


def cells_of(id_: str, known: Known) -> set[tuple[str, str, str]]:
    return {
        (said["commune"], said["subject"], said["basis"])
        for entry in known.entries
        if entry.id == id_ and (said := json.loads(entry.body))
    }


@laws
@given(steps, st.integers(5, 9))
def test_a_late_value_opens_again_what_was_settled_without_it(
    history: list[Step], value: int
) -> None:
    played = play(history)
    late = play([(4, 1, 0, 0), (4, 1, 2, 0)]).machines[1]
    cell = (places()[0].code, "pcs", "verified")
    late_known = Known(
        frozenset(e for e in late.known.entries if e not in opening().entries), frozenset()
    )
    settled = played.machines[0]
    settled.known = played.everything
    state(settled, *cell[:2], value)
    assert cell not in model_of(settled.known).conflicts()

    after = ledgers(settled.known.with_(late_known))

    unseen = {e.id for e in late_known.entries} - {e.id for e in settled.known.entries}
    now = heads(after)[cell]
    assert unseen <= now
    assert bool(unseen) == (len(now) > 1)


# Through real files


def write(path: Path, known: Known) -> Path:
    AuditFile.create(path, known.entries, seals=known.seals, about={"kind": "hand_in"}).close()
    return path


def take_in(path: Path, *files: Path, **options: Any) -> Any:
    with AuditFile.open(path, write=True) as file:
        return merge(file, sources(files), **options)


def read(path: Path) -> tuple[str, Folded]:
    with AuditFile.open(path) as file:
        assert file.damage() == []
        assert verify(file).is_sound
        return file.digest(), read_file(file)


def merged_in(folder: Path, parts: Sequence[Path], seed: int, name: str) -> Path:
    """Merge files in some order, some through another file, some twice."""
    dice = Random(seed)  # noqa: S311 # to repeat what failed
    order = [*parts, *dice.choices(parts, k=1)]
    dice.shuffle(order)
    cut = dice.randint(0, len(order))
    between = write(folder / f"{name}-between.audit", opening())
    if order[:cut]:
        take_in(between, *order[:cut])
    final = write(folder / f"{name}.audit", opening())
    take_in(final, *order[cut:], between)
    return final


@through_files
@given(steps, seeds)
@example([(11, 1, 0, 0), (0, 1, 0, 1), (0, 3, 0, 2), (6, 1, 0, 0), (8, 3, 0, 0)], 1)
@example([(2, 1, 0, 0), (2, 2, 2, 0), (6, 1, 0, 0), (6, 2, 0, 0), (13, 0, 0, 0), (5, 0, 3, 0)], 2)
def test_real_files_keep_the_laws(history: list[Step], seed: int) -> None:
    played = play(history)
    everything = played.everything
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        parts = [
            write(folder / f"part-{number}.audit", known)
            for number, known in enumerate({*played.parts, opening()})
        ]

        one, other = (merged_in(folder, parts, seed + n, f"order-{n}") for n in (0, 1))

        assert read(one)[0] == read(other)[0] == model_of(everything).digest
        folded = read(one)[1]
        assert heads(dict(folded.ledgers)) == by_model(everything)
        conflicts = {
            (checklist.commune.code, key)
            for checklist in folded.checklists
            for key in checklist.conflicts
        }
        assert conflicts == {(c[0], c[1]) for c in model_of(everything).conflicts()}
        again = take_in(one, *parts)
        assert {each.outcome for each in again.files} <= {NOTHING_NEW}
        assert again.conflicts == len(conflicts)
        agrees(one, other)


def agrees(one: Path, other: Path) -> None:
    """Have the stock tool compare two files, where it is installed."""
    program = shutil.which("sqldiff")
    if program is not None:
        command = [program, "--table", "record", str(one), str(other)]
        assert subprocess.run(command, capture_output=True, check=True).stdout == b""  # noqa: S603


def test_sqldiff_finds_two_orders_alike(tmp_path: Path) -> None:
    if shutil.which("sqldiff") is None:
        pytest.skip("sqldiff is not installed (package sqlite3-tools)")
    played = play([(2, 1, 0, 0), (2, 2, 2, 0), (2, 2, 1, 0), (6, 1, 0, 0), (6, 2, 0, 0)])
    parts = [write(tmp_path / f"{n}.audit", known) for n, known in enumerate(played.files)]
    one, other = (write(tmp_path / f"{name}.audit", opening()) for name in ("one", "other"))

    first = take_in(one, *parts)
    second = take_in(other, *reversed(parts))

    assert first.digest == second.digest
    assert {each.outcome for each in first.files} == {MERGED}
    agrees(one, other)
