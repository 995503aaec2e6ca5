"""`readiness doctor`: what is said of a machine, and what its probes do to it."""

from __future__ import annotations

import json
import sys
import time
import tomllib
import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

import pytest

from audit.clock import VIETNAM
from audit.desk import Desk
from audit.doctor import is_network, observe, synced_by
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
    Width,
)
from audit.doctor_probes import LIBRARIES, clock, facts, shown
from audit.doctor_telling import Observation, Sign, as_data, as_lines, needs_mending
from audit.doctor_typing import ADVICE, SENTENCE, Trouble, judge
from audit.pen import Draft, Pen
from criteria.language import choose, speaking
from tests.input_methods import bursts, tone_apart
from tests.piloting import LONG_THANH, drive, press, running, words_of
from tests.two_auditors import pen_of

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 12, 5, 12, tzinfo=VIETNAM)
HOUR = timedelta(hours=1)
ANSWER = Draft("answer", LONG_THANH, "counters", 6)
GOOD = Facts(
    program=Program(
        version="1.0.0",
        edition="a 1",
        python=(3, 12, 1),
        bits=64,
        system="Windows 11",
        sqlite=(3, 45, 0),
        libraries={"click": "8.3"},
        age="1.4",
    ),
    terminal=Terminal(True, "Windows Terminal", 120, 30, "truecolor", is_known=True),
    clock=Clock(NOON, 7 * HOUR, date(2026, 1, 1), NOON - HOUR, NOON - HOUR, date(2026, 12, 1)),
    rights=Rights(has_key=True, others_enter=False, others_read_key=False),
    language=Language("English", "settings"),
    log=Log("~/readiness.log", 4_000, is_written=True),
    folders=(
        Folder(Place.HOME, free=50_000_000_000, filesystem="NTFS"),
        Folder(Place.TEMPORARY, free=50_000_000_000, filesystem="NTFS"),
        Folder(Place.FILE, free=50_000_000_000, filesystem="NTFS"),
    ),
    width=Width(16, 16, 16),
    typed=Trouble.NONE,
    file=File(size=2_000_000, records=900, communes=3, last_receipt="2026-12-04T09:00:00+07:00"),
)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def of_program(**changed: Any) -> Facts:
    return replace(GOOD, program=replace(GOOD.program, **changed))


def of_terminal(**changed: Any) -> Facts:
    return replace(GOOD, terminal=replace(GOOD.terminal, **changed))


def of_clock(**changed: Any) -> Facts:
    return replace(GOOD, clock=replace(GOOD.clock, **changed))


def of_folder(place: Place, **changed: Any) -> Facts:
    return replace(
        GOOD,
        folders=[
            replace(each, **changed) if each.place is place else each for each in GOOD.folders
        ],
    )


def of_file(**changed: Any) -> Facts:
    assert GOOD.file is not None
    return replace(GOOD, file=replace(GOOD.file, **changed))


def signs(facts: Facts) -> dict[str, Sign]:
    return {each.code: each.sign for each in observe(facts)}


def the(code: str, facts: Facts) -> Observation:
    return next(each for each in observe(facts) if each.code == code)


def test_of_a_machine_without_fault_all_is_fine() -> None:
    found = observe(GOOD)

    assert {each.sign for each in found} == {Sign.FINE}
    assert not any(each.advice for each in found)
    assert as_lines(found)[-1] == "All is fine."
    assert not needs_mending(found)


