"""Values of measures: read what people type, hold it exactly, write it for people.

Three shapes of one value:

- what a person types (``12,5``, ``có``, ``05/12/2026``): `read` turns it into a value
  or says what is wrong, and never guesses;
- the value itself: ``Decimal``, ``bool``, ``str``, ``date``, or `NOT_KNOWN`;
- what a record holds (`to_json`, `from_json`): whole numbers as integers, other
  decimals as text, days as ISO text; no floats.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Protocol

from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, current, day, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from criteria.catalogue import Bilingual, Choice


class NotKnown(Enum):
    """The answer of an auditor who asked and could not find out."""

    NOT_KNOWN = "?"


NOT_KNOWN: Final = NotKnown.NOT_KNOWN
StatedValue = Decimal | bool | str | date | NotKnown
"""What an auditor can state. Rules read `NOT_KNOWN` as unknown."""

MOST_TEXT: Final = 4_000
_MARKED_NOT_KNOWN: Final = {"unknown": True}

_YES: Final = frozenset({"co", "yes", "y", "true", "c", "x", "1"})
_NO: Final = frozenset({"khong", "no", "n", "false", "k", "0"})
_UNKNOWN: Final = frozenset({"chua ro", "not known", "unknown"})

_PLAIN: Final = re.compile(r"([+-]?)(\d{1,15})(?:([.,])(\d{1,6}))?", re.ASCII)
_GROUPED: Final = re.compile(
    r"([+-]?)([1-9]\d{0,2}([.,])\d{3}(?:\3\d{3}){0,3})(?:(?!\3)[.,](\d{1,6}))?", re.ASCII
)
_DAY: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_DAY_OF_THIS_CENTURY: Final = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2})", re.ASCII)
_DAY_IN_DIGITS: Final = re.compile(r"(\d{2})(\d{2})((?:19|20|21)\d{2})", re.ASCII)
"""Eight digits are a day first; no year within reach has its digits as day and month."""
_DECIMAL: Final = re.compile(r"-?\d{1,15}\.\d{1,6}", re.ASCII)
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Field(Protocol):
    """What this module needs to know of a parameter or measure."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> Bilingual: ...  # noqa: D102
    @property
    def unit(self) -> Bilingual | None: ...  # noqa: D102
    @property
    def min(self) -> Decimal | None: ...  # noqa: D102
    @property
    def max(self) -> Decimal | None: ...  # noqa: D102
    @property
    def usual(self) -> tuple[Decimal, Decimal] | None: ...  # noqa: D102
    @property
    def choices(self) -> Sequence[Choice]: ...  # noqa: D102


def clean(text: str) -> str:
    """Return ``text`` in NFC without control characters and outer spaces; lines stay.

    A text in which nothing can be seen is empty.
    """
    if not text.isprintable():
        text = "".join(
            c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " "
            for c in text.replace("\r\n", "\n").replace("\r", "\n")
        )
    composed = unicodedata.normalize("NFC", text).strip()
    # A text of nothing but signs that nobody sees is no text.
    return composed if any(unicodedata.category(c)[0] in "LNPS" for c in composed) else ""


def with_key(field: Field) -> str:
    """Return what a field is called, for whoever writes its key: in a command, in a table."""
    return f"{field.label} ({field.key})"


def read(field: Field, text: str, *, name: str | None = None) -> StatedValue | None:
    """Read what a person typed for ``field``.

    Args:
        field: The parameter or measure.
        text: As typed; empty means that the value is taken back.
        name: What the field is called where the text is refused; its label if not given.

    Returns:
        The value, ``None`` for empty.

    Raises:
        ReadinessError: The text does not fit; it says how to write it.
    """
    typed = clean(text)
    called = name or field.label
    if any("\ud800" <= c <= "\udfff" for c in text) or (text.strip() and not typed):
        # Letters of another encoding must never take a value back.
        raise ReadinessError(ErrorCode.VALUE_UNREADABLE, name=called)
    if not typed:
        return None
    if typed == "?" or fold(typed) in _UNKNOWN:
        return NOT_KNOWN
    match field.type:
        case "int" | "num":
            value = read_number(called, typed)
            if field.type == "int" and value != value.to_integral_value():
                raise ReadinessError(ErrorCode.VALUE_WHOLE, name=called, text=typed)
            _check_range(field, value, called)
            return value
        case "yesno":
            return _read_yes_no(typed, called)
        case "choice":
            return _read_choice(field, typed, called)
        case "date":
            return read_day(typed, called)
    if len(typed) > MOST_TEXT:
        raise ReadinessError(
            ErrorCode.VALUE_TOO_LONG, name=called, length=len(typed), limit=MOST_TEXT
        )
    return typed


