"""Find everything that is wrong in an edition, in one run, each with its place.

Structure first (pydantic), then names, types and circles of the rules, then what
would make an audit poorer: measures that nothing reads, criteria that cannot be
met, evidence or sources not named. An office that edits the file in Notepad is the
reader of every message.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import ChainMap, Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from criteria.catalogue import (
    LONGEST_PHRASE,
    RATINGS_A_RULE_MAY_NAME,
    Bilingual,
    Catalogue,
    Measure,
    Parameter,
)
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.folding import fold
from criteria.language import _
from criteria.mending import mend
from criteria.probing import find_case
from criteria.rating import Rating
from criteria.references import References, named
from criteria.rules import check as types
from criteria.rules.parse import NAME, RuleSyntaxError, parse
from criteria.toml_file import Place, Where, describe_validation, read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal
    from pathlib import Path

    from criteria.rules.tree import Node

LONGEST_SHORT: Final = 30
_THOUSANDS: Final = re.compile(r"(?<![\w.])[1-9]\d{0,2}\.\d{3}(?![\w.])", re.ASCII)
"""A number as Vietnamese write thousands; a rule reads it as a thousandth of that."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at in an edition.

    Attributes:
        where: Path in the data.
        message: What is wrong and what to do.
        place: The place in words.
        line: Line of the file, if there is one.
        column: Place within the rule's text (from 1), for findings in a rule.
        blocks: Whether the edition cannot be used until it is mended.
    """

    where: Where
    message: Message
    place: str
    line: int | None
    column: int | None = None
    blocks: bool = True

    def __str__(self) -> str:
        """Return place and sentence."""
        place = self.place
        if self.column is not None:
            place += ", " + _("column {column} of the rule").format(column=self.column)
        return f"{place}: {self.message}" if place else str(self.message)


@dataclass
class _Report:
    place: Place
    data: Any
    findings: list[Finding] = field(default_factory=list)
    mended: set[Where] = field(default_factory=set)
    """Places of which something is said, and where a stand-in was put to go on."""

    def add(
        self,
        where: Where,
        code: ErrorCode | Message,
        /,
        *,
        column: int | None = None,
        blocks: bool = True,
        **context: object,
    ) -> None:
        if any(where[:end] in self.mended for end in range(1, len(where) + 1)):
            return
        message = code if isinstance(code, Message) else Message(code, context)
        self.findings.append(
            Finding(
                where,
                message,
                self.place.words(where, self.data),
                self.place.line(where),
                column,
                blocks,
            )
        )

    @property
    def blocks(self) -> bool:
        return any(finding.blocks for finding in self.findings)


def lint_file(path: Path) -> list[Finding]:
    """Return all findings of an edition's file, in the order of its lines.

    Raises:
        ReadinessError: The file cannot be read as TOML at all.
    """
    data = read_toml(path)
    return lint(data, Place.in_file(path))


def lint(data: Mapping[str, Any], place: Place | None = None) -> list[Finding]:
    """Return all findings of an edition given as data."""
    report = _Report(place or Place(), data)
    catalogue = _structure(report)
    if catalogue is not None:
        rules, references, circular = _examine(report, catalogue)
        _untranslated(report)
        _unused(report, catalogue, rules)
        _cases(report, catalogue, references, circular)
    return sorted(
        report.findings, key=lambda found: (found.line or 0, [str(step) for step in found.where])
    )


def _examine(report: _Report, catalogue: Catalogue) -> tuple[_Rules, References, set[str]]:
    """Report all that blocks an edition's use; return its rules and what is in circles."""
    _names(report, catalogue)
    rules = _rules(report, catalogue)
    _contents(report, catalogue)
    references = References(catalogue, rules.trees)
    return rules, references, _circles(report, references)


def edition_from(data: Mapping[str, Any], place: Place) -> Catalogue:
    """Return the edition in ``data`` if nothing in it blocks its use.

    Raises:
        ReadinessError: Something does; every such finding is said.
    """
    report = _Report(place, data)
    catalogue = _structure(report)
    if catalogue is not None:
        _examine(report, catalogue)
    blocking = [finding for finding in report.findings if finding.blocks]
    if catalogue is None or blocking:
        path = place.path or _("the edition inside the file")
        raise ReadinessError.of(
            [
                Message(ErrorCode.DATA_BROKEN, {"path": path}),
                *(Message(ErrorCode.DATA_FINDING, {"finding": found}) for found in blocking),
            ]
        )
    return catalogue


