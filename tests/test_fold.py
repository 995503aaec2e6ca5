"""Folding is a function of the set of records: no order, no clock, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import now
from audit.file import AuditFile, Entry, entry_of
from audit.fold import (
    ROUND_SUBJECTS,
    Folded,
    Ledger,
    fold,
    read_commune,
    read_file,
    read_round,
    round_id_of,
)
from audit.interpreting import checklist_from, criterion_digest
from audit.opening import opening_drafts
from audit.pen import Draft, continue_chains
from audit.record import FORMAT, Author, Cell, Record, canonical
from audit.seal import Signer, seals_of
from checklists.checklist import Basis, Checklist
from checklists.communes import communes_of
from checklists.hand_in import findings
from checklists.matrix import build_matrix
from checklists.profile import load_profile
from criteria.catalogue import load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.rating import Rating
from criteria.values import NOT_KNOWN
from tests.factories import make_round

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from audit.seal import Seal
    from criteria.errors import Message

SEALER = Signer(bytes(32))
OFFICE = Author(SEALER.fingerprint, "Sở KH&CN")
AN = Author("k" + "1" * 32, "Nguyễn Văn An")
BINH = Author("k" + "2" * 32, "Trần Thị Bình")
HELD = make_round()
COMMUNE = "26368"
COUNTERS = Cell("counters", "verified")

RECORD = Record(
    kind="answer",
    round=HELD.id,
    commune=COMMUNE,
    subject="counters",
    basis="verified",
    value=4,
    method="typed",
    replaces=(),
    reason="",
    writer="w" + "1" * 32,
    sequence=1,
    previous="",
    author=AN,
    recorded_at="2026-12-05T09:30:00+07:00",
)


def say(value: object, *replaces: Entry, **changed: Any) -> Entry:
    """Return a record that states something and replaces what it names."""
    record = RECORD._replace(value=value, replaces=tuple(each.id for each in replaces), **changed)
    return entry_of(record.body(), record.commune, record.writer, record.sequence)


def void(*named: Entry, author: Author = OFFICE, commune: str = COMMUNE) -> Entry:
    ids = [each.id for each in named]
    return say({"records": ids}, kind="void", subject="void", author=author, commune=commune)


def folded(*entries: Entry, voids: frozenset[str] = frozenset()) -> Ledger:
    return fold(entries, HELD.id, office=[OFFICE.key], voids=voids)


def heads(ledger: Ledger, cell: Cell = COUNTERS) -> set[Any]:
    """Return the values that stand in a cell."""
    return {head.record.value for head in ledger.heads.get(cell, [])}


def checklist(*entries: Entry) -> Checklist:
    return checklist_from(HELD, HELD.by_code[COMMUNE], folded(*entries))


def codes(messages: Sequence[Message]) -> list[ErrorCode]:
    return [message.code for message in messages]


# Heads


def test_what_nothing_replaces_stands() -> None:
    first = say(4)
    second = say(5, first)

    assert heads(folded()) == set()
    assert heads(folded(first)) == {4}
    assert heads(folded(first, second)) == {5}


def test_what_was_replaced_by_something_replaced_does_not_come_back() -> None:
    first = say(4)
    second = say(5, first)
    third = say(6, second)

    assert heads(folded(first, second, third)) == {6}


def test_a_correction_stands_even_before_what_it_corrects_arrives() -> None:
    first = say(4)
    second = say(5, first)

    assert heads(folded(second)) == {5}
    assert heads(folded(second, first)) == {5}


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"subject": "scanners"},
        {"basis": "declared"},
        {"kind": "note"},
    ],
)
def test_nothing_can_be_replaced_from_another_cell(elsewhere: dict[str, str]) -> None:
    first = say(4)
    stranger = say(5, first, **elsewhere)

    assert 4 in heads(folded(first, stranger))


def test_two_values_that_did_not_know_of_each_other_are_a_conflict() -> None:
    first = say(3)
    one, other = say(4, first), say(5, first, author=BINH)

    found = checklist(first, one, other)

    assert found.conflicts == ("counters",)
    assert found.answer("counters").value is None
    assert found.answer("counters").is_stated


def test_two_who_say_the_same_agree() -> None:
    found = checklist(say(4), say(4, author=BINH))

    assert found.conflicts == ()
    assert found.answer("counters").value == 4
    assert [head.author for head in found.answer("counters").heads].count(BINH.name) == 1


def test_a_value_and_its_withdrawal_are_a_conflict() -> None:
    first = say(3)

    found = checklist(first, say(4, first), say(None, first, author=BINH))

    assert found.conflicts == ("counters",)


def test_not_known_and_a_value_are_a_conflict() -> None:
    first, second = say({"unknown": True}), say(4, author=BINH)

    assert checklist(first).answer("counters").value is NOT_KNOWN
    assert checklist(first, second).conflicts == ("counters",)


def test_a_resolution_replaces_both_sides_and_a_late_arrival_opens_it_again() -> None:
    one, other = say(4), say(5, author=BINH)
    settled = say(6, one, other, author=OFFICE, reason="Đếm lại cùng hai bên")
    late = say(7, one, author=BINH)

    assert heads(folded(one, other, settled)) == {6}
    assert heads(folded(one, other, settled, late)) == {6, 7}
    assert checklist(one, other, settled, late).conflicts == ("counters",)


def test_a_value_that_was_taken_back_is_not_stated() -> None:
    first = say(4)

    answer = checklist(first, say(None, first)).answer("counters")

    assert answer.value is None
    assert not answer.is_stated


def test_the_clock_decides_nothing() -> None:
    first = say(4, recorded_at="2099-01-01T00:00:00+07:00")
    second = say(5, first, recorded_at="1999-01-01T00:00:00+07:00")

    assert heads(folded(first, second)) == {5}


# Void


def test_what_is_void_stands_no_longer_and_what_it_replaced_comes_back() -> None:
    first = say(4)
    wrong = say(5, first)

    ledger = folded(first, wrong, void(wrong))

    assert heads(ledger) == {4}
    assert ledger.voids == {wrong.id}


def test_a_void_that_is_void_itself_has_no_effect() -> None:
    wrong = say(5)
    taken_out = void(wrong)
    put_back = void(taken_out)
    out_again = void(put_back)

    assert heads(folded(wrong, taken_out)) == set()
    assert heads(folded(wrong, taken_out, put_back)) == {5}
    assert heads(folded(wrong, taken_out, put_back, out_again)) == set()


def test_what_is_void_stays_void_when_it_arrives_again() -> None:
    wrong = say(5)

    assert heads(folded(wrong, void(wrong), wrong)) == set()


def test_only_the_office_can_make_something_void() -> None:
    first = say(4)

    ledger = folded(first, void(first, author=AN))

    assert heads(ledger) == {4}
    assert codes(ledger.unreadable) == [ErrorCode.RECORD_NOT_OFFICE]


def test_the_round_itself_can_make_records_of_a_commune_void() -> None:
    first = say(4)
    wrong = say(5, first)
    taken_out = void(first)

    assert heads(folded(first, wrong, voids=frozenset({wrong.id}))) == {4}
    assert heads(folded(first, taken_out, voids=frozenset({taken_out.id}))) == {4}


@pytest.mark.parametrize(
    "value",
    [None, 1, "text", [], {}, {"records": None}, {"records": "r1"}, {"records": [1, [2], {}]}],
    ids=repr,
)
def test_a_void_that_names_nothing_makes_nothing_void(value: object) -> None:
    strange = say(value, kind="void", subject="void", author=OFFICE)

    assert heads(folded(say(4), strange)) == {4}


# Any history, in any order


class Step(NamedTuple):
    """One record of a made-up history; numbers point at earlier records."""

    kind: str
    subject: str
    basis: str
    value: object
    author: Author
    replaces: frozenset[int]
    round: str
    version: int
    spoilt: bool


pointers = st.frozensets(st.integers(0, 11), max_size=3)
steps = st.builds(
    Step,
    kind=st.sampled_from(["answer", "answer", "answer", "note", "void", "review", "next year's"]),
    subject=st.sampled_from(["counters", "scanners", "EQ-01/note"]),
    basis=st.sampled_from(["verified", "declared"]),
    value=st.integers(1, 3),
    author=st.sampled_from([AN, BINH, OFFICE]),
    replaces=pointers,
    round=st.sampled_from([HELD.id] * 6 + ["another round"]),
    version=st.sampled_from([FORMAT] * 6 + [FORMAT + 1]),
    spoilt=st.sampled_from([False] * 8 + [True]),
)
histories = st.lists(steps, max_size=12)


def entries_of(history: Sequence[Step]) -> list[Entry]:
    """Return the records of a history, each after those it names."""
    made: list[Entry] = []
    for step in history:
        named = [made[number] for number in sorted(step.replaces) if number < len(made)]
        entry = say(
            {"records": [each.id for each in named]} if step.kind == "void" else step.value,
            *([] if step.kind == "void" else named),
            kind=step.kind,
            subject=step.subject,
            basis=step.basis,
            author=step.author,
            round=step.round,
            v=step.version,
            sequence=len(made) + 1,
        )
        if step.spoilt:
            entry = entry_of(entry.body[:-1], *entry[:3])
        made.append(entry)
    return made


def by_definition(entries: Sequence[Entry]) -> dict[Cell, set[str]]:
    """Return the ids of the heads, worked out word by word from what a head is."""
    records: dict[str, Record] = {}
    for entry in entries:
        try:
            record = Record.from_body(entry.body)
        except ValueError:
            continue
        if (
            record.round == HELD.id
            and record.v == FORMAT
            and record.kind != "next year's"
            and (record.kind != "review" or record.author == OFFICE)
        ):
            records[entry.id] = record

    def is_void(id_: str) -> bool:
        return any(
            record.kind == "void"
            and record.author == OFFICE
            and id_ in record.value["records"]
            and not is_void(other)
            for other, record in records.items()
        )

    standing = {id_: record for id_, record in records.items() if not is_void(id_)}

    def replaces(other: Record, id_: str) -> bool:
        seen = [
            held
            for target in other.replaces
            if (held := standing.get(target)) is not None
            and (held.cell, held.kind) == (other.cell, other.kind)
        ]
        settles = other.kind == "answer" and len({held.value for held in seen}) > 1
        return (
            id_ in other.replaces
            and standing[id_] in seen
            and (not settles or other.author in (OFFICE, standing[id_].author))
        )

    found: dict[Cell, set[str]] = {}
    for id_, record in standing.items():
        is_replaced = any(replaces(other, id_) for other in standing.values())
        if record.kind != "void" and not is_replaced:
            found.setdefault(record.cell, set()).add(id_)
    return found


@given(histories)
def test_heads_are_what_their_definition_says(history: list[Step]) -> None:
    entries = entries_of(history)

    ledger = folded(*entries)

    assert {cell: {head.id for head in held} for cell, held in ledger.heads.items()} == (
        by_definition(entries)
    )


@given(histories, st.randoms(use_true_random=False), st.integers(0, 12))
def test_any_order_and_any_repetition_folds_to_the_same(
    history: list[Step], dice: Random, repeated: int
) -> None:
    entries = entries_of(history)
    shuffled = entries + [dice.choice(entries) for _time in range(repeated) if entries]
    dice.shuffle(shuffled)

    one, other = folded(*entries), folded(*shuffled)

    assert one == other
    assert list(one.heads) == list(other.heads)
    assert one.unreadable == other.unreadable
    assert checklist(*entries) == checklist(*shuffled)


@given(histories, st.randoms(use_true_random=False))
def test_no_record_disappears_without_a_word(history: list[Step], dice: Random) -> None:
    entries = entries_of(history)

    ledger = folded(*entries)

    standing = {head.id for held in ledger.heads.values() for head in held}
    said = {message.context["id"] for message in ledger.unreadable}
    by_id = {entry.id: json.loads(entry.body) for entry in entries if entry.id not in said}
    replaced = {id_ for data in by_id.values() for id_ in data["replaces"]}
    voids = {id_ for id_, data in by_id.items() if data["kind"] == "void"}
    assert {entry.id for entry in entries} <= standing | said | replaced | voids | ledger.voids


# What is kept without effect


def test_what_cannot_be_counted_is_kept_and_said() -> None:
    spoilt = entry_of("{}", COMMUNE, "w", 1)
    strange = [
        (spoilt, ErrorCode.RECORD_UNREADABLE),
        (say(4, v=FORMAT + 1), ErrorCode.RECORD_NEWER),
        (say(4, kind="prophecy"), ErrorCode.RECORD_NEWER),
        (say(4, round="another"), ErrorCode.RECORD_OTHER_ROUND),
        (say(4)._replace(commune="26041"), ErrorCode.RECORD_UNREADABLE),
        (say(4)._replace(body=say(5).body), ErrorCode.VERIFY_ID),
    ]

    for entry, code in strange:
        ledger = folded(entry, say(5))

        assert heads(ledger) == {5}
        assert codes(ledger.unreadable) == [code]
        assert entry.id in str(ledger.unreadable[0])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": "no_such_measure"}, ErrorCode.RECORD_FIELD_UNKNOWN),
        ({"value": 0}, ErrorCode.RECORD_VALUE),
        ({"value": "4"}, ErrorCode.RECORD_VALUE),
        ({"value": True}, ErrorCode.RECORD_VALUE),
        ({"value": 10**400}, ErrorCode.RECORD_VALUE),
        ({"value": [4]}, ErrorCode.RECORD_VALUE),
        ({"value": {"unknown": 1}}, ErrorCode.RECORD_VALUE),
        ({"basis": "guessed"}, ErrorCode.RECORD_UNREADABLE),
        ({"kind": "note"}, ErrorCode.RECORD_UNREADABLE),
        ({"subject": "EQ-01/note"}, ErrorCode.RECORD_UNREADABLE),
        (
            {"kind": "not_applicable", "subject": "EQ-01/not_applicable", "value": True},
            ErrorCode.RECORD_VALUE,
        ),
    ],
    ids=lambda held: str(held)[:60],
)
def test_a_statement_the_edition_does_not_understand_is_said(
    changed: dict[str, Any], code: ErrorCode
) -> None:
    strange = say(changed.pop("value", 4), **changed)

    found = checklist(strange)

    assert codes(found.unreadable) == [code]
    assert all(not held for held in found.answers.values())
    assert found.not_applicable == {}
    assert found.notes == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "evidence", "subject": "EQ-03/evidence/" + "0" * 64},
        {"kind": "evidence", "subject": "EQ-03/evidence/nonsense"},
        {"kind": "evidence", "subject": "EQ-03/evidence/" + "0" * 64, "v": FORMAT + 1},
        {"kind": "note", "subject": "EQ-03/note", "basis": "guessed"},
        {"kind": "answer", "subject": "EQ-03/note"},
        {"kind": "note", "subject": "EQ-03/note", "commune": "26041"},
    ],
    ids=lambda held: "-".join(map(str, held.values()))[:60],
)
def test_what_cannot_be_read_is_filed_under_its_criterion(changed: dict[str, Any]) -> None:
    entry = say("text", **changed)._replace(commune=COMMUNE)

    found = [each for each in findings(checklist(entry)) if each.kind == "unreadable"]

    assert [each.part for each in found] == ["EQ-03"]


HOSTILE: list[Any] = [
    None,
    True,
    False,
    -1,
    10**15,
    10**400,
    "",
    "x" * 4_001,
    "\u202e[/red]\x00",
    "2026-02-31",
    "١٢",
    "1.5",
    [],
    [[], [[]]],
    {},
    {"rating": []},
    {"rating": "met"},
    {"rating": "unaudited", "seen": ""},
    {"rating": "met", "seen": [[]]},
    {"rating": {"a": 1}, "seen": None},
    {"unknown": True},
    {"unknown": [True]},
    {"records": [{"a": 1}]},
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:30])
def test_whatever_a_record_holds_a_checklist_is_made_and_rated(value: Any) -> None:
    subjects = [
        *HELD.catalogue.fields,
        *(f"{code}/{part}" for code in HELD.catalogue.codes for part in ("not_applicable", "note")),
        *("EQ-01/override", "EQ-01/evidence/" + "0" * 64, "EQ-99/override", "/", "//", "", "a/b/c"),
        "EQ-01/not_applicable/x",
    ]
    entries = [
        say(value, subject=subject, kind=kind, basis=basis)
        for subject in subjects
        for kind in {"answer", subject.partition("/")[2].partition("/")[0] or "task"}
        for basis in ("verified", "declared")
    ]

    found = checklist(*entries)

    assert len(found.outcomes) == len(HELD.catalogue.codes)
    assert len(found.declared.outcomes) == len(HELD.catalogue.codes)
    assert found.progress.asked > 0
    assert [found.conflicts_of(code) for code in HELD.catalogue.codes]
    assert [str(message) for message in found.unreadable]
    build_matrix(replace(HELD, communes=(found.commune,)), [found])


hostile_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "26368", "answer", HELD.id, "counters", "verified"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Record._fields, "records", "rating", "key", "name"]),
            inner,
            max_size=9,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(Record._fields), hostile_json), st.text(max_size=5))
def test_a_hostile_body_never_stops_the_fold(changed: dict[str, Any], tail: str) -> None:
    data = {**RECORD._asdict(), "author": RECORD.author._asdict(), **changed}
    body = json.dumps(data)
    strange = [
        entry_of(text, COMMUNE, "w", number)
        for number, text in enumerate([body, body + tail, body[: len(body) // 2], tail])
    ]

    found = checklist(*strange, say(4))

    assert len(found.outcomes) == len(HELD.catalogue.codes)


@pytest.mark.parametrize("depth", [50, 500, 2_000, 200_000])
@pytest.mark.parametrize(
    "subject", ["counters", "EQ-01/note", "EQ-01/override", "EQ-01/evidence/0"]
)
def test_json_of_any_depth_never_stops_the_fold(depth: int, subject: str) -> None:
    kind = subject.partition("/")[2].partition("/")[0] or "answer"
    body = say("DEEP", subject=subject, kind=kind).body
    texts = [
        body.replace('"DEEP"', "[" * depth + "]" * depth),
        body.replace('"DEEP"', '{"rating":' * depth + "1" + "}" * depth),
        body.replace('"DEEP"', "[" * depth),
        body[:-1] + ',"z":' + "[" * depth + "]" * depth + "}",
    ]

    found = checklist(*[entry_of(text, COMMUNE, "w", 1) for text in texts])

    assert len(found.outcomes) == len(HELD.catalogue.codes)


# What stands side by side, and what does not


def test_notes_of_several_people_and_on_both_bases_stand_side_by_side() -> None:
    found = checklist(
        say("Hai máy hỏng", subject="EQ-01/note", kind="note"),
        say("Một máy hỏng", subject="EQ-01/note", kind="note", author=BINH),
        say("Xã báo đủ máy", subject="EQ-01/note", kind="note", basis="declared"),
        say(None, subject="EQ-02/note", kind="note"),
    )

    texts = {note.value for note in found.notes["EQ-01"]}
    assert texts == {"Hai máy hỏng", "Một máy hỏng", "Xã báo đủ máy"}
    assert set(found.notes) == {"EQ-01"}
    assert found.conflicts == ()


def test_evidence_counts_once_however_often_it_is_attached() -> None:
    photo = f"EQ-01/evidence/{'a' * 64}"
    first = say({"name": "a.jpg"}, subject=photo, kind="evidence")
    again = say({"name": "b.jpg"}, subject=photo, kind="evidence", basis="declared")
    removed = say({"name": "c.jpg"}, subject=f"EQ-01/evidence/{'b' * 64}", kind="evidence")
    taken_back = say(None, removed, subject=f"EQ-01/evidence/{'b' * 64}", kind="evidence")

    found = checklist(first, again, removed, taken_back)

    assert {code: [each.sha256 for each in held] for code, held in found.evidence.items()} == {
        "EQ-01": ["a" * 64]
    }


QUEUE = next(c.code for c in HELD.catalogue.criteria if c.may_be_not_applicable)


def applies_not(value: object, *replaces: Entry, **changed: Any) -> Entry:
    return say(
        value,
        *replaces,
        kind="not_applicable",
        subject=f"{QUEUE}/not_applicable",
        reason="Không có bộ phận một cửa",
        **changed,
    )


def test_what_does_not_apply_is_rated_so_until_it_is_taken_back() -> None:
    first = applies_not(True)

    assert checklist(first).outcomes[QUEUE].rating is Rating.NOT_APPLICABLE
    assert checklist(first, applies_not(None, first)).outcomes[QUEUE].rating is Rating.UNAUDITED


def test_a_commune_cannot_declare_that_something_does_not_apply() -> None:
    found = checklist(applies_not(True, basis="declared"))

    assert found.outcomes[QUEUE].rating is Rating.UNAUDITED


def test_who_disagrees_about_what_applies_is_in_conflict() -> None:
    first = applies_not(True)
    found = checklist(first, applies_not(None, first), applies_not(True, first, author=BINH))

    assert found.conflicts == (f"{QUEUE}/not_applicable",)
    assert found.outcomes[QUEUE].rating is Rating.UNAUDITED


def override(rating: str | None, *replaces: Entry, seen: str = "", **changed: Any) -> Entry:
    value = rating and {"rating": rating, "seen": seen or blank_digest()}
    return say(value, *replaces, kind="override", subject="EQ-01/override", reason="x", **changed)


def blank_digest() -> str:
    return criterion_digest(HELD, Ledger({}), "EQ-01")


def test_an_override_stands_until_a_value_it_was_set_on_changes() -> None:
    set_to_met = override("met")

    found = checklist(set_to_met)
    assert found.outcomes["EQ-01"].rating is Rating.MET
    assert found.outcomes["EQ-01"].computed is Rating.UNAUDITED

    changed = checklist(set_to_met, say(3, subject="pc_working"))
    assert changed.lapsed_overrides == ("EQ-01",)
    assert changed.outcomes["EQ-01"].rating is Rating.INSUFFICIENT

    unrelated = checklist(set_to_met, say(3, subject="scanners"))
    assert unrelated.outcomes["EQ-01"].rating is Rating.MET


def test_overrides_that_did_not_know_of_each_other_are_a_conflict() -> None:
    found = checklist(override("met"), override("not_met", author=BINH))

    assert found.conflicts == ("EQ-01/override",)
    assert not found.outcomes["EQ-01"].is_overridden


def test_an_override_that_another_person_took_back_is_in_conflict_and_does_not_count() -> None:
    first = override("met")
    again, back = override("not_met", first), override(None, first, author=BINH)

    found = checklist(first, again, back)

    assert found.conflicts == ("EQ-01/override",)
    assert found.conflicts_of("EQ-01") == ("EQ-01/override",)
    assert not found.outcomes["EQ-01"].is_overridden
    assert not checklist(first, override(None, first)).outcomes["EQ-01"].is_overridden


@pytest.mark.parametrize("rating", ["unaudited", "insufficient", "excellent"])
def test_a_criterion_cannot_be_overridden_to_nothing(rating: str) -> None:
    assert checklist(override(rating)).overrides == {}


def test_declared_values_never_fill_what_was_not_verified() -> None:
    found = checklist(say(4, basis="declared"))

    assert found.answer("counters").is_stated is False
    assert found.answer("counters", Basis.DECLARED).value == 4


def test_a_digest_changes_with_the_heads_it_stands_for_and_with_nothing_else() -> None:
    first = say(4)
    before = folded(first)

    assert folded(first, say(1, subject="scanners")).digest([COUNTERS]) == before.digest([COUNTERS])
    assert folded(first, say(4, author=BINH)).digest([COUNTERS]) != before.digest([COUNTERS])
    assert folded(first, say(4, first)).digest([COUNTERS]) != before.digest([COUNTERS])
    assert before.ids(COUNTERS) == (first.id,)
    assert before.ids(Cell("scanners", "verified")) == ()


# A whole file


NONCE = "5" * 32
ROUND_ID = round_id_of(OFFICE.key, NONCE)


OPENED = opening_drafts(
    title="Đợt 1",
    province_code="75",
    opened_on=date(2026, 11, 23),
    nonce=NONCE,
    catalogue=load_edition(),
    communes=communes_of("75"),
    profile=load_profile("75"),
    clusters={},
    assignments={},
    office_keys=[OFFICE.key],
    previous={"title": "Đợt 0", "round": "d0", "values": {}},
)


def opening(**changed: Any) -> list[Draft]:
    """Return what opens a round, with the value of some subjects changed."""
    return [
        replace(draft, value=changed.get(draft.subject, draft.value))
        for draft in OPENED
        if changed.get(draft.subject) is not MISSING
    ]


MISSING = object()


def chain(
    drafts: Sequence[Draft], author: Author = OFFICE, writer: str = "w0", round_id: str = ROUND_ID
) -> list[Entry]:
    return continue_chains(drafts, round_id, author, writer, now, lambda *_place: None)


Make = Callable[[Sequence[Entry]], AuditFile]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Return what makes and opens an audit file; the office seals what it stated."""
    made: list[AuditFile] = []

    def create(entries: Sequence[Entry]) -> AuditFile:
        stated = [each for each in entries if f'"key":"{OFFICE.key}"' in each.body]
        seals = seals_of(SEALER, ROUND_ID, stated, now().isoformat())
        made.append(AuditFile.create(tmp_path / f"{len(made)}.audit", entries, seals=seals))
        return made[-1]

    yield create
    for file in made:
        file.close()


