"""Which flats are to be disinfected is for those whom it concerns: leaders of the place, who is on duty for it, who signed for the keys."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.transfer import custody, disinfecting, next_steps, offline
from jimu.field.transfer.disinfecting_queries import disinfections_for
from jimu.field.transfer.models import Disinfection
from jimu.incidents.models import Incident
from jimu.incidents.tests.under_way import text_with
from jimu.sync.registry import Holder

from .conftest import AT, HOUR, Lane, person

pytestmark = pytest.mark.django_db
FLAT, KITCHEN, OTHER = "2号楼 101", "2号楼 东灶", "1号楼 501"


@pytest.fixture
def left(lane: Lane) -> Lane:
    """Somebody left a flat of 2号楼 with a shared kitchen, and somebody one of 1号楼."""
    lane.gone("安甲户", "positive")
    lane.gone("安父亲", "positive", plate="沪A22222")
    return lane


def seen(actor: Actor, days: int = 0) -> set[str]:
    return {one.where for one in disinfections_for(actor, AT + 24 * HOUR * days)}


def test_leaders_see_those_of_their_place_and_nobody_else_of_the_part_any(left: Lane) -> None:
    assert seen(left.secretary) == seen(left.lead) == seen(SYSTEM) == {FLAT, KITCHEN, OTHER}
    assert seen(left.building_leader) == {OTHER}
    assert seen(left.town.actor("secretary", "乙一居民区")) == set()
    assert seen(left.escort) == seen(left.second) == set()


@pytest.mark.parametrize(("duty", "wanted"), [
    ({}, {FLAT, KITCHEN, OTHER}), ({"state": "draft"}, set()), ({"state": "superseded"}, set()), ({"standby": True}, set()), ({"code": "patrol"}, set()),
    ({"code": "site_disinfection"}, set()), ({"place": "甲二居民区"}, set()), ({"place": "1号楼"}, {OTHER}),
    ({"at": AT - 24 * HOUR}, set()), ({"at": AT + 24 * HOUR}, set()), ({"at": AT + 7 * HOUR}, {FLAT, KITCHEN, OTHER}),
])  # fmt: skip
def test_who_is_on_duty_for_it_that_day_sees_them(left: Lane, duty: dict[str, object], wanted: set[str]) -> None:
    left.on_duty(left.escort, **duty)  # type: ignore[arg-type]
    assert (seen(left.escort), seen(left.second)) == (wanted, set())


def test_the_playbook_says_which_posts_that_are(left: Lane) -> None:
    left.on_duty(left.escort, code="patrol")
    assert seen(left.escort) == set()
    Incident.objects.update(playbook_text=text_with("transfer: {disinfect_posts: [disinfection, patrol]}"))
    assert seen(left.escort) == {FLAT, KITCHEN, OTHER}


def test_who_is_on_duty_beyond_their_own_part_sees_nothing_there(left: Lane) -> None:
    left.town.person("安远客", phone="13800000019")
    account = left.town.account("member", "乙一居民区")
    account.person = left.town.people["安远客"]
    account.save()
    stranger = actor_of(account)
    left.on_duty(left.second, stranger)
    assert (len(seen(left.second)), seen(stranger)) == (3, set())


def test_who_signed_for_the_keys_sees_that_flat_and_its_kitchen(left: Lane) -> None:
    flat = Disinfection.objects.get(room__number="101")
    key = custody.collect(actor=left.secretary, at=AT, transfer_id=flat.transfer_id)
    custody.offer(actor=left.secretary, at=AT, key_id=key.pk, to_id=person(left.second))
    assert seen(left.second) == set()
    custody.take(actor=left.second, at=AT, key_id=key.pk)
    assert seen(left.second) == {FLAT, KITCHEN}
    disinfecting.sign(actor=left.second, at=AT, disinfection_id=flat.pk)
    custody.offer(actor=left.second, at=AT, key_id=key.pk, to_id=person(left.escort))
    custody.take(actor=left.escort, at=AT, key_id=key.pk)
    assert seen(left.second) == seen(left.escort) == {FLAT, KITCHEN}


def doors(lane: Lane, actor: Actor) -> list[bool]:
    """Whether an open flat shows through each door: the two pages, the API, the list of the day, the phone."""
    client = lane.client(actor)
    pages = [client.get(reverse(f"transfer:{name}")).content.decode() for name in ("disinfections", "mine")]
    told = str(client.get("/api/v1/transfer/disinfections").json())
    steps = [step.place for step in next_steps.next_steps(actor, clock.now())]
    holder = Holder(actor, lane.town["甲一居民区"].pk, lane.town["甲一居民区"].path, clock.now())
    return [*(FLAT in page for page in pages), FLAT in told, FLAT in steps, FLAT in [item["title"] for item in offline.disinfections(holder, clock.now(), None).items]]


def test_every_door_keeps_to_it_and_nobody_else_signs(left: Lane) -> None:
    flat = Disinfection.objects.get(room__number="101")
    sign: Callable[[], object] = lambda: disinfecting.sign(actor=left.second, at=clock.now(), disinfection_id=flat.pk, note="房东开的门")  # noqa: E731
    assert doors(left, left.second) == [False] * 5
    with pytest.raises(NotFound):
        sign()
    assert left.client(left.second).post(reverse("transfer:disinfect", args=[flat.pk, "sign"]), {"note": "房东开的门"}).status_code in (302, 404)
    assert Disinfection.objects.get(pk=flat.pk).state == "waiting"
    left.on_duty(left.second, at=clock.now())
    assert doors(left, left.second) == [True] * 5
    sign()
    assert Disinfection.objects.get(pk=flat.pk).state == "half"
