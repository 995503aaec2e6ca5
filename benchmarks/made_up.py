"""Audit files of any size with made-up records, the same for the same seed.

Each commune's fields are stated once in the order of the edition; what remains of the
records corrects one or another of them, each naming the head it replaces. So chains and
corrections look as they do in a real round, only more of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from audit.file import AuditFile, ChainEnd, Entry
from audit.fold import round_id_of
from audit.opening import opening_drafts
from audit.pen import Draft, continue_chains
from audit.record import Author
from audit.seal import Signer, seals_of
from checklists.communes import communes_of
from checklists.profile import load_profile
from criteria.catalogue import Catalogue, Parameter, load_edition
from criteria.values import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from checklists.communes import Commune

PROVINCE: Final = "75"
_SIGNER: Final = Signer(bytes(32))
_OFFICE: Final = Author(_SIGNER.fingerprint, "Sở Khoa học và Công nghệ")
_NAMES: Final = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường")
_SIGNERS: Final = tuple(Signer(bytes([number]) * 32) for number, _name in enumerate(_NAMES, 1))
_AUDITORS: Final = tuple(
    Author(signer.fingerprint, name) for signer, name in zip(_SIGNERS, _NAMES, strict=True)
)
_OPENED: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
"""Long enough ago for every clock."""


class _Writer:
    """Gives records one after another their places in the chains of one writer."""

    def __init__(self, round_id: str, author: Author, writer: str) -> None:
        self._round_id = round_id
        self._author = author
        self._writer = writer
        self._ends: dict[str, ChainEnd] = {}
        self._moment = _OPENED

    def _clock(self) -> datetime:
        self._moment += timedelta(seconds=20)
        return self._moment

    def write(self, draft: Draft) -> Entry:
        (entry,) = continue_chains(
            [draft],
            self._round_id,
            self._author,
            self._writer,
            self._clock,
            lambda commune, _writer: self._ends.get(commune),
        )
        self._ends[draft.commune] = ChainEnd(entry.sequence, entry.id)
        return entry


def made_up_file(path: Path, records: int, seed: int = 1, communes: Sequence[Commune] = ()) -> None:
    """Make an audit file of a whole province.

    Args:
        path: Where; there must be no file yet.
        records: About how many records of the communes.
        seed: The same seed gives the same values.
        communes: Other communes than those of the province.
    """
    entries = [*made_up_entries(records, seed, communes)]
    of_office = [entry for entry in entries if not entry.commune]
    round_id = round_id_of(_OFFICE.key, _nonce(seed))
    seals = seals_of(_SIGNER, round_id, of_office, _OPENED.isoformat())
    AuditFile.create(path, entries, seals=seals).close()


def made_up_hand_ins(folder: Path, records: int, hand_ins: int, seed: int = 1) -> Path:
    """Make sealed hand-ins, and the office's file that they are merged into.

    Where there are more hand-ins than communes, several auditors have shared the fields of
    a commune.

    Args:
        folder: Where; it must be empty.
        records: About how many records there are in all hand-ins.
        hand_ins: How many files, at least one a commune.
        seed: The same seed gives the same values.

    Returns:
        The office's file; the hand-ins lie in the folder ``in`` beside it.
    """
    edition = load_edition()
    communes = communes_of(PROVINCE)
    round_id = round_id_of(_OFFICE.key, _nonce(seed))
    at = _OPENED.isoformat()
    own = [*_opening(edition, communes, seed)]
    own_seals = seals_of(_SIGNER, round_id, own, at)
    path = folder / "office.audit"
    AuditFile.create(path, own, seals=own_seals).close()
    (folder / "in").mkdir()
    dice = Random(seed)  # noqa: S311 # the same values each time
    whole, rest = divmod(records, hand_ins)
    for number in range(hand_ins):
        part, place = divmod(number, len(communes))
        parts = len(range(place, hand_ins, len(communes)))
        signer, author = _SIGNERS[number % len(_SIGNERS)], _AUDITORS[number % len(_AUDITORS)]
        writer = _Writer(round_id, author, f"w{number + 1:032x}")
        count = whole + (number < rest)
        code = communes[place].code
        entries = [*_of_commune(writer, edition, code, count, dice, part, parts)]
        AuditFile.create(
            folder / "in" / f"{code}-{part}.audit",
            [*own, *entries],
            seals=[*own_seals, *seals_of(signer, round_id, entries, at)],
            about={"kind": "hand_in", "made_at": at, "made_by": author.name},
        ).close()
    return path


def _nonce(seed: int) -> str:
    return f"{seed:032x}"


def made_up_entries(
    records: int, seed: int = 1, communes: Sequence[Commune] = ()
) -> Iterator[Entry]:
    """Yield the records of a whole province, the round's own first."""
    edition = load_edition()
    communes = communes or communes_of(PROVINCE)
    yield from _opening(edition, communes, seed)
    round_id = round_id_of(_OFFICE.key, _nonce(seed))
    writers = [
        _Writer(round_id, author, f"w{number:032x}") for number, author in enumerate(_AUDITORS, 1)
    ]
    dice = Random(seed)  # noqa: S311 # the same values each time
    whole, rest = divmod(records, len(communes))
    for number, commune in enumerate(communes):
        writer = writers[number % len(writers)]
        yield from _of_commune(writer, edition, commune.code, whole + (number < rest), dice)


def _opening(edition: Catalogue, communes: Sequence[Commune], seed: int) -> Iterator[Entry]:
    """Yield the records of the round itself."""
    nonce = _nonce(seed)
    round_id = round_id_of(_OFFICE.key, nonce)
    office = _Writer(round_id, _OFFICE, "w" + "0" * 32)
    drafts = opening_drafts(
        title="Đợt đo thử",
        province_code=PROVINCE,
        opened_on=_OPENED.date(),
        nonce=nonce,
        catalogue=edition,
        communes=communes,
        profile=load_profile(PROVINCE),
        clusters={},
        assignments={},
        office_keys=[_OFFICE.key],
    )
    for draft in drafts:
        yield office.write(draft)


def _of_commune(
    writer: _Writer,
    edition: Catalogue,
    commune: str,
    records: int,
    dice: Random,
    part: int = 0,
    parts: int = 1,
) -> Iterator[Entry]:
    """Yield the records of one of several parts of a commune's fields."""
    fields = list(edition.fields.values())
    heads: dict[tuple[str, str], str] = {}
    wanted = [(field, "declared") for field in fields[::2]] + [
        (field, "verified") for field in fields
    ]
    wanted = wanted[part::parts]
    for number in range(records):
        field, basis = wanted[number] if number < len(wanted) else dice.choice(wanted)
        cell = (field.key, basis)
        entry = writer.write(
            Draft(
                "answer",
                commune,
                field.key,
                to_json(_value(field, dice)),
                basis=basis,
                replaces=(heads[cell],) if cell in heads else (),
            )
        )
        heads[cell] = entry.id
        yield entry


def _value(field: Parameter, dice: Random) -> Any:
    match field.type:
        case "int" | "num":
            least = int(field.min or 0)
            most = min(int(field.max if field.max is not None else least + 40), least + 40)
            return dice.randint(least, most)
        case "yesno":
            return dice.random() < 0.8
        case "choice":
            return dice.choice(field.choices).key
        case "date":
            return date(2026, 11, 23) + timedelta(days=dice.randint(0, 20))
    return "Ghi tại chỗ"
