"""The program sends nothing: no part of it can, and nothing of its work asks for a connection.

Whoever adds measurements over the network finds these tests, SECURITY.md and SECURITY.vi.md
in the way, and says there what is sent where.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("criteria", "checklists", "exports", "audit")
OF_THE_NETWORK: Final = (
    *("aiohttp", "ftplib", "http", "httpx", "imaplib", "paramiko", "poplib", "requests", "smtplib"),
    *("socket", "socketserver", "ssl", "urllib.request", "urllib3", "webbrowser", "websockets"),
    *("xmlrpc",),
)
WORK: Final = """
import asyncio, json, os, sys, tempfile
from pathlib import Path

asked = []
OF_THE_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto",
                  "socket.sendmsg", "socket.bind", "urllib.", "http.", "ftplib.", "smtplib.")

def hook(event, arguments):
    if os.name == "nt" and event in ("socket.connect", "socket.bind"):
        return  # there asyncio talks to itself that way; names are looked up all the same
    if event.startswith(OF_THE_NETWORK):
        asked.append(f"{event} {arguments[1:]!r}")
    if event == "subprocess.Popen":
        asked.append(f"{event} {arguments[0]!r}")

sys.addaudithook(hook)
folder = Path(sys.argv[1])
os.environ["READINESS_HOME"] = str(folder / "home")
os.environ["READINESS_FILE"] = str(folder / "d.audit")
from audit.cli.app import run

def does(*arguments):
    code = run([str(each) for each in arguments])
    assert code == 0, (arguments, code)

(folder / "a.txt").write_text("Biên bản", "utf-8")
does("whoami", "--name", "A")
does("round", "new", "--province", "75", "--out", folder / "d.audit")
does("answer", "26368", "pc_working=12", "pc_adequate=9", "counters=6")
does("attach", "26368", "EQ-01", folder / "a.txt")
does("send", "26368", "--out", folder / "h.zip")
does("check", folder / "h.zip")
does("merge", folder / "h.zip")
does("export", "html", "--out", folder / "h.html")
does("export", "xlsx", "--out", folder / "h.xlsx")
does("verify")

async def walk():
    from audit.tui.app import ReadinessApp
    app = ReadinessApp(folder / "d.audit")
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("down", "f7", "escape", "f9", "escape", "enter", "down", "escape"):
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.press(key)

asyncio.run(walk())
does("wipe", "--file", folder / "d.audit", "--yes")
# That the hook sees what it should.
import socket
seen = len(asked)
try:
    socket.create_connection(("127.0.0.1", 9), 0.1)
except OSError:
    pass
(folder / "asked.json").write_text(json.dumps([asked[:seen], len(asked) > seen]))
"""


def imported_by(path: Path) -> set[str]:
    """Return the modules that a file names in an import, wherever it stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def test_no_part_of_the_program_can_open_a_connection() -> None:
    reaching = {
        f"{path.relative_to(ROOT)}: {name}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in imported_by(path)
        if any(name == each or name.startswith(each + ".") for each in OF_THE_NETWORK)
    }

    assert reaching == set()


def test_a_day_of_work_asks_for_no_connection_and_starts_no_program(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 # this Python, on a script written here
        [sys.executable, "-X", "utf8", "-c", WORK, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    if not (tmp_path / "asked.json").exists():
        pytest.fail(done.stdout[-2000:] + done.stderr[-2000:])
    asked, sees = json.loads((tmp_path / "asked.json").read_text())
    assert asked == []
    assert sees
