"""What `audit.doctor_probes` finds on a machine; no name, no path and no value is in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from audit.doctor_typing import Trouble
from criteria.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Program:
    """The program and what it stands on.

    Attributes:
        version: Of the program.
        edition: Code and name of the criteria that it carries; empty where unreadable.
        python: Version.
        bits: 32 or 64.
        system: Name and version of the operating system.
        sqlite: Version.
        libraries: Name -> version; ``None`` for what is not installed.
        failing: Names of those that are installed and cannot be loaded.
        age: Version of what encrypts hand-ins; ``None`` where it is not installed.
    """

    version: str
    edition: str
    python: tuple[int, int, int]
    bits: int
    system: str
    sqlite: tuple[int, ...]
    libraries: Mapping[str, str | None]
    failing: Sequence[str] = ()
    age: str | None = None


@dataclass(frozen=True)
class Terminal:
    """The terminal, as far as it tells.

    Attributes:
        is_terminal: Whether both ends are one.
        name: ``TERM``, or on Windows the program, where it says so.
        columns: Width in cells.
        lines: Height in cells.
        colours: ``truecolor``, ``256``, ``16`` or ``none``.
        no_color: Whether ``NO_COLOR`` asks for none.
        encoding: Of the locale; as Python names it.
        is_windows: Whether this is Windows.
        windows_build: Build of Windows; 0 elsewhere.
        is_known: Whether a modern terminal names itself; matters on Windows.
        draws: Whether a Windows console obeys control sequences; ``None`` if not asked.
        erases_letters: Whether Backspace takes a whole letter in a plain line; ``None`` if
            not known.
    """

    is_terminal: bool
    name: str = ""
    columns: int = 0
    lines: int = 0
    colours: str = ""
    no_color: bool = False
    encoding: str = "utf-8"
    is_windows: bool = False
    windows_build: int = 0
    is_known: bool = False
    draws: bool | None = None
    erases_letters: bool | None = None


@dataclass(frozen=True)
class Width:
    """How far the cursor went for a word.

    Attributes:
        wanted: Cells that the word fills.
        composed: Cells, written with one sign a letter; ``None`` where nobody answered.
        apart: Cells, written with letters and marks apart.
    """

    wanted: int
    composed: int | None
    apart: int | None


@dataclass(frozen=True)
class Clock:
    """What the clock shows and what speaks for or against it.

    Attributes:
        now: Aware.
        zone: Offset of this machine from UTC.
        edition_from: Day from which the criteria of the program hold.
        newest_program: When the newest file of the program was written, if known.
        newest_own: When the newest file in the user's own folder was written, if known.
        round_opened: Day the round was opened, if there is one.
        newest_known: Last day known here from anything but this clock's last weeks.
        doubts: What `audit.clock_check` finds in the commune at hand.
    """

    now: datetime
    zone: timedelta
    edition_from: date | None = None
    newest_program: datetime | None = None
    newest_own: datetime | None = None
    round_opened: date | None = None
    newest_known: date | None = None
    doubts: Sequence[str] = ()


class Place(StrEnum):
    """Folders that the program writes to."""

    HOME = "home"
    TEMPORARY = "temporary"
    FILE = "file"

    @property
    def label(self) -> str:
        """What it is called, in the language in use."""
        return {
            "home": _("your own folder of the program"),
            "temporary": _("the folder for temporary files"),
            "file": _("the folder of the audit file"),
        }[self]


@dataclass(frozen=True)
class Folder:
    """A folder that the program writes to; without its path.

    Attributes:
        place: What it is for.
        kind: Where it lies, in words: Documents, a stick.
        free: Bytes; ``None`` where unknown.
        refusal: Why nothing can be written to it; empty where it can.
        filesystem: Of the drive, as the system names it; empty where unknown.
        is_network: Whether it lies on another machine.
        synced: Service that copies it to its servers; empty for none.
    """

    place: Place
    kind: str = ""
    free: int | None = None
    refusal: str = ""
    filesystem: str = ""
    is_network: bool = False
    synced: str = ""


@dataclass(frozen=True)
class Rights:
    """Who else on this machine may read what is private.

    Attributes:
        has_key: Whether there is a key yet.
        others_enter: Whether others may list the user's own folder; ``None`` if not asked.
        others_read_key: Whether others may read the key; ``None`` if not asked.
        is_administrator: Whether the program runs with all rights.
        is_key_sound: Whether the key can be read and is that of the auditor; ``None`` if not
            asked, or where there is neither.
    """

    has_key: bool
    others_enter: bool | None = None
    others_read_key: bool | None = None
    is_administrator: bool = False
    is_key_sound: bool | None = None


@dataclass(frozen=True)
class File:
    """The audit file; without its name.

    Attributes:
        trouble: Code of the error with which it does not open; empty where it does.
        size: Bytes.
        records: How many it holds.
        communes: How many it holds records of.
        last_receipt: When the office last confirmed what it received, ISO text; empty for
            never.
        is_writable: Whether records can be added.
        is_held: Whether another copy of the program has it open.
    """

    trouble: str = ""
    size: int = 0
    records: int = 0
    communes: int = 0
    last_receipt: str = ""
    is_writable: bool = True
    is_held: bool = False


@dataclass(frozen=True)
class Language:
    """The language in use.

    Attributes:
        name: In itself.
        chosen_by: ``option``, ``environment``, ``settings`` or ``default``.
        missing: Languages whose texts cannot be loaded.
    """

    name: str
    chosen_by: str
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Log:
    """The log.

    Attributes:
        where: Its path, with ``~`` for the user's folder.
        size: Bytes of all its files; 0 for none.
        is_written: Whether it can be written.
        failures: Crashes noted in it.
    """

    where: str
    size: int
    is_written: bool
    failures: int = 0


@dataclass(frozen=True)
class Facts:
    """All that was found; ``None`` for what was not asked."""

    program: Program
    terminal: Terminal
    clock: Clock
    rights: Rights
    language: Language
    log: Log
    folders: Sequence[Folder] = ()
    width: Width | None = None
    typed: Trouble = Trouble.SKIPPED
    file: File | None = None
