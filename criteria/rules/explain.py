"""Why a rule is true, false or open: its conditions in words, and what is missing.

`explain` turns a parsed rule into a tree of conditions. Each leaf is a comparison
or a yes/no with the values it read; each inner condition says how its parts are
joined, so that the truth of the leaves implies the truth of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from criteria.language import N_, _, day, number
from criteria.rules.tree import (
    And,
    Arithmetic,
    AtLeast,
    Call,
    Choose,
    Compare,
    In,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Rated,
    Text,
    Truth,
    Value,
    names_in,
)
from criteria.values import NO, NOT_KNOWN_WORDS, YES, with_unit, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from criteria.catalogue import Bilingual, Catalogue
    from criteria.rating import Assessment

Joined = Literal["leaf", "all", "any", "at_least", "not"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that a condition read.

    Attributes:
        key: Its name in rules.
        label: What it is called.
        value: What was read.
        words: The value in words.
        is_asked: Whether it makes sense after the other answers.
    """

    key: str
    label: str
    value: Value
    words: str
    is_asked: bool = True

    @property
    def labelled(self) -> str:
        """The value in words, after what it is called."""
        return _("{label}: {value}").format(label=self.label, value=self.words)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a comparison of a measure with a target lacks.

    Attributes:
        key: The measure.
        label: What it is called.
        have: Its value.
        need: The target it should reach.
        quantity: The distance, rounded up to a whole number for counts.
        more: Whether more is needed, rather than less.
        unit: Unit of all three, if any.
        is_count: Whether things are counted, rather than something measured.
    """

    key: str
    label: str
    have: Decimal
    need: Decimal
    quantity: Decimal
    more: bool
    unit: Bilingual | None
    is_count: bool = True

    def written(self, figure: Decimal) -> str:
        """Return one of the figures as a sentence has it: things counted ``03``, others ``2``."""
        return _amount(figure) if self.is_count else number(_shown(figure))

    def words(self) -> str:
        """Return ``thiếu 03 máy`` or ``vượt 2 ms``."""
        amount = with_unit(self.written(self.quantity), self.unit)
        if self.more:
            return _("{amount} short").format(amount=amount)
        return _("{amount} too many").format(amount=amount)


def _amount(quantity: Decimal) -> str:
    from criteria.language import count

    if quantity == quantity.to_integral_value():
        return count(int(quantity))
    return number(_shown(quantity))


def _shown(exact: Decimal) -> Decimal:
    """Return a computed number with no more decimals than a typed one can have."""
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        return Decimal(f"{exact:.6f}").normalize()
    return exact


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule, in words.

    Attributes:
        text: What is required.
        truth: Whether it holds; ``None`` while a value it needs is unknown.
        joined: How the parts make up this condition; ``leaf`` has none.
        parts: The conditions it is made of.
        needed: How many parts must hold, for ``at_least``.
        reads: The values a leaf read.
        given: The values for which this condition applies rather than another one.
        gap: What a leaf lacks, where that is a quantity.
        short: What a leaf that fails has and what it needs, in words, where that is plain.
        is_exclusion: Whether a leaf only rules one value out, so that naming the value
            says all.
        is_fixed: Whether the edition itself says ``true`` or ``false``.
        is_waived: Whether it holds, whatever was found, because of what the province switched
            on or off.
    """

    text: str
    truth: bool | None
    joined: Joined = "leaf"
    parts: tuple[Condition, ...] = ()
    needed: int = 0
    reads: tuple[Reading, ...] = ()
    given: tuple[Reading, ...] = ()
    gap: Gap | None = None
    short: str = ""
    is_exclusion: bool = False
    is_fixed: bool = False
    is_waived: bool = False

    def implied(self) -> bool | None:
        """Return the truth that follows from the leaves alone."""
        truths = [part.implied() for part in self.parts]
        match self.joined:
            case "leaf":
                return self.truth
            case "not":
                return None if truths[0] is None else not truths[0]
            case "all":
                needed = len(truths)
            case "any":
                needed = 1
            case "at_least":
                needed = self.needed
        holding = truths.count(True)
        if holding >= needed:
            return True
        return None if holding + truths.count(None) >= needed else False

    @property
    def asks(self) -> bool:
        """Whether it reads anything that is asked after the other answers."""
        if self.parts:
            return any(part.asks for part in self.parts)
        return not self.is_fixed and (
            not self.reads or any(reading.is_asked for reading in self.reads)
        )

    @property
    def telling(self) -> tuple[Condition, ...]:
        """The parts that tell a person something.

        What is fixed by the edition is left out, and so is what fails only because an
        earlier answer keeps it from being asked: the earlier answer fails as well.
        """
        worth = tuple(part for part in self.parts if not part.is_fixed)
        if self.joined == "all" and any(part.truth is False and part.asks for part in worth):
            return tuple(part for part in worth if part.truth is not False or part.asks)
        return worth


