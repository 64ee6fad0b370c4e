"""Answers that come at once are decided together: each gets its own result, a seat has one person, a death in the middle leaves nothing."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.calls import deciding
from jimu.calls.deciding import Ask, Said, decide
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.models import Answer, Call, Offer, Standby
from jimu.core.errors import JimuError
from jimu.core.models import JournalEntry
from jimu.roster.models import Assignment, Shift
from jimu.teams.models import Loan

from .conftest import EVE, HOUR, Gate, World, gate_of, passed

pytestmark = pytest.mark.django_db


def ask(offer_id: UUID, word: str) -> Ask:
    return Ask(offer_id, None, EVE, Said(word, "busy" if word == "no" else ""), Answer.Via.LINK)


def at_once(gate: Gate, *said: tuple[str, str]) -> list[str]:
    """The states (or codes of refusals) that come of answers given at the same moment, in the order of their coming."""
    found = decide([ask(gate.offer(name).pk, word) for name, word in said])
    return [one.code if isinstance(one, JimuError) else one.offer.state for one in found]


def test_of_those_who_come_at_once_the_first_have_the_seats_and_each_hears_their_own(gate: Gate) -> None:
    gate.call()
    said = [("志0", "no"), ("志1", "yes"), ("志2", "later"), ("志3", "yes"), ("志4", "yes"), ("志5", "yes")]
    assert at_once(gate, *said) == ["no", "yes", "later", "yes", "bench", "bench"]
    assert gate.seated() == {"志1", "志3"}
    assert gate.states() == {"志0": "no", "志1": "yes", "志2": "later", "志3": "yes", "志4": "bench", "志5": "bench"}
    assert set(Standby.objects.values_list("person__name", flat=True)) == {"志4", "志5"}
    verbs = JournalEntry.objects.filter(verb__startswith="calls.said_").values_list("actor_name", "verb")
    assert dict(verbs) == {name: f"calls.said_{state}" for name, state in gate.states().items()}
    assert Answer.objects.count() == 6


def test_who_gives_a_seat_back_is_heard_before_who_wants_one(gate: Gate) -> None:
    gate.call()
    at_once(gate, ("志0", "yes"), ("志1", "yes"))
    assert at_once(gate, ("志2", "yes"), ("志0", "no"), ("志3", "yes")) == ["yes", "no", "bench"]
    assert gate.seated() == {"志1", "志2"}


def test_a_second_click_of_the_same_moment_finds_the_first(gate: Gate) -> None:
    gate.call()
    assert at_once(gate, ("志0", "yes"), ("志0", "yes"), ("志0", "no"), ("志1", "yes")) == ["yes", "yes", "no", "yes"]
    assert gate.seated() == {"志1"}
    assert list(Answer.objects.filter(offer=gate.offer("志0")).order_by("pk").values_list("word", flat=True)) == ["yes", "no"]


def test_one_that_is_refused_keeps_nobody_from_theirs(gate: Gate) -> None:
    gate.call()
    over = gate.offer("志5")
    Call.objects.filter(pk=over.call_id).update(state="running")
    Offer.objects.filter(pk=over.pk).update(shift=_past(gate))
    found = decide([ask(uuid4(), "yes"), ask(over.pk, "yes"), ask(gate.offer("志0").pk, "yes")])
    assert isinstance(found[0], DeadLink)
    assert isinstance(found[1], CallOver)
    assert gate.seated() == {"志0"}


def _past(gate: Gate) -> Shift:
    first = gate.shift(2)
    first.starts_at, first.ends_at = EVE - HOUR, EVE
    first.save()
    return first


def test_who_must_be_judged_anew_is_judged_alone_and_in_their_own_language(gate: Gate) -> None:
    gate.call()
    person = gate.world.people["志0"]
    person.limits = ["paused"]
    person.save()
    with translation.override("en"):
        asked = ask(gate.offer("志0").pk, "yes")
    first, second = decide([asked, ask(gate.offer("志1").pk, "yes")])
    assert not isinstance(first, JimuError)
    assert first.offer.state == "unfit"
    assert "not to be placed" in first.why
    assert not isinstance(second, JimuError)
    assert gate.seated() == {"志1"}


def test_somebody_from_elsewhere_is_lent_beside_those_who_are_seated_at_once(gate: Gate) -> None:
    gate.world.person("外援", unit="乙一")
    gate.call()
    passed(11)
    from jimu.calls import waves

    waves.sweep(EVE)
    assert at_once(gate, ("外援", "yes"), ("志0", "yes"), ("志1", "no")) == ["yes", "yes", "no"]
    assert gate.seated() == {"外援", "志0"}
    assert Loan.objects.get().person == gate.world.people["外援"]


def test_a_death_in_the_middle_leaves_nothing_of_any_and_the_same_again_is_decided_once(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.call()
    said = [("志0", "yes"), ("志1", "no"), ("志2", "yes")]

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    for step in ("_hurry", "_write", "_bench"):
        with monkeypatch.context() as patch:
            patch.setattr(deciding, step, killed)
            with pytest.raises(KeyboardInterrupt):
                at_once(gate, *said)
        assert (gate.seated(), Answer.objects.count(), Standby.objects.count()) == (set(), 0, 0)
        assert set(gate.states().values()) == {"waiting"}
    for _n in range(2):
        assert at_once(gate, *said) == ["yes", "no", "yes"]
    assert (gate.seated(), Answer.objects.count()) == ({"志0", "志2"}, 3)


def test_more_at_once_ask_no_more_of_the_database(gate: Gate, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for n in range(6, 30):
        gate.world.person(f"志{n}")
    Shift.objects.filter(pk=gate.shift().pk).update(needed=8)
    gate.call()
    words = ("yes", "no", "later")
    asks = [ask(offer.pk, words[n % 3]) for n, offer in enumerate(Offer.objects.order_by("person__name"))]
    assert len(asks) >= 24
    for some in (asks[:3], asks[3:24]):
        with django_assert_max_num_queries(22):
            decide(some)


WORDS = st.sampled_from(["yes", "no", "later"])


def test_whatever_comes_at_once_no_seat_has_two_and_no_answer_is_lost(world: World) -> None:
    gate = gate_of(world, people=10, needed=3)
    gate.call()
    names = sorted(gate.states())

    @settings(max_examples=20, deadline=None)
    @given(rounds=st.lists(st.lists(st.tuples(st.integers(0, 8), WORDS), min_size=1, max_size=8), min_size=1, max_size=4))
    def holds(rounds: list[list[tuple[int, str]]]) -> None:
        with transaction.atomic():
            for one in rounds:
                assert len(at_once(gate, *((names[n], word) for n, word in one))) == len(one)
            _agrees(gate, {names[n]: word for one in rounds for n, word in one})
            transaction.set_rollback(True)

    holds()


def _agrees(gate: Gate, last: dict[str, str]) -> None:
    """Seats, the bench and the offers tell the same; `last` is what each said last."""
    states = gate.states()
    seats = list(Assignment.objects.filter(shift=gate.shift()).values_list("seat", "person__name"))
    assert len(seats) == len({seat for seat, _name in seats}) <= 3
    assert {name for _seat, name in seats} == {name for name, state in states.items() if state == "yes"}
    bench = set(Standby.objects.filter(ended_at=None).values_list("person__name", flat=True))
    assert bench == {name for name, state in states.items() if state == "bench"}
    said = set(Answer.objects.values_list("offer__person__name", flat=True))
    assert said == last.keys()
    for name, word in last.items():
        allowed = {"yes": ("yes", "bench"), "no": ("no",), "later": ("later", "yes", "bench")}
        assert states[name] in allowed[word]
