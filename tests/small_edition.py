"""Editions of a few rules, for tests of what rules mean."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from criteria.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOTH: Final = {"vi": "một", "en": "one"}

MEASURES: Final[dict[str, dict[str, Any]]] = {
    "pcs": {"type": "int", "label": ("Số máy", "Computers"), "unit": ("máy", "computers")},
    "good": {"type": "int", "label": ("Máy tốt", "Good computers"), "unit": ("máy", "computers")},
    "delay": {"type": "num", "label": ("Độ trễ", "Delay"), "unit": ("ms", "ms")},
    "share": {"type": "num", "label": ("Tỷ lệ", "Share"), "unit": ("%", "%")},
    "guide": {"type": "yesno", "label": ("Có người hướng dẫn", "Guide present")},
    "wifi": {"type": "yesno", "label": ("Có Wi-Fi", "Wi-Fi present")},
    "day": {"type": "date", "label": ("Ngày thử", "Test day")},
    "visit": {"type": "date", "label": ("Ngày kiểm tra", "Visit")},
    "line": {
        "type": "choice",
        "label": ("Đường truyền", "Line"),
        "choices": {"none": ("không có", "none"), "isp": ("nhà mạng", "provider")},
    },
}
"""Key -> a measure, with texts as (Vietnamese, English)."""


RULES: Final = {"not_applicable": "false", "valid": "true", "met": "true", "partly_met": "false"}


def both(pair: Sequence[str]) -> dict[str, str]:
    return {"vi": pair[0], "en": pair[1]}


def measure(key: str, held: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"key": key, **held}
    for name in ("label", "unit"):
        if name in held:
            found[name] = both(held[name])
    if "choices" in held:
        found["choices"] = [
            {"key": each, "label": both(label)} for each, label in held["choices"].items()
        ]
    return found


def criterion(code: str, measures: Mapping[str, Mapping[str, Any]], **rules: str) -> dict[str, Any]:
    texts = ("short", "title", "how", "rule_words", "remedy", "prompted_by", "not_applicable_note")
    return {
        **dict.fromkeys((*texts, "no_cost"), BOTH),
        "code": code,
        "group": "A",
        "may_be_not_applicable": True,
        "rules": RULES | rules,
        "measures": [measure(key, held) for key, held in measures.items()],
        "evidence": [{"text": BOTH, "kind": "photo", "at_least": 1}],
        "sources": [{"text": BOTH, "standing": "project_default"}],
    }


def edition_data(
    criteria: Mapping[str, Mapping[str, str]],
    *,
    derived: Mapping[str, str] | None = None,
    checks: Sequence[str] = (),
    switches: Sequence[str] = (),
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return an edition as a round carries it.

    Args:
        criteria: Code -> its rules; the first one has all of `MEASURES`.
        derived: Key -> rule.
        checks: Rules of checks.
        switches: Keys, all off by default.
        changes: Key of a measure -> what is different about it.
    """
    about = {"code": "small", "edition": "1", "effective_from": "2026-01-01", "official": False}
    changed = {key: {**held, **(changes or {}).get(key, {})} for key, held in MEASURES.items()}
    data: dict[str, Any] = {
        "catalogue": {**about, **dict.fromkeys(("title", "notice", "source"), BOTH)},
        "switches": [{"key": key, "default": False, "label": BOTH} for key in switches],
        "groups": [{"code": "A", "title": BOTH}],
        "derived": [
            {"key": key, "label": {"vi": f"{key} vi", "en": f"{key} en"}, "rule": rule}
            for key, rule in (derived or {}).items()
        ],
        "checks": [{"rule": rule, "message": BOTH} for rule in checks],
        "criteria": [
            criterion(code, changed if place == 0 else {}, **rules)
            for place, (code, rules) in enumerate(criteria.items())
        ],
    }
    return copy.deepcopy(data)  # its texts are one; a test may change any part


def small_edition(criteria: Mapping[str, Mapping[str, str]], **more: Any) -> Catalogue:
    """Return the edition of `edition_data`, vetted as any other."""
    return Catalogue.from_dict(edition_data(criteria, **more))
