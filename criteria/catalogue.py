"""An edition of the criteria: groups, criteria, measures, rules, sources, costs.

An edition is a TOML file that an office may edit, or the same content inside the
record of a round. `load_edition` reads the file and refuses it with every problem
at once; `Catalogue.to_dict` and `Catalogue.from_dict` carry it inside a round, so
that a file can be recomputed from itself alone. Nothing here knows how many
criteria or groups there are.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_serializer,
)

from criteria.errors import ErrorCode, ReadinessError
from criteria.language import current
from criteria.rulebook import Rulebook
from criteria.toml_file import Place, read_toml
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

EDITIONS: Final = Path(__file__).parent / "editions"
DEFAULT_EDITION: Final = EDITIONS / "default-2026.toml"
EXAMINED: Final = EDITIONS / "examined.txt"
"""Sum and name of each edition beside it; `tools/editions.py` keeps it, a test examines them."""

MeasureType = Literal["int", "num", "yesno", "choice", "date", "text"]
RATINGS_A_RULE_MAY_NAME: Final = frozenset({"met", "partly_met", "not_met", "not_applicable"})


def _clean(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


NfcText = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=4000)]
"""Text in NFC, so that a Vietnamese letter is one character everywhere."""
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Name of a measure, parameter, derived value, switch or item."""
ChoiceKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,20}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8})?$")]
"""Code of a criterion or group, such as ``EQ-01``; a text, never a number."""
RuleText = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Limit = Annotated[Decimal, Field(max_digits=20)]
_Several = Field(max_length=300)
"""An edition may come from a stranger's file: no list in it may exhaust the reader."""
LONGEST_PHRASE: Final = 200
"""Letters of a canned phrase; a longer one does not fit the list to choose from."""


class Part(BaseModel):
    """A part of an edition: immutable, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Part):
    """A text in both languages."""

    vi: NfcText
    """Vietnamese, the first language of every screen."""
    en: NfcText
    """English."""

    def __str__(self) -> str:
        """Return the text in the language in use."""
        return self.en if current() == "en" else self.vi

    def __format__(self, spec: str) -> str:
        """Format the text in the language in use."""
        return format(str(self), spec)


Phrases = Annotated[tuple[Bilingual, ...], _Several]
"""Sentences to choose from instead of typing."""


class Choice(Part):
    """One of the answers to choose from."""

    key: ChoiceKey
    """What a record and a rule hold."""
    label: Bilingual
    """What a person reads."""


class Parameter(Part):
    """A typed field of the commune itself, asked before the criteria."""

    key: Key
    """The name rules and records use; never reused for another meaning."""
    type: MeasureType
    """What can be stated: a whole number, a number, yes/no, a choice, a day, a text."""
    label: Bilingual
    """What is asked."""
    unit: Bilingual | None = None
    """Unit of a number, such as ``máy``."""
    help: Bilingual | None = None
    """A sentence for whoever does not know how to answer."""
    min: Limit | None = None
    """Least number accepted, inclusive."""
    max: Limit | None = None
    """Greatest number accepted, inclusive."""
    usual: tuple[Limit, Limit] | None = None
    """Least and greatest number that nobody is asked about; others are taken all the same."""
    choices: Annotated[tuple[Choice, ...], _Several] = ()
    """What can be chosen; exactly for the type ``choice``."""
    phrases: Phrases = ()
    """Typical answers; only for the type ``text``."""
    optional: bool = False
    """A blank is not counted as missing."""
    for_record: bool = False
    """Recorded only: no rule, check or cost reads it."""
    known_to_office: bool = False
    """Filled by the office; an auditor is never asked."""

    @field_serializer("min", "max")
    def _exact(self, value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}"

    @field_serializer("usual")
    def _exact_range(self, value: tuple[Decimal, Decimal] | None) -> list[str] | None:
        return None if value is None else [f"{limit:f}" for limit in value]


class Measure(Parameter):
    """A typed field of a criterion."""

    ask_if: RuleText | None = None
    """Where this rule is false the measure is not asked and not missing."""
    otherwise: RuleText | None = None
    """The value read where ``ask_if`` is false."""
    measured_by: Bilingual | None = None
    """How the auditor's laptop can measure it."""


