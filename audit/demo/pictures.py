"""Small drawings that stand for photos in the made-up round.

They are drawn with whole pixels and written without compression, so that every machine
makes the same bytes, whatever its versions of the libraries: the records name their hash.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.ImageDraw import ImageDraw

WIDTH: Final = 160
HEIGHT: Final = 120
_INKS: Final = ("F4F1EA", "D9D2C4", "8C8577", "3C3A36", "2F6DB5", "BFD9F2", "4E9A51", "C4453B")
"""Wall, floor, furniture, dark, screen, light, green lamp, red lamp."""
_WALL, _FLOOR, _WOOD, _DARK, _SCREEN, _LIGHT, _GREEN, _RED = range(8)

Box = tuple[int, int, int, int, int]
"""Left, top, right and bottom in pixels, and the ink."""

DRAWINGS: Final[Mapping[str, Sequence[Box]]] = {
    "computer": (
        (14, 84, 146, 92, _WOOD),
        (20, 92, 26, 118, _WOOD),
        (134, 92, 140, 118, _WOOD),
        (44, 34, 104, 74, _DARK),
        (48, 38, 100, 70, _SCREEN),
        (68, 74, 80, 84, _DARK),
        (112, 46, 132, 84, _DARK),
        (116, 50, 119, 53, _GREEN),
    ),
    "room": (
        (40, 12, 120, 58, _DARK),
        (44, 16, 116, 54, _SCREEN),
        (74, 60, 86, 66, _DARK),
        (10, 92, 150, 108, _WOOD),
        (24, 76, 40, 92, _DARK),
        (72, 76, 88, 92, _DARK),
        (120, 76, 136, 92, _DARK),
    ),
    "cabinet": (
        (52, 8, 108, 112, _DARK),
        (57, 14, 103, 26, _WOOD),
        (57, 32, 103, 44, _WOOD),
        (57, 50, 103, 62, _WOOD),
        (62, 19, 65, 22, _GREEN),
        (70, 19, 73, 22, _GREEN),
        (62, 37, 65, 40, _GREEN),
        (70, 37, 73, 40, _RED),
    ),
    "screen": (
        (30, 14, 130, 74, _DARK),
        (34, 18, 126, 70, _LIGHT),
        (44, 28, 78, 36, _SCREEN),
        (44, 44, 78, 52, _SCREEN),
        (90, 28, 116, 60, _RED),
        (74, 74, 86, 112, _WOOD),
    ),
}
"""What is drawn, box after box; the caption says what it stands for."""


def drawing(shows: str, about: str) -> bytes:
    """Return a drawing as a PNG; a strip at its foot makes each one different.

    Args:
        shows: One of `DRAWINGS`.
        about: What the strip is made from.
    """
    from PIL import Image, ImageDraw

    image = Image.new("P", (WIDTH, HEIGHT), _WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 96, WIDTH, HEIGHT), fill=_FLOOR)
    for left, top, right, bottom, ink in DRAWINGS[shows]:
        draw.rectangle((left, top, right, bottom), fill=ink)
    _strip(draw, about)
    return _png(image.tobytes())


def _strip(draw: ImageDraw, about: str) -> None:
    """Draw the bits of what a picture is about, as on a label of a device."""
    bits = int.from_bytes(hashlib.sha256(about.encode()).digest()[:5], "big")
    for at in range(40):
        if bits >> at & 1:
            draw.rectangle((at * 4, HEIGHT - 4, at * 4 + 2, HEIGHT - 2), fill=_DARK)


def _png(pixels: bytes) -> bytes:
    """Return pixels of eight inks as a PNG that no library packs differently."""
    rows = []
    for at in range(0, len(pixels), WIDTH):
        row = pixels[at : at + WIDTH]
        rows.append(bytes([0, *(row[x] << 4 | row[x + 1] for x in range(0, WIDTH, 2))]))
    plain = b"".join(rows)
    # One block as it is: the compressed form differs from one zlib to the next.
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(plain), len(plain) ^ 0xFFFF) + plain
    stored += struct.pack(">I", zlib.adler32(plain))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 4, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", bytes.fromhex("".join(_INKS))),
        (b"IDAT", stored),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(held: tuple[bytes, bytes]) -> bytes:
    kind, content = held
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
