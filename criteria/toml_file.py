"""A TOML file that an office edits: read exactly, and every trouble told with its line.

tomllib gives neither exact decimals nor places, and pydantic's words are English and
for programmers; whoever edits the file in Notepad is the reader of what is said here.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import _
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import ValidationError

Where = tuple[str | int, ...]
"""A path in the data: ``("criteria", 3, "measures", 0, "key")``."""

MOST_BYTES: Final = 2_000_000
"""Ten times the shipped edition; a file from outside must not be read without end."""


_COMMA: Final = re.compile(r"[^\"'#]*=\s*(-?\d{1,3}(?:\.\d{3})+,\d+|-?\d+,\d+)(?![\w.]|,\d)")
"""A line with a number as it is written in Vietnamese, before any text or comment."""


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
            ErrorCode.DATA_UNREADABLE, path=path, reason=reason_of(error)
        ) from error
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        # The library's words are English and for programmers; its place is what helps.
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        if place is None:
            raise ReadinessError(ErrorCode.DATA_TOML_END, path=path) from error
        lines = text.split("\n")
        comma = _COMMA.match(lines[min(int(place[1]), len(lines)) - 1])
        if comma is not None:
            typed = comma[1]
            mended = typed.replace(".", "").replace(",", ".")
            raise ReadinessError(
                ErrorCode.DATA_COMMA, path=path, line=place[1], text=typed, mended=mended
            ) from error
        raise ReadinessError(
            ErrorCode.DATA_NOT_TOML, path=path, line=place[1], column=place[2]
        ) from error
    except (RecursionError, ValueError) as error:
        # Brackets without end, or a whole number of thousands of digits.
        raise ReadinessError(ErrorCode.DATA_TOML_END, path=path) from error


class Place:
    """Turns a path in the data into words: the line of the file, and what stands there."""

    def __init__(self, lines: Mapping[Where, int] | None = None) -> None:
        """Hold the line of each path; none for data that are in no file."""
        self._lines = lines or {}
        self.path: Path | None = None

    @classmethod
    def in_file(cls, path: Path) -> Place:
        """Return the places of a TOML file that `read_toml` could read."""
        place = cls(_lines_of(path.read_bytes().decode("utf-8-sig")))
        place.path = path
        return place

    def line(self, where: Where) -> int | None:
        """Return the line (from 1) of a path, or of the nearest thing around it."""
        for end in range(len(where), 0, -1):
            if where[:end] in self._lines:
                return self._lines[where[:end]]
        return None

    def words(self, where: Where, data: Any) -> str:
        """Return ``line 120, EQ-01, pc_working, ask_if`` for a path."""
        parts: list[str] = []
        line = self.line(where)
        if line is not None:
            parts.append(_("line {line}").format(line=line))
        held = data
        for step, following in zip(where, (*where[1:], ""), strict=False):
            held = descend(held, step)
            if isinstance(step, str):
                last = step
                if isinstance(following, str):
                    parts.append(step)
            elif isinstance(held, dict) and isinstance(held.get("code", held.get("key")), str):
                parts.append(str(held.get("code", held.get("key"))))
            else:
                parts.append(f"{last} {step + 1}")
        return ", ".join(parts)


def descend(held: Any, step: str | int) -> Any:
    """Return what stands in data under a key or at a place; ``None`` where nothing does."""
    try:
        return held[step]
    except (KeyError, IndexError, TypeError):
        return None


def _lines_of(text: str) -> dict[Where, int]:
    """Return the line of every table, key and list entry of a TOML text.

    tomllib gives no places. Only what editions use is followed: tables, arrays of
    tables, keys, and lists with one entry a line.
    """
    lines: dict[Where, int] = {}
    counts: dict[Where, int] = {}
    table: Where = ()
    quotes = ""
    listed: Where = ()
    depth = 0
    entry = 0
    # Only these end a line in TOML and in Notepad; splitlines() knows more.
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if quotes:
            if quotes in line:
                quotes = ""
            continue
        if depth:
            if line.startswith(("{", "'", '"')):
                lines[(*listed, entry)] = number
                entry += 1
            depth += _brackets(line)
            continue
        if line.startswith("["):
            steps = line.strip("[] ").split("]")[0].split(".")
            table = ()
            for step in steps[:-1]:
                table = (*table, step.strip())
                if table in counts:
                    table = (*table, counts[table])
            table = (*table, steps[-1].strip())
            if line.startswith("[["):
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines[table] = number
            continue
        key, equals, rest = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        where = (*table, *(step.strip() for step in key.strip().split(".")))
        lines[where] = number
        for mark in ('"""', "'''"):
            if rest.count(mark) == 1:
                quotes = mark
        if rest.strip().startswith("["):
            depth, listed, entry = _brackets(rest), where, 0
    return lines


def _brackets(line: str) -> int:
    """Return how many more square brackets open than close, outside quotes."""
    level = 0
    quote = ""
    for letter in line:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "#":
            break
        else:
            level += (letter == "[") - (letter == "]")
    return level


_SAID_OF_TYPE: Final = {
    "bool_parsing": ErrorCode.DATA_NOT_YES_NO,
    "bool_type": ErrorCode.DATA_NOT_YES_NO,
    "date_from_datetime_inexact": ErrorCode.DATA_NOT_DAY,
    "date_from_datetime_parsing": ErrorCode.DATA_NOT_DAY,
    "date_parsing": ErrorCode.DATA_NOT_DAY,
    "date_type": ErrorCode.DATA_NOT_DAY,
    "decimal_parsing": ErrorCode.DATA_NOT_NUMBER,
    "decimal_type": ErrorCode.DATA_NOT_NUMBER,
    "finite_number": ErrorCode.DATA_NOT_NUMBER,
    "int_from_float": ErrorCode.DATA_NOT_WHOLE,
    "int_parsing": ErrorCode.DATA_NOT_WHOLE,
    "int_type": ErrorCode.DATA_NOT_WHOLE,
}


def describe_validation(error: ValidationError) -> list[tuple[Where, Message]]:
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
            case "model_type" if problem["ctx"]["class_name"] == "Bilingual":
                message = Message(ErrorCode.DATA_NOT_BOTH, {"key": key})
            case "string_type" if not isinstance(problem["input"], dict | list):
                message = Message(ErrorCode.DATA_NOT_TEXT, {"key": key, "text": shown})
            case kind:
                code = _SAID_OF_TYPE.get(kind, ErrorCode.DATA_WRONG_TYPE)
                message = Message(code, {"key": key, "text": shown})
        described.append((problem["loc"], message))
    return described
