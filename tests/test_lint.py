"""Lint: everything that is wrong in an edition, in one run, each with its line and in words."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.catalogue import DEFAULT_EDITION, Catalogue, load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.lint import Finding, lint, lint_file
from criteria.rating import Assessment, Rating
from criteria.rules.explain import explain
from criteria.toml_file import MOST_BYTES, read_toml
from tests.small_edition import edition_data

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """\
[catalogue]
code = "small"
edition = "1"
effective_from = 2026-01-01
official = false
title = { vi = "Bộ nhỏ", en = "Small set" }
notice = { vi = "Chỉ để thử", en = "For tests only" }
source = { vi = "Không có", en = "None" }

[[switches]]
key = "strict"
default = false
label = { vi = "Chặt chẽ", en = "Strict" }

[[groups]]
code = "EQ"
title = { vi = "Thiết bị", en = "Equipment" }

[[items]]
key = "computer"
label = { vi = "Máy tính", en = "Computer" }
unit = { vi = "máy", en = "computers" }

[[parameters]]
key = "staff"
type = "int"
label = { vi = "Số người", en = "Staff" }
min = 1
max = 500

[[parameters]]
key = "population"
type = "int"
label = { vi = "Dân số", en = "Population" }
for_record = true

[[derived]]
key = "wanted"
label = { vi = "Số máy cần", en = "Computers needed" }
rule = "max(1, ceil(staff / 2))"

[[derived]]
key = "enough"
label = { vi = "Đủ máy", en = "Enough computers" }
rule = "good >= staff if strict else good >= wanted"

[[checks]]
rule = "good <= working"
message = { vi = "Kiểm tra lại", en = "Look again" }

[[criteria]]
code = "EQ-01"
group = "EQ"
short = { vi = "Máy tính", en = "Computers" }
title = { vi = "Máy tính tại quầy", en = "Computers at the counters" }
how = { vi = "Đếm", en = "Count" }
rule_words = { vi = "Đủ máy", en = "Enough computers" }
remedy = { vi = "Mua thêm", en = "Buy more" }
prompted_by = { vi = "Tin", en = "News" }
not_applicable_note = { vi = "Luôn áp dụng", en = "It always applies" }
may_be_not_applicable = false
[criteria.rules]
not_applicable = "false"
valid = "true"
met = "enough and line != 'none'"
partly_met = "working >= 1"
[[criteria.measures]]
key = "working"
type = "int"
label = { vi = "Máy chạy được", en = "Working" }
min = 0
[[criteria.measures]]
key = "good"
type = "int"
label = { vi = "Máy tốt", en = "Good" }
min = 0
ask_if = "working >= 1"
otherwise = "0"
[[criteria.measures]]
key = "line"
type = "choice"
label = { vi = "Đường truyền", en = "Line" }
choices = [
    { key = "cable", label = { vi = "dây", en = "cable" } },
    { key = "none", label = { vi = "không có", en = "none" } },
]
[[criteria.evidence]]
text = { vi = "Ảnh", en = "Photo" }
kind = "photo"
at_least = 1
[[criteria.costs]]
item = "computer"
quantity = "max(0, wanted - good)"
period = "once"
[[criteria.sources]]
text = { vi = "Dự án", en = "Project" }
standing = "project_default"

