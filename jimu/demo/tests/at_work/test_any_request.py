"""Whatever a browser or a program sends to any page: forms filled with anything, addresses asked for with anything, and no failure of the service.

Forms are those that stand on the pages themselves, found by opening them: those of residents and volunteers behind their links, and those of the
commander. A field that is new is filled without being named here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve
from hypothesis import given
from hypothesis import strategies as st

from jimu.calls import letters
from jimu.calls.models import Offer
from jimu.core import clock
from jimu.demo import logins
from jimu.field.households.models import Room
from jimu.field.medicine.models import Door as MedicineDoor
from jimu.field.medicine.models import Order as MedicineOrder
from jimu.field.needs.models import Door, Need, OwnList
from jimu.field.needs.own_list_queries import word_of
from jimu.field.supplies import showing
from jimu.field.supplies.models import Buy, BuyLeader, Order
from jimu.incidents import order_letters
from jimu.incidents.models import Order as Command
from jimu.own import actions as own
from jimu.own import queries as own_queries
from jimu.people.models import Person
from jimu.relay import codes
from jimu.roster.models import Assignment, Shift
from jimu.signup import throttle
from jimu.signup.models import Campaign
from jimu.sync.tests.conftest import Phone
from jimu.teams import loan_letters
from jimu.teams.models import Loan

from .addresses import KEYS, Address, addresses
from .conftest import Sample, often
from .rows import row
from .test_any_operation import undone

WORDS = ["", " ", "\x00", "a\x00b", "\ud800", "٣", "１２", "-1", "0", "1e400", "NaN", "Infinity", "99999999999999999999999999", "9" * 5000, "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59",
         "0001-01-01T00:00", "2026-11-24T10:00+99:00", "24:00", "on", "[]", "{}", "<b>&", "%s", "长" * 600, "x" * 70_000, "../../etc/passwd", "//evil.example/", "01a227f7-d24b-7000-bde3-98b9456b110a"]  # fmt: skip
words = st.sampled_from(WORDS) | st.text(max_size=12)


@dataclass
class Form:
    """A form as it stands on a page; `fields` with the values that it offers."""

    page: str
    action: str
    method: str = "get"
    files: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found, self.at, self.select = page, list[Form](), None, ""
        self.loose = Form(page, page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in given}
        if tag == "form":
            action = told.get("action") or told.get("hx-post") or told.get("hx-get") or self.page
            post = told.get("method", "").lower() == "post" or "hx-post" in told
            self.at = Form(self.page, action, "post" if post else "get", "multipart" in told.get("enctype", told.get("hx-encoding", "")))
            self.found.append(self.at)
        elif tag != "form" and ("hx-post" in told):
            self.found.append(Form(self.page, told["hx-post"], "post", fields={name: [value] for name, value in parse_qsl(told.get("hx-vals", ""))}))
        name = told.get("name", "")
        if tag == "select":
            self.select = name
        if self.at is not None and tag in ("input", "textarea", "button", "select") and name:
            offered = self.at.fields.setdefault(name, [])
            self.at.files = self.at.files or told.get("type") == "file"
            offered += [told["value"]] if "value" in told else []
        elif self.at is not None and tag == "option" and self.select:
            self.at.fields[self.select].append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.at = None
        elif tag == "select":
            self.select = ""


def keyed(sample: Sample) -> dict[str, str]:
    """Addresses that are keys, with keys that fit."""
    person = Person.objects.filter(assignments__shift__ends_at__gt=clock.now(), unit=sample.here).order_by("pk").first()
    link = own_queries.token_of(own.issue_link(actor=logins.commander(), at=clock.now(), person_id=person.pk))
    seat = str(Assignment.objects.filter(person=person).order_by("-shift__starts_at").first().pk)
    here, leader = sample.here, str(row(BuyLeader, sample.here).code)
    # A call that is made up would break its own page.
    offer = row(Offer, here, real=True)
    command = Command.objects.order_by("pk").first()
    given = {
        "needs/help/<slug:code>/": row(Door, here).code, "needs/receipt/<slug:receipt>/": row(Need, here).receipt,
        "medicine/ask/<slug:code>/": row(MedicineDoor, here).code, "medicine/receipt/<slug:receipt>/": row(MedicineOrder, here).receipt,
        "needs/ours/<str:word>/": word_of(row(OwnList, here)), "calls/a/<str:token>/": letters.token(offer.pk) if offer else "x",
        "calls/o/<str:token>/": letters.organisation_token(offer.pk) if offer else "x", "teams/loans/consent/<str:token>/": loan_letters.token(row(Loan, here).pk),
        "incidents/orders/link/<str:token>/": order_letters.token(command.pk, person.pk), "me/link/<str:token>/": link, "relay/by/<str:token>/": link,
        "supplies/lead/<slug:code>/": leader, "supplies/order/<slug:code>/": row(Buy, here).code, "supplies/ordered/<slug:receipt>/": row(Order, here).receipt,
        "supplies/got/<str:token>/": showing.token_of(row(Room, here).pk), "join/<slug:code>/": row(Campaign, here).code,
        "relay/scan/<str:code>/": codes.shift_code(Shift.objects.order_by("pk").first()), "training/courses/<slug:code>/": "ppe", "relay/calendar/<str:secret>.ics": "x",
    }  # fmt: skip
    more = {"assignment_id": seat, "act": "confirm", "request_id": seat, "incident_id": str(command.incident_id), "need_id": str(row(Need, here).pk), "buy_id": str(row(Buy, here).pk)}
    return given | more


def pages(sample: Sample, brick: str) -> Iterator[tuple[Address, str]]:
    """Every page's address of a brick, written out."""
    keys = keyed(sample)
    for address in addresses():
        if address.api or address.route.split("/")[0] != brick:
            continue
        if not address.arguments:
            yield address, "/" + address.route
        elif KEYS & set(address.arguments):
            stem = max((one for one in keys if address.route.startswith(one)), key=len)
            rest = re.sub(r"<\w+:(\w+)>", lambda found: keys.get(found[1], "1"), address.route.removeprefix(stem))
            yield address, "/" + re.sub(r"<\w+:\w+>", quote(keys[stem]), stem) + rest
        else:
            yield from ((address, path) for path, _inside in address.filled(sample.here, real=True))