class Switch(Part):
    """A yes/no that a province's profile sets and rules may read."""

    key: Key
    default: bool
    """What holds where the profile says nothing."""
    label: Bilingual


class Item(Part):
    """Something money buys; the profile holds its price."""

    key: Key
    label: Bilingual
    unit: Bilingual


class Derived(Part):
    """A value computed from others, under a name of its own."""

    key: Key
    label: Bilingual
    rule: RuleText


class Check(Part):
    """What must agree between fields; where it fails, what reads them is insufficient."""

    rule: RuleText
    message: Bilingual
    """What to look at again."""


class Group(Part):
    """A group of criteria."""

    code: Code
    title: Bilingual


class Rules(Part):
    """The rules of a criterion, in the order in which they are applied."""

    not_applicable: RuleText
    """Where true the criterion does not apply and leaves the denominator."""
    valid: RuleText
    """Where false the data are insufficient."""
    met: RuleText
    partly_met: RuleText
    """Applied where ``met`` is false; where this is false too the criterion is not met."""


class Evidence(Part):
    """What shows that the values are so."""

    text: Bilingual
    kind: Literal["photo", "file", "either"]
    at_least: Annotated[int, Field(ge=0, le=50)]
    """How many are expected; 0 where it depends on the commune."""
    only_if: RuleText | None = None
    """Where this rule is false there is nothing to show, and nothing is expected."""


class CostLine(Part):
    """What must be bought or paid for what is missing."""

    item: Key
    quantity: RuleText
    """A rule that gives how many; counted only while the criterion is not or partly met."""
    period: Literal["once", "year"]
    """Paid once, or each year."""


class Source(Part):
    """Where a threshold comes from."""

    text: Bilingual
    standing: Literal["official", "secondary", "project_default"]
    """The text itself was found; it was found quoted; or it is chosen by this project."""


class Criterion(Part):
    """A requirement that what is found on site is compared with."""

    code: Code
    """Stable, such as ``EQ-01``; never renumbered."""
    group: Code
    short: Bilingual
    """At most 30 letters, for the head of a column."""
    title: Bilingual
    how: Bilingual
    """How to check it on site."""
    rule_words: Bilingual
    """The rules in words, as a leader reads them."""
    remedy: Bilingual
    """What to do where it is not met."""
    prompted_by: Bilingual
    """The published statement that the criterion answers."""
    no_photo: Bilingual | None = None
    """What must not be photographed."""
    not_applicable_note: Bilingual
    """When it does not apply, or why it always does."""
    may_be_not_applicable: bool
    """Whether an auditor may state that it does not apply, with a reason."""
    no_cost: Bilingual | None = None
    """Why nothing is to be bought; exactly where there are no costs."""
    phrases: Phrases = ()
    """Notes that auditors often write about it."""
    rules: Rules
    measures: Annotated[tuple[Measure, ...], _Several] = ()
    evidence: Annotated[tuple[Evidence, ...], _Several] = ()
    costs: Annotated[tuple[CostLine, ...], _Several] = ()
    sources: Annotated[tuple[Source, ...], _Several] = ()


class ReasonPhrases(Part):
    """Reasons that people often give, by what they are given for."""

    not_applicable: Phrases = ()
    """Why a criterion does not apply."""
    override: Phrases = ()
    """Why another rating than the computed one is set."""
    after_sign_off: Phrases = ()
    """Why something is changed after the sign-off."""
    conflict: Phrases = ()
    """Why one of several contradicting values is taken."""


