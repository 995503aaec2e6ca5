"""Which communes the overview shows, in which order, and what it says of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from audit.amounts import contradictions
from checklists.checklist import State
from checklists.figures import share_green
from checklists.matrix import ReadinessClass
from checklists.search import Why, find
from checklists.summary import counted_communes
from criteria.language import N_, _, count, ngettext, number, percent
from criteria.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from audit.desk import Desk
    from checklists.checklist import Checklist
    from checklists.communes import Commune
    from checklists.matrix import Interval, Matrix, MatrixRow


class Filter(NamedTuple):
    """A choice of communes.

    Attributes:
        label: What is shown, in a few words; marked for translation.
        fits: Whether a commune that is read belongs to it.
        nothing: What to say where no commune does; marked likewise.
    """

    label: str
    fits: Callable[[Desk, MatrixRow], bool]
    nothing: str


_SIGNED = frozenset({State.SIGNED, State.CHANGED, State.ACCEPTED_CHANGED})

FILTERS = {
    "all": Filter(N_("all"), lambda _desk, _row: True, N_("The round has no communes.")),
    "mine": Filter(
        N_("mine"),
        lambda desk, row: is_mine(desk, row.commune.code),
        N_(
            "The round assigns no commune to you, and you have stated nothing yet. F4 shows all "
            "communes."
        ),
    ),
    "unfinished": Filter(
        N_("unfinished"),
        lambda _desk, row: row.checklist.progress.missing > 0,
        N_("Every commune is complete. F4 shows all communes."),
    ),
    "not_met": Filter(
        N_("with a criterion not met"),
        lambda _desk, row: row.counts[Rating.NOT_MET] > 0,
        N_("No commune has a criterion that is not met. F4 shows all communes."),
    ),
    "conflict": Filter(
        N_("in contradiction"),
        lambda _desk, row: bool(row.checklist.conflicts),
        N_("Nothing contradicts anything. F4 shows all communes."),
    ),
    "returned": Filter(
        N_("returned"),
        lambda _desk, row: row.checklist.state is State.RETURNED,
        N_("The office has returned no commune. F4 shows all communes."),
    ),
    "signed": Filter(
        N_("signed, or changed since"),
        lambda _desk, row: row.checklist.state in _SIGNED,
        N_("No commune is signed yet. F4 shows all communes."),
    ),
    "untouched": Filter(
        N_("not begun"),
        lambda _desk, row: row.checklist.progress.stated == 0,
        N_("Every commune is begun. F4 shows all communes."),
    ),
}

GROUPINGS = {
    "": N_("not grouped"),
    "cluster": N_("by cluster"),
    "district": N_("by former district"),
}


def is_mine(desk: Desk, code: str) -> bool:
    """Return whether a commune is the auditor's: assigned, or else one they worked on."""
    if desk.assigned:
        return code in desk.assigned
    return code in desk.rows and desk.is_own(code)


class Group(NamedTuple):
    """Communes under one heading; a list that is not grouped is one without a name."""

    name: str
    codes: tuple[str, ...]


