"""What changed is told criterion by criterion, and progress of the audit is no progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from checklists.comparison import Direction, compare
from checklists.report import Report
from checklists.trend import change_sign, reasons, trend_of
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import ALL_MET, commune, make_checklist, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from checklists.matrix import Matrix
    from checklists.trend import CriterionTrend, Trend

PLACES = [commune(code) for code in ("26368", "26041", "26377")]
HELD = make_round(communes=PLACES)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def held(*values: Any, **rest: Any) -> Matrix:
    return make_matrix(
        held=HELD,
        checklists=[
            make_checklist(HELD, place, each, **rest)
            for place, each in zip(PLACES, values, strict=False)
        ],
    )


def of(trend: Trend, code: str) -> CriterionTrend:
    return next(each for each in trend.criteria if each.criterion.code == code)


BEFORE = held(with_values(pc_adequate=2), ALL_MET, None)
AFTER = held(ALL_MET, with_values(n_backup="none"), with_values(k_kiosks=None))


def test_each_criterion_says_who_came_to_meet_it_and_who_no_longer_does() -> None:
    trend = trend_of(compare(BEFORE, AFTER))

    assert of(trend, "EQ-01").became_met == (PLACES[0],)
    assert of(trend, "EQ-01").met_before == 1
    assert of(trend, "EQ-01").met_after == 3
    assert of(trend, "CN-02").no_longer_met == (PLACES[1],)
    assert of(trend, "CN-02").count(Direction.WORSE) == 1
    # The third one was not audited before: it did not come to meet anything.
    assert of(trend, "EQ-02").became_met == ()
    assert of(trend, "EQ-02").newly_rated == 1
    assert of(trend, "QS-03").newly_rated == 0
    assert trend.newly_rated == 15


def test_sentences_say_it_as_leaders_read_it() -> None:
    said = trend_of(compare(BEFORE, AFTER), "Đợt 1").sentences

    # The third one was not audited before: 15 are new, and one of it is open still.
    assert said[0] == (
        "Compared with Đợt 1. Of 48 ratings, better: 1; worse: 1; unchanged: 30; newly rated: 15; "
        "not comparable, most of them not decided: 1."
    )
    assert said[1] == (
        "Communes that meet every criterion: ≥1/3 before, ≥1/3 now. Of the 2 classed both times: "
        "1 before, 1 now."
    )
    assert said[2].startswith("In a better class now: 1 ward (Phường Long Thành). In a worse class")
    assert said[3] == "Now met: 1 ward in EQ-01."
    assert said[4] == "No longer met: 1 ward in CN-02."
    assert len(said) == 5


def test_what_was_open_both_times_is_not_called_unchanged() -> None:
    trend = trend_of(compare(held(ALL_MET, None, None), held(ALL_MET, ALL_MET, None)))

    assert trend.comparison.counts[Direction.UNCHANGED] == 16
    assert trend.newly_rated == 16
    assert of(trend, "EQ-01").count(Direction.UNCHANGED) == 1
    assert of(trend, "EQ-01").count(Direction.NOT_COMPARABLE) == 2
    assert of(trend, "EQ-01").newly_met == 1
    assert "unchanged: 16; newly rated: 16" in trend.sentences[0]
    assert trend.sentences[0].endswith("not decided: 16.")


def test_who_rose_or_fell_a_class_is_named() -> None:
    weak = with_values(scanners=0, k_kiosks=0, n_backup="none", pc_adequate=0)
    said = trend_of(compare(held(weak, ALL_MET, None), held(ALL_MET, weak, ALL_MET))).sentences

    first, second, third = (place.name for place in PLACES)
    assert (
        f"In a better class now: 1 ward ({first}). In a worse class now: 1 ward ({second})." in said
    )
    # The third could not be classed before.
    assert not any(third in each for each in said)


def test_who_meets_all_of_it_and_could_not_be_classed_before_is_no_progress() -> None:
    said = trend_of(compare(held(None, None, None), held(ALL_MET, ALL_MET, None))).sentences

    assert said[1] == (
        "Communes that meet every criterion: ≥0/3 before, ≥2/3 now (of these 2 that could not be "
        "classed before)."
    )


def test_what_is_better_or_worse_stands_before_what_is_only_new() -> None:
    first, second, third = PLACES
    trend = trend_of(compare(held(None, ALL_MET, ALL_MET), held(ALL_MET, ALL_MET, {})))
    assert [each.after.commune for each in trend.communes] == [first, third]

    trend = trend_of(compare(held(None, ALL_MET, None), held(ALL_MET, with_values(scanners=0), {})))

    assert [each.after.commune for each in trend.communes] == [second, first]


def test_what_was_not_audited_before_is_told_as_new_without_its_values() -> None:
    trend = trend_of(compare(held(None), held(ALL_MET)))
    (change,) = trend.communes

    assert reasons(change) == ("Newly audited: all criteria",)
    assert {change_sign(each) for each in change.changed} == {"new: M"}


def test_a_change_shows_both_letters_and_which_way_it_went() -> None:
    trend = trend_of(compare(BEFORE, AFTER))
    signs = [change_sign(each) for change in trend.communes[:2] for each in change.changed]

    assert signs == ["NM→M ↑", "M→PM ↓"]
    (why,) = reasons(trend.communes[0])
    assert why.startswith("EQ-01: ")
    assert "→" in why


def test_a_rating_set_by_hand_bears_its_star() -> None:
    after = held(ALL_MET, overrides={"VC-04": Rating.NOT_MET})
    (change,) = trend_of(compare(held(ALL_MET), after)).communes

    assert change_sign(change.changed[0]) == "M→NM* ↓"
    assert reasons(change) == ("VC-04: set by hand",)


def test_of_very_many_values_the_rest_is_counted() -> None:
    before = with_values(n_down=1, n_up=1, n_rtt=500, n_jit=500, n_loss=9)
    (change,) = trend_of(compare(held(before), held(ALL_MET))).communes

    (why,) = (line for line in reasons(change) if line.startswith("CN-02"))
    assert why.endswith("; and 2 more")


def test_a_report_without_an_earlier_matrix_has_no_trend() -> None:
    assert Report(AFTER).trend is None
    assert Report(AFTER, compare(BEFORE, AFTER), "then").trend is not None
