"""Made-up histories of a round: machines that write, copy, fall behind, are cloned, and lie.

A history is a list of steps, each four small numbers, so that Hypothesis can shorten it.
Every machine knows a set of records and seals; what it writes replaces the heads that it
sees, by the definitions in `tests.model`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, reduce
from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st

from audit.file import ChainEnd, Entry
from audit.fold import round_id_of
from audit.opening import opening_drafts
from audit.pen import Draft, continue_chains
from audit.record import Author
from audit.seal import Seal, Signer, seals_of
from checklists.communes import Commune, communes_of
from checklists.profile import load_profile
from tests.factories import PROVINCE
from tests.model import Model, Sealing
from tests.small_edition import small_edition

if TYPE_CHECKING:
    from criteria.catalogue import Catalogue

MAKER: Final = Signer(bytes(32))
OFFICE: Final = Author(MAKER.fingerprint, "Sở KH&CN")
NONCE: Final = "0" * 32
ROUND: Final = round_id_of(OFFICE.key, NONCE)
SIGNERS: Final = tuple(Signer(bytes([number]) * 32) for number in (1, 2))
AUTHORS: Final = (
    Author(SIGNERS[0].fingerprint, "Nguyễn Văn An"),
    Author(SIGNERS[1].fingerprint, "Trần Thị Bình"),
)
SUBJECTS: Final = ("pcs", "good")
START: Final = datetime(2026, 12, 1, 8, tzinfo=UTC)


class Known(NamedTuple):
    """What a machine or a file holds."""

    entries: frozenset[Entry]
    seals: frozenset[Seal]

    def with_(self, other: Known) -> Known:
        return Known(self.entries | other.entries, self.seals | other.seals)


@dataclass
class Machine:
    """A working file and who writes to it."""

    author: Author
    signer: Signer
    writer: str
    known: Known
    years_off: int = 0
    written: int = 0

    @property
    def model(self) -> Model:
        return model_of(self.known)

    def write(self, *drafts: Draft) -> None:
        def clock() -> datetime:
            self.written += 1
            return START + timedelta(days=365 * self.years_off, minutes=self.written)

        new = continue_chains(drafts, ROUND, self.author, self.writer, clock, self._end)
        self.known = self.known.with_(Known(frozenset(new), frozenset()))
        if self.author == OFFICE:
            self.seal()

    def _end(self, commune: str, writer: str) -> ChainEnd | None:
        chain = [e for e in self.known.entries if (e.commune, e.writer) == (commune, writer)]
        return max((ChainEnd(e.sequence, e.id) for e in chain), default=None)

    def seal(self) -> None:
        own = [e for e in self.known.entries if e.writer == self.writer]
        seals = seals_of(self.signer, ROUND, own, START.isoformat())
        self.known = self.known.with_(Known(frozenset(), frozenset(seals)))


@dataclass
class History:
    """What came of a list of steps."""

    machines: list[Machine]
    files: list[Known] = field(default_factory=list)
    """Everything that was ever handed on, in the order in which it was made."""

    @property
    def everything(self) -> Known:
        total = self.machines[0].known
        for known in (*(machine.known for machine in self.machines), *self.files):
            total = total.with_(known)
        return total

    @property
    def parts(self) -> list[Known]:
        """What lies about in the end: the files, and a copy of every machine's."""
        return [*self.files, *(machine.known for machine in self.machines)]


def model_of(known: Known) -> Model:
    """Return the second opinion on what is known."""
    return Model(
        (entry.body for entry in known.entries),
        (Sealing(seal.fingerprint, seal.last_id) for seal in known.seals),
        (OFFICE.key,),
    )


@cache
def places() -> tuple[Commune, ...]:
    return tuple(communes_of(PROVINCE)[:2])


@cache
def small() -> Catalogue:
    return small_edition({"A-01": {"met": "pcs >= 1 and good >= 1"}})


@cache
def opening() -> Known:
    """What every machine begins with: the round itself, sealed by its maker."""
    drafts = opening_drafts(
        title="Đợt thử",
        province_code=PROVINCE,
        opened_on=date(2026, 11, 23),
        nonce=NONCE,
        catalogue=small(),
        communes=places(),
        profile=load_profile(PROVINCE).model_copy(update={"core_criteria": (), "switches": {}}),
        clusters={},
        assignments={},
        office_keys=[OFFICE.key],
    )
    entries = continue_chains(
        drafts, ROUND, OFFICE, "w" + "0" * 32, lambda: START, lambda *_place: None
    )
    return Known(frozenset(entries), frozenset(seals_of(MAKER, ROUND, entries, START.isoformat())))


Step = tuple[int, int, int, int]
steps = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=14,
)


def play(history: list[Step]) -> History:
    """Carry out the steps: the office and two auditors, and whoever clones them."""
    held = History(
        [
            Machine(OFFICE, MAKER, "w" + "a" * 32, opening()),
            *(
                Machine(author, signer, f"w{number}".ljust(33, "0"), opening(), years_off=off)
                for number, (author, signer, off) in enumerate(
                    zip(AUTHORS, SIGNERS, (-17, 3), strict=True), 1
                )
            ),
        ]
    )
    for step in history:
        _do(held, step)
    return held


def _do(held: History, step: Step) -> None:
    what, who, first, second = step
    machine = held.machines[who % len(held.machines)]
    commune = places()[first % 2].code
    subject = SUBJECTS[second % 2]
    match what:
        case 0 | 1:
            state(machine, commune, subject, first + second)
        case 2 | 3 | 4:  # a field that nobody has seen before, stated blindly
            machine.write(Draft("answer", commune, subject, first + second))
        case 5:
            _void(machine, first)
        case 6 | 7:  # hand in, sealed
            machine.seal()
            held.files.append(machine.known)
        case 8:  # copy the working file by hand
            held.files.append(machine.known)
        case 9:  # take in something that lies about, however old it is
            if held.files:
                machine.known = machine.known.with_(held.files[first % len(held.files)])
        case 10:  # an old copy is put back
            own = [known for known in held.files if known.entries <= machine.known.entries]
            if own:
                machine.known = own[first % len(own)]
        case 11:  # the file and its writer are cloned
            if len(held.machines) < 5:
                held.machines.append(replace(machine, years_off=second - 1))
        case _:  # take in all there is and settle a field; the office may, others try
            if what % 2:
                machine = held.machines[0]
            machine.known = reduce(Known.with_, held.files, machine.known)
            state(machine, commune, subject, first + second)


def state(machine: Machine, commune: str, subject: str, value: int) -> None:
    """State a value in place of all that is seen there; of several that is a resolution."""
    heads = machine.model.heads().get((commune, subject, "verified"), set())
    reason = "Đã đối chiếu tại chỗ" if len(heads) > 1 else ""
    machine.write(
        Draft("answer", commune, subject, value, replaces=tuple(sorted(heads)), reason=reason)
    )


def _void(machine: Machine, which: int) -> None:
    of_communes = sorted(
        (entry for entry in machine.known.entries if entry.commune), key=lambda each: each.id
    )
    if of_communes:
        entry = of_communes[which % len(of_communes)]
        machine.write(
            Draft("void", entry.commune, "void", {"records": [entry.id]}, reason="Nạp nhầm")
        )
