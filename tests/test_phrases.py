"""Canned phrases: the edition brings them, a round carries them, lint looks after them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from audit.cli.app import run
from criteria.catalogue import (
    DEFAULT_EDITION,
    LONGEST_PHRASE,
    Bilingual,
    Catalogue,
    ReasonPhrases,
    load_edition,
)
from criteria.errors import ErrorCode, ReadinessError
from criteria.language import choose
from criteria.lint import lint, lint_file
from criteria.values import read
from tests.small_edition import edition_data, small_edition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENTENCE = {"vi": "Máy đang chờ sửa chữa.", "en": "The device is waiting for repair."}
OTHER = {"vi": "Đã có chủ trương mua sắm.", "en": "The purchase is approved."}


@pytest.fixture(scope="module")
def edition() -> Catalogue:
    return load_edition()


def every_list(edition: Catalogue) -> Iterator[tuple[str, tuple[Bilingual, ...]]]:
    """Yield where phrases stand and the phrases, of the whole edition."""
    yield from edition.phrases
    for criterion in edition.criteria:
        yield criterion.code, criterion.phrases
    for key, field in edition.fields.items():
        yield key, field.phrases


def with_phrases(phrases: list[Any], *where: str) -> dict[str, Any]:
    """Return an edition with ``phrases`` for notes, for a reason, or for a text."""
    data = edition_data({"A": {}}, changes={"wifi": {"type": "text"}})
    match where:
        case ("criterion",):
            data["criteria"][0]["phrases"] = phrases
        case ("measure", key):
            (measure,) = (m for m in data["criteria"][0]["measures"] if m["key"] == key)
            measure["phrases"] = phrases
        case _:
            data["phrases"] = {where[0]: phrases}
    return data


def found(data: dict[str, Any]) -> dict[ErrorCode, bool]:
    """Return what lint says of phrases: code -> whether it blocks the use of the edition."""
    return {each.message.code: each.blocks for each in lint(data) if "phrases" in each.where}


def test_every_criterion_has_notes_to_choose_and_every_text_has_answers(
    edition: Catalogue,
) -> None:
    for criterion in edition.criteria:
        assert 3 <= len(criterion.phrases) <= 5, criterion.code
        for measure in criterion.measures:
            wanted = range(2, 6) if measure.type == "text" else range(1)
            assert len(measure.phrases) in wanted, measure.key


def test_every_purpose_that_needs_a_reason_has_some_to_choose(edition: Catalogue) -> None:
    assert set(ReasonPhrases.model_fields) == {
        *("not_applicable", "override", "after_sign_off", "conflict"),
    }
    for purpose, phrases in edition.phrases:
        assert 3 <= len(phrases) <= 4, purpose


def test_a_phrase_is_a_whole_sentence_that_can_be_kept_as_it_is(edition: Catalogue) -> None:
    text = edition.fields["u_serial"]

    for where, phrases in every_list(edition):
        for phrase in phrases:
            for sentence in (phrase.vi, phrase.en):
                assert sentence[0].isupper(), where
                assert sentence.endswith("."), where
                assert not re.search(r"…|\.\.|_|[<>{}\[\]]|/ ", sentence), where
                assert len(sentence) <= LONGEST_PHRASE, where
                assert read(text, sentence) == sentence
            assert phrase.vi != phrase.en, where


def test_a_phrase_speaks_the_language_in_use(edition: Catalogue) -> None:
    first = edition.criterion("EQ-02").phrases[0]

    choose("en")
    assert str(first) == first.en
    choose("vi")
    assert str(first) == first.vi == "Máy đang chờ sửa chữa, đơn vị đã có văn bản đề nghị."


def test_a_round_carries_the_phrases(edition: Catalogue) -> None:
    carried = json.loads(json.dumps(edition.to_dict()))

    again = Catalogue.from_dict(carried)

    assert dict(every_list(again)) == dict(every_list(edition))
    assert again.to_dict() == edition.to_dict()


def test_an_edition_without_phrases_loads_and_stays_without() -> None:
    older = small_edition({"A": {}})

    assert all(not phrases for _where, phrases in every_list(older))
    assert "phrases" not in json.dumps(older.to_dict())


def test_phrases_of_every_kind_are_read() -> None:
    for where in (("criterion",), ("measure", "wifi"), ("override",)):
        data = with_phrases([SENTENCE, OTHER], *where)

        assert found(data) == {}
        lists = dict(every_list(Catalogue.from_dict(data)))
        assert [list(map(str, held)) for held in lists.values() if held] == [
            [SENTENCE["vi"], OTHER["vi"]]
        ]


PLACES = [("criterion",), ("measure", "wifi"), ("not_applicable",), ("conflict",)]


@pytest.mark.parametrize("where", PLACES, ids="-".join)
@pytest.mark.parametrize(
    ("phrase", "code", "blocks"),
    [
        ({"vi": "", "en": "Broken."}, ErrorCode.DATA_EMPTY, True),
        ({"vi": "Máy hỏng.", "en": " \u200b "}, ErrorCode.DATA_EMPTY, True),
        ({"vi": "Máy hỏng."}, ErrorCode.DATA_KEY_MISSING, True),
        ("Máy hỏng.", ErrorCode.DATA_NOT_BOTH, True),
        ({"vi": "Máy hỏng.", "en": "Broken.", "fr": "Cassé."}, ErrorCode.DATA_KEY_UNKNOWN, True),
        ({"vi": "Máy hỏng.", "en": "Máy hỏng."}, ErrorCode.LINT_UNTRANSLATED, False),
        ({"vi": "ế" * 201, "en": "Broken."}, ErrorCode.LINT_PHRASE_TOO_LONG, False),
        ({"vi": "Máy hỏng.", "en": "e" * 201}, ErrorCode.LINT_PHRASE_TOO_LONG, False),
        ({**OTHER, "en": SENTENCE["en"].upper()}, ErrorCode.LINT_PHRASE_TWICE, False),
        ({"vi": "máy đang chờ sửa chữa", "en": "Broken."}, ErrorCode.LINT_PHRASE_TWICE, False),
    ],
)
def test_lint_finds_what_is_wrong_in_a_list_of_phrases(
    where: tuple[str, ...], phrase: Any, code: ErrorCode, blocks: bool
) -> None:
    data = with_phrases([SENTENCE, phrase], *where)

    assert found(data) == {code: blocks}
    if blocks:
        with pytest.raises(ReadinessError):
            Catalogue.from_dict(data)


def test_a_phrase_of_just_the_greatest_length_is_fine() -> None:
    longest = {"vi": "ế" * LONGEST_PHRASE, "en": "e" * LONGEST_PHRASE}

    assert found(with_phrases([longest], "criterion")) == {}


def test_phrases_where_nothing_is_written_are_told() -> None:
    data = with_phrases([SENTENCE], "measure", "guide")

    assert found(data) == {ErrorCode.LINT_PHRASES_TYPE: False}


def test_reasons_for_an_unknown_purpose_are_told() -> None:
    assert found(with_phrases([SENTENCE], "holidays")) == {ErrorCode.DATA_KEY_UNKNOWN: True}


def test_a_wrong_phrase_is_told_with_its_line(tmp_path: Path) -> None:
    text = DEFAULT_EDITION.read_text("utf-8")
    wrong = '    { vi = "Máy hết mực.", en = "Máy hết mực." },'
    right = next(line for line in text.splitlines() if "Máy hết mực" in line)
    path = tmp_path / "sửa.toml"
    path.write_text(text.replace(right, wrong), "utf-8")

    (finding,) = lint_file(path)

    assert finding.message.code is ErrorCode.LINT_UNTRANSLATED
    assert finding.line == text.splitlines().index(right) + 1
    assert "EQ-02" in str(finding)
    assert "phrases 4" in str(finding)


def test_the_edition_is_shown_with_its_phrases(
    edition: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    choose("en")

    assert run(["catalogue", "show"]) == 0

    shown = capsys.readouterr().out
    for where, phrases in every_list(edition):
        assert all(phrase.en in shown for phrase in phrases), where


def test_one_criterion_is_shown_with_its_own_phrases_only(
    edition: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    choose("en")

    assert run(["catalogue", "show", "--criterion", "VC-01"]) == 0

    shown = capsys.readouterr().out
    assert all(phrase.en in shown for phrase in edition.criterion("VC-01").phrases)
    assert all(phrase.en in shown for phrase in edition.fields["u_serial"].phrases)
    assert not any(phrase.en in shown for phrase in edition.phrases.override)
