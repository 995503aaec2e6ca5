"""Finding the facts about this machine that `audit.doctor` makes findings of.

Each probe is thin and gives up quietly: what is wrong is what is to be told. Nothing is
sent or received over a network.
"""

from __future__ import annotations

import contextlib
import locale
import os
import platform
import secrets
import shutil
import stat
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import audit
from audit import log
from audit.clock import VIETNAM, now
from audit.doctor import is_network, synced_by
from audit.doctor_facts import (
    Clock,
    Facts,
    File,
    Folder,
    Language,
    Log,
    Place,
    Program,
    Rights,
    Terminal,
)
from audit.doctor_typing import Trouble
from audit.recent import recent_files
from audit.settings import home, load_settings
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import DOMAIN, LANGUAGE_NAMES, LANGUAGES, LOCALE_FOLDER, _, current
from criteria.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from audit.desk import Desk
    from audit.doctor_facts import Width

LIBRARIES: Final[Mapping[str, str]] = {
    "click": "click",
    "cryptography": "cryptography.hazmat.primitives.asymmetric.ed25519",
    "defusedxml": "defusedxml",
    "filelock": "filelock",
    "jinja2": "jinja2",
    "openpyxl": "openpyxl",
    "pillow": "PIL.Image",
    "platformdirs": "platformdirs",
    "psutil": "psutil",
    "pydantic": "pydantic",
    "python-docx": "docx",
    "sqlite-utils": "sqlite_utils",
    "textual": "textual.app",
    "typing-extensions": "typing_extensions",
    "xlsxwriter": "xlsxwriter",
}
"""Name under which it is installed -> what is loaded of it, as far as what may fail."""
LATELY: Final = timedelta(days=30)
"""What this machine noted within these days may itself come from a clock that is ahead."""
_ROOT: Final = Path(audit.__file__).parent
_WINDOWS_ROOTS: Final = {
    "OneDrive": "OneDrive",
    "OneDriveCommercial": "OneDrive",
    "OneDriveConsumer": "OneDrive",
}
"""Variables in which Windows names folders that are copied -> the service."""


def facts(
    path: Path | None,
    *,
    chosen_by: str = "",
    width: Width | None = None,
    typed: Trouble = Trouble.SKIPPED,
    is_own: bool = False,
    screen: Terminal | None = None,
) -> Facts:
    """Return what is found on this machine.

    Args:
        path: The audit file in use, if there is one.
        chosen_by: What chose the language, if it is known.
        width: How wide the terminal draws, if it was asked.
        typed: What came of the line that was typed.
        is_own: Whether it is this very program that has the file open.
        screen: The terminal, where the app knows it better.
    """
    file, desk = _file(path, is_own=is_own)
    try:
        return Facts(
            program=program(),
            terminal=screen or terminal(),
            clock=clock(desk),
            rights=rights(),
            language=language(chosen_by),
            log=log_facts(),
            folders=[*folders(path)],
            width=width,
            typed=typed,
            file=file,
        )
    finally:
        if desk is not None:
            desk.close()


def chosen_file() -> Path | None:
    """Return the audit file that would be opened; ``None`` where none is chosen."""
    from audit.desk import chosen_path

    try:
        return chosen_path()
    except ReadinessError:
        return None


def program() -> Program:
    """Return what the program stands on."""
    import sqlite3

    failing = []
    for name, module in LIBRARIES.items():
        try:
            import_module(module)
        except (ImportError, OSError):
            failing.append(name)
    versions = {name: _version(name) for name in LIBRARIES}
    return Program(
        version=audit.__version__,
        edition=_edition()[0],
        python=sys.version_info[:3],
        bits=64 if sys.maxsize > 2**32 else 32,
        system=f"{platform.system()} {platform.release()}",
        sqlite=sqlite3.sqlite_version_info,
        libraries=versions,
        failing=[name for name in failing if versions[name] is not None],
        age=_version("pyrage"),
    )


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _edition() -> tuple[str, datetime | None]:
    """Return code and name of the edition carried, and from when it holds."""
    from criteria.catalogue import load_edition

    try:
        about = load_edition().about
    except (ReadinessError, OSError):
        return "", None
    begun = about.effective_from
    return f"{about.code} {about.edition}", datetime(
        begun.year, begun.month, begun.day, tzinfo=VIETNAM
    )


