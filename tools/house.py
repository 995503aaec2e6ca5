"""Draw how data flows through the program, for the developers' page: ``python -m tools.house``."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final, NamedTuple

PICTURES: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
NAME: Final = "house.svg"
_WIDTH, _HEIGHT = 1000, 800
_FILLS: Final = {"data": "#fff6dd", "file": "#dcebfb", "code": "#ffffff", "out": "#e3f4e3"}


class Box(NamedTuple):
    """A box: what stands in it, and which modules it is about."""

    x: int
    y: int
    width: int
    kind: str
    vi: str
    en: str
    modules: str


class Arrow(NamedTuple):
    """An arrow through some points, with a few words beside its middle."""

    points: str
    at: tuple[int, int]
    vi: str
    en: str
    modules: str = ""


BOXES: Final = (
    Box(20, 45, 220, "data", "Bộ tiêu chí", "Edition of the criteria", "criteria/editions/*.toml"),
    Box(260, 45, 220, "data", "Hồ sơ tỉnh", "The province's profile", "checklists/profiles/*.toml"),
    Box(
        500, 45, 220, "data", "Danh sách xã, phường", "List of communes", "checklists/communes.csv"
    ),
    Box(
        *(20, 245, 460, "file", "Tệp kiểm tra của cơ quan chủ trì", "Audit file of the office"),
        "audit/file.py · record.py · fold.py",
    ),
    Box(
        20, 380, 200, "code", "Xử lý, duyệt, chốt", "Settle, review, close", "conflicts · review.py"
    ),
    Box(540, 245, 200, "code", "Phiếu kiểm tra", "Checklist", "checklist.py · rating.py"),
    Box(780, 245, 200, "code", "Ma trận, nhiệm vụ", "Matrix, tasks", "matrix.py · tasks.py"),
    Box(540, 380, 200, "out", "Sổ Excel, trang web", "Workbook, page", "exports/excel · dashboard"),
    Box(
        *(780, 380, 200, "out", "Biên bản, bảng số liệu", "Minutes, plain tables"),
        "exports/minutes · plain",
    ),
    Box(
        *(20, 510, 230, "file", "Giao việc, phiếu trả", "Assignment, return slip"),
        "assigning · slips · package.py",
    ),
    Box(
        270,
        510,
        210,
        "file",
        "Tệp nộp, niêm phong",
        "Sealed hand-in",
        "sending · seal · package.py",
    ),
    Box(
        *(20, 660, 460, "file", "Tệp kiểm tra của kiểm tra viên", "Audit file of an auditor"),
        "audit/file.py · record.py · fold.py",
    ),
    Box(540, 660, 200, "code", "Ứng dụng, dòng lệnh", "App and commands", "audit/tui · audit/cli"),
    Box(780, 660, 200, "code", "Một điều được ghi", "A statement", "statements.py · pen.py"),
)
ARROWS: Final = (
    Arrow("130,105 130,150 250,150 250,245", (0, 0), "", ""),
    Arrow("370,105 370,150 250,150 250,245", (0, 0), "", ""),
    Arrow(
        *("610,105 610,150 250,150 250,245", (264, 172)),
        *("mở đợt: tất cả được chép vào tệp", "a round opens: all of it is copied in"),
        "beginning.py · checklists/round.py",
    ),
    Arrow("480,275 540,275", (487, 265), "bản ghi", "records"),
    Arrow("740,275 780,275", (0, 0), "", ""),
    Arrow("880,305 880,380", (650, 322), "tính một lần", "worked out once", "report.py"),
    Arrow("880,352 640,352 640,380", (0, 0), "", ""),
    Arrow("120,380 120,305", (130, 348), "bản ghi", "records"),
    Arrow("235,305 235,510", (0, 0), "", ""),
    Arrow("235,570 235,660", (0, 0), "", ""),
    Arrow(
        *("375,660 375,570", (500, 545)),
        *("qua USB, thư điện tử, ứng dụng nhắn tin", "by stick, mail or chat"),
    ),
    Arrow(
        *("375,510 375,305", (385, 400)),
        *("xét kỹ rồi tiếp nhận", "vetted, merged"),
        "vet.py · merge.py",
    ),
    Arrow("740,690 780,690", (0, 0), "", ""),
    Arrow(
        *("880,720 880,752 250,752 250,720", (540, 772)),
        *("mỗi ô xuống đĩa ngay", "each field to the disk at once"),
    ),
)


def drawing(spoken: str) -> str:
    """Return the drawing in a language."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="Segoe UI, Noto Sans, DejaVu Sans, Arial, sans-serif" font-size="15">',
        '<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        '<path d="M0 0 L9 4 L0 8 z" fill="#333"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
    ]
    return "\n".join([*lines, *_lanes(spoken), *_parts(spoken), "</svg>", ""])


def _lanes(spoken: str) -> list[str]:
    lanes = (
        (10, 110, 22, 730, "Dữ liệu, sửa được bằng Notepad", "Data, edited in Notepad"),
        (205, 250, 540, 980, "Một máy ở cơ quan chủ trì", "One machine in the provincial office"),
        (
            620,
            165,
            540,
            980,
            "Máy ở xã, phường, không cần mạng",
            "A laptop in a commune, no network",
        ),
    )
    found = []
    for y, height, x, width, vi, en in lanes:
        found.append(
            f'<rect x="10" y="{y}" width="{width}" height="{height}" rx="8" fill="none" '
            'stroke="#999" stroke-dasharray="5 4"/>'
        )
        found.append(_text(x, y + 24, vi if spoken == "vi" else en, "#555", "bold"))
    return found


def _parts(spoken: str) -> list[str]:
    found = []
    for box in BOXES:
        found += [
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="60" rx="5" '
            f'fill="{_FILLS[box.kind]}" stroke="#333"/>',
            _text(box.x + 12, box.y + 26, box.vi if spoken == "vi" else box.en, "#111", "bold", 14),
            _text(box.x + 12, box.y + 47, box.modules, "#444", size=12),
        ]
    for arrow in ARROWS:
        found.append(
            f'<polyline points="{arrow.points}" fill="none" stroke="#333" stroke-width="1.5" '
            'marker-end="url(#tip)"/>'
        )
        words = arrow.vi if spoken == "vi" else arrow.en
        if words:
            found.append(_text(*arrow.at, words, "#111", size=13))
        if arrow.modules:
            found.append(_text(arrow.at[0], arrow.at[1] + 17, arrow.modules, "#444", size=12))
    return found


def _text(x: int, y: int, text: str, colour: str, weight: str = "normal", size: int = 15) -> str:
    return (
        f'<text x="{x}" y="{y}" fill="{colour}" font-weight="{weight}" font-size="{size}">'
        f"{escape(text)}</text>"
    )


def main() -> None:
    """Write the drawing in every language."""
    for spoken in ("vi", "en"):
        (PICTURES / spoken / NAME).write_text(drawing(spoken), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
