"""Communes of the made-up round: how large each is, and how good things are there.

Chance comes from a seed alone, and only through ``random()``, the one method whose
sequence Python promises to keep; so every machine and version makes the same round.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from audit.demo.cast import Grade
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from audit.demo.cast import Cast
    from checklists.communes import Commune

SEED: Final = "readiness demo 1"
T = TypeVar("T")

_FULL_FROM: Final = 55
_FAIR_FROM: Final = 31
_NOISE: Final = 26


class Dice:
    """Chance that always falls the same for the same words."""

    def __init__(self, *words: str) -> None:
        """Start anew for what ``words`` name; nothing else moves these dice."""
        # For made-up figures, never for a secret.
        self._random = random.Random("/".join((SEED, *words)))  # noqa: S311

    def between(self, least: int, most: int) -> int:
        """Return a whole number from ``least`` to ``most``; ``least`` if that is more."""
        return least + int(self._random.random() * max(1, most - least + 1))

    def tenths(self, least: int, most: int) -> Decimal:
        """Return a number with one decimal; the limits are given in tenths."""
        return Decimal(self.between(least, most)) / 10

    def chance(self, percent: int) -> bool:
        """Return true in so many of a hundred cases."""
        return self.between(1, 100) <= percent

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of ``things``."""
        return things[self.between(0, len(things) - 1)]


def ceil_div(value: int, by: int) -> int:
    """Return the quotient, rounded up."""
    return -(-value // by)


@dataclass(frozen=True)
class Place:
    """One commune as the auditors find it.

    Attributes:
        code: Of the commune.
        visit_date: Day of the visit.
        level: How good things are there, from 0 to 100.
        is_hard: Difficult or border commune.
        population: People.
        counters: Service counters.
        staff: People at the one-stop centre.
        staff_total: All staff of the commune.
        visits: Citizens a day, with one decimal.
        same_building: People's Committee and Party Committee share one.
        targets: Mandatory addresses to probe.
    """

    code: str
    visit_date: date
    level: int
    is_hard: bool
    population: int
    counters: int
    staff: int
    staff_total: int
    visits: Decimal
    same_building: bool
    targets: int

    def per_visits(self, each: int) -> int:
        """Return how many are needed at one for so many visits a day."""
        return max(1, ceil_div(int(self.visits * 10), each * 10))

    def grade(self, criterion: str, ease: int) -> Grade:
        """Return how good things are for one criterion: the commune's level, and luck."""
        luck = Dice("luck", self.code, criterion).between(-_NOISE, _NOISE)
        found = self.level + ease + luck
        if found >= _FULL_FROM:
            return Grade.FULL
        return Grade.FAIR if found >= _FAIR_FROM else Grade.POOR

    @property
    def parameters(self) -> Mapping[str, Decimal | bool | date]:
        """Key -> what the auditor states of the commune itself."""
        return {
            "visit_date": self.visit_date,
            "counters": Decimal(self.counters),
            "staff_pasc": Decimal(self.staff),
            "staff_total": Decimal(self.staff_total),
            "visits_day": self.visits,
            "same_building": self.same_building,
        }


def place_of(commune: Commune, cast: Cast, visit_date: date, targets: int) -> Place:
    """Return a commune with invented figures that fit its kind."""
    dice = Dice("place", commune.code)
    if commune.code in cast.strong:
        level, people, counters, staff = (78, 99), (52_000, 118_000), (7, 11), (62, 96)
    elif commune.kind == "phường":
        level, people, counters, staff = (50, 84), (26_000, 48_000), (5, 8), (46, 70)
    elif commune.code in cast.hard:
        level, people, counters, staff = (14, 44), (6_000, 14_500), (3, 4), (32, 45)
    else:
        level, people, counters, staff = (30, 71), (14_000, 32_000), (4, 6), (38, 58)
    population = dice.between(*people)
    held_counters = dice.between(*counters)
    return Place(
        code=commune.code,
        visit_date=visit_date,
        level=dice.between(*level),
        is_hard=commune.code in cast.hard,
        population=population,
        counters=held_counters,
        staff=held_counters + dice.between(2, 5),
        staff_total=dice.between(*staff),
        visits=Decimal(population * dice.between(20, 30) // 10_000) + dice.tenths(0, 9),
        same_building=dice.chance(55),
        targets=targets,
    )


def office_knows(commune: Commune, place: Place) -> Mapping[str, Decimal | bool | str]:
    """Return key -> what the office fills in, so that no auditor is asked."""
    kinds = {"xã": "xa", "phường": "phuong", "đặc khu": "dac_khu"}
    return {
        "population": Decimal(place.population),
        "unit_kind": kinds[commune.kind],
        "former_district": clean(commune.former_district),
        "hard_area": place.is_hard,
    }
