"""``readiness wipe``: delete what the program keeps on this machine, once the round is over."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from audit import amounts
from audit.cli.common import emit, file_option, json_option, say, talk
from audit.desk import chosen_path
from audit.evidence import size_words
from audit.temporary import PREFIX
from audit.wipe import Item, Scope, What, plan
from audit.wipe import wipe as carry_out
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import _, count, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from audit.wipe import Outcome, Plan
    from audit.wipe_losses import Losses, Named

_MOST_LISTED: Final = 3
"""Files of one kind in one folder that are named each; more are counted."""
_MOST_NAMED: Final = 12
"""Communes and other files that one line names."""
_WORDS: Final = frozenset({"delete", "xoa"})


@click.command(
    help=_(
        "Delete what the program keeps on this machine, after the round.\n\n"
        "Everything is listed first: each file with its size, what would be lost, and what cannot "
        "be removed from here. Then you are asked to type a word. --file PATH removes an audit "
        "file with all that belongs to it, --identity your name and key, --all both and the rest: "
        "settings, logs, unsaved texts, the made-up round. Without one of these it only lists. "
        "Files of other programs stay, and links are not followed."
    )
)
@file_option
@click.option("--identity", is_flag=True, help=_("Remove your name and key on this machine."))
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help=_("Remove the audit file, your name and key, and all else the program keeps."),
)
@click.option("--dry-run", is_flag=True, help=_("Only list; remove nothing."))
@click.option("--yes", is_flag=True, help=_("Do not ask; for scripts."))
@json_option
def wipe(
    path: Path | None,
    *,
    identity: bool,
    everything: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Delete what the program keeps on this machine."""
    from audit.wipe_losses import losses

    chose = path is not None or identity or everything
    planned = plan(_scope(path, identity=identity, everything=everything or not chose))
    if everything and not dry_run and {item.what for item in planned.items} == {What.LOG}:
        # That this very command has begun.
        carry_out(planned)
        planned = replace(planned, items=())
    lost = losses(planned)
    data = _data(planned, lost)
    if not as_json:
        _tell(planned, lost)
    if not chose and not dry_run:
        raise ReadinessError(ErrorCode.WIPE_CHOOSE, status=2)
    if dry_run or not planned.items:
        if as_json:
            emit({**data, "is_dry_run": dry_run, "removed": [], "left": []})
        elif dry_run:
            talk(_("This was only a look. Nothing was removed."))
        return 0
    if not yes and not _agrees():
        talk(_("Nothing was removed."))
        return 1
    outcome = carry_out(planned)
    if as_json:
        emit({**data, "is_dry_run": False, **_outcome_data(outcome)})
    else:
        _tell_outcome(outcome, lost)
    return 1 if outcome.left else 0


def _scope(path: Path | None, *, identity: bool, everything: bool) -> Scope:
    if path is None and everything:
        try:
            path = chosen_path()
        except ReadinessError:
            path = None
        # The one opened last may have been moved; what is remembered of it goes all the same.
        if path is not None and not (path.exists() or path.is_symlink()):
            path = None
    return Scope(path, has_identity=identity or everything, has_rest=everything)


def _agrees() -> bool:
    """Return whether whoever sits there types the word.

    Raises:
        ReadinessError: There is no terminal to ask in.
    """
    if not sys.stdin.isatty():
        raise ReadinessError(ErrorCode.WIPE_NO_TERMINAL, status=2)
    talk("")
    asked = _("Type DELETE to remove all of this for good, or press Enter to leave it")
    typed: str = click.prompt(asked, default="", show_default=False, err=True)
    return _plain(typed) in _WORDS


def _plain(text: str) -> str:
    """Return a word without marks and capitals: an input method may be off, or write óa as oá."""
    parts = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def _tell(planned: Plan, lost: Losses) -> None:
    if not planned.items:
        say(_("The program keeps nothing here."))
    else:
        say(
            ngettext(
                "One file, {size}, would be removed for good:",
                "{count} files, {size}, would be removed for good:",
                len(planned.items),
            ).format(count=count(len(planned.items)), size=size_words(planned.size))
        )
    for line in _lines(planned.items):
        say(f"  {line}")
    said = [*_lost(lost)]
    if said:
        say("")
        say(_("What would be lost with it:"))
    for line in said:
        say(_wrapped("  ! ", line))
    say("")
    say(_("What stays, and cannot be removed from here:"))
    for line in _staying(planned):
        say(_wrapped("  – ", line))


