"""How many of what the program counts in its sentences, in words with the fitting form."""

from __future__ import annotations

from criteria.language import count, ngettext


def records(amount: int) -> str:
    """Return ``1 record`` or ``5 records``, as all below in the language in use."""
    return ngettext("{count} record", "{count} records", amount).format(count=count(amount))


def new_records(amount: int) -> str:
    """Return how many records are new."""
    return ngettext("{count} new record", "{count} new records", amount).format(count=count(amount))


def files(amount: int) -> str:
    """Return how many files."""
    return ngettext("{count} file", "{count} files", amount).format(count=count(amount))


def attached(amount: int) -> str:
    """Return how many pieces of evidence."""
    return ngettext("{count} photo or file", "{count} photos and files", amount).format(
        count=count(amount)
    )


def contradictions(amount: int) -> str:
    """Return how many contradictions."""
    return ngettext("{count} contradiction", "{count} contradictions", amount).format(
        count=count(amount)
    )
