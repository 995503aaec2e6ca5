"""Make the pictures of the guides from the running app: ``make pictures``.

Each is an SVG drawing of a screen, without anything to be loaded from elsewhere.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from criteria.language import LANGUAGES
from tools import house
from tools.scenes import OF_THE_OFFICE, OFFICE_HOME, SCENES, prepare, prepare_office, show

if TYPE_CHECKING:
    from audit.tui.app import ReadinessApp

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE: Final = (100, 30)


def main(wanted: list[str]) -> None:
    """Draw the scenes that the guides show in every language, or those named."""
    if not wanted:
        house.main()
    # A screen shows it; whose machine this is says nothing.
    os.environ["HOME"] = str(Path("/") / "home" / "can-bo")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = prepare(folder)
        home = os.environ["READINESS_HOME"]
        prepare_office(folder, path)
        for spoken in LANGUAGES:
            target = FOLDER / spoken
            target.mkdir(parents=True, exist_ok=True)
            for scene in wanted or _named():

                def draw(app: ReadinessApp, path: Path = target / f"{scene}.svg") -> None:
                    path.write_text(drawing_of(app), encoding="utf-8")
                    print(path.relative_to(FOLDER.parent.parent))

                is_office = scene in OF_THE_OFFICE
                os.environ["READINESS_HOME"] = str(folder / OFFICE_HOME) if is_office else home
                asyncio.run(show(scene, SIZE, spoken, draw))


def _named() -> list[str]:
    """Return the scenes that a guide shows."""
    guides = "".join(path.read_text("utf-8") for path in FOLDER.parent.glob("*.md"))
    return [scene for scene in SCENES if f"/{scene}.svg" in guides]


def drawing_of(app: ReadinessApp) -> str:
    """Return a screen as an SVG drawing that stands on its own."""
    drawing = app.export_screenshot(title=app.title)
    # Rich names a font to be fetched; the reader's own letters of one width do as well.
    drawing = re.sub(r"@font-face \{.*?\}\s*", "", drawing, flags=re.DOTALL)
    drawing = drawing.replace("Fira Code", "DejaVu Sans Mono, Consolas, Menlo")
    # Named after their content, else each picture would change with every run.
    return re.sub(r"terminal-\d+", "terminal", drawing)


if __name__ == "__main__":
    main(sys.argv[1:])
