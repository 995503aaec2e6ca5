"""What an input method made of a line that was to be typed, and what to do about it.

UniKey, EVKey and their like take letters back and send others in their place. What goes
wrong on the way shows in what arrives: nothing but the bare keys, letters of a code table
from before Unicode, letters twice, letters lost.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from criteria.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SENTENCE: Final = "Đường Nguyễn Huệ, xã Phước Thái"
"""The line to type: every kind of mark, and no syllable that is written in two ways."""
ALIKE: Final = 0.6
"""From how alike on two lines count as the same one, typed with trouble."""

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_MARKS: Final = _TONES + "\u0302\u0306\u031b"
_CROSSED_D: Final = str.maketrans("đĐ", "dD")
_STAND_INS: Final = "?\ufffd"
"""What programs write for a letter that they cannot."""
_FALSE_D: Final = str.maketrans("ÐƉðɖ", "ĐĐđđ")
"""Letters of other languages that look like Đ (U+00D0, U+0189) and their small ones."""

# The Vietnamese letters in the order of both tables below: each vowel with no tone, then
# with huyền, hỏi, ngã, sắc, nặng.
_VOWELS: Final = "aăâeêioôơuưy"
_TONE_ORDER: Final = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
# TCVN 5712:1993 VN3, small letters, as a program shows them that takes them for Latin-1.
# Source: table of the standard TCVN 5712:1993.
_TCVN3: Final = (
    "aµ¶·¸¹ ¨»¼½¾Æ ©ÇÈÉÊË eÌÎÏÐÑ ªÒÓÔÕÖ i×ØÜÝÞ oßáãâä «åæçèé ¬êëìíî uïñòóô \xadõö÷øù yúûüýþ"
)
_TCVN3_LARGE: Final = {"ă": "¡", "â": "¢", "ê": "£", "ô": "¤", "ơ": "¥", "ư": "¦", "đ": "§"}
# VNI-Windows: a letter and a sign for its marks.
_VNI: Final = {
    "a": ("a", "aø", "aû", "aõ", "aù", "aï"),
    "ă": ("aê", "aè", "aú", "aü", "aé", "aë"),
    "â": ("aâ", "aà", "aå", "aã", "aá", "aä"),
    "e": ("e", "eø", "eû", "eõ", "eù", "eï"),
    "ê": ("eâ", "eà", "eå", "eã", "eá", "eä"),
    "i": ("i", "ì", "æ", "ó", "í", "ò"),
    "o": ("o", "oø", "oû", "oõ", "où", "oï"),
    "ô": ("oâ", "oà", "oå", "oã", "oá", "oä"),
    "ơ": ("ô", "ôø", "ôû", "ôõ", "ôù", "ôï"),
    "u": ("u", "uø", "uû", "uõ", "uù", "uï"),
    "ư": ("ö", "öø", "öû", "öõ", "öù", "öï"),
    "y": ("y", "yø", "yû", "yõ", "yù", "î"),
}


class Trouble(Enum):
    """What came of the line; the value is the code under which it is reported."""

    NONE = "typing_fine"
    SKIPPED = "typing_skipped"
    TAKEN_APART = "typing_taken_apart"
    OFF = "typing_off"
    TCVN3 = "typing_tcvn3"
    VNI = "typing_vni"
    NOT_UNICODE = "typing_not_unicode"
    NOT_UTF8 = "typing_not_utf8"
    REPLACED = "typing_replaced"
    FALSE_D = "typing_false_d"
    DOUBLED = "typing_doubled"
    LOST = "typing_lost"
    MARKS = "typing_marks"
    OTHER = "typing_other"


class Advice(NamedTuple):
    """What is said of a trouble; both are marked for translation here."""

    found: str
    to_do: str = ""


ADVICE: Final[Mapping[Trouble, Advice]] = {
    Trouble.NONE: Advice(N_("All letters arrived as they were to be typed.")),
    Trouble.SKIPPED: Advice(N_("The line was not typed.")),
    Trouble.TAKEN_APART: Advice(
        N_("The letters arrived taken apart: letter and mark one behind the other."),
        N_(
            "This program puts them together, nothing is lost. For other programs choose the "
            "code table Unicode (“dựng sẵn”), not “Unicode tổ hợp”, in UniKey or EVKey."
        ),
    ),
    Trouble.OFF: Advice(
        N_("The letters arrived without marks, or the keys as they were pressed."),
        N_(
            "The input method is off, or typing is set to another way (Telex, VNI). Turn it on: "
            "its sign beside the clock must be V, not E (Ctrl+Shift or Alt+Z). If it is on, look "
            "in its window which way of typing is chosen."
        ),
    ),
    Trouble.TCVN3: Advice(
        N_("Letters of the old code table TCVN3 (ABC) arrived instead of Unicode."),
        N_("In the window of UniKey or EVKey choose the code table Unicode, then try again."),
    ),
    Trouble.VNI: Advice(
        N_("Letters of the old code table VNI-Windows arrived instead of Unicode."),
        N_(
            "In the window of UniKey or EVKey choose the code table Unicode, then try again. "
            "VNI may stay as the way of typing."
        ),
    ),
    Trouble.NOT_UNICODE: Advice(
        N_("What arrived is no Unicode text."),
        N_(
            "In the window of UniKey or EVKey choose the code table Unicode. Over a remote "
            "connection set its character set to UTF-8."
        ),
    ),
    Trouble.NOT_UTF8: Advice(
        N_("Each letter arrived as several others: UTF-8 that was read as something else."),
        N_("Set the character set of the terminal, or of the remote connection, to UTF-8."),
    ),
    Trouble.REPLACED: Advice(
        N_("Question marks arrived instead of letters."),
        N_(
            "Something between the keyboard and the program knows no Unicode. Use Windows "
            "Terminal; over a remote connection set its character set to UTF-8."
        ),
    ),
    Trouble.FALSE_D: Advice(
        N_("Instead of Đ another letter arrived that only looks like it."),
        N_("In the window of UniKey or EVKey choose the code table Unicode, then try again."),
    ),
    Trouble.DOUBLED: Advice(
        N_("Letters arrived twice: the input method could not take back what it replaces."),
        N_(
            "Use Windows Terminal. In EVKey or OpenKey turn off the mending of suggestions "
            "(browser, Excel); in UniKey change “Luôn sử dụng clipboard cho unicode”; else try "
            "another of the three. Until then paste long texts."
        ),
    ),
    Trouble.LOST: Advice(
        N_("Letters were lost on the way."),
        N_(
            "Type the line once more, slowly. If letters are lost again, use Windows Terminal or "
            "another input method; until then paste long texts."
        ),
    ),
    Trouble.MARKS: Advice(
        N_("The letters are right, but some marks are others or missing."),
        N_(
            "Type the line once more. If it is the same again, look in the window of the input "
            "method which way of typing is chosen (Telex, VNI)."
        ),
    ),
    Trouble.OTHER: Advice(
        N_("Something else was typed; nothing can be said from it."),
        N_("Try again and type the line as it stands."),
    ),
}
FINE: Final = frozenset({Trouble.NONE, Trouble.SKIPPED})
HARMLESS: Final = frozenset({Trouble.TAKEN_APART, Trouble.OTHER, Trouble.MARKS, Trouble.LOST})
"""What is to be looked at: mistyped it looks the same, or this program copes with it."""


def judge(arrived: bytes | str, sentence: str = SENTENCE) -> Trouble:
    """Return what came of a line; case, spaces and punctuation do not count.

    Args:
        arrived: What was read, with or without the end of the line.
        sentence: What was to be typed, in NFC.
    """
    if isinstance(arrived, bytes):
        try:
            text = arrived.decode("utf-8")
        except UnicodeDecodeError:
            return _of_bytes(arrived, sentence)
    else:
        text = arrived
    text = text.strip()
    if not text:
        return Trouble.SKIPPED
    if sum(map(text.count, _STAND_INS)) > 1:
        return Trouble.REPLACED
    wanted, came = _compared(sentence), _compared(text)
    if came == wanted:
        is_composed = unicodedata.is_normalized("NFC", text)
        return Trouble.NONE if is_composed else Trouble.TAKEN_APART
    return (
        _of_other_tables(text, wanted)
        or _of_bare_keys(came, wanted)
        or _of_signs_between(came, wanted)
        or Trouble.OTHER
    )


def _of_bytes(arrived: bytes, sentence: str) -> Trouble:
    """Return what bytes are that are no UTF-8."""
    text = arrived.decode("latin-1").strip()
    found = _of_other_tables(text, _compared(sentence))
    return found if found in (Trouble.TCVN3, Trouble.VNI) else Trouble.NOT_UNICODE


def _compared(text: str) -> str:
    """Return what of a text counts: composed small letters and digits, single spaces."""
    composed = unicodedata.normalize("NFC", text).casefold()
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", composed))
    return " ".join(words)


def _bare(text: str) -> str:
    """Return a text without marks."""
    kept = (sign for sign in unicodedata.normalize("NFD", text) if sign not in _MARKS)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_CROSSED_D)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _of_other_tables(text: str, wanted: str) -> Trouble | None:
    """Return the code table in which a text makes sense, if there is such a one."""
    if _compared(text.translate(_FALSE_D)) == wanted:
        return Trouble.FALSE_D
    readings = {
        Trouble.TCVN3: _read(text, _tcvn3()),
        Trouble.VNI: _read(text, _vni()),
        Trouble.NOT_UTF8: _read_as_utf8(text),
    }
    plain = _alike(_compared(text), wanted)
    likeness = {
        trouble: _alike(_compared(reading), wanted)
        for trouble, reading in readings.items()
        if reading != text
    }
    best = max(likeness, key=lambda each: likeness[each], default=None)
    if best is not None and likeness[best] > max(plain + 0.1, 0.8):
        return best
    return None


def _of_bare_keys(came: str, wanted: str) -> Trouble | None:
    """Return whether only keys arrived: letters without marks, with those that would set them."""
    if not came.isascii():
        return None
    if came == _bare(wanted) or (len(came) > len(_bare(wanted)) and _holds(came, _bare(wanted))):
        return Trouble.OFF
    return Trouble.OFF if _alike(came, _bare(wanted)) > ALIKE else None


def _of_signs_between(came: str, wanted: str) -> Trouble | None:
    """Return what is too much, too little or other in a line that is nearly right."""
    if _alike(_bare(came), _bare(wanted)) <= ALIKE:
        return None
    if _bare(came) == _bare(wanted):
        return Trouble.MARKS
    if _holds(came, wanted):
        return Trouble.DOUBLED
    if _holds(wanted, came):
        return Trouble.LOST
    return None


def _holds(longer: Iterable[str], shorter: str) -> bool:
    """Return whether all signs of a text stand in another one, in their order."""
    rest = iter(longer)
    return all(sign in rest for sign in shorter)


def _letters() -> list[list[str]]:
    """Return the small vowels, each with its six tones."""
    return [
        [unicodedata.normalize("NFC", vowel + tone) for tone in _TONE_ORDER] for vowel in _VOWELS
    ]


def _tcvn3() -> dict[str, str]:
    """Return sign -> letter of TCVN3; of large letters those that have signs of their own."""
    found = {"®": "đ"}
    for signs, letters in zip(_TCVN3.split(" "), _letters(), strict=True):
        found.update(zip(signs, letters, strict=True))
    return found | {sign: letter.upper() for letter, sign in _TCVN3_LARGE.items()}


def _vni() -> dict[str, str]:
    """Return signs -> letter of VNI-Windows."""
    found = {"ñ": "đ", "Ñ": "Đ"}
    for letters in _letters():
        found.update(zip(_VNI[letters[0]], letters, strict=True))
    # Large letters come with large signs, or with small ones.
    large = {signs.upper(): letter.upper() for signs, letter in found.items()}
    mixed = {
        signs[0].upper() + signs[1:]: letter.upper()
        for signs, letter in found.items()
        if len(signs) > 1
    }
    return found | large | mixed


def _read(text: str, table: Mapping[str, str]) -> str:
    """Return a text read by a table, the longest run of signs first."""
    longest = sorted(table, key=len, reverse=True)
    signs = re.compile("|".join(re.escape(each) for each in longest))
    return signs.sub(lambda each: table[each[0]], unicodedata.normalize("NFC", text))


def _read_as_utf8(text: str) -> str:
    """Return a text whose bytes were taken for letters one by one; itself where it is none."""
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _byte(sign: str) -> bytes:
    """Return the byte that Western Windows shows as a sign; five of them it shows as they are."""
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")
