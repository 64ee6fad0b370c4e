"""Boxes and results in whatever order: a tube is in one box, signatures follow each other, a result stands for what was last said of a sealed tube."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.errors import JimuError
from jimu.core.permissions import SYSTEM
from jimu.field.screening import custody, results
from jimu.field.screening.models import Batch, Tube, TubeEvent
from jimu.field.screening.results import Given as Line

from .conftest import AT, Yard

pytestmark = pytest.mark.django_db
TUBES = ["T1", "T2", "T3"]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("scan"), st.sampled_from(TUBES), st.integers(0, 11)), st.tuples(st.just("seal"), st.sampled_from(TUBES), st.just(0)),
        st.tuples(st.just("pack"), st.sampled_from(TUBES), st.sampled_from(TUBES)), st.tuples(st.just("hand"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("receive"), st.integers(0, 2), st.just(0)), st.tuples(st.just("result"), st.sampled_from([*TUBES, "T9"]), st.sampled_from([*Tube.Result.values, "?"])),
        st.tuples(st.just("again"), st.sampled_from(TUBES), st.just(0)),
    ),
    max_size=16,
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(ACTS)
def test_custody_and_results_hold_in_whatever_order_people_act(yard: Yard, acts: list[tuple[str, object, object]]) -> None:
    # One example leaves nothing to the next.
    with transaction.atomic():
        _holds(yard, acts)
        transaction.set_rollback(True)


def _holds(yard: Yard, acts: list[tuple[str, object, object]]) -> None:
    said: dict[str, str] = {}
    for minute, (act, one, two) in enumerate(acts, 1):
        before = _state()
        try:
            _do(yard, said, minute, act, one, two)
        except JimuError:
            assert _state() == before
        for tube in Tube.objects.filter(after=None):
            # What travels was sealed; what has a result was too, and it is the last one said.
            assert tube.batch_id is None or tube.sealed_at is not None
            assert tube.result == said.get(tube.code, "")
            assert tube.result == "" or tube.sealed_at is not None
            kinds = [event.kind for event in tube.events.all()]
            assert all(kinds.count(kind) <= 1 for kind in ("sealed", "packed", "handed", "received"))
            chain = [kind for kind in kinds if kind in ("sealed", "packed", "handed", "received")]
            assert chain == ["sealed", "packed", "handed", "received"][: len(chain)]
        for box in Batch.objects.all():
            assert box.received_at is None or box.handed_at is not None
        # One single tube for each person of a tube that asks for another sample, never two.
        for tube in Tube.objects.filter(after=None):
            again = list(Tube.objects.filter(after=tube).values_list("expects", flat=True))
            assert len(again) == len(set(again)) <= tube.taken


def _state() -> tuple[object, ...]:
    tubes = [(t.code, t.taken, t.sealed_at, t.batch_id, t.result, t.after_id) for t in Tube.objects.order_by("code")]
    return tubes, list(Batch.objects.order_by("number").values_list("number", "handed_at", "received_at")), TubeEvent.objects.count()


def _do(yard: Yard, said: dict[str, str], minute: int, act: str, one, two) -> None:
    at = AT + timedelta(minutes=minute)
    boxes = list(Batch.objects.order_by("number"))
    by: dict[str, Callable[[], object]] = {
        "scan": lambda: yard.scan(yard.people[two], one, minutes=minute),
        "seal": lambda: yard.seal(one, minutes=minute),
        "pack": lambda: custody.pack(actor=SYSTEM, at=at, round_id=yard.round.pk, site_id=yard.site.pk, tube_ids=[t.pk for t in Tube.objects.filter(code__in=[one, two])]),
        "again": lambda: results.prepare_again(actor=SYSTEM, at=at, tube_id=Tube.objects.get(code=one).pk) if Tube.objects.filter(code=one).exists() else None,
    }
    if act in by:
        by[act]()
    elif act in ("hand", "receive") and one < len(boxes):
        if act == "hand":
            custody.hand_over(actor=SYSTEM, at=at, batch_id=boxes[one].pk, courier="张师傅")
        else:
            custody.receive(actor=SYSTEM, at=at, batch_id=boxes[one].pk, receiver="李医生")
    elif act == "result":
        outcome = results.record(actor=SYSTEM, at=at, round_id=yard.round.pk, given=[Line(one, two)])
        if not outcome.refused:
            said[one] = two