def terminal() -> Terminal:
    """Return what the terminal says of itself."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    size = shutil.get_terminal_size((0, 0))
    said = os.environ
    name = said.get("TERM_PROGRAM") or said.get("TERM", "")
    build = 0
    draws = None
    if sys.platform == "win32":
        build = sys.getwindowsversion().build
        name = "Windows Terminal" if said.get("WT_SESSION") else name
        draws = _draws() if is_terminal else None
    return Terminal(
        is_terminal=is_terminal,
        name=name,
        columns=size.columns,
        lines=size.lines,
        colours=_colours(said, is_windows=sys.platform == "win32"),
        no_color=bool(said.get("NO_COLOR")),
        encoding=locale.getencoding(),
        is_windows=sys.platform == "win32",
        windows_build=build,
        is_known=any(said.get(each) for each in ("WT_SESSION", "TERM_PROGRAM", "ConEmuPID")),
        draws=draws,
        erases_letters=_erases_letters() if is_terminal else None,
    )


def _colours(said: Mapping[str, str], *, is_windows: bool) -> str:
    term = said.get("TERM", "")
    if said.get("COLORTERM", "").casefold() in ("truecolor", "24bit") or said.get("WT_SESSION"):
        return "truecolor"
    if "256" in term or is_windows:
        return "256"
    return "none" if term in ("", "dumb") else "16"


def _draws() -> bool | None:
    """Return whether a Windows console obeys control sequences."""
    if sys.platform != "win32":
        return None
    import ctypes
    import msvcrt
    from ctypes import wintypes

    console = ctypes.windll.kernel32
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(sys.stdout.fileno()))
    mode = wintypes.DWORD()
    if not console.GetConsoleMode(handle, ctypes.byref(mode)):
        return None
    obeys = bool(console.SetConsoleMode(handle, mode.value | 0x4))
    console.SetConsoleMode(handle, mode)
    return obeys


def _erases_letters() -> bool | None:
    """Return whether Backspace takes a whole letter in a plain line; ``None`` if unknown."""
    if sys.platform != "linux":
        return None
    import termios

    try:
        return bool(termios.tcgetattr(sys.stdin.fileno())[0] & 0o40000)  # IUTF8
    except (OSError, ValueError, termios.error):
        return None


def clock(desk: Desk | None, shown_now: datetime | None = None) -> Clock:
    """Return what the clock shows and what speaks for or against it.

    Args:
        desk: The round at hand, if there is one.
        shown_now: What the clock shows; looked up where it is not given.
    """
    moment = shown_now or now()
    begun = _edition()[1]
    offset = datetime.now().astimezone().utcoffset()
    return Clock(
        now=moment,
        zone=offset if offset is not None else VIETNAM.utcoffset(None),
        edition_from=begun.date() if begun else None,
        newest_program=_newest(_ROOT.glob("*.py")),
        newest_own=_newest(_own_files()),
        round_opened=desk.round.opened_on if desk is not None else None,
        newest_known=_newest_known(desk, begun.date() if begun else None, moment.date()),
        doubts=_doubts(desk) if desk is not None else (),
    )


def _newest_known(desk: Desk | None, edition_from: date | None, today: date) -> date | None:
    """Return the last day that something is of which this clock has not made up lately."""
    known = [edition_from, *(each.opened for each in recent_files())]
    if desk is None:
        # Who only sets the program up has nothing newer than its files.
        newest = _newest(_ROOT.glob("*.py"))
        return max(filter(None, [*known, newest.date() if newest else None]), default=None)
    known = [each for each in known if each is None or today - each > LATELY]
    known.append(desk.round.opened_on)
    with contextlib.suppress(ReadinessError, ValueError):
        own = desk.auditor.key if desk.auditor else ""
        known.append(date.fromisoformat(desk.file.newest_day_by_others(own)))
    return max(filter(None, known), default=None)


def _own_files() -> Iterator[Path]:
    with contextlib.suppress(ReadinessError, OSError):
        yield from home().glob("*.json")
        yield from home().glob("*/*.json")


def _newest(files: Iterator[Path]) -> datetime | None:
    newest = 0.0
    try:
        for each in files:
            with contextlib.suppress(OSError):
                newest = max(newest, each.stat().st_mtime)
        return datetime.fromtimestamp(newest, UTC) if newest else None
    except (OSError, OverflowError, ValueError):
        return None


def _doubts(desk: Desk) -> list[str]:
    """Return what is doubtful about the times in the commune at hand; it is read, no other."""
    from audit.clock_check import clock_findings
    from audit.places import last_place

    place = last_place(desk.path)
    if place is None or place.commune not in desk.round.by_code:
        return []
    found = clock_findings(desk.file.entries(place.commune), desk.checklist(place.commune), now())
    return [each.kind for each in found]


def folders(path: Path | None) -> Iterator[Folder]:
    """Yield the folders that the program writes to."""
    mounts = _mounts()
    with contextlib.suppress(ReadinessError):
        yield _folder(Place.HOME, home(), mounts)
    try:
        yield _folder(Place.TEMPORARY, Path(tempfile.gettempdir()), mounts)
    except OSError as error:
        yield Folder(Place.TEMPORARY, refusal=reason_of(error))
    if path is not None:
        folder = path.absolute().parent
        if folder.is_dir():
            yield _folder(Place.FILE, folder, mounts)


def _folder(place: Place, folder: Path, mounts: Mapping[Path, str]) -> Folder:
    with contextlib.suppress(OSError, RuntimeError):
        folder = folder.resolve()
    there = folder
    if place is Place.HOME:
        # It may not be made yet; what is above it is as good.
        there = next((each for each in (folder, *folder.parents) if each.is_dir()), folder)
    filesystem = next((mounts[each] for each in (there, *there.parents) if each in mounts), "")
    try:
        free: int | None = shutil.disk_usage(there).free
    except OSError:
        free = None
    roots = {os.environ.get(name, ""): service for name, service in _WINDOWS_ROOTS.items()}
    return Folder(
        place,
        kind=_kind(there) if place is Place.FILE else "",
        free=free,
        refusal=_refusal(there),
        filesystem=filesystem.split(":")[0],
        is_network=filesystem.endswith(":remote") or is_network(filesystem, there),
        synced=synced_by(there, roots),
    )


def _mounts() -> dict[Path, str]:
    """Return mount point -> file system, with ``:remote`` behind it for another machine's."""
    import psutil

    try:
        held = psutil.disk_partitions(all=sys.platform != "win32")
    except OSError:
        return {}
    return {
        Path(each.mountpoint): each.fstype + (":remote" if "remote" in each.opts else "")
        for each in held
    }


