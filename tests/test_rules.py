"""The rule language: what is a rule, what it means, and that no text can do harm."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from criteria.errors import ErrorCode
from criteria.language import choose
from criteria.rules import check as types
from criteria.rules.parse import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_TOKENS,
    RuleSyntaxError,
    parse,
)
from criteria.rules.tree import (
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choose,
    Compare,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Rated,
    Text,
    Truth,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "n": types.NUMBER,
    "m": types.NUMBER,
    "k": types.NUMBER,
    "p": types.TRUTH,
    "q": types.TRUTH,
    "r": types.TRUTH,
    "c": types.Kind("choice", ("a", "b", "none")),
    "e": types.Kind("choice", ("a", "x")),
    "w": types.TEXT,
    "d": types.DATE,
    "f": types.DATE,
}
CRITERIA = {"EQ-01", "VC-01"}
RATINGS = {"met", "partly_met", "not_met", "not_applicable"}


class Known:
    """A scope of plain values and possible ratings."""

    def __init__(self, values: Mapping[str, Any], ratings: Mapping[str, set[str]]) -> None:
        self._values = values
        self._ratings = ratings

    def value(self, key: str) -> Value:
        held: Any = self._values.get(key)
        return Decimal(held) if type(held) is int else held

    def possible(self, criterion: str) -> frozenset[str]:
        return frozenset(self._ratings[criterion])


def evaluate(text: str, **values: Any) -> Value:
    return parse(text).evaluate(Known(values, {}))


def shape(node: Node) -> str:
    """Return a tree as text with every bracket written."""
    match node:
        case Number(number=number):
            return str(number)
        case Text(text=text):
            return f"'{text}'"
        case Truth(truth=truth):
            return str(truth).lower()
        case Name(key=key):
            return key
        case Not(item=item):
            return f"(not {shape(item)})"
        case Negative(item=item):
            return f"(-{shape(item)})"
        case And(items=items) | Or(items=items):
            word = " and " if isinstance(node, And) else " or "
            return f"({word.join(map(shape, items))})"
        case Compare(operator=operator, left=left, right=right):
            return f"({shape(left)} {operator} {shape(right)})"
        case Arithmetic(operator=operator, left=left, right=right):
            return f"({shape(left)} {operator} {shape(right)})"
        case In(item=item, options=options):
            return f"({shape(item)} in {'|'.join(option.text for option in options)})"
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return f"({shape(then)} if {shape(condition)} else {shape(otherwise)})"
        case AtLeast(needed=needed, items=items):
            return f"at_least({needed}, {', '.join(map(shape, items))})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(shape, arguments))})"
        case Rated(criterion=criterion, ratings=ratings):
            return f"rated({criterion}: {'|'.join(ratings)})"
    raise TypeError(node)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("p or q and r", "(p or (q and r))"),
        ("(p or q) and r", "((p or q) and r)"),
        ("not p and q", "((not p) and q)"),
        ("not not p", "(not (not p))"),
        ("not n >= 1 or p", "((not (n >= 1)) or p)"),
        ("n + m * k", "(n + (m * k))"),
        ("n - m - k", "((n - m) - k)"),
        ("n / m * k", "((n / m) * k)"),
        ("n - -1", "(n - (-1))"),
        ("-n * m", "((-n) * m)"),
        ("n + 1 >= m * 2", "((n + 1) >= (m * 2))"),
        ("0 <= n <= 30", "((0 <= n) and (n <= 30))"),
        ("0 < n <= m < 9", "((0 < n) and (n <= m) and (m < 9))"),
        ("0 <= n <= 30 and p", "((0 <= n) and (n <= 30) and p)"),
        ("n if p else m", "(n if p else m)"),
        ("n if p else m if q else k", "(n if p else (m if q else k))"),
        ("(n if p else m) if q else k", "((n if p else m) if q else k)"),
        ("p or q if r else p and q", "((p or q) if r else (p and q))"),
        ("n >= (m if p else k)", "(n >= (m if p else k))"),
        ("c in ('a', \"b\")", "(c in a|b)"),
        ("c in ('a')", "(c in a)"),
        ("c in ('a',)", "(c in a)"),
        ("c not in ('a', 'b')", "(not (c in a|b))"),
        ("not c in ('a')", "(not (c in a))"),
        ("c == 'a' and p", "((c == 'a') and p)"),
        ("max(1, ceil(n / 2))", "max(1, ceil((n / 2)))"),
        ("min(n)", "min(n)"),
        ("at_least(2, p, q or r, n > 1)", "at_least(2, p, (q or r), (n > 1))"),
        ("rated('VC-01', 'met', 'partly_met')", "rated(VC-01: met|partly_met)"),
        ("min >= 1", "(min >= 1)"),
        ("\n  p\n  and q\t", "(p and q)"),
        ("p\u00a0and\u2003q", "(p and q)"),
    ],
)
def test_a_rule_is_read_with_the_usual_precedence(text: str, read_as: str) -> None:
    assert shape(parse(text)) == read_as


def test_a_node_knows_the_column_where_it_begins() -> None:
    node = parse("p and  max(n, 2) >= 3")

    assert isinstance(node, And)
    assert [item.column for item in node.items] == [1, 8]
    assert [part.column for part in node.walk()] == [1, 1, 8, 8, 12, 15, 21]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", ErrorCode.RULE_ENDS_EARLY, 1),
        ("   ", ErrorCode.RULE_ENDS_EARLY, 1),
        ("n >=", ErrorCode.RULE_ENDS_EARLY, 5),
        ("n >=   ", ErrorCode.RULE_ENDS_EARLY, 5),
        ("(n >= 1", ErrorCode.RULE_EXPECTED, 8),
        ("n >= 1)", ErrorCode.RULE_UNEXPECTED, 7),
        ("n > = 1", ErrorCode.RULE_CHARACTER, 5),
        ("p and or q", ErrorCode.RULE_UNEXPECTED, 7),
        ("p AND q", ErrorCode.RULE_UNEXPECTED, 3),
        ("p q", ErrorCode.RULE_UNEXPECTED, 3),
        ("p if q", ErrorCode.RULE_EXPECTED, 7),
        ("p else q", ErrorCode.RULE_UNEXPECTED, 3),
        ("n = 1", ErrorCode.RULE_CHARACTER, 3),
        ("n >= 1,5", ErrorCode.RULE_UNEXPECTED, 7),
        ("n >= 1.234.5", ErrorCode.RULE_CHARACTER, 6),
        ("n >= 1.", ErrorCode.RULE_CHARACTER, 6),
        ("n >= .5", ErrorCode.RULE_CHARACTER, 6),
        ("n >= 5máy", ErrorCode.RULE_CHARACTER, 6),
        ("n >= 1e3", ErrorCode.RULE_CHARACTER, 6),
        ("số_máy >= 1", ErrorCode.RULE_CHARACTER, 2),
        ("n ≥ 1", ErrorCode.RULE_CHARACTER, 3),
        ("c == 'a", ErrorCode.RULE_CHARACTER, 6),
        ("c == “a”", ErrorCode.RULE_CHARACTER, 6),
        ("p && q", ErrorCode.RULE_CHARACTER, 3),
        ("n ** 2 >= 1", ErrorCode.RULE_UNEXPECTED, 4),
        ("- -n >= 1", ErrorCode.RULE_UNEXPECTED, 3),
        ("+n >= 1", ErrorCode.RULE_UNEXPECTED, 1),
        ("Staff >= 1", ErrorCode.RULE_BAD_NAME, 1),
        ("_n >= 1", ErrorCode.RULE_BAD_NAME, 1),
        ("n.__class__", ErrorCode.RULE_CHARACTER, 2),
        ("p[0]", ErrorCode.RULE_CHARACTER, 2),
        ("lambda: 1", ErrorCode.RULE_CHARACTER, 7),
        ("open('a')", ErrorCode.RULE_FUNCTION, 1),
        ("p and __import__('os')", ErrorCode.RULE_FUNCTION, 7),
        ("round(n)", ErrorCode.RULE_FUNCTION, 1),
        ("ceil(n, 2)", ErrorCode.RULE_ARGUMENTS, 1),
        ("ceil()", ErrorCode.RULE_ARGUMENTS, 1),
        ("max()", ErrorCode.RULE_ARGUMENTS, 1),
        ("max(n,)", ErrorCode.RULE_UNEXPECTED, 7),
        ("c in 'a'", ErrorCode.RULE_EXPECTED, 6),
        ("c in ()", ErrorCode.RULE_EMPTY_LIST, 3),
        ("c in ('a' 'b')", ErrorCode.RULE_EXPECTED, 11),
        ("c in (n)", ErrorCode.RULE_EXPECTED, 7),
        ("at_least()", ErrorCode.RULE_AT_LEAST, 1),
        ("at_least(2, p)", ErrorCode.RULE_AT_LEAST, 1),
        ("at_least(0, p)", ErrorCode.RULE_AT_LEAST, 1),
        ("at_least(1.5, p, q)", ErrorCode.RULE_AT_LEAST, 1),
        ("at_least(n, p, q)", ErrorCode.RULE_AT_LEAST, 1),
        ("at_least(p, q)", ErrorCode.RULE_AT_LEAST, 1),
        ("rated('VC-01')", ErrorCode.RULE_RATED, 1),
        ("rated(vc, 'met')", ErrorCode.RULE_RATED, 1),
        ("p and ()", ErrorCode.RULE_UNEXPECTED, 8),
    ],
)
def test_what_is_no_rule_is_refused_with_its_column(
    text: str, code: ErrorCode, column: int
) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)

    assert (caught.value.message.code, caught.value.column) == (code, column)
    for language in ("vi", "en"):
        choose(language)
        assert "{" not in str(caught.value.message)


def test_a_long_rule_is_refused() -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse("p" + " " * MOST_CHARACTERS)

    assert caught.value.message.code is ErrorCode.RULE_TOO_LONG


def test_a_rule_of_many_short_parts_is_refused() -> None:
    text = "+".join(["n"] * (MOST_TOKENS // 2 + 1))

    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)

    assert len(text) < MOST_CHARACTERS
    assert caught.value.message.code is ErrorCode.RULE_TOO_LONG
    assert str(MOST_TOKENS) in str(caught.value.message)


@pytest.mark.parametrize(
    "text",
    [
        "(" * MOST_DEPTH + "p" + ")" * MOST_DEPTH,
        "not " * MOST_DEPTH + "p",
        "p if q else " * MOST_DEPTH + "p",
        "max(" * MOST_DEPTH + "n" + ")" * MOST_DEPTH,
        "not (" * MOST_DEPTH + "p" + ")" * MOST_DEPTH,
    ],
)
def test_deep_nesting_is_refused_before_it_exhausts_the_stack(text: str) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)

    assert caught.value.message.code is ErrorCode.RULE_TOO_DEEP


def test_nesting_below_the_limit_is_read() -> None:
    depth = MOST_DEPTH - 1

    assert shape(parse("(" * depth + "p" + ")" * depth)) == "p"


PIECES = [
    *("n", "m", "p", "q", "c", "d", "nobody", "AND", "and", "or", "not", "in", "if", "else"),
    *("true", "false", "max", "min", "ceil", "at_least", "rated", "(", ")", ",", "+", "-", "*"),
    *("/", "<", "<=", "==", "!=", ">=", ">", "=", "1", "0.5", "1.5.2", "'a'", "'VC-01'", "'met'"),
    *('"', "'", "\u00a0", "ế", "🙂", "\x00", "_", ".", "[", "{"),
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
@example("\x1c")
@example("a\x85b")
@example("\ud800")
@example("((((((((((")
@settings(max_examples=400)
def test_no_text_raises_anything_but_a_syntax_error_with_a_place_in_the_text(text: str) -> None:
    node: Node | RuleSyntaxError
    try:
        node = parse(text)
    except RuleSyntaxError as error:
        node = error

    if isinstance(node, RuleSyntaxError):
        assert 1 <= node.column <= len(text) + 1
        assert str(node.message)
    elif not problems(text):
        node.evaluate(Known({}, {code: {"met"} for code in CRITERIA}))


def problems(text: str, wanted: types.Kind = types.TRUTH) -> list[tuple[int, ErrorCode]]:
    found = types.check(parse(text), wanted, names=KINDS, criteria=CRITERIA, ratings=RATINGS)
    for language in ("vi", "en"):
        choose(language)
        assert all(str(problem.message) for problem in found)
    return [(problem.column, problem.message.code) for problem in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("n >= 1 and p", types.TRUTH),
        ("p == true", types.TRUTH),
        ("c == 'a' and 'b' != c", types.TRUTH),
        ("c == e", types.TRUTH),
        ("c in ('a', 'none')", types.TRUTH),
        ("w == 'anything' or w in ('x', 'y')", types.TRUTH),
        ("d <= f and d - f >= 30", types.TRUTH),
        ("n if p else 0", types.NUMBER),
        ("'a' if p else c", KINDS["c"]),
        ("'none'", KINDS["c"]),
        ("c", types.TEXT),
        ("d", types.DATE),
        ("rated('VC-01', 'met') and at_least(1, p, n > 1)", types.TRUTH),
        ("min(n, max(m, 1)) * -2 + ceil(n / 2)", types.NUMBER),
    ],
)
def test_a_rule_of_fitting_types_has_no_problem(text: str, wanted: types.Kind) -> None:
    assert problems(text, wanted) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nobody >= 1", [(1, ErrorCode.RULE_UNKNOWN_NAME)]),
        ("n + p >= 1", [(5, ErrorCode.RULE_TYPE)]),
        ("n", [(1, ErrorCode.RULE_TYPE)]),
        ("p and n", [(7, ErrorCode.RULE_TYPE)]),
        ("not n", [(5, ErrorCode.RULE_TYPE)]),
        ("n == 'a'", [(6, ErrorCode.RULE_TYPE)]),
        ("p == 1", [(6, ErrorCode.RULE_TYPE)]),
        ("c == 'z'", [(6, ErrorCode.RULE_CHOICE)]),
        ("'z' == c", [(1, ErrorCode.RULE_CHOICE)]),
        ("c in ('a', 'z', 'y')", [(12, ErrorCode.RULE_CHOICE), (17, ErrorCode.RULE_CHOICE)]),
        ("c == w", [(6, ErrorCode.RULE_TYPE)]),
        ("n in ('a')", [(1, ErrorCode.RULE_TYPE)]),
        ("c < 'b'", [(1, ErrorCode.RULE_NO_ORDER)]),
        ("p < q", [(1, ErrorCode.RULE_NO_ORDER)]),
        ("w <= 'b'", [(1, ErrorCode.RULE_NO_ORDER)]),
        ("d >= 1", [(6, ErrorCode.RULE_TYPE)]),
        ("d + 1 >= f", [(1, ErrorCode.RULE_TYPE), (10, ErrorCode.RULE_TYPE)]),
        ("d - 1 >= 0", [(5, ErrorCode.RULE_TYPE)]),
        ("n - d >= 0", [(5, ErrorCode.RULE_TYPE)]),
        ("max(d, n) >= 0", [(5, ErrorCode.RULE_TYPE)]),
        ("-p >= 0", [(2, ErrorCode.RULE_TYPE)]),
        ("(n if n else 1) >= 0", [(7, ErrorCode.RULE_TYPE)]),
        ("(n if p else 'a') >= 0", [(14, ErrorCode.RULE_TYPE)]),
        ("at_least(1, n, p)", [(13, ErrorCode.RULE_TYPE)]),
        ("rated('XX-09', 'met')", [(1, ErrorCode.RULE_UNKNOWN_CRITERION)]),
        ("rated('VC-01', 'insufficient')", [(1, ErrorCode.RULE_UNKNOWN_RATING)]),
        (
            "nobody >= 1 and neither == 'a' and n",
            [
                (1, ErrorCode.RULE_UNKNOWN_NAME),
                (17, ErrorCode.RULE_UNKNOWN_NAME),
                (36, ErrorCode.RULE_TYPE),
            ],
        ),
        ("(d if nobody else f) - d >= 0", [(7, ErrorCode.RULE_UNKNOWN_NAME)]),
    ],
)
def test_every_mismatch_is_found_with_its_column(
    text: str, found: list[tuple[int, ErrorCode]]
) -> None:
    assert problems(text) == found


def test_a_rule_must_give_what_is_wanted() -> None:
    assert problems("n >= 1", types.NUMBER) == [(1, ErrorCode.RULE_TYPE)]
    assert problems("'z'", KINDS["c"]) == [(1, ErrorCode.RULE_CHOICE)]
    assert problems("1", KINDS["c"]) == [(1, ErrorCode.RULE_TYPE)]
    assert problems("n", types.DATE) == [(1, ErrorCode.RULE_TYPE)]


def test_a_long_difference_is_checked_in_no_time() -> None:
    text = "n" + " - n" * (MOST_TOKENS // 2 - 1)

    assert problems(text, types.NUMBER) == []


TRUTHS = {"true": True, "false": False, "blank": None}


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        ("true", "true", "true", "true"),
        ("true", "false", "false", "true"),
        ("true", "blank", "blank", "true"),
        ("false", "false", "false", "false"),
        ("false", "blank", "false", "blank"),
        ("blank", "blank", "blank", "blank"),
    ],
)
def test_and_and_or_follow_kleene(left: str, right: str, both: str, either: str) -> None:
    for first, second in ((left, right), (right, left)):
        values = {"p": TRUTHS[first], "q": TRUTHS[second]}
        assert evaluate("p and q", **values) is TRUTHS[both]
        assert evaluate("p or q", **values) is TRUTHS[either]


def test_not_leaves_a_blank_blank() -> None:
    assert evaluate("not p", p=True) is False
    assert evaluate("not p", p=False) is True
    assert evaluate("not p", p=None) is None


@pytest.mark.parametrize(
    ("truths", "holds"),
    [
        ((True, True, None), True),
        ((True, None, False), None),
        ((True, False, False), False),
        ((None, None, False), None),
        ((None, False, False), False),
        ((None, None, None), None),
    ],
)
def test_at_least_two_are_decided_as_soon_as_blanks_cannot_matter(
    truths: tuple[bool | None, ...], holds: bool | None
) -> None:
    p, q, r = truths

    assert evaluate("at_least(2, p, q, r)", p=p, q=q, r=r) is holds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2 == 0.3", True),
        ("0.95 * 20 == 19", True),
        ("0.8 * 12.5 == 10", True),
        ("1 - 0.9 == 0.1", True),
        ("0.05 * 20 >= 1", True),
        ("123456789012345.0000000001 > 123456789012345", True),
        ("123456789012345.25 * 0.0000000004 / 0.0000000004 == 123456789012345.25", True),
        ("10 / 4 == 2.5", True),
        ("1 / 8 == 0.125", True),
        ("-(3 - 5) == 2", True),
        ("ceil(10 / 3) == 4", True),
        ("ceil(9 / 3) == 3", True),
        ("ceil(-0.5) == 0", True),
        ("floor(-0.5) == -1", True),
        ("floor(2.9) == 2", True),
        ("max(1, 0.5, 2) == 2", True),
        ("min(3, 0.5) == 0.5", True),
    ],
)
def test_numbers_are_exact(text: str, value: bool) -> None:
    assert evaluate(text) is value


def test_a_division_by_zero_is_unknown() -> None:
    assert evaluate("n / m", n=1, m=0) is None
    assert evaluate("n / m", n=0, m=0) is None
    assert evaluate("n / m <= 0.05", n=1, m=0) is None
    assert evaluate("m == 0 or n / m <= 0.05", n=1, m=0) is True
    assert evaluate("n / m <= 0.05", n=1, m=20) is True


def test_a_number_beyond_all_measure_is_unknown_and_harmless() -> None:
    text = "*".join(["n"] * 100)

    assert evaluate(text, n=10**15 - 1) is None
    assert evaluate(f"{text} >= 1 or true", n=10**15 - 1) is True


def test_arithmetic_with_a_blank_is_unknown() -> None:
    for text in ("n + m", "n - m", "n * m", "n / m", "-m", "max(n, m)", "ceil(m)", "m >= n"):
        assert evaluate(text, n=0, m=None) is None, text
    assert evaluate("c in ('a')", c=None) is None
    assert evaluate("c != 'a'", c=None) is None


def test_days_are_compared_and_subtracted() -> None:
    day = date(2026, 3, 1)

    assert evaluate("d - f", d=day, f=date(2026, 2, 1)) == Decimal(28)
    assert evaluate("f - d", d=day, f=date(2026, 2, 1)) == Decimal(-28)
    assert evaluate("0 <= d - f <= 30", d=day, f=day) is True
    assert evaluate("0 <= d - f <= 30", d=day, f=day - timedelta(31)) is False
    assert evaluate("0 <= d - f <= 30", d=day, f=day + timedelta(1)) is False
    assert evaluate("d < f", d=day, f=day) is False
    assert evaluate("d - f", d=day, f=None) is None


def test_a_choice_is_one_of_a_list_or_none_of_it() -> None:
    assert evaluate("c in ('a', 'b')", c="b") is True
    assert evaluate("c in ('a', 'b')", c="none") is False
    assert evaluate("c not in ('a', 'b')", c="none") is True
    assert evaluate("c not in ('a', 'b')", c=None) is None


def test_a_conditional_with_an_open_condition_gives_what_both_branches_agree_on() -> None:
    assert evaluate("n if p else m", p=True, n=1, m=2) == 1
    assert evaluate("n if p else m", p=False, n=1, m=2) == 2
    assert evaluate("n if p else m", p=None, n=1, m=2) is None
    assert evaluate("n if p else m", p=None, n=3, m=3) == 3
    assert evaluate("n if p else m", p=None, n=3, m=None) is None
    assert evaluate("n if p else m", p=True, n=3, m=None) == 3


@pytest.mark.parametrize(
    ("possible", "holds"),
    [
        ({"met"}, True),
        ({"met", "partly_met"}, True),
        ({"not_met"}, False),
        ({"not_met", "not_applicable"}, False),
        ({"met", "not_met"}, None),
        ({"met", "partly_met", "not_met"}, None),
    ],
)
def test_another_criterions_rating_is_known_when_all_it_may_be_agree(
    possible: set[str], holds: bool | None
) -> None:
    node = parse("rated('VC-01', 'met', 'partly_met')")

    assert node.evaluate(Known({}, {"VC-01": possible})) is holds


NUMBERS = st.recursive(
    st.sampled_from(["n", "m", "k", "0", "1", "2", "0.5", "30"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda x: f"({' '.join(x)})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda x: f"max({', '.join(x)})"),
        inner.map(lambda x: f"ceil({x})"),
        inner.map(lambda x: f"(-{x})" if not x.startswith("(-") else x),
        st.tuples(inner, st.sampled_from(["p", "n >= 1", "c == 'a'"]), inner).map(
            lambda x: f"({x[0]} if {x[1]} else {x[2]})"
        ),
        st.just("(d - f)"),
    ),
    max_leaves=5,
)
SIGNS = st.sampled_from([">=", "<=", "<", ">", "==", "!="])
RULES = st.recursive(
    st.one_of(
        st.sampled_from(["p", "q", "r", "true", "false", "d <= f", "c == e"]),
        st.sampled_from(["c == 'a'", "c != 'none'", "c in ('a', 'b')", "c not in ('b')"]),
        st.tuples(NUMBERS, SIGNS, NUMBERS).map(" ".join),
        st.tuples(NUMBERS, NUMBERS, NUMBERS).map(" <= ".join),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda x: f"({' and '.join(x)})"),
        st.tuples(inner, inner, inner).map(lambda x: f"({' or '.join(x)})"),
        inner.map(lambda x: f"(not ({x}))"),
        st.tuples(inner, inner, inner).map(lambda x: f"({x[0]} if {x[1]} else {x[2]})"),
        st.tuples(st.integers(1, 3), inner, inner, inner).map(
            lambda x: f"at_least({x[0]}, {x[1]}, {x[2]}, {x[3]})"
        ),
    ),
    max_leaves=5,
)
DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))
VALUES = st.fixed_dictionaries(
    {
        **dict.fromkeys("nmk", st.sampled_from([Decimal(n) for n in ("0", "0.5", "1", "2", "30")])),
        **dict.fromkeys("pqr", st.booleans()),
        **dict.fromkeys("df", DAYS),
        "c": st.sampled_from(["a", "b", "none"]),
        "e": st.sampled_from(["a", "x"]),
    }
)


@given(RULES, VALUES, st.sets(st.sampled_from("nmkpqrdfce")))
@settings(max_examples=400)
def test_a_decided_rule_stays_as_it_is_whatever_the_blanks_turn_out_to_be(
    text: str, values: dict[str, Any], blanks: set[str]
) -> None:
    node = parse(text)
    assert problems(text) == []

    partly = node.evaluate(Known({k: v for k, v in values.items() if k not in blanks}, {}))

    assert partly in (True, False, None)
    assert partly is None or node.evaluate(Known(values, {})) is partly


@given(NUMBERS)
def test_a_number_written_with_all_its_brackets_is_the_same_number(text: str) -> None:
    written = shape(parse(text)).replace("(c == 'a')", "c == 'a'")

    assert shape(parse(written)) == shape(parse(text))
