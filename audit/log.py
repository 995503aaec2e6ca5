"""What the program did, for whoever mends it: a few small files in the user's own folder.

Nobody and nothing of an audit is named. A fact is a number, or a word of the program
itself (a command, a screen, an error code); anything else is written as ``?``. Of a crash
the places in the code and the kinds of errors are kept, never their words, which may hold
what an auditor wrote.

The file is opened for each line and closed again, and older lines are put aside only when
the program starts: Windows renames no file that another copy of the program has open, as
handlers of `logging` keep theirs. Importing those would also cost a command more than all
its lines. A line that cannot be written is no reason to stop or to say anything.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import audit
from audit.clock import now
from audit.settings import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from criteria.errors import ReadinessError

MOST_BYTES: Final = 256 * 1024
"""Of one file; then a new one is begun at the next start."""
OLDER: Final = 2
"""Files that are kept beside the one in use."""
CRASH: Final = "crash"
_NAME: Final = "readiness.log"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.,:+-]{1,200}")
_PLACE: Final = re.compile(r"[\w.<>/-]{1,120}", re.ASCII)
_PACKAGES: Final = ("audit", "exports", "checklists", "criteria")
_ROOT: Final = Path(__file__).resolve().parent.parent
_MOST_PLACES: Final = 40
_MOST_CAUSES: Final = 5


def path() -> Path:
    """Return the file in use; it may not exist yet.

    Raises:
        ReadinessError: The system knows no folder of this user.
    """
    return home() / _NAME


def files() -> list[Path]:
    """Return the files that are there, the oldest first.

    Raises:
        ReadinessError: As `path`.
    """
    return [each for each in reversed(_all(path())) if each.is_file()]


def _all(newest: Path) -> list[Path]:
    return [newest, *(newest.with_name(f"{_NAME}.{age}") for age in range(1, OLDER + 1))]


def note(event: str, **facts: int | str) -> bool:
    """Write a line.

    Args:
        event: What happened, in a word of the program.
        facts: Numbers and words of the program; anything else is not written.

    Returns:
        Whether it was written.
    """
    return _write([_line(event, facts)])


def note_crash(error: BaseException) -> bool:
    """Write what is known of a failure that nobody foresaw; as `note`."""
    return _write(crash_lines(error))


def crash_lines(error: BaseException) -> list[str]:
    """Return what is known of a failure: its kind and its places, without its words."""
    return [_line(CRASH, _facts_of(error)), *_places(error)]


def begin(command: str) -> Callable[[int], None]:
    """Write that a command or the app starts; return what writes that it has ended.

    Args:
        command: Its name, without what was given to it.

    Returns:
        To be called with the exit code.
    """
    started = time.monotonic()
    _put_aside()
    note("start", command=command or "none", version=audit.__version__)

    def end(code: int) -> None:
        if not _is_there():
            return  # the command has wiped it
        seconds = time.monotonic() - started
        facts: dict[str, int | str] = {"command": command or "none", "code": code}
        line = _line("end", {**facts, "ms": round(seconds * 1000)})
        # Where the command was to take everything away, nothing comes back.
        _write([line], begins_anew=False)

    return end


def tail(lines: int) -> list[str]:
    """Return the last lines of the log, the oldest first.

    Args:
        lines: How many at most.

    Raises:
        ReadinessError: As `path`.
        OSError: It cannot be read.
    """
    found: list[str] = []
    for each in reversed(files()):
        found = [*each.read_text("utf-8", "replace").splitlines(), *found]
        if len(found) >= lines:
            break
    return found[-lines:]


def _line(event: str, facts: Mapping[str, int | str]) -> str:
    words = " ".join(f"{name}={_plain(value)}" for name, value in facts.items())
    return f"{now().isoformat()} {os.getpid()} {_plain(event)} {words}".rstrip()


def _plain(value: int | str) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else "?"


def _write(lines: list[str], *, begins_anew: bool = True) -> bool:
    """Append lines in one write, so that two programs at once keep theirs apart."""
    try:
        newest = path()
        if not (begins_anew or newest.exists()):
            return False
        try:
            handle = newest.open("ab", buffering=0)
        except FileNotFoundError:
            newest.parent.mkdir(0o700, parents=True, exist_ok=True)
            handle = newest.open("ab", buffering=0)
        with handle:
            handle.write("".join(f"{line}\n" for line in lines).encode("ascii", "replace"))
    except _expected():
        return False
    return True


def _is_there() -> bool:
    try:
        return path().exists()
    except _expected():
        return False


def _put_aside() -> None:
    """Begin a new file where the one in use is large.

    Where another program does the same at this moment, the oldest lines may go; where one
    of them holds the file open, all stays as it is until the next start.
    """
    try:
        newest, *older = _all(path())
        if newest.stat().st_size < MOST_BYTES:
            return
        for target, source in zip(reversed(older), reversed([newest, *older[:-1]]), strict=True):
            if source.exists():
                source.replace(target)
    except _expected():
        return


def _expected() -> tuple[type[Exception], ...]:
    """Return what happens where nothing can be written; the sentences load only then."""
    from criteria.errors import ReadinessError

    return OSError, ValueError, ReadinessError


def _facts_of(error: BaseException) -> dict[str, int | str]:
    """Return what is known of an error besides its words."""
    from criteria.errors import ReadinessError

    facts: dict[str, int | str] = {"type": type(error).__name__, "version": audit.__version__}
    if isinstance(error, OSError) and error.errno is not None:
        facts["errno"] = error.errno
    if isinstance(error, ReadinessError):
        facts["codes"] = codes_of(error)
    # Of SQLite's errors.
    name = getattr(error, "sqlite_errorname", "")
    return {**facts, "sqlite": name} if isinstance(name, str) and name else facts


def codes_of(error: ReadinessError) -> str:
    """Return the codes of an error, without their sentences."""
    return ",".join(dict.fromkeys(message.code.name for message in error.messages))[:200]


def _places(error: BaseException) -> Iterator[str]:
    """Yield where in the code an error and what caused it came from, the last call last."""
    seen: set[int] = set()
    held: BaseException | None = error
    while held is not None and id(held) not in seen and len(seen) < _MOST_CAUSES:
        if seen:
            yield f"  because of {_plain(type(held).__name__)}"
        seen.add(id(held))
        places = [*_frames(held.__traceback__)]
        yield from places[: _MOST_PLACES // 2]
        yield from places[_MOST_PLACES // 2 :][-_MOST_PLACES // 2 :]
        held = held.__cause__ or (None if held.__suppress_context__ else held.__context__)


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        place, name = _where(code.co_filename), code.co_qualname
        shown = name if _PLACE.fullmatch(name) else "?"
        yield f"  at {place}:{traceback.tb_lineno} {shown}"
        traceback = traceback.tb_next


def _where(filename: str) -> str:
    """Return a file of code without the folders above it, which may name a person."""
    file = Path(filename)
    if "site-packages" in file.parts:
        last = len(file.parts) - file.parts[::-1].index("site-packages")
        found = "/".join(file.parts[last:])
    elif file.is_relative_to(_ROOT) and file.relative_to(_ROOT).parts[0] in _PACKAGES:
        found = file.relative_to(_ROOT).as_posix()
    else:
        found = file.name
    return found if _PLACE.fullmatch(found) else "?"
