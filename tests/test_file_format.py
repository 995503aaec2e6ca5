"""The page on the file format holds: a reader made from it agrees with the program.

`ByThePage` is such a reader. It uses nothing of the program, and finds the same ids, heads,
contradictions, seals and check code; what is written by the page is taken in.
"""

from __future__ import annotations

import ast
import hashlib
import json
import operator
import re
import shutil
import sqlite3
import subprocess
import unicodedata
import zipfile
from contextlib import closing, suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings

from audit import body, documents, foreign, intake, record, schema, vet
from audit.file import AuditFile
from audit.fold import Folded, read_file
from audit.intake import Source
from audit.merge import MERGED
from audit.package import Kind
from audit.pen import Draft
from audit.record import canonical
from audit.seal import RECEIPT, SEAL, CheckCode, signed_bytes
from tests.histories import OFFICE as OFFICE_AUTHOR
from tests.histories import Known, Machine, Step, opening, places, play, steps
from tests.laptops import office_of
from tests.strangers import AT, AUDITOR, COMMUNE, NONCE, OFFICE, ROUND, WRITER
from tests.strangers import chain as chain_of

DOCS: Final = Path(__file__).parent.parent / "docs"
PAGES: Final = ("file-format.md", "dinh-dang-tep.md")


class ByThePage:
    """An audit file, or a zip with one, as docs/file-format.md describes it."""

    SETTLED = frozenset(("answer", "not_applicable", "override", "task"))
    STATED = SETTLED | {"note", "evidence", "sign_off"}
    FOR_OFFICE = frozenset(("review", "round", "void"))

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        if data.startswith(b"PK"):
            with zipfile.ZipFile(path) as packed:
                held = map(packed.read, packed.namelist())
                data = next(each for each in held if each.startswith(b"SQLite format 3\0"))
        assert data[68:72] == b"RDNS"
        assert int.from_bytes(data[60:64], "big") == 1
        with closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(data)
            select = "select commune, writer, sequence, id, body from record"
            self.rows = db.execute(select).fetchall()
            self.seals = db.execute("select * from seal").fetchall()
            self.receipts = db.execute("select * from receipt").fetchall()
            self.about = dict(db.execute("select key, value from meta"))
            blobs = db.execute("select sha256, bytes from blob where bytes is not null")
            self.blobs = dict(blobs.fetchall())
        self.said = {id_: json.loads(text) for *_place, id_, text in self.rows}
        (self.round_id,) = {said["round"] for said in self.said.values()}
        self.covered = self._covered()
        self.office = self._office_keys()
        of_round = {id_ for id_ in self.said if self._counts("", id_)}
        self.voids = self._voids(of_round, frozenset())

    @staticmethod
    def form(data: Any) -> str:
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @staticmethod
    def fingerprint(key: str) -> str:
        return "k" + hashlib.sha256(bytes.fromhex(key)).hexdigest()[:32]

    def is_sound(self) -> bool:
        """Return whether ids, forms, places, chains and attached bytes are as they must be."""
        for (commune, writer), held in groupby(sorted(self.rows), lambda row: row[:2]):
            before: dict[int, set[str]] = {0: {""}}
            for _commune, _writer, sequence, id_, text in held:
                said = self.said[id_]
                place = (said["commune"], said["writer"], said["sequence"])
                if (
                    id_ != "r" + hashlib.sha256(text.encode()).hexdigest()
                    or text != unicodedata.normalize("NFC", self.form(said))
                    or place != (commune, writer, sequence)
                    or said["previous"] not in before.get(sequence - 1, {said["previous"]})
                ):
                    return False
                before.setdefault(sequence, set()).add(id_)
        return all(hashlib.sha256(data).hexdigest() == name for name, data in self.blobs.items())

    def is_signed(self, row: tuple[Any, ...], what: str) -> bool:
        names = ("commune", "writer", "length", "last_id", "key")
        said = {**dict(zip(names, row, strict=False)), "at": row[6], "round": self.round_id}
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row[4]))
        with suppress(InvalidSignature):
            key.verify(bytes.fromhex(row[5]), self.form({**said, "v": 1, "what": what}).encode())
            return True
        return False

    def _covered(self) -> set[tuple[str, str]]:
        """Return (fingerprint, id) for every record that a key has sealed."""
        found = set()
        for _commune, _writer, _length, id_, key, *_rest in self.seals:
            while id_ in self.said:
                found.add((self.fingerprint(key), id_))
                id_ = self.said[id_]["previous"]
        return found

    def _office_keys(self) -> set[str]:
        keys: set[str] = set()
        for id_, said in self.said.items():
            author = said["author"]["key"]
            if said["subject"] == said["kind"] == "round" and (author, id_) in self.covered:
                made = self.form({"maker": author, "nonce": said["value"]["nonce"]})
                if self.round_id == "d" + hashlib.sha256(made.encode()).hexdigest()[:32]:
                    keys |= {author, *said["value"]["office_keys"]}
        return keys

    def _is_office(self, id_: str) -> bool:
        key = self.said[id_]["author"]["key"]
        return key in self.office and (key, id_) in self.covered

    def _counts(self, commune: str, id_: str) -> bool:
        said = self.said[id_]
        needs_office = not commune or said["kind"] in self.FOR_OFFICE
        is_known = said["v"] == 1 and said["kind"] in self.STATED | self.FOR_OFFICE
        return (
            said["commune"] == commune and is_known and (self._is_office(id_) or not needs_office)
        )

    def _voids(self, ids: set[str], outer: frozenset[str]) -> frozenset[str]:
        waiting = {id_ for id_ in ids - outer if self.said[id_]["kind"] == "void"}
        void = set(outer)
        while waiting:
            named = {id_: set(self.said[id_]["value"]["records"]) for id_ in waiting}
            first = waiting - set().union(*named.values())
            void = void.union(*(named[id_] for id_ in first - void))
            waiting -= first
        return frozenset(void)

    def _replaced(self, id_: str, standing: set[str]) -> set[str]:
        said = self.said[id_]
        cell = operator.itemgetter("subject", "basis", "kind")
        old = {i for i in standing & {*said["replaces"]} if cell(self.said[i]) == cell(said)}
        is_settling = len({self.form(self.said[i]["value"]) for i in old}) > 1
        if not is_settling or said["kind"] not in self.SETTLED or self._is_office(id_):
            return old
        return {i for i in old if self.said[i]["author"]["key"] == said["author"]["key"]}

    def heads(self, commune: str) -> dict[tuple[str, str], list[str]]:
        ids = {id_ for id_ in self.said if self._counts(commune, id_)}
        standing = ids - self._voids(ids, self.voids if commune else frozenset())
        gone = set().union(*(self._replaced(id_, standing) for id_ in standing))
        heads: dict[tuple[str, str], list[str]] = {}
        for id_ in sorted(standing - gone):
            said = self.said[id_]
            if said["kind"] != "void":
                heads.setdefault((said["subject"], said["basis"]), []).append(id_)
        return heads

    def conflicts(self, commune: str) -> set[str]:
        """Return the subjects of which verified heads contradict each other."""
        found = set()
        for (subject, basis), ids in self.heads(commune).items():
            forms = set()
            for said in map(self.said.__getitem__, ids):
                kind, value = said["kind"], said["value"]
                if kind == "override" and value is not None:
                    value = value["rating"]
                if kind == "review":
                    value = [value["outcome"], value["seen"]]
                forms |= {self.form(value)} if kind in (*self.SETTLED, "review") else set()
            found |= {subject} if len(forms) > 1 and basis == "verified" else set()
        return found

    def digest(self) -> str:
        return hashlib.sha256("".join(f"{id_}\n" for id_ in sorted(self.said)).encode()).hexdigest()

    def check_code(self) -> str:
        text = "\n".join([self.digest(), *sorted(self.blobs)])
        number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % 10**20
        return " ".join(f"{number:020d}"[at : at + 4] for at in range(0, 20, 4))


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def blocks(name: str, kind: str) -> list[str]:
    """Return what stands in the fenced blocks of a page that are of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)


def assert_same_as_program(path: Path) -> ByThePage:
    """Compare all that the reader finds with what the program finds."""
    held = ByThePage(path)
    with AuditFile.open(path) as file:
        folded: Folded = read_file(file)
        seals, receipts, digest = file.seals(), file.receipts(), file.digest()
    with vet.vet(Source(str(path), path)) as vetted:
        check_code = str(vetted.check_code)

    assert held.is_sound()
    assert held.round_id == folded.round.id
    assert held.office == set(folded.round.office_keys)
    assert (held.digest(), held.check_code()) == (digest, check_code)
    assert sorted(held.seals) == sorted(seals)
    assert sorted(held.receipts) == sorted(receipts)
    assert all(held.is_signed(row, SEAL) and not held.is_signed(row, RECEIPT) for row in held.seals)
    assert all(held.is_signed(row, RECEIPT) for row in held.receipts)
    for code, ledger in {"": folded.office, **folded.ledgers}.items():
        assert held.heads(code) == {
            tuple(cell): [head.id for head in heads] for cell, heads in ledger.heads.items()
        }, code
    for checklist in folded.checklists:
        assert held.conflicts(checklist.commune.code) == {*checklist.conflicts}
    return held


def test_the_reader_uses_nothing_of_the_program() -> None:
    tree = ast.parse(Path(__file__).read_text("utf-8"))
    own = {
        alias.asname or alias.name
        for each in tree.body
        if isinstance(each, ast.ImportFrom)
        and (each.module or "").partition(".")[0] in ("audit", "checklists", "criteria", "tests")
        for alias in each.names
    }
    (reader,) = (each for each in tree.body if isinstance(each, ast.ClassDef))
    used = {each.id for each in ast.walk(reader) if isinstance(each, ast.Name)}

    assert own
    assert not own & used


def photo(path: Path) -> str:
    """Make a photo; return its path."""
    from PIL import Image

    Image.new("RGB", (64, 48), "white").save(path)
    return str(path)


def test_a_round_that_went_through_everything_reads_the_same(file: Path, tmp_path: Path) -> None:
    office = office_of(file)
    colleague = office.joined_by("Phạm Thu Hà")
    an, binh = office.joined_by("Nguyễn Văn An"), office.joined_by("Lê Thị Bông")
    an.does("answer", COMMUNE, "pc_working=12", "counters=6", "--note", "EQ-01=Máy cũ")
    an.does("attach", COMMUNE, "EQ-01", photo(tmp_path / "a.jpg"))
    an.does("not-applicable", COMMUNE, "QS-01", "--reason", "Không có")
    binh.does("answer", COMMUNE, "pc_working=14", "counters=6", "printers=3")
    binh.does("override", COMMUNE, "EQ-01", "met", "--reason", "Xem tại chỗ")
    an.sign("--reason", "Còn thiếu")
    an.send(office)
    binh.send(office)

    held = assert_same_as_program(file)
    assert held.conflicts(COMMUNE) == {"pc_working"}
    assert len(held.heads(COMMUNE)["counters", "verified"]) == 2

    office.does("resolve", COMMUNE, "pc_working", "--take", "2", "--reason", "Đã đếm lại")
    office.does("review", "return", COMMUNE, "--comment", "EQ-01=Thiếu ảnh")
    colleague.takes(file)
    colleague.does("answer", COMMUNE, "printers=9", "--reason", "Đếm lại")
    colleague.send(office)
    binh.does("answer", COMMUNE, "pc_working=15")
    undone = binh.send(office).batch
    office.does("batch", "undo", str(undone), "--reason", "Nạp nhầm")
    office.does("round", "close", "--name", "Chốt lần 1")

    held = assert_same_as_program(file)
    assert held.receipts
    assert held.blobs


def assert_reads_the_same(path: Path, known: Known) -> ByThePage:
    AuditFile.create(path, known.entries, seals=known.seals).close()
    return assert_same_as_program(path)


@settings(max_examples=60)
@given(steps)
def test_whatever_happened_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory, history: list[Step]
) -> None:
    folder = tmp_path_factory.mktemp("history")

    assert_reads_the_same(folder / "a.audit", play(history).everything)


def test_each_rule_of_the_page_changes_what_stands(tmp_path: Path) -> None:
    office, an, binh = play([]).machines
    forger = Machine(OFFICE_AUTHOR, an.signer, "w" + "f" * 32, opening())
    one, two = (place.code for place in places())

    def wrote(machine: Machine, subject: str, where: str, value: Any, *replaces: str) -> str:
        """Return the id of what a machine writes."""
        before = machine.known.entries
        kind = "void" if subject == "void" else "answer"
        machine.write(Draft(kind, where, subject, value, replaces=replaces))
        (entry,) = machine.known.entries - before
        return entry.id

    # An auditor settles: only what they stated themselves is replaced.
    of_an = wrote(an, "pcs", one, 1)
    of_binh = wrote(binh, "pcs", one, 2)
    settling = wrote(binh, "pcs", one, 3, of_an, of_binh)
    # The office's name without its seal.
    wrote(forger, "void", one, {"records": [of_an]})
    # A void record that is void, and one that stands: what it names had replaced something.
    old = wrote(an, "pcs", two, 1)
    newer = wrote(an, "pcs", two, 2, old)
    lost = wrote(office, "void", two, {"records": [old]})
    wrote(office, "void", two, {"records": [lost]})
    wrote(office, "void", two, {"records": [newer]})
    # What is void makes no settlement of a replacement.
    gone, stands = wrote(an, "good", two, 1), wrote(an, "good", two, 2)
    wrote(office, "void", two, {"records": [gone]})
    last = wrote(binh, "good", two, 3, gone, stands)

    known = office.known.with_(an.known).with_(binh.known).with_(forger.known)
    held = assert_reads_the_same(tmp_path / "a.audit", known)

    assert held.heads(one)["pcs", "verified"] == sorted([of_an, settling])
    assert held.heads(two) == {("pcs", "verified"): [old], ("good", "verified"): [last]}
    assert held.conflicts(one) == {"pcs"}


def write_by_the_page(
    path: Path, base: ByThePage, said: list[dict[str, Any]], key: Ed25519PrivateKey, name: str
) -> None:
    """Write a hand-in: what a file held, and what somebody states, sealed."""
    public = key.public_key().public_bytes_raw().hex()
    writer, previous = "w" + "5" * 32, ""
    rows = []
    for place, each in enumerate(said, start=1):
        body = ByThePage.form(
            {
                "author": {"key": ByThePage.fingerprint(public), "name": name},
                "basis": "verified",
                "commune": COMMUNE,
                "kind": "answer",
                "method": "typed",
                "previous": previous,
                "reason": "",
                "recorded_at": AT,
                "replaces": [],
                "round": base.round_id,
                "sequence": place,
                "v": 1,
                "writer": writer,
                **each,
            }
        )
        previous = "r" + hashlib.sha256(body.encode()).hexdigest()
        rows.append((COMMUNE, writer, place, previous, body))
    what = {"at": AT, "commune": COMMUNE, "key": public, "last_id": previous, "length": len(rows)}
    what |= {"round": base.round_id, "v": 1, "what": "seal", "writer": writer}
    signature = key.sign(ByThePage.form(what).encode()).hex()
    seal = (COMMUNE, writer, len(rows), previous, public, signature, AT)
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript("".join(blocks("file-format.md", "sql tables")))
        db.executemany("insert into record values (?, ?, ?, ?, ?)", [*base.rows, *rows])
        db.executemany("insert into seal values (?, ?, ?, ?, ?, ?, ?)", [*base.seals, seal])
        db.executemany("insert into meta values (?, ?)", [("kind", "hand_in"), ("made_by", name)])
        db.execute(f"pragma application_id = {0x52444E53}")
        db.execute("pragma user_version = 1")


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_written_by_the_page_is_taken_in(file: Path, tmp_path: Path, packed: bool) -> None:
    office, given = office_of(file), tmp_path / "giao.audit"
    office.does("round", "assign", "--auditor", "Bình", "--communes", COMMUNE, "--out", str(given))
    assert ByThePage(given).about["kind"] == Kind.ASSIGNMENT
    out = tmp_path / "by the page.audit"
    said: list[dict[str, Any]] = [
        {"subject": "pc_working", "value": 12},
        {"subject": "scanners", "value": None},
    ]

    write_by_the_page(out, ByThePage(given), said, Ed25519PrivateKey.generate(), "Bình")
    if packed:
        with zipfile.ZipFile(tmp_path / "chat.zip", "w", zipfile.ZIP_DEFLATED) as held:
            held.write(out, "a.audit")
        assert ByThePage(tmp_path / "chat.zip").digest() == ByThePage(out).digest()
        out = tmp_path / "chat.zip"
    report = office.takes(out)

    assert (report.outcome, report.records_new, report.seals_new) == (MERGED, 2, 1)
    assert not [each for each in report.warnings if each.code.name.startswith("VE")]
    assert str(office.checklist().answer("pc_working").value) == "12"
    assert_same_as_program(file)


def test_the_tables_on_the_page_are_those_of_the_program() -> None:
    def plain(sql: str) -> str:
        return " ".join(sql.split())

    program = [*schema.TABLES.values(), *schema.TRIGGERS.values(), *schema.VIEWS.values()]

    for name in PAGES:
        shown = "\n".join(blocks(name, "sql tables") + blocks(name, "sql extras"))
        statements = [plain(each) for each in re.split(r";\n(?=\n|$)", shown) if each.strip()]
        assert sorted(statements) == sorted(map(plain, program)), name


def example() -> dict[str, str]:
    """Return name -> text of all that the page shows of one small file."""
    first = Draft("answer", COMMUNE, "pc_working", 12)
    (one,) = chain_of([first])
    second = Draft("answer", COMMUNE, "pc_working", 14, replaces=(one.id,), reason="Đếm lại")
    (two,) = chain_of([second], after=[one])
    end = (two.sequence, two.id)
    seal = AUDITOR.seal(ROUND, COMMUNE, WRITER, end, AT)
    receipt = OFFICE.seal(ROUND, COMMUNE, WRITER, end, AT, RECEIPT)
    photo = hashlib.sha256(b"abc").hexdigest()
    digest = record.digest([one.id, two.id])
    return {
        "round made from": canonical({"maker": OFFICE.fingerprint, "nonce": NONCE}),
        "round": ROUND,
        "first": f"{one.body}\n{one.id}",
        "second": f"{two.body}\n{two.id}",
        "seal": f"{signed_bytes(SEAL, ROUND, seal).decode()}\n{seal.signature}",
        "receipt": f"{signed_bytes(RECEIPT, ROUND, receipt).decode()}\n{receipt.signature}",
        "key": f"{seal.key}\n{seal.fingerprint}",
        "code": f"{digest}\n{photo}\n{CheckCode.of(digest, [photo])}",
    }


@pytest.mark.parametrize("name", PAGES)
def test_the_examples_on_the_page_are_what_the_program_makes(name: str) -> None:
    for kind, text in example().items():
        assert blocks(name, f"text {kind}") == [f"{text}\n"], f"```text {kind}\n{text}\n```"


LIMITS: Final = (
    foreign.MOST_BYTES,
    vet.MOST_RECORDS,
    vet.MOST_OF_COMMUNE,
    vet.MOST_SEALS,
    vet.MOST_BLOBS,
    documents.MOST_BYTES,
    vet.MOST_ABOUT,
    vet.MOST_BODY,
    vet.MOST_ROUND_BODY,
    vet.MOST_PARTS,
    vet.MOST_ROUND_PARTS,
    record.MOST_LEVELS,
    vet.MOST_TEXT,
    foreign.MOST_OBJECTS,
    intake.MOST_FILES,
    intake.MOST_LEVELS,
    intake.MOST_MEMBERS,
    intake.MOST_DIRECTORY,
    intake.FREE_OF_RATIO,
    intake.MOST_RATIO,
    intake.MOST_CONTAINERS,
)


@pytest.mark.parametrize(("name", "mark"), [*zip(PAGES, ",.", strict=True)])
def test_the_limits_on_the_page_are_those_of_the_program(name: str, mark: str) -> None:
    rows = re.findall(r"^\| .+ \| ([\d.,]+) \| `\w+` \|$", page(name), re.MULTILINE)

    assert rows == [f"{limit:,}".replace(",", mark) for limit in LIMITS]


@pytest.mark.parametrize("name", PAGES)
def test_the_codes_on_the_page_are_those_of_the_program(name: str) -> None:
    from criteria.errors import ErrorCode

    named = set(
        re.findall(
            r"`((?:vet|zip|file|envelope|intake|merge|verify|record|round|key|chain)"
            r"_[a-z_]+)`",
            page(name),
        )
    )

    assert len(named) > 30
    assert named <= {code.name.lower() for code in ErrorCode}


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_field_and_package_is_on_the_page(name: str) -> None:
    text = page(name)

    for word in (*record.KINDS, *body.Body.__annotations__, *record.METHODS, *record.BASES):
        assert f"`{word}`" in text, word
    for kind in Kind:
        assert f"`{kind}`" in text, kind


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block of a page as it stands there."""
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, encoding="utf-8", check=False
    )


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [each for each in programs if shutil.which(each) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not here: {missing}")


@needs("bash", "openssl", "xxd")
@pytest.mark.parametrize("name", PAGES)
def test_openssl_checks_the_example_as_the_page_says(name: str, tmp_path: Path) -> None:
    (script,) = blocks(name, "sh openssl")

    done = shell(script, tmp_path)

    assert done.returncode == 0, done.stderr
    assert "Verified Successfully" in done.stdout
    assert shell(script.replace('"length":2', '"length":3'), tmp_path).returncode != 0


@needs("bash", "age", "openssl", "xxd")
@pytest.mark.parametrize("name", PAGES)
def test_age_opens_an_envelope_as_the_page_says(name: str, file: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyrage")
    office = office_of(file)
    an = office.joined_by("Nguyễn Văn An")
    an.does("answer", COMMUNE, "pc_working=12")
    sent = str(tmp_path / "nop.age")
    an.does("send", "--out", sent, "--encrypt-to", office.public_key)
    shutil.copy(office.home / "auditor.key", tmp_path / "auditor.key")

    (script,) = blocks(name, "sh age")
    done = shell(script, tmp_path)

    assert done.returncode == 0, done.stderr
    assert_same_as_program(tmp_path / "nop.audit")
    assert office.takes(Path(sent)).records_new == 1
