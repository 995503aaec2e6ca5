"""Put texts, data, styles and script into one page, so that none can pass for another.

A text of a user is never markup: the template escapes it, the data escape what could end
their element. The policy in the head of the page lets the browser run this script and this
style alone, and load nothing from anywhere.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from criteria.values import clean

FOLDER: Final = Path(__file__).parent

_ESCAPED: Final = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
)
_CODE: Final = re.compile(r"\b[A-Z]{1,4}-\d{1,3}\b", re.ASCII)
_POLICY: Final = (
    "default-src 'none'; style-src {style}; script-src {script}; img-src data:; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)


@lru_cache(maxsize=20_000)
def shown(text: str) -> str:
    """Return a text as it is shown: in NFC, without characters that no page can hold."""
    return clean(text)


def codes(text: str) -> Markup:
    """Return a text in which no line breaks within the code of a criterion."""
    escaped = str(escape(shown(text)))
    return Markup(_CODE.sub(r'<span class="code">\g<0></span>', escaped))  # noqa: S704 - escaped


def as_json(data: object) -> Markup:
    """Return data as JSON that can stand inside an element of a page."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPED))  # noqa: S704 - what could be markup is escaped


def source(name: str) -> Markup:
    """Return a file of this package that is put into the page as it is.

    Raises:
        ValueError: The file holds what would end its element.
    """
    text = (FOLDER / name).read_text(encoding="utf-8")
    if "</" in text or "<!--" in text:
        raise ValueError(name)
    return Markup(text)  # noqa: S704 - a file of this package


def policy(style: str, script: str) -> str:
    """Return the policy that allows one style and one script, each as it stands."""
    return _POLICY.format(style=_digest(style), script=_digest(script))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def environment() -> Environment:
    """Return what makes pages of the templates: all that is put in is escaped."""
    held = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    held.filters["codes"] = codes
    return held


def _finalize(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return shown(value)
    return value
