"""Taking in what others recorded: set union, whole files only, nothing lost.

Every file is vetted first (`audit.vet`), then its records, seals, receipts and photos are
added to the working file in one transaction with a note of who brought what (its batch).
Order, grouping and repetition make no difference to the set of records; what two people
stated without knowing of each other is reported here and shown until it is settled.
"""

from __future__ import annotations

import secrets
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.ahead import vetted_ahead
from audit.attached import Purging
from audit.batches import BatchReport, Held, TakenBack, taken_back
from audit.claimed_times import about_clocks
from audit.clock import Clock, moment_from, now
from audit.conflict_watch import ConflictWatch
from audit.file import Batch
from audit.fold import read_commune, read_round, short_id
from audit.log import note as note_in_log
from audit.memory import keep_for_reuse, no_search_for_circles
from audit.quarantine import put_aside
from audit.record import KINDS
from audit.seal import RECEIPT, seals_of
from audit.vet import MOST_OF_COMMUNE, MOST_RECORDS, MOST_SEALS, vet
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.language import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from audit.ahead import Turn
    from audit.batches import Place
    from audit.chain import Chain
    from audit.file import Appender, AuditFile, Blob, Entry
    from audit.intake import Source
    from audit.seal import Signer
    from audit.vet import Vetted

MERGED: Final = "merged"
NOTHING_NEW: Final = "nothing_new"
REFUSED: Final = "refused"
GROUP_FILES: Final = 200
"""Files of one transaction: each costs four flushes of the disk."""
GROUP_BYTES: Final = 64_000_000
"""Of records and photos in one transaction."""
_MOST_TOLD: Final = 20
"""Remarks of one sort about one file; the rest are counted."""
_MOST_NAMED: Final = 8
"""Of what one sentence lists."""
_COMMUNE: Final = attrgetter("commune")
_OF_ITS_FIELD_ONLY: Final = KINDS - {"evidence", "round", "void"}
"""Kinds of records that neither take others back nor say anything of photos."""


@dataclass
class FileReport:
    """What came of one file.

    Attributes:
        path: As people see it.
        outcome: `MERGED`, `NOTHING_NEW` or `REFUSED`.
        reason: Why it was refused, in the language in use.
        code: The same for machines; empty where it was not refused.
        records_new: How many records were not here yet.
        records_known: How many were.
        warnings: What to look at; nothing of it lost anything.
        batch: Id under which it is kept who brought what; ``None`` where nothing is.
        check_code: To compare over the phone.
        kind: What the file says it is.
        made_by: Who it says made it.
        sha256: Of its bytes as they came; empty where they could not be read.
        communes: Codes it speaks of.
        seals_new: How many seals were not here yet; and so on.
        receipts_new: Whoever gave them.
        attached_new: Photos and files.
        purged: Hashes of what was taken away here because the file says so.
    """

    path: str
    outcome: str = NOTHING_NEW
    reason: str = ""
    code: str = ""
    records_new: int = 0
    records_known: int = 0
    warnings: list[Message] = field(default_factory=list)
    batch: str | None = None
    check_code: str = ""
    kind: str = ""
    made_by: str = ""
    sha256: str = ""
    communes: tuple[str, ...] = ()
    seals_new: int = 0
    receipts_new: int = 0
    attached_new: int = 0
    purged: tuple[str, ...] = ()

    @property
    def has_new(self) -> bool:
        """Whether anything of it was not here yet."""
        new = (self.records_new, self.seals_new, self.receipts_new, self.attached_new)
        return any(new) or bool(self.purged)


@dataclass
class MergeReport:
    """What came of all files.

    Attributes:
        files: In the order in which they came.
        records_new: How many records were not here yet.
        conflicts: How many contradictions the whole round has now.
        digest: Over all records here now.
    """

    files: list[FileReport] = field(default_factory=list)
    records_new: int = 0
    conflicts: int = 0
    digest: str = ""

    @property
    def refused(self) -> list[FileReport]:
        """The files of which nothing was taken in."""
        return [each for each in self.files if each.outcome == REFUSED]


