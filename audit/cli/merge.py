"""``merge`` and ``batch``: take in what others recorded, and take a batch back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit import amounts
from audit.cli.common import emit, file_option, harmless, json_option, say, table, talk
from audit.desk import Desk, chosen_path
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, count, moment_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from audit.batches import KeptBatch
    from audit.merge import FileReport, MergeReport, Progress
    from criteria.errors import Message

_MOST_NAMED = 8
"""Fields in a line."""


@click.command(
    help=_(
        "Take in files that others handed in: files, folders, zips.\n\n"
        "Order, grouping and repetition make no difference, and a file that is refused never "
        "stops the others; a copy of it is put into a folder beside the audit file. What two "
        "people stated differently without knowing of each other is shown until it is settled."
    )
)
@click.argument(
    "paths", nargs=-1, required=True, metavar=_("FILE…"), type=click.Path(path_type=Path)
)
@click.option("--dry-run", is_flag=True, help=_("Show all that would come, and change nothing."))
@click.option(
    "--require-known",
    is_flag=True,
    help=_("Refuse what is not sealed by an auditor of the roster or by the office."),
)
@file_option
@json_option
def merge(
    paths: tuple[Path, ...],
    path: Path | None,
    *,
    dry_run: bool,
    require_known: bool,
    as_json: bool,
) -> int:
    """Take in files that others handed in."""
    from audit.holding import hold
    from audit.identity import signer
    from audit.intake import sources
    from audit.merge import merge as take_in
    from audit.quarantine import folder_of

    chosen = chosen_path(path)
    with Desk(chosen, write=True) as desk:
        held = hold(chosen)
        if held is None:
            raise ReadinessError(ErrorCode.FILE_BUSY, path=chosen)
        try:
            report = take_in(
                desk.file,
                sources(paths),
                dry_run=dry_run,
                require_known=require_known,
                signer=signer() if desk.is_office else None,
                quarantine=folder_of(chosen),
                progress=None if as_json else _told(),
            )
        finally:
            held.release()
    if as_json:
        emit(report_data(report))
    else:
        _tell(report, dry_run=dry_run)
    return 1 if report.refused else 0


def report_data(report: MergeReport) -> dict[str, Any]:
    """Return what came of a merge as data."""
    return {
        "files": [_file_data(each) for each in report.files],
        "records_new": report.records_new,
        "conflicts": report.conflicts,
        "digest": report.digest,
    }


def _file_data(report: FileReport) -> dict[str, Any]:
    return {
        "path": report.path,
        "outcome": report.outcome,
        "reason": report.reason,
        "code": report.code,
        "records_new": report.records_new,
        "records_known": report.records_known,
        "warnings": [_message_data(each) for each in report.warnings],
        "batch": report.batch,
        "check_code": report.check_code,
        "kind": report.kind,
        "made_by": report.made_by,
        "sha256": report.sha256,
        "communes": report.communes,
        "attached_new": report.attached_new,
    }


def _message_data(message: Message) -> dict[str, str]:
    return {"code": message.code.name.lower(), "text": str(message)}


def _told() -> Any:
    """Return what shows the progress on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(progress: Progress) -> None:
        words = amounts.files(progress.done)
        click.echo(f"\r{words}  {harmless(progress.report.path)[-50:]:<50}", err=True, nl=False)

    return show


def _tell(report: MergeReport, *, dry_run: bool) -> None:
    """Say what came of every file, and of all of them."""
    if sys.stderr.isatty():
        click.echo(f"\r{'':<70}\r", err=True, nl=False)
    for each in report.files:
        say(_line(each))
        for message in each.warnings:
            say(f"    • {message}")
    if dry_run:
        say(_("Nothing was changed: this was a dry run."))
    say(
        _("{files}: {new}; {refused} refused.").format(
            files=amounts.files(len(report.files)),
            new=amounts.new_records(report.records_new),
            refused=count(len(report.refused)),
        )
    )
    say(_("Contradictions in the round: {count}").format(count=count(report.conflicts)))
    say(_("Digest: {digest}").format(digest=report.digest))


def _line(report: FileReport) -> str:
    from audit.merge import NOTHING_NEW, REFUSED

    if report.outcome == REFUSED:
        return f"✗ {report.reason}"
    if report.outcome == NOTHING_NEW:
        words = _("= {path}: nothing new (known already: {known})")
    else:
        words = _("✓ {path}: {new}, {known} known; {attached}")
    line = words.format(
        path=report.path,
        new=amounts.new_records(report.records_new),
        known=count(report.records_known),
        attached=amounts.attached(report.attached_new),
    )
    if report.made_by:
        line += " – " + _("from {name}").format(name=report.made_by)
    return f"{line}; " + _("check code {code}").format(code=report.check_code)


