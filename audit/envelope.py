"""Envelopes: files encrypted to the office in the age format, which stock ``age`` opens.

The key is the one that seals: age takes Ed25519 keys in the form of SSH, so nobody needs
a second one. Only this needs ``pyrage``, an optional part; all else works without it.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAGIC: Final = b"age-encryption.org/v1\n"
_PUBLIC_KEY: Final = re.compile("[0-9a-f]{64}")
_NAME: Final = b"ssh-ed25519"


def ssh_public_key(public_key: str) -> str:
    """Return an Ed25519 public key as ``age -r`` takes it.

    Args:
        public_key: 64 hexadecimal digits, as `audit.identity.Auditor` has it.
    """
    parts = (_NAME, bytes.fromhex(public_key))
    packed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{_NAME.decode()} {base64.b64encode(packed).decode()}"


def ssh_private_key(private_key: bytes) -> bytes:
    """Return an Ed25519 private key, 32 bytes, as the file that ``age -d -i`` takes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return Ed25519PrivateKey.from_private_bytes(private_key).private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
    )


def encrypting(recipients: Sequence[str]) -> Callable[[bytes], bytes]:
    """Return what encrypts bytes for everybody who is named.

    Args:
        recipients: Public keys: 64 hexadecimal digits as ``readiness whoami`` shows them,
            ``ssh-ed25519 …`` or ``age1…``.

    Raises:
        ReadinessError: One is no key, or ``pyrage`` is missing.
    """
    pyrage = _pyrage(recipients[0] if recipients else "age")
    keys = [_recipient(pyrage, text.strip()) for text in recipients]

    def encrypt(data: bytes) -> bytes:
        encrypted: bytes = pyrage.encrypt(data, keys)
        return encrypted

    return encrypt


def _recipient(pyrage: Any, text: str) -> Any:
    try:
        if text.startswith("age1"):
            return pyrage.x25519.Recipient.from_str(text)
        if _PUBLIC_KEY.fullmatch(text):
            text = ssh_public_key(text)
        return pyrage.ssh.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise ReadinessError(ErrorCode.ENVELOPE_KEY, status=2, text=text[:80]) from error


def decrypt(source: BinaryIO, target: BinaryIO, name: str) -> None:
    """Write what is in an envelope, opened with the key of this machine's auditor.

    Args:
        source: At its beginning.
        target: Of what was written before something went wrong, nothing may be used.
        name: What sentences call it.

    Raises:
        ReadinessError: It was encrypted for another key, it is damaged, ``pyrage`` is
            missing, or this machine has no key.
    """
    pyrage = _pyrage(name)
    identity = pyrage.ssh.Identity.from_buffer(ssh_private_key(_own_key()))
    try:
        pyrage.decrypt_io(source, target, [identity])
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk; pyrage's own, where the end is missing, has no number
        words = str(error)
        is_other = "No matching keys" in words or "passphrase" in words
        code = ErrorCode.ENVELOPE_NOT_FOR_US if is_other else ErrorCode.ENVELOPE_BROKEN
        raise ReadinessError(code, path=name) from error


def _own_key() -> bytes:
    from audit.identity import signer

    return signer().private_bytes()


def _pyrage(name: str) -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise ReadinessError(ErrorCode.ENVELOPE_NO_PROGRAM, path=name) from error
    return pyrage