class Progress(NamedTuple):
    """How far a merge is."""

    done: int
    """Files that were looked at."""
    kept: int
    """Of these, how many are on the disk for good."""
    report: FileReport
    """Of the last one."""


def merge(
    file: AuditFile,
    sources: Iterable[Source],
    *,
    dry_run: bool = False,
    require_known: bool = False,
    signer: Signer | None = None,
    quarantine: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
    clock: Clock = now,
) -> MergeReport:
    """Take in files; one that is refused never stops the others.

    Args:
        file: The working file, open for writing.
        sources: What `audit.intake.sources` found.
        dry_run: Whether all of it is done, reported, and taken back again.
        require_known: Whether a file is refused in which a chain is not sealed to its end
            by an auditor whom the office knows, or by the office.
        signer: With a key of the office, writes a receipt for every chain that comes.
        quarantine: Folder for copies of refused files; ``None`` for none.
        progress: Called after each file.
        is_stopped: Asked before each file; from then on no other is taken in.
        clock: Where the claimed time comes from.

    Returns:
        What came of each file, and what the round holds now.

    Raises:
        ReadinessError: The working file cannot be read or written. What was taken in
            before stays, in whole files; the last sentence says how many.
    """
    merging = _Merging(
        file,
        require_known=require_known,
        signer=signer,
        quarantine=None if dry_run else quarantine,
        clock=clock,
    )
    keep_for_reuse()
    with (
        no_search_for_circles(),
        file.roomy(),
        closing(vetted_ahead(sources, file.path, is_stopped)) as waiting,
    ):
        try:
            while merging.take_group(waiting, progress, dry_run=dry_run):
                pass
        except _TakenBackError:
            pass
        except ReadinessError as error:
            kept = Message(ErrorCode.MERGE_STOPPED, {"count": merging.kept})
            raise ReadinessError.of([*error.messages, kept], status=error.status) from error
    report = merging.report
    note_in_log(
        "merge",
        files=len(report.files),
        refused=len(report.refused),
        records_new=report.records_new,
        conflicts=report.conflicts,
        dry_run=int(dry_run),
    )
    return report


class _TakenBackError(Exception):
    """Ends the transaction of a dry run."""


class _RefusedError(Exception):
    """Nothing of this file is taken in."""

    def __init__(self, error: ReadinessError) -> None:
        super().__init__()
        self.error = error


def _refused(code: ErrorCode, **context: object) -> _RefusedError:
    return _RefusedError(ReadinessError.of([Message(code, context)]))


class _Received(NamedTuple):
    length: int
    at: str