def _structure(report: _Report) -> Catalogue | None:
    """Report what does not fit the shape; return the edition with that left out."""
    if not isinstance(report.data, Mapping):
        shown = str(report.data)[:40]
        report.add((), ErrorCode.DATA_WRONG_TYPE, key="edition", text=shown)
        return None
    deep = _deep(report.data)
    if deep:
        report.add(deep, ErrorCode.DATA_TOO_DEEP, key=deep[-1])
        return None
    data = dict(report.data)
    for attempt in range(4):
        try:
            return Catalogue.model_validate(data)
        except ValidationError as error:
            problems = describe_validation(error)
        for where, message in problems:
            report.add(where, message)
        if attempt == 0:
            data = copy.deepcopy(data)
        # Mend what can be mended, so that the rest is looked at in the same run.
        for where, message in problems:
            in_list = isinstance(where[-1], int)
            report.mended.update({where, where[:-1] if in_list else where})
            mend(data, where, message.code, len(report.mended))
    return None


_DEEPEST_DATA: Final = 20
_DEEPEST_KEY: Final = 5
"""Of an edition's own keys: ``("criteria", 0, "measures", 0, "choices")``."""


def _deep(data: Mapping[str, Any]) -> Where:
    """Return the path of data that are nested deeper than any edition is; empty if none."""
    inside: list[Any] = [data]
    for _depth in range(_DEEPEST_DATA):
        inside = [
            each
            for held in inside
            if isinstance(held, Mapping | list)
            for each in (held.values() if isinstance(held, Mapping) else held)
        ]
    if not inside:
        return ()
    layer: list[tuple[Where, Any]] = [((), data)]
    for _depth in range(_DEEPEST_DATA):
        layer = [
            ((*where, step), inner)
            for where, held in layer
            if isinstance(held, Mapping | list)
            for step, inner in (held.items() if isinstance(held, Mapping) else enumerate(held))
        ]
    where = layer[0][0][:_DEEPEST_KEY]
    while isinstance(where[-1], int):
        where = where[:-1]
    return where


def _all_fields(catalogue: Catalogue) -> Iterator[tuple[Where, Parameter]]:
    for index, parameter in enumerate(catalogue.parameters):
        yield ("parameters", index), parameter
    for number, criterion in enumerate(catalogue.criteria):
        for index, measure in enumerate(criterion.measures):
            yield ("criteria", number, "measures", index), measure


def _names(report: _Report, catalogue: Catalogue) -> None:
    """Report codes and keys that are used twice."""
    keys: list[tuple[Where, str]] = [(where, held.key) for where, held in _all_fields(catalogue)]
    keys += [(("derived", n), held.key) for n, held in enumerate(catalogue.derived)]
    keys += [(("switches", n), held.key) for n, held in enumerate(catalogue.switches)]
    criteria: list[tuple[Where, str]] = [
        (("criteria", n), held.code) for n, held in enumerate(catalogue.criteria)
    ]
    groups: list[tuple[Where, str]] = [
        (("groups", n), held.code) for n, held in enumerate(catalogue.groups)
    ]
    items: list[tuple[Where, str]] = [
        (("items", n), held.key) for n, held in enumerate(catalogue.items)
    ]
    for namespace in (keys, criteria, groups, items):
        seen: set[str] = set()
        for where, key in namespace:
            if key in seen:
                last = "code" if key.isupper() else "key"
                report.add((*where, last), ErrorCode.LINT_DUPLICATE, key=key)
            seen.add(key)


def kind_of(parameter: Parameter) -> types.Kind:
    """Return the type that rules see in a parameter or measure."""
    match parameter.type:
        case "int" | "num":
            return types.NUMBER
        case "yesno":
            return types.TRUTH
        case "date":
            return types.DATE
        case "choice":
            return types.Kind("choice", tuple(choice.key for choice in parameter.choices))
    return types.TEXT


