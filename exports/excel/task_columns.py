"""The machine side of the sheet *Giao nhiệm vụ*: what its columns are, and what each row says.

The sheet is written by one program and read back, after people have worked in it, by
another. So that columns may be moved, renamed and hidden, the first row, which is hidden,
holds the key of each. So that rows may be sorted and left out, and only what people typed
is taken for typed, the first column, hidden too, marks each row with its task, the records
that stood when it was written, and a short digest of every cell that can be typed in.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from checklists.task_plan import PLAN_KEYS, plan_label, plan_labels
from criteria.folding import fold
from criteria.language import N_, _, in_all_languages
from criteria.values import MOST_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checklists.task_plan import PlanValue
    from checklists.tasks import Task

TITLE: Final = N_("Tasks")
MARK: Final = "mark"
COMMUNE: Final = "commune"
CRITERION: Final = "criterion"
OVERDUE: Final = "overdue"
COLUMNS: Final = (
    MARK,
    "order",
    COMMUNE,
    "commune_name",
    CRITERION,
    "criterion_name",
    "rating",
    "who",
    "what",
    "by_when",
    "responsible",
    "authority",
    "result",
    "status",
    "done_on",
    OVERDUE,
    "note",
    "remark",
)
"""Keys of the columns from the left; those of `PLAN_KEYS` are for people to type in."""
_HEADS: Final = {
    MARK: N_("Mark of the program (leave as it is)"),
    "order": N_("No."),
    COMMUNE: N_("Commune code"),
    "commune_name": N_("Commune"),
    CRITERION: N_("Criterion code"),
    "criterion_name": N_("Criterion"),
    "rating": N_("Rating now"),
    OVERDUE: N_("Days late"),
    "remark": N_("Remark"),
}
CLEAR: Final = {
    "who": N_("Clear person"),
    "what": N_("Clear work"),
    "by_when": N_("Clear time"),
    "responsible": N_("Clear responsibility"),
    "authority": N_("Clear authority"),
    "result": N_("Clear result"),
}
"""The six that must be clear. Source: the usual form of task tables in official papers."""
_SIGN: Final = "readiness-tasks/1"
_HEAD: Final = re.compile(r"r[0-9a-f]{64}")
_DIGEST: Final = re.compile(r"[0-9a-f]{8}|")
_NO_HEAD: Final = "-"


def title() -> str:
    """Return the name of the sheet."""
    return _(TITLE)


def titles() -> frozenset[str]:
    """Return the names that the sheet may have, folded."""
    return frozenset(map(fold, in_all_languages(TITLE)))


def head(key: str) -> str:
    """Return what stands above a column, in the language in use."""
    return plan_label(key) if key in PLAN_KEYS else _(_HEADS[key])


@cache
def heads(key: str) -> frozenset[str]:
    """Return what may stand above a column in any language, folded."""
    texts = plan_labels(key) if key in PLAN_KEYS else in_all_languages(_HEADS[key])
    return frozenset(map(fold, texts))


def sign(round_id: str) -> str:
    """Return what stands in the first row of the first column: that this is the sheet."""
    return f"{_SIGN} {round_id}"


def round_of(text: str) -> str | None:
    """Return the id of the round that a sign names; ``None`` where it is no sign."""
    name, _space, round_id = text.partition(" ")
    return round_id.strip() if name == _SIGN else None


def cell_digest(value: PlanValue) -> str:
    """Return what stands for a cell: the same however the program that saved it breaks lines.

    Spaces and what nobody sees are no difference; beyond what can be kept, nothing is.
    """
    if not value:
        return ""
    return _digest(value.isoformat() if isinstance(value, date) else str(value))


@lru_cache(maxsize=1_000)  # most of what is proposed is proposed to many
def _digest(text: str) -> str:
    form = "".join(unicodedata.normalize("NFC", text).split())
    if not form.isprintable():
        form = "".join(c for c in form if unicodedata.category(c)[0] != "C")
    return hashlib.sha256(form[:MOST_TEXT].encode("utf-8", "replace")).hexdigest()[:8]


class Mark(NamedTuple):
    """What a row was made from.

    Attributes:
        task: `checklists.tasks.Task.id`.
        seen: Ids of the records that stood about the task.
        shown: Key of a plan -> digest of what its cell showed.
    """

    task: str
    seen: tuple[str, ...]
    shown: Mapping[str, str]

    @classmethod
    def of(cls, task: Task, planned: Mapping[str, PlanValue] | None = None) -> Self:
        """Return the mark of a task as it stands.

        Args:
            task: The task.
            planned: One of `PLAN_KEYS` -> what stands under it, if that was looked up already.
        """
        held = planned or {key: task.value(key) for key in PLAN_KEYS}
        return cls(task.id, task.heads, {key: cell_digest(held[key]) for key in PLAN_KEYS})

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a mark back; ``None`` where it is none."""
        parts = text.split()
        if len(parts) != 3:
            return None
        task, seen, digests = parts[0], parts[1].split(","), parts[2].split(".")
        if seen == [_NO_HEAD]:
            seen = []
        if (
            len(digests) != len(PLAN_KEYS)
            or not all(map(_HEAD.fullmatch, seen))
            or not all(map(_DIGEST.fullmatch, digests))
        ):
            return None
        return cls(task, tuple(seen), dict(zip(PLAN_KEYS, digests, strict=True)))

    def text(self) -> str:
        """Return the mark as it stands in its cell."""
        digests = ".".join(self.shown[key] for key in PLAN_KEYS)
        return f"{self.task} {','.join(self.seen) or _NO_HEAD} {digests}"
