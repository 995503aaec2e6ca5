"""A power cut takes the keystrokes of the moment, and nothing else: with kill -9, in a terminal."""

from __future__ import annotations

import json
import os
import re
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.cli.app import run
from audit.desk import Desk
from audit.places import Place, remember_place
from criteria import language
from tests.piloting import LONG_THANH, values
from tests.terminal import ENTER, F2, F5, F6, F8, PATIENCE, Terminal, on_file

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from checklists.checklist import Checklist

PICTURE: Final = "Ảnh máy tính.txt"
ROUNDS: Final = 5
MOST_A_ROUND: Final = 6


def checklist_in(file: Path) -> Checklist:
    with Desk(file) as desk:
        return desk.checklist(LONG_THANH)


def is_sound(file: Path, capsys: pytest.CaptureFixture[str]) -> bool:
    """Return whether everything in a file can be recomputed."""
    language.choose("en")
    code = run(["verify", "--file", str(file)])
    capsys.readouterr()
    return code == 0


def reopened(file: Path) -> Terminal:
    """Start the app as after a power cut and go on with the last file."""
    terminal = Terminal(home=file.parent / "home", size=(80, 24))
    terminal.wait_for(f"Go on with {file.name}")
    terminal.send(ENTER)
    return terminal


class Cut(NamedTuple):
    """A moment at which the power goes.

    Attributes:
        keys: What is pressed, each time until something stands on the screen.
        half: What is being typed, seen on the screen when the power goes.
        field: Label of the field at which work goes on.
    """

    keys: tuple[tuple[str, str], ...]
    half: str
    field: str


def cuts(folder: Path) -> dict[str, Cut]:
    """Return the moments of a visit, one after the other."""
    opening = (F6, "Nothing is attached"), (F6, "Attach to EQ-01")
    adequate, old = "▸*Computers that meet", "▸ Computers older"
    why = (F8, "Set the rating"), (ENTER, "Why is EQ-01")
    return {
        "a number": Cut((("12" + ENTER, adequate),), "98", adequate),
        "a note": Cut(((F5, "Your note"),), "Máy được cấp năm 2019, chưa nâng cấ", adequate),
        "a path": Cut(opening, str(folder)[-30:], adequate),
        "a caption": Cut(
            (*opening, (f"{folder / PICTURE}{ENTER}", "What is to be seen")), "Phòng má", adequate
        ),
        "a second number": Cut((("9" + ENTER, old),), "7", old),
        "a reason": Cut(why, "Không có bộ phậ", old),
    }


def test_what_is_being_typed_when_the_power_goes_is_all_that_is_lost(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file.parent / PICTURE).write_text("ảnh", "utf-8")
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    field = "▸*Working computers"
    terminal = on_file(file, (80, 24))

    for cut in cuts(file.parent).values():
        with terminal:
            terminal.wait_for("EQ-01 Computers", field)
            for keys, expected in cut.keys:
                terminal.send(keys)
                terminal.wait_for(expected)
            terminal.send(cut.half)
            terminal.wait_for(cut.half)
            terminal.kill()
        field = cut.field
        assert is_sound(file, capsys)
        terminal = reopened(file)
    with terminal:
        terminal.wait_for("EQ-01 Computers", field)
        terminal.send("5" + ENTER)
        terminal.wait_for("▸ Computers on an unsupported")

    held = {key: value for key, value in values(file).items() if value is not None}
    assert held == {"pc_working": 12, "pc_adequate": 9, "pc_over5y": 5}
    checklist = checklist_in(file)
    assert not any((checklist.notes, checklist.evidence, checklist.overrides))


def test_a_long_note_that_was_being_written_is_offered_again(file: Path) -> None:
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    note = "Máy được cấp năm 2019, chưa nâng cấp"
    with on_file(file, (80, 24)) as terminal:
        terminal.wait_for("EQ-01 Computers")
        terminal.send(F5)
        terminal.wait_for("Your note")
        terminal.send(note)
        terminal.wait_until(
            lambda: any(
                "chưa nâng cấp" in str(json.loads(each.read_text()).values())
                for each in (file.parent / "home" / "unsaved").glob("*.json")
            ),
            "the note is kept",
        )
        terminal.kill()

    with reopened(file) as terminal:
        terminal.wait_for("EQ-01 Computers")
        terminal.send(F5)
        terminal.wait_for("never saved", note)

    assert not checklist_in(file).notes


def test_a_file_is_attached_whole_or_not_at_all_when_the_power_goes(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file.parent / PICTURE).write_text("ảnh " * 250_000, "utf-8")
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    attached = 0

    for reads in range(4):
        with on_file(file, (80, 24)) as terminal:
            terminal.wait_for("EQ-01 Computers")
            terminal.send(F6 + F6)
            terminal.wait_for("Attach to EQ-01")
            terminal.send(f"{file.parent / PICTURE}{ENTER}")
            terminal.wait_for("What is to be seen")
            terminal.send(f"lần {reads}{ENTER}")
            for _read in range(reads):
                terminal.read(1)
            terminal.kill()

        assert is_sound(file, capsys)
        pieces = checklist_in(file).evidence.get("EQ-01", ())
        assert len(pieces) >= attached
        attached = len(pieces)


def filled_in(terminal: Terminal) -> int:
    found = re.search(r"(\d+)/\d+ filled in", terminal.text)
    return int(found[1]) if found else 0


def test_what_has_stood_on_the_screen_is_in_the_file_whenever_the_power_goes(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")  # noqa: T201 # shown when this fails
    dice = Random(seed)  # noqa: S311 # to repeat what failed
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    held = 0

    for _round in range(ROUNDS):
        with on_file(file, (80, 24)) as terminal:
            terminal.wait_for(f"{held}/101 filled in", "▸")
            terminal.send(("1" + F2) * MOST_A_ROUND)
            for _read in range(dice.randint(0, 4 * MOST_A_ROUND)):
                terminal.read(0.2)
            terminal.kill()
            shown = filled_in(terminal)

        assert is_sound(file, capsys)
        before, held = held, checklist_in(file).progress.stated
        assert max(before, shown) <= held <= before + MOST_A_ROUND


def test_a_terminal_that_is_gone_ends_the_program(file: Path) -> None:
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    with on_file(file, (80, 24)) as terminal:
        terminal.wait_for("EQ-01 Computers")
        terminal.hang_up()

        # No signal tells it: the terminal is none of its own.
        assert terminal.process.wait(PATIENCE) == 0
