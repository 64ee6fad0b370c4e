"""Tubes at a table: each scan once, never more than fit, a sealed tube left alone, and what comes late or in doubt is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.accounts.queries import actor_of
from jimu.core.errors import JimuError, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households.actions import Given, edit_resident
from jimu.field.households.models import Resident
from jimu.field.screening import scanning, setting_up, settling
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of, read
from jimu.field.screening.errors import BadCode, HouseholdCode, NotBegun, OtherSite, TubeSealed
from jimu.field.screening.models import Scan, Tube
from jimu.field.screening.tests.conftest import AT, ID_NUMBER, MINUTE, Yard, yard_of
from jimu.grid.tests.town import build

pytestmark = pytest.mark.django_db


def test_a_tube_opens_with_its_first_scan_counts_and_is_sealed(yard: Yard) -> None:
    assert [yard.scan(person, "t 1").taken for person in yard.people[:3]] == [1, 2, 3]
    told = yard.seal("T1", said=3)
    tube = yard.tube()
    assert (told.taken, tube.taken, tube.said, tube.missing, tube.first_at) == (3, 3, 3, 0, AT + MINUTE)
    assert tube.sealed_at == AT + 30 * MINUTE


def test_the_same_scan_told_twice_is_one_and_so_is_the_same_person_in_a_tube(yard: Yard) -> None:
    act = yard.act(yard.people[0])
    first, again = scanning.take_all(acts=[(SYSTEM, act)] * 2)
    assert (first.again, again.again, scanning.take(actor=SYSTEM, act=act).again) == (False, True, True)
    assert yard.scan(yard.people[0]).again
    assert (Scan.objects.count(), yard.tube().taken) == (1, 1)


def test_after_sealing_nothing_more_goes_in(yard: Yard) -> None:
    yard.scan(yard.people[0])
    yard.seal(said=1)
    with pytest.raises(TubeSealed):
        yard.scan(yard.people[1], minutes=31)
    assert len(yard.inside()) == yard.tube().taken == 1


def test_scans_that_come_after_their_seal_fill_it_up_to_what_the_sealer_saw(yard: Yard) -> None:
    yard.seal(said=2, minutes=10)
    assert yard.tube().missing == 2
    told = [yard.scan(person, minutes=n) for n, person in enumerate(yard.people[:3], 1)]
    assert [one.doubt for one in told] == ["", "", "late"]
    tube = yard.tube()
    assert (tube.taken, tube.missing, len(yard.inside()), Scan.objects.filter(tube=tube).count()) == (2, 0, 2, 3)
    assert [scan.doubt for scan in settling.waiting(yard.round).doubts] == ["late"]


def test_an_eleventh_person_is_kept_and_shown_but_not_counted(yard: Yard) -> None:
    told = [yard.scan(person) for person in yard.people[:11]]
    assert ([one.doubt for one in told[9:]], yard.tube().taken) == (["", "over"], 10)
    assert settling.waiting(yard.round).count == 1


def test_what_comes_days_late_counts_and_after_the_end_it_does_not(yard: Yard) -> None:
    setting_up.close(actor=SYSTEM, at=AT + 60 * MINUTE, round_id=yard.round.pk)
    assert yard.scan(yard.people[0], minutes=59, received_at=AT + timedelta(days=5)).taken == 1
    with pytest.raises(NotBegun):
        yard.scan(yard.people[1], minutes=61)


def test_another_sites_tube_is_refused(yard: Yard) -> None:
    yard.scan(yard.people[0])
    with pytest.raises(OtherSite):
        yard.scan(yard.people[1], site_id=yard.other.pk)
    yard.scan(yard.people[1], "T2", site_id=yard.other.pk)
    assert Tube.objects.count() == 2


def test_somebody_in_two_tubes_is_shown_to_a_person_who_settles_it(yard: Yard) -> None:
    person = yard.people[0]
    yard.scan(person, "T1")
    assert yard.scan(person, "T2").other_tube == "T1"
    double = settling.waiting(yard.round).doubles[0]
    assert (double.resident.pk, [scan.tube.code for scan in double.scans]) == (person.pk, ["T1", "T2"])
    settling.settle(actor=SYSTEM, at=AT + 40 * MINUTE, scan_id=double.scans[0].pk, verdict="struck", double=True)
    assert (settling.waiting(yard.round).doubles, yard.tube("T1").taken, yard.tube("T2").taken) == ([], 0, 1)
    yard.scan(person, "T3", minutes=50)
    again = settling.waiting(yard.round).doubles[0]
    settling.settle(actor=SYSTEM, at=AT + 60 * MINUTE, scan_id=again.scans[0].pk, verdict="both", double=True)
    assert not settling.waiting(yard.round).doubles
    yard.scan(person, "T4", minutes=70)
    assert settling.waiting(yard.round).doubles


def test_a_struck_scan_leaves_a_sealed_tube_as_it_was(yard: Yard) -> None:
    tube = yard.fill(count=2)
    scan = Scan.objects.filter(tube=tube).first()
    settling.settle(actor=SYSTEM, at=AT + 40 * MINUTE, scan_id=scan.pk, verdict="struck")
    assert (yard.tube().taken, yard.tube().sealed_at) == (2, tube.sealed_at)
    with pytest.raises(JimuError):
        settling.settle(actor=SYSTEM, at=AT + 40 * MINUTE, scan_id=scan.pk, verdict="both")


class TestCodes:
    """What is on paper."""

    def test_a_code_names_nobody_and_every_change_of_it_is_noticed(self, yard: Yard) -> None:
        person = yard.people[0]
        code = code_of(PERSON, person.pk)
        assert person.pk.hex not in code
        assert read(f" {code.lower()} ").id == person.pk
        for place in range(2, len(code)):
            changed = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
            assert read(changed).kind == "bad", place
        with pytest.raises(BadCode):
            yard.scan(code[:-1])
        with pytest.raises(BadCode):
            yard.scan(code_of(HOUSEHOLD, person.pk).replace("JH", "JP"))
        assert not Scan.objects.exists()

    def test_a_households_code_serves_only_who_lives_alone(self, yard: Yard) -> None:
        with pytest.raises(HouseholdCode):
            yard.scan(code_of(HOUSEHOLD, yard.people[0].room_id))
        yard.scan(code_of(HOUSEHOLD, yard.people[11].room_id))
        assert yard.inside() == [yard.people[11].pk]

    def test_an_id_number_finds_its_resident_and_is_kept_only_while_unknown(self, yard: Yard) -> None:
        assert yard.scan(ID_NUMBER.lower()).unknown
        assert Scan.objects.get().code_sealed
        person = yard.people[0]
        edit_resident(actor=SYSTEM, at=AT, resident_id=person.pk, seen=Resident.objects.get(pk=person.pk).updated_at, given=Given(id_number=ID_NUMBER))
        assert not yard.scan(ID_NUMBER, "T2").unknown
        found = Scan.objects.get(tube__code="T2")
        assert (found.resident_id, found.code_sealed, found.how) == (person.pk, "", "id")

    def test_a_health_apps_code_counts_unknown_and_is_known_once_matched(self, yard: Yard) -> None:
        assert yard.scan("https://jkm.example/x?c=9527").unknown
        scan = Scan.objects.get()
        assert "9527" not in scan.code_sealed
        assert settling.match(actor=SYSTEM, at=AT, scan_id=scan.pk, resident_id=yard.people[3].pk) == 1
        assert not yard.scan("https://jkm.example/x?c=9527", "T9").unknown
        assert settling.waiting(yard.round).doubles[0].resident.pk == yard.people[3].pk


def test_only_the_site_s_people_scan_there(yard: Yard) -> None:
    with pytest.raises(NotFound):
        yard.scan(yard.people[0], actor=yard.town.actor("member", "乙一居民区"))
    with pytest.raises(NotFound):
        yard.scan(yard.people[0], actor=yard.town.actor("building_leader", "1号楼"))
    yard.scan(yard.people[0], actor=yard.town.actor("member", "甲一居民区"))


def test_at_a_door_a_building_leader_samples_their_own_people_and_no_others(yard: Yard) -> None:
    leader = yard.town.actor("building_leader", "1号楼")
    mine, far = yard.people[0], yard.people[10]
    told = scanning.take(actor=leader, act=yard.act("", person_id=mine.pk, act="scan"))
    assert (told.taken, Scan.objects.get().how) == (1, "listed")
    with pytest.raises(NotFound):
        scanning.take(actor=leader, act=yard.act("", person_id=far.pk, act="scan"))
    assert yard.seal(actor=leader, said=1).taken == 1
    yard.scan(far, "T2")
    with pytest.raises(NotFound):
        yard.seal("T2", actor=leader, said=1)


STEP = st.tuples(
    st.sampled_from(["scan", "scan", "scan", "scan", "seal", "again"]), st.sampled_from(["T1", "T2", "T3"]), st.integers(0, 11), st.integers(1, 40)
)


@given(steps=st.lists(STEP, max_size=40), together=st.booleans())
@settings(max_examples=40)
def test_whatever_comes_in_whatever_order_no_tube_is_overfull_and_no_scan_is_lost(steps: list[Any], together: bool) -> None:
    with transaction.atomic():
        _ordeal(steps, together)
        transaction.set_rollback(True)


def _ordeal(steps: list[Any], together: bool) -> None:
    yard = yard_of(build(), pool=5)
    acts, sealed, acknowledged = [], {}, set()
    for kind, tube, who, minute in steps:
        if kind in ("scan", "seal"):
            acts.append(yard.act(yard.people[who] if kind == "scan" else None, tube, minutes=minute, said=who % 6))
        elif kind == "again" and acts:
            acts.append(acts[who % len(acts)])
    groups = [acts] if together else [[act] for act in acts]
    for group in filter(None, groups):
        for act, answer in zip(group, scanning.take_all(acts=[(SYSTEM, act) for act in group]), strict=True):
            if not isinstance(answer, JimuError) and act.act == "scan" and not answer.again:
                acknowledged.add(act.id)
        for tube in Tube.objects.all():
            counted = Scan.objects.filter(tube=tube, doubt="").count()
            assert counted == tube.taken <= tube.capacity
            if tube.sealed_at:
                before = sealed.setdefault(tube.pk, (tube.sealed_at, tube.said))
                assert before == (tube.sealed_at, tube.said)
                assert tube.taken <= tube.said
    assert set(Scan.objects.values_list("pk", flat=True)) == acknowledged
    pairs = list(Scan.objects.values_list("tube", "resident"))
    assert len(pairs) == len(set(pairs))


def test_two_who_fill_one_tube_at_one_moment_are_each_named_and_each_keep_to_their_part(yard: Yard) -> None:
    one, two = (actor_of(yard.town.account("member", "甲一居民区")) for _n in range(2))
    stranger = actor_of(yard.town.account("member", "乙一居民区"))
    acts = [(one, yard.act(yard.people[0])), (stranger, yard.act(None, said=1)), (two, yard.act(yard.people[1])), (two, yard.act(None, said=2))]
    told = scanning.take_all(acts=acts)
    assert isinstance(told[1], NotFound)
    assert [answer.taken for number, answer in enumerate(told) if number != 1] == [1, 2, 2]
    assert sorted(Scan.objects.values_list("by", flat=True)) == sorted([one.name, two.name])
    entries = JournalEntry.objects.filter(verb="screening.scanned").order_by("account_id")
    assert [(entry.account_id, entry.data["scans"], entry.data["tubes"]) for entry in entries] == [(one.account_id, 1, 0), (two.account_id, 1, 1)]
