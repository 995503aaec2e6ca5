"""Seals: what a key vouches for, what breaks it, and that other programs can check it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import now
from audit.file import AuditFile, ChainEnd
from audit.pen import Draft, continue_chains
from audit.record import Author
from audit.seal import (
    RECEIPT,
    SEAL,
    CheckCode,
    Sealed,
    Signer,
    chain_ends,
    is_valid,
    seals_of,
    signed_bytes,
)

if TYPE_CHECKING:
    from pathlib import Path

    from audit.file import Entry
    from audit.seal import Seal

ROUND: Final = "d" + "0" * 32
COMMUNE: Final = "26368"
SIGNER: Final = Signer(bytes(range(32)))
AN: Final = Author(SIGNER.fingerprint, "Nguyễn Văn An")
AT: Final = "2026-12-05T09:30:00+07:00"


def chain(length: int, writer: str = "w1", first: int = 0) -> list[Entry]:
    drafts = [Draft("answer", COMMUNE, "counters", first + value) for value in range(length)]
    return continue_chains(drafts, ROUND, AN, writer, now, lambda *_place: None)


def sealed(entries: list[Entry], what: str = SEAL) -> Seal:
    (seal,) = seals_of(SIGNER, ROUND, entries, AT, what)
    return seal


def test_a_seal_names_the_end_of_a_chain_and_is_valid_for_its_round_only() -> None:
    entries = chain(3)

    seal = sealed(entries)

    assert (seal.commune, seal.writer, seal.length) == (COMMUNE, "w1", 3)
    assert seal.last_id == entries[-1].id
    assert is_valid(seal, ROUND)
    assert not is_valid(seal, "d" + "1" * 32)


def test_a_seal_is_no_receipt_and_a_receipt_no_seal() -> None:
    assert not is_valid(sealed(chain(1)), ROUND, RECEIPT)
    assert not is_valid(sealed(chain(1), RECEIPT), ROUND, SEAL)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("commune", "26371"),
        ("writer", "w2"),
        ("length", 2),
        ("last_id", "r" + "0" * 64),
        ("key", Signer(bytes(32)).public_key),
        ("key", "zz"),
        ("key", ""),
        ("signature", "0" * 128),
        ("signature", "no signature"),
        ("at", "2026-12-05T09:30:01+07:00"),
    ],
)
def test_a_seal_in_which_anything_is_changed_is_invalid(name: str, value: object) -> None:
    seal = sealed(chain(3))

    changed: dict[str, Any] = {name: value}
    assert not is_valid(seal._replace(**changed), ROUND)


def test_a_seal_vouches_for_what_was_there_and_for_nothing_that_came_later() -> None:
    entries = chain(4)
    previous = {
        entry.id: before.id if before else ""
        for before, entry in zip([None, *entries], entries, strict=False)
    }

    vouched = Sealed([sealed(entries[:3])], previous)

    key = SIGNER.fingerprint
    assert [vouched.vouches(key, entry.id) for entry in entries] == [True, True, True, False]
    assert not vouched.vouches("k" + "0" * 32, entries[0].id)
    assert vouched.is_sealed(entries[0].id)
    assert not vouched.is_sealed(entries[3].id)


def test_of_a_fork_each_end_is_sealed_and_only_what_leads_to_it() -> None:
    whole = chain(2)
    other = continue_chains(
        [Draft("answer", COMMUNE, "counters", 99)],
        ROUND,
        AN,
        "w1",
        now,
        lambda *_place: ChainEnd(1, whole[0].id),
    )
    forked = [*whole, *other]

    ends = chain_ends(forked)
    seals = seals_of(SIGNER, ROUND, forked, AT)

    assert len(ends[COMMUNE, "w1"]) == 2
    assert {seal.last_id for seal in seals} == {each.id for each in ends[COMMUNE, "w1"]}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
def test_openssl_checks_a_seal_as_the_docs_describe(tmp_path: Path) -> None:
    seal = sealed(chain(2))
    key, said, signature = (tmp_path / name for name in ("key.der", "said", "signature"))
    # The fixed head of an Ed25519 public key, RFC 8410, and the key itself.
    key.write_bytes(bytes.fromhex("302a300506032b6570032100" + seal.key))
    said.write_bytes(signed_bytes(SEAL, ROUND, seal))
    signature.write_bytes(bytes.fromhex(seal.signature))

    def checked() -> int:
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"]
        command += ["-inkey", str(key), "-in", str(said), "-sigfile", str(signature)]
        return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603

    assert checked() == 0
    said.write_bytes(said.read_bytes().replace(b"26368", b"26371"))
    assert checked() != 0


@given(st.sets(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=4), st.randoms())
def test_a_check_code_is_five_groups_and_the_same_in_any_order(
    hashes: set[str], dice: object
) -> None:
    shuffled = sorted(hashes, reverse=True)

    code = CheckCode.of("0" * 64, hashes)

    assert code == CheckCode.of("0" * 64, shuffled)
    assert [len(group) for group in code.groups] == [4] * 5
    assert all(group.isdecimal() for group in code.groups)
    assert code != CheckCode.of("1" * 64, hashes)
    assert (
        code != CheckCode.of("0" * 64, {*hashes, "f" * 64, "e" * 64})
        or {
            "f" * 64,
            "e" * 64,
        }
        <= hashes
    )


def test_every_branch_of_a_fork_has_an_end_however_short_it_is() -> None:
    whole = chain(4)
    short = continue_chains(
        [Draft("answer", COMMUNE, "counters", 99)],
        ROUND,
        AN,
        "w1",
        now,
        lambda *_place: ChainEnd(1, whole[0].id),
    )

    ends = chain_ends([*short, *whole])

    assert {each.id for each in ends[COMMUNE, "w1"]} == {whole[-1].id, short[-1].id}


def test_a_longer_seal_takes_the_place_of_a_shorter_one(tmp_path: Path) -> None:
    whole = chain(3)
    with AuditFile.create(tmp_path / "s.audit", whole) as file:
        for length in (1, 3):
            with file.appending() as appender:
                appender.seal_anew([sealed(whole[:length])])
        (held,) = file.seals()

    assert held.length == 3


def test_of_two_seals_that_say_the_same_the_earlier_one_stays_in_any_order(
    tmp_path: Path,
) -> None:
    whole = chain(1)
    early = SIGNER.seal(ROUND, COMMUNE, "w1", (1, whole[0].id), "2026-12-05T09:00:00+07:00")
    late = sealed(whole)

    for number, order in enumerate(((early, late), (late, early))):
        with AuditFile.create(tmp_path / f"{number}.audit", whole) as file:
            for seal in order:
                with file.appending() as appender:
                    appender.add_seals([seal])
            assert file.seals() == [early]