def _wrapped(sign: str, text: str) -> str:
    """Return a sentence below its sign, as wide as the terminal."""
    return textwrap.fill(
        text,
        shutil.get_terminal_size().columns - 1,
        initial_indent=sign,
        subsequent_indent=" " * len(sign),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _lines(items: Sequence[Item]) -> Iterator[str]:
    """Yield what goes, kind by kind, and where it is; many in one folder are one line."""
    for what, held in groupby(sorted(items, key=lambda item: [*What].index(item.what)), _what):
        of_kind = [*held]
        yield f"{what.label} ({size_words(sum(item.size for item in of_kind))})"
        for folder, inside in groupby(of_kind, _folder):
            files = [*inside]
            if len(files) <= _MOST_LISTED:
                yield from (f"  {item.path}" for item in files)
            else:
                shown = (str(item.path.relative_to(folder)) for item in files[:_MOST_LISTED])
                words = _("{folder}: {files}, among them {names}")
                yield "  " + words.format(
                    folder=folder, files=_files(len(files)), names=", ".join(shown)
                )


def _what(item: Item) -> What:
    return item.what


def _folder(item: Item) -> Path:
    folder = item.path.parent
    return folder.parent if folder.name.startswith(PREFIX) else folder


def _lost(lost: Losses) -> Iterator[str]:
    if lost.problem:
        yield _("The audit file cannot be looked into, so nobody knows what it holds:") + (
            f" {lost.problem}"
        )
    if lost.is_office:
        yield _(
            "This is the office's own file of the round: {records}, {files} taken in, every "
            "review, settlement and close. Keep a copy unless the round is archived elsewhere."
        ).format(records=amounts.records(lost.records), files=_files(lost.taken_in))
    if lost.unsent:
        yield ngettext(
            "{count} commune with something that was not handed in since it was stated: {communes}",
            "{count} communes with something that was not handed in since it was stated: "
            "{communes}",
            len(lost.unsent),
        ).format(count=count(len(lost.unsent)), communes=_listed(lost.unsent))
    if lost.unconfirmed:
        yield ngettext(
            "{count} commune was handed in, but no receipt of the office is here: {communes}. Ask "
            "the office whether it has arrived.",
            "{count} communes were handed in, but no receipt of the office is here: {communes}. "
            "Ask the office whether they have arrived.",
            len(lost.unconfirmed),
        ).format(count=count(len(lost.unconfirmed)), communes=_listed(lost.unconfirmed))
    if lost.photos:
        yield ngettext(
            "{count} photo or file ({size}) that may be nowhere else",
            "{count} photos and files ({size}) that may be nowhere else",
            lost.photos,
        ).format(count=count(lost.photos), size=size_words(lost.photo_bytes))
    if lost.unsaved:
        yield ngettext(
            "{count} text that was begun and not saved",
            "{count} texts that were begun and not saved",
            lost.unsaved,
        ).format(count=count(lost.unsaved))
    if lost.is_office_key:
        yield _(
            "The key {key} speaks for the office in this round. Unless another key of the office "
            "does, or a copy of it is kept (readiness whoami --private-key), nobody can review, "
            "settle, amend or close this round any more."
        ).format(key=lost.key)
    elif lost.key:
        yield _(
            "The key {key}: what you hand in later bears a new key, which has to be made known to "
            "the office again (readiness whoami, readiness roster add). What was encrypted for the "
            "old key can be opened no more."
        ).format(key=lost.key)


def _files(number_of: int) -> str:
    return ngettext("{count} file", "{count} files", number_of).format(count=count(number_of))


def _listed(communes: Sequence[Named]) -> str:
    named = [f"{each.code} {each.name}" for each in communes[:_MOST_NAMED]]
    rest = len(communes) - len(named)
    return "; ".join(named) + (_("; and {count} more").format(count=count(rest)) if rest else "")


def _staying(planned: Plan) -> Iterator[str]:
    yield _("copies of the audit file on sticks, in mail, chat programs and backups")
    yield _("what was handed in: it lies in the office")
    yield _(
        "workbooks, minutes and pages that were exported, photos that were extracted, and those "
        "in the camera"
    )
    yield _(
        "what a deleted file leaves in the free space of the disk: it is not overwritten, and on "
        "an SSD it could not be; only an encrypted disk (BitLocker, LUKS) keeps it from a finder"
    )
    for path in planned.others[:_MOST_NAMED]:
        yield _("{path}: another audit file").format(path=path)
    for path in planned.strangers[:_MOST_NAMED]:
        yield _("{path}: not made by this program, or a link").format(path=path)
    rest = len(planned.others[_MOST_NAMED:]) + len(planned.strangers[_MOST_NAMED:])
    if rest:
        yield _("and {count} more").format(count=count(rest))


def _tell_outcome(outcome: Outcome, lost: Losses) -> None:
    size = sum(item.size for item in outcome.removed)
    say("")
    say(
        ngettext(
            "Removed: {count} file, {size}.",
            "Removed: {count} files, {size}.",
            len(outcome.removed),
        ).format(count=count(len(outcome.removed)), size=size_words(size))
    )
    if not lost.is_office_key and any(item.what is What.KEY for item in outcome.removed):
        talk(
            _("The key {key} is gone from this machine. Ask the office to revoke it.").format(
                key=lost.key
            )
        )
    for left in outcome.left:
        talk(_("Still there: {path} ({reason})").format(path=left.path, reason=left.reason))
    if outcome.left:
        talk(_("Close the programs that hold these files open, then run the same command again."))
    talk(_("The copies named above stay where they are."))


def _data(planned: Plan, lost: Losses) -> dict[str, Any]:
    return {
        "items": [_item_data(item) for item in planned.items],
        "size": planned.size,
        "lost": {
            **lost._asdict(),
            "unsent": [each.code for each in lost.unsent],
            "unconfirmed": [each.code for each in lost.unconfirmed],
        },
        "other_audit_files": [str(path) for path in planned.others],
        "not_ours": [str(path) for path in planned.strangers],
    }


def _item_data(item: Item) -> dict[str, Any]:
    return {"path": str(item.path), "what": item.what, "size": item.size}


def _outcome_data(outcome: Outcome) -> dict[str, Any]:
    return {
        "removed": [str(item.path) for item in outcome.removed],
        "left": [{"path": str(left.path), "reason": left.reason} for left in outcome.left],
    }