def test_a_round_reads_back_as_it_was_opened(make: Make) -> None:
    held, office = read_round(make(chain(opening())))

    assert held.id == ROUND_ID
    assert (held.title, held.province_code, held.opened_on) == ("Đợt 1", "75", date(2026, 11, 23))
    assert held.catalogue == load_edition()
    assert held.profile == load_profile("75")
    assert held.communes == communes_of("75")
    assert held.office_keys == (OFFICE.key,)
    assert office.unreadable == []


def test_a_file_folds_to_one_checklist_a_commune_whoever_wrote_last(make: Make) -> None:
    answers = chain([Draft("answer", COMMUNE, "counters", 4)], AN, "w1")
    stray = chain([Draft("answer", "00001", "counters", 4)], AN, "w1")
    file = make([*chain(opening()), *answers, *stray])

    found: Folded = read_file(file)

    assert len(found.checklists) == 95
    by_code = {each.commune.code: each for each in found.checklists}
    assert by_code[COMMUNE].answer("counters").value == 4
    assert found.strays == ("00001",)
    assert read_commune(file, found.round, found.office, COMMUNE) == found.ledgers[COMMUNE]


def test_the_office_amends_its_round_and_nobody_else_does(make: Make) -> None:
    opened = chain(opening())
    title = {**json.loads(opened[0].body)["value"], "title": "Đợt 1 (sửa)"}
    amended = chain([Draft("round", "", "round", title, replaces=(opened[0].id,))], writer="w1")
    foreign = chain(
        [Draft("round", "", "round", {**title, "title": "X"}, replaces=(opened[0].id,))], AN, "w2"
    )

    held, office = read_round(make([*opened, *amended, *foreign]))

    assert held.title == "Đợt 1 (sửa)"
    assert codes(office.unreadable) == [ErrorCode.RECORD_NOT_OFFICE]


