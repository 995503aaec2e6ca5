"""What the kit's lock names: read, and chosen for one platform and Python.

pip judges the markers of a lock by the machine that it runs on, even when it downloads for another
one. So the lines for a target are chosen here, by what the target says of itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from packaging.markers import Marker, default_environment

if TYPE_CHECKING:
    from collections.abc import Iterable

PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
"""What the program supports."""

Platform = Literal["windows", "linux"]

_LINE: Final = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>.+?))? \\$")
_HASH: Final = re.compile(r"^    --hash=sha256:(?P<sum>[0-9a-f]{64})(?: \\)?$")


@dataclass(frozen=True)
class Pin:
    """One library at one version; ``hashes`` are SHA-256 of every file there is of it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    def line(self, hashes: Iterable[str], *, is_conditional: bool = False) -> str:
        """Return the pin as a line that pip reads, with these hashes."""
        condition = f" ; {self.marker}" if is_conditional and self.marker else ""
        sums = "".join(f" --hash=sha256:{each}" for each in hashes)
        return f"{self.name}=={self.version}{condition}{sums}\n"


@dataclass(frozen=True)
class Target:
    """A kind of machine: its platform and its Python, as in 3.13."""

    platform: Platform
    python: str

    def __str__(self) -> str:
        """Say which."""
        return f"{self.platform}, Python {self.python}"

    @property
    def tags(self) -> tuple[str, ...]:
        """The platforms of wheels that run there, the oldest system first."""
        if self.platform == "windows":
            return ("win_amd64",)
        # glibc as of Ubuntu 20.04 and Debian 11
        return tuple(f"manylinux_2_{minor}_x86_64" for minor in (5, 12, 17, 24, 26, 27, 28, 31))

    @property
    def options(self) -> list[str]:
        """What tells pip for whom it chooses files."""
        platforms = [each for tag in self.tags for each in ("--platform", tag)]
        return [*platforms, "--python-version", self.python, "--implementation", "cp"]

    def environment(self, patch: int = 0) -> dict[str, str]:
        """Return what markers are judged by there, for this patch release of the Python."""
        is_windows = self.platform == "windows"
        here = {name: str(text) for name, text in default_environment().items()}
        return here | {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.{patch}",
            "os_name": "nt" if is_windows else "posix",
            "platform_machine": "AMD64" if is_windows else "x86_64",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Windows" if is_windows else "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.{patch}",
            "python_version": self.python,
            "sys_platform": "win32" if is_windows else "linux",
        }

    def needs(self, pin: Pin) -> bool:
        """Return whether a pin is for this kind of machine, at any patch release."""
        if not pin.marker:
            return True
        return any(Marker(pin.marker).evaluate(self.environment(patch)) for patch in (0, 99))


def read_lock(text: str) -> list[Pin]:
    """Return the pins of a lock; `ValueError` for a line that is none of uv's."""
    pins: list[Pin] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found := _LINE.match(line):
            pins.append(Pin(found["name"], found["version"], found["marker"] or "", ()))
        elif (found := _HASH.match(line)) and pins:
            last = pins.pop()
            pins.append(Pin(last.name, last.version, last.marker, (*last.hashes, found["sum"])))
        else:
            raise ValueError(line)
    return pins
