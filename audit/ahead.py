"""Vetting in a second process, where hundreds of files wait to be taken in.

Two thirds of taking in a file is vetting it, and for that no other file is needed. So a helper
vets those that come next while this process adds what it found; where this process would have
to wait for it, it vets one itself. The helper answers only for files that are plain in every
way. Any other, and whatever it does not answer, is vetted in its turn as if there were no
helper, so that the same comes of it.

It is a process of its own making rather than one of `multiprocessing`, which would import from
the folder one is in, run the main module anew, and not start under Textual. It has nothing but
two pipes: when this process ends, however it ends, the helper finds its own at an end.
"""

from __future__ import annotations

import marshal
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import IO, TYPE_CHECKING, Final, cast

from audit.chain import Chain, Said
from audit.foreign import BESIDE
from audit.intake import Source
from audit.memory import keep_for_reuse, no_search_for_circles
from audit.vet import vet
from criteria.errors import ReadinessError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from audit.vet import Vetted

LEAST: Final = 200
"""Plain files that have to wait; to start the helper takes as long as vetting fifty."""
MOST_BYTES: Final = 2_000_000
"""Of a file that is vetted before its turn; there is nothing large but photos."""
NEAR: Final = 32
"""Files that may be vetted before their turn, all of which are held in memory."""
_ASKED: Final = 8
"""Of these, those the helper knows of, so that it has work while this process commits."""
_AT_ONCE: Final = 8
"""Files that are taken before the next one's turn: on a slow drive that takes a while, too."""
_LENGTH: Final = 8
"""Bytes that say how long an answer is."""
_LONGEST: Final = 200_000_000
"""Bytes of an answer; more says no helper of ours."""
_READY: Final = b"ready"
"""The first answer, which says only that the helper is there."""
_PATIENCE: Final = 2
"""Seconds until a helper is left to itself that does not end."""
_GARBLED: Final = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)
"""What Python raises where bytes are not what was packed."""
_START: Final = """\
import sys
sys.path[:] = sys.argv[1:]
from audit.ahead import serve
serve()
"""


@dataclass(slots=True)
class Turn:
    """A file whose turn comes.

    Attributes:
        source: The file.
        found: What it holds; ``None`` where it is to be vetted in its turn.
        is_plain: Whether it may be vetted before its turn.
        is_free: Whether nobody has done so yet, nor was asked to.
        is_asked: Whether the helper has yet to answer.
    """

    source: Source
    is_plain: bool
    is_free: bool
    found: Vetted | None = None
    is_asked: bool = False


def vetted_ahead(
    sources: Iterable[Source], own: Path, is_stopped: Callable[[], bool] = lambda: False
) -> Generator[Turn, None, None]:
    """Yield files in their order, many with what was found in them. Has to be closed.

    Args:
        sources: What `audit.intake.sources` found. Some more are taken than those whose turn
            it is, but none after one that is not plain: what is packed is held in memory.
        own: The working file: how it looks depends on when it is looked at.
        is_stopped: Asked before each file; from then on none is yielded.
    """
    coming = iter(sources)
    waiting: deque[Turn] = deque()
    helper: Helper | None = None
    most = LEAST if processors() > 1 else 1
    try:
        while not is_stopped():
            if not waiting or waiting[-1].is_plain:
                for source in islice(coming, max(0, min(_AT_ONCE, most - len(waiting)))):
                    is_plain = _is_plain(source, own)
                    waiting.append(Turn(source, is_plain, is_free=is_plain))
                    if not is_plain:
                        break
            if not waiting:
                return
            if len(waiting) == most == LEAST:
                helper, most = Helper.start(), NEAR
            turn = waiting.popleft()
            if helper is not None:
                helper.settle(turn, [*islice(waiting, NEAR)])
            yield turn
    finally:
        if helper is not None:
            helper.stop()


