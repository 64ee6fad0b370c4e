"""One's own record: drawn and taken back, by account and by link; what it does to published shifts."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Conflict, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.own import actions, queries, rules
from jimu.own.forms import OwnForm
from jimu.own.models import Doubt, PersonalLink
from jimu.people.intake.times import Window
from jimu.people.models import Person
from jimu.people.own_actions import OwnChange
from jimu.people.rules import week_bars
from jimu.roster import actions as rosters
from jimu.roster.tests.conftest import EVE, TEN

WINDOWS = st.lists(
    st.builds(lambda mask, start, length: Window(mask, start * 5, start * 5 + length * 5), st.integers(1, 127), st.integers(0, 287), st.integers(1, 288)),
    max_size=5,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WINDOWS)
def test_a_week_that_is_drawn_and_not_touched_is_the_same_week(windows) -> None:
    drawn = rules.cells(windows)
    ticked = {cell.code for row in drawn for cell in row if cell.on}
    assert week_bars(rules.windows_of(ticked, drawn)) == week_bars(windows)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WINDOWS, st.sampled_from(sorted(rules.codes())))
def test_unticking_a_cell_takes_exactly_its_minutes_away(windows, code) -> None:
    drawn = rules.cells(windows)
    ticked = {cell.code for row in drawn for cell in row if cell.on} - {code}
    left = {(d, m) for d, bars in enumerate(week_bars(rules.windows_of(ticked, drawn))) for a, b in bars for m in range(a, b, 5)}
    day, part = rules.codes()[code]
    start, end = rules.PARTS[part]
    before = {(d, m) for d, bars in enumerate(week_bars(windows)) for a, b in bars for m in range(a, b, 5)}
    assert left == {(d, m) for d, m in before if not (d == day and start <= m < end)}


def wanted(**more) -> OwnChange:
    return OwnChange(**{"windows": [], "known": True, "limits": frozenset(), "skills": frozenset(), **more})


def acting(person: Person) -> Actor:
    return Actor(account_id=None, name=person.name, person_id=person.pk)


@pytest.fixture
def published(world):
    """安一 sits on a morning shift of tomorrow in a published roster."""
    person = world.person("安一", times=[(127, 480, 1080)])
    world.post("门岗", 540, 720)
    roster = world.draft(days=2)
    seat = world.seat(roster, "门岗", "安一", day=1)
    rosters.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    return world, person, seat


def change(person, at=TEN, **more):
    fresh = Person.objects.get(pk=person.pk)
    sure = more.pop("sure", False)
    return actions.change(actor=acting(person), at=at, person_id=person.pk, seen=fresh.updated_at, wanted=wanted(**more), sure=sure)


@pytest.mark.django_db
def test_a_change_that_breaks_a_published_shift_warns_first_and_writes_nothing(published) -> None:
    _world, person, seat = published
    with pytest.raises(actions.BreaksShifts) as refused:
        change(person, windows=[Window(127, 1080, 1320)])
    assert refused.value.data["shifts"] == [str(seat.shift_id)]
    assert list(person.times.values_list("start_minute", flat=True)) == [480]
    assert not Doubt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"windows": [Window(127, 1080, 1320)]}, {"limits": frozenset({"paused"})}])
def test_once_they_are_sure_it_is_written_and_the_lead_sees_it(published, more) -> None:
    world, person, seat = published
    assert [one.assignment for one in change(person, sure=True, **more)] == [seat]
    doubt = Doubt.objects.get()
    unit = world.units["甲一"]
    assert list(queries.doubts_for(world.actor("secretary", "甲一"), unit, TEN)) == [doubt]
    assert not queries.doubts_for(world.actor("secretary", "甲二"), unit, TEN)
    assert JournalEntry.objects.filter(verb="own.seat_in_doubt", scope=unit.path).count() == 1


@pytest.mark.django_db
def test_a_change_that_agrees_again_ends_the_doubt_and_one_that_breaks_nothing_asks_nothing(published) -> None:
    _world, person, _seat = published
    assert change(person, windows=[Window(127, 500, 800)]) == []
    change(person, sure=True, windows=[Window(127, 1080, 1320)])
    change(person, windows=[Window(127, 480, 1080)])
    assert not Doubt.objects.exists()


@pytest.mark.django_db
def test_a_doubt_is_settled_by_who_may_edit_the_roster(published) -> None:
    world, person, _seat = published
    change(person, sure=True, windows=[Window(127, 1080, 1320)])
    doubt = Doubt.objects.get()
    with pytest.raises(NotFound):
        actions.settle(actor=world.actor("secretary", "甲二"), at=TEN, doubt_id=doubt.pk)
    with pytest.raises(NotPermitted):
        actions.settle(actor=world.actor("block_leader", "甲一"), at=TEN, doubt_id=doubt.pk)
    actions.settle(actor=world.actor("secretary", "甲一"), at=TEN, doubt_id=doubt.pk)
    assert not queries.doubts_for(world.actor("commander"), world.top, TEN)


@pytest.mark.django_db
def test_nobody_changes_somebody_else_and_what_was_written_meanwhile_is_not_lost(published) -> None:
    world, person, _seat = published
    other = world.person("安二")
    with pytest.raises(NotPermitted):
        actions.change(actor=acting(other), at=TEN, person_id=person.pk, seen=person.updated_at, wanted=wanted())
    change(person, skills=frozenset({"driving"}))
    with pytest.raises(Conflict):
        actions.change(actor=acting(person), at=TEN, person_id=person.pk, seen=TEN - timedelta(days=1), wanted=wanted())


@pytest.mark.django_db
def test_a_link_opens_one_record_until_it_is_replaced_revoked_or_old(world) -> None:
    person, actor, now = world.person("安一"), world.actor("secretary", "甲一"), clock.now()
    first = actions.issue_link(actor=actor, at=now, person_id=person.pk)
    token = queries.token_of(first)
    assert queries.holder_of(token, now)[0] == person
    with pytest.raises(queries.DeadLink):
        queries.holder_of(token, first.expires_at)
    with pytest.raises(queries.DeadLink):
        queries.holder_of(token[:-1] + ("A" if token[-1] != "A" else "B"), now)
    second = actions.issue_link(actor=actor, at=now, person_id=person.pk)
    with pytest.raises(queries.DeadLink):
        queries.holder_of(token, now)
    actions.revoke_link(actor=actor, at=now, person_id=person.pk)
    with pytest.raises(queries.DeadLink):
        queries.holder_of(queries.token_of(second), now)
    assert PersonalLink.objects.count() == 2


@pytest.mark.django_db
def test_who_acts_by_a_link_has_no_right_anywhere(world) -> None:
    person = world.person("安一")
    link = actions.issue_link(actor=world.actor("commander"), at=clock.now(), person_id=person.pk)
    actor = queries.holder_of(queries.token_of(link), clock.now())[1]
    assert not actor.may("roster.view")
    assert (actor.person_id, actor.granted, actor.is_system) == (person.pk, (), False)


@pytest.mark.django_db
def test_a_secretary_of_elsewhere_issues_no_link(world) -> None:
    person = world.person("安一")
    with pytest.raises(NotFound):
        actions.issue_link(actor=world.actor("secretary", "甲二"), at=clock.now(), person_id=person.pk)


@pytest.mark.django_db
def test_the_page_behind_a_link_draws_the_week_takes_it_and_stays_out_of_caches(world) -> None:
    person = world.person("安一", times=[(1, 480, 600)])
    link = actions.issue_link(actor=world.actor("commander"), at=clock.now(), person_id=person.pk)
    address = f"/me/link/{queries.token_of(link)}/"
    client = Client()
    shown = client.get(address)
    assert (shown.status_code, shown["Cache-Control"], shown["Referrer-Policy"]) == (200, "no-store", "no-referrer")
    assert shown.content.decode().count('name="cells"') == 28
    form = {"seen": person.updated_at.isoformat(), "cells": ["0morning", "5evening"], "limits": ["no_night"], "skills": ["dialect"]}
    assert client.post(address, form).status_code == 302
    person.refresh_from_db()
    assert set(person.times.values_list("weekdays", "start_minute", "end_minute")) == {(1, 480, 600), (32, 1080, 1440)}
    assert (person.limits, person.times_known) == (["no_night"], True)
    assert client.get("/me/link/nonsense/").status_code == 404
    assert client.put(address).status_code == 405


@pytest.mark.django_db
def test_the_page_with_an_account_asks_once_more_before_a_shift_breaks(published) -> None:
    world, person, _seat = published
    account = world.account("member", world.units["甲一"])
    account.person = person
    account.save()
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/me/").status_code == 200
    assert Client().get("/me/").status_code == 302
    shown = client.get("/api/v1/own").json()
    body = {"seen": shown["updated_at"], "times": shown["times"], "times_known": True, "limits": ["no_suit"], "skills": []}
    assert client.put("/api/v1/own", body, content_type="application/json").json()["limits"] == ["no_suit"]


@pytest.mark.django_db
def test_whoever_could_come_at_any_time_unticks_one_cell(world) -> None:
    person = world.person("安一")
    form = OwnForm(QueryDict(mutable=True), person=person)
    every = [cell.code for row in form.before for cell in row]
    for left, known in ((every, []), (every[1:], [(1, 360, 1440), (126, 0, 1440)])):
        data = QueryDict(mutable=True)
        data.setlist("cells", left)
        data.update({"seen": person.updated_at.isoformat(), "any_time": "on"})
        form = OwnForm(data, person=person)
        assert form.is_valid()
        assert [(w.weekdays, w.start, w.end) for w in form.change().windows] in ([], sorted(known, key=lambda w: w[1:]), known[::-1])
        assert bool(form.change().windows) is bool(known)


@pytest.mark.django_db
def test_an_account_of_nobody_is_told_so(world) -> None:
    client = Client()
    client.force_login(world.account("member"), backend="django.contrib.auth.backends.ModelBackend")
    assert "对应到名册" in client.get("/me/").content.decode()
    assert client.get("/api/v1/own").status_code == 404


@pytest.mark.django_db
def test_panels_and_marks_are_there_for_the_right_eyes(published) -> None:
    world, person, _seat = published
    change(person, sure=True, windows=[Window(127, 1080, 1320)])
    secretary = Client()
    secretary.force_login(world.account("secretary", world.units["甲一"]), backend="django.contrib.auth.backends.ModelBackend")
    assert secretary.get(f"/me/people/{person.pk}/").status_code == 200
    assert secretary.get(f"/me/units/{world.units['甲一'].pk}/").status_code == 200
    issued = secretary.post(f"/me/people/{person.pk}/issue/")
    assert "/me/link/" in issued.content.decode()
    other = Client()
    other.force_login(world.account("secretary", world.units["甲二"]), backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(f"/me/people/{person.pk}/").status_code == 404
    assert other.get(f"/me/units/{world.units['甲一'].pk}/").status_code == 404
