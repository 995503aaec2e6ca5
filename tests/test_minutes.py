"""The minutes of a commune: what the paper says, how it is kept, and the command that writes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.cli.app import run
from checklists.checklist import Attachment, Basis, SignOff, Statement
from checklists.matrix import MatrixRow, build_row
from checklists.round import KnownAuditor
from criteria import language
from criteria.rating import Rating
from exports.made import Made
from exports.minutes.content import DOTS, is_empty, minutes_of
from exports.minutes.document import file_name, minutes_bytes, write_minutes
from exports.minutes.paper import Paper, Paragraph, Run, safe_text
from tests.factories import (
    ALL_MET,
    Stated,
    commune,
    make_checklist,
    make_round,
    statement,
    with_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document as DocumentType

    from exports.minutes.parts import Minutes

AT = datetime(2026, 12, 6, 8, 30, 10, tzinfo=timezone(timedelta(hours=7)))
MADE = Made.of(AT, "0.1.0")
PARTY = Made.of(AT, "0.1.0", header="party")
HOSTILE = (
    "=1+1",
    "<script>alert(1)</script>",
    "{{7*7}} {0} %s",
    "]]> & <w:p/>",
    "\u202egnp.exe\u202c \u200f",
    "a\x00b\x0bc\x1fd\ufffe",
    "Hoà Bình".encode().decode() + unicodedata.normalize("NFD", " Đắk Ơ"),
    "dòng 1\ndòng 2\tcột\u2028cuối",
    "x" * 33_000,
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.choose("en")
    yield
    language.choose("en")


def row_of(values: Stated | None = None, **rest: Any) -> MatrixRow:
    held = rest.pop("held", None) or make_round()
    return build_row(make_checklist(held, commune(), values, **rest))


def signed(**changed: Any) -> SignOff:
    plain: dict[str, Any] = {
        "statement": Statement("r1", {}, "Trần Thị Bình", "2026-12-05T16:00:00+07:00", key="k1"),
        "by": "Thị Xuân",
        "title": "Phó Chủ tịch",
        "auditor_title": "Chuyên viên",
        "seen": "",
    }
    return SignOff(**(plain | changed))


def piece(**changed: Any) -> Attachment:
    plain: dict[str, Any] = {
        "sha256": "ab" * 32,
        "name": "quay.jpg",
        "caption": "Khu vực quầy",
        "media_type": "image/jpeg",
        "size": 10,
        "taken_at": "2026-12-05T09:00:00+07:00",
        "author": "Trần Thị Bình",
        "recorded_at": "2026-12-05T09:05:00+07:00",
    }
    return Attachment(**(plain | changed))


def read(content: bytes) -> DocumentType:
    return Document(BytesIO(content))


def all_text(content: bytes) -> str:
    document = read(content)
    parts = [each.text for each in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts)


def remarks_of(minutes: Minutes, code: str) -> dict[str, str]:
    row = next(each for each in minutes.rows if each.code == code)
    return {remark.label: remark.text for remark in row.remarks}


def test_a_commune_that_meets_everything_has_no_requests_and_tells_its_values() -> None:
    minutes = minutes_of(row_of(ALL_MET, sign_offs=(signed(),)), MADE)

    assert minutes.result[0].startswith("Class: Green")
    assert "Met: 16 of 16" in minutes.result[1]
    assert [row.sign for row in minutes.rows] == ["M"] * 16
    assert "Working computers: 14" in minutes.rows[0].values
    assert minutes.requests == ()
    assert minutes.requests_heading == ""
    assert minutes.facts[0].text == "05/12/2026"
    assert minutes.head.place_and_day.endswith("05/12/2026")


def test_yes_and_no_are_told_together() -> None:
    values = minutes_of(row_of(ALL_MET), MADE).rows[2].values

    assert values.endswith("Someone is there to help during office hours: yes.")
    assert values.count("yes") == 1


def test_what_falls_short_is_told_once_with_the_quantity_and_asked_to_be_mended() -> None:
    minutes = minutes_of(row_of(with_values(pc_adequate=9)), MADE)

    (row, *_others) = minutes.rows
    assert (row.sign, row.rating) == ("PM", "Partly met")
    assert "3 computers short" in remarks_of(minutes, "EQ-01")["Short"]
    assert "minimum specification" not in row.values
    assert [request.label for request in minutes.requests] == ["EQ-01"]
    assert minutes.requests_lead
    assert DOTS in minutes.requests_end


def test_a_commune_without_answers_gives_a_form_that_says_so() -> None:
    row = row_of()
    minutes = minutes_of(row, MADE)

    assert is_empty(row.checklist)
    assert minutes.warnings[0].startswith("Nothing was audited here")
    assert {each.rating for each in minutes.rows} == {"Not audited"}
    assert {each.values for each in minutes.rows} == {""}
    assert "……" in minutes.facts[0].text
    assert "……" in minutes.head.place_and_day
    assert "Name: ……" in minutes.parties[0].people[0]
    assert "Name: ……" in minutes.parties[1].people[0]
    assert minutes.evidence_heading == ""


def test_what_the_office_fills_in_or_a_commune_declares_is_no_audit() -> None:
    assert is_empty(row_of({"population": 12_000}, declared=ALL_MET).checklist)
    minutes = minutes_of(row_of({"population": 12_000}, declared=ALL_MET), MADE)
    assert minutes.parties[0].people[0].startswith("Name: ……")
    assert minutes.rows[0].declared == "declared: M"
    assert minutes.rows[0].values == ""


def test_blank_unknown_and_zero_are_three_things() -> None:
    from criteria.values import NOT_KNOWN

    zero = minutes_of(row_of(with_values(id_readers=0)), MADE)
    unknown = minutes_of(row_of(with_values(id_readers=NOT_KNOWN)), MADE)
    blank = minutes_of(row_of(with_values(id_readers=None)), MADE)

    assert "now 0" in remarks_of(zero, "EQ-04")["Short"]
    assert "ID-card readers: not known" in unknown.rows[3].values
    assert "ID-card readers" not in blank.rows[3].values
    assert remarks_of(blank, "EQ-04")["Not stated yet"] == "ID-card readers"


def test_the_parties_are_those_who_stated_values_and_who_signed() -> None:
    held = replace(
        make_round(),
        roster={"k1": KnownAuditor("k1", "Trần Thị Bình", "Sở KH&CN")},
        office_keys=("k9",),
    )
    row = row_of(ALL_MET, held=held, sign_offs=(signed(),))
    (key, answer), *_rest = row.checklist.answers[Basis.VERIFIED].items()
    far = answer._replace(heads=(answer.heads[0]._replace(author="Văn phòng", key="k9"),))
    answers = {Basis.VERIFIED: {**row.checklist.answers[Basis.VERIFIED], key: far}}
    minutes = minutes_of(build_row(replace(row.checklist, answers=answers)), MADE)

    auditors, representatives = minutes.parties
    assert auditors.people[0] == "Trần Thị Bình, Chuyên viên, Sở KH&CN"
    assert not any("Văn phòng" in person for person in auditors.people)
    assert representatives.people == ("Thị Xuân, Phó Chủ tịch",)
    assert [each.names for each in minutes.signatures] == [("Thị Xuân",), ("Trần Thị Bình",)]


def test_changes_after_the_sign_off_are_told_before_everything() -> None:
    row = row_of(ALL_MET, sign_offs=(signed(seen="other"),), content_from=lambda: "now" * 10)

    minutes = minutes_of(row, MADE)

    assert any("changed after the sign-off" in warning for warning in minutes.warnings)
    assert "nownownownow" in minutes.foot


def test_a_conflict_is_told_above_and_in_its_row_with_both_values() -> None:
    minutes = minutes_of(row_of(with_values(pc_adequate=[12, 9])), MADE)

    assert any("EQ-01" in each and "different values" in each for each in minutes.warnings)
    assert minutes.rows[0].sign.endswith("!")
    assert "contradiction (12 computers / 9 computers)" in minutes.rows[0].values
    assert "!" in minutes.legend
    assert minutes.result[0].count("?") >= 1


def test_what_people_said_about_a_rating_is_told_with_their_reason() -> None:
    row = row_of(
        with_values(pc_adequate=9),
        overrides={"EQ-01": Rating.MET},
        not_applicable=("QS-01",),
        notes={"EQ-02": (statement("Máy in sắp hỏng"),)},
    )

    minutes = minutes_of(row, MADE)

    assert minutes.rows[0].sign == "M*"
    assert "Đoàn đã xem lại tại chỗ" in remarks_of(minutes, "EQ-01")["Rated by hand"]
    assert "Partly met" in remarks_of(minutes, "EQ-01")["Rated by hand"]
    assert "Không tổ chức" in remarks_of(minutes, "QS-01")["Does not apply"]
    assert remarks_of(minutes, "EQ-02")["Note (Trần Thị Bình)"] == "Máy in sắp hỏng"
    assert "Met: 15 of 15" in minutes.result[1]


def test_evidence_is_listed_and_what_lacks_is_counted() -> None:
    purged = piece(name="", caption="", is_purged=True, reason="Có khuôn mặt", sha256="cd" * 32)
    row = row_of(ALL_MET, evidence={"EQ-01": (piece(),), "EQ-02": (purged,)})

    minutes = minutes_of(row, MADE)

    assert minutes.evidence[0].label == "EQ-01"
    assert minutes.evidence[0].text == "Khu vực quầy, quay.jpg, 05/12/2026, SHA-256 abababababab…"
    assert "Có khuôn mặt" in minutes.evidence[1].text
    assert "not attached" in minutes.evidence_missing


def test_the_head_is_that_of_the_state_or_of_the_party() -> None:
    state = minutes_of(row_of(), MADE).head
    party = minutes_of(row_of(), PARTY).head

    assert state.number == "No.: ……/BB-SKHCN"
    assert state.motto
    assert party.number == "No. ……-BB/BCĐ"
    assert party.motto == ""


def test_the_document_says_all_that_the_minutes_say() -> None:
    row = row_of(with_values(pc_adequate=9), sign_offs=(signed(),), evidence={"EQ-01": (piece(),)})
    minutes = minutes_of(row, MADE)

    text = all_text(minutes_bytes(row, MADE))

    wanted = [minutes.title, minutes.subject, minutes.occasion, minutes.head.number]
    wanted += [*minutes.result, *minutes.warnings, minutes.closing, minutes.requests_end]
    wanted += [fact.text for fact in minutes.facts]
    wanted += [person for party in minutes.parties for person in party.people]
    wanted += [each.values for each in minutes.rows] + [each.title for each in minutes.rows]
    wanted += [remark.text for each in minutes.rows for remark in each.remarks]
    wanted += [request.text for request in minutes.requests]
    wanted += [each.text for each in minutes.evidence]
    wanted += [name for each in minutes.signatures for name in each.names]
    for words in wanted:
        assert safe_text(words) in text


def test_the_page_is_that_of_an_official_paper() -> None:
    document = read(minutes_bytes(row_of(ALL_MET), MADE))
    section = document.sections[0]

    lengths = [section.page_width, section.page_height, section.left_margin, section.right_margin]
    lengths += [section.top_margin, section.bottom_margin]
    assert [round(each.mm) for each in lengths if each] == [210, 297, 30, 20, 20, 20]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    table = next(each for each in document.tables if len(each.columns) == 4)
    rows = table._tbl.tr_lst
    assert len(rows[0].findall(f"{qn('w:trPr')}/{qn('w:tblHeader')}")) == 1
    assert all(each.findall(f"{qn('w:trPr')}/{qn('w:cantSplit')}") for each in rows)
    fonts = document.styles["Normal"].element.find(qn("w:rPr")).find(qn("w:rFonts"))
    assert {*fonts.attrib.values()} == {"Times New Roman"}


def test_a_row_longer_than_a_page_may_go_over_to_the_next() -> None:
    notes = {"EQ-01": (statement("dài " * 1_000),)}

    table = read(minutes_bytes(row_of(ALL_MET, notes=notes), MADE)).tables[1]

    assert table._tbl.tr_lst[1].trPr is None
    assert table._tbl.tr_lst[2].trPr is not None


def test_the_properties_say_what_it_is_and_nothing_of_the_template() -> None:
    content = minutes_bytes(row_of(), MADE)
    about = read(content).core_properties

    assert about.title.startswith("Minutes – Audit of the readiness")
    assert about.author == about.last_modified_by == "commune-readiness"
    assert (about.language, about.version, about.comments) == ("en-GB", "0.1.0", "")
    assert about.created == datetime(2026, 12, 6, 1, 30, 10, tzinfo=about.created.tzinfo)
    with zipfile.ZipFile(BytesIO(content)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
        assert not [name for name in package.namelist() if "thumbnail" in name or "custom" in name]
    assert b'TargetMode="External"' not in everything


def test_both_languages_stand_beside_each_other_whatever_language_is_in_use() -> None:
    row = row_of(with_values(pc_adequate=9))

    contents = []
    for code in ("en", "vi"):
        language.choose(code)
        contents.append(minutes_bytes(row, MADE, bilingual=True))

    assert contents[0] == contents[1]
    text = all_text(contents[0])
    with language.speaking("vi"):
        vietnamese = minutes_of(row, MADE)
    with language.speaking("en"):
        english = minutes_of(row, MADE)
    assert vietnamese.rows[0].title in text
    assert english.rows[0].title in text
    assert vietnamese.result[0] in text
    assert english.result[0] in text
    assert language.current() == "vi"


def test_a_language_for_a_block_is_that_of_its_thread_alone() -> None:
    from threading import Thread

    heard: list[str] = []

    with language.speaking("vi"):
        thread = Thread(target=lambda: heard.append(language.current()))
        thread.start()
        thread.join()
        heard.append(language.current())

    assert heard == ["en", "vi"]
    assert language.current() == "en"


@pytest.mark.parametrize("bilingual", [False, True])
def test_the_same_commune_gives_the_same_bytes(bilingual: bool) -> None:
    first = minutes_bytes(row_of(ALL_MET), MADE, bilingual=bilingual)
    second = minutes_bytes(row_of(ALL_MET), MADE, bilingual=bilingual)

    assert first == second
    with zipfile.ZipFile(BytesIO(first)) as package:
        assert {each.date_time for each in package.infolist()} == {(2026, 12, 6, 8, 30, 10)}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_wherever_it_was_typed(text: str) -> None:
    place = replace(commune(), name=f"Xã {text}"[:200])
    held = make_round(communes=[place], title=text[:500])
    checklist = make_checklist(
        held,
        place,
        ALL_MET,
        notes={"EQ-01": (statement(text, name=text[:200]),)},
        evidence={"EQ-01": (piece(caption=text[:300], name=text[:120]),)},
        sign_offs=(signed(by=text[:200], title=text[:200]),),
        not_applicable=("QS-01",),
    )

    content = minutes_bytes(build_row(checklist), MADE, bilingual=True)

    assert safe_text(text) in all_text(content)
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert b"<script>" not in package.read("word/document.xml")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_any_text_is_read_back_as_it_was_but_for_what_xml_cannot_hold(text: str) -> None:
    paper = Paper("vi")
    paper.write(Paragraph((Run(text),)))

    (paragraph,) = read(paper.content(text, "x", "1", AT)).paragraphs

    assert paragraph.text == safe_text(text)
    kept = safe_text(text)
    assert kept == unicodedata.normalize("NFC", kept)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in kept)


def test_a_file_name_is_one_that_every_system_takes() -> None:
    assert file_name(commune()) == "26368-phuong-long-thanh.docx"
    assert file_name(replace(commune(), name='Xã Đắk Ơ: "a/b\\c*?" | CON.')) == (
        "26368-xa-dak-o-a-b-c-con.docx"
    )
    assert file_name(replace(commune(), name="中文")) == "26368.docx"
    assert len(file_name(replace(commune(), name="x" * 4_000))) < 120


def test_writing_replaces_the_file_that_is_there(tmp_path: Path) -> None:
    target = tmp_path / "biên bản.docx"
    target.write_bytes(b"old")

    write_minutes(row_of(ALL_MET), target, MADE)

    assert target.read_bytes() == minutes_bytes(row_of(ALL_MET), MADE)


SHORT_EVERYWHERE = {
    **{key: False for key, value in ALL_MET.items() if value is True},
    **dict.fromkeys(("pc_adequate", "scanners_adf", "certs_valid", "u_mics", "p_mics"), 1),
    "d_counter": 1,
    "k_kiosks": 0,
    "c_cams": 0,
    "w_mbps": 1,
    "n_down": 2,
    "l_ups_min": 0,
}


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdfinfo")),
    reason="LibreOffice or pdfinfo is not installed",
)
def test_a_usual_commune_takes_two_pages_and_one_full_of_shortfalls_three(tmp_path: Path) -> None:
    usual = (signed(),)
    write_minutes(row_of(ALL_MET, sign_offs=usual), tmp_path / "usual.docx", MADE)
    write_minutes(row_of(sign_offs=()), tmp_path / "empty.docx", MADE)
    short = {**ALL_MET, **SHORT_EVERYWHERE}
    write_minutes(row_of(short, sign_offs=usual), tmp_path / "short.docx", MADE)

    names = ("usual", "empty", "short")
    pages = {}
    subprocess.run(  # noqa: S603 - LibreOffice on files written by this test
        [
            *(shutil.which("soffice") or "soffice", "--headless"),
            f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
            *("--convert-to", "pdf", "--outdir", str(tmp_path)),
            *(str(tmp_path / f"{name}.docx") for name in names),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env=os.environ | {"HOME": str(tmp_path)},
    )
    if not (tmp_path / "usual.pdf").exists():
        pytest.skip("this LibreOffice has no Writer")
    for name in names:
        told = subprocess.run(  # noqa: S603 - pdfinfo on a file made above
            [shutil.which("pdfinfo") or "pdfinfo", str(tmp_path / f"{name}.pdf")],
            check=True,
            capture_output=True,
            encoding="utf-8",
        ).stdout
        pages[name] = int(told.partition("Pages:")[2].split()[0])

    assert pages["usual"] == 2
    assert pages["empty"] <= 2
    assert pages["short"] <= 3


@pytest.fixture
def file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A fresh round of one's own with a few answers, chosen by READINESS_FILE."""
    path = tmp_path / "Đợt 1.audit"
    monkeypatch.setenv("READINESS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("READINESS_FILE", str(path))
    assert run(["whoami", "--name", "Trần Thị Bình", "--unit", "Sở KH&CN"]) == 0
    new = ["round", "new", "--province", "75", "--title", "Đợt 1"]
    assert run([*new, "--out", str(path)]) == 0
    assert run(["answer", "26368", "pc_working=12", "staff_pasc=12"]) == 0
    capsys.readouterr()
    return path


def test_the_command_writes_one_commune_to_the_file_that_is_named(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "bb.docx"

    assert run(["export", "docx", "long thanh", "--out", str(target), "--header", "party"]) == 0

    assert capsys.readouterr().out.strip() == str(target)
    text = all_text(target.read_bytes())
    assert "COMMUNIST PARTY" in text
    assert "Working computers: 12" in text
    assert "Trần Thị Bình" in text


def test_all_communes_go_to_a_folder_that_is_made(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "biên bản"

    assert run(["export", "docx", "--all", "--out", str(folder), "--json"]) == 0

    data = json.loads(capsys.readouterr().out)
    assert data["failed"] == []
    assert len(data["paths"]) == len([*folder.glob("*.docx")]) == 95
    assert (folder / "26368-phuong-long-thanh.docx").exists()


def test_one_commune_that_cannot_be_written_does_not_stop_the_others(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "bb"
    (folder / "26368-phuong-long-thanh.docx").mkdir(parents=True)

    assert run(["export", "docx", "26368", "26041", "25195", "--out", str(folder)]) == 1

    said = capsys.readouterr()
    assert "Minutes of 2 of 3 communes" in said.out
    assert "26368 Phường Long Thành" in said.err
    assert len([each for each in folder.iterdir() if each.is_file()]) == 2


@pytest.mark.parametrize(
    "arguments",
    [[], ["26368", "--all"], ["26368", "--out", "bb.xlsx"], ["99999"], ["--all", "--out", "a/b/c"]],
)
def test_what_cannot_be_meant_is_refused_in_words(
    arguments: list[str],
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["export", "docx", *arguments]) == 2

    assert capsys.readouterr().err.strip()
    assert not [*tmp_path.glob("*.docx")]


def test_a_folder_cannot_stand_where_a_file_is(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "docx", "--all", "--out", str(file)]) == 2

    assert "need a folder" in capsys.readouterr().err


def test_the_day_of_the_paper_is_that_of_the_last_sign_off() -> None:
    later = Statement("r2", {}, "Lê Văn Nam", "2026-12-09T08:00:00+07:00", key="k2")
    row = row_of(ALL_MET, sign_offs=(signed(), signed(statement=later, by="Phạm Hà")))

    minutes = minutes_of(row, MADE)

    assert minutes.head.place_and_day.endswith("09/12/2026")
    assert [len(each.names) for each in minutes.signatures] == [2, 2]
    assert date(2026, 12, 9) > AT.date()


def test_the_day_is_the_one_here_whatever_zone_another_machine_was_in() -> None:
    assert MADE.day_of("2026-12-05T20:30:00+00:00") == date(2026, 12, 6)
    assert MADE.day_of("2026-12-06T01:30:00+07:00") == date(2026, 12, 6)
    assert MADE.day_of("hôm qua") is None