def test_every_machine_takes_the_same_of_two_amendments(make: Make) -> None:
    opened = chain(opening())
    clusters = next(entry for entry in opened if '"subject":"clusters"' in entry.body)
    amended = [
        entry
        for writer in ("w1", "w2")
        for entry in chain(
            [Draft("round", "", "clusters", {COMMUNE: writer}, replaces=(clusters.id,))],
            writer=writer,
        )
    ]

    one, _office = read_round(make([*opened, *amended]))
    other, _office = read_round(make([*amended[::-1], *opened]))

    assert one.clusters == other.clusters
    assert one.clusters[COMMUNE] in ("w1", "w2")


def test_the_office_can_void_records_of_communes_from_the_round_itself(make: Make) -> None:
    answers = chain([Draft("answer", COMMUNE, "counters", 4)], AN, "w1")
    named = {"records": [answers[0].id]}
    taken_out = chain([Draft("void", "", "void", named, reason="Nhầm xã")], writer="w3")

    found = read_file(make([*chain(opening()), *answers, *taken_out]))

    assert heads(found.ledgers[COMMUNE]) == set()


@pytest.mark.parametrize("subject", ["round", "catalogue", "communes", "profile"])
def test_a_file_without_a_complete_round_is_refused(subject: str, make: Make) -> None:
    file = make(chain(opening(**{subject: MISSING})))

    with pytest.raises(ReadinessError) as caught:
        read_file(file)

    assert codes(caught.value.messages) == [ErrorCode.FILE_NO_ROUND]


