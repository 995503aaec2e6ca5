"""A picture is kept upright, small, and without what the camera added to it."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from audit.pictures import (
    LONGEST_SIDE,
    MOST_KEPT,
    Picture,
    is_heif,
    is_picture,
    prepare_picture,
)
from criteria.errors import ErrorCode, ReadinessError

FORMS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
MADE_BY = "Telephone Of Somebody"
DETAILS, PLACE, ORIENTATION, MAKER = 0x8769, 0x8825, 0x0112, 0x010F
PLACE_TAKEN = {
    1: "N",
    2: (10.0, 57.0, 3.0),
    3: "E",
    4: (106.0, 50.0, 2.0),
    7: (2.0, 31.0, 22.0),
    27: b"ASCII\0\0\0network",
    29: "2026:12:05",
}


def packed(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    held = BytesIO()
    image.save(held, form, **options)
    return held.getvalue()


def opened(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(picture.data))


def quarters(size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Return a picture whose upper left quarter is red, the rest white."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="red")
    return image


def noise(size: tuple[int, int]) -> Image.Image:
    dots = Random(1).randbytes(size[0] * size[1] * 3)  # noqa: S311 - nothing secret
    return Image.frombytes("RGB", size, dots)


def camera_exif(**details: Any) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKER] = MADE_BY
    exif[DETAILS] = {0x9003: "2026:12:05 09:31:22", 0x927C: b"maker's own notes", **details}
    exif[PLACE] = PLACE_TAKEN
    return exif


def is_red_upper_left(image: Image.Image) -> bool:
    plain = image.convert("RGB")
    width, height = plain.size
    near, far = plain.getpixel((width // 8, height // 8)), plain.getpixel((width - 2, height - 2))
    assert isinstance(near, tuple)
    assert isinstance(far, tuple)
    return near[0] > 200 and near[1] < 60 and min(far) > 200


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_picture_becomes_a_small_jpeg_or_png(form: str) -> None:
    data = packed(quarters((2400, 1200)), form)

    picture = prepare_picture(data, "a.jpg")

    assert is_picture(data)
    assert picture.media_type in ("image/jpeg", "image/png")
    assert opened(picture).size == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert is_red_upper_left(opened(picture))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(form: str, orientation: int) -> None:
    lain = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    as_held = quarters() if lain is None else quarters().transpose(lain)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    upright = opened(prepare_picture(packed(as_held, form, exif=exif), "a.jpg"))

    assert upright.size == (80, 40)
    assert is_red_upper_left(upright)
    assert ORIENTATION not in upright.getexif()


@pytest.mark.parametrize("size", [(3000, 2000), (1000, 9000), (1600, 1600)])
def test_whatever_is_on_it_a_picture_is_small_enough(size: tuple[int, int]) -> None:
    picture = prepare_picture(packed(noise(size), quality=95), "a.jpg")

    assert len(picture.data) <= MOST_KEPT
    assert max(opened(picture).size) <= LONGEST_SIDE


def test_a_small_picture_is_not_made_larger() -> None:
    assert opened(prepare_picture(packed(quarters()), "a.jpg")).size == (80, 40)


def test_letters_of_a_screenshot_stay_sharp() -> None:
    screen = Image.new("RGB", (1366, 768), "white")
    ImageDraw.Draw(screen).text((50, 50), "Windows 11 Pro, RAM 8 GB", fill="black")

    picture = prepare_picture(packed(screen, "PNG"), "man hinh.png")

    assert picture.media_type == "image/png"
    assert opened(picture).convert("RGB").tobytes() == screen.tobytes()


def test_a_photo_saved_as_png_becomes_a_jpeg() -> None:
    picture = prepare_picture(packed(noise((1200, 900)), "PNG"), "a.png")

    assert picture.media_type == "image/jpeg"


def jpeg_parts(data: bytes) -> list[int]:
    """Return the markers of a JPEG before its pixels."""
    found, at = [], 2
    while data[at + 1] != 0xDA:
        found.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


def png_parts(data: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(data):
        found.add(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return found


def test_nothing_that_the_camera_added_to_a_photo_is_kept() -> None:
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{MADE_BY}</x:xmpmeta>".encode()
    given_ = packed(
        quarters(),
        exif=camera_exif(),
        xmp=xmp,
        comment=MADE_BY.encode(),
        icc_profile=b"profile of " + MADE_BY.encode(),
    )
    assert given_.count(MADE_BY.encode()) == 4

    picture = prepare_picture(given_, "a.jpg")

    tables, pixels = {0xDB, 0xC0, 0xC2, 0xC4}, {0xE0}
    assert set(jpeg_parts(picture.data)) <= tables | pixels
    assert MADE_BY.encode() not in picture.data
    assert dict(opened(picture).getexif()) == {}


def test_nothing_that_a_program_added_to_a_screenshot_is_kept() -> None:
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text("Author", MADE_BY)
    said.add_itxt("XML:com.adobe.xmp", MADE_BY)

    picture = prepare_picture(
        packed(quarters(), "PNG", exif=camera_exif(), pnginfo=said, dpi=(96, 96)), "a.png"
    )

    assert png_parts(picture.data) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize(
    ("details", "taken_at"),
    [
        ({}, "2026-12-05T09:31:22"),
        ({0x9011: "+07:00"}, "2026-12-05T09:31:22+07:00"),
        ({0x9011: "later"}, "2026-12-05T09:31:22"),
        ({0x9003: "0000:00:00 00:00:00"}, None),
        (
            {0x9003: "", 0x9004: "2026:12:04 08:00:00", 0x9012: "-03:30"},
            "2026-12-04T08:00:00-03:30",
        ),
        ({0x9003: "yesterday"}, None),
        ({0x9003: 7}, None),
    ],
    ids=["no zone", "zone", "no such zone", "never set", "scanned", "words", "number"],
)
def test_when_a_photo_was_taken_is_kept_as_the_camera_says(
    details: dict[int, Any], taken_at: str | None
) -> None:
    exif = camera_exif()
    exif[DETAILS] = {0x9003: "2026:12:05 09:31:22", **details}

    assert prepare_picture(packed(quarters(), exif=exif), "a.jpg").taken_at == taken_at


def test_a_picture_without_exif_says_nothing_of_when() -> None:
    assert prepare_picture(packed(quarters(), "BMP"), "a.bmp").taken_at is None


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_where_a_photo_was_taken_is_kept_where_the_round_wants_it_and_nothing_else(
    form: str,
) -> None:
    data = packed(quarters(), form, exif=camera_exif())

    without = opened(prepare_picture(data, "a.jpg")).getexif()
    kept = opened(prepare_picture(data, "a.jpg", keep_place=True)).getexif()

    assert dict(without.get_ifd(PLACE)) == {}
    assert set(kept) == {PLACE}
    assert kept.get_ifd(PLACE) == {tag: PLACE_TAKEN[tag] for tag in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    "place",
    [
        {1: "N", 2: (10.0, 57.0, 3.0)},
        {**PLACE_TAKEN, 2: (910.0, 57.0, 3.0)},
        {**PLACE_TAKEN, 1: "<script>"},
    ],
    ids=["half", "absurd", "hostile"],
)
def test_a_place_that_is_none_is_not_kept(place: dict[int, Any]) -> None:
    exif = Image.Exif()
    exif[PLACE] = place

    picture = prepare_picture(packed(quarters(), exif=exif), "a.jpg", keep_place=True)

    assert dict(opened(picture).getexif()) == {}


def test_what_was_transparent_is_white() -> None:
    clear = Image.new("RGBA", (60, 30), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 30, 15))
    grey = clear.convert("LA")
    few = clear.quantize(8)

    shown = [
        opened(prepare_picture(packed(image, "PNG"), "a.png")).convert("RGB")
        for image in (clear, grey, few)
    ]

    assert [image.getpixel((50, 25)) for image in shown] == [(255, 255, 255)] * 3
    assert is_red_upper_left(shown[0])


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "YCbCr", "LA"])
def test_colours_of_any_kind_become_plain_ones(mode: str) -> None:
    form = {"CMYK": "JPEG", "YCbCr": "JPEG"}.get(mode, "PNG")

    picture = opened(prepare_picture(packed(quarters().convert(mode), form), "a"))

    assert picture.mode in ("RGB", "L")
    light = picture.convert("L").getpixel((70, 35))
    assert isinstance(light, int)
    assert light > 240


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_sixteen_bits_are_brought_to_eight(mode: str) -> None:
    deep = Image.new("I", (40, 40), 0)
    deep.paste(65_535, (20, 0, 40, 40))

    picture = opened(prepare_picture(packed(deep.convert(mode), "TIFF"), "a.tif"))

    assert picture.mode == "L"
    dark, light = picture.getpixel((5, 5)), picture.getpixel((35, 5))
    assert isinstance(dark, int)
    assert isinstance(light, int)
    assert dark < 10
    assert light > 245


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_a_picture_that_moves_the_first_one_is_kept(form: str) -> None:
    moving = packed(
        quarters(), form, save_all=True, append_images=[Image.new("RGB", (80, 40), "blue")]
    )

    assert is_red_upper_left(opened(prepare_picture(moving, "a.gif")))


def test_the_pages_of_a_scan_are_not_lost_silently() -> None:
    pages = packed(quarters(), "TIFF", save_all=True, append_images=[quarters()])

    assert code_of(pages) is ErrorCode.PICTURE_SEVERAL_PAGES


def code_of(data: bytes) -> ErrorCode:
    with pytest.raises(ReadinessError) as caught:
        prepare_picture(data, "Ảnh 1.jpg")
    assert "Ảnh 1.jpg" in str(caught.value)
    return caught.value.messages[0].code


def png_of(width: int, height: int) -> bytes:
    """Return a small file that says it is a picture of this size."""

    def part(kind: bytes, body: bytes) -> bytes:
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", pixels) + part(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_000, 8_000), (2**31 - 1, 1)])
def test_a_picture_that_would_exhaust_the_laptop_is_refused_unread(size: tuple[int, int]) -> None:
    assert code_of(png_of(*size)) is ErrorCode.PICTURE_TOO_MANY_PIXELS


def test_a_photo_of_the_best_telephones_is_taken() -> None:
    large = packed(Image.new("RGB", (12_000, 9_000), "red"))

    assert max(opened(prepare_picture(large, "a.jpg")).size) == LONGEST_SIDE


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_that_was_not_copied_to_the_end_is_refused(form: str, part: float) -> None:
    whole = packed(noise((300, 200)), form)

    assert code_of(whole[: int(len(whole) * part)]) is ErrorCode.PICTURE_BROKEN


SMALL = {form: packed(quarters(), form, exif=camera_exif()) for form in ("JPEG", "PNG", "WEBP")}
SMALL |= {form: packed(quarters(), form) for form in ("BMP", "GIF", "TIFF")}


@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=8),
    st.integers(12, 4_000),
)
def test_whatever_is_damaged_a_picture_comes_out_or_a_sentence(
    form: str, changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(SMALL[form][:length])
    for at, value in changes:
        data[at % len(data)] = value

    with suppress(ReadinessError):
        picture = prepare_picture(bytes(data), "a.jpg", keep_place=True)

        assert len(picture.data) <= MOST_KEPT
        assert max(opened(picture).size) <= LONGEST_SIDE


@given(st.integers(0, 4), st.binary(max_size=200))
def test_damaged_words_of_the_camera_never_cost_the_picture(kind: int, words: bytes) -> None:
    begin = [b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II*\0", b"\x01\x00\x12\x01"][kind]

    picture = prepare_picture(
        packed(quarters(), exif=b"Exif\0\0" + begin + words), "a.jpg", keep_place=True
    )

    assert is_picture(picture.data)


def test_the_same_file_gives_the_same_bytes() -> None:
    data = packed(noise((400, 300)), exif=camera_exif())

    assert prepare_picture(data, "a.jpg") == prepare_picture(data, "b.jpg")


def test_what_telephones_write_that_no_office_can_open_is_known() -> None:
    for brand in (b"heic", b"mif1", b"avif"):
        assert is_heif(b"\0\0\0\x18ftyp" + brand)
    assert not is_heif(b"\0\0\0\x18ftypisom")
    assert not is_picture(b"BM is a word, too")
