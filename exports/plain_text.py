"""Text of users as every file for leaders holds it, so that all of them say the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, and what XML 1.0 cannot hold."""


def plain_text(text: str) -> str:
    """Return ``text`` in NFC, its lines ended by line feeds, without control characters.

    They go first: without them a letter and its mark may become one.
    """
    if not text.isprintable():
        text = _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text)
