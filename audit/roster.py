"""Known auditors: whose keys they are, as the office says; and the keys of the office."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.fold import ROSTER
from audit.office import needed_office
from audit.pen import Draft
from audit.record import Cell, Record
from audit.seal import fingerprint
from checklists.round import KnownAuditor
from criteria.errors import ErrorCode, ReadinessError
from criteria.folding import fold
from criteria.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.desk import Desk
    from checklists.round import Round

LONGEST_NAME: Final = 200
"""Letters of a name or unit."""
_PUBLIC_KEY: Final = re.compile("[0-9a-f]{64}")
_FINGERPRINT: Final = re.compile("k[0-9a-f]{32}")


class Listed(NamedTuple):
    """A key that the round knows, or that something in its file was stated with.

    Attributes:
        key: Fingerprint.
        name: As the office says; else as its records say.
        unit: As the office says.
        standing: ``office``, ``known``, ``revoked`` or ``unknown``.
        communes: In how many communes something was stated with it.
    """

    key: str
    name: str
    unit: str
    standing: str
    communes: int


def roster(desk: Desk) -> list[Listed]:
    """Return every key at hand: the office's first, then known, unknown and revoked ones."""
    names: dict[str, str] = {}
    where: dict[str, set[str]] = {}
    for entry in desk.file.entries():
        try:
            author = Record.from_body(entry.body).author
        except ValueError:
            continue
        names.setdefault(author.key, author.name)
        where.setdefault(author.key, set()).update([entry.commune] if entry.commune else [])
    held = desk.round
    listed = []
    for key in dict.fromkeys((*held.office_keys, *held.roster, *sorted(names))):
        known = held.roster.get(key)
        listed.append(
            Listed(
                key,
                (known.name if known else "") or names.get(key, ""),
                known.unit if known else "",
                standing(held, key),
                len(where.get(key, ())),
            )
        )
    return sorted(listed, key=lambda each: (_STANDINGS.index(each.standing), fold(each.name)))


_STANDINGS: Final = ("office", "known", "unknown", "revoked")


def standing(held: Round, key: str) -> str:
    """Return what a key is to a round: ``office``, ``known``, ``revoked`` or ``unknown``.

    Args:
        held: The round.
        key: Fingerprint.
    """
    if key in held.office_keys:
        return "office"
    known = held.roster.get(key)
    if known is None:
        return "unknown"
    return "revoked" if known.is_revoked else "known"


class Found(NamedTuple):
    """A key that is to be listed, and the name that came with it."""

    key: str
    name: str = ""


def found_key(desk: Desk, text: str) -> Found:
    """Return the key that a text names, or that has sealed a file.

    Args:
        desk: The round.
        text: A public key, a fingerprint, or the path of a file that was received.

    Raises:
        ReadinessError: It is none of these, or several unknown keys have sealed the file.
    """
    key = _key_in(text)
    if key:
        return Found(key, _names(desk).get(key, ""))
    path = Path(text).expanduser()
    if not path.exists():
        raise ReadinessError(ErrorCode.ROSTER_KEY, status=2, text=text)
    from audit.intake import sources
    from audit.vet import vet

    found: dict[str, str] = {}
    for source in sources([path]):
        with vet(source) as vetted:
            for seal in vetted.seals:
                found.setdefault(seal.fingerprint, vetted.authors.get(seal.fingerprint, ""))
    unknown = {key: name for key, name in found.items() if standing(desk.round, key) == "unknown"}
    if not unknown:
        raise ReadinessError(ErrorCode.ROSTER_NO_KEY, path=path)
    if len(unknown) > 1:
        listed = "; ".join(f"{key} ({name})" for key, name in unknown.items())
        raise ReadinessError(ErrorCode.ROSTER_SEVERAL, path=path, known=listed)
    return Found(*next(iter(unknown.items())))


def _key_in(text: str) -> str:
    """Return the fingerprint of a key that is written out; empty for any other text."""
    written = "".join(text.split()).lower()
    if _PUBLIC_KEY.fullmatch(written):
        return fingerprint(bytes.fromhex(written))
    return written if _FINGERPRINT.fullmatch(written) else ""


def _names(desk: Desk) -> dict[str, str]:
    """Return fingerprint -> name, of all who are listed or have stated something here."""
    return {each.key: each.name for each in roster(desk)}


