"""A close stays what it was, whatever is merged later; a day shows what had been received."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from audit.as_of import AsOf, close_of, named
from audit.clock import now
from audit.desk import Desk
from audit.file import AuditFile, Entry, entry_of
from audit.fold import fold
from audit.record import Author, Record
from audit.seal import RECEIPT, Signer, seals_of
from checklists.checklist import State
from checklists.round import Close
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from tests.factories import ALL_MET, as_typed, make_round
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

ROUND = "d" + "0" * 32
SEALER = Signer(bytes(32))
OFFICE = Author(SEALER.fingerprint, "Sở KH&CN")
AN = Author("k" + "1" * 32, "Nguyễn Văn An")
COMMUNES = ("", "26368", "26041")
DAYS = tuple(date(2026, 11, day) for day in (2, 3, 4))


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


@pytest.fixture
def auditor(office: Laptop) -> Laptop:
    return office.joined_by("Trần Thị Bình")


def record(author: Author, writer: int, before: Entry | None, **changed: Any) -> Entry:
    """Return a record that continues another one, or begins a chain."""
    made = Record(
        kind="answer",
        round=ROUND,
        commune=COMMUNE,
        subject="counters",
        basis="verified",
        value=4,
        method="typed",
        replaces=(),
        reason="",
        writer=f"w{writer:032x}",
        sequence=before.sequence + 1 if before else 1,
        previous=before.id if before else "",
        author=author,
        recorded_at="2026-11-02T09:00:00+07:00",
    )._replace(**changed)
    return entry_of(made.body(), made.commune, made.writer, made.sequence)


@st.composite
def told(draw: st.DrawFn) -> list[Entry]:
    """Return what several writers recorded; their chains divide here and there."""
    entries: list[Entry] = []
    for number in range(draw(st.integers(1, 14))):
        writer, commune = draw(st.integers(1, 3)), draw(st.sampled_from(COMMUNES))
        own = [e for e in entries if e.commune == commune and e.writer == f"w{writer:032x}"]
        before = draw(st.sampled_from([None, *own[-1:] * 4, *own])) if own else None
        beside = [e.id for e in entries if e.commune == commune]
        replaces = (
            draw(st.lists(st.sampled_from(beside), max_size=2, unique=True)) if beside else []
        )
        entries.append(
            record(
                OFFICE if writer == 1 else AN,
                writer,
                before,
                commune=commune,
                value=number,
                replaces=tuple(replaces),
                recorded_at=f"{draw(st.sampled_from(DAYS))}T09:00:00+07:00",
            )
        )
    return entries


def chosen(when: AsOf, entries: Iterable[Entry], receipts: Sequence[Any] = ()) -> set[str]:
    """Return the ids that count as of a point in time, of all communes."""
    found: set[str] = set()
    for commune in COMMUNES:
        records = {e.id: Record.from_body(e.body) for e in entries if e.commune == commune}
        found |= when.ids(
            commune,
            records,
            {id_: held.previous for id_, held in records.items()},
            office=(OFFICE.key,),
            receipts=[each for each in receipts if each.commune == commune],
            speaks=lambda _id, record: record.author.key == OFFICE.key,
        )
    return found


def closed(entries: Sequence[Entry]) -> AsOf:
    held = close_of(entries, "Chốt", "2026-11-04T17:00:00+07:00")
    again = Close.from_dict(held.name, held.closed_at, held.to_dict())
    assert again == held
    return AsOf(held, DAYS[-1])


# Laws


@given(told(), st.data())
def test_a_close_takes_exactly_what_was_held_then(
    entries: list[Entry], data: st.DataObject
) -> None:
    held = data.draw(st.lists(st.sampled_from(entries), unique=True))
    later = data.draw(st.permutations(entries))

    when = closed(held)

    assert chosen(when, later) == {entry.id for entry in held}


@given(told(), st.data())
def test_what_stood_at_a_close_stands_there_whatever_comes_later(
    entries: list[Entry], data: st.DataObject
) -> None:
    of_commune = [entry for entry in entries if entry.commune == COMMUNE]
    number = data.draw(st.integers(0, len(of_commune)))
    held = of_commune[:number]
    seals = [
        seal
        for each in (held, of_commune)
        for seal in seals_of(SEALER, ROUND, each, "2026-11-04T17:00:00+07:00")
    ]

    then = fold(held, ROUND, office=[OFFICE.key], seals=seals)
    now = fold(of_commune, ROUND, office=[OFFICE.key], seals=seals, as_of=closed(held))

    assert now.heads == then.heads
    assert now.unreadable == then.unreadable


@given(told(), st.data())
def test_a_later_day_shows_no_less(entries: list[Entry], data: st.DataObject) -> None:
    receipts = [
        SEALER.seal(
            ROUND,
            entry.commune,
            entry.writer,
            (entry.sequence, entry.id),
            f"{data.draw(st.sampled_from(DAYS))}T16:00:00+07:00",
            RECEIPT,
        )
        for entry in data.draw(st.lists(st.sampled_from(entries), unique=True))
    ]

    found = [chosen(AsOf(None, day), entries, receipts) for day in DAYS]

    assert found[0] <= found[1] <= found[2]
    assert {each.last_id for each in receipts} <= found[2]


def test_a_receipt_of_a_stranger_shows_nothing() -> None:
    first = record(AN, 2, None)
    stranger = Signer(bytes([1] * 32))
    (receipt,) = seals_of(stranger, ROUND, [first], "2026-11-02T16:00:00+07:00", RECEIPT)

    assert chosen(AsOf(None, DAYS[0]), [first], [receipt]) == set()


def test_a_day_ends_at_midnight_in_vietnam_wherever_the_clock_was_set() -> None:
    first, second = record(AN, 2, None), record(AN, 3, None)
    at = "2026-11-02T23:30:00+07:00", "2026-11-02T17:30:00+00:00"
    receipts = [
        seals_of(SEALER, ROUND, [entry], when, RECEIPT)[0]
        for entry, when in zip((first, second), at, strict=True)
    ]

    assert chosen(AsOf(None, DAYS[0]), [first, second], receipts) == {first.id}
    assert chosen(AsOf(None, DAYS[1]), [first, second], receipts) == {first.id, second.id}


def test_a_record_that_was_missing_at_the_close_stays_out_when_it_arrives() -> None:
    first = record(AN, 2, None)
    second = record(AN, 2, first, value=5)
    third = record(AN, 2, second, value=6)

    when = closed([first, third])

    assert when.close is not None
    assert when.close.missing == (second.id,)
    assert chosen(when, [first, second, third]) == {first.id, third.id}


# Naming a point in time


def test_a_close_is_named_in_any_writing_and_a_day_in_either_order() -> None:
    close = Close("Chốt lần 1", "2026-11-20T17:00:00+07:00", {})
    held = make_round()
    held = type(held)(**{**held.__dict__, "closes": {close.name: close}})

    assert named(held, "chot lan 1") == AsOf(close, date(2026, 11, 20))
    assert named(held, "05/11/2026") == named(held, "2026-11-05") == AsOf(None, date(2026, 11, 5))
    with pytest.raises(ReadinessError, match="Chốt lần 1"):
        named(held, "Chốt lần 2")


# At the office


def matrix(laptop: Laptop, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    found = laptop.data(capsys, "matrix", *more)
    found.pop("as_of", None)
    return found


def test_a_close_shows_the_matrix_as_it_was_after_a_late_file(
    office: Laptop, auditor: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    auditor.does("answer", COMMUNE, *as_typed(ALL_MET))
    auditor.sign()
    auditor.send(office)
    before = matrix(office, capsys)
    told = office.data(capsys, "round", "close", "--name", "Chốt lần 1", "--reason", "Báo cáo")

    auditor.does("answer", COMMUNE, "pc_adequate=1", "--reason", "Đếm lại")
    auditor.send(office)
    office.does("round", "amend", "--title", "Đợt một")

    assert told["communes"] == 1
    assert COMMUNE not in told["open"]["unfinished"]
    assert COMMUNE not in told["open"]["unreceived"]
    assert len(told["open"]["unfinished"]) == 94
    assert matrix(office, capsys, "--as-of", "Chốt lần 1") == before
    assert matrix(office, capsys) != before
    (listed,) = office.data(capsys, "round", "closes")
    assert (listed["name"], listed["reason"]) == ("Chốt lần 1", "Báo cáo")
    with office.at(), Desk(office.path, as_of="Chốt lần 1") as desk:
        assert desk.checklist(COMMUNE).state is State.RECEIVED
        assert not desk.is_writable


def test_what_is_taken_back_after_a_close_still_stands_in_it(
    office: Laptop, auditor: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    auditor.does("answer", COMMUNE, "pc_working=14")
    auditor.send(office)
    office.does("round", "close", "--name", "Chốt 1")
    with office.at(), AuditFile.open(office.path) as file:
        ids = [entry.id for entry in file.entries(COMMUNE)]
    with office.at(), Desk(office.path, write=True) as desk:
        from audit.pen import Draft

        desk.write([Draft("void", COMMUNE, "void", {"records": ids}, reason="Nhầm xã")])

    now = office.data(capsys, "show", COMMUNE)
    then = office.data(capsys, "show", COMMUNE, "--as-of", "Chốt 1")

    assert now["criteria"]["EQ-01"]["values"]["pc_working"]["value"] is None
    assert then["criteria"]["EQ-01"]["values"]["pc_working"]["value"] == 14
    assert then["as_of"]["close"] == "Chốt 1"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("chốt  lần 1", ErrorCode.CLOSE_NAME_USED),
        ("20/11/2026", ErrorCode.CLOSE_NAME_WRONG),
        ("  ", ErrorCode.CLOSE_NAME_WRONG),
        ("x" * 101, ErrorCode.CLOSE_NAME_LONG),
    ],
)
def test_a_close_needs_a_name_of_its_own(office: Laptop, name: str, code: ErrorCode) -> None:
    from audit.closing import close_draft

    office.does("round", "close", "--name", "Chốt lần 1")

    with (
        office.at(),
        Desk(office.path, write=True) as desk,
        pytest.raises(ReadinessError) as refused,
    ):
        close_draft(desk, name)

    assert refused.value.messages[0].code is code


def test_only_the_office_closes(auditor: Laptop) -> None:
    assert auditor.run("round", "close", "--name", "Chốt lần 1") == 1


def test_what_is_shown_says_as_of_when(
    office: Laptop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    office.does("round", "close", "--name", "Chốt lần 1")
    book = tmp_path / "x.xlsx"
    for command in (("matrix",), ("status",), ("show", COMMUNE)):
        capsys.readouterr()
        office.does(*command, "--as-of", "Chốt lần 1")
        assert "as of the close “Chốt lần 1”" in capsys.readouterr().out
    office.does("export", "xlsx", "--as-of", "Chốt lần 1", "--out", str(book))

    sheets = load_workbook(book).worksheets

    for sheet in sheets:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert any("as of the close “Chốt lần 1”" in text for text in texts), sheet.title


def test_a_day_without_a_receipt_says_why_it_is_blank(
    office: Laptop, auditor: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    day = now().date().isoformat()
    capsys.readouterr()
    office.does("matrix", "--as-of", day)
    assert "No receipt of the office" in capsys.readouterr().err
    auditor.does("answer", COMMUNE, *as_typed(ALL_MET))
    auditor.send(office)
    capsys.readouterr()

    office.does("matrix", "--as-of", day)

    assert capsys.readouterr().err == ""
    assert matrix(office, capsys, "--as-of", day) == matrix(office, capsys)


def test_a_day_before_the_round_and_a_name_nobody_gave_are_refused(office: Laptop) -> None:
    assert office.run("matrix", "--as-of", "01/01/2020") == 1
    assert office.run("matrix", "--as-of", "Chốt lần 9") == 2
