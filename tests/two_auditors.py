"""What several auditors stated on machines of their own, as it lies in the office's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.desk import Desk
from audit.interpreting import criterion_digest
from audit.pen import Draft, Pen
from audit.record import Author, Cell
from criteria.values import to_json
from tests.factories import ALL_MET, _exact
from tests.piloting import LONG_THANH

if TYPE_CHECKING:
    from pathlib import Path

    from criteria.catalogue import Parameter

AN, DUC, NAM = "Nguyễn Văn An", "Trần Minh Đức", "Điểu Hoàng Nam"
_DIGITS = {AN: "1", DUC: "2", NAM: "3"}
BIEN_HOA = "26041"


def pen_of(desk: Desk, name: str) -> Pen:
    """Return the pen of an auditor on a machine of their own."""
    digit = _DIGITS.get(name, "4")
    return Pen(desk.file, desk.round.id, Author("k" + digit * 32, name), writer="w" + digit * 32)


def state_as(
    path: Path, name: str, commune: str = LONG_THANH, *, reason: str = "", **values: Any
) -> None:
    """State values as an auditor who knows of nobody else's."""
    with Desk(path, write=True) as desk:
        fields = desk.round.catalogue.fields
        pen_of(desk, name).write(
            [
                Draft("answer", commune, key, _json(fields[key], value), reason=reason)
                for key, value in values.items()
            ]
        )


def _json(field: Parameter, value: Any) -> Any:
    return to_json(_exact(field, value))  # type: ignore[arg-type] # of the field's type


def fill_as(path: Path, name: str, commune: str = LONG_THANH, *but: str, **changed: Any) -> None:
    """State all that meets every criterion, but for some fields."""
    with Desk(path) as desk:
        known = {key for key, field in desk.round.catalogue.fields.items() if field.known_to_office}
    values = {key: value for key, value in ALL_MET.items() if key not in (*but, *known)}
    state_as(path, name, commune, **{**values, **changed})


def say_as(path: Path, name: str, kind: str, subject: str, value: Any, reason: str = "") -> None:
    """Write any other statement about Long Thành as an auditor."""
    with Desk(path, write=True) as desk:
        if kind == "override" and value is not None:
            code = subject.partition("/")[0]
            seen = criterion_digest(desk.round, desk.ledger(LONG_THANH), code)
            value = {"rating": value, "seen": seen}
        pen_of(desk, name).write([Draft(kind, LONG_THANH, subject, value, reason=reason)])


def sign_as(path: Path, name: str, commune: str = LONG_THANH) -> None:
    """Sign a checklist as it stands."""
    with Desk(path, write=True) as desk:
        value = {
            "by": "Lê Văn Xã",
            "title": "Phó Chủ tịch",
            "auditor": name,
            "auditor_title": "Chuyên viên",
            "seen": desk.checklist(commune).content,
            "records": desk.ledger(commune).chains,
        }
        held = desk.ledger(commune).ids(Cell("sign_off", "verified"))
        pen_of(desk, name).write([Draft("sign_off", commune, "sign_off", value, replaces=held)])