[[criteria]]
code = "EQ-02"
group = "EQ"
short = { vi = "Máy in", en = "Printers" }
title = { vi = "Máy in tại quầy", en = "Printers at the counters" }
how = { vi = "Đếm và in", en = "Count and print" }
rule_words = { vi = "Có máy in", en = "A printer works" }
remedy = { vi = "Sửa", en = "Repair" }
prompted_by = { vi = "Tin", en = "News" }
not_applicable_note = { vi = "Luôn áp dụng", en = "It always applies" }
may_be_not_applicable = false
no_cost = { vi = "Không mất tiền", en = "Costs nothing" }
[criteria.rules]
not_applicable = "false"
valid = "true"
met = "printers >= 2 and rated('EQ-01', 'met')"
partly_met = "printers >= 1"
[[criteria.measures]]
key = "printers"
type = "int"
label = { vi = "Máy in", en = "Printers" }
min = 0
[[criteria.evidence]]
text = { vi = "Ảnh", en = "Photo" }
kind = "photo"
at_least = 1
[[criteria.sources]]
text = { vi = "Dự án", en = "Project" }
standing = "project_default"
"""

EVIDENCE = """\
[[criteria.evidence]]
text = { vi = "Ảnh", en = "Photo" }
kind = "photo"
at_least = 1
[[criteria.sources]]"""
SECOND_ITEM = """\
[[items]]
key = "computer"
label = { vi = "Máy", en = "Machine" }
unit = { vi = "máy", en = "machines" }
[[parameters]]"""

# What is wrong; the text that is replaced, and by what; a fragment of the line it is said of.
E = ErrorCode
BREAKS: list[tuple[ErrorCode, str, str, str]] = [
    (E.DATA_EMPTY, 'vi = "Máy chạy được"', 'vi = "  "', 'vi = "  "'),
    (E.DATA_KEY_MISSING, 'how = { vi = "Đếm", en = "Count" }', 'how = { vi = "Đếm" }', "how ="),
    (E.DATA_KEY_MISSING, 'key = "printers"\ntype = "int"\n', 'key = "printers"\n', "MEASURE"),
    (E.DATA_KEY_UNKNOWN, "at_least = 1", "atleast = 1", "atleast"),
    (E.DATA_NOT_DAY, "2026-01-01", '"01/01/2026"', "effective_from"),
    (E.DATA_NOT_ONE_OF, 'kind = "photo"', 'kind = "picture"', 'kind = "picture"'),
    (E.DATA_PATTERN, 'code = "EQ-02"', 'code = "Máy in"', 'code = "Máy in"'),
    (E.DATA_TOO_DEEP, "at_least = 1", "at_least = " + "[" * 40 + "]" * 40, "at_least = ["),
    (E.DATA_TOO_LONG, '"printers >= 1"', '"' + "printers >= 1 or " * 200 + 'true"', "or printers"),
    (E.DATA_WRONG_TYPE, 'kind = "photo"\nat_least = 1', 'kind = "photo"\nat_least = -1', "= -1"),
    (E.DATA_NOT_BOTH, 'remedy = { vi = "Sửa", en = "Repair" }', 'remedy = "Sửa"', 'remedy = "'),
    (E.DATA_NOT_NUMBER, "max = 500", 'max = "nhiều"', "max ="),
    (E.DATA_NOT_TEXT, 'valid = "true"', "valid = true", "valid = true"),
    (E.DATA_NOT_WHOLE, "at_least = 1", "at_least = 1.5", "at_least = 1.5"),
    (E.DATA_NOT_YES_NO, "official = false", 'official = "chưa"', "official"),
    (E.LINT_ALWAYS_MET, '"printers >= 2 and', '"printers >= 0 or', "printers >= 0 or"),
    (E.LINT_ASK_IF_MISSING, 'ask_if = "working >= 1"\n', "", 'otherwise = "0"'),
    (E.LINT_CHOICES, 'key = "line"\ntype = "choice"', 'key = "line"\ntype = "text"', "choices = ["),
    (E.LINT_COSTS, 'no_cost = { vi = "Không mất tiền", en = "Costs nothing" }\n', "", "SECOND"),
    (E.LINT_DUPLICATE, 'code = "EQ-02"', 'code = "EQ-01"', "SECOND_CODE"),
    (E.LINT_DUPLICATE, 'key = "population"', 'key = "working"', "SECOND_KEY"),
    (E.LINT_DUPLICATE, '{ key = "none", label', '{ key = "cable", label', "choices = ["),
    (
        E.LINT_EVIDENCE,
        EVIDENCE,
        "[[criteria.sources]]",
        "SECOND",
    ),
    (E.LINT_FOR_RECORD_READ, "max = 500", "max = 500\nfor_record = true", "500\nfor_record"),
    (E.LINT_LIMITS, "min = 1\n", "min = 501\n", "min = 501"),
    (E.LINT_LIMITS_TYPE, '"population"\ntype = "int"', '"population"\ntype = "text"\nmin = 1', "T"),
    (E.LINT_USUAL, "max = 500", "max = 500\nusual = [1, 501]", "usual ="),
    (E.LINT_USUAL, "max = 500", "max = 500\nusual = [20, 2]", "usual ="),
    (E.LINT_USUAL, 'key = "line"\n', 'key = "line"\nusual = [1, 2]\n', "usual ="),
    (E.LINT_NEVER_MET, "good >= staff if strict else good", "good < 0 if strict else -1", "met ="),
    (E.LINT_NO_CRITERIA, "[[items]]", '[[groups]]\ncode = "QS"\ntitle = TITLE\n[[items]]', "GROUP"),
    (E.LINT_OTHERWISE_MISSING, 'otherwise = "0"\n', "", "ask_if"),
    (E.LINT_PHRASES_TYPE, "max = 500", 'max = 500\nphrases = [TITLE]', "phrases ="),
    (E.LINT_PHRASE_TOO_LONG, "may_be_not_applicable = false", "PHRASES", "It works"),
    (E.LINT_PHRASE_TWICE, "may_be_not_applicable = false", "PHRASES", "It does not work"),
    (E.LINT_SHORT_TOO_LONG, 'en = "Computers" }', 'en = "' + "Computers " * 4 + '" }', "short ="),
    (
        E.LINT_SOURCE,
        'at_least = 1\n[[criteria.sources]]\ntext = { vi = "Dự án", en = "Project" }\n'
        'standing = "project_default"\n',
        "at_least = 1\n",
        "SECOND",
    ),
    (E.LINT_UNKNOWN_GROUP, 'code = "EQ-02"\ngroup = "EQ"', 'code = "EQ-02"\ngroup = "QS"', '"QS"'),
    (E.LINT_UNKNOWN_ITEM, 'item = "computer"', 'item = "printer"', 'item = "printer"'),
    (E.LINT_UNTRANSLATED, 'en = "Repair"', 'en = "Sửa"', 'en = "Sửa"'),
    (E.LINT_UNUSED, "for_record = true\n", "", 'key = "population"'),
    (E.LINT_UNUSED_ITEM, "[[parameters]]", "ITEM\n[[parameters]]", 'key = "chair"'),
    (E.LINT_UNUSED_NAME, "good >= staff if strict else good", "good", 'key = "strict"'),
    (E.RULE_ARGUMENTS, "ceil(staff / 2)", "ceil(staff, 2)", "ceil(staff, 2)"),
    (E.RULE_THOUSANDS, "printers >= 2 and", "printers >= 2.000 and", "2.000"),
    (E.RULE_AT_LEAST, "enough and line", "at_least(3, enough, enough) and line", "at_least(3"),
    (E.RULE_BAD_NAME, "enough and line", "Enough and line", "Enough and"),
    (E.RULE_CHARACTER, "enough and line", "enough & line", "enough &"),
    (E.RULE_CHOICE, "line != 'none'", "line != 'nothing'", "'nothing'"),
    (E.RULE_CYCLE, '"max(1, ceil(staff / 2))"', '"1 if enough else 2"', "DERIVED"),
    (E.RULE_EMPTY_LIST, "line != 'none'", "line in ()", "line in ()"),
    (E.RULE_ENDS_EARLY, "printers >= 2 and rated('EQ-01', 'met')", "printers >=", '"printers >="'),
    (E.RULE_EXPECTED, "ceil(staff / 2))", "ceil(staff / 2)", 'ceil(staff / 2)"'),
    (E.RULE_FUNCTION, "ceil(staff / 2)", "round(staff / 2)", "round("),
    (E.RULE_NO_ORDER, "line != 'none'", "line > 'cable'", "line >"),
    (E.RULE_RATED, "rated('EQ-01', 'met')", "rated('EQ-01')", "rated('EQ-01')"),
    (E.RULE_TOO_DEEP, '"working >= 1"\n[[', '"' + "not " * 50 + 'enough"\n[[', "not not"),
    (E.RULE_TOO_LONG, "max(1, ceil(staff / 2))", "1" + "+1" * 300, "1+1+1"),
    (E.RULE_TOO_TANGLED, "max(1, ceil(staff / 2))", "1" + "+1" * 150, "1+1+1"),
    (E.RULE_TYPE, "printers >= 1", "printers", 'partly_met = "printers"'),
    (E.RULE_UNEXPECTED, "good <= working", "good <= 1,5", "1,5"),
    (E.RULE_UNKNOWN_CRITERION, "rated('EQ-01', 'met')", "rated('EQ-09', 'met')", "EQ-09"),
    (E.RULE_UNKNOWN_NAME, "good <= working", "good <= works", "works"),
    (E.RULE_UNKNOWN_RATING, "rated('EQ-01', 'met')", "rated('EQ-01', 'Met')", "'Met'"),
]  # fmt: skip
PLACES = {
    "DERIVED": "[[derived]]",
    "T": 'type = "text"',
    "500\nfor_record": "for_record = true",
}
TEXTS = {
    "TITLE": '{ vi = "Xếp hàng", en = "Queue" }',
    "ITEM": '[[items]]\nkey = "chair"\nlabel = { vi = "Ghế", en = "Chair" }\n'
    'unit = { vi = "cái", en = "chairs" }\n',
    "PHRASES": "may_be_not_applicable = false\nphrases = [\n"
    '    { vi = "Máy hỏng.", en = "It is broken." },\n'
    '    { vi = "máy hỏng", en = "It does not work." },\n'
    f'    {{ vi = "{"ế" * 201}", en = "It works." }},\n]',
}


def broken(old: str, new: str, text: str = SOUND) -> str:
    assert old in text, old
    for key, held in TEXTS.items():
        new = new.replace(key, held)
    at = text.rindex(old) if "printers" in old or "EQ-02" in old else text.index(old)
    if "[[criteria.sources]]" in old:
        at = text.rindex(old)
    return text[:at] + new + text[at + len(old) :]


def line_of(text: str, fragment: str) -> int:
    """Return the line of a fragment, or of one of the places that are hard to quote."""
    match fragment:
        case "SECOND" | "SECOND_CODE":
            at = text.rindex("[[criteria]]")
            return text.count("\n", 0, at) + (1 if fragment == "SECOND" else 2)
        case "MEASURE":
            at = text.rindex("[[criteria.measures]]")
        case "SECOND_ITEM":
            at = text.rindex('key = "computer"')
        case "SECOND_KEY":
            at = text.rindex('key = "working"')
        case "GROUP":
            at = text.rindex("[[groups]]")
        case _:
            at = text.index(PLACES.get(fragment, fragment))
    return text.count("\n", 0, at) + 1


def findings(text: str, folder: Path) -> list[Finding]:
    path = folder / "edition.toml"
    path.write_text(text, "utf-8", newline="\n")
    return lint_file(path)


def said(found: list[Finding]) -> set[tuple[ErrorCode, int | None]]:
    return {(finding.message.code, finding.line) for finding in found}


def test_a_sound_edition_has_no_findings(tmp_path: Path) -> None:
    assert findings(SOUND, tmp_path) == []


def test_the_shipped_edition_has_no_findings() -> None:
    assert lint_file(DEFAULT_EDITION) == []


@pytest.mark.parametrize(
    ("code", "old", "new", "fragment"),
    BREAKS,
    ids=[f"{place}-{code.name}" for place, (code, *_) in enumerate(BREAKS)],
)
def test_what_is_wrong_is_said_with_its_line(
    code: ErrorCode, old: str, new: str, fragment: str, tmp_path: Path
) -> None:
    text = broken(old, new)

    found = findings(text, tmp_path)

    assert (code, line_of(text, fragment)) in said(found), [str(each) for each in found]


@pytest.mark.parametrize(("code", "old", "new"), [each[:3] for each in BREAKS])
def test_every_finding_reads_in_both_languages(
    code: ErrorCode, old: str, new: str, tmp_path: Path
) -> None:
    found = findings(broken(old, new), tmp_path)

    for finding in found:
        choose("vi")
        vietnamese = str(finding.message)
        choose("en")
        assert str(finding.message) != vietnamese, code
        assert "{" not in vietnamese.replace("{number}", "")


def test_each_code_that_lint_can_raise_is_tried_here() -> None:
    raised = {code for code, *_ in BREAKS}
    reading = {E.DATA_MISSING, E.DATA_NOT_TOML, E.DATA_NOT_UTF8, E.DATA_TOML_END}
    reading |= {E.DATA_UNREADABLE, E.DATA_TOO_LARGE, E.DATA_COMMA}
    wrapping = {E.DATA_BROKEN, E.DATA_FINDING}

    known = {code for code in E if code.name.startswith(("DATA_", "LINT_", "RULE_"))}

    assert known - raised - reading - wrapping == set()


def test_what_is_wrong_in_many_places_is_said_in_one_run(tmp_path: Path) -> None:
    wanted = [
        (E.DATA_KEY_MISSING, 'how = { vi = "Đếm", en = "Count" }', 'how = { vi = "Đếm" }', "how ="),
        (E.DATA_KEY_UNKNOWN, 'official = false', 'official = false\noficial = true', "oficial"),
        (E.LINT_UNTRANSLATED, 'en = "Repair"', 'en = "Sửa"', 'vi = "Sửa"'),
        (E.RULE_UNKNOWN_NAME, "good <= working", "good <= works", "works"),
        (E.RULE_CYCLE, '"max(1, ceil(staff / 2))"', '"1 if enough else 2"', "DERIVED"),
        (E.LINT_UNUSED, "for_record = true\n", "", 'key = "population"'),
        (E.LINT_DUPLICATE, "[[parameters]]", SECOND_ITEM, "SECOND_ITEM"),
        (E.RULE_CHARACTER, 'quantity = "max(0, wanted', 'quantity = "max(0; wanted', "max(0;"),
        (E.LINT_NEVER_MET, "printers >= 2 and rated('EQ-01', 'met')", "printers < 0", "< 0"),
        (E.LINT_EVIDENCE, EVIDENCE, "[[criteria.sources]]", "SECOND"),
    ]  # fmt: skip
    text = SOUND
    for _code, old, new, _fragment in wanted:
        text = broken(old, new, text)

    found = said(findings(text, tmp_path))

    assert {(code, line_of(text, where)) for code, *_, where in wanted} <= found


def test_a_circle_names_all_that_is_in_it(tmp_path: Path) -> None:
    text = broken('"max(1, ceil(staff / 2))"', '"1 if enough else 2"')

    (circle,) = [each for each in findings(text, tmp_path) if each.message.code is E.RULE_CYCLE]

    assert circle.message.context["circle"] == "wanted → enough → wanted"


@pytest.mark.parametrize(
    ("old", "new", "circle"),
    [
        ('"working >= 1"\nother', '"good >= 1"\nother', "good → good"),
        ('"enough and line', "\"rated('EQ-02', 'met') and line", "EQ-01 → EQ-02 → EQ-01"),
        ('"good <= working"', "\"rated('EQ-02', 'met') or good <= 1\"", "EQ-01 → EQ-02 → EQ-01"),
    ],
)
def test_a_circle_is_found_through_questions_ratings_and_checks(
    old: str, new: str, circle: str, tmp_path: Path
) -> None:
    found = findings(broken(old, new), tmp_path)

    assert [
        each.message.context["circle"] for each in found if each.message.code is E.RULE_CYCLE
    ] == [circle]


def test_two_circles_are_two_findings(tmp_path: Path) -> None:
    text = broken('"max(1, ceil(staff / 2))"', '"wanted + 1"')
    text = broken('"printers >= 1"', "\"rated('EQ-02', 'met')\"", text)

    circles = [each for each in findings(text, tmp_path) if each.message.code is E.RULE_CYCLE]

    assert [each.message.context["circle"] for each in circles] == [
        "wanted → wanted",
        "EQ-02 → EQ-02",
    ]


def test_the_column_of_a_rule_is_told_beside_the_line(tmp_path: Path) -> None:
    choose("en")
    text = broken("printers >= 1", "printers >= 1 and nobody")

    (finding,) = findings(text, tmp_path)

    assert str(finding) == (
        f"line {line_of(text, 'and nobody')}, EQ-02, rules, partly_met, column 19 of the rule: "
        "“nobody” is not a parameter, measure, derived value or switch of this edition."
    )


def test_a_vietnamese_finding_speaks_vietnamese(tmp_path: Path) -> None:
    text = broken("printers >= 1", "printers >= 1 and nobody")

    (finding,) = findings(text, tmp_path)

    assert str(finding).startswith(f"dòng {line_of(text, 'and nobody')}, EQ-02, rules, partly_met")
    assert "nobody" in str(finding)
    assert "is not a parameter" not in str(finding)


def test_lines_are_those_of_notepad(tmp_path: Path) -> None:
    text = broken('vi = "Đếm"', 'vi = "Đếm\u2028\u0085máy"')
    text = broken("printers >= 1", "printers >= 1 and nobody", text)
    text = text.replace("\n", "\r\n")

    (finding,) = findings(text, tmp_path)

    assert finding.line == line_of(text, "and nobody")


def test_a_text_over_several_lines_and_a_comment_do_not_move_the_lines(tmp_path: Path) -> None:
    text = broken(
        'how = { vi = "Đếm", en = "Count" }', 'how.vi = """\nkey = "x"\n[[a]]"""\nhow.en = "C"'
    )
    text = broken("[[criteria]]\n", "# [[criteria]] key = 1\n[[criteria]] # one\n", text)
    text = broken("printers >= 1", "printers >= 1 and nobody", text)  # fmt: skip

    (finding,) = findings(text, tmp_path)

    assert finding.line == line_of(text, "and nobody")


def refused(path: Path) -> ErrorCode:
    with pytest.raises(ReadinessError) as linted:
        lint_file(path)
    with pytest.raises(ReadinessError) as loaded:
        load_edition(path)
    assert linted.value.messages == loaded.value.messages
    (message,) = linted.value.messages
    assert str(path) in str(message)
    return message.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SOUND.encode("utf-16"), E.DATA_NOT_UTF8),
        (SOUND.encode("cp1258", "replace"), E.DATA_NOT_UTF8),
        (b"\x00\xff", E.DATA_NOT_UTF8),
        (b"\x00\x00", E.DATA_NOT_TOML),
        (SOUND.replace('code = "EQ"', 'code = "EQ').encode(), E.DATA_NOT_TOML),
        (SOUND.replace('key = "staff"', 'key = "staff"\nkey = "staff"').encode(), E.DATA_NOT_TOML),
        (SOUND.replace("2026-01-01", "2026-13-01").encode(), E.DATA_NOT_TOML),
        (SOUND.replace("max = 500", "max = 1.234,5").encode(), E.DATA_COMMA),
        (SOUND.replace("max = 500", "max = 12,5 # quá").encode(), E.DATA_COMMA),
        (SOUND.replace("max = 500", "max = 1,234,567").encode(), E.DATA_NOT_TOML),
        (b"PK\x03\x04", E.DATA_NOT_TOML),
        (b'x = """', E.DATA_TOML_END),
        (b"x = [", E.DATA_TOML_END),
        (b"x = " + b"[" * 5000, E.DATA_TOML_END),
        (b"x = " + b"1" * 5000, E.DATA_TOML_END),
    ],
    ids=range(15),
)
def test_a_file_that_cannot_be_read_is_refused_with_its_name(
    content: bytes, code: ErrorCode, tmp_path: Path
) -> None:
    path = tmp_path / "bộ tiêu chí.toml"
    path.write_bytes(content)

    assert refused(path) is code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.toml") is E.DATA_MISSING
    assert refused(tmp_path) is E.DATA_UNREADABLE


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "edition.toml"
    path.write_text(SOUND.replace('key = "staff"', "key = staff"), "utf-8")

    with pytest.raises(ReadinessError) as caught:
        lint_file(path)

    assert caught.value.messages[0].context["line"] == str(line_of(SOUND, 'key = "staff"'))