@dataclass
class _Rules:
    """The rules of an edition: path -> tree, and the texts that could not be parsed."""

    trees: dict[Where, Node] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def _rules(report: _Report, catalogue: Catalogue) -> _Rules:
    """Report what is wrong in any rule; return them as far as they parse."""
    found = _Rules()
    seen: set[Where] = set()

    def read(where: Where, text: str) -> Node | None:
        if where not in seen:
            seen.add(where)
            try:
                found.trees[where] = parse(text)
            except RuleSyntaxError as error:
                found.unread.append(text)
                report.add(where, error.message, column=error.column)
        return found.trees.get(where)

    names = {
        held.key: types.UNKNOWN if (*where, "type") in report.mended else kind_of(held)
        for where, held in _all_fields(catalogue)
    }
    names |= {switch.key: types.TRUTH for switch in catalogue.switches}
    names |= _derived_kinds(catalogue, names, read)

    codes = set(catalogue.codes)

    def look(where: Where, text: str, wanted: types.Kind) -> None:
        for match in _THOUSANDS.finditer(text):
            report.add(
                where,
                ErrorCode.RULE_THOUSANDS,
                column=match.start() + 1,
                blocks=False,
                text=match[0],
                plain=match[0].replace(".", ""),
            )
        node = read(where, text)
        if node is None:
            return
        for problem in types.check(
            node,
            wanted,
            names=names,
            criteria=codes,
            ratings=RATINGS_A_RULE_MAY_NAME,
        ):
            report.add(where, problem.message, column=problem.column)

    for index, derived in enumerate(catalogue.derived):
        look(("derived", index, "rule"), derived.rule, names[derived.key])
    for index, agreed in enumerate(catalogue.checks):
        look(("checks", index, "rule"), agreed.rule, types.TRUTH)
    for index, criterion in enumerate(catalogue.criteria):
        here: Where = ("criteria", index)
        for part in ("not_applicable", "valid", "met", "partly_met"):
            look((*here, "rules", part), getattr(criterion.rules, part), types.TRUTH)
        for place, measure in enumerate(criterion.measures):
            where = (*here, "measures", place)
            if measure.ask_if:
                look((*where, "ask_if"), measure.ask_if, types.TRUTH)
            if measure.otherwise:
                look((*where, "otherwise"), measure.otherwise, kind_of(measure))
        for place, line in enumerate(criterion.costs):
            look((*here, "costs", place, "quantity"), line.quantity, types.NUMBER)
        for place, shown in enumerate(criterion.evidence):
            if shown.only_if:
                look((*here, "evidence", place, "only_if"), shown.only_if, types.TRUTH)
    return found


def _derived_kinds(
    catalogue: Catalogue,
    names: Mapping[str, types.Kind],
    read: Callable[[Where, str], Node | None],
) -> dict[str, types.Kind]:
    """Return the type of each derived value, whichever order they are written in."""
    trees = {
        derived.key: read(("derived", index, "rule"), derived.rule)
        for index, derived in enumerate(catalogue.derived)
    }
    needs = {key: named(tree) & trees.keys() if tree else set() for key, tree in trees.items()}
    kinds = dict.fromkeys(trees, types.UNKNOWN)
    known = ChainMap(kinds, dict(names))
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError:
        pass  # said later; what is outside the circle has a type all the same
    while ready := sorter.get_ready():
        for key in ready:
            tree = trees[key]
            if tree is not None:
                kinds[key] = types.kind_of(tree, known)
        sorter.done(*ready)
    return kinds


def _is_range(usual: tuple[Decimal, Decimal], of: Parameter) -> bool:
    """Return whether what is usual is a range of numbers that a field accepts."""
    low, high = usual
    is_accepted = (of.min is None or low >= of.min) and (of.max is None or high <= of.max)
    return of.type in ("int", "num") and low < high and is_accepted


