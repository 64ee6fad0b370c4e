"""Two codes of one person in one tube are one person, whatever a phone without a network took them for and whatever arrives first."""

import itertools

import pytest
from django.urls import reverse

from jimu.core.permissions import SYSTEM
from jimu.field.households.actions import edit_resident
from jimu.field.screening import paper, scanning, settling
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of
from jimu.field.screening.models import Round, Scan, Tube

from .conftest import AT, ID_NUMBER, Given, Yard

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes(yard: Yard) -> list[str]:
    """The printed code of a resident, their ID number, and the printed code of another."""
    person = yard.people[0]
    edit_resident(actor=SYSTEM, at=AT, resident_id=person.pk, seen=person.updated_at, given=Given(name="周桂英", id_number=ID_NUMBER))
    return [code_of(PERSON, person.pk), ID_NUMBER, code_of(PERSON, yard.people[1].pk)]


@pytest.mark.parametrize("order", list(itertools.permutations(["printed", "number", "other", "seal"])))
def test_in_whatever_order_scans_and_the_seal_arrive_one_person_counts_once(yard: Yard, codes: list[str], order: tuple[str, ...]) -> None:
    for what in order:
        if what == "seal":
            yard.seal(said=3)
        else:
            yard.scan(codes[["printed", "number", "other"].index(what)])
    tube = yard.tube()
    assert (tube.taken, tube.said, tube.missing, tube.same) == (2, 2, 0, 1)
    assert Scan.objects.filter(tube=tube).count() == 2


def test_the_same_code_from_two_phones_takes_nobody_away(yard: Yard, codes: list[str]) -> None:
    """Each phone counts its own: who sealed saw three, and two of them have not come yet."""
    yard.scan(codes[0])
    yard.scan(codes[0])
    yard.seal(said=3)
    assert (yard.tube().taken, yard.tube().missing, yard.tube().same) == (1, 2, 0)


@pytest.mark.parametrize("order", list(itertools.permutations(["printed", "number", "other", "seal"])))
def test_each_told_again_with_another_id_changes_nothing(yard: Yard, codes: list[str], order: tuple[str, ...]) -> None:
    """As a program does that lost its answer and made up a new id, before or after the rest."""
    for what in [*order, *order, order[0]]:
        if what == "seal":
            yard.seal(said=3)
        else:
            yard.scan(codes[["printed", "number", "other"].index(what)])
    tube = yard.tube()
    assert (tube.taken, tube.said, tube.missing, tube.same) == (2, 2, 0, 1)
    assert Scan.objects.filter(tube=tube).count() == 2


def test_three_codes_of_one_person_are_one_and_a_fourth_person_is_still_missed(yard: Yard, codes: list[str]) -> None:
    """A health app's code that was matched before is the third; the household's of somebody alone is one of its own too."""
    yard.scan("https://jkm.example/x?c=1", "T0")
    settling.match(actor=SYSTEM, at=AT, scan_id=Scan.objects.get().pk, resident_id=yard.people[0].pk)
    for code in (codes[0], codes[1], "https://jkm.example/x?c=1", codes[1], "https://jkm.example/x?c=1"):
        yard.scan(code)
    alone = yard.people[11]
    for code in (code_of(HOUSEHOLD, alone.room_id), code_of(PERSON, alone.pk), code_of(HOUSEHOLD, alone.room_id)):
        yard.scan(code)
    yard.seal(said=6)
    tube = yard.tube()
    assert (tube.taken, tube.same, tube.said, tube.missing) == (2, 3, 3, 1)


def test_who_was_picked_from_a_list_and_is_scanned_by_a_code_takes_nobody_away(yard: Yard, codes: list[str]) -> None:
    """The phone of the table counted the code, and nobody who was picked elsewhere."""
    yard.scan("", person_id=yard.people[0].pk)
    yard.scan(codes[0])
    yard.seal(said=3)
    assert (yard.tube().taken, yard.tube().missing, yard.tube().same) == (1, 2, 0)
    yard.scan(codes[1])
    assert (yard.tube().missing, yard.tube().same) == (1, 1)


def test_a_code_told_again_after_its_scan_was_struck_puts_the_person_back_once(yard: Yard, codes: list[str]) -> None:
    yard.scan(codes[1])
    yard.scan(codes[0])
    settling.settle(actor=SYSTEM, at=AT, scan_id=Scan.objects.get().pk, verdict="struck")
    acts = [yard.act(code) for code in (codes[1], codes[0])]
    assert [answer.taken for answer in scanning.take_all(acts=[(SYSTEM, act) for act in acts])] == [1, 1]
    assert (yard.tube().taken, yard.tube().same) == (1, 1)


def test_a_sheet_with_one_person_on_two_lines_is_sealed_with_nobody_missing(yard: Yard, codes: list[str]) -> None:
    sheet = paper.Sheet("P1", AT, codes, seal=True)
    for _time in range(2):
        paper.take(actor=SYSTEM, at=AT, found=yard.round, site=yard.site, sheet=sheet)
    assert (yard.tube("P1").taken, yard.tube("P1").said, yard.tube("P1").missing) == (2, 2, 0)


