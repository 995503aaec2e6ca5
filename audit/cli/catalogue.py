"""``readiness catalogue``: look at an edition of the criteria, copy it, and check one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import emit, json_option, say
from criteria.catalogue import DEFAULT_EDITION, load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, count
from criteria.lint import lint_file

if TYPE_CHECKING:
    from criteria.catalogue import Catalogue, Criterion, Parameter

_FILE = click.argument(
    "edition",
    metavar=_("[FILE]"),
    type=click.Path(path_type=Path),
    default=DEFAULT_EDITION,
    required=False,
)


@click.group(help=_("Show an edition of the criteria, copy it or check it."))
def catalogue() -> None:
    """Show an edition of the criteria, copy it or check it."""


@catalogue.command(
    help=_(
        "Find everything that is wrong in an edition, each with its line.\n\n"
        "Without FILE: the edition shipped with the program."
    )
)
@_FILE
@json_option
def lint(edition: Path, *, as_json: bool) -> int:
    """Find everything that is wrong in an edition."""
    findings = lint_file(edition)
    if as_json:
        emit(
            [
                {
                    "code": finding.message.code.name,
                    "line": finding.line,
                    "column": finding.column,
                    "place": finding.place,
                    "text": str(finding.message),
                    "blocks": finding.blocks,
                }
                for finding in findings
            ]
        )
        return 1 if findings else 0
    for finding in findings:
        say(f"{'✗' if finding.blocks else '•'} {finding}")
    if findings:
        blocking = sum(finding.blocks for finding in findings)
        say(
            _(
                "{edition}: {blocking} to mend before it can be used (✗), {other} to look at (•)."
            ).format(
                edition=edition.name,
                blocking=count(blocking),
                other=count(len(findings) - blocking),
            )
        )
        return 1
    say(_("{edition}: nothing to mend.").format(edition=edition.name))
    return 0


@catalogue.command(
    help=_(
        "Show an edition: groups, criteria, what is asked and when it counts as met.\n\n"
        "Without FILE: the edition shipped with the program."
    )
)
@_FILE
@click.option("--criterion", metavar=_("CRITERION"), help=_("Only this criterion."))
@json_option
def show(edition: Path, criterion: str | None, *, as_json: bool) -> None:
    """Show an edition."""
    held = load_edition(edition)
    if as_json:
        emit(held.to_dict())
        return
    about = held.about
    say(f"{about.title} ({about.edition})")
    say(str(about.notice))
    shown = [held.criterion(criterion)] if criterion else list(held.criteria)
    if not criterion:
        _say_reasons(held)
        say()
        say(_("Parameters"))
        for parameter in held.parameters:
            unit = f" ({parameter.unit})" if parameter.unit else ""
            say(f"  {parameter.key:<16} {parameter.label}{unit}")
            _say_answers(parameter)
    for group in held.groups:
        members = [each for each in shown if each.group == group.code]
        if members:
            say()
            say(f"{group.code} · {group.title}")
        for each in members:
            _say_criterion(held, each)


@catalogue.command(
    help=_(
        "Copy the edition shipped with the program to a file of your own, to change it there.\n\n"
        "With --profile: what a province may set instead, such as prices and heads of papers. "
        "Each line of it has an effect only once the # before it is taken away."
    )
)
@click.option("--profile", is_flag=True, help=_("The province's profile in place of the criteria."))
@click.option(
    "--out",
    required=True,
    metavar=_("PATH"),
    type=click.Path(path_type=Path),
    help=_("The file to make."),
)
def copy(out: Path, *, profile: bool) -> None:
    """Copy the shipped edition, or what a profile may say."""
    from exports.safe_write import write_safely

    if out.exists():
        raise ReadinessError(ErrorCode.FILE_EXISTS, path=out)
    write_safely(out, _profile_to_fill() if profile else DEFAULT_EDITION.read_bytes())
    if profile:
        say(_("{path}: take the # away before what is to differ.").format(path=out))
    else:
        say(
            _("{path}: change it, then look it over with: readiness catalogue lint {path}").format(
                path=out
            )
        )


def _profile_to_fill() -> bytes:
    """Return the default profile with every line out of effect."""
    from checklists.profile import DEFAULT_PROFILE

    lines = DEFAULT_PROFILE.read_text("utf-8").splitlines()
    return "".join(
        f"{line}\n" if not line or line.startswith("#") else f"#{line}\n" for line in lines
    ).encode()


def _say_reasons(held: Catalogue) -> None:
    purposes = (
        (_("Canned reasons why a criterion does not apply"), held.phrases.not_applicable),
        (_("Canned reasons for a rating set by hand"), held.phrases.override),
        (_("Canned reasons for a change after the sign-off"), held.phrases.after_sign_off),
        (_("Canned reasons to settle a contradiction"), held.phrases.conflict),
    )
    for heading, phrases in purposes:
        if phrases:
            say()
            say(heading)
        for phrase in phrases:
            say(f"  {phrase}")


def _say_answers(field: Parameter) -> None:
    for phrase in field.phrases:
        say(f"{'':19}" + _("Canned answer: {text}").format(text=phrase))


def _say_criterion(held: Catalogue, criterion: Criterion) -> None:
    say()
    say(f"{criterion.code} {criterion.short} – {criterion.title}")
    say(f"  {criterion.how}")
    for measure in criterion.measures:
        unit = f" ({measure.unit})" if measure.unit else ""
        chosen = "; ".join(f"{choice.key} = {choice.label}" for choice in measure.choices)
        say(f"  {measure.key:<16} {measure.label}{unit}" + (f": {chosen}" if chosen else ""))
        _say_answers(measure)
    say(f"  {criterion.rule_words}")
    for line in criterion.evidence:
        say("  " + _("Evidence: {text}").format(text=line.text))
    if criterion.no_photo:
        say("  " + _("Do not photograph: {text}").format(text=criterion.no_photo))
    say("  " + _("Remedy: {text}").format(text=criterion.remedy))
    for phrase in criterion.phrases:
        say("  " + _("Canned note: {text}").format(text=phrase))
    items = {item.key: item for item in held.items}
    for cost in criterion.costs:
        period = _("once") if cost.period == "once" else _("a year")
        say("  " + _("Cost: {item}, {period}").format(item=items[cost.item].label, period=period))
    if criterion.no_cost:
        say("  " + _("No cost: {reason}").format(reason=criterion.no_cost))
    for source in criterion.sources:
        say("  " + _("Source: {text}").format(text=source.text))
