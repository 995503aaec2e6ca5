"""An edition of the criteria: groups, criteria, measures, rules, sources, costs.

An edition is a TOML file that an office may edit, or the same content inside the
record of a round. `load_edition` reads the file and refuses it with every problem
at once; `Catalogue.to_dict` and `Catalogue.from_dict` carry it inside a round, so
that a file can be recomputed from itself alone. Nothing here knows how many
criteria or groups there are.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_serializer,
)

from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import current
from criteria.rules.tree import Name, Node, Rated
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

EDITIONS: Final = Path(__file__).parent / "editions"
DEFAULT_EDITION: Final = EDITIONS / "default-2026.toml"

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
    choices: Annotated[tuple[Choice, ...], _Several] = ()
    """What can be chosen; exactly for the type ``choice``."""
    optional: bool = False
    """A blank is not counted as missing."""
    for_record: bool = False
    """Recorded only: no rule, check or cost reads it."""
    known_to_office: bool = False
    """Filled by the office; an auditor is never asked."""

    @field_serializer("min", "max")
    def _exact(self, value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}"


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
    rules: Rules
    measures: Annotated[tuple[Measure, ...], _Several] = ()
    evidence: Annotated[tuple[Evidence, ...], _Several] = ()
    costs: Annotated[tuple[CostLine, ...], _Several] = ()
    sources: Annotated[tuple[Source, ...], _Several] = ()


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
        found = self._by_code.get(code.strip().upper())
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
        from criteria.lint import Place, edition_from

        return edition_from(data, Place())


class CriterionRules:
    """The parsed rules of one criterion."""

    def __init__(self, criterion: Criterion, parse: _Parse) -> None:
        """Parse every rule of ``criterion``."""
        rules = criterion.rules
        self.not_applicable = parse(rules.not_applicable)
        self.valid = parse(rules.valid)
        self.met = parse(rules.met)
        self.partly_met = parse(rules.partly_met)
        self.costs = tuple((line, parse(line.quantity)) for line in criterion.costs)

    @property
    def deciding(self) -> tuple[Node, Node, Node, Node]:
        """The rules that decide the rating, in order."""
        return self.not_applicable, self.valid, self.met, self.partly_met


class _Parse:
    """Parse each text once, however often it occurs."""

    def __init__(self) -> None:
        from criteria.rules.parse import parse

        self._parse = parse
        self._held: dict[str, Node] = {}

    def __call__(self, text: str) -> Node:
        node = self._held.get(text)
        if node is None:
            node = self._held[text] = self._parse(text)
        return node


class Rulebook:
    """Every rule of an edition as a tree, and which values each criterion reads.

    Attributes:
        derived: Key -> tree.
        ask_if: Key of a measure -> tree, where it has one.
        otherwise: Key of a measure -> tree, where it has one.
        checks: Each check with its tree.
        criteria: Code -> parsed rules.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Parse the rules of a sound edition."""
        parse = _Parse()
        self._measures = {m.key: m for c in catalogue.criteria for m in c.measures}
        self.switches = {switch.key: switch for switch in catalogue.switches}
        self.derived = {item.key: parse(item.rule) for item in catalogue.derived}
        self.ask_if = {m.key: parse(m.ask_if) for m in self._measures.values() if m.ask_if}
        self.otherwise = {m.key: parse(m.otherwise) for m in self._measures.values() if m.otherwise}
        self.checks = tuple((check, parse(check.rule)) for check in catalogue.checks)
        self.criteria = {c.code: CriterionRules(c, parse) for c in catalogue.criteria}
        self._reads: dict[str, frozenset[str]] = {}
        self._bearing: dict[str, tuple[tuple[Check, Node], ...]] = {}

    def reads(self, code: str) -> frozenset[str]:
        """Return the parameters and measures that decide a criterion's rating.

        Values read through derived values, ``ask_if`` and other criteria's ratings
        are included, and so are those of the checks that bear on them.
        """
        if code not in self._reads:
            read = self._closure(self.criteria[code].deciding)
            checks = [self._closure((tree,)) for _check, tree in self.bearing_checks(code)]
            self._reads[code] = read.union(*checks)
        return self._reads[code]

    def rests_on(self, code: str) -> frozenset[str]:
        """Return the criteria whose ratings a criterion reads, itself included."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                trees = list(self.criteria[each].deciding)
                trees += [tree for _check, tree in self.bearing_checks(each)]
                waiting += self._rated(trees)
        return frozenset(found)

    def _rated(self, trees: list[Node]) -> set[str]:
        """Return the criteria that trees name, through derived values and conditions."""
        reached: set[str] = set()
        waiting, seen = list(trees), set[str]()
        while waiting:
            for node in waiting.pop().walk():
                if isinstance(node, Rated):
                    reached.add(node.criterion)
                elif isinstance(node, Name) and node.key not in seen:
                    seen.add(node.key)
                    waiting += [
                        held[node.key]
                        for held in (self.derived, self.ask_if, self.otherwise)
                        if node.key in held
                    ]
        return reached

    def bearing_checks(self, code: str) -> tuple[tuple[Check, Node], ...]:
        """Return the checks that read a value which the criterion's own rules read.

        A value that only another criterion's rating brings in does not count: that
        criterion is insufficient then, and its rating unknown here.
        """
        if code not in self._bearing:
            own = self._closure(self.criteria[code].deciding, through_ratings=False)
            self._bearing[code] = tuple(
                (check, tree)
                for check, tree in self.checks
                if own & self._closure((tree,), through_ratings=False)
            )
        return self._bearing[code]

    def _closure(self, trees: tuple[Node, ...], *, through_ratings: bool = True) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(trees)
        seen: set[str] = set()
        while waiting:
            for node in waiting.pop().walk():
                match node:
                    case Name(key=key) if key not in seen:
                        seen.add(key)
                        if key in self.derived:
                            waiting.append(self.derived[key])
                        elif key not in self.switches:
                            found.add(key)
                            waiting.extend(
                                trees[key]
                                for trees in (self.ask_if, self.otherwise)
                                if key in trees
                            )
                    case Rated(criterion=code) if through_ratings and code not in seen:
                        seen.add(code)
                        waiting.extend(self.criteria[code].deciding)
                        waiting.extend(tree for _check, tree in self.bearing_checks(code))
        return frozenset(found)