def forms_of(client: Client, path: str) -> list[Form]:
    answer = client.get(path)
    if answer.streaming or answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return []
    reader = Forms(path)
    reader.feed(answer.content.decode())
    return reader.found


def kind_of(form: Form) -> str:
    """Forms of one kind lead to one view."""
    try:
        return f"{form.method} {resolve(urlsplit(form.action).path).route} {sorted(form.fields)}"
    except Resolver404:
        return ""


def filled(form: Form) -> st.SearchStrategy[list[tuple[str, str]]]:
    """A form as somebody may fill it in: what it offers, a field or two spoilt, left out, or sent twice."""
    sound = st.tuples(*[st.tuples(st.just(name), st.sampled_from([one for one in offered if one] or ["1", "好"])) for name, offered in form.fields.items()])
    names = st.sampled_from([*form.fields, "page", "extra", "\x00"])

    def spoilt(pairs: tuple[tuple[str, str], ...]) -> st.SearchStrategy[list[tuple[str, str]]]:
        return st.lists(st.tuples(names, words), max_size=3).map(lambda more: [pair for pair in pairs if pair[0] not in dict(more)] + more)

    return st.one_of(sound.map(list), *[sound.flatmap(spoilt)] * 4)


def send(client: Client, form: Form, pairs: list[tuple[str, str]]) -> int:
    """As a browser sends it; half characters as bytes that are no text."""
    if form.files:
        data = {name: SimpleUploadedFile("名单.xlsx", value.encode(errors="replace")[:500]) if name in ("file", "files", "photo") else value.encode(errors="replace").decode() for name, value in pairs if name.isprintable()}
        return client.post(form.action, data).status_code
    sent = urlencode(pairs, errors="surrogatepass")
    if form.method == "get":
        return client.get(form.action.split("?")[0], QUERY_STRING=sent).status_code
    return client.post(form.action, sent, content_type="application/x-www-form-urlencoded").status_code


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "OF_AN_ADDRESS", 10_000)


@pytest.fixture
def commander(phone: Phone) -> Client:
    """Who may open every page."""
    client = Client()
    client.force_login(phone.device.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


BRICKS = sorted({one.route.split("/")[0] for one in addresses() if not one.api and not one.route.startswith("static")})


@pytest.mark.parametrize("brick", BRICKS)
def test_any_form_is_taken_or_refused(at_work: Sample, commander: Client, brick: str) -> None:
    public = Client()
    met: dict[str, tuple[Client, Form]] = {}
    for address, path in pages(at_work, brick):
        client = public if KEYS & set(address.arguments) and brick != "training" else commander
        for form in forms_of(client, path):
            met.setdefault(kind_of(form), (client, form))
    for client, form in met.values():
        if "sign-out" in form.action:
            continue

        @often(2)
        @given(pairs=filled(form))
        def taken(pairs: list[tuple[str, str]]) -> None:
            with undone():
                assert send(client, form, pairs) < 500  # noqa: B023 - asked within the loop

        taken()


@pytest.mark.parametrize("brick", BRICKS)
def test_any_page_is_asked_for_with_anything(at_work: Sample, commander: Client, brick: str) -> None:
    """Searches, pages of lists, filters: names that pages ask by, and what nobody would type."""
    names = st.sampled_from(["q", "page", "state", "unit", "day", "date", "kind", "next", "person", "month", "shift", "at", "cursor", "incident", "from", "to", "show", "what", "round", "post"])
    paths = [path for _address, path in pages(at_work, brick)]

    @often(4)
    @given(path=st.sampled_from(paths), pairs=st.lists(st.tuples(names, words), min_size=1, max_size=3), htmx=st.booleans())
    def answered(path: str, pairs: list[tuple[str, str]], htmx: bool) -> None:
        with undone():
            asked = commander.get(path, QUERY_STRING=urlencode(pairs, errors="surrogatepass"), headers={"HX-Request": "true"} if htmx else {})
            assert asked.status_code < 500

    answered()
