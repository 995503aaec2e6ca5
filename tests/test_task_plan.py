"""What the office plans about a task: kept as typed, merged like the rest, done when verified."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.checklist import Answer, Statement
from checklists.task_plan import PLAN_KEYS, Status, TaskPlan, agreed, plan_words, read_plan_value
from checklists.tasks import task_counts, tasks_by_person, tasks_of
from criteria import language
from criteria.errors import ErrorCode, ReadinessError
from criteria.rating import Rating
from criteria.values import clean
from tests.factories import ALL_MET, commune, make_checklist, make_matrix, make_round, with_values
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.tasks import Task

DAY = date(2026, 12, 5)
EQ_01 = f"{COMMUNE}/EQ-01"
LATE = TaskPlan(who="Lê Văn Xã", by_when=date(2026, 12, 1), status=Status.ON_TRACK)


@pytest.fixture(autouse=True)
def _english() -> None:
    language.choose("en")


def task_with(*plans: TaskPlan | None, rating: Rating = Rating.PARTLY_MET) -> Task:
    """Return the task of a commune that has too few computers, or meets all, as planned."""
    values = ALL_MET if rating is Rating.MET else with_values(pc_adequate=9)
    heads = tuple(Statement(f"r{at}", plan, "An", "") for at, plan in enumerate(plans))
    held = make_round(communes=[commune()])
    checklist = make_checklist(held, values=values, plans={"EQ-01": Answer(heads)})
    (task,) = tasks_of(make_matrix(held=held, checklists=[checklist]))
    return task


# A plan

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
plans = st.builds(
    TaskPlan,
    **{
        key: st.text().map(clean)
        for key in PLAN_KEYS
        if key not in ("status", "by_when", "done_on")
    },
    by_when=st.none() | days,
    done_on=st.none() | days,
    status=st.none() | st.sampled_from(Status),
)


@given(plans)
def test_a_plan_is_kept_as_only_what_was_typed(plan: TaskPlan) -> None:
    held = plan.to_json()

    if plan.is_empty:
        assert held is None
    else:
        assert held is not None
        assert all(held.values())
        assert TaskPlan.from_json(held) == plan


@pytest.mark.parametrize(
    "held",
    [
        {},
        [],
        "who",
        {"who": ""},
        {"who": 1},
        {"who": " An"},
        {"who": "a\u0301"},
        {"who": "x" * 4001},
        {"status": "sắp xong"},
        {"by_when": "05/12/2026"},
        {"by_when": "2026-02-31"},
        {"by_when": None},
        {"by_when": "1999-12-31"},
        {"done_on": "2101-01-01"},
        {"who": "An", "colour": "red"},
    ],
    ids=repr,
)
def test_what_is_no_plan_is_not_read(held: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the contract names no words
        TaskPlan.from_json(held)


def test_a_status_is_read_in_any_case_by_its_key_or_its_words() -> None:
    assert [read_plan_value("status", text) for text in ("AT_RISK", "on track", " Completed")] == [
        Status.AT_RISK,
        Status.ON_TRACK,
        Status.DONE,
    ]
    with pytest.raises(ReadinessError, match="at_risk"):
        read_plan_value("status", "soon")


@given(st.lists(st.none() | plans, max_size=3))
def test_what_several_plans_agree_on_stands_and_the_rest_is_named(
    held: list[TaskPlan | None],
) -> None:
    plan, disputed = agreed(held)

    for each in held:
        for key in PLAN_KEYS:
            assert key in disputed or plan.value(key) == (each or TaskPlan()).value(key)
    for key in disputed:
        assert len({(each or TaskPlan()).value(key) for each in held}) > 1
        assert not plan.value(key)


def test_a_plan_is_told_in_one_line() -> None:
    words = "Person in charge: Lê Văn Xã · Due on: 01/12/2026 · Status: On track"
    assert plan_words(LATE) == words
    assert plan_words(None) == "nothing planned"


# A task


def test_what_was_typed_stands_and_elsewhere_what_is_proposed() -> None:
    plain = task_with()
    task = task_with(TaskPlan(what="Thuê máy", who="Lê Văn Xã"))

    assert (task.what, task.who, task.id, task.order) == ("Thuê máy", "Lê Văn Xã", EQ_01, 1)
    assert (task.responsible, task.authority) == (plain.responsible, plain.authority)
    assert plain.status is Status.NOT_STARTED


def test_a_task_is_late_until_it_is_reported_as_done_and_done_once_it_is_verified() -> None:
    assert task_with(LATE).overdue(DAY) == 4
    assert task_with(LATE).overdue(date(2026, 12, 1)) == 0
    assert task_with(TaskPlan(who="An")).overdue(DAY) == 0

    reported = task_with(LATE.but({"status": Status.DONE, "done_on": date(2026, 11, 30)}))
    assert reported.overdue(DAY) == 0
    assert reported.is_only_reported
    counts = task_counts([reported], DAY)
    assert (counts.done, counts.reported, counts.late) == (0, 1, 0)
    assert "not verified yet" in reported.remark

    done = task_with(LATE, rating=Rating.MET)
    assert (done.overdue(DAY), done.status, done.is_fulfilled) == (0, Status.DONE, True)
    assert done.plan.status is Status.ON_TRACK
    assert "verified as met" in done.remark


def test_who_is_late_stands_first_and_what_nobody_answers_for_last() -> None:
    late, later = TaskPlan(who="An", by_when=date(2026, 12, 1)), TaskPlan(who="Bình")
    plans = [TaskPlan(), later, later.but({"by_when": date(2026, 12, 30)}), late]
    tasks = [*map(task_with, plans)]

    an, binh, nobody = tasks_by_person(tasks, DAY)

    assert (an.who, an.counts.all, an.counts.late, an.due) == ("An", 1, 1, date(2026, 12, 1))
    assert (binh.who, binh.counts.all, binh.due) == ("Bình", 2, date(2026, 12, 30))
    assert (nobody.who, nobody.due) == ("", None)


def test_a_planned_task_stays_when_the_criterion_is_met_and_an_unplanned_one_goes() -> None:
    held = make_round(communes=[commune()])
    checklist = make_checklist(held, values=ALL_MET, plans={"EQ-01": Answer(())})
    taken_back = make_checklist(
        held, values=ALL_MET, plans={"EQ-01": Answer((Statement("r", None, "An", ""),))}
    )

    assert task_with(LATE, rating=Rating.MET).id == EQ_01
    for each in (checklist, taken_back):
        assert tasks_of(make_matrix(held=held, checklists=[each])) == ()


def test_what_different_plans_say_is_left_open_and_named() -> None:
    task = task_with(LATE, LATE.but({"who": "Trần Thị Bình", "responsible": "Sở KH&CN"}))

    assert task.disputed == ("who", "responsible")
    assert (task.who, task.responsible, task.by_when) == ("", "", LATE.by_when)
    assert task.remark == "Different plans stand here: Person in charge, Unit in charge"
    assert task.heads == ("r0", "r1")


# In the file


@pytest.fixture
def office(file: Path) -> Laptop:
    held = office_of(file)
    held.does("answer", COMMUNE, "pc_working=2", "pc_adequate=2", "counters=6", "staff_pasc=12")
    return held


def stand(office: Laptop) -> Any:
    return office.checklist().plans["EQ-01"].value


def plan(office: Laptop, *options: str) -> int:
    return office.run("tasks", "set", COMMUNE, "EQ-01", *options)


def test_what_is_given_changes_and_the_rest_stays(office: Laptop) -> None:
    assert plan(office, "--who", "Lê Văn Xã", "--by", "01/12/2026") == 0
    assert plan(office, "--status", "on_track") == 0
    assert stand(office) == LATE

    assert plan(office, "--who", "", "--by", "", "--status", "") == 0
    assert stand(office) is None


def test_planning_breaks_no_signature_and_needs_no_reason(office: Laptop) -> None:
    office.sign("--reason", "Còn thiếu")
    before = office.checklist()

    assert plan(office, "--who", "Lê Văn Xã") == 0

    assert office.checklist().state is before.state
    assert office.checklist().content == before.content


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--who"),
        (("--by", "31/02/2026"), "Due on: “31/02/2026” is not a day"),
        (("--by", "05/12/0206"), "cannot be right"),
        (("--status", "soon"), "not_started"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    office: Laptop, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert plan(office, *options) != 0

    assert words in capsys.readouterr().err
    assert office.checklist().plans == {}


def test_where_nothing_falls_short_there_is_nothing_to_plan(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    office.does("answer", COMMUNE, "pc_working=14", "pc_adequate=12")

    assert plan(office, "--who", "Lê Văn Xã") == 1
    assert "EQ-01: the rating here is “Met”; only what" in capsys.readouterr().err


def test_what_is_not_rated_yet_is_no_task_and_is_not_called_met(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.run("tasks", "set", COMMUNE, "VC-01", "--who", "Lê Văn Xã") == 1
    assert "VC-01: the rating here is “Not audited”; only what" in capsys.readouterr().err


def test_the_list_tells_who_is_late(office: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    plan(office, "--who", "Lê Văn Xã", "--by", "01/12/2001")

    (task,) = office.data(capsys, "tasks", "list", "--overdue")
    assert (task["task"], task["who"], task["by_when"]) == (EQ_01, "Lê Văn Xã", "2001-12-01")
    assert task["days_late"] > 365 * 20
    assert task["typed"] == {"who": "Lê Văn Xã", "by_when": "2001-12-01"}
    assert office.data(capsys, "tasks", "list", "25195") == []
    assert len(office.data(capsys, "tasks", "list", COMMUNE, "--status", "not_started")) >= 1
    office.does("tasks", "list")
    assert "Lê Văn Xã" in capsys.readouterr().out


def test_two_plans_that_did_not_know_of_each_other_are_settled_by_the_office(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    colleague = office.joined_by("Phạm Thu Hà")
    plan(office, "--who", "Lê Văn Xã", "--by", "01/12/2026")
    assert plan(colleague, "--who", "Trần Thị Bình", "--by", "01/12/2026") == 0

    report = colleague.send(office)

    assert ErrorCode.MERGE_CONFLICT in {message.code for message in report.warnings}
    assert office.checklist().conflicts == ("EQ-01/task",)
    assert office.checklist().own_conflicts == ()
    assert plan(office, "--note", "Gấp") == 2
    (conflict,) = office.data(capsys, "conflicts", COMMUNE)
    assert (conflict["kind"], conflict["subject"]) == ("task", "EQ-01/task")
    assert {"who": "Trần Thị Bình", "by_when": "2026-12-01"} in [
        side["value"] for side in conflict["values"]
    ]
    number = next(s["number"] for s in conflict["values"] if s["value"]["who"] != "Lê Văn Xã")
    office.does("resolve", COMMUNE, "EQ-01/task", "--take", str(number), "--reason", "Phân công")
    assert stand(office).who == "Trần Thị Bình"
    assert office.checklist().conflicts == ()


def test_an_auditor_goes_on_with_their_own_plan_and_leaves_the_other(
    office: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    colleague = office.joined_by("Phạm Thu Hà")
    plan(office, "--who", "Lê Văn Xã")
    plan(colleague, "--who", "Trần Thị Bình")
    colleague.takes(office.path)

    assert colleague.run("resolve", COMMUNE, "EQ-01/task", "--take", "1", "--reason", "x") == 1
    assert "tasks set" in capsys.readouterr().err
    assert plan(colleague, "--note", "Gấp", "--reason", "Bổ sung") == 0
    assert {head.value for head in colleague.checklist().plans["EQ-01"].heads} == {
        TaskPlan(who="Lê Văn Xã"),
        TaskPlan(who="Trần Thị Bình", note="Gấp"),
    }


@pytest.mark.parametrize(
    ("kind", "subject", "value", "basis"),
    [
        ("task", "EQ-01/task", {"who": 1}, "verified"),
        ("task", "EQ-01/task", {}, "verified"),
        ("task", "EQ-01/task", {"who": "An"}, "declared"),
        ("task", "EQ-99/task", {"who": "An"}, "verified"),
        ("task", "EQ-01/task/x", {"who": "An"}, "verified"),
        ("task", "pc_working", {"who": "An"}, "verified"),
        ("answer", "EQ-01/task", 1, "verified"),
    ],
)
def test_what_does_not_fit_in_a_file_is_listed_as_unreadable(
    office: Laptop, kind: str, subject: str, value: Any, basis: str
) -> None:
    from audit.desk import Desk
    from audit.pen import Draft

    plan(office, "--who", "Lê Văn Xã")
    with office.at(), Desk(office.path, write=True) as desk:
        desk.write([Draft(kind, COMMUNE, subject, value, basis=basis)])

    assert len(office.checklist().unreadable) == 1
    assert stand(office) == TaskPlan(who="Lê Văn Xã")
    assert office.checklist().conflicts == ()
