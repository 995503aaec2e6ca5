"""Evidence is asked for where there is something to show, and never for what is not there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from checklists.checklist import Attachment
from criteria.catalogue import Catalogue, load_edition
from criteria.errors import ErrorCode, ReadinessError
from criteria.lint import lint
from criteria.rating import Assessment, Rating
from tests.factories import make_checklist, make_round, with_values
from tests.small_edition import BOTH, edition_data

if TYPE_CHECKING:
    from criteria.rules.tree import Value

NOTHING: dict[str, Value] = {
    **dict.fromkeys(
        ("pc_working", "scanners", "printers", "citizen_pc", "certs_valid", "id_readers"),
        Decimal(0),
    ),
    **dict.fromkeys(("k_kiosks", "c_cams", "f_points", "d_central", "d_counter"), Decimal(0)),
    **dict.fromkeys(("b_ups_min", "l_av_pc"), Decimal(0)),
    **dict.fromkeys(("org_cert", "p_shared", "k_qr", "w_ubnd", "w_party", "s_login"), False),
    **dict.fromkeys(("u_endpoint", "p_endpoint", "q_kind", "n_iface", "cashless"), "none"),
    "l_level": "none",
}
"""A commune that has nothing at all."""


@pytest.fixture(scope="module")
def edition() -> Catalogue:
    return load_edition()


def texts(edition: Catalogue, code: str, values: dict[str, Value], **more: Any) -> list[str]:
    wanted = Assessment(edition, values, **more).wanted_evidence(code)
    return [line.text.en for line in wanted]


def with_evidence(*only_if: str | None) -> dict[str, Any]:
    data = edition_data({"A": {"met": "good >= pcs and line != 'none'"}, "B": {}})
    data["criteria"][0]["evidence"] = [
        {"text": BOTH, "kind": "photo", "at_least": 1} | ({"only_if": rule} if rule else {})
        for rule in only_if
    ]
    return data


def test_while_nothing_is_known_all_evidence_is_wanted(edition: Catalogue) -> None:
    assessment = Assessment(edition, {})

    for criterion in edition.criteria:
        assert assessment.wanted_evidence(criterion.code) == criterion.evidence


def test_a_commune_that_lacks_everything_is_asked_for_no_picture_of_it(edition: Catalogue) -> None:
    wanted = {
        code: [line.text.en for line in Assessment(edition, NOTHING).wanted_evidence(code)]
        for code in edition.codes
    }

    assert {code: lines for code, lines in wanted.items() if lines} == {
        "EQ-01": ["Overview photo of the counter area"],
        "CN-03": ["Photo of the network cabinet (IP labels hidden)"],
        "CN-04": ["The program's probe log"],
    }


@pytest.mark.parametrize(
    ("code", "values", "wanted"),
    [
        ("QS-03", {"k_kiosks": 0, "k_qr": True, "k_proc": True}, ["Photo of the result"]),
        ("VC-04", {"u_endpoint": "pc_sw", "b_ups_min": 0}, ["Document that", "Page of"]),
        ("VC-04", {"b_operator": False, "b_sessions": 0}, ["Photo of the UPS"]),
        ("CN-03", {"l_level": "sub", "l_av_pc": 3}, ["Photo of the net", "Picture of the anti"]),
        ("EQ-03", {"citizen_pc": 2, "citizen_net": False}, ["Photo of the area"]),
        ("QS-01", {"q_kind": "button", "q_machines": 1, "q_counters": 0}, ["Photo of", "Photo of"]),
        ("VC-02", {"p_shared": True}, ["Schedule for sharing"]),
        ("EQ-04", {"org_cert": True, "id_readers": 0, "cashless": "qr"}, ["Screenshot", "Photo"]),
    ],
)  # fmt: skip
def test_only_what_is_there_is_to_be_shown(
    edition: Catalogue, code: str, values: dict[str, Any], wanted: list[str]
) -> None:
    rated_before = {"u_endpoint": "pc_sw", "u_state": "good", "u_camera": "low", "u_speaker": True}
    room = rated_before | {"u_mics": 1, "u_screens": 1, "u_seats": 9, "u_screen_inch": 9}
    held = {
        key: Decimal(value) if type(value) is int else value
        for key, value in {**room, **values}.items()
    }

    found = texts(edition, code, held)

    assert len(found) == len(wanted)
    assert all(text.startswith(start) for text, start in zip(found, wanted, strict=True))


def test_a_criterion_that_does_not_apply_wants_no_evidence(edition: Catalogue) -> None:
    assert texts(edition, "QS-01", {}, not_applicable={"QS-01"}) == []
    assert texts(edition, "QS-01", {}, overrides={"QS-01": Rating.NOT_APPLICABLE}) == []


def photo(caption: str) -> Attachment:
    return Attachment("0" * 64, "a.jpg", caption, "image/jpeg", 9, None, "Bình", "2026-12-01")


def test_a_checklist_misses_only_evidence_of_what_is_there() -> None:
    by_code = {"k_kiosks": 0, "k_qr": True, "k_proc": True, "k_status": False}

    assert make_checklist(make_round(), values=with_values()).missing_evidence("QS-03") == 2
    assert (
        make_checklist(make_round(), values=with_values(**by_code)).missing_evidence("QS-03") == 1
    )
    assert make_checklist(make_round(), not_applicable=["QS-01"]).missing_evidence("QS-01") == 0


def test_a_caption_names_a_line_and_any_other_only_lessens_what_is_missing() -> None:
    data = edition_data({"A": {"met": "good >= pcs"}, "B": {}})
    data["criteria"][0]["evidence"] = [
        {"text": {"vi": f"{text} vi", "en": text}, "kind": kind, "at_least": at_least}
        for text, kind, at_least in (
            ("anything", "either", 1),
            ("counter", "photo", 1),
            ("cabinet", "photo", 1),
            ("more", "photo", 0),
        )
    ]
    held = make_round(catalogue=Catalogue.from_dict(data))
    pdf = photo("")._replace(media_type="application/pdf")

    def counts(*pieces: Attachment) -> tuple[list[int], int]:
        wanted = make_checklist(held, evidence={"A": pieces}).wanted_evidence("A")
        assert [each.line.text.en for each in wanted] == ["anything", "counter", "cabinet", "more"]
        assert all(each.missing == max(0, each.unnamed - each.other) for each in wanted)
        return [each.held for each in wanted], sum(each.missing for each in wanted)

    # A line that takes either kind is left to what fits no other; no free caption ticks one.
    assert counts(photo(""), pdf) == ([0, 0, 0, 0], 1)
    assert counts(photo(""), photo(""), photo(""), photo("")) == ([0, 0, 0, 0], 0)
    assert counts(pdf, pdf) == ([0, 0, 0, 0], 2)
    # What names a line is counted first, whenever it was attached.
    assert counts(photo(""), photo("counter 2")) == ([0, 1, 0, 0], 1)
    assert counts(photo("Counter 2"), photo("")) == ([0, 1, 0, 0], 1)
    assert counts(photo("counter 1"), photo("counter 2")) == ([0, 2, 0, 0], 2)
    assert counts(photo("cabinet vi"), photo("of more")) == ([0, 0, 1, 1], 2)
    # Nothing of another kind than the edition names passes for it, whatever its caption says.
    assert counts(pdf._replace(caption="counter")) == ([0, 0, 0, 0], 3)
    assert counts(pdf._replace(caption="anything")) == ([1, 0, 0, 0], 2)
    # Where several are named, the one at the beginning is meant.
    assert counts(photo("counter beside the cabinet")) == ([0, 1, 0, 0], 2)


def test_a_photo_does_not_pass_for_a_document() -> None:
    data = edition_data({"A": {"met": "good >= pcs"}, "B": {}})
    text = {"vi": "Biên bản", "en": "Minutes"}
    data["criteria"][0]["evidence"] = [{"text": text, "kind": "file", "at_least": 1}]
    held = make_round(catalogue=Catalogue.from_dict(data))
    scan = photo("Biên bản")._replace(media_type="application/pdf")

    def missing(piece: Attachment) -> int:
        return make_checklist(held, evidence={"A": (piece,)}).missing_evidence("A")

    assert (missing(photo("Biên bản")), missing(scan)) == (1, 0)


@pytest.mark.parametrize(("caption", "missing"), [("Ảnh kiốt", 1), ("", 0)])
def test_a_photo_of_what_is_no_longer_wanted_stands_for_nothing_else(
    caption: str, missing: int
) -> None:
    values = with_values(k_kiosks=0, k_qr=True, k_proc=True, k_status=False)
    checklist = make_checklist(make_round(), values=values, evidence={"QS-03": (photo(caption),)})

    assert checklist.missing_evidence("QS-03") == missing


def test_only_if_is_read_over_blanks_as_any_rule_is() -> None:
    catalogue = Catalogue.from_dict(with_evidence("pcs >= 1", "pcs >= 1 or wifi", None))

    def wanted(**values: Value) -> int:
        return len(Assessment(catalogue, values).wanted_evidence("A"))

    assert wanted() == 3
    assert wanted(pcs=Decimal(0)) == 2
    assert wanted(pcs=Decimal(0), wifi=False) == 1
    assert wanted(pcs=Decimal(1)) == 3


def test_only_if_travels_with_the_edition() -> None:
    catalogue = Catalogue.from_dict(with_evidence("pcs >= 1", None))

    carried = catalogue.to_dict()["criteria"][0]["evidence"]

    assert [line.get("only_if") for line in carried] == ["pcs >= 1", None]
    assert Catalogue.from_dict(catalogue.to_dict()) == catalogue


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("pcs >=", ErrorCode.RULE_ENDS_EARLY),
        ("nobody >= 1", ErrorCode.RULE_UNKNOWN_NAME),
        ("pcs + 1", ErrorCode.RULE_TYPE),
        ("line == 'satellite'", ErrorCode.RULE_CHOICE),
        ("rated('Z', 'met')", ErrorCode.RULE_UNKNOWN_CRITERION),
    ],
)
def test_a_wrong_rule_of_evidence_is_told_like_any_other_and_the_rest_is_looked_at(
    rule: str, code: ErrorCode
) -> None:
    data = with_evidence(rule)
    data["criteria"][1]["rules"]["met"] = "false"

    told = {finding.message.code: finding for finding in lint(data)}

    assert told[code].where == ("criteria", 0, "evidence", 0, "only_if")
    assert told[code].column is not None
    assert ErrorCode.LINT_NEVER_MET in told
    with pytest.raises(ReadinessError):
        Catalogue.from_dict(data)


def test_a_thousands_point_in_a_rule_of_evidence_is_told() -> None:
    assert ErrorCode.RULE_THOUSANDS in {
        finding.message.code for finding in lint(with_evidence("pcs >= 2.000"))
    }
