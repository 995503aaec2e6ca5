"""How the files of the made-up round travelled: handed out, handed in, merged, sent back.

What was recorded is told beforehand (`history`); here it goes the way of a real round, by
the same functions: the office's file is made, each auditor begins with an assignment, adds
what they recorded to their own file and hands it in, and the office merges it, settles,
reviews and closes. One hand-in comes late and is left unmerged, for whoever tries it out.
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from audit.assigning import file_names
from audit.clock import VIETNAM
from audit.file import SUFFIX, AuditFile, Blob, ChainEnd
from audit.intake import sources
from audit.merge import merge
from audit.package import Kind, write_package
from audit.seal import chain_ends, seals_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from audit.demo.cast import Person
    from audit.demo.history import History
    from audit.file import Entry
    from audit.package import Own

_ASSIGNED: Final = time(16, 30)
_SENT: Final = time(16, 0)
_MERGED: Final = time(16, 30)
_SENT_BACK: Final = time(11)
_ANSWERED: Final = time(8)


class Exchange:
    """The office's file, the auditors' files, and what goes between them."""

    def __init__(self, history: History, audit_file: Path, folder: Path) -> None:
        """Begin with nothing.

        Args:
            history: Told, but for what comes late.
            audit_file: Where the office's file is to be.
            folder: For the files that are handed in.
        """
        self._history = history
        self._audit_file = audit_file
        self._folder = folder
        self._names = file_names(history.auditors)
        self._added: set[str] = set()

    def play(self) -> tuple[Path, ...]:
        """Let everything happen in its order.

        Returns:
            The files that were handed in; the last one was not merged.

        Raises:
            ReadinessError: A file cannot be written.
        """
        history, cast = self._history, self._history.cast
        assigned = _at(cast.declared_on[-1], _ASSIGNED)
        begun = history.office.recorded(assigned)
        seals = seals_of(cast.office.signer, history.round_id, begun, assigned.isoformat())
        handed_in: list[Path] = []
        with (
            TemporaryDirectory(prefix="readiness-") as name,
            AuditFile.create(self._audit_file, begun, seals=seals) as office,
        ):
            desks = {each: self._assign(office, each, Path(name), assigned) for each in self._names}
            for day in cast.sent_on:
                sent = [self._hand_in(desk, each, _at(day, _SENT)) for each, desk in desks.items()]
                self._merge(office, sent, _at(day, _MERGED))
                handed_in += sent
            self._speak(office, begun)
            late = cast.late.auditor
            self._send_back(office, desks[late], Path(name))
            history.tell_late()
            handed_in.append(self._hand_in(desks[late], late, _at(cast.answered_on, _SENT)))
            office.refresh_views()
        return tuple(handed_in)

    def _assign(self, office: AuditFile, name: str, folder: Path, at: datetime) -> Path:
        """Write the file with which an auditor begins."""
        out = folder / self._names[name]
        codes = [commune.code for commune in self._history.assigned[name]]
        self._write(office, out, Kind.ASSIGNMENT, codes, self._history.cast.office, at)
        return out

    def _hand_in(self, path: Path, name: str, at: datetime) -> Path:
        """Add to an auditor's file what was recorded until now, and hand in all of it."""
        scribe = self._history.auditors[name]
        fresh = [entry for entry in scribe.recorded(at) if entry.id not in self._added]
        self._added.update(entry.id for entry in fresh)
        stem = Path(self._names[name]).stem.removeprefix("giao-")
        out = self._folder / f"nop-{stem}-{at:%d-%m}{SUFFIX}"
        with AuditFile.open(path, write=True) as file:
            with file.appending() as appender:
                appender.append(fresh)
                appender.keep(self._blobs(fresh))
                appender.is_worked_on()
            codes = sorted({entry.commune for entry in scribe.recorded(at)})
            self._write(file, out, Kind.HAND_IN, codes, scribe.person, at)
        return out

    def _blobs(self, entries: Sequence[Entry]) -> list[Blob]:
        """Return the pictures that some records name."""
        named = {entry.id for entry in entries}
        return [
            Blob(sha256, "image/png", data)
            for sha256, (id_, data) in self._history.pictures.items()
            if id_ in named
        ]

    def _merge(self, office: AuditFile, sent: Sequence[Path], at: datetime) -> None:
        """Take in what the auditors handed in; a receipt of the office stays with each chain."""
        signer = self._history.cast.office.signer
        merge(office, sources(sent), signer=signer, clock=lambda: at)

    def _speak(self, office: AuditFile, begun: Sequence[Entry]) -> None:
        """Add what the office settled, said of checklists, and closed."""
        history = self._history
        scribe, at = history.office, history.closed_at.isoformat()
        seals = seals_of(scribe.person.signer, history.round_id, scribe.entries, at)
        with office.appending() as appender:
            appender.append(scribe.entries[len(begun) :])
            appender.seal_anew(seals)

    def _send_back(self, office: AuditFile, path: Path, folder: Path) -> None:
        """Have an auditor take in a return slip."""
        cast = self._history.cast
        slip, sent = folder / f"phieu-tra{SUFFIX}", _at(cast.reviewed_on, _SENT_BACK)
        self._write(office, slip, Kind.SLIP, [cast.late.commune], cast.office, sent)
        with AuditFile.open(path, write=True) as file:
            merge(file, sources([slip]), clock=lambda: _at(cast.answered_on, _ANSWERED))

    def _write(
        self,
        file: AuditFile,
        out: Path,
        kind: Kind,
        codes: Sequence[str],
        person: Person,
        at: datetime,
    ) -> None:
        write_package(
            file,
            out,
            kind,
            codes,
            round_id=self._history.round_id,
            signer=person.signer,
            made_by=person.name,
            clock=lambda: at,
            own=self._own(person, at),
        )

    def _own(self, person: Person, at: datetime) -> Own:
        """Return what knows the chains of a person; no machine remembers made-up ones."""
        history = self._history
        scribe = history.auditors.get(person.name, history.office)
        ends = chain_ends(scribe.recorded(at))
        held = {chain: ChainEnd(end.sequence, end.id) for chain, (end,) in ends.items()}
        return lambda commune, writer: held.get((commune, writer))


def _at(day: date, when: time) -> datetime:
    return datetime.combine(day, when, VIETNAM)
