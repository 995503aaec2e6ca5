"""Make the pictures of the workbook's sheets for its guide: ``python -m tools.sheets``.

They are printed by LibreOffice from the made-up round and drawn by pdftoppm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image

from audit.cli.app import run
from criteria.language import LANGUAGES
from tools.pictures import FOLDER

PICTURES: Final = ("workbook-summary", "workbook-one-page", "workbook-matrix")
"""Of the first page of the first sheets, in their order."""
WIDTH: Final = 800
"""Pixels."""
COLOURS: Final = 32


def main() -> None:
    """Draw the first page of some sheets in every language."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["READINESS_HOME"] = str(folder / "home")
        if run(["demo", str(folder / "demo")]):
            sys.exit(1)
        (round_,) = folder.glob("demo/*dot-1.audit")
        for spoken in LANGUAGES:
            book = folder / f"{spoken}.xlsx"
            run(["export", "xlsx", "--lang", spoken, "--file", str(round_), "--out", str(book)])
            for picture, page in zip(PICTURES, _first_pages(book), strict=False):
                _draw(book.with_suffix(".pdf"), page, FOLDER / spoken / picture)


def _first_pages(book: Path) -> list[int]:
    """Print a workbook; return the pages on which its first sheets begin."""
    office = f"-env:UserInstallation={(book.parent / 'office').as_uri()}"
    command = ["soffice", office, "--headless", "--convert-to", "pdf", "--outdir", str(book.parent)]
    subprocess.run([*command, str(book)], check=True, capture_output=True)  # noqa: S603
    words = ["pdftotext", str(book.with_suffix(".pdf")), "-"]
    done = subprocess.run(words, check=True, capture_output=True, encoding="utf-8")  # noqa: S603
    pages = done.stdout.split("\f")[:-1]
    # All pages of a sheet but its first begin with their number.
    return [at for at, text in enumerate(pages, 1) if not "".join(text.split()[:1]).isdigit()]


def _draw(pdf: Path, page: int, target: Path) -> None:
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    place = ["-f", str(page), "-l", str(page), str(pdf), str(target)]
    subprocess.run([*command, *place], check=True)  # noqa: S603
    drawn = target.with_suffix(".png")
    with Image.open(drawn) as picture:
        picture.quantize(COLOURS).save(drawn, optimize=True)


if __name__ == "__main__":
    main()
