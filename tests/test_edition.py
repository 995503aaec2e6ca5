"""The shipped edition: every criterion and measure is there, and rates as its words say."""

from __future__ import annotations

import itertools
import json
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from criteria.catalogue import (
    DEFAULT_EDITION,
    EDITIONS,
    Catalogue,
    carried_sum,
    examined,
    load_edition,
)
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import LANGUAGES, choose
from criteria.lint import edition_from, lint_file
from criteria.rating import Assessment, Rating
from criteria.toml_file import Place
from criteria.values import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEASURES = {
    "EQ-01": "pc_working pc_adequate pc_over5y pc_os_eol",
    "EQ-02": "scanners scanners_adf scan_10p_sec printers copier",
    "EQ-03": "citizen_pc citizen_net session_wipe guide public_wifi",
    "EQ-04": "signers certs_valid certs_60d org_cert org_cert_exp id_readers cashless",
    "VC-01": "u_seats u_endpoint u_camera u_screens u_screen_inch u_mics u_speaker u_state u_year "
    "u_serial",
    "VC-02": "p_shared p_seats p_endpoint p_camera p_screens p_screen_inch p_mics p_speaker "
    "p_state p_year p_serial",
    "VC-03": "t_date t_point t_min t_res t_loss t_rtt t_jit t_drops t_audio t_via",
    "VC-04": "b_ups_min b_gen b_path b_operator b_sessions b_incidents",
    "QS-01": "q_kind q_machines q_counters q_voice q_priority q_linked q_wait",
    "QS-02": "d_central d_inch d_counter d_sync d_public",
    "QS-03": "k_kiosks k_proc k_status k_resp k_qr",
    "QS-04": "c_cams c_cover c_days c_uplink f_points f_works",
    "CN-01": "w_ubnd w_party w_mbps w_isp w_contract w_expiry w_rtt w_down_h",
    "CN-02": "n_contract n_down n_up n_rtt n_jit n_loss n_runs n_iface n_method n_backup "
    "n_failover",
    "CN-03": "l_speed l_split l_fw l_ups_min l_av_pc l_all_pc l_level l_owner",
    "CN-04": "s_targets s_ok_targets s_portal_pct s_ttfb s_dns s_login s_open_sec s_ipv6 s_clock",
}
PARAMETERS = (
    "counters staff_pasc staff_total visits_day same_building population unit_kind "
    "former_district cluster hard_area visit_date"
)
VISIT = date(2026, 12, 1)

# Every number stands exactly on the limit that its criterion sets for "met".
GOOD: dict[str, Any] = {
    "visit_date": VISIT,
    "counters": 4,
    "staff_pasc": 10,
    "staff_total": 40,
    "visits_day": 100,
    "pc_working": 10,
    "pc_adequate": 10,
    "scanners": 2,
    "scanners_adf": 1,
    "printers": 4,
    "citizen_pc": 2,
    "citizen_net": True,
    "session_wipe": True,
    "guide": True,
    "signers": 5,
    "certs_valid": 5,
    "org_cert": True,
    "id_readers": 1,
    "cashless": "qr",
    "u_endpoint": "pc_sw",
    "u_seats": 20,
    "u_camera": "web1080",
    "u_screens": 1,
    "u_screen_inch": 55,
    "u_mics": 2,
    "u_speaker": True,
    "u_state": "good",
    "p_shared": False,
    "p_endpoint": "codec_hw",
    "p_seats": 21,
    "p_camera": "ptz1080",
    "p_screens": 1,
    "p_screen_inch": 65,
    "p_mics": 3,
    "p_speaker": True,
    "p_state": "good",
    "t_date": VISIT - timedelta(days=30),
    "t_min": 10,
    "t_res": "720",
    "t_loss": 1,
    "t_rtt": 150,
    "t_jit": 30,
    "t_drops": 0,
    "t_audio": 4,
    "b_ups_min": 15,
    "b_gen": False,
    "b_path": "mobile",
    "b_operator": True,
    "b_sessions": 20,
    "b_incidents": 1,
    "q_kind": "button",
    "q_machines": 1,
    "q_counters": 4,
    "q_voice": True,
    "d_central": 1,
    "d_inch": 43,
    "d_counter": 4,
    "d_sync": True,
    "k_kiosks": 1,
    "k_qr": False,
    "k_proc": True,
    "k_status": True,
    "k_resp": 10,
    "c_cams": 4,
    "c_cover": True,
    "c_days": 30,
    "c_uplink": True,
    "f_points": 4,
    "f_works": True,
    "w_ubnd": True,
    "w_party": True,
    "w_mbps": 28,
    "w_rtt": 50,
    "w_down_h": "7.2",
    "n_iface": "cable",
    "n_down": 50,
    "n_up": 30,
    "n_rtt": 50,
    "n_jit": 20,
    "n_loss": 1,
    "n_runs": 3,
    "n_backup": "isp2",
    "l_speed": "g_all",
    "l_split": True,
    "l_fw": "router",
    "l_ups_min": 15,
    "l_av_pc": 19,
    "l_all_pc": 20,
    "l_level": "ok",
    "l_owner": True,
    "s_targets": 3,
    "s_ok_targets": 3,
    "s_portal_pct": 95,
    "s_ttfb": 2000,
    "s_dns": 100,
    "s_login": True,
}

