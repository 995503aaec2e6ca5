"""The share of declared "met" that stayed so counts what was verified, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from checklists.declared import Declared, Pair, Verdict, declared_of
from checklists.matrix import WEIGHTS
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import ALL_MET, commune, make_checklist, make_matrix, make_round, with_values

PLACES = [commune(code) for code in ("26368", "26041", "26377")]
HELD = make_round(communes=PLACES)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def declared() -> Declared:
    """All three but the last declared everything met; the second is not audited."""
    first, second, third = PLACES
    found = with_values(pc_adequate=2, k_kiosks=None)
    return declared_of(
        make_matrix(
            held=HELD,
            checklists=[
                make_checklist(HELD, first, found, declared=ALL_MET, not_applicable=["QS-01"]),
                make_checklist(HELD, second, declared=ALL_MET),
                make_checklist(HELD, third, ALL_MET),
            ],
        )
    )


def test_only_communes_that_declared_something_count() -> None:
    found = declared()

    assert [row.commune for row in found.rows] == PLACES[:2]
    assert found.silent == (PLACES[2],)


def test_what_is_not_verified_is_neither_confirmed_nor_refuted() -> None:
    total = declared().total

    assert total.declared_met == 32
    assert total.not_verified == 16 + 1
    assert total.verified == 14
    assert total.stayed_met == 13
    assert total.share == Decimal(13) / 14


def test_each_criterion_and_commune_has_its_own_share() -> None:
    found = declared()

    assert found.by_criterion["EQ-01"].share == 0
    assert found.by_criterion["EQ-01"].count(Verdict.LOWER) == 1
    assert found.by_criterion["QS-01"].share is None
    assert found.by_criterion["QS-01"].count(Verdict.NOT_APPLICABLE) == 1
    assert found.rows[1].tally.share is None
    assert found.rows[1].tally.not_verified == 16


@pytest.mark.parametrize(("said", "found"), [*product(Rating, Rating)])
def test_a_verdict_is_given_on_decided_ratings_only(said: Rating, found: Rating) -> None:
    verdict = Pair(said, found).verdict

    is_decided = said in WEIGHTS and found in WEIGHTS
    judged = {Verdict.CONFIRMED, Verdict.LOWER, Verdict.HIGHER}
    assert (verdict in judged) == is_decided
    if is_decided:
        assert (verdict is Verdict.CONFIRMED) == (said is found)
        assert (verdict is Verdict.LOWER) == (WEIGHTS[found] < WEIGHTS[said])
    assert verdict.label


def test_without_declarations_there_is_no_share() -> None:
    found = declared_of(make_matrix(held=HELD))

    assert found.rows == ()
    assert found.total.share is None
    assert found.total.declared_met == 0
