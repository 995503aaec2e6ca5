"""Attaching photos in the terminal app: choosing, pasting, captions, what is refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import threading
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil
import pytest
from PIL import Image
from textual import events

from audit.cli.app import run
from audit.desk import Desk
from audit.folders import Item, Spot, is_path_like, items_in, own_folder, paths_in, spots
from audit.tui.screens import pick_file
from audit.tui.screens.ask import Ask
from audit.tui.screens.evidence import EvidenceScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.screens.pick_file import PickFile
from audit.tui.screens.start import StartScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.grid import Grid
from criteria import language
from criteria.errors import ErrorCode, ReadinessError
from tests.piloting import (
    LONG_THANH,
    NASTY,
    SIZES,
    drive,
    file,
    opened,
    press,
    running,
    settled,
    text_of,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from textual.pilot import Pilot

    from audit.tui.app import ReadinessApp
    from checklists.checklist import Attachment

__all__ = ["file", "opened"]
CODE = "EQ-01"


@pytest.fixture(autouse=True)
def _no_folder_of_another_test() -> Iterator[None]:
    pick_file._last_folders.clear()
    yield
    pick_file._last_folders.clear()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with three photos, the highest number the newest, and a folder in it."""
    folder = tmp_path / "thẻ nhớ" / "DCIM"
    (folder / "Ảnh cũ").mkdir(parents=True)
    for number in range(3):
        photo(folder / f"IMG_000{number}.JPG", number)
    return folder


def photo(path: Path, seed: int = 0, size: tuple[int, int] = (64, 48)) -> Path:
    dots = Random(seed).randbytes(size[0] * size[1] * 3)  # noqa: S311 - nothing secret
    Image.frombytes("RGB", size, dots).save(path, "JPEG")
    os.utime(path, (1_700_000_000 + seed, 1_700_000_000 + seed))
    return path


def attached(path: Path, code: str = CODE) -> tuple[Attachment, ...]:
    with Desk(path) as desk:
        return desk.checklist(LONG_THANH).evidence.get(code, ())


@asynccontextmanager
async def evidence_open(
    path: Path, size: tuple[int, int] = (80, 24), code: str = CODE
) -> AsyncIterator[tuple[ReadinessApp, Pilot[None], EvidenceScreen]]:
    async with running(path, size) as (app, pilot):
        assert app.desk is not None
        screen = EvidenceScreen(app.desk, LONG_THANH, code)
        app.push_screen(screen)
        await settled(app, pilot)
        yield app, pilot, screen