def read_number(name: str | Bilingual, text: str) -> Decimal:
    """Read a number as `read` does, for a value that is no measure (a price).

    Args:
        name: What the number is called where it is refused.
        text: As typed.

    Raises:
        ReadinessError: The text is no number, or can be read in two ways.
    """
    typed = clean(text)
    plain = _PLAIN.fullmatch(typed)
    if plain:
        sign, whole, separator, decimals = plain.groups()
        if separator and len(decimals) == 3 and len(whole) <= 3 and whole.lstrip("0"):
            # 1.234 is a thousand to one reader and one and a bit to another.
            raise ReadinessError(
                ErrorCode.VALUE_AMBIGUOUS,
                name=name,
                text=typed,
                thousands=number(Decimal(sign + whole + decimals)),
                decimal=number(Decimal(f"{sign}{whole}.{decimals}")),
                plain=sign + whole + decimals,
                padded=f"{sign}{whole}{',' if current() == 'vi' else '.'}{decimals}0",
            )
        return _exact(Decimal(f"{sign}{whole}.{decimals or 0}"))
    grouped = _GROUPED.fullmatch(typed)
    if grouped and (grouped[4] or typed.count(grouped[3]) > 1):
        # Two different signs, or one sign twice, leave one reading only.
        sign, whole, separator, decimals = grouped.groups()
        return _exact(Decimal(f"{sign}{whole.replace(separator, '')}.{decimals or 0}"))
    raise ReadinessError(ErrorCode.VALUE_NUMBER, name=name, text=typed)


def _exact(value: Decimal) -> Decimal:
    """Return one form for one number: no trailing zeros, no exponent, no -0."""
    if value == value.to_integral_value():
        return Decimal(int(value))
    return value.normalize()


def _check_range(field: Field, value: Decimal, name: str | Bilingual) -> None:
    for limit, code, beyond in (
        (field.min, ErrorCode.VALUE_TOO_LOW, field.min is not None and value < field.min),
        (field.max, ErrorCode.VALUE_TOO_HIGH, field.max is not None and value > field.max),
    ):
        if beyond and limit is not None:
            raise ReadinessError(code, name=name, text=number(value), limit=number(limit))


def _read_yes_no(typed: str, name: str | Bilingual) -> bool:
    folded = fold(typed)
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise ReadinessError(ErrorCode.VALUE_YES_NO, name=name, text=typed)


def _read_choice(field: Field, typed: str, name: str | Bilingual) -> str:
    folded = fold(typed)
    for choice in field.choices:
        if folded in (fold(choice.key), fold(choice.label.vi), fold(choice.label.en)):
            return choice.key
    known = ", ".join(f"{choice.key} ({choice.label})" for choice in field.choices)
    raise ReadinessError(ErrorCode.VALUE_CHOICE, name=name, text=typed, known=known)


def read_day(text: str, name: str | Bilingual) -> date:
    """Return a day as people type it: day, month and year, or as ISO text.

    Args:
        text: As typed.
        name: What it is the value of, for the sentence that refuses it.

    Raises:
        ReadinessError: The text is no day.
    """
    typed = clean(text)
    match = _DAY.fullmatch(typed) or _DAY_IN_DIGITS.fullmatch(typed)
    short = _DAY_OF_THIS_CENTURY.fullmatch(typed)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        if short:
            return date(2000 + int(short[4]), int(short[3]), int(short[1]))
        if _ISO_DAY.fullmatch(typed):
            return date.fromisoformat(typed)
    except ValueError:
        pass
    raise ReadinessError(ErrorCode.VALUE_DATE, name=name, text=typed)