_LINE_SIGNS: Final = {True: "✓", False: "✗", None: "?"}


class Line(NamedTuple):
    """One line of a rule told condition by condition.

    Attributes:
        level: How far it stands in; what a condition is made of stands below it.
        truth: Whether it holds; ``None`` while a value it needs is unknown.
        text: What is required, with the values read.
        is_waived: Whether it holds only because the province does not require it.
        is_asked: Whether anything that it reads is asked after the other answers.
    """

    level: int
    truth: bool | None
    text: str
    is_waived: bool = False
    is_asked: bool = True

    @property
    def says_nothing(self) -> bool:
        """Whether it holds without anybody having found so."""
        return self.is_waived or (self.truth is True and not self.is_asked)

    @property
    def sign(self) -> str:
        """What stands before it: ticked, crossed, open, or a dash where it says nothing."""
        return "–" if self.says_nothing else _LINE_SIGNS[self.truth]


def lines(condition: Condition, level: int = 0) -> Iterator[Line]:
    """Yield a rule line by line; how conditions are joined is said only where it matters."""
    parts = condition.parts
    match condition.joined:
        case "leaf":
            head = condition.text
        case "all":
            head = condition.text if len(parts) == 1 else ""
            if condition.given and not head:
                head = _("all of these are needed:")
            parts = condition.telling
        case "any":
            head = _("one of these is enough:")
        case "not":
            head = _("this must not be so:")
        case "at_least":
            head = _("at least {needed} of these:").format(needed=condition.needed)
    if condition.is_waived:
        text = _("not required in this province: {text}").format(text=condition.text)
        yield Line(level, condition.truth, text, is_waived=True)
        return
    if head:
        read = "; ".join(
            reading.words if reading.label in condition.text else reading.labelled
            for reading in condition.reads
        )
        given = "; ".join(reading.labelled for reading in condition.given)
        text = (f"{given} → " if given else "") + head + (f" [{read}]" if read else "")
        is_asked = not condition.reads or any(each.is_asked for each in condition.reads)
        yield Line(level, condition.truth, text, is_asked=is_asked)
        level += 1
    for part in parts:
        yield from lines(part, level)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing: one failing condition, or several of which one will do.

    Attributes:
        condition: The failing condition.
        options: For a condition that can be met in several ways, the shortfalls of
            each way; empty for a plain one.
        needed: How many of the options are needed.
    """

    condition: Condition
    options: tuple[tuple[Shortfall, ...], ...] = ()
    needed: int = 1

    @property
    def gap(self) -> Gap | None:
        """The missing quantity, if the condition has one."""
        return self.condition.gap

    @property
    def subject(self) -> str:
        """What is short, without how much and what is there: the same for every commune."""
        if self.gap is not None:
            return self.gap.label
        reads = self.condition.reads
        return reads[0].label if len(reads) == 1 else self.condition.text

    def words(self) -> str:
        """Return the shortfall as a sentence part: what, how much, what is there now."""
        if self.options:
            ways = [_(" and ").join(part.words() for part in way) for way in self.options if way]
            joined = _("; or ").join(ways)
            if self.needed > 1:
                return _("{needed} of these are missing: {ways}").format(
                    needed=self.needed, ways="; ".join(ways)
                )
            return joined
        gap = self.gap
        if gap is not None:
            text = _("{label}: {amount} (now {have}, required {need})")
            if not gap.more:
                text = _("{label}: {amount} (now {have}, at most {need})")
            return text.format(
                label=gap.label,
                amount=gap.words(),
                have=with_unit(gap.written(gap.have), gap.unit),
                need=with_unit(gap.written(gap.need), gap.unit),
            )
        if self.condition.short:
            return self.condition.short
        if len(self.condition.reads) == 1:
            reading = self.condition.reads[0]
            if self.condition.is_exclusion:
                return reading.labelled
            return _("{text} (now {value})").format(text=self.condition.text, value=reading.words)
        return self.condition.text


def shortfalls(condition: Condition) -> tuple[Shortfall, ...]:
    """Return what is missing for a condition that does not hold; nothing if it may hold."""
    if condition.truth is not False:
        return ()
    match condition.joined:
        case "leaf" | "not":
            return (Shortfall(condition),)
        case "all":
            found = tuple(each for part in condition.telling for each in shortfalls(part))
            return found or (Shortfall(condition),)
    ways = tuple(shortfalls(part) for part in condition.parts if part.truth is False)
    holding = sum(part.truth is True for part in condition.parts)
    needed = max(1, condition.needed - holding)
    if len(ways) == 1:
        return ways[0]
    return (Shortfall(condition, ways, needed),)


_SIGNS: Final = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_ARITHMETIC: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_CALLS: Final = {
    "min": N_("the least of ({list})"),
    "max": N_("the greatest of ({list})"),
    "ceil": N_("{list} rounded up"),
    "floor": N_("{list} rounded down"),
}


class _SwitchesAlone:
    """A scope in which nothing was found: what is decided here, the switches decide.

    Attributes:
        are_known: Whether the switches are; if not, only what the edition fixes is decided.
    """

    def __init__(self, assessment: Assessment, *, are_known: bool) -> None:
        self._assessment = assessment
        self.are_known = are_known

    def value(self, key: str) -> Value:
        catalogue = self._assessment.catalogue
        tree = catalogue.rulebook.derived.get(key)
        if tree is not None:
            return tree.evaluate(self)
        is_switch = any(switch.key == key for switch in catalogue.switches)
        return self._assessment.value(key) if is_switch and self.are_known else None

    def possible(self, criterion: str) -> frozenset[str]:
        from criteria.rating import Rating

        return frozenset(Rating)


class Explainer:
    """Words for the rules of one edition, over the values of one commune."""

    def __init__(self, assessment: Assessment) -> None:
        """Read labels and values from ``assessment``."""
        self._scope = assessment
        self._catalogue: Catalogue = assessment.catalogue
        self._derived = self._catalogue.derived_by_key
        self._switches = self._catalogue.rulebook.switches
        self._switched = _SwitchesAlone(assessment, are_known=True)
        self._unswitched = _SwitchesAlone(assessment, are_known=False)

    def condition(self, node: Node) -> Condition:
        """Return a rule that is true or false as a tree of conditions."""
        truth = node.evaluate(self._scope)
        held = truth if isinstance(truth, bool) else None
        if held and self._is_waived(node):
            return Condition(self._waived_text(node), held, is_waived=True)
        return self._told(node, held)

    def _told(self, node: Node, truth: bool | None) -> Condition:
        match node:
            case And(items=items):
                return self._joined("all", items, truth, _(" and "))
            case Or(items=items):
                return self._joined("any", items, truth, _(" or "))
            case AtLeast(needed=needed, items=items):
                parts = tuple(self.condition(item) for item in items)
                text = _("at least {needed} of: {list}").format(
                    needed=needed, list="; ".join(part.text for part in parts)
                )
                return Condition(text, truth, "at_least", parts, needed)
            case Not(item=item):
                return self._not(item, truth)
            case Choose():
                return self._choose(node, truth)
            case Name(key=key) if key in self._derived:
                inner = self.condition(self._catalogue.rulebook.derived[key])
                return Condition(str(self._derived[key].label), truth, "all", (inner,))
            case Compare():
                return self._compare(node, truth)
        return Condition(
            self._leaf_text(node),
            truth,
            reads=self._readings(node),
            short=self._short(node) if truth is False else "",
            is_fixed=isinstance(node, Truth),
        )

    def _is_waived(self, node: Node) -> bool:
        """Return whether switches alone make a rule true that otherwise asks for something.

        Of conditions that must all hold each is told for itself.
        """
        return (
            not isinstance(node, And)
            and node.evaluate(self._switched) is True
            and node.evaluate(self._unswitched) is not True
            and any(self._asks(part) for part in node.walk())
        )

    def _asks(self, node: Node) -> bool:
        """Return whether a rule reads anything but switches."""
        if isinstance(node, Rated):
            return True
        if not isinstance(node, Name) or node.key in self._switches:
            return False
        tree = self._catalogue.rulebook.derived.get(node.key)
        return tree is None or any(self._asks(part) for part in tree.walk())

    def _waived_text(self, node: Node) -> str:
        """Return what would be required, were it switched on."""
        match node:
            case Name(key=key):
                return self.label(key)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                chosen = condition.evaluate(self._scope)
                dropped = otherwise if chosen else then
                return self.condition(dropped).text
            case Or(items=items):
                asking = [each for each in items if any(map(self._asks, each.walk()))]
                return _(" or ").join(self.condition(each).text for each in asking)
        return self._told(node, truth=True).text

    def _short(self, node: Node) -> str:
        """Return what a failing leaf has and what it needs; empty where that is not plain."""
        match node:
            case Name(key=key):
                return _("{label}: not yet").format(label=self.label(key))
            case In(item=Name(key=key) as item):
                listed = (self._choice(item, option.text) for option in node.options)
                return self._required(key, _(" or ").join(listed))
            case Compare(operator="==", left=Name(key=key) as left, right=right):
                need = right.evaluate(self._scope)
                if isinstance(need, Decimal):
                    field = self._catalogue.fields.get(key)
                    exact = number(_shown(need))
                    return self._required(key, with_unit(exact, field.unit if field else None))
                return self._required(key, self.words(right, left))
            case Rated(criterion=code, ratings=ratings):
                possible = self._scope.possible(code)
                if len(possible) == 1:
                    return _("{label}: {value}, required: {need}").format(
                        label=code, value=_ratings(possible), need=_ratings(ratings)
                    )
        return ""

    def _required(self, key: str, need: str) -> str:
        reading = self.reading(key)
        if reading.value is None:
            return ""
        return _("{label}: {value}, required: {need}").format(
            label=reading.label, value=reading.words, need=need
        )

    def _joined(
        self, joined: Joined, items: tuple[Node, ...], truth: bool | None, word: str
    ) -> Condition:
        parts = tuple(self.condition(item) for item in items)
        text = word.join(
            f"({part.text})" if part.joined in ("all", "any") and len(part.parts) > 1 else part.text
            for part in parts
        )
        return Condition(text, truth, joined, parts)

    def _not(self, item: Node, truth: bool | None) -> Condition:
        match item:
            case Not(item=inner):
                return self.condition(inner)
            case Compare(operator=operator) if operator in ("==", "!="):
                flipped = Compare(item.column, _OPPOSITE[operator], item.left, item.right)
                return self._compare(flipped, truth)
            case In():
                text = _("{item} is none of: {list}").format(
                    item=self.words(item.item), list=self._options(item)
                )
                return Condition(text, truth, reads=self._readings(item))
            case Name(key=key) if key not in self._derived:
                text = _("{label}: {value}").format(label=self.label(key), value=_(NO))
                short = self._required(key, _(NO)) if truth is False else ""
                return Condition(text, truth, reads=self._readings(item), short=short)
            case Rated():
                held = self.condition(item)
                text = _("not: {text}").format(text=held.text)
                return Condition(text, truth, reads=held.reads)
        held = self.condition(item)
        text = f"({held.text})" if len(held.parts) > 1 else held.text
        return Condition(_("not: {text}").format(text=text), truth, "not", (held,))

    def _choose(self, node: Choose, truth: bool | None) -> Condition:
        """Only the branch that applies is worth reading; while it is open, both are."""
        chosen = node.condition.evaluate(self._scope)
        if chosen is None:
            text = _("{then} if {condition}, else {otherwise}").format(
                then=self.condition(node.then).text,
                condition=self.condition(node.condition).text,
                otherwise=self.condition(node.otherwise).text,
            )
            # Both branches may come to the same, whatever the condition turns out to be.
            waits_for = node.condition if truth is None else node
            return Condition(text, truth, reads=self._readings(waits_for))
        branch = node.then if chosen else node.otherwise
        # What the province chose is no finding; the label of the condition says it.
        given = tuple(
            reading
            for reading in self._readings(node.condition)
            if reading.key not in self._switches
        )
        if isinstance(branch, Truth) and (given or not branch.truth):
            # Nothing else decides: the condition itself is what holds or fails.
            if branch.truth is chosen:
                return self.condition(node.condition)
            return self._not(node.condition, truth)
        found = self.condition(branch)
        return replace(found, given=given + found.given)

    def _compare(self, node: Compare, truth: bool | None) -> Condition:
        left, right = self.words(node.left), self.words(node.right, node.left)
        if isinstance(node.right, Text) and node.operator in ("==", "!="):
            # An answer to choose from is no number: signs between words puzzle readers.
            is_wanted = node.operator == "=="
            words = _("{label}: {value}") if is_wanted else _("{label}: anything but {value}")
            text = words.format(label=left, value=right)
        else:
            text = f"{left} {_SIGNS[node.operator]} {right}"
        return Condition(
            text,
            truth,
            reads=self._readings(node),
            gap=self._gap(node) if truth is False else None,
            short=self._short(node) if truth is False else "",
            is_exclusion=node.operator == "!=",
        )

    def _gap(self, node: Compare) -> Gap | None:
        left, operator, right = node.left, node.operator, node.right
        if not isinstance(left, Name) and isinstance(right, Name):
            left, operator, right = right, _MIRRORED[operator], left
        have = left.evaluate(self._scope)
        need = right.evaluate(self._scope)
        if (
            not isinstance(left, Name)
            or operator in ("==", "!=")
            or not isinstance(have, Decimal)
            or not isinstance(need, Decimal)
        ):
            return None
        field = self._catalogue.fields.get(left.key)
        more = operator in (">", ">=")
        if field is not None and field.type == "int":
            whole = need.to_integral_value(ROUND_CEILING if more else ROUND_FLOOR)
            if operator in (">", "<") and whole == need:
                whole += 1 if more else -1
            need = whole
        quantity = need - have if more else have - need
        if quantity <= 0:
            return None  # "more than 5" with just 5: nothing to be counted is missing
        return Gap(
            left.key,
            self.words(left),
            have,
            need,
            quantity,
            more,
            field.unit if field else None,
            is_count=field is None or field.type == "int",
        )

    def _leaf_text(self, node: Node) -> str:
        match node:
            case In():
                return _("{item} is one of: {list}").format(
                    item=self.words(node.item), list=self._options(node)
                )
            case Rated(criterion=code, ratings=ratings):
                return _("{code} is rated: {list}").format(code=code, list=_ratings(ratings))
            case Truth(truth=truth):
                return _("always") if truth else _("never")
        return self.words(node)

    def _options(self, node: In) -> str:
        return ", ".join(self._choice(node.item, option.text) for option in node.options)

    def _choice(self, item: Node, key: str) -> str:
        field = self._catalogue.fields.get(item.key) if isinstance(item, Name) else None
        for choice in field.choices if field else ():
            if choice.key == key:
                return str(choice.label)
        return f"“{key}”"

    def words(self, node: Node, beside: Node | None = None) -> str:
        """Return an expression in words; ``beside`` is the other side of a comparison."""
        match node:
            case Number(number=exact):
                unit = None
                if isinstance(beside, Name) and beside.key in self._catalogue.fields:
                    unit = self._catalogue.fields[beside.key].unit
                return with_unit(number(exact), unit)
            case Text(text=text):
                return self._choice(beside, text) if beside is not None else f"“{text}”"
            case Name(key=key):
                return self.label(key)
            case Negative(item=item):
                return f"−{self.words(item)}"
            case Arithmetic(operator=operator, left=left, right=right):
                sides = [
                    f"({self.words(side)})" if isinstance(side, Arithmetic) else self.words(side)
                    for side in (left, right)
                ]
                if operator in "+*" and isinstance(left, Arithmetic) and left.operator == operator:
                    sides[0] = self.words(left)
                return f"{sides[0]} {_ARITHMETIC[operator]} {sides[1]}"
            case Call(function=function, arguments=arguments):
                listed = "; ".join(self.words(argument) for argument in arguments)
                return _(_CALLS[function]).format(list=listed)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                chosen = condition.evaluate(self._scope)
                if chosen is not None:
                    return self.words(then if chosen else otherwise, beside)
                return _("{then} if {condition}, else {otherwise}").format(
                    then=self.words(then, beside),
                    condition=self.condition(condition).text,
                    otherwise=self.words(otherwise, beside),
                )
        return self.condition(node).text

    def label(self, key: str) -> str:
        """Return what a parameter, measure, derived value or switch is called."""
        for held in (self._derived, self._switches, self._catalogue.fields):
            if key in held:
                return str(held[key].label)
        return key

    def _readings(self, node: Node) -> tuple[Reading, ...]:
        return tuple(self.reading(key) for key in names_in(node))

    def reading(self, key: str) -> Reading:
        """Return the value that rules read under a key, in words."""
        value = self._scope.value(key)
        is_asked = self._is_asked(key)
        words = self._value_words(key, value) if is_asked else _("not asked")
        return Reading(key, self.label(key), value, words, is_asked)

    def _is_asked(self, key: str) -> bool:
        """Return whether a value rests on anything that is asked."""
        if key not in self._derived:
            return self._scope.is_asked(key)
        names = names_in(self._catalogue.rulebook.derived[key])
        return not names or any(self._is_asked(name) for name in names)

    def _value_words(self, key: str, value: Value) -> str:
        field = self._catalogue.fields.get(key)
        if value is None:
            if key in self._scope.disputed:
                return _("contradiction")
            return _(NOT_KNOWN_WORDS) if self._scope.is_not_known(key) else _("blank")
        if field is not None:
            return write(field, value)
        if isinstance(value, bool):
            return _(YES) if value else _(NO)
        if isinstance(value, Decimal):
            return number(_shown(value))
        return day(value) if isinstance(value, date) else value


def _ratings(ratings: Iterable[str]) -> str:
    from criteria.rating import Rating

    return _(" or ").join(Rating(rating).label for rating in ratings)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a criterion is rated as it is.

    Attributes:
        code: The criterion.
        not_applicable: When it would not apply.
        valid: What makes the data usable.
        met: What it takes to be met.
        partly_met: What it takes to be met in part.
        failing: What does not agree between fields, in words.
        stated_not_applicable: Whether a person stated that it does not apply.
    """

    code: str
    not_applicable: Condition
    valid: Condition
    met: Condition
    partly_met: Condition
    failing: tuple[str, ...] = ()
    stated_not_applicable: bool = False

    def implied(self) -> str | None:
        """Return the decided rating that the conditions imply; ``None`` if they leave it open."""
        applies_not = self.stated_not_applicable or self.not_applicable.implied()
        if applies_not is True:
            return "not_applicable"
        if applies_not is None or self.failing or self.valid.implied() is not True:
            return None
        met = self.met.implied()
        if met is not False:
            return "met" if met else None
        partly = self.partly_met.implied()
        return None if partly is None else ("partly_met" if partly else "not_met")

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """What is missing for met."""
        return shortfalls(self.met)


def shortfalls_of(assessment: Assessment, code: str) -> tuple[Shortfall, ...]:
    """Return what is missing for met, as `explain` does, without telling what holds."""
    explainer, met = Explainer(assessment), assessment.catalogue.rulebook.criteria[code].met
    items = met.items if isinstance(met, And) else (met,)
    failing = [explainer.condition(item) for item in items if item.evaluate(assessment) is False]
    if not failing:
        return ()
    telling = Condition("", False, "all", tuple(failing)).telling
    found = tuple(each for part in telling for each in shortfalls(part))
    return found or shortfalls(explainer.condition(met))


def explain(assessment: Assessment, code: str) -> Explanation:
    """Return why a criterion is rated as it is, in the language in use."""
    explainer = Explainer(assessment)
    rules = assessment.catalogue.rulebook.criteria[code]
    return Explanation(
        code,
        explainer.condition(rules.not_applicable),
        explainer.condition(rules.valid),
        explainer.condition(rules.met),
        explainer.condition(rules.partly_met),
        tuple(str(check.message) for check in assessment.outcome(code).failing),
        code in assessment.stated_not_applicable,
    )
