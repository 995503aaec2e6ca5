"""The kit sets up without a network, in any folder, and says what stands in the way."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import cache_from_source
from pathlib import Path

import pip
import pytest

from tools.kit import folder as kit_folder
from tools.kit.__main__ import read_arguments
from tools.kit.folder import lay_out, pack, requirements, sum_of
from tools.kit.lock import PYTHONS, Pin, Platform, Target, read_lock

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((kit_folder.FILES / "windows").glob("*.cmd"))

HERE = "{}.{}".format(*sys.version_info[:2])
ODD_NAME = "Kiểm tra hạ tầng & (đợt 1)! 100%"

PROGRAM = """
import sys
def main():
    print("started", *sys.argv)
    return 3
"""


def pins_of(name: str) -> dict[str, Pin]:
    return {pin.name: pin for pin in read_lock((ROOT / name).read_text("utf-8"))}


def make_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    """A wheel that pip installs: the files, what it is, and the list of both."""
    info = f"{name}-{version}.dist-info"
    contents = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*contents, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in contents.items():
            archive.writestr(inside, text)
    return path


def make_kit(
    folder: Path, platform: Platform = "linux", pythons: tuple[str, ...] = (HERE,)
) -> Path:
    """A kit of a program that says that it was started."""
    wheels = folder / "wheels"
    program = {"audit/__init__.py": "", "audit/__main__.py": PROGRAM}
    make_wheel(wheels, "commune_readiness", "1.0", program)
    lay_out(folder, platform, pythons, "1.0", [])
    return folder


def add_pip(folder: Path) -> None:
    """Put the pip that runs here into a kit as a wheel: enough to be run from, and compiled."""
    home = Path(pip.__file__).parent
    with zipfile.ZipFile(folder / "wheels" / "pip-1.0-py3-none-any.whl", "w") as archive:
        for path in home.rglob("*"):
            compiled = Path(cache_from_source(str(path)))
            if path.suffix == ".py" and compiled.exists():
                path, inside = compiled, path.with_suffix(".pyc")
            else:
                inside = path
            if path.is_file() and "__pycache__" not in inside.parts:
                archive.write(path, f"pip/{inside.relative_to(home).as_posix()}")
    kit_folder.write_sums(folder)


def start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-X",
        "utf8",
        str(folder / "kit" / "start.py"),
        *arguments,
    ]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )


# What is in it


def test_the_lock_names_all_that_the_program_needs_and_no_tools() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["age"], "pip"]

    pins = pins_of("kit.lock")

    assert {re.split(r"[<>=]", each)[0] for each in wanted} <= set(pins)
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & set(pins)
    assert all(pin.hashes for pin in pins.values())


def test_the_kit_has_the_versions_that_were_tested() -> None:
    tested = pins_of("requirements.lock")

    for name, pin in pins_of("kit.lock").items():
        assert tested[name].version == pin.version


def test_the_lock_names_no_address() -> None:
    assert "://" not in (ROOT / "kit.lock").read_text("utf-8")


def test_a_lock_with_an_unknown_line_is_refused() -> None:
    with pytest.raises(ValueError, match="--editable"):
        read_lock("--editable .\n")


@pytest.mark.parametrize("python", PYTHONS)
def test_what_only_windows_needs_is_chosen_for_windows_on_any_machine(python: str) -> None:
    pin = Pin("colorama", "0.4.6", "sys_platform == 'win32'", ("0",))

    assert Target("windows", python).needs(pin)
    assert not Target("linux", python).needs(pin)


def test_what_some_patch_releases_need_is_in_the_kit() -> None:
    backport = Pin("backport", "1", "python_full_version < '3.11.3'", ("0",))
    later = Pin("later", "1", "python_full_version >= '3.11.4'", ("0",))

    for pin in (backport, later):
        assert Target("windows", "3.11").needs(pin)
    assert not Target("windows", "3.12").needs(backport)


def test_pip_installs_only_the_very_files_of_the_kit(tmp_path: Path) -> None:
    own = make_wheel(tmp_path, "commune_readiness", "1.0", {})
    there = make_wheel(tmp_path, "there", "2.0", {})
    make_wheel(tmp_path, "pip", "9.0", {})
    pins = [
        Pin("absent", "1.0", "", ("0",)),
        Pin("pip", "9.0", "", ("1",)),
        Pin("there", "2.0", "os_name == 'nt'", ("other", "files")),
    ]

    lines = requirements(tmp_path, pins).splitlines()

    assert lines == [
        f"commune-readiness==1.0 --hash=sha256:{sum_of(own)}",
        f"there==2.0 ; os_name == 'nt' --hash=sha256:{sum_of(there)}",
    ]


# The folder and the zip


@pytest.mark.parametrize("platform", ["windows", "linux"])
def test_the_sums_cover_every_file_and_no_text_is_left_to_fill_in(
    tmp_path: Path, platform: Platform
) -> None:
    folder = make_kit(tmp_path, platform, ("3.13",))

    listed = {}
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        total, name = line.split("  ")
        listed[name] = total
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert set(listed) == {path.relative_to(folder).as_posix() for path in files}
    for path in files:
        content = path.read_bytes()
        assert listed[path.relative_to(folder).as_posix()] == hashlib.sha256(content).hexdigest()
        assert not re.search(rb"@[A-Z_]+@", content)
        assert path.name.isascii()


def test_windows_reads_every_text_of_its_kit(tmp_path: Path) -> None:
    folder = make_kit(tmp_path, "windows", ("3.13", "3.12"))

    for path in [*folder.rglob("*.cmd"), *folder.rglob("*.txt")]:
        if path.name != "requirements.txt":
            content = path.read_bytes()
            assert content.count(b"\n") == content.count(b"\r\n")
    assert (folder / "READ-ME-FIRST.txt").read_bytes().startswith("\ufeff".encode())
    assert b"in (3.13 3.12) do call" in (folder / "readiness.cmd").read_bytes()


def test_one_of_several_pythons_is_enough(tmp_path: Path) -> None:
    folder = make_kit(tmp_path / "kit-1.0", "linux", ("3.11", "3.12", "3.13"))

    told = (folder / "READ-ME-FIRST.txt").read_text("utf-8-sig")

    assert "Python 3.11, 3.12 hoặc 3.13 (một bản là đủ)" in told
    assert "Python 3.11, 3.12 or 3.13 (one is enough)" in told
    assert "@" not in told


def test_the_same_folder_gives_the_same_zip(tmp_path: Path) -> None:
    first = make_kit(tmp_path / "a" / "kit-1.0")
    second = make_kit(tmp_path / "b" / "kit-1.0")
    (second / "bat-dau.sh").touch()

    zips = [pack(first), pack(second)]

    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert all(name.startswith("kit-1.0/") for name in names)
        assert archive.getinfo("kit-1.0/bat-dau.sh").external_attr >> 16 & 0o111
    noted = (tmp_path / "a" / "kit-1.0.zip.sha256").read_text()
    assert noted == f"{sum_of(zips[0])}  kit-1.0.zip\n"


# The scripts for Windows, which is not here to run them


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_jumps_only_to_places_that_there_are(script: Path) -> None:
    text = script.read_text("utf-8")

    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    jumps = set(re.findall(r"\b(?:goto |call :)(\w+)", text))

    assert jumps == labels


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_puts_no_path_where_its_signs_would_be_read(script: Path) -> None:
    for line in script.read_text("utf-8").splitlines():
        command = line.strip().lower()
        assert not command.endswith("(")
        if command.startswith(("call", "for")):
            assert "%~dp0" not in command
            assert "%root%" not in command
        for place in re.finditer(r"%ROOT%|%~dp0|%TEXTS%", line):
            assert line[: place.start()].count('"') % 2 == 1


def test_every_sentence_for_windows_is_there_and_said() -> None:
    texts = kit_folder.FILES / "windows" / "texts"
    script = (kit_folder.FILES / "windows" / "readiness.cmd").read_text("ascii")

    said = set(re.findall(r"%TEXTS%\\([\w-]+\.txt)", script))

    assert said == {path.name for path in texts.iterdir()}


def test_the_script_for_linux_passes_the_shell_lint(tmp_path: Path) -> None:
    if not (lint := shutil.which("shellcheck")):
        pytest.skip("shellcheck is not installed")
    script = make_kit(tmp_path) / "bat-dau.sh"

    found = subprocess.run([lint, str(script)], capture_output=True, text=True, check=False)

    assert found.stdout == ""


# What the guides say of it


@pytest.mark.parametrize("name", ["cai-dat.md", "install.md"])
def test_the_guide_quotes_what_the_kit_says(name: str, tmp_path: Path) -> None:
    said = ""
    for path in make_kit(tmp_path, "windows", ("3.13",)).rglob("*"):
        if path.suffix in {".txt", ".cmd", ".py"}:
            # A sentence in code is cut where its line ends.
            said += re.sub(r"\"\n\s+\"|\s+", "", path.read_text("utf-8"))
    guide = (ROOT / "docs" / name).read_text("utf-8")

    rows = re.findall(r"^\| ([^|]+?) \|", guide.split("## 6.")[1].split("## 7.")[0], re.MULTILINE)

    assert len(rows) > 10
    for row in rows[2:]:
        for part in row.split("…"):
            assert re.sub(r"\s+", "", part) in said, row


@pytest.mark.parametrize("name", ["cai-dat.md", "install.md"])
def test_the_guide_calls_the_kit_rightly(name: str) -> None:
    guide = (ROOT / "docs" / name).read_text("utf-8")

    shown = re.findall(r'make kit ARGS="([^"]*)"', guide)

    assert len(shown) > 3
    for arguments in shown:
        read_arguments(arguments.split())


# Setting up


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit that was started once, in a folder with an awkward name."""
    folder = make_kit(tmp_path_factory.mktemp("kit") / ODD_NAME / "kit-1.0")
    add_pip(folder)
    done = start(folder, "một", "hai ba")
    assert done.stdout == "started readiness một hai ba\n", done.stderr
    assert done.returncode == 3
    assert "Đã cài đặt xong." in done.stderr
    return folder