class About(Part):
    """What the edition is, and whether it is the official text."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
    edition: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,60}$")]
    effective_from: date
    official: bool
    title: Bilingual
    notice: Bilingual
    """Shown wherever the edition is shown."""
    source: Bilingual


class Catalogue(Part):
    """One edition of the criteria."""

    catalogue: About
    phrases: ReasonPhrases = ReasonPhrases()
    """Canned reasons; those for notes and answers stand with their criterion or field."""
    switches: Annotated[tuple[Switch, ...], _Several] = ()
    groups: Annotated[tuple[Group, ...], _Several]
    items: Annotated[tuple[Item, ...], _Several] = ()
    parameters: Annotated[tuple[Parameter, ...], _Several] = ()
    derived: Annotated[tuple[Derived, ...], _Several] = ()
    checks: Annotated[tuple[Check, ...], _Several] = ()
    criteria: Annotated[tuple[Criterion, ...], _Several]

    @property
    def about(self) -> About:
        """What the edition is."""
        return self.catalogue

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the criteria, in the order of the edition."""
        return tuple(criterion.code for criterion in self.criteria)

    @cached_property
    def _by_code(self) -> dict[str, Criterion]:
        return {criterion.code: criterion for criterion in self.criteria}

    def criterion(self, code: str) -> Criterion:
        """Return the criterion with this code.

        Raises:
            ReadinessError: The edition has none; the message lists the codes.
        """
        found = self._by_code.get(code) or self._by_code.get(code.strip().upper())
        if found is None:
            raise ReadinessError(
                ErrorCode.CRITERION_UNKNOWN, code=code, known=", ".join(self.codes)
            )
        return found

    @cached_property
    def fields(self) -> dict[str, Parameter]:
        """Key -> parameter or measure, parameters first, in the order of the edition."""
        listed: dict[str, Parameter] = {field.key: field for field in self.parameters}
        for criterion in self.criteria:
            listed.update((measure.key, measure) for measure in criterion.measures)
        return listed

    @cached_property
    def derived_by_key(self) -> dict[str, Derived]:
        """Key -> derived value."""
        return {item.key: item for item in self.derived}

    @cached_property
    def asked_of_auditors(self) -> frozenset[str]:
        """Keys of the parameters and measures that the office does not know itself."""
        return frozenset(key for key, field in self.fields.items() if not field.known_to_office)

    @cached_property
    def home(self) -> dict[str, str]:
        """Key of a measure -> code of its criterion."""
        return {m.key: criterion.code for criterion in self.criteria for m in criterion.measures}

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules, parsed once."""
        return Rulebook(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the edition as JSON data without floats, for a round to carry."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Catalogue:
        """Return the edition that a round carries.

        Raises:
            ReadinessError: The data are not an edition; every problem is said.
        """
        return _carried(_text_of(data))


def _text_of(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def sum_of(text: str) -> str:
    """Return the SHA-256 of an edition as JSON."""
    # Half a character is data, too, and must not pass for any other.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def carried_sum(edition: Catalogue) -> str:
    """Return the SHA-256 by which an edition is known when a round carries it unchanged."""
    return sum_of(_text_of(edition.to_dict()))


@lru_cache(maxsize=1)
def examined() -> Mapping[str, str]:
    """Return the sums of the editions shipped with this program -> their files' names.

    What is in them was examined when they were shipped. Every other edition is examined each
    time it is read.
    """
    try:
        lines = EXAMINED.read_text("utf-8").splitlines()
    except OSError:
        return {}
    return dict(line.split("  ", 1) for line in lines if "  " in line)


@lru_cache(maxsize=4)
def _carried(text: str) -> Catalogue:
    """Return the edition in a JSON text; a hundred files of a round carry the same one."""
    if sum_of(text) in examined():
        return Catalogue.model_validate_json(text)
    from criteria.lint import edition_from

    return edition_from(json.loads(text), Place())


def load_edition(path: Path = DEFAULT_EDITION) -> Catalogue:
    """Read an edition from its TOML file.

    Raises:
        ReadinessError: The file cannot be used; every problem is said, each with
            its line.
    """
    from criteria.lint import edition_from

    return edition_from(read_toml(path), Place.in_file(path))
