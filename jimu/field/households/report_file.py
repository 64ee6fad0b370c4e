"""The ledger's reports as tables to send upwards: doors, people and zones in figures for who reads the ledger; a day of cases for who may read of health."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, workbooks
from jimu.core.permissions import STEP, Actor, under
from jimu.core.workbooks import moment, total
from jimu.field.households import case_queries, count_queries, zone_queries
from jimu.field.households.case_queries import HEALTH
from jimu.field.households.count_queries import DayOfCases, Heads, Tally
from jimu.field.households.models import Case, Contact, Referral, Room
from jimu.field.households.words import GROUP_WORDS, WAY_WORDS, ZONE_WORDS
from jimu.field.households.zone_queries import VIEW
from jimu.grid.models import Unit


def ledger_book(actor: Actor, unit: Unit | None, at: datetime) -> bytes:
    """Doors, people and zones as they are now. Which priority group it is stands beside a neighborhood or a block, never beside a building. Raises NotPermitted."""
    paths = count_queries.part_of(actor, VIEW, unit)
    heads, buildings, tallied = count_queries.heads_in(paths), count_queries.buildings_in(paths), count_queries.tallies(paths)
    by_line = count_queries.summed(tallied, buildings, heads)
    blocks = count_queries.block_names(buildings)
    lines = [[one.name, *_doors(by_line.get(one, Tally())), *_groups(one, by_line.get(one, Tally()))] for one in heads.listed(by_line)]
    houses = [[heads.over(one.path).name, blocks.get(one.path[:-STEP], ""), one.name, *_doors(tallied.get(one.pk, Tally()))] for one in buildings]
    states = [str(words) for _code, words in Room.State.choices]
    figures = [_("户室"), *states, _("在住人数"), _("重点人群人数")]
    sheets: list[workbooks.Sheet] = [
        (_("各居民区"), [_("居民区"), *figures, *(str(words) for words in GROUP_WORDS.values())], _summed(lines, blank=1)),
        (_("各楼"), [_("居民区"), _("网格块"), _("楼"), *figures], _summed(houses, blank=3)),
        *_zones(actor, paths, zone_queries.today(at), tallied, heads),
    ]
    title = _("户数、人数和分区 {unit}").format(unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))


def _doors(one: Tally) -> list[int]:
    return [one.doors.rooms, *(one.doors.states.get(state, 0) for state in Room.State.values), one.people, one.priority]


def _groups(unit: Unit, one: Tally) -> list[object]:
    if unit.kind == Unit.Kind.BUILDING:
        return [""] * len(GROUP_WORDS)
    return [one.groups[code] for code in GROUP_WORDS]


def _summed(lines: Sequence[Sequence[Any]], *, blank: int) -> list[Sequence[Any]]:
    return [*lines, total(_("合计"), lines, blank=blank)] if lines else []


def _zones(actor: Actor, paths: Sequence[str], on: date, tallied: Mapping[UUID, Tally], heads: Heads) -> list[workbooks.Sheet]:
    """How much is under which zone, and each building with its day."""
    standing = zone_queries.lines_on(actor, on, under(paths, "building__path"))
    sums = count_queries.zones_summed(standing, tallied, heads)
    lines = [
        [one.name, str(words), here.buildings, here.doors, here.people]
        for one in heads.listed(unit for unit, _zone in sums) for zone, words in ZONE_WORDS.items() for here in [sums.get((one, zone), count_queries.ZoneTally())]
    ]  # fmt: skip
    houses = []
    for one in sorted(standing, key=lambda each: heads.over(each.zone.building.path).path):
        zone, now, here = one.zone, one.standing, tallied.get(one.zone.building_id, Tally())
        houses.append([
            heads.over(zone.building.path).name, zone.building.name, str(ZONE_WORDS[now.zone]), now.title, now.day, now.of, zone.day_one.isoformat(), now.ends_on.isoformat(),
            _("要做") if now.test_today else "", zone.policy.title, zone.legal_basis, here.doors.rooms, here.people,
        ])  # fmt: skip
    head = [_("居民区"), _("楼"), _("分区"), _("阶段"), _("第几天"), _("共几天"), _("第 1 天"), _("期满"), _("当天核酸"), _("政策"), _("依据"), _("户室"), _("在住人数")]
    return [(_("分区合计"), [_("居民区"), _("分区"), _("楼数"), _("户室"), _("在住人数")], _summed(lines, blank=2)), (_("分区各楼"), head, houses)]


def cases_book(actor: Actor, unit: Unit | None, day: date, at: datetime) -> bytes:
    """A day's cases with the zones of that day; contacts as they stand when it is made. Names are masked and no door stands beside one. On record. Raises NotPermitted."""
    paths = count_queries.part_of(actor, HEALTH, unit)
    heads = count_queries.heads_in(paths)
    of_buildings, fresh = count_queries.cases_on(paths, day)
    by_line = count_queries.cases_summed(of_buildings, heads)
    figures = [_("原有"), _("当天新增"), _("当天解除"), _("当天更正（原来登记有误）"), _("当天末现有")]
    lines = [[one.name, *by_line.get(one, DayOfCases()).cells()] for one in heads.listed(by_line)]
    houses = [[heads.over(one.path).name, one.name, *here.cells()] for one, here in of_buildings.items()]
    sheets: list[workbooks.Sheet] = [
        (_("各居民区"), [_("居民区"), *figures], _summed(lines, blank=1)),
        (_("各楼"), [_("居民区"), _("楼"), *figures], _summed(houses, blank=2)),
        _new_cases(fresh, paths, heads), *_contacts(paths, heads), *_zones(actor, paths, day, count_queries.tallies(paths), heads),
    ]  # fmt: skip
    with transaction.atomic():
        journal.record(actor=actor, at=at, verb="ledger.cases_reported", target="case:list", scope=unit.path if unit else actor.ground, data={"day": day.isoformat()})
    title = _("阳性、密接和分区日报 {day} {unit}").format(day=day.isoformat(), unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))


