"""Put something that fits in place of what is wrong in an edition's data.

Lint looks at the rest in the same run then, so that an office hears of everything at
once. What is mended is only looked at, never used.
"""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from criteria.errors import ErrorCode
from criteria.toml_file import descend

if TYPE_CHECKING:
    from criteria.toml_file import Where

_BOTH: Final[dict[str, Any]] = {"vi": "?", "en": "?"}
_RULES: Final[dict[str, Any]] = {
    "not_applicable": "false",
    "valid": "true",
    "met": "false",
    "partly_met": "false",
}
_ABOUT: Final[dict[str, Any]] = {
    "code": "x",
    "edition": "x",
    "effective_from": date(2000, 1, 1),
    "official": False,
    "title": _BOTH,
    "notice": _BOTH,
    "source": _BOTH,
}
_STAND_INS: Final[dict[str, Any]] = (
    _BOTH
    | _RULES
    | _ABOUT
    | {
        "at_least": 0,
        "catalogue": _ABOUT,
        "criteria": [],
        "default": False,
        "group": "X",
        "groups": [],
        "item": "x",
        "kind": "either",
        "may_be_not_applicable": True,
        "period": "once",
        "quantity": "0",
        "rule": "true",
        "rules": _RULES,
        "standing": "project_default",
        "type": "text",
    }
)


def mend(data: Any, where: Where, code: ErrorCode, count: int) -> None:
    """Put something that fits in place of what does not, or take it out."""
    held = data
    for step in where[:-1]:
        held = descend(held, step)
    last = where[-1]
    if isinstance(held, list):
        mend(data, where[:-1], ErrorCode.DATA_WRONG_TYPE, count)
    elif not isinstance(held, dict):
        return
    elif code is not ErrorCode.DATA_KEY_MISSING and last not in ("vi", "en"):
        held.pop(last, None)
    elif last == "key":
        held[last] = f"unnamed_{count}"
    elif last == "code" and where[0] != "catalogue":
        held[last] = f"X{count}"
    else:
        held[last] = copy.deepcopy(_STAND_INS.get(str(last), _BOTH))
