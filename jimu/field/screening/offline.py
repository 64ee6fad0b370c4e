"""What phones do without a network: scan and seal at a table, sample at a door, call a slot, count the line, say why somebody is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Invalid, JimuError
from jimu.core.ids import new_id
from jimu.field.households.models import Resident
from jimu.field.screening import asked, calling, queries, scanning, tags
from jimu.field.screening.calling import Missing
from jimu.field.screening.models import QueueCount, Round, Site, Slot
from jimu.field.screening.scanning import LONGEST_TUBE, MOST_TABLE, SCAN, SEAL, Act, Told
from jimu.field.screening.screens import TABLE_SCREEN
from jimu.field.screening.untested import left_in
from jimu.field.screening.words import REASONS
from jimu.sync.fields import Field, read_id
from jimu.sync.registry import Answer, Data, Delta, Duty, Holder, Incoming, Kind, Offer, Pack, Spot, places_of

WORK = queries.WORK
TABLE, HOME, ABSENT, CALL, QUEUE = "screening.scan", "screening.home", "screening.absent", "screening.call", "screening.queue"
#: What a phone may be for.
AT_TABLE, CALLING, AT_HOMES = "screening.table", "screening.call", "screening.homes"
Row = TypeVar("Row", bound=Model)
MOST_HOMES, MOST_SLOTS = 400, 120


def read_scan(payload: Data) -> Data:
    """A scan or a seal of a table. Written by hand: this is where thousands come. Raises Invalid."""
    act, tube, code = payload.get("act", SCAN), payload.get("tube"), payload.get("code", "")
    table, said = payload.get("table", 1), payload.get("said", 0)
    if act not in (SCAN, SEAL) or not isinstance(tube, str) or not 0 < len(tube.strip()) <= LONGEST_TUBE:
        raise Invalid(_("请先扫管子上的条码。"), field="tube")
    if not isinstance(code, str) or len(code) > 400 or (act == SCAN and not code.strip()):
        raise Invalid(_("请扫居民的码，或输入身份证号。"), field="code")
    if type(payload.get("sure", False)) is not bool:
        raise Invalid
    if type(table) is not int or not 1 <= table <= MOST_TABLE or type(said) is not int or not 0 <= said <= MOST_TABLE:
        raise Invalid(_("采样台号不对。"), field="table")
    return {"round": read_id(payload.get("round")), "site": read_id(payload.get("site")), "act": act, "tube": tube, "code": code, "table": table, "said": said, "sure": payload.get("sure", False)}


def at_sites(rows: Sequence[Data]) -> list[str | None]:
    """The place of each site."""
    # Scans have been read to ids already.
    ids = [row["site"] if not isinstance(row["site"], str) else read_id(row["site"]) for row in rows]
    paths = asked.site_paths(set(ids))
    return [paths.get(one) for one in ids]


def at_slots(rows: Sequence[Data]) -> list[str | None]:
    """The building that is called, else the site's place."""
    ids = [read_id(row["slot"]) for row in rows]
    paths = {pk: building or site for pk, building, site in Slot.objects.filter(pk__in=ids).values_list("pk", "building__path", "site__unit__path")}
    return [paths.get(one) for one in ids]


def _act(one: Incoming) -> Act:
    d = one.data
    return Act(one.op_id, d["round"], d["site"], d["tube"], one.at, one.received_at, d["act"], d["code"], None, d["table"], d["said"], sure=d["sure"])


