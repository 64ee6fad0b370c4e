"""One row for an actor: elsewhere and nowhere look alike; seen without the right on it is a refusal."""

import pytest
from django.utils import timezone

from jimu.core.errors import NotFound, NotPermitted
from jimu.core.fetching import fetch, fetch_on_part
from jimu.core.permissions import Actor, Granted
from jimu.grid.models import FormerUnit, Unit

pytestmark = pytest.mark.django_db
SEEN, CHANGED = "grid.view", "grid.edit"


@pytest.fixture
def former() -> FormerUnit:
    """A name that a neighborhood had before."""
    unit = Unit.objects.create(path="00010002", depth=2, kind=Unit.Kind.NEIGHBORHOOD, name="新居民区", short_name="新")
    return FormerUnit.objects.create(unit=unit, name="旧居民区", until=timezone.now())


def somebody(role: str, path: str) -> Actor:
    return Actor(1, "某人", (Granted(role, path),))


def test_a_row_or_none_such(former: FormerUnit) -> None:
    assert fetch(FormerUnit.objects.filter(pk=former.pk)) == former
    with pytest.raises(NotFound):
        fetch(FormerUnit.objects.filter(pk=former.pk + 1))


def test_another_part_looks_as_if_there_were_none(former: FormerUnit) -> None:
    rows = FormerUnit.objects.filter(pk=former.pk).select_related("unit")
    assert fetch_on_part(somebody("commander", "0001"), rows, seen=SEEN) == former
    assert fetch_on_part(somebody("commander", "00010002"), rows, seen=SEEN, right=CHANGED) == former
    for right in ("", SEEN, CHANGED):
        with pytest.raises(NotFound):
            fetch_on_part(somebody("commander", "00010001"), rows, seen=SEEN, right=right)


def test_who_sees_it_needs_the_right_on_that_very_part(former: FormerUnit) -> None:
    """A right somewhere else does not count here."""
    rows = Unit.objects.filter(pk=former.unit_id)
    looks = Granted("member", "0001")
    assert fetch_on_part(Actor(1, "某人", (looks,)), rows, seen=SEEN, right=SEEN, at="path").pk == former.unit_id
    with pytest.raises(NotPermitted):
        fetch_on_part(Actor(1, "某人", (looks, Granted("commander", "00010001"))), rows, seen=SEEN, right=CHANGED, at="path")
    assert fetch_on_part(Actor(1, "某人", (looks, Granted("commander", "00010002"))), rows, seen=SEEN, right=CHANGED, at="path")
