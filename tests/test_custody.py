"""How figures came to the office is told from what the file holds, and nothing is guessed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from audit.clock import now
from audit.closing import close_draft
from audit.custody import custody_of, divided, file_name
from audit.desk import Desk
from audit.file import AuditFile
from audit.identity import needed_auditor, signer
from audit.intake import sources
from audit.merge import merge
from audit.pen import Draft, Pen
from audit.quarantine import folder_of
from audit.reporting import report_of
from audit.tui.commune_list import attention
from checklists.comparison import Direction
from checklists.custody import Custody
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.factories import ALL_MET, as_typed
from tests.histories import AUTHORS, SIGNERS, Machine, opening, places
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


@pytest.fixture
def auditor(office: Laptop) -> Laptop:
    return office.joined_by("Trần Thị Bình")


def custody(laptop: Laptop, as_of: str = "") -> Custody:
    with laptop.at(), Desk(laptop.path, as_of=as_of) as desk:
        return custody_of(desk)


def test_a_round_into_which_nothing_came_says_so(office: Laptop) -> None:
    held = custody(office)

    assert held == Custody()


def test_a_hand_in_is_told_with_who_brought_it_and_how_much(
    office: Laptop, auditor: Laptop
) -> None:
    auditor.does("answer", COMMUNE, "scanners=3", "printers=2")
    auditor.send(office)

    (came,) = custody(office).files

    assert came.made_by == "Trần Thị Bình"
    assert came.records == 2
    assert came.communes == (COMMUNE,)
    assert "/" not in came.name
    # Nobody vouches yet for the key; that is worth knowing, and no more.
    assert came.remarks == ("sealed with a key that the office does not know",)
    assert custody(office).unsealed == {}


def test_a_raw_copy_and_what_nobody_sealed_are_told(office: Laptop, auditor: Laptop) -> None:
    auditor.does("answer", COMMUNE, "scanners=3", "printers=2")
    office.takes(auditor.path)

    held = custody(office)

    assert held.files[0].remarks == ("raw copy of a working file, not a hand-in",)
    assert held.unsealed == {COMMUNE: 2}


def test_a_chain_that_divides_is_told_and_both_branches_are_looked_at(tmp_path: Path) -> None:
    an = Machine(AUTHORS[0], SIGNERS[0], "w".ljust(33, "0"), opening())
    here = places()[0].code
    an.write(Draft("answer", here, "pcs", 4))
    clone = replace(an)
    an.write(Draft("answer", here, "good", 5))
    an.seal()
    clone.write(Draft("answer", here, "good", 6))
    office = tmp_path / "office.audit"
    for path, known in (
        (office, opening()),
        (tmp_path / "an.audit", an.known),
        (tmp_path / "clone.audit", clone.known),
    ):
        about = {"kind": "working" if path == office else "hand_in"}
        AuditFile.create(path, known.entries, seals=known.seals, about=about).close()
        if path != office:
            with AuditFile.open(office, write=True) as file:
                merge(file, sources([path]))

    with Desk(office, remember=False) as desk:
        held, divides, quality = custody_of(desk), divided(desk), report_of(desk).quality
        noted = {code: attention(desk.row(code)) for code in desk.round.by_code}

    assert held.forked == divides == (here,)
    assert [code for code, said in noted.items() if "chain of records divides" in said] == [here]
    assert "Communes of which a chain of records divides: 1." in quality.sentence
    assert [row.commune.code for row in quality.rows if row.is_forked] == [here]
    assert held.unsealed == {here: 1}
    remark = "a chain of records divides: a copy was written to, or restored"
    assert remark in held.files[1].remarks


def test_late_is_what_came_after_the_last_close(office: Laptop, auditor: Laptop) -> None:
    auditor.does("answer", COMMUNE, "scanners=3")
    auditor.send(office)
    office.does("round", "close", "--name", "Chốt lần 1")
    auditor.does("answer", COMMUNE, "printers=3")
    late = auditor.path.with_name("late.audit")
    auditor.does("send", COMMUNE, "--out", str(late))
    with AuditFile.open(office.path, write=True) as file:
        merge(file, sources([late]), clock=lambda: now() + timedelta(hours=1))

    held = custody(office)
    then = custody(office, as_of="Chốt lần 1")

    assert held.closed_as == "Chốt lần 1"
    assert "Chốt lần 1" in held.about_late
    assert [each.name for each in held.late] == ["late.audit"]
    assert "late: after the close “Chốt lần 1”" in held.late[0].remarks
    assert not held.late[0].is_left_out
    # As of the close it is told, too, but is not in the figures.
    assert [each.is_left_out for each in then.files] == [False, True]


def test_late_is_said_of_the_close_that_is_shown(office: Laptop, auditor: Laptop) -> None:
    office.does("round", "close", "--name", "Chốt lần 1")
    auditor.does("answer", COMMUNE, "scanners=3")
    late = auditor.path.with_name("late.audit")
    auditor.does("send", COMMUNE, "--out", str(late))
    with AuditFile.open(office.path, write=True) as file:
        merge(file, sources([late]), clock=lambda: now() + timedelta(hours=1))
    with office.at(), Desk(office.path, write=True, remember=False) as desk:
        later = Pen(
            desk.file,
            desk.round.id,
            needed_auditor().author,
            clock=lambda: now() + timedelta(hours=2),
            signer=signer(),
        )
        later.write([close_draft(desk, "Chốt lần 2")])

    now_, then = custody(office), custody(office, as_of="Chốt lần 1")

    assert not now_.late
    assert [each.remarks[0] for each in then.late] == ["late: after the close “Chốt lần 1”"]


def test_what_nobody_sealed_later_is_not_counted_as_of_an_earlier_close(
    office: Laptop, auditor: Laptop
) -> None:
    auditor.does("answer", COMMUNE, "scanners=3")
    office.takes(auditor.path)
    office.does("round", "close", "--name", "Chốt lần 1")
    auditor.does("answer", COMMUNE, "printers=2", "pc_working=4")
    office.takes(auditor.path)

    assert custody(office).unsealed == {COMMUNE: 3}
    assert custody(office, as_of="Chốt lần 1").unsealed == {COMMUNE: 1}


def test_as_of_a_day_before_it_came_a_file_is_not_in_the_figures(
    office: Laptop, auditor: Laptop
) -> None:
    auditor.does("answer", COMMUNE, "scanners=3")
    early, late = auditor.path.with_name("early.audit"), auditor.path.with_name("late.audit")
    for path, answer, days in ((early, "scanners=4", 0), (late, "scanners=5", 2)):
        auditor.does("answer", COMMUNE, answer)
        auditor.does("send", COMMUNE, "--out", str(path))
        with AuditFile.open(office.path, write=True) as file:
            later = now() + timedelta(days=days)
            merge(file, sources([path]), clock=repeat(later).__next__)

    held = custody(office, as_of=now().date().isoformat())

    assert [(each.name, each.is_left_out) for each in held.files] == [
        ("early.audit", False),
        ("late.audit", True),
    ]
    assert not held.late
    assert "has not been closed" in held.about_late


def test_what_the_office_settled_between_two_people_is_counted(
    office: Laptop, auditor: Laptop
) -> None:
    other = office.joined_by("Lê Văn An")
    auditor.does("answer", COMMUNE, "scanners=3", "printers=2")
    other.does("answer", COMMUNE, "scanners=4", "printers=2")
    auditor.send(office)
    other.send(office)
    assert custody(office).settled == {}
    with office.at(), Desk(office.path) as desk:
        assert report_of(desk).quality.agreement[:2] == (1, 1)

    office.does("resolve", COMMUNE, "scanners", "--take", "1", "--reason", "Đã gọi điện")

    assert custody(office).settled == {COMMUNE: 1}
    with office.at(), Desk(office.path) as desk:
        agreement = report_of(desk).quality.agreement
    assert agreement == (1, 0, 1)


def test_what_was_settled_about_declarations_is_no_matter_between_auditors(
    office: Laptop, auditor: Laptop
) -> None:
    other = office.joined_by("Lê Văn An")
    auditor.does("answer", COMMUNE, "scanners=3", "--basis", "declared")
    other.does("answer", COMMUNE, "scanners=4", "--basis", "declared")
    auditor.send(office)
    other.send(office)

    office.does("answer", COMMUNE, "scanners=4", "--basis", "declared", "--reason", "Đã hỏi lại")

    with office.at(), Desk(office.path) as desk:
        assert report_of(desk).quality.agreement == (0, 0, 0)


def test_a_batch_that_was_taken_back_says_by_whom_and_why(
    office: Laptop, auditor: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    auditor.does("answer", COMMUNE, "scanners=3")
    auditor.send(office)
    (batch,) = office.data(capsys, "batch", "list")
    office.does("batch", "undo", batch["id"], "--reason", "gửi nhầm")

    (came,) = custody(office).files

    assert came.taken_back.endswith(": gửi nhầm")
    assert not came.is_plain


def test_a_refused_file_is_told_without_the_folder_it_lay_in(office: Laptop) -> None:
    folder = office.path.parent / "bí mật của An"
    folder.mkdir()
    bad = folder / "hỏng.audit"
    bad.write_text("x" * 200)
    assert office.run("merge", str(bad)) == 1

    (refused,) = custody(office).refused

    assert refused.name == "hỏng.audit"
    assert "hỏng.audit" in refused.reason
    assert "bí mật" not in refused.reason


def test_what_somebody_left_beside_refused_files_stops_nothing(office: Laptop) -> None:
    folder = folder_of(office.path)
    folder.mkdir()
    for number, text in enumerate(("", "[]", "{}", "null", '{"source": 1}', "[" * 3000, "\ud800")):
        (folder / f"{number}.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    whole = {"source": "C:\\Users\\an\\nộp.audit", "taken_at": 5, "reason": ["x"]}
    (folder / "whole.json").write_text(json.dumps(whole), encoding="utf-8")

    (refused,) = custody(office).refused

    assert refused.name == "nộp.audit"
    assert refused.came_at == "5"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/media/usb/a.audit", "a.audit"),
        ("C:\\Users\\An\\a.audit", "a.audit"),
        ("/media/usb/a.zip › b/c.audit", "a.zip › b/c.audit"),
        ("a\u202etidua.audit", "a\ufffdtidua.audit"),
        ("", ""),
    ],
)
def test_the_name_of_a_file_is_shown_without_folders_and_steering_signs(
    source: str, name: str
) -> None:
    assert file_name(source) == name


# The report


def test_a_report_compares_with_a_close_of_the_round(office: Laptop) -> None:
    office.does("answer", COMMUNE, *as_typed({**ALL_MET, "pc_adequate": 2}))
    office.does("round", "close", "--name", "Chốt lần 1")
    office.does("answer", COMMUNE, "pc_adequate=12")

    with office.at(), Desk(office.path) as desk:
        report = report_of(desk, compared_with="Chốt lần 1")

    assert report.comparison is not None
    assert report.comparison.counts[Direction.BETTER] == 1
    assert "Chốt lần 1" in report.compared_with
    assert report.trend is not None
    assert len(report.trend.communes) == 1


def test_a_report_compares_with_another_file_and_a_close_of_that_one(
    office: Laptop, tmp_path: Path
) -> None:
    office.does("answer", COMMUNE, *as_typed({**ALL_MET, "pc_adequate": 2}))
    office.does("round", "close", "--name", "Chốt lần 1")
    office.does("answer", COMMUNE, "pc_adequate=12")
    before = tmp_path / "before.audit"
    shutil.copy(office.path, before)
    office.does("answer", COMMUNE, "n_backup=none")

    with office.at(), Desk(office.path) as desk:
        with_file = report_of(desk, previous=before, takes_copies=True)
        with_close = report_of(desk, previous=before, compared_with="Chốt lần 1")

    assert with_file.comparison is not None
    assert with_file.comparison.counts[Direction.WORSE] == 1
    assert with_file.comparison.counts[Direction.BETTER] == 0
    assert with_close.comparison is not None
    assert with_close.comparison.counts[Direction.BETTER] == 1


def test_a_report_tells_how_far_it_has_read(office: Laptop) -> None:
    told: list[tuple[int, int]] = []

    with office.at(), Desk(office.path) as desk:
        report = report_of(desk, progress=lambda done, total: told.append((done, total)))

    total = len(report.matrix.rows)
    assert told == [(done, total) for done in range(1, total + 1)]
    assert report.comparison is None
    assert report.compared_with == ""


def test_a_point_in_time_that_is_not_there_is_refused(office: Laptop) -> None:
    with office.at(), Desk(office.path) as desk, pytest.raises(ReadinessError) as refused:
        report_of(desk, compared_with="Chốt lần 9")

    assert refused.value.messages[0].code is ErrorCode.AS_OF_UNKNOWN
