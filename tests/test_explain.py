"""Explanations: why a rating is as it is, and what is missing, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from criteria.language import choose
from criteria.rating import Assessment
from criteria.rules.explain import Condition, Explanation, Gap, Shortfall, explain, lines
from tests.small_edition import small_edition


@pytest.fixture(autouse=True)
def _in_english() -> None:
    choose("en")


def explained(rules: str | dict[str, str], **more: Any) -> Explanation:
    """Explain ``A`` over values given by key; the other words go to the edition."""
    held = {"met": rules} if isinstance(rules, str) else rules
    options = {
        key: more.pop(key) for key in ("derived", "checks", "switches", "changes") if key in more
    }
    on = more.pop("on", {})
    others = more.pop("others", {})
    edition = small_edition({"A": held, **others}, **options)
    exact = {k: Decimal(v) if type(v) in (int, str) and k != "line" else v for k, v in more.items()}
    return explain(Assessment(edition, exact, switches=on), "A")


def met(rule: str, **more: Any) -> Condition:
    return explained(rule, **more).met


def told(rule: str, **more: Any) -> list[str]:
    return [f"{'  ' * each.level}{each.truth} {each.text}" for each in lines(met(rule, **more))]


def words(rule: str, **more: Any) -> list[str]:
    return [shortfall.words() for shortfall in explained(rule, **more).shortfalls]


def gap(rule: str, **more: Any) -> Gap:
    (shortfall,) = explained(rule, **more).shortfalls
    assert shortfall.gap is not None
    return shortfall.gap


def test_a_count_below_its_target_says_how_many_are_missing() -> None:
    assert words("good >= pcs", good=7, pcs=10) == [
        "Good computers: 3 computers short (now 7 computers, required 10 computers)"
    ]

    choose("vi")

    assert words("good >= pcs", good=7, pcs=10) == [
        "Máy tốt: thiếu 03 máy (hiện có 07 máy, cần 10 máy)"
    ]


def test_a_number_above_its_limit_says_by_how_much() -> None:
    assert words("delay <= 150", delay="170.5") == [
        "Delay: 20.5 ms too many (now 170.5 ms, at most 150 ms)"
    ]

    choose("vi")

    assert words("delay <= 150", delay="170.5")[0].startswith("Độ trễ: ")
    assert "20,5 ms" in words("delay <= 150", delay="170.5")[0]


@pytest.mark.parametrize(
    ("rule", "values", "need", "quantity", "more"),
    [
        ("good >= 5", {"good": 3}, "5", "2", True),
        ("good > 5", {"good": 5}, "6", "1", True),
        ("good <= 5", {"good": 8}, "5", "3", False),
        ("good < 5", {"good": 5}, "4", "1", False),
        ("5 <= good", {"good": 3}, "5", "2", True),
        ("5 >= good", {"good": 8}, "5", "3", False),
        ("good >= 0.8 * pcs", {"good": 7, "pcs": 9}, "8", "1", True),
        ("good >= 0.8 * pcs", {"good": 7, "pcs": 10}, "8", "1", True),
        ("good <= 0.5 * pcs", {"good": 5, "pcs": 9}, "4", "1", False),
        ("good > 0.5 * pcs", {"good": 4, "pcs": 9}, "5", "1", True),
        ("good < 0.5 * pcs", {"good": 5, "pcs": 9}, "4", "1", False),
        ("delay <= 0.5 * pcs", {"delay": 5, "pcs": 9}, "4.5", "0.5", False),
        ("good >= max(1, ceil(pcs / 3))", {"good": 0, "pcs": 10}, "4", "4", True),
        ("0.8 * pcs <= good", {"good": 7, "pcs": 9}, "8", "1", True),
    ],
)
def test_a_gap_is_the_distance_to_the_target(
    rule: str, values: dict[str, Any], need: str, quantity: str, more: bool
) -> None:
    found = gap(rule, **values)

    assert (found.need, found.quantity) == (Decimal(need), Decimal(quantity))
    assert found.have == values[found.key]
    assert found.more is more


def test_a_gap_to_a_derived_target_is_known() -> None:
    found = gap("good >= wanted", derived={"wanted": "max(2, pcs)"}, good=3, pcs=5)

    assert (found.key, found.need, found.quantity) == ("good", Decimal(5), Decimal(2))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("delay > 5", {"delay": 5}),
        ("good == 5", {"good": 3}),
        ("good + pcs >= 9", {"good": 3, "pcs": 3}),
        ("good >= pcs", {"good": 3}),
        ("guide", {"guide": False}),
    ],
)
def test_where_nothing_can_be_counted_there_is_no_gap(rule: str, values: dict[str, Any]) -> None:
    assert met(rule, **values).gap is None


def test_a_computed_number_is_shown_without_endless_decimals() -> None:
    (text,) = words("delay <= pcs / 3", delay=9, pcs=10)

    assert text == "Delay: 5.666667 ms too many (now 9 ms, at most 3.333333 ms)"


def test_a_yes_no_is_told_with_what_is_needed() -> None:
    assert words("guide and wifi", guide=False, wifi=True) == ["Guide present: not yet"]
    assert words("not wifi", wifi=True) == ["Wi-Fi present: yes, required: no"]
    assert met("not wifi", wifi=True).text == "Wi-Fi present: no"

    choose("vi")

    assert words("guide", guide=False) == ["Có người hướng dẫn: chưa đáp ứng"]
    assert met("not wifi", wifi=True).text == "Có Wi-Fi: không"


def test_a_choice_is_told_by_its_label() -> None:
    assert words("line != 'none'", line="none") == ["Line: none"]
    assert words("line in ('isp')", line="none") == ["Line: none, required: provider"]
    assert words("line == 'isp'", line="none") == ["Line: none, required: provider"]
    assert words("line not in ('none')", line="none") == ["Line is none of: none (now none)"]

    choose("vi")

    assert words("line != 'none'", line="none") == ["Đường truyền: không có"]
    assert "nhà mạng" in words("line in ('isp')", line="none")[0]


def test_a_number_that_must_be_exact_is_told_with_what_there_is() -> None:
    assert words("good == 0", good=3) == ["Good computers: 3 computers, required: 0 computers"]
    assert words("good == pcs", good=3, pcs=2) == [
        "Good computers: 3 computers, required: 2 computers"
    ]
    choose("vi")
    (told_so,) = words("good == 0", good=3)
    assert told_so.startswith("Máy tốt: 3 máy, ")
    assert "=" not in told_so


def test_a_criterion_that_must_be_rated_so_is_told_with_its_rating() -> None:
    found = words("rated('B', 'met', 'partly_met')", others={"B": {"met": "false"}})

    assert found == ["B: Not met, required: Met or Partly met"]


def test_only_what_fails_is_missing_and_all_of_it() -> None:
    assert words("good >= 2 and guide and delay <= 50", good=1, guide=True, delay=60) == [
        "Good computers: 1 computer short (now 1 computer, required 2 computers)",
        "Delay: 10 ms too many (now 60 ms, at most 50 ms)",
    ]


def test_what_may_still_hold_is_not_called_missing() -> None:
    assert words("good >= 2 and guide", good=3) == []
    assert words("good >= 2 and guide", good=1) == [
        "Good computers: 1 computer short (now 1 computer, required 2 computers)"
    ]


def test_alternatives_are_told_as_such() -> None:
    (shortfall,) = explained(
        "good >= 2 or guide and wifi", good=1, guide=False, wifi=False
    ).shortfalls

    assert [[each.condition.text for each in way] for way in shortfall.options] == [
        ["Good computers ≥ 2 computers"],
        ["Guide present", "Wi-Fi present"],
    ]
    assert shortfall.needed == 1
    assert shortfall.words() == (
        "Good computers: 1 computer short (now 1 computer, required 2 computers); or "
        "Guide present: not yet and Wi-Fi present: not yet"
    )


@pytest.mark.parametrize(
    ("values", "needed", "ways"),
    [
        ({"guide": False, "wifi": False, "good": 0}, 2, 3),
        ({"guide": True, "wifi": False, "good": 0}, 1, 2),
    ],
)
def test_some_of_several_says_how_many_of_which(
    values: dict[str, Any], needed: int, ways: int
) -> None:
    (shortfall,) = explained("at_least(2, guide, wifi, good >= 1)", **values).shortfalls

    assert (shortfall.needed, len(shortfall.options)) == (needed, ways)
    assert "Wi-Fi present: not yet" in shortfall.words()
    assert shortfall.words().startswith("2 of these are missing: ") is (needed == 2)


def test_a_conditional_shows_only_the_branch_that_applies() -> None:
    rule = "good >= 5 if guide else wifi"

    assert met(rule, guide=True, good=1).text == "Good computers ≥ 5 computers"
    assert met(rule, guide=False, wifi=True).text == "Wi-Fi present"
    assert words(rule, guide=False, wifi=False) == ["Wi-Fi present: not yet"]


def test_a_conditional_that_is_open_shows_both_branches_and_what_it_waits_for() -> None:
    condition = met("good >= 5 if guide else wifi", good=1)

    assert condition.text == "Good computers ≥ 5 computers if Guide present, else Wi-Fi present"
    assert condition.truth is None
    assert [(each.key, each.words) for each in condition.reads] == [("guide", "blank")]


def test_a_conditional_tells_the_values_that_chose_its_branch() -> None:
    rule = "good >= 5 if guide else wifi and good >= 1"

    condition = met(rule, guide=True, good=1)

    assert [(each.key, each.words) for each in condition.given] == [("guide", "yes")]
    assert told(rule, guide=True, good=1) == [
        "False Guide present: yes → Good computers ≥ 5 computers [1 computer]"
    ]
    assert told(rule, guide=False, wifi=True, good=0) == [
        "False Guide present: no → all of these are needed:",
        "  True Wi-Fi present [yes]",
        "  False Good computers ≥ 1 computer [0 computers]",
    ]


@pytest.mark.parametrize(
    ("rule", "values", "truth", "missing"),
    [
        ("true if guide else wifi", {"guide": True}, True, []),
        ("false if guide else wifi", {"guide": True}, False, ["Guide present: yes, required: no"]),
        ("wifi if guide else false", {"guide": False}, False, ["Guide present: not yet"]),
        ("wifi if guide else true", {"guide": False}, True, []),
        ("false if not guide else wifi", {"guide": False}, False, ["Guide present: not yet"]),
        ("false if line == 'none' else wifi", {"line": "none"}, False, ["Line: none"]),
    ],
)
def test_where_nothing_but_the_condition_decides_it_is_the_condition_that_is_told(
    rule: str, values: dict[str, Any], truth: bool, missing: list[str]
) -> None:
    condition = met(rule, **values)

    assert (condition.truth, condition.implied()) == (truth, truth)
    assert [reading.key for reading in condition.reads] == list(values)
    assert words(rule, **values) == missing
    assert told(rule, **values) != []


def test_a_conditional_that_comes_to_the_same_either_way_tells_all_it_read() -> None:
    condition = met("good >= 5 if guide else wifi", good=1, wifi=False)

    assert condition.truth is False
    assert {reading.key for reading in condition.reads} == {"guide", "good", "wifi"}


def test_a_rule_is_told_line_by_line_with_what_it_read() -> None:
    assert told("guide and (wifi or good >= (5 if guide else 2))", guide=True, good=1) == [
        "True Guide present [yes]",
        "None one of these is enough:",
        "  None Wi-Fi present [blank]",
        "  False Good computers ≥ 5 computers [1 computer; Guide present: yes]",
    ]
    assert told("at_least(2, guide, wifi, enough)", derived={"enough": "good >= 2"}, good=3) == [
        "None at least 2 of these:",
        "  None Guide present [blank]",
        "  None Wi-Fi present [blank]",
        "  True enough en",
        "    True Good computers ≥ 2 computers [3 computers]",
    ]
    assert told("not (guide and wifi)", guide=True, wifi=True) == [
        "False this must not be so:",
        "  True Guide present [yes]",
        "  True Wi-Fi present [yes]",
    ]


def test_a_conditional_number_shows_the_target_that_applies() -> None:
    rule = "good >= (5 if guide else 2)"

    assert met(rule, guide=True, good=9).text == "Good computers ≥ 5 computers"
    assert gap(rule, guide=False, good=1).need == 2


def test_a_switch_that_is_off_adds_nothing() -> None:
    rule = "good >= 1 and wifi_ok"
    derived = {"wifi_ok": "wifi if strict else true"}

    off = explained(rule, derived=derived, switches=["strict"], good=0, wifi=False)
    on = explained(
        rule, derived=derived, switches=["strict"], on={"strict": True}, good=0, wifi=False
    )

    assert [each.condition.text for each in off.shortfalls] == ["Good computers ≥ 1 computer"]
    assert [each.condition.text for each in on.shortfalls][1:] == ["Wi-Fi present"]
    assert all(not part.given for part in on.met.parts[1].parts)


@pytest.mark.parametrize(
    ("rule", "waived"),
    [
        ("wifi_ok", ""),
        ("wifi if strict else true", "Wi-Fi present"),
        ("not strict or wifi", "Wi-Fi present"),
        ("wifi or not strict or good >= 2", "Wi-Fi present or Good computers ≥ 2 computers"),
        ("true if not strict else wifi", "Wi-Fi present"),
        ("not (strict and not wifi)", ""),
        ("at_least(1, not strict, wifi)", ""),
    ],
)
def test_what_holds_only_by_a_switch_is_told_as_not_required_and_never_ticked(
    rule: str, waived: str
) -> None:
    more: dict[str, Any] = {
        "derived": {"wifi_ok": "wifi if strict else true"},
        "switches": ["strict"],
        "wifi": False,
        "good": 0,
        "pcs": 1,
    }

    _ticked, off = lines(met(f"pcs >= 1 and ({rule})", **more))
    on = list(lines(met(f"pcs >= 1 and ({rule})", on={"strict": True}, **more)))

    assert (off.sign, off.truth, off.is_waived) == ("–", True, True)
    assert off.text.startswith("not required in this province: ")
    assert off.text.endswith(waived)
    assert [each.sign for each in on][:2] == ["✓", "✗"]
    assert not any(each.is_waived for each in on)


def test_what_an_answer_decides_is_not_called_waived() -> None:
    found = met("wifi or not strict", switches=["strict"], on={"strict": True}, wifi=True)

    assert next(each.sign for each in lines(found)) == "✓"
    assert not any(each.is_waived for each in lines(met("true or wifi")))


def test_what_is_not_asked_after_an_earlier_answer_is_not_called_missing() -> None:
    found = words(
        "pcs >= 1 and good >= 1",
        changes={"good": {"ask_if": "pcs >= 1", "otherwise": "0"}},
        pcs=0,
    )

    assert found == ["Computers: 1 computer short (now 0 computers, required 1 computer)"]


def test_a_condition_tells_each_value_it_read() -> None:
    condition = met("good >= pcs and day <= visit", good=3, day=date(2026, 12, 5))
    first, second = condition.parts

    assert [(r.key, r.label, r.value, r.words) for r in first.reads] == [
        ("good", "Good computers", Decimal(3), "3 computers"),
        ("pcs", "Computers", None, "blank"),
    ]
    assert [r.words for r in second.reads] == ["05/12/2026", "blank"]
    assert (first.truth, second.truth, condition.truth) == (None, None, None)


@pytest.mark.parametrize(
    ("rule", "english", "vietnamese"),
    [
        ("0 <= visit - day <= 30", "0 ≤ Visit − Test day and Visit − Test day ≤ 30", " và "),
        ("good * 2 + pcs >= 4", "(Good computers × 2) + Computers ≥ 4", "(Máy tốt × 2) + Số"),
        ("ceil(pcs / 2) <= 4", "Computers ÷ 2 rounded up ≤ 4", "Số máy ÷ 2"),
        ("max(1, pcs) <= 4", "the greatest of (1; Computers) ≤ 4", "Số máy"),
        ("delay <= 0.5", "Delay ≤ 0.5 ms", "Độ trễ ≤ 0,5 ms"),
        ("share >= 95", "Share ≥ 95%", "Tỷ lệ ≥ 95%"),
        ("wifi or wifi and guide", "Wi-Fi present or (Wi-Fi present and Guide present)", "hoặc"),
        ("not (guide and wifi)", "not: (Guide present and Wi-Fi present)", "Có Wi-Fi"),
        ("at_least(1, guide, wifi)", "at least 1 of: Guide present; Wi-Fi present", "Có Wi-Fi"),
        ("rated('B', 'met', 'partly_met')", "B is rated: Met or Partly met", "Đạt"),
        ("true", "always", ""),
        ("line != 'none'", "Line: anything but none", "Đường truyền: "),
        ("line == 'isp'", "Line: provider", "Đường truyền: nhà mạng"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_words_in_both_languages(rule: str, english: str, vietnamese: str) -> None:
    others = {"B": {"met": "true"}}

    assert met(rule, others=others).text == english

    choose("vi")

    text = met(rule, others=others).text
    assert vietnamese in text
    assert text != english


def test_what_a_derived_value_stands_for_is_inside_it() -> None:
    condition = met("enough and wifi", derived={"enough": "good >= 2"}, good=1, wifi=True)

    assert condition.parts[0].text == "enough en"
    assert condition.parts[0].parts[0].text == "Good computers ≥ 2 computers"
    assert condition.parts[0].parts[0].gap is not None


def test_a_rule_that_always_fails_still_says_something() -> None:
    assert words("false") == ["never"]
    assert words("wifi and false", wifi=True) == ["Wi-Fi present and never"]


def test_checks_that_disagree_are_told() -> None:
    found = explained("good >= 1", checks=["good <= pcs"], good=3, pcs=2)

    assert found.failing == ("one",)
    assert found.implied() is None


@pytest.mark.parametrize(
    ("rules", "values", "rating"),
    [
        ({"not_applicable": "wifi", "met": "guide"}, {"wifi": True}, "not_applicable"),
        ({"not_applicable": "wifi", "met": "guide"}, {"guide": True}, None),
        ({"valid": "wifi", "met": "guide"}, {"guide": True}, None),
        ({"valid": "wifi", "met": "guide"}, {"guide": True, "wifi": False}, None),
        ({"met": "guide", "partly_met": "wifi"}, {"guide": True}, "met"),
        ({"met": "guide", "partly_met": "wifi"}, {"guide": False, "wifi": True}, "partly_met"),
        ({"met": "guide", "partly_met": "wifi"}, {"guide": False, "wifi": False}, "not_met"),
        ({"met": "guide", "partly_met": "wifi"}, {"guide": False}, None),
        ({"met": "guide", "partly_met": "wifi"}, {"wifi": False}, None),
    ],
)
def test_the_conditions_imply_the_rating(
    rules: dict[str, str], values: dict[str, Any], rating: str | None
) -> None:
    assert explained(rules, **values).implied() == rating


LEAVES = {truth: Condition(str(truth), truth, reads=()) for truth in (True, False, None)}


@pytest.mark.parametrize(
    ("joined", "truths", "needed", "truth"),
    [
        ("all", (True, True), 0, True),
        ("all", (True, None), 0, None),
        ("all", (False, None), 0, False),
        ("any", (False, False), 0, False),
        ("any", (False, None), 0, None),
        ("any", (True, None), 0, True),
        ("at_least", (True, None, False), 2, None),
        ("at_least", (True, False, False), 2, False),
        ("at_least", (True, None, True), 2, True),
        ("not", (True,), 0, False),
        ("not", (None,), 0, None),
    ],
)
def test_what_is_implied_follows_from_the_leaves_alone(
    joined: Any, truths: tuple[bool | None, ...], needed: int, truth: bool | None
) -> None:
    parts = tuple(LEAVES[each] for each in truths)

    assert Condition("whole", not truth, joined, parts, needed).implied() is truth


def test_a_shortfall_without_a_quantity_has_no_gap() -> None:
    assert Shortfall(LEAVES[False]).gap is None
    assert Shortfall(LEAVES[False]).words() == "False"