# One step beyond the limit of "met".
NO_LONGER_MET = [
    ("EQ-01", {"pc_adequate": 9}),
    ("EQ-02", {"scanners": 1}),
    ("EQ-02", {"scanners_adf": 0}),
    ("EQ-02", {"printers": 3}),
    ("EQ-03", {"citizen_pc": 1}),
    ("EQ-03", {"visits_day": 101}),
    ("EQ-03", {"session_wipe": False}),
    ("EQ-03", {"guide": False}),
    ("EQ-04", {"certs_valid": 4}),
    ("EQ-04", {"id_readers": 0}),
    ("EQ-04", {"cashless": "none"}),
    ("VC-01", {"u_screen_inch": "54.9"}),
    ("VC-01", {"u_seats": 21, "u_mics": 3, "u_screen_inch": 64}),
    ("VC-01", {"u_mics": 1}),
    ("VC-01", {"u_camera": "low"}),
    ("VC-01", {"u_state": "part"}),
    ("VC-02", {"p_screen_inch": 64}),
    ("VC-02", {"p_mics": 2}),
    ("VC-02", {"p_shared": True}),
    ("VC-03", {"t_res": "low"}),
    ("VC-03", {"t_loss": "1.1"}),
    ("VC-03", {"t_rtt": 151}),
    ("VC-03", {"t_jit": 31}),
    ("VC-03", {"t_drops": 1}),
    ("VC-03", {"t_audio": 3}),
    ("VC-04", {"b_ups_min": 14}),
    ("VC-04", {"b_path": "none"}),
    ("VC-04", {"b_operator": False}),
    ("VC-04", {"b_sessions": 19}),
    ("QS-01", {"visits_day": 201}),
    ("QS-01", {"q_counters": 3}),
    ("QS-01", {"q_voice": False}),
    ("QS-02", {"d_inch": 42}),
    ("QS-02", {"d_counter": 3}),
    ("QS-02", {"d_sync": False}),
    ("QS-03", {"visits_day": 151}),
    ("QS-03", {"k_resp": "10.1"}),
    ("QS-03", {"k_status": False}),
    ("QS-04", {"c_days": 29}),
    ("QS-04", {"c_uplink": False}),
    ("QS-04", {"f_points": 3}),
    ("QS-04", {"f_works": False}),
    ("CN-01", {"w_party": False}),
    ("CN-01", {"w_mbps": "27.9"}),
    ("CN-01", {"w_rtt": 51}),
    ("CN-01", {"w_down_h": "7.3"}),
    ("CN-02", {"n_iface": "wifi"}),
    ("CN-02", {"n_runs": 2}),
    ("CN-02", {"n_down": 49}),
    ("CN-02", {"n_up": 29}),
    ("CN-02", {"staff_pasc": 14}),
    ("CN-02", {"n_rtt": 51}),
    ("CN-02", {"n_jit": 21}),
    ("CN-02", {"n_loss": "1.1"}),
    ("CN-02", {"n_backup": "none"}),
    ("CN-03", {"l_speed": "g_part"}),
    ("CN-03", {"l_split": False}),
    ("CN-03", {"l_ups_min": 14}),
    ("CN-03", {"l_av_pc": 18}),
    ("CN-03", {"l_level": "sub"}),
    ("CN-03", {"l_owner": False}),
    ("CN-04", {"s_ok_targets": 2}),
    ("CN-04", {"s_portal_pct": "94.9"}),
    ("CN-04", {"s_ttfb": 2001}),
    ("CN-04", {"s_dns": 101}),
    ("CN-04", {"s_targets": 0, "s_ok_targets": 0}),
]

