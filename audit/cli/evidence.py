"""``attach``, ``evidence`` and ``purge``: photos and files that show what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import (
    commune_argument,
    criterion_argument,
    emit,
    file_option,
    json_option,
    say,
    talk,
)
from audit.desk import Desk, chosen_path
from audit.evidence import LEAST_DIGITS, removed_words, size_words
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import _, count, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checklists.checklist import Attachment, Checklist


@click.command(
    help=_(
        "Attach photos and files to a criterion of a commune.\n\n"
        "Photos (JPEG, PNG, WebP, BMP, GIF, TIFF) are turned upright, made smaller and freed of "
        "what the camera added, the place among it; PDF, DOCX, XLSX and text are kept as they are. "
        "A file that cannot be kept is told and never stops the others. With --remove, something "
        "is no longer attached; its bytes stay in the file until they are purged."
    )
)
@commune_argument
@criterion_argument
@click.argument("files", nargs=-1, metavar=_("FILE…"), type=click.Path(path_type=Path))
@click.option("--caption", default="", help=_("What it shows."))
@click.option("--remove", default="", metavar="SHA256", help=_("Take back what is attached."))
@click.option("--reason", default="", help=_("Why; needed to remove, and after a sign-off."))
@file_option
@json_option
def attach(
    commune: str,
    criterion: str,
    files: tuple[Path, ...],
    caption: str,
    remove: str,
    reason: str,
    path: Path | None,
    *,
    as_json: bool,
) -> int:
    """Attach photos and files to a criterion of a commune."""
    from audit.evidence import withdraw

    if bool(files) is bool(remove):
        raise ReadinessError(ErrorCode.ATTACH_WHAT, status=2)
    with Desk(chosen_path(path), write=True) as desk:
        place = desk.commune(commune)
        code = desk.round.catalogue.criterion(criterion).code
        if remove:
            sha256 = withdraw(desk, place.code, code, remove, reason=reason)
            if as_json:
                emit({"removed": sha256})
            else:
                say(_("No longer attached: {sha256}").format(sha256=sha256[:LEAST_DIGITS]))
            return 0
        attached, refused = _attach_all(desk, place.code, code, files, caption, reason)
        after = desk.checklist(place.code)
        if as_json:
            emit(
                {
                    "attached": attached,
                    "refused": [
                        {"path": str(named), "code": message.code.name, "text": str(message)}
                        for named, message in refused
                    ],
                    "missing_evidence": after.missing_evidence(code),
                }
            )
        else:
            _tell(attached, refused, after, code)
    return 1 if refused else 0


def _attach_all(
    desk: Desk, commune: str, code: str, files: tuple[Path, ...], caption: str, reason: str
) -> tuple[list[dict[str, Any]], list[tuple[Path, Message]]]:
    from audit.evidence import attach as attach_piece
    from audit.evidence import prepare

    attached: list[dict[str, Any]] = []
    refused: list[tuple[Path, Message]] = []
    for named in _each_file(files):
        try:
            piece = prepare(named, keep_place=desk.round.profile.keep_photo_place)
            done = attach_piece(desk, commune, code, piece, caption, reason=reason)
        except ReadinessError as error:
            if any(message.code is ErrorCode.SIGNED_NEEDS_REASON for message in error.messages):
                raise
            refused += [(named, message) for message in error.messages]
            continue
        attached.append(
            {
                "path": str(named),
                "sha256": done.sha256,
                "is_new": done.is_new,
                "is_restored": done.is_restored,
                **piece.value(caption),
            }
        )
    return attached, refused


def _each_file(files: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files; the shell of Windows leaves signs such as ``*.jpg`` to the program."""
    for named in files:
        found = []
        if "*" in named.name and not named.exists():
            found = sorted(named.parent.glob(named.name))
        yield from found or [named]


def _tell(
    attached: list[dict[str, Any]],
    refused: list[tuple[Path, Message]],
    after: Checklist,
    code: str,
) -> None:
    for each in attached:
        words = _("Attached: {name} ({size}), {sha256}")
        if each["is_restored"]:
            words = _("Already there without its bytes; they are back: {name} ({size}), {sha256}")
        elif not each["is_new"]:
            words = _("Already there: {name} ({size}), {sha256}")
        say(
            words.format(
                name=each["name"],
                size=size_words(each["size"]),
                sha256=each["sha256"][:LEAST_DIGITS],
            )
        )
    for _named, message in refused:
        talk(_("Not attached: {problem}").format(problem=message))
    if after.missing_evidence(code):
        talk(_wanted_words(after, code))
    no_photo = after.round.catalogue.criterion(code).no_photo
    if no_photo is not None:
        talk(_("When taking photos: {text}").format(text=no_photo))


def _wanted_words(after: Checklist, code: str) -> str:
    """Return how much is still wanted, line by line, so that the numbers add up."""
    kinds = {"photo": _("photo"), "file": _("file"), "either": _("photo or file")}
    wanted = after.wanted_evidence(code)
    lines = [
        f"{each.line.text} ({kinds[each.line.kind]}"
        + (f" × {count(each.unnamed)})" if each.unnamed > 1 else ")")
        for each in wanted
        if each.unnamed
    ]
    told = _("{code}: {missing} more wanted: {lines}").format(
        code=code, missing=count(after.missing_evidence(code)), lines="; ".join(lines)
    )
    others = sum(each.other for each in wanted)
    if others:
        words = _("attached under another caption, which counts for one of these: {count}")
        told += " · " + words.format(count=count(others))
    return told


