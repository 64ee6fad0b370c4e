"""A subdistrict with one neighborhood and some people, a local channel, and a service that does as it is told."""

from dataclasses import dataclass, field

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock, sealed
from jimu.core.models import SteadyClock
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.messages import actions, channel_actions, transports
from jimu.messages.actions import Letter
from jimu.messages.models import Channel, Message
from jimu.messages.transports import SENT, Answer, Parcel
from jimu.people.models import Person

NOON = clock.at_minute(clock.today(), 720)
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11112222-3333-4444-5555-666677778888"


@dataclass
class Office:
    """Handles of the subdistrict."""

    top: Unit
    place: Unit
    other: Unit
    people: list[Person]

    def actor(self, role: str = "commander", unit: Unit | None = None, person: Person | None = None) -> Actor:
        return actor_of(self.account(role, unit, person))

    def account(self, role: str = "commander", unit: Unit | None = None, person: Person | None = None) -> Account:
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(username=name, password="long-enough-1", display_name=f"{role}甲", person=person)
        Grant.objects.create(account=account, role=role, unit=unit or self.top)
        return account

    def channel(self, service: str = "local", reach: str = "persons", unit: Unit | None = None, **more) -> Channel:
        given = {"name": f"渠道{Channel.objects.count()}", "address": "", "usual_for": ["urgent", "routine"], **more}
        return channel_actions.add_channel(
            actor=SYSTEM, at=NOON, service=service, reach=reach, unit_id=(unit or self.top).pk, **given
        )

    def letters(self, count: int = 1, *, key: str = "k", text: str = "请于 8 点前到居委会", **more) -> list[Letter]:
        people = self.people * (count // len(self.people) + 1)
        return [Letter(f"{key}{n}", self.place.pk, text, people[n].pk, **{"urgency": "urgent", **more}) for n in range(count)]

    def enqueue(self, letters: list[Letter], **more) -> actions.Queued:
        return actions.enqueue(actor=SYSTEM, at=NOON, letters=letters, **more)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Message.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def pass_time(seconds: int) -> None:
    """Let seconds of service pass."""
    row, _made = SteadyClock.objects.get_or_create(pk=1)
    SteadyClock.objects.filter(pk=1).update(seconds=row.seconds + seconds)


@pytest.fixture
def office(db) -> Office:
    top = Unit.objects.add_root({"kind": "subdistrict", "name": "和风街道", "short_name": "和风"})
    for name in ("甲一", "乙一"):
        Unit.objects.add_child(Unit.objects.get(pk=top.pk), {"kind": "neighborhood", "name": f"{name}居民区", "short_name": name})
    place, other = Unit.objects.filter(depth=2).order_by("path")
    people = []
    for n, name in enumerate(("赵甲", "钱乙", "孙丙")):
        phone = f"1990000000{n}"
        people.append(
            Person.objects.create(
                name=name, unit=place, created_at=NOON, updated_at=NOON, phone_sealed=sealed.seal(phone), phone_index=sealed.blind_index(phone)
            )
        )
    return Office(Unit.objects.get(pk=top.pk), place, other, people)


@dataclass
class Service:
    """A service that notes what it is given and answers what `answers` says, then SENT."""

    taken: list[Parcel] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def __call__(self, parcel: Parcel) -> Answer:
        answer = self.answers.pop(0) if self.answers else SENT
        if answer.sent:
            self.taken.append(parcel)
        return answer


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    found = Service()
    monkeypatch.setattr(transports, "transport", lambda name: found)
    return found
