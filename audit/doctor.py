"""What is right and what is not about this machine, told from facts alone.

`audit.doctor_probes` finds the facts, the front ends show what is made of them. Nothing
here names a person, a file or a value: all of it may be pasted into a message.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from audit.clock import VIETNAM
from audit.clock_check import AHEAD, BEFORE_ROUND, LONG_AHEAD
from audit.doctor_facts import Place
from audit.doctor_telling import Observation, Sign, Topic
from audit.doctor_typing import ADVICE, FINE, HARMLESS, Trouble
from criteria.language import _, count, day, moment, moment_of, ngettext, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import PurePath

    from audit.doctor_facts import (
        Clock,
        Facts,
        File,
        Folder,
        Language,
        Log,
        Program,
        Rights,
        Terminal,
        Width,
    )

LEAST_PYTHON: Final = (3, 11)
LEAST_SQLITE: Final = (3, 37)
"""The first with strict tables, which audit files have."""
LEAST_COLUMNS: Final = 80
LEAST_LINES: Final = 24
LITTLE: Final = 1_000_000_000
"""Bytes: with less free space a day's photos may not fit."""
TOO_LITTLE: Final = 100_000_000
"""Bytes: with less free space nothing can be handed in safely."""
FAT_MOST: Final = 4 * 2**30 - 1
"""Bytes of a file on FAT32."""
FAT_NEAR: Final = 3 * 2**30
ZONE: Final = timedelta(hours=7)
LONG_SINCE: Final = timedelta(days=366)
"""How long after the newest thing known a clock is doubted; a round is over sooner."""
OLDEST_TERMINAL: Final = 14393
"""Build of the first Windows whose console understands what the app draws with."""
_FAT: Final = ("fat", "fat32", "vfat", "msdos")
_NETWORK: Final = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afpfs", "fuse.sshfs", "davfs")
_SYNCED: Final = {
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "drive của tôi": "Google Drive",
    "dropbox": "Dropbox",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "nextcloud": "Nextcloud",
}
"""How the folders that a service copies to its servers begin, in small letters."""


def observe(facts: Facts) -> list[Observation]:
    """Return what there is to say of a machine, by topic."""
    return [
        *_of_program(facts.program),
        *_of_terminal(facts.terminal),
        *_of_width(facts.width),
        of_typing(facts.typed),
        *_of_clock(facts.clock),
        *_of_folders(facts.folders, facts.file),
        *_of_rights(facts.rights),
        *_of_file(facts.file),
        *_of_language(facts.language),
        *_of_log(facts.log),
        Observation(
            Topic.NETWORK,
            "network_unused",
            Sign.FINE,
            _("No network was used for this."),
        ),
    ]


def synced_by(folder: PurePath, roots: Mapping[str, str]) -> str:
    """Return the service that copies a folder to its servers; empty for none known.

    Args:
        folder: Absolute.
        roots: Folders that the system names as copied -> the service.
    """
    for root, service in roots.items():
        if root and folder.is_relative_to(root):
            return service
    for part in folder.parts:
        name = part.casefold()
        for begin, service in _SYNCED.items():
            # “OneDrive - Sở KH&CN”, “Dropbox (Personal)”.
            if name == begin or name.startswith((f"{begin} -", f"{begin}-", f"{begin} (")):
                return service
    return ""


def is_network(filesystem: str, folder: PurePath) -> bool:
    """Return whether a folder lies on another machine."""
    return filesystem.casefold() in _NETWORK or str(folder).startswith(("\\\\", "//"))


