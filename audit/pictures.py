"""Pictures as they are kept: upright, small, and without what a camera adds to them.

A camera writes where a photo was taken, with which telephone, and a small copy of the
whole picture into the file. None of it is kept but the claimed time of capture, and the
place only where the round wants it. What comes in may be damaged or made to exhaust the
reader; it is told by its content, never by its name.
"""

from __future__ import annotations

import logging
import re
import struct
import warnings
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from criteria.errors import ErrorCode, ReadinessError

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE: Final = 1_600
"""Pixels; a serial label photographed from a metre away is still read."""
MOST_KEPT: Final = 300_000
"""Bytes of a picture as it is kept: a commune's fifty photos fit into a mail."""
MOST_READ: Final = 60_000_000
"""Bytes of a picture as it is picked; telephones of 108 megapixels write up to 40 million."""
MOST_PIXELS: Final = 120_000_000
"""Of a JPEG, which is made smaller while it is read."""
MOST_PIXELS_AT_ONCE: Final = 50_000_000
"""Of other forms, which are unpacked whole: up to four bytes a pixel."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
_LOSSLESS: Final = frozenset({"PNG", "BMP", "GIF"})
"""Forms of screenshots; letters in them stay sharp where the file is small enough."""
_QUALITIES: Final = (85, 75, 65, 55, 45, 35)
_SIGNATURES: Final = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"),
    *(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
)
_ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_OTHER_FORMS: Final = (
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"8BPS", "Photoshop"),
    (b"<svg", "SVG"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE html", "HTML"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
)
"""First bytes of what is often given the ending of a picture and is none that can be kept."""
_HEIF_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")

# Places in EXIF, from the EXIF standard (JEITA CP-3451).
_ORIENTATION: Final = 0x0112
_DETAILS: Final = 0x8769
_PLACE: Final = 0x8825
_TIMES: Final = ((0x9003, 0x9011), (0x9004, 0x9012))
"""When it was taken, or scanned, each with its offset from universal time."""
_LATITUDE_AND_LONGITUDE: Final = (1, 2, 3, 4)
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ZeroDivisionError,
    OverflowError,
    EOFError,
    struct.error,
)
"""What Pillow raises where a file is not what it says it is."""


class Picture(NamedTuple):
    """A picture as it is kept."""

    data: bytes
    media_type: str
    """``image/jpeg`` or ``image/png``."""
    taken_at: str | None
    """ISO text, with offset where the camera wrote one; a claim of the camera."""


def is_picture(head: bytes) -> bool:
    """Return whether a file begins as one of the pictures that can be kept.

    Args:
        head: Its first bytes, at least 12.
    """
    return (
        head.startswith(_SIGNATURES)
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[:2] == b"BM" and head[6:10] == bytes(4))
    )


def is_heif(head: bytes) -> bool:
    """Return whether a file begins as HEIC, HEIF or AVIF, which few programs can show."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def refuse_false_picture(head: bytes, name: str) -> None:
    """Refuse a file with the ending of a picture that does not begin as one.

    Args:
        head: Its first bytes, a few hundred.
        name: Its name, with the ending.

    Raises:
        ReadinessError: It is damaged, or of another form, which is named where it is known.
    """
    is_kept = is_picture(head) or head.startswith((b"%PDF-", b"PK"))
    if is_kept or not name.casefold().endswith(_ENDINGS):
        return
    for begins, form in _OTHER_FORMS:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(begins):
            raise ReadinessError(ErrorCode.PICTURE_OTHER_FORM, path=name, form=form)
    raise ReadinessError(ErrorCode.PICTURE_NONE, path=name)


def prepare_picture(data: bytes, name: str, *, keep_place: bool = False) -> Picture:
    """Return a picture as it is kept.

    Args:
        data: The file as it was picked.
        name: What sentences call it.
        keep_place: Whether latitude and longitude stay in it.

    Raises:
        ReadinessError: It is damaged, or has more pixels than a laptop can unpack.
    """
    # 60 ms to import, and needed only where a picture is attached.
    from PIL import Image

    # Pillow would refuse later than `_checked` does, and say what it doubts into the screen.
    Image.MAX_IMAGE_PIXELS = None
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings(action="ignore"):
            with Image.open(BytesIO(data), formats=_FORMATS) as opened:
                was_lossless = opened.format in _LOSSLESS
                upright, exif = _upright(_checked(opened, name))
            place = _place(exif) if keep_place else b""
            taken_at = _taken_at(exif)
        return Picture(*_packed(upright, place, lossless=was_lossless), taken_at)
    except MemoryError as error:
        raise _too_many_pixels(name, MOST_PIXELS_AT_ONCE) from error
    except _BROKEN as error:
        raise ReadinessError(ErrorCode.PICTURE_BROKEN, path=name) from error