# On the limit of "partly met", and one step beyond it.
NO_LONGER_PARTLY = [
    ("EQ-01", {"pc_working": 8, "pc_adequate": 5}, {"pc_working": 7}),
    ("EQ-01", {"pc_working": 8, "pc_adequate": 5}, {"pc_adequate": 4}),
    ("EQ-02", {"scanners": 1, "scanners_adf": 0, "printers": 1}, {"scanners": 0}),
    ("EQ-02", {"scanners": 1, "scanners_adf": 0, "printers": 1}, {"printers": 0}),
    ("EQ-03", {"citizen_pc": 1}, {"citizen_pc": 0}),
    ("EQ-03", {"citizen_pc": 1}, {"citizen_net": False}),
    ("EQ-04", {"certs_valid": 4}, {"certs_valid": 3}),
    ("EQ-04", {"certs_valid": 4}, {"org_cert": False}),
    ("VC-01", {"u_mics": 1}, {"u_mics": 0}),
    ("VC-01", {"u_camera": "low"}, {"u_camera": "none"}),
    ("VC-01", {"u_state": "part"}, {"u_state": "bad"}),
    ("VC-01", {"u_screen_inch": 10}, {"u_screens": 0}),
    ("VC-01", {"u_camera": "low"}, {"u_speaker": False}),
    ("VC-01", {"u_camera": "low"}, {"u_endpoint": "none"}),
    ("VC-02", {"p_shared": True}, {"u_endpoint": "none"}),
    ("VC-02", {"p_mics": 1}, {"p_mics": 0}),
    ("VC-02", {"p_mics": 1}, {"p_endpoint": "none"}),
    ("VC-03", {"t_loss": 3}, {"t_loss": "3.1"}),
    ("VC-03", {"t_rtt": 300}, {"t_rtt": 301}),
    ("VC-03", {"t_drops": 1}, {"t_drops": 2}),
    ("VC-03", {"t_audio": 3}, {"t_audio": 2}),
    ("VC-04", {"b_path": "none"}, {"b_operator": False}),
    ("VC-04", {"b_ups_min": 0, "b_gen": True, "b_path": "none"}, {"b_gen": False}),
    ("QS-01", {"q_counters": 2}, {"q_counters": 1}),
    ("QS-01", {"q_voice": False}, {"q_kind": "manual"}),
    ("QS-01", {"q_voice": False}, {"q_machines": 0}),
    ("QS-02", {"d_counter": 2}, {"d_counter": 1}),
    ("QS-02", {"d_inch": 32}, {"d_central": 0}),
    ("QS-03", {"k_kiosks": 0, "k_qr": True, "k_proc": False}, {"k_qr": False}),
    ("QS-03", {"k_kiosks": 0, "k_qr": True, "k_proc": False}, {"k_status": False}),
    ("QS-04", {"f_points": 1}, {"f_points": 0}),
    ("QS-04", {"f_points": 1}, {"c_cover": False}),
    ("QS-04", {"f_points": 1}, {"c_cams": 0}),
    ("CN-01", {"w_mbps": 14}, {"w_mbps": "13.9"}),
    ("CN-01", {"w_party": False}, {"w_ubnd": False}),
    ("CN-02", {"n_down": 25, "n_up": 15, "n_loss": 3}, {"n_down": 24}),
    ("CN-02", {"n_down": 25, "n_up": 15, "n_loss": 3}, {"n_up": 14}),
    ("CN-02", {"n_down": 25, "n_up": 15, "n_loss": 3}, {"n_loss": "3.1"}),
    ("CN-03", {"l_av_pc": 16, "l_speed": "m100", "l_level": "sub"}, {"l_av_pc": 15}),
    ("CN-03", {"l_av_pc": 16, "l_speed": "m100", "l_level": "sub"}, {"l_speed": "none"}),
    ("CN-03", {"l_av_pc": 16, "l_speed": "m100", "l_level": "sub"}, {"l_level": "none"}),
    ("CN-03", {"l_split": False}, {"l_fw": "none"}),
    ("CN-04", {"s_portal_pct": 80}, {"s_portal_pct": 79}),
    ("CN-04", {"s_dns": 101}, {"s_login": False}),
]

