"""What another program wrote meanwhile is noticed, said, and never silently replaced."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from audit.cli.app import run
from audit.desk import Desk
from audit.file import AuditFile
from audit.pen import Draft, Pen
from audit.record import Author
from audit.seal import Seal
from audit.sign_off import sign_off_draft, withdrawal_draft
from audit.sitting import Sitting
from audit.tui.screens.matrix import MatrixScreen
from checklists.checklist import State
from criteria import language
from criteria.errors import ErrorCode, ReadinessError
from criteria.rating import Rating
from tests.factories import ALL_MET, as_typed
from tests.piloting import (
    LONG_THANH,
    drive,
    focused_key,
    open_commune,
    press,
    running,
    text_of,
    values,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHER = "26041"
AN = Author("k" + "1" * 32, "Nguyễn Văn An")


@pytest.fixture
def desk(file: Path) -> Iterator[Desk]:
    language.choose("en")
    with Desk(file, write=True) as held:
        yield held


def command(file: Path, *arguments: str) -> None:
    """Run a command on the file, as another program would."""
    language.choose("en")
    assert run([*arguments, "--file", str(file)]) == 0


def answer(file: Path, *texts: str, commune: str = LONG_THANH) -> None:
    command(file, "answer", commune, *texts)


def by_an(file: Path, *drafts: Draft) -> None:
    """Have somebody else write, as a merge of their file would."""
    with AuditFile.open(file, write=True) as held, Desk(file) as reading:
        Pen(held, reading.round.id, AN, writer="w" + "1" * 32).write(drafts)


def refused(error: pytest.ExceptionInfo[ReadinessError]) -> str:
    (message,) = error.value.messages
    assert message.code is ErrorCode.CHANGED_MEANWHILE
    return str(message)


# The desk


def test_what_another_program_wrote_is_read_again_and_nothing_else(desk: Desk, file: Path) -> None:
    kept, stale = desk.checklist(OTHER), desk.checklist(LONG_THANH)
    assert not desk.catch_up()

    answer(file, "counters=6")

    assert desk.checklist(LONG_THANH) is stale
    assert desk.catch_up()
    assert desk.checklist(LONG_THANH).answer("counters").value == 6
    assert desk.checklist(OTHER) is kept
    assert not desk.catch_up()


def test_what_the_desk_writes_itself_is_no_reason_to_read_anything_again(desk: Desk) -> None:
    kept = desk.row(OTHER)

    desk.write([Draft("answer", LONG_THANH, "counters", 6)])

    assert not desk.catch_up()
    assert desk.row(OTHER) is kept


def test_what_arrives_before_the_ends_of_chains_is_noticed_too(desk: Desk, file: Path) -> None:
    by_an(file, *(Draft("answer", LONG_THANH, "counters", value) for value in (6, 7)))
    desk.catch_up()
    seen = desk.ledger(LONG_THANH)
    with AuditFile.open(file, write=True) as held:
        fork = next(each for each in held.entries(LONG_THANH) if each.sequence == 1)
        with held.appending() as appender:
            appender.append([fork._replace(id=fork.id[::-1])])

    assert desk.catch_up()

    assert desk.ledger(LONG_THANH).chains == seen.chains
    assert desk.ledger(LONG_THANH).unreadable


def test_a_receipt_that_arrives_without_a_record_is_noticed(desk: Desk, file: Path) -> None:
    desk.write([Draft("answer", LONG_THANH, "counters", 6)])
    before = desk.ledger(LONG_THANH)
    with AuditFile.open(file, write=True) as held:
        (entry,) = held.entries(LONG_THANH)
        receipt = Seal(LONG_THANH, entry.writer, 1, entry.id, "0" * 64, "0" * 128, "2026-12-05")
        with held.appending() as appender:
            appender.add_receipts([receipt])

    assert desk.catch_up()
    assert desk.ledger(LONG_THANH) is not before
    assert not desk.catch_up()


def test_a_round_that_was_amended_waits_for_a_screen_that_can_show_it(
    desk: Desk, file: Path
) -> None:
    held = desk.round
    command(file, "round", "amend", "--title", "Đợt 2", "--reason", "Đổi tên")

    assert not desk.catch_up()
    assert desk.round is held
    assert desk.catch_up(with_round=True)
    assert desk.round.title == "Đợt 2"
    assert not desk.catch_up(with_round=True)


# Stating


def test_a_new_record_replaces_what_really_stands(desk: Desk, file: Path) -> None:
    sitting = Sitting(desk, LONG_THANH)
    sitting.state("scanners", Decimal(3))
    answer(file, "counters=6", commune=OTHER)
    answer(file, "pc_working=12")

    sitting.state("counters", Decimal(6))
    sitting.state("scanners", Decimal(4))

    assert sitting.checklist.conflicts == ()
    assert sitting.checklist.answer("pc_working").value == 12


def test_a_value_that_changed_meanwhile_is_said_once_and_then_replaced(
    desk: Desk, file: Path
) -> None:
    sitting = Sitting(desk, LONG_THANH)
    sitting.state("counters", Decimal(5))
    answer(file, "counters=7")

    with pytest.raises(ReadinessError) as caught:
        sitting.state("counters", Decimal(6))

    assert "5 counters → 7 counters (Trần Thị Bình)" in refused(caught)
    assert sitting.checklist.answer("counters").value == 7
    sitting.state("counters", Decimal(6))
    assert sitting.checklist.answer("counters").value == 6
    assert sitting.checklist.conflicts == ()


def test_what_another_screen_caught_up_with_is_said_all_the_same(desk: Desk, file: Path) -> None:
    sitting = Sitting(desk, LONG_THANH)
    answer(file, "counters=7", "pc_working=9")
    desk.catch_up()
    sitting.state("scanners", Decimal(3))

    for key in ("counters", "pc_working"):
        with pytest.raises(ReadinessError) as caught:
            sitting.state(key, Decimal(6))
        refused(caught)


def test_stating_what_another_stated_meanwhile_needs_no_question(desk: Desk, file: Path) -> None:
    sitting = Sitting(desk, LONG_THANH)
    answer(file, "counters=7")

    assert sitting.state("counters", Decimal(7)).subject == ""
    assert len(desk.statements(LONG_THANH, "counters")) == 1


def test_the_same_value_stated_anew_is_no_change(desk: Desk, file: Path) -> None:
    sitting = Sitting(desk, LONG_THANH)
    sitting.state("counters", Decimal(5))
    heads = desk.ledger(LONG_THANH).chains
    by_an(file, Draft("answer", LONG_THANH, "counters", 5))

    sitting.state("counters", Decimal(6))

    assert sitting.checklist.answer("counters").value == 6
    assert desk.ledger(LONG_THANH).chains != heads


def test_an_override_is_not_set_on_values_nobody_saw(desk: Desk, file: Path) -> None:
    answer(file, *as_typed(ALL_MET))
    desk.catch_up()
    sitting = Sitting(desk, LONG_THANH)
    answer(file, "pc_working=1")

    with pytest.raises(ReadinessError) as caught:
        sitting.override("EQ-01", Rating.MET, "Đã xem tại chỗ")

    assert "14" in refused(caught)
    sitting.override("EQ-01", Rating.MET, "Đã xem tại chỗ")
    assert sitting.checklist.standing_overrides == {"EQ-01": Rating.MET}


def test_a_note_of_another_person_stands_beside_ones_own_without_a_question(
    desk: Desk, file: Path
) -> None:
    sitting = Sitting(desk, LONG_THANH)
    by_an(file, Draft("note", LONG_THANH, "EQ-01/note", "Của An"))

    sitting.note("EQ-01", "Của Bình")

    assert {each.value for each in sitting.checklist.notes["EQ-01"]} == {"Của An", "Của Bình"}


def test_ones_own_note_changed_by_a_command_is_said(desk: Desk, file: Path) -> None:
    sitting = Sitting(desk, LONG_THANH)
    sitting.note("EQ-01", "Một")
    answer(file, "--note", "EQ-01=Hai")

    with pytest.raises(ReadinessError) as caught:
        sitting.note("EQ-01", "Ba")

    assert "Một → Hai" in refused(caught)


def test_what_a_command_replaced_is_not_undone(desk: Desk, file: Path) -> None:
    sitting = Sitting(desk, LONG_THANH)
    sitting.state("counters", Decimal(5))
    answer(file, "counters=7")

    with pytest.raises(ReadinessError) as caught:
        sitting.undo()

    assert caught.value.messages[0].code is ErrorCode.UNDO_TOO_LATE
    assert sitting.checklist.answer("counters").value == 7


# Signing


def test_nothing_is_signed_that_was_not_seen(desk: Desk, file: Path) -> None:
    answer(file, *as_typed(ALL_MET))
    desk.catch_up()
    assert desk.checklist(LONG_THANH).answer("counters").value == 6
    answer(file, "counters=7", "pc_working=13", "scanners=4", "printers=3")

    with pytest.raises(ReadinessError) as caught:
        sign_off_draft(desk, LONG_THANH, by="Lê", title="Chủ tịch")

    said = refused(caught)
    assert "6 counters → 7 counters" in said
    assert said.count("→") == 3
    assert " …" in said
    draft = sign_off_draft(desk, LONG_THANH, by="Lê", title="Chủ tịch")
    assert draft is not None
    desk.write([draft])
    assert desk.checklist(LONG_THANH).state is State.SIGNED


def test_a_sign_off_names_the_records_of_the_very_reading_that_was_signed(
    desk: Desk, file: Path
) -> None:
    by_an(file, Draft("answer", LONG_THANH, "counters", 5))
    answer(file, *as_typed(ALL_MET), "--reason", "Đếm lại")
    desk.catch_up()

    draft = sign_off_draft(desk, LONG_THANH, by="Lê", title="Chủ tịch")

    assert draft is not None
    own = desk.pen()._writer
    assert draft.value["records"] == {AN.key.replace("k", "w"): 1, own: len(ALL_MET)}
    assert draft.value["seen"] == desk.checklist(LONG_THANH).content


def test_a_sign_off_made_by_a_command_can_be_taken_back_here(desk: Desk, file: Path) -> None:
    assert desk.checklist(LONG_THANH).state is State.DRAFT
    command(file, "sign-off", LONG_THANH, "--by", "Lê", "--title", "Chủ tịch", "--reason", "x")

    draft = withdrawal_draft(desk, LONG_THANH, reason="Nhầm")

    assert len(draft.replaces) == 1


# The app


def test_a_value_that_a_command_wrote_is_said_where_another_is_typed(file: Path) -> None:
    answer(file, "counters=5")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, field="counters")
            assert focused_key(app) == "counters"
            answer(file, "counters=7")
            await press(app, pilot, "6", "enter")
            assert "Changed meanwhile" in words_of(app)
            assert values(file)["counters"] == 7
            await press(app, pilot, "enter")
            assert "Changed meanwhile" not in words_of(app)

    drive(scenario)

    assert values(file)["counters"] == 6
    with Desk(file) as desk:
        assert desk.checklist(LONG_THANH).conflicts == ()


def test_screens_show_on_entering_what_a_command_wrote(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            answer(file, "counters=7")
            await open_commune(app, pilot, field="counters")
            assert "1/" in text_of(app).splitlines()[0]
            assert "critical" not in words_of(app)
            answer(file, "pc_working=12", "pc_adequate=13", "staff_pasc=9")
            await press(app, pilot, "f10")
            assert "✗ EQ-01 More computers meet the specification" in words_of(app)
            assert "✗ EQ-01 Not stated yet" not in words_of(app)
            await press(app, pilot, "escape")
            answer(file, *as_typed(ALL_MET), "--reason", "x")
            command(file, "round", "amend", "--title", "Đợt mới", "--reason", "x")
            await press(app, pilot, "escape")
            assert "complete: 1/" in words_of(app)
            assert "Đợt mới" in text_of(app)

    drive(scenario)


def test_the_matrix_reads_what_a_command_wrote_to_many_communes(file: Path) -> None:
    with Desk(file) as desk:
        codes = [each.code for each in desk.round.communes[:6]]

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await press(app, pilot, "f7")
            matrix = app.screen
            assert isinstance(matrix, MatrixScreen)
            await press(app, pilot, "enter")
            for code in codes:
                answer(file, "counters=7", commune=code)
            assert app.desk is not None
            app.desk.catch_up()
            await press(app, pilot, "escape")
            assert isinstance(app.screen, MatrixScreen)
            assert app.desk.unread == []
            assert matrix._shown == len(app.desk.round.communes)

    drive(scenario)


def test_a_command_writes_while_the_app_holds_the_file_and_neither_loses_anything(
    file: Path,
) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, field="counters")
            for value in range(1, 5):
                answer(file, f"pc_working={value}")
                await press(app, pilot, "up", str(value), "enter")

    drive(scenario)

    command(file, "verify")
    with Desk(file) as desk:
        assert desk.checklist(LONG_THANH).conflicts == ()
        assert len(desk.statements(LONG_THANH, "pc_working")) == 4
