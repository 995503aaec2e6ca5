"""``readiness review``: accept a checklist that was handed in, or return it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click reads the types
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import commune_argument, emit, file_option, json_option, say, table, talk
from audit.cli.commune_text import part_words, review_data, state_lines
from audit.desk import Desk, chosen_path
from audit.review import acceptance_draft, return_draft
from checklists.checklist import State
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audit.pen import Draft
    from checklists.checklist import Checklist


@click.group(help=_("Accept checklists that were handed in, or return them with comments."))
def review() -> None:
    """Accept checklists that were handed in, or return them with comments."""


def _said(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both ways of reviewing take."""
    for add in (
        json_option,
        file_option,
        click.option(
            "--reason", default="", help=_("What concerns the whole; it stays on record.")
        ),
        click.option(
            "--comment",
            "comments",
            multiple=True,
            metavar=_("CRITERION=TEXT"),
            help=_("A comment on a criterion, or parameters=TEXT; may be given several times."),
        ),
        commune_argument,
    ):
        command = add(command)
    return command


@review.command(
    help=_(
        "Accept a checklist as it stands.\n\n"
        "Where something in it contradicts itself, where nobody has signed it, or where it was "
        "changed after it was signed, a reason is needed, which stays in the record. Whoever "
        "stated values in the commune or signed there leaves this to another person of the "
        "office; declarations taken in and contradictions settled do not count. A change after "
        "this shows as accepted, changed since. Where the office said two different things, this "
        "takes the place of both."
    )
)
@_said
def accept(
    commune: str, comments: tuple[str, ...], reason: str, path: Path | None, *, as_json: bool
) -> None:
    """Accept a checklist as it stands."""
    _review(acceptance_draft, commune, comments, reason, path, as_json=as_json)


@review.command(
    name="return",
    help=_(
        "Return a checklist to be mended, with a comment on each criterion concerned.\n\n"
        "What was asked before and not answered since stays asked; CRITERION= takes a comment "
        "back. Send it to the auditors with: readiness slip."
    ),
)
@_said
def return_(
    commune: str, comments: tuple[str, ...], reason: str, path: Path | None, *, as_json: bool
) -> None:
    """Return a checklist to be mended."""
    _review(return_draft, commune, comments, reason, path, as_json=as_json)


def _review(
    drafted: Callable[..., Draft | None],
    commune: str,
    comments: Sequence[str],
    reason: str,
    path: Path | None,
    *,
    as_json: bool,
) -> None:
    said: dict[str, str] = {}
    for text in comments:
        part, equals, comment = text.partition("=")
        if not equals:
            raise ReadinessError(ErrorCode.COMMENT_FORM, status=2, text=text)
        said[part] = comment
    with Desk(chosen_path(path), write=True) as desk:
        code = desk.commune(commune).code
        draft = drafted(desk, code, comments=said, reason=reason)
        desk.write([draft] if draft is not None else [])
        checklist = desk.checklist(code)
    if as_json:
        emit({**_data(checklist), "written": draft is not None})
        return
    if draft is None:
        talk(_("The very same was said already; nothing was written."))
    say(f"{checklist.commune.code} · {checklist.commune.name}")
    for line in state_lines(checklist):
        say(line)


@review.command(
    name="list",
    help=_("List the communes with their state, who signed, and what the office asked."),
)
@click.option(
    "--state",
    "wanted",
    type=click.Choice([each.value for each in State]),
    multiple=True,
    help=_("Only checklists in this state; may be given several times."),
)
@file_option
@json_option
def list_(wanted: tuple[str, ...], path: Path | None, *, as_json: bool) -> None:
    """List the communes with their state."""
    with Desk(chosen_path(path)) as desk:
        found = [
            desk.checklist(code)
            for code in desk.round.by_code
            if not wanted or desk.checklist(code).state in wanted
        ]
    if as_json:
        emit([_data(each) for each in found])
        return
    rows = [(_("Code"), _("Commune"), _("State"), _("Contradictions"), _("Signed by"))]
    rows += [
        (
            each.commune.code,
            each.commune.name,
            each.state_label,
            count(len(each.conflicts)) if each.conflicts else "",
            "; ".join(signed.statement.author for signed in each.sign_offs),
        )
        for each in found
    ]
    lines = list(table(rows))
    say(lines[0])
    for line, each in zip(lines[1:], found, strict=True):
        say(line)
        for said in each.reviews:
            for part in said.comments:
                say(f"       {part_words(part)}: {said.comment_words(part)}")


def _data(checklist: Checklist) -> dict[str, Any]:
    return {
        "code": checklist.commune.code,
        "name": checklist.commune.name,
        "state": checklist.state,
        "conflicts": checklist.conflicts,
        "signed_by": [each.statement.author for each in checklist.sign_offs],
        "reviews": [review_data(each) for each in checklist.reviews],
    }