def processors() -> int:
    """Return how many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_plain(source: Source, own: Path) -> bool:
    """Return whether a file may be vetted before its turn, in whatever process."""
    if source.path is None or source.unpacked is not None or source.notes:
        return False
    try:
        held = source.path.stat()
        return held.st_size <= MOST_BYTES and not os.path.samestat(held, own.stat())
    except (OSError, ValueError):
        return False


def _found(source: Source) -> Vetted | None:
    """Return what a file holds that can be said without holding it open; ``None`` for no."""
    path = cast("Path", source.path)
    if any(path.with_name(path.name + ending).exists() for ending in BESIDE):
        return None
    try:
        with vet(source) as vetted:
            return None if vetted.hashes else vetted.without_file()
    except ReadinessError:
        return None


class _Packing:
    """Makes bytes of what was found, and the other way round, in the same order on both sides.

    What the round itself says comes with every file, but is handed over only if it is new.
    """

    def __init__(self) -> None:
        self._ids: dict[str, Sequence[str]] = {}
        self._bodies: dict[str, Sequence[bytes]] = {}

    def pack(self, found: Vetted | None) -> bytes:
        """Return bytes, which are fewer and sooner read than those pickle would make alone."""
        if found is None:
            return pickle.dumps(None)
        chains: list[tuple[object, ...]] = []
        for each in found.records:
            bodies = each.bodies
            if not each.commune:
                bodies = () if self._ids.get(each.writer) == each.ids else bodies
                self._ids[each.writer] = each.ids
            said = each.said and tuple(each.said)
            chains.append((each.commune, each.writer, each.sequences, each.ids, bodies, said))
        found.records.clear()
        return pickle.dumps((found, marshal.dumps(chains)), pickle.HIGHEST_PROTOCOL)

    def unpack(self, data: bytes) -> Vetted | None:
        """Return what was packed."""
        held = pickle.loads(data)  # noqa: S301 - from our own process
        if held is None:
            return None
        found: Vetted
        found, chains = held
        for commune, writer, sequences, ids, bodies, said in marshal.loads(chains):  # noqa: S302
            if not commune:
                bodies = self._bodies[writer] = bodies or self._bodies[writer]
            said = said and Said(*said)
            found.records.append(Chain(commune, writer, sequences, ids, bodies, said))
        return found


class Helper:
    """The other process, and what it was asked. Use `start`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Begin to read what the process answers, so that it need not wait to be read."""
        self._process = process
        self._asked: deque[Turn] = deque()
        self._answers: SimpleQueue[bytes] = SimpleQueue()
        self._packing = _Packing()
        self._is_up = False
        self._reading = Thread(target=self._read, daemon=True)
        self._reading.start()

    @classmethod
    def start(cls) -> Helper | None:
        """Start it; ``None`` where no process can be started."""
        if not sys.executable or getattr(sys, "frozen", False):
            return None
        try:
            process = subprocess.Popen(  # noqa: S603 - this Python, on what stands here
                # What is imported comes from where ours does, never from the folder one is in.
                [sys.executable, *_flags(), "-c", _START, *map(str, sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError):
            return None
        try:
            return cls(process)
        except RuntimeError:  # no thread can be started
            process.kill()
            _leave(process)
            return None

    def _read(self) -> None:
        """Take what comes off the pipe; nothing, where it has come to its end."""
        pipe = cast("IO[bytes]", self._process.stdout)
        try:
            while 0 < (size := int.from_bytes(pipe.read(_LENGTH), "big")) <= _LONGEST:
                data = pipe.read(size)
                if len(data) < size:
                    break
                self._answers.put(data)
        except (OSError, ValueError, MemoryError, OverflowError):
            pass
        finally:
            self._answers.put(b"")

    def settle(self, turn: Turn, near: list[Turn]) -> None:
        """See to it that nobody has to be waited for.

        Args:
            turn: The file whose turn it is; what was found is put there.
            near: Those that come next.
        """
        while True:
            while not self._answers.empty():
                self.take()
            for each in near:
                if self._is_up and each.is_free and len(self._asked) < _ASKED:
                    self._ask(each)
            if not turn.is_asked:
                return
            last = next((each for each in reversed(near) if each.is_free), None)
            if last is None:
                self.take()
            else:
                last.is_free, last.found = False, _found(last.source)

    def _ask(self, turn: Turn) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        try:
            pipe.write(pickle.dumps((turn.source.name, turn.source.path)))
            pipe.flush()
        except OSError:
            self._is_up = False
            return
        turn.is_free, turn.is_asked = False, True
        self._asked.append(turn)

    def take(self) -> None:
        """Take one answer; after one that is none, or makes no sense, nothing is asked."""
        data = self._answers.get()
        if not self._asked:
            self._is_up = data == _READY
            return
        turn = self._asked[0]
        try:
            found = self._packing.unpack(data) if data else None
        except _GARBLED:
            data, found = b"", None
        if data:
            self._asked.popleft()
            turn.is_asked, turn.found = False, found
            return
        self._is_up = False
        while self._asked:
            self._asked.popleft().is_asked = False

    def stop(self) -> None:
        """End it at once, whatever it does: it holds nothing that could be left half done."""
        with suppress(OSError):
            self._process.kill()
        self._reading.join(timeout=_PATIENCE)
        # To close what is still being read from would be to wait for it.
        if not self._reading.is_alive():
            _leave(self._process)


def _leave(process: subprocess.Popen[bytes]) -> None:
    """Close the pipes of a process that was ended, and wait for a moment until it has."""
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            cast("IO[bytes]", pipe).close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_PATIENCE)


def _flags() -> list[str]:
    """Return how this Python was started, as far as it matters to another."""
    flags = ["-I"] if sys.flags.isolated else []
    flags += ["-B"] if sys.dont_write_bytecode else []
    return flags + (["-X", "utf8"] if sys.flags.utf8_mode else [])


def serve() -> None:
    """Vet what this process is asked to, until nobody asks any more."""
    # An interruption from the keyboard is for the process that asks; it ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asking, answers = sys.stdin.buffer, os.dup(1)
    # Whatever else writes to the standard output, in C too, must not write among the answers.
    os.dup2(2, 1)
    keep_for_reuse()
    packing = _Packing()
    data = _READY
    with (
        suppress(EOFError, OSError),
        os.fdopen(answers, "wb") as answering,
        no_search_for_circles(),
    ):
        while True:
            answering.write(len(data).to_bytes(_LENGTH, "big") + data)
            answering.flush()
            data = packing.pack(_found(Source(*pickle.load(asking))))  # noqa: S301 - as above
