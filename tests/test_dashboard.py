"""The dashboard: one closed page that says what the report says, whatever people typed."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cli.app import run
from checklists.checklist import Answer
from checklists.communes import communes_of
from checklists.declared import declared_sentence
from checklists.figures import Amount, amount, interval
from checklists.matrix import ReadinessClass
from checklists.purchases import purchases
from checklists.report import Report
from checklists.summary import paste_sentence
from checklists.task_plan import Status, TaskPlan
from checklists.tasks import task_counts
from checklists.telling import tell
from criteria.language import choose, number
from criteria.rating import Rating
from criteria.values import clean
from exports.dashboard import embed, view
from exports.dashboard.data import KINDS, LEVEL, RATINGS
from exports.dashboard.embed import FOLDER, as_json, environment, source
from exports.dashboard.page import page, write_dashboard
from exports.dashboard.texts import script_texts
from exports.standing import price_standing
from tests.factories import (
    ALL_MET,
    commune,
    make_checklist,
    make_matrix,
    make_round,
    statement,
    with_values,
)
from tests.pages import MADE, Page, compared, mixed_matrix

if TYPE_CHECKING:
    from pathlib import Path

NASTY = (
    "=1+1",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!-- --> ]]> {{ 7*7 }} {% raw %}",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "javascript:alert(1)",
    "\u202eabc\u202c \u200f",
    "e\u0302\u0301 Hoa\u0300",
    "a\u2028b\u2029c\x00\x07\r\nd",
    "&lt;b&gt; &amp; &#60;",
    "x" * 33_000,
)


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


def made(report: Report | None = None) -> Page:
    return Page(page(report or Report(mixed_matrix()), MADE))


def source_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


# One closed page


def test_the_page_loads_nothing_and_runs_nothing_but_its_own() -> None:
    held = made()
    policies = [
        each["content"]
        for each in held.attributes("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = held.texts("style")
    script = held.texts("script")[-1]

    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; ")
    for text in (style, script):
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policies[0]
    assert "unsafe" not in policies[0]
    for _tag, attributes, _held in held.elements:
        assert not {"src", "style", "srcdoc", "action", "formaction", "data-src"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith("#")


@pytest.mark.parametrize(
    "risky",
    ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "fetch("],
)
def test_the_script_makes_elements_and_never_markup(risky: str) -> None:
    assert risky not in source_of("dashboard.js")


def test_style_and_script_name_no_address() -> None:
    for name in ("dashboard.css", "dashboard.js"):
        assert not re.search(r"url\(|@import|https?:|//[a-z]", source_of(name))


def test_a_file_that_would_end_its_element_is_not_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "FOLDER", tmp_path)
    (tmp_path / "x.js").write_text("'</script>'")

    with pytest.raises(ValueError, match=r"x\.js"):
        source("x.js")


def test_the_same_report_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        write_dashboard(Report(mixed_matrix()), tmp_path / name, MADE)

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_province_fits_in_a_megabyte() -> None:
    held = make_round()
    values = {
        each.code: with_values(pc_adequate=place % 14, n_down=place, notes=None)
        for place, each in enumerate(held.communes)
    }

    assert len(page(Report(make_matrix(values, held=held)), MADE).encode()) < 1_000_000


def test_progress_is_told_commune_by_commune() -> None:
    told: list[tuple[int, int]] = []

    page(Report(mixed_matrix()), MADE, progress=lambda done, total: told.append((done, total)))

    assert told == [(done, 6) for done in range(1, 7)]


# It says what the report says


def test_every_letter_of_the_matrix_stands_in_its_cell() -> None:
    report = Report(mixed_matrix())
    held = made(report)

    rows = [text.split("\n") for text in held.texts("tr")]
    for row in report.matrix.rows:
        letters = "".join(row.sign(code) for code in row.outcomes)
        line = f"{row.commune.name}{row.cluster}{letters}{row.class_sign}"
        line += f"{row.met}/{row.applicable}{interval(row.index)}"
        assert [line] in rows


def test_the_data_say_what_the_matrix_says() -> None:
    report = Report(mixed_matrix())
    data = made(report).data

    for row, found in zip(report.matrix.rows, data["communes"], strict=True):
        ratings = [RATINGS[int(digit)] for digit in found["ratings"]]
        assert ratings == [outcome.rating for outcome in row.outcomes.values()]
        assert data["classes"][found["class"]]["key"] == row.readiness
        assert bool(found["doubtful"]) == row.doubtful
        assert data["strings"][found["index_words"]] == interval(row.index)
        marks = [("*" if int(m) & 1 else "") + ("!" if int(m) & 2 else "") for m in found["marks"]]
        signs = [r.letter + mark for r, mark in zip(ratings, marks, strict=True)]
        assert signs == [row.sign(code) for code in row.outcomes]


def test_every_commune_is_told_as_the_command_line_tells_it() -> None:
    report = Report(mixed_matrix())
    data = made(report).data

    for row, found in zip(report.matrix.rows, data["communes"], strict=True):
        for code, story in zip(row.outcomes, found["stories"], strict=True):
            pairs = list(zip(story[::2], story[1::2], strict=True))
            told = list(tell(row.checklist, code))
            assert [KINDS[line % LEVEL] for line, _text in pairs] == [each.kind for each in told]
            assert [line // LEVEL for line, _text in pairs] == [each.level for each in told]
            assert [data["strings"][text] for _line, text in pairs] == [
                clean(each.text) for each in told
            ]


def test_sentence_classes_and_costs_are_those_of_the_report() -> None:
    report = Report(mixed_matrix())
    held = made(report)

    assert held.texts("p", id="sentence") == [
        paste_sentence(report.matrix, MADE.until, report.costs, is_over=MADE.is_over)
    ]
    assert held.texts("span", class_="amount") == [
        str(report.matrix.classes[each]) for each in ReadinessClass
    ]
    once = amount(report.costs, "once").words
    assert once in "".join(held.texts("section", id="costs"))


def test_items_and_the_order_of_criteria_are_those_of_the_workbook() -> None:
    report = Report(mixed_matrix())
    bought = purchases(report.costs, report.round.catalogue)

    shown = view.items(report)

    assert [each.label for each in shown] == [str(each.item.label) for each in bought]
    for figures, each in zip(shown, bought, strict=True):
        words = number(each.quantity)
        assert figures.quantity in ({f"≥ {words}", "?"} if each.is_unsure else {words})
        paid = {"once": figures.once, "year": figures.yearly}
        assert paid.pop(each.period) == Amount(each.amount, each.may_grow).words
        assert list(paid.values()) == ["–"]
    assert [each.code for each in view.criteria(report)] == list(report.matrix.by_weakness)


def planned_report(who: str = "Ông An") -> Report:
    """A commune with two shortfalls, of which one is planned and late, and declared met."""
    held = make_round(communes=communes_of("75")[:2])
    plan = TaskPlan(who=who, by_when=date(2026, 12, 1), status=Status.ON_TRACK)
    weak = make_checklist(
        held,
        held.communes[0],
        with_values(pc_adequate=2, guide=False),
        declared=ALL_MET,
        plans={"EQ-01": Answer((statement(plan),))},
    )
    return Report(
        make_matrix(held=held, checklists=[weak, make_checklist(held, held.communes[1], ALL_MET)])
    )


def test_tasks_are_told_for_all_and_for_each_commune() -> None:
    report = planned_report()
    held = made(report)
    strings, first = held.data["strings"], held.data["communes"][0]

    told = [[strings[at] for at in line[:5]] for line in first["tasks"]]

    assert [line[0] for line in told] == [task.criterion.code for task in report.tasks]
    assert told[0][2:] == ["Ông An", "01/12/2026", "On track; 4 days late"]
    assert [line[5:] for line in first["tasks"]] == [
        [4, 0],
        *([0, at] for at in range(1, len(told))),
    ]
    assert held.data["communes"][1]["tasks"] == []
    paragraphs = held.texts("p")
    counts = task_counts(report.tasks, MADE.last_day).words
    assert any(f"Up to 05/12/2026: {counts}." in text for text in paragraphs)
    assert "Ông An" in held.texts("td")


def test_who_answers_for_what_stands_as_text_and_nobody_comes_last() -> None:
    heads = made(planned_report("<b>An</b>")).texts("th")

    assert heads.index("<b>An</b>") < heads.index("nobody yet")


def late_report(days: dict[str, int], who: str = "Ông An") -> Report:
    """Communes that lack computers; in some the task is late, by as many days as said."""
    held = make_round(communes=communes_of("75")[: len(days)])
    plans = {
        name: TaskPlan(who=who, by_when=MADE.last_day - timedelta(late), status=Status.ON_TRACK)
        for name, late in days.items()
    }
    checklists = [
        make_checklist(
            held,
            place,
            with_values(pc_adequate=2),
            plans={"EQ-01": Answer((statement(plan),))},
        )
        for place, plan in zip(held.communes, plans.values(), strict=True)
    ]
    return Report(make_matrix(held=held, checklists=checklists))


def test_what_is_late_stands_first_the_longest_late_before_the_rest() -> None:
    report = late_report({"a": 3, "b": 40, "c": -5, "d": 12, "e": 0})
    names = [place.name for place in report.round.communes]
    held = made(report)

    (section,) = held.texts("section", id="tasks")
    late = view.late_tasks(report, MADE.last_day)

    assert [(each.days, each.name) for each in late] == [
        ("40", names[1]),
        ("12", names[3]),
        ("3", names[0]),
    ]
    assert {each.who for each in late} == {"Ông An"}
    assert section.index("Overdue tasks: 3") < section.index("By person in charge")
    places = {name: held.data["communes"][at]["tasks"][0][6] for at, name in enumerate(names)}
    assert sorted(names, key=places.__getitem__) == [names[at] for at in (1, 3, 0, 4, 2)]


def test_of_many_late_tasks_the_first_stand_at_the_top_and_all_are_a_link_away() -> None:
    few, many = (
        made(late_report({str(at): at + 1 for at in range(amount_)}))
        for amount_ in (view.MOST_LATE, view.MOST_LATE + 1)
    )

    for held in (few, many):
        assert len(held.texts("td", class_="late")) == view.MOST_LATE
    links = [{each.get("data-query") for each in held.attributes("a")} for held in (few, many)]
    assert ["late=1" in held for held in links] == [False, True]
    assert f"Overdue tasks: {view.MOST_LATE + 1}" in many.texts("h3")


def test_where_nothing_is_late_the_page_says_so() -> None:
    held = made(late_report({"a": 0, "b": -3}))

    assert "No task is overdue." in held.texts("p")
    assert held.texts("h3", id="h-late") == ["Overdue tasks: 0"]


@pytest.mark.parametrize("who", ["Ông An & Bà Bình", "a=b+c%41#?/", "<b>An</b>"])
def test_the_link_of_a_person_says_the_name_as_the_list_knows_it(who: str) -> None:
    held = made(late_report({"a": 1}, who))

    links = [unquote(each["data-query"]) for each in held.attributes("a") if "data-query" in each]

    assert links.count(f"who={who}") == 2
    assert who in held.data["strings"]
    assert who in [each.get("value") for each in held.attributes("option")]


def test_each_price_says_where_it_comes_from_and_the_number_leads_to_its_source() -> None:
    report = planned_report()
    prices = report.round.profile.prices
    held = made(report)

    listed = held.texts("li")
    standings = held.texts("td", class_="source")

    bought = purchases(report.costs, report.round.catalogue)
    assert len(standings) == len(bought) > 0
    for each, standing in zip(bought, standings, strict=True):
        price = prices[each.item.key]
        words, at = re.fullmatch(r"(.+) \((\d+)\)", standing).groups()  # type: ignore[union-attr]
        assert words == price_standing(price.standing)
        assert f"({at}) {price.source}" in listed


def test_an_item_without_a_price_says_so() -> None:
    report = planned_report()
    held = replace(report.round, profile=report.round.profile.model_copy(update={"prices": {}}))
    weak = make_checklist(held, held.communes[0], with_values(pc_adequate=2))

    found = made(Report(make_matrix(held=held, checklists=[weak])))

    assert set(found.texts("td", class_="source")) == {price_standing("")}


def test_the_page_names_its_workbook() -> None:
    held = made(planned_report())
    named = Page(page(planned_report(), MADE, workbook="bao-cao.xlsx"))

    assert any("readiness export xlsx" in text for text in held.texts("p"))
    assert any("workbook bao-cao.xlsx" in text for text in named.texts("p"))


def test_what_was_declared_stands_beside_what_was_found() -> None:
    report = planned_report()
    held = made(report)
    total = report.declared.total

    assert declared_sentence(report.declared, report.matrix) in held.texts("p")
    first = held.data["communes"][0]
    words = held.data["strings"][first["declared"]]
    assert words.startswith(f"Declared met: {total.declared_met}; of these verified")
    assert "declared" not in held.data["communes"][1]


def test_whether_the_figures_can_be_trusted_stands_first_and_leads_to_the_reasons() -> None:
    report = planned_report()
    held = made(report)
    verdict = report.reliance.verdict

    (line,) = held.texts("p", class_="trusted")
    (section,) = held.texts("section", id="quality")

    assert verdict.startswith("The figures are provisional: ")
    assert held.texts("p", class_="verdict") == [verdict]
    assert "The figures are provisional · " in line
    assert "Checklists accepted by the office 0/2" in line
    assert held.texts("a", href="#quality")
    # Nothing but headings stands before it.
    assert section.split(verdict)[0].split("\n") == [
        "", "Data quality", "", "How far the figures can be trusted", ""
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_verdict_in_brief_is_a_whole_sentence_without_reasons(language: str) -> None:
    choose(language)
    report = planned_report()

    brief = view.in_brief(report)

    assert report.reliance.verdict.startswith(f"{brief.verdict}: ")
    assert len(brief.verdict) < 40
    assert len(brief.measures) == 2


def test_where_nothing_is_stated_the_page_says_so_instead_of_a_verdict() -> None:
    report = Report(make_matrix(held=make_round(communes=communes_of("75")[:2])))

    assert view.in_brief(report) == (report.quality.sentence, [])
    assert report.quality.sentence in made(report).texts("p", class_="trusted")[0]


def test_the_edition_says_what_it_is_on_every_view() -> None:
    held = made()
    notice = str(mixed_matrix().round.catalogue.about.notice).rstrip(".")

    assert any(notice in text for text in held.texts("footer"))
    assert any(notice in text for text in held.texts("p", class_="notice"))
    assert MADE.made_line() in "".join(held.texts("footer"))


def test_the_head_says_whose_it_is_and_as_of_when() -> None:
    report = Report(mixed_matrix())
    asked = replace(MADE, header="party", as_of="as of the close “Chốt 1”")
    (top,) = Page(page(report, asked)).texts("header")

    assert str(report.round.profile.party_form.issuing_body) in top
    assert report.round.title in top
    assert "as of the close “Chốt 1”" in top


def test_what_changed_is_there_only_when_something_is_compared() -> None:
    report = compared()

    assert not made().texts("section", id="changes")
    (view,) = made(report).texts("section", id="changes")
    assert report.trend is not None
    for sentence in report.trend.sentences:
        assert sentence in view
    assert "changes" in made(report).data["communes"][0]


def test_the_page_is_in_the_language_in_use() -> None:
    choose("vi")
    vietnamese = made()
    choose("en")
    english = made()

    assert vietnamese.attributes("html")[0]["lang"] == "vi"
    assert english.attributes("html")[0]["lang"] == "en"
    assert vietnamese.texts("h2") != english.texts("h2")
    assert "Đạt" in {each["label"] for each in vietnamese.data["ratings"]}


# Whoever reads with a screen reader, a keyboard, or in black and white


def test_headings_go_down_step_by_step_and_ids_are_unique() -> None:
    held = made(compared())
    levels = [int(tag[1]) for tag, _attributes, _held in held.elements if re.match(r"h\d$", tag)]
    ids = [each["id"] for _tag, each, _held in held.elements if "id" in each]

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))
    for _tag, attributes, _held in held.elements:
        for name in ("aria-labelledby", "for"):
            assert set(attributes.get(name, "").split()) <= set(ids)


def test_every_head_of_a_table_says_what_it_is_head_of() -> None:
    for attributes in made(compared()).attributes("th"):
        assert attributes["scope"] in ("col", "row", "colgroup")


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_texts_can_be_read_on_every_ground() -> None:
    style = source_of("dashboard.css")
    light = _colours(style[: style.index("@media")])
    dark = {**light, **_colours(style[style.index("scheme: dark") : style.index(".projector {")])}
    paper = {**light, **_colours(style[style.index("@media print {") :])}

    for held in (light, dark, paper):
        grounds = [held[f"r{at}"] for at in range(5)] + [held["c3"]]
        assert min(_contrast(held["on-fill"], ground) for ground in grounds) >= 4.5
        for ground in (held["paper"], held["ground"], held["r5"]):
            assert _contrast(held["ink"], ground) >= 7
            assert _contrast(held["soft"], ground) >= 4.5
            assert _contrast(held["accent"], ground) >= 4.5
        assert _contrast(held["on-top"], held["top"]) >= 4.5


def test_a_grey_print_keeps_the_order_of_ratings() -> None:
    style = source_of("dashboard.css")
    paper = _colours(style[style.index("@media print {") :])

    assert _luminance(paper["r0"]) > _luminance(paper["r1"]) > _luminance(paper["r2"])


# Texts


def test_every_text_has_its_place_and_every_place_its_text() -> None:
    script = source_of("dashboard.js")
    templates = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("templates/*"))
    used = set(re.findall(r"\bwords\.([a-z_]+)", script))
    by_kind = {"holds", "fails", "open", "waived"}

    assert used | by_kind == set(script_texts())
    assert set(re.findall(r"\bt\.([a-z_]+)", templates)) == set(_page_texts())


def _page_texts() -> Any:
    from exports.dashboard.page import _texts

    return _texts()


# What people typed


def nasty_report(text: str) -> Report:
    """A report in which a text stands wherever people write."""
    place = replace(commune(), name=text or "x", former_district=text)
    held = make_round(communes=[place], title=text)
    checklist = make_checklist(
        held,
        place,
        with_values(n_backup="none"),
        not_applicable=["QS-02"],
        overrides={"VC-04": Rating.NOT_MET},
        notes={"EQ-01": (statement(text, name=text),)},
    )
    return Report(make_matrix(held=held, checklists=[checklist]))


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_nasty_text_is_only_a_text(text: str) -> None:
    calm, held = made(nasty_report("calm")), made(nasty_report(text))

    assert [tag for tag, _attributes, _held in held.elements] == [
        tag for tag, _attributes, _held in calm.elements
    ]
    assert held.data["communes"][0]["name"] == clean(text)
    assert clean(text) in held.texts("a", href="#/commune/26368")
    note = next(each for each in held.data["strings"] if each.startswith("Note by"))
    assert note == clean(f"Note by {text}: {text}")


@given(st.text())
def test_any_text_comes_out_of_a_template_as_it_is(text: str) -> None:
    template = environment().from_string("<p title='{{ text }}'>{{ text }}</p>")

    held = Page(template.render(text=text))

    assert held.texts("p") == [clean(text)]
    assert held.attributes("p") == [{"title": clean(text)}]


@given(st.text())
def test_a_text_keeps_its_codes_whole_and_is_else_as_it_is(text: str) -> None:
    template = environment().from_string("<p>{{ text|codes }}</p>")

    held = Page(template.render(text=f"{text} CN-04; {text}"))

    assert held.texts("p") == [clean(f"{text} CN-04; {text}")]
    assert "CN-04" in held.texts("span", class_="code")


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_data_come_out_of_their_element_as_they_are(data: Any) -> None:
    text = as_json(data)

    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == data


# The command


def test_the_command_writes_the_page_of_the_open_round(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "Tổng hợp.html"

    status = run(["export", "html", "--out", str(target.with_suffix("")), "--json"])
    wrong = run(["export", "html", "--out", str(tmp_path / "x.pdf")])

    assert status == 0
    assert json.loads(capsys.readouterr().out)["path"] == str(target)
    assert len(Page(target.read_text(encoding="utf-8")).data["communes"]) == 95
    assert wrong == 2


# The edges


def test_a_round_without_communes_is_a_page() -> None:
    held = made(Report(make_matrix(held=make_round(communes=[]))))

    assert held.data["communes"] == []
    assert "no communes" in held.texts("p", id="sentence")[0]


def test_nothing_known_is_no_number() -> None:
    report = Report(make_matrix(held=make_round(communes=communes_of("75")[:2])))
    (row, *_others) = [text for text in made(report).texts("tr") if "Staff computers" in text]

    assert row.endswith("?")
    assert made(report).data["communes"][0]["index"] == [0.0, 1.0]


def test_one_commune_is_a_page() -> None:
    place = commune()
    held = make_round(communes=[place])

    found = made(Report(make_matrix({place.code: ALL_MET}, held=held)))

    assert found.data["communes"][0]["applicable"] == 16


def test_several_provinces_have_a_map_each() -> None:
    communes = [*communes_of("75")[:2], *communes_of("01")[:3]]
    found = made(Report(make_matrix(held=make_round(communes=communes))))

    assert len(found.texts("ul", class_="map")) == 2
    assert {"Thành phố Đồng Nai", "Thành phố Hà Nội"} <= set(found.texts("h3"))