class TestSaidToBeTwo:
    """Whoever stood at the table says that two codes are two people, though the ledger says one: nothing is merged in silence."""

    @pytest.mark.parametrize("sure", [False, True])
    @pytest.mark.parametrize("order", list(itertools.permutations(["printed", "number", "seal"])))
    def test_both_scans_are_kept_and_a_person_looks(self, yard: Yard, codes: list[str], order: tuple[str, ...], sure: bool) -> None:
        """In whatever order they come; the second code is the one that was noted all the same."""
        for what in [*order, *order]:
            if what == "seal":
                yard.seal(said=2)
            else:
                yard.scan(codes[["printed", "number"].index(what)], sure=sure and what == "number")
        scans = list(Scan.objects.order_by("doubt").values_list("doubt", "resident"))
        resident = yard.people[0].pk
        assert scans == ([("", resident), ("two", resident)] if sure else [("", resident)])
        tube = yard.tube()
        assert (tube.taken, tube.said, tube.missing) == (1, 1, 0)
        assert [scan.doubt for scan in settling.waiting(yard.round).doubts] == (["two"] if sure else [])
        assert settling.counts([yard.round]).get(yard.round.pk, 0) == int(sure)

    def test_the_same_operation_twice_is_one_scan(self, yard: Yard, codes: list[str]) -> None:
        yard.scan(codes[0])
        act = yard.act(codes[1], sure=True)
        told = [scanning.take(actor=SYSTEM, act=act) for _n in range(2)]
        assert [(one.doubt, one.again) for one in told] == [("two", False), ("", True)]
        assert Scan.objects.count() == 2

    @pytest.mark.parametrize(("verdict", "taken", "doubts"), [("both", 2, ["", ""]), ("struck", 1, ["", "two"])])
    def test_what_a_person_decides_counts(self, yard: Yard, codes: list[str], verdict: str, taken: int, doubts: list[str]) -> None:
        yard.scan(codes[0])
        yard.scan(codes[1], sure=True)
        settling.settle(actor=SYSTEM, at=AT, scan_id=Scan.objects.get(doubt="two").pk, verdict=verdict)
        yard.seal(said=2)
        assert (yard.tube().taken, sorted(Scan.objects.values_list("doubt", flat=True))) == (taken, doubts)
        assert settling.waiting(yard.round).count == 0

    def test_a_full_tube_is_never_overfull(self, yard: Yard, codes: list[str]) -> None:
        Round.objects.update(pool_size=1)
        yard.scan(codes[0])
        yard.scan(codes[1], sure=True)
        settling.settle(actor=SYSTEM, at=AT, scan_id=Scan.objects.get(doubt="two").pk, verdict="both")
        assert (yard.tube().taken, Scan.objects.filter(doubt="two").count(), settling.waiting(yard.round).count) == (1, 1, 0)

    def test_the_page_asks_whether_they_are_one_or_two(self, yard: Yard, codes: list[str]) -> None:
        yard.scan(codes[0])
        yard.scan(codes[1], sure=True)
        page = yard.town.client("secretary", "甲一居民区").get(reverse("screening:look", args=[yard.round.pk])).content.decode()
        assert "采样的人说是两个人，台账说是一个人" in page
        assert "是两个人，都算" in page


def test_the_page_says_that_two_codes_are_one_person(yard: Yard, codes: list[str]) -> None:
    client = yard.town.client("secretary", "甲一居民区")
    desk = reverse("screening:desk", args=[yard.round.pk, yard.site.pk])
    said = [client.post(desk, {"tube": "t1", "table": 1, "code": code}, follow=True).content.decode() for code in codes[:2]]
    assert "两个码也是一个人" in said[1]
    assert "1 / 10 人" in said[1]
    assert "有 1 个码是管里已有的人的另一个码" in client.get(reverse("screening:tube", args=[Tube.objects.get().pk])).content.decode()


def test_the_order_of_a_plan_is_typed_as_it_is_read(yard: Yard) -> None:
    from jimu.field.screening.setting_up import Wanted, draft_round

    made = draft_round(actor=SYSTEM, at=AT, wanted=Wanted(yard.town["甲一居民区"].pk, "第2轮", AT, [yard.site.pk], 10))
    client, slot = yard.town.client("secretary", "甲一居民区"), made.slots.order_by("order")[0]
    plan = reverse("screening:plan", args=[made.pk])
    shown = client.get(plan).content.decode()
    assert f'min="1" max="99999" name="order-{slot.pk}" value="{slot.order + 1}"' in shown
    given = {f"site-{slot.pk}": slot.site_id, f"at-{slot.pk}": "2026-04-07T09:30"}
    client.post(plan, {**given, f"order-{slot.pk}": "1"})
    assert Round.objects.get(pk=made.pk).slots.get(pk=slot.pk).order == 0
    client.post(plan, {**given, f"order-{slot.pk}": "8"})
    assert Round.objects.get(pk=made.pk).slots.get(pk=slot.pk).order == 7
