"""Vietnamese typed in a real terminal arrives whole: on the screen and in the file."""

from __future__ import annotations

import re
import shutil
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from audit.desk import Desk
from audit.identity import auditor
from audit.places import Place, remember_place
from tests.input_methods import bursts, tone_apart
from tests.piloting import LONG_THANH, values
from tests.terminal import (
    BACKSPACE,
    CTRL_H,
    DOWN,
    ENTER,
    F3,
    F5,
    F6,
    F8,
    Terminal,
    ctrl,
    on_file,
    pasted,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SENTENCE: Final = "xin chào, xã Đông Thạnh, đường Nguyễn Huệ"
NAME, UNIT, TITLE = "Quyền Thị Được", "Sở KH&CN chắc chắn", "Kỹ sư đường truyền"
TEXT: Final = "đường Nguyễn Huệ"
CAPTION: Final = "được chắc Quyền"
PICTURE: Final = "Ảnh đường truyền được.txt"


@dataclass(frozen=True)
class Way:
    """How a text comes from a keyboard.

    Attributes:
        pieces: The text -> what is sent, each in one write.
        size: Of the terminal.
        back: Backspace.
    """

    pieces: Callable[[str], list[str | bytes]]
    size: tuple[int, int] = (80, 24)
    back: str = BACKSPACE


def cut_inside_letters(text: str) -> list[str | bytes]:
    """Return a text's bytes in pieces that end within a letter wherever it has several bytes."""
    return re.findall(rb"[\x00-\x7f]+|[\x80-\xbf]*[\xc0-\xff]|[\x80-\xbf]+", text.encode())


WAYS: Final = {
    "in one burst that takes back what differs": Way(
        lambda text: ["".join(bursts(text, back=BACKSPACE))]
    ),
    "with an empty sign first, key by key": Way(
        lambda text: [*bursts(text, back=CTRL_H, has_empty=True)], (120, 40), CTRL_H
    ),
    "each syllable anew, cut inside letters": Way(
        lambda text: cut_inside_letters("".join(bursts(text, back=BACKSPACE, is_whole=True)))
    ),
    "with the tones behind their letters": Way(lambda text: [*tone_apart(text)], (120, 40), CTRL_H),
    "pasted in parts": Way(lambda text: [pasted(unicodedata.normalize("NFD", text))]),
}


def stands(terminal: Terminal, text: str) -> bool:
    """Return whether a text fills a line to type in, nothing before and nothing behind it."""
    line = re.compile(rf"(?:^|[▊│]|  |\s)\s*{re.escape(text)}\s*(?:$|[▎│]|  )")
    return any(line.search(each) for each in terminal.lines)


@dataclass
class Typist:
    """Types in a terminal in one way, and looks at the line each time."""

    terminal: Terminal
    way: Way

    def type(self, text: str) -> None:
        """Type a text, take its last letter back and type that again."""
        self.terminal.type(self.way.pieces(text))
        self.wait(text)
        self.terminal.send(self.way.back)
        self.wait(text[:-1])
        self.terminal.type(self.way.pieces(text[-1]))
        self.wait(text)

    def wait(self, text: str) -> None:
        """Wait until a text stands in a line."""
        self.terminal.wait_until(lambda: stands(self.terminal, text), f"the line {text!r}")

    def press(self, keys: str, *expected: str) -> None:
        """Press keys and wait for what they lead to."""
        self.terminal.send(keys)
        self.terminal.wait_for(*expected)


@pytest.mark.parametrize("way", WAYS.values(), ids=[name.replace(" ", "-") for name in WAYS])
def test_vietnamese_letters_arrive_whole_wherever_they_are_typed(
    opened: Path, tmp_path: Path, way: Way
) -> None:
    file, picture = tmp_path / "Đợt 1.audit", tmp_path / PICTURE
    shutil.copy(opened / "dot-1.audit", file)
    picture.write_text("biên bản", "utf-8")

    with on_file(file, way.size) as terminal:
        typist = Typist(terminal, way)
        terminal.wait_for("Language")
        typist.press(ENTER, "Who are you?")
        for words in (NAME, UNIT, TITLE):
            typist.type(words)
            terminal.send(ENTER)
        terminal.wait_for("Search: name")
        terminal.send(F3)
        typist.type(SENTENCE)
        typist.press(ctrl("u"), "Search: name")
        typist.type("Long Thành")
        typist.press(ENTER, f"{LONG_THANH} Phường Long Thành ·")
        terminal.send(ctrl("p"))
        typist.type("Số hợp đồng")
        typist.press(ENTER, "CN-01", "Ctrl+T")
        typist.type(TEXT)
        terminal.send(ENTER)
        terminal.wait_until(lambda: "Ctrl+T" not in terminal.text, "the next field")
        typist.press(F5, "Your note")
        typist.type(SENTENCE)
        terminal.send(ENTER)
        terminal.wait_gone("Your note")
        typist.press(F8, "Set the rating of CN-01")
        typist.press(ENTER, "Why is CN-01 rated otherwise?")
        typist.type(TEXT)
        terminal.send(ENTER)
        terminal.wait_for("the rules give")
        typist.press(F6, "Nothing is attached")
        typist.press(F6, "Attach to CN-01")
        terminal.type(f"{tmp_path}/")
        terminal.type(way.pieces(PICTURE))
        typist.press(ENTER, "What is to be seen")
        typist.type(CAPTION)
        typist.press(ENTER, "Attached and saved: 1")
        shown = bytes(terminal.raw).decode(errors="ignore")

    who = auditor()
    assert who is not None
    assert (who.name, who.unit, who.title) == (NAME, UNIT, TITLE)
    assert values(file)["w_contract"] == TEXT
    with Desk(file) as desk:
        checklist = desk.checklist(LONG_THANH)
    (note,) = checklist.notes["CN-01"]
    (override,) = checklist.overrides["CN-01"]
    (piece,) = checklist.evidence["CN-01"]
    assert (note.value, override.statement.reason) == (SENTENCE, TEXT)
    assert (piece.name, piece.caption) == (PICTURE, CAPTION)
    assert not re.search("[\u0300-\u036f\u202f\ufffd]", shown)


@pytest.mark.parametrize(
    ("back", "has_empty"), [(BACKSPACE, False), (CTRL_H, True)], ids=["plain", "with-empty-signs"]
)
def test_letters_beside_a_number_a_day_or_a_yes_take_nothing_away(
    file: Path, back: str, has_empty: bool
) -> None:
    remember_place(file, Place(LONG_THANH, "CN-01", "w_ubnd"))

    def words(text: str) -> str:
        return "".join(bursts(text, back=back, has_empty=has_empty))

    with on_file(file, (80, 24)) as terminal:
        terminal.wait_for("CN-01 Connection")
        terminal.send(words("có") + ENTER + words("không") + ENTER)
        terminal.send(words("được ") + "50" + words(" được chắc") + ENTER)
        terminal.send("1" + DOWN + DOWN + "05/12" + words("đường") + "/2027" + words("ạ") + ENTER)
        terminal.wait_for("05/12/2027", "▸*Delay to")

    held = values(file)
    assert (held["w_ubnd"], held["w_party"]) == (True, False)
    assert (held["w_mbps"], held["w_expiry"]) == (50, date(2027, 12, 5))
