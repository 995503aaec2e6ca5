"""How well founded a figure is, in words that are the same on every sheet and page."""

from __future__ import annotations

from criteria.language import _


def standing_words(standing: str) -> str:
    """Return how well the source of a threshold stands."""
    words = {
        "official": _("official text"),
        "secondary": _("secondary source"),
        "project_default": _("default of this project"),
    }
    return words.get(standing, standing)


def price_standing(standing: str) -> str:
    """Return how well the source of a price stands; an empty standing: there is no price."""
    words = {"project_default": _("estimate"), "": _("no price")}
    return words.get(standing) or standing_words(standing)