def test_a_file_of_two_rounds_is_refused(make: Make) -> None:
    other_id = round_id_of(AN.key, "6" * 32)
    about = {"title": "Khác", "nonce": "6" * 32}
    other = chain([Draft("round", "", "round", about)], AN, "w9", other_id)

    with pytest.raises(ReadinessError) as caught:
        read_file(make([*chain(opening()), *other]))

    assert codes(caught.value.messages) == [ErrorCode.FILE_TWO_ROUNDS]


@pytest.mark.parametrize("wrong", [None, 3, "text", [1], {}, {"a": 1}, [{"a": []}]], ids=repr)
@pytest.mark.parametrize("subject", ROUND_SUBJECTS)
def test_a_round_of_nonsense_is_refused_with_a_sentence(
    subject: str, wrong: object, make: Make
) -> None:
    if subject in ("clusters", "assignments", "previous") and not wrong:
        return  # none

    with pytest.raises(ReadinessError) as caught:
        read_file(make(chain(opening(**{subject: wrong}))))

    assert str(caught.value)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [("title", 1), ("province_code", None), ("opened_on", "31/12/2026"), ("opened_on", 1)],
)
def test_what_is_wrong_about_a_round_is_refused(key: str, wrong: object, make: Make) -> None:
    about = {**opening()[0].value, key: wrong}

    with pytest.raises(ReadinessError) as caught:
        read_file(make(chain(opening(round=about))))

    assert codes(caught.value.messages) == [ErrorCode.FILE_DAMAGED]


