"""The language of every text a user sees: gettext catalogues, numbers and dates.

Messages are written in English in the code and translated by
``locale/<language>/LC_MESSAGES/readiness.mo``. Vietnamese is the language unless
another is chosen. The language is state of the process, because click's own
messages and ours must agree; `choose` sets both.
"""

from __future__ import annotations

import gettext
import os
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

LANGUAGES: Final = ("vi", "en")
"""What can be chosen; the first is the default."""
LANGUAGE_NAMES: Final = {"vi": "Tiếng Việt", "en": "English"}
"""Each in itself, so that it is found from the other."""

DOMAIN: Final = "readiness"
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"


_WIDE: Final = Context(prec=80)
"""No sum of an audit has as many digits; the usual 28 could be reached by a broken edition."""


_VIETNAMESE_SIGNS: Final = str.maketrans(",.", ".,")


class _State:
    """The language in use; one per process."""

    language: str = LANGUAGES[0]


_SPOKEN: Final[ContextVar[str | None]] = ContextVar("language of a block", default=None)
_TRANSLATIONS: Final[dict[str, gettext.NullTranslations]] = {}


def choose(language: str) -> None:
    """Use ``language`` (``vi`` or ``en``) from now on; anything else means ``vi``."""
    _State.language = language if language in LANGUAGES else LANGUAGES[0]
    # click translates its own words through the process-wide gettext domain.
    gettext.bindtextdomain(DOMAIN, str(LOCALE_FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = _State.language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use ``language`` within a block, in this thread alone, as for a paper in both.

    Words of click and what other threads show stay in the language that was chosen.
    """
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def current() -> str:
    """Return the language in use, ``vi`` or ``en``."""
    return _SPOKEN.get() or _State.language


def _translations() -> gettext.NullTranslations:
    language = current()
    held = _TRANSLATIONS.get(language)
    if held is None:
        held = _TRANSLATIONS[language] = gettext.translation(
            DOMAIN, LOCALE_FOLDER, languages=[language], fallback=True
        )
    return held


def _(message: str) -> str:
    """Return ``message`` in the language in use."""
    return _said(_SPOKEN.get() or _State.language, message)  # `current`, at half the price


@cache
def _said(_language: str, message: str) -> str:
    return _translations().gettext(message)


def in_all_languages(message: str) -> tuple[str, ...]:
    """Return a message in every language: for what was written in one and is read in another."""
    found = []
    for each in LANGUAGES:
        with speaking(each):
            found.append(_(message))
    return tuple(found)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits ``count``, in the language in use."""
    return _translations().ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - the customary name of gettext's marker
    """Mark ``message`` for translation where it is defined; `_` translates it later."""
    return message


def number(value: Decimal | int, places: int | None = None) -> str:
    """Write a number as people of the language do: ``1.234,5`` or ``1,234.5``.

    Args:
        value: The exact number.
        places: Decimals to round to, half up; ``None`` keeps those it has.
    """
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)
    text = f"{exact:,f}"
    if current() == "vi":
        text = text.translate(_VIETNAMESE_SIGNS)
    return text


def count(value: int) -> str:
    """Write a count in a sentence: under ten with a leading zero in Vietnamese.

    Source: the custom of official papers under Decree 30/2020/NĐ-CP.
    """
    if current() == "vi" and 0 < value < 10:
        return f"0{value}"
    return number(value)


def percent(share: Decimal, places: int = 1) -> str:
    """Write a share of 1 as a percentage: ``64,2%`` or ``64.2%``."""
    return number(share * 100, places) + "%"


def day(value: date) -> str:
    """Write a day as ``dd/mm/yyyy``, the custom of both languages here."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def moment(value: datetime) -> str:
    """Write a moment as ``hh:mm dd/mm/yyyy`` in the zone it carries."""
    return f"{value.hour:02}:{value.minute:02} {day(value)}"


def moment_of(text: str) -> str:
    """Write a moment given as ISO text; the text itself where it is none."""
    try:
        return moment(datetime.fromisoformat(text))
    except ValueError:
        return text
