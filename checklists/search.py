"""Find communes by what people type: no marks, old names, former districts, codes.

`Finder` indexes a list of communes once and then answers each keystroke in a few
milliseconds; `find` and `resolve` serve one question.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from checklists.communes import Commune, without_kind
from checklists.query import (
    DISTRICTS,
    KIND_WORDS,
    WORDS_OF_KIND,
    Reading,
    loosely,
    marked,
    readings,
)
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_MOST_LETTERS: Final = 120
"""A query is cut here: names are far shorter, a pasted page is not a name."""


class Why(StrEnum):
    """By what a commune was found."""

    CODE = "code"
    NAME = "name"
    FORMER_COMMUNE = "former_commune"
    FORMER_DISTRICT = "former_district"


@dataclass(frozen=True, slots=True)
class Found:
    """A commune that answers a query."""

    commune: Commune
    score: int
    """Higher is nearer; to compare within one answer only."""
    why: Why
    matched: str
    """The text that matched: the code, the name, a former commune or district."""


# What a match is worth: how it matches, by what it matches. Steps are wide enough for
# the small bonuses below never to lift a match over a better kind of match.
_CODE: Final = 1000
_CODE_BEGINS: Final = 750
_EXACT: Final = {Why.NAME: 900, Why.FORMER_COMMUNE: 800, Why.FORMER_DISTRICT: 770}
_UNSPACED: Final = {Why.NAME: 860, Why.FORMER_COMMUNE: 735, Why.FORMER_DISTRICT: 705}
_BEGINS: Final = {Why.NAME: 675, Why.FORMER_COMMUNE: 610, Why.FORMER_DISTRICT: 580}
_WORDS: Final = {Why.NAME: 500, Why.FORMER_COMMUNE: 440, Why.FORMER_DISTRICT: 410}
_TYPO: Final = {Why.NAME: 90, Why.FORMER_COMMUNE: 60, Why.FORMER_DISTRICT: 30}
_LOOSE: Final = 250
_TOGETHER: Final = 380
_AS_FORMER: Final = 300
_KIND_AGREES: Final = 15
_MARKS_AGREE: Final = 8
_WHOLE_WORD: Final = 5
_SURE: Final = _EXACT[Why.FORMER_DISTRICT]


class _Name(NamedTuple):
    """A text by which a commune can be found."""

    position: int
    why: Why
    text: str
    kind: str


def _one_letter_apart(a: str, b: str) -> bool:
    """Whether one letter changed, lost, added or swapped makes ``a`` into ``b``."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    i = 0
    while i < len(a) and i < len(b) and a[i] == b[i]:
        i += 1
    if a[i + 1 :] == b[i + 1 :] or a[i:] == b[i + 1 :] or a[i + 1 :] == b[i:]:
        return True
    return a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]


_LAST: Final = "\U0010ffff"
"""Sorts after every letter."""
_T = TypeVar("_T")


def _beginning_with(words: Sequence[str], beginning: str) -> Sequence[str]:
    """Return those of the sorted ``words`` that begin so."""
    start = bisect_left(words, beginning)
    return words[start : bisect_left(words, beginning + _LAST, lo=start)]


def _all_of(held: Mapping[str, set[_T]], known: Sequence[str], words: Iterable[str]) -> set[_T]:
    """Return what ``held`` has for every one of ``words``, each the beginning of a known one."""
    found: set[_T] | None = None
    for word in sorted(words, key=len, reverse=True):
        begun: set[_T] = set().union(*(held[each] for each in _beginning_with(known, word)))
        found = begun if found is None else found & begun
        if not found:
            break
    return found or set()


def _texts(commune: Commune) -> Iterator[tuple[Why, str]]:
    """Give every text by which a commune can be found, and what it is."""
    yield Why.NAME, commune.name
    for unit in commune.former_units:
        yield Why.FORMER_COMMUNE, unit
    if commune.former_district:
        yield Why.FORMER_DISTRICT, commune.former_district


