"""Handing in: which communes, and who seals them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.identity import needed_auditor, signer
from audit.package import Kind, write_package
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from audit.desk import Desk
    from audit.package import Package, Step


def own_communes(desk: Desk) -> list[str]:
    """Return the codes of the communes in which something of this machine's auditor stands.

    Raises:
        ReadinessError: There is none.
    """
    codes = [commune.code for commune in desk.round.communes if desk.is_own(commune.code)]
    if not codes:
        raise ReadinessError(ErrorCode.SEND_NOTHING)
    return codes


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