NO_ROOM = {"u_endpoint": "none", "p_shared": False, "p_endpoint": "none"}
QUEUE: dict[str, dict[Rating, dict[str, Any]]] = {
    "QS-01": {
        Rating.MET: {},
        Rating.PARTLY_MET: {"q_counters": 2},
        Rating.NOT_MET: {"q_kind": "none"},
    },
    "QS-02": {
        Rating.MET: {},
        Rating.PARTLY_MET: {"d_counter": 2},
        Rating.NOT_MET: {"d_central": 0},
    },
    "QS-03": {
        Rating.MET: {},
        Rating.PARTLY_MET: {"k_kiosks": 0, "k_qr": True},
        Rating.NOT_MET: {"k_kiosks": 0},
    },
}


@pytest.fixture(scope="module")
def edition() -> Catalogue:
    return load_edition()


def assess(edition: Catalogue, values: Mapping[str, Any], **options: Any) -> Assessment:
    exact = {
        key: Decimal(value)
        if edition.fields[key].type in ("int", "num") and value is not None
        else value
        for key, value in values.items()
    }
    return Assessment(edition, exact, **options)


def rated(edition: Catalogue, code: str, values: Mapping[str, Any], **options: Any) -> Rating:
    return assess(edition, values, **options).outcome(code).rating


def bought(edition: Catalogue, code: str, values: Mapping[str, Any]) -> dict[str, Decimal | None]:
    return {cost.line.item: cost.quantity for cost in assess(edition, values).costs(code)}


def texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for value in held.values():
            yield from texts(value)
    elif isinstance(held, list):
        for value in held:
            yield from texts(value)


def test_the_edition_has_every_criterion_and_measure_under_its_known_key(
    edition: Catalogue,
) -> None:
    found = {c.code: {measure.key for measure in c.measures} for c in edition.criteria}

    assert found == {code: set(keys.split()) for code, keys in MEASURES.items()}
    assert list(edition.codes) == list(MEASURES)
    assert {parameter.key for parameter in edition.parameters} == set(PARAMETERS.split())
    assert [group.code for group in edition.groups] == ["EQ", "VC", "QS", "CN"]


def test_the_edition_says_that_it_is_not_the_official_text(edition: Catalogue) -> None:
    about = edition.about

    assert not about.official
    assert "bộ tiêu chí dự kiến của phần mềm" in about.notice.vi
    assert "không phải văn bản chính thức" in about.notice.vi
    assert "not an official document" in about.notice.en


def test_short_names_fit_the_head_of_a_column(edition: Catalogue) -> None:
    for criterion in edition.criteria:
        assert len(criterion.short.vi) <= 30, criterion.code
        assert len(criterion.short.en) <= 30, criterion.code


def test_every_text_is_composed_unicode(edition: Catalogue) -> None:
    text = DEFAULT_EDITION.read_text("utf-8")

    assert text == unicodedata.normalize("NFC", text)
    assert "\t" not in text
    assert all(line == line.strip() for line in texts(edition.to_dict()))


def test_nothing_blocks_the_edition_and_every_criterion_has_evidence_and_sources(
    edition: Catalogue,
) -> None:
    for criterion in edition.criteria:
        assert criterion.evidence, criterion.code
        assert any(source.standing == "project_default" for source in criterion.sources)
        assert bool(criterion.costs) != bool(criterion.no_cost)
        assert criterion.no_photo is not None


def test_lint_finds_nothing_in_the_edition() -> None:
    assert [str(finding) for finding in lint_file(DEFAULT_EDITION)] == []