class CommuneList:
    """The communes of a round, filtered, grouped and searched.

    Attributes:
        filter: Key of `FILTERS`.
        grouping: Key of `GROUPINGS`.
        words: What is searched for; a search looks beyond the filter where it must.
    """

    def __init__(self, desk: Desk) -> None:
        """Show the communes assigned to the auditor, or all."""
        self._desk = desk
        self.filter = self._first_filter = "mine" if desk.assigned else "all"
        self.grouping = ""
        self.words = ""
        self.is_beyond_filter = False
        """Whether the search found communes outside the filter only."""
        self.former_names: dict[str, str] = {}
        """Code -> former name by which the search found a commune."""

    def choose(self, filter_: str, grouping: str) -> None:
        """Show what was shown the last time, as far as there still is such a choice."""
        self.filter = filter_ if filter_ in FILTERS else self.filter
        self.grouping = grouping if grouping in GROUPINGS else ""

    def widen(self) -> bool:
        """Show again what was shown at first; return whether a filter had left some out."""
        if self.filter in ("all", self._first_filter):
            return False
        self.filter = self._first_filter
        return True

    def fits(self, code: str, key: str = "") -> bool:
        """Return whether a commune belongs to a filter, the one in use if none is named.

        While a commune is not read, only what the round itself says of it counts.
        """
        key = key or self.filter
        row = self._desk.rows.get(code)
        if row is None:
            return key == "all" or (key == "mine" and code in self._desk.assigned)
        return FILTERS[key].fits(self._desk, row)

    def counts(self) -> dict[str, int]:
        """Return how many communes each filter shows."""
        codes = [commune.code for commune in self._desk.round.communes]
        return {key: sum(self.fits(code, key) for code in codes) for key in FILTERS}

    def codes(self) -> list[str]:
        """Return the communes to show: in the order of the round, or the best found first."""
        communes = self._desk.round.communes
        words = self.words.strip()
        self.is_beyond_filter = False
        self.former_names = {}
        if not words:
            return [each.code for each in communes if self.fits(each.code)]
        hits = find(words, communes, limit=len(communes))
        found = [each.commune.code for each in hits]
        self.former_names = {
            each.commune.code: each.matched
            for each in hits
            if each.why in (Why.FORMER_COMMUNE, Why.FORMER_DISTRICT)
        }
        fitting = [code for code in found if self.fits(code)]
        self.is_beyond_filter = bool(found) and not fitting
        return fitting or found

    def groups(self) -> list[Group]:
        """Return the communes to show under their headings."""
        codes = self.codes()
        if not self.grouping or self.words.strip():
            return [Group("", tuple(codes))]
        found: dict[str, list[str]] = {}
        for code in codes:
            found.setdefault(self._group_of(self._desk.round.by_code[code]), []).append(code)
        return [Group(name, tuple(held)) for name, held in found.items()]

    def _group_of(self, commune: Commune) -> str:
        if self.grouping == "cluster":
            return self._desk.round.clusters.get(commune.code) or _("Without a cluster")
        return commune.former_district or _("Without a former district")

    def next_grouping(self) -> None:
        """Group by what comes next; clusters only where the round has some."""
        keys = [key for key in GROUPINGS if key != "cluster" or self._desk.round.clusters]
        here = keys.index(self.grouping) if self.grouping in keys else 0
        self.grouping = keys[(here + 1) % len(keys)]

    def nothing(self) -> str:
        """Return what to do where no commune is shown."""
        words = " ".join(self.words.split())[:40]
        if words:
            return _(
                "No commune is called “{words}”. Type less of the name, a code, or the name of a "
                "former commune or district. Esc shows all again."
            ).format(words=words)
        return _(FILTERS[self.filter].nothing)

    def next_open(self, after: str) -> str:
        """Return the next commune that is the auditor's and unfinished, round and round.

        Where none is the auditor's, every unfinished one counts; empty for none.
        """
        every = [commune.code for commune in self._desk.round.communes]
        mine = {code for code in every if is_mine(self._desk, code)} or set(every)
        shown = [code for group in self.groups() for code in group.codes]
        order = shown if any(self._is_open(code, mine) for code in shown) else every
        start = order.index(after) + 1 if after in order else 0
        turned = [*order[start:], *order[:start]]
        return next((code for code in turned if self._is_open(code, mine)), "")

    def _is_open(self, code: str, mine: set[str]) -> bool:
        row = self._desk.rows.get(code)
        return code in mine and row is not None and row.checklist.progress.missing > 0


def attention(row: MatrixRow, *, with_state: bool = True) -> list[str]:
    """Return what needs attention in a commune, each in a few words, the most urgent first.

    Args:
        row: The commune.
        with_state: Whether to say how far it has come, too.
    """
    checklist = row.checklist
    found = []
    conflicts = len(checklist.conflicts)
    if conflicts:
        found.append(contradictions(conflicts))
    if checklist.is_divided:
        found.append(_("chain of records divides"))
    if with_state and checklist.state is not State.DRAFT:
        found.append(state_words(checklist))
    if any(outcome.failing for outcome in row.outcomes.values()):
        found.append(_("values disagree"))
    if checklist.lapsed_overrides:
        found.append(_("rating to confirm"))
    if checklist.unreadable:
        found.append(_("records not understood"))
    not_met = row.counts[Rating.NOT_MET]
    if not_met:
        found.append(_("{count} not met").format(count=count(not_met)))
    return found


def state_words(checklist: Checklist) -> str:
    """Return how far a checklist has come; where it was returned, also how much is answered."""
    returned = [each for each in checklist.reviews if each.outcome is State.RETURNED]
    asked = {part for review in returned for part in review.comments}
    if not asked:
        return checklist.state_label
    answered = {part for review in returned for part in review.answered}
    return _("{state}, answered: {answered}/{asked}").format(
        state=checklist.state_label, answered=len(answered), asked=len(asked)
    )


