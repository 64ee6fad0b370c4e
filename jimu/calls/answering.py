"""Answers to offers, as they come in: by the link, from an account, or written down by a lead. `deciding` settles them."""

from datetime import datetime
from uuid import UUID

from jimu.calls.deciding import LONGEST_REASON, REASONS, Ask, Heard, Said, decide, may_answer
from jimu.calls.models import Answer
from jimu.calls.queries import answerable_for, own_offer
from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.core.together import Together

__all__ = ["LONGEST_REASON", "REASONS", "Heard", "Said", "answer_by_link", "answer_for", "answer_own", "may_answer"]

Via = Answer.Via


_counter: Together[Ask, Heard] = Together(decide)


def answer_by_link(*, at: datetime, offer_id: UUID, said: Said) -> Heard:
    """The answer of whoever holds the link: the offer's own person. Raises CallOver, DeadLink, Invalid."""
    return _asked(Ask(offer_id, None, at, said, Via.LINK))


def answer_own(*, actor: Actor, at: datetime, offer_id: UUID, said: Said) -> Heard:
    """The answer of a signed-in person to their own offer. Raises NotFound for anybody else's."""
    return _asked(Ask(own_offer(actor, offer_id), actor, at, said, Via.ACCOUNT))


def answer_for(*, actor: Actor, at: datetime, offer_id: UUID, said: Said) -> Heard:
    """What somebody said on the phone, written down by a lead. Raises NotFound outside the actor's part."""
    return _asked(Ask(answerable_for(actor, offer_id), actor, at, said, Via.LEAD))


def _asked(ask: Ask) -> Heard:
    if ask.said.word not in Answer.Word.values:
        raise Invalid(code="unknown_answer")
    return _counter.ask(ask)
