"""The checklist screen: fields, ratings that move, reasons, undo, the walk from part to part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import OptionList

from audit.cli.app import run
from audit.tui.screens.ask import Ask, Question
from audit.tui.screens.choose import Choose
from audit.tui.screens.hand_in import HandInScreen
from audit.tui.screens.history import HistoryScreen
from audit.tui.screens.overview import OverviewScreen
from audit.tui.widgets.entry import Entry
from audit.tui.widgets.field_list import NextLine
from audit.tui.widgets.part_list import PartList
from audit.undoing import UNDO_REASON
from checklists.checklist import Basis
from criteria import language
from criteria.rating import Rating
from tests.piloting import (
    LONG_THANH,
    SIZES,
    drive,
    focused_key,
    open_commune,
    press,
    running,
    settled,
    text_of,
    values,
    words_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def command(*arguments: str) -> None:
    language.choose("en")
    assert run([*arguments]) == 0


def test_what_is_typed_is_in_the_file_when_the_line_is_left(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot)
            assert focused_key(app) == "visit_date"
            await press(app, pilot, "+", "enter", *"6", "enter", *"12", "enter")
            await press(app, pilot, *"50", "enter", *"80,5", "enter", "-", "enter")

            assert isinstance(app.focused, NextLine)

    drive(scenario)

    held = values(file)
    assert (held["counters"], held["staff_pasc"], held["staff_total"]) == (6, 12, 50)
    assert str(held["visits_day"]) == "80.5"
    assert held["same_building"] is False
    assert held["visit_date"] is not None


def test_a_rating_moves_while_values_are_stated(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot)
            await press(app, pilot, "down", "down", *"12", "enter", "ctrl+n")
            await press(app, pilot, *"12", "enter", *"9", "enter")

            assert screen.checklist.outcomes["EQ-01"].rating == "partly_met"
            assert "short (now 9" in words_of(app)
            await press(app, pilot, "up", "+", "+", "+")
            assert screen.checklist.outcomes["EQ-01"].rating == "met"

    drive(scenario)

    assert values(file)["pc_adequate"] == 12


def test_a_parameter_says_what_it_rated_anew(file: Path) -> None:
    command("answer", LONG_THANH, "--file", str(file), "pc_working=12", "pc_adequate=12")

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, part="parameters", field="staff_pasc")
            await press(app, pilot, *"12", "enter")

            assert "EQ-01" in words_of(app)
            assert "I → M" in words_of(app) or "→ M" in words_of(app)

    drive(scenario)


def test_what_is_said_does_not_pile_up_over_the_fields_and_goes_with_its_screen(
    file: Path,
) -> None:
    command("answer", LONG_THANH, "--file", str(file), "pc_working=12", "pc_adequate=12")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="parameters", field="staff_pasc")
            for number in ("12", "90", "13"):
                await press(app, pilot, *number, "f2", "up")
            await press(app, pilot, *"91", "f2")
            told = [each.message for each in app._notifications]
            assert [each for each in told if "Rated anew" in each] == told[-1:]
            app.say("Nothing is left.", is_warning=False)
            app.say("Nothing is left.", is_warning=False)
            await settled(app, pilot)
            assert words_of(app).count("Nothing is left.") == 1
            await press(app, pilot, "escape")

            assert isinstance(app.screen, OverviewScreen)
            assert list(app._notifications) == []
            assert "Nothing is left." not in words_of(app)

    drive(scenario)


def test_the_unit_of_a_number_stands_beside_the_empty_line_and_what_is_typed(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="CN-02", field="n_contract")
            line = app.focused
            assert "… Mbps" in text_of(app)
            await press(app, pilot, "5")
            assert "5▏ Mbps" in text_of(app)
            assert app.focused is line

    drive(scenario)


def test_a_letter_typed_for_a_number_is_answered_with_what_can_be_typed(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, part="parameters", field="counters")
            await press(app, pilot, "?", "delete", "=")
            assert "Only digits here" not in words_of(app)
            await press(app, pilot, "h", "a")
            assert "Only digits here; ? if it is not known; Enter goes on." in words_of(app)
            await press(app, pilot, "down", "up")
            assert "Only digits here" not in words_of(app)
            await press(app, pilot, "up", "h")
            assert "Only a day here" in words_of(app)

    drive(scenario)


def test_a_number_far_from_the_usual_is_asked_about_and_taken(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, part="CN-02", field="n_contract")
            await press(app, pilot, *"0,01", "down", "up")
            assert "looks unusual (mostly 5 to 10,000 Mbps): are you sure?" in words_of(app)
            await press(app, pilot, *"100", "down")
            assert "looks unusual" not in words_of(app)

    drive(scenario)

    assert values(file)["n_contract"] == 100


def test_what_is_about_a_criterion_is_offered_only_at_one(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot)
            keys = text_of(app).splitlines()[-1]
            assert "F2" in keys
            assert not any(key in keys for key in ("F5", "F6", "F7", "F8"))
            await press(app, pilot, "f5")
            assert "Choose a criterion first" in words_of(app)

            await press(app, pilot, "ctrl+n")
            keys = text_of(app).splitlines()[-1]
            assert all(key in keys for key in ("F5", "F6"))
            await press(app, pilot, "ctrl+b")
            assert "F5" not in text_of(app).splitlines()[-1]

    drive(scenario)


def test_a_number_below_zero_is_refused_where_nothing_stood_before(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="parameters", field="counters")
            await press(app, pilot, *"-3", "enter")
            assert focused_key(app) == "counters"
            assert "-3" in words_of(app)
            assert "the lowest allowed is 1" in words_of(app)
            assert values(file)["counters"] is None

            await press(app, pilot, *"3", "enter", "up", "-")
            assert focused_key(app) == "counters"

    drive(scenario)

    assert values(file)["counters"] == 2


def test_what_does_not_fit_is_said_and_typed_anew(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            await open_commune(app, pilot, part="parameters", field="counters")
            await press(app, pilot, *"1.234", "enter")

            assert focused_key(app) == "counters"
            assert "1,234" in text_of(app)
            await press(app, pilot, *"0", "enter")
            assert "too low" in words_of(app)
            assert "counters:" not in text_of(app)  # people know a field by its label
            await press(app, pilot, *"7", "enter")

    drive(scenario)

    assert values(file)["counters"] == 7


@pytest.mark.parametrize(
    ("keys", "held"),
    [("c", True), ("k", False), ("y", True), ("n", False), ("+", True), ("-", False)],
)
def test_yes_and_no_have_letters_and_signs(file: Path, keys: str, held: bool) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="EQ-03", field="session_wipe")
            command("answer", LONG_THANH, "--file", str(file), "citizen_pc=2")
            await press(app, pilot, keys, "backspace", "enter")

    command("answer", LONG_THANH, "--file", str(file), "citizen_pc=2")
    drive(scenario)

    assert values(file)["session_wipe"] is held


def test_choices_are_picked_by_number_or_walked_through(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, part="VC-01")
            await press(app, pilot, "3")
            assert screen.checklist.answer("u_endpoint").value == "none"
            assert screen.checklist.outcomes["VC-01"].rating == "not_met"
            await press(app, pilot, "left")
            assert screen.checklist.answer("u_endpoint").value == "pc_sw"
            await press(app, pilot, "question_mark")
            assert screen.checklist.outcomes["VC-01"].rating == "insufficient"
            await press(app, pilot, "delete")
            assert not screen.checklist.answer("u_endpoint").is_stated

    drive(scenario)


def test_a_text_is_typed_in_its_line_or_chosen_from_phrases(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_commune(app, pilot, part="VC-01", field="u_endpoint")
            await press(app, pilot, "1")
            await screen.go_to("VC-01", "u_serial")
            await settled(app, pilot)
            await press(app, pilot, *"SN 01 = đạt", "enter")
            assert screen.checklist.answer("u_serial").value == "SN 01 = đạt"
            await press(app, pilot, "up")
            await screen.go_to("VC-01", "u_serial")
            await settled(app, pilot)
            await press(app, pilot, "ctrl+t")
            assert isinstance(app.screen, Choose)
            await press(app, pilot, "enter", "enter")

    drive(scenario)

    phrase = values(file)["u_serial"].removeprefix("SN 01 = đạt. ")
    assert phrase
    assert phrase != values(file)["u_serial"]


def test_one_key_takes_over_what_was_declared(file: Path) -> None:
    command("answer", LONG_THANH, "--file", str(file), "--basis", "declared", "counters=6")

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, part="parameters", field="counters")
            assert "declared: 6" in words_of(app)
            await press(app, pilot, "=")
            assert screen.checklist.answer("counters", Basis.DECLARED).value == 6

    drive(scenario)

    assert values(file)["counters"] == 6


def test_undo_puts_back_values_notes_and_ratings_one_by_one(file: Path) -> None:
    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, *"6", "enter", "up", *"7", "enter")
            await press(app, pilot, "f5", *"Đã đếm lại.", "enter")
            await press(app, pilot, "f8", "enter", *"vì", "enter")
            assert screen.checklist.overrides["EQ-01"]
            assert screen.checklist.notes["EQ-01"]

            await press(app, pilot, "ctrl+z")
            assert not screen.checklist.overrides.get("EQ-01")
            await press(app, pilot, "ctrl+z")
            assert not screen.checklist.notes.get("EQ-01")
            await press(app, pilot, "ctrl+z")
            assert screen.checklist.answer("pc_working").value == 6
            await press(app, pilot, "ctrl+z")
            assert not screen.checklist.answer("pc_working").is_stated
            await press(app, pilot, "ctrl+z")
            assert "nothing to undo" in words_of(app)
            await screen.go_to("EQ-01", "pc_working")
            await press(app, pilot, "f4")
            assert isinstance(app.screen, HistoryScreen)
            shown = words_of(app)
            assert shown.count("Trần Thị Bình") == 4
            assert "undone" in shown
            assert UNDO_REASON not in shown

    drive(scenario)


def test_the_next_open_field_is_one_key_away(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot)
            seen = [focused_key(app)]
            for _step in range(8):
                await press(app, pilot, "f2")
                seen.append(focused_key(app))

            assert len(set(seen)) == len(seen)
            assert "pc_working" in seen

    drive(scenario)


def test_after_the_last_field_the_result_is_seen_before_the_next_criterion(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="EQ-01", field="pc_os_eol")
            await press(app, pilot, *"0", "enter")
            assert isinstance(app.focused, NextLine)
            assert "EQ-01" in text_of(app)
            assert "EQ-02" in words_of(app)
            await press(app, pilot, "up")
            assert focused_key(app) == "pc_os_eol"
            await press(app, pilot, "down", "enter")
            assert focused_key(app) == "scanners"

    drive(scenario)


def test_not_applicable_needs_a_reason_and_is_taken_back(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, "f7")
            assert "always applies" in words_of(app)
            await screen.go_to("QS-01")
            await press(app, pilot, "f7")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "enter")
            assert "must not stay empty" in words_of(app)
            await press(app, pilot, "down", "enter", "enter")  # the first of the phrases
            assert screen.checklist.outcomes["QS-01"].rating == "not_applicable"
            await press(app, pilot, "f7", *"nay có", "enter")
            assert screen.checklist.outcomes["QS-01"].rating == "unaudited"

    drive(scenario)


def test_a_rating_set_by_hand_stands_beside_the_computed_one(file: Path) -> None:
    command("answer", LONG_THANH, "--file", str(file), "staff_pasc=12", "pc_working=3")
    command("answer", LONG_THANH, "--file", str(file), "pc_adequate=3")

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, "f8")
            # What the rules give already is no choice.
            options = app.screen.query_one(OptionList)
            assert [option.id for option in options.options] == ["met", "partly_met"]
            await press(app, pilot, "enter", *"máy mới về", "enter")

            assert screen.checklist.outcomes["EQ-01"].rating == "met"
            assert screen.checklist.outcomes["EQ-01"].computed == "not_met"
            assert "máy mới về" in words_of(app)

    drive(scenario)


def test_a_contradiction_asks_why_before_one_value_is_taken(file: Path, tmp_path: Path) -> None:
    # Two machines that did not know of each other.
    contradict(file, tmp_path)

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-01", field="pc_working")
            assert "contradiction" in words_of(app)
            assert "12" in words_of(app)
            assert "14" in words_of(app)
            await press(app, pilot, *"14", "enter")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "escape")
            assert screen.checklist.answer("pc_working").is_conflict
            await press(app, pilot, "up", "up", *"14", "enter", *"đếm lại", "enter")

            assert screen.checklist.answer("pc_working").value == 14

    drive(scenario)


def contradict(file: Path, tmp_path: Path) -> None:
    """State two values for one field, each without knowing of the other."""
    from audit.desk import Desk
    from audit.pen import Draft, Pen
    from audit.record import Author

    with Desk(file, write=True) as desk:
        for name, value in (("An", 12), ("Bình", 14)):
            author = Author("k" * 16 + name, name)
            writer = "w" + (name.encode().hex() * 32)[:32]
            Pen(desk.file, desk.round.id, author, writer=writer).write(
                [Draft("answer", LONG_THANH, "pc_working", value)]
            )


def test_a_signed_checklist_asks_once_a_visit_why_it_is_changed(file: Path) -> None:
    command("answer", LONG_THANH, "--file", str(file), "counters=6")
    command(
        "sign-off", LONG_THANH, "--file", str(file), "--by", "Lê An", "--title", "Phó Chủ tịch",
        "--reason", "chưa đủ",
    )  # fmt: skip

    async def scenario() -> None:
        async with running(file, (120, 40)) as (app, pilot):
            screen = await open_commune(app, pilot, part="parameters", field="counters")
            assert "Signed" in text_of(app)
            await press(app, pilot, "+")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *"đếm lại", "enter")
            assert screen.checklist.answer("counters").value == 7
            assert "Signed, changed since" in text_of(app)
            await press(app, pilot, "+")
            assert screen.checklist.answer("counters").value == 8
            assert screen.checklist.answer("counters").heads[0].reason == "đếm lại"

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_the_list_leads_to_any_part_and_to_the_hand_in(file: Path, size: tuple[int, int]) -> None:
    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            await open_commune(app, pilot)
            await press(app, pilot, "ctrl+l", "down", "down")
            assert isinstance(app.focused, PartList)
            assert "EQ-02" in text_of(app)
            await press(app, pilot, "enter")
            assert focused_key(app) == "scanners"
            await press(app, pilot, "ctrl+l", "end", "enter")
            assert isinstance(app.screen, HandInScreen)
            await press(app, pilot, "escape", "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)


def test_keys_in_one_burst_are_all_taken(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot)
            await press(app, pilot, *"05122026", "enter", *"6", "enter", *"12", "enter", "escape")
            assert isinstance(app.screen, OverviewScreen)

    drive(scenario)

    assert (values(file)["counters"], values(file)["staff_pasc"]) == (6, 12)
    assert str(values(file)["visit_date"]) == "2026-12-05"


@pytest.mark.parametrize("keys", [["ctrl+n"], ["ctrl+b"], ["escape"], ["f2"], ["ctrl+q"], ["f10"]])
@pytest.mark.parametrize("field", ["u_serial", "u_seats"])
def test_whichever_way_a_field_is_left_what_was_typed_is_kept(
    file: Path, field: str, keys: list[str]
) -> None:
    command("answer", LONG_THANH, "--file", str(file), "u_endpoint=codec_hw")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, part="VC-01", field=field)
            await press(app, pilot, *"123", *keys)

    drive(scenario)

    assert str(values(file)[field]) == "123"


@pytest.mark.parametrize("leave", ["palette", "language"])
def test_what_is_typed_is_kept_when_the_screen_goes(file: Path, leave: str) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, field="counters", part="parameters")
            await press(app, pilot, *"12")
            if leave == "palette":
                await press(app, pilot, "ctrl+p", *"trang bom", "enter")
            else:
                app.choose_language("vi")
                await settled(app, pilot)

    drive(scenario)

    assert values(file)["counters"] == 12


def test_undo_in_a_text_puts_back_that_text_only(file: Path) -> None:
    command("answer", LONG_THANH, "--file", str(file), "u_endpoint=codec_hw", "u_serial=A1")

    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_commune(app, pilot, part="VC-01", field="u_seats")
            await press(app, pilot, *"20", "enter")
            await screen.go_to("VC-01", "u_serial")
            await press(app, pilot, *"xyz", "ctrl+z", "enter")

    drive(scenario)

    assert values(file)["u_serial"] == "A1"
    assert values(file)["u_seats"] == 20


def test_a_long_note_is_offered_again_until_it_is_saved_or_dropped(file: Path) -> None:
    note = "một câu dài hơn vài từ"

    async def scenario() -> None:
        for words in (note, "", ""):
            async with running(file) as (app, pilot):
                await open_commune(app, pilot, part="EQ-01")
                await press(app, pilot, "f5", *words)
        async with running(file) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-02")
            await press(app, pilot, "f5")
            assert "never saved" not in words_of(app)
            await press(app, pilot, "escape", "ctrl+b", "f5")
            assert "This was written and never saved." in words_of(app)
            assert app.screen.query_one(Entry).value == note
            await press(app, pilot, "escape")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "f10")
            assert screen.checklist.notes["EQ-01"][0].value == note
            await press(app, pilot, "f5", *" và một câu nữa", "escape", "escape", "f5")
            assert "never saved" not in words_of(app)
            assert app.screen.query_one(Entry).value == note

    drive(scenario)


def test_a_few_words_are_not_kept(file: Path) -> None:
    async def scenario() -> None:
        for _time in range(2):
            async with running(file) as (app, pilot):
                await open_commune(app, pilot, part="EQ-01")
                await press(app, pilot, "f5")
                assert app.screen.query_one(Entry).value == ""
                await press(app, pilot, *"vài từ")

    drive(scenario)


def test_a_note_that_was_typed_is_not_dropped_at_one_key(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, "f5", *"đã đếm", "ctrl+q")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, *" lại", "escape")
            assert isinstance(app.screen, Ask)
            await press(app, pilot, "f10")
            assert screen.checklist.notes["EQ-01"][0].value == "đã đếm lại"
            await press(app, pilot, "f5", "x", "escape", "escape")
            assert screen.checklist.notes["EQ-01"][0].value == "đã đếm lại"

    drive(scenario)


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
def test_what_helps_at_a_field_is_shown_to_its_end(file: Path, size: tuple[int, int]) -> None:
    async def scenario() -> None:
        async with running(file, size) as (app, pilot):
            await open_commune(app, pilot)
            assert focused_key(app) == "visit_date"
            guidance = app.screen.query_one("#guidance")
            assert "then + and - move by a day." in " ".join(str(guidance.render()).split())
            assert guidance.size.height >= guidance.get_content_height(
                guidance.size, guidance.size, guidance.size.width
            )

    drive(scenario)


def test_a_digit_gone_astray_is_no_answer_to_a_yes_or_no(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await open_commune(app, pilot, field="same_building")
            assert focused_key(app) == "same_building"
            assert "y yes n no" in words_of(app)
            await press(app, pilot, *"150")
            assert "Here y or n" in words_of(app)
            await press(app, pilot, "enter")

    drive(scenario)

    assert values(file)["same_building"] is None


def test_another_rating_is_gone_to_by_its_number_and_taken_by_enter(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            screen = await open_commune(app, pilot, part="EQ-01")
            await press(app, pilot, "f8", "7", "enter")
            assert isinstance(app.screen, Choose)
            assert "a number from 1 to 3" in words_of(app)
            await press(app, pilot, "2")
            assert "a number from 1 to 3" not in words_of(app)
            await press(app, pilot, "enter", *"vì", "enter")

            assert screen.checklist.standing_overrides["EQ-01"] is Rating.PARTLY_MET

    drive(scenario)


def test_what_is_typed_into_a_file_shown_only_is_refused_as_that(file: Path) -> None:
    command("answer", LONG_THANH, "--file", str(file), "u_endpoint=codec_hw")

    async def scenario() -> None:
        async with running(None) as (app, pilot):
            desk = app.open_desk(file, only_look=True)
            app.push_screen(OverviewScreen(desk))
            await settled(app, pilot)
            assert "For reading only · Đợt 1" in words_of(app)
            screen = await open_commune(app, pilot, part="VC-01", field="u_serial")
            for key in ("u_serial", "u_endpoint", "pc_working"):
                await screen.go_to(desk.round.catalogue.home.get(key, ""), key)
                await settled(app, pilot)
                await press(app, pilot, "9", "5")
                assert "95" not in words_of(app)
                assert "shown for reading only" in words_of(app), key

    drive(scenario)


def test_an_action_called_as_typed_stands_before_communes(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            await press(app, pilot, "ctrl+p", *"ta")
            listed = app.screen.query_one("#found", OptionList)
            kinds = [str(option.id).partition("-")[0] for option in listed.options]
            assert kinds[0] == "action"
            assert "commune" in kinds

    drive(scenario)


def test_a_line_that_is_needed_is_marked_and_told_where_it_is_empty(file: Path) -> None:
    async def scenario() -> None:
        async with running(file) as (app, pilot):
            questions = [Question("name", "Name", is_needed=True), Question("unit", "Unit")]
            await app.push_screen(Ask("Who?", questions))
            await settled(app, pilot)
            assert "Name (*)" in text_of(app)
            await press(app, pilot, "f10")
            shown = words_of(app)
            assert shown.index("must not stay empty") < shown.index("Unit")
            await press(app, pilot, "a")
            assert "must not stay empty" not in words_of(app)

    drive(scenario)