def _dots(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def _of_program(held: Program) -> Iterator[Observation]:
    topic = Topic.PROGRAM
    yield Observation(
        topic,
        "program",
        Sign.FINE,
        _("readiness {version} on {system}").format(version=held.version, system=held.system),
    )
    if held.edition:
        words = _("Criteria carried: {edition}").format(edition=held.edition)
        yield Observation(topic, "edition", Sign.FINE, words)
    else:
        yield Observation(
            topic,
            "edition_unreadable",
            Sign.MEND,
            _("The criteria that come with the program cannot be read."),
            _again(),
        )
    words = _("Python {version}, {bits} bits").format(version=_dots(held.python), bits=held.bits)
    if held.python >= LEAST_PYTHON:
        yield Observation(topic, "python", Sign.FINE, words)
    else:
        advice = _("Install Python {version} or newer.").format(version=_dots(LEAST_PYTHON))
        yield Observation(topic, "python_old", Sign.MEND, words, advice)
    words = f"SQLite {_dots(held.sqlite)}"
    if held.sqlite >= LEAST_SQLITE:
        yield Observation(topic, "sqlite", Sign.FINE, words)
    else:
        advice = _("Audit files need SQLite {version}: install a newer Python.").format(
            version=_dots(LEAST_SQLITE)
        )
        yield Observation(topic, "sqlite_old", Sign.MEND, words, advice)
    yield from _of_libraries(held)


def _again() -> str:
    return _("Install the program again, from a whole copy of its folder.")


def _of_libraries(held: Program) -> Iterator[Observation]:
    topic = Topic.PROGRAM
    there = [f"{name} {version}" for name, version in held.libraries.items() if version]
    words = _("Libraries: {list}").format(list=", ".join(there) or "–")
    yield Observation(topic, "libraries", Sign.FINE, words)
    missing = [name for name, version in held.libraries.items() if not version]
    if missing:
        words = _("Libraries that are missing: {list}").format(list=", ".join(missing))
        yield Observation(topic, "library_missing", Sign.MEND, words, _again())
    if held.failing:
        words = _("Libraries that cannot be loaded: {list}").format(list=", ".join(held.failing))
        advice = _(
            "Install the program again with a copy made for this Python. On Windows the “Visual "
            "C++ Redistributable” may be missing, or an antivirus program may have taken a file "
            "away."
        )
        yield Observation(topic, "library_failing", Sign.MEND, words, advice)
    if held.age is None:
        yield Observation(
            topic,
            "age_missing",
            Sign.LOOK,
            _("Encrypted hand-ins can be neither made nor opened here."),
            _("Only if they are wanted: install the program with its part “age”."),
        )
    else:
        words = _("Encrypted hand-ins: pyrage {version}").format(version=held.age)
        yield Observation(topic, "age", Sign.FINE, words)


def _of_terminal(held: Terminal) -> Iterator[Observation]:
    topic = Topic.TERMINAL
    if not held.is_terminal:
        yield Observation(
            topic,
            "terminal_none",
            Sign.SKIPPED,
            _("This is no terminal: what belongs to one was not looked at."),
            _("Run “readiness doctor” by itself in the window in which you work."),
        )
    else:
        yield from _of_screen(held)
    if held.encoding.casefold().replace("-", "").replace("_", "") in ("utf8", "cp65001"):
        words = _("Character set of the system: UTF-8")
        yield Observation(topic, "encoding", Sign.FINE, words)
    elif held.is_windows:
        # Python writes to a Windows console past its code page.
        words = _("Code page of the system: {name}; the program itself uses UTF-8").format(
            name=held.encoding
        )
        yield Observation(topic, "encoding_windows", Sign.FINE, words)
    else:
        words = _("Character set of the system: {name}, not UTF-8").format(name=held.encoding)
        advice = _("Set LANG to vi_VN.UTF-8 or C.UTF-8 before you start the program.")
        yield Observation(topic, "encoding_other", Sign.LOOK, words, advice)


def _of_screen(held: Terminal) -> Iterator[Observation]:
    topic = Topic.TERMINAL
    name = held.name or _("unnamed")
    if held.draws is False or 0 < held.windows_build < OLDEST_TERMINAL:
        yield Observation(
            topic,
            "terminal_old",
            Sign.MEND,
            _("This console cannot show the app."),
            _(
                "Use Windows Terminal. Or click on the sign in the window's corner, Properties, "
                "and take away the mark at “Use legacy console”; then open the window again. "
                "The commands work without either."
            ),
        )
    elif held.name == "dumb":
        yield Observation(
            topic,
            "terminal_dumb",
            Sign.MEND,
            _("This terminal says that it cannot draw (TERM=dumb)."),
            _("Use another terminal for the app; the commands work in this one, too."),
        )
    elif held.is_windows and not held.is_known:
        yield Observation(
            topic,
            "terminal_console",
            Sign.LOOK,
            _("This may be the old Windows console; Windows Terminal does not name itself."),
            _(
                "If the window has tabs at its top, all is well. Else install Windows Terminal if "
                "you may, or choose the font Consolas in the window's properties."
            ),
        )
    else:
        words = _("Terminal: {name}").format(name=name)
        yield Observation(topic, "terminal", Sign.FINE, words)
    words = _("Size: {columns} × {lines} letters").format(columns=held.columns, lines=held.lines)
    if held.columns >= LEAST_COLUMNS and held.lines >= LEAST_LINES:
        yield Observation(topic, "size", Sign.FINE, words)
    else:
        advice = _(
            "Make the window larger or the letters smaller (Ctrl and -): the app needs "
            "{columns} × {lines}."
        ).format(columns=LEAST_COLUMNS, lines=LEAST_LINES)
        yield Observation(topic, "size_small", Sign.MEND, words, advice)
    yield Observation(topic, "colours", Sign.FINE, _colours(held))
    if held.erases_letters is False:
        yield Observation(
            topic,
            "erases_bytes",
            Sign.LOOK,
            _("In a plain line of this terminal Backspace takes only part of a letter."),
            _("Type “stty iutf8” before you start the program; the app itself is not affected."),
        )


def _colours(held: Terminal) -> str:
    if held.no_color:
        return _("Colours: none, as NO_COLOR asks")
    return {
        "truecolor": _("Colours: all"),
        "256": _("Colours: 256"),
        "16": _("Colours: 16"),
    }.get(held.colours, _("Colours: none"))


def _of_width(held: Width | None) -> Iterator[Observation]:
    topic = Topic.LETTERS
    if held is None or held.composed is None:
        yield Observation(
            topic,
            "width_unknown",
            Sign.SKIPPED,
            _("Width of the letters: the terminal could not be asked."),
        )
    elif held.composed != held.wanted:
        words = _("Width of the letters: a word of {wanted} fills {found} places.").format(
            wanted=held.wanted, found=held.composed
        )
        advice = _(
            "The terminal does not read UTF-8, or counts letters otherwise: set its character set "
            "to UTF-8 and its font to Consolas, Cascadia Mono or DejaVu Sans Mono, or use another "
            "terminal."
        )
        yield Observation(topic, "width_wrong", Sign.MEND, words, advice)
    elif held.apart is not None and held.apart != held.wanted:
        yield Observation(
            topic,
            "width_apart",
            Sign.LOOK,
            _("Width of the letters: right; those written as letter and mark apart are too wide."),
            _(
                "The program itself writes no such letters. In names of files of other programs "
                "lines may be moved; Windows Terminal shows them rightly."
            ),
        )
    else:
        yield Observation(topic, "width", Sign.FINE, _("Width of the letters: right"))


def of_typing(trouble: Trouble) -> Observation:
    """Return what is said of the line that was typed."""
    said = ADVICE[trouble]
    if trouble is Trouble.SKIPPED:
        sign = Sign.SKIPPED
    elif trouble in FINE:
        sign = Sign.FINE
    else:
        sign = Sign.LOOK if trouble in HARMLESS else Sign.MEND
    words = _("Typing: {found}").format(found=_(said.found))
    return Observation(
        Topic.LETTERS, trouble.value, sign, words, _(said.to_do) if said.to_do else ""
    )


def _of_clock(held: Clock) -> Iterator[Observation]:
    topic = Topic.CLOCK
    now = held.now.astimezone(VIETNAM)
    shown = _("The clock shows {moment}.").format(moment=moment(now))
    right = _("Set date and time of the machine right, then go on working.")
    wrong = _why_wrong(held)
    if wrong:
        yield Observation(topic, wrong[0], Sign.MEND, f"{shown} {wrong[1]}", right)
    elif held.newest_known and now.date() - held.newest_known > LONG_SINCE:
        words = _(
            "It may be ahead: the newest thing known here is of {day}, more than a year before."
        ).format(day=day(held.newest_known))
        advice = _(
            "Look whether the day and the year are right. If not, set them right, then go on "
            "working; if they are, there is nothing to do."
        )
        yield Observation(topic, "clock_ahead", Sign.LOOK, f"{shown} {words}", advice)
    else:
        yield Observation(topic, "clock", Sign.FINE, shown)
    if held.zone == ZONE:
        yield Observation(topic, "zone", Sign.FINE, _("Time zone: +07:00"))
    else:
        minutes = round(held.zone.total_seconds() / 60)
        zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        yield Observation(
            topic,
            "zone_other",
            Sign.LOOK,
            _("Time zone: {zone}, not that of Vietnam").format(zone=zone),
            _(
                "Choose the zone of Hanoi and Bangkok (+07:00) and look whether the time is right "
                "then. The program writes Vietnam's time by itself."
            ),
        )
    yield from _of_doubts(held)


def _why_wrong(held: Clock) -> tuple[str, str] | None:
    """Return code and words of what speaks against the clock, the strongest first."""
    now = held.now
    today = now.astimezone(VIETNAM).date()
    if held.edition_from and today.year < held.edition_from.year:
        words = _("The program is younger than that; the battery of the clock may be dead.")
        return "clock_before_program", words
    if held.newest_program and held.newest_program > now + timedelta(days=1):
        return "clock_before_program", _("Files of the program are younger than that.")
    if held.round_opened and held.round_opened - today > BEFORE_ROUND:
        words = _("The round was opened later, on {day}.").format(day=day(held.round_opened))
        return "clock_before_round", words
    if held.newest_own and held.newest_own > now + LONG_AHEAD:
        return "clock_back", _("Something was saved here later than that: it was put back.")
    return None


def _of_doubts(held: Clock) -> Iterator[Observation]:
    topic = Topic.CLOCK
    advice = _(
        "Look whether the clock is right. In the app, what is doubtful stands at the hand-in (F10)."
    )
    if held.newest_own and AHEAD < held.newest_own - held.now <= LONG_AHEAD:
        words = _("Something was saved here a little later than the clock shows.")
        yield Observation(topic, "clock_slow", Sign.LOOK, words, advice)
    kinds = {
        "clock_early": _("Records of the commune at hand claim to be older than the round."),
        "clock_late": _("Records of the commune at hand claim to be from the future."),
        "clock_behind": _("Records of the commune at hand are a little ahead of this clock."),
        "clock_backwards": _("Along the records of the commune at hand a clock went back."),
        "clock_unreadable": _("Times of records of the commune at hand cannot be read."),
        "clock_visit": _("Nothing was recorded near the day of the visit of the commune at hand."),
    }
    for kind in dict.fromkeys(held.doubts):
        if kind in kinds:
            yield Observation(topic, kind, Sign.LOOK, kinds[kind], advice)


def size_words(size: int) -> str:
    """Return a size for people: ``310 KB``, ``2.4 MB``, ``12 GB``."""
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)) if size else 0)} KB"
    unit, divisor = ("MB", 1_000_000) if size < 1_000_000_000 else ("GB", 1_000_000_000)
    exact = Decimal(size) / divisor
    return f"{number(exact, 0 if exact >= 10 else 1)} {unit}"


