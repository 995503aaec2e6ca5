"""Every text a user sees is translated, and the tool that says so sees what is wrong."""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from tools import texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Words = str | tuple[str, ...]

CODE = """
def greet(name, count):
    print(_("Good morning, {name}."))
    print(ngettext("One commune", "{count} communes", count))
"""
VIETNAMESE: Mapping[Words, Words] = {
    "Good morning, {name}.": "Xin chào {name}.",
    ("One commune", "{count} communes"): ("{count} xã, phường",),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one module, translated, without the words of click."""
    monkeypatch.setattr(texts, "CLICK_FOLDER", tmp_path / "click")
    monkeypatch.setattr(texts, "CLICK_UNMARKED", ())
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "greeting.py").write_text(CODE, encoding="utf-8")
    texts.extract(tmp_path)
    for english, vietnamese in VIETNAMESE.items():
        translate(tmp_path, english, vietnamese)
    return tmp_path


def translate(project: Path, english: Words, vietnamese: Words, *, fuzzy: bool = False) -> None:
    path = po(project, "vi")
    with path.open("rb") as file:
        held = read_po(file, locale="vi")
    held.delete(english)
    held.add(english, vietnamese, flags={"fuzzy"} if fuzzy else ())
    path.write_bytes(texts.po_bytes(texts.update(texts.scan(project), held, "vi")))
    texts.compile_texts(project)


def po(project: Path, language: str) -> Path:
    return project / "criteria" / "locale" / language / "LC_MESSAGES" / "readiness.po"


def test_every_text_of_the_program_is_translated() -> None:
    assert texts.check() == []


def test_a_project_with_all_its_translations_has_no_fault(project: Path) -> None:
    assert texts.check(project) == []


def test_a_new_text_is_missing_until_it_is_translated(project: Path) -> None:
    (project / "audit" / "parting.py").write_text('_("Goodbye.")', encoding="utf-8")

    assert any("missing: 'Goodbye.'" in fault for fault in texts.check(project))

    texts.extract(project)
    translate(project, "Goodbye.", "Tạm biệt.")

    assert texts.check(project) == []


@pytest.mark.parametrize(
    ("vietnamese", "said"),
    [
        ("", "missing"),
        ("Xin chào.", "the fields in braces differ"),
        ("Xin chào {ten}.", "the fields in braces differ"),
        ("Xin chào {name.", "the fields in braces differ"),
        ("Xin chào {name}. ", "spaces at the ends differ"),
        ("Xin cha\u0300o {name}.", "not in NFC"),
    ],
    ids=["blank", "field left out", "field renamed", "brace left open", "space", "not NFC"],
)
def test_a_wrong_translation_is_named_with_its_fault(
    project: Path, vietnamese: str, said: str
) -> None:
    translate(project, "Good morning, {name}.", vietnamese)

    (fault,) = texts.check(project)

    assert fault.startswith("vi: " + said)
    assert fault.endswith(": 'Good morning, {name}.'")


def test_a_fuzzy_translation_is_a_fault(project: Path) -> None:
    translate(project, "Good morning, {name}.", "Xin chào {name}.", fuzzy=True)

    assert texts.check(project) == ["vi: fuzzy: 'Good morning, {name}.'"]


def test_a_plural_needs_the_fields_of_the_plural(project: Path) -> None:
    translate(project, ("One commune", "{count} communes"), ("xã, phường",))

    (fault,) = texts.check(project)

    assert "the fields in braces differ in 'xã, phường'" in fault


def test_percent_fields_are_compared_in_the_words_of_click(project: Path) -> None:
    (project / "click").mkdir()
    (project / "click" / "help.py").write_text('_("%(prog)s, version %(version)s")', "utf-8")
    texts.extract(project)
    translate(project, "%(prog)s, version %(version)s", "%(prog)s, bản %(ver)s")

    (fault,) = texts.check(project)

    assert fault.startswith("vi: the %-fields differ")


def test_an_edited_catalogue_that_was_not_compiled_is_a_fault(project: Path) -> None:
    path = po(project, "vi")
    words = path.read_text("utf-8").replace("Xin chào {name}.", "Chào {name}.")
    path.write_text(words, "utf-8", newline="\n")

    (fault,) = texts.check(project)

    assert "the .mo beside" in fault


def test_a_moved_text_changes_nothing_but_its_place(project: Path) -> None:
    before = po(project, "vi").read_text("utf-8")

    (project / "audit" / "greeting.py").write_text("\n\n\n" + CODE, encoding="utf-8")
    texts.extract(project)

    assert po(project, "vi").read_text("utf-8") == before


def test_a_translation_comes_back_with_its_text(project: Path) -> None:
    (project / "audit" / "greeting.py").write_text("", encoding="utf-8")
    texts.extract(project)

    (project / "audit" / "greeting.py").write_text(CODE, encoding="utf-8")
    texts.extract(project)

    assert texts.check(project) == []


def test_the_compiled_texts_speak_both_languages(project: Path) -> None:
    locale = project / "criteria" / "locale"
    vietnamese = gettext.translation("readiness", locale, languages=["vi"])
    english = gettext.translation("readiness", locale, languages=["en"])

    assert vietnamese.gettext("Good morning, {name}.") == "Xin chào {name}."
    assert english.gettext("Good morning, {name}.") == "Good morning, {name}."
    for count in (1, 2):
        assert vietnamese.ngettext("One commune", "{count} communes", count) == "{count} xã, phường"
    assert english.ngettext("One commune", "{count} communes", 1) == "One commune"
    assert english.ngettext("One commune", "{count} communes", 2) == "{count} communes"
