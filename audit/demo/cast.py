"""Who and what the made-up round is made of, read from ``cast.toml``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from audit.record import Author
from audit.seal import Signer
from checklists.task_plan import Status, TaskPlan
from criteria.toml_file import read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

CAST: Final = Path(__file__).with_name("cast.toml")


class Grade(IntEnum):
    """How good what is found for one criterion shall be."""

    POOR = 0
    FAIR = 1
    FULL = 2


@dataclass(frozen=True)
class Person:
    """Someone who writes records.

    Attributes:
        name: As shown to people.
        unit: Where they work.
        districts: Former districts whose communes they visit, and codes of communes that they visit
            in place of whoever visits the rest of their district; none for the office.
    """

    name: str
    unit: str
    districts: tuple[str, ...] = ()

    @cached_property
    def signer(self) -> Signer:
        """Their key, made from the name: anybody can make it, and seal made-up records."""
        return Signer(hashlib.sha256(b"demo key " + self.name.encode()).digest())

    @property
    def author(self) -> Author:
        """As records name them."""
        return Author(self.signer.fingerprint, self.name)

    @property
    def writer(self) -> str:
        """A fixed writer id, made from the name."""
        return "w" + hashlib.sha256(b"demo writer " + self.name.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Override:
    """A rating that the auditor sets against the rules."""

    criterion: str
    rating: str
    reason: str


@dataclass(frozen=True)
class Later:
    """A value that the commune corrects on a later day."""

    key: str
    value: Any
    on: date
    reason: str


@dataclass(frozen=True)
class Story:
    """What is out of the ordinary in one commune.

    Attributes:
        set: Key -> value, whatever else was found.
        unknown: Keys that were asked and could not be found out.
        done: Codes of the groups that were finished; ``None`` for all.
        grades: Code of a criterion -> quality.
        not_applicable: Code of a criterion -> reason.
        notes: Code of a criterion -> remark.
        overrides: In the order in which they were set.
        later: In the order of days.
    """

    set: Mapping[str, Any]
    unknown: tuple[str, ...]
    done: tuple[str, ...] | None
    grades: Mapping[str, Grade]
    not_applicable: Mapping[str, str]
    notes: Mapping[str, str]
    overrides: tuple[Override, ...]
    later: tuple[Later, ...]

    @property
    def is_plain(self) -> bool:
        """Whether nothing is out of the ordinary."""
        return self == Story.read({})

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Story:
        """Return the story that a table of the file tells."""
        done = data.get("done")
        return cls(
            set=data.get("set", {}),
            unknown=tuple(data.get("unknown", ())),
            done=None if done is None else tuple(done),
            grades={code: Grade[name.upper()] for code, name in data.get("grades", {}).items()},
            not_applicable=data.get("not_applicable", {}),
            notes=data.get("notes", {}),
            overrides=tuple(Override(**each) for each in data.get("overrides", ())),
            later=tuple(Later(**each) for each in data.get("later", ())),
        )


@dataclass(frozen=True)
class CrossCheck:
    """A second auditor states the same of a commune, without knowing of the first.

    Attributes:
        auditor: Name.
        criteria: Codes of what they look at.
        differs: Key -> the value they find instead.
    """

    commune: str
    auditor: str
    criteria: tuple[str, ...]
    differs: Mapping[str, Any]


@dataclass(frozen=True)
class Resolution:
    """A conflict that the office settles."""

    commune: str
    key: str
    value: Any
    reason: str


@dataclass(frozen=True)
class Reviewed:
    """What the office says of a checklist.

    Attributes:
        outcome: ``accepted`` or ``returned``.
        comments: Code of a criterion -> what is to be mended.
    """

    commune: str
    outcome: str
    comments: Mapping[str, str]


@dataclass(frozen=True)
class Late:
    """What comes after the close, from an auditor who has the return slip and no more.

    Attributes:
        auditor: Name.
        commune: That was returned.
        values: Key -> value, in answer to it.
        reason: Why they are stated.
        corrected: Of their own, elsewhere.
    """

    auditor: str
    commune: str
    values: Mapping[str, Any]
    reason: str
    corrected: Resolution


@dataclass(frozen=True)
class Shown:
    """A picture that an auditor attaches during the visit.

    Attributes:
        shows: What is drawn, one of `audit.demo.pictures.DRAWINGS`.
    """

    commune: str
    criterion: str
    caption: str
    shows: str


@dataclass(frozen=True)
class Planned:
    """What the office plans about a task before the close."""

    commune: str
    criterion: str
    plan: TaskPlan


@dataclass(frozen=True)
class Duty:
    """Who answers for what falls short of some criteria, wherever nothing else was planned.

    Attributes:
        criteria: Codes.
        by_when: Day it is due.
        who: Name of an auditor -> person in charge in the communes of that auditor.
    """

    criteria: tuple[str, ...]
    by_when: date
    who: Mapping[str, str]


@dataclass(frozen=True)
class Before:
    """The round before, smaller.

    Attributes:
        visited: Codes of communes.
        worse: By how much, of 100, things were worse then.
        better: Code of a commune -> by how much they were better.
    """

    title: str
    opened_on: date
    visited: tuple[str, ...]
    worse: int
    better: Mapping[str, int]


@dataclass(frozen=True)
class Cast:
    """The whole of ``cast.toml``; the file says what each entry means."""

    title: str
    opened_on: date
    first_visit: date
    last_visit: date
    declared_on: tuple[date, ...]
    sent_on: tuple[date, ...]
    reviewed_on: date
    closed_as: str
    answered_on: date
    representatives: tuple[tuple[str, str], ...]
    strong: frozenset[str]
    hard: frozenset[str]
    unvisited: frozenset[str]
    office: Person
    auditors: tuple[Person, ...]
    ease: Mapping[str, int]
    stories: Mapping[str, Story]
    cross_checks: tuple[CrossCheck, ...]
    resolutions: tuple[Resolution, ...]
    reviews: tuple[Reviewed, ...]
    evidence: tuple[Shown, ...]
    plans: tuple[Planned, ...]
    duties: tuple[Duty, ...]
    before: Before
    late: Late
    notes: Mapping[str, tuple[str, ...]]

    def story(self, code: str) -> Story:
        """Return the story of a commune; an empty one where nothing is out of the ordinary."""
        return self.stories.get(code) or Story.read({})


def load_cast() -> Cast:
    """Read the cast."""
    data = read_toml(CAST)
    return Cast(
        title=data["title"],
        opened_on=data["opened_on"],
        first_visit=data["first_visit"],
        last_visit=data["last_visit"],
        declared_on=tuple(data["declared_on"]),
        sent_on=tuple(data["sent_on"]),
        reviewed_on=data["reviewed_on"],
        closed_as=data["closed_as"],
        answered_on=data["answered_on"],
        representatives=tuple((name, title) for name, title in data["representatives"]),
        strong=frozenset(data["strong"]),
        hard=frozenset(data["hard"]),
        unvisited=frozenset(data["unvisited"]),
        office=Person(**data["office"]),
        auditors=tuple(
            Person(each["name"], each["unit"], tuple(each["districts"]))
            for each in data["auditors"]
        ),
        ease=data["ease"],
        stories={each["commune"]: Story.read(each) for each in data["stories"]},
        cross_checks=tuple(
            CrossCheck(each["commune"], each["auditor"], tuple(each["criteria"]), each["differs"])
            for each in data["cross_checks"]
        ),
        resolutions=tuple(Resolution(**each) for each in data["resolutions"]),
        reviews=tuple(
            Reviewed(each["commune"], each["outcome"], each.get("comments", {}))
            for each in data["reviews"]
        ),
        evidence=tuple(Shown(**each) for each in data["evidence"]),
        plans=tuple(_planned(each) for each in data["plans"]),
        duties=tuple(
            Duty(tuple(each["criteria"]), each["by_when"], each["who"]) for each in data["duties"]
        ),
        before=Before(**{**data["before"], "visited": tuple(data["before"]["visited"])}),
        late=Late(**{**data["late"], "corrected": Resolution(**data["late"]["corrected"])}),
        notes={fault: tuple(texts) for fault, texts in data["notes"].items()},
    )


def _planned(data: Mapping[str, Any]) -> Planned:
    held = {key: value for key, value in data.items() if key not in ("commune", "criterion")}
    if "status" in held:
        held["status"] = Status(held["status"])
    return Planned(data["commune"], data["criterion"], TaskPlan(**held))