def test_a_commune_listed_twice_is_refused(make: Make) -> None:
    listed = opening()[ROUND_SUBJECTS.index("communes")].value

    with pytest.raises(ReadinessError) as caught:
        read_file(make(chain(opening(communes=[*listed, listed[0]]))))

    assert codes(caught.value.messages) == [ErrorCode.FILE_DAMAGED]


def test_the_id_of_a_round_belongs_to_who_made_it() -> None:
    assert round_id_of(OFFICE.key, NONCE) != round_id_of(AN.key, NONCE)
    assert canonical({"id": ROUND_ID}) == canonical({"id": round_id_of(OFFICE.key, NONCE)})


# What the office states counts only with its seal


def sealed_by_office(*entries: Entry) -> list[Seal]:
    return seals_of(SEALER, HELD.id, entries, now().isoformat())


def ids_of(ledger: Ledger) -> set[str]:
    """Return the ids of the records that stand in the cell."""
    return {head.id for head in ledger.heads.get(COUNTERS, [])}


def folded_with(seals: Sequence[Seal], *entries: Entry) -> Ledger:
    return fold(entries, HELD.id, office=[OFFICE.key], seals=seals)


def test_what_is_said_in_the_name_of_the_office_counts_only_with_its_seal() -> None:
    answer = say(4)
    forged = void(answer)

    without = folded_with([], answer, forged)
    with_seal = folded_with(sealed_by_office(forged), answer, forged)

    assert ids_of(without) == {answer.id}
    assert codes(without.unreadable) == [ErrorCode.RECORD_NOT_SEALED]
    assert ids_of(with_seal) == set()


