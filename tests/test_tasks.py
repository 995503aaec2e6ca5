"""Shortfalls become tasks and costs; what is not known is said and never counted as nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.communes import all_communes, communes_of
from checklists.figures import split_costs
from checklists.matrix import ReadinessClass
from checklists.profile import Price, load_profile
from checklists.report import Report
from checklists.summary import funding_note, paste_sentence, weakest_of_red
from checklists.tasks import Money, costs_of, estimated_items, tasks_of, total_costs
from criteria.catalogue import Bilingual
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import (
    ALL_MET,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    with_values,
)

if TYPE_CHECKING:
    from checklists.matrix import Matrix
    from checklists.profile import Profile
    from checklists.round import Round
    from checklists.tasks import CostSummary

DAY = date(2026, 12, 5)
ROUND = make_round()
WEAK: dict[str, object] = {
    "pc_adequate": 9,
    "scanners": 1,
    "scanners_adf": 0,
    "citizen_pc": 0,
    "id_readers": 0,
    "u_mics": 1,
    "p_shared": True,
    "b_path": "none",
    "q_kind": "none",
    "d_central": 0,
    "k_kiosks": 0,
    "c_days": 10,
    "w_mbps": 12,
    "n_backup": "none",
    "l_speed": "m100",
}


def costs(**changed: object) -> CostSummary:
    return costs_of(make_checklist(ROUND, values=with_values(**changed)))


def profile_with_prices(**million: str) -> Profile:
    """Return the profile with these prices and no others."""
    source = Bilingual(vi="Báo giá", en="Quotation")
    prices = {
        key: Price(million_vnd=Decimal(text), source=source, standing="official")
        for key, text in million.items()
    }
    return load_profile("75").model_copy(update={"prices": prices})


def quantities(found: CostSummary) -> dict[str, Decimal | None]:
    return {entry.item: entry.quantity for entry in found.entries}


def test_a_commune_that_meets_everything_needs_no_money() -> None:
    found = costs()

    assert found.total == Money()
    assert found.entries == ()
    assert found.is_complete


def test_what_is_missing_is_counted_at_the_price_of_the_profile() -> None:
    found = costs(pc_adequate=9)

    assert found.total == Money(once=3 * Decimal(20))
    assert quantities(found) == {"desktop_computer": 3}
    assert {entry.criterion for entry in found.entries} == {"EQ-01"}


def test_once_and_yearly_are_never_added_together() -> None:
    found = costs(pc_adequate=9, w_mbps=12)

    assert found.total == Money(once=Decimal(60), yearly=12 * Decimal("1.5"))
    (yearly,) = (entry for entry in found.entries if entry.item == "tslcd_upgrade")
    assert yearly.money == Money(yearly=Decimal(18))


def test_a_package_is_bought_instead_of_its_parts() -> None:
    nothing = {"q_kind": "none", "d_central": 0, "d_counter": 0, "k_kiosks": 0, "k_qr": False}

    assert quantities(costs(**nothing)) == {"queue_package": 1}
    assert "queue_package" not in quantities(costs(q_kind="none"))


def test_an_unknown_quantity_is_listed_and_not_counted_as_nothing() -> None:
    found = costs_of(make_checklist(ROUND, values={"scanners": 0, "printers": 0}))

    unsure = [entry for entry in found.entries if entry.quantity is None]
    unknown = {(entry.criterion, entry.item) for entry in unsure}
    assert unknown == {("EQ-02", "adf_scanner"), ("EQ-02", "printer")}
    assert all(entry.amount is None for entry in unsure)
    assert ("26368", "EQ-02") not in found.left_out
    assert (ROUND.communes[0].code, "EQ-02") in found.left_out
    assert not found.is_complete


def test_an_item_without_a_price_is_listed_and_not_counted_as_free() -> None:
    held = make_round(profile=profile_with_prices(desktop_computer="20"))

    found = costs_of(make_checklist(held, values=with_values(pc_adequate=9, id_readers=0)))

    assert found.unpriced == ("id_reader",)
    assert found.total == Money(once=Decimal(60))
    assert not found.is_complete
    assert found.left_out == ((held.communes[0].code, "EQ-04"),)


def test_a_criterion_that_is_open_may_still_cost_money() -> None:
    found = costs(pc_adequate=None)

    assert found.total == Money()
    assert [(place.criterion, place.periods) for place in found.open] == [
        ("EQ-01", frozenset({"once"}))
    ]
    assert found.may_grow("once")
    assert not found.may_grow("year")


def test_a_conflict_leaves_the_cost_open() -> None:
    found = costs(pc_adequate=[2, 12])

    assert found.left_out == ((ROUND.communes[0].code, "EQ-01"),)


def test_a_person_who_rates_against_the_rules_leaves_the_cost_open() -> None:
    checklist = make_checklist(ROUND, values=ALL_MET, overrides={"EQ-01": Rating.NOT_MET})

    assert [place.criterion for place in costs_of(checklist).open] == ["EQ-01"]


def test_what_is_not_applicable_costs_nothing() -> None:
    checklist = make_checklist(ROUND, values=with_values(d_central=0), not_applicable=["QS-02"])

    found = costs_of(checklist)

    assert found.is_complete
    assert found.total == Money()


def test_a_blank_commune_costs_an_unknown_amount() -> None:
    found = costs_of(make_checklist(ROUND))

    assert found.entries == ()
    assert found.may_grow("once")
    assert found.may_grow("year")


@given(st.lists(st.sets(st.sampled_from(sorted(WEAK))), min_size=1, max_size=4))
def test_the_parts_of_the_costs_add_up_to_the_whole(shortages: list[set[str]]) -> None:
    checklists = [
        make_checklist(ROUND, ROUND.communes[at], with_values(**{key: WEAK[key] for key in keys}))
        for at, keys in enumerate(shortages)
    ]

    found = total_costs(checklists)

    for key in ("criterion", "commune"):
        parts = split_costs(found, attrgetter(key)).values()
        assert sum((part.total for part in parts), Money()) == found.total
    each = [costs_of(checklist) for checklist in checklists]
    assert sum((part.total for part in each), Money()) == found.total
    for part in each:
        for code, of_one in split_costs(part, attrgetter("criterion")).items():
            assert part.of(criterion=code) == of_one


def test_prices_that_are_only_estimates_are_named() -> None:
    matrix = make_matrix({"26368": with_values(pc_adequate=9, id_readers=0)}, held=one_ward())

    found = estimated_items(matrix, total_costs(row.checklist for row in matrix.rows))

    assert found == ("id_reader",)


# Tasks


def test_a_task_for_each_criterion_that_falls_short_and_for_no_other() -> None:
    held = make_round(communes=communes_of("75")[:3])
    weak = with_values(pc_adequate=9, n_backup="none", k_kiosks=None)
    first, second, _blank = (each.code for each in held.communes)

    tasks = tasks_of(make_matrix({first: ALL_MET, second: weak}, held=held))

    assert [(task.commune.code, task.criterion.code, task.rating) for task in tasks] == [
        (second, "EQ-01", Rating.PARTLY_MET),
        (second, "CN-02", Rating.PARTLY_MET),
    ]


def test_a_task_says_what_to_do_and_leaves_who_and_when_to_the_office() -> None:
    choose("en")

    (task,) = tasks_of(make_matrix({"26368": with_values(pc_adequate=9)}, held=one_ward()))

    assert task.who == ""
    assert task.by_when is None
    assert task.remedy in task.what
    assert "3" in task.shortfalls[0]
    assert task.shortfalls[0] in task.what
    assert task.responsible == "People's Committee of Phường Long Thành"
    assert task.authority == "People's Committee of Thành phố Đồng Nai"
    assert task.result.startswith("EQ-01 verified as met")
    assert task.cost.total == Money(once=Decimal(60))


def test_a_task_without_money_is_decided_in_the_commune() -> None:
    choose("vi")

    (task,) = tasks_of(make_matrix({"26368": with_values(guide=False)}, held=one_ward()))

    assert task.criterion.code == "EQ-03"
    assert task.authority == "Chủ tịch UBND phường Long Thành"
    assert task.responsible == "UBND phường Long Thành"


def test_a_task_names_the_person_who_rated_against_the_rules() -> None:
    choose("en")
    held = one_ward()
    checklist = make_checklist(held, values=ALL_MET, overrides={"EQ-01": Rating.NOT_MET})

    (task,) = tasks_of(make_matrix(held=held, checklists=[checklist]))

    assert task.rated_by_person
    assert task.shortfalls == ("rated “Not met” by Trần Thị Bình: Đoàn đã xem lại tại chỗ",)


# The sentence to paste


def one_ward() -> Round:
    return make_round(communes=[commune("26368")])


def model_matrix() -> Matrix:
    """61 green, 26 yellow and 8 red communes, with shortfalls for 3,245 million."""
    held = make_round(profile=profile_with_prices(**model_prices()))
    red = {"n_iface": "none"}
    values = [ALL_MET] * 61 + [with_values(b_operator=False)] * 26
    values += [with_values(**red, pc_adequate=2)] * 5
    values += [with_values(**red, p_endpoint="none")] * 3
    return make_matrix(
        {each.code: stated for each, stated in zip(held.communes, values, strict=True)}, held=held
    )


def model_prices() -> dict[str, str]:
    """Five communes short of ten computers each make up the whole sum."""
    free = ("meeting_room_set", "internet_upgrade", "mobile_router", "mobile_data_sim")
    return {"desktop_computer": "64.9", **dict.fromkeys(free, "0")}


def test_the_sentence_reads_as_a_leader_writes_it() -> None:
    matrix = model_matrix()

    assert paste_sentence(matrix, DAY) == (
        "Tính đến hết ngày 05/12/2026, có 61/95 xã, phường (64,2%) đạt 16/16 tiêu chí; 26 xã, "
        "phường cơ bản đạt; 08 xã, phường chưa đạt, tập trung ở các tiêu chí CN-02, EQ-01 và "
        "VC-02. Kinh phí khắc phục dự kiến 3.245 triệu đồng."
    )


def test_the_sentence_is_complete_in_english() -> None:
    choose("en")

    assert paste_sentence(model_matrix(), DAY) == (
        "As of the end of 05/12/2026, 61/95 communes and wards (64.2%) meet 16/16 criteria; 26 "
        "communes and wards mostly meet them; 8 communes and wards do not meet them, chiefly on "
        "the criteria CN-02, EQ-01 and VC-02. The remedies are expected to cost 3,245 million VND."
    )


def test_the_criteria_named_are_those_of_the_red_communes() -> None:
    held = make_round(communes=communes_of("75")[:4])
    yellow, red = with_values(guide=False), with_values(n_iface="none")
    codes = [each.code for each in held.communes]

    matrix = make_matrix(dict(zip(codes, [yellow, yellow, yellow, red], strict=True)), held=held)

    assert matrix.weakest[0] == "CN-02"
    assert weakest_of_red(matrix) == ("CN-02",)
    assert "tập trung ở tiêu chí CN-02." in paste_sentence(matrix, DAY)


def test_a_province_without_answers_says_so() -> None:
    assert paste_sentence(make_matrix(), DAY) == (
        "Tính đến hết ngày 05/12/2026, chưa có kết quả kiểm tra của 95 xã, phường; chưa tính được "
        "kinh phí khắc phục."
    )


def test_a_round_without_communes_says_so() -> None:
    choose("en")

    sentence = paste_sentence(make_matrix(held=make_round(communes=[])), DAY)

    assert sentence == "As of the end of 05/12/2026, the round has no communes."


def test_communes_without_enough_data_are_said_and_their_cost_is_not_nothing() -> None:
    choose("en")
    held = make_round(communes=communes_of("75")[:12])
    values = {each.code: ALL_MET for each in held.communes[:9]}
    values[held.communes[9].code] = with_values(pc_adequate=9)

    sentence = paste_sentence(make_matrix(values, held=held), DAY)

    assert "at least 9/12 communes and wards (75.0%) meet 16/16 criteria" in sentence
    assert "2 communes and wards lack the data to be classed" in sentence
    assert "60 million VND, not counting 28 cases whose cost cannot be computed" in sentence


def test_green_communes_with_exceptions_are_counted_apart() -> None:
    held = make_round(communes=communes_of("75")[:3])
    lists = [
        make_checklist(held, held.communes[0], ALL_MET, not_applicable=["QS-02"]),
        make_checklist(
            held, held.communes[1], with_values(guide=False), overrides={"EQ-03": Rating.MET}
        ),
        make_checklist(held, held.communes[2], ALL_MET),
    ]

    sentence = paste_sentence(make_matrix(held=held, checklists=lists), DAY)

    assert "có 03/03" in sentence
    assert "(trong đó 02 phường có tiêu chí không áp dụng hoặc được đánh giá lại)" in sentence


def test_a_class_that_may_change_and_a_conflict_are_said() -> None:
    held = make_round(communes=communes_of("75")[:2])
    codes = [each.code for each in held.communes]
    values = {codes[0]: ALL_MET, codes[1]: with_values(n_down=[20, 150])}

    sentence = paste_sentence(make_matrix(values, held=held), DAY)

    assert "Trong số đã xếp loại, 01 phường còn có thể đổi loại khi đủ dữ liệu." in sentence
    assert " 01 phường có số liệu mâu thuẫn chưa xử lý." in sentence


def test_yearly_costs_are_said_apart() -> None:
    matrix = make_matrix({"26368": with_values(pc_adequate=9, w_mbps=12)}, held=one_ward())

    assert paste_sentence(matrix, DAY).endswith(
        "Kinh phí khắc phục dự kiến 60 triệu đồng chi một lần và 18 triệu đồng chi hằng năm."
    )


def test_where_the_money_comes_from_is_said_or_said_to_be_open() -> None:
    held = one_ward()
    short = {"26368": with_values(pc_adequate=9)}
    matrix = make_matrix(short, held=held)
    paid = Bilingual(vi="ngân sách thành phố năm 2027", en="the city's budget of 2027")
    settled = replace(held, profile=held.profile.model_copy(update={"funding": paid}))

    def said(of: Matrix) -> str:
        return funding_note(of, Report(of).costs)

    assert said(matrix) == "Chưa xác định nguồn kinh phí: hồ sơ tỉnh không nêu."
    assert said(make_matrix(short, held=settled)) == (
        "Nguồn kinh phí: ngân sách thành phố năm 2027."
    )
    assert said(make_matrix({"26368": ALL_MET}, held=held)) == ""


@pytest.mark.parametrize(
    ("kinds", "vietnamese", "english"),
    [
        ({"xã"}, "{n} xã", "{n} communes"),
        ({"phường"}, "{n} phường", "{n} wards"),
        ({"đặc khu"}, "{n} đặc khu", "{n} special zones"),
        ({"xã", "phường"}, "{n} xã, phường", "{n} communes and wards"),
        ({"xã", "đặc khu"}, "{n} xã, đặc khu", "{n} communes and special zones"),
        ({"phường", "đặc khu"}, "{n} phường, đặc khu", "{n} wards and special zones"),
        (
            {"xã", "phường", "đặc khu"},
            "{n} xã, phường, đặc khu",
            "{n} communes, wards and special zones",
        ),
    ],
)
def test_units_are_named_by_the_kinds_there_are(
    kinds: set[str], vietnamese: str, english: str
) -> None:
    of_kind = {kind: [c for c in all_communes() if c.kind == kind][:12] for kind in kinds}
    communes = [each for kind in sorted(kinds) for each in of_kind[kind]]
    matrix = make_matrix(
        {each.code: ALL_MET for each in communes}, held=make_round(communes=communes)
    )
    n = len(communes)

    assert f"có {n}/{vietnamese.format(n=n)} (100,0%)" in paste_sentence(matrix, DAY)
    choose("en")
    assert f"{n}/{english.format(n=n)} (100.0%)" in paste_sentence(matrix, DAY)


def test_the_classes_of_the_model_are_those_the_sentence_counts() -> None:
    assert model_matrix().classes == {
        ReadinessClass.GREEN: 61,
        ReadinessClass.YELLOW: 26,
        ReadinessClass.RED: 8,
    }