@pytest.mark.parametrize(
    ("typed", "mended"), [("12,5", "12.5"), ("-0,25", "-0.25"), ("1.234,5", "1234.5")]
)
def test_a_decimal_comma_is_named_with_its_line_and_how_to_write_it(
    tmp_path: Path, typed: str, mended: str
) -> None:
    choose("en")
    path = tmp_path / "75.toml"
    path.write_text(f'[prices.printer]\n# Giá 3,5\nmillion_vnd = {typed}\nnote = "x"\n', "utf-8")

    with pytest.raises(ReadinessError) as caught:
        read_toml(path)

    assert f"line 3: numbers take a point in this file: {mended}, not {typed}." in str(caught.value)


def test_a_mark_that_windows_puts_first_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "edition.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())

    assert lint_file(path) == []
    assert load_edition(path).codes == ("EQ-01", "EQ-02")


def test_a_broken_edition_is_not_loaded_and_every_reason_is_said(tmp_path: Path) -> None:
    text = broken("good <= working", "good <= works")
    text = broken("printers >= 1", "printers", text)
    path = tmp_path / "edition.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(ReadinessError) as caught:
        load_edition(path)

    codes = [message.code for message in caught.value.messages]
    assert codes == [E.DATA_BROKEN, E.DATA_FINDING, E.DATA_FINDING]
    assert "works" in str(caught.value)
    assert str(line_of(text, 'partly_met = "printers"')) in str(caught.value)


