"""The kit's folder: start scripts and texts beside the wheels, sums of all, and the zip."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.utils import parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tools.kit.lock import Pin, Platform

FILES: Final = Path(__file__).resolve().parent / "files"
SUMS: Final = "SHA256SUMS"

MOMENT: Final = (2020, 2, 2, 0, 0, 0)
"""Of every file in the zip, and in the program's wheel: the same kit is the same file."""

WITH_MARK: Final = "READ-ME-FIRST.txt"
"""Opened in Notepad, which long knew UTF-8 only by its mark."""


def requirements(wheels: Path, pins: Iterable[Pin]) -> str:
    """Return what pip installs from a folder of wheels: all but pip, each with its hashes."""
    sums: dict[str, list[str]] = {}
    versions: dict[str, str] = {}
    for path in sorted(wheels.glob("*.whl")):
        name, version, _build, _tags = parse_wheel_filename(path.name)
        sums.setdefault(name, []).append(sum_of(path))
        versions[name] = str(version)
    own = "commune-readiness"
    lines = [f"{own}=={versions[own]} --hash=sha256:{sums[own][0]}\n"]
    lines += [
        pin.line(sums[pin.name], is_conditional=True)
        for pin in pins
        if pin.name in sums and pin.name != "pip"
    ]
    return "".join(lines)


def fill(text: str, words: dict[str, str]) -> str:
    """Put words where a file says ``@WORD@``."""
    for word, meaning in words.items():
        text = text.replace(f"@{word}@", meaning)
    return text


def either(pythons: Sequence[str], word: str, note: str) -> str:
    """Return versions any one of which will do, as a sentence says it."""
    if len(pythons) == 1:
        return pythons[0]
    return f"{', '.join(pythons[:-1])} {word} {pythons[-1]} ({note})"


def lay_out(
    folder: Path, platform: Platform, pythons: Sequence[str], version: str, pins: Iterable[Pin]
) -> None:
    """Put everything else into a folder that has its ``wheels``."""
    wheels = folder / "wheels"
    words = {
        "VERSION": version,
        "PYTHON": pythons[0],
        "PYTHONS": " ".join(pythons),
        "PYTHONS_OR": ", ".join(pythons),
        "PYTHONS_EITHER_VI": either(pythons, "hoặc", "một bản là đủ"),
        "PYTHONS_EITHER_EN": either(pythons, "or", "one is enough"),
    }
    for source in sorted((FILES / platform).rglob("*")):
        if source.is_dir():
            continue
        inside = source.relative_to(FILES / platform)
        goal = folder / ("kit" if inside.parts[0] == "texts" else "") / inside
        goal.parent.mkdir(parents=True, exist_ok=True)
        text = fill(source.read_text("utf-8"), words)
        goal.write_text(
            text,
            "utf-8-sig" if goal.name == WITH_MARK else "utf-8",
            newline="\r\n" if platform == "windows" else "\n",
        )
        if goal.suffix == ".sh":
            goal.chmod(0o755)
    shutil.copyfile(FILES / "start.py", folder / "kit" / "start.py")
    (folder / "kit" / "requirements.txt").write_text(
        requirements(wheels, pins), "utf-8", newline="\n"
    )
    write_sums(folder)


def write_sums(folder: Path) -> None:
    """Write the list of SHA-256 sums, as ``sha256sum --check`` reads it."""
    lines = [
        f"{sum_of(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != SUMS
    ]
    (folder / SUMS).write_text("".join(lines), "utf-8", newline="\n")


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(folder: Path) -> Path:
    """Put a folder into a zip beside it; the same folder always gives the same zip."""
    goal = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(goal, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, MOMENT)
            mode = 0o755 if path.suffix == ".sh" else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            entry.create_system = 3
            is_packed = path.suffix == ".whl"
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    goal.with_name(goal.name + ".sha256").write_text(
        f"{sum_of(goal)}  {goal.name}\n", "ascii", newline="\n"
    )
    return goal
