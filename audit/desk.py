"""A round on the desk: an open audit file, its round, and what is known of each commune.

Both front ends work through it: the command line opens it for one command, the
terminal app keeps it for a day. What is read is kept until something is written, here
or, as `Desk.catch_up` notices, by another program.
"""

from __future__ import annotations

import os
import unicodedata
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from audit.file import AuditFile
from audit.record import OFFICE_KINDS, Cell
from audit.settings import home, load_settings, save_settings
from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from audit.as_of import AsOf
    from audit.file import Blob, Entry
    from audit.fold import Ledger
    from audit.identity import Auditor
    from audit.pen import Draft, Pen
    from audit.record import StoredRecord
    from audit.undoing import Undo
    from checklists.checklist import Checklist
    from checklists.communes import Commune
    from checklists.matrix import Matrix, MatrixRow
    from checklists.round import Round


class Written(NamedTuple):
    """What was written, and what stood there before."""

    draft: Draft
    id: str
    replaced: tuple[StoredRecord, ...]


def chosen_path(path: Path | None = None) -> Path:
    """Return the audit file to use: the one given, the environment's, else the last one.

    Raises:
        ReadinessError: None of them names one.
    """
    if path is not None:
        return path
    named = os.environ.get("READINESS_FILE") or load_settings().last_file
    if not named:
        raise ReadinessError(ErrorCode.FILE_NONE_CHOSEN, status=2)
    return Path(named)


def remember_file(path: Path, title: str = "", *, is_last: bool = True) -> None:
    """Remember an audit file as one that was opened.

    Args:
        path: Where it is.
        title: Of its round; the one known already where none is given.
        is_last: Whether it is the one to go on with.
    """
    from audit.clock import now
    from audit.recent import note_opened

    if is_last:
        save_settings(load_settings()._replace(last_file=str(path.resolve())))
    note_opened(path, title, now().date())


def _is_last_there() -> bool:
    last = load_settings().last_file
    return bool(last) and os.path.isfile(last)  # noqa: PTH113 # Path refuses what holds a zero