FAULTS: dict[str, tuple[Facts, Sign]] = {
    "edition_unreadable": (of_program(edition=""), Sign.MEND),
    "python_old": (of_program(python=(3, 10, 9)), Sign.MEND),
    "sqlite_old": (of_program(sqlite=(3, 36, 0)), Sign.MEND),
    "library_missing": (of_program(libraries={"click": None}), Sign.MEND),
    "library_failing": (of_program(failing=["cryptography"]), Sign.MEND),
    "age_missing": (of_program(age=None), Sign.LOOK),
    "terminal_none": (of_terminal(is_terminal=False), Sign.SKIPPED),
    "terminal_old": (of_terminal(is_windows=True, draws=False), Sign.MEND),
    "terminal_console": (of_terminal(is_windows=True, is_known=False), Sign.LOOK),
    "terminal_dumb": (of_terminal(name="dumb"), Sign.MEND),
    "size_small": (of_terminal(columns=79), Sign.MEND),
    "encoding_other": (of_terminal(encoding="ANSI_X3.4-1968"), Sign.LOOK),
    "erases_bytes": (of_terminal(erases_letters=False), Sign.LOOK),
    "width_unknown": (replace(GOOD, width=Width(16, None, None)), Sign.SKIPPED),
    "width_wrong": (replace(GOOD, width=Width(16, 24, 30)), Sign.MEND),
    "width_apart": (replace(GOOD, width=Width(16, 16, 22)), Sign.LOOK),
    "clock_before_program": (of_clock(now=NOON.replace(year=2009)), Sign.MEND),
    "clock_before_round": (of_clock(round_opened=date(2026, 12, 9)), Sign.MEND),
    "clock_back": (of_clock(newest_own=NOON + 2 * HOUR), Sign.MEND),
    "clock_slow": (of_clock(newest_own=NOON + HOUR / 2), Sign.LOOK),
    "clock_ahead": (of_clock(newest_known=date(2025, 11, 9)), Sign.LOOK),
    "clock_late": (of_clock(doubts=["clock_late"]), Sign.LOOK),
    "zone_other": (of_clock(zone=-HOUR * 3.5), Sign.LOOK),
    "home_refused": (of_folder(Place.HOME, refusal="Read-only file system"), Sign.MEND),
    "temporary_full": (of_folder(Place.TEMPORARY, free=1_000_000), Sign.MEND),
    "home_little": (of_folder(Place.HOME, free=500_000_000), Sign.LOOK),
    "home_synced": (of_folder(Place.HOME, synced="OneDrive"), Sign.LOOK),
    "file_synced": (of_folder(Place.FILE, synced="OneDrive"), Sign.MEND),
    "file_network": (of_folder(Place.FILE, is_network=True), Sign.MEND),
    "file_fat": (of_folder(Place.FILE, filesystem="FAT32"), Sign.LOOK),
    "key_open": (
        replace(GOOD, rights=Rights(True, False, True)),
        Sign.MEND,
    ),
    "key_broken": (replace(GOOD, rights=Rights(True, False, False, False, False)), Sign.MEND),
    "key_lost": (replace(GOOD, rights=Rights(False, False, is_key_sound=False)), Sign.MEND),
    "home_open": (replace(GOOD, rights=Rights(has_key=True, others_enter=True)), Sign.LOOK),
    "administrator": (
        replace(GOOD, rights=Rights(True, False, False, True)),
        Sign.LOOK,
    ),
    "file_trouble": (of_file(trouble="FILE_DAMAGED"), Sign.MEND),
    "file_read_only": (of_file(is_writable=False), Sign.LOOK),
    "file_held": (of_file(is_held=True), Sign.LOOK),
    "texts_missing": (
        replace(GOOD, language=Language("English", "default", ["Tiếng Việt"])),
        Sign.MEND,
    ),
    "log_none": (replace(GOOD, log=Log("?", 0, is_written=False)), Sign.LOOK),
    "failures": (replace(GOOD, log=replace(GOOD.log, failures=2)), Sign.LOOK),
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_found_by_itself_with_what_to_do(code: str) -> None:
    held, sign = FAULTS[code]

    found = the(code, held)

    assert found.sign is sign
    assert found.found
    assert found.advice or sign is Sign.SKIPPED
    assert needs_mending(observe(held)) == (sign is Sign.MEND)
    assert [each.code for each in observe(held) if each.sign not in (Sign.FINE, sign)] == []


@pytest.mark.parametrize(
    ("size", "free", "sign"),
    [(2_000_000_000, 3_000_000_000, Sign.MEND), (1_000_000_000, 3_000_000_000, Sign.FINE)],
)
def test_beside_the_audit_file_there_is_room_for_it_twice(size: int, free: int, sign: Sign) -> None:
    held = replace(of_folder(Place.FILE, free=free), file=File(size=size))

    assert next(each for code, each in signs(held).items() if code.startswith("file_")) is sign


def test_on_fat_a_large_audit_file_is_to_be_moved() -> None:
    held = replace(of_folder(Place.FILE, filesystem="vfat"), file=File(size=3_500_000_000))

    assert the("file_fat", held).sign is Sign.MEND


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        (PureWindowsPath("C:/Hồ sơ/an/OneDrive - Sở KH&CN/Đợt 1"), "OneDrive"),
        (PureWindowsPath("C:/Hồ sơ/an/OneDrive"), "OneDrive"),
        (PureWindowsPath("G:/Drive của tôi/Đợt 1"), "Google Drive"),
        (PurePosixPath("/srv/an/Dropbox (Personal)"), "Dropbox"),
        (PureWindowsPath("E:/Dữ liệu/Đợt 1"), "Chung"),
        (PureWindowsPath("D:/Kiểm tra hạ tầng/Đợt 1"), ""),
        (PurePosixPath("/srv/an/onedriver"), ""),
    ],
)
def test_a_folder_that_a_service_copies_is_known(folder: Any, service: str) -> None:
    assert synced_by(folder, {"": "nothing", "E:\\Dữ liệu": "Chung"}) == service