def test_what_does_not_block_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "edition.toml"
    path.write_text(broken('en = "Repair"', 'en = "Sửa"'), "utf-8")

    (finding,) = lint_file(path)

    assert not finding.blocks
    assert load_edition(path).criterion("EQ-02").remedy.en == "Sửa"


def test_conditions_of_which_any_will_do_can_exclude_one_another(tmp_path: Path) -> None:
    choices = "at_least(1, line == 'cable' and enough, line == 'none' and working >= 9)"

    assert findings(broken("enough and line != 'none'", choices), tmp_path) == []


def test_what_is_usual_is_carried_exactly_and_nothing_where_an_edition_says_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "edition.toml"
    path.write_text(broken("max = 500", "max = 500\nusual = [1, 60.5]"), "utf-8")
    edition = load_edition(path)

    carried = edition.to_dict()

    held = carried["parameters"]
    assert held[0]["usual"] == ["1", "60.5"]
    assert "usual" not in held[1]
    assert Catalogue.from_dict(json.loads(json.dumps(carried))) == edition


def test_an_edition_comes_back_from_a_round_as_it_was() -> None:
    edition = load_edition()

    carried = edition.to_dict()

    assert Catalogue.from_dict(carried) == edition
    assert not any(isinstance(each, float) for each in leaves(carried))


