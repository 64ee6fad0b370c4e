"""Values are computed once for those who ask at the same time, and not kept when computing fails."""

import threading
import time

import pytest

from jimu.command import sharing
from jimu.command.sharing import Shared


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Shared[int]:
    monkeypatch.setattr(sharing, "SECONDS", 60.0)
    return Shared()


def test_those_who_ask_at_once_wait_for_one_computation(shared: Shared[int]) -> None:
    runs: list[int] = []

    def slow() -> int:
        runs.append(1)
        time.sleep(0.05)
        return 7

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(shared.get("key", slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, runs) == ([7] * 8, [1])


def test_a_stale_value_is_computed_again(shared: Shared[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert shared.get("key", lambda: 1) == 1
    assert shared.get("key", lambda: 2) == 1
    monkeypatch.setattr(sharing, "SECONDS", 0.0)
    assert shared.get("key", lambda: 3) == 3


def test_an_error_is_raised_and_not_kept(shared: Shared[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        shared.get("key", lambda: 1 // 0)
    assert shared.get("key", lambda: 4) == 4


def test_only_the_newest_few_are_kept(shared: Shared[int]) -> None:
    for n in range(100):
        shared.get(n, lambda n=n: n)
    assert len(shared._values) == sharing._KEPT
    assert len(shared._locks) <= sharing._KEPT + 1
    assert shared.get(99, lambda: -1) == 99
