"""``readiness check``: what a file is, whether it is whole, and who sealed it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.cli.common import emit, json_option, say, talk
from criteria.errors import ReadinessError
from criteria.language import _, count, moment_of, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audit.intake import Source
    from audit.seal import Seal
    from audit.vet import Vetted
    from criteria.errors import Message

_MOST_NAMED = 6
"""Communes in a line; the rest are counted, ``--json`` lists all."""


@click.command(
    help=_(
        "Say what files are, whether they are whole, who sealed them and when.\n\n"
        "FILE is an audit file, a zip, an encrypted file or a folder of them. Nothing is changed. "
        "The check code is the same wherever the same records are, whatever the file is called."
    )
)
@click.argument(
    "files", nargs=-1, required=True, metavar=_("FILE…"), type=click.Path(path_type=Path)
)
@json_option
def check(files: tuple[Path, ...], *, as_json: bool) -> int:
    """Say what files are, whether they are whole, who sealed them and when."""
    from audit.intake import sources
    from audit.vet import vet

    found: list[dict[str, Any]] = []
    is_refused = False
    for at, source in enumerate(sources(files)):
        try:
            with vet(source) as looked_at:
                is_own = _is_own(source, looked_at)
                vetted = _without_raw_copy(looked_at) if is_own else looked_at
                if as_json:
                    found.append({**_as_data(vetted), "own": is_own})
                else:
                    _tell([*([""] if at else []), *_as_lines(vetted, is_own=is_own)])
        except ReadinessError as error:
            is_refused = True
            found.append(_refusal(source.name, error))
            if not as_json:
                talk(f"✗ {error}")
    if as_json:
        emit({"files": found})
    return int(is_refused)


def _is_own(source: Source, vetted: Vetted) -> bool:
    """Return whether this is the very file that this machine works in, not a copy of it."""
    from audit.identity import last_written
    from audit.package import Kind

    if source.path is None or source.unpacked is not None or vetted.kind is not Kind.WORKING:
        return False
    last = last_written(source.path)
    return bool(last) and any(entry.id == last for entry in vetted.entries)


def _without_raw_copy(vetted: Vetted) -> Vetted:
    from criteria.errors import ErrorCode

    findings = (each for each in vetted.findings if each.code is not ErrorCode.VET_RAW_COPY)
    return replace(vetted, findings=tuple(findings))


def _tell(lines: Sequence[str]) -> None:
    for line in lines:
        say(line)


def _refusal(name: str, error: ReadinessError) -> dict[str, Any]:
    return {
        "path": name,
        "outcome": "refused",
        "reason": str(error),
        "code": error.messages[0].code.name.lower(),
    }


def _as_data(vetted: Vetted) -> dict[str, Any]:
    return {
        "path": vetted.name,
        "outcome": "sound",
        "whole": _is_whole(vetted),
        "kind": vetted.kind,
        "about": vetted.about,
        "sha256": vetted.sha256,
        "round": vetted.round_id,
        "title": _title(vetted),
        "records": len(vetted.entries),
        "communes": [code for code in vetted.chains if code],
        "assignments": _assignments(vetted),
        "chains": vetted.chains,
        "seals": [_seal_as_data(vetted, seal) for seal in vetted.seals],
        "receipts": [_seal_as_data(vetted, receipt) for receipt in vetted.receipts],
        "attached": vetted.hashes,
        "digest": vetted.digest,
        "check_code": str(vetted.check_code),
        "warnings": [_warning(message) for message in vetted.findings],
    }


def _seal_as_data(vetted: Vetted, seal: Seal) -> dict[str, Any]:
    return {
        "commune": seal.commune,
        "writer": seal.writer,
        "length": seal.length,
        "key": seal.fingerprint,
        "name": vetted.authors.get(seal.fingerprint, ""),
        "at": seal.at,
    }


def _warning(message: Message) -> dict[str, str]:
    return {"code": message.code.name.lower(), "text": str(message)}


def _as_lines(vetted: Vetted, *, is_own: bool) -> Iterator[str]:
    from audit.evidence import size_words

    yield vetted.name
    yield "  " + _kind(vetted)
    if is_own:
        yield "  " + _("This is the working file of this machine itself, not a copy of it.")
    yield "  " + _round(vetted)
    yield "  " + _communes(vetted)
    for line in _assigned(vetted):
        yield "  " + line
    records = len(vetted.entries)
    yield "  " + ngettext("One record", "{count} records", records).format(count=count(records))
    if vetted.hashes:
        attached = len(vetted.hashes)
        yield "  " + ngettext(
            "One photo or file, {size}", "{count} photos and files, {size}", attached
        ).format(count=count(attached), size=size_words(sum(vetted.hashes.values())))
    for line in _sealed(vetted, vetted.seals, _("Sealed by {name} ({key}), {moment}: {communes}")):
        yield "  " + line
    if not vetted.seals:
        yield "  " + _("Not sealed by anybody")
    for line in _sealed(
        vetted, vetted.receipts, _("Received by {name} ({key}), {moment}: {communes}")
    ):
        yield "  " + line
    yield "  " + _("Check code: {code}").format(code=vetted.check_code)
    yield "  " + (
        _("Whole: nothing in it is changed, and nothing is missing.")
        if _is_whole(vetted)
        else _doubt(vetted)
    )
    for message in vetted.findings:
        yield f"  • {message}"


def _doubt(vetted: Vetted) -> str:
    """Return what is in doubt about a file that is not whole."""
    from criteria.errors import ErrorCode

    if any(message.code is ErrorCode.VET_BLOB_FALSE for message in vetted.findings):
        return _(
            "Not whole: a photo or file in it was changed or damaged. No record is changed; "
            "something may be missing:"
        )
    return _("No record in it is changed, but something may be missing:")


def _is_whole(vetted: Vetted) -> bool:
    """Return whether what is sealed is all there, and nothing is there besides."""
    from criteria.errors import ErrorCode

    doubtful = {
        ErrorCode.VET_BLOB_FALSE,
        ErrorCode.VET_BLOB_LARGE,
        ErrorCode.VET_BLOB_MISSING,
        ErrorCode.VET_NO_ROUND,
        ErrorCode.VET_OLDER,
        ErrorCode.VET_RAW_COPY,
        ErrorCode.VET_UNSEALED,
        ErrorCode.VET_WHILE_WRITTEN,
    }
    return not any(message.code in doubtful for message in vetted.findings)


def _kind(vetted: Vetted) -> str:
    """Return what a file says it is, by whom and when it was made."""
    made_by, made_at = vetted.about.get("made_by"), vetted.about.get("made_at")
    if not (made_by and made_at):
        return vetted.kind.label
    return _("{kind}, made by {name}, {moment}, as it says itself").format(
        kind=vetted.kind.label, name=made_by, moment=moment_of(made_at)
    )


def _sealed(vetted: Vetted, seals: Sequence[Seal], line: str) -> Iterator[str]:
    """Yield one line for each key and moment."""
    together: dict[tuple[str, str], list[str]] = {}
    for seal in seals:
        together.setdefault((seal.fingerprint, seal.at), []).append(seal.commune)
    for (key, at), codes in together.items():
        yield line.format(
            name=vetted.authors.get(key, _("somebody unknown")),
            key=key,
            moment=moment_of(at),
            communes=_listed([code or _("the round itself") for code in dict.fromkeys(codes)]),
        )


def _communes(vetted: Vetted) -> str:
    codes = [code for code in vetted.chains if code]
    if not codes:
        return _("Nothing recorded in any commune: only the round itself")
    listed = _listed(_with_names(vetted, codes))
    return _("Communes ({count}): {listed}").format(count=count(len(codes)), listed=listed)


def _with_names(vetted: Vetted, codes: Sequence[str]) -> list[str]:
    names = {
        str(each.get("code")): str(each.get("name"))
        for each in _stated(vetted, "communes") or ()
        if isinstance(each, dict)
    }
    return [f"{code} {names.get(code, '')}".rstrip() for code in codes]


def _assigned(vetted: Vetted) -> Iterator[str]:
    """Yield which communes an assignment gives to whom."""
    for name, codes in _assignments(vetted).items():
        yield _("Assigned to {name} ({count}): {listed}").format(
            name=name, count=count(len(codes)), listed=_listed(_with_names(vetted, codes))
        )


def _assignments(vetted: Vetted) -> dict[str, list[str]]:
    from audit.package import Kind

    held = _stated(vetted, "assignments")
    if vetted.kind is not Kind.ASSIGNMENT or not isinstance(held, dict):
        return {}
    return {
        name: [str(code) for code in codes]
        for name, codes in held.items()
        if isinstance(codes, list)
    }


def _listed(texts: Sequence[str]) -> str:
    shown = ", ".join(texts[:_MOST_NAMED])
    if len(texts) <= _MOST_NAMED:
        return shown
    return _("{listed} and {count} more").format(
        listed=shown, count=count(len(texts) - _MOST_NAMED)
    )


def _round(vetted: Vetted) -> str:
    """Return which round a file is of; several may have the same title."""
    from audit.fold import short_id

    title = _title(vetted)
    if not title:
        return _("Round: {title}").format(title=vetted.round_id)
    return _("Round: {title} ({id})").format(title=title, id=short_id(vetted.round_id))


def _title(vetted: Vetted) -> str:
    value = _stated(vetted, "round")
    return str(value.get("title", "")) if isinstance(value, dict) else ""


def _stated(vetted: Vetted, subject: str) -> Any:
    """Return what stands in the file about the round; for show, nothing rests on it."""
    from audit.record import Record

    held: dict[str, Record] = {}
    for entry in vetted.entries:
        if not entry.commune and f'"subject":"{subject}"' in entry.body:
            try:
                record = Record.from_body(entry.body)
            except ValueError:
                continue
            if (record.kind, record.subject) == ("round", subject):
                held[entry.id] = record
    # The order of the table follows from random names of writers: it says nothing about time.
    replaced = {id_ for record in held.values() for id_ in record.replaces}
    return next((record.value for id_, record in held.items() if id_ not in replaced), None)
