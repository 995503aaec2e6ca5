"""What earlier versions wrote is opened, read as it was meant, and gone on with.

The files are those of ``tools/golden.py``, kept for every version that was released. What is
expected of them was written down then; more may be found in them by now, nothing else.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import pytest

from audit.cli.app import run
from audit.file import AuditFile, ChainEnd, Entry, entry_of
from audit.identity import set_auditor
from audit.record import FORMAT, KINDS, canonical
from audit.schema import VERSION
from audit.seal import chain_ends
from audit.settings import home
from audit.verify import verify
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tools.golden import (
    EXPECTED,
    FOLDER,
    FRESH,
    KEYS,
    LESS,
    PACKAGES,
    PACKED,
    found_in,
    take_in_afresh,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


VERSIONS: Final = sorted(each.name for each in FOLDER.iterdir() if each.is_dir())
FILES: Final = [
    (version, path.name)
    for version in VERSIONS
    for path in sorted((FOLDER / version).iterdir())
    if path.name != EXPECTED
]


@pytest.fixture(autouse=True)
def _at_the_office(_nobodys_home: Iterator[None]) -> None:
    choose("en")
    sit_down("office")


def sit_down(who: str) -> None:
    """Be one of those who took part, at a machine with their key and nothing else."""
    home().mkdir(exist_ok=True, parents=True)
    (home() / "auditor.json").unlink(missing_ok=True)
    (home() / "auditor.key").write_text(KEYS[who].hex(), "ascii")
    set_auditor("Người dùng", "", "")


def expected(version: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((FOLDER / version / EXPECTED).read_text("utf-8"))
    return held


def differing(wanted: Any, found: Any, where: str = "") -> list[str]:
    """Return where what is found is not what is wanted; what is found besides is no matter."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line
            for key, value in wanted.items()
            for line in differing(value, found.get(key), f"{where}/{key}")
        ]
    plain = json.loads(json.dumps(found))
    return [] if wanted == plain else [f"{where}: {wanted} became {plain}"]


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kept(version: str, tmp_path: Path) -> Path:
    """A folder with all files of a version, as they were."""
    folder = tmp_path / "kept"
    folder.mkdir()
    for each in (FOLDER / version).iterdir():
        if each.name != EXPECTED:
            unpack(each, folder)
    return folder


@pytest.mark.parametrize(("version", "name"), FILES)
def test_a_file_of_an_earlier_version_says_what_it_said_and_keeps_its_bytes(
    version: str, name: str, tmp_path: Path
) -> None:
    if name.startswith("encrypted"):
        pytest.importorskip("pyrage", reason="envelopes are opened with pyrage")
    path = unpack(FOLDER / version / name, tmp_path)
    before = path.read_bytes()

    found = found_in(path)

    assert differing(expected(version)[name.removesuffix(PACKED)], found) == []
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [path.name]


@pytest.mark.parametrize("order", [1, -1])
def test_a_fresh_office_takes_in_packages_of_an_earlier_version_in_any_order(
    version: str, kept: Path, order: int
) -> None:
    digest = take_in_afresh(kept, PACKAGES[::order])

    assert digest == expected(version)[FRESH]


@pytest.mark.parametrize(("name", "who"), [("office", "office"), ("auditor", "an")])
def test_a_working_file_of_an_earlier_version_is_worked_on(
    version: str, kept: Path, name: str, who: str
) -> None:
    sit_down(who)
    path = kept / f"{name}.audit"
    before = expected(version)[path.name]

    why = ("--reason", "Đếm lại sau khi cập nhật phần mềm")
    assert run(["answer", LESS, "citizen_pc=2", *why, "--file", str(path)]) == 0
    assert run(["send", LESS, "--out", str(kept / "new.audit"), "--file", str(path)]) == 0

    found = found_in(path)
    assert found["is_sound"]
    assert found["records"]["answer"] == before["records"]["answer"] + 1
    assert found["checklists"][LESS]["verified"]["citizen_pc"] == [2]
    others = {key: value for key, value in before["ratings"].items() if key != LESS}
    assert differing(others, found["ratings"]) == []
    assert found_in(kept / "new.audit")["findings"] == []


def test_every_kind_of_record_is_in_what_is_kept(version: str) -> None:
    held = expected(version)["office.audit"]["records"]

    assert {kind for kind in KINDS if kind not in held} == set()


def newer_record(path: Path) -> Entry:
    """Return a record as a newer version might write it, at the end of a chain."""
    with AuditFile.open(path) as file:
        entries = file.entries(LESS)
    (_commune, writer), (end, *_forks) = next(iter(sorted(chain_ends(entries).items())))
    last = ChainEnd(end.sequence, end.id)
    said = json.loads(end.body) | {
        "v": FORMAT + 1,
        "kind": "reading",
        "subject": "EQ-01/reading",
        "value": {"watts": "12.5"},
        "unheard_of": ["still", 1],
        "sequence": last.sequence + 1,
        "previous": last.id,
        "replaces": [],
    }
    return entry_of(canonical(said), LESS, writer, last.sequence + 1)


def test_a_record_of_a_newer_version_is_kept_and_changes_nothing(version: str, kept: Path) -> None:
    path = kept / "office.audit"
    new = newer_record(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("insert into record values (?, ?, ?, ?, ?)", new)

    found = found_in(path)
    with AuditFile.open(path) as file:
        checked = verify(file)
        held = [each for each in file.entries(LESS) if each.id == new.id]

    assert checked.is_sound
    assert ErrorCode.RECORD_NEWER in [note.code for note in checked.notes]
    assert held == [new]
    before = expected(version)[path.name]
    assert differing(before["ratings"], found["ratings"]) == []
    assert found["checklists"][LESS]["content"] == before["checklists"][LESS]["content"]


def test_a_record_of_a_newer_version_travels_byte_by_byte(kept: Path) -> None:
    new = newer_record(kept / "second.audit")
    with closing(sqlite3.connect(kept / "second.audit")) as other, other:
        other.execute("insert into record values (?, ?, ?, ?, ?)", new)

    take_in_afresh(kept, ["second"])

    with AuditFile.open(kept / "fresh.audit") as file:
        assert [each.body for each in file.entries(LESS) if each.id == new.id] == [new.body]


def test_newer_tables_are_taken_in_but_not_worked_on(version: str, kept: Path) -> None:
    package, working = kept / "hand-in.audit", kept / "office.audit"
    for path in (package, working):
        with closing(sqlite3.connect(path)) as other, other:
            other.execute(f"pragma user_version = {VERSION + 1}")
            other.execute("create table of_tomorrow (a text)")
    before = working.read_bytes()

    with pytest.raises(ReadinessError) as refused:
        AuditFile.open(working)
    found = found_in(package)

    assert refused.value.messages[0].code is ErrorCode.FILE_NEWER
    assert working.read_bytes() == before
    assert "VET_NEWER" in found["findings"]
    assert found["digest"] == expected(version)[package.name]["digest"]
