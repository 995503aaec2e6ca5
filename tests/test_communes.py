"""The official list is whole, in order, and carried in a round without loss."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.communes import (
    COMMUNES_FILE,
    KINDS,
    Commune,
    all_communes,
    communes_of,
    province,
    provinces,
    sort_key,
)
from criteria.errors import ErrorCode, ReadinessError
from tools import rebuild_communes

if TYPE_CHECKING:
    from pathlib import Path

LONG_THANH = "26368"


def commune(code: str) -> Commune:
    return next(each for each in all_communes() if each.code == code)


def test_the_list_has_every_province_and_commune_once() -> None:
    codes = [each.code for each in all_communes()]

    assert len(provinces()) == 34
    assert len(codes) == len(set(codes)) == 3321
    assert all(len(code) == 5 and code.isdigit() for code in codes)
    assert codes[0] == "00004"


def test_the_list_is_in_the_official_order() -> None:
    order = [(each.province_code, each.code) for each in all_communes()]

    assert order == sorted(order)


def test_the_list_is_text_in_nfc_with_plain_line_ends() -> None:
    text = COMMUNES_FILE.read_bytes().decode("utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    assert not text.startswith("\ufeff")


def test_every_name_begins_with_its_kind() -> None:
    for each in all_communes():
        assert each.kind in KINDS
        assert each.name == f"{each.kind[0].upper()}{each.kind[1:]} {each.short_name}"


def test_every_former_name_begins_with_its_kind() -> None:
    units = {unit for each in all_communes() for unit in each.former_units}
    districts = {each.former_district for each in all_communes()} - {""}

    assert all(unit.startswith(("Xã ", "Phường ", "Thị trấn ")) for unit in units)
    assert all(d.startswith(("Huyện ", "Quận ", "Thị xã ", "Thành phố ")) for d in districts)


def test_no_two_communes_of_a_province_share_a_tile() -> None:
    for each in provinces():
        tiles = [(c.tile_row, c.tile_column) for c in communes_of(each.code)]

        assert len(tiles) == len(set(tiles))


def test_every_commune_lies_in_the_country() -> None:
    for each in all_communes():
        assert Decimal(8) < each.latitude < Decimal(24)
        assert Decimal(102) < each.longitude < Decimal(115)
        assert each.area_km2 is None or each.area_km2 > 0


def test_dong_nai_has_95_communes_of_which_ten_became_wards() -> None:
    communes = communes_of("75")

    assert province("75").name == "Thành phố Đồng Nai"
    assert Counter(each.kind for each in communes) == {"xã": 62, "phường": 33}
    changed = [each for each in all_communes() if each.kind_until_2026_04_29]
    assert {each.short_name for each in changed} == {
        "Lộc Ninh",
        "Tân Khai",
        "Đồng Phú",
        "Tân Phú",
        "Trị An",
        "Trảng Bom",
        "Dầu Giây",
        "Long Thành",
        "Xuân Lộc",
        "Nhơn Trạch",
    }
    assert all(each.province_code == "75" for each in changed)
    assert max(each.tile_row for each in communes) == 15
    assert max(each.tile_column for each in communes) == 9


def test_a_name_of_papers_before_the_change_can_be_written() -> None:
    assert commune(LONG_THANH).name == "Phường Long Thành"
    assert commune(LONG_THANH).name_until_2026_04_29 == "Xã Long Thành"
    assert commune("26068").name_until_2026_04_29 == "Phường Biên Hòa"


def test_a_province_knows_its_short_name_and_whether_it_is_a_city() -> None:
    assert (province("75").short_name, province("75").is_city) == ("Đồng Nai", True)
    assert (province("80").short_name, province("80").is_city) == ("Tây Ninh", False)


@pytest.mark.parametrize("code", ["99", "", "7", "075", "Đồng Nai"])
def test_a_province_that_is_none_is_refused_with_the_codes(code: str) -> None:
    with pytest.raises(ReadinessError) as refused:
        communes_of(code)

    (message,) = refused.value.messages
    assert message.code is ErrorCode.PROVINCE_UNKNOWN
    assert "75 Đồng Nai" in str(message.context["known"])
    assert refused.value.status == 2


def test_a_round_carries_every_commune_through_json_unchanged() -> None:
    for each in all_communes():
        text = json.dumps(each.to_dict(), ensure_ascii=False)

        assert Commune.from_dict(json.loads(text, parse_float=pytest.fail)) == each


def test_what_a_newer_version_adds_to_a_commune_is_passed_over() -> None:
    data = {**commune(LONG_THANH).to_dict(), "population": 12}

    assert Commune.from_dict(data) == commune(LONG_THANH)


def test_a_carried_name_is_read_in_nfc() -> None:
    data = commune(LONG_THANH).to_dict()
    data["name"] = unicodedata.normalize("NFD", data["name"])

    assert Commune.from_dict(data).name == "Phường Long Thành"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("code", 26368),
        ("code", "2636"),
        ("code", "２６３６８"),
        ("name", ""),
        ("name", "Phường\nLong Thành"),
        ("name", "x" * 501),
        ("kind", "quận"),
        ("kind_until_2026_04_29", "làng"),
        ("province_code", "7"),
        ("former_units", "Xã Lộc An"),
        ("former_units", ["Xã Lộc An", 3]),
        ("latitude", 10.8),
        ("latitude", "NaN"),
        ("latitude", "91"),
        ("longitude", "1e2"),
        ("area_km2", "1E-999999"),
        ("tile_row", True),
        ("tile_row", -1),
        ("tile_column", "3"),
    ],
)
def test_a_damaged_commune_is_refused_with_its_code_and_key(key: str, value: object) -> None:
    data = {**commune(LONG_THANH).to_dict(), key: value}

    with pytest.raises(ReadinessError) as refused:
        Commune.from_dict(data)

    (message,) = refused.value.messages
    assert message.code is ErrorCode.COMMUNE_BROKEN
    assert message.context["key"] == key


@pytest.mark.parametrize("key", sorted(set(commune(LONG_THANH).to_dict())))
def test_a_commune_without_a_key_is_read_or_refused(key: str) -> None:
    data = commune(LONG_THANH).to_dict()
    del data[key]

    try:
        Commune.from_dict(data)
    except ReadinessError:
        return
    assert key in {"former_district", "area_km2", "kind_until_2026_04_29"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


SPOILT = st.dictionaries(st.sampled_from(sorted(commune(LONG_THANH).to_dict())), JSON)


@given(SPOILT.map(lambda spoilt: {**commune(LONG_THANH).to_dict(), **spoilt}) | JSON)
def test_whatever_stands_where_a_commune_should_is_read_or_refused(data: Any) -> None:
    try:
        Commune.from_dict(data)
    except ReadinessError as refused:
        str(refused)


def test_names_sort_by_the_vietnamese_alphabet() -> None:
    names = ["Đa Kia", "Dầu Giây", "Ấp", "Ăn", "An Lộc", "Êa", "Ea", "Ơ", "Ô", "O", "Ư", "U", "Y"]

    assert sorted(names, key=sort_key) == [
        "An Lộc",
        "Ăn",
        "Ấp",
        "Dầu Giây",
        "Đa Kia",
        "Ea",
        "Êa",
        "O",
        "Ô",
        "Ơ",
        "U",
        "Ư",
        "Y",
    ]


def test_tones_decide_only_between_the_same_letters() -> None:
    assert sorted(["ma", "mạ", "mã", "má", "mả", "mà"], key=sort_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]
    assert sort_key("Hòa An") < sort_key("Hoa Bình") < sort_key("Hòa Bình")


def test_a_number_in_a_name_sorts_by_its_value() -> None:
    names = ["Phường 10", "Phường 9", "Phường 2", "Phường An Lộc"]

    assert sorted(names, key=sort_key) == ["Phường 2", "Phường 9", "Phường 10", "Phường An Lộc"]


@given(st.lists(st.text(max_size=6), max_size=5))
def test_sorting_never_fails_and_does_not_depend_on_the_form_of_letters(texts: list[str]) -> None:
    apart = [unicodedata.normalize("NFD", text) for text in texts]
    composed = [unicodedata.normalize("NFC", text) for text in texts]

    assert list(map(sort_key, apart)) == list(map(sort_key, composed))


def rows() -> list[rebuild_communes.Row]:
    _, held = rebuild_communes.read_rows(COMMUNES_FILE)
    return [row for row in held if row["province_code"] == "75"]


def told(changes: dict[str, dict[str, str] | None]) -> rebuild_communes.Sources:
    """What the packages would say if they agreed with the list but for ``changes``."""
    sources = rebuild_communes.Sources([])
    for row in rows():
        change = changes.get(row["code"], {})
        if change is not None:
            sources.rows.append({**row, **change})
    for code, change in changes.items():
        if change and not any(row["code"] == code for row in sources.rows):
            sources.rows.append({**rows()[0], "code": code, **change})
    return sources


def test_sources_that_agree_rebuild_the_same_list(tmp_path: Path) -> None:
    columns, held = rebuild_communes.read_rows(COMMUNES_FILE)
    found = rebuild_communes.compare(held, rebuild_communes.Sources(held))
    path = tmp_path / "communes.csv"

    rebuild_communes.write_rows(path, columns, found.rows)

    assert found.differences == []
    assert path.read_bytes() == COMMUNES_FILE.read_bytes()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"26068": None}, "Gone: 26068 Phường Biên Hòa"),
        ({"26068": {"name": "Phường Bửu Hòa"}}, "Renamed: 26068 Phường Biên Hòa is now"),
        (
            {"26383": {"name": "Phường An Phước", "kind": "phường"}},
            "Kind changed: 26383 Xã An Phước is now phường",
        ),
        ({"26068": {"former_units": "Phường Bửu Hòa"}}, "the former units are now Phường Bửu Hòa;"),
        ({"26068": {"former_district": ""}}, "the former district is now none; committed: Thành"),
    ],
    ids=["gone", "renamed", "kind", "former units", "former district"],
)
def test_each_difference_is_said_in_words(
    changes: dict[str, dict[str, str] | None], said: str
) -> None:
    found = rebuild_communes.compare(rows(), told(changes))

    (difference,) = found.differences
    assert said in difference


def test_a_kind_that_the_packages_have_not_followed_stays() -> None:
    old = {LONG_THANH: {"name": "Xã Long Thành", "kind": "xã"}}

    found = rebuild_communes.compare(rows(), told(dict(old)))

    assert found.differences == []
    assert "Phường Long Thành" in found.notes[-1]
    assert found.rows == rows()


def test_a_new_commune_takes_a_free_tile_near_its_place() -> None:
    neighbour = next(row for row in rows() if row["code"] == "26068")
    place = {key: neighbour[key] for key in ("latitude", "longitude")}

    found = rebuild_communes.compare(rows(), told({"26999": {"name": "Phường Mới", **place}}))

    (row,) = [row for row in found.rows if row["code"] == "26999"]
    taken = {(each["tile_row"], each["tile_column"]) for each in rows()}
    assert (row["tile_row"], row["tile_column"]) not in taken
    assert abs(int(row["tile_row"]) - int(neighbour["tile_row"])) <= 3
    assert abs(int(row["tile_column"]) - int(neighbour["tile_column"])) <= 3
    assert found.differences == [
        f"New: 26999 Phường Mới, Thành phố Đồng Nai; tile row {row['tile_row']}, "
        f"column {row['tile_column']}."
    ]


def test_places_and_tiles_of_known_communes_stay() -> None:
    moved = {"26068": {"latitude": "1.0", "tile_row": "99"}}

    found = rebuild_communes.compare(rows(), told(dict(moved)))

    assert found.differences == []
    assert found.rows == rows()
