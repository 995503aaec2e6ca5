"""What every test starts from: no folder, file or language of the person who runs it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from criteria.language import choose
from tests.piloting import file, made_up, opened

__all__ = ["file", "made_up", "opened"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_IN_A_NAME = 100

# A first run of a property may load data; a deadline would judge the machine, not the code.
settings.register_profile("readiness", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("readiness")


@pytest.fixture(autouse=True)
def _nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "home"))
    for name in ("READINESS_FILE", "READINESS_LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    yield
    choose("vi")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run at once: those of the app wait for it half of their time."""
    return (os.cpu_count() or 1) * 2


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by the beginning of a long text: every worker sends all names."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_IN_A_NAME:
        return f"{val[:LONGEST_IN_A_NAME]!r}..."
    return None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever has looked at a changed screen keep it."""
    parser.addoption("--keep-snapshots", action="store_true", help="keep the screens as they are")
