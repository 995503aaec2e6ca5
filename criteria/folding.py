"""The form in which texts are compared: no marks, no case, no punctuation."""

from __future__ import annotations

import unicodedata
from typing import Final

# Đ has two look-alikes in old files; apostrophes of highland names are often left out.
_D_LIKE: Final = "đĐÐðƉɖ"
_APOSTROPHES: Final = "'’‘ʼ`´′"


class _Folding(dict[int, str]):
    """Each character in the form in which it is compared, worked out once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _D_LIKE:
            folded = "d"
        elif character in _APOSTROPHES or unicodedata.category(character) in ("Mn", "Me", "Cf"):
            folded = ""
        elif character.isalnum():
            small = unicodedata.normalize("NFKD", character.casefold())
            folded = "".join(letter for letter in small if letter.isalnum())
        else:
            folded = " "
        self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """Return ``text`` in the form for matching.

    No marks, đ and its look-alikes as d, small letters, no apostrophes, any other
    sign as one space: ``Xã Cư M'gar`` and ``xa cu mgar`` are the same, and so are
    ``Hoà`` and ``Hòa``. Folding twice changes nothing more.
    """
    return " ".join(unicodedata.normalize("NFKD", text).translate(_FOLDING).split())
