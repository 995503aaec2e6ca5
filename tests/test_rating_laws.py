"""Laws of ratings, over the shipped edition and over editions made up on the way."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.matrix import ReadinessClass, classify, index, met_share
from checklists.profile import load_profile
from criteria.catalogue import load_edition
from criteria.errors import ReadinessError
from criteria.language import choose
from criteria.rating import Assessment, Outcome, Rating
from criteria.rules.explain import explain, shortfalls_of
from criteria.rules.tree import Name, Value
from tests.factories import ALL_MET
from tests.small_edition import MEASURES, small_edition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from criteria.catalogue import Catalogue, Parameter

EDITION = load_edition()
PROFILE = load_profile("75")
VISIT = date(2026, 12, 5)
ORDER = [ReadinessClass.RED, ReadinessClass.YELLOW, ReadinessClass.GREEN]

Values = dict[str, Value]


def exact(field: Parameter, value: Any) -> Value:
    return Decimal(value) if field.type in ("int", "num") else value


GOOD: Values = {key: exact(EDITION.fields[key], value) for key, value in ALL_MET.items()}
NEAR = (
    *("0", "0.5", "1", "2", "3", "4", "5", "6", "7.2", "7.3", "8", "9", "10", "11", "12", "13"),
    *("14", "15", "19", "20", "21", "29", "30", "31", "42", "43", "49", "50", "51", "54.9", "55"),
    *("60", "64", "65", "80", "94.9", "95", "99", "100", "101", "120", "149", "150", "151", "200"),
    *("201", "300", "301", "2000", "2001", "-5", "-6"),
)


@cache
def possible_values(field: Parameter) -> tuple[Value, ...]:
    """Return values of a field on both sides of the numbers that rules are about."""
    match field.type:
        case "yesno":
            return (True, False)
        case "choice":
            return tuple(choice.key for choice in field.choices)
        case "date":
            return tuple(VISIT + timedelta(days) for days in (-400, -31, -30, -1, 0, 1))
        case "text":
            return ("x",)
    numbers = [Decimal(text) for text in NEAR] + [
        limit for limit in (field.min, field.max) if limit is not None
    ]
    return tuple(
        number
        for number in numbers
        if (field.min is None or number >= field.min)
        and (field.max is None or number <= field.max)
        and (field.type == "num" or number == number.to_integral_value())
    )


def made_up_commune(random: Random) -> Values:
    """Some fields as in a good commune, some on a limit, some blank; in ever other shares."""
    good, blank = random.choice([(0, 0.2), (0.5, 0.2), (0.9, 0.05), (0.8, 0.2), (0.3, 0.6)])
    values: Values = {}
    for key, field in EDITION.fields.items():
        chance = random.random()
        if chance < good and key in GOOD:
            values[key] = GOOD[key]
        elif chance < 1 - blank:
            values[key] = random.choice(possible_values(field))
    return agreeing(values, set(values), {}) if random.random() < 0.8 else values


def agreeing(values: Values, free: Set[str], switches: Mapping[str, bool]) -> Values:
    """Return values of which some are changed so that the checks agree where they can."""
    found = dict(values)
    for _attempt in range(3):
        assessment = Assessment(EDITION, found, switches=switches)
        for _check, tree in EDITION.rulebook.checks:
            if tree.evaluate(assessment) is not False:
                continue
            lesser, greater = (node.key for node in tree.walk() if isinstance(node, Name))
            changed, kept = (greater, lesser) if greater in free else (lesser, greater)
            if changed in free and kept in found:
                found[changed] = found[kept]
    return found


def completed(values: Values, random: Random, switches: Mapping[str, bool]) -> Values:
    """Return values with every blank filled."""
    whole = dict(values)
    for key in EDITION.fields.keys() - values.keys():
        near = key in GOOD and random.random() < 0.5
        whole[key] = GOOD[key] if near else random.choice(possible_values(EDITION.fields[key]))
    return agreeing(whole, EDITION.fields.keys() - values.keys(), switches)


COMMUNES = st.randoms(use_true_random=True).map(made_up_commune)
SWITCHES = st.fixed_dictionaries({switch.key: st.booleans() for switch in EDITION.switches})
LAWS = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def disagreeing(assessment: Assessment) -> set[str]:
    """Return the values read by the checks that do not agree."""
    return {
        node.key
        for _check, tree in assessment.catalogue.rulebook.checks
        if tree.evaluate(assessment) is False
        for node in tree.walk()
        if isinstance(node, Name)
    }


@LAWS
@given(COMMUNES, SWITCHES, st.sets(st.sampled_from(EDITION.codes)), st.sampled_from(["vi", "en"]))
def test_no_answers_make_a_rating_or_its_explanation_crash(
    values: Values, switches: dict[str, bool], not_applicable: set[str], language: str
) -> None:
    choose(language)

    assessment = Assessment(EDITION, values, switches=switches, not_applicable=not_applicable)

    for code, outcome in assessment.outcomes.items():
        explanation = explain(assessment, code)
        assert outcome.possible
        assert outcome.rating.is_decided is (len(outcome.possible) == 1)
        assert all(shortfall.words() for shortfall in explanation.shortfalls)
        assert shortfalls_of(assessment, code) == explanation.shortfalls
        assert all(cost.quantity is None or cost.quantity > 0 for cost in assessment.costs(code))
        assert set(assessment.missing(code)) <= EDITION.fields.keys() - values.keys()
    index(assessment.outcomes.values())
    classify(assessment.outcomes, PROFILE.core_criteria, PROFILE.classes)


@LAWS
@given(COMMUNES, SWITCHES, st.sets(st.sampled_from(EDITION.codes)))
def test_the_conditions_of_an_explanation_imply_the_rating(
    values: Values, switches: dict[str, bool], not_applicable: set[str]
) -> None:
    assessment = Assessment(EDITION, values, switches=switches, not_applicable=not_applicable)

    for code, outcome in assessment.outcomes.items():
        explanation = explain(assessment, code)
        decided = outcome.computed if outcome.computed.is_decided else None
        assert explanation.implied() == decided, code
        if decided in (Rating.PARTLY_MET, Rating.NOT_MET):
            assert explanation.shortfalls, code
        if decided is Rating.MET:
            assert not explanation.shortfalls, code


@LAWS
@given(COMMUNES, SWITCHES, st.randoms(use_true_random=True))
def test_another_answer_changes_only_what_reads_it(
    values: Values, switches: dict[str, bool], random: Random
) -> None:
    before = Assessment(EDITION, values, switches=switches)

    for key in random.sample(sorted(EDITION.fields), 12):
        answer = random.choice(possible_values(EDITION.fields[key]))
        after = Assessment(EDITION, {**values, key: answer}, switches=switches)
        for code in EDITION.codes:
            if key not in EDITION.rulebook.reads(code):
                assert after.outcome(code).possible == before.outcome(code).possible, (code, key)
                ratings = {before.outcome(code).rating, after.outcome(code).rating}
                assert len(ratings) == 1 or ratings == {Rating.INSUFFICIENT, Rating.UNAUDITED}


@LAWS
@given(COMMUNES, SWITCHES, st.randoms(use_true_random=True))
def test_a_decided_rating_holds_whatever_the_blanks_turn_out_to_be(
    values: Values, switches: dict[str, bool], random: Random
) -> None:
    partly = Assessment(EDITION, values, switches=switches)

    for _completion in range(6):
        whole = Assessment(EDITION, completed(values, random, switches), switches=switches)
        wrong = disagreeing(whole)
        for code, outcome in partly.outcomes.items():
            if wrong & EDITION.rulebook.reads(code):
                continue
            assert whole.outcome(code).possible <= outcome.possible, code
            if outcome.rating.is_decided:
                assert whole.outcome(code).rating is outcome.rating, code


@LAWS
@given(COMMUNES, SWITCHES, st.randoms(use_true_random=True))
def test_an_index_and_a_class_hold_what_the_blanks_can_make_of_them(
    values: Values, switches: dict[str, bool], random: Random
) -> None:
    partly = Assessment(EDITION, values, switches=switches)
    bounds = [share(partly.outcomes.values()) for share in (index, met_share)]
    held, doubtful = classify(partly.outcomes, PROFILE.core_criteria, PROFILE.classes)

    for _completion in range(6):
        whole = Assessment(EDITION, completed(values, random, switches), switches=switches)
        if disagreeing(whole):
            continue
        for bound, share in zip(bounds, (index, met_share), strict=True):
            found = share(whole.outcomes.values())
            assert bound is not None
            assert found is not None
            assert bound.worst <= found.worst <= found.best <= bound.best
        later, still_doubtful = classify(whole.outcomes, PROFILE.core_criteria, PROFILE.classes)
        if held is not ReadinessClass.GREY and later is not ReadinessClass.GREY:
            assert ORDER.index(later) >= ORDER.index(held)
            assert doubtful or (later is held and not still_doubtful)


def test_the_made_up_communes_show_every_rating_of_every_criterion() -> None:
    random = Random(57)  # noqa: S311 - made-up communes
    seen: Counter[tuple[str, Rating]] = Counter()
    settled = 0
    for _commune in range(250):
        assessment = Assessment(EDITION, made_up_commune(random))
        settled += not disagreeing(assessment)
        seen.update((code, outcome.rating) for code, outcome in assessment.outcomes.items())

    usual = {Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET, Rating.INSUFFICIENT}
    assert {(code, rating) for code in EDITION.codes for rating in usual} - seen.keys() == set()
    assert settled > 100


def test_a_check_on_what_another_criterion_reads_is_among_what_is_read() -> None:
    edition = small_edition(
        {"A": {"met": "good >= 5"}, "B": {"met": "rated('A', 'met')"}}, checks=["good <= pcs"]
    )
    good = {"good": Decimal(5)}

    assert Assessment(edition, good).outcome("B").rating is Rating.MET
    assert not Assessment(edition, {**good, "pcs": Decimal(4)}).outcome("B").rating.is_decided
    assert edition.rulebook.reads("B") == {"good", "pcs"}


def test_a_check_that_fails_leaves_open_what_reads_it_and_what_rests_on_that() -> None:
    edition = small_edition(
        {
            "A": {"met": "good >= 5"},
            "B": {"met": "rated('A', 'met')"},
            "C": {"met": "rated('A', 'met', 'partly_met', 'not_met')"},
        },
        checks=["good <= pcs"],
    )

    assessment = Assessment(edition, {"good": Decimal(5), "pcs": Decimal(4)})

    assert assessment.outcome("A").rating is Rating.INSUFFICIENT
    assert len(assessment.outcome("A").failing) == 1
    assert assessment.outcome("B").rating is Rating.UNAUDITED
    assert assessment.outcome("C").rating is Rating.MET


def test_an_override_stands_beside_the_computed_rating() -> None:
    edition = small_edition({"A": {"met": "guide"}, "B": {"met": "rated('A', 'met')"}})

    assessment = Assessment(edition, {"guide": False}, overrides={"A": Rating.MET})

    outcome = assessment.outcome("A")
    assert (outcome.rating, outcome.computed, outcome.is_overridden) == (
        Rating.MET,
        Rating.NOT_MET,
        True,
    )
    assert outcome.possible == {Rating.MET}
    assert assessment.outcome("B").rating is Rating.MET


def test_nobody_can_set_a_rating_to_open() -> None:
    edition = small_edition({"A": {"met": "guide"}})
    for open_rating in (Rating.INSUFFICIENT, Rating.UNAUDITED):
        assessment = Assessment(edition, {"guide": True}, overrides={"A": open_rating})

        assert assessment.outcome("A") == Outcome(Rating.MET, Rating.MET, frozenset({Rating.MET}))


def test_what_is_not_asked_reads_as_the_edition_says_and_is_not_missing() -> None:
    edition = small_edition(
        {"A": {"met": "good >= 1 and wifi"}},
        changes={"good": {"ask_if": "pcs >= 1", "otherwise": "0"}},
    )

    none = Assessment(edition, {"pcs": Decimal(0), "good": Decimal(9)})
    unknown = Assessment(edition, {"good": Decimal(9)})
    agreeing = Assessment(edition, {"good": Decimal(0)})

    assert none.value("good") == 0
    assert not none.is_asked("good")
    assert none.outcome("A").rating is Rating.NOT_MET
    assert unknown.value("good") is None
    assert unknown.is_asked("good")
    assert agreeing.value("good") == 0
    assert agreeing.outcome("A").rating is Rating.NOT_MET


def test_unaudited_has_no_answer_of_its_own_and_insufficient_has_one() -> None:
    edition = small_edition({"A": {"met": "guide and wifi"}, "B": {"met": "rated('A', 'met')"}})

    assert Assessment(edition, {}).outcome("A").rating is Rating.UNAUDITED
    assert Assessment(edition, {"guide": True}).outcome("A").rating is Rating.INSUFFICIENT
    assert Assessment(edition, {"guide": True}).outcome("B").rating is Rating.UNAUDITED
    asked = Assessment(edition, {}, stated={"guide"})
    assert asked.outcome("A").rating is Rating.INSUFFICIENT
    assert asked.missing("A") == tuple(key for key in MEASURES if key != "guide")


NUMBERS = st.sampled_from(["pcs", "good", "1", "2", "delay / good", "max(pcs, 2)", "ceil(delay)"])
SMALL = st.one_of(
    st.sampled_from(["guide", "wifi", "line == 'none'", "line != 'isp'", "day <= visit", "early"]),
    st.tuples(NUMBERS, st.sampled_from([">=", "<", "==", "!="]), NUMBERS).map(" ".join),
)
RULES = st.recursive(
    SMALL,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda x: f"({' '.join(x)})"),
        inner.map(lambda x: f"(not {x})"),
        st.tuples(inner, inner, inner).map(lambda x: f"({x[0]} if {x[1]} else {x[2]})"),
        st.tuples(inner, inner, inner).map(lambda x: f"at_least(2, {', '.join(x)})"),
    ),
    max_leaves=4,
)


def made_up(draw: st.DrawFn) -> Catalogue | None:
    rules: Sequence[str] = draw(st.lists(RULES, min_size=8, max_size=8))
    own = dict(zip(("not_applicable", "valid", "met", "partly_met"), rules, strict=False))
    own["not_applicable"] = f"{own['not_applicable']} and early"
    own["valid"] = f"{own['valid']} or wifi"
    changes = {
        "good": {"ask_if": "pcs >= 1", "otherwise": "0"},
        "wifi": {"ask_if": rules[4].replace("wifi", "guide"), "otherwise": "false"},
    }
    other = {"met": f"rated('A', 'met') or {rules[5]}", "partly_met": "rated('A', 'not_met')"}
    try:
        return small_edition(
            {"A": own, "B": other},
            derived={"early": "visit - day >= 2"},
            checks=["good <= pcs"],
            changes=changes,
        )
    except ReadinessError:
        return None


@settings(LAWS, max_examples=150)
@given(st.data(), st.randoms(use_true_random=True))
def test_the_laws_hold_for_rules_nobody_thought_of(data: st.DataObject, random: Random) -> None:
    edition = data.draw(st.composite(made_up)().filter(lambda found: found is not None))
    assert edition is not None
    small = [Decimal(number) for number in range(4)]
    pool: dict[str, Sequence[Value]] = {
        key: small if field.type in ("int", "num") else possible_values(field)
        for key, field in edition.fields.items()
    }
    values = {key: random.choice(pool[key]) for key in pool if random.random() < 0.5}
    partly = Assessment(edition, values)

    for code, outcome in partly.outcomes.items():
        decided = outcome.rating if outcome.rating.is_decided else None
        assert explain(partly, code).implied() == decided
    for _completion in range(8):
        filled = {key: values.get(key, random.choice(pool[key])) for key in pool}
        whole = Assessment(edition, filled)
        wrong = disagreeing(whole)
        for code, outcome in partly.outcomes.items():
            if not wrong & edition.rulebook.reads(code):
                assert whole.outcome(code).possible <= outcome.possible
    for key in pool:
        later = Assessment(edition, {**values, key: random.choice(pool[key])})
        for code in edition.codes:
            if key not in edition.rulebook.reads(code):
                assert later.outcome(code).possible == partly.outcome(code).possible
