"""A record has one canonical form, and its id stands for its content."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.record import (
    FORMAT,
    MOST_LEVELS,
    Author,
    Cell,
    Record,
    canonical,
    digest,
    record_id,
)

RECORD = Record(
    kind="answer",
    round="d" + "1" * 32,
    commune="26368",
    subject="pc_working",
    basis="verified",
    value=12,
    method="typed",
    replaces=(),
    reason="",
    writer="w" + "2" * 32,
    sequence=1,
    previous="",
    author=Author("k" + "3" * 32, "Nguyễn Văn An"),
    recorded_at="2026-12-05T09:30:00+07:00",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.integers(0, 2**64).map(lambda number: f"r{number:064x}")
keys = st.text("abcđế", max_size=3)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
records = st.builds(
    Record,
    kind=st.sampled_from(["answer", "note", "void", "a kind of next year"]),
    round=texts,
    commune=texts,
    subject=texts,
    basis=st.sampled_from(["declared", "verified"]),
    value=values,
    method=st.sampled_from(["typed", "measured"]),
    replaces=st.lists(ids, max_size=3).map(tuple),
    reason=texts,
    writer=texts,
    sequence=st.integers(1, 2**40),
    previous=texts,
    author=st.builds(Author, texts, texts),
    recorded_at=texts,
    raw=texts,
    v=st.integers(1, 9),
)


def nfc(held: Any) -> Any:
    """Return ``held`` with every text in NFC."""
    match held:
        case str():
            return unicodedata.normalize("NFC", held)
        case dict():
            return {nfc(key): nfc(value) for key, value in held.items()}
        case Record():
            return Record(*map(nfc, held))
        case Author():
            return Author(*map(nfc, held))
        case list() | tuple():
            return type(held)(map(nfc, held))
    return held


def body_with(**changed: object) -> str:
    """Return the JSON of `RECORD` with some fields changed, whatever they are."""
    data = {**RECORD._asdict(), "author": RECORD.author._asdict(), **changed}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_the_canonical_form_is_sorted_tight_and_in_plain_letters() -> None:
    body = RECORD.body()

    assert body == (
        '{"author":{"key":"k33333333333333333333333333333333","name":"Nguyễn Văn An"},'
        '"basis":"verified","commune":"26368","kind":"answer","method":"typed","previous":"",'
        '"reason":"","recorded_at":"2026-12-05T09:30:00+07:00","replaces":[],'
        '"round":"d11111111111111111111111111111111","sequence":1,"subject":"pc_working",'
        '"v":1,"value":12,"writer":"w22222222222222222222222222222222"}'
    )


def test_an_id_is_r_and_the_sha256_of_the_bytes_and_never_looks_like_a_number() -> None:
    body = RECORD.body()

    assert record_id(body) == "r" + hashlib.sha256(body.encode("utf-8")).hexdigest()
    assert record_id(body)[0].isalpha()


def test_the_same_letters_in_another_form_are_the_same_record() -> None:
    apart = RECORD._replace(
        value={"Phường": ["Hòa Bình"]}, author=Author("k", unicodedata.normalize("NFD", "Đặng Ế"))
    )
    composed = apart._replace(author=Author("k", "Đặng Ế"))
    decomposed = composed._replace(
        value={unicodedata.normalize("NFD", "Phường"): [unicodedata.normalize("NFD", "Hòa Bình")]}
    )

    assert apart.body() == composed.body() == decomposed.body()
    assert Record.from_body(decomposed.body()) == composed


@pytest.mark.parametrize(
    "value",
    [
        12.0,
        float("nan"),
        float("inf"),
        {"x": [1.5]},
        {1: "a number as key"},
        {"a set"},
        b"bytes",
        "\ud800 half of a pair",
        {"\udfff": 1},
        {unicodedata.normalize("NFD", "ế"): 1, "ế": 2},
    ],
    ids=repr,
)
def test_what_has_no_exact_form_is_refused_when_written(value: object) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        RECORD._replace(value=value).body()


def test_what_is_too_deep_to_write_is_refused() -> None:
    deep: list[Any] = []
    for _level in range(100_000):
        deep = [deep]

    with pytest.raises(ValueError, match="no canonical form"):
        canonical(deep)


@given(records)
def test_a_record_read_back_is_the_record(record: Record) -> None:
    read = Record.from_body(record.body())

    assert read == nfc(record._replace(replaces=tuple(sorted(record.replaces))))
    assert read.body() == record.body()


@given(records, records)
def test_equal_content_has_an_equal_id_and_different_content_another(
    one: Record, other: Record
) -> None:
    # True and 1 are equal to Python, and two things to a record.
    same_content = repr(nfc(one)) == repr(nfc(other))

    assert (record_id(one.body()) == record_id(other.body())) == same_content
    assert record_id(one.body()) == record_id(nfc(one).body())


@given(st.dictionaries(keys, values, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_matter(data: dict[str, Any], dice: Any) -> None:
    shuffled = list(data.items())
    dice.shuffle(shuffled)

    assert canonical(dict(shuffled)) == canonical(data)


@given(values)
def test_what_is_canonical_stays_as_it_is(value: Any) -> None:
    body = canonical(value)

    assert canonical(json.loads(body)) == body


def test_the_order_in_which_heads_were_seen_does_not_matter() -> None:
    one = RECORD._replace(replaces=("rb", "ra"))
    other = RECORD._replace(replaces=("ra", "rb"))

    assert record_id(one.body()) == record_id(other.body())


def test_fields_of_a_newer_version_are_passed_over_and_stay_in_the_body() -> None:
    body = body_with(v=FORMAT + 1, weather={"of": ["next", "year"]})

    record = Record.from_body(body)

    assert record.v == FORMAT + 1
    assert record.value == 12
    assert "weather" in body
    assert canonical(json.loads(body)) == body  # its id can still be checked


def test_a_cell_is_a_subject_on_one_basis() -> None:
    assert RECORD.cell == Cell("pc_working", "verified")


@pytest.mark.parametrize(
    "field",
    sorted({*Record._fields} - {"raw"}),
)
def test_a_body_that_lacks_a_field_is_no_record(field: str) -> None:
    data = json.loads(RECORD.body())
    del data[field]

    with pytest.raises(ValueError, match="not a record"):
        Record.from_body(json.dumps(data))


@pytest.mark.parametrize("field", sorted({*Record._fields} - {"value"}))
@pytest.mark.parametrize("wrong", [None, True, 1.5, [["x"]], {"x": {}}, -1, "text"], ids=repr)
def test_a_body_with_a_field_of_another_type_is_no_record(field: str, wrong: object) -> None:
    fits = isinstance(wrong, str) and field not in ("sequence", "v", "replaces", "author")
    if fits or (field == "v" and wrong == -1):
        return

    with pytest.raises(ValueError, match="not a record"):
        Record.from_body(body_with(**{field: wrong}))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"text"',
        "12",
        "{",
        RECORD.body() + " ",
        " " + RECORD.body(),
        RECORD.body() + RECORD.body(),
        RECORD.body().replace('"value":12', '"value":12.0'),
        RECORD.body().replace('"value":12', '"value":NaN'),
        RECORD.body().replace('"value":12', '"value":-Infinity'),
        RECORD.body().replace('"value":12', '"value":' + "9" * 5_000),
        RECORD.body().replace('"value":12', '"value":"\\ud800"'),
        RECORD.body().replace('"value":12', '"value":{"\\uDFFF":1}'),
        RECORD.body().replace('"value":12', '"value":' + "[" * 200_000),
        RECORD.body().replace('"value":12', '"value":' + "[" * 200_000 + "]" * 200_000),
        RECORD.body().replace('"value":12', '"value":' + '{"a":' * 900 + "1" + "}" * 900),
    ],
    ids=lambda body: body[:12] + "…" + body[-40:],
)
def test_a_strangers_body_is_refused_and_nothing_else_happens(body: str) -> None:
    with pytest.raises(ValueError, match="not a record"):
        Record.from_body(body)


def test_control_characters_written_as_escapes_are_text_all_the_same() -> None:
    record = RECORD._replace(value='C:\\udata\\ "\x01" \\ud800', reason="\u2028")

    assert Record.from_body(record.body()) == record


def test_a_value_may_be_as_deep_as_an_edition_and_no_deeper() -> None:
    def body_with_levels(levels: int) -> str:
        return RECORD.body().replace('"value":12', f'"value":{"[" * levels}{"]" * levels}')

    Record.from_body(body_with_levels(MOST_LEVELS))
    with pytest.raises(ValueError, match="not a record"):
        Record.from_body(body_with_levels(MOST_LEVELS + 1))


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_at_all_is_a_record_or_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a record"):
        Record.from_body(text)


@given(st.lists(ids, unique=True), st.randoms(use_true_random=False))
def test_a_digest_stands_for_a_set_of_records(held: list[str], dice: Any) -> None:
    shuffled = list(held)
    dice.shuffle(shuffled)

    assert digest(shuffled) == digest(held)
    assert digest([*held, "r"]) != digest(held)