def admission_drafts(
    desk: Desk, found: Found, *, name: str = "", unit: str = "", reason: str = "", as_office: bool
) -> list[Draft]:
    """Draft that a key is known, and perhaps that it is one of the office's.

    Args:
        desk: The round, open for writing.
        found: The key.
        name: Of its holder; as it came with the key where it is empty.
        unit: Where they work.
        reason: Needed where the key was revoked.
        as_office: Whether it may speak for the office.

    Returns:
        Nothing where all of it stands already.

    Raises:
        ReadinessError: Who works here may not say so, or there has to be a name or reason.
    """
    needed_office(desk)
    held = desk.round
    before = held.roster.get(found.key)
    named = _line(name) or (before.name if before else "") or _line(found.name)
    if not named:
        raise ReadinessError(ErrorCode.ROSTER_NAME, status=2, key=found.key)
    if before is not None and before.is_revoked and not clean(reason):
        raise ReadinessError(ErrorCode.ROSTER_REVOKED, status=2, key=found.key)
    drafts = []
    said = KnownAuditor(found.key, named, _line(unit) or (before.unit if before else ""))
    if said != before:
        drafts.append(_draft(desk, said, reason))
    if as_office and found.key not in held.office_keys:
        drafts.append(_office_draft(desk, found.key, reason))
    return drafts


def revocation_draft(desk: Desk, text: str, *, reason: str) -> tuple[str, Draft | None]:
    """Draft that a key is no longer trusted.

    What it has sealed is taken in with a warning, and refused where only known keys are
    admitted. What was taken in before stays; to take that back, a batch is undone.

    Args:
        desk: The round, open for writing.
        text: The key, or the name of its holder.
        reason: Kept in the record.

    Returns:
        The key, and the draft; ``None`` where it is revoked already.

    Raises:
        ReadinessError: Who works here may not say so, there is no reason, or nobody or
            several people go by that name.
    """
    needed_office(desk)
    if not clean(reason):
        raise ReadinessError(ErrorCode.REASON_MISSING, status=2)
    names = _names(desk)
    key = _key_in(text) or _key_of(names, text)
    held = desk.round
    if key in held.office_keys:
        raise ReadinessError(ErrorCode.ROSTER_OFFICE_KEY, key=key)
    before = held.roster.get(key) or KnownAuditor(key, names.get(key, ""))
    revoked = before._replace(is_revoked=True)
    return key, None if before.is_revoked else _draft(desk, revoked, reason)


def _key_of(names: Mapping[str, str], text: str) -> str:
    wanted = " ".join(fold(clean(text)).split())
    keys = [key for key, name in names.items() if " ".join(fold(name).split()) == wanted]
    if not keys:
        raise ReadinessError(ErrorCode.ROSTER_UNKNOWN, text=text)
    if len(keys) > 1:
        raise ReadinessError(ErrorCode.ROSTER_AMBIGUOUS, text=text, known=", ".join(keys))
    return keys[0]


def _draft(desk: Desk, said: KnownAuditor, reason: str) -> Draft:
    subject = ROSTER + said.key
    return _round_draft(desk, subject, said.to_dict(), reason)


def _office_draft(desk: Desk, key: str, reason: str) -> Draft:
    """Draft the round's first record anew, with another key of the office in it.

    Only who opened the round can: the round's id stands for that key and for what else
    the record says of how it was opened.
    """
    held = desk.round
    opener = held.office_keys[0]
    if desk.auditor is None or desk.auditor.key != opener:
        name = _names(desk).get(opener, opener)
        raise ReadinessError(ErrorCode.ROSTER_OPENER, name=name)
    value: dict[str, Any] = desk.office.heads[Cell("round", "verified")][0].record.value
    return _round_draft(desk, "round", {**value, "office_keys": [*held.office_keys, key]}, reason)


def _round_draft(desk: Desk, subject: str, value: dict[str, Any], reason: str) -> Draft:
    replaces = desk.office.ids(Cell(subject, "verified"))
    return Draft("round", "", subject, value, replaces=replaces, reason=clean(reason))


def _line(text: str) -> str:
    line = " ".join(clean(text).split())
    if len(line) > LONGEST_NAME:
        raise ReadinessError(ErrorCode.SIGN_OFF_LONG, status=2, text=line[:40], limit=LONGEST_NAME)
    return line