class _Merging:
    """A working file while others are taken into it."""

    def __init__(
        self,
        file: AuditFile,
        *,
        require_known: bool,
        signer: Signer | None,
        quarantine: Path | None,
        clock: Clock,
    ) -> None:
        self.report = MergeReport()
        self.kept = 0
        self._file = file
        self._require_known = require_known
        self._quarantine = quarantine
        self._clock = clock
        self._put_aside: set[Path | None] = set()
        self._counts = Counter(file.counts())
        self._is_dirty = False
        self._round, self._office = read_round(file)
        self._watch = ConflictWatch(file, self._round, self._office)
        keys = self._round.office_keys
        self._signer = signer if signer is not None and signer.fingerprint in keys else None
        receipts = file.receipts()
        self._seals = {seal[:5] for seal in file.seals()}
        self._receipted = {each[:5] for each in receipts}
        self._records = self._counts.total()
        self._received: dict[tuple[str, str], _Received] = {}
        for each in receipts:
            if each.fingerprint not in keys:
                continue
            chain = each.commune, each.writer
            if each.length > self._received.get(chain, _Received(0, "")).length:
                self._received[chain] = _Received(each.length, each.at)
        self._known_files: dict[str, Batch] = {}
        for batch in file.batches():
            self._known_files.setdefault(BatchReport.of(batch).sha256, batch)
        self._purging = Purging(file)
        self._taken_back: dict[str, TakenBack] | None = None
        self._brought: list[tuple[FileReport, BatchReport]] = []

    def _read_round(self) -> None:
        """Read the round anew, as after an amendment has come."""
        self._round, self._office = read_round(self._file)
        self._watch.change_round(self._round, self._office)

    def take_group(
        self,
        waiting: Iterator[Turn],
        progress: Callable[[Progress], None] | None,
        *,
        dry_run: bool,
    ) -> bool:
        """Take in as many files as one transaction should hold; return whether more may come."""
        size = count = 0
        has_more = False
        began = len(self.report.files)
        with self._file.appending() as appender:
            for turn in waiting:
                report, taken = self._take(appender, turn)
                self.report.files.append(report)
                self.report.records_new += report.records_new
                if progress is not None:
                    progress(Progress(len(self.report.files), self.kept, report))
                size, count = size + taken, count + 1
                if not dry_run and (count >= GROUP_FILES or size >= GROUP_BYTES):
                    has_more = True
                    break
            if not has_more:
                self._finish()
            if dry_run:
                raise _TakenBackError
        self.kept += sum(report.outcome != REFUSED for report in self.report.files[began:])
        return has_more

    def _finish(self) -> None:
        """Say what came of all files together."""
        self._tell_of_conflicts()
        self.report.conflicts = self._watch.total()
        self.report.digest = self._file.digest()

    def _take(self, appender: Appender, turn: Turn) -> tuple[FileReport, int]:
        """Take in one file or refuse it; return also how much of it there was."""
        source = turn.source
        report = FileReport(source.name)
        with ExitStack() as held:
            try:
                try:
                    vetted = turn.found or held.enter_context(vet(source))
                except ReadinessError as error:
                    raise _RefusedError(error) from error
                self._describe(report, vetted)
                self._admit(vetted)
                self._is_dirty = True
                with appender.undoing():
                    added = self._add(appender, vetted, report)
                self._is_dirty = False
                return report, added
            except _RefusedError as refusal:
                return self._refuse(source, report, refusal.error), 0

    def _refuse(self, source: Source, report: FileReport, error: ReadinessError) -> FileReport:
        refused = FileReport(
            source.name,
            REFUSED,
            reason=str(error),
            code=error.messages[0].code.name.lower(),
            kind=report.kind,
            made_by=report.made_by,
            check_code=report.check_code,
            sha256=report.sha256,
            communes=report.communes,
        )
        if self._quarantine is not None and source.origin not in self._put_aside:
            self._put_aside |= {source.origin} - {None}
            problem = put_aside(self._quarantine, source, error, self._clock().isoformat())
            refused.warnings += [problem] if problem is not None else []
        self._forget()
        return refused

    def _forget(self) -> None:
        """Read again what a refused file may have added for a moment."""
        if self._is_dirty:
            self._is_dirty = False
            self._counts = Counter(self._file.counts())
            self._records = self._counts.total()
            self._seals = {seal[:5] for seal in self._file.seals()}
            self._receipted = {each[:5] for each in self._file.receipts()}
            self._read_round()
            self._watch.forget()
            self._purging.forget()

    def _describe(self, report: FileReport, vetted: Vetted) -> None:
        report.check_code = str(vetted.check_code)
        report.kind = str(vetted.kind)
        report.made_by = vetted.about.get("made_by", "")
        report.sha256 = vetted.sha256
        report.communes = tuple(code for code in vetted.chains if code)
        report.warnings += self._findings(vetted)

    def _findings(self, vetted: Vetted) -> Iterator[Message]:
        """Yield what is odd about a file; bytes that it lacks are no matter where they are here."""
        is_here = vetted.missing and vetted.missing <= self._file.hashes().keys()
        for each in vetted.findings:
            if not (is_here and each.code is ErrorCode.VET_BLOB_MISSING):
                yield each

    # Whether a file may come in

    def _admit(self, vetted: Vetted) -> None:
        """Refuse what belongs to another round, or comes from nobody known where that counts."""
        if vetted.round_id != self._round.id:
            raise _refused(
                ErrorCode.MERGE_OTHER_ROUND,
                path=vetted.name,
                title=self._round.title,
                id=short_id(self._round.id),
                other=short_id(vetted.round_id),
            )
        if not self._require_known:
            return
        vouched = {seal.last_id for seal in vetted.seals if self._is_trusted(seal.fingerprint)}
        unproven = {entry.commune or "–" for entry in vetted.ends() if entry.id not in vouched}
        if unproven:
            raise _refused(
                ErrorCode.MERGE_KEY_NEEDED, path=vetted.name, communes=_listed(sorted(unproven))
            )

    def _is_trusted(self, key: str) -> bool:
        known = self._round.roster.get(key)
        return key in self._round.office_keys or (known is not None and not known.is_revoked)

    # What comes in

    def _add(self, appender: Appender, vetted: Vetted, report: FileReport) -> int:
        """Add all that a file brings; return how many bytes that may be."""
        batch = BatchReport.from_file(vetted)
        seals = [seal for seal in vetted.seals if seal[:5] not in self._seals]
        changed = {seal.commune for seal in seals}
        fresh: list[Chain] = []
        remarks: dict[ErrorCode, list[Message]] = {}
        for commune, group in groupby(vetted.records, _COMMUNE):
            chains = [*group]
            held = self._held(commune, chains)
            new = [*filter(len, (each.without(held.get(each.writer, ())) for each in chains))]
            if new or commune in changed:
                changed.add(commune)
                self._watch.before(commune, is_empty=not self._counts[commune])
            beside = batch.add(commune, held, chains, new)
            for each in _forks(commune, beside):
                if each not in report.warnings:
                    remarks.setdefault(each.code, []).append(each)
            if new and commune and commune not in self._round.by_code:
                stray = Message(ErrorCode.VERIFY_STRAY, {"code": commune})
                remarks.setdefault(stray.code, []).append(stray)
            self._counts[commune] += sum(map(len, new))
            if commune in changed or not self._watch.knows(commune):
                self._watch.after(commune, chains, new, self._counts[commune])
            fresh += new
        self._refuse_too_much(vetted, sum(map(len, fresh)), len(seals))
        for listed in remarks.values():
            report.warnings += _some(listed)
        rows = chain.from_iterable(each.rows() for each in fresh)
        report.records_new = max(0, appender.take_in(rows))
        report.records_known = sum(map(len, vetted.records)) - report.records_new
        report.seals_new = max(0, appender.add_seals(seals))
        self._seals.update(seal[:5] for seal in seals)
        if "" in changed:
            self._look_at_round()
        size = sum(sum(map(len, each.bodies)) for each in fresh)
        self._take_receipts(appender, vetted, report)
        telling = [entry for each in fresh for entry in _telling(each)]
        report.purged = tuple(
            self._purging.take_away(
                appender, self._round, telling, {seal.commune for seal in seals}
            )
        )
        size += self._take_attached(appender, vetted, report)
        self._tell(vetted, report, fresh, telling)
        if report.has_new:
            report.outcome = MERGED
        self._give_receipts(appender, vetted)
        if report.has_new or vetted.sha256 not in self._known_files:
            self._note(appender, report, batch)
        return size

    def _tell(
        self, vetted: Vetted, report: FileReport, fresh: Sequence[Chain], telling: Sequence[Entry]
    ) -> None:
        """Say what is to be looked at about a file.

        Args:
            vetted: The file.
            report: Where it is said.
            fresh: The records that were added.
            telling: Those that may mean something for others.
        """
        report.warnings += _some(self._about_keys(vetted))
        if report.records_known:
            report.warnings += self._about_taken_back(vetted, telling)
        report.warnings += about_clocks(fresh, self._round.opened_on, self._clock())
        before = self._known_files.get(vetted.sha256)
        if before is not None:
            same = {"source": before.source, "moment": moment_of(before.taken_at)}
            report.warnings.append(Message(ErrorCode.MERGE_SAME_FILE, same))
        else:
            report.warnings += _some(self._cut_back(vetted))

    def _refuse_too_much(self, vetted: Vetted, records: int, seals: int) -> None:
        """Refuse a file with which this one would be more than vetting lets pass elsewhere."""
        self._records += records
        receipts = {each[:5] for each in vetted.receipts} - self._receipted
        given = 0 if self._signer is None else sum(map(len, vetted.chains.values()))
        if (
            self._records > MOST_RECORDS
            or any(self._counts[commune] > MOST_OF_COMMUNE for commune in vetted.chains)
            or len(self._seals) + seals > MOST_SEALS
            or len(self._receipted) + len(receipts) + given > MOST_SEALS
        ):
            raise _refused(ErrorCode.MERGE_TOO_MUCH, path=vetted.name)

    def _held(self, commune: str, chains: Sequence[Chain]) -> Held:
        """Return what is here of the chains that a file holds of a commune."""
        if not self._counts[commune]:
            return {}
        return {
            each.writer: places
            for each in chains
            if (places := self._file.chain(commune, each.writer))
        }

    def _look_at_round(self) -> None:
        """Read the round again; a file that spoils it is refused."""
        try:
            self._read_round()
        except ReadinessError as error:
            raise _RefusedError(error) from error

    def _note(self, appender: Appender, report: FileReport, batch: BatchReport) -> None:
        """Keep who brought what and when."""
        report.batch = "b" + secrets.token_hex(8)
        batch.warnings = [message.code.name.lower() for message in report.warnings]
        row = Batch(report.batch, report.path, self._clock().isoformat(), batch.to_json())
        appender.note(row)
        self._known_files.setdefault(batch.sha256, row)
        self._brought.append((report, batch))

    # Seals and receipts

    def _take_receipts(self, appender: Appender, vetted: Vetted, report: FileReport) -> None:
        """Take in every receipt; which keys are the office's may be known only later."""
        report.receipts_new = max(0, appender.add_receipts(vetted.receipts))
        self._receipted.update(each[:5] for each in vetted.receipts)

    def _give_receipts(self, appender: Appender, vetted: Vetted) -> None:
        """Confirm, as the office, every chain that came, as far as that was not done before."""
        if self._signer is None:
            return
        unconfirmed = [
            end
            for end in vetted.ends()
            if end.commune and (*end[:4], self._signer.public_key) not in self._receipted
        ]
        given = seals_of(
            self._signer, self._round.id, unconfirmed, self._clock().isoformat(), RECEIPT
        )
        appender.add_receipts(given)
        self._receipted.update(each[:5] for each in given)

    def _cut_back(self, vetted: Vetted) -> Iterator[Message]:
        """Say where less came than was received before, unless the file is an older one."""
        for commune, writers in vetted.chains.items():
            for writer, length in writers.items():
                received = self._received.get((commune, writer))
                if (
                    received is not None
                    and length < received.length
                    and not _is_before(vetted.about.get("made_at", ""), received.at)
                ):
                    yield Message(
                        ErrorCode.CHAIN_CUT_BACK,
                        {
                            "commune": commune or "–",
                            "writer": writer,
                            "length": length,
                            "received": received.length,
                        },
                    )

    def _about_keys(self, vetted: Vetted) -> Iterator[Message]:
        """Say which keys that sealed something the office does not know, or has revoked."""
        for key in sorted({seal.fingerprint for seal in vetted.seals}):
            if self._is_trusted(key):
                continue
            known = self._round.roster.get(key)
            if known is None and self._signer is None:
                # Whom the office knows is its business; what is said of it is an order to it.
                continue
            code = ErrorCode.KEY_REVOKED if known is not None else ErrorCode.KEY_UNKNOWN
            name = known.name if known is not None else vetted.authors.get(key, "–")
            yield Message(code, {"key": key, "name": name})

    def _about_taken_back(self, vetted: Vetted, telling: Sequence[Entry]) -> Iterator[Message]:
        """Say what stays without effect because it came before and was taken back."""
        if self._taken_back is None or any('"kind":"void"' in entry.body for entry in telling):
            self._taken_back = taken_back(self._file, self._voids)
        for batch, held in self._taken_back.items():
            count = sum(id_ in held.ids for id_ in vetted.ids())
            if count:
                yield Message(
                    ErrorCode.MERGE_TAKEN_BACK,
                    {
                        "id": batch,
                        "author": held.record.author.name,
                        "moment": moment_of(held.record.recorded_at),
                        "reason": held.record.reason,
                        "count": count,
                    },
                )

    def _voids(self, commune: str) -> frozenset[str]:
        if not commune:
            return self._office.voids
        return read_commune(self._file, self._round, self._office, commune).voids

    # Photos and files

    def _take_attached(self, appender: Appender, vetted: Vetted, report: FileReport) -> int:
        """Take in the bytes that are missing here; what was purged stays away."""
        wanted = vetted.hashes.keys() - self._file.hashes().keys() if vetted.hashes else set()
        if wanted:
            report.attached_new = max(0, appender.keep(_bytes(vetted, wanted)))
        return sum(vetted.hashes[each] for each in wanted)

    # Findings over all files

    def _tell_of_conflicts(self) -> None:
        """Say with each file which contradictions it made or opened again."""
        for code, found in self._watch.news():
            told: dict[int, tuple[FileReport, list[str]]] = {}
            for subject, places in found.subjects.items():
                brought = [
                    report
                    for report, batch in self._brought
                    if batch.brought(found.commune, places)
                ]
                if brought:
                    told.setdefault(id(brought[-1]), (brought[-1], []))[1].append(subject)
            for report, subjects in told.values():
                report.warnings.append(
                    Message(
                        code,
                        {
                            "commune": found.commune,
                            "subjects": _listed(subjects),
                            "count": len(subjects),
                        },
                    )
                )


