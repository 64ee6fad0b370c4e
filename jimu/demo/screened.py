"""A round of the sample that is half done: a site at the first neighborhood, slots called, tubes sealed, sent and one still open."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.screening import calling, custody, results, scanning, setting_up
from jimu.field.screening.codes import PERSON, code_of
from jimu.field.screening.models import Round, Slot, Tube
from jimu.field.screening.populace import living_in
from jimu.field.screening.results import Given
from jimu.field.screening.scanning import SCAN, SEAL, Act
from jimu.grid.models import Unit

POOL, HALF, MOST = 10, 0.5, 240
BEGAN = timedelta(minutes=100)


def screen(*, actor: Actor, at: datetime) -> int:
    """Set up, begin and half do a round, unless there is one; returns how many are scanned."""
    place = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path").first()
    if Round.objects.exists() or place is None:
        return 0
    people = list(living_in([place.path]).order_by("room__building__path", "room__number", "pk").values_list("pk", flat=True)[:MOST])
    if len(people) < 3 * POOL:
        return 0
    began = at - BEGAN
    with transaction.atomic():
        sites = [setting_up.open_site(actor=actor, at=began, unit_id=place.pk, name=name, tables=tables) for name, tables in (("东门广场", 2), ("活动室", 1))]
        wanted = setting_up.Wanted(place.pk, "第3轮核酸筛查", began, [site.pk for site in sites], POOL, staff=18)
        made = setting_up.draft_round(actor=actor, at=began, wanted=wanted)
        setting_up.begin(actor=actor, at=began, round_id=made.pk)
        return _half_done(made, people[: int(len(people) * HALF)], actor, at)


def _half_done(made: Round, people: list[UUID], actor: Actor, at: datetime) -> int:
    began, site = at - BEGAN, made.sites.order_by("name").first()
    assert site is not None
    step = BEGAN * 0.9 / max(1, len(people))
    acts = []
    for number, person in enumerate(people):
        when, tube = began + step * (number + 1), f"JM{number // POOL + 1:04}"
        acts.append(Act(new_id(), made.pk, site.pk, tube, when, when, SCAN, code_of(PERSON, person), table=number % 2 + 1))
        if number % POOL == POOL - 1:
            acts.append(Act(new_id(), made.pk, site.pk, tube, when + step / 2, when, SEAL, said=POOL))
    # Once more into another tube: somebody has to settle it.
    acts.append(Act(new_id(), made.pk, site.pk, f"JM{len(people) // POOL + 1:04}", at - step, at, SCAN, code_of(PERSON, people[0])))
    scanning.take_all(acts=[(SYSTEM, act) for act in acts])
    sealed = list(Tube.objects.filter(round=made, sealed_at__isnull=False).order_by("first_at"))
    box = custody.pack(actor=actor, at=began + BEGAN / 2, round_id=made.pk, site_id=site.pk, tube_ids=[tube.pk for tube in sealed[: len(sealed) // 3 or 1]])
    custody.hand_over(actor=actor, at=began + BEGAN / 2, batch_id=box.pk, courier="孙师傅")
    custody.receive(actor=actor, at=began + BEGAN * 0.8, batch_id=box.pk, receiver="钱进")
    results.record(actor=actor, at=at, round_id=made.pk, given=[Given(tube.code, "negative") for tube in sealed[1:3]] + [Given(sealed[0].code, "positive")])
    for number, slot in enumerate(Slot.objects.filter(round=made, site=site, kind__in=(Slot.Kind.STAFF, Slot.Kind.BUILDING)).order_by("order")[:7]):
        calling.call(actor=actor, at=began + timedelta(minutes=12 * number), slot_id=slot.pk, done=number < 5)
    calling.count_queue(actor=actor, at=at - timedelta(minutes=3), round_id=made.pk, site_id=site.pk, waiting=140, tables=2)
    return len(people)
