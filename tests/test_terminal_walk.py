"""A visit in a real terminal, by keyboard only: the whole checklist, and what may disturb it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from audit.cli.app import run
from audit.desk import Desk, remember_file
from audit.evidence import prepare
from audit.file import Blob
from audit.pen import Draft, Pen
from audit.places import Place, leave_place, remember_place
from audit.record import Author, Cell
from audit.sign_off import sign_off_draft
from audit.statements import (
    state_evidence,
    state_note,
    state_override,
)
from audit.tui.widgets.field_list import fields_of
from audit.tui.widgets.part_list import parts_of
from checklists.checklist import State
from checklists.hand_in import PARAMETERS
from criteria import language
from criteria.rating import Rating
from tests.factories import ALL_MET, as_typed, commune, make_checklist, make_round, with_values
from tests.piloting import LONG_THANH, values
from tests.terminal import (
    ENTER,
    ESCAPE,
    F1,
    F3,
    F4,
    F5,
    F6,
    F7,
    F10,
    Terminal,
    on_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from criteria.catalogue import Parameter

MOST_PRESSES: Final = 200
"""Beyond the values themselves, for a whole checklist from the start screen to the sign-off."""


class Person:
    """Presses keys, and counts those that are no part of a value."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.presses = 0

    def press(self, *keys: str) -> None:
        """Press keys that only lead somewhere."""
        self.presses += len(keys)
        self.terminal.send("".join(keys))

    def fill(self, text: str) -> None:
        """Type a value."""
        self.terminal.send(text)


def typed(field: Parameter, value: object) -> str:
    """Return what is typed for a value."""
    if isinstance(value, bool):
        return "c" if value else "k"
    if isinstance(value, date):
        return f"{value:%d%m%Y}"
    if field.type == "choice":
        return str([choice.key for choice in field.choices].index(str(value)) + 1)
    return str(value).replace(".", ",")


def walked() -> Iterator[tuple[str, list[str]]]:
    """Yield each part with what is typed in its fields, from top to bottom; empty for nothing."""
    held = make_round()
    known: dict[str, object] = {}
    for part in parts_of(make_checklist(held)):
        texts = []
        for field in fields_of(make_checklist(held), part):
            if make_checklist(held, commune(LONG_THANH), known).verified.is_asked(field.key):
                value = ALL_MET.get(field.key)
                texts.append("" if value is None else typed(field, value))
                if value is not None:
                    known[field.key] = value
        yield part, texts


def test_a_whole_checklist_takes_fewer_than_200_key_presses_beyond_its_values(file: Path) -> None:
    remember_file(file)
    fields = 0

    with Terminal(home=file.parent / "home", size=(80, 24)) as terminal:
        person = Person(terminal)
        terminal.wait_for("Go on with")
        person.press(ENTER)
        terminal.wait_for("Search: name")
        person.press(F3, *"long thanh", ENTER)
        for part, texts in walked():
            terminal.wait_for(f"│ {part.replace(PARAMETERS, 'Parameters')}", "▸")
            for text in texts:
                person.fill(text)
                person.press(ENTER)
            person.press(ENTER)
            fields += len(texts)
        terminal.wait_for("Nothing critical is left")
        person.press(F10)
        terminal.wait_for("Who signs for the commune?")
        person.fill("Nguyễn Văn An")
        person.press(ENTER)
        person.fill("Chủ tịch UBND xã")
        person.press(ENTER, ENTER)
        terminal.wait_for("Thành · Signed ·")

    print(f"{fields} fields, {person.presses} key presses beyond the values")  # noqa: T201
    held = values(file)
    assert {key: held[key] for key in ALL_MET if held[key] is not None} == {
        key: value for key, value in typed_as_held().items() if held[key] is not None
    }
    with Desk(file) as desk:
        checklist = desk.checklist(LONG_THANH)
    assert checklist.state is State.SIGNED
    assert {outcome.rating for outcome in checklist.outcomes.values()} == {Rating.MET}
    assert fields > 110
    assert person.presses < MOST_PRESSES


def typed_as_held() -> dict[str, object]:
    """Return the values of the checklist as a file holds them."""
    held = make_checklist(make_round(), commune(LONG_THANH), ALL_MET)
    return {key: held.answer(key).value for key in ALL_MET}


def test_a_second_copy_says_so_and_writes_nothing(file: Path) -> None:
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))

    with on_file(file) as first:
        first.wait_for("EQ-01 Computers", "▸*Working computers")
        with on_file(file, (80, 24)) as second:
            second.wait_for("EQ-01 Computers", "for reading only")
            second.send("12" + ENTER + F5)
            second.wait_for("shown for reading only")
            first.send("14" + ENTER)
            first.wait_for("14 computers")
            assert "Your note" not in second.text

    assert values(file)["pc_working"] == 14


