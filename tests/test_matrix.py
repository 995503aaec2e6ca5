"""The matrix: classes, indexes while something is open, and what is counted over communes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.matrix import (
    Interval,
    ReadinessClass,
    build_matrix,
    classify,
    index,
    met_share,
)
from checklists.profile import ClassThresholds, load_profile
from criteria.language import choose, percent
from criteria.rating import Outcome, Rating
from tests.factories import commune, make_checklist, make_matrix, make_round, with_values

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MET, PARTLY, NOT = Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET
OFF, OPEN, BLANK = Rating.NOT_APPLICABLE, Rating.INSUFFICIENT, Rating.UNAUDITED
GREEN, YELLOW = ReadinessClass.GREEN, ReadinessClass.YELLOW
RED, GREY = ReadinessClass.RED, ReadinessClass.GREY
ANY = frozenset({MET, PARTLY, NOT})
THRESHOLDS = load_profile("75").classes
CORE = load_profile("75").core_criteria


def outcome(*possible: Rating) -> Outcome:
    """Return a decided outcome, or an open one for several possible ratings."""
    rating = possible[0] if len(possible) == 1 else OPEN
    return Outcome(rating, rating, frozenset(possible))


def commune_of(counts: dict[Rating, int], **single: Outcome) -> dict[str, Outcome]:
    """Return criteria named A, B, … (core) or x1, x2, … with these ratings."""
    ratings = [rating for rating, count in counts.items() for _each in range(count)]
    found = {f"x{place}": outcome(rating) for place, rating in enumerate(ratings)}
    return {**found, **single}


def classed(
    outcomes: dict[str, Outcome], core: Sequence[str] = "ABC"
) -> tuple[ReadinessClass, bool]:
    return classify(outcomes, core, THRESHOLDS)


def test_the_default_thresholds_are_those_of_the_project() -> None:
    assert (THRESHOLDS.grey_above, THRESHOLDS.yellow_index) == (2, Decimal(75))
    assert set(CORE) == {"EQ-01", "EQ-02", "VC-01", "CN-01", "CN-02", "CN-04"}


@pytest.mark.parametrize(
    ("counts", "held"),
    [
        ({MET: 16}, GREEN),
        ({MET: 1, OFF: 15}, GREEN),
        ({MET: 15, PARTLY: 1}, YELLOW),
        ({MET: 15, NOT: 1}, YELLOW),
        ({MET: 8, PARTLY: 8}, YELLOW),
        ({MET: 12, NOT: 4}, YELLOW),
        ({MET: 11, PARTLY: 1, NOT: 4}, RED),
        ({MET: 3, NOT: 1, OFF: 12}, YELLOW),
        ({MET: 2, NOT: 1, OFF: 13}, RED),
        ({PARTLY: 16}, RED),
        ({NOT: 16}, RED),
        ({OFF: 16}, GREY),
    ],
)
def test_a_commune_with_all_decided_has_one_class_without_doubt(
    counts: dict[Rating, int], held: ReadinessClass
) -> None:
    assert classed(commune_of(counts)) == (held, False)


def test_one_core_criterion_not_met_is_red_however_good_the_rest() -> None:
    assert classed(commune_of({MET: 15}, A=outcome(NOT))) == (RED, False)
    assert classed(commune_of({MET: 15}, A=outcome(PARTLY))) == (YELLOW, False)
    assert classed(commune_of({MET: 15}, A=outcome(OFF))) == (GREEN, False)
    assert classed(commune_of({MET: 15}, D=outcome(NOT))) == (YELLOW, False)


@pytest.mark.parametrize("blank", [OPEN, BLANK])
def test_grey_takes_precedence_from_three_open_criteria_on(blank: Rating) -> None:
    unknown = Outcome(blank, blank, ANY)

    two = commune_of({MET: 14}, y1=unknown, y2=unknown)
    three = commune_of({MET: 13}, y1=unknown, y2=unknown, y3=unknown)
    three_and_core = commune_of({NOT: 12}, A=outcome(NOT), y1=unknown, y2=unknown, y3=unknown)

    assert classed(two) == (YELLOW, True)
    assert classed(three) == (GREY, False)
    assert classed(three_and_core) == (GREY, False)


def test_an_open_core_criterion_is_never_yellow() -> None:
    for possible in (ANY, {MET, PARTLY}, {PARTLY, NOT}, {MET, OFF}):
        held, doubtful = classed(commune_of({MET: 15}, A=outcome(*possible)))
        assert (held, doubtful) == (RED, True), possible


def test_doubt_is_marked_where_the_best_case_is_another_class() -> None:
    unknown = outcome(*ANY)

    assert classed(commune_of({MET: 15}, x=unknown)) == (YELLOW, True)
    assert classed(commune_of({MET: 14, PARTLY: 1}, x=unknown)) == (YELLOW, False)
    assert classed(commune_of({MET: 15}, x=outcome(PARTLY, NOT))) == (YELLOW, False)
    assert classed(commune_of({MET: 11, NOT: 4}, x=unknown)) == (RED, True)
    assert classed(commune_of({MET: 10, NOT: 5}, x=unknown)) == (RED, False)
    assert classed(commune_of({MET: 14}, A=outcome(NOT), x=unknown)) == (RED, False)
    assert classed(commune_of({MET: 15}, A=outcome(NOT, OFF))) == (RED, True)


def test_a_class_compares_the_index_before_it_is_rounded() -> None:
    two_of_three = commune_of({MET: 2, NOT: 1})

    for threshold, held in (("66.66", YELLOW), ("66.67", RED), ("66.666666", YELLOW)):
        thresholds = ClassThresholds(grey_above=2, yellow_index=Decimal(threshold))
        assert classify(two_of_three, (), thresholds) == (held, False)

    assert percent(Decimal(2) / 3) == "66,7%"


def test_a_core_criterion_that_the_edition_does_not_have_decides_nothing() -> None:
    assert classed(commune_of({MET: 3}), core=("A", "ZZ-99")) == (GREEN, False)


@pytest.mark.parametrize(
    ("outcomes", "worst", "best"),
    [
        ([outcome(MET), outcome(PARTLY)], "0.75", "0.75"),
        ([outcome(MET), outcome(NOT), outcome(OFF)], "0.5", "0.5"),
        ([outcome(MET), outcome(*ANY)], "0.5", "1"),
        ([outcome(NOT), outcome(*ANY)], "0", "0.5"),
        ([outcome(MET), outcome(NOT, OFF)], "0.5", "1"),
        ([outcome(NOT), outcome(MET, OFF)], "0", "0.5"),
        ([outcome(PARTLY), outcome(MET, OFF), outcome(NOT, OFF)], "0.25", "0.75"),
        ([outcome(MET, OFF)], "1", "1"),
        ([outcome(OFF), outcome(*ANY, OFF)], "0", "1"),
        ([outcome(PARTLY, OFF), outcome(PARTLY, OFF)], "0.5", "0.5"),
    ],
)
def test_an_index_runs_from_the_worst_to_the_best_that_can_come_out(
    outcomes: list[Outcome], worst: str, best: str
) -> None:
    found = index(outcomes)

    assert found == Interval(Decimal(worst), Decimal(best))
    assert found.is_settled is (worst == best)


def test_there_is_no_index_where_nothing_applies() -> None:
    assert index([outcome(OFF), outcome(OFF)]) is None
    assert index([]) is None
    assert met_share([outcome(OFF)]) is None


def test_the_share_of_met_counts_partly_met_as_not() -> None:
    outcomes = [outcome(MET), outcome(PARTLY), outcome(NOT), outcome(OFF), outcome(MET, PARTLY)]

    assert met_share(outcomes) == Interval(Decimal("0.25"), Decimal("0.5"))


def test_an_override_counts_as_it_was_set() -> None:
    overridden = Outcome(MET, NOT, frozenset({MET}))

    assert index([overridden, outcome(NOT)]) == Interval(Decimal("0.5"), Decimal("0.5"))
    assert classed({"A": overridden}) == (GREEN, False)


POSSIBLE = st.frozensets(st.sampled_from([MET, PARTLY, NOT, OFF]), min_size=1)
OUTCOMES = st.lists(POSSIBLE.map(lambda ratings: outcome(*ratings)), min_size=1, max_size=6)
WEIGHTS = {MET: Fraction(1), PARTLY: Fraction(1, 2), NOT: Fraction(0)}


def means(outcomes: Collection[Outcome], weights: dict[Rating, Fraction]) -> list[Fraction]:
    """Return the mean of every way in which the open outcomes can be decided."""
    found = []
    for ratings in product(*(each.possible for each in outcomes)):
        counted = [weights[rating] for rating in ratings if rating is not OFF]
        if counted:
            found.append(sum(counted, Fraction(0)) / len(counted))
    return found


@given(OUTCOMES)
@settings(max_examples=200)
def test_the_bounds_are_those_of_trying_every_way(outcomes: list[Outcome]) -> None:
    only_met = {rating: Fraction(rating is MET) for rating in WEIGHTS}
    for bounds, every in (
        (index(outcomes), means(outcomes, WEIGHTS)),
        (met_share(outcomes), means(outcomes, only_met)),
    ):
        if not every:
            assert bounds is None
            continue
        assert bounds is not None
        worst, best = (Fraction(n).limit_denominator(100) for n in (bounds.worst, bounds.best))
        assert (worst, best) == (min(every), max(every))


@given(st.dictionaries(st.sampled_from("ABxyz"), POSSIBLE, min_size=2), st.integers(0, 3))
@settings(max_examples=120)
def test_a_class_is_the_worst_and_without_doubt_the_only_one_that_can_come_out(
    possible: dict[str, frozenset[Rating]], grey_above: int
) -> None:
    outcomes = {code: outcome(*ratings) for code, ratings in possible.items()}
    thresholds = ClassThresholds(grey_above=grey_above, yellow_index=Decimal(75))
    held, doubtful = classify(outcomes, "ABC", thresholds)

    order = [RED, YELLOW, GREEN]
    later = {
        classify(dict(zip(outcomes, map(outcome, ratings), strict=True)), "ABC", thresholds)[0]
        for ratings in product(*possible.values())
    } - {GREY}

    if held is not GREY and later:
        assert all(order.index(each) >= order.index(held) for each in later)
        may_all_be_off = all(OFF in ratings for ratings in possible.values())
        assert doubtful is (later != {held}) or may_all_be_off


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_class_has_words_and_a_letter_of_its_own(language: str) -> None:
    choose(language)

    assert len({each.label for each in ReadinessClass}) == 4
    assert len({each.letter for each in ReadinessClass}) == 4


GOOD = with_values()
HELD = make_round(communes=[commune("26368"), commune("26041"), commune("26068")])


def test_a_row_counts_what_is_met_among_what_applies() -> None:
    weak = with_values(pc_adequate=7, scanners=0, scanners_adf=None, q_kind="none")
    checklist = make_checklist(HELD, HELD.communes[0], weak, not_applicable=["QS-02"])

    row = make_matrix(held=HELD, checklists=[checklist]).rows[0]

    assert row.commune is HELD.communes[0]
    assert row.checklist is checklist
    assert (row.met, row.applicable) == (12, 15)
    assert row.counts == {MET: 12, PARTLY: 1, NOT: 2, OFF: 1}
    assert row.index == Interval(Decimal("12.5") / 15, Decimal("12.5") / 15)
    assert (row.readiness, row.doubtful) == (RED, False)
    assert list(row.outcomes) == list(HELD.catalogue.codes)


def test_a_row_shows_its_doubt() -> None:
    blank = {"26368": with_values(c_days=None)}

    row = make_matrix(blank, held=HELD).rows[0]

    assert (row.readiness, row.doubtful) == (YELLOW, True)
    assert row.class_sign == YELLOW.label + " ?"
    assert row.index == Interval(Decimal("15.5") / 16, Decimal(1))


def test_the_matrix_keeps_the_order_of_the_round_and_counts_its_communes() -> None:
    matrix = make_matrix({"26041": GOOD, "26068": with_values(org_cert=False)}, held=HELD)

    assert [row.commune.code for row in matrix.rows] == ["26368", "26041", "26068"]
    assert matrix.classes == {GREY: 1, GREEN: 1, YELLOW: 1}
    assert matrix.fully_met == 1
    assert matrix.by_criterion["EQ-04"] == {MET: 1, NOT: 1, BLANK: 1}
    assert matrix.by_criterion["EQ-01"] == {MET: 2, BLANK: 1}
    assert [row.class_sign for row in matrix.rows] == [GREY.label, GREEN.label, YELLOW.label]


def test_the_weakest_criteria_come_first_and_those_nobody_lacks_are_left_out() -> None:
    matrix = make_matrix(
        {
            "26368": with_values(org_cert=False, pc_adequate=7, c_days=20),
            "26041": with_values(org_cert=False, pc_adequate=7),
            "26068": with_values(p_shared=True),
        },
        held=HELD,
    )

    assert matrix.weakest == ("EQ-04", "EQ-01", "VC-02", "QS-04")


def test_green_ones_with_an_exception_are_counted_apart() -> None:
    places = HELD.communes
    matrix = build_matrix(
        HELD,
        [
            make_checklist(HELD, places[2], GOOD),
            make_checklist(HELD, places[0], GOOD, not_applicable=["QS-01"]),
            make_checklist(HELD, places[1], with_values(org_cert=False), overrides={"EQ-04": MET}),
        ],
    )

    assert (matrix.fully_met, matrix.fully_met_with_exceptions) == (3, 2)


def test_a_conflict_marks_every_criterion_it_bears_on() -> None:
    row = make_matrix({"26368": with_values(staff_pasc=[12, 13])}, held=HELD).rows[0]

    assert row.conflicted == {"EQ-01", "EQ-02", "CN-01", "CN-02"}
    assert row.outcomes["EQ-01"].rating is OPEN
    assert row.outcomes["CN-01"].rating is OPEN
    assert row.outcomes["QS-01"].rating is MET


def test_communes_are_grouped_by_cluster_and_else_by_their_former_district() -> None:
    places = [commune("26368"), commune("26041"), commune("26068")]
    held = make_round(communes=places, clusters={"26368": "Cụm 1", "26068": "Cụm 1"})

    groups = make_matrix(held=held).groups

    assert {name: [row.commune.code for row in rows] for name, rows in groups.items()} == {
        "Cụm 1": ["26368", "26068"],
        places[1].former_district: ["26041"],
    }


def test_declared_values_never_fill_a_blank_of_the_matrix() -> None:
    checklist = make_checklist(HELD, HELD.communes[0], {}, declared=GOOD)

    row = make_matrix(held=HELD, checklists=[checklist]).rows[0]

    assert row.counts == {BLANK: 16}
    assert {each.rating for each in checklist.declared.outcomes.values()} == {MET}
