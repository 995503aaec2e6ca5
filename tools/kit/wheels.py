"""The wheels of a kit: fetched as the lock names them, and judged complete by pip itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.kit.lock import Pin, Target

ROOT: Final = Path(__file__).resolve().parents[2]

WANTED: Final = "commune-readiness[age]"

_PIP: Final = ("--quiet", "--disable-pip-version-check", "--no-input")

# pip asks the running Python what markers say; for another kind of machine it has to be told.
_AS_TARGET: Final = """
import json, runpy, sys
from pip._vendor.packaging import markers
environment = json.loads(sys.argv[1])
markers.default_environment = lambda: environment
sys.argv[:2] = ["pip"]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


class KitError(Exception):
    """The kit cannot be made; the text says why."""


def build(folder: Path) -> Path:
    """Make the program's wheel in a folder; without a network."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("commune_readiness-*.whl")
    return wheel


def fetch(pins: Iterable[Pin], target: Target, folder: Path) -> None:
    """Download the wheels that a target needs; pip refuses any with another hash."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "wanted.txt"
    lines = [pin.line(pin.hashes) for pin in pins if target.needs(pin)]
    wanted.write_text("".join(lines), "ascii")
    try:
        pip(
            *("download", "--no-deps", "--require-hashes", "--only-binary=:all:"),
            *target.options,
            *("--requirement", str(wanted), "--dest", str(folder)),
        )
    finally:
        wanted.unlink()


def resolve(folder: Path, target: Target) -> set[str]:
    """Return what the program needs on a target, found in a folder alone, as ``name==version``.

    `KitError` where something is missing or not for this kind of machine.
    """
    report = folder / "report.json"
    try:
        run(
            *("-c", _AS_TARGET, json.dumps(target.environment())),
            *("install", *_PIP, "--dry-run", "--ignore-installed", "--no-index"),
            *("--only-binary=:all:", *target.options),
            *("--target", str(folder / "nowhere"), "--report", str(report), WANTED),
            only_from=folder,
        )
        found = json.loads(report.read_text("utf-8"))["install"]
    finally:
        report.unlink(missing_ok=True)
    return {
        f"{canonicalize_name(each['metadata']['name'])}=={each['metadata']['version']}"
        for each in found
    }


def check(folder: Path, target: Target) -> int:
    """Return how many wheels a target takes; `KitError` unless just these are in the folder."""
    needed, there = resolve(folder, target), held(folder)
    # pip is in the kit to install the others, whoever else asks for it.
    if differing := {each for each in needed ^ there if not each.startswith("pip==")}:
        names = ", ".join(sorted(differing))
        raise KitError(f"{target}: the lock and the wheels' own wishes differ: {names}")
    if not any(each.startswith("pip==") for each in there):
        raise KitError(f"{target}: pip's own wheel is missing")
    return len(there)


def held(folder: Path) -> set[str]:
    """Return which wheels are in a folder, as ``name==version``."""
    parsed = (parse_wheel_filename(each.name) for each in folder.glob("*.whl"))
    return {f"{name}=={version}" for name, version, _build, _tags in parsed}


def pip(*arguments: str) -> None:
    """Run pip; `KitError` with its own words where it fails."""
    command, *rest = arguments
    run("-m", "pip", command, *_PIP, *rest)


def run(*arguments: str, only_from: Path | None = None) -> None:
    """Run this Python; `KitError` with what it said where it fails.

    Args:
        arguments: Of Python.
        only_from: The only folder in which pip looks for wheels, whatever this machine says.
    """
    environment = dict(os.environ)
    if only_from is not None:
        # What a machine's own settings add to --no-index would spoil the proof.
        environment = {name: text for name, text in environment.items() if name[:4] != "PIP_"}
        environment["PIP_CONFIG_FILE"] = os.devnull
        # As an address, because pip divides what stands here at its spaces.
        environment["PIP_FIND_LINKS"] = only_from.resolve().as_uri()
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise KitError((done.stderr or done.stdout).strip())
