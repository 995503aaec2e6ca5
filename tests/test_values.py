"""Values: what people type is read exactly or refused, never guessed; records are vetted."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from criteria.catalogue import Bilingual, Choice, Parameter, load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import choose
from criteria.values import (
    MOST_TEXT,
    NOT_KNOWN,
    clean,
    doubt,
    from_json,
    read,
    read_number,
    to_json,
    with_key,
    with_unit,
    write,
)

if TYPE_CHECKING:
    from criteria.values import StatedValue

LANGUAGES = ("vi", "en")


def field(type_: str, **more: Any) -> Parameter:
    label = Bilingual(vi="Nhãn", en="Label")
    return Parameter.model_validate({"key": "x", "type": type_, "label": label, **more})


def choice(key: str, vi: str, en: str) -> Choice:
    return Choice(key=key, label=Bilingual(vi=vi, en=en))


INT = field("int", min=Decimal(0), max=Decimal(1000))
NUM = field("num")
PERCENT = field("num", min=Decimal(0), max=Decimal(100), unit=Bilingual(vi="%", en="%"))
YESNO = field("yesno")
DAY = field("date")
TEXT = field("text")
CHOICE = field(
    "choice",
    choices=(
        choice("none", "không có", "none"),
        choice("mobile", "4G/5G", "4G/5G"),
        choice("isp2", "nhà mạng thứ hai", "second provider"),
        choice("m100", "đường 100 Mbps", "100 Mbps line"),
    ),
)
FIELDS = (INT, NUM, PERCENT, YESNO, DAY, TEXT, CHOICE)


def refusal(field: Parameter, text: str) -> ErrorCode:
    with pytest.raises(ReadinessError) as caught:
        read(field, text)
    (message,) = caught.value.messages
    for language in LANGUAGES:
        choose(language)
        assert str(message).startswith(f"{field.label}: ")
        assert "{" not in str(message)
    return message.code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("12.50", "12.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("-0,125", "-0.125"),
        ("0", "0"),
        ("-0", "0"),
        ("+5", "5"),
        ("-5", "-5"),
        ("007", "7"),
        ("1234", "1234"),
        ("1234,567", "1234.567"),
        ("1234.567", "1234.567"),
        ("1,2340", "1.234"),
        ("1.2340", "1.234"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234,567", "1234.567"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("-1.234.567,89", "-1234567.89"),
        ("100.0", "100"),
        ("999999999999999", "999999999999999"),
        ("999.999.999.999.999", "999999999999999"),
        ("0.000001", "0.000001"),
        ("  12 ", "12"),
        ("\u00a012\u00a0", "12"),
    ],
)
def test_a_number_is_read_with_comma_or_point(text: str, value: str) -> None:
    found = read(NUM, text)

    assert isinstance(found, Decimal)
    assert str(found) == value
    assert read_number("price", text) == found


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "-1.234", "12.345", "999,999", "1.000", "1,250"]
)
def test_a_number_with_two_readings_is_refused_and_both_are_offered(text: str) -> None:
    with pytest.raises(ReadinessError) as caught:
        read(NUM, text)

    (message,) = caught.value.messages
    assert message.code is ErrorCode.VALUE_AMBIGUOUS
    digits = text.replace(".", "").replace(",", "")
    offered = (str(message.context["plain"]), str(message.context["padded"]))
    assert [read(NUM, each) for each in offered] == [
        Decimal(digits),
        Decimal(text.replace(",", ".")),
    ]
    assert all(each in str(message) for each in offered)


@pytest.mark.parametrize(
    ("language", "thousands", "decimal"), [("vi", "1.234", "1,234"), ("en", "1,234", "1.234")]
)
def test_the_two_readings_are_written_as_the_reader_writes_numbers(
    language: str, thousands: str, decimal: str
) -> None:
    choose(language)

    with pytest.raises(ReadinessError) as caught:
        read(NUM, "1.234")

    context = caught.value.messages[0].context
    assert (context["thousands"], context["decimal"]) == (thousands, decimal)


@pytest.mark.parametrize(
    "text",
    [
        *("mười", "12 máy", "12%", "1 234", "1e3", "1_000", "0x10", "1/2", "--1", "1-", ".5", "5."),
        *("1.2.3", "1,2,3", "1.23.456", "1.234.56", "1.234,567.8", "1,,5", "1.,5", "12,5,", "nan"),
        *("0.123.456", "001.234.567", "١٢", "１２", "1²", "∞", "Infinity", "1234567,8901234"),
        *("1234567890123456", "1.234.567.890.123.456.789", "9" * 5000, "1.234" + ".567" * 2000),
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refusal(NUM, text) is ErrorCode.VALUE_NUMBER


def test_a_whole_number_has_no_decimals() -> None:
    assert read(INT, "12,0") == 12
    assert refusal(INT, "12,5") is ErrorCode.VALUE_WHOLE


def test_a_number_stays_within_its_limits_which_belong_to_it() -> None:
    assert read(INT, "0") == 0
    assert read(INT, "1000") == 1000
    assert refusal(INT, "-1") is ErrorCode.VALUE_TOO_LOW
    assert refusal(INT, "1001") is ErrorCode.VALUE_TOO_HIGH
    assert refusal(PERCENT, "100,01") is ErrorCode.VALUE_TOO_HIGH
    assert read(NUM, "-1") == -1


@pytest.mark.parametrize("text", ["có", "Có", "CO", "co", "yes", "Y", "true", "x", "1"])
def test_yes_in_either_language(text: str) -> None:
    assert read(YESNO, text) is True


@pytest.mark.parametrize("text", ["không", "KHÔNG", "khong", "no", "N", "false", "k", "0"])
def test_no_in_either_language(text: str) -> None:
    assert read(YESNO, text) is False


@pytest.mark.parametrize("text", ["có lẽ", "maybe", "2", "-", "yes no", "đúng"])
def test_what_is_neither_yes_nor_no_is_refused(text: str) -> None:
    assert refusal(YESNO, text) is ErrorCode.VALUE_YES_NO


@pytest.mark.parametrize("text", ["?", "chưa rõ", "Chưa Rõ", "chua ro", "not known", "UNKNOWN"])
@pytest.mark.parametrize("of", FIELDS, ids=lambda of: of.type)
def test_not_known_is_an_answer_of_every_field(of: Parameter, text: str) -> None:
    assert read(of, text) is NOT_KNOWN


@pytest.mark.parametrize("text", ["", "  ", "\n", "\u00a0"])
@pytest.mark.parametrize("of", FIELDS, ids=lambda of: of.type)
def test_an_empty_text_takes_the_value_back(of: Parameter, text: str) -> None:
    assert read(of, text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("isp2", "isp2"),
        ("ISP2", "isp2"),
        ("nhà mạng thứ hai", "isp2"),
        ("nha mang thu hai", "isp2"),
        ("  Nhà  mạng thứ hai ", "isp2"),
        ("second provider", "isp2"),
        ("khong co", "none"),
        ("none", "none"),
        ("4g/5g", "mobile"),
        ("duong 100 mbps", "m100"),
        ("Đường 100 Mbps", "m100"),
        (unicodedata.normalize("NFD", "Đường 100 Mbps"), "m100"),
        ("Ðường 100 Mbps", "m100"),
    ],
)
def test_a_choice_is_known_by_key_or_label_without_marks(text: str, key: str) -> None:
    assert read(CHOICE, text) == key


def test_another_choice_is_refused_and_the_known_ones_are_listed() -> None:
    with pytest.raises(ReadinessError) as caught:
        read(CHOICE, "vệ tinh")

    assert caught.value.messages[0].code is ErrorCode.VALUE_CHOICE
    assert all(
        each.key in str(caught.value) and each.label.vi in str(caught.value)
        for each in CHOICE.choices
    )


@pytest.mark.parametrize("of", FIELDS, ids=lambda of: of.type)
def test_whoever_writes_keys_is_told_label_and_key(of: Parameter) -> None:
    with pytest.raises(ReadinessError) as caught:
        read(of, "\x00", name=with_key(of))

    assert str(caught.value).startswith("Nhãn (x): ")


@pytest.mark.parametrize(
    "text",
    [
        *("05/12/2026", "5/12/2026", "05.12.2026", "5.12.2026", "5-12-2026", "05-12-2026"),
        *("2026-12-05", " 05/12/2026 ", "05122026", "05/12/26", "5/12/26", "5.12.26"),
    ],
)
def test_a_day_comes_before_its_month(text: str) -> None:
    assert read(DAY, text) == date(2026, 12, 5)


@pytest.mark.parametrize(
    "text",
    [
        *("31/02/2026", "29/02/2026", "00/12/2026", "12/13/2026", "05/12", "5 12 2026", "1/2/026"),
        *("2026-13-01", "2026-1-5", "2026/12/05", "0000-01-01", "hôm nay", "1", "٠٥/١٢/٢٠٢٦"),
        *("31/02/26", "26-12-05", "5-12-26", "5/12.26", "051226", "5122026", "31022026"),
        *("20261205", "20121205", "05121026", "12132026"),
    ],
)
def test_what_is_no_day_is_refused_with_the_form_to_write_it(text: str) -> None:
    assert refusal(DAY, text) is ErrorCode.VALUE_DATE
    with pytest.raises(ReadinessError, match="05/12/2026"):
        read(DAY, text)


@given(st.dates())
def test_a_day_is_read_from_every_way_of_writing_it(value: date) -> None:
    day, month, year = value.day, value.month, f"{value.year:04}"
    ways = [f"{day}{sign}{month}{sign}{year}" for sign in "/.-"]
    ways += [f"{day:02}{sign}{month:02}{sign}{year}" for sign in "/.-"]
    ways.append(value.isoformat())
    if 2000 <= value.year < 2100:
        ways += [f"{day:02}{month:02}{year}", f"{day}/{month}/{year[2:]}"]

    assert {read(DAY, way) for way in ways} == {value}


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_eight_digits_have_one_reading_whichever_part_comes_first(value: date) -> None:
    assert read(DAY, f"{value:%d%m%Y}") == value
    assert refusal(DAY, f"{value:%Y%m%d}") is ErrorCode.VALUE_DATE


def test_text_is_held_in_nfc_without_control_characters() -> None:
    typed = unicodedata.normalize("NFD", "  Số sê-ri:\x1b[31m ĐN-01\x00\r\ndòng hai\x7f\x85 ")

    held = read(TEXT, typed)

    assert held == "Số sê-ri: [31m ĐN-01 \ndòng hai"


@pytest.mark.parametrize("text", ["a\ud800b", "\udcff", "\x00", "\x01\x02", "\u200b", "\ufeff "])
@pytest.mark.parametrize("of", FIELDS, ids=lambda of: of.type)
def test_letters_that_cannot_be_read_never_take_a_value_back(of: Parameter, text: str) -> None:
    assert refusal(of, text) is ErrorCode.VALUE_UNREADABLE


def test_a_text_has_a_greatest_length() -> None:
    assert read(TEXT, "ế" * MOST_TEXT) == "ế" * MOST_TEXT
    assert refusal(TEXT, "ế" * (MOST_TEXT + 1)) is ErrorCode.VALUE_TOO_LONG
    assert read(TEXT, unicodedata.normalize("NFD", "ế" * MOST_TEXT)) == "ế" * MOST_TEXT


@given(st.text())
@example("\u0301")
@example(" \u0301a")
@example("\x00\u0301")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in once)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30) | st.from_regex(r"[-+]?[0-9.,]{1,12}", fullmatch=True))
@pytest.mark.parametrize("of", FIELDS, ids=lambda of: of.type)
def test_any_typed_text_is_read_or_refused_and_what_is_read_can_be_kept(
    of: Parameter, text: str
) -> None:
    try:
        value = read(of, text)
    except ReadinessError as error:
        value = None
        held = str(error)
    else:
        held = json.dumps(to_json(value), allow_nan=False)
        assert from_json(of, json.loads(held)) == value
        write(of, value)
    assert held


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("of", "value"),
    [
        (INT, Decimal(12)),
        (NUM, Decimal("12.5")),
        (NUM, Decimal("-0.125")),
        (NUM, Decimal("1234.5")),
        (NUM, Decimal(1234567)),
        (YESNO, True),
        (YESNO, False),
        (YESNO, NOT_KNOWN),
        (INT, NOT_KNOWN),
        (DAY, date(2026, 12, 5)),
        (CHOICE, "none"),
        (CHOICE, "isp2"),
        (TEXT, "Máy ở quầy 1"),
    ],
)
def test_what_is_shown_can_be_typed(of: Parameter, value: StatedValue, language: str) -> None:
    choose(language)

    assert read(of, write(of, value, unit=False)) == value


def test_every_choice_of_the_shipped_edition_is_read_by_key_and_by_both_labels() -> None:
    for of in load_edition().fields.values():
        for each in of.choices:
            for text in (each.key, each.label.vi, each.label.en, fold(each.label.vi)):
                assert read(of, text) == each.key, (of.key, text)


@given(
    st.one_of(
        st.none(),
        st.just(NOT_KNOWN),
        st.decimals(-(10**14), 10**14, places=6).map(lambda n: Decimal(str(n))),
        st.integers(-(10**14), 10**14).map(Decimal),
    )
)
def test_a_number_comes_back_from_its_record(value: StatedValue | None) -> None:
    held = to_json(value)

    assert not isinstance(held, float)
    assert from_json(NUM, json.loads(json.dumps(held))) == value


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (Decimal("12"), 12),
        (Decimal("12.0"), 12),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+2"), 100),
        (Decimal("0.000001"), "0.000001"),
        (True, True),
        (date(2026, 12, 5), "2026-12-05"),
        ("isp2", "isp2"),
        (NOT_KNOWN, {"unknown": True}),
        (None, None),
    ],
)
def test_a_record_holds_exact_json(value: StatedValue | None, held: Any) -> None:
    found = to_json(value)

    assert found == held
    assert type(found) is type(held)


@pytest.mark.parametrize(
    ("of", "held"),
    [
        *((of, held) for of in FIELDS for held in (1.5, [], {}, [1], {"unknown": False})),
        *((of, {"unknown": 1}) for of in FIELDS),
        *((of, {"unknown": True, "x": 1}) for of in FIELDS),
        *((of, "") for of in FIELDS),
        (INT, True),
        (INT, 12.0),
        (INT, "12"),
        (INT, "12.5"),
        (INT, -1),
        (INT, 1001),
        (NUM, False),
        (NUM, float("nan")),
        (NUM, float("inf")),
        (NUM, "nan"),
        (NUM, "Infinity"),
        (NUM, "1e5"),
        (NUM, "1,5"),
        (NUM, "+1.5"),
        (NUM, " 1.5"),
        (NUM, "1.5\n"),
        (NUM, "1.1234567"),
        (NUM, "1" * 16 + ".5"),
        (NUM, "٣.٥"),
        (NUM, 10**15),
        (NUM, -(10**5000)),
        (NUM, "1.5" * 5000),
        (PERCENT, 101),
        (PERCENT, "100.000001"),
        (YESNO, 1),
        (YESNO, 0),
        (YESNO, "yes"),
        (CHOICE, "ISP2"),
        (CHOICE, "isp2 "),
        (CHOICE, 1),
        (CHOICE, True),
        (DAY, "05/12/2026"),
        (DAY, "2026-02-30"),
        (DAY, "2026-12-05T00:00:00"),
        (DAY, "20261205"),
        (DAY, 20261205),
        (TEXT, 12),
        (TEXT, True),
        (TEXT, "a" * (MOST_TEXT + 1)),
        (TEXT, "  spaces  "),
        (TEXT, "a\x1b[2Jb"),
        (TEXT, "a\x00b"),
        (TEXT, "a\ud800b"),
        (TEXT, unicodedata.normalize("NFD", "ế")),
    ],
    ids=lambda each: each.type if isinstance(each, Parameter) else ascii(str(type(each))),
)
def test_a_record_that_does_not_fit_its_field_is_refused(of: Parameter, held: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the documented type; its words are for nobody
        from_json(of, held)


def test_a_number_of_a_record_has_one_form() -> None:
    assert str(from_json(NUM, "12.50")) == "12.5"
    assert str(from_json(INT, "12.0")) == "12"
    assert str(from_json(NUM, "-0.0")) == "0"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@given(JSON)
@pytest.mark.parametrize("of", FIELDS, ids=lambda of: of.type)
def test_any_json_is_a_value_or_refused_and_a_value_is_kept_as_it_was(
    of: Parameter, held: Any
) -> None:
    try:
        value = from_json(of, held)
    except ValueError:
        return

    assert from_json(of, to_json(value)) == value
    assert write(of, value)


@pytest.mark.parametrize(
    ("language", "of", "value", "words"),
    [
        ("vi", NUM, Decimal("1234.5"), "1.234,5"),
        ("en", NUM, Decimal("1234.5"), "1,234.5"),
        ("vi", PERCENT, Decimal("99.5"), "99,5%"),
        ("en", PERCENT, Decimal("99.5"), "99.5%"),
        ("en", YESNO, True, "yes"),
        ("en", YESNO, NOT_KNOWN, "not known"),
        ("vi", DAY, date(2026, 3, 5), "05/03/2026"),
        ("vi", CHOICE, "none", "không có"),
        ("en", CHOICE, "isp2", "second provider"),
        ("vi", NUM, None, "–"),
    ],
)
def test_a_value_is_written_as_people_of_the_language_do(
    language: str, of: Parameter, value: StatedValue | None, words: str
) -> None:
    choose(language)

    assert write(of, value) == words


def test_a_unit_stands_apart_and_the_per_cent_sign_close() -> None:
    assert with_unit("12", Bilingual(vi="máy", en="computers")) == "12 máy"
    assert with_unit("12", Bilingual(vi="%", en="%")) == "12%"
    assert with_unit("12", None) == "12"


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("screens", "1 screen"),
        ("people", "1 person"),
        ("inches", "1 inch"),
        ("addresses", "1 address"),
        ("visits/day", "1 visit/day"),
        ("SIMs", "1 SIM"),
        ("batteries", "1 battery"),
        ("Mbps", "1 Mbps"),
        ("ms", "1 ms"),
        ("min", "1 min"),
    ],
)
def test_one_of_a_unit_stands_in_the_singular_in_english(unit: str, one: str) -> None:
    choose("en")
    held = Bilingual(vi="chiếc", en=unit)

    assert with_unit("1", held) == one
    assert with_unit("2", held) == f"2 {unit}"
    choose("vi")
    assert with_unit("1", held) == "1 chiếc"


def test_a_number_is_doubted_only_outside_what_is_usual() -> None:
    choose("en")
    inches = field("num", usual=(20, Decimal("200.5")), unit=Bilingual(vi="inch", en="inches"))

    for value in (Decimal(20), Decimal("200.5"), None, NOT_KNOWN):
        assert doubt(inches, value) == ""
    for value in (Decimal("19.9"), Decimal(900)):
        assert doubt(inches, value).startswith("looks unusual (mostly 20 to 200.5 inches)")
    assert doubt(field("num"), Decimal(900)) == ""