@asynccontextmanager
async def picking(
    size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[tuple[ReadinessApp, Pilot[None], PickFile, list[Any]]]:
    """Ask for files over the start screen; what was chosen is in the list."""
    language.choose("en")
    assert run(["whoami", "--name", "Lê An"]) == 0
    chosen: list[Any] = []
    async with running(None, size) as (app, pilot):
        dialog = PickFile("Choose", **options)
        app.push_screen(dialog, chosen.append)
        await settled(app, pilot)
        yield app, pilot, dialog, chosen


async def paste(app: ReadinessApp, pilot: Pilot[None], text: str) -> None:
    assert app.focused is not None
    app.focused.post_message(events.Paste(text))
    await settled(app, pilot)


async def burst(app: ReadinessApp, pilot: Pilot[None], *keys: str) -> None:
    """Send keys all at once, as an input method does, or a terminal without bracketed paste."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))
    await settled(app, pilot)


def names(dialog: PickFile) -> list[str]:
    """Return what the list shows, from top to bottom."""
    grid = dialog.query_one(Grid)
    return [grid._rows[place].cells[1].text for place in range(len(grid._rows))]


def here(dialog: PickFile) -> str:
    grid = dialog.query_one(Grid)
    return grid._rows[grid.cursor_row].cells[1].text


# Folders and paths


class Partition(NamedTuple):
    device: str
    mountpoint: str
    fstype: str = "vfat"
    opts: str = "rw"


@pytest.mark.skipif(os.name == "nt", reason="mounts of Linux")
def test_what_was_plugged_in_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    language.choose("en")
    mounts = ["/", "/boot", "/run/media/an/MÁY ẢNH", "/media/an/KINGSTON", "/mnt/usb"]
    monkeypatch.setattr(
        psutil, "disk_partitions", lambda **_all: [Partition("/dev/sd", each) for each in mounts]
    )

    found = spots()

    assert [spot.label for spot in found][:3] == [
        *("Plugged in: MÁY ẢNH", "Plugged in: KINGSTON", "Plugged in: usb")
    ]
    assert found[-1].path == Path("/")
    assert Path.home() in [spot.path for spot in found]
    assert len({spot.path for spot in found}) == len(found)


def test_on_windows_every_drive_with_a_card_in_it_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    language.choose("en")
    drives = [
        Partition("C:\\", "C:\\", "NTFS", "rw,fixed"),
        Partition("D:\\", "D:\\", "", "cdrom"),
        Partition("E:\\", "E:\\", "FAT32", "rw,removable"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_all: drives)
    monkeypatch.setattr("audit.folders.sys.platform", "win32")

    labels = [spot.label for spot in spots()]

    assert labels[0] == "Plugged in: E:\\"
    assert labels[-1] == "Drive C:\\"
    assert not any("D:" in label for label in labels)


def test_folders_come_by_name_and_files_with_the_newest_first(photos: Path) -> None:
    (photos / "album").mkdir()
    (photos / ".hidden.jpg").touch()
    (photos / "$RECYCLE.BIN").mkdir()
    (photos / "nowhere.jpg").symlink_to(photos / "missing")

    found = [item.path.name for item in items_in(photos)]

    assert found == ["album", "Ảnh cũ", "IMG_0002.JPG", "IMG_0001.JPG", "IMG_0000.JPG"]
    assert [item.path.name for item in items_in(photos, (".audit",))] == ["album", "Ảnh cũ"]


def test_a_folder_that_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path / "missing", photo(tmp_path / "a.jpg")):
        with pytest.raises(ReadinessError) as caught:
            items_in(folder)
        assert caught.value.messages[0].code is ErrorCode.FOLDER_UNREADABLE


def test_a_moment_that_is_none_is_not_shown() -> None:
    moments = [Item(Path("a"), False, 0, at).changed_words for at in (1e30, -1e30, float("nan"))]

    assert moments == ["", "", ""]


@pytest.mark.skipif(os.name == "nt", reason="paths of Linux")
def test_paths_are_read_however_they_are_pasted(tmp_path: Path) -> None:
    spaced = tmp_path / "ảnh quầy 1.jpg"
    spaced.touch()
    escaped = str(spaced).replace(" ", "\\ ")
    address = "file://" + str(spaced).replace(" ", "%20").replace("ả", "%E1%BA%A3")

    for text in (
        *(str(spaced), f"'{spaced}'", f'"{spaced}"', escaped, address, f"  {spaced}  "),
        f"file://localhost{spaced}",
    ):
        assert paths_in(text) == [spaced], text
    assert paths_in("/a.jpg\r\n/b.jpg\n\n/a.jpg") == [Path("/a.jpg"), Path("/b.jpg")]
    assert paths_in(f"'{spaced}' /b.jpg {escaped}") == [spaced, Path("/b.jpg")]
    assert paths_in("/no such/file here.jpg") == [Path("/no such/file here.jpg")]
    assert paths_in("~/a.jpg") == [Path.home() / "a.jpg"]
    assert paths_in("'/a\0b") == [Path("/ab")]


@pytest.mark.parametrize(
    "text", ["", "IMG_0001", "xã Long Thành", "a/b", "\n\n", "https://example.org/a.jpg", "=1+1"]
)
def test_what_is_no_path_is_taken_for_none(text: str) -> None:
    assert paths_in(text) == []


@pytest.mark.parametrize("text", ["C:\\a b.jpg", '"D:/ảnh.jpg"', "\\\\máy\\ảnh.jpg", "~", "/"])
def test_paths_of_every_system_are_recognised(text: str) -> None:
    assert is_path_like(text)


# Choosing files


def test_a_file_is_found_by_walking(photos: Path) -> None:
    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            assert "Where to look" in text_of(app)
            dialog._go(photos.parent)
            await settled(app, pilot)
            assert names(dialog) == ["..", "DCIM"]
            await press(app, pilot, "enter")
            assert here(dialog) == "Ảnh cũ"
            await press(app, pilot, "enter")
            assert names(dialog) == [".."]
            await press(app, pilot, "left")
            assert here(dialog) == "Ảnh cũ"
            await press(app, pilot, "backspace")
            assert here(dialog) == "DCIM"
            await press(app, pilot, "right", "down", "down", "enter")

            assert chosen == [[photos / "IMG_0001.JPG"]]

    drive(scenario)


def test_several_files_are_marked_in_several_folders(photos: Path) -> None:
    other = photo(photos / "Ảnh cũ" / "a.jpg")

    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            dialog._go(photos)
            await settled(app, pilot)
            await press(app, pilot, "down", "space", "space", "up", "space")
            assert text_of(app).count("✓") == 1
            await press(app, pilot, "home", "down", "enter", "space")
            assert "2 files marked" in words_of(app)
            await press(app, pilot, "f10")

            assert chosen == [[photos / "IMG_0002.JPG", other]]

    drive(scenario)


def test_enter_takes_what_is_marked_and_not_what_the_cursor_is_on(photos: Path) -> None:
    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            dialog._go(photos)
            await settled(app, pilot)
            await press(app, pilot, "down", "insert", "insert", "enter")

            assert chosen == [[photos / "IMG_0002.JPG", photos / "IMG_0001.JPG"]]

    drive(scenario)


def test_where_one_file_is_wanted_nothing_can_be_marked(photos: Path) -> None:
    (photos / "đợt 1.AUDIT").touch()

    async def scenario() -> None:
        async with picking(suffixes=(".audit",), many=False) as (app, pilot, dialog, chosen):
            assert "Mark" not in text_of(app)
            dialog._go(photos)
            await settled(app, pilot)
            assert names(dialog) == ["..", "Ảnh cũ", "đợt 1.AUDIT"]
            await press(app, pilot, "down", "space", "enter")
            assert chosen == [[photos / "đợt 1.AUDIT"]]

        async with picking(suffixes=(".audit",), many=False) as (app, pilot, dialog, chosen):
            assert here(dialog) == "Ảnh cũ"
            await paste(app, pilot, f"{photos}/IMG_0001.JPG\n{photos}/IMG_0002.JPG")
            assert chosen == [[photos / "IMG_0001.JPG"]]

    drive(scenario)


def test_typing_shows_only_what_fits_with_or_without_marks(photos: Path) -> None:
    photo(photos / "Quầy tiếp nhận.jpg", 9)

    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            dialog._go(photos)
            await settled(app, pilot)
            await press(app, pilot, *"quay")
            assert names(dialog) == ["Quầy tiếp nhận.jpg"]
            await press(app, pilot, *["backspace"] * 4)
            assert len(names(dialog)) == 6
            await press(app, pilot, *"zzz")
            assert names(dialog) == []
            await press(app, pilot, "enter", "f10", "down")
            assert isinstance(app.screen, PickFile)
            await press(app, pilot, *["backspace"] * 3, *"quay", "enter")

            assert chosen == [[photos / "Quầy tiếp nhận.jpg"]]

    drive(scenario)


def test_a_space_in_a_name_that_is_typed_is_a_letter_and_insert_marks(photos: Path) -> None:
    one = photo(photos / "quay so 1.jpg", 8)
    other = photo(photos / "quayso.jpg", 9)

    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            dialog._go(photos)
            await settled(app, pilot)
            await press(app, pilot, *"quay so")
            assert dialog.query_one(Entry).value == "quay so"
            assert "marked" not in words_of(app)
            assert names(dialog) == [other.name, one.name]
            await press(app, pilot, *" 1", "insert")
            assert "1 files marked" in words_of(app)
            await press(app, pilot, *["backspace"] * 9, "down", "space")
            assert "2 files marked" in words_of(app)
            await press(app, pilot, "f10")

            assert len(chosen[0]) == 2
            assert chosen[0][0] == one

    drive(scenario)


def test_a_burst_of_an_input_method_arrives_whole_whichever_has_the_focus(photos: Path) -> None:
    telex = ["q", "u", "a", "a", "backspace", "backspace", "â", "f", "backspace", "backspace", "ầ"]

    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, _chosen):
            dialog._go(photos)
            await settled(app, pilot)
            for target in (dialog.query_one(Grid), dialog.query_one(Entry)):
                target.focus()
                await pilot.pause()
                await burst(app, pilot, *telex, "y")
                assert dialog.query_one(Entry).value == "quầy"
                dialog.query_one(Entry).value = ""
                await settled(app, pilot)

    drive(scenario)


def test_a_path_can_be_typed(photos: Path) -> None:
    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            await burst(app, pilot, *f"{photos.parent}/none", "enter")
            assert "there is no such file" in words_of(app)
            await burst(app, pilot, *["backspace"] * 5, "enter")
            assert names(dialog) == ["..", "DCIM"]
            await burst(app, pilot, *str(photos / "IMG_0001.JPG"))
            await press(app, pilot, "f10")

            assert chosen == [[photos / "IMG_0001.JPG"]]

    drive(scenario)


def test_what_is_entered_before_a_slow_stick_was_read_is_taken(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = photos / "IMG_0001.JPG"
    is_read = threading.Event()

    def slowly(folder: Path, suffixes: tuple[str, ...]) -> list[Item]:
        is_read.wait()
        return items_in(folder, suffixes)

    def from_nowhere() -> list[Spot]:
        is_read.wait()
        return []

    async def typed(words: str, folder: Path | None, *, reads_first: bool) -> list[Path]:
        is_read.clear()
        pick_file._last_folders.clear()
        if folder is not None:
            pick_file._last_folders[()] = folder
        language.choose("en")
        assert run(["whoami", "--name", "Lê An"]) == 0
        chosen: list[list[Path] | None] = []
        async with running(None) as (app, pilot):
            app.push_screen(PickFile("Choose"), chosen.append)
            await pilot.pause()
            await pilot.press(*words, "enter")
            if reads_first:
                is_read.set()
                await settled(app, pilot)
            else:
                await pilot.pause()
            is_read.set()
        (found,) = chosen
        assert found is not None
        return found

    async def scenario() -> None:
        monkeypatch.setattr(pick_file, "items_in", slowly)
        monkeypatch.setattr(pick_file, "spots", from_nowhere)

        assert await typed(str(one), None, reads_first=False) == [one]
        assert await typed("0001", photos, reads_first=True) == [one]

    drive(scenario)


@pytest.mark.parametrize("in_line", [False, True], ids=["list", "line"])
def test_what_is_dragged_in_is_taken(photos: Path, in_line: bool) -> None:
    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            if in_line:
                dialog.query_one(Entry).focus()
                await pilot.pause()
            await paste(app, pilot, f"'{photos}'")
            assert len(names(dialog)) == 5
            await paste(app, pilot, "IMG_0001")
            assert names(dialog) == ["IMG_0001.JPG"]
            await paste(app, pilot, f"'{photos}/IMG_0001.JPG'\n'{photos}/IMG_0002.JPG'\n")

            assert chosen == [[photos / "IMG_0001.JPG", photos / "IMG_0002.JPG"]]

    drive(scenario)


def test_a_folder_that_went_away_is_told_and_work_goes_on(photos: Path) -> None:
    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, chosen):
            dialog._go(photos)
            await settled(app, pilot)
            shutil.rmtree(photos / "Ảnh cũ")
            await press(app, pilot, "enter")
            assert "cannot be read" in words_of(app)
            assert here(dialog) == "Ảnh cũ"
            shutil.rmtree(photos)
            await press(app, pilot, "left", "escape")
            assert chosen == [None]

        pick_file._last_folders[()] = photos
        async with picking() as (app, pilot, dialog, _chosen):
            assert "Where to look" in text_of(app)

    drive(scenario)


def test_where_files_were_found_last_is_where_one_looks_again(photos: Path) -> None:
    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, _chosen):
            dialog._go(photos)
            await settled(app, pilot)
            await press(app, pilot, "down", "enter")
        async with picking() as (app, pilot, dialog, _chosen):
            assert str(dialog._folder) == str(photos)

    drive(scenario)


def test_of_thousands_of_files_only_those_on_screen_are_drawn(tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(3_000):
        (many / f"IMG_{number:04}.JPG").touch()

    async def scenario() -> None:
        async with picking() as (app, pilot, dialog, _chosen):
            dialog._go(many)
            await settled(app, pilot)
            grid = dialog.query_one(Grid)
            assert len(grid._rows) == 3_001
            assert len(grid._rows._made) < 100
            await press(app, pilot, "end", "space")
            assert len(grid._rows._made) < 100
            await press(app, pilot, *"2999")
            assert names(dialog) == ["IMG_2999.JPG"]

    drive(scenario)


@pytest.mark.skipif(os.name == "nt", reason="names are tamer there")
@pytest.mark.parametrize("size", SIZES)
def test_names_of_any_kind_are_shown_as_text(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = tmp_path / "[x] [b + x"
    folder.mkdir()
    for name in ("[@click=app.quit]y[", "\x1b[31mred\n", "a\u202egpj.exe", "ờ" * 80, "=1+1|:x:"):
        (folder / name).mkdir()
        (folder / f"{name}.jpg").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.jpg")).touch()

    async def scenario() -> None:
        async with picking(size) as (app, pilot, dialog, _chosen):
            dialog._go(folder)
            await settled(app, pilot)
            assert len(names(dialog)) == 12
            assert "[x] [b + x" in text_of(app)
            assert "\x1b" not in text_of(app)
            assert "\u202e" not in text_of(app)
            await burst(app, pilot, *["space", "down"] * 11)
            await press(app, pilot, "home", "down", "enter")
            assert names(dialog) == [".."]

    drive(scenario)


def test_an_audit_file_is_opened_with_it(file: Path) -> None:
    async def scenario() -> None:
        async with running(None) as (app, pilot):
            assert isinstance(app.screen, StartScreen)
            await press(app, pilot, "ctrl+o")
            assert isinstance(app.screen, PickFile)
            await paste(app, pilot, str(file.parent))
            await press(app, pilot, *"dot 1", "enter")

            assert app.desk is not None
            assert app.desk.path == file
            assert any(isinstance(screen, OverviewScreen) for screen in app.screen_stack)

    drive(scenario)


# The evidence of a criterion


@pytest.mark.parametrize("size", SIZES)
def test_what_is_wanted_and_what_must_not_be_seen_stand_on_top(
    file: Path, size: tuple[int, int]
) -> None:
    async def scenario() -> None:
        async with evidence_open(file, size) as (app, _pilot, _screen):
            shown = words_of(app)
            assert "○ 0/1 Overview photo of the counter area (photo)" in shown
            assert "○ 0/1 List of serial numbers (photo or file)" in shown
            assert "When taking photos: No recognisable faces of citizens" in shown
            assert "IP addresses and accounts on the picture of the system information." in shown
            assert "Nothing is attached yet" in shown
            for key in ("F6 Attach", "F5 Caption", "Del Remove", "F8 Purge", "Esc Back"):
                assert key in shown

    drive(scenario)


def test_a_caption_offered_ticks_its_own_line_and_a_free_one_none(
    file: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "machine.png")
    (tmp_path / "list.txt").write_text("1", encoding="utf-8")
    from audit.evidence import attach, prepare

    with Desk(file, write=True) as desk:
        edition = desk.round.catalogue.criterion(CODE).evidence
        weakest, free = edition[2].text.en, "As told by Mr Ba"
        for name, caption in (("machine.png", weakest), ("list.txt", free)):
            attach(desk, LONG_THANH, CODE, prepare(tmp_path / name), caption)

    async def scenario() -> None:
        async with evidence_open(file) as (app, _pilot, _screen):
            shown = words_of(app)
            assert "✓ 1/1 Screenshot or photo of the weakest" in shown
            assert "○ 0/1 List of serial numbers" in shown
            assert "Counted under another caption: 1; still wanted: 1." in shown

    drive(scenario)


def test_photos_are_chosen_given_a_caption_and_attached(file: Path, photos: Path) -> None:
    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await press(app, pilot, "f6")
            await paste(app, pilot, str(photos))
            await press(app, pilot, "down", "space", "space", "f10")
            assert isinstance(app.screen, Ask)
            assert "IMG_0002.JPG, 1 of 2" in text_of(app)
            await press(app, pilot, "down", "down", "down", "enter", "f2")
            await settled(app, pilot)

            shown = words_of(app)
            assert "Attached and saved: 2." in shown
            assert "IMG_0001.JPG" in shown
            assert "✓ 2/1 Screenshot or photo of the weakest" in shown

    drive(scenario)

    assert {piece.name for piece in attached(file)} == {"IMG_0001.JPG", "IMG_0002.JPG"}
    assert {piece.caption for piece in attached(file)} == {
        "Screenshot or photo of the weakest computer's system information"
    }


def test_each_of_several_photos_is_given_its_own_caption(file: Path, photos: Path) -> None:
    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await paste(app, pilot, "\n".join(str(photos / f"IMG_000{n}.JPG") for n in range(3)))
            await press(app, pilot, *"one", "enter")
            assert "IMG_0001.JPG, 2 of 3" in text_of(app)
            await press(app, pilot, *"two", "enter", "enter")
            await settled(app, pilot)
            assert "Attached and saved: 3." in words_of(app)

    drive(scenario)

    assert {piece.name: piece.caption for piece in attached(file)} == {
        "IMG_0000.JPG": "one",
        "IMG_0001.JPG": "two",
        "IMG_0002.JPG": "",
    }


def test_leaving_the_captions_attaches_only_what_was_asked_about(file: Path, photos: Path) -> None:
    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await paste(app, pilot, "\n".join(str(photos / f"IMG_000{n}.JPG") for n in range(3)))
            await press(app, pilot, *"one", "enter", "escape")
            await settled(app, pilot)
            assert "2 files were not attached" in words_of(app)

    drive(scenario)

    assert [(piece.name, piece.caption) for piece in attached(file)] == [("IMG_0000.JPG", "one")]


def test_a_photo_that_is_dragged_onto_the_screen_is_attached(file: Path, photos: Path) -> None:
    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await paste(app, pilot, "no path at all")
            assert isinstance(app.screen, EvidenceScreen)
            await paste(app, pilot, f"'{photos}/IMG_0000.JPG'")
            await press(app, pilot, *"Quầy số 1", "enter")
            await settled(app, pilot)
            await paste(app, pilot, f"file://{photos}/IMG_0000.JPG".replace(" ", "%20"))
            await press(app, pilot, "f10")
            await settled(app, pilot)

            assert "There already: 1." in words_of(app)

    drive(scenario)

    (piece,) = attached(file)
    assert (piece.name, piece.caption) == ("IMG_0000.JPG", "Quầy số 1")


def test_what_cannot_be_kept_is_told_and_the_others_are_attached(file: Path, photos: Path) -> None:
    (photos / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (photos / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    picked = [photos / name for name in ("bad.jpg", "IMG_0000.JPG", "phone.heic", "gone.jpg")]

    async def scenario() -> None:
        async with evidence_open(file, (120, 40)) as (app, pilot, _screen):
            await paste(app, pilot, "\n".join(map(str, picked)))
            await press(app, pilot, "f2")
            await settled(app, pilot)
            await settled(app, pilot)
            await settled(app, pilot)

            shown = words_of(app)
            assert "Attached and saved: 1." in shown
            assert "bad.jpg: the picture is damaged" in shown
            assert "phone.heic: this photo is HEIC" in shown

    drive(scenario)

    assert [piece.name for piece in attached(file)] == ["IMG_0000.JPG"]


def attach_by_command(file: Path, *paths: Path, caption: str = "") -> None:
    language.choose("en")
    arguments = ["attach", LONG_THANH, CODE, *map(str, paths), "--caption", caption]
    assert run([*arguments, "--file", str(file)]) == 0


def test_a_caption_is_changed(file: Path, photos: Path) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG", caption="Quầy")

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await press(app, pilot, "f5")
            await press(app, pilot, *" số 2", "f10")
            assert "Quầy số 2" in text_of(app)

    drive(scenario)

    assert [piece.caption for piece in attached(file)] == ["Quầy số 2"]


def test_a_caption_of_another_person_is_shown_and_does_not_grow_into_ones_own(
    file: Path, photos: Path
) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG", caption="Quầy")
    mine = os.environ["READINESS_HOME"]
    os.environ["READINESS_HOME"] = str(photos / "home")
    assert run(["whoami", "--name", "Lê An"]) == 0
    attach_by_command(file, photos / "IMG_0000.JPG", caption="Của An")
    os.environ["READINESS_HOME"] = mine

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await press(app, pilot, "f5")
            assert "Others say, and it stays: “Của An” (Lê An)" in words_of(app)
            assert app.screen.query_one(Entry).value == "Quầy"
            await press(app, pilot, *" số 2", "f10")

    drive(scenario)

    (piece,) = attached(file)
    assert {*piece.caption.split(" / ")} == {"Quầy số 2", "Của An"}


def test_what_was_removed_is_shown_on_demand_and_purged_from_there(
    file: Path, photos: Path
) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG", photos / "IMG_0001.JPG")

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, screen):
            assert screen.check_action("evidence_removed", ()) is False
            await press(app, pilot, "delete", *"Mờ", "enter")
            assert "Removed, bytes still in the file: 1 · F4 shows it" in words_of(app)
            await press(app, pilot, "f4")
            shown = words_of(app)
            assert "removed by Trần Thị Bình" in shown
            assert "Mờ · F8 purges it" in shown
            for key in ("f5", "delete"):
                await press(app, pilot, key)
                assert app.screen is screen
                assert "This was removed. F8 purges it" in words_of(app)
            await press(app, pilot, "f8", "down", "enter", "f10")
            shown = words_of(app)
            assert f"Purged. It was attached to: {LONG_THANH} {CODE}" in shown
            assert "bytes still in the file" not in shown

    drive(scenario)

    assert sorted(piece.is_purged for piece in attached(file)) == [False, True]
    with Desk(file) as desk:
        assert sorted(desk.file.hashes().values()) == [False, True]


def test_bytes_that_were_missing_are_said_to_be_back(file: Path, photos: Path) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG")
    with closing(sqlite3.connect(file)) as meddling:
        meddling.execute("delete from blob")
        meddling.commit()

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await paste(app, pilot, f"'{photos}/IMG_0000.JPG'")
            await press(app, pilot, "f10")
            await settled(app, pilot)
            assert "There already without their bytes, which are back: 1." in words_of(app)

    drive(scenario)

    with Desk(file) as desk:
        assert list(desk.file.hashes().values()) == [True]


def test_what_a_command_attached_meanwhile_is_shown_on_coming_back(
    file: Path, photos: Path
) -> None:
    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, screen):
            await press(app, pilot, "f1")
            attach_by_command(file, photos / "IMG_0000.JPG")
            await press(app, pilot, "escape")
            assert app.screen is screen
            assert "IMG_0000.JPG" in text_of(app)

    drive(scenario)


def test_what_is_removed_asks_why(file: Path, photos: Path) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG", photos / "IMG_0001.JPG")

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await press(app, pilot, "delete", "f10")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "escape")
            assert len(attached(file)) == 2
            await press(app, pilot, "delete", *"Mờ", "enter")
            assert isinstance(app.screen, EvidenceScreen)
            assert "Removed" in words_of(app)

    drive(scenario)

    assert len(attached(file)) == 1


def test_what_is_purged_is_gone_and_says_so(file: Path, photos: Path) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG")

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await press(app, pilot, "f8")
            assert "nothing brings them back" in words_of(app)
            await press(app, pilot, "down", "enter", "f10")
            shown = words_of(app)
            assert f"Purged. It was attached to: {LONG_THANH} {CODE}" in shown
            assert "Purged by Trần Thị Bình" in shown
            assert "○ 0/1 Overview photo" in shown
            for key in ("f5", "delete", "f8"):
                await press(app, pilot, key)
                assert isinstance(app.screen, EvidenceScreen)
            await press(app, pilot, "enter")
            assert "nothing is left to be shown" in words_of(app)
            await paste(app, pilot, str(photos / "IMG_0000.JPG"))
            await press(app, pilot, "f10")
            await settled(app, pilot)
            assert "was attached before and purged" in words_of(app)

    drive(scenario)

    assert [piece.is_purged for piece in attached(file)] == [True]
    assert [piece.reason for piece in attached(file)] == ["A citizen can be recognised"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has a viewer of its own")
def test_enter_shows_it_or_says_where_it_lies(
    file: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    async def scenario() -> None:
        async with evidence_open(file, (120, 40)) as (app, pilot, _screen):
            await press(app, pilot, "enter")
            assert "It lies here until you leave the program" in words_of(app)
            tool = photos / "xdg-open"
            tool.write_text("#!/bin/sh\n")
            tool.chmod(0o755)
            monkeypatch.setenv("DISPLAY", ":9")
            monkeypatch.setenv("PATH", f"{photos}:{os.environ['PATH']}")
            await press(app, pilot, "enter")
            assert "Opened in the viewer of this machine: IMG_0000.JPG" in words_of(app)

    drive(scenario)


def test_after_the_sign_off_every_change_asks_why(file: Path, photos: Path) -> None:
    language.choose("en")
    by = ["--by", "Lê Thị Hoa", "--title", "Chủ tịch", "--reason", "x"]
    assert run(["sign-off", LONG_THANH, *by, "--file", str(file)]) == 0

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            await paste(app, pilot, str(photos / "IMG_0000.JPG"))
            assert "Why after the sign-off?" in text_of(app)
            await press(app, pilot, "f10")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *"Bổ sung", "enter")
            await settled(app, pilot)
            assert "Attached and saved: 1." in words_of(app)
            await press(app, pilot, "f5", *"Quầy", "f10")

    drive(scenario)

    assert [piece.caption for piece in attached(file)] == ["Quầy"]


def test_what_waits_is_stopped_by_escape_and_nothing_is_half_attached(
    file: Path, photos: Path
) -> None:
    large = [photo(photos / f"{number}.jpg", number, (2400, 1800)) for number in range(12)]

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, screen):
            await paste(app, pilot, "\n".join(map(str, large)))
            await pilot.press("f10", "escape")
            await settled(app, pilot)
            assert app.screen is screen
            assert "were not attached" in words_of(app)
            await press(app, pilot, "escape")
            assert app.screen is not screen

    drive(scenario)

    assert len(attached(file)) < len(large)
    language.choose("en")
    assert run(["verify", "--file", str(file)]) == 0


def test_a_file_shown_for_reading_only_is_not_written(
    file: Path, photos: Path, tmp_path: Path
) -> None:
    from audit.holding import hold

    attach_by_command(file, photos / "IMG_0000.JPG")
    held = hold(file)
    assert held is not None

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, screen):
            for key in ("f6", "f5", "delete", "f8"):
                await press(app, pilot, key)
                assert app.screen is screen
            await paste(app, pilot, str(photos / "IMG_0001.JPG"))
            assert app.screen is screen
            assert "reading only" in words_of(app)

    drive(scenario)
    held.release()

    assert len(attached(file)) == 1


@pytest.mark.parametrize("size", SIZES)
def test_hostile_words_about_evidence_are_shown_as_text(
    file: Path, photos: Path, size: tuple[int, int]
) -> None:
    named = photos / "[@click=app.quit]y[ =1+1.jpg"
    shutil.copy(photos / "IMG_0000.JPG", named)
    attach_by_command(file, named, caption=NASTY)
    attach_by_command(file, photos / "IMG_0001.JPG")
    language.choose("en")
    second = next(piece for piece in attached(file) if piece.name == "IMG_0001.JPG")
    reason = ["--reason", NASTY, "--file", str(file)]
    assert run(["purge", second.sha256, *reason]) == 0

    async def scenario() -> None:
        async with evidence_open(file, size) as (app, pilot, screen):
            assert "[/x] [b + x =1+1" in text_of(app)
            assert "\x1b" not in text_of(app)
            await press(app, pilot, "down", "up")
            for key in ("f5", "delete", "f8"):
                await press(app, pilot, key)
                assert isinstance(app.screen, Ask)
                await press(app, pilot, "escape")
            await press(app, pilot, "escape")
            assert app.screen is not screen

    drive(scenario)


def test_the_language_changes_at_once(file: Path, photos: Path) -> None:
    attach_by_command(file, photos / "IMG_0000.JPG")

    async def scenario() -> None:
        async with evidence_open(file) as (app, pilot, _screen):
            app.choose_language("vi")
            await settled(app, pilot)

            assert "Ảnh toàn cảnh khu vực quầy" in words_of(app)
            assert "IMG_0000.JPG" in text_of(app)
            assert isinstance(app.focused, Grid)

    drive(scenario)


@pytest.mark.skipif(sys.platform == "win32", reason="the system itself says where they are")
def test_where_there_is_no_folder_for_documents_the_one_of_the_audit_file_is_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "đợt 1"
    beside.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "Documents"))
    without = own_folder(beside), own_folder(), own_folder(tmp_path / "gone")
    (tmp_path / "Documents").mkdir()

    assert without == (beside, Path.home(), Path.home())
    assert own_folder(beside) == tmp_path / "Documents"
