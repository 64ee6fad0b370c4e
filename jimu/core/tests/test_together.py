"""Group commit: one of the threads that wait settles what all of them ask; each gets its own result, after the commit."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from django.db import connections, transaction

from jimu.core.errors import Conflict, JimuError
from jimu.core.models import Pulse
from jimu.core.together import Together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


class Counter:
    """Writes a pulse for each name in one transaction; the first time it is asked it waits to be let go."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.began, self.go = Event(), Event()
        self.together: Together[str, str] = Together(self.settle)

    def settle(self, names: Sequence[str]) -> list[str | JimuError]:
        self.began.set()
        assert self.go.wait(10)
        self.batches.append(len(names))
        with transaction.atomic():
            for name in names:
                if name == "broken":
                    raise RuntimeError(name)
                if name != "refused":
                    Pulse.objects.create(topic=name, version=1, at="2022-04-05T00:00Z")
        return [Conflict() if name == "refused" else f"wrote {name}" for name in names]

    def ask(self, name: str) -> str:
        try:
            return self.together.ask(name)
        except (JimuError, RuntimeError) as error:
            return type(error).__name__
        finally:
            connections.close_all()


def _at_once(names: Sequence[str]) -> tuple[Counter, list[str]]:
    """The first asks alone; the others come while it is being settled."""
    counter = Counter()
    with ThreadPoolExecutor(len(names)) as threads:
        first = threads.submit(counter.ask, names[0])
        assert counter.began.wait(10)
        rest = [threads.submit(counter.ask, name) for name in names[1:]]
        end = monotonic() + 10
        while len(counter.together._waiting) < len(rest):
            assert monotonic() < end
            sleep(0.001)
        counter.go.set()
        return counter, [one.result(10) for one in (first, *rest)]


def test_who_comes_while_one_is_being_settled_is_settled_with_all_the_others() -> None:
    names = [f"n{n}" for n in range(6)]
    counter, told = _at_once(names)
    assert counter.batches == [1, 5]
    assert told == [f"wrote {name}" for name in names]
    assert set(Pulse.objects.values_list("topic", flat=True)) == set(names)


def test_one_refused_and_one_that_fails_take_nobody_with_them() -> None:
    counter, told = _at_once(["first", "refused", "broken", "last"])
    assert told == ["wrote first", "Conflict", "RuntimeError", "wrote last"]
    assert set(Pulse.objects.values_list("topic", flat=True)) == {"first", "last"}
    assert counter.batches == [1, 3, 1, 1, 1]


def test_a_thread_that_is_torn_away_leaves_the_others_to_the_next() -> None:
    tries: list[Sequence[str]] = []
    began, go = Event(), Event()

    def settle(names: Sequence[str]) -> list[str]:
        tries.append(names)
        if len(tries) == 1:
            began.set()
            assert go.wait(10)
            raise KeyboardInterrupt
        return list(names)

    together: Together[str, str] = Together(settle)  # type: ignore[arg-type]
    told: list[str] = []

    def torn() -> None:
        with pytest.raises(KeyboardInterrupt):
            together.ask("torn")

    one, other = Thread(target=torn), Thread(target=lambda: told.append(together.ask("other")))
    one.start()
    assert began.wait(10)
    other.start()
    end = monotonic() + 10
    while not together._waiting:
        assert monotonic() < end
        sleep(0.001)
    go.set()
    one.join(10)
    other.join(10)
    assert told == ["other"]
    assert [list(names) for names in tries] == [["torn"], ["other"]]


def test_within_a_transaction_it_holds_with_that_transaction() -> None:
    counter = Counter()
    counter.go.set()
    with transaction.atomic():
        assert counter.together.ask("mine") == "wrote mine"
        transaction.set_rollback(True)
    assert not Pulse.objects.exists()


@pytest.mark.parametrize(("desks", "meanwhile"), [(1, False), (2, True)])
def test_at_a_second_desk_nobody_waits_for_who_is_at_the_first(desks: int, meanwhile: bool) -> None:
    began, go = Event(), Event()

    def settle(names: Sequence[str]) -> list[str]:
        if "long" in names:
            began.set()
            assert go.wait(10)
        return list(names)

    together: Together[str, str] = Together(settle, desks=desks)  # type: ignore[arg-type]
    with ThreadPoolExecutor(2) as threads:
        long = threads.submit(together.ask, "long")
        assert began.wait(10)
        short = threads.submit(together.ask, "short")
        end = monotonic() + (10 if meanwhile else 0.2)
        while not short.done() and monotonic() < end:
            sleep(0.001)
        came = short.done()
        go.set()
        assert (came, long.result(10), short.result(10)) == (meanwhile, "long", "short")


@pytest.mark.parametrize("desks", [1, 2])
def test_who_was_taken_along_by_a_thread_that_is_torn_away_is_settled_all_the_same(desks: int) -> None:
    began, go = [Event() for _n in range(desks)], Event()
    torn = Event()

    def settle(names: Sequence[str]) -> list[str]:
        if names[0].startswith("busy"):
            began[int(names[0][-1])].set()
            assert go.wait(10)
        elif len(names) > 1 and not torn.is_set():
            torn.set()
            raise KeyboardInterrupt
        return list(names)

    together: Together[str, str] = Together(settle, desks=desks)  # type: ignore[arg-type]
    told: list[str] = []

    def ask(name: str) -> None:
        try:
            told.append(together.ask(name))
        except KeyboardInterrupt:
            told.append("torn")

    busy = [Thread(target=ask, args=[f"busy{n}"]) for n in range(desks)]
    for n, thread in enumerate(busy):
        thread.start()
        assert began[n].wait(10)
    both = [Thread(target=ask, args=[name]) for name in ("one", "other")]
    for thread in both:
        thread.start()
    end = monotonic() + 10
    while len(together._waiting) < len(both):
        assert monotonic() < end
        sleep(0.001)
    go.set()
    for thread in (*busy, *both):
        thread.join(10)
        assert not thread.is_alive()
    left = "one" if "one" in told else "other"
    assert sorted(told) == sorted([*(f"busy{n}" for n in range(desks)), "torn", left])
