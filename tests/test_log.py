"""The log and the crash: what is kept for whoever mends the program, and what never is."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import log
from audit.cli.app import run
from audit.identity import set_auditor
from audit.settings import Settings, save_settings
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.piloting import LONG_THANH, drive, open_commune, press, running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
MARK: Final = "Zqx"
"""Stands in every name, value and path that a person gives here, and in no word of the program."""
LINE: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:]{8}\+07:00 \d+ \w+( \w+=[\w.,:+?-]+)*", re.ASCII)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def lines() -> list[str]:
    return log.tail(10_000)


def boom(text: str) -> None:
    """Fail with a message that holds a text, caused by an error that holds it too."""
    try:
        raise OSError(13, text, text)
    except OSError as error:
        raise ValueError(text) from error


def failed(text: str) -> BaseException:
    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        boom(text)
    return caught.value


# What is written


def test_a_command_is_noted_by_its_name_with_how_it_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["whoami", "--name", f"Trần {MARK}", "--unit", MARK])
    run(["status", "--file", f"{MARK}.audit"])
    run([MARK])

    written = "\n".join(lines())

    capsys.readouterr()
    assert "start command=whoami version=" in written
    assert re.search(r"end command=whoami code=0 ms=\d+", written)
    assert "refused codes=FILE_MISSING code=1" in written
    assert "start command=unknown" in written
    assert MARK not in written
    assert all(LINE.fullmatch(line) for line in lines())


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_text_that_is_no_word_of_the_program_is_never_written(event: str, fact: str) -> None:
    written = log._line(event, {"fact": fact})

    assert "\n" not in written
    assert LINE.fullmatch(written) or re.search(r"\d+ \S+ fact=\S+$", written)
    assert written.isascii()
    assert not re.search(r"\s", fact) or fact not in written.partition("fact=")[2]


def test_of_a_crash_the_places_are_kept_and_no_word_of_it(home: Path) -> None:
    assert log.note_crash(failed(f"{MARK} [/] nguyễn"))

    written = "\n".join(lines())
    assert " crash type=ValueError" in written
    assert "  because of PermissionError" in written
    assert re.search(r"  at test_log\.py:\d+ boom", written)
    assert MARK not in written
    assert str(ROOT) not in written
    assert not any(word in written for word in ("nguyễn", "Errno"))


def test_of_an_error_its_numbers_and_codes_are_kept() -> None:
    log.note_crash(PermissionError(13, MARK))
    log.note_crash(ReadinessError(ErrorCode.FILE_BUSY, path=MARK))
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(":memory:").execute("select Zqx from Zqx")
    log.note_crash(caught.value)

    written = "\n".join(lines())

    assert "errno=13" in written
    assert "codes=FILE_BUSY" in written
    assert "sqlite=SQLITE_ERROR" in written
    assert MARK not in written


def test_an_endless_recursion_leaves_a_short_trace() -> None:
    def again() -> None:
        again()

    with pytest.raises(RecursionError) as caught:
        again()

    log.note_crash(caught.value)

    assert len(lines()) < 50


def test_a_walk_through_the_app_leaves_nothing_of_what_was_entered(tmp_path: Path) -> None:
    run(["whoami", "--name", f"Trần {MARK}", "--unit", MARK])
    path = tmp_path / f"Đợt {MARK}.audit"
    new = ["round", "new", "--province", "75", "--title", f"Đợt {MARK}"]
    assert run([*new, "--out", str(path)]) == 0

    async def scenario() -> None:
        async with running(path) as (app, pilot):
            await open_commune(app, pilot, LONG_THANH, "EQ-01", "pc_working")
            await press(app, pilot, "1", "2", "enter")
            await press(app, pilot, "f5", *MARK, "f10")
            await press(app, pilot, "ctrl+p", *MARK, "escape", "escape")
            app.say(ReadinessError(ErrorCode.FILE_MISSING, path=MARK))

    drive(scenario)
    assert run(["send", "--file", str(path), "--out", str(tmp_path / f"{MARK}-2.audit")]) == 0
    assert run(["merge", str(tmp_path / f"{MARK}-2.audit"), "--file", str(path)]) == 0

    written = "\n".join(lines())
    for kept in (
        "screen name=ChecklistScreen",
        "screen name=PaletteScreen",
        "said codes=FILE_MISSING",
        "merge files=1 refused=0 records_new=0 conflicts=0",
        "end command=round code=0",
    ):
        assert kept in written
    assert MARK.casefold() not in written.casefold()
    assert "Trần" not in written
    assert LONG_THANH not in written


# Where it is written, and where not


def test_a_large_log_is_put_aside_at_the_next_start_and_the_oldest_goes(home: Path) -> None:
    for age in range(6):
        log.path().parent.mkdir(exist_ok=True)
        with log.path().open("a") as held:
            held.write(f"age {age}\n" + "x" * log.MOST_BYTES + "\n")
        log.begin("status")(0)

    assert [each.name for each in log.files()] == [
        "readiness.log.2",
        "readiness.log.1",
        "readiness.log",
    ]
    assert "age 4" in log.files()[0].read_text()
    assert "age 5" in log.files()[1].read_text()
    assert sum(each.stat().st_size for each in log.files()) < 3 * 2 * log.MOST_BYTES


def test_a_log_that_cannot_be_put_aside_is_gone_on_with(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.note("before")
    with log.path().open("a") as held:
        held.write("x" * log.MOST_BYTES + "\n")

    def refused(*_paths: object) -> None:
        raise PermissionError(32, "used by another process")

    monkeypatch.setattr(Path, "replace", refused)

    log.begin("status")(0)

    assert log.files() == [log.path()]
    assert "end command=status" in lines()[-1]


def test_several_programs_at_once_keep_their_lines_whole() -> None:
    def write(number: int) -> None:
        for _turn in range(100):
            log.note("line", number=number, text="y" * 150)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    assert len(lines()) == 800
    assert all(LINE.fullmatch(line) for line in lines())


@pytest.mark.parametrize("place", ["a file", "nowhere", "no text"])
def test_where_no_log_can_be_written_nothing_is_said_and_nothing_fails(
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_bytes(b"")
    if place == "nowhere":
        monkeypatch.setattr("audit.settings._found_home", lambda: None)
    else:
        monkeypatch.setenv(
            "READINESS_HOME", str(tmp_path / "file" if place == "a file" else tmp_path / "\udcff")
        )

    assert run(["catalogue", "show"]) == 0

    assert capsys.readouterr().err == ""
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_leaves_no_log_and_no_word(home: Path) -> None:
    home.mkdir(exist_ok=True)
    log.path().symlink_to("/dev/full")

    assert not log.note("event")
    log.begin("status")(0)


def test_a_log_that_a_command_has_removed_stays_away(home: Path) -> None:
    end = log.begin("wipe")
    log.path().unlink()
    home.rmdir()

    end(0)

    assert not home.exists()


def test_a_shell_that_completes_leaves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_READINESS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "readiness catal")
    monkeypatch.setenv("COMP_CWORD", "1")

    with pytest.raises(SystemExit):
        run([])

    assert log.files() == []


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_a_first_look_loads_and_writes_no_log(option: str, tmp_path: Path) -> None:
    script = (
        "import sys; from audit.__main__ import main; main(); "
        "print('audit.log' in sys.modules, 'logging' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 # this Python
        [sys.executable, "-c", script, option],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "READINESS_HOME": str(tmp_path / "home"), "READINESS_LANG": "en"},
    )

    assert done.stdout.splitlines()[-1] == "False False"
    assert not (tmp_path / "home").exists()


# The crash


@pytest.mark.parametrize(
    ("language", "calm"), [("en", "What was saved before is safe"), ("vi", "đã lưu")]
)
def test_a_command_that_fails_says_one_calm_sentence_and_where_the_log_is(
    language: str,
    calm: str,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("READINESS_DEBUG", raising=False)
    monkeypatch.setattr("audit.fold.read_round", lambda _file, **_rest: boom(MARK))
    choose(language)

    assert run(["status", "--file", str(file)]) == 1

    said = capsys.readouterr()
    assert calm in said.err
    assert str(log.path()) in said.err
    assert "readiness doctor" in said.err
    assert len(said.err.splitlines()) == 1
    assert not any(word in said.err for word in (MARK, "Traceback", "ValueError"))
    assert " crash type=ValueError" in "\n".join(lines())


def test_who_mends_the_program_can_have_the_words(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READINESS_DEBUG", "1")
    monkeypatch.setattr("audit.fold.read_round", lambda _file, **_rest: boom(MARK))

    with pytest.raises(ValueError, match=MARK):
        run(["status", "--file", str(file)])


def test_the_log_gives_way_to_a_file_beside_it_where_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit.cli.crash import keep

    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    kept = keep(failed(MARK))

    assert kept.parent == tmp_path
    assert "ValueError" in kept.read_text()
    assert MARK not in kept.read_text()


@pytest.fixture
def _threads_as_they_were() -> Iterator[None]:
    held = threading.excepthook
    yield
    threading.excepthook = held


@pytest.mark.usefixtures("_threads_as_they_were")
def test_a_thread_that_fails_beside_the_app_goes_to_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from audit.cli.start import note_threads

    note_threads()
    thread = threading.Thread(target=boom, args=(MARK,))
    thread.start()
    thread.join()

    assert capsys.readouterr().err == ""
    assert " crash type=ValueError" in "\n".join(lines())


if sys.platform != "win32":
    from tests.terminal import F9, Terminal

    BREAK = """