def test_a_folder_on_another_machine_is_known() -> None:
    assert is_network("", PureWindowsPath(r"\\may-chu\chung\Đợt 1"))
    assert is_network("CIFS", PurePosixPath("/mnt/chung"))
    assert not is_network("ext4", PurePosixPath("/mnt/chung"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_as_text_no_line_is_longer_than_a_terminal_is_wide(language: str) -> None:
    everything = [each for held, _sign in FAULTS.values() for each in observe(held)]

    with speaking(language):
        lines = as_lines(everything)

    assert max(map(len, lines)) <= 80


def test_as_data_each_finding_has_its_code_and_sign() -> None:
    data = json.loads(json.dumps(as_data(observe(FAULTS["file_synced"][0]))))

    assert data["mend"] == 1
    assert {"topic": "disk", "code": "file_synced", "sign": "mend"}.items() <= next(
        each.items() for each in data["observations"] if each["code"] == "file_synced"
    )


# What an input method made of the line


def as_tcvn3(text: str) -> str:
    """Return a text as a program shows it that takes TCVN3 for Latin-1."""
    pairs = {"Đ": "§", "ư": "\xad", "ờ": "ê", "ễ": "Ô", "ệ": "Ö", "ã": "·", "ớ": "í", "á": "¸"}
    return "".join(pairs.get(sign, sign) for sign in text)


def as_vni(text: str) -> str:
    """Return a text as a program shows it that knows no VNI-Windows."""
    pairs = {
        "Đ": "Ñ",
        "ư": "ö",
        "ờ": "ôø",
        "ễ": "eã",
        "ệ": "eä",
        "ã": "aõ",
        "ớ": "ôù",
        "á": "aù",
    }
    return "".join(pairs.get(sign, sign) for sign in text)


def without_taking_back(text: str) -> str:
    return "".join(bursts(text, back="", is_whole=False))


ARRIVED: dict[str, tuple[str | bytes, Trouble]] = {
    "as it stands": (SENTENCE, Trouble.NONE),
    "in small letters, with the end of the line": (SENTENCE.lower() + "\r\n", Trouble.NONE),
    "without the comma": (SENTENCE.replace(",", ""), Trouble.NONE),
    "nothing": ("\n", Trouble.SKIPPED),
    "letters and marks apart": (unicodedata.normalize("NFD", SENTENCE), Trouble.TAKEN_APART),
    "tones apart": (tone_apart(SENTENCE), Trouble.TAKEN_APART),
    "no marks": ("Duong Nguyen Hue, xa Phuoc Thai", Trouble.OFF),
    "keys of Telex": ("DDuwowngf Nguyeenx Hueej, xax Phuwowcs Thais", Trouble.OFF),
    "keys of VNI": ("D9u7o7ng2 Nguye6n4 Hue65, xa4 Phu7o71c Thai1", Trouble.OFF),
    "TCVN3": (as_tcvn3(SENTENCE), Trouble.TCVN3),
    "bytes of TCVN3": (as_tcvn3(SENTENCE).encode("latin-1"), Trouble.TCVN3),
    "VNI-Windows": (as_vni(SENTENCE), Trouble.VNI),
    "bytes of VNI-Windows": (as_vni(SENTENCE).encode("cp1252"), Trouble.VNI),
    "other bytes": (b"\xd0\xfd\xf2ng Nguy\xea\xden Hu\xea\xf2", Trouble.NOT_UNICODE),
    "UTF-8 read as Latin-1": (SENTENCE.encode().decode("latin-1"), Trouble.NOT_UTF8),
    "question marks": ("???ng Nguy?n Hu?, x? Ph??c Th?i", Trouble.REPLACED),
    "a false Đ": (SENTENCE.replace("Đ", "\u00d0"), Trouble.FALSE_D),
    "letters twice": (without_taking_back(SENTENCE), Trouble.DOUBLED),
    "one letter twice": (SENTENCE.replace("ờ", "ơờ"), Trouble.DOUBLED),
    "letters lost": (SENTENCE.replace("ườ", "ờ"), Trouble.LOST),
    "other marks": (SENTENCE.replace("ệ", "ẹ"), Trouble.MARKS),
    "another line": ("Xin chào các bạn", Trouble.OTHER),
}


@pytest.mark.parametrize("how", ARRIVED)
def test_what_arrived_instead_of_the_line_is_recognised(how: str) -> None:
    arrived, trouble = ARRIVED[how]

    assert judge(arrived) is trouble


def test_every_trouble_with_typing_is_reached_and_says_what_to_do() -> None:
    assert {trouble for _arrived, trouble in ARRIVED.values()} == set(Trouble) == set(ADVICE)
    for trouble, advice in ADVICE.items():
        assert bool(advice.to_do) == (trouble not in (Trouble.NONE, Trouble.SKIPPED))


# The probes


def test_the_libraries_looked_for_are_those_of_the_project() -> None:
    project = Path(__file__).resolve().parent.parent / "pyproject.toml"
    wanted = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]

    assert sorted(LIBRARIES) == sorted(each.split(">=")[0] for each in wanted)


def test_what_is_found_names_no_person_no_file_and_no_folder(file: Path) -> None:
    from audit.identity import needed_auditor

    held = needed_auditor()

    found = "\n".join(as_lines(observe(facts(file)), width=10_000))

    assert "It opens" in found
    for part in (held.name, held.unit, held.key, file.stem, str(file.parent), "Đợt 1"):
        assert part not in found


def test_looking_changes_nothing_but_the_log_and_the_marks_of_open_files(
    file: Path, tmp_path: Path
) -> None:
    def state() -> dict[str, bytes]:
        found = (each for each in tmp_path.rglob("*") if each.is_file())
        return {
            str(each): each.read_bytes()
            for each in found
            if each.name != "readiness.log" and each.suffix != ".lock"
        }

    before = state()

    facts(file)

    assert state() == before


def test_a_file_that_does_not_open_is_told_by_its_code(tmp_path: Path) -> None:
    broken = tmp_path / "a.audit"
    broken.write_bytes(b"nothing of ours")

    found = the("file_trouble", facts(broken))

    assert "FILE_NOT_AUDIT" in found.found


def test_another_copy_that_has_the_file_open_is_noticed(file: Path) -> None:
    from audit.holding import hold

    held = hold(file)
    assert held is not None
    try:
        assert "file_held" in signs(facts(file))
        assert "file_held" not in signs(facts(file, is_own=True))
    finally:
        held.release()
    assert "file_held" not in signs(facts(file))


def test_a_key_that_cannot_be_used_is_noticed(file: Path) -> None:
    key = file.parent / "home" / "auditor.key"
    key.write_text("junk")
    broken = signs(facts(file))
    key.unlink()
    lost = signs(facts(file))

    assert broken["key_broken"] is lost["key_lost"] is Sign.MEND
    assert "key_private" not in broken
    assert "key_none" not in lost


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes its zone from nowhere else")
def test_a_machine_in_utc_is_not_in_the_zone_of_vietnam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        found = clock(None).zone
    finally:
        monkeypatch.undo()
        time.tzset()

    assert found == timedelta(0)


def test_a_clock_is_doubted_a_year_after_all_that_is_known_of_others_and_of_this_machine(
    file: Path,
) -> None:
    with Desk(file, write=True) as desk:
        opened = desk.round.opened_on

        def at(years: int) -> datetime:
            return datetime(opened.year + years, opened.month, 3, tzinfo=VIETNAM)

        def is_doubted() -> bool:
            return "clock_ahead" in signs(replace(GOOD, clock=clock(desk, at(2))))

        assert "clock_ahead" not in signs(replace(GOOD, clock=clock(desk, at(0))))
        Pen(desk.file, desk.round.id, desk.pen().author, clock=lambda: at(2)).write([ANSWER])
        by_own = is_doubted()
        pen = pen_of(desk, "Lê Thị Bông")
        Pen(desk.file, desk.round.id, pen.author, writer="w" + "5" * 32, clock=lambda: at(2)).write(
            [ANSWER]
        )
        by_another = is_doubted()

    assert (by_own, by_another) == (True, False)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes here")
def test_a_key_that_others_may_read_is_noticed(file: Path) -> None:
    key = file.parent / "home" / "auditor.key"
    assert signs(facts(file))["key_private"] is Sign.FINE

    key.chmod(0o644)

    assert signs(facts(file))["key_open"] is Sign.MEND


def test_a_folder_that_cannot_be_written_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    assert signs(facts(None))["temporary_refused"] is Sign.MEND


def test_a_path_is_shown_without_the_folders_that_may_name_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert shown(tmp_path / "a" / "readiness.log") in ("~/a/readiness.log", "~\\a\\readiness.log")

    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "a"))

    assert "READINESS_HOME" in shown(tmp_path / "a" / "readiness.log")
    assert str(tmp_path) not in shown(tmp_path / "a" / "readiness.log")


