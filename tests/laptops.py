"""Several laptops in one test: each has a person, a key and a working file of its own."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from audit.desk import Desk
from audit.file import AuditFile
from audit.identity import needed_auditor, signer
from audit.intake import sources
from audit.merge import merge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audit.merge import FileReport
    from checklists.checklist import Checklist

COMMUNE = "26368"


@dataclass
class Laptop:
    """A person at a machine."""

    home: Path
    path: Path

    @contextmanager
    def at(self) -> Iterator[None]:
        """Sit down at it: whatever runs in the block runs there."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("READINESS_HOME", str(self.home))
            patch.setenv("READINESS_FILE", str(self.path))
            yield

    def run(self, *arguments: str) -> int:
        """Run a command there; return its exit code."""
        with self.at():
            return run([*arguments])

    def does(self, *arguments: str) -> None:
        """Run a command there that must not fail."""
        assert self.run(*arguments) == 0, arguments

    def data(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
        """Run a command there; return what it writes as JSON."""
        capsys.readouterr()
        self.run(*arguments, "--json")
        return json.loads(capsys.readouterr().out)

    def sign(self, *more: str) -> None:
        """Have the commune signed."""
        self.does("sign-off", COMMUNE, "--by", "Lê Văn Xã", "--title", "Chủ tịch", *more)

    def send(self, to: Laptop) -> FileReport:
        """Hand in what was recorded, and have another take it in."""
        out = self.path.with_name(f"{self.home.name}-{len(list(self.path.parent.iterdir()))}.audit")
        self.does("send", COMMUNE, "--out", str(out))
        return to.takes(out)

    def takes(self, path: Path) -> FileReport:
        """Take in a file, as the office with a receipt."""
        with self.at():
            with Desk(self.path, write=True) as desk:
                sealing = signer() if desk.is_office else None
            with AuditFile.open(self.path, write=True) as file:
                (report,) = merge(file, sources([path]), signer=sealing).files
        assert report.outcome != "refused", report.reason
        return report

    def checklist(self) -> Checklist:
        """Return what is known there of the commune."""
        with self.at(), Desk(self.path) as desk:
            return desk.checklist(COMMUNE)

    @property
    def key(self) -> str:
        """Fingerprint of the key that was made there."""
        with self.at():
            return needed_auditor().key

    @property
    def public_key(self) -> str:
        """The key itself."""
        with self.at():
            return needed_auditor().public_key

    def joined_by(self, name: str, unit: str = "") -> Laptop:
        """Return another laptop, with what the office has given out by now."""
        folder = self.path.parent
        number = len(list(folder.glob("home-*"))) + 1
        other = Laptop(folder / f"home-{number}", folder / f"working-{number}.audit")
        shutil.copy(self.path, other.path)
        other.does("whoami", "--name", name, "--unit", unit)
        return other


def office_of(file: Path) -> Laptop:
    """Return the laptop of who opened a round; ``file`` is the fixture of that name."""
    return Laptop(file.parent / "home", file)
