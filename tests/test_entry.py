"""A line to type in: nothing typed or pasted is lost, doubled or half, in NFC at every moment."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult

from audit.tui.widgets.entry import Entry, joined, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SENTENCE: Final = "xin chào, xã Đông Thạnh, đường Nguyễn Huệ"
FAMILY: Final = "👩\u200d👧\u200d👦"

Pressed = str | events.Paste
"""A sign, the name of a key, or what is pasted."""


class Line(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.entry = Entry(id="line")

    def compose(self) -> ComposeResult:
        yield self.entry


class Typist:
    """Presses keys in a line, all of them in one burst."""

    def __init__(self, runner: asyncio.Runner, line: Line) -> None:
        self._runner = runner
        self.entry = line.entry

    def press(self, *keys: Pressed) -> str:
        """Return what stands in the line after these keys."""
        self._runner.run(self._press(keys))
        return self.entry.value

    def begin(self, value: str = "", *, max_length: int = 0) -> None:
        """Begin with another line."""
        self._runner.run(self._begin(value, max_length))

    async def _begin(self, value: str, max_length: int) -> None:
        self.entry.max_length = max_length
        self.entry.value = value
        self.entry.cursor_position = len(value)

    async def _press(self, keys: Sequence[Pressed]) -> None:
        for key in keys:
            if isinstance(key, events.Paste):
                self.entry.post_message(key)
            elif len(key) == 1 or key in SIGNS:
                for sign in key:
                    self.entry.post_message(events.Key(sign, sign))
            else:
                self.entry.post_message(events.Key(key, None))
        done = asyncio.Event()
        self.entry.call_later(done.set)
        await done.wait()


@pytest.fixture(scope="module")
def app() -> Iterator[tuple[asyncio.Runner, Line]]:
    """Run one app for all tests: each begins with an empty line."""
    with asyncio.Runner() as runner:
        line = Line()
        running = line.run_test()
        runner.run(running.__aenter__())
        yield runner, line
        runner.run(running.__aexit__(None, None, None))


@pytest.fixture
def typist(app: tuple[asyncio.Runner, Line]) -> Typist:
    found = Typist(*app)
    found.begin()
    return found


def paste(text: str) -> events.Paste:
    return events.Paste(text)


# As a person types with an input method


@pytest.mark.parametrize("back", ["backspace", "ctrl+h"])
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("d<đu<ưo<<ươc<<ợc", "được"),
        ("chac<<ăc<<ắc", "chắc"),
        ("uo<<ươ<<ườ", "ườ"),
        ("Quye<ên<<ền", "Quyền"),
        ("xin cha<à", "xin chà"),
        ("Nguye<ên<<ễn Hue<ê<ệ", "Nguyễn Huệ"),
    ],
)
def test_what_an_input_method_rewrites_in_one_burst_stands_there_once(
    typist: Typist, typed: str, expected: str, back: str
) -> None:
    assert typist.press(*(back if sign == "<" else sign for sign in typed)) == expected


def test_an_empty_sign_that_an_input_method_sends_first_goes_with_the_backspace(
    typist: Typist,
) -> None:
    assert typist.press(*"ca", "\u202f", "backspace", "backspace", "â") == "câ"


def test_letters_and_marks_that_come_apart_are_composed(typist: Typist) -> None:
    assert typist.press(*unicodedata.normalize("NFD", SENTENCE)) == SENTENCE


def test_backspace_removes_a_letter_and_never_only_its_mark(typist: Typist) -> None:
    typist.press(*unicodedata.normalize("NFD", "Hồ"))

    assert typist.press("backspace") == "H"


@pytest.mark.parametrize("letter", ["x\u0323\u0301", FAMILY, "👍🏽", "❤\ufe0f"])
def test_what_cannot_be_composed_goes_as_a_whole(typist: Typist, letter: str) -> None:
    assert typist.press("a", letter, "b") == f"a{letter}b"
    assert typist.press("left", "backspace") == "ab"
    assert typist.press(letter, "left", "delete") == "ab"
    assert typist.press(letter, "left", "right", "c") == f"a{letter}cb"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["ctrl+w"], "đường Nguyễn "),
        (["alt+backspace"], "đường Nguyễn "),
        (["ctrl+left", "ctrl+w"], "đường Huệ"),
        (["ctrl+left", "ctrl+left", "X"], "đường XNguyễn Huệ"),
        (["home", "ctrl+right", "X"], "đường XNguyễn Huệ"),
        (["left", "ctrl+u"], "ệ"),
        (["home", "right", "ctrl+k"], "đ"),
        (["shift+left", "shift+left", "a"], "đường Nguyễn Ha"),
        (["home", "shift+right", "Đ"], "Đường Nguyễn Huệ"),
        (["ctrl+shift+left", "backspace"], "đường Nguyễn "),
        (["shift+home", "x"], "x"),
    ],
)
def test_the_keys_of_a_line_work_in_the_order_they_come(
    typist: Typist, keys: list[str], expected: str
) -> None:
    assert typist.press(*"đường Nguyễn Huệ", *keys) == expected


# As a line holds it


def test_what_is_pasted_becomes_one_line(typist: Typist) -> None:
    typist.press("a")

    assert (
        typist.press(paste("b\r\nHo\u0302\u0300\n\n\tc\u00a0d\n")) == "abHồ  c d"[:2] + " Hồ  c d"
    )


def test_a_very_long_text_stays_whole(typist: Typist) -> None:
    long = "đường Nguyễn Huệ, " * 120

    assert typist.press(paste(long), *"được") == long + "được"


def test_a_pasted_text_replaces_what_is_selected(typist: Typist) -> None:
    typist.press(*"abc", "shift+left", "shift+left")

    assert typist.press(paste("xyz")) == "axyz"


@pytest.mark.parametrize(
    "text", ["\x1b[31mred\x1b[0m", "a\x07\x00b", "a\u202eb", "\ufeffa", "\udc80a"]
)
def test_control_characters_and_signs_that_nobody_sees_are_dropped(
    typist: Typist, text: str
) -> None:
    held = typist.press(paste(text))

    assert held.isprintable()
    assert [sign for sign in text if sign.isprintable()] == list(held)


def test_what_stands_there_at_first_is_held_to_the_same(typist: Typist) -> None:
    typist.begin(unicodedata.normalize("NFD", "Hồ\nTrị An\x07"))

    assert typist.entry.value == "Hồ Trị An"


def test_the_first_letter_does_not_replace_what_stands_there() -> None:
    async def typed() -> str:
        class Held(App[None]):
            def compose(self) -> ComposeResult:
                yield Entry("Đã kiểm tra", id="line")

        async with Held().run_test() as pilot:
            await pilot.press("!")
            return pilot.app.query_one(Entry).value

    assert asyncio.run(typed()) == "Đã kiểm tra!"


def test_a_line_takes_no_more_than_its_length_and_nothing_by_halves(typist: Typist) -> None:
    typist.begin("abcd", max_length=5)

    assert typist.press("o", "\u0302", "\u0301") == "abcdố"
    assert typist.press("x") == "abcdố"
    assert typist.press("backspace", paste("xy")) == "abcd"


def test_a_line_that_is_too_long_already_can_be_shortened(typist: Typist) -> None:
    typist.begin("abcdefgh", max_length=5)

    assert typist.press("backspace") == "abcdefg"


# Any keys whatever

ALPHABET: Final = "aăâeêioôơuưyđbcAĐ .,-1"
MARKS: Final = "\u0300\u0301\u0303\u0309\u0323\u0302\u031b\u0306"
SIGNS: Final = (
    *ALPHABET,
    *MARKS,
    "ế",
    "ậ",
    "x\u0323\u0301",
    "👍",
    "👍🏽",
    "❤\ufe0f",
    FAMILY,
    "\u200d",
)
KEYS: Final = (
    *("backspace", "ctrl+h", "delete", "left", "right", "shift+left", "shift+right"),
    *("home", "end", "ctrl+left", "ctrl+right", "ctrl+shift+left", "ctrl+shift+right"),
    *("ctrl+w", "ctrl+u", "ctrl+k", "ctrl+shift+a"),
)


def letters_of(text: str) -> list[str]:
    """Return the letters of a text, each with all that stands on it or is joined to it."""
    found: list[str] = []
    for sign in text:
        if found and (
            unicodedata.category(sign).startswith("M")
            or sign in "\u200d🏻🏼🏽🏾🏿"
            or (found[-1].endswith("\u200d") and unicodedata.category(sign) == "So")
        ):
            found[-1] += sign
        else:
            found.append(sign)
    return found


class Model:
    """What a line does, on a list of letters."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.anchor = self.cursor = 0

    @property
    def text(self) -> str:
        return "".join(self.letters)

    def go(self, place: int, *, selecting: bool = False) -> None:
        self.cursor = max(0, min(place, len(self.letters)))
        if not selecting:
            self.anchor = self.cursor

    def put(self, text: str, start: int, end: int) -> None:
        before = "".join(self.letters[:start])
        for sign in text:
            if sign == "\u200d":
                stays = before[-1:] in {*"👍👩👧👦❤🏽", "\ufe0f"}
            else:
                stays = bool(before) or letters_of("a" + sign) != ["a" + sign]
            before += sign if stays else ""
        before = unicodedata.normalize("NFC", before)
        self.letters = letters_of(
            unicodedata.normalize("NFC", before + "".join(self.letters[end:]))
        )
        places = range(len(self.letters) + 1)
        self.go(next(at for at in places if len("".join(self.letters[:at])) >= len(before)))

    def word_starts(self) -> list[int]:
        """Return the places, in letters, where a word begins after something that is none."""
        places = (found.start() for found in re.finditer(r"(?<=\W)\w", self.text))
        return [len(letters_of(self.text[:place])) for place in places]

    def press(self, key: Pressed) -> None:
        low, high = sorted((self.anchor, self.cursor))
        left = max([start for start in self.word_starts() if start < self.cursor], default=0)
        right = min(
            [start for start in self.word_starts() if start > self.cursor],
            default=len(self.letters),
        )
        if isinstance(key, events.Paste):
            self.put(key.text, low, high)
        elif key in SIGNS:
            for sign in key:
                low, high = sorted((self.anchor, self.cursor))
                self.put(sign, low, high)
        elif "shift+" in key:
            places = {
                "shift+left": self.cursor - 1,
                "shift+right": self.cursor + 1,
                "ctrl+shift+left": left,
                "ctrl+shift+right": right,
                "ctrl+shift+a": len(self.letters),
            }
            if key == "ctrl+shift+a":
                self.anchor = 0
            self.go(places[key], selecting=True)
        elif key in ("left", "right") and low < high:
            self.go(low if key == "left" else high)
        elif key in ("left", "right", "home", "end", "ctrl+left", "ctrl+right"):
            places = {
                "left": self.cursor - 1,
                "right": self.cursor + 1,
                "home": 0,
                "end": len(self.letters),
                "ctrl+left": left,
                "ctrl+right": right,
            }
            self.go(places[key])
        elif low < high:
            self.put("", low, high)
        else:
            spans = {
                "backspace": (max(0, low - 1), low),
                "ctrl+h": (max(0, low - 1), low),
                "delete": (low, low + 1),
                "ctrl+w": (left, low),
                "ctrl+u": (0, low),
                "ctrl+k": (low, len(self.letters)),
            }
            self.put("", *spans[key])


