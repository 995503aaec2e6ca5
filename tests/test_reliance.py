"""What keeps figures from being final is said in one sentence, with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from checklists.checklist import Review, SignOff, State, Statement
from checklists.custody import Custody
from checklists.reliance import LABELS
from checklists.report import Report
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import (
    ALL_MET,
    RECORDED_AT,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    with_values,
)

if TYPE_CHECKING:
    from checklists.checklist import Checklist
    from checklists.reliance import Measure

PLACE, OTHER = commune("26368"), commune("26041")
HELD = make_round(communes=[PLACE, OTHER])


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def accepted(checklist: Checklist) -> Checklist:
    """Have a checklist signed and accepted as it stands."""
    content = checklist.content
    said = Statement("r" + "5" * 64, None, "An", RECORDED_AT)
    return replace(
        checklist,
        sign_offs=(SignOff(said, "Lê Bình", "", "", content),),
        reviews=(Review(said, State.ACCEPTED, content),),
    )


def report(*checklists: Checklist, custody: Custody | None = None) -> Report:
    return Report(make_matrix(held=HELD, checklists=[*checklists]), custody=custody)


def measures(held: Report) -> dict[str, Measure]:
    return {each.key: each for each in held.reliance.measures}


def met(place: Any, **rest: Any) -> Checklist:
    return make_checklist(HELD, place, ALL_MET, **rest)


def test_where_nothing_is_stated_there_is_nothing_to_rely_on() -> None:
    held = report().reliance

    assert held.verdict == ""
    assert held.measures == ()


def test_figures_are_final_once_the_office_accepted_all_of_it() -> None:
    held = report(accepted(met(PLACE)), accepted(met(OTHER)))

    assert held.reliance.verdict.startswith("The figures are final: the office has accepted every")
    assert measures(held)["accepted"].words == "2/2 (100.0%)"
    assert measures(held)["green_accepted"].words == "2/2 (100.0%)"
    # The office weighs what is not shown; it is told all the same.
    assert "pieces of evidence are missing" in held.reliance.verdict
    assert measures(held)["evidence"].is_short


def test_what_is_not_accepted_or_not_decided_keeps_them_provisional() -> None:
    held = report(accepted(met(PLACE)), make_checklist(HELD, OTHER, with_values(k_kiosks=None)))

    assert held.reliance.verdict.startswith(
        "The figures are provisional: checklists of 1 ward not accepted by the office "
        "(not signed as they stand: 1); 1 of 32 ratings not decided."
    )
    assert measures(held)["rated"].words == "31/32 (96.9%)"
    assert measures(held)["rated"].is_short


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({"values": with_values(n_down=[20, 150])}, "contradictions not settled: 1"),
        ({"custody": Custody(unsealed={PLACE.code: 3})}, "records not sealed: 3"),
    ],
)
def test_what_contradicts_itself_or_is_not_sealed_is_said(
    spoilt: dict[str, Any], words: str
) -> None:
    here = make_checklist(HELD, PLACE, spoilt.get("values", ALL_MET))

    held = report(here, custody=spoilt.get("custody"))

    assert words in held.reliance.verdict


def test_a_rating_by_hand_is_worth_knowing_and_no_fault() -> None:
    held = report(met(PLACE, overrides={"VC-04": Rating.NOT_MET}))

    assert measures(held)["overridden"].value == 1
    assert not measures(held)["overridden"].is_short


def test_measures_come_in_one_order_and_say_nothing_of_what_there_is_none() -> None:
    keys = [*measures(report(met(PLACE)))]

    assert keys == [key for key in LABELS if key in keys]
    assert not {"absent", "forked", "late", "refused", "confirmed"} & {*keys}