def _kind(folder: Path) -> str:
    """Return where a folder lies, without its name."""
    from platformdirs import user_desktop_path, user_documents_path, user_downloads_path

    from audit.folders import is_on_stick

    if is_on_stick(folder):
        return _("on a stick")
    for words, where in (
        (_("in Documents"), user_documents_path),
        (_("on the Desktop"), user_desktop_path),
        (_("in Downloads"), user_downloads_path),
        (_("in your own files"), Path.home),
    ):
        try:
            if folder.is_relative_to(where().resolve()):
                return words
        except (OSError, RuntimeError):
            continue
    return _("elsewhere on this machine")


def _refusal(folder: Path) -> str:
    """Return why nothing can be written to a folder; empty where a file could be kept there."""
    trial = folder / f".readiness-{secrets.token_hex(4)}.tmp"
    try:
        try:
            with trial.open("xb") as held:
                held.write(b"readiness")
                held.flush()
                os.fsync(held.fileno())
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        return reason_of(error)
    return ""


def rights() -> Rights:
    """Return who else may read what is private."""
    try:
        folder = home()
    except ReadinessError:
        return Rights(has_key=False)
    key = folder / "auditor.key"
    if sys.platform == "win32":
        # The user's profile is private by itself; who may read it stands in no mode.
        return Rights(has_key=key.is_file(), is_key_sound=_is_key_sound())
    return Rights(
        has_key=key.is_file(),
        others_enter=_others_enter(folder),
        others_read_key=_mode(key, stat.S_IRWXG | stat.S_IRWXO),
        is_administrator=os.geteuid() == 0,
        is_key_sound=_is_key_sound(),
    )