pastes: Final = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map("".join)
pressed: Final = st.one_of(
    st.sampled_from(SIGNS), st.sampled_from(KEYS), st.sampled_from(KEYS), pastes.map(events.Paste)
)


@settings(max_examples=300)
@given(st.lists(pressed, max_size=30))
def test_a_line_does_what_a_list_of_letters_does(
    app: tuple[asyncio.Runner, Line], keys: list[Pressed]
) -> None:
    typist, model = Typist(*app), Model()
    typist.begin()

    for key in keys:
        typist.press(key)
        model.press(key)

        entry = typist.entry
        assert entry.value == model.text
        assert letters_of(entry.value[: entry.cursor_position]) == model.letters[: model.cursor]
        assert unicodedata.is_normalized("NFC", entry.value)


@given(st.text())
def test_a_line_is_one_line_in_nfc_and_making_it_one_again_changes_nothing(text: str) -> None:
    line = one_line(text)

    assert one_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert all(sign.isprintable() or sign == "\u200d" for sign in line)


@given(st.text(st.characters(categories=("L", "N", "P", "S")), max_size=40))
def test_every_letter_of_a_text_stays(text: str) -> None:
    # What leans on a letter, as a tone of skin does, finds one to stand on.
    text = "a" + text
    assert one_line(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("held", "phrase", "whole"),
    [
        ("", "Máy đã hỏng.", "Máy đã hỏng."),
        ("chờ sửa", "Máy đã hỏng.", "chờ sửa. Máy đã hỏng."),
        ("Chờ sửa. ", "Máy đã hỏng.", "Chờ sửa. Máy đã hỏng."),
        ("chờ sửa", "không rõ số máy", "chờ sửa; không rõ số máy"),
        ("chờ sửa", "Không đọc được", "chờ sửa; Không đọc được"),
        ("lý do:", "Máy đã hỏng.", "lý do: Máy đã hỏng."),
    ],
)
def test_a_phrase_is_put_behind_what_is_written_as_a_sentence_of_its_own(
    held: str, phrase: str, whole: str
) -> None:
    assert joined(held, phrase) == whole