def _contents(report: _Report, catalogue: Catalogue) -> None:
    """Report what the parts of the edition lack or contradict."""
    groups = {group.code for group in catalogue.groups}
    filled = {criterion.group for criterion in catalogue.criteria}
    items = {item.key for item in catalogue.items}
    for index, group in enumerate(catalogue.groups):
        if group.code not in filled:
            report.add(("groups", index), ErrorCode.LINT_NO_CRITERIA, code=group.code)
    for where, held in _all_fields(catalogue):
        if (held.type == "choice") != bool(held.choices):
            report.add((*where, "choices"), ErrorCode.LINT_CHOICES)
        if held.type not in ("int", "num") and (held.min is not None or held.max is not None):
            report.add((*where, "type"), ErrorCode.LINT_LIMITS_TYPE)
        if held.min is not None and held.max is not None and held.min > held.max:
            report.add((*where, "min"), ErrorCode.LINT_LIMITS)
        if held.usual is not None and not _is_range(held.usual, held):
            report.add((*where, "usual"), ErrorCode.LINT_USUAL)
        if isinstance(held, Measure) and held.otherwise and not held.ask_if:
            report.add((*where, "otherwise"), ErrorCode.LINT_ASK_IF_MISSING)
        choices = Counter(choice.key for choice in held.choices)
        for key, times in choices.items():
            if times > 1:
                report.add((*where, "choices"), ErrorCode.LINT_DUPLICATE, key=key)
    for index, criterion in enumerate(catalogue.criteria):
        here: Where = ("criteria", index)
        if criterion.group not in groups:
            report.add((*here, "group"), ErrorCode.LINT_UNKNOWN_GROUP, code=criterion.group)
        if bool(criterion.costs) == bool(criterion.no_cost):
            report.add(here, ErrorCode.LINT_COSTS)
        if not criterion.evidence:
            report.add(here, ErrorCode.LINT_EVIDENCE, blocks=False)
        if not criterion.sources:
            report.add(here, ErrorCode.LINT_SOURCE, blocks=False)
        for place, line in enumerate(criterion.costs):
            if line.item not in items:
                report.add(
                    (*here, "costs", place, "item"), ErrorCode.LINT_UNKNOWN_ITEM, key=line.item
                )
        for language, short in (("vi", criterion.short.vi), ("en", criterion.short.en)):
            if len(short) > LONGEST_SHORT:
                report.add(
                    (*here, "short", language),
                    ErrorCode.LINT_SHORT_TOO_LONG,
                    blocks=False,
                    text=short,
                    length=len(short),
                    limit=LONGEST_SHORT,
                )
    _phrases(report, catalogue)


def _untranslated(report: _Report) -> None:
    """Report texts that are the same in both languages; that blocks nothing."""
    for where, both in _texts(report.data, ()):
        if both["vi"] == both["en"] and _has_marks(both["vi"]):
            report.add(
                (*where, "en"), ErrorCode.LINT_UNTRANSLATED, blocks=False, text=both["vi"][:60]
            )


def _phrases(report: _Report, catalogue: Catalogue) -> None:
    """Report canned phrases that are doubled, too long, or where nothing is written."""
    lists: list[tuple[Where, tuple[Bilingual, ...]]] = [
        (("phrases", purpose), phrases) for purpose, phrases in catalogue.phrases
    ]
    for number, criterion in enumerate(catalogue.criteria):
        lists.append((("criteria", number, "phrases"), criterion.phrases))
    for where, held in _all_fields(catalogue):
        lists.append(((*where, "phrases"), held.phrases))
        if held.phrases and held.type != "text":
            report.add((*where, "phrases"), ErrorCode.LINT_PHRASES_TYPE, blocks=False)
    for where, phrases in lists:
        for language in ("vi", "en"):
            seen: set[str] = set()
            for place, phrase in enumerate(phrases):
                here: Where = (*where, place, language)
                text = getattr(phrase, language)
                if len(text) > LONGEST_PHRASE:
                    report.add(
                        here,
                        ErrorCode.LINT_PHRASE_TOO_LONG,
                        blocks=False,
                        text=text[:40] + "…",
                        length=len(text),
                        limit=LONGEST_PHRASE,
                    )
                folded = fold(text)
                if folded in seen:
                    report.add(here, ErrorCode.LINT_PHRASE_TWICE, blocks=False, text=text[:60])
                seen.add(folded)


def _texts(held: Any, where: Where) -> Iterator[tuple[Where, dict[str, str]]]:
    if isinstance(held, dict):
        if held.keys() == Bilingual.model_fields.keys() and all(
            isinstance(text, str) for text in held.values()
        ):
            yield where, held
        for key, value in held.items():
            yield from _texts(value, (*where, key))
    elif isinstance(held, list):
        for index, value in enumerate(held):
            yield from _texts(value, (*where, index))


def _has_marks(text: str) -> bool:
    return any(
        unicodedata.combining(letter) or letter in "đĐ"
        for letter in unicodedata.normalize("NFD", text)
    )


