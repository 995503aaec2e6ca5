"""Make the page: figures by the templates, data for the script, a policy that closes it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from checklists import reading
from checklists.comparison import Direction
from checklists.declared import declared_sentence
from checklists.figures import amount
from checklists.summary import cost_notes, counted_communes, paste_sentence
from checklists.tasks import task_counts
from criteria.language import _, count, current, day, ngettext, number
from criteria.rating import Rating
from exports.dashboard import view
from exports.dashboard.data import page_data
from exports.dashboard.embed import as_json, environment, policy, source
from exports.safe_write import write_safely

if TYPE_CHECKING:
    from pathlib import Path

    from checklists.report import Report
    from exports.made import Made, Progress


def write_dashboard(
    report: Report,
    path: Path,
    made: Made,
    *,
    workbook: str = "",
    progress: Progress | None = None,
) -> None:
    """Write the dashboard in the language in use.

    Args:
        report: What is shown.
        path: Where; a file that is there is replaced, whole or not at all.
        made: When, by what and in which form.
        workbook: Name of the workbook of the same figures, where there is one.
        progress: Is told how many communes are done.

    Raises:
        ReadinessError: The file cannot be written.
    """
    write_safely(path, page(report, made, workbook=workbook, progress=progress).encode())


def page(
    report: Report, made: Made, *, workbook: str = "", progress: Progress | None = None
) -> str:
    """Return the dashboard as one page of HTML, in the language in use."""
    maps = view.maps(report.matrix)
    style = Markup("\n").join([source("dashboard.css"), _places(maps)])
    script = source("dashboard.js")
    return (
        environment()
        .get_template("page.html")
        .render(
            t=SimpleNamespace(**_texts()),
            language=current(),
            policy=policy(style, script),
            style=style,
            script=script,
            data=as_json(page_data(report, made.last_day, progress)),
            maps=maps,
            **_head(report, made),
            **_summary(report, made),
            **_matrix(report),
            **_costs(report),
            **_tasks(report, made),
            workbook=_about_workbook(workbook),
            **_changes(report),
        )
    )


def _places(maps: list[tuple[str, list[view.Tile]]]) -> Markup:
    """Return the styles that put tiles in their rows and columns.

    The policy allows no style at an element itself.
    """
    tiles = [tile for _name, held in maps for tile in held]
    rows = sorted({tile.row for tile in tiles})
    columns = sorted({tile.column for tile in tiles})
    lines = [f".y{row}{{grid-row:{row}}}" for row in rows]
    lines += [f".x{column}{{grid-column:{column}}}" for column in columns]
    return Markup("\n".join(lines))  # noqa: S704 - nothing but numbers is put in


def _head(report: Report, made: Made) -> dict[str, Any]:
    held = report.round
    subtitle = _("{round}, {province}").format(round=held.title, province=held.profile.province)
    return {
        "body": str(made.form(held).issuing_body),
        "subtitle": made.heading(subtitle),
        "edition": made.edition(held),
        "made_line": made.made_line(),
    }


def _summary(report: Report, made: Made) -> dict[str, Any]:
    matrix = report.matrix
    meanings = reading.class_meanings(matrix.round)
    sentence = paste_sentence(matrix, made.until, report.costs, is_over=made.is_over)
    trust = [reading.trust_note(matrix), reading.share_note(), reading.core_note(matrix.round)]
    return {
        "sentence": sentence,
        "communes": counted_communes(matrix, len(matrix.rows)),
        "classes": view.classes(matrix, meanings),
        "criteria": view.criteria(report),
        "left_out": view.cases(report.costs),
        "groups": view.groups(report),
        "all_groups": view.total(report, _("Total")),
        "group_head": reading.group_head(matrix),
        "once": amount(report.costs, "once"),
        "yearly": amount(report.costs, "year"),
        "trust": [note for note in trust if note],
        "verdict": report.reliance.verdict or report.quality.sentence,
        "measures": [(each.label, each.words) for each in report.reliance.measures],
        "in_brief": view.in_brief(report),
        "indicators": view.indicators(report.quality),
        "declared_told": declared_sentence(report.declared, matrix),
        "declared": view.declared(report),
        "declared_total": view.declared_total(report, _("Total")),
    }


def _matrix(report: Report) -> dict[str, Any]:
    matrix = report.matrix
    return {
        "heads": view.heads(matrix),
        "codes": [
            (criterion.code, str(criterion.short)) for criterion in matrix.round.catalogue.criteria
        ],
        "lines": view.lines(matrix),
        "totals": view.totals(matrix),
        "shares": view.shares(matrix),
        "letters": [(view.rating_look(each), each.letter, each.label) for each in Rating],
        "marks": reading.marks(),
        "index_notes": reading.index_notes(),
    }


def _costs(report: Report) -> dict[str, Any]:
    figures = {each.code: each for each in view.criteria(report)}
    return {
        "items": view.items(report),
        "in_order": [figures[code] for code in report.round.catalogue.codes],
        "cost_communes": view.communes(report),
        "cost_notes": cost_notes(report.matrix, report.costs),
        "price_sources": view.price_sources(report),
    }


def _tasks(report: Report, made: Made) -> dict[str, Any]:
    counts = task_counts(report.tasks, made.last_day)
    told = ngettext("{tasks} task in {communes}", "{tasks} tasks in {communes}", counts.all).format(
        tasks=count(counts.all), communes=counted_communes(report.matrix, counts.communes)
    )
    words = _("Up to {day}: {counts}.").format(day=day(made.last_day), counts=counts.words)
    return {
        "tasks_told": f"{told}. {words}",
        "tasks_late": view.late_tasks(report, made.last_day),
        "tasks_late_count": number(counts.late),
        "tasks_more_late": counts.late > view.MOST_LATE,
        "tasks_people": view.person_figures(report, made.last_day),
        "tasks_communes": view.tasks_by_commune(report, made.last_day),
    }


def _about_workbook(name: str) -> str:
    """Return where more is found than on this page."""
    sheets = ", ".join((_("Tasks"), _("Declared and verified"), _("Data quality"), _("Annex")))
    if not name:
        return _(
            "More is in the Excel workbook of this round (readiness export xlsx): see its sheets "
            "{sheets}."
        ).format(sheets=sheets)
    return _("More is in the workbook {name}: see its sheets {sheets}.").format(
        name=name, sheets=sheets
    )


def _changes(report: Report) -> dict[str, Any]:
    trend = report.trend
    if trend is None:
        return {"trend": None}
    changed = view.changed_communes(trend)
    line = ngettext(
        "Something changed in {count} commune.",
        "Something changed in {count} communes.",
        len(changed),
    )
    return {
        "trend": {
            "sentences": trend.sentences,
            "heads": [
                _("Met before"),
                _("Met now"),
                Direction.BETTER.label,
                Direction.WORSE.label,
                _("newly rated"),
            ],
            "criteria": view.changed_criteria(trend),
            "communes": changed,
            "line": line.format(count=count(len(changed))),
        }
    }


def _texts() -> dict[str, str]:
    return {
        "title": _("State of readiness of commune-level IT infrastructure"),
        "skip": _("Skip to the content"),
        "views": _("Views"),
        "summary": _("Summary"),
        "map": _("Map"),
        "matrix": _("Matrix"),
        "costs": _("Costs"),
        "changes": _("Changes"),
        "tasks": _("Tasks"),
        "all_tasks": _("All tasks"),
        "late_tasks": _("Overdue tasks"),
        "all_late": _("All overdue tasks"),
        "none_late": _("No task is overdue."),
        "days_late": _("Days late"),
        "find_task": _("Find a task"),
        "show_all": _("Show all tasks"),
        "no_tasks": _("There is nothing to be done."),
        "task_count": _("Number of tasks"),
        "done": _("Verified as met"),
        "reported": _("Reported as done"),
        "late": _("Overdue"),
        "by_person": _("By person in charge"),
        "due_next": _("Due next"),
        "nobody": _("Without a person"),
        "never": _("Without a day"),
        "what": _("Work to be done"),
        "who": _("Person in charge"),
        "by_when": _("Due on"),
        "status": _("Status"),
        "price_sources": _("Where the prices come from"),
        "declared": _("Declared and verified"),
        "declared_met": _("Declared met"),
        "verified": _("of these verified"),
        "stayed": _("still met"),
        "share_stayed": _("Share still met"),
        "not_verified": _("not verified yet"),
        "commune": _("Commune"),
        "display": _("Display"),
        "smaller": _("Smaller text"),
        "usual": _("Usual text size"),
        "larger": _("Larger text"),
        "projector": _("Projector"),
        "no_script": _(
            "Scripts are switched off in this browser: the tables can be read and printed, but not "
            "sorted or filtered; the list of all tasks and the pages of communes are not shown."
        ),
        "sentence": _("Result, ready to paste into a report"),
        "copy": _("Copy"),
        "by_class": _("Communes by class"),
        "doubtful": _("{count} may change"),
        "money": _("Cost of the remedies"),
        "once": _("Cost once"),
        "yearly": _("Cost a year"),
        "million": _("million VND"),
        "quality": _("Data quality"),
        "trust": _("How far the figures can be trusted"),
        "indicator": _("Indicator"),
        "amount": _("How many"),
        "share": _("Share"),
        "places": _("Communes"),
        "nothing_changed": _("No rating and no class of a commune differs."),
        "weakest": _("Criteria, the weakest first"),
        "code": _("Code"),
        "criterion": _("Criterion"),
        "standing": _("How the results are spread"),
        "not_clear": _("Not clear"),
        "share_met": _("Share met"),
        "units": _("Units"),
        "share_green": _("Share green"),
        "reading": _("How to read the figures"),
        "map_lead": _("Every commune has the same size and lies near its real place."),
        "colour_by": _("Colour by"),
        "by_class_short": _("By class"),
        "legend": _("Legend"),
        "map_keys": _("Arrow keys move between communes, Enter opens one."),
        "filters": _("Filters"),
        "find": _("Find a commune"),
        "class": _("Class"),
        "all": _("All"),
        "rating": _("Rating"),
        "short": _("Not met or partly met"),
        "still_open": _("Insufficient or not audited"),
        "clear": _("Clear filters"),
        "matrix_keys": _("Arrow keys move between cells, Enter says why."),
        "place": _("Commune, ward"),
        "met": _("Met"),
        "index": _("Index"),
        "share_of": _("Share met, of the communes it applies to"),
        "by_item": _("By item"),
        "by_criterion": _("By criterion"),
        "by_commune": _("By commune"),
        "item": _("Item"),
        "quantity": _("Quantity"),
        "price": _("Unit price"),
        "price_source": _("Source of price"),
        "left_out": _("Cases not counted"),
        "no_costs": _("Nothing is to be bought as far as is known."),
        "money_unit": _("unit: million VND"),
        "not_in_it": _("What is in the costs, and what is not"),
        "no_communes": _("The round has no communes."),
    }