def scans(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Scans and seals of some phones, in a few statements however many they are."""
    return [_answer(told) for told in scanning.take_all(acts=[(one.actor, _act(one)) for one in many])]


def scan(one: Incoming) -> Answer:
    """One of them."""
    return _said(scanning.take(actor=one.actor, act=_act(one)))


def _answer(told: Told | JimuError) -> Answer | JimuError:
    return told if isinstance(told, JimuError) else _said(told)


def _said(told: Told) -> Answer:
    """Counts and doubts; nothing of a person."""
    found: dict[str, Any] = {"tube": told.tube, "taken": told.taken}
    found |= {name: True for name, here in (("again", told.again), ("doubt", told.doubt), ("double", told.other_tube), ("unknown", told.unknown)) if here}
    return Answer(found)


def home(one: Incoming) -> Answer:
    """A sample at a door, of somebody on the list; with `last` the tube is sealed too."""
    d = one.data
    given = (read_id(d["round"]), read_id(d["site"]), d["tube"], one.at, one.received_at)
    told = scanning.take(actor=one.actor, act=Act(one.op_id, *given, SCAN, "", read_id(d["person"])))
    if d["last"]:
        told = scanning.take(actor=one.actor, act=Act(new_id(), *given, SEAL, said=told.taken))
    return _said(told)


def absent(one: Incoming) -> None:
    """Why somebody is not tested."""
    calling.excuse(actor=one.actor, told=_missing(one))


def absents(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Many of them."""
    return [*calling.excuse_all(actor=many[0].actor, told=[_missing(one) for one in many])]


def _missing(one: Incoming) -> Missing:
    d = one.data
    return Missing(one.op_id, read_id(d["round"]), read_id(d["person"]), d["reason"], one.at, d["note"])


def call(one: Incoming) -> None:
    """A slot called down, or through."""
    calling.call(actor=one.actor, at=one.at, slot_id=read_id(one.data["slot"]), done=one.data["result"] == "done")


def queue(one: Incoming) -> None:
    """The line as somebody counted it."""
    d = one.data
    calling.count_queue(
        actor=one.actor, at=one.at, round_id=read_id(d["round"]), site_id=read_id(d["site"]), waiting=d["waiting"], tables=d["tables"]
    )


def sites_at(path: str, at: datetime) -> list[Spot]:
    """The sites in use at a place."""
    rows = Site.objects.filter(unit__path__startswith=path, retired_at=None).order_by("unit__path", "name")
    return [Spot(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _narrowed(rows: "QuerySet[Row]", holder: Holder, duty: str, site: str) -> "QuerySet[Row]":
    """Rows of the sites at which the phone has that duty; `site` leads there."""
    spots = holder.spots(duty)
    return rows if spots is None else rows.filter(**{f"{site}__in": spots})


def tables(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """The sites at which the holder works, of rounds that go on."""
    items: list[dict[str, Any]] = []
    for found in queries.rounds_at(holder.path):
        here = list(_narrowed(found.sites.filter(unit__path__startswith=holder.path), holder, AT_TABLE, "pk").order_by("name"))
        lines = _lines(found, here, at)
        for site in here:
            items.append(_item(
                f"{found.pk}:{site.pk}", site.name, " · ".join([found.title, found.unit.name, *lines.get(site.pk, ())]), len(items), [TABLE, QUEUE],
                {"round": str(found.pk), "site": str(site.pk), "pool": found.pool_size, "tables": site.tables, "lab": found.lab_minutes},
            ))  # fmt: skip
    return Delta(items)


def _lines(found: Round, sites: Sequence[Site], at: datetime) -> dict[UUID, list[str]]:
    """How long the line of each site is that was counted lately, and what would help: what whoever counted it wants to hear. One query where nobody counted."""
    if not QueueCount.objects.filter(round=found, site__in=sites, at__gt=at - queries.COUNTED).exists():
        return {}
    told = {}
    for line in queries.site_lines(found, at):
        said = [_("排 {n} 人，要等 {wait} 分钟").format(n=line.waiting, wait=line.wait)] if line.waiting and line.tables else []
        if line.advice and line.advice.more:
            said.append(_("加开 {more} 台，开不出就停叫约 {pause} 分钟").format(more=line.advice.more, pause=line.advice.pause))
        elif line.advice:
            said.append(_("停叫约 {pause} 分钟").format(pause=line.advice.pause))
        told[line.site.pk] = said
    return told


def same_people(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """For the screen of a table, by round: which of two codes are one person's, as tags. Told in full only when the ledger or the rounds changed."""
    here = _narrowed(queries.rounds_at(holder.path), holder, AT_TABLE, "sites").distinct()
    rounds = [(found, max(holder.path, found.unit.path, key=len)) for found in here]
    begun = since is None or queries.rounds_changed(holder.path, since)
    if since is not None and not begun and not any(tags.changed(path, since) for _found, path in rounds):
        return Delta([], full=False)
    return Delta([{**_item(f"same:{found.pk}", "", "", 0, [], {}), "fields": {"pairs": tags.pairs(found, path)}} for found, path in rounds])


def homes(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Whom to visit on the holder's part: a door and a masked name, nothing of why."""
    items: list[dict[str, Any]] = []
    for found in queries.rounds_at(holder.path):
        site = found.sites.order_by("name").first()
        path = max(holder.path, found.unit.path, key=len)
        for person in left_in(found, [path]) if site else ():
            if not person.visit or site is None or len(items) >= MOST_HOMES:
                continue
            room = person.resident.room
            title = " ".join(filter(None, [room.building.name, room.entrance, room.number, person.resident.masked_name]))
            preset = {"round": str(found.pk), "site": str(site.pk), "person": str(person.resident.pk)}
            items.append(_item(str(person.resident.pk), title, found.title, len(items), [HOME, ABSENT], preset))
    return Delta(items)


def slots(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Slots to call next: of the holder's sites, and of the holder's buildings."""
    items: list[dict[str, Any]] = []
    for found in queries.rounds_at(holder.path):
        rows = _narrowed(Slot.objects.filter(round=found, kind__in=(Slot.Kind.BUILDING, Slot.Kind.DOOR)), holder, CALLING, "site").exclude(state=Slot.State.DONE)
        for slot in rows.select_related("building", "site__unit").order_by("order", "pk"):
            building = slot.building
            if building is None or len(items) >= MOST_SLOTS or not (building.path.startswith(holder.path) or slot.site.unit.path.startswith(holder.path)):
                continue
            title = " ".join(filter(None, [building.name, slot.entrance, slot.span]))
            note = _("{households} 户 {persons} 人 → {site}").format(households=slot.households, persons=slot.persons, site=slot.site.name)
            item = _item(str(slot.pk), title, note, len(items), [CALL], {"slot": str(slot.pk)})
            items.append({**item, "state": str(slot.get_state_display())})
    return Delta(items)


def _item(key: str, title: str, note: str, order: int, kinds: list[str], preset: Data) -> dict[str, Any]:
    return {
        "id": key, "title": title, "note": note, "group": "", "order": order, "kinds": kinds, "preset": preset, "version": "", "fields": {},
        "state": "", "done": False,
    }  # fmt: skip


ROUND, SITE = Field("round", gettext_lazy("轮次"), "given", required=True), Field("site", gettext_lazy("点位"), "given", required=True)
PERSON = Field("person", gettext_lazy("居民"), "given", required=True)
TUBE = Field("tube", gettext_lazy("管子条码"), "code", required=True, most=LONGEST_TUBE)
at_homes = places_of(Resident.objects, "person", "room__building__path")

OFFER = Offer(
    kinds=[
        Kind(
            TABLE, gettext_lazy("扫码、封管"), WORK, scan, scans,
            fields=[
                ROUND, SITE, TUBE, Field("code", gettext_lazy("居民的码或身份证号"), "code"),
                Field("act", gettext_lazy("做什么"), "given"), Field("table", gettext_lazy("采样台"), "number"), Field("said", gettext_lazy("管里人数"), "number"),
            ],
            clean=read_scan, places=at_sites, several_phones=True, screen=TABLE_SCREEN,
        ),
        Kind(
            HOME, gettext_lazy("上门采样"), WORK, home, None,
            fields=[ROUND, SITE, PERSON, TUBE, Field("last", gettext_lazy("这管采完就封"), "yes_no")], places=at_homes,
        ),
        Kind(
            ABSENT, gettext_lazy("这次不采，原因"), WORK, absent, absents,
            fields=[ROUND, PERSON, Field("reason", gettext_lazy("原因"), "choice", required=True, choices=REASONS), Field("note", gettext_lazy("备注"), most=calling.LONGEST_NOTE)],
            places=at_homes,
        ),
        Kind(
            CALL, gettext_lazy("叫号"), WORK, call, None,
            fields=[
                Field("slot", gettext_lazy("批次"), "given", required=True),
                Field("result", gettext_lazy("怎样了"), "choice", required=True, choices=[("called", gettext_lazy("已叫下楼")), ("done", gettext_lazy("都做完了"))]),
            ],
            places=at_slots, personal=False,
        ),
        Kind(
            QUEUE, gettext_lazy("数一数排队"), WORK, queue, None,
            fields=[
                ROUND, SITE, Field("waiting", gettext_lazy("排着多少人"), "number", required=True, least=0, most=calling.MOST_WAITING),
                Field("tables", gettext_lazy("开着几个采样台"), "number", required=True, least=0, most=12),
            ],
            places=at_sites, personal=False,
        ),
    ],
    packs=[
        Pack("screening.tables", gettext_lazy("采样点"), WORK, tables, order=20, duties=[AT_TABLE]),
        Pack("screening.same", "", WORK, same_people, order=21, duties=[AT_TABLE]),
        Pack("screening.slots", gettext_lazy("叫哪一批下楼"), WORK, slots, order=22, duties=[CALLING]),
        Pack("screening.homes", gettext_lazy("上门采样"), WORK, homes, order=24, duties=[AT_HOMES]),
    ],
    duties=[
        Duty(AT_TABLE, gettext_lazy("采样台"), sites_at), Duty(CALLING, gettext_lazy("楼道叫号"), sites_at), Duty(AT_HOMES, gettext_lazy("上门采样")),
    ],
)  # fmt: skip
