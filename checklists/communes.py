"""The official list of provinces and communes, and their order.

``communes.csv`` holds every commune-level unit since 1 July 2025: xã, phường and
đặc khu, with the units and the district it came from, its place on the map and its
tile. ``tools/rebuild_communes.py`` compares the file with its sources.

The list is read on first use. A round carries its communes inside (`Commune.to_dict`),
so that a later list changes nothing about it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from criteria.errors import ErrorCode, ReadinessError
from criteria.language import current

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMUNES_FILE: Final = Path(__file__).parent / "communes.csv"
COLUMNS: Final = (
    "province_code",
    "province",
    "code",
    "name",
    "kind",
    "former_district",
    "former_units",
    "latitude",
    "longitude",
    "area_km2",
    "tile_column",
    "tile_row",
    "kind_until_2026_04_29",
)
"""Columns of the file; former units are separated by ``; ``."""

KINDS: Final = ("xã", "phường", "đặc khu")
"""Kinds of commune-level units. Source: Luật 72/2025/QH15 (quoted in secondary sources)."""

_KINDS_OF_PROVINCES: Final = ("tỉnh", "thành phố")
_MOST_TILES: Final = 200
_MOST_LETTERS: Final = 500


def without_kind(name: str, kinds: tuple[str, ...]) -> str:
    """Return ``name`` without the first of ``kinds`` that it begins with."""
    small = name.lower()
    if small.startswith(kinds):
        for kind in kinds:
            if small.startswith(kind + " "):
                return name[len(kind) + 1 :].strip()
    return name


@dataclass(frozen=True, slots=True)
class Province:
    """A province-level unit."""

    code: str
    """Two digits, zeros kept."""
    name: str
    """With its kind: ``Tỉnh Tây Ninh``, ``Thành phố Đồng Nai``."""

    @property
    def short_name(self) -> str:
        """The name without tỉnh or thành phố."""
        return without_kind(self.name, _KINDS_OF_PROVINCES)

    @property
    def is_city(self) -> bool:
        """Whether it is a centrally-run city."""
        return self.short_name != self.name and self.name.lower().startswith("thành phố")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune-level unit."""

    code: str
    """Five digits, zeros kept; stable while names and kinds change."""
    name: str
    """With its kind: ``Phường Long Thành``."""
    kind: str
    """One of `KINDS`."""
    province_code: str
    province: str
    """Name of the province with its kind."""
    former_district: str
    """District-level unit until 30/06/2025 that most of it came from; ``""`` where none."""
    former_units: tuple[str, ...]
    """Commune-level units until 30/06/2025 that it was made of, some only in part."""
    latitude: Decimal
    """Degrees north."""
    longitude: Decimal
    """Degrees east."""
    area_km2: Decimal | None
    """Square kilometres; ``None`` where the sources have none."""
    tile_row: int
    """Row on the tile map of its province, from 0 in the north."""
    tile_column: int
    """Column on the tile map of its province, from 0 in the west."""
    kind_until_2026_04_29: str = ""
    """Its kind before 30/04/2026, where it changed that day."""

    @property
    def short_name(self) -> str:
        """The name without xã, phường or đặc khu."""
        return without_kind(self.name, KINDS)

    @property
    def name_until_2026_04_29(self) -> str:
        """The name with the kind it had before 30/04/2026, as in papers of that time."""
        if not self.kind_until_2026_04_29:
            return self.name
        kind = self.kind_until_2026_04_29
        return f"{kind[0].upper()}{kind[1:]} {self.short_name}"

    def to_dict(self) -> dict[str, Any]:
        """Return the commune as JSON data without floats, for a round to carry."""
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "province_code": self.province_code,
            "province": self.province,
            "former_district": self.former_district,
            "former_units": list(self.former_units),
            "latitude": f"{self.latitude:f}",
            "longitude": f"{self.longitude:f}",
            "area_km2": None if self.area_km2 is None else f"{self.area_km2:f}",
            "tile_row": self.tile_row,
            "tile_column": self.tile_column,
            "kind_until_2026_04_29": self.kind_until_2026_04_29,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Commune:
        """Return the commune that a round carries; keys it does not know are passed over.

        Raises:
            ReadinessError: Something in it is missing or unusable.
        """
        return _Reader(data).commune()