@click.command(
    help=_(
        "List what is attached in a commune, or take it out.\n\n"
        "What was removed but not purged is listed, too: its bytes are still in the file. "
        "With --extract the files are written into a folder; nothing there is overwritten. When a "
        "photo was taken is what the camera said."
    )
)
@commune_argument
@click.argument("criterion", metavar=_("CRITERION"), required=False, default="")
@click.option(
    "--extract", "folder", type=click.Path(path_type=Path), help=_("The folder to write into.")
)
@file_option
@json_option
def evidence(
    commune: str, criterion: str, folder: Path | None, path: Path | None, *, as_json: bool
) -> int:
    """List what is attached in a commune, or take it out."""
    from audit.evidence import removed

    refused: list[Message] = []
    with Desk(chosen_path(path)) as desk:
        checklist = desk.checklist(desk.commune(commune).code)
        codes = desk.round.catalogue.codes
        if criterion:
            codes = (desk.round.catalogue.criterion(criterion).code,)
        pieces = [(code, piece) for code in codes for piece in checklist.evidence.get(code, ())]
        gone = removed(desk, checklist.commune.code)
        taken_back = [(code, piece) for code in codes for piece in gone.get(code, ())]
        written = {}
        if folder is not None:
            written = _extract_all(desk, checklist.commune.code, pieces, folder, refused)
    if as_json:
        emit(
            {
                "evidence": [
                    {"criterion": code, **piece._asdict()}
                    | ({"path": str(written[at])} if at in written else {})
                    for at, (code, piece) in enumerate(pieces)
                ],
                "removed": [{"criterion": code, **piece._asdict()} for code, piece in taken_back],
                "refused": [{"code": each.code.name, "text": str(each)} for each in refused],
            }
        )
    else:
        for at, (code, piece) in enumerate(pieces):
            say(f"{code}  {attachment_line(piece)}")
            if at in written:
                say(f"  → {written[at]}")
        if not pieces:
            talk(_("Nothing is attached."))
        if taken_back:
            say(_("Removed, but their bytes are still in the file (readiness purge SHA256):"))
        for code, piece in taken_back:
            say(f"{code}  {_removed_line(piece)}")
        for message in refused:
            talk(str(message))
    return 1 if refused else 0


def _extract_all(
    desk: Desk,
    commune: str,
    pieces: list[tuple[str, Attachment]],
    folder: Path,
    refused: list[Message],
) -> dict[int, Path]:
    """Return place in the list -> where it was written; what was purged is passed over."""
    from audit.viewing import extract

    written = {}
    for at, (code, piece) in enumerate(pieces):
        if piece.is_purged:
            continue
        try:
            written[at] = extract(desk.file, piece, folder, f"{commune} {code}")
        except ReadinessError as error:
            refused += error.messages
    return written


@click.command(
    help=_(
        "Take a photo or file out of the audit file for good.\n\n"
        "For what should never have been photographed. SHA256 is its hash or the first digits of "
        "it; “readiness evidence COMMUNE” lists them. The bytes go, wherever it is attached; the "
        "hash, the name and the caption stay, with who purged it and why. Nothing brings it back."
    )
)
@click.argument("digits", metavar="SHA256")
@click.option("--reason", default="", help=_("Why; it is shown wherever it was attached."))
@file_option
@json_option
def purge(digits: str, reason: str, path: Path | None, *, as_json: bool) -> None:
    """Take a photo or file out of the audit file for good."""
    from audit.evidence import purge as purge_piece

    with Desk(chosen_path(path), write=True) as desk:
        done = purge_piece(desk, digits, reason=reason)
    if as_json:
        emit(
            {
                "purged": done.sha256,
                "places": [
                    {"commune": commune, "criterion": code} for commune, code in done.places
                ],
            }
        )
        return
    places = ", ".join(f"{commune} {code}" for commune, code in done.places)
    say(
        _("Purged: {sha256}. It was attached to: {places}").format(
            sha256=done.sha256[:LEAST_DIGITS], places=places or "–"
        )
    )
    talk(_("Other copies of the audit file, and the camera, still hold it."))


def attachment_line(piece: Attachment) -> str:
    """Return one line about something attached."""
    digits = piece.sha256[:LEAST_DIGITS]
    if piece.is_purged:
        return f"{digits}  " + _("purged by {author}: {reason}").format(
            author=piece.author, reason=piece.reason
        )
    parts = [f"{piece.name} ({size_words(piece.size)})"]
    if piece.caption:
        parts.append(piece.caption)
    if piece.taken_at:
        taken = _("taken at {moment}, says the camera")
        parts.append(taken.format(moment=moment_of(piece.taken_at)))
    parts.append(
        _("attached by {author}, {moment}").format(
            author=piece.author, moment=moment_of(piece.recorded_at)
        )
    )
    return f"{digits}  " + " · ".join(parts)


def _removed_line(piece: Attachment) -> str:
    """Return one line about something whose bytes are still in the file."""
    parts = [f"{piece.name} ({size_words(piece.size)})"]
    if piece.caption:
        parts.append(piece.caption)
    parts.append(removed_words(piece))
    return f"{piece.sha256[:LEAST_DIGITS]}  " + " · ".join(parts)