def to_json(value: StatedValue | None) -> Any:
    """Return ``value`` as a record holds it."""
    match value:
        case NotKnown():
            return dict(_MARKED_NOT_KNOWN)
        case Decimal():
            whole = value == value.to_integral_value()
            return int(value) if whole else f"{value.normalize():f}"
        case date():
            return value.isoformat()
    return value


def from_json(field: Field, held: Any) -> StatedValue | None:
    """Return the value a record holds for ``field``, checked as if it were typed.

    A record may come from a stranger: what does not fit the field is refused.

    Raises:
        ValueError: ``held`` is not a value of this field.
    """
    if held is None:
        return None
    # Types are compared one by one, not matched: a province is a hundred thousand values.
    kind, wanted = type(held), field.type
    if wanted in ("int", "num"):
        if kind is int or kind is str:
            value = _number_from_json(held)
            least, most = field.min, field.max
            if (
                (least is None or value >= least)
                and (most is None or value <= most)
                and (kind is int or wanted == "num" or value == value.to_integral_value())
            ):
                return value
    elif wanted == "yesno":
        if kind is bool:
            truth: bool = held
            return truth
    elif kind is str:
        text: str = held
        if wanted == "choice":
            for choice in field.choices:
                if text == choice.key:
                    return text
        elif wanted == "date":
            if _ISO_DAY.fullmatch(text):
                return date.fromisoformat(text)
        elif 0 < len(text) <= MOST_TEXT and text == clean(text):
            return text
    if kind is dict and held == _MARKED_NOT_KNOWN and held["unknown"] is True:
        return NOT_KNOWN
    raise ValueError(held)


def _number_from_json(held: int | str) -> Decimal:
    if isinstance(held, int):
        if abs(held) >= 10**15:
            raise ValueError(held)
        return Decimal(held)
    if not _DECIMAL.fullmatch(held):
        raise ValueError(held)
    return _exact(Decimal(held))


YES: Final = N_("yes")
NO: Final = N_("no")
NOT_KNOWN_WORDS: Final = N_("not known")


def write(field: Field, value: StatedValue | None, *, unit: bool = True) -> str:
    """Return ``value`` as people of the language in use write it; ``–`` for none."""
    match value:
        case None:
            return "–"
        case NotKnown():
            return _(NOT_KNOWN_WORDS)
        case bool():
            return _(YES) if value else _(NO)
        case Decimal():
            text = f"{value:f}" if _is_year(field) else number(value)
            return with_unit(text, field.unit if unit else None)
        case date():
            return day(value)
    for choice in field.choices:
        if choice.key == value:
            return str(choice.label)
    return value


def doubt(field: Field, value: StatedValue | None) -> str:
    """Return a question where a number is far from what is usual; empty where it is not.

    It may be right all the same: nothing is refused and no rating changes.
    """
    if field.usual is None or not isinstance(value, Decimal):
        return ""
    low, high = field.usual
    if low <= value <= high:
        return ""
    return _("looks unusual (mostly {low} to {high}): are you sure?").format(
        low=write(field, low, unit=False), high=write(field, high)
    )


def _is_year(field: Field) -> bool:
    """Return whether every value has four digits, as years do: those are not grouped."""
    if field.min is None or field.max is None:
        return False
    return field.type == "int" and field.min >= 1000 and field.max <= 9999


_PLURAL: Final = re.compile(r"(?=[a-z]*[aeiouy])[a-z]{3,}s|[A-Z]{2,}s")
"""An English word of several, such as ``screens`` or ``SIMs``; never ``Mbps`` or ``ms``."""


def _one_of(unit: str) -> str:
    """Return an English unit as it stands after one: ``screen``, ``person``, ``visit/day``."""
    word, slash, rest = unit.partition("/")
    if word == "people":
        word = "person"
    elif _PLURAL.fullmatch(word) and not word.endswith("ss"):
        if word.endswith(("sses", "ches", "shes", "xes")):
            word = word[:-2]
        else:
            word = f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    return word + slash + rest


def with_unit(text: str, unit: Bilingual | None) -> str:
    """Return a number and its unit; the per cent sign stands close to it."""
    sign = "" if unit is None else str(unit)
    if not sign:
        return text
    if text == "1" and current() == "en":
        sign = _one_of(sign)
    return f"{text}%" if sign == "%" else f"{text} {sign}"