def leaves(held: object) -> list[object]:
    if isinstance(held, dict):
        return [each for value in held.values() for each in leaves(value)]
    if isinstance(held, list):
        return [each for value in held for each in leaves(value)]
    return [held]


def stranger(met: str, derived: dict[str, str]) -> dict[str, Any]:
    """Return the edition of a stranger's file with these rules in it."""
    return edition_data({"A": {"met": met}}, derived=derived)


@pytest.mark.parametrize(
    ("met", "derived"),
    [
        ("d0 >= 1", {f"d{i}": f"d{i + 1} + 1" if i < 299 else "pcs" for i in range(300)}),
        ("d0", {f"d{i}": f"d{i + 1} and d{i + 1}" if i < 30 else "pcs > 1" for i in range(31)}),
        ("d0 >= 1", {f"d{i}": f"d{i + 1}" + "*pcs" * 90 if i < 3 else "pcs" for i in range(4)}),
        ("pcs" + " - pcs" * 199 + " >= 1", {}),
        ("d0 >= 1", {f"d{i}": "pcs" for i in range(1000)}),
    ],
    ids=["long chain", "many times as large each step", "deep together", "deep", "many"],
)
def test_an_edition_that_would_exhaust_this_computer_is_refused_at_once(
    met: str, derived: dict[str, str]
) -> None:
    with pytest.raises(ReadinessError):
        Catalogue.from_dict(stranger(met, derived))


