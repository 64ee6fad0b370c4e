"""What the JSON API takes and gives."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from jimu.relay.handover_actions import LONGEST_AMOUNT, LONGEST_TEXT


class Opening(Schema):
    """Which duty (an empty post code: the neighborhood's own), at which turn of the roster."""

    incident_id: UUID
    unit_id: UUID
    post_code: str = Field("", max_length=40)
    turn_at: datetime


class ItemIn(Schema):
    """One thing to hand over."""

    kind: str
    text: str = Field(max_length=LONGEST_TEXT)
    amount: str = Field("", max_length=LONGEST_AMOUNT)


class AnswerIn(Schema):
    """What is said of an item: accepted, disputed (with a sentence) or done."""

    verdict: str
    sentence: str = Field("", max_length=LONGEST_TEXT)


class AcceptIn(Schema):
    """Accept; `stays` when nobody relieves the outgoing lead."""

    stays: bool = False


class HandoverOut(Schema):
    """A handover."""

    id: UUID
    incident_id: UUID
    unit_id: UUID
    post_code: str
    post_title: str
    turn_at: datetime
    begins_at: datetime
    due_at: datetime
    handed_at: datetime | None
    accepted_at: datetime | None
    carried: bool


class LineOut(Schema):
    """An item with what was last said of it; a household's text is left out: it is revealed one at a time."""

    id: UUID
    kind: str
    text: str | None
    amount: str
    verdict: str
    sentence: str
    by: str


class SheetOut(Schema):
    """A handover with its items."""

    handover: HandoverOut
    items: list[LineOut]
    late: bool
