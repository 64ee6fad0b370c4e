"""Pages of messages: the outbox, the list to tell by hand, channels with sealed addresses, one's own choice."""

import pytest
from django.urls import reverse

from jimu.messages import sending
from jimu.messages.models import Channel, Message, Preference

from .conftest import ROBOT, Office, states

INDEX, PAPER, CHANNELS, MINE = (reverse(f"messages:{name}") for name in ("index", "paper", "channels", "mine"))


def new_channel(office: Office, **more) -> dict[str, object]:
    return {"name": "街道群", "service": "wecom", "reach": "group", "unit": office.top.pk, "address": ROBOT, **more}


def test_each_reader_sees_messages_of_their_part(office: Office, signed_in) -> None:
    office.enqueue(office.letters(2))
    assert signed_in(office.account("commander")).get(INDEX).content.decode().count("请于 8 点前") == 2
    assert "请于 8 点前" in signed_in(office.account("auditor")).get(INDEX).content.decode()
    assert "请于 8 点前" not in signed_in(office.account("secretary", office.other)).get(INDEX).content.decode()
    assert signed_in(office.account("member")).get(INDEX).status_code == 403
    assert signed_in(office.account("auditor")).get(PAPER).status_code == 403


def test_what_was_told_by_hand_is_ticked_off(office: Office, signed_in) -> None:
    office.enqueue(office.letters(2))
    reader = signed_in(office.account("secretary", office.place))
    shown = reader.get(PAPER).content.decode()
    assert "赵甲" in shown
    assert "199****0000" in shown
    assert "19900000000" not in shown
    picked = str(Message.objects.get(key="k0").pk)
    assert reader.post(reverse("messages:settle"), {"message": picked, "from": "paper"}).url == PAPER
    assert states() == {"told": 1, "by_hand": 1}
    assert reader.post(reverse("messages:settle"), {}).status_code == 422
    assert reader.get(reverse("messages:settle")).status_code == 405
    stranger = signed_in(office.account("secretary", office.other))
    assert stranger.post(reverse("messages:settle"), {"message": str(Message.objects.get(key="k1").pk)}).status_code == 404


def test_a_channel_is_added_tested_and_closed_and_its_address_never_shown(office: Office, signed_in, service) -> None:
    reader = signed_in(office.account("commander"))
    assert reader.post(CHANNELS, new_channel(office)).status_code == 302
    channel = Channel.objects.get()
    assert "11112222" not in channel.address_sealed
    shown = reader.get(CHANNELS).content.decode()
    assert "街道群" in shown
    assert "11112222" not in shown
    reader.post(reverse("messages:test", args=[channel.pk]))
    sending.send_due()
    assert (states(), service.taken[0].address) == ({"sent": 1}, ROBOT)
    assert reader.post(CHANNELS, new_channel(office)).status_code == 422, "a second group of the same unit"
    reader.post(reverse("messages:close", args=[channel.pk]))
    assert reader.post(CHANNELS, new_channel(office)).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "https://evil.example.com/cgi-bin/webhook/send?key=1"},
        {"address": ""},
        {"reach": "persons"},
        {"service": "mail", "reach": "persons", "address": "mailtos://u:geheim@smtp.example.com?to=a@b.com"},
        {"service": "other", "address": "geheim"},
        {"service": "webhook", "address": "file:///etc/passwd"},
    ],
)
def test_an_address_that_is_none_is_refused_with_how_to_mend_it(office: Office, signed_in, wrong: dict[str, str]) -> None:
    reader = signed_in(office.account("commander"))
    answer = reader.post(CHANNELS, new_channel(office, **wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Channel.objects.count() == 0


def test_a_secretary_looks_after_channels_of_the_own_neighborhood_only(office: Office, signed_in) -> None:
    wide = office.channel("wecom", "group", address=ROBOT)
    reader = signed_in(office.account("secretary", office.place))
    assert reader.post(CHANNELS, new_channel(office, unit=office.place.pk)).status_code == 302
    assert reader.post(CHANNELS, new_channel(office, unit=office.other.pk)).status_code == 422
    for name in ("test", "close", "kept"):
        method = reader.get if name == "kept" else reader.post
        assert method(reverse(f"messages:{name}", args=[wide.pk])).status_code == 404
    assert signed_in(office.account("auditor")).get(CHANNELS).status_code == 403


def test_somebody_chooses_how_to_be_told(office: Office, signed_in, service) -> None:
    usual = office.channel()
    mail = office.channel("mail", address="mailtos://u:p@smtp.example.com?to={to}", usual_for=[])
    reader = signed_in(office.account("building_leader", office.place, person=office.people[0]))
    given = {"urgent_channel": mail.pk, "urgent_to": "a@example.com", "quiet_from": "21:00", "quiet_until": "06:30"}
    assert reader.post(MINE, given).status_code == 302
    chosen = Preference.objects.get()
    assert (chosen.quiet_from, chosen.quiet_until) == (1260, 390)
    assert "example" not in chosen.urgent_to_sealed
    assert "a@example.com" not in reader.get(MINE).content.decode()
    office.enqueue(office.letters(2))
    assert Message.objects.get(key="k1").channel == usual
    sending.send_due()
    assert [parcel.address for parcel in service.taken] == ["mailtos://u:p@smtp.example.com?to=a@example.com"]


def test_the_outbox_reads_as_often_for_many_as_for_few(office: Office, signed_in, django_assert_max_num_queries) -> None:
    reader = signed_in(office.account("commander"))
    for count in (2, 40):
        office.enqueue(office.letters(count, key=f"n{count}-"))
        with django_assert_max_num_queries(14):
            reader.get(INDEX)


def test_the_api_lists_counts_and_settles(office: Office, signed_in) -> None:
    office.enqueue(office.letters(2), subject="order:1")
    reader = signed_in(office.account("commander"))
    assert reader.get("/api/v1/messages?state=by_hand").json()["page"]["total"] == 2
    assert reader.get("/api/v1/messages/counts?subject=order:1").json()["by_hand"] == 2
    body = {"messages": [str(Message.objects.first().pk)]}
    assert reader.post("/api/v1/messages/told", body, content_type="application/json").json() == {"count": 1}
    assert reader.post("/api/v1/messages/again", body, content_type="application/json").status_code in (404, 409)
