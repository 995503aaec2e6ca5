"""What the pages in docs/ show: their commands, tables and pieces of editions."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
OF_OTHERS = ("sqlite3", "sqldiff")
"""Programs that a page shows but that are not ours."""

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Step(NamedTuple):
    """Something that a page has its reader do.

    Attributes:
        command: What is typed after ``readiness``; empty where a file is changed.
        file: The file that is written or changed.
        found: What stands there before; empty where the file is new, or the text is added.
        text: What stands there after.
    """

    command: list[str]
    file: str = ""
    found: str = ""
    text: str = ""

    def edit(self) -> None:
        """Write or change the file, as a person with an editor would."""
        path = Path(self.file)
        before = path.read_text("utf-8") if path.suffix == ".toml" else ""
        if self.found:
            assert before.count(self.found) == 1, self.found
            path.write_text(before.replace(self.found, self.text), "utf-8")
        else:
            path.write_text(f"{before}{self.text}", "utf-8")


def page(name: str) -> str:
    """Return the text of a page that lies beside docs/ or, failing that, in it."""
    return (ROOT / name if (ROOT / name).is_file() else DOCS / name).read_text("utf-8")


def commands_of(block: str) -> Iterator[list[str]]:
    """Yield the commands of a block of commands; what stands far to the right explains them."""
    for line in filter(None, block.splitlines()):
        program, *arguments = shlex.split(re.split(r" {2,}", line)[0])
        assert program in ("readiness", *OF_OTHERS), line
        if program == "readiness":
            yield arguments


def steps(name: str) -> list[Step]:
    """Return what a page has its reader do, in order."""
    found: list[Step] = []
    before = ""
    for info, body in _BLOCK.findall(page(name)):
        kind, _, file = info.partition(" ")
        if not info:
            found += [Step(arguments) for arguments in commands_of(body)]
        elif kind == "csv":
            found.append(Step([], file, "", body))
        elif kind == "toml" and file.endswith(" +"):
            found.append(Step([], file.removesuffix(" +"), "", f"\n{body}"))
        elif kind == "toml" and before:
            found.append(Step([], file, before, body.removesuffix("\n")))
            before = ""
        elif kind == "toml":
            before = body.removesuffix("\n")
    assert not before, before
    return found


def commands(name: str) -> Iterator[list[str]]:
    """Yield the commands of a page; what is to be written or changed before one, is."""
    for step in steps(name):
        if step.command:
            yield step.command
        else:
            step.edit()


def shape(arguments: list[str]) -> list[str]:
    """Return a command without the texts in it, which differ by language."""
    return [each for each in arguments if " " not in each and not each.endswith(".jpg")]