def as_many_as_fit(parts: Sequence[str], room: int) -> str:
    """Return parts with commas, as many as fit whole; the rest is counted."""
    shown = ", ".join(parts)
    left = 0
    while len(shown) > room and left < len(parts) - 1:
        left += 1
        shown = ", ".join(parts[:-left]) + f" +{left}"
    return shown


def interval_words(bounds: Interval | None) -> str:
    """Return an index as a percentage, or from worst to best while it is open."""
    if bounds is None:
        return "–"
    if bounds.is_settled:
        return percent(bounds.worst, 0)
    return f"{number(bounds.worst * 100, 0)}–{percent(bounds.best, 0)}"


def class_letters(row: MatrixRow) -> str:
    """Return the class in letters, marked where the best case would be another."""
    return row.readiness.letter + ("?" if row.doubtful else "")


def standing(row: MatrixRow, room: int = 0) -> str:
    """Return in one line how a commune stands: class, index, what is met and missing.

    Args:
        row: The commune.
        room: Cells there are for it; what says least is left out first. 0 for all of it.
    """
    progress = row.checklist.progress
    missing = (
        _("complete")
        if not progress.missing
        else _("not begun")
        if not progress.stated
        else _("{missing} of {asked} fields missing").format(
            missing=count(progress.missing), asked=progress.asked
        )
    )
    met = _("{met}/{applicable} met").format(met=row.met, applicable=row.applicable)
    index = _("index {index}").format(index=interval_words(row.index))
    for parts in ((row.class_sign, index, met, missing), (row.class_sign, met, missing)):
        text = " · ".join(parts)
        if not room or cell_len(text) <= room:
            return text
    return " · ".join((row.class_sign, missing))


def short_of(row: MatrixRow) -> str:
    """Return in one line what a commune falls short on, and what else needs attention."""
    parts = []
    for rating in (Rating.NOT_MET, Rating.PARTLY_MET, Rating.INSUFFICIENT):
        codes = [code for code, outcome in row.outcomes.items() if outcome.rating is rating]
        if codes:
            parts.append(f"{rating.label}: {', '.join(codes)}")
    others = attention(row)
    if row.counts[Rating.NOT_MET]:
        others = others[:-1]
    return " · ".join([*others, *parts])


def why(row: MatrixRow, code: str) -> str:
    """Return in one line how a criterion is rated and what is short."""
    from criteria.rules.explain import shortfalls_of

    outcome = row.outcomes[code]
    criterion = row.checklist.round.catalogue.criterion(code)
    parts = [f"{code} {criterion.short}: {outcome.rating.label}"]
    if outcome.is_overridden:
        parts.append(
            _("set by hand; the rules give {rating}").format(rating=outcome.computed.label)
        )
    if code in row.conflicted:
        parts.append(_("in contradiction"))
    if outcome.rating in (Rating.NOT_MET, Rating.PARTLY_MET):
        short = shortfalls_of(row.checklist.verified, code)
        parts += ["; ".join(each.words() for each in short)] if short else []
    missing = row.checklist.progress_of(code).missing
    if missing:
        parts.append(
            ngettext("{count} field missing", "{count} fields missing", missing).format(
                count=count(missing)
            )
        )
    return " · ".join(parts)


def group_heading(name: str, rows: Sequence[MatrixRow | None]) -> str:
    """Return a group's name with how many communes it has, and how they stand."""
    read = [row for row in rows if row is not None]
    classes = Counter(row.readiness for row in read)
    done = sum(not row.checklist.progress.missing for row in read)
    parts = [f"{name} ({number(len(rows))})"]
    if read:
        parts.append(_("complete: {done}").format(done=count(done)))
    parts += [f"{each.letter} {count(classes[each])}" for each in ReadinessClass if classes[each]]
    return " · ".join(parts)


def met_words(matrix: Matrix) -> str:
    """Return how many communes meet every criterion, and how many of them with exceptions."""
    criteria, green = len(matrix.round.catalogue.codes), share_green(matrix.rows)
    text = _("{met}/{communes} meet {criteria}/{criteria} criteria").format(
        met=green.sign + number(green.part),
        communes=counted_communes(matrix, len(matrix.rows)),
        criteria=criteria,
    )
    excepted = matrix.fully_met_with_exceptions
    if excepted:
        text += " " + ngettext(
            "({count} with one N/A or re-rated)", "({count} with some N/A or re-rated)", excepted
        ).format(count=count(excepted))
    return text
