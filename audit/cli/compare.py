"""``compare``: what changed between two rounds, or two points in time of one round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from audit.cli.common import emit, json_option, say
from audit.cli.look import interval
from audit.desk import chosen_path
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, count

if TYPE_CHECKING:
    from audit.as_of import AsOf
    from checklists.comparison import CommuneChange, Comparison, CriterionChange
    from checklists.matrix import Interval, Matrix, MatrixRow


class _Side(NamedTuple):
    path: Path
    as_of: AsOf | None
    matrix: Matrix

    @property
    def words(self) -> str:
        held = self.matrix.round
        when = f", {self.as_of.words}" if self.as_of is not None else ""
        return f"{held.title}{when} ({held.catalogue.about.edition})"

    @property
    def data(self) -> dict[str, Any]:
        held = self.matrix.round
        return {
            "path": str(self.path),
            "round": {"id": held.id, "title": held.title},
            "edition": held.catalogue.about.edition,
            "as_of": self.as_of.data if self.as_of is not None else None,
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
    from audit.as_of import named
    from audit.file import AuditFile
    from audit.fold import read_file, read_round
    from checklists.matrix import build_matrix

    with AuditFile.open(path) as file:
        as_of = named(read_round(file)[0], when) if when else None
        folded = read_file(file, as_of=as_of)
    return _Side(path, as_of, build_matrix(folded.round, folded.checklists))


def _tell(found: Comparison, before: _Side, after: _Side) -> None:
    say(f"{before.words} → {after.words}")
    for codes, words in (
        (found.criteria_gone, _("Criteria only in the earlier edition")),
        (found.criteria_new, _("Criteria only in the later edition")),
        (found.rules_changed, _("Criteria judged by other rules")),
        (found.communes_gone, _("Communes only in the earlier round")),
        (found.communes_new, _("Communes only in the later round")),
    ):
        if codes:
            say(f"{words}: {', '.join(codes)}")
    for counts, words in (
        (found.counts, _("Ratings")),
        (found.classes, _("Classes")),
    ):
        say(f"{words}: " + " · ".join(f"{each.label} {count(counts[each])}" for each in _ways()))
    for held in found.changed:
        say()
        say(_commune_line(held))
        for each in held.changed:
            say("  " + _criterion_line(each))
        if held.other_values:
            say("  " + _("Values that change no rating:"))
        for value in held.other_values:
            say(f"    {value.label}: {value.before} → {value.after}")
    if not found.changed:
        say(_("No rating, class, index or value differs."))


def _ways() -> list[Any]:
    from checklists.comparison import Direction

    return list(Direction)


def _commune_line(held: CommuneChange) -> str:
    before, after = held.before, held.after
    place = after.commune
    parts = [f"{place.code} {place.name}"]
    same_class = before.class_sign == after.class_sign
    parts.append(after.class_sign if same_class else f"{before.class_sign} → {after.class_sign}")
    parts.append(
        interval(after.index)
        if before.index == after.index
        else f"{interval(before.index)} → {interval(after.index)}"
    )
    return " · ".join(parts)


def _criterion_line(each: CriterionChange) -> str:
    signs = f"{each.before.rating.letter} → {each.after.rating.letter}"
    return f"{each.code} {signs} ({each.direction.label}): " + "; ".join(each.why)


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
