"""Every contradiction is seen with all that speaks for each side, and settled by the office."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.cli.conflicts import conflict_lines
from audit.conflicts import Third, conflict_at, conflicts_of, resolution_draft, side_at
from audit.desk import Desk
from audit.pen import Draft, Pen
from audit.record import Author
from checklists.checklist import Answer, Basis, Override, Review, State
from checklists.conflicts import Matter, conflicts
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import ALL_MET, as_typed, make_checklist, make_round, statement, with_values
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.conflicts import Conflict

HELD = make_round()


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


# What a conflict is


def test_a_value_stated_once_or_alike_is_no_conflict() -> None:
    checklist = make_checklist(HELD, values={"counters": 6, "scanners": [2, 2]})

    assert conflicts(checklist) == ()
    (one,) = conflicts(checklist, with_agreements=True)
    assert (one.subject, one.is_settled, len(one.sides)) == ("scanners", True, 2)


def test_each_side_has_the_rating_its_value_would_give() -> None:
    checklist = make_checklist(HELD, values=with_values(pc_working=[14, 3]))

    (one,) = conflicts(checklist)

    assert (one.matter, one.subject, one.part) == (Matter.ANSWER, "pc_working", "EQ-01")
    assert [side.number for side in one.sides] == [1, 2]
    assert [side.words for side in one.sides] == ["14 computers", "3 computers"]
    alone = [
        make_checklist(HELD, values=with_values(pc_working=value)).outcomes for value in (14, 3)
    ]
    for side, outcomes in zip(one.sides, alone, strict=True):
        assert side.ratings == {code: outcomes[code].rating for code in one.codes}
    assert one.sides[0].ratings["EQ-01"] is Rating.MET
    assert "EQ-01" in one.deciding


def test_a_parameter_bears_on_every_criterion_that_reads_it() -> None:
    checklist = make_checklist(HELD, values=with_values(counters=[6, 60]))

    (one,) = conflicts(checklist)

    assert one.part == "parameters"
    assert len(one.codes) > 3
    assert set(one.deciding) <= set(one.codes)
    assert one.deciding


def test_of_several_that_keep_a_rating_open_together_each_decides_it() -> None:
    held = with_values(staff_pasc=[12, 40], pc_working=[14, 3], pc_adequate=[12, 2])
    checklist = make_checklist(HELD, values=held)

    found = conflicts(checklist)

    assert checklist.outcomes["EQ-01"].rating is Rating.INSUFFICIENT
    assert [each.subject for each in found if "EQ-01" in each.deciding] == [
        *("staff_pasc", "pc_working", "pc_adequate"),
    ]
    (working,) = (each for each in found if each.subject == "pc_working")
    assert "EQ-01" not in working.differing
    assert working.blocking["EQ-01"] == 2
    assert "blocks EQ-01, together with 2 others" in working.bearing
    assert any("together with 2 others" in line for line in conflict_lines(working))


def test_what_is_blank_keeps_a_rating_open_beside_a_contradiction() -> None:
    held = with_values(pc_working=[14, 15])
    del held["pc_adequate"]

    (one,) = conflicts(make_checklist(HELD, values=held))

    assert one.blocking == {"EQ-01": 0}
    assert "blocks EQ-01, together with what is not stated yet" in one.bearing


CONTRADICTED = {
    "staff_pasc": [12, 40],
    "counters": [6, 60],
    "pc_working": [14, 3],
    "pc_adequate": [12, 2],
    "scanners": [3, 0],
    "citizen_net": [True, False],
    "u_seats": [20, 2],
    "u_speaker": [True, False],
    "p_state": ["good", "broken"],
    "same_building": [False, True],
    "t_loss": ["0.2", "30"],
}


@given(st.sets(st.sampled_from(sorted(CONTRADICTED)), min_size=2))
@settings(max_examples=30, deadline=None)
def test_whatever_contradicts_at_once_no_rating_is_open_without_a_contradiction_deciding_it(
    keys: set[str],
) -> None:
    held = {key: CONTRADICTED[key] for key in sorted(keys)}
    checklist = make_checklist(HELD, values=with_values(**held))

    found = conflicts(checklist)

    kept_open = {c for c, outcome in checklist.outcomes.items() if not outcome.rating.is_decided}
    assert kept_open == {code for each in found for code in each.deciding} & kept_open
    for each in found:
        assert set(each.blocking) <= kept_open
        for code in each.blocking:
            deciding = [other for other in found if code in other.deciding]
            assert len(deciding) > each.blocking[code], (code, each.subject)


def test_what_the_commune_declared_twice_is_rated_as_declared() -> None:
    checklist = make_checklist(HELD, values=ALL_MET, declared=with_values(pc_working=[14, 3]))

    (one,) = conflicts(checklist)

    assert one.basis is Basis.DECLARED
    assert [side.ratings["EQ-01"] for side in one.sides] == [
        make_checklist(HELD, declared=with_values(pc_working=value))
        .declared.outcomes["EQ-01"]
        .rating
        for value in (14, 3)
    ]


def test_who_disagrees_about_what_applies_sees_what_each_would_come_to() -> None:
    sides = (statement(True, "An"), statement(None, "Bình"))
    checklist = make_checklist(HELD, values=ALL_MET)
    object.__setattr__(checklist, "not_applicable", {"QS-02": Answer(sides)})

    (one,) = conflicts(checklist)

    assert (one.matter, one.subject) == (Matter.NOT_APPLICABLE, "QS-02/not_applicable")
    assert [side.ratings["QS-02"] for side in one.sides] == [Rating.NOT_APPLICABLE, Rating.MET]
    assert [side.words for side in one.sides] == ["does not apply", "applies"]


def overridden(*ratings: Rating | None) -> Conflict:
    stated = [
        statement(None, f"Person {number}")._replace(id=f"r{number}")
        for number, _rating in enumerate(ratings)
    ]
    set_, back = [], []
    for each, rating in zip(stated, ratings, strict=True):
        if rating is None:
            back.append(each)
        else:
            set_.append(Override(each, rating, "seen"))
    checklist = make_checklist(
        HELD, values=ALL_MET, contested={"EQ-01": tuple(back)} if back else {}
    )
    object.__setattr__(checklist, "overrides", {"EQ-01": tuple(set_)})
    object.__setattr__(checklist, "digests", {"EQ-01": "seen"})
    (one,) = conflicts(checklist)
    return one


def test_ratings_set_by_hand_stand_side_by_side() -> None:
    one = overridden(Rating.NOT_MET, Rating.PARTLY_MET)

    assert one.subject == "EQ-01/override"
    assert [side.ratings["EQ-01"] for side in one.sides] == [Rating.NOT_MET, Rating.PARTLY_MET]


def test_a_rating_set_by_hand_that_another_took_back_has_two_sides() -> None:
    one = overridden(Rating.NOT_MET, None)

    assert [side.statement.author for side in one.sides] == ["Person 0", "Person 1"]
    assert [side.ratings["EQ-01"] for side in one.sides] == [Rating.NOT_MET, Rating.MET]


def test_an_override_does_not_outlive_the_value_it_was_set_on() -> None:
    checklist = make_checklist(
        HELD, values=with_values(pc_working=[14, 3]), overrides={"EQ-01": Rating.PARTLY_MET}
    )
    assert checklist.outcomes["EQ-01"].rating is Rating.PARTLY_MET

    (one,) = conflicts(checklist)

    assert one.sides[0].ratings["EQ-01"] is Rating.MET


def test_two_reviews_are_two_sides_without_a_rating() -> None:
    reviews = tuple(
        Review(statement(None, "Sở")._replace(id=id_), outcome, "seen", comments)
        for id_, outcome, comments in (
            ("r1", State.ACCEPTED, {}),
            ("r2", State.RETURNED, {"EQ-01": "Xem lại"}),
        )
    )

    (one,) = conflicts(make_checklist(HELD, reviews=reviews))

    assert (one.matter, one.subject, one.codes) == (Matter.REVIEW, "review", ())
    assert [side.words for side in one.sides] == ["Accepted", "Returned · EQ-01: Xem lại"]


def test_what_people_typed_is_shown_and_never_interpreted() -> None:
    nasty = "[b]=1+1[/b] \x1b[31m"
    said = tuple(statement(value, nasty) for value in ("a", "b"))
    key = next(key for key, field in HELD.catalogue.fields.items() if field.type == "text")
    checklist = make_checklist(HELD)
    object.__setattr__(checklist, "answers", {Basis.VERIFIED: {key: Answer(said)}})

    lines = [*conflict_lines(conflicts(checklist)[0])]

    assert nasty in lines[1]


# Two laptops and the office


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


@pytest.fixture
def both(office: Laptop) -> tuple[Laptop, Laptop]:
    """Two auditors of one commune who have handed in different numbers of computers."""
    an, binh = office.joined_by("Nguyễn Văn An"), office.joined_by("Lê Thị Bông")
    an.does("answer", COMMUNE, *as_typed(ALL_MET), "--note", "EQ-01=Đếm cùng văn phòng")
    binh.does("answer", COMMUNE, "pc_working=3")
    office.does("roster", "add", an.key, "--name", "Nguyễn Văn An", "--unit", "Đội 1")
    an.send(office)
    binh.send(office)
    return an, binh


def side_of(conflict: Conflict, author: str) -> Any:
    return next(side for side in conflict.sides if side.statement.author == author)


def test_a_conflict_comes_with_all_that_speaks_for_each_side(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = office.data(capsys, "conflicts")

    assert (one["commune"], one["subject"], one["agreement"]) == (COMMUNE, "pc_working", False)
    an, binh = sorted(one["values"], key=lambda side: -side["value"])
    assert (an["author"], an["unit"], an["value"], an["text"]) == (
        *("Nguyễn Văn An", "Đội 1", 14, "14 computers"),
    )
    assert (an["notes"], an["evidence"], an["sealed"]) == (["Đếm cùng văn phòng"], 0, True)
    assert an["key"] == both[0].key
    assert an["ratings"]["EQ-01"] == "met"
    assert (binh["author"], binh["unit"], binh["notes"]) == ("Lê Thị Bông", "", [])
    assert binh["ratings"]["EQ-01"] == "insufficient"
    assert one["ratings"]["EQ-01"] == "insufficient"
    office.does("conflicts", COMMUNE)
    text = capsys.readouterr().out
    assert "! 26368" in text
    assert "Nguyễn Văn An (Đội 1)" in text
    assert "Note: Đếm cùng văn phòng" in text


def test_the_numbers_of_the_sides_are_the_same_on_every_machine(
    office: Laptop, both: tuple[Laptop, Laptop]
) -> None:
    an, binh = both
    an.takes(binh.path)

    with office.at(), Desk(office.path) as desk:
        here = [(side.number, side.statement.id) for side in conflicts_of(desk, COMMUNE)[0].sides]
    with an.at(), Desk(an.path) as desk:
        there = [(side.number, side.statement.id) for side in conflicts_of(desk, COMMUNE)[0].sides]

    assert here == there


def test_the_same_person_has_the_same_number_in_every_cell_of_a_commune(
    office: Laptop, both: tuple[Laptop, Laptop]
) -> None:
    _an, binh = both
    subjects = ("counters=60", "scanners=0", "printers=0", "pc_adequate=2", "u_seats=2")
    binh.does("answer", COMMUNE, *subjects)
    binh.does("not-applicable", COMMUNE, "QS-02", "--reason", "Không có")
    binh.send(office)

    with office.at(), Desk(office.path) as desk:
        found = conflicts_of(desk, COMMUNE)

    assert len(found) >= 5
    assert {tuple(side.statement.author for side in each.sides) for each in found} == {
        ("Lê Thị Bông", "Nguyễn Văn An")
    }


def test_the_office_takes_one_value_with_a_reason_and_every_machine_follows(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    an, _binh = both
    with office.at(), Desk(office.path) as desk:
        one = conflict_at(desk, COMMUNE, "PC_working")
    number = str(side_of(one, "Nguyễn Văn An").number)

    assert office.run("resolve", COMMUNE, "pc_working", "--take", number) == 2
    office.does("resolve", COMMUNE, "pc_working", "--take", number, "--reason", "Ảnh cho thấy 14")

    assert "EQ-01: Insufficient" in capsys.readouterr().out
    assert office.checklist().conflicts == ()
    answer = office.checklist().answer("pc_working")
    assert (answer.value, answer.heads[0].reason) == (14, "Ảnh cho thấy 14")
    assert office.data(capsys, "conflicts") == []
    an.takes(office.path)
    assert an.checklist().answer("pc_working").value == 14
    assert an.checklist().conflicts == ()


def test_a_side_can_be_named_by_its_id_which_no_later_arrival_shifts(
    office: Laptop, both: tuple[Laptop, Laptop]
) -> None:
    with office.at(), Desk(office.path) as desk:
        side = side_of(conflict_at(desk, COMMUNE, "pc_working"), "Lê Thị Bông")

    office.does("resolve", COMMUNE, "pc_working", "--take", side.statement.id[:12], "--reason", "x")

    assert office.checklist().answer("pc_working").value == 3


def test_the_office_enters_a_third_value(office: Laptop, both: tuple[Laptop, Laptop]) -> None:
    office.does("resolve", COMMUNE, "pc_working", "--value", "13", "--reason", "Gọi lại cho xã")

    assert office.checklist().answer("pc_working").value == 13


def test_a_late_value_opens_it_again(office: Laptop, both: tuple[Laptop, Laptop]) -> None:
    _an, binh = both
    office.does("resolve", COMMUNE, "pc_working", "--value", "13", "--reason", "x")
    binh.does("answer", COMMUNE, "pc_working=4")

    binh.send(office)

    assert office.checklist().conflicts == ("pc_working",)


def test_what_the_office_settled_is_mended_by_answering_and_makes_it_no_author(
    office: Laptop, both: tuple[Laptop, Laptop]
) -> None:
    office.does("resolve", COMMUNE, "pc_working", "--value", "12", "--reason", "x")
    office.does("answer", COMMUNE, "pc_working=13", "--reason", "Gõ nhầm")

    office.does("review", "accept", COMMUNE, "--reason", "Hai nửa ký riêng")

    assert office.checklist().state is State.ACCEPTED


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pc_working", "--reason", "x"], "--send-back"),
        (["pc_working", "--take", "1", "--value", "3", "--reason", "x"], "--send-back"),
        (["pc_working", "--take", "3", "--reason", "x"], "give the number"),
        (["pc_working", "--take", "r", "--reason", "x"], "give the number"),
        (["pc_working", "--value", "many", "--reason", "x"], "many"),
        (["pc_working", "--send-back"], "reason"),
        (["scanners", "--take", "1", "--reason", "x"], "pc_working"),
        (["pc_working", "--basis", "declared", "--take", "1", "--reason", "x"], "nothing contra"),
    ],
)
def test_what_settles_nothing_is_refused(
    office: Laptop,
    both: tuple[Laptop, Laptop],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    assert office.run("resolve", COMMUNE, *arguments) in (1, 2)

    assert said in capsys.readouterr().err
    assert office.checklist().conflicts == ("pc_working",)


def test_an_auditor_is_told_that_only_the_office_settles_and_how_to_correct_their_own(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    an, _binh = both
    an.takes(office.path)

    assert an.run("resolve", COMMUNE, "pc_working", "--take", "1", "--reason", "x") == 1

    assert f"readiness answer {COMMUNE} pc_working=" in capsys.readouterr().err
    assert an.checklist().conflicts == ("pc_working",)


def test_sending_back_returns_the_checklist_with_the_reason_at_its_criterion(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    why = "Đếm lại cùng nhau"

    office.does("resolve", COMMUNE, "pc_working", "--send-back", "--reason", why)

    assert "returned, with a comment on EQ-01" in capsys.readouterr().out
    checklist = office.checklist()
    assert checklist.state is State.RETURNED
    assert why in checklist.reviews[0].comments["EQ-01"]
    assert checklist.conflicts == ("pc_working",)


def test_agreement_of_several_is_listed_on_request(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    _an, binh = both
    binh.does("answer", COMMUNE, "scanners=3")
    binh.send(office)

    assert [each["subject"] for each in office.data(capsys, "conflicts")] == ["pc_working"]
    everything = office.data(capsys, "conflicts", COMMUNE, "--all")

    assert [(each["subject"], each["agreement"]) for each in everything] == [
        ("pc_working", False),
        ("scanners", True),
    ]


def test_what_applies_and_ratings_set_by_hand_are_settled_alike(office: Laptop) -> None:
    an, binh = office.joined_by("Nguyễn Văn An"), office.joined_by("Lê Thị Bông")
    an.does("answer", COMMUNE, *as_typed(ALL_MET))
    binh.path.write_bytes(an.path.read_bytes())
    for who, rating in ((an, "not_met"), (binh, "partly_met")):
        who.does("override", COMMUNE, "EQ-01", rating, "--reason", "Tại chỗ")
        who.send(office)
    binh.does("override", COMMUNE, "EQ-01", "--withdraw", "--reason", "Nhầm")
    an.does("not-applicable", COMMUNE, "QS-02", "--reason", "Không có")
    binh.does("not-applicable", COMMUNE, "QS-02", "--withdraw", "--reason", "Có")
    an.send(office)
    binh.send(office)
    assert office.checklist().conflicts == ("QS-02/not_applicable", "EQ-01/override")

    office.does(
        *("resolve", COMMUNE, "qs-02/not_applicable", "--value", "yes", "--reason", "Gọi hỏi")
    )
    with office.at(), Desk(office.path) as desk:
        number = side_of(conflict_at(desk, COMMUNE, "EQ-01/override"), "Nguyễn Văn An").number
    office.does(
        *("resolve", COMMUNE, "EQ-01/override", "--take", str(number), "--reason", "Có ảnh")
    )

    checklist = office.checklist()
    assert checklist.conflicts == ()
    assert checklist.outcomes["QS-02"].rating is Rating.NOT_APPLICABLE
    assert checklist.outcomes["EQ-01"].rating is Rating.NOT_MET
    assert checklist.lapsed_overrides == ()


@pytest.mark.parametrize(("third", "rating"), [("partly_met", Rating.PARTLY_MET), ("", Rating.MET)])
def test_another_rating_or_none_settles_what_was_set_by_hand(
    office: Laptop, third: str, rating: Rating
) -> None:
    an, binh = office.joined_by("Nguyễn Văn An"), office.joined_by("Lê Thị Bông")
    an.does("answer", COMMUNE, *as_typed(ALL_MET))
    binh.path.write_bytes(an.path.read_bytes())
    an.does("override", COMMUNE, "EQ-01", "not_met", "--reason", "x")
    an.send(office)
    binh.does("override", COMMUNE, "EQ-01", "met", "--reason", "y")
    binh.send(office)

    office.does("resolve", COMMUNE, "EQ-01/override", "--value", third, "--reason", "z")

    assert office.checklist().conflicts == ()
    assert office.checklist().outcomes["EQ-01"].rating is rating


# What was seen is what is settled


def test_nothing_is_settled_over_a_value_that_was_not_seen(
    office: Laptop, both: tuple[Laptop, Laptop]
) -> None:
    with office.at(), Desk(office.path, write=True) as desk:
        seen = conflict_at(desk, COMMUNE, "pc_working")
        with Desk(office.path, write=True) as other:
            author = Author("k" + "7" * 32, "Người thứ ba")
            pen = Pen(other.file, other.round.id, author, writer="w" + "7" * 32)
            pen.write([Draft("answer", COMMUNE, "pc_working", 9)])

        with pytest.raises(ReadinessError) as caught:
            resolution_draft(desk, seen, seen.sides[0], reason="x")
        assert caught.value.messages[0].code is ErrorCode.RESOLVE_CHANGED

        again = conflict_at(desk, COMMUNE, "pc_working")
        assert len(again.sides) == 3
        desk.write(
            [resolution_draft(desk, again, Third(again.sides[0].statement.value), reason="x")]
        )
        assert desk.checklist(COMMUNE).conflicts == ()


def test_a_review_is_settled_by_taking_one_of_both(office: Laptop) -> None:
    colleague = office.joined_by("Phạm Thu Hà")
    office.does("roster", "add", colleague.key, "--office", "--name", "Phạm Thu Hà")
    colleague.path.write_bytes(office.path.read_bytes())
    an = office.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, *as_typed(ALL_MET))
    an.sign()
    an.send(office)
    an.send(colleague)
    office.does("review", "accept", COMMUNE)
    colleague.does("review", "return", COMMUNE, "--comment", "EQ-01=Thiếu ảnh")
    office.takes(colleague.path)
    assert office.checklist().conflicts == ("review",)

    with office.at(), Desk(office.path) as desk:
        number = side_of(conflict_at(desk, COMMUNE, "review"), "Phạm Thu Hà").number
    assert office.run("resolve", COMMUNE, "review", "--value", "x", "--reason", "y") == 2
    office.does("resolve", COMMUNE, "review", "--take", str(number), "--reason", "Thiếu ảnh thật")

    checklist = office.checklist()
    assert checklist.conflicts == ()
    assert checklist.state is State.RETURNED
    assert checklist.reviews[0].comments == {"EQ-01": "Thiếu ảnh"}


# Stating over a contradiction


def test_who_is_not_the_office_replaces_only_what_they_stated_and_is_told_so(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    an, _binh = both
    an.takes(office.path)
    capsys.readouterr()
    assert an.run("answer", COMMUNE, "pc_working=13") == 1
    assert "only the office settles" in capsys.readouterr().err

    an.does("answer", COMMUNE, "pc_working=13", "--reason", "Đếm lại")

    told = capsys.readouterr()
    assert "Saved: pc_working – " in told.out
    assert ": 13 computers" in told.out
    assert "pc_working: different values still stand" in told.err
    assert "3 computers (Lê Thị Bông)" in told.err
    heads = an.checklist().answer("pc_working").heads
    assert sorted((int(head.value), head.author) for head in heads) == [
        (3, "Lê Thị Bông"),
        (13, "Nguyễn Văn An"),
    ]


def test_who_had_stated_nothing_adds_a_side(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    third = office.joined_by("Lê Văn Ba")

    told = third.data(capsys, "answer", COMMUNE, "pc_working=9", "--reason", "Tự đếm")

    assert told["conflicts"] == ["pc_working"]
    assert len(third.checklist().answer("pc_working").heads) == 3


def test_who_agrees_with_the_others_ends_it_without_the_office(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    an, _binh = both
    an.takes(office.path)

    told = an.data(capsys, "answer", COMMUNE, "pc_working=3", "--reason", "Bông đếm đúng")

    assert told["conflicts"] == []
    assert an.checklist().answer("pc_working").value == 3


def test_the_office_settles_by_answering_too(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.run("answer", COMMUNE, "pc_working=13") == 1

    told = office.data(capsys, "answer", COMMUNE, "pc_working=13", "--reason", "Gọi lại")

    assert told["conflicts"] == []
    assert office.checklist().answer("pc_working").value == 13


def test_taking_back_a_rating_over_another_persons_leaves_theirs(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    an, binh = office.joined_by("Nguyễn Văn An"), office.joined_by("Lê Thị Bông")
    an.does("override", COMMUNE, "EQ-01", "not_met", "--reason", "x")
    binh.does("override", COMMUNE, "EQ-01", "met", "--reason", "y")
    an.takes(binh.path)
    capsys.readouterr()

    an.does("override", COMMUNE, "EQ-01", "--withdraw", "--reason", "Nhầm")

    assert "EQ-01/override: different values still stand" in capsys.readouterr().err
    assert an.checklist().conflicts == ("EQ-01/override",)


def test_side_numbers_and_ids_that_are_none_are_refused() -> None:
    (one,) = conflicts(make_checklist(HELD, values={"counters": [4, 5]}))

    assert side_at(one, " 2 ").number == 2
    for text in ("0", "3", "", "r0", "two"):
        with pytest.raises(ReadinessError):
            side_at(one, text)


def test_conflicts_as_data_can_be_read_back(
    office: Laptop, both: tuple[Laptop, Laptop], capsys: pytest.CaptureFixture[str]
) -> None:
    found = office.data(capsys, "conflicts")

    assert json.loads(json.dumps(found)) == found
    assert {*found[0]} >= {"commune", "subject", "basis", "values", "deciding", "notes"}
