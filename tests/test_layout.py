"""The layout keeps its promises: who loads whom, one version, nothing of the maker's machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import audit

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("criteria", "checklists", "exports", "audit")
PYTHON_FOLDERS = (*PACKAGES, "tests", "tools", "benchmarks")

LOAD_PACKAGE = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""

CALL_PROGRAM = """
import sys
from audit.__main__ import main
try:
    status = main()
except SystemExit as stopped:
    status = stopped.code
print(*sys.modules)
sys.exit(status)
"""


def loaded(script: str, *arguments: str) -> set[str]:
    """Return the names of the modules that ``script`` has loaded in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def sources() -> list[Path]:
    return sorted(path for folder in PYTHON_FOLDERS for path in (ROOT / folder).rglob("*.py"))


def texts_of_the_project() -> list[Path]:
    """Return every file that is written by hand and read as text."""
    folders = (*PYTHON_FOLDERS, "docs", ".ci")
    files = [path for path in ROOT.iterdir() if path.is_file()]
    files += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    kinds = {"", ".cfg", ".cmd", ".csv", ".lock", ".md", ".po", ".py", ".tcss", ".toml", ".txt"}
    return sorted(
        path for path in files if path.suffix in kinds and "__pycache__" not in path.parts
    )


@pytest.mark.parametrize(
    ("package", "above"),
    [
        ("criteria", {"checklists", "exports", "audit"}),
        ("checklists", {"exports", "audit"}),
        ("exports", {"audit"}),
    ],
)
def test_a_package_loads_none_above_it_no_database_and_no_terminal(
    package: str, above: set[str]
) -> None:
    modules = loaded(LOAD_PACKAGE, package)

    assert package in modules
    assert modules.isdisjoint(above)
    assert modules.isdisjoint({"sqlite3", "sqlite_utils", "textual", "httpx"})


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_first_look_at_the_program_loads_nothing_heavy(option: str) -> None:
    heavy = {
        "cryptography",
        "openpyxl",
        "pydantic",
        "rich",
        "sqlite3",
        "sqlite_utils",
        "textual",
    }

    assert loaded(CALL_PROGRAM, option).isdisjoint(heavy)


def test_the_version_is_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    stating = [
        path for path in sources() if re.search(r"^__version__ =", path.read_text("utf-8"), re.M)
    ]

    assert "version" not in project["project"]
    assert stating == [ROOT / "audit" / "__init__.py"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", audit.__version__)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(^|\s)--(extra-)?index-u[r]l|--find-lin[k]s[= ](?!wheels\b)|https?://\S+/simple\b|https?://\S+\.(w[h]l|tar\.gz)",
        r"(?<![\w.~-])/(root|work|home|opt|Users)/|[A-Z]:\\Users\\",
    ],
    ids=["address of a registry", "folder of one machine"],
)
def test_no_file_names_what_only_its_maker_has(pattern: str) -> None:
    naming = [
        f"{path.relative_to(ROOT)}:{number}: {line}"
        for path in texts_of_the_project()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1)
        if re.search(pattern, line)
    ]

    assert naming == []


def test_the_lock_holds_names_versions_and_hashes_alone() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    allowed = r"#.*|[a-z0-9-]+==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    other = [line for line in lock.splitlines() if not re.fullmatch(allowed + r"|    # .*", line)]

    assert other == []
    assert "://" not in lock


def test_each_module_says_first_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").strip()
    ]

    assert silent == []