def test_no_colours_are_shown_where_none_are_wanted(file: Path) -> None:
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))

    with on_file(file, environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("EQ-01 Computers", "▸*Working computers")
        terminal.send("14" + ENTER + "12" + ENTER)
        terminal.wait_for("2/101", "EQ-01 Staff computers")
        terminal.wait_until(lambda: bool(re.search(r"ID +EQ-01", terminal.text)), "the rating")
        shown = bytes(terminal.raw).decode(errors="ignore")

    colours = re.findall(r"[34]8;2;(\d+);(\d+);(\d+)", shown)
    assert all(red == green == blue for red, green, blue in colours)
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3[1-6]|4[1-6]|9[1-6]|10[1-6])(?:;\d+)*m", shown)


# On every screen


PLACES: Final = (
    ("", ("Search: name",)),
    (F6, ("◄",)),
    (F7, ("Matrix", "EQ-01")),
    (ESCAPE + F3 + "long thanh" + ENTER, (f"{LONG_THANH} Phường Long Thành ·", "▸")),
    (F3, ("A commune, a criterion",)),
    ("EQ-01 Staff" + ENTER, ("│ EQ-01 Computers", "▸")),
    (F4, ("Esc",)),
    (ESCAPE + F5, ("Your note",)),
    (ESCAPE + F6, ("evidence",)),
    (F5, ("What is to be seen",)),
    (ESCAPE + F6, ("Where to look",)),
    (ESCAPE + ESCAPE + F10, ("critical:",)),
    (F10, ("Who signs for the commune?",)),
    (ESCAPE + F1, ("Help",)),
)
"""Keys from one screen to the next, and what stands there."""


def screens(terminal: Terminal) -> Iterator[str]:
    """Go from screen to screen; yield what was pressed last."""
    for keys, expected in PLACES:
        terminal.send(keys)
        terminal.wait_for(*expected)
        yield repr(keys)


_NAMES: Final = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_DARK: Final = ["000000", "CD0000", "00CD00", "CDCD00", "0000EE", "CD00CD", "00CDCD", "E5E5E5"]
_BRIGHT: Final = ["7F7F7F", "FF0000", "00FF00", "FFFF00", "5C5CFF", "FF00FF", "00FFFF", "FFFFFF"]
_XTERM: Final = {
    "default": "000000",
    **dict(zip(_NAMES, _DARK, strict=True)),
    **{f"bright{name}": shown for name, shown in zip(_NAMES, _BRIGHT, strict=True)},
}
"""The 16 colours as xterm shows them."""


