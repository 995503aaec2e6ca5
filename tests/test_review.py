"""The office accepts what was handed in or returns it; comments are answered in the field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from audit.desk import Desk
from audit.pen import Draft, Pen
from audit.record import Author
from audit.review import LONGEST_COMMENT, acceptance_draft, own_subjects, return_draft
from checklists.checklist import State
from checklists.hand_in import critical, findings
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.factories import ALL_MET, as_typed
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


@pytest.fixture
def an(office: Laptop) -> Laptop:
    """An auditor who has filled and signed the commune and handed it in."""
    laptop = office.joined_by("Nguyễn Văn An")
    laptop.does("answer", COMMUNE, *as_typed(ALL_MET))
    laptop.sign()
    laptop.send(office)
    return laptop


# Accepting


def test_what_was_handed_in_is_received_and_then_accepted(office: Laptop, an: Laptop) -> None:
    assert office.checklist().state is State.RECEIVED

    office.does("review", "accept", COMMUNE)

    assert office.checklist().state is State.ACCEPTED


def test_accepting_the_same_again_writes_nothing(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.data(capsys, "review", "accept", COMMUNE)["written"] is True
    again = office.data(capsys, "review", "accept", COMMUNE)

    assert (again["written"], again["state"]) == (False, "accepted")


def test_a_late_change_shows_until_it_is_accepted_too(office: Laptop, an: Laptop) -> None:
    office.does("review", "accept", COMMUNE)
    an.does("answer", COMMUNE, "pc_working=15", "--reason", "Đếm lại")
    an.send(office)
    assert office.checklist().state is State.ACCEPTED_CHANGED

    assert office.run("review", "accept", COMMUNE) == 1  # nobody has signed that
    an.sign()
    an.send(office)
    assert office.checklist().state is State.ACCEPTED_CHANGED
    office.does("review", "accept", COMMUNE)

    assert office.checklist().state is State.ACCEPTED


def test_what_nobody_signed_is_accepted_only_with_a_reason(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an = office.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, "counters=6")
    an.send(office)

    assert office.run("review", "accept", COMMUNE) == 1
    assert "Nobody has signed it" in capsys.readouterr().err
    office.does("review", "accept", COMMUNE, "--reason", "Xã đã sáp nhập")

    assert office.checklist().state is State.ACCEPTED
    assert office.checklist().reviews[0].statement.reason == "Xã đã sáp nhập"


def test_what_has_empty_fields_is_accepted_only_with_a_reason(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    laptop = office.joined_by("Nguyễn Văn An")
    known = {key: value for key, value in ALL_MET.items() if key != "guide"}
    laptop.does("answer", COMMUNE, *as_typed(known))
    laptop.sign("--reason", "Chưa đủ")
    laptop.send(office)
    capsys.readouterr()

    assert office.run("review", "accept", COMMUNE) == 1
    assert "One field is empty." in capsys.readouterr().err
    office.does("review", "accept", COMMUNE, "--reason", "Không cần")

    assert office.checklist().state is State.ACCEPTED


def test_what_contradicts_itself_is_accepted_only_with_a_reason(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    binh = office.joined_by("Lê Thị Bông")
    with binh.at(), Desk(binh.path, write=True) as desk:
        # Without having seen what the office holds by now.
        pen = Pen(desk.file, desk.round.id, desk.pen().author, writer="w" + "5" * 32)
        pen.write([Draft("answer", COMMUNE, "pc_working", 3)])
    binh.send(office)

    assert office.run("review", "accept", COMMUNE) == 1
    told = capsys.readouterr().err
    assert "Contradictions are not settled: pc_working." in told
    assert "changed after it was signed" in told
    office.does("review", "accept", COMMUNE, "--reason", "Không ảnh hưởng")

    assert office.checklist().state is State.ACCEPTED


def test_only_the_office_reviews(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert an.run("review", "accept", COMMUNE) == 1
    assert an.run("review", "return", COMMUNE, "--reason", "x") == 1

    assert capsys.readouterr().err.count("Only the office") == 2
    assert an.checklist().reviews == ()


# Whoever reviews is not the author


@pytest.mark.parametrize(
    ("stated", "is_author"),
    [
        (["answer", COMMUNE, "scanners=3"], True),
        (["answer", COMMUNE, "scanners=3", "--basis", "declared"], True),
        (["answer", COMMUNE, "--note", "EQ-01=Ghi"], False),
        (["not-applicable", COMMUNE, "QS-02", "--reason", "x"], True),
        (["override", COMMUNE, "EQ-01", "met", "--reason", "x"], True),
        (["sign-off", COMMUNE, "--by", "Lê", "--title", "CT", "--reason", "x"], True),
        (["review", "return", COMMUNE, "--reason", "x"], False),
    ],
)
def test_who_states_values_or_signs_is_an_author(
    office: Laptop, stated: list[str], *, is_author: bool
) -> None:
    office.does(*stated)

    with office.at(), Desk(office.path, write=True) as desk:
        assert bool(own_subjects(desk, COMMUNE)) is is_author


def test_the_author_leaves_the_review_to_a_colleague(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("answer", COMMUNE, "scanners=4", "--reason", "Tự đếm")
    assert office.run("review", "accept", COMMUNE, "--reason", "x") == 1
    assert office.run("review", "return", COMMUNE, "--reason", "x") == 1
    assert "scanners" in capsys.readouterr().err

    colleague = office.joined_by("Phạm Thu Hà")
    office.does("roster", "add", colleague.key, "--office", "--name", "Phạm Thu Hà")
    colleague.path.write_bytes(office.path.read_bytes())
    colleague.does("review", "accept", COMMUNE, "--reason", "Sở đã đếm lại")

    office.takes(colleague.path)
    assert office.checklist().state is State.ACCEPTED


def test_what_was_imported_or_is_known_to_the_office_makes_nobody_an_author(
    office: Laptop, tmp_path: Path
) -> None:
    table = tmp_path / "khai.csv"
    table.write_text(f"code,measure,value\n{COMMUNE},scanners,9\n", encoding="utf-8")
    office.does("declare", str(table))
    office.does("answer", COMMUNE, "population=21000")

    with office.at(), Desk(office.path, write=True) as desk:
        assert own_subjects(desk, COMMUNE) == []


def test_what_was_taken_back_makes_nobody_an_author(office: Laptop) -> None:
    office.does("answer", COMMUNE, "scanners=3")
    office.does("answer", COMMUNE, "scanners=")

    with office.at(), Desk(office.path, write=True) as desk:
        assert own_subjects(desk, COMMUNE) == []


# Returning


def test_a_return_names_what_to_mend_criterion_by_criterion(office: Laptop, an: Laptop) -> None:
    office.does(
        *("review", "return", COMMUNE, "--comment", "eq-01=Thiếu ảnh phòng máy"),
        *("--comment", "parameters=Số quầy?", "--reason", "Bổ sung trước 15/12"),
    )

    checklist = office.checklist()
    assert checklist.state is State.RETURNED
    assert dict(checklist.reviews[0].comments) == {
        "EQ-01": "Thiếu ảnh phòng máy",
        "parameters": "Số quầy?",
    }
    asked = [each for each in critical(findings(checklist)) if each.kind == "returned"]
    assert [(each.part, each.field) for each in asked] == [("parameters", ""), ("EQ-01", "")]
    assert "Thiếu ảnh phòng máy" in asked[1].words


def test_a_return_that_says_nothing_is_refused(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([], ["--comment", "EQ-01= "], ["--reason", " "]):
        assert office.run("review", "return", COMMUNE, *arguments) == 2

    assert "Say what is to be mended" in capsys.readouterr().err
    assert office.checklist().state is State.RECEIVED


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("EQ-01", "write a comment as"),
        ("XX-99=Xem", "no such criterion"),
        ("EQ-01=" + "x" * (LONGEST_COMMENT + 1), "too long"),
    ],
)
def test_a_comment_that_cannot_be_kept_is_refused(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str], comment: str, said: str
) -> None:
    assert office.run("review", "return", COMMUNE, "--comment", comment) in (1, 2)

    assert said in capsys.readouterr().err


def test_what_was_asked_stays_asked_until_it_is_answered_or_taken_back(
    office: Laptop, an: Laptop
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A", "--comment", "EQ-02=B")
    office.does("review", "return", COMMUNE, "--comment", "VC-01=C")
    assert dict(office.checklist().reviews[0].comments) == {
        "EQ-01": "A",
        "EQ-02": "B",
        "VC-01": "C",
    }

    office.does("review", "return", COMMUNE, "--comment", "EQ-02=")

    assert dict(office.checklist().reviews[0].comments) == {"EQ-01": "A", "VC-01": "C"}


def test_a_comment_is_answered_by_what_is_stated_at_its_criterion_afterwards(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A", "--comment", "EQ-02=B")
    an.takes(office.path)
    assert an.checklist().reviews[0].answered == frozenset()
    assert [each["kind"] for each in an.data(capsys, "missing", COMMUNE)["critical"]] == [
        "returned",
        "returned",
    ]

    an.does("answer", COMMUNE, "--note", "EQ-01=Đã đếm lại, đúng", "--reason", "Phiếu trả")

    checklist = an.checklist()
    assert checklist.state is State.RETURNED
    assert checklist.reviews[0].answered == {"EQ-01"}
    kinds = [
        (each.part, each.severity.value) for each in findings(checklist) if each.kind == "returned"
    ]
    assert kinds == [("EQ-01", "warning"), ("EQ-02", "critical")]
    an.does("show", COMMUNE)
    assert "EQ-01: A (answered since)" in capsys.readouterr().out
    an.does("status")
    assert "EQ-02: B" in capsys.readouterr().out
    told = an.data(capsys, "status")["returned"][COMMUNE]
    assert told == {
        "EQ-01": {"text": "A", "answered": True},
        "EQ-02": {"text": "B", "answered": False},
    }
    shown = an.data(capsys, "show", COMMUNE)
    assert shown["criteria"]["EQ-02"]["comments"] == [
        {"text": "B", "outcome": "returned", "answered": False}
    ]


def test_a_return_that_is_answered_and_signed_again_comes_back_as_received(
    office: Laptop, an: Laptop
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A")
    an.takes(office.path)
    an.does("answer", COMMUNE, "pc_working=15", "--reason", "Phiếu trả")
    an.sign()
    assert an.checklist().state is State.SIGNED

    an.send(office)

    assert office.checklist().state is State.RECEIVED
    assert office.checklist().reviews[0].answered == {"EQ-01"}
    office.does("review", "accept", COMMUNE)
    assert office.checklist().state is State.ACCEPTED


def test_to_sign_again_without_answering_a_comment_needs_a_reason(
    office: Laptop, an: Laptop
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A", "--comment", "EQ-02=B")
    an.takes(office.path)
    an.does("answer", COMMUNE, "pc_working=15", "--reason", "Phiếu trả")
    sign = ("sign-off", COMMUNE, "--by", "Lê", "--title", "Chủ tịch")

    assert an.run(*sign) == 1
    an.does(*sign, "--reason", "EQ-02 đã đúng")

    assert an.checklist().state is State.SIGNED


def test_what_arrives_later_than_the_return_counts_as_an_answer_whatever_its_clock(
    office: Laptop, an: Laptop
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A")
    with office.at(), Desk(office.path, write=True) as desk:
        pen = Pen(
            desk.file,
            desk.round.id,
            Author("k" + "3" * 32, "Ba"),
            writer="w" + "3" * 32,
            clock=lambda: datetime(2001, 1, 1, tzinfo=UTC),
        )
        pen.write([Draft("note", COMMUNE, "EQ-01/note", "Ghi")])

    assert office.checklist().reviews[0].answered == {"EQ-01"}


def test_a_review_that_does_not_say_what_it_saw_is_answered_by_nothing(office: Laptop) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        value = {"outcome": "returned", "seen": "x", "comments": {"EQ-01": "A"}}
        desk.write([Draft("review", COMMUNE, "review", value)])
        desk.write([Draft("note", COMMUNE, "EQ-01/note", "Ghi")])

        assert desk.checklist(COMMUNE).reviews[0].answered == frozenset()


# Two of the office at once


def test_a_later_review_settles_two_that_did_not_know_of_each_other(
    office: Laptop, an: Laptop
) -> None:
    colleague = office.joined_by("Phạm Thu Hà")
    office.does("roster", "add", colleague.key, "--office", "--name", "Phạm Thu Hà")
    colleague.path.write_bytes(office.path.read_bytes())
    office.does("review", "accept", COMMUNE)
    colleague.does("review", "return", COMMUNE, "--comment", "EQ-01=A")
    office.takes(colleague.path)
    assert office.checklist().conflicts == ("review",)
    assert office.checklist().state is State.RECEIVED

    office.does("review", "accept", COMMUNE)

    assert office.checklist().conflicts == ()
    assert office.checklist().state is State.ACCEPTED


def test_what_the_office_settles_after_accepting_is_accepted_changed_since(
    office: Laptop, an: Laptop
) -> None:
    office.does("review", "accept", COMMUNE)
    binh = office.joined_by("Lê Thị Bông")
    with binh.at(), Desk(binh.path, write=True) as desk:
        pen = Pen(desk.file, desk.round.id, desk.pen().author, writer="w" + "5" * 32)
        pen.write([Draft("answer", COMMUNE, "pc_working", 3)])
    binh.send(office)
    assert office.checklist().state is State.ACCEPTED_CHANGED

    office.does("resolve", COMMUNE, "pc_working", "--value", "14", "--reason", "Có ảnh")
    assert office.checklist().state is State.ACCEPTED_CHANGED
    office.does("review", "accept", COMMUNE, "--reason", "Đã xử lý")

    assert office.checklist().state is State.ACCEPTED


# What was seen is what is reviewed


@pytest.mark.parametrize("drafted", [acceptance_draft, return_draft])
def test_nothing_is_reviewed_that_was_not_seen(
    office: Laptop, an: Laptop, drafted: Callable[..., Draft | None]
) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        _ = desk.checklist(COMMUNE)
        with Desk(office.path, write=True) as other:
            third = Author("k" + "3" * 32, "Ba")
            pen = Pen(other.file, other.round.id, third, writer="w" + "3" * 32)
            pen.write([Draft("answer", COMMUNE, "pc_working", 3)])

        with pytest.raises(ReadinessError) as caught:
            drafted(desk, COMMUNE, reason="x")
        assert caught.value.messages[0].code is ErrorCode.CHANGED_MEANWHILE

        assert drafted(desk, COMMUNE, reason="x") is not None


def test_the_list_shows_states_and_takes_some_of_them(
    office: Laptop, an: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=A")

    everything = office.data(capsys, "review", "list")
    returned = office.data(capsys, "review", "list", "--state", "returned")
    office.does("review", "list", "--state", "returned")

    assert len(everything) == 95
    (one,) = returned
    assert (one["code"], one["state"], one["signed_by"]) == (COMMUNE, "returned", ["Nguyễn Văn An"])
    assert one["reviews"][0]["comments"] == {"EQ-01": "A"}
    assert "EQ-01: A" in capsys.readouterr().out

    office.does("review", "list", "--state", "draft")
    lines = capsys.readouterr().out.splitlines()[1:]
    assert len(lines) == 94
    assert all("Not begun" in line for line in lines)
    assert {each["state"] for each in everything} == {"draft", "returned"}
