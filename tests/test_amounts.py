"""One of a thing is told in the singular."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit import amounts
from criteria.language import choose

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("told", "one", "some"),
    [
        (amounts.records, "1 record", "5 records"),
        (amounts.new_records, "1 new record", "5 new records"),
        (amounts.files, "1 file", "5 files"),
        (amounts.attached, "1 photo or file", "5 photos and files"),
        (amounts.contradictions, "1 contradiction", "5 contradictions"),
    ],
)
def test_what_is_counted_stands_in_the_fitting_form(
    told: Callable[[int], str], one: str, some: str
) -> None:
    choose("en")

    assert (told(1), told(5)) == (one, some)