def _of_folders(folders: Sequence[Folder], file: File | None) -> Iterator[Observation]:
    needed = 2 * file.size if file is not None else 0
    for held in folders:
        yield from _of_folder(held, needed if held.place is Place.FILE else 0)
        if held.place is Place.FILE:
            yield from _of_drive(held, file.size if file is not None else 0)
        elif held.synced:
            words = _("{place}: {service} copies it to its servers.").format(
                place=_named(held), service=held.synced
            )
            advice = _(
                "Your key and your drafts lie there. Set READINESS_HOME to a folder that is not "
                "copied, and move what is in it."
            )
            yield Observation(Topic.DISK, f"{held.place}_synced", Sign.LOOK, words, advice)


def _named(held: Folder) -> str:
    name = held.place.label
    name = name[:1].upper() + name[1:]
    return f"{name} ({held.kind})" if held.kind else name


def _of_folder(held: Folder, needed: int) -> Iterator[Observation]:
    topic, place = Topic.DISK, _named(held)
    if held.refusal:
        words = _("{place}: nothing can be written to it ({reason}).").format(
            place=place, reason=held.refusal
        )
        advice = {
            Place.HOME: _(
                "Ask for the right to write there, or set READINESS_HOME to a folder of yours."
            ),
            Place.TEMPORARY: _("Free some space, or set the variable TMPDIR to a folder of yours."),
            Place.FILE: _(
                "Move the audit file to a folder of yours on the disk of this machine; a stick may "
                "have a switch against writing."
            ),
        }[held.place]
        yield Observation(topic, f"{held.place}_refused", Sign.MEND, words, advice)
    if held.free is None:
        return
    words = _("{place}: {size} free").format(place=place, size=size_words(held.free))
    advice = _("Empty the recycle bin and delete what is not needed; then run this again.")
    if held.free < max(TOO_LITTLE, needed):
        yield Observation(topic, f"{held.place}_full", Sign.MEND, words, advice)
    elif held.free < LITTLE:
        yield Observation(topic, f"{held.place}_little", Sign.LOOK, words, advice)
    elif not held.refusal:
        words = _("{place}: {size} free, can be written").format(
            place=place, size=size_words(held.free)
        )
        yield Observation(topic, f"{held.place}_space", Sign.FINE, words)


