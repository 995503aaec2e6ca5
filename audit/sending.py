"""Handing in: which communes, and who seals them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.desk import has_statement_of
from audit.identity import needed_auditor, signer
from audit.package import Kind, write_package
from criteria.errors import ErrorCode, Message, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from audit.desk import Desk
    from audit.package import Package, Step


_MOST_NAMED: Final = 6
"""Communes that one sentence lists."""


def own_communes(desk: Desk) -> list[str]:
    """Return the codes of the communes in which something of this machine's auditor stands.

    Raises:
        ReadinessError: There is none.
    """
    codes = [commune.code for commune in desk.round.communes if desk.is_own(commune.code)]
    if not codes:
        former = of_former_key(desk)
        raise ReadinessError.of([former or Message(ErrorCode.SEND_NOTHING, {})], status=1)
    return codes


def of_former_key(desk: Desk, besides: Collection[str] = ()) -> Message | None:
    """Return what is to be said where the auditor stated something with a key of before.

    Args:
        desk: The round.
        besides: Codes of communes that are no matter.
    """
    for key in reversed(desk.auditor.former if desk.auditor is not None else ()):
        codes = [
            commune.code
            for commune in desk.round.communes
            if commune.code not in besides and has_statement_of(desk.ledger(commune.code), key)
        ]
        if codes:
            more = "…" if len(codes) > _MOST_NAMED else ""
            listed = ", ".join(codes[:_MOST_NAMED]) + more
            return Message(
                ErrorCode.SEND_FORMER_KEY, {"communes": listed, "key": key, "path": desk.path}
            )
    return None


def office_public_keys(desk: Desk) -> tuple[str, ...]:
    """Return the public keys of the office, 64 digits each; its seals of the round name them."""
    keys = (seal for seal in desk.file.seals("") if seal.fingerprint in desk.round.office_keys)
    return tuple(dict.fromkeys(seal.key for seal in keys))


def hand_in(
    desk: Desk,
    codes: Sequence[str],
    out: Path,
    recipients: Sequence[str] = (),
    *,
    progress: Callable[[Step], None] = lambda _step: None,
) -> Package:
    """Write a hand-in of some communes.

    Args:
        desk: The round.
        codes: Of the communes.
        out: Where to; a ``.zip`` holds the file for chat programs.
        recipients: Public keys of those for whom it is encrypted; none leaves it open.
        progress: Told now and then how far it is; what it raises stops it.

    Raises:
        ReadinessError: It cannot be made or written.
    """
    encrypt = None
    if recipients:
        from audit.envelope import encrypting

        encrypt = encrypting(recipients)
    return write_package(
        desk.file,
        out,
        Kind.HAND_IN,
        codes,
        round_id=desk.round.id,
        signer=signer(),
        made_by=needed_auditor().name,
        encrypt=encrypt,
        progress=progress,
    )
