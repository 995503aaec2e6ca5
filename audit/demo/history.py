"""How the made-up round came about: who recorded what, when, and in which order.

The office opens the round, assigns the communes and takes in what they declared; three
auditors visit, one commune each half-day, correct themselves, and have signed what is
complete; at the end each looks at a commune of another without knowing what was recorded
there; the office settles one conflict, reviews some checklists and closes the round. What
an auditor states after that is told apart. How the files travel is told in `exchange`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from audit.amending import amended_drafts
from audit.as_of import close_of
from audit.assigning import assigned
from audit.clock import VIETNAM
from audit.demo.cast import load_cast
from audit.demo.pictures import drawing
from audit.demo.places import Dice, Place, office_knows, place_of
from audit.demo.values import find, stated
from audit.file import ChainEnd, Entry
from audit.fold import CLOSE, ROSTER, fold, round_id_of
from audit.interpreting import checklist_from, criterion_digest
from audit.opening import opening_drafts
from audit.pen import Draft, continue_chains
from audit.planning import plan_draft
from audit.record import canonical
from audit.seal import seals_of
from checklists.communes import communes_of
from checklists.hand_in import critical, findings
from checklists.profile import load_profile
from checklists.round import KnownAuditor, Round
from checklists.task_plan import Status, TaskPlan
from checklists.tasks import SHORT
from criteria.catalogue import load_edition
from criteria.values import NOT_KNOWN, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.demo.cast import CrossCheck, Grade, Person, Resolution, Story
    from audit.demo.values import Found
    from audit.fold import Ledger
    from audit.seal import Seal
    from checklists.communes import Commune
    from criteria.catalogue import Criterion

PROVINCE: Final = "75"
NONCE: Final = "readiness-demo-1"

OPENING: Final = time(8, 5)
MORNING: Final = time(7, 40)
_AFTERNOON: Final = time(13, 30)
_EVENING: Final = time(16, 50)
_PLANNING: Final = time(9, 40)
_CHARGING: Final = time(10, 10)
_CLOSING: Final = time(10, 30)
_BY_HAND: Final = (6, 48)
"""Seconds from one record to the next while a person counts and types."""
_FROM_A_TABLE: Final = (0, 1)
_SLIPS: Final = frozenset({"pc_working", "printers", "u_seats", "b_sessions", "c_cams", "l_all_pc"})
"""Counts in which a slip of the keys is put right at once, here and there."""
_RUN: Final = frozenset({"n_down", "n_up", "n_rtt", "n_jit", "n_loss", "n_runs"})
_PROBED: Final = frozenset(
    {"s_targets", "s_ok_targets", "s_portal_pct", "s_ttfb", "s_dns", "s_clock"}
)
_TESTED: Final = frozenset({"VC-03", "CN-04"})
"""Criteria that rest on a test in front of the auditor; no commune declares them."""
_CROSS_CHECKED: Final = ("counters", "staff_pasc", "staff_total")
_ROSIER: Final = 24
"""By how much, of 100, a commune thinks better of itself than is found."""
_COMES_ON: Final = (Status.ON_TRACK, Status.ON_TRACK, Status.AT_RISK)
# In so many of a hundred cases: a commune declares; a blank is left; something is not
# known; a fault is noted; a task is begun.
_DECLARING: Final = 66
_BLANK: Final = 14
_NOT_KNOWN: Final = 9
_NOTED: Final = 40
_BEGUN: Final = 35


class Scribe:
    """Records what one person states, each commune in a chain of its own."""

    def __init__(self, person: Person, round_id: str) -> None:
        """Start without records; `heads` holds the last of each commune and subject."""
        self.person = person
        self.entries: list[Entry] = []
        self._by_commune: dict[str, list[Entry]] = {}
        self.heads: dict[tuple[str, str], str] = {}
        self._round_id = round_id
        self._ends: dict[str, ChainEnd] = {}
        self._moments: dict[str, datetime] = {}
        self._now = datetime(2026, 1, 1, tzinfo=VIETNAM)
        self._pace = _BY_HAND
        self._dice = Dice()

    def sit_down(self, day: date, at: time, pace: tuple[int, int] = _BY_HAND) -> None:
        """Begin to write on ``day``; each record takes from so many seconds to so many."""
        self._now = datetime.combine(day, at, VIETNAM)
        self._pace = pace
        self._dice = Dice("clock", self.person.name, self._now.isoformat())

    def pause(self, least: int, most: int) -> None:
        """Let some minutes pass: a walk to another room, a test."""
        self._now += timedelta(minutes=self._dice.between(least, most))

    @property
    def now(self) -> datetime:
        """When the last record was written."""
        return self._now

    def _tick(self) -> datetime:
        self._now += timedelta(seconds=self._dice.between(*self._pace))
        return self._now

    def write(self, draft: Draft) -> None:
        """Record a draft at the next place of its commune's chain."""
        (entry,) = continue_chains(
            [draft],
            self._round_id,
            self.person.author,
            self.person.writer,
            self._tick,
            lambda commune, _writer: self._ends.get(commune),
        )
        self._ends[draft.commune] = ChainEnd(entry.sequence, entry.id)
        self.heads[draft.commune, draft.subject] = entry.id
        self._moments[entry.id] = self._now
        self.entries.append(entry)
        self._by_commune.setdefault(draft.commune, []).append(entry)

    def recorded(self, until: datetime) -> list[Entry]:
        """Return what was recorded up to a moment."""
        return [entry for entry in self.entries if self._moments[entry.id] <= until]

    def entries_of(self, commune: str) -> list[Entry]:
        """Return what this person recorded of one commune."""
        return self._by_commune.get(commune, [])