def test_a_seal_of_another_key_does_not_speak_for_the_office() -> None:
    answer = say(4)
    forged = void(answer)
    theirs = seals_of(Signer(bytes(range(32))), HELD.id, [forged], now().isoformat())

    ledger = folded_with(theirs, answer, forged)

    assert ids_of(ledger) == {answer.id}


def test_only_the_office_settles_what_others_contradict_each_other_about() -> None:
    one, other = say(4, writer="w1", author=AN), say(5, writer="w2", author=BINH)
    settled = say(5, one, other, writer="w3", author=OFFICE, reason="Đếm lại")

    without = folded_with([], one, other, settled)
    with_seal = folded_with(sealed_by_office(settled), one, other, settled)

    assert ids_of(without) == {one.id, other.id, settled.id}
    assert ids_of(with_seal) == {settled.id}


def test_who_is_not_the_office_takes_back_only_their_own_part_of_a_contradiction() -> None:
    mine, yours = say(4, writer="w1", author=AN), say(5, writer="w2", author=BINH)
    corrected = say(5, mine, yours, writer="w1", sequence=2, author=AN, reason="Đếm lại")

    ledger = folded_with([], mine, yours, corrected)

    assert ids_of(ledger) == {yours.id, corrected.id}
    assert len({head.record.value for head in ledger.heads[COUNTERS]}) == 1