def _of_drive(held: Folder, size: int) -> Iterator[Observation]:
    """Yield what speaks against the drive on which the audit file lies."""
    topic = Topic.DISK
    move = _(
        "Close the program, move the audit file to a folder on the disk of this machine that no "
        "program copies elsewhere, and open it there. Hand in with “readiness send”."
    )
    if held.synced:
        words = _(
            "The audit file lies in a folder that {service} copies to its servers; while it is "
            "written, it may be spoilt or doubled."
        ).format(service=held.synced)
        yield Observation(topic, "file_synced", Sign.MEND, words, move)
    if held.is_network:
        words = _(
            "The audit file lies on another machine; where the network breaks off or two people "
            "write, it may be spoilt."
        )
        yield Observation(topic, "file_network", Sign.MEND, words, move)
    if held.filesystem.casefold() in _FAT:
        words = _(
            "The audit file lies on a drive with the file system {name}: no file there can be "
            "larger than 4 GB, and a power cut does it more harm."
        ).format(name=held.filesystem)
        sign = Sign.MEND if size > FAT_NEAR else Sign.LOOK
        advice = _("Keep the file that you work in on the disk of this machine; carry copies.")
        yield Observation(topic, "file_fat", sign, words, advice)


def _of_rights(held: Rights) -> Iterator[Observation]:
    topic = Topic.RIGHTS
    if held.is_key_sound is False and not held.has_key:
        yield Observation(
            topic,
            "key_lost",
            Sign.MEND,
            _("The key of who works here (auditor.key) is gone."),
            _(
                "Put back a copy of it. Else the next command that needs it makes a new one, which "
                "the office must then be told."
            ),
        )
    elif held.is_key_sound is False:
        yield Observation(
            topic,
            "key_broken",
            Sign.MEND,
            _("The key (auditor.key) cannot be read, or is not that of who works here."),
            _(
                "Nothing can be recorded until then: put back a copy of the key; or move the file "
                "auditor.key away, and a new key is made, which the office must then be told."
            ),
        )
    elif not held.has_key:
        yield Observation(
            topic,
            "key_none",
            Sign.FINE,
            _("No key was made yet; that is done when you say who you are."),
        )
    if held.others_read_key:
        yield Observation(
            topic,
            "key_open",
            Sign.MEND,
            _("Others on this machine can read your key and seal in your name."),
            _(
                "Take the right to read away from others, in a terminal: chmod 600 on the file "
                "auditor.key. If the machine is shared, ask the office to revoke the key."
            ),
        )
    elif held.others_read_key is False and held.is_key_sound is not False:
        yield Observation(topic, "key_private", Sign.FINE, _("Only you can read your key."))
    if held.others_enter:
        yield Observation(
            topic,
            "home_open",
            Sign.LOOK,
            _("Others on this machine can look into your own folder of the program."),
            _("Take that right away from others, in a terminal: chmod 700 on the folder."),
        )
    elif held.others_enter is False:
        words = _("Only you can look into your own folder of the program.")
        yield Observation(topic, "home_private", Sign.FINE, words)
    else:
        yield Observation(
            topic,
            "home_unasked",
            Sign.SKIPPED,
            _("Who may read your own folder: not asked on this system; it lies in your profile."),
        )
    if held.is_administrator:
        yield Observation(
            topic,
            "administrator",
            Sign.LOOK,
            _("The program runs with the rights of an administrator."),
            _("It needs none: start it as an ordinary user, else others may not open its files."),
        )


