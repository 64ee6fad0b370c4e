"""Every brick of the field reads its section of the playbook in force the same way, and none stops for a text that cannot be read."""

from types import ModuleType

import pytest

from jimu.field.medicine import policy as medicine
from jimu.field.needs import policy as needs
from jimu.field.patrol import policy as patrol
from jimu.field.screening import policy as screening
from jimu.field.supplies import policy as supplies
from jimu.field.transfer import policy as transfer
from jimu.grid.tests.town import Town, build
from jimu.incidents import keeping, sections
from jimu.incidents.models import Incident
from jimu.incidents.tests.under_way import begin, text_with

pytestmark = pytest.mark.django_db
BRICKS = {"medicine": medicine, "needs": needs, "patrol": patrol, "screening": screening, "supplies": supplies, "transfer": transfer}
KEEPING = ("needs", "patrol", "supplies", "transfer")


@pytest.fixture
def town(db: None) -> Town:
    return build()


@pytest.mark.parametrize("name", BRICKS)
def test_a_place_has_the_numbers_of_what_is_under_way_there_and_others_the_usual_ones(town: Town, name: str) -> None:
    brick: ModuleType = BRICKS[name]
    usual = brick.SECTION.usual
    here, there = town["甲一居民区"], town["乙一居民区"]
    assert brick.of_place(here) == brick.of_place(None) == brick.SECTION.of_text("") == usual
    begin(here, text_with(changed(name)))
    assert brick.of_place(here) != usual
    assert brick.of_place(there) == usual
    Incident.objects.update(playbook_text="name: [")
    assert brick.of_place(here) == usual


def changed(name: str) -> str:
    return {"medicine": "medicine: {custody_hours: 5}", "screening": "screening: {wait_minutes: 31}"}.get(name, f"{name}: {{keep_days: 9}}")


@pytest.mark.parametrize("name", KEEPING)
def test_days_are_read_from_a_text_and_are_the_usual_ones_without(name: str) -> None:
    text = text_with(f"{name}: {{keep_days: 9}}")
    assert (BRICKS[name].keep_days(text), BRICKS[name].keep_days(""), BRICKS[name].keep_days("name: [")) == (9, 30, 30)


def test_photos_have_days_of_their_own(town: Town) -> None:
    here, there = town["甲一居民区"], town["乙一居民区"]
    begin(here, text_with("photos: {keep_days: 12}"))
    assert keeping.photo_days_at([here.path, town["1号楼"].path, there.path]) == {here.path: 12, town["1号楼"].path: 12, there.path: 30}


def test_a_text_is_read_once_for_all_bricks(town: Town) -> None:
    sections.playbook_of.cache_clear()
    begin(town["甲一居民区"], text_with("photos: {keep_days: 13}"))
    for brick in BRICKS.values():
        brick.of_place(town["甲一居民区"])
    assert sections.playbook_of.cache_info().misses == 1
