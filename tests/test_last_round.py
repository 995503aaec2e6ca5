"""A new round starts from what the last one found, without asking again what it knows."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from audit.desk import Desk
from audit.file import AuditFile
from audit.fold import read_round
from audit.last_round import read_last_round
from audit.pen import Draft, Pen
from audit.record import Author
from criteria.catalogue import DEFAULT_EDITION
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.factories import make_checklist, make_round

if TYPE_CHECKING:
    from pathlib import Path

COMMUNE = "26368"
OTHER = "26041"


def new(path: Path, *more: str, province: str = "75") -> int:
    return run(["round", "new", "--province", province, "--out", str(path), *more])


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the file of a first round in which a few things were found."""
    folder = tmp_path_factory.mktemp("earlier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(folder / "home"))
        choose("en")
        assert run(["whoami", "--name", "Trần Thị Bình", "--unit", "Sở"]) == 0
        table = folder / "xa.csv"
        table.write_text(
            f"code,cluster,population\n{COMMUNE},Cụm 1,52000\n{OTHER},Cụm 2,\n", encoding="utf-8"
        )
        path = folder / "dot-1.audit"
        assert new(path, "--title", "Đợt 1", "--communes", str(table)) == 0
        at = ["--file", str(path)]
        found = ["counters=6", "visits_day=80,5", "visit_date=05/12/2026", "u_endpoint=codec_hw"]
        assert run(["answer", COMMUNE, *found, "same_building=no", "staff_pasc=?", *at]) == 0
        assert run(["answer", COMMUNE, "scanners=9", "--basis", "declared", *at]) == 0
    return folder


@pytest.fixture
def before(earlier: Path, tmp_path: Path) -> Path:
    choose("en")
    shutil.copytree(earlier / "home", tmp_path / "home", dirs_exist_ok=True)
    return earlier / "dot-1.audit"


def test_a_new_round_carries_what_was_verified_in_the_last_one(
    before: Path, tmp_path: Path
) -> None:
    path = tmp_path / "dot-2.audit"

    assert new(path, "--title", "Đợt 2", "--previous", str(before)) == 0

    with Desk(path) as desk:
        checklist = desk.checklist(COMMUNE)
        assert desk.round.previous_title == "Đợt 1"
        assert checklist.last("counters") == 6
        assert checklist.last("visits_day") == Decimal("80.5")
        assert checklist.last("visit_date") == date(2026, 12, 5)
        assert checklist.last("u_endpoint") == "codec_hw"
        assert checklist.last("same_building") is False
        # Not known, declared only, never stated, of no field at all, of another commune:
        for key in ("staff_pasc", "scanners", "printers", "abacus"):
            assert checklist.last(key) is None
        assert desk.checklist(OTHER).last("counters") is None
        assert checklist.answer("counters").value is None


def test_clusters_and_what_the_office_knows_are_taken_over_unless_it_says_otherwise(
    before: Path, tmp_path: Path
) -> None:
    table = tmp_path / "xa.csv"
    table.write_text(f"code,cluster\n{COMMUNE},Cụm mới\n{OTHER},\n", encoding="utf-8")
    path = tmp_path / "dot-2.audit"

    assert new(path, "--previous", str(before), "--communes", str(table)) == 0

    with Desk(path) as desk:
        assert desk.round.clusters == {COMMUNE: "Cụm mới", OTHER: "Cụm 2"}
        (head,) = desk.checklist(COMMUNE).answer("population").heads
        assert (head.value, head.method) == (52_000, "imported")


def test_the_file_of_the_last_round_is_only_read(before: Path, tmp_path: Path) -> None:
    held = before.read_bytes()
    read_only = tmp_path / "cũ.audit"
    shutil.copy(before, read_only)
    read_only.chmod(0o444)

    assert new(tmp_path / "dot-2.audit", "--previous", str(read_only)) == 0

    assert read_only.read_bytes() == held


def test_a_value_in_conflict_stays_behind(before: Path, tmp_path: Path) -> None:
    disputed = tmp_path / "đợt 1.audit"
    shutil.copy(before, disputed)
    with AuditFile.open(disputed, write=True) as file:
        held, _office = read_round(file)
        another = Pen(file, held.id, Author("k" + "1" * 32, "An"), writer="w" + "1" * 32)
        another.write([Draft("answer", COMMUNE, "counters", 7)])

    carried = read_last_round(disputed, replace(held, id="d-new")).carried

    assert carried["title"] == "Đợt 1"
    assert "counters" not in carried["values"][COMMUNE]
    assert carried["values"][COMMUNE]["visits_day"] == "80.5"


def test_what_has_another_type_or_no_longer_fits_in_the_new_edition_stays_behind(
    before: Path, tmp_path: Path
) -> None:
    edition = tmp_path / "mới.toml"
    text = DEFAULT_EDITION.read_text(encoding="utf-8")
    counters = text.index('key = "counters"')
    changed = text[counters:].replace("min = 1", "min = 10", 1)
    changed = changed.replace("usual = [1,", "usual = [10,", 1)
    assert changed != text[counters:]
    edition.write_text(text[:counters] + changed, encoding="utf-8")
    path = tmp_path / "dot-2.audit"

    assert new(path, "--previous", str(before), "--catalogue", str(edition)) == 0

    with Desk(path) as desk:
        assert desk.checklist(COMMUNE).last("counters") is None
        assert desk.checklist(COMMUNE).last("visits_day") == Decimal("80.5")


def test_a_value_of_another_type_stays_behind_even_where_it_would_fit(
    before: Path, tmp_path: Path
) -> None:
    edition = tmp_path / "mới.toml"
    text = DEFAULT_EDITION.read_text(encoding="utf-8")
    start = text.index('key = "counters"')
    edition.write_text(
        text[:start] + text[start:].replace('type = "int"', 'type = "num"', 1), encoding="utf-8"
    )
    path = tmp_path / "dot-2.audit"

    assert new(path, "--previous", str(before), "--catalogue", str(edition)) == 0

    with Desk(path) as desk:
        assert desk.round.catalogue.fields["counters"].type == "num"
        assert "counters" not in desk.round.previous[COMMUNE]
        assert desk.checklist(COMMUNE).last("visits_day") == Decimal("80.5")


def test_a_round_of_another_province_is_refused(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dot-2.audit"

    assert new(path, "--previous", str(before), province="79") == 1

    assert "is for province 79" in capsys.readouterr().err
    assert not path.exists()


def test_a_file_of_the_same_round_is_refused(before: Path) -> None:
    with AuditFile.open(before) as file:
        held, _office = read_round(file)

    with pytest.raises(ReadinessError) as caught:
        read_last_round(before, held)

    assert caught.value.messages[0].code is ErrorCode.PREVIOUS_SAME_ROUND


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"text"])
def test_what_is_no_audit_file_is_refused_and_no_round_is_opened(
    before: Path, tmp_path: Path, content: bytes
) -> None:
    wrong = tmp_path / "wrong.audit"
    wrong.write_bytes(content)

    assert new(tmp_path / "dot-2.audit", "--previous", str(wrong)) == 1

    assert not (tmp_path / "dot-2.audit").exists()


