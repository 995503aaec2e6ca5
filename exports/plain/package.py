"""The description of the CSV files: a Frictionless data package.

Source: Data Package and Table Schema, version 1 (https://specs.frictionlessdata.io).
No licence is named: whose data it is decides that, and no program.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from criteria.language import _, current
from exports.made import PROGRAM
from exports.plain_text import plain_text
from exports.tables import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checklists.round import Round
    from exports.made import Made
    from exports.tables import Column, Table

DESCRIPTION: Final = "datapackage.json"
"""The name that programs look for."""
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9._-]+")


class Written(NamedTuple):
    """A CSV file of a table.

    Attributes:
        table: What it holds.
        size: Its bytes.
        sha256: Of them.
    """

    table: Table
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Of the file, in the folder of the description."""
        return file_name(self.table)


def file_name(table: Table) -> str:
    """Return the name of the file that holds a table."""
    return f"{table.name}.csv"


def description(held: Round, made: Made, files: Sequence[Written]) -> bytes:
    """Return the content of ``datapackage.json``."""
    about = held.catalogue.about
    data = {
        "profile": "tabular-data-package",
        "name": _NOT_IN_NAMES.sub("-", f"readiness-{held.province_code}-{held.id}".lower()),
        "title": plain_text(f"{held.title} – {held.profile.province}"),
        "description": plain_text(
            " ".join(
                [
                    made.edition(held),
                    made.made_line() + ".",
                    _(
                        "A blank cell means that nothing is known, never 0. In texts, one "
                        "apostrophe stands before = + - @ at the beginning and after a "
                        "semicolon, so that no spreadsheet runs it; take it away when reading. "
                        "The files are for programs: in Excel, open them by Data › From "
                        "Text/CSV with columns of codes as text."
                    ),
                ]
            )
        ),
        "version": f"{VERSION}.0.0",
        "created": made.at.isoformat(timespec="seconds"),
        "language": current(),
        "keywords": ["readiness", "commune", about.code],
        "sources": [{"title": plain_text(f"{about.title} ({about.edition}): {about.source}")}],
        "contributors": [{"title": f"{PROGRAM} {made.version}", "role": "wrangler"}],
        "resources": [_resource(each, {file.table.name for file in files}) for each in files],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(file: Written, named: set[str]) -> dict[str, Any]:
    table = file.table
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    foreign = [
        {"fields": [column.key], "reference": {"resource": of, "fields": [field]}}
        for column in table.columns
        if column.names is not None
        for of, field in [column.names]
        if of in named
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": file.name,
        "title": table.title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "dialect": {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "quoteChar": '"',
            "doubleQuote": True,
            "skipInitialSpace": False,
            "header": True,
        },
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.key, "type": column.type, "title": column.label}
    if column.description:
        found["description"] = column.description
    if column.type == "boolean":
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {}
    if column.is_needed:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if constraints:
        found["constraints"] = constraints
    return found