def test_a_second_start_in_another_place_sets_nothing_up(kit: Path, tmp_path: Path) -> None:
    moved = tmp_path / "chỗ khác"
    shutil.copytree(kit, moved)

    done = start(moved)

    assert (done.returncode, done.stdout, done.stderr) == (3, "started readiness\n", "")


def test_a_kit_copied_in_part_is_set_up_anew(kit: Path, tmp_path: Path) -> None:
    copied = tmp_path / "kit"
    shutil.copytree(kit, copied)
    (library,) = copied.glob("lib3*")
    shutil.rmtree(library / "audit")

    done = start(copied)

    assert (done.returncode, done.stdout) == (3, "started readiness\n")
    assert "Set-up is complete." in done.stderr


def test_a_set_up_that_was_broken_off_is_begun_anew(kit: Path, tmp_path: Path) -> None:
    copied = tmp_path / "kit"
    shutil.copytree(kit, copied)
    (library,) = copied.glob("lib3*")
    (library / "zz-ready.txt").unlink()
    (library / "audit" / "__main__.py").write_text("half of", "utf-8")
    (copied / "tmp").mkdir()

    done = start(copied)

    assert (done.returncode, done.stdout) == (3, "started readiness\n")
    assert not (copied / "tmp").exists()


def test_a_damaged_wheel_is_named(kit: Path, tmp_path: Path) -> None:
    copied = tmp_path / "kit"
    shutil.copytree(kit, copied, ignore=shutil.ignore_patterns("lib3*"))
    wheel = copied / "wheels" / "commune_readiness-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes()[:-9])

    done = start(copied)

    assert done.returncode == 1
    assert f"Tệp wheels/{wheel.name} bị thiếu hoặc bị hỏng." in done.stderr
    assert not list(copied.glob("lib3*"))