class History:
    """Tells the whole round, step by step."""

    def __init__(self) -> None:
        """Take the default edition, the profile and the communes of the province."""
        self.cast = load_cast()
        self.catalogue = load_edition()
        self.profile = load_profile(PROVINCE)
        self.communes = communes_of(PROVINCE)
        self.round_id = round_id_of(self.cast.office.author.key, NONCE)
        self.office = Scribe(self.cast.office, self.round_id)
        self.auditors = {each.name: Scribe(each, self.round_id) for each in self.cast.auditors}
        self.assigned = {each.name: self._route(each) for each in self.cast.auditors}
        self._places = dict(self._all_places())
        self._found: dict[str, Found] = {}
        self.pictures: dict[str, tuple[str, bytes]] = {}
        """SHA-256 -> id of the record that names a picture, and its bytes."""
        self._cross_checked = {check.commune for check in self.cast.cross_checks}
        self._by_code = {commune.code: commune for commune in self.communes}
        self._round = Round(
            self.round_id,
            self.cast.title,
            PROVINCE,
            self.cast.opened_on,
            self.catalogue,
            self.communes,
            self.profile,
            office_keys=(self.office.person.author.key,),
        )
        self.closed_at = datetime.combine(self.cast.reviewed_on, _CLOSING, VIETNAM)

    def tell(self) -> list[Entry]:
        """Return every record that the office holds in the end."""
        self._open()
        self._take_in_declarations()
        for name, scribe in self.auditors.items():
            for (day, at), commune in self._visits(name):
                self._visit(scribe, commune, day, at)
                self._correct_later(scribe, commune)
        for check in self.cast.cross_checks:
            self._cross_check(check)
        for resolution in self.cast.resolutions:
            self._settle(resolution)
        self._review()
        self._plan()
        self._close()
        return self._all_entries()

    def place(self, code: str) -> Place:
        """Return a commune as it is found."""
        return self._places[code]

    def seals(self) -> list[Seal]:
        """Return the seals of all chains, once the round is told."""
        at = self.closed_at.isoformat()
        return [
            seal
            for scribe in self._scribes
            for seal in seals_of(scribe.person.signer, self.round_id, scribe.entries, at)
        ]

    def tell_late(self) -> list[Entry]:
        """Return what one auditor states after the close; only then told, and not held there."""
        late = self.cast.late
        scribe, correction = self.auditors[late.auditor], late.corrected
        before = len(scribe.entries)
        scribe.sit_down(self.cast.answered_on, _AFTERNOON)
        corrected = [*late.values.items(), (correction.key, correction.value)]
        codes = [late.commune] * len(late.values) + [correction.commune]
        reasons = [late.reason] * len(late.values) + [correction.reason]
        for (key, value), code, reason in zip(corrected, codes, reasons, strict=True):
            self._correct(scribe, code, key, value, reason)
        self._sign(scribe, late.commune)
        return scribe.entries[before:]

    def _all_entries(self) -> list[Entry]:
        return [entry for scribe in self._scribes for entry in scribe.entries]

    @property
    def _scribes(self) -> tuple[Scribe, ...]:
        return (self.office, *self.auditors.values())

    def _route(self, auditor: Person) -> list[Commune]:
        """Return an auditor's communes, district by district; some are named by their code."""
        areas = {area for each in self.cast.auditors for area in each.districts}
        return [
            commune
            for area in auditor.districts
            for commune in self.communes
            if area == (commune.code if commune.code in areas else commune.former_district)
        ]

    def _visits(self, name: str) -> Iterator[tuple[tuple[date, time], Commune]]:
        """Return when an auditor visits which commune."""
        seen = [c for c in self.assigned[name] if c.code not in self.cast.unvisited]
        return zip(self._half_days(), seen, strict=False)

    def _half_days(self) -> Iterator[tuple[date, time]]:
        day = self.cast.first_visit
        while day <= self.cast.last_visit:
            if day.weekday() < 5:
                yield day, MORNING
                yield day, _AFTERNOON
            day += timedelta(days=1)

    def _all_places(self) -> Iterator[tuple[str, Place]]:
        """Yield each commune as it is found; one not visited has figures, too."""
        targets = sum(target.mandatory for target in self.profile.probes.targets)
        days = {c.code: day for name in self.auditors for (day, _at), c in self._visits(name)}
        for commune in self.communes:
            day = days.get(commune.code, self.cast.last_visit)
            yield commune.code, place_of(commune, self.cast, day, targets)

    def _open(self) -> None:
        office = self.office
        office.sit_down(self.cast.opened_on, OPENING, _FROM_A_TABLE)
        for draft in opening_drafts(
            title=self.cast.title,
            province_code=PROVINCE,
            opened_on=self.cast.opened_on,
            nonce=NONCE,
            catalogue=self.catalogue,
            communes=self.communes,
            profile=self.profile,
            clusters={},
            assignments={},
            office_keys=[office.person.author.key],
        ):
            office.write(draft)
        self._assign()
        for commune in self.communes:
            for key, value in office_knows(commune, self._places[commune.code]).items():
                office.write(Draft("answer", commune.code, key, to_json(value), method="imported"))

    def _assign(self) -> None:
        """Say whose key it is that each auditor seals with, and who goes where."""
        for auditor in self.cast.auditors:
            known = KnownAuditor(auditor.author.key, auditor.name, auditor.unit)
            self.office.write(Draft("round", "", ROSTER + known.key, known.to_dict()))
        wanted = {name: [each.code for each in held] for name, held in self.assigned.items()}
        ledger = fold(self.office.entries_of(""), self.round_id)
        after = replace(self._round, assignments=assigned({}, wanted).assignments)
        for draft in amended_drafts(ledger, self._round, after, reason=""):
            self.office.write(draft)

    def _take_in_declarations(self) -> None:
        declaring = [
            commune
            for commune in self.communes
            # What a story fixes is what only the visit brought to light.
            if not self.cast.story(commune.code).set
            and Dice("declares", commune.code).chance(_DECLARING)
        ]
        days = self.cast.declared_on
        for number, day in enumerate(days):
            self.office.sit_down(day, _AFTERNOON, _FROM_A_TABLE)
            for commune in declaring[number :: len(days)]:
                self._declare(commune)

    def _declare(self, commune: Commune) -> None:
        place = self._places[commune.code]
        rosier = replace(place, level=place.level + _ROSIER)
        found = find(self.catalogue, rosier, self._grades(rosier), {})
        for key, value in found.values.items():
            tested = self.catalogue.home.get(key) in _TESTED
            if key != "visit_date" and not tested and not self.catalogue.fields[key].optional:
                self.office.write(
                    Draft("answer", commune.code, key, to_json(value), "declared", "imported")
                )

    def _grades(self, place: Place) -> dict[str, Grade]:
        grades = {code: place.grade(code, ease) for code, ease in self.cast.ease.items()}
        return grades | dict(self.cast.story(place.code).grades)

    def _visit(self, scribe: Scribe, commune: Commune, day: date, at: time) -> None:
        code, story = commune.code, self.cast.story(commune.code)
        found = self._found[code] = self._look(code, story)
        scribe.sit_down(day, at)
        scribe.pause(5, 15)
        for parameter in self.catalogue.parameters:
            self._answer(scribe, code, parameter.key)
        for criterion in self.catalogue.criteria:
            if criterion.code in story.not_applicable:
                reason = story.not_applicable[criterion.code]
                subject = f"{criterion.code}/not_applicable"
                scribe.write(Draft("not_applicable", code, subject, True, reason=reason))
            elif story.done is None or criterion.group in story.done:
                scribe.pause(2, 8)
                for measure in criterion.measures:
                    self._answer(scribe, code, measure.key)
                self._attach(scribe, code, criterion.code)
            note = self._note(code, criterion, story, found)
            if note:
                scribe.write(Draft("note", code, f"{criterion.code}/note", note))
        for override in story.overrides:
            ledger = fold(scribe.entries_of(code), self.round_id)
            value = {
                "rating": override.rating,
                "seen": criterion_digest(self._round, ledger, override.criterion),
            }
            subject = f"{override.criterion}/override"
            scribe.write(Draft("override", code, subject, value, reason=override.reason))
        if story.is_plain and code not in self._cross_checked:
            self._sign(scribe, code)

    def _sign(self, scribe: Scribe, code: str) -> None:
        """Have a checklist signed, unless something in it is left open."""
        ledger = self._ledger(code)
        if critical(findings(checklist_from(self._round, self._by_code[code], ledger))):
            return
        by, title = Dice("signs", code).one_of(self.cast.representatives)
        value = {
            "by": by,
            "title": title,
            "auditor": scribe.person.name,
            "auditor_title": "",
            "seen": ledger.content(),
            "records": ledger.chains,
        }
        scribe.pause(3, 9)
        scribe.write(Draft("sign_off", code, "sign_off", value))

    def _ledger(self, code: str) -> Ledger:
        entries = [entry for scribe in self._scribes for entry in scribe.entries_of(code)]
        return fold(entries, self.round_id, office=self._round.office_keys)

    def _look(self, code: str, story: Story) -> Found:
        """Return what is found in a commune, blanks and unknowns included."""
        place = self._places[code]
        fixed = {key: stated(value) for key, value in story.set.items()}
        fixed |= dict.fromkeys(story.unknown, NOT_KNOWN)
        found = find(self.catalogue, place, self._grades(place), fixed)
        if not story.is_plain or code in self._cross_checked:
            return found
        dice = Dice("blanks", code)
        open_to_chance = [
            key
            for key in found.values
            if key in self.catalogue.home and not self.catalogue.fields[key].optional
        ]
        if dice.chance(_BLANK):
            for _number in range(dice.between(1, 2)):
                del found.values[open_to_chance.pop(dice.between(0, len(open_to_chance) - 1))]
        if dice.chance(_NOT_KNOWN):
            found.values[dice.one_of(open_to_chance)] = NOT_KNOWN
        return found

    def _answer(self, scribe: Scribe, code: str, key: str) -> None:
        """Record a field as it was found; now and then after a slip of the keys."""
        values = self._found[code].values
        if key not in values:
            return
        value = values[key]
        draft = Draft("answer", code, key, to_json(value))
        by_program = key in _PROBED or (key in _RUN and values.get("n_method") == "app")
        if by_program and isinstance(value, Decimal):
            draft = replace(draft, method="measured", raw=_runs(code, key, value))
        elif key in _SLIPS and isinstance(value, Decimal) and Dice("slip", code, key).chance(9):
            scribe.write(replace(draft, value=to_json(value + 10)))
            draft = replace(draft, replaces=(scribe.heads[code, key],))
        scribe.write(draft)

    def _note(self, code: str, criterion: Criterion, story: Story, found: Found) -> str:
        if criterion.code in story.notes:
            return story.notes[criterion.code]
        asked = [measure.key for measure in criterion.measures if measure.key in found.values]
        fault = found.faults.get(criterion.code)
        dice = Dice("note", code, criterion.code)
        if not (asked and story.is_plain and fault and dice.chance(_NOTED)):
            return ""
        return dice.one_of(self.cast.notes[fault])

    def _correct_later(self, scribe: Scribe, commune: Commune) -> None:
        """Record what a commune reported after the visit, in the evening of that day."""
        code = commune.code
        for later in self.cast.story(code).later:
            scribe.sit_down(later.on, _EVENING)
            self._correct(scribe, code, later.key, later.value, later.reason)

    def _correct(self, scribe: Scribe, code: str, key: str, value: Any, reason: str) -> None:
        """Record another value in place of one's own."""
        replaces = (scribe.heads[code, key],)
        held = to_json(stated(value))
        scribe.write(Draft("answer", code, key, held, replaces=replaces, reason=reason))

    def _cross_check(self, check: CrossCheck) -> None:
        """Let a second auditor state the same fields, most of them alike."""
        scribe, code = self.auditors[check.auditor], check.commune
        scribe.sit_down(self.cast.last_visit, _AFTERNOON)
        values = self._found[code].values
        measures = [
            measure.key
            for criterion in check.criteria
            for measure in self.catalogue.criterion(criterion).measures
        ]
        for key in (*_CROSS_CHECKED, *measures):
            if key in values:
                value = stated(check.differs[key]) if key in check.differs else values[key]
                scribe.write(Draft("answer", code, key, to_json(value)))

    def _settle(self, resolution: Resolution) -> None:
        """Let the office choose between two values, with its reason."""
        code, key = resolution.commune, resolution.key
        heads = [scribe.heads.get((code, key)) for scribe in self.auditors.values()]
        self.office.sit_down(self.cast.last_visit, _EVENING)
        self.office.write(
            Draft(
                "answer",
                code,
                key,
                to_json(stated(resolution.value)),
                replaces=tuple(head for head in heads if head),
                reason=resolution.reason,
            )
        )

    def _review(self) -> None:
        """Let the office say of some checklists that they are accepted, or what to mend."""
        self.office.sit_down(self.cast.reviewed_on, OPENING, _BY_HAND)
        for review in self.cast.reviews:
            self.office.pause(4, 12)
            ledger = self._ledger(review.commune)
            value = {
                "outcome": review.outcome,
                "seen": ledger.content(),
                "comments": dict(review.comments),
                "records": ledger.chains,
            }
            self.office.write(Draft("review", review.commune, "review", value))

    def _attach(self, scribe: Scribe, commune: str, criterion: str) -> None:
        """Attach the pictures that an auditor took of a criterion."""
        for each in self.cast.evidence:
            if (each.commune, each.criterion) != (commune, criterion):
                continue
            data = drawing(each.shows, f"{commune} {criterion} {each.caption}")
            sha256 = hashlib.sha256(data).hexdigest()
            value = {
                "name": f"{commune}-{criterion}.png",
                "caption": each.caption,
                "media_type": "image/png",
                "size": len(data),
                "taken_at": None,
                "original": sha256,
            }
            subject = f"{criterion}/evidence/{sha256}"
            scribe.write(Draft("evidence", commune, subject, value))
            self.pictures[sha256] = (scribe.heads[commune, subject], data)

    def _plan(self) -> None:
        """Let the office say who makes good what falls short, and by when."""
        self.office.sit_down(self.cast.reviewed_on, _PLANNING)
        for each in self.cast.plans:
            self.office.write(plan_draft(each.commune, each.criterion, each.plan, ()))
        self.office.sit_down(self.cast.reviewed_on, _CHARGING, _FROM_A_TABLE)
        planned = {(each.commune, each.criterion) for each in self.cast.plans}
        for auditor, communes in self.assigned.items():
            for code in (commune.code for commune in communes if commune.code in self._found):
                for criterion, plan in self._duties(auditor, code):
                    if (code, criterion) not in planned:
                        self.office.write(plan_draft(code, criterion, plan, ()))

    def _duties(self, auditor: str, code: str) -> Iterator[tuple[str, TaskPlan]]:
        """Yield what is planned of a commune: criterion by criterion, where it falls short."""
        checklist = checklist_from(self._round, self._by_code[code], self._ledger(code))
        for duty in self.cast.duties:
            for criterion in duty.criteria:
                if auditor in duty.who and checklist.outcomes[criterion].rating in SHORT:
                    plan = TaskPlan(who=duty.who[auditor], by_when=duty.by_when)
                    dice = Dice("duty", code, criterion)
                    if duty.by_when > self.cast.reviewed_on and dice.chance(_BEGUN):
                        plan = replace(plan, status=dice.one_of(_COMES_ON))
                    yield criterion, plan

    def _close(self) -> None:
        """Let the office give a name to all that it holds now."""
        held = close_of(self._all_entries())
        self.office.sit_down(self.cast.reviewed_on, _CLOSING, _FROM_A_TABLE)
        self.office.write(Draft("round", "", CLOSE + self.cast.closed_as, held.to_dict()))


def _runs(code: str, key: str, median: Decimal) -> str:
    """Return what a probe leaves beside a value: its runs, the value in the middle."""
    if key not in ("n_down", "n_up"):
        return ""
    dice = Dice("runs", code, key)
    runs = [median - median / 20 * dice.between(0, 1), median, median + dice.tenths(1, 60)]
    return canonical({"runs": [f"{run:.1f}" for run in runs], "unit": "Mbps"})
