"""Before hand-in everything missing, contradictory or doubtful is said, each with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import VIETNAM
from audit.clock_check import clock_findings
from audit.file import Entry, entry_of
from audit.record import Author, Record
from checklists.checklist import Answer, Basis, Checklist, Override, Review, State
from checklists.hand_in import PARAMETERS, Finding, Severity, critical, findings
from criteria.errors import ErrorCode, Message
from criteria.language import choose
from criteria.rating import Rating
from criteria.values import NOT_KNOWN
from tests.factories import (
    ALL_MET,
    answers,
    default_edition,
    make_checklist,
    make_round,
    statement,
    with_values,
)

if TYPE_CHECKING:
    from random import Random

HELD = make_round()
KINDS_OF_NOTHING_WRONG = {"optional", "evidence"}
"""What even a commune that meets everything is told: it has no photos and no serial numbers."""


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def checklist(values: dict[str, object] | None = None, **more: Any) -> Checklist:
    return make_checklist(HELD, None, dict(ALL_MET) if values is None else values, **more)


def found(held: Checklist, kind: str) -> list[tuple[str, str]]:
    """Return the places of the findings of one kind."""
    return [(each.part, each.field) for each in findings(held) if each.kind == kind]


def the(held: Checklist, kind: str) -> Finding:
    (one,) = [each for each in findings(held) if each.kind == kind]
    return one


def test_a_commune_that_meets_everything_has_no_critical_finding() -> None:
    held = checklist()

    assert critical(findings(held)) == ()
    assert {each.kind for each in findings(held)} <= KINDS_OF_NOTHING_WRONG


def test_every_missing_field_is_critical_and_named() -> None:
    held = checklist(with_values(counters=None, pc_working=None))

    assert found(held, "missing") == [(PARAMETERS, "counters"), ("EQ-01", "pc_working")]
    assert {each.severity for each in critical(findings(held))} == {Severity.CRITICAL}
    assert "Service counters" in findings(held)[0].words


def test_a_number_far_from_the_usual_is_asked_about_and_rates_as_ever() -> None:
    held = checklist(with_values(u_screen_inch=900, n_down="0.01"))

    assert found(held, "unusual") == [("VC-01", "u_screen_inch"), ("CN-02", "n_down")]
    first = next(each for each in findings(held) if each.kind == "unusual")
    assert first.severity is Severity.WARNING
    assert first.words == (
        "Size of the largest screen: 900 inches looks unusual (mostly 20 to 200 inches): "
        "are you sure?"
    )
    assert held.outcomes["VC-01"].rating is checklist().outcomes["VC-01"].rating


def test_an_empty_commune_lists_each_required_field_once_in_the_order_of_the_walk() -> None:
    held = checklist({})

    places = found(held, "missing")

    assert len(set(places)) == len(places) == held.progress.asked
    order = list(HELD.catalogue.fields)
    assert [order.index(field) for _part, field in places] == sorted(
        order.index(field) for _part, field in places
    )


def test_findings_come_in_the_order_of_the_walk() -> None:
    held = checklist(
        with_values(s_login=NOT_KNOWN, scanners=None, counters=None),
        declared={"pc_working": 20},
    )
    parts = (PARAMETERS, *HELD.catalogue.codes)

    places = [parts.index(each.part) for each in findings(held)]

    assert places == sorted(places)


def test_a_contradiction_is_critical_and_says_who_stated_what() -> None:
    held = checklist({**ALL_MET, "pc_working": [14, 12]})

    one = the(held, "conflict")

    assert one.severity is Severity.CRITICAL
    assert (one.part, one.field) == ("EQ-01", "pc_working")
    assert "14 computers (Trần Thị Bình); 12 computers (Trần Thị Bình)" in one.words


def test_a_contradiction_about_whether_a_criterion_applies_is_critical() -> None:
    disputed = Answer((statement(True, "An"), statement(None, "Bình")))

    held = replace(checklist(), not_applicable={"QS-01": disputed})

    assert found(held, "conflict") == [("QS-01", "")]


def test_a_review_that_says_two_things_is_critical() -> None:
    outcomes = (State.ACCEPTED, State.RECEIVED)
    reviews = tuple(Review(statement(None, "Sở"), outcome, "seen") for outcome in outcomes)

    held = replace(checklist(), reviews=reviews)

    assert "review" in held.conflicts
    assert found(held, "conflict") == [(PARAMETERS, "")]


def test_values_that_disagree_are_said_once_where_they_are_typed() -> None:
    held = checklist(with_values(pc_adequate=20))

    assert found(held, "disagree") == [("EQ-01", "pc_adequate")]
    assert the(held, "disagree").severity is Severity.CRITICAL
    assert found(held, "insufficient") == []


def test_what_could_not_be_found_out_is_a_warning_and_the_open_rating_is_critical() -> None:
    held = checklist(with_values(pc_adequate=NOT_KNOWN))

    assert found(held, "not_known") == [("EQ-01", "pc_adequate")]
    assert the(held, "not_known").severity is Severity.WARNING
    assert found(held, "insufficient") == [("EQ-01", "")]
    assert the(held, "insufficient").severity is Severity.CRITICAL
    assert "minimum specification" in the(held, "insufficient").words


def test_a_rating_that_stays_open_for_something_missing_is_not_said_twice() -> None:
    held = checklist(with_values(staff_pasc=None))

    assert held.outcomes["EQ-01"].rating is Rating.INSUFFICIENT
    assert found(held, "insufficient") == []
    assert found(held, "missing") == [(PARAMETERS, "staff_pasc")]


def test_data_that_allow_no_rating_are_critical_and_say_what_is_needed() -> None:
    held = checklist(with_values(t_min=5))

    assert held.outcomes["VC-03"].rating is Rating.INSUFFICIENT
    assert found(held, "insufficient") == [("VC-03", "")]
    assert "Needed" in the(held, "insufficient").words


def test_what_the_commune_declared_otherwise_is_a_warning() -> None:
    held = checklist(declared={"pc_working": 20, "scanners": 3, "printers": NOT_KNOWN})

    one = the(held, "declared")

    assert (one.part, one.field) == ("EQ-01", "pc_working")
    assert "20 computers" in one.words
    assert "14 computers" in one.words


def test_optional_fields_left_open_are_one_line_a_criterion() -> None:
    lines = found(checklist(), "optional")

    assert len(lines) == len({part for part, _field in lines})
    assert all(HELD.catalogue.fields[field].optional for _part, field in lines)


def test_missing_evidence_says_what_is_wanted() -> None:
    held = checklist()

    one = next(each for each in findings(held) if each.kind == "evidence")

    assert one.severity is Severity.WARNING
    assert str(HELD.catalogue.criterion(one.part).evidence[0].text) in one.words


def test_answers_beside_not_applicable_are_a_warning() -> None:
    held = checklist(not_applicable=["QS-01"])

    assert found(held, "not_applicable_answers") == [("QS-01", "q_kind")]
    assert found(checklist({}, not_applicable=["QS-01"]), "not_applicable_answers") == []


def test_nothing_is_missing_in_a_criterion_that_does_not_apply() -> None:
    held = checklist({}, not_applicable=["QS-01"])

    assert not [each for each in findings(held) if each.part == "QS-01"]


def test_an_override_without_evidence_and_one_that_lapsed_are_warnings() -> None:
    held = checklist(overrides={"EQ-01": Rating.NOT_MET})
    lapsed = replace(held, digests={"EQ-01": "other"})

    assert found(held, "override_evidence") == [("EQ-01", "")]
    assert found(lapsed, "override_lapsed") == [("EQ-01", "")]
    for each in (held, lapsed):
        assert critical(findings(each)) == ()


def test_an_override_that_one_set_and_another_took_back_is_critical() -> None:
    held = checklist(overrides={"EQ-01": Rating.NOT_MET})

    (one,) = critical(findings(replace(held, contested={"EQ-01": ()})))

    assert (one.kind, one.part) == ("override_contested", "EQ-01")


def test_different_ratings_set_by_hand_are_critical() -> None:
    pair = tuple(
        Override(statement(rating, name), rating, "seen")
        for rating, name in ((Rating.MET, "An"), (Rating.NOT_MET, "Bình"))
    )

    one = the(replace(checklist(), overrides={"EQ-01": pair}), "conflict")

    assert "Met (An); Not met (Bình)" in one.words


def test_a_record_that_says_nothing_here_is_critical_one_without_effect_a_warning() -> None:
    messages = (
        Message(ErrorCode.RECORD_VALUE, {"id": "r1", "key": "pc_working"}),
        Message(ErrorCode.RECORD_FIELD_UNKNOWN, {"id": "r2", "key": "abacus"}),
        Message(ErrorCode.RECORD_NOT_OFFICE, {"id": "r3"}),
        Message(ErrorCode.RECORD_VALUE, {"id": "r4", "key": "EQ-03"}),
    )

    listed = [
        each
        for each in findings(replace(checklist(), unreadable=messages))
        if each.kind == "unreadable"
    ]

    assert [(each.part, each.field, each.severity.value) for each in listed] == [
        (PARAMETERS, "", "critical"),
        (PARAMETERS, "", "warning"),
        ("EQ-01", "pc_working", "critical"),
        ("EQ-03", "", "critical"),
    ]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            key: st.sampled_from([value, NOT_KNOWN, [value, NOT_KNOWN]])
            for key, value in ALL_MET.items()
        },
    )
)
def test_where_nothing_is_critical_every_rating_is_decided(values: dict[str, object]) -> None:
    held = checklist(values)

    listed = findings(held)

    assert len({(e.kind, e.part, e.field, e.words) for e in listed}) == len(listed)
    if not critical(listed):
        assert all(outcome.rating.is_decided for outcome in held.outcomes.values())
    for each in listed:
        if each.field:
            assert each.part == HELD.catalogue.home.get(each.field, PARAMETERS)


# Clocks


AN = Author("k" + "1" * 32, "Nguyễn Văn An")
NOW = datetime(2026, 12, 6, 17, 0, tzinfo=VIETNAM)
VISIT = datetime(2026, 12, 5, 8, 0, tzinfo=VIETNAM)


def at(when: datetime | str, sequence: int = 1, **changed: Any) -> Entry:
    record = Record(
        kind="answer",
        round=HELD.id,
        commune="26368",
        subject="counters",
        basis="verified",
        value=4,
        method="typed",
        replaces=(),
        reason="",
        writer="w1",
        sequence=sequence,
        previous="",
        author=AN,
        recorded_at=when if isinstance(when, str) else when.isoformat(),
    )._replace(**changed)
    return entry_of(record.body(), record.commune, record.writer, record.sequence)


def clock(*entries: Entry, visit: date | None = date(2026, 12, 5)) -> dict[str, str]:
    held = checklist({} if visit is None else {"visit_date": visit})
    listed = clock_findings(entries, held, NOW)
    assert all(each.severity is Severity.WARNING for each in listed)
    return {each.kind: each.words for each in listed}


def test_times_of_an_ordinary_day_raise_no_question() -> None:
    minutes = [at(VISIT + timedelta(minutes=step), step + 1) for step in range(50)]

    assert clock(*minutes) == {}
    assert clock() == {}


def test_a_record_from_before_the_round_is_said_with_its_author() -> None:
    said = clock(at(datetime(2009, 1, 1, tzinfo=VIETNAM)), at(VISIT, 1, writer="w2"))

    assert "Nguyễn Văn An" in said["clock_early"]
    assert "01/01/2009" in said["clock_early"]


def test_the_day_before_the_round_and_a_minute_ahead_are_still_ordinary() -> None:
    opened = datetime(2026, 11, 23, tzinfo=VIETNAM)

    said = clock(at(opened - timedelta(hours=20)), at(NOW + timedelta(minutes=1), 2), visit=None)

    assert said == {}


def test_a_record_later_than_now_is_said() -> None:
    assert "clock_late" in clock(at(NOW + timedelta(hours=2)))
    assert "clock_behind" in clock(at(NOW + timedelta(minutes=30)))


def test_a_clock_that_went_back_along_one_chain_is_said() -> None:
    back = [at(VISIT, 1), at(VISIT - timedelta(minutes=10), 2)]
    a_little = [at(VISIT, 1), at(VISIT - timedelta(minutes=2), 2)]
    two_machines = [at(VISIT, 1), at(VISIT - timedelta(minutes=10), 2, writer="w2")]

    assert "clock_backwards" in clock(*back)
    assert clock(*a_little) == {}
    assert clock(*two_machines) == {}


def test_a_visit_dated_far_from_the_recorded_days_is_said_and_leads_to_the_date() -> None:
    held = checklist({"visit_date": date(2026, 11, 25)})

    (one,) = clock_findings([at(VISIT)], held, NOW)

    assert (one.kind, one.field) == ("clock_visit", "visit_date")
    assert clock(at(VISIT), visit=date(2026, 12, 3)) == {}


def test_records_of_another_round_say_nothing_about_the_clocks_of_this_one() -> None:
    early = datetime(2009, 1, 1, tzinfo=VIETNAM)

    assert clock(at(early, round="d" + "9" * 32), at(VISIT, 2), visit=None) == {}
    assert clock(at("yesterday", round="d" + "9" * 32), visit=None) == {}


def test_what_the_office_took_in_says_nothing_about_the_day_of_the_visit() -> None:
    table = at(datetime(2026, 11, 23, 8, tzinfo=VIETNAM), method="imported")
    declared = at(datetime(2026, 11, 24, 8, tzinfo=VIETNAM), 2, basis="declared")

    assert clock(table, declared) == {}


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-12-05T09:30:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_that_cannot_be_read_is_said(text: str) -> None:
    assert "clock_unreadable" in clock(at(text))


def test_another_zone_is_the_same_moment() -> None:
    utc = VISIT.astimezone(UTC)
    tokyo = (VISIT + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=9)))

    assert clock(at(utc), at(tokyo, 2)) == {}


@given(
    st.lists(st.datetimes(timezones=st.just(UTC)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_changes_nothing_about_the_clocks(
    moments: list[datetime], dice: Random
) -> None:
    entries = [at(when, place + 1) for place, when in enumerate(moments)]
    shuffled = list(entries)
    dice.shuffle(shuffled)

    assert clock(*entries) == clock(*shuffled)


def test_every_kind_of_answer_of_the_default_edition_can_be_found_doubtful() -> None:
    every = dict.fromkeys(default_edition().fields, NOT_KNOWN)

    held = replace(checklist({}), answers={Basis.VERIFIED: answers(default_edition(), every)})

    asked = [
        key
        for key, field in default_edition().fields.items()
        if not field.known_to_office and held.verified.is_asked(key)
    ]
    assert [field for _part, field in found(held, "not_known")] == asked