def test_an_edition_is_known_by_its_sum_only_as_it_was_examined() -> None:
    shipped = {carried_sum(load_edition(path)): path.name for path in EDITIONS.glob("*.toml")}

    assert examined() == shipped, "An edition or its form has changed: run `make editions`."


def test_an_edition_known_by_its_sum_is_read_as_the_one_that_was_examined(
    edition: Catalogue,
) -> None:
    carried = json.loads(json.dumps(edition.to_dict()))

    again = Catalogue.from_dict(carried)

    assert carried_sum(again) in examined()
    assert again == edition == edition_from(carried, Place())


def test_an_edition_that_differs_in_one_letter_is_examined(edition: Catalogue) -> None:
    carried = edition.to_dict()
    carried["criteria"][0]["rules"]["met"] += " and unheard_of >= 1"

    with pytest.raises(ReadinessError) as refused:
        Catalogue.from_dict(carried)

    assert "unheard_of" in str(refused.value)


@pytest.mark.parametrize("code", MEASURES)
def test_a_commune_on_the_limits_of_met_is_met(edition: Catalogue, code: str) -> None:
    assert rated(edition, code, GOOD) is Rating.MET


@pytest.mark.parametrize(("code", "change"), NO_LONGER_MET)
def test_one_step_beyond_a_limit_is_no_longer_met(
    edition: Catalogue, code: str, change: dict[str, Any]
) -> None:
    assert rated(edition, code, GOOD | change) in (Rating.PARTLY_MET, Rating.NOT_MET)


@pytest.mark.parametrize(("code", "limit", "change"), NO_LONGER_PARTLY)
def test_one_step_beyond_a_limit_is_no_longer_partly_met(
    edition: Catalogue, code: str, limit: dict[str, Any], change: dict[str, Any]
) -> None:
    assert rated(edition, code, GOOD | limit) is Rating.PARTLY_MET
    assert rated(edition, code, GOOD | limit | change) is Rating.NOT_MET


def test_every_criterion_has_a_limit_and_an_unmet_case_tried_here() -> None:
    assert {code for code, _change in NO_LONGER_MET} == set(MEASURES)
    assert {code for code, _limit, _change in NO_LONGER_PARTLY} == set(MEASURES)


def test_a_commune_of_which_nothing_is_known_is_unaudited_throughout(edition: Catalogue) -> None:
    ratings = {outcome.rating for outcome in assess(edition, {}).outcomes.values()}

    assert ratings == {Rating.UNAUDITED}


@pytest.mark.parametrize("code", ["VC-03", "VC-04"])
def test_a_commune_without_any_room_falls_short_on_meetings_with_all_else_blank(
    edition: Catalogue, code: str
) -> None:
    assessment = assess(edition, NO_ROOM)

    assert assessment.outcome(code).rating is Rating.NOT_MET
    assert assessment.missing(code) == ()
    assert not edition.criterion(code).may_be_not_applicable


@pytest.mark.parametrize("code", ["VC-03", "VC-04"])
def test_a_good_meeting_typed_for_a_commune_without_a_room_does_not_help(
    edition: Catalogue, code: str
) -> None:
    assert rated(edition, code, GOOD | NO_ROOM) is Rating.NOT_MET


@pytest.mark.parametrize("change", [{"t_min": 9}, {"t_date": VISIT - timedelta(days=31)}])
def test_a_test_meeting_that_is_short_or_old_is_insufficient(
    edition: Catalogue, change: dict[str, Any]
) -> None:
    assert rated(edition, "VC-03", GOOD | change) is Rating.INSUFFICIENT


def test_a_test_meeting_after_the_visit_is_insufficient_and_says_why(edition: Catalogue) -> None:
    outcome = assess(edition, GOOD | {"t_date": VISIT + timedelta(days=1)}).outcome("VC-03")

    assert outcome.rating is Rating.INSUFFICIENT
    assert [check.rule for check in outcome.failing] == ["t_date <= visit_date"]


def test_no_internet_is_not_met_and_asks_for_no_measurement(edition: Catalogue) -> None:
    assessment = assess(edition, {"n_iface": "none"})

    assert assessment.outcome("CN-02").rating is Rating.NOT_MET
    assert assessment.missing("CN-02") == ()