def test_anybody_goes_on_from_what_several_agree_about() -> None:
    one, other = say(4, writer="w1", author=AN), say(4, writer="w2", author=BINH)
    later = say(6, one, other, writer="w1", sequence=2, author=AN, reason="Mở thêm quầy")

    assert ids_of(folded_with([], one, other, later)) == {later.id}


def test_what_a_settlement_did_not_see_contradicts_it_when_it_arrives() -> None:
    one, other = say(4, writer="w1", author=AN), say(5, writer="w2", author=BINH)
    settled = say(5, one, other, writer="w3", author=OFFICE, reason="Đếm lại")
    late = say(7, writer="w4", author=AN)

    ledger = folded_with(sealed_by_office(settled), late, one, other, settled)

    assert ids_of(ledger) == {settled.id, late.id}


def test_a_round_whose_maker_has_not_sealed_it_is_refused(tmp_path: Path) -> None:
    with (
        AuditFile.create(tmp_path / "r.audit", chain(opening())) as held,
        pytest.raises(ReadinessError) as caught,
    ):
        read_round(held)

    assert codes(caught.value.messages) == [ErrorCode.ROUND_NOT_SEALED]


def test_nobody_makes_themselves_the_office_by_writing_in_its_makers_name(tmp_path: Path) -> None:
    opened = chain(opening())
    about = {**json.loads(opened[0].body)["value"], "office_keys": [OFFICE.key, AN.key]}
    forged = chain([Draft("round", "", "round", about, replaces=(opened[0].id,))], writer="w6")
    seals = seals_of(SEALER, ROUND_ID, opened, now().isoformat())

    with AuditFile.create(tmp_path / "r.audit", [*opened, *forged], seals=seals) as held:
        found, office = read_round(held)

    assert found.office_keys == (OFFICE.key,)
    assert codes(office.unreadable) == [ErrorCode.RECORD_NOT_SEALED]