def test_an_edition_on_the_limits_of_size_can_be_rated_and_explained() -> None:
    derived = {f"d{i}": f"d{i + 1} + 1" if i < 29 else "pcs" for i in range(30)}
    edition = Catalogue.from_dict(stranger("d0 <= 1 or not (d0 * pcs >= 1)", derived))

    assessment = Assessment(edition, {"pcs": Decimal(10**15)})

    assert assessment.outcome("A").rating is Rating.NOT_MET
    assert explain(assessment, "A").implied() == "not_met"


@pytest.mark.parametrize("data", [None, [], [1], "text", 5, {"criteria": {"a": 1}}, {}])
def test_what_is_no_edition_at_all_is_refused(data: object) -> None:
    with pytest.raises(ReadinessError):
        Catalogue.from_dict(data)  # type: ignore[arg-type] # a stranger's file


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def paths(held: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [here]
    if isinstance(held, dict):
        for key, value in held.items():
            found += paths(value, (*here, key))
    elif isinstance(held, list):
        for index, value in enumerate(held):
            found += paths(value, (*here, index))
    return found


@given(st.data())
@settings(max_examples=150)
def test_no_part_of_an_edition_that_is_exchanged_raises_anything_but_findings(
    data: st.DataObject,
) -> None:
    edition = stranger("d >= 1 and pcs <= 9", {"d": "max(1, pcs)"})
    where = data.draw(st.sampled_from([path for path in paths(edition) if path]))
    held: object = edition
    for step in where[:-1]:
        held = held[step]  # type: ignore[index] # paths() has been there
    held[where[-1]] = data.draw(JSON | st.text() | st.dates())  # type: ignore[index]

    for finding in lint(edition):
        assert str(finding)
        assert finding.message.code in E


def test_a_day_may_be_typed_as_toml_knows_it(tmp_path: Path) -> None:
    path = tmp_path / "edition.toml"
    path.write_text(SOUND, "utf-8")

    assert load_edition(path).about.effective_from == date(2026, 1, 1)


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "lớn.toml"
    path.write_bytes(b"#" * (MOST_BYTES + 1))

    with pytest.raises(ReadinessError) as refused:
        lint_file(path)

    assert refused.value.messages[0].code is E.DATA_TOO_LARGE
