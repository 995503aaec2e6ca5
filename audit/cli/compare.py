"""``compare``: what changed between two rounds, or two points in time of one round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from audit.cli.common import emit, json_option, say
from audit.desk import chosen_path
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _

if TYPE_CHECKING:
    from audit.reporting import Earlier
    from checklists.comparison import CommuneChange, Comparison
    from checklists.matrix import Interval, Matrix, MatrixRow


class _Side(NamedTuple):
    path: Path
    earlier: Earlier

    @property
    def matrix(self) -> Matrix:
        return self.earlier.matrix

    @property
    def words(self) -> str:
        return self.earlier.words

    @property
    def data(self) -> dict[str, Any]:
        held, as_of = self.matrix.round, self.earlier.as_of
        return {
            "path": str(self.path),
            "round": {"id": held.id, "title": held.title},
            "edition": held.catalogue.about.edition,
            "as_of": as_of.data if as_of is not None else None,
        }


@click.command(
    help=_(
        "Show what changed: between two audit files, or in one since a close or a day.\n\n"
        "Per commune and criterion: the rating before and after and which values differ. Only "
        "decided ratings are better or worse; a blank is neither."
    )
)
@click.argument("files", nargs=-1, metavar=_("[FILE [FILE]]"), type=click.Path(path_type=Path))
@click.option(
    "--from", "since", default="", metavar=_("CLOSE|DATE"), help=_("The earlier point in time.")
)
@click.option(
    "--to", "until", default="", metavar=_("CLOSE|DATE"), help=_("The later one; else now.")
)
@json_option
def compare(files: tuple[Path, ...], since: str, until: str, *, as_json: bool) -> None:
    """Show what changed between two rounds or two points in time."""
    from checklists.comparison import compare as compared

    if len(files) == 2 and not (since or until):
        sides = [_read(path, "") for path in files]
    elif len(files) < 2 and since:
        path = chosen_path(files[0] if files else None)
        sides = [_read(path, when) for when in (since, until)]
    else:
        raise ReadinessError(ErrorCode.COMPARE_FILES, status=2)
    before, after = sides
    found = compared(before.matrix, after.matrix)
    if as_json:
        emit(_data(found, before, after))
    else:
        _tell(found, before, after)


def _read(path: Path, when: str) -> _Side:
    from audit.file import AuditFile
    from audit.reporting import read_earlier

    with AuditFile.open(path) as file:
        return _Side(path, read_earlier(file, when))


def _tell(found: Comparison, before: _Side, after: _Side) -> None:
    from audit.comparing import change_lines, commune_line, summary_lines

    say(f"{before.words} → {after.words}")
    for line in summary_lines(found):
        say(line)
    for held in found.changed:
        say()
        say(commune_line(held))
        for line in change_lines(held):
            say("  " + line)
    if not found.changed:
        say(_("No rating, class, index or value differs."))


def _ways() -> list[Any]:
    from checklists.comparison import Direction

    return list(Direction)


def _data(found: Comparison, before: _Side, after: _Side) -> dict[str, Any]:
    return {
        "before": before.data,
        "after": after.data,
        "criteria_gone": found.criteria_gone,
        "criteria_new": found.criteria_new,
        "rules_changed": found.rules_changed,
        "communes_gone": found.communes_gone,
        "communes_new": found.communes_new,
        "ratings": {each.value: found.counts[each] for each in _ways()},
        "classes": {each.value: found.classes[each] for each in _ways()},
        "communes": [_commune_data(held) for held in found.changed],
    }


def _commune_data(held: CommuneChange) -> dict[str, Any]:
    return {
        "code": held.after.commune.code,
        "name": held.after.commune.name,
        "before": _row_data(held.before),
        "after": _row_data(held.after),
        "direction": held.direction,
        "criteria": [
            {
                "code": each.code,
                "before": each.before.rating,
                "after": each.after.rating,
                "direction": each.direction,
                "overridden": [each.before.is_overridden, each.after.is_overridden],
                "values": [change._asdict() for change in each.values],
                "why": each.why,
            }
            for each in held.changed
        ],
        "other_values": [change._asdict() for change in held.other_values],
    }


def _row_data(row: MatrixRow) -> dict[str, Any]:
    return {
        "class": row.readiness,
        "doubtful": row.doubtful,
        "met": row.met,
        "applicable": row.applicable,
        "index": _bounds(row.index),
    }


def _bounds(index: Interval | None) -> list[Any] | None:
    return [index.worst, index.best] if index is not None else None