def test_a_measurement_over_the_teams_own_hotspot_is_insufficient(edition: Catalogue) -> None:
    assert rated(edition, "CN-02", GOOD | {"n_iface": "hotspot"}) is Rating.INSUFFICIENT


@pytest.mark.parametrize(
    "key", ["staff_pasc", "counters", "staff_total", "signers", "l_all_pc", "u_seats", "p_seats"]
)
def test_a_number_that_would_help_by_being_zero_refuses_zero(edition: Catalogue, key: str) -> None:
    with pytest.raises(ReadinessError) as caught:
        read(edition.fields[key], "0")

    assert caught.value.messages[0].code is ErrorCode.VALUE_TOO_LOW


@pytest.mark.parametrize(
    ("key", "text"), [("t_audio", "6"), ("t_loss", "101"), ("n_loss", "101"), ("u_year", "1989")]
)
def test_a_value_out_of_its_range_is_refused(edition: Catalogue, key: str, text: str) -> None:
    with pytest.raises(ReadinessError):
        read(edition.fields[key], text)


def test_a_slow_clock_is_a_negative_number(edition: Catalogue) -> None:
    assert read(edition.fields["s_clock"], "-3") == Decimal(-3)


@pytest.mark.parametrize(
    ("switch", "code", "harm"),
    [
        ("require_supported_os", "EQ-01", {"pc_os_eol": 1}),
        ("require_ipv6", "CN-04", {"s_ipv6": False}),
        ("require_clock", "CN-04", {"s_clock": -6}),
        ("require_clock", "CN-04", {"s_clock": 6}),
    ],
)
def test_a_switch_adds_a_condition_and_is_off_by_default(
    edition: Catalogue, switch: str, code: str, harm: dict[str, Any]
) -> None:
    values = GOOD | harm

    assert rated(edition, code, values) is Rating.MET
    assert rated(edition, code, values, switches={switch: True}) is Rating.PARTLY_MET


@pytest.mark.parametrize("code", ["QS-01", "QS-02"])
def test_queues_may_not_apply_in_a_small_commune_only_where_the_province_says_so(
    edition: Catalogue, code: str
) -> None:
    small = GOOD | {"visits_day": 29, "counters": 2, "q_counters": 2}
    allowed = {"queue_na_allowed": True}

    assert rated(edition, code, small) is Rating.MET
    assert rated(edition, code, small, switches=allowed) is Rating.NOT_APPLICABLE
    busier = small | {"visits_day": 30}
    assert rated(edition, code, busier, switches=allowed) is Rating.MET


def test_the_queue_package_is_never_bought_together_with_single_items(edition: Catalogue) -> None:
    for wanted in itertools.product(*(tuple(states) for states in QUEUE.values())):
        values = dict(GOOD)
        for code, rating in zip(QUEUE, wanted, strict=True):
            values |= QUEUE[code][rating]
        assessment = assess(edition, values)
        assert tuple(assessment.outcome(code).rating for code in QUEUE) == wanted

        lines = [cost.line.item for code in QUEUE for cost in assessment.costs(code)]

        whole = wanted == (Rating.NOT_MET,) * 3
        assert ("queue_package" in lines) == whole
        assert not whole or lines == ["queue_package"]
        assert whole or set(wanted) == {Rating.MET} or lines


