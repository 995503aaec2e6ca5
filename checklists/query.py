"""How a search for a commune is read: kinds, “cũ”, a province at the end, marks.

“huyện Long Thành cũ”, “p. bien hoa” and “Hiệp Hòa, Đồng Nai” say more than a name;
`readings` gives every way to understand such a text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from checklists.communes import Province, province, provinces
from criteria.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMUNE_KINDS: Final = {
    "xa": "xã",
    "x": "xã",
    "phuong": "phường",
    "p": "phường",
    "f": "phường",
    "thi tran": "thị trấn",
    "tt": "thị trấn",
    "dac khu": "đặc khu",
    "dk": "đặc khu",
}
_DISTRICT_KINDS: Final = {
    "huyen": "huyện",
    "h": "huyện",
    "quan": "quận",
    "q": "quận",
    "thi xa": "thị xã",
    "tx": "thị xã",
    "thanh pho": "thành phố",
    "tp": "thành phố",
}
_KINDS: Final = {**_COMMUNE_KINDS, **_DISTRICT_KINDS}
KIND_WORDS: Final = tuple(sorted(set(_KINDS.values()), key=len, reverse=True))
WORDS_OF_KIND: Final = {
    kind: {word for written, meant in _KINDS.items() if meant == kind for word in written.split()}
    for kind in KIND_WORDS
}
DISTRICTS: Final = frozenset(_DISTRICT_KINDS.values())
_PROVINCE_BEGINNINGS: Final = ("", "tinh ", "thanh pho ", "tp ")


def loosely(folded: str) -> str:
    """Return a folded text with what spellings differ in: y or i, Đắc or Đắk."""
    loose = folded.replace("y", "i")
    if "dac" in loose:
        loose = re.sub(r"\bdac\b", "dak", loose)
    return loose


_TONES: Final = frozenset("\u0300\u0309\u0303\u0301\u0323")


def marked(text: str) -> str:
    """Return ``text`` with its marks, each tone at the end of its syllable."""
    words = []
    for word in unicodedata.normalize("NFD", text.lower()).split():
        tone = "".join(part for part in word if part in _TONES)
        words.append("".join(part for part in word if part not in _TONES) + tone)
    return unicodedata.normalize("NFC", " ".join(words)).translate(
        dict.fromkeys(map(ord, "ðɖ"), "đ")
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query."""

    words: tuple[str, ...]
    kind: str = ""
    former: bool = False
    """Says “former”: with cũ, or as a thị trấn, of which there are none since July 2025."""
    surely: bool = False
    """Not only perhaps: ``cu`` without its mark may be part of a name, as in Lũng Cú."""
    province: str = ""

    @property
    def key(self) -> str:
        """The words as one folded text."""
        return " ".join(self.words)


@lru_cache(maxsize=1)
def _province_names() -> dict[tuple[str, ...], str]:
    """Return the folded words of each name of a province -> its code."""
    return {
        tuple((beginning + fold(each.short_name)).split()): each.code
        for each in provinces()
        for beginning in _PROVINCE_BEGINNINGS
    }


def _without_kind(reading: Reading) -> Iterator[Reading]:
    """Give the reading whose first words are a kind, where there is one."""
    words = reading.words
    for length in (2, 1):
        kind = _KINDS.get(" ".join(words[:length]))
        if kind and len(words) > length:
            if kind == "thị trấn":
                reading = replace(reading, former=True, surely=True)
            yield replace(reading, words=words[length:], kind=kind)
            return
    numbered = re.fullmatch(r"([pqf])0*(\d{1,2})", words[0])
    if numbered:
        yield replace(reading, words=(numbered[2], *words[1:]), kind=_KINDS[numbered[1]])


def _without_ending(reading: Reading, ending: str) -> Iterator[Reading]:
    """Give the reading whose last words say “former”, and the given one unless surely so.

    Args:
        reading: Any reading.
        ending: The last word of it with its marks.
    """
    words = reading.words
    surely = ending == "cũ" or words[-2:] == ("truoc", "day")
    if words[-2:] == ("truoc", "day"):
        words = words[:-2]
    elif ending in ("cu", "cũ"):
        words = words[:-1]
    if words and words != reading.words:
        yield replace(reading, words=words, former=True, surely=surely)
        if surely:
            return
    yield reading


def _within_province(reading: Reading) -> Iterator[Reading]:
    """Give the readings whose last words are a province, and the given one."""
    names = _province_names()
    for length in range(1, min(5, len(reading.words))):
        code = names.get(reading.words[-length:])
        if code:
            yield replace(reading, words=reading.words[:-length], province=code)
    yield reading


def readings(text: str) -> list[Reading]:
    """Return every way to understand a query."""
    words: list[str] = []
    marked: list[str] = []
    for piece in re.split(r"[\s(),;/]+", unicodedata.normalize("NFC", text).lower()):
        for word in fold(piece).split():
            # “phường 01” is “Phường 1”; a code is matched before this.
            words.append(word.lstrip("0") or "0" if word.isdigit() and len(word) < 4 else word)
            marked.append("".join(letter for letter in piece if letter.isalpha()))
    if not words:
        return []
    found: list[Reading] = []
    for placed in _within_province(Reading(tuple(words))):
        # “Tân Phú cũ, Đồng Nai”: the ending stands before the province.
        for ended in _without_ending(placed, marked[len(placed.words) - 1]):
            found += _without_kind(ended)
            found.append(ended)
    return found


def resolve_province(text: str) -> Province:
    """Return the province that ``text`` names, by code or name.

    Raises:
        ReadinessError: There is none; the message lists the codes.
    """
    words = fold(text)
    code = _province_names().get(tuple(words.split()))
    return province(
        code or (words[:60].zfill(2) if words.isdigit() else " ".join(text.split())[:60])
    )
