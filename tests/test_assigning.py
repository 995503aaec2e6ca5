"""The office gives out communes; each auditor begins with a file of their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.assigning import Moved, assigned, file_names, read_assignments
from audit.desk import Desk
from audit.file import AuditFile
from audit.intake import Source
from audit.package import Kind
from audit.pen import Draft, Pen
from audit.vet import vet
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.factories import make_round
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = "26368", "26041", "26068"


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


def begins(office: Laptop, out: Path, name: str) -> Laptop:
    """Return the laptop of an auditor who begins with an assignment."""
    laptop = Laptop(out.with_name(f"home of {name}"), out)
    laptop.does("whoami", "--name", name)
    return laptop


# Who goes where


def test_a_second_assignment_adds_and_what_another_had_moves() -> None:
    found = assigned({"Bình": (A, B), "An": (C,)}, {"An": [B, C]})

    assert found.assignments == {"Bình": (A,), "An": (C, B)}
    assert found.added == {"An": (B,)}
    assert found.moved == (Moved(B, ("Bình",), "An"),)


def test_a_shared_commune_stays_with_both() -> None:
    found = assigned({"Bình": (A, B)}, {"An": [B]}, is_shared=True)

    assert found.assignments == {"Bình": (A, B), "An": (B,)}
    assert found.moved == ()


def test_a_name_is_known_in_any_writing_and_nobody_is_left_with_nothing() -> None:
    found = assigned({"Trần  Thị Bình": (A,)}, {"trần thị bình": [B], "An": [A]})

    assert found.assignments == {"Trần  Thị Bình": (B,), "An": (A,)}


@given(
    st.lists(
        st.tuples(st.sampled_from(["An", "Bình", "Cường"]), st.sets(st.sampled_from([A, B, C])))
    )
)
def test_unless_shared_a_commune_is_with_one_auditor_the_last_it_was_given_to(
    given_out: list[tuple[str, set[str]]],
) -> None:
    found: dict[str, tuple[str, ...]] = {}
    last: dict[str, str] = {}
    for name, codes in given_out:
        found = assigned(found, {name: sorted(codes)}).assignments
        last |= dict.fromkeys(codes, name)

    assert {code: name for name, codes in found.items() for code in codes} == last
    assert sum(map(len, found.values())) == len(last)


def test_a_table_says_who_goes_where_and_every_wrong_row_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    path.write_text(f"Mã xã;Kiểm tra viên\n{A};An\nPhường Trấn Biên;Bình\n{C};an\n", "utf-8")
    held = make_round()

    assert read_assignments(path, held) == {"An": [A, C], "Bình": [B]}
    assert read_assignments(path, held, "AN") == {"An": [A, C]}
    path.write_text(f"code,auditor\n{A},An\n{A},An\n99999,An\n", "utf-8")
    with pytest.raises(ReadinessError) as refused:
        read_assignments(path, held)
    assert [each.context["line"] for each in refused.value.messages] == [3, 4]
    path.write_text(f"code\n{A}\n", "utf-8")
    assert read_assignments(path, held, "An") == {"An": [A]}
    with pytest.raises(ReadinessError) as refused:
        read_assignments(path, held)
    assert refused.value.messages[0].code is ErrorCode.TABLE_COLUMN


def test_file_names_are_plain_and_never_the_same() -> None:
    names = file_names(["Điểu Hoàng Nam", "Dieu Hoang Nam", "李明"])

    assert names == {
        "Điểu Hoàng Nam": "giao-dieu-hoang-nam.audit",
        "Dieu Hoang Nam": "giao-dieu-hoang-nam-2.audit",
        "李明": "giao-kiem-tra-vien.audit",
    }


# The file an auditor begins with


def test_an_auditor_works_in_the_assignment_as_a_new_writer_and_finds_the_communes(
    office: Laptop, tmp_path: Path
) -> None:
    out = tmp_path / "An.audit"
    office.does("answer", COMMUNE, "counters=4")
    office.does(
        "round",
        "assign",
        "--auditor",
        "Nguyễn Văn An",
        "--communes",
        f"{A}, {B}",
        "--out",
        str(out),
    )
    auditor = begins(office, out, "nguyễn văn AN")

    with auditor.at(), Desk(out, write=True) as desk:
        assert desk.file.about()["kind"] == Kind.ASSIGNMENT
        assert desk.assigned == {A, B}
        assert not desk.is_office
        assert desk.checklist(COMMUNE).answer("counters").is_stated
    auditor.does("answer", COMMUNE, "printers=4")

    with AuditFile.open(out) as file:
        assert len({entry.writer for entry in file.entries(COMMUNE)}) == 2
        assert file.about()["kind"] == Kind.WORKING
    report = auditor.send(office)
    assert (report.records_new, report.outcome) == (1, "merged")


def test_the_app_opens_an_assignment(office: Laptop, tmp_path: Path) -> None:
    from audit.tui.app import ReadinessApp
    from audit.tui.screens.overview import OverviewScreen

    out = tmp_path / "An.audit"
    office.does("round", "assign", "--auditor", "An", "--communes", A, "--out", str(out))
    auditor = begins(office, out, "An")

    async def start() -> None:
        app = ReadinessApp(out)
        async with app.run_test() as pilot:
            for _turn in range(200):
                await pilot.pause()
                if isinstance(app.screen, OverviewScreen):
                    break
            assert isinstance(app.screen, OverviewScreen)
            assert app.desk is not None
            assert app.desk.is_writable
            assert app.desk.assigned == {A}

    with auditor.at():
        asyncio.run(start())


def test_an_auditor_at_work_merges_what_is_added_to_their_assignment(
    office: Laptop, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.audit", tmp_path / "2.audit"
    office.does("round", "assign", "--auditor", "An", "--communes", A, "--out", str(first))
    auditor = begins(office, first, "An")
    auditor.does("answer", A, "counters=4")
    office.does("round", "assign", "--auditor", "An", "--communes", B, "--out", str(second))

    auditor.takes(second)

    with auditor.at(), Desk(first) as desk:
        assert desk.assigned == {A, B}
        assert desk.checklist(A).answer("counters").is_stated


def test_all_of_them_get_a_file_of_what_is_theirs(
    office: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, folder = tmp_path / "bang.csv", tmp_path / "giao"
    table.write_text(f"code,auditor\n{A},An\n{B},Bình\n{C},Bình\n", "utf-8")
    office.does("answer", B, "counters=4")

    found = office.data(
        capsys, "round", "assign", "--all", "--table", str(table), "--out", str(folder)
    )

    assert found["assignments"] == {"An": [A], "Bình": [B, C]}
    assert sorted(path.name for path in folder.iterdir()) == ["giao-an.audit", "giao-binh.audit"]
    with vet(Source("", folder / "giao-binh.audit")) as vetted:
        assert vetted.kind == Kind.ASSIGNMENT
        assert vetted.findings == ()
        assert {entry.commune for entry in vetted.entries} == {"", B}


def test_what_cannot_be_written_assigns_nothing(office: Laptop, tmp_path: Path) -> None:
    out = tmp_path / "An.audit"
    out.write_text("của người dùng", "utf-8")
    before = office.path.read_bytes()

    status = office.run("round", "assign", "--auditor", "An", "--communes", A, "--out", str(out))

    assert status == 1
    assert office.path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--auditor", "An", "--communes", "99999"), 2),
        (("--auditor", "An", "--cluster", "Cụm không có"), 2),
        (("--auditor", "An"), 2),
        (("--all",), 2),
        (("--all", "--communes", A), 2),
        (("--communes", A), 2),
    ],
)
def test_an_assignment_to_nobody_or_of_nothing_is_refused(
    office: Laptop, tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    assert office.run("round", "assign", *arguments, "--out", str(tmp_path / "x.audit")) == status


def test_only_the_office_assigns(office: Laptop, tmp_path: Path) -> None:
    auditor = office.joined_by("Nguyễn Văn An")

    status = auditor.run(
        "round", "assign", "--auditor", "An", "--communes", A, "--out", str(tmp_path / "x.audit")
    )

    assert status == 1


def test_two_assignments_that_did_not_know_of_each_other_both_stand(
    office: Laptop, tmp_path: Path
) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        first = desk.office.ids(next(c for c in desk.office.heads if c.subject == "assignments"))
        with AuditFile.open(office.path, write=True) as file:
            from audit.identity import signer

            for number, value in enumerate(({"An": [A]}, {"Bình": [B], "An": [C]}), start=1):
                pen = Pen(
                    file,
                    desk.round.id,
                    desk.pen().author,
                    writer=f"w{number:032x}",
                    signer=signer(),
                )
                pen.write([Draft("round", "", "assignments", value, replaces=first)])

    with office.at(), Desk(office.path) as desk:
        assert {name: set(codes) for name, codes in desk.round.assignments.items()} == {
            "An": {A, C},
            "Bình": {B},
        }
    office.does(
        "round", "assign", "--auditor", "Bình", "--communes", A, "--out", str(tmp_path / "x.audit")
    )
    with office.at(), Desk(office.path) as desk:
        assert (
            len(desk.office.ids(next(c for c in desk.office.heads if c.subject == "assignments")))
            == 1
        )
        assert set(desk.round.assignments["Bình"]) == {A, B}