@pytest.mark.parametrize(
    ("code", "change", "items"),
    [
        ("EQ-01", {"pc_adequate": 7}, {"desktop_computer": 3}),
        ("EQ-02", {"scanners_adf": 0}, {"adf_scanner": 1}),
        ("EQ-02", {"scanners": 0, "printers": 1}, {"adf_scanner": 2, "printer": 3}),
        ("EQ-03", {"citizen_pc": 0}, {"desktop_computer": 2}),
        ("EQ-04", {"id_readers": 0}, {"id_reader": 1}),
        ("VC-01", {"u_endpoint": "none"}, {"meeting_room_set": 1}),
        ("VC-01", {"u_camera": "low", "u_mics": 1}, {"meeting_camera": 1, "meeting_microphone": 1}),
        ("VC-01", {"u_screen_inch": 54}, {"display_55": 1}),
        ("VC-02", {"p_shared": True}, {"meeting_room_set": 1}),
        ("VC-02", {"p_screen_inch": 64}, {"display_55": 1}),
        ("VC-03", {"t_drops": 1}, {}),
        ("VC-04", {"b_ups_min": 0, "b_path": "none"}, {"ups": 1, "mobile_data_sim": 1}),
        ("QS-04", {"c_cams": 0}, {"camera_set": 1}),
        ("QS-04", {"c_days": 29}, {"camera_recorder": 1}),
        ("CN-01", {"w_mbps": 27}, {"tslcd_upgrade": 12}),
        (
            "CN-02",
            {"n_iface": "none"},
            {"internet_upgrade": 12, "mobile_router": 1, "mobile_data_sim": 1},
        ),
        ("CN-03", {"l_speed": "m100", "l_fw": "none"}, {"lan_renewal": 1, "firewall": 1}),
        ("CN-03", {"l_ups_min": 14}, {"ups": 1}),
        ("CN-04", {"s_dns": 101}, {}),
    ],
)
def test_what_lacks_is_what_is_bought(
    edition: Catalogue, code: str, change: dict[str, Any], items: dict[str, int]
) -> None:
    assert bought(edition, code, GOOD | change) == items


def test_nothing_is_bought_for_a_criterion_that_is_met(edition: Catalogue) -> None:
    for code in edition.codes:
        assert bought(edition, code, GOOD) == {}


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("VC-01", {"u_endpoint": "none"}),
        ("VC-02", {"p_shared": False, "p_endpoint": "none"}),
        ("VC-04", NO_ROOM),
        ("EQ-02", {"scanners": 0, "counters": 4, "printers": 9, "staff_pasc": 3}),
        ("CN-01", {"w_ubnd": False, "w_party": False}),
        ("CN-02", {"n_iface": "none", "staff_pasc": 3, "citizen_pc": 0}),
    ],
)
def test_a_quantity_is_known_although_pointless_answers_are_blank(
    edition: Catalogue, code: str, known: dict[str, Any]
) -> None:
    items = bought(edition, code, known)

    assert rated(edition, code, known) is Rating.NOT_MET
    assert items
    assert None not in items.values()


def test_a_check_that_fails_makes_insufficient_what_reads_its_values(edition: Catalogue) -> None:
    for check in edition.checks:
        left, right = check.rule.split(" <= ")
        later = edition.fields[left].type == "date"
        wrong = VISIT + timedelta(days=1) if later else Decimal(GOOD[right]) + 1

        failing = assess(edition, GOOD | {left: wrong}).outcomes.values()

        assert Rating.INSUFFICIENT in {outcome.rating for outcome in failing}, check.rule


def test_a_measure_that_may_not_be_asked_reads_as_the_lack_of_the_thing(
    edition: Catalogue,
) -> None:
    nothing = assess(
        edition,
        NO_ROOM
        | {"scanners": 0, "citizen_pc": 0, "q_kind": "none", "d_central": 0, "d_counter": 0}
        | {"k_kiosks": 0, "k_qr": False, "c_cams": 0, "f_points": 0, "n_iface": "none"}
        | {"w_ubnd": False, "w_party": False, "pc_working": 0},
    )

    assert nothing.value("u_camera") == "none"
    assert nothing.value("scanners_adf") == 0
    assert nothing.value("citizen_net") is False
    assert nothing.value("q_machines") == 0
    assert nothing.value("k_proc") is False
    assert nothing.value("f_works") is False
    assert nothing.value("n_down") == 0
    assert nothing.value("w_mbps") == 0
    assert not nothing.is_asked("t_date")
    not_met = [code for code in edition.codes if nothing.outcome(code).rating is Rating.NOT_MET]
    assert not_met == [
        *("EQ-02", "EQ-03", "VC-01", "VC-02", "VC-03", "VC-04"),
        *("QS-01", "QS-02", "QS-03", "QS-04", "CN-01", "CN-02"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_told_apart_within_a_criterion(edition: Catalogue, language: str) -> None:
    choose(language)

    for criterion in edition.criteria:
        labels = [str(measure.label) for measure in criterion.measures]
        assert len(set(labels)) == len(labels), criterion.code
