"""A profile says what differs between provinces, and admits what it does not know."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.communes import provinces
from checklists.profile import DEFAULT_PROFILE, PROFILES, Profile, load_profile
from criteria.catalogue import load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.lint import Finding

if TYPE_CHECKING:
    from pathlib import Path

DONG_NAI = load_profile("75")

PRICE = """
[prices.printer]
million_vnd = 14.5
standing = "official"
source = { vi = "Báo giá ngày 02/11/2026", en = "Quotation of 02/11/2026" }
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "Hồ sơ của sở.toml"


def refused(own: Path, text: str | bytes, province: str = "75") -> ReadinessError:
    own.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ReadinessError) as error:
        load_profile(province, own)
    return error.value


def test_dong_nai_writes_as_the_city_it_is_since_april() -> None:
    state, party = DONG_NAI.state_form, DONG_NAI.party_form

    assert state.parent_body.vi == "UBND THÀNH PHỐ ĐỒNG NAI"
    assert state.issuing_body.vi == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    assert state.place.vi == "Đồng Nai"
    assert party.parent_body.vi == "THÀNH ỦY ĐỒNG NAI"
    assert party.issuing_body.vi.startswith("BAN CHỈ ĐẠO ")
    assert party.motto is None


def test_a_report_is_numbered_as_each_form_asks() -> None:
    assert DONG_NAI.state_form.number_line(5) == "Số: 05/BC-SKHCN"
    assert DONG_NAI.party_form.number_line(128) == "Số 128-BC/BCĐ"
    assert DONG_NAI.state_form.number_line() == "Số: ……/BC-SKHCN"
    choose("en")
    assert DONG_NAI.state_form.number_line(5) == "No.: 05/BC-SKHCN"


def test_dong_nai_says_which_settings_are_defaults() -> None:
    assert {"core_criteria", "classes", "switches", "prices.printer"} <= set(DONG_NAI.defaulted)
    assert not {"state_form", "party_form", "probes", "prices", "prices.queue_package"} & set(
        DONG_NAI.defaulted
    )


def test_a_province_without_a_file_gets_its_name_and_says_that_all_is_default() -> None:
    profile = load_profile("80")

    assert profile.state_form.parent_body.vi == "UBND TỈNH TÂY NINH"
    assert profile.state_form.parent_body.en == "PEOPLE'S COMMITTEE OF TÂY NINH PROVINCE"
    assert profile.party_form.parent_body.vi == "TỈNH ỦY TÂY NINH"
    assert profile.state_form.place.vi == "Tây Ninh"
    assert set(profile.defaulted) == {
        "core_criteria",
        "keep_photo_place",
        "state_form",
        "party_form",
        "classes",
        "switches",
        "probes",
        "prices",
    }


@pytest.mark.parametrize("code", [each.code for each in provinces()])
def test_every_province_has_a_whole_profile(code: str) -> None:
    profile = load_profile(code)

    heads = json.dumps([profile.to_dict()[key] for key in ("state_form", "party_form")])
    assert profile.province_code == code
    assert "{P" not in heads
    assert "{place" not in heads


def test_every_shipped_file_is_for_the_province_in_its_name() -> None:
    codes = {each.code for each in provinces()}

    for path in PROFILES.glob("*.toml"):
        data = tomllib.loads(path.read_text("utf-8"))
        assert path == DEFAULT_PROFILE or (path.stem in codes and data["province"] == path.stem)


def test_the_thresholds_are_those_of_the_project() -> None:
    assert DONG_NAI.classes.grey_above == 2
    assert DONG_NAI.classes.yellow_index == Decimal(75)
    assert DONG_NAI.core_criteria == ("EQ-01", "EQ-02", "VC-01", "CN-01", "CN-02", "CN-04")


def test_the_default_profile_fits_the_shipped_edition() -> None:
    edition = load_edition()

    assert set(DONG_NAI.prices) == {item.key for item in edition.items}
    assert dict(DONG_NAI.switches) == {each.key: each.default for each in edition.switches}
    assert set(DONG_NAI.core_criteria) <= set(edition.codes)


def test_a_fee_counted_by_the_month_is_priced_by_the_month() -> None:
    edition = load_edition()
    monthly = {item.key for item in edition.items if item.unit.vi == "tháng"}

    assert monthly == {"internet_upgrade", "tslcd_upgrade"}
    assert all("một tháng" in DONG_NAI.prices[key].source.vi for key in monthly)
    assert DONG_NAI.prices["internet_upgrade"].million_vnd * 12 == Decimal(12)
    assert DONG_NAI.prices["tslcd_upgrade"].million_vnd * 12 == Decimal(18)