def brightness(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = [value / 255 for value in bytes.fromhex(_XTERM[colour])]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return how two of 16 colours differ (WCAG 2): 1 for not at all, at most 21."""
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def hard_to_read(terminal: Terminal) -> set[tuple[str, str]]:
    """Return the pairs of colours on the screen in which a letter can hardly be read."""
    cells = (
        terminal.screen.buffer[row][column]
        for row in range(terminal.screen.lines)
        for column in range(terminal.screen.columns)
    )
    pairs = {(cell.fg, cell.bg) for cell in cells if cell.data.isalnum()}
    return {pair for pair in pairs if contrast(*pair) < 3}


def answered(file: Path, code: str, **changed: object) -> None:
    """State a whole checklist with some values changed."""
    language.choose("en")
    stated = as_typed(with_values(**changed))
    assert run(["answer", code, "--file", str(file), *stated]) == 0


def test_sixteen_colours_are_enough_to_read_every_screen(file: Path) -> None:
    answered(file, LONG_THANH, pc_working=3, u_state="bad", q_machines=0)
    answered(file, "26041")
    picture = file.parent / "ảnh.txt"
    picture.write_text("ảnh", "utf-8")
    assert run(["attach", LONG_THANH, "EQ-01", str(picture), "--file", str(file)]) == 0
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    leave_place(file)

    with on_file(file, environment={"TERM": "xterm", "COLORTERM": ""}) as terminal:
        found = {place: hard_to_read(terminal) for place in screens(terminal)}
        shown = bytes(terminal.raw).decode(errors="ignore")

    assert {place: pairs for place, pairs in found.items() if pairs} == {}
    assert not re.search(r"\x1b\[(?:[\d;]*;)?[34]8;[25];[\d;]*m", shown)


STRANGE: Final = "[/x] [b + x =1+1 \x1b]0;owned\x07\x1b[41m\x1b[2J\x9b2J\u202eđạt " + "ờ" * 300
"""What a stranger may have written with another program."""


def write_strange(file: Path) -> None:
    """Write what no screen of this program would take, wherever a person's words are kept."""
    (file.parent / "ảnh.txt").write_text("ảnh", "utf-8")
    with Desk(file, write=True) as desk:
        held, ledger, who = desk.round, desk.ledger(LONG_THANH), desk.pen().author
        piece = prepare(file.parent / "ảnh.txt")
        note = state_note(ledger, LONG_THANH, "EQ-01", "x", who)
        evidence = state_evidence(ledger, LONG_THANH, "EQ-01", piece.sha256, piece.value("x"), who)
        signed = sign_off_draft(desk, LONG_THANH, by="x", title="x", reason="x")
        override = state_override(held, ledger, LONG_THANH, "EQ-01", Rating.MET, reason="x")
        assert note is not None
        assert evidence is not None
        assert signed is not None
        names = {"name": STRANGE, "caption": STRANGE, "taken_at": STRANGE}
        people = {"by": STRANGE, "title": STRANGE, "auditor_title": STRANGE}
        drafts = [
            replace(note, value=STRANGE),
            replace(override, reason=STRANGE),
            replace(evidence, value={**evidence.value, **names}),
            Draft("answer", LONG_THANH, "pc_working", "12", reason=STRANGE, raw=STRANGE),
            Draft("answer", LONG_THANH, "w_contract", STRANGE),
            replace(signed, value={**signed.value, **people}, reason=STRANGE),
        ]
        pen = Pen(desk.file, held.id, Author("k" + "1" * 32, STRANGE))
        pen.write(drafts, blobs=[Blob(piece.sha256, piece.media_type, piece.data)])
        (head,) = desk.office.heads[Cell("round", "verified")]
        title = {**head.record.value, "title": STRANGE}
        desk.pen().write([Draft("round", "", "round", title, replaces=(head.id,))])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "large"])
def test_no_word_of_a_stranger_steers_the_terminal(file: Path, size: tuple[int, int]) -> None:
    write_strange(file)
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))
    leave_place(file)

    with on_file(file, size) as terminal:
        for _place in screens(terminal):
            assert "owned" not in terminal.screen.title
        # Textual tells the terminal by this which shape the mouse has.
        shown = re.sub(r"\x1b]22;\w+\x07", "", bytes(terminal.raw).decode(errors="ignore"))

    assert "[/x] [b + x =1+1" in shown
    steering = ("\x07", "\x9b", "\u202e", "\x1b]", "\x1b[41m", "\x1b[2J")
    assert [each for each in steering if each in shown] == []


def test_the_window_can_be_pulled_while_a_number_is_typed(file: Path) -> None:
    remember_place(file, Place(LONG_THANH, "EQ-01", "pc_working"))

    with on_file(file, (120, 40)) as terminal:
        terminal.wait_for("EQ-01 Computers", "▸*Working computers")
        terminal.send("14")
        terminal.wait_for("14▏")
        for size in ((80, 24), (200, 60), (100, 30), (80, 24)):
            terminal.resize(*size)
            terminal.wait_until(
                lambda: "14▏" in terminal.text and "Esc" in terminal.lines[-1], f"size {size}"
            )
        terminal.send(ENTER)
        terminal.wait_for("14 computers")

    assert values(file)["pc_working"] == 14


WATCHED: Final = """
import json, os, sys
from pathlib import Path
from textual.drivers.linux_driver import LinuxDriver

def write(driver, text, _write=LinuxDriver.write):
    kept = Path("loaded.json")
    if "Walks you through" in text and not kept.exists():
        kept.write_text(json.dumps(sorted(sys.modules)))
    _write(driver, text)

LinuxDriver.write = write
sys.argv = ["readiness"]
from audit.__main__ import main
main()
"""


def test_nothing_slow_is_loaded_before_the_start_screen_is_painted(file: Path) -> None:
    remember_file(file)
    home = file.parent / "home"

    with Terminal(["-c", WATCHED], home=home, size=(80, 24)) as terminal:
        terminal.wait_for("Go on with", "0 of 95 communes complete")
    loaded = set(json.loads((home / "loaded.json").read_text("utf-8")))

    assert "textual" in loaded
    slow = {"PIL", "cryptography", "openpyxl", "psutil", "pydantic", "sqlite_utils", "xlsxwriter"}
    assert sorted(loaded & {*slow, "sqlite3"}) == []