MOST_BYTES: Final = 2_000_000
"""Ten times the shipped edition; a file from outside must not be read without end."""


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file with exact decimals.

    Raises:
        ReadinessError: It cannot be read, is not UTF-8, or is not TOML.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise FileNotFoundError(path)  # a pipe would be waited for without end
        if path.stat().st_size > MOST_BYTES:
            raise ReadinessError(ErrorCode.DATA_TOO_LARGE, path=path, most=MOST_BYTES // 1_000_000)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ReadinessError(ErrorCode.DATA_MISSING, path=path) from error
    except UnicodeDecodeError as error:
        raise ReadinessError(ErrorCode.DATA_NOT_UTF8, path=path) from error
    except OSError as error:
        raise ReadinessError(
            ErrorCode.DATA_UNREADABLE, path=path, reason=error.strerror or error
        ) from error
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        # The library's words are English and for programmers; its place is what helps.
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        if place is None:
            raise ReadinessError(ErrorCode.DATA_TOML_END, path=path) from error
        raise ReadinessError(
            ErrorCode.DATA_NOT_TOML, path=path, line=place[1], column=place[2]
        ) from error
    except (RecursionError, ValueError) as error:
        # Brackets without end, or a whole number of thousands of digits.
        raise ReadinessError(ErrorCode.DATA_TOML_END, path=path) from error


def load_edition(path: Path = DEFAULT_EDITION) -> Catalogue:
    """Read an edition from its TOML file.

    Raises:
        ReadinessError: The file cannot be used; every problem is said, each with
            its line.
    """
    from criteria.lint import Place, edition_from

    return edition_from(read_toml(path), Place.in_file(path))


_SAID_OF_TYPE: Final = {
    "bool_parsing": ErrorCode.PROFILE_NOT_YES_NO,
    "bool_type": ErrorCode.PROFILE_NOT_YES_NO,
    "date_from_datetime_inexact": ErrorCode.DATA_NOT_DAY,
    "date_from_datetime_parsing": ErrorCode.DATA_NOT_DAY,
    "date_parsing": ErrorCode.DATA_NOT_DAY,
    "date_type": ErrorCode.DATA_NOT_DAY,
    "decimal_parsing": ErrorCode.PROFILE_NOT_NUMBER,
    "decimal_type": ErrorCode.PROFILE_NOT_NUMBER,
    "finite_number": ErrorCode.PROFILE_NOT_NUMBER,
    "int_from_float": ErrorCode.PROFILE_NOT_WHOLE,
    "int_parsing": ErrorCode.PROFILE_NOT_WHOLE,
    "int_type": ErrorCode.PROFILE_NOT_WHOLE,
}


def describe_validation(error: ValidationError) -> list[tuple[tuple[str | int, ...], Message]]:
    """Return pydantic's findings in our own words, each with its place in the data."""
    described = []
    for problem in error.errors(include_url=False, include_context=True):
        key = next((step for step in reversed(problem["loc"]) if isinstance(step, str)), "–")
        try:
            shown = str(problem["input"])[:40]
        except ValueError:
            shown = "…"  # a whole number of thousands of digits
        if isinstance(problem["input"], bool):
            shown = shown.lower()
        match problem["type"]:
            case "missing":
                message = Message(ErrorCode.DATA_KEY_MISSING, {"key": key})
            case "extra_forbidden":
                message = Message(ErrorCode.DATA_KEY_UNKNOWN, {"key": key})
            case "string_pattern_mismatch":
                message = Message(ErrorCode.DATA_PATTERN, {"key": key, "text": shown})
            case "literal_error":
                # pydantic joins them with an English “or”.
                known = ", ".join(re.findall(r"'([^']*)'", str(problem["ctx"]["expected"])))
                message = Message(ErrorCode.DATA_NOT_ONE_OF, {"text": shown, "known": known})
            case "string_too_long" | "too_long":
                limit = problem["ctx"]["max_length"]
                message = Message(ErrorCode.DATA_TOO_LONG, {"key": key, "limit": limit})
            case "string_too_short" | "too_short":
                message = Message(ErrorCode.DATA_EMPTY, {"key": key})
            case "model_type" if problem["ctx"]["class_name"] == Bilingual.__name__:
                message = Message(ErrorCode.PROFILE_NOT_BOTH, {"key": key})
            case "string_type" if not isinstance(problem["input"], dict | list):
                message = Message(ErrorCode.PROFILE_NOT_TEXT, {"key": key, "text": shown})
            case kind:
                code = _SAID_OF_TYPE.get(kind, ErrorCode.DATA_WRONG_TYPE)
                message = Message(code, {"key": key, "text": shown})
        described.append((problem["loc"], message))
    return described