def _is_key_sound() -> bool | None:
    """Return whether the key fits the auditor; ``None`` where the library for it fails."""
    from audit.identity import has_sound_key

    try:
        return has_sound_key()
    except ImportError:
        return None


def _others_enter(folder: Path) -> bool | None:
    """Return whether others may list a folder, which they cannot where one above is closed."""
    if _mode(folder, stat.S_IROTH):
        return all(_mode(each, stat.S_IXOTH) for each in (folder, *folder.resolve().parents))
    return _mode(folder, stat.S_IROTH)


def _mode(path: Path, wanted: int) -> bool | None:
    try:
        return bool(path.stat().st_mode & wanted)
    except OSError:
        return None


def language(chosen_by: str) -> Language:
    """Return the language in use and whether its texts can be loaded.

    Args:
        chosen_by: What chose it, if it is known.
    """
    if not chosen_by:
        chosen_by = "environment" if os.environ.get("READINESS_LANG") else "default"
        if chosen_by == "default" and load_settings().language:
            chosen_by = "settings"
    missing = [
        LANGUAGE_NAMES[each]
        for each in LANGUAGES
        if not (LOCALE_FOLDER / each / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()
    ]
    return Language(LANGUAGE_NAMES[current()], chosen_by, missing)


def log_facts() -> Log:
    """Return where the log is and what it holds."""
    try:
        where = log.path()
        size = sum(each.stat().st_size for each in log.files())
        failures = sum(f" {log.CRASH} " in line for line in log.tail(sys.maxsize))
    except (OSError, ReadinessError):
        return Log("?", 0, is_written=False)
    return Log(shown(where), size, is_written=log.note("doctor"), failures=failures)


def shown(path: Path) -> str:
    """Return a path without what may name a person: ``~`` for the user's folder."""
    chosen = os.environ.get("READINESS_HOME")
    if chosen and path.is_relative_to(chosen):
        variable = "%READINESS_HOME%" if sys.platform == "win32" else "$READINESS_HOME"
        return str(Path(variable) / path.relative_to(chosen))
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return path.name


def _file(path: Path | None, *, is_own: bool) -> tuple[File | None, Desk | None]:
    """Return what is known of the audit file, and the file opened for reading."""
    from audit.desk import Desk

    if path is None:
        return None, None
    try:
        desk = Desk(path, remember=False)
    except ReadinessError as error:
        return File(trouble=error.messages[0].code.name), None
    try:
        counts = desk.file.counts()
        receipts = [each.at for each in desk.file.receipts()]
        found = File(
            size=path.stat().st_size,
            records=sum(counts.values()),
            communes=sum(bool(code) for code in counts),
            last_receipt=max(receipts, default=""),
            is_writable=Desk.can_write(path),
            is_held=not is_own and _is_held(path),
        )
    except OSError:
        desk.close()
        return File(trouble=ErrorCode.FILE_TROUBLE.name), None
    except ReadinessError as error:
        desk.close()
        return File(trouble=error.messages[0].code.name), None
    return found, desk


def _is_held(path: Path) -> bool:
    from audit.holding import hold

    try:
        held = hold(path)
    except (OSError, ReadinessError):
        return False
    if held is None:
        return True
    held.release()
    return False
