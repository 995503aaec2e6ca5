"""Set the program up in the kit's own folder, where that is still to be done, and start it.

Runs on nothing but the Python that is at hand: no network, no administrator rights, nothing written
outside this folder. The installed folder is marked when it is complete; without the mark, set-up is
begun anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
REQUIREMENTS: Final = ROOT / "kit" / "requirements.txt"
WHEELS: Final = ROOT / "wheels"
LIBRARY: Final = ROOT / "lib{}{}".format(*sys.version_info[:2])
MARK: Final = LIBRARY / "zz-ready.txt"
WORK: Final = ROOT / "tmp"
LOG: Final = ROOT / "set-up.log"

LONGEST_PATH: Final = 259
"""Characters; what Windows takes where long paths are not switched on."""

RUN_PIP: Final = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv[:2] = ['pip']; "
    "runpy.run_module('pip', run_name='__main__', alter_sys=True)"
)

MESSAGES: Final = {
    "working": (
        "Đang cài đặt trong thư mục này, chỉ lần đầu, có thể mất vài phút. Xin đừng đóng cửa sổ.",
        "Setting up in this folder, the first time only; it may take minutes. Do not close this.",
    ),
    "waiting": (
        "Một cửa sổ khác đang cài đặt. Xin chờ…",
        "Another window is setting up. Please wait…",
    ),
    "done": ("Đã cài đặt xong.", "Set-up is complete."),
    "read-only": (
        "Không ghi được vào thư mục {root}. Hãy chép cả thư mục vào ổ đĩa của máy (ví dụ vào "
        "Documents) rồi chạy lại từ đó.",
        "The folder {root} cannot be written to. Copy the whole folder to this computer's disk "
        "(for example into Documents), then start it from there.",
    ),
    "in use": (
        "Không xóa được thư mục cũ {path}. Hãy đóng mọi cửa sổ của phần mềm rồi chạy lại.",
        "The old folder {path} cannot be removed. Close every window of the program, then start "
        "it again.",
    ),
    "damaged": (
        "Tệp {path} bị thiếu hoặc bị hỏng. Hãy chép lại bộ cài từ tệp zip rồi chạy lại.",
        "The file {path} is missing or damaged. Copy the kit anew from its zip, then start again.",
    ),
    "full": (
        "Ổ đĩa không đủ chỗ: cần khoảng {needed} MB, còn {free} MB. Hãy xóa bớt hoặc chép thư mục "
        "sang ổ khác rồi chạy lại.",
        "The disk is full: about {needed} MB are needed, {free} MB are free. Make room or copy "
        "the folder to another disk, then start again.",
    ),
    "long": (
        "Đường dẫn thư mục quá dài ({count} ký tự, tối đa {most}). Hãy chuyển thư mục ra gần gốc ổ "
        "đĩa hơn, ví dụ D:\\kit, rồi chạy lại.",
        "The folder's path is too long ({count} characters, at most {most}). Move the folder "
        "nearer to the root of the disk, for example D:\\kit, then start again.",
    ),
    "failed": (
        "Chưa cài đặt được. Hãy chạy lại; nếu vẫn lỗi, gửi tệp {log} cho người đưa bộ cài.",
        "The set-up failed. Start again; if it fails again, send the file {log} to whoever gave "
        "you this kit.",
    ),
}


class SetUpError(Exception):
    """The set-up cannot go on; the text says why in both languages, and what to do."""


def main() -> int:
    """Set up where needed, then run the program with the arguments given; return its exit code."""
    try:
        if not is_ready():
            set_up()
        sys.path.insert(0, str(LIBRARY))
        try:
            start: Callable[[], int] = importlib.import_module("audit.__main__").main
        except ImportError:
            return again()
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    sys.argv[0] = "readiness"
    return start()


def again() -> int:
    """Set up anew what was copied in part, and start that; return the exit code."""
    if "READINESS_MENDED" in os.environ:
        raise reason()
    MARK.unlink()
    set_up()
    command = [sys.executable, "-I", "-X", "utf8", __file__, *sys.argv[1:]]
    return subprocess.call(command, env=os.environ | {"READINESS_MENDED": "1"})  # noqa: S603


def mark() -> str:
    """Return what the mark says when this kit is set up for this Python."""
    kit = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return f"{kit} {sys.implementation.cache_tag} {sysconfig.get_platform()}\n"


def is_ready() -> bool:
    """Return whether the set-up was once completed for this kit and this Python."""
    try:
        return MARK.read_text("ascii") == mark()
    except (OSError, UnicodeError):
        return False


def set_up() -> None:
    """Install the wheels into the folder; raise `SetUpError` where that cannot be done."""
    with alone():
        if is_ready():
            return
        say("working")
        for leftover in (LIBRARY, WORK):
            remove(leftover)
        try:
            WORK.mkdir()
            status = install()
            if status:
                raise OSError(status)
            # Start programs that nobody calls; some antivirus programs take offence at them.
            remove(LIBRARY / "bin")
            MARK.write_text(mark(), "ascii")
        except OSError as error:
            for leftover in (WORK, LIBRARY):
                with contextlib.suppress(SetUpError):
                    remove(leftover)
            raise reason() from error
        remove(WORK)
        say("done")


def install() -> int:
    """Let pip, run from its own wheel, install the others; return its exit code."""
    (pip,) = WHEELS.glob("pip-*.whl")
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PIP_")}
    # Beside the goal: one disk, nothing left elsewhere.
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(WORK))
    environment["PIP_CONFIG_FILE"] = os.devnull
    # As an address, because pip divides what stands here at its spaces.
    environment["PIP_FIND_LINKS"] = WHEELS.as_uri()
    command = [
        *(sys.executable, "-I", "-X", "utf8", "-c", RUN_PIP, str(pip)),
        *("install", "--no-input", "--disable-pip-version-check", "--no-cache-dir"),
        *("--no-warn-script-location", "--progress-bar", "off", "--no-index", "--no-deps"),
        *("--root-user-action", "ignore"),
        *("--only-binary", ":all:", "--require-hashes"),
        *("--requirement", str(REQUIREMENTS), "--target", str(LIBRARY)),
    ]
    with LOG.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            while True:
                try:
                    return process.wait(2)
                except subprocess.TimeoutExpired:
                    print(".", end="", file=sys.stderr, flush=True)
        finally:
            process.kill()
            print(file=sys.stderr)


def reason() -> SetUpError:
    """Return what most likely stood in the way."""
    for line in (ROOT / "SHA256SUMS").read_text("utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        if name.startswith("wheels/") and sum_of(ROOT / name) != wanted:
            return SetUpError(both("damaged", path=name))
    names = [each for wheel in WHEELS.glob("*.whl") for each in contents(wheel)]
    needed = 3 * sum(each.file_size for each in names) // 2 >> 20  # compiled files, too
    free = shutil.disk_usage(ROOT).free >> 20
    if free < needed:
        return SetUpError(both("full", needed=needed, free=free))
    inside = len(str(WORK / "pip-target-12345678" / "lib" / "python")) - len(str(ROOT))
    longest = inside + 20 + max(len(each.filename) for each in names)
    if sys.platform == "win32" and len(str(ROOT)) + longest > LONGEST_PATH:
        most = LONGEST_PATH - longest
        return SetUpError(both("long", count=len(str(ROOT)), most=most))
    return SetUpError(both("failed", log=LOG.name))


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def contents(wheel: Path) -> list[zipfile.ZipInfo]:
    """Return what is in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.infolist()


def remove(path: Path) -> None:
    """Remove a folder that may be there; an antivirus program may hold it for some seconds."""
    for pause in (0.2, 1, 3, 0):
        try:
            shutil.rmtree(path)
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(pause)
        else:
            return
    raise SetUpError(both("in use", path=path))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the folder while it is set up: a second window waits. Ends with the process, too."""
    path = ROOT / "set-up.lock"
    try:
        file = path.open("ab")
    except OSError as error:
        raise SetUpError(both("read-only", root=ROOT)) from error
    with file:
        is_told = False
        while not take(file.fileno()):
            if not is_told:
                say("waiting")
            is_told = True
            time.sleep(1)
        yield


def take(descriptor: int) -> bool:
    """Lock a file for this process; return whether nobody else held it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # A file system without locks: the two would have to be begun in the same minute.
        return True
    return True


def both(name: str, **values: object) -> str:
    """Return a message in both languages, Vietnamese first."""
    return "\n".join(text.format(**values) for text in MESSAGES[name])


def say(name: str) -> None:
    """Tell the user, beside the results."""
    print(both(name), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