def _of_file(held: File | None) -> Iterator[Observation]:
    topic = Topic.FILE
    if held is None:
        yield Observation(topic, "file_none", Sign.SKIPPED, _("No audit file was opened yet."))
        return
    if held.trouble:
        words = _("The audit file does not open: {code}").format(code=held.trouble)
        advice = _(
            "Start the program with the file, or run “readiness status”: the sentence there says "
            "what to do. Keep the file as it is."
        )
        yield Observation(topic, "file_trouble", Sign.MEND, words, advice)
        return
    words = _("It opens: {size}; records: {records}; communes: {communes}").format(
        size=size_words(held.size), records=count(held.records), communes=count(held.communes)
    )
    yield Observation(topic, "file", Sign.FINE, words)
    if not held.is_writable:
        yield Observation(
            topic,
            "file_read_only",
            Sign.LOOK,
            _("Nothing can be added to it."),
            _(
                "To go on working, copy it to a folder of yours, say who you are (“readiness "
                "whoami”), and open the copy."
            ),
        )
    if held.is_held:
        yield Observation(
            topic,
            "file_held",
            Sign.LOOK,
            _("Another copy of the program has it open."),
            _("Go on there. If you see no other window, sign out of the system and in again."),
        )
    if held.last_receipt:
        words = _("The office last confirmed what it received: {moment}").format(
            moment=moment_of(held.last_receipt)
        )
    else:
        words = _("It holds no receipt of the office yet.")
    yield Observation(topic, "receipt", Sign.FINE, words)


