"""Compare the list of communes with its sources, and rebuild it.

Two packages are the sources: vietnam-provinces (names, kinds, provinces, former
communes and districts; Python 3.12 or later) and vietnamadminunits (places, areas,
and the former communes that the first one has lost). Neither is a dependency of the
product and nothing of them is kept here but these facts. Install them in an
environment of their own and run this file with its Python:

    python3.12 -m venv sources
    sources/bin/python -m pip install vietnam-provinces vietnamadminunits
    sources/bin/python tools/rebuild_communes.py            # report only
    sources/bin/python tools/rebuild_communes.py --write    # and write the list

What stays as it is in the committed list: places and tiles of known communes, and
``kind_until_2026_04_29``, which no package gives. While a package still gives a
commune the kind in that column, its committed name stays, too. A new commune takes
the free tile nearest to where its place lies among the tiles of its province: rows
follow the latitude and columns the longitude, each by a straight line fitted to the
communes that have tiles.

Exit code: 0 nothing differs, 1 something differs, 2 the packages are missing.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.metadata
import importlib.util
import sqlite3
import sys
import unicodedata
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COMMUNES_FILE: Final = Path(__file__).resolve().parent.parent / "checklists" / "communes.csv"
PACKAGES: Final = ("vietnam-provinces", "vietnamadminunits")
KIND_COLUMN: Final = "kind_until_2026_04_29"
KEPT_COLUMNS: Final = ("latitude", "longitude", "tile_column", "tile_row", KIND_COLUMN)
COMPARED: Final = {
    "province": "the province is",
    "former_district": "the former district is",
    "former_units": "the former units are",
    "area_km2": "the area is",
}
TILES_PER_DEGREE: Final = 10.0
"""Where a province has too few tiles to fit a line to: a tile is about 11 km wide."""

Row = dict[str, str]


@dataclass
class Sources:
    """What the packages say.

    Attributes:
        rows: Rows as in the list, in its order, without tiles and without the column
            that no package gives.
        notes: What the packages could not say.
    """

    rows: list[Row]
    notes: list[str] = field(default_factory=list)


@dataclass
class Comparison:
    """The rebuilt list and what it changes.

    Attributes:
        rows: The rebuilt list.
        differences: What differs from the committed list, one sentence each.
        notes: What was kept or could not be compared.
    """

    rows: list[Row]
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def tidy(name: str) -> str:
    """Return a name in NFC with its kind written as in all others."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    name = name.replace("Thành Phố ", "Thành phố ", 1)
    return name[:1].upper() + name[1:]