class Desk:
    """A round on the desk. Use it in a ``with``, or call `close`."""

    def __init__(
        self, path: Path, *, write: bool = False, as_of: str = "", remember: bool = True
    ) -> None:
        """Open an audit file and read its round.

        Args:
            path: Where it is.
            write: Whether records will be appended; never as of an earlier point in time.
            as_of: Name of a close of the round, or a day, as which all is shown; empty
                for now.
            remember: Whether it is gone on with the next time.

        Raises:
            ReadinessError: The file cannot be used, nobody has said who writes, or there
                is no such close or day.
        """
        from audit.identity import needed_auditor

        self._home = home()
        self._auditor = needed_auditor() if write else None
        self.path = path
        self.file = AuditFile.open(path, write=write)
        self._ledgers: dict[str, Ledger] = {}
        self._checklists: dict[str, Checklist] = {}
        self._rows: dict[str, MatrixRow] = {}
        self._own: dict[str, bool] = {}
        self._noted: list[Written] | None = None
        self.undos: dict[str, Undo] = {}
        """Area of the program -> what can be taken back there; see `audit.undoing`."""
        self._is_amended = False
        self.as_of: AsOf | None = None
        try:
            self._version = self.file.version()
            if write:
                self._refuse_package()
            if as_of and not write:
                from audit.as_of import named

                # The closes stand in the round as it is now.
                self.as_of = named(self.round, as_of)
                self._forget("")
            _ = self.round
        except BaseException:
            self.file.close()
            raise
        if remember and home() / "demo" not in path.resolve().parents:
            # A made-up round is for a look; the real one is what is gone on with. Nor is an
            # earlier round gone on with because somebody looked something up in it.
            remember_file(path, self.round.title, is_last=write or not _is_last_there())

    def _refuse_package(self) -> None:
        """Refuse to work in what is only sent to be taken in elsewhere."""
        from audit.package import Kind

        said = self.file.about().get("kind", "")
        if said in (Kind.SLIP, Kind.RECEIPT):
            label = Kind(said).label
            raise ReadinessError(ErrorCode.FILE_NOT_FOR_WORK, path=self.path, kind=label)

    @staticmethod
    def can_write(path: Path) -> bool:
        """Return whether this person may write to a file, as far as the system says."""
        from audit.identity import auditor

        if auditor() is None:
            return False
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)

    def close(self) -> None:
        """Close the file; nothing waits to be written."""
        self.file.close()

    def __enter__(self) -> Self:
        """Return the desk itself."""
        return self

    def __exit__(self, *_details: object) -> None:
        """Close the file."""
        self.close()

    @property
    def is_writable(self) -> bool:
        """Whether records can be appended."""
        return self._auditor is not None

    @cached_property
    def _round_and_ledger(self) -> tuple[Round, Ledger]:
        from audit.fold import read_round

        return read_round(self.file, as_of=self.as_of)

    @property
    def round(self) -> Round:
        """The round."""
        return self._round_and_ledger[0]

    @property
    def office(self) -> Ledger:
        """The ledger of the round itself."""
        return self._round_and_ledger[1]

    def commune(self, text: str) -> Commune:
        """Return the commune of this round with this code or unambiguous name.

        Raises:
            ReadinessError: There is none, or several fit; they are listed.
        """
        from checklists.search import resolve

        return resolve(text, self.round.communes)

    def ledger(self, code: str) -> Ledger:
        """Return what is stated about a commune, folded."""
        if code not in self._ledgers:
            from audit.fold import read_commune

            self._ledgers[code] = read_commune(
                self.file, self.round, self.office, code, as_of=self.as_of
            )
        return self._ledgers[code]

    def checklist(self, code: str) -> Checklist:
        """Return the checklist of a commune of the round."""
        if code not in self._checklists:
            from audit.interpreting import checklist_from

            self._checklists[code] = checklist_from(
                self.round, self.round.by_code[code], self.ledger(code)
            )
        return self._checklists[code]

    def statements(self, code: str, subject: str) -> list[StoredRecord]:
        """Return all that was ever stated about a subject of a commune, in no order."""
        from audit.record import Record, StoredRecord

        found = []
        for entry in self.file.entries(code):
            try:
                record = Record.from_body(entry.body)
            except ValueError:
                continue
            if record.subject == subject:
                found.append(StoredRecord(entry.id, record))
        return found

    @property
    def rows(self) -> Mapping[str, MatrixRow]:
        """Code -> row of the matrix, for the communes that are read by now."""
        return self._rows

    @property
    def unread(self) -> list[str]:
        """Codes of the communes without a row, in the order of the round."""
        return [each.code for each in self.round.communes if each.code not in self._rows]

    def row(self, code: str) -> MatrixRow:
        """Return a commune's row of the matrix; built anew after each statement."""
        if code not in self._rows:
            from checklists.matrix import build_row

            self._rows[code] = build_row(self.checklist(code))
        return self._rows[code]

    def matrix(self) -> Matrix:
        """Return the matrix of the round."""
        from checklists.matrix import Matrix

        return Matrix(self.round, tuple(self.row(each.code) for each in self.round.communes))

    @cached_property
    def auditor(self) -> Auditor | None:
        """Who works on this machine, if they have said so."""
        from audit.identity import auditor

        return self._auditor or auditor()

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Codes of the communes that the round assigns to the auditor of this machine."""
        name = as_named(self.auditor.name) if self.auditor else ""
        return frozenset(
            code
            for each, codes in self.round.assignments.items()
            for code in codes
            if name and as_named(each) == name and code in self.round.by_code
        )

    def is_own(self, code: str) -> bool:
        """Return whether the auditor of this machine stated something that stands there."""
        if code not in self._own:
            key = self.auditor.key if self.auditor else ""
            self._own[code] = has_statement_of(self.ledger(code), key)
        return self._own[code]

    def pen(self, *, seals: bool = False) -> Pen:
        """Return what appends records as the auditor of this machine.

        Args:
            seals: Whether what is written is sealed at once, with the auditor's key.

        Raises:
            ReadinessError: Nobody has said who they are, or their key cannot be used any more.
        """
        from audit.identity import key_of, needed_auditor, signer
        from audit.pen import Pen

        held = self._auditor or needed_auditor()
        # What is stated without the key could never be sealed.
        key_of(held, self._home)
        return Pen(self.file, self.round.id, held.author, signer=signer() if seals else None)

    @property
    def is_office(self) -> bool:
        """Whether who works here may speak for the office."""
        return self._auditor is not None and self._auditor.key in self.round.office_keys

    def write(
        self, drafts: Sequence[Draft], *, blobs: Sequence[Blob] = (), purged: Sequence[str] = ()
    ) -> list[Entry]:
        """Append records durably, and forget what they change.

        Args:
            drafts: What is stated.
            blobs: Bytes the drafts speak of, to be kept with them.
            purged: Hashes whose bytes go with them.

        Raises:
            ReadinessError: The file cannot be written; it is as it was.
        """
        # What the office states counts only with its seal; a mere answer is sealed when handed in.
        speaks = self.is_office and (
            bool(purged)
            or any(draft.kind in OFFICE_KINDS or len(draft.replaces) > 1 for draft in drafts)
        )
        replaced = [] if self._noted is None else [self._replaced(draft) for draft in drafts]
        entries = self.pen(seals=speaks).write(drafts, blobs=blobs, purged=purged)
        if self._noted is not None:
            written = zip(drafts, entries, replaced, strict=True)
            self._noted += [Written(draft, entry.id, held) for draft, entry, held in written]
        for draft in drafts:
            self._forget(draft.commune)
        return entries

    @contextmanager
    def noting(self) -> Iterator[list[Written]]:
        """Note what is written in a block, and what it replaces."""
        noted: list[Written] = []
        self._noted = noted
        try:
            yield noted
        finally:
            self._noted = None

    def _replaced(self, draft: Draft) -> tuple[StoredRecord, ...]:
        ledger = self.ledger(draft.commune) if draft.commune else self.office
        heads = ledger.heads.get(Cell(draft.subject, draft.basis), [])
        return tuple(head for head in heads if head.id in draft.replaces)

    def catch_up(self, *, with_round: bool = False) -> bool:
        """Forget what another program has added to since it was read here.

        Called when a screen is entered and before something is stated, so that a new
        record replaces what really stands.

        Args:
            with_round: Whether the round itself is read again, too, where it was amended.
                Screens hold on to its communes and fields, so only the one at the bottom
                asks for that; until then nothing is lost.

        Returns:
            Whether something was forgotten.

        Raises:
            ReadinessError: The file cannot be read.
        """
        version = self.file.version()
        if version == self._version and not (with_round and self._is_amended):
            return False
        sizes = self.file.sizes()
        self._version = version
        self._is_amended = sizes.get("", 0) != self.office.size
        if self._is_amended and with_round:
            self._is_amended = False
            self._forget("")
            return True
        behind = [
            code for code, ledger in self._ledgers.items() if sizes.get(code, 0) != ledger.size
        ]
        for code in behind:
            self._forget(code)
        return bool(behind)

    def forget(self, communes: Iterable[str]) -> None:
        """Have communes read again: something beside their records was written to the file."""
        for commune in communes:
            self._forget(commune)

    def _forget(self, commune: str) -> None:
        """Have a commune read again, or everything where the round itself is changed."""
        for held in (self._ledgers, self._checklists, self._rows, self._own):
            if commune:
                held.pop(commune, None)
            else:
                held.clear()
        if not commune:
            self.__dict__.pop("_round_and_ledger", None)
            self.__dict__.pop("assigned", None)


def has_statement_of(ledger: Ledger, key: str) -> bool:
    """Return whether a head of a ledger is of the author with this key."""
    return any(head.record.author.key == key for heads in ledger.heads.values() for head in heads)


def as_named(name: str) -> str:
    """Return a person's name in the form in which two writings of it are compared."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
