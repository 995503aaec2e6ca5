"""Make the kit that sets up without a network: ``make kit``, or ``make kit ARGS="--help"``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import audit
from tools.kit.folder import lay_out, pack
from tools.kit.lock import PYTHONS, Platform, Target, read_lock
from tools.kit.wheels import ROOT, KitError, build, check, fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.kit.lock import Pin

# On Windows one that the office brings along: 3.13 is past its growing pains, every library has
# wheels for it, and its last release with an embeddable zip stays as it is. On Linux the system's.
DEFAULTS: Final[dict[Platform, tuple[str, ...]]] = {"windows": ("3.13",), "linux": PYTHONS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a kit, or check that one could be made for every Python; return the exit code."""
    options = read_arguments(arguments)
    pins = read_lock((ROOT / "kit.lock").read_text("utf-8"))
    platforms: tuple[Platform, ...] = get_args(Platform)
    try:
        if options.check:
            _check_all([options.platform] if options.platform else platforms, pins)
        else:
            platform: Platform = options.platform or "windows"
            _make(platform, options.python or DEFAULTS[platform], options.dest, pins)
    except KitError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for; leaves the program where that is not understood."""
    parser = argparse.ArgumentParser(prog="make kit", description=__doc__)
    parser.add_argument("--platform", choices=get_args(Platform), help="windows unless told")
    parser.add_argument(
        "--python",
        action="append",
        choices=PYTHONS,
        help="may be given again; 3.13 for Windows, all for Linux unless told",
    )
    parser.add_argument("--dest", type=Path, default=ROOT / "dist", help="dist unless told")
    parser.add_argument(
        "--check",
        action="store_true",
        help="make nothing; fetch for every Python and see that nothing is missing",
    )
    return parser.parse_args(arguments)


def _make(platform: Platform, pythons: Sequence[str], dest: Path, pins: Sequence[Pin]) -> None:
    name = f"commune-readiness-{audit.__version__}-{platform}"
    if len(pythons) == 1:
        name += f"-python{pythons[0]}"
    folder = dest / name
    if folder.exists():
        shutil.rmtree(folder)
    wheels = folder / "wheels"
    with tempfile.TemporaryDirectory() as place:
        own = build(Path(place))
        for python in pythons:
            _fill(wheels, own, Target(platform, python), pins)
    lay_out(folder, platform, pythons, audit.__version__, pins)
    print(folder)
    print(pack(folder))


def _fill(wheels: Path, own: Path, target: Target, pins: Sequence[Pin]) -> None:
    """Fetch for one target, check it alone, and add it to a kit's wheels."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fetch(pins, target, folder)
        shutil.copy(own, folder)
        count = check(folder, target)
        size = sum(each.stat().st_size for each in folder.glob("*.whl")) / 2**20
        print(f"{target}: {count} wheels, {size:.0f} MB, complete")
        wheels.mkdir(parents=True, exist_ok=True)
        for each in folder.glob("*.whl"):
            shutil.copy(each, wheels)


def _check_all(platforms: Sequence[Platform], pins: Sequence[Pin]) -> None:
    with tempfile.TemporaryDirectory() as place:
        own = build(Path(place))
        for platform in platforms:
            for python in PYTHONS:
                _fill(Path(place) / "wheels", own, Target(platform, python), pins)


if __name__ == "__main__":
    sys.exit(main())
