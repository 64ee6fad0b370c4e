"""Which signature may follow which: every kind against every state of a card or of cash."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from jimu.field.medicine.custody_rules import Hands, K, Link, follows, overdue, then

AT, LATER = datetime(2022, 4, 5, 8, tzinfo=UTC), datetime(2022, 4, 5, 9, tzinfo=UTC)
RUNNER, CHECKER, NOBODY = UUID(int=1), UUID(int=2), None
HOME = Hands()
HELD = Hands(RUNNER, None, False, 500, AT)
OFFERED = Hands(RUNNER, CHECKER, False, 500, AT)
LOST = Hands(RUNNER, None, True, 500, AT)

#: Who gives and who takes, and in which states that may follow; everywhere else it may not.
MAY = {
    (K.COLLECTED, NOBODY, RUNNER): (HOME,),
    (K.UNDONE, RUNNER, NOBODY): (HELD, OFFERED),
    (K.OFFERED, RUNNER, CHECKER): (HELD, OFFERED),
    (K.WITHDRAWN, RUNNER, NOBODY): (OFFERED,),
    (K.TAKEN, RUNNER, CHECKER): (OFFERED,),
    (K.SPENT, RUNNER, NOBODY): (HELD, OFFERED),
    (K.RETURNED, RUNNER, NOBODY): (HELD, OFFERED),
    (K.SETTLED, RUNNER, NOBODY): (HELD, OFFERED),
    (K.LOST, RUNNER, NOBODY): (HELD, OFFERED),
    (K.FOUND, RUNNER, NOBODY): (LOST,),
    (K.REPLACED, RUNNER, NOBODY): (LOST,),
    # Not by who does not have it, not to who was not offered it, not back to the giver.
    (K.UNDONE, CHECKER, NOBODY): (),
    (K.OFFERED, CHECKER, RUNNER): (),
    (K.OFFERED, RUNNER, RUNNER): (),
    (K.OFFERED, RUNNER, NOBODY): (),
    (K.TAKEN, RUNNER, RUNNER): (),
    (K.TAKEN, CHECKER, CHECKER): (),
    (K.RETURNED, RUNNER, CHECKER): (),
    (K.SETTLED, RUNNER, CHECKER): (),
    (K.RETURNED, CHECKER, NOBODY): (),
    (K.FOUND, CHECKER, NOBODY): (),
    (K.REPLACED, CHECKER, NOBODY): (),
    (K.LOST, CHECKER, NOBODY): (),
    (K.COLLECTED, NOBODY, NOBODY): (),
    ("unheard of", RUNNER, NOBODY): (),
}


def link(kind: str, giver: UUID | None = RUNNER, taker: UUID | None = NOBODY, fen: int = 500) -> Link:
    return Link(kind, giver, taker, fen, LATER)


@pytest.mark.parametrize("state", [HOME, HELD, OFFERED, LOST], ids=["home", "held", "offered", "lost"])
@pytest.mark.parametrize(("kind", "giver", "taker"), list(MAY))
def test_a_signature_follows_only_where_its_giver_has_it_and_its_taker_may(state: Hands, kind: str, giver: UUID | None, taker: UUID | None) -> None:
    assert follows(state, link(kind, giver, taker)) == (state in MAY[kind, giver, taker])


def test_what_is_lost_is_found_or_replaced_before_anything_else_happens_to_it() -> None:
    assert {kind for kind, giver, taker in MAY if follows(LOST, link(kind, giver, taker))} == {K.FOUND, K.REPLACED}


@pytest.mark.parametrize(("fen", "may"), [(0, True), (499, True), (500, True), (501, False)])
def test_no_more_is_spent_than_was_given(fen: int, may: bool) -> None:
    assert follows(HELD, link(K.SPENT, fen=fen)) == may


@pytest.mark.parametrize(
    ("state", "kind", "taker", "fen", "after"),
    [
        (HOME, K.COLLECTED, RUNNER, 500, Hands(RUNNER, None, False, 500, LATER)),
        (HELD, K.OFFERED, CHECKER, 0, OFFERED),
        (OFFERED, K.WITHDRAWN, NOBODY, 0, HELD),
        # Away from its owner since it was collected, whoever has it now; the sum is that which the taker counted.
        (OFFERED, K.TAKEN, CHECKER, 480, Hands(CHECKER, None, False, 480, AT)),
        (HELD, K.SPENT, NOBODY, 100, Hands(RUNNER, None, False, 100, AT)),
        (OFFERED, K.SPENT, NOBODY, 100, Hands(RUNNER, None, False, 100, AT)),
        (HELD, K.SPENT, NOBODY, 0, HOME),
        (OFFERED, K.LOST, NOBODY, 0, LOST),
        (LOST, K.FOUND, NOBODY, 0, HELD),
        (LOST, K.REPLACED, NOBODY, 0, HOME),
        (HELD, K.RETURNED, NOBODY, 500, HOME),
        (HELD, K.SETTLED, NOBODY, 500, HOME),
    ],
)  # fmt: skip
def test_after_each_signature_one_person_has_it_or_the_resident(state: Hands, kind: str, taker: UUID | None, fen: int, after: Hands) -> None:
    assert then(state, link(kind, taker=taker, fen=fen)) == after


@pytest.mark.parametrize(("since", "late"), [(None, False), (AT, False), (AT - timedelta(seconds=1), True)])
def test_it_is_out_too_long_only_past_its_hours(since: datetime | None, late: bool) -> None:
    assert overdue(since, AT + timedelta(hours=8), 8) == late
