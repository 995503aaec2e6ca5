"""``readiness round``: begin a round, amend it, give it out, close it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.amending import amended_drafts
from audit.beginning import open_round
from audit.cli.assign import assign
from audit.cli.close import close, closes
from audit.cli.common import (
    emit,
    file_option,
    json_option,
    say,
    talk,
)
from audit.commune_table import read_commune_table
from audit.desk import Desk, chosen_path, remember_file
from audit.office import needed_office
from audit.statements import state_values
from checklists.profile import Price, load_profile
from checklists.round import Round, frozen_differences
from criteria.catalogue import Catalogue, load_edition
from criteria.errors import ErrorCode, Message, ReadinessError
from criteria.folding import fold
from criteria.language import N_, _, count, number
from criteria.values import clean, read_number

if TYPE_CHECKING:
    from checklists.profile import Profile


MOST_PRICE = Decimal(1_000_000)
"""In million VND; as in a profile."""
_SECTIONS = {
    "core_criteria": N_("core criteria"),
    "keep_photo_place": N_("whether photos keep where they were taken"),
    "funding": N_("where the money comes from"),
    "state_form": N_("head of State papers"),
    "party_form": N_("head of Party papers"),
    "classes": N_("thresholds of the classes"),
    "switches": N_("settings of the criteria"),
    "probes": N_("addresses for trying the network"),
    "prices": N_("unit prices"),
}
"""Section of a profile -> what it is called."""

_SUBJECTS = {
    "round": N_("the round's title"),
    "catalogue": N_("the edition of the criteria"),
    "profile": N_("the profile (prices, switches, heads)"),
    "clusters": N_("the clusters"),
}


@click.group(name="round", help=_("Begin a round, amend it, give it out, close it."))
def rounds() -> None:
    """Begin a round, amend it, give it out, close it."""


for _command in (assign, close, closes):
    rounds.add_command(_command)


@rounds.command(
    help=_(
        "Begin a round for a province: a new audit file with its communes, criteria and profile "
        "inside."
    )
)
@click.option(
    "--province", required=True, metavar=_("CODE"), help=_("Code or name, such as 75 or Đồng Nai.")
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=_("The audit file to make.")
)
@click.option("--title", default="", help=_("What the round is called."))
@click.option(
    "--catalogue",
    "edition",
    type=click.Path(path_type=Path),
    help=_("Another edition of the criteria, as TOML."),
)
@click.option(
    "--profile",
    "own",
    type=click.Path(path_type=Path),
    help=_("The office's own profile, as TOML."),
)
@click.option(
    "--communes",
    "table",
    type=click.Path(path_type=Path),
    help=_(
        "A CSV table of the communes to audit: code, cluster, and any parameter the office knows."
    ),
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    help=_("The audit file of the round before: its values are shown beside the new ones."),
)
@json_option
def new(
    province: str,
    out: Path,
    title: str,
    edition: Path | None,
    own: Path | None,
    table: Path | None,
    previous: Path | None,
    *,
    as_json: bool,
) -> None:
    """Begin a round for a province."""
    held, path = open_round(
        province, out, title, edition=edition, profile=own, communes=table, previous=previous
    )
    remember_file(path, held.title)
    if as_json:
        emit(_described(held, path))
        return
    say(
        _("{path}: {title}, {province}, {count} communes, {criteria} criteria.").format(
            path=path,
            title=held.title,
            province=held.profile.province,
            count=count(len(held.communes)),
            criteria=count(len(held.catalogue.codes)),
        )
    )
    if held.previous:
        talk(
            _("Taken over from {title}: values of {count} communes, to compare with.").format(
                title=held.previous_title, count=count(len(held.previous))
            )
        )
    talk(str(held.catalogue.about.notice))
    _tell_defaults(held.profile)


def _tell_defaults(profile: Profile) -> None:
    if profile.defaulted:
        sections = Counter(name.partition(".")[0] for name in profile.defaulted)
        names = []
        for section, held in sections.items():
            label = _(_SECTIONS[section]) if section in _SECTIONS else section
            if section not in profile.defaulted:
                words = _("{label} ({count} of {all})")
                every = len(profile.model_dump(include={section}, exclude_none=True)[section])
                label = words.format(label=label, count=number(held), all=number(every))
            names.append(label)
        talk(
            _(
                "Taken from the general defaults, because the province's profile does not say: "
                "{names}"
            ).format(names="; ".join(names))
        )


def _described(held: Round, path: Path) -> dict[str, Any]:
    about = held.catalogue.about
    return {
        "path": str(path),
        "round": held.id,
        "title": held.title,
        "province": held.province_code,
        "communes": len(held.communes),
        "previous": {"title": held.previous_title, "communes": len(held.previous)}
        if held.previous
        else None,
        "catalogue": {
            "code": about.code,
            "edition": about.edition,
            "official": about.official,
            "notice": str(about.notice),
        },
        "defaulted": list(held.profile.defaulted),
    }


@rounds.command(
    help=_(
        "Amend a round: its title, edition, profile, clusters, prices or switches.\n\n"
        "Only the office can. What was recorded keeps its meaning: a newer edition must keep every "
        "code, key and type. Who goes where is amended by: readiness round assign."
    )
)
@click.option("--title", help=_("What the round is called."))
@click.option(
    "--catalogue",
    "edition",
    type=click.Path(path_type=Path),
    help=_("A newer edition of the criteria, as TOML."),
)
@click.option(
    "--profile",
    "own",
    type=click.Path(path_type=Path),
    help=_("The office's own profile, as TOML."),
)
@click.option(
    "--communes",
    "table",
    type=click.Path(path_type=Path),
    help=_("A CSV table with code, cluster, and any parameter the office knows."),
)
@click.option(
    "--price", "prices", multiple=True, metavar=_("ITEM=MILLION"), help=_("A unit price.")
)
@click.option("--switch", "switches", multiple=True, metavar=_("NAME=YES|NO"), help=_("A switch."))
@click.option(
    "--cluster",
    "clusters",
    multiple=True,
    metavar=_("COMMUNE=NAME"),
    help=_("The audit cluster of a commune; without a name it has none."),
)
@click.option("--reason", default="", help=_("Why; it stays in the file."))
@file_option
@json_option
def amend(
    title: str | None,
    edition: Path | None,
    own: Path | None,
    table: Path | None,
    prices: tuple[str, ...],
    switches: tuple[str, ...],
    clusters: tuple[str, ...],
    reason: str,
    path: Path | None,
    *,
    as_json: bool,
) -> None:
    """Amend a round."""
    with Desk(chosen_path(path), write=True) as desk:
        before = desk.round
        needed_office(desk, otherwise=ErrorCode.ROUND_NOT_YOURS)
        after = before
        if title is not None:
            after = replace(after, title=clean(title) or before.title)
        if edition is not None:
            after = replace(after, catalogue=_newer(before.catalogue, edition))
        if own is not None:
            after = replace(after, profile=load_profile(before.province_code, own))
        after = replace(after, profile=_adjusted(after, prices, switches))
        known = read_commune_table(table, after.catalogue, before.communes) if table else None
        clustered = {**before.clusters, **(known.clusters if known else {})}
        clustered |= _clustered(desk, clusters)
        after = replace(after, clusters={code: name for code, name in clustered.items() if name})
        said = {
            "round": title is not None,
            "catalogue": edition is not None,
            "profile": own is not None or prices or switches,
            "clusters": clusters or (known is not None and known.clusters),
        }
        drafts = amended_drafts(
            desk.office,
            before,
            after,
            reason=clean(reason),
            stated=[subject for subject, is_said in said.items() if is_said],
        )
        problems: list[Message] = []
        for code, values in (known.values if known else {}).items():
            drafted = state_values(
                after, desk.ledger(code), code, values, method="imported", reason=clean(reason)
            )
            drafts += drafted.drafts
            problems += drafted.problems
        if problems:
            raise ReadinessError.of(problems)
        desk.write(drafts)
    if as_json:
        emit({**_described(after, desk.path), "amended": [draft.subject for draft in drafts]})
    elif drafts:
        subjects = dict.fromkeys(_(_SUBJECTS.get(draft.subject, draft.subject)) for draft in drafts)
        say(_("Amended: {subjects}").format(subjects=", ".join(subjects)))
    else:
        talk(_("Nothing differs; nothing was written."))


def _clustered(desk: Desk, clusters: tuple[str, ...]) -> dict[str, str]:
    """Return code -> cluster, as typed; an empty name for none."""
    found: dict[str, str] = {}
    for text in clusters:
        commune, equals, name = (part.strip() for part in text.partition("="))
        if not equals or not commune:
            raise ReadinessError(ErrorCode.CLUSTER_FORM, status=2, text=text)
        found[desk.commune(commune).code] = clean(name)
    return found


def _newer(before: Catalogue, edition: Path) -> Catalogue:
    after = load_edition(edition)
    lost = frozen_differences(before, after)
    if lost:
        raise ReadinessError.of(lost)
    return after


def _adjusted(held: Round, prices: tuple[str, ...], switches: tuple[str, ...]) -> Profile:
    """Return the profile with single prices and switches changed."""
    priced: dict[str, Price] = dict(held.profile.prices)
    items = {item.key for item in held.catalogue.items}
    for text in prices:
        key, equals, typed = (part.strip() for part in text.partition("="))
        if not equals or key not in items:
            raise ReadinessError(
                ErrorCode.PRICE_FORM, status=2, text=text, known=", ".join(sorted(items))
            )
        amount = read_number(key, typed)
        if amount < 0:
            raise ReadinessError(ErrorCode.VALUE_TOO_LOW, name=key, text=typed, limit=0)
        if amount > MOST_PRICE:
            limit = number(MOST_PRICE)
            raise ReadinessError(ErrorCode.VALUE_TOO_HIGH, name=key, text=typed, limit=limit)
        priced[key] = _priced(amount)
    switched = dict(held.profile.switches)
    known = {switch.key for switch in held.catalogue.switches}
    for text in switches:
        key, equals, typed = (part.strip() for part in text.partition("="))
        answers = {"yes": True, "co": True, "true": True, "no": False, "khong": False}
        if not equals or key not in known or fold(typed) not in answers:
            raise ReadinessError(
                ErrorCode.SWITCH_FORM, status=2, text=text, known=", ".join(sorted(known))
            )
        switched[key] = answers[fold(typed)]
    changed = {
        f"prices.{key}" for key, price in priced.items() if price != held.profile.prices.get(key)
    }
    changed |= {
        f"switches.{key}" for key in switched if switched[key] != held.profile.switches.get(key)
    }
    defaulted = tuple(name for name in held.profile.defaulted if name not in changed)
    return held.profile.model_copy(
        update={"prices": priced, "switches": switched, "defaulted": defaulted}
    )


def _priced(amount: Decimal) -> Price:
    return Price.model_validate(
        {
            "million_vnd": amount,
            "source": {"vi": "Đơn giá do cơ quan nhập", "en": "Unit price entered by the office"},
            "standing": "project_default",
        }
    )
