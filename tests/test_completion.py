"""The Tab key offers what fits, by any spelling, in every shell that has a script."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from audit.cli.app import run
from audit.cli.completion import SHELLS
from audit.cli.overview import COMMANDS
from criteria.language import choose

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parent.parent

Offered = dict[str, str]


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def offered(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Offered]:
    """Ask as PowerShell does: the last word is being typed; value -> what it means."""

    def ask(*words: str) -> Offered:
        capsys.readouterr()
        monkeypatch.setenv("READINESS_FILE", str(file))
        monkeypatch.setenv("COMP_WORDS", "\n".join(("readiness", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_READINESS_COMPLETE", "powershell_complete")
        with pytest.raises(SystemExit):
            run([])
        monkeypatch.delenv("_READINESS_COMPLETE")
        lines = [line.split("\t") for line in capsys.readouterr().out.splitlines() if line]
        return {value: help_ for kind, value, help_ in lines if kind == "plain"}

    return ask


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2636", "26368"),
        ("bien hoa", "26068"),
        ("Biên Hòa", "26068"),
        ('"long thanh', "26368"),
        ("tran b", "26041"),
        ("26368,bien hoa", "26368,26068"),
    ],
)
def test_a_commune_is_found_by_code_or_any_spelling_of_its_name(
    offered: Callable[..., Offered], typed: str, code: str
) -> None:
    assert next(iter(offered("send", typed))) in (code, "26362")
    assert code in offered("send", typed)


def test_a_code_is_offered_with_its_name(offered: Callable[..., Offered]) -> None:
    assert offered("show", "26368") == {"26368": "Phường Long Thành"}


def test_criteria_fields_closes_conflicts_and_ratings_are_offered(
    offered: Callable[..., Offered], file: Path
) -> None:
    assert run(["round", "close", "--name", "Chốt lần 1", "--file", str(file)]) == 0

    assert list(offered("attach", "26368", "eq-0")) == ["EQ-01", "EQ-02", "EQ-03", "EQ-04"]
    assert list(offered("answer", "26368", "pc_wor")) == ["pc_working="]
    assert list(offered("history", "26368", "pc_wor")) == ["pc_working"]
    assert list(offered("matrix", "--as-of", "ch")) == ["Chốt lần 1"]
    assert list(offered("override", "26368", "EQ-01", "p")) == ["partly_met"]
    assert offered("resolve", "26368", "") == {}
    assert list(offered("--lang", "")) == ["vi", "en"]


def test_commands_are_offered_without_loading_any_of_them(
    offered: Callable[..., Offered],
) -> None:
    assert set(offered("")) == set(COMMANDS)
    assert list(offered("wi")) == ["wipe"]
    assert "new" in offered("round", "")


def test_where_there_is_no_round_nothing_is_offered_and_nothing_said(
    offered: Callable[..., Offered], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    missing = str(tmp_path / "D x" / "nowhere.audit")

    assert offered("show", "--file", f'"{missing}"', "26") == {}
    assert capsys.readouterr().err == ""


def test_asking_changes_nothing(offered: Callable[..., Offered], file: Path) -> None:
    before = file.read_bytes()
    home = {each.name: each.read_bytes() for each in (file.parent / "home").glob("*.*")}

    offered("show", "26")

    assert file.read_bytes() == before
    after = {each.name: each.read_bytes() for each in (file.parent / "home").glob("*.*")}
    assert after == home


@pytest.fixture
def here(file: Path, tmp_path: Path) -> dict[str, str]:
    """An environment in which the command is found by its name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "readiness"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m audit "$@"\n', "utf-8")
    command.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    told = {"PYTHONPATH": str(ROOT), "READINESS_FILE": str(file), "READINESS_LANG": "vi"}
    return {**os.environ, **told, "PATH": path, "HOME": str(tmp_path)}


def in_shell(name: str, script: str, here: dict[str, str]) -> str:
    """Return what a shell writes, if there is such a shell."""
    shell = shutil.which(name)
    if shell is None or os.name == "nt":
        pytest.skip(f"{name} is not on this machine")
    plain = ["--norc"] if name == "bash" else []
    done = subprocess.run(  # noqa: S603 # the shell found above, on a script written here
        [shell, *plain, "-c", script],
        env=here,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


BASH: Final = """
eval "$(readiness completion bash)"
ask() {
    COMP_TYPE=$1; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _readiness_completion readiness; printf '%s|' "${COMPREPLY[@]}"; echo
}
ask 9 readiness show '"long thanh'
ask 9 readiness show vinh
ask 63 readiness show vinh
ask 9 readiness answer 26368 pc_wor
"""


def test_bash_completes_and_lists_names_without_losing_what_was_typed(
    here: dict[str, str],
) -> None:
    said = in_shell("bash", BASH, here).splitlines()

    assert said[0] == "26368|"
    # What all replies begin with is nothing: bash leaves the word as it is.
    assert said[1].split("|")[-2] == "vinh"
    assert "26098  (Phường Bảo Vinh)" in said[2].split("|")
    assert said[3] == "pc_working=|"


def test_fish_completes_with_names_beside_the_codes(here: dict[str, str]) -> None:
    script = 'readiness completion fish | source; complete -C"readiness show 26368"'

    assert in_shell("fish", script, here).splitlines() == ["26368\tPhường Long Thành"]


def test_zsh_takes_the_script(here: dict[str, str]) -> None:
    script = "autoload -U compinit; compinit -D; source <(readiness completion zsh)"

    assert "_readiness_completion" in in_shell(
        "zsh", f"{script}; print -- $_comps[readiness]", here
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_asks_by_the_same_name_and_is_whole(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", shell]) == 0

    script = capsys.readouterr().out
    assert "_READINESS_COMPLETE" in script
    assert f"{shell}_complete" in script
    assert not re.search(r"%\(\w+\)s", script)
    if shell == "powershell":
        assert "Register-ArgumentCompleter -Native -CommandName readiness" in script
        for opening, closing in ("{}", "()", "[]"):
            assert script.count(opening) == script.count(closing)
