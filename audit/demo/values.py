"""What is found in a made-up commune, criterion by criterion of the default edition.

Each function takes how good things shall be and returns values that fit together,
with the fault that explains them (a key of the remarks in ``cast.toml``). The rating
itself always comes out of the edition's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.demo.cast import Grade
from audit.demo.places import Dice, Place, ceil_div
from criteria.rating import Assessment

if TYPE_CHECKING:
    from criteria.catalogue import Catalogue
    from criteria.values import StatedValue

Raw = Decimal | int | bool | str | date
OFTEN_STATED: Final = 62
"""In so many of a hundred cases an optional measure is stated."""


class Finding(NamedTuple):
    """What is found for one criterion."""

    values: dict[str, Raw]
    fault: str = ""
    """Key of the remarks; empty where all is well."""


Maker = Callable[[Place, Grade, Dice, Mapping[str, Raw]], Finding]


def _staff_computers(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    staff = place.staff
    fault = ""
    if grade is Grade.FULL:
        working = staff + dice.between(0, 3)
        adequate = dice.between(staff, working)
    elif grade is Grade.FAIR:
        fault = "old_computers"
        working = dice.between(ceil_div(4 * staff, 5), staff + 1)
        adequate = dice.between(ceil_div(staff, 2), min(working, staff - 1))
    else:
        fault = "old_computers"
        adequate = dice.between(1, (staff - 1) // 2)
        working = dice.between(adequate + 1, staff - 1)
    old = working - adequate
    return Finding(
        {
            "pc_working": working,
            "pc_adequate": adequate,
            "pc_over5y": min(working, old + dice.between(0, 3)),
            "pc_os_eol": dice.between(old // 2, old),
        },
        fault,
    )


def _scanners(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    scanners_need, printers_need = max(1, ceil_div(place.counters, 2)), ceil_div(place.staff, 3)
    scanners = scanners_need + dice.between(0, 1)
    feeders = dice.between(1, scanners)
    printers = printers_need + dice.between(0, 2)
    fault = ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("few_scanners", "no_adf", "few_printers"))
        if fault == "few_scanners":
            scanners = max(1, scanners_need - dice.between(1, 2))
            feeders = 1 if scanners < scanners_need else 0
        elif fault == "no_adf":
            feeders = 0
        else:
            printers = max(1, printers_need - dice.between(1, 2))
    elif grade is Grade.POOR:
        fault = "no_scanner"
        scanners = feeders = 0
        printers = dice.between(1, printers_need)
    return Finding(
        {
            "scanners": scanners,
            "scanners_adf": feeders,
            "scan_10p_sec": dice.tenths(140, 420) if feeders else dice.tenths(900, 2400),
            "printers": printers,
            "copier": dice.chance(70),
        },
        fault,
    )


def _citizen_computers(
    place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]
) -> Finding:
    need = place.per_visits(50)
    computers, net, wipe, guide, fault = need + dice.between(0, 1), True, True, True, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("few_citizen_pcs", "no_wipe", "no_guide"))
        if fault == "few_citizen_pcs" and need > 1:
            computers = dice.between(1, need - 1)
        elif fault == "no_guide":
            guide = False
        else:
            fault, wipe = "no_wipe", False
    elif grade is Grade.POOR:
        fault = "no_citizen_pc"
        computers, net, wipe, guide = 0, False, False, dice.chance(40)
    return Finding(
        {
            "citizen_pc": computers,
            "citizen_net": net,
            "session_wipe": wipe,
            "guide": guide,
            "public_wifi": dice.chance(65),
        },
        fault,
    )


def _signatures(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    signers = 5 + place.staff_total // 10
    certificates, readers = signers, dice.between(1, place.counters)
    cashless, agency, fault = dice.one_of(("qr", "both", "pos", "qr")), True, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("certs_missing", "no_reader", "no_cashless"))
        if fault == "certs_missing":
            certificates = dice.between(ceil_div(4 * signers, 5), signers - 1)
        elif fault == "no_reader":
            readers = 0
        else:
            cashless = "none"
    elif grade is Grade.POOR:
        fault = dice.one_of(("certs_missing", "org_cert_expired"))
        certificates = dice.between(signers // 3, (4 * signers - 1) // 5)
        agency = fault != "org_cert_expired"
        readers = dice.between(0, 1)
    return Finding(
        {
            "signers": signers,
            "certs_valid": certificates,
            "certs_60d": dice.between(0, min(3, certificates)),
            "org_cert": agency,
            "org_cert_exp": place.visit_date + timedelta(days=dice.between(40, 900)),
            "id_readers": readers,
            "cashless": cashless,
        },
        fault,
    )


def _room(prefix: str, place: Place, grade: Grade, dice: Dice) -> Finding:
    seats = dice.one_of((16, 18, 20, 24, 30, 36, 40))
    mics_need = ceil_div(seats, 10)
    endpoint = dice.one_of(("codec_hw", "pc_sw", "codec_hw"))
    camera = dice.one_of(("ptz1080", "web1080", "ptz1080"))
    screens, inch = (1, dice.one_of((55, 65))) if seats <= 20 else (2, dice.one_of((55, 65, 75)))
    mics, speaker, state, fault = mics_need + dice.between(0, 2), True, "good", ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("weak_camera", "few_mics", "small_screen", "worn_room"))
        if fault == "weak_camera":
            camera = "low"
        elif fault == "few_mics":
            mics = mics_need - 1
        elif fault == "small_screen":
            screens, inch = 1, 43
        else:
            state = "part"
    elif grade is Grade.POOR:
        fault = dice.one_of(("no_room", "broken_room"))
        if fault == "no_room":
            endpoint = "none"
        else:
            state, speaker, mics = "bad", False, dice.between(0, 1)
    year = dice.between(2022, 2025) if grade is Grade.FULL else dice.between(2015, 2021)
    # Two rooms of one commune are two rooms, with serial numbers of their own.
    serial = f"MH-{place.code[1:]}-{prefix.upper()}{dice.between(100, 999)}"
    values: dict[str, Raw] = {
        "endpoint": endpoint,
        "seats": seats,
        "camera": camera,
        "screens": screens,
        "screen_inch": inch,
        "mics": mics,
        "speaker": speaker,
        "state": state,
        "year": year,
        "serial": serial,
    }
    return Finding({f"{prefix}_{key}": value for key, value in values.items()}, fault)


def _committee_room(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    return _room("u", place, grade, dice)


def _party_room(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    own = _room("p", place, grade, dice)
    if grade is Grade.FAIR and place.same_building and dice.chance(70):
        return Finding({**own.values, "p_shared": True}, "shared_room")
    return Finding({"p_shared": False, **own.values}, own.fault)


def _meeting(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    loss, rtt, jitter = dice.tenths(0, 9), dice.between(14, 90), dice.between(2, 18)
    resolution, drops, audio, fault = dice.one_of(("1080", "720")), 0, dice.between(4, 5), ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("choppy", "dropped"))
        if fault == "choppy":
            loss, rtt, audio = dice.tenths(12, 29), dice.between(120, 260), 3
            resolution = "low"
        else:
            drops = 1
    elif grade is Grade.POOR:
        fault = dice.one_of(("choppy", "dropped"))
        loss, rtt, jitter = dice.tenths(32, 85), dice.between(180, 420), dice.between(25, 70)
        resolution, drops, audio = "low", dice.between(1, 4), 2
    age = 0 if dice.chance(65) else dice.between(1, 20)
    return Finding(
        {
            "t_date": place.visit_date - timedelta(days=age),
            "t_point": dice.one_of(("ubnd", "ubnd", "du", "both")),
            "t_min": dice.between(10, 25),
            "t_res": resolution,
            "t_loss": loss,
            "t_rtt": rtt,
            "t_jit": jitter,
            "t_drops": drops,
            "t_audio": audio,
            "t_via": "tslcd" if dice.chance(80) else "inet",
        },
        fault,
    )


def _meeting_backup(_place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    ups, generator = dice.between(15, 45), dice.chance(35)
    path, operator = dice.one_of(("mobile", "isp2")), True
    sessions = dice.between(24, 72)
    incidents, fault = dice.between(0, sessions // 20), ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("no_power", "no_path", "no_operator", "incidents"))
        if fault == "no_power":
            ups, generator = dice.one_of((0, 5, 8)), False
        elif fault == "no_path":
            path = "none"
        elif fault == "no_operator":
            operator = False
        else:
            incidents = dice.between(sessions // 20 + 1, sessions // 6)
    elif grade is Grade.POOR:
        fault = dice.one_of(("no_power", "no_path"))
        ups, generator, path = dice.one_of((0, 0, 6)), False, "none"
        operator = dice.chance(50)
        incidents = dice.between(sessions // 12, sessions // 5)
    return Finding(
        {
            "b_ups_min": ups,
            "b_gen": generator,
            "b_path": path,
            "b_operator": operator,
            "b_sessions": sessions,
            "b_incidents": incidents,
        },
        fault,
    )


def _queue(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    kind, machines = dice.one_of(("kiosk", "button", "kiosk")), place.per_visits(200)
    connected, voice, fault = place.counters, True, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("half_the_counters", "silent_queue"))
        if fault == "half_the_counters":
            connected = dice.between(ceil_div(place.counters, 2), place.counters - 1)
        else:
            voice = False
    elif grade is Grade.POOR:
        fault = dice.one_of(("queue_by_hand", "no_queue"))
        kind = "manual" if fault == "queue_by_hand" else "none"
    return Finding(
        {
            "q_kind": kind,
            "q_machines": machines,
            "q_counters": connected,
            "q_voice": voice,
            "q_priority": dice.chance(60),
            "q_linked": dice.chance(55),
            "q_wait": dice.tenths(40, 260),
        },
        fault,
    )


def _displays(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    central, inch = 1 + dice.between(0, place.counters // 6), dice.one_of((43, 50, 55, 65))
    panels, synchronous, fault = place.counters, True, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("few_panels", "out_of_sync"))
        if fault == "few_panels":
            panels = dice.between(ceil_div(place.counters, 2), place.counters - 1)
        else:
            synchronous = False
    elif grade is Grade.POOR:
        fault = "no_display"
        central, panels = 0, dice.between(0, place.counters // 2)
    return Finding(
        {
            "d_central": central,
            "d_inch": inch,
            "d_counter": panels,
            "d_sync": synchronous,
            "d_public": dice.chance(60),
        },
        fault,
    )


def _lookup(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    kiosks, qr_code = place.per_visits(150), dice.chance(80)
    procedures, status, seconds, fault = True, True, dice.tenths(12, 90), ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("no_kiosk", "slow_lookup", "half_a_lookup"))
        if fault == "no_kiosk":
            kiosks, qr_code = 0, True
        elif fault == "slow_lookup":
            seconds = dice.tenths(120, 400)
        else:
            status = False
    elif grade is Grade.POOR:
        fault = "no_lookup"
        kiosks, qr_code, procedures, status = dice.between(0, 1), True, False, False
    return Finding(
        {
            "k_kiosks": kiosks,
            "k_qr": qr_code,
            "k_proc": procedures,
            "k_status": status,
            "k_resp": seconds,
        },
        fault,
    )


def _cameras(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    cameras, cover, days = dice.between(4, 4 + place.counters), True, dice.one_of((30, 30, 45, 60))
    uplink, points, works, fault = True, place.counters + dice.between(0, 1), True, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("short_recording", "no_uplink", "few_feedback"))
        if fault == "short_recording":
            days = dice.one_of((7, 10, 15, 20))
        elif fault == "no_uplink":
            uplink = False
        else:
            points = 1
    elif grade is Grade.POOR:
        fault = "no_camera"
        cameras, cover, days, uplink = dice.between(1, 2), False, dice.one_of((5, 7)), False
        points = dice.between(0, 1)
    return Finding(
        {
            "c_cams": cameras,
            "c_cover": cover,
            "c_days": days,
            "c_uplink": uplink,
            "f_points": points,
            "f_works": works,
        },
        fault,
    )


def _dedicated_network(
    place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]
) -> Finding:
    need = max(20, 2 * place.staff + 8)
    mbps = dice.one_of([plan for plan in (30, 40, 50, 60, 100) if plan >= need][:2])
    committee, party, rtt, down, fault = True, True, dice.between(3, 32), dice.tenths(0, 62), ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("slow_tslcd", "no_party_drop", "tslcd_down"))
        if fault == "slow_tslcd":
            mbps = dice.between(ceil_div(need, 2), need - 1)
        elif fault == "no_party_drop":
            party = False
        else:
            down = dice.tenths(80, 300)
    elif grade is Grade.POOR:
        fault = dice.one_of(("slow_tslcd", "no_tslcd"))
        if fault == "slow_tslcd":
            mbps, party = dice.between(4, (need - 1) // 2), dice.chance(50)
        else:
            committee = party = False
    return Finding(
        {
            "w_ubnd": committee,
            "w_party": party,
            "w_mbps": mbps,
            "w_isp": dice.one_of(("vnpt", "viettel", "vnpt", "cpt")),
            "w_contract": f"MH-{dice.between(100, 999)}/2025",
            "w_expiry": place.visit_date + timedelta(days=dice.between(30, 700)),
            "w_rtt": rtt,
            "w_down_h": down,
        },
        fault,
    )


def _internet(place: Place, grade: Grade, dice: Dice, found: Mapping[str, Raw]) -> Finding:
    users = place.staff + int(found.get("citizen_pc", 0))  # type: ignore[arg-type] # a count
    down_need, up_need = max(50, 4 * users), max(30, 2 * users)
    contract = dice.one_of([plan for plan in (150, 200, 300, 500) if plan > down_need + 40])
    down = dice.tenths(10 * down_need + 20, 10 * min(contract, 2 * down_need))
    up = dice.tenths(10 * up_need + 20, 20 * up_need)
    rtt, jitter, loss = dice.between(3, 28), dice.tenths(4, 90), dice.tenths(0, 6)
    interface, backup, runs, fault = "cable", dice.one_of(("mobile", "isp2", "mobile")), 3, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("slow_internet", "only_wifi", "no_backup"))
        if fault == "slow_internet":
            contract, down = 100, dice.tenths(5 * down_need, 10 * down_need - 1)
        elif fault == "only_wifi":
            interface = "wifi"
        else:
            backup = "none"
    elif grade is Grade.POOR:
        fault = dice.one_of(("slow_internet", "bad_line"))
        contract, backup = 50, "none"
        down, up = dice.tenths(60, 5 * down_need - 1), dice.tenths(20, 5 * up_need - 1)
        if fault == "bad_line":
            loss, jitter = dice.tenths(32, 90), dice.tenths(200, 600)
    return Finding(
        {
            "n_iface": interface,
            "n_contract": contract,
            "n_down": down,
            "n_up": up,
            "n_rtt": rtt,
            "n_jit": jitter,
            "n_loss": loss,
            "n_runs": runs,
            "n_method": dice.one_of(("app", "app", "app", "ispeed")),
            "n_backup": backup,
            "n_failover": dice.between(5, 90),
        },
        fault,
    )


def _local_network(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    computers = place.staff_total + dice.between(-4, 6)
    speed, split, firewall = "g_all", True, dice.one_of(("dev", "router"))
    ups, protected = dice.between(15, 40), computers - dice.between(0, computers // 20)
    dossier, owner, fault = "ok", True, ""
    if grade is Grade.FAIR:
        fault = dice.one_of(("old_lan", "flat_lan", "no_cabinet_power", "dossier_pending"))
        if fault == "old_lan":
            speed = dice.one_of(("g_part", "m100"))
        elif fault == "flat_lan":
            split = False
        elif fault == "no_cabinet_power":
            ups = 0
        else:
            dossier = "sub"
    elif grade is Grade.POOR:
        fault = "no_dossier"
        speed, split, ups = dice.one_of(("m100", "none", "g_part")), False, dice.one_of((0, 0, 10))
        firewall, dossier, owner = dice.one_of(("router", "none")), "none", False
        protected = dice.between(computers // 3, computers * 4 // 5)
    return Finding(
        {
            "l_speed": speed,
            "l_split": split,
            "l_fw": firewall,
            "l_ups_min": ups,
            "l_av_pc": protected,
            "l_all_pc": computers,
            "l_level": dossier,
            "l_owner": owner,
        },
        fault,
    )


def _shared_systems(place: Place, grade: Grade, dice: Dice, _found: Mapping[str, Raw]) -> Finding:
    answered = Decimal(dice.one_of((100, 100, 100, 95)))
    first_byte, names, login, fault = dice.between(160, 1400), dice.between(6, 70), True, ""
    if grade is Grade.FAIR:
        fault = "slow_portal"
        answered = Decimal(dice.one_of((80, 85, 90, 100)))
        first_byte = dice.between(2100, 5200)
    elif grade is Grade.POOR:
        fault = dice.one_of(("slow_portal", "no_login"))
        answered = Decimal(dice.one_of((45, 60, 70, 75)))
        first_byte, names = dice.between(2600, 8000), dice.between(90, 400)
        login = fault != "no_login"
    return Finding(
        {
            "s_targets": place.targets,
            "s_ok_targets": place.targets if answered >= 95 else max(0, place.targets - 1),
            "s_portal_pct": answered,
            "s_ttfb": first_byte,
            "s_dns": names,
            "s_login": login,
            "s_open_sec": dice.tenths(15, 240),
            "s_ipv6": dice.chance(45),
            "s_clock": Decimal(dice.between(-3, 3)) if dice.chance(85) else Decimal(-94),
        },
        fault,
    )


_MAKERS: Final[Mapping[str, Maker]] = {
    "EQ-01": _staff_computers,
    "EQ-02": _scanners,
    "EQ-03": _citizen_computers,
    "EQ-04": _signatures,
    "VC-01": _committee_room,
    "VC-02": _party_room,
    "VC-03": _meeting,
    "VC-04": _meeting_backup,
    "QS-01": _queue,
    "QS-02": _displays,
    "QS-03": _lookup,
    "QS-04": _cameras,
    "CN-01": _dedicated_network,
    "CN-02": _internet,
    "CN-03": _local_network,
    "CN-04": _shared_systems,
}


class Found(NamedTuple):
    """What is found in one commune."""

    values: dict[str, StatedValue]
    """Key -> value of all that is asked, in the order of the edition."""
    faults: dict[str, str]
    """Code of a criterion -> key of the remarks."""


def find(
    catalogue: Catalogue,
    place: Place,
    grades: Mapping[str, Grade],
    fixed: Mapping[str, StatedValue],
) -> Found:
    """Return what is found in a commune.

    Args:
        catalogue: The default edition.
        place: The commune.
        grades: Code of a criterion -> how good things shall be.
        fixed: Key -> value that stands whatever else is found.
    """
    raw: dict[str, Raw] = {}
    faults: dict[str, str] = {}
    for code, maker in _MAKERS.items():
        finding = maker(place, grades[code], Dice("found", place.code, code), raw)
        raw.update(finding.values)
        if finding.fault:
            faults[code] = finding.fault
    values: dict[str, StatedValue] = {key: stated(value) for key, value in raw.items()}
    values.update(place.parameters)
    values.update(fixed)
    assessment = Assessment(catalogue, {key: _known(value) for key, value in values.items()})
    asked: dict[str, StatedValue] = {}
    for key, field in catalogue.fields.items():
        left_out = (
            field.optional
            and key not in fixed
            and not Dice("optional", place.code, key).chance(OFTEN_STATED)
        )
        if key in values and assessment.is_asked(key) and not left_out:
            asked[key] = values[key]
    return Found(asked, faults)


def stated(value: Raw) -> StatedValue:
    """Return a value as an auditor states it: numbers exact."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _known(value: StatedValue) -> Decimal | bool | str | date | None:
    return value if isinstance(value, Decimal | bool | str | date) else None
