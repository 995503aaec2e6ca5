"""Texts that the script of the page shows."""

from __future__ import annotations

from criteria.language import _


def script_texts() -> dict[str, str]:
    """Return the texts by the names under which the script knows them."""
    return {
        "copied": _("Copied."),
        "not_copied": _("The browser does not allow copying; select the text and press Ctrl+C."),
        "showing": _("Showing {shown} of {all} communes"),
        "show_more": _("Show more ({count} left)"),
        "none_shown": _("No commune fits these filters."),
        "sorted_by": _("Sorted by {column}"),
        "sorted_up": _("ascending"),
        "sorted_down": _("descending"),
        "sorted_not": _("In the order of the official list"),
        "criterion_of": _("{code} {name}: {rating}"),
        "overridden": _("set by a person against the rules"),
        "conflicting": _("conflicting data, not settled yet"),
        "met": _("{met} of {applicable} criteria met"),
        "index": _("Readiness index"),
        "criteria": _("Criteria"),
        "costs": _("Cost of the remedies"),
        "criterion": _("Criterion"),
        "item": _("Item"),
        "quantity": _("Quantity"),
        "price": _("Unit price"),
        "amount": _("Amount"),
        "period": _("Paid"),
        "once": _("once"),
        "yearly": _("each year"),
        "total_once": _("Cost once"),
        "total_yearly": _("Cost a year"),
        "unit": _("unit: million VND"),
        "no_costs": _("Nothing is to be bought as far as is known."),
        "costs_open": _("The cost of the remedies cannot be computed yet."),
        "changes": _("Changes since {before}"),
        "rule": _("Rule"),
        "remedy": _("Remedy"),
        "previous": _("Previous"),
        "next": _("Next"),
        "back": _("Back"),
        "place": _("{place} of {all}"),
        "unknown": _("There is no such commune on this page."),
        "holds": _("holds"),
        "fails": _("does not hold"),
        "open": _("still open"),
        "waived": _("not required"),
        "text_size": _("Text size: {size}"),
        "falls_short": _("Falls short on"),
        "nothing_short": _("nothing"),
        "page_of": _("{name} – {title}"),
    }
