"""Write the catalogue of messages into the pages on trouble: ``make troubles``.

Every code of `criteria.errors` with its sentence in the language of the page, and what to do
about it where the sentence does not say so (``tools/troubles.toml``).
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from criteria import language
from criteria.errors import ErrorCode

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = {"vi": "khi-gap-su-co.md", "en": "when-something-goes-wrong.md"}
"""Language -> page in docs/."""
MARK: Final = "<!-- tools/troubles.py -->\n"
"""What stands below it in a page is written here."""


class _Dots(dict[str, str]):
    """Three dots in place of whatever a sentence is filled with."""

    def __missing__(self, key: str) -> str:
        return "…"


def data() -> dict[str, Any]:
    """Return the groups and the advice."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def grouped(groups: list[dict[str, Any]]) -> list[list[ErrorCode]]:
    """Return the codes of each group: each code where the longest beginning fits."""
    beginnings = {begin: number for number, each in enumerate(groups) for begin in each["codes"]}
    found: dict[int, list[ErrorCode]] = defaultdict(list)
    for code in ErrorCode:
        fitting = max((each for each in beginnings if code.name.startswith(each)), key=len)
        found[beginnings[fitting]].append(code)
    return [found[number] for number in range(len(groups))]


def catalogue(spoken: str) -> str:
    """Return the catalogue in a language, as it stands in the page."""
    known = data()
    lines: list[str] = []
    for group, codes in zip(known["groups"], grouped(known["groups"]), strict=True):
        lines += ["", f"### {group['title'][spoken]}", "", group["about"][spoken], ""]
        for code in codes:
            with language.speaking(spoken):
                sentence = language._(code.value).format_map(_Dots())
            lines.append(f"- {_plain(sentence)} `{code.name.lower()}`")
            if code.name in known["advice"]:
                lines.append(f"  - {known['advice'][code.name][spoken]}")
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    """Return a sentence in which nothing is taken for Markdown."""
    return re.sub(r"([\\*<>\[\]`])", r"\\\1", text)


def page(spoken: str) -> tuple[Path, str]:
    """Return the page of a language, and what it is with the catalogue of today."""
    path = ROOT / "docs" / PAGES[spoken]
    written, mark, _old = path.read_text("utf-8").partition(MARK)
    return path, written + mark + catalogue(spoken)


def main() -> int:
    """Write the catalogue into each page; return the exit code."""
    for spoken in PAGES:
        path, text = page(spoken)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