def test_a_price_without_a_source_says_that_it_is_an_estimate() -> None:
    for price in DONG_NAI.prices.values():
        estimate = price.standing == "project_default"
        assert estimate == price.source.vi.startswith("Ước lượng của phần mềm")
        assert estimate == price.source.en.startswith("Estimate of this project")


def test_the_laptop_probes_only_what_is_publicly_known() -> None:
    (target,) = DONG_NAI.probes.targets

    assert (target.address, target.mandatory) == ("https://dichvucong.gov.vn", True)
    assert DONG_NAI.probes.speed_test == ""


def test_the_offices_file_stands_over_the_provinces(own: Path) -> None:
    own.write_text(PRICE, "utf-8")

    profile = load_profile("75", own)

    assert profile.prices["printer"].million_vnd == Decimal("14.5")
    assert profile.prices["printer"].standing == "official"
    assert profile.prices["ups"] == DONG_NAI.prices["ups"]
    assert profile.state_form == DONG_NAI.state_form
    assert set(DONG_NAI.defaulted) - set(profile.defaulted) == {"prices.printer"}


def test_an_office_may_say_where_the_money_comes_from(own: Path) -> None:
    own.write_text('funding = { vi = "ngân sách 2027", en = "the budget of 2027" }', "utf-8")

    profile = load_profile("75", own)

    assert DONG_NAI.funding is None
    assert "funding" not in DONG_NAI.to_dict()
    assert Profile.from_dict(profile.to_dict()).funding == profile.funding
    assert profile.funding is not None
    assert profile.funding.en == "the budget of 2027"


def test_the_names_of_a_province_may_stand_in_an_offices_file(own: Path) -> None:
    own.write_text('[state_form]\nplace = { vi = "Thành phố {place}", en = "{place}" }', "utf-8")

    assert load_profile("75", own).state_form.place.vi == "Thành phố Đồng Nai"


def test_a_file_saved_by_notepad_with_a_mark_at_its_beginning_is_read(own: Path) -> None:
    own.write_bytes(b"\xef\xbb\xbf" + PRICE.replace("\n", "\r\n").encode())

    assert load_profile("75", own).prices["printer"].million_vnd == Decimal("14.5")


def test_a_round_carries_a_profile_through_json_unchanged() -> None:
    for province in ("75", "79", "80"):
        profile = load_profile(province)
        text = json.dumps(profile.to_dict(), ensure_ascii=False)

        assert Profile.from_dict(json.loads(text, parse_float=pytest.fail)) == profile


def broken_everywhere() -> str:
    return """core_criteria = "EQ-01"
defaulted = ["prices"]
[state_form]
parent_body = "UBND X"
number_sufix = "SX"
report_number = { vi = "Số: {number.__class__}", en = "No" }
place = { vi = "", en = 3 }
[classes]
yellow_index = "seventy"
grey_above = 2.5
[switches]
require_ipv6 = "yes"
"Bad Key" = true
[prices]
ups = 4
[prices.printer]
million_vnd = -3
standing = "official"
[prices.firewall]
million_vnd = true
standing = "guess"
source = { vi = "A" }
[probes]
speed_test = "ftp://user:secret@host"
targets = [{ key = "a", label = { vi = "A", en = "A" }, address = "", mandatory = 1 }]
[prises]
x = 1
"""


def test_everything_wrong_with_a_file_is_said_at_once_with_line_and_key(own: Path) -> None:
    choose("en")

    error = refused(own, broken_everywhere())

    head, *problems = str(error).splitlines()
    assert head.startswith(f"{own}: ")
    for place in (
        "line 1, core_criteria: ",
        "line 2, defaulted: ",
        "line 4, state_form, parent_body: ",
        "line 5, state_form, number_sufix: ",
        "line 6, state_form, report_number: ",
        "line 7, state_form, place, vi: ",
        "line 7, state_form, place, en: ",
        "line 9, classes, yellow_index: ",
        "line 10, classes, grey_above: ",
        "line 12, switches, require_ipv6: ",
        "line 15, prices, ups: ",
        "line 17, prices, printer, million_vnd: ",
        "prices, printer, source: ",
        "line 20, prices, firewall, million_vnd: ",
        "line 21, prices, firewall, standing: ",
        "prices, firewall, source, en: ",
        "line 24, probes, speed_test: ",
        "probes, a, address: ",
        "probes, a, mandatory: ",
        "prises: ",
    ):
        assert sum(place in problem for problem in problems) == 1, place
    assert any("“Bad Key”" in problem for problem in problems)