def test_show_prints_the_last_value_only_where_it_differs(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dot-2.audit"
    assert new(path, "--previous", str(before)) == 0
    assert "Taken over from Đợt 1: values of 2 communes" in capsys.readouterr().err
    assert run(["answer", COMMUNE, "counters=6", "visits_day=90"]) == 0
    capsys.readouterr()

    assert run(["show", COMMUNE]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.split()}
    assert run(["show", COMMUNE, "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert "last round" not in lines["counters"]
    assert "last round: 80.5" in lines["visits_day"]
    assert "last round: no" in lines["same_building"]
    assert data["parameters"]["visits_day"]["last"] == "80.5"
    assert "last" not in data["parameters"]["staff_pasc"]


def test_a_round_without_one_before_it_knows_no_last_value(before: Path) -> None:
    with Desk(before) as desk:
        assert desk.round.previous == {}
        assert desk.checklist(COMMUNE).last("counters") is None


def test_a_forged_last_value_that_does_not_fit_is_not_shown() -> None:
    held = replace(
        make_round(), previous={COMMUNE: {"counters": "many", "scanners": [1], "printers": 3}}
    )
    checklist = make_checklist(held, held.by_code[COMMUNE])

    assert [checklist.last(key) for key in ("counters", "scanners", "printers")] == [None, None, 3]