def _circles(report: _Report, references: References) -> set[str]:
    """Report names that refer to one another in a circle, and rules that reach too far."""
    circles = references.circles()
    for circle in circles:
        words = " → ".join([*circle, circle[0]])
        report.add(references.places[circle[0]], ErrorCode.RULE_CYCLE, circle=words)
    if not circles:
        for where in references.tangled():
            report.add(where, ErrorCode.RULE_TOO_TANGLED)
    return {name for circle in circles for name in circle}


def _unused(report: _Report, catalogue: Catalogue, rules: _Rules) -> None:
    """Report what nothing reads, and what is read although marked as not read."""
    read = named(*rules.trees.values()).union(*map(_words, rules.unread))
    for where, held in _all_fields(catalogue):
        if held.key not in read and not held.for_record:
            report.add((*where, "key"), ErrorCode.LINT_UNUSED, blocks=False, key=held.key)
        if held.key in read and held.for_record:
            report.add(
                (*where, "for_record"), ErrorCode.LINT_FOR_RECORD_READ, blocks=False, key=held.key
            )
        sometimes = isinstance(held, Measure) and held.ask_if and not held.otherwise
        if sometimes and held.key in read:
            report.add(
                (*where, "ask_if"), ErrorCode.LINT_OTHERWISE_MISSING, blocks=False, key=held.key
            )
    for index, derived in enumerate(catalogue.derived):
        if derived.key not in read:
            report.add(
                ("derived", index, "key"), ErrorCode.LINT_UNUSED_NAME, blocks=False, key=derived.key
            )
    for index, switch in enumerate(catalogue.switches):
        if switch.key not in read:
            report.add(
                ("switches", index, "key"), ErrorCode.LINT_UNUSED_NAME, blocks=False, key=switch.key
            )
    bought = {line.item for criterion in catalogue.criteria for line in criterion.costs}
    for index, item in enumerate(catalogue.items):
        if item.key not in bought:
            report.add(
                ("items", index, "key"), ErrorCode.LINT_UNUSED_ITEM, blocks=False, key=item.key
            )


def _words(text: str) -> set[str]:
    return set(NAME.findall(text))


_SPOILS: Final = frozenset({ErrorCode.LINT_CHOICES, ErrorCode.LINT_LIMITS})
"""What else than a wrong rule makes it pointless to look for cases."""
_SPOILT: Final = frozenset({"ask_if", "choices", "key", "max", "min", "otherwise", "rule", "type"})


def _spoils(finding: Finding) -> bool:
    code = finding.message.code
    in_rules = "rules" in finding.where or finding.where[-1] in _SPOILT
    return code.name.startswith("RULE_") or code in _SPOILS or (finding.blocks and in_rules)


def _name_at(catalogue: Catalogue, where: Where) -> set[str]:
    """Return the name or code whose rule or type stands at a path, if one does."""
    try:
        match where:
            case ("derived", int(index), *_):
                return {catalogue.derived[index].key}
            case ("parameters", int(index), *_):
                return {catalogue.parameters[index].key}
            case ("criteria", int(index), "measures", int(place), *_):
                return {catalogue.criteria[index].measures[place].key}
            case ("criteria", int(index), "rules" | "code", *_):
                return {catalogue.criteria[index].code}
    except IndexError:
        pass  # in a list that had to be left out
    return set()


def _cases(
    report: _Report, catalogue: Catalogue, references: References, circular: set[str]
) -> None:
    """Report criteria for which no met, or no unmet, case is found on limits of values.

    Criteria that rest on something wrong are left out; the others are looked at all
    the same, so that one run says all.
    """
    spoilt = [finding.where for finding in report.findings if _spoils(finding)]
    bad_checks = {where[1] for where in spoilt if where[0] == "checks" and len(where) > 1}
    unsound = references.resting_on(circular.union(*(_name_at(catalogue, at) for at in spoilt)))
    sound = references.reduced(unsound, bad_checks)
    for index, criterion in enumerate(sound.criteria):
        if criterion.code in unsound:
            continue
        where: Where = ("criteria", index, "rules", "met")
        if find_case(sound, criterion.code, Rating.MET) is None:
            report.add(where, ErrorCode.LINT_NEVER_MET, blocks=False)
        elif not any(
            find_case(sound, criterion.code, rating) is not None
            for rating in (Rating.NOT_MET, Rating.PARTLY_MET)
        ):
            report.add(where, ErrorCode.LINT_ALWAYS_MET, blocks=False)