def test_a_persons_messages_are_never_those_of_a_library(own: Path) -> None:
    error = refused(own, broken_everywhere())

    choose("en")
    for word in ("Input should", "valid", "pydantic", "type=", "decimal", "NoneType", " or '"):
        assert word not in str(error)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[prices\n", ErrorCode.DATA_NOT_TOML),
        ("[classes]\ngrey_above = 1\ngrey_above = 2\n", ErrorCode.DATA_NOT_TOML),
        ("[classes]\nyellow_index = 7,5", ErrorCode.DATA_COMMA),
        ("UBND tỉnh".encode("utf-16"), ErrorCode.DATA_NOT_UTF8),
        ('province = "80"', ErrorCode.PROFILE_OTHER_PROVINCE),
        ("province = 75", ErrorCode.PROFILE_OTHER_PROVINCE),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(
    own: Path, text: str | bytes, code: ErrorCode
) -> None:
    error = refused(own, text)

    assert [message.code for message in error.messages] == [code]
    assert str(own) in str(error)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("prices = 3", ErrorCode.PROFILE_NOT_SECTION),
        ("[prices]\nups = 3", ErrorCode.PROFILE_NOT_PRICE),
        (PRICE.replace("14.5", "inf"), ErrorCode.DATA_NOT_NUMBER),
        (PRICE.replace("14.5", "1_000_001"), ErrorCode.PROFILE_TOO_HIGH),
        (PRICE.replace("14.5", "0.00000001"), ErrorCode.PROFILE_TOO_LONG),
        (PRICE.replace('"official"', '"sure"'), ErrorCode.DATA_NOT_ONE_OF),
        ("[classes]\nyellow_index = 101", ErrorCode.PROFILE_TOO_HIGH),
        ("[classes]\ngrey_above = -1", ErrorCode.PROFILE_TOO_LOW),
        ("[switches]\nQueue = true", ErrorCode.DATA_PATTERN),
        ('core_criteria = ["eq 1"]', ErrorCode.DATA_PATTERN),
        ("[state_form]\nnumber_suffix = 3", ErrorCode.DATA_NOT_TEXT),
        (f'[state_form]\nnumber_suffix = "{"x" * 41}"', ErrorCode.PROFILE_TOO_LONG),
        ('[probes]\nspeed_test = "http://a b"', ErrorCode.PROFILE_NOT_ADDRESS),
        ('[probes]\nspeed_test = "http://me:secret@host"', ErrorCode.PROFILE_NOT_ADDRESS),
        ('[probes]\ntargets = "https://dichvucong.gov.vn"', ErrorCode.PROFILE_NOT_LIST),
    ],
)
def test_each_mistake_has_its_own_words(own: Path, text: str, code: ErrorCode) -> None:
    error = refused(own, text)

    head, finding = error.messages
    assert head.code is ErrorCode.DATA_BROKEN
    assert error.status == 1
    found = finding.context["finding"]
    assert isinstance(found, Finding)
    assert found.message.code is code


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError) as error:
        load_profile("75", tmp_path / "none.toml")

    assert error.value.messages[0].code is ErrorCode.DATA_MISSING


def test_a_folder_is_not_a_profile(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError) as error:
        load_profile("75", tmp_path)

    assert error.value.messages[0].code is ErrorCode.DATA_UNREADABLE


def test_a_province_that_is_none_has_no_profile() -> None:
    with pytest.raises(ReadinessError) as error:
        load_profile("99")

    assert error.value.messages[0].code is ErrorCode.PROVINCE_UNKNOWN


@pytest.mark.parametrize(
    "address",
    ["https://dichvucong.gov.vn", "do.dongnai.gov.vn", "10.1.2.3:8080", "http://h/100MB.bin?x=1"],
)
def test_hosts_and_web_addresses_are_taken(own: Path, address: str) -> None:
    own.write_text(f'[probes]\nspeed_test = "{address}"', "utf-8")

    assert load_profile("75", own).probes.speed_test == address


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(DONG_NAI.to_dict())), JSON, min_size=1))
def test_whatever_stands_in_a_carried_profile_is_read_or_refused(data: dict[str, Any]) -> None:
    try:
        Profile.from_dict({**DONG_NAI.to_dict(), **data})
    except ReadinessError as refusal:
        str(refusal)


@pytest.mark.parametrize("data", [[], None, "profile", 3, {}, {"prices": {"x": 1.5}}])
def test_what_is_no_profile_at_all_is_refused(data: Any) -> None:
    with pytest.raises(ReadinessError):
        Profile.from_dict(data)
