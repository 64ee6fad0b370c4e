"""The phones' lane answers as the pages' way does, only together; what is large or unusual goes that other way."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.sync import actions, lane, receiving
from jimu.sync.lane import SMALL, PhoneLane
from jimu.sync.models import Operation
from jimu.sync.receiving import Batch
from jimu.sync.tests.conftest import Phone, enrolled, knocks

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PATH = "/sync/operations"
OTHER = (204, {}, b"")
Answer = tuple[int, dict[str, str], bytes]


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    """The pages' way: answers 204, and finds the request untouched."""
    if scope["type"] == "http":
        assert (await receive())["body"] == b"whole"
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Caller:
    """One request of a phone at the lane."""

    def __init__(self, body: bytes, token: str = "", *, path: str = PATH, method: str = "POST", pieces: int = 1, gone: bool = False, **more: str) -> None:
        headers = {"host": "testserver", "content-length": str(len(body)), "authorization": f"Bearer {token}" if token else ""}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        self.scope = {"type": "http", "path": path, "method": method, "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value]}
        size = len(body) // pieces + 1
        self.coming = [{"type": "http.request", "body": body[n * size : (n + 1) * size], "more_body": n + 1 < pieces} for n in range(pieces)]
        if gone:
            self.coming[-1] = {"type": "http.disconnect"}
        self.heard: list[dict[str, Any]] = []

    async def receive(self) -> Any:
        return self.coming.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        self.heard.append(message)

    @property
    def answer(self) -> Answer:
        start, body = self.heard
        return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


def at_work() -> bool:
    return any(thread.name == lane.NAME for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    """The clerk goes when nobody comes, and gives its connection back."""
    # A patch of its own: other fixtures undo theirs before this one ends.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lane, "IDLE", 0.05)
        yield
        end = time.monotonic() + 10
        while at_work():
            assert time.monotonic() < end
            time.sleep(0.01)


def ask(*callers: Caller, app: PhoneLane | None = None) -> list[Caller]:
    """All of them at one moment, until each is answered."""
    line = app or PhoneLane(path=PATH, otherwise=elsewhere)

    async def whole() -> None:
        await asyncio.wait_for(asyncio.gather(*(line(one.scope, one.receive, one.send) for one in callers)), 20)

    asyncio.run(whole())
    return list(callers)


def told(caller: Caller) -> tuple[int, Any]:
    """Status and JSON, without the moment."""
    status, _headers, content = caller.answer
    found = json.loads(content)
    found.pop("now", None)
    return status, found


def asked(phone: Phone, body: bytes, **more: Any) -> tuple[tuple[int, Any], tuple[int, Any]]:
    """What the lane tells, and what the pages' way tells."""
    lane_says = told(ask(Caller(body, phone.token, **more))[0])
    page = phone.client.post(PATH, data=body, content_type="application/json", headers={"Authorization": f"Bearer {phone.token}"} if phone.token else {})
    found = page.json()
    found.pop("now", None)
    return lane_says, (page.status_code, found)


def batch(*ops: Any, **more: Any) -> bytes:
    return json.dumps({"operations": list(ops), **more}).encode()


def test_what_was_sent_is_written_and_answered_after_the_commit(phone: Phone) -> None:
    ops = [phone.op(), phone.op()]
    (caller,) = ask(Caller(batch(*ops), phone.token, pieces=3))
    status, found = told(caller)
    assert (status, [(one["op_id"], one["outcome"]) for one in found["results"]]) == (200, [(op["op_id"], "done") for op in ops])
    assert (Operation.objects.count(), len(knocks())) == (2, 2)
    again, page = asked(phone, batch(*ops))
    assert again == page
    assert [one["outcome"] for one in again[1]["results"]] == ["already_done"] * 2
    assert len(knocks()) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"operations": 1}', b'{"operations": [1, {}, {"op_id": "x"}]}', b'{"operations": []}', b'{"operations": [NaN]}', b"\xff", batch(*range(600))],
)
def test_nonsense_is_refused_in_the_same_words(phone: Phone, body: bytes) -> None:
    here, there = asked(phone, body)
    assert here == there


KEYS = st.sampled_from(["operations", "op_id", "kind", "at", "payload", "sent_at", "waiting"])
THINGS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80) | THINGS.map(lambda one: json.dumps(one).encode()))
def test_whatever_comes_is_answered_as_the_pages_way_answers_it(phone: Phone, body: bytes) -> None:
    here, there = asked(phone, body)
    assert here == there


