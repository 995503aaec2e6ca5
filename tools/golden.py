"""Keep audit files as this version makes them, for every later version to open.

``python -m tools.golden`` tells a small round from beginning to end with the commands that
people use, and writes what came of it to ``tests/golden/VERSION/``: working files, packages,
and in ``expected.json`` what is to be found in each. Clock, keys and random numbers are
fixed, so that whoever runs it gets the same records. Run once for a release; what is there
is never written anew, as it stands for the files that offices keep.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta, tzinfo
from io import BytesIO, StringIO
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import audit
from audit.batches import kept_batches
from audit.cli.app import run
from audit.clock import VIETNAM
from audit.desk import Desk
from audit.file import AuditFile
from audit.intake import Source, sources
from audit.merge import merge
from audit.record import Record
from audit.reporting import report_of
from audit.verify import verify
from audit.vet import vet
from checklists.checklist import Basis
from checklists.tasks import tasks_of
from criteria.values import to_json
from tests.factories import ALL_MET, as_typed

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = Path(__file__).parent.parent / "tests" / "golden"
PACKED: Final = ".gz"
EXPECTED: Final = "expected.json"
FRESH: Final = "taken in by a fresh office"
"""In `EXPECTED`: digest of what an office holds that had nothing, once it took in all packages."""
PACKAGES: Final = ("hand-in", "second", "late", "slip", "receipt", "assignment")
KEYS: Final = {
    name: bytes([at + 1]) * 32 for at, name in enumerate(("office", "an", "binh", "stray"))
}
"""Private keys of those who took part: known to everybody, and used for nothing else."""
MET, LESS, BLANK = "26368", "26041", "26068"
"""Communes of the round: one with everything, one that falls short, one nobody visited."""
_NAMES: Final = {
    "office": "Sở KH&CN",
    "an": "Nguyễn Văn An",
    "binh": "Trần Thị Bình",
    "stray": "Điểu Nam",
}
_MOST_BYTES: Final = 200_000
"""Of a file; they stay in the repository for good."""


class _Clock(datetime):
    """A clock that goes on by a minute whenever somebody looks at it."""

    at = datetime(2026, 11, 23, 8, tzinfo=VIETNAM)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        _Clock.at += timedelta(minutes=1)
        return _Clock.at.astimezone(tz)


def _numbers() -> Any:
    """Return what gives numbers that are random to nobody."""
    given = 0

    def token_hex(size: int = 32) -> str:
        nonlocal given
        given += 1
        return hashlib.sha256(f"golden {given}".encode()).hexdigest()[: 2 * size]

    return token_hex


class _Person:
    """Somebody at a machine, with a working file in the folder in which all this happens."""

    def __init__(self, who: str, path: str) -> None:
        self.path = path
        self._home = str(Path("homes", who).absolute())
        Path(self._home).mkdir(parents=True)
        Path(self._home, "auditor.key").write_text(KEYS[who].hex(), "ascii")
        self.does("whoami", "--name", _NAMES[who], "--unit", "Tổ kiểm tra")

    def does(self, *arguments: str, code: int = 0) -> None:
        """Run a command that ends with this exit code."""
        said = StringIO()
        at = {"READINESS_HOME": self._home, "READINESS_FILE": self.path}
        with (
            mock.patch.dict(os.environ, at),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            ended = run([*arguments])
        if ended != code:
            raise AssertionError(f"{arguments}: {ended}\n{said.getvalue()}")


def _picture(path: Path) -> None:
    """Write a small photo."""
    from PIL import Image

    held = BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(held, "JPEG")
    path.write_bytes(held.getvalue())


def _tell() -> dict[str, str]:
    """Let the round happen in the current folder; return name to keep -> file."""
    _Clock.at = datetime(2026, 11, 23, 8, tzinfo=VIETNAM)
    office = _opened()
    an, binh = _Person("an", "an.audit"), _Person("binh", "binh.audit")
    for who in ("an", "binh"):
        office.does("roster", "add", _public(who), "--name", _NAMES[who])
    office.does(
        *("round", "assign", "--auditor", _NAMES["an"], "--communes", f"{MET},{LESS}"),
        *("--out", "phan-cong-an.audit"),
    )
    office.does(
        *("round", "assign", "--auditor", _NAMES["binh"], "--communes", LESS),
        *("--shared", "--out", "phan-cong.audit"),
    )
    for path, given in (("an.audit", "phan-cong-an.audit"), ("binh.audit", "phan-cong.audit")):
        Path(path).write_bytes(Path(given).read_bytes())
    _audit(an, binh)
    an.does("send", MET, LESS, "--out", "nop-an.audit")
    an.does("send", MET, "--out", "nop-an.zip")
    an.does("send", MET, "--encrypt", "--out", "nop-an-kin.zip")
    binh.does("send", LESS, "--out", "nop-binh.audit")
    _decide(office)
    an.does("merge", "phieu-tra.audit", "bien-nhan.audit")
    an.does("answer", LESS, "printers=4", "--reason", "Đã mua thêm sau khi bị trả lại")
    an.does("send", LESS, "--out", "nop-muon.audit")
    return {
        "office.audit": "office.audit",
        "auditor.audit": "an.audit",
        "assignment.audit": "phan-cong.audit",
        "hand-in.audit": "nop-an.audit",
        "hand-in.zip": "nop-an.zip",
        "encrypted.zip": "nop-an-kin.zip",
        "second.audit": "nop-binh.audit",
        "late.audit": "nop-muon.audit",
        "slip.audit": "phieu-tra.audit",
        "receipt.audit": "bien-nhan.audit",
    }


def _public(who: str) -> str:
    from audit.seal import Signer

    return Signer(KEYS[who]).public_key


def _opened() -> _Person:
    """Open a round after another one, as the office."""
    office = _Person("office", "before.audit")
    Path("xa.csv").write_text(
        f"code;cluster;counters\n{MET};Cụm 1;6\n{LESS};Cụm 1;4\n{BLANK};Cụm 2;\n", "utf-8"
    )
    opening = ("round", "new", "--province", "75", "--communes", "xa.csv", "--title")
    office.does(*opening, "Đợt 0", "--out", "before.audit")
    office.does("answer", LESS, "printers=1", "scanners=1", "guide=yes")
    office.path = "office.audit"
    office.does(*opening, "Đợt 1", "--previous", "before.audit", "--out", "office.audit")
    Path("khai.csv").write_text(
        f"code;measure;value\n{MET};pc_working;14\n{LESS};printers;5\n{BLANK};scanners;2\n", "utf-8"
    )
    office.does("declare", "khai.csv")
    return office


def _audit(an: _Person, binh: _Person) -> None:
    """Let two auditors do their work: every kind of statement and every type of value."""
    _picture(Path("may.jpg"))
    corrected = {"counters", "b_incidents"}
    typed = as_typed({key: value for key, value in ALL_MET.items() if key not in corrected})
    an.does("answer", MET, *typed, "b_incidents=?")
    an.does("answer", MET, "b_incidents=1", "w_mbps=50.5", "--note", "EQ-01=Máy mới, còn bảo hành")
    an.does("attach", MET, "EQ-01", "may.jpg", "--caption", "Quầy số 1")
    Path("nham.txt").write_text("Danh sách chụp nhầm", "utf-8")
    an.does("attach", MET, "EQ-02", "nham.txt")
    nham = hashlib.sha256(Path("nham.txt").read_bytes()).hexdigest()
    an.does("purge", nham, "--reason", "Có số điện thoại của người dân")
    an.does("answer", LESS, "printers=1", "scanners=1", "pc_working=9", "visit_date=05/12/2026")
    an.does("answer", LESS, "q_kind=kiosk", "guide=?", "citizen_pc=0", "citizen_net=no")
    reason = ("--reason", "Chưa tổ chức tại xã")
    an.does("not-applicable", LESS, "QS-01", *reason)
    an.does("override", LESS, "EQ-02", "partly_met", "--reason", "Máy in mượn của xã bên")
    an.does("override", LESS, "CN-01", "not_met", "--reason", "Đường truyền đã bị cắt")
    an.does("sign-off", MET, "--by", "Lê Văn Xã", "--title", "Chủ tịch", "--reason", "Thiếu ảnh")
    binh.does("answer", LESS, "printers=3", "scanners=2", "pc_working=9", "pc_adequate=4")
    binh.does("not-applicable", LESS, "QS-02", *reason)


def _decide(office: _Person) -> None:
    """Let the office take in, settle, return, accept, plan, amend and close."""
    office.does("merge", "nop-an.audit", "nop-binh.audit")
    Path("nham.audit").write_bytes(Path("binh.audit").read_bytes())
    stray = _Person("stray", "nham.audit")
    stray.does("answer", BLANK, "printers=7")
    stray.does("send", BLANK, "--out", "nop-nham.audit")
    office.does("merge", "nop-nham.audit")
    with Desk(Path("office.audit"), remember=False) as desk:
        wrong = kept_batches(desk)[-1].batch.id
    office.does("batch", "undo", wrong, "--reason", "Nạp nhầm xã")
    office.does("resolve", LESS, "scanners", "--value", "2", "--reason", "Đã gọi điện đối chiếu")
    office.does("review", "accept", MET, "--reason", "Đủ, trừ ảnh")
    office.does("review", "return", LESS, "--comment", "EQ-02=Đếm lại máy in")
    office.does(
        *("tasks", "set", LESS, "EQ-03", "--who", "Phòng Văn hóa - Xã hội"),
        *("--by", "31/12/2026", "--status", "at_risk"),
    )
    office.does("round", "amend", "--title", "Đợt 1 năm 2026", "--reason", "Ghi rõ năm")
    office.does("round", "close", "--name", "Chốt lần 1")
    office.does("slip", LESS, "--out", "phieu-tra.audit")
    office.does("receipt", MET, LESS, "--out", "bien-nhan.audit")


def found_in(path: Path) -> dict[str, Any]:
    """Return what is to be found in an audit file, a zip or an envelope, as data.

    Of what is found no text is part that may be worded better at any time. A working file
    is read as people do, any other as its receiver does.
    """
    (source,) = sources([path]) if path.suffix != ".audit" else [Source(str(path), path)]
    with vet(source) as vetted:
        found: dict[str, Any] = {
            "kind": vetted.kind,
            "digest": vetted.digest,
            "check_code": str(vetted.check_code),
            "records": _counted(Record.from_body(each.body).kind for each in vetted.entries),
            "seals": len(vetted.seals),
            "receipts": len(vetted.receipts),
            "attached": sorted(vetted.hashes),
            "purged": sorted(vetted.purged),
            "authors": sorted(vetted.authors.values()),
            "communes": sorted(vetted.chains),
            "findings": sorted({each.code.name for each in vetted.findings}),
        }
    if found["kind"] == "working":
        with Desk(path, remember=False) as desk:
            found.update(_round_in(desk))
        closes = list(found["round"]["closes"])
        for name in closes:
            with Desk(path, remember=False, as_of=name) as desk:
                found["round"]["closes"][name] = _ratings(desk)
    return found


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))


def _round_in(desk: Desk) -> dict[str, Any]:
    verified = verify(desk.file)
    report = report_of(desk)
    held = desk.round
    return {
        "is_sound": verified.is_sound,
        "unreadable": sorted(each.code.name for each in verified.notes),
        "round": {
            "id": held.id,
            "title": held.title,
            "opened_on": held.opened_on.isoformat(),
            "criteria": list(held.catalogue.codes),
            "clusters": dict(held.clusters),
            "assignments": {name: list(codes) for name, codes in held.assignments.items()},
            "roster": sorted(each.name for each in held.roster.values()),
            "previous": sorted(held.previous),
            "closes": dict.fromkeys(held.closes),
        },
        "ratings": _ratings(desk),
        "checklists": {each.code: _checklist(desk, each.code) for each in held.communes},
        "tasks": {
            task.id: [task.commune.code, task.rating, task.plan.to_json()]
            for task in tasks_of(desk.matrix())
        },
        "quality": {each.key: [each.value, each.of] for each in report.quality.indicators},
        "batches": [
            [each.batch.source, each.report.size, each.undone is not None]
            for each in kept_batches(desk)
        ],
    }


def _ratings(desk: Desk) -> dict[str, Any]:
    return {
        row.commune.code: {
            "class": row.readiness.value,
            "is_doubtful": row.doubtful,
            "index": [str(row.index.worst), str(row.index.best)] if row.index else None,
            **{code: outcome.rating.value for code, outcome in row.outcomes.items()},
        }
        for row in desk.matrix().rows
    }


def _checklist(desk: Desk, code: str) -> dict[str, Any]:
    held = desk.checklist(code)
    return {
        "state": held.state.value,
        "content": held.content,
        "conflicts": sorted(held.conflicts),
        "overrides_lapsed": sorted(held.lapsed_overrides),
        "signed_by": sorted(each.by for each in held.sign_offs),
        "reviews": [[each.outcome.value, dict(each.comments)] for each in held.reviews],
        "evidence": {
            criterion: sorted([each.name, each.is_purged] for each in pieces)
            for criterion, pieces in held.evidence.items()
        },
        **{
            basis.value: {
                key: [to_json(head.value) for head in sorted(answer.heads, key=attrgetter("id"))]
                for key, answer in sorted(held.answers[basis].items())
            }
            for basis in Basis
        },
    }


def take_in_afresh(folder: Path, packages: Iterable[str]) -> str:
    """Take packages in with a new file that holds nothing but the round; return its digest.

    Args:
        folder: With the files, as they were; the new file is made there.
        packages: Names without their ending, in the order in which they come.
    """
    fresh = folder / "fresh.audit"
    with AuditFile.open(folder / "office.audit") as office:
        AuditFile.create(fresh, office.entries(""), seals=office.seals("")).close()
    with AuditFile.open(fresh, write=True) as file:
        report = merge(file, sources([folder / f"{name}.audit" for name in packages]))
    refused = [each.reason for each in report.refused]
    if refused:
        raise AssertionError(refused)
    return report.digest


def unpack(packed: Path, folder: Path) -> Path:
    """Write a file that is kept into a folder, as it was; return where it is."""
    out = folder / packed.name.removesuffix(PACKED)
    data = packed.read_bytes()
    out.write_bytes(gzip.decompress(data) if packed.suffix == PACKED else data)
    return out


def _packed(name: str, data: bytes) -> tuple[str, bytes]:
    """Return a name and bytes to be kept: packed, unless they are already."""
    if name.endswith(".audit"):
        name, data = name + PACKED, gzip.compress(data, 9, mtime=0)
    if len(data) > _MOST_BYTES:
        raise AssertionError(f"{name} is too large: {len(data)} bytes")
    return name, data


def make(folder: Path) -> dict[str, Any]:
    """Make all files in a folder that is not there yet; return what is to be found in them."""
    expected: dict[str, Any] = {}
    packed: dict[str, bytes] = {}
    before = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as made,
        mock.patch("audit.clock.datetime", _Clock),
        mock.patch("secrets.token_hex", _numbers()),
    ):
        os.chdir(made)
        try:
            kept = _tell()
            with mock.patch.dict(os.environ, {"READINESS_HOME": str(Path("homes/office"))}):
                for name, path in kept.items():
                    expected[name] = found_in(Path(path))
                    packed.update([_packed(name, Path(path).read_bytes())])
                    Path("kept").mkdir(exist_ok=True)
                    Path("kept", name).write_bytes(Path(path).read_bytes())
                expected[FRESH] = take_in_afresh(Path("kept"), PACKAGES)
        finally:
            os.chdir(before)
    folder.mkdir(parents=True)
    for name, data in packed.items():
        (folder / name).write_bytes(data)
    text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / EXPECTED).write_text(text + "\n", "utf-8", newline="\n")
    return expected


def main() -> int:
    """Make the files of this version; return the exit code."""
    folder = FOLDER / audit.__version__
    if folder.exists():
        print(f"{folder}: the files of this version are kept already.", file=sys.stderr)
        return 1
    make(folder)
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size:>8}  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
