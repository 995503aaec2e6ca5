"""What the round is judged by, as tables: the round, the criteria, fields, choices, items."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from criteria.language import _, current

if TYPE_CHECKING:
    from checklists.report import Report
    from checklists.round import Round
    from exports.made import Made

from exports.tables.columns import million_column
from exports.tables.shape import MORE, Column, Table


def round_table(report: Report, made: Made) -> Table:
    """Return the round, and what it is judged by."""
    held, about = report.round, report.round.catalogue.about
    columns = (
        Column("id", "string", _("Id of the round"), is_needed=True),
        Column("title", "string", _("Round")),
        Column("province_code", "string", _("Province code")),
        Column("province", "string", _("Province")),
        Column("opened_on", "date", _("Opened on")),
        Column("edition", "string", _("Edition of the criteria")),
        Column("edition_title", "string", _("Title of the criteria")),
        Column("official", "boolean", _("Whether the criteria are the official text")),
        Column("notice", "string", _("Notice on the criteria")),
        Column("made_at", "string", _("Made at"), _("ISO 8601 with the offset from UTC.")),
        Column("until", "string", _("Figures up to"), _("A day, or a moment within one.")),
        Column("as_of", "string", _("As of"), _("In words, where that is not now.")),
        Column("program", "string", _("Version of the program")),
        Column("language", "string", _("Language of the texts")),
    )
    row = (
        held.id,
        held.title,
        held.province_code,
        held.profile.province,
        held.opened_on,
        about.edition,
        str(about.title),
        about.official,
        str(about.notice),
        made.at.isoformat(timespec="seconds"),
        made.until.isoformat(timespec="seconds")
        if isinstance(made.until, datetime)
        else made.until.isoformat(),
        made.as_of,
        made.version,
        current(),
    )
    return Table("round", _("The round, and what it is judged by"), columns, ("id",), lambda: [row])


def criteria_table(held: Round) -> Table:
    """Return the criteria with their rules in words."""
    columns = (
        Column("code", "string", _("Criterion code"), is_needed=True),
        Column("group", "string", _("Group code"), is_needed=True),
        Column("group_title", "string", _("Group of criteria")),
        Column("short", "string", _("Short title")),
        Column("title", "string", _("Title")),
        Column("rule", "string", _("Rule in words")),
        Column("remedy", "string", _("Remedy")),
        Column(
            "core",
            "boolean",
            _("Core"),
            _("Whether it must not be unmet for yellow."),
            is_needed=True,
        ),
        Column("may_be_not_applicable", "boolean", _("May be not applicable"), is_needed=True),
        Column("sources", "string", _("Sources")),
    )
    groups = {group.code: str(group.title) for group in held.catalogue.groups}
    rows = [
        (
            each.code,
            each.group,
            groups.get(each.group, ""),
            str(each.short),
            str(each.title),
            str(each.rule_words),
            str(each.remedy),
            each.code in held.profile.core_criteria,
            each.may_be_not_applicable,
            MORE.join(str(source.text) for source in each.sources),
        )
        for each in held.catalogue.criteria
    ]
    return Table("criteria", _("Criteria"), columns, ("code",), lambda: rows)


_TYPES: Final = ("int", "num", "yesno", "choice", "date", "text")


def fields_table(held: Round) -> Table:
    """Return what is asked."""
    columns = (
        Column("key", "string", _("Field key"), is_needed=True),
        Column(
            "criterion",
            "string",
            _("Criterion code"),
            _("Blank for what is asked of the commune itself."),
            names=("criteria", "code"),
        ),
        Column("type", "string", _("Type"), is_needed=True, choices=_TYPES),
        Column("label", "string", _("What is asked")),
        Column("unit", "string", _("Unit")),
        Column("min", "number", _("Least")),
        Column("max", "number", _("Most")),
        Column("optional", "boolean", _("Optional"), is_needed=True),
        Column(
            "for_record", "boolean", _("For the record"), _("No rule reads it."), is_needed=True
        ),
        Column("known_to_office", "boolean", _("Filled by the office"), is_needed=True),
    )
    home = held.catalogue.home
    rows = [
        (
            key,
            home.get(key),
            each.type,
            str(each.label),
            str(each.unit) if each.unit else None,
            each.min,
            each.max,
            each.optional,
            each.for_record,
            each.known_to_office,
        )
        for key, each in held.catalogue.fields.items()
    ]
    return Table("fields", _("Fields that are asked"), columns, ("key",), lambda: rows)


def choices_table(held: Round) -> Table:
    """Return what can be chosen."""
    columns = (
        Column("field", "string", _("Field key"), is_needed=True, names=("fields", "key")),
        Column("key", "string", _("Choice key"), is_needed=True),
        Column("label", "string", _("Choice")),
    )
    rows = [
        (key, choice.key, str(choice.label))
        for key, each in held.catalogue.fields.items()
        for choice in each.choices
    ]
    return Table("choices", _("What can be chosen"), columns, ("field", "key"), lambda: rows)


def items_table(held: Round) -> Table:
    """Return what is to be bought, with prices and their sources."""
    columns = (
        Column("key", "string", _("Item key"), is_needed=True),
        Column("label", "string", _("Item")),
        Column("unit", "string", _("Unit")),
        million_column("unit_price", _("Unit price")),
        Column(
            "standing",
            "string",
            _("Standing of the price"),
            choices=("official", "secondary", "project_default"),
        ),
        Column("source", "string", _("Source of the price")),
    )
    prices = held.profile.prices
    rows = [
        (
            item.key,
            str(item.label),
            str(item.unit),
            price.million_vnd if price else None,
            price.standing if price else None,
            str(price.source) if price else None,
        )
        for item in held.catalogue.items
        for price in [prices.get(item.key)]
    ]
    return Table("items", _("What is to be bought, and prices"), columns, ("key",), lambda: rows)