def _checked(opened: Image.Image, name: str) -> Image.Image:
    """Refuse what would not fit into memory; only the head of the file was read so far."""
    most = MOST_PIXELS if opened.format in ("JPEG", "MPO") else MOST_PIXELS_AT_ONCE
    if opened.width * opened.height > most:
        raise _too_many_pixels(name, most)
    if opened.format == "TIFF" and getattr(opened, "n_frames", 1) > 1:
        raise ReadinessError(ErrorCode.PICTURE_SEVERAL_PAGES, path=name)
    return opened


def _too_many_pixels(name: str, most: int) -> ReadinessError:
    return ReadinessError(ErrorCode.PICTURE_TOO_MANY_PIXELS, path=name, most=most // 1_000_000)


def _upright(opened: Image.Image) -> tuple[Image.Image, Image.Exif | None]:
    """Return the picture in plain colours, small and the right way up, and its EXIF."""
    from PIL import Image

    bounds = (LONGEST_SIDE, LONGEST_SIDE)
    if opened.format in ("JPEG", "MPO"):
        # Reads no more than it needs: an eighth of each side where that is enough.
        opened.thumbnail(bounds, Image.Resampling.LANCZOS)
        opened.load()
        plain = _plain(opened)
    else:
        opened.load()
        plain = _plain(opened)
        plain.thumbnail(bounds, Image.Resampling.LANCZOS)
    # After loading: of a TIFF, Pillow has turned the picture by then.
    exif = _exif(opened)
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(exif.get(_ORIENTATION)) if exif else None  # type: ignore[arg-type] # any value
    return (plain.transpose(turn) if turn is not None else plain), exif


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in RGB or grey, 8 bits, on white where it was transparent."""
    from PIL import Image

    if image.mode in ("RGB", "L"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in ("I", "F"):
        least, most = (float(bound) for bound in image.getextrema())  # type: ignore[arg-type]
        scale = 255 / ((most - least) or 1)
        return image.point(lambda value: value * scale - least * scale).convert("L")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB")


def _exif(image: Image.Image) -> Image.Exif | None:
    """Return what the camera wrote; damaged EXIF is no reason to refuse the picture."""
    try:
        return image.getexif()
    except _BROKEN:
        return None


def _taken_at(exif: Image.Exif | None) -> str | None:
    """Return when the camera says the picture was taken, as ISO text."""
    details = _part(exif, _DETAILS)
    for moment, offset in _TIMES:
        try:
            taken = datetime.strptime(  # noqa: DTZ007 - cameras seldom know their zone
                str(details.get(moment, "")).strip("\0 "), "%Y:%m:%d %H:%M:%S"
            ).isoformat()
        except ValueError:
            continue
        zone = str(details.get(offset, "")).strip("\0 ")
        return taken + (zone if re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", zone) else "")
    return None


def _place(exif: Image.Exif | None) -> bytes:
    """Return EXIF that holds latitude and longitude and nothing else."""
    from PIL import Image

    held = _part(exif, _PLACE)
    try:
        for tag in (2, 4):
            degrees, minutes, seconds = (float(part) for part in held[tag])
            if not (0 <= degrees <= 180 and 0 <= minutes < 60 and 0 <= seconds < 60):
                return b""
        if held[1] not in ("N", "S") or held[3] not in ("E", "W"):
            return b""
        kept = Image.Exif()
        kept[_PLACE] = {tag: held[tag] for tag in _LATITUDE_AND_LONGITUDE}
        return kept.tobytes()
    except _BROKEN:
        return b""


def _part(exif: Image.Exif | None, tag: int) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(tag)) if exif is not None else {}
    except _BROKEN:
        return {}


def _packed(image: Image.Image, exif: bytes, *, lossless: bool) -> tuple[bytes, str]:
    """Return a picture as a file of at most `MOST_KEPT` bytes, and its media type."""
    from PIL import Image

    # Its pixels alone: what was read with it would be written with it.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    if lossless:
        data = _saved(bare, "PNG", exif, optimize=True)
        if len(data) <= MOST_KEPT:
            return data, "image/png"
    while True:
        for quality in _QUALITIES:
            data = _saved(bare, "JPEG", exif, quality=quality, optimize=True)
            if len(data) <= MOST_KEPT:
                return data, "image/jpeg"
        # Noise, such as a close view of gravel: fewer pixels then.
        smaller = (max(1, bare.width * 3 // 4), max(1, bare.height * 3 // 4))
        bare = bare.resize(smaller, Image.Resampling.LANCZOS)


def _saved(image: Image.Image, form: str, exif: bytes, **options: Any) -> bytes:
    held = BytesIO()
    image.save(held, form, exif=exif, **options)
    return held.getvalue()
