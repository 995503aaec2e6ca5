"""How figures came to the office: files that were taken in, and what vouches for them.

None of it changes a rating. It is what a reader asks who wants to know whether the
figures can be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from criteria.language import N_, _, count, moment_of

if TYPE_CHECKING:
    from collections.abc import Mapping

REMARKS: Final = {
    "vet_raw_copy": N_("raw copy of a working file, not a hand-in"),
    "vet_while_written": N_("copied while it was being written"),
    "vet_older": N_("from an older version of the program"),
    "vet_newer": N_("from a newer version of the program"),
    "vet_records_newer": N_("from a newer version of the program"),
    "vet_unsealed": N_("holds records that are not sealed"),
    "vet_seal_strange": N_("holds seals of keys that stated nothing"),
    "vet_sealed_by_other": N_("sealed by somebody else than its author"),
    "vet_blob_missing": N_("photos or files are missing in it"),
    "key_unknown": N_("sealed with a key that the office does not know"),
    "key_revoked": N_("sealed with a key that the office has revoked"),
    "chain_cut_back": N_("holds less than was received before"),
    "verify_fork": N_("a chain of records divides: a copy was written to, or restored"),
    "clock_backwards": N_("a clock went back"),
    "clock_early": N_("a clock shows a day before the round"),
    "clock_late": N_("a clock is ahead"),
    "merge_same_file": N_("the same file as before"),
    "merge_taken_back": N_("holds what was taken back before"),
    "verify_stray": N_("holds communes that are not in this round"),
}
"""Code of a warning about a file -> the same in a few words.

A batch keeps codes only. What is not listed here is told as another remark.
"""


@dataclass(frozen=True)
class HandIn:
    """A file that was taken in.

    Attributes:
        name: Of the file, without its folders.
        made_by: Who made it, as it says.
        taken_at: When it was taken in, by the office's clock: ISO text with offset.
        records: How many new records it brought.
        communes: Codes of the communes of which it brought something.
        warnings: Codes of what was said about it when it came.
        is_late: Whether it came after the close that is shown, or else the last one.
        closed_as: Name of that close.
        is_left_out: Whether it came after the point in time that is shown, so that
            nothing of it is in the figures.
        taken_back: Who took it back, and why; empty where it stands.
    """

    name: str
    made_by: str
    taken_at: str
    records: int
    communes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    is_late: bool = False
    is_left_out: bool = False
    taken_back: str = ""
    closed_as: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be known about it, each in a few words; in the language in use."""
        found = []
        if self.is_late:
            found.append(_("late: after the close “{name}”").format(name=self.closed_as))
        if self.is_left_out:
            found.append(_("not in these figures: came later"))
        if self.taken_back:
            found.append(_("taken back by {words}").format(words=self.taken_back))
        for code in self.warnings:
            if code in REMARKS:
                found.append(_(REMARKS[code]))
            elif not code.startswith(_OF_CONTENT):
                found.append(_("other remarks"))
        return tuple(dict.fromkeys(found))

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be said about it."""
        return not self.remarks


_OF_CONTENT: Final = ("merge_conflict", "merge_reopened", "merge_agreement", "intake_", "vet_more")
"""Beginnings of codes about what stands in the round, lies beside a file, or counts others."""


@dataclass(frozen=True)
class Refused:
    """A file that was not taken in.

    Attributes:
        name: Of the file, without its folders.
        came_at: When: ISO text with offset.
        reason: Why, as it was said then.
    """

    name: str
    came_at: str
    reason: str


@dataclass(frozen=True)
class Custody:
    """How the figures of a round came to the office.

    Attributes:
        files: What was taken in, in the order in which it came.
        refused: What was not, as far as it was put aside.
        unsealed: Code of a commune -> how many of its records no key vouches for.
        forked: Codes of communes of which a chain of records divides.
        absent: Code of a commune -> how many photos or files its records name that are
            not in this file.
        settled: Code of a commune -> how many contradictions the office has settled.
        closed_as: Name of the close by which a file is late; empty where there is none.
        closed_at: When that was: ISO text with offset.
    """

    files: tuple[HandIn, ...] = ()
    refused: tuple[Refused, ...] = ()
    unsealed: Mapping[str, int] = field(default_factory=dict)
    forked: tuple[str, ...] = ()
    absent: Mapping[str, int] = field(default_factory=dict)
    settled: Mapping[str, int] = field(default_factory=dict)
    closed_as: str = ""
    closed_at: str = ""

    @property
    def late(self) -> tuple[HandIn, ...]:
        """The files that came after the close that is shown, or else the last one."""
        return tuple(each for each in self.files if each.is_late)

    @property
    def remarkable(self) -> tuple[HandIn, ...]:
        """The files of which something is to be said."""
        return tuple(each for each in self.files if not each.is_plain)

    @property
    def about_late(self) -> str:
        """What late means here, in a sentence; in the language in use."""
        if not self.closed_as:
            return _("The round has not been closed yet, so that no file counts as late.")
        return _("Late is what was taken in after the close “{name}” ({moment}).").format(
            name=self.closed_as, moment=moment_of(self.closed_at)
        )

    @property
    def sentence(self) -> str:
        """What was taken in, and what is to be known about it; in the language in use."""
        if not self.files and not self.refused:
            return _("No file of an auditor has been taken in.")
        words = _(
            "Files taken in: {all}; with remarks: {remarkable}; late: {late}; refused: {refused}."
        ).format(
            all=count(len(self.files)),
            remarkable=count(len(self.remarkable)),
            late=count(len(self.late)),
            refused=count(len(self.refused)),
        )
        return f"{words} {self.about_late}"
