"""Live pages: beats after commit, and streams that tell what rose, to those signed in."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.test import Client

from jimu.core import live, live_stream
from jimu.core.live_stream import Listener, LiveStream, signed_in

TOPIC = "board"


def version() -> int:
    return live.versions([TOPIC])[TOPIC]


# Beats ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_beat_raises_its_topic_once_the_change_is_committed() -> None:
    with transaction.atomic():
        live.beat(TOPIC)
        assert version() == 0
    assert version() == 1
    live.beat(TOPIC, TOPIC, "other")
    assert live.versions([TOPIC, "other", "never"]) == {TOPIC: 2, "other": 1, "never": 0}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_undone_beats_nothing() -> None:
    def undone() -> None:
        with transaction.atomic():
            live.beat(TOPIC)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert version() == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_stands_even_when_the_beat_fails(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def fail(topics: tuple[str, ...]) -> None:
        raise OSError("no space")

    monkeypatch.setattr(live, "_raise", fail)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        live.beat(TOPIC)
    assert "no space" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_sparing_beats_of_one_moment_raise_each_topic_once(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = live.Joined()
    monkeypatch.setattr(live, "_joined", joined)
    for _n in range(3):
        live.beat_sparingly(TOPIC)
    assert version() == 3
    waiting: list[Callable[[], None]] = []

    class Later:
        daemon = False

        def __init__(self, _gap: float, act: Callable[[], None]) -> None:
            waiting.append(act)

        def start(self) -> None:
            """Nothing yet: the test says when the gap is over."""

    monkeypatch.setattr(live, "Timer", Later)
    live.join_beats()
    for _n in range(3):
        live.beat_sparingly(TOPIC, "other")
    assert (version(), len(waiting)) == (3, 1)
    waiting.pop()()
    assert live.versions([TOPIC, "other"]) == {TOPIC: 4, "other": 1}
    live.beat_sparingly(TOPIC)
    with monkeypatch.context() as broken:
        broken.setattr(live, "_raise", lambda _topics: 1 / 0)
        waiting.pop()()
    assert version() == 4
    live.beat_sparingly("other")
    waiting.pop()()
    assert live.versions([TOPIC, "other"]) == {TOPIC: 5, "other": 2}


# Who may listen ------------------------------------------------------------------------------------------------


@pytest.fixture
def session(transactional_db) -> str:
    """The session key of an account that is signed in."""
    account = get_user_model().objects.create_user(username="listener", password="a-long-password", display_name="听者")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def test_only_a_living_session_of_an_active_account_is_signed_in(session: str) -> None:
    assert signed_in(session)
    assert not signed_in("")
    assert not signed_in("made-up")
    get_user_model().objects.update(is_active=False)
    assert not signed_in(session)


def test_a_changed_password_ends_the_session(session: str) -> None:
    account = get_user_model().objects.get()
    account.set_password("another-password")
    account.save()
    assert not signed_in(session)


# What a listener is told ---------------------------------------------------------------------------------------


def test_a_listener_hears_of_its_own_topics_and_of_each_rise_once() -> None:
    async def hear() -> tuple[dict[str, int], ...]:
        listener = Listener(told={"board": 1, "job:1": 0})
        now = {"board": 2, "job:1": 0, "job:2": 9}
        return listener.news(now), listener.news(now), listener.news({**now, "job:1": 1})

    assert asyncio.run(hear()) == ({"board": 2}, {}, {"job:1": 1})


# The stream, spoken to as a server would -------------------------------------------------------------------------


class Line:
    """A connection to the stream: what it sent, and a way to hang up."""

    def __init__(self, stream: LiveStream, *, session: str, query: str, method: str = "GET", path: str = "/live") -> None:
        cookie = [(b"cookie", f"sessionid={session}".encode())] if session else []
        scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": cookie}
        self.sent: list[Any] = []
        self.hung_up = asyncio.Event()
        self.task = asyncio.create_task(stream(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    def pulses(self) -> list[tuple[str, int]]:
        text = b"".join(message.get("body", b"") for message in self.sent[1:]).decode()
        found = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
        return [(pulse["topic"], pulse["version"]) for pulse in found]

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(500):
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never came about; sent {self.sent}")

    async def hang_up(self) -> None:
        self.hung_up.set()
        await asyncio.wait_for(self.task, 5)


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299})


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch):
    """Run a conversation with a stream that looks often; its database work stays on this thread."""
    monkeypatch.setattr(live_stream, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(live_stream, "close_old_connections", lambda: None)

    def direct(function: Callable[..., Any], **_options: Any) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any) -> Any:
            # Each task of the loop would keep a connection of its own.
            try:
                return function(*args)
            finally:
                connections.close_all()

        return call

    monkeypatch.setattr(live_stream, "sync_to_async", direct)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

    def run(conversation: Callable[[LiveStream], Awaitable[None]]) -> None:
        async def whole() -> None:
            try:
                await conversation(LiveStream(path="/live", otherwise=elsewhere))
            finally:
                connections.close_all()

        asyncio.run(whole())

    return run


def test_a_stranger_is_refused_and_other_addresses_are_passed_on(transactional_db, talk) -> None:
    async def conversation(stream: LiveStream) -> None:
        for session in ("", "made-up"):
            line = Line(stream, session=session, query="topic=board")
            await line.task
            assert line.status == 403
        line = Line(stream, session="", query="", path="/board/")
        await line.task
        assert line.status == 299

    talk(conversation)


def test_a_rise_reaches_those_who_listen_to_it_and_nobody_else(session: str, talk) -> None:
    async def conversation(stream: LiveStream) -> None:
        board, job = (Line(stream, session=session, query=f"topic={topic}") for topic in ("board", "job:1"))
        await board.until(lambda: board.pulses() == [("board", 0)] and job.pulses() == [("job:1", 0)])
        live.beat("board")
        await board.until(lambda: board.pulses() == [("board", 0), ("board", 1)])
        live.beat("job:1")
        await job.until(lambda: job.pulses() == [("job:1", 0), ("job:1", 1)])
        assert board.pulses() == [("board", 0), ("board", 1)]
        await board.hang_up()
        await job.hang_up()
        assert not stream.listeners

    talk(conversation)


def test_one_who_comes_back_is_told_how_things_stand(session: str, talk) -> None:
    async def conversation(stream: LiveStream) -> None:
        first = Line(stream, session=session, query="topic=board")
        await first.until(lambda: first.pulses() == [("board", 0)])
        await first.hang_up()
        live.beat("board")
        again = Line(stream, session=session, query="topic=board")
        await again.until(lambda: again.pulses() == [("board", 1)])
        await again.hang_up()

    talk(conversation)


def test_a_database_that_fails_for_a_while_ends_no_stream(session: str, talk, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    async def conversation(stream: LiveStream) -> None:
        line = Line(stream, session=session, query="topic=board")
        await line.until(lambda: line.pulses() == [("board", 0)])
        good = live_stream._versions

        def bad(topics: list[str]) -> dict[str, int]:
            raise OSError("database is restarting")

        monkeypatch.setattr(live_stream, "_versions", bad)
        await line.until(lambda: "could not be read" in caplog.text)
        monkeypatch.setattr(live_stream, "_versions", good)
        live.beat("board")
        await line.until(lambda: line.pulses()[-1] == ("board", 1))
        await line.hang_up()

    talk(conversation)


def test_the_stream_of_one_who_signed_out_ends(session: str, talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_stream, "KEEP_ALIVE_SECONDS", 0.05)

    async def conversation(stream: LiveStream) -> None:
        line = Line(stream, session=session, query="topic=board")
        await line.until(lambda: any(b"still here" in message.get("body", b"") for message in line.sent))
        get_user_model().objects.update(is_active=False)
        await asyncio.wait_for(line.task, 5)
        assert line.sent[-1] == {"type": "http.response.body", "body": b""}

    talk(conversation)


def test_nobody_can_make_the_service_watch_any_number_of_topics(session: str, talk) -> None:
    async def conversation(stream: LiveStream) -> None:
        line = Line(stream, session=session, query="&".join(f"topic=t{n}" for n in range(100)))
        await line.until(lambda: bool(line.pulses()))
        assert len(line.pulses()) == live_stream.MAX_TOPICS
        await line.hang_up()

    talk(conversation)


def test_the_table_is_not_read_while_nobody_listens(session: str, talk) -> None:
    async def conversation(stream: LiveStream) -> None:
        line = Line(stream, session=session, query="topic=board")
        await line.until(lambda: bool(line.pulses()))
        await line.hang_up()
        await line.until(lambda: stream.poller.done())
        again = Line(stream, session=session, query="topic=board")
        await again.until(lambda: bool(again.pulses()) and not stream.poller.done())
        await again.hang_up()

    talk(conversation)