class _Reader:
    """Read a commune out of data that a stranger may have written."""

    def __init__(self, data: object) -> None:
        self._data: dict[str, Any] = dict(data) if isinstance(data, dict) else {}

    def commune(self) -> Commune:
        code = self._text("code", r"\d{5}")
        area = None if self._data.get("area_km2") is None else self._number("area_km2", 400_000)
        before = self._text("kind_until_2026_04_29", blank=True)
        return Commune(
            code=code,
            name=self._text("name"),
            kind=self._one_of("kind", self._text("kind")),
            province_code=self._text("province_code", r"\d{2}"),
            province=self._text("province"),
            former_district=self._text("former_district", blank=True),
            former_units=self._texts("former_units"),
            latitude=self._number("latitude", 90),
            longitude=self._number("longitude", 180),
            area_km2=area,
            tile_row=self._tile("tile_row"),
            tile_column=self._tile("tile_column"),
            kind_until_2026_04_29=before and self._one_of("kind_until_2026_04_29", before),
        )

    def _text(self, key: str, pattern: str = "", *, blank: bool = False) -> str:
        value = self._data.get(key, "" if blank else None)
        if not isinstance(value, str) or not (value or blank) or len(value) > _MOST_LETTERS:
            raise self._refuse(key)
        if pattern and not re.fullmatch(pattern, value, re.ASCII):
            raise self._refuse(key)
        return self._readable(key, value)

    def _texts(self, key: str) -> tuple[str, ...]:
        values = self._data.get(key)
        if not isinstance(values, list) or len(values) > _MOST_TILES:
            raise self._refuse(key)
        if not all(isinstance(value, str) and 0 < len(value) <= _MOST_LETTERS for value in values):
            raise self._refuse(key)
        return tuple(self._readable(key, value) for value in values)

    def _readable(self, key: str, value: str) -> str:
        if not value.isprintable() and any(
            unicodedata.category(letter) in ("Cc", "Cs") for letter in value
        ):
            raise self._refuse(key)
        return unicodedata.normalize("NFC", value)

    def _one_of(self, key: str, value: str) -> str:
        if value not in KINDS:
            raise self._refuse(key)
        return value

    def _number(self, key: str, most: int) -> Decimal:
        value = self._data.get(key)
        # No exponents: written out, a short one can fill the memory.
        if not isinstance(value, str) or not re.fullmatch(
            r"-?\d{1,6}(\.\d{1,9})?", value, re.ASCII
        ):
            raise self._refuse(key)
        number = Decimal(value)
        if abs(number) > most:
            raise self._refuse(key)
        return number

    def _tile(self, key: str) -> int:
        value = self._data.get(key)
        if type(value) is not int or not 0 <= value < _MOST_TILES:
            raise self._refuse(key)
        return value

    def _refuse(self, key: str) -> ReadinessError:
        return ReadinessError(
            ErrorCode.COMMUNE_BROKEN,
            commune=str(self._data.get("code", "?"))[:20],
            key=key,
            text=str(self._data.get(key, ""))[:40],
        )


@cache
def _rows() -> dict[str, list[list[str]]]:
    """Return the rows of each province by its code, in the order of the official list."""
    held: dict[str, list[list[str]]] = {}
    with COMMUNES_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if tuple(next(rows)) != COLUMNS:
            raise ValueError(COMMUNES_FILE)
        for row in rows:
            held.setdefault(row[0], []).append(row)
    return held


def _commune(cells: list[str]) -> Commune:
    row = dict(zip(COLUMNS, cells, strict=True))
    return Commune(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        province_code=row["province_code"],
        province=row["province"],
        former_district=row["former_district"],
        former_units=tuple(row["former_units"].split("; ")) if row["former_units"] else (),
        latitude=Decimal(row["latitude"]),
        longitude=Decimal(row["longitude"]),
        area_km2=Decimal(row["area_km2"]) if row["area_km2"] else None,
        tile_row=int(row["tile_row"]),
        tile_column=int(row["tile_column"]),
        kind_until_2026_04_29=row["kind_until_2026_04_29"],
    )


@cache
def provinces() -> tuple[Province, ...]:
    """Return every province, in the order of the official list."""
    return tuple(Province(code, rows[0][1]) for code, rows in _rows().items())


def province(code: str) -> Province:
    """Return the province with this code.

    Raises:
        ReadinessError: There is none; the message lists the codes.
    """
    for each in provinces():
        if each.code == code:
            return each
    known = ", ".join(f"{each.code} {each.short_name}" for each in provinces())
    raise ReadinessError(ErrorCode.PROVINCE_UNKNOWN, status=2, text=code, known=known)


@cache
def communes_of(province_code: str) -> tuple[Commune, ...]:
    """Return the communes of a province, in the order of the official list.

    Raises:
        ReadinessError: There is no such province.
    """
    return tuple(_commune(row) for row in _rows()[province(province_code).code])


@cache
def all_communes() -> tuple[Commune, ...]:
    """Return every commune of the country, in the order of the official list."""
    return tuple(commune for each in provinces() for commune in communes_of(each.code))


# Letters first, then tones: none, huyền, hỏi, ngã, sắc, nặng.
# Source: Unicode CLDR, collation of vi.
_LETTERS: Final = {
    letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=1)
}
_TONES: Final = {mark: rank for rank, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}

SortKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]
"""What `sort_key` gives; compare it with nothing else."""


@cache
def _letter_and_tone(character: str) -> tuple[tuple[int, int], int]:
    tone = 0
    kept = ""
    for part in unicodedata.normalize("NFD", character):
        if part in _TONES:
            tone = _TONES[part]
        else:
            kept += part
    letter = unicodedata.normalize("NFC", kept)
    for known in (letter, kept[:1]):
        if known in _LETTERS:
            return (2, _LETTERS[known]), tone
    if character.isalnum():
        return (3, ord(character[0])), tone
    return (0, 0), tone


def sort_key(text: str) -> SortKey:
    """Return the key that sorts texts as Vietnamese dictionaries do.

    Letters decide first (a ă â b c d đ e ê …), tones only between texts of the same
    letters; a number inside a name counts by its value. Lists of communes are in the
    official order instead, unless a person asks for this one.
    """
    composed = unicodedata.normalize("NFC", text)
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for piece in re.findall(r"[0-9]{1,18}|.", composed.lower(), re.DOTALL):
        if piece[0] in "0123456789":
            letters.append((1, int(piece)))
            tones.append(0)
        else:
            letter, tone = _letter_and_tone(piece)
            letters.append(letter)
            tones.append(tone)
    return tuple(letters), tuple(tones), composed


def in_running_text(name: str) -> str:
    """Return ``phường Long Thành`` for ``Phường Long Thành``, as after another word."""
    return name[:1].lower() + name[1:] if current() == "vi" else name