def test_who_may_not_send_is_told_so_as_everywhere(phone: Phone) -> None:
    stranger, revoked = Phone(phone.town, phone.device, "x" * 43), enrolled(phone.town, phone.device.account)
    actions.revoke(actor=SYSTEM, at=clock.now(), device_id=revoked.device.pk)
    for one, code in ((stranger, "unknown_device"), (Phone(phone.town, phone.device, ""), "unknown_device"), (revoked, "device_revoked")):
        here, there = asked(one, batch(phone.op()))
        assert here == there
        assert here[1]["error"]["code"] == code
    # Who may not send hears that first, whatever it was.
    here, there = asked(stranger, b"{")
    assert here == there
    assert not Operation.objects.exists()


def test_phones_of_one_moment_share_a_commit_and_each_hears_of_its_own(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phones = [phone, *(enrolled(phone.town, phone.device.account) for _n in range(5))]
    actions.revoke(actor=SYSTEM, at=clock.now(), device_id=phones[3].device.pk)
    ops, held, sizes = [one.op() for one in phones], threading.Event(), list[int]()
    settle = receiving.settle

    def noted(batches: Sequence[Batch]) -> Any:
        sizes.append(len(batches))
        held.wait(0.3 if len(sizes) == 1 else 0)
        return settle(batches)

    monkeypatch.setattr(receiving._counter, "_settle", noted)
    callers = ask(*(Caller(batch(op), one.token) for op, one in zip(ops, phones, strict=True)))
    assert [told(one)[0] for one in callers] == [200, 200, 200, 403, 200, 200]
    for number in (0, 1, 2, 4, 5):
        assert [one["op_id"] for one in told(callers[number])[1]["results"]] == [ops[number]["op_id"]]
    assert (len(knocks()), sum(sizes)) == (5, 6)
    assert len(sizes) <= 1 + receiving.DESKS


def test_one_that_cannot_be_written_takes_nobody_with_it(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    other, settle = enrolled(phone.town, phone.device.account), receiving.settle

    def fails(batches: Sequence[Batch]) -> Any:
        if any(one.device_id == other.device.pk for one in batches):
            raise RuntimeError("cannot")
        return settle(batches)

    monkeypatch.setattr(receiving._counter, "_settle", fails)
    good, bad = ask(Caller(batch(phone.op()), phone.token), Caller(batch(phone.op()), other.token))
    assert (told(good)[0], told(bad)[0]) == (200, 500)
    assert told(bad)[1]["error"]["code"] == "broken"
    assert len(knocks()) == 1


def test_a_fault_of_the_lane_itself_is_answered_and_the_next_request_served(phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    line = PhoneLane(path=PATH, otherwise=elsewhere)
    with monkeypatch.context() as broken:
        broken.setattr(lane.receiving, "take_all", lambda _batches: 1 / 0)
        assert told(ask(Caller(batch(phone.op()), phone.token), app=line)[0])[0] == 500
    assert "the phones' lane failed" in caplog.text
    assert told(ask(Caller(batch(phone.op()), phone.token), app=line)[0])[0] == 200


def test_a_clerk_that_went_is_followed_by_another(phone: Phone) -> None:
    line = PhoneLane(path=PATH, otherwise=elsewhere)
    for _n in range(3):
        assert told(ask(Caller(batch(phone.op()), phone.token), app=line)[0])[0] == 200
        assert at_work()
        while at_work():
            time.sleep(0.01)
    assert len(knocks()) == 3


def test_each_is_answered_in_the_language_of_its_phone(phone: Phone) -> None:
    late = phone.op(ago=timedelta(days=9))
    chinese, english = ask(Caller(batch(late), phone.token), Caller(batch(late), "x", cookie="django_language=en"))
    assert chinese.answer[1]["content-language"] == "zh-hans"
    assert english.answer[1]["content-language"] == "en"
    assert told(chinese)[1]["results"][0]["message"].startswith("到得太晚")


def test_who_hangs_up_in_the_middle_of_sending_leaves_nothing(phone: Phone) -> None:
    (gone,) = ask(Caller(batch(phone.op()), phone.token, pieces=2, gone=True))
    assert not gone.heard
    assert not Operation.objects.exists()


def test_who_hangs_up_while_it_is_written_finds_it_written(phone: Phone) -> None:
    op, line = phone.op(), PhoneLane(path=PATH, otherwise=elsewhere)

    async def leave() -> None:
        caller = Caller(batch(op), phone.token)
        task = asyncio.create_task(line(caller.scope, caller.receive, caller.send))
        await asyncio.sleep(0)
        task.cancel()
        while not await asyncio.to_thread(_written):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(leave(), 20))
    assert [one["outcome"] for one in told(ask(Caller(batch(op), phone.token), app=line)[0])[1]["results"]] == ["already_done"]


def test_who_hangs_up_takes_no_answer_from_those_written_with_it(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    line, go, begun, settle = PhoneLane(path=PATH, otherwise=elsewhere), threading.Event(), threading.Event(), receiving.settle

    def held(batches: Sequence[Batch]) -> Any:
        begun.set()
        assert go.wait(10)
        return settle(batches)

    monkeypatch.setattr(receiving._counter, "_settle", held)
    first, leaves, stays = (Caller(batch(phone.op()), phone.token) for _n in range(3))

    async def three() -> None:
        tasks = [asyncio.create_task(line(first.scope, first.receive, first.send))]
        assert await asyncio.to_thread(begun.wait, 10)
        tasks += [asyncio.create_task(line(one.scope, one.receive, one.send)) for one in (leaves, stays)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(asyncio.wait_for(three(), 20))
    assert (told(first)[0], leaves.heard, told(stays)[0]) == (200, [], 200)
    assert len(knocks()) == 3


class Late(SimpleQueue):  # type: ignore[type-arg]
    """A line to which somebody comes in the moment in which the clerk has given up waiting."""

    def __init__(self, comes: bool) -> None:
        self.comes = comes

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if self.qsize():
            return super().get(block, timeout)
        if self.comes:
            self.put("somebody")
            self.comes = False
        raise Empty


@pytest.mark.parametrize("comes", [True, False])
def test_who_comes_while_the_clerk_is_about_to_go_is_served(comes: bool) -> None:
    line = PhoneLane(path=PATH, otherwise=elsewhere)
    line.line, line.clerks = Late(comes), {threading.current_thread()}
    assert line._waiting() == (["somebody"] if comes else [])
    assert bool(line.clerks) is comes


def _written() -> bool:
    try:
        return Operation.objects.exists()
    finally:
        connections.close_all()


def test_the_headers_say_all_that_the_pages_way_says(phone: Phone, settings: Any) -> None:
    here = ask(Caller(batch(), phone.token))[0].answer[1]
    page = {name.lower(): value for name, value in phone.post("operations", {"operations": []}).headers.items()}
    assert page.keys() == here.keys()
    own = {"content-security-policy", "content-length"}
    assert {name: value for name, value in page.items() if name not in own} == {name: value for name, value in here.items() if name not in own}
    settings.BEHIND_TLS, settings.SECURE_HSTS_SECONDS = True, 60
    assert ask(Caller(batch(), phone.token, x_forwarded_proto="https"))[0].answer[1]["strict-transport-security"] == "max-age=60; includeSubDomains"


UNUSUAL: dict[str, Callable[[], Caller]] = {
    "another address": lambda: Caller(b"whole", path="/sync/pack"),
    "another method": lambda: Caller(b"whole", method="GET"),
    "too large": lambda: Caller(b"whole", content_length=str(SMALL + 1)),
    "no length": lambda: Caller(b"whole", content_length=""),
    "a length that is none": lambda: Caller(b"whole", content_length="-1"),
    "in pieces of unknown number": lambda: Caller(b"whole", transfer_encoding="chunked"),
    "compressed": lambda: Caller(b"whole", content_encoding="gzip"),
    "another host": lambda: Caller(b"whole", host="evil.example"),
    "no host": lambda: Caller(b"whole", host=""),
}


@pytest.mark.parametrize("why", UNUSUAL)
def test_what_is_unusual_goes_the_pages_way_untouched(why: str) -> None:
    assert ask(UNUSUAL[why]())[0].answer == OTHER


@pytest.mark.parametrize("said", ["", "http"])
def test_behind_tls_what_did_not_come_by_it_goes_the_pages_way(said: str, settings: Any) -> None:
    settings.BEHIND_TLS = True
    assert ask(Caller(b"whole", x_forwarded_proto=said))[0].answer == OTHER
    assert ask(Caller(b"{}", x_forwarded_proto="https"))[0].answer[0] == 401


def test_a_batch_of_the_largest_size_still_comes_here(phone: Phone) -> None:
    body = batch(*(phone.op() for _n in range(20)))
    assert SMALL // 2 < len(body) <= SMALL
    assert ask(Caller(body.ljust(SMALL), phone.token))[0].answer[0] == 200