from textual import work
from audit.__main__ import main
from audit.tui.app import ReadinessApp

def fail(name):
    raise ValueError("Zqx " + name)

@work(thread=True)
async def in_thread(self, name):
    fail(name)

@work
async def in_task(self, name):
    fail(name)

def at_once(self, name):
    fail(name)

ReadinessApp.action_app_settings = lambda self: {how}(self, "Zqx too")
print("STATUS", main())
"""

    @pytest.mark.parametrize(
        ("how", "language"), [("at_once", "en"), ("in_thread", "vi"), ("in_task", "en")]
    )
    def test_the_app_that_fails_gives_the_terminal_back_with_one_calm_sentence(
        how: str, language: str, tmp_path: Path
    ) -> None:
        calm = {"en": "What was saved before is safe", "vi": "đã lưu"}[language]
        ready = {"en": "Quit", "vi": "Thoát"}[language]
        home = tmp_path / "home"
        set_auditor(MARK, "", "")
        save_settings(Settings(language=language))
        script = ("-c", BREAK.format(how=how))
        with Terminal(script, home=home, environment={"READINESS_LANG": language}) as terminal:
            terminal.wait_for(ready)
            terminal.send(F9)
            terminal.wait_for("STATUS 1")
            shown = " ".join(terminal.text.split())
            terminal.wait_end()
            raw = bytes(terminal.raw)

        assert calm in shown
        assert "readiness.log" in shown.replace(" ", "")
        assert not any(word in shown for word in (MARK, "Traceback", "ValueError"))
        # The other screen is left, the cursor is back, the mouse is let go.
        assert raw.rindex(b"\x1b[?1049l") > raw.rindex(b"\x1b[?1049h")
        assert raw.rindex(b"\x1b[?25h") > raw.rindex(b"\x1b[?25l")
        written = (home / "readiness.log").read_text()
        assert " crash type=ValueError" in written
        assert "end command=app code=1" in written
        assert MARK not in written
