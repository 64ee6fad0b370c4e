"""Reads of a household's own list: everything that one phone sent, behind a signed link that ends.

Who holds the link holds the list, so nothing leads to it but the link and the phone that sent: not a receipt, not a telephone number (anybody may type a
neighbor's). What few may read is never on it: a link is passed around in a family.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jimu.core import links
from jimu.field.needs import answering, rules
from jimu.field.needs.errors import NoList
from jimu.field.needs.models import Need, OwnList
from jimu.field.needs.words import class_words, resident_words

SALT = "needs.ours"
#: How long a link holds after the last need that was added.
HOLDS = timedelta(days=60)
COOKIE = "jimu_needs"
MOST = 60


def word_of(own: OwnList) -> str:
    """What stands in the address: nobody else can make it."""
    return links.sign(SALT, own.pk)


def list_for(word: str, at: datetime) -> OwnList:
    """The list behind a link. Raises NoList for one that was not made here, is over, or was taken back: all look alike from outside."""
    found = links.read(SALT, word, 1)
    own = OwnList.objects.filter(pk=found[0], revoked_at=None, expires_at__gt=at).first() if found else None
    if own is None:
        raise NoList
    return own


def of_phone(cookies: Mapping[str, str], at: datetime) -> OwnList | None:
    """The list that this phone sent to before, as it remembers itself; None when it remembers none that holds."""
    try:
        return list_for(cookies.get(COOKIE, ""), at)
    except NoList:
        return None


@dataclass(frozen=True)
class OwnLine:
    """A need as its household sees it: `need` goes on, `sent` is what they sent (another one when the two were merged)."""

    sent: Need
    need: Need
    title: str
    acts: Sequence[str]
    late: bool

    @property
    def state(self) -> str:
        """How far it is, in words for them."""
        return resident_words(self.need)

    @property
    def top(self) -> bool:
        """Whether nobody stands above who decided."""
        return len(self.need.decide_path) <= rules.STEP


def lines(own: OwnList, at: datetime) -> list[OwnLine]:
    """What waits for the household's word first, then what is under way, then what is over; the newest first."""
    rows = Need.objects.filter(own_list=own, restricted=False).select_related("unit", "merged_into__unit").order_by("-reported_at")[:MOST]
    found = []
    for sent in rows:
        need = sent.merged_into or sent
        found.append(OwnLine(sent, need, class_words(need.kind, need.title), answering.acts_on(need), need.running and need.due_at < at))
    return sorted(found, key=lambda line: (line.need.state != Need.State.DONE, not line.need.running))
