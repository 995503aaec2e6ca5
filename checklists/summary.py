"""The sentence that a leader pastes into a report, built from the matrix.

One paragraph: how many communes meet every criterion, how many mostly or not, on
which criteria, what the remedies may cost, and how far all that can be trusted.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from checklists.figures import million, share_green
from checklists.matrix import ReadinessClass
from checklists.tasks import SHORT, Money, estimated_items, total_costs
from criteria.language import _, count, day, moment, ngettext, number
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from checklists.matrix import Matrix, MatrixRow
    from checklists.tasks import CostSummary, Period

WEAKEST_NAMED: Final = 3
"""How many criteria the sentence names."""


def counted_communes(matrix: Matrix, amount: int) -> str:
    """Return ``08 xã, phường``: a number, and the kinds of units this round has."""
    kinds = frozenset(row.commune.kind for row in matrix.rows)
    match "xã" in kinds, "phường" in kinds, "đặc khu" in kinds:
        case True, False, False:
            text = ngettext("{count} commune", "{count} communes", amount)
        case False, True, False:
            text = ngettext("{count} ward", "{count} wards", amount)
        case False, False, True:
            text = ngettext("{count} special zone", "{count} special zones", amount)
        case True, False, True:
            text = ngettext(
                "{count} commune or special zone", "{count} communes and special zones", amount
            )
        case False, True, True:
            text = ngettext(
                "{count} ward or special zone", "{count} wards and special zones", amount
            )
        case True, True, True:
            text = ngettext(
                "{count} commune, ward or special zone",
                "{count} communes, wards and special zones",
                amount,
            )
        case _:
            text = ngettext("{count} commune or ward", "{count} communes and wards", amount)
    return text.format(count=count(amount))


def paste_sentence(
    matrix: Matrix,
    until: date | datetime,
    costs: CostSummary | None = None,
    *,
    is_over: bool = True,
) -> str:
    """Return where the round stands, as a paragraph for an official report.

    Args:
        matrix: The matrix.
        until: The last day that is in it, or the moment at which it ends.
        costs: Of the whole matrix, if they are computed already.
        is_over: Whether that day has ended.
    """
    if isinstance(until, datetime):
        when = _("As of {moment}").format(moment=moment(until))
    else:
        when = (_("As of the end of {day}") if is_over else _("As of {day}")).format(day=day(until))
    if not matrix.rows:
        return _("{when}, the round has no communes.").format(when=when)
    if costs is None:
        costs = total_costs(row.checklist for row in matrix.rows)
    ratings = [outcome.rating for row in matrix.rows for outcome in row.outcomes.values()]
    if not any(rating.is_decided for rating in ratings):
        return _(
            "{when}, there is no result yet for {communes}; the cost of the remedies cannot be "
            "computed yet."
        ).format(when=when, communes=counted_communes(matrix, len(matrix.rows)))
    parts = [_standing(matrix, when), *_doubts(matrix), cost_sentence(costs)]
    return " ".join(part for part in parts if part)


def _standing(matrix: Matrix, when: str) -> str:
    green, total = share_green(matrix.rows), len(matrix.rows)
    head = _("{when}, {met}/{communes} ({share}) meet {criteria}/{criteria} criteria")
    text = head.format(
        when=when,
        met=green.told,
        communes=counted_communes(matrix, total),
        share=green.sure,
        criteria=len(matrix.round.catalogue.codes),
    )
    excepted = matrix.fully_met_with_exceptions
    if excepted:
        text += _(" (of these, {communes} with a criterion not applicable or re-rated)").format(
            communes=counted_communes(matrix, excepted)
        )
    yellow, red, grey = (
        matrix.classes[each]
        for each in (ReadinessClass.YELLOW, ReadinessClass.RED, ReadinessClass.GREY)
    )
    if yellow:
        text += ngettext(
            "; {communes} mostly meets them", "; {communes} mostly meet them", yellow
        ).format(communes=counted_communes(matrix, yellow))
    if red:
        text += ngettext(
            "; {communes} does not meet them", "; {communes} do not meet them", red
        ).format(communes=counted_communes(matrix, red))
        text += _weakest(weakest_of_red(matrix))
    if grey:
        text += ngettext(
            "; {communes} lacks the data to be classed",
            "; {communes} lack the data to be classed",
            grey,
        ).format(communes=counted_communes(matrix, grey))
    return text + "."


def weakest_of_red(matrix: Matrix) -> tuple[str, ...]:
    """Return the criteria on which the red communes fall short most, at most three.

    Most communes not met first, then most partly met, then the order of the edition.
    """
    red = [row for row in matrix.rows if row.readiness is ReadinessClass.RED]
    counts = {
        code: Counter(row.outcomes[code].rating for row in red)
        for code in matrix.round.catalogue.codes
    }
    short = [
        code for code, held in counts.items() if held[Rating.NOT_MET] or held[Rating.PARTLY_MET]
    ]
    short.sort(key=lambda code: (-counts[code][Rating.NOT_MET], -counts[code][Rating.PARTLY_MET]))
    return tuple(short[:WEAKEST_NAMED])


def furthest_behind(matrix: Matrix, most: int) -> list[MatrixRow]:
    """Return the communes with most criteria not met, then partly met; only those with any.

    Args:
        matrix: The matrix.
        most: How many communes.
    """
    short = [row for row in matrix.rows if any(row.counts[rating] for rating in SHORT)]
    short.sort(key=lambda row: (-row.counts[Rating.NOT_MET], -row.counts[Rating.PARTLY_MET]))
    return short[:most]


def _weakest(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    if len(codes) == 1:
        return _(", chiefly on the criterion {code}").format(code=codes[0])
    return _(", chiefly on the criteria {codes} and {last}").format(
        codes=", ".join(codes[:-1]), last=codes[-1]
    )


def _doubts(matrix: Matrix) -> list[str]:
    """Return what may still change, in sentences."""
    found = []
    doubtful = sum(row.doubtful for row in matrix.rows)
    if doubtful:
        words = ngettext(
            "Of those classed, {communes} may still come to another class once its data are "
            "complete.",
            "Of those classed, {communes} may still come to another class once their data are "
            "complete.",
            doubtful,
        )
        found.append(words.format(communes=counted_communes(matrix, doubtful)))
    conflicted = sum(bool(row.conflicted) for row in matrix.rows)
    if conflicted:
        found.append(
            ngettext(
                "{communes} has conflicting data that are not settled yet.",
                "{communes} have conflicting data that are not settled yet.",
                conflicted,
            ).format(communes=counted_communes(matrix, conflicted))
        )
    return found


def cost_sentence(costs: CostSummary) -> str:
    """Return what the remedies may cost, and how much of it is not known yet.

    Once and yearly stand apart. Where nothing is to be bought there is no sentence.
    """
    total = costs.total
    if total == Money():
        # Only remedies that cost nothing, or none at all.
        return "" if costs.is_complete else _("The cost of the remedies cannot be computed yet.")
    once, yearly = _told(total.once, costs, "once"), _told(total.yearly, costs, "year")
    if total.yearly and total.once:
        text = _(
            "The remedies are expected to cost {once} million VND, and {yearly} million VND each "
            "year"
        ).format(once=once, yearly=yearly)
    elif total.yearly:
        text = _("The remedies are expected to cost {yearly} million VND each year").format(
            yearly=yearly
        )
    else:
        text = _("The remedies are expected to cost {once} million VND").format(once=once)
    left_out = len(costs.left_out)
    if left_out:
        text += ngettext(
            ", not counting {count} case whose cost cannot be computed yet",
            ", not counting {count} cases whose cost cannot be computed yet",
            left_out,
        ).format(count=count(left_out))
    return text + "."


def _told(held: Decimal, costs: CostSummary, period: Period) -> str:
    """Return an amount in million VND for a sentence: ``at least 22.940`` where it may grow."""
    amount = million(held)
    return _("at least {count}").format(count=amount) if costs.may_grow(period) else amount


def cost_notes(matrix: Matrix, costs: CostSummary) -> list[str]:
    """Return what the costs are made of, and what is not in them, in sentences."""
    labels = {item.key: str(item.label) for item in matrix.round.catalogue.items}
    found = [
        _(
            "Costs are an expectation: what is missing × the unit price of the province's profile. "
            "What is paid once and what is paid each year are never added together."
        )
    ]
    left_out = len(costs.left_out)
    if left_out:
        found.append(
            ngettext(
                "A cost with “≥” or “?” leaves out what cannot be computed yet: {count} case "
                "(commune and criterion) in all.",
                "A cost with “≥” or “?” leaves out what cannot be computed yet: {count} cases "
                "(commune and criterion) in all.",
                left_out,
            ).format(count=count(left_out))
        )
    if costs.unpriced:
        found.append(
            _("The profile has no price for: {items}.").format(
                items="; ".join(labels[item] for item in costs.unpriced)
            )
        )
    uncosted = _without_cost(matrix, costs)
    if uncosted:
        found.append(
            ngettext(
                "Not in the costs: {count} shortfall that no item of the edition stands for "
                "({codes}).",
                "Not in the costs: {count} shortfalls that no item of the edition stands for "
                "({codes}).",
                sum(uncosted.values()),
            ).format(
                count=number(sum(uncosted.values())),
                codes=", ".join(f"{code} {number(held)}" for code, held in uncosted.items()),
            )
        )
    notes = (*found, funding_note(matrix, costs), estimate_note(matrix, costs))
    return [each for each in notes if each]


def funding_note(matrix: Matrix, costs: CostSummary) -> str:
    """Say where the money for the remedies comes from; empty where nothing costs anything."""
    if not costs.entries:
        return ""
    funding = matrix.round.profile.funding
    if funding is None:
        return _("Where the money comes from is not settled: the profile does not say.")
    return _("Source of the money: {funding}.").format(funding=str(funding).rstrip("."))


def estimate_note(matrix: Matrix, costs: CostSummary) -> str:
    """Say how many of the unit prices used are estimates of this project; empty for none."""
    estimated = estimated_items(matrix, costs)
    if not estimated:
        return ""
    needed = dict.fromkeys(entry.item for entry in costs.entries)
    return _(
        "{count} of the {all} unit prices used are estimates of this software; replace "
        "them by local quotations before the figures leave the office."
    ).format(count=number(len(estimated)), all=number(len(needed)))


def _without_cost(matrix: Matrix, costs: CostSummary) -> dict[str, int]:
    """Return criteria that communes fall short of at no known cost: code -> how many communes."""
    known = {(entry.commune, entry.criterion) for entry in costs.entries}
    known |= {(place.commune, place.criterion) for place in costs.open}
    found = {
        code: sum(
            row.outcomes[code].rating in SHORT and (row.commune.code, code) not in known
            for row in matrix.rows
        )
        for code in matrix.round.catalogue.codes
    }
    return {code: held for code, held in found.items() if held}