def _bytes(vetted: Vetted, wanted: set[str]) -> Iterator[Blob]:
    """Yield what is attached; where it cannot be read, it is this file that is refused."""
    try:
        yield from vetted.blobs(wanted)
    except ReadinessError as error:
        raise _RefusedError(error) from error


def _telling(chain: Chain) -> Iterator[Entry]:
    """Yield the records that may mean something for others, or for what is attached."""
    if chain.said is None:
        return chain.entries()
    if _OF_ITS_FIELD_ONLY.issuperset(chain.said.kind):
        return iter(())
    return chain.only([kind not in _OF_ITS_FIELD_ONLY for kind in chain.said.kind]).entries()


def _forks(commune: str, beside: Iterable[Place]) -> Iterator[Message]:
    """Say, once a chain, where it divides because its file was copied or restored."""
    for writer, places in groupby(beside, itemgetter(0)):
        _writer, sequence, _id = next(places)
        yield Message(
            ErrorCode.VERIFY_FORK,
            {"writer": writer, "commune": commune or "–", "sequence": sequence},
        )


def _some(messages: Iterable[Message]) -> Iterator[Message]:
    """Yield the first of many remarks of one sort, and how many more there are."""
    listed = [*messages]
    yield from listed[:_MOST_TOLD]
    if len(listed) > _MOST_TOLD:
        yield Message(ErrorCode.VET_MORE, {"count": len(listed) - _MOST_TOLD})


def _listed(texts: Sequence[str]) -> str:
    more = "…" if len(texts) > _MOST_NAMED else ""
    return ", ".join(texts[:_MOST_NAMED]) + more


def _is_before(text: str, other: str) -> bool:
    first, second = moment_from(text), moment_from(other)
    return first is not None and second is not None and first <= second
