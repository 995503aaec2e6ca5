"""A sign-off names what it saw; the state follows from that alone, in any order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cli.app import run
from audit.desk import Desk
from audit.file import Entry, entry_of
from audit.fold import Ledger, fold
from audit.interpreting import checklist_from, is_signed
from audit.pen import Draft, Pen
from audit.record import Author, Cell, Record
from audit.seal import RECEIPT, Seal, Signer, seals_of
from audit.sign_off import LONGEST_NAME, broadest, changes_since, sign_off_draft, withdrawal_draft
from audit.statements import (
    state_not_applicable,
    state_note,
    state_override,
    state_values,
)
from checklists.checklist import Checklist, SignOff, State
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.rating import Rating
from tests.factories import ALL_MET, as_typed, make_round, statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

SEALER = Signer(bytes(32))
OFFICE = Author(SEALER.fingerprint, "Sở KH&CN")
AN = Author("k" + "1" * 32, "Nguyễn Văn An")
BINH = Author("k" + "2" * 32, "Trần Thị Bình")
HELD = make_round()
COMMUNE = "26368"
COUNTERS = Cell("counters", "verified")
SIGN_OFF = Cell("sign_off", "verified")
REVIEW = Cell("review", "verified")
NOON = "2026-12-05T12:00:00+07:00"


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@dataclass
class Story:
    """What happens to one checklist, where everyone knows all that happened before."""

    entries: list[Entry] = field(default_factory=list)
    receipts: list[Seal] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return fold(self.entries, HELD.id, office=[OFFICE.key], receipts=self.receipts)

    def checklist(self) -> Checklist:
        return checklist_from(HELD, HELD.by_code[COMMUNE], self.ledger)

    def state(self) -> State:
        return self.checklist().state

    def write(self, kind: str, subject: str, value: Any, author: Author, **more: Any) -> Entry:
        writer = "w" + author.key[1:]
        sequence = sum(entry.writer == writer for entry in self.entries) + 1
        record = Record(
            kind=kind,
            round=HELD.id,
            commune=COMMUNE,
            subject=subject,
            basis="verified",
            value=value,
            method="typed",
            replaces=more.pop("replaces", ()),
            reason="",
            writer=writer,
            sequence=sequence,
            previous="",
            author=author,
            recorded_at=NOON,
        )._replace(**more)
        self.entries.append(entry_of(record.body(), COMMUNE, writer, sequence))
        return self.entries[-1]

    def answer(self, value: int, author: Author = AN, *, knows: bool = True) -> Entry:
        ids = self.ledger.ids(COUNTERS) if knows else ()
        return self.write("answer", "counters", value, author, replaces=ids)

    def sign(self, author: Author = AN) -> Entry:
        chains: dict[str, int] = {}
        for entry in self.entries:
            chains[entry.writer] = max(entry.sequence, chains.get(entry.writer, 0))
        value = {
            "by": "Lê Văn Xã",
            "title": "Chủ tịch",
            "auditor": author.name,
            "auditor_title": "",
            "seen": self.ledger.content(),
            "records": chains,
        }
        return self.write("sign_off", "sign_off", value, author, replaces=self.own(author))

    def own(self, author: Author) -> tuple[str, ...]:
        heads = self.ledger.heads.get(SIGN_OFF, [])
        return tuple(head.id for head in heads if head.record.author == author)

    def withdraw(self, author: Author = AN) -> None:
        self.write("sign_off", "sign_off", None, author, replaces=self.own(author))

    def void(self, entry: Entry) -> None:
        self.write("void", "void", {"records": [entry.id]}, OFFICE)

    def receive(self) -> None:
        self.receipts += seals_of(SEALER, HELD.id, self.entries, NOON, RECEIPT)

    def review(self, outcome: str, author: Author = OFFICE, **more: Any) -> Entry:
        value = {
            "outcome": outcome,
            "seen": self.ledger.content(),
            "comments": {"EQ-01": "Xem lại"},
        }
        more.setdefault("replaces", self.ledger.ids(REVIEW))
        return self.write("review", "review", {**value, **more.pop("value", {})}, author, **more)


def signed() -> Story:
    story = Story()
    story.answer(4)
    story.sign()
    return story


# States


def test_a_checklist_is_a_draft_until_somebody_signs() -> None:
    story = Story()
    assert story.state() is State.DRAFT
    story.answer(4)
    assert story.state() is State.DRAFT
    assert not story.checklist().needs_reason

    story.sign()

    assert story.state() is State.SIGNED
    assert story.checklist().needs_reason
    (held,) = story.checklist().sign_offs
    assert (held.by, held.title, held.statement.author) == ("Lê Văn Xã", "Chủ tịch", AN.name)


def test_a_change_after_the_sign_off_shows_until_it_is_signed_again() -> None:
    story = signed()

    story.answer(5)
    assert story.state() is State.CHANGED
    story.sign()

    assert story.state() is State.SIGNED
    assert len(story.checklist().sign_offs) == 1


@pytest.mark.parametrize(
    ("kind", "subject", "value"),
    [
        ("note", "EQ-01/note", "Ghi"),
        ("not_applicable", "QS-01/not_applicable", True),
        ("override", "EQ-01/override", {"rating": "met", "seen": "x"}),
        ("evidence", "EQ-01/evidence/" + "a" * 64, {"name": "a.jpg"}),
        ("answer", "scanners", 1),
    ],
)
def test_every_kind_of_statement_changes_what_was_signed(
    kind: str, subject: str, value: object
) -> None:
    story = signed()

    story.write(kind, subject, value, AN)

    assert story.state() is State.CHANGED


def test_sign_offs_reviews_and_tasks_are_not_part_of_what_is_signed() -> None:
    story = signed()
    before = story.checklist().content

    story.sign(BINH)
    story.review("received")
    story.write("task", "EQ-01/task", {"what": "Mua máy"}, OFFICE)

    assert story.checklist().content == before
    assert story.state() is State.RECEIVED


def test_a_record_that_only_poses_as_a_sign_off_cannot_hide_a_change() -> None:
    story = signed()
    story.write("sign_off", "counters", {}, AN, sequence=90)

    story.answer(5)

    assert story.state() is State.CHANGED


def test_sign_offs_of_several_people_stand_side_by_side() -> None:
    story = signed()
    story.answer(5)
    story.sign(BINH)

    assert len(story.checklist().sign_offs) == 2
    assert story.state() is State.SIGNED
    story.withdraw(BINH)
    assert len(story.checklist().sign_offs) == 1
    assert story.state() is State.CHANGED
    story.withdraw(AN)
    assert story.state() is State.DRAFT


def test_what_the_office_received_returned_or_accepted_shows() -> None:
    for outcome in ("received", "returned", "accepted"):
        story = signed()
        story.review(outcome)
        assert story.state() == outcome

    story.answer(5)
    assert story.state() is State.ACCEPTED_CHANGED
    story.sign()
    assert story.state() is State.ACCEPTED_CHANGED
    story.review("accepted")
    assert story.state() is State.ACCEPTED


def test_after_a_return_a_new_sign_off_on_something_new_signs_again() -> None:
    story = signed()
    story.review("returned")

    story.sign()
    assert story.state() is State.RETURNED  # nothing was mended
    story.answer(5)
    assert story.state() is State.RETURNED  # mended, not signed
    story.sign()
    assert story.state() is State.SIGNED
    story.answer(6)
    assert story.state() is State.CHANGED


def test_a_sign_off_from_before_the_return_does_not_count_after_it() -> None:
    story = signed()
    story.answer(5)
    story.sign(BINH)
    story.review("returned")

    story.answer(6)

    assert story.state() is State.RETURNED


def test_a_sign_off_that_did_not_know_of_the_return_still_signs_what_is_new() -> None:
    office, field_copy = signed(), signed()
    returned = office.review("returned")
    field_copy.answer(5)
    field_copy.sign()

    field_copy.entries.append(returned)

    assert field_copy.state() is State.SIGNED


def test_only_the_office_can_review_and_nobody_else_can_replace_what_it_said() -> None:
    story = signed()
    story.review("accepted", BINH)
    assert story.state() is State.SIGNED
    said = story.review("returned")

    story.review("accepted", BINH, replaces=[said.id])

    assert story.state() is State.RETURNED
    codes = [message.code for message in story.checklist().unreadable]
    assert codes == [ErrorCode.RECORD_NOT_OFFICE] * 2


def test_a_receipt_of_the_office_makes_a_signed_checklist_received_and_no_other_does() -> None:
    story = signed()
    forged = seals_of(Signer(b"x" * 32), HELD.id, story.entries, NOON, RECEIPT)
    story.receipts += forged
    assert story.state() is State.SIGNED

    story.receive()

    assert story.state() is State.RECEIVED
    story.answer(5)
    assert story.state() is State.CHANGED
    story.sign()
    assert story.state() is State.SIGNED
    story.receive()
    assert story.state() is State.RECEIVED


def test_what_the_office_settles_after_accepting_shows_as_changed_since() -> None:
    story = signed()
    story.review("accepted")
    story.answer(5, BINH, knows=False)
    assert story.state() is State.ACCEPTED_CHANGED

    story.answer(4, OFFICE)

    assert story.checklist().conflicts == ()
    assert story.state() is State.ACCEPTED_CHANGED
    story.review("accepted")
    assert story.state() is State.ACCEPTED


def test_what_is_void_leaves_the_checklist_as_it_was_signed_or_accepted_before() -> None:
    story = signed()
    story.review("accepted")
    late = story.answer(5, BINH, knows=False)
    assert story.state() is State.ACCEPTED_CHANGED

    story.void(late)

    assert story.state() is State.ACCEPTED


def test_a_review_that_is_void_gives_way_to_the_one_before_it() -> None:
    story = signed()
    story.review("returned")
    wrong = story.review("accepted")

    story.void(wrong)

    assert story.state() is State.RETURNED


def test_two_reviews_that_did_not_know_of_each_other_are_a_conflict() -> None:
    story = signed()
    story.review("accepted")
    story.review("returned", replaces=())

    assert story.checklist().conflicts == ("review",)
    assert story.state() is State.SIGNED
    story.review("returned")
    assert story.checklist().conflicts == ()
    assert story.state() is State.RETURNED


def test_two_reviews_that_say_the_same_agree() -> None:
    story = signed()
    story.review("accepted")
    story.review("accepted", replaces=(), value={"comments": {}})

    assert story.checklist().conflicts == ()
    assert story.state() is State.ACCEPTED


@pytest.mark.parametrize(
    "value",
    [1, "x", [], {}, {"by": 1}, {"outcome": "x", "seen": ""}, {"outcome": [], "seen": 1},
     {"by": "", "title": "", "auditor_title": "", "seen": "", "records": {"w": True}},
     {"by": "", "title": "", "auditor_title": "", "seen": "", "records": []},
     {"outcome": "accepted", "seen": "", "comments": {"EQ-01": 1}}],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("kind", ["sign_off", "review"])
def test_nonsense_signs_nothing_and_is_said(kind: str, value: object) -> None:
    story = Story()

    story.write(kind, kind, value, OFFICE)

    assert story.state() is State.DRAFT
    assert not is_signed(story.ledger)
    assert [m.code for m in story.checklist().unreadable] == [ErrorCode.RECORD_VALUE]


@pytest.mark.parametrize("basis", ["declared", "rumoured"])
def test_a_commune_cannot_declare_a_sign_off(basis: str) -> None:
    story = signed()
    value = json.loads(story.entries[-1].body)["value"]
    fresh = Story(story.entries[:1])

    fresh.write("sign_off", "sign_off", value, AN, basis=basis)
    fresh.write("sign_off", "EQ-01/sign_off", value, AN)

    assert fresh.state() is State.DRAFT


# Any story, in any order

steps = st.lists(
    st.sampled_from(
        [
            ("answer", AN),
            ("answer", BINH),
            ("answer", OFFICE),  # settles what contradicts
            ("contradict", AN),
            ("contradict", BINH),
            ("sign", AN),
            ("sign", BINH),
            ("withdraw", AN),
            ("withdraw", BINH),
            ("receive", OFFICE),
            ("void answer", OFFICE),
            ("void review", OFFICE),
            ("received", OFFICE),
            ("returned", OFFICE),
            ("accepted", OFFICE),
            ("accepted", AN),  # who is not the office
        ]
    ),
    max_size=12,
)


@dataclass
class Witness:
    """Somebody who watched it all, and remembers who said what when, and over what."""

    said: list[tuple[Author, set[int]]] = field(default_factory=list)
    void: set[int] = field(default_factory=set)
    signed: dict[Author, tuple[frozenset[int], int]] = field(default_factory=dict)
    reviews: list[tuple[str, frozenset[int], int]] = field(default_factory=list)
    received_at: int = -1

    def standing(self) -> frozenset[int]:
        """Return what nobody has taken the place of; each value is another one."""
        replaced: set[int] = set()
        for number, (author, over) in enumerate(self.said):
            if number not in self.void:
                settles = len(over) < 2 or author == OFFICE
                replaced |= {each for each in over if settles or self.said[each][0] == author}
        return frozenset(range(len(self.said))) - replaced - self.void

    def state(self) -> State:
        now, signed = self.standing(), [*self.signed.values()]
        if self.reviews:
            outcome, seen, when = self.reviews[-1]
            if outcome == "accepted":
                return State.ACCEPTED if seen == now else State.ACCEPTED_CHANGED
            if seen == now:
                return State(outcome)
            if outcome == "returned":
                signed = [
                    each
                    for each in signed
                    if each[0] == now or (each[1] > when and each[0] != seen)
                ]
                if not signed:
                    return State.RETURNED
        standing = [when for seen, when in signed if seen == now]
        if standing:
            return State.RECEIVED if min(standing) < self.received_at else State.SIGNED
        return State.CHANGED if signed or self.reviews else State.DRAFT


def told(happened: Sequence[tuple[str, Author]]) -> tuple[Story, State]:
    """Return a story, and the state that whoever watched it would name."""
    story, witness = Story(), Witness()
    answers: list[Entry] = []
    reviews: list[Entry] = []
    for when, (what, author) in enumerate(happened):
        match what:
            case "answer" | "contradict":
                knows = what == "answer"
                answers.append(story.answer(len(answers), author, knows=knows))
                witness.said.append((author, set(witness.standing()) if knows else set()))
            case "sign":
                story.sign(author)
                witness.signed[author] = witness.standing(), when
            case "withdraw":
                story.withdraw(author)
                witness.signed.pop(author, None)
            case "receive":
                story.receive()
                witness.received_at = when
            case "void answer":
                if answers:
                    story.void(answers[-1])
                    witness.void.add(len(answers) - 1)
            case "void review":
                if reviews:
                    story.void(reviews.pop())
                    witness.reviews.pop()
            case _outcome:
                entry = story.review(what, author)
                if author == OFFICE:
                    reviews.append(entry)
                    witness.reviews.append((what, witness.standing(), when))
    return story, witness.state()


@given(steps, st.randoms(use_true_random=False))
def test_the_state_is_what_a_witness_would_name_in_whatever_order_records_arrive(
    happened: list[tuple[str, Author]], dice: Random
) -> None:
    story, expected = told(happened)
    shuffled = story.entries + story.entries[: len(story.entries) // 2]
    dice.shuffle(shuffled)

    other = Story(shuffled, story.receipts[::-1])

    assert story.state() is expected
    assert other.state() is expected
    assert other.checklist() == story.checklist()
    assert other.checklist().content == story.checklist().content


@given(steps)
def test_a_statement_needs_a_reason_exactly_while_it_is_signed_or_reviewed(
    happened: list[tuple[str, Author]],
) -> None:
    story, _state = told(happened)

    assert is_signed(story.ledger) == story.checklist().needs_reason


# Reasons


def test_after_a_sign_off_every_statement_needs_a_reason_and_keeps_it() -> None:
    story = signed()
    ledger = story.ledger

    drafted = state_values(HELD, ledger, COMMUNE, {"counters": Decimal(9), "scanners": Decimal(1)})
    assert [problem.code for problem in drafted.problems] == [ErrorCode.SIGNED_NEEDS_REASON] * 2
    with pytest.raises(ReadinessError) as caught:
        state_note(ledger, COMMUNE, "EQ-01", "Ghi", AN)
    assert caught.value.messages[0].code is ErrorCode.SIGNED_NEEDS_REASON
    with pytest.raises(ReadinessError):
        state_not_applicable(HELD, ledger, COMMUNE, "QS-01", applies_not=True, reason="")
    with pytest.raises(ReadinessError):
        state_override(HELD, ledger, COMMUNE, "EQ-01", Rating.MET, reason="")

    drafted = state_values(HELD, ledger, COMMUNE, {"counters": Decimal(9)}, reason="Đếm lại")
    noted = state_note(ledger, COMMUNE, "EQ-01", "Ghi", AN, reason=" Bổ sung ")

    assert [draft.reason for draft in drafted.drafts] == ["Đếm lại"]
    assert noted is not None
    assert noted.reason == "Bổ sung"


def test_what_stands_already_needs_no_reason() -> None:
    story = signed()

    drafted = state_values(HELD, story.ledger, COMMUNE, {"counters": Decimal(4)})

    assert drafted.unchanged == ["counters"]
    assert state_note(story.ledger, COMMUNE, "EQ-01", "", AN) is None


# On a file


@pytest.fixture(autouse=True)
def _at_hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "file" in request.fixturenames:
        monkeypatch.setenv("READINESS_FILE", str(request.getfixturevalue("file")))


def fill() -> None:
    """State a commune that meets everything."""
    assert run(["answer", COMMUNE, *as_typed(ALL_MET)]) == 0


SIGN = ["sign-off", COMMUNE, "--by", "Lê Văn Xã", "--title", "Chủ tịch UBND"]


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_missing_lists_critical_apart_from_warnings_and_says_so_with_its_exit_code(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["missing", COMMUNE, "--json"]) == 1
    before = shown(capsys)
    fill()
    capsys.readouterr()
    assert run(["missing", COMMUNE, "--json"]) == 0
    after = shown(capsys)
    assert run(["missing", COMMUNE]) == 0

    assert {each["kind"] for each in before["critical"]} == {"missing"}
    assert after["critical"] == []
    assert {each["kind"] for each in after["warnings"]} == {"optional", "evidence"}
    assert after["state"] == "draft"
    assert "To look at again" in capsys.readouterr().out


def test_a_whole_commune_is_signed_without_a_reason(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill()
    assert run(["whoami", "--title", "Chuyên viên"]) == 0
    capsys.readouterr()

    assert run([*SIGN, "--json"]) == 0
    said = shown(capsys)
    assert run(["show", COMMUNE]) == 0
    text = capsys.readouterr().out
    assert run(["status", "--json"]) == 0
    status = shown(capsys)

    assert said["state"] == "signed"
    assert said["sign_offs"][0]["value"] == {
        "by": "Lê Văn Xã",
        "title": "Chủ tịch UBND",
        "auditor_title": "Chuyên viên",
    }
    assert "State: Signed" in text
    assert "Signed by Lê Văn Xã (Chủ tịch UBND) and Trần Thị Bình (Chuyên viên)" in text
    assert status["states"][COMMUNE] == "signed"
    assert status["signed_by"] == {COMMUNE: ["Lê Văn Xã"]}


def test_with_critical_findings_a_sign_off_needs_a_reason_that_stays_in_the_record(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(SIGN) == 1
    assert "critical findings remain" in capsys.readouterr().err

    assert run([*SIGN, "--reason", "Mất điện, không đo được"]) == 0

    with Desk(file) as desk:
        (held,) = desk.checklist(COMMUNE).sign_offs
        assert held.statement.reason == "Mất điện, không đo được"
    assert run(["status"]) == 0
    assert "Sign-off: Not begun: 94 · Signed: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--by", "Lê"], ErrorCode.SIGN_OFF_NAMES),
        (["--title", "Chủ tịch"], ErrorCode.SIGN_OFF_NAMES),
        (["--by", " \u200b", "--title", "Chủ tịch"], ErrorCode.SIGN_OFF_NAMES),
        (["--by", "L" * (LONGEST_NAME + 1), "--title", "Chủ tịch"], ErrorCode.SIGN_OFF_LONG),
        (["--withdraw"], ErrorCode.REASON_MISSING),
    ],
)
def test_a_sign_off_without_names_or_reason_is_wrong_usage(
    file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: ErrorCode
) -> None:
    assert run(["sign-off", COMMUNE, *arguments]) == 2

    assert code.value.partition("{")[0][:30] in capsys.readouterr().err


def test_a_sign_off_is_withdrawn_only_by_who_made_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    withdraw = ["sign-off", COMMUNE, "--withdraw", "--reason", "Ký nhầm"]
    assert run(withdraw) == 1
    assert "have not signed" in capsys.readouterr().err
    assert run([*SIGN, "--reason", "x"]) == 0

    assert run(withdraw) == 0
    assert run(withdraw) == 1

    with Desk(file) as desk:
        assert desk.checklist(COMMUNE).state is State.DRAFT
        said = desk.statements(COMMUNE, "sign_off")
        assert sorted(each.record.reason for each in said) == ["Ký nhầm", "x"]


def test_the_very_same_is_not_signed_twice(file: Path) -> None:
    fill()
    assert run(SIGN) == 0
    assert run(SIGN) == 0
    assert run([*SIGN[:-1], "Phó Chủ tịch"]) == 0

    with Desk(file) as desk:
        assert len(desk.statements(COMMUNE, "sign_off")) == 2
        (held,) = desk.checklist(COMMUNE).sign_offs
        assert held.title == "Phó Chủ tịch"


def test_the_commands_pass_the_reason_on_after_a_sign_off(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill()
    assert run(SIGN) == 0
    table = tmp_path / "khai.csv"
    table.write_text(f"code,measure,value\n{COMMUNE},scanners,9\n", encoding="utf-8")
    changes = [
        ["answer", COMMUNE, "counters=7"],
        ["answer", COMMUNE, "--note", "EQ-01=Thêm"],
        ["declare", str(table)],
        ["not-applicable", COMMUNE, "QS-02"],
        ["override", COMMUNE, "EQ-02", "partly_met"],
    ]

    for change in changes:
        assert run(change) in (1, 2)
    with Desk(file) as desk:
        assert desk.checklist(COMMUNE).state is State.SIGNED
    capsys.readouterr()
    for change in changes:
        run([*change, "--reason", "Đoàn xem lại"])

    assert run(["show", COMMUNE]) == 0
    assert "State: Signed, changed since" in capsys.readouterr().out
    with Desk(file) as desk:
        for subject in ("counters", "EQ-01/note", "scanners", "EQ-02/override"):
            reasons = {s.record.reason for s in desk.statements(COMMUNE, subject)}
            assert "Đoàn xem lại" in reasons


def test_what_was_changed_since_is_told_from_the_record(file: Path) -> None:
    fill()
    with Desk(file, write=True) as desk:
        draft = sign_off_draft(desk, COMMUNE, by="Lê", title="Chủ tịch")
        assert draft is not None
        desk.write([draft])
        signed_then = broadest(desk.checklist(COMMUNE).sign_offs)
        assert changes_since(desk, COMMUNE, signed_then) == ()
    why = ["--reason", "Đếm lại"]
    assert run(["answer", COMMUNE, "counters=7", "pc_working=15", *why]) == 0
    assert run(["answer", COMMUNE, "--note", "VC-01=Thêm micrô", *why]) == 0
    assert run(["answer", COMMUNE, "scanners=9", "--basis", "declared", *why]) == 0
    assert run(["override", COMMUNE, "EQ-02", "partly_met", *why]) == 0

    with Desk(file) as desk:
        changed = changes_since(desk, COMMUNE, signed_then)

    assert changed is not None
    assert [(each.part, each.field) for each in changed] == [
        ("parameters", "counters"),
        ("EQ-01", "pc_working"),
        ("EQ-02", "scanners"),
        ("EQ-02", ""),
        ("VC-01", ""),
    ]
    assert "6 counters → 7 counters (Trần Thị Bình: Đếm lại)" in changed[0].words
    assert "Thêm micrô" in changed[4].words


def test_what_arrives_late_counts_as_changed_whatever_its_clock_says(file: Path) -> None:
    fill()
    assert run(SIGN) == 0
    with Desk(file, write=True) as desk:
        early = datetime(2001, 1, 1, tzinfo=UTC)
        another = Pen(desk.file, desk.round.id, AN, writer="w" + "1" * 32, clock=lambda: early)
        another.write([Draft("answer", COMMUNE, "counters", 7)])

    with Desk(file) as desk:
        checklist = desk.checklist(COMMUNE)
        changed = changes_since(desk, COMMUNE, broadest(checklist.sign_offs))

    assert checklist.state is State.CHANGED
    assert checklist.conflicts == ("counters",)
    assert changed is not None
    assert [each.field for each in changed] == ["counters"]
    assert AN.name in changed[0].words


def test_where_the_record_cannot_tell_what_changed_nothing_is_made_up(file: Path) -> None:
    fill()
    with Desk(file, write=True) as desk:
        draft = sign_off_draft(desk, COMMUNE, by="Lê", title="Chủ tịch")
        assert draft is not None
        desk.write([draft])
        (held,) = desk.checklist(COMMUNE).sign_offs

        assert changes_since(desk, COMMUNE, replace(held, chains={})) is None
        assert changes_since(desk, COMMUNE, replace(held, seen="other")) is None


def test_what_the_round_declared_void_after_the_sign_off_counts_as_changed(file: Path) -> None:
    fill()
    with Desk(file, write=True) as desk:
        draft = sign_off_draft(desk, COMMUNE, by="Lê", title="Chủ tịch")
        assert draft is not None
        desk.write([draft])
        (held,) = desk.checklist(COMMUNE).sign_offs
        wrong = desk.ledger(COMMUNE).ids(Cell("counters", "verified"))

        desk.write([Draft("void", "", "void", {"records": list(wrong)}, reason="Nhầm xã")])

        (one,) = changes_since(desk, COMMUNE, held) or ()
    assert (one.part, one.field) == ("parameters", "counters")
    assert "6 counters → –" in one.words


def test_what_was_void_when_it_was_signed_is_no_change(file: Path) -> None:
    fill()
    with Desk(file, write=True) as desk:
        wrong = desk.ledger(COMMUNE).ids(Cell("counters", "verified"))
        desk.write([Draft("void", "", "void", {"records": list(wrong)}, reason="Nhầm xã")])
        draft = sign_off_draft(desk, COMMUNE, by="Lê", title="Chủ tịch", reason="Thiếu")
        assert draft is not None
        desk.write([draft])
        (held,) = desk.checklist(COMMUNE).sign_offs
        assert changes_since(desk, COMMUNE, held) == ()

        desk.write([Draft("answer", COMMUNE, "counters", 7, reason="Đếm lại")])

        (one,) = changes_since(desk, COMMUNE, held) or ()
    assert "– → 7 counters" in one.words


def test_the_sign_off_that_saw_the_most_records_counts_and_of_equal_ones_the_last_id() -> None:
    def seeing(id_: str, **chains: int) -> SignOff:
        return SignOff(statement({})._replace(id=id_), "Lê", "Chủ tịch", "", "seen", chains)

    one_long, many_short = seeing("r9", a=5), seeing("r1", b=3, c=3)
    equal, later = seeing("r2", a=6), seeing("r3", d=6)

    assert broadest([one_long, many_short]) is many_short
    assert broadest([many_short, one_long]) is many_short
    assert broadest([later, equal, many_short]) is later
    assert broadest([equal, later]) is later


def test_a_withdrawal_draft_replaces_the_own_sign_off_only(file: Path) -> None:
    with Desk(file, write=True) as desk:
        draft = sign_off_draft(desk, COMMUNE, by="Lê", title="Chủ tịch", reason="x")
        assert draft is not None
        (entry,) = desk.write([draft])

        assert withdrawal_draft(desk, COMMUNE, reason="y").replaces == (entry.id,)
