"""A checklist: what counts as filled, what may leave the denominator, what ratings rest on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.catalogue import load_edition
from criteria.rating import Rating
from tests.factories import ALL_MET, make_checklist, make_round, with_values

EDITION = load_edition()


@given(st.sets(st.sampled_from(sorted(ALL_MET))), st.booleans())
def test_progress_is_never_negative_nor_more_than_is_asked(blank: set[str], asks: bool) -> None:
    switches = {"require_ipv6": asks, "require_clock": asks, "require_supported_os": asks}
    profile = make_round().profile
    held = make_round(
        profile=profile.model_copy(update={"switches": {**profile.switches, **switches}})
    )
    values: dict[str, Any] = {k: v for k, v in ALL_MET.items() if k not in blank}

    checklist = make_checklist(held, values=values)

    for code in EDITION.codes:
        progress = checklist.progress_of(code)
        assert 0 <= progress.stated <= progress.asked
        assert progress.missing == len(checklist.verified.missing(code))


def test_a_record_made_by_hand_does_not_shrink_the_denominator() -> None:
    checklist = make_checklist(
        make_round(), values=with_values(), not_applicable=["VC-03", "QS-01"]
    )

    assert checklist.outcomes["VC-03"].rating is Rating.MET
    assert checklist.outcomes["QS-01"].rating is Rating.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("code", "read"),
    [
        (
            "EQ-01",
            {"staff_pasc", "staff_total", "pc_working", "pc_adequate", "pc_over5y", "pc_os_eol"},
        ),
        ("QS-03", {"k_qr", "k_kiosks", "k_proc", "k_status", "k_resp", "visits_day"}),
        (
            "CN-01",
            {
                *("w_ubnd", "w_party", "w_mbps", "w_rtt", "w_down_h", "staff_pasc", "staff_total"),
            },
        ),
    ],
)
def test_what_a_criterion_reads_is_just_what_its_rules_name(code: str, read: set[str]) -> None:
    assert EDITION.rulebook.reads(code) == read


def test_a_criterion_rests_on_the_ratings_it_reads_at_any_distance() -> None:
    assert EDITION.rulebook.rests_on("VC-01") == {"VC-01"}
    assert EDITION.rulebook.rests_on("VC-02") == {"VC-01", "VC-02"}
    assert EDITION.rulebook.rests_on("VC-04") == {"VC-01", "VC-02", "VC-04"}
    assert EDITION.rulebook.rests_on("EQ-01") == {"EQ-01"}