def _of_language(held: Language) -> Iterator[Observation]:
    topic = Topic.LANGUAGE
    by = {
        "option": _("as the option --lang says"),
        "environment": _("as READINESS_LANG says"),
        "settings": _("as chosen in the settings"),
        "default": _("as long as no other is chosen"),
    }[held.chosen_by]
    yield Observation(topic, "language", Sign.FINE, f"{held.name}, {by}")
    if held.missing:
        words = _("Texts that cannot be loaded: {list}").format(list=", ".join(held.missing))
        yield Observation(topic, "texts_missing", Sign.MEND, words, _again())


def _of_log(held: Log) -> Iterator[Observation]:
    topic = Topic.LOG
    if not held.is_written:
        yield Observation(
            topic,
            "log_none",
            Sign.LOOK,
            _("No log can be written to {path}.").format(path=held.where),
            _("See what is said of your own folder of the program, under “Disk”."),
        )
        return
    words = _("{path}, {size}; without names and without what was entered").format(
        path=held.where, size=size_words(held.size)
    )
    yield Observation(topic, "log", Sign.FINE, words)
    if held.failures:
        words = ngettext(
            "The program stopped unforeseen {count} time, as the log says.",
            "The program stopped unforeseen {count} times, as the log says.",
            held.failures,
        ).format(count=count(held.failures))
        advice = _(
            "If it happens again, send the log and this page to who looks after the program."
        )
        yield Observation(topic, "failures", Sign.LOOK, words, advice)
