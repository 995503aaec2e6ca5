"""Writing records: continues the chains of one writer in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit.clock import Clock, now
from audit.file import AuditFile, ChainEnd, Entry, entry_of
from audit.identity import new_writer, own_chains, remember_writer, writer_for
from audit.record import Author, Record
from audit.seal import seals_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from audit.file import Blob
    from audit.seal import Seal, Signer


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be stated, before it has a place in a chain.

    Attributes:
        replaces: Ids of the heads of the cell that the author saw.
    """

    kind: str
    commune: str
    subject: str
    value: Any
    basis: str = "verified"
    method: str = "typed"
    replaces: tuple[str, ...] = ()
    reason: str = ""
    raw: str = ""


class Pen:
    """Appends records to one file as one author and one writer."""

    def __init__(
        self,
        file: AuditFile,
        round_id: str,
        author: Author,
        *,
        writer: str | None = None,
        clock: Clock = now,
        signer: Signer | None = None,
    ) -> None:
        """Hold what every record shares.

        Args:
            file: Open for writing.
            round_id: Id of the file's round.
            author: Who states.
            writer: Given only where no machine's memory applies, as in a made-up round.
            clock: Where the claimed time comes from.
            signer: The author's key, where each chain is to be sealed as it is written: what
                the office states counts only with its seal.
        """
        self._signer = signer
        self._own = own_chains(round_id) if writer is None else None
        self._file = file
        self._round_id = round_id
        self.author = author
        self._remembers = writer is None
        self._writer = writer or writer_for(file)
        self._clock = clock

    def write(
        self, drafts: Sequence[Draft], *, blobs: Sequence[Blob] = (), purged: Sequence[str] = ()
    ) -> list[Entry]:
        """Append one record a draft, durably: all of them or none.

        Args:
            drafts: What is stated.
            blobs: Bytes the drafts speak of, to be kept with them.
            purged: Hashes whose bytes go with them.

        Returns:
            What was written, in the order of the drafts.

        Raises:
            ReadinessError: The file cannot be written; it is as it was.
        """
        if not (drafts or blobs or purged):
            return []
        with self._file.appending() as appender:
            if self._own is not None and not all(
                self._own.may_continue(appender, commune, self._writer)
                for commune in {draft.commune for draft in drafts}
            ):
                # Somebody else wrote behind what was written here; whatever follows it would
                # seem to have seen and confirmed that.
                self._writer = new_writer()
            entries = continue_chains(
                drafts, self._round_id, self.author, self._writer, self._clock, appender.chain_end
            )
            appender.append(entries)
            if self._own is not None:
                appender.mark_own(self._own.marks(entries))
            appender.is_worked_on()
            appender.seal_anew(_sealed(entries, self._round_id, self._signer, self._clock))
            appender.keep(blobs)
            for sha256 in purged:
                appender.purge(sha256)
        if self._remembers and entries:
            remember_writer(self._file.path, entries[-1])
        return entries


def continue_chains(
    drafts: Iterable[Draft],
    round_id: str,
    author: Author,
    writer: str,
    clock: Clock,
    chain_end: Callable[[str, str], ChainEnd | None],
) -> list[Entry]:
    """Return the entries for drafts, each at the next place of its commune's chain.

    Args:
        drafts: In the order in which they were stated.
        round_id: Id of the round.
        author: Who states.
        writer: Whose chains are continued.
        clock: Asked once for each record.
        chain_end: Commune and writer -> last record so far.
    """
    ends: dict[str, ChainEnd] = {}
    entries: list[Entry] = []
    for draft in drafts:
        end = ends.get(draft.commune) or chain_end(draft.commune, writer) or ChainEnd(0, "")
        record = Record(
            kind=draft.kind,
            round=round_id,
            commune=draft.commune,
            subject=draft.subject,
            basis=draft.basis,
            value=draft.value,
            method=draft.method,
            replaces=draft.replaces,
            reason=draft.reason,
            writer=writer,
            sequence=end.sequence + 1,
            previous=end.id,
            author=author,
            recorded_at=clock().isoformat(),
            raw=draft.raw,
        )
        entry = entry_of(record.body(), draft.commune, writer, record.sequence)
        ends[draft.commune] = ChainEnd(entry.sequence, entry.id)
        entries.append(entry)
    return entries


def _sealed(
    entries: Sequence[Entry], round_id: str, signer: Signer | None, clock: Clock
) -> list[Seal]:
    """Return seals of the chains that end with some of these entries."""
    if signer is None:
        return []
    return seals_of(signer, round_id, entries, clock().isoformat())


def create_file(
    path: Path,
    round_id: str,
    author: Author,
    drafts: Sequence[Draft],
    clock: Clock = now,
    *,
    writer: str | None = None,
    signer: Signer | None = None,
) -> AuditFile:
    """Make a new audit file whose first records are ``drafts``.

    Args:
        path: Where it is to be.
        round_id: Id of the round.
        author: Who states.
        drafts: At least one.
        clock: Where the claimed time comes from.
        writer: As for a `Pen`.
        signer: As for a `Pen`.

    Raises:
        ReadinessError: There is a file already, or it cannot be written here.
    """
    entries = continue_chains(
        drafts, round_id, author, writer or new_writer(), clock, lambda _commune, _writer: None
    )
    own = own_chains(round_id) if writer is None else None
    file = AuditFile.create(
        path,
        entries,
        seals=_sealed(entries, round_id, signer, clock),
        own=own.marks(entries) if own is not None else (),
    )
    if writer is None:
        remember_writer(path, entries[-1])
    file.refresh_views()
    return file
