"""Who reads what: restricted needs show nothing to others, in lists, counts, pages, the API and the journal."""

import json

import pytest

from jimu.core.errors import Invalid, NotFound
from jimu.core.models import JournalEntry
from jimu.field.needs import acting, queries
from jimu.field.needs.models import Need, NeedEvent
from jimu.field.needs.tests.conftest import AT, HOUR, PHONE, Ward
from jimu.messages.models import Message
from jimu.playbooks.schema import NEED_CLASSES

pytestmark = pytest.mark.django_db
SECRET = "夜里睡不着，不想活了"
#: Every class that only few may read, with a word of its title.
RESTRICTED = {"support": "心理", "dispute": "调解"}


@pytest.fixture(params=sorted(RESTRICTED))
def need(ward: Ward, request: pytest.FixtureRequest) -> Need:
    return ward.need(request.param, text=SECRET, name="安小姐")


def test_these_are_all_the_restricted_classes() -> None:
    assert {one.code for one in NEED_CLASSES if one.restricted} == RESTRICTED.keys()


def test_others_see_in_a_list_only_that_there_is_one(ward: Ward, need: Need) -> None:
    line = queries.lines(ward.lead, queries.needs_for(ward.lead), AT)[0]
    assert (line.open, line.text) == (False, "")
    assert "502" not in line.place
    assert RESTRICTED[need.kind] not in line.title
    assert queries.lines(ward.secretary, queries.needs_for(ward.secretary), AT)[0].text == SECRET


def test_counts_and_the_filter_by_class_do_not_tell_either(ward: Ward, need: Need) -> None:
    assert [row["kind"] for row in queries.counts(ward.lead, None, AT)] == [""]
    assert not queries.needs_for(ward.lead, kind=need.kind).exists()
    assert queries.needs_for(ward.secretary, kind=need.kind).exists()


@pytest.mark.parametrize("path", ["/needs/", "/needs/?kind={kind}", "/api/v1/needs", "/needs/?part=closed", "/search/?q=睡不着"])
def test_no_page_of_others_holds_its_words(ward: Ward, need: Need, path: str) -> None:
    text = ward.client(ward.lead).get(path.format(kind=need.kind)).content.decode()
    title = next(one.title for one in NEED_CLASSES if one.code == need.kind)
    for words in (SECRET, "睡不着</", "安小姐", f"{title}</strong>", need.receipt):
        assert words not in text


def test_its_page_is_not_there_for_others(ward: Ward, need: Need) -> None:
    assert ward.client(ward.lead).get(f"/needs/{need.pk}/").status_code == 404
    assert SECRET in ward.client(ward.secretary).get(f"/needs/{need.pk}/").content.decode()
    assert SECRET in ward.client(ward.finder).get(f"/needs/{need.pk}/").content.decode()


def test_the_journal_and_letters_hold_neither_words_nor_class(ward: Ward, need: Need) -> None:
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, person_id=ward.hand.person_id)
    assert all(entry.data == {} for entry in JournalEntry.objects.filter(target=need.target))
    told = Message.objects.get(subject=need.target).text
    assert "502" not in told
    assert RESTRICTED[need.kind] not in told


def test_its_handler_reads_it_and_a_whole_team_is_not_given_it(ward: Ward, need: Need) -> None:
    with pytest.raises(Invalid):
        acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, team_id=ward.team(ward.hand).pk)
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, person_id=ward.hand.person_id)
    assert queries.need_for(ward.hand, need.pk).text == SECRET
    with pytest.raises(NotFound):
        queries.need_for(ward.other, need.pk)


def test_words_name_and_phone_are_sealed_at_rest(ward: Ward, need: Need) -> None:
    acting.add_note(actor=ward.secretary, at=AT, need_id=need.pk, note="去看过她")
    stored = json.dumps([*Need.objects.values(), *NeedEvent.objects.values()], default=str, ensure_ascii=False)
    assert not [words for words in (SECRET, "安小姐", PHONE, "去看过") if words in stored]


def test_another_neighborhood_sees_nothing(ward: Ward) -> None:
    ward.need()
    stranger = ward.town.actor("secretary", "乙一居民区")
    assert not queries.needs_for(stranger).exists()


def test_a_phone_is_revealed_to_the_handler_and_that_is_an_entry(ward: Ward) -> None:
    need = ward.need()
    with pytest.raises(NotFound):
        acting.reveal(actor=ward.hand, at=AT, need_id=need.pk)
    ward.given_to(need, ward.hand)
    assert acting.reveal(actor=ward.hand, at=AT, need_id=need.pk) == PHONE
    assert JournalEntry.objects.filter(verb="needs.revealed").count() == 1


def test_overdue_ones_come_first(ward: Ward) -> None:
    slow, late = ward.need("other"), ward.need("food", at=AT - 30 * HOUR)
    found = queries.lines(ward.secretary, queries.needs_for(ward.secretary), AT)
    assert [line.need.pk for line in found] == [late.pk, slow.pk]
    assert [line.overdue for line in found] == [True, False]