def read_rows(path: Path) -> tuple[list[str], list[Row]]:
    """Return the columns and rows of a list of communes."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a list of communes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_sources() -> Sources:
    """Return what the installed packages say.

    Raises:
        ImportError: One of them is not installed.
    """
    places, legacy_names = _read_vietnamadminunits()
    units: Any = importlib.import_module("vietnam_provinces")
    legacy: Any = importlib.import_module("vietnam_provinces.legacy")
    conversion: Any = importlib.import_module("vietnam_provinces._ward_conversion_2025")
    provinces = {each.code.value: each.name for each in units.Province.iter_all()}
    former = {each.code.value: each.name for each in legacy.Ward.iter_all()}
    districts = {each.code.value: each.name for each in legacy.District.iter_all()}
    found = Sources([])
    without_units, without_place, without_area, filled = [], [], [], []
    for unit in sorted(units.Ward.iter_all(), key=lambda u: (u.province_code.value, u.code.value)):
        code = f"{unit.code.value:05}"
        entry = conversion.NEW_TO_OLD.get(unit.code.value)
        olds = entry.old_wards if entry else ()
        names = []
        for old in olds:
            name = former.get(old.code) or legacy_names.get(f"{old.code:05}", "")
            if old.code not in former:
                filled.append(f"{code} {name or old.code}")
            names += [tidy(name)] if name else []
        most = Counter(districts[o.district_code] for o in olds if o.district_code in districts)
        # Of districts with as many units each, that of the unit whose code the commune keeps.
        kept = {districts.get(o.district_code) for o in olds if o.code == unit.code.value}
        former_district = max(most, key=lambda name: (most[name], name in kept), default="")
        place = places.get(code)
        if not names:
            without_units.append(code)
        if place is None:
            without_place.append(code)
        latitude, longitude, area = place or ("", "", "")
        if not area or float(area) == 0:
            without_area.append(code)
            area = ""
        found.rows.append(
            {
                "province_code": f"{unit.province_code.value:02}",
                "province": tidy(provinces[unit.province_code.value]),
                "code": code,
                "name": tidy(unit.name),
                "kind": unit.division_type.value,
                "former_district": tidy(former_district),
                "former_units": "; ".join(names),
                "latitude": latitude,
                "longitude": longitude,
                "area_km2": area,
            }
        )
    for said, codes in (
        ("vietnam-provinces gives no former units for", without_units),
        ("vietnamadminunits gives no place for", without_place),
        ("vietnamadminunits gives no area for", without_area),
        ("Former units that only vietnamadminunits still knows", filled),
    ):
        if codes:
            found.notes.append(f"{said}: {', '.join(codes)}.")
    found.notes.append(f"No package gives {KIND_COLUMN}; it stays as committed.")
    return found


def _read_vietnamadminunits() -> tuple[dict[str, tuple[str, str, str]], dict[str, str]]:
    """Return code -> (latitude, longitude, area), and former code -> name.

    The package is not imported: it would need pandas and shapely for two tables.
    """
    spec = importlib.util.find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("vietnamadminunits")
    data = Path(spec.submodule_search_locations[0]) / "data" / "dataset.db"
    with closing(sqlite3.connect(f"{data.as_uri()}?mode=ro", uri=True)) as db:
        places = {
            str(code): tuple("" if value is None else str(value) for value in values)
            for code, *values in db.execute(
                "SELECT wardCode, wardLat, wardLon, wardAreaKm2 FROM admin_units"
            )
        }
        query = "SELECT wardCode, ward FROM admin_units_legacy WHERE wardCode IS NOT NULL"
        names = {str(code): str(name) for code, name in db.execute(query)}
    return {code: (v[0], v[1], v[2]) for code, v in places.items()}, names


def compare(committed: Sequence[Row], sources: Sources) -> Comparison:
    """Return the rebuilt list and what it changes in the committed one."""
    held = {row["code"]: row for row in committed}
    told = {row["code"]: row for row in sources.rows}
    found = Comparison([], notes=list(sources.notes))
    lagging = []
    for code, row in held.items():
        if code not in told:
            found.differences.append(f"Gone: {code} {row['name']}, {row['province']}.")
    tiles = _Tiles(row for row in committed if row["code"] in told)
    for code, row in told.items():
        before = held.get(code)
        if before is None:
            column, line = tiles.place(row)
            found.rows.append(
                {**row, "tile_column": str(column), "tile_row": str(line), KIND_COLUMN: ""}
            )
            found.differences.append(
                f"New: {code} {row['name']}, {row['province']}; tile row {line}, column {column}."
            )
            continue
        after = {**row, **{key: before[key] for key in KEPT_COLUMNS}}
        if before[KIND_COLUMN] and row["kind"] == before[KIND_COLUMN]:
            lagging.append(f"{code} {before['name']}")
            after["name"], after["kind"] = before["name"], before["kind"]
        found.rows.append(after)
        found.differences += _differences(before, after)
    if lagging:
        found.notes.append(
            f"The packages still give {len(lagging)} communes the kind they had until "
            f"29/04/2026; the committed names are kept: {', '.join(lagging)}."
        )
    return found


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    about = f"{before['code']} {before['name']}"
    found = []
    if before["kind"] != after["kind"]:
        found.append(f"Kind changed: {about} is now {after['kind']}, named {after['name']}.")
    elif before["name"] != after["name"]:
        found.append(f"Renamed: {about} is now {after['name']}.")
    for column, words in COMPARED.items():
        if before[column] != after[column]:
            gone, came = before[column] or "none", after[column] or "none"
            found.append(f"Changed: {about}: {words} now {came}; committed: {gone}.")
    return found


class _Tiles:
    """The tiles of each province, and the free one nearest to a place."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, list[Row]] = {}
        for row in rows:
            self._rows.setdefault(row["province_code"], []).append(row)
        self._taken = {
            code: {(int(row["tile_column"]), int(row["tile_row"])) for row in held}
            for code, held in self._rows.items()
        }

    def place(self, row: Row) -> tuple[int, int]:
        """Return column and row of the free tile nearest to a new commune, and take it."""
        held = self._rows.get(row["province_code"], [])
        taken = self._taken.setdefault(row["province_code"], set())
        right = _fitted(held, "longitude", "tile_column", row, TILES_PER_DEGREE)
        down = _fitted(held, "latitude", "tile_row", row, -TILES_PER_DEGREE)
        reach = range(-len(taken) - 1, len(taken) + 2)
        free = ((max(round(right) + i, 0), max(round(down) + j, 0)) for i in reach for j in reach)
        nearest = min(
            {tile for tile in free if tile not in taken},
            key=lambda tile: ((tile[0] - right) ** 2 + (tile[1] - down) ** 2, tile),
        )
        taken.add(nearest)
        return nearest


def _fitted(held: Sequence[Row], degree: str, tile: str, row: Row, slope: float) -> float:
    """Return where ``row`` lies on the straight line from degrees to tiles."""
    if not row[degree]:
        return 0.0
    points = [(float(each[degree]), int(each[tile])) for each in held if each[degree]]
    if not points:
        return 0.0
    middle = sum(x for x, _ in points) / len(points)
    height = sum(y for _, y in points) / len(points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    if spread:
        slope = sum((x - middle) * (y - height) for x, y in points) / spread
    return height + slope * (float(row[degree]) - middle)


def main(arguments: Sequence[str] | None = None) -> int:
    """Report, and write the list where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--list", type=Path, default=COMMUNES_FILE, help="the committed list")
    parser.add_argument("--write", action="store_true", help="write the rebuilt list over it")
    asked = parser.parse_args(arguments)
    try:
        sources = read_sources()
    except ImportError as error:
        print(f"{error}. Install {' and '.join(PACKAGES)} as the head of this file says.")
        return 2
    columns, committed = read_rows(asked.list)
    found = compare(committed, sources)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    print(f"{versions}: {len(sources.rows)} communes; committed: {len(committed)}.")
    for sentence in (*found.notes, *found.differences):
        print(sentence)
    print(f"{len(found.differences)} differences.")
    if asked.write:
        write_rows(asked.list, columns, found.rows)
        print(f"Written: {asked.list}.")
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main())
