"""Permission = right × part of the grid, in memory and in the database alike."""

from datetime import UTC, datetime

import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry, Pulse
from jimu.core.permissions import (
    CONTACT,
    ROLES,
    SYSTEM,
    Actor,
    Granted,
    after,
    reached,
    rights,
    under,
    visible,
)

READ = "journal.read"
STEP = st.text("0123456789ABCXYZ", min_size=4, max_size=4)
PATH = st.lists(STEP, min_size=1, max_size=4).map("".join)


def commander(*paths: str) -> Actor:
    return Actor(1, "顾指挥", tuple(Granted("commander", path) for path in paths))


@given(PATH, PATH)
def test_the_range_of_a_path_holds_exactly_what_begins_with_it(path: str, other: str) -> None:
    end = after(path)
    assert (path <= other and (end is None or other < end)) == other.startswith(path)


@given(PATH)
def test_the_end_of_a_range_is_a_path_itself(path: str) -> None:
    # Other characters sort by the customs of a language on some databases.
    end = after(path)
    assert end is None or (len(end) == len(path) and set(end) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@pytest.mark.parametrize(("path", "end"), [("0001", "0002"), ("0009", "000A"), ("000Z", "0010"), ("00010ZZZ", "00011000"), ("ZZZZ", None)])
def test_the_end_of_a_range(path: str, end: str | None) -> None:
    assert after(path) == end


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(st.lists(PATH, max_size=12), st.lists(PATH, max_size=3))
def test_the_database_finds_what_the_prefix_says(rows: list[str], granted: list[str]) -> None:
    example = str(new_id())
    JournalEntry.objects.bulk_create(
        JournalEntry(at="2026-04-06T00:00Z", actor_name="", verb=example, target=str(n), scope=path)
        for n, path in enumerate(rows)
    )
    found = JournalEntry.objects.filter(verb=example).filter(visible(commander(*granted), READ, "scope")).values_list("target", flat=True)
    wanted = {str(n) for n, path in enumerate(rows) if any(path.startswith(part) for part in granted)}
    assert set(found) == wanted
    assert wanted == {str(n) for n, path in enumerate(rows) if commander(*granted).may(READ, path)}


@pytest.mark.django_db
def test_the_empty_path_is_everything_and_no_path_is_nothing() -> None:
    JournalEntry.objects.create(at="2026-04-06T00:00Z", actor_name="", verb="x", target="t", scope="0001")
    assert JournalEntry.objects.filter(under([""], "scope")).count() == 1
    assert JournalEntry.objects.filter(under([], "scope")).count() == 0
    assert JournalEntry.objects.filter(under([""], "scope") | Q(scope="nowhere")).count() == 1


@given(st.lists(PATH, max_size=5), PATH)
def test_narrower_grants_add_nothing_to_wider_ones(granted: list[str], path: str) -> None:
    actor = commander(*granted)
    kept = actor.paths(READ)
    assert not [one for one in kept for other in kept if one != other and one.startswith(other)]
    assert actor.may(READ, path) == any(path.startswith(part) for part in granted)


def test_a_role_gives_only_its_own_rights() -> None:
    member = Actor(2, "小王", (Granted("member", "0001"),))
    assert commander("0001").may(READ, "00010002")
    assert not member.may(READ, "00010002")
    assert not member.may(READ)


def test_a_right_ends_at_the_edge_of_its_part() -> None:
    actor = commander("00010001")
    actor.require(READ, "000100010005")
    with pytest.raises(NotPermitted) as refused:
        actor.require(READ, "00010002")
    assert refused.value.data == {"right": READ}
    with pytest.raises(NotPermitted):
        actor.require(READ, "0001")


def test_the_system_may_do_everything() -> None:
    assert SYSTEM.may(READ, "0001")
    assert SYSTEM.paths(READ) == ("",)


def test_a_right_that_no_brick_declares_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        commander("0001").may("no.such_right")


def test_every_right_names_roles_that_exist() -> None:
    assert rights()
    assert {role for roles in rights().values() for role in roles} <= {*ROLES, CONTACT}


def test_everything_stays_everything_beside_another_condition(db) -> None:
    Pulse.objects.create(topic="board", version=1, at=clock.now())
    whole = under([""], "topic")
    assert Pulse.objects.filter(whole).count() == 1
    assert Pulse.objects.filter(whole | Q(topic="other")).count() == 1
    assert Pulse.objects.filter(under([], "topic") | Q(topic="other")).count() == 0


@pytest.mark.django_db
def test_who_leads_a_part_reaches_what_is_kept_for_the_whole_and_no_neighbor() -> None:
    for scope in ("0001", "00010001", "000100010002", "0001000100020003", "000100010003", "00010002", "0002"):
        JournalEntry.objects.create(id=new_id(), at=datetime(2026, 4, 1, tzinfo=UTC), verb="a.b", target="c:d", scope=scope)
    block_leader = commander("000100010002")
    found = JournalEntry.objects.filter(reached(block_leader, READ, "scope")).values_list("scope", flat=True)
    assert set(found) == {"0001", "00010001", "000100010002", "0001000100020003"}
    assert not JournalEntry.objects.filter(reached(Actor(1, "队员"), READ, "scope")).exists()
