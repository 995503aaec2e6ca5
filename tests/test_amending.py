"""The office amends what a round may change; two amendments at once are settled by a third."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from audit.desk import Desk
from audit.file import AuditFile
from audit.identity import signer
from audit.pen import Draft, Pen
from audit.record import Cell
from criteria.language import choose
from tests.laptops import COMMUNE, Laptop, office_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> None:
    choose("en")


@pytest.fixture
def office(file: Path) -> Laptop:
    return office_of(file)


def test_a_commune_gets_a_cluster_and_loses_it_again(office: Laptop) -> None:
    office.does("round", "amend", "--cluster", f"{COMMUNE}=Cụm 1", "--cluster", "26041=Cụm 2")
    office.does("round", "amend", "--cluster", "26041=")

    with office.at(), Desk(office.path) as desk:
        assert desk.round.clusters == {COMMUNE: "Cụm 1"}
        assert desk.round.cluster(desk.commune("26041")) == desk.commune("26041").former_district


@pytest.mark.parametrize("text", ["Cụm 1", "=Cụm 1"])
def test_a_cluster_needs_its_commune(office: Laptop, text: str) -> None:
    assert office.run("round", "amend", "--cluster", text) == 2


def test_whoever_is_not_the_office_amends_nothing(office: Laptop) -> None:
    auditor = office.joined_by("Trần Thị Bình")
    before = auditor.path.read_bytes()

    assert auditor.run("round", "amend", "--title", "Của tôi") == 1
    assert auditor.path.read_bytes() == before


def test_amendments_that_did_not_know_of_each_other_are_settled_by_stating_one_anew(
    office: Laptop,
) -> None:
    cell = Cell("clusters", "verified")
    with office.at(), Desk(office.path, write=True) as desk:
        first = desk.office.ids(cell)
        for number in (1, 2):
            with AuditFile.open(office.path, write=True) as file:
                pen = Pen(
                    file,
                    desk.round.id,
                    desk.pen().author,
                    writer=f"w{number:032x}",
                    signer=signer(),
                )
                draft = {COMMUNE: f"Cụm {number}"}
                pen.write([Draft("round", "", "clusters", draft, replaces=first)])
    with office.at(), Desk(office.path) as desk:
        stands = desk.round.clusters[COMMUNE]
        assert len(desk.office.ids(cell)) == 2

    office.does("round", "amend", "--title", "Tên khác")
    with office.at(), Desk(office.path) as desk:
        assert len(desk.office.ids(cell)) == 2
    office.does("round", "amend", "--cluster", f"{COMMUNE}={stands}")

    with office.at(), Desk(office.path) as desk:
        assert len(desk.office.ids(cell)) == 1
        assert desk.round.clusters[COMMUNE] == stands