# The command


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    from audit.cli.app import run

    def run_command(*arguments: str) -> tuple[int, str]:
        status = run(["doctor", *arguments])
        return status, capsys.readouterr().out

    return run_command


def test_the_exit_code_says_whether_something_is_to_be_mended(
    call: Callable[..., tuple[int, str]], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READINESS_FILE", str(file))
    status, out = call("--json")
    data = json.loads(out)
    assert status == int(data["mend"] > 0)

    monkeypatch.setenv("READINESS_FILE", str(file.parent / "gone.audit"))
    status, out = call()

    assert status == 1
    assert "FILE_MISSING" in out


def test_the_log_can_be_shown(call: Callable[..., tuple[int, str]]) -> None:
    call("--no-typing")

    status, out = call("--log")

    assert status == 0
    assert "start command=doctor" in out


# The screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_in_the_app_the_line_is_typed_as_everywhere_and_all_can_be_copied(
    file: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            app.action_app_doctor()
            await press(app, pilot)
            assert "This machine" in words_of(app)
            assert "readiness" in words_of(app)

            await press(app, pilot, *"Duong Nguyen Hue", "enter")
            assert "without marks" in words_of(app)

            await press(app, pilot, "f10")
            assert "Criteria carried" in app.clipboard
            assert "without marks" in app.clipboard
            assert "Bình" not in app.clipboard

            await press(app, pilot, "escape")
            assert "This machine" not in words_of(app)

    drive(scenario)


if sys.platform != "win32":
    import termios

    from tests.terminal import ENTER
    from tests.terminal import Terminal as RealTerminal

    def asked(home: Path, *arguments: str, answers: bool = True) -> RealTerminal:
        """Start the command in a terminal that says where its cursor is, or does not."""
        terminal = RealTerminal(("-m", "audit", "doctor", *arguments), home=home, size=(100, 80))
        if answers:
            setattr(terminal.screen, "write_process_input", terminal.send)  # noqa: B010 # of pyte
        return terminal

    def test_in_a_terminal_the_letters_are_measured_and_the_line_is_typed(tmp_path: Path) -> None:
        with asked(tmp_path / "home") as terminal:
            terminal.wait_for(SENTENCE, "\n>")
            terminal.type([unicodedata.normalize("NFD", SENTENCE), ENTER])
            terminal.wait_for("Width of the letters: right", "taken apart")
            terminal.wait_end()

        assert "100 × 80" in terminal.text

    def test_a_terminal_that_does_not_answer_is_left_as_it_was(tmp_path: Path) -> None:
        with asked(tmp_path / "home", "--no-typing", answers=False) as terminal:
            before = termios.tcgetattr(terminal._terminal)
            terminal.wait_for("the terminal could not be asked", "Network")
            assert termios.tcgetattr(terminal._terminal) == before
            terminal.wait_end()

    def test_an_empty_line_skips_the_typing(tmp_path: Path) -> None:
        with asked(tmp_path / "home") as terminal:
            terminal.wait_for(SENTENCE, "\n>")
            terminal.send(ENTER)
            terminal.wait_for("The line was not typed")
            terminal.wait_end()