def _new_cases(fresh: Sequence[Case], paths: Sequence[str], heads: Heads) -> workbooks.Sheet:
    people = case_queries.residents_of(fresh)
    counted: dict[UUID, Counter[tuple[str, str]]] = {}
    near = Contact.objects.filter(under(paths, "building__path"), case__in=[one.pk for one in fresh])
    for case, kind, state in near.values_list("case", "kind", "state"):
        counted.setdefault(case, Counter())[kind if state == Contact.State.CONFIRMED else "", state] += 1
    rows = []
    for one in fresh:
        facts, here = case_queries.facts_of(one), counted.get(one.pk, Counter())
        rows.append([
            heads.over(one.building.path).name, one.building.name, people[one.pk].masked_name if one.pk in people else "", facts["found_on"], str(WAY_WORDS.get(facts["way"], "")),
            one.day_one.isoformat(), moment(one.recorded_at), *(here[kind, Contact.State.CONFIRMED] for kind in Contact.Kind.values), here["", Contact.State.PROPOSED],
        ])  # fmt: skip
    head = [_("居民区"), _("楼"), _("姓名（部分隐去）"), _("检出日期"), _("怎么检出"), _("第 1 天"), _("登记时间"), *(str(words) for _code, words in Contact.Kind.choices), _("待确认")]
    return _("当天新增"), head, rows


def _contacts(paths: Sequence[str], heads: Heads) -> list[workbooks.Sheet]:
    """Contacts of running cases by where they live, of either kind in each state; and how far those are who were handed from one place to another."""
    rows = case_queries.counted_contacts(under(paths, "building__path"))
    buildings = Unit.objects.in_bulk({one.building for one in rows})
    counted: dict[tuple[Unit, str], Counter[str]] = {}
    for one in rows:
        line = counted.setdefault((heads.over(buildings[one.building].path), one.kind), Counter())
        line[one.state] += 1
        line["elsewhere"] += one.elsewhere and one.state == Contact.State.CONFIRMED
    states = Contact.State.choices
    lines = [
        [unit.name, str(words), *(here[state] for state, _words in states), here["elsewhere"]]
        for unit in heads.listed(unit for unit, _kind in counted) for kind, words in Contact.Kind.choices for here in [counted.get((unit, kind), Counter())]
    ]  # fmt: skip
    handed = count_queries.handed_over(paths, heads)
    return [
        # Their states have no history: a report of a past day must not pass them off as that day's.
        (_("密接和次密接（制表时）"), [_("居民区"), _("种类"), *(str(words) for _code, words in states), _("已确认的里，病例住在别的楼")], _summed(lines, blank=2)),
        (_("转送的密接（制表时）"), [_("居民区"), _("方向"), _("种类"), *(str(words) for _code, words in Referral.State.choices)], _handed_lines(handed)),
    ]  # fmt: skip


def _handed_lines(handed: Mapping[tuple[Unit, bool, str], Counter[str]]) -> Iterable[Sequence[Any]]:
    kinds = dict(Contact.Kind.choices)
    for (unit, came, kind), here in sorted(handed.items(), key=lambda pair: (pair[0][0].path, pair[0][1], pair[0][2])):
        yield [unit.name, _("转来") if came else _("转出"), str(kinds[kind]), *(here[state] for state in Referral.State.values)]