@click.group(help=_("Show who brought what and when, or take a batch back."))
def batch() -> None:
    """Show who brought what and when, or take a batch back."""


@batch.command(name="list", help=_("List what was taken in: who brought what and when."))
@file_option
@json_option
def list_(path: Path | None, *, as_json: bool) -> None:
    """List what was taken in."""
    from audit.batches import kept_batches

    with Desk(chosen_path(path)) as desk:
        kept = kept_batches(desk)
    if as_json:
        emit([_batch_data(each) for each in kept])
        return
    if not kept:
        talk(_("Nothing was taken in yet."))
        return
    rows = [(_("Batch"), _("Taken in"), _("Records"), _("From"), _("File"))]
    for each in kept:
        words = _("(taken back)") if each.undone is not None else ""
        rows.append(
            (
                each.batch.id,
                moment_of(each.batch.taken_at),
                count(each.report.size),
                each.report.made_by,
                f"{each.batch.source} {words}".rstrip(),
            )
        )
    for line in table(rows):
        say(line)


def _batch_data(kept: KeptBatch) -> dict[str, Any]:
    undone = kept.undone
    return {
        "id": kept.batch.id,
        "source": kept.batch.source,
        "taken_at": kept.batch.taken_at,
        "records_new": kept.report.size,
        "communes": kept.report.communes,
        "kind": kept.report.kind,
        "made_by": kept.report.made_by,
        "sha256": kept.report.sha256,
        "check_code": kept.report.check_code,
        "warnings": kept.report.warnings,
        "undone": None
        if undone is None
        else {"by": undone.author.name, "at": undone.recorded_at, "reason": undone.reason},
    }


@batch.command(
    help=_(
        "Take a batch back: what only it has brought is declared void, and what that replaced "
        "comes back. Nothing is deleted, and merging the file again does not revive it."
    )
)
@click.argument("ids", nargs=-1, required=True, metavar=_("BATCH…"))
@click.option("--reason", default="", help=_("Why."))
@click.option(
    "--dry-run", is_flag=True, help=_("Show all that would become void, and change nothing.")
)
@file_option
@json_option
def undo(
    ids: tuple[str, ...], reason: str, path: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    """Take batches back."""
    from audit.batches import undo as take_back

    with Desk(chosen_path(path), write=True) as desk:
        done = take_back(desk, ids[0], reason=reason, together=ids[1:], dry_run=dry_run)
        subjects = {code: _subjects(desk, code, {*held}) for code, held in done.named.items()}
        names = {each.code: each.name for each in desk.round.communes}
    if as_json:
        emit(
            {
                "batch": done.batch.id,
                "records": done.records,
                "communes": done.communes,
                "void": {code: len(held) for code, held in done.named.items()},
                "states": {code: [*held] for code, held in done.states.items()},
                "dry_run": dry_run,
            }
        )
        return
    words = (
        _("{id} ({source}): {records} records would become void; communes: {communes}")
        if dry_run
        else _("{id} ({source}): {records} records are void now; communes: {communes}")
    )
    say(
        words.format(
            id=done.batch.id,
            source=done.batch.source,
            records=count(done.records),
            communes=", ".join(done.communes) or "–",
        )
    )
    for code, held in done.named.items():
        place = f"{code} {names.get(code, '')}".rstrip() or _("the round itself")
        say(f"  {place}: {count(len(held))} – {', '.join(subjects[code])}")
    for code, (before, after) in done.states.items():
        say(
            _("{code} {name}: {before} → {after}. Look at it again.").format(
                code=code, name=names[code], before=before.label, after=after.label
            )
        )
    if dry_run:
        say(_("Nothing was changed: this was a dry run."))


def _subjects(desk: Desk, commune: str, ids: Collection[str]) -> list[str]:
    """Return what some records are about, the first few."""
    from audit.record import Record

    found = dict.fromkeys(
        Record.from_body(entry.body).subject
        for entry in desk.file.entries(commune)
        if entry.id in ids
    )
    more = ["…"] if len(found) > _MOST_NAMED else []
    return [*list(found)[:_MOST_NAMED], *more]


@batch.command(
    help=_("Have a batch that was taken back count again: what took it back is declared void.")
)
@click.argument("id_", metavar=_("BATCH"))
@click.option("--reason", default="", help=_("Why."))
@file_option
@json_option
def restore(id_: str, reason: str, path: Path | None, *, as_json: bool) -> None:
    """Put a batch back."""
    from audit.batches import put_back

    with Desk(chosen_path(path), write=True) as desk:
        records = put_back(desk, id_, reason=reason)
    if as_json:
        emit({"batch": id_, "records": records})
    else:
        say(_("Put back: {count} records count again.").format(count=count(records)))
