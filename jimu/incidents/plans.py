"""What an activation, or a change of level, would do: worked out from the playbook and the facts, nothing written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.incidents.muster import Muster, muster, people_by_place, people_for
from jimu.incidents.queries import neighborhoods_under, open_incidents
from jimu.incidents.rules import Change, PostNow, changes, common_path
from jimu.playbooks.headcount import PostNeed, UnitCount, count, seats_by_weekday, seats_per_week
from jimu.playbooks.library import find
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Level, Playbook
from jimu.playbooks.terms import FACTS


@dataclass(frozen=True)
class UnitPlan:
    """What would be created in one neighborhood, and how many people are on its lists."""

    unit: Unit
    count: UnitCount
    people_needed: int
    people_there: int

    @property
    def needs(self) -> list[PostNeed]:
        """Its posts."""
        return self.count.needs

    @property
    def seats_per_day(self) -> float:
        """Seats a day on average."""
        return round(seats_per_week(self.needs) / 7, 1)

    @property
    def lacking(self) -> bool:
        """Whether posts had to be left out for want of facts."""
        return bool(self.count.left_out)

    @property
    def warnings(self) -> list[str]:
        """What was assumed, and what could not be counted: one sentence for each fact."""
        words = [assumed.sentence() for assumed in self.count.assumed]
        waiting: dict[tuple[str, ...], list[str]] = {}
        for left in self.count.left_out:
            waiting.setdefault(left.missing, []).append(left.rule.title)
        for missing, posts in waiting.items():
            facts = "、".join(str(FACTS[name]) for name in missing)
            words.append(_("缺{facts}，{n} 个岗位算不出人数，没有列入：{posts}").format(facts=facts, n=len(posts), posts="、".join(posts)))
        return words


@dataclass(frozen=True)
class Preview:
    """What an activation would create; `taken` are neighborhoods that have such an incident already."""

    playbook: Playbook
    text: str
    level_code: str
    unit: Unit
    scope: str
    units: list[UnitPlan]
    taken: list[IncidentUnit]
    ends_on: date
    title: str
    musters: list[Muster] = field(default_factory=list)

    @property
    def level(self) -> Level:
        """The level as the playbook says it."""
        return self.playbook.levels[self.level_code]

    @property
    def uncounted(self) -> list[UnitPlan]:
        """Neighborhoods where something was assumed or left out."""
        return [plan for plan in self.units if plan.warnings]

    @cached_property
    def needs(self) -> list[PostNeed]:
        """All posts of all neighborhoods."""
        return [need for plan in self.units for need in plan.needs]

    @property
    def seats_per_day(self) -> float:
        """Seats a day on average over all neighborhoods."""
        return round(seats_per_week(self.needs) / 7, 1)

    @property
    def seats_busiest_day(self) -> int:
        """Seats of the weekday that has most."""
        return max(seats_by_weekday(self.needs))

    @property
    def posts_per_day(self) -> int:
        """Posts by shift."""
        return len(self.needs)


def chosen_level(playbook: Playbook, level: str) -> Level:
    """A level of a playbook. Raises Invalid naming those there are."""
    if level not in playbook.levels:
        levels = "、".join(f"{code}（{known.title}）" for code, known in playbook.levels.items())
        raise Invalid(_("这个预案没有级别“{level}”，可选：{levels}。").format(level=level, levels=levels), code="no_such_level")
    return playbook.levels[level]


def plan_activation(
    *, actor: Actor, at: datetime, playbook_name: str, level: str, unit_id: UUID, only: Collection[UUID] = ()
) -> Preview:
    """What activating would do. `only` narrows it to some neighborhoods of the unit.

    Raises NotFound, Invalid or NotPermitted as activating would.
    """
    playbook, text = find(playbook_name)
    found = chosen_level(playbook, level)
    unit = Unit.objects.filter(visible(actor, "incidents.view"), pk=unit_id, retired_at=None).first()
    if unit is None:
        raise NotFound
    actor.require("incidents.activate", unit.path)
    places = _places(unit, only)
    scope = common_path([place.path for place in places], Unit.steplen) if only else unit.path
    units = _unit_plans(playbook, level, places)
    return Preview(
        playbook=playbook, text=text, level_code=level, unit=unit, scope=scope, units=units,
        taken=open_incidents(places, playbook.hazard),
        ends_on=timezone.localdate(at) + timedelta(days=found.ends_after_days),
        title=f"{_place_words(unit, places, bool(only))} {playbook.title}"[:80],
    )  # fmt: skip


def with_people(plan: Preview) -> Preview:
    """The same, with how many people it takes and how many are there: two more queries, for pages and the API."""
    needs, places = plan.needs, [u.unit for u in plan.units]
    shifts = plan.playbook.shifts_per_person_week
    there = people_by_place(places)
    units = [
        UnitPlan(u.unit, u.count, people_for(_assigned(u.needs), shifts), there[u.unit.pk]) for u in plan.units
    ]
    return Preview(
        playbook=plan.playbook, text=plan.text, level_code=plan.level_code, unit=plan.unit, scope=plan.scope, units=units,
        taken=plan.taken, ends_on=plan.ends_on, title=plan.title, musters=muster(needs, places, shifts),
    )  # fmt: skip


def _assigned(needs: Sequence[PostNeed]) -> list[PostNeed]:
    """Without those that are asked for elsewhere."""
    return [need for need in needs if not need.rule.requested_only]


def _places(unit: Unit, only: Collection[UUID]) -> list[Unit]:
    places = neighborhoods_under(unit)
    if not places:
        raise Invalid(_("这个范围里没有居民区，请选择街道、片区或居民区。"), code="no_neighborhood")
    if not only:
        return places
    kept = [place for place in places if place.pk in set(only)]
    if len(kept) != len(set(only)):
        raise Invalid(_("选中的居民区里有不在“{unit}”之内的，请重新选择。").format(unit=unit.name), code="outside_the_unit")
    return kept


def _place_words(unit: Unit, places: Sequence[Unit], narrowed: bool) -> str:
    if not narrowed:
        return unit.name
    names = "、".join(place.short_name or place.name for place in places[:3])
    return names if len(places) <= 3 else _("{names}等 {n} 个居民区").format(names=names, n=len(places))


def _unit_plans(playbook: Playbook, level: str, places: Sequence[Unit]) -> list[UnitPlan]:
    return [UnitPlan(place, count(playbook, level, facts_of(place)), 0, 0) for place in places]


def facts_of(unit: Unit) -> dict[str, int | None]:
    """The facts of a neighborhood by the names that rules use."""
    return {name: getattr(unit, name) for name in FACTS}


@dataclass(frozen=True)
class LevelPlan:
    """What another level would change; `units` are the incident's neighborhoods by id."""

    incident: Incident
    playbook: Playbook
    level_code: str
    units: dict[UUID, Unit]
    changes: list[Change]
    before: int
    after: int
    kept_by_hand: int

    @property
    def level(self) -> Level:
        """The level that it would be."""
        return self.playbook.levels[self.level_code]

    @property
    def by_post(self) -> list[tuple[str, int, int]]:
        """(post, people before, people after) a day, over all neighborhoods, in the playbook's order."""
        sums: dict[str, list[int]] = {}
        for change in self.changes:
            pair = sums.setdefault(change.title, [0, 0])
            pair[0] += change.before
            pair[1] += change.after
        return [(title, before, after) for title, (before, after) in sums.items()]

    @property
    def by_post_with_difference(self) -> list[tuple[str, int, int, int]]:
        """The same, with how many more (or fewer)."""
        return [(title, before, after, after - before) for title, before, after in self.by_post]


def plan_level(incident: Incident, level: str) -> LevelPlan:
    """What changing to a level would do, by the playbook as it was when the incident began. Raises Invalid."""
    playbook = parse(incident.playbook_text, file=f"{incident.playbook}.yaml")
    chosen_level(playbook, level)
    if level == incident.level:
        raise Invalid(_("已经是这个级别了，请选另一个。"), code="same_level")
    units = {row.unit_id: row.unit for row in IncidentUnit.objects.filter(incident=incident).select_related("unit").order_by("unit__path")}
    posts = Post.objects.filter(incident=incident)
    now = {(p.unit_id, p.code, p.shift_code): PostNow(p.title, p.start_minute, p.end_minute, p.needed, p.by_hand) for p in posts}
    then = {
        (unit.pk, need.rule.code, need.shift_code): need
        for unit in units.values()
        for need in count(playbook, level, facts_of(unit)).needs
    }
    found = changes(now, then)
    before = sum(post.needed for post in now.values())
    after = before + sum(change.after - change.before for change in found)
    kept = sum(1 for key, post in now.items() if post.by_hand and key in then)
    return LevelPlan(incident, playbook, level, units, found, before, after, kept)
