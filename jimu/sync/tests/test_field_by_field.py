"""What two versions of a record say differently is decided field by field: one transaction, and the journal knows who decided which."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.errors import Conflict as Taken
from jimu.core.errors import Invalid, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town
from jimu.sync import registry, resolving
from jimu.sync.models import Conflict
from jimu.sync.registry import Incoming
from jimu.sync.tests.conftest import Phone

pytestmark = pytest.mark.django_db
class TestFieldByField:
    """Both changed the note and the elders of 1号楼; what the phone wrote of the note is right, of the elders not."""

    @pytest.fixture
    def conflict(self, phone: Phone) -> Conflict:
        Unit.objects.filter(name="1号楼").update(note="办公室写的", elders=3)
        self.op = phone.edit(was={"note": "原来", "elders": 1}, to={"note": "手机写的", "elders": 5})
        phone.send(self.op)
        return Conflict.objects.get()

    @pytest.fixture
    def secretary(self, town: Town) -> Actor:
        return town.actor("secretary", "甲一居民区")

    def unit(self) -> tuple[str, int]:
        return Unit.objects.values_list("note", "elders").get(name="1号楼")

    def decided(self, actor: Actor, conflict: Conflict, **fields: str) -> Conflict:
        return resolving.resolve_each(actor=actor, at=clock.now(), conflict_id=conflict.pk, fields=fields)

    @pytest.mark.parametrize(
        ("note", "elders", "stands", "state", "outcome"),
        [("phone", "here", ("手机写的", 3), "each", "done"), ("here", "phone", ("办公室写的", 5), "each", "done"), ("phone", "phone", ("手机写的", 5), "phone", "done"),
         ("here", "here", ("办公室写的", 3), "here", "refused")],
    )  # fmt: skip
    def test_each_field_stands_as_it_was_decided_and_the_journal_knows_who_decided_which(
        self, conflict: Conflict, phone: Phone, secretary: Actor, note: str, elders: str, stands: tuple[str, int], state: str, outcome: str
    ) -> None:
        found = self.decided(secretary, conflict, note=note, elders=elders)
        assert (self.unit(), found.state, found.taken) == (stands, state, {"note": note, "elders": elders})
        assert phone.post("heartbeat", {"looks": [self.op["op_id"]]}).json()["settled"][0]["outcome"] == outcome
        entry = JournalEntry.objects.get(verb="sync.resolved")
        assert (entry.account_id, entry.data["take"], entry.data["fields"]) == (secretary.account_id, state, {"note": note, "elders": elders})
        assert "手机写的" not in json.dumps(entry.data, ensure_ascii=False)
        with pytest.raises(Taken):
            self.decided(secretary, conflict, note="here", elders="here")

    @pytest.mark.parametrize("take", ["phone", "here"])
    def test_the_short_way_is_recorded_for_every_field(self, conflict: Conflict, secretary: Actor, take: str) -> None:
        resolving.resolve(actor=secretary, at=clock.now(), conflict_id=conflict.pk, take=take)
        assert JournalEntry.objects.get(verb="sync.resolved").data["fields"] == {"note": take, "elders": take}

    @pytest.mark.parametrize("fields", [{}, {"note": "phone"}, {"note": "phone", "elders": "both"}, {"note": "phone", "elders": "here", "name": "phone"}])
    def test_whatever_does_not_decide_each_field_decides_none(self, conflict: Conflict, secretary: Actor, fields: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            self.decided(secretary, conflict, **fields)
        assert (self.unit(), Conflict.objects.get().state) == (("办公室写的", 3), "open")

    def test_what_has_no_fields_is_not_decided_by_field(self, phone: Phone, secretary: Actor) -> None:
        phone.send(phone.op(ago=timedelta(days=9)))
        with pytest.raises(Invalid):
            self.decided(secretary, Conflict.objects.get(), result="phone")

    def test_when_one_field_cannot_be_written_none_is(self, conflict: Conflict, secretary: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        def half(one: Incoming) -> None:
            Unit.objects.filter(pk=one.data["unit"]).update(note=one.data["fields"]["note"])
            raise Invalid("老人数不对。")

        kind = registry.kinds()["test.edit"]
        monkeypatch.setitem(registry.kinds(), "test.edit", replace(kind, action=half))
        with pytest.raises(Invalid):
            self.decided(secretary, conflict, note="phone", elders="here")
        assert (self.unit(), Conflict.objects.get().state) == (("办公室写的", 3), "open")
        assert not JournalEntry.objects.filter(verb="sync.resolved").exists()

    def test_what_somebody_corrected_since_is_shown_before_it_is_overwritten(self, conflict: Conflict, secretary: Actor) -> None:
        Unit.objects.filter(name="1号楼").update(note="后来更正的")
        with pytest.raises(Taken) as moved:
            self.decided(secretary, conflict, note="phone", elders="here")
        assert (moved.value.code, self.unit()) == ("moved", ("后来更正的", 3))
        lines = {line.name: line for line in resolving.read(actor=secretary, at=clock.now(), conflict_id=conflict.pk)}
        assert (lines["note"].here, lines["note"].phone) == ("后来更正的", "手机写的")
        self.decided(secretary, conflict, note="phone", elders="here")
        assert self.unit() == ("手机写的", 3)

    def test_a_correction_of_what_is_kept_here_anyway_is_nothing_to_ask(self, conflict: Conflict, secretary: Actor) -> None:
        Unit.objects.filter(name="1号楼").update(elders=4)
        self.decided(secretary, conflict, note="phone", elders="here")
        assert self.unit() == ("手机写的", 4)

    def test_somebody_of_another_part_decides_no_field(self, conflict: Conflict, town: Town) -> None:
        with pytest.raises(NotFound):
            self.decided(town.actor("secretary", "乙一居民区"), conflict, note="phone", elders="here")
        page = {"take": "each", "field:note": "phone", "field:elders": "here"}
        answers = [town.client(*who).post(reverse("sync:resolve", args=[conflict.pk]), page).status_code for who in (("secretary", "乙一居民区"), ("member", "甲一居民区"))]
        assert answers == [404, 403]
        assert self.unit() == ("办公室写的", 3)

    def test_on_the_page_each_field_has_both_versions_to_choose_from_and_both_short_ways(self, conflict: Conflict, town: Town) -> None:
        client, address = town.client("secretary", "甲一居民区"), reverse("sync:look", args=[conflict.pk])
        closed, opened = client.get(address).content.decode(), client.post(address).content.decode()
        assert "手机写的" not in closed
        assert ["1号楼的资料" in page for page in (closed, opened)] == [False, True]
        assert [opened.count(f'name="field:{name}" value="{one}"') for name in ("note", "elders") for one in ("phone", "here")] == [1] * 4
        assert all(words in opened for words in ("全部用手机上记的", "全部保留现有的", "按选的记下"))
        missing = client.post(reverse("sync:resolve", args=[conflict.pk]), {"take": "each", "field:note": "phone"}, follow=True).content.decode()
        assert "请给每一项都选一个" in missing
        client.post(reverse("sync:resolve", args=[conflict.pk]), {"take": "each", "field:note": "phone", "field:elders": "here"})
        assert self.unit() == ("手机写的", 3)
        past = client.post(address).content.decode()
        assert "逐项定的" in past
        assert "按选的记下" not in past
        assert "用了哪一个" in past

    def test_a_single_field_needs_no_list(self, phone: Phone, town: Town) -> None:
        Unit.objects.filter(name="1号楼").update(note="办公室写的")
        phone.send(phone.edit(was={"note": "原来"}, to={"note": "手机写的"}))
        page = town.client("secretary", "甲一居民区").post(reverse("sync:look", args=[Conflict.objects.get().pk])).content.decode()
        assert "按选的记下" not in page
        assert "用手机上记的" in page

    def test_by_json_it_is_listed_read_on_record_and_decided(self, conflict: Conflict, town: Town) -> None:
        client, base = town.client("secretary", "甲一居民区"), "/api/v1/phones/looks"
        (one,) = client.get(base).json()["items"]
        assert (one["kind"], one["state"], "手机写的" in json.dumps(one, ensure_ascii=False)) == ("test.edit", "open", False)
        read = client.post(f"{base}/{conflict.pk}/read").json()
        assert read["about"] == "1号楼的资料"
        assert {line["field"]: (line["phone"], line["here"]) for line in read["lines"]} == {"note": ("手机写的", "办公室写的"), "elders": ("5", "3")}
        assert JournalEntry.objects.filter(verb="sync.looked").count() == 1
        resolve = f"{base}/{conflict.pk}/resolve"
        assert client.post(resolve, {"fields": {"note": "phone"}}, "application/json").json()["error"]["code"] == "not_each"
        assert [town.client(*who).post(resolve, {"take": "phone"}, "application/json").status_code for who in (("secretary", "乙一居民区"), ("member", "甲一居民区"))] == [404, 403]
        assert client.post(resolve, {"fields": {"note": "phone", "elders": "here"}}, "application/json").json()["state"] == "each"
        assert self.unit() == ("手机写的", 3)
        assert client.get(base).json()["items"] == []
        assert [one["fields"] for one in client.get(base, {"past": True}).json()["items"]] == [{"note": "phone", "elders": "here"}]
