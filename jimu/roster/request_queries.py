"""Reads of what is asked of other commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Min

from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Post
from jimu.roster.models import Roster, Shift, StaffRequest

RIGHT = "roster.view"


@dataclass(frozen=True)
class Asked:
    """One post that another command fills: how many people a shift, on how many days, and how far the asking is."""

    post: Post
    days: int
    first: date
    last: date
    request: StaffRequest | None

    @property
    def state(self) -> str:
        return self.request.state if self.request else StaffRequest.State.OPEN

    @property
    def state_name(self) -> str:
        return str(StaffRequest.State(self.state).label)

    @property
    def promised(self) -> int:
        return self.request.promised if self.request else 0

    @property
    def missing(self) -> int:
        """People a shift that nobody promised yet."""
        return max(0, self.post.needed - self.promised)


def requests_of(actor: Actor, roster: Roster, unit_id: UUID | None = None) -> Sequence[Asked]:
    """The posts of a roster that other commands fill, by place and time. Two queries."""
    shifts = Shift.objects.filter(
        visible(actor, RIGHT, "unit__path"), roster=roster, post__requested_only=True
    )
    if unit_id:
        shifts = shifts.filter(unit=unit_id)
    rows = shifts.order_by().values_list("post_id").annotate(Count("pk"), Min("day"), Max("day"))
    spans = {post: (days, first, last) for post, days, first, last in rows}
    posts = Post.objects.filter(pk__in=list(spans)).select_related("unit", "staff_request")
    return [
        Asked(post, *spans[post.pk], getattr(post, "staff_request", None))
        for post in posts.order_by("unit__path", "start_minute", "title")
    ]


def request_for(actor: Actor, post_id: UUID) -> StaffRequest | None:
    """How far the asking for one post on the actor's part is; None before it began. One query."""
    return StaffRequest.objects.filter(visible(actor, RIGHT, "post__unit__path"), post=post_id).first()
