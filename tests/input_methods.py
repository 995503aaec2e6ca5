"""What Vietnamese input methods send to a terminal: Backspace and letters, a burst for each key."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_MARKS: Final = _TONES + "\u0302\u0306\u031b"
_EMPTY: Final = "\u202f"
"""Sent by some before they take letters back, against the completions of browsers."""


def _without(text: str, marks: str) -> str:
    kept = (sign for sign in unicodedata.normalize("NFD", text) if sign not in marks)
    return unicodedata.normalize("NFC", "".join(kept))


def _keys(letters: str) -> str:
    """Return the keys of letters: their marks are typed after them."""
    return _without(letters, _MARKS).translate({ord("đ"): "d", ord("Đ"): "D"})


def states(word: str) -> list[str]:
    """Return what stands there after each key of Telex: ``d``, ``đ``, ``đu``, ``đuo``, ``đươ``, …

    Args:
        word: In NFC; its tone is typed last.
    """
    found = []
    held = ""
    for letters in re.findall("[ưƯ]ơ|.", _without(word, _TONES)):
        keys = _keys(letters)
        found += [held + keys[: place + 1] for place in range(len(keys))]
        held += letters
        if keys != letters:
            found.append(held)
    return found if held == word else [*found, word]


def bursts(text: str, *, back: str, is_whole: bool = False, has_empty: bool = False) -> list[str]:
    """Return what is sent for each key of a text.

    Args:
        text: In NFC.
        back: Backspace.
        is_whole: Whether the whole syllable is written anew, not only what differs.
        has_empty: Whether an empty sign comes first where something is taken back.
    """
    return list(_bursts(text, back, is_whole=is_whole, has_empty=has_empty))


def _bursts(text: str, back: str, *, is_whole: bool, has_empty: bool) -> Iterator[str]:
    for part in re.findall(r"\w+|\W", text):
        before = ""
        for state in states(part) if part.isalpha() else list(part):
            if state.startswith(before):
                yield state[len(before) :] if part.isalpha() else state
            else:
                same = 0
                while not is_whole and state[same] == before[same]:
                    same += 1
                taken = len(before) - same + has_empty
                yield _EMPTY * has_empty + back * taken + state[same:]
            before = state if part.isalpha() else ""


def tone_apart(text: str) -> str:
    """Return a text whose tones stand behind their letters, as some keyboards send them."""
    found = ""
    for letter in text:
        base = _without(letter, _TONES)
        tone = next((sign for sign in unicodedata.normalize("NFD", letter) if sign in _TONES), "")
        found += base + tone
    return found
