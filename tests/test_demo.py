"""The made-up round is the same everywhere, and shows every situation the program knows."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from PIL import Image

from audit.demo import Demo, make_demo
from audit.demo.cast import load_cast
from audit.demo.pictures import HEIGHT, WIDTH, drawing
from audit.desk import Desk
from audit.file import AuditFile
from audit.fold import Folded, read_file
from audit.intake import Source, sources
from audit.merge import merge
from audit.package import Kind
from audit.record import Record, record_id
from audit.vet import vet
from checklists.checklist import Basis, State
from checklists.comparison import compare
from checklists.matrix import Matrix, ReadinessClass, build_matrix
from checklists.tasks import SHORT, tasks_by_person, tasks_of
from checklists.trend import trend_of
from criteria.errors import ErrorCode, ReadinessError
from criteria.rating import Rating
from criteria.values import NOT_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.file import Entry
    from checklists.checklist import Checklist

ROOT = Path(__file__).resolve().parent.parent

# Whoever changes a rule, a threshold or the demo itself sees here what it does to a province.
CLASSES = {"green": 11, "yellow": 31, "red": 41, "grey": 12}
RATINGS = {
    # met, partly met, not met, not applicable, insufficient, unaudited
    "EQ-01": (44, 28, 11, 0, 3, 9),
    "EQ-02": (53, 23, 9, 0, 1, 9),
    "EQ-03": (54, 18, 12, 0, 2, 9),
    "EQ-04": (59, 24, 2, 0, 1, 9),
    "VC-01": (63, 15, 5, 0, 2, 10),
    "VC-02": (37, 24, 23, 0, 1, 10),
    "VC-03": (44, 23, 14, 0, 4, 10),
    "VC-04": (40, 19, 26, 0, 0, 10),
    "QS-01": (48, 27, 7, 2, 1, 10),
    "QS-02": (51, 20, 11, 2, 1, 10),
    "QS-03": (43, 25, 17, 0, 0, 10),
    "QS-04": (36, 27, 22, 0, 0, 10),
    "CN-01": (54, 21, 8, 0, 2, 10),
    "CN-02": (49, 21, 12, 0, 3, 10),
    "CN-03": (26, 32, 26, 0, 1, 10),
    "CN-04": (63, 16, 6, 0, 0, 10),
}

ON_ANOTHER_MACHINE = """
from criteria.language import choose
choose("en")
from audit.demo import demo_entries
from audit.record import digest
print(digest(entry.id for entry in demo_entries()))
"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[subprocess.Popen[str]]:
    """Another Python that makes the round meanwhile: other hashes, zone and language."""
    with subprocess.Popen(  # noqa: S603 - starts this Python on the script above
        [sys.executable, "-c", ON_ANOTHER_MACHINE],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1", "TZ": "America/New_York"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture(scope="module")
def demo(elsewhere: object, made_up: Demo) -> Demo:
    return made_up


@pytest.fixture(scope="module")
def entries(demo: Demo) -> list[Entry]:
    with AuditFile.open(demo.audit_file) as file:
        assert file.damage() == []
        return file.entries()


@pytest.fixture(scope="module")
def records(entries: list[Entry]) -> dict[str, Record]:
    return {entry.id: Record.from_body(entry.body) for entry in entries}


@pytest.fixture(scope="module")
def folded(demo: Demo) -> Folded:
    with AuditFile.open(demo.audit_file) as file:
        return read_file(file)


@pytest.fixture(scope="module")
def matrix(folded: Folded) -> Matrix:
    return build_matrix(folded.round, folded.checklists)


def checklist(folded: Folded, code: str) -> Checklist:
    (found,) = [each for each in folded.checklists if each.commune.code == code]
    return found


def visited(folded: Folded) -> list[Checklist]:
    return [each for each in folded.checklists if each.answers[Basis.VERIFIED].get("visit_date")]


def test_every_machine_makes_the_same_records(demo: Demo, elsewhere: subprocess.Popen[str]) -> None:
    printed, _nothing = elsewhere.communicate()

    assert printed.strip() == demo.digest


def test_the_rules_give_these_classes_and_ratings(matrix: Matrix) -> None:
    ratings = {
        code: tuple(counts[rating] for rating in Rating)
        for code, counts in matrix.by_criterion.items()
    }

    assert {each.value: matrix.classes[each] for each in ReadinessClass} == CLASSES
    assert ratings == RATINGS
    assert sum(row.doubtful for row in matrix.rows) >= 5


def test_a_round_of_the_whole_province_by_three_auditors_and_the_office(
    demo: Demo, folded: Folded, records: dict[str, Record]
) -> None:
    auditors = set(folded.round.assignments)
    authors = {record.author.name for record in records.values()}
    assigned = [code for codes in folded.round.assignments.values() for code in codes]

    assert demo.communes == len(folded.round.communes) == 95
    assert 8_000 <= demo.records == len(records) <= 15_000
    assert len(auditors) == 3
    assert len(authors - auditors) == 1
    assert sorted(assigned) == sorted(folded.round.by_code)
    assert folded.strays == ()
    assert "minh họa" in folded.round.title


def test_every_record_is_whole_and_says_something_of_this_edition(
    folded: Folded, entries: list[Entry], records: dict[str, Record]
) -> None:
    chains: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        chains[entry.commune, entry.writer].append(entry)

    assert all(record_id(entry.body) == entry.id for entry in entries)
    for chain in chains.values():
        assert [entry.sequence for entry in chain] == list(range(1, len(chain) + 1))
        assert [records[entry.id].previous for entry in chain] == ["", *[e.id for e in chain[:-1]]]
    assert folded.office.unreadable == []
    assert [each.unreadable for each in folded.checklists if each.unreadable] == []


def test_visits_take_several_days_in_office_hours(
    folded: Folded, records: dict[str, Record]
) -> None:
    visits: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for record in records.values():
        moment = datetime.fromisoformat(record.recorded_at)
        assert moment.utcoffset() == datetime.fromisoformat("2026-01-01T00:00+07:00").utcoffset()
        assert moment.weekday() < 5
        assert moment.date() >= folded.round.opened_on
        assert 7 <= moment.hour < 17
        by_auditor = record.author.name in folded.round.assignments
        if record.commune and by_auditor and not record.replaces:
            visits[record.author.name, record.commune].append(moment)

    half_days = Counter(
        (name, min(moments).date(), min(moments).hour < 12)
        for (name, _commune), moments in visits.items()
    )
    assert set(half_days.values()) == {1}
    assert len({day for _name, day, _morning in half_days}) >= 10


def test_strong_wards_do_better_than_border_communes(matrix: Matrix) -> None:
    def mean_met(is_hard: bool) -> float:
        rows = [
            row
            for row in matrix.rows
            if row.readiness is not ReadinessClass.GREY
            and (row.checklist.answer("hard_area").value is True) == is_hard
        ]
        return sum(row.met for row in rows) / len(rows)

    classes = {row.commune.short_name: row.readiness for row in matrix.rows}

    assert mean_met(is_hard=False) > 2 * mean_met(is_hard=True)
    assert {classes[name] for name in ("Bù Gia Mập", "Lộc Thạnh", "Đak Nhau", "Đak Lua")} == {
        ReadinessClass.RED
    }


def test_some_communes_are_not_visited_and_some_half_done(folded: Folded) -> None:
    seen = visited(folded)
    half_done = [
        each
        for each in seen
        if any(outcome.rating is Rating.UNAUDITED for outcome in each.outcomes.values())
    ]

    assert 6 <= len(folded.checklists) - len(seen) <= 10
    assert 3 <= len(half_done) <= 6
    assert all(0 < each.progress.stated < each.progress.asked for each in half_done)


def test_blanks_and_values_not_known(folded: Folded) -> None:
    blanks = [each for each in visited(folded) if each.progress.missing in (1, 2)]
    not_known = [
        key
        for each in folded.checklists
        for key, answer in each.answers[Basis.VERIFIED].items()
        if answer.value is NOT_KNOWN
    ]

    assert len(blanks) >= 4
    assert len(not_known) >= 4


def test_communes_declare_more_than_is_found(folded: Folded) -> None:
    declaring = [each for each in folded.checklists if each.answers[Basis.DECLARED]]
    both = [
        (each.declared.outcome(code).rating, each.outcomes[code].rating)
        for each in declaring
        for code in folded.round.catalogue.codes
    ]
    decided = [pair for pair in both if all(rating.is_decided for rating in pair)]
    declared_met = sum(declared is Rating.MET for declared, _verified in decided)
    verified_met = sum(verified is Rating.MET for _declared, verified in decided)

    assert 0.5 < len(declaring) / len(folded.checklists) < 0.7
    assert len(decided) > 500
    assert declared_met > 1.2 * verified_met


def test_not_applicable_has_a_reason_and_only_where_the_edition_allows_it(folded: Folded) -> None:
    stated = [
        (code, head)
        for each in folded.checklists
        for code, answer in each.not_applicable.items()
        for head in answer.heads
    ]

    assert len(stated) >= 3
    assert all(folded.round.catalogue.criterion(code).may_be_not_applicable for code, _ in stated)
    assert all(head.reason for _code, head in stated)


def test_overrides_stand_with_a_reason_and_one_has_lapsed(folded: Folded) -> None:
    made = [
        override
        for each in folded.checklists
        for held in each.overrides.values()
        for override in held
    ]
    standing = [
        each.outcomes[code] for each in folded.checklists for code in each.standing_overrides
    ]

    assert all(override.statement.reason for override in made)
    assert len(standing) >= 3
    assert all(outcome.is_overridden for outcome in standing)
    assert sum(len(each.lapsed_overrides) for each in folded.checklists) == 1


def test_notes_are_vietnamese_in_nfc(folded: Folded) -> None:
    notes = [
        note.value for each in folded.checklists for held in each.notes.values() for note in held
    ]

    assert len(notes) > 100
    assert all(unicodedata.is_normalized("NFC", note) for note in notes)
    assert len(set(notes)) > 50


def test_auditors_correct_themselves(folded: Folded, records: dict[str, Record]) -> None:
    heads = {
        head.id
        for ledger in folded.ledgers.values()
        for held in ledger.heads.values()
        for head in held
    }
    corrections = [
        (records[old], record)
        for record in records.values()
        for old in record.replaces
        if records[old].author == record.author
    ]

    assert len(corrections) >= 20
    assert all(old.cell == new.cell and old.value != new.value for old, new in corrections)
    assert all(old not in heads for record in records.values() for old in record.replaces)
    assert any(new.reason for _old, new in corrections)


def test_evidence_was_attached_and_its_bytes_are_here(demo: Demo, folded: Folded) -> None:
    pieces = [
        piece for each in folded.checklists for held in each.evidence.values() for piece in held
    ]
    with AuditFile.open(demo.audit_file) as file:
        here = file.hashes()

    assert len({piece.sha256 for piece in pieces}) == len(pieces) >= 10
    assert all(piece.caption and piece.sha256 in here for piece in pieces)


def test_a_drawing_is_a_picture_that_every_machine_makes_alike() -> None:
    data = drawing("computer", "26005 EQ-01")

    with Image.open(BytesIO(data)) as image:
        assert image.size == (WIDTH, HEIGHT)
        image.load()
    assert hashlib.sha256(data).hexdigest().startswith("999aad809f863fe4")
    assert data != drawing("computer", "26005 EQ-02")


def test_some_tasks_are_planned_and_some_of_them_are_late(matrix: Matrix, demo: Demo) -> None:
    planned = [task for task in tasks_of(matrix) if not task.plan.is_empty]
    last_day = date(2026, 11, 23)

    by_person = tasks_by_person(tasks_of(matrix), last_day)

    assert len(planned) > len(load_cast().plans)
    assert by_person[0].counts.late
    assert by_person[-1].who == ""
    assert any(task.overdue(last_day) for task in planned)
    assert any(task.is_only_reported for task in planned)
    assert all(task.rating in SHORT for task in planned)


def test_a_round_before_it_gives_something_to_compare(demo: Demo, matrix: Matrix) -> None:
    with AuditFile.open(demo.earlier) as file:
        assert file.damage() == []
        held = read_file(file)
    trend = trend_of(compare(build_matrix(held.round, held.checklists), matrix))

    assert held.round.id != matrix.round.id
    assert any(each.became_met for each in trend.criteria)
    assert any(each.no_longer_met for each in trend.criteria)
    assert "changes" in demo.page.read_text("utf-8")


def test_two_auditors_agree_here_and_differ_there(
    demo: Demo, folded: Folded, records: dict[str, Record]
) -> None:
    answers = [
        answer
        for each in folded.checklists
        for answer in each.answers[Basis.VERIFIED].values()
        if len(answer.heads) == 2
    ]
    conflicts = [answer for answer in answers if answer.is_conflict]

    assert 3 <= len(conflicts) == demo.conflicts <= 6
    assert len(answers) - len(conflicts) >= 10
    for answer in answers:
        assert len({head.author for head in answer.heads}) == 2
        assert all(records[head.id].replaces == () for head in answer.heads)


def test_the_office_settled_a_conflict_with_a_reason(
    folded: Folded, records: dict[str, Record]
) -> None:
    settled = [record for record in records.values() if len(record.replaces) > 1]

    assert [record.author.key in folded.round.office_keys for record in settled] == [True]
    assert all(record.reason for record in settled)
    assert len({records[old].value for old in settled[0].replaces}) == 2


def test_only_one_commune_has_values_that_do_not_agree(folded: Folded) -> None:
    failing = [
        (each.commune.short_name, basis, code)
        for each in folded.checklists
        for basis in Basis
        for code, outcome in each.assessment(basis).outcomes.items()
        if outcome.failing
    ]

    assert failing == [("Bom Bo", Basis.VERIFIED, "EQ-01")]


def test_a_commune_without_any_meeting_room_does_not_meet_what_needs_one(folded: Folded) -> None:
    lacking = checklist(folded, "25280")

    assert lacking.answer("u_endpoint").value == "none"
    assert [lacking.outcomes[f"VC-0{number}"].rating for number in (1, 2, 3, 4)] == [
        Rating.NOT_MET
    ] * 4
    assert lacking.progress.missing == 0


def test_a_commune_without_internet_is_not_met_and_nothing_is_missing(folded: Folded) -> None:
    lacking = checklist(folded, "26119")

    assert lacking.answer("n_iface").value == "none"
    assert lacking.outcomes["CN-02"].rating is Rating.NOT_MET
    assert lacking.outcomes["CN-04"].rating is Rating.NOT_MET


def test_an_old_test_meeting_and_a_hotspot_are_insufficient(folded: Folded) -> None:
    old, hotspot = checklist(folded, "26080"), checklist(folded, "26173")

    age = old.verified.value("t_age_days")

    assert isinstance(age, Decimal)
    assert age > 30
    assert old.outcomes["VC-03"].rating is Rating.INSUFFICIENT
    assert hotspot.answer("n_iface").value == "hotspot"
    assert hotspot.outcomes["CN-02"].rating is Rating.INSUFFICIENT


def test_measured_values_keep_what_the_program_saw(records: dict[str, Record]) -> None:
    measured = [record for record in records.values() if record.method == "measured"]

    assert len(measured) > 100
    assert any('"runs"' in record.raw for record in measured)


def test_the_workbook_shows_every_commune(demo: Demo) -> None:
    workbook = load_workbook(demo.workbook, read_only=True)
    sheets = [
        {value for row in sheet.iter_rows(values_only=True) for value in row}
        for sheet in workbook.worksheets
    ]
    workbook.close()

    assert any({"25195", "26503"} <= values for values in sheets)


def test_the_office_assigned_every_commune_after_it_opened_the_round(
    folded: Folded, records: dict[str, Record]
) -> None:
    stated = sorted(
        (record for record in records.values() if record.subject == "assignments"),
        key=lambda record: record.sequence,
    )

    assert [record.value == {} for record in stated] == [True, False]
    assert {each.name for each in folded.round.roster.values()} == set(folded.round.assignments)


def test_what_is_complete_was_signed_and_all_of_it_was_received(folded: Folded) -> None:
    states = Counter(each.state for each in folded.checklists)
    signed = [each for each in folded.checklists if each.sign_offs]

    assert states[State.RECEIVED] > 40
    assert states[State.SIGNED] == 0
    assert all(each.progress.missing == 0 for each in signed)
    assert all(sign_off.is_received for each in signed for sign_off in each.sign_offs)


def test_the_office_accepted_some_checklists_and_returned_two(folded: Folded) -> None:
    accepted = [each for each in folded.checklists if each.state is State.ACCEPTED]
    returned = [each for each in folded.checklists if each.state is State.RETURNED]

    assert len(accepted) == 3
    assert all(each.sign_offs and not each.conflicts for each in accepted)
    assert [each.commune.code for each in returned] == ["25318", "26173"]
    assert all(review.comments for each in returned for review in each.reviews)


def test_every_hand_in_is_whole_and_the_office_holds_all_but_the_late_one(
    demo: Demo, records: dict[str, Record]
) -> None:
    held = {}
    for path in demo.handed_in:
        with vet(Source(path.name, path)) as vetted:
            held[path.name] = {entry.id for entry in vetted.entries}
            assert vetted.kind == Kind.HAND_IN
            assert vetted.findings == ()

    *merged, late = held.values()
    assert len(held) == 7
    assert all(ids <= records.keys() for ids in merged)
    assert len(late - records.keys()) == 4
    assert all(name.isascii() for name in held)


def test_the_late_hand_in_answers_the_slip_and_opens_again_what_was_settled(
    demo: Demo, folded: Folded, tmp_path: Path
) -> None:
    path = tmp_path / "office.audit"
    shutil.copy(demo.audit_file, path)

    with AuditFile.open(path, write=True) as file:
        report = merge(file, sources(demo.handed_in), require_known=True)
        after = read_file(file)

    assert [each.records_new for each in report.files] == [0] * 6 + [4]
    assert "scanners" not in checklist(folded, "26206").conflicts
    assert "scanners" in checklist(after, "26206").conflicts
    assert checklist(after, "25318").state is State.SIGNED


def test_the_close_shows_the_figures_of_the_workbook_whatever_comes_later(
    demo: Demo, matrix: Matrix, tmp_path: Path
) -> None:
    path = tmp_path / "office.audit"
    shutil.copy(demo.audit_file, path)
    with AuditFile.open(path, write=True) as file:
        merge(file, sources(demo.handed_in[-1:]))

    with Desk(path, as_of="Chốt lần 1") as desk:
        closed = desk.matrix()

    assert [row.outcomes for row in closed.rows] == [row.outcomes for row in matrix.rows]
    assert closed.classes == matrix.classes


def test_a_day_shows_what_had_been_received_by_then(demo: Demo, matrix: Matrix) -> None:
    found = {}
    for day in ("12/11/2026", "13/11/2026", "20/11/2026"):
        with Desk(demo.audit_file, as_of=day) as desk:
            found[day] = sum(row.checklist.progress.stated for row in desk.matrix().rows)

    assert found["12/11/2026"] == 0
    assert 0 < found["13/11/2026"] < found["20/11/2026"]
    assert found["20/11/2026"] == sum(row.checklist.progress.stated for row in matrix.rows)


@pytest.mark.parametrize("name", ["audit_file", "earlier", "workbook", "page"])
def test_it_overwrites_nothing(demo: Demo, tmp_path: Path, name: str) -> None:
    held = tmp_path / getattr(demo, name).name
    held.write_text("của người dùng", encoding="utf-8")

    with pytest.raises(ReadinessError) as refused:
        make_demo(tmp_path)

    assert refused.value.messages[0].code is ErrorCode.FILE_EXISTS
    assert [path.read_text("utf-8") for path in tmp_path.iterdir()] == ["của người dùng"]


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("tệp", ErrorCode.DEMO_NOT_FOLDER),
        ("tệp/trong đó", ErrorCode.DEMO_FOLDER),
        ("mới/" + "dài" * 200, ErrorCode.DEMO_FOLDER),
    ],
    ids=["a file", "below a file", "too long a name"],
)
def test_a_folder_that_cannot_be_is_refused(tmp_path: Path, folder: str, code: ErrorCode) -> None:
    (tmp_path / "tệp").write_text("", encoding="utf-8")

    with pytest.raises(ReadinessError) as refused:
        make_demo(tmp_path / folder)

    assert refused.value.messages[0].code is code
    assert [path.name for path in tmp_path.iterdir()] == ["tệp"]
