"""A commune is found by whatever people type, and never mistaken for another."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.communes import Commune, all_communes, communes_of
from checklists.query import resolve_province
from checklists.search import Finder, Found, Why, find, resolve
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")

DONG_NAI = communes_of("75")
EVERYWHERE = Finder(all_communes())


def first(words: str) -> Found:
    return find(words, DONG_NAI)[0]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Biên Hòa", "Phường Biên Hòa"),
        ("Biên Hoà", "Phường Biên Hòa"),
        ("bien hoa", "Phường Biên Hòa"),
        ("BIEN HOA", "Phường Biên Hòa"),
        ("bienhoa", "Phường Biên Hòa"),
        ("phường biên hòa", "Phường Biên Hòa"),
        ("P. Biên Hòa", "Phường Biên Hòa"),
        ("p bien hoa", "Phường Biên Hòa"),
        ("  Biên   Hòa ", "Phường Biên Hòa"),
        ("xã Long Thành", "Phường Long Thành"),
        ("x. An Phước", "Xã An Phước"),
        ("xa an phuoc", "Xã An Phước"),
        ("Phú Hoà", "Xã Phú Hòa"),
        ("Đắk Ơ", "Xã Đăk Ơ"),
        ("đak ơ", "Xã Đăk Ơ"),
        ("dak o", "Xã Đăk Ơ"),
        ("Đắk Lua", "Xã Đak Lua"),
        ("Đắc Lua", "Xã Đak Lua"),
        ("\u00d0ồng Tâm", "Xã Đồng Tâm"),
        ("\u0189ồng Tâm", "Xã Đồng Tâm"),
        ("Long Thành, Đồng Nai", "Phường Long Thành"),
        ("Cẩm Mĩ", "Xã Cẩm Mỹ"),
        ("26368", "Phường Long Thành"),
        (" 26368 ", "Phường Long Thành"),
        ("Trảng B", "Phường Trảng Bom"),
        ("dau g", "Phường Dầu Giây"),
        ("giay", "Phường Dầu Giây"),
        ("nhon track", "Phường Nhơn Trạch"),
        ("tran bein", "Phường Trấn Biên"),
        ("bau hamm", "Xã Bàu Hàm"),
    ],
)
def test_a_commune_is_found_first_by_its_name_or_code(words: str, name: str) -> None:
    assert first(words).commune.name == name
    assert first(words).why in (Why.NAME, Why.CODE)


@pytest.mark.parametrize(
    ("words", "name", "matched"),
    [
        ("Hiệp Hòa cũ", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("hiep hoa cu", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("Hiệp Hòa(cũ)", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("hiep hoa", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("phường Hiệp Hòa, thành phố Biên Hòa", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("phường Hiệp Hòa, TP Biên Hòa, tỉnh Đồng Nai", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("Hiệp Hòa cũ, Đồng Nai", "Phường Trấn Biên", "Phường Hiệp Hòa"),
        ("xã Phú Hội", "Phường Nhơn Trạch", "Xã Phú Hội"),
        ("tt Gia Ray", "Phường Xuân Lộc", "Thị trấn Gia Ray"),
        ("Thị trấn Long Thành", "Phường Long Thành", "Thị trấn Long Thành"),
        ("lo 25", "Phường Dầu Giây", "Xã Lộ 25"),
        ("Hiệp Phước trước đây", "Phường Nhơn Trạch", "Thị trấn Hiệp Phước"),
    ],
)
def test_a_former_commune_leads_to_todays(words: str, name: str, matched: str) -> None:
    found = first(words)

    assert (found.commune.name, found.why, found.matched) == (name, Why.FORMER_COMMUNE, matched)


@pytest.mark.parametrize("words", ["huyện Long Thành cũ", "huyen long thanh", "H. Long Thành"])
def test_a_former_district_leads_to_all_its_communes(words: str) -> None:
    found = find(words, DONG_NAI)

    assert {each.commune.short_name for each in found[:5]} == {
        "Long Thành",
        "An Phước",
        "Bình An",
        "Long Phước",
        "Phước Thái",
    }
    assert all(each.why is Why.FORMER_DISTRICT for each in found[:5])


def test_a_current_name_comes_before_former_ones() -> None:
    found = find("Nhơn Trạch", DONG_NAI)

    assert [each.commune.short_name for each in found] == ["Nhơn Trạch", "Đại Phước", "Phước An"]
    assert [each.why for each in found] == [Why.NAME, Why.FORMER_DISTRICT, Why.FORMER_DISTRICT]


def test_who_says_former_gets_former_names_first() -> None:
    found = find("Tân Phú cũ", DONG_NAI)

    assert all(each.why is not Why.NAME for each in found)
    assert {"Phường Đồng Phú", "Phường Bình Phước", "Phường Tân Phú"} <= {
        each.commune.name for each in found
    }


def test_another_spelling_of_a_name_comes_after_the_same_spelling() -> None:
    same, other = EVERYWHERE.find("Mỹ Hạnh")[0], EVERYWHERE.find("Mĩ Hạnh")[0]

    assert same.commune.name == other.commune.name == "Xã Mỹ Hạnh"
    assert same.score > other.score


def test_marks_that_were_typed_choose_between_names_alike_without_them() -> None:
    found = [each.commune.short_name for each in EVERYWHERE.find("Long Thạnh")]

    assert found[0] == "Long Thạnh"
    assert EVERYWHERE.find("Long Thành")[0].commune.short_name == "Long Thành"


def test_a_kind_that_was_typed_chooses_between_names_alike_without_it() -> None:
    assert EVERYWHERE.find("phường Hòa Bình")[0].commune.kind == "phường"
    assert EVERYWHERE.find("xã Hòa Bình")[0].commune.kind == "xã"


def test_a_province_that_was_typed_narrows_the_answer() -> None:
    found = EVERYWHERE.find("Tân Phú, Đồng Nai")

    assert found[0].commune.name == "Phường Tân Phú"
    assert {each.commune.province_code for each in found if each.score >= 770} == {"75"}


def test_the_beginning_of_a_code_finds_its_communes_in_order() -> None:
    codes = [each.commune.code for each in find("263", DONG_NAI)]

    assert codes == sorted(code for code in (c.code for c in DONG_NAI) if code.startswith("263"))


def test_a_ward_with_a_number_is_found_however_it_is_written() -> None:
    for words in ("phường 14", "Phường 014", "p.14", "P14", "p 14"):
        found = EVERYWHERE.find(words)

        assert {each.matched for each in found} == {"Phường 14"}


def test_highland_names_are_found_with_and_without_apostrophes() -> None:
    for words in ("Cư M'gar", "cu mgar", "Cư M’gar", "cu m gar", "cumgar"):
        assert EVERYWHERE.find(words)[0].commune.name == "Xã Cư M'gar"


def test_a_wrong_letter_is_forgiven_last_and_only_in_longer_words() -> None:
    meant = find("nhom trach", DONG_NAI)[0]

    assert meant.commune.name == "Phường Nhơn Trạch"
    assert meant.score < min(each.score for each in find("trạch", DONG_NAI))
    assert find("ban hom", DONG_NAI) == []


@pytest.mark.parametrize(
    "words", ["", "   ", "?", "zzzz", "=1+1", "[/zz]", "\U0001f600", "x" * 5000]
)
def test_what_means_nothing_finds_nothing(words: str) -> None:
    assert find(words, DONG_NAI) == []


def test_no_more_than_asked_for_is_found() -> None:
    assert len(find("t", DONG_NAI, limit=7)) == 7
    assert find("t", DONG_NAI, limit=0) == []
    assert find("bien hoa", ()) == []


def test_every_current_name_finds_its_own_commune_before_any_other_name() -> None:
    for commune in all_communes():
        best = EVERYWHERE.find(commune.name, limit=1)[0]

        assert fold(best.commune.short_name) == fold(commune.short_name)
        assert best.why is Why.NAME


def test_every_former_name_finds_its_commune() -> None:
    for commune in DONG_NAI:
        for unit in commune.former_units:
            assert commune in [each.commune for each in find(f"{unit} cũ", DONG_NAI)]


def test_every_code_finds_its_commune() -> None:
    assert all(find(each.code, DONG_NAI)[0].commune is each for each in DONG_NAI)


@given(st.sampled_from(DONG_NAI), st.sampled_from(FORMS), st.booleans())
def test_the_form_of_letters_changes_no_answer(commune: Commune, form: Form, upper: bool) -> None:
    words = unicodedata.normalize(form, commune.name.upper() if upper else commune.name)

    assert find(words, DONG_NAI)[0].commune.short_name == commune.short_name
    assert resolve(words, DONG_NAI).short_name == commune.short_name


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="abđhiknoòPpQxXyã0123 .,'-cuũ\u0301\ud800", max_size=20))
def test_no_query_fails_and_the_nearest_come_first(words: str) -> None:
    found = find(words, DONG_NAI)
    scores = [each.score for each in found]

    assert scores == sorted(scores, reverse=True)
    assert len({each.commune.code for each in found}) == len(found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("26368", "26368"),
        ("Long Thành", "26368"),
        ("xã Long Thành", "26368"),
        ("Phường Long Thành, Đồng Nai", "26368"),
        ("p. bien hoa", "26068"),
        ("cam mi", "26341"),
        ("Tân Phú", "26116"),
    ],
)
def test_a_command_takes_a_code_or_a_name(text: str, code: str) -> None:
    assert resolve(text, DONG_NAI).code == code


def test_a_code_is_taken_without_the_zeros_a_spreadsheet_took_away() -> None:
    assert EVERYWHERE.resolve("4").code == "00004"
    assert EVERYWHERE.resolve("4033").code == "04033"


def test_a_name_of_several_communes_is_refused_with_their_codes() -> None:
    with pytest.raises(ReadinessError) as refused:
        EVERYWHERE.resolve("Hòa Bình")

    (message,) = refused.value.messages
    assert message.code is ErrorCode.COMMUNE_AMBIGUOUS
    for each in all_communes():
        if each.short_name == "Hòa Bình":
            assert f"{each.code} {each.name} ({each.province})" in str(
                message.context["candidates"]
            )
    assert refused.value.status == 2


def test_marks_and_kind_tell_communes_apart_in_a_command() -> None:
    alike = tuple(
        each for each in all_communes() if each.name in ("Xã Long Thạnh", "Xã Long Thành")
    )

    assert resolve("Long Thạnh", alike).name == "Xã Long Thạnh"
    assert resolve("Long Thành", alike).name == "Xã Long Thành"
    with pytest.raises(ReadinessError):
        resolve("long thanh", alike)


@pytest.mark.parametrize(
    "text",
    ["Hiệp Hòa", "Hiệp Hòa cũ", "huyện Long Thành", "thị trấn Gia Ray", "Trảng", "nhon track"],
)
def test_a_command_never_guesses_but_suggests(text: str) -> None:
    with pytest.raises(ReadinessError) as refused:
        resolve(text, DONG_NAI)

    (message,) = refused.value.messages
    assert message.code is ErrorCode.COMMUNE_UNKNOWN_NEAR
    assert 1 <= str(message.context["candidates"]).count(";") + 1 <= 3


@pytest.mark.parametrize("text", ["", "99999", "zzzz", "{0}", "x" * 9000])
def test_a_command_refuses_what_is_no_commune(text: str) -> None:
    with pytest.raises(ReadinessError) as refused:
        resolve(text, DONG_NAI)

    assert refused.value.messages[0].code is ErrorCode.COMMUNE_UNKNOWN
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("text", ["75", "Đồng Nai", "dong nai", "tỉnh Đồng Nai", "TP. Đồng Nai"])
def test_a_province_is_taken_by_code_or_name(text: str) -> None:
    assert resolve_province(text).code == "75"


@pytest.mark.parametrize("text", ["", "7", "Bình Phước", "750"])
def test_a_province_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ReadinessError) as refused:
        resolve_province(text)

    assert refused.value.messages[0].code is ErrorCode.PROVINCE_UNKNOWN
