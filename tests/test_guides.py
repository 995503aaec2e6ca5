"""The guides: their pictures are there, both languages say the same, their commands run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from audit.cli.app import run
from criteria import language

DOCS = Path(__file__).parent.parent / "docs"
PAIRS = [("huong-dan-kiem-tra-vien.md", "auditor-guide.md")]
GUIDES = [name for pair in PAIRS for name in pair]


@pytest.mark.parametrize("name", GUIDES)
def test_every_picture_and_page_that_a_guide_names_is_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (DOCS / name).read_text("utf-8")):
        assert (DOCS / target).is_file(), target


@pytest.mark.parametrize("pair", PAIRS)
def test_both_languages_have_the_same_chapters_pictures_and_keys(pair: tuple[str, str]) -> None:
    vi, en = ((DOCS / name).read_text("utf-8") for name in pair)

    assert len(re.findall("^## ", vi, re.MULTILINE)) == len(re.findall("^## ", en, re.MULTILINE))
    assert re.findall(r"pictures/vi/(\S+)\)", vi) == re.findall(r"pictures/en/(\S+)\)", en)
    keys = r"\*\*((?:F\d+|Ctrl\+\w|Enter|Del))\*\*"
    assert sorted(re.findall(keys, vi)) == sorted(re.findall(keys, en))


@pytest.mark.parametrize("name", GUIDES)
def test_the_pictures_load_nothing_from_elsewhere(name: str) -> None:
    for target in re.findall(r"\((pictures/[^)]+)\)", (DOCS / name).read_text("utf-8")):
        drawing = (DOCS / target).read_text("utf-8")
        assert "url(http" not in drawing
        assert "@import" not in drawing


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_of_a_guide_does_what_it_says(
    name: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    monkeypatch.setenv("READINESS_FILE", str(file))
    monkeypatch.chdir(file.parent)
    language.choose("en")
    block = re.findall(r"```\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL)[-1]
    for line in block.strip().splitlines():
        program, *arguments = shlex.split(line)
        for picture in (each for each in arguments if each.endswith(".jpg")):
            Image.new("RGB", (640, 480), "white").save(picture)
        if arguments[0] == "sign-off":
            arguments += ["--reason", "chưa đủ"]  # the commune of this test has gaps

        assert program == "readiness"
        assert run(arguments) == (1 if arguments[0] == "missing" else 0), line
