"""Rounds, checklists and matrices for tests, from plain values.

A whole number may be written as ``12``, a decimal as ``"12.5"``, a day as a ``date``,
`NOT_KNOWN` as itself; a list of values is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from checklists.checklist import Answer, Basis, Checklist, Override, Statement
from checklists.communes import Commune, communes_of
from checklists.matrix import Matrix, build_matrix
from checklists.profile import Profile, load_profile
from checklists.round import Round
from criteria.catalogue import Catalogue, Parameter, load_edition

if TYPE_CHECKING:
    from criteria.rating import Rating

PROVINCE: Final = "75"
RECORDED_AT: Final = "2026-12-05T09:30:00+07:00"

Stated = Mapping[str, object]
"""Key of a parameter or measure -> what was stated."""

ALL_MET: Final[Stated] = {
    "visit_date": date(2026, 12, 5),
    "counters": 6,
    "staff_pasc": 12,
    "staff_total": 60,
    "visits_day": 120,
    "same_building": False,
    # EQ
    "pc_working": 14,
    "pc_adequate": 12,
    "scanners": 3,
    "scanners_adf": 2,
    "printers": 4,
    "citizen_pc": 3,
    "citizen_net": True,
    "session_wipe": True,
    "guide": True,
    "signers": 10,
    "certs_valid": 10,
    "certs_60d": 1,
    "org_cert": True,
    "id_readers": 2,
    "cashless": "both",
    # VC
    "u_endpoint": "codec_hw",
    "u_seats": 20,
    "u_camera": "ptz1080",
    "u_screens": 1,
    "u_screen_inch": 65,
    "u_mics": 4,
    "u_speaker": True,
    "u_state": "good",
    "p_shared": False,
    "p_endpoint": "codec_hw",
    "p_seats": 15,
    "p_camera": "web1080",
    "p_screens": 1,
    "p_screen_inch": 55,
    "p_mics": 2,
    "p_speaker": True,
    "p_state": "good",
    "t_date": date(2026, 12, 1),
    "t_point": "ubnd",
    "t_min": 15,
    "t_res": "1080",
    "t_loss": "0.2",
    "t_rtt": 18,
    "t_jit": 4,
    "t_drops": 0,
    "t_audio": 5,
    "t_via": "tslcd",
    "b_ups_min": 30,
    "b_gen": False,
    "b_path": "mobile",
    "b_operator": True,
    "b_sessions": 40,
    "b_incidents": 1,
    # QS
    "q_kind": "kiosk",
    "q_machines": 1,
    "q_counters": 6,
    "q_voice": True,
    "d_central": 1,
    "d_inch": 55,
    "d_counter": 6,
    "d_sync": True,
    "k_kiosks": 1,
    "k_qr": True,
    "k_proc": True,
    "k_status": True,
    "k_resp": 3,
    "c_cams": 4,
    "c_cover": True,
    "c_days": 30,
    "c_uplink": True,
    "f_points": 6,
    "f_works": True,
    # CN
    "w_ubnd": True,
    "w_party": True,
    "w_mbps": 50,
    "w_isp": "vnpt",
    "w_rtt": 12,
    "w_down_h": 0,
    "n_iface": "cable",
    "n_down": 150,
    "n_up": 120,
    "n_rtt": 12,
    "n_jit": 3,
    "n_loss": 0,
    "n_runs": 3,
    "n_method": "app",
    "n_backup": "mobile",
    "l_speed": "g_all",
    "l_split": True,
    "l_fw": "dev",
    "l_ups_min": 20,
    "l_av_pc": 58,
    "l_all_pc": 60,
    "l_level": "ok",
    "l_owner": True,
    "s_targets": 4,
    "s_ok_targets": 4,
    "s_portal_pct": 99,
    "s_ttfb": 600,
    "s_dns": 20,
    "s_login": True,
}
"""A commune that meets every criterion of the default edition under the default profile."""


def with_values(**changed: object) -> dict[str, object]:
    """Return `ALL_MET` with some values changed; ``None`` takes one away."""
    return {key: value for key, value in {**ALL_MET, **changed}.items() if value is not None}


def as_typed(values: Stated) -> list[str]:
    """Return plain values as the command line takes them."""
    words = {True: "yes", False: "no"}
    return [
        f"{key}={words[value] if isinstance(value, bool) else value}"
        for key, value in values.items()
    ]


def commune(code: str = "26368", province: str = PROVINCE) -> Commune:
    """Return a real commune."""
    return next(each for each in communes_of(province) if each.code == code)


@cache
def default_edition() -> Catalogue:
    """Return the shipped edition; reading and checking it takes a while."""
    return load_edition()


@cache
def default_profile(province: str = PROVINCE) -> Profile:
    """Return the shipped profile of a province."""
    return load_profile(province)


def make_round(
    *,
    communes: Sequence[Commune] | None = None,
    catalogue: Catalogue | None = None,
    profile: Profile | None = None,
    province: str = PROVINCE,
    title: str = "Đợt 1 năm 2026",
    clusters: Mapping[str, str] | None = None,
) -> Round:
    """Return a round of the default edition and profile over the communes of a province."""
    return Round(
        id="round-1",
        title=title,
        province_code=province,
        opened_on=date(2026, 11, 23),
        catalogue=catalogue or default_edition(),
        communes=tuple(communes_of(province) if communes is None else communes),
        profile=profile or default_profile(province),
        clusters=clusters or {},
    )


def statement(value: object, name: str = "Trần Thị Bình", reason: str = "") -> Statement:
    """Return what one person stated."""
    return Statement("r" + "0" * 64, value, name, RECORDED_AT, reason=reason)


def _exact(field: Parameter, value: object) -> object:
    if isinstance(value, bool) or field.type not in ("int", "num"):
        return value
    return Decimal(value) if isinstance(value, int | str) else value


def answers(catalogue: Catalogue, values: Stated) -> dict[str, Answer]:
    """Return plain values as answers; a list of values as a conflict."""
    return {
        key: Answer(
            tuple(
                statement(_exact(catalogue.fields[key], each))
                for each in (value if isinstance(value, list) else [value])
            )
        )
        for key, value in values.items()
    }


def make_checklist(
    held: Round,
    where: Commune | None = None,
    values: Stated | None = None,
    *,
    declared: Stated | None = None,
    not_applicable: Sequence[str] = (),
    overrides: Mapping[str, Rating] | None = None,
    **rest: Any,
) -> Checklist:
    """Return the checklist of one commune.

    Args:
        held: The round.
        where: The first commune of the round if not given.
        values: Verified.
        declared: Declared by the commune.
        not_applicable: Codes that a person said do not apply.
        overrides: Code -> rating that a person set, and that still stands.
        rest: Other fields of `Checklist`.
    """
    seen = dict.fromkeys(overrides or {}, "seen")
    return Checklist(
        held,
        where or held.communes[0],
        answers={
            Basis.VERIFIED: answers(held.catalogue, values or {}),
            Basis.DECLARED: answers(held.catalogue, declared or {}),
        },
        not_applicable={
            code: Answer((statement(True, reason="Không tổ chức bộ phận một cửa"),))
            for code in not_applicable
        },
        overrides={
            code: (
                Override(statement(rating, reason="Đoàn đã xem lại tại chỗ"), rating, seen[code]),
            )
            for code, rating in (overrides or {}).items()
        },
        digests=seen,
        **rest,
    )


def make_matrix(
    values: Mapping[str, Stated] | None = None,
    *,
    held: Round | None = None,
    checklists: Sequence[Checklist] = (),
) -> Matrix:
    """Return the matrix of a round.

    Args:
        values: Code of a commune -> its verified values; the others are blank.
        held: The round; the default one if not given.
        checklists: Instead of `values` for their communes.
    """
    held = held or make_round()
    given = {checklist.commune.code: checklist for checklist in checklists}
    return build_matrix(
        held,
        [
            given.get(each.code) or make_checklist(held, each, (values or {}).get(each.code))
            for each in held.communes
        ],
    )
