"""Each main screen as it looks: at both sizes, in both languages, letters and colours.

Look at every change, then keep it with ``make test ARGS="tests/test_snapshots.py
--keep-snapshots"``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.scenes import prepare, show

if TYPE_CHECKING:
    from rich.style import Style

    from audit.demo import Demo
    from audit.tui.app import ReadinessApp

KEPT = Path(__file__).parent / "snapshots"
MAIN = (
    *("start", "communes", "map", "matrix"),
    *("criterion", "evidence", "hand-in", "settings", "help"),
)
SIZES = [(80, 24), (120, 40)]
LETTERS = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory, made_up: Demo) -> Path:
    """The settings folder of a made-up round; the start screen goes on with it."""
    folder = tmp_path_factory.mktemp("scenes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_HOME", str(folder / "home"))
        prepare(folder, made_up)
    return folder / "home"


@pytest.mark.parametrize("spoken", ["vi", "en"])
@pytest.mark.parametrize("scene", MAIN)
def test_the_screen_looks_as_it_did(
    scene: str,
    spoken: str,
    demo_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("READINESS_HOME", str(demo_home))
    (demo_home / "places").mkdir(exist_ok=True)
    for place in (demo_home / "places").iterdir():
        place.unlink()
    seen: list[str] = []

    size, *others = SIZES
    asyncio.run(show(scene, size, spoken, lambda app: seen.append(picture_of(app)), others))

    kept = [KEPT / f"{scene}.{spoken}.{columns}x{lines}.txt" for columns, lines in SIZES]
    if request.config.getoption("--keep-snapshots"):
        KEPT.mkdir(exist_ok=True)
        for path, text in zip(kept, seen, strict=True):
            path.write_text(text, encoding="utf-8")
    for path, text in zip(kept, seen, strict=True):
        assert text == path.read_text(encoding="utf-8"), f"{path.name} changed: look at it"


def picture_of(app: ReadinessApp) -> str:
    """Return the letters of the screen, then a letter for the colours of each of its cells."""
    styles: dict[str, str] = {}
    words, colours = [], []
    for strip in app.screen._compositor.render_strips():
        words.append("".join(segment.text for segment in strip).rstrip())
        colours.append(
            "".join(
                styles.setdefault(_look_of(segment.style), LETTERS[len(styles)])
                * segment.cell_length
                for segment in strip
            )
        )
    legend = [f"{letter} {look}" for look, letter in styles.items()]
    return "\n".join([*words, "", *colours, "", *legend, ""])


def _look_of(style: Style | None) -> str:
    if style is None:
        return "plain"
    marks = [name for name in ("bold", "italic", "reverse", "dim") if getattr(style, name)]
    colours = [each.name if each else "–" for each in (style.color, style.bgcolor)]
    return " ".join([*marks, " on ".join(colours)])