def _parsed(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the folded name without its kind, the kind, and the loose words of both."""
    short = without_kind(text, KIND_WORDS)
    kind = text[: len(text) - len(short)].strip().lower()
    key = fold(short)
    return key, kind, (*loosely(key).split(), *WORDS_OF_KIND.get(kind, ()))


class Finder:
    """An index of communes, made once and asked often."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        """Index ``communes``; equal scores later come in this order."""
        self.communes = tuple(communes)
        self._codes = {commune.code: i for i, commune in enumerate(self.communes)}
        self._provinces = {commune.province_code for commune in self.communes}
        self._names: dict[str, list[_Name]] = {}
        # Words are held loosely: what agrees strictly agrees loosely, too.
        self._keys_of_word: dict[str, set[str]] = {}
        self._positions_of_word: dict[str, set[int]] = {}
        self._keys_unspaced: dict[str, list[str]] = {}
        current: set[str] = set()
        parsed: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        for position, commune in enumerate(self.communes):
            for why, text in _texts(commune):
                known = parsed.get(text)
                if known is None:
                    known = parsed[text] = _parsed(text)
                key, kind, words = known
                self._names.setdefault(key, []).append(_Name(position, why, text, kind))
                if why is Why.NAME:
                    current.add(key)
                for word in words:
                    self._positions_of_word.setdefault(word, set()).add(position)
        for key in self._names:
            loose = loosely(key)
            for word in loose.split():
                self._keys_of_word.setdefault(word, set()).add(key)
            self._keys_unspaced.setdefault(loose.replace(" ", ""), []).append(key)
        self._words = sorted(self._keys_of_word)
        self._all_words = sorted(self._positions_of_word)
        self._unspaced = sorted(self._keys_unspaced)
        self._current = sorted((loosely(key).replace(" ", ""), key) for key in current)
        self._words_by_length: dict[int, list[str]] = {}
        for word in self._words:
            self._words_by_length.setdefault(len(word), []).append(word)

    def find(self, words: str, limit: int = 20) -> list[Found]:
        """Return the communes that ``words`` may mean, the nearest first.

        Args:
            words: A code or its beginning, a name, a former commune or district; with
                or without marks, kind, “cũ” and province. A whole current name comes
                before a former one, beginnings before words inside, y for i and
                Đắc for Đắk after those, one wrong letter in a word of four or more last.
            limit: How many at most.
        """
        text = unicodedata.normalize("NFKC", words[:_MOST_LETTERS])
        best: dict[int, Found] = {}
        self._by_code(text, best)
        understood = readings(text)
        marks = marked(text) if not text.isascii() else ""
        for reading in understood:
            self._by_words(reading, marks, best)
        if len(best) < limit:
            for reading in understood:
                self._together(reading, best)
        if len(best) < limit and not any(found.score >= _SURE for found in best.values()):
            for reading in understood:
                self._with_a_typo(reading, best)
        order = sorted(best.items(), key=lambda item: (-item[1].score, item[0]))
        return [found for _, found in order[:limit]]

    def resolve(self, text: str) -> Commune:
        """Return the one commune that ``text`` names, by code or current name.

        A former name is never taken for a current one: who states something about a
        commune must name it. Where marks or the kind tell two communes apart, they do.

        Raises:
            ReadinessError: No commune has this code or name (with what may be meant),
                or several have (with their codes).
        """
        shown = " ".join(text.split())[:60]
        cleaned = fold(text[:_MOST_LETTERS])
        if re.fullmatch(r"[0-9]{1,5}", cleaned) and cleaned.zfill(5) in self._codes:
            # A spreadsheet takes the leading zeros of a code away.
            return self.communes[self._codes[cleaned.zfill(5)]]
        named = self._named(text[:_MOST_LETTERS])
        if len(named) == 1:
            return named[0]
        if named:
            raise ReadinessError(
                ErrorCode.COMMUNE_AMBIGUOUS,
                status=2,
                text=shown,
                candidates="; ".join(self._shown(commune) for commune in named[:10]),
            )
        near = self.find(text, limit=3)
        if not near:
            raise ReadinessError(ErrorCode.COMMUNE_UNKNOWN, status=2, text=shown)
        raise ReadinessError(
            ErrorCode.COMMUNE_UNKNOWN_NEAR,
            status=2,
            text=shown,
            candidates="; ".join(self._suggested(found) for found in near),
        )

    def _named(self, text: str) -> list[Commune]:
        """Return the communes whose current name ``text`` is, the strictest way it can be."""
        understood = [r for r in readings(text) if not r.former and r.kind not in DISTRICTS]
        for tolerant in (False, True):
            found: dict[int, _Name] = {}
            kinds = {reading.kind for reading in understood if reading.kind}
            for reading in understood:
                keys = [reading.key]
                if tolerant:
                    keys = self._keys_unspaced.get(loosely("".join(reading.words)), [])
                    keys = [key for key in keys if loosely(key) == loosely(reading.key)]
                for key in keys:
                    for name in self._names.get(key, ()):
                        if name.why is Why.NAME and self._lies_in(name, reading.province):
                            found[name.position] = name
            if not found:
                continue
            names = [found[position] for position in sorted(found)]
            agreeing = [name for name in names if self._kinds(name) & kinds]
            names = agreeing or names
            if not text.isascii():
                marks = marked(unicodedata.normalize("NFKC", text))
                short = [n for n in names if marked(without_kind(n.text, KIND_WORDS)) in marks]
                names = short or names
            return [self.communes[name.position] for name in names]
        return []

    def _shown(self, commune: Commune) -> str:
        place = commune.former_district or commune.province
        if len(self._provinces) > 1:
            place = commune.province
        return f"{commune.code} {commune.name} ({place})"

    def _suggested(self, found: Found) -> str:
        if found.why in (Why.CODE, Why.NAME):
            return self._shown(found.commune)
        return f"{found.commune.code} {found.commune.name} ({found.matched})"

    def _kinds(self, name: _Name) -> set[str]:
        """Return the kinds a name goes by, today's and the one before."""
        if name.why is not Why.NAME:
            return {name.kind}
        return {name.kind, self.communes[name.position].kind_until_2026_04_29}

    def _lies_in(self, name: _Name, province_code: str) -> bool:
        return province_code in ("", self.communes[name.position].province_code)

    def _by_code(self, text: str, best: dict[int, Found]) -> None:
        digits = text.strip()
        if not re.fullmatch(r"[0-9]{2,5}", digits):
            return
        for code, position in self._codes.items():
            if code.startswith(digits):
                score = _CODE if code == digits else _CODE_BEGINS
                self._keep(best, position, Found(self.communes[position], score, Why.CODE, code))

    def _by_words(self, reading: Reading, marks: str, best: dict[int, Found]) -> None:
        """Keep what every word of the reading begins a word of."""
        key = reading.key
        loose = loosely(key)
        for held in self._candidates(key, loose):
            points = self._likeness(held, key, loose, reading.words)
            if points is None:
                continue
            worth, bonus, penalty = points
            for name in self._names[held]:
                if not self._lies_in(name, reading.province):
                    continue
                score = worth[name.why] + bonus - penalty
                sure = reading.surely or worth is _EXACT
                if reading.former and sure and name.why is not Why.NAME:
                    score += _AS_FORMER
                if reading.kind in DISTRICTS and name.why is Why.FORMER_DISTRICT:
                    score += _AS_FORMER
                if reading.kind and reading.kind in self._kinds(name):
                    score += _KIND_AGREES
                if marks:
                    own = marked(without_kind(name.text, KIND_WORDS))
                    score += _MARKS_AGREE if own in marks or marks in own else 0
                found = Found(self.communes[name.position], score, name.why, name.text)
                self._keep(best, name.position, found)

    def _candidates(self, key: str, loose: str) -> set[str]:
        """Return the keys in which each word begins a word, or all together begin the key.

        One or two letters begin nearly everything: they find whole names, and
        beginnings of current ones.
        """
        words = loose.split()
        unspaced = "".join(words)
        if len(unspaced) <= 2:
            start = bisect_left(self._current, (unspaced, ""))
            end = bisect_left(self._current, (unspaced + _LAST, ""), lo=start)
            return {each for _, each in self._current[start:end]} | ({key} & self._names.keys())
        found = _all_of(self._keys_of_word, self._words, words)
        if len(unspaced) >= 4:
            for each in _beginning_with(self._unspaced, unspaced):
                found.update(self._keys_unspaced[each])
        return found

    @staticmethod
    def _likeness(
        held: str, key: str, loose: str, words: tuple[str, ...]
    ) -> tuple[dict[Why, int], int, int] | None:
        """Return what a match is worth by what it matches, a bonus and a penalty."""
        if held == key:
            return _EXACT, 0, 0
        held_loose = loosely(held)
        for mine, theirs, penalty in ((key, held, 0), (loose, held_loose, _LOOSE)):
            if mine == theirs:
                return _EXACT, 0, penalty
            if theirs.startswith(mine):
                return _BEGINS, _WHOLE_WORD if theirs[len(mine)] == " " else 0, penalty
            unspaced, their_unspaced = mine.replace(" ", ""), theirs.replace(" ", "")
            if unspaced == their_unspaced:
                return _UNSPACED, 0, penalty
            if len(words) == 1 and their_unspaced.startswith(unspaced):
                return _WORDS, 0, penalty
            if all(any(t.startswith(m) for t in theirs.split()) for m in mine.split()):
                return _WORDS, _WHOLE_WORD if f" {mine} " in f" {theirs} " else 0, penalty
        return None

    def _together(self, reading: Reading, best: dict[int, Found]) -> None:
        """Keep what is named whole beside where it lay: “Hiệp Hòa, Biên Hòa”."""
        words = reading.words
        for length in range(len(words) - 1, 0, -1):
            for key, rest in (
                (" ".join(words[:length]), words[length:]),
                (" ".join(words[-length:]), words[:-length]),
            ):
                names = [n for n in self._names.get(key, ()) if n.why is not Why.FORMER_DISTRICT]
                if not names:
                    continue
                places = _all_of(
                    self._positions_of_word, self._all_words, loosely(" ".join(rest)).split()
                )
                for name in names:
                    if name.position in places and self._lies_in(name, reading.province):
                        score = _TOGETHER + (_KIND_AGREES if name.why is Why.NAME else 0)
                        found = Found(self.communes[name.position], score, name.why, name.text)
                        self._keep(best, name.position, found)

    def _with_a_typo(self, reading: Reading, best: dict[int, Found]) -> None:
        """Keep what the words name when one letter of a longer word is wrong."""
        keys: set[str] | None = None
        words = loosely(reading.key).split()
        if not any(len(word) >= 4 and word.isalpha() for word in words):
            return
        for word in words:
            meant = {word} if word in self._keys_of_word else set()
            if len(word) >= 4 and word.isalpha():
                meant.update(
                    known
                    for length in (len(word) - 1, len(word), len(word) + 1)
                    for known in self._words_by_length.get(length, ())
                    if _one_letter_apart(word, known)
                )
            held = set().union(*(self._keys_of_word[each] for each in meant))
            keys = held if keys is None else keys & held
            if not keys:
                return
        for key in keys or ():
            whole = _WHOLE_WORD if len(key.split()) == len(reading.words) else 0
            for name in self._names[key]:
                if self._lies_in(name, reading.province):
                    score = _TYPO[name.why] + whole
                    found = Found(self.communes[name.position], score, name.why, name.text)
                    self._keep(best, name.position, found)

    @staticmethod
    def _keep(best: dict[int, Found], position: int, found: Found) -> None:
        # Equal scores: the text that sorts first, so that the order of sets decides nothing.
        held = best.get(position)
        if held is None or (-found.score, found.matched) < (-held.score, held.matched):
            best[position] = found


class _Last:
    """The index of the list asked last; commands ask one list several times."""

    finder: Finder | None = None
    communes: tuple[Commune, ...] | None = None


def _finder(communes: Sequence[Commune]) -> Finder:
    if not isinstance(communes, tuple):
        return Finder(communes)
    if _Last.finder is None or _Last.communes is not communes:
        _Last.finder, _Last.communes = Finder(communes), communes
    return _Last.finder


def find(words: str, communes: Sequence[Commune], limit: int = 20) -> list[Found]:
    """Return the communes that ``words`` may mean, the nearest first: see `Finder.find`."""
    return _finder(communes).find(words, limit)


def resolve(text: str, communes: Sequence[Commune]) -> Commune:
    """Return the one commune that ``text`` names: see `Finder.resolve`.

    Raises:
        ReadinessError: No commune has this code or name, or several have.
    """
    return _finder(communes).resolve(text)
